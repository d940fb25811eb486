"""Normalization: layers against differences and torch, moments by hand."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from checking import refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.autodiff import value_and_gradient
from mathlib.gradients import numerical_gradient
from mathlib.normalization import (
    Moments,
    batch_norm,
    layer_norm,
    moments,
    normalize,
    running_moments,
    standardize,
)

seeds = st.integers(0, 2**32 - 1)


@given(st.integers(2, 6), st.integers(2, 5), seeds)
@pytest.mark.parametrize("axis", [0, 1])
def test_standardized_numbers_have_mean_zero_and_variance_one(axis, n, d, seed):
    X = np.random.default_rng(seed).normal(3, 2, size=(n, d))
    Z, _ = standardize(X, axis=axis, epsilon=0)
    assert_allclose(Z.mean(axis=axis), 0, atol=1e-12)
    assert_allclose(Z.var(axis=axis), 1)
    assert_allclose(standardize(5 * X + 1, axis=axis, epsilon=0)[0], Z, atol=1e-9)


@pytest.mark.parametrize("layer", [batch_norm, layer_norm])
@given(st.integers(3, 6), st.integers(3, 5), seeds)
def test_a_norm_layer_s_pullback(layer, n, d, seed):
    rng = np.random.default_rng(seed)
    X, dY = rng.normal(size=(2, n, d))
    scale, shift = rng.normal(size=(2, d))
    gradients = layer(X, scale, shift)[1](dY)

    def paired(X, scale, shift):
        return (layer(X, scale, shift)[0] * dY).sum()

    sides = (
        (X, lambda v: paired(v, scale, shift)),
        (scale, lambda v: paired(X, v, shift)),
        (shift, lambda v: paired(X, scale, v)),
    )
    for gradient, (at, f) in zip(gradients, sides, strict=True):
        expected = numerical_gradient(f, at)
        largest = np.abs(expected).max()
        assert_allclose(gradient, expected, rtol=0, atol=1e-6 * largest + 1e-8)


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e150, 1e300])
@pytest.mark.parametrize("axis", [0, 1])
def test_standardized_numbers_do_not_depend_on_the_unit(axis, size):
    X, dZ = np.random.default_rng(0).normal(size=(2, 6, 4))
    Z, pullback = standardize(X, axis=axis, epsilon=0.0)
    same, back = standardize(size * X, axis=axis, epsilon=0.0)
    assert_allclose(same, Z, rtol=0, atol=1e-14)
    assert_allclose(back(dZ)[0] * size, pullback(dZ)[0], rtol=0, atol=1e-13)
    shifted = standardize(X + 1e6, axis=axis, epsilon=0.0)[0]
    assert_allclose(shifted, Z, rtol=0, atol=1e-9)


def test_a_tensor_passes_through_a_norm():
    X, dZ = np.random.default_rng(0).normal(size=(2, 6, 4))
    for at in (X, np.ones((6, 4))):
        (dX,) = standardize(at, axis=0)[1](dZ)
        both = value_and_gradient(lambda X: (standardize(X, axis=0)[0] * dZ).sum())
        assert_allclose(both(at)[1][0], dX, atol=1e-12)


def test_a_gradient_through_a_norm_is_square_to_what_it_forgets():
    X, dZ = np.random.default_rng(0).normal(size=(2, 7, 3))
    (dX,) = standardize(X, axis=0, epsilon=0)[1](dZ)
    assert_allclose(dX.sum(axis=0), 0, atol=1e-12)
    assert_allclose((dX * X).sum(axis=0), 0, atol=1e-12)


def test_a_batch_of_one_is_wiped_out_by_batch_norm_but_not_by_layer_norm():
    X, scale, shift = np.array([[1.0, 5.0]]), np.ones(2), np.array([7.0, 8.0])
    assert_array_equal(batch_norm(X, scale, shift)[0], [shift])
    assert_allclose(layer_norm(X, scale, shift)[0], [[6, 9]], atol=1e-5)


def test_in_use_no_sample_depends_on_its_batch():
    X = np.random.default_rng(0).normal(2, 3, size=(50, 2))
    scale, shift = np.array([2.0, 1.0]), np.array([0.0, 1.0])
    Y, _ = batch_norm(X, scale, shift)
    assert_allclose(normalize(X, moments(X), scale, shift), Y)
    one_by_one = [normalize(X[[i]], moments(X), scale, shift)[0] for i in range(50)]
    assert_allclose(one_by_one, Y)


def test_a_large_epsilon_by_hand():
    seen = Moments([2.0], [3.0])  # the root of 3 + 1 is 2
    assert normalize([[6.0]], seen, [2.0], [1.0], epsilon=1.0) == [[5.0]]


def test_running_moments_arrive_at_what_stays():
    there = Moments(np.array([2.0]), np.array([9.0]))
    running = Moments(np.zeros(1), np.ones(1))
    for k in range(1, 51):
        running = running_moments(running, there)
        assert_allclose(running.mean, 2 * (1 - 0.9**k))
        assert_allclose(running.variance, 9 - 8 * 0.9**k)
    with refuses(ValueError, "share must be a number between 0 and 1, both excluded"):
        running_moments(running, there, 1.0)


@pytest.mark.parametrize(("layer", "theirs"), [(batch_norm, 0), (layer_norm, 1)])
def test_norm_layers_equal_torch(layer, theirs):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=s) for s in ((6, 4), (4,), (4,))]
    X, scale, shift = (torch.tensor(a, requires_grad=True) for a in arrays)
    function = torch.nn.functional
    Y = (
        function.layer_norm(X, (4,), scale, shift)
        if theirs
        else function.batch_norm(X, None, None, scale, shift, training=True)
    )
    dY = rng.normal(size=(6, 4))
    Y.backward(torch.tensor(dY))
    ours, pullback = layer(*arrays)
    assert_allclose(ours, Y.detach().numpy(), atol=1e-12)
    for gradient, tensor in zip(pullback(dY), (X, scale, shift), strict=True):
        assert_allclose(gradient, tensor.grad.numpy(), atol=1e-12)


def test_norms_refuse():
    for layer in (batch_norm, layer_norm):
        with refuses(
            ValueError, "scale must have shape (d,) with d = 2, but its shape"
        ):
            layer(np.ones((3, 2)), np.ones(3), np.ones(2))
        with refuses(ValueError, "X must have shape (n, d), but its shape is (3,)"):
            layer(np.ones(3), np.ones(3), np.ones(3))
        with refuses(ValueError, "epsilon must be a finite number >= 0, but is -1"):
            layer(np.ones((3, 2)), np.ones(2), np.ones(2), epsilon=-1)
        pullback = layer(np.ones((3, 2)), np.ones(2), np.ones(2))[1]
        for dY in (1.0, np.ones(2), np.ones((1, 2))):
            with refuses(ValueError, "dY must have shape (3, 2), but has"):
                pullback(dY)
        assert pullback([[1, 1]] * 3)[0].shape == (3, 2)
    with refuses(ValueError, "dZ must have shape (3, 2), but has (2,)"):
        standardize(np.ones((3, 2)), axis=0)[1](np.ones(2))
    with refuses(ValueError, "X must be finite"):
        standardize([[np.nan], [1.0]], axis=0)
    for value in (0.0, 0.1, 1e200):  # three times 0.1 has no mean of 0.1 in floats
        with refuses(ValueError, "X must vary along axis 0 if epsilon is 0"):
            standardize(np.full((3, 1), value), axis=0, epsilon=0.0)
    with refuses(ValueError, "axis must be 0 or 1, but is 2"):
        standardize(np.ones((3, 2)), axis=2)
    with refuses(ValueError, "the size of X along axis must be at least 1, but is 0"):
        standardize(np.ones((0, 2)), axis=0)
    with refuses(ValueError, "the number of rows of X must be at least 1, but is 0"):
        moments(np.ones((0, 2)))
    with refuses(ValueError, "X must be finite"):
        moments([[np.inf]])
    with refuses(ValueError, "variance must be >= 0, but holds -1"):
        normalize([[1.0]], Moments([0.0], [-1.0]), [1.0], [0.0])
    with refuses(ValueError, "variance + epsilon must be > 0, but the smallest is 0"):
        normalize([[1.0]], Moments([0.0], [0.0]), [1.0], [0.0], epsilon=0.0)
    with refuses(ValueError, "batch must have shape (d,) with d = 2, but its shape is"):
        running_moments(moments(np.ones((3, 2))), moments(np.ones((3, 1))))
    seen = Moments(np.ones(3), np.ones(3))
    with refuses(ValueError, "mean must have shape (d,) with d = 2, but its shape is"):
        normalize(np.ones((1, 2)), seen, np.ones(2), np.ones(2))


def test_a_huge_constant_is_normalized_to_the_shift():
    assert_allclose(batch_norm([[1e160]], [1.0], [3.0])[0], [[3.0]])
    assert_allclose(standardize([[1e160], [1e160]], axis=0)[0], 0, atol=1e-300)


def test_numbers_so_small_that_they_have_few_digits_are_standardized():
    for tiny in (5e-324, 1e-310):
        Z = standardize([[0.0], [tiny]], axis=0, epsilon=0)[0]
        assert_allclose(Z, [[-1], [1]])


@pytest.mark.parametrize("few", [np.float16(1e-5), Fraction(1, 100)])
def test_numbers_of_other_types_are_counted_with_as_floats(few):
    X, plain = [[1e6], [1e6 + 1]], float(few)
    one, seen = np.ones(1), Moments(np.ones(1), np.full(1, 2.0))
    for layer in (
        lambda small: standardize(X, axis=0, epsilon=small)[0],
        lambda small: batch_norm(X, one, one, epsilon=small)[0],
        lambda small: normalize(X, seen, one, one, epsilon=small),
        lambda small: running_moments(seen, seen, small).mean,
    ):
        assert_array_equal(layer(few), layer(plain))
        assert layer(few).dtype == float


@pytest.mark.parametrize("constant", [0.1, 0.7, 1e6 + 0.1])
def test_a_constant_whose_mean_is_rounded_has_no_variance(constant):
    for n in range(1, 12):
        seen = moments(np.full((n, 1), constant))
        assert seen == (constant, 0)
        with refuses(ValueError, "variance + epsilon must be > 0, but the smallest"):
            normalize([[constant]], seen, [1.0], [0.0], epsilon=0.0)


def test_moments_are_known_by_their_names():
    turned = SimpleNamespace(variance=[4.0], mean=[2.0])
    assert_allclose(normalize([[6.0]], turned, [1.0], [1.0], epsilon=0.0), [[3.0]])


def test_an_infinite_variance_makes_no_plausible_number():
    with refuses(ValueError, "variance must be finite, but 1 of its 1 entries are not"):
        normalize([[6.0]], Moments([2.0], [np.inf]), [1.0], [1.0])
