"""Hand-computed values of the blood figures, the arithmetic in each docstring, and what is refused."""

import math
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from analysis import donations
from analysis.donations import DonationError, Interval

WHOLE, VOLUME, PLATELETS, DOSES = Fraction(26481), Fraction(9239583), Fraction(1977), Fraction(3809)


@pytest.fixture(scope="module")
def backwards(tables):
    """The same tables with the rows of each in reverse."""
    return replace(tables, frames={name: frame.iloc[::-1] for name, frame in tables.frames.items()})


def rounded(span: Interval, digits: int = 4) -> tuple[float, float]:
    return round(float(span.low), digits), round(float(span.high), digits)


MEAN = VOLUME / WHOLE


def test_what_the_page_comes_to(tables):
    """26,481 + 1,977 = 28,458; 9,239,583 / 26,481 = 348.9137 and / 200 = 46,197.915; 3,809 / 1,977 = 1.9267."""
    found = donations.derived(tables, "dongying", "2023").query("nature == 'arithmetic'").set_index("derived")
    assert found["low"].equals(found["high"])
    assert found["low"].round(4).to_dict() == {
        "all_donations": 28458,
        "mean_volume": 348.9137,
        "units_of_200": 46197.915,
        "doses_each": 1.9267,
    }


def test_what_is_inferred_from_the_page_carries_its_condition(tables):
    """By hand: 1,832 / 1,977 = 92.6657%; 9,160 * 12.935 / 28,458 = 4.1635; 9,239.583 * 12.945 / 28,458 = 4.2029."""
    found = donations.derived(tables, "dongying", "2023").query("nature == 'inferred'").set_index("condition")
    assert found[["low", "high"]].round(4).to_dict("split")["data"] == [
        [92.6657, 92.6657],
        [85.3313, 92.6657],
        [0, 92.6657],
        [13241, 26481],
        [4.1635, 4.1667],
        [4.1997, 4.2029],
    ]
    assert list(found.index) == [*("doses_whole", "doses_half", "doses_up_to_3", "six_months"), *["all_counted"] * 2]
    assert list(found["unit"]) == ["percent"] * 3 + ["person"] * 2 + ["mL"]


def test_two_donations_of_platelets_with_five_doses_say_nothing_of_double_ones(tables):
    """Of two donations at most four doses can be whole and double: a third dose each is not looked for."""
    rows = tables["collection"].query("place == 'dongying' and period_end == '2023'").copy()
    rows.loc[rows["measure"] == "platelet_doses", "value"] = 2.5 * 1977
    altered = replace(tables, frames=tables.frames | {"collection": rows})
    assert "double_doses" not in set(donations.derived(altered, "dongying", "2023")["derived"])


def test_the_shares_of_volumes_have_exact_bounds():
    """With mean m and a share a of 200 mL: share of 400 = (m - 300)/100 + a, share of 300 = (400 - m)/100 - 2a.

    m = 348.9137: a from 0 to (400 - m)/200 = 51.0863/200 = 0.2554; 300 mL from 0 to 0.5109; 400 mL from
    0.4891 (a = 0) to 0.4891 + 0.2554 = 0.7446.
    """
    bounds = donations.mix_bounds(MEAN)
    assert {size: rounded(span) for size, span in bounds.items()} == {
        200: (0.0, 0.2554),
        300: (0.0, 0.5109),
        400: (0.4891, 0.7446),
    }


def test_bags_off_by_five_percent_widen_the_bounds():
    """Nominal means from 348.9137/1.05 = 332.2988 to 348.9137/0.95 = 367.2776.

    Least 400 mL: (332.2988 - 300)/100 = 0.3230; most: 0.6728 + (400 - 367.2776)/200 = 0.8364.
    Most 200 mL: (400 - 332.2988)/200 = 0.3385; most 300 mL: (400 - 332.2988)/100 = 0.6770.
    """
    bounds = donations.mix_bounds(MEAN, Fraction(5, 100))
    assert {size: rounded(span) for size, span in bounds.items()} == {
        200: (0.0, 0.3385),
        300: (0.0, 0.677),
        400: (0.323, 0.8364),
    }


def test_bags_off_may_reach_a_mean_of_300_and_then_300_mL_alone_is_feasible():
    """Mean 310, off by 5%: nominal means from 295.24 to 326.32, and 300 lies between: 300 mL up to 100%."""
    assert donations.mix_bounds(Fraction(310), Fraction(5, 100))[300].high == 1


def test_the_two_ends_of_the_mix_have_the_mean(tables):
    """Least 200 mL with most 300 and least 400; most 200 mL with least 300 and most 400: 100 percent, and the mean."""
    mix = donations.mix(tables, "dongying", "2023").query("deviation == 0").set_index("volume")
    low, high = mix["share_low"], mix["share_high"]
    for ends in ({200: low[200], 300: high[300], 400: low[400]}, {200: high[200], 300: low[300], 400: high[400]}):
        assert sum(ends.values()) == pytest.approx(100)
        assert sum(size * share for size, share in ends.items()) / 100 == pytest.approx(9239583 / 26481)


def test_the_share_of_double_doses_is_1832_of_1977_under_whole_doses():
    """3,809 - 1,977 = 1,832 donations gave one dose more than one; 1,832 / 1,977 = 0.92666."""
    assert donations.double_doses(DOSES, PLATELETS)["whole"] == Interval(Fraction(1832, 1977), Fraction(1832, 1977))


def test_the_share_of_double_doses_is_an_interval_under_half_doses_and_triples():
    """Mean 1.92666. Of 1.5 and 2: (1.92666 - 1.5)/0.5 = 0.85331. Of 1 and 3 no double at all: 0."""
    found = donations.double_doses(DOSES, PLATELETS)
    assert rounded(found["half"]) == (0.8533, 0.9267)
    assert rounded(found["up_to_3"]) == (0.0, 0.9267)


@pytest.mark.parametrize(
    ("count", "cut", "least", "most"),
    [
        # 26,481,000 / 12.945 = 2,045,654.7 and / 12.935 = 2,047,236.2
        (26481, False, 2045655, 2047236),
        # 28,458,000 / 12.945 = 2,198,377.8 and / 12.935 = 2,200,077.3
        (28458, False, 2198378, 2200077),
        # 30,290,000 / 12.945 = 2,339,899.6 and / 12.935 = 2,341,708.5
        (30290, False, 2339900, 2341708),
        # 28,458,000 / 12.95 = 2,197,528.96 and / 12.94 = 2,199,227.2
        (28458, True, 2197529, 2199227),
    ],
)
def test_the_printed_rate_implies_a_population(count, cut, least, most):
    found = donations.implied_population(Fraction(count), donations.printed_rate("12.94‰", cut))
    assert (math.ceil(found.low), math.floor(found.high)) == (least, most)


def test_a_population_in_the_interval_gives_the_printed_rate_and_its_neighbour_does_not():
    found = donations.implied_population(Fraction(28458), donations.printed_rate("12.94‰"))
    inside, outside = math.ceil(found.low), math.floor(found.low)
    assert f"{1000 * 28458 / inside:.2f}" == "12.94"
    assert f"{1000 * 28458 / outside:.2f}" == "12.95"
    assert inside in found
    assert outside not in found


def test_an_end_that_rounds_up_does_not_belong_to_the_interval():
    """A rate of 12.5 stands for 12.45 up to, not including, 12.55: 1,255 donations at 12.55 are 100,000 people."""
    found = donations.implied_population(Fraction(1255), donations.printed_rate("12.5‰"))
    assert found.low == 100_000
    assert 100_000 not in found
    assert found.high in found


def test_regular_donors_per_1000_are_an_interval():
    """9,160 / 2,200.0773 = 4.1635 and 9,160 / 2,198.3778 = 4.1667."""
    population = donations.implied_population(Fraction(28458), donations.printed_rate("12.94‰"))
    assert rounded(1000 * Fraction(9160) / population) == (4.1635, 4.1667)


def test_the_rare_type_panel_per_100000_is_an_interval():
    """1,250 / 22.000773 = 56.8162 and 1,250 / 21.983778 = 56.8601."""
    population = donations.implied_population(Fraction(28458), donations.printed_rate("12.94‰"))
    assert rounded(100_000 * Fraction(1250) / population) == (56.8162, 56.8601)


def test_at_least_half_of_the_donations_come_from_different_people():
    """Six months between two: at most two a year; 26,481 / 2 = 13,240.5, so 13,241 people at least."""
    assert donations.distinct_donors(WHOLE) == Interval(Fraction(13241), Fraction(26481))


def test_fifteen_per_mille_takes_32976_to_33002_donations():
    """0.015 x 2,198,377.75 = 32,975.7 and 0.015 x 2,200,077.3 = 33,001.2."""
    population = donations.implied_population(Fraction(28458), donations.printed_rate("12.94‰"))
    needed = population * Fraction(15, 1000)
    assert (math.ceil(needed.low), math.ceil(needed.high)) == (32976, 33002)


def test_platelet_doses_replace_platelet_donations_in_the_third_counting(tables):
    """26,481 + 1,977 = 28,458; 26,481 + 3,809 = 30,290."""
    found = donations.countings(donations.figures(tables, "dongying", "2023"))
    assert found == {"whole_blood": 26481, "with_apheresis": 28458, "with_doses": 30290}


def test_without_whole_blood_a_rate_counts_nothing():
    """Platelets alone are no way of counting, printed or not."""
    assert donations.countings({"platelet_donations": Fraction(20), "platelet_doses": Fraction(30)}) == {}
    assert donations.countings({}) == {}


def population(low: Fraction | int, high: Fraction | int, closed: tuple[bool, bool] = (True, True)) -> Interval:
    return Interval(Fraction(low), Fraction(high), closed)


@pytest.mark.parametrize(
    ("closed", "members"),
    [((True, True), [2, 3, 4]), ((True, False), [2, 3]), ((False, True), [3, 4]), ((False, False), [3])],
)
def test_an_interval_holds_its_ends_as_far_as_it_is_closed(closed, members):
    interval = population(2, 4, closed)
    assert [value for value in (1, 2, 3, 4, 5) if value in interval] == members
    assert (Fraction(199, 100) in interval, Fraction(401, 100) in interval, 2.5 in interval) == (False, False, True)


@pytest.mark.parametrize("closed", [(True, False), (False, True), (True, True)])
def test_what_is_divided_by_a_population_has_its_ends_the_other_way_round(closed):
    """The greatest population gives the least share: 6 / 3 = 2 and 6 / 2 = 3."""
    people = population(2000, 3000, closed)
    assert 6000 / people == Interval(Fraction(2), Fraction(3), closed[::-1])
    # What a rate takes grows with the population: 2,000 x 15 / 1,000 = 30.
    assert people * Fraction(15, 1000) == Interval(Fraction(30), Fraction(45), closed)
    rates = Interval(Fraction(10), Fraction(20), closed)
    assert donations.implied_population(Fraction(100), rates) == Interval(Fraction(5000), Fraction(10000), closed[::-1])


def test_a_printed_rate_is_closed_at_its_low_end_and_open_at_its_high_one():
    assert donations.printed_rate("12.94‰") == Interval(Fraction("12.935"), Fraction("12.945"), (True, False))
    assert donations.printed_rate("12.94‰", cut=True) == Interval(Fraction("12.94"), Fraction("12.95"), (True, False))


@pytest.mark.parametrize(
    ("mean", "off", "least", "most"),
    [
        (200, 0, 1, 1),
        (400, 0, 0, 0),
        # Nominal means of 202 / 1.1 = 183.6, cut off at 200 mL, up to 202 / 0.9 = 224.4: (300 - 224.4) / 100 = 0.7556.
        (202, Fraction(1, 10), Fraction(68, 90), 1),
        # 390 / 1.05 = 371.4 up to 390 / 0.95 = 410.5, cut off at 400 mL; (400 - 371.4) / 200 = 0.1429.
        (390, Fraction(5, 100), 0, Fraction(1, 7)),
    ],
)
def test_what_exceeds_the_smallest_or_largest_volume_is_cut_off(mean, off, least, most):
    assert donations.mix_bounds(Fraction(mean), Fraction(off))[200] == population(least, most)


def test_the_shares_of_any_sizes_have_exact_bounds():
    """Sizes 1, 2 and 4 with mean 2: all 2, or a third of 4 and two thirds of 1."""
    bounds = donations.share_bounds([4, 1, 2], Fraction(2))
    assert bounds == {4: population(0, Fraction(1, 3)), 1: population(0, Fraction(2, 3)), 2: population(0, 1)}
    assert donations.share_bounds([1, 2], Fraction(1)) == {1: population(1, 1), 2: population(0, 0)}


def test_as_many_people_as_donations_are_enough():
    assert donations.rate(Fraction(40), Fraction(40)) == 1000


def test_six_months_allow_one_donation_and_two_years_four():
    """9 / 1, 9 / 2 and 9 / 4, rounded up; seven months allow two."""
    least = [donations.distinct_donors(Fraction(9), months).low for months in (6, 7, 12, 24)]
    assert least == [9, 5, 5, 3]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: donations.mix_bounds(Fraction(450)), "found a mean of 450"),
        (
            lambda: donations.double_doses(Fraction(500), Fraction(1000)),
            "found a mean of 0.5, expected one from 1 to 2",
        ),
        (lambda: donations.printed_rate("0‰"), "expected one above zero"),
        (lambda: donations.printed_rate("12.94%"), "found the rate '12.94%'"),
        (lambda: donations.implied_population(WHOLE, population(0, 0)), "found a divisor of 0, expected a number"),
        (lambda: 1 / population(0, 2), "found a divisor of 0, expected a number above zero"),
        (lambda: donations.rate(Fraction(50), Fraction(40)), "found 50 donations by 40 people"),
        (lambda: donations.rate(Fraction(0), Fraction(40)), "found donations of 0"),
        (lambda: donations.rate(Fraction(0), Fraction(0)), "found population of 0"),
        (lambda: donations.implied_population(Fraction(0), population(1, 2)), "found donations of 0"),
        (lambda: donations.mix_bounds(Fraction(199)), "found a mean of 199"),
        (
            lambda: donations.double_doses(Fraction(201), Fraction(100)),
            "found a mean of 2.01, expected one from 1 to 2",
        ),
        (lambda: donations.double_doses(Fraction(0), Fraction(100)), "found doses of 0"),
        (lambda: donations.printed_rate("-1‰"), "expected one above zero"),
        (lambda: donations.distinct_donors(Fraction(0)), "found donations of 0"),
        (lambda: donations.days_of("2023", "2022"), "found the period '2023' to '2022', expected two dates"),
    ],
)
def test_a_figure_that_cannot_be_used_is_refused_by_what_was_found(call, told):
    with pytest.raises(DonationError) as refused:
        call()
    assert told in str(refused.value)


def test_a_place_without_figures_has_none_and_every_frame_of_it_is_empty(tables):
    nowhere = (tables, "shandong", "1949")
    assert donations.figures(*nowhere) == {}
    frames = [donations.daily, donations.mix, donations.derived, donations.populations, donations.medians]
    assert all(frame(*nowhere).empty for frame in frames)
    assert donations.needed(*nowhere, "china-goal-2020").empty
    assert donations.change(tables, "shandong", "1949", "2023").empty


def test_a_goal_that_is_none_is_refused(tables):
    for goal in ("no-goal", "who-one-percent"):
        with pytest.raises(DonationError, match=f"found goal '{goal}'"):
            donations.needed(tables, "dongying", "2023", goal)


def test_half_a_year_has_a_mean_day_and_a_mix_and_no_rate(tables):
    """January to June 2017 are 181 days: 49,959 / 181 = 276.0166; six months allow one whole-blood donation each."""
    half = (tables, "qingdao", "2017-06")
    day = donations.daily(*half).set_index("measure")
    assert day["days"].unique().tolist() == [181]
    assert round(day.loc["whole_blood_donations", "a_day"], 4) == 276.0166
    assert len(donations.mix(*half)) == 9
    donors = donations.derived(*half).set_index("derived").loc["distinct_donors"]
    assert donors["low"] == donors["high"] == 49959
    assert donations.populations(*half).empty
    assert donations.needed(*half, "china-goal-2020").empty


def test_twelve_months_that_are_no_calendar_year_have_a_mean_day(tables):
    """24,535 / 365 = 67.2192; only all donations are printed, and a volume that may hold platelets."""
    day = donations.daily(tables, "dongying", "2018-09-30").set_index("measure")["a_day"]
    assert day.round(4).to_dict() == {"total_donations": 67.2192, "blood_volume": 22191.7808}


@pytest.mark.parametrize("printed", [["whole_blood_donations"], ["whole_blood_donations", "platelet_donations"]])
def test_of_two_periods_that_end_together_the_longest_counts(tables, printed):
    """Half of 2023 beside 2023: its 13,000 donations are no second figure; the stocks, which have no start, stay."""
    rows = tables["collection"].query("place == 'dongying' and period_end == '2023'")
    rows = rows[rows["measure"].isin([*printed, "regular_donors"])]
    half = rows[rows["measure"] == "whole_blood_donations"].assign(period_start="2023-07", value=13_000.0)
    both = replace(tables, frames=tables.frames | {"collection": pd.concat([half, rows], ignore_index=True)})
    assert set(donations.collected(both, "dongying", "2023")["period_start"]) == {"", "2023"}
    assert donations.figures(both, "dongying", "2023")["whole_blood_donations"] == 26481


def test_a_year_alone_and_a_month_alone_stand_for_their_end():
    """2020 ends at 2021.0, June at its half; the 31st of December is that end too, the 31st of January a twelfth in."""
    dates = ("2020", "2020-06", "2020-12-31", "2020-01-31")
    assert [donations.decimal_year(date) for date in dates] == [2021, 2020.5, 2021, pytest.approx(2020 + 1 / 12)]


def test_the_implied_populations_are_those_of_a_rounded_rate_beside_those_of_a_cut_one(tables):
    """28,458,000 / 12.945 and / 12.935 if 12.94 was rounded; / 12.95 and / 12.94 if it was cut."""
    found = donations.populations(tables, "dongying", "2023").set_index("counting").loc["with_apheresis"]
    assert found[["low", "high", "cut_low", "cut_high"]].tolist() == [2198378, 2200077, 2197529, 2199227]


def test_a_city_is_part_of_its_province_and_that_of_the_country(tables):
    assert donations.chain(tables["places"], "dongying") == ["dongying", "shandong", "china"]
    assert donations.chain(tables["places"], "china") == ["china"]


def test_places_that_are_said_to_be_part_of_each_other_are_each_named_once():
    places = pd.DataFrame({"place": ["here", "there"], "parent": ["there", "here"]})
    assert donations.chain(places, "here") == ["here", "there"]


def test_a_period_is_not_compared_with_itself(tables):
    assert donations.change(tables, "dongying", "2023", "2023").empty


def test_two_periods_of_different_length_are_not_compared(tables):
    """Half of 2017 against 2021: no change."""
    assert donations.change(tables, "qingdao", "2017-06", "2021").empty


def test_a_window_between_two_years_stands_among_them(tables):
    """24,535 / 24,007 = 102.1994 percent."""
    change = donations.change(tables, "dongying", "2011", "2023").query("quantity == 'all_donations'")
    assert change["period_end"].tolist() == ["2011", "2018-09-30", "2023"]
    assert change["of_first"].round(4).tolist() == [100, 102.1994, 118.5404]
    assert change["components"].tolist() == [True, False, False]


def test_without_a_printed_rate_a_goal_is_held_against_the_residents_known(tables):
    """Weifang 2023: 15 x 9,386.705 = 140,800.6 and 15 x 9,418 = 141,270 donations; 112,093 were given."""
    needed = donations.needed(tables, "weifang", "2023", "china-goal-2020").set_index("step")
    assert needed["population"].unique().tolist() == ["known"]
    assert needed.loc["needed", ["low", "high"]].tolist() == [140801, 141270]
    assert needed.loc["still_needed", ["low", "high"]].tolist() == [28708, 29177]


def test_the_gap_of_an_implied_population_is_to_the_nearest_known_one():
    """1,000 is 25% above 800 and 20% below 1,250; 1,200 to 1,300 hold 1,250; 1,340 is 7.2% above it."""
    rows = pd.DataFrame({"nature": ["inferred"] * 3 + ["printed"] * 3, "near": [False] * 3 + [True, True, False]})
    rows = rows.assign(low=[1000, 1200, 1340, 800, 1250, 1340], high=[1000, 1300, 1350, 800, 1250, 1340])
    assert donations.gaps(rows)["gap"].to_list()[:3] == [20.0, 0.0, 7.2]
    assert donations.gaps(rows)["low"].to_list() == [1000, 1200, 1340, 800, 1250]
    assert donations.gaps(rows.head(3))["gap"].isna().all()
    assert donations.gaps(rows.head(0)).empty


def test_a_figure_with_a_bound_word_is_computed_with_nowhere(tables):
    """A printed "more than 34,000" stands beside parts of 20,000 and 15,000: their sum counts."""
    rows = tables["collection"].query("place == 'dongying' and period_end == '2011'").copy()
    rows.loc[rows["measure"] == "total_donations", ["value", "bound"]] = [24000, "more_than"]
    panel = donations.rate_panel(rows, tables["population"])
    assert panel[["donations", "total"]].to_numpy().tolist() == [[24007, "sum"]]


@pytest.mark.parametrize("name", ["daily", "mix", "derived", "populations", "medians"])
@pytest.mark.parametrize("where", [("dongying", "2023"), ("qingdao", "2021"), ("shandong", "2016")])
def test_no_frame_depends_on_the_order_of_rows(tables, backwards, name, where):
    frames = [getattr(donations, name)(each, *where).reset_index(drop=True) for each in (tables, backwards)]
    pd.testing.assert_frame_equal(*frames)


def test_neither_the_panel_nor_the_change_nor_what_is_needed_depends_on_the_order_of_rows(tables, backwards):
    for frame in (
        lambda each: donations.rate_panel(each["collection"], each["population"]),
        lambda each: donations.change(each, "dongying", "2011", "2023"),
        lambda each: donations.needed(each, "dongying", "2023", "china-goal-2020"),
    ):
        pd.testing.assert_frame_equal(frame(tables), frame(backwards))
