"""The live page: Python runs in the reader's page and draws what a slider asks for.

The figure is that of the built page (``page.py``) with one setting in it, the start.
A slider may rest between two stops. Where its sliders rest is sent to `moved`, and what
moves comes back: a group of marks for each gap in the backdrop of each panel.
"""

from mathlib.explore.page import Table, clips_svg, figure, layers_svg, panel_svg

FINER = 20  # places of a slider between two stops


def html(explorer):
    """Return the explorer as a figure of HTML that holds its start setting.

    Examples
    --------
    >>> from mathlib.explore import explore, stops
    >>> def ball(ax, w):
    ...     ax.plot(w, w**2, "o")
    ...     return f"At w = {w} the loss is {w**2}."
    >>> ' step="0.05"' in html(explore(ball, w=stops(-2, 0, 2)))
    True
    """
    pairs = zip(explorer.panels, explorer.start.panels, strict=True)
    panels = [
        panel_svg(panel, [f"<g data-layer>{svg}</g>" for svg in layers_svg(layers)])
        for panel, layers in pairs
    ]
    return figure(explorer, Table([], []), panels, step=1 / FINER)


def moved(explorer, places):
    """Draw what moves, at the places where the sliders rest.

    Parameters
    ----------
    explorer : Explorer
    places : list of float
        A place for each slider: 0 is its first stop, 1.5 lies between two.

    Returns
    -------
    dict
        ``readout``, a sentence; ``texts``, what stands beside each slider; ``layers``,
        the SVG of each group ``data-layer`` of the figure, in its order.

    Raises
    ------
    ValueError
        If there are more or fewer places than sliders, or one lies beyond the stops.

    Examples
    --------
    >>> from mathlib.explore import explore, stops
    >>> def ball(ax, w):
    ...     ax.plot(w, w**2, "o")
    ...     return f"At w = {w} the loss is {w**2}."
    >>> found = moved(explore(ball, w=stops(-2.0, 0.0, 2.0)), [0.5])
    >>> found["readout"], found["texts"]
    ('At w = -1.0 the loss is 1.0.', ['−1'])
    """
    controls = explorer.controls.values()
    if len(places) != len(controls):
        raise ValueError(
            f"places must be one for each of {len(controls)} sliders, are {places!r}"
        )
    values = [c.between(place) for c, place in zip(controls, places, strict=True)]
    frame = explorer.frame(dict(zip(explorer.controls, values, strict=True)))
    return {
        "readout": frame.readout,
        "texts": [c.text(value) for c, value in zip(controls, values, strict=True)],
        "layers": _with_clips(explorer.panels, frame.panels),
    }


def _with_clips(panels, frames):
    """Return the layers of all panels, with the clips that the start did not need."""
    every = []
    for panel, layers in zip(panels, frames, strict=True):
        lowest, *others = layers_svg(layers)
        late = [*panel.recorder.clips.items()][panel.first_clips :]
        every += [(clips_svg(late) if late else "") + lowest, *others]
    return every
