"""The book, a server for a folder, and a page opened once: what tests of pages need."""

import functools
import threading
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from book.book import ROOT
from book.pages import HTML, PAGES, REST, SHIFTED, SHIFTS, STAMP, Visit, sources


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

    ``answer(path)``, with the path after the address, may return what a file's content
    is instead, or None to leave it as it is. What is asked for again is served already.
    """
    with ExitStack() as servers:
        yield functools.cache(
            lambda folder, answer=None: servers.enter_context(_served(folder, answer))
        )


@pytest.fixture(scope="session", params=PAGES)
def opened(request, browser, serve):
    """A page, opened once, over http, for all that is asked of it.

    Who changes how it looks, or opens what was closed, leaves it as it was.
    """
    visited = Visit(browser, serve(HTML), request.param, f"({SHIFTS})()")
    visited.page.wait_for_load_state("networkidle")
    visited.page.wait_for_timeout(REST)
    visited.shift = visited.page.evaluate(SHIFTED)
    visited.weighed = set(visited.loaded)  # axe will load more
    yield visited
    visited.context.close()


@contextmanager
def _served(folder, answer):
    handler = functools.partial(_Quiet, directory=str(folder), answer=answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    """Serve files and keep no log."""

    protocol_version = "HTTP/1.0"

    def __init__(self, *arguments, answer=None, **settings):
        self.answer = answer
        super().__init__(*arguments, **settings)

    def do_GET(self):
        """Send what stands for a file, or the file."""
        path = self.path.partition("?")[0].lstrip("/")
        content = self.answer(path) if self.answer else None
        if content is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *args):  # noqa: A002
        pass
