"""How two results are compared, and how things are put into words.

A result is a number, an array, or a tuple of such. A reader may give it in any style:
a list for an array, an array for a pair, a fraction for a number. `fitted` brings it
into the form of the right result, `misfit` says why it cannot, `agree` compares, `kind`
and `show` describe.
"""

import contextlib
import inspect
from decimal import Decimal
from numbers import Integral, Rational, Real

import numpy as np

SHORT = 11  # so many signs of a number are shown, even if they are more than its digits
ORDINALS = ("first", "second", "third", "fourth", "fifth")
NAMES = {str: "a string", dict: "a dictionary", set: "a set", type(...): "dots"}
HELD = {"b": "booleans", "c": "complex numbers", "U": "strings", "O": "objects"}


def fitted(model, value):
    """Return a result in the form of the model, or None if it cannot have it.

    Examples
    --------
    >>> fitted((1.0, 2.0), np.array([3, 4]))
    (3.0, 4.0)
    """
    if isinstance(model, tuple):
        parts = parts_of(value)
        if parts is None or len(parts) != len(model):
            return None
        fitting = tuple(map(fitted, model, parts))
        return None if any(part is None for part in fitting) else fitting
    numbers, whole = as_numbers(value), is_whole(model)
    if numbers is None or numbers.shape != np.shape(model):
        return None
    if whole and numbers.ndim == 0 and is_whole_float(numbers):
        return int(numbers)  # 14.0 is a whole number too
    if numbers.dtype.kind not in ("iu" if whole else "iuf"):
        return None
    if not whole:
        with np.errstate(over="ignore"):  # a long double may be too large for a float
            numbers = numbers.astype(float) + 0.0  # adding zero turns -0 into 0
    return numbers if numbers.ndim else numbers.item()


def parts_of(value):
    """Return the parts of what can be taken for several results, or None."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return None
    return list(value) if isinstance(value, (tuple, list, np.ndarray)) else None


def as_numbers(value):
    """Return a value as an array, fractions as floats, or None if it is not one."""
    if has_masked(value):
        return None
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):  # a ragged list, a formula
        return None
    if array.dtype.kind != "O":
        return array
    if not array.size or not all(map(is_real, array.flat)):
        return array
    whole = all(isinstance(each, Integral) for each in array.flat)
    for kind_of_number in (int, float) if whole else (float,):
        with contextlib.suppress(OverflowError, ValueError):  # too large, or no number
            return array.astype(kind_of_number)
    return array


def has_masked(value):
    """Return whether an entry of an array, or of a list of such, is masked: missing."""
    if isinstance(value, (list, tuple)):
        return any(map(has_masked, value))
    return isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value)


def is_real(value):
    """Return whether a thing is a real number of some kind."""
    return isinstance(value, (Real, Decimal)) and not isinstance(value, bool)


def is_whole(model):
    """Return whether a right result is made of whole numbers."""
    return np.asarray(model).dtype.kind in "iu"


def is_whole_float(number):
    """Return whether an array of one number holds a float without a fraction."""
    return number.dtype.kind == "f" and float(number).is_integer()


def misfit(model, value):
    """Return how the kind or shape of a result is wrong, or nothing."""
    if fitted(model, value) is not None:
        return ""
    if isinstance(model, tuple) and len(parts_of(value) or ()) == len(model):
        place, part, got = next(
            (place, *pair)
            for place, pair in enumerate(zip(model, parts_of(value), strict=True))
            if misfit(*pair)
        )
        return f"must have as its {ORDINALS[place]} value {mismatch(part, got)}"
    return f"must be {mismatch(model, value)}"


def mismatch(model, value):
    """Return what was expected and what came, and a remedy where there is one."""
    several = isinstance(model, tuple)
    whole = not several and is_whole(model)
    numbers = as_numbers(value) if isinstance(value, tuple) and not several else None
    if numbers is not None and numbers.shape == np.shape(model):
        value = (
            numbers  # a tuple may stand for an array: its shape is not what is wrong
        )
    return (
        f"{kind(model, whole)}, but yours is {kind(value, whole)}{remedy(value, whole)}"
    )


def agree(expected, got, tolerance, absolute=0.0):
    """Return whether two results are the same, up to rounding.

    Parameters
    ----------
    expected, got : number, array, or tuple of such
        The right result, and one in any style.
    tolerance : float
        How far a number may be off, relative to the largest of its array.
    absolute : float
        How far it may be off besides.
    """
    got = fitted(expected, got)
    if got is None:
        return False
    return all(
        close(np.asarray(right), np.asarray(given), tolerance, absolute)
        for right, given in zip(as_parts(expected), as_parts(got), strict=True)
    )


def as_parts(result):
    """Return a result as a tuple: several are one, a single one becomes one."""
    return result if isinstance(result, tuple) else (result,)


def close(right, given, tolerance, absolute):
    """Return whether all numbers of an array are near enough."""
    if is_whole(right):
        return np.array_equal(right, given)
    finite = np.isfinite(right)
    if not np.array_equal(right[~finite], given[~finite], equal_nan=True):
        return False
    right, given = right[finite], given[finite]
    size = np.max(np.abs(right), initial=0.0)
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(given - right) <= tolerance * size + absolute))


def kind(value, whole=False):
    """Return what a thing is, in words; ``whole`` tells whole numbers from floats.

    Examples
    --------
    >>> kind((20.2,)), kind(np.array([True])), kind([[1], [2, 3]])
    ('1 value', 'an array of booleans of shape (1,)', 'a list of 2 unequal parts')
    """
    if value is None:
        return "None"
    if has_masked(value):
        return "an array with masked entries"
    if isinstance(value, tuple):
        return f"{len(value)} value{'s' * (len(value) != 1)}"
    numbers = None if callable(value) else as_numbers(value)
    if numbers is None or (numbers.ndim == 0 and numbers.dtype.kind == "O"):
        return kind_of_object(value)
    held = HELD.get(numbers.dtype.kind, "")
    if numbers.dtype.kind in "iuf" and whole:
        held = "floats" if numbers.dtype.kind == "f" else "whole numbers (int)"
    if numbers.ndim:
        if not held and numbers.dtype.kind not in "iuf":  # dates, bytes, records
            held = numbers.dtype.type.__name__
        return f"an array of {f'{held} of ' if held else ''}shape {numbers.shape}"
    if numbers.dtype.kind in "iuf":
        whole = numbers.dtype.kind != "f"
        return "a whole number (int)" if whole else "a number (float)"
    return f"a {held.removesuffix('s')}" if held else kind_of_object(value)


def kind_of_object(value):
    """Return what a thing is that holds no numbers."""
    if callable(value):
        return "a function"
    if inspect.isgenerator(value):
        return "a generator"
    if isinstance(value, Rational):  # any other of them is a number
        return "a number too large for a float"
    if isinstance(value, list):
        return f"a list of {len(value)} unequal parts"
    return NAMES.get(type(value), f"of type {type(value).__name__}")


def remedy(value, whole):
    """Return what to write, as the end of a sentence, or nothing."""
    if value is None:
        return ": every way through it must end with return"
    if callable(value):
        return ": call it"
    numbers = None if isinstance(value, tuple) else as_numbers(value)
    letter = "" if numbers is None else numbers.dtype.kind
    number = "int" if whole else "float"
    if letter == "b":
        return f": use .astype({number})" if numbers.ndim else f": use {number}(…)"
    if letter == "c":
        return ": its real part is .real"
    return ": use .astype(int)" if letter == "f" and whole and numbers.ndim else ""


def show(value, digits=6):
    """Return a thing in short, the same on every machine.

    A number that is short is shown whole, so that a case can be computed again.

    Examples
    --------
    >>> show((np.array([1.0, 1 / 3]), 2))
    '([1, 0.333333], 2)'
    >>> show(1.0000002)
    '1.0000002'
    """
    if callable(value):
        return getattr(value, "text", None) or value.__name__
    if isinstance(value, tuple):
        comma = "," if len(value) == 1 else ""  # else it is a number in parentheses
        return f"({', '.join(show(part, digits) for part in value)}{comma})"
    if np.ndim(value):
        return f"[{', '.join(show(part, digits) for part in value)}]"
    if isinstance(value, (int, np.integer)):
        return str(value)
    whole = f"{value + 0.0:.12g}"  # adding zero turns -0 into 0
    return whole if len(whole) <= SHORT else f"{value + 0.0:.{digits}g}"


def show_apart(first, second):
    """Return two different results with digits enough to tell them apart."""
    for digits in (6, 9, 12, 17):
        texts = show(first, digits), show(second, digits)
        if texts[0] != texts[1]:
            break
    return texts
