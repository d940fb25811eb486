"""Every run draws the same examples, and none is timed: a failure is a change.

One browser serves all tests of a worker: a second would not start beside it.
"""

import pytest
from hypothesis import settings

from tools.browser import chromium

settings.register_profile("book", derandomize=True, deadline=None)
settings.load_profile("book")


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, started once."""
    with chromium() as started:
        yield started
