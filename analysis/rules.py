"""What must hold between the columns of a row and between the rows of tables, beyond keys and vocabularies.

Columns by themselves are the descriptor's business (`tables`), words are `provenance`'s.
"""

from __future__ import annotations

import pandas as pd

from analysis import numerals
from analysis.tables import Problem, Tables


class Book:
    """Collects problems, naming each table by its file."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.problems = tables, []

    def add(self, table: str, row: int, column: str, found: str, expected: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(self.tables.path(table), int(row), column, found, expected))


def problems(tables: Tables) -> list[Problem]:
    """Return everything that does not hold, of all rules at once."""
    book = Book(tables)
    for rule in (_sources, _targets, _outcomes, _collection, _words, _areas, _stated_counts):
        rule(tables, book)
    return book.problems


def _sources(tables: Tables, book: Book) -> None:
    for row in tables["sources"].itertuples():
        if row.kind == "reference" and not row.url:
            book.add("sources", row.Index, "url", "nothing", "the address of a reference")


def _targets(tables: Tables, book: Book) -> None:
    kinds = tables["sources"].set_index("source_id")["kind"]
    areas = set(tables["areas"][["plan_id", "area"]].itertuples(index=False, name=None))
    for row in tables["targets"].itertuples():
        for column in ("printed", "value_low", "value_high", "unit", "basis", "direction"):
            value = getattr(row, column)
            empty = pd.isna(value) or value == ""
            if row.bound == "none" and not empty:
                book.add("targets", row.Index, column, f"'{value}'", "nothing, as bound is none")
            elif row.bound != "none" and empty:
                book.add("targets", row.Index, column, "nothing", "a value, as bound is not none")
        if not row.area and kinds[row.source_id] == "seed":
            book.add("targets", row.Index, "area", "nothing", "an area, as the source is a seed")
        if row.area and (row.plan_id, row.area) not in areas:
            expected = f"an area of {row.plan_id} in {tables.path('areas')}"
            book.add("targets", row.Index, "area", f"'{row.area}'", expected)
        if not row.target_id.startswith(f"{row.plan_id}-"):
            book.add(
                "targets",
                row.Index,
                "target_id",
                f"'{row.target_id}'",
                f"'{row.plan_id}-' and a name: the same name is the same definition",
            )

    plain = tables["targets"].query("bound == 'none' and quote != ''")
    for row in plain.index[plain.duplicated(["source_id", "quote"])]:
        book.add(
            "targets",
            row,
            "quote",
            f"'{plain.loc[row, 'quote']}' again",
            "words that no other target without a number has",
        )


def _outcomes(tables: Tables, book: Book) -> None:
    targets = tables["targets"].set_index("target_id")
    starts = tables["plans"].set_index("plan_id")["period_start"]
    for row in tables["outcomes"].itertuples():
        target = targets.loc[row.target_id]
        filled = [row.printed != "", pd.notna(row.value), row.unit != ""]
        if any(filled) != all(filled):
            book.add(
                "outcomes",
                row.Index,
                "value",
                "some of printed, value and unit",
                "all three, or none for an outcome without a number",
            )
        if not row.printed and target["bound"] != "none":
            book.add("outcomes", row.Index, "printed", "nothing", f"a number, as {row.target_id} has one")
        if row.unit and target["unit"] and row.unit != target["unit"]:
            book.add("outcomes", row.Index, "unit", f"'{row.unit}'", f"'{target['unit']}', the unit of {row.target_id}")
        start = starts[target["plan_id"]]
        if row.as_of[: len(start)] < start[: len(row.as_of)]:
            book.add("outcomes", row.Index, "as_of", f"'{row.as_of}'", f"a date not before the plan's period ({start})")


def _collection(tables: Tables, book: Book) -> None:
    times, units = (tables["measures"].set_index("measure")[column] for column in ("time", "unit"))
    for row in tables["collection"].itertuples():
        dated = row.period_start != ""
        if (times[row.measure] in ("stock", "to_date")) == dated:
            expected = f"{'nothing' if dated else 'a date'}, as {row.measure} is a {times[row.measure]}"
            book.add("collection", row.Index, "period_start", f"'{row.period_start}'", expected)
        if units[row.measure] != row.unit:
            book.add(
                "collection", row.Index, "unit", f"'{row.unit}'", f"'{units[row.measure]}', the unit of {row.measure}"
            )


def _words(tables: Tables, book: Book) -> None:
    owner: dict[str, tuple[int, str]] = {}
    for row in tables["units"].itertuples():
        for word in row.words.split("|"):
            first, unit = owner.setdefault(word, (row.Index, row.unit))
            if not word:
                book.add("units", row.Index, "words", f"'{row.words}'", "words with | between")
            elif first != row.Index:
                book.add("units", row.Index, "words", f"'{word}'", f"a measure word of one unit only ({unit} has it)")
    for row in tables["fixed_words"].itertuples():
        if not any(map(numerals.is_numeral, row.word)):
            book.add("fixed_words", row.Index, "word", f"'{row.word}'", "a word that holds a numeral")


def _areas(tables: Tables, book: Book) -> None:
    for plan_id, rows in tables["areas"].groupby("plan_id"):
        if sorted(rows["position"]) != list(range(1, len(rows) + 1)):
            told = ", ".join(map(str, rows["position"]))
            book.add("areas", rows.index[0], "position", told, f"1 to {len(rows)} for {plan_id}")


def _stated_counts(tables: Tables, book: Book) -> None:
    """Hold stated counts to the rows of their plan; a count of what is not listed stands alone."""
    for row in tables["stated_counts"].itertuples():
        table, _, group = row.counts.partition(":")
        if table == "tasks":
            continue
        listed = tables[table][tables[table]["plan_id"] == row.plan_id]
        # A plan whose industries are not listed at all is one thing, a group that is missing among them another.
        stands_alone = listed.empty
        if group:
            listed = listed[listed["group"] == group]
        if not stands_alone and len(listed) != row.value:
            expected = f"{len(listed)}, the rows of {tables.path(table)} for {row.counts}"
            book.add("stated_counts", row.Index, "value", str(row.value), expected)
