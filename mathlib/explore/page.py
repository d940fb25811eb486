"""The built page: every setting drawn beforehand, as HTML and JSON, with no kernel.

A figure of the page holds the start frame as SVG, a native slider for each control, the
reading, and a table of all that differs between the settings; ``static/explore.js``
reads it. The table has a column for each attribute that changes: its distinct values
and, unless every setting has its own, the number of the value for each setting. The
path of a line stands as all x, then all y: like numbers side by side compress better.
"""

import json
import re
from html import escape
from itertools import count, zip_longest
from pathlib import Path
from typing import NamedTuple

from mathlib.explore import style
from mathlib.explore.recorder import UNITS, Dots

STATIC = Path(__file__).with_name("static")
CAPTION = -1  # the element number of the reading
LINE = re.compile(r"m[-\d ]+")
NUMBER = re.compile(r"-?\d+")
BUTTON = '<button type="button" data-does="{does}">{text}</button>'


class Table(NamedTuple):
    """What changes: slots say where, columns say what.

    A slot is (element number, attribute, column number); the attribute is "" for what
    stands inside the element and "dots" for a path to be shown as dots. A column is
    (distinct values,) or (distinct values, the number of the value for each setting).
    """

    slots: list
    columns: list


def assets():
    """Return the files that a page with explorers needs, by name.

    Examples
    --------
    >>> sorted(assets())
    ['explore.css', 'explore.js']
    """
    sheet = style.css() + (STATIC / "explore.css").read_text("utf-8")
    script = (STATIC / "explore.js").read_text("utf-8")
    return {"explore.css": sheet, "explore.js": script}


def html(explorer):
    """Return the explorer as a figure of HTML, every setting in it."""
    return figure(explorer, *encode(explorer))


def figure(explorer, table, panels, step=1):
    """Return a figure of HTML: the panels, the sliders, what the script must know.

    A slider moves by `step` stops.
    """
    name = f"explore-{explorer.name}"
    readout = escape(explorer.readout)
    handle = " data-handle" if explorer.handles else ""
    return (
        f'<figure class="explore" id="{name}" data-name="{explorer.name}" '
        f'aria-label="{escape(explorer.title)}"{handle}>'
        f'<div class="explore-panels" role="img" aria-labelledby="{name}-readout">'
        f"{''.join(panels)}</div>"
        f"{_controls(explorer, step)}"
        f'<figcaption id="{name}-readout">{readout}</figcaption>'
        f'<p class="explore-status" role="status"></p>'
        f'<script type="application/json">{_json(explorer, table)}</script>'
        "</figure>"
    )


def standalone(*explorers):
    """Return a whole page that shows some explorers, for trying them out."""
    files = assets()
    figures = "\n".join(map(html, explorers))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<title>{escape(explorers[0].title)}</title><link rel="icon" href="data:,">'
        f"<style>{files['explore.css']}</style></head>\n"
        f"<body><main>\n{figures}\n</main>"
        f"<script>{files['explore.js']}</script></body></html>\n"
    )


def encode(explorer):
    """Draw every setting.

    Returns
    -------
    table : Table
        What differs between the settings.
    panels : list of str
        The start frame as SVG; ``data-x`` numbers the elements that change.
    """
    frames = explorer.frames()
    start = explorer.settings().index(explorer.start_setting())
    columns, slots, numbers = {}, [], count()
    _note(slots, columns, CAPTION, "", [frame.readout for frame in frames])
    panels = []
    for at, panel in enumerate(explorer.panels):
        layers = zip(*(frame.panels[at] for frame in frames), strict=True)
        moving = [
            "".join(
                _artist(marks, start, numbers, slots, columns)
                for marks in zip_longest(*layer, fillvalue=[])
            )
            for layer in layers
        ]
        panels.append(panel_svg(panel, moving))
    return Table(slots, list(columns)), panels


def layers_svg(layers):
    """Return each layer of a frame as SVG text."""
    return [
        "".join(mark.svg() for marks in layer for mark in marks) for layer in layers
    ]


def panel_svg(panel, moving):
    """Return a panel as SVG: its backdrop, and what moves in the gaps of it."""
    still = ["".join(m.svg() for m in marks) for marks in panel.still.values()]
    body = "".join(a + b for a, b in zip(moving, [*still, ""], strict=True))
    width, height = panel.recorder.width, panel.recorder.height
    return (
        f'<svg viewBox="0 0 {width * UNITS} {height * UNITS}" '
        f'style="--width:{width}" aria-hidden="true">'
        f"{clips_svg(panel.recorder.clips.items())}{body}</svg>"
    )


def clips_svg(clips):
    """Return the definitions of clip rectangles: pairs of a rectangle and its name."""
    rectangles = "".join(
        f'<clipPath id="{name}"><rect x="{x}" y="{y}" width="{w}" height="{h}"/>'
        "</clipPath>"
        for (x, y, w, h), name in clips
    )
    return f"<defs>{rectangles}</defs>"


def _artist(frames, start, numbers, slots, columns):
    """Return one artist as SVG, noting what of it changes.

    An artist whose marks have the same tags and attributes at every setting is patched
    attribute by attribute, another is replaced as a whole.
    """
    if len({tuple((m.tag, *m.attributes) for m in marks) for marks in frames}) > 1:
        number = next(numbers)
        texts = ["".join(mark.svg() for mark in marks) for marks in frames]
        _note(slots, columns, number, "", texts)
        return f'<g data-x="{number}">{texts[start]}</g>'
    return "".join(
        _mark(same, start, numbers, slots, columns)
        for same in zip(*frames, strict=True)
    )


def _mark(same, start, numbers, slots, columns):
    """Return one mark as SVG, noting which of its attributes change."""
    parts = {name: [m.attributes[name] for m in same] for name in same[0].attributes}
    parts[""] = [mark.inside for mark in same]
    changing = {name: values for name, values in parts.items() if len(set(values)) > 1}
    if not changing:
        return same[start].svg()
    number = next(numbers)
    for attribute, values in changing.items():
        _note(slots, columns, number, attribute, values)
    return same[start].svg(f' data-x="{number}"')


def _note(slots, columns, number, attribute, values):
    """Note that an attribute of an element takes these values."""
    distinct = dict.fromkeys(values)
    if len(distinct) == 1:
        return
    column = (tuple(_packed(value, attribute) for value in distinct),)
    if len(distinct) < len(values):
        place = {value: at for at, value in enumerate(distinct)}
        column += (tuple(place[value] for value in values),)
    attribute = "dots" if isinstance(values[0], Dots) else attribute
    slots.append((number, attribute, columns.setdefault(column, len(columns))))


def _packed(value, attribute):
    """Write the path of a line as its x, a comma, its y; leave all else alone."""
    if attribute != "d" or not LINE.fullmatch(value):
        return str(value)
    steps = NUMBER.findall(value)
    return f"{_run(steps[0::2])},{_run(steps[1::2])}"


def _run(numbers):
    """Write numbers one after the other; a minus sign separates, else a space does."""
    return " ".join(numbers).replace(" -", "-")


def _json(explorer, table):
    """Return what explore.js needs to know, safe inside a script element."""
    controls = explorer.controls.values()
    data = {
        "values": [_in_an_address(c.values) for c in controls],
        "texts": [[c.text(value) for value in c.values] for c in controls],
        "slots": table.slots,
        "columns": table.columns,
    }
    if explorer.handles:
        data["handles"] = explorer.handle_controls()
        data["points"] = explorer.handle_points()
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return text.replace("</", "<\\/").replace("<!--", "\\u003c!--")


def _in_an_address(values):
    """Return the stops as an address has them: in six digits, if they still differ."""
    short = [float(f"{v:.6g}") if isinstance(v, float) else v for v in values]
    return short if len({*short}) == len(values) else list(values)


def _controls(explorer, step):
    """Return the sliders and buttons; a still figure has none."""
    if not explorer.controls:
        return ""
    rows = "".join(
        _row(explorer.name, name, control, explorer.play == name, step)
        for name, control in explorer.controls.items()
    )
    buttons = BUTTON.format(does="reset", text="Reset") + BUTTON.format(
        does="link", text="Link to this setting"
    )
    if explorer.play:
        buttons = BUTTON.format(does="play", text="Play") + buttons
    return (
        f'<div class="explore-controls">{rows}'
        f'<div class="explore-buttons" hidden>{buttons}</div></div>'
    )


def _row(figure, name, control, plays, step):
    """Return one slider with its label and value."""
    number = f"explore-{figure}-{name}"
    text = escape(control.text(control.values[control.start]))
    return (
        f'<label for="{number}">{escape(label(name, control))}</label>'
        f'<input type="range" id="{number}" name="{name}" min="0" '
        f'max="{len(control.values) - 1}" value="{control.start}" '
        f'aria-valuetext="{text}"{" data-plays" if plays else ""}'
        f"{_finer(control, step)} disabled>"
        f'<span aria-hidden="true">{text}</span>'
    )


def _finer(control, step):
    """Return the step of a slider that may rest between stops; words have none."""
    return "" if step == 1 or control.kind() == "choice" else f' step="{step}"'


def label(name, control):
    """Return what a slider is called."""
    return control.label or name.replace("_", " ")
