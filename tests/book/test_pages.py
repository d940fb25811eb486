"""The built book in a browser: every page, as a reader meets it.

Pages are opened over http and straight from the disk. Nothing is skipped or hidden:
whatever a page asks for beside its own files is stopped and reported.
"""

import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from book.pages import HTML, KINDS, LESSONS, NARROW, PAGES, WIDE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

RAW_TEX = r"""() => {
  const page = document.querySelector("article, main").cloneNode(true);
  const kept = "pre, code, script, style, annotation";
  page.querySelectorAll(kept).forEach(e => e.remove());
  return page.textContent.match(/\\[([]|\\[a-zA-Z]+\{|\$[^$\n]{1,60}\$/g) ?? [];
}"""
UNSET_MATH = """() => [...document.querySelectorAll(".math")]
  .filter(e => e.querySelectorAll("math annotation").length !== 1)
  .map(e => e.textContent.slice(0, 60))"""
HEROES = "_static/heroes/*.svg"
STATE = """figure => ({
  stop: figure.querySelector(":focus").value,
  value: figure.querySelector(":focus").nextElementSibling.textContent,
  spoken: figure.querySelector(":focus").getAttribute("aria-valuetext"),
  readout: figure.querySelector("figcaption").textContent,
  picture: figure.querySelector(".explore-panels").innerHTML,
})"""


@pytest.fixture(scope="module", params=["http", "file"])
def base(request, serve):
    """The book's address, ending in /."""
    return serve(HTML) if request.param == "http" else HTML.as_uri() + "/"


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


def test_page_works_and_asks_nobody(opened):
    opened.look("light", WIDE)
    page = opened.page
    assert page.evaluate(UNSET_MATH) == []
    assert page.evaluate(RAW_TEX) == []
    assert page.locator("merror, .traceback, .output.error").count() == 0
    for figure in page.query_selector_all("figure.explore"):
        drive(page, figure)
    for quiz in page.query_selector_all(".quiz"):
        take(page, quiz)
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    assert opened.noise == []


@pytest.mark.parametrize("name", KINDS)
def test_from_the_disk_figures_follow_their_sliders(name, visit):
    page = visit(HTML.as_uri() + "/", name).page
    for figure in page.query_selector_all("figure.explore"):
        drive(page, figure)


def test_no_script_for_formulas_is_shipped():
    assert [path for path in HTML.rglob("*") if "mathjax" in path.name.lower()] == []


# A locator is looked up anew, in the whole page, each time it is asked; these are not.


def drive(page, figure):
    """Move every slider of an explorer to both ends, by keyboard."""
    reset = figure.query_selector("[data-does=reset]")
    for slider in figure.query_selector_all("input[type=range]"):
        slider.focus()
        page.keyboard.press("Home")
        first = figure.evaluate(STATE)
        page.keyboard.press("ArrowRight")
        second = figure.evaluate(STATE)
        page.keyboard.press("End")
        last = figure.evaluate(STATE)
        name = f"{figure.get_attribute('id')}, {slider.get_attribute('name')}"
        ends = first.pop("stop"), last.pop("stop")
        assert ends == ("0", slider.get_attribute("max")), name
        # The ends of a full turn look alike: then the stop beside them must differ.
        same = [what for what in first if first[what] == second[what] == last[what]]
        assert same == [], name
        reset.focus()
        page.keyboard.press("Enter")
        assert slider.input_value() == slider.get_attribute("value"), name


def take(page, quiz):
    """Open every choice by keyboard; only one is open at a time, and it says why."""
    choices = quiz.query_selector_all("summary")
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
        opened = quiz.query_selector_all("details[open]")
        assert len(opened) == 1
        assert choice.evaluate("e => e.parentElement.open")
        assert opened[0].query_selector(".quiz-feedback").inner_text().strip()


def assert_found(page, name):
    """Assert that a page is among what was found; results come one after the other."""
    page.locator(f"#search-results li a[href*='{name}']").first.wait_for()


def test_search_finds(base, visit):
    visited = visit(base, "search.html?q=gradient")
    assert_found(visited.page, LESSONS[0])
    assert visited.noise == []


@pytest.mark.parametrize("term", ["特征", "激活", "交叉", "随机", "反向", "消失"])
def test_search_finds_a_part_of_a_chinese_term(term, base, visit):
    assert_found(visit(base, f"search.html?q={term}").page, "glossary.html")


def test_the_book_opens_at_its_introduction(base, visit):
    visited = visit(base, "search.html")
    visited.page.goto(f"{base}index.html")
    visited.page.wait_for_url("**/introduction.html")
    visited.page.wait_for_load_state("networkidle")
    # it may go on before its icon has come; nothing else may fail, or be missing
    broken_off = f"failed: {base}_static/favicon.svg"
    assert [noise for noise in visited.noise if noise != broken_off] == []
    door = HTML.joinpath("index.html").read_text("utf-8")
    assert '<html lang="en">' in door
    assert '<link rel="icon" href="_static/favicon.svg">' in door
    assert re.search("<title>.+</title>", door)


# ---- what is not there, and what is told of a page


@pytest.mark.parametrize("lost", ["gone.html", "chapters/gone.html", "pages/x/gone"])
def test_a_dead_link_finds_the_way_back(lost, browser, serve):
    base, text = serve(HTML), (HTML / "404.html").read_text("utf-8")
    tab = browser.new_page()
    for root in (base, f"{base}sub/path/"):
        tab.route(f"{root}{lost}", lambda route: route.fulfill(status=404, body=text))
        tab.goto(root + lost)
        leads = tab.locator("a").evaluate("a => a.href")
        assert leads == f"{root}pages/introduction.html"
    tab.close()


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_says_to_others_what_it_asks(name):
    text = (HTML / name).read_text("utf-8")
    said = re.search('<meta name="description" content="([^"]+)">', text)[1]
    assert said.endswith("?")
    assert f'<meta property="og:description" content="{said}">' in text
    still = HTML / "_static" / "heroes" / f"{name.split('/')[1][:-5]}.svg"
    assert still.read_text("utf-8").startswith("<svg xmlns=")


TOLD = {
    "title": "<title>(.+?)</title>",
    "description": '<meta name="description" content="(.+?)">',
    "title of a shared link": '<meta property="og:title" content="(.+?)">',
}


@pytest.mark.parametrize("what", TOLD)
def test_no_two_lessons_say_the_same_of_themselves(what):
    told = [
        re.search(TOLD[what], (HTML / name).read_text("utf-8"))[1] for name in LESSONS
    ]
    assert len({*told}) == len(LESSONS)
    assert what == "title" or not any(one[0].isdigit() for one in told)


@pytest.mark.parametrize("name", KINDS)
def test_the_foot_says_whose_it_is(name):
    text = (HTML / name).read_text("utf-8")
    foot = re.search("<footer>(.*?)</footer>", text, re.DOTALL)[1]
    assert re.search(r"© \d{4} \w.*?\. Text and figures: CC BY 4\.0; code: MIT\.", foot)


def test_no_two_lessons_have_the_same_picture():
    stills = {path.stem: path.read_text("utf-8") for path in HTML.glob(HEROES)}
    assert {f"chapters/{name}.html" for name in stills} == {*LESSONS}
    assert len({*stills.values()}) == len(LESSONS)


# ---- copying, and the list of lessons on a phone

PROMPTED = ">>> a = 1\n>>> for b in (a,):\n...     print(b)\n1\n"
COPIED = """async ([text]) => {
  let copied;
  const clipboard = { writeText: async text => { copied = text; } };
  Object.defineProperty(navigator, "clipboard", { value: clipboard });
  const block = document.querySelector("div.highlight:has(> button.copy)");
  if (text) block.querySelector("pre").textContent = text;
  block.querySelector("button.copy").click();
  return copied;
}"""


def test_copying_leaves_prompts_and_outputs_out(visit):
    page = visit(HTML.as_uri() + "/", LESSONS[0]).page
    assert page.evaluate(COPIED, [PROMPTED]) == "a = 1\nfor b in (a,):\n    print(b)"
    assert page.locator(".cell_output button.copy").count() == 0


def test_copying_takes_a_cell_as_it_is_written(visit):
    page = visit(HTML.as_uri() + "/", LESSONS[0]).page
    written = page.locator(".cell_input pre").first.text_content()
    assert page.evaluate(COPIED, [None]) == written.rstrip("\n")


def test_on_a_phone_the_lessons_open_and_close_by_keyboard(visit):
    page = visit(HTML.as_uri() + "/", LESSONS[0]).page
    page.set_viewport_size(NARROW)
    lessons = page.locator("nav.lessons")
    assert not lessons.is_visible()
    page.locator("button.menu").focus()
    page.keyboard.press("Enter")
    assert lessons.is_visible()
    assert page.locator("button.menu").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not lessons.is_visible()
    assert page.evaluate("document.activeElement.className") == "tool menu"


def test_light_and_dark_are_remembered(base, visit):
    page = visit(base, LESSONS[0]).page
    before = page.locator("html").get_attribute("data-theme")
    page.locator("button.look").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") != before


# ---- links


# Most of a page: formulas, and what the scripts of figures read.
WITHOUT_LINKS = re.compile(
    "<math.*?</math>|<script>.*?</script>|<script type=.*?</script>",
    re.DOTALL,
)


class Anchors(HTMLParser):
    """What a page can be entered at, and where it leads."""

    def __init__(self, name):
        super().__init__()
        self.targets, self.links = set(), []
        self.feed(WITHOUT_LINKS.sub("", (HTML / name).read_text("utf-8")))

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
