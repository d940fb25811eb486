"""The built pages in Firefox and in WebKit: `make browsers` runs these.

With ENGINES=kinds on one page of each kind only.

Each slider goes to both ends and by keyboard, each link of a page is followed, each
quiz answered; nothing may fail on the console, stick out, or say what it should not.
A narrow page is shown in a frame: no window is as narrow as a phone. One page runs: a
cell, an edit, a slider.
"""

import os

import pytest

from book.pages import GAP, HTML, KINDS, LESSONS, MISSED, NEAR, PAGES, TARGETS
from tools import pyodide
from tools.engines import ENGINES, NotInstalled
from tools.server import served, with_python

if "ENGINES" not in os.environ:
    pytest.skip("run by make browsers", allow_module_level=True)

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

KINDS_ONLY = os.environ.get("ENGINES") == "kinds"
ASKED = KINDS if KINDS_ONLY else PAGES
ASKED_LESSONS = [name for name in LESSONS if name in ASKED]

# Before all scripts of the page: what it throws, and what it writes to the console.
# Firefox fetches the next page beforehand, and says so if it stops: that is no error.
LISTEN = b"""<head><script>
window.noise = [];
addEventListener("error", ({ message, target }) => target.rel === "next" ||
  noise.push(`error: ${message ?? target.outerHTML?.slice(0, 200)}`), true);
addEventListener("unhandledrejection", event => noise.push(`refused: ${event.reason}`));
for (const kind of ["error", "warn"])
  console[kind] = (...all) => noise.push(all.join());
</script>"""
# Shows the page that its address asks for, as wide as a phone.
FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><title>frame</title>
<style>body { margin: 0 } iframe { border: 0; width: 390px; height: 844px }</style>
<iframe title="page"></iframe>
<script>document.querySelector("iframe").src = location.search.slice(1);</script>"""

SETTLE = """
while (book.readyState !== "complete" || page.location.href === "about:blank")
  await new Promise(done => setTimeout(done, 50));
await book.fonts.ready;
const frame = () => new Promise(done => page.requestAnimationFrame(done));
for (let i = 0; i < 3; i++) await frame();
"""
SLIDERS = """
const found = [], faults = [];
for (const figure of book.querySelectorAll("figure.explore")) {
  const sliders = [...figure.querySelectorAll("input[type=range]")];
  if (!sliders.length) continue;
  const json = figure.querySelector("script[type='application/json']");
  const data = JSON.parse(json.textContent);
  const caption = figure.querySelector("figcaption"), start = caption.textContent;
  const slot = data.slots.find(([element]) => element === -1);
  const said = places => {
    if (!slot) return start;
    const [texts, numbers] = data.columns[slot[2]];
    const at = places.reduce((at, place, i) => at * data.values[i].length + place, 0);
    return texts[numbers ? numbers[at] : at];
  };
  figure.scrollIntoView();
  await frame();
  for (const slider of sliders)
    for (const end of [slider.min, slider.max]) {
      slider.value = end;
      slider.dispatchEvent(new page.Event("input", { bubbles: true }));
      for (let i = 0; i < 4; i++) await frame();
      found.push(`${figure.dataset.name} ${slider.name} ${end}`);
      const fault = word => faults.push(`${found.at(-1)}: ${word}`);
      if (slider.disabled) fault("is disabled");
      if (caption.textContent !== said(sliders.map(s => +s.value)))
        fault(`says “${caption.textContent}”`);
      for (const svg of figure.querySelectorAll("svg")) {
        if (/NaN|undefined/.test(svg.outerHTML)) fault("draws no number");
        if (!svg.getBoundingClientRect().width) fault("is not to be seen");
      }
    }
}
return [found.length, faults];
"""
QUIZZES = """
const silent = [];
for (const choice of book.querySelectorAll(".quiz summary")) {
  choice.click();
  await frame();
  const feedback = choice.parentElement.querySelector(".quiz-feedback");
  if (!choice.parentElement.open || !feedback?.getBoundingClientRect().height)
    silent.push(choice.textContent.trim());
}
return [book.querySelectorAll(".quiz summary").length, silent];
"""
STICKS_OUT = """
const width = book.documentElement.clientWidth;
return Math.max(0, book.documentElement.scrollWidth - width);
"""
MATH = """
const flat = [...book.querySelectorAll("article math")].filter(formula => {
  const hidden = formula.closest("details:not([open])");
  return !hidden && !formula.getBoundingClientRect().height;
});
return [book.querySelectorAll("article math").length, flat.length];
"""
# A page that runs: each step waits for its end, and says how it stands.
RUNS = "chapters/momentum.html"
UNTIL = """
const until = async ready => {
  for (const end = Date.now() + 100e3; Date.now() < end && !ready();)
    await new Promise(done => setTimeout(done, 50));
};
const cells = [...book.querySelectorAll("article .cell:has(.live-tools)")];
const words = () => book.querySelector(".live-words")?.textContent;
const ended = cell => /done|failed/.test(cell.dataset.live);
const run = async cell => {
  cell.dataset.live = "";
  cell.querySelector(".live-tools button").click();
  await until(() => ended(cell) && words().includes("is ready"));
  return [cell.dataset.live, cell.querySelector(".cell_output").textContent.trim()];
};
"""
START = """
book.querySelector("button.run").click();
await until(() => /is ready|could not/.test(words()));
return words();
"""
FIRST_CELLS = """
const states = [];
for (const cell of cells.slice(0, 3)) states.push((await run(cell))[0]);
return [states, book.querySelectorAll(".live-differs").length];
"""
EDIT = """
const cell = cells[2];
for (let fold = cell; fold; fold = fold.parentElement)
  if (fold.tagName === "DETAILS") fold.open = true;
cell.querySelectorAll("details").forEach(fold => { fold.open = true; });
cell.scrollIntoView();
await until(() => cell.querySelector(".cm-content"));
cell.querySelector(".cm-content").focus();
page.getSelection().selectAllChildren(cell.querySelector(".cm-content"));
book.execCommand("insertText", false, "print(6 * 7)");
await until(() => cell.querySelector(".cm-content").textContent === "print(6 * 7)");
return await run(cell);
"""
SLIDE = """
const hero = cells.find(cell => cell.querySelector(".live-figure input"));
const slider = hero.querySelector(".live-figure input");
const caption = hero.querySelector(".live-figure figcaption");
const before = caption.textContent;
slider.value = Number(slider.max) - 0.5;
slider.dispatchEvent(new page.Event("input", { bubbles: true }));
await until(() => caption.textContent !== before);
return [before, caption.textContent];
"""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    """Each browser that is on this machine, started once."""
    try:
        with ENGINES[request.param]() as started:
            yield started
    except NotInstalled as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    """The address of the book, whose pages listen to themselves."""
    return serve(HTML, answer=_listening)


def _listening(path):
    """A page with the script that listens, or the frame; None for other files."""
    if path == "frame.html":
        return FRAME.encode()
    if not path.endswith(".html"):
        return None
    return (HTML / path).read_bytes().replace(b"<head>", LISTEN, 1)


@pytest.fixture
def visit(engine, address):
    """``visit(name, width)`` opens a page of the book and lets it settle."""

    def open_page(name, width="wide"):
        page = f"{address}{name}"
        if width == "narrow":
            page = f"{address}frame.html?{page}"
        engine.open(page)
        engine.run(SETTLE)
        return engine

    return open_page


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", ASKED)
def test_a_page_is_quiet_and_sticks_nowhere_out(name, width, visit):
    page = visit(name, width)
    assert page.run("return page.noise") == []
    assert page.run(STICKS_OUT) == 0
    count, flat = page.run(MATH)
    assert flat == 0, f"{flat} of {count} formulas are not drawn"


@pytest.mark.parametrize("name", ASKED_LESSONS)
def test_every_slider_at_both_ends(name, visit):
    page = visit(name)
    moved, faults = page.run(SETTLE + SLIDERS)
    assert moved >= 4
    assert faults == []
    assert page.run("return page.noise") == []
    assert page.run(STICKS_OUT) == 0


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", ASKED)
def test_every_link_into_a_page_lands(name, width, visit):
    page = visit(name, width)
    ids = page.evaluate(TARGETS)
    assert page.evaluate(MISSED, [ids, GAP, NEAR]) == []


@pytest.mark.parametrize("name", ASKED_LESSONS)
def test_every_choice_of_a_quiz_answers(name, visit):
    choices, silent = visit(name).run(SETTLE + QUIZZES)
    assert choices >= 6
    assert silent == []


@pytest.mark.parametrize("name", ASKED_LESSONS)
def test_a_slider_obeys_the_keyboard(name, visit):
    page = visit(name)
    slider = "figure.explore input[type=range]"
    value = f"return book.querySelector('{slider}').value"
    before = page.run(value)
    page.press(slider, "\ue014" if before == "0" else "\ue012")  # right, or left
    assert page.run(value) != before


@pytest.fixture(scope="module")
def running_address():
    """The address of the book whose pages take Python from beside it."""
    try:
        python = with_python(HTML, pyodide.have())
    except pyodide.Unreachable as why:
        pytest.skip(str(why))
    with served(HTML, lambda path: _listening(path) or python(path)) as started:
        yield started


def test_a_page_runs(engine, running_address):
    """From the click to a cell, an edit, and a slider between two stops."""
    engine.open(running_address + RUNS)
    engine.run(SETTLE)
    assert "is ready" in engine.run(UNTIL + START)
    assert engine.run(UNTIL + FIRST_CELLS) == [["done"] * 3, 0]
    before, after = engine.run(UNTIL + SLIDE)
    assert after != before
    assert engine.run(UNTIL + EDIT) == ["done", "42"]
    assert engine.run("return page.noise") == []
    assert engine.run(STICKS_OUT) == 0
