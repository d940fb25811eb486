"""Second order: known numbers, laws of steps that know the curvature, scipy's walks."""

import math

import numpy as np
import pytest
from checking import careless, refuses
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess

from mathlib.datasets import line_with_uniform_noise
from mathlib.gradient_descent import (
    least_squares,
    line_search_descent,
    linear_regression,
    quadratic,
)
from mathlib.second_order import (
    _damped_newton,
    bfgs,
    conjugate_gradients,
    evolution_gradient,
    evolution_strategy,
    hessian_free,
    newton,
    random_search,
)

SEEDED = np.array([0.31179588, 0.69634349])  # the source's initial w and b

dimensions = st.integers(1, 6)
seeds = st.integers(0, 2**32 - 1)


def identity(theta):
    """The gradient of ½‖θ‖²."""
    return theta


def spd(d, seed):
    """A random symmetric matrix with eigenvalues from 0.5 to 4, and a vector."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return turn * rng.uniform(0.5, 4, size=d) @ turn.T, rng.normal(size=d)


def valley(d, seed):
    """A random symmetric matrix with curvatures from 0.5 to 4, and a random start."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    A = turn * rng.uniform(0.5, 4, size=d) @ turn.T
    return (A + A.T) / 2, rng.uniform(1, 2, size=d)


# Walks that use the curvature


def test_newton_refuses_by_name():
    with refuses(TypeError, "hessian must be a function, but is of type ndarray"):
        newton(lambda x: x, np.eye(2), [1.0, 1.0])
    with refuses(ValueError, "the Hessian must have shape (d, d) with d = 2"):
        newton(lambda x: x, lambda x: np.ones(2), [1.0, 1.0])


def test_bfgs_refuses_by_name():
    with refuses(TypeError, "value must be a function, but is of type float"):
        bfgs(1.0, lambda x: x, [1.0, 1.0])
    with refuses(ValueError, "the value must be one number, but its shape is (2,)"):
        bfgs(lambda x: x, lambda x: x, [1.0, 1.0])


@pytest.mark.parametrize("descent", [bfgs, line_search_descent])
def test_a_value_that_is_no_function_is_refused_where_no_step_is_taken_too(descent):
    with refuses(TypeError, "value must be a function, but is of type float"):
        descent(1.0, identity, [0.0, 0.0])


@given(dimensions, seeds)
def test_bfgs_never_rises_and_arrives(d, seed):
    A, start = valley(d, seed)
    f = quadratic(A, A @ np.ones(d))
    path = bfgs(f.value, f.gradient, start, steps=10_000)
    heights = np.array([f.value(point) for point in path.points])
    assert (np.diff(heights) <= 1e-14 * np.abs(heights).max()).all()
    assert path.stop_reason == "tolerance"
    assert_allclose(path.points[-1], 1, atol=1e-7)


@given(st.floats(-2, 2), st.floats(-1, 3))
def test_bfgs_finds_rosenbrock_s_minimum_as_scipy_does(x, y):
    path = bfgs(rosen, rosen_der, [x, y])
    theirs = minimize(rosen, [x, y], jac=rosen_der, method="BFGS")
    assert path.stop_reason == "tolerance"
    assert_allclose(path.points[-1], 1, atol=1e-6)
    assert_allclose(path.points[-1], theirs.x, atol=1e-4)


def test_bfgs_takes_its_scale_from_the_first_curvature_that_it_sees():
    H = np.diag([100.0, 101.0])
    path = bfgs(lambda x: x @ H @ x / 2, lambda x: H @ x, [1.0, 1.0])
    assert len(path.points) <= 5


@pytest.mark.parametrize("unit", [1e-40, 1e40])
def test_bfgs_walks_alike_in_any_unit(unit):
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    usual = bfgs(lambda x: x @ H @ x / 2, lambda x: H @ x, [1.0, 1.0], tolerance=1e-6)
    other = bfgs(
        lambda x: x @ H @ x / 2, lambda x: H @ x, [unit, unit], tolerance=1e-6 * unit
    )
    assert_allclose(other.points / unit, usual.points, rtol=1e-6, atol=1e-9)


def test_bfgs_learns_the_inverse_hessian_of_a_quadratic():
    A = np.diag([1.0, 100.0])
    f = quadratic(A)
    quick = bfgs(f.value, f.gradient, [1.0, 1.0])
    slow = line_search_descent(f.value, f.gradient, [1.0, 1.0])
    assert quick.stop_reason == slow.stop_reason == "tolerance"
    assert len(quick.points) < len(slow.points) / 5


def test_bfgs_crosses_ground_that_curves_downward():
    def value(x):
        return (x[0] ** 4 / 4 - x[0] ** 2 / 2 + x[1] ** 2).item()

    def gradient(x):
        return np.array([x[0] ** 3 - x[0], 2 * x[1]])

    path = bfgs(value, gradient, [0.1, 1.0])
    assert path.stop_reason == "tolerance"
    assert_allclose(np.abs(path.points[-1]), [1, 0], atol=1e-7)


def test_bfgs_arrives_at_the_best_line():
    X, y = line_with_uniform_noise(rng=np.random.RandomState(0))
    line = linear_regression(X, y)
    path = bfgs(line.value, line.gradient, SEEDED)
    assert path.stop_reason == "tolerance"
    assert_allclose(path.points[-1], least_squares(X, y), atol=1e-6)


def test_a_wrong_sign_is_noticed_by_the_search():
    with refuses(ArithmeticError, "no step along the direction lowers the value"):
        bfgs(lambda x: (x @ x).item(), lambda x: -2 * x, [1.0, 2.0])


def test_newton_doubles_the_digits_of_the_root_of_two():
    path = newton(lambda x: x**2 - 2, lambda x: 2 * x, 1.5)
    errors = np.abs(path.points.ravel() - np.sqrt(2))
    assert_allclose(errors[1:4], [2.5e-3, 2.1e-6, 1.6e-12], rtol=0.03)
    assert errors[4] == 0


@given(dimensions, seeds)
def test_newton_needs_one_step_on_a_quadratic(d, seed):
    A, start = valley(d, seed)
    f = quadratic(A, A @ np.ones(d))
    path = newton(f.gradient, f.hessian, start, steps=1)
    assert_allclose(path.points[-1], 1, atol=1e-12)


def test_newton_on_rosenbrock_arrives_at_its_minimum():
    path = newton(rosen_der, rosen_hess, [-1.2, 1.0])
    assert path.stop_reason == "tolerance"
    assert_allclose(path.points[-1], 1, atol=1e-12)


def test_newton_s_traps():
    hill = newton(lambda x: x**3 - x, lambda x: 3 * x**2 - 1, 0.3)
    assert (abs(hill.points[-1, 0]) < 1e-12, hill.stop_reason) == (True, "tolerance")
    saddle = newton(lambda x: x * [2, -2], lambda x: np.diag([2.0, -2.0]), [3.0, 1.0])
    assert_array_equal(saddle.points, [[3, 1], [0, 0]])

    def walk(start):
        def gradient(x):
            return x / np.sqrt(1 + x**2)

        return newton(gradient, lambda x: (1 + x**2) ** -1.5, start)

    assert_allclose(walk(1.0).points[:3, 0], [1, -1, 1], rtol=1e-12)
    assert walk(1.1).points[6, 0] == pytest.approx(1.5e30, rel=0.01)
    assert walk(1.1).stop_reason == "diverged"


def test_newton_names_the_point_where_the_hessian_is_singular():
    with refuses(ArithmeticError, "Newton's step needs an invertible Hessian, but it"):
        newton(lambda x: x + 1, lambda x: np.ones((2, 2)), [1.0, 1.0])
    with pytest.raises(ArithmeticError, match=r"singular at \[0\.5\]$"):
        newton(lambda x: 1.0, lambda x: 0.0, 0.5)


# Curvature without the Hessian


@given(st.integers(1, 8), seeds)
def test_conjugate_gradients_solve_in_at_most_d_steps(d, seed):
    A, b = spd(d, seed)
    found = conjugate_gradients(lambda v: A @ v, b)
    assert len(found.points) <= d + 1
    assert_allclose(found.points[-1], np.linalg.solve(A, b), atol=1e-8)
    assert_allclose(found.residuals, b - found.points @ A, atol=1e-10)


def test_conjugate_gradients_take_a_step_for_each_different_eigenvalue():
    A = np.diag([1.0, 1.0, 5.0, 5.0, 5.0, 9.0])
    found = conjugate_gradients(lambda v: A @ v, np.ones(6))
    assert (len(found.points) - 1, found.stop_reason) == (3, "tolerance")


@pytest.mark.parametrize("curvature", [-1.0, -1e-9, 0.0])
def test_conjugate_gradients_stop_where_the_ground_does_not_curve_upward(curvature):
    A = np.diag([2.0, curvature])
    down = conjugate_gradients(lambda v: A @ v, [0.0, 1.0])
    assert (down.points.tolist(), down.stop_reason) == ([[0.0, 0.0]], "curvature")


def test_conjugate_gradients_end_with_the_steps_or_at_once():
    short = conjugate_gradients(lambda v: v, np.ones(3), steps=0)
    assert (len(short.points), short.stop_reason) == (1, "max_iterations")
    none = conjugate_gradients(lambda v: v, np.zeros(3))
    assert (len(none.points), none.stop_reason) == (1, "tolerance")


@pytest.mark.parametrize("largest", [1.7e308, 1.0, 5e-324])
def test_conjugate_gradients_solve_for_the_largest_numbers_and_the_least(largest):
    found = conjugate_gradients(lambda v: v, [largest, 0.0])
    assert_array_equal(found.points[-1], [largest, 0.0])


def test_conjugate_gradients_refuse_by_name():
    with refuses(TypeError, "product must be a function"):
        conjugate_gradients(np.eye(2), np.ones(2))
    with refuses(ValueError, "b must have shape (d,), but its shape is (2, 1): use b."):
        conjugate_gradients(identity, np.ones((2, 1)))
    with refuses(ValueError, "the product must have the shape of theta, (2,), but its"):
        conjugate_gradients(lambda v: v[:, None], np.ones(2))


@given(st.floats(-2, 2), st.floats(-1, 3))
def test_hessian_free_finds_rosenbrock_s_minimum(x, y):
    found = hessian_free(
        rosen, rosen_der, lambda w, v: rosen_hess(w) @ v, [x, y], steps=200
    )
    assert_allclose(found.points[-1], 1, atol=1e-5)
    assert (np.diff(found.values) <= 0).all()
    assert (np.diff(found.evaluations) > 0).all()


def test_hessian_free_is_newton_s_method_on_a_bowl():
    A, b = spd(6, 0)
    calls = {"gradient": 0, "product": 0}

    def gradient(w):
        calls["gradient"] += 1
        return A @ w - b

    def product(w, v):
        calls["product"] += 1
        return A @ v

    found = hessian_free(
        lambda w: w @ A @ w / 2 - b @ w, gradient, product, np.zeros(6), damping=1e-9
    )
    assert_allclose(found.points[-1], np.linalg.solve(A, b), atol=1e-7)
    assert len(found.points) <= 6
    assert found.evaluations[-1] == sum(calls.values())


def test_on_a_bowl_the_model_promises_what_the_step_gains():
    A, b = spd(6, 1)
    theta = np.arange(6.0)
    p, promise, _ = _damped_newton(lambda w, v: A @ v, theta, A @ theta - b, 0.0)
    before, after = (w @ A @ w / 2 - b @ w for w in (theta, theta + p))
    assert_allclose(promise, before - after)


@pytest.mark.parametrize(
    ("share", "damping"), [(0.76, 0.25), (0.75, 1.0), (0.26, 1.0), (0.24, 4.0)]
)
def test_the_damping_follows_the_share_of_the_promise_that_was_kept(share, damping):
    # The slope at 1 is 1 and so is the curvature: the first step is −1/(1 + 1), and
    # promises 1/4. The next starts at ½, with a slope of ½.
    found = hessian_free(
        lambda w: share * (w[0] - 1) / 2, identity, lambda w, v: v, [1.0], steps=2
    )
    assert_allclose(found.points.ravel(), [1, 0.5, 0.5 - 0.5 / (1 + damping)])


def test_hessian_free_leaves_a_saddle_that_attracts_newton():
    def value(w):
        return w[0] ** 2 + w[1] ** 4 / 4 - w[1] ** 2 / 2

    def gradient(w):
        return np.array([2 * w[0], w[1] ** 3 - w[1]])

    def product(w, v):
        return np.array([2.0, 3 * w[1] ** 2 - 1]) * v

    found = hessian_free(value, gradient, product, [1.0, 0.1])
    assert_allclose(found.points[-1], [0, 1], atol=1e-7)


# No gradient at all


def bowl(w):
    return w @ w


def test_random_search_never_rises_and_counts():
    found = random_search(
        bowl, [3.0, 1.0], width=0.5, steps=300, rng=np.random.default_rng(0)
    )
    assert (np.diff(found.values) <= 0).all()
    assert_allclose(found.values, [bowl(point) for point in found.points])
    assert_array_equal(found.evaluations, np.arange(1, 302))
    assert found.values[-1] < 0.1


@settings(max_examples=10)
@given(st.integers(1, 5), seeds)
def test_the_mean_of_the_estimates_is_the_gradient(d, seed):
    A, b = spd(d, seed)
    estimate = evolution_gradient(
        lambda w: w @ A @ w / 2 + b @ w,
        width=0.5,
        pairs=2000,
        rng=np.random.default_rng(seed),
    )
    size = np.linalg.norm(b)
    assert_allclose(estimate(np.zeros(d)), b, atol=6 * size / math.sqrt(2000) * 2)


def test_the_error_of_an_estimate_grows_with_the_dimension():
    for d in (1, 10, 40):
        slope = np.ones(d) / math.sqrt(d)
        estimate = evolution_gradient(
            lambda w, slope=slope: slope @ w,
            width=1.0,
            pairs=10,
            rng=np.random.default_rng(0),
        )
        errors = [np.sum((estimate(np.zeros(d)) - slope) ** 2) for _ in range(1000)]
        assert np.mean(errors) == pytest.approx((d + 1) / 10, rel=0.15)


def test_an_evolution_strategy_descends_and_counts():
    found = evolution_strategy(
        bowl,
        [3.0, 1.0],
        rate=0.1,
        width=0.1,
        pairs=5,
        steps=60,
        rng=np.random.default_rng(0),
    )
    assert found.values[-1] < 1e-3
    assert found.evaluations[-1] == 600
    assert found.points.shape == (61, 2)


def test_searches_refuse_by_name():
    rng = np.random.default_rng(0)
    with refuses(TypeError, "value must be a function"):
        random_search(1.0, [1.0], width=1.0, steps=1, rng=rng)
    with refuses(ValueError, "width must be a finite number > 0, but is 0"):
        random_search(bowl, [1.0], width=0, steps=1, rng=rng)
    with refuses(TypeError, "rng must be a random generator"):
        random_search(bowl, [1.0], width=1.0, steps=1, rng=np.random)
    with refuses(ValueError, "the value must be one number, but its shape is (2,)"):
        random_search(identity, [1.0, 2.0], width=1.0, steps=1, rng=rng)
    with refuses(ValueError, "pairs must be at least 1, but is 0"):
        evolution_gradient(bowl, width=1.0, pairs=0, rng=rng)
    with refuses(ValueError, "start must have shape (d,), but its shape is ()"):
        evolution_strategy(bowl, 1.0, rate=1, width=1, pairs=1, steps=1, rng=rng)


# Missing, infinite, careless


def test_a_step_to_where_the_value_is_nan_is_not_taken():
    def value(w):  # w − log w, which has its minimum at 1
        with np.errstate(invalid="ignore"):
            return (w - np.log(w))[0]

    found = hessian_free(
        value, lambda w: 1 - 1 / w, lambda w, v: v / w**2, [3.0], damping=1e-3
    )
    assert found.points[-1] == pytest.approx(1, abs=1e-8)
    assert np.isfinite(found.values).all()
    assert (np.diff(found.values) <= 0).all()


def test_no_search_takes_nan_for_the_lowest():
    def value(w):
        return np.nan if w[0] > 2 else w @ w

    rng = np.random.default_rng(0)
    found = random_search(value, [3.0], width=1.0, steps=200, rng=rng)
    assert found.values[0] == np.inf
    assert found.values[-1] < 0.01


def test_a_system_is_solved_at_any_size_of_its_right_side():
    for size in (1e-200, 1e200):
        found = conjugate_gradients(
            lambda v: np.array([1.0, 4.0]) * v, np.array([1.0, 1.0]) * size
        )
        assert found.stop_reason == "tolerance"
        assert_allclose(found.points[-1], [size, size / 4])
    nothing = conjugate_gradients(lambda v: v, [0.0, 0.0])
    assert_array_equal(nothing.points, [[0, 0]])
    with refuses(ValueError, "b must be finite, but 1 of its 2 entries are not"):
        conjugate_gradients(lambda v: v, [np.nan, 1.0])


def test_a_system_with_an_infinite_product_is_not_solved():
    for product in (lambda v: np.array([np.inf, 1]) * v, lambda v: np.nan * v):
        found = conjugate_gradients(product, [1.0, 1.0])
        assert found.stop_reason == "curvature"
        assert_array_equal(found.residuals, [[1, 1]])


def test_hessian_free_names_what_does_not_fit():
    with refuses(ValueError, "the gradient must be finite, but 1 of its 1 entries"):
        hessian_free(np.sum, lambda w: w * np.nan, lambda w, v: v, [1.0])
    wanted = "the product must have the shape of theta, (2,), but its shape is (1,)"
    with refuses(ValueError, wanted):
        hessian_free(rosen, rosen_der, lambda w, v: [1.0], [-1.2, 1.0])


def test_a_damping_of_few_bits_is_a_number_like_others():
    def found(damping):
        return hessian_free(
            lambda w: w @ w if w[0] in (1, 0) else np.nan,
            lambda w: 2 * w,
            lambda w, v: 2 * v,
            [1.0],
            damping=damping,
            steps=20,
        )

    with np.errstate(over="raise"):
        assert_array_equal(found(np.float16(1)).points, found(1.0).points)


def test_an_estimate_refuses_what_is_no_point():
    rng = np.random.default_rng(0)
    estimate = evolution_gradient(np.sum, width=1.0, pairs=1, rng=rng)
    for nothing, kind in (("abc", "text"), (None, "object"), ([1j], "complex128")):
        with refuses(TypeError, f"theta must hold real numbers, but holds {kind}"):
            estimate(nothing)
    with refuses(ValueError, "theta must have all its entries, but some are masked"):
        estimate(np.ma.masked_array([1.0, 2.0], [False, True]))


def test_a_careless_function_changes_no_search():
    begin = np.array([-1.2, 1.0])

    def product(x, v):
        return rosen_hess(x) @ v

    spoiling = (careless(rosen, ()), careless(rosen_der, 2), careless(product, 2))
    right = hessian_free(rosen, rosen_der, product, begin)
    assert_array_equal(hessian_free(*spoiling, begin).points, right.points)
    for search, options in (
        (random_search, {"width": 0.1}),
        (evolution_strategy, {"width": 0.1, "rate": 1e-4, "pairs": 2}),
    ):
        one, other = (
            search(f, begin, steps=9, rng=np.random.default_rng(0), **options)
            for f in (rosen, spoiling[0])
        )
        assert_array_equal(one.points, other.points)
        assert_array_equal(one.values, other.values)
    double = conjugate_gradients(careless(lambda v: 2 * v, 2), begin)
    assert_allclose(double.points[-1], begin / 2)
    assert_array_equal(begin, [-1.2, 1.0])


def test_a_careless_function_changes_no_walk():
    bowl = quadratic(np.diag([1.0, 10.0]), b=[1.0, -2.0])
    begin = np.array([3.0, 2.0])
    value = careless(bowl.value, ())
    slope, bend = careless(bowl.gradient, 2), careless(bowl.hessian, (2, 2))
    for careful, spoiled in (
        (bfgs(bowl.value, bowl.gradient, begin), bfgs(value, slope, begin)),
        (newton(bowl.gradient, bowl.hessian, begin), newton(slope, bend, begin)),
    ):
        assert_array_equal(careful.points, spoiled.points)
    assert_array_equal(begin, [3, 2])
