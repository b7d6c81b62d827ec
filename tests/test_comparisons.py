"""What became of targets, and rates side by side: small cases made by hand, then this repo's counted by hand."""

import math

import pandas as pd
import pytest

from analysis import donations, targets

NAN = math.nan


def target(low: float = 100, high: float | None = None, **cells) -> pd.DataFrame:
    """Make one target of its own plan; ``high`` is ``low`` unless it is a range."""
    row = {"target_id": "plan-name", "plan_id": "plan", "bound": "exact", "direction": "higher"}
    return pd.DataFrame([row | {"value_low": float(low), "value_high": float(low if high is None else high)} | cells])


def promise() -> pd.DataFrame:
    """Make one target without a number."""
    return target(NAN, bound="none", direction="")


def outcomes(*rows: dict) -> pd.DataFrame:
    """Make outcomes of that target: comparable, of 2024, without a number, unless a row says more."""
    base = {"target_id": "plan-name", "value": NAN, "as_of": "2024", "comparable": "yes"}
    base |= {"reason_en": "why", "reason_zh": "为何"}
    columns = ["outcome_id", *base]
    return pd.DataFrame([{"outcome_id": f"outcome-{n}"} | base | row for n, row in enumerate(rows, 1)], columns=columns)


def became(wanted: pd.DataFrame, *rows: dict) -> tuple[str, float]:
    """Return status and percent of the one target."""
    (row,) = targets.progress(wanted, outcomes(*rows)).itertuples()
    return row.status, row.percent if math.isnan(row.percent) else round(row.percent, 4)


# What became of a target.


@pytest.mark.parametrize(
    ("wanted", "outcome", "told"),
    [
        # 100 / 100, 130 / 100 and 99 / 100.
        (target(100), 100, ("met", 100)),
        (target(100), 130, ("met", 130)),
        (target(100), 99, ("not_met", 99)),
        # 800 / 600 and 599 / 600 = 0.998333.
        (target(600, bound="at_least"), 800, ("met", 133.3333)),
        (target(600, bound="at_least"), 599, ("not_met", 99.8333)),
    ],
)
def test_a_target_is_met_at_its_value_and_above_and_not_below(wanted, outcome, told):
    assert became(wanted, {"value": outcome}) == told


@pytest.mark.parametrize(
    ("outcome", "told"), [(100, ("met", 100)), (80, ("met", 80)), (100.5, ("not_met", 100.5)), (120, ("not_met", 120))]
)
def test_where_lower_is_better_a_target_is_met_at_its_value_and_below(outcome, told):
    assert became(target(100, direction="lower"), {"value": outcome}) == told


@pytest.mark.parametrize(
    ("direction", "outcome", "told"),
    [
        # The low end, 3, is to be reached: 3 / 3, 4 / 3, 2.9 / 3 = 0.966667.
        ("higher", 3, ("met", 100)),
        ("higher", 4, ("met", 133.3333)),
        ("higher", 6, ("met", 200)),
        ("higher", 2.9, ("not_met", 96.6667)),
        # The high end, 5, is not to be passed: 5 / 5, 2 / 5, 5.1 / 5.
        ("lower", 5, ("met", 100)),
        ("lower", 2, ("met", 40)),
        ("lower", 5.1, ("not_met", 102)),
    ],
)
def test_a_range_is_met_from_the_end_that_its_direction_reaches_first(direction, outcome, told):
    assert became(target(3, 5, bound="range", direction=direction), {"value": outcome}) == told


@pytest.mark.parametrize(
    ("bound", "direction", "outcome", "told"),
    [
        ("more_than", "higher", 100, ("not_met", 100)),
        ("more_than", "higher", 100.5, ("met", 100.5)),
        ("more_than", "higher", 99, ("not_met", 99)),
        ("less_than", "lower", 100, ("not_met", 100)),
        ("less_than", "lower", 99, ("met", 99)),
        ("at_most", "lower", 100, ("met", 100)),
    ],
)
def test_a_bound_that_excludes_its_number_is_not_met_by_that_number(bound, direction, outcome, told):
    assert became(target(100, bound=bound, direction=direction), {"value": outcome}) == told


@pytest.mark.parametrize(
    ("outcome", "told"),
    # 199 / 200 and 190 / 200: half a percent short is short.
    [(200, ("met", 100)), (199, ("not_met", 99.5)), (190, ("not_met", 95))],
)
def test_about_has_no_tolerance_and_a_shortfall_shows_its_percent(outcome, told):
    assert became(target(200, bound="about"), {"value": outcome}) == told


@pytest.mark.parametrize(
    ("direction", "outcome", "status"),
    [
        ("lower", 0, "met"),
        ("lower", 1, "not_met"),
        ("higher", 0, "met"),
        ("higher", 1, "met"),
        ("higher", -1, "not_met"),
    ],
)
def test_a_target_of_0_has_a_status_and_no_percent(direction, outcome, status):
    """Nothing is a percent of 0, and no small number is put in its place."""
    found, percent = became(target(0, direction=direction), {"value": outcome})
    assert found == status
    assert math.isnan(percent)


@pytest.mark.parametrize("outcome", [50, 100, 150])
@pytest.mark.parametrize(("comparable", "status"), [("partly", "partly"), ("no", "not_comparable")])
def test_an_outcome_that_does_not_compare_is_never_met_or_missed(comparable, status, outcome):
    assert became(target(100), {"value": outcome, "comparable": comparable}) == (status, outcome)


def test_a_target_without_an_outcome_has_nothing_found():
    other = {"target_id": "plan-other", "value": 500}
    for rows in ([], [other]):
        status, percent = became(target(100), *rows)
        assert status == "nothing_found"
        assert math.isnan(percent)


@pytest.mark.parametrize("first", [True, False])
def test_of_two_comparable_outcomes_the_latest_counts_wherever_it_stands(first):
    rows = [{"value": 90, "as_of": "2024-03"}, {"value": 120, "as_of": "2024-11-02"}]
    assert became(target(100), *(rows if first else rows[::-1])) == ("met", 120)
    fallen = [{"value": 120, "as_of": "2024-03"}, {"value": 90, "as_of": "2024-11-02"}]
    assert became(target(100), *(fallen if first else fallen[::-1])) == ("not_met", 90)


def test_a_whole_year_is_later_than_a_month_of_it():
    """A year alone stands for its end, as `donations` reads it too: the year's 120 counts, not August's 90."""
    assert became(target(100), {"value": 90, "as_of": "2024-08"}, {"value": 120, "as_of": "2024"}) == ("met", 120)


def test_a_comparable_outcome_counts_before_a_later_one_that_compares_less():
    rows = [
        {"value": 150, "as_of": "2025-06", "comparable": "no"},
        {"value": 150, "as_of": "2025-01", "comparable": "partly"},
    ]
    assert became(target(100), *rows) == ("partly", 150)
    assert became(target(100), *rows, {"value": 90, "as_of": "2024"}) == ("not_met", 90)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ({}, "met"),
        ({"value": 3}, "met"),
        ({"comparable": "partly"}, "partly"),
        ({"value": 3, "comparable": "no"}, "not_comparable"),
    ],
)
def test_a_promise_without_a_number_is_met_when_what_it_sought_was_granted(outcome, status):
    found, percent = became(promise(), outcome)
    assert found == status
    assert math.isnan(percent)


def test_components_keep_every_outcome_and_progress_one_per_target_in_their_order():
    wanted = pd.concat([target(target_id=f"plan-{name}") for name in "ba"], ignore_index=True)
    rows = outcomes(
        {"target_id": "plan-a", "value": 100},
        {"target_id": "plan-a", "value": 90, "comparable": "partly"},
        {"target_id": "plan-a", "value": 10, "comparable": "no"},
    )
    laid = targets.components(wanted, rows)
    assert laid[["target_id", "outcome_id"]].to_numpy().tolist() == [
        ["plan-b", ""],
        ["plan-a", "outcome-1"],
        ["plan-a", "outcome-2"],
        ["plan-a", "outcome-3"],
    ]
    # Only of a comparable outcome can it be said whether the value was reached.
    assert laid["reached"].isna().tolist() == [True, False, True, True]
    assert laid["reached"][1]
    found = targets.progress(wanted, rows)
    assert found[["target_id", "status"]].to_numpy().tolist() == [["plan-b", "nothing_found"], ["plan-a", "met"]]


# This repo's targets and outcomes.


@pytest.fixture(scope="module")
def promised(tables) -> pd.DataFrame:
    return targets.printed(tables, "sd-2024")


@pytest.fixture(scope="module")
def found(tables, promised) -> pd.DataFrame:
    return targets.progress(promised, tables["outcomes"]).set_index("target_id")


def test_of_25_numbers_3_are_met_5_partly_5_not_comparable_and_of_12_nothing_is_found(tables, promised):
    """Counted by hand from outcomes.csv: 3 + 5 + 5 + 12 = 25."""
    numbers = targets.progress(targets.quantified(promised), tables["outcomes"])
    assert {status: sorted(rows["target_id"]) for status, rows in numbers.groupby("status")} | {
        "nothing_found": (numbers["status"] == "nothing_found").sum()
    } == {
        "met": ["sd-2024-national-key-labs", "sd-2024-provincial-clusters", "sd-2024-provincial-key-labs"],
        "partly": [
            "sd-2024-green-factories",
            "sd-2024-green-parks",
            "sd-2024-green-supply-chain",
            "sd-2024-innovation-projects",
            "sd-2024-renovation-projects",
        ],
        "not_comparable": [
            "sd-2024-chemical-revenue",
            "sd-2024-enterprise-share",
            "sd-2024-first-sets",
            "sd-2024-future-clusters",
            "sd-2024-top-talents",
        ],
        "nothing_found": 12,
    }


def test_the_three_that_are_met_reach_214_124_and_100_percent(found):
    """15 / 7 = 2.142857; 249 / 200 = 1.245; 10 / 10 = 1."""
    assert found.loc[found["percent"].notna() & (found["status"] == "met"), "percent"].round(4).to_dict() == {
        "sd-2024-national-key-labs": 214.2857,
        "sd-2024-provincial-key-labs": 124.5,
        "sd-2024-provincial-clusters": 100.0,
    }


def test_of_the_five_promises_without_a_number_two_were_granted(found, promised):
    plain = promised.loc[promised["bound"] == "none", "target_id"]
    assert found.loc[plain, "status"].to_dict() == {
        "sd-2024-engineer-evaluation-pilot": "nothing_found",
        "sd-2024-engineer-college": "met",
        "sd-2024-producer-services-plan": "nothing_found",
        "sd-2024-integration-pilots": "nothing_found",
        "sd-2024-national-clusters": "met",
    }


def test_new_provincial_clusters_are_told_by_the_10_of_2024_and_not_by_the_20_of_all_years(tables, promised, found):
    laid = targets.components(promised, tables["outcomes"]).query("target_id == 'sd-2024-provincial-clusters'")
    assert laid["outcome"].tolist() == [10, 20]
    assert found.loc["sd-2024-provincial-clusters", "outcome_id"] == "provincial-clusters-2024"


def test_a_public_notice_of_provincial_green_units_compares_partly_and_decides_nothing(found):
    """273 / 200, 31 / 20 and 56 / 30 are above the targets; a notice of one level does not say that they are met."""
    green = [f"sd-2024-green-{name}" for name in ("factories", "parks", "supply-chain")]
    assert found.loc[green, "status"].tolist() == ["partly"] * 3
    assert found.loc[green, "percent"].round(1).tolist() == [136.5, 155.0, 186.7]
    assert found.loc[green, "reached"].isna().all()


def test_the_first_list_of_2023_is_an_outcome_of_2023(tables, found):
    """105 of one list for about 100: as partly comparable as the notice of 2024, and no outcome of 2024."""
    wanted = tables["targets"].query("target_id == 'sd-2023-green-factories'")
    (row,) = targets.progress(wanted, tables["outcomes"]).itertuples()
    assert (row.outcome, row.status, row.as_of, row.percent) == (105, "partly", "2023-07-28", 105)
    assert found.loc["sd-2024-green-factories", "outcome"] == 273


def test_national_green_factories_would_not_meet_the_target_of_provincial_level_or_above(tables, promised):
    national = outcomes({"target_id": "sd-2024-green-factories", "value": 300, "comparable": "no"})
    others = tables["outcomes"].query("target_id != 'sd-2024-green-factories'")
    rows = pd.concat([others, national], ignore_index=True)
    status = targets.progress(promised, rows).set_index("target_id")["status"]
    assert status["sd-2024-green-factories"] == "not_comparable"
    assert (status == "met").sum() == 5


# Two plans side by side.


def plan(plan_id: str, **names: tuple[str, str, str]) -> pd.DataFrame:
    """Make a plan's targets: unit, basis and direction by short name."""
    rows = [
        {"target_id": f"{plan_id}-{name.replace('_', '-')}", "plan_id": plan_id, "unit": unit, "basis": basis}
        | {"direction": direction}
        for name, (unit, basis, direction) in names.items()
    ]
    return pd.DataFrame(rows, columns=["target_id", "plan_id", "unit", "basis", "direction"])


NEW, STOCK = ("count", "new_in_year", "higher"), ("count", "level_at_year_end", "higher")


def pairs(a: pd.DataFrame, b: pd.DataFrame) -> list[list[str]]:
    return targets.compare_plans(a, b).to_numpy().tolist()


def test_a_target_of_the_same_name_and_definition_is_paired():
    assert pairs(plan("sd-2023", green_parks=NEW), plan("sd-2024", green_parks=NEW)) == [
        ["green-parks", "sd-2023-green-parks", "sd-2024-green-parks", "paired"]
    ]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (("percent", "new_in_year", "higher"), "unit"),
        (STOCK, "basis"),
        (("count", "new_in_year", "lower"), "direction"),
        (("", "", ""), "unit"),
    ],
)
def test_the_same_name_with_another_definition_is_listed_with_what_differs(other, why):
    assert pairs(plan("sd-2023", labs=NEW), plan("sd-2024", labs=other)) == [
        ["labs", "sd-2023-labs", "sd-2024-labs", why]
    ]


def test_targets_without_a_name_in_common_are_listed_behind_the_pairs_from_both_sides():
    one = plan("sd-2023", platforms=NEW, parks=NEW)
    two = plan("sd-2024", labs=NEW, parks=NEW)
    assert pairs(one, two) == [
        ["parks", "sd-2023-parks", "sd-2024-parks", "paired"],
        ["platforms", "sd-2023-platforms", "", "no_same_name"],
        ["labs", "", "sd-2024-labs", "no_same_name"],
    ]


@pytest.fixture(scope="module")
def compared(tables) -> pd.DataFrame:
    rows = tables["targets"]
    return targets.compare_plans(*(rows[rows["plan_id"] == plan_id] for plan_id in ("sd-2023", "sd-2024")))


def test_2023_and_2024_share_exactly_three_targets(compared):
    """10 targets of 2023 and 34 of 2024: 3 pairs, 7 and 31 alone, 3 + 7 + 31 = 41 rows."""
    paired = compared[compared["why"] == "paired"]
    assert paired["name"].tolist() == ["green-factories", "zone-value-added", "zone-investment"]
    alone = compared[compared["why"] != "paired"]
    assert set(alone["why"]) == {"no_same_name"}
    assert ((alone["a"] != "").sum(), (alone["b"] != "").sum()) == (7, 31)


def test_green_factories_doubled_and_the_zones_verb_became_softer(tables, compared):
    rows = tables["targets"].set_index("target_id")
    told = ["bound", "value_low", "value_high", "commitment"]
    sides = [compared.query("why == 'paired'")[side].map(rows[told].agg(tuple, axis=1)).tolist() for side in "ab"]
    assert sides == [
        [("about", 100, 100, "plain"), ("range", 3, 5, "ensure"), ("range", 3, 5, "ensure")],
        [("exact", 200, 200, "strive"), ("range", 3, 5, "strive"), ("range", 3, 5, "strive")],
    ]


@pytest.mark.parametrize("level", ["国家级", "省级以上"])
def test_no_pair_joins_targets_of_different_levels(tables, compared, level):
    names = tables["targets"].set_index("target_id")["name_zh"]
    assert names.str.contains(level).any()
    paired = compared[compared["why"] == "paired"]
    assert (paired["a"].map(names).str.contains(level) == paired["b"].map(names).str.contains(level)).all()


def test_industries_are_stated_as_6_8_6_in_2023_and_as_6_9_9_7_in_2024(tables):
    rows = tables["stated_counts"][tables["stated_counts"]["counts"].str.startswith("industries:")]
    assert rows.groupby("plan_id")["value"].agg(list).to_dict() == {"sd-2023": [6, 8, 6], "sd-2024": [6, 9, 9, 7]}


# Populations that may stand under a rate.


def people(*dated: tuple[str, float], place: str = "here", kind: str = "resident") -> pd.DataFrame:
    rows = [{"place": place, "as_of": as_of, "kind": kind, "value": float(value)} for as_of, value in dated]
    frame = pd.DataFrame(rows, columns=["place", "as_of", "kind", "value"])
    return frame.assign(source_id="census", printed=frame["value"].astype(str))


def near(dates: list[str], end: str) -> list[str]:
    return donations.populations_near(people(*((date, 1000) for date in dates)), "here", end)["as_of"].tolist()


def test_the_population_of_the_very_date_stands_alone():
    """A year alone stands for its end, so 2020 and 2020-12-31 are one date."""
    assert near(["2019", "2020", "2021"], "2020") == ["2020"]
    assert near(["2019", "2020-12-31", "2021"], "2020") == ["2020-12-31"]
    # The census of 1 November is two months before the end of its year.
    assert near(["2020-11-01", "2021"], "2020") == ["2020-11-01", "2021"]


def test_without_it_all_within_three_and_a_half_years_stand():
    """The end of 2020 is 2021.0: June 2017 ends at 2017.5, June 2024 at 2024.5, just within; a month more is out."""
    assert near(["2017-05", "2017-06", "2019", "2024-06", "2024-07"], "2020") == ["2017-06", "2019", "2024-06"]


def test_where_the_nearest_is_over_a_year_and_a_half_away_the_other_side_joins():
    """To September 2018 it is 7.7 years from 2010, and 2.1 to the census of 2020."""
    assert near(["2000", "2010", "2020-11-01"], "2018-09-30") == ["2010", "2020-11-01"]
    assert near(["2016", "2030", "2040"], "2018") == ["2016", "2030"]


def test_where_the_nearest_is_a_year_away_the_other_side_does_not_join():
    assert near(["2010", "2020-11-01"], "2011") == ["2010"]


def test_where_the_other_side_has_no_population_the_one_side_stands_alone():
    assert near(["2021", "2022"], "2018") == ["2021"]


def test_a_population_more_than_three_and_a_half_years_away_stands_under_nothing():
    assert near(["2010", "2030"], "2020") == []
    assert near([], "2020") == []


def test_registered_populations_and_those_of_other_places_stand_under_nothing():
    rows = [people(("2020", 1), kind="registered"), people(("2020", 2), place="there"), people(("2019", 3))]
    found = donations.populations_near(pd.concat(rows, ignore_index=True), "here", "2020")
    assert found["value"].tolist() == [3]


# Rates side by side.


def figures(period: tuple[str, str] = ("2020", "2020"), source: str = "station", **measures: float) -> pd.DataFrame:
    rows = [
        {"place": "here", "period_start": period[0], "period_end": period[1], "measure": name, "value": float(value)}
        | {"printed": f"{value:g}", "bound": "exact", "source_id": source}
        for name, value in measures.items()
    ]
    return pd.DataFrame(rows)


def rates(collection: pd.DataFrame, population: pd.DataFrame) -> pd.Series:
    (row,) = donations.rate_panel(collection, population).index
    return donations.rate_panel(collection, population).loc[row]


TEN_THOUSAND = people(("2020", 10_000))


def test_a_rate_counts_whole_blood_and_platelets_where_no_total_is_printed():
    """80 + 20 = 100 donations by 10,000 people: 10 per 1,000; whole blood alone 80 / 10 = 8."""
    row = rates(figures(whole_blood_donations=80, platelet_donations=20), TEN_THOUSAND)
    assert (row["donations"], row["total"]) == (100, "sum")
    assert (row["computed_low"], row["computed_high"], row["whole_low"], row["whole_high"]) == (10, 10, 8, 8)


def test_a_printed_total_counts_before_the_sum():
    """110 / 10 = 11, not 100 / 10."""
    row = rates(figures(total_donations=110, whole_blood_donations=80, platelet_donations=20), TEN_THOUSAND)
    assert (row["donations"], row["total"], row["computed_low"]) == (110, "printed", 11)


def test_whole_blood_alone_is_no_rate_of_all_donations():
    row = rates(figures(whole_blood_donations=80), TEN_THOUSAND)
    assert math.isnan(row["donations"])
    assert math.isnan(row["computed_low"])
    assert row["whole_low"] == 8


def test_two_populations_leave_an_interval():
    """100 / 12.5 = 8 and 100 / 10 = 10; both dates are named."""
    row = rates(figures(total_donations=100), people(("2019", 10_000), ("2021", 12_500)))
    assert (row["computed_low"], row["computed_high"], row["population"]) == (8, 10, "2019, 2021")


def test_printed_and_computed_rates_stand_in_columns_of_their_own():
    row = rates(figures(total_donations=100, donation_rate=10.4), TEN_THOUSAND)
    assert (row["printed"], row["printed_rate"], row["computed_low"], row["computed_high"]) == ("10.4", 10.4, 10, 10)


def test_a_rate_without_a_population_is_not_computed():
    row = rates(figures(total_donations=100, donation_rate=10.4), people())
    assert row["printed_rate"] == 10.4
    assert math.isnan(row["computed_low"])
    assert row["population"] == ""


@pytest.mark.parametrize(
    ("period", "year"),
    [
        (("2020", "2020"), True),
        (("2020-01", "2020-12"), True),
        (("2019-10-01", "2020-09-30"), True),
        (("2020-07", "2020-12"), False),
        (("2020-02-01", "2020-12-31"), False),
        (("2019", "2020"), False),
    ],
)
def test_only_twelve_months_have_a_yearly_rate(period, year):
    row = rates(figures(period, total_donations=100, whole_blood_donations=80), TEN_THOUSAND)
    assert math.isnan(row["computed_low"]) != year
    assert math.isnan(row["whole_low"]) != year
    assert row["donations"] == 100


def test_yearly_rates_are_those_of_twelve_months_with_a_place_on_the_axes():
    """A calendar year is its number; October to September goes by its end, three quarters into the next."""
    collection = pd.concat(
        [
            figures(("2020", "2020"), donation_rate=9),
            figures(("2020-10", "2021-09"), donation_rate=9.5),
            figures(("2020-01", "2020-06"), donation_rate=5),
            figures(("2019", "2019"), regular_donors=7),
        ],
        ignore_index=True,
    )
    panel = donations.rate_panel(collection, TEN_THOUSAND)
    found = donations.yearly(panel[::-1])
    assert found[["year", "rate", "low", "high"]].to_numpy().tolist() == [[2020, 9, 9, 9], [2020.75, 9.5, 9.5, 9.5]]
    assert len(panel) == 4


def test_a_yearly_rate_is_the_printed_one_and_its_ends_are_those_of_all_rates():
    """90 by 10,000 people are 9.0 per mille, by 9,000 people 10.0."""
    panel = donations.rate_panel(figures(total_donations=90), people(("2019", 10_000), ("2021", 9_000)))
    row = donations.yearly(panel).iloc[0]
    assert (row["rate"], row["low"], row["high"]) == (9.5, 9, 10)
    row = donations.yearly(panel.assign(printed_rate=12.0)).iloc[0]
    assert (row["rate"], row["low"], row["high"]) == (12, 9, 12)


def test_platelets_printed_as_people_count_as_donations_only_if_the_sum_fits():
    """80 + 20 = 100 fits, so 30 doses / 20 donations = 1.5; 80 + 21 does not, and without a total nothing tells."""
    printed = {"whole_blood_donations": 80, "platelet_donors_as_printed": 20, "platelet_doses": 30}
    assert rates(figures(total_donations=100, **printed), TEN_THOUSAND)["doses_each"] == 1.5
    unfit = rates(figures(total_donations=101, **printed), TEN_THOUSAND)
    assert math.isnan(unfit["doses_each"])
    assert unfit["donations"] == 101
    alone = rates(figures(**printed), TEN_THOUSAND)
    assert math.isnan(alone["doses_each"])
    assert math.isnan(alone["donations"])


def test_units_of_whole_blood_are_200_mL_each():
    """140 units x 200 mL / 80 donations = 350 mL."""
    assert rates(figures(whole_blood_donations=80, whole_blood_units=140), people())["volume_each"] == 350


def test_blood_that_may_hold_platelets_gives_no_volume_of_a_whole_blood_donation():
    assert math.isnan(rates(figures(whole_blood_donations=80, blood_volume=28_000), people())["volume_each"])


def test_a_stock_starts_no_row():
    frames = [figures(total_donations=100), figures(("", "2020"), regular_donors=7)]
    assert len(donations.rate_panel(pd.concat(frames, ignore_index=True), TEN_THOUSAND)) == 1


def test_two_sources_that_disagree_are_not_mixed():
    """Two pages print 9 and 9.3 for one year; whatever is shown, the words and the number are of one page."""
    frames = [figures(donation_rate=9), figures(source="ministry", donation_rate=9.3)]
    panel = donations.rate_panel(pd.concat(frames, ignore_index=True), TEN_THOUSAND)
    assert panel["printed"].astype(float).tolist() == panel["printed_rate"].tolist()


def test_two_sources_that_agree_are_one_row():
    """Both print 80; one of them also has 20 by apheresis: 80 + 20 = 100."""
    frames = [figures(whole_blood_donations=80), figures(source="a", whole_blood_donations=80, platelet_donations=20)]
    row = rates(pd.concat(frames, ignore_index=True), TEN_THOUSAND)
    assert (row["donations"], row["sources"]) == (100, ("a", "census", "station"))


# This repo's rates.


@pytest.fixture(scope="module")
def panel(tables) -> pd.DataFrame:
    return donations.rate_panel(tables["collection"], tables["population"]).set_index(["place", "period_end"])


COLUMNS = ["computed_low", "computed_high", "whole_low", "whole_high", "volume_each", "doses_each"]


def test_dongying_2011_is_11_80_over_the_census_of_2010(panel):
    """24,007 / 2,035.338 = 11.7951, whole blood 22,708 / 2,035.338 = 11.1569.

    8,210,200 mL / 22,708 = 361.5554; 2,255 units / 1,299 = 1.7360.
    """
    row = panel.loc["dongying", "2011"]
    assert row[COLUMNS].astype(float).round(4).tolist() == [11.7951, 11.7951, 11.1569, 11.1569, 361.5554, 1.736]
    assert (row["donations"], row["total"], row["population"], row["printed"]) == (24007, "printed", "2010", "")


def test_dongying_from_october_2017_is_an_interval_of_11_19_to_12_05(panel):
    """24,535 / 2,193.518 = 11.1852 with the census of 2020 and 24,535 / 2,035.338 = 12.0545 with that of 2010."""
    row = panel.loc["dongying", "2018-09-30"]
    assert row[["computed_low", "computed_high"]].astype(float).round(4).tolist() == [11.1852, 12.0545]
    assert (row["period_start"], row["donations"], row["population"]) == ("2017-10-01", 24535, "2010, 2020-11-01")
    # Whether its 8.1 million mL are whole blood only is not printed.
    assert row[["whole_low", "volume_each", "doses_each"]].isna().all()


def test_dongying_2023_is_12_88_to_12_97_and_12_94_is_printed(panel):
    """26,481 + 1,977 = 28,458; 28,458 / 2,209 = 12.8828 and / 2,193.518 = 12.9737.

    Whole blood: 26,481 / 2,209 = 11.9878 and / 2,193.518 = 12.0724.
    9,239,583 mL / 26,481 = 348.9137; 3,809 doses / 1,977 = 1.9267.
    """
    row = panel.loc["dongying", "2023"]
    assert row[COLUMNS].astype(float).round(4).tolist() == [12.8828, 12.9737, 11.9878, 12.0724, 348.9137, 1.9267]
    assert (row["donations"], row["total"], row["population"]) == (28458, "sum", "2020-11-01, 2022")
    assert (row["printed"], row["printed_rate"]) == ("12.94‰", 12.94)


def test_province_and_country_of_2023_lie_below_dongying(panel):
    """1,218,300 / 101,229.7 = 12.0350, of the year's own end; 16,990,000 / 1,409,670 = 12.0525; 12.2 is printed."""
    found = panel.loc[[("shandong", "2023"), ("china", "2023")], ["computed_low", "computed_high"]]
    assert found.round(4).to_numpy().tolist() == [[12.035, 12.035], [12.0525, 12.0525]]
    assert panel.loc[("china", "2023"), "printed_rate"] == 12.2
    assert max(found.to_numpy().max(), 12.2) < panel.loc[("dongying", "2023"), "computed_low"]


def test_qingdaos_half_year_has_no_yearly_rate_and_1_43_doses_a_donation(panel):
    """49,959 + 5,663 = 55,622 as printed, so 5,663 are donations: 8,121.2 / 5,663 = 1.4341."""
    row = panel.loc["qingdao", "2017-06"]
    assert row[["computed_low", "computed_high", "whole_low", "whole_high", "printed_rate"]].isna().all()
    assert (row["donations"], round(row["doses_each"], 4)) == (55622, 1.4341)
