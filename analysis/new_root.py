"""Make a new root from a page: every row that follows from its words, and empty cells for what does not.

What is drafted here is read by the rules that prove it later; nothing is guessed that `check` would not ask about.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis import clauses, drafting, language, numerals, provenance, quantities, tables
from analysis.quantities import Phrase
from analysis.seeds import Seed
from analysis.tables import CODEBOOK, DESCRIPTOR, OWN_ROOT, DataError, Problem, Tables

KINDS = {"plan": "plan", "blood": "notice"}  # with what a source of the kind is called in its id
TEMPLATE = Path(__file__).with_name("template")  # its notebooks
_KEPT = ("units", "measures", "labels")  # vocabularies that are no page's
_REASONS = {"date": "date", "ordinal": "ordinal", "name": "part of a name"}
_THRESHOLDS = ("at_least", "at_most", "more_than", "less_than")
_DATED = re.compile("(?:19|20|21)[0-9]{2}")
_STOP = re.compile("[，。；：！？、]")
_NUMBERED = re.compile("(?:[（(][一二三四五六七八九十0-9]+[）)]|[一二三四五六七八九十0-9]+(?:[、.．]|是))")
# What stands around a target's name and says when or how firmly, or leads over to its number.
_BEFORE_NAME = re.compile(
    r"^(?:力争|确保|力保|争创|争取|期间|年内|年底|年末|全年|今年|本年|到|其中|并|与|和|[0-9]{4}年)+"
)
_AFTER_NAME = re.compile("(?:确保|要?(?:保持|稳定|控制|提高|提升|降低|[达提升扩增降做稳])?(?:达|为|到|至|在))+$")
# What may stand between the comma and a number whose measure is named before the comma: 与2029年相比增长4.2%.
_NO_OTHER = re.compile(
    "(?:合计|共计|总计|共|计|同比|环比|相比|比|较|与|和|去年|上年|同期|增长|增加|上升|提高|减少|下降|降低|达到|达|到|为|了)*"
)
_RESTRICTED = re.compile("|".join(row["word"] for row in quantities.vocabulary("restricting_words")))
_CHANGE = re.compile("增|升|提高|减|降|下滑")


def make(folder: Path, file: Path, kind: str, **given: str) -> Tables:
    """Write a new root and return its tables, as far as they go.

    Args:
        folder: does not exist, or is empty; it is there whole or not at all.
        file: the page, a text in UTF-8.
        kind: "plan" or "blood".
        given: place (a code or Chinese name of our ``places.csv``, or CODE:NAME; else the one that title or publisher
            names), title, publisher and published of the page; what is not given is left empty.

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
    page = Page(Seed.from_text(f"seeds/{name}", text), tables.load(OWN_ROOT), kind, defaultdict(str, given))
    if not numerals.spans(page.text):
        raise _refusal(str(file), "a text without a number", "a page whose numbers are to be curated")
    page.draft()
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.absolute().parent) as staging:
            new = Path(staging) / folder.absolute().name
            _write(new, page, file)
            if folder.exists():
                folder.rmdir()
            new.rename(folder)
    except OSError as error:
        raise _refusal(str(folder), f"no room for it ({error.strerror or error})", "a folder to write") from None
    return provenance.survey(folder)[0]


def _refusal(where: str, found: str, expected: str) -> DataError:
    return DataError([Problem(where, 0, "", found, expected)])


def _write(new: Path, page: Page, file: Path) -> None:
    """Write descriptor, codebook, tables, seed and notebook into a new folder."""
    descriptor = json.loads((OWN_ROOT / DESCRIPTOR).read_text(encoding="utf-8"))
    title = page.given["title"] or new.name
    descriptor["name"] = re.sub("[^a-z0-9._-]+", "-", new.name.lower()).strip("-") or "another-page"
    descriptor.pop("title_zh", None)
    descriptor |= {"title": title, "description": f"{title}: each number tied to the words it was read from."}
    for part in ("seeds", "notebooks", *{f"data/{Path(table['path']).parent}" for table in descriptor["resources"]}):
        (new / part).mkdir(parents=True)
    for table in descriptor["resources"]:
        columns = [column["name"] for column in table["schema"]["fields"]]
        frame = pd.DataFrame(page.rows[table["name"]], columns=columns, dtype=object)
        frame.to_csv(new / "data" / table["path"], index=False, lineterminator="\n")
    (new / DESCRIPTOR).write_text(json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (new / CODEBOOK).write_text(tables.codebook(tables.read_descriptor(new)), encoding="utf-8")
    shutil.copyfile(file, new / page.seed.file)
    for path in TEMPLATE.glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        # Cells of the other kind would only say that they have no rows.
        others = {*KINDS} - {page.kind}
        notebook["cells"] = [cell for cell in notebook["cells"] if not others & {*cell["metadata"].get("tags", [])}]
        (new / "notebooks" / path.name).write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    catalogues = (TEMPLATE / "zh.po", language.CATALOGUE, language.paragraphs(OWN_ROOT))
    first, *others = (path.read_text(encoding="utf-8") for path in catalogues)
    chinese = "\n".join([first, *(text.partition("\n\n")[2] for text in others)])  # with one head
    language.paragraphs(new).write_text(chinese, encoding="utf-8")
    language.update_catalogue(language.paragraphs(new), new / "notebooks")


@dataclass
class Page:
    """One page on its way into tables: ``rows`` are those of each table, filled by `draft`."""

    seed: Seed
    own: Tables
    kind: str
    given: Mapping[str, str]
    rows: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    openings: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text, self.words = self.seed.normalized, quantities.unit_words(self.own["units"])
        measures = self.own["measures"].set_index("measure")
        self.times, self.units = measures["time"].to_dict(), measures["unit"].to_dict()
        self.phrases = list(quantities.find(self.text, self.words))
        dates = "".join(self.text[phrase.start : phrase.end] for phrase in self.phrases if phrase.kind == "date")
        years, published = set(_DATED.findall(dates)), self.given["published"][:4]
        self.only_year = years.pop() if len(years) == 1 else "" if years else published
        self.year = (published if self.kind == "plan" else self.only_year) or self.only_year or published

    def draft(self) -> None:
        """Fill ``rows`` with what follows from the page."""
        self.place = self._places()
        self.id = "-".join(filter(None, [self.place, self.year]))
        self.source_id = f"{self.id}-{KINDS[self.kind]}"
        self._source()
        if self.kind == "plan":
            self._plan()
        curate = self._target if self.kind == "plan" else self._figure
        for phrase, read in zip(self.phrases, drafting.draft(self.text, self.words).itertuples(), strict=True):
            if phrase.kind != "quantity" or not read.value_low or not curate(phrase, read):
                self._set_aside(phrase, read)
        for name in _KEPT:
            self.rows[name] = self.own[name].to_dict("records")
        plans = set(self.own["plans"]["plan_id"])  # each is the heading of a column too
        self.rows["labels"] = [row for row in self.rows["labels"] if row["code"] not in plans]
        known = dict(self.own["fixed_words"][["word", "reason"]].itertuples(index=False))
        covered = {position for phrase in self.phrases for position in range(phrase.start, phrase.end)}
        for start in sorted({start for start, _ in numerals.spans(self.text, self.words)} - covered):
            for word in known:  # 队伍 holds a numeral and is no phrase
                if word in self.text[max(0, start - 3) : start + 4]:
                    self._fixed(word, known[word])

    def _add(self, table: str, **cells: object) -> bool:
        self.rows[table].append(cells)
        return True

    def _places(self) -> str:
        """Add the page's place and what it lies in, as far as known; return its code."""
        known, given = self.own["places"].set_index("place"), self.given["place"]
        code, _, name = given.partition(":")
        named = known.index[(known["name_zh"] == given) | (known.index == given)].tolist()
        if name and re.fullmatch("[a-z0-9][a-z0-9-]*", code) and code not in known.index:
            level = "province" if name.endswith(("省", "自治区")) else ""  # 市 may be either
            self._add("places", place=code, level=level, name_zh=name, name_en=code.replace("-", " ").title())
            return code
        if given and not named:
            expected = "a code or Chinese name of data/vocabulary/places.csv, or a new one as zhenjiang:镇江市"
            raise _refusal("--place", f"'{given}'", expected)
        said = self.given["title"] + self.given["publisher"]
        found = named or [row.Index for row in known.itertuples() if clauses.short_name(row.name_zh) in said]
        inner = [code for code in found if code not in set(known.loc[found, "parent"])]
        if len(inner) != 1:
            self._add("places", place="place")
            return "place"
        code = inner[0]
        while code:
            self.rows["places"].insert(0, {"place": code} | known.loc[code].to_dict())
            code = known.loc[code, "parent"]
        return inner[0]

    def _source(self) -> None:
        lines = self.seed.text.split("\n")
        filled = [number for number, line in enumerate(lines, start=1) if line.strip()]
        first = lines[filled[0] - 1].strip()
        title = self.given["title"] or (first if len(first) <= 40 and not re.search("[，。；：]", first) else "")
        cells = {"source_id": self.source_id, "kind": "seed", "title_zh": title, "file": self.seed.file}
        cells |= {"first_line": filled[0], "last_line": filled[-1], "published": self.given["published"]}
        self._add("sources", **cells, publisher_zh=self.given["publisher"])

    def _set_aside(self, phrase: Phrase, read) -> None:
        """Add a fixed word, where the language has it, or a number of the context, with a reason if its kind is one."""
        meaning = quantities.meaning(read.printed) if phrase.kind in ("idiom", "name") else ""
        if meaning and re.fullmatch(r"[^0-9\s]{2,}", read.printed):
            self._fixed(read.printed, meaning)
            return
        marks = re.search("“[^“”]{0,12}$", self.text[: phrase.start]), re.match("[^“”]{0,12}”", self.text[phrase.end :])
        reason = meaning or _REASONS.get(phrase.kind, "part of a name in quotation marks" if all(marks) else "")
        quote = self._quote(phrase, read)
        self._add("context_numbers", source_id=self.source_id, quote=quote, printed=read.printed, reason=reason)

    def _fixed(self, word: str, reason: str) -> None:
        if word not in [row["word"] for row in self.rows["fixed_words"]]:
            self._add("fixed_words", word=word, reason=reason)

    def _item(self, phrase: Phrase) -> tuple[int, int]:
        """Return where the item of its sentence begins and ends that a phrase stands in."""
        stops = [match.end() for match in _STOP.finditer(self.text)] + self.seed.paragraphs
        start = max(stop for stop in stops if stop <= phrase.start)
        end = min((stop for stop in stops if stop > phrase.end), default=len(self.text))
        return start, end - bool(_STOP.match(self.text, end - 1))

    def _quote(self, phrase: Phrase, read) -> str:
        """Return the item of a phrase where it stands in the text once and holds the number once, else the draft's."""
        ends = self._item(phrase)
        item = self.text[slice(*ends)]
        cuts = any(other.start < end < other.end for end in ends for other in self.phrases)
        once = self.text.count(item) == item.count(read.printed) == 1 and len(item) <= 60 and " " not in item
        return item if once and not cuts else read.quote

    # A plan.

    def _plan(self) -> None:
        named = re.search("《([^《》]*(?:方案|计划|规划|纲要|意见|报告))》", self.text)
        name, period = named[1] if named else self.given["title"], self.year
        cells = {"plan_id": self.id, "place": self.place, "period_start": period, "period_end": period}
        self._add("plans", **cells, name_zh=name, source_id=self.source_id)
        for position, (start, quote, area) in enumerate(self._headings(), start=1):
            code = f"area-{position}"
            self._add("areas", plan_id=self.id, area=code, position=position, name_zh=area, quote=quote)
            self.openings.append((start, code))

    def _headings(self) -> list[tuple[int, str, str]]:
        """Return where each area opens, its quote and name: numbered headings, alike ones, or short first sentences."""
        numbers = [phrase for phrase in self.phrases if phrase.kind == "ordinal"]
        ends = [phrase.end for phrase in numbers if _NUMBERED.fullmatch(self.text[phrase.start : phrase.end])]
        numbered, heads = (
            [(at, re.split("[，。；：！？]", self.text[at : at + 40])[0]) for at in ats]
            for ats in (ends, self.seed.paragraphs)
        )
        heads = [head for head in heads if not _NUMBERED.match(head[1])]
        alike = max(([head for head in heads if head[1][:2] == other[1][:2]] for other in heads), key=len, default=[])
        short = [(at, head) for at, head in heads if len(head) <= 18 and self.text[at + len(head) :][:1] == "。"]
        found = next((group for group, least in ((numbered, 2), (alike, 3), (short, 2)) if len(group) >= least), [])
        before, behind = (_shared([head for _, head in found], direction) for direction in (1, -1))
        names = [(at, head, head[before : len(head) - behind] or head) for at, head in found]
        return [heading for heading in names if self.text.count(heading[1]) == 1]

    def _target(self, phrase: Phrase, read) -> bool:
        """Add a target, or a count that the plan states of itself; say whether the number was either."""
        cells = {"plan_id": self.id, "printed": read.printed, "source_id": self.source_id}
        cells["quote"] = self._quote(phrase, read)
        stated = {row["counts"]: row["value"] for row in self.rows["stated_counts"]}
        for counts, noun in (("areas", "个?(?:方面|方向|领域)"), ("tasks", "(?:重点)?任务")):
            areas = counts == "tasks" or float(read.value_low) == len(self.openings)
            if areas and counts not in stated and re.match(noun, self.text[phrase.end :]):
                return self._add("stated_counts", counts=counts, value=read.value_low, **cells)
        start, end = self._item(phrase)
        more = any(phrase.end <= other.start < end and other.kind == "quantity" for other in self.phrases)
        # 投资500万元以上的项目120个: the size of what is counted. 六大产业: how many are listed.
        if not cells["quote"] or read.unit == "大" or (more and read.bound in _THRESHOLDS):
            return False
        line = f"{self.id}-{self.year}-{self.seed.line(phrase.start)}"
        letter = chr(97 + sum(row["target_id"][:-1] == line for row in self.rows["targets"]))
        cells |= {"value_low": read.value_low, "value_high": read.value_high, "bound": read.bound}
        cells |= {"unit": quantities.unit_of(read.unit, self.words), "commitment": read.commitment}
        name = _AFTER_NAME.sub("", _BEFORE_NAME.sub("", self.text[start : phrase.start]))
        name += self.text[phrase.start + len(read.printed) : end].removeprefix("的")
        area = "".join([code for at, code in self.openings if at <= phrase.start][-1:])
        return self._add("targets", target_id=line + letter, area=area, name_zh=name, **cells)

    # A notice.

    def _figure(self, phrase: Phrase, read) -> bool:
        """Add a figure of collection, where its words and its unit say the measure; say whether they did."""
        measure, quote = self._measured(phrase, quantities.unit_of(read.unit, self.words))
        said = self.text[clauses.sentence_start(self.text, phrase.start, "。；！？") : phrase.start]
        # Of a part of what is collected, or of somebody else's: for a curator to say.
        if not quote or read.bound == "range" or _RESTRICTED.search(said):
            return False
        time, unit = self.times[measure], self.units[measure]
        falls = time == "change" and clauses.is_decrease(self.text[: phrase.start])
        date = clauses.date_before(self.text, self.phrases, phrase.start)
        start, end = _period(date) if date else (self.only_year, self.only_year)
        start = "" if time in ("stock", "to_date") else start
        end = self.given["published"] or end if time == "to_date" else end
        key = {"place": self.place, "period_end": end, "measure": measure}
        if any(key.items() <= row.items() for row in self.rows["collection"]):
            return False
        cells = {"printed": read.printed, "value": "-" * falls + read.value_low, "unit": unit}
        cells |= {"bound": read.bound, "source_id": self.source_id, "quote": quote}
        return self._add("collection", **key, period_start=start, **cells)

    def _measured(self, phrase: Phrase, unit: str) -> tuple[str, str]:
        """Return the measure whose words stand nearest to a number, and the run of both; both empty where none does."""
        first = clauses.sentence_start(self.text, phrase.start, "。；！？")
        last = min((match.start() for match in _STOP.finditer(self.text, phrase.end)), default=len(self.text))
        named = clauses.measures_named(self.own["measures"], self.text, phrase[:2], (first, last))
        nearest = min((word for word in named if self._says(word, unit, phrase.start)), default=None)
        if not nearest:
            return "", ""
        start, end = min(nearest.start, phrase.start), max(nearest.start + len(nearest.word), phrase.end)
        return nearest.measure, self._run(start, end)

    def _says(self, named: clauses.NamedMeasure, unit: str, number: int) -> bool:
        """Tell whether a word names the number at a position: by the unit, or where the word says the unit."""
        time = self.times[named.measure]
        if named.right:
            return unit == named.unit and time != "change"
        end = named.start + len(named.word)
        between = self.text[end:number]
        for date in (date for date in self.phrases if date.kind == "date" and end <= date.start < number):
            between = between.replace(self.text[date.start : date.end], "")
        if re.search("[，：]", between) and not _NO_OTHER.fullmatch(re.split("[，：]", between)[-1]):
            return False
        if time == "change" and (not _CHANGE.search(between) or re.search("占|比重|比例", between)):
            return False
        units = tuple(word for word, of in self.words.items() if of == named.unit)
        says_unit = time == "rate" or named.word.endswith(units)
        return unit == named.unit if unit else says_unit and between in ("", "达", "达到", "为")

    def _run(self, start: int, end: int) -> str:
        """Return the words from start to end, lengthened until they stand in the text once and cut no phrase."""
        for phrase in [*self.phrases, *self.phrases]:
            start = phrase.start if phrase.start < start < phrase.end else start
            end = phrase.end if phrase.start < end < phrase.end else end
        if self.text.count(self.text[start:end]) == 1:
            return self.text[start:end]
        return self._run(start - 1, end) if start else ""


def _shared(heads: list[str], direction: int) -> int:
    """Return how many characters all begin with (1) or end with (-1), where that is two or more."""
    alike = [len(set(characters)) == 1 for characters in zip(*(head[::direction] for head in heads), strict=False)]
    length = [*alike, False].index(False)
    return length if length > 1 else 0


def _period(date: str) -> tuple[str, str]:
    """Return the start and the end of a printed date, to the month where it names one year's months."""
    years = _DATED.findall(date)
    half = {"上半年": ["1", "6"], "下半年": ["7", "12"]}.get(date[-3:])
    months = half or re.findall("[0-9]{1,2}(?=月|[—–~～-][0-9]+月)", date)
    if not months or len(years) > 1:
        return years[0], years[-1]
    return f"{years[0]}-{int(months[0]):02}", f"{years[0]}-{int(months[-1]):02}"
