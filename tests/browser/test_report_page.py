"""The report in a real browser: accessible in both languages, whole on a phone and on paper, off-line."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ["en/index.html", "zh/index.html", "index.html"]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(params=PAGES)
def page(request, browser, report):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.asked = []
    opened.on("request", lambda call: opened.asked.append(call.url))
    opened.goto((report / request.param).as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_of_wcag_22_aa(page, scheme):
    page.emulate_media(color_scheme=scheme)
    # What is folded away is for readers too.
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found] == []


def test_nothing_is_asked_of_the_network(page):
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []


def test_the_page_fits_a_phone(page):
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_every_picture_is_drawn(page):
    sizes = page.evaluate("[...document.querySelectorAll('svg')].map(drawing => drawing.getBoundingClientRect().width)")
    assert all(size > 100 for size in sizes if size)  # the drawing of the other width is not shown


def test_the_projects_font_shows_the_chinese(page):
    page.evaluate("document.fonts.ready")
    faces = page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)")
    assert any("Noto Sans SC" in face for face in faces)


def test_a_mark_leads_to_its_row_and_back_by_keyboard(browser, report):
    page = browser.new_page()
    page.goto((report / "en" / "index.html").as_uri())
    page.locator("a.curated", has_text="1 . 2万").focus()
    page.keyboard.press("Enter")
    assert re.search(r"#row-targets-sd-2024-renovation-projects$", page.url)
    row = page.url.partition("#row-")[2]
    page.locator(f"#row-{row} a").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#words-{row}")
    page.close()


def test_charts_are_not_cut_on_paper(browser, report):
    page = browser.new_page()
    page.goto((report / "en" / "index.html").as_uri())
    page.emulate_media(media="print")
    # A4 at 96 dpi less the margins: no picture may be higher than what is left of a sheet.
    page.set_viewport_size({"width": 658, "height": 987})
    heights = page.evaluate(
        "[...document.querySelectorAll('svg')].map(drawing => drawing.getBoundingClientRect().height)"
    )
    assert 100 < max(heights) < 987
    assert len(page.pdf(format="A4")) > 100_000
    page.close()
