"""The book, and a server for a folder: what the tests of pages need."""

import functools
import threading
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from book.book import ROOT
from book.pages import STAMP, sources


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
    """Serve folders over http: ``serve(folder)`` returns the address, ending in /."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(_served(folder))


@contextmanager
def _served(folder):
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    """Serve files and keep no log."""

    protocol_version = "HTTP/1.0"

    def log_message(self, format, *args):  # noqa: A002
        pass
