"""A page that runs: from the click to the first output, a cell's echo, a slider.

Python comes from a folder beside the book (``tools/pyodide.py``), as in the tests. The
first start fetches all; the second finds it in the browser's cache, and with it what
Python compiled of it.
"""

import gzip
import statistics
import time

from playwright.sync_api import expect

from benchmarks.results import Result
from tools import pyodide
from tools.browser import chromium
from tools.running import CELLS, PATIENCE, Memory, drag, memory, wait_until_ready
from tools.server import served, with_python
from tools.tasks import ROOT

HTML = ROOT / "_build" / "html"
LIVE = HTML / "_static" / "live"
PAGE = "chapters/momentum.html"
LONGEST = "convolution", "attention", "generation"  # the lessons that train most
MOVES, HOUR = 60, 3000
MEGA = 2**20
EDITOR = {"codemirror.mjs", "editor.mjs"}
RUNNER = {".mjs", ".css", ".py"}
STARTED = """async () => {
  const begun = performance.now();
  document.querySelector("button.run").click();
  const words = () => document.querySelector(".live-words")?.textContent ?? "";
  const ready = () => words().includes("is ready");
  const wait = until => new Promise(done => {
    const look = () => (until() ? done() : requestAnimationFrame(look));
    look();
  });
  await wait(ready);
  const cell = document.querySelector("article .cell:has(.live-tools)");
  cell.querySelector(".live-tools button").click();
  await wait(() => cell.dataset.live === "done");
  return performance.now() - begun;
}"""
KEPT = """async () => {
  const cache = await caches.open("book-python");
  while ((await cache.keys()).length < 2)
    await new Promise(done => setTimeout(done, 50));
}"""
ECHO = """async times => {
  const cell = document.querySelector("article .cell:has(.live-tools)");
  const passed = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    cell.dataset.live = "";
    cell.querySelector(".live-tools button").click();
    await new Promise(done => {
      const look = () => (cell.dataset.live === "done" ? done() : setTimeout(look));
      look();
    });
    passed.push(performance.now() - begun);
  }
  return passed;
}"""


def measure():
    """Start a page twice, run a cell again and again, move a figure."""
    try:
        folder = pyodide.have()
    except pyodide.Unreachable:
        return [Result("live page: click to first output, cold", None, "s", 6)]
    book = served(HTML, with_python(HTML, folder))
    with book as address, chromium() as browser:
        context = browser.new_context()
        page = context.new_page()
        cold = started(page, address)
        page.evaluate(KEPT)
        warm = started(page, address)
        echo = statistics.median(page.evaluate(ECHO, 30))
        page.get_by_role("button", name="Run all", exact=True).click()
        page.wait_for_selector(".live-figure input", timeout=PATIENCE)
        wait_until_ready(page)
        moves = drag(page, MOVES)
        grown = grown_by(page)
        whole = [ran(browser, address, lesson) for lesson in LONGEST]
    return [
        Result("live page: click to first output, cold", cold / 1000, "s", 6),
        Result("live page: click to first output, warm", warm / 1000, "s", 4),
        Result("live page: a cell's echo", echo, "ms", 60),
        Result("live page: slider to picture, p50", statistics.median(moves), "ms", 60),
        Result(f"live page: {HOUR} drags, the page grows by", grown.page, "MB", 1),
        Result(f"live page: {HOUR} drags, Python grows by", grown.python, "MB", 0),
        *(
            Result(f"live page: all cells of {lesson}", seconds, "s", 60)
            for lesson, seconds in zip(LONGEST, whole, strict=True)
        ),
        Result("live page: the runner without its editor", packed(False), "kB", 15),
        Result("live page: the runner with its editor", packed(True), "kB", 180),
    ]


def started(page, address):
    """Open the page, press the button; return the milliseconds to the first output."""
    page.goto(address + PAGE)
    page.wait_for_load_state("networkidle")
    page.set_default_timeout(PATIENCE)
    return page.evaluate(STARTED)


def ran(browser, address, lesson):
    """Run all cells of a lesson; return the seconds from the press to the last."""
    page = browser.new_context().new_page()
    page.goto(f"{address}chapters/{lesson}.html")
    page.click("button.run")
    wait_until_ready(page)
    begun = time.perf_counter()
    page.get_by_role("button", name="Run all", exact=True).click()
    last = page.locator(CELLS).last
    expect(last).to_have_attribute("data-live", "done", timeout=10 * PATIENCE)
    passed = time.perf_counter() - begun
    page.context.close()
    return passed


def grown_by(page):
    """Return how much more the page holds after an hour of dragging."""
    last = page.locator(CELLS).count()
    before = memory(page, last)
    drag(page, HOUR)
    after = memory(page, last)
    return Memory(*((b - a) / MEGA for a, b in zip(before, after, strict=True)))


def packed(editor):
    """Return the kilobytes that the click fetches of the runner's own."""
    files = [path for path in LIVE.iterdir() if path.suffix in RUNNER]
    taken = [path for path in files if editor or path.name not in EDITOR]
    packs = (gzip.compress(path.read_bytes(), 6, mtime=0) for path in taken)
    return sum(map(len, packs)) / 1000
