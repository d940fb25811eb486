"""Several operations in one: what a network runs most, with fewer steps on the tape.

They take Tensors and plain arrays, and return a plain array if all are plain. Each
writes its adjoints straight into the place that is kept for them, if there is one.

Reading order: ``dense`` and ``dense_relu``; ``softmax_cross_entropy``; ``operation``,
the bridge for every function that brings its own pullback.
"""

from functools import lru_cache, partial, wraps

import numpy as np

from mathlib.checks import as_numbers, check_callable, check_labels, check_shapes
from mathlib.tape import remembers, value_of
from mathlib.tensor import Tensor


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
    x, w, shift = value_of(X, "X"), value_of(W, "W"), value_of(b, "b")
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
    return Tensor(y, [(z, lambda g, out=None: _where_above(y, g))]) if relu else z


def _where_above(y, g):
    """The adjoint of relu: at y = 0 the slope is 0, above 1, at nan it is nan."""
    slope = np.sign(y)
    slope *= g  # in its own memory
    return slope


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
        log k where all scores are equal; nan if a score is nan or +∞, or all in a row
        are −∞. A plain number if logits are plain. The slope at a label is 0 where its
        probability rounds to 1.

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
    z = value_of(logits, "logits")
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


def operation(layer):
    """Let Tensors through a function that brings its own pullback.

    ::

        y, pullback = layer(x₁, x₂, …),     pullback(g) = (∂L/∂x₁, ∂L/∂x₂, …)

    for g = ∂L/∂y. The whole function becomes one step of the tape. The ``forward`` of
    every ``Layer`` has this form, and so have ``batch_norm`` and its relatives.

    Parameters
    ----------
    layer : function of arrays
        Returns y and its pullback, which returns one gradient for each array, of its
        shape, in memory of its own, and leaves g as it is. Gradients of the last arrays
        may be missing, if those are never Tensors. From Tensors y is copied, so the
        layer may use its memory again.

    Returns
    -------
    function of the same arrays, of which any may be Tensors
        Returns y: a Tensor, or a plain array if all are plain. What is no Tensor, and
        each option, is handed to the layer as it is. A walk back calls the pullback
        once, however many Tensors there are.

    Raises
    ------
    TypeError
        If layer is not a function, or does not return a pair of real numbers and a
        function; in the walk back, if the pullback returns no tuple of real numbers.
    ValueError
        In the walk back, if the pullback has no gradient for a Tensor, or one of
        another shape.

    References
    ----------
    Maclaurin, Duvenaud & Adams (2015), Autograd: effortless gradients in numpy, where
    it is called a primitive.

    Notes
    -----
    Chapter: autodiff. ``count_operations`` does not look into a layer that makes plain
    arrays of what it is given.

    Examples
    --------
    >>> def cube(x):
    ...     return x**3, lambda g: (3 * x**2 * g,)
    >>> x = Tensor([1.0, 2.0])
    >>> L = operation(cube)(x).sum()
    >>> L.backward()
    >>> print(L, x.grad)
    Tensor(9.0) [ 3. 12.]
    """
    check_callable(layer=layer)

    @wraps(layer)
    def through(*arrays, **options):
        inputs = [x.value if remembers(x) else x for x in arrays]
        returned = layer(*inputs, **options)
        if not (isinstance(returned, tuple) and len(returned) == 2):
            raise TypeError(
                f"layer must return a pair, y and its pullback, but returns a "
                f"{type(returned).__name__}"
            )
        y, pullback = returned
        check_callable(pullback=pullback)
        at = [i for i, x in enumerate(arrays) if remembers(x)]
        if not at:
            return y
        edges = [(arrays[i], share) for i, share in _shares(pullback, at)]
        as_numbers(y, "what layer returns")
        return Tensor(np.array(_entrywise(y), dtype=float, subok=True)[()], edges)

    return through


def _shares(pullback, at):
    """One pullback for each of the inputs ``at``, from one that returns all.

    The walk back asks them in turn, with one g: the first of them calls, and the last
    forgets, so that nothing outlives the walk.
    """
    found = []

    def share(i, g, out=None):
        if i == at[0]:
            found[:] = _gradients(pullback(g), at[-1])
        as_numbers(found[i], "what pullback returns")
        gradient = np.asanyarray(_entrywise(found[i]), dtype=float)
        if i == at[-1]:
            found.clear()
        return gradient

    return [(i, partial(share, i)) for i in at]


def _entrywise(x):
    """A matrix of numpy's as an array: times another, it is no product of entries."""
    return np.asarray(x) if isinstance(x, np.matrix) else x


def _gradients(returned, last):
    """What a pullback returned: a tuple that goes as far as the last Tensor."""
    if not isinstance(returned, tuple | list):
        raise TypeError(
            f"pullback must return a tuple of gradients, but returns a "
            f"{type(returned).__name__}"
        )
    if len(returned) <= last:
        raise ValueError(
            f"pullback must return a gradient for each array, but returns "
            f"{len(returned)}, and array {last} (from 0) is a Tensor"
        )
    return returned
