"""The built book in a browser: every page, as a reader meets it.

Pages are opened over http and straight from the disk. Nothing is skipped or hidden:
whatever a page asks for beside its own files is stopped and reported.
"""

import gzip
import re
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from book.book import CHAPTERS, ROOT

pytestmark = pytest.mark.browser

HTML = ROOT / "_build" / "html"
STAMP = HTML / ".buildinfo"  # written by every build
SOURCES = ("_config.yml", "_toc.yml", "_ext", "_static", "chapters", "mathlib", "pages")
SUFFIXES = {".yml", ".py", ".js", ".css", ".svg", ".ipynb", ".md", ".bib", ".npz"}
PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    if "_static" not in path.parts and path.name != "index.html"
) or ["search.html"]  # or no test would say that there is no book
LESSONS = [f"chapters/{path.stem}.html" for path in CHAPTERS]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
REST = 450  # milliseconds; the theme looks after 300 at what scrolls now
PAGE_KB, EXPLORER_KB = 900, 80
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

SETTLED = """async () => {
  if (window.MathJax) await MathJax.startup.promise;
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  document.getAnimations().forEach(animation => animation.finish());
}"""
RAW_TEX = r"""() => {
  const page = document.querySelector("article, main").cloneNode(true);
  page.querySelectorAll("pre, code, script, style").forEach(e => e.remove());
  return page.textContent.match(/\\[([]|\\[a-zA-Z]+\{|\$[^$\n]{1,60}\$/g) ?? [];
}"""
UNSET_MATH = """() => [...document.querySelectorAll(".math")]
  .filter(e => !e.querySelector("mjx-container"))
  .map(e => e.textContent.slice(0, 60))"""
STATE = """figure => ({
  value: figure.querySelector(":focus").nextElementSibling.textContent,
  spoken: figure.querySelector(":focus").getAttribute("aria-valuetext"),
  readout: figure.querySelector("figcaption").textContent,
  picture: figure.querySelector(".explore-panels").innerHTML,
})"""
STICKING_OUT = """() => {
  const scrolls = e => e && (/auto|scroll/.test(getComputedStyle(e).overflowX)
    || scrolls(e.parentElement));
  return [...document.querySelectorAll("article *")]
    .filter(e => e.checkVisibility())
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .filter(e => !e.closest("svg, mjx-container") && !scrolls(e))
    .map(e => `${e.localName}.${e.className}: ${e.textContent.slice(0, 40)}`);
}"""
COLORS = """() => [...document.querySelectorAll(".explore-panels")].map(panels =>
  [...panels.querySelectorAll("*")].flatMap(e =>
    [getComputedStyle(e).stroke, getComputedStyle(e).fill]))"""
VIOLATIONS = """async contrast => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    rules: { "color-contrast": { enabled: contrast } },
  });
  const place = node => `  ${node.target} ${node.html.slice(0, 120)}`;
  return violations.map(({ help, nodes }) =>
    [help, ...nodes.slice(0, 5).map(place), nodes[0].failureSummary].join("\\n"));
}"""
# axe looks at all places at once: what is out of sight must have its place by then
ALL_IN_SIGHT = "section { content-visibility: visible !important; }"
# axe takes 10 s for the contrast of a long page: there, in two of the four looks
LONG = [*LESSONS, "pages/api.html"]
CONTRAST = [("light", WIDE), ("dark", NARROW)]


# ---- the book that is tested


@pytest.fixture(scope="module", autouse=True)
def built():
    """The built book; it must be there, and no older than what it is made of."""
    if not STAMP.exists():
        pytest.fail("there is no built book: run make book first", pytrace=False)
    made = STAMP.stat().st_mtime
    newer = [str(p.relative_to(ROOT)) for p in sources() if p.stat().st_mtime > made]
    if newer:
        pytest.fail(f"newer than the book, run make book first: {newer}", pytrace=False)


def sources():
    """The files that the book is made of."""
    for path in (ROOT / name for name in SOURCES):
        found = path.rglob("*") if path.is_dir() else [path]
        yield from (p for p in found if p.suffix in SUFFIXES)


@pytest.fixture(scope="module", params=["http", "file"])
def base(request, serve):
    """The book's address, ending in /."""
    return serve(HTML) if request.param == "http" else HTML.as_uri() + "/"


class Visit:
    """A page, open in a browser, and everything it did that it should not do."""

    def __init__(self, browser, base, name):
        self.base, self.name, self.noise, self.loaded = base, name, [], set()
        self.weighed = set()
        self.context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
        self.context.route("**/*", self.let_through)
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


@pytest.fixture
def visit(browser):
    """Open pages; close them in the end."""
    visits = []

    def opened(base, name):
        visits.append(Visit(browser, base, name))
        return visits[-1]

    yield opened
    for each in visits:
        each.context.close()


NOISY = """<!doctype html><link rel="icon" href="data:,"><body>
<img src="https://third-party.example/pixel.png"><img src="missing.png">
<script>console.warn("mind this"); undefinedFunction();</script>"""


def test_a_noisy_page_is_heard(tmp_path, serve, visit):
    (tmp_path / "noisy.html").write_text(NOISY, encoding="utf-8")
    noise = "\n".join(visit(serve(tmp_path), "noisy.html").noise)
    assert "asks a third party: https://third-party.example/pixel.png" in noise
    assert re.search("404: .*/missing.png", noise)
    assert "console: mind this" in noise
    assert "error: undefinedFunction is not defined" in noise


# ---- every page, over http and from the disk


@pytest.mark.parametrize("name", PAGES)
def test_page_works_and_asks_nobody(name, base, visit):
    visited = visit(base, name)
    page = visited.page
    assert page.evaluate(UNSET_MATH) == []
    assert page.evaluate(RAW_TEX) == []
    assert page.locator("mjx-merror, .traceback, .output.error").count() == 0
    for figure in page.locator("figure.explore").all():
        drive(page, figure)
    for quiz in page.locator(".quiz").all():
        take(page, quiz)
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    assert visited.noise == []


def drive(page, figure):
    """Move every slider of an explorer to both ends, by keyboard."""
    for slider in figure.locator("input[type=range]").all():
        slider.focus()
        page.keyboard.press("Home")
        low, first = slider.input_value(), figure.evaluate(STATE)
        page.keyboard.press("ArrowRight")
        second = figure.evaluate(STATE)
        page.keyboard.press("End")
        high, last = slider.input_value(), figure.evaluate(STATE)
        assert (low, high) == ("0", slider.get_attribute("max"))
        # The ends of a full turn look alike: then the stop beside them must differ.
        same = [what for what in first if first[what] == second[what] == last[what]]
        assert same == [], (
            f"{figure.get_attribute('id')}, {slider.get_attribute('name')}"
        )
        figure.get_by_role("button", name="Reset").click()


def take(page, quiz):
    """Open every choice by keyboard; only one is open at a time, and it says why."""
    choices = quiz.locator("summary").all()
    choices[0].focus()
    for one, other in pairwise(choices):
        page.keyboard.press("Tab")
        assert other.evaluate("e => e === document.activeElement"), (
            "Tab leads elsewhere"
        )
        one.focus()
        page.keyboard.press("Tab")
    for key, choice in zip(["Enter", "Space"] * len(choices), choices, strict=False):
        choice.focus()
        page.keyboard.press(key)
        opened = quiz.locator("details[open]")
        assert opened.count() == 1
        assert choice.evaluate("e => e.parentElement.open")
        assert opened.locator(".quiz-feedback").inner_text().strip()


def test_search_finds(base, visit):
    visited = visit(base, "search.html?q=gradient")
    results = visited.page.locator("#search-results li")
    results.first.wait_for()
    assert results.locator(f"a[href*='{LESSONS[0]}']").count()
    assert visited.noise == []


def test_the_book_opens_at_its_introduction(base, visit):
    page = visit(base, "search.html").page
    page.goto(f"{base}index.html")
    page.wait_for_url("**/introduction.html")


# ---- for every eye and hand


@pytest.fixture(scope="module", params=PAGES)
def shown(request, browser, serve):
    """A page, opened once, over http."""
    visited = Visit(browser, serve(HTML), request.param)
    visited.page.wait_for_load_state("networkidle")
    visited.page.wait_for_timeout(REST)
    visited.weighed = set(visited.loaded)  # axe will load more
    visited.page.add_style_tag(content=ALL_IN_SIGHT)
    yield visited
    visited.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(shown, scheme, viewport):
    shown.look(scheme, viewport)
    shown.page.evaluate(AXE)
    contrast = shown.name not in LONG or (scheme, viewport) in CONTRAST
    violations = "\n".join(shown.page.evaluate(VIOLATIONS, contrast))
    assert not violations, violations


def test_nothing_sticks_out_of_a_phone(shown):
    shown.look("light", NARROW)
    width = shown.page.evaluate("document.documentElement.scrollWidth")
    sticking_out = "\n".join(shown.page.evaluate(STICKING_OUT))
    assert (width, sticking_out) == (NARROW["width"], "")


def test_explorers_change_their_colors_in_the_dark(shown):
    shown.look("light", NARROW)
    by_day = shown.page.evaluate(COLORS)
    shown.look("dark", NARROW)
    by_night = shown.page.evaluate(COLORS)
    assert bool(by_day) == (shown.name in LESSONS)
    for light, dark in zip(by_day, by_night, strict=True):
        assert light != dark


# ---- weight


def kilobytes(content):
    """What a server sends; fonts and pictures are compressed already."""
    return min(len(content), len(gzip.compress(content, 6, mtime=0))) / 1000


def test_a_page_with_all_it_loads_is_light(shown):
    loaded = [u.removeprefix(shown.base) for u in shown.weighed if shown.base in u]
    paths = [HTML / unquote(urlsplit(u).path) for u in loaded]
    sizes = {path.name: kilobytes(path.read_bytes()) for path in paths}
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert HTML / shown.name in paths
    assert sum(sizes.values()) <= PAGE_KB, heaviest


@pytest.mark.parametrize("name", LESSONS)
def test_every_explorer_is_light(name):
    html = (HTML / name).read_text("utf-8")
    figures = re.findall(r'<figure class="explore".*?</figure>', html, re.DOTALL)
    assert figures
    for figure in figures:
        assert kilobytes(figure.encode()) <= EXPLORER_KB, figure[:80]


# ---- links


class Anchors(HTMLParser):
    """What a page can be entered at, and where it leads."""

    def __init__(self, name):
        super().__init__()
        self.targets, self.links = set(), []
        self.feed((HTML / name).read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        """Collect ids and links."""
        found = dict(attributes)
        self.targets |= {found.get("id"), found.get("data-name")}
        if tag == "a":
            self.targets.add(found.get("name"))
        link = found.get("href") or found.get("src")
        if link and not urlsplit(link).scheme:
            self.links.append(link)


anchors = cache(Anchors)


def dead_links(name):
    """The links of a page that lead nowhere."""
    for link in anchors(name).links:
        address, fragment = urldefrag(urljoin(name, link))
        target = HTML / unquote(urlsplit(address).path)
        if not target.is_file():
            yield link
        elif fragment and target.suffix == ".html":
            place = unquote(fragment).partition(":")
            known = anchors(target.relative_to(HTML).as_posix()).targets
            if not {unquote(fragment), place[0] if place[1] else None} & known - {None}:
                yield link


@pytest.mark.parametrize("name", [*PAGES, "index.html"])
def test_links_lead_somewhere(name):
    assert list(dead_links(name)) == []


def test_a_dead_link_is_found(tmp_path, monkeypatch):
    ends = '<a href="b.html#there">', '<a href="b.html#gone">', '<a href="c.html">'
    (tmp_path / "a.html").write_text("".join(ends))
    (tmp_path / "b.html").write_text('<p id="there">')
    monkeypatch.setattr(f"{__name__}.HTML", tmp_path)
    anchors.cache_clear()
    assert list(dead_links("a.html")) == ["b.html#gone", "c.html"]
    anchors.cache_clear()
