"""The benchmark of the sliders still finds in the page what it drags."""

import math

import pytest

from benchmarks import sliders_page
from book.pages import WIDE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]


@pytest.mark.parametrize("path", [sliders_page.slider_path, sliders_page.handle_path])
def test_a_walk_leads_through_the_figure(path, browser):
    file = sliders_page.CHAPTER
    visited = Visit(browser, f"{file.parent.as_uri()}/", file.name, WIDE)
    figure = visited.page.locator(f'figure[data-name="{sliders_page.HERO}"]')
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    for x, y in [*path(figure)[1], path(figure)[0]]:
        assert math.isfinite(x + y)
        assert box["x"] <= x <= box["x"] + box["width"]
        assert box["y"] <= y <= box["y"] + box["height"]
    visited.context.close()
