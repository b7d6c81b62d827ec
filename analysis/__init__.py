"""One newspaper page, made countable: tables, quantities, provenance, targets, donations, displays, charts, report."""


class UserError(Exception):
    """What a user can mend; the message is one line that says where, what was found and what was expected."""
