"""Eigenvalues: known matrices, laws, and LAPACK."""

import numpy as np
import pytest
from checking import refuses
from hard_matrices import PAIR, ROTATION, normal, seeds, sizes, symmetric, turned
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from mathlib.eigenvalues import (
    characteristic_polynomial,
    inverse_iteration,
    is_eigenpair,
    power_iteration,
    power_walk,
    rayleigh_quotient,
)

# One eigenpair


def test_power_iteration_shrinks_by_a_third_and_its_quotient_by_a_ninth():
    pair = power_iteration(PAIR, [1.0, 0.0])
    off = np.linalg.norm(pair.vectors - np.sqrt([0.5, 0.5]), axis=1)
    assert_allclose(off[4:15] / off[3:14], 1 / 3, rtol=1e-3)
    short = np.abs(pair.values - 3)
    assert_allclose(short[5:9] / short[4:8], 1 / 9, rtol=1e-3)
    assert pair.value == pytest.approx(3, abs=1e-15)


def test_fibonacci():
    walk = power_walk([[1.0, 1.0], [1.0, 0.0]], [1.0, 0.0], steps=20)
    golden = (1 + np.sqrt(5)) / 2
    off = np.abs(walk[1:, 0] / walk[1:, 1] - golden)
    assert_allclose(off[10:14] / off[9:13], 0.381966, rtol=1e-4)


@given(sizes, seeds)
def test_power_iteration_finds_the_largest_in_size(d, seed):
    A = turned(np.append(-4.0, np.linspace(-2, 2, d - 1)), seed)
    pair = power_iteration(A, normal(d, seed=seed), tolerance=1e-11)
    assert pair.value == pytest.approx(-4)
    assert_allclose(A @ pair.vector, -4 * pair.vector, atol=1e-9)
    assert pair.vectors.shape == (len(pair.values), d)


@given(sizes, seeds)
def test_inverse_iteration_finds_the_nearest(d, seed):
    A = turned(np.arange(d), seed)
    for k in range(d):
        pair = inverse_iteration(A, normal(d, seed=seed), shift=k + 0.2)
        assert pair.value == pytest.approx(k, abs=1e-11)
        assert_allclose(A @ pair.vector, k * pair.vector, atol=1e-10)


def test_a_shift_may_be_the_eigenvalue_itself():
    for A, shift in ((PAIR, 3), (PAIR, 1), (np.eye(3), 1), (np.zeros((2, 2)), 0)):
        pair = inverse_iteration(A, np.arange(1.0, len(A) + 1), shift=shift)
        assert pair.value == pytest.approx(shift, abs=1e-15)
        assert is_eigenpair(A, shift, pair.vector)


def test_a_shift_that_is_no_eigenvalue_is_not_moved():
    A = np.diag([1.0, 4e-20, 1e-20])  # a rounding of 1 is far beyond the last two
    pair = inverse_iteration(A, [1.0, 1.0, 1.0], tolerance=1e-24)
    assert pair.value == pytest.approx(1e-20, rel=1e-6)
    assert_allclose(pair.vector, [0, 0, 1], atol=1e-3)


def test_an_eigenvector_to_start_with_is_kept():
    pair = power_iteration(np.diag([1.0, 2.0]), [1.0, 0.0])
    assert (pair.value, len(pair.values)) == (1, 1)  # no trace of the other
    assert power_iteration(np.zeros((2, 2)), [1.0, 2.0]).value == 0


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_extreme_scales(scale):
    A = scale * np.array(PAIR)
    start = np.array([1e-200, 3e-200])
    assert power_iteration(A, start).value / scale == pytest.approx(3)
    assert inverse_iteration(A, start).value / scale == pytest.approx(1)
    assert rayleigh_quotient(A, [1e200, 1e200]) / scale == pytest.approx(3)
    assert is_eigenpair(A, 3 * scale, [1e-300, 1e-300])
    assert not is_eigenpair(A, 2 * scale, [1e-300, 1e-300])


@pytest.mark.parametrize("A", [ROTATION, [[1.0, 0.0], [0.0, -1.0]]])
def test_power_iteration_says_when_it_does_not_settle(A):
    with pytest.raises(ArithmeticError, match="did not settle in 50 steps: the two"):
        power_iteration(A, [1.0, 0.5], steps=50)


def test_inverse_iteration_says_when_it_does_not_settle():
    with pytest.raises(ArithmeticError, match="nearest to the shift 2 may be at the"):
        inverse_iteration(PAIR, [1.0, 0.5], shift=2.0)


def test_meeting_zero_is_said():
    nilpotent = [[0.0, 1.0], [0.0, 0.0]]
    with pytest.raises(ArithmeticError, match="power_iteration met Av = 0"):
        power_iteration(nilpotent, [1.0, 1.0])
    with pytest.raises(ArithmeticError, match="power_walk met Av = 0"):
        power_walk(nilpotent, [1.0, 1.0], steps=3)


@given(sizes, seeds)
def test_the_rayleigh_quotient_is_the_best_number_and_lies_between(d, seed):
    A, v = symmetric(d, seed), normal(d, seed=seed + 1)
    quotient = rayleigh_quotient(A, v)
    values = np.linalg.eigvalsh(A)
    assert values[0] - 1e-12 <= quotient <= values[-1] + 1e-12
    best = np.linalg.lstsq(v[:, None], A @ v)[0][0]
    assert quotient == pytest.approx(best)


# Definitions


def test_is_eigenpair_by_hand():
    assert is_eigenpair(PAIR, 3, [1, 1])
    assert is_eigenpair(PAIR, 1, [-2, 2])
    assert not is_eigenpair(PAIR, 3, [1, -1])
    assert not is_eigenpair(PAIR, 3, [1, 1.001])
    assert is_eigenpair(PAIR, 3, [1, 1.001], tolerance=1e-2)
    assert is_eigenpair(ROTATION, -1j, [1, 1j])
    assert not is_eigenpair(ROTATION, 1, [1, 0])
    assert is_eigenpair(np.zeros((2, 2)), 0, [1, 0])


@given(st.sampled_from([2, 3]), seeds)
def test_the_characteristic_polynomial_has_the_eigenvalues_as_roots(d, seed):
    A = normal(d, d, seed=seed)
    assert_allclose(characteristic_polynomial(A), np.poly(A), atol=1e-12)
    for value in np.linalg.eigvals(A):
        assert np.polyval(characteristic_polynomial(A), value) == pytest.approx(0)


def test_the_source_s_matrix():
    a, b, c = characteristic_polynomial([[2, 1], [1, 3]])
    roots = (-b + np.array([-1, 1]) * np.sqrt(b * b - 4 * a * c)) / (2 * a)
    assert_allclose(roots, [1.381966, 3.618034], atol=5e-7)


# What is refused


SQUARE = (
    characteristic_polynomial,
    lambda A: is_eigenpair(A, 1.0, [1.0]),
    lambda A: rayleigh_quotient(A, [1.0]),
    lambda A: power_iteration(A, [1.0]),
    lambda A: power_walk(A, [1.0], steps=1),
    lambda A: inverse_iteration(A, [1.0]),
)


@pytest.mark.parametrize("function", SQUARE)
def test_what_is_not_square_is_refused(function):
    with refuses(ValueError, "A must have shape (d, d), but its shape is (2, 3)"):
        function(np.ones((2, 3)))


@pytest.mark.parametrize("function", SQUARE)
def test_what_is_empty_or_not_finite_or_no_number_is_refused(function):
    with refuses(ValueError, "A must not be empty, but its shape is (0, 0)"):
        function(np.zeros((0, 0)))
    with refuses(ValueError, "A must be finite, but 1 of its 4 entries are not"):
        function([[1.0, np.nan], [0.0, 1.0]])
    with refuses(TypeError, "A must hold real numbers, but holds complex128"):
        function([[1j]])


def test_the_zero_vector_is_refused():
    with refuses(ValueError, "vector must not be zero: A·0 = λ·0 holds for every λ"):
        is_eigenpair(PAIR, 7.0, [0.0, 0.0])
    with refuses(ValueError, "vector must not be zero: 0ᵀA0 / 0ᵀ0 is no number"):
        rayleigh_quotient(PAIR, [0.0, 0.0])
    for method in (power_iteration, inverse_iteration):
        with refuses(ValueError, "start must not be zero: the zero vector has no dire"):
            method(PAIR, [0.0, 0.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: characteristic_polynomial(np.eye(4)),
            ValueError,
            "A must have shape (2, 2) or (3, 3), but its shape is (4, 4): use qr_alg",
        ),
        (
            lambda: characteristic_polynomial([[1.0]]),
            ValueError,
            "A must have shape (2, 2) or (3, 3), but its shape is (1, 1)",
        ),
        (
            lambda: is_eigenpair(PAIR, 1, [1, 2, 3]),
            ValueError,
            "vector must have shape (d,) with d = 2, but its shape is (3,)",
        ),
        (
            lambda: is_eigenpair(PAIR, [1, 2], [1, 2]),
            ValueError,
            "value must have shape (), but its shape is (2,)",
        ),
        (
            lambda: is_eigenpair(PAIR, np.inf, [1, 2]),
            ValueError,
            "value must be finite",
        ),
        (
            lambda: is_eigenpair(PAIR, 1, [1, 1], tolerance=-1),
            ValueError,
            "tolerance must be a finite number >= 0, but is -1",
        ),
        (
            lambda: power_iteration(PAIR, [[1], [2]]),
            ValueError,
            "start must have shape (d,) with d = 2, but its shape is (2, 1)",
        ),
        (
            lambda: power_iteration(PAIR, [1, np.inf]),
            ValueError,
            "start must be finite",
        ),
        (
            lambda: power_iteration(PAIR, [1, 2], steps=1.5),
            TypeError,
            "steps must be a whole number >= 0, but is 1.5",
        ),
        (
            lambda: inverse_iteration(PAIR, [1, 2], shift=np.nan),
            ValueError,
            "shift must be finite",
        ),
    ],
)
def test_refusals_name_the_argument(call, error, message):
    with refuses(error, message):
        call()


def test_a_walk_through_tiny_images_keeps_its_length():
    walk = power_walk([[1, 0], [0, 1e-300]], [0, 1], steps=2)
    assert_allclose(walk, [[0, 1]] * 3)


def test_tiny_images_do_not_look_settled():
    A = [[0, 1e-300, 0], [0, 0, 1e-300], [1, 0, 0]]
    with refuses(ArithmeticError, "power_iteration did not settle"):
        power_iteration(A, [0, 1, 0], steps=50)


def test_no_number_is_an_eigenvalue_by_overflow():
    assert not is_eigenpair([[1e-300]], 1e300, [1])
    assert is_eigenpair([[1e-300]], 1e-300, [1])
    A, huge = [[0, 1], [9, 0]], 1.7e308 + 1.7e308j
    assert not is_eigenpair(A, 3, [huge, 1])
    assert not is_eigenpair(A, huge, [1, 0])
    assert is_eigenpair(A, 3, [huge / 3, huge])


def test_complex_numbers_are_as_good_and_as_many_as_real_ones():
    A = [[0, 1], [9, 0]]
    assert is_eigenpair(A, np.complex64(3), np.array([1, 3], np.complex64))
    with refuses(ValueError, "vector must have all its entries, but some are masked"):
        is_eigenpair(A, 3, np.ma.array([1, 3j], mask=[0, 1]))
    with refuses(ValueError, "vector must have rows of one length"):
        is_eigenpair(A, 3, [1, [2, 3]])
    with refuses(ValueError, "vector must have all its entries, but some are masked"):
        is_eigenpair(A, 3, [np.ma.masked, 1j])


def test_a_vector_that_refuses_to_become_an_array_is_named():
    class Stubborn:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("its graph would be lost")

    with refuses(TypeError, "vector must hold numbers, but its graph would be lost"):
        is_eigenpair([[1]], 1, [Stubborn()])


def test_the_smallest_complex_vectors_are_eigenvectors_too():
    assert is_eigenpair([[1, -1], [1, 1]], 1 + 1j, [5e-324, -5e-324j])
    assert not is_eigenpair([[1, -1], [1, 1]], 1 + 1j, [5e-324, 5e-324j])
