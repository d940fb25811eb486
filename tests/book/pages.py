"""The built book, opened in a browser: what the tests of its pages share."""

import gzip
import os
from urllib.parse import urldefrag

import pytest

from book.book import CHAPTERS, ROOT

HTML = ROOT / "_build" / "html"
STAMP = ROOT / "_build" / "built"  # renewed by every build that succeeds
SOURCES = ("_config.yml", "_toc.yml", "_ext", "_static", "chapters", "mathlib", "pages")
SUFFIXES = {
    ".yml",
    ".py",
    ".js",
    ".css",
    ".svg",
    ".ipynb",
    ".md",
    ".bib",
    ".npz",
    ".woff2",
    ".mjs",
    ".html",
    ".json",
}
NO_PAGES = {"_static", "slides", "index.html", "404.html"}  # have tests of their own
PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    if not NO_PAGES & {*path.relative_to(HTML).parts}
) or ["search.html"]  # or no test would say that there is no book
LESSONS = [f"chapters/{path.stem}.html" for path in CHAPTERS]
# One page of each kind.
KINDS = [
    *("chapters/momentum.html", "pages/introduction.html", "search.html"),
    *("pages/mistakes.html", "pages/references.html", "pages/glossary.html"),
]
# What takes long looks at these, or at all pages: `make pages`.
ALL = os.environ.get("PAGES") == "all"
HEAVY = ["chapters/generation.html", "chapters/probability.html"]
SOME = PAGES if ALL else [*KINDS, *HEAVY]
SOME_LESSONS = [name for name in SOME if name in LESSONS]
OF_SOME = pytest.mark.parametrize("opened", SOME, indirect=True)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
REST = 200  # milliseconds; the page looks after 100 at what scrolls now

SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  document.getAnimations().forEach(animation => animation.finish());
}"""

# Where the targets of links are, and which do not come to rest below the bar.
GAP, NEAR = 64, 2  # the bar and a line's breath below it; pixels that nobody sees

TARGETS = """() => [...document.querySelectorAll(
    "article :is(section, tr, .spot)[id], "
    + ".proof[id], .exercise[id], .quiz[id], dt[id], .citation[id]")]
  .map(e => e.id)"""
MISSED = """([ids, gap, near]) => {
  const missed = [];
  for (const id of ids) {
    location.hash = encodeURIComponent(id);  // goes there at once; the next line asks
    const { top } = document.getElementById(id).getBoundingClientRect();
    const end = document.documentElement.scrollHeight - innerHeight;
    const wanted = scrollY >= end - 1 ? Math.max(top, gap) : gap;
    if (Math.abs(top - wanted) > near) missed.push([id, top]);
  }
  return missed;
}"""


def sources():
    """The files that the book is made of."""
    for path in (ROOT / name for name in SOURCES):
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (p for p in found if p.suffix in SUFFIXES)


# How far what was drawn first is moved by what comes later, as browsers count it.
SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver(list => window.shifts.push(...list.getEntries()
    .filter(shift => !shift.hadRecentInput).map(shift => shift.value))
  ).observe({ type: "layout-shift", buffered: true });
}"""
SHIFTED = "shifts.reduce((sum, shift) => sum + shift, 0)"


class Visit:
    """A page, open in a browser, and everything it did that it should not do."""

    def __init__(self, browser, base, name, viewport=WIDE):
        self.base, self.name, self.noise, self.loaded = base, name, [], set()
        self.weighed = set()
        self.context = browser.new_context(viewport=viewport, reduced_motion="reduce")
        self.context.route("**/*", self.let_through)
        self.context.add_init_script(f"({SHIFTS})()")
        self.page = self.context.new_page()
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.noise.append(f"error: {error}"))
        self.page.on("requestfailed", lambda r: self.noise.append(f"failed: {r.url}"))
        self.page.on("response", self.answered)
        self.page.goto(base + name)
        self.page.evaluate(SETTLED)

    def look(self, scheme, viewport):
        """Show the page in light or dark, wide or narrow."""
        self.page.emulate_media(color_scheme=scheme)
        if self.page.viewport_size != viewport:
            self.page.set_viewport_size(viewport)
            self.page.wait_for_timeout(REST)
        self.page.evaluate(SETTLED)
        assert self.page.locator("html").get_attribute("data-theme") == scheme

    def let_through(self, route):
        """Stop what leaves the book's own address."""
        own = route.request.url.startswith((self.base, "data:", "blob:"))
        if own:
            self.loaded.add(urldefrag(route.request.url)[0])
            route.continue_()
        else:
            self.noise.append(f"asks a third party: {route.request.url}")
            route.abort()

    def hear(self, message):
        """Note warnings and errors of the console."""
        if message.type in ("warning", "error"):
            self.noise.append(f"console: {message.text}")

    def answered(self, response):
        """Note what the server does not have."""
        if response.status >= 400:
            self.noise.append(f"{response.status}: {response.url}")


def kilobytes(content):
    """What a server sends; fonts and pictures are compressed already."""
    return min(len(content), len(gzip.compress(content, 6, mtime=0))) / 1000
