"""An explorer in a page of its own, in a browser: every way a reader can move it."""

import re

import numpy as np
import pytest

from mathlib.explore import INK, even_stops, explore, page, stops

pytestmark = pytest.mark.browser

X = np.linspace(0, 6, 40)
PHONE = {"width": 390, "height": 800}
DESK = {"width": 900, "height": 900}


def scene(left, right):
    left.set(xlim=(0, 6), ylim=(-4, 4), xlabel="x", title="Line")
    right.set(xlim=(0, 6), ylim=(-4, 4), title="Words")


def moving_line(left, right, slope, height, word):
    left.plot(X, slope * X + height, "o-", color=INK["orange"])
    left.plot(X, 500 * slope + 0 * X, "o-", color=INK["green"])  # out of sight but at 0
    right.text(1, slope, word)
    if word == "two":
        right.plot(X, X - height, color=INK["blue"])
    return f"Slope {slope:.3g} & height {height}, in a word: {word}."


def beside(word):
    return (1, {"one": -3, "two": 3}[word])


def make(name=None):
    return explore(
        moving_line,
        scene,
        name=name,
        size=[(400, 300), (300, 300)],
        handle=(lambda height, slope: (3 + slope, height), beside),
        play="slope",
        slope=even_stops(-1, 1, 9, start=0, label="slope of the line"),
        height=stops(-2, 0, 2, start=0),
        word=stops("one", "two"),
    )


@pytest.fixture(scope="module")
def explorer():
    return make()


@pytest.fixture(scope="module")
def folder(explorer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explore")
    (folder / "page.html").write_text(page.standalone(explorer), "utf-8")
    return folder


@pytest.fixture(params=["http", "file"])
def address(request, folder, serve):
    if request.param == "file":
        return (folder / "page.html").as_uri()
    return serve(folder) + "page.html"


@pytest.fixture
def open_page(browser, address, explorer):
    """Open the page; at the end nothing may stand in the console."""
    contexts, noise, asked = [], [], []

    def start(fragment="", viewport=DESK, **options):
        context = browser.new_context(viewport=viewport, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: noise.append(message.text))
        tab.on("pageerror", lambda error: noise.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(address + fragment)
        return Reader(tab, explorer.name)

    yield start
    for context in contexts:
        context.close()
    assert noise == []
    strangers = [url for url in asked if not url.startswith(address)]
    assert [url for url in strangers if not url.startswith("data:")] == []


class Reader:
    """What a reader sees and touches."""

    def __init__(self, tab, name):
        self.tab = tab
        self.figure = tab.locator(f"#explore-{name}")

    def slider(self, name):
        return self.figure.locator(f"input[name={name}]")

    def button(self, does):
        return self.figure.locator(f"[data-does={does}]")

    @property
    def stops(self):
        return [int(s.input_value()) for s in self.figure.locator("input").all()]

    @property
    def readout(self):
        return self.figure.locator("figcaption").inner_text()

    @property
    def picture(self):
        script = "figure => figure.querySelector('.explore-panels').innerHTML"
        return self.figure.evaluate(script)

    @property
    def status(self):
        return self.figure.locator("[role=status]").text_content()

    def wait_for(self, sought, name="readout"):
        """Wait until the reading, or another view, matches."""
        for _ in range(100):
            if re.search(sought, getattr(self, name)):
                return
            self.tab.wait_for_timeout(50)
        raise AssertionError(f"{name} is {getattr(self, name)!r}, wanted {sought!r}")


def test_the_keyboard_moves_picture_reading_and_value(open_page):
    reader = open_page()
    before = reader.picture
    assert reader.readout == "Slope 0 & height 0, in a word: one."
    reader.slider("slope").focus()
    reader.tab.keyboard.press("ArrowRight")
    assert reader.readout == "Slope 0.25 & height 0, in a word: one."
    assert reader.picture != before
    assert reader.slider("slope").get_attribute("aria-valuetext") == "0.25"
    assert reader.figure.locator("input + span").first.text_content() == "0.25"
    reader.tab.keyboard.press("ArrowLeft")
    assert reader.picture == before


def test_the_reading_is_spoken_once_the_slider_rests(open_page):
    reader = open_page()
    reader.tab.clock.install(time=0)
    reader.tab.clock.pause_at(1000)
    reader.slider("slope").focus()
    for _ in range(2):
        reader.tab.keyboard.press("ArrowRight")
        reader.tab.clock.run_for(499)
        assert reader.status == ""
    reader.tab.clock.run_for(1)
    assert reader.status == "Slope 0.5 & height 0, in a word: one."


def test_every_setting_shows_the_marks_that_python_drew(open_page, explorer):
    reader = open_page()
    script = """(figure, [stops]) => {
      const sliders = [...figure.querySelectorAll("input")];
      sliders.forEach((s, i) => { s.value = stops[i]; });
      sliders[0].dispatchEvent(new Event("input"));
      const marks = figure.querySelectorAll(".explore-panels svg [d]");
      const texts = figure.querySelectorAll(".explore-panels text");
      const paths = [...marks].map(mark => mark.getAttribute("d"));
      return [paths, [...texts].map(text => text.textContent)];
    }"""
    for setting in explorer.settings():
        controls = explorer.controls.items()
        at = [control.values.index(setting[name]) for name, control in controls]
        paths, texts = reader.figure.evaluate(script, [at])
        frame = explorer.frame(setting)
        pairs = zip(explorer.panels, frame.panels, strict=True)
        svg = "".join(page.panel_svg(p, page.layers_svg(layers)) for p, layers in pairs)
        assert paths == re.findall(r' d="([^"]*)"', svg)
        assert texts == [
            re.sub("<[^>]*>", "", t) for t in re.findall(r"<text.*?</text>", svg)
        ]
        assert reader.readout == frame.readout


def test_sliders_are_named_by_their_labels(open_page):
    reader = open_page()
    named = reader.tab.get_by_label("slope of the line")
    assert named.get_attribute("name") == "slope"
    image = reader.tab.get_by_role("img", name="Slope 0 & height 0, in a word: one.")
    assert image.count() == 1
    assert reader.tab.get_by_role("figure", name="moving line").count() == 1


def dragged(reader, right, up, which=0):
    """Drag one of the handles this many pixels."""
    box = reader.figure.locator(".explore-handle .ring").nth(which).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = reader.tab.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + right, y - up, steps=5)
    mouse.up()


def test_dragging_the_handle_moves_two_sliders(open_page):
    reader = open_page()
    dragged(reader, right=60, up=70)
    slope, height, word = reader.stops
    assert (slope > 4, height, word) == (True, 2, 0)
    dragged(reader, right=-300, up=-300)
    assert reader.stops == [0, 0, 0]
    assert reader.readout == "Slope -1 & height -2, in a word: one."


def test_another_handle_moves_its_own_slider(open_page):
    reader = open_page()
    before = reader.stops
    dragged(reader, right=0, up=200, which=1)
    assert reader.stops == [*before[:2], 1]
    dragged(reader, right=200, up=-200, which=1)
    assert reader.stops == before


def test_the_handle_is_large_enough_for_a_finger(open_page):
    reader = open_page(viewport=PHONE, has_touch=True)
    box = reader.figure.locator(".explore-handle .grip").first.bounding_box()
    assert min(box["width"], box["height"]) >= 24


def test_a_handle_that_moves_follows_the_sliders(open_page):
    reader = open_page()
    handle = reader.figure.locator(".explore-handle").first
    before = handle.bounding_box()
    reader.slider("slope").focus()
    reader.tab.keyboard.press("End")
    assert handle.bounding_box()["x"] > before["x"]


def test_play_runs_to_the_end_and_starts_over(open_page):
    reader = open_page()
    play = reader.button("play")
    assert play.inner_text() == "Play"
    play.click()
    assert play.inner_text() == "Pause"
    reader.wait_for("Slope 1 ")
    assert play.inner_text() == "Play"
    play.click()
    assert reader.stops[0] < 4
    play.click()
    assert play.inner_text() == "Play"
    resting = reader.stops
    reader.tab.wait_for_timeout(700)
    assert reader.stops == resting


def test_the_reader_pauses_the_play(open_page):
    reader = open_page()
    reader.button("play").click()
    reader.slider("height").focus()
    reader.tab.keyboard.press("ArrowRight")
    assert reader.button("play").inner_text() == "Play"


def test_with_reduced_motion_play_goes_one_stop(open_page):
    reader = open_page(reduced_motion="reduce")
    play = reader.button("play")
    assert play.inner_text() == "Next"
    play.click()
    reader.tab.wait_for_timeout(600)
    assert reader.stops[0] == 5


def test_reset_goes_back_to_the_start(open_page):
    reader = open_page()
    before = reader.readout
    for name in ("slope", "height", "word"):
        reader.slider(name).focus()
        reader.tab.keyboard.press("End")
    assert reader.stops == [8, 2, 1]
    reader.button("reset").click()
    assert reader.stops == [4, 1, 0]
    assert reader.readout == before


def test_a_link_opens_the_figure_at_its_setting(open_page):
    reader = open_page("#moving-line:slope=0.49,height=2,word=two")
    assert reader.readout == "Slope 0.5 & height 2, in a word: two."
    reader.tab.evaluate("location.hash = '#moving-line:slope=-1'")
    reader.wait_for("Slope -1 & height 2")


def test_a_link_scrolls_to_the_figure_and_opens_what_hides_it(open_page):
    reader = open_page()
    reader.tab.evaluate("""() => {
      const hidden = document.createElement("details");
      const main = document.querySelector("main");
      main.before(hidden);
      hidden.append(main);
      hidden.style.marginTop = "4000px";
      location.hash = "#moving-line:slope=1";
    }""")
    reader.wait_for("Slope 1 ")
    assert reader.figure.is_visible()
    assert reader.tab.evaluate("scrollY") > 2000


NONSENSE = [
    "#moving-line:slope=x,height=,word=three,%E0%A4%A=1,=,,,a=b=c",
    "#moving-line:slope=Infinity,height=NaN,word=1",
    "#moving-line",
    "#moving-line:",
    "#nobody:slope=1",
    "#%E0%A4%A:slope=1",
    "#:::",
]


def test_nonsense_in_the_address_changes_nothing(open_page):
    reader = open_page(NONSENSE[0])
    assert reader.stops == [4, 1, 0]
    for fragment in NONSENSE:
        reader.tab.evaluate("text => { location.hash = text; }", fragment)
        reader.tab.wait_for_timeout(50)
        assert reader.stops == [4, 1, 0]


def test_the_link_button_writes_the_address_and_says_so(open_page):
    reader = open_page()
    reader.slider("slope").focus()
    reader.tab.keyboard.press("End")
    reader.button("link").click()
    assert reader.tab.url.endswith("#moving-line:slope=1,height=0,word=one")
    reader.wait_for("Link copied|The link is in the address bar", "status")
    again = open_page(reader.tab.url[reader.tab.url.index("#") :])
    assert again.stops == [8, 1, 0]


def test_a_reload_never_leaves_picture_and_sliders_apart(open_page):
    reader = open_page()
    reader.slider("slope").focus()
    reader.tab.keyboard.press("End")
    reader.tab.reload()
    slope = float(reader.slider("slope").input_value()) / 4 - 1
    reader.wait_for(f"^Slope {slope:.3g} ")


def test_without_javascript_the_start_can_be_read(open_page):
    reader = open_page(java_script_enabled=False)
    assert reader.readout == "Slope 0 & height 0, in a word: one."
    assert reader.figure.locator("svg").first.is_visible()
    assert reader.slider("slope").is_disabled()
    assert not reader.button("link").is_visible()


def boxes(reader):
    return [svg.bounding_box() for svg in reader.figure.locator("svg").all()]


def test_on_a_phone_the_panels_stack_and_nothing_sticks_out(open_page):
    reader = open_page(viewport=PHONE)
    assert reader.tab.evaluate("document.documentElement.scrollWidth") <= 390
    left, right = boxes(reader)
    assert right["y"] >= left["y"] + left["height"]


def test_on_a_desk_the_panels_stand_side_by_side_at_their_size(open_page):
    left, right = boxes(open_page())
    assert (left["width"], right["width"]) == (400, 300)
    assert right["x"] >= left["x"] + left["width"]


def colors(reader):
    script = "path => getComputedStyle(path).stroke"
    line = reader.figure.locator("svg [data-x][stroke]").first
    return line.evaluate(script)


def test_dark_colors_differ_and_print_is_light(open_page):
    reader = open_page()
    light = colors(reader)
    reader.tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert colors(reader) != light
    reader.tab.emulate_media(media="print")
    assert colors(reader) == light
    assert not reader.slider("slope").is_visible()
    assert not reader.button("link").is_visible()


def test_two_figures_of_one_kind_move_apart(browser, tmp_path):
    (tmp_path / "two.html").write_text(
        page.standalone(make("one"), make("two")), "utf-8"
    )
    tab = browser.new_page()
    tab.goto((tmp_path / "two.html").as_uri() + "#two:slope=1")
    one, two = Reader(tab, "one"), Reader(tab, "two")
    assert (one.stops[0], two.stops[0]) == (4, 8)
    assert one.readout != two.readout
    before = two.picture
    one.slider("height").focus()
    tab.keyboard.press("End")
    assert (one.stops, two.stops) == ([4, 2, 0], [8, 1, 0])
    assert two.picture == before
    tab.get_by_label("slope of the line").nth(1).focus()
    tab.keyboard.press("Home")
    assert (one.stops[0], two.stops[0]) == (4, 0)
    ids = tab.evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len({*ids})
    tab.close()


def test_the_script_leaves_no_globals(open_page):
    reader = open_page()
    names = reader.tab.evaluate("Object.keys(window)")
    assert not {"Explorer", "start", "dots", "path"} & set(names)
    kinds = reader.tab.evaluate("[typeof Explorer, typeof followAddress, typeof calm]")
    assert kinds == ["undefined"] * 3
