"""Explorers: the partial drawing, the page's table, the live notebook, the errors."""

import base64
import io
import json
import math
import os
import re
import subprocess
import sys
from fractions import Fraction
from html import escape, unescape
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from checking import refuses
from matplotlib.path import Path as Line
from matplotlib.transforms import Affine2D
from numpy.testing import assert_allclose
from PIL import Image

from mathlib.explore import (
    INK,
    even_stops,
    explore,
    live,
    log_stops,
    page,
    recorder,
    stops,
    style,
)
from mathlib.explore.controls import number as written
from mathlib.explore.explorer import MAX_FRAMES, differing_settings
from mathlib.explore.notebook import FINER, fine_step, slider, widget
from mathlib.explore.recorder import Dots, Recorder

X = np.linspace(0, 6, 40)


def line_scene(ax):
    ax.set(xlim=(0, 6), ylim=(-4, 4), xlabel="$x$", ylabel="height")


def line(ax, slope):
    ax.plot(X, slope * X, "o-")
    return f"The slope is {slope:.3g}."


def make_line(**options):
    return explore(line, line_scene, **{"slope": stops(-0.5, 0.0, 0.5)} | options)


# ---- stops


def test_stops_keep_whole_numbers_whole():
    assert [type(v) for v in stops(1, np.int64(2), 2.5).values] == [int, int, float]


def test_even_and_log_stops_by_hand():
    assert even_stops(0, 1, 5).values == (0, 0.25, 0.5, 0.75, 1)
    assert_allclose(log_stops(0.01, 1, 3).values, (0.01, 0.1, 1), rtol=1e-15)
    ratios = np.divide(log_stops(3, 7, 9).values[1:], log_stops(3, 7, 9).values[:-1])
    assert_allclose(ratios, (7 / 3) ** (1 / 8), rtol=1e-14)


def test_the_start_is_the_nearest_stop_of_a_range():
    assert even_stops(0, 1, 5, start=0.6).start == 2
    assert log_stops(0.01, 1, 3, start=0.09).start == 1


def test_the_start_is_the_very_stop_where_others_lie_close():
    many = 10**9
    assert stops(many, many + 1, start=many + 1).start == 1
    assert stops(1.0, 1 + 1e-12, start=1 + 1e-12).start == 1
    assert stops(0.1, 0.3, start=0.1 + 0.2).start == 1
    assert stops(1, 2, start=np.array(2)).start == 1
    for kind in (np.float16, np.float32, np.array):
        assert stops(0.1, 0.3, start=kind(0.3)).start == 1
    for values in ((1.0005, 1.001), (2000.5, 2001.5)):
        assert stops(*values, start=np.float16(values[1])).start == 1
    assert stops(0.5, 0.25, start=Fraction(1, 4)).start == 1


def test_a_single_number_of_numpy_is_a_stop():
    assert stops(np.array(1), np.array("relu")).values == (1, "relu")


@pytest.mark.parametrize(
    ("control", "value", "text"),
    [
        (stops(1000), 1000, "1000"),
        (stops(-1), -1, "−1"),
        (stops(0.5), 0.123456, "0.123"),
        (stops(0.5, format=".2f"), -0.5, "−0.50"),
        (stops(30, format="{}°".format), 30, "30°"),
        (stops("relu", "tanh"), "tanh", "tanh"),
        (stops(False, True), True, "True"),
    ],
)
def test_how_a_value_is_written(control, value, text):
    assert control.text(value) == text


@pytest.mark.parametrize(
    ("value", "look", "text"),
    [
        (254, "x", "fe"),
        (0x1E5, "x", "1e5"),
        (-0.001, ".0%", "0%"),
        (0.25, ".0%", "25%"),
        (-0.0, "6.2f", "  0.00"),
        (1e10, ".2E", "1.00×10¹⁰"),
        (1.5e-7, "<9.1e", "1.5×10⁻⁷  "),
        (-np.inf, ".0%", "−∞%"),
        (np.inf, ".2E", "∞"),
    ],
)
def test_a_number_is_written_in_any_format(value, look, text):
    assert written(value, look) == text


def test_between_stops_of_any_size_lies_a_finite_value():
    assert log_stops(1e-200, 1e200, 2).between(0.5) == pytest.approx(1)
    assert log_stops(1, 4, 2).between(0.5) == pytest.approx(2)


def test_half_precision_does_not_spoil_the_stops():
    half = np.float16
    assert even_stops(half(0), half(1), 11).values == even_stops(0, 1, 11).values
    assert log_stops(half(1), half(8), 5).values == log_stops(1, 8, 5).values


# ---- what moves, against the whole drawing


def menagerie(ax, k, kind):
    ax.fill_between(X, np.sin(X * k), alpha=0.3, color=INK["blue"])
    ax.bar([1, 2, 3], [k, 1, 0.5], width=0.3, color=INK["gold"], label="bars")
    ax.scatter(X, np.cos(k * X), c=X, s=20)
    ax.quiver([1, 2], [0, 0], [k, 1], [1, k], color=INK["green"])
    ax.text(3, 1, f"k < {k} & more")
    ax.annotate("here", (k, 0), (4, 1.5), arrowprops={"arrowstyle": "->"})
    ax.axvline(k, ls="--", color=INK["pink"])
    ax.plot(X, np.sin(X * k), label=f"sin {k}x")
    ax.errorbar([5], [k / 4], yerr=[0.3], fmt="o", label="measured")
    ax.imshow(np.outer(X, X * k)[:8, :8], extent=(5, 6, -1, 0), aspect="auto", zorder=5)
    ax.imshow(np.eye(3) * k, extent=(4, 5, -1, 0), aspect="auto", interpolation="none")
    ax.contourf(X[:9], X[:9], np.outer(X[:9], X[:9]) * k, cmap="Blues", zorder=-1)
    ax.legend(loc="lower left")
    ax.set(title=f"k is {k}", xlabel=f"$x_{k}$", xlim=(0, 6), ylim=(-1.5, 2.5))
    if kind == "many":
        ax.plot(X, X / 4, "s", zorder=1)
        ax.figure.text(0.8, 0.9, "many")
    return f"With k = {k} there are {kind} animals."


def menagerie_scene(ax):
    ax.plot(X, X / 3, color=INK["grid"], zorder=2.2, label="backdrop")
    ax.axhspan(0, 1, color=INK["sky"], zorder=4)
    ax.grid()


def make_menagerie():
    controls = {"k": stops(1, 2, 3), "kind": stops("few", "many")}
    return explore(menagerie, menagerie_scene, size=(600, 340), **controls)


@pytest.mark.filterwarnings("ignore:The figure layout has changed")
def test_the_partial_drawing_equals_the_whole_one():
    assert list(differing_settings(make_menagerie())) == []


def test_an_explorer_without_limits_keeps_those_of_its_start():
    assert list(differing_settings(explore(line, slope=stops(1, 2, 3)))) == []


def test_a_backdrop_line_that_draw_moves_is_drawn_anew():
    def backdrop(ax):
        ax.set(xlim=(0, 6), ylim=(0, 6))
        ax.plot(X, X)

    def bend(ax, power):
        ax.lines[0].set_ydata(X**power)
        return f"The power is {power}."

    explorer = explore(bend, backdrop, power=stops(1, 2))
    assert list(differing_settings(explorer)) == []
    assert len(page.encode(explorer)[0].columns) == 2


def test_hidden_axes_stay_hidden():
    def backdrop(ax):
        ax.axis("off")
        ax.set(xlim=(0, 6), ylim=(0, 6), xlabel="unseen")

    explorer = explore(line, backdrop, slope=stops(0.5, 1))
    assert list(differing_settings(explorer)) == []
    assert "unseen" not in page.html(explorer)


def test_a_draw_that_moves_ticks_is_found_out():
    def tick(ax, at):
        ax.set_xticks([at])
        return f"A tick at {at}."

    explorer = explore(tick, line_scene, at=stops(1, 2, 3))
    assert list(differing_settings(explorer)) == [{"at": 2}, {"at": 3}]


def test_bars_and_error_bars_of_old_frames_leave_the_legend():
    explorer = make_menagerie()
    for _ in range(3):
        explorer.frame(explorer.start_setting())
    legend = explorer.panels[0].axes.get_legend()
    words = [text.get_text() for text in legend.get_texts()]
    assert words == ["backdrop", "sin 1x", "bars", "measured"]


def test_colors_of_the_palette_are_variables_and_others_stay():
    def two(ax):
        ax.axhline(0, color=INK["orange"])
        ax.axhline(1, color="#123456")
        return "Two lines."

    text = page.html(explore(two))
    assert 'stroke="var(--fig-orange)"' in text
    assert 'stroke="#123456"' in text


# ---- the page


def table_of(text):
    """Read the table out of a page, as explore.js does."""
    return json.loads(re.search(r"<script[^>]*>(.*?)</script>", text, re.S)[1])


def values_of(data, column):
    """Return a column's value for each setting."""
    values, *numbers = data["columns"][column]
    return [values[at] for at in numbers[0]] if numbers else values


def path_of(packed):
    """Put the x and y of a line together again."""
    if packed.startswith("m"):
        return packed
    xs, ys = (re.findall(r"-?\d+", part) for part in packed.split(","))
    steps = [step for pair in zip(xs, ys, strict=True) for step in pair]
    return "m" + " ".join(steps).replace(" -", "-")


def patched(text, at):
    """Return the panels of a page as its script shows them at setting `at`."""
    data = table_of(text)
    for number, attribute, column in data["slots"]:
        value = values_of(data, column)[at]
        if number < 0:
            text = re.sub(r"(<figcaption[^>]*>).*?(<)", rf"\1{escape(value)}\2", text)
            continue
        if attribute in ("d", "dots"):
            value = path_of(value)
        if attribute == "dots":
            value = Dots(value).drawn()
        element = rf'(<(\w+) data-x="{number}"'
        if attribute:
            name = "d" if attribute == "dots" else attribute
            pattern, new = rf'{element}[^>]* {name}=")[^"]*', escape(value)
            text, count = re.subn(pattern, lambda m, new=new: m[1] + new, text)
        else:
            pattern = rf"{element}[^>]*>)(.*?)(</\2>)"
            text, count = re.subn(
                pattern, lambda m, value=value: m[1] + value + m[4], text, flags=re.S
            )
        assert count == 1
    return re.sub(r' data-x="\d+"', "", text.split('<div class="explore-controls"')[0])


def drawn(explorer, setting):
    """Return the panels drawn afresh at a setting."""
    frame = explorer.frame(setting)
    pairs = zip(explorer.panels, frame.panels, strict=True)
    return [page.panel_svg(p, page.layers_svg(layers)) for p, layers in pairs]


def bare(svg):
    """Drop the groups that hold what is replaced as a whole."""
    return re.sub(r"</?g>", "", svg)


@pytest.mark.parametrize("make", [make_line, make_menagerie])
def test_the_table_gives_back_every_frame(make):
    explorer = make()
    text = page.html(explorer)
    for at, setting in enumerate(explorer.settings()):
        shown = bare(patched(text, at))
        for svg in drawn(explorer, setting):
            assert bare(svg) in shown


def test_a_table_that_mixes_up_two_frames_is_noticed():
    explorer = make_line()
    text = page.html(explorer)
    assert drawn(explorer, {"slope": 0.5})[0] not in patched(text, 0)


def test_what_never_changes_is_not_in_the_table():
    def still(ax, k):
        ax.axhline(0.5)
        return "Always the same."

    table, _ = page.encode(explore(still, k=stops(1, 2, 3)))
    assert table == ([], [])


def test_a_line_and_its_dots_share_one_column():
    table, _ = page.encode(make_line())
    d, dots = (slot for slot in table.slots if slot[1] in ("d", "dots"))
    assert d[2] == dots[2]


def test_numbers_shown_as_an_image_stay_squares():
    def squares(ax, k):
        look = {"extent": (0, 2, 0, 2), "alpha": 0.5}
        ax.imshow([[0, k], [1, 0]], interpolation="none", **look)
        return f"The entry is {k}."

    (svg,) = drawn(explore(squares, k=stops(1, 2, 3)), {"k": 2})
    (image,) = re.findall("<image[^>]*>", svg)
    assert 'image-rendering="pixelated"' in image
    assert 'opacity="0.5"' in image
    pixels = base64.b64decode(re.search('base64,([^"]*)', image)[1])
    assert Image.open(io.BytesIO(pixels)).size == (2, 2)


def test_numbers_shown_as_an_image_may_be_turned():
    def backdrop(ax):
        ax.set(xlim=(-2, 2), ylim=(-2, 2), position=(0, 0, 1, 1))

    def lying(ax, k):
        turned = Affine2D().scale(k, 1).rotate_deg(90) + ax.transData
        look = {"extent": (0, 1, 0, 1), "interpolation": "none"}
        ax.imshow([[0, 1]], transform=turned, **look)
        return f"It was {k} wide and lies on its side."

    (svg,) = drawn(explore(lying, backdrop, size=(40, 40), k=stops(1, 2)), {"k": 2})
    # ten pixels, 100 units, to a step: its width goes up, its height leads back right
    assert 'transform="matrix(0 -200 100 0 100 200)"' in svg
    assert 'width="1" height="1"' in svg
    assert re.search('<g clip-path="[^"]*"><image [^>]*></image></g>', svg)


BUILD = """
import test_explore as t
from mathlib.explore import page
print(page.standalone(t.make_menagerie(), t.make_line(), t.make_line()))
"""


def test_two_builds_are_byte_identical():
    def build(seed):
        done = subprocess.run(
            [sys.executable, "-c", BUILD],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parent,
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
        return done.stdout

    first = build("1")
    assert first == build("2")
    ids = re.findall(r' id="([^"]+)"', first)
    assert len(set(ids)) == len(ids)
    assert 'data-name="line-2"' in first


def test_a_standalone_page_brings_all_it_needs():
    text = page.standalone(make_line(title="Of <lines>"))
    assert "<title>Of &lt;lines&gt;</title>" in text
    for name, tag in (("explore.css", "style"), ("explore.js", "script")):
        assert f"<{tag}>{page.assets()[name]}</{tag}>" in text
    assert text.count('<figure class="explore"') == 1


def test_the_page_names_and_starts_its_sliders():
    control = stops(1, 2, 4, start=2, label="batch & size", format="{} rows".format)
    text = page.html(explore(line, line_scene, slope=control, title="A <line>"))
    assert ">batch &amp; size</label>" in text
    assert 'min="0" max="2" value="1" aria-valuetext="2 rows" disabled' in text
    assert 'aria-label="A &lt;line&gt;"' in text
    assert "The slope is 2.</figcaption>" in text


def test_a_sentence_cannot_end_the_script():
    def trap(ax, k):
        return f"</script><!-- & {k}"

    text = page.html(explore(trap, k=stops(1, 2)))
    assert text.count("</script>") == 1
    assert table_of(text)["columns"][0][0][1] == "</script><!-- & 2"
    assert unescape(re.search(r"<figcaption[^>]*>(.*?)</f", text)[1]).endswith("& 1")


def test_no_controls_make_a_still_figure():
    def still(ax):
        ax.plot(X, X)
        return "A line."

    text = page.html(explore(still))
    assert "<input" not in text
    assert "<button" not in text
    assert "A line.</figcaption>" in text


def test_words_as_stops():
    def curve(ax, function):
        ax.plot(X, getattr(np, function)(X))
        return f"This is {function}."

    text = page.html(explore(curve, line_scene, function=stops("sin", "cos")))
    assert table_of(text)["values"] == [["sin", "cos"]]
    assert patched(text, 0) != patched(text, 1)


def test_an_address_tells_stops_apart_that_lie_close():
    far = even_stops(1e6, 1e6 + 1, 5)
    text = page.html(explore(line, line_scene, slope=far))
    assert table_of(text)["values"] == [[*far.values]]
    text = page.html(explore(line, line_scene, slope=stops(1 / 3, 2 / 3)))
    assert table_of(text)["values"] == [[0.333333, 0.666667]]


def test_the_handle_lies_where_its_function_says():
    def corner(ax, x, y):
        return f"The handle is at ({x}, {y})."

    def backdrop(ax):
        ax.set(xlim=(0, 1), ylim=(0, 1), position=(0, 0, 1, 1))

    axis = stops(0, 1)
    explorer = explore(
        corner, backdrop, size=(40, 30), handle=lambda y, x: (x, y), x=axis, y=axis
    )
    (points,) = explorer.handle_points()
    (left, bottom), (right, same), (_, top), _ = points
    assert same == bottom > top
    assert left < right
    assert explorer.handle_controls() == [["y", "x"]]


def test_of_two_handles_each_moves_its_own_control():
    def pair(ax, first, second):
        return f"The handles are at {first} and {second}."

    def backdrop(ax):
        ax.set(xlim=(0, 1), ylim=(0, 1), position=(0, 0, 1, 1))

    both = (lambda first: (first, 0), lambda second: (0, second))
    axis = stops(0, 1)
    explorer = explore(
        pair, backdrop, size=(40, 30), handle=both, first=axis, second=axis
    )
    assert explorer.handle_controls() == [["first"], ["second"]]
    (start, right), (same, up) = explorer.handle_points()
    assert start == same == [0, 300]
    assert (right, up) == ([400, 300], [0, 0])


def test_the_colors_stand_in_one_place():
    sheet = (page.STATIC / "explore.css").read_text("utf-8")
    for light, dark in style.PALETTE.values():
        assert light not in sheet
        assert dark not in sheet
        assert light in page.assets()["explore.css"]
        assert dark in page.assets()["explore.css"]


def luminance(color):
    parts = np.array([int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("ground", [0, 1])
@pytest.mark.parametrize("name", sorted(set(style.PALETTE) - {"paper", "grid"}))
def test_every_color_can_be_seen_on_its_ground(name, ground):
    color, paper = (
        luminance(style.PALETTE[key][ground]) + 0.05 for key in (name, "paper")
    )
    assert max(color, paper) / min(color, paper) >= 3


def test_importing_mathlib_leaves_matplotlib_out():
    code = "import sys, mathlib; assert 'matplotlib' not in sys.modules"
    code += "; import mathlib.explore; assert 'ipywidgets' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_explore_leaves_the_readers_own_style_alone():
    before = dict(mpl.rcParams)
    page.html(make_line())
    assert dict(mpl.rcParams) == before


# ---- the two lives


def test_in_the_book_it_is_html(monkeypatch):
    monkeypatch.setenv("MATHLIB_BOOK", "1")
    bundle = make_line()._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/plain"]
    assert bundle["text/html"].startswith("<figure")
    assert bundle["text/plain"] == "The slope is -0.5."


def test_in_a_notebook_it_is_a_widget(monkeypatch):
    monkeypatch.delenv("MATHLIB_BOOK", raising=False)
    bundle = make_line()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == "The slope is -0.5."


def picture_and_slider(explorer):
    _sheet, picture, moved = widget(explorer).children
    return picture, moved


def test_a_live_slider_changes_the_picture_at_any_value():
    picture, moved = picture_and_slider(make_line())
    before = picture.value
    assert "The slope is -0.5." in before
    moved.value = 0.123
    assert "The slope is 0.123." in picture.value
    path = r'<path d="([^"]+)" fill="none" stroke="var'
    assert re.findall(path, before) != re.findall(path, picture.value)


def test_a_live_error_is_shown_and_gone_at_the_next_good_value():
    def fragile(ax, k):
        ax.plot(X, k * X)
        return f"Ten over k is {10 / k:.3g}."

    picture, moved = picture_and_slider(explore(fragile, line_scene, k=stops(1, 0)))
    moved.value = 0
    assert "ZeroDivisionError" in picture.value
    assert "<svg" not in picture.value
    moved.value = 1
    assert "Ten over k is 10." in picture.value
    assert "ZeroDivisionError" not in picture.value


def test_a_live_figure_recovers_from_moved_limits():
    def jumpy(ax, k):
        if k == 2:
            ax.set(xlim=(0, 9), ylim=(0, 1))
        return f"k is {k}."

    picture, moved = picture_and_slider(explore(jumpy, line_scene, k=stops(1, 2, 3)))
    moved.value = 2
    assert "set their limits in scene()" in picture.value
    moved.value = 3
    assert "k is 3." in picture.value


def clear(ax):
    ax.clear()


def new_legend(ax):
    ax.legend()


def remove_line(ax):
    for line in ax.lines[:1]:
        line.remove()


@pytest.mark.parametrize("spoil", [clear, new_legend, remove_line])
def test_a_draw_that_removes_what_stays_is_told_so(spoil):
    def backdrop(ax):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.plot([0, 1], [0, 1], label="rising")
        ax.legend()

    def careless(ax, k):
        if k == 2:
            spoil(ax)
        return f"k is {k}."

    message = "careless has removed a part of the backdrop of ax, seen at k="
    explorer = explore(careless, backdrop, k=stops(1, 2, 3))
    for k in (2, 3):
        with refuses(ValueError, f"{message}{k}: draw in scene() only what stays"):
            explorer.frame({"k": k})


def test_a_draw_that_removes_what_it_has_moved_is_told_so():
    def backdrop(ax):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.plot([0, 1], [0, 1])

    def careless(ax, k):
        for line in ax.lines:
            line.set_ydata([0, k])
            if k == 2:
                line.remove()
        return f"k is {k}."

    explorer = explore(careless, backdrop, k=stops(1, 2))
    with refuses(ValueError, "careless has removed a part of the backdrop of ax, seen"):
        explorer.frame({"k": 2})


def test_a_draw_that_clears_the_axes_at_its_start_is_told_so():
    def anew(ax, k):
        ax.clear()
        return f"k is {k}."

    with refuses(ValueError, "anew has removed a part of the backdrop of ax, seen at"):
        explore(anew, line_scene, k=stops(1, 2))


def test_a_legend_that_draw_makes_anew_each_time_takes_the_place_of_the_old():
    def backdrop(ax):
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.plot([0, 1], [0, 1], label="rising")
        ax.legend()

    def again(ax, k):
        ax.plot([0, 1], [1, 0], label=f"falling {k}")
        ax.legend()
        return f"k is {k}."

    explorer = explore(again, backdrop, k=stops(1, 2))
    assert list(differing_settings(explorer)) == []


def test_what_a_live_figure_cuts_off_later_has_its_clip_with_it():
    def late(ax, k):
        if k > 1:
            ax.plot([0, 9], [0, 9 * k])
        return f"k is {k}."

    explorer = explore(late, lambda ax: ax.set(xlim=(0, 1), ylim=(0, 1)), k=stops(1, 2))
    text = live.html(explorer)
    for place, times in ((0, 0), (1, 1), (1, 1)):
        layer = "".join(live.moved(explorer, [place])["layers"])
        used = set(re.findall(r"url\(#([^)]*)\)", layer))
        assert used <= set(re.findall(r'<clipPath id="([^"]*)"', text + layer))
        assert len(used) == times


def stretched(ax):
    ax.set_xscale("log")


def pushed(ax):
    ax.set_position((0.4, 0.4, 0.3, 0.3))


def squared(ax):
    ax.set_aspect("equal")


def broken(ax):
    ax.set_xlim(2, 3)
    raise OSError


def aside(ax):
    ax.set_ylim(5, 8)


@pytest.mark.parametrize("spoil", [stretched, pushed, squared, broken, aside])
def test_a_figure_recovers_from_whatever_moved_its_axes(spoil):
    def once(left, right, k):
        for ax in (left, right) if k == 2 else ():
            spoil(ax)
        right.plot([1, 2], [0, k])
        return f"k is {k}."

    def scene(left, right):
        for ax in (left, right):
            ax.set(xlim=(1, 3), ylim=(0, 4), xticks=[1, 3])

    explorer = explore(
        once, scene, handle=lambda k: (k, k), k=stops(1, 2, 3), size=(200, 150)
    )
    before, points = explorer.frame({"k": 3}), explorer.handle_points()
    for _ in range(2):
        with pytest.raises((ValueError, OSError)):
            explorer.frame({"k": 2})
        assert explorer.handle_points() == points
        assert explorer.frame({"k": 3}) == before


def test_a_name_is_free_again_where_its_figure_was_refused():
    def bad(ax):
        return None

    for _ in range(2):
        with pytest.raises(TypeError, match="bad must return one sentence"):
            explore(bad, name="tried again")
    assert explore(line, slope=stops(1, 2), name="tried again").name == "tried-again"


def test_live_sliders_start_on_their_grid():
    for control in (
        even_stops(-1.8, 1.8, 25, start=-1.2),
        even_stops(0, 1, 7, start=1),
    ):
        live = slider("k", control)
        steps = (live.value - live.min) / live.step
        assert_allclose(steps, np.rint(steps), atol=1e-6)
        assert live.value == control.values[control.start]


def test_every_stop_of_a_live_slider_of_powers_is_a_step():
    control = log_stops(1e-3, 1e2, 11, start=0.1)
    live = slider("k", control)
    steps = (np.log10(control.values) - live.min) / live.step
    assert_allclose(steps, np.rint(steps), atol=1e-6)
    assert steps[1] == pytest.approx(FINER)


def test_the_step_of_a_live_slider():
    assert fine_step((0, 0.5, 0.8, 0.95)) == 0.001
    assert fine_step((0, 100)) == 0.1
    assert fine_step((2, 2)) == 1.0
    assert_allclose(fine_step(even_stops(0, 1, 7).values), 1 / 120)
    assert fine_step((0, 0.123456789, 1)) == 1e-6
    assert fine_step((0.5, 10**300)) == 10.0**297


def test_live_sliders_by_kind():
    kinds = {
        "FloatSlider": even_stops(0, 1, 5),
        "FloatLogSlider": log_stops(0.01, 1, 5, start=0.1),
        "IntSlider": stops(1, 5, 9),
        "SelectionSlider": stops("relu", "tanh"),
    }
    for kind, control in kinds.items():
        live = slider("k", control)
        assert type(live).__name__ == kind
        assert live.value == pytest.approx(control.values[control.start])


def test_the_live_play_button_moves_the_slider_through_its_stops():
    _, picture, row = widget(make_line(play="slope")).children
    moved, button = row.children
    button.value = 2
    assert moved.value == 0.5
    assert "The slope is 0.5." in picture.value


# ---- errors


def two_panels(left, right, k):
    return f"k is {k}."


def mover(ax, k):
    ax.set_xlim(0, k)
    return f"k is {k}."


def at_two(answer):
    def mute(ax, k):
        return f"k is {k}." if k < 2 else answer

    return lambda: explore(mute, k=stops(1, 2)).frame({"k": 2})


def any_panels(*axes, k):
    return f"k is {k}."


def by_place(ax, /, k):
    return f"k is {k}."


def at_its_place(slope, /):
    return slope, slope


def any_controls(ax, **others):
    return "Anything."


def handled(point):
    """Ask for the points of a handle that returns this."""
    return lambda: page.html(explore(line, handle=lambda slope: point, slope=THREE))


def made(**options):
    return lambda: explore(line, line_scene, **{"slope": THREE} | options)


def moved(*places):
    return lambda: live.moved(explore(line, line_scene, slope=THREE), [*places])


THREE = stops(1, 2, 3)
PAIR = "line: size must be (width, height), two numbers above 0, or a list of such, is "
POINT = "handle must return a point (x, y), returns "
NAMED = [
    (lambda: stops(1, np.inf), ValueError, "stops: each value must be finite, is inf"),
    (lambda: stops(10**400), ValueError, "stops: each value must be finite, is 1000"),
    (
        lambda: stops(-1e308, 1e308),
        ValueError,
        "stops: from the lowest to the highest value must be finite, is (-1e+308, 1e+",
    ),
    (
        lambda: stops(1, None),
        TypeError,
        "stops: each value must be an int, a float, a bool or a str, is None",
    ),
    (
        lambda: stops(1j),
        TypeError,
        "stops: each value must be an int, a float, a bool or a str, is 1j",
    ),
    (
        lambda: stops([1, 2, 3]),
        TypeError,
        "stops: each value must be an int, a float, a bool or a str, is [1, 2, 3]: "
        "use stops(*values)",
    ),
    (
        lambda: stops(1, np.ma.masked),
        TypeError,
        "stops: each value must be an int, a float, a bool or a str, is masked",
    ),
    (
        lambda: stops(0, 1, start=np.ma.masked),
        ValueError,
        "stops: start must be one of (0, 1), is masked",
    ),
    (
        lambda: stops(1, 2, start=np.array([1, 2])),
        ValueError,
        "stops: start must be one of (1, 2), is array([1, 2])",
    ),
    (
        lambda: stops(0.5, 1, start=10**400),
        ValueError,
        "stops: start must be one of (0.5, 1), is 1000",
    ),
    (
        lambda: stops(0.5, 1, start=Fraction(1, 3)),
        ValueError,
        "stops: start must be one of (0.5, 1), is Fraction(1, 3)",
    ),
    (
        lambda: stops(10**9, 10**9 + 2, start=10**9 + 1),
        ValueError,
        "stops: start must be one of (1000000000, 1000000002), is 1000000001",
    ),
    (
        lambda: log_stops(Fraction(1, 10**400), 1, 3),
        ValueError,
        "log_stops: low must be above 0, is Fraction(1, 1000",
    ),
    (lambda: stops(1, label=5), TypeError, "stops: label must be text, is 5"),
    (lambda: stops(1, format="zz"), ValueError, "stops: format must fit 1, is 'zz'"),
    (
        lambda: even_stops(0, 1, 3, format=5),
        TypeError,
        "even_stops: format must be a format specification or a function, is 5",
    ),
    (
        lambda: log_stops(1, 2, 3, format=lambda v: v),
        TypeError,
        "log_stops: format must return text, returns float for 1.0",
    ),
    (
        lambda: even_stops("a", "b", 3),
        TypeError,
        "even_stops: low must be a number, is 'a'",
    ),
    (
        lambda: even_stops(0, None, 3),
        TypeError,
        "even_stops: high must be a number, is None",
    ),
    (
        lambda: even_stops(0, 10**400, 3),
        ValueError,
        "even_stops: high must be finite, is 1000",
    ),
    (
        lambda: even_stops(-1e308, 1e308, 3),
        ValueError,
        "even_stops: from low to high must be finite, is -1e+308 with 1e+308",
    ),
    (
        lambda: even_stops(0, 1, 2.5),
        TypeError,
        "even_stops: count must be a whole number, is 2.5",
    ),
    (
        lambda: even_stops(0, 1, 3, start="x"),
        TypeError,
        "even_stops: start must be a number, is 'x'",
    ),
    (
        lambda: log_stops("a", 1, 3),
        TypeError,
        "log_stops: low must be a number, is 'a'",
    ),
    (made(size=420), ValueError, PAIR + "420"),
    (made(size=(4, 3, 2)), ValueError, PAIR + "(4, 3, 2)"),
    (made(size=((400, 300),)), ValueError, PAIR + "((400, 300),)"),
    (made(size=(0, 0)), ValueError, PAIR + "(0, 0)"),
    (made(size=[(400, np.nan)]), ValueError, PAIR + "[(400, nan)]"),
    (
        made(size=THREE),
        ValueError,
        "a control must not be called size, as an option of explore is: choose another",
    ),
    (made(name=THREE), ValueError, "a control must not be called name, as an option"),
    (made(name="—"), ValueError, "name must hold a letter or a digit, is '—'"),
    (made(name=5), TypeError, "name must be text, is 5"),
    (made(title=5), TypeError, "title must be text, is 5"),
    (
        made(handle="w"),
        TypeError,
        "handle (or each of a tuple) must be a function, but is of type str",
    ),
    (
        made(handle=[3]),
        TypeError,
        "handle (or each of a tuple) must be a function, but is of type list",
    ),
    (
        made(handle=(None, 3)),
        TypeError,
        "handle (or each of a tuple) must be a function, but is of type int",
    ),
    (
        made(handle=at_its_place),
        ValueError,
        "handle must take each control by its name, but slope is positional-only",
    ),
    (
        made(handle=max),
        ValueError,
        "handle must be a function with named parameters, is <built-in function max>",
    ),
    (
        lambda: explore(max),
        ValueError,
        "draw must be a function with named parameters, is <built-in function max>",
    ),
    (
        made(play=["slope"]),
        ValueError,
        "play must be among the controls of line (slope), is ['slope']",
    ),
    (handled(3.0), TypeError, POINT + "3.0 at slope=1"),
    (handled("up"), TypeError, POINT + "'up' at slope=1"),
    (handled((1, [2, 3])), TypeError, POINT + "(1, [2, 3]) at slope=1"),
    (
        handled((0, math.nan)),
        ValueError,
        "handle must return a point that lies on the axes, returns (0, nan) at slope=1",
    ),
    (lambda: explore(5), TypeError, "draw must be a function, but is of type int"),
    (lambda: explore(line, 0), TypeError, "scene must be a function, but is of type i"),
    (
        lambda: explore(any_panels, k=THREE),
        ValueError,
        "draw must take each panel and control by its name, but axes is variadic pos",
    ),
    (
        lambda: explore(by_place, k=THREE),
        ValueError,
        "draw must take each panel and control by its name, but ax is positional-only",
    ),
    (
        lambda: explore(any_controls),
        ValueError,
        "draw must take each panel and control by its name, but others is variadic k",
    ),
    (moved(), ValueError, "places must be one for each of 1 sliders, are []"),
    (moved(1, 1), ValueError, "places must be one for each of 1 sliders, are [1, 1]"),
    (moved(2.5), ValueError, "place must lie between 0 and 2, is 2.5"),
    (moved(-0.5), ValueError, "place must lie between 0 and 2, is -0.5"),
]
MANY = even_stops(0, 1, 50)
ERRORS = [
    (lambda: stops(), ValueError, "at least one value, is given none"),
    (lambda: stops(1, 2, start=3), ValueError, r"start must be one of \(1, 2\), is 3"),
    (
        lambda: even_stops(0, 1, 5, start=2),
        ValueError,
        "even_stops: start must lie between 0 and 1, is 2",
    ),
    (
        lambda: log_stops(0.1, 1, 5, start=0),
        ValueError,
        r"log_stops: start must lie between 0.1 and 1, is 0",
    ),
    (lambda: even_stops(1, 0, 5), ValueError, "low must be below high, is 1 with 0"),
    (lambda: even_stops(0, 1, 1), ValueError, "count must be at least 2, is 1"),
    (lambda: log_stops(0, 1, 5), ValueError, "log_stops: low must be above 0, is 0"),
    (
        lambda: explore(line, rate=THREE),
        ValueError,
        r"line must take the control 'rate'; its parameters are \(ax, slope\)",
    ),
    (
        lambda: explore(line, slope=[1, 2]),
        TypeError,
        "line: slope must be made with stops, even_stops or log_stops, is list",
    ),
    (
        lambda: explore(lambda k: "k", k=THREE),
        ValueError,
        "must have a parameter for each panel to draw on",
    ),
    (
        lambda: explore(two_panels, size=[(9, 9)] * 3, k=THREE),
        ValueError,
        r"two_panels: size must be one .* 2 panels \(left, right\), is 3",
    ),
    (
        lambda: explore(line, line_scene, play="rate", slope=THREE),
        ValueError,
        r"play must be among the controls of line \(slope\), is 'rate'",
    ),
    (
        lambda: explore(line, line_scene, handle=lambda w: (w, w), slope=THREE),
        ValueError,
        r"handle: .* must be among the controls of line \(slope\), are \(w\)",
    ),
    (
        lambda: explore(line, line_scene, handle=lambda: (0, 0), slope=THREE),
        ValueError,
        r"handle: its one or two parameters must be .*, are \(\)",
    ),
    (
        lambda: explore(
            line,
            line_scene,
            handle=(lambda slope: (0, slope), lambda slope: (slope, 0)),
            slope=THREE,
        ),
        ValueError,
        "handle: two handles must not both move slope",
    ),
    (
        lambda: explore(lambda ax, a, b: "", a=MANY, b=MANY),
        ValueError,
        rf"at most {MAX_FRAMES} frames, has 2500 \(50 of a × 50 of b\)",
    ),
    (
        lambda: page.html(explore(mover, k=THREE)),
        ValueError,
        r"mover moves the axes of ax at k=2: set their limits in scene\(\)",
    ),
    (at_two(None), TypeError, "mute must return one sentence, .* NoneType at k=2"),
    (at_two("  "), ValueError, "mute must return one sentence, .* empty text at k=2"),
]


@pytest.mark.parametrize(("make", "kind", "message"), ERRORS)
def test_errors_name_the_function_and_the_argument(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


@pytest.mark.parametrize(("make", "kind", "message"), NAMED)
def test_what_is_no_such_argument_is_named(make, kind, message):
    with refuses(kind, message):
        make()


def marks_of(draw, **look):
    """Return the marks of what moves, on a panel of 40 by 40 pixels, from 0 to 1."""

    def backdrop(ax):
        ax.set(xlim=(0, 1), ylim=(0, 1), position=(0, 0, 1, 1))

    def drawing(ax):
        draw(ax, **look)
        return "It is drawn."

    (layers,) = explore(drawing, backdrop, size=(40, 40)).start.panels
    return [mark for layer in layers for marks in layer for mark in marks]


def corners_of(mark):
    """Return the corners of a path of straight lines, in units."""
    steps = re.findall(r"-?\d+", mark.attributes["d"].split("z")[0])
    return np.cumsum(np.array(steps, int).reshape(-1, 2), axis=0)


def word(ax, text="word", **look):
    ax.text(0.5, 0.5, text, **look)


@pytest.mark.parametrize("text", ["word", "$x$", r"$\mathdefault{10^{3}}$"])
def test_faint_words_are_faint(text):
    for look in ({"alpha": 0.3}, {"color": (0, 0, 1, 0.3)}):
        (mark,) = marks_of(word, text=text, **look)
        assert mark.attributes["fill-opacity"] == "0.3"
    (mark,) = marks_of(word, text=text)
    assert "fill-opacity" not in mark.attributes


def test_a_text_in_the_form_of_a_tick_is_no_markup():
    (mark,) = marks_of(word, text=r"$\mathdefault{a<b & c^{<i>}}$")
    assert mark.inside.startswith("a&lt;b &amp; c<tspan")
    assert mark.inside.endswith(">&lt;i&gt;</tspan>")


@pytest.mark.filterwarnings("ignore:findfont")
def test_weights_have_names_that_a_browser_knows():
    weights = {"semibold": "600", "heavy": "800", 300: "300", "bold": "bold"}
    for weight, written_down in weights.items():
        (mark,) = marks_of(word, weight=weight)
        assert mark.attributes["font-weight"] == written_down
    for weight in ("normal", "book", 400):
        assert "font-weight" not in marks_of(word, weight=weight)[0].attributes


@pytest.mark.parametrize(
    ("face", "opacity"),
    [((1, 0, 0), None), ((1, 0, 0, 1), None), ((1, 0, 0, 0.5), "0.5")],
)
def test_an_artist_may_give_a_color_with_its_opacity_or_without(face, opacity):
    recorder = Recorder(40, 40, "panel")
    square = Line.unit_rectangle(), Affine2D().scale(20)
    recorder.draw_path(recorder.new_gc(), *square, rgbFace=face)
    (mark,) = recorder.marks
    assert mark.attributes["fill"] == "#ff0000"
    assert mark.attributes.get("fill-opacity") == opacity


def test_dashes_begin_where_they_are_told_to():
    def dashed(ax, offset):
        ax.plot([0, 1], [0, 1], lw=1, ls=(offset, (4, 4)))

    assert marks_of(dashed, offset=4)[0].attributes["stroke-dashoffset"] == "40"
    assert "stroke-dashoffset" not in marks_of(dashed, offset=0)[0].attributes


def test_an_area_far_beyond_the_panel_keeps_its_slopes():
    def slope(ax):
        ax.fill([0, 2000, 0], [0, 1000, 1000])

    (mark,) = marks_of(slope)
    x, y = corners_of(mark).T
    # its long side rises by one for every two across, until it is cut
    assert (x[0], y[0]) == (0, 400)
    assert (x[1], y[1] - 400) == (99990, -99990 / 2)


def test_an_area_that_is_cut_far_off_gets_no_corner_of_its_own():
    def band(ax):
        ax.axvspan(0.2, 1e9)

    (mark,) = marks_of(band)
    corners = {(80, 0), (80, 400), (99990, 0), (99990, 400)}
    assert {*map(tuple, corners_of(mark).tolist())} == corners


def test_a_huge_circle_has_no_more_corners_than_a_large_one(monkeypatch):
    counts, clean = [], recorder._clean

    def counting(*arguments, **options):
        path = clean(*arguments, **options)
        counts.append(len(path.vertices))
        return path

    def circle(ax):
        ax.add_patch(mpl.patches.Circle((0.5, 0.5), 1e10))

    monkeypatch.setattr(recorder, "_clean", counting)
    marks_of(circle)
    assert 1000 < max(counts) < 1e6


def test_a_large_circle_passes_where_it_should():
    def circle(ax, **look):
        ax.add_patch(mpl.patches.Circle((0.5, -9999.5), 10000, **look))

    for look in ({"fill": False}, {"lw": 0}):
        (mark,) = marks_of(circle, **look)
        from_its_top = np.abs(corners_of(mark) - (200, 200)).max(axis=1)
        assert from_its_top.min() < 5


def test_no_dots_stand_where_a_line_without_a_clip_is_cut():
    def far(ax):
        ax.plot([0.5, 90, 0.5], [0.5, 0.5, 0.25], "o", clip_on=False)

    (mark,) = marks_of(far)
    assert mark.attributes["d"].drawn() == "m200 200h0m0 100h0"


def test_an_edge_does_not_shine_through_a_faint_dot():
    def dots(ax, alpha):
        ax.plot([0.2, 0.7], [0.5, 0.5], "o", mfc="#0000ff", mec="#ff0000", alpha=alpha)

    for mark in marks_of(dots, alpha=0.3):
        assert (mark.attributes["fill"], mark.attributes["stroke"]) == (
            "#0000ff",
            "#ff0000",
        )
    assert len(marks_of(dots, alpha=0.3)) == len(marks_of(dots, alpha=None)) == 2


@pytest.mark.parametrize(
    ("face", "edge", "opacities"),
    [
        ((0, 0, 1), (1, 0, 0, 0.3), (None, "0.3")),
        ((0, 0, 1), (0, 0, 1, 0.3), (None, "0.3")),
        ((0, 0, 1, 0.3), (0, 0, 1), ("0.3", None)),
    ],
)
def test_the_edge_of_a_dot_is_as_faint_as_it_is_told(face, edge, opacities):
    def dot(ax):
        ax.plot([0.5], [0.5], "o", mfc=face, mec=edge)

    (mark,) = marks_of(dot)
    look = mark.attributes
    assert (look.get("fill-opacity"), look.get("stroke-opacity")) == opacities


def test_an_edge_wider_than_its_dot_leaves_no_face():
    def dot(ax):
        ax.plot([0.5], [0.5], "o", ms=1, mew=2, mfc="#0000ff", mec="#ff0000")

    assert [m.attributes["stroke-width"] for m in marks_of(dot)] == ["30", "0"]


def test_a_hollow_marker_is_drawn_by_its_edge():
    def ring(ax, k):
        ax.plot(0.5, 0.5, "o", mfc="none", mec=INK["blue"], ms=9)
        return f"Ring {k}."

    svg = "".join(drawn(explore(ring, k=stops(1, 2)), {"k": 1}))
    mark = re.search(
        r'<path d="[^"]+" fill="none" stroke="var\(--fig-blue\)"[^>]*>', svg
    )
    assert mark
    assert "opacity" not in mark[0]
