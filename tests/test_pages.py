"""The pages of the report, from outputs that are fixed here: nothing runs and nothing is drawn."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from analysis import pages, provenance
from analysis.language import Words
from analysis.outputs import MIME
from analysis.tables import load

ANOTHER = Path(__file__).with_name("another_page")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="691" height="400" viewBox="0 0 518.4 300" role="img">'
    '<title id="{0}-title">T</title><path style="fill: #ffffff"/>'
    '<text style="font-size: 13px; font-weight: 700; fill: #1a1f24" x="1" y="20">A finding</text>'
    '<text style="font-size: 8.5px; fill: #5a636d" x="1" y="200">Drawn: x &amp; y</text>'
    '<text style="font-size: 8.5px; fill: #5a636d" x="1" y="270">Sources: A &lt;paper&gt;,</text>\n'
    '<text style="font-size: 8.5px; fill: #5a636d" x="1" y="282">June 2024</text>\n</svg>'
)
SOURCE = "Sources: A <paper>, June 2024"


def bundle(kind: str, name: str, **more) -> dict:
    table = {
        "columns": ["thing", "value"],
        "codes": ["thing", "value"],
        "rows": [["x", 1], ["z", 2.5]],
        "places": [],
        "sources": [],
        "source": "",
    }
    return {"kind": kind, "name": name, "lang": "en", "title": f"Title of {name}"} | table | more


def chart(name: str, **more) -> dict:
    svg = {width: SVG.format(f"{name}-{width}") for width in ("wide", "narrow")}
    return bundle("chart", name, subtitle="s", alt="a", svg=svg) | {"source": SOURCE} | more


def cell(*shown: dict, source: str = "shown()", html: str = "", tags: tuple = ()) -> nbformat.NotebookNode:
    outputs = [
        nbformat.v4.new_output("display_data", {"text/plain": "t", "text/html": html, "image/png": "UE5H", MIME: each})
        for each in shown
    ]
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata={"tags": list(tags)})


def notebook(*cells) -> nbformat.NotebookNode:
    prose = [nbformat.v4.new_markdown_cell(each) if isinstance(each, str) else each for each in cells]
    return nbformat.v4.new_notebook(cells=prose)


def chapter(name: str, *cells) -> pages.Chapter:
    return pages.chapter(Path(f"{name}.ipynb"), notebook(*cells), Words(load(ANOTHER), "en"))


HEADLINE = {"kind": "headline", "lang": "en", "sentences": ["Said <first>.", "Said then."], "figures": [["3", "met"]]}
MARKED = {"kind": "text", "name": "page-text", "lang": "en", "title": "Marked"}
PLAN = ("# What became of the *plan*?\n\nThe lead, <b>bold</b>.\n\nMore.", cell(HEADLINE), "## Each & all\n\n### Below")
BLOOD = ("# What of the blood?\n\nAnother lead.", cell(HEADLINE))


class Page(HTMLParser):
    """The elements of a page, each as tag and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.elements = text, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def every(self, tag: str, **wanted) -> list[dict]:
        found = [attributes for name, attributes in self.elements if name == tag]
        return [each for each in found if all(each.get(key) == value for key, value in wanted.items())]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


MADE = {"line": "Data of today.", "versions": "Python 3"}


def render(tables, *chapters, langs=("en",)) -> dict[str, Page]:
    words = {lang: Words(tables, lang) for lang in langs}
    texts = pages.render(words, {key: list(chapters) for key in langs}, dict.fromkeys(langs, MADE))
    return {path: Page(text) for path, text in texts.items()}


def report(tables, *cells, lang: str = "en") -> Page:
    return render(tables, chapter("1-one", *cells), langs=(lang,))[f"{lang}/index.html"]


# Chapters.


def test_a_chapter_takes_address_title_lead_and_sections_from_its_notebook():
    found = chapter("12-what-became", *PLAN)
    assert (found.slug, found.file, found.title) == (
        "what-became",
        "12-what-became.ipynb",
        "What became of the *plan*?",
    )
    assert found.lead == "<p>The lead, &lt;b&gt;bold&lt;/b&gt;.</p>"
    assert found.sections == [("what-became.each-all", "Each &amp; all")]
    assert [item.kind for item in found.items] == ["markdown", "code", "headline", "markdown"]
    assert found.headline == HEADLINE
    assert not found.proves


def test_headings_step_down_and_the_title_is_left_to_the_chapter():
    source = "# Title\n\nText\n\n## A *part* of 2\n\n### Below\n\n#### Deeper"
    html = pages.prose(source, "slug", source)
    assert "<h1>" not in html
    assert "Title" not in html
    assert '<h3 id="slug.a-part-of-2">A <em>part</em> of 2</h3>' in html
    assert "<h4>Below</h4>" in html
    assert "<h4>Deeper</h4>" in html


def test_a_notebook_without_prose_is_named_by_its_file():
    found = chapter("data", cell())
    assert (found.title, found.lead, found.sections, found.headline) == ("data", "", [], None)


def test_cells_that_show_nothing_between_them_are_one_and_a_frame_without_a_name_is_left_out():
    found = chapter("1-one", cell(source="a = 1"), cell(source="b = 2"), cell(bundle("table", "")), cell(chart("c")))
    assert [item.kind for item in found.items] == ["code", "chart"]
    assert all(name in found.items[0].html for name in ("a", "b", "shown"))
    assert found.items[1].png == "UE5H"


def test_a_cell_for_those_at_work_and_an_empty_one_are_not_in_the_report():
    work = nbformat.v4.new_markdown_cell("# Not this\n\nWork", metadata={"tags": ["remove-cell"]})
    found = chapter("1-one", work, "# This?\n\nLead", cell(source=" "), cell(chart("c"), tags=["remove-cell"]))
    assert found.title == "This?"
    assert [item.kind for item in found.items] == ["markdown"]


def test_what_a_cell_prints_shows_as_text():
    printed = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="<i>1</i>")])
    returned = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", {"text/plain": "<2>"})])
    found = chapter("1-one", printed, returned)
    assert [item.html for item in found.items if item.kind == "output"] == ["&lt;i&gt;1&lt;/i&gt;", "&lt;2&gt;"]


# Stories.


def test_a_headline_opens_a_story_and_the_proof_stands_by_itself():
    plan, more = chapter("1-plan", *PLAN), chapter("2-more", "# More?\n\nText")
    blood, proof = chapter("3-blood", *BLOOD), chapter("4-proof", "# Proven?\n\nText", cell(MARKED, html="<p>1</p>"))
    assert proof.proves
    assert pages.stories([plan, more, blood, proof]) == [[plan, more], [blood], [proof]]
    assert pages.stories([more, plan, blood]) == [[more], [plan], [blood]]
    assert pages.stories([more]) == [[more]]
    assert pages.stories([]) == []


def test_the_first_page_has_two_stories_with_lead_and_figures_and_leads_to_both_languages(tables, tmp_path):
    tables = replace(tables, root=tmp_path)  # without a catalogue of its prose
    chapters = chapter("1-plan", *PLAN), chapter("2-more", "# More?\n\nText"), chapter("3-blood", *BLOOD)
    proof = chapter("4-proof", "# Proven?\n\nText", cell(MARKED, html="<p>1</p>"))
    found = render(tables, *chapters, proof, langs=("en", "zh"))["index.html"]
    links = [link["href"] for link in found.every("a")]
    assert links[:5] == ["en/index.html", *(f"en/index.html#{name}" for name in ("plan", "more", "blood", "proof"))]
    assert [link.replace("en", "zh", 1) for link in links[:5]] == links[5:]
    assert len(found.every("article")) == 4
    assert len(found.every("h1")) == 1
    assert [part["lang"] for part in found.every("section")] == ["en", "zh"]
    english, chinese = re.split('<section lang="zh">', found.text)
    assert "Dazhong Daily, June 2024" in english
    assert "《" not in english
    assert "What these stories share is a page of a newspaper." in english
    assert english.count("The lead, &lt;b&gt;bold&lt;/b&gt;.") == 1
    assert "Said &lt;first&gt;." not in english
    assert "<b>3</b> met" in english
    # What is written in another language than the page's gives way to what is said in its own, or is marked.
    assert "Said &lt;first&gt;." in chinese
    assert "The lead" not in chinese
    assert '<h2 lang="en"><a href="zh/index.html#plan">' in chinese


def test_one_story_alone_is_told_as_one(tables):
    found = render(tables, chapter("1-plan", *PLAN))["index.html"].text
    assert "What these stories share" not in found
    assert "Every number on a page of a newspaper is accounted for" in found
    assert found.count("<article>") == 1


def test_a_story_without_a_headline_and_one_without_a_lead(tables):
    found = render(tables, chapter("1-a", "# A?\n\nLead of a."))["index.html"].text
    assert "Lead of a." in found
    assert 'class="figures"' not in found
    assert 'class="more"' not in found
    found = render(tables, chapter("1-b", "# B?", cell(HEADLINE)))
    assert "Said &lt;first&gt;." in found["index.html"].text
    assert "Said &lt;first&gt;." in found["en/index.html"].text


# The page.


def test_a_page_says_its_language_loads_nothing_and_runs_nothing(tables):
    for path, page in render(tables, chapter("1-plan", *PLAN, cell(chart("c"))), langs=("en", "zh")).items():
        assert page.every("html") == [{"lang": "zh" if path.startswith("zh") else "en"}]
        assert [tag for tag, _ in page.elements if tag in ("script", "link", "iframe", "img")] == []
        policy = page.every("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
        assert policy.startswith("default-src 'none'; ")
        assert "script-src" not in policy
        assert page.every("meta", name="generator") == [{"name": "generator", "content": "one-newspaper-page report"}]


def test_chapters_come_in_the_order_of_the_notebooks_and_the_contents_name_them(tables):
    chapters = chapter("2-more", "# More?"), chapter("1-plan", *PLAN)
    page = render(tables, *chapters)["en/index.html"]
    assert [part["id"] for part in page.every("section")] == ["more", "plan", "sources", "errors"]
    nav = page.text[page.text.index("<nav") : page.text.index("</nav>")]
    assert re.findall('href="#([^"]+)"', nav) == ["more", "plan", "sources"]
    assert len(page.every("h1")) == 1
    assert re.findall(r"<h2>(.*?)</h2>", page.text)[:2] == ["More?", "What became of the <em>plan</em>?"]


def test_prose_in_another_language_is_marked_and_what_is_said_in_its_own_stands_beside(tables, tmp_path):
    tables = replace(tables, root=tmp_path)  # without a catalogue of its prose
    page = report(tables, *PLAN, lang="zh")
    assert '<div class="prose" lang="en">' in page.text
    assert '<h2 lang="en">What became' in page.text
    assert "Said &lt;first&gt;." in page.text
    english = report(tables, *PLAN)
    assert '<div class="prose">' in english.text
    assert "Said &lt;first&gt;." not in english.text
    assert english.text.count("<b>3</b> met") == 1


def test_the_other_languages_are_linked_and_no_own(tables):
    both = render(tables, chapter("1-plan", *PLAN), langs=("en", "zh"))
    assert [a["href"] for a in both["en/index.html"].every("a") if "hreflang" in a] == ["../zh/index.html"]
    assert [a["hreflang"] for a in both["zh/index.html"].every("a") if "hreflang" in a] == ["en"]
    assert [a for a in report(tables, *PLAN).every("a") if "hreflang" in a] == []


def test_code_stands_behind_one_switch_that_is_off(tables):
    page = report(tables, "# A?", cell(chart("c")), cell(source="hidden = 1"), "Text", cell(source="more = 2"))
    assert page.every("input", id="code") == [{"type": "checkbox", "id": "code"}]
    assert page.every("label", **{"for": "code"})
    code = page.every("div", **{"class": "code"})
    assert len(code) == 3
    assert all(each["tabindex"] == "0" and each["aria-label"] for each in code)


def test_the_footer_has_what_was_made_and_the_licence_and_errors_can_be_reported(tables):
    page = report(tables, *PLAN)
    footer = page.text[page.text.index("<footer>") :]
    assert "Data of today. Python 3." in footer
    assert "Curated data: Creative Commons Attribution 4.0." in footer
    assert "../tables/all.en.xlsx" in footer
    assert "whoever publishes this report" in page.text
    assert all(each["href"] == "#errors" for each in page.every("a") if "error" in each.get("href", ""))


def test_an_address_for_errors_is_linked_where_the_root_names_one(tables):
    from dataclasses import replace

    named = {"homepage": "https://example.org/issues?a&b", "licenses": [{"name": "x"}]}
    page = report(replace(tables, descriptor=tables.descriptor | named), *PLAN)
    assert page.every("a", href="https://example.org/issues?a&b")
    assert "whoever gave you this page" not in page.text
    assert "Curated data: ." not in page.text


# Charts.


def test_a_chart_stands_as_two_drawings_with_text_and_its_files_are_in_sight(tables):
    page = report(tables, "# A?", cell(chart("c")))
    assert [each["class"] for each in page.every("div") if "drawing" in each.get("class", "")] == [
        "drawing wide",
        "drawing narrow",
    ]
    assert page.every("figure") == [{"id": "chart-c"}]
    assert len(set(page.ids)) == len(page.ids)
    files = [a["href"] for a in page.every("a") if a["href"].startswith("../") and ".en." in a["href"]]
    assert files == ["../charts/c.en.svg", "../charts/c.en.png", "../tables/c.en.csv", "../tables/all.en.xlsx"]
    assert page.every("a", href="#chart-c")
    behind = page.text[page.text.index('<details class="behind') :]
    assert behind.index("<table") < behind.index("</details>")


def test_the_source_line_of_a_drawing_gives_way_to_links(tables):
    page = report(tables, "# A?", cell(chart("c")))
    assert "A finding</text>" in page.text
    assert "Drawn: x &amp; y</text>" in page.text
    assert "June 2024</text>" not in page.text
    assert "&lt;paper&gt;" not in page.text
    # Cut above its first line: 270 less 1.6 sizes of 8.5.
    assert page.text.count('viewBox="0 0 518.4 256.40"') == 2
    assert 'height="400"' not in page.text


@pytest.mark.parametrize("source", ["", "Sources: another paper, June 2024", "Drawn: x & y", "2024"])
def test_a_drawing_that_does_not_end_in_its_source_line_is_left_whole(source):
    svg = SVG.format("c")
    assert pages.View.drawings(None, chart("c", source=source)) == [
        ("wide", svg.replace('"c-', '"c-wide-')),
        ("narrow", svg.replace('"c-', '"c-narrow-')),
    ]


def test_the_table_behind_a_chart_is_printed_where_it_says_more(tables):
    drawn = [["Drawn:", "x & y"], ["A finding", "June 2024"]]
    same = chart("same", rows=drawn)
    more = chart("more", rows=[["new", 5], ["newer", 6]])
    page = report(tables, "# A?", cell(same), cell(more))
    assert [each["class"] for each in page.every("details") if "class" in each] == ["behind", "behind more"]
    listed = report(tables, "# A?", cell(more), cell(bundle("table", "t", rows=more["rows"])))
    assert [each["class"] for each in listed.every("details") if "class" in each] == ["behind"]


def listed(tables, ids: list[str], lang: str = "en") -> list[dict]:
    return [each for source in ids for each in Words(tables, lang).source_list([source])]


def test_sources_are_named_below_and_lead_into_the_list(tables):
    ids = list(tables["sources"]["source_id"])
    for number, more in ((1, 0), (3, 0), (4, 0), (5, 2), (9, 6)):
        page = report(tables, "# A?", cell(chart("c", sources=listed(tables, ids[:number]))))
        figure = page.text[page.text.index("<figcaption>") : page.text.index("</figcaption>")]
        assert len(re.findall('href="#source-', figure)) == number - more
        assert (f"{more} more</a>" in figure) == bool(more)
        assert f'<p class="source">{"Source" if number == 1 else "Sources"}: <a' in figure
    chinese = report(tables, "# A?", cell(chart("c", sources=listed(tables, ids[:2], "zh"))), lang="zh").text
    assert '<p class="source">来源：<a' in chinese
    assert 'class="source"' not in report(tables, "# A?", cell(chart("c"))).text
    assert {f"source-{source}" for source in ids} <= set(page.ids)
    unknown = [{"name": "Nobody", "title": "x", "url": ""}]
    assert '<a href="#sources">Nobody</a>' in report(tables, "# A?", cell(chart("c", sources=unknown))).text


def test_sources_stand_once_where_a_notebook_lists_them(tables):
    shown = {"kind": "text", "name": "sources", "lang": "en", "title": "Sources"}
    page = report(tables, "# A?", cell(shown, html='<ul><li id="source-who">WHO</li></ul>'))
    assert page.ids.count("sources") == 1
    assert [name for name in page.ids if name.startswith("source-")] == ["source-who"]
    own = report(tables, "# A?")
    assert own.ids.count("sources") == 1
    assert len([name for name in own.ids if name.startswith("source-")]) == len(tables["sources"])


# Tables.


def cells(page: Page) -> list[str]:
    return re.findall(r'data-label="[^"]*"[^>]*>\s*(.*?)</t[hd]>', page.text)


def test_a_table_names_columns_and_rows_and_says_each_heading_on_its_card(tables):
    rows = [["a", "same", 1], ["b", "same", 2]]
    page = report(
        tables, "# A?", cell(bundle("table", "t", columns=["<one>", "two", "n"], codes=["one", "two", "n"], rows=rows))
    )
    assert [each["scope"] for each in page.every("th")] == ["col"] * 3 + ["row"] * 2
    assert [each["data-label"] for each in page.every("td")] == ["two", "n"] * 2
    assert "<caption>Title of t</caption>" in page.text
    assert "&lt;one&gt;" in page.text
    assert page.every("table") == [{"role": "table"}]
    assert len(page.every("tr", role="row")) == 3
    assert len(page.every("th", role="rowheader")) == 2
    assert [each.get("class") for each in page.every("td")] == [None, "n"] * 2


def test_rows_are_headed_by_the_first_column_of_texts_that_differ(tables):
    view = pages.View(Words(tables, "en"), [], {})
    for rows, key in (
        ([["a", "x", 1], ["a", "y", 2]], 1),
        ([[1, "x"], [2, "x"]], 0),
        ([["a", "x"], ["a", "x"]], 0),
        ([["a", "x"], ["b", "y"]], 0),
    ):
        assert view.key({"columns": ["a", "b", "c"][: len(rows[0])], "rows": rows}) == key
    assert view.columns({"columns": ["a"], "rows": []}) == [("a", True)]
    assert view.rows({"columns": ["a"], "codes": ["a"], "rows": [], "places": []}) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([12.94, 11.25, 10], [("12.94", ""), ("11.25", ""), ("10.00", "")]),  # dropped zeros come back
        ([12.94, 9.4, 9.5, 11], [("12.94", ""), ("9.4", "0"), ("9.5", "0"), ("11", ".00")]),  # as printed
        ([26481, 12.94], [("26,481", ".00"), ("12.94", "")]),  # of different kinds
        ([1, None, 1000], [("1", ""), ("", ""), ("1,000", "")]),
        ([0.123456, -0.1235], [("0.1235", ""), ("-0.1235", "")]),
        (["a", 1, None], [("a", ""), ("1", ""), ("", "")]),
        ([999, 0.5], [("999.0", ""), ("0.5", "")]),
        ([1000, 0.5], [("1,000", ".0"), ("0.5", "")]),
    ],
)
def test_numbers_of_a_column_stand_with_their_decimals_below_each_other(tables, values, said):
    rows = pages.View(Words(tables, "en"), [], {}).rows(
        {"columns": ["n"], "codes": ["n"], "rows": [[v] for v in values], "places": []}
    )
    assert [(row.cells[0].text, row.cells[0].pad) for row in rows] == said


def test_a_missing_decimal_takes_room_and_says_nothing(tables):
    page = report(tables, "# A?", cell(bundle("table", "t", rows=[["x", 26481], ["y", 12.94]])))
    assert cells(page) == ["x", '26,481<span class="pad">.00</span>', "y", "12.94"]


def test_a_cell_in_the_other_language_is_marked(tables):
    rows = [["7家左右", "about 7 of them"], ["the GDP of 七", "三等A"]]
    for lang, marked in (("en", ["zh", "", "", "zh"]), ("zh", ["", "en", "en", ""])):
        found = pages.View(Words(tables, lang), [], {}).rows(
            {"columns": ["a", "b"], "codes": ["a", "b"], "rows": rows, "places": []}
        )
        assert [cell.lang for row in found for cell in row.cells] == marked
    assert '<th scope="row" role="rowheader" data-label="thing" lang="zh">\n7家左右' in re.sub(
        r">\s*7", ">\n7", report(tables, "# A?", cell(bundle("table", "t", rows=[["7家左右", 1], ["x", 2]]))).text
    )


@pytest.mark.parametrize(("rows", "folds"), [(12, False), (13, True)])
def test_a_long_table_folds_and_opens_without_a_script(tables, rows, folds):
    table = bundle("table", "t", rows=[[f"row {n}", n] for n in range(rows)])
    text = "<table><tr><th>head</th></tr>" + "<tr><td>1</td></tr>" * rows + "</table>"
    shown = {"kind": "text", "name": "claims", "lang": "en", "title": "Claims"}
    page = report(tables, "# A?", cell(table), cell(shown, html=text))
    boxes = [each["id"] for each in page.every("input")][1:]
    assert boxes == (["all-t", "all-claims"] if folds else [])
    assert page.text.count(f"Show all {rows} rows") == (2 if folds else 0)
    assert page.every("div", id="table-t")[0]["class"] == ("frame long" if folds else "frame")
    assert page.every("div", id="text-claims")[0]["class"] == ("shown long" if folds else "shown")


# From rows to words and back.

WORDS = '<a id="words-targets-a" href="#row-targets-a">7家</a><a id="words-targets-b" href="#row-targets-b">8</a>'
PLACED = bundle("table", "t", rows=[["a", 1], ["b", 2], ["c", 3]], places=["words-targets-a", "words-targets-z", ""])


def test_a_row_leads_to_its_words_and_they_to_it(tables):
    page = report(tables, "# A?", cell(PLACED), cell(MARKED, html=WORDS))
    assert [each.get("id") for each in page.every("tr")][1:] == ["row-targets-a", "row-targets-z", None]
    assert [a["href"] for a in page.every("a") if a.get("href", "").startswith("#words")] == ["#words-targets-a"]
    mark, lost = (each for each in page.every("a") if each.get("id", "").startswith("words"))
    assert mark["href"] == "#row-targets-a"
    assert "href" not in lost, "a link that leads nowhere is none"


def test_a_row_that_another_list_has_gets_an_address_of_its_own(tables):
    claims = {"kind": "text", "name": "claims", "lang": "en", "title": "Claims"}
    html = '<table><tr id="row-targets-a"><td>1</td></tr></table>'
    page = report(tables, "# A?", cell(PLACED), cell(PLACED | {"name": "u"}), cell(claims, html=html))
    assert [each["id"] for each in page.every("tr") if "id" in each] == [
        "t.row-targets-a",
        "row-targets-z",
        "u.row-targets-a",
        "u.row-targets-z",
        "row-targets-a",
    ]


def test_every_link_within_a_page_leads_somewhere(tables):
    page = report(tables, *PLAN, cell(chart("c", sources=listed(tables, ["dzrb-2024-06-plan"]))), cell(PLACED))
    assert {a["href"][1:] for a in page.every("a") if a.get("href", "").startswith("#")} <= set(page.ids)


# Another root.


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_root_without_words_for_the_report_and_without_this_page_has_one(lang):
    tables = provenance.check(ANOTHER)
    page = report(tables, *PLAN, cell(chart("c")), lang=lang)
    names = [Words(tables, lang).source_list([each])[0]["name"] for each in pages_of(tables)]
    assert names
    assert all(name in page.text for name in names)
    assert not re.search("Shandong|Dongying|Dazhong|山东|东营|大众日报", page.text)


def pages_of(tables) -> list[str]:
    seeds = tables["sources"].query("kind == 'seed'").sort_values(["file", "first_line"])
    return list(seeds.drop_duplicates("file")["source_id"])


def test_a_page_names_what_it_was_printed_in_once_a_file(tables):
    assert pages.printed_on(Words(tables, "en")) == "Dazhong Daily, June 2024"
    assert (
        pages.printed_on(Words(provenance.check(ANOTHER), "en")).count("; ")
        == len(pages_of(provenance.check(ANOTHER))) - 1
    )


def test_the_code_and_templates_name_nothing_of_this_page():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "analysis").glob("*.j2")]
    texts += [(ROOT / "analysis" / name).read_text(encoding="utf-8") for name in ("pages.py", "report.py", "style.css")]
    assert not re.search("Shandong|Dongying|Dazhong|2024|山东|东营", " ".join(texts))
