"""A panel: one axes in a figure of its own; what stays on it, and what moves.

matplotlib spends most of a drawing on axes, ticks and labels, which stay as they are.
So a panel is drawn whole only once; after that only the artists that ``draw`` made or
touched are drawn, and their marks are put where a whole drawing would have them.
"""

import matplotlib as mpl
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.spines import Spine

from mathlib.explore.recorder import Recorder

DOTS_PER_INCH = 72  # a point is a pixel
NARROW = 340  # pixels; in explore.css too: on a phone the words of a wider panel grow


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
        self.still, self.touched = {}, set()

    def has_backdrop(self):
        """Return whether what stays is there: neither removed nor cleared away."""
        stays = self.still.keys() | self.touched | {self.axes.patch}
        return stays <= self.kept.intersection(self._order())

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
        self.first_clips = len(self.recorder.clips)
        self.settled = self.place()
        self.limits = {"xlim": self.axes.get_xlim(), "ylim": self.axes.get_ylim()}
        self.aspect = self.axes.get_aspect()
        self.original = self.axes.get_position(original=True).frozen()
        self.active = self.axes.get_position().frozen()

    def restore(self):
        """Put the axes back where they must be, if `draw` has moved them."""
        if self.place() == self.settled:
            return
        *_, xscale, yscale = self.settled
        if self.axes.get_xscale() != xscale:  # to set it anew would change the ticks
            self.axes.set_xscale(xscale)
        if self.axes.get_yscale() != yscale:
            self.axes.set_yscale(yscale)
        self.axes.set(aspect=self.aspect, **self.limits)
        self.axes.set_position(self.original, "original")
        self.axes.set_position(self.active, "active")

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
        self._make_room_for_large_words()
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    def _make_room_for_large_words(self):
        """Move labels away from the ticks by as much as the words grow on a phone."""
        growth = max(0, self.figure.bbox.width / NARROW - 1)
        for axis, side in ((self.axes.xaxis, "height"), (self.axes.yaxis, "width")):
            if axis.label.get_text():
                axis.labelpad += growth * (_largest(axis.get_ticklabels(), side) + 2)

    def _order(self):
        """Return every artist of the panel, from the first drawn to the last."""
        order = []
        for artist in _by_height(self.figure):
            order += _parts_of(self.axes) if artist is self.axes else [artist]
        return order


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


def _largest(labels, side):
    """Return the largest width or height among tick labels, in pixels."""
    return max((getattr(t.get_window_extent(), side) for t in labels), default=0)


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
