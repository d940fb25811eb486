"""Check arguments at the door, and say plainly what is wrong.

Shapes are written as in the docstrings: ``"n d"`` means (n, d), ``"n"`` means (n,),
``""`` a single number, ``"3"`` exactly three. A letter stands for one size per call.

Every check takes its arguments by name, since the message begins with the name. A wrong
kind is a TypeError, a wrong shape or value a ValueError. What checks a number hands it
back as Python's own: one of few bits, or a fraction, would spoil what it meets.

Reading order: ``as_floats``, ``guarded``, ``check_shapes``, then the checks of values.
"""

import functools
import math
from collections.abc import Mapping
from numbers import Integral, Real
from types import ModuleType

import numpy as np

# How far the entries of a table may miss the sum 1, and how far by rounding alone.
SUM_TOLERANCE, SUM_ROUNDING = 1e-9, 1e-12
# How far two mirrored entries of a symmetric matrix may differ, relative to the largest
# entries of the two rows that meet there; and a rounding of its largest entry besides.
SYMMETRIC = 1e-8
ROUNDING = np.finfo(float).eps
# What has a length and entries, but is no series of things in order.
NO_SERIES = str | bytes | bytearray | Mapping | set | frozenset | type


def as_floats(x, name="the array"):
    """x as an array of floats; what stands for an array (a Tensor, a Dual) stays.

    Tables with labels (a pandas Series, say) become arrays: labels would match entries
    by their name, not by their place.

    Parameters
    ----------
    x : array, table, or nested lists of real numbers
    name : str
        What the message calls x.

    Returns
    -------
    array of float64, of the shape of x
        x itself where it is such an array already: no copy.

    Raises
    ------
    TypeError
        If x holds text, complex numbers or other objects.
    ValueError
        If the rows of x differ in length, or an entry is masked.

    Examples
    --------
    >>> as_floats([1, 2])
    array([1., 2.])
    >>> as_floats([1j], name="start")
    Traceback (most recent call last):
    TypeError: start must hold real numbers, but holds complex128
    """
    if type(x) is np.ndarray and x.dtype == float:  # most are: ask no more
        return x
    if stands_for_array(x):
        return x
    return as_numbers(x, name).astype(float, copy=False)


def as_matrix(A, name="the matrix"):
    """A as a matrix of finite numbers, with at least one row and one column.

    Parameters
    ----------
    A : array, table, or nested lists of real numbers
    name : str
        What the message calls A.

    Returns
    -------
    (m, n) array of float64
        A itself where it is such an array already: no copy.

    Raises
    ------
    TypeError, ValueError
        As for ``as_floats``, or if A is empty, no matrix or not finite.

    Examples
    --------
    >>> as_matrix([[1, 2]])
    array([[1., 2.]])
    >>> as_matrix([[]], name="X")
    Traceback (most recent call last):
    ValueError: X must not be empty, but its shape is (1, 0)
    """
    A = as_floats(A, name)
    if A.size == 0:
        raise ValueError(f"{name} must not be empty, but its shape is {A.shape}")
    check_shapes(**{name: (A, "m n")})
    check_finite(**{name: A})
    return A


def as_square(A, name="A"):
    """A as a square matrix of finite numbers, with at least one row.

    Parameters
    ----------
    A : array, table, or nested lists of real numbers
    name : str
        What the message calls A.

    Returns
    -------
    (d, d) array of float64
        A itself where it is such an array already: no copy.

    Raises
    ------
    TypeError, ValueError
        As for ``as_matrix``, or if A is not square.

    Examples
    --------
    >>> as_square([[1, 2, 3], [4, 5, 6]])
    Traceback (most recent call last):
    ValueError: A must have shape (d, d), but its shape is (2, 3)
    """
    A = as_floats(A, name)
    check_shapes(**{name: (A, "d d")})
    return as_matrix(A, name)


def as_symmetric(A, name="A"):
    """A as a symmetric matrix: what rounding left between A and its transpose is gone.

    Parameters
    ----------
    A : (d, d) array, table, or nested lists of real numbers
    name : str
        What the message calls A.

    Returns
    -------
    (d, d) symmetric array of float64
        A itself where it is such an array already: no copy.

    Raises
    ------
    TypeError, ValueError
        As for ``as_square``, or if A is not symmetric.

    Examples
    --------
    >>> as_symmetric([[2, 1], [1, 3]])
    array([[2., 1.],
           [1., 3.]])
    """
    A = as_square(A, name)
    halves = np.abs(A / 2 - A.T / 2)  # half of each gap: a whole one may overflow
    rows = np.sqrt(np.maximum(np.abs(A).max(axis=0), np.abs(A).max(axis=1)))
    allowed = SYMMETRIC * np.outer(rows, rows) + ROUNDING * np.abs(A).max()
    if (halves > allowed / 2).any():
        raise ValueError(
            f"{name} must be symmetric, but differs from its transpose by "
            f"{2 * float(halves.max()):.3g}: use ({name} + {name}.T) / 2"
        )
    return A if np.array_equal(A, A.T) else A / 2 + A.T / 2


def as_numbers(x, name="the array", *, or_complex=False):
    """x as an array of numbers of whatever kind it has: for labels and counts.

    Parameters
    ----------
    x : array, table, or nested lists of real numbers
    name : str
        What the message calls x.
    or_complex : bool
        Whether complex numbers will do, too.

    Returns
    -------
    array of booleans, integers or floats, of the shape of x
        Or of complex numbers, where they will do.

    Raises
    ------
    TypeError, ValueError
        As for ``as_floats``.

    Examples
    --------
    >>> as_numbers([2, 0, 1])
    array([2, 0, 1])
    """
    if _is_masked(x):
        raise ValueError(
            f"{name} must have all its entries, but some are masked: "
            f"use {name}.compressed() or {name}.filled(value)"
        )
    wanted = f"{name} must hold {'numbers' if or_complex else 'real numbers'}"
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"{name} must have rows of one length: {error}") from None
    except (TypeError, RuntimeError) as error:  # what refuses to become an array
        raise TypeError(f"{wanted}, but {error}") from None
    if array.dtype.kind not in ("biufc" if or_complex else "biuf"):
        kind = "text" if array.dtype.kind in "SU" else array.dtype
        raise TypeError(f"{wanted}, but holds {kind}")
    return array


def as_vector(x, name="the array"):
    """x as an array of finite floats of shape (k,).

    Parameters
    ----------
    x : (k,) array
    name : str
        What the message calls x.

    Returns
    -------
    (k,) array

    Raises
    ------
    TypeError, ValueError
        As for ``as_floats``; or if x has another shape, or an entry is not finite.

    Examples
    --------
    >>> as_vector([1, 2])
    array([1., 2.])
    """
    x = as_floats(x, name)
    check_shapes(**{name: (x, "k")})
    check_finite(**{name: x})
    return x


def as_samples(X, y):
    """Samples and their targets as arrays of finite floats that fit together.

    Parameters
    ----------
    X : (n, d) array
        A sample is a row; n and d at least 1.
    y : (n,) array

    Returns
    -------
    X : (n, d) array
    y : (n,) array

    Raises
    ------
    TypeError, ValueError
        If one holds no numbers, the shapes do not fit, an entry is not finite, or X is
        empty.

    Examples
    --------
    >>> as_samples([[1, 2]], [3])
    (array([[1., 2.]]), array([3.]))
    """
    X, y = as_floats(X, "X"), as_floats(y, "y")
    check_shapes(X=(X, "n d"), y=(y, "n"))
    check_finite(X=X, y=y)
    if not X.size:
        raise ValueError(f"X must hold at least one number, but its shape is {X.shape}")
    return X, y


def as_slopes(slopes, name, shape):
    """Slopes as an array of one shape: any other would broadcast.

    Parameters
    ----------
    slopes : array
    name : str
        What the message calls them.
    shape : tuple of int
        The shape wanted.

    Returns
    -------
    array of that shape

    Raises
    ------
    TypeError, ValueError
        As for ``as_floats``; or if the shape is another.

    Examples
    --------
    >>> as_slopes([1, 2], "dY", (2,))
    array([1., 2.])
    """
    slopes = as_floats(slopes, name)
    if slopes.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, but has {slopes.shape}")
    return slopes


def as_single(x, name):
    """The one number that x holds, as a plain float.

    Parameters
    ----------
    x : number, or array of one entry
    name : str
        What the message calls x.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As for ``as_floats``; or if x holds more than one number, or none.

    Examples
    --------
    >>> as_single([[2]], "the value")
    2.0
    >>> as_single([1, 2], "the value")
    Traceback (most recent call last):
    ValueError: the value must be one number, but its shape is (2,)
    """
    x = as_floats(x, name)
    if x.size != 1:
        raise ValueError(f"{name} must be one number, but its shape is {x.shape}")
    return x.item()


def as_table(p, name):
    """The argument as a table of probabilities: an array of floats that sum to 1.

    Parameters
    ----------
    p : array
    name : str
        What the message calls p.

    Returns
    -------
    array of float64, of the shape of p
        Divided by its sum where that misses 1 by more than rounding does.

    Raises
    ------
    TypeError, ValueError
        As for ``as_floats``; or if an entry is negative or nan, or their sum is not 1,
        up to 1e-9.

    Examples
    --------
    >>> as_table([0.25, 0.75], "weather")
    array([0.25, 0.75])
    """
    p = as_floats(p, name)
    check_entries(p, name)
    total = p.sum()
    if not abs(total - 1) <= SUM_TOLERANCE:
        remedy = ": divide by its sum" if 0 < total < math.inf else ""
        raise ValueError(f"{name} must sum to 1, but sums to {total:.9g}{remedy}")
    return p if abs(total - 1) <= SUM_ROUNDING else p / total


def stands_for_array(x):
    """Whether x is what the library itself differentiates, a Tensor or a Dual.

    Such a class says so by its attribute ``stands_for_array = True``. That a class has
    numpy's protocols is not enough: a pandas Series has them too, but adds by labels.

    Parameters
    ----------
    x : object

    Returns
    -------
    bool

    Examples
    --------
    >>> stands_for_array(np.zeros(2)), stands_for_array([0.0, 0.0])
    (False, False)
    """
    return getattr(type(x), "stands_for_array", False) is True


def plain_number(total):
    """A plain float of what numpy summed up; a Tensor or a Dual stays one.

    Parameters
    ----------
    total : number, array of shape (), Tensor or Dual

    Returns
    -------
    float, Tensor or Dual

    Examples
    --------
    >>> plain_number(np.float64(0.5))
    0.5
    """
    return total if stands_for_array(total) else float(total)


def shown(thing, write=str):
    """A thing as it is written, or its type where it has too many digits for that.

    Parameters
    ----------
    thing : object
    write : callable
        ``str``, or ``repr`` where the kind of the thing should show.

    Returns
    -------
    str

    Examples
    --------
    >>> shown(3), shown("3", repr), shown(10**5000)
    ('3', "'3'", 'of type int and has too many digits to be shown')
    """
    try:
        return write(thing)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return f"of type {type(thing).__name__} and has too many digits to be shown"


def guarded(function):
    """The function, with the memory of both sides kept apart.

    It is handed copies of arrays, so it cannot change the caller's; and what it returns
    is copied, so a function that returns the same array each time changes no earlier
    result.

    Parameters
    ----------
    function : callable

    Returns
    -------
    callable
        With the same arguments and results; the arrays among them, also in a tuple or
        list, are copies.

    Examples
    --------
    >>> def doubled(x):
    ...     x *= 2
    ...     return x
    >>> x = np.array([1.0, 2.0])
    >>> guarded(doubled)(x), x
    (array([2., 4.]), array([1., 2.]))
    """

    @functools.wraps(function)
    def call(*arguments, **named):
        named = {name: copied(argument) for name, argument in named.items()}
        return copied(function(*map(copied, arguments), **named))

    return call


def guarded_gradient(gradient):
    """A gradient that leaves its argument alone, and is refused in another shape.

    Parameters
    ----------
    gradient : function of an array
        Returns an array of the same shape.

    Returns
    -------
    function of an array

    Examples
    --------
    >>> guarded_gradient(lambda w: 2 * w)([1, 2])
    array([2., 4.])
    """
    gradient = guarded(gradient)

    def slope(w):
        w = as_floats(w, "w")
        return as_slopes(gradient(w), "what gradient returns", w.shape)

    return slope


def copied(x):
    """A copy of an array, or of each array in a tuple or list; else x itself.

    Parameters
    ----------
    x : object

    Returns
    -------
    object of the kind of x

    Examples
    --------
    >>> x = np.zeros(2)
    >>> copied(x) is x, copied("text")
    (False, 'text')
    """
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, tuple | list):
        make = getattr(type(x), "_make", type(x))  # a NamedTuple takes no iterable
        return make(map(copied, x))
    return x


def check_shapes(**arguments):
    """Match arguments against shape patterns, and return the size of each letter.

    Parameters
    ----------
    **arguments : (array, pattern)
        The argument's name, its value, and the pattern its shape must match.

    Returns
    -------
    dict of str to int
        The size that each letter stands for.

    Raises
    ------
    ValueError
        If a shape does not match its pattern, or a letter stands for two sizes. Where
        a column is given for a vector, or a vector for a matrix, with the remedy.

    Examples
    --------
    >>> X, y = np.zeros((5, 2)), np.zeros(4)
    >>> check_shapes(X=(X, "n d"))
    {'n': 5, 'd': 2}
    >>> check_shapes(X=(X, "n d"), y=(y, "n"))
    Traceback (most recent call last):
    ValueError: y must have shape (n,) with n = 5, but its shape is (4,)
    >>> check_shapes(X=(y, "n d"))
    Traceback (most recent call last):
    ValueError: X must have shape (n, d), but its shape is (4,): use X[:, None]
    """
    sizes = {}
    for name, (array, pattern) in arguments.items():
        letters, known = pattern.split(), dict(sizes)
        if not _fits(letters, array.shape, sizes):
            raise ValueError(_mismatch(name, letters, known, array.shape))
    return sizes


def check_finite(**arrays):
    """Check that arrays hold neither inf nor nan.

    Parameters
    ----------
    **arrays : array of floats

    Raises
    ------
    ValueError
        If one does; the message counts the entries and names the first.
    """
    for name, array in arrays.items():
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            where = f"the first at index {tuple(bad[0].tolist())}"
            raise ValueError(
                f"{name} must be finite, but {len(bad)} of its {array.size} entries "
                f"are not, {where}"
            )


def check_none_negative(**arrays):
    """Check that no entry of an array is negative.

    Parameters
    ----------
    **arrays : array of floats

    Raises
    ------
    ValueError
        If one is; the message shows the lowest.

    Examples
    --------
    >>> check_none_negative(variance=np.array([1.0, -2.0]))
    Traceback (most recent call last):
    ValueError: variance must be >= 0, but holds -2
    """
    for name, array in arrays.items():
        if (array < 0).any():
            raise ValueError(f"{name} must be >= 0, but holds {array.min():g}")


def check_number(**numbers):
    """Check that each argument is a finite number.

    Parameters
    ----------
    **numbers : float

    Returns
    -------
    float, or tuple of float
        The numbers as Python's own, in their order.

    Raises
    ------
    TypeError
        If one is not a real number (a bool is none).
    ValueError
        If one is infinite or nan.
    """
    return _plain_reals(numbers, "a finite number", math.isfinite)


def check_positive(**numbers):
    """Check that each argument is a finite number > 0.

    Parameters
    ----------
    **numbers : float

    Returns
    -------
    float, or tuple of float
        The numbers as Python's own, in their order.

    Raises
    ------
    TypeError
        If one is not a real number (a bool is none).
    ValueError
        If one is zero, negative, infinite or nan.

    Examples
    --------
    >>> check_positive(curvature=0)
    Traceback (most recent call last):
    ValueError: curvature must be a finite number > 0, but is 0
    """
    return _plain_reals(numbers, "a finite number > 0", lambda x: 0 < x < math.inf)


def check_not_negative(**numbers):
    """Check that each argument is a finite number >= 0.

    Parameters
    ----------
    **numbers : float

    Returns
    -------
    float, or tuple of float
        The numbers as Python's own, in their order.

    Raises
    ------
    TypeError
        If one is not a real number (a bool is none).
    ValueError
        If one is negative, infinite or nan.
    """
    return _plain_reals(numbers, "a finite number >= 0", lambda x: 0 <= x < math.inf)


def check_between(low, high, **numbers):
    """Check that each argument lies strictly between low and high.

    Parameters
    ----------
    low, high : float
    **numbers : float

    Returns
    -------
    float, or tuple of float
        The numbers as Python's own, in their order.

    Raises
    ------
    TypeError
        If one is not a real number (a bool is none).
    ValueError
        If one is at most low, at least high, or nan.

    Examples
    --------
    >>> check_between(0, 1, factor=1.5)
    Traceback (most recent call last):
    ValueError: factor must be a number between 0 and 1, both excluded, but is 1.5
    """
    wanted = f"a number between {low} and {high}, both excluded"
    return _plain_reals(numbers, wanted, lambda x: low < x < high)


def check_count(**numbers):
    """Check that each argument is a whole number >= 0.

    Parameters
    ----------
    **numbers : int

    Returns
    -------
    int, or tuple of int
        The numbers as Python's own, in their order.

    Raises
    ------
    TypeError
        If one is not an integer (2.0 is none, nor is True).
    ValueError
        If one is negative.

    Examples
    --------
    >>> check_count(steps=1e3)
    Traceback (most recent call last):
    TypeError: steps must be a whole number >= 0, but is 1000.0: use int(1000.0)
    """
    for name, number in numbers.items():
        _check_kind(name, number, Integral, "a whole number >= 0")
        if number < 0:
            raise ValueError(
                f"{name} must be a whole number >= 0, but is {shown(number)}"
            )
    return _handed_back([int(number) for number in numbers.values()])


def check_least(least, **numbers):
    """Check that each argument is a whole number >= least.

    Parameters
    ----------
    least : int
    **numbers : int

    Returns
    -------
    int, or tuple of int
        The numbers as Python's own, in their order.

    Raises
    ------
    TypeError
        If one is not an integer.
    ValueError
        If one is smaller.

    Examples
    --------
    >>> check_least(2, folds=1)
    Traceback (most recent call last):
    ValueError: folds must be at least 2, but is 1
    """
    plain = check_count(**numbers)
    for name, number in numbers.items():
        if number < least:
            raise ValueError(f"{name} must be at least {least}, but is {number}")
    return plain


def check_callable(**functions):
    """Check that each argument can be called.

    Parameters
    ----------
    **functions : function

    Raises
    ------
    TypeError
        If one cannot.

    Examples
    --------
    >>> check_callable(gradient=np.zeros(2))
    Traceback (most recent call last):
    TypeError: gradient must be a function, but is of type ndarray
    """
    for name, function in functions.items():
        if not callable(function):
            kind = type(function).__name__
            raise TypeError(f"{name} must be a function, but is of type {kind}")


def check_fields(fields, **things):
    """Check that each argument has these fields, as the book's NamedTuples have.

    Parameters
    ----------
    fields : str
        Their names, with spaces between them.
    **things : object

    Raises
    ------
    TypeError
        If one lacks a field.

    Examples
    --------
    >>> check_fields("f df", activation=np.tanh)
    Traceback (most recent call last):
    TypeError: activation must have the fields f and df, but is of type ufunc
    """
    names = fields.split()
    for name, thing in things.items():
        if not all(hasattr(thing, field) for field in names):
            wanted = f"field{'s' * (len(names) > 1)} {' and '.join(names)}"
            kind = type(thing).__name__
            raise TypeError(f"{name} must have the {wanted}, but is of type {kind}")


def check_series(**things):
    """Check that each argument is a list, or another series of things in order.

    Parameters
    ----------
    **things : list, tuple, or array with an axis

    Raises
    ------
    TypeError
        If one is none: a number, text, a dictionary, or a set, say, which has no order.

    Examples
    --------
    >>> check_series(layers=None)
    Traceback (most recent call last):
    TypeError: layers must be a list, but is of type NoneType
    """
    for name, thing in things.items():
        series = hasattr(thing, "__len__") and hasattr(thing, "__iter__")
        if not series or isinstance(thing, NO_SERIES) or _is_single(thing):
            kind = type(thing).__name__
            raise TypeError(f"{name} must be a list, but is of type {kind}")


def check_choice(choices, **things):
    """Check that each argument is one of some choices.

    Parameters
    ----------
    choices : tuple
    **things : object

    Raises
    ------
    ValueError
        If one is none of them.

    Examples
    --------
    >>> check_choice((True, False), ordered=None)
    Traceback (most recent call last):
    ValueError: ordered must be True or False, but is None
    """
    for name, thing in things.items():
        if not any(type(thing) is type(each) and thing == each for each in choices):
            allowed = " or ".join(map(str, choices))
            raise ValueError(f"{name} must be {allowed}, but is {shown(thing, repr)}")


def check_sizes(**shapes):
    """Check that each argument is a list of shapes, tuples of whole numbers >= 0.

    Parameters
    ----------
    **shapes : list of tuples of int

    Returns
    -------
    list of tuples of int, or tuple of such lists
        The shapes with sizes of Python's own: 8 bits may be too few for a product.

    Raises
    ------
    TypeError, ValueError
        If one is none.

    Examples
    --------
    >>> check_sizes(shapes=[(2, 3), (3.0,)])
    Traceback (most recent call last):
    TypeError: each of shapes must be a whole number >= 0, but is 3.0: use int(3.0)
    """
    check_series(**shapes)
    return _handed_back(
        [
            [_sizes(f"each of {name}", shape) for shape in every]
            for name, every in shapes.items()
        ]
    )


def check_entries(array, name, most=math.inf):
    """Check that no entry is negative, too large or nan; the message shows one that is.

    Parameters
    ----------
    array : array of floats
    name : str
        What the message calls it.
    most : float
        The largest number allowed.

    Raises
    ------
    ValueError
        If one is.

    Examples
    --------
    >>> check_entries(np.array([0.5, 1.5]), "chances", most=1)
    Traceback (most recent call last):
    ValueError: chances must hold numbers from 0 to 1, but one is 1.5
    """
    bad = array[~((array >= 0) & (array <= most))]
    if bad.size:
        wanted = ">= 0" if most == math.inf else f"from 0 to {most}"
        raise ValueError(f"{name} must hold numbers {wanted}, but one is {bad[0]:g}")


def check_labels(labels, classes, name="labels"):
    """Check that labels are whole numbers in 0 … classes − 1.

    Parameters
    ----------
    labels : array
    classes : int
    name : str
        What the message calls them.

    Raises
    ------
    ValueError
        If one is not. (−1 would quietly index the last class.)
    """
    whole = np.issubdtype(labels.dtype, np.integer)
    if not whole or (labels.size and not 0 <= labels.min() <= labels.max() < classes):
        allowed = f"whole numbers in 0 … {classes - 1}"
        raise ValueError(f"{name} must be {allowed}, but are {labels}")


def _is_masked(x):
    """A mask says that a number is missing; an array of floats cannot say so."""
    if isinstance(x, list | tuple):
        return any(map(_is_masked, x))
    return isinstance(x, np.ma.MaskedArray) and np.ma.is_masked(x)


def _is_single(thing):
    """Whether it is an array, or a tensor of any library, without an axis."""
    return getattr(thing, "ndim", None) == 0


def _fits(letters, shape, sizes):
    """Whether a shape matches; the size of each new letter is noted in sizes."""
    if len(letters) != len(shape):
        return False
    return all(
        size == (int(letter) if letter.isdigit() else sizes.setdefault(letter, size))
        for letter, size in zip(letters, shape, strict=True)
    )


def _mismatch(name, letters, known, shape):
    pattern = f"({', '.join(letters)}{',' * (len(letters) == 1)})"
    sizes = ", ".join(f"{x} = {known[x]}" for x in dict.fromkeys(letters) if x in known)
    wanted = f"{pattern} with {sizes}" if sizes else pattern
    remedy = _remedy(name, letters, known, shape) if name.isidentifier() else ""
    return f"{name} must have shape {wanted}, but its shape is {shape}{remedy}"


def _remedy(name, letters, known, shape):
    """What turns a column into the vector wanted, or a vector into the matrix."""
    size = math.prod(shape)
    if len(shape) == 2 and 1 in shape and _fits(letters, (size,), dict(known)):
        return f": use {name}.ravel()"
    if len(shape) == 1 and _fits(letters, (size, 1), dict(known)):
        return f": use {name}[:, None]"
    return ""


def _plain_reals(numbers, wanted, fits):
    """The numbers as floats, once each of them fits."""
    floats = []
    for name, number in numbers.items():
        _check_kind(name, number, Real, wanted)
        try:
            floats.append(float(number))
        except OverflowError:
            kind = type(number).__name__
            raise ValueError(
                f"{name} must be {wanted}, but is of type {kind} and too large for a "
                f"float"
            ) from None
        if not fits(floats[-1]):
            raise ValueError(f"{name} must be {wanted}, but is {shown(number)}")
    return _handed_back(floats)


def _sizes(name, shape):
    check_series(**{name: shape})
    return tuple(check_count(**{name: size}) for size in shape)


def _handed_back(numbers):
    """The one number, or a tuple of all."""
    return numbers[0] if len(numbers) == 1 else tuple(numbers)


def _check_kind(name, number, kind, wanted):
    if isinstance(number, kind) and not isinstance(number, bool):
        return
    whole = isinstance(number, float) and number.is_integer()
    remedy = f": use int({number})" if kind is Integral and whole else ""
    raise TypeError(f"{name} must be {wanted}, but is {shown(number, repr)}{remedy}")


def or_nan(solver, *arrays):
    """Return what a function of `numpy.linalg` finds, or nan where there is nothing.

    Where numpy raises, as for a singular matrix, it gives nan in a page that runs:
    WebAssembly keeps no note of what went wrong. Whoever calls asks for nan.

    Parameters
    ----------
    solver : callable
        Such as ``np.linalg.solve``.
    arrays : array_like
        Its arguments.

    Returns
    -------
    array
        The answer; nan, in one entry or in all, where there is none.

    Examples
    --------
    >>> or_nan(np.linalg.inv, np.eye(1))
    array([[1.]])
    >>> bool(np.isnan(or_nan(np.linalg.inv, np.zeros((1, 1)))).all())
    True
    """
    try:
        return solver(*arrays)
    except np.linalg.LinAlgError:
        return np.nan


def check_rng(rng):
    """Refuse an rng that cannot draw; np.random too: it draws without a seed."""
    draws = hasattr(rng, "uniform") and hasattr(rng, "normal")
    if not draws or isinstance(rng, ModuleType | type):  # a class is not yet one
        raise TypeError(
            f"rng must be a random generator, but is {shown(rng, repr)}: "
            f"use np.random.default_rng(0)"
        )


def check_generator(rng):
    """Refuse an rng that cannot shuffle rows: numpy's older RandomState cannot."""
    check_rng(rng)
    if not hasattr(rng, "permuted"):
        raise TypeError(
            f"rng must be a numpy.random.Generator, but is {shown(rng, repr)}: "
            f"use np.random.default_rng(0)"
        )
