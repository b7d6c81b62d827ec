"""The report in a real browser: accessible in both languages, whole on a phone, in the dark and on paper, off-line."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ["en/index.html", "zh/index.html", "index.html"]
REPORTS = PAGES[:2]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
OPEN = """document.querySelectorAll('details').forEach(item => item.open = true);
document.querySelectorAll('input').forEach(item => item.checked = true)"""
SEEN = "element => element.getBoundingClientRect().height > 0"


@pytest.fixture
def opened(browser, report):
    """Open a page of the report with a screen and without scripts of its own."""
    contexts = []

    def open_page(path: str, screen: dict = WIDE, scheme: str = "light"):
        contexts.append(browser.new_context(viewport=screen, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.asked = []
        page.on("request", lambda call: page.asked.append(call.url))
        page.goto((report / path).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("folded", [True, False], ids=["folded", "opened"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_of_wcag_22_aa(opened, path, screen, scheme, folded):
    page = opened(path, screen, scheme)
    if not folded:
        page.evaluate(OPEN)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_asked_of_the_network(opened, path):
    assert [url for url in opened(path).asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize(("screen", "most"), [(WIDE, 1100), (PHONE, 1500)], ids=["wide", "phone"])
@pytest.mark.parametrize("path", REPORTS)
def test_the_first_figure_stands_on_the_first_screen_or_just_below(opened, path, screen, most):
    page = opened(path, screen)
    assert page.locator("figure").first.bounding_box()["y"] <= most


@pytest.mark.parametrize("screen", [WIDE, {"width": 800, "height": 900}, PHONE], ids=["wide", "tablet", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_no_wider_than_the_screen(opened, path, screen):
    page = opened(path, screen)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


@pytest.mark.parametrize(("screen", "shown"), [(WIDE, "wide"), (PHONE, "narrow")], ids=["wide", "phone"])
def test_one_drawing_of_each_chart_is_there_for_the_screen(opened, screen, shown):
    page = opened("en/index.html", screen)
    drawn = page.evaluate(f"[...document.querySelectorAll('.drawing')].filter({SEEN}).map(item => item.classList[1])")
    assert drawn == [shown] * page.locator("figure").count()
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.drawing text')].map(text => "
        "text.getBoundingClientRect().height).filter(height => height))"
    )
    assert smallest > 9
    assert page.get_by_text("Commitment word", exact=True).locator("visible=true").count() == 1


@pytest.mark.parametrize("path", REPORTS)
def test_the_projects_font_shows_all_text_that_a_reader_meets(opened, path):
    page = opened(path)
    page.evaluate("document.fonts.ready")
    faces = page.evaluate("[...document.fonts].map(face => [face.family, face.status])")
    assert {family.strip('"') for family, _ in faces} == {"Noto Sans SC"}
    assert {status for _, status in faces} == {"loaded"}
    drawn = page.evaluate("getComputedStyle(document.querySelector('svg text')).fontFamily")
    assert "Noto Sans SC" in drawn


@pytest.mark.parametrize("path", REPORTS)
def test_the_contents_stay_at_hand(opened, path):
    for screen in (WIDE, PHONE):
        page = opened(path, screen)
        page.evaluate("window.scrollTo(0, 6000)")
        box = page.locator("nav").bounding_box()
        assert 0 <= box["y"] < 60
        if screen is PHONE:
            assert not page.locator("nav ol").is_visible()
            page.locator("nav summary").press("Enter")
        link = page.locator("nav a").last
        assert link.is_visible()
        link.press("Enter")
        assert page.url.endswith("#sources")


def test_code_is_behind_one_switch_that_the_keyboard_reaches(opened):
    page = opened("en/index.html")
    assert page.evaluate(f"[...document.querySelectorAll('.code')].filter({SEEN}).length") == 0
    page.get_by_label("Show the code").press("Space")
    assert page.evaluate(f"[...document.querySelectorAll('.code')].filter({SEEN}).length") > 20


@pytest.mark.parametrize(("screen", "shown"), [(WIDE, 8), (PHONE, 4)], ids=["wide", "phone"])
def test_a_long_table_opens_by_one_press_and_without_a_script(opened, screen, shown):
    page = opened("en/index.html", screen)
    rows = f"[...document.querySelectorAll('#table-targets tbody tr')].filter({SEEN}).length"
    assert page.evaluate(rows) == shown
    page.locator("#all-targets").press("Space")
    assert page.evaluate(rows) == 25


def test_the_numbers_behind_a_chart_open_by_keyboard(opened):
    page = opened("en/index.html")
    table = page.locator("#chart-commitments table")
    assert not table.is_visible()
    page.locator("#chart-commitments summary").press("Enter")
    assert table.is_visible()


def test_cells_of_a_card_say_their_heading_on_a_phone(opened):
    page = opened("en/index.html", PHONE)
    said = page.evaluate("getComputedStyle(document.querySelector('#table-targets td'), '::before').content")
    assert said.strip('"')
    assert page.evaluate("getComputedStyle(document.querySelector('#table-targets tbody tr')).display") == "flex"
    captions = page.evaluate(
        "[...document.querySelectorAll('caption')].filter(item => item.scrollWidth > item.clientWidth + 1).length"
    )
    assert captions == 0


def test_a_mark_leads_to_its_row_and_back_by_keyboard_also_where_the_row_is_folded(opened):
    page = opened("en/index.html")
    for mark in (page.locator("a.curated", has_text="1 . 2万"), page.locator("a.curated", has_text="6000亿")):
        mark.press("Enter")
        assert re.search(r"#row-targets-sd-2024-[\w-]+$", page.url)
        row = page.url.partition("#row-")[2]
        back = page.locator(f"[id='row-{row}'] a")
        assert back.is_visible()
        back.press("Enter")
        assert page.url.endswith(f"#words-{row}")


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", REPORTS)
def test_charts_stand_on_the_colour_of_the_page_and_each_of_their_texts_stands_out(opened, path, scheme):
    page = opened(path, WIDE, scheme)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    sheet = page.evaluate(
        "[...document.querySelectorAll('.drawing.wide svg')].map(svg => "
        "getComputedStyle(svg.querySelector('path')).fill)"
    )
    assert set(sheet) == {paper}
    texts = page.evaluate(
        "[...document.querySelectorAll('.drawing.wide text')].map(text => "
        "[text.textContent, getComputedStyle(text).fill])"
    )
    behind = luminance(paper)
    for text, colour in texts:
        above, below = sorted((luminance(colour), behind), reverse=True)
        # White on a bar is as far from the paper as the bar's colour: told by the palette's own test.
        if colour != paper:
            assert (above + 0.05) / (below + 0.05) >= 4.5, (text, colour)


@pytest.mark.parametrize("path", REPORTS)
def test_a_report_is_at_most_26_sheets_of_paper_and_no_picture_is_cut(opened, path):
    page = opened(path, scheme="dark")
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 26
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1009})
    shown = page.evaluate(
        f"[...document.querySelectorAll('.drawing')].filter({SEEN})"
        ".map(item => [item.classList[1], item.getBoundingClientRect().height])"
    )
    assert {width for width, _ in shown} == {"wide"}
    assert max(height for _, height in shown) < 1009
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(f"[...document.querySelectorAll('#table-targets tbody tr')].filter({SEEN}).length") == 25
    assert page.evaluate(f"[...document.querySelectorAll('.behind.more table')].filter({SEEN}).length") == (
        page.locator(".behind.more").count()
    )
    address = "getComputedStyle(document.querySelector('li[id^=source] a[href^=http]'), '::after').content"
    assert "http" in page.evaluate(address)
