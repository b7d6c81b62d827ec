"""The two languages: English is written in the code, Chinese is a gettext catalogue keyed by it, Babel formats.

Names of things (places, targets, codes) are data and come from the tables. What is done with the words belongs to
the charts and the report.
"""

from __future__ import annotations

import ast
import contextlib
import csv
import datetime
import functools
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import PoFileError, read_po, write_po
from babel.numbers import format_decimal, format_percent

from analysis.quantities import Quantity, read, unit_words
from analysis.tables import RELIABILITY, Problem, Tables, link_to, read_text, shorten

LANGS = {"en": "en_GB", "zh": "zh_CN"}
SOURCE_DIR = Path(__file__).parent
CATALOGUE = SOURCE_DIR / "locale" / "zh.po"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_PLACEHOLDERS = "placeholders such as {name} only"
_UPDATE = "`make translations`, for another root `python -m analysis translations --root DIR`,"
_HEADER = """# Chinese, keyed by the English; `python -m analysis translations` brings it up to date.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_REASONS = [f"data/evidence/{name}.csv" for name in ("context_numbers", "fixed_words", "errata")]


class LanguageError(ValueError):
    """A message, a name or a language is not there; the message says what was found and what was expected."""


class Words:
    """What is said in one language of one root: the second argument of every call that makes a chart or a table.

    Attributes:
        tables: the root's tables, checked.
        lang: "en" or "zh".

    >>> from analysis.tables import load
    >>> en, zh = Words(load(), "en"), Words(load(), "zh")
    >>> en.text("Source: {names}", names="WHO"), zh.text("Source: {names}", names="WHO")
    ('Source: WHO', '来源：WHO')
    """

    def __init__(self, tables: Tables, lang: str = "en") -> None:
        if lang not in LANGS:
            raise LanguageError(f"found language '{lang}', expected one of {', '.join(LANGS)}")
        self.tables, self.lang, self._locale = tables, lang, LANGS[lang]

    def text(self, message: str, /, **values: object) -> str:
        """Say an English message in the language, each ``{placeholder}`` replaced by its value and nothing evaluated.

        Args:
            message: English, written out in the call: the catalogue is filled from the code.
            values: one for each placeholder; whole and decimal numbers are written as `number` does, so a year is
                given as text. Values without a placeholder are left out, so that a title may choose among findings.

        Raises:
            LanguageError: no translation, a placeholder without a value, or a brace that opens none.
        """
        return self._fill(message if self.lang == "en" else self._translated(message), values)

    def plural(self, one: str, many: str, /, n: float, **values: object) -> str:
        """Say one of two English messages, by whether ``n`` is 1; Chinese has a single form for both."""
        message = one if n == 1 else many
        return self._fill(message if self.lang == "en" else self._translated(one), {"n": n} | values)

    def number(self, value: float | Decimal, decimals: int | None = None) -> str:
        """Write a number in digits, in English by thousands; with as many decimals as given, else as it has (to 4)."""
        pattern = "#,##0." + ("####" if decimals is None else "0" * decimals)
        return format_decimal(Decimal(str(value)), pattern, self._locale, group_separator=self.lang == "en")

    def printed(self, phrase: str, unit: str, bound: bool = True) -> str:
        """Say a number phrase of a source: as printed in Chinese, read and written anew with its unit in English.

        Args:
            phrase: a cell ``printed``. unit: its code of ``units.csv``.
            bound: whether English says the bound too.
        """
        if self.lang == "zh":
            return phrase
        quantity = read(phrase, unit_words(self.tables["units"]))
        return format_quantity(quantity if bound else replace(quantity, bound="exact"), self._symbol(unit))

    def percent(self, share: float, decimals: int = 0) -> str:
        """Write a share (0.75) in percent (75%)."""
        return format_percent(Decimal(str(share)), f"#,##0.{'0' * decimals}%", self._locale)

    def date(self, date: str) -> str:
        """Write a date of the tables, as exact as it is: ``June 2024``, ``2024年6月14日``; "" stays ""."""
        if not date:
            return ""
        pattern = {"en": ("y", "MMMM y", "d MMMM y"), "zh": ("y年", "y年M月", "y年M月d日")}[self.lang][date.count("-")]
        whole = datetime.date.fromisoformat(date + "-01" * (2 - date.count("-")))
        return format_date(whole, pattern, locale=self._locale)

    def period(self, start: str, end: str) -> str:
        """Write a period of the tables: ``2023`` for a whole year, ``2012 to 2024``, ``until June 2024``."""
        year = start[:4]
        if start == end or (start, end) in ((f"{year}-01", f"{year}-12"), (f"{year}-01-01", f"{year}-12-31")):
            return self.date(end if start == end else year)
        if not start:
            return self.text("until {end}", end=self.date(end))
        return self.text("{start} to {end}", start=self.date(start), end=self.date(end))

    def list(self, items: Iterable[str]) -> str:
        """Write several things as a list in a sentence: ``a, b and c``, ``a、b和c``."""
        return format_list(list(items), style="standard", locale=self._locale)

    def label(self, vocabulary: str, code: str) -> str:
        """Return the name of a code; raise LanguageError when ``labels.csv`` has none."""
        return _known(self.tables.labels(vocabulary, self.lang), code, f"{vocabulary} of data/vocabulary/labels.csv")

    def name(self, table: str, key: str) -> str:
        """Return the name of a table's row by its key; raise LanguageError when there is none."""
        return _known(self.tables.names(table, self.lang), key, f"key of {self.tables.path(table)}")

    def column(self, name: str) -> str:
        """Return the heading of a column; a column that ``labels.csv`` does not name keeps its name."""
        return self.tables.labels("column", self.lang).get(name, name)

    def source_list(self, source_ids: Iterable[str]) -> list[dict[str, str]]:
        """Return the sources of rows, each once, as a reader meets them: the page first, then by reliability and date,
        undated ones last.

        Returns:
            For each its ``name`` (publisher, date, and its reliability where that is unknown), ``title`` and ``url``
            (empty where there is none to follow).
        """
        rows = self.tables["sources"]
        rows = rows[rows["source_id"].isin(set(source_ids))]
        rows = rows.assign(rank=rows["reliability"].map(RELIABILITY.index), dated=rows["published"].replace("", "~"))
        found: dict[str, dict[str, str]] = {}
        for row in rows.sort_values(["rank", "dated", "source_id"]).to_dict("records"):
            parts = [row[f"publisher_{self.lang}"], self.date(row["published"])]
            parts += [self.label("reliability", "unknown")] if row["reliability"] == "unknown" else []
            name = self.text(", ").join(filter(None, parts))
            url = link_to(row["url"], row["note"])
            found.setdefault(name, {"name": name, "title": row[f"title_{self.lang}"], "url": url})
        return list(found.values())

    def sources(self, source_ids: Iterable[str]) -> str:
        """Return the source line of rows: up to four names, else two and how many more; empty without rows."""
        names = [source["name"] for source in self.source_list(source_ids)]
        shown = names if len(names) <= 4 else names[:2]
        said = self.text("; ").join(shown)
        if len(shown) < len(names):
            return self.text("Sources: {names}; {n} more", names=said, n=len(names) - len(shown))
        return self.plural("Source: {names}", "Sources: {names}", n=len(names), names=said) if names else ""

    @property
    def prose_lang(self) -> str:
        """The language in which the notebooks' paragraphs are shown: English where the root has no catalogue."""
        return self.lang if paragraphs(self.tables.root).is_file() else "en"

    def prose(self, source: str) -> str:
        """Say a Markdown cell, or a reason of a table, in the language, block by block."""
        known = {} if self.lang == "en" else _translations(paragraphs(self.tables.root))
        return "\n\n".join(known.get(block, block) for block in blocks(source))

    def heading(self, notebook: str) -> str:
        """Return the title of a notebook of the root: its first heading, else its file name without ending."""
        texts = (text for _, text in _notebook_messages(self.tables.root / "notebooks" / f"{notebook}.ipynb"))
        return self.prose(next((text for text in texts if text.startswith("# ")), notebook)).removeprefix("# ")

    def _fill(self, message: str, values: Mapping[str, object]) -> str:
        if fault := _fault(message):
            raise LanguageError(f"found {fault} in '{message}', expected placeholders such as {{name}} only")
        if lacking := sorted(_placeholders(message) - set(values)):
            raise LanguageError(f"found no value for {', '.join(lacking)} in '{message}', expected one for each")
        return _PLACEHOLDER.sub(lambda match: self._said(values[match[1]]), message)

    def _said(self, value: object) -> str:
        if isinstance(value, str):
            return value
        return self.number(value.item() if hasattr(value, "item") else value)

    def _translated(self, message: str) -> str:
        for path in (paragraphs(self.tables.root), CATALOGUE):
            if found := _translations(path).get(message):
                return found
        raise LanguageError(f"found no translation of '{message}', expected one: {_UPDATE} adds it")

    def _symbol(self, unit: str) -> str:
        row = self.tables["units"].set_index("unit").loc[unit]
        if unit == "count":
            return ""
        # Lower-case symbols (pp, a, d) are for tables: a sentence says the word.
        return row["name_en"] if not row["symbol"] or re.fullmatch("[a-z]+", row["symbol"]) else row["symbol"]


def _known(names: Mapping[str, str], code: str, what: str) -> str:
    if code not in names:
        raise LanguageError(f"found '{code}', expected a {what}: {', '.join(names) or 'none is there'}")
    return names[code]


_SCALES = {"zh": {"万亿": 12, "亿": 8, "万": 4}, "en": {" trillion": 12, " billion": 9, " million": 6}}
_BOUNDS = {"about": "about {}", "at_least": "at least {}", "at_most": "at most {}"}
_BOUNDS |= {"more_than": "more than {}", "less_than": "less than {}"}


def format_number(value: Decimal | float, lang: str = "en", step: Decimal | float = 1) -> str:
    """Write a number in ``lang`` to the last digit of ``step``: ``2.9 trillion`` and ``2.9万亿``.

    >>> format_number(2.9e12, "en", 1e11), format_number(12000, "zh", 1000), format_number(12.94, step=0.01)
    ('2.9 trillion', '1.2万', '12.94')
    """
    value, last = Decimal(str(value)), Decimal(str(step)).normalize().as_tuple().exponent  # 3 for 12000, -2 for 0.01
    for name, power in _SCALES[lang].items():
        decimals = max(0, power - last)
        if abs(value) >= 10**power and decimals <= 2:  # one that needs more is written out
            number = f"{round(value.scaleb(-power), decimals).normalize():,f}{name}"
            break
    else:
        number = f"{value:,.{max(0, -last)}f}"
    return number if lang == "en" else number.replace(",", "")


def format_quantity(quantity: Quantity, symbol: str = "") -> str:
    """Write a quantity in English with its bound and unit; in Chinese it stays as it is printed.

    Args:
        quantity: what `quantities.read` returned.
        symbol: its unit: ``%`` and ``‰`` follow the number, three capitals (``CNY``) precede it; default none.

    >>> format_quantity(read("2.9万亿元左右"), "CNY"), format_quantity(read("3—5个百分点"), "points")
    ('about CNY 2.9 trillion', '3–5 points')
    """
    ends = dict.fromkeys([quantity.low, quantity.high])
    if quantity.step:
        said = [format_number(end, "en", quantity.step) for end in ends]
    else:
        said = [str(Fraction(end).limit_denominator(1000)) for end in ends]
    if len({text.partition(" ")[2] for text in said}) == 1:
        said[:-1] = [text.partition(" ")[0] for text in said[:-1]]  # 200–300 million
    number = "–".join(said)
    if re.fullmatch("[A-Z]{3}", symbol):
        number = f"{symbol} {number}"
    elif symbol:
        number += symbol if symbol in "%‰" else f" {symbol}"
    return _BOUNDS.get(quantity.bound, "{}").format(number)


# From here on: catalogues.

Found = tuple[int, str | tuple[str, str]]  # the line of a message, and its text, or singular and plural


def paragraphs(root: Path) -> Path:
    """Return where a root keeps the Chinese of its notebooks' paragraphs."""
    return root / "notebooks" / "zh.po"


def blocks(source: str) -> list[str]:
    """Part a Markdown source where a line is blank: paragraphs, headings, whole lists and tables, whole code blocks."""
    found: list[str] = []
    for part in re.split(r"\n(?:[ \t]*\n)+", source.strip()):
        if found and found[-1].count("```") % 2:
            found[-1] += f"\n\n{part}"
        elif part:
            found.append(part)
    return found


def messages(source_dir: Path = SOURCE_DIR) -> Catalog:
    """Return the English messages below a folder, each with its files (relative to the folder above) and lines.

    Python: the literals in the first argument of ``words.text(…)`` (one, or a choice of several) and the first two
    of ``words.plural(…)``. Templates: ``text("…")`` and ``plural("…", "…", …)``. Notebooks: the blocks of Markdown,
    with the number of their cell for a line; beside a root's notebooks also the reasons of its evidence.
    """
    found = Catalog(locale="zh")
    beside = [source_dir.parent / file for file in _REASONS if source_dir != SOURCE_DIR]
    for path in [*sorted(source_dir.rglob("*")), *beside]:
        if path.suffix in _EXTRACTORS and path.parent.name != ".ipynb_checkpoints":
            file = path.relative_to(source_dir.parent).as_posix()
            for line, message in _EXTRACTORS[path.suffix](path):
                found.add(message, locations=[(file, line)])
    return found


def _python_messages(path: Path) -> Iterator[Found]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        match call:
            case ast.Call(func=ast.Attribute(attr="text"), args=[message, *_]):
                yield from ((call.lineno, text) for text in _literals(message))
            case ast.Call(func=ast.Attribute(attr="plural"), args=[ast.Constant(one), ast.Constant(many), *_]):
                yield call.lineno, (one, many)


def _literals(node: ast.expr) -> list[str]:
    """Return a text that is written out, or those among which an expression chooses."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return _literals(one) + _literals(other)
        case ast.Subscript(value=ast.Dict(values=several)):  # {"code": "message"}[code]
            return [text for one in several for text in _literals(one)]
    return []


def _template_messages(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        for line, message, *_ in extract("jinja2.ext:babel_extract", file, {"text": None, "plural": (1, 2)}):
            yield line, message


def _notebook_messages(path: Path) -> Iterator[Found]:
    # What is no notebook is refused where it is run.
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8-sig"))["cells"], start=1):
            if cell["cell_type"] == "markdown":
                yield from ((number, block) for block in blocks("".join(cell["source"])))


def _reasons(path: Path) -> Iterator[Found]:
    # A table that cannot be read is refused where it is loaded.
    with contextlib.suppress(OSError, ValueError, csv.Error), path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            yield from ((number, block) for block in blocks(row.get("reason") or ""))


_PROSE = {".ipynb": "cell", ".csv": "reason"}  # what is no message of the code, and where it stands
_EXTRACTORS = {".py": _python_messages, ".j2": _template_messages, ".ipynb": _notebook_messages, ".csv": _reasons}


def _parse(text: str) -> Catalog:
    return read_po(io.StringIO(text), locale="zh", ignore_obsolete=True, abort_invalid=True)


@functools.cache
def _translations(path: Path) -> dict[str, str]:
    """Return what a catalogue says for each English message (the singular, where there are two)."""
    entries = _entries(_parse(path.read_text("utf-8"))) if path.is_file() else ()
    return {_forms(entry.id)[0]: _forms(entry.string)[0] for entry in entries if not entry.fuzzy}


def _entries(catalogue: Catalog) -> list[Message]:
    """Return the entries of a catalogue but its head."""
    return [entry for entry in catalogue if entry.id]


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Return a message as a list, with its plural where it has one; a new one has no Chinese yet."""
    return [text or ""] if isinstance(text, str | None) else text


def _is_prose(message: Message) -> bool:
    """Tell whether an English message is a block of a notebook or a reason of a table."""
    return message.locations[0][0].endswith((*_PROSE,))


# What is wrong with the Chinese of an English text, as found and expected; nothing when all is right.
Judge = Callable[[str, str], Iterable[tuple[str, str]]]


def catalogue_problems(
    path: Path = CATALOGUE, source_dir: Path = SOURCE_DIR, judge: Judge = lambda *_: ()
) -> list[Problem]:
    """Return what keeps a catalogue from saying all that the source says, each with file and line.

    Args:
        path: a catalogue of gettext. source_dir: the folder whose English it translates.
        judge: of the blocks of notebooks and of reasons, which have no placeholders.
    """
    file, wanted = path.relative_to(source_dir.parent).as_posix(), messages(source_dir)
    problems = [
        Problem(*message.locations[0], "", f"{fault} in '{text}'", _PLACEHOLDERS)
        for message in _entries(wanted)
        if not _is_prose(message)
        for text in _forms(message.id)
        if (fault := _fault(text))
    ]
    text, faults = read_text(source_dir.parent, file)
    try:
        catalogue = _parse(text)
    except (PoFileError, ValueError) as error:
        faults = [Problem(file, getattr(error, "lineno", -1) + 1, "", "a line of no entry", "a catalogue of gettext")]
    if faults:
        return problems + faults
    for entry in _entries(catalogue):
        message = wanted.get(entry.id)
        faults = _entry_faults(entry, message, judge)
        problems += [Problem(file, entry.lineno, "", *fault) for fault in faults]
        if message and message.id == entry.id:
            wanted.delete(entry.id)
    for message in _entries(wanted):
        where, line = message.locations[0]
        column, expected = _PROSE.get(Path(where).suffix, ""), f"a translation in {file}: {_UPDATE} adds its place"
        problems.append(Problem(where, line, column, f"'{shorten(_forms(message.id)[0])}'", expected))
    return problems


def _entry_faults(entry: Message, message: Message | None, judge: Judge) -> Iterable[tuple[str, str]]:
    """Return what is wrong with an entry of a catalogue for a message of the source, as found and expected."""
    named, chinese = f"'{shorten(_forms(entry.id)[0])}'", _forms(entry.string)[0]
    if entry.fuzzy:
        return [(f"{named}, marked fuzzy", "a translation that was looked at")]
    if not message or message.id != entry.id:
        return [(named, "a message of the code, of a notebook or a reason of a table")]
    if not chinese:
        return [(f"no translation of {named}", "one")]
    if _is_prose(message):
        return judge(message.id, chinese)
    if fault := _fault(chinese):
        return [(f"{fault} in '{chinese}'", _PLACEHOLDERS)]
    own, wanted = _placeholders(chinese), _placeholders("".join(_forms(message.id)))
    if own == wanted:
        return []
    found, expected = (", ".join(sorted(names)) or "none" for names in (own, wanted))
    return [(f"the placeholders {found} in '{chinese}'", f"{expected}, as in {named}")]


def _placeholders(message: str) -> set[str]:
    return set(_PLACEHOLDER.findall(message))


def _fault(message: str) -> str:
    """Return the first brace of a message that belongs to no placeholder, with what follows it."""
    stray = re.search(r"[{}][^{}]{0,20}\}?", _PLACEHOLDER.sub("", message))
    return f"'{stray[0]}'" if stray else ""


def update_catalogue(path: Path = CATALOGUE, source_dir: Path = SOURCE_DIR) -> int:
    """Bring a catalogue up to the English: new messages without translation, near ones marked fuzzy, old ones gone.

    Returns:
        How many messages still need a translation or a look.
    """
    template = messages(source_dir)
    for message in _entries(template):  # no line numbers, so that what did not change stays the same bytes
        message.locations = [(file, 1) for file in dict.fromkeys(file for file, _ in message.locations)]
    catalogue = _parse(path.read_text("utf-8") if path.is_file() else "")
    catalogue.update(template)
    catalogue.obsolete.clear()
    for message in filter(_is_prose, _entries(catalogue)):  # "100% of" is no format
        message.flags -= {"python-format", "python-brace-format"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_HEADER.encode())  # no date and no machine either
        write_po(file, catalogue, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    return sum(not _forms(message.string)[0] or message.fuzzy for message in _entries(catalogue))
