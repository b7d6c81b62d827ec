"""The two languages: English is written in the code, Chinese is a gettext catalogue keyed by it, Babel formats.

Names of things (places, targets, codes) are data and come from the tables. What is done with the words belongs to
the charts and the report.
"""

from __future__ import annotations

import ast
import contextlib
import datetime
import functools
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, PoFileParser, write_po
from babel.numbers import format_decimal, format_percent

from analysis.quantities import Quantity, divide, plain, read, unit_words
from analysis.tables import Problem, Tables, link_to

LANGS = {"en": "en_GB", "zh": "zh_CN"}
SOURCE_DIR = Path(__file__).parent
CATALOGUE = SOURCE_DIR / "locale" / "zh.po"
MESSAGES = ("text", "plural")  # the calls that say something
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_HEADER = """# Chinese, keyed by the English; `make translations` brings it up to date.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_RELIABILITY = ("", "official", "news", "unknown")  # as a source line names them: seeds have none


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
        places = "0" * decimals if decimals is not None else "####"
        pattern = "#,##0" + (f".{places}" if places else "")
        return format_decimal(
            Decimal(str(value)), format=pattern, locale=self._locale, group_separator=self.lang == "en"
        )

    def quantity(
        self,
        low: float | Decimal,
        high: float | Decimal | None = None,
        unit: str = "",
        bound: str = "exact",
        step: float | Decimal | None = None,
        word: str = "",
    ) -> str:
        """Write a value, or a range, with its bound and unit: ``about CNY 2.9 trillion``, ``1.2万个左右``.

        Args:
            low, high: in base units; ``high`` only where it differs.
            unit: a code of ``units.csv``. bound: a code of the column ``bound``.
            step: one unit of the last digit that is written, in base units; default as few digits as hold the value.
            word: the Chinese measure word, where it is not the name of the unit (家 for count).
        """
        ends = [Decimal(str(low)), Decimal(str(low if high is None else high))]
        step = min(map(_step, ends)) if step is None else Decimal(str(step))
        word = word or (self.name("units", unit) if unit and self.lang == "zh" else "")
        return format_quantity(Quantity(*ends, word, bound, step), self.lang, self._symbol(unit) if unit else "")

    def printed(self, phrase: str, unit: str, bound: bool = True) -> str:
        """Say a number phrase of a source: as printed in Chinese, read and written anew with its unit in English.

        Args:
            phrase: a cell ``printed``. unit: its code of ``units.csv``.
            bound: whether English says the bound too.
        """
        if self.lang == "zh":
            return phrase
        quantity = read(phrase, unit_words(self.tables["units"]))
        return format_quantity(quantity if bound else replace(quantity, bound="exact"), "en", self._symbol(unit))

    def percent(self, share: float, decimals: int = 0) -> str:
        """Write a share (0.75) in percent (75%)."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
        return format_percent(Decimal(str(share)), format=pattern, locale=self._locale)

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
        ranked = sorted(
            rows.to_dict("records"),
            key=lambda row: (_RELIABILITY.index(row["reliability"]), row["published"] or "~", row["source_id"]),
        )
        comma = self.text(", ")
        found: dict[str, dict[str, str]] = {}
        for row in ranked:
            parts = [row[f"publisher_{self.lang}"], self.date(row["published"])]
            if row["reliability"] == "unknown":
                parts.append(self.label("reliability", "unknown"))
            name, link = comma.join(filter(None, parts)), link_to(row["url"], row["note"])
            found.setdefault(name, {"name": name, "title": row[f"title_{self.lang}"], "url": link})
        return list(found.values())

    def sources(self, source_ids: Iterable[str], most: int = 3) -> str:
        """Return the source line of rows: two or three names and how many more; empty without rows."""
        names = [source["name"] for source in self.source_list(source_ids)]
        if not names:
            return ""
        shown, more = names[: most if len(names) <= most + 1 else most - 1], len(names)
        shown = names if len(names) == len(shown) + 1 else shown
        told = self.text("; ").join(shown)
        if len(shown) < more:
            return self.text("Sources: {names}; {n} more", names=told, n=more - len(shown))
        return self.plural("Source: {names}", "Sources: {names}", n=more, names=told)

    @property
    def prose_lang(self) -> str:
        """The language in which the notebooks' paragraphs are shown: English where the root has no catalogue."""
        return self.lang if paragraphs(self.tables.root).is_file() else "en"

    def prose(self, source: str) -> str:
        """Say a Markdown cell in the language, block by block."""
        known = {} if self.lang == "en" else _translations(paragraphs(self.tables.root))
        return "\n\n".join(known.get(block, block) for block in blocks(source))

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
        raise LanguageError(f"found no translation of '{message}', expected one: run `make translations` and add it")

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


def _step(value: Decimal) -> Decimal:
    """Return one unit of the last digit that a value needs, at most one of its scale (万, 亿, 万亿)."""
    exponent = value.normalize().as_tuple().exponent
    scale = max(factor for factor in (0, 4, 8, 12) if not factor or abs(value) >= 10**factor)
    return Decimal(1).scaleb(min(exponent, scale))


_SCALES = {
    "zh": ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百")),
    "en": ((10**12, " trillion"), (10**9, " billion"), (10**6, " million")),
}
_BOUNDS = {
    "en": {"about": "about {}", "at_least": "at least {}", "at_most": "at most {}"}
    | {"more_than": "more than {}", "less_than": "less than {}"},
    "zh": {"about": "{}左右", "at_least": "{}以上", "at_most": "{}以内", "more_than": "超过{}", "less_than": "不足{}"},
}


def format_number(value: Decimal | float, lang: str = "en", step: Decimal | float = 1) -> str:
    """Write a number in ``lang`` to one unit of ``step``: ``12,000`` and ``2.9 trillion``, ``1.2万`` and ``2.9万亿``.

    >>> format_number(2.9e12, "en", 1e11), format_number(12000, "zh", 1000), format_number(12.94, step=0.01)
    ('2.9 trillion', '1.2万', '12.94')
    """
    value, step = Decimal(str(value)), Decimal(str(step))
    # English takes at most two decimals of a scale; Chinese any scale in which the last digit can be said.
    scales = [(factor, name) for factor, name in _SCALES[lang] if lang == "en" or 1 < step <= factor]
    for factor, name in scales:
        decimals = max(0, -(step / factor).normalize().as_tuple().exponent)
        if lang == "en" and abs(value) >= factor and decimals <= 2:
            number = f"{value / factor:,.{decimals}f}"
            return (number.rstrip("0").rstrip(".") if "." in number else number) + name
        if lang == "zh" and (abs(value) >= factor or factor == scales[-1][0]):
            return f"{value / factor:.{decimals}f}{name}"
    decimals = max(0, -step.normalize().as_tuple().exponent)
    return f"{value:,.{decimals}f}" if lang == "en" else f"{value:.{decimals}f}"


def format_quantity(quantity: Quantity, lang: str = "en", symbol: str | None = None) -> str:
    """Write a quantity in ``lang`` with its bound and unit; in Chinese it reads back as the same quantity.

    Args:
        quantity: what `quantities.read` returned.
        lang: "en" or "zh".
        symbol: for English, what stands for the measure word: ``%`` and ``‰`` follow the number,
            three capitals (``CNY``) precede it; default none.

    >>> format_quantity(read("2.9万亿元左右"), "en", "CNY"), format_quantity(read("3—5个百分点"), "zh")
    ('about CNY 2.9 trillion', '3—5个百分点')
    """
    ends, step = [quantity.low] if quantity.low == quantity.high else [quantity.low, quantity.high], quantity.step
    dash = "–" if lang == "en" else "—"
    if lang == "zh" and plain(quantity.word) == "成":  # 30 per cent are three tenths
        ends, step = [end / 10 for end in ends], step / 10
    said = [format_number(end, lang, step) for end in ends] if step else _fractions(ends, lang)
    if lang == "zh" and re.search("[万亿]", said[-1]) and not re.search("[万亿]", said[0]):
        # 1百—2万 would be read as 1百万 to 2万万.
        decimals, name = re.fullmatch(r"[0-9]+\.?([0-9]*)(.)", said[0]).groups()
        said[1] = f"{ends[1] / {'百': 100, '千': 1000}[name]:.{len(decimals)}f}{name}"
    if lang == "en" and len({text.partition(" ")[2] for text in said}) == 1:
        said = [text.partition(" ")[0] for text in said[:-1]] + said[-1:]  # 200–300 million
    number = dash.join(said)
    if lang == "zh":
        number += quantity.word
    elif re.fullmatch("[A-Z]{3}", symbol or ""):
        number = f"{symbol} {number}"
    elif symbol:
        number += symbol if symbol in "%‰" else f" {symbol}"
    return _BOUNDS[lang].get(quantity.bound, "{}").format(number)


def _fractions(values: Sequence[Decimal], lang: str) -> list[str]:
    """Write values that were printed as fractions, with one denominator."""
    found = []
    for value in values:
        terms = (Fraction(value).limit_denominator(10**n) for n in range(20))
        same = (term for term in terms if divide(term.numerator, term.denominator) == value)
        found.append(next(same, Fraction(value)))
    of = math.lcm(*(fraction.denominator for fraction in found))
    parts = [(fraction * of).numerator for fraction in found]
    return [f"{of}分之{part}" if lang == "zh" else f"{part}/{of}" for part in parts]


# From here on: catalogues.


@dataclass(frozen=True)
class Message:
    """An English message in the source: file (relative to the folder above), line, and its plural or ""."""

    file: str
    line: int
    text: str
    plural: str = ""

    @property
    def prose(self) -> bool:
        """Whether it is a block of a notebook; its line is then the cell's number."""
        return self.file.endswith(".ipynb")


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


def messages(source_dir: Path = SOURCE_DIR) -> list[Message]:
    """Return the English messages below a folder, in the order of files and lines.

    Python: the literals in the first argument of ``words.text(…)`` (one, or a choice of several) and the first two
    of ``words.plural(…)``. Templates: ``text("…")`` and ``plural("…", "…", …)``. Notebooks: the blocks of Markdown.
    """
    found = []
    for path in sorted(source_dir.rglob("*")):
        if path.suffix in _EXTRACTORS and path.parent.name != ".ipynb_checkpoints":
            file = path.relative_to(source_dir.parent).as_posix()
            found += [Message(file, *rest) for rest in _EXTRACTORS[path.suffix](path)]
    return found


def _python_messages(path: Path) -> Iterator[tuple]:
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        # Of another receiver, as axes.text, it is no message.
        if not (isinstance(call.func, ast.Attribute) and call.func.attr in MESSAGES and call.args):
            continue
        receiver = call.func.value
        if getattr(receiver, "attr", getattr(receiver, "id", "")) not in ("words", "_words", "self"):
            continue
        count = 1 + MESSAGES.index(call.func.attr)
        literals = [list(_literals(argument)) for argument in call.args[:count]]
        if count == 2 and all(literals):
            yield (call.lineno, literals[0][0], literals[1][0])
        elif count == 1:
            yield from ((call.lineno, text) for text in literals[0])


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (text for branch in (node.body, node.orelse) for text in _literals(branch))
    elif isinstance(node, ast.Subscript):  # {"code": "message"}[code]
        yield from _literals(node.value)
    elif isinstance(node, ast.Dict):
        yield from (text for value in node.values for text in _literals(value))


def _template_messages(path: Path) -> Iterator[tuple]:
    import jinja2.ext  # a kernel that only draws does without

    with path.open("rb") as file:
        for line, call, text, _ in jinja2.ext.babel_extract(file, MESSAGES, [], {}):
            found = [part for part in ([text] if isinstance(text, str) else text) if isinstance(part, str)]
            yield (line, *found[: 1 + MESSAGES.index(call)])


def _notebook_messages(path: Path) -> Iterator[tuple]:
    # What is no notebook is refused where it is run.
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8-sig"))["cells"], start=1):
            if cell["cell_type"] == "markdown":
                yield from ((number, block) for block in blocks("".join(cell["source"])))


_EXTRACTORS = {".py": _python_messages, ".j2": _template_messages, ".ipynb": _notebook_messages}


class _Entries(Catalog):
    """A catalogue that remembers every entry of its file, also one that comes twice."""

    def __init__(self) -> None:
        self.entries: list = []
        super().__init__(locale="zh")

    def __setitem__(self, key: object, message: object) -> None:
        if key:
            self.entries.append(message)
        super().__setitem__(key, message)


def _parse(path: Path) -> _Entries:
    catalogue = _Entries()
    with path.open(encoding="utf-8") as file:
        PoFileParser(catalogue, abort_invalid=True).parse(file)
    return catalogue


@functools.cache
def _translations(path: Path) -> dict[str, str]:
    """Return what a catalogue says for each English message (the singular, where there are two)."""
    if not path.is_file():
        return {}
    return {_keys(entry)[0]: _chinese(entry) for entry in _parse(path).entries if not entry.fuzzy}


def _keys(entry) -> Sequence[str]:
    return [entry.id] if isinstance(entry.id, str) else list(entry.id)


def _chinese(entry) -> str:
    return entry.string if isinstance(entry.string, str) else (entry.string or ("",))[0]


# What is wrong with the Chinese of an English text, as found and expected; nothing when all is right.
Judge = Callable[[str, str], Iterable[tuple[str, str]]]


def catalogue_problems(
    path: Path = CATALOGUE, source_dir: Path = SOURCE_DIR, judge: Judge = lambda *_: ()
) -> list[Problem]:
    """Return what keeps a catalogue from saying all that the source says, each with file and line.

    Args:
        path: a catalogue of gettext. source_dir: the folder whose English it translates.
        judge: of the blocks of notebooks, which have no placeholders.
    """
    file = path.relative_to(source_dir.parent).as_posix()
    found = messages(source_dir)
    problems = [
        Problem(message.file, message.line, "", f"{fault} in '{text}'", "placeholders such as {name} only")
        for message in found
        if not message.prose
        for text in filter(None, (message.text, message.plural))
        if (fault := _fault(text))
    ]
    try:
        catalogue = _parse(path)
    except PoFileError as error:
        return [*problems, Problem(file, error.lineno + 1, "", "a line of no entry", "a catalogue of gettext")]
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8, or no such syntax"
        return [*problems, Problem(file, 0, "", f"no readable file ({reason})", "a catalogue of gettext in UTF-8")]
    wanted = {(message.text, message.plural): message for message in reversed(found)}
    problems += _entry_problems(file, catalogue, wanted, judge)
    return problems


def _entry_problems(
    file: str, catalogue: _Entries, wanted: Mapping[tuple[str, str], Message], judge: Judge
) -> Iterator[Problem]:
    first: dict[tuple[str, str], int] = {}
    for entry in catalogue.entries:
        key = (*_keys(entry), "")[:2]
        known = key in wanted and not entry.fuzzy
        chinese, line, named = _chinese(entry), entry.lineno or 0, f"'{_short(key[0])}'"
        if key in first:
            yield Problem(file, line, "", f"{named} again", f"each message once (line {first[key]} has it)")
        elif not known:
            expected = "a translation that was looked at" if entry.fuzzy else _MESSAGE
            yield Problem(file, line, "", f"{named}{', marked fuzzy' * bool(entry.fuzzy)}", expected)
        elif not chinese:
            yield Problem(file, line, "", f"no translation of {named}", "one")
        elif wanted[key].prose:
            yield from (Problem(file, line, "", *fault) for fault in judge(key[0], chinese))
        elif fault := _fault(chinese):
            yield Problem(file, line, "", f"{fault} in '{chinese}'", "placeholders such as {name} only")
        elif _placeholders(chinese) != (places := _placeholders(key[0]) | _placeholders(key[1])):
            told = [", ".join(sorted(names)) or "none" for names in (_placeholders(chinese), places)]
            yield Problem(file, line, "", f"the placeholders {told[0]} in '{chinese}'", f"{told[1]}, as in {named}")
        first.setdefault(key, line)
    for entry in catalogue.obsolete.values():
        yield Problem(file, entry.lineno or 0, "", f"the obsolete '{_short(_keys(entry)[0])}'", _MESSAGE)
    for key, message in wanted.items():
        if key not in first:
            expected = f"a translation in {file}: run `make translations`"
            column = "cell" if message.prose else ""
            yield Problem(message.file, message.line, column, f"'{_short(key[0])}'", expected)


_MESSAGE = "a message of the code or of a notebook"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:79]}…"


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
    template = Catalog(locale="zh")
    found = messages(source_dir)
    for message in found:
        template.add((message.text, message.plural) if message.plural else message.text, locations=[(message.file, 1)])
    prose = {message.text for message in found if message.prose}
    catalogue = _parse(path) if path.is_file() else Catalog(locale="zh")
    catalogue.update(template)
    catalogue.obsolete.clear()
    for entry in catalogue:
        if entry.id in prose:  # "100% of" is no format
            entry.flags -= {"python-format", "python-brace-format"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        # No line numbers, no date, no machine: what did not change stays the same bytes.
        file.write(_HEADER.encode())
        write_po(file, catalogue, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    return sum(not _chinese(entry) or entry.fuzzy for entry in catalogue if entry.id)
