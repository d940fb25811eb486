"""A page that runs, driven by Playwright: what its tests and its benchmark share."""

import re
from typing import NamedTuple

from playwright.sync_api import expect

PATIENCE = 180_000  # milliseconds: a busy machine starts Python slowly
CELLS = "article .cell:has(.live-tools)"
DRAG = """async times => {
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
ASK_MEMORY = """\
import gc
from pyodide_js import _module
gc.collect()
print(_module.HEAPU8.length, len(gc.get_objects()))"""


class Memory(NamedTuple):
    """What a page holds: the bytes of its own objects, Python's bytes and objects."""

    page: int
    python: int
    objects: int


class Cell:
    """One of the page's cells, counted from 1."""

    def __init__(self, page, number):
        self.page, self.box = page, page.locator(CELLS).nth(number - 1)

    def unfold(self):
        """Open what folds around it and in it; wait for its editor."""
        self.box.evaluate(
            "e => { for (let d = e; d; d = d.parentElement.closest('details')) {"
            " if (d.tagName === 'DETAILS') d.open = true;"
            " if (!d.parentElement) break; }"
            " e.querySelectorAll('details.hide').forEach(d => { d.open = true; }); }"
        )
        self.box.scroll_into_view_if_needed()
        self.box.locator(".cm-content").wait_for()

    def type(self, text):
        """Put a text in the place of the cell's, with the keyboard."""
        self.unfold()
        self.box.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def run(self):
        """Press Shift+Enter, and wait for the end."""
        self.unfold()
        self.box.locator(".cm-content").focus()
        self.page.keyboard.press("Shift+Enter")
        ended = re.compile("done|failed")
        expect(self.box).to_have_attribute("data-live", ended, timeout=PATIENCE)
        wait_until_ready(self.page)

    @property
    def output(self):
        """What it shows."""
        return self.box.locator(".cell_output")


def wait_until_ready(page):
    """Return when Python has started and nothing runs."""
    words = page.locator(".live-words", has_text="Python is ready")
    words.wait_for(timeout=PATIENCE)


def drag(page, times):
    """Rest the first figure's slider at many places; return each time to a picture."""
    return page.evaluate(DRAG, times)


def memory(page, number):
    """Return what the page holds, after its garbage was collected.

    Python is asked by a cell, which keeps the question.
    """
    cell = Cell(page, number)
    cell.type(ASK_MEMORY)
    cell.run()
    python, objects = map(int, cell.output.inner_text().split()[-2:])
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return Memory(used, python, objects)
