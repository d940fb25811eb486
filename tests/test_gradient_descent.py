"""Gradient descent: known numbers, laws of the step size, and scipy's minimizers."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.datasets import line_with_gaussian_noise, line_with_uniform_noise
from mathlib.gradient_descent import (
    backtracking,
    best_rate,
    curvatures,
    extragradient,
    follow,
    gradient_descent,
    largest_stable_rate,
    least_squares,
    line_search_descent,
    linear_regression,
    quadratic,
    regime,
    steps_to_shrink,
)
from mathlib.gradients import numerical_hessian

NARROW = np.diag([0.01, 1.0])
SEEDED = np.array([0.31179588, 0.69634349])  # the source's initial w and b

dimensions = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)


def bowl(d, seed):
    """A random symmetric matrix with curvatures from 0.5 to 4, and a random start."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    A = turn * rng.uniform(0.5, 4, size=d) @ turn.T
    return (A + A.T) / 2, rng.uniform(1, 2, size=d)


@pytest.fixture(scope="module")
def data():
    return line_with_uniform_noise(rng=np.random.RandomState(0))


@pytest.fixture(scope="module")
def line(data):
    return linear_regression(*data)


# The walk


def test_three_steps_by_hand():
    path = gradient_descent(lambda x: x, [8.0, -4.0], rate=0.5, steps=3)
    assert_array_equal(path.points, [[8, -4], [4, -2], [2, -1], [1, -0.5]])
    assert_allclose(path.slopes, np.hypot([8, 4, 2, 1], [4, 2, 1, 0.5]))
    assert path.stop_reason == "max_iterations"


@given(dimensions, seeds, st.floats(0.05, 0.9))
def test_a_quadratic_walk_equals_its_closed_form(d, seed, rate):
    A, start = bowl(d, seed)
    b = A @ np.arange(d)
    path = gradient_descent(quadratic(A, b).gradient, start, rate=rate, steps=8)
    factor, offset = np.eye(d) - rate * A, start - np.arange(d)
    for k, point in enumerate(path.points):
        expected = np.arange(d) + np.linalg.matrix_power(factor, k) @ offset
        assert_allclose(point, expected, rtol=0, atol=1e-9 * np.abs(path.points).max())


@given(dimensions, seeds)
def test_a_walk_converges_just_below_the_limit_and_diverges_above(d, seed):
    A, start = bowl(d, seed)
    limit = largest_stable_rate(A)

    def walk(rate):
        return gradient_descent(
            quadratic(A).gradient, start, rate=rate, steps=300, bound=1e6
        )

    below, above = walk(0.95 * limit), walk(1.05 * limit)
    assert np.abs(below.points[-1]).max() < 1e-9
    assert above.stop_reason == "diverged"


@pytest.mark.parametrize(
    ("product", "distance"), [(1.99, 0.366), (2.0, 1.0), (2.01, 2.705)]
)
def test_a_hundred_steps_below_on_and_above_the_limit(product, distance):
    path = gradient_descent(lambda x: x, 1.0, rate=product, steps=100)
    assert abs(path.points[-1, 0]) == pytest.approx(distance, abs=5e-4)


@pytest.mark.parametrize(
    ("rate", "last"), [(0.1, 0.8**100), (1.0, 1), (1.01, 7.2446), (1.1, 8.2818e7)]
)
def test_the_source_s_square_is_multiplied_by_one_minus_two_rates(rate, last):
    path = gradient_descent(lambda x: 2 * x, 1.0, rate=rate, steps=100)
    assert path.points[-1, 0] == pytest.approx(last, rel=1e-4)


@pytest.mark.parametrize(
    ("rate", "size"),
    [(0.001, 0.61), (0.1818, 4e-44), (0.199, 6.6e-3), (0.2, 1), (0.21, 5e20)],
)
def test_the_source_s_two_curvatures_after_500_steps(rate, size):
    A = np.diag([1.0, 10.0])
    path = gradient_descent(quadratic(A).gradient, [1.0, 1.0], rate=rate, steps=500)
    assert np.abs(path.points[-1]).max() == pytest.approx(size, rel=0.1)


def test_691_steps_predicted_and_walked():
    rate, factor = best_rate(NARROW)
    assert rate == pytest.approx(1.980198, abs=5e-7)
    assert factor == pytest.approx(0.980198, abs=5e-7)
    assert steps_to_shrink(factor, 1e-6) == 691
    path = gradient_descent(quadratic(NARROW).gradient, [1.0, 1.0], rate=rate)
    distance = np.linalg.norm(path.points, axis=1)
    assert np.argmax(distance <= 1e-6 * distance[0]) == 691


def test_the_walk_stops_by_tolerance_at_the_first_gentle_slope():
    path = gradient_descent(lambda x: x, 8.0, rate=0.5, tolerance=1.0)
    assert_array_equal(path.slopes, [8, 4, 2, 1])
    assert path.stop_reason == "tolerance"


def test_tolerance_zero_stops_only_at_an_exactly_zero_gradient():
    at_rest = gradient_descent(lambda x: x, 4.0, rate=1.0)
    assert (at_rest.points.ravel().tolist(), at_rest.stop_reason) == (
        [4.0, 0.0],
        "tolerance",
    )
    faint = gradient_descent(lambda x: 1e-200 * x, [1.0, 1.0], rate=1.0, steps=3)
    assert (len(faint.points), faint.stop_reason) == (4, "max_iterations")
    assert (faint.slopes > 0).all()


def test_no_steps_leave_the_start_alone():
    path = gradient_descent(lambda x: x, [1.0, 2.0], rate=0.1, steps=0)
    assert_array_equal(path.points, [[1, 2]])
    assert path.stop_reason == "max_iterations"


def test_a_diverged_walk_keeps_its_last_finite_point():
    path = gradient_descent(lambda x: 4 * x**3, 3.0, rate=0.1)
    assert path.stop_reason == "diverged"
    expected = [3, -7.8, 182.0208, -2.41207e6, 5.61346e18]
    assert_allclose(path.points[:5, 0], expected, rtol=1e-5)
    assert 1e100 < path.points[-1, 0] < np.inf
    assert len(path.slopes) == len(path.points) == 7


def test_a_point_that_is_not_finite_is_left_out():
    path = gradient_descent(lambda x: x**4, 1e90, rate=1.0)
    assert (path.points.tolist(), path.stop_reason) == ([[1e90]], "diverged")
    lost = gradient_descent(lambda x: x * np.nan, [1.0, 2.0], rate=1.0)
    assert (lost.points.tolist(), lost.stop_reason) == ([[1.0, 2.0]], "diverged")


def test_the_bound_is_a_ball():
    path = gradient_descent(lambda x: -x, [3.0, 4.0], rate=1.0, bound=20)
    assert_array_equal(path.points, [[3, 4], [6, 8], [12, 16], [24, 32]])
    assert path.stop_reason == "diverged"


def test_a_number_is_a_point_and_a_scalar_gradient_will_do():
    path = gradient_descent(lambda x: 2 * x.item(), 4, rate=0.25, steps=2)
    assert_array_equal(path.points, [[4], [2], [1]])


def test_the_start_is_left_alone():
    start = np.array([1.0, 2.0])
    path = gradient_descent(lambda x: x, start, rate=0.5, steps=2)
    path.points[0] = 9.0
    assert_array_equal(start, [1.0, 2.0])


def test_counterexamples_of_the_source():
    cycle = gradient_descent(np.sign, 0.05, rate=0.1, steps=9).points.ravel()
    assert_allclose(cycle, [0.05, -0.05] * 5)
    for steps, place in ((1_000, 0.0322), (10_000, 0.0033), (100_000, 0.00033)):
        path = gradient_descent(lambda x: 3 * x**2, 1.0, rate=0.01, steps=steps)
        assert path.points[-1, 0] == pytest.approx(place, rel=0.02)
    slide = gradient_descent(lambda x: -np.exp(-x), 0.0, rate=0.1, steps=2000)
    assert (np.diff(slide.points[:, 0]) > 0).all()
    assert slide.points[-1, 0] == pytest.approx(np.log(1 + 0.1 * 2000), rel=0.01)


def test_a_saddle_holds_the_exact_start_only():
    def gradient(x):
        return np.array([2 * x[0], 4 * x[1] ** 3 - 4 * x[1]])

    for side, end in ((0.0, 0.0), (1e-8, 1.0), (-1e-8, -1.0)):
        path = gradient_descent(gradient, [1.0, side], rate=0.05, steps=500)
        assert_allclose(path.points[-1], [0.0, end], atol=1e-9)


def test_the_two_valleys_of_the_source():
    def gradient(x):
        return 4 * x**3 - 6 * x + 1

    for start, end in ((-2.0, -1.30084), (2.0, 1.13090)):
        path = gradient_descent(gradient, start, rate=0.01, steps=2000)
        assert path.points[-1, 0] == pytest.approx(end, abs=5e-6)
    climb = gradient_descent(lambda x: -gradient(x), 0.5, rate=0.05, steps=500)
    assert climb.points[-1, 0] == pytest.approx(0.16994, abs=5e-6)
    lost = gradient_descent(lambda x: -gradient(x), 1.8, rate=0.05, steps=500)
    assert lost.stop_reason == "diverged"


def test_a_sum_instead_of_a_mean_needs_a_rate_n_times_smaller():
    ends = {}
    for n in (10, 100, 1000):
        X, y = line_with_gaussian_noise(n, rng=np.random.RandomState(0))
        mean = linear_regression(X, y)
        for name, scale in (("mean", 1), ("half sum", n / 2)):
            path = gradient_descent(
                lambda x, scale=scale, mean=mean: scale * mean.gradient(x),
                [0.0, 0.0],
                rate=0.05,
                steps=5000,
            )
            ends[name, n] = path.stop_reason
    assert [ends["mean", n] for n in (10, 100, 1000)].count("diverged") == 0
    assert [ends["half sum", n] == "diverged" for n in (10, 100, 1000)] == [
        False,
        True,
        True,
    ]


# What is refused


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (
            {"rate": -0.1},
            ValueError,
            "rate must be a finite number > 0, but is -0.1: to climb, pass the negated",
        ),
        ({"rate": 0.0}, ValueError, "rate must be a finite number > 0, but is 0.0"),
        ({"rate": np.inf}, ValueError, "rate must be a finite number > 0, but is inf"),
        ({"rate": "0.1"}, TypeError, "rate must be a finite number > 0, but is '0.1'"),
        ({"steps": -1}, ValueError, "steps must be a whole number >= 0, but is -1"),
        ({"steps": 1e3}, TypeError, "steps must be a whole number >= 0, but is 1000.0"),
        ({"tolerance": -1.0}, ValueError, "tolerance must be a finite number >= 0"),
        ({"bound": 0}, ValueError, "bound must be a finite number > 0, but is 0"),
        ({"start": [np.nan, 0]}, ValueError, "start must be finite, but 1 of its 2"),
        (
            {"start": [[1.0], [2.0]]},
            ValueError,
            "start must have shape (d,), but its shape is (2, 1): use start.ravel()",
        ),
        ({"start": [1j, 0]}, TypeError, "start must hold real numbers, but holds comp"),
        ({"gradient": 3.0}, TypeError, "gradient must be a function, but is of type"),
        (
            {"gradient": lambda x: np.ones(3)},
            ValueError,
            "the gradient must have shape (d,) with d = 2, but its shape is (3,)",
        ),
        (
            {"gradient": lambda x: x[:, None]},
            ValueError,
            "the gradient must have shape (d,) with d = 2, but its shape is (2, 1)",
        ),
        (
            {"gradient": lambda x: 1.0},
            ValueError,
            "the gradient must have shape (d,) with d = 2, but its shape is ()",
        ),
        (
            {"gradient": lambda x: None},
            TypeError,
            "the gradient must hold real numbers, but holds object",
        ),
    ],
)
def test_gradient_descent_refuses_by_name(changes, error, message):
    arguments = {"gradient": lambda x: x, "start": [1.0, 1.0], "rate": 0.1} | changes
    with refuses(error, message):
        gradient_descent(**arguments)


def test_the_other_walks_refuse_by_name_too():
    with refuses(TypeError, "value must be a function, but is of type float"):
        line_search_descent(1.0, lambda x: x, [1.0, 1.0])
    with refuses(ValueError, "the value must be one number, but its shape is (2,)"):
        line_search_descent(lambda x: x, lambda x: x, [1.0, 1.0])
    with refuses(ValueError, "rate must be a finite number > 0, but is -1: to climb"):
        extragradient(lambda x: x, 1.0, rate=-1, steps=3)
    with refuses(TypeError, "field must be a function"):
        extragradient(2.0, 1.0, rate=1, steps=3)
    with refuses(ValueError, "the field must have shape (d,) with d = 2"):
        extragradient(lambda x: np.ones(3), [1.0, 1.0], rate=1, steps=3)


@pytest.mark.parametrize("halved", [lambda x: (x / 2).tolist(), lambda x: x[0] / 2])
def test_a_step_may_return_a_list_or_a_number(halved):
    options = {"steps": 2, "tolerance": 0.0}
    walk = follow(lambda x, *_: (halved(x), None), abs, [4.0], **options)
    assert_array_equal(walk.points, [[4.0], [2.0], [1.0]])
    with refuses(ValueError, "what step returns must have shape (1,), but its shape"):
        follow(lambda x, *_: (x[None], None), abs, [4.0], **options)


# Objectives


@given(dimensions, seeds)
def test_a_quadratic_s_derivatives(d, seed):
    A, x = bowl(d, seed)
    f = quadratic(A, np.ones(d))
    check_gradient(f.value, x + 3, f.gradient(x + 3))
    assert_array_equal(f.hessian(x), A)
    assert f.gradient(np.linalg.solve(A, np.ones(d))) == pytest.approx(0, abs=1e-12)


def test_a_quadratic_keeps_its_own_matrix():
    A = np.eye(2)
    f = quadratic(A)
    A[0, 0] = 5.0
    f.hessian([0, 0])[1, 1] = 7.0
    assert f.value([2.0, 2.0]) == 4.0


def test_a_number_makes_a_quadratic_of_one_variable():
    f = quadratic(4.0, 2.0)
    assert (f.value(3.0), f.gradient(3.0).tolist()) == (12.0, [10.0])


def test_quadratic_refuses():
    with refuses(ValueError, "A must be symmetric, but differs from its transpose by"):
        quadratic([[1.0, 2.0], [0.0, 1.0]])
    with refuses(ValueError, "A must have shape (d, d), but its shape is (2, 3)"):
        quadratic(np.ones((2, 3)))
    with refuses(ValueError, "b must have shape (d,) with d = 2, but its shape is (3"):
        quadratic(np.eye(2), np.ones(3))
    with refuses(ValueError, "x must have shape (2,), but its shape is (3,)"):
        quadratic(np.eye(2)).value(np.ones(3))


@given(st.integers(1, 20), st.integers(0, 4), seeds)
def test_regression_s_derivatives(n, d, seed):
    rng = np.random.default_rng(seed)
    X, y, theta = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d + 1)
    f = linear_regression(X, y)
    assert f.value(theta) == pytest.approx(np.mean((X @ theta[:d] + theta[d] - y) ** 2))
    check_gradient(f.value, theta, f.gradient(theta))
    assert_allclose(f.hessian(theta), numerical_hessian(f.value, theta), atol=1e-5)


@given(st.integers(1, 20), st.integers(0, 4), seeds)
def test_least_squares_has_zero_gradient_and_least_value(n, d, seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    f, best = linear_regression(X, y), least_squares(X, y)
    assert_allclose(f.gradient(best), 0, atol=1e-9)
    assert f.value(best) <= f.value(best + rng.normal(size=d + 1)) + 1e-12


def test_the_seed_0_regression_end_to_end(data, line):
    best, hessian = least_squares(*data), line.hessian(SEEDED)
    assert_allclose(best, [2.936551, 2.558080], atol=5e-7)
    assert_allclose(line.gradient(SEEDED), [-3.3702071, -6.2054092], atol=5e-7)
    check_gradient(line.value, SEEDED, line.gradient(SEEDED))
    assert_allclose(curvatures(hessian), [0.1341, 2.4792], atol=5e-5)
    assert largest_stable_rate(hessian) == pytest.approx(0.806712, abs=5e-7)
    slow = 1 - 0.01 * curvatures(hessian).smallest
    assert slow == pytest.approx(0.99866, abs=5e-6)
    assert steps_to_shrink(slow, 1e-6) == 10_296
    fast = best_rate(hessian)
    assert fast.rate == pytest.approx(0.7653, abs=5e-5)
    assert steps_to_shrink(fast.factor, 1e-6) == 128
    path = gradient_descent(line.gradient, SEEDED, rate=0.01, steps=1000)
    assert_allclose(path.points[-1], [2.58695, 2.73525], atol=5e-6)
    assert line.value(path.points[-1]) == pytest.approx(0.086533, abs=5e-7)
    assert line.value(best) == pytest.approx(0.076233, abs=5e-7)


def test_regression_refuses_with_the_remedy(data):
    X, y = data
    for make in (linear_regression, least_squares):
        message = "y must have shape (n,) with n = 100, but its shape is (100, 1): "
        with refuses(ValueError, message + "use y.ravel()"):
            make(X, y[:, None])
        message = "X must have shape (n, d), but its shape is (100,): use X[:, None]"
        with refuses(ValueError, message):
            make(X.ravel(), y)
        with refuses(ValueError, "y must have shape (n,) with n = 100, but its shape"):
            make(X, np.column_stack([y, y]))
        with refuses(ValueError, "X must hold at least one sample"):
            make(X[:0], y[:0])
        with refuses(ValueError, "y must be finite, but 1 of its 1 entries are not"):
            make(X[:1], [np.nan])
    with refuses(ValueError, "theta must have shape (2,), but its shape is (3,)"):
        linear_regression(X, y).value(np.ones(3))


# Curvature and learning rate


@given(dimensions, seeds)
def test_curvatures_bound_every_direction(d, seed):
    A, x = bowl(d, seed)
    smallest, largest = curvatures(A)
    assert smallest - 1e-12 <= x @ A @ x / (x @ x) <= largest + 1e-12
    assert_allclose(smallest + largest, np.ptp(np.linalg.eigvals(A)) + 2 * smallest)


@given(dimensions, seeds)
def test_no_rate_is_better_than_the_best(d, seed):
    A, _ = bowl(d, seed)

    def factor(rate):
        return np.abs(np.linalg.eigvalsh(np.eye(d) - rate * A)).max()

    rate, best = best_rate(A)
    assert factor(rate) == pytest.approx(best, abs=1e-12)
    assert min(factor(0.99 * rate), factor(1.01 * rate)) > best


def test_a_number_is_a_curvature():
    assert curvatures(4) == (4.0, 4.0)
    assert largest_stable_rate(4.0) == 0.5
    assert best_rate(4.0) == (0.25, 0.0)


def test_a_saddle_has_a_limit_but_no_best_rate():
    saddle = np.diag([2.0, -2.0])
    assert largest_stable_rate(saddle) == 1.0
    with refuses(ValueError, "hessian must have positive eigenvalues only, but its sm"):
        best_rate(saddle)
    with refuses(ValueError, "hessian must curve upward somewhere, but its largest ei"):
        largest_stable_rate(-np.eye(2))


@pytest.mark.parametrize("take", [curvatures, largest_stable_rate, best_rate])
def test_an_asymmetric_hessian_is_refused_by_name(take):
    message = "hessian must be symmetric, but differs from its transpose by 1: use"
    with refuses(ValueError, message):
        take([[1.0, 1.0], [0.0, 1.0]])
    with refuses(ValueError, "hessian must have shape (d, d), but its shape is (2,)"):
        take([1.0, 1.0])
    with refuses(ValueError, "hessian must be finite"):
        take([[np.inf]])


@given(st.floats(0.01, 0.999), st.floats(1e-12, 0.99))
def test_steps_to_shrink_is_the_smallest_count(factor, target):
    k = steps_to_shrink(factor, target)
    assert factor**k <= target * (1 + 1e-9)
    assert factor ** (k - 1) > target


@pytest.mark.parametrize(
    ("factor", "target", "k"), [(0.5, 0.25, 2), (0.5, 0.26, 2), (0.1, 1e-3, 3)]
)
def test_equality_counts_as_shrunk(factor, target, k):
    assert steps_to_shrink(factor, target) == k


def test_steps_to_shrink_refuses_what_does_not_shrink():
    for arguments in ((1.0, 0.5), (0.5, 1.0), (0.5, 0.0), (-0.5, 0.1)):
        with pytest.raises(ValueError, match=r"must be a number between 0 and 1"):
            steps_to_shrink(*arguments)


@pytest.mark.parametrize(
    ("rate", "curvature", "word"),
    [
        (0.05, 10, "creeps"),
        (0.1, 10, "lands"),
        (0.19, 10, "leaps"),
        (0.2, 10, "bounces"),
        (0.1 + 0.1 + 0.1, 2 / 0.3, "bounces"),
        (0.21, 10, "is thrown out"),
    ],
)
def test_regimes_in_words(rate, curvature, word):
    assert regime(rate, curvature) == word


@given(st.floats(0.01, 10), st.floats(0.01, 10))
def test_the_regime_tells_what_the_walk_does(rate, curvature):
    path = gradient_descent(quadratic(curvature).gradient, 1.0, rate=rate, steps=1)
    end = path.points[-1, 0]
    word = regime(rate, curvature)
    if word in ("creeps", "leaps", "is thrown out"):
        same_side, closer = end > 0, abs(end) < 1
        assert (same_side, closer) == {
            "creeps": (True, True),
            "leaps": (False, True),
            "is thrown out": (False, False),
        }[word]
    else:
        assert abs(end) == pytest.approx({"lands": 0, "bounces": 1}[word], abs=1e-11)


def test_regime_refuses():
    with refuses(ValueError, "rate must be a finite number > 0, but is -1: to climb"):
        regime(-1, 1.0)
    with refuses(ValueError, "curvature must be a finite number > 0, but is 0"):
        regime(1, 0)


# Walks that choose their own step


def test_backtracking_by_hand():
    f = quadratic(10.0)
    assert backtracking(f.value, f.gradient, 1.0, -10.0) == 0.125
    assert backtracking(f.value, f.gradient, 1.0, -10.0, start=0.1) == 0.1
    assert backtracking(f.value, f.gradient, 1.0, -10.0, shrink=0.1) == 0.1
    slack = backtracking(f.value, f.gradient, 1.0, -10.0, sufficient=0.49)
    assert slack == 0.0625  # 1 − 10t/2 ≥ 0.49, so t ≤ 0.102


@given(dimensions, seeds, st.floats(1e-4, 0.45))
def test_backtracking_keeps_armijo_s_promise_with_the_longest_step(d, seed, part):
    A, x = bowl(d, seed)
    f = quadratic(A)
    p = -f.gradient(x)
    step = backtracking(f.value, f.gradient, x, p, start=4.0, sufficient=part)

    def promised(t):
        return f.value(x + t * p) <= f.value(x) + part * t * (f.gradient(x) @ p)

    assert promised(step)
    assert step == 4.0 or not promised(2 * step)


def test_backtracking_survives_the_rounding_of_the_value():
    f = quadratic(2.5)
    step = backtracking(lambda x: 1 + f.value(x), f.gradient, 1e-9, -2.5e-9)
    assert 0 < step < 2 / 2.5


@pytest.mark.parametrize("curvature", [1e4, 1e6, 1e10])
def test_a_first_try_much_too_long_ends_among_values_that_rounding_blurs(curvature):
    f = quadratic(curvature)
    walk = line_search_descent(lambda x: 1 + f.value(x), f.gradient, 0.7)
    assert walk.stop_reason == "tolerance"
    with refuses(ArithmeticError, "no step along the direction lowers the value at"):
        line_search_descent(lambda x: 1 + f.value(x), lambda x: -f.gradient(x), 0.7)


@pytest.mark.parametrize("half", [np.float16(0.5), Fraction(1, 2)])
def test_numbers_of_other_types_are_counted_with_as_floats(half):
    f = quadratic(1e8)
    step = backtracking(f.value, f.gradient, 1.0, -1e8)
    for numbers in ({"start": half * 2}, {"shrink": half}):
        assert backtracking(f.value, f.gradient, 1.0, -1e8, **numbers) == step
    for walk in (gradient_descent, extragradient):
        plain = walk(lambda x: 2 * x, 4.0, rate=0.5, steps=2)
        assert_array_equal(walk(lambda x: 2 * x, 4.0, rate=half, steps=2)[0], plain[0])


def test_backtracking_shrinks_past_values_that_are_not_finite():
    def value(x):
        return x - np.sqrt(x)

    step = backtracking(value, lambda x: 1 - 0.5 / np.sqrt(x), 4.0, -5.0)
    assert step == 0.5  # a whole step lands at −1, where there is no root


def test_backtracking_refuses():
    f = quadratic(np.eye(2))
    message = "direction must descend, but the slope along it is "
    for direction in ([1.0, 0.0], [0.0, 0.0], [0.0, 1.0]):
        with refuses(ArithmeticError, message):
            backtracking(f.value, f.gradient, [1.0, 0.0], direction)
    with refuses(ArithmeticError, "no step along the direction lowers the value at"):
        backtracking(f.value, lambda x: -f.gradient(x), [1.0, 0.0], [1.0, 0.0])
    with refuses(ValueError, "direction must have shape (2,), but its shape is (3,)"):
        backtracking(f.value, f.gradient, [1.0, 0.0], np.ones(3))
    for name in ("shrink", "sufficient"):
        with refuses(ValueError, f"{name} must be a number between 0 and"):
            backtracking(f.value, f.gradient, [1.0, 0.0], [-1.0, 0.0], **{name: 1.0})


@given(dimensions, seeds)
def test_a_walk_that_searches_never_rises_and_arrives(d, seed):
    A, start = bowl(d, seed)
    f = quadratic(A, A @ np.ones(d))
    path = line_search_descent(f.value, f.gradient, start, steps=10_000)
    heights = np.array([f.value(point) for point in path.points])
    assert (np.diff(heights) <= 1e-14 * np.abs(heights).max()).all()
    assert path.stop_reason == "tolerance"
    assert_allclose(path.points[-1], 1, atol=1e-7)


def test_a_walk_that_searches_arrives_at_the_best_line(data, line):
    best = least_squares(*data)
    path = line_search_descent(line.value, line.gradient, SEEDED)
    assert path.stop_reason == "tolerance"
    assert_allclose(path.points[-1], best, atol=1e-6)


def test_a_wrong_sign_is_noticed_by_the_search():
    with refuses(ArithmeticError, "no step along the direction lowers the value"):
        line_search_descent(lambda x: (x @ x).item(), lambda x: -2 * x, [1.0, 2.0])


def test_extragradient_arrives_where_the_plain_step_spirals_out():
    def game(x):
        return np.array([x[1], -x[0]])

    plain = gradient_descent(game, [1.0, 1.0], rate=0.1, steps=100)
    assert np.linalg.norm(plain.points[-1]) == pytest.approx(2.326, abs=5e-4)
    ahead = extragradient(game, [1.0, 1.0], rate=0.1, steps=1000)
    assert np.linalg.norm(ahead.points[-1]) == pytest.approx(0.0098, abs=5e-5)
    assert_allclose(ahead.slopes, np.linalg.norm(ahead.points, axis=1))


@given(st.floats(0.01, 0.99), st.integers(0, 20))
def test_extragradient_equals_its_closed_form(rate, steps):
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    path = extragradient(lambda x: turn @ x, [1.0, 2.0], rate=rate, steps=steps)
    factor = np.eye(2) - rate * turn + rate**2 * turn @ turn
    expected = np.linalg.matrix_power(factor, steps) @ [1.0, 2.0]
    assert_allclose(path.points[-1], expected, atol=1e-12)


# A memory on either side, and extremes


def in_place(function, buffer):
    """The function, spoiling its argument and returning one array each time."""

    def careless(x):
        buffer[...] = function(x)
        x[...] = 99.0
        return buffer

    return careless


def test_a_careless_function_changes_no_walk():
    bowl = quadratic(np.diag([1.0, 10.0]), b=[1.0, -2.0])
    begin = np.array([3.0, 2.0])
    value = in_place(bowl.value, np.zeros(()))
    slope = in_place(bowl.gradient, np.zeros(2))
    for careful, careless in (
        (
            gradient_descent(bowl.gradient, begin, rate=0.1, steps=5),
            gradient_descent(slope, begin, rate=0.1, steps=5),
        ),
        (
            line_search_descent(bowl.value, bowl.gradient, begin),
            line_search_descent(value, slope, begin),
        ),
        (
            extragradient(bowl.gradient, begin, rate=0.1, steps=5),
            extragradient(slope, begin, rate=0.1, steps=5),
        ),
    ):
        assert_array_equal(careful.points, careless.points)
        assert_array_equal(begin, [3, 2])
    step = backtracking(value, slope, begin, -bowl.gradient(begin))
    assert step == backtracking(bowl.value, bowl.gradient, begin, -bowl.gradient(begin))
    assert_array_equal(begin, [3, 2])


@pytest.mark.parametrize("scale", [1e-150, 1e-6, 1e6, 1e150])
def test_the_best_line_minds_neither_unit_nor_offset(scale):
    rng = np.random.default_rng(9)
    X, noise = rng.normal(size=(30, 2)), 0.1 * rng.normal(size=30)
    y = X @ [1.0, -2.0] + 3 + noise
    w1, w2, b = least_squares(X, y)
    assert_allclose(least_squares(scale * X, y), [w1 / scale, w2 / scale, b], 1e-9)
    assert_allclose(least_squares(X, scale * y), scale * np.array([w1, w2, b]), 1e-9)
    assert_allclose(least_squares(X * [scale, 1], y), [w1 / scale, w2, b], 1e-9)
    assert_allclose(least_squares(X + 1e6, y)[:2], [w1, w2], 1e-8)


def test_of_equally_good_lines_the_shortest_is_taken():
    X, y = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]), np.array([1.0, 2.0, 4.0])
    A = np.column_stack([X, np.ones(3)])
    assert_allclose(least_squares(X, y), np.linalg.pinv(A) @ y)
    assert_allclose(least_squares(np.ones((3, 1)), y), [7 / 6, 7 / 6])


def test_a_small_block_must_be_symmetric_beside_a_large_one():
    H = np.diag([1e12, 1.0, 1.0])
    H[1, 2] = 1e-3
    with refuses(ValueError, "hessian must be symmetric, but differs from its trans"):
        curvatures(H)
    with refuses(ValueError, "hessian must not be empty, but its shape is (0, 0)"):
        curvatures(np.zeros((0, 0)))
    gram = np.random.default_rng(10).normal(size=(9, 3)) * [1e6, 1.0, 1e-6]
    rounded = gram.T @ gram * (1 + 1e-15 * np.arange(9).reshape(3, 3))
    assert curvatures(rounded).largest > 0


def test_curvatures_near_the_largest_float_have_a_best_rate():
    rate, factor = best_rate(np.diag([1e308, 1.7e308]))
    assert rate == pytest.approx(2 / 2.7 * 1e-308)
    assert factor == pytest.approx(0.7 / 2.7)


@pytest.mark.parametrize("make", [quadratic, linear_regression])
def test_a_hessian_asks_for_a_point_of_the_right_size(make):
    hessian = make(np.eye(2), np.ones(2)).hessian
    with refuses(ValueError, "x must have" if make is quadratic else "theta must have"):
        hessian(np.zeros(7))


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-11])
def test_many_steps_are_counted_to_the_last(gap):
    factor = Fraction(1.0 - gap)
    with localcontext(prec=50):
        log = (Decimal(factor.numerator) / Decimal(factor.denominator)).ln()
        exact = math.ceil(Decimal("1e-6").ln() / log)
    assert abs(steps_to_shrink(1.0 - gap, 1e-6) - exact) <= (gap < 1e-10)
