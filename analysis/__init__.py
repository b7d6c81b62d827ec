"""One newspaper page, made countable: tables, quantities, provenance, targets, donations, charts, report."""
