"""The hero's slider and handle in the built page, dragged in a browser.

The figure is dragged twice: in the chapter, and alone in a page of its own. What the
chapter takes more is the price of the text and formulas around it.
"""

import re
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.results import Result
from mathlib.explore.page import assets
from tools.browser import chromium
from tools.tasks import ROOT

CHAPTER = ROOT / "_build" / "html" / "chapters" / "gradient_descent.html"
HERO = "learning-rate"
MOVES = 200
DRAGS = 5
PASSES = 3  # across the slider in one drag: so nearly every move is another stop
FRAME = 1000 / 60
WATCH = Path(__file__).with_name("drag.js").read_text("utf-8")
FIGURE = re.compile(r'<figure class="explore".*?</figure>', re.DOTALL)
POINTS = """figure => {
  const [points] = JSON.parse(figure.querySelector("script").textContent).points;
  const place = figure.querySelector("svg").getScreenCTM();
  return points.map(([x, y]) => new DOMPoint(x, y).matrixTransform(place))
    .map(({ x, y }) => [x, y]);
}"""


def measure():
    """Drag slider and handle in the chapter, then the slider of the figure alone."""
    with TemporaryDirectory() as folder, chromium() as browser:
        alone = Path(folder) / "alone.html"
        alone.write_text(figure_alone(), "utf-8")
        slider = drags(browser, CHAPTER, "input", slider_path)
        handle = drags(browser, CHAPTER, "pointermove", handle_path)
        lonely = drags(browser, alone, "input", slider_path)
    return [
        Result("hero slider: input → paint, p50", paint(slider, 50), "ms", 3.5),
        Result("hero slider: input → paint, p95", paint(slider, 95), "ms", 4.5),
        Result("hero slider: of it script, p50", script(slider, 50), "ms"),
        Result(f"hero slider: frames dropped, {DRAGS} drags", dropped(slider), "", 0),
        Result("hero handle: input → paint, p50", paint(handle, 50), "ms", 4),
        Result("hero handle: input → paint, p95", paint(handle, 95), "ms", 7),
        Result(f"hero handle: frames dropped, {DRAGS} drags", dropped(handle), "", 0),
        Result("hero alone in a page: input → paint, p50", paint(lonely, 50), "ms"),
        Result("hero alone in a page: input → paint, p95", paint(lonely, 95), "ms"),
    ]


def figures():
    """Return the HTML of each explorer of the chapter, by name."""
    found = FIGURE.findall(CHAPTER.read_text("utf-8"))
    return {re.search('data-name="(.*?)"', figure)[1]: figure for figure in found}


def figure_alone():
    """Return a page that holds nothing but the hero."""
    files = assets()
    return (
        '<!doctype html><meta charset="utf-8">'
        f"<style>{files['explore.css']}</style>{figures()[HERO]}"
        f"<script>{files['explore.js']}</script>"
    )


def drags(browser, file, event, path):
    """Return what the watch saw in each drag of a figure along a path."""
    page = browser.new_page(
        device_scale_factor=2, viewport={"width": 1280, "height": 900}
    )
    page.goto(file.as_uri())
    page.wait_for_timeout(1000)
    figure = page.locator(f'figure[data-name="{HERO}"]')
    figure.evaluate("figure => figure.scrollIntoView({ block: 'center' })")
    figure.hover()
    page.wait_for_timeout(500)
    page.evaluate(WATCH, event)
    seen = [drag(page, *path(figure)) for _ in range(DRAGS)]
    page.close()
    return seen


def drag(page, grip, path):
    """Press at the grip, move along the path, and return what the watch saw."""
    page.mouse.move(*grip)
    page.mouse.down()
    page.evaluate("() => { watch.moves.length = watch.frames.length = 0; }")
    for point in path:
        page.mouse.move(*point)
    page.wait_for_timeout(50)
    seen = page.evaluate("watch")
    page.mouse.up()
    if len(seen["moves"]) < 0.9 * MOVES:
        raise RuntimeError(f"only {len(seen['moves'])} of {MOVES} moves arrived")
    return seen


def slider_path(figure):
    """Return where the first slider begins, and a walk up and down along it."""
    box = figure.locator("input").first.bounding_box()
    left, width, y = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    phase = np.linspace(0, PASSES, MOVES + 1)
    across = 1 - abs(phase % 2 - 1)
    walk = [(float(left + width * share), y) for share in across]
    return walk[0], walk[1:]


def handle_path(figure):
    """Return where the handle is, and a walk up and down its stops."""
    stops = figure.evaluate(POINTS)
    ring = figure.locator(".ring").bounding_box()
    grip = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    round_trip = stops + stops[-2:0:-1]
    return grip, [round_trip[k % len(round_trip)] for k in range(MOVES)]


def paint(drags, percent):
    """Return the median over the drags of a percentile of input → paint."""
    return typical(drags, "paint", percent)


def script(drags, percent):
    """Return the median over the drags of a percentile of the script's time."""
    return typical(drags, "script", percent)


def typical(drags, part, percent):
    """Return the median over the drags of a percentile of a part of a move."""
    return statistics.median(
        np.percentile([move[part] for move in seen["moves"] if part in move], percent)
        for seen in drags
    )


def dropped(drags):
    """Return how many frames of the main thread are missing in all drags."""
    gaps = np.concatenate([np.diff(seen["frames"]) for seen in drags])
    return int(np.rint(gaps / FRAME - 1).clip(0).sum())
