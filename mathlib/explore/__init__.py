"""Figures that move: one function, three lives.

``explore(draw, scene, rate=log_stops(...))`` calls ``draw`` at the stops of its
sliders. In a built page every stop is drawn beforehand and the browser shows the one
chosen; in a notebook that runs, or in a page in which Python runs, sliders drive the
same function for any value.

Reading order: ``controls`` (the stops of a slider), ``style`` (colors), ``recorder``
(what matplotlib draws, as flat marks), ``panel`` (only what moves is drawn anew),
``explorer`` (one frame), ``page`` (all frames, as HTML), ``live`` (a frame when it is
asked for), ``notebook`` (ipywidgets).
"""

from mathlib.explore.controls import even_stops, log_stops, number, stops
from mathlib.explore.explorer import explore
from mathlib.explore.style import INK, use_style

__all__ = ["INK", "even_stops", "explore", "log_stops", "number", "stops", "use_style"]
