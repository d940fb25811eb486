"""Each lesson's solutions are right: the checker's reference is not its own witness."""

import ast
import contextlib
import io
import json
from pathlib import Path

import pytest
from checking import EXERCISES

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
LESSONS = sorted({name.partition(".")[0] for name in EXERCISES})


def cells(lesson):
    """The code cells of a lesson, each with what it printed."""
    book = json.loads((CHAPTERS / f"{lesson}.ipynb").read_text("utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            printed = ("".join(each.get("text", "")) for each in cell["outputs"])
            yield "".join(cell["source"]), "".join(printed)


def imported(lesson):
    """The names that a lesson imports; a solution needs no others."""
    imports = [
        statement
        for source, _ in cells(lesson)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    names = {}
    exec(compile(ast.Module(imports, []), lesson, "exec"), names)
    return names


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_solution_is_right(lesson):
    solutions = [source for source, said in cells(lesson) if "Right: " in said]
    names, printed = imported(lesson), io.StringIO()
    for source in solutions:
        with contextlib.redirect_stdout(printed):
            exec(compile(source, lesson, "exec"), dict(names))
    said = printed.getvalue()
    assert said.count("Right: ") == len(solutions) >= 4, said
