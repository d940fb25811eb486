"""The hero in a real JupyterLab, beside the same functions under stock `interact`.

Both are cells of one notebook, in one kernel; the key presses take turns.
"""

import json
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.results import Result
from tools.browser import chromium
from tools.lab import PATIENCE, jupyterlab, run_notebook
from tools.tasks import ROOT

PRESSES = 40
REST = 250  # milliseconds between presses: the kernel comes to rest
NAME = "sliders.ipynb"
NOTEBOOK = ROOT / "chapters" / "gradient_descent.ipynb"
WATCH = Path(__file__).with_name("keys.js").read_text("utf-8")
STOCK = """\
%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import interact


@interact(rate=(0.0025, 0.21, 0.0025), start=(0, 160, 20))
def stock(rate=0.05, start=140):
    _, panels = plt.subplots(1, 2, figsize=(9.2, 3.4), width_ratios=(620, 300))
    plate(*panels)
    print(learning_rate(*panels, rate, start))
    plt.show()
"""
EXPLORE_CELL, STOCK_CELL = (1, ".explore-panels"), (2, ".jp-RenderedImage img")


def measure():
    """Press keys on both sliders in turn."""
    with TemporaryDirectory() as folder:
        write_notebook(Path(folder) / NAME)
        with jupyterlab(Path(folder)) as address, chromium() as browser:
            page = open_notebook(browser, address)
            ours, stock = presses(page)
    return [
        Result("JupyterLab: key → picture, explore, p50", ours, "ms", 100),
        Result("JupyterLab: key → picture, interact, p50", stock, "ms"),
        Result("JupyterLab: interact over explore", stock / ours, "times"),
    ]


def presses(page):
    """Return the median time from key to picture, of explore and of interact."""
    turns = [
        (press(page, EXPLORE_CELL), press(page, STOCK_CELL)) for _ in range(PRESSES)
    ]
    ours, stock = zip(*turns, strict=True)
    return statistics.median(ours), statistics.median(stock)


def press(page, figure):
    """Press an arrow key on a figure's first slider; return the time to a picture."""
    page.evaluate(WATCH, list(figure))
    page.keyboard.press("ArrowRight")
    passed = page.evaluate("() => window.shown")
    page.wait_for_timeout(REST)
    return passed


def write_notebook(path):
    """Write a notebook of what the hero needs, the hero, and the stock figure."""
    chapter = json.loads(NOTEBOOK.read_text("utf-8"))
    code = [cell for cell in chapter["cells"] if cell["cell_type"] == "code"]
    sources = ["".join(cell["source"]) for cell in code]
    hero = next(
        at for at, cell in enumerate(code) if "hero" in cell["metadata"].get("tags", ())
    )
    sources = ["\n".join(sources[:hero]), sources[hero], STOCK]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": [code_cell(source) for source in sources],
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    path.write_text(json.dumps(notebook), "utf-8")


def code_cell(source):
    """Return a cell that has not run yet."""
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }


def open_notebook(browser, address):
    """Open a notebook, run its cells, return the page when both figures show."""
    page = browser.new_page(viewport={"width": 1280, "height": 2400})
    run_notebook(page, address, NAME)
    for _, picture in (EXPLORE_CELL, STOCK_CELL):
        page.wait_for_selector(picture, timeout=PATIENCE)
    page.wait_for_timeout(2000)
    return page
