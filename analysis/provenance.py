"""Tie every curated number to the words it was read from, and every number of a seed to a row.

A row points at its words as the W3C TextQuoteSelector does, by quoting them; a number is tagged in its
text as inline XBRL does, from the outside. Reading a phrase is the business of `quantities`, what holds
between columns and rows that of `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis import numerals, quantities, rules, seeds, tables
from analysis.quantities import Phrase, QuantityError
from analysis.seeds import Seed
from analysis.tables import Problem, Tables

_COMMITMENTS = {row["word"]: row["commitment"] for row in quantities.vocabulary("commitment_words")}
COMMITMENT_WORDS = re.compile("|".join(map(quantities.word_pattern, quantities.vocabulary("commitment_words"))))
# A year behind one of these is what a number is compared with, or where it begins; so is a year before one of those.
_GOVERNS_A_YEAR = "比较自从"
_COMPARES_A_YEAR = re.compile("相[比较]|同期|持平")
# A text may leave out what kind of place it is: 内蒙古 for 内蒙古自治区.
_KIND_OF_PLACE = re.compile("(?<=..)(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|[省市县区])$")
_YEAR = re.compile("(?:1[89]|20|21)[0-9]{2}")
# What numbers a heading: （一）, 1. or 一是; it is another for every area.
_HEADING_NUMBER = re.compile("^(?:[（(][一二三四五六七八九十0-9]+[）)]|[一二三四五六七八九十0-9]+(?:[、.．]|是))")
_END_OF_NAME = "[，。；、：！？”）)等的和及与]|$"


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
    try:
        loaded = tables.load(root)
        problems = _unproven(loaded)
    except tables.DataError:
        loaded, problems = survey(root)
    if problems:
        raise tables.DataError(problems)
    return loaded


def survey(root: Path | str | None = None) -> tuple[Tables, list[Problem]]:
    """Load what a root has so far and return it with every problem: for a curator at work, whose `check` still fails.

    What words prove is asked once every row can be used: till then a number would seem unclaimed whose row is faulty.

    Raises:
        tables.DataError: there is no root, or its descriptor does not hold.
    """
    loaded, problems, whole = tables.partial(root)
    if whole:
        found = _unproven(loaded)
        # Of an empty cell the words often say what belongs there.
        known = {(problem.file, problem.row, problem.column) for problem in found}
        problems = [gap for gap in problems if (gap.file, gap.row, gap.column) not in known] + found
    return loaded, problems


def _unproven(loaded: Tables) -> list[Problem]:
    found = [*seeds.read(loaded)[1], *rules.problems(loaded), *_reference_rows(loaded)]
    return found + [problem for proof in proofs(loaded) for problem in proof.problems]


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
        self.loaded, self.seed = loaded, seed
        self.words = quantities.unit_words(loaded["units"])
        self.phrases = list(quantities.find(seed.normalized, self.words))
        self._phrase_at = _by_position(self.phrases)
        self._spans = numerals.spans(seed.normalized, self.words)
        self._numeral_at = _by_position(self._spans)
        self._claim_at: dict[int, Claim] = {}
        self._claims: dict[tuple[int, int], list[Claim]] = {}
        self.problems: list[Problem] = []
        plans, rows = loaded["plans"], loaded["sources"][loaded["sources"]["file"] == seed.file]
        self._source_of_plan = dict(zip(plans["plan_id"], plans["source_id"], strict=True))
        self._parts = dict(self._source_parts(rows))
        self._openings = {plan: list(self._plan_openings(plan, rows)) for plan, rows in self._areas()}
        for table in ("targets", "collection", "stated_counts"):
            for row in self._rows(table):
                self._curated(table, row)
        for row in self._rows("context_numbers"):
            self._context(row)
        for row in self._rows("industries"):
            self._industry(row)
        for row in self._rows("plans"):
            self._plan(row)
        self._shared()
        self.problems += self._left_over()

    def numerals(self) -> pd.DataFrame:
        """Return every numeral of the seed and what became of it.

        Columns: start, end (positions of ``normalized``), line, numeral, status (curated, context, fixed, left),
        table and row of the claim (empty and 0 for a fixed word or what is left), word (the fixed word).
        """
        found = []
        for start, end in self._spans:
            claim, word = self._claim_at.get(start), ""
            if claim:
                status = "context" if claim.table == "context_numbers" else "curated"
            elif start in self._fixed_at:
                status, word = "fixed", self.seed.normalized[slice(*self._fixed_at[start])]
            else:
                status = "left"
            table, row = (claim.table, claim.row) if claim else ("", 0)
            numeral = self.seed.normalized[start:end]
            found.append((start, end, self.seed.line(start), numeral, status, table, row, word))
        return pd.DataFrame(found, columns=["start", "end", "line", "numeral", "status", "table", "row", "word"])

    def marks(self) -> list[tuple[int, int, str, list[Claim]]]:
        """Return the runs of the text that hold a numeral, in order, none overlapping.

        Each is start and end as offsets of the file's own text, status, and the claims on it (several where rows
        share a number, none for a fixed word).
        """
        runs: dict[tuple[int, int], tuple] = {}
        for numeral in self.numerals().itertuples():
            claim = self._claim_at.get(numeral.start)
            run = (claim.start, claim.end) if claim else self._fixed_at.get(numeral.start, (numeral.start, numeral.end))
            ends = self.seed.offsets[run[0]], self.seed.offsets[run[1] - 1] + 1
            runs.setdefault(run, (*ends, numeral.status, self._claims.get(run, [])))
        return list(runs.values())

    @cached_property
    def _fixed_at(self) -> dict[int, tuple[int, int]]:
        """Each position that a fixed word covers, with the word's span; the longest word wins."""
        words = sorted(map(quantities.normalize, self.loaded["fixed_words"]["word"]), key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, words)) or "(?!)")
        return _by_position(match.span() for match in pattern.finditer(self.seed.normalized))

    def _rows(self, table: str) -> Iterator:
        frame = self.loaded[table]
        return frame[frame["source_id"].isin(self._parts)].itertuples()

    def _problem(self, table: str, row: int, column: str, found: str, expected: str) -> None:
        self.problems.append(Problem(self.loaded.path(table), int(row), column, found, expected))

    # Where a source, an area and a quote stand.

    def _source_parts(self, rows: pd.DataFrame) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield the part of the text that each source is; sources of one file do not share lines."""
        end_before = 0
        for row in rows.sort_values("first_line").itertuples():
            first, last = (0 if pd.isna(line) else int(line) for line in (row.first_line, row.last_line))
            if not 1 <= first <= last <= self.seed.last_line:
                expected = (
                    f"first_line and last_line between 1 and {self.seed.last_line}, the lines of {self.seed.file}"
                )
                self._problem("sources", row.Index, "first_line", f"'{first or ''}' to '{last or ''}'", expected)
            elif first <= end_before:
                expected = f"a line behind {end_before}, the last of the source before it in {self.seed.file}"
                self._problem("sources", row.Index, "first_line", f"'{first}'", expected)
            else:
                end_before = last
            yield row.source_id, self.seed.part(*(min(max(line, 1), self.seed.last_line) for line in (first, last)))

    def _areas(self) -> Iterator[tuple[str, pd.DataFrame]]:
        plans = self.loaded["plans"]
        here = plans["plan_id"][plans["source_id"].isin(self._parts)]
        return iter(self.loaded["areas"][self.loaded["areas"]["plan_id"].isin(here)].groupby("plan_id"))

    def _plan_openings(self, plan: str, rows: pd.DataFrame) -> Iterator[tuple[int, str]]:
        """Yield where each area of a plan opens in the text, and its code, in the plan's order."""
        source = self._source_of_plan[plan]
        frames, before = {}, (-1, "")
        for row in rows.sort_values("position").itertuples():
            place = self._place("areas", row, source)
            if place is None:
                continue
            if place < before[0]:
                expected = f"words behind those that open '{before[1]}', as its position says"
                self._problem("areas", row.Index, "quote", f"'{row.quote}'", expected)
            heading = _HEADING_NUMBER.sub("", quantities.normalize(row.quote))
            frames[row.Index] = heading.replace(quantities.normalize(row.name_zh), "…", 1)
            before = place, row.area
            yield before
        usual = max(frames.values(), key=list(frames.values()).count, default="")
        for row, frame in frames.items():
            if "…" not in frame or frame not in ("…", usual):
                found = f"'{rows['name_zh'][row]}' in the quote '{rows['quote'][row]}'"
                expected = "the area's whole name: what stands around it is the same for all areas, or nothing"
                self._problem("areas", row, "name_zh", found, expected)

    def _place(self, table: str, row, source_id: str) -> int | None:
        """Return where a row's quote begins; it must stand in the file once, in its source's lines, cutting nothing."""
        places, file = self.seed.find(row.quote), self.seed.file
        if not row.quote:
            self._problem(table, row.Index, "quote", "nothing", f"a run of words of {file}")
        elif not places:
            expected = "words that stand there exactly once"
            self._problem(table, row.Index, "quote", f"'{row.quote}', which is not in {file}", expected)
        elif len(places) > 1:
            lines = ", ".join(str(self.seed.line(place)) for place in places)
            found = f"'{row.quote}', {len(places)} times in {file} (lines {lines})"
            self._problem(table, row.Index, "quote", found, "words that stand there exactly once: quote a little more")
        else:
            return self._within(table, row, source_id, places[0])
        return None

    def _within(self, table: str, row, source_id: str, start: int) -> int | None:
        end = start + len(quantities.normalize(row.quote))
        first, last = self._parts[source_id]
        if not first <= start <= end <= last:
            lines = f"lines {self.seed.line(first)} to {self.seed.line(last - 1)} of {self.seed.file}, where it stands"
            found = f"'{source_id}', while the quote stands on line {self.seed.line(start)}"
            self._problem(table, row.Index, "source_id", found, lines)
            return None
        for position, cut in ((start, self._phrase_at.get(start)), (end, self._phrase_at.get(end - 1))):
            if cut and cut[0] < position < cut[1]:
                words = self.seed.normalized[cut[0] : cut[1]]
                found, expected = f"'{row.quote}', which cuts '{words}'", "whole phrases: quote a little more or less"
                self._problem(table, row.Index, "quote", found, expected)
                return None
        return start

    # What a row claims.

    def _claim(self, table: str, row) -> Claim | None:
        """Return the run that a row's ``printed`` takes in its quote, whole numerals only."""
        place = self._place(table, row, row.source_id)
        if place is None:
            return None
        quote, printed = quantities.normalize(row.quote), quantities.normalize(row.printed)
        if printed != row.printed:
            expected = f"'{printed}': no white space, no full-width digits"
            self._problem(table, row.Index, "printed", f"'{row.printed}'", expected)
            return None
        starts = [place + match.start() for match in re.finditer(f"(?={re.escape(printed)})", quote) if printed]
        if len(starts) > 1:  # 5个 stands in 15个 too, but not as a phrase
            ends = {start: start + len(printed) for start in starts}
            whole = [start for start in starts if self._phrase_at.get(start, ())[:2] == (start, ends[start])]
            starts = whole or starts
        if len(starts) != 1:
            found = f"'{row.printed}', {len(starts)} times in the quote '{row.quote}'" if printed else "nothing"
            self._problem(table, row.Index, "printed", found, "the number as the quote prints it, once")
            return None
        claim = Claim(table, row.Index, starts[0], starts[0] + len(printed))
        for first, last in filter(None, (self._numeral_at.get(claim.start), self._numeral_at.get(claim.end - 1))):
            if first < claim.start or last > claim.end:
                found = f"'{row.printed}', a part of the number {self.seed.normalized[first:last]}"
                self._problem(table, row.Index, "printed", found, "the whole number")
                return None
        self._claims.setdefault((claim.start, claim.end), []).append(claim)
        return claim

    def _curated(self, table: str, row) -> None:
        """Prove one row: its words, and what is read back from them."""
        if getattr(row, "bound", "") == "none":
            self._qualitative(row)
            return
        claim = self._claim(table, row)
        if claim is None:
            return
        self._claim_at |= dict.fromkeys(range(claim.start, claim.end), claim)
        before = self.seed.normalized[claim.start - 1 : claim.start]
        if before and before in "数几第":
            expected = "a number that the word before leaves as it is"
            self._problem(table, row.Index, "printed", f"'{row.printed}' behind {before}", expected)
        phrase = self._phrase_at.get(claim.start)
        is_whole = phrase and phrase[:2] == (claim.start, claim.end)
        # What a plan counts may be a bare number; a target or a figure has a unit.
        if not is_whole or (table != "stated_counts" and self._longer(phrase)):
            expected = self._remedy(phrase) if phrase else "a number with its measure word"
            self._problem(table, row.Index, "printed", f"'{row.printed}'", expected)
        elif phrase.kind != "quantity":
            self._problem(
                table, row.Index, "printed", f"'{row.printed}', which is read as {_A[phrase.kind]}", "a quantity"
            )
        self.problems += _read_back(self.loaded, table, row, self.words)
        if table == "collection":
            self._measure(row, claim)
            self._period(row, claim)
            self._place_name(table, row)
        else:
            self._of_its_plan(table, row, claim.start)
        if table == "targets":
            self._commitment(row, claim.start)

    def _longer(self, phrase: Phrase) -> str:
        """Return a phrase with the unknown measure word behind it, or nothing."""
        return quantities.with_unknown_measure(self.seed.normalized, phrase, self.words)

    def _remedy(self, phrase: Phrase) -> str:
        words = self.seed.normalized[phrase.start : phrase.end]
        if longer := self._longer(phrase):
            word, units = quantities.read(longer).word, self.loaded.path("units")
            return f"'{longer}', and {word} in {units}: it has no such measure word"
        return f"the whole phrase '{words}', with its measure word and bound word"

    def _qualitative(self, row) -> None:
        """Prove a target without a number: its name stands in its quote whole, and no other row's number does."""
        place = self._place("targets", row, row.source_id)
        if place is None:
            return
        quote, name = quantities.normalize(row.quote), quantities.normalize(row.name_zh)
        start = place + quote.find(name)
        ends_whole = re.match(_END_OF_NAME, self.seed.normalized[start + len(name) :][:1])
        if quote.count(name) != 1 or not ends_whole:
            expected = f"a name that stands in the quote '{row.quote}' once and ends where its clause does"
            self._problem("targets", row.Index, "name_zh", f"'{row.name_zh}'", expected)
            return
        outside = {*range(place, place + len(quote))} - {*range(start, start + len(name))}
        numbers = dict.fromkeys(
            self._numeral_at[position] for position in sorted(outside) if position in self._numeral_at
        )
        fixed = {span for span in numbers if span[0] in self._fixed_at}
        for first, last in numbers.keys() - fixed:
            found = f"'{row.quote}', which holds the number {self.seed.normalized[first:last]}"
            self._problem("targets", row.Index, "quote", found, "words without another row's number")
        self._of_its_plan("targets", row, place)
        self._commitment(row, start + len(name))

    def _commitment(self, row, position: int) -> None:
        read = commitment(self.seed.normalized, position)
        if row.commitment != read:
            self._problem("targets", row.Index, "commitment", f"'{row.commitment}'", f"'{read}', read from the clause")

    def _of_its_plan(self, table: str, row, position: int) -> None:
        """Prove the plan by its source, and a target's area by the words that open the area's part."""
        source = self._source_of_plan[row.plan_id]
        if source != row.source_id:
            expected = f"a plan whose source is {row.source_id} ({row.plan_id} has {source})"
            self._problem(table, row.Index, "plan_id", f"'{row.plan_id}'", expected)
        elif table == "targets":
            opened = [area for start, area in self._openings.get(row.plan_id, []) if start <= position]
            area = opened[-1] if opened else ""
            if row.area != area:
                expected = (
                    f"'{area}', whose words open this part of the text" if area else "nothing: no area has opened"
                )
                self._problem("targets", row.Index, "area", f"'{row.area}'", expected)

    def _measure(self, row, claim: Claim) -> None:
        """Prove a measure: of all measures of the unit, its words stand nearest to the number within the quote."""
        quote, place = quantities.normalize(row.quote), self.seed.find(row.quote)[0]
        start, end = claim.start - place, claim.end - place
        found = []
        for measure in self.loaded["measures"].itertuples():
            for word in filter(None, measure.words.split("|")) if measure.unit == row.unit else ():
                for match in re.finditer(f"(?={re.escape(word)})", quote):
                    first, last = match.start(), match.start() + len(word)
                    if last <= start or first >= end:
                        left = last <= start
                        distance = start - last if left else first - end
                        found.append((not left, distance, -len(word), measure.measure, word))
        nearest = min(found, default=None)
        if nearest is None:
            expected = f"words of {self.loaded.path('measures')} beside the number: quote a little more"
            self._problem(
                "collection", row.Index, "quote", f"'{row.quote}', which names no measure in {row.unit}", expected
            )
        elif nearest[3] != row.measure:
            expected = f"'{nearest[3]}', by '{nearest[4]}', the nearest words in the quote"
            self._problem("collection", row.Index, "measure", f"'{row.measure}'", expected)

    def _period(self, row, claim: Claim) -> None:
        """Prove a period by the nearest year to the left in its sentence that is no comparison.

        Where its sentence has none, it is a year that the source prints, or with 去年 the year before one.
        """
        text = self.seed.normalized
        sentence = max(text.rfind(stop, 0, claim.start) for stop in "。！？") + 1
        if found := date_before(text, self.phrases, claim.start):
            years = _YEAR.findall(found)
            self._period_years(row, [years[0]], [years[-1]], f"as '{found}' stands before it")
            return
        printed = self._printed_years(row.source_id)
        if re.search("去年|上年", text[sentence : claim.start]):
            printed |= {str(int(year) - 1) for year in printed}
        if printed:
            self._period_years(row, sorted(printed), sorted(printed), f"the years that {row.source_id} prints")

    def _printed_years(self, source_id: str) -> set[str]:
        """Return the years in a source's text; where it says 今年 or prints none, that of its publication too."""
        text, (first, last) = self.seed.normalized, self._parts[source_id]
        dates = [
            text[date.start : date.end] for date in self.phrases if date.kind == "date" and first <= date.start < last
        ]
        years = {year for date in dates for year in _YEAR.findall(date)}
        if not years or re.search("今年|本年|年内|全年", text[first:last]):
            sources = self.loaded["sources"].set_index("source_id")
            years |= {sources["published"][source_id][:4]} - {""}
        return years

    def _period_years(self, row, starts: list[str], ends: list[str], why: str) -> None:
        for column, years in (("period_start", starts), ("period_end", ends)):
            cell = getattr(row, column)
            if cell and cell[:4] not in years:
                expected = f"{' or '.join(years) or 'a year'}, {why}"
                self._problem("collection", row.Index, column, f"'{cell}'", expected)

    def _plan(self, row) -> None:
        self._place_name("plans", row)
        first, last = self._parts[row.source_id]
        published = self.loaded["sources"].set_index("source_id")["published"][row.source_id]
        known = self._printed_years(row.source_id) | {published[:4]}
        for column in ("period_start", "period_end"):
            year = getattr(row, column)[:4]
            if year not in self.seed.normalized[first:last] and year not in known:
                expected = f"a year that the text of {row.source_id} prints, or that it was published in"
                self._problem("plans", row.Index, column, f"'{getattr(row, column)}'", expected)

    def _place_name(self, table: str, row) -> None:
        name, source_id = self.loaded.names("places", "zh")[row.place], row.source_id
        first, last = self._parts[source_id]
        source = self.loaded["sources"].set_index("source_id").loc[source_id]
        # A province's report says 全省 throughout; its title and its publisher name the province.
        if short_name(name) not in self.seed.normalized[first:last] + source["title_zh"] + source["publisher_zh"]:
            expected = f"a place whose Chinese name stands in the text of {source_id}, its title or its publisher"
            self._problem(table, row.Index, "place", f"'{row.place}' ({name})", expected)

    def _context(self, row) -> None:
        claim = self._claim("context_numbers", row)
        if claim is None:
            return
        inside = [phrase for phrase in self.phrases if phrase.start < claim.end and claim.start < phrase.end]
        one = inside[0] if len(inside) == 1 else None
        whole = one and one.start == claim.start and one.end <= claim.end
        # An unknown measure word may follow: 六方面, 百企.
        rest = row.printed[one.end - claim.start :] if whole else "…"
        if inside and not re.fullmatch("[\u4e00-\u9fff]{0,3}", rest):
            words = "' and '".join(self.seed.normalized[phrase.start : phrase.end] for phrase in inside)
            self._problem("context_numbers", row.Index, "printed", f"'{row.printed}'", f"one whole phrase of '{words}'")
        elif not inside and not any(position in self._numeral_at for position in range(claim.start, claim.end)):
            self._problem("context_numbers", row.Index, "printed", f"'{row.printed}'", "a number")
        for position in range(claim.start, claim.end):
            other = self._claim_at.setdefault(position, claim)
            if other is not claim:
                found = f"'{row.printed}', which {self.loaded.path(other.table)} row {other.row} claims too"
                self._problem("context_numbers", row.Index, "printed", found, "a number that no other row claims")
                break

    def _industry(self, row) -> None:
        place = self._place("industries", row, row.source_id)
        if place is None:
            return
        items = re.split("[、等]", quantities.normalize(row.quote))
        name = quantities.normalize(row.name_zh)
        if name not in items:
            expected = f"one item of its quote '{row.quote}'"
            self._problem("industries", row.Index, "name_zh", f"'{row.name_zh}'", expected)
        elif items.index(name) + 1 != row.position:
            expected = f"{items.index(name) + 1}, its place in the quote"
            self._problem("industries", row.Index, "position", str(row.position), expected)
        self._of_its_plan("industries", row, place)

    def _shared(self) -> None:
        """Refuse a number that two rows claim, unless both are targets whose names differ and whose notes say why."""
        for claims in self._claims.values():
            curated = [claim for claim in claims if claim.table != "context_numbers"]
            for claim in curated if len(curated) > 1 else []:
                row, first = self.loaded[claim.table].loc[claim.row], curated[0]
                if claim.table != "targets" or first.table != "targets":
                    found = f"'{row['printed']}', which {self.loaded.path(first.table)} row {first.row} claims too"
                    self._problem(claim.table, claim.row, "printed", found, "a number that one row claims")
                elif claim is not first and row["name_zh"] == self.loaded["targets"]["name_zh"][first.row]:
                    found, expected = f"'{row['name_zh']}' again", f"another name than row {first.row} with this number"
                    self._problem("targets", claim.row, "name_zh", found, expected)
                elif not row["note"]:
                    self._problem("targets", claim.row, "note", "nothing", "why another row has the same number")

    def _left_over(self) -> Iterator[Problem]:
        """Yield what no row claims in the order of the text, one problem a phrase."""
        numbers = self.numerals()
        left = numbers[numbers["status"] == "left"]
        groups = left["start"].map(lambda start: self._phrase_at.get(start, (start, start))[0])
        for first, rows in left.groupby(groups, sort=True):
            phrase = self._phrase_at.get(first)
            start, end = phrase[:2] if phrase else (first, int(rows["end"].iloc[-1]))
            around = self.seed.normalized[max(0, start - 8) : end + 8]
            found = f"'{self.seed.normalized[start:end]}' in '…{around}…', which no row claims"
            longer = phrase and self._longer(phrase)
            add = f"add {quantities.read(longer).word} to {self.loaded.path('units')}, and " if longer else ""
            expected = f"{add}a curated row, a row of {self.loaded.path('context_numbers')} or a fixed word"
            yield Problem(self.seed.file, self.seed.line(start), "", found, expected)


_A = {"date": "a date", "name": "a name", "ordinal": "an ordinal", "idiom": "an idiom"}


def _by_position(spans: Iterable) -> dict:
    """Return the span that covers each position."""
    return {position: span for span in spans for position in range(span[0], span[1])}


def short_name(place: str) -> str:
    """Return the name of a place as a text may print it, without what kind of place it is."""
    return _KIND_OF_PLACE.sub("", place)


def date_before(text: str, phrases: Sequence[Phrase], position: int) -> str:
    """Return the nearest date with a year to the left in the sentence that is no comparison, or nothing.

    Dates that only 、, 和, 与, 至 or 到 part are one: 2013年、2014年.
    """
    sentence = max(text.rfind(stop, 0, position) for stop in "。！？") + 1
    dates = [phrase for phrase in phrases if phrase.kind == "date" and sentence <= phrase.start < position]
    for number, phrase in reversed(list(enumerate(dates))):
        if not _YEAR.search(text[phrase.start : phrase.end]) or _COMPARES_A_YEAR.match(text, phrase.end):
            continue
        start = phrase.start
        for before in reversed(dates[:number]):
            if not re.fullmatch("[、和与至到]", text[before.end : start]):
                break
            start = before.start
        if text[max(sentence, start - 1) : start] not in tuple(_GOVERNS_A_YEAR):
            return text[start : phrase.end]
    return ""


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


# Where a table prints numbers of one unit, a source may leave the measure word out, and the row gives the unit.
# A seed may leave it out of a rate, whose unit the words of the measure say (千人口献血率14.06).
_BARE = ("collection", "outcomes", "population", "benchmarks")


def _read_back(loaded: Tables, table: str, row, words: dict[str, str]) -> Iterator[Problem]:
    """Yield what a row says of its number that ``printed`` does not."""
    path = loaded.path(table)
    try:
        quantity = quantities.read(row.printed, words)
    except QuantityError as error:
        found, expected = str(error).removeprefix("found ").split(", expected ", 1)
        yield Problem(path, int(row.Index), "printed", found, expected)
        return

    def problem(column: str, found, expected) -> Problem:
        return Problem(path, int(row.Index), column, f"'{found}'", f"'{expected}', read back from '{row.printed}'")

    values = {"value_low": quantity.low, "value_high": quantity.high} if table == "targets" else {"value": quantity.low}
    for column, expected in values.items():
        value = getattr(row, column)
        if _time(loaded, table, row) == "change":
            expected = _signed(row, expected, value)
        if pd.isna(value) or Decimal(repr(float(value))) != expected:
            yield problem(column, "" if pd.isna(value) else f"{value:.15g}", f"{expected.normalize():f}")
    unit = quantities.unit_of(quantity.word, words)
    declared = getattr(row, "unit", "person" if table == "population" else unit)
    if not quantity.word and table in _BARE and (unquoted(row) or _unit_stands_before(loaded, table, row, words)):
        unit = _bare_unit(loaded, table, row, declared)
    if declared != unit or (not unit and table != "stated_counts"):
        yield problem("unit" if hasattr(row, "unit") else "printed", declared, unit)
    if hasattr(row, "bound"):
        if row.bound != quantity.bound:
            yield problem("bound", row.bound, quantity.bound)
    elif quantity.bound == "range":
        yield problem("printed", row.printed, "one number")
    elif quantity.bound != "exact" and (
        table in ("population", "benchmarks") or getattr(row, "comparable", "") == "yes"
    ):
        # These tables have no bound column: what is only about or at least the number must not pass for it.
        yield problem("printed", row.printed, "a number without a bound word")


def _time(loaded: Tables, table: str, row) -> str:
    return loaded["measures"].set_index("measure")["time"].get(row.measure, "") if table == "collection" else ""


_DECREASE = re.compile("(?:减少|下降|降低|下滑|减幅|降幅)[了为达至约近超过]*$")


def _signed(row, size: Decimal, value: float) -> Decimal:
    """Return a change with the sign that the words before it give; a reference has no words."""
    if unquoted(row):
        return -size if value < 0 else size
    return -size if falls(quantities.normalize(row.quote).partition(row.printed)[0]) else size


def falls(before: str) -> bool:
    """Tell whether the words before a change say that it is a decrease."""
    return bool(_DECREASE.search(before))


def _unit_stands_before(loaded: Tables, table: str, row, words: dict[str, str]) -> bool:
    """Say whether a bare number is a rate, or of a measure whose words end in the measure word: 献血总人次45.98万."""
    if table != "collection":
        return False
    before = quantities.normalize(row.quote).partition(row.printed)[0]
    said = before.removesuffix("为").removesuffix("达到").removesuffix("达")
    named = any(unit == row.unit and said.endswith(word) for word, unit in words.items())
    return named or _time(loaded, table, row) == "rate"


def unquoted(row) -> bool:
    """Say whether a row has no quote: it was read from a reference, whose text is not kept."""
    return not getattr(row, "quote", "")


def _bare_unit(loaded: Tables, table: str, row, declared: str) -> str:
    """Return the unit of a number that its source prints without a measure word."""
    if table == "benchmarks":
        if row.counting == "persons":
            return declared
        rates = loaded["measures"].set_index("measure")["unit"]
        return rates.get("donation_rate", declared)
    return declared


def _reference_rows(loaded: Tables) -> Iterator[Problem]:
    """Yield what does not hold in rows read from references: no text is kept, but ``printed`` must say the value."""
    references = set(loaded["sources"]["source_id"][loaded["sources"]["kind"] == "reference"])
    words = quantities.unit_words(loaded["units"])
    for table in ("targets", "collection", "stated_counts", "outcomes", "population", "benchmarks"):
        path, never_quoted = loaded.path(table), table in ("outcomes", "population", "benchmarks")
        for row in loaded[table].itertuples():
            if never_quoted and row.source_id not in references:
                expected = "a reference: a row of this table has no quote"
                yield Problem(path, int(row.Index), "source_id", f"'{row.source_id}'", expected)
            if row.printed and (never_quoted or row.source_id in references):
                if row.printed != quantities.normalize(row.printed):
                    expected = f"'{quantities.normalize(row.printed)}': no white space, no full-width digits"
                    yield Problem(path, int(row.Index), "printed", f"'{row.printed}'", expected)
                yield from _read_back(loaded, table, row, words)
    for table, column, expected in (
        *((table, "quote", "nothing: the sentences of a reference are not carried over") for table in _QUOTED),
        ("targets", "area", "nothing: no text proves an area outside a seed"),
    ):
        frame = loaded[table]
        for row, cell in frame[column][frame["source_id"].isin(references) & (frame[column] != "")].items():
            yield Problem(loaded.path(table), int(row), column, f"'{cell}'", expected)
    for row, source_id in loaded["context_numbers"]["source_id"].items():
        if source_id in references:
            file = loaded.path("context_numbers")
            yield Problem(file, int(row), "source_id", f"'{source_id}'", "a seed: a reference has no text here")


_QUOTED = ("targets", "collection", "stated_counts", "industries")
