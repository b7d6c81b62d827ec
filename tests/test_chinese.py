"""The Chinese of the notebooks' paragraphs: whole, in Chinese, of the shape of the English, and with its numbers."""

import re
import shutil
from dataclasses import replace

import nbformat
import pytest
from conftest import ROOT

from analysis import __main__, evidence, language, pages, provenance, translation
from analysis.displays import page
from analysis.english import Reader
from analysis.language import Words
from analysis.tables import DataError

CATALOGUE = language.paragraphs(ROOT)
ENTRIES = language._translations(CATALOGUE)
NOTEBOOKS = sorted(CATALOGUE.parent.glob("*.ipynb"))
ENGLISH = "In June 2024 they took *2.05 million* donations, 12.94 per 1,000.\nThree of 26,481 were late: −3.5%."
CHINESE = "2024年6月献血205万人次，千人口12.94；26481人次中有3人次迟到，为−3.5%。"


@pytest.fixture
def own(tables, tmp_path):
    """The problems of a root with one notebook of a title and a paragraph, and its catalogue; both may be changed."""
    folder = tmp_path / "notebooks"
    folder.mkdir()

    def own(english=ENGLISH, chinese=CHINESE, catalogue=None):
        cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_markdown_cell(f"# Is it?\n\n{english}")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "1-one.ipynb")
        entries = {"# Is it?": "# 是吗？", ENGLISH: chinese}
        quoted = [[text.replace("\n", "\\n") for text in entry] for entry in entries.items()]
        text = "\n".join(f'msgid "{known}"\nmsgstr "{said}"\n' for known, said in quoted)
        (folder / "zh.po").write_text(language._HEADER + text if catalogue is None else catalogue, encoding="utf-8")
        return list(map(str, translation.problems(replace(tables, root=tmp_path))))

    return own


def test_every_block_of_the_notebooks_stands_in_chinese_with_its_numbers(tables):
    assert [str(problem) for problem in translation.problems(tables)] == []
    assert len(ENTRIES) == len(language.messages(CATALOGUE.parent))


def test_the_catalogue_is_as_make_translations_writes_it(tmp_path):
    folder = shutil.copytree(CATALOGUE.parent, tmp_path / "notebooks")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    assert language.update_catalogue(folder / "zh.po", folder) == 0
    assert (folder / "zh.po").read_bytes() == CATALOGUE.read_bytes()


def test_chinese_has_full_width_marks_and_no_commas_in_numbers():
    for chinese in ENTRIES.values():
        text = re.sub("`[^`]*`", "", chinese)
        assert not re.search(r"[\u3400-\u9fff][,;:?!()]|[,;:?!()][\u3400-\u9fff]|\d,\d", text), chinese


def test_a_changed_digit_is_refused_wherever_it_stands(tables):
    reader, words = Reader(tables["units"]), translation.unit_words(tables["units"])
    passed = []
    for english, chinese in ENTRIES.items():
        said = translation._plain(english)
        for match in re.finditer(r"\d(?!\.?\d)", text := translation._plain(chinese)):
            changed = text[: match.start()] + str((int(match[0]) + 3) % 10) + text[match.end() :]
            if not any(translation.other_numbers(said, changed, reader, words)):
                passed.append(changed)
    assert passed == []


def test_a_whole_catalogue_has_no_problem(own):
    assert own() == []


@pytest.mark.parametrize(
    ("chinese", "problem"),
    [
        ("", "found no translation of 'In June 2024 they took"),
        (ENGLISH.replace("Three", "Two"), "found English in the Chinese, 'In June"),
        (CHINESE + " This is still to be said.", "found English in the Chinese, 'This is still to be said'"),
        ("# " + CHINESE, "found h1 in '# 2024年6月"),
        (CHINESE.replace("26481", "26484"), "found 26484 among the numbers of"),
        (CHINESE.replace("205万", "206万"), "expected those of the English: 2050000"),
        (CHINESE.replace("6月", "7月"), "found 7 among the numbers of"),
        (CHINESE.replace("6月", ""), "expected those of the English: 6"),
        (CHINESE.replace("3人次", "4人次"), "found 4 among the numbers of"),
        (CHINESE + "又是12.94。", "found 12.94 among the numbers of"),
    ],
)
def test_chinese_that_does_not_say_what_the_english_says_is_refused(own, chinese, problem):
    (line,) = own(chinese=chinese)
    assert line.startswith("notebooks/zh.po:13: ")
    assert problem in line


@pytest.mark.parametrize("words", ["无偿献血光荣。", "确保新培育省级先进制造业集群"])
def test_a_sentence_of_chinese_in_the_english_is_refused_and_a_quoted_word_is_not(own, words):
    def catalogue(english: str) -> str:
        entries = f'msgid "# Is it?"\nmsgstr "# 是吗？"\n\nmsgid "{english}"\nmsgstr "是的。"\n'
        return language._HEADER + entries

    assert own(english="It is so (左右).", catalogue=catalogue("It is so (左右).")) == []
    (line,) = own(english=f"It is so: {words}", catalogue=catalogue(f"It is so: {words}"))
    assert f"found Chinese in the English, '{words[:10]}" in line


def test_a_number_in_words_need_not_be_repeated(own):
    assert own(chinese=CHINESE.replace("有3人次", "有人")) == own(chinese=CHINESE.replace("3人次", "三人次")) == []


def test_a_changed_english_paragraph_makes_its_chinese_stale(own):
    missing, stale = sorted(own(english=ENGLISH.replace("26,481", "26,482")))
    assert missing.startswith("notebooks/1-one.ipynb:2: cell: found 'In June 2024")
    assert missing.endswith("adds its place")
    assert stale.startswith("notebooks/zh.po:13: found 'In June 2024")


def test_a_catalogue_that_is_none_is_refused(own):
    assert own(catalogue="nonsense\n")[0].startswith("notebooks/zh.po:1: found a line of no entry")


def test_the_command_refuses_it_before_anything_runs(own, tables, tmp_path):
    own(chinese="")
    with pytest.raises(DataError, match=r"notebooks/zh[.]po:13"):
        __main__._translated(replace(tables, root=tmp_path))


def test_a_root_without_a_catalogue_reports_in_english(tables, tmp_path):
    other = replace(tables, root=tmp_path)
    assert translation.problems(other) == []
    assert (Words(other, "zh").prose_lang, Words(other, "zh").prose("# Is it?")) == ("en", "# Is it?")


def test_html_of_a_catalogue_is_shown_as_text(own, tables, tmp_path):
    own(chinese=f"<b>{CHINESE}</b>")
    words = Words(replace(tables, root=tmp_path), "zh")
    shown = pages.prose(words.prose(ENGLISH), "one", ENGLISH)
    assert "&lt;b&gt;2024年6月" in shown
    assert "<b>" not in shown


def test_a_reason_without_chinese_is_refused_by_its_file_and_row(own, tables, tmp_path):
    (tmp_path / "data/evidence").mkdir(parents=True)
    (tmp_path / "data/evidence/fixed_words.csv").write_text("\ufeffreason,word\n,一\nalways,一直\n", encoding="utf-8")
    (line,) = own()
    assert line.startswith("data/evidence/fixed_words.csv:3: reason: found 'always', expected a translation in ")
    assert Words(replace(tables, root=tmp_path), "zh").prose("always") == "always"


@pytest.mark.parametrize("name", ["page-set-aside", "fixed-words", "errata"])
def test_reasons_are_shown_in_chinese(tables, name):
    proofs = provenance.proofs(tables)
    words, aside = Words(tables, "zh"), evidence.claims(proofs).query("numeral == 'context'")
    shown = {
        "page-set-aside": lambda: page.claim_rows(aside, words, name),
        "fixed-words": lambda: page.fixed_words(evidence.fixed_words(proofs), words),
        "errata": lambda: page.errata(evidence.errata(tables), words),
    }[name]().frame
    reasons = shown.get("理由", shown.iloc[:, 1])
    assert reasons.str.contains("[\u3400-\u9fff]").all()
    assert not reasons.str.contains("[a-z]{3}").any()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_both_reports_have_the_same_headings_paragraphs_and_addresses(tables, path):
    notebook = nbformat.read(path, as_version=4)
    en, zh = (pages.chapter(path, notebook, Words(tables, lang)) for lang in language.LANGS)
    tags = [
        re.findall(
            "<(?:h[34] id=[^>]+|h4|p|li)>", "".join(item.html for item in chapter.items if item.kind == "markdown")
        )
        for chapter in (en, zh)
    ]
    assert tags[0] == tags[1]
    assert [address for address, _ in en.sections] == [address for address, _ in zh.sections]
    assert all(re.search("[\u3400-\u9fff]", text) for text in (zh.title, zh.lead, *(name for _, name in zh.sections)))


def test_blocks_are_parted_by_blank_lines_but_not_within_code():
    source = "# Title\n\nOne\nline.\n \n- a\n- b\n\n```\nx\n\ny\n```\n"
    assert language.blocks(source) == ["# Title", "One\nline.", "- a\n- b", "```\nx\n\ny\n```"]
