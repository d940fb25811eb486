"""A lesson is read in an hour: its sizes, and the time that its header names.

``yet_to_fit.txt`` names what does not fit yet, lesson by lesson. The list only shrinks:
what fits must be taken from it.
"""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from book.book import CHAPTERS, chapter, parts, sections
from book.sizes import SIZES, code_lines, hours, modules, plain, sizes, words

LIST = Path(__file__).with_name("yet_to_fit.txt")
YET = {
    (name, what.strip())
    for line in LIST.read_text(encoding="utf-8").splitlines()
    for name, _, rest in [line.partition(": ")]
    for what in rest.split(",")
}
TIME = re.compile(r"\*\*Time:\*\* about (\d+) minutes to read, (\d+) for the exercises")
LESSONS = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def agree(fits, path, what, said):
    """Fail if a size does not fit and is not in the list, or fits and is in it."""
    listed = (path.stem, what) in YET
    assert fits or listed, said
    assert not fits or not listed, f"{path.stem} fits now: take {what} from {LIST.name}"


@pytest.mark.parametrize("what", SIZES)
@LESSONS
def test_a_lesson_is_read_in_a_sitting(path, what):
    least, most = SIZES[what]
    number = sizes(path)[what]
    said = f"{path.stem} has {number} {what}; a lesson has {least} to {most}"
    agree(least <= number <= most, path, what, said)


@LESSONS
def test_the_header_names_the_time(path):
    text = sections(parts(chapter(path)))[0].of("admonition")[0].text
    reading, exercises = hours(path)
    said = f"the header must say: **Time:** about {reading} minutes to read, "
    named = TIME.search(text)
    right = named and (int(named[1]), int(named[2])) == (reading, exercises)
    agree(bool(right), path, "time", f"{said}{exercises} for the exercises")


def test_the_list_names_lessons_and_sizes():
    names = {path.stem for path in CHAPTERS}
    assert {(name, what) for name in names for what in (*SIZES, "time")} >= YET


LESSON = """\
# Title

## One

Two $x + y$ [three](x.ipynb).

:::{dropdown} Proof
Long.
:::
## Quiz
No
"""
MODULE = '''\
"""Say."""

# why
A = """x
y"""

def f():
    """Do.

    """
'''


def test_folds_formulas_and_addresses_are_not_counted():
    lesson = parts(new_notebook(cells=[new_markdown_cell(LESSON)]))
    assert words(lesson) == len(plain("Two x three").split()) == 3


def test_docstrings_and_comments_are_no_code(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(MODULE, encoding="utf-8")
    assert code_lines(path) == 3


def test_the_parts_of_a_lesson_are_counted():
    names = [path.stem for path in modules(Path("generation.ipynb"))]
    assert names == ["variational", "generation"]
