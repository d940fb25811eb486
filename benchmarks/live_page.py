"""A page that runs: from the click to the first output, a cell's echo, a slider.

Python comes from a folder beside the book (``tools/pyodide.py``), as in the tests. The
first start fetches all, the second finds it in the browser's cache.
"""

import gzip
import json
import statistics
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from benchmarks.results import Result
from tools import pyodide
from tools.browser import chromium
from tools.tasks import ROOT

HTML = ROOT / "_build" / "html"
LIVE = HTML / "_static" / "live"
PAGE = "chapters/momentum.html"
PATIENCE = 120_000  # milliseconds
MOVES = 60
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
MOVE = """async times => {
  const figure = document.querySelector(".live-figure figure");
  const slider = figure.querySelector("input[type=range]");
  const panel = figure.querySelector(".explore-panels"), passed = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    const drawn = new Promise(done => {
      const watch = new MutationObserver(() => { watch.disconnect(); done(); });
      watch.observe(panel, { childList: true, subtree: true });
    });
    slider.value = (i * 0.35) % Number(slider.max);
    slider.dispatchEvent(new Event("input"));
    await drawn;
    await new Promise(requestAnimationFrame);
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
    with served(folder) as address, chromium() as browser:
        context = browser.new_context()
        page = context.new_page()
        cold, warm = (started(page, address) for _ in range(2))
        echo = statistics.median(page.evaluate(ECHO, 30))
        page.get_by_role("button", name="Run all", exact=True).click()
        page.wait_for_selector(".live-figure input", timeout=PATIENCE)
        page.get_by_text("Python is ready").wait_for(timeout=PATIENCE)
        moves = page.evaluate(MOVE, MOVES)
    return [
        Result("live page: click to first output, cold", cold / 1000, "s", 6),
        Result("live page: click to first output, warm", warm / 1000, "s", 4),
        Result("live page: a cell's echo", echo, "ms", 60),
        Result("live page: slider to picture, p50", statistics.median(moves), "ms", 60),
        Result("live page: the runner without its editor", packed(False), "kB", 15),
        Result("live page: the runner with its editor", packed(True), "kB", 180),
    ]


def started(page, address):
    """Open the page, press the button; return the milliseconds to the first output."""
    page.goto(address + PAGE)
    page.wait_for_load_state("networkidle")
    page.set_default_timeout(PATIENCE)
    return page.evaluate(STARTED)


def packed(editor):
    """Return the kilobytes that the click fetches of the runner's own."""
    files = [path for path in LIVE.iterdir() if path.suffix in RUNNER]
    taken = [path for path in files if editor or path.name not in EDITOR]
    packs = (gzip.compress(path.read_bytes(), 6, mtime=0) for path in taken)
    return sum(map(len, packs)) / 1000


class Handler(SimpleHTTPRequestHandler):
    """The book, with Python in the folder ``python``; files may be cached."""

    def __init__(self, *arguments, python=None, **settings):
        self.python = python
        super().__init__(*arguments, directory=str(HTML), **settings)

    def translate_path(self, path):
        """Find a file of Python, or one of the book."""
        if path.startswith("/python/"):
            return str(self.python / path.removeprefix("/python/"))
        return super().translate_path(path)

    def do_GET(self):
        """Send the settings with an address of our own, or a file."""
        if not self.path.endswith("/live.json"):
            super().do_GET()
            return
        settings = json.loads((LIVE / "live.json").read_text("utf-8"))
        content = json.dumps(settings | {"address": "/python/"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self):
        """Let the browser keep what it has."""
        if self.path.startswith("/python/"):
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        super().end_headers()

    def log_message(self, format, *args):  # noqa: A002
        """Keep no log."""


@contextmanager
def served(folder):
    """Serve the book and Python; yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, python=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
