"""The checks at the door: what passes, and what is refused in which words."""

import re
from decimal import Decimal
from fractions import Fraction
from functools import partial
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathlib.checks import (
    as_floats,
    as_matrix,
    as_numbers,
    as_samples,
    as_slopes,
    as_square,
    as_symmetric,
    as_table,
    as_vector,
    check_between,
    check_callable,
    check_choice,
    check_count,
    check_entries,
    check_fields,
    check_finite,
    check_generator,
    check_labels,
    check_least,
    check_none_negative,
    check_not_negative,
    check_number,
    check_positive,
    check_series,
    check_shapes,
    check_sizes,
    guarded,
    guarded_gradient,
    plain_number,
    stands_for_array,
)
from mathlib.derivatives import simpson
from mathlib.singular_values import best_rank
from mathlib.tensor import Tensor
from mathlib.vectors import norm


def refuses(error, message):
    return pytest.raises(error, match=f"^{re.escape(message)}$")


class Actor(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for an array, as a Tensor does."""

    stands_for_array = True

    def __array_ufunc__(self, *arguments, **options):
        return NotImplemented


def test_as_floats_makes_floats_and_copies_no_floats():
    assert as_floats([[1, 2]]).dtype == float
    assert as_floats(np.array([True, False])).tolist() == [1.0, 0.0]
    assert as_floats(np.float32(0.5)) == 0.5
    x = np.zeros(3)
    assert as_floats(x) is x


def test_as_floats_lets_an_array_actor_pass():
    actor = Actor()
    assert as_floats(actor) is actor


def test_a_matrix_is_finite_and_not_empty():
    A = np.ones((2, 3))
    assert as_matrix(A) is A
    assert as_matrix([[1, 2]]).dtype == float
    with refuses(ValueError, "A must not be empty, but its shape is (0, 2)"):
        as_matrix(np.ones((0, 2)), "A")
    with refuses(
        ValueError, "A must have shape (m, n), but its shape is (2,): use A[:, None]"
    ):
        as_matrix([1, 2], "A")
    with pytest.raises(ValueError, match=r"^the matrix must be finite, but 1 of its 2"):
        as_matrix([[1, np.nan]])


def test_a_square_matrix_has_as_many_rows_as_columns():
    A = np.ones((2, 2))
    assert as_square(A) is A
    with refuses(ValueError, "A must have shape (d, d), but its shape is (2, 3)"):
        as_square(np.ones((2, 3)))
    with refuses(ValueError, "A must not be empty, but its shape is (0, 0)"):
        as_square(np.ones((0, 0)))


def test_a_symmetric_matrix_is_its_transpose_but_for_rounding():
    A = np.array([[2.0, 1.0], [1.0, 3.0]])
    assert as_symmetric(A) is A
    rounded = as_symmetric([[2.0, 1.0 + 1e-9], [1.0, 3.0]])
    assert rounded[0, 1] == rounded[1, 0] == pytest.approx(1 + 5e-10, rel=1e-15)
    for gap, scale in ((1e-9, 1e300), (1e-9, 1e-300)):
        assert as_symmetric(scale * np.array([[1, gap], [0, 1]])).shape == (2, 2)
    assert as_symmetric([[1.0, 1e-16], [0.0, 0.0]])[1, 0] == 5e-17  # of the largest


@pytest.mark.parametrize(
    ("A", "gap"),
    [
        ([[2, 1], [0, 3]], "1"),
        ([[1, 1e-7], [0, 1]], "1e-07"),
        ([[1e12, 0, 0], [0, 1, 1e-3], [0, 0, 1]], "0.001"),  # small beside 1e12
        ([[0, 1e308], [-1e308, 0]], "inf"),
        (1e-200 * np.array([[1.0, 1e-3], [0.0, 1.0]]), "1e-203"),
    ],
)
def test_what_is_not_symmetric_is_refused_by_its_name(A, gap):
    message = f"H must be symmetric, but differs from its transpose by {gap}: "
    message += "use (H + H.T) / 2"
    with refuses(ValueError, message):
        as_symmetric(A, "H")


def test_the_smallest_of_floats_become_symmetric_too():
    A = as_symmetric([[5e-324, 5e-324], [0, 5e-324]])
    assert np.array_equal(A, A.T)


def test_a_symmetric_matrix_is_square():
    with refuses(ValueError, "H must have shape (d, d), but its shape is (2, 3)"):
        as_symmetric(np.ones((2, 3)), "H")
    with refuses(ValueError, "H must not be empty, but its shape is (0, 0)"):
        as_symmetric(np.ones((0, 0)), "H")


class Labeled:
    """A table with labels: it has numpy's protocols, and adds by its labels."""

    def __init__(self, entries):
        self.entries = entries

    def __array__(self, dtype=None, copy=None):
        return np.array(self.entries, dtype)

    def __array_ufunc__(self, *arguments, **options):
        raise AssertionError("labels were used")


def test_a_table_with_labels_becomes_an_array():
    table = Labeled([1, 2])
    assert not stands_for_array(table)
    assert type(as_floats(table)) is np.ndarray
    assert as_floats(table).tolist() == [1.0, 2.0]


def test_only_what_the_library_differentiates_stands_for_an_array():
    from mathlib.dual import Dual
    from mathlib.tensor import Tensor

    assert stands_for_array(Tensor(1.0))
    assert stands_for_array(Dual(1.0, 0.0))
    assert not stands_for_array(Tensor)
    assert not stands_for_array(np.ma.array([1.0]))


@pytest.mark.parametrize(
    "x",
    [
        np.ma.array([1.0, 2.0], mask=[False, True]),
        [1.0, np.ma.masked],
        [np.ma.array([1.0, 2.0], mask=[False, True]), [3.0, 4.0]],
        [[np.ma.array([1.0, 2.0], mask=[False, True])]],
        [[1.0, np.ma.masked]],
    ],
    ids=["array", "entry", "row", "row deep inside", "entry deep inside"],
)
def test_a_masked_entry_is_refused(x):
    message = (
        "y must have all its entries, but some are masked: "
        "use y.compressed() or y.filled(value)"
    )
    with refuses(ValueError, message):
        as_floats(x, "y")


def test_a_masked_array_without_a_mask_is_an_array():
    plain = as_floats(np.ma.array([1.0, 2.0], mask=False))
    assert type(plain) is np.ndarray
    assert plain.tolist() == [1.0, 2.0]


def test_a_guarded_function_changes_no_argument():
    def spoil(x, rows):
        x -= 1
        rows[0][:] = 0
        return x.sum()

    x, rows = np.array([1.0, 2.0]), [np.ones(2)]
    assert guarded(spoil)(x, rows) == 1.0
    assert x.tolist() == [1.0, 2.0]
    assert rows[0].tolist() == [1.0, 1.0]


def test_what_a_guarded_function_returns_is_its_callers():
    memory = np.zeros(2)

    def remember(x):
        memory[:] = x
        return memory, [memory]

    first, again = guarded(remember)(np.ones(2))
    guarded(remember)(np.full(2, 5.0))
    assert first.tolist() == again[0].tolist() == [1.0, 1.0]


def test_a_guarded_function_is_called_by_names_too():
    def spoil(x, by=1.0):
        x *= by
        return x

    x = np.ones(2)
    assert guarded(spoil)(x=x, by=3.0).tolist() == [3.0, 3.0]
    assert x.tolist() == [1.0, 1.0]


def test_a_guarded_function_keeps_kinds_and_name():
    from mathlib.gradient_descent import gradient_descent

    walk = gradient_descent(lambda w: w, start=[1.0], rate=0.5, steps=1)
    assert type(guarded(lambda: walk)()) is type(walk)
    assert guarded(as_floats).__name__ == "as_floats"
    actor = Actor()
    assert guarded(lambda x: x)(actor) is actor


def test_a_plain_number_is_a_float_or_stays():
    assert type(plain_number(np.float32(0.5))) is float
    assert type(plain_number(np.array(1))) is float
    actor = Actor()
    assert plain_number(actor) is actor


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ("12", TypeError, "start must hold real numbers, but holds text"),
        (["1", "2"], TypeError, "start must hold real numbers, but holds text"),
        (b"12", TypeError, "start must hold real numbers, but holds text"),
        (None, TypeError, "start must hold real numbers, but holds object"),
        ([Decimal(1)], TypeError, "start must hold real numbers, but holds object"),
        (1j, TypeError, "start must hold real numbers, but holds complex128"),
    ],
    ids=["text", "texts", "bytes", "None", "Decimal", "complex"],
)
def test_as_floats_refuses_by_name(x, error, message):
    with refuses(error, message):
        as_floats(x, "start")


@pytest.mark.parametrize("error", [TypeError, RuntimeError])
def test_what_refuses_to_become_an_array_is_refused_by_name(error):
    class Stubborn:
        def __array__(self, dtype=None, copy=None):
            raise error("its graph would be lost")

    for x in (Stubborn(), [Stubborn()]):
        with refuses(
            TypeError, "w must hold real numbers, but its graph would be lost"
        ):
            as_floats(x, "w")


def test_as_floats_refuses_ragged_rows():
    with pytest.raises(ValueError, match=r"^X must have rows of one length"):
        as_floats([[1.0], [1.0, 2.0]], "X")


@given(st.lists(st.integers(0, 4), max_size=4))
def test_check_shapes_returns_the_size_of_each_letter(shape):
    letters = "abcd"[: len(shape)]
    sizes = check_shapes(x=(np.zeros(shape), " ".join(letters)))
    assert sizes == dict(zip(letters, shape, strict=True))


def test_check_shapes_takes_numbers_and_a_single_number():
    assert check_shapes(x=(np.zeros(()), ""), pairs=(np.zeros((7, 2)), "n 2")) == {
        "n": 7
    }


@pytest.mark.parametrize(
    ("shape", "pattern", "message"),
    [
        ((4,), "n", "it must have shape (n,) with n = 100, but its shape is (4,)"),
        (
            (100, 1),
            "n",
            "it must have shape (n,) with n = 100, but its shape is (100, 1): "
            "use it.ravel()",
        ),
        (
            (1, 100),
            "n",
            "it must have shape (n,) with n = 100, but its shape is (1, 100): "
            "use it.ravel()",
        ),
        (
            (4, 1),
            "n",
            "it must have shape (n,) with n = 100, but its shape is (4, 1)",
        ),
        (
            (100, 2),
            "n",
            "it must have shape (n,) with n = 100, but its shape is (100, 2)",
        ),
        (
            (100,),
            "n d",
            "it must have shape (n, d) with n = 100, but its shape is (100,): "
            "use it[:, None]",
        ),
        ((3,), "d d", "it must have shape (d, d), but its shape is (3,)"),
        ((2, 3), "d d", "it must have shape (d, d), but its shape is (2, 3)"),
        ((7, 3), "m 2", "it must have shape (m, 2), but its shape is (7, 3)"),
    ],
)
def test_check_shapes_says_what_is_wrong_and_the_remedy(shape, pattern, message):
    with refuses(ValueError, message):
        check_shapes(x=(np.zeros(100), "n"), it=(np.zeros(shape), pattern))


@given(st.integers(1, 9))
def test_the_remedies_of_check_shapes_are_remedies(n):
    column, flat = np.zeros((n, 1)), np.zeros(n)
    with pytest.raises(ValueError, match=r"use y\.ravel\(\)$"):
        check_shapes(y=(column, "n"))
    assert check_shapes(y=(column.ravel(), "n")) == {"n": n}
    with pytest.raises(ValueError, match=r"use X\[:, None\]$"):
        check_shapes(X=(flat, "n d"))
    assert check_shapes(X=(flat[:, None], "n d")) == {"n": n, "d": 1}


def test_what_is_no_variable_gets_no_remedy():
    message = "the gradient must have shape (d,), but its shape is (2, 1)"
    with refuses(ValueError, message):
        check_shapes(**{"the gradient": (np.zeros((2, 1)), "d")})


def test_check_finite_counts_and_names_the_first():
    check_finite(X=np.zeros((2, 2)), y=np.zeros(0))
    message = (
        "X must be finite, but 2 of its 4 entries are not, the first at index (0, 1)"
    )
    with refuses(ValueError, message):
        check_finite(X=np.array([[0.0, np.nan], [np.inf, 1.0]]))


def test_as_table_wants_probabilities_that_sum_to_1():
    assert as_table([[0.5, 0.0], [0.25, 0.25]], "joint").shape == (2, 2)
    with refuses(ValueError, "joint must sum to 1, but sums to 2: divide by its sum"):
        as_table([0.5, 1.5], "joint")
    with refuses(ValueError, "p must hold numbers >= 0, but one is -1"):
        as_table([2.0, -1.0], "p")


@pytest.mark.parametrize(
    ("p", "total"), [([0, 0], "0"), ([], "0"), ([1e308, 1e308], "inf")]
)
def test_no_table_is_told_to_divide_by_nothing_or_infinity(p, total):
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=f"^p must sum to 1, but sums to {total}$"),
    ):
        as_table(p, "p")


def test_check_entries_shows_one_that_is_out_of_range():
    check_entries(np.array([0.0, 7.0, np.inf]), "weights")
    check_entries(np.zeros(0), "weights", most=1)
    for bad, wanted in ((-1.0, ">= 0"), (np.nan, ">= 0")):
        with refuses(ValueError, f"w must hold numbers {wanted}, but one is {bad:g}"):
            check_entries(np.array([1.0, bad]), "w")
    with refuses(ValueError, "w must hold numbers from 0 to 1, but one is 2"):
        check_entries(np.array([1.0, 2.0]), "w", most=1)


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_check_number_refuses_what_is_not_finite(number):
    check_number(mean=-3, shift=0.5)
    with refuses(ValueError, f"mean must be a finite number, but is {number}"):
        check_number(mean=number)


@pytest.mark.parametrize("number", [1, 0.5, np.float64(1e-300), np.int64(3)])
def test_positive_numbers_pass(number):
    check_positive(rate=number)
    check_not_negative(rate=number)


@pytest.mark.parametrize("number", [0, -0.1, np.inf, -np.inf, np.nan])
def test_check_positive_refuses(number):
    message = f"rate must be a finite number > 0, but is {number}"
    with refuses(ValueError, message):
        check_positive(rate=number)


def test_check_not_negative_takes_zero_only_besides():
    check_not_negative(noise=0.0)
    for number in (-1e-300, np.inf, np.nan):
        message = f"noise must be a finite number >= 0, but is {number}"
        with refuses(ValueError, message):
            check_not_negative(noise=number)


@pytest.mark.parametrize("number", [0, 1, -0.5, 2.0, np.nan])
def test_check_between_refuses_the_ends_and_beyond(number):
    check_between(0, 1, factor=0.5)
    message = f"factor must be a number between 0 and 1, both excluded, but is {number}"
    with refuses(ValueError, message):
        check_between(0, 1, factor=number)


@pytest.mark.parametrize("value", [None, "0.1", True, [0.1], np.array([0.1]), 1j])
@pytest.mark.parametrize(
    "check", [check_number, check_positive, check_not_negative, check_count]
)
def test_what_is_no_number_is_of_the_wrong_kind(check, value):
    with pytest.raises(TypeError, match=r"^rate must be a .*, but is "):
        check(rate=value)


def test_check_count_wants_a_whole_number():
    check_count(steps=0, epochs=np.int32(7))
    with refuses(ValueError, "steps must be a whole number >= 0, but is -1"):
        check_count(steps=-1)
    with refuses(TypeError, "steps must be a whole number >= 0, but is 2.5"):
        check_count(steps=2.5)
    message = "steps must be a whole number >= 0, but is 2.0: use int(2.0)"
    with refuses(TypeError, message):
        check_count(steps=2.0)


def test_check_least_wants_a_whole_number_that_large():
    check_least(2, folds=2, parts=np.int64(5))
    with pytest.raises(ValueError, match=r"^parts must be at least 2, but is 1$"):
        check_least(2, folds=2, parts=1)
    with pytest.raises(TypeError, match=r"^folds must be a whole number >= 0, but is"):
        check_least(2, folds=2.0)


def test_check_callable_refuses_by_name():
    check_callable(f=abs, gradient=lambda x: x)
    with refuses(TypeError, "f must be a function, but is of type float"):
        check_callable(f=2.0)


def test_check_labels_passes_classes_only():
    check_labels(np.array([0, 2, 1]), 3)
    check_labels(np.array([], dtype=int), 3)
    for labels in ([0, 3], [-1, 0], [0.0, 1.0]):
        with pytest.raises(ValueError, match=r"labels must be whole numbers in 0 … 2"):
            check_labels(np.array(labels), 3)


@pytest.mark.parametrize(
    "thing",
    [
        *(None, "text", b"b", bytearray(b"b"), {}, {1, 2}, frozenset(), 1.0),
        *(np.array(1.0), Tensor(1.0), MappingProxyType({}), list),
    ],
)
def test_check_series_refuses_what_is_no_list(thing):
    kind = type(thing).__name__
    with refuses(TypeError, f"layers must be a list, but is of type {kind}"):
        check_series(layers=thing)


def test_check_series_takes_lists_tuples_and_arrays():
    check_series(a=[], b=(1, 2), c=np.zeros(2), d=[[1.0], [1.0, 2.0]])


def test_check_fields_names_them_all():
    message = "loss must have the fields value and gradient, but is of type NoneType"
    with refuses(TypeError, message):
        check_fields("value gradient", loss=None)
    with refuses(TypeError, "node must have the field name, but is of type int"):
        check_fields("name", node=1)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([2], "each of shapes must be a list, but is of type int"),
        ([("a",)], "each of shapes must be a whole number >= 0, but is 'a'"),
    ],
)
def test_check_sizes_refuses_by_name(shapes, message):
    with refuses(TypeError, message):
        check_sizes(shapes=shapes)


def test_check_choice_takes_no_stand_in():
    check_choice((True, False), ordered=True)
    with refuses(ValueError, "ordered must be True or False, but is 1"):
        check_choice((True, False), ordered=1)
    check_choice(("left", "right"), side="".join(["le", "ft"]))


def test_as_numbers_keeps_the_kind():
    assert as_numbers([1, 2]).dtype.kind == "i"
    with refuses(TypeError, "labels must hold real numbers, but holds text"):
        as_numbers(["a"], "labels")


def test_a_vector_is_finite_and_has_one_axis():
    assert as_vector([True, False], "w").tolist() == [1.0, 0.0]
    with refuses(ValueError, "w must have shape (k,), but its shape is ()"):
        as_vector(1.0, "w")
    with pytest.raises(ValueError, match=r"^w must be finite, but 1 of its 2 entries"):
        as_vector([np.nan, 1.0], "w")


def test_samples_fit_their_targets():
    X, y = as_samples([[1, 2], [3, 4]], [5, 6])
    assert (X.dtype, y.dtype) == (float, float)
    with pytest.raises(ValueError, match=r"^y must have shape \(n,\) with n = 1"):
        as_samples([[1.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"^X must hold at least one number, but its"):
        as_samples(np.ones((2, 0)), [1.0, 2.0])


def test_slopes_of_another_shape_are_refused():
    assert as_slopes([[1, 2]], "dY", (1, 2)).shape == (1, 2)
    with refuses(ValueError, "dY must have shape (2,), but has (1, 2)"):
        as_slopes([[1, 2]], "dY", (2,))


def test_a_guarded_gradient_changes_nothing_and_has_the_shape_of_its_argument():
    def careless(w):
        w *= 2
        return w

    w = np.ones(2)
    assert guarded_gradient(careless)(w).tolist() == [2.0, 2.0]
    assert w.tolist() == [1.0, 1.0]
    with refuses(ValueError, "what gradient returns must have shape (2,), but has ()"):
        guarded_gradient(np.sum)(w)


def test_check_none_negative_shows_the_lowest():
    check_none_negative(strengths=np.zeros(2), variance=np.empty(0))
    with refuses(ValueError, "strengths must be >= 0, but holds -2.5"):
        check_none_negative(strengths=np.array([1.0, -2.5, -1.0]))


@pytest.mark.parametrize(
    "number",
    [10**400, 10**5000, Fraction(10**400)],
    ids=["whole", "too long to be shown", "fraction"],
)
@pytest.mark.parametrize(
    "check",
    [check_number, check_positive, check_not_negative, partial(check_between, 0, 1)],
)
def test_a_number_too_large_for_a_float_is_refused_by_name(check, number):
    with pytest.raises(ValueError, match=r"^x must be a .*too large for a float$"):
        check(x=number)


@pytest.mark.parametrize(
    ("check", "number", "kind"),
    [
        (check_count, -(10**5000), "int"),
        (partial(check_least, 2), -(10**5000), "int"),
        (check_positive, Fraction(1, 10**5000), "Fraction"),
        (partial(check_between, 0, 1), Fraction(10**5000 + 1, 10**5000), "Fraction"),
    ],
    ids=["count", "least", "positive", "between"],
)
def test_a_number_too_long_to_be_shown_is_refused_by_name(check, number, kind):
    end = f"but is of type {kind} and has too many digits to be shown$"
    with pytest.raises(ValueError, match=f"^x must be a .*{end}"):
        check(x=number)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: check_count(x=Fraction(x, 3)),
        lambda x: check_positive(x=[x]),
        lambda x: check_choice((True, False), x=x),
        lambda x: check_generator(x),
        lambda x: norm([1.0], -x),
        lambda x: norm([1.0], [x]),
        lambda x: best_rank([[1.0]], x),
        lambda x: simpson(np.exp, 0, 1, pieces=x + 1),
    ],
)
def test_what_has_too_many_digits_is_refused_by_name_whatever_is_wrong(call):
    wanted = r"^(x|p|k|pieces|rng) must be .*has too many digits to be shown"
    with pytest.raises((TypeError, ValueError), match=wanted):
        call(10**5000)


def test_check_generator_wants_one_that_shuffles_rows():
    check_generator(np.random.default_rng(0))
    for rng in (np.random.RandomState(0), np.random, np.random.Generator, 0):
        with pytest.raises(TypeError, match=r"^rng must be .*default_rng\(0\)$"):
            check_generator(rng)


def test_numbers_are_handed_back_as_pythons_own():
    few, half = np.int8(7), np.float16(0.5)
    for found, kind in (
        (check_count(n=few), int),
        (check_least(2, n=few), int),
        (check_number(x=few), float),
        (check_positive(x=Fraction(7)), float),
        (check_not_negative(x=np.float16(7)), float),
        (check_between(6, 8, x=np.float32(7)), float),
    ):
        assert (type(found), found) == (kind, 7)
    assert check_count(n=few, k=0) == (7, 0)
    shapes = check_sizes(shapes=[np.array([7, 7], np.int8), (few,), []])
    assert shapes == [(7, 7), (7,), ()]
    assert {type(size) for shape in shapes for size in shape} == {int}
    assert check_number(low=half, high=1) == (0.5, 1.0)
