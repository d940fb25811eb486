"""Dual numbers: each carries its slope through every calculation.

A dual number x + x′δ is a value and a slope, with δ² = 0. Functions of numpy go through
it by a table of rules, one line for each; one that has no rule is refused by name.

Reading order: ``RULES``, the table of slopes; ``Dual``; ``FUNCTIONS``, what it follows
of whole arrays; ``slope_along``, one run of a function. Slopes by them are in
`mathlib.derivatives`, ``derivative``, and in `mathlib.gradients`,
``jacobian_vector_product``.
"""

import math

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from mathlib.checks import as_floats, check_callable
from mathlib.special import (
    chosen_share,
    first_share,
    leg_share,
    part_of,
    sech_squared,
)


def _slope_in_base(x, y):
    """∂(xʸ)/∂x = y xʸ⁻¹, which is 0 for y = 0, at x = 0 and at infinity too."""
    with np.errstate(over="ignore"):
        power = x ** np.where(y == 0, 0.0, y - 1)
        lost = np.isinf(power) & (x != 0) & np.isfinite(x**y)
    if not lost.any():
        return y * power
    return np.where(lost, y * x**y / np.where(lost, x, 1.0), y * power)


def _slope_in_exponent(x, y):
    """∂(xʸ)/∂y = xʸ log x; 0 as x goes down to 0 for y > 0, or up to ∞ for y < 0."""
    flat = np.where(y > 0, x == 0, (y < 0) & np.isinf(x))
    return np.where(flat, 0.0, x**y * np.log(np.where(flat, 1.0, x)))


# The table of derivatives, one for each argument, right to the last digits far out and
# beside singular points. At a tie, maximum follows its second argument and minimum its
# first: the slope at 0 of relu as maximum(x, 0) is then 0, as maximum(0, x) it is 1.
RULES = {
    np.add: (lambda x, y: 1.0, lambda x, y: 1.0),
    np.subtract: (lambda x, y: 1.0, lambda x, y: -1.0),
    np.multiply: (lambda x, y: y, lambda x, y: x),
    np.divide: (lambda x, y: 1 / y, lambda x, y: -(x / y) / y),
    np.power: (_slope_in_base, _slope_in_exponent),
    np.maximum: (
        lambda x, y: chosen_share(np.maximum(x, y), x > y),
        lambda x, y: chosen_share(np.maximum(x, y), x <= y),
    ),
    np.minimum: (
        lambda x, y: chosen_share(np.minimum(x, y), x <= y),
        lambda x, y: chosen_share(np.minimum(x, y), x > y),
    ),
    np.hypot: (leg_share, lambda x, y: leg_share(y, x)),
    np.arctan2: (
        lambda y, x: leg_share(x, y) / np.hypot(x, y),
        lambda y, x: -leg_share(y, x) / np.hypot(x, y),
    ),
    np.logaddexp: (first_share, lambda x, y: first_share(y, x)),
    np.positive: (lambda x: 1.0,),
    np.negative: (lambda x: -1.0,),
    np.absolute: (np.sign,),
    np.fabs: (np.sign,),
    np.square: (lambda x: 2 * x,),
    np.reciprocal: (lambda x: -(1 / x) / x,),
    np.sqrt: (lambda x: 0.5 / np.sqrt(x),),
    np.cbrt: (lambda x: 1 / (3 * np.cbrt(x) ** 2),),
    np.exp: (np.exp,),
    np.exp2: (lambda x: math.log(2) * np.exp2(x),),
    np.expm1: (np.exp,),
    np.log: (lambda x: 1 / x,),
    np.log2: (lambda x: 1 / math.log(2) / x,),
    np.log10: (lambda x: 1 / math.log(10) / x,),
    np.log1p: (lambda x: 1 / (1 + x),),
    np.sin: (np.cos,),
    np.cos: (lambda x: -np.sin(x),),
    np.tan: (lambda x: 1 / np.cos(x) ** 2,),
    np.arcsin: (lambda x: 1 / np.sqrt((1 - x) * (1 + x)),),
    np.arccos: (lambda x: -1 / np.sqrt((1 - x) * (1 + x)),),
    np.arctan: (lambda x: 1 / np.hypot(1, x) / np.hypot(1, x),),
    np.sinh: (np.cosh,),
    np.cosh: (np.sinh,),
    np.tanh: (sech_squared,),
    np.arcsinh: (lambda x: 1 / np.hypot(1, x),),
    np.arccosh: (lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)),),
    np.arctanh: (lambda x: 1 / ((1 - x) * (1 + x)),),
}


# What asks a question about the values, and answers with plain truth values.
QUESTIONS = {
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
    *(np.isfinite, np.isinf, np.isnan, np.signbit),
}


class Dual(NDArrayOperatorsMixin):
    """A number (or an array) that carries its slope through every calculation.

    A dual number is x + x′δ, where δ is so small that δ² = 0. Every function then
    follows one rule::

        f(x + x′δ) = f(x) + f′(x) x′ δ

    So Dual(x, 1) comes out of a formula as its value and its derivative at x. Use it as
    an array: the operators, numpy's functions in ``RULES``, matrix products, sums and
    means, ``np.where``, indexing and ``T`` all return Duals; comparisons and the truth
    of a Dual look at the values alone. At a tie ``np.maximum`` follows its second
    argument: ``np.maximum(x, 0)`` has the slope 0 at 0, ``np.maximum(0, x)`` has 1.

    The Duals of one ``derivative`` know one another. Those of two, one inside the
    other, never mix: their slopes are by different variables.

    Parameters
    ----------
    value : number or array
        Kept, not copied.
    slope : number or array
        Of the shape of value, or one number for all of it. Kept, not copied.

    Attributes
    ----------
    value, slope : array of floats, of one shape

    Raises
    ------
    TypeError
        For a function that has no rule: the message names it. For Duals of two
        derivatives in one formula. A slope is never dropped in silence. (Where an entry
        of a plain array is set, numpy wraps the TypeError in a ValueError.)
    ValueError
        If slope does not fit value.

    References
    ----------
    Clifford (1873), Preliminary sketch of biquaternions. Griewank & Walther (2008),
    Evaluating Derivatives, chapter 3.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> x = Dual(3.0, 1.0)
    >>> x * x + 2 * x
    Dual(15.0, 8.0)
    >>> np.floor(x)
    Traceback (most recent call last):
    TypeError: floor has no rule for Dual numbers: add its derivative to RULES
    """

    stands_for_array = True
    __slots__ = ("_run", "slope", "value")

    def __init__(self, value, slope):
        refuse_duals(value, slope)
        self._run = None  # which derivative it belongs to; none, where made by hand
        self.value = as_floats(value, "value")[()]
        slope, shape = as_floats(slope, "slope"), np.shape(self.value)
        if slope.ndim and slope.shape != shape:
            raise ValueError(
                f"slope must have the shape of value, {shape}, or be one number, but "
                f"its shape is {slope.shape}"
            )
        self.slope = np.broadcast_to(slope, shape)[()]

    def __repr__(self):
        return f"Dual({self.value}, {self.slope})"

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """Follow the rule of one numpy function."""
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        if options.get("out") is not None:
            raise TypeError(f"{name} must make a new Dual: write x = x + y, not x += y")
        if method != "__call__":
            raise _no_rule(name)
        for option in options:
            raise TypeError(f"{name} of a Dual has no option {option}")
        run, values = _run_of(*inputs), [_value_of(each) for each in inputs]
        if ufunc in QUESTIONS:
            return ufunc(*values)
        if ufunc is np.matmul:
            return _product(*inputs)
        if ufunc not in RULES:
            raise _no_rule(name)
        value = ufunc(*values)
        slope = np.zeros(np.shape(value))
        times = part_of if ufunc in (np.maximum, np.minimum) else np.multiply
        for rule, each in zip(RULES[ufunc], inputs, strict=True):
            if isinstance(each, Dual):
                slope = slope + times(rule(*values), each.slope)
        return _dual(value, slope, run)

    def __array_function__(self, function, types, arguments, options):
        """Follow the few functions of whole arrays that have a rule."""
        if function not in FUNCTIONS:
            raise _no_rule(function.__name__)
        rule, known = FUNCTIONS[function]
        for option in set(options) - known:
            raise TypeError(f"{function.__name__} of a Dual has no option {option}")
        return rule(*arguments, **options)

    def __array__(self, *arguments, **options):
        raise TypeError("a Dual must not become a plain array: its slope would be lost")

    def __float__(self):
        raise TypeError(
            "a Dual must not become a plain number, its slope would be lost: use "
            "numpy's functions (np.exp) in place of math's"
        )

    def __bool__(self):
        return bool(self.value)

    def __copy__(self):
        return _dual(np.copy(self.value), np.copy(self.slope), self._run)

    def __deepcopy__(self, memo):
        return self.__copy__()

    def __reduce__(self):
        raise TypeError("a Dual must not be pickled: store its value and its slope")

    def __getitem__(self, index):
        """Both parts of the entries at an index."""
        return _dual(self.value[index], self.slope[index], self._run)

    def __len__(self):
        if not self.ndim:
            raise TypeError("a Dual of shape () has no length")
        return len(self.value)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    @property
    def shape(self):
        """The shape of the value."""
        return np.shape(self.value)

    @property
    def ndim(self):
        """The number of axes of the value."""
        return np.ndim(self.value)

    @property
    def size(self):
        """The number of entries of the value."""
        return np.size(self.value)

    @property
    def T(self):
        """Both parts with their axes reversed."""
        return _dual(np.transpose(self.value), np.transpose(self.slope), self._run)

    def sum(self, axis=None, *, keepdims=False):
        """Sum of both parts, over all entries or along an axis."""
        parts = (np.sum(x, axis, keepdims=keepdims) for x in (self.value, self.slope))
        return _dual(*parts, self._run)

    def mean(self, axis=None, *, keepdims=False):
        """Mean of both parts, over all entries or along an axis."""
        parts = (np.mean(x, axis, keepdims=keepdims) for x in (self.value, self.slope))
        return _dual(*parts, self._run)


def slope_along(f, x, v):
    """The slope of what f returns, an array of our own; and whether it may vary.

    The second part of::

        f(x + vδ) = f(x) + J(x) v δ

    Parameters
    ----------
    f : function of an array
    x : array of floats
    v : array of the shape of x, or number

    Returns
    -------
    array, bool

    Raises
    ------
    TypeError
        If f is not a function, calls a function without a rule, or returns no numbers,
        or what belongs to another derivative.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> slope_along(np.square, np.array([1.0, 2.0]), np.array([1.0, -1.0]))
    (array([ 2., -4.]), True)
    """
    check_callable(f=f)
    run = object()
    result = f(_dual(as_point(x).copy(), v, run))
    if isinstance(result, Dual) and result._run is run:
        return np.array(result.slope), True
    refuse_duals(result)
    return np.zeros(np.shape(as_floats(result, "what f returns"))), False


def as_point(x):
    """x as plain floats: a Dual belongs to another derivative, around this one.

    Parameters
    ----------
    x : number or array

    Returns
    -------
    array of floats

    Raises
    ------
    TypeError
        If x is a Dual, or holds no real numbers.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> as_point([1, 2])
    array([1., 2.])
    """
    refuse_duals(x)
    return as_floats(x, "x")


def refuse_duals(*parts):
    """Refuse a Dual where plain numbers must stand: it belongs to another derivative.

    Parameters
    ----------
    parts : arrays, numbers or Duals

    Raises
    ------
    TypeError
        If one of the parts is a Dual.

    Notes
    -----
    Chapter: derivatives
    """
    if any(isinstance(part, Dual) for part in parts):
        raise _two_derivatives()


def _dual(value, slope, run):
    """A Dual that belongs to one derivative."""
    dual = Dual(value, slope)
    dual._run = run
    return dual


def _run_of(*inputs):
    """The derivative that all Duals among the inputs belong to."""
    runs = {id(each._run): each._run for each in inputs if isinstance(each, Dual)}
    if len(runs) > 1:
        raise _two_derivatives()
    return next(iter(runs.values()), None)


def _two_derivatives():
    return TypeError(
        "a derivative inside a derivative must not depend on an argument of the one "
        "around it: their slopes are by different variables. For a second derivative "
        "take differences of the first: central_difference(first, x)"
    )


def _no_rule(name):
    return TypeError(
        f"{name} has no rule for Dual numbers: add its derivative to RULES"
    )


def _value_of(x):
    return x.value if isinstance(x, Dual) else as_floats(x, "an operand")


def _slope_of(x):
    return x.slope if isinstance(x, Dual) else np.zeros(np.shape(x))


def _product(A, B):
    """The matrix product: the slope of A times B, plus A times the slope of B."""
    value = _value_of(A) @ _value_of(B)
    slope = np.zeros(np.shape(value))
    if isinstance(A, Dual):
        slope = slope + A.slope @ _value_of(B)
    if isinstance(B, Dual):
        slope = slope + _value_of(A) @ B.slope
    return _dual(value, slope, _run_of(A, B))


def _dot(A, B):
    """numpy's dot: a product with a number, or of vectors and matrices."""
    if 0 in (np.ndim(_value_of(A)), np.ndim(_value_of(B))):
        return np.multiply(A, B)
    if np.ndim(_value_of(B)) > 2:
        raise TypeError("dot of Duals takes no stack of matrices: use A @ B")
    return _product(A, B)


def _where(condition, x, y):
    if isinstance(condition, Dual):
        raise TypeError("condition must hold truth values, but is a Dual: write x > 0")
    value = np.where(condition, _value_of(x), _value_of(y))
    slope = np.where(condition, _slope_of(x), _slope_of(y))
    return _dual(value, np.broadcast_to(slope, value.shape), _run_of(x, y))


def _stack(duals, axis=0):
    values = [_value_of(each) for each in duals]
    slopes = [_slope_of(each) for each in duals]
    run = _run_of(*duals)
    return _dual(np.stack(values, axis=axis), np.stack(slopes, axis=axis), run)


# The functions of whole arrays that Dual follows, and the options each may be given.
FUNCTIONS = {
    np.sum: (Dual.sum, {"axis", "keepdims"}),
    np.mean: (Dual.mean, {"axis", "keepdims"}),
    np.dot: (_dot, set()),
    np.where: (_where, set()),
    np.stack: (_stack, {"axis"}),
}
