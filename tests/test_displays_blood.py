"""The tables and the headline of blood say what their rows say."""

import pandas as pd
import pytest

from analysis import donations
from analysis.displays import blood as displays
from analysis.language import Words


@pytest.fixture
def panel(tables):
    return donations.rate_panel(tables["collection"], tables["population"])


@pytest.fixture
def goals(tables):
    return tables["benchmarks"].query("kind == 'goal' and unit == 'per_mille'")


@pytest.fixture
def words(tables) -> Words:
    return Words(tables, "en")


def test_the_headline_is_of_the_place_and_period_asked_for(panel, goals, words):
    shown = displays.headline(panel, goals, words, "dongying", "2023")
    assert shown.sentences[:2] == ["Dongying is a city in Shandong.", "Dongying took 28,458 blood donations in 2023."]
    assert shown.figures[0] == ("28,458", "blood donations, Dongying, 2023")
    assert shown.figures[1][0] == "12.94"
    shown = displays.headline(panel, goals, words, "china", "2018")
    assert shown.sentences == ["China's 11.2 per 1,000 in 2018: short of the 2018 goal of 12."]
    assert displays.headline(panel, goals, words, "jining", "1949").figures == []


def test_the_table_of_rates_has_the_latest_first_and_yearly_ones_only(panel, words):
    shown = displays.panel_table(panel, words, "rates")
    ends = shown.frame["period"].str.extract(r"(\d{4})$")[0]
    assert ends.is_monotonic_decreasing
    assert len(shown.frame) == len(donations.yearly(panel)) < len(panel)
    assert shown.frame[["printed rate (‰)", "computed, least (‰)"]].notna().any(axis=1).all()


def test_an_interval_of_one_number_is_that_number(words):
    assert displays.interval(words, 1, 2.25, 1) == "1.0–2.2"
    assert displays.interval(words, 2.04, 1.96, 1) == "2.0"


@pytest.mark.parametrize(
    ("lang", "sentences", "figures"),
    [
        (
            "en",
            [
                "Dongying is a city in Shandong.",
                "Dongying took 28,458 blood donations in 2023.",
                "Dongying's 12.94 per 1,000 in 2023: above China's 12.2, short of the 2020 goal of 15.",
            ],
            [
                ("28,458", "blood donations, Dongying, 2023"),
                ("12.94", "donation rate per 1,000 population, as printed"),
            ],
        ),
        (
            "zh",
            [
                "东营市是山东省下辖的市。",
                "东营市2023年献血28458人次。",
                "东营市2023年千人口献血率12.94‰：高于全国的12.2‰，低于2020年目标15‰。",
            ],
            [("28458", "东营市2023年献血人次"), ("12.94", "千人口献血率（‰，公布值）")],
        ),
    ],
)
def test_the_headline_in_either_language(panel, goals, tables, lang, sentences, figures):
    shown = displays.headline(panel, goals, Words(tables, lang), "dongying", "2023")
    assert (shown.lang, shown.sentences, shown.figures) == (lang, sentences, figures)


def test_a_rate_is_set_beside_what_there_is(panel, goals, words):
    own = panel[panel["place"] == "dongying"]
    alone = "Dongying had 12.94 donations per 1,000 people in 2023"
    assert displays.finding(own, panel.head(0), goals.head(0), words) == alone
    beside = "Dongying's 12.94 per 1,000 in 2023: above China's 12.2"
    assert displays.finding(own, panel, goals.head(0), words) == beside
    low = goals.assign(value=12.0)
    assert displays.finding(own, panel.head(0), low, words).endswith(" in 2023: above every goal found")
    assert displays.finding(own.head(0), panel, goals, words) == ""


def test_printed_figures_have_their_period_and_lead_to_their_words(tables, words):
    shown = displays.printed(tables["collection"].head(1), words, "figures")
    assert shown.frame.to_dict("list") == {
        **{"measure": ["Whole-blood donations"], "period": ["2023"], "as printed": ["26481人次"]},
        **{"value": [26481.0], "unit": ["donations"]},
    }
    assert shown.places == ["words-collection-dongying-2023-whole_blood_donations-dzrb-2024-06-notice"]
    assert (shown.name, shown.title) == ("figures", "The figures as printed")


def test_what_figures_come_to_is_rounded_and_names_the_sources_given(words):
    frame = pd.DataFrame({"derived": ["x"], "low": [1.234], "high": [2.346], "unit": ["household"]})
    shown = displays.derived(frame, words, "come-to", ["dzrb-2024-06-plan"])
    assert shown.frame.iloc[0, 1:].tolist() == [1.23, 2.35, "households"]
    assert (shown.name, shown.source) == ("come-to", "Source: Dazhong Daily, June 2024")


def test_goals_stand_by_kind_and_year(tables, words):
    shown = displays.benchmarks(tables["benchmarks"][::-1], words, "goals").frame
    assert list(shown) == ["name", "year", "value", "unit", "kind", "what is counted"]
    kept = shown[["kind", "year", "value"]]
    assert kept.to_numpy().tolist() == kept.sort_values(["kind", "year", "value"]).to_numpy().tolist()
    assert shown["kind"].nunique() == 3


def test_a_rate_printed_above_what_is_computed_says_by_how_much(panel, words):
    shown = displays.panel_table(panel, words, "rates")
    row = shown.frame.set_index(["place", "period"]).loc[("China", "2024")]
    assert row.tolist() == [15_822_000, 11.4, 11.23, 11.23, "2024-12-31", 1.5]
    assert shown.title == "Donation rates, printed and computed"
