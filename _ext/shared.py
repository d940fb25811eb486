"""Sphinx extension: the picture that a shared link to a lesson shows.

Whoever shows a link takes PNG alone, from an absolute address: so a picture is drawn
for each lesson when ``html_baseurl`` is set, else none. It shows the lesson's title and
question beside the first panel of its hero, whose marks matplotlib draws once more.
"""

import base64
import io
import re
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from heroes import SVG, hero, question, shortened
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Line
from matplotlib.transforms import Affine2D
from PIL import Image

from mathlib.explore.style import INK, STYLE

FOLDER = "_static/shared"
WIDTH, HEIGHT = 1200, 630  # what those who show links ask for
MARGIN, COLUMN = 56, 520  # around all; the place of the words
COLORS = 128  # so that a picture is small
TITLE, ASKED, SMALL = 46, 29, 21  # sizes of letters
TITLE_LETTERS, ASKED_LETTERS = 16, 30  # in a row
LEADING = 1.25
PIXELS_AN_INCH = 72  # a point is a pixel
STEPS = {"m": (Line.MOVETO, 1), "l": (Line.LINETO, 1), "h": (Line.LINETO, 1)}
STEPS |= {"q": (Line.CURVE3, 2), "c": (Line.CURVE4, 3)}
PIECE = re.compile(r"([mlhqcz])([-\d ]*)")
NUMBER = re.compile(r"-?\d+")
ANCHORS = {"middle": "center", "end": "right"}


# ---- marks


def color(text, opacity="1"):
    """Return a color of the palette, or a color itself, as matplotlib takes it."""
    named = re.fullmatch(r"var\(--fig-(\w+)\)", text)
    return (INK[named[1]] if named else text, float(opacity))


def path(text):
    """Return the path that a recorder wrote, as vertices and codes.

    Examples
    --------
    >>> path("m1 2 3 4z").vertices.tolist()
    [[1.0, 2.0], [4.0, 6.0], [1.0, 2.0]]
    """
    vertices, codes, here, start = [], [], np.zeros(2), np.zeros(2)
    for letter, numbers in PIECE.findall(text):
        if letter == "z":
            here = start
            vertices.append(here)
            codes.append(Line.CLOSEPOLY)
            continue
        code, count = STEPS[letter]
        steps = [int(number) for number in NUMBER.findall(numbers)]
        if letter == "h":
            steps = [part for step in steps for part in (step, 0)]
        for at in range(0, len(steps), 2 * count):
            moved = here + np.reshape(steps[at : at + 2 * count], (count, 2))
            vertices += [*moved]
            codes += [code] * count
            here = moved[-1]
            if code == Line.MOVETO:
                start, code = here, Line.LINETO
    return Line(np.reshape(vertices, (-1, 2)), codes)


class Panel:
    """An axes on which the marks of a panel are drawn once more."""

    def __init__(self, axes, root, scale):
        self.axes, self.scale = axes, scale
        self.clips = {
            clip.get("id"): [
                float(clip[0].get(k)) for k in ("x", "y", "width", "height")
            ]
            for clip in root.iter("clipPath")
        }

    def draw(self, element, clip=None):
        """Draw an element and what stands inside."""
        named = re.search(r"#([^)]+)", element.get("clip-path", ""))
        clip = named[1] if named else clip
        for artist in getattr(self, f"draw_{element.tag}", self.nothing)(element):
            artist.set_clip_on(clip is not None)
            if clip:
                x, y, width, height = self.clips[clip]
                box = Rectangle((x, y), width, height, transform=self.axes.transData)
                artist.set_clip_path(box)
        for inside in element if element.tag in ("svg", "g") else ():
            self.draw(inside, clip)

    def nothing(self, element):
        """Draw nothing: a group shows only what stands inside."""
        return ()

    def draw_path(self, element):
        """Draw a line, an area, or dots: strokes of no length."""
        line = path(element.get("d"))
        width = float(element.get("stroke-width", "0")) * self.scale
        stroke = color(
            element.get("stroke", "none"), element.get("stroke-opacity", "1")
        )
        if not len(line.vertices):
            return ()
        if "h0" in element.get("d"):
            dots = {"marker": "o", "ms": width, "mew": 0, "ls": "none"}
            return self.axes.plot(*line.vertices[::2].T, color=stroke, **dots)
        patch = PathPatch(
            line,
            facecolor=color(
                element.get("fill", "black"), element.get("fill-opacity", "1")
            ),
            edgecolor=stroke,
            linewidth=width,
            linestyle=self.dashes(element, width),
            capstyle=element.get("stroke-linecap", "butt"),
            joinstyle=element.get("stroke-linejoin", "miter"),
        )
        return [self.axes.add_artist(patch)]

    def dashes(self, element, width):
        """Return the dashes of a line; matplotlib counts them in widths of it."""
        lengths = element.get("stroke-dasharray")
        if not lengths or not width:
            return "solid"
        return (0, [float(length) * self.scale / width for length in lengths.split()])

    def draw_text(self, element):
        """Draw words; a power stands higher."""
        words = "".join(element.itertext())
        power = element.find("tspan")
        if power is not None:
            words = f"{element.text}$^{{{power.text}}}$"
        turned = re.search(r"rotate\((\S+)", element.get("transform", ""))
        return [
            self.axes.text(
                float(element.get("x")),
                float(element.get("y")),
                words,
                parse_math=power is not None,
                color=color(element.get("fill", INK["ink"])),
                fontsize=float(element.get("font-size")) * self.scale,
                fontweight=element.get("font-weight", "normal"),
                fontstyle=element.get("font-style", "normal"),
                horizontalalignment=ANCHORS.get(element.get("text-anchor"), "left"),
                verticalalignment="baseline",
                rotation=-float(turned[1]) if turned else 0,
                rotation_mode="anchor",
            )
        ]

    def draw_image(self, element):
        """Draw a picture: in its box, or as the unit square that a matrix moves."""
        packed = base64.b64decode(element.get("href").partition(",")[2])
        pixels = np.asarray(Image.open(io.BytesIO(packed)))
        x, y = (float(element.get(name, "0")) for name in ("x", "y"))
        width, height = (float(element.get(name)) for name in ("width", "height"))
        numbers = re.findall(r"-?[\d.]+", element.get("transform", ""))
        moved = Affine2D.from_values(*map(float, numbers or (1, 0, 0, 1, 0, 0)))
        return [
            self.axes.imshow(
                pixels,
                extent=(x, x + width, y + height, y),
                transform=moved + self.axes.transData,
                interpolation="nearest",
                alpha=float(element.get("opacity", "1")),
                aspect="auto",
            )
        ]


# ---- the picture


def picture(book, title, asked, figure):
    """Return the picture of a lesson as PNG.

    Parameters
    ----------
    book, title, asked : str
        The name of the book, of the lesson, and the lesson's question.
    figure : str
        The hero, as HTML.
    """
    with rc_context(STYLE):
        shown = Figure((WIDTH / PIXELS_AN_INCH, HEIGHT / PIXELS_AN_INCH))
        canvas = FigureCanvasAgg(shown)
        shown.set_facecolor(INK["paper"])
        write_words(shown, book, title, asked)
        draw_panel(shown, figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    small = Image.fromarray(pixels).quantize(COLORS, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    small.save(stream, format="png", optimize=True)
    return stream.getvalue()


def write_words(shown, book, title, asked):
    """Write title and question at the left, the book's name below."""
    title_rows = textwrap.wrap(title, TITLE_LETTERS, break_long_words=False)
    asked_rows = textwrap.wrap(asked, ASKED_LETTERS)
    tall = (len(title_rows) * TITLE + len(asked_rows) * ASKED) * LEADING + ASKED
    top = (HEIGHT + tall) / 2
    for rows, size, look in (
        (title_rows, TITLE, {"weight": "bold", "color": INK["ink"]}),
        (asked_rows, ASKED, {"color": INK["ink"]}),
    ):
        for row in rows:
            top -= size * LEADING
            shown.text(MARGIN / WIDTH, top / HEIGHT, row, size=size, **look)
        top -= ASKED
    foot = MARGIN * 0.7 / HEIGHT
    shown.text(MARGIN / WIDTH, foot, book, size=SMALL, color=INK["muted"])


def draw_panel(shown, figure):
    """Draw the first panel of a figure at the right, as large as there is room."""
    width, height, body = SVG.search(figure).groups()
    width, height = float(width), float(height)
    left, bottom = MARGIN + COLUMN, MARGIN
    wide, tall = WIDTH - left - MARGIN, HEIGHT - 2 * bottom
    scale = min(wide / width, tall / height)
    x, y = left + (wide - width * scale) / 2, bottom + (tall - height * scale) / 2
    place = (x / WIDTH, y / HEIGHT, width * scale / WIDTH, height * scale / HEIGHT)
    axes = shown.add_axes(place)
    axes.set_axis_off()
    root = ElementTree.fromstring(f"<svg>{body}</svg>")
    panel = Panel(axes, root, scale)
    for element in root:
        panel.draw(element)
    axes.set(xlim=(0, width), ylim=(height, 0))


# ---- the build


def show(app, name, template, context, doctree):
    """Draw the picture of a lesson, and tell its page where it is."""
    lesson = name.removeprefix("chapters/")
    if name == lesson or not app.config.html_baseurl:
        return
    found = hero(app.env, lesson)
    if found is None:
        return
    title = app.env.titles[name].astext()
    asked = shortened(question(doctree))
    target = Path(app.outdir, FOLDER, f"{lesson}.png")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(picture(app.config.project, title, asked, found.figure))
    context["picture"] = {
        "address": f"{app.config.html_baseurl}{FOLDER}/{lesson}.png",
        "width": WIDTH,
        "height": HEIGHT,
        "says": f"{title}. {found.sentence}",
    }


def setup(app):
    """Connect the above."""
    app.connect("html-page-context", show, priority=650)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
