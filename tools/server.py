"""The book on a server of this machine: for tests of pages, benchmarks and trials.

Reading order: `served`, then `with_python`.
"""

import functools
import json
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SETTINGS = "_static/live/live.json"
PYTHON = "python/"  # the folder that the pages then take Python from


@contextmanager
def served(folder, answer=None):
    """Serve a folder over http; yield the address, ending in /.

    Parameters
    ----------
    folder : Path
    answer : callable, optional
        Of the path after the address. It returns what is sent in place of a file: the
        content, or the path of a file that never changes, so that a browser keeps it;
        or None, to leave a file as it is.
    """
    handler = functools.partial(_Quiet, directory=str(folder), answer=answer)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def with_python(html, folder):
    """Return the answers of a server whose pages take Python from a folder of its own.

    Parameters
    ----------
    html : Path
        The built book.
    folder : Path
        Where the files of Python are: see `tools.pyodide`.
    """
    settings = json.loads((html / SETTINGS).read_text("utf-8"))
    ours = json.dumps(settings | {"address": f"/{PYTHON}"}).encode()

    def answer(path):
        if path == SETTINGS:
            return ours
        if path.startswith(PYTHON):
            return folder / path.removeprefix(PYTHON)
        return None

    return answer


class _Quiet(SimpleHTTPRequestHandler):
    """Serve files and keep no log."""

    def __init__(self, *arguments, answer=None, **settings):
        self.answer, self.found = answer, None
        super().__init__(*arguments, **settings)

    def do_GET(self):
        """Send what stands for a file, or the file."""
        path = self.path.partition("?")[0].lstrip("/")
        self.found = self.answer(path) if self.answer else None
        if not isinstance(self.found, bytes):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(self.found)))
        self.end_headers()
        self.wfile.write(self.found)

    def translate_path(self, path):
        """Find the file that is sent."""
        if isinstance(self.found, Path):
            return str(self.found)
        return super().translate_path(path)

    def end_headers(self):
        """Let a browser keep what never changes."""
        if isinstance(self.found, Path):
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        super().end_headers()

    def log_message(self, format, *args):  # noqa: A002
        """Say nothing."""
