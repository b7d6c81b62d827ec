"""Read Chinese number phrases (``1.2万个左右``) as quantities, and say quantities in either language.

What belongs here is a phrase by itself. Where a phrase stands in a source, and which row claims it,
is `provenance`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import cn2an

# Only these are folded: NFKC would also turn ①, ² and ½ into digits, and ， into a thousands separator.
_FOLDED = {0xFF10 + n: chr(0x30 + n) for n in range(10)} | {
    0xFF21 + n + case: chr(0x41 + n + case) for n in range(26) for case in (0, 32)
}
_FOLDED |= {ord("％"): "%", ord("．"): "."}

HANZI_NUMERALS = "〇零一二两三四五六七八九十百千万亿半"
# Bound words by where they stand; 节约, 附近, 高超 and 上下游 hold one and are none.
BOUNDS_BEFORE = {
    "about": ("大约", "(?<![节合预制条签契大])约", "将近", "接近", "(?<![附最将接])近"),
    "at_least": (
        *("不得低于", "不得少于", "不低于", "不少于", "至少", "最少"),
        *("(?<![未得不])超过", "突破", "逾", "高于", "大于", "(?<!高)超(?!过)"),
    ),
    "at_most": (
        "不得超过",
        "不得高于",
        "不超过",
        "未超过",
        "不高于",
        "不多于",
        "至多",
        "最多",
        "不足",
        "不到",
        "(?<!不)低于",
        "小于",
    ),
}
BOUNDS_AFTER = {
    "about": ("左右", "上下(?!游)"),
    "at_least": ("以上", "余", "多", "[+]"),
    "at_most": ("以内", "以下", "之内"),
}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_BETWEEN = ("余", "多", "[+]")  # these stand before the measure word: 4000余人
_PER = {"百分之": "%", "千分之": "‰"}


class QuantityError(ValueError):
    """A phrase cannot be read as a quantity; the message says what was found and what was expected."""


@dataclass(frozen=True)
class Quantity:
    """A number as a text prints it.

    Attributes:
        low, high: the stated value in base units (1.2万 is 12000); they differ for a range only.
        word: the measure word as printed (``家``, ``个百分点``), or empty.
        bound: exact (no bound word), about, at_least, at_most or range.
        step: one unit of the last printed digit, in base units (100 for 1.23万); the stated value is
            known to half of it either way.
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


def fold(text: str) -> str:
    """Fold full-width digits, letters, ％ and ． to half width; nothing else changes, so lengths are kept."""
    return text.translate(_FOLDED)


# A line that a scan broke inside a number is joined; digits that only blanks or a blank line part may be two numbers.
_APART = re.compile(r"(?<=[0-9])(?:[^\S\n]+|\s*\n[^\S\n]*\n\s*)(?=[0-9])")


def squeeze(text: str) -> str:
    """Fold a text and drop its white space, but keep one blank where dropping it might join two numbers.

    >>> squeeze("1 . 2万个\\n左右"), squeeze("12 34")
    ('1.2万个左右', '12 34')
    """
    return re.sub(r"(?<![0-9])\s+|\s+(?![0-9])|\s*\n\s*", "", _APART.sub("\0", fold(text))).replace("\0", " ")


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
    phrase = squeeze(text)
    if " " in phrase:
        raise QuantityError(f"found two runs of digits with only blanks between in '{text}', expected one number")
    match = _pattern(_alternatives(words)).fullmatch(phrase)
    if not match:
        raise QuantityError(f"found '{text}', expected a number with its measure word and bound word")
    return _quantity(match, text)


def find(text: str, words: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each longest number phrase in a squeezed text.

    A phrase takes in the bound words and the measure word beside it, so that a row cannot leave them out.
    """
    for match in _pattern(_alternatives(words)).finditer(text):
        yield match.span()


def unit_words(units) -> dict[str, str]:
    """Return the unit of each measure word from a frame with the columns ``unit`` and ``words`` (parted by ``|``)."""
    return {word: unit for unit, words in zip(units["unit"], units["words"], strict=True) for word in words.split("|")}


def _alternatives(words: Mapping[str, str] | None) -> str:
    if words is None:
        return ""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _any_of(bounds: Mapping[str, tuple[str, ...]]) -> str:
    return "|".join(word for words in bounds.values() for word in words if word not in _BETWEEN)


def _bound(text: str, bounds: Mapping[str, tuple[str, ...]]) -> str:
    """Return the bound that a found word stands for."""
    bare = {re.sub(r"\(\?<?!.*?\)|[][]", "", word): bound for bound, words in bounds.items() for word in words}
    return bare[text]


@lru_cache(maxsize=8)
def _pattern(unit: str) -> re.Pattern[str]:
    after = _any_of(BOUNDS_AFTER)
    # Without a list of words, a measure word is any short run of hanzi that is neither bound word nor numeral.
    unit = unit or rf"[%‰]|个?百分点|(?:(?!{after}|[{HANZI_NUMERALS}廿几数])[\u4e00-\u9fffA-Za-z/]){{1,8}}?"
    arabic = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9,])|[0-9]+(?:\.[0-9]+)?"
    hanzi = rf"[{HANZI_NUMERALS}廿]+(?:点[〇零一二三四五六七八九]+)?"
    number = rf"(?:{arabic})(?:[十百千万亿]*)|{hanzi}"
    return re.compile(
        rf"(?P<before>{_any_of(BOUNDS_BEFORE)})?(?P<per>百分之|千分之)?"
        rf"(?<![0-9.,])(?P<sign>[-−负](?=[0-9{HANZI_NUMERALS}]))?(?P<low>{number})"
        rf"(?:(?P<low_unit>{unit})?(?:[—–~～〜-]+|至|到)(?P<high>{number}))?"
        rf"(?P<more>(?:{'|'.join(_BETWEEN)})(?P<scale>[万亿]*))?(?P<unit>{unit})?(?P<after>{after})?"
    )


def _quantity(match: re.Match[str], text: str) -> Quantity:
    part = match.groupdict()
    scale = part["scale"] or ""
    low_text, high_text = part["low"] + ("" if part["high"] else scale), part["high"] and part["high"] + scale
    word = part["unit"] or ""
    if part["low_unit"]:
        if word and (not high_text or word != part["low_unit"]):
            raise QuantityError(f"found two measure words in '{text}', expected one")
        word = word or part["low_unit"]
    if part["per"]:
        if word in _PER.values():
            raise QuantityError(f"found both {part['per']} and {word} in '{text}', expected one of them")
        word = _PER[part["per"]] + word
    more = (part["more"] or "")[:1]
    bounds = {_bound(part["before"], BOUNDS_BEFORE)} if part["before"] else set()
    bounds |= {_bound(found, BOUNDS_AFTER) for found in (more, part["after"]) if found}
    if len(bounds) > 1 or (bounds and high_text):
        raise QuantityError(f"found two bounds in '{text}', expected one")
    low, low_step = _number(low_text, text)
    high, step = low, low_step
    if high_text:
        high, high_step = _number(high_text, text)
        mantissa, tail = re.fullmatch(r"(.*?)([百千万亿]*)", high_text).groups()
        # 1—2万 is 10,000 to 20,000: the low end shares the scale unless it is the larger number without it.
        shared = tail and not part["low_unit"] and low_text == low_text.rstrip("百千万亿")
        if shared and low < _number(mantissa, text)[0]:
            factor = _scale(tail)
            low, low_step = low * factor, low_step * factor
        step = min(low_step, high_step)
        if low >= high:
            raise QuantityError(f"found the range '{text}', expected its lower end first")
    if part["sign"]:
        if high_text:
            raise QuantityError(f"found a minus before the range '{text}', expected plain ends")
        low, high = -low, -high
    return Quantity(low, high, word, "range" if high_text else bounds.pop() if bounds else "exact", step)


def _scale(text: str) -> int:
    factor = 1
    for character in text:
        factor *= _SCALES[character]
    return factor


def _number(text: str, phrase: str) -> tuple[Decimal, Decimal]:
    """Return the value of one number and one unit of its last printed digit."""
    match = re.fullmatch(r"([0-9,]+(?:\.([0-9]+))?)([十百千万亿]*)", text)
    if match:
        factor = _scale(match[3])
        decimals = len(match[2] or "")
        return Decimal(match[1].replace(",", "")) * factor, Decimal(factor).scaleb(-decimals)
    if text == "半":
        return Decimal("0.5"), Decimal("0.1")
    if re.fullmatch("[一二两三四五六七八九]{2,3}|[一二两三四五六七八九]{5,}", text):
        raise QuantityError(f"found '{text}' in '{phrase}', expected digits: hanzi in a row may mean a few (三五家)")
    try:
        # cn2an wants 一百 for 百, and does not read 半.
        value = Decimal(str(cn2an.cn2an("一" + text if text[0] in "百千万亿" else text, "normal")))
    except (ValueError, KeyError, IndexError):
        raise QuantityError(
            f"found '{text}' in '{phrase}', expected a number in hanzi such as 二十 or 三千五百万"
        ) from None
    if value != value.to_integral():
        return value, Decimal(1).scaleb(value.as_tuple().exponent)
    # 两千 is as exact as 2000; 三千五百万 is a number of 万, as 3500万 is.
    return value, Decimal(_scale(re.search(r"[万亿]*$", text)[0]))


_SAID = {
    "zh": ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")),
    "en": ((10**12, " trillion"), (10**9, " billion"), (10**6, " million")),
}
_BOUND_SAID = {
    "en": {"exact": "{}", "range": "{}", "about": "about {}", "at_least": "at least {}", "at_most": "at most {}"},
    "zh": {"exact": "{}", "range": "{}", "about": "{}左右", "at_least": "{}以上", "at_most": "{}以内"},
}


def say_number(value: Decimal | float, lang: str = "en", step: Decimal | float = 1) -> str:
    """Say a number in ``lang`` to one unit of ``step``: ``12,000`` and ``2.9 trillion``, or ``1.2万`` and ``2.9万亿``.

    >>> say_number(2.9e12, "en", 1e11), say_number(12000, "zh", 1000), say_number(12.94, step=0.01)
    ('2.9 trillion', '1.2万', '12.94')
    """
    value, step = Decimal(str(value)), Decimal(str(step))
    # English takes at most two decimals of a scale; Chinese any scale in which the last digit can be said.
    scales = [(factor, name) for factor, name in _SAID[lang] if lang == "en" or 1 < step <= factor]
    for factor, name in scales:
        decimals = max(0, -(step / factor).normalize().as_tuple().exponent)
        if lang == "en" and abs(value) >= factor and decimals <= 2:
            return _trimmed(f"{value / factor:,.{decimals}f}") + name
        if lang == "zh" and (abs(value) >= factor or factor == scales[-1][0]):
            return f"{value / factor:.{decimals}f}{name}"
    decimals = max(0, -step.normalize().as_tuple().exponent)
    return f"{value:,.{decimals}f}" if lang == "en" else f"{value:.{decimals}f}"


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def say(quantity: Quantity, lang: str = "en", symbol: str | None = None) -> str:
    """Say a quantity in ``lang`` with its bound and unit; in Chinese it reads back as the same quantity.

    Args:
        quantity: what `read` returned.
        lang: "en" or "zh".
        symbol: for English, what stands for the measure word: ``%`` and ``‰`` follow the number,
            three capitals (``CNY``) precede it; default none.

    >>> say(read("2.9万亿元左右"), "en", "CNY"), say(read("3—5个百分点"), "zh")
    ('about CNY 2.9 trillion', '3—5个百分点')
    """
    ends = [quantity.low] if quantity.low == quantity.high else [quantity.low, quantity.high]
    dash = "–" if lang == "en" else "—"
    said = [say_number(end, lang, quantity.step) for end in ends]
    if lang == "en" and len({text.partition(" ")[2] for text in said}) == 1:
        said = [text.partition(" ")[0] for text in said[:-1]] + said[-1:]  # 200–300 million
    number = dash.join(said)
    if lang == "zh":
        return _BOUND_SAID["zh"][quantity.bound].format(number + quantity.word)
    symbol = symbol or ""
    if re.fullmatch("[A-Z]{3}", symbol):
        number = f"{symbol} {number}"
    elif symbol:
        number += symbol if symbol in "%‰" else f" {symbol}"
    return _BOUND_SAID["en"][quantity.bound].format(number)
