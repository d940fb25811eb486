"""An explorer: a backdrop drawn once, and what moves drawn at each setting."""

import inspect
import itertools
import math
import os
import re
from numbers import Real
from typing import NamedTuple

import matplotlib as mpl
import numpy as np

from mathlib.checks import check_callable
from mathlib.explore.controls import Stops
from mathlib.explore.panel import Panel
from mathlib.explore.style import STYLE

MAX_FRAMES = 1000

_taken = set()  # the names of the explorers that this page has


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
        ``draw(ax, …, control, …)`` draws what moves and returns the reading, one
        sentence. It is called by name: its parameters that are no control and have no
        default are the panels.
    scene : callable, optional
        ``scene(*axes)`` draws the backdrop once: limits, labels, all that stays.
    size : tuple or list of tuple
        Width and height in CSS pixels, of all panels or of each.
    name : str, optional
        What the figure is called in ids and addresses; by default after `draw`.
    title : str, optional
        What a screen reader calls the figure; by default the name, in words.
    handle : callable or tuple of callable, optional
        Its parameters are one or two of the controls; it returns the point (x, y) of
        the first panel at which a handle is shown. In a built page it can be dragged.
        Of several handles each moves its own controls.
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
        If a control, `handle`, `play` or `size` does not fit `draw`, if a control is
        called as an option is, if `name` holds no letter and no digit, if there are too
        many stops, or if `draw` moves the limits of a panel or removes what stays.
    TypeError
        If an option is of another kind, a control is no `Stops`, or `draw` returns no
        sentence.

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
        self.draw, self.controls, self.play = draw, controls, play
        options = {"scene": scene, "size": size, "name": name, "title": title}
        _check_options(draw, **options, handle=handle, play=play)
        self.handles = handle if isinstance(handle, tuple) else (handle,)
        self.handles = tuple(each for each in self.handles if each is not None)
        _check_handles(self.handles)
        self.called = getattr(draw, "__name__", type(draw).__name__)
        names = _panel_names(draw, controls)
        self._check(names)
        sizes = _sizes(self.called, size, names)
        self.name = _unique(name or self.called)
        self.title = title or self.name.replace("-", " ")
        try:
            self._begin(scene, dict(zip(names, sizes, strict=True)))
        except BaseException:
            forget([self.name])
            raise

    def _begin(self, scene, sizes):
        """Draw the start, on a panel of its size for each name."""
        with mpl.rc_context(STYLE):
            self.panels = [
                Panel(pair, f"explore-{self.name}-{number}")
                for number, pair in enumerate(sizes.values(), 1)
            ]
            self.axes = dict(zip(sizes, (p.axes for p in self.panels), strict=True))
            self.start = self._first_frame(scene)
        self.page = self._html() if os.environ.get("MATHLIB_BOOK") else None

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
            If `draw` moves the limits of a panel or removes a part of its backdrop.
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
        """Return, for each handle, the names of the controls that it moves."""
        return [list(inspect.signature(handle).parameters) for handle in self.handles]

    def handle_points(self):
        """Return, for each handle, where it lies, in units, at its controls' stops."""
        self.panels[0].restore()  # where `draw` has failed it may lie elsewhere
        pairs = zip(self.handles, self.handle_controls(), strict=True)
        return [self._points(handle, names) for handle, names in pairs]

    def _points(self, handle, names):
        every = itertools.product(*(self.controls[name].values for name in names))
        return [self._point(handle, dict(zip(names, v, strict=True))) for v in every]

    def _point(self, handle, setting):
        """Return where the handle lies, in units, at the stops of its controls."""
        first, point = self.panels[0], handle(**setting)
        _check_point(point, setting)
        x, y = (first.axes.transData + first.recorder.to_units).transform(point)
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError(
                f"handle must return a point that lies on the axes, returns {point!r} "
                f"at {_written(setting)}"
            )
        return [round(float(x)), round(float(y))]

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Show the page's figure while the book is built, sliders otherwise."""
        if self.page:
            return {"text/html": self.page, "text/plain": self.readout}
        from mathlib.explore.notebook import widget

        return {**widget(self)._repr_mimebundle_(), "text/plain": self.readout}

    def _html(self):
        """Draw every setting at once: IPython hides an error of a later display."""
        from mathlib.explore.page import html

        return html(self)

    def _first_frame(self, scene):
        """Draw the backdrop, then the start setting on it."""
        if scene is not None:
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
        self._check_backdrops(setting)
        for panel in self.panels:
            panel.clear()
            if check_limits:
                panel.restore()  # or a live figure would never recover
        readout = self.draw(**self.axes, **setting)
        self._check_backdrops(setting)
        _check_sentence(self.called, readout, setting)
        for name, panel in zip(self.axes, self.panels, strict=True):
            if check_limits and panel.place() != panel.settled:
                raise ValueError(
                    f"{self.called} moves the axes of {name} at {_written(setting)}: "
                    "set their limits in scene()"
                )
        return readout

    def _check_backdrops(self, setting):
        """Raise if `draw` has cleared a panel or removed what stays on it."""
        for name, panel in zip(self.axes, self.panels, strict=True):
            if not panel.has_backdrop():
                raise ValueError(
                    f"{self.called} has removed a part of the backdrop of {name}, seen "
                    f"at {_written(setting)}: draw in scene() only what stays"
                )

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
        if self.play is not None and self.play not in [*self.controls]:
            raise ValueError(f"play {known}, is {self.play!r}")
        taken = set()
        for moved in self.handle_controls():
            if len(moved) not in (1, 2) or set(moved) - {*self.controls}:
                raise ValueError(
                    f"handle: its one or two parameters {known}, are ({_list(moved)})"
                )
            if taken & {*moved}:
                both = _list(sorted(taken & {*moved}))
                raise ValueError(f"handle: two handles must not both move {both}")
            taken |= {*moved}


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


def _check_options(draw, **options):
    """Raise unless `draw` and the options of `explore` are of their kinds."""
    for name, option in options.items():
        if isinstance(option, Stops):
            raise ValueError(
                f"a control must not be called {name}, as an option of explore is: "
                "choose another name"
            )
    scene = options["scene"]
    check_callable(**{"draw": draw} | ({} if scene is None else {"scene": scene}))
    for name in ("name", "title"):
        if not isinstance(options[name], str | None):
            raise TypeError(f"{name} must be text, is {options[name]!r}")


def _check_handles(handles):
    """Raise unless each handle is a function of controls, given by their names."""
    for handle in handles:
        check_callable(**{"handle (or each of a tuple)": handle})
        _check_parameters("handle", handle, "each control")


def _check_point(point, setting):
    """Raise unless a handle has returned (x, y)."""
    if not _is_point(point):
        raise TypeError(
            f"handle must return a point (x, y), returns {point!r} "
            f"at {_written(setting)}"
        )


def _is_point(point):
    """Return whether this is two numbers."""
    try:
        pair = np.asarray(point)
    except ValueError:  # of different lengths
        return False
    return pair.shape == (2,) and pair.dtype.kind in "biuf"


def _panel_names(draw, controls):
    """Return the parameters of `draw` that are no control: its panels."""
    _check_parameters("draw", draw, "each panel and control")
    return [
        name
        for name, parameter in inspect.signature(draw).parameters.items()
        if name not in controls and parameter.default is parameter.empty
    ]


def _is_size(pair):
    """Return whether this is a width and a height."""
    return (
        isinstance(pair, tuple | list)
        and len(pair) == 2
        and all(isinstance(side, Real) and 0 < side < math.inf for side in pair)
    )


def _sizes(called, size, names):
    """Return a (width, height) for each panel."""
    for each in size if isinstance(size, list) else [size]:
        if not _is_size(each):
            raise ValueError(
                f"{called}: size must be (width, height), two numbers above 0, or a "
                f"list of such, is {size!r}"
            )
    sizes = size if isinstance(size, list) else [size] * len(names)
    if len(sizes) != len(names):
        raise ValueError(
            f"{called}: size must be one (width, height) or one for each of its "
            f"{len(names)} panels ({_list(names)}), is {len(sizes)}"
        )
    return sizes


def _unique(name):
    """Return the name as it may stand in an address; a second one gets -2."""
    given, name = name, re.sub(r"[\W_]+", "-", name).strip("-")
    if not name:
        raise ValueError(f"name must hold a letter or a digit, is {given!r}")
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    free = next(
        each for each in itertools.chain([name], numbered) if each not in _taken
    )
    _taken.add(free)
    return free


def forget(names):
    """Give names of explorers free again: the cell that made them runs anew."""
    _taken.difference_update(names)


def _check_parameters(called, function, given):
    """Raise unless each parameter of a function can be given by its name."""
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # as some functions of C
        raise ValueError(
            f"{called} must be a function with named parameters, is {function!r}"
        ) from None
    for name, parameter in parameters.items():
        if parameter.kind not in (
            parameter.POSITIONAL_OR_KEYWORD,
            parameter.KEYWORD_ONLY,
        ):
            raise ValueError(
                f"{called} must take {given} by its name, but {name} is "
                f"{parameter.kind.description}"
            )


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
