"""The built book, looked at: light and dark, wide and narrow, by every eye and hand."""

import re
from importlib.resources import files
from urllib.parse import unquote, urlsplit

import pytest
from book.pages import HTML, LESSONS, NARROW, PAGES, REST, WIDE, Visit, kilobytes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

PAGE_KB, EXPLORER_KB = 900, 80
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
COLORS = """() => [...document.querySelectorAll(".explore-panels")].map(panels =>
  [...panels.querySelectorAll("*")].flatMap(e =>
    [getComputedStyle(e).stroke, getComputedStyle(e).fill]))"""
VIOLATIONS = """async contrast => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    rules: { "color-contrast": { enabled: contrast } },
  });
  const place = node => `  ${node.target} ${node.html.slice(0, 120)}`;
  return violations.map(({ help, nodes }) =>
    [help, ...nodes.slice(0, 5).map(place), nodes[0].failureSummary].join("\\n"));
}"""
# axe looks at all places at once: what is out of sight must have its place by then
ALL_IN_SIGHT = "section { content-visibility: visible !important; }"
# axe takes 10 s for the contrast of a long page: there, in two of the four looks
LONG = [*LESSONS, "pages/api.html"]
CONTRAST = [("light", WIDE), ("dark", NARROW)]


@pytest.fixture(scope="module", params=PAGES)
def shown(request, browser, serve):
    """A page, opened once, over http."""
    visited = Visit(browser, serve(HTML), request.param)
    visited.page.wait_for_load_state("networkidle")
    visited.page.wait_for_timeout(REST)
    visited.weighed = set(visited.loaded)  # axe will load more
    visited.page.add_style_tag(content=ALL_IN_SIGHT)
    yield visited
    visited.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(shown, scheme, viewport):
    shown.look(scheme, viewport)
    shown.page.evaluate(AXE)
    contrast = shown.name not in LONG or (scheme, viewport) in CONTRAST
    violations = "\n".join(shown.page.evaluate(VIOLATIONS, contrast))
    assert not violations, violations


@pytest.mark.parametrize("viewport", [NARROW, TABLET], ids=["phone", "tablet"])
def test_nothing_sticks_out_of_the_window(shown, viewport):
    shown.look("light", viewport)
    width = shown.page.evaluate("document.documentElement.scrollWidth")
    sticking_out = "\n".join(shown.page.evaluate(STICKING_OUT))
    assert (width, sticking_out) == (viewport["width"], "")


def test_explorers_change_their_colors_in_the_dark(shown):
    shown.look("light", NARROW)
    by_day = shown.page.evaluate(COLORS)
    shown.look("dark", NARROW)
    by_night = shown.page.evaluate(COLORS)
    assert bool(by_day) == (shown.name in LESSONS)
    for light, dark in zip(by_day, by_night, strict=True):
        assert light != dark


# ---- weight


def test_a_page_with_all_it_loads_is_light(shown):
    loaded = [u.removeprefix(shown.base) for u in shown.weighed if shown.base in u]
    paths = [HTML / unquote(urlsplit(u).path) for u in loaded]
    sizes = {path.name: kilobytes(path.read_bytes()) for path in paths}
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert HTML / shown.name in paths
    assert sum(sizes.values()) <= PAGE_KB, heaviest


@pytest.mark.parametrize("name", LESSONS)
def test_every_explorer_is_light(name):
    html = (HTML / name).read_text("utf-8")
    figures = re.findall(r'<figure class="explore".*?</figure>', html, re.DOTALL)
    assert figures
    for figure in figures:
        assert kilobytes(figure.encode()) <= EXPLORER_KB, figure[:80]
