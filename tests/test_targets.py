"""The targets of the page: counted by hand, and the arithmetic of a pace."""

import pandas as pd
import pytest

from analysis import seeds, targets


@pytest.fixture(scope="module")
def promised(tables) -> pd.DataFrame:
    return targets.printed(tables, "sd-2024")


def test_the_article_prints_25_numbers_and_5_promises_without_one(promised):
    assert len(targets.quantified(promised)) == 25
    assert len(promised) == 30


def test_targets_by_area_are_as_counted_by_hand(promised):
    counts = targets.summary(promised, "commitment")
    assert counts["total"].to_dict() == {
        "innovation": 8, "structure": 3, "integration": 5, "ecosystem": 1, "parks": 5, "opening": 3,
    }  # fmt: skip
    assert counts.loc["parks"].to_dict() == {"ensure": 1, "plain": 1, "seek": 0, "strive": 3, "total": 5}


def test_bounds_are_as_counted_by_hand(promised):
    assert targets.summary(promised, "bound").drop(columns="total").sum().to_dict() == {
        "about": 8, "at_least": 4, "exact": 10, "range": 3,
    }  # fmt: skip


def test_an_unknown_plan_is_refused_by_name(tables):
    with pytest.raises(KeyError, match="found plan 'sd-1949', expected one of sd-2024"):
        targets.printed(tables, "sd-1949")


def test_a_year_spread_over_quarters_ends_at_its_total():
    """12,000 / 4 = 3,000 a quarter."""
    assert targets.pace(12000, 4)["cumulative"].tolist() == [0, 3000, 6000, 9000, 12000]


@pytest.mark.parametrize(("total", "periods"), [(0, 12), (-1, 12), (12000, 0), (float("nan"), 12)])
def test_a_pace_of_nothing_is_refused(total, periods):
    with pytest.raises(ValueError, match="expected both above zero"):
        targets.pace(total, periods)


def test_500_a_quarter_are_500_to_2000_in_a_year():
    assert targets.distinct_in_year(500) == (500, 2000)


def test_machine_tools_are_named_among_the_innovation_projects_too(tables):
    seed = next(iter(seeds.read(tables)[0].values()))
    named = tables["industries"].query("plan_id == 'sd-2024'")
    found = targets.overlaps(named, seed.normalized)
    assert list(zip(found["name_zh"], found["how"], strict=True)) == [("汽车", "inside"), ("工业母机", "elsewhere")]


def test_a_name_in_two_groups_is_found():
    names = {"name_zh": ["氢能", "氢能"], "name_en": ["hydrogen"] * 2, "group": ["emerging", "future"]}
    found = targets.overlaps(pd.DataFrame(names), "以氢能、核能为重点；以氢能等产业")
    assert found[["how", "other"]].to_numpy().tolist() == [["same_name", "future"], ["same_name", "emerging"]]
