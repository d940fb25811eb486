"""A link opened anew lands at its place, and stays there while a slider is dragged.

That every target of an open page is reached, `test_laid_out` asks.
"""

import itertools
import re

import pytest

from book.pages import (
    GAP,
    HTML,
    NARROW,
    NEAR,
    OF_SOME,
    REST,
    SOME_LESSONS,
    WIDE,
)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

OFF = """([id, gap]) => {
  const { top } = document.getElementById(id).getBoundingClientRect();
  const end = document.documentElement.scrollHeight - innerHeight;
  return Math.abs(top - (scrollY >= end - 1 ? Math.max(top, gap) : gap));
}"""


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


# From the disk and over http in turn; the first lesson both ways.
WAYS = [*zip(SOME_LESSONS, itertools.cycle(["file", "http"]))]
WAYS.append((SOME_LESSONS[0], "http"))


@pytest.mark.parametrize(("name", "base"), WAYS, indirect=["base"])
def test_a_link_opened_anew_lands_and_stays(name, base, tab):
    tab.set_viewport_size(WIDE if base.startswith("file") else NARROW)
    for id_ in (middle(name), "recap"):
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


def middle(name):
    """Return the id of the section in the middle of a lesson."""
    found = re.findall('<section id="([^"]+)"', (HTML / name).read_text("utf-8"))
    return found[len(found) // 2]


RESTING = """() => [...document.querySelectorAll("section > section")]
  .some(section => section.style.contentVisibility === "hidden")"""
STANDING = """() => [document.documentElement.scrollHeight, scrollY,
  ...[...document.querySelectorAll("article section, figure.explore")]
    .map(e => e.getBoundingClientRect().top)]"""


@OF_SOME
def test_nothing_moves_while_a_slider_is_dragged(opened):
    page = opened.page
    opened.look("light", WIDE)
    sliders = page.locator("figure.explore input[type=range]")
    if not sliders.count():
        pytest.skip("this page has no slider")
    slider = sliders.nth(sliders.count() // 2)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    before = page.evaluate(STANDING)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    assert page.evaluate(RESTING)
    assert page.evaluate(STANDING) == pytest.approx(before, abs=0.5)
    page.mouse.up()
    assert not page.evaluate(RESTING)
    assert page.evaluate(STANDING) == pytest.approx(before, abs=0.5)
