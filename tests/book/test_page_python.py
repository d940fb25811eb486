"""Python in the page: a reader runs, changes, breaks and mends a lesson in the browser.

Python comes from a folder beside the book (``tools/pyodide.py``). Where it cannot be
had the tests skip, and say so.
"""

import json
import os
import re
from pathlib import PurePosixPath

import nbformat
import pytest
from packaging.requirements import Requirement
from playwright.sync_api import expect
from trained import tagged

from book.book import ROOT
from book.pages import HTML, LESSONS, NARROW, SETTLED, WIDE
from tools import pyodide
from tools.running import CELLS, PATIENCE, Cell, drag, memory, wait_until_ready
from tools.server import with_python

pytestmark = [pytest.mark.browser, pytest.mark.long]

LESSON = "chapters/momentum.html"
ALL = os.environ.get("LIVE") == "all"
RUN = LESSONS if ALL else [LESSON]
DRAGS = 3000 if ALL else 100  # an hour of moving a slider now and then
DIFFERENT = (  # words of what a page prints that the book does not
    "literal tanh at 1000",  # WebAssembly keeps no note of an overflow: none is raised
    "numpy's own sum",  # of 32-bit floats: fewer digits there
)
SAID = "boxes => boxes.map(box => box.textContent.slice(0, 400))"
NETWORK = pyodide.KNOWN["address"]
ORIGIN = "https://" + NETWORK.split("/")[2]
POLICY = (  # what the page Run it recommends; ORIGIN may stand at its end
    "default-src 'self'; script-src 'self' 'unsafe-inline' blob: 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "worker-src 'self'; connect-src 'self'"
)
ISOLATED = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
}
FIGURE = """
from mathlib.explore import explore, stops

def scene(ax):
    ax.set(xlim=(0, 5), ylim=(0, 30))

def square(ax, w):
    if abs(w - 3) < 0.01:
        raise ArithmeticError("no square of three")
    ax.plot([0, w], [0, w**2])
    return f"At {w:g} the square is {w**2:g}."

explore(square, scene, w=stops(2.0, 3.0, 4.0))
"""


def stem(name):
    """The name of a lesson, of its page."""
    return PurePosixPath(name).stem


def keeps(name):
    """Whether the book keeps what a training of this page gave."""
    path = ROOT / "chapters" / f"{stem(name)}.ipynb"
    return any(map(tagged, nbformat.read(path, as_version=4).cells))


@pytest.fixture(scope="session")
def address(built, serve):
    """Where the book is served, with Python for its pages in the folder ``python``."""
    try:
        folder = pyodide.have()
    except pyodide.Unreachable as why:
        pytest.skip(str(why))
    return serve(HTML, with_python(HTML, folder))


class Reader:
    """Somebody at a page that runs."""

    def __init__(self, browser, book, isolated=(), network=None, **settings):
        self.noise, self.asked, self.book = [], [], book
        self.network = network  # a folder that stands for Python's own address
        self.isolated = dict(isolated)
        self.context = browser.new_context(viewport=WIDE, **settings)
        self.context.route("**/*", self.let_through)
        self.page = self.context.new_page()
        self.listen(self.page)

    def listen(self, page):
        page.on("pageerror", lambda error: self.noise.append(f"error: {error}"))
        page.on("console", self.hear)

    def hear(self, message):
        if message.type in ("warning", "error"):
            self.noise.append(f"console: {message.text}")

    def let_through(self, route):
        """Answer for the book, with its policy; let nothing else be asked."""
        url = route.request.url
        self.asked.append(url)
        if self.network and url.startswith(NETWORK):
            file = self.network / url.removeprefix(NETWORK)
            route.fulfill(path=file, headers={"access-control-allow-origin": "*"})
        elif not url.startswith((self.book, "blob:")):
            self.noise.append(f"asks a third party: {url}")
            route.abort()
        elif self.isolated or url.partition("#")[0].endswith(".html"):
            answer = route.fetch()
            policy = f"{POLICY} {ORIGIN}" if self.network else POLICY
            headers = answer.headers | {"content-security-policy": policy}
            route.fulfill(response=answer, headers=headers | self.isolated)
        else:
            route.continue_()

    def open(self, name=LESSON):
        self.page.goto(self.book + name)
        self.page.evaluate(SETTLED)
        return self

    def start(self):
        """Press the button and wait until Python is there."""
        self.page.click("button.run")
        self.wait_until_ready()
        return self

    def edit(self):
        """Press the button; Python never comes: who only writes does not need it."""
        self.page.route("**/pyodide.mjs", lambda route: None)
        self.page.click("button.run")

    def wait_until_ready(self):
        wait_until_ready(self.page)

    def cell(self, number):
        return Cell(self.page, number)

    def number_of_first(self, tag):
        """The number of the first cell with this tag."""
        find = "(boxes, tag) => boxes.findIndex(b => b.matches('.tag_' + tag)) + 1"
        return self.page.locator(CELLS).evaluate_all(find, tag)

    def press(self, text):
        self.page.click(f'.live-dock button:text-is("{text}")')


@pytest.fixture(scope="module")
def visit(browser, address):
    """Open the book as a reader: ``visit()``; every visit has a browser of its own."""
    readers = []

    def open_one(book=address, **settings):
        readers.append(Reader(browser, book, **settings))
        return readers[-1]

    yield open_one
    for reader in readers:
        reader.context.close()


@pytest.fixture(scope="module")
def reader(visit):
    """A reader whose page runs; the tests of one page go one after the other."""
    return visit().open().start()


def test_nothing_is_asked_before_the_click(visit):
    reader = visit().open()
    asked = [url for url in reader.asked if "/live/" in url or "/python/" in url]
    assert [url.partition("?")[0].rpartition("/")[2] for url in asked] == ["start.js"]


def test_a_cell_runs_after_those_it_needs(reader):
    reader.cell(3).run()
    states = reader.page.evaluate(
        "[...document.querySelectorAll('[data-live]')].map(e => e.dataset.live)"
    )
    assert states[:3] == ["done"] * 3
    assert reader.page.locator(".live-differs").count() == 0


def test_a_change_an_error_and_its_mending(reader):
    cell = reader.cell(3)
    cell.type("print(1 / 0)")
    cell.run()
    assert "ZeroDivisionError" in cell.output.inner_text()
    assert 'In "cell 3", line 1' in cell.output.inner_text()
    cell.type("print(1 / 4)\nbeta")
    cell.run()
    assert "0.25" in cell.output.inner_text()
    cell.type("x = 6\nx * 7")
    cell.run()
    assert cell.output.inner_text().strip().endswith("42")
    assert cell.output.evaluate("e => e.classList.contains('live-differs')")
    cell.box.get_by_role("button", name="Reset").click()
    assert not cell.output.evaluate("e => e.classList.contains('live-differs')")


def test_what_is_printed_is_cut_and_says_so(reader):
    cell = reader.cell(3)
    cell.type("print('a' * 200_000, end='', flush=True)\nprint('lost')")
    cell.run()
    assert cell.output.inner_text().strip().endswith("a\n… and more")


def test_markup_that_a_cell_prints_stays_text(reader):
    cell = reader.cell(3)
    cell.type("print('<img src=x onerror=alert(1)>')\n'<b>'")
    cell.run()
    assert "<img src=x" in cell.output.inner_text()
    assert cell.output.locator("img, b").count() == 0


def test_a_figure_is_driven_by_the_readers_code_and_comes_back(reader):
    cell = reader.cell(3)
    cell.type(FIGURE)
    cell.run()
    slider = cell.output.locator("input[type=range]")
    caption = cell.output.locator("figcaption")
    assert caption.inner_text() == "At 2 the square is 4."
    slider.focus()
    reader.page.keyboard.press("ArrowRight")
    caption.get_by_text("At 2.05 the square is 4.2025.").wait_for()
    slider.evaluate("e => { e.value = 1; e.dispatchEvent(new Event('input')); }")
    alert = cell.output.get_by_role("alert")
    alert.wait_for()
    assert "no square of three" in alert.inner_text()
    reader.page.keyboard.press("End")
    caption.get_by_text("At 4 the square is 16.").wait_for()
    assert alert.count() == 0


def test_an_endless_loop_is_stopped_and_the_page_goes_on(reader):
    cell = reader.cell(3)
    cell.type("print('begun', flush=True)\nwhile True: pass")
    cell.box.locator(".cm-content").focus()
    reader.page.keyboard.press("Shift+Enter")
    cell.output.get_by_text("begun").wait_for(timeout=PATIENCE)
    reader.press("Stop")
    cell.output.get_by_text("Stopped").wait_for()
    reader.wait_until_ready()
    assert "begun" in cell.output.inner_text()
    cell.type("print(40 + 2)")
    cell.run()
    assert cell.output.inner_text().strip().endswith("42")


def test_an_exercise_is_solved_wrong_then_right_and_all_is_kept(visit):
    reader = visit().open().start()
    number = reader.number_of_first("exercise")
    cell = reader.cell(number)
    stub = cell.box.locator("pre").first.text_content()
    right = reader.page.locator(
        "article .cell.tag_solution .cell_input pre"
    ).first.text_content()
    right = f"print('What I printed before')\n{right}"
    cell.type(stub.replace("...", "123456.0"))
    cell.run()
    assert not cell.output.inner_text().startswith("Right")
    assert reader.page.locator(".exercise.live-solved").count() == 0
    cell.type(right)
    cell.run()
    assert "\nRight: " in cell.output.inner_text()
    reader.page.wait_for_timeout(600)
    reader.page.reload()
    reader.page.evaluate(SETTLED)
    assert reader.page.locator(".lessons a[data-done]").count() == 1
    reader.edit()
    reader.page.wait_for_selector(".live-solved")
    again = reader.cell(number)
    again.unfold()
    assert again.box.locator(".cm-content").inner_text().strip() == right.strip()


def test_what_is_kept_can_be_taken_along_and_forgotten(visit, tmp_path):
    reader = visit(accept_downloads=True).open()
    page = reader.page
    reader.edit()
    cell = reader.cell(1)
    cell.type("mine = 1")
    page.wait_for_timeout(600)
    page.click(".live-yours summary")
    with page.expect_download() as saved:
        reader.press("Export")
    file = tmp_path / "mine.json"
    saved.value.save_as(file)
    page.on("dialog", lambda dialog: dialog.accept())
    reader.press("Forget all")
    page.locator("button.run").wait_for()
    assert (
        page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('book:'))")
        == []
    )
    reader.edit()
    page.wait_for_selector(".live-yours")
    page.set_input_files(".live-yours input", str(file))
    page.locator("button.run").wait_for()
    reader.edit()
    reader.cell(1).unfold()
    assert reader.cell(1).box.locator(".cm-content").inner_text() == "mine = 1"


def test_a_downloaded_notebook_installs_what_it_needs(visit):
    reader = visit(accept_downloads=True).open()
    with reader.page.expect_download() as saved:
        reader.page.click("a.tool[download]")
    notebook = nbformat.read(saved.value.path(), nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    wanted = Requirement(re.search('"(.*)"', notebook.cells[0].source)[1])
    assert wanted.extras == {"explore"}
    assert wanted.url.startswith(reader.book)
    assert reader.page.request.get(wanted.url).ok


def test_a_file_that_is_none_of_ours_is_refused(visit, tmp_path):
    reader = visit().open()
    reader.edit()
    reader.page.wait_for_selector(".live-yours")
    work = {"format": "the reader's work", "version": 1}
    good = {"solved": ["ex-a"]}
    others = ({"pages": {}}, work | {"pages": None}, None)
    others += (work | {"pages": {"good": good, "bad": {"old": 5}}},)
    for text in ("no json", *map(json.dumps, others)):
        file = tmp_path / "other.json"
        file.write_text(text)
        reader.page.set_input_files(".live-yours input", str(file))
        reader.page.click(".live-yours summary")
        reader.page.get_by_text("Nothing was taken in").wait_for()
        reader.page.click(".live-yours summary")
    reader.page.wait_for_timeout(300)  # the last words stood there before
    assert reader.page.evaluate("localStorage.getItem('book:good')") is None


def test_the_policy_is_the_one_that_run_it_recommends():
    assert f"{POLICY} {ORIGIN}\n" in (ROOT / "pages" / "run.md").read_text("utf-8")


def test_python_comes_from_its_own_network_by_default(visit, serve):
    reader = visit(book=serve(HTML), network=pyodide.have()).open().start()
    foreign = [url for url in reader.asked if not url.startswith(reader.book)]
    fetched = [url.removeprefix(NETWORK) for url in foreign if url[:5] != "blob:"]
    assert set(fetched) == set(pyodide.KNOWN["files"])
    assert [said for said in reader.noise if "404" not in said] == []


def kept(cells):
    """What a browser keeps of a page in which these cells were changed."""
    return json.dumps({"cells": cells})


KEEP = "kept => localStorage.setItem('book:momentum', kept)"


def with_a_change_of_cell_4(visit, number):
    """A reader who has changed the cell when it had another number, and edits again."""
    reader = visit().open()
    book = reader.page.locator("article .cell_input pre").nth(3).text_content()
    changed = {"from": book.removesuffix("\n"), "text": "moved = 1"}
    reader.page.evaluate(KEEP, kept({number: changed}))
    reader.edit()
    return reader


def test_a_change_follows_its_cell_into_a_new_edition(visit):
    """The cell stood elsewhere when it was changed."""
    reader = with_a_change_of_cell_4(visit, "2")
    reader.cell(4).unfold()
    assert reader.cell(4).box.locator(".cm-content").inner_text() == "moved = 1"
    assert reader.page.locator(".live-old").count() == 0


def test_a_change_that_followed_its_cell_can_be_taken_back(visit):
    reader = with_a_change_of_cell_4(visit, "6")
    cell = reader.cell(4)
    cell.unfold()
    cell.box.get_by_role("button", name="Reset").click()
    reader.page.reload()
    reader.edit()
    cell.unfold()
    assert cell.box.locator(".cm-content").inner_text() != "moved = 1"


def test_a_text_of_a_longer_edition_stands_beside_the_last_cell(visit):
    reader = visit().open()
    old = {"old": [{"at": 999, "text": "old = 1"}, {"at": 1.5, "text": "none = 1"}]}
    reader.page.evaluate(KEEP, json.dumps(old))
    reader.edit()
    last = reader.cell(reader.page.locator(".live-tools").count())
    assert last.box.locator(".live-old pre").text_content() == "old = 1"
    assert reader.page.locator(".live-old").count() == 1


def test_what_is_typed_last_is_kept_however_soon_one_leaves(visit):
    reader = visit().open()
    reader.edit()
    cell = reader.cell(1)
    cell.type("soon = 1")
    reader.page.reload()
    reader.edit()
    cell.unfold()
    assert cell.box.locator(".cm-content").inner_text() == "soon = 1"


def test_who_writes_after_a_cancel_does_not_start_python(visit):
    reader = visit().open()
    reader.edit()
    reader.press("Cancel")
    said = reader.page.locator(".live-words", has_text="Python was not started.")
    said.wait_for()
    reader.cell(1).type("le")
    reader.page.keyboard.type("n")
    reader.page.wait_for_timeout(600)
    assert said.is_visible()


def test_a_text_of_an_earlier_edition_stands_beside_the_new_one(visit):
    reader = visit().open()
    reader.page.evaluate(KEEP, kept({"1": {"from": "old = 1", "text": "old = 2"}}))
    reader.edit()
    cell = reader.cell(1)
    cell.unfold()
    text = cell.box.locator(".cm-content")
    assert "import numpy" in text.inner_text()
    cell.type("another = 3")  # the old text stays beside it
    reader.page.wait_for_timeout(600)
    reader.page.reload()
    reader.edit()
    cell.unfold()
    assert text.inner_text() == "another = 3"
    cell.box.get_by_role("button", name="Use it").click()
    assert text.inner_text() == "old = 2"
    reader.page.wait_for_timeout(600)
    reader.page.reload()
    reader.edit()
    cell.unfold()
    assert text.inner_text() == "old = 2"
    assert cell.box.locator(".live-old").count() == 0


@pytest.mark.parametrize(
    ("name", "alone"),
    [(name, False) for name in RUN] + [(name, True) for name in RUN if keeps(name)],
    ids=lambda each: stem(each) if isinstance(each, str) else "alone" * each,
)
def test_a_page_says_what_the_book_says(visit, name, alone):
    """All its cells run, one after the other, and nothing is marked as different.

    Where the book keeps what a training gave, once with it and once without.
    """
    reader = visit().open(name)
    if alone:
        reader.page.route("**/trained/*", lambda route: route.abort())
    reader.start()
    reader.press("Run all")
    last = reader.page.locator("article .cell:has(.live-tools)").last
    expect(last).to_have_attribute("data-live", "done", timeout=10 * PATIENCE)
    differing = reader.page.locator(".live-differs").evaluate_all(SAID)
    assert [said for said in differing if not any(w in said for w in DIFFERENT)] == []
    assert reader.page.locator(".live-error").count() == 0
    reader.context.close()


def test_a_long_training_is_the_books_until_what_leads_to_it_changes(visit):
    reader = visit().open("chapters/convolution.html").start()
    number = reader.number_of_first("trained")
    cell = reader.cell(number)
    state = cell.box.locator(".live-state")
    cell.run()
    expect(state).to_have_text("trained when the book was made")
    reader.cell(number + 1).run()  # its figure draws what was learned
    assert reader.page.locator(".live-differs, .live-error").count() == 0
    above = reader.cell(number - 1)
    above.unfold()
    fewer = "\nX, y = X[:200], y[:200]"  # a training that ends soon
    above.type(above.box.locator(".cm-content").inner_text() + fewer)
    cell.run()
    expect(state).to_have_text("done")


def test_what_python_compiled_is_kept_for_the_next_start(visit):
    reader = visit().open().start()
    two = "async () => (await (await caches.open('book-python')).keys()).length === 2"
    reader.page.wait_for_function(two, timeout=PATIENCE)


def test_names_are_offered_while_one_types(reader):
    cell = reader.cell(1)
    cell.run()
    cell.type("np.lins")
    reader.page.keyboard.type("p")
    reader.page.locator(".cm-tooltip-autocomplete").get_by_text("linspace").wait_for()
    reader.page.wait_for_timeout(150)  # a list that has just opened takes no key
    reader.page.keyboard.press("Enter")
    assert cell.box.locator(".cm-content").inner_text() == "np.linspace"
    cell.box.get_by_role("button", name="Reset").click()


def test_the_tab_key_has_a_way_out(reader):
    cell = reader.cell(1)
    cell.unfold()
    cell.box.locator(".cm-content").focus()
    inside = "e => e.contains(document.activeElement)"
    reader.page.keyboard.press("Tab")
    assert cell.box.locator(".cm-editor").evaluate(inside)
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("Tab")
    assert not cell.box.locator(".cm-editor").evaluate(inside)
    cell.box.get_by_role("button", name="Reset").click()


@pytest.mark.parametrize("isolated", [(), ISOLATED], ids=["alone", "isolated"])
def test_a_start_can_be_canceled_at_any_moment_and_tried_again(visit, isolated):
    reader = visit(isolated=isolated).open()
    begin = reader.page.locator('button.run, .live-dock button:text-is("Try again")')
    for name in ("kernel.py", "worker.mjs", "numpy*.whl"):
        awaited = f"**/{name}"
        reader.page.route(awaited, lambda route: None)  # comes never
        with reader.page.expect_request(awaited):
            begin.locator("visible=true").click()
        reader.press("Cancel")
        reader.page.get_by_text("Python was not started.").wait_for()
        reader.page.unroute(awaited)
    reader.press("Try again")
    reader.wait_until_ready()


def test_without_a_network_the_page_says_so(visit):
    reader = visit().open()
    reader.page.route("**/pyodide.mjs", lambda route: route.abort())
    reader.page.click("button.run")
    reader.page.get_by_text("Are you offline?").wait_for(timeout=PATIENCE)
    assert reader.page.locator('.live-dock button:text-is("Try again")').is_visible()


def test_a_file_with_another_sum_is_refused(visit):
    reader = visit().open()
    reader.page.route(
        "**/pyodide.asm.js", lambda route: route.fulfill(body="stranger()")
    )
    reader.page.click("button.run")
    reader.page.get_by_text("could not be fetched").wait_for(timeout=PATIENCE)


def test_from_the_disk_a_sentence_says_what_to_do(browser, built):
    context = browser.new_context()
    page = context.new_page()
    page.goto((HTML / LESSON).as_uri())
    page.click("button.run")
    assert "make live" in page.locator(".live-note").inner_text()
    context.close()


def test_in_an_isolated_page_a_stop_keeps_what_was_computed(visit):
    reader = visit(isolated=ISOLATED).open().start()
    assert reader.page.evaluate("crossOriginIsolated")
    cell = reader.cell(1)
    cell.type("kept = 42\nprint('begun', flush=True)\nwhile True: pass")
    cell.box.locator(".cm-content").focus()
    reader.page.keyboard.press("Shift+Enter")
    cell.output.get_by_text("begun").wait_for(timeout=PATIENCE)
    reader.press("Stop")
    cell.output.get_by_text("KeyboardInterrupt").wait_for(timeout=PATIENCE)
    reader.wait_until_ready()
    cell.type("print(kept)")
    cell.run()
    assert cell.output.inner_text().strip().endswith("42")


def test_two_pages_run_side_by_side(visit, reader):
    other = visit().open().start()
    other.cell(1).type("print('other')")
    other.cell(1).run()
    assert "other" in other.cell(1).output.inner_text()


def test_dragging_leaves_nothing_behind(visit):
    page = visit().open().start().page
    Cell(page, 3).run()
    memory(page, 4)
    drag(page, 50)
    before = memory(page, 4)
    drag(page, DRAGS)
    after = memory(page, 4)
    assert after.python == before.python
    assert after.objects - before.objects < DRAGS  # less than one a drag
    assert after.page - before.page < 500_000


def test_on_a_phone_nothing_is_too_wide(reader):
    reader.page.set_viewport_size(NARROW)
    reader.page.wait_for_timeout(200)
    wide = reader.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    reader.page.click(".live-yours summary")
    box = reader.page.locator(".live-yours > div").bounding_box()
    reader.page.click(".live-yours summary")
    reader.page.set_viewport_size(WIDE)
    assert wide <= 0
    assert 0 <= box["x"] <= NARROW["width"] - box["width"]


def test_the_console_stayed_silent(reader):
    assert [said for said in reader.noise if "404" not in said] == []
