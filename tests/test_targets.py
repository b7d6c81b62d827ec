"""The targets of the page, counted by hand; its industries, and the plan beside that of the year before."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis import seeds, targets


@pytest.fixture(scope="module")
def promised(tables) -> pd.DataFrame:
    return targets.printed(tables, "sd-2024")


@pytest.fixture(scope="module")
def overview(tables) -> pd.DataFrame:
    return targets.overview(tables, "sd-2024")


@pytest.fixture(scope="module")
def paired(tables) -> pd.DataFrame:
    return targets.paired(tables, "sd-2023", "sd-2024")


def reversed_rows(tables):
    """The same tables, the rows of each the other way round."""
    return replace(tables, frames={name: frame[::-1] for name, frame in tables.frames.items()})


def with_target(tables, target_id: str, **cells):
    """The same tables but for some cells of one target."""
    rows = tables["targets"].copy()
    rows.loc[rows["target_id"] == target_id, [*cells]] = [*cells.values()]
    return replace(tables, frames=tables.frames | {"targets": rows})


def test_the_article_prints_25_numbers_and_5_promises_without_one(tables, promised):
    assert len(targets.quantified(promised)) == 25
    assert len(targets.qualitative(tables, "sd-2024")) == 5


def test_targets_by_area_are_as_counted_by_hand(overview):
    assert overview["area"].value_counts().to_dict() == {
        "innovation": 8, "structure": 3, "integration": 5, "ecosystem": 1, "parks": 5, "opening": 3,
    }  # fmt: skip
    assert overview.query("area == 'parks'")["commitment"].value_counts().to_dict() == {
        "strive": 3, "ensure": 1, "plain": 1,
    }  # fmt: skip


def test_bounds_are_as_counted_by_hand(overview):
    assert overview["bound"].value_counts().to_dict() == {"exact": 10, "about": 8, "at_least": 4, "range": 3}


def test_an_unknown_plan_is_refused_by_name(tables):
    with pytest.raises(KeyError, match="found plan 'sd-1949', expected one of sd-2024"):
        targets.printed(tables, "sd-1949")


def test_every_target_has_one_status_and_those_that_compare_a_percentage(overview):
    counts = overview["status"].value_counts().to_dict()
    assert counts == {"nothing_found": 12, "partly": 5, "not_comparable": 5, "met": 3}
    assert (overview["percent"].notna() == overview["status"].isin(["met", "partly"])).all()
    assert (overview["outcome_printed"] == "").sum() == 12


def test_the_percentage_is_the_outcome_over_the_target(overview):
    """15 of 7, 249 of 200, 273 of 200."""
    percent = overview.set_index("target_id")["percent"].round(1)
    names = ["national-key-labs", "provincial-key-labs", "green-factories"]
    assert [percent[f"sd-2024-{name}"] for name in names] == [214.3, 124.5, 136.5]


def test_the_order_of_rows_changes_no_status_and_no_outcome(tables, overview):
    other = targets.overview(reversed_rows(tables), "sd-2024")
    pd.testing.assert_frame_equal(overview.sort_index(), other.sort_index())


def test_a_target_outside_any_area_stands_in_the_overview(tables):
    overview = targets.overview(with_target(tables, "sd-2024-new-output", area=""), "sd-2024")
    assert overview.iloc[0][["target_id", "area_zh", "area_en"]].tolist() == ["sd-2024-new-output", "", ""]


def test_the_newspaper_leaves_out_four_numbers_of_the_first_task(tables):
    assert targets.left_out(tables, "sd-2024")["printed"].tolist() == ["3家左右", "51%左右", "2个百分点左右", "8%左右"]


def test_a_pair_says_what_changed_in_number_and_in_words(paired):
    told = paired.drop_duplicates("pair").set_index("pair")[["change", "wording"]].apply(tuple, axis=1).to_dict()
    assert told == {
        "green-factories": ("more", "other"),
        "zone-investment": ("same", "softer"),
        "zone-value-added": ("same", "softer"),
    }
    assert paired["period_start"].tolist() == ["2023", "2024"] * 3


def test_the_order_of_rows_changes_no_pair(tables, paired):
    pd.testing.assert_frame_equal(paired, targets.paired(reversed_rows(tables), "sd-2023", "sd-2024"))


def test_which_plan_is_the_later_is_read_from_their_periods(tables, paired):
    pd.testing.assert_frame_equal(paired, targets.paired(tables, "sd-2024", "sd-2023"))


@pytest.mark.parametrize(
    ("cells", "change"),
    [
        ({"value_low": 3, "value_high": 5}, "same"),
        ({"value_low": 4, "value_high": 5}, "more"),
        ({"value_low": 3, "value_high": 6}, "more"),
        ({"value_low": 2, "value_high": 9}, "less"),
    ],
)
def test_a_range_asks_for_more_by_the_end_to_be_reached_then_by_the_other(tables, cells, change):
    changed = with_target(tables, "sd-2024-zone-investment", **cells)
    pairs = targets.paired(changed, "sd-2023", "sd-2024").query("pair == 'zone-investment'")
    assert set(pairs["change"]) == {change}


@pytest.mark.parametrize(("low", "high", "change"), [(3, 4, "more"), (2, 5, "more"), (3, 6, "less"), (4, 5, "less")])
def test_where_lower_is_better_a_lower_number_asks_for_more(tables, low, high, change):
    changed = with_target(tables, "sd-2023-zone-investment", direction="lower")
    changed = with_target(changed, "sd-2024-zone-investment", direction="lower", value_low=low, value_high=high)
    pairs = targets.paired(changed, "sd-2023", "sd-2024").query("pair == 'zone-investment'")
    assert set(pairs["change"]) == {change}


@pytest.mark.parametrize(
    ("earlier", "later", "wording"),
    [
        ("ensure", "seek", "softer"),
        ("strive", "ensure", "firmer"),
        ("strive", "strive", "same"),
        ("strive", "seek", "other"),
        ("plain", "strive", "other"),
        ("ensure", "plain", "other"),
    ],
)
def test_only_ensure_ranks_above_other_words(tables, earlier, later, wording):
    changed = with_target(tables, "sd-2023-zone-investment", commitment=earlier)
    changed = with_target(changed, "sd-2024-zone-investment", commitment=later)
    pairs = targets.paired(changed, "sd-2023", "sd-2024").query("pair == 'zone-investment'")
    assert set(pairs["wording"]) == {wording}


def test_two_plans_without_a_target_in_common_have_no_pair(tables):
    rows = tables["targets"][tables["targets"]["plan_id"] == "sd-2024"]
    bare = replace(tables, frames=tables.frames | {"targets": rows})
    assert targets.paired(bare, "sd-2023", "sd-2024").empty
    assert targets.unpaired(bare, "sd-2023", "sd-2024").empty


def test_each_target_of_the_earlier_plan_is_paired_or_listed_with_the_reason(tables, paired):
    alone = targets.unpaired(tables, "sd-2023", "sd-2024")
    assert len(alone) + paired["pair"].nunique() == (tables["targets"]["plan_id"] == "sd-2023").sum()
    assert set(alone["why"]) == {"no_same_name"}


def test_the_page_lists_as_many_industries_as_it_states(tables):
    named = targets.industries(tables, "sd-2024")
    listed = named.groupby("group")["stated"].agg(["count", "first"])
    assert listed["count"].tolist() == listed["first"].tolist() == [9, 7, 6, 9]


def test_machine_tools_are_named_among_the_innovation_projects_too(tables):
    named = targets.industries(tables, "sd-2024")
    found = targets.overlaps(named, seeds.source_text(tables, "dzrb-2024-06-plan"))
    assert set(zip(found["name_zh"], found["how"], strict=True)) == {("汽车", "inside"), ("工业母机", "elsewhere")}


def test_a_name_in_two_groups_is_found():
    names = {"name_zh": ["氢能", "氢能"], "name_en": ["hydrogen"] * 2, "group": ["emerging", "future"]}
    found = targets.overlaps(pd.DataFrame(names), "以氢能、核能为重点；以氢能等产业")
    assert found[["how", "other"]].to_numpy().tolist() == [["same_name", "future"], ["same_name", "emerging"]]


def test_a_name_elsewhere_stands_with_the_five_characters_before_it_and_the_four_behind():
    """The car beside the other industry of the list is that list; at the start of a text less stands before it."""
    names = {"name_zh": ["汽车", "家电"], "name_en": ["cars", "appliances"], "group": ["a", "a"]}
    found = targets.overlaps(pd.DataFrame(names), "以汽车、家电为重点；今年还要重点发展汽车产业链条协同")
    assert found.to_numpy().tolist() == [["汽车", "cars", "elsewhere", "要重点发展汽车产业链条"]]
    found = targets.overlaps(pd.DataFrame(names), "新汽车产业链条协同；以汽车、家电为重点")
    assert found["other"].tolist() == ["新汽车产业链条"]


def test_a_name_inside_a_longer_one_is_no_second_mention_of_it():
    names = {"name_zh": ["汽车", "新能源汽车"], "name_en": ["cars", "electric cars"], "group": ["a", "b"]}
    found = targets.overlaps(pd.DataFrame(names), "汽车、家电为重点；新能源汽车等产业")
    assert found.to_numpy().tolist() == [["汽车", "cars", "inside", "新能源汽车"]]


def test_the_text_of_a_source_is_that_of_its_own_lines(tables):
    plan, notice = (seeds.source_text(tables, name) for name in ("dzrb-2024-06-plan", "dzrb-2024-06-notice"))
    assert "攻坚提质" in plan
    assert "攻坚提质" not in notice
    with pytest.raises(KeyError):
        seeds.source_text(tables, "sd-plan-2023-press")


def test_two_plans_of_one_period_keep_their_own_columns(tables):
    plans = tables["plans"].assign(period_start="2024", period_end="2024")
    same = replace(tables, frames=tables.frames | {"plans": plans})
    assert [*targets.stated_counts(same, "sd-2023", "sd-2024")] == ["counts", "sd-2023", "sd-2024"]
    assert [*targets.stated_counts(tables, "sd-2023", "sd-2024")] == ["counts", "2023", "2024"]


def test_what_is_known_of_targets_is_counted_and_adds_up(tables):
    rows = targets.overview(tables, "sd-2024")
    assert targets.known(rows) == {"total": 25, "met": 3, "missed": 0, "partly": 5, "open": 17}
    assert targets.known(rows.head(0)) == {"total": 0, "met": 0, "missed": 0, "partly": 0, "open": 0}
