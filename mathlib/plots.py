"""Draw what the lessons show: every function takes the axes first and returns them.

None shows the figure or opens one. Each draws the same number of artists whatever it is
given, so that an explorer can redraw any of them at every stop of a slider. Colors are
names of the palette ``mathlib.explore.style.INK``: ink, muted, blue, orange, …; any
other is a ValueError, as are limits that are not two finite numbers.

The landscape is blue, who walks on it is orange: ``contours`` and ``curve`` first, then
``path``, ``path_on_curve`` and ``arrow`` on top of them; ``loss_curve`` beside them.
"""

import numpy as np
from matplotlib.colors import ListedColormap, to_rgba

from mathlib.checks import (
    as_floats,
    as_single,
    check_callable,
    check_finite,
    check_least,
    check_number,
    check_shapes,
    guarded,
)
from mathlib.explore.style import INK

FAINTEST, DARKEST = 0.03, 0.29


def contours(ax, f, *, xlim, ylim, levels, count=81, color="blue"):
    """Fill the plane like a printed map: the lower the ground, the deeper the color.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its limits become xlim and ylim.
    f : function of two (count, count) arrays
        Heights over the grids of x and of y, in an array of their shape.
    xlim, ylim : (low, high)
    levels : sequence of float
        The heights of the contour lines, at least two, ascending. Ground below the
        first is filled too, down to -inf; ground above the last is left blank.
    count : int
        The number of grid points on each side.
    color : str
        A name of the palette.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If f does not return numbers in an array of the grid's shape, or levels do not
        ascend.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> ax = contours(
    ...     ax, lambda x, y: x**2 + y**2, xlim=(-1, 1), ylim=(-1, 1), levels=(0.5, 1, 2)
    ... )
    """
    levels = as_floats(levels, "levels")
    ascend = levels.ndim == 1 and levels.size > 1 and (np.diff(levels) > 0).all()
    if not ascend or np.isneginf(levels[0]):
        raise ValueError(f"levels must be two or more ascending numbers: {levels}")
    x, y, count = _grid(xlim, ylim, count)
    check_callable(f=f)
    heights = as_floats(guarded(f)(x, y), "what f returns")
    check_shapes(**{"what f returns": (heights, f"{count} {count}")})
    if np.isnan(heights).any():
        raise ValueError("what f returns must be numbers, but holds nan")
    shades = [
        to_rgba(_ink(color), alpha)
        for alpha in np.linspace(DARKEST, FAINTEST, levels.size)
    ]
    floor = -_beyond(-heights.min(initial=levels[0], where=np.isfinite(heights)))
    heights = np.maximum(heights, floor)  # matplotlib leaves a hole at minus infinity
    ax.contourf(x, y, heights, [floor, *levels], colors=shades)
    ax.set(xlim=xlim, ylim=ylim)
    return ax


def curve(ax, f, xlim, *, color="blue", count=201):
    """Draw the graph of a function of one variable.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its limits in x become xlim, unless they are set already.
    f : function of a (count,) array
    xlim : (low, high)
        From where to where.
    color : str
        A name of the palette.
    count : int
        The number of points.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = curve(Figure().add_subplot(), np.sin, (0, 6))
    >>> ax.get_xlim() == (0, 6)
    True
    """
    count = check_least(2, count=count)
    x = np.linspace(*_ends(xlim, "xlim"), count)
    if ax.get_autoscalex_on():
        ax.set_xlim(xlim)
    ax.plot(x, _heights(f, x), color=_ink(color))
    return ax


def path(ax, points, color="orange", *, width=1.5, size=4.5):
    """Draw a walk in the plane: a dot at each point, joined by a line.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    points : (k, 2) array
    color : str
        A name of the palette.
    width, size : float
        Of the line and of the dots, in points.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If points are not (k, 2).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(path(Figure().add_subplot(), [[0, 0], [1, 2]]).lines)
    1
    """
    points = as_floats(points, "points")
    check_shapes(points=(points, "k 2"))
    ax.plot(*points.T, "o-", **_dots(color, size), linewidth=width, zorder=3)
    return ax


def path_on_curve(ax, f, points, color="orange", *, width=1.25, size=7):
    """Draw a walk on the graph of f: each step level across, then onto the curve.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    f : function of a (k,) array
    points : (k, 1) or (k,) array
    color : str
        A name of the palette.
    width, size : float
        Of the line and of the dots, in points.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If points are not (k, 1) or (k,), or f does not return a height for each.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = path_on_curve(Figure().add_subplot(), np.square, [[2], [-1]])
    >>> ax.lines[0].get_xydata()
    array([[ 2.,  4.],
           [-1.,  4.],
           [-1.,  1.]])
    """
    points = as_floats(points, "points")
    if points.ndim != 1:
        check_shapes(points=(points, "k 1"))
    x = points.ravel()
    heights = _heights(f, x)
    stairs = np.repeat(x, 2)[1:], np.repeat(heights, 2)[:-1]
    ax.plot(*stairs, color=_ink(color), linewidth=width, zorder=2.5)
    ax.plot(x, heights, "o", **_dots(color, size), zorder=3)
    return ax


def arrow(ax, start, end, color="orange", *, width=2.5):
    """Draw an arrow from one point of the plane to another.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    start, end : (2,) array
    color : str
        A name of the palette.
    width : float
        Of the shaft, in points.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If start or end is not a point of the plane.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(arrow(Figure().add_subplot(), (0, 0), (1, 1)).texts)
    1
    """
    start, end = as_floats(start, "start"), as_floats(end, "end")
    check_shapes(start=(start, "2"), end=(end, "2"))
    head = {"arrowstyle": "-|>,head_width=.35,head_length=.7", "shrinkA": 0}
    look = {**head, "shrinkB": 0, "color": _ink(color), "linewidth": width}
    ax.annotate("", end, start, arrowprops=look, annotation_clip=False)
    return ax


def loss_curve(ax, values, color="orange"):
    """Draw the loss after each step, with a dot at the last.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    values : (k,) array
        The loss after 0, 1, … k − 1 steps.
    color : str
        A name of the palette.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If values are not (k,).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(loss_curve(Figure().add_subplot(), [4, 2, 1]).lines)
    2
    """
    values = as_floats(values, "values")
    sizes = check_shapes(values=(values, "k"))
    steps = np.arange(sizes["k"])
    ax.plot(steps, values, color=_ink(color))
    ax.plot(steps[-1:], values[-1:], "o", color=_ink(color))
    return ax


def _heights(f, x):
    """f at every x; a constant will do; where a walk diverged, inf or nan."""
    check_callable(f=f)
    with np.errstate(over="ignore", invalid="ignore"):
        heights = as_floats(guarded(f)(x), "what f returns")
    if heights.ndim == 0:
        return np.full(x.shape, heights)
    check_shapes(**{"what f returns": (heights, f"{x.size}")})
    return heights


def _grid(xlim, ylim, count):
    """The x and the y of count points on each side, and count."""
    count = check_least(2, count=count)
    sides = _ends(xlim, "xlim"), _ends(ylim, "ylim")
    return *np.meshgrid(*(np.linspace(*ends, count) for ends in sides)), count


def _ends(limits, name):
    """The two ends as plain floats: between those of 16 bits lie few points."""
    limits = as_floats(limits, name)
    check_shapes(**{name: (limits, "2")})
    check_finite(**{name: limits})
    return limits.tolist()


def _ink(color):
    if not isinstance(color, str) or color not in INK:
        raise ValueError(f"color must be one of {', '.join(INK)}, but is {color!r}")
    return INK[color]


def _beyond(x):
    """A number above x: by 1, or where x is huge, by its last digit."""
    return max(x + 1, np.nextafter(x, np.inf))


def _dots(color, size):
    look = {"color": _ink(color), "markeredgecolor": INK["paper"]}
    return {**look, "markersize": size}


GRAYS = ListedColormap([str(level) for level in np.linspace(0.06, 0.95, 16).round(3)])


def pixels(ax, image):
    """Draw a gray image as squares that fill the unit square, in sixteen grays.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Set its limits to (0, 1) in both directions beforehand.
    image : (height, width) array
        0 is black, 1 is white; what lies beyond is cut off.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the image is not (height, width).

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(pixels(Figure().add_subplot(), [[0, 0.5], [1, 0]]).collections)
    1
    """
    image = as_floats(image, "image")
    height, width = check_shapes(image=(image, "height width")).values()
    edges = np.linspace(0, 1, width + 1), np.linspace(1, 0, height + 1)
    levels = np.rint(np.clip(image, 0, 1) * 15)
    look = {"cmap": GRAYS, "edgecolors": "face", "linewidth": 1}
    ax.pcolormesh(*edges, levels, vmin=-0.5, vmax=15.5, **look)
    return ax


def classes(ax, X, y, *, size=5):
    """Draw samples of two classes: blue discs, and orange squares.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    X : (n, 2) array
    y : (n,) array of 0 and 1
    size : float
        Of a mark, in points.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If X and y do not fit, or an entry of y is neither 0 nor 1.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> len(classes(Figure().add_subplot(), [[0, 0], [1, 1]], [0, 1]).lines)
    2
    """
    X, y = as_floats(X, "X"), as_floats(y, "y")
    check_shapes(X=(X, "n 2"), y=(y, "n"))
    other = y[(y != 0) & (y != 1)]
    if other.size:
        raise ValueError(f"y must hold only 0 and 1, but one entry is {other[0]:g}")
    for label, color, marker in ((0, "blue", "o"), (1, "orange", "s")):
        look = {"color": INK[color], "markeredgecolor": INK["paper"]}
        ax.plot(*X[y == label].T, marker, **look, markersize=size, zorder=3)
    return ax


def regions(ax, f, *, xlim, ylim, steps=(0, 1, 3), count=33):
    """Tint the plane by a score: orange where it is positive, blue where negative.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its limits should be xlim and ylim.
    f : function of an (n, 2) array
        Returns a score for each point, an (n,) array.
    xlim, ylim : (low, high)
    steps : sequence of float
        Where the tint deepens, on both sides: 0 first, then up to eight more, finite
        and ascending. At 0 a line is drawn.
    count : int
        The number of grid points on each side.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If f does not return a score for each point, or steps are not as they should be.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().add_subplot()
    >>> len(regions(ax, lambda X: X[:, 0], xlim=(-1, 1), ylim=(-1, 1)).collections)
    2
    """
    x, y, count = _grid(xlim, ylim, count)
    steps = _steps(steps)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    check_callable(f=f)
    heights = as_floats(f(points), "what f returns")
    check_shapes(**{"what f returns": (heights, f"{count**2}")})
    far = _beyond(steps[-1])
    levels = [-far, *(-step for step in steps[:0:-1]), *steps, far]
    tints = [0.12 + 0.1 * k for k in range(len(steps))]
    shades = [to_rgba(INK["blue"], tint) for tint in tints[::-1]]
    shades += [to_rgba(INK["orange"], tint) for tint in tints]
    heights = np.clip(heights, -far, far).reshape(count, count)
    ax.contourf(x, y, heights, levels, colors=shades)
    ax.contour(x, y, heights, [0], colors=[INK["ink"]], linewidths=1.5)
    return ax


def _steps(steps):
    steps = as_floats(steps, "steps")
    check_shapes(steps=(steps, "k"))
    check_finite(steps=steps)
    if not 0 < steps.size < 10 or steps[0] != 0 or not (np.diff(steps) > 0).all():
        raise ValueError(
            f"steps must be 0 and up to eight more numbers, ascending, but are {steps}"
        )
    return steps.tolist()


def half_plane(ax, w, b, *, box, color="orange"):
    """Tint the part of a box where a linear score is positive, deeper farther in.

    Three tints begin where w·x + b is 0, a third, and two thirds of its largest value.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    w : (2,) array
    b : float
    box : (left, right, bottom, top)
        The part of the plane that is looked at; it is drawn where it lies.
    color : str
        A name of the palette.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If w is not (2,), b not one number, or box not (4,), or one is not finite.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = half_plane(Figure().add_subplot(), [1, 0], 0, box=(-1, 1, -1, 1))
    >>> len(ax.patches)
    3
    """
    w, box = as_floats(w, "w"), as_floats(box, "box")
    check_shapes(w=(w, "2"), box=(box, "4"))
    b = as_single(b, "b")
    check_finite(w=w, box=box)
    b = check_number(b=b)
    left, right, bottom, top = box
    corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    highest = max((corners @ w + b).max(), 0.0)
    for share in (0, 1 / 3, 2 / 3):
        part = _above(corners, corners @ w + b - share * highest)
        ax.fill(*part.T, color=_ink(color), alpha=0.25, linewidth=0)
    return ax


def _above(corners, heights):
    """The part of a polygon where a linear height is positive; a point if none is."""
    kept = []
    heights = np.ldexp(heights, -np.frexp(np.abs(heights).max())[1])  # none is huge
    ends = zip(np.roll(corners, -1, axis=0), np.roll(heights, -1), strict=True)
    for (p, high), (q, low) in zip(
        zip(corners, heights, strict=True), ends, strict=True
    ):
        if high >= 0:
            kept.append(p)
        if min(high, low) < 0 < max(high, low):
            kept.append(p + (q - p) * high / (high - low))
    return np.array(kept) if (heights > 0).any() else corners[:1]
