"""Vectors: length, angle, shadow, and the plane that separates.

A vector is an array of shape (d,): d numbers along one axis. Several vectors are the
rows of an array of shape (n, d); where a function takes rows, it treats each alone.
Angles are in radians.

Reading order: combinations; ``norm`` and ``normalize``; ``dot``, ``cosine`` and
``angle``; ``projection`` and the two ways of Gram and Schmidt; the hyperplane; data
as vectors.
"""

import math
from numbers import Real
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_numbers,
    check_count,
    check_finite,
    check_labels,
    check_shapes,
    shown,
)

EPSILON = np.finfo(float).eps


class Projection(NamedTuple):
    """A vector, split along a line: ``shadow + rest`` is the vector.

    Chapter: vectors
    """

    shadow: np.ndarray  # (d,), on the line
    rest: np.ndarray  # (d,), square to the line


# Combinations


def linear_combination(coefficients, vectors):
    """Add up vectors, each multiplied by a number.

    ::

        c₁ v₁ + c₂ v₂ + … + cₖ vₖ

    Parameters
    ----------
    coefficients : (k,) array
    vectors : (k, d) array
        A vector is a row.

    Returns
    -------
    (d,) array

    Raises
    ------
    ValueError
        If the number of coefficients is not the number of vectors.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> linear_combination([2.0, -1.0], [[1.0, 0.0], [3.0, 1.0]])
    array([-1., -1.])
    """
    coefficients = as_floats(coefficients, "coefficients")
    vectors = as_floats(vectors, "vectors")
    check_shapes(vectors=(vectors, "k d"), coefficients=(coefficients, "k"))
    return (coefficients[:, None] * vectors).sum(axis=0)


# Length


def norm(v, p=2):
    """Length of a vector, in the p-norm.

    ::

        ‖v‖ₚ = (|v₁|ᵖ + … + |v_d|ᵖ)^(1/p),   ‖v‖_∞ = maxᵢ |vᵢ|

    The entries are divided by the largest of them first: no power can overflow, and one
    that vanishes is too small to count.

    Parameters
    ----------
    v : (d,) array, or (n, d) array
    p : float
        From 1 to ``inf``. Landmarks: 1 adds the sizes of the entries, 2 is the length
        that a ruler measures, ``inf`` is the largest entry.

    Returns
    -------
    float, or (n,) array
        At least 0, and 0 for the zero vector only; one number for each row.

    Raises
    ------
    TypeError
        If v holds no real numbers, or p is none.
    ValueError
        If p < 1: then the triangle inequality fails, and the formula is no norm.

    References
    ----------
    Horn & Johnson (2013), Matrix Analysis, §5.2.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> norm([3.0, 4.0]), norm([3.0, 4.0], p=1), norm([3.0, 4.0], p=np.inf)
    (5.0, 7.0, 4.0)
    >>> norm([1e200, 1e200])
    1.414213562373095e+200
    """
    v, p = _as_rows(v, "v"), _as_exponent(p)
    sizes = np.abs(v)
    largest = sizes.max(axis=-1, keepdims=True, initial=0)
    if p < math.inf:
        usable = (largest > 0) & (largest < math.inf)
        unit = np.where(usable, largest, 1)  # nothing to scale in 0, inf and nan
        with np.errstate(over="ignore"):  # a length beyond the largest float is inf
            total = ((sizes / unit) ** p).sum(axis=-1, keepdims=True)
            largest = unit * total ** (1 / p)
    return _plain(largest[..., 0])


def normalize(v):
    """Keep the direction of a vector, and make its length 1.

    ::

        v / ‖v‖₂

    Parameters
    ----------
    v : (d,) array, or (n, d) array

    Returns
    -------
    array of the shape of v
        Each row has length 1.

    Raises
    ------
    ValueError
        If a vector is zero (it has no direction), or an entry is not finite.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> normalize([3.0, 4.0])
    array([0.6, 0.8])
    """
    return _directions(_as_rows(v, "v"), "v")


# Angle


def dot(u, v):
    """Dot product of two vectors: one number.

    ::

        u · v = u₁v₁ + u₂v₂ + … + u_d v_d

    Parameters
    ----------
    u, v : (d,) array

    Returns
    -------
    float
        0 where the vectors are square to each other.

    Raises
    ------
    ValueError
        If the shapes differ, or one is no vector: two matrices have a matrix product,
        an entrywise product and a Frobenius product, which are three other things.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> dot([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    32.0
    """
    u, v = _as_pair(u=u, v=v)
    return _plain((u * v).sum())


def cosine(u, v):
    """Cosine of the angle between two vectors: how far they agree in direction.

    ::

        cos φ = u · v / (‖u‖ ‖v‖)

    Parameters
    ----------
    u, v : (d,) array

    Returns
    -------
    float
        From −1 (opposite) through 0 (square) to 1 (the same direction), never outside.

    Raises
    ------
    ValueError
        If a vector is zero (it makes no angle), if the shapes differ, or an entry is
        not finite.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> cosine([1.0, 0.0], [5.0, 5.0])
    0.7071067811865475
    """
    u, v = _as_pair(u=u, v=v)
    product = float((_directions(u, "u") * _directions(v, "v")).sum())
    return min(1.0, max(-1.0, product))  # rounding may step over the edge


def angle(u, v):
    """Angle between two vectors, also where it is very small.

    With û and v̂ of length 1::

        φ = 2 · atan2(‖û − v̂‖, ‖û + v̂‖)

    The arccosine of ``cosine`` says the same on paper. In floats it cannot tell angles
    below about 1e-8 from 0.

    Parameters
    ----------
    u, v : (d,) array

    Returns
    -------
    float
        In radians, from 0 to π.

    Raises
    ------
    ValueError
        As for ``cosine``.

    References
    ----------
    Kahan (2006), How Futile are Mindless Assessments of Roundoff in Floating-Point
    Computation?, §12.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> angle([1.0, 0.0], [0.0, 2.0]) == np.pi / 2
    True
    >>> angle([1.0, 0.0], [1.0, 1e-12])
    1e-12
    """
    u, v = _as_pair(u=u, v=v)
    u, v = _directions(u, "u"), _directions(v, "v")
    return 2 * math.atan2(norm(u - v), norm(u + v))


# Shadow


def projection(v, onto):
    """Split a vector into its shadow on a line, and the rest.

    ::

        shadow = (v · a / a · a) a,   rest = v − shadow

    Parameters
    ----------
    v : (d,) array
    onto : (d,) array
        The direction a of the line through the origin; its length does not matter.

    Returns
    -------
    Projection
        Fields ``shadow``, the point of the line closest to v, and ``rest``, square to
        the line.

    Raises
    ------
    ValueError
        If onto is the zero vector, if the shapes differ, or an entry is not finite.

    References
    ----------
    Strang (2016), Introduction to Linear Algebra, §4.2.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> projection([2.0, 3.0], onto=[4.0, 0.0])
    Projection(shadow=array([2., 0.]), rest=array([0., 3.]))
    """
    v, onto = _as_pair(v=v, onto=onto)
    check_finite(v=v)
    unit = _directions(onto, "onto")
    size = np.abs(v).max(initial=0) or 1.0  # or the dot product may overflow
    shadow = (v / size * unit).sum() * unit * size
    return Projection(shadow, v - shadow)


def gram_schmidt(vectors):
    """Turn independent vectors into orthonormal ones, the classical way.

    From each vector its shadows on all before it are taken away, all at once; what is
    left gets length 1::

        rₖ = vₖ − Σ_{j<k} (vₖ · qⱼ) qⱼ,   qₖ = rₖ / ‖rₖ‖

    Nearly dependent vectors come out far from square to each other: the rounding of
    each shadow stays. ``modified_gram_schmidt`` does better.

    Parameters
    ----------
    vectors : (k, d) array
        A vector is a row; k ≤ d.

    Returns
    -------
    (k, d) array
        Its rows have length 1 and are square to each other. The first j of them span
        what the first j vectors span.

    Raises
    ------
    ValueError
        If a row is zero, or depends on the rows before it up to rounding; the message
        says which. More than d rows always do.

    References
    ----------
    Björck (1967), Solving linear least squares problems by Gram-Schmidt
    orthogonalization.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> gram_schmidt([[3.0, 4.0], [1.0, 0.0]])
    array([[ 0.6,  0.8],
           [ 0.8, -0.6]])
    """

    def rest(v, done):
        return v - (done @ v) @ done

    return _orthonormal(vectors, rest)


def modified_gram_schmidt(vectors):
    """Turn independent vectors into orthonormal ones, one shadow after the other.

    Each shadow is measured on what the ones before it have left::

        r ← vₖ,   r ← r − (r · qⱼ) qⱼ  for j = 1 … k − 1,   qₖ = r / ‖r‖

    On paper this is ``gram_schmidt``. In floats an error made at one j is seen, and
    taken away, at the next.

    Parameters
    ----------
    vectors : (k, d) array
        A vector is a row; k ≤ d.

    Returns
    -------
    (k, d) array
        As for ``gram_schmidt``; off square by at most about the rounding unit times the
        condition number of the vectors, each brought to length 1.

    Raises
    ------
    ValueError
        As for ``gram_schmidt``.

    References
    ----------
    Björck (1967), Solving linear least squares problems by Gram-Schmidt
    orthogonalization.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> modified_gram_schmidt([[3.0, 4.0], [1.0, 0.0]])
    array([[ 0.6,  0.8],
           [ 0.8, -0.6]])
    """

    def rest(v, done):
        for q in done:
            v = v - (v @ q) * q
        return v

    return _orthonormal(vectors, rest)


def _orthonormal(vectors, rest):
    """Rows qₖ in the direction of ``rest(vₖ, q₁ … qₖ₋₁)``."""
    vectors = as_floats(vectors, "vectors")
    sizes = check_shapes(vectors=(vectors, "k d"))
    # At length 1 the singular values say how far the rows depend on each other.
    directions = _directions(vectors, "vectors")
    _check_independent(directions, 8 * max(sizes.values()) * EPSILON)
    basis = np.empty_like(directions)
    for k, direction in enumerate(directions):
        basis[k] = normalize(rest(direction, basis[:k]))
    return basis


def _check_independent(directions, rounding):
    """Refuse the first row that depends on those before it, up to rounding.

    The singular values tell, not what is left of a row: where the rows before it are
    nearly dependent, rounding leaves much of a row of which nothing should be left.
    """
    independent = np.linalg.matrix_rank(directions, tol=rounding)
    if independent == len(directions):
        return
    for k in range(len(directions)):
        if np.linalg.matrix_rank(directions[: k + 1], tol=rounding) <= k:
            raise ValueError(
                f"vectors must be independent, but row {k} is a combination of the "
                f"rows before it: leave it out"
            )


# The linear model and its plane


def predict(X, w, b):
    """Value of a linear model: one dot product for each sample, and a constant.

    ::

        ŷ = w · x + b

    Parameters
    ----------
    X : (n, d) array, or (d,) array
        A sample is a row.
    w : (d,) array
        The weights.
    b : float
        The bias: the prediction at x = 0.

    Returns
    -------
    (n,) array, or float

    Raises
    ------
    ValueError
        If the samples do not have as many features as there are weights, or b is not
        one number.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> predict([[0.0, 0.0], [1.0, 2.0]], w=[3.0, -1.0], b=0.5)
    array([0.5, 1.5])
    """
    X, w, b = _as_model(X, w, b, "X")
    return _plain((X * w).sum(axis=-1) + b)


def distance_to_hyperplane(x, w, b):
    """Signed distance of a point from the plane where ``w · x + b`` is zero.

    ::

        (w · x + b) / ‖w‖

    Parameters
    ----------
    x : (d,) array, or (n, d) array
        A point is a row.
    w : (d,) array
        Square to the plane; it points to the positive side.
    b : float

    Returns
    -------
    float, or (n,) array
        0 on the plane, positive on the side to which w points. Multiplying w and b by
        one positive number changes nothing.

    Raises
    ------
    ValueError
        If w is the zero vector (then there is no plane), or the shapes do not fit.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, §4.1.1.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> distance_to_hyperplane([3.0, 4.0], w=[0.0, 2.0], b=-2.0)
    3.0
    """
    x, w, b = _as_model(x, w, b, "x")
    unit = _directions(w, "w")
    size = np.abs(w).max()  # or the length of a huge w is beyond the largest float
    return _plain((x * unit).sum(axis=-1) + b / size / norm(w / size))


# Data as vectors


def one_hot(labels, classes):
    """Write each label as a vector with a single 1, at the place of its class.

    ::

        row i is e_{labels[i]}

    Parameters
    ----------
    labels : (n,) array of int
        From 0 to classes − 1.
    classes : int

    Returns
    -------
    (n, classes) array
        Any two different rows are square to each other, and √2 apart.

    Raises
    ------
    ValueError
        If a label is no whole number in the range.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> one_hot([2, 0], classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    classes = check_count(classes=classes)
    labels = as_numbers(labels, "labels")
    check_shapes(labels=(labels, "n"))
    if labels.size == 0:
        return np.zeros((0, classes))
    check_labels(labels, classes)
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels] = 1
    return rows


def one_hot_labels(rows):
    """Read the labels back: the inverse of ``one_hot``.

    Parameters
    ----------
    rows : (n, classes) array
        Each row holds a single 1, and zeros.

    Returns
    -------
    (n,) array of int

    Raises
    ------
    ValueError
        If a row is not one-hot; for scores take ``rows.argmax(axis=1)`` instead.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> one_hot_labels(one_hot([2, 0], classes=3))
    array([2, 0])
    """
    rows = as_floats(rows, "rows")
    check_shapes(rows=(rows, "n classes"))
    good = ((rows == 0) | (rows == 1)).all(axis=1) & (rows.sum(axis=1) == 1)
    if not good.all():
        first = int(np.argmin(good))
        raise ValueError(
            f"rows must each hold a single 1 and zeros, but row {first} is "
            f"{rows[first]}: for scores use rows.argmax(axis=1)"
        )
    return rows.argmax(axis=1) if rows.size else np.zeros(len(rows), int)


def images_to_vectors(images):
    """Lay the rows of each image end to end: an image becomes a row of numbers.

    ::

        X[i, r·width + c] = images[i, r, c]

    Parameters
    ----------
    images : (n, height, width) array
        Whole numbers become floats, so that differences cannot wrap round.

    Returns
    -------
    (n, height · width) array

    Raises
    ------
    ValueError
        If images are not (n, height, width); for a single one pass ``image[None]``.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> images_to_vectors([[[1, 2], [3, 4]]])
    array([[1., 2., 3., 4.]])
    """
    images = as_floats(images, "images")
    sizes = check_shapes(images=(images, "n height width"))
    return images.reshape(sizes["n"], sizes["height"] * sizes["width"]).copy()


def vectors_to_images(X, height, width):
    """Fold each row back into an image: the inverse of ``images_to_vectors``.

    Parameters
    ----------
    X : (n, height · width) array
    height, width : int

    Returns
    -------
    (n, height, width) array

    Raises
    ------
    ValueError
        If a row does not hold height · width numbers.

    Notes
    -----
    Chapter: vectors

    Examples
    --------
    >>> vectors_to_images([[1.0, 2.0, 3.0, 4.0]], height=2, width=2)
    array([[[1., 2.],
            [3., 4.]]])
    """
    height, width = check_count(height=height, width=width)
    X = as_floats(X, "X")
    check_shapes(X=(X, f"n {height * width}"))
    return X.reshape(len(X), height, width).copy()


# Arguments


def _as_vector(v, name):
    v = as_floats(v, name)
    check_shapes(**{name: (v, "d")})
    return v


def _as_rows(v, name):
    """A vector (d,), or vectors (n, d) in rows."""
    v = as_floats(v, name)
    if v.ndim not in (1, 2):
        raise ValueError(
            f"{name} must have shape (d,) or (n, d), but its shape is {v.shape}"
        )
    return v


def _as_pair(**vectors):
    """Two vectors of one shape."""
    vectors = {name: as_floats(v, name) for name, v in vectors.items()}
    check_shapes(**{name: (v, "d") for name, v in vectors.items()})
    return vectors.values()


def _as_model(X, w, b, name):
    """Samples (n, d) or (d,), weights (d,) and a number."""
    X, w, b = _as_rows(X, name), as_floats(w, "w"), as_floats(b, "b")
    check_shapes(w=(w, "d"), b=(b, ""), **{name: (X, "n d" if X.ndim == 2 else "d")})
    return X, w, b


def _directions(v, name):
    """Each row at length 1; refused by name where there is no direction."""
    check_finite(**{name: v})
    largest = np.abs(v).max(axis=-1, keepdims=True, initial=0)
    if not largest.all():
        which = f"row {int(np.argmin(largest))} of {name}" if v.ndim == 2 else name
        raise ValueError(f"{which} must not be the zero vector: it has no direction")
    v = v / largest  # or the length of a huge vector is beyond the largest float
    return v / norm(v)[..., None] if v.ndim == 2 else v / norm(v)


def _as_exponent(p):
    """p as a float, else 1/p has its few bits; beyond the largest float, inf."""
    _check_kind(p=p)
    if not p >= 1:
        raise ValueError(
            f"p must be a number from 1 to inf, but is {shown(p)}: for p < 1 the "
            f"triangle inequality fails, so the formula is no norm"
        )
    try:
        return float(p)
    except OverflowError:
        return math.inf


def _check_kind(**numbers):
    for name, number in numbers.items():
        if not isinstance(number, Real) or isinstance(number, bool):
            raise TypeError(
                f"{name} must be a real number, but is {shown(number, repr)}"
            )


def _plain(result):
    """One number as a float; an array as it is."""
    return float(result) if np.ndim(result) == 0 else result
