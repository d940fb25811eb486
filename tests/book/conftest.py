"""The book, a server for a folder, and a page opened once: what tests of pages need."""

import functools
from contextlib import ExitStack

import pytest

from book.book import ROOT
from book.pages import HTML, PAGES, REST, SHIFTED, STAMP, Visit, sources
from tools.server import served


@pytest.fixture(scope="session")
def built():
    """The built book; it must be there, and no older than what it is made of."""
    if not STAMP.exists():
        pytest.fail("there is no built book: run make book first", pytrace=False)
    made = STAMP.stat().st_mtime
    newer = [str(p.relative_to(ROOT)) for p in sources() if p.stat().st_mtime > made]
    if newer:
        pytest.fail(f"newer than the book, run make book first: {newer}", pytrace=False)


@pytest.fixture(scope="session")
def serve():
    """Serve folders over http: ``serve(folder)`` returns the address, ending in /.

    Arguments as for `tools.server.served`. What is asked for again is served already.
    """
    with ExitStack() as servers:
        yield functools.cache(
            lambda folder, answer=None: servers.enter_context(served(folder, answer))
        )


@pytest.fixture(scope="session", params=PAGES)
def opened(request, browser, serve):
    """A page, opened once, over http, for all that is asked of it.

    Who changes how it looks, or opens what was closed, leaves it as it was.
    """
    visited = Visit(browser, serve(HTML), request.param)
    visited.page.wait_for_load_state("networkidle")
    visited.page.wait_for_timeout(REST)
    visited.shift = visited.page.evaluate(SHIFTED)
    visited.weighed = set(visited.loaded)  # axe will load more
    yield visited
    visited.context.close()
