"""Every check cell is seen to fail: on a broken mathlib it prints something else.

The table of all of them: ``PYTHONPATH=tests:_ext:. python -m book.breakages``. With
BREAKAGES=all every check has to notice half of those that change a value; without, the
first that it notices is enough.
"""

import os
import sys

import pytest
from nbformat.v4 import new_code_cell

from book.book import CHAPTERS
from book.breakages import State, judged, judgment
from book.names import needed

A_CELL = 6
ALL = os.environ.get("BREAKAGES") == "all"
# A bound holds of a slightly wrong solution, too: it need not notice each.
BOUNDS = {"thm-condition"}
CLAMPED = """\
from mathlib.vectors import cosine
cosines = [cosine([1, 2], [x, 1]) for x in (-1.0, 0.5, 2.0)]
print(-1 <= min(cosines) <= max(cosines) <= 1)
"""
NAIVE = """\
from mathlib.vectors import dot
print(abs(dot([1.0, 2.0], [3.0, -1.0]) - 1.0) < 1e-12)
"""

CELLS = """import numpy as np
# ---
rows = [1, 2]
# ---
rows = [3, 4]
# ---
def total(values):
    rows = 0
    for value in values:
        rows += value + shift
    return rows
# ---
shift = 1
# ---
for shift in (2, 3):
    print(shift)
# ---
seen = total(rows)
# ---
# check: sums
for value in rows:
    print(value, total(rows))
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        sys.platform == "win32", reason="what does not end is stopped by a signal"
    ),
]


def run_first(source):
    """The state before a check: what it imports stands there already."""
    state = State("sample")
    state.run(0, source)
    return state


def cells_of(source):
    """Cells, the last of them a check."""
    cells = [new_code_cell(text) for text in source.split("# ---\n")]
    cells[-1].metadata["tags"] = ["check"]
    return cells


def test_cells_run_only_if_a_check_reads_what_they_make():
    assert needed(cells_of(CELLS)) == [
        (2, True),
        (3, True),
        (4, True),
        (5, True),
        (7, False),
    ]


def test_a_check_that_breaks_off_after_a_line_is_no_check():
    with pytest.raises(AssertionError, match="no shift: NameError"):
        judgment("no shift", State("sample"), "print(1)\nprint(shift)", A_CELL)


def test_a_check_that_breaks_off_is_no_check():
    with pytest.raises(AssertionError, match="no shift: NameError"):
        judgment("no shift", State("sample"), "print(shift)", A_CELL)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_check_notices_what_is_broken(path):
    verdicts = list(judged(path, A_CELL, one_is_enough=not ALL))
    assert verdicts, "a lesson without a check"
    for verdict in verdicts:
        assert verdict.noticed >= 1, verdict
        if not ALL:
            continue
        enough = verdict.label in BOUNDS or 2 * verdict.noticed >= verdict.counted
        assert enough, verdict


def test_a_check_that_can_fail_is_praised():
    verdict = judgment("can fail", run_first(NAIVE), NAIVE, A_CELL)
    assert verdict.noticed == verdict.counted >= 3


def test_a_check_that_the_code_under_test_cannot_fail_is_seen():
    """The cosine is cut to −1 … 1 at its end: a fault inside it is never noticed."""
    verdict = judgment("clamped", run_first(CLAMPED), CLAMPED, 20)
    assert any("cosine" in line for line in verdict.unnoticed)
