import inspect

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from mathlib import plots
from mathlib.explore.style import INK

WALK = np.array([[2.0, 1.0], [1.0, -0.5], [0.5, 0.25]])


@pytest.fixture
def ax():
    return Figure().add_subplot()


def draw(name, ax, scale):
    """Draw with arguments that grow with the scale."""
    drawings = {
        "contours": lambda: plots.contours(
            ax,
            lambda x, y: scale * (x**2 + y**2),
            xlim=(-1, 1),
            ylim=(-1, 1),
            levels=(1, 2, 3),
        ),
        "curve": lambda: plots.curve(ax, lambda x: scale * x, (0, 1)),
        "path": lambda: plots.path(ax, scale * WALK),
        "path_on_curve": lambda: plots.path_on_curve(
            ax, lambda x: x**2, scale * WALK[:, :1]
        ),
        "arrow": lambda: plots.arrow(ax, (0, 0), (scale, scale), color="blue"),
        "loss_curve": lambda: plots.loss_curve(ax, scale * np.arange(1.0, 5)),
        "pixels": lambda: plots.pixels(ax, scale * WALK),
        "classes": lambda: plots.classes(ax, scale * WALK, [0, 1, 0]),
        "regions": lambda: plots.regions(
            ax, lambda X: scale * X[:, 0], xlim=(-1, 1), ylim=(-1, 1)
        ),
        "half_plane": lambda: plots.half_plane(
            ax, [scale, 0], 1 - scale, box=(-1, 1, -1, 1)
        ),
    }
    return drawings[name]()


NAMES = [
    name
    for name, value in vars(plots).items()
    if inspect.isfunction(value)
    and value.__module__ == plots.__name__
    and not name.startswith("_")
]


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_returns_its_axes(name, ax):
    assert draw(name, ax, 1.0) is ax
    assert len(ax.get_children()) > len(Figure().add_subplot().get_children())


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_has_as_many_artists_at_every_stop(name):
    counts = set()
    for scale in (0.001, 1.0, 1e6):
        axes = draw(name, Figure().add_subplot(), scale)
        counts.add(len(axes.get_children()))
    assert len(counts) == 1


def test_curve_draws_the_function_in_its_color(ax):
    (line,) = plots.curve(ax, np.sin, (0, 6), color="green").lines
    x, y = line.get_data()
    assert_allclose(y, np.sin(x))
    assert (x[0], x[-1]) == (0, 6)
    assert line.get_color() == INK["green"]


def test_path_goes_through_the_points(ax):
    assert_allclose(plots.path(ax, WALK).lines[-1].get_xydata(), WALK)


def test_path_on_curve_has_its_dots_on_the_curve(ax):
    plots.path_on_curve(ax, lambda w: w**2, np.array([[3.0], [-2.0], [1.0]]))
    x, y = ax.lines[-1].get_data()
    assert_allclose(np.square(x), y)
    assert_allclose(x, [3, -2, 1])


def test_loss_curve_counts_from_the_start(ax):
    x, y = plots.loss_curve(ax, [3.0, 2.0, 1.5]).lines[0].get_data()
    assert_allclose(x, [0, 1, 2])
    assert_allclose(y, [3, 2, 1.5])


def test_drawings_refuse_points_of_another_shape(ax):
    with pytest.raises(ValueError, match="points must have shape"):
        plots.path(ax, np.ones((3, 3)))
    with pytest.raises(ValueError, match="points must have shape"):
        plots.path_on_curve(ax, np.sin, np.ones((3, 2)))
    with pytest.raises(ValueError, match="levels must be two or more ascending"):
        plots.contours(ax, lambda x, y: x, xlim=(0, 1), ylim=(0, 1), levels=(2, 1))
    with pytest.raises(ValueError, match="what f returns must have shape"):
        plots.contours(ax, lambda x, y: 1.0, xlim=(0, 1), ylim=(0, 1), levels=(1, 2))


def test_pixels_are_drawn_from_the_top_left_in_sixteen_grays(ax):
    mesh = plots.pixels(ax, [[0.0, 0.5], [1.0, 7.0]]).collections[0]
    assert mesh.get_array().ravel().tolist() == [0, 8, 15, 15]
    corners = mesh.get_coordinates()
    assert_allclose(corners[0, 0], [0, 1])
    assert_allclose(corners[-1, -1], [1, 0])
    with pytest.raises(ValueError, match=r"image must have shape \(height, width\)"):
        plots.pixels(ax, [0.0, 1.0])


def area(patch):
    """The area of a polygon, by the shoelace formula."""
    x, y = patch.get_xy()[:-1].T
    return abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2


def test_a_half_plane_is_tinted_in_three_equal_steps(ax):
    plots.half_plane(ax, [1.0, 0.0], 0.5, box=(-1, 1, 0, 1))
    assert_allclose([area(patch) for patch in ax.patches], [1.5, 1.0, 0.5])
    assert all(patch.get_linewidth() == 0 for patch in ax.patches)
    plots.half_plane(ax, [1.0, 1.0], -9.0, box=(-1, 1, 0, 1))
    assert [area(patch) for patch in ax.patches[3:]] == [0, 0, 0]


def test_regions_change_color_where_the_score_changes_sign(ax):
    plots.regions(ax, lambda X: X[:, 0] - 0.5, xlim=(-1, 1), ylim=(-1, 1))
    line = ax.collections[1].get_paths()[0].vertices
    assert_allclose(line[:, 0], 0.5)
    with pytest.raises(ValueError, match="what f returns must have shape"):
        plots.regions(ax, lambda X: X, xlim=(-1, 1), ylim=(-1, 1))


def test_each_class_is_drawn_with_its_own_mark():
    zero, one = plots.classes(Figure().add_subplot(), WALK, [0, 1, 0]).lines
    assert_array_equal(zero.get_xydata(), np.array(WALK)[[0, 2]])
    assert_array_equal(one.get_xydata(), np.array(WALK)[[1]])
    assert (zero.get_marker(), one.get_marker()) == ("o", "s")


@pytest.mark.parametrize(
    ("w", "b", "areas"),
    [
        ([1, 1], 0, [2, 8 / 9, 2 / 9]),
        ([1, 0], 1, [4, 8 / 3, 4 / 3]),
        ([-1, -1], 2, [4, 28 / 9, 8 / 9]),
        ([1e-170, 0], 0, [2, 4 / 3, 2 / 3]),
    ],
    ids=["through corners", "along a side", "through one corner", "tiny"],
)
def test_a_half_plane_may_begin_at_a_corner(ax, w, b, areas):
    plots.half_plane(ax, w, b, box=(-1, 1, -1, 1))
    assert_allclose([area(patch) for patch in ax.patches], areas)


def test_a_box_of_8_bits_is_a_box(ax):
    plots.half_plane(ax, [1, 0], -50, box=np.array([0, 200, 0, 200], np.uint8))
    assert_allclose([area(patch) for patch in ax.patches], [30000, 20000, 10000])
    with pytest.raises(ValueError, match=r"box must have shape \(4,\)"):
        plots.half_plane(ax, [1, 0], 0, box=(0, 1))


def test_a_label_of_neither_class_is_refused(ax):
    with pytest.raises(ValueError, match="y must hold only 0 and 1, but one entry is "):
        plots.classes(ax, WALK, [0, 1, -1])


def test_a_function_that_spoils_its_argument_changes_no_drawing(ax):
    def doubled(x):
        x *= 2
        return x

    def height(x, y):
        return doubled(x) + doubled(y)

    points = np.array([1.0, 2.0])
    plots.path_on_curve(ax, doubled, points)
    assert_array_equal(points, [1, 2])
    assert_array_equal(ax.lines[-1].get_xydata(), [[1, 2], [2, 4]])
    line = plots.curve(ax, doubled, (0, 1)).lines[-1]
    assert_array_equal(line.get_xydata()[-1], [1, 2])
    box = {"xlim": (0, 1), "ylim": (0, 1), "levels": (1, 2)}
    (filled,) = plots.contours(Figure().add_subplot(), height, **box).collections
    corners = np.concatenate([path.vertices for path in filled.get_paths()])
    assert corners.max() == 1


def test_contours_refuse_nan_and_take_huge_levels(ax):
    box = {"xlim": (0, 1), "ylim": (0, 1)}
    with pytest.raises(ValueError, match="what f returns must be numbers, but holds n"):
        plots.contours(ax, lambda x, y: np.nan * x, levels=(1, 2), **box)
    plots.contours(ax, lambda x, y: 1e20 + 1e20 * x, levels=(1e20, 2e20), **box)
    (filled,) = ax.collections
    assert [len(path.vertices) > 0 for path in filled.get_paths()][-1]


def test_regions_take_numbers_of_8_bits(ax):
    box = {"xlim": (-1, 1), "ylim": (0, 1)}
    steps = np.array([0, 1, 3], np.uint8)
    plots.regions(ax, lambda X: X[:, 0], steps=steps, count=np.uint8(33), **box)
    line = ax.collections[1].get_paths()[0].vertices
    assert_allclose(line[:, 0], 0, atol=1e-12)


def test_a_grid_has_two_points_on_each_side(ax):
    box = {"xlim": (0, 1), "ylim": (0, 1), "count": 1}
    with pytest.raises(ValueError, match="count must be at least 2, but is 1"):
        plots.contours(ax, lambda x, y: x, levels=(1, 2), **box)
    with pytest.raises(ValueError, match="count must be at least 2, but is 1"):
        plots.regions(ax, lambda X: X[:, 0], **box)


BOX = {"xlim": (-1, 1), "ylim": (-1, 1)}


def test_the_lowest_ground_is_filled_where_it_falls_without_end(ax):
    def log_radius(x, y):
        with np.errstate(divide="ignore"):
            return np.log(x**2 + y**2)  # minus infinity in the middle

    plots.contours(ax, log_radius, levels=(-4, -2, 0), count=21, **BOX)
    corners = ax.collections[0].get_paths()[0].vertices
    assert np.hypot(*corners.T).min() > 0.1  # no hole around the middle
    with pytest.raises(ValueError, match="levels must be two or more ascending"):
        plots.contours(ax, log_radius, levels=(-np.inf, 0), **BOX)


@pytest.mark.parametrize(
    "steps", [(1, 2), (0, 3, 1), (), (0, np.inf), (0, np.nan), range(10)]
)
def test_regions_refuse_steps_that_tint_wrongly(ax, steps):
    with pytest.raises(ValueError, match="steps must be"):
        plots.regions(ax, lambda X: X[:, 0], steps=steps, **BOX)
    plots.regions(ax, lambda X: X[:, 0], steps=range(9), **BOX)


def test_limits_of_few_bits_lose_no_points(ax):
    few = np.array([0, 100], np.float16)
    x = plots.curve(ax, np.sin, few, count=9999).lines[0].get_xdata()
    assert_array_equal(x, np.linspace(0, 100, 9999))
    kinds = set()
    box = {"xlim": few, "ylim": few}
    plots.contours(ax, lambda x, y: kinds.add(x.dtype) or x, levels=(1, 2), **box)
    plots.regions(ax, lambda X: kinds.add(X.dtype) or X[:, 0], **box)
    assert kinds == {np.dtype(float)}


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ((0, np.nan), "xlim must be finite"),
        ((0, 1, 5), r"xlim must have shape \(2,\)"),
    ],
)
def test_limits_that_are_none_are_named(ax, limits, message):
    box = {"xlim": limits, "ylim": (0, 1)}
    with pytest.raises(ValueError, match=message):
        plots.contours(ax, lambda x, y: x, levels=(1, 2), **box)
    with pytest.raises(ValueError, match=message):
        plots.regions(ax, lambda X: X[:, 0], **box)
    with pytest.raises(ValueError, match=message):
        plots.curve(ax, np.sin, limits)


def test_a_color_outside_the_palette_is_named(ax):
    drawings = [
        lambda color: plots.curve(ax, np.sin, (0, 1), color=color),
        lambda color: plots.path(ax, WALK, color),
        lambda color: plots.path_on_curve(ax, np.sin, [1, 2], color),
        lambda color: plots.arrow(ax, (0, 0), (1, 1), color),
        lambda color: plots.loss_curve(ax, [2, 1], color),
        lambda color: plots.half_plane(ax, [1, 0], 0, box=(0, 1, 0, 1), color=color),
        lambda color: plots.contours(
            ax, lambda x, y: x, levels=(1, 2), color=color, **BOX
        ),
    ]
    for color in ("red", ["blue"]):
        for drawing in drawings:
            with pytest.raises(ValueError, match="color must be one of ink, muted, "):
                drawing(color)


def test_what_is_no_function_is_named(ax):
    wrong = {"match": "f must be a function, but is of type int"}
    with pytest.raises(TypeError, **wrong):
        plots.curve(ax, 3, (0, 1))
    with pytest.raises(TypeError, **wrong):
        plots.path_on_curve(ax, 3, [1, 2])
    with pytest.raises(TypeError, **wrong):
        plots.contours(ax, 3, levels=(1, 2), **BOX)
    with pytest.raises(TypeError, **wrong):
        plots.regions(ax, 3, **BOX)


def test_a_curve_has_two_points(ax):
    with pytest.raises(ValueError, match="count must be at least 2, but is 1"):
        plots.curve(ax, np.sin, (0, 1), count=1)


@pytest.mark.parametrize(
    ("w", "b", "message"),
    [
        ([np.nan, 1], 0, "w must be finite"),
        ([0, 1], np.nan, "b must be a finite number, but is nan"),
        ([0, 1], [1, 2, 3, 4], r"b must be one number, but its shape is \(4,\)"),
    ],
)
def test_a_half_plane_of_no_numbers_is_refused(ax, w, b, message):
    with pytest.raises(ValueError, match=message):
        plots.half_plane(ax, w, b, box=(-1, 1, -1, 1))


def test_a_half_plane_of_huge_numbers_in_a_huge_box(ax):
    plots.half_plane(ax, [1e150, 0], 0, box=(-1e150, 1e150, 0, 1))
    assert_allclose([area(patch) / 1e150 for patch in ax.patches], [1, 2 / 3, 1 / 3])
