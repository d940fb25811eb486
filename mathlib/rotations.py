"""Rotations: the steps of which methods for eigen- and singular values are made.

What several lessons share. Nothing is checked here: the functions that call these have
checked. ``rotate`` changes its array in place.

Reading order: ``scaled`` or ``moderate``, with which a method begins; its steps,
``jacobi_angles``, ``rotate`` and ``tournament``, or ``reflector``; ``signs`` and
``sorted_pairs``, with which it ends.
"""

from functools import lru_cache

import numpy as np

EPS = np.finfo(float).eps
TINY = 1e-140  # after scaling; the square of a smaller number would lose digits
SWEEPS = 60  # Jacobi's method needs about ten, whatever the matrix


def scaled(A):
    """A over a power of two that brings its largest entry near 1, and that power.

    Parameters
    ----------
    A : array

    Examples
    --------
    >>> scaled(np.array([6.0, -3.0]))
    (array([ 0.75 , -0.375]), np.float64(8.0))
    """
    scale = _size(A)
    return A / scale, scale


def moderate(A):
    """A with its largest entry within 2^±900, by a power of two, and that power.

    Most arrays stay as they are, with what lies far below their largest entry: brought
    near 1 it could vanish. Yet no sum of a few billion entries overflows.

    Parameters
    ----------
    A : array

    Examples
    --------
    >>> moderate(np.array([1e200, 1e-200]))
    (array([1.e+200, 1.e-200]), np.float64(1.0))
    """
    size = _size(A)
    scale = size / np.clip(size, 2.0**-900, 2.0**900)
    return A / scale, scale


def _size(A):
    """The power of two next above the largest entry, within what floats can invert."""
    return 2.0 ** np.frexp(np.abs(A).max())[1].clip(-1000, 1000)


def jacobi_angles(app, aqq, apq):
    """Cosine and sine of the smaller rotation that makes an entry zero.

    Parameters
    ----------
    app, aqq, apq : number or array
        Two entries of the diagonal of a symmetric matrix, and the one in their corner,
        which becomes zero; or arrays of them, a rotation each.

    Examples
    --------
    >>> cosine, sine = jacobi_angles(2.0, 2.0, 1.0)  # by 45°
    >>> print(f"{cosine:.4f} {sine:.4f}")
    0.7071 0.7071
    """
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        cotangent = (aqq - app) / (2 * apq)
        tangent = np.copysign(1.0, cotangent) / (
            np.abs(cotangent) + np.hypot(1.0, cotangent)
        )
    tangent = np.where(apq == 0, 0.0, tangent)
    cosine = 1 / np.sqrt(1 + tangent * tangent)
    return cosine, tangent * cosine


def rotate(rows, p, q, cosine, sine):
    """Replace rows p and q by cos·p − sin·q and sin·p + cos·q, in place.

    Parameters
    ----------
    rows : (d, n) array
        It is changed.
    p, q : (k,) arrays of int, or int
        Pairs of rows; no row may stand in two of them.
    cosine, sine : arrays of the shape of p
        As ``jacobi_angles`` returns them.

    Examples
    --------
    >>> rows = np.eye(2)
    >>> rotate(rows, 0, 1, np.array(0.6), np.array(0.8))
    >>> rows
    array([[ 0.6, -0.8],
           [ 0.8,  0.6]])
    """
    cosine, sine = cosine[..., None], sine[..., None]
    first, second = rows[p], rows[q]
    rows[p], rows[q] = cosine * first - sine * second, sine * first + cosine * second


@lru_cache(maxsize=8)
def tournament(d):
    """Rounds (p, q), two arrays each, in which every pair of 0 … d − 1 meets once.

    Parameters
    ----------
    d : int

    Examples
    --------
    >>> [list(zip(p.tolist(), q.tolist())) for p, q in tournament(4)]
    [[(0, 3), (1, 2)], [(0, 2), (1, 3)], [(0, 1), (2, 3)]]
    """
    players = list(range(d + d % 2))  # An odd one out sits beside a player d: a pause.
    half, rounds = len(players) // 2, []
    for _ in range(len(players) - 1):
        pairs = list(zip(players[:half], reversed(players[half:]), strict=True))
        pairs = [sorted(pair) for pair in pairs if max(pair) < d]
        p, q = np.array(pairs, dtype=int).reshape(-1, 2).T
        rounds.append((_kept(p), _kept(q)))
        players = [players[0], players[-1], *players[1:-1]]
    return tuple(rounds)


def _kept(places):
    """A copy that nobody can change: a tournament is kept for the next caller."""
    places = places.copy()
    places.flags.writeable = False
    return places


def reflector(x):
    """v of length √2 with ``(I − vvᵀ) x = (s, 0, 0, …)``, and s.

    Parameters
    ----------
    x : (d,) array
        Where it is zero, so are v and s.

    Examples
    --------
    >>> v, s = reflector(np.array([3.0, 4.0]))
    >>> print(f"{s:g}", (np.array([3.0, 4.0]) - v * (v @ [3.0, 4.0])).round(6) + 0.0)
    -5 [-5.  0.]
    """
    norm = np.sqrt(x @ x)
    if norm < TINY:
        return np.zeros_like(x), 0.0
    v = x.copy()
    s = -np.copysign(norm, x[0])
    v[0] -= s
    v /= np.sqrt(norm * (norm + abs(x[0])))
    return v, s


def signs(vectors):
    """For each column the number of size one that makes its largest entry positive.

    Of entries equally large up to rounding, the first counts.

    Parameters
    ----------
    vectors : (d, k) array
        A vector in each column, none of them zero.

    Examples
    --------
    >>> signs(np.array([[1.0, -3.0], [-2.0, 1.0]]))
    array([-1., -1.])
    """
    sizes = np.abs(vectors)
    first = (sizes >= (1 - 1e-6) * sizes.max(axis=0)).argmax(axis=0)
    chosen = vectors[first, np.arange(vectors.shape[1])]
    return chosen.conj() / np.abs(chosen)


def sorted_pairs(values, vectors):
    """Eigenvalues in ascending order, and their eigenvectors with settled signs.

    Parameters
    ----------
    values : (d,) array
    vectors : (d, d) array
        One in each column.

    Examples
    --------
    >>> sorted_pairs(np.array([3.0, 1.0]), np.array([[0.0, -1.0], [1.0, 0.0]]))
    (array([1., 3.]), array([[ 1.,  0.],
           [-0.,  1.]]))
    """
    order = np.argsort(values, kind="stable")
    vectors = vectors[:, order]
    return values[order], vectors * signs(vectors)
