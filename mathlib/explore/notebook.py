"""The live notebook: ipywidgets sliders, any value, and one HTML widget.

One `widgets.HTML` holds the whole picture, so nothing flickers. An error in `draw` is
shown in its place; the figure is back at the next setting that can be drawn.
"""

import math
import traceback
from html import escape

import ipywidgets as widgets
import numpy as np

from mathlib.explore.page import assets, label, layers_svg, panel_svg

FINER = 20  # live steps between two stops


def widget(explorer):
    """Return the explorer as a box of ipywidgets: the picture, the sliders."""
    sheet = widgets.HTML(f"<style>{assets()['explore.css']}</style>")
    sheet.layout.display = "none"
    picture = widgets.HTML()
    sliders = {name: slider(name, c) for name, c in explorer.controls.items()}

    def show(change=None):
        setting = {name: slider.value for name, slider in sliders.items()}
        picture.value = _picture(explorer, setting)

    for moved in sliders.values():
        moved.observe(show, "value")
    show()
    return widgets.VBox([sheet, picture, *_with_play(explorer, sliders)])


def slider(name, control):
    """Return the live slider of one control."""
    look = {
        "description": label(name, control),
        "value": control.values[control.start],
        "style": {"description_width": "9em"},
        "layout": widgets.Layout(width="min(100%, 34rem)"),
    }
    kind, values = control.kind(), control.values
    if kind == "choice":
        options = [(control.text(value), value) for value in values]
        return widgets.SelectionSlider(options=options, **look)
    ends = {"min": min(values), "max": max(values)}
    if kind == "whole":
        return widgets.IntSlider(**ends, **look)
    if kind == "log":
        return _log_slider(values, look)
    step = fine_step(values)
    return widgets.FloatSlider(**ends, step=step, readout_format=".4g", **look)


def fine_step(values):
    """Return the coarsest decimal step whose grid holds every stop.

    If none does, it is the finest step between even stops; if that does not either, a
    millionth of the range.

    ipywidgets moves a start value that lies off the grid of its step.

    Examples
    --------
    >>> fine_step((0, 0.5, 0.8, 0.95))
    0.001
    """
    low, high = min(values), max(values)
    if low == high:
        return 1.0
    coarsest = math.floor(math.log10((high - low) / 200))
    even = (high - low) / (FINER * (len(values) - 1))
    for step in (*(10.0**k for k in range(coarsest, coarsest - 4, -1)), even):
        places = (np.array(values, float) - float(low)) / step
        if np.allclose(places, np.rint(places), rtol=0, atol=1e-6):
            return step
    return (high - low) / 1e6


def _log_slider(values, look):
    """Return a slider of powers of ten; every stop is one of its steps."""
    low, high = math.log10(values[0]), math.log10(values[-1])
    step = (high - low) / (FINER * (len(values) - 1))
    return widgets.FloatLogSlider(
        min=low, max=high, step=step, readout_format=".3g", **look
    )


def _picture(explorer, setting):
    """Return the panels and the reading at a setting as HTML, or the error."""
    try:
        frame = explorer.frame(setting)
    except Exception:  # an error of the reader's own draw would vanish unseen
        error = escape(traceback.format_exc(limit=-3))
        return f'<pre class="explore explore-error" role="alert">{error}</pre>'
    pairs = zip(explorer.panels, frame.panels, strict=True)
    panels = "".join(panel_svg(panel, layers_svg(layers)) for panel, layers in pairs)
    return (
        f'<div class="explore"><div class="explore-panels">{panels}</div>'
        f'<p role="status">{escape(frame.readout)}</p></div>'
    )


def _with_play(explorer, sliders):
    """Return the sliders, the played one with a Play button beside it."""
    return [
        _playing(control, sliders[name]) if name == explorer.play else sliders[name]
        for name, control in explorer.controls.items()
    ]


def _playing(control, moved):
    """Return a slider with a Play button that moves it from stop to stop."""
    count = len(control.values)
    pace = min(12, max(2, count / 6))  # stops in a second
    button = widgets.Play(
        value=control.start,
        min=0,
        max=count - 1,
        interval=round(1000 / pace),
        show_repeat=False,
    )
    button.observe(lambda _: _move(moved, control.values[button.value]), "value")
    return widgets.HBox([moved, button], layout=widgets.Layout(flex_flow="row wrap"))


def _move(slider, value):
    slider.value = value
