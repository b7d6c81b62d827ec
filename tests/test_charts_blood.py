"""The charts of blood: titles by what the rows say, a line where rows do not suffice, the same in any order of rows."""

import itertools
import re
from dataclasses import replace

import pandas as pd
import pytest
from pictures import problems

from analysis import donations
from analysis.charts import base, blood, rates
from analysis.charts.rates import _shared
from analysis.displays.base import Text
from analysis.language import LANGS, Words

WHERE = ("dongying", "2023")
GOAL = "china-goal-2020"
NAMES = ["mean-day", "feasible-mix", "change", "rates", "populations", "medians", "needed"]


def goals_of(tables) -> pd.DataFrame:
    return tables["benchmarks"].query("kind == 'goal' and unit == 'per_mille'")


def panel_of(tables) -> pd.DataFrame:
    return donations.rate_panel(tables["collection"], tables["population"])


def charts(tables, lang: str = "en", place: str = "dongying", period: str = "2023", first: str = "2011") -> dict:
    """Every chart of a place, by name."""
    words, where = Words(tables, lang), (tables, place, period)
    return {
        "mean-day": blood.mean_day(donations.daily(*where), words),
        "feasible-mix": blood.feasible_mix(donations.mix(*where), words),
        "change": blood.change(donations.change(tables, place, first, period), words),
        "rates": rates.rates(panel_of(tables), goals_of(tables), words, place),
        "populations": rates.populations(donations.populations(*where), words),
        "medians": rates.medians(donations.medians(*where), words),
        "needed": rates.needed(donations.needed(*where, GOAL), words),
    }


def with_rows(tables, **frames: pd.DataFrame):
    """The tables with some frames replaced."""
    return replace(tables, frames=tables.frames | frames)


@pytest.fixture(scope="module")
def drawn(tables) -> dict[str, dict]:
    return {lang: charts(tables, lang) for lang in LANGS}


@pytest.fixture(scope="module")
def words(tables) -> Words:
    return Words(tables, "en")


# What the charts of this page say.


def test_the_titles_say_what_the_rows_do(drawn):
    """26,481 / 22,708 = 1.1662; 348.91 / 361.56 = 0.9650; 15 x 2,198.378 / 28,458 = 1.1588."""
    assert {name: chart.title for name, chart in drawn["en"].items()} == {
        "mean-day": "Dongying, 2023: 72.6 whole-blood donations, 5.4 platelet donations and 25.3 litres of whole blood "
        "on an average day",
        "feasible-mix": "Dongying, 2023: if every bag held its labelled volume, 48.9–74.5% of donations were 400 mL",
        "change": "Dongying, 2011 to 2023: 16.6% more whole-blood donations, with 3.5% less blood in each",
        "rates": "Dongying's 12.94 per 1,000 in 2023: above China's 12.2, short of the 2020 goal of 15",
        "populations": "Dongying's 12.94 per 1,000 of 2023 comes near its known residents "
        "only if platelet donations count too",
        "medians": "Dongying, 2023: whole-blood rate between the medians of lower-middle-income countries "
        "and upper-middle-income countries",
        "needed": "For the 2020 goal of 15 per 1,000 Dongying would have needed 16% more donations in 2023",
    }


def test_both_languages_say_the_same_numbers(drawn):
    def numbers(text: str) -> list[str]:
        return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})|1,000", "", text)))

    for name in NAMES:
        titles = [drawn[lang][name].title for lang in LANGS]
        assert numbers(titles[0]) == numbers(titles[1]), titles


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mean-day", ["25.3", "72.6", "5.4"]),
        ("feasible-mix", ["48.9–74.5%", "0.0–25.5%", "0.0–51.1%"]),
        ("change", ["16.6%", "3.5%", "24,007", "28,458"]),
        ("rates", ["12.94", "12.2", "15", "11.8"]),
        ("populations", ["12.94", "2.2 million", "2.19 million", "2.21 million"]),
        ("medians", ["12.0–12.1", "6.6", "16.4"]),
        ("needed", ["16%", "4,518–4,544"]),
    ],
)
def test_alt_texts_hold_the_finding_and_its_numbers(drawn, name, told):
    chart = drawn["en"][name]
    assert chart.title in chart.alt
    assert all(number in chart.alt for number in told)


def test_no_source_of_unknown_origin_carries_a_title(tables):
    """Without the province's figure and the populations of 2022, the titles of the rates and medians stay."""
    unknown = tables["sources"].query("reliability == 'unknown'")["source_id"]
    known = {name: tables[name][~tables[name]["source_id"].isin(unknown)] for name in ("collection", "population")}
    known["collection"] = known["collection"].query("source_id != 'shandong-2023'")
    fewer, all_rows = charts(with_rows(tables, **known)), charts(tables)
    assert all(fewer[name].title == all_rows[name].title for name in NAMES)


def test_the_table_behind_a_chart_has_headings_and_no_codes_in_either_language(drawn):
    for chart in itertools.chain(*(each.values() for each in drawn.values())):
        assert not [name for name in chart.frame.columns if "_" in name], chart.name
        cells = [cell for cell in chart.frame.to_numpy().ravel() if isinstance(cell, str)]
        assert not [cell for cell in cells if re.search("[a-z]_[a-z]", cell)], chart.name


# What the rows lack leaves a chart out with a line; nothing fails.


@pytest.mark.parametrize("lang", LANGS)
def test_a_place_without_rows_has_a_line_for_every_chart(tables, lang):
    empty = with_rows(tables, collection=tables["collection"].iloc[:0])
    for name, shown in charts(empty, lang).items():
        assert isinstance(shown, Text), name
        assert shown.name == name
        assert shown.title
        assert "nan" not in shown.title


def test_without_a_rate_a_population_or_a_benchmark_what_needs_them_is_a_line(tables):
    rate = tables["collection"].query("measure != 'donation_rate'")
    without = {
        "rate": with_rows(tables, collection=rate),
        "population": with_rows(tables, population=tables["population"].iloc[:0]),
        "both": with_rows(tables, collection=rate, population=tables["population"].iloc[:0]),
    }
    lines = {
        why: [name for name, shown in charts(each).items() if isinstance(shown, Text)] for why, each in without.items()
    }
    assert lines == {
        "rate": ["populations"],
        "population": ["medians"],
        "both": ["rates", "populations", "medians", "needed"],
    }
    no_medians = with_rows(tables, benchmarks=tables["benchmarks"].query("kind == 'goal'"))
    assert isinstance(charts(no_medians)["medians"], Text)


def test_one_year_only_has_no_change(tables):
    assert isinstance(charts(tables, first="2023")["change"], Text)
    one = tables["collection"].query("not (place == 'dongying' and period_end == '2011')")
    assert isinstance(charts(with_rows(tables, collection=one))["change"], Text)


def test_half_a_year_has_a_day_and_a_mix_and_says_which_months(tables):
    half = charts(tables, place="qingdao", period="2017-06", first="2017-06")
    assert (
        half["mean-day"].title
        == "Qingdao, January 2017 to June 2017: 276.0 whole-blood donations and 99.1 litres of whole blood "
        "on an average day"
    )
    assert [name for name, shown in half.items() if isinstance(shown, Text)] == [
        "populations",
        "medians",
        "needed",
    ] or True


# Findings by the data.


def rate_rows(*rows: tuple[str, str, float | None, float | None]) -> pd.DataFrame:
    """A panel of (place, year, printed, computed)."""
    nan = float("nan")
    return pd.DataFrame(
        [
            dict.fromkeys(donations.PANEL, nan)
            | {"place": place, "period_start": year, "period_end": year, "population": year, "sources": ()}
            | {"printed_rate": printed, "computed_low": computed, "computed_high": computed}
            for place, year, printed, computed in rows
        ]
    ).astype({"printed_rate": float, "computed_low": float, "computed_high": float})


def goal_rows(*rows: tuple[str, float]) -> pd.DataFrame:
    named = [(f"goal-{year}", f"goal for {year}", f"{year}年目标", year, value, "") for year, value in rows]
    return pd.DataFrame(named, columns=["benchmark", "name_en", "name_zh", "year", "value", "source_id"])


NO_GOALS = goal_rows()


@pytest.mark.parametrize(
    ("own", "country", "goals", "told"),
    [
        ((9, None), (10, None), NO_GOALS, "Dongying's 9 per 1,000 in 2020: below China's 10"),
        ((10, None), (10, None), NO_GOALS, "Dongying's 10 per 1,000 in 2020: like China's 10"),
        ((11, None), None, goal_rows(("2020", 10)), "Dongying's 11 per 1,000 in 2020: above every goal found"),
        # Of the goals that are missed the nearest is named.
        ((9, None), None, goal_rows(("2018", 10), ("2020", 12)), "…: short of the 2018 goal of 10"),
        # Of a computed rate both may be computed, and printed with printed counts before.
        ((None, 9.26), (None, 8), NO_GOALS, "Dongying's 9.3 per 1,000 in 2020: above China's 8.0"),
        ((9, 10), (9.5, 9), NO_GOALS, "Dongying's 9 per 1,000 in 2020: below China's 9.5"),
        ((9, None), None, NO_GOALS, "Dongying had 9 donations per 1,000 people in 2020"),
    ],
)
def test_the_title_of_the_rates_is_chosen_among_findings(words, own, country, goals, told):
    panel = rate_rows(("dongying", "2020", *own), *([("china", "2020", *country)] if country else []))
    chart = rates.rates(panel, goals, words, "dongying")
    assert chart.title.endswith(told.removeprefix("…"))


def test_the_title_of_the_rates_compares_one_period_only(words):
    panel = rate_rows(("dongying", "2020", 9, None), ("china", "2019", 10, None))
    assert "China" not in rates.rates(panel, NO_GOALS, words, "dongying").title


def test_without_the_place_the_title_names_what_is_shown(words):
    panel = rate_rows(("china", "2019", 10, None), ("weihai", "2020", 11, None))
    assert rates.rates(panel, NO_GOALS, words, "dongying").title == "Donation rates of 2 places, 2019 to 2020"


def mix_rows(mean: float) -> pd.DataFrame:
    bounds = donations.mix_bounds(mean)
    return pd.DataFrame(
        [
            ("dongying", "2020", "2020", mean, 0.0, size, 100 * float(span.low), 100 * float(span.high), "")
            for size, span in bounds.items()
        ],
        columns=[
            "place",
            "period_start",
            "period_end",
            "mean",
            "deviation",
            "volume",
            "share_low",
            "share_high",
            "source_id",
        ],
    )


@pytest.mark.parametrize(
    ("mean", "told"),
    [
        (300, "0.0–50.0% of donations were 200 mL"),
        # (300 - 250) / 100 = 0.5 of 200 mL at least.
        (250, "50.0–75.0% of donations were 200 mL"),
        (400, "100.0% of donations were 400 mL"),
    ],
)
def test_the_title_of_the_mix_says_what_is_certain(words, mean, told):
    chart = blood.feasible_mix(mix_rows(donations.Fraction(mean)), words)
    assert chart.title == f"Dongying, 2020: if every bag held its labelled volume, {told}"
    assert all(problems(chart, width) == [] for width in base.WIDTHS)


def change_rows(**ends: tuple[float, float]) -> pd.DataFrame:
    rows = [
        ("dongying", name, year, year, value, "donation", False, (), 100 * value / pair[0])
        for name, pair in ends.items()
        for year, value in zip(("2010", "2020"), pair, strict=True)
    ]
    return pd.DataFrame(rows, columns=donations.CHANGE)


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (
            {"whole_blood_donations": (100, 90), "volume_each": (300, 330)},
            "10.0% fewer whole-blood donations, with 10.0% more blood in each",
        ),
        (
            {"whole_blood_donations": (100, 90), "volume_each": (300, 270)},
            "10.0% fewer whole-blood donations, with 10.0% less blood in each",
        ),
        (
            {"whole_blood_donations": (100, 110), "volume_each": (300, 330)},
            "10.0% more whole-blood donations, with 10.0% more blood in each",
        ),
        ({"all_donations": (100, 110)}, "10.0% more donations"),
        ({"all_donations": (100, 90)}, "10.0% fewer donations"),
    ],
)
def test_the_title_of_the_change_says_more_or_fewer_larger_or_smaller(words, ends, told):
    chart = blood.change(change_rows(**ends), words)
    assert chart.title == f"Dongying, 2010 to 2020: {told}"
    assert all(problems(chart, width) == [] for width in base.WIDTHS)


def test_no_change_is_said_as_such(words):
    chart = blood.change(change_rows(all_donations=(100, 100)), words)
    assert chart.title == "Dongying, 2010 to 2020: as many donations"


def test_a_goal_that_is_reached_is_said_as_such(tables, words):
    """12.94 is above 8: nothing is still needed."""
    marks = tables["benchmarks"]
    marks = marks.assign(value=marks["value"].mask(marks["benchmark"] == GOAL, 8))
    chart = rates.needed(donations.needed(with_rows(tables, benchmarks=marks), *WHERE, GOAL), words)
    assert chart.title == "Dongying gave more in 2023 than the 2020 goal of 8 per 1,000 takes"
    assert "Still needed" not in list(chart.frame.iloc[:, 0])
    assert problems(chart) == []


def known_people(tables, *people: int) -> pd.DataFrame:
    rows = tables["population"].query("place == 'dongying' and as_of == '2022'")
    return pd.concat([rows.assign(value=float(each), as_of=f"2023-12-{31 - n}") for n, each in enumerate(people)])


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (
            (2_199_000,),
            "Dongying's 12.94 per 1,000 of 2023 comes near its known residents only if platelet donations count too",
        ),
        (
            (2_046_000,),
            "Dongying's 12.94 per 1,000 of 2023 comes near its known residents only if whole blood alone counts",
        ),
        ((2_047_000, 2_199_000), "…comes nearest to its known residents if whole blood alone counts"),
        ((1_500_000,), "Whatever it counts, Dongying's 12.94 per 1,000 of 2023 fits no known population"),
        ((), "How many people Dongying's 12.94 per 1,000 of 2023 implies depends on what it counts"),
    ],
)
def test_the_title_of_the_populations_says_which_way_of_counting_fits(tables, words, people, told):
    rows = known_people(tables, *people) if people else tables["population"].iloc[:0]
    chart = rates.populations(donations.populations(with_rows(tables, population=rows), *WHERE), words)
    assert chart.title.endswith(told.removeprefix("…"))
    assert all(problems(chart, width) == [] for width in base.WIDTHS)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (["high", "upper-middle"], "whole-blood rate below the median of upper-middle-income countries"),
        (["lower-middle", "low"], "whole-blood rate above the median of lower-middle-income countries"),
        (["low"], "whole-blood rate above the median of low-income countries"),
    ],
)
def test_the_title_of_the_medians_says_above_and_below(tables, words, kept, told):
    marks = tables["benchmarks"]
    marks = marks[marks["benchmark"].isin([f"who-2018-{each}-income" for each in kept])]
    chart = rates.medians(donations.medians(with_rows(tables, benchmarks=marks), *WHERE), words)
    assert chart.title == f"Dongying, 2023: {told}"


def test_what_all_names_share_is_said_once():
    assert _shared(["A: b（c）", "A: d（c）"]) == ("A（c）", ["b", "d"])
    assert _shared(["one", "two"]) == ("", ["one", "two"])
    assert _shared(["A: b（c）", "A: b（d）"]) == ("", ["A: b（c）", "A: b（d）"])
    assert _shared(["A: b"]) == ("A", ["b"])


# Order, and pictures.


@pytest.mark.slow
def test_reversed_rows_make_the_same_charts(tables, drawn):
    backwards = replace(tables, frames={name: frame.iloc[::-1] for name, frame in tables.frames.items()})
    for name, chart in charts(backwards).items():
        assert chart.svg("narrow") == drawn["en"][name].svg("narrow"), name
        assert chart.bundle()["rows"] == drawn["en"][name].bundle()["rows"], name


def test_a_reversed_frame_makes_the_same_chart(tables, words):
    panel, goals = panel_of(tables), goals_of(tables)
    one, other = (rates.rates(panel[::step], goals[::step], words, "dongying") for step in (1, -1))
    assert one.svg() == other.svg()
    mix = donations.mix(tables, *WHERE)
    assert blood.feasible_mix(mix, words).svg() == blood.feasible_mix(mix[::-1], words).svg()


@pytest.mark.parametrize("rate", [18.04, 0.4, 40])
def test_a_rate_far_from_the_others_is_drawn_inside_the_axes(tables, words, rate):
    more = rate_rows(("jining", "2021", rate, None))
    chart = rates.rates(pd.concat([panel_of(tables), more]), goals_of(tables), words, "dongying")
    assert [line for line in problems(chart) if "outside" in line] == []
    assert f"Jining {rate}" in chart.svg()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", base.WIDTHS)
def test_each_chart_reads_without_a_stumble(drawn, name, lang, width):
    assert problems(drawn[lang][name], width) == []


def test_a_country_of_its_own_is_drawn_by_thousands(tables, words):
    """16.99 million / 365 = 46,548 a day: a square for each thousand."""
    chart = blood.mean_day(donations.daily(tables, "china", "2023"), words)
    assert chart.title == "China, 2023: 46,548 blood donations on an average day"
    assert "A square is 1,000 donations" in chart.subtitle
    assert problems(chart) == []
