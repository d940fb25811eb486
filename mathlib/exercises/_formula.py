"""Functions that are arguments of a case: they can say what they are."""

import inspect
from collections.abc import Callable

import numpy as np


class NotCalled(TypeError):
    """A formula was computed with as if it were a number."""

    def __init__(self, formula):
        super().__init__(f"{formula} is a function: call it, f({formula.variables})")
        self.formula = formula


class Formula:
    """A function that can say what it is, for use as an argument in a case.

    Whoever computes with it in place of its value is told to call it.

    Parameters
    ----------
    text : str
        What is shown in place of the function.
    function : callable
        The function; the names of its parameters are shown, too.

    Examples
    --------
    >>> gradient = Formula("2w", lambda w: 2 * w)
    >>> gradient(3), str(gradient)
    (6, '2w')
    >>> 0.1 * gradient
    Traceback (most recent call last):
        ...
    mathlib.exercises._formula.NotCalled: 2w is a function: call it, f(w)
    """

    def __init__(self, text: str, function: Callable):
        self.text = text
        self.function = function

    @property
    def variables(self):
        """The names of the function's parameters, as they stand in a call."""
        return ", ".join(inspect.signature(self.function).parameters)

    def __call__(self, *arguments, **named):
        """Return the function's value; a list or tuple stands for an array."""
        named = {name: _as_array(argument) for name, argument in named.items()}
        return self.function(*map(_as_array, arguments), **named)

    def __str__(self):
        """Return the text."""
        return self.text

    def __array__(self, dtype=None, copy=None):
        """Refuse to become an array."""
        raise NotCalled(self)

    def __array_ufunc__(self, *arguments, **options):
        """Refuse to be computed with by numpy."""
        raise NotCalled(self)

    def __getattr__(self, name):
        """Refuse what an array has, as ``.T``; Python itself asks for names with _."""
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotCalled(self)

    def _refuse(self, *operands):
        raise NotCalled(self)

    __hash__ = object.__hash__

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse
    __truediv__ = __rtruediv__ = __matmul__ = __rmatmul__ = __pow__ = __rpow__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refuse
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __invert__ = _refuse
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = __trunc__ = _refuse
    __neg__ = __pos__ = __abs__ = __float__ = __int__ = __bool__ = _refuse
    __index__ = __round__ = __divmod__ = __rdivmod__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __getitem__ = __setitem__ = __len__ = _refuse


def _as_array(argument):
    """Return the array that a list or a tuple stands for."""
    return np.asarray(argument) if isinstance(argument, (list, tuple)) else argument
