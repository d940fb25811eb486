"""The safety net, shown to catch: what is broken here must turn the run red.

Each test breaks one thing in a copy, and runs what ``make test`` runs.
"""

import copy
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from book.book import CHAPTERS, ROOT, chapter, code_cells, output_text, shows_explorer
from book.test_notebooks import not_run
from tools.notebooks import METADATA

PAGE = "# A page\n\nOf a book with one chapter.\n"
TOC = "format: jb-book\nroot: page\nchapters:\n  - file: chapters/lesson\n"
COPIED = (
    *("_config.yml", "_ext", "_static", "pages/references.bib"),
    *("mathlib", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"),
)
BUILD = """
from pathlib import Path
from tools import tasks
tasks.ROOT = Path({folder!r})
tasks.build_book()
"""
EXPLORER = """
from mathlib.explore import explore, stops


def scene(ax):
    ax.set(xlim=(0, 4), ylim=(0, 20))


def draw(ax, w):
    ax.plot([0, w], [0, w**2])
    if w == 3:
        {at_three}
    return f"At {{w}} the square is {{w**2}}."


explore(draw, scene, w=stops(1, 2, 3))
"""
BROKEN = {
    "a cell fails": ("total = 1 / 0", "ZeroDivisionError"),
    "a draw raises": (
        EXPLORER.format(at_three="raise ArithmeticError('no square of three')"),
        "no square of three",
    ),
    "a draw moves the limits": (
        EXPLORER.format(at_three="ax.set_xlim(0, 99)"),
        r"draw moves the axes of ax at w=3",
    ),
    "a draw says nothing": (
        EXPLORER.format(at_three="return None"),
        r"draw must return one sentence.*returns NoneType at w=3",
    ),
}


pytestmark = pytest.mark.long


# ---- nbval


def run(*command, folder):
    """Run Python in a folder, as the tasks do: no setting of a book being built."""
    environment = {k: v for k, v in os.environ.items() if k != "MATHLIB_BOOK"}
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def beginning(notebook):
    """A copy of a chapter, cut after its first explorer and its first printed text."""
    start = copy.deepcopy(notebook)
    start.cells, kinds = [], set()
    for cell in code_cells(notebook):
        start.cells.append(copy.deepcopy(cell))
        if output_text(cell):
            kinds.add(shows_explorer(cell.source))
        if kinds == {True, False}:
            return start
    raise AssertionError("the chapter has no explorer, or prints nothing")


def spoil(notebook, explorer):
    """Change one letter of the stored text of the first explorer, or other cell."""
    for cell in code_cells(notebook):
        if output_text(cell) and shows_explorer(cell.source) == explorer:
            holder = cell.outputs[0].get("data", cell.outputs[0])
            key = "text/plain" if "text/plain" in holder else "text"
            holder[key] = holder[key][:-2] + "~" + holder[key][-1]
            return notebook
    raise AssertionError("there is nothing to spoil")


def strip(notebook):
    """Take the outputs and the counts, as some tools do before each commit."""
    for cell in code_cells(notebook):
        cell.update(execution_count=None, outputs=[])
    return notebook


@pytest.fixture(scope="module")
def nbval(tmp_path_factory):
    """What this project's pytest says of four copies, run once."""
    folder = tmp_path_factory.mktemp("nbval")
    start = beginning(chapter(CHAPTERS[0]))
    copies = {
        "untouched": start,
        "wrong_output": spoil(copy.deepcopy(start), explorer=False),
        "wrong_reading": spoil(copy.deepcopy(start), explorer=True),
        "stripped": strip(spoil(copy.deepcopy(start), explorer=False)),
    }
    for name, notebook in copies.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    options = ("-c", ROOT / "pyproject.toml", "-p", "no:cacheprovider", "-rA")
    done = run("-m", "pytest", *options, folder, folder=ROOT)
    return done, copies


def failures(nbval, name):
    """How many cells of a copy failed; some of it passed, so it did run."""
    report = nbval[0].stdout
    assert re.search(rf"PASSED .*{name}\.ipynb::", report), report
    return len(re.findall(rf"FAILED .*{name}\.ipynb::", report))


def test_nbval_passes_an_untouched_copy(nbval):
    assert failures(nbval, "untouched") == 0


@pytest.mark.parametrize("name", ["wrong_output", "wrong_reading"])
def test_nbval_catches(nbval, name):
    assert nbval[0].returncode == pytest.ExitCode.TESTS_FAILED
    assert failures(nbval, name) == 1


def test_only_the_guard_catches_a_stripped_notebook(nbval):
    assert failures(nbval, "stripped") == 0
    assert list(not_run(nbval[1]["untouched"])) == []
    assert list(not_run(nbval[1]["stripped"]))


# ---- the build


def build(folder, source):
    """Build a book of one chapter, of one cell, as ``make book`` does."""
    for name in COPIED:
        (folder / name).parent.mkdir(exist_ok=True)
        place = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        place(ROOT / name, folder / name)
    cells = [new_markdown_cell("# A lesson"), new_code_cell(source.strip())]
    lesson = new_notebook(metadata=copy.deepcopy(METADATA), cells=cells)
    (folder / "chapters").mkdir()
    nbformat.write(lesson, folder / "chapters" / "lesson.ipynb")
    (folder / "page.md").write_text(PAGE, encoding="utf-8")
    (folder / "_toc.yml").write_text(TOC, encoding="utf-8")
    return run("-c", BUILD.format(folder=str(folder)), folder=ROOT)


def test_a_sound_book_is_built(tmp_path):
    done = build(tmp_path, EXPLORER.format(at_three="pass"))
    assert done.returncode == 0, done.stderr
    page = tmp_path / "_build" / "html" / "chapters" / "lesson.html"
    assert "At 1 the square is 1." in page.read_text("utf-8")


@pytest.mark.parametrize("broken", ["a cell fails", "a draw raises"])
def test_a_build_turns_red_when(broken, tmp_path):
    source, cause = BROKEN[broken]
    done = build(tmp_path, source)
    assert done.returncode != 0, "the build went through"
    assert re.search(cause, done.stdout + done.stderr), done.stderr


@pytest.fixture(scope="module")
def kernel():
    """A kernel like those that the build starts."""
    settings = os.environ | {"MATHLIB_BOOK": "1"}
    manager, client = start_new_kernel(kernel_name="python3", env=settings)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_cell_fails_when(broken, kernel):
    """A draw that is wrong at a later stop fails its cell, and so the build."""
    source, cause = BROKEN[broken]
    reply = kernel.execute_interactive(source, timeout=60, output_hook=str)["content"]
    assert reply["status"] == "error", "the cell went through"
    assert re.search(cause, f"{reply['ename']}: {reply['evalue']}")


def test_a_cell_with_a_sound_draw_goes_through(kernel):
    sound = EXPLORER.format(at_three="pass")
    reply = kernel.execute_interactive(sound, timeout=60, output_hook=str)
    assert reply["content"]["status"] == "ok"
