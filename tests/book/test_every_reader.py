"""One page of each kind, as every reader meets it.

Magnified, in windows from a watch to a wall, in the colors of the system, without
motion, without JavaScript, with the keyboard alone, and come back to.
"""

import re
from collections import Counter

import pytest

from book.pages import HTML, KINDS, NARROW, PAGES, REST, SETTLED, WIDE
from book.test_laid_out import OPEN_ALL, OUT_OF_REACH
from book.test_looks import STICKING_OUT

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("built")]

SCRIPTS = re.compile(r"<script.*?</script>", re.DOTALL)
LESSON, FRONT = "chapters/momentum.html", "pages/introduction.html"
KIND = pytest.mark.parametrize("name", KINDS)
HIGH = 800
# A window of 1280 x 1024, magnified, and windows of many widths.
WINDOWS = {
    "200 %": {"width": 640, "height": 512},
    "400 %": {"width": 320, "height": 256},
    **{
        f"{width}": {"width": width, "height": HIGH} for width in (320, 768, 1920, 2560)
    },
}
LONGEST_LINE = 90  # letters that an eye follows
LINES = """() => [...document.querySelectorAll("article section > p")]
  .filter(p => p.checkVisibility() && p.textContent.length > 400)
  .map(p => {
    const range = document.createRange();
    range.selectNodeContents(p);
    const rows = [...range.getClientRects()].map(r => Math.round(r.bottom / 8));
    return p.innerText.length / new Set(rows).size;
  })"""
# What covers the text at the top, as a share of the window.
COVERED = """() => document.querySelector(".bar").offsetHeight / innerHeight"""


@pytest.fixture
def opened(browser):
    """``opened(name, **options)`` opens a page from the disk, in a context so made."""
    contexts = []

    def start(name, **options):
        contexts.append(browser.new_context(**options))
        tab = contexts[-1].new_page()
        tab.goto((HTML / name).as_uri())
        if options.get("java_script_enabled", True):
            tab.evaluate(SETTLED)
        return tab

    yield start
    for context in contexts:
        context.close()


# ---- windows, and magnified


@pytest.mark.parametrize("window", WINDOWS)
@KIND
def test_in_every_window_all_is_in_sight(name, window, opened):
    tab = opened(name, viewport=WINDOWS[window])
    tab.wait_for_timeout(REST)
    sticking_out = tab.evaluate(STICKING_OUT)
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert (width, sticking_out) == (WINDOWS[window]["width"], [])
    assert tab.evaluate(COVERED) < 1 / 4
    lines = tab.evaluate(LINES)
    assert all(length < LONGEST_LINE for length in lines)


# ---- the colors of the system

# Texts of the figures, and what can be pressed, whose color is the ground's.
UNSEEN = """() => {
  const ground = getComputedStyle(document.body).backgroundColor;
  const ink = e => getComputedStyle(e)[e.closest("svg") ? "fill" : "color"];
  return [...document.querySelectorAll("article text, button, summary, a")]
    .filter(e => e.localName !== "a" || !e.closest("svg"))
    .filter(e => e.checkVisibility() && ink(e) === ground)
    .map(e => e.outerHTML.slice(0, 80));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@KIND
def test_in_the_systems_colors_all_is_seen(name, scheme, opened):
    tab = opened(name, viewport=WIDE, forced_colors="active", color_scheme=scheme)
    assert tab.evaluate("matchMedia('(forced-colors: active)').matches")
    assert tab.evaluate(UNSEEN) == []
    link = tab.locator(".bar a.book")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    assert link.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


# ---- without motion

MOVING = """() => [
  ...document.getAnimations().map(a => a.constructor.name),
  ...[...document.querySelectorAll("*")]
    .filter(e => getComputedStyle(e).scrollBehavior === "smooth").map(e => e.localName),
]"""


@KIND
def test_without_motion_nothing_moves_by_itself(name, opened):
    tab = opened(name, viewport=NARROW, reduced_motion="reduce")
    tab.locator("button.look").click()
    tab.locator("button.menu").click()
    assert tab.evaluate(MOVING) == []
    for play in tab.locator("[data-does=play]").all()[:1]:
        assert play.inner_text() == "Next"


# ---- without JavaScript


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@KIND
def test_without_javascript_a_page_is_whole(name, viewport, opened):
    tab = opened(name, viewport=viewport, java_script_enabled=False)
    assert tab.locator("article h1").is_visible()
    assert tab.locator(".lessons a").first.is_visible(), "no way to other pages"
    for dead in ("button.look", "button.menu", "button.run", ".copy", "[data-does]"):
        for button in tab.locator(dead).all():
            assert not button.is_visible(), f"{dead} does nothing"
    for figure in tab.locator("figure.explore").all():
        assert figure.locator("svg").first.is_visible()
        assert figure.locator("figcaption").inner_text()
        for slider in figure.locator("input").all():
            assert slider.is_disabled()
    for quiz in tab.locator(".quiz").all()[:1]:
        quiz.locator("summary").first.click()
        assert quiz.locator("details[open] .quiz-feedback").is_visible()
    if name == "search.html":
        assert tab.locator("article").inner_text().count("JavaScript")


# ---- come back to

APART = """() => [...document.querySelectorAll("figure.explore")].filter(figure => {
  const slider = figure.querySelector("input");
  if (!slider) return false;
  const shown = () => [figure.querySelector("figcaption").textContent,
    figure.querySelector(".explore-panels").innerHTML,
    ...[...figure.querySelectorAll("input")].map(s =>
      s.nextElementSibling.textContent + s.getAttribute("aria-valuetext"))].join();
  const before = shown();
  slider.dispatchEvent(new Event("input"));
  return shown() !== before;
}).map(figure => figure.id)"""


@pytest.mark.parametrize("way", ["reload", "back", "restored"])
@pytest.mark.parametrize("name", [LESSON, FRONT])
def test_who_comes_back_finds_sliders_and_pictures_together(name, way, opened, serve):
    tab = opened(name, viewport=WIDE)
    if way == "back":  # over http, and kept by no cache of pages that are left
        tab.goto(serve(HTML) + name)
        tab.evaluate("addEventListener('unload', () => {})")
    for slider in tab.locator("figure.explore input").all():
        slider.focus()
        tab.keyboard.press("End")
    if way == "reload":
        tab.reload()
    elif way == "back":
        tab.goto(serve(HTML) + "search.html")
        tab.go_back()
    else:  # a browser that puts values back once the page is there
        tab.evaluate("""() => {
          const sliders = document.querySelectorAll("figure.explore input");
          for (const slider of sliders) slider.value = 0;
          dispatchEvent(new Event("pageshow"));
        }""")
    tab.evaluate(SETTLED)
    assert tab.evaluate(APART) == []


# ---- by any address

ODD = ["%", "%E0%A4%A", ":", "a:b:c", "constructor", "__proto__:x=1", "explore-", "=,="]
ODD += ["recap:", "learning-rate", "learning-rate:rate=1e999", "../..", "<b>", "'\"`"]


def test_any_address_opens_the_page(opened):
    tab, noise = opened(LESSON, viewport=WIDE), []
    tab.on("pageerror", lambda error: noise.append(str(error)))
    for odd in ODD:
        tab.evaluate("text => { location.hash = text; }", odd)
        tab.wait_for_timeout(20)
    assert noise == []
    assert tab.url.startswith((HTML / LESSON).as_uri())


# ---- the keyboard alone

REACHABLE = """() => [...document.querySelectorAll(
    "a[href], button:enabled, input:enabled, summary, [tabindex='0']")]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && e.tabIndex >= 0)
  .map((e, i) => { e.dataset.at = i; return e.outerHTML.slice(0, 90); })"""
# Where the focus is, and what is wrong with how it shows.
FOCUS = """() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(e);
  const box = e.querySelector("rect");  // of the map: its frame is the mark
  const marked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1
    || box && parseFloat(getComputedStyle(box).strokeWidth) > 2;
  const { top, bottom, height } = e.getBoundingClientRect();
  const beside = e.closest(".bar, .skip, nav");
  const bar = beside ? 0 : document.querySelector(".bar").offsetHeight;
  const wrong = [];
  if (!marked) wrong.push("not marked");
  if (bottom <= bar || top >= innerHeight) wrong.push("out of sight");
  return [Number(e.dataset.at ?? -1), wrong.join(), e.outerHTML.slice(0, 90)];
}"""


@pytest.mark.parametrize(
    ("name", "folds"), [*((name, "closed") for name in KINDS), (LESSON, "open")]
)
def test_the_keyboard_alone_reaches_everything_in_order(name, folds, opened):
    tab = opened(name, viewport=WIDE)
    if folds == "open":
        tab.evaluate(OPEN_ALL)
    tab.wait_for_timeout(REST)
    # the script sees a moment later which of the formulas now in sight scroll
    tab.wait_for_function(f"() => ({OUT_OF_REACH})().length === 0")
    things = tab.evaluate(REACHABLE)
    reached = []
    for _ in range(len(things) + 5):
        tab.keyboard.press("Tab")
        place = tab.evaluate(FOCUS)
        if place is None:
            break
        reached.append(place)
    assert [place for place in reached if place[1] or place[0] < 0] == []
    missed = {*range(len(things))} - {at for at, _, _ in reached}
    assert [things[at] for at in sorted(missed)] == []
    assert [at for at, _, _ in reached] == sorted({at for at, _, _ in reached})
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate(FOCUS) is not None, "no way back"


# ---- what is read aloud

NAMELESS = re.compile(r'- (?:link|button|slider|img|figure|searchbox)(?: "")?:?$', re.M)


@KIND
def test_what_is_read_aloud_makes_sense(name, opened):
    tab = opened(name, viewport=WIDE)
    tree = tab.locator("body").aria_snapshot()
    headings = re.findall('heading "(.+)" \\[', tree)
    assert headings
    assert [heading for heading in headings if "#" in heading] == []
    assert NAMELESS.findall(tree) == []
    current = tab.locator("nav.lessons [aria-current=page]")
    listed = name != "search.html"
    assert current.count() == listed
    for figure in tab.get_by_role("figure").all():
        image = figure.get_by_role("img").first
        said = figure.locator("figcaption").inner_text()
        assert tab.get_by_role("img", name=said, exact=True).count()
        assert image.count() == 1


# ---- figures side by side


@pytest.mark.parametrize("name", PAGES)
def test_no_two_things_have_one_id(name):
    text = (HTML / name).read_text("utf-8")
    ids = re.findall(r'<[a-z][^<>]* id="([^"]+)"', SCRIPTS.sub("", text))
    assert [one for one, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("name", [LESSON, FRONT])
def test_a_figure_moves_alone(name, opened):
    tab = opened(name, viewport=WIDE)
    figures = "[...document.querySelectorAll('figure.explore')]"
    shown = f"() => {figures}.map(f => f.querySelector('.explore-panels').innerHTML)"
    for at in range(tab.evaluate(f"{figures}.length")):
        slider = tab.locator("figure.explore").nth(at).locator("input").first
        if not slider.count():
            continue
        before = tab.evaluate(shown)
        slider.focus()
        tab.keyboard.press("End" if slider.input_value() == "0" else "Home")
        after = tab.evaluate(shown)
        moved = [
            i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b
        ]
        assert moved in ([at], []), "another figure moved"
