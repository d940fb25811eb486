"""The figures alive: a real JupyterLab, its sliders moved by keyboard in a browser."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from book.book import ROOT, chapter, code_cells
from tools.lab import PATIENCE, jupyterlab, run_notebook
from tools.notebooks import METADATA

pytestmark = pytest.mark.browser

OWN = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
LESSON = ROOT / "chapters" / "gradient_descent.ipynb"  # every stop changes its hero
TALL = {"width": 1280, "height": 4000}  # all cells in sight: a hidden one is not drawn
FRAGILE = """
from mathlib.explore import explore, stops


def scene(ax):
    ax.set(xlim=(0, 6), ylim=(0, 40))


def fragile_square(ax, w):
    ax.plot([0, w], [0, w**2])
    if w == 3:
        raise ArithmeticError("no square of three")
    return f"At {w} the square is {w**2}."


explore(fragile_square, scene, w=stops(2, 3, 4))
"""
SHOWN = """box => ({
  picture: box.querySelector(".explore-panels svg")?.outerHTML,
  readout: box.querySelector("[role=status]")?.textContent,
})"""
CHANGED = """([box, before]) => {
  const picture = box.querySelector(".explore-panels svg")?.outerHTML;
  return picture && picture !== before.picture;
}"""
PRESSES = 8  # the picture changes with each; the reading is rounded


def live_notebook():
    """The lesson up to its hero, then a draw that fails at one value."""
    sources = []
    for cell in code_cells(chapter(LESSON)):
        sources.append(cell.source)
        if "hero" in cell.metadata.get("tags", []):
            break
    cells = [new_code_cell(source) for source in (*sources, FRAGILE)]
    return new_notebook(metadata=METADATA, cells=cells)


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """JupyterLab with the notebook open and run: the page, and what it asked for."""
    folder = tmp_path_factory.mktemp("lab")
    nbformat.write(live_notebook(), folder / "live.ipynb")
    asked = []
    with jupyterlab(folder) as address:
        context = browser.new_context(viewport=TALL)
        context.on("request", lambda request: asked.append(request.url))
        context.route(lambda url: not url.startswith(OWN), lambda route: route.abort())
        page = context.new_page()
        page.on("websocket", lambda socket: asked.append(socket.url))
        run_notebook(page, address, "live.ipynb")
        page.get_by_text("At 2 the square is 4.").wait_for(timeout=PATIENCE)
        yield page, asked
        context.close()


def figure(page, number):
    """The widgets of an explorer, counted from the last."""
    boxes = page.locator(".widget-vbox", has=page.locator(".explore-panels, .explore"))
    return boxes.nth(boxes.count() + number)


def press(page, box, slider, key):
    """Press an arrow key on a slider; return picture and reading when they changed."""
    before = box.evaluate(SHOWN)
    slider.focus()
    page.keyboard.press(key)
    page.wait_for_function(CHANGED, arg=[box.element_handle(), before])
    return box.evaluate(SHOWN)


def test_the_hero_follows_its_sliders(lab):
    page, _ = lab
    box = figure(page, -2)
    sliders = box.locator("[role=slider]").all()
    assert sliders
    for slider in sliders:
        start = box.evaluate(SHOWN)
        away = [press(page, box, slider, "ArrowRight") for _ in range(PRESSES)][-1]
        back = [press(page, box, slider, "ArrowLeft") for _ in range(PRESSES)][-1]
        assert away["picture"] != start["picture"]
        assert away["readout"] != start["readout"]
        assert back == start


def test_a_draw_that_raises_says_so_and_recovers(lab):
    page, _ = lab
    box = figure(page, -1)
    slider = box.locator("[role=slider]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    alert = box.get_by_role("alert")
    alert.wait_for()
    assert "ArithmeticError: no square of three" in alert.inner_text()
    assert box.locator("svg").count() == 0
    page.keyboard.press("ArrowRight")
    box.get_by_text("At 4 the square is 16.").wait_for()
    assert alert.count() == 0
    assert box.locator(".explore-panels svg").count() == 1


def test_nothing_is_asked_of_a_third_party(lab):
    _, asked = lab
    assert {url.partition(":")[0] for url in asked} >= {"http", "ws"}
    assert [url for url in asked if not url.startswith(OWN)] == []
