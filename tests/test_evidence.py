"""What the proof shows as frames: every numeral counted once, keys for rows, one number followed, all sources."""

import dataclasses
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from conftest import append_row, delete_row, edit_cell, row_of

from analysis import evidence, provenance, tables
from analysis.tables import Tables, link_to

ANOTHER = Path(__file__).with_name("another_page")


@pytest.fixture(scope="module")
def other() -> Tables:
    return provenance.check(ANOTHER)


@pytest.fixture(params=["own", "other"])
def each(request, tables, other) -> Tables:
    """This root, and the second one with its two seed files."""
    return {"own": tables, "other": other}[request.param]


def reversed_rows(loaded: Tables) -> Tables:
    return replace(loaded, frames={name: frame[::-1] for name, frame in loaded.frames.items()})


def test_every_numeral_of_every_page_is_counted_once(each):
    proofs = provenance.proofs(each)
    counts = evidence.counts(proofs)
    assert counts["numerals"].sum() == sum(len(proof.numerals()) for proof in proofs)
    assert set(counts["numeral"]) == set(evidence.STATUSES)
    assert counts.set_index("numeral").loc["left", ["numerals", "rows"]].tolist() == [0, 0]
    assert (counts[["numeral", "table"]] != "").all(axis=None)


def test_the_counts_of_this_page(tables):
    counts = evidence.counts(provenance.proofs(tables))
    assert counts.groupby("numeral")["numerals"].sum().to_dict() == {
        "curated": 49,
        "context": 30,
        "fixed": 17,
        "left": 0,
    }
    assert counts.set_index("table")["rows"].to_dict() == {
        **{"collection": 8, "stated_counts": 6, "targets": 25, "context_numbers": 23, "fixed_words": 10, "–": 0}
    }


def test_a_number_of_two_rows_is_two_claims_on_the_same_words(tables):
    claims = evidence.claims(provenance.proofs(tables))
    two = claims[claims["row_id"].isin(["targets-sd-2024-zone-investment", "targets-sd-2024-zone-value-added"])]
    assert len(two) == 2
    assert two["start"].nunique() == 1


def test_every_number_set_aside_has_its_reason(each):
    claims = evidence.claims(provenance.proofs(each))
    assert (claims.query("numeral in ['context', 'fixed']")["reason"] != "").all()
    assert (evidence.fixed_words(provenance.proofs(each)) != "").all(axis=None)


def test_the_words_of_a_claim_are_those_of_the_file(each):
    texts = {proof.seed.file: proof.seed.text for proof in provenance.proofs(each)}
    for row in evidence.claims(provenance.proofs(each)).itertuples():
        assert texts[row.file][row.start : row.end] == row.words
        assert (
            texts[row.file].split("\n")[row.line - 1].startswith(row.words.split("\n")[0][:1])
            or row.words[0] in (texts[row.file].split("\n")[row.line - 1])
        )


@pytest.mark.parametrize(
    "frame",
    [
        lambda loaded: evidence.claims(provenance.proofs(loaded)).drop(columns="row"),
        lambda loaded: evidence.counts(provenance.proofs(loaded)),
        lambda loaded: evidence.fixed_words(provenance.proofs(loaded)),
        evidence.sources,
        evidence.errata,
    ],
)
def test_the_order_of_rows_changes_no_frame(each, frame):
    pd.testing.assert_frame_equal(frame(each), frame(reversed_rows(each)))


def test_left_over_numerals_and_rows_that_do_not_hold_are_shown_too(root, tables):
    claimed = row_of(tables, "targets", target_id="sd-2024-smes-served")
    edit_cell(root, "data/plan/targets.csv", claimed, "value_low", "10001")
    delete_row(root, "data/evidence/context_numbers.csv", 2)
    proofs = provenance.proofs(tables_of(root))
    claims = evidence.claims(proofs)
    assert evidence.counts(proofs).set_index("numeral").loc["left", "numerals"] == 1
    assert "targets-sd-2024-smes-served" in set(claims["row_id"])
    steps = evidence.followed(proofs, "targets-sd-2024-smes-served").set_index("step")
    assert steps.loc["value", ["read", "cell"]].tolist() == [10000, 10001]


def tables_of(root: Path) -> Tables:
    return tables.load(root)


def test_a_root_without_a_seed_has_no_claims():
    assert evidence.claims([]).empty
    assert evidence.counts([])["numerals"].tolist() == [0]
    assert evidence.fixed_words([]).empty


# The keys of rows.


def test_no_two_rows_share_a_key(each):
    for name, frame in each.frames.items():
        ids = [each.row_id(name, row) for row in frame.index]
        assert len(set(ids)) == len(ids)
        assert all(row_id.isascii() and " " not in row_id for row_id in ids)


def test_a_key_outlives_a_row_added_above_and_a_number_corrected(root, tables):
    before = {tables.row_id("targets", row) for row in tables["targets"].index}
    append_row(root, "data/evidence/fixed_words.csv", word="一早", reason="early")
    shuffled = replace(tables, frames=tables.frames | {"targets": tables["targets"].iloc[::-1].reset_index(drop=True)})
    assert {shuffled.row_id("targets", row) for row in shuffled["targets"].index} == before
    assert "collection-dongying-2023-donation_rate-dzrb-2024-06-notice" in {
        tables.row_id("collection", row) for row in tables["collection"].index
    }


# One number followed.


def test_a_target_is_followed_from_the_scan_to_its_row(tables):
    steps = evidence.followed(provenance.proofs(tables), "targets-sd-2024-renovation-projects").set_index("step")
    assert steps.loc["page", ["read", "cell", "line"]].tolist() == [
        "技术改造项目1 . 2万个左右",
        "技术改造项目1.2万个左右",
        62,
    ]
    assert steps.loc["value", ["read", "cell"]].tolist() == [12000, 12000]
    assert list(steps.index) == [
        "page",
        "printed",
        "value",
        "unit",
        "bound",
        "commitment",
    ]  # about: nothing rounds to it


def test_what_rounds_to_an_exact_number_is_a_step(tables):
    row = tables["collection"].query("measure == 'donation_rate' and quote != ''").index[0]
    steps = evidence.followed(provenance.proofs(tables), tables.row_id("collection", row)).set_index("step")
    assert steps.loc["interval", "read"] == (12.935, 12.945)


def test_each_claim_of_each_table_can_be_followed_and_says_what_its_row_says(each):
    proofs = provenance.proofs(each)
    for row_id in evidence.claims(proofs).query("numeral == 'curated'")["row_id"]:
        steps = evidence.followed(proofs, row_id).set_index("step").drop(["page", "interval"], errors="ignore")
        assert (steps["read"] == steps["cell"]).all(), row_id


def test_a_range_has_both_its_ends(tables):
    steps = evidence.followed(provenance.proofs(tables), "targets-sd-2024-zone-clusters").set_index("step")
    assert steps.loc[["value", "value_high"], "cell"].tolist() == [1, 2]


def test_a_row_that_claims_nothing_cannot_be_followed(tables):
    with pytest.raises(KeyError, match="found row 'targets-x', expected one that claims a number, such as targets-"):
        evidence.followed(provenance.proofs(tables), "targets-x")


# Sources and errata.


def test_every_row_with_a_source_is_carried_by_one(each):
    sources, sizes = evidence.sources(each), evidence.sizes(each)
    assert sources["rows"].sum() == sizes["rows"].sum()
    assert set(sources["source_id"]) == set(each["sources"]["source_id"])
    assert (sizes["from_seeds"] + sizes["from_references"] == sizes["rows"]).all()


def test_pages_come_first_then_official_sources(each):
    ranks = evidence.sources(each)["reliability"].map(evidence.RELIABILITY.index)
    assert ranks.is_monotonic_increasing


def test_a_doubtful_host_is_named_and_not_linked(tables):
    sources = evidence.sources(tables).set_index("source_id")
    assert sources.loc["shandong-2023", "link"] == ""
    assert sources.loc["shandong-2023", "url"].startswith("https://")
    doubtful = tables["sources"]["note"].str.contains("do not make it a link")
    assert set(sources.index[(sources["link"] == "") & (sources["url"] != "")]) == set(
        tables["sources"].loc[doubtful, "source_id"]
    )
    assert link_to("https://x.org", "(name the address, do not make it a link)") == ""


def test_errata_say_where_what_and_why(tables):
    errata = evidence.errata(tables)
    assert len(errata) == len(tables["errata"])
    assert (errata != "").all(axis=None)
    placed = set(errata["table"] + ": " + errata["where"])
    assert "collection: qingdao + 2021 + whole_blood_tonnes + qingdao-2021: printed" in placed
    assert "sources: dongying-2018" in placed


def test_proofs_come_by_the_names_of_files_and_leave_out_what_cannot_be_read(tmp_path):
    for folder in ("data", "seeds"):
        shutil.copytree(ANOTHER / folder, tmp_path / folder)
    loaded = tables.load(tmp_path)
    assert [proof.seed.file for proof in provenance.proofs(loaded)] == ["seeds/notice.txt", "seeds/plan.txt"]
    (tmp_path / "seeds/notice.txt").write_bytes(b"\xff\xfe")
    assert [proof.seed.file for proof in provenance.proofs(loaded)] == ["seeds/plan.txt"]


def test_the_numbers_of_the_report_are_counted_by_chapter(tables):
    frame = evidence.report_numbers(tables)
    assert frame["numbers"].sum() == len(tables["report_numbers"])
    assert (frame["claimed"] + frame["aside"]).equals(frame["numbers"])
    assert list(frame["notebook"]) == sorted(frame["notebook"])


def test_a_root_whose_prose_claims_nothing_has_no_counts_of_it(tables):
    nothing = dataclasses.replace(tables, frames={**tables.frames, "report_numbers": tables["report_numbers"].head(0)})
    assert list(evidence.report_numbers(nothing)) == ["notebook", "numbers", "claimed", "aside"]
    assert len(evidence.report_numbers(nothing)) == 0
