"""Number phrases: what is read, what is refused, what is found, and that what is written reads back."""

import csv
import itertools
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis import quantities
from analysis.language import format_number, format_quantity
from analysis.quantities import (
    KINDS,
    Quantity,
    QuantityError,
    find,
    fold,
    normalize,
    plain,
    read,
    unit_of,
    unit_words,
    vocabulary,
    with_unknown_measure,
)
from analysis.tables import load

WORDS = unit_words(load(Path(__file__).parents[1])["units"])
REFUSAL = re.compile("found .*, expected .+", re.DOTALL)


def phrases(text: str) -> list[tuple[str, str]]:
    """Return what `find` finds in a text, white space aside: each phrase with its kind."""
    text = normalize(text)
    return [(text[phrase.start : phrase.end], phrase.kind) for phrase in find(text, WORDS)]


def in_chinese(quantity: Quantity) -> str:
    """Write a quantity as a text prints it: what `read` must read back."""
    ends = list(dict.fromkeys([quantity.low, quantity.high]))
    tens = 10 if plain(quantity.word) == "成" else 1  # 30 per cent are three tenths
    step = quantity.step / tens
    scales = [(10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百")]
    scales = [(factor, name) for factor, name in scales if 1 < step <= factor]
    # One scale for both ends: 1百—2万 would be read as 1百万 to 2万万.
    factor, name = next((found for found in scales if abs(ends[0]) / tens >= found[0]), (scales or [(1, "")])[-1])
    decimals = max(0, -(step / factor).normalize().as_tuple().exponent)
    number = "—".join(f"{end / tens / factor:.{decimals}f}{name}" for end in ends) + quantity.word
    bounds = {
        "about": "{}左右",
        "at_least": "{}以上",
        "at_most": "{}以内",
        "more_than": "超过{}",
        "less_than": "不足{}",
    }
    return bounds.get(quantity.bound, "{}").format(number)


def read_or_none(text: str, words=WORDS) -> Quantity | None:
    """Read a phrase; None when it is refused, with a reason."""
    try:
        return read(text, words)
    except QuantityError as error:
        if not REFUSAL.fullmatch(str(error)):
            raise
        return None


@pytest.mark.parametrize(
    ("phrase", "value", "word", "bound"),
    [
        # digits
        ("500个", "500", "个", "exact"),
        ("26481人次", "26481", "人次", "exact"),
        ("3809个治疗量", "3809", "个治疗量", "exact"),
        ("23", "23", "", "exact"),
        ("0家", "0", "家", "exact"),
        ("０．５万家", "5000", "家", "exact"),
        ("２６４８１人次", "26481", "人次", "exact"),
        ("26,481人次", "26481", "人次", "exact"),
        ("1,234.5万元", "12345000", "元", "exact"),
        ("18.04/千人口", "18.04", "/千人口", "exact"),
        # scales
        ("1.2万个", "12000", "个", "exact"),
        ("6000亿元", "600000000000", "元", "exact"),
        ("2.9万亿元", "2900000000000", "元", "exact"),
        ("5百家", "500", "家", "exact"),
        ("3千万元", "30000000", "元", "exact"),
        ("10万万元", "1000000000", "元", "exact"),
        ("7万5千4百人", "75400", "人", "exact"),
        ("1万600人", "10600", "人", "exact"),
        ("1百01家", "101", "家", "exact"),
        ("2036.7万单位", "20367000", "单位", "exact"),
        # measure words that begin with a scale, or hold another
        ("1.1亿千瓦", "110000000", "千瓦", "exact"),
        ("三百千瓦时", "300", "千瓦时", "exact"),
        ("500千伏", "500", "千伏", "exact"),
        ("3百分点", "3", "百分点", "exact"),
        ("一个百分点", "1", "个百分点", "exact"),
        ("一个月", "1", "个月", "exact"),
        ("800元/人", "800", "元/人", "exact"),
        ("5人份", "5", "人份", "exact"),
        # rates
        ("７５％", "75", "%", "exact"),
        ("12.94‰", "12.94", "‰", "exact"),
        ("0.5个百分点", "0.5", "个百分点", "exact"),
        ("百分之五十五以上", "55", "%", "at_least"),
        ("百分之12.5", "12.5", "%", "exact"),
        ("千分之三", "3", "‰", "exact"),
        ("百分之百", "100", "%", "exact"),
        ("-5%", "-5", "%", "exact"),
        ("−5%", "-5", "%", "exact"),
        ("负1.2个百分点", "-1.2", "个百分点", "exact"),
        ("五分之一", "0.2", "", "exact"),
        ("3分之2", "0.666666666666667", "", "exact"),
        ("三成", "30", "成", "exact"),
        ("三成半", "35", "成", "exact"),
        ("9.5成", "95", "成", "exact"),
        # hanzi
        ("十次", "10", "次", "exact"),
        ("两家", "2", "家", "exact"),
        ("半个", "0.5", "个", "exact"),
        ("两吨半", "2.5", "吨", "exact"),
        ("九大", "9", "大", "exact"),
        ("二十三项", "23", "项", "exact"),
        ("廿三项", "23", "项", "exact"),
        ("卅家", "30", "家", "exact"),
        ("卌家", "40", "家", "exact"),
        ("一百零五家", "105", "家", "exact"),
        ("一百一十家", "110", "家", "exact"),
        ("一百五", "150", "", "exact"),
        ("百三", "130", "", "exact"),
        ("一千零五十家", "1050", "家", "exact"),
        ("一千零五家", "1005", "家", "exact"),
        ("一千五百三", "1530", "", "exact"),
        ("两千五百人", "2500", "人", "exact"),
        ("三千五百万元", "35000000", "元", "exact"),
        ("一亿二千万元", "120000000", "元", "exact"),
        ("十亿零六万元", "1000060000", "元", "exact"),
        ("三万五", "35000", "", "exact"),
        ("两万亿元", "2000000000000", "元", "exact"),
        ("二〇二四", "2024", "", "exact"),
        ("一〇五", "105", "", "exact"),
        ("二十点五", "20.5", "", "exact"),
        ("三点五万家", "35000", "家", "exact"),
        # traditional and financial
        ("壹佰貳拾叁家", "123", "家", "exact"),
        ("四億元", "400000000", "元", "exact"),
        ("兩萬個", "20000", "個", "exact"),
        ("陆拾伍家", "65", "家", "exact"),
        ("伍拾家", "50", "家", "exact"),
        ("拾伍家", "15", "家", "exact"),
        # powers that supercomputers need
        ("五百亿亿次", "5000000000000000000", "次", "exact"),
        # what a scan leaves
        ("1 . 2万个", "12000", "个", "exact"),
        ("6000亿\n元以上", "600000000000", "元", "at_least"),
        ("200家左\r\n右", "200", "家", "about"),
        ("26\n481人次", "26481", "人次", "exact"),
        ("　500　家　", "500", "家", "exact"),
        # bound words, those of one character between number and measure word too
        ("10余家", "10", "家", "more_than"),
        ("十余万人次", "100000", "人次", "more_than"),
        ("3千多万元", "30000000", "元", "more_than"),
        ("100+家", "100", "家", "more_than"),
        ("二十几万人", "200000", "人", "more_than"),
        ("一百零几家", "100", "家", "more_than"),
        ("一百零几万家", "1000000", "家", "more_than"),
        ("三十来家", "30", "家", "about"),
        ("超5万人次", "50000", "人次", "more_than"),
        ("突破2万亿元", "2000000000000", "元", "more_than"),
        ("不足半个", "0.5", "个", "less_than"),
        ("不到3家", "3", "家", "less_than"),
        ("不低于10‰", "10", "‰", "at_least"),
        ("50万元（含）以上", "500000", "元", "at_least"),
        ("上万例", "10000", "例", "at_least"),
        ("一年内", "1", "年", "at_most"),
        ("不超过3家", "3", "家", "at_most"),
        # two words that say the same
        ("约7家左右", "7", "家", "about"),
        ("至少3家以上", "3", "家", "at_least"),
    ],
)
def test_a_phrase_is_read_as_its_value_word_and_bound(phrase, value, word, bound):
    quantity = read(phrase, WORDS)
    assert (quantity.low, quantity.high) == (Decimal(value), Decimal(value))
    assert (quantity.word, quantity.bound) == (word, bound)


@pytest.mark.parametrize(
    ("phrase", "low", "high", "word"),
    [
        *((f"3{dash}5个百分点", 3, 5, "个百分点") for dash in ("—", "——", "–", "-", "~", "～", "〜", "至", "到")),
        ("五至七家", 5, 7, "家"),
        ("百分之三至五", 3, 5, "%"),
        ("百分之三至百分之五", 3, 5, "%"),
        ("五分之一至五分之二", Decimal("0.2"), Decimal("0.4"), ""),
        ("3%—5%", 3, 5, "%"),
        ("3家—5家", 3, 5, "家"),
        ("3家—5", 3, 5, "家"),
        ("1万(含)-5万元", 10_000, 50_000, "元"),
        # The lower end shares the scale unless it is printed with its own, or would be the larger without it.
        ("1—2万家", 10_000, 20_000, "家"),
        ("0.5—1万家", 5_000, 10_000, "家"),
        ("8000—1.2万家", 8_000, 12_000, "家"),
        ("5000万—1亿元", 50_000_000, 100_000_000, "元"),
        ("两~3百家", 200, 300, "家"),
        ("3千—5千万元", 30_000_000, 50_000_000, "元"),
        ("5千至8千亿元", 500_000_000_000, 800_000_000_000, "元"),
        ("七千到九千亿元", 700_000_000_000, 900_000_000_000, "元"),
        ("2000至3000万元", 20_000_000, 30_000_000, "元"),
        ("100至200元", 100, 200, "元"),
        ("百至千家", 100, 1000, "家"),
        # A lower end with its own measure word keeps its own scale.
        ("1元至2万元", 1, 20_000, "元"),
    ],
)
def test_a_range_is_read_with_both_ends(phrase, low, high, word):
    quantity = read(phrase, WORDS)
    assert (quantity.low, quantity.high, quantity.word, quantity.bound) == (low, high, word, "range")


@pytest.mark.parametrize(
    ("phrase", "low", "high"),
    [
        ("12.94‰", "12.935", "12.945"),
        ("1.2万", "11500", "12500"),
        ("1.20万", "11950", "12050"),
        ("500个", "499.5", "500.5"),
        ("2.9万亿元左右", "2850000000000", "2950000000000"),
        ("两千家", "1999.5", "2000.5"),
        ("三千五百万", "34995000", "35005000"),
        ("三点五万", "34500", "35500"),
        ("3—5个百分点", "2.5", "5.5"),
        ("1—2.5万家", "9500", "25500"),
        ("-5%", "-5.5", "-4.5"),
        ("三成", "25", "35"),
        ("两吨半", "2.25", "2.75"),
        ("半个", "0.45", "0.55"),
        # A fraction is as exact as its words.
        ("五分之一", "0.2", "0.2"),
    ],
)
def test_the_interval_is_half_a_printed_digit_wide_on_each_side(phrase, low, high):
    assert read(phrase, WORDS).interval == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        *((phrase, "a number") for phrase in ("", " \n", "家", "左右", "以上家", "①", "²", "½", "Ⅻ", "伍家", "拾")),
        *((phrase, "a number: 数十 and 几十 state none") for phrase in ("数十家", "几十家", "人民币数十亿元")),
        *((f"12{blank}34家", "one number") for blank in (" ", "\t", "　", "\n\n", "\r\n \r\n")),
        *(
            (phrase, "digits with one point, commas between thousands, no 0 first")
            for phrase in ("1,2345家", "12,34家", "1,234,5家", "1.2.3家", "1.2.3万家", "007家", "02024年")
        ),
        *((phrase, "plain ends") for phrase in ("-5—3%", "负三至五个")),
        *((phrase, "its lower end first") for phrase in ("9—3家", "3—3家", "2万—1万家", "8万—9千家")),
        ("三十到四百万元", "both ends with their scale"),
        *(
            (f"{phrase}", "one")
            for phrase in ("约5家以上", "近10余家", "不超过5家以上", "超过50家以上", "约3—5家", "3—5家左右")
        ),
        *((phrase, "one") for phrase in ("3个—5家", "3元至5万人")),
        *((phrase, "one of them") for phrase in ("百分之五%", "百分之五家", "百分之三至千分之五", "五分之一家")),
        *((phrase, "百分之, 千分之 or a number before 分之") for phrase in ("万分之三", "亿分之三", "十分之一")),
        ("零分之三", "another number before 分之"),
        *((phrase, "it behind one number") for phrase in ("3—5吨半", "3多吨半", "10余吨半")),
        *((phrase, "no 十 behind digits (a scan may print + so)") for phrase in ("50十家", "3十家")),
        *((phrase, "digits behind 点") for phrase in ("三点五十", "三点五廿家", "三万点五万")),
        *((phrase, "digits: hanzi in a row may mean a few (三五家)") for phrase in ("三五家", "七八个", "零五家")),
        *(
            (phrase, "a number such as 二十, 三千五百万 or 7万5千")
            for phrase in (
                *("三十两", "两十家", "亿万元", "一亿万", "万万五千百家", "三万千家", "零十家", "廿零", "亿九零‰"),
                *(
                    "一百零十家",
                    "一千零五百家",
                    "三十零五家",
                    "一千百家",
                    "十千家",
                    "两三家",
                    "三五十家",
                    "3万5家",
                    "1千5家",
                ),
                *("零2024年", "三四万", "2万二叁"),
            )
        ),
        *(
            (phrase, "a number with its measure word")
            for phrase in ("2024年", "2024年6月14日", "三月", "2024年6月以上")
        ),
        *((phrase, "a number with its measure word") for phrase in ("突破2024年", "2024年+", "2000年以上", "6月14日")),
        *(
            (phrase, "one number with its bound word and a measure word of data/vocabulary/units.csv")
            for phrase in (
                *("1，234家", ".5%", "5.%", "1e3家", "3—5—7家", "5家家", "5个家", "5公斗", "5 %以上以上", "5①", "5²家"),
                *(
                    "5½家",
                    "五①",
                    "千人口献血率12.94‰",
                    "12.94‰,",
                    "一半",
                    "一半以上",
                    "三半",
                    "半百",
                    "10~15k元",
                    "5折",
                ),
            )
        ),
    ],
)
def test_what_is_no_single_quantity_is_refused_with_the_reason(phrase, expected):
    with pytest.raises(QuantityError) as refused:
        read(phrase, WORDS)
    assert str(refused.value).startswith("found ")
    assert str(refused.value).endswith(f", expected {expected}")


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("12 34家", "found two runs of digits with only blanks between in '12 34家'"),
        ("2024年", "found the date '2024年'"),
        ("3个—5家", "found two measure words in '3个—5家'"),
        ("约5家以上", "found two bounds in '约5家以上'"),
        ("9—3家", "found the range '9—3家'"),
        ("百分之五家", "found both 百分之 and another measure in '百分之五家'"),
        ("1.2.3家", "found '1.2.3' in '1.2.3家'"),
        ("5公斗", "found '5公斗'"),
    ],
)
def test_the_refusal_names_the_phrase(phrase, found):
    with pytest.raises(QuantityError, match=re.escape(found) + ", expected"):
        read(phrase, WORDS)


@pytest.mark.parametrize(
    "phrase", ["5①", "5²", "5½", "5٣", "5家½", "十几", "10~15k元", "15k左右", "30w", "3打", "75折", "5兆"]
)
def test_without_a_list_of_measure_words_none_holds_a_numeral_or_changes_the_number(phrase):
    quantity = read_or_none(phrase, None)
    assert quantity is None or quantity == Quantity(Decimal(10), Decimal(10), "", "more_than")


@pytest.mark.parametrize(
    ("phrase", "word", "bound"),
    [
        ("7左右", "", "about"),
        ("100以上", "", "at_least"),
        ("百分之五十以上", "%", "at_least"),
        ("30斛以内", "斛", "at_most"),
        ("3千瓦", "千瓦", "exact"),
        ("5kW", "kW", "exact"),
        ("5km", "km", "exact"),
        ("13.9/千人口", "/千人口", "exact"),
    ],
)
def test_without_a_list_any_short_word_may_be_a_measure_word_and_a_bound_word_is_none(phrase, word, bound):
    assert (read(phrase).word, read(phrase).bound) == (word, bound)


def test_千瓦_and_瓦_may_both_be_measure_words():
    assert read("1.1亿千瓦", {"千瓦": "kilowatt", "瓦": "watt"}) == read("1.1亿千瓦", WORDS)
    assert read("5瓦", {"千瓦": "kilowatt", "瓦": "watt"}).word == "瓦"


# What other projects expect of their phrases: tests/data/README.md.


def shared_phrases() -> list[dict[str, str]]:
    with (Path(__file__).parent / "data" / "chinese_numbers.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def agrees(quantity: Quantity, row: dict[str, str]) -> bool:
    """Whether a quantity is what a row expects; the percent set and fractions are listed as shares of 100 and of 1."""
    per = {"%": 100, "‰": 1000}.get(quantity.word, 1)
    scale = Decimal(1)
    if row["set"] == "recognizers-text/percent" and quantity.word in ("", "‰"):
        scale = Decimal(100) / per
    elif row["set"] == "recognizers-text/number":
        scale = Decimal(1) / per
    ends = ((quantity.low * scale, Decimal(row["low"])), (quantity.high * scale, Decimal(row["high"])))
    same = all(abs(read - listed) <= abs(listed) * Decimal("1e-12") for read, listed in ends)
    return same and agrees_in_bound(quantity.bound, row["bound"].split("|"))


def agrees_in_bound(bound: str, listed: list[str]) -> bool:
    """Whether a bound is a listed one; the other suites know no more_than and less_than."""
    wider = {"more_than": {"at_least", "exact"}, "less_than": {"at_most"}}
    return bound in listed or bool(wider.get(bound, set()) & {*listed}) or bound == listed


def test_no_phrase_of_other_projects_is_read_as_another_value():
    rows = shared_phrases()
    found = {row["phrase"]: read_or_none(row["phrase"]) for row in rows}
    assert [row for row in rows if found[row["phrase"]] and not agrees(found[row["phrase"]], row)] == []
    assert len(rows) == 560
    assert sum(found[row["phrase"]] is not None for row in rows) >= 420


def test_without_a_list_of_measure_words_none_is_read_as_another_value_either():
    """The other suite takes 3000多欧元 for 3,000 to 4,000; here 多 states no upper end."""
    wrong = []
    for row in shared_phrases():
        quantity = read_or_none(row["phrase"], None)
        if quantity and not agrees(quantity, row):
            wrong.append((row["phrase"], quantity.low, quantity.bound))
    assert wrong == [("3000多欧元", 3000, "more_than"), ("十几块钱", 10, "more_than")]


# Characters: what is folded, what white space does, and which form is read.


def test_only_digits_letters_percent_sign_point_and_plus_are_folded():
    assert fold("１２．９４％ＡＢａｚ＋０９Ｚ") == "12.94%ABaz+09Z"
    kept = "1，234；①²½⅓〇㈠Ⅻ（）—。"
    assert fold(kept) == kept


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("1 . 2万个\n左 右", "1.2万个左右"),
        ("３ —\n５ 个百分\r\n点", "3—5个百分点"),
        ("率12 . 94‰ ,有效", "率12.94‰,有效"),
        ("12 34", "12 34"),
        ("12 \t　34", "12 34"),
        ("12\n34", "1234"),
        ("12 \r\n 34", "1234"),
        ("12\n\n34", "12 34"),
        ("12\n \n34", "12 34"),
        ("12 \r\n\r\n 34", "12 34"),
        ("12\n34\n\n56 78", "1234 56 78"),
        ("a b", "ab"),
        ("5\0家", "5\0家"),
    ],
)
def test_white_space_goes_unless_it_parts_two_runs_of_digits(text, normalized):
    assert normalize(text) == normalized


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("壹拾萬噸", "一十万吨"),
        ("参与队伍、大陆、收拾、油漆、陆地", "参与队伍、大陆、收拾、油漆、陆地"),
        ("壹佰陆拾伍", "一百六十五"),
        ("参拾家、伍拾家", "三十家、五十家"),
        ("〇點五幾餘", "零点五几余"),
        ("一百陆续", "一百六续"),
        ("队伍五人、大陆拾遗、收拾陆地", "队伍五人、大陆拾遗、收拾陆地"),
    ],
)
def test_plain_writes_numerals_in_plain_characters_where_they_are_numerals(text, written):
    assert plain(text) == written


# What is found in a text.


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("年内创建7家左右全国重点实验室、争创1家国家", ["7家左右", "1家"]),
        ("高于全省3—5个百分点。", ["3—5个百分点"]),
        ("采集26481人次、9239583毫升", ["26481人次", "9239583毫升"]),
        ("省级以上工业互联网平台50家以上，加快", ["50家以上"]),
        ("不超过100家", ["不超过100家"]),
        ("节约500元，附近3家，签约20项，预约9人", ["500元", "3家", "20项", "9人"]),
        ("最近三次", ["三次"]),
        ("推广首版次高端软件", []),
        ("1.2.3家", ["1.2.3家"]),
        ("1,2345家", ["1,2345家"]),
        ("装机1.1亿千瓦，外送300亿千瓦时", ["1.1亿千瓦", "300亿千瓦时"]),
        ("提高3百分点，下降一个百分点", ["3百分点", "一个百分点"]),
        ("100家上下游企业", ["100家"]),
        ("采血2036.7万单位", ["2036.7万单位"]),
        ("不到5届，约2000家，超过2000，达2000以上", ["不到5届", "约2000家", "超过2000", "2000以上"]),
        ("高于2023年3个百分点", ["3个百分点"]),
        ("突破一批、突破30批", ["突破30批"]),
        ("一个以上，一个月", ["一个以上", "一个月"]),
        ("占一半以上，占五分之一，占2000分之3", ["五分之一", "2000分之3"]),
        ("下降5%，增长-5%，气温-5—3度", ["5%", "-5%", "-5—3度"]),
        ("同一家、另一家、这一家，一家", ["一家"]),
    ],
)
def test_a_quantity_in_a_text_takes_in_its_measure_word_and_bound_word(text, quantities):
    assert [phrase for phrase, kind in phrases(text) if kind == "quantity"] == quantities


@pytest.mark.parametrize(
    "text", ["不得超过100家", "未超过100家", "不得低于100家", "不得少于100家", "将近100家", "不足100家", "最多100家"]
)
def test_no_phrase_leaves_out_half_of_its_bound(text):
    assert phrases(text) == [(text, "quantity")]


@pytest.mark.parametrize(
    ("text", "phrase", "kind"),
    [
        # dates
        ("截至2024年6月14日的统计", "2024年6月14日", "date"),
        ("行动计划(2022—2025年)", "2022—2025年", "date"),
        ("2022年至2025年", "2022年至2025年", "date"),
        ("到2024年底", "2024年底", "date"),
        ("2024年上半年", "2024年上半年", "date"),
        ("2024年第一季度", "2024年第一季度", "date"),
        ("2024年6月下旬", "2024年6月下旬", "date"),
        ("2024年6月1日至7月15日", "2024年6月1日至7月15日", "date"),
        ("6月1—15日", "6月1—15日", "date"),
        ("二〇二四年", "二〇二四年", "date"),
        ("九月底", "九月底", "date"),
        ("第三季度", "第三季度", "date"),
        ("前3个月", "前3个月", "date"),
        ("十二月二十五日", "十二月二十五日", "date"),
        ("25日", "25日", "date"),
        ("90年代", "90年代", "date"),
        ("二十一世纪", "二十一世纪", "date"),
        ("发布于2024-06-14。", "2024-06-14", "date"),
        ("2024.6", "2024.6", "date"),
        ("“6·14”献血日", "6·14", "date"),
        ("14:30开始", "14:30", "date"),
        ("8时30分", "8时30分", "date"),
        ("“2024攻坚提质年”", "2024", "date"),
        # names
        ("“十四五”规划", "十四五", "name"),
        ("三次产业", "三次产业", "name"),
        ("世界500强和行业领军企业", "500强", "name"),
        ("三年行动", "三年", "name"),
        ("“五四”青年节", "五四", "name"),
        ("4×4", "4×4", "name"),
        ("“4+N”体系", "4+N", "name"),
        ("千亿级产业", "千亿级", "name"),
        ("500千伏级", "500千伏级", "name"),
        ("一、二、三等奖", "一、二、三等奖", "name"),
        ("9号公路", "9号", "name"),
        ("5G基站", "5G", "name"),
        ("5A级景区", "5A", "name"),
        ("二十大报告", "二十大", "name"),
        ("二十届三中全会", "三中全会", "name"),
        ("一期工程", "一期", "name"),
        ("国Ⅵ标准", "Ⅵ", "name"),
        ("G20峰会", "G20", "name"),
        ("拨打12345热线", "12345", "name"),
        ("电话0546-8331234", "0546-8331234", "name"),
        ("半导体", "半导体", "name"),
        ("“一带一路”", "一带一路", "name"),
        # ordinals
        ("第19个世界献血者日", "第19个", "ordinal"),
        ("第二", "第二", "ordinal"),
        ("20周年", "20周年", "ordinal"),
        ("三届", "三届", "ordinal"),
        ("前十名", "前十", "ordinal"),
        ("头三批", "头三", "ordinal"),
        ("一是加快", "一是", "ordinal"),
        ("三、工作目标", "三、", "ordinal"),
        ("（二）目标", "（二）", "ordinal"),
        ("1.总体要求", "1.", "ordinal"),
        # idioms
        ("一般来说", "一般", "idiom"),
        ("进一步加强", "进一步", "idiom"),
        ("引进一批", "一批", "idiom"),
        ("一半以上", "一半", "idiom"),
        ("十分重要", "十分", "idiom"),
        ("同一家", "同一", "idiom"),
        ("集聚“五好”园区", "五", "idiom"),
        ("万众一心", "万", "idiom"),
        ("一个好消息", "一个", "idiom"),
    ],
)
def test_what_counts_nothing_has_a_kind_of_its_own(text, phrase, kind):
    assert phrases(text)[0] == (phrase, kind) or (phrase, kind) in phrases(text)
    assert "quantity" not in [kind for _, kind in phrases(text)]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        # What looks like a date, a name or an ordinal, and counts.
        ("2024个", "2024个"),
        ("2000多年", "2000多年"),
        ("三年", "三年"),
        ("500强度", "500"),
        ("20周", "20周"),
        ("5日元", "5"),
        ("十分之一", "十分之一"),
        ("引进一家企业", "一家"),
        ("2000至3000万元", "2000至3000万元"),
        ("1900—2000万元", "1900—2000万元"),
        ("2000—2100人", "2000—2100人"),
        ("12345人", "12345人"),
        ("B5家", "5家"),
        ("4×4家", "4"),
        ("达30。", "30"),
    ],
)
def test_what_only_looks_like_a_date_or_a_name_is_a_quantity(text, quantity):
    assert (quantity, "quantity") in phrases(text)


def test_hanzi_without_a_measure_word_count_only_from_ten_on_or_with_a_bound():
    kinds = {text: phrases(f"有{text}，")[0][1] for text in ("三", "十", "二十", "百", "超过三", "一百二", "二十个")}
    assert kinds == {
        **dict.fromkeys(["三", "十", "百"], "idiom"),
        **dict.fromkeys(["二十", "超过三", "一百二", "二十个"], "quantity"),
    }
    # Before another word they are likely part of it.
    assert phrases("二十里铺")[0][1] == "idiom"


# The vocabularies: a new word is a row, so each row is used.


def samples(characters: str) -> list[str]:
    """Return characters that a class of a vocabulary holds: three of a range, all others; none of a negated class."""
    if characters.startswith("^"):
        return []
    ranges = re.findall("(.)-(.)", characters)
    return [*itertools.chain(*ranges), *re.sub("(.)-(.)", "", characters)]


def row_ids(row: dict[str, str]) -> str:
    return row["word"]


@pytest.mark.parametrize("row", vocabulary("bound_words"), ids=row_ids)
def test_each_bound_word_says_its_bound_and_is_another_word_beside_its_neighbours(row):
    word, bound, position = row["word"], row["bound"], row["position"]
    number = "百" if row["not_before"].startswith("^") else "二十" if row["not_after"].startswith("^") else "30"
    text = f"{word}{number}家" if position == "before" else f"{number}家{word}"
    if position == "after" and len(word) == 1 and word != "内":
        # Between number and measure word, too.
        between = f"{number}{word}家"
        assert read(between, WORDS).bound == bound
        assert phrases(between) == [(between, "quantity")]
    if not row["not_after"].startswith("^") or position == "before":
        assert read(text, WORDS).bound == bound
        assert phrases(text) == [(text, "quantity")]
    words = {other["word"] for other in vocabulary("bound_words")}
    for neighbour in samples(row["not_after"]):
        assert f"{neighbour}{word}" in words or read_found(f"{neighbour}{text}") != bound
    for neighbour in samples(row["not_before"]):
        other = f"{text}{neighbour}" if position == "after" else f"{word}{neighbour}{number}家"
        assert f"{word}{neighbour}" in words or read_found(other) != bound


def read_found(text: str) -> str:
    """Return the bound of the last quantity that is found in a text."""
    return read([phrase for phrase, kind in phrases(text) if kind == "quantity"][-1], WORDS).bound


@pytest.mark.parametrize("row", vocabulary("measure_words"), ids=row_ids)
def test_a_noun_that_begins_like_a_measure_word_is_not_taken_in(row):
    assert (f"7{row['word']}", "quantity") in phrases(f"达7{row['word']}，")
    for neighbour in samples(row["not_before"]):
        text = f"达7{row['word']}{neighbour}"
        found = [read(phrase, WORDS).word for phrase, kind in phrases(text) if kind == "quantity"]
        assert row["word"] not in found, text


def test_measure_words_with_neighbours_are_measure_words_of_this_repo():
    assert {row["word"] for row in vocabulary("measure_words")} <= WORDS.keys()


@pytest.mark.parametrize("row", vocabulary("numeral_words"), ids=row_ids)
def test_each_word_that_holds_a_numeral_has_its_kind(row):
    word, _, following = row["word"].partition("(")
    for behind in following.rstrip(")").split("|"):
        for number in ("三", "12") if "N" in word else ("三",):
            text = word.replace("N", number).replace("n", "三")
            assert (text, row["kind"]) in phrases(f"这里，{text}{behind}"), f"{text}{behind}"
    assert row["kind"] in KINDS
    assert row["meaning"]


# Measure words.


def test_unit_words_gives_each_word_its_unit():
    units = {"unit": ["count", "donation"], "words": ["家|个", "人次"]}
    assert unit_words(units) == {"家": "count", "个": "count", "人次": "donation"}


def test_the_unit_of_a_measure_word_is_found_in_traditional_characters_too():
    assert [unit_of(word, WORDS) for word in ("家", "個", "噸", "斛", "")] == ["count", "count", "tonne", "", ""]


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        ("投资22亿斛。", "22亿斛"),
        ("投资10斛以上。", "10斛以上"),
        ("约10斛", "约10斛"),
        ("达到45万的", ""),
        # 个 is known; before 人 it may be 个人.
        ("有5个人", ""),
        ("为14.06比", ""),
        ("达30。", ""),
        ("达30", ""),
        ("达30家斛", ""),
        ("达30左右斛", ""),
        ("达1.2.3斛", ""),
        ("3十斛", ""),
    ],
)
def test_what_may_be_an_unknown_measure_word_is_given_with_its_number(text, longer):
    (phrase,) = find(text, WORDS)
    assert with_unknown_measure(text, phrase, WORDS) == longer


# Written in a language, and read back.


@pytest.mark.parametrize(
    ("phrase", "symbol", "written"),
    [
        ("2.9万亿元左右", "CNY", "about CNY 2.9 trillion"),
        ("6000亿元以上", "CNY", "at least CNY 600 billion"),
        ("超过6000亿元", "CNY", "more than CNY 600 billion"),
        ("500万元以内", "CNY", "at most CNY 5 million"),
        ("不到500万元", "CNY", "less than CNY 5 million"),
        ("1.2万个左右", "", "about 12,000"),
        ("9239583毫升", "mL", "9,239,583 mL"),
        # Three decimals of a million are more than are said: the number is written out.
        ("220.9万人", "", "2,209,000"),
        ("12.94‰", "‰", "12.94‰"),
        ("55%以上", "%", "at least 55%"),
        ("三成", "%", "30%"),
        ("3—5个百分点", "pp", "3–5 pp"),
        ("1—2个", "", "1–2"),
        ("1—2万家", "", "10,000–20,000"),
        ("2—3亿元", "CNY", "CNY 200–300 million"),
        ("9000万—2亿元", "CNY", "CNY 90–200 million"),
        ("9亿—2万亿元", "CNY", "CNY 900 million–2,000 billion"),
        ("-5%", "%", "-5%"),
        ("三分之一", "", "1/3"),
        ("四分之一至四分之二", "", "1/4–1/2"),
        ("约五分之二", "", "about 2/5"),
    ],
)
def test_a_quantity_is_written_in_english(phrase, symbol, written):
    assert format_quantity(read(phrase, WORDS), symbol) == written


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("1 . 2万个左右", "1.2万个左右"),
        ("约1.2万个", "1.2万个左右"),
        ("十余万人次", "超过10万人次"),
        ("不到10万人次", "不足10万人次"),
        ("不超过30家", "30家以内"),
        ("三千五百万元", "3500万元"),
        ("3至5个百分点", "3—5个百分点"),
        ("百分之五", "5%"),
        ("26,481人次", "26481人次"),
        ("三成", "3成"),
        ("三成半", "3.5成"),
        ("三分之一", "3分之1"),
        ("二百分之廿", "10分之1"),
        ("五分之一至五分之二", "5分之1—5分之2"),
        ("四分之一至四分之二", "4分之1—4分之2"),
    ],
)
def test_two_ways_to_print_a_quantity_read_alike(phrase, written):
    quantity, again = read(phrase, WORDS), read(written, WORDS)
    assert (again.low, again.high, again.word, again.bound) == (
        *(quantity.low, quantity.high),
        *(quantity.word, quantity.bound),
    )


def test_a_number_is_written_to_one_unit_of_its_step():
    assert format_number(12.9, "en", 0.01) == "12.90"
    assert format_number(12000, "zh", 1000) == "1.2万"
    assert format_number(9239583, "en") == "9,239,583"
    assert format_number(-1500000, "en", 10000) == "-1.5 million"
    assert format_number(1_000_000, "en", 1_000_000) == "1 million"
    assert format_number(999_999, "en") == "999,999"
    assert format_number(10000, "zh", 1) == "10000"
    assert format_number(6e11, "zh", 1e8) == "6000亿"


@pytest.mark.parametrize(
    "phrase", ["0.5万家", "1.234万家", "5百家", "0.5亿元", "0.2万亿元", "0元", "0.0%", "0.9百家", "1百—2万家"]
)
def test_an_unusual_scale_reads_back_too(phrase):
    assert read(in_chinese(read(phrase, WORDS)), WORDS) == read(phrase, WORDS)


# For any text.

PROPERTY = settings(derandomize=True, deadline=None, max_examples=200, database=None)
TOKENS = [
    *"0123456789.,，、。；“”()（）%‰—-~至到一二三四五六七八九十百千万亿零两半廿卅点成多余几来约近超上内过年月日第前个家项人次元吨亩",
    *"强级届期号这每①½²٣Ⅲ壹贰叁肆伍陸拾佰仟萬億兩參与与＋+负−·k０９ \n　",
    *("百分之", "千分之", "分之", "个百分点", "左右", "以上", "超过", "不到", "不足", "以内", "突破", "上下", "（含）"),
    *(
        "十四五",
        "2024年",
        "人次",
        "毫升",
        "千瓦时",
        "千瓦",
        "万元",
        "三年行动",
        "等奖",
        "世界500强",
        "/千人口",
        "1,234",
        "0.5",
    ),
]
texts = st.lists(st.sampled_from(TOKENS), max_size=9).map("".join)
any_texts = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=20)


@st.composite
def printed_quantities(draw) -> Quantity:
    """Quantities as a text prints them: up to eight digits, up to three decimals of a scale, any bound and word."""
    scale = draw(st.sampled_from([1, 10**2, 10**3, 10**4, 10**8, 10**12]))
    decimals = draw(st.integers(0, 3))
    step = Decimal(scale).scaleb(-decimals)
    # For less than one of a scale (0.5万) see the test above.
    digits = st.integers(0 if scale == 1 else 10**decimals, 10**7)
    low = high = draw(digits)
    bound = draw(st.sampled_from(["exact", "about", "at_least", "more_than", "at_most", "less_than", "range"]))
    if bound == "range":
        high = draw(st.integers(low + 1, 10**7 + 1))
    elif draw(st.booleans()):
        low = high = -low
    word = draw(st.sampled_from(["", *WORDS]))
    ten = 10 if word == "成" else 1
    return Quantity(low * step * ten, high * step * ten, word, bound, step * ten)


@PROPERTY
@given(printed_quantities())
def test_what_is_written_in_chinese_reads_back_as_the_same_quantity(quantity):
    written = in_chinese(quantity)
    assume(not re.match("(超过|不足)?(1[89]|20|21)[0-9]{2}年", written))  # a year, as a reader takes it
    assert read(written, WORDS) == quantity


@PROPERTY
@given(texts)
def test_what_is_found_is_read_or_refused_with_a_reason(text):
    normalized, end = normalize(text), 0
    for phrase in find(normalized, WORDS):
        assert end <= phrase.start < phrase.end
        assert phrase.kind in KINDS
        end = phrase.end
        if phrase.kind == "quantity":
            read_or_none(normalized[phrase.start : phrase.end])


@PROPERTY
@given(texts)
def test_what_is_read_whole_is_found_whole(text):
    if read_or_none(text) is not None:
        assert [phrase[:2] for phrase in find(normalize(text), WORDS)] == [(0, len(normalize(text)))]


@settings(PROPERTY, max_examples=100)
@given(
    printed_quantities(),
    st.sampled_from(["约", "超过", "至少", "不足", ""]),
    st.sampled_from(["多", "以上", "左右", ""]),
)
def test_a_written_quantity_is_found_whole_or_refused_with_any_bound_words_around(quantity, before, after):
    text = before + in_chinese(quantity) + after
    if read_or_none(text) is not None:
        assert [phrase[:2] for phrase in find(text, WORDS)] == [(0, len(text))]


@PROPERTY
@given(texts, st.data())
def test_white_space_where_a_scan_puts_it_changes_nothing(text, data):
    text = normalize(text)
    assume(" " not in text)
    scanned = []
    for character, following in itertools.pairwise(text + "\n"):
        in_number = all(digit.isascii() and digit.isdigit() for digit in (character, following))
        blank = data.draw(st.sampled_from(["", "\n", "\r\n"] if in_number else ["", " ", "　", "\n", " \n\n", "\t"]))
        scanned += [character, blank]
    assert normalize("".join(scanned)) == text
    for words in (WORDS, None):
        assert read_or_none("".join(scanned), words) == read_or_none(text, words)


@PROPERTY
@given(texts | any_texts)
def test_no_text_raises_anything_but_a_refusal(text):
    read_or_none(text)
    read_or_none(text, None)
    assert len(fold(text)) == len(plain(text)) == len(text)
    normalized = normalize(text)
    assert normalize(normalized) == normalized
    for phrase in find(normalized, WORDS):
        with_unknown_measure(normalized, phrase, WORDS)


@pytest.mark.parametrize(
    "text",
    ["1" * 30, "1" * 5000, "1," * 5000, "一" * 5000, "亿" * 5000, "一、" * 5000, "a" * 9999, "5" + "\n" * 9999 + "x"],
)
def test_a_long_run_is_read_through_once(text):
    """Tried in all its divisions, the first of them would take hours."""
    assert read_or_none(text) is None
    assert all(phrase.end <= len(text) for phrase in find(normalize(text), WORDS))


def test_a_number_of_more_digits_than_can_be_computed_with_is_refused():
    assert read("1" * 25 + "家", WORDS).low == Decimal("1" * 25)
    assert read("一千一百一十一万一千一百一十一亿一千一百一十一万一千一百一十一").low == 1111111111111111
    assert read("9" * 25, WORDS).interval[0] == Decimal("9" * 24 + "8.5")
    for text, expected in (("1" * 26, "a number of at most 25 digits"), ("1" * 41, "a number of at most 40")):
        with pytest.raises(QuantityError, match=f"found .*, expected {expected}"):
            read(f"{text}家", WORDS)


def test_the_vocabulary_files_have_no_word_twice():
    for name in ("bound_words", "commitment_words", "measure_words", "numeral_words"):
        words = [row["word"] for row in vocabulary(name)]
        assert len(words) == len({*words}), name
    assert {row["bound"] for row in vocabulary("bound_words")} == {
        *("about", "at_least", "more_than", "at_most", "less_than")
    }
    assert quantities.vocabulary("bound_words")[0].keys() == {"word", "bound", "position", "not_after", "not_before"}
