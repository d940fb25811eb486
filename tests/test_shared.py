"""The picture of a shared link: its size, its marks, and the same bytes each time."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
import shared
from docutils import nodes
from heroes import Hero
from jinja2 import Environment
from matplotlib.figure import Figure
from PIL import Image

from mathlib.explore import INK, explore, page, stops

BOOK = "A Book"
EXTENSIONS = Path(shared.__file__).parent


def drawn(scene, frame):
    """The picture of a figure of one stop, and its pixels."""
    figure = page.html(explore(frame, scene, w=stops(1, 2)))
    made = shared.picture(BOOK, "Gradient descent", "How long?", figure)
    return made, np.asarray(Image.open(io.BytesIO(made)).convert("RGB")).astype(int)


def scene(ax):
    ax.set(xlim=(0, 4), ylim=(0, 4), xlabel="$x^2$")
    ax.imshow(np.eye(8), extent=(0, 1, 0, 1), interpolation="none")


def frame(ax, w):
    ax.plot([0, 4], [0, w], "--", color=INK["orange"], lw=9)
    ax.plot([2], [3], "o", color=INK["green"], ms=30)
    ax.fill_between([2, 4], [1, 1], color=INK["blue"])
    ax.text(1, 3, "a < b & c", color=INK["pink"])
    return f"At {w}."


@pytest.fixture(scope="module")
def made():
    return drawn(scene, frame)


def count(pixels, name):
    """How many pixels nearly have a color of the palette."""
    wanted = [int(INK[name][at : at + 2], 16) for at in (1, 3, 5)]
    return (np.abs(pixels - wanted).sum(axis=-1) < 24).sum()


def test_a_picture_has_the_size_that_is_asked_for_and_is_light(made):
    png, pixels = made
    assert pixels.shape == (630, 1200, 3)
    assert len(png) <= 60_000


@pytest.mark.parametrize("name", ["ink", "muted", "orange", "green", "blue", "pink"])
def test_every_mark_is_on_it(name, made):
    assert count(made[1], name) > 50


def test_title_and_question_stand_at_the_left_and_the_book_below():
    written = []

    class Shown:
        def text(self, x, y, words, size, **look):
            written.append((x * shared.WIDTH, y * shared.HEIGHT, words, size))

    shared.write_words(Shown(), "The book", "A title", "What is asked?")
    lefts, heights, words, sizes = zip(*written, strict=True)
    assert words == ("A title", "What is asked?", "The book")
    assert set(lefts) == {shared.MARGIN}
    assert sizes == (shared.TITLE, shared.ASKED, shared.SMALL)
    assert heights[2] == pytest.approx(0.7 * shared.MARGIN)
    around = heights[0] + shared.TITLE * shared.LEADING, heights[1]
    assert np.mean(around) == pytest.approx(shared.HEIGHT / 2)


def test_the_rows_of_title_and_question_keep_their_distance():
    heights = {shared.TITLE: [], shared.ASKED: [], shared.SMALL: []}

    class Shown:
        def text(self, x, y, words, size, **look):
            heights[size].append(y * shared.HEIGHT)

    shared.write_words(Shown(), "The book", "A title of many words", "Why so? " * 9)
    for size in (shared.TITLE, shared.ASKED):
        assert -np.diff(heights[size]) == pytest.approx(size * shared.LEADING)
        assert len(heights[size]) > 1


@pytest.mark.parametrize(("wide", "tall"), [(100, 100), (400, 100), (100, 400)])
def test_a_panel_stands_in_the_middle_of_its_room(wide, tall):
    places = []

    class Shown:
        def add_axes(self, place):
            places.append(place)
            return Figure().add_axes(place)

    shared.draw_panel(Shown(), f'<svg viewBox="0 0 {wide} {tall}" class=""></svg>')
    ((left, bottom, width, height),) = places
    middle = (shared.MARGIN + shared.COLUMN + shared.WIDTH - shared.MARGIN) / 2
    assert left + width / 2 == pytest.approx(middle / shared.WIDTH)
    assert bottom + height / 2 == pytest.approx(0.5)
    assert width * shared.WIDTH / (height * shared.HEIGHT) == pytest.approx(wide / tall)
    assert bottom == pytest.approx(shared.MARGIN / shared.HEIGHT) or wide >= tall


def test_two_are_the_same_byte_by_byte(made):
    assert drawn(scene, frame)[0] == made[0]


def test_another_frame_is_another_picture(made):
    def other(ax, w):
        frame(ax, w + 1)
        return "Another."

    assert drawn(scene, other)[0] != made[0]


def test_what_is_clipped_stays_inside():
    def outside(ax, w):
        ax.plot([-9, 9], [2, 2], color=INK["green"], lw=9)
        return "A line."

    _, pixels = drawn(lambda ax: ax.set(xlim=(0, 4), ylim=(0, 4)), outside)
    assert count(pixels[:, : shared.COLUMN], "green") == 0
    assert count(pixels, "green") > 1000


@pytest.mark.parametrize(
    ("text", "vertices"),
    [
        ("m1 2 3 4", [[1, 2], [4, 6]]),
        ("m1 2h3", [[1, 2], [4, 2]]),
        ("m0 0q1 1 2 0m1 1l1-1", [[0, 0], [1, 1], [2, 0], [3, 1], [4, 0]]),
        ("m1 1l2 2zm1 0", [[1, 1], [3, 3], [1, 1], [2, 1]]),
        ("", []),
    ],
)
def test_a_path_is_read_as_it_is_written(text, vertices):
    assert shared.path(text).vertices.tolist() == vertices


def test_the_recorders_paths_are_read_back(made):
    figure = page.html(explore(frame, scene, w=stops(1, 2)))
    for text in re.findall(r' d="([^"]+)"', figure):
        assert np.isfinite(shared.path(text).vertices).all()


def artists(draw):
    """The artists that show once more what a frame draws on a panel."""
    figure = page.html(explore(draw, scene, w=stops(1, 2)))
    shown = Figure()
    shared.draw_panel(shown, figure)
    return shown.axes[0]


def test_words_are_turned_as_they_were():
    def turned(ax, w):
        ax.text(2, 2, "up", rotation=30)
        ax.text(2, 2, "down", rotation=-60)
        return "Turned."

    angles = {text.get_text(): text.get_rotation() for text in artists(turned).texts}
    assert (angles["up"], angles["down"]) == (30, 300)


def test_a_dot_is_drawn_once():
    """Drawn twice, a faint one would be darker."""

    def dots(ax, w):
        ax.plot([1, 2, 3], [1, 3, 2], "o", alpha=0.5)
        return "Three."

    (line,) = artists(dots).lines
    assert len(line.get_xydata()) == 3


class Config:
    html_baseurl, project = "", BOOK


def test_without_an_address_nothing_is_drawn(tmp_path):
    app = type("App", (), {"config": Config, "outdir": tmp_path})
    context = {}
    shared.show(app, "chapters/vectors", "page.html", context, None)
    assert context == {}
    assert [*tmp_path.iterdir()] == []


def head(**context):
    """The head of a page, up to its first script, as the theme writes it."""
    layout = (EXTENSIONS / "theme" / "layout.html").read_text("utf-8")
    return Environment().from_string(layout.partition("<script>")[0]).render(context)


def test_a_page_names_its_picture_where_it_has_one():
    picture = {"address": "https://example.org/a.png?b&c", "width": 1200, "height": 630}
    said = head(title="T", description="D?", picture=picture | {"says": 'a "b"'})
    assert 'og:image" content="https://example.org/a.png?b&amp;c">' in said
    assert 'og:image:width" content="1200">' in said
    assert 'og:image:alt" content="a &#34;b&#34;">' in said
    assert "og:image" not in head(title="T", description="D?")


def test_with_an_address_the_picture_is_drawn_and_named(tmp_path, monkeypatch):
    config = type("Config", (), {"html_baseurl": "https://e.org/", "project": BOOK})
    titles = {"chapters/vectors": nodes.title("", "Vectors")}
    env = type("Env", (), {"titles": titles})
    app = type("App", (), {"config": config, "outdir": tmp_path, "env": env})
    figure = page.html(explore(frame, scene, w=stops(1, 2)))
    monkeypatch.setattr(shared, "hero", lambda env, name: Hero(figure, "f", "It is."))
    monkeypatch.setattr(shared, "question", lambda doctree: "When?")
    context = {}
    shared.show(app, "chapters/vectors", "page.html", context, None)
    assert context["picture"]["address"] == "https://e.org/_static/shared/vectors.png"
    assert context["picture"]["says"] == "Vectors. It is."
    drawn_there = (tmp_path / "_static" / "shared" / "vectors.png").read_bytes()
    assert drawn_there.startswith(b"\x89PNG")
