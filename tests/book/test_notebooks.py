"""Stored notebooks: run, in order, and with nothing in them that cannot be compared.

nbval runs every notebook and compares its stored text; what nbval passes over, these
rules forbid. Each rule is shown to find what it looks for.
"""

import copy
import re
from itertools import chain

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from book.book import CHAPTERS, FOLDED, chapter, code_cells, output_text, shows_explorer
from book.names import rebound
from tools import notebooks

LONGEST = 16  # lines of a cell that is in sight
VARIES = {
    "a memory address": r"\b0x[0-9a-f]{6,}",
    "a timing": r"\b\d[\d.]* ?(ns|µs|us|ms|seconds?)\b|Wall time|CPU times",
    "a date": r"\b20\d\d-\d\d-\d\d\b",
    "a path of one machine": r"(/home/|/Users/|/tmp/|/root/|[A-Z]:\\)",
    "numpy's way to write a number": r"\bnp\.(float|int|bool)\w*\(",
}
NOT_COMPARED = re.compile(r"#\s*NBVAL_|#\s*PYTEST_VALIDATE|%%?time")
TAGS_NOT_COMPARED = {
    "nbval-ignore-output",
    "nbval-skip",
    "nbval-raises-exception",
    "raises-exception",
    "skip-execution",
}
CELL_METADATA = {"tags", "jupyter", "mystnb", "slideshow", "editable"}


def outputs(notebook):
    """Every stored output."""
    return chain.from_iterable(cell.outputs for cell in code_cells(notebook))


# ---- the rules: each yields what is wrong


def not_run(notebook):
    """nbval compares nothing for a cell that was not run."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"run every cell once, in order; the counts are {counts}"


def nothing_compared(notebook):
    """A notebook without stored text passes whatever it computes."""
    if not any(output_text(cell).strip() for cell in code_cells(notebook)):
        yield "no output is stored"


def left_out(notebook):
    """A cell may ask nbval to look away."""
    for cell in code_cells(notebook):
        tags = TAGS_NOT_COMPARED & set(cell.metadata.get("tags", []))
        if tags or NOT_COMPARED.search(cell.source):
            yield f"is not compared: {cell.source[:40]!r}"


def widgets(notebook):
    """The state of a widget belongs to a kernel that is gone."""
    if "widgets" in notebook.metadata:
        yield "metadata.widgets"
    for output in outputs(notebook):
        yield from (kind for kind in output.get("data", {}) if "widget" in kind)


def metadata(notebook):
    """What a machine or an editor adds by itself."""
    if notebook.metadata != notebooks.METADATA:
        yield f"notebook metadata {sorted(notebook.metadata)}"
    for cell in notebook.cells:
        yield from sorted(set(cell.metadata) - CELL_METADATA)


def images(notebook):
    """Nobody compares an image; an explorer's reading is text."""
    for output in outputs(notebook):
        yield from (kind for kind in output.get("data", {}) if "image/" in kind)


def errors(notebook):
    """A notebook ends well."""
    for output in outputs(notebook):
        if output.output_type == "error":
            yield f"{output.ename}: {output.evalue}"
        if output.get("name") == "stderr":
            yield f"stderr: {output.text}"


def varying(notebook):
    """What differs from run to run cannot be compared."""
    for cell in code_cells(notebook):
        for what, pattern in VARIES.items():
            if found := re.search(pattern, output_text(cell)):
                yield f"{what}, {found[0]!r}, after {cell.source[:40]!r}"


def speechless(notebook):
    """An explorer says a sentence, and it is stored."""
    for cell in code_cells(notebook):
        if shows_explorer(cell.source) and " " not in output_text(cell).strip():
            yield f"no sentence is stored for {cell.source[-60:]!r}"


def too_long(notebook):
    """The lesson's idea fits one look."""
    for cell in code_cells(notebook):
        lines = len(cell.source.splitlines())
        if lines > LONGEST and not FOLDED & set(cell.metadata.get("tags", [])):
            yield f"{lines} lines, at most {LONGEST}: {cell.source[:40]!r}"


def changing(notebook):
    """What a figure reads stays what it was, however far a reader has gone on."""
    for number, name, later in rebound(code_cells(notebook)):
        yield f"the figure of code cell {number} reads {name}, which {later} makes anew"


RULES = (
    not_run,
    nothing_compared,
    left_out,
    widgets,
    metadata,
    images,
    errors,
    varying,
    speechless,
    too_long,
    changing,
)


# ---- the chapters


def test_there_are_chapters():
    assert CHAPTERS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter(path, rule):
    wrong = "\n".join(rule(chapter(path)))
    assert not wrong, wrong


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_is_normal(path):
    assert notebooks.check([path]) == []


# ---- the rules themselves


def sound():
    """A notebook that breaks no rule."""
    said = new_output("stream", name="stdout", text="3\n")
    sentence = {"text/plain": "At w = 1 the loss is 1."}
    shown = new_output("execute_result", data=sentence, execution_count=2)
    return new_notebook(
        metadata=copy.deepcopy(notebooks.METADATA),
        cells=[
            new_code_cell("print(1 + 2)", execution_count=1, outputs=[said]),
            new_code_cell("explore(draw)", execution_count=2, outputs=[shown]),
        ],
    )


def saying(text):
    """An edit that changes what the first cell printed."""
    return lambda first, second, book: first.outputs[0].update(text=text)


BROKEN = [
    (not_run, lambda first, second, book: first.update(execution_count=None)),
    (not_run, lambda first, second, book: second.update(execution_count=3)),
    (not_run, lambda first, second, book: book.cells.reverse()),
    (nothing_compared, lambda first, second, book: book.cells.clear()),
    (left_out, lambda first, second, book: first.metadata.update(tags=["nbval-skip"])),
    (left_out, lambda first, second, book: first.update(source="# NBVAL_SKIP\n1")),
    (widgets, lambda first, second, book: book.metadata.update(widgets={})),
    (
        widgets,
        lambda first, second, book: second.outputs[0].data.update(
            {notebooks.WIDGET_VIEW: {}}
        ),
    ),
    (metadata, lambda first, second, book: book.metadata.language_info.update(v="3")),
    (metadata, lambda first, second, book: first.metadata.update(execution={})),
    (
        images,
        lambda first, second, book: second.outputs[0].update(data={"image/png": ""}),
    ),
    (
        errors,
        lambda first, second, book: first.outputs.append(
            new_output("error", ename="ValueError", evalue="", traceback=[])
        ),
    ),
    (errors, lambda first, second, book: first.outputs[0].update(name="stderr")),
    (varying, saying("<function f at 0x7f0a1b2c3d4e>")),
    (varying, saying("it took 12.5 ms")),
    (varying, saying("today is 2026-11-21")),
    (varying, saying("read /home/anna/data.csv")),
    (varying, saying("np.float64(3.0)")),
    (
        speechless,
        lambda first, second, book: second.outputs[0].data.update({"text/plain": ""}),
    ),
    (speechless, lambda first, second, book: second.outputs.clear()),
    (too_long, lambda first, second, book: first.update(source="1\n" * 17)),
    (
        changing,
        lambda first, second, book: (
            first.update(source="def draw(ax): return WIDTH\nWIDTH = 1"),
            book.cells.append(new_code_cell("for WIDTH in (1, 2): pass")),
        ),
    ),
]


def test_rules_let_a_sound_notebook_pass():
    assert [broken for rule in RULES for broken in rule(sound())] == []


@pytest.mark.parametrize(("rule", "edit"), BROKEN)
def test_rule_finds(rule, edit):
    notebook = sound()
    edit(*notebook.cells, notebook)
    assert list(rule(notebook))


def test_every_rule_is_broken_once():
    assert {rule for rule, _ in BROKEN} == set(RULES)


def test_a_folded_cell_may_be_long():
    notebook = sound()
    notebook.cells[0].update(source="1\n" * 17, metadata={"tags": ["hide-input"]})
    assert list(too_long(notebook)) == []


def test_an_abnormal_file_is_named(tmp_path):
    path = tmp_path / "abnormal.ipynb"
    notebook = sound()
    path.write_text(notebooks.written(notebook), encoding="utf-8")
    assert notebooks.check([path]) == []
    notebook.cells[0].metadata["execution"] = {"iopub.status.busy": "12:00"}
    nbformat.write(notebook, path)
    assert notebooks.check([path]) == ["abnormal.ipynb"]
