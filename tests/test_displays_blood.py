"""The tables and the headline of blood say what their rows say."""

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
