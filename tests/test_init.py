"""A new root from a page: what is drafted, that only judgement is asked for, and that bad input writes nothing."""

import json
from pathlib import Path

import pytest
from conftest import ROOT, append_row, delete_row, edit_cell, problems, read_csv

from analysis import new_root, notebooks, pages, provenance, tables
from analysis.__main__ import main
from analysis.language import Words
from analysis.tables import DataError

PLAN = """清溪省印发《清溪省2032年制造业行动方案》

　　今年，清溪省将围绕产业链、绿色、开放3个方面推进12项重点任务。
　　（一）做强产业链。力争新增省级工厂35家左右，新开工投资5亿元以上
项目1 . 2万个；工业增加值增长6.5%。
　　（二）做实绿色转型。确保单位能耗降低3%以内，建设“五好”园区
20—30个。
　　（三）做大开放。每季度举办2场推介会，进一步引进工程师不少于500名，粮食达
4万斛。
"""
NOTICE = """清溪市2031年无偿献血情况

2031年全市采集全血31864人次、1078.4万毫升，同比减少4.2%；单采血小板2315人次。
千人口献血率13.9‰，献血总人次3.4万，比上年增长0.9%。
2031年1—6月，采集血液总量500万毫升。其中街头献血点12个。6月14日是第28个世界献血者日。
"""
GIVEN = {"title": "清溪省，“方案”, 摘要", "publisher": "清溪日报", "published": "2032-02"}
TARGETS, CONTEXT = "data/plan/targets.csv", "data/evidence/context_numbers.csv"
SOURCES, COLLECTION = "data/evidence/sources.csv", "data/blood/collection.csv"


@pytest.fixture
def made(tmp_path):
    """Make a root from a text of a kind."""

    def make(text: str, kind: str, **given: str) -> Path:
        page = tmp_path / "page.txt"
        page.write_text(text, encoding="utf-8")
        new_root.make(tmp_path / "new", page, kind, **given)
        return tmp_path / "new"

    return make


@pytest.fixture
def plan(made):
    return made(PLAN, "plan", place="qingxi:清溪省", **GIVEN)


@pytest.fixture
def notice(made):
    return made(NOTICE, "blood", place="qingxi:清溪市", published="2032-01", publisher="清溪市中心血站")


def column(root: Path, file: str, name: str) -> list[str]:
    header, *rows = read_csv(root, file)
    return [row[header.index(name)] for row in rows]


def fill(root: Path, file: str, row: int, **cells: str) -> None:
    for name, value in cells.items():
        edit_cell(root, file, row, name, value)


# A plan.


def test_the_numbers_of_a_plan_are_targets_with_all_that_words_say(plan):
    assert column(plan, TARGETS, "printed") == [
        *("35家左右", "1.2万个", "6.5%", "3%以内", "20—30个", "2场", "不少于500名", "4万斛")
    ]
    assert column(plan, TARGETS, "commitment") == ["strive", "plain", "plain", "ensure", *["plain"] * 4]
    assert column(plan, TARGETS, "bound") == [
        *("about", "exact", "exact", "at_most", "range", "exact", "at_least", "exact")
    ]
    assert column(plan, TARGETS, "name_zh")[:3] == ["新增省级工厂", "新开工投资5亿元以上项目", "工业增加值增长"]
    assert column(plan, TARGETS, "area") == ["area-1"] * 3 + ["area-2"] * 2 + ["area-3"] * 3
    assert set(column(plan, TARGETS, "name_en") + column(plan, TARGETS, "basis")) == {""}
    # Not the name of a target in another plan: the same name would be the same definition.
    assert column(plan, TARGETS, "target_id")[:2] == ["qingxi-2032-2032-4a", "qingxi-2032-2032-5a"]


def test_areas_come_from_the_headings_and_counts_from_the_words(plan):
    assert column(plan, "data/plan/areas.csv", "name_zh") == ["做强产业链", "做实绿色转型", "做大开放"]
    assert column(plan, "data/plan/stated_counts.csv", "counts") == ["areas", "tasks"]
    assert column(plan, "data/plan/plans.csv", "name_zh") == ["清溪省2032年制造业行动方案"]


@pytest.mark.parametrize(
    ("heads", "names"),
    [
        (["聚力在创新上攻坚，", "聚力在绿色上攻坚，", "聚力在开放上攻坚，"], ["创新", "绿色", "开放"]),
        (["产业链再加深。", "园区再做强。"], ["产业链再加深", "园区再做强"]),
        (["一是创新提质。", "二是绿色发展。"], ["创新提质", "绿色发展"]),
        (["推进创新工作，", "做好绿色工作，"], []),
    ],
)
def test_headings_are_numbered_or_alike_or_short_sentences(made, heads, names):
    text = "".join(f"\u3000\u3000{head}新增工厂{n}家。\n" for n, head in enumerate(heads, start=7))
    assert column(made(text, "plan"), "data/plan/areas.csv", "name_zh") == names


def test_what_counts_nothing_is_set_aside_with_its_reason(plan):
    reasons = dict(zip(column(plan, CONTEXT, "printed"), column(plan, CONTEXT, "reason"), strict=True))
    assert reasons["2032年"] == "date"
    assert reasons["（一）"] == "ordinal"
    assert reasons["五"] == "part of a name in quotation marks"
    assert reasons["5亿元以上"] == ""  # a threshold, most likely: a person says so
    assert column(plan, "data/evidence/fixed_words.csv", "word") == ["进一步"]


def test_check_asks_for_judgement_only_in_the_order_of_the_text(plan):
    lines = problems(plan)
    asked = {line.split(": ")[1] for line in lines if TARGETS in line}
    assert asked == {"name_en", "basis", "direction", "unit", "printed"}
    told = "printed: found '4万斛', expected '4万斛', and 斛 in data/vocabulary/units.csv: it has no such measure word"
    assert f"{TARGETS}:9: {told}" in lines or any("斛" in line for line in lines)
    rows = [int(line.split(":")[1]) for line in lines if line.startswith(f"{TARGETS}:")]
    assert rows == sorted(rows)
    assert any("for ‘力争新增省级工厂35家左右’: what the number is counted over: new_in_year" in line for line in lines)


def test_a_plan_holds_once_the_judgement_is_typed(plan):
    for row in range(2, 10):
        fill(plan, TARGETS, row, name_en=f"Thing {row}", basis="total_in_year", direction="higher")
    fill(plan, TARGETS, 4, basis="growth_on_year")
    append_row(plan, "data/vocabulary/units.csv", unit="hu", words="斛", name_zh="斛", name_en="hu")
    fill(plan, TARGETS, 9, unit="hu")
    for row in (2, 3, 4):
        fill(plan, "data/plan/areas.csv", row, name_en=f"Area {row}")
    fill(plan, "data/plan/plans.csv", 2, name_en="Plan")
    fill(plan, SOURCES, 2, title_en="Plan", publisher_en="Qingxi Daily")
    fill(plan, CONTEXT, column(plan, CONTEXT, "printed").index("5亿元以上") + 2, reason="threshold")
    assert problems(plan) == []


# A notice.


def test_figures_are_found_by_the_words_and_the_unit_of_a_measure(notice):
    columns = [column(notice, COLLECTION, name) for name in ("measure", "value", "period_start", "period_end")]
    assert list(zip(*columns, strict=True)) == [
        ("whole_blood_donations", "31864", "2031", "2031"),
        ("whole_blood_volume", "10784000", "2031", "2031"),
        ("whole_blood_growth", "-4.2", "2031", "2031"),
        ("platelet_donations", "2315", "2031", "2031"),
        ("donation_rate", "13.9", "2031", "2031"),
        ("total_donations", "34000", "2031", "2031"),
        ("donations_growth", "0.9", "2031", "2031"),
        ("blood_volume", "5000000", "2031-01", "2031-06"),
    ]


def test_a_notice_holds_once_the_judgement_is_typed(notice):
    assert {line.split(":")[0] for line in problems(notice)} == {SOURCES, CONTEXT, "data/vocabulary/places.csv"}
    fill(notice, "data/vocabulary/places.csv", 2, level="city")
    fill(notice, SOURCES, 2, title_en="Notice", publisher_en="Qingxi Central Blood Station")
    for row, reason in enumerate(column(notice, CONTEXT, "reason"), start=2):
        if not reason:
            fill(notice, CONTEXT, row, reason="no measure for it")
    assert problems(notice) == []
    assert main(["check", "--root", str(notice)]) == 0


def test_a_decrease_is_negative_by_its_words(notice):
    row = column(notice, COLLECTION, "measure").index("whole_blood_growth") + 2
    edit_cell(notice, COLLECTION, row, "value", "4.2")
    assert f"{COLLECTION}:{row}: value: found '4.2', expected '-4.2', read back from '4.2%'" in problems(notice)


def test_a_figure_goes_to_no_measure_named_with_another_number(made):
    root = made("2031年采集全血300人次，为北京备下冰冻红细胞487人次。献血总人次45万，占90%。", "blood")
    assert column(root, COLLECTION, "printed") == ["300人次", "45万"]


# The root.


def test_the_root_has_its_page_only_and_the_vocabularies_of_the_language(plan):
    assert (plan / "seeds/page.txt").read_text(encoding="utf-8") == PLAN
    assert column(plan, "data/vocabulary/places.csv", "place") == ["qingxi"]
    for file in ("data/vocabulary/units.csv", "data/blood/measures.csv"):
        assert read_csv(plan, file) == read_csv(ROOT, file)
    descriptor = json.loads((plan / tables.DESCRIPTOR).read_text(encoding="utf-8"))
    assert descriptor["name"] == "new"
    assert descriptor["title"] == GIVEN["title"]
    assert column(plan, SOURCES, "title_zh") == [GIVEN["title"]]
    first_page = ("Shandong", "Dongying", "山东", "东营", "大众", "dzrb", "sd-20")
    own = [path for path in plan.rglob("*.*") if path.is_file() and path.name not in ("README.md", "datapackage.json")]
    assert not [path for path in own if any(word in path.read_text(encoding="utf-8") for word in first_page)]


def test_a_known_place_brings_what_it_lies_in(made):
    root = made("东营市2031年献血7人次。", "blood", publisher="东营市中心血站")
    assert column(root, "data/vocabulary/places.csv", "place") == ["china", "shandong", "dongying"]


def test_a_place_that_only_the_text_names_is_not_taken_for_the_pages(made):
    root = made("为北京冬奥会备下红细胞487单位，2031年献血7人次。", "blood")
    assert column(root, "data/vocabulary/places.csv", "place") == ["place"]


@pytest.mark.parametrize(
    "text",
    [
        "2031年院校献血人数同比上升52%。",
        "2031年，其中省血液中心献血总人次4.89万。",
        "2031年支援外地全血20吨。",
        "2031年志愿者竞赛共献血408750毫升。",
    ],
)
def test_a_figure_of_a_part_or_of_somebody_else_is_left_to_the_curator(made, text):
    root = made(text, "blood")
    assert column(root, "data/blood/collection.csv", "printed") == []
    assert "" in column(root, "data/evidence/context_numbers.csv", "reason")


def test_a_quote_never_cuts_another_phrase(made):
    quotes = column(made("2031年六名队员分获一、二、三等奖。", "blood"), "data/evidence/context_numbers.csv", "quote")
    assert not [quote for quote in quotes if quote.endswith("分获一")]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", ["plan", "blood"])
def test_the_notebook_runs_from_the_first_minute_and_while_tables_are_wrong(made, kind, lang):
    root = made(PLAN if kind == "plan" else NOTICE, kind, place="qingxi:清溪省", **GIVEN)
    edit_cell(root, SOURCES, 2, "published", "tomorrow")
    path = root / "notebooks/1-the-page.ipynb"
    (run,) = notebooks.run([path], [lang])[lang]
    shown = [output["data"]["text/plain"] for cell in run.cells for output in cell.get("outputs", [])]
    assert ("are still needed" if lang == "en" else "尚缺") in "".join(shown)
    assert len(shown) >= 5
    # What speaks to the curator is not in the report.
    items = pages.chapter(path, run, Words(provenance.survey(root)[0], lang)).items
    assert {"page-text", "still-needed"} & {item.bundle.get("name") for item in items} == {"page-text"}
    assert not any("check" in item.html for item in items if item.kind == "markdown")


def test_two_pages_in_one_root_are_proven_each(notice):
    page = notice / "seeds/second.txt"
    page.write_text("清溪市2030年献血总人次7万。", encoding="utf-8")
    assert any("seeds/second.txt: found a file that no source names" in line for line in problems(notice))
    new = {"source_id": "second", "kind": "seed", "title_zh": "公告", "title_en": "Notice", "publisher_zh": "血站"}
    append_row(notice, SOURCES, **new, publisher_en="Station", file="seeds/second.txt", first_line="1", last_line="1")
    left = [problem for problem in provenance.survey(notice)[1] if problem.file == "seeds/second.txt"]
    assert [problem.row for problem in left] == [1, 1]


def test_survey_leaves_out_what_is_wrong_and_keeps_what_is_empty(plan):
    rows = len(column(plan, TARGETS, "quote"))
    edit_cell(plan, TARGETS, 3, "value_low", "many")
    delete_row(plan, "data/vocabulary/places.csv", 2)
    loaded, found = provenance.survey(plan)
    assert len(loaded["targets"]) == 0  # without its place the plan is of no use, nor are its targets
    assert {problem.file for problem in found} >= {TARGETS, "data/plan/plans.csv"}
    assert rows == 8


# Bad input.


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "found an empty file"),
        (bytes(range(256)), "found bytes that are not UTF-8"),
        ("新增7家".encode("gbk"), "likely GBK"),
        ("新增7家".encode("utf-16"), "likely UTF-16"),
        (b"a" * 50_000_000, "found a file of 50 MB"),
        ("献血光荣".encode(), "found a text without a number"),
    ],
)
def test_a_page_that_is_none_is_one_line_and_nothing_is_written(tmp_path, capsys, content, told):
    page = tmp_path / "page.txt"
    page.write_bytes(content)
    assert main(["init", str(tmp_path / "new"), str(page), "--kind", "plan"]) == 1
    out = capsys.readouterr().out
    assert told in out
    assert out.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--kind", "poem"], "--kind: found 'poem', expected one of plan, blood"),
        (["--kind", "plan", "--place", "mars"], "--place: found 'mars', expected a code or Chinese name"),
        (["--kind", "plan", "--published", "2024年"], "--published: found '2024年', expected a date"),
    ],
)
def test_what_is_not_known_is_one_line(tmp_path, capsys, arguments, told):
    page = tmp_path / "page.txt"
    page.write_text(PLAN, encoding="utf-8")
    assert main(["init", str(tmp_path / "new"), str(page), *arguments]) == 1
    assert capsys.readouterr().out.startswith(told)
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(tmp_path):
    page, full = tmp_path / "page.txt", tmp_path / "full"
    page.write_text(PLAN, encoding="utf-8")
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    for folder in (full, page):
        with pytest.raises(DataError, match="a folder that is empty"):
            new_root.make(folder, page, "plan")
    with pytest.raises(DataError, match="no room"):
        new_root.make(tmp_path / "no" / "new", page, "plan")
    assert [path.name for path in full.iterdir()] == ["notes.txt"]
    assert not (tmp_path / "no").exists()


def test_a_failure_leaves_nothing_half_written(tmp_path, monkeypatch):
    page = tmp_path / "page.txt"
    page.write_text(PLAN, encoding="utf-8")
    monkeypatch.setattr(new_root.shutil, "copyfile", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(DataError, match="No space left"):
        new_root.make(tmp_path / "new", page, "plan")
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]
