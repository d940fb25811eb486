"""Which notebooks a build executes."""

import pytest
from execution import left_out
from sphinx.errors import ConfigError

STEMS = ["bowls", "cups", "plates"]


def test_without_names_all_are_executed():
    assert left_out([], STEMS) == []


def test_those_that_are_not_named_are_left_out():
    assert left_out(["cups"], STEMS) == ["bowls", "plates"]


def test_a_name_that_is_no_lesson_s_is_refused():
    with pytest.raises(ConfigError, match="must name lessons, but 'forks' is none"):
        left_out(["cups", "forks"], STEMS)
