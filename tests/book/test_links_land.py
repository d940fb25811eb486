"""Links into a page: whatever they name comes to rest just below the bar.

Every target is asked for in the open page; some are opened anew, then reloaded and come
back to. A target near the end of a page cannot rise to the bar: the page ends first.
"""

import pytest

from book.pages import (
    GAP,
    HTML,
    LESSONS,
    MISSED,
    NARROW,
    NEAR,
    PAGES,
    REST,
    TARGETS,
    WIDE,
    Visit,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

FIGURES = """() => [...document.querySelectorAll("figure.explore[data-name]")]
  .filter(figure => figure.querySelector("input"))
  .map(figure => figure.dataset.name)"""
OFF = """([id, gap]) => {
  const { top } = document.getElementById(id).getBoundingClientRect();
  const end = document.documentElement.scrollHeight - innerHeight;
  return Math.abs(top - (scrollY >= end - 1 ? Math.max(top, gap) : gap));
}"""
OUT_OF_SIGHT = """async names => {
  const missed = [];
  for (const name of names) {
    location.hash = `#${name}:`;
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    const panels = document.querySelector(`#explore-${name} .explore-panels`);
    const { top, bottom } = panels.getBoundingClientRect();
    if (Math.min(bottom, innerHeight) - Math.max(top, 48) < 100) missed.push(name);
  }
  return missed;
}"""
WITHOUT_TARGETS = {"genindex.html", "search.html"}
VIEWPORTS = pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])


@pytest.fixture(params=["http", "file"])
def base(request, serve):
    """The book's address, ending in /."""
    return serve(HTML) if request.param == "http" else HTML.as_uri() + "/"


@pytest.fixture
def tab(browser):
    """A tab, closed in the end."""
    tab = browser.new_page()
    yield tab
    tab.close()


@VIEWPORTS
@pytest.mark.parametrize("name", PAGES)
def test_every_target_comes_to_rest_below_the_bar(name, viewport, browser):
    visited = Visit(browser, HTML.as_uri() + "/", name)
    visited.page.set_viewport_size(viewport)
    ids = visited.page.evaluate(TARGETS)
    assert ids or name in WITHOUT_TARGETS
    assert visited.page.evaluate(MISSED, [ids, GAP, NEAR]) == []
    assert visited.page.evaluate(OUT_OF_SIGHT, visited.page.evaluate(FIGURES)) == []
    visited.context.close()


@pytest.mark.parametrize("name", LESSONS)
def test_a_link_opened_anew_lands_and_stays(name, base, tab):
    viewport = WIDE if base.startswith("file") else NARROW
    tab.set_viewport_size(viewport)
    tab.goto(base + name)
    ids = tab.evaluate(TARGETS)
    for id_ in (ids[len(ids) // 2], "recap"):
        tab.goto("about:blank")
        tab.goto(f"{base}{name}#{id_}")
        tab.wait_for_timeout(REST)
        assert tab.evaluate(OFF, [id_, GAP]) <= NEAR, id_
    tab.reload()
    tab.wait_for_timeout(REST)
    assert tab.evaluate(OFF, ["recap", GAP]) <= NEAR
    tab.goto(f"{base}search.html")
    tab.go_back()
    tab.wait_for_timeout(REST)
    assert tab.evaluate(OFF, ["recap", GAP]) <= NEAR


STANDING = """() => [document.documentElement.scrollHeight, scrollY,
  ...[...document.querySelectorAll("article section, figure.explore")]
    .map(e => e.getBoundingClientRect().top)]"""


@pytest.mark.parametrize("name", LESSONS)
def test_nothing_moves_while_a_slider_is_dragged(name, tab):
    tab.goto((HTML / name).as_uri())
    sliders = tab.locator("figure.explore input[type=range]")
    slider = sliders.nth(sliders.count() // 2)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    before = tab.evaluate(STANDING)
    tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.mouse.down()
    resting = "section => section.style.contentVisibility === 'hidden'"
    sections = tab.locator("section > section").all()
    assert any(section.evaluate(resting) for section in sections)
    assert tab.evaluate(STANDING) == pytest.approx(before, abs=0.5)
    tab.mouse.up()
    assert not any(section.evaluate(resting) for section in sections)
    assert tab.evaluate(STANDING) == pytest.approx(before, abs=0.5)
