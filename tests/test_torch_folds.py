"""The folds *In PyTorch*: their lines run, and print what a cell of the lesson prints.

A fold holds a block of Python and, below it, a block of what it prints. The numbers
in the second stand in the output of a code cell of the same lesson, one after another.
"""

import contextlib
import importlib.util
import io
import re

import pytest
from book.book import CHAPTERS, chapter, parts

TITLE = "In PyTorch"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
NUMBER = re.compile(r"[-−]?\d[\d,]*\.?\d*(?:e[-+]?\d+)?")
MOST_LINES = 8

torch_missing = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="torch is not installed: the folds are not run",
)


def folds():
    """Each fold with the name of its lesson."""
    for path in CHAPTERS:
        for part in parts(chapter(path)):
            if (part.kind, part.title) == ("dropdown", TITLE):
                yield pytest.param(path, part, id=path.stem)


def blocks(fold):
    """The Python of a fold, and what it prints."""
    found = [body for _, body in BLOCK.findall(fold.text)]
    assert len(found) == 2, "a fold holds a block of Python and one of its output"
    return found


def numbers(text):
    """The numbers in a text."""
    found = (each.replace("−", "-").replace(",", "") for each in NUMBER.findall(text))
    return [float(each) for each in found]


def stand_in(some, others):
    """Whether some things stand among others, one after another."""
    starts = range(len(others) - len(some) + 1)
    return any(others[start : start + len(some)] == some for start in starts)


@pytest.mark.parametrize(("path", "fold"), [*folds()])
def test_the_lesson_prints_the_same_numbers(path, fold):
    code, said = blocks(fold)
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= MOST_LINES
    assert numbers(said)
    outputs = [numbers(part.output) for part in parts(chapter(path)) if part.output]
    assert any(stand_in(numbers(said), output) for output in outputs), numbers(said)


@torch_missing
@pytest.mark.filterwarnings("ignore:.torch.jit.*:DeprecationWarning")  # by torch itself
@pytest.mark.parametrize(("path", "fold"), [*folds()])
def test_its_lines_print_what_it_says(path, fold):
    code, said = blocks(fold)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, f"{path.stem}: {TITLE}", "exec"), {})
    assert printed.getvalue().split() == said.split()


def test_numbers_are_read_and_found():
    assert numbers("w = −1.5, 2e-3 and [3.]") == [-1.5, 0.002, 3.0]
    assert stand_in([2.0, 3.0], [1.0, 2.0, 3.0])
    assert not stand_in([1.0, 3.0], [1.0, 2.0, 3.0])
