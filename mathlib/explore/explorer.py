"""An explorer: a backdrop drawn once, and what moves drawn at each setting.

matplotlib spends most of a drawing on axes, ticks and labels, which stay as they are.
So a panel is drawn whole only once; after that only the artists that `draw` made or
touched are drawn, and their marks are put where a whole drawing would have them.
"""

import inspect
import itertools
import math
import os
import re
from collections import Counter
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.spines import Spine

from mathlib.explore.controls import Stops
from mathlib.explore.recorder import Recorder
from mathlib.explore.style import STYLE

MAX_FRAMES = 1000
DOTS_PER_INCH = 72  # a point is a pixel

_named = Counter()  # how many explorers of each name this page has


class Frame(NamedTuple):
    """One setting, drawn: the sentence, and for each panel its layers.

    ``panels[p][g]`` are the artists drawn before part ``g`` of the backdrop of panel
    ``p``; each is the list of its marks.
    """

    readout: str
    panels: list


def explore(
    draw,
    scene=None,
    *,
    size=(420, 320),
    name=None,
    title=None,
    handle=None,
    play=None,
    **controls,
):
    """Return a figure whose sliders call `draw`.

    Parameters
    ----------
    draw : callable
        ``draw(*axes, **controls)`` draws what moves and returns the reading, one
        sentence. Its parameters that are no control are the panels.
    scene : callable, optional
        ``scene(*axes)`` draws the backdrop once: limits, labels, all that stays.
    size : tuple or list of tuple
        Width and height in CSS pixels, of all panels or of each.
    name : str, optional
        What the figure is called in ids and addresses; by default after `draw`.
    title : str, optional
        What a screen reader calls the figure; by default the name, in words.
    handle : callable, optional
        Its parameters are one or two of the controls; it returns the point (x, y) of
        the first panel at which a handle is shown. In a built page it can be dragged.
    play : str, optional
        The control that a Play button moves.
    **controls : Stops
        A slider each: made with `stops`, `even_stops` or `log_stops`.

    Returns
    -------
    Explorer
        Shows itself in a notebook and in a built page.

    Raises
    ------
    ValueError
        If a control, `handle`, `play` or `size` does not fit `draw`, if there are too
        many stops, or if `draw` moves the limits of a panel.
    TypeError
        If a control is no `Stops`, or `draw` returns no sentence.

    Examples
    --------
    >>> from mathlib.explore import stops
    >>> def parabola(ax):
    ...     ax.set(xlim=(-3, 3), ylim=(0, 5))
    >>> def ball(ax, w):
    ...     ax.plot(w, w**2 / 2, "o")
    ...     return f"At w = {w} the loss is {w**2 / 2}."
    >>> explore(ball, parabola, w=stops(-2, 0, 2)).readout
    'At w = -2 the loss is 2.0.'
    """
    return Explorer(draw, scene, size, name, title, handle, play, controls)


class Explorer:
    """A figure with sliders; make one with `explore`."""

    def __init__(self, draw, scene, size, name, title, handle, play, controls):
        self.draw, self.controls, self.handle, self.play = draw, controls, handle, play
        self.called = getattr(draw, "__name__", type(draw).__name__)
        names = _panel_names(draw, controls)
        self._check(names)
        sizes = _sizes(self.called, size, names)
        self.name = _unique(name or self.called)
        self.title = title or self.name.replace("-", " ")
        with mpl.rc_context(STYLE):
            self.panels = [
                Panel(pair, f"explore-{self.name}-{number}")
                for number, pair in enumerate(sizes, 1)
            ]
            self.axes = dict(zip(names, (p.axes for p in self.panels), strict=True))
            self.start = self._first_frame(scene)

    @property
    def readout(self):
        """The sentence at the start setting."""
        return self.start.readout

    def settings(self):
        """Return every setting, a value for each control, in the page's order."""
        every = itertools.product(*(c.values for c in self.controls.values()))
        return [dict(zip(self.controls, values, strict=True)) for values in every]

    def start_setting(self):
        """Return the setting shown first."""
        return {name: c.values[c.start] for name, c in self.controls.items()}

    def frame(self, setting):
        """Draw what moves, at one setting.

        Parameters
        ----------
        setting : dict
            A value for each control.

        Returns
        -------
        Frame

        Raises
        ------
        ValueError
            If `draw` moves the limits of a panel.
        TypeError
            If `draw` returns no sentence.
        """
        with mpl.rc_context(STYLE):
            return self._frame(setting)

    def frames(self):
        """Draw what moves at every setting: a list of `Frame`."""
        with mpl.rc_context(STYLE):
            return [self._frame(setting) for setting in self.settings()]

    def handle_controls(self):
        """Return the names of the controls that the handle moves."""
        return list(inspect.signature(self.handle).parameters) if self.handle else []

    def handle_points(self):
        """Return where the handle lies, in units, for each stop of its controls."""
        names = self.handle_controls()
        first = self.panels[0]
        place = (first.axes.transData + first.recorder.to_units).transform
        every = itertools.product(*(self.controls[name].values for name in names))
        points = [self.handle(**dict(zip(names, v, strict=True))) for v in every]
        return [[round(float(value)) for value in place(point)] for point in points]

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Show the page's figure while the book is built, sliders otherwise."""
        if os.environ.get("MATHLIB_BOOK"):
            from mathlib.explore.page import html

            return {"text/html": html(self), "text/plain": self.readout}
        from mathlib.explore.notebook import widget

        return {**widget(self)._repr_mimebundle_(), "text/plain": self.readout}

    def _first_frame(self, scene):
        """Draw the backdrop, then the start setting on it."""
        if scene:
            scene(*self.axes.values())
        for panel in self.panels:
            panel.keep_backdrop()
        readout = self._call(self.start_setting(), check_limits=False)
        for panel in self.panels:
            panel.settle()
        return Frame(readout, [panel.layers() for panel in self.panels])

    def _frame(self, setting):
        readout = self._call(setting)
        return Frame(readout, [panel.layers() for panel in self.panels])

    def _call(self, setting, check_limits=True):
        """Clear what moved before and have `draw` draw; return its sentence."""
        for panel in self.panels:
            panel.clear()
        readout = self.draw(**self.axes, **setting)
        _check_sentence(self.called, readout, setting)
        for name, panel in zip(self.axes, self.panels, strict=True):
            if check_limits and panel.place() != panel.settled:
                panel.axes.set(**panel.limits)  # or a live figure would never recover
                raise ValueError(
                    f"{self.called} moves the axes of {name} at {_written(setting)}: "
                    "set their limits in scene()"
                )
        return readout

    def _check(self, panels):
        """Raise unless the controls, the handle and the play button fit `draw`."""
        _check_controls(self.called, self.draw, self.controls)
        if not panels:
            raise ValueError(
                f"{self.called} must have a parameter for each panel to draw on, "
                "besides its controls; it has none"
            )
        _check_frames(self.called, self.controls)
        known = f"must be among the controls of {self.called} ({_list(self.controls)})"
        if self.play is not None and self.play not in self.controls:
            raise ValueError(f"play {known}, is {self.play!r}")
        moved = self.handle_controls()
        if self.handle and (len(moved) not in (1, 2) or set(moved) - {*self.controls}):
            raise ValueError(
                f"handle: its one or two parameters {known}, are ({_list(moved)})"
            )


class Panel:
    """One axes in a figure of its own: what stays, and what moves on it."""

    def __init__(self, size, name):
        width, height = size
        inches = width / DOTS_PER_INCH, height / DOTS_PER_INCH
        self.figure = Figure(figsize=inches, dpi=DOTS_PER_INCH)
        self.axes = self.figure.add_subplot()
        self.recorder = Recorder(width, height, name)

    def keep_backdrop(self):
        """Remember what is drawn so far; draw it, so that a later touch shows."""
        self.figure.draw_without_rendering()
        self.kept = set(self._order())
        self.kept_containers = list(self.axes.containers)

    def clear(self):
        """Remove all that is not the backdrop."""
        for artist in self._order():
            if artist not in self.kept:
                artist.remove()
        self.axes.containers[:] = self.kept_containers
        self.axes.set_prop_cycle(mpl.rcParams["axes.prop_cycle"])

    def settle(self):
        """Fix the layout, draw everything once and keep the marks of what stays."""
        touched = {artist for artist in self.kept if _is_touched(artist)}
        self._lay_out()
        self.axes.autoscale(False)
        marks = _marks_of_each(self.figure, self._order(), self.recorder)
        self.still = {
            artist: marks[artist]
            for artist in self._order()
            if artist in self.kept and artist not in touched and marks.get(artist)
        }
        self.touched = touched & set(marks)
        self.settled = self.place()
        self.limits = {"xlim": self.axes.get_xlim(), "ylim": self.axes.get_ylim()}

    def place(self):
        """Return what must not move: limits, position and scales of the axes."""
        axes = self.axes
        bounds = (*axes.viewLim.bounds, *axes.get_position().bounds)
        return (*bounds, axes.get_xscale(), axes.get_yscale())

    def layers(self):
        """Draw what moves: the artists' marks, one list before each part that stays."""
        layers = [[]]
        for artist in self._order():
            if artist in self.still:
                layers.append([])
            elif artist not in self.kept or artist in self.touched:
                layers[-1].append(self._marks(artist))
        return layers

    def joined(self, layers):
        """Return all the marks of the panel, those of the layers among the rest."""
        parts = [*self.still.values(), []]
        pairs = zip(layers, parts, strict=True)
        return [
            mark for layer, part in pairs for marks in (*layer, part) for mark in marks
        ]

    def whole(self):
        """Return the marks of the panel as matplotlib draws them, all anew."""
        recorder = self.recorder.again()
        self.figure.draw(recorder)
        return recorder.marks

    def _marks(self, artist):
        recorder = self.recorder.again()
        artist.draw(recorder)
        return recorder.marks

    def _lay_out(self):
        self.figure.set_layout_engine("constrained")
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    def _order(self):
        """Return every artist of the panel, from the first drawn to the last."""
        order = []
        for artist in _by_height(self.figure):
            order += _parts_of(self.axes) if artist is self.axes else [artist]
        return order


def differing_settings(explorer, settings=None):
    """Yield the settings at which drawing what moves differs from drawing everything.

    There are none unless `draw` touches what cannot be seen: ticks, spines, or a part
    of the backdrop that it leaves alone at the start.

    Parameters
    ----------
    explorer : Explorer
    settings : list of dict, optional
        By default every setting; a whole drawing takes about a tenth of a second.
    """
    for setting in explorer.settings() if settings is None else settings:
        frame = explorer.frame(setting)
        with mpl.rc_context(STYLE):
            pairs = zip(explorer.panels, frame.panels, strict=True)
            if any(panel.whole() != panel.joined(layers) for panel, layers in pairs):
                yield setting


def _by_height(parent):
    """Return the children of a figure or axes from the lowest to the highest."""
    return sorted(
        parent.get_children(),
        key=lambda child: (child is not parent.patch, child.get_zorder()),
    )


def _parts_of(axes):
    """Return the artists of an axes; the label of an axis apart from its ticks."""
    parts = []
    for artist in _by_height(axes):
        parts.append(artist)
        if isinstance(artist, Axis):
            parts += [artist.label, artist.offsetText]
    return parts


def _is_touched(artist):
    """Return whether a part of the backdrop has changed since it was drawn."""
    always_stale = isinstance(artist, (Axis, Spine)) or artist is artist.axes
    return artist.stale and not always_stale


def _marks_of_each(figure, artists, recorder):
    """Draw a figure and return the marks that each artist makes, if it is drawn."""
    marks = {}
    for artist in artists:
        _listen(artist, recorder, marks)
    figure.draw(recorder)
    for artist in artists:
        del artist.draw
    return marks


def _listen(artist, recorder, marks):
    """Have an artist's marks recorded in a list of their own, ``marks[artist]``."""
    draw = artist.draw

    def draw_apart(renderer):
        others, recorder.marks = recorder.marks, marks.setdefault(artist, [])
        draw(renderer)
        recorder.marks = others

    artist.draw = draw_apart


def _panel_names(draw, controls):
    """Return the parameters of `draw` that are no control: its panels."""
    return [
        name
        for name, parameter in inspect.signature(draw).parameters.items()
        if name not in controls and parameter.default is parameter.empty
    ]


def _sizes(called, size, names):
    """Return a (width, height) for each panel."""
    sizes = size if isinstance(size, list) else [size] * len(names)
    if len(sizes) != len(names):
        raise ValueError(
            f"{called}: size must be one (width, height) or one for each of its "
            f"{len(names)} panels ({_list(names)}), is {len(sizes)}"
        )
    return sizes


def _unique(name):
    """Return the name as it may stand in an address; a second one gets -2."""
    name = re.sub(r"[\W_]+", "-", name).strip("-")
    _named[name] += 1
    return name if _named[name] == 1 else f"{name}-{_named[name]}"


def _check_controls(called, draw, controls):
    """Raise unless every control has stops and is a parameter of `draw`."""
    parameters = inspect.signature(draw).parameters
    for name, control in controls.items():
        if name not in parameters:
            raise ValueError(
                f"{called} must take the control {name!r}; "
                f"its parameters are ({_list(parameters)})"
            )
        if not isinstance(control, Stops):
            raise TypeError(
                f"{called}: {name} must be made with stops, even_stops or log_stops, "
                f"is {type(control).__name__}"
            )


def _check_frames(called, controls):
    """Raise if there are more settings than a page can hold."""
    counts = {name: len(control.values) for name, control in controls.items()}
    frames = math.prod(counts.values())
    if frames > MAX_FRAMES:
        each = " × ".join(f"{count} of {name}" for name, count in counts.items())
        raise ValueError(
            f"{called} must have at most {MAX_FRAMES} frames, has {frames} ({each}): "
            "use fewer stops"
        )


def _check_sentence(called, readout, setting):
    """Raise unless the reading is a sentence."""
    if not isinstance(readout, str):
        kind = type(readout).__name__
        raise TypeError(
            f"{called} must return one sentence, the reading; returns {kind} "
            f"at {_written(setting)}"
        )
    if not readout.strip():
        raise ValueError(
            f"{called} must return one sentence, the reading; returns an empty text "
            f"at {_written(setting)}"
        )


def _written(setting):
    """Write a setting for an error message."""
    pairs = (
        f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value!r}"
        for name, value in setting.items()
    )
    return ", ".join(pairs) or "its only setting"


def _list(names):
    return ", ".join(names)
