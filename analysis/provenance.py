"""Tie every curated number to the words it was read from, and every number of a seed to a row.

A row points at its words as the W3C TextQuoteSelector does, by quoting them; a number is tagged in its
text as inline XBRL does, from the outside. Reading a phrase is the business of `quantities`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis import quantities, tables
from analysis.quantities import HANZI_NUMERALS, QuantityError
from analysis.tables import Problem, Tables

COMMITMENT_WORDS = {"确保": "ensure", "力争": "strive", "争创": "seek", "争取": "seek"}
# The count takes nothing from `quantities` but a list of characters: what its reader misses must not vanish here too.
_NUMERAL = re.compile(f"[0-9]+|[{HANZI_NUMERALS}]")


@dataclass(frozen=True)
class Seed:
    """The text of one seed file, folded and without white space, with the way back to its lines.

    Attributes:
        file: path relative to the root.
        text: the file as it stands.
        squeezed: the text that quotes are found in.
        offsets: for each character of ``squeezed``, its offset in ``text``.
    """

    file: str
    text: str
    squeezed: str
    offsets: tuple[int, ...]

    @classmethod
    def from_text(cls, file: str, text: str) -> Seed:
        """Prepare a text for quoting."""
        squeezed = quantities.squeeze(text)
        offsets, at = [], 0
        for character in squeezed:
            # A kept blank stands for a run of white space, of which any one character will do.
            while quantities.fold(text[at]) != character and not (character == " " and text[at].isspace()):
                at += 1
            offsets.append(at)
            at += 1
        return cls(file, text, squeezed, tuple(offsets))

    def line(self, position: int) -> int:
        """Return the line of the file, from 1, on which a position of ``squeezed`` stands."""
        return bisect_right(self._line_starts, self.offsets[position])

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def find(self, quote: str) -> list[int]:
        """Return every position of ``squeezed`` at which the quote begins."""
        quote = quantities.squeeze(quote)
        return [match.start() for match in re.finditer(f"(?={re.escape(quote)})", self.squeezed)] if quote else []


@dataclass(frozen=True)
class Claim:
    """The run of a seed that one row takes as its number: positions of ``squeezed``, end excluded."""

    table: str
    row: int
    start: int
    end: int


def check(root: Path | str | None = None) -> Tables:
    """Load a root and prove every curated number against its words; return the tables when all holds.

    Raises:
        tables.DataError: with every problem found, each with file, row, column, found and expected.
    """
    loaded = tables.load(root)
    problems = _rules(loaded)
    seeds, found = read_seeds(loaded)
    problems += found
    problems += [problem for seed in seeds.values() for problem in Proof(loaded, seed).problems]
    problems += _reference_rows(loaded)
    problems += _stated_counts(loaded)
    if problems:
        raise tables.DataError(problems)
    return loaded


def read_seeds(loaded: Tables) -> tuple[dict[str, Seed], list[Problem]]:
    """Return the seeds that the sources name, by file, and the problems of those that cannot be read."""
    seeds, problems = {}, []
    rows = loaded["sources"][loaded["sources"]["kind"] == "seed"]
    for row, file in rows["file"].items():
        inside = (loaded.root / file).resolve().is_relative_to(loaded.root.resolve())
        if not file or not inside:
            problems.append(
                Problem(loaded.path("sources"), row, "file", f"'{file}'", "the path of the seed's text inside the root")
            )
        elif file not in seeds:
            text, found = tables.read_text(loaded.root, file)
            problems += found
            if not found:
                seeds[file] = Seed.from_text(file, text)
    return seeds, problems


class Proof:
    """What the rows of all sources in one seed claim of its text, and what does not hold.

    ``problems`` lists the rows that do not hold, and the numerals that no row claims (`tables.Problem`).
    """

    def __init__(self, loaded: Tables, seed: Seed) -> None:
        self.loaded, self.seed = loaded, seed
        self.words = quantities.unit_words(loaded["units"])
        self._phrase_at = _by_position(quantities.find(seed.squeezed, self.words))
        self._numeral_at = _by_position(match.span() for match in _NUMERAL.finditer(seed.squeezed))
        self._claim_at: dict[int, Claim] = {}
        self.problems: list[Problem] = []
        sources = loaded["sources"]
        self.sources = set(sources["source_id"][sources["file"] == seed.file])
        for table in ("targets", "collection", "stated_counts"):
            for row in self._rows(table):
                self._curated(table, row)
        for row in self._rows("context_numbers"):
            self._context(row)
        for row in self._rows("industries"):
            self._industry(row)
        for row in (
            loaded["areas"]
            .merge(loaded["plans"][["plan_id", "source_id"]], on="plan_id")
            .set_index(loaded["areas"].index)
            .itertuples()
        ):
            if row.source_id in self.sources and not seed.find(row.name_zh):
                self._problem(
                    "areas",
                    row.Index,
                    "name_zh",
                    f"'{row.name_zh}', which {seed.file} does not print",
                    "the area's name as printed",
                )
        self.problems += self._left_over()

    def numerals(self) -> pd.DataFrame:
        """Return every numeral of the seed and what became of it.

        Columns: start, end (positions of ``squeezed``), line, numeral, status (curated, context, fixed, left),
        table and row of the claim (empty and 0 for a fixed word or what is left), word (the fixed word).
        """
        fixed = _by_position(self._fixed_words())
        found = []
        for start, end in dict.fromkeys(self._numeral_at.values()):
            claim, word = self._claim_at.get(start), ""
            if claim:
                status = "context" if claim.table == "context_numbers" else "curated"
            elif start in fixed:
                status, word = "fixed", self.seed.squeezed[slice(*fixed[start])]
            else:
                status = "left"
            found.append(
                (
                    start,
                    end,
                    self.seed.line(start),
                    self.seed.squeezed[start:end],
                    status,
                    claim.table if claim else "",
                    claim.row if claim else 0,
                    word,
                )
            )
        return pd.DataFrame(found, columns=["start", "end", "line", "numeral", "status", "table", "row", "word"])

    def marks(self) -> list[tuple[int, int, str, str, int]]:
        """Return the runs of the text that hold a numeral, in order, none overlapping.

        Each is (start, end) as offsets of the file's own text, status, and table and row of the claim
        (empty and 0 where there is none).
        """
        runs: dict[tuple[int, int], tuple] = {}
        fixed = _by_position(self._fixed_words())
        for numeral in self.numerals().itertuples():
            claim = self._claim_at.get(numeral.start)
            start, end = (claim.start, claim.end) if claim else fixed.get(numeral.start, (numeral.start, numeral.end))
            runs.setdefault(
                (start, end),
                (self.seed.offsets[start], self.seed.offsets[end - 1] + 1, numeral.status, numeral.table, numeral.row),
            )
        return list(runs.values())

    def _rows(self, table: str) -> Iterator:
        frame = self.loaded[table]
        return frame[frame["source_id"].isin(self.sources)].itertuples()

    def _problem(self, table: str, row: int, column: str, found: str, expected: str) -> None:
        self.problems.append(Problem(self.loaded.path(table), int(row), column, found, expected))

    def _place(self, table: str, row) -> int | None:
        """Return where a row's quote begins; it must stand in the file exactly once."""
        places = self.seed.find(row.quote)
        if len(places) == 1:
            return places[0]
        if not row.quote:
            self._problem(table, row.Index, "quote", "nothing", f"a run of words of {self.seed.file}")
        elif not places:
            self._problem(
                table,
                row.Index,
                "quote",
                f"'{row.quote}', which is not in {self.seed.file}",
                "words that stand there exactly once",
            )
        else:
            lines = ", ".join(str(self.seed.line(place)) for place in places)
            self._problem(
                table,
                row.Index,
                "quote",
                f"'{row.quote}', {len(places)} times in {self.seed.file} (lines {lines})",
                "words that stand there exactly once: quote a little more",
            )
        return None

    def _claim(self, table: str, row) -> Claim | None:
        """Return the run that a row's ``printed`` takes in its quote, whole numerals only."""
        place = self._place(table, row)
        if place is None:
            return None
        quote, printed = quantities.squeeze(row.quote), quantities.squeeze(row.printed)
        if not printed or quote.count(printed) != 1:
            found = (
                "nothing"
                if not printed
                else f"'{row.printed}', {quote.count(printed)} times in the quote '{row.quote}'"
            )
            self._problem(table, row.Index, "printed", found, "the number as the quote prints it, once")
            return None
        start = place + quote.index(printed)
        claim = Claim(table, row.Index, start, start + len(printed))
        for first, last in (
            self._numeral_at.get(start, (start, claim.end)),
            self._numeral_at.get(claim.end - 1, (start, claim.end)),
        ):
            if first < start or last > claim.end:
                self._problem(
                    table,
                    row.Index,
                    "printed",
                    f"'{row.printed}', a part of the number {self.seed.squeezed[first:last]}",
                    "the whole number",
                )
                return None
        return claim

    def _curated(self, table: str, row) -> None:
        """Prove one row: its words, and what is read back from them."""
        if getattr(row, "bound", "") == "none":
            place = self._place(table, row)
            if place is not None and table == "targets":
                self._commitment(row, place + len(quantities.squeeze(row.quote)))
            return
        claim = self._claim(table, row)
        if claim is None:
            return
        self._claim_at |= dict.fromkeys(range(claim.start, claim.end), claim)
        phrase = self._phrase_at.get(claim.start)
        if phrase != (claim.start, claim.end):
            found = self.seed.squeezed[slice(*phrase)] if phrase else ""
            self._problem(
                table,
                row.Index,
                "printed",
                f"'{row.printed}'",
                f"the whole phrase '{found}', with its measure word and bound word"
                if found
                else "a number with a measure word of data/vocabulary/units.csv",
            )
        self.problems += _read_back(self.loaded, table, row, self.words)
        if table == "targets":
            self._commitment(row, claim.start)

    def _commitment(self, row, position: int) -> None:
        read = commitment(self.seed.squeezed, position)
        if row.commitment != read:
            self._problem("targets", row.Index, "commitment", f"'{row.commitment}'", f"'{read}', read from the clause")

    def _context(self, row) -> None:
        claim = self._claim("context_numbers", row)
        if claim is None:
            return
        if not _NUMERAL.search(quantities.squeeze(row.printed)):
            self._problem("context_numbers", row.Index, "printed", f"'{row.printed}'", "a number")
        for position in range(claim.start, claim.end):
            other = self._claim_at.setdefault(position, claim)
            if other is not claim:
                self._problem(
                    "context_numbers",
                    row.Index,
                    "printed",
                    f"'{row.printed}', which {self.loaded.path(other.table)} row {other.row} claims too",
                    "a number that no other row claims",
                )
                break

    def _industry(self, row) -> None:
        place = self._place("industries", row)
        items = re.split("[、等]", quantities.squeeze(row.quote))
        if place is not None and quantities.squeeze(row.name_zh) not in items:
            self._problem(
                "industries", row.Index, "name_zh", f"'{row.name_zh}'", f"one item of its quote '{row.quote}'"
            )
        elif place is not None and items.index(quantities.squeeze(row.name_zh)) + 1 != row.position:
            self._problem(
                "industries",
                row.Index,
                "position",
                str(row.position),
                f"{items.index(quantities.squeeze(row.name_zh)) + 1}, its place in the quote",
            )

    def _fixed_words(self) -> Iterator[tuple[int, int]]:
        words = sorted(map(quantities.squeeze, self.loaded["fixed_words"]["word"]), key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, words)) or "(?!)")
        return (match.span() for match in pattern.finditer(self.seed.squeezed))

    def _left_over(self) -> Iterator[Problem]:
        numerals = self.numerals()
        for numeral in numerals[numerals["status"] == "left"].itertuples():
            around = self.seed.squeezed[max(0, numeral.start - 8) : numeral.end + 8]
            yield Problem(
                self.seed.file,
                numeral.line,
                "",
                f"'{numeral.numeral}' in '…{around}…', which no row claims",
                "a curated row, a row of data/evidence/context_numbers.csv or a fixed word",
            )


def _by_position(spans: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Return the span that covers each position."""
    return {position: (start, end) for start, end in spans for position in range(start, end)}


def commitment(text: str, position: int) -> str:
    """Return the commitment of what stands at a position of a squeezed text.

    It is that of the nearest commitment word to the left within the clause, which 、 does not end and
    ， ； 。 do; "plain" when there is none. A reading rule: grammar may reach further.

    >>> commitment("力争新培育绿色工厂200家、绿色工业园区20个", 18), commitment("力争创建7家，重组200家", 9)
    ('strive', 'plain')
    """
    clause = re.split("[，；。]", text[:position])[-1]
    words = re.findall("|".join(COMMITMENT_WORDS), clause)
    return COMMITMENT_WORDS[words[-1]] if words else "plain"


def _read_back(loaded: Tables, table: str, row, words: dict[str, str]) -> Iterator[Problem]:
    """Yield what a row says of its number that ``printed`` does not."""

    def problem(column: str, found, expected) -> Problem:
        return Problem(
            loaded.path(table), int(row.Index), column, f"'{found}'", f"'{expected}', read back from '{row.printed}'"
        )

    try:
        quantity = quantities.read(row.printed, words)
    except QuantityError as error:
        yield Problem(
            loaded.path(table), int(row.Index), "printed", *str(error).removeprefix("found ").split(", expected ", 1)
        )
        return
    values = {"value_low": quantity.low, "value_high": quantity.high} if table == "targets" else {"value": quantity.low}
    for column, expected in values.items():
        value = getattr(row, column)
        if pd.isna(value) or Decimal(repr(float(value))) != expected:
            yield problem(column, "" if pd.isna(value) else f"{value:.15g}", f"{expected.normalize():f}")
    if hasattr(row, "unit") and row.unit != words.get(quantity.word, ""):
        yield problem("unit", row.unit, words.get(quantity.word, ""))
    if hasattr(row, "bound") and row.bound != quantity.bound:
        yield problem("bound", row.bound, quantity.bound)
    elif not hasattr(row, "bound") and quantity.bound == "range":
        yield problem("printed", row.printed, "one number")


def _reference_rows(loaded: Tables) -> Iterator[Problem]:
    """Yield what does not hold in rows read from references: no text is kept, but ``printed`` must say the value."""
    references = set(loaded["sources"]["source_id"][loaded["sources"]["kind"] == "reference"])
    words = quantities.unit_words(loaded["units"])
    for table in ("targets", "collection", "stated_counts", "outcomes", "population", "benchmarks"):
        for row in loaded[table].itertuples():
            if getattr(row, "bound", "") != "none" and (
                row.source_id in references or table in ("outcomes", "population", "benchmarks")
            ):
                yield from _read_back(loaded, table, row, words)
    for table in ("targets", "collection", "stated_counts", "industries"):
        frame = loaded[table]
        for row, quote in frame["quote"][frame["source_id"].isin(references) & (frame["quote"] != "")].items():
            yield Problem(
                loaded.path(table),
                int(row),
                "quote",
                f"'{quote}'",
                "nothing: the sentences of a reference are not carried over",
            )


def _rules(loaded: Tables) -> list[Problem]:
    """Return what does not hold between the columns of a row or the rows of a table."""
    problems = []

    def problem(table: str, row: int, column: str, found: str, expected: str) -> None:
        problems.append(Problem(loaded.path(table), int(row), column, found, expected))

    for row in loaded["sources"].itertuples():
        if row.kind == "reference" and not row.url:
            problem("sources", row.Index, "url", "nothing", "the address of a reference")
    measured = ["printed", "value_low", "value_high", "unit", "basis", "direction"]
    for row in loaded["targets"].itertuples():
        for column in measured:
            value = getattr(row, column)
            empty = pd.isna(value) or value == ""
            if row.bound == "none" and not empty:
                problem("targets", row.Index, column, f"'{value}'", "nothing, as bound is none")
            elif row.bound != "none" and empty:
                problem("targets", row.Index, column, "nothing", "a value, as bound is not none")
    kinds = loaded["sources"].set_index("source_id")["kind"]
    for row in loaded["targets"][
        (loaded["targets"]["area"] == "") & (loaded["targets"]["source_id"].map(kinds) == "seed")
    ].index:
        problem("targets", row, "area", "nothing", "an area, as the source is a seed")
    times, units = (loaded["measures"].set_index("measure")[column] for column in ("time", "unit"))
    for row in loaded["collection"].itertuples():
        if (times[row.measure] in ("stock", "to_date")) != (row.period_start == ""):
            problem(
                "collection",
                row.Index,
                "period_start",
                f"'{row.period_start}'",
                f"{'nothing' if row.period_start else 'a date'}, as {row.measure} is a {times[row.measure]}",
            )
        if units[row.measure] != row.unit:
            problem(
                "collection", row.Index, "unit", f"'{row.unit}'", f"'{units[row.measure]}', the unit of {row.measure}"
            )
    owner: dict[str, tuple[int, str]] = {}
    for row in loaded["units"].itertuples():
        for word in row.words.split("|"):
            if not word or owner.setdefault(word, (row.Index, row.unit))[0] != row.Index:
                problem(
                    "units",
                    row.Index,
                    "words",
                    f"'{word}'",
                    f"a measure word of one unit only ({owner[word][1]} has it)" if word else "words with | between",
                )
    for word in loaded["fixed_words"].itertuples():
        if not _NUMERAL.search(word.word):
            problem("fixed_words", word.Index, "word", f"'{word.word}'", "a word that holds a numeral")
    for plan_id, rows in loaded["areas"].groupby("plan_id"):
        if sorted(rows["position"]) != list(range(1, len(rows) + 1)):
            problem(
                "areas",
                rows.index[0],
                "position",
                ", ".join(map(str, rows["position"])),
                f"1 to {len(rows)} for {plan_id}",
            )
    return problems


def _stated_counts(loaded: Tables) -> Iterator[Problem]:
    """Yield stated counts that the rows of their plan do not bear out; a count of what is not listed stands alone."""
    for row in loaded["stated_counts"].itertuples():
        table, _, group = row.counts.partition(":")
        if table == "tasks":
            continue
        listed = loaded[table][loaded[table]["plan_id"] == row.plan_id]
        if group:
            listed = listed[listed["group"] == group]
        if len(listed) and len(listed) != row.value:
            yield Problem(
                loaded.path("stated_counts"),
                int(row.Index),
                "value",
                str(row.value),
                f"{len(listed)}, the rows of {loaded.path(table)} for {row.counts}",
            )
