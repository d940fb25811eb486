"""The built book, looked at: light and dark, wide and narrow, by every eye and hand."""

import itertools
import re
from importlib.resources import files
from statistics import median
from urllib.parse import unquote, urlsplit

import pytest
import tables

from book.pages import (
    ALL,
    HTML,
    KINDS,
    LESSONS,
    NARROW,
    OF_SOME,
    PAGES,
    REST,
    SHIFTED,
    SOME,
    WIDE,
    Visit,
    kilobytes,
)
from tools import faces

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

PAGE_KB, LONG_KB, MEDIAN_KB, FACES_KB, EXPLORER_KB = 250, 480, 400, 120, 80
SHIFT = 0.005
SHEET = {"width": 794, "height": 1123}  # A4; its margins do not count for @media
PRINTED = 907  # 24 cm of it: with room for a margin and the number of the page
TABLET = {"width": 1000, "height": 800}  # a list of pages, and no right margin
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

STICKING_OUT = """() => {
  const scrolls = e => e && (/auto|scroll/.test(getComputedStyle(e).overflowX)
    || scrolls(e.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter(e => e.checkVisibility())
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .filter(e => !e.closest("svg, math") && !scrolls(e))
    .map(e => `${e.localName}.${e.className}: ${e.textContent.slice(0, 40)}`);
}"""
INTO_THE_MARGIN = """() => {
  const { left, right } = document.querySelector("article").getBoundingClientRect();
  return [...document.querySelectorAll("article *")]
    .filter(e => e.checkVisibility() && !e.closest("svg, math"))
    .filter(e => {
      const box = e.getBoundingClientRect();
      return box.width && (box.left < left - 1 || box.right > right + 1);
    })
    .map(e => `${e.localName}.${e.className}: ${e.textContent.slice(0, 40)}`);
}"""
TALLER_THAN_A_SHEET = """sheet =>
  [...document.querySelectorAll("article :is(svg, figure, img)")]
  .filter(e => e.getBoundingClientRect().height > sheet)
  .map(e => `${e.localName}.${e.getAttribute("class")}`)"""
HEADS_OF_NOTHING = """() => [...document.querySelectorAll("article section[id]")]
  .filter(section => section.checkVisibility())
  .filter(section => ![...section.children].slice(1).some(e => e.checkVisibility()
    && e.getBoundingClientRect().height))
  .map(section => section.id)"""
LOOSE = """rows => [...document.querySelectorAll("article table")]
  .filter(table => table.rows.length > rows)
  .filter(table => getComputedStyle(table).tableLayout !== "fixed"
    || table.querySelectorAll("col").length !== table.rows[0].cells.length)
  .map(table => table.outerHTML.slice(0, 200))"""
COLORS = """() => [...document.querySelectorAll(".explore-panels")].map(panels =>
  [...panels.querySelectorAll("*")].flatMap(e =>
    [getComputedStyle(e).stroke, getComputedStyle(e).fill]))"""
VIOLATIONS = """async contrast => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    rules: {
      "color-contrast": { enabled: contrast },
      "empty-table-header": { enabled: false },  // it reads no formula: see EMPTY_HEADS
    },
  });
  const place = node => `  ${node.target} ${node.html.slice(0, 120)}`;
  return violations.map(({ help, nodes }) =>
    [help, ...nodes.slice(0, 5).map(place), nodes[0].failureSummary].join("\\n"));
}"""
EMPTY_HEADS = """() => [...document.querySelectorAll("th")]
  .filter(head => !head.textContent.trim() && !head.querySelector("math"))
  .map(head => head.closest("table").outerHTML.slice(0, 200))"""
# The reference has a section for each module and grows with the lessons, as they do.
LONG = [*LESSONS, "pages/api.html"]
FRONT = "pages/introduction.html"  # shows a lesson's hero
# The rows of a long table are alike: in `make test` axe looks at the first of them.
FIRST_ROWS = """() => document.querySelectorAll(
  "article :is(tbody tr, .citation, li):nth-child(n + 9)").forEach(e => e.remove())"""
# axe takes 10 s for the contrast of a long page: in `make test`, two of the four looks
CONTRAST = [("light", WIDE), ("dark", NARROW)]


@pytest.mark.parametrize("name", PAGES if ALL else KINDS)
def test_axe_finds_nothing(name, browser, serve):
    visited = Visit(browser, serve(HTML), name)
    if not ALL:
        visited.page.evaluate(FIRST_ROWS)
    for scheme, viewport in itertools.product(("light", "dark"), (WIDE, NARROW)):
        visited.look(scheme, viewport)
        visited.page.evaluate(AXE)
        contrast = ALL or (scheme, viewport) in CONTRAST
        violations = "\n".join(visited.page.evaluate(VIOLATIONS, contrast))
        assert not violations, f"{scheme}, {viewport}: {violations}"
    visited.context.close()


def test_over_http_a_page_asks_nobody_and_misses_nothing(opened):
    assert opened.noise == []


def test_nothing_sticks_out_of_a_phone(opened):
    assert sticking_out(opened, NARROW) == (NARROW["width"], [])


@OF_SOME
def test_nothing_sticks_out_of_a_tablet(opened):
    assert sticking_out(opened, TABLET) == (TABLET["width"], [])


def sticking_out(opened, viewport):
    """How wide a page is in a window, and what is beyond its edge."""
    opened.look("light", viewport)
    width = opened.page.evaluate("document.documentElement.scrollWidth")
    return width, opened.page.evaluate(STICKING_OUT)


def test_no_head_of_a_table_is_empty(opened):
    assert opened.page.evaluate(EMPTY_HEADS) == []


@OF_SOME
def test_explorers_change_their_colors_in_the_dark(opened):
    opened.look("light", NARROW)
    by_day = opened.page.evaluate(COLORS)
    opened.look("dark", NARROW)
    by_night = opened.page.evaluate(COLORS)
    assert bool(by_day) == (opened.name in [*LESSONS, FRONT])
    for light, dark in zip(by_day, by_night, strict=True):
        assert light != dark


# ---- weight


def weight(visited):
    """Return the files that a page loaded, with their kilobytes as they are sent."""
    loaded = [u.removeprefix(visited.base) for u in visited.weighed]
    paths = {HTML / unquote(urlsplit(u).path) for u in loaded if ":" not in u}
    assert HTML / visited.name in paths
    return {path.name: kilobytes(path.read_bytes()) for path in paths}


def test_a_page_with_all_it_loads_is_light(opened):
    sizes = weight(opened)
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    limit = LONG_KB if opened.name in LONG else PAGE_KB
    assert sum(sizes.values()) <= limit, heaviest


def test_the_lesson_in_the_middle_is_light():
    assert median(map(linked_weight, LESSONS)) <= MEDIAN_KB


def linked_weight(name):
    """Return the kilobytes of a page and of the sheets and scripts that it names."""
    text = (HTML / name).read_text("utf-8")
    links = re.findall(r'(?:src|href)="([^"?#]+\.(?:css|js))[?"]', text)
    paths = {(HTML / name).parent / link for link in links} | {HTML / name}
    return sum(kilobytes(path.read_bytes()) for path in paths)


def test_a_page_loads_nothing_that_it_does_not_use(opened):
    names = weight(opened).keys()
    has = opened.page.locator("figure.explore").count()
    assert bool(has) == ("explore.js" in names) == ("explore.css" in names)
    assert ("searchindex.js" in names) == (opened.name == "search.html")


def test_all_faces_together_are_light():
    sheets = [HTML / "_static" / f"{name}.css" for name in faces.SHEETS]
    assert sum(kilobytes(sheet.read_bytes()) for sheet in sheets) <= FACES_KB


def test_nothing_moves_once_it_is_drawn(opened):
    assert opened.shift <= SHIFT


def test_rows_that_come_later_do_not_move_a_long_table(opened):
    assert opened.page.evaluate(LOOSE, tables.LONG) == []


@pytest.mark.parametrize("name", SOME)
def test_on_a_phone_from_the_disk_nothing_moves_or_is_missing(name, browser):
    visited = Visit(browser, HTML.as_uri() + "/", name, NARROW)
    visited.page.wait_for_timeout(REST)
    moved = visited.page.evaluate(SHIFTED)
    visited.page.keyboard.press("End")
    visited.page.wait_for_load_state("networkidle")
    visited.context.close()
    assert visited.noise == []
    assert moved <= SHIFT


@pytest.mark.parametrize("name", LESSONS)
def test_every_explorer_is_light(name):
    html = (HTML / name).read_text("utf-8")
    figures = re.findall(r'<figure class="explore".*?</figure>', html, re.DOTALL)
    assert figures
    for figure in figures:
        assert kilobytes(figure.encode()) <= EXPLORER_KB, figure[:80]


@OF_SOME
def test_on_paper_nothing_is_cut_and_no_heading_stands_alone(opened):
    opened.look("light", SHEET)
    opened.page.emulate_media(media="print", color_scheme="light")
    found = opened.page.evaluate(INTO_THE_MARGIN)
    bare = opened.page.evaluate(HEADS_OF_NOTHING)
    tall = opened.page.evaluate(TALLER_THAN_A_SHEET, PRINTED)
    opened.page.emulate_media(media="screen", color_scheme="light")
    assert (found, bare, tall) == ([], [], [])
