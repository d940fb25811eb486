"""Floating point: sums and condition numbers by hand, in fractions, and by law."""

import math
from fractions import Fraction

import checking  # noqa: F401  (sets the hypothesis profile)
import numpy as np
import pytest
from checking import refuses
from hard_matrices import error, normal, seeds, sizes
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from mathlib.floating_point import (
    FORMATS,
    condition_number,
    hilbert,
    hilbert_inverse,
    naive_norm,
    pairwise_sum,
    rounded_to,
    running_sum,
    spacing,
)
from mathlib.matrices import lu, lu_solve, rotation
from mathlib.vectors import norm

HUGE, TINY = 1e200, 1e-200
KINDS = {"float64": np.float64, "float32": np.float32, "float16": np.float16}
any_float = st.floats(allow_nan=False, allow_infinity=False)


# What is kept of a number


@pytest.mark.parametrize("kind", KINDS)
def test_formats_are_those_of_numpy(kind):
    known, kept = np.finfo(KINDS[kind]), FORMATS[kind]
    assert kept.largest == known.max
    assert 2.0**kept.lowest == known.smallest_normal
    assert 2.0 ** (1 - kept.digits) == known.eps


@given(st.lists(any_float, max_size=9), st.sampled_from([*KINDS]))
def test_numpy_keeps_the_same(x, kind):
    with np.errstate(over="ignore"):
        expected = np.array(x, dtype=float).astype(KINDS[kind])
    assert_array_equal(rounded_to(x, kind), expected.astype(float))


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_bfloat16_is_the_upper_half_of_float32(x):
    bits = int(np.float32(x).view(np.uint32))
    upper = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16 << 16  # to the nearest, or even
    assert rounded_to(x, "bfloat16") == np.uint32(upper).view(np.float32)


@given(any_float, st.sampled_from([*FORMATS]))
def test_rounding_is_off_by_half_a_gap(x, kind):
    kept, gap = rounded_to(x, kind), spacing(x, kind)
    assert np.isinf(kept) or abs(Fraction(kept) - Fraction(x)) <= Fraction(gap) / 2
    assert np.isinf(kept) or rounded_to(kept, kind) == kept
    assert rounded_to(-x, kind) == -kept


@given(st.floats(-60_000, 60_000), st.sampled_from([*KINDS]))
def test_spacing_is_that_of_numpy(x, kind):
    number = KINDS[kind](x)
    assert spacing(float(number), kind) == np.spacing(abs(number))


def test_spacing_by_hand():
    assert spacing(1.0) == 2.0**-52
    assert_array_equal(spacing([0, 31, 32], "bfloat16"), [2.0**-133, 0.125, 0.25])
    assert rounded_to(257, "bfloat16") == 256  # as close to 258: even
    assert rounded_to(65_519, "float16") == 65_504
    assert_array_equal(rounded_to([65_520, -1e300], "float16"), [math.inf, -math.inf])
    with refuses(ValueError, "kind must be one of float64, float32, float16, bfloat16"):
        spacing(1.0, "float8")
    with refuses(ValueError, "x must be finite"):
        rounded_to([np.inf], "float16")


# Lengths


def test_the_naive_norm_fails_where_the_other_does_not():
    assert naive_norm([3.0, 4.0]) == 5
    assert naive_norm([HUGE, HUGE]) == math.inf
    assert naive_norm([TINY, TINY]) == 0 < norm([TINY, TINY])


# Sums


def test_ten_million_tenths():
    x = np.full(10_000_000, 0.1, dtype=np.float32)
    assert running_sum(x) == 1_087_937
    assert pairwise_sum(x) == pytest.approx(1e6, abs=0.2)


def test_small_sums():
    for function in (running_sum, pairwise_sum):
        assert function([]) == 0
        assert function([1, 2, 3, 4, 5]) == 15
        assert function([7.0]) == 7
        assert type(function([1.0])) is float
        with refuses(ValueError, "x must have shape (d,), but its shape is (1, 2)"):
            function([[1.0, 2.0]])


@given(st.integers(0, 300), seeds, st.sampled_from([np.float32, np.float64]))
def test_pairwise_sums_keep_the_bound_of_their_rounds(n, seed, kind):
    x = normal(n, seed=seed).astype(kind)
    exact = sum((Fraction(float(each)) for each in x), Fraction(0))
    rounds = math.ceil(math.log2(n)) if n > 1 else 0
    unit = float(np.finfo(kind).eps) / 2
    bound = 1.01 * rounds * unit * float(np.abs(x).astype(float).sum())
    assert abs(Fraction(pairwise_sum(x)) - exact) <= bound
    running = 0
    for each in x:
        running = kind(running + each)
    assert running_sum(x) == running


# Conditioning


@pytest.mark.parametrize(
    ("n", "expected"),
    [(1, 1), (2, 19.2815), (5, 4.766e5), (8, 1.526e10), (10, 1.602e13)],
)
def test_hilbert_s_condition_numbers(n, expected):
    assert condition_number(hilbert(n)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_hilbert_s_inverse_is_exact(n):
    exact, known = range(n), hilbert_inverse(n).astype(np.int64).tolist()
    for i in exact:
        row = [Fraction(1, i + k + 1) for k in exact]
        product = [sum(row[k] * known[k][j] for k in exact) for j in exact]
        assert product == [int(i == j) for j in exact]


def test_hilbert_s_condition_number_without_rounding():
    known = np.linalg.norm(hilbert(12), 2) * np.linalg.norm(hilbert_inverse(12), 2)
    assert known == pytest.approx(1.713e16, rel=1e-3)
    assert condition_number(hilbert(10)) == pytest.approx(
        np.linalg.norm(hilbert(10), 2) * np.linalg.norm(hilbert_inverse(10), 2),
        rel=1e-3,
    )


def test_small_integers_count_rows_as_any():
    assert_array_equal(hilbert(np.int8(127)), hilbert(127))
    assert_array_equal(hilbert_inverse(np.int8(127)), hilbert_inverse(127))


def test_hilbert_12_is_beyond_the_digits():
    assert condition_number(hilbert(12)) > 5e15
    with refuses(ValueError, "n must be at least 1, but is 0"):
        hilbert_inverse(0)
    with refuses(ValueError, "n must be at least 1, but is 0"):
        hilbert(0)
    with refuses(TypeError, "n must be a whole number >= 0, but is 2.5"):
        hilbert(2.5)


@given(st.integers(0, 5), st.integers(1, 5), seeds)
def test_the_normal_equations_square_the_condition_number(extra, n, seed):
    X = normal(n + extra, n, seed=seed)
    kappa = condition_number(X)
    if kappa < 1e5:
        assert condition_number(X.T @ X) == pytest.approx(kappa**2, rel=1e-4)


def test_condition_numbers_at_the_edges():
    assert condition_number(rotation(0.3)) == pytest.approx(1, rel=1e-14)
    assert condition_number(np.zeros((2, 2))) == np.inf
    assert condition_number([[1, 2]]) == np.inf
    assert condition_number([[1], [2]]) == pytest.approx(1)


@given(sizes, seeds)
def test_the_condition_number_bounds_the_move(n, seed):
    A, x, noise = (normal(n, n, seed=seed), *normal(2, n, seed=seed + 1))
    b = A @ x
    moved = np.linalg.norm(np.linalg.solve(A, noise)) / np.linalg.norm(x)
    bound = condition_number(A) * np.linalg.norm(noise) / np.linalg.norm(b)
    assert moved <= bound * (1 + 1e-6)


@pytest.mark.parametrize("n", [5, 8, 10, 12])
def test_on_hilbert_only_the_residual_is_small(n):
    A = hilbert(n)
    b = A @ np.ones(n)
    x = lu_solve(lu(A), b)
    assert np.abs(A @ x - b).max() <= 1e-15 * np.abs(x).max() * n
    assert error(x, np.ones(n)) <= 10 * condition_number(A) * 2.2e-16


# What all share


def test_inputs_are_left_alone():
    A, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 2.0, 3.0])
    condition_number(A)
    for function in (naive_norm, running_sum, pairwise_sum, spacing):
        function(x)
    rounded_to(x, "float16")
    assert_array_equal(A, [[1, 2], [3, 4]])
    assert_array_equal(x, [1, 2, 3])


def test_what_has_no_condition_number_is_refused():
    with refuses(TypeError, "A must hold real numbers, but holds complex128"):
        condition_number([[1j]])
    with refuses(TypeError, "A must hold real numbers, but holds text"):
        condition_number([["1"]])
    with refuses(ValueError, "A must not be empty, but its shape is (0, 0)"):
        condition_number(np.zeros((0, 0)))
    with refuses(ValueError, "A must be finite"):
        condition_number([[np.inf]])
    with refuses(ValueError, "v must have shape (d,), but its shape is (1, 2)"):
        naive_norm([[1.0, 2.0]])


def test_huge_entries_have_a_finite_condition():
    A = np.where(np.eye(3) == 1, 0.7, 1.7)
    assert condition_number(A * 1e308) == pytest.approx(condition_number(A))


def test_more_than_64_bits_are_not_rounded_twice_to_other_kinds():
    x = np.array([0.1], np.longdouble)
    assert rounded_to(x, "float32").dtype == float
    assert_array_equal(rounded_to(x, "float32"), np.float32([0.1]))
    tie = np.longdouble(1 + 2.0**-11)  # between two numbers of 16 bits
    for x in (tie + np.longdouble(2.0**-60), tie, tie - np.longdouble(2.0**-60)):
        assert rounded_to(x, "float16") == (1 + 2.0**-10 if x > tie else 1)


def test_sums_keep_the_kind_of_what_is_no_array():
    class Table:
        def __array__(self, dtype=None, copy=None):
            return np.full(10, 0.1, np.float32)

    for add_up in (running_sum, pairwise_sum):
        assert add_up(Table()) == add_up(np.full(10, 0.1, np.float32))


def test_an_inverse_beyond_the_largest_float_names_n():
    with refuses(OverflowError, "n must be smaller than 210: the largest entry of"):
        hilbert_inverse(210)
