"""Controls: the stops of a slider, what they are called and how they are written.

``number`` writes a number for a reader; the stops use it, and so may a reading.
"""

import builtins
import itertools
import math
import re
from collections.abc import Callable
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np

PLAIN = ".3g"
EXPONENT = re.compile(r"(.*[\d.])[eE]([-+]\d+)(.*)")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Stops(NamedTuple):
    """The values at which a slider stops; make one with `stops` or its relatives.

    A slider of a built page stops at these values only; one of a running notebook
    covers the whole range between the first and the last.
    """

    values: tuple
    start: int
    label: str | None
    format: str | Callable
    spacing: str

    def text(self, value):
        """Write one value as the reader sees it."""
        if callable(self.format):
            return self.format(value)
        if isinstance(value, (str, bool)):
            return str(value)
        whole = isinstance(value, int) and self.format == PLAIN
        return number(value, "d" if whole else self.format)

    def kind(self):
        """Return what a live slider must be: choice, whole, log or decimal."""
        if any(isinstance(value, (str, bool)) for value in self.values):
            return "choice"
        if all(isinstance(value, int) for value in self.values):
            return "whole"
        return "log" if self.spacing == "log" else "decimal"

    def between(self, place):
        """Return the value at a place among the stops: 1.5 lies between two of them.

        Words have nothing between them, and whole numbers stay whole.

        Examples
        --------
        >>> stops(1, 10, 100).between(1.5), round(log_stops(0.01, 1, 3).between(0.5), 6)
        (55, 0.031623)
        """
        end = len(self.values) - 1
        if not 0 <= place <= end:
            raise ValueError(f"place must lie between 0 and {end}, is {place!r}")
        low = math.floor(place)
        if place == low or self.kind() == "choice":
            return self.values[round(place)]
        share, (first, last) = place - low, self.values[low : low + 2]
        if self.kind() == "log":
            return first ** (1 - share) * last**share
        value = first + share * (last - first)
        return round(value) if self.kind() == "whole" else value


def stops(*values, start=None, label=None, format=PLAIN):  # noqa: A002
    """Return a slider that stops at the values listed: numbers or words.

    Parameters
    ----------
    *values : int, float, bool or str
        The stops, in the order of the slider; whole numbers stay whole, and all are
        finite.
    start : optional
        The stop shown first; the first one by default.
    label : str, optional
        The slider's name in words; by default the name of the control.
    format : str or callable
        A format specification, or a function from a value to its text.

    Returns
    -------
    Stops

    Raises
    ------
    TypeError
        If a value is none of these, or `label` or what `format` makes is no text.
    ValueError
        If there are no stops, two are the same, one is not finite, they lie too far
        apart for a float, `start` is none of them, or `format` does not fit them.

    Examples
    --------
    >>> batch = stops(1, 10, 100, start=10, label="batch size")
    >>> batch.values, batch.start
    ((1, 10, 100), 1)
    >>> batch.text(100)
    '100'
    """
    values = tuple(_plain(value) for value in values)
    if not values:
        raise ValueError("stops must be given at least one value, is given none")
    _check_values(values)
    at = 0 if start is None else _listed(values, start)
    return _written("stops", Stops(values, at, label, format, "listed"))


def even_stops(low, high, count, *, start=None, label=None, format=PLAIN):  # noqa: A002
    """Return a slider of `count` stops from `low` to `high`, evenly spaced.

    Parameters
    ----------
    low, high : float
        The first and the last stop, ``low < high``.
    count : int
        How many stops, at least 2.
    start : float, optional
        The slider starts at the stop nearest to it.
    label, format
        As for `stops`.

    Returns
    -------
    Stops

    Raises
    ------
    TypeError
        If an argument is of another kind.
    ValueError
        If the range is empty or infinite, `count` is below 2 or too large for the
        stops to differ, `start` lies outside, or `format` does not fit the stops.

    Examples
    --------
    >>> even_stops(0, 1, 5, start=0.6).values
    (0.0, 0.25, 0.5, 0.75, 1.0)
    """
    _check_range("even_stops", low, high, count)
    values = tuple(np.linspace(float(low), float(high), count).tolist())
    _check_apart("even_stops", values)
    at = _nearest("even_stops", values, start)
    return _written("even_stops", Stops(values, at, label, format, "even"))


def log_stops(low, high, count, *, start=None, label=None, format=PLAIN):  # noqa: A002
    """Return a slider of `count` stops, each the same factor times the one before.

    Arguments and errors as for `even_stops`, with ``low > 0``.

    Examples
    --------
    >>> rate = log_stops(0.01, 1, 3, start=0.09)
    >>> [rate.text(value) for value in rate.values], rate.start
    (['0.01', '0.1', '1'], 1)
    """
    _check_number("log_stops", low=low)
    if not float(low) > 0:
        raise ValueError(f"log_stops: low must be above 0, is {low!r}")
    _check_range("log_stops", low, high, count)
    values = tuple(np.geomspace(float(low), float(high), count).tolist())
    _check_apart("log_stops", values)
    at = _nearest("log_stops", values, start)
    return _written("log_stops", Stops(values, at, label, format, "log"))


def number(value, format=PLAIN):  # noqa: A002
    """Write a number as a sentence wants it: a true minus sign, a power of ten.

    Parameters
    ----------
    value : int or float
    format : str
        A format specification.

    Returns
    -------
    str

    Examples
    --------
    >>> number(0.03321), number(-7.0, ".2f"), number(6.1e-9), number(2e10)
    ('0.0332', '−7.00', '6.1×10⁻⁹', '2×10¹⁰')
    >>> number(float("inf")), number(-0.0), number(-0.001, ".2f")
    ('∞', '0', '0.00')
    """
    text = builtins.format(value, format)
    found = EXPONENT.fullmatch(text)
    digits, power, rest = found.groups() if found else (text, "", "")
    if not digits.strip("-0., %") and math.copysign(1, value) < 0:
        return number(abs(value), format)  # what is written as zero has no sign
    digits = re.sub("inf|INF", "∞", digits).replace("-", "\N{MINUS SIGN}")
    return f"{digits}×10{str(int(power)).translate(RAISED)}{rest}" if power else digits


def _plain(value):
    """Turn a single number of numpy into Python's own: its text has no type in it."""
    single = isinstance(value, np.generic | np.ndarray) and value.ndim == 0
    return value.item() if single and not np.ma.is_masked(value) else value


def _written(maker, control):
    """Return the control, if all that is written of it is text."""
    if not isinstance(control.label, str | None):
        raise TypeError(f"{maker}: label must be text, is {control.label!r}")
    if not isinstance(control.format, str) and not callable(control.format):
        raise TypeError(
            f"{maker}: format must be a format specification or a function, "
            f"is {control.format!r}"
        )
    for value in control.values:
        _check_text(maker, control, value)
    return control


def _check_text(maker, control, value):
    """Raise unless the format makes a text of the value."""
    try:
        text = control.text(value)
    except ValueError:
        if callable(control.format):
            raise  # the reader's own error says more
        raise ValueError(
            f"{maker}: format must fit {value!r}, is {control.format!r}"
        ) from None
    if not isinstance(text, str):
        raise TypeError(
            f"{maker}: format must return text, returns {type(text).__name__} "
            f"for {value!r}"
        )


def _check_values(values):
    """Raise unless each value listed can be a stop, and no two are the same."""
    for value in values:
        if not isinstance(value, int | float | str):
            remedy = ": use stops(*values)" if hasattr(value, "__iter__") else ""
            raise TypeError(
                "stops: each value must be an int, a float, a bool or a str, "
                f"is {value!r}{remedy}"
            )
    if len({*values}) < len(values) or any(value != value for value in values):
        raise ValueError(f"stops: values must differ, and none be nan, is {values!r}")
    numbers = [value for value in values if not isinstance(value, str)]
    for value in numbers:
        _check_number("stops", **{"each value": value})
    if numbers and not math.isfinite(float(max(numbers)) - float(min(numbers))):
        raise ValueError(
            f"stops: from the lowest to the highest value must be finite, is {values!r}"
        )


def _listed(values, start):
    """Return where `start` stands among the values, or else what is close to it."""
    rounding, start = _rounding(start), _plain(start)
    for at, value in enumerate(values):
        if _equal(value, start):
            return at
    near = [at for at, value in enumerate(values) if _close(rounding, value, start)]
    if near:
        return min(near, key=lambda at: abs(values[at] - start))
    raise ValueError(f"stops: start must be one of {values}, is {start!r}")


def _equal(value, start):
    return isinstance(start, Real | str) and value == start


def _rounding(start):
    """Return how far a start may lie from its stop: float32 has seven digits."""
    few = isinstance(start, np.generic | np.ndarray) and start.dtype.kind == "f"
    return max(1e-9, float(np.finfo(start.dtype).eps)) if few else 1e-9


def _close(rounding, value, start):
    """Return whether numbers are the same but for rounding; whole ones have none."""
    if not (isinstance(value, Real) and isinstance(start, Real)):
        return False
    if isinstance(value, Integral) and isinstance(start, Integral):
        return False
    return _is_finite(start) and math.isclose(value, start, rel_tol=rounding)


def _nearest(maker, values, start):
    """Return where the stop nearest to `start` stands."""
    if start is None:
        return 0
    _check_number(maker, start=start)
    low, high = values[0], values[-1]
    if not low <= start <= high:
        raise ValueError(
            f"{maker}: start must lie between {low:g} and {high:g}, is {start!r}"
        )
    return int(np.argmin(np.abs(np.array(values) - start)))


def _check_number(maker, **numbers):
    """Raise unless each is a finite number."""
    for name, number in numbers.items():
        if not isinstance(number, Real):
            raise TypeError(f"{maker}: {name} must be a number, is {number!r}")
        if not _is_finite(number):
            raise ValueError(f"{maker}: {name} must be finite, is {number!r}")


def _is_finite(number):
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number larger than any float
        return False


def _check_range(maker, low, high, count):
    """Raise unless `count` stops fit between `low` and `high`."""
    _check_number(maker, low=low, high=high)
    if not isinstance(count, Integral):
        raise TypeError(f"{maker}: count must be a whole number, is {count!r}")
    if not low < high:
        raise ValueError(f"{maker}: low must be below high, is {low!r} with {high!r}")
    if not math.isfinite(float(high) - float(low)):
        raise ValueError(
            f"{maker}: from low to high must be finite, is {low!r} with {high!r}"
        )
    if count < 2:
        raise ValueError(f"{maker}: count must be at least 2, is {count!r}")


def _check_apart(maker, values):
    """Raise unless each stop lies above the one before."""
    if any(one >= other for one, other in itertools.pairwise(values)):
        raise ValueError(
            f"{maker}: count must leave the stops apart, is {len(values)} "
            f"from {values[0]!r} to {values[-1]!r}"
        )
