"""The drawings: what stands on the axes, and always in the same number of artists."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from mathlib import plots
from mathlib.explore.style import INK

WIDE = {"xlim": (-2, 2), "ylim": (-1, 1)}
LEVELS = (0.5, 1.0, 2.0)


def draw_all(ax, k, size):
    """Every function of the module once, on a walk of k points of the given size."""
    points = size * np.random.default_rng(k).normal(size=(k, 2))
    plots.contours(
        ax, lambda x, y: size * (x**2 + y**2), **WIDE, levels=LEVELS, count=9
    )
    plots.curve(ax, lambda x: size * x, (-2, 2))
    plots.path(ax, points)
    plots.path_on_curve(ax, np.square, points[:, :1])
    plots.arrow(ax, (0, 0), (size, size))
    plots.loss_curve(ax, points[:, 0])
    return ax


@pytest.fixture
def ax():
    return Figure().add_subplot()


@given(st.integers(0, 20), st.sampled_from([0.0, 1.0, 1e200, np.inf, np.nan]))
def test_the_number_of_artists_is_always_the_same(k, size):
    expected = len(Figure().add_subplot().get_children()) + 8
    with np.errstate(all="ignore"):
        ax = draw_all(Figure().add_subplot(), k, size)
    assert len(ax.get_children()) == expected


@pytest.mark.parametrize("size", [1.0, 1e50])
def test_everything_can_be_painted(size):
    ax = draw_all(Figure().add_subplot(), 5, size)
    ax.figure.canvas.draw()


def test_every_function_takes_the_axes_and_returns_them(ax):
    arguments = {
        "contours": {"f": lambda x, y: x + y, **WIDE, "levels": LEVELS},
        "curve": {"f": np.sin, "xlim": (0, 1)},
        "path": {"points": [[0, 0], [1, 1]]},
        "path_on_curve": {"f": np.square, "points": [[0], [1]]},
        "arrow": {"start": (0, 0), "end": (1, 1)},
        "loss_curve": {"values": [3, 2, 1]},
    }
    functions = {
        name: function
        for name, function in inspect.getmembers(plots, inspect.isfunction)
        if function.__module__ == plots.__name__ and not name.startswith("_")
    }
    assert functions.keys() == arguments.keys()
    for name, function in functions.items():
        assert next(iter(inspect.signature(function).parameters)) == "ax"
        assert function(ax, **arguments[name]) is ax


def test_contours_are_one_hue_that_fades_uphill(ax):
    plots.contours(ax, lambda x, y: x**2 + y**2, **WIDE, levels=LEVELS)
    (filled,) = ax.collections
    colors = filled.get_facecolor()
    assert {to_hex(color) for color in colors} == {INK["blue"]}
    assert (np.diff(colors[:, 3]) < 0).all()
    assert_array_equal(filled.levels[1:], LEVELS)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))


def test_contours_fill_ground_below_the_first_level(ax):
    plots.contours(ax, lambda x, y: x**2 + y**2 - 100, **WIDE, levels=LEVELS)
    assert ax.collections[0].get_paths()[0].vertices.size


def test_contours_lie_at_their_heights(ax):
    plots.contours(ax, lambda x, y: x + 0 * y, **WIDE, levels=(0.0, 1.0))
    between = ax.collections[0].get_paths()[1].vertices[:, 0]
    assert_allclose([between.min(), between.max()], [0, 1], atol=1e-12)


def test_contours_refuse(ax):
    with pytest.raises(ValueError, match=r"what f returns must have shape \(9, 9\), b"):
        plots.contours(ax, lambda x, y: x[0], **WIDE, levels=LEVELS, count=9)
    for levels in ([1.0], [1.0, 1.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match=r"levels must be two or more ascending"):
            plots.contours(ax, lambda x, y: x, **WIDE, levels=levels)


def test_a_curve_is_the_graph_and_keeps_limits_that_are_set(ax):
    plots.curve(ax, np.square, (-1, 3), count=5)
    assert_array_equal(
        ax.lines[0].get_xydata(), [[-1, 1], [0, 0], [1, 1], [2, 4], [3, 9]]
    )
    assert ax.get_xlim() == (-1, 3)
    plots.curve(ax, lambda x: 7.0, (0, 9), color="green")
    assert ax.get_xlim() == (-1, 3)
    assert set(ax.lines[1].get_ydata()) == {7.0}
    assert ax.lines[1].get_color() == INK["green"]
    with pytest.raises(
        ValueError, match=r"what f returns must have shape \(201,\), bu"
    ):
        plots.curve(ax, lambda x: x[:3], (0, 1))


def test_a_path_goes_through_its_points(ax):
    points = [[0.0, 1.0], [2.0, 3.0]]
    plots.path(ax, points, color="green")
    (line,) = ax.lines
    assert_array_equal(line.get_xydata(), points)
    assert (line.get_color(), line.get_marker()) == (INK["green"], "o")
    with pytest.raises(ValueError, match=r"points must have shape \(k, 2\), but its"):
        plots.path(ax, [[1.0], [2.0]])


@pytest.mark.parametrize("points", [[[2.0], [-1.0]], [2.0, -1.0]])
def test_a_path_on_a_curve_steps_level_then_onto_the_curve(ax, points):
    plots.path_on_curve(ax, np.square, points)
    stairs, dots = ax.lines
    assert_array_equal(stairs.get_xydata(), [[2, 4], [-1, 4], [-1, 1]])
    assert_array_equal(dots.get_xydata(), [[2, 4], [-1, 1]])
    with pytest.raises(ValueError, match=r"points must have shape \(k, 1\), but its"):
        plots.path_on_curve(ax, np.square, np.ones((3, 2)))


def test_an_arrow_starts_and_ends_where_told(ax):
    plots.arrow(ax, (0, 1), (2, 3), "green")
    (arrow,) = ax.texts
    assert_array_equal([arrow.xyann, arrow.xy], [[0, 1], [2, 3]])
    assert to_hex(arrow.arrow_patch.get_facecolor()) == INK["green"]
    with pytest.raises(
        ValueError, match=r"end must have shape \(2,\), but its shape is"
    ):
        plots.arrow(ax, (0, 0), (1, 1, 1))


def test_a_loss_curve_counts_steps_and_marks_the_last(ax):
    plots.loss_curve(ax, [4.0, 2.0, 1.0])
    line, dot = ax.lines
    assert_array_equal(line.get_xydata(), [[0, 4], [1, 2], [2, 1]])
    assert_array_equal(dot.get_xydata(), [[2, 1]])
    with pytest.raises(
        ValueError, match=r"values must have shape \(k,\).*values\.rave"
    ):
        plots.loss_curve(ax, np.ones((3, 1)))
