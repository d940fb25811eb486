"""Every page laid out, wide and narrow: formulas hold together, and every link lands.

A target near the end of a page cannot rise to the bar: the page ends first.
"""

import pytest

from book.pages import (
    GAP,
    MISSED,
    NARROW,
    NEAR,
    OF_SOME,
    REST,
    TARGETS,
    WIDE,
    Visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

FIGURES = """() => [...document.querySelectorAll("figure.explore[data-name]")]
  .filter(figure => figure.querySelector("input"))
  .map(figure => figure.dataset.name)"""
# The script hears of a new address a moment later, on a busy machine several frames.
OUT_OF_SIGHT = """async names => {
  const missed = [];
  for (const name of names) {
    location.hash = `#${name}:`;
    const panels = document.querySelector(`#explore-${name} .explore-panels`);
    const seen = () => {
      const { top, bottom } = panels.getBoundingClientRect();
      return Math.min(bottom, innerHeight) - Math.max(top, 48) >= 100;
    };
    const end = performance.now() + 2000;
    do await new Promise(requestAnimationFrame);
    while (!seen() && performance.now() < end);
    if (!seen()) missed.push(name);
  }
  return missed;
}"""
# The sign after a formula, or the bracket before one, that stands on another line.
TORN = """() => {
  const apart = ({ top, bottom }, box) => top > box.bottom || bottom < box.top;
  const at = (text, i) => {
    const range = document.createRange();
    range.setStart(text, i);
    range.setEnd(text, i + 1);
    return range.getClientRects()[0];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, text =>
    text.data && !text.parentElement.closest("math, script, style") ? 1 : 3);
  const torn = [];
  for (const math of document.querySelectorAll(".math:not(.long) > math")) {
    if (math.closest("div.math") || !math.checkVisibility()) continue;
    const block = math.closest("p, li, td, th, dd, dt, h1, h2, h3, summary");
    const box = math.getBoundingClientRect();
    texts.currentNode = math;
    const before = texts.previousNode();
    texts.currentNode = math.querySelector("annotation").firstChild;
    const after = texts.nextNode();
    const touching = [
      [before, before && before.length - 1, /[(\\[“]/], [after, 0, /[^\\s–—-]/],
    ];
    for (const [text, i, kind] of touching) {
      if (!text || !block.contains(text) || !kind.test(text.data[i])) continue;
      const place = at(text, i);
      if (place && apart(place, box)) torn.push(`${math.textContent} | ${text.data}`);
    }
  }
  return torn;
}"""
OPEN_ALL = """() => {
  window.folded = [...document.querySelectorAll("details:not([open])")];
  for (const fold of folded) fold.open = true;
}"""
FOLD_AGAIN = "() => { for (const fold of folded) fold.open = false; }"
OUT_OF_REACH = """() => [...document.querySelectorAll("div.math, .math.long")]
  .filter(e => e.scrollWidth > e.clientWidth && e.clientWidth)
  .filter(e => e.tabIndex !== 0)
  .map(e => e.textContent.slice(0, 60))"""
SMALL = """least => [...document.querySelectorAll("figure.explore text")]
  .filter(text => text.getClientRects().length)
  .map(text => {
    const { b, d } = text.getScreenCTM();
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(b, d);
    return [text.closest("figure").id, text.textContent, size];
  })
  .filter(([, , size]) => size < least)"""
SMALLEST = 9.4  # pixels
WITHOUT_TARGETS = {"genindex.html", "search.html"}
VIEWPORTS = pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])


@VIEWPORTS
def test_every_target_comes_to_rest_below_the_bar(opened, viewport):
    opened.page.set_viewport_size(viewport)
    opened.page.evaluate("location.hash = ''")
    opened.page.wait_for_timeout(REST)
    ids = opened.page.evaluate(TARGETS)
    assert ids or opened.name in WITHOUT_TARGETS
    assert opened.page.evaluate(MISSED, [ids, GAP, NEAR]) == []
    assert opened.page.evaluate(OUT_OF_SIGHT, opened.page.evaluate(FIGURES)) == []


@VIEWPORTS
def test_the_words_of_figures_can_be_read(opened, viewport):
    opened.page.set_viewport_size(viewport)
    assert opened.page.evaluate(SMALL, SMALLEST) == []


def test_on_a_phone_formulas_stay_with_their_points_and_within_reach(opened):
    assert_formulas_stay(opened.page, NARROW)


@OF_SOME
def test_formulas_stay_with_their_points_and_within_reach(opened):
    assert_formulas_stay(opened.page, WIDE)


def assert_formulas_stay(page, viewport):
    """Assert that no formula is torn, and none too wide for its scroll bar."""
    page.set_viewport_size(viewport)
    page.evaluate(OPEN_ALL)
    page.wait_for_timeout(REST)
    assert page.evaluate(TORN) == []
    # the script looks again a moment after the last face has come
    page.wait_for_function(f"() => ({OUT_OF_REACH})().length === 0")
    page.evaluate(FOLD_AGAIN)


TORN_PAGE = """<!doctype html><link rel="icon" href="data:,"><body>
<p style="width: 9ch">The length <span class="math"><math><semantics><mi>vvv</mi>
<annotation>v</annotation></semantics></math></span><br>, it is said.</p>"""


def test_a_comma_alone_on_its_line_is_seen(tmp_path, browser):
    (tmp_path / "torn.html").write_text(TORN_PAGE, encoding="utf-8")
    visited = Visit(browser, tmp_path.as_uri() + "/", "torn.html")
    assert len(visited.page.evaluate(TORN)) == 1
    visited.context.close()
