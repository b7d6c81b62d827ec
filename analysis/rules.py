"""What must hold between the columns of a row and between the rows of tables, beyond keys and vocabularies.

Columns by themselves are the descriptor's business (`tables`), words are `provenance`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis import numerals
from analysis.tables import Problem, Tables

Fault = tuple[str, int, str, str, str]  # table, row, column, what was found, what was expected


def problems(tables: Tables) -> list[Problem]:
    """Return everything that does not hold, of all rules at once."""
    rules = (
        *(_sources, _dates, _errata, _targets, _repeated_targets, _outcomes, _collection, _words),
        *(_positions, _stated_counts, _report_numbers),
    )
    return [tables.problem(*fault) for rule in rules for fault in rule(tables)]


def _is_filled(cell: object) -> bool:
    return pd.notna(cell) and cell != ""


def _sources(tables: Tables) -> Iterator[Fault]:
    lines = ("file", "first_line", "last_line")
    needed = {"seed": lines, "reference": ("url", "reliability")}
    unused = {"seed": ("reliability",), "reference": lines}
    for row in tables["sources"].itertuples():
        for column in needed.get(row.kind, ()):  # empty while a curator is at work
            if not _is_filled(getattr(row, column)):
                yield "sources", row.Index, column, "nothing", f"a value, as the source is a {row.kind}"
        for column in unused.get(row.kind, ()):
            if _is_filled(cell := getattr(row, column)):
                yield "sources", row.Index, column, f"'{cell}'", f"nothing, as the source is a {row.kind}"


def _dates(tables: Tables) -> Iterator[Fault]:
    """Nothing is known of a time after its source was published."""
    published = tables["sources"].set_index("source_id")["published"]
    for table, column in (("collection", "period_end"), ("outcomes", "as_of"), ("population", "as_of")):
        for row, source, date in tables[table][["source_id", column]].itertuples(name=None):
            limit = published[source]
            if limit and date[: len(limit)] > limit[: len(date)]:
                yield table, row, column, f"'{date}'", f"a date not after its source ({limit})"


def _errata(tables: Tables) -> Iterator[Fault]:
    """A correction names a file and a column that exist."""
    files = {tables.path(name): name for name in tables.frames}
    for row in tables["errata"].itertuples():
        if row.file not in files:
            yield "errata", row.Index, "file", f"'{row.file}'", f"one of {', '.join(files)}"
        elif row.column and row.column not in tables[files[row.file]]:
            yield "errata", row.Index, "column", f"'{row.column}'", f"a column of {row.file}, or nothing"


def _targets(tables: Tables) -> Iterator[Fault]:
    for row in tables["targets"].itertuples():
        for column in ("printed", "value_low", "value_high", "unit", "basis", "direction"):
            cell = getattr(row, column)
            if row.bound == "none" and _is_filled(cell):
                yield "targets", row.Index, column, f"'{cell}'", "nothing, as bound is none"
            elif row.bound != "none" and not _is_filled(cell):
                expected = "a value, as bound is not none"
                if column in ("basis", "direction"):  # no words say them
                    expected = tables.wanted("targets", column, row.quote)
                yield "targets", row.Index, column, "nothing", expected
        if not row.target_id.startswith(f"{row.plan_id}-"):
            expected = f"'{row.plan_id}-' and a name: the same name is the same definition"
            yield "targets", row.Index, "target_id", f"'{row.target_id}'", expected


def _repeated_targets(tables: Tables) -> Iterator[Fault]:
    """Refuse a target that is another one of its plan again."""
    targets = tables["targets"]
    qualitative = targets[(targets["bound"] == "none") & (targets["quote"] != "")]
    for row, quote in qualitative.loc[qualitative.duplicated(["source_id", "quote"]), "quote"].items():
        yield "targets", row, "quote", f"'{quote}' again", "words that no other target without a number has"
    numbered = targets[targets["printed"] != ""]
    repeated = numbered.duplicated(["plan_id", "source_id", "name_zh", "printed"])
    for row, name in numbered.loc[repeated, "name_zh"].items():
        yield "targets", row, "name_zh", f"'{name}' again", "a name that no other target with this number has"


def _outcomes(tables: Tables) -> Iterator[Fault]:
    targets = tables["targets"].set_index("target_id")
    starts = tables["plans"].set_index("plan_id")["period_start"]
    for row in tables["outcomes"].itertuples():
        target = targets.loc[row.target_id]
        if len({row.printed != "", pd.notna(row.value), row.unit != ""}) > 1:
            expected = "all three, or none for an outcome without a number"
            yield "outcomes", row.Index, "value", "some of printed, value and unit", expected
        if not row.printed and target["bound"] != "none":
            yield "outcomes", row.Index, "printed", "nothing", f"a number, as {row.target_id} has one"
        if row.unit and target["unit"] and row.unit != target["unit"]:
            yield "outcomes", row.Index, "unit", f"'{row.unit}'", f"'{target['unit']}', the unit of {row.target_id}"
        start = starts[target["plan_id"]]
        if row.as_of[: len(start)] < start[: len(row.as_of)]:
            yield "outcomes", row.Index, "as_of", f"'{row.as_of}'", f"a date not before the plan's period ({start})"


def _collection(tables: Tables) -> Iterator[Fault]:
    times, units = (tables["measures"].set_index("measure")[column] for column in ("time", "unit"))
    for row in tables["collection"].itertuples():
        time, unit = times[row.measure], units[row.measure]
        dated = row.period_start != ""
        if dated == (time in ("stock", "to_date")):
            expected = f"{'nothing' if dated else 'a date'}, as {row.measure} is a {time}"
            yield "collection", row.Index, "period_start", f"'{row.period_start}'", expected
        if row.unit != unit:
            yield "collection", row.Index, "unit", f"'{row.unit}'", f"'{unit}', the unit of {row.measure}"


def _words(tables: Tables) -> Iterator[Fault]:
    """A measure word says one unit, a word and a unit together say one measure, a fixed word holds a numeral."""
    for table, column, expected in (
        ("units", "unit", "a measure word of one unit only ({} has it)"),
        ("measures", "measure", "words that {}, of the same unit, does not have"),
    ):
        owners: dict[tuple, str] = {}
        for row in tables[table].itertuples():
            for word in row.words.split("|"):
                own = getattr(row, column)
                owner = owners.setdefault((word, row.unit if table == "measures" else ""), own)
                if not word:
                    yield table, row.Index, "words", f"'{row.words}'", "words with | between"
                elif owner != own:
                    yield table, row.Index, "words", f"'{word}'", expected.format(owner)
    for row, word in tables["fixed_words"]["word"].items():
        if not any(map(numerals.is_numeral, word)):
            yield "fixed_words", row, "word", f"'{word}'", "a word that holds a numeral"


def _positions(tables: Tables) -> Iterator[Fault]:
    for plan_id, rows in tables["areas"].groupby("plan_id"):
        if sorted(rows["position"]) != list(range(1, len(rows) + 1)):
            found = ", ".join(map(str, rows["position"]))
            yield "areas", rows.index[0], "position", found, f"1 to {len(rows)} for {plan_id}"


def _stated_counts(tables: Tables) -> Iterator[Fault]:
    """Hold stated counts to the rows of their plan; a count of what is not listed stands alone."""
    for row in tables["stated_counts"].itertuples():
        table, _, group = row.counts.partition(":")
        if table not in ("areas", "industries"):
            continue
        listed = tables[table][tables[table]["plan_id"] == row.plan_id]
        count = (listed["group"] == group).sum() if group else len(listed)
        # A plan whose industries are not listed at all is one thing, a group that is missing among them another.
        if len(listed) and count != row.value:
            expected = f"{count}, the rows of {tables.path(table)} for {row.counts}"
            yield "stated_counts", row.Index, "value", str(row.value), expected


def _report_numbers(tables: Tables) -> Iterator[Fault]:
    """A number of the report has a cell or a reason, and not both."""
    rows = tables["report_numbers"]
    for column in ("table", "row", "column"):
        wrong = rows[(rows[column] == "") == (rows["reason"] == "")]
        for row, cell, reason in wrong[[column, "reason"]].itertuples(name=None):
            found = f"'{cell}' beside the reason '{reason}'" if cell else "nothing"
            yield "report_numbers", row, column, found, "a cell (table, row and column) or a reason, not both"
