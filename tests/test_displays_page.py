"""The marked page, its rows, a number followed, the sources: whole in both languages, escaped, in any order of rows."""

import html as htmls
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import append_row, delete_row, edit_cell

from analysis import evidence, language, provenance, tables, targets
from analysis.charts import plan
from analysis.displays import page
from analysis.displays.base import Text, show
from analysis.language import Words
from analysis.outputs import MIME
from analysis.palette import INK, NUMERAL, PAPER
from analysis.tables import Tables

ANOTHER = Path(__file__).with_name("another_page")
EVIL = '<script>alert("1")</script>&\''


@pytest.fixture(scope="module")
def other() -> Tables:
    return provenance.check(ANOTHER)


@pytest.fixture(params=["own", "other"])
def each(request, tables, other) -> Tables:
    return {"own": tables, "other": other}[request.param]


@pytest.fixture(params=["en", "zh"])
def lang(request) -> str:
    return request.param


def shown(loaded: Tables, lang: str) -> dict[str, str]:
    """The HTML of all that this module makes of a root."""
    words, proofs = Words(loaded, lang), provenance.proofs(loaded)
    claims = evidence.claims(proofs)
    curated, aside = (claims[claims["numeral"] == code] for code in ("curated", "context"))
    first = curated["row_id"].min()
    made = {
        "text": page.marked_text(proofs, words),
        "curated": page.claim_rows(curated, words),
        "aside": page.claim_rows(aside, words),
        "numerals": page.numerals(evidence.counts(proofs), words),
        "fixed": page.fixed_words(evidence.fixed_words(proofs), words),
        "followed": page.followed(evidence.followed(proofs, first), words),
        "sizes": page.sizes(evidence.sizes(loaded), words),
        "errata": page.errata(evidence.errata(loaded), words),
        "sources": page.sources(evidence.sources(loaded), words),
    }
    return {name: item._repr_mimebundle_()["text/html"] for name, item in made.items()}


class Reader(HTMLParser):
    """What a browser makes of HTML: the elements with their attributes, the text, and the text of the pages."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements, self.text, self.seeds, self._open = [], "", "", []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("br",):
            self._open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        self.text += data
        if any(attributes.get("class") == "seed" for _, attributes in self._open):
            self.seeds += data

    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    def links(self) -> list[str]:
        return [attributes["href"] for _, attributes in self.elements if "href" in attributes]


def test_the_text_of_each_page_is_whole(each, lang):
    read = Reader(shown(each, lang)["text"]).seeds
    printed = "".join(proof.seed.text for proof in provenance.proofs(each))
    assert re.sub(r"\s", "", read) == re.sub(r"\s", "", printed)


def test_printed_lines_are_kept_and_a_column_break_leaves_no_gap(tables):
    read = Reader(shown(tables, "en")["text"]).seeds
    assert "提质年”工作方案》(下称《方案》)。2024\n年，山东" in read
    assert "积极争创国家质量\n标准" not in read
    assert "争创1家国家质量\n标准实验室" in read
    assert "聚力在生态优化上攻坚提质，进一\n步加大" in read
    assert "现代化产业体系。\n\n制造业" in read


def test_marks_and_rows_lead_to_each_other(each, lang):
    proofs, words = provenance.proofs(each), Words(each, lang)
    text, claims = Reader(page.marked_text(proofs, words).html), evidence.claims(proofs)
    curated, aside = (page.claim_rows(claims[claims["numeral"] == code], words) for code in ("curated", "context"))
    places = [*curated.places, *aside.places]
    assert Counter(text.ids()) == Counter(places)
    rows = {place.removeprefix("words-") for place in places}
    assert rows == set(claims["row_id"]) - {""}
    assert {link.removeprefix("#row-") for link in text.links()} <= rows


def test_a_table_shown_leads_to_the_marks(each, lang):
    plan_id = each["plans"]["plan_id"].iloc[0]
    frame, words = targets.overview(each, plan_id), Words(each, lang)
    places = show(frame, words, rows_of="targets").places
    assert set(places) <= set(Reader(shown(each, lang)["text"]).ids())
    assert places == [f"words-targets-{target_id}" for target_id in frame["target_id"]]


def test_every_cell_says_something_in_both_languages(each, lang):
    for name, html in shown(each, lang).items():
        assert not re.search(r"<(td|th|li|b|span)\b(?! id)[^>]*>\s*</", html), name
        assert not re.search(r"\bnan\b|None|<NA>", html), name


def test_each_source_of_a_page_stands_above_its_text(other):
    html = shown(other, "en")["text"]
    for title in other["sources"].query("kind == 'seed'")["title_en"]:
        assert html.count(f"<b>{htmls.escape(title)}</b>") == 1


def test_the_text_is_marked_as_chinese(each, lang):
    assert 'class="seed" lang="zh-CN"' in shown(each, lang)["text"]


def test_a_claimed_row_is_shown_with_what_was_read(tables):
    proofs, words = provenance.proofs(tables), Words(tables, "en")
    frame = page.claim_rows(evidence.claims(proofs).query("numeral == 'curated'"), words).frame
    pooled = frame.set_index("as printed").loc["3—5个百分点"].iloc[0]
    assert list(pooled[["value, low", "value, high", "unit"]]) == [3, 5, "percentage points"]
    assert list(frame.loc[0, ["what it is", "value, low", "value, high", "unit", "bound"]]) == ["areas", 6, 6, "–", "–"]


def test_the_title_says_whether_all_is_accounted_for(tables, root, lang):
    said = {"en": "Each of the 96 numerals printed is accounted for", "zh": "原文96处数字，处处有着落"}
    assert page.marked_text(provenance.proofs(tables), Words(tables, lang)).title == said[lang]
    delete_row(root, "data/evidence/context_numbers.csv", 2)
    broken = load(root)
    text = page.marked_text(provenance.proofs(broken), Words(broken, lang))
    said = {"en": "1 of the 96 numerals printed are not accounted for", "zh": "原文96处数字中，1处尚无着落"}
    assert text.title == said[lang]


def load(root: Path) -> Tables:
    return tables.load(root)


def test_a_page_that_does_not_hold_is_marked_and_its_lines_are_listed(root, lang):
    delete_row(root, "data/evidence/context_numbers.csv", 2)
    edit_cell(root, "data/plan/targets.csv", 2, "value_low", "8")
    broken = load(root)
    assert shown(broken, lang)["text"].count('class="left"') == 1
    problems = [problem for proof in provenance.proofs(broken) for problem in proof.problems]
    read = Reader(page.still_needed(problems, Words(broken, lang)).html).text
    assert "data/plan/targets.csv:2: value_low: found '8', expected '7', read back from '7家左右'" in read
    assert "which no row claims" in read


def test_what_is_left_over_is_not_in_the_key_where_it_is_nothing(tables, lang):
    assert "outline:2px" not in shown(tables, lang)["text"]


@pytest.mark.parametrize(("first", "last"), [("9999", "9999"), ("1", "9999"), ("168", "167"), ("", "")])
def test_a_source_on_any_line_shows_its_page(root, first, last):
    edit_cell(root, "data/evidence/sources.csv", 2, "first_line", first)
    edit_cell(root, "data/evidence/sources.csv", 2, "last_line", last)
    broken = load(root)
    proofs = provenance.proofs(broken)
    assert proofs[0].problems
    read = Reader(page.marked_text(proofs, Words(broken))._repr_mimebundle_()["text/html"])
    assert re.sub(r"\s", "", read.seeds) == re.sub(r"\s", "", proofs[0].seed.text)


def test_reversing_the_rows_of_every_table_changes_no_byte(each, lang):
    other_order = replace(each, frames={name: frame[::-1] for name, frame in each.frames.items()})
    before, after = shown(each, lang), shown(other_order, lang)
    assert {name for name in before if before[name] != after[name]} == set()


def test_without_pages_rows_or_sources_a_line_says_so(tables, lang):
    words = Words(tables, lang)
    claims = evidence.claims([])
    for text in (
        page.marked_text([], words),
        page.claim_rows(claims, words),
        page.followed(evidence.followed(provenance.proofs(tables), "targets-sd-2024-zone-clusters").head(0), words),
        page.sources(evidence.sources(tables).head(0), words),
    ):
        assert isinstance(text, Text)
        assert text.title
        assert text.html == f"<p>{text.title}</p>"


def test_doubtful_hosts_are_named_and_no_link_leads_there(tables, lang):
    read = Reader(shown(tables, lang)["sources"])
    doubtful = tables["sources"].loc[tables["sources"]["note"].str.contains("do not make it a link"), "url"]
    assert len(doubtful) == 4
    assert not set(doubtful) & set(read.links())
    assert all(url.partition("://")[2] in read.text for url in doubtful)
    assert set(read.links()) == set(tables["sources"]["url"]) - set(doubtful) - {""}
    listed = Words(tables, lang).source_list(tables["sources"]["source_id"])
    assert not set(doubtful) & {source["url"] for source in listed}


# Whatever stands in tables and catalogues is text.


def hostile(loaded: Tables) -> Tables:
    """A root whose names, titles, labels, reasons, notes, quotes and addresses would like to run."""
    frames = dict(loaded.frames)
    for name, frame in frames.items():
        texts = ("name_", "title_", "publisher_", "reason", "note", "definition_", "old", "new", "url")
        columns = [column for column in frame if column.startswith(texts)]
        frames[name] = frame.assign(**{column: frame[column].map(lambda cell: f"{cell}{EVIL}") for column in columns})
    return replace(loaded, frames=frames)


def harmless(html: str) -> bool:
    read = Reader(html)
    known = {
        "a",
        "b",
        "br",
        "caption",
        "div",
        "li",
        "p",
        "small",
        "span",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    }
    allowed = {"class", "style", "title", "href", "id", "lang", "scope", "border"}
    return {tag for tag, _ in read.elements} <= known and all(
        set(attributes) <= allowed and not attributes.get("href", "#").startswith("javascript")
        for _, attributes in read.elements
    )


def test_nothing_of_a_table_is_html(each, lang):
    for name, html in shown(hostile(each), lang).items():
        assert harmless(html), name
        assert name in ("followed",) or EVIL in Reader(html).text or name == "curated", name


def test_nothing_of_a_page_is_html(root, lang):
    seed = next((root / "seeds").glob("*.txt"))
    seed.write_text(seed.read_text(encoding="utf-8").replace("大众日报记者", f"{EVIL}大众日报记者"), encoding="utf-8")
    delete_row(root, "data/evidence/context_numbers.csv", 2)
    append_row(root, "data/evidence/fixed_words.csv", word="<b>一", reason="x")
    html = shown(load(root), lang)["text"]
    assert harmless(html)
    assert EVIL in Reader(html).seeds


def test_nothing_of_a_catalogue_is_html(each, monkeypatch):
    entries = {message: f"{chinese}{EVIL}" for message, chinese in language._translations(language.CATALOGUE).items()}
    monkeypatch.setattr(language, "_translations", lambda _: entries)
    for name, html in shown(each, "zh").items():
        assert harmless(html), name


def test_nothing_of_a_table_or_catalogue_is_markup_in_a_drawing(each, lang, monkeypatch):
    evil = EVIL + ' href="#x url(#y) --> ]]>'
    frames = {
        name: frame.assign(**{column: frame[column] + evil for column in frame if column.startswith("name_")})
        for name, frame in each.frames.items()
    }
    entries = {message: f"{chinese}{evil}" for message, chinese in language._translations(language.CATALOGUE).items()}
    monkeypatch.setattr(language, "_translations", lambda _: entries)
    bad = replace(each, frames=frames)
    frame = targets.overview(bad, bad["plans"]["plan_id"].iloc[0])
    for width in ("wide", "narrow"):
        svg = plan.commitments(frame, Words(bad, lang)).svg(width)
        assert "<script" not in svg
        assert "&lt;script" in svg


def test_a_table_shown_escapes_its_cells_and_headings(tables, lang):
    frame = tables["targets"].head(3)[["name_zh", "name_en", "printed"]].assign(**{EVIL: EVIL, "printed": EVIL})
    data = show(frame, Words(tables, lang), "x", EVIL, sources=[])._repr_mimebundle_()
    assert harmless(data["text/html"])
    assert data[MIME]["title"] == EVIL


def test_the_numbers_of_the_report_are_counted_under_the_titles_of_its_notebooks(tables, lang):
    words = Words(tables, lang)
    shown = page.report_numbers(evidence.report_numbers(tables), words).frame
    titles = [path.stem for path in sorted((tables.root / "notebooks").glob("*.ipynb"))]
    assert list(shown.iloc[:, 0]) == list(map(words.heading, titles))
    assert (
        words.heading(titles[-1]) == {"en": "How were the numbers checked?", "zh": "这些数字是怎样核对的？"}[words.lang]
    )
    assert words.heading("none") == "none"


def test_a_number_is_followed_step_by_step(tables):
    words, proofs = Words(tables, "en"), provenance.proofs(tables)
    table = page.followed(evidence.followed(proofs, "targets-sd-2024-zone-clusters"), words)
    assert table.frame.to_numpy().tolist() == [
        ["the page at line 106; the quote, found there once", *["打造1—2个优势产业集群"] * 2],
        ["the number in the quote, with its measure word and bound word", "1—2个", "1—2个"],
        ["its value", "1", "1"],
        ["the upper end of its value", "2", "2"],
        ["its unit, by the measure word", "count", "count"],
        ["its bound, by the bound word", "range", "range"],
        ["what rounds to it", "0.5 up to, not including, 2.5", "in no cell"],
        ["the commitment, by the nearest such word before it in the clause", *["no commitment word"] * 2],
    ]
    assert list(table.frame) == ["step", "read from the page", "in the row"]
    assert (table.name, table.title) == ("one-number-followed", "From the page to the table: 1—2个")


def test_tables_of_the_evidence_have_their_names_titles_and_sources(tables):
    words, proofs = Words(tables, "en"), provenance.proofs(tables)
    made = [
        page.numerals(evidence.counts(proofs), words),
        page.fixed_words(evidence.fixed_words(proofs), words),
        page.sizes(evidence.sizes(tables), words),
        page.errata(evidence.errata(tables).head(1), words),
        page.errata(evidence.errata(tables).head(1).assign(origin="source"), words),
    ]
    assert [(table.name, table.title) for table in made] == [
        ("numerals", "What became of the 96 numerals"),
        ("fixed-words", "10 words that hold a numeral and count nothing"),
        ("sizes", "261 rows with a source, 99 of them from the page"),
        ("errata", "1 cell corrected, and why"),
        ("errata", "1 misprint of a source"),
    ]
    own = "Sources: Dongying Central Blood Station, in Dazhong Daily, June 2024; Dazhong Daily, June 2024"
    assert [table.source for table in made] == [own, own, "", "", ""]
    assert "origin" not in evidence.errata(tables) or "origin" not in made[3].frame


def test_sources_stand_in_groups_each_with_what_it_carries(tables):
    first = page.sources(evidence.sources(tables).iloc[1:2], Words(tables, "en"))
    assert first.title == "1 source, with what it carries"
    assert first.html == (
        '<div class="sources"><p><b>The newspaper page, its text kept here (1)</b></p><ul>'
        '<li id="source-dzrb-2024-06-notice">Dongying Central Blood Station, in Dazhong Daily, June 2024: '
        "Notice for World Blood Donor Day<br><small>numbers set aside (6); blood figures (8)</small></li></ul></div>"
    )


def style_of(attributes: dict) -> dict[str, str]:
    return dict(each.split(":") for each in attributes["style"].split(";"))


def test_each_mark_is_in_the_colour_of_what_became_of_it(tables):
    box, *elements = [own for _, own in Reader(shown(tables, "en")["text"]).elements]
    assert style_of(box) == {"background": PAPER, "color": INK, "padding": "1em"}
    marks = [own for own in elements if own.get("class") in NUMERAL]
    styles = list(map(style_of, marks))
    assert [style["color"] for style in styles] == [NUMERAL[own["class"]] for own in marks]
    assert {own["class"] for own in marks} == {"curated", "context", "fixed"}
    assert all({*style} - {"border-bottom"} == {"background", "color", "text-decoration"} for style in styles)
