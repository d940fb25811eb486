"""The benchmark of the sliders still finds in the page what it drags."""

import math

import pytest

from benchmarks import sliders_page
from book.pages import HTML, Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]


@pytest.mark.parametrize("path", [sliders_page.slider_path, sliders_page.handle_path])
def test_a_walk_leads_through_the_figure(path, browser):
    name = sliders_page.CHAPTER.relative_to(HTML).as_posix()
    visited = Visit(browser, f"{HTML.as_uri()}/", name)
    figure = visited.page.locator(f'figure[data-name="{sliders_page.HERO}"]')
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    for x, y in [*path(figure)[1], path(figure)[0]]:
        assert math.isfinite(x + y)
        assert box["x"] <= x <= box["x"] + box["width"]
        assert box["y"] <= y <= box["y"] + box["height"]
    visited.context.close()
