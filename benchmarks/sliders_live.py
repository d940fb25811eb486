"""The hero in a real JupyterLab, beside the same functions under stock `interact`.

Both are cells of one notebook, in one kernel; the key presses take turns.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.browser import chromium
from benchmarks.results import Result
from tools.tasks import ROOT

PRESSES = 40
REST = 250  # milliseconds between presses: the kernel comes to rest
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
KERNEL_IDLE = """() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  return context?.session?.kernel?.status === "idle";
}"""
RUN_ALL = "() => { jupyterapp.commands.execute('notebook:run-all-cells'); }"
EXPLORE_CELL, STOCK_CELL = (1, ".explore-panels"), (2, ".jp-RenderedImage img")
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--IdentityProvider.token=",
    "--LabApp.expose_app_in_browser=True",
)


def measure():
    """Press keys on both sliders in turn."""
    with TemporaryDirectory() as folder:
        write_notebook(Path(folder) / "sliders.ipynb")
        with jupyterlab(folder) as address, chromium() as browser:
            page = open_notebook(browser, f"{address}lab/tree/sliders.ipynb")
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
    """Write a notebook of the chapter's imports, its hero, and the stock figure."""
    chapter = json.loads(NOTEBOOK.read_text("utf-8"))
    code = [cell for cell in chapter["cells"] if cell["cell_type"] == "code"]
    hero = next(cell for cell in code if "hero" in cell["metadata"].get("tags", ()))
    sources = ["".join(code[0]["source"]), "".join(hero["source"]), STOCK]
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


@contextmanager
def jupyterlab(folder):
    """Start JupyterLab on a folder with settings of its own; yield its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    names += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = os.environ | {name: f"{folder}/.{name.lower()}" for name in names}
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--port={port}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"{address}api", server)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address, server, seconds=60):
    """Return when a server answers."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start")


def open_notebook(browser, address):
    """Open a notebook, run its cells, return the page when both figures show."""
    page = browser.new_page(viewport={"width": 1280, "height": 2400})
    page.goto(address)
    page.wait_for_function(KERNEL_IDLE, timeout=60_000)
    page.evaluate(RUN_ALL)
    for _, picture in (EXPLORE_CELL, STOCK_CELL):
        page.wait_for_selector(picture, timeout=60_000)
    page.wait_for_timeout(2000)
    return page
