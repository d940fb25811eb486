"""Figures are written as ``recorded.txt`` has them."""

import matplotlib as mpl
import pytest
from recorded import RECORD, recorded

STORED = RECORD.read_text("utf-8").splitlines()


@pytest.mark.skipif(
    STORED[0] != f"matplotlib {mpl.__version__}",
    reason="another version measures words",
)
def test_figures_are_written_as_they_were():
    assert [*recorded()] == STORED, "tests/recorded.py writes them anew"
