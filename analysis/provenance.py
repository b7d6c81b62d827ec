"""Tie every curated number to the words it was read from, and every number of a seed to a row.

A row points at its words as the W3C TextQuoteSelector does, by quoting them; a number is tagged in its
text as inline XBRL does, from the outside. What ``printed`` says of a row is `readback`'s business, what the
words around it say `clauses`', and what holds between columns and rows that of `rules`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis import numerals, quantities, rules, seeds, tables
from analysis.clauses import YEAR, commitment, date_before, measures_named, sentence_start, short_name
from analysis.quantities import Phrase, normalize
from analysis.readback import Fault, ReadBack, reference_problems
from analysis.seeds import Seed
from analysis.tables import Problem, Tables

# What numbers a heading: （一）, 1. or 一是; it is another for every area.
_HEADING_NUMBER = re.compile("^(?:[（(][一二三四五六七八九十0-9]+[）)]|[一二三四五六七八九十0-9]+(?:[、.．]|是))")
_END_OF_NAME = "[，。；、：！？”）)等的和及与]|$"
_KINDS = {"date": "a date", "name": "a name", "ordinal": "an ordinal", "idiom": "an idiom"}


@dataclass(frozen=True)
class Claim:
    """The run of a seed that one row takes as its number: positions of ``normalized``, end excluded."""

    table: str
    row: int
    start: int
    end: int


class Mark(NamedTuple):
    """A run of a seed that holds a numeral.

    Attributes:
        start, end: offsets in the file's own text, end excluded.
        status: what became of it: curated, context, fixed or left.
        claims: on it; several where rows share a number, none for a fixed word or what is left.
    """

    start: int
    end: int
    status: str
    claims: list[Claim]


class _Unproven(Exception):
    """What ends the proof of a row: its `Fault`."""


def check(root: Path | str | None = None) -> Tables:
    """Load a root and prove every curated number against its words; return the tables when all holds.

    Raises:
        tables.DataError: with every problem found, each with file, row, column, found and expected.
    """
    return prove(root)[0]


def prove(root: Path | str | None = None) -> tuple[Tables, list[Proof]]:
    """Do what `check` does, and return the proofs too; raise `tables.DataError` with every problem found."""
    loaded, problems, proven = _survey(root)
    if problems:
        raise tables.DataError(problems)
    return loaded, proven


def survey(root: Path | str | None = None) -> tuple[Tables, list[Problem]]:
    """Load what a root has so far and return it with every problem: for a curator at work, whose `check` still fails.

    What words prove is asked once every row can be used: till then a number would seem unclaimed whose row is faulty.

    Raises:
        tables.DataError: there is no root, or its descriptor does not hold.
    """
    return _survey(root)[:2]


def _survey(root: Path | str | None) -> tuple[Tables, list[Problem], list[Proof]]:
    loaded, problems, whole = tables.partial(root)
    if not whole:
        return loaded, problems, []
    proven = proofs(loaded)
    found = [*seeds.read(loaded)[1], *rules.problems(loaded), *reference_problems(loaded)]
    found += [problem for proof in proven for problem in proof.problems]
    # Of an empty cell the words often say what belongs there.
    known = {(problem.file, problem.row, problem.column) for problem in found}
    gaps = [gap for gap in problems if (gap.file, gap.row, gap.column) not in known]
    return loaded, gaps + found, proven


def proofs(loaded: Tables) -> list[Proof]:
    """Return the proof of each seed file that can be read, by the names of the files; rows that do not hold are in it.

    >>> [len(proof.problems) for proof in proofs(tables.load())]
    [0]
    """
    return [Proof(loaded, seed) for _, seed in sorted(seeds.read(loaded)[0].items())]


class Proof:
    """What the rows of all sources in one seed claim of its text, and what does not hold.

    ``problems`` lists the rows that do not hold, and the numerals that no row claims (`tables.Problem`).
    """

    def __init__(self, loaded: Tables, seed: Seed) -> None:
        self.loaded, self.seed, self.text = loaded, seed, seed.normalized
        self.problems: list[Problem] = []
        self._read_back = ReadBack(loaded)
        self.words = self._read_back.words
        self.phrases = list(quantities.find(self.text, self.words))
        self._phrase_at: dict[int, Phrase] = _by_position(self.phrases)
        self._numerals = numerals.spans(self.text, self.words)
        self._numeral_at = _by_position(self._numerals)
        fixed = sorted(map(normalize, loaded["fixed_words"]["word"]), key=len, reverse=True)
        pattern = "|".join(map(re.escape, fixed)) or "(?!)"
        self._fixed_at = _by_position(match.span() for match in re.finditer(pattern, self.text))
        self._claim_at: dict[int, Claim] = {}
        self._claims: dict[tuple[int, int], list[Claim]] = defaultdict(list)
        sources = loaded["sources"][loaded["sources"]["file"] == seed.file].sort_values("first_line")
        self._sources = {row.source_id: row for row in sources.itertuples()}
        self._source_of_plan = loaded["plans"].set_index("plan_id")["source_id"].to_dict()
        self._parts = dict(self._source_parts())
        self._openings = self._plan_openings()
        self._prove("targets", self._curated)
        self._prove("collection", self._curated)
        self._prove("stated_counts", self._curated)
        self._prove("context_numbers", self._context)
        self._prove("industries", self._industry)
        self._prove("plans", self._plan)
        self._shared()
        self.problems += self._left_over()

    def numerals(self) -> pd.DataFrame:
        """Return every numeral of the seed and what became of it.

        Columns: start, end (positions of ``normalized``), line, numeral, status (curated, context, fixed, left),
        table and row of the claim (empty and 0 for a fixed word or what is left), word (the fixed word).
        """
        nothing, rows = Claim("", 0, 0, 0), []
        for start, end in self._numerals:
            claim, status = self._claim_at.get(start, nothing), self._status(start)
            word = self.text[slice(*self._fixed_at[start])] if status == "fixed" else ""
            numeral = self.text[start:end]
            rows.append((start, end, self.seed.line(start), numeral, status, claim.table, claim.row, word))
        return pd.DataFrame(rows, columns=["start", "end", "line", "numeral", "status", "table", "row", "word"])

    def marks(self) -> list[Mark]:
        """Return the runs of the text that hold a numeral, in order, none overlapping."""
        marks = {}
        for start, end in self._numerals:
            claim = self._claim_at.get(start)
            run = (claim.start, claim.end) if claim else self._fixed_at.get(start, (start, end))
            first, last = self.seed.offsets[run[0]], self.seed.offsets[run[1] - 1]
            marks.setdefault(run, Mark(first, last + 1, self._status(start), self._claims.get(run, [])))
        return list(marks.values())

    def _status(self, numeral: int) -> str:
        """Return what became of the numeral at a position."""
        if claim := self._claim_at.get(numeral):
            return "context" if claim.table == "context_numbers" else "curated"
        return "fixed" if numeral in self._fixed_at else "left"

    def _add(self, table: str, row: int, *fault: str) -> None:
        self.problems.append(self.loaded.problem(table, row, *fault))

    def _prove(self, table: str, faults_of: Callable[[str, object], Iterator[Fault]]) -> None:
        """Prove the rows of a table that were read from this seed."""
        frame = self.loaded[table]
        for row in frame[frame["source_id"].isin(self._parts)].itertuples():
            try:
                for fault in faults_of(table, row):
                    self._add(table, row.Index, *fault)
            except _Unproven as ended:
                self._add(table, row.Index, *ended.args)

    # Where a source, an area and a quote stand.

    def _source_parts(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the part of the text that each source is; sources of one file do not share lines."""
        end_before, count = 0, self.seed.last_line
        for row in self._sources.values():
            first, last = (0 if pd.isna(line) else int(line) for line in (row.first_line, row.last_line))
            if not 1 <= first <= last <= count:
                expected = f"first_line and last_line between 1 and {count}, the lines of {self.seed.file}"
                self._add("sources", row.Index, "first_line", f"'{first or ''}' to '{last or ''}'", expected)
            elif first <= end_before:
                expected = f"a line behind {end_before}, the last of the source before it in {self.seed.file}"
                self._add("sources", row.Index, "first_line", f"'{first}'", expected)
            else:
                end_before = last
            yield row.source_id, self.seed.part(*(min(max(line, 1), count) for line in (first, last)))

    def _plan_openings(self) -> dict[str, list[tuple[int, str]]]:
        """Return by plan where each of its areas opens in the text, and the area's code, in the plan's order."""
        areas, openings = self.loaded["areas"].sort_values("position"), defaultdict(list)
        for plan, rows in areas[areas["plan_id"].map(self._source_of_plan).isin(self._parts)].groupby("plan_id"):
            around = {}  # by row what stands around the area's name: 聚力在…上攻坚提质
            for row in rows.itertuples():
                try:
                    place, before = self._place(row, self._source_of_plan[plan]), openings[plan][-1:]
                except _Unproven as ended:
                    self._add("areas", row.Index, *ended.args)
                    continue
                if before and place <= before[0][0]:
                    expected = f"words behind those that open '{before[0][1]}', as its position says"
                    self._add("areas", row.Index, "quote", f"'{row.quote}'", expected)
                openings[plan].append((place, row.area))
                heading = _HEADING_NUMBER.sub("", normalize(row.quote))
                around[row.Index] = heading.replace(normalize(row.name_zh), "…", 1)
            usual = max(around.values(), key=list(around.values()).count, default="")
            for row in rows.itertuples():
                words = around.get(row.Index, "…")
                if "…" not in words or words not in ("…", usual):
                    expected = "the area's whole name: what stands around it is the same for all areas, or nothing"
                    self._add("areas", row.Index, "name_zh", f"'{row.name_zh}' in the quote '{row.quote}'", expected)
        return openings

    def _place(self, row, source_id: str) -> int:
        """Return where a row's quote begins: it stands in the file once, in its source's lines, and cuts no phrase."""
        starts, file = self.seed.find(row.quote), self.seed.file
        if not row.quote:
            raise _Unproven("quote", "nothing", f"a run of words of {file}")
        if not starts:
            found = f"'{row.quote}', which is not in {file}"
            raise _Unproven("quote", found, "words that stand there exactly once")
        if len(starts) > 1:
            lines = ", ".join(str(self.seed.line(start)) for start in starts)
            found = f"'{row.quote}', {len(starts)} times in {file} (lines {lines})"
            raise _Unproven("quote", found, "words that stand there exactly once: quote a little more")
        start, end = starts[0], starts[0] + len(normalize(row.quote))
        first, last = self._parts[source_id]
        if not first <= start <= end <= last:
            found = f"'{source_id}', while the quote stands on line {self.seed.line(start)}"
            lines = f"lines {self.seed.line(first)} to {self.seed.line(last - 1)} of {file}, where it stands"
            raise _Unproven("source_id", found, lines)
        for position, cut in ((start, self._phrase_at.get(start)), (end, self._phrase_at.get(end - 1))):
            if cut and cut.start < position < cut.end:
                found = f"'{row.quote}', which cuts '{self.text[cut.start : cut.end]}'"
                raise _Unproven("quote", found, "whole phrases: quote a little more or less")
        return start

    # What a row claims.

    def _claim(self, table: str, row) -> Claim:
        """Return the run that a row's ``printed`` takes in its quote, whole numerals only."""
        first = self._place(row, row.source_id)
        printed = normalize(row.printed)
        if printed != row.printed:
            raise _Unproven("printed", f"'{row.printed}'", f"'{printed}': no white space, no full-width digits")
        last = first + len(normalize(row.quote))
        starts = quantities.positions(self.text, printed, first, last) if printed else ()
        runs = [(start, start + len(printed)) for start in starts]
        # 5个 stands in 15个 too, but not as a phrase.
        runs = [run for run in runs if self._phrase_at.get(run[0], ())[:2] == run] or runs
        if len(runs) != 1:
            found = f"'{printed}', {len(runs)} times in the quote '{row.quote}'" if printed else "nothing"
            raise _Unproven("printed", found, "the number as the quote prints it, once")
        (start, end) = runs[0]
        for numeral in (self._numeral_at.get(start), self._numeral_at.get(end - 1)):
            if numeral and (numeral[0] < start or numeral[1] > end):
                found = f"'{printed}', a part of the number {self.text[slice(*numeral)]}"
                raise _Unproven("printed", found, "the whole number")
        claim = Claim(table, row.Index, start, end)
        self._claims[start, end].append(claim)
        return claim

    def _curated(self, table: str, row) -> Iterator[Fault]:
        """Prove one row: its words, and what is read back from them."""
        if getattr(row, "bound", "") == "none":
            yield from self._qualitative(table, row)
            return
        claim = self._claim(table, row)
        self._claim_at |= dict.fromkeys(range(claim.start, claim.end), claim)
        before = self.text[claim.start - 1 : claim.start]
        if before and before in "数几第":
            yield "printed", f"'{row.printed}' behind {before}", "a number that the word before leaves as it is"
        phrase = self._phrase_at.get(claim.start)
        longer = self._longer(phrase) if phrase else ""
        if not phrase:
            yield "printed", f"'{row.printed}'", "a number with its measure word"
        # What a plan counts may be a bare number; a target or a figure has a unit.
        elif phrase[:2] != (claim.start, claim.end) or (longer and table != "stated_counts"):
            whole = f"the whole phrase '{self.text[phrase.start : phrase.end]}', with its measure word and bound word"
            if longer:
                word, units = quantities.read(longer).word, self.loaded.path("units")
                whole = f"'{longer}', and {word} in {units}: it has no such measure word"
            yield "printed", f"'{row.printed}'", whole
        elif phrase.kind != "quantity":
            yield "printed", f"'{row.printed}', which is read as {_KINDS[phrase.kind]}", "a quantity"
        yield from self._read_back.faults(table, row)
        if table == "collection":
            yield from (*self._measure(row, claim), *self._period(row, claim), *self._place_name(row))
        else:
            yield from self._of_its_plan(table, row, claim.start)

    def _longer(self, phrase: Phrase) -> str:
        """Return a phrase with the unknown measure word behind it, or nothing."""
        return quantities.with_unknown_measure(self.text, phrase, self.words)

    def _qualitative(self, table: str, row) -> Iterator[Fault]:
        """Prove a target without a number: its name stands in its quote whole, and no other row's number does."""
        first = self._place(row, row.source_id)
        quote, name = normalize(row.quote), normalize(row.name_zh)
        start, last = first + quote.find(name), first + len(quote)
        end = start + len(name)
        if quote.count(name) != 1 or not re.match(_END_OF_NAME, self.text[end : end + 1]):
            expected = f"a name that stands in the quote '{row.quote}' once and ends where its clause does"
            raise _Unproven("name_zh", f"'{row.name_zh}'", expected)
        for numeral in self._numerals:
            if first <= numeral[0] < last and not start <= numeral[0] < end and numeral[0] not in self._fixed_at:
                found = f"'{row.quote}', which holds the number {self.text[slice(*numeral)]}"
                yield "quote", found, "words without another row's number"
        yield from self._of_its_plan(table, row, first, end)

    def _of_its_plan(self, table: str, row, position: int, end: int | None = None) -> Iterator[Fault]:
        """Prove the plan by its source, a target's area by the words that open it, its commitment by the clause."""
        source = self._source_of_plan[row.plan_id]
        if source != row.source_id:
            expected = f"a plan whose source is {row.source_id} ({row.plan_id} has {source})"
            yield "plan_id", f"'{row.plan_id}'", expected
        elif table == "targets":
            area = "".join([area for start, area in self._openings[row.plan_id] if start <= position][-1:])
            if row.area != area:
                expected = f"'{area}', whose words open this part of the text"
                yield "area", f"'{row.area}'", expected if area else "nothing: no area has opened"
        if table == "targets":
            read = commitment(self.text, position if end is None else end)
            if row.commitment != read:
                yield "commitment", f"'{row.commitment}'", f"'{read}', read from the clause"

    def _measure(self, row, claim: Claim) -> Iterator[Fault]:
        """Prove a measure: of all measures of the unit, its words stand nearest to the number within the quote."""
        measures, place = self.loaded["measures"], self.seed.find(row.quote)[0]
        part, number = (place, place + len(normalize(row.quote))), (claim.start, claim.end)
        nearest = min(measures_named(measures[measures["unit"] == row.unit], self.text, number, part), default=None)
        if not nearest:
            expected = f"words of {self.loaded.path('measures')} beside the number: quote a little more"
            yield "quote", f"'{row.quote}', which names no measure in {row.unit}", expected
        elif nearest.measure != row.measure:
            expected = f"'{nearest.measure}', by '{nearest.word}', the nearest words in the quote"
            yield "measure", f"'{row.measure}'", expected

    def _period(self, row, claim: Claim) -> Iterator[Fault]:
        """Prove a period by the nearest year to the left in its sentence that is no comparison.

        Where its sentence has none, it is a year that the source prints, or with 去年 the year before one.
        """
        if date := date_before(self.text, self.phrases, claim.start):
            years, why = YEAR.findall(date), f"as '{date}' stands before it"
            starts, ends = years[:1], years[-1:]
        else:
            printed = self._printed_years(row.source_id)
            if re.search("去年|上年", self.text[sentence_start(self.text, claim.start) : claim.start]):
                printed |= {str(int(year) - 1) for year in printed}
            starts = ends = sorted(printed)
            why = f"the years that {row.source_id} prints"
        for column, years in (("period_start", starts), ("period_end", ends)):
            cell = getattr(row, column)
            if cell and years and cell[:4] not in years:
                yield column, f"'{cell}'", f"{' or '.join(years)}, {why}"

    def _printed_years(self, source_id: str) -> set[str]:
        """Return the years in a source's text; where it says 今年 or prints none, that of its publication too."""
        first, last = self._parts[source_id]
        dates = [date for date in self.phrases if date.kind == "date" and first <= date.start < last]
        years = {year for date in dates for year in YEAR.findall(self.text[date.start : date.end])}
        if not years or re.search("今年|本年|年内|全年", self.text[first:last]):
            years |= {self._sources[source_id].published[:4]} - {""}
        return years

    def _plan(self, _: str, row) -> Iterator[Fault]:
        yield from self._place_name(row)
        text, published = self.text[slice(*self._parts[row.source_id])], self._sources[row.source_id].published
        for column in ("period_start", "period_end"):
            year = getattr(row, column)[:4]
            if year not in text and year != published[:4]:
                expected = f"a year that the text of {row.source_id} prints, or that it was published in"
                yield column, f"'{getattr(row, column)}'", expected

    def _place_name(self, row) -> Iterator[Fault]:
        name, source = self.loaded.names("places", "zh")[row.place], self._sources[row.source_id]
        # A province's report says 全省 throughout; its title and its publisher name the province.
        text = self.text[slice(*self._parts[row.source_id])] + source.title_zh + source.publisher_zh
        if short_name(name) not in text:
            expected = f"a place whose Chinese name stands in the text of {row.source_id}, its title or its publisher"
            yield "place", f"'{row.place}' ({name})", expected

    def _context(self, table: str, row) -> Iterator[Fault]:
        claim = self._claim(table, row)
        inside = [phrase for phrase in self.phrases if phrase.start < claim.end and claim.start < phrase.end]
        words = "' and '".join(self.text[phrase.start : phrase.end] for phrase in inside)
        # An unknown measure word may follow: 六方面, 百企.
        rest = row.printed.removeprefix(words) if row.printed.startswith(words) else "…"
        if inside and not re.fullmatch("[\u4e00-\u9fff]{0,3}", rest):
            yield "printed", f"'{row.printed}'", f"one whole phrase of '{words}'"
        elif not inside and not any(position in self._numeral_at for position in range(claim.start, claim.end)):
            yield "printed", f"'{row.printed}'", "a number"
        others = {self._claim_at.setdefault(position, claim) for position in range(claim.start, claim.end)} - {claim}
        for other in sorted(others, key=lambda other: other.start)[:1]:
            found = f"'{row.printed}', which {self.loaded.path(other.table)} row {other.row} claims too"
            yield "printed", found, "a number that no other row claims"

    def _industry(self, table: str, row) -> Iterator[Fault]:
        place = self._place(row, row.source_id)
        items, name = re.split("[、等]", normalize(row.quote)), normalize(row.name_zh)
        if name not in items:
            yield "name_zh", f"'{row.name_zh}'", f"one item of its quote '{row.quote}'"
        elif items.index(name) + 1 != row.position:
            yield "position", str(row.position), f"{items.index(name) + 1}, its place in the quote"
        yield from self._of_its_plan(table, row, place)

    def _shared(self) -> None:
        """Refuse a number that two rows claim, unless both are targets whose names differ and whose notes say why."""
        for claims in self._claims.values():
            curated = [claim for claim in claims if claim.table != "context_numbers"]
            for claim in curated if len(curated) > 1 else []:
                row, first = self.loaded[claim.table].loc[claim.row], curated[0]
                if {claim.table, first.table} != {"targets"}:
                    found = f"'{row['printed']}', which {self.loaded.path(first.table)} row {first.row} claims too"
                    self._add(claim.table, claim.row, "printed", found, "a number that one row claims")
                elif claim is not first and row["name_zh"] == self.loaded["targets"]["name_zh"][first.row]:
                    expected = f"another name than row {first.row} with this number"
                    self._add("targets", claim.row, "name_zh", f"'{row['name_zh']}' again", expected)
                elif not row["note"]:
                    self._add("targets", claim.row, "note", "nothing", "why another row has the same number")

    def _left_over(self) -> Iterator[Problem]:
        """Yield what no row claims in the order of the text, one problem a phrase."""
        left = [(start, end) for start, end in self._numerals if self._status(start) == "left"]
        for start, end, *kind in dict.fromkeys(self._phrase_at.get(span[0], span) for span in left):
            around = self.text[max(0, start - 8) : end + 8]
            found = f"'{self.text[start:end]}' in '…{around}…', which no row claims"
            longer = self._longer(self._phrase_at[start]) if kind else ""
            add = f"add {quantities.read(longer).word} to {self.loaded.path('units')}, and " if longer else ""
            expected = f"{add}a curated row, a row of {self.loaded.path('context_numbers')} or a fixed word"
            yield Problem(self.seed.file, self.seed.line(start), "", found, expected)


def _by_position(spans: Iterable) -> dict:
    """Return the span that covers each position."""
    return {position: span for span in spans for position in range(span[0], span[1])}
