"""What the curated rows say of the page's parts, of its measures and of errors, where a cell alone cannot say it."""

import re

import pandas as pd
import pytest

# The tables whose rows quote a seed.
QUOTING = ["targets", "collection", "stated_counts", "industries", "context_numbers"]


def without_blanks(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def seeds(tables) -> pd.DataFrame:
    """The seeds among the sources, each with the text of its own lines, white space dropped."""
    rows = tables["sources"].query("kind == 'seed'").set_index("source_id")
    lines = {file: (tables.root / file).read_text(encoding="utf-8").split("\n") for file in set(rows["file"])}
    parts = ("".join(lines[row.file][row.first_line - 1 : row.last_line]) for row in rows.itertuples())
    return rows.assign(text=[without_blanks(part) for part in parts])


def test_every_seed_and_no_reference_has_lines_and_no_line_belongs_to_two_seeds(tables, seeds):
    assert tables["sources"].query("kind == 'reference'")[["first_line", "last_line"]].isna().all(axis=None)
    assert (seeds["first_line"] <= seeds["last_line"]).all()
    for _, rows in seeds.sort_values("first_line").groupby("file"):
        assert (rows["first_line"].iloc[1:].to_numpy() > rows["last_line"].iloc[:-1].to_numpy()).all()


def test_every_line_with_words_belongs_to_a_seed_but_the_newspapers_own_heading(tables, seeds):
    for file, rows in seeds.groupby("file"):
        lines = (tables.root / file).read_text(encoding="utf-8").split("\n")
        owned = {line for row in rows.itertuples() for line in range(row.first_line, row.last_line + 1)}
        left = {n: line.strip() for n, line in enumerate(lines, 1) if n not in owned and line.strip()}
        assert left == {1: "大众报业集团主管主办"}


@pytest.mark.parametrize("name", QUOTING)
def test_every_quote_stands_once_within_its_sources_own_lines(tables, seeds, name):
    rows = tables[name][tables[name]["source_id"].isin(seeds.index)]
    assert len(rows) > 3
    for row in rows.itertuples():
        assert seeds.loc[row.source_id, "text"].count(without_blanks(row.quote)) == 1, row


def test_each_area_opens_its_part_of_the_text_with_its_name_and_in_order(tables, seeds):
    sources = tables["plans"].set_index("plan_id")["source_id"]
    for plan_id, areas in tables["areas"].groupby("plan_id"):
        if sources[plan_id] not in seeds.index:
            assert (areas["quote"] == "").all()
            continue
        text = seeds.loc[sources[plan_id], "text"]
        areas = areas.sort_values("position")
        assert [text.count(without_blanks(quote)) for quote in areas["quote"]] == [1] * len(areas)
        assert areas["quote"].map(text.index).is_monotonic_increasing
        assert all(row.name_zh in row.quote for row in areas.itertuples())


def test_each_target_of_the_page_stands_in_its_own_areas_part(tables, seeds):
    areas = tables["areas"].query("quote != ''")
    of_the_page = tables["targets"][tables["targets"]["source_id"].isin(seeds.index)]
    for row in of_the_page.itertuples():
        text = seeds.loc[row.source_id, "text"]
        opened = areas[areas["plan_id"] == row.plan_id].set_index("area")["quote"].map(without_blanks).map(text.index)
        here = text.index(without_blanks(row.quote))
        assert opened[opened <= here].idxmax() == row.area, row


def test_two_measures_share_a_word_only_if_their_units_differ(tables):
    words = tables["measures"].assign(word=tables["measures"]["words"].str.split("|")).explode("word")
    assert (words["word"].str.len() >= 2).all()
    assert words[words.duplicated(["word", "unit"], keep=False)].empty


def test_the_word_nearest_to_a_number_and_its_unit_are_those_of_its_measure(tables, seeds):
    """The nearest word to the left, else to the right; of words that end together the longest."""
    measures = tables["measures"]
    words = {word for words in measures["words"] for word in words.split("|")}
    found = tables["collection"][tables["collection"]["source_id"].isin(seeds.index)]
    assert len(found) == 8
    for row in found.itertuples():
        left, right = without_blanks(row.quote).split(row.printed)
        before = [(left.rfind(word) + len(word), len(word), word) for word in words if word in left]
        after = [(-right.find(word), len(word), word) for word in words if word in right]
        nearest = max(before or after)[-1]
        owners = measures[measures["words"].str.split("|").map(lambda of, nearest=nearest: nearest in of)]
        assert owners.loc[owners["unit"] == row.unit, "measure"].tolist() == [row.measure]


def test_a_qualitative_targets_name_stands_in_its_quote_with_no_number_beside_it(tables, seeds):
    rows = tables["targets"][tables["targets"]["source_id"].isin(seeds.index)].query("bound == 'none'")
    assert len(rows) == 5
    for row in rows.itertuples():
        assert row.quote.count(row.name_zh) == 1
        assert not re.search("[0-9一二三四五六七八九十百千万亿]", row.quote.replace(row.name_zh, "")), row


def test_targets_that_share_a_printed_number_differ_in_name_and_say_why(tables, seeds):
    rows = tables["targets"][tables["targets"]["source_id"].isin(seeds.index)]
    shared = rows[rows.duplicated(["quote", "printed"], keep=False)]
    assert len(shared) == 2
    assert shared["name_zh"].is_unique
    one, other = shared.itertuples()
    assert other.target_id in one.note
    assert one.target_id in other.note


def test_a_benchmark_printed_without_a_measure_word_has_the_unit_of_the_donation_rate(tables):
    (unit,) = tables["measures"].query("measure == 'donation_rate'")["unit"]
    bare = tables["benchmarks"][tables["benchmarks"]["printed"].str.fullmatch(r"[0-9.]+")]
    assert len(bare) > 5
    assert set(bare.query("counting != 'persons'")["unit"]) == {unit}


def test_every_erratum_names_a_row_and_the_cell_holds_what_is_right(tables):
    keys = {f"data/{table['path']}": table["schema"]["primaryKey"] for table in tables.descriptor["resources"]}
    names = {f"data/{table['path']}": table["name"] for table in tables.descriptor["resources"]}
    assert len(tables["errata"]) > 0
    for row in tables["errata"].itertuples():
        frame = tables[names[row.file]]
        (match,) = frame.index[frame[keys[row.file]].astype(str).agg(" + ".join, axis=1) == row.key]
        assert row.old != row.new
        assert not row.column or frame.loc[match, row.column] == row.new
