"""What the words around a number say: where its sentence begins, which date is its own, which measure they name."""

import pandas as pd
import pytest

from analysis import clauses, quantities
from analysis.clauses import NamedMeasure


@pytest.mark.parametrize(
    ("text", "position", "start"),
    [
        ("甲乙", 1, 0),
        ("甲。乙", 2, 2),
        ("甲！乙丙", 3, 2),
        ("甲？乙。丙", 4, 4),
        # The stop that the position stands at, or one behind it, ends a sentence and begins none.
        ("甲。乙", 1, 0),
        ("甲。乙。", 2, 2),
        # A text may begin with a stop.
        ("。甲", 1, 1),
        ("甲，乙；丙", 4, 0),
    ],
)
def test_a_sentence_begins_behind_the_last_stop_to_the_left(text, position, start):
    assert clauses.sentence_start(text, position) == start


def test_a_sentence_ends_at_other_stops_when_they_are_given():
    assert clauses.sentence_start("甲。乙；丙", 4, "；") == 4
    assert clauses.sentence_start("甲。乙；丙", 3, "；") == 0


def date_before(text: str, behind: str) -> str:
    return clauses.date_before(text, list(quantities.find(text, {"家": "count"})), text.index(behind))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2023年建7家", "2023年"),
        ("甲。2023年建7家", "2023年"),
        ("2023年。建7家", ""),
        ("2022年建，2023年建7家", "2023年"),
        ("2023年建，6月建7家", "2023年"),
        ("6月建7家", ""),
        # Dates that one such word parts are one, however many they are; those that more parts are not.
        ("2013年、2014年建7家", "2013年、2014年"),
        ("2013年、2014年和2015年建7家", "2013年、2014年和2015年"),
        ("2013年与2014年建7家", "2013年与2014年"),
        ("2013年，2014年建7家", "2014年"),
        ("2013年、又2014年建7家", "2014年"),
        # What it is compared with, or where it begins, is no date of the number.
        ("2023年比2022年多7家", "2023年"),
        ("2023年自2011年起7家", "2023年"),
        ("2023年多，2022年同期7家", "2023年"),
        ("2023年，与2022年相比多7家", "2023年"),
        ("2023年，与2022年持平，7家", "2023年"),
        ("自2013年、2014年起7家", ""),
        ("比2022年多7家", ""),
    ],
)
def test_the_date_of_a_number_is_the_nearest_with_a_year_to_its_left_in_its_sentence(text, date):
    assert date_before(text, "7家") == date


def test_a_date_does_not_stand_before_itself():
    assert date_before("2022年建，2023年建", "2023年") == "2022年"
    assert date_before("2023年建", "2023年") == ""


ROWS = pd.DataFrame({"measure": ["blood", "platelets"], "unit": "dose", "words": ["献血|全血", "血小板"]})


def named(text: str, number: str, part: str | None = None) -> list[NamedMeasure]:
    start, first = text.index(number), text.index(part or text)
    return clauses.measures_named(ROWS, text, (start, start + len(number)), (first, first + len(part or text)))


def test_a_measure_is_named_with_its_side_its_distance_and_its_place():
    blood, platelets = ("blood", "dose", "全血"), ("platelets", "dose", "血小板")
    assert named("全血和血小板7份", "7份") == [(False, 4, -2, *blood, 0), (False, 0, -3, *platelets, 3)]
    assert named("共7份全血、血小板", "7份") == [(True, 0, -2, *blood, 3), (True, 3, -3, *platelets, 6)]
    assert named("全血7份，全血", "7份") == [(False, 0, -2, *blood, 0), (True, 1, -2, *blood, 5)]


def test_of_measures_as_near_the_left_one_is_meant_and_of_those_the_longer():
    assert min(named("全血7份血小板", "7份")).word == "全血"
    assert min(named("血小板，7份全血", "7份")).word == "血小板"
    rows = pd.DataFrame({"measure": ["a", "b"], "unit": "dose", "words": ["小板", "血小板"]})
    assert min(clauses.measures_named(rows, "血小板7份", (3, 5), (0, 5))).measure == "b"


def test_words_that_reach_into_the_number_or_out_of_the_part_name_nothing():
    assert named("共献血小板7份", "献血小板7份") == []
    assert named("共献血小板7份", "血小板7份", "献血小板7份") == []
    assert named("共血小板", "共血小") == []
    assert named("全血、血小板7份全血", "7份", "血小板7份") == [(False, 0, -3, "platelets", "dose", "血小板", 3)]


def test_a_measure_without_words_is_never_named():
    rows = pd.DataFrame({"measure": ["a"], "unit": "dose", "words": [""]})
    assert clauses.measures_named(rows, "全血7份", (2, 4), (0, 4)) == []


@pytest.mark.parametrize(
    ("before", "falls"),
    [
        ("同比下降", True),
        ("减少了", True),
        ("降幅达约", True),
        ("下降到", False),
        ("下滑，", False),
        ("增长", False),
        ("", False),
    ],
)
def test_a_change_is_a_decrease_when_the_word_right_before_it_says_so(before, falls):
    assert clauses.is_decrease(before) is falls


@pytest.mark.parametrize(
    ("place", "short"),
    [
        ("山东省", "山东"),
        ("内蒙古自治区", "内蒙古"),
        ("广西壮族自治区", "广西"),
        ("新疆维吾尔自治区", "新疆"),
        ("香港特别行政区", "香港"),
        ("中国", "中国"),
        # One character is no name.
        ("沛县", "沛县"),
    ],
)
def test_the_short_name_of_a_place_lacks_its_kind_and_has_two_characters_at_least(place, short):
    assert clauses.short_name(place) == short
