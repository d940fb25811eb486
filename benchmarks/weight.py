"""What a reader's browser loads, and when it is done: every lesson, from a server."""

import gzip
import statistics
import subprocess
import sys
from urllib.parse import unquote, urlsplit

from benchmarks.results import Result
from benchmarks.sliders_page import figures
from tools import faces
from tools.browser import chromium
from tools.server import served
from tools.tasks import ROOT

HTML = ROOT / "_build" / "html"
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
WATCH = """
  window.seen = { shift: 0, long: 0 };
  const watch = (type, note) => new PerformanceObserver(
    list => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch("layout-shift", e => { if (!e.hadRecentInput) seen.shift += e.value; });
  watch("longtask", e => { seen.long += e.duration; });
  watch("paint", e => { seen.paint = e.startTime; });
"""
FORMULAS = """\
import re, sys, time
sys.path.insert(0, "_ext")
from pathlib import Path
from html import unescape
note = re.compile("<annotation[^>]*>(.*?)</annotation>", re.DOTALL)
pages = [p.read_text("utf-8") for p in Path("_build/html").rglob("*.html")]
tex = {unescape(found) for page in pages for found in note.findall(page)}
begin = time.perf_counter()
import formulas
for each in tex:
    formulas.mathml(each, display=True)  # a numbered one knows no other mode
print(time.perf_counter() - begin)
"""


def measure():
    """Weigh and time every lesson, then weigh the explorers of one."""
    lessons = sorted((HTML / "chapters").glob("*.html"))
    with served(HTML) as address, chromium() as browser:
        opened = [
            opening(browser, address, path, size)
            for path in lessons
            for size in SIZES.values()
        ]
    weights = [one["weight"] for one in opened]
    sheets = [HTML / "_static" / f"{name}.css" for name in faces.SHEETS]
    faces_weight = sum(gzipped(sheet.read_bytes()) for sheet in sheets)
    explorers = {name: gzipped(html.encode()) for name, html in figures().items()}
    return [
        Result("heaviest lesson with all it loads, gzipped", max(weights), "kB", 480),
        Result("lesson in the middle", statistics.median(weights), "kB", 400),
        Result("all faces together", faces_weight, "kB", 120),
        Result("layout shift, worst lesson", worst(opened, "shift"), "", 0.005),
        Result("long tasks, lesson in the middle", middle(opened, "long"), "ms", 300),
        Result("first paint, formulas in it", middle(opened, "paint"), "ms"),
        Result("elements, lesson in the middle", middle(opened, "elements"), ""),
        Result("all formulas of the book, cold", formulas_cold(), "s", 1.5),
        *(
            Result(f"explorer {name}, gzipped", weight, "kB", 80)
            for name, weight in explorers.items()
        ),
    ]


def worst(opened, what):
    """Return the largest value of all openings."""
    return max(one[what] for one in opened)


def middle(opened, what):
    """Return the median of all openings."""
    return statistics.median(one[what] for one in opened)


def opening(browser, address, path, size):
    """Open a page for the first time; return what was seen of it."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_init_script(WATCH)
    page, files = context.new_page(), set()
    page.on("requestfinished", lambda request: files.add(file_of(request.url)))
    page.goto(address + path.relative_to(HTML).as_posix())
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1000)
    seen = page.evaluate("seen")
    seen["elements"] = page.evaluate("document.querySelectorAll('*').length")
    seen["weight"] = sum(gzipped(file.read_bytes()) for file in files)
    context.close()
    return seen


def file_of(address):
    """Return the file of an address."""
    return HTML / unquote(urlsplit(address).path).lstrip("/")


def formulas_cold():
    """Return the seconds that all formulas take in a process of its own."""
    command = [sys.executable, "-c", FORMULAS]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


def gzipped(content):
    """Return how many kB a server sends; fonts and pictures are compressed already."""
    return min(len(content), len(gzip.compress(content, 6, mtime=0))) / 1000
