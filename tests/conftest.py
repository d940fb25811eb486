"""Every run draws the same examples, and none is timed: a failure is a change.

One browser serves all tests of a worker: a second would not start beside it. A worker
takes the tests of a file together, or those of a page, which it opens once.
"""

import re

import pytest
from hypothesis import Phase, settings
from xdist.scheduler import LoadScopeScheduling

from mathlib.explore import explorer
from tools.browser import chromium

PAGE = re.compile(r"\[(?:.*-)?((?:chapters|pages)/\w+\.html|\w+\.html)(?:-.*)?\]$")
APART = {"tests/book/test_checks_fail.py"}  # needs nothing of its other tests

settings.register_profile("book", derandomize=True, deadline=None)
# For `make mutants`: no simpler example is looked for once one fails.
AS_FOUND = {"phases": (Phase.explicit, Phase.generate)}
settings.register_profile("as_found", settings.get_profile("book"), **AS_FOUND)
settings.load_profile("book")


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, started once."""
    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def names_of_figures_are_free():
    """No name of a figure is taken: a worker runs many tests in one process."""
    explorer.forget(set(explorer._taken))


class Together(LoadScopeScheduling):
    """Which tests a worker takes together, in the order in which they are found."""

    def _split_scope(self, nodeid):
        """Return what a test is about: a page, a lesson's checks, else its file."""
        file = nodeid.partition("::")[0]
        page = PAGE.search(nodeid)
        if page and file.startswith("tests/book/"):
            return page[1]
        return nodeid if file in APART else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let a worker take tests together as above."""
    return Together(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with what takes long: the others should not wait for it in the end."""
    items.sort(key=lambda item: item.path.suffix != ".ipynb" and not is_long(item))


def is_long(item):
    """Whether a test takes so long that it goes first."""
    return item.get_closest_marker("long") is not None
