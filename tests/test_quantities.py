"""Number phrases: what is read, what is refused, and that what is said reads back."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.quantities import Quantity, QuantityError, find, fold, read, say, say_number, squeeze, unit_words

WORDS = dict.fromkeys(["家", "个", "项", "场", "次", "大"], "count") | {
    "人": "person",
    "名": "person",
    "人次": "donation",
    "%": "percent",
    "个百分点": "percentage_point",
    "百分点": "percentage_point",
    "‰": "per_mille",
    "元": "CNY",
    "毫升": "mL",
    "个治疗量": "dose",
}


@pytest.mark.parametrize(
    ("phrase", "value", "word", "bound"),
    [
        # digits
        ("500个", "500", "个", "exact"),
        ("26481人次", "26481", "人次", "exact"),
        ("9160人", "9160", "人", "exact"),
        ("3809个治疗量", "3809", "个治疗量", "exact"),
        ("23", "23", "", "exact"),
        ("0家", "0", "家", "exact"),
        ("２６４８１人次", "26481", "人次", "exact"),
        ("１．２万个", "12000", "个", "exact"),
        ("９２３９５８３毫升", "9239583", "毫升", "exact"),
        ("26,481人次", "26481", "人次", "exact"),
        ("9,239,583毫升", "9239583", "毫升", "exact"),
        ("1,234.5万元", "12345000", "元", "exact"),
        # scales
        ("1万家", "10000", "家", "exact"),
        ("1.2万个", "12000", "个", "exact"),
        ("6000亿元", "600000000000", "元", "exact"),
        ("2.9万亿元", "2900000000000", "元", "exact"),
        ("5百家", "500", "家", "exact"),
        ("3千万元", "30000000", "元", "exact"),
        # rates
        ("75%", "75", "%", "exact"),
        ("７５％", "75", "%", "exact"),
        ("12.94‰", "12.94", "‰", "exact"),
        ("4个百分点", "4", "个百分点", "exact"),
        ("0.5个百分点", "0.5", "个百分点", "exact"),
        ("百分之五", "5", "%", "exact"),
        ("百分之五十五以上", "55", "%", "at_least"),
        ("百分之12.5", "12.5", "%", "exact"),
        ("千分之三", "3", "‰", "exact"),
        ("-5%", "-5", "%", "exact"),
        ("负1.2个百分点", "-1.2", "个百分点", "exact"),
        # hanzi
        ("十次", "10", "次", "exact"),
        ("两家", "2", "家", "exact"),
        ("半", "0.5", "", "exact"),
        ("九大", "9", "大", "exact"),
        ("二十", "20", "", "exact"),
        ("二十三项", "23", "项", "exact"),
        ("一百零五家", "105", "家", "exact"),
        ("百家", "100", "家", "exact"),
        ("两千五百人", "2500", "人", "exact"),
        ("三千五百万元", "35000000", "元", "exact"),
        ("两万亿元", "2000000000000", "元", "exact"),
        ("一亿二千万元", "120000000", "元", "exact"),
        ("二〇二四", "2024", "", "exact"),
        ("二十点五", "20.5", "", "exact"),
        # what a scan leaves
        ("1 . 2万个", "12000", "个", "exact"),
        ("12 . 94‰", "12.94", "‰", "exact"),
        ("2 . 9万亿元左右", "2900000000000", "元", "about"),
        ("6000亿\n元以上", "600000000000", "元", "at_least"),
        ("4个百分\n点", "4", "个百分点", "exact"),
        ("200家左\r\n右", "200", "家", "about"),
        ("26\n481人次", "26481", "人次", "exact"),
        ("　500　家　", "500", "家", "exact"),
        # bound words after
        ("7家左右", "7", "家", "about"),
        ("100家上下", "100", "家", "about"),
        ("50家以上", "50", "家", "at_least"),
        ("55%以上", "55", "%", "at_least"),
        ("10余家", "10", "家", "at_least"),
        ("100多家", "100", "家", "at_least"),
        ("100+家", "100", "家", "at_least"),
        ("十余万人次", "100000", "人次", "at_least"),
        ("3千多万元", "30000000", "元", "at_least"),
        ("二十多家", "20", "家", "at_least"),
        ("30家以内", "30", "家", "at_most"),
        ("30家以下", "30", "家", "at_most"),
        ("30家之内", "30", "家", "at_most"),
        # bound words before
        ("约300家", "300", "家", "about"),
        ("大约300家", "300", "家", "about"),
        ("近三百家", "300", "家", "about"),
        ("超过5万人次", "50000", "人次", "at_least"),
        ("超5万人次", "50000", "人次", "at_least"),
        ("突破2万亿元", "2000000000000", "元", "at_least"),
        ("逾十亿元", "1000000000", "元", "at_least"),
        ("不低于10‰", "10", "‰", "at_least"),
        ("不少于3家", "3", "家", "at_least"),
        ("至少3家", "3", "家", "at_least"),
        ("不超过3家", "3", "家", "at_most"),
        ("不高于5%", "5", "%", "at_most"),
        ("不多于3家", "3", "家", "at_most"),
        ("至多3家", "3", "家", "at_most"),
        # two words that say the same
        ("约7家左右", "7", "家", "about"),
        ("超过50家以上", "50", "家", "at_least"),
    ],
)
def test_a_phrase_is_read_as_its_value_word_and_bound(phrase, value, word, bound):
    quantity = read(phrase, WORDS)
    assert (quantity.low, quantity.high) == (Decimal(value), Decimal(value))
    assert (quantity.word, quantity.bound) == (word, bound)


@pytest.mark.parametrize(
    ("phrase", "low", "high", "word"),
    [
        ("1—2个", 1, 2, "个"),
        ("3——5个百分点", 3, 5, "个百分点"),
        ("3–5个百分点", 3, 5, "个百分点"),
        ("3-5个百分点", 3, 5, "个百分点"),
        ("3~5个百分点", 3, 5, "个百分点"),
        ("3～5个百分点", 3, 5, "个百分点"),
        ("3〜5个百分点", 3, 5, "个百分点"),
        ("3至5个百分点", 3, 5, "个百分点"),
        ("3到5个百分点", 3, 5, "个百分点"),
        ("3—5个百分\n点", 3, 5, "个百分点"),
        ("五至七家", 5, 7, "家"),
        ("百分之三至五", 3, 5, "%"),
        ("3%—5%", 3, 5, "%"),
        # The lower end shares the scale unless it is printed with its own or would be the larger without it.
        ("1—2万家", 10_000, 20_000, "家"),
        ("0.5—1万家", 5_000, 10_000, "家"),
        ("8000—1.2万家", 8_000, 12_000, "家"),
        ("5000万—1亿元", 50_000_000, 100_000_000, "元"),
        ("2000至3000万元", 20_000_000, 30_000_000, "元"),
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
        ("6000亿元", "599950000000", "600050000000"),
        ("两千家", "1999.5", "2000.5"),
        ("三千五百万", "34995000", "35005000"),
        ("3—5个百分点", "2.5", "5.5"),
        ("1—2.5万家", "9500", "25500"),
        ("-5%", "-5.5", "-4.5"),
    ],
)
def test_the_interval_is_half_a_printed_digit_wide_on_each_side(phrase, low, high):
    assert read(phrase, WORDS).interval == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        " \n",
        "家",
        "左右",
        "以上家",
        "①",
        "²",
        "½",
        "5①",
        "5²家",
        "5½家",
        "Ⅻ",
        "五①",
        "数十家",
        "几十家",
        "12 34家",
        "12\t34家",
        "12　34家",
        "12\n\n34家",
        "12\r\n \r\n34家",
        "1，234家",
        "1,2345家",
        "12,34家",
        "1,234,5家",
        "1.2.3家",
        ".5%",
        "5.%",
        "1e3家",
        "9—3家",
        "3—3家",
        "2万—1万家",
        "3—5—7家",
        "-5—3%",
        "约5家以上",
        "近10余家",
        "不超过5家以上",
        "约3—5家",
        "3—5家左右",
        "5家家",
        "5个家",
        "5吨",
        "百分之五%",
        "5 %以上以上",
        "千人口献血率12.94‰",
        "12.94‰,",
    ],
)
def test_what_is_no_single_quantity_is_refused(phrase):
    with pytest.raises(QuantityError, match="expected"):
        read(phrase, WORDS)


def test_the_refusal_names_the_phrase():
    with pytest.raises(QuantityError, match="found two runs of digits with only blanks between in '12 34家'"):
        read("12 34家", WORDS)


def test_only_digits_letters_percent_sign_and_point_are_folded():
    assert fold("１２．９４％ＡＢａｚ") == "12.94%ABaz"
    kept = "1，234；①²½⅓〇㈠Ⅻ（）—。"
    assert fold(kept) == kept


@pytest.mark.parametrize(
    ("text", "squeezed"),
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
        ("a b", "ab"),
    ],
)
def test_white_space_goes_unless_it_parts_two_runs_of_digits(text, squeezed):
    assert squeeze(text) == squeezed


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("年内创建7家左右全国重点实验室、争创1家国家", ["7家左右", "1家"]),
        ("高于全省3—5个百分点。", ["3—5个百分点"]),
        ("采集26481人次、9239583毫升", ["26481人次", "9239583毫升"]),
        ("省级以上工业互联网平台50家以上，加快", ["50家以上"]),
        ("不超过100家", ["不超过100家"]),
        ("节约500元，附近3家，签约20项，预约9人", ["500元", "3家", "20项", "9人"]),
        ("最近三次", ["三次"]),
        ("推广首版次高端软件", []),
        ("1.2.3家", ["1.2"]),
        ("1,2345家", ["1"]),
    ],
)
def test_a_phrase_in_a_text_takes_in_its_measure_word_and_bound_word(text, phrases):
    assert [text[start:end] for start, end in find(text, WORDS)] == phrases


def test_unit_words_gives_each_word_its_unit():
    units = {"unit": ["count", "donation"], "words": ["家|个", "人次"]}
    assert unit_words(units) == {"家": "count", "个": "count", "人次": "donation"}


@pytest.mark.parametrize(
    ("phrase", "symbol", "said"),
    [
        ("2.9万亿元左右", "CNY", "about CNY 2.9 trillion"),
        ("6000亿元以上", "CNY", "at least CNY 600 billion"),
        ("500万元以内", "CNY", "at most CNY 5 million"),
        ("1.2万个左右", None, "about 12,000"),
        ("26481人次", None, "26,481"),
        ("9239583毫升", "mL", "9,239,583 mL"),
        # Three decimals of a million are more than are said: the number is written out.
        ("220.9万人", None, "2,209,000"),
        ("12.94‰", "‰", "12.94‰"),
        ("55%以上", "%", "at least 55%"),
        ("3—5个百分点", "pp", "3–5 pp"),
        ("1—2个", None, "1–2"),
        ("1—2万家", None, "10,000–20,000"),
        ("2—3亿元", "CNY", "CNY 200–300 million"),
        ("-5%", "%", "-5%"),
    ],
)
def test_a_quantity_is_said_in_english(phrase, symbol, said):
    assert say(read(phrase, WORDS), "en", symbol) == said


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("1 . 2万个左右", "1.2万个左右"),
        ("约1.2万个", "1.2万个左右"),
        ("十余万人次", "10万人次以上"),
        ("不超过30家", "30家以内"),
        ("三千五百万元", "3500万元"),
        ("3至5个百分点", "3—5个百分点"),
        ("百分之五", "5%"),
        ("26,481人次", "26481人次"),
    ],
)
def test_a_quantity_is_said_in_chinese(phrase, said):
    assert say(read(phrase, WORDS), "zh") == said


def test_a_number_is_said_to_one_unit_of_its_step():
    assert say_number(12.9, "en", 0.01) == "12.90"
    assert say_number(12000, "zh", 100) == "1.20万"
    assert say_number(9239583, "en") == "9,239,583"


@st.composite
def printed_quantities(draw) -> Quantity:
    """Quantities as a text prints them: up to eight digits, up to three decimals of a scale, any bound and word."""
    scale = draw(st.sampled_from([1, 10**2, 10**3, 10**4, 10**8, 10**12]))
    decimals = draw(st.integers(0, 3))
    step = Decimal(scale).scaleb(-decimals)
    # For less than one of a scale (0.5万) see the test below.
    digits = st.integers(0 if scale == 1 else 10**decimals, 10**7)
    low = high = draw(digits)
    bound = draw(st.sampled_from(["exact", "about", "at_least", "at_most", "range"]))
    if bound == "range":
        high = draw(st.integers(low + 1, 10**7 + 1))
    elif draw(st.booleans()):
        low = high = -low
    return Quantity(low * step, high * step, draw(st.sampled_from(["", *WORDS])), bound, step)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(printed_quantities())
def test_what_is_said_in_chinese_reads_back_as_the_same_quantity(quantity):
    assert read(say(quantity, "zh"), WORDS) == quantity


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("推进500个项目", ["500个"]),
        ("培育10家人工智能企业", ["10家"]),
        ("服务100家大企业", ["100家"]),
        ("慰问5个家庭", ["5个"]),
    ],
)
def test_a_noun_that_begins_like_a_measure_word_is_not_taken_in(text, phrases):
    assert [text[start:end] for start, end in find(text, WORDS)] == phrases


def test_upstream_and_downstream_is_no_bound_word():
    assert [*find("100家上下游企业", WORDS)] == [(0, 4)]


@pytest.mark.parametrize("phrase", ["7--百", "亿九‰", "廿零"])
def test_hanzi_that_are_no_number_are_refused(phrase):
    with pytest.raises(QuantityError):
        read(phrase, WORDS)


@pytest.mark.parametrize("phrase", ["三五家", "两三家", "七八个"])
def test_two_hanzi_digits_that_mean_either_are_refused(phrase):
    with pytest.raises(QuantityError):
        read(phrase, WORDS)


@pytest.mark.parametrize(
    "text", ["不得超过100家", "未超过100家", "不得低于100家", "不得少于100家", "将近100家", "不足100家", "最多100家"]
)
def test_no_phrase_leaves_out_half_of_its_bound(text):
    assert [*find(text, WORDS)] in ([], [(0, len(text))])


def test_a_lower_end_with_its_own_measure_word_keeps_its_own_scale():
    assert read("1元至2万元", WORDS).low == 1


@pytest.mark.parametrize(
    ("phrase", "bound"), [("7左右", "about"), ("100以上", "at_least"), ("百分之五十以上", "at_least")]
)
def test_a_bound_word_is_no_measure_word(phrase, bound):
    assert read(phrase).bound == bound


@pytest.mark.parametrize("phrase", ["5①", "5²", "5½", "5٣", "三分之一", "十几家"])
def test_a_measure_word_holds_no_numeral(phrase):
    with pytest.raises(QuantityError):
        read(phrase)


@pytest.mark.parametrize("phrase", ["0.5万家", "1.234万家", "5百家", "0.5亿元", "0.2万亿元"])
def test_an_unusual_scale_reads_back_too(phrase):
    assert read(say(read(phrase, WORDS), "zh"), WORDS) == read(phrase, WORDS)
