"""Read Chinese number phrases (``1.2万个左右``) as quantities, and find them in a text.

What belongs here is a phrase by itself. Where a phrase stands in a source, and which row claims it,
is `provenance`; the words that mean bounds, and those that hold a numeral and count nothing, are rows
of ``analysis/vocabulary``.
"""

from __future__ import annotations

import contextlib
import csv
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

# Only these are folded: NFKC would also turn ①, ² and ½ into digits, and ， into a thousands separator.
_FOLDED = {0xFF10 + n: chr(0x30 + n) for n in range(10)} | {
    0xFF21 + n + case: chr(0x41 + n + case) for n in range(26) for case in (0, 32)
}
_FOLDED |= {ord("％"): "%", ord("．"): ".", ord("＋"): "+"}

# Traditional and financial forms, read as the plain one; what is not a numeral stands in bounds, units and dates.
_PLAIN = str.maketrans(
    "壹壱弌贰貳貮弍弐叁叄弎肆柒捌玖佰仟萬億兩倆俩〇點負幾餘來個項條噸圓圆輛畝頃戶場處種類號級屆間臺張隻雙劑療時達過約將滿內於標準",
    "一一一二二二二二三三三四七八九百千万亿两两两零点负几余来个项条吨元元辆亩顷户场处种类号级届间台张只双剂疗时达过约将满内于标准",
)
# These are numerals only beside another one: 参与, 队伍, 大陆, 收拾, 油漆 hold none.
_BESIDE = str.maketrans("参參伍陆陸漆拾", "三三五六六七十")
_RUN = "一二三四五六七八九十百千万亿零两"
_TEN = "(?<!收)拾(?![遗荒金取级掇])"
_BESIDE_RUN = re.compile(
    rf"(?:(?<=[{_RUN}点拾])(?<!收拾)|(?=[参參伍陆陸漆拾]{{1,9}}[{_RUN}])|(?=[参參伍陆陸漆]{_TEN}))(?<![队入退行])[参參伍陆陸漆]|"
    rf"(?<=[{_RUN}0-9参參伍陆陸漆]){_TEN}|{_TEN}(?=[{_RUN}参參伍陆陸漆])"
)

_DIGITS = str.maketrans("零一二三四五六七八九两", "01234567892")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}
_ONES = "一二三四五六七八九"
_HANZI = "".join(["零一二三四五六七八九两", *_SCALES, *_TENS])
_ARABIC = "[0-9]++(?:[.,][0-9]++)*+"  # possessive: a run of digits is never divided
_DASH = "[—–~～〜-]+|至|到"
_PER = {"百": "%", "千": "‰"}
# Measure words that begin with a scale: 千瓦 is no thousand. For any measure word that a caller does not name.
_SCALED_UNITS = (
    *("百分点", "千瓦时", "千瓦", "千伏安", "千伏", "千米", "千克"),
    *("千卡", "千帕", "千赫", "千焦", "千字节", "千比特"),
)
# A dozen, a discount, k and w: read as measure words they would be another number.
_REFUSED_WORDS = re.compile("[打折兆]|几.?|[kKwW](?![A-Za-z]).*")
# What follows a bare number and is no measure word: 45万的, 14.06比, 2000与.
_NO_MEASURE = (
    "的和与或及等是为以在比较同增减提降达占至到由从对将已可并且而其中年月日上下左右前"
    "后之内外不了多余几被把向经使让于也又都倍率第头其"
)
KINDS = ("quantity", "date", "name", "ordinal", "idiom")


class QuantityError(ValueError):
    """A phrase cannot be read as a quantity; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Quantity:
    """A number as a text prints it.

    Attributes:
        low, high: the stated value in base units (1.2万 is 12000); they differ for a range only.
        word: the measure word as printed (``家``, ``个百分点``), or empty; ``%`` and ``‰`` for 百分之 and 千分之.
        bound: exact (no bound word), about, at_least, more_than, at_most, less_than or range.
        step: one unit of the last printed digit, in base units (100 for 1.23万); the stated value is
            known to half of it either way. 0 for a fraction such as 五分之一.
    """

    low: Decimal
    high: Decimal
    word: str = ""
    bound: str = "exact"
    step: Decimal = Decimal(1)

    @property
    def interval(self) -> tuple[Decimal, Decimal]:
        """What rounds to the printed number: from the first, included, to the second, excluded.

        It takes every printed digit as significant: 500 is [499.5, 500.5).
        """
        return self.low - self.step / 2, self.high + self.step / 2


class Phrase(NamedTuple):
    """A run of a text that holds a numeral: positions (end excluded) and what it is, one of `KINDS`."""

    start: int
    end: int
    kind: str


def fold(text: str) -> str:
    """Fold full-width digits, letters, ％, ． and ＋ to half width; nothing else changes, so lengths are kept."""
    return text.translate(_FOLDED)


# A line that a scan broke inside a number is joined; digits that only blanks or a blank line part may be two numbers.
_WHITE_SPACE = re.compile(r"(?<=[0-9])(?P<between>\s++)(?=[0-9])|\s++")


def normalize(text: str) -> str:
    """Fold a text and drop its white space, but keep one blank where dropping it might join two numbers.

    >>> normalize("1 . 2万个\\n左右"), normalize("12 34")
    ('1.2万个左右', '12 34')
    """
    return _WHITE_SPACE.sub(lambda run: " " if run["between"] and run[0].count("\n") != 1 else "", fold(text))


def positions(text: str, words: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Yield every position from start to end at which words stand in a text whole; they may overlap."""
    at = text.find(words, start, end)
    while at >= 0:
        yield at
        at = text.find(words, at + 1, end)


def numbers(text: str, words: Mapping[str, str] | None = None) -> Iterator[tuple[int, int, list[Decimal]]]:
    """Yield the numbers of a normalized text, dates and ordinals too: start, end, and the values that they say.

    Both ends of a range are numbers of their own; of a phrase that states no single number, each of its digits is.

    Args:
        text, words: as of `find`.
    """
    for start, end, kind in find(text, words):
        values = list(map(Decimal, re.findall(r"\d+(?:\.\d+)?", text[start:end])))
        if kind == "quantity":
            with contextlib.suppress(QuantityError):
                quantity = read(text[start:end], words)
                values = [abs(quantity.low), abs(quantity.high)][: 1 + (quantity.low != quantity.high)]
        between = re.search(_DASH, text[start:end]) if len(values) == 2 and kind == "quantity" else None
        if between:
            yield start, start + between.start(), values[:1]
            yield start + between.end(), end, values[1:]
        else:
            yield start, end, values


def plain(text: str) -> str:
    """Write traditional and financial numerals, bound words and measure words in plain characters, one for one.

    >>> plain("壹拾萬噸"), plain("参与队伍")
    ('一十万吨', '参与队伍')
    """
    return _BESIDE_RUN.sub(lambda run: run[0].translate(_BESIDE), text.translate(_PLAIN))


def read(text: str, words: Mapping[str, str] | None = None) -> Quantity:
    """Read a whole phrase as a quantity.

    Args:
        text: a number with its measure word and bound word, such as ``1.2万个左右``, ``12 . 94‰``,
            ``3—5个百分点``, ``十余万人次``. White space may stand inside as a scan leaves it.
        words: the measure words that may follow (keys of `unit_words`); default any short word.

    Raises:
        QuantityError: when the phrase is no number, or could be read in two ways.

    >>> [int(read(phrase).low) for phrase in ("1 . 2万个左右", "2.9万亿元", "十次")]
    [12000, 2900000000000, 10]
    >>> read("12.94‰").interval
    (Decimal('12.935'), Decimal('12.945'))
    """
    phrase, patterns = normalize(text), _patterns(words and tuple(words))
    if " " in phrase:
        raise QuantityError(f"found two runs of digits with only blanks between in '{text}', expected one number")
    canonical = plain(phrase)
    match, first = patterns.quantity.fullmatch(canonical), _first(patterns, canonical, 0)
    if first and (first.lastgroup == "date" or (first.lastgroup == "year" and first[0] != canonical)):
        raise QuantityError(f"found the date '{text}', expected a number with its measure word")
    if not match:
        raise QuantityError(f"found '{text}', expected {_missing(phrase)}")
    return _quantity(match, phrase, text)


def find(text: str, words: Mapping[str, str]) -> Iterator[Phrase]:
    """Yield each longest phrase of a normalized text that holds a number, with its kind.

    A quantity takes in the bound words and the measure word beside it, so that a row cannot leave them out.
    What counts nothing is a name (十四五, 世界500强), an ordinal (第19个) or an idiom (一般).

    >>> [phrase.kind for phrase in find("十四五期间新增50家以上，进一步提高", {"家": "count"})]
    ['name', 'quantity', 'idiom']
    """
    patterns, canonical, position = _patterns(tuple(words)), plain(text), 0
    while match := _first(patterns, canonical, position):
        yield Phrase(*match.span(), _kind(match))
        position = match.end()


def unit_words(units) -> dict[str, str]:
    """Return the unit of each measure word from a frame with the columns ``unit`` and ``words`` (parted by ``|``)."""
    return {word: unit for unit, words in zip(units["unit"], units["words"], strict=True) for word in words.split("|")}


def unit_of(word: str, words: Mapping[str, str]) -> str:
    """Return the unit of a printed measure word, traditional characters included; empty when no row has it."""
    return words.get(word) or words.get(plain(word), "")


def with_unknown_measure(text: str, phrase: Phrase, words: Mapping[str, str]) -> str:
    """Return the words of a quantity with the character or letters behind it that look like an unknown measure word.

    Args:
        text: a normalized text.
        phrase: one of its quantities, by `find`.
        words: the known measure words.

    Returns:
        The longer phrase, its bound word included, such as ``10亿方以上``; empty when nothing suggests a measure word.
    """
    printed, behind = text[phrase.start : phrase.end], text[phrase.end : phrase.end + 16]
    measure = re.match(f"[A-Za-z]+|(?![{_NO_MEASURE}{_HANZI}半])[\u4e00-\u9fff]", plain(behind))
    if not measure or measure[0] in words:
        return ""
    following = behind[: measure.end()]
    bound = re.match(_bound_pattern("after"), plain(behind[measure.end() :]))
    longer = printed + following + (behind[measure.end() :][: bound.end()] if bound else "")
    try:
        without = read(printed, words)
        return longer if not without.word and read(longer).word == following else ""
    except QuantityError:
        return ""


def vocabulary(name: str) -> list[dict[str, str]]:
    """Return the rows of one CSV of ``analysis/vocabulary``, words of the language that no page declares."""
    path = Path(__file__).parent / "vocabulary" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def word_pattern(row: Mapping[str, str]) -> str:
    """Return the pattern of a bound or commitment word: ``not_after`` and ``not_before`` are character classes."""
    after = f"(?<![{row['not_after']}])" if row["not_after"] else ""
    before = f"(?![{row['not_before']}])" if row["not_before"] else ""
    return after + re.escape(row["word"]) + before


class _Patterns(NamedTuple):
    """What is compiled for one set of measure words: a quantity, and any phrase, by kind; a bare year is a kind too."""

    quantity: re.Pattern[str]
    phrase: re.Pattern[str]


def _first(patterns: _Patterns, canonical: str, position: int) -> re.Match[str] | None:
    """Return the first phrase from a position on; its ``lastgroup`` is a kind, or "year"."""
    match = patterns.phrase.search(canonical, position)
    if match and match.lastgroup in ("ordinal", "idiom"):
        # 一个 is an idiom, 一个百分点 is not.
        longer = patterns.quantity.match(canonical, match.start())
        return longer if longer and longer.end() > match.end() else match
    if match and match.lastgroup == "quantity" and match["before"]:
        # 突破一批, 高于2023年: what only looks like a quantity behind a bound word is what it is without it.
        alone = _first(patterns, canonical, match.end("before"))
        return match if alone.lastgroup in ("quantity", "ordinal", "year") and alone.end() <= match.end() else alone
    return match


def _any_of(patterns: Mapping[str, str]) -> str:
    """Return one pattern of many, by word: the longest word is tried first, single characters all at once."""
    single = {word for word, pattern in patterns.items() if len(word) == 1 and pattern == word}
    found = [patterns[word] for word in sorted(patterns, key=len, reverse=True) if word not in single]
    return "|".join([*found, f"[{''.join(sorted(single))}]"] if single else found) or "(?!)"


@lru_cache(maxsize=1)
def _bounds() -> dict[str, dict[str, tuple[str, str]]]:
    """Return the bound words by position, each with its pattern and its bound."""
    found: dict[str, dict[str, tuple[str, str]]] = {"before": {}, "between": {}, "after": {}}
    for row in vocabulary("bound_words"):
        word = plain(row["word"])
        found[row["position"]][word] = word_pattern(row), row["bound"]
        if row["position"] == "after" and len(word) == 1 and word != "内":
            # 余, 多, 来, 几 and + also stand between number and measure word: 4000余人.
            found["between"][word] = word_pattern(row), row["bound"]
    return found


def _bound_pattern(position: str) -> str:
    return _any_of({word: pattern for word, (pattern, _) in _bounds()[position].items()})


@lru_cache(maxsize=8)
def _patterns(words: tuple[str, ...] | None) -> _Patterns:
    bounds = {position: _bound_pattern(position) for position in _bounds()}
    known = _SCALED_UNITS if words is None else tuple(map(plain, words))
    scaled = _any_of({word: re.escape(word) for word in known if word[:1] in _SCALES})
    hanzi = rf"(?!{scaled})[{_HANZI}]"
    number = rf"(?:(?:{_ARABIC}|{hanzi})(?:{_ARABIC}|{hanzi}|点(?=[0-9]|{hanzi}))*+|半(?![导径数成岛]))"
    if words is None:
        # Any short run that is neither bound word nor numeral.
        short = rf"(?:(?!{bounds['after']}|分之|[{_HANZI}半几数])[\u4e00-\u9fffA-Za-z/]){{1,8}}?"
        unit = rf"[%‰]|/千人口?|个?百分点|{scaled}|{short}"
    else:
        # Nouns begin like measure words: 6方面 are no 6方, 5天然气 no 5天.
        nouns = {row["word"]: f"(?![{row['not_before']}])" for row in vocabulary("measure_words")}
        unit = _any_of({word: re.escape(word) + nouns.get(word, "") for word in known})
        unit = f"(?:{unit})(?!(?<=[A-Za-z0-9])[A-Za-z0-9])"  # kW is no part of kWh
    inclusive = "(?:[（(]含[)）])?"

    quantity = (
        rf"(?P<before>{bounds['before']})?(?:(?P<of>{number})分之)?"
        rf"(?<![0-9.,])(?P<sign>[-−负](?={number}))?(?P<low>{number})"
        rf"(?:(?P<low_unit>{unit})?{inclusive}(?:{_DASH})(?:(?P<of_high>{number})分之)?(?P<high>{number}))?"
        rf"(?P<more>(?:{bounds['between']})(?P<scale>[万亿]*))?(?P<unit>{unit})?"
        rf"(?P<half>(?(unit)半(?![导径数成岛年月天])|(?!)))?{inclusive}(?P<after>{bounds['after']})?"
    )
    kinds = _dates(unit, bounds["after"]) | _others(number, unit) | {"quantity": quantity}
    named = {kind: f"(?P<{kind}>{pattern})" for kind, pattern in kinds.items()}
    return _Patterns(re.compile(named["quantity"]), re.compile("|".join(named.values())))


def _dates(unit: str, after: str) -> dict[str, str]:
    """Return the patterns of dates, and of a year by itself, which may also be a number."""
    year = "(?:(?<![0-9.,])(?:1[89]|20|21)[0-9]{2}|[一二][零一二三四五六七八九]{3})"
    month = f"(?:1[0-2]|0?[1-9]|十[一二]?|[{_ONES}])"
    day = f"(?:[12][0-9]|3[01]|0?[1-9]|[一二三]?十?[{_ONES}十])"
    quarter = "(?:上半年|下半年|[第前]?[一二三四1-4](?:个)?季度)"
    rest = rf"{month}(?:(?:{_DASH}){month})?月(?:份|底|初|末|[上中下]旬)?(?:{day}(?:(?:{_DASH}){day})?[日号])?"
    number_follows = rf"(?![0-9]|[.,][0-9]|[十百千万亿]|分之|%|‰|{unit}|{after})"
    dates = [
        rf"{year}年?(?:{_DASH}){year}(?:年度?|{number_follows})",
        rf"{year}年(?:度|初|底|末|{quarter})?(?:{rest})?(?:(?:{_DASH})(?:{year}年)?{rest})?",
        rf"(?<![0-9.]){rest}(?:(?:{_DASH}){rest})?",
        r"(?<![0-9.])(?:[12][0-9]|3[01]|[1-9])日(?![元币])",
        rf"{quarter}|前[0-9一二三四五六七八九十]{{1,2}}个月",
        r"(?<![0-9.])[0-9]{2}年代|[一二三四五六七八九]十年代|(?:[0-9]{2}|二十一?|十九)世纪",
        rf"{year}[-/.·]{month}(?:[-/.·]{day})?(?!\.){number_follows}",
        "(?<=[“‘「])[0-9]{1,2}[·.][0-9]{1,2}(?=[”’」])",
        "(?<![0-9])[0-9]{1,2}[:：][0-9]{2}(?![0-9])|(?<![0-9.])[0-9]{1,2}时(?:[0-9]{1,2}分)?(?!间)",
    ]
    return {"date": "|".join(dates), "year": rf"{year}(?!(?:{_DASH})[0-9{_HANZI}]){number_follows}"}


def _others(number: str, unit: str) -> dict[str, str]:
    """Return the patterns of what holds a numeral and is neither quantity nor date, by kind."""
    listed: dict[str, list[str]] = {"name": [], "ordinal": [], "idiom": []}
    for row in sorted(vocabulary("numeral_words"), key=lambda row: -len(row["word"])):
        pattern = re.sub(r"\(([^)]*)\)$", r"(?=\1)", row["word"])
        listed[row["kind"]].append(pattern.replace("N", number).replace("n", f"[{_ONES}十]"))
    listed["name"] += [
        rf"[{_ONES}](?:、[{_ONES}]){{1,9}}(?:等奖|级|类|期)",
        rf"{number}(?:{unit})?级(?!别)",
        rf"{number}号",
        rf"(?<![A-Za-z])[A-Za-z]+-?[0-9]+(?:\.[0-9]+)?(?![0-9.,%‰+]|[十百千万亿]|{unit})",
        "[0-9]+(?:[GKD]|A(?=[级景国旅]))(?![A-Za-z0-9])",
        rf"[0-9]+(?:[×+](?:[0-9]+|[NXnx])(?!{unit}|[0-9.]))+",
        "[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]+(?:类|级|型|期)?",
        "(?<![0-9])(?:0[0-9]{2,3}-[0-9]{7,8}|1[3-9][0-9]{9})(?![0-9])|(?:12[0-9]{3}|1[12][0-9])(?=热线|急救|报警|指挥)",
        "(?<=热线|电话)[：:]?[0-9]{3,}",
    ]
    listed["ordinal"] += [
        rf"第{number}(?:{unit})?",
        rf"(?<![^。；，：！？“”])[{_ONES}十]+(?:是|要|、)",
        rf"[（(](?:[0-9]{{1,2}}|[{_ONES}十]+)[)）]",
        "(?<![^。；：！？])[0-9]{1,2}[.、](?![0-9])",
    ]
    return {kind: "|".join(patterns) for kind, patterns in listed.items()}


def meaning(words: str) -> str:
    """Return what words that hold a numeral and count nothing mean, or nothing where the vocabulary lacks them."""
    for row in vocabulary("numeral_words"):
        pattern = re.sub(r"\([^)]*\)$", "", row["word"]).replace("N", f"[0-9{_HANZI}]+").replace("n", f"[{_ONES}十]")
        if re.fullmatch(pattern, words):
            return row["meaning"]
    return ""


def _kind(match: re.Match[str]) -> str:
    """Return what a match is: hanzi without a measure word, or in quotation marks, may count nothing."""
    if match.lastgroup != "quantity":
        return "date" if match.lastgroup == "year" else match.lastgroup
    text, (start, end) = match.string, match.span()
    around = text[start - 1 : start], text[end : end + 1]
    if re.search("[0-9]", match["low"]):
        return "quantity"
    if "".join(around) in ("“”", "‘’", "「」", "《》", "()", "（）"):
        return "name"
    if match["unit"] or match["low_unit"] or match["of"]:
        if around[0] == "每" and match["low"] in _SCALES:
            return "name"  # 每万人口
        return "idiom" if around[0] and around[0] in "这那每某另同任哪" and match["low"] == "一" else "quantity"
    try:
        value, _ = _number(match["low"])
    except ValueError:
        return "idiom"
    bounded = match["before"] or match["more"] or match["after"]
    counts = value >= 10 and match["low"][0] not in _SCALES and not re.match("[\u4e00-\u9fff]", around[1])
    return "quantity" if bounded or counts else "idiom"


def _missing(phrase: str) -> str:
    if not re.search(f"[0-9{_HANZI}半]", plain(phrase)):
        return "a number"
    if re.search("[数几][十百千万亿]", phrase):
        return "a number: 数十 and 几十 state none"
    return "one number with its bound word and a measure word of data/vocabulary/units.csv"


def _quantity(match: re.Match[str], phrase: str, text: str) -> Quantity:
    part = match.groupdict()
    try:
        word, low, high, low_step, high_step = _measured(match, phrase, *_ends(part))
        bound = _bound(part)
    except ValueError as error:
        raise QuantityError(str(error).replace("PHRASE", f"'{text}'")) from None
    if max(len(value.as_tuple().digits) for value in (low, high)) > _MOST_DIGITS:
        raise QuantityError(f"found '{text}', expected a number of at most {_MOST_DIGITS} digits")
    if part["sign"]:
        low, high = -low, -high
    return Quantity(low, high, word, bound, min(low_step, high_step))


def _ends(part: Mapping[str, str | None]) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Return low and its step, high and its step, both the same where the phrase is no range."""
    scale, low_text, high_text = part["scale"] or "", part["low"], part["high"]
    if (part["more"] or "").startswith("几"):
        low_text = low_text.rstrip("零")  # 一百零几
    if not high_text:
        low, step = _number(low_text + scale)
        return low, step, low, step
    if part["sign"]:
        raise ValueError("found a minus before the range PHRASE, expected plain ends")
    (low, low_step), (high, high_step) = _number(low_text), _number(high_text + scale)
    if not part["low_unit"]:
        factor = _shared_scale(low_text, low, high_text + scale, high)
        low, low_step = low * factor, low_step * factor
    if low >= high:
        raise ValueError("found the range PHRASE, expected its lower end first")
    return low, low_step, high, high_step


def _shared_scale(low_text: str, low: Decimal, high_text: str, high: Decimal) -> int:
    """Return the scale that the low end takes from the high one: 1—2万 is 10,000 to 20,000, 七千到九千亿 shares 亿."""
    mantissa, small, large = re.fullmatch(r"(.*?)([百千]?)([万亿]*)", high_text).groups()
    if re.search("[万亿]", low_text) or not (small or large) or not mantissa:
        return 1
    if not small or re.search("[百千]$", low_text):
        factor = _product(large)
        return factor if low * factor < high else 1
    if not large or re.search("[0-9]", low_text):
        return _product(small + large) if low < _number(mantissa)[0] else 1
    raise ValueError("found the range PHRASE, whose low end may take either scale, expected both ends with their scale")


def _bound(part: Mapping[str, str | None]) -> str:
    words = {"before": part["before"], "between": (part["more"] or "")[:1], "after": part["after"]}
    found = {_bounds()[position][word][1] for position, word in words.items() if word}
    if len(found) > 1 or (found and part["high"]):
        raise ValueError("found two bounds in PHRASE, expected one")
    return "range" if part["high"] else found.pop() if found else "exact"


def _measured(match: re.Match[str], phrase: str, *numbers: Decimal) -> tuple:
    """Return the measure word as printed, and low, high and their steps in base units."""
    part = match.groupdict()
    low, low_step, high, high_step = numbers
    word, low_word = (phrase[slice(*match.span(group))] if part[group] else "" for group in ("unit", "low_unit"))
    if word and low_word and part["low_unit"] != part["unit"]:
        raise ValueError("found two measure words in PHRASE, expected one")
    word = word or low_word
    if _REFUSED_WORDS.fullmatch(word):
        raise ValueError(f"found '{word}' in PHRASE, expected a measure word that leaves the number as it is")
    if part["half"]:
        if part["high"] or part["more"] or part["of"]:
            raise ValueError("found 半 behind PHRASE, expected it behind one number")
        low, high, low_step, high_step = low + _HALF, high + _HALF, _HALF, _HALF
    if plain(word) == "成":  # three tenths are 30 per cent
        return word, low * 10, high * 10, low_step * 10, high_step * 10
    if not part["of"]:
        return word, low, high, low_step, high_step
    if word or part["of_high"] not in (None, part["of"]):
        raise ValueError(f"found both {part['of']}分之 and another measure in PHRASE, expected one of them")
    if part["of"] in _PER:
        return _PER[part["of"]], low, high, low_step, high_step
    if part["of"][0] in _SCALES:
        raise ValueError(f"found {part['of']}分之 in PHRASE, expected 百分之, 千分之 or a number before 分之")
    of = _number(part["of"])[0]
    if not of:
        raise ValueError("found a fraction of 零 in PHRASE, expected another number before 分之")
    return "", divide(low, of), divide(high, of), Decimal(0), Decimal(0)


def divide(part: Decimal | int, of: Decimal | int) -> Decimal:
    """Return a quotient to the 15 digits that a float64 still tells apart."""
    return Context(prec=15).divide(Decimal(part), Decimal(of))


_HALF = Decimal("0.5")
_MOST_DIGITS = 25  # what Decimal computes with exactly, and some
_LONGEST_NUMBER = 40  # characters; the longest below 10**16 in hanzi has 31
_COEFFICIENT = re.compile(r"(?!0[0-9])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")


def _product(scales: str) -> int:
    return math.prod(_SCALES[scale] for scale in scales)


def _number(text: str) -> tuple[Decimal, Decimal]:
    """Return the value of one number in digits, hanzi or both, and one unit of its last printed digit.

    Raises ValueError with what was found and expected.
    """
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"found {len(text)} characters in PHRASE, expected a number of at most {_LONGEST_NUMBER}")
    if text == "半":
        return _HALF, Decimal("0.1")
    digits, scales = re.fullmatch(r"([0-9.,]*)(.*)", text).groups()
    if digits and re.fullmatch("[百千]?(?:万亿|万万|[万亿])?", scales):
        coefficient = _COEFFICIENT.fullmatch(digits)
        if not coefficient:
            raise ValueError(
                f"found '{digits}' in PHRASE, expected digits with one point, commas between thousands, no 0 first"
            )
        factor = _product(scales)
        return Decimal(digits.replace(",", "")) * factor, Decimal(factor).scaleb(-len(coefficient[1] or ""))
    if digits and scales == "十":
        raise ValueError(f"found '{text}' in PHRASE, expected no 十 behind digits (a scan may print + so)")
    whole, _, decimals = text.partition("点")
    value = _whole(whole)
    if not decimals:
        # 两千 is as exact as 2000; 三千五百万 is a number of 万, as 3500万 is.
        return Decimal(value), Decimal(_product(re.search("[万亿]*$", whole)[0]))
    tenths = re.fullmatch(rf"([0-9{_ONES}零]+)([百千万亿]*)", decimals)
    if not tenths or (tenths[2] and re.search("[万亿]", whole)):
        raise ValueError(f"found '{text}' in PHRASE, expected digits behind 点")
    printed, factor = tenths[1].translate(_DIGITS), _product(tenths[2])
    return Decimal(f"{value}.{printed}") * factor, Decimal(factor).scaleb(-len(printed))


def _whole(text: str) -> int:
    """Return the value of a whole number in hanzi, digits between scales allowed (7万5千)."""
    for ten, spelt in _TENS.items():
        text = text.replace(ten, spelt)
    if re.fullmatch(f"[{_ONES}零]{{2,}}", text):
        if len(text) != 4 and "零" not in text.strip("零"):
            raise ValueError(f"found '{text}' in PHRASE, expected digits: hanzi in a row may mean a few (三五家)")
        return int(text.translate(_DIGITS))
    value = _section(text)
    if value is None:
        raise ValueError(f"found '{text}' in PHRASE, expected a number such as 二十, 三千五百万 or 7万5千")
    return value


def _section(text: str) -> int | None:
    """Return the value of hanzi up to 亿 and 万, group by group; None when they are no number."""
    for scale in ("亿", "万"):
        head, found, tail = text.rpartition(scale)
        if found:
            count, rest = _section(head) if head else 1, _tail(tail, scale)
            limit = _SCALES[scale] if head[-1:] not in ("万", "亿") else 10**12
            return None if count is None or rest is None or not count < limit else count * _SCALES[scale] + rest
    return _below_ten_thousand(text)


def _tail(text: str, scale: str) -> int | None:
    """Return what stands behind 亿 or 万: less than one of it; one hanzi digit alone is of the next scale (一万三)."""
    if not text:
        return 0
    if len(text) == 1 and text in _ONES:
        return int(text.translate(_DIGITS)) * _SCALES[scale] // 10
    if text == "两" or text[0] in _SCALES:  # 180万千 leaves a 千 of a measure word
        return None
    if re.fullmatch("[0-9]+", text) and len(text) < len(str(_SCALES[scale])) - 2:
        return None  # 3万5 may be 30,005 or 35,000
    value = _section(text.lstrip("零"))
    return value if value is not None and value < _SCALES[scale] else None


# 千 and 百 and 十 with their digits; 零 stands for what is left out between two that are not neighbours.
_BELOW = re.compile(
    f"(?:(?P<d3>[0-9两{_ONES}]?)千)?(?:(?P<d2>[0-9两{_ONES}]|(?<!千))百)?(?:(?:(?<=千)零)?(?P<d1>[0-9{_ONES}]?)十)?"
    f"(?:(?P<zero>(?<=[千百])零)?(?P<d0>[0-9]+|[{_ONES}]|(?<![千百十零])两))?"
)


def _below_ten_thousand(text: str) -> int | None:
    """Return the value of hanzi without 万; 两 stands before 百 and 千 or alone, 一百五 is 150, 百三 is 130."""
    match = _BELOW.fullmatch(text)
    if not match or not text:
        return 0 if text == "零" else None
    places = [place for place in (1, 2, 3) if match[f"d{place}"] is not None]
    value = sum(int((match[f"d{place}"] or "1").translate(_DIGITS)) * 10**place for place in places)
    ones, zero, last = match["d0"], match["zero"], min(places, default=0)
    if not ones:
        return value
    if ones.isdecimal():
        fits = not last or (len(ones) <= last and (zero or len(ones) > 1 or last == 1))
        return value + int(ones) if fits else None
    return value + int(ones.translate(_DIGITS)) * (10 ** (last - 1) if last > 1 and not zero else 1)
