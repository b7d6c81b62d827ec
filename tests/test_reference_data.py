"""What the reference rows must add up to, where they are known not to, and what `check` refuses of them."""

import re
from fractions import Fraction

import pandas as pd
import pytest
from conftest import append_row, edit_cell, problems, row_of

from analysis import donations, provenance, targets

SOURCES, OUTCOMES, TARGETS = "data/evidence/sources.csv", "data/plan/outcomes.csv", "data/plan/targets.csv"
STATED, COLLECTION = "data/plan/stated_counts.csv", "data/blood/collection.csv"
POPULATION, BENCHMARKS = "data/blood/population.csv", "data/blood/benchmarks.csv"


@pytest.fixture(scope="module")
def wide(tables) -> pd.DataFrame:
    """One row per place, period and source with a column per measure: what one page prints must hold together."""
    rows = tables["collection"].query("period_start != ''")
    rows = rows.pivot(index=["place", "period_end", "source_id"], columns="measure", values="value")
    return rows.droplevel("source_id")


@pytest.fixture(scope="module")
def panel(tables) -> pd.DataFrame:
    return donations.rate_panel(tables["collection"], tables["population"])


@pytest.fixture(scope="module")
def references(tables) -> pd.DataFrame:
    return tables["sources"].query("kind == 'reference'")


@pytest.fixture(scope="module")
def reliability(references) -> pd.Series:
    return references.set_index("source_id")["reliability"]


# Identities.


def test_whole_blood_and_platelets_make_up_the_total_where_all_are_printed(wide):
    """22,708 + 1,299 = 24,007; 126,743 + 15,622 = 142,365; 49,959 + 5,663 = 55,622; 99,652 + 12,441 = 112,093."""
    platelets = wide["platelet_donations"].fillna(wide["apheresis_component_donations"])
    parts = wide.assign(platelets=platelets.fillna(wide["platelet_donors_as_printed"]))
    parts = parts[["whole_blood_donations", "platelets", "total_donations"]].dropna()
    assert {("dongying", "2011"), ("qingdao", "2021"), ("qingdao", "2017-06"), ("weifang", "2023")} <= set(parts.index)
    assert (parts["whole_blood_donations"] + parts["platelets"] - parts["total_donations"]).to_dict() == dict.fromkeys(
        parts.index, 0
    )


def test_a_mean_whole_blood_donation_holds_200_to_400_mL_wherever_both_are_known(wide):
    """mL: 8,210,200 / 22,708; 9,239,583 / 26,481; 17,943,000 / 49,959; 228,706.87 x 200 / 126,743."""
    volume = wide["whole_blood_volume"].fillna(200 * wide["whole_blood_units"])
    mean = (volume / wide["whole_blood_donations"]).dropna()
    known = {("dongying", "2011"): 361.6, ("dongying", "2023"): 348.9}
    known |= {("qingdao", "2017-06"): 359.2, ("qingdao", "2021"): 360.9}
    assert mean.round(1).to_dict() | known == mean.round(1).to_dict()
    assert mean.between(200, 400).all()


def test_all_blood_over_all_donations_stays_below_400_mL(wide):
    """8,100,000 / 24,535 = 330.1 and 228,000,000 / 658,000 = 346.5: platelets may be among the donations."""
    mean = (wide["blood_volume"] / wide["total_donations"]).dropna()
    known = {("dongying", "2018-09-30"): 330.1, ("shandong", "2007"): 346.5}
    assert mean.round(1).to_dict() | known == mean.round(1).to_dict()
    assert mean.between(200, 400).all()


def test_a_platelet_donation_gives_one_to_two_doses_wherever_both_are_known(panel):
    """3,809 / 1,977; 2,255 / 1,299; 110,747 / 62,388; 26,320 / 15,622; 8,121.2 / 5,663."""
    doses = panel.set_index(["place", "period_end"])["doses_each"].dropna()
    known = {("dongying", "2023"): 1.93, ("dongying", "2011"): 1.74, ("shandong", "2016"): 1.78}
    known |= {("qingdao", "2021"): 1.68, ("qingdao", "2017-06"): 1.43}
    assert doses.round(2).to_dict() | known == doses.round(2).to_dict()
    assert doses.between(1, 2).all()


def test_units_of_blood_are_one_to_two_a_donation_wherever_both_are_printed(wide):
    """A donation is 200 to 400 mL or 1 to 2 doses: 2,149,200 / 1,218,300 = 1.764; 28.92 / 16.99 = 1.702.

    26.927 / 15.822 = 1.702.
    """
    units = (wide["blood_units"] / wide["total_donations"]).dropna()
    known = {("shandong", "2016"): 1.763, ("shandong", "2023"): 1.764, ("beijing", "2022"): 1.65}
    known |= {("china", "2012"): 1.662, ("china", "2021"): 1.706, ("china", "2023"): 1.702, ("china", "2024"): 1.702}
    assert units.round(3).to_dict() | known == units.round(3).to_dict()
    assert units.between(1, 2).all()


def test_beijings_units_are_those_of_whole_blood_and_platelets(wide):
    """403,000 + 92,000 = 495,000: one dose counts as one unit."""
    row = wide.loc[[("beijing", "2022")]].dropna(subset="blood_units").iloc[0]
    assert row["whole_blood_units"] + row["platelet_units"] == row["blood_units"]


def test_qingdaos_tonne_is_a_thousand_litres(wide):
    """228,706.87 x 200 mL = 45,741,374 mL, printed as 45.74 tonnes."""
    row = wide.loc[[("qingdao", "2021")]].dropna(subset="whole_blood_tonnes").iloc[0]
    assert round(row["whole_blood_units"] * 200 / 1e6, 2) == row["whole_blood_tonnes"]


def test_shandongs_tonne_of_2016_is_mass(wide):
    """337 t at 1.05 to 1.06 g/mL are 317.9 to 321.0 million mL, so 1.590 to 1.605 million units, and 110,747 doses:

    1.700 to 1.716 million, printed as about 1.712. As 337,000 litres: 1.685 + 0.111 = 1.796 million.
    """
    row = wide.loc[[("shandong", "2016")]].dropna(subset="whole_blood_tonnes").iloc[0]
    units = [row["whole_blood_tonnes"] * 1e6 / density / 200 + row["platelet_doses"] for density in (1.06, 1.05, 1)]
    assert units[0] < row["blood_units"] < units[1]
    assert units[2] > 1.04 * row["blood_units"]


# Printed rates that no population curated for the place reproduces, to the last digit printed: the rates computed
# (donations per 1,000 residents, a population each, by date) and what the printed one is above the nearest of them.
KNOWN_EXCEPTIONS = {
    # 15,530 / 1,412.12; 16,035 / 1,411.75; 16,990 / 1,409.67; 15,822 / 1,408.28: the printed rate is 0.9 to 1.5% above
    # the donations over the published population. One page prints 11.2 for 2024 without military stations.
    ("china", "2020", "11.1‰"): ([11.00], 0.10),
    ("china", "2022", "11.5"): ([11.36], 0.14),
    ("china", "2023", "12.2"): ([12.05], 0.15),
    ("china", "2024", "11.4"): ([11.23], 0.17),
    # 28,458 / 2,193.518 and / 2,209.
    ("dongying", "2023", "12.94‰"): ([12.97, 12.88], -0.03),
    # 971,123 / 99,730, the population as revised after the census.
    ("shandong", "2016", "9.82‰"): ([9.74], 0.08),
    # 1,010,000, itself rounded, / 98,471.6, / 99,730 and / 101,527.453.
    ("shandong", "2017", "10.15‰"): ([10.26, 10.13, 9.95], 0.02),
}


def last_digit(printed: str) -> Fraction:
    """Return one unit of the last digit of a rate: 0.01 for 12.94‰, 1 for 14‰."""
    decimals = re.match(r"[0-9]+\.?([0-9]*)", printed)[1]
    return Fraction(1, 10 ** len(decimals))


@pytest.fixture(scope="module")
def against_printed(tables, panel) -> dict[tuple[str, str, str], tuple[list[Fraction], Fraction]]:
    """The computed rates beside each printed one that has any, and what the printed is above the nearest."""
    found = {}
    for row in panel[(panel["printed"] != "") & panel["computed_low"].notna()].itertuples():
        near = donations.populations_near(tables["population"], row.place, row.period_end)
        rates = [1000 * Fraction(int(row.donations)) / int(people) for people in near["value"]]
        assert (round(float(min(rates)), 9), round(float(max(rates)), 9)) == (
            round(row.computed_low, 9),
            round(row.computed_high, 9),
        )
        above = min((Fraction(str(row.printed_rate)) - rate for rate in rates), key=abs)
        found[row.place, row.period_end, row.printed] = rates, above
    return found


def test_a_computed_rate_rounds_to_the_printed_one_or_is_a_known_exception(against_printed):
    """A rate rounds to the printed one when it lies less than half of its last digit away."""
    exceptions = {
        key: ([round(float(rate), 2) for rate in rates], round(float(above), 2))
        for key, (rates, above) in against_printed.items()
        if abs(above) >= last_digit(key[2]) / 2
    }
    assert exceptions == KNOWN_EXCEPTIONS


@pytest.mark.parametrize(
    ("key", "computed"),
    [
        # 12,256 / 1,354.04 and / 1,359.22; 12,780 / 1,360.72 and / 1,367.26; 12,990 / 1,367.82 and / 1,376.46,
        # each time the population as first published and as revised after the census of 2020; 16,745 / 1,412.6.
        (("china", "2012", "9"), [9.05, 9.02]),
        (("china", "2013", "9.4‰"), [9.39, 9.35]),
        (("china", "2014", "9.5/千人口"), [9.50, 9.44]),
        (("china", "2021", "12‰"), [11.85]),
        # 42,000 / 2,906.548 and / 2,917.8.
        (("weihai", "2019", "14‰"), [14.45, 14.39]),
    ],
)
def test_these_printed_rates_are_what_donations_over_residents_round_to(against_printed, key, computed):
    rates, above = against_printed[key]
    assert sorted(round(float(rate), 2) for rate in rates) == sorted(computed)
    assert abs(above) < last_digit(key[2]) / 2


def test_chinas_rates_of_2013_and_2014_are_donations_over_the_population_as_first_published(tables, panel):
    """12,780 / 1,360.72 = 9.392 and 12,990 / 1,367.82 = 9.497; as revised since, 9.347 and 9.437 round to less."""
    people = tables["population"].query("place == 'china'").set_index(["as_of", "source_id"])["value"]
    for year, printed, revised in (("2013", 9.4, 9.3), ("2014", 9.5, 9.4)):
        (row,) = panel.query("place == 'china' and period_end == @year").itertuples()
        first = 1000 * row.donations / people[f"{year}-12-31", f"china-population-{year}-first"]
        later = 1000 * row.donations / people[f"{year}-12-31", "china-population-1998-2025"]
        assert (row.printed_rate, round(first, 1), round(later, 1)) == (printed, printed, revised)


def test_chinas_donations_of_2024_give_the_rate_without_military_stations(tables, panel):
    """15,822 / 1,408.28 = 11.235, printed as 11.2 without the military's blood and as 11.4 without a word on it."""
    (row,) = panel.query("place == 'china' and period_end == '2024'").itertuples()
    (without,) = tables["collection"].query("measure == 'donation_rate_civilian'").itertuples()
    assert (without.place, without.period_end, without.value) == ("china", "2024", round(row.computed_low, 1))
    assert (row.printed_rate, round(row.computed_low, 3)) == (11.4, 11.235)


def test_places_collect_less_than_the_place_they_belong_to_in_the_same_year(tables, panel):
    """28,458 / 1,218,300 = 2.3%; 112,093 / 1,218,300 = 9.2%; 1,218,300 / 16,990,000 = 7.2%."""
    parents = tables["places"].set_index("place")["parent"]
    rows = panel.assign(parent=panel["place"].map(parents)).dropna(subset="donations")
    whole = rows[["place", "period_start", "period_end", "donations"]].rename(columns={"place": "parent"})
    both = rows.merge(whole, on=["parent", "period_start", "period_end"], suffixes=("", "_parent"))
    share = (both["donations"] / both["donations_parent"]).groupby([both["place"], both["period_end"]]).first()
    known = {("dongying", "2023"): 0.023, ("weifang", "2023"): 0.092, ("shandong", "2023"): 0.072}
    known |= {("shandong", "2017"): 0.069, ("beijing", "2022"): 0.019}
    assert share.round(3).to_dict() | known == share.round(3).to_dict()
    assert (both["donations"] < both["donations_parent"]).all()
    together = both.groupby(["parent", "period_end"])
    assert (together["donations"].sum() < together["donations_parent"].first()).all()


def test_places_have_fewer_people_than_the_place_they_belong_to_in_the_same_year(tables):
    """Five cities of the census of 2020 have 32,916,390 of the province's 101,527,453:

    2,193,518 + 10,071,722 + 9,386,705 + 2,906,548 + 8,357,897.
    """
    parents = tables["places"].set_index("place")["parent"]
    rows = tables["population"].assign(year=tables["population"]["as_of"].str[:4])
    whole = rows.groupby(["place", "kind", "year"])["value"].min().rename("whole")
    parts = rows.groupby([rows["place"].map(parents).rename("place"), "kind", "year"])["value"].sum().rename("parts")
    both = pd.concat([whole, parts], axis=1).dropna()
    assert both.loc[("shandong", "resident", "2020"), "parts"] == 32_916_390
    assert {("shandong", "registered", "2020"), ("shandong", "resident", "2022")} <= set(both.index)
    assert (both["parts"] < both["whole"]).all()


# Where the rows come from.


def test_every_reference_has_an_address_with_a_host(references):
    assert len(references) > 40
    bad = references[~references["url"].str.fullmatch(r"https?://[^/\s]+\.[^/\s]+(/\S*)?")]
    assert bad["source_id"].tolist() == []


@pytest.mark.parametrize("name", ["outcomes", "population", "benchmarks"])
def test_every_row_that_no_page_is_quoted_for_comes_from_a_reference(tables, references, name):
    assert len(tables[name]) > 10
    assert set(tables[name]["source_id"]) <= set(references["source_id"])


def test_every_reference_row_has_no_quote_and_every_row_of_the_page_has_one(tables, references):
    for name in ("targets", "collection", "stated_counts", "industries"):
        from_references = tables[name]["source_id"].isin(references["source_id"])
        assert (tables[name].loc[from_references, "quote"] == "").all()
        assert (tables[name].loc[~from_references, "quote"] != "").all()


def test_every_reference_and_no_seed_states_its_reliability(tables, reliability):
    assert set(reliability) == {"official", "news", "unknown"}
    assert set(tables["sources"].query("kind == 'seed'")["reliability"]) == {""}


def test_what_rests_on_a_source_of_unknown_origin_says_so_in_its_own_note(tables, reliability):
    """Such rows: donations and units of Shandong in 2023; the people of Dongying and Weihai in 2022."""
    known = {"collection": [("shandong", "2023")] * 2, "population": [("dongying", "2022"), ("weihai", "2022")]}
    for name, when in {"collection": "period_end", "population": "as_of"}.items():
        unknown = tables[name]["source_id"].map(reliability) == "unknown"
        assert list(tables[name].loc[unknown, ["place", when]].itertuples(index=False, name=None)) == known[name]
        assert (tables[name]["note"].str.startswith("Of unknown origin: ") == unknown).all()


def test_no_target_plan_or_benchmark_rests_on_a_source_of_unknown_origin_and_no_outcome_that_compares(
    tables, reliability
):
    for name in ("targets", "plans", "stated_counts", "benchmarks"):
        assert "unknown" not in set(tables[name]["source_id"].map(reliability))
    doubtful = tables["outcomes"][tables["outcomes"]["source_id"].map(reliability) == "unknown"]
    assert doubtful["outcome_id"].tolist() == ["chemical-revenue-forecast-2024"]
    assert doubtful["comparable"].tolist() == ["no"]


def test_every_reason_of_an_outcome_is_told_in_english_and_in_chinese(tables):
    for row in tables["outcomes"].itertuples():
        assert re.fullmatch(r"[A-Z][^\u3000-\u9fff]+\.", row.reason_en)
        assert re.fullmatch(r".*[\u4e00-\u9fff]{4}.*。", row.reason_zh)


def test_what_one_citys_chemical_revenue_implies_for_the_province_is_told_and_not_curated(tables):
    """676.45 bn is printed as 25.2% of the province: over 25.15 to 25.25% it is 2.679 to 2.690 trillion, under 2.9."""
    rows = tables["outcomes"].query("target_id == 'sd-2024-chemical-revenue'").set_index("outcome_id")
    city = rows.loc["chemical-revenue-dongying-2024"]
    (target,) = tables["targets"].query("target_id == 'sd-2024-chemical-revenue'")["value_low"]
    implied = [city["value"] / share for share in (0.2525, 0.252, 0.2515)]
    assert [round(value / 1e12, 3) for value in implied] == [2.679, 2.684, 2.690]
    assert [round(100 * value / target, 1) for value in implied] == [92.4, 92.6, 92.7]
    assert city["comparable"] == "no"
    assert "Dongying" in city["reason_en"]
    assert "not a published figure" in city["reason_en"]
    assert "东营" in city["reason_zh"]
    assert "并非公布数" in city["reason_zh"]
    assert not rows["value"].between(2.6e12, 2.8e12).any()


# What `check` refuses, one line each, by file and row.


def outcome(tables) -> int:
    return row_of(tables, "outcomes", outcome_id="national-key-labs-2024")


def test_an_outcome_in_another_unit_than_its_targets_is_refused(root, tables):
    row = outcome(tables)
    edit_cell(root, OUTCOMES, row, "printed", "15%")
    edit_cell(root, OUTCOMES, row, "unit", "percent")
    assert problems(root) == [
        f"{OUTCOMES}:{row}: unit: found 'percent', expected 'count', the unit of sd-2024-national-key-labs"
    ]


def test_an_outcome_from_before_its_plan_is_refused(root, tables):
    first, second = outcome(tables), row_of(tables, "outcomes", outcome_id="provincial-clusters-2024")
    edit_cell(root, OUTCOMES, first, "as_of", "2023")
    edit_cell(root, OUTCOMES, second, "as_of", "2023-12-31")
    assert problems(root) == [
        f"{OUTCOMES}:{first}: as_of: found '2023', expected a date not before the plan's period (2024)",
        f"{OUTCOMES}:{second}: as_of: found '2023-12-31', expected a date not before the plan's period (2024)",
    ]


def test_an_outcome_from_the_plans_first_day_on_is_accepted(root, tables):
    edit_cell(root, OUTCOMES, outcome(tables), "as_of", "2024-01-01")
    assert problems(root) == []


def test_an_outcome_without_a_number_for_a_target_with_one_is_refused(root, tables):
    row = outcome(tables)
    for column in ("printed", "value", "unit"):
        edit_cell(root, OUTCOMES, row, column, "")
    assert problems(root) == [
        f"{OUTCOMES}:{row}: printed: found nothing, expected a number, as sd-2024-national-key-labs has one"
    ]


def test_an_outcome_printed_as_fewer_than_the_target_is_not_met(root, tables):
    """不足7家 is fewer than 7: refused, or at least not met against about 7."""
    row = outcome(tables)
    edit_cell(root, OUTCOMES, row, "printed", "不足7家")
    edit_cell(root, OUTCOMES, row, "value", "7")
    if not problems(root):
        loaded = provenance.check(root)
        found = targets.progress(targets.printed(loaded, "sd-2024"), loaded["outcomes"]).set_index("target_id")
        assert found.loc["sd-2024-national-key-labs", "status"] != "met"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "found nothing, expected a value, as the source is a reference"),
        ("none", "found 'none', expected text of the form https?://.+"),
        ("ftp://example.org/page", "found 'ftp://example.org/page', expected text of the form https?://.+"),
    ],
)
def test_a_reference_without_an_address_is_refused(root, tables, url, told):
    row = row_of(tables, "sources", source_id="weifang-2023")
    edit_cell(root, SOURCES, row, "url", url)
    assert problems(root) == [f"{SOURCES}:{row}: url: {told}"]


def test_a_benchmark_without_its_counting_is_refused(root, tables):
    first = row_of(tables, "benchmarks", benchmark="who-one-percent")
    second = row_of(tables, "benchmarks", benchmark="china-goal-2020")
    edit_cell(root, BENCHMARKS, first, "counting", "")
    edit_cell(root, BENCHMARKS, second, "counting", "donors")
    assert problems(root) == [
        f"{BENCHMARKS}:{first}: counting: found nothing, expected a value: what is counted: "
        "whole_blood (donations of whole blood only), with_apheresis (donations, apheresis included), persons, "
        "or unknown (not stated)",
        f"{BENCHMARKS}:{second}: counting: found 'donors', "
        "expected one of whole_blood, with_apheresis, persons, unknown",
    ]


def test_a_place_plan_target_measure_or_source_that_no_table_knows_is_refused(root, tables):
    """Each by the file and row that names it, and the file that should know it."""
    unknown = [
        (COLLECTION, row_of(tables, "collection", source_id="weihai-2019", measure="donation_rate"), "place", "places"),
        (COLLECTION, row_of(tables, "collection", source_id="china-2017"), "measure", "measures"),
        (POPULATION, row_of(tables, "population", place="weihai", kind="registered"), "place", "places"),
        (BENCHMARKS, row_of(tables, "benchmarks", benchmark="who-one-percent"), "source_id", "sources"),
        (OUTCOMES, outcome(tables), "target_id", "targets"),
        (TARGETS, row_of(tables, "targets", target_id="sd-2023-green-factories"), "plan_id", "plans"),
        (STATED, row_of(tables, "stated_counts", plan_id="sd-2023", counts="tasks"), "plan_id", "plans"),
    ]
    for file, row, column, _ in unknown:
        edit_cell(root, file, row, column, "atlantis")
    assert problems(root) == sorted(
        f"{file}:{row}: {column}: found 'atlantis', expected a row of {tables.path(other)}"
        for file, row, column, other in unknown
    )


def test_the_words_of_a_reference_are_not_carried_over(root, tables):
    quoted = [
        (COLLECTION, row_of(tables, "collection", source_id="weifang-2023", measure="total_donations"), "112093人次"),
        (STATED, row_of(tables, "stated_counts", plan_id="sd-2023", counts="tasks"), "22项重点任务"),
        (TARGETS, row_of(tables, "targets", target_id="sd-2023-green-factories"), "绿色工厂100家左右"),
    ]
    for file, row, words in quoted:
        edit_cell(root, file, row, "quote", words)
    assert problems(root) == [
        f"{file}:{row}: quote: found '{words}', expected nothing: the sentences of a reference are not carried over"
        for file, row, words in quoted
    ]


def test_an_outcome_population_or_benchmark_that_names_a_seed_is_refused(root, tables):
    rows = {
        BENCHMARKS: row_of(tables, "benchmarks", benchmark="who-one-percent"),
        POPULATION: row_of(tables, "population", place="weihai", kind="registered"),
        OUTCOMES: outcome(tables),
    }
    for file, row in rows.items():
        edit_cell(root, file, row, "source_id", "dzrb-2024-06-notice")
    assert problems(root) == [
        f"{file}:{row}: source_id: found 'dzrb-2024-06-notice', expected a reference: a row of this table has no quote"
        for file, row in rows.items()
    ]


def test_a_reference_value_that_its_printed_number_does_not_say_is_refused(root, tables):
    rows = [
        (BENCHMARKS, row_of(tables, "benchmarks", benchmark="china-goal-2020"), "16", "15", "15/千人口"),
        (COLLECTION, row_of(tables, "collection", source_id="weihai-2019", measure="donation_rate"), "15", "14", "14‰"),
        (POPULATION, row_of(tables, "population", place="dongying", as_of="2022"), "220900", "2209000", "220.9万人"),
        (OUTCOMES, outcome(tables), "16", "15", "15家"),
    ]  # fmt: skip
    for file, row, wrong, _, _ in rows:
        edit_cell(root, file, row, "value", wrong)
    assert problems(root) == [
        f"{file}:{row}: value: found '{wrong}', expected '{right}', read back from '{printed}'"
        for file, row, wrong, right, printed in rows
    ]


def test_a_number_of_a_reference_cannot_be_set_aside(root):
    row = append_row(
        root, "data/evidence/context_numbers.csv", source_id="weifang-2023", quote="2024年", printed="2024年",
        reason="a date",
    )  # fmt: skip
    assert problems(root) == [
        f"data/evidence/context_numbers.csv:{row}: source_id: found 'weifang-2023', "
        "expected a seed: a reference has no text here"
    ]


def test_two_references_may_disagree_on_one_number(root):
    """9 is printed for China in 2012 by one page and 9.3 follows from another: both rows may stand."""
    append_row(
        root, COLLECTION, place="china", period_start="2012", period_end="2012", measure="donation_rate",
        printed="9.3‰", value="9.3", unit="per_mille", bound="exact", source_id="china-2013",
    )  # fmt: skip
    assert problems(root) == []
