"""Reverse-mode automatic differentiation of plain numpy code.

A ``Tensor`` is an array that remembers how it was made. Code that is written for arrays
runs on Tensors unchanged, as long as all numpy functions in it stand in ``RULES`` or
``FUNCTIONS``; any other is refused by its name. From the last result one walk back
along what was remembered, the tape, finds the slopes along all inputs at once.

Throughout, y = f(a, b) is one operation, L the number to be differentiated, and
g = ∂L/∂y, of the shape of y, the *adjoint* that arrives at it. A pullback takes g to
∂L/∂a or to ∂L/∂b. It needs g and the values, never a Jacobian.

A Tensor knows what it was made from, never what is made from it. So no two hold each
other, and memory is free as soon as nothing needs it. Nothing here calls itself:
a graph may be as deep as memory allows.

Reading order: ``RULES``, the table of derivatives; ``Tensor``; ``FUNCTIONS``, what
moves numbers about; ``tape`` and the sweep along it; ``value_and_gradient`` and its
relatives; ``dense``, ``dense_relu``, ``softmax_cross_entropy``, several operations in
one; ``count_operations``, what all this costs.
"""

import math
from functools import lru_cache, wraps
from inspect import signature
from itertools import accumulate, count, pairwise
from numbers import Integral
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from mathlib.checks import (
    as_floats,
    as_numbers,
    check_callable,
    check_labels,
    check_series,
    check_shapes,
    check_sizes,
    stands_for_array,
)
from mathlib.special import chosen_share, erfc, first_share, leg_share, sech_squared

# The table of derivatives


# Where y has rounded to a limit, a slope keeps its digits: it is made from a and b.


def _base(y, a, b, g):
    """∂L/∂a for y = aᵇ; the slope of a⁰ is 0, at a = 0 and at infinity too."""
    return g * b * a ** np.where(b == 0, 0.0, b - 1)


def _exponent(y, a, b, g):
    """∂L/∂b for y = aᵇ; 0 as a goes down to 0 for b > 0, or up to ∞ for b < 0."""
    flat = np.where(b > 0, a == 0, (b < 0) & np.isinf(a))
    return g * np.where(flat, 0.0, y * np.log(np.where(flat, 1.0, a)))


def _left_factor(y, A, B, g):
    """∂L/∂A = g Bᵀ for Y = AB, with vectors and stacks as numpy has them."""
    if B.ndim == 1:
        return np.multiply.outer(g, B)
    return (B @ g[..., None])[..., 0] if A.ndim == 1 else g @ B.mT


def _right_factor(y, A, B, g):
    """∂L/∂B = Aᵀ g for Y = AB, with vectors and stacks as numpy has them."""
    if A.ndim == 1:
        return A * g if B.ndim == 1 else A[:, None] * g[..., None, :]
    return (A.mT @ g[..., None])[..., 0] if B.ndim == 1 else A.mT @ g


# One pullback for each argument. At a tie, maximum follows its second argument and
# minimum its first: the slope of relu, maximum(a, 0), at 0 is then 0.
RULES = {
    np.add: (lambda y, a, b, g: g, lambda y, a, b, g: g),
    np.subtract: (lambda y, a, b, g: g, lambda y, a, b, g: -g),
    np.multiply: (lambda y, a, b, g: g * b, lambda y, a, b, g: g * a),
    np.divide: (lambda y, a, b, g: g / b, lambda y, a, b, g: -g * y / b),
    np.power: (_base, _exponent),
    np.matmul: (_left_factor, _right_factor),
    np.maximum: (
        lambda y, a, b, g: g * chosen_share(y, a > b),
        lambda y, a, b, g: g * chosen_share(y, a <= b),
    ),
    np.minimum: (
        lambda y, a, b, g: g * chosen_share(y, a <= b),
        lambda y, a, b, g: g * chosen_share(y, a > b),
    ),
    np.hypot: (
        lambda y, a, b, g: g * leg_share(a, b),
        lambda y, a, b, g: g * leg_share(b, a),
    ),
    np.arctan2: (
        lambda y, a, b, g: g * (leg_share(b, a) / np.hypot(a, b)),
        lambda y, a, b, g: -g * (leg_share(a, b) / np.hypot(a, b)),
    ),
    np.logaddexp: (
        lambda y, a, b, g: g * first_share(a, b),
        lambda y, a, b, g: g * first_share(b, a),
    ),
    np.positive: (lambda y, a, g: g,),
    np.negative: (lambda y, a, g: -g,),
    np.absolute: (lambda y, a, g: g * np.sign(a),),
    np.fabs: (lambda y, a, g: g * np.sign(a),),
    np.square: (lambda y, a, g: g * 2 * a,),
    np.reciprocal: (lambda y, a, g: -g * y * y,),
    np.sqrt: (lambda y, a, g: g / (2 * y),),
    np.cbrt: (lambda y, a, g: g / (3 * y * y),),
    np.exp: (lambda y, a, g: g * y,),
    np.exp2: (lambda y, a, g: g * y * math.log(2),),
    np.expm1: (lambda y, a, g: g * np.exp(a),),
    np.log: (lambda y, a, g: g / a,),
    np.log2: (lambda y, a, g: g / (a * math.log(2)),),
    np.log10: (lambda y, a, g: g / (a * math.log(10)),),
    np.log1p: (lambda y, a, g: g / (1 + a),),
    np.sin: (lambda y, a, g: g * np.cos(a),),
    np.cos: (lambda y, a, g: -g * np.sin(a),),
    np.tan: (lambda y, a, g: g * (1 + y * y),),
    np.arcsin: (lambda y, a, g: g / np.sqrt((1 - a) * (1 + a)),),
    np.arccos: (lambda y, a, g: -g / np.sqrt((1 - a) * (1 + a)),),
    np.arctan: (lambda y, a, g: g / np.hypot(1, a) / np.hypot(1, a),),
    np.sinh: (lambda y, a, g: g * np.cosh(a),),
    np.cosh: (lambda y, a, g: g * np.sinh(a),),
    np.tanh: (lambda y, a, g: g * sech_squared(a),),
    np.arcsinh: (lambda y, a, g: g / np.hypot(1, a),),
    np.arccosh: (lambda y, a, g: g / (np.sqrt(a - 1) * np.sqrt(a + 1)),),
    np.arctanh: (lambda y, a, g: g / ((1 - a) * (1 + a)),),
    erfc: (
        lambda y, a, g: (
            g * np.exp(-np.square(np.clip(a, -40, 40))) * (-2 / math.sqrt(math.pi))
        ),
    ),
}

# What asks a question about the values, and answers with plain truth values or places.
QUESTIONS = {
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
    *(np.isfinite, np.isinf, np.isnan, np.signbit),
    *(np.logical_and, np.logical_or, np.logical_xor, np.logical_not),
    *(np.any, np.all, np.isclose, np.allclose, np.array_equal, np.count_nonzero),
    *(np.argmax, np.argmin, np.argsort, np.nonzero, np.flatnonzero),
    *(np.shape, np.ndim, np.size),
}

# What to write in place of some that have no rule.
REMEDIES = {
    **dict.fromkeys(("add.reduce", "nansum"), "np.sum(x)"),
    "multiply.reduce": "np.prod(x)",
    **dict.fromkeys(("maximum.reduce", "ptp"), "np.max(x), np.min(x)"),
    **{name: f"np.{name}(x.value)" for name in ("sign", "floor", "ceil", "rint")},
    **dict.fromkeys(("trunc", "round", "around"), "np.round(x.value)"),
    "heaviside": "1.0 * (x > 0)",
    "fmax": "np.maximum(x, y)",
    "fmin": "np.minimum(x, y)",
    **dict.fromkeys(("remainder", "fmod"), "x - y * np.floor((x / y).value)"),
    "float_power": "x**y",
    **dict.fromkeys(("deg2rad", "radians"), "x * (np.pi / 180)"),
    **dict.fromkeys(("rad2deg", "degrees"), "x * (180 / np.pi)"),
    "cumsum": "np.tril(np.ones((n, n))) @ x",
    "diff": "x[1:] - x[:-1]",
    "sort": "x[np.argsort(x)]",
    "flip": "x[::-1]",
    **{name: f"x[np.{name}(np.arange(n), k)]" for name in ("roll", "repeat", "tile")},
    "norm": "np.sqrt(np.square(x).sum())",
    **dict.fromkeys(("vecdot", "vdot", "inner"), "(x * y).sum(axis=-1)"),
    **dict.fromkeys(("einsum", "tensordot"), "it with @, .mT and sum"),
    **dict.fromkeys(("trace", "linalg_trace"), "(x * np.eye(n)).sum()"),
    **dict.fromkeys(("diag", "diagonal"), "x[np.arange(n), np.arange(n)]"),
    "average": "(w * x).sum() / w.sum()",
    "vstack": "np.concatenate(arrays, axis=0)",
    **dict.fromkeys(("hstack", "append", "pad"), "np.concatenate(arrays, axis=-1)"),
    **dict.fromkeys(("split", "array_split"), "x[:k], x[k:]"),
    **dict.fromkeys(("swapaxes", "moveaxis"), "np.transpose(x, axes)"),
    "broadcast_to": "x + np.zeros(shape)",
    **dict.fromkeys(("item", "tolist", "astype", "dtype"), "x.value, a plain array"),
}

_serials = count()


class Tensor(NDArrayOperatorsMixin):
    """An array that remembers the operation that made it.

    Use it as an array. The operators, numpy's functions in ``RULES`` and ``FUNCTIONS``,
    indexing and the methods below return Tensors. Those in ``QUESTIONS`` look at the
    values alone and return plain truth values or places. Truth, length and iteration
    are an array's.

    Parameters
    ----------
    value : number or array
        Kept, not copied: leave it as it is until the walk back is over.
    edges : sequence of (Tensor, pullback)
        What it was made from; leave it out for an input. ``pullback(g, out=None)``
        returns the adjoint that g sends to that Tensor, in the memory ``out`` if it is
        given and if that saves a copy.

    Attributes
    ----------
    value : array of floats
    edges : sequence of (Tensor, pullback)
    grad : array of the shape of value, or None
        For an input: ∂L/∂value, once ``L.backward()`` has run.
    home : array of the shape of value, or None
        For an input: memory to write the first adjoint into.
    serial : int
        Later made, larger number. So what a Tensor is made from has smaller ones.

    Raises
    ------
    TypeError
        For a function or method that has no rule, or an option that a rule does not
        take, and where it would become a plain number or array, be changed, copied or
        pickled: the message names what, and where there is one, the remedy. No such
        call drops a slope in silence. (An unknown method is an AttributeError.)

    References
    ----------
    Linnainmaa (1970), The representation of the cumulative rounding error. Griewank &
    Walther (2008), Evaluating Derivatives, chapter 3. Maclaurin, Duvenaud & Adams
    (2015), Autograd: effortless gradients in numpy, for the table behind numpy's names.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> x, y = Tensor(3.0), Tensor(4.0)
    >>> L = x**2 * y + y + 2
    >>> L.backward()
    >>> print(L, x.grad, y.grad)
    Tensor(42.0) 24.0 10.0
    >>> np.floor(x)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    TypeError: floor has no rule for Tensors: write np.floor(x.value), or add its ...
    """

    stands_for_array = True
    __slots__ = ("edges", "grad", "home", "serial", "value")
    __hash__ = object.__hash__

    def __init__(self, value, edges=None):
        self.value = _plain(value) if edges is None else value
        self.edges = edges or ()
        self.grad = self.home = None
        self.serial = next(_serials)

    def __repr__(self):
        return f"Tensor({self.value})"

    # Every operation comes in through one of these two doors.

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """Run one numpy operation on the values, and remember it."""
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        if options.get("out") is not None:
            raise TypeError(
                f"{name} must make a new Tensor: write x = x + y, not x += y"
            )
        values = [_value_of(x) for x in inputs]
        if ufunc in QUESTIONS:
            return getattr(ufunc, method)(*values, **options)
        if method != "__call__" or ufunc not in RULES:
            raise TypeError(_no_rule(name, "its pullbacks to RULES"))
        _check_options(name, options, known=())
        y = _floats(ufunc(*values))
        edges = [
            (x, _pullback(rule, y, values, x.value.shape))
            for rule, x in zip(RULES[ufunc], inputs, strict=True)
            if isinstance(x, Tensor)
        ]
        return Tensor(y, edges)

    def __array_function__(self, function, types, arguments, options):
        """Follow the few functions of whole arrays that have a rule."""
        if function in QUESTIONS:
            options = {name: _look(x) for name, x in options.items()}
            return function(*map(_look, arguments), **options)
        if function not in FUNCTIONS:
            raise TypeError(_no_rule(function.__name__, "it to FUNCTIONS"))
        rule = FUNCTIONS[function]
        if options:
            _check_options(function.__name__, options, _options_of(rule))
        return rule(*arguments, **options)

    # What Python asks of an array: its answer, or a clear refusal.

    def __array__(self, *arguments, **options):
        raise TypeError(
            "a Tensor must not become a plain array, its graph would be lost: use "
            "x.value for its numbers, np.stack to join Tensors"
        )

    def __float__(self):
        raise TypeError(
            "a Tensor must not become a plain number, its graph would be lost: use "
            "numpy's functions (np.exp) in place of math's, np.stack to join Tensors"
        )

    def __setitem__(self, index, value):
        raise TypeError(
            "a Tensor must not be changed, the walk back needs its values: make a new "
            "one, with np.where, np.stack or np.concatenate"
        )

    def __reduce__(self):
        raise TypeError(
            "a Tensor must not be copied or pickled, its graph would be lost: use +x "
            "in a formula, Tensor(x.value.copy()) for a new input"
        )

    def __bool__(self):
        return bool(self.value)

    def __len__(self):
        if not self.ndim:
            raise TypeError("a Tensor of shape () has no length")
        return len(self.value)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index):
        """The entries at an index; where one repeats, its adjoints add up."""
        shape, index = self.value.shape, _own(index)

        def pullback(g, out=None):
            scattered = np.zeros(shape)
            np.add.at(scattered, index, g)
            return scattered

        return Tensor(self.value[index], [(self, pullback)])

    @property
    def shape(self):
        """The shape of the value."""
        return self.value.shape

    @property
    def ndim(self):
        """The number of axes of the value."""
        return self.value.ndim

    @property
    def size(self):
        """The number of entries of the value."""
        return self.value.size

    @property
    def T(self):
        """The value with its axes reversed."""
        return Tensor(self.value.T, [(self, lambda g, out=None: g.T)])

    @property
    def mT(self):
        """The value with its last two axes exchanged."""
        return Tensor(self.value.mT, [(self, lambda g, out=None: g.mT)])

    def sum(self, axis=None, *, keepdims=False):
        """The sum of all entries, or along axes; each entry gets the adjoint of it."""
        shape = self.value.shape

        def pullback(g, out=None):
            return np.broadcast_to(_kept(g, axis, keepdims), shape, subok=True)

        return Tensor(self.value.sum(axis=axis, keepdims=keepdims), [(self, pullback)])

    def mean(self, axis=None, *, keepdims=False):
        """The mean of all entries, or along axes."""
        total = self.sum(axis, keepdims=keepdims)
        return total / _parts(self, total)

    def var(self, axis=None, *, ddof=0, keepdims=False):
        """The mean squared distance from the mean, of all entries or along axes."""
        away = self - self.mean(axis, keepdims=True)
        squares = np.square(away).sum(axis, keepdims=keepdims)
        return squares / max(_parts(self, squares) - ddof, 0.0)

    def std(self, axis=None, *, ddof=0, keepdims=False):
        """The root of the variance; where that is 0, it has no slope."""
        return np.sqrt(self.var(axis, ddof=ddof, keepdims=keepdims))

    def prod(self, axis=None, *, keepdims=False):
        """The product of all entries, or along axes; each may be 0."""
        whole = self.value.prod(axis=axis, keepdims=keepdims)
        if axis is None:
            return self.reshape(-1).prod(axis=0).reshape(whole.shape)
        if isinstance(axis, tuple):
            x = self
            for each in axis:
                x = x.prod(axis=each, keepdims=True)
            return x.reshape(whole.shape)
        values = self.value

        def pullback(g, out=None):
            return _kept(g, axis, keepdims) * _others(values, axis)

        return Tensor(whole, [(self, pullback)])

    def max(self, axis=None, *, keepdims=False):
        """The largest of all entries, or along axes; several share the adjoint."""
        return _extreme(self, self.value.max(axis=axis, keepdims=True), axis, keepdims)

    def min(self, axis=None, *, keepdims=False):
        """The smallest of all entries, or along axes; several share the adjoint."""
        return _extreme(self, self.value.min(axis=axis, keepdims=True), axis, keepdims)

    def clip(self, low=None, high=None):
        """No entry below low and none above high; None is no bound."""
        return _clip(self, low, high)

    def dot(self, other):
        """The product with a number, a vector or a matrix."""
        return _dot(self, other)

    def copy(self):
        """The same entries, and the same slopes."""
        return +self

    def reshape(self, *shape):
        """The same entries in another shape."""
        old = self.value.shape
        pullback = lambda g, out=None: g.reshape(old)  # noqa: E731
        return Tensor(self.value.reshape(*shape), [(self, pullback)])

    def ravel(self):
        """The same entries in a vector."""
        return self.reshape(-1)

    flatten = ravel

    def squeeze(self, axis=None):
        """The same entries without axes of size 1."""
        return self.reshape(self.value.squeeze(axis).shape)

    def transpose(self, *axes):
        """The value with its axes in another order; reversed if none is given."""
        axes = axes if axes and isinstance(axes[0], Integral) else (axes or [None])[0]
        back = None if axes is None else np.argsort([i % self.ndim for i in axes])
        pullback = lambda g, out=None: g.transpose(back)  # noqa: E731
        return Tensor(self.value.transpose(axes), [(self, pullback)])

    def backward(self):
        """Set ``grad`` of every input that this one number was computed from.

        It sets, and does not add: the next call begins anew.

        Raises
        ------
        ValueError
            If this Tensor is not a single number.
        TypeError
            Inside a function that is being differentiated, if it depends on an argument
            of that.
        """
        nodes = _free(tape(self))
        adjoints = _sweep(nodes.copy(), _one(self))
        for node in nodes:
            if not node.edges:
                node.grad = np.array(adjoints[node])[()]


def _refused(name):
    def method(x):
        raise AttributeError(_no_rule(name, "it to Tensor"))

    return property(method)


for _name in REMEDIES.keys() & vars(np.ndarray).keys():
    setattr(Tensor, _name, _refused(_name))


def _plain(value):
    """What a Tensor holds: an array of floats, or a number of numpy's."""
    if type(value) is np.ndarray and value.dtype == float:  # most are: ask no more
        return value
    if stands_for_array(value):
        raise TypeError(
            f"value must be a plain array, but is a {type(value).__name__}: "
            "a Tensor is differentiated once; for second derivatives take differences "
            "of its gradient"
        )
    return as_floats(value, "value")[()]


def _value_of(x):
    return x.value if isinstance(x, Tensor) else _plain(x)


def _floats(y):
    """What a ufunc returned; one made from Python returns objects."""
    floats = isinstance(y, np.ndarray | np.generic) and y.dtype.kind == "f"
    return y if floats else np.asanyarray(y, dtype=float)[()]


def _look(x):
    """The value of a Tensor; anything else, such as an axis, as it is."""
    return x.value if isinstance(x, Tensor) else x


def _own(index):
    """An index that nobody else can change before the walk back."""
    if isinstance(index, np.ndarray):
        return index.copy()
    if isinstance(index, tuple | list):
        return type(index)(map(_own, index))
    return index


def _no_rule(name, addition):
    remedy = f"write {REMEDIES[name]}, or " if name in REMEDIES else ""
    return f"{name} has no rule for Tensors: {remedy}add {addition}"


def _check_options(name, options, known):
    """Refuse an option of numpy's that the rule of a function does not take."""
    for option in options:
        if option not in known:
            takes = ", ".join(known) or "none"
            raise TypeError(
                f"{name} of a Tensor has no option {option}: it takes {takes}"
            )


@lru_cache
def _options_of(rule):
    """The names of what a rule takes besides its array."""
    return tuple(signature(rule).parameters)[1:]


def _pullback(rule, y, values, shape):
    """The rule of one argument, with the values at hand and broadcasting undone."""

    def pullback(g, out=None):
        g = rule(y, *values, g)
        return g if g.shape == shape else _unbroadcast(g, shape)

    return pullback


def _unbroadcast(g, shape):
    """Sum g over the axes that broadcasting added or stretched: its transpose."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = [i for i, size in enumerate(shape) if size == 1 != g.shape[i]]
    return g.sum(axis=tuple(stretched), keepdims=True)


def _kept(g, axis, keepdims):
    """An adjoint with the summed axes in place again."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)


def _parts(x, total):
    """How many entries each sum is made of."""
    return x.size / max(total.size, 1)


def _others(x, axis):
    """For each entry the product of all others along an axis: nothing is divided."""
    x = np.moveaxis(x, axis, -1)
    one = np.ones_like(x[..., :1])
    before = np.concatenate([one, x[..., :-1]], axis=-1).cumprod(axis=-1)
    after = np.concatenate([one, x[..., :0:-1]], axis=-1).cumprod(axis=-1)
    return np.moveaxis(before * after[..., ::-1], -1, axis)


def _extreme(x, extreme, axis, keepdims):
    values = x.value
    value = extreme if keepdims else extreme.squeeze(axis)

    def pullback(g, out=None):
        winners = values == extreme
        # nan, which equals nothing, has no winner: its slopes are nan
        count = np.where(np.isnan(extreme), np.nan, winners.sum(axis, keepdims=True))
        return _kept(g, axis, keepdims) * (winners / count)

    return Tensor(value, [(x, pullback)])


# What moves numbers about


def _where(condition, x, y):
    if isinstance(condition, Tensor):
        raise TypeError(
            "condition must hold truth values, but is a Tensor: write x > 0"
        )
    condition = np.array(condition, dtype=bool)  # ours: nobody else can change it
    edges = [
        (each, _pullback(rule, None, (condition,), each.value.shape))
        for each, rule in ((x, lambda y, c, g: g * c), (y, lambda y, c, g: g * ~c))
        if isinstance(each, Tensor)
    ]
    return Tensor(np.where(condition, _value_of(x), _value_of(y)), edges)


def _concatenate(arrays, axis=0):
    if axis is None:
        return _concatenate([np.reshape(each, -1) for each in arrays])
    values = [_value_of(each) for each in arrays]
    ends = accumulate((value.shape[axis] for value in values), initial=0)
    parts = [slice(start, end) for start, end in pairwise(ends)]
    return _joined(np.concatenate(values, axis=axis), arrays, parts, axis)


def _stack(arrays, axis=0):
    value = np.stack([_value_of(each) for each in arrays], axis=axis)
    return _joined(value, arrays, range(len(arrays)), axis)


def _joined(value, arrays, parts, axis):
    """Arrays that were put side by side: to each goes its part of the adjoint."""
    before = (slice(None),) * (axis % value.ndim)
    edges = [
        (x, lambda g, out=None, at=(*before, part): g[at])
        for x, part in zip(arrays, parts, strict=True)
        if isinstance(x, Tensor)
    ]
    return Tensor(value, edges)


def _clip(x, a_min=None, a_max=None, *, min=None, max=None):  # noqa: A002
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    x = +x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def _dot(a, b):
    if not np.ndim(a) or not np.ndim(b):
        return a * b
    if np.ndim(b) > 2:
        raise TypeError("dot has no rule for Tensors of three axes: write it with @")
    return a @ b


def _outer(a, b):
    return np.reshape(a, (-1, 1)) * np.reshape(b, -1)


def _expand_dims(x, axis):
    return x.reshape(np.expand_dims(x.value, axis).shape)


def _reshape(x, shape):
    return x.reshape(shape)


def _transpose(x, axes=None):
    return x.transpose(axes)


# The functions of whole arrays that a Tensor follows.
FUNCTIONS = {
    np.sum: Tensor.sum,
    np.mean: Tensor.mean,
    np.var: Tensor.var,
    np.std: Tensor.std,
    np.prod: Tensor.prod,
    np.max: Tensor.max,
    np.min: Tensor.min,
    np.amax: Tensor.max,
    np.amin: Tensor.min,
    np.reshape: _reshape,
    np.ravel: Tensor.ravel,
    np.squeeze: Tensor.squeeze,
    np.expand_dims: _expand_dims,
    np.transpose: _transpose,
    np.copy: Tensor.copy,
    np.where: _where,
    np.clip: _clip,
    np.dot: _dot,
    np.outer: _outer,
    np.concatenate: _concatenate,
    np.stack: _stack,
    np.zeros_like: lambda x, dtype=float: np.zeros(x.shape, dtype),
    np.ones_like: lambda x, dtype=float: np.ones(x.shape, dtype),
    np.full_like: lambda x, fill_value: np.full(x.shape, fill_value),
}


# The walk back


def tape(output):
    """All that a Tensor was computed from, and itself, in the order it was made.

    An operation is made after its inputs are, so walking the list backward meets every
    Tensor after all that use it: a topological order, without a search for one.

    Parameters
    ----------
    output : Tensor

    Returns
    -------
    list of Tensor
        Each once, however often it was used; the output last.

    Raises
    ------
    TypeError
        If output is no Tensor.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, §3.2. Wengert (1964), A simple
    automatic derivative evaluation program.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> x = Tensor(3.0)
    >>> tape(x * x + x)
    [Tensor(3.0), Tensor(9.0), Tensor(12.0)]
    """
    if not isinstance(output, Tensor):
        kind = type(output).__name__
        raise TypeError(f"output must be a Tensor, but is of type {kind}")
    found, waiting = {output}, [output]
    while waiting:
        for parent, _ in waiting.pop().edges:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=attrgetter("serial"))


def _sweep(nodes, g):
    """The chain rule, from the last node to the first: the adjoints of the inputs.

    It empties the list as it goes, so what only the list held on to is freed. The first
    adjoint of an input is written into its home, if it has one; a sum is new memory,
    since adjoints may be shared.
    """
    adjoints = {nodes[-1]: g}
    while nodes:
        node = nodes.pop()
        if not node.edges:
            continue
        g = adjoints.pop(node)
        for parent, pullback in node.edges:
            home, before = parent.home, adjoints.get(parent)
            sent = pullback(g, home) if before is None else pullback(g)
            if sent is not home and sent.shape != parent.value.shape:
                raise ValueError(
                    f"a pullback must return the shape of its argument, {parent.shape},"
                    f" but returns {sent.shape}"
                )
            adjoints[parent] = sent if before is None else before + sent
    return adjoints


def _one(output):
    """The adjoint that the walk begins with, ∂L/∂L."""
    if output.value.size != 1:
        raise ValueError(
            f"the value must be one number to have a gradient, but its shape is "
            f"{output.shape}: sum it, or use value_and_pullback"
        )
    return np.ones(output.shape) if output.value.ndim else np.float64(1)


# Inputs of the functions that are being run, to be differentiated.
_under_way = set()


def _recorded(f, inputs, rest=()):
    """The tape of one run of f."""
    _under_way.update(inputs)
    try:
        result = f(*inputs, *rest)
    finally:
        _under_way.difference_update(inputs)
    return _free(tape(_as_tensor(result)))


def _free(nodes):
    """A tape that no derivative around this one needs: it would get plain numbers."""
    if _under_way and not _under_way.isdisjoint(nodes):
        raise TypeError(
            "a derivative inside a derivative must not depend on an argument of the "
            "one around it, whose slope would be lost: for second derivatives take "
            "differences of the gradient (hessian_vector_product)"
        )
    return nodes


def _as_tensor(result):
    """What f returned; a plain result does not depend on the inputs."""
    return result if isinstance(result, Tensor) else Tensor(result)


def _gradients(adjoints, inputs):
    """An array of its own for each input; zero where the result does not depend."""
    return tuple(np.array(adjoints.get(x, np.zeros(x.shape)))[()] for x in inputs)


def value_and_gradient(f):
    """The function that returns what f returns, and the slopes along all arguments.

    One run of f and one walk back give::

        f(a, b, …)   and   ∂f/∂a, ∂f/∂b, …

    Parameters
    ----------
    f : function of one or more arrays
        Returns one number. It may use numpy's functions in ``RULES`` and ``FUNCTIONS``.

    Returns
    -------
    function of the same arrays
        Returns the value, a float, and a tuple with one gradient for each argument,
        of its shape; zeros where f does not depend on it.

    Raises
    ------
    TypeError
        If f is not a function, or calls one without a rule (the message names it), or
        is a derivative inside a derivative and depends on an argument of the one
        around it.
    ValueError
        If f returns more than one number.

    References
    ----------
    Baydin, Pearlmutter, Radul & Siskind (2018), Automatic differentiation in machine
    learning: a survey.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> value, (gradient,) = value_and_gradient(lambda x: (x**2).sum())([1.0, 2.0])
    >>> value, gradient
    (5.0, array([2., 4.]))
    """
    check_callable(f=f)

    @wraps(f)
    def differentiated(*arrays):
        inputs = [Tensor(x) for x in arrays]
        nodes = _recorded(f, inputs)
        one, value = _one(nodes[-1]), nodes[-1].value.item()
        return value, _gradients(_sweep(nodes, one), inputs)

    return differentiated


def value_and_pullback(f):
    """The function that returns what f returns, and what takes adjoints back through f.

    For y = f(x) with the Jacobian J, the pullback is::

        g ↦ gᵀ J,   one row of J for each g

    Parameters
    ----------
    f : function of one or more arrays
        Returns a number or an array.

    Returns
    -------
    function of the same arrays
        Returns y, an array, and ``pullback(g)``: for g of the shape of y, a tuple with
        an array for each argument, of its shape. It may be called many times.

    Raises
    ------
    TypeError
        As in `value_and_gradient`.
    ValueError
        From the pullback, if g has not the shape of y.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, §3.2.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> y, pullback = value_and_pullback(lambda x: x * x)([1.0, 2.0])
    >>> y, pullback([1.0, 10.0])
    (array([1., 4.]), (array([ 2., 40.]),))
    """
    check_callable(f=f)

    @wraps(f)
    def with_pullback(*arrays):
        inputs = [Tensor(x) for x in arrays]
        for x in inputs:  # ours, since the caller may change the arrays meanwhile
            x.value = x.value.copy()
        nodes = _recorded(f, inputs)
        shape = nodes[-1].shape

        def pullback(g):
            g = _plain(g)
            check_shapes(g=(g, " ".join(map(str, shape))))
            return _gradients(_sweep(nodes.copy(), g), inputs)

        return nodes[-1].value.copy(), pullback

    return with_pullback


def value_and_flat_gradient(f, shapes):
    """As `value_and_gradient`, for arrays laid end to end in one vector θ.

    The gradient is one vector too, so that an optimizer moves all weights in one step.
    Each part is written straight into its place.

    Parameters
    ----------
    f : function of arrays of these shapes, and of whatever else it needs
        Returns one number.
    shapes : sequence of shapes
        Their sizes add up to p.

    Returns
    -------
    function of θ, a (p,) array, and of whatever else f needs
        Returns the value, a float, and the gradient, a new (p,) array. The rest of the
        arguments is handed to f as it is: neither differentiated nor copied.

    Raises
    ------
    TypeError
        As in `value_and_gradient`.
    ValueError
        If θ has not the shape (p,), or f returns more than one number.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> def loss(w, b, x, y):
    ...     return np.square(x @ w + b - y).mean()
    >>> both = value_and_flat_gradient(loss, [(2,), ()])
    >>> both([1.0, 2.0, 0.5], np.array([[1.0, 1.0]]), 0.0)
    (12.25, array([7., 7., 7.]))
    """
    check_sizes(shapes=shapes)
    check_callable(f=f)
    ends = list(accumulate((math.prod(shape) for shape in shapes), initial=0))
    cuts = [
        (slice(*ends_of), shape)
        for ends_of, shape in zip(pairwise(ends), shapes, strict=True)
    ]

    @wraps(f)
    def differentiated(theta, *rest):
        theta = _plain(theta)
        if theta.shape != (ends[-1],):
            check_shapes(theta=(theta, f"{ends[-1]}"))
        inputs = [Tensor(theta[cut].reshape(shape), ()) for cut, shape in cuts]
        gradient = np.empty(ends[-1])
        for x, (cut, shape) in zip(inputs, cuts, strict=True):
            x.home = gradient[cut].reshape(shape)
        nodes = _recorded(f, inputs, rest)
        one, value = _one(nodes[-1]), nodes[-1].value.item()
        adjoints = _sweep(nodes, one)
        for x in inputs:
            g = adjoints.get(x, 0.0)
            if g is not x.home:
                x.home[...] = g
        return value, gradient

    return differentiated


# Several operations in one


def dense(X, W, b):
    """A layer of neurons without activation, as one operation.

    ::

        Y = XW + b,   ∂L/∂X = g Wᵀ,   ∂L/∂W = Xᵀ g,   ∂L/∂b = Σᵢ gᵢ

    It is ``X @ W + b``, faster: no adjoint is made for X where X is plain data.

    Parameters
    ----------
    X : (n, d) array or Tensor
        A sample is a row.
    W : (d, k) array or Tensor
    b : (k,) array or Tensor

    Returns
    -------
    (n, k) Tensor
        A plain array if all three are.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> dense(Tensor([[1.0, 2.0]]), np.ones((2, 3)), np.zeros(3))
    Tensor([[3. 3. 3.]])
    """
    return _layer(X, W, b, relu=False)


def dense_relu(X, W, b):
    """`dense` and then relu, as one operation.

    ::

        Y = max(XW + b, 0)

    At 0 its slope is 0. Arguments as for `dense`.

    Returns
    -------
    (n, k) Tensor
        A plain array if all three are.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> dense_relu(Tensor([[1.0, -2.0]]), np.eye(2), np.zeros(2))
    Tensor([[1. 0.]])
    """
    return _layer(X, W, b, relu=True)


def _layer(X, W, b, *, relu):
    x, w, shift = _value_of(X), _value_of(W), _value_of(b)
    if not x.ndim == w.ndim == 2 or x.shape[1:] + shift.shape != w.shape:
        check_shapes(X=(x, "n d"), W=(w, "d k"), b=(shift, "k"))
    y = x @ w
    y += shift
    if relu:  # in the memory of XW + b, which no pullback needs
        np.maximum(y, np.zeros(y.shape), out=y)  # faster than the number 0
    edges = []
    if isinstance(X, Tensor):
        edges.append((X, lambda g, out=None: np.matmul(g, w.T, out)))
    if isinstance(W, Tensor):
        edges.append((W, lambda g, out=None: np.matmul(x.T, g, out)))
    if isinstance(b, Tensor):  # a row of ones times g is faster than a sum
        edges.append((b, lambda g, out=None: np.matmul(_ones(len(g)), g, out)))
    if not edges:
        return y
    z = Tensor(y, edges)
    # at y = 0 the slope is 0, above 1, at nan it is nan: the sign of y
    return Tensor(y, [(z, lambda g, out=None: g * np.sign(y))]) if relu else z


@lru_cache(maxsize=16)
def _ones(n):
    """Ones to read, made once for each size of a batch."""
    ones = np.ones(n)
    ones.flags.writeable = False
    return ones


def softmax_cross_entropy(logits, labels):
    """The mean surprise at the labels, in nats, as one operation.

    With P = softmax(Z) and Y the labels as rows of zeros and a one::

        L = −1/n Σᵢ log Pᵢ,ᵧᵢ,   ∂L/∂Z = (P − Y) / n

    Parameters
    ----------
    logits : (n, k) array or Tensor
        Z, a row of scores for each sample.
    labels : (n,) array of int
        The classes y, each in 0 … k − 1.

    Returns
    -------
    Tensor of shape ()
        log k where all scores are equal; nan if a score is nan or +∞. A plain number if
        logits are plain.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a label is none of the classes.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> Z = Tensor([[0.0, 0.0]])
    >>> L = softmax_cross_entropy(Z, np.array([1]))
    >>> L.backward()
    >>> print(L.value.round(4), Z.grad)
    0.6931 [[ 0.5 -0.5]]
    """
    z = _value_of(logits)
    labels = as_numbers(labels, "labels").copy()  # ours until the walk back
    if z.ndim != 2 or labels.shape != z.shape[:1] or labels.dtype.kind != "i":
        check_shapes(logits=(z, "n k"), labels=(labels, "n"))
        check_labels(labels, z.shape[1])
    if not z.size:
        raise ValueError(f"logits must hold a sample, but their shape is {z.shape}")
    p, at = z.T.copy(), (labels, np.arange(len(labels)))  # numpy likes long rows
    p -= p.max(axis=0)
    right = _entries(p, at)
    np.exp(p, out=p)
    total = p.sum(axis=0)

    def pullback(g, out=None):
        share = g / len(labels)
        q = p * (share / total)
        q[at] -= share
        return q.T

    loss = (np.log(total) - right).sum() / len(labels)
    return Tensor(loss, [(logits, pullback)]) if isinstance(logits, Tensor) else loss


def _entries(p, at):
    """Those of the labels: numpy refuses large ones, but −1 would be the last class."""
    try:
        if at[0].min() >= 0:
            return p[at]
    except IndexError:
        pass
    return check_labels(at[0], len(p))


# What it costs


class Cost(NamedTuple):
    """What a value and its gradient take.

    Chapter: autodiff
    """

    forward: int  # operations on numbers to find the value
    backward: int  # operations on numbers to find the gradient after that
    length: int  # operations on the tape
    stored: int  # numbers that the tape keeps for the way back


class _Counted(np.ndarray):
    """An array that notes the work of each numpy function it goes through."""

    def __array_finalize__(self, source):
        self.tally = getattr(source, "tally", None)

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        tally = next(x.tally for x in (*inputs, *out) if isinstance(x, _Counted))
        if out:
            options["out"] = tuple(np.asarray(x) for x in out)
        plain = [np.asarray(x) if isinstance(x, _Counted) else x for x in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        tally.append(_work(ufunc, method, plain, result))
        return out[0] if out else _counted(result, tally)


def _counted(array, tally):
    counted = np.asarray(array).view(_Counted)
    counted.tally = tally
    return counted


def _work(ufunc, method, inputs, result):
    """How many numbers are made; a sum takes one addition for each summand."""
    if ufunc is np.matmul:
        return 2 * np.size(result) * inputs[0].shape[-1]
    if method in ("reduce", "at"):
        return max(np.size(x) for x in inputs if isinstance(x, np.ndarray))
    return np.size(result)


def count_operations(f, *arrays):
    """Count the operations on numbers behind f and behind its gradient.

    An entrywise function costs one for each entry it makes; a matrix product
    (m, k) (k, n) costs 2mkn; a sum, one for each summand. Moving numbers is free.

    Parameters
    ----------
    f : function of arrays
        Returns one number.
    *arrays : array
        Where to run it.

    Returns
    -------
    Cost
        Fields ``forward``, ``backward``, ``length`` and ``stored``.

    Raises
    ------
    TypeError, ValueError
        As in `value_and_gradient`.

    References
    ----------
    Baur & Strassen (1983), The complexity of partial derivatives, for the bound on
    backward / forward. Griewank & Walther (2008), Evaluating Derivatives, chapter 4.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> count_operations(lambda x: (x * x).sum(), np.ones(100))
    Cost(forward=200, backward=300, length=2, stored=101)
    """
    check_series(arrays=arrays)
    check_callable(f=f)
    inputs, tally = [Tensor(x) for x in arrays], []
    for x in inputs:
        x.value = _counted(x.value, tally)
    nodes = _recorded(f, inputs)
    forward = sum(tally)
    made = [node for node in nodes if node.edges]
    stored = sum({id(_owner(x.value)): x.size for x in made}.values())
    length, one = len(made), _counted(_one(nodes[-1]), tally)
    _sweep(nodes, one)
    return Cost(forward, sum(tally) - forward, length, stored)


def _owner(array):
    """The array whose memory this one looks into."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
