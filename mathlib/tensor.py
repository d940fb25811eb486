"""The Tensor: an array that remembers how it was made.

Code that is written for arrays runs on Tensors unchanged, as long as all numpy
functions in it stand in ``RULES`` or ``FUNCTIONS``; any other is refused by its name.

A Tensor knows what it was made from, never what is made from it. So no two hold each
other, and memory is free as soon as nothing needs it.

Reading order: ``Tensor``; ``FUNCTIONS``, the functions of whole arrays that it follows.
The pullbacks are in `mathlib.pullback_rules`, the walk back is in `mathlib.tape`.
"""

from functools import lru_cache
from inspect import signature
from itertools import count
from numbers import Integral

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from mathlib import array_functions
from mathlib.pullback_rules import (
    QUESTIONS,
    REMEDIES,
    RULES,
    is_normal,
    no_rule,
    pullback_of,
)
from mathlib.special import part_of
from mathlib.tape import first_adjoint, free_tape, plain, sweep, value_of

_serials = count()
_FLOAT = np.dtype(float)


class Tensor(NDArrayOperatorsMixin):
    """An array that remembers the operation that made it.

    Use it as an array. The operators, numpy's functions in ``RULES`` and ``FUNCTIONS``,
    indexing and the methods below return Tensors. Those in ``QUESTIONS`` look at the
    values alone and return plain truth values or places. Truth, length and iteration
    are an array's. Plain arrays in a formula are kept, not copied: leave them as they
    are until the walk back is over.

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
        call drops a slope in silence. (An unknown method is an AttributeError. Where an
        entry of a plain array is set, numpy wraps the TypeError in a ValueError.)

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
        ours = edges is not None and getattr(value, "dtype", None) is _FLOAT
        self.value = value if ours else plain(value)
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
        values = [value_of(x) for x in inputs]
        if ufunc in QUESTIONS:
            return getattr(ufunc, method)(*values, **options)
        if method != "__call__" or ufunc not in RULES:
            raise TypeError(no_rule(name, "its pullbacks to RULES"))
        _check_options(name, options, known=())
        y = _floats(ufunc(*values))
        edges = [
            (x, pullback_of(rule, y, values, x.value.shape))
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
            raise TypeError(no_rule(function.__name__, "it to FUNCTIONS"))
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
            product = values.prod(axis=axis, keepdims=True)
            return _kept(g, axis, keepdims) * _others(values, axis, product)

        return Tensor(whole, [(self, pullback)])

    def max(self, axis=None, *, keepdims=False):
        """The largest of all entries, or along axes; several share the adjoint."""
        return _extreme(self, self.value.max(axis=axis, keepdims=True), axis, keepdims)

    def min(self, axis=None, *, keepdims=False):
        """The smallest of all entries, or along axes; several share the adjoint."""
        return _extreme(self, self.value.min(axis=axis, keepdims=True), axis, keepdims)

    def clip(self, low=None, high=None):
        """No entry below low and none above high; None is no bound."""
        return array_functions.clip(self, low, high)

    def dot(self, other):
        """The product with a number, a vector or a matrix."""
        return array_functions.dot(self, other)

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

    def swapaxes(self, axis1, axis2):
        """The value with two of its axes exchanged."""
        return array_functions.swapaxes(self, axis1, axis2)

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
        nodes = free_tape(self)
        adjoints = sweep(nodes.copy(), first_adjoint(self))
        for node in nodes:
            if not node.edges:
                node.grad = np.array(adjoints[node])[()]


def _refused(name):
    def method(x):
        raise AttributeError(no_rule(name, "it to Tensor"))

    return property(method)


for _name in REMEDIES.keys() & vars(np.ndarray).keys():
    setattr(Tensor, _name, _refused(_name))


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
    if isinstance(index, tuple):
        return tuple(map(_own, index))
    if isinstance(index, list):
        return list(map(_own, index))
    return index


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


def _kept(g, axis, keepdims):
    """An adjoint with the summed axes in place again."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)


def _parts(x, total):
    """How many entries each sum is made of."""
    return x.size / max(total.size, 1)


def _others(x, axis, product):
    """For each entry the product of all others along an axis.

    Nothing is divided, except where one side alone is too large or too small a float.
    """
    x, product = np.moveaxis(x, axis, -1), np.moveaxis(product, axis, -1)
    one = np.ones_like(x[..., :1])
    before = np.concatenate([one, x[..., :-1]], axis=-1).cumprod(axis=-1)
    after = np.concatenate([one, x[..., :0:-1]], axis=-1).cumprod(axis=-1)
    after = after[..., ::-1]
    others = before * after
    lost = ~(is_normal(before) & is_normal(after)) & is_normal(product)
    if lost.any():
        np.divide(product, x, out=others, where=lost)
    return np.moveaxis(others, -1, axis)


def _extreme(x, extreme, axis, keepdims):
    values = x.value
    value = extreme if keepdims else extreme.squeeze(axis)

    def pullback(g, out=None):
        winners = values == extreme
        # nan, which equals nothing, has no winner: its slopes are nan
        count = np.where(np.isnan(extreme), np.nan, winners.sum(axis, keepdims=True))
        return part_of(winners / count, _kept(g, axis, keepdims))

    return Tensor(value, [(x, pullback)])


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
    np.reshape: array_functions.reshape,
    np.ravel: Tensor.ravel,
    np.squeeze: Tensor.squeeze,
    np.expand_dims: array_functions.expand_dims,
    np.transpose: array_functions.transpose,
    np.swapaxes: array_functions.swapaxes,
    np.pad: array_functions.pad,
    np.copy: Tensor.copy,
    np.where: array_functions.where,
    np.clip: array_functions.clip,
    np.dot: array_functions.dot,
    np.outer: array_functions.outer,
    np.concatenate: array_functions.concatenate,
    np.stack: array_functions.stack,
    np.zeros_like: lambda x, dtype=float: np.zeros(x.shape, dtype),
    np.ones_like: lambda x, dtype=float: np.ones(x.shape, dtype),
    np.full_like: lambda x, fill_value: np.full(x.shape, fill_value, float),
}
