"""Reverse mode: known gradients, rules against differences, graphs against torch."""

import contextlib
import copy
import gc
import itertools
import math
import pickle
import tracemalloc
from typing import NamedTuple

import mpmath
import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes
from numpy.testing import assert_allclose, assert_array_equal

from mathlib import backprop, normalization, regularization, special
from mathlib.activations import ACTIVATIONS
from mathlib.autodiff import (
    count_operations,
    value_and_flat_gradient,
    value_and_gradient,
    value_and_pullback,
)
from mathlib.derivatives import derivative
from mathlib.dual import Dual
from mathlib.fused_operations import (
    dense,
    dense_relu,
    operation,
    softmax_cross_entropy,
)
from mathlib.gradients import jacobian_vector_product, numerical_jacobian
from mathlib.losses import LOSSES
from mathlib.pullback_rules import QUESTIONS, REMEDIES, RULES
from mathlib.tape import tape
from mathlib.tensor import FUNCTIONS, Tensor

seeds = st.integers(0, 2**32 - 1)


def gradient(f, *arrays):
    return value_and_gradient(f)(*arrays)[1]


def check_gradients(f, *arrays):
    """Assert that all gradients of f are right, against central differences."""
    arrays = [np.asarray(x, float) for x in arrays]
    for i, found in enumerate(gradient(f, *arrays)):
        check_gradient(
            lambda x, i=i: f(*arrays[:i], x, *arrays[i + 1 :]), arrays[i], found
        )


# Known by hand


def test_the_first_example():
    value, (dx, dy) = value_and_gradient(lambda x, y: x**2 * y + y + 2)(3.0, 4.0)
    assert (value, dx, dy) == (42, 24, 10)


def readme(a, b):
    """The expression on micrograd's first page."""
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + np.maximum(b + a, 0)
    d = d + 3 * d + np.maximum(b - a, 0)
    e = c - d
    f = e**2
    return f / 2.0 + 10.0 / f


def test_the_expression_on_micrograd_s_first_page():
    value, slopes = value_and_gradient(readme)(-4.0, 2.0)
    known = [24.70408163265306, 138.83381924198252, 645.5772594752186]
    assert_allclose([value, *slopes], known, rtol=1e-14)
    check_gradients(readme, -4.0, 2.0)


def test_a_sum_over_a_cut_is_18_not_36():
    w, x, v = (Tensor(each) for each in (2.0, 1.0, 3.0))
    (np.square(v * (w * x)) / 2).backward()
    assert (w.grad, x.grad, v.grad) == (18, 36, 12)


def test_a_value_used_twice_gets_both_gradients():
    assert_array_equal(gradient(lambda x: ((x + x) * x).sum(), [3.0]), [[12]])


def test_backward_sets_and_does_not_add():
    x = Tensor([3.0])
    L = (x * x).sum()
    for _ in range(2):
        L.backward()
        assert_array_equal(x.grad, [6])


def test_what_is_not_used_has_gradient_zero():
    value, slopes = value_and_gradient(lambda x, y: x.sum())(
        [1.0, 2.0], np.ones((2, 3))
    )
    assert value == 3
    assert_array_equal(slopes[0], [1, 1])
    assert_array_equal(slopes[1], np.zeros((2, 3)))
    assert_array_equal(gradient(lambda x: 5.0, [1.0]), [[0]])


# The table: a new row is tested here for free

RANGES = ((-3.0, -1.2), (-0.9, -0.2), (0.2, 0.9), (1.2, 3.0))


def places(ufunc, rng):
    """Points in every range where the function is defined, on both sides of kinks."""
    for low, high in RANGES:
        points = rng.uniform(low, high, size=(ufunc.nin, 3, 3))
        with np.errstate(invalid="ignore"):
            values = np.asarray(ufunc(*points), dtype=float)
        if np.isfinite(values).all():
            yield points


@pytest.mark.parametrize("ufunc", RULES, ids=lambda ufunc: ufunc.__name__)
def test_every_rule(ufunc):
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(3, 3))  # so that every entry of g is different
    found = list(places(ufunc, rng))
    assert found
    for points in found:
        for i in range(ufunc.nin):  # one argument at a time: power needs its base > 0
            if ufunc is np.power and i == 1 and points.min() < 0:
                continue

            def f(x, i=i, points=points):
                inputs = [*points[:i], x, *points[i + 1 :]]
                return (ufunc(*inputs) * weights).sum()

            check_gradient(
                lambda x, f=f: np.asarray(f(x), float),
                points[i],
                gradient(f, points[i])[0],
            )


def test_there_is_one_pullback_for_each_argument():
    for ufunc, rules in RULES.items():
        assert len(rules) == ufunc.nin
        assert ufunc.nout == 1


def test_at_a_tie_the_slope_of_relu_is_zero():
    assert_array_equal(gradient(lambda x: np.maximum(x, 0).sum(), [0.0, 1.0]), [[0, 1]])
    both = gradient(lambda a, b: np.maximum(a, b) + np.minimum(a, b), 2.0, 2.0)
    assert both == (1, 1)


def test_powers_at_zero():
    assert gradient(lambda x: x**0, 0.0) == (0,)
    assert gradient(lambda x: x**1, 0.0) == (1,)
    assert gradient(lambda x: x**2, 0.0) == (0,)
    assert gradient(lambda b: np.power(0.0, b), 2.0) == (0,)


@given(
    mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3),
    seeds,
)
def test_broadcasting_is_undone(shapes, seed):
    rng = np.random.default_rng(seed)
    x, y = (rng.uniform(1, 2, size=shape) for shape in shapes.input_shapes)
    dx, dy = gradient(lambda x, y: (x * y).sum(), x, y)
    spread_x, spread_y = np.broadcast_arrays(x, y)
    assert np.shape(dx) == x.shape
    assert np.shape(dy) == y.shape
    # The transpose of copying is adding up: ⟨g, copy(v)⟩ = ⟨add(g), v⟩.
    assert np.sum(dx * x) == pytest.approx(np.sum(spread_y * spread_x), rel=1e-12)
    assert np.sum(dy * y) == pytest.approx(np.sum(spread_y * spread_x), rel=1e-12)


def test_of_no_entries_copied_many_times_no_slopes_are_left():
    (slopes,) = gradient(lambda x: (x * np.ones((3, 0))).sum(), np.ones(0))
    assert slopes.shape == (0,)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((2, 3), (3, 4)),
        ((3,), (3, 4)),
        ((2, 3), (3,)),
        ((3,), (3,)),
        ((5, 2, 3), (3, 4)),
        ((2, 3), (5, 3, 4)),
        ((3,), (5, 3, 4)),
        ((5, 2, 3), (3,)),
        ((5, 1, 2, 3), (4, 3, 2)),
    ],
)
def test_products_of_matrices_vectors_and_stacks(a, b):
    rng = np.random.default_rng(1)
    check_gradients(
        lambda A, B: np.square(A @ B).sum(), rng.normal(size=a), rng.normal(size=b)
    )


# Every slope against fifty digits: large, small, and beside the singular points

mpmath.mp.dps = 50
TRUE_SLOPES = {
    np.add: (lambda a, b: 1, lambda a, b: 1),
    np.subtract: (lambda a, b: 1, lambda a, b: -1),
    np.multiply: (lambda a, b: b, lambda a, b: a),
    np.divide: (lambda a, b: 1 / b, lambda a, b: -a / b**2),
    np.power: (lambda a, b: b * a ** (b - 1), lambda a, b: a**b * mpmath.log(a)),
    np.maximum: (lambda a, b: a > b, lambda a, b: a <= b),
    np.minimum: (lambda a, b: a <= b, lambda a, b: a > b),
    np.hypot: (
        lambda a, b: a / mpmath.sqrt(a**2 + b**2),
        lambda a, b: b / mpmath.sqrt(a**2 + b**2),
    ),
    np.arctan2: (
        lambda a, b: b / (a**2 + b**2),
        lambda a, b: -a / (a**2 + b**2),
    ),
    np.logaddexp: (
        lambda a, b: 1 / (1 + mpmath.exp(b - a)),
        lambda a, b: 1 / (1 + mpmath.exp(a - b)),
    ),
    np.positive: (lambda a: 1,),
    np.negative: (lambda a: -1,),
    np.absolute: (mpmath.sign,),
    np.fabs: (mpmath.sign,),
    np.square: (lambda a: 2 * a,),
    np.reciprocal: (lambda a: -1 / a**2,),
    np.sqrt: (lambda a: 1 / (2 * mpmath.sqrt(a)),),
    np.cbrt: (lambda a: 1 / (3 * mpmath.cbrt(a**2)),),
    np.exp: (mpmath.exp,),
    np.exp2: (lambda a: mpmath.mpf(2) ** a * mpmath.log(2),),
    np.expm1: (mpmath.exp,),
    np.log: (lambda a: 1 / a,),
    np.log2: (lambda a: 1 / (a * mpmath.log(2)),),
    np.log10: (lambda a: 1 / (a * mpmath.log(10)),),
    np.log1p: (lambda a: 1 / (1 + a),),
    np.sin: (mpmath.cos,),
    np.cos: (lambda a: -mpmath.sin(a),),
    np.tan: (lambda a: mpmath.sec(a) ** 2,),
    np.arcsin: (lambda a: 1 / mpmath.sqrt(1 - a**2),),
    np.arccos: (lambda a: -1 / mpmath.sqrt(1 - a**2),),
    np.arctan: (lambda a: 1 / (1 + a**2),),
    np.sinh: (mpmath.cosh,),
    np.cosh: (mpmath.sinh,),
    np.tanh: (lambda a: mpmath.sech(a) ** 2,),
    np.arcsinh: (lambda a: 1 / mpmath.sqrt(1 + a**2),),
    np.arccosh: (lambda a: 1 / mpmath.sqrt(a**2 - 1),),
    np.arctanh: (lambda a: 1 / (1 - a**2),),
    special.erfc: (lambda a: -2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(a**2)),),
}
BESIDE = (1e-200, 1e-40, 1e-9, 0.3, 1.0, 1 - 1e-9, 1 + 1e-9, math.pi / 2, 5.0)
FAR = (20.0, 40.0, 709.0, 1e9, 1e40, 1e200)
ONE_ARGUMENT = [(sign * x,) for x in (*BESIDE, *FAR) for sign in (1, -1)]
TWO_ARGUMENTS = list(
    itertools.product(
        [s * x for x in (1e-200, 1e-40, 0.3, 1.0, 40.0, 1e200) for s in (1, -1)],
        repeat=2,
    )
)
GREATEST = mpmath.mpf(np.finfo(float).max)


def true_slope(rule, point):
    """The slope as the nearest float; None where there is no number."""
    try:
        slope = mpmath.mpf(rule(*map(mpmath.mpf, point)))
    except (ZeroDivisionError, TypeError):  # a pole, or a complex number
        return None
    return float(mpmath.sign(slope) * mpmath.inf if abs(slope) > GREATEST else slope)


def test_the_reference_knows_every_rule():
    assert set(TRUE_SLOPES) == set(RULES) - {np.matmul}


@pytest.mark.parametrize("ufunc", TRUE_SLOPES, ids=lambda ufunc: ufunc.__name__)
def test_every_slope_to_its_last_digits(ufunc):
    tried = 0
    for point in ONE_ARGUMENT if ufunc.nin == 1 else TWO_ARGUMENTS:
        with np.errstate(all="ignore"):
            if np.isnan(np.float64(ufunc(*point))):
                continue
        for i, rule in enumerate(TRUE_SLOPES[ufunc]):
            expected = true_slope(rule, point)
            if expected is None:
                continue
            x = Tensor(point[i])
            with np.errstate(all="ignore"):
                y = ufunc(*point[:i], x, *point[i + 1 :])
            loud = "raise" if math.isfinite(expected) else "ignore"
            with np.errstate(over=loud, invalid=loud, divide=loud):
                y.backward()
            assert_allclose(
                x.grad, expected, rtol=1e-12, atol=1e-300, err_msg=f"{point} along {i}"
            )
            tried += 1
    assert tried >= 8


INF = math.inf


@pytest.mark.parametrize(
    ("f", "point", "slopes"),
    [
        (np.logaddexp, (-INF, -INF), (0.5, 0.5)),
        (np.logaddexp, (INF, INF), (0.5, 0.5)),
        (np.logaddexp, (INF, 3.0), (1, 0)),
        (np.logaddexp, (3.0, -INF), (1, 0)),
        (np.logaddexp, (1e17, 1e17), (0.5, 0.5)),
        (np.hypot, (-INF, 3.0), (-1, 0)),
        (np.hypot, (0.0, 0.0), (0, 0)),
        (np.arctan2, (INF, 3.0), (0, 0)),
        (np.arctan2, (3.0, -INF), (0, 0)),
        (lambda x: np.logaddexp(0, x), (INF,), (1,)),
        (lambda x: np.logaddexp(0, x), (-INF,), (0,)),
        (special.sigmoid, (INF,), (0,)),
        (special.sigmoid, (-INF,), (0,)),
        (special.normal_cdf, (-INF,), (0,)),
        (np.tanh, (-INF,), (0,)),
        (np.arctan, (INF,), (0,)),
        (np.arcsinh, (-INF,), (0,)),
        (np.arccosh, (INF,), (0,)),
        (np.expm1, (-INF,), (0,)),
        (np.exp, (-INF,), (0,)),
        (np.log1p, (INF,), (0,)),
        (np.sqrt, (INF,), (0,)),
        (lambda x: x**0, (INF,), (0,)),
        (lambda x: x**-1, (INF,), (0,)),
        (lambda b: np.power(INF, b), (-2.0,), (0,)),
    ],
)
def test_slopes_at_infinity(f, point, slopes):
    assert value_and_gradient(f)(*point)[1] == slopes


# What moves numbers about

MOVES = {
    "indices": lambda x: (x[0] * x[:, 1].sum()).sum(),
    "an index that repeats": lambda x: (x[[0, 0, 1]] ** 2).sum(),
    "a mask": lambda x: (x[x.value > 1 if isinstance(x, Tensor) else x > 1] ** 2).sum(),
    "transposes": lambda x: (x.T @ x * (x.mT @ x)).reshape(-1)[1:].sum(),
    "axes": lambda x: (np.transpose(x.reshape(1, 2, 3), (2, 0, 1))[1] ** 3).sum(),
    "reversed axes": lambda x: (np.transpose(x)[0] * x[:, 0] ** 2).sum(),
    "mean and max": lambda x: (x.mean(axis=0) * x.max(axis=1, keepdims=True)).sum(),
    "min": lambda x: x.min() * np.min(x, axis=-1).sum() * x.max(axis=(0, 1)),
    "functions": lambda x: np.sum(np.exp(-x) / np.mean(x, axis=1, keepdims=True)),
    "sums": lambda x: (np.sum(x, axis=(0, 1)) ** 2 * np.sum(x, axis=-1)).sum(),
    "numbers": lambda x: (2 - x).sum() * (1 / x).sum() + (2**x).sum() - (-x).sum(),
    "where": lambda x: np.where(x > 1, x**2, 3 * x).sum() + np.where(x > 1, 1, x).sum(),
    "clip": lambda x: (np.clip(x, 0.7, 1.2) * x).sum(),
    "concatenate": lambda x: (
        np.concatenate([x, x * x, np.ones((2, 1))], 1)[1] ** 2
    ).sum(),
    "concatenate rows": lambda x: (np.concatenate([x, x[:1]]) ** 2).max(axis=0).sum(),
    "stack": lambda x: (np.stack([x[0], x[1] ** 2, np.ones(3)], axis=-1)[0] ** 2).sum(),
    "like": lambda x: (np.ones_like(x) * x + np.zeros_like(x)).sum() * np.size(x),
    "shape": lambda x: (x * np.ndim(x) * np.shape(x)[1]).sum() ** 2,
    "rows": lambda x: sum((row**2).sum() for row in x),
    "negative axes": lambda x: (
        (np.transpose(x.reshape(1, 2, 3), (0, -1, -2)) ** 2)[0] @ x
    ).sum(),
    "axes as arguments": lambda x: (x.transpose(1, 0)[0] * x.transpose((-2, -1))[0, 0])[
        0
    ],
    "clip above": lambda x: (x.clip(None, 1.0) * np.clip(x, 0.8, None)).sum(),
    "clip by name": lambda x: (
        np.clip(x, a_min=0.7, a_max=1.2) * np.clip(x, min=0.9, max=None)
    ).sum(),
    "clip by what is learned": lambda x: np.clip(x, x[0, 0], None).sum() ** 2,
    "concatenate all": lambda x: (
        np.concatenate([x, np.ones(3), x[0]], axis=None) ** 2 * np.arange(12)
    ).sum(),
    "dot": lambda x: (
        np.dot(x, x[0]).sum() * x.dot(x.T).sum() + x.dot(2.0).sum() * np.dot(3, x).sum()
    ),
    "outer": lambda x: (np.outer(x, x[0]) * np.outer([1, 2], x)[0, 1]).sum(),
    "flat": lambda x: (
        (x.ravel() * np.ravel(x) * x.flatten() * np.arange(6)).sum() * x.copy()[0, 0]
    ),
    "squeeze": lambda x: (
        np.squeeze(x[:1]) * x[:, :1].squeeze(-1)[0] * np.expand_dims(x, (0, -1)).sum()
    ).sum(),
    "variance": lambda x: (
        (x.var(axis=0) + np.var(x, ddof=1)).sum() * np.std(x, axis=1, keepdims=True)
    ).sum(),
    "product": lambda x: (
        (np.prod(x, axis=0) * x.prod(axis=-1, keepdims=True)).sum() * x.prod()
    ),
    "copy": lambda x: (np.copy(x) * +x).sum(),
    "full": lambda x: (np.full_like(x, 2) * x).sum(),
    "swapped axes": lambda x: (
        np.swapaxes(x.reshape(1, 2, 3), -1, 0)[2] * x.swapaxes(1, 0)[1] ** 2
    ).sum(),
    "zeros around": lambda x: (
        np.pad(x, ((1, 0), (0, 2)))[:, :3] * np.pad(x, 1)[1:, 2:] * np.arange(9)[6:]
    ).sum(),
    "zeros before and after": lambda x: (
        np.pad(x, (1, 2)) ** 2 * np.arange(30).reshape(5, 6)
    ).sum(),
}


@pytest.mark.parametrize("name", MOVES)
def test_moves(name):
    if name == "clip by name" and np.lib.NumpyVersion(np.__version__) < "2.1.0":
        pytest.skip("numpy's clip takes min and max by name since 2.1")
    check_gradients(MOVES[name], np.random.default_rng(5).uniform(0.5, 1.5, (2, 3)))


def test_every_way_to_write_a_transposition():
    """The slopes of g · transpose(x) are g, transposed back: place by place."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 4))
    for axes in itertools.permutations(range(3)):
        for signs in itertools.product((0, 3), repeat=3):
            way = tuple(axis - sign for axis, sign in zip(axes, signs, strict=True))
            g = rng.normal(size=np.transpose(x, way).shape)
            (found,) = gradient(
                lambda x, g=g, way=way: (np.transpose(x, way) * g).sum(), x
            )
            back = np.empty(x.shape)
            for place in np.ndindex(x.shape):
                back[place] = g[tuple(place[axis] for axis in axes)]
            assert_array_equal(found, back)
    with pytest.raises(ValueError, match="repeated axis"):
        np.transpose(Tensor(x), (0, 1, -2))


def test_products_with_zeros():
    assert_array_equal(gradient(np.prod, [2.0, 0.0, 5.0]), [[0, 10, 0]])
    assert_array_equal(gradient(np.prod, [0.0, 0.0, 5.0]), [[0, 0, 0]])
    (found,) = gradient(lambda x: np.prod(x, axis=1).sum(), [[2.0, 3.0], [0.0, 4.0]])
    assert_array_equal(found, [[3, 2], [4, 0]])
    x = np.array([[2.0, 3.0], [0.0, 4.0]])
    (found,) = gradient(lambda x: np.prod(x, axis=(-2, 1), keepdims=True).sum(), x)
    assert_array_equal(found, [[0, 0], [24, 0]])
    with pytest.raises(ValueError, match="duplicate"):
        Tensor(x).prod(axis=(1, -1))


def test_products_whose_parts_leave_the_range_of_floats():
    (found,) = gradient(np.prod, [1e150, 1.0, 1e-200, 1e-200])
    assert_allclose(found, [0, 1e-250, 1e-50, 1e-50], rtol=1e-12, atol=0)
    with np.errstate(over="ignore"):
        (found,) = gradient(np.prod, [1e-150, 1.0, 1e200, 1e200])
    assert_allclose(found, [np.inf, 1e250, 1e50, 1e50], rtol=1e-12)


def test_means_are_numpys():
    for shape in ((49,), (3, 7), (0,), (0, 3), (3, 0)):
        x = np.ones(shape)
        with np.errstate(invalid="ignore"), contextlib.suppress(RuntimeWarning):
            assert_array_equal(
                Tensor(x).mean().value, x.sum() / x.size if x.size else np.nan
            )
    assert_array_equal(Tensor(np.ones((0, 3))).mean(axis=1).value, np.ones(0))
    shifted = 1e6 + np.array([1.0, 2.0, 4.0])
    assert Tensor(shifted).var().value == np.var(shifted)
    with np.errstate(invalid="ignore"):
        assert np.isnan(Tensor(np.ones(1)).var(ddof=1).value)


def test_a_function_s_options_are_those_of_numpy():
    """What is numpy's third argument must not be taken for another of ours."""
    x = Tensor(np.ones((2, 3)))
    for f in (np.sum, np.mean, np.max, np.min, np.prod):
        with pytest.raises(TypeError, match="positional"):
            f(x, 0, None)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: np.sum(x, dtype=float), "sum dtype axis, keepdims"),
        (lambda x: np.sum(x, 0, initial=1.0), "sum initial axis, keepdims"),
        (lambda x: np.mean(x, dtype=float), "mean dtype axis, keepdims"),
        (lambda x: np.mean(x, out=np.ones(())), "mean out axis, keepdims"),
        (lambda x: np.mean(x, where=x > 0), "mean where axis, keepdims"),
        (lambda x: np.max(x, initial=0.0), "max initial axis, keepdims"),
        (lambda x: np.min(x, where=x > 0, initial=0), "min where axis, keepdims"),
        (lambda x: np.var(x, dtype=float), "var dtype axis, ddof, keepdims"),
        (lambda x: np.reshape(x, (3, 2), order="F"), "reshape order shape"),
        (lambda x: np.ravel(x, order="F"), "ravel order none"),
        (lambda x: np.pad(x, 1, mode="edge"), "pad mode pad_width"),
        (lambda x: np.stack([x], dtype=float), "stack dtype axis"),
        (lambda x: np.add(x, 1.0, where=True), "add where none"),
        (lambda x: np.exp(x, dtype=float), "exp dtype none"),
    ],
)
def test_an_option_that_is_not_followed_is_refused_by_name(call, message):
    name, option, known = message.split(maxsplit=2)
    wanted = f"{name} of a Tensor has no option {option}: it takes {known}"
    with pytest.raises(TypeError, match=f"^{wanted}$"):
        call(Tensor(np.ones((2, 3))))


@pytest.mark.parametrize(
    ("f", "x", "slope"),
    [
        (lambda x: 1e-100 * x**-1.0, 1e-170, -1e240),
        (lambda x: 1e-100 * x**-1.0, -1e-170, -1e240),
        (lambda x: 1e200 * x**-1.0, 1e170, -1e-140),
        (lambda x: x**-0.03, 1e-300, -3e307),
        (lambda x: x**1e-310, 1e-310, 1.0),
    ],
)
def test_the_slope_of_a_power_that_leaves_the_range_of_floats(f, x, slope):
    found = gradient(lambda x: f(x).sum(), np.array([x, 3.0, 0.25]))[0]
    assert_allclose(found[0], slope, rtol=1e-13)
    assert_array_equal(found[1:], gradient(lambda x: f(x).sum(), [3.0, 0.25])[0])


def test_no_slope_times_a_power_beyond_the_largest_float_is_none():
    with np.errstate(invalid="raise"):
        found = gradient(lambda x: (0.0 * x**-0.03).sum(), np.array([1e-300, 2.0]))[0]
    assert_array_equal(found, [0, 0])


@pytest.mark.parametrize("f", [np.maximum, np.minimum])
def test_nan_ties_and_infinity_have_the_slopes_of_dual_numbers(f):
    points = [-np.inf, -1.0, 0.0, 2.0, np.inf, np.nan]
    x, y = (part.ravel() for part in np.meshgrid(points, points))
    by_both = value_and_pullback(f)(x, y)[1](np.ones(x.shape))
    assert_array_equal(by_both[0], derivative(lambda x: f(x, y), x))
    assert_array_equal(by_both[1], derivative(lambda y: f(x, y), y))
    assert_array_equal(np.isnan(by_both[0]), np.isnan(x) | np.isnan(y))


def test_an_extreme_of_nan_has_no_slope():
    x = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 2.0]])
    expected = [[np.nan, np.nan, np.nan], [0, 0.5, 0.5]]
    assert_array_equal(gradient(lambda x: x.max(axis=1).sum(), x)[0], expected)
    expected[1] = [1, 0, 0]
    assert_array_equal(gradient(lambda x: np.min(x, axis=1).sum(), x)[0], expected)
    relu = gradient(
        lambda b: dense_relu(np.zeros((1, 2)), np.ones((2, 3)), b).sum(),
        np.array([np.nan, 0.0, 1.0]),
    )[0]
    assert_array_equal(relu, [np.nan, 0, 1])


def test_a_pullback_of_the_wrong_shape_is_refused():
    x = Tensor(np.ones((2, 3)))
    wrong = Tensor(x.value.T, [(x, lambda g, out=None: g)])
    message = (
        "a pullback must return the shape of its argument, (2, 3), but returns (3, 2"
    )
    with refuses(ValueError, message):
        wrong.sum().backward()


def test_several_largest_entries_share_the_adjoint():
    assert_array_equal(gradient(lambda x: x.max(), [1.0, 3.0, 3.0]), [[0, 0.5, 0.5]])


def test_what_is_filled_after_a_tensor_holds_floats():
    filled = np.full_like(Tensor([1.5]), 2)
    filled[0] = 0.5
    assert filled == 0.5


def test_a_tensor_made_by_hand_holds_floats():
    x = Tensor(1.0)
    L = Tensor(2, [(x, lambda g, out=None: 3 * g)])
    L.backward()
    assert x.grad == 3
    few_bits = Tensor(np.array([100], np.int8), [(x, None)])
    assert (few_bits + few_bits).value == 200


def test_zeros_of_eight_bits_around_a_tensor_are_counted():
    (found,) = gradient(lambda x: np.pad(x, np.int8(100)).sum(), np.ones(100))
    assert_array_equal(found, np.ones(100))


def test_every_function_in_the_table_takes_a_tensor():
    arguments = {
        np.where: (True, Tensor([1.0]), 2.0),
        np.clip: (Tensor([1.0]), 0, 2),
        np.reshape: (Tensor([1.0]), (1, 1)),
        np.concatenate: ([Tensor([1.0])],),
        np.stack: ([Tensor([1.0])],),
        np.expand_dims: (Tensor([1.0]), 0),
        np.dot: (Tensor([1.0]), [2.0]),
        np.outer: (Tensor([1.0]), [2.0]),
        np.full_like: (Tensor([1.0]), 2.0),
        np.swapaxes: (Tensor([[1.0]]), 0, 1),
        np.pad: (Tensor([1.0]), 1),
    }
    for function in FUNCTIONS:
        function(*arguments.get(function, (Tensor([1.0]),)))


# mathlib's own functions, unchanged


@pytest.mark.parametrize(
    "f",
    [
        special.softmax,
        special.log_softmax,
        special.log_sum_exp,
        special.sigmoid,
        special.normal_cdf,
        special.erfc,
        lambda z: special.normal_cdf(z, 0.5, 2.0),
    ],
)
def test_special_functions_are_differentiable(f):
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(2, 4))

    def weighed(z):
        return np.asarray(f(z) * weights, float).sum()

    z = rng.normal(size=(2, 4))
    (found,) = gradient(lambda z: (f(z) * weights).sum(), z)
    check_gradient(weighed, z, found)


@pytest.mark.parametrize("f", [special.softmax, special.sigmoid, special.normal_cdf])
def test_special_functions_overflow_nowhere(f):
    (found,) = gradient(lambda z: f(z).sum(), [1000.0, -1000.0, 0.0])
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"step"}))
def test_activations_are_differentiable(name):
    f, slope = ACTIVATIONS[name]
    z = np.array([[-2.5, -0.3], [0.4, 1.7]])
    (found,) = gradient(lambda z: f(z).sum(), z)
    assert_allclose(found, slope(z), rtol=1e-12, atol=1e-14)


def arguments(loss):
    """Predictions and targets of every kind that a loss takes."""
    rng = np.random.default_rng(4)
    scores, shares = rng.normal(size=(5, 3)), rng.integers(1, 9, size=(5, 3))
    labels = np.array([0, 2, 1, 1, 0])
    kinds = (
        (2 * scores, rng.normal(size=(5, 3))),
        (scores, shares / shares.sum(axis=1, keepdims=True)),
        (scores, labels),
        (scores[:, 0], labels % 2),
    )
    for predictions, targets in kinds:
        with contextlib.suppress(ValueError, IndexError):
            loss.value(predictions, targets)
            yield predictions, targets


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_differentiable(name):
    loss, tried = LOSSES[name], 0
    for predictions, targets in arguments(loss):
        both = value_and_gradient(lambda p, t=targets: loss.value(p, t))
        value, (found,) = both(predictions)
        assert value == pytest.approx(loss.value(predictions, targets), rel=1e-14)
        expected = loss.gradient(predictions, targets)
        assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
        tried += 1
    assert tried


# Against torch, on random graphs

ONE = {
    "sin": lambda np, x: np.sin(x),
    "cos": lambda np, x: np.cos(x),
    "tanh": lambda np, x: np.tanh(x),
    "exp": lambda np, x: np.exp(-x * x),
    "log1p": lambda np, x: np.log1p(x * x),
    "sqrt": lambda np, x: np.sqrt(1 + x * x),
    "negative": lambda np, x: 1 - x,
    "square": lambda np, x: np.square(np.sin(x)),
    "cube": lambda np, x: np.tanh(x) ** 3,
    "abs": lambda np, x: np.abs(x),
    "sum": lambda np, x: np.sin(x.sum(-1)),
    "mean": lambda np, x: x.mean(),
    "transpose": lambda np, x: x.T if x.ndim == 2 else x,
    "index": lambda np, x: x[1:] if x.ndim and len(x) > 1 else x,
    "reshape": lambda np, x: x.reshape(-1),
}
TWO = {
    "add": lambda np, x, y: x + y,
    "subtract": lambda np, x, y: x - y,
    "multiply": lambda np, x, y: x * np.tanh(y),
    "divide": lambda np, x, y: x / (1 + y * y),
    "maximum": lambda np, x, y: np.maximum(x, y),
    "minimum": lambda np, x, y: np.minimum(x, y),
    "hypot": lambda np, x, y: np.hypot(1 + x * x, y),
    "logaddexp": lambda np, x, y: np.logaddexp(x, y),
    "product": lambda np, x, y: np.tanh(x) @ np.tanh(y),
}
programs = st.lists(
    st.tuples(st.sampled_from([*ONE, *TWO]), st.integers(0, 50), st.integers(0, 50)),
    min_size=1,
    max_size=25,
)
SHAPES = ((3, 4), (4,), (3, 1), (), (4, 3), (2, 3, 4))


def fits(name, x, y):
    if name == "product":
        return x.ndim == y.ndim == 2 and x.shape[1] == y.shape[0]
    if name in TWO:
        try:
            return len(np.broadcast_shapes(tuple(x.shape), tuple(y.shape))) < 4
        except ValueError:
            return False
    return name != "sum" or x.ndim > 0


def run(library, program, inputs):
    """Run a random program in numpy or torch; its value depends on all it made."""
    made = list(inputs)
    for name, i, j in program:
        x, y = made[-1 - i % len(made)], made[-1 - j % len(made)]
        if fits(name, x, y):
            made.append(
                TWO[name](library, x, y) if name in TWO else ONE[name](library, x)
            )
    return sum(library.tanh(x).sum() for x in made)


@given(programs, seeds)
def test_random_graphs_agree_with_torch(program, seed):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in SHAPES]
    value, mine = value_and_gradient(lambda *xs: run(np, program, xs))(*arrays)
    tensors = [torch.tensor(x, requires_grad=True) for x in arrays]
    theirs = run(torch, program, tensors)
    theirs.backward()
    assert value == pytest.approx(theirs.item(), rel=1e-12)
    largest = max(abs(x.grad).max().item() for x in tensors)
    for found, tensor in zip(mine, tensors, strict=True):
        assert_allclose(found, tensor.grad.numpy(), rtol=0, atol=1e-12 * largest)


@given(programs, seeds)
def test_pullback_and_dual_numbers_agree(program, seed):
    """⟨g, J v⟩ = ⟨Jᵀ g, v⟩: forward and reverse mode know the same Jacobian."""
    rng = np.random.default_rng(seed)
    program = [step for step in program if step[0] not in ("reshape", "index")]
    x, v = rng.normal(size=(2, 4))

    def f(x):
        return run(np, program, [x, np.sin(x) * x[1]])

    (dx,) = gradient(f, x)
    assert dx @ v == pytest.approx(
        jacobian_vector_product(f, x, v), rel=1e-9, abs=1e-12
    )


def test_pullback_gives_the_rows_of_the_jacobian():
    def f(x):
        return np.stack([x[0] * x[1], np.sin(x[2]) + x[0]])

    x = np.array([1.0, 2.0, 0.5])
    y, pullback = value_and_pullback(f)(x)
    assert_allclose(y, [2, np.sin(0.5) + 1])
    rows = [pullback(g)[0] for g in np.eye(2)]
    assert_allclose(rows, numerical_jacobian(lambda x: np.array(f(x)), x), atol=1e-9)
    assert_array_equal(pullback([1.0, 0.0])[0], rows[0])


# One flat vector


def net(W_1, b_1, W_2, b_2, X, labels):
    return softmax_cross_entropy(dense(dense_relu(X, W_1, b_1), W_2, b_2), labels)


def plain_net(W_1, b_1, W_2, b_2, X, labels):
    hidden = np.maximum(X @ W_1 + b_1, 0)
    scores = special.log_softmax(hidden @ W_2 + b_2)
    return -scores[np.arange(len(labels)), labels].mean()


def small_net(seed, n=7):
    rng = np.random.default_rng(seed)
    shapes = [(5, 4), (4,), (4, 3), (3,)]
    weights = [rng.normal(size=shape) for shape in shapes]
    return shapes, weights, rng.normal(size=(n, 5)), rng.integers(0, 3, size=n)


@given(seeds)
def test_fused_operations_equal_their_parts(seed):
    _, weights, X, labels = small_net(seed)
    one, mine = value_and_gradient(lambda *w: net(*w, X, labels))(*weights)
    other, theirs = value_and_gradient(lambda *w: plain_net(*w, X, labels))(*weights)
    assert one == pytest.approx(other, rel=1e-13)
    for a, b in zip(mine, theirs, strict=True):
        assert_allclose(a, b, rtol=0, atol=1e-14 * max(1, np.abs(b).max()))


def test_fused_operations_against_differences():
    _, weights, X, labels = small_net(1)
    check_gradients(lambda X, *w: net(*w, X, labels), X, *weights)


def test_fused_operations_take_plain_arrays_and_return_them():
    _, weights, X, labels = small_net(2)
    value = net(*weights, X, labels)
    assert isinstance(value, float)
    assert value == pytest.approx(plain_net(*weights, X, labels), rel=1e-14)
    assert isinstance(dense_relu(X, *weights[:2]), np.ndarray)


def test_equal_scores_cost_log_k():
    assert softmax_cross_entropy(np.zeros((4, 10)), np.arange(4)) == pytest.approx(
        math.log(10), rel=1e-15
    )
    far = softmax_cross_entropy(np.array([[1000.0, 0.0]]), np.array([1]))
    assert far == 1000


# The bridge for functions that bring their own pullback


def product(x, y, calls=None):
    """Entry by entry, noting each call of its pullback."""

    def pullback(g):
        if calls is not None:
            calls.append(g)
        return g * y, g * x

    return x * y, pullback


def test_an_operation_by_hand():
    value, (dx, dy) = value_and_gradient(lambda x, y: operation(product)(x, y).sum())(
        [1.0, 2.0], [3.0, 5.0]
    )
    assert value == 13
    assert_array_equal([dx, dy], [[3, 5], [1, 2]])


def test_an_operation_is_one_step_and_its_pullback_runs_once_a_walk():
    calls = []
    times = operation(lambda x, y: product(x, y, calls))
    x, y = Tensor([1.0, 2.0]), Tensor([3.0, 5.0])
    L = times(x, y).sum()
    assert len(tape(L)) == 4  # two inputs, the product, the sum
    L.backward()
    assert len(calls) == 1
    L.backward()
    assert len(calls) == 2
    assert_array_equal(x.grad, y.value)


def test_an_operation_takes_plain_arrays_options_and_one_tensor_twice():
    y = operation(product)(np.array([2.0]), np.array([3.0]))
    assert type(y) is np.ndarray
    assert_array_equal(y, [6])
    assert_array_equal(
        gradient(lambda x: operation(product)(x, x).sum(), [3.0])[0], [6]
    )
    assert_array_equal(
        gradient(lambda x: operation(product)([4, 5], x).sum(), [3.0, 1.0])[0], [4, 5]
    )

    def times(x, *, factor):
        """Named by the caller."""
        return factor * x, lambda g: (factor * g,)

    assert operation(times).__doc__ == "Named by the caller."
    assert_array_equal(
        gradient(lambda x: operation(times)(x, factor=7).sum(), [3.0])[0], [7]
    )


def test_a_walk_begun_anew_asks_anew():
    """What one walk found must not be handed to the next, even for the same g."""
    _, pullback = value_and_pullback(operation(product))([1.0], [2.0])
    g = np.ones(1)
    assert pullback(g) == (2, 1)
    g[0] = 10
    assert pullback(g) == (20, 10)


OWN_PULLBACK = {
    "a dense layer": (backprop.dense(3, 2).forward, [(4, 3), (3, 2), (2,)]),
    "a chain": (
        backprop.chain(
            backprop.dense(3, 2), backprop.elementwise(ACTIVATIONS["tanh"])
        ).forward,
        [(4, 3), (3, 2), (2,)],
    ),
    "softmax": (backprop.softmax_layer().forward, [(4, 3)]),
    "batch norm": (normalization.batch_norm, [(4, 3), (3,), (3,)]),
    "layer norm": (normalization.layer_norm, [(4, 3), (3,), (3,)]),
}


@pytest.mark.parametrize("name", OWN_PULLBACK)
def test_layers_of_other_lessons_cross_the_bridge(name):
    layer, shapes = OWN_PULLBACK[name]
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in shapes]
    weights = rng.normal(size=layer(*arrays)[0].shape)

    def loss(*arrays):
        scaled = [3 * x for x in arrays]  # steps of the tape before it, and after it
        return (operation(layer)(*scaled) ** 2 * weights).sum()

    check_gradients(loss, *arrays)


def test_a_layer_may_use_the_memory_of_its_result_again():
    memory = np.zeros(2)

    def square(x):
        memory[...] = x * x
        return memory, lambda g: (2 * x * g,)

    def loss(x):
        return (operation(square)(x) * operation(square)(2 * x)).sum()

    value, (slopes,) = value_and_gradient(loss)([1.0, 2.0])
    assert value == 4 + 64
    assert_array_equal(slopes, [16, 128])


@pytest.mark.parametrize(
    ("y", "dx"), [(np.matrix, np.ndarray), (np.ndarray, np.matrix)]
)
def test_a_matrix_of_numpy_s_is_an_array_like_others(y, dx):
    A = np.arange(4.0).reshape(2, 2)
    layer = operation(lambda x: (x.view(y), lambda g: (np.array(g).view(dx),)))
    assert_array_equal(gradient(lambda x: (layer(x * A) * A).sum(), A)[0], A * A)


def test_a_layer_without_a_gradient_for_its_option():
    rng = np.random.default_rng(0)
    (found,) = gradient(
        lambda X: operation(regularization.dropout)(X, 0.5, rng=rng).sum(), np.ones(9)
    )
    assert set(found) == {0, 2}


@pytest.mark.parametrize(
    ("layer", "error", "message"),
    [
        (3, TypeError, "layer must be a function, but is of type int"),
        (np.exp, TypeError, "layer must return a pair, y and its pullback, but retu"),
        (lambda x: (x, x), TypeError, "pullback must be a function, but is of type"),
        (
            lambda x: (x, lambda g: ()),
            ValueError,
            "pullback must return a gradient for each array, but returns 0, and arr",
        ),
        (
            lambda x: (x, lambda g: (g[:1],)),
            ValueError,
            "a pullback must return the shape of its argument, (2,), but returns (1",
        ),
        (
            lambda x: (x * 1j, lambda g: (g,)),
            TypeError,
            "what layer returns must hold real numbers, but holds complex128",
        ),
        (
            lambda x: ("12", lambda g: (g,)),
            TypeError,
            "what layer returns must hold real numbers, but holds text",
        ),
        (
            lambda x: (x, lambda g: (g * 1j,)),
            TypeError,
            "what pullback returns must hold real numbers, but holds complex128",
        ),
        (
            lambda x: (x, lambda g: 1.0),
            TypeError,
            "pullback must return a tuple of gradients, but returns a float",
        ),
    ],
)
def test_what_is_no_operation_is_refused(layer, error, message):
    with refuses(error, message):
        gradient(lambda x: operation(layer)(x).sum(), [1.0, 2.0])


@given(seeds)
def test_the_flat_gradient_is_the_gradients_end_to_end(seed):
    shapes, weights, X, labels = small_net(seed)
    theta = np.concatenate([w.ravel() for w in weights])
    before = theta.copy()
    flat = value_and_flat_gradient(net, shapes)
    value, found = flat(theta, X, labels)
    one, separate = value_and_gradient(lambda *w: net(*w, X, labels))(*weights)
    assert value == one
    assert_array_equal(found, np.concatenate([g.ravel() for g in separate]))
    assert_array_equal(theta, before)
    again = flat(theta, X, labels)[1]
    assert again is not found
    assert_array_equal(again, found)


def test_sizes_of_eight_bits_are_sizes_like_others():
    few = np.int8(100)
    for shapes in ([(few,), (few,)], [(few, 1), np.array([1, 100], np.int8)]):
        both = value_and_flat_gradient(lambda a, b: a.sum() + 2 * b.sum(), shapes)
        assert_array_equal(both(np.zeros(200))[1], np.repeat([1.0, 2.0], 100))


def test_an_index_may_have_names():
    place = NamedTuple("place", [("row", int), ("column", int)])(0, 1)
    assert_array_equal(gradient(lambda x: x[place], np.ones((1, 2)))[0], [[0, 1]])


def test_a_weight_used_twice_and_one_not_at_all():
    def loss(W, b, c, X):
        return dense_relu(dense_relu(X, W, b), W, b).sum()

    rng = np.random.default_rng(0)
    X, theta = rng.normal(size=(6, 3)), rng.uniform(0.1, 1, size=14)
    flat = value_and_flat_gradient(loss, [(3, 3), (3,), (2,)])
    value, found = flat(theta, X)
    assert_array_equal(found[12:], [0, 0])
    check_gradient(lambda theta: flat(theta, X)[0], theta, found)
    assert value == flat(theta, X)[0]


# What it costs


def test_counts_by_hand():
    x = np.ones(100)
    assert count_operations(lambda x: (x * x).sum(), x) == (200, 300, 2, 101)
    A, B = np.ones((2, 3)), np.ones((3, 4))
    cost = count_operations(lambda A, B: (A @ B).sum(), A, B)
    assert cost == (2 * 2 * 3 * 4 + 8, 2 * 2 * 2 * 3 * 4, 2, 9)
    largest = count_operations(lambda x: x.max(), np.arange(4.0))
    assert largest.forward == 4  # the shares belong to the way back


@pytest.mark.parametrize(
    ("f", "forward"),
    [
        (lambda x: np.exp(np.where(x > 0, x, 0.0)).sum(), 300),
        (lambda x: np.exp(np.concatenate([x, x])).sum(), 400),
        (lambda x: np.exp(np.stack([x, x])).sum(), 400),
        (lambda x: np.exp(np.pad(x, 1)).sum(), 204),
    ],
)
def test_what_comes_after_a_move_is_counted(f, forward):
    assert count_operations(f, np.ones(100)).forward == forward


def test_a_network_s_gradient_costs_about_three_runs():
    rng = np.random.default_rng(0)
    shapes = [(784, 128), (128,), (128, 10), (10,)]
    weights = [rng.normal(size=shape) for shape in shapes]
    X, labels = rng.normal(size=(32, 784)), rng.integers(0, 10, 32)
    cost = count_operations(lambda *w: net(*w, X, labels), *weights)
    assert cost.forward == pytest.approx(2 * 32 * (784 * 128 + 1280), rel=0.01)
    assert 1 < cost.backward / cost.forward < 1.1  # no adjoint of X is made
    assert cost.length == 4
    assert cost.stored == 32 * 128 + 32 * 10 + 1  # relu works in the memory of XW + b


@given(programs, seeds)
def test_the_gradient_is_cheap(program, seed):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in SHAPES]
    cost = count_operations(lambda *xs: run(np, program, xs), *arrays)
    assert cost.backward <= 5 * cost.forward


def test_the_cost_of_a_gradient_does_not_grow_with_the_number_of_inputs():
    def f(x):
        return np.sin(x * x).sum()

    ratios = [
        cost.backward / cost.forward
        for cost in (count_operations(f, np.ones(n)) for n in (10, 1000, 100_000))
    ]
    assert max(ratios) == pytest.approx(min(ratios), rel=1e-3)


# Memory


def step():
    shapes, weights, X, labels = small_net(0)
    flat = value_and_flat_gradient(net, shapes)
    flat(np.concatenate([w.ravel() for w in weights]), X, labels)
    value_and_gradient(MOVES["mean and max"])(np.ones((2, 3)))
    value_and_pullback(np.exp)(np.ones(3))[1](np.ones(3))
    x = Tensor(np.ones(3))
    np.exp(x * 2.0).sum().backward()
    operation(product)(x, Tensor(np.ones(x.shape))).sum().backward()


def test_nothing_is_left_for_the_collector():
    step()
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            step()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_memory_is_free_as_soon_as_nothing_needs_it():
    x = Tensor(np.ones(100_000))
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        for _ in range(20):
            np.exp(x * 2.0).sum().backward()
        size, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert size < 2 * x.value.nbytes  # its grad
    assert peak < 10 * x.value.nbytes


def test_a_flat_gradient_is_made_in_the_memory_that_is_handed_back():
    theta, X = np.ones(100_000), np.ones((1, 1000))
    both = value_and_flat_gradient(
        lambda W: dense(X, W, np.zeros(100)).sum(), [(1000, 100)]
    )
    both(theta)
    tracemalloc.start()
    try:
        both(theta)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * theta.nbytes  # with the slopes of W apart it would be twice


def test_a_graph_may_be_very_deep():
    def f(x):
        for _ in range(20_000):
            x = x + 1.0
        return x

    assert value_and_gradient(f)(1.0) == (20_001, (1,))


def test_forty_doublings_are_walked_once_not_along_every_path():
    def f(x):
        for _ in range(40):
            x = x + x
        return x

    assert value_and_gradient(f)(1.0) == (2.0**40, (2.0**40,))
    x = Tensor(1.0)
    assert len(tape(f(x))) == 41


def test_the_tape_is_in_an_order_that_can_be_computed():
    x = Tensor(2.0)
    a = np.sin(x)
    b = a * x
    c = np.exp(a)
    order = tape(c * b)
    assert [id(node) for node in order[:4]] == [id(node) for node in (x, a, b, c)]
    place = {id(node): k for k, node in enumerate(order)}
    for node in order:
        assert all(place[id(parent)] < place[id(node)] for parent, _ in node.edges)


# Doors


def test_gradients_belong_to_the_caller():
    shared = np.ones(3)
    dx, dy = gradient(lambda x, y: (x + y).sum(), shared, shared)
    dx += 5
    assert_array_equal(dy, [1, 1, 1])
    assert_array_equal(shared, [1, 1, 1])


def test_what_is_given_may_be_lists_whole_numbers_or_on_the_left():
    assert_array_equal(gradient(lambda x: (x * [2, 3]).sum(), [1, 2]), [[2, 3]])
    assert isinstance(np.ones(2) * Tensor([1.0, 2.0]), Tensor)
    assert_array_equal(gradient(lambda x: (np.eye(2) @ x).sum(), [1, 2]), [[1, 1]])


def test_comparisons_look_at_the_values():
    x = Tensor([1.0, -1.0])
    assert_array_equal(x > 0, [True, False])
    assert type(x > 0) is np.ndarray
    assert len(x) == 2
    assert repr(Tensor(3)) == "Tensor(3.0)"


def answer(ask, x):
    """What is answered, or the kind of the refusal."""
    try:
        return np.asarray(ask(x)).tolist()
    except Exception as refusal:
        return type(refusal)


ASKED = {
    "truth": bool,
    "not": lambda x: not x,
    "and": lambda x: bool(x and len(x) > 5),
    "or": lambda x: bool(x or x.ndim > 5),
    "if": lambda x: 1 if x - 1 else 2,
    "length": len,
    "rows": lambda x: sum(1 for _ in x),
    "entries": lambda x: [
        float(np.sum(row.value if hasattr(row, "value") else row)) for row in x
    ],
    "any": np.any,
    "all": lambda x: np.all(x, axis=-1) if x.ndim else np.all(x),
    "largest": np.argmax,
    "order": lambda x: np.argsort(x, axis=-1) if x.ndim else 0,
    "close": lambda x: np.allclose(x, b=x),
    "outer": lambda x: np.less.outer(x, x),
    "all of them": lambda x: np.logical_and.reduce(x) if x.ndim == 1 else 0,
    "shape": np.shape,
    "size": np.size,
}


@pytest.mark.parametrize("name", ASKED)
def test_python_s_questions_are_answered_as_by_arrays(name):
    for x in (
        0.0,
        2.0,
        [0.0],
        [3.0],
        [1.0, 0.0],
        [],
        [[1.0, 2.0]],
        [[0.0, 1.0], [2, 3]],
    ):
        array = np.array(x, float)
        assert answer(ASKED[name], Tensor(array)) == answer(ASKED[name], array), x


def test_branches_are_those_of_arrays():
    def f(x):
        return (x * x if x[:1] - 1.0 else x * 3).sum() + sum(x[:1] * 0.0 or x[1:] * 5)

    x = np.array([1.0, 2.0])
    value, (found,) = value_and_gradient(f)(x)
    assert value == f(x) == 19
    assert_array_equal(found, [3, 8])


def test_every_question_is_asked():
    x = Tensor([1.0, 2.0])
    for question in QUESTIONS:
        arguments = (x,) * (question.nin if isinstance(question, np.ufunc) else 1)
        if question in (np.isclose, np.allclose, np.array_equal):
            arguments = (x, x)
        assert not isinstance(question(*arguments), Tensor)


@pytest.mark.parametrize("dump", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_tensor_is_not_copied_behind_its_back(dump):
    for x in (Tensor([1.0]), Tensor([1.0]) * 2):
        with refuses(
            TypeError, "a Tensor must not be copied or pickled, its graph would"
        ):
            dump(x)


def test_no_array_is_filled_with_tensors():
    filled = np.zeros(2)
    with pytest.raises(ValueError, match="sequence") as refusal:
        filled[0] = Tensor(1.0)
    assert "np.stack to join Tensors" in str(refusal.value.__cause__)
    with refuses(TypeError, "a Tensor must not become a plain array"):
        filled[:] = Tensor([1.0, 2.0])
    with refuses(TypeError, "a Tensor must not be changed"):
        Tensor([1.0])[0] = 2.0


# What comes from outside and may change before the walk back

BORROWED = {
    "an index": (
        lambda at: lambda x: x[at].sum(),
        np.array([0, 0, 2]),
    ),
    "a mask": (lambda at: lambda x: x[at].sum(), np.array([True, False, True])),
    "indices in a tuple": (lambda at: lambda x: x[(at,)].sum(), np.array([0, 0, 2])),
    "indices in a list": (lambda at: lambda x: x[[at]].sum(), np.array([0, 0, 2])),
    "a condition": (
        lambda at: lambda x: np.where(at, x, 0.0).sum(),
        np.array([True, False, True]),
    ),
    "labels": (
        lambda at: lambda x: softmax_cross_entropy(x.reshape(1, 3), at),
        np.array([1]),
    ),
}


@pytest.mark.parametrize("name", BORROWED)
def test_what_was_borrowed_may_change(name):
    make, borrowed = BORROWED[name]
    mine = borrowed.copy()
    _, expected = value_and_pullback(make(borrowed))([1.0, 2.0, 4.0])
    _, pullback = value_and_pullback(make(mine))([1.0, 2.0, 4.0])
    mine[...] = 0
    assert_array_equal(pullback(1.0)[0], expected(1.0)[0])


def test_a_pullback_keeps_what_it_needs():
    x = np.array([1.0, 2.0])
    y, pullback = value_and_pullback(lambda x: np.exp(x) * x)(x)
    before = pullback(np.ones(2))[0]
    x += 1
    y += 1
    assert_array_equal(pullback(np.ones(2))[0], before)
    x = np.array([1.0, 2.0])
    y, _ = value_and_pullback(lambda x: x)(x)
    y += 1
    assert_array_equal(x, [1, 2])


# A derivative inside a derivative


def test_a_derivative_inside_another_is_right_or_refused():
    slope = value_and_gradient(lambda y: y * y)
    assert gradient(lambda x: x * slope(2.0)[1][0], 3.0) == (4,)
    message = (
        "a derivative inside a derivative must not depend on an argument of the one"
    )

    def by_backward(x):
        y = Tensor(2.0)
        (x * y).backward()
        return x * y.grad

    inside = [
        lambda x: x * value_and_gradient(lambda y: x * y)(2.0)[1][0],
        lambda x: x * value_and_gradient(lambda y: (x * 2) * y)(2.0)[0],
        lambda x: x * value_and_gradient(lambda y: x)(2.0)[0],
        lambda x: x * value_and_pullback(lambda y: x * y)(2.0)[0],
        lambda x: x * value_and_flat_gradient(lambda y: x * y[0], [(1,)])([2.0])[0],
        lambda x: x * count_operations(lambda y: x * y, 2.0).forward,
        by_backward,
    ]
    for f in inside:
        with refuses(TypeError, message):
            value_and_gradient(f)(3.0)
    assert gradient(lambda x: x * x, 3.0) == (6,)  # and nothing is left behind


def test_gradients_of_gradients_and_of_duals_are_refused():
    with refuses(TypeError, "value must be a plain array, but is a Tensor"):
        value_and_gradient(lambda x: slopes(x)[1][0])(3.0)
    for f in (lambda y, x: x * y, lambda y, x: y * x):
        with pytest.raises(TypeError):
            value_and_gradient(lambda x, f=f: derivative(lambda y: f(y, x), 2.0))(3.0)
        with pytest.raises(TypeError):
            derivative(lambda x, f=f: gradient(lambda y: f(y, x), 2.0)[0], 3.0)


@pytest.mark.parametrize(
    "ufunc", [each for each in RULES if each.nin == 1], ids=lambda ufunc: ufunc.__name__
)
def test_a_gradient_of_a_slope_of_duals_is_right_or_refused(ufunc):
    x, v = np.array([1.2, 1.7]), np.array([1.0, -2.0])

    def moved(x):
        return jacobian_vector_product(lambda x: x * ufunc(1 / x), x, v).sum()

    with contextlib.suppress(TypeError):
        (found,) = gradient(moved, x)
        check_gradient(moved, x, found)


slopes = value_and_gradient(lambda x: x**3)


# Refusals that name the remedy


def test_a_remedy_does_what_was_wanted():
    """Each that is a formula gives the numbers of what it stands for."""
    x = np.array([3.0, 1.0, 2.5])
    names = {
        "x": x,
        "y": 2 * x[::-1],
        "np": np,
        "n": 3,
        "k": 2,
        "w": x,
        "shape": (2, 3),
    }
    wanted = {
        "sort": np.sort(x),
        "flip": np.flip(x),
        "roll": np.roll(x, 2),
        "repeat": np.repeat(x, 2),
        "tile": np.tile(x, 2),
        "cumsum": np.cumsum(x),
        "diff": np.diff(x),
        "norm": np.linalg.norm(x),
        "vdot": np.vdot(x, names["y"]),
        "average": np.average(x, weights=x),
        "broadcast_to": np.broadcast_to(x, (2, 3)),
        "float_power": np.float_power(x, names["y"]),
        "radians": np.radians(x),
        "degrees": np.degrees(x),
        "heaviside": np.heaviside(x, 0),
        "add.reduce": np.add.reduce(x),
        "multiply.reduce": np.multiply.reduce(x),
        "maximum.reduce": np.maximum.reduce(x),
        "minimum.reduce": np.minimum.reduce(x),
        "ptp": np.ptp(x),
        "inner": np.inner(x, names["y"]),
    }
    for name, expected in wanted.items():
        assert_allclose(eval(REMEDIES[name], names), expected, err_msg=name)
        tensors = names | {"x": Tensor(x), "w": Tensor(x)}
        assert_allclose(_value(eval(REMEDIES[name], tensors)), expected, err_msg=name)
    square = np.arange(9.0).reshape(3, 3)
    assert eval(REMEDIES["trace"], names | {"x": square}) == np.trace(square)
    assert_array_equal(eval(REMEDIES["diag"], names | {"x": square}), np.diag(square))


def test_a_remedy_for_a_matrix_does_what_was_wanted():
    x = np.array([[-7.0, 2.0, 0.5], [3.0, -1.5, 4.0]])
    y = np.array([[2.0, -3.0, 1.5], [-2.0, 1.0, 3.0]])
    tensors = {"x": Tensor(x), "y": y, "np": np}
    for name in ("add", "multiply", "maximum", "minimum"):
        found = eval(REMEDIES[f"{name}.reduce"], tensors)
        assert_allclose(found.value, getattr(np, name).reduce(x), err_msg=name)
    for name in ("fmod", "remainder", "inner", "vdot", "vecdot"):
        found = eval(REMEDIES[name], tensors)
        assert_allclose(found.value, getattr(np, name)(x, y), err_msg=name)
    assert_array_equal(eval(REMEDIES["trunc"], tensors), np.trunc(x))
    holes = np.where(x > 3, np.nan, x)
    found = eval(REMEDIES["nansum"], tensors | {"x": Tensor(holes)})
    assert found.value == np.nansum(holes)


@pytest.mark.parametrize("name", ["vstack", "hstack", "append"])
def test_a_remedy_for_arrays_side_by_side_does_what_was_wanted(name):
    for shapes in (((3,), (3,)), ((2, 3), (2, 3))):
        arrays = [np.arange(math.prod(shape)).reshape(shape) for shape in shapes]
        function = getattr(np, name)
        expected = function(*arrays) if name == "append" else function(arrays)
        found = eval(REMEDIES[name], {"arrays": [*map(Tensor, arrays)], "np": np})
        assert_array_equal(found.value, expected)


def _value(x):
    return x.value if isinstance(x, Tensor) else x


@pytest.mark.parametrize("name", ["item", "tolist", "astype", "dtype", "sort"])
def test_methods_that_a_tensor_lacks_name_the_remedy(name):
    x = Tensor([1.0])
    assert not hasattr(x, name)
    with refuses(
        AttributeError, f"{name} has no rule for Tensors: write {REMEDIES[name]}"
    ):
        getattr(x, name)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (
            np.floor,
            "floor has no rule for Tensors: write np.floor(x.value), or add its "
            "pullbacks to RULES",
        ),
        (
            np.add.reduce,
            "add.reduce has no rule for Tensors: write np.sum(x, axis=0), or add its",
        ),
        (
            np.cumsum,
            "cumsum has no rule for Tensors: write np.tril(np.ones((n, n))) @ x, or "
            "add it to FUNCTIONS",
        ),
        (
            np.linalg.norm,
            "norm has no rule for Tensors: write np.sqrt(np.square(x).sum()), or",
        ),
        (np.linalg.inv, "inv has no rule for Tensors: add it to FUNCTIONS"),
        (np.spacing, "spacing has no rule for Tensors: add its pullbacks to RULES"),
        (
            lambda x: np.dot(x, np.ones((1, 2, 3))),
            "dot has no rule for Tensors of three axes: write it with @",
        ),
        (np.array, "a Tensor must not become a plain array, its graph would be lost"),
        (lambda x: float(x[0]), "a Tensor must not become a plain number, its graph"),
        (
            lambda x: np.where(x, 1, 0),
            "condition must hold truth values, but is a Tensor",
        ),
        (
            lambda x: np.add(x, 1, out=np.ones(2)),
            "add must make a new Tensor: write x =",
        ),
        (lambda x: x.__iadd__(1.0), "add must make a new Tensor: write x = x + y, not"),
        (lambda x: x * Dual(1.0, 1.0), "value must be a plain array, but is a Dual"),
        (Tensor, "value must be a plain array, but is a Tensor: a Tensor is"),
        (lambda x: tape(np.ones(2)), "output must be a Tensor, but is of type ndarray"),
        (lambda x: tape(Tensor), "output must be a Tensor, but is of type type"),
        (
            lambda x: value_and_gradient(x),
            "f must be a function, but is of type Tensor",
        ),
        (lambda x: value_and_pullback(2), "f must be a function, but is of type int"),
        (lambda x: x * 1j, "value must hold real numbers, but holds complex128"),
        (
            lambda x: np.pad(x, {0: 1}),
            "pad_width of a Tensor must be a number or a list of pairs, but is a dict",
        ),
        (lambda x: dense([["a"]], x, x), "X must hold real numbers, but holds text"),
        (lambda x: dense_relu(x, "a", x), "W must hold real numbers, but holds text"),
        (lambda x: dense(x, x, 1j), "b must hold real numbers, but holds complex128"),
        (
            lambda x: softmax_cross_entropy([["a"]], [0]),
            "logits must hold real numbers, but holds text",
        ),
        (lambda x: np.where(True, x, "a"), "y must hold real numbers, but holds text"),
        (
            lambda x: np.concatenate([x, ["a"]]),
            "each of arrays must hold real numbers, but holds text",
        ),
        (
            lambda x: np.stack([x, ["a", "b"]]),
            "each of arrays must hold real numbers, but holds text",
        ),
        (
            lambda x: value_and_pullback(np.exp)(1.0)[1]("a"),
            "g must hold real numbers, but holds text",
        ),
        (
            lambda x: value_and_flat_gradient(np.sum, [(1,)])(["a"]),
            "theta must hold real numbers, but holds text",
        ),
    ],
)
def test_what_is_refused_is_named(f, message):
    with refuses(TypeError, message):
        f(Tensor([1.0, 2.0]))


def test_a_gradient_is_of_one_number():
    message = "the value must be one number to have a gradient, but its shape is (2,)"
    with refuses(ValueError, message):
        value_and_gradient(lambda x: x)([1.0, 2.0])
    with refuses(ValueError, message):
        (Tensor([1.0, 2.0]) * 2).backward()
    assert_array_equal(gradient(lambda x: x[:1] * 3, [1.0, 2.0]), [[3, 0]])


def test_shapes_that_do_not_fit_are_named():
    W, b, X = np.ones((2, 3)), np.ones(3), Tensor(np.ones((4, 2)))
    with refuses(
        ValueError, "W must have shape (d, k) with d = 2, but its shape is (3,"
    ):
        dense(X, W.T, b)
    with refuses(
        ValueError, "b must have shape (k,) with k = 3, but its shape is (1, 3)"
    ):
        dense_relu(X, W, b[None])
    with refuses(ValueError, "X must have shape (n, d), but its shape is (2,)"):
        dense(np.ones(2), W, b)
    with refuses(ValueError, "zero-dimensional arrays cannot be concatenated"):
        np.concatenate([Tensor(1.0), [2.0]])
    with refuses(ValueError, "theta must have shape (8,), but its shape is (9,)"):
        value_and_flat_gradient(dense, [(2, 3), (2,)])(np.ones(9))
    with refuses(ValueError, "g must have shape (2,), but its shape is ()"):
        value_and_pullback(np.exp)([1.0, 2.0])[1](1.0)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, -1], "labels must be whole numbers in 0 … 2, but are [ 0 -1]"),
        ([0, 3], "labels must be whole numbers in 0 … 2, but are [0 3]"),
        ([0.0, 1.0], "labels must be whole numbers in 0 … 2"),
        ([0, 1, 2], "labels must have shape (n,) with n = 2, but its shape is (3,)"),
        ([[0], [1]], "labels must have shape (n,) with n = 2, but its shape is (2, 1)"),
    ],
)
def test_labels_that_do_not_fit_are_named(labels, message):
    with refuses(ValueError, message):
        softmax_cross_entropy(Tensor(np.zeros((2, 3))), labels)


def test_no_samples_are_refused():
    with refuses(ValueError, "logits must hold a sample, but their shape is (0, 3)"):
        softmax_cross_entropy(np.zeros((0, 3)), np.zeros(0, int))


def test_where_sends_nothing_to_what_was_not_chosen():
    x, y = Tensor([1.0, 2.0]), Tensor([1.0, 0.0])
    with np.errstate(divide="ignore"):
        np.sqrt(np.where([True, False], x, y)).sum().backward()
    assert_array_equal(x.grad, [0.5, 0])
    assert_array_equal(y.grad, [0, np.inf])


@pytest.mark.parametrize(
    ("f", "x", "slopes"),
    [
        (lambda x: np.maximum(x, 0.0), [-1.0, 4.0], [0, 0.25]),
        (lambda x: -np.minimum(0.0, -x), [-1.0, 4.0], [0, 0.25]),
        (lambda x: np.clip(x, 0.0, 9.0), [-1.0, 4.0], [0, 0.25]),
        (np.max, [-1.0, 0.0], [0, np.inf]),
        (lambda x: -np.min(-x), [-1.0, 0.0], [0, np.inf]),
    ],
)
def test_what_is_not_the_extreme_has_no_slope_even_below_an_infinite_one(f, x, slopes):
    with np.errstate(divide="ignore", invalid="raise"):
        found = gradient(lambda x: np.sqrt(f(x)).sum(), np.array(x))[0]
    assert_array_equal(found, slopes)
