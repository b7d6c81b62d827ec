"""Hold the columns of a row to what its own ``printed`` says: value, unit and bound are read back from it.

Whether a text prints it so is `provenance`'s to prove; of a reference no text is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from analysis import quantities
from analysis.clauses import is_decrease
from analysis.quantities import Quantity, QuantityError
from analysis.tables import Problem, Tables

Fault = tuple[str, str, str]  # column, what was found, what was expected
_QUOTED = ("targets", "collection", "stated_counts", "industries")
_NEVER_QUOTED = ("outcomes", "population", "benchmarks")
_COUNTS_AS_UNIT = ("", "为", "达", "达到")  # between a measure word and a bare number: 献血总人次达45.98万


class ReadBack:
    """What the rows of a root's tables must hold, by their ``printed``."""

    def __init__(self, loaded: Tables) -> None:
        measures = loaded["measures"].set_index("measure")
        self.words = quantities.unit_words(loaded["units"])
        self.times, self.units = measures["time"].to_dict(), measures["unit"].to_dict()

    def faults(self, table: str, row) -> Iterator[Fault]:
        """Yield what one row of a table says of its number that ``printed`` does not."""
        normalized = quantities.normalize(row.printed)
        if row.printed != normalized:
            yield "printed", f"'{row.printed}'", f"'{normalized}': no white space, no full-width digits"
        try:
            quantity = quantities.read(row.printed, self.words)
        except QuantityError as error:
            yield "printed", *str(error).removeprefix("found ").split(", expected ", 1)
            return
        for column, expected in self._columns(table, row, quantity).items():
            cell = getattr(row, column, "person")  # what a population counts
            found = cell if isinstance(cell, str) else _text(cell)
            if found != expected:
                expected = f"'{expected}', read back from '{row.printed}'"
                yield column if hasattr(row, column) else "printed", f"'{found}'", expected
        # A table without a column of bounds: what is only about or at least the number must not pass for it.
        if not hasattr(row, "bound") and quantity.bound != "exact":
            if quantity.bound == "range":
                yield "printed", f"'{row.printed}'", f"'one number', read back from '{row.printed}'"
            elif table in ("population", "benchmarks") or getattr(row, "comparable", "") == "yes":
                expected = f"'a number without a bound word', read back from '{row.printed}'"
                yield "printed", f"'{row.printed}'", expected

    def _columns(self, table: str, row, quantity: Quantity) -> dict[str, str]:
        """Return what the columns of a row hold if they say what is printed."""
        low, before = quantity.low, quantities.normalize(getattr(row, "quote", "")).partition(row.printed)[0]
        if table == "collection" and self.times.get(row.measure) == "change":
            # The words before a change give its sign; a reference has no words.
            low = -low if (is_decrease(before) if row.quote else row.value < 0) else low
        columns = {"value": _text(low)}
        if table == "targets":
            columns = {"value_low": _text(low), "value_high": _text(quantity.high)}
        if table != "stated_counts":
            columns["unit"] = self._unit(table, row, quantity, before)
        return columns | ({"bound": quantity.bound} if hasattr(row, "bound") else {})

    def _unit(self, table: str, row, quantity: Quantity, before: str) -> str:
        """Return the unit that a measure word says; where a source prints none, the row's or the measure's."""
        if quantity.word or table in ("targets", "stated_counts"):
            return quantities.unit_of(quantity.word, self.words)
        if table == "benchmarks" and row.counting != "persons":
            return self.units.get("donation_rate", row.unit)
        unit = getattr(row, "unit", "person")
        if table != "collection" or not row.quote or self.times.get(row.measure) == "rate":
            return unit
        # The measure's own words may say it: 献血总人次45.98万.
        ends = tuple(word + verb for word, of in self.words.items() if of == unit for verb in _COUNTS_AS_UNIT)
        return unit if before.endswith(ends) else ""


def _text(value: float | Decimal) -> str:
    return "" if pd.isna(value) else f"{Decimal(str(value)).normalize():f}"


def reference_problems(loaded: Tables) -> Iterator[Problem]:
    """Yield what does not hold in rows read from references: no text is kept, but ``printed`` must say the value."""
    references = set(loaded["sources"]["source_id"][loaded["sources"]["kind"] == "reference"])
    own = ReadBack(loaded)
    for table in ("targets", "collection", "stated_counts", *_NEVER_QUOTED):
        for row in loaded[table].itertuples():
            of_reference = row.source_id in references
            if table in _NEVER_QUOTED and not of_reference:
                expected = "a reference: a row of this table has no quote"
                yield loaded.problem(table, row.Index, "source_id", f"'{row.source_id}'", expected)
            if row.printed and (table in _NEVER_QUOTED or of_reference):
                yield from (loaded.problem(table, row.Index, *fault) for fault in own.faults(table, row))
    empty = {(table, "quote"): "nothing: the sentences of a reference are not carried over" for table in _QUOTED}
    empty["targets", "area"] = "nothing: no text proves an area outside a seed"
    empty["context_numbers", "source_id"] = "a seed: a reference has no text here"
    for (table, column), expected in empty.items():
        frame = loaded[table]
        for row, cell in frame[column][frame["source_id"].isin(references) & (frame[column] != "")].items():
            yield loaded.problem(table, row, column, f"'{cell}'", expected)
