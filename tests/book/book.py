"""The chapters, read for their tests: what a notebook holds, part by part.

Reading order: the files, the outputs of a cell, the code of a cell, the parts of a
lesson (headings, text, directives, code, in order).
"""

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat

from mathlib.explore import explore

ROOT = Path(__file__).resolve().parent.parent.parent
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
FOLDED = {"hide-input", "hide-cell", "remove-input"}

FENCE = re.compile(r"(?P<fence>:{3,}|`{3,})(\{(?P<kind>[^}]+)\}\s*(?P<title>.*))?")
HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<title>.+)")
OPTION = re.compile(r":([\w-]+):\s*(.*)")


class Part(NamedTuple):
    """A piece of a lesson; its kind is heading, text, code or a directive's name.

    ``text`` is what a directive or a cell holds, ``level`` the number of a heading's
    marks, ``output`` the stored text of a cell, ``cell`` the cell's number.
    """

    kind: str
    title: str = ""
    text: str = ""
    options: dict = {}  # noqa: RUF012 - never written
    level: int = 0
    tags: frozenset = frozenset()
    output: str = ""
    cell: int = 0


class Section(NamedTuple):
    """A heading of the second level, and what stands under it."""

    title: str
    parts: list

    def of(self, *kinds):
        """The parts of these kinds."""
        return [part for part in self.parts if part.kind in kinds]

    def text(self):
        """All that a reader reads here, code excepted."""
        return "\n".join(part.text for part in self.parts if part.kind != "code")


# ---- files


@cache
def chapter(path):
    """The notebook at this path."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """The cells that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_check(cell):
    """Whether a cell checks a claim."""
    return "check" in cell.metadata.get("tags", [])


# ---- outputs


def output_text(cell):
    """The text that a cell printed or returned."""
    return "".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for output in cell.get("outputs", [])
    )


# ---- code


def calls(source, name):
    """Every call of the function of this name in some code."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == name
    ]


def shows_explorer(source):
    """Whether this code makes an explorer."""
    return bool(calls(source, "explore"))


def sliders(call):
    """The names of the sliders that a call of explore makes."""
    settings = inspect.signature(explore).parameters
    return [word.arg for word in call.keywords if word.arg not in settings]


def checked_exercises(source):
    """The names that this code gives to check."""
    first = [call.args[0] for call in calls(source, "check") if call.args]
    return [name.value for name in first if isinstance(name, ast.Constant)]


# ---- parts


def parts(notebook):
    """Every part of a lesson, in order."""
    found = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            tags = frozenset(cell.metadata.get("tags", []))
            shown = {"text": cell.source, "output": output_text(cell), "tags": tags}
            found.append(Part("code", **shown, cell=number))
        elif cell.cell_type == "markdown":
            found += [p._replace(cell=number) for p in markdown_parts(cell.source)]
    return found


def markdown_parts(text):
    """Headings, directives and the text between them.

    A fence ends at the first line of at least as many of its marks, as in MyST. A fold
    that holds a statement is read like the page: its text stays that of a fold.
    """
    found, lines = [], iter(text.splitlines())
    for line in lines:
        if fence := FENCE.fullmatch(line):
            found += _opened(_fenced(fence, lines))
        elif heading := HEADING.fullmatch(line):
            title, level = heading["title"], len(heading["marks"])
            found.append(Part("heading", title, level=level))
        elif found and found[-1].kind == "text":
            found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{line}")
        elif line.strip():
            found.append(Part("text", text=line))
    return found


def _opened(part):
    """The parts of a fold that holds a statement; any other part alone."""
    if part.kind != "dropdown" or ":{prf:" not in part.text:
        return [part]
    return [
        Part("dropdown", part.title, inner.text) if inner.kind == "text" else inner
        for inner in markdown_parts(part.text)
    ]


def _fenced(fence, lines):
    """Read a directive, or a block of code, to its end."""
    inside = []
    for line in lines:
        if line.startswith(fence["fence"]) and not line.strip(fence["fence"][0]):
            break
        inside.append(line)
    options = {}
    while inside and (option := OPTION.fullmatch(inside[0])):
        options[option[1]] = option[2]
        del inside[0]
    kind, title = fence["kind"] or "block", (fence["title"] or "").strip()
    return Part(kind, title, "\n".join(inside), options)


def sections(lesson):
    """The lesson's parts under their headings of level 2; first what comes before."""
    found = [Section("", [])]
    for part in lesson:
        if part.kind == "heading" and part.level == 2:
            found.append(Section(part.title, []))
        else:
            found[-1].parts.append(part)
    return found
