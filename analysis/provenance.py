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

from analysis import quantities, rules, tables
from analysis.quantities import QuantityError
from analysis.tables import Problem, Tables

_COMMITMENTS = {row["word"]: row["commitment"] for row in quantities.vocabulary("commitment_words")}
COMMITMENT_WORDS = re.compile("|".join(map(quantities.word_pattern, quantities.vocabulary("commitment_words"))))
# The count takes nothing from `quantities` but a list of characters: what its reader misses must not vanish here too.
_NUMERAL = re.compile("[0-9]")


@dataclass(frozen=True)
class Seed:
    """The text of one seed file, folded and without white space, with the way back to its lines.

    Attributes:
        file: path relative to the root.
        text: the file as it stands.
        normalized: the text that quotes are found in.
        offsets: for each character of ``normalized``, its offset in ``text``.
    """

    file: str
    text: str
    normalized: str
    offsets: tuple[int, ...]

    @classmethod
    def from_text(cls, file: str, text: str) -> Seed:
        """Prepare a text for quoting."""
        normalized = quantities.normalize(text)
        offsets, at = [], 0
        for character in normalized:
            # A kept blank stands for a run of white space, of which any one character will do.
            while quantities.fold(text[at]) != character and not (character == " " and text[at].isspace()):
                at += 1
            offsets.append(at)
            at += 1
        return cls(file, text, normalized, tuple(offsets))

    def line(self, position: int) -> int:
        """Return the line of the file, from 1, on which a position of ``normalized`` stands."""
        return bisect_right(self._line_starts, self.offsets[position])

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def find(self, quote: str) -> list[int]:
        """Return every position of ``normalized`` at which the quote begins."""
        quote = quantities.normalize(quote)
        return [match.start() for match in re.finditer(f"(?={re.escape(quote)})", self.normalized)] if quote else []


@dataclass(frozen=True)
class Claim:
    """The run of a seed that one row takes as its number: positions of ``normalized``, end excluded."""

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
    problems = rules.problems(loaded)
    seeds, found = read_seeds(loaded)
    problems += found
    problems += [problem for seed in seeds.values() for problem in Proof(loaded, seed).problems]
    problems += _reference_rows(loaded)
    if problems:
        raise tables.DataError(problems)
    return loaded


def read_seeds(loaded: Tables) -> tuple[dict[str, Seed], list[Problem]]:
    """Return the seeds that the sources name, by file, and the problems of those that cannot be read."""
    seeds, problems = {}, []
    rows = loaded["sources"][loaded["sources"]["kind"] == "seed"]
    folder = loaded.root / "seeds"
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        if path.is_file() and not path.name.startswith(".") and f"seeds/{path.name}" not in set(rows["file"]):
            expected = f"a source of kind seed in {loaded.path('sources')}"
            problems.append(Problem(f"seeds/{path.name}", 0, "", "a file that no source names", expected))
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
        self._phrase_at = _by_position(quantities.find(seed.normalized, self.words))
        self._numeral_at = _by_position(match.span() for match in _NUMERAL.finditer(seed.normalized))
        self._claim_at: dict[int, Claim] = {}
        self._claims: dict[tuple[int, int], list[Claim]] = {}
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

        Columns: start, end (positions of ``normalized``), line, numeral, status (curated, context, fixed, left),
        table and row of the claim (empty and 0 for a fixed word or what is left), word (the fixed word).
        """
        fixed = _by_position(self._fixed_words())
        found = []
        for start, end in dict.fromkeys(self._numeral_at.values()):
            claim, word = self._claim_at.get(start), ""
            if claim:
                status = "context" if claim.table == "context_numbers" else "curated"
            elif start in fixed:
                status, word = "fixed", self.seed.normalized[slice(*fixed[start])]
            else:
                status = "left"
            found.append(
                (
                    start,
                    end,
                    self.seed.line(start),
                    self.seed.normalized[start:end],
                    status,
                    claim.table if claim else "",
                    claim.row if claim else 0,
                    word,
                )
            )
        return pd.DataFrame(found, columns=["start", "end", "line", "numeral", "status", "table", "row", "word"])

    def marks(self) -> list[tuple[int, int, str, list[Claim]]]:
        """Return the runs of the text that hold a numeral, in order, none overlapping.

        Each is start and end as offsets of the file's own text, status, and the claims on it (several where rows
        share a number, none for a fixed word).
        """
        runs: dict[tuple[int, int], tuple] = {}
        fixed = _by_position(self._fixed_words())
        for numeral in self.numerals().itertuples():
            claim = self._claim_at.get(numeral.start)
            run = (claim.start, claim.end) if claim else fixed.get(numeral.start, (numeral.start, numeral.end))
            ends = self.seed.offsets[run[0]], self.seed.offsets[run[1] - 1] + 1
            runs.setdefault(run, (*ends, numeral.status, self._claims.get(run, [])))
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
        quote, printed = quantities.normalize(row.quote), quantities.normalize(row.printed)
        if printed != row.printed:
            self._problem(
                table, row.Index, "printed", f"'{row.printed}'", f"'{printed}': no white space, no full-width digits"
            )
            return None
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
                    f"'{row.printed}', a part of the number {self.seed.normalized[first:last]}",
                    "the whole number",
                )
                return None
        self._claims.setdefault((claim.start, claim.end), []).append(claim)
        return claim

    def _curated(self, table: str, row) -> None:
        """Prove one row: its words, and what is read back from them."""
        if getattr(row, "bound", "") == "none":
            place = self._place(table, row)
            if place is not None and table == "targets":
                self._commitment(row, place + len(quantities.normalize(row.quote)))
            return
        claim = self._claim(table, row)
        if claim is None:
            return
        self._claim_at |= dict.fromkeys(range(claim.start, claim.end), claim)
        before = self.seed.normalized[claim.start - 1 : claim.start]
        if before and before in "数几第上":
            self._problem(
                table,
                row.Index,
                "printed",
                f"'{row.printed}' behind {before}",
                "a number that the word before leaves as it is",
            )
        phrase = self._phrase_at.get(claim.start)
        if phrase != (claim.start, claim.end):
            found = self.seed.normalized[slice(*phrase)] if phrase else ""
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
        read = commitment(self.seed.normalized, position)
        if row.commitment != read:
            self._problem("targets", row.Index, "commitment", f"'{row.commitment}'", f"'{read}', read from the clause")

    def _context(self, row) -> None:
        claim = self._claim("context_numbers", row)
        if claim is None:
            return
        if not _NUMERAL.match(row.printed) or re.search("[，。；、：！？]", row.printed):
            expected = "one number or date, from its first digit on" if _NUMERAL.search(row.printed) else "a number"
            self._problem("context_numbers", row.Index, "printed", f"'{row.printed}'", expected)
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
        items = re.split("[、等]", quantities.normalize(row.quote))
        if place is not None and quantities.normalize(row.name_zh) not in items:
            self._problem(
                "industries", row.Index, "name_zh", f"'{row.name_zh}'", f"one item of its quote '{row.quote}'"
            )
        elif place is not None and items.index(quantities.normalize(row.name_zh)) + 1 != row.position:
            self._problem(
                "industries",
                row.Index,
                "position",
                str(row.position),
                f"{items.index(quantities.normalize(row.name_zh)) + 1}, its place in the quote",
            )

    def _fixed_words(self) -> Iterator[tuple[int, int]]:
        words = sorted(map(quantities.normalize, self.loaded["fixed_words"]["word"]), key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, words)) or "(?!)")
        return (match.span() for match in pattern.finditer(self.seed.normalized))

    def _left_over(self) -> Iterator[Problem]:
        numerals = self.numerals()
        for numeral in numerals[numerals["status"] == "left"].itertuples():
            around = self.seed.normalized[max(0, numeral.start - 8) : numeral.end + 8]
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
    """Return the commitment of what stands at a position of a normalized text.

    It is that of the nearest commitment word to the left within the clause, which 、 does not end and
    ， ； 。 do; "plain" when there is none. A reading rule: grammar may reach further.

    >>> commitment("力争新培育绿色工厂200家、绿色工业园区20个", 18), commitment("力争创建7家，重组200家", 9)
    ('strive', 'plain')
    """
    clause = re.split("[，；。]", text[max(0, position - 200) : position])[-1]
    found = COMMITMENT_WORDS.findall(clause)
    return _COMMITMENTS[found[-1]] if found else "plain"


def _read_back(loaded: Tables, table: str, row, words: dict[str, str], bare: bool = False) -> Iterator[Problem]:
    """Yield what a row says of its number that ``printed`` does not.

    ``bare`` allows a number without a measure word, as tables and foreign pages print it: the row gives the unit.
    """

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
    unit = words.get(quantity.word, "")
    declared = getattr(row, "unit", "person" if table == "population" else unit)
    if declared != unit and not (bare and not quantity.word):
        yield problem("unit" if hasattr(row, "unit") else "printed", declared, unit)
    if hasattr(row, "bound") and row.bound != quantity.bound:
        yield problem("bound", row.bound, quantity.bound)
    elif not hasattr(row, "bound") and quantity.bound == "range":
        yield problem("printed", row.printed, "one number")
    elif quantity.bound != "exact" and (
        table in ("population", "benchmarks") or getattr(row, "comparable", "") == "yes"
    ):
        # These tables have no bound column: what is only about or at least the number must not pass for it.
        yield problem("printed", row.printed, "a number without a bound word")


def _reference_rows(loaded: Tables) -> Iterator[Problem]:
    """Yield what does not hold in rows read from references: no text is kept, but ``printed`` must say the value."""
    references = set(loaded["sources"]["source_id"][loaded["sources"]["kind"] == "reference"])
    words = quantities.unit_words(loaded["units"])
    for table in ("targets", "collection", "stated_counts", "outcomes", "population", "benchmarks"):
        for row in loaded[table].itertuples():
            unquoted = table in ("outcomes", "population", "benchmarks")
            if unquoted and row.source_id not in references:
                expected = "a reference: a row of this table has no quote"
                yield Problem(loaded.path(table), int(row.Index), "source_id", f"'{row.source_id}'", expected)
            if row.printed and (unquoted or row.source_id in references):
                yield from _read_back(loaded, table, row, words, bare=True)
    for row, source_id in loaded["context_numbers"]["source_id"].items():
        if source_id in references:
            file = loaded.path("context_numbers")
            yield Problem(file, int(row), "source_id", f"'{source_id}'", "a seed: a reference has no text here")
    for table in ("targets", "collection", "stated_counts", "industries"):
        frame = loaded[table]
        for row, quote in frame["quote"][frame["source_id"].isin(references) & (frame["quote"] != "")].items():
            expected = "nothing: the sentences of a reference are not carried over"
            yield Problem(loaded.path(table), int(row), "quote", f"'{quote}'", expected)
