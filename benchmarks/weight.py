"""What a reader's browser loads: the chapter page with all it needs, gzipped."""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.results import Result
from benchmarks.sliders_page import CHAPTER, figures
from tools.browser import chromium


def measure():
    """Weigh the page and each of its explorers."""
    weights = {name: gzipped(html.encode()) for name, html in figures().items()}
    page = sum(gzipped(path.read_bytes()) for path in loaded())
    return [
        Result("chapter page with all it loads, gzipped", page, "kB", 900),
        *(
            Result(f"explorer {name}, gzipped", weight, "kB", 80)
            for name, weight in weights.items()
        ),
    ]


def loaded():
    """Return every file that the chapter loads."""
    files = set()
    with chromium() as browser:
        page = browser.new_page()
        page.on("requestfinished", lambda request: files.add(file_of(request.url)))
        page.goto(CHAPTER.as_uri())
        page.wait_for_timeout(1000)
        page.keyboard.press("End")
        page.wait_for_timeout(2000)
    return sorted(files - {None})


def file_of(address):
    """Return the file of an address, or None if it is no file."""
    parts = urlsplit(address)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def gzipped(content):
    """Return how many kB a server sends; fonts and pictures are compressed already."""
    return min(len(content), len(gzip.compress(content, 6))) / 1000
