"""The addresses of figures, read in a page: any text in them is harmless."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mathlib.explore import even_stops, explore, log_stops, page, stops

pytestmark = pytest.mark.browser

NAME = "moving-line"
WORDS = ("one", "a,b", "50 %", "x=y", "#:", "日本")


def scene(ax):
    ax.set(xlim=(0, 6), ylim=(-4, 4))


def moving_line(ax, slope, rate, word):
    ax.plot(np.arange(3), slope * np.arange(3))
    return f"{slope:.6g} {rate:.6g} {word}"


EXPLORER = explore(
    moving_line,
    scene,
    slope=even_stops(-1, 1, 9, start=0),
    rate=log_stops(1e-3, 1, 5, start=1e-3),
    word=stops(*WORDS),
)
STATE = """() => {
  const figure = document.querySelector("figure.explore");
  const sliders = [...figure.querySelectorAll("input")];
  const said = figure.querySelector("figcaption").textContent;
  return [sliders.map(s => Number(s.value)), said];
}"""
# Go to each address, one after the other; what the page shows then.
VISIT = f"""async addresses => {{
  const shown = [];
  for (const address of addresses) {{
    const before = location.hash;
    location.hash = address;
    if (location.hash !== before)
      await new Promise(done => addEventListener("hashchange", done, {{ once: true }}));
    shown.push(({STATE})());
  }}
  return shown;
}}"""
# Move all sliders to each setting, press the button that makes the link.
LINKS = """settings => settings.map(at => {
  const figure = document.querySelector("figure.explore");
  figure.querySelectorAll("input").forEach((s, i) => { s.value = at[i]; });
  figure.querySelector("input").dispatchEvent(new Event("input"));
  figure.querySelector("[data-does=link]").click();
  return location.hash;
})"""
SIZES = (9, 5, len(WORDS))


@pytest.fixture(scope="module")
def tab(browser, tmp_path_factory):
    """The figure in a page; what it throws."""
    path = tmp_path_factory.mktemp("address") / "page.html"
    path.write_text(page.standalone(EXPLORER), "utf-8")
    tab = browser.new_page()
    tab.noise = []
    tab.on("pageerror", lambda error: tab.noise.append(str(error)))
    tab.goto(path.as_uri())
    yield tab
    tab.close()


def readout(at):
    """What Python says at a setting."""
    values = [c.values[i] for c, i in zip(EXPLORER.controls.values(), at, strict=True)]
    return EXPLORER.frame(dict(zip(EXPLORER.controls, values, strict=True))).readout


PIECES = [NAME, ":", ",", "=", "#", "slope", "rate", "word", "%", "%E0%A4%A", "%2C"]
PIECES += ["%", "__proto__", "constructor", "1e999", "-1", "NaN", "0x3", " ", "one"]
pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=9)
addresses = pieces.map("".join) | pieces.map(lambda rest: f"{NAME}:{''.join(rest)}")
clean = addresses.map(lambda text: text.encode("utf-8", "replace").decode())


@settings(max_examples=20)
@given(st.lists(clean, min_size=10, max_size=20))
def test_any_address_leaves_sliders_and_reading_together(tab, texts):
    for at, said in tab.evaluate(VISIT, texts):
        assert all(0 <= i < size for i, size in zip(at, SIZES, strict=True))
        assert said == readout(at)
    assert tab.noise == []


every = st.tuples(*(st.integers(0, size - 1) for size in SIZES))


@settings(max_examples=10)
@given(st.lists(every, min_size=5, max_size=15))
def test_a_link_leads_back_to_its_setting(tab, wanted):
    links = tab.evaluate(LINKS, wanted)
    tab.evaluate(VISIT, [f"#{NAME}:slope=0,rate=0,word=one"])
    shown = tab.evaluate(VISIT, [link for link in links for link in ("#", link)])[1::2]
    assert [tuple(at) for at, _ in shown] == wanted
    assert [said for _, said in shown] == [readout(at) for at in wanted]
    assert tab.noise == []


def named(ax, constructor, slope):
    return f"{constructor} and {slope}"


def test_a_slider_may_be_called_what_every_object_has(browser, tmp_path):
    two = stops(1, 2)
    path = tmp_path / "page.html"
    explorer = explore(named, scene, constructor=two, slope=two)
    path.write_text(page.standalone(explorer), "utf-8")
    tab = browser.new_page()
    for address, shown in (("slope=2", [0, 1]), ("constructor=2", [1, 0])):
        tab.goto(f"{path.as_uri()}#named:{address}")
        tab.reload()
        assert tab.evaluate(STATE)[0] == shown
    tab.close()
