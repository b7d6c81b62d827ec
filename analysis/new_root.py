"""Make a new root from a page: every row that follows from its words, and empty cells for what does not.

What is drafted here is read by the rules that prove it later; nothing is guessed that `check` would not ask about.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from analysis import drafting, numerals, provenance, quantities, tables
from analysis.quantities import Phrase
from analysis.seeds import Seed
from analysis.tables import CODEBOOK, DESCRIPTOR, OWN_ROOT, DataError, Problem, Tables

KINDS = {"plan": "plan", "blood": "notice"}  # with what a source of the kind is called in its id
NOTEBOOK = Path(__file__).with_name("new_root.ipynb")
_KEPT = ("units", "measures", "labels")  # vocabularies that are no page's
_SET_ASIDE = {"date": "date", "ordinal": "ordinal", "name": "part of a name", "idiom": ""}
_CHANGE = re.compile("增|升|提高|减|降|下滑")
_SHARE = re.compile("占|比重|比例")
_ENDS = re.compile("[，；。：！？]")
_NUMBERED = re.compile("(?:[（(][一二三四五六七八九十0-9]+[）)]|[一二三四五六七八九十0-9]+(?:[、.．]|是))")
# What stands around a target's name and says when or how firmly, or leads over to its number.
_BEFORE_NAME = re.compile(r"^(?:力争|确保|力保|争创|争取|年内|年底|年末|全年|今年|本年|到|其中|并|与|和|[0-9]{4}年)+")
_AFTER_NAME = re.compile("(?:保持在|稳定在|控制在|稳在|达到|提到|升到|提高到|提升至|增至|降至|做到|达|为|到|至|在)$")


def make(folder: Path, file: Path, kind: str, **given: str) -> Tables:
    """Write a new root and return its tables, as far as they go.

    Args:
        folder: does not exist, or is empty; it is there whole or not at all.
        file: the page, a text in UTF-8.
        kind: "plan" or "blood".
        given: place (a code or Chinese name of our ``places.csv``, or CODE:NAME), title, publisher and published of the
            page; what is not given is left empty, or read from the page.

    Raises:
        DataError: the page, the folder or what is given is of no use; nothing is written then.
    """
    if kind not in KINDS:
        raise _refusal("--kind", f"'{kind}'", f"one of {', '.join(KINDS)}")
    if given.get("published") and not tables.is_date(given["published"]):
        raise _refusal("--published", f"'{given['published']}'", "a date: YYYY, YYYY-MM or YYYY-MM-DD")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise _refusal(str(folder), "something there", "a folder that is empty or does not exist yet")
    text = drafting.read_page(file)
    name = file.name if re.fullmatch(r"\w[\w.-]*", file.name) else "page.txt"
    page = Page(Seed.from_text(f"seeds/{name}", text), tables.load(OWN_ROOT), kind, given)
    if not page.phrases and not numerals.spans(page.text):
        raise _refusal(str(file), "a text without a number", "a page whose numbers are to be curated")
    page.draft()
    try:
        new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.absolute().parent))
        try:
            _write(new, page, file, folder.absolute().name)
            new.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            os.rename(new, folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise _refusal(str(folder), f"no room for it ({error.strerror or error})", "a folder to write") from None
    return provenance.survey(folder)[0]


def _refusal(where: str, found: str, expected: str) -> DataError:
    return DataError([Problem(where, 0, "", found, expected)])


def _write(new: Path, page: Page, file: Path, name: str) -> None:
    """Write descriptor, codebook, tables, seed and notebook into an empty folder."""
    descriptor = json.loads((OWN_ROOT / DESCRIPTOR).read_text(encoding="utf-8"))
    title = page.given.get("title") or name
    descriptor["name"] = re.sub("[^a-z0-9._-]+", "-", name.lower()).strip("-") or "another-page"
    descriptor |= {"title": title, "description": f"{title}: each number tied to the words it was read from."}
    for part in ("seeds", "notebooks", *{f"data/{Path(table['path']).parent}" for table in descriptor["resources"]}):
        (new / part).mkdir(parents=True, exist_ok=True)
    for table in descriptor["resources"]:
        columns = [column["name"] for column in table["schema"]["fields"]]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(page.rows[table["name"]])
        path = new / "data" / table["path"]
        if table["name"] in _KEPT:
            shutil.copyfile(OWN_ROOT / "data" / table["path"], path)
        else:
            path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    (new / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (new / CODEBOOK).write_text(tables.codebook(tables.read_descriptor(new)), encoding="utf-8")
    shutil.copyfile(file, new / page.seed.file)
    shutil.copyfile(NOTEBOOK, new / "notebooks" / "1-the-page.ipynb")


@dataclass
class Page:
    """One page on its way into tables: ``rows`` are those of each table, filled by `draft`."""

    seed: Seed
    own: Tables
    kind: str
    given: Mapping[str, str]
    rows: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def words(self) -> dict[str, str]:
        """The measure words, with their units."""
        return quantities.unit_words(self.own["units"])

    @cached_property
    def text(self) -> str:
        """The normalized text."""
        return self.seed.normalized

    @cached_property
    def phrases(self) -> list[Phrase]:
        """The number phrases of the text."""
        return list(quantities.find(self.text, self.words))

    @cached_property
    def year(self) -> str:
        """The one year of the page: that it prints, else that of its publication; empty where it may be several."""
        dates = [self.text[phrase.start : phrase.end] for phrase in self.phrases if phrase.kind == "date"]
        years = {year for date in dates for year in re.findall("(?:19|20|21)[0-9]{2}", date)}
        published = self.given.get("published", "")[:4]
        return years.pop() if len(years) == 1 and self.kind == "blood" else published or "".join(years if len(years) == 1 else ())

    def draft(self) -> None:
        """Fill ``rows`` with what follows from the page."""
        self.place = self._places()
        self.id = "-".join(filter(None, [self.place, self.year]))
        self.source_id = f"{self.id}-{KINDS[self.kind]}"
        self._source()
        if self.kind == "plan":
            self._plan()
        taken: set[int] = set()
        for phrase, quote in zip(self.phrases, drafting.quotes(self.text, self.phrases), strict=True):
            taken.update(range(phrase.start, phrase.end))
            curate = self._target if self.kind == "plan" else self._figure
            if phrase.kind != "quantity" or not curate(phrase, quote):
                self._set_aside(phrase, quote)
        known = dict(self.own["fixed_words"][["word", "reason"]].itertuples(index=False))
        for start, _ in numerals.spans(self.text, self.words):
            for word in known if start not in taken else ():  # 队伍 holds a numeral and is no phrase
                if word in self.text[max(0, start - 3) : start + 4]:
                    self._fixed(word, known[word])

    def _add(self, table: str, **cells: object) -> bool:
        self.rows[table].append(cells)
        return True

    def _places(self) -> str:
        """Add the page's place and what it lies in, as far as known; return its code."""
        known, given = self.own["places"].set_index("place"), self.given.get("place", "")
        code, _, name = given.partition(":")
        named = known.index[(known["name_zh"] == given) | (known.index == given)].tolist()
        if name and re.fullmatch("[a-z0-9][a-z0-9-]*", code):
            english, level = code.replace("-", " ").title(), "province" if name.endswith(("省", "自治区")) else ""
            self._add("places", place=code, level=level, name_zh=name, name_en=english)
        elif given and not named:
            expected = "a code or Chinese name of data/vocabulary/places.csv, or both with a colon: zhenjiang:镇江市"
            raise _refusal("--place", f"'{given}'", expected)
        elif given:
            code = named[0]
        else:
            text = "".join([self.text, self.given.get("title", ""), self.given.get("publisher", "")])
            found = [row.Index for row in known.itertuples() if provenance.short_name(row.name_zh) in text]
            inner = [code for code in found if code not in set(known.loc[found, "parent"])]
            code = inner[0] if len(inner) == 1 else "place"
            if code == "place":
                self._add("places", place=code)
        while code in known.index and code not in [row["place"] for row in self.rows["places"]]:
            self.rows["places"].insert(0, {"place": code} | known.loc[code].to_dict())
            code = known.loc[code, "parent"] or code
        return self.rows["places"][-1]["place"]

    def _source(self) -> None:
        lines = [number for number, line in enumerate(self.seed.text.split("\n"), start=1) if line.strip()]
        first = self.seed.text.split("\n")[lines[0] - 1].strip()
        heading = first if len(first) <= 40 and not re.search("[，。；：]", first) else ""
        self._add(
            "sources",
            **{"source_id": self.source_id, "kind": "seed", "title_zh": self.given.get("title") or heading},
            **{"publisher_zh": self.given.get("publisher", ""), "published": self.given.get("published", "")},
            **{"file": self.seed.file, "first_line": lines[0], "last_line": lines[-1]},
        )

    def _set_aside(self, phrase: Phrase, quote: str) -> None:
        """Add a fixed word, where the language has it, or a number of the context; its reason where its kind gives it."""
        words, kind = self.text[phrase.start : phrase.end], phrase.kind
        meaning = quantities.meaning(words) if kind in ("idiom", "name") else ""
        if meaning and re.fullmatch(r"[^0-9\s]{2,}", words):
            self._fixed(words, meaning)
            return
        quoted = re.search("“[^“”]{0,8}$", self.text[: phrase.start]) and re.match("[^“”]{0,8}”", self.text[phrase.end :])
        reason = meaning or ("part of a name in quotation marks" if quoted else _SET_ASIDE.get(kind, ""))
        self._add("context_numbers", source_id=self.source_id, quote=quote, printed=words, reason=reason)

    def _fixed(self, word: str, reason: str) -> None:
        if word not in [row["word"] for row in self.rows["fixed_words"]]:
            self._add("fixed_words", word=word, reason=reason)

    # A plan.

    def _plan(self) -> None:
        named = re.search("《([^《》]*(?:方案|计划|规划|纲要|意见|报告))》", self.text)
        name = named[1] if named else self.given.get("title", "")
        period = dict.fromkeys(("period_start", "period_end"), self.year)
        self._add("plans", plan_id=self.id, place=self.place, **period, name_zh=name, source_id=self.source_id)
        self.openings = []
        for position, (start, quote, area) in enumerate(self._headings(), start=1):
            code = f"area-{position}"
            self._add("areas", plan_id=self.id, area=code, position=position, name_zh=area, quote=quote)
            self.openings.append((start, code))

    def _headings(self) -> list[tuple[int, str, str]]:
        """Return where each area opens, its quote and its name: numbered headings, alike ones, or short first sentences."""
        starts = self._paragraphs()
        numbered = [
            (phrase.start, self._clause(phrase.start))
            for phrase in self.phrases
            if phrase.kind == "ordinal" and _NUMBERED.fullmatch(self.text[phrase.start : phrase.end])
        ]
        heads = [(start, self._clause(start)) for start in starts if start not in {at for at, _ in numbered}]
        alike = max(([head for head in heads if head[1][:2] == other[1][:2]] for other in heads), key=len, default=[])
        short = [head for head in heads if self.text[head[0] + len(head[1]) :][:1] == "。" and len(head[1]) <= 18]
        found = next((group for group, least in ((numbered, 2), (alike, 3), (short, 2)) if len(group) >= least), [])
        quoted = [(start, _NUMBERED.sub("", head, count=1) if found is numbered else head) for start, head in found]
        if found is numbered:
            quoted = [(start + len(head) - len(rest), rest) for (start, head), (_, rest) in zip(found, quoted, strict=True)]
        before, behind = (_shared([head for _, head in quoted], at) for at in (1, -1))
        return [
            (start, head, head[len(before) : len(head) - len(behind)] or head)
            for start, head in quoted
            if self.text.count(head) == 1
        ]

    def _paragraphs(self) -> list[int]:
        """Return where paragraphs begin: behind an empty line, or where a line is indented."""
        found = [match.end() for match in re.finditer(r"(?:^|\n[^\S\n]*\n|\n(?=\u3000| {2}))\s*", self.seed.text)]
        return [self.seed.offsets.index(at) for at in found if at in set(self.seed.offsets)]

    def _clause(self, start: int) -> str:
        end = _ENDS.search(self.text, start)
        return self.text[start : end.start() if end else len(self.text)]

    def _target(self, phrase: Phrase, quote: str) -> bool:
        """Add a target, or a count that the plan states of itself; say whether the number was either."""
        printed, low, high, word, bound, commitment, *_ = drafting.read(self.text, phrase, self.words)
        behind = self.text[phrase.end :]
        cells = {"plan_id": self.id, "printed": printed, "source_id": self.source_id, "quote": quote}
        for counts, noun in (("areas", "(?:个)?(?:方面|方向|领域)"), ("tasks", "(?:重点)?任务")):
            stated = low and re.match(noun, behind) and counts not in [row["counts"] for row in self.rows["stated_counts"]]
            if stated and (counts == "tasks" or int(float(low)) == len(self.openings)):
                return self._add("stated_counts", counts=counts, value=low, **cells)
        start, end = drafting.item(self.text, phrase.start, phrase.end)
        others = [other for other in self.phrases if phrase.end <= other.start < end and other.kind == "quantity"]
        # 投资500万元以上的项目120个: the size of what is counted. 六大产业: how many are listed.
        if not low or not quote or word == "大" or (others and bound in ("at_least", "at_most", "more_than", "less_than")):
            return False
        line = self.seed.line(phrase.start)
        letter = "abcdefghijklmnopqrstuvwxyz"[sum(f"-{line}" in row["target_id"][-4:] for row in self.rows["targets"]) % 26]
        area = [code for at, code in self.openings if at <= phrase.start][-1:]
        return self._add(
            "targets",
            **{"target_id": f"{self.id}-{self.year}-{line}{letter}".replace("--", "-"), "area": "".join(area)},
            **{"name_zh": self._name(phrase, start, end), "value_low": low, "value_high": high},
            **{"unit": quantities.unit_of(word, self.words), "bound": bound, "commitment": commitment},
            **cells,
        )

    def _name(self, phrase: Phrase, start: int, end: int) -> str:
        """Return the words of a number's item that name what is counted."""
        before = _BEFORE_NAME.sub("", self.text[start : phrase.start])
        return _AFTER_NAME.sub("", before) + self.text[phrase.end : end].removeprefix("的")

    # A notice.

    def _figure(self, phrase: Phrase, quote: str) -> bool:
        """Add a figure of collection, where its words and its unit say the measure; say whether they did."""
        printed, low, _, word, bound, *_ = drafting.read(self.text, phrase, self.words)
        found = self._measured(phrase, quantities.unit_of(word, self.words)) if low and bound != "range" else None
        if not found:
            return False
        measure, run = found
        value = f"-{low}" if measure.time == "change" and provenance.falls(self.text[: phrase.start]) else low
        period = provenance.date_before(self.text, self.phrases, phrase.start)
        start, end = _period(period) if period else (self.year, self.year) if self._one_year() else ("", "")
        if measure.time in ("stock", "to_date"):
            start = ""
        if measure.time == "to_date":
            end = self.given.get("published", "") or end
        key = {"place": self.place, "period_end": end, "measure": measure.measure}
        if any(key.items() <= row.items() for row in self.rows["collection"]):
            return False
        cells = {"printed": printed, "value": value, "unit": measure.unit, "bound": bound}
        return self._add("collection", **key, period_start=start, **cells, source_id=self.source_id, quote=run)

    def _one_year(self) -> bool:
        return len(set(re.findall("(?:19|20|21)[0-9]{2}(?=年)", self.text))) == 1

    def _measured(self, phrase: Phrase, unit: str) -> tuple | None:
        """Return the measure whose words stand nearest to a number, and the run of both; nothing where none does."""
        first = max(self.text.rfind(stop, 0, phrase.start) for stop in "。；！？") + 1
        last = _ENDS.search(self.text + "。", phrase.end).start()
        found = []
        for measure in self.own["measures"].itertuples():
            for word in measure.words.split("|"):
                at = self.text.rfind(word, first, phrase.start)
                if at >= 0 and self._says(measure, unit, self.text[at + len(word) : phrase.start], word):
                    found.append((0, phrase.start - at - len(word), -len(word), measure.measure, measure, at, phrase.end))
                at = self.text.find(word, phrase.end, last)
                if at >= 0 and unit == measure.unit and measure.time != "change":
                    run = phrase.start, at + len(word)
                    found.append((1, at - phrase.end, -len(word), measure.measure, measure, *run))
        for *_, measure, start, end in sorted(found)[:1]:
            return (measure, self._run(start, end)) if self._run(start, end) else None
        return None

    def _says(self, measure, unit: str, between: str, word: str) -> bool:
        """Tell whether words to the left of a number are of its measure: by the unit, or where they say the unit."""
        if measure.time == "change" and (not _CHANGE.search(between) or _SHARE.search(between)):
            return False
        if unit:
            return unit == measure.unit
        names_unit = measure.time == "rate" or any(word.endswith(own) for own, of in self.words.items() if of == measure.unit)
        return names_unit and between in ("", "达", "达到", "为")

    def _run(self, start: int, end: int) -> str:
        """Return the words from start to end, lengthened until they stand in the text once and cut no phrase."""
        while True:
            for phrase in self.phrases:
                if phrase.start < start < phrase.end:
                    start = phrase.start
                if phrase.start < end < phrase.end:
                    end = phrase.end
            if self.text.count(self.text[start:end]) == 1:
                return self.text[start:end]
            if start == 0:
                return ""
            start -= 1


def _shared(heads: list[str], direction: int) -> str:
    """Return what all begin with (1) or end with (-1), where that is two characters or more."""
    shared = os.path.commonprefix([head[::direction] for head in heads])[::direction] if len(heads) > 1 else ""
    return shared if len(shared) > 1 else ""


def _period(date: str) -> tuple[str, str]:
    """Return the start and the end of a printed date as far as it says them."""
    years = re.findall("(?:1[89]|20|21)[0-9]{2}", date)
    half = {"上半年": ("01", "06"), "下半年": ("07", "12")}.get(date[-3:])
    months = half or re.findall("[0-9]{1,2}(?=月|[—–~～-])", date.removeprefix(years[0]).replace(years[-1], ""))
    if not months or len(years) > 1:
        return years[0], years[-1]
    first, last = (f"{years[0]}-{int(month):02}" for month in (months[0], months[-1]))
    return first, last
