"""Every run draws the same examples, and none is timed: a failure is a change.

One browser serves all tests of a worker: a second would not start beside it. A worker
takes the tests of a file together, or those of a page, which it opens once.
"""

import pytest
from hypothesis import settings

from mathlib.explore import explorer
from tools.browser import chromium

settings.register_profile("book", derandomize=True, deadline=None)
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


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """Say which tests a worker takes together; what takes long goes first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(together(item)))
    done = yield
    items.sort(key=lambda item: item.path.suffix != ".ipynb" and not is_long(item))
    return done


def together(item):
    """Return the name of what is tested: a page, else what a file is about."""
    name = item.nodeid.partition("::")[0]
    settings_of = getattr(item, "callspec", None)
    if settings_of and "opened" in settings_of.params:
        return settings_of.params["opened"]
    return item.nodeid if item.get_closest_marker("apart") else name


def is_long(item):
    """Whether a test takes so long that the others should not wait for it."""
    return item.get_closest_marker("long") is not None
