"""Information: how surprising an outcome is, and what it costs to expect the wrong one.

A table is an array of probabilities of any shape, one entry for each outcome: none
negative, sum 1. A joint table of two variables has shape (r, c), a row for each outcome
of the first and a column for each of the second.

Every result is in nats, the unit of the natural logarithm; ``nats_to_bits`` turns it
into bits. Only codes count in bits: their lengths are numbers of zeros and ones. An
outcome of probability 0 adds nothing to a mean over the table, since ``x log x → 0``;
a model that calls it impossible, while it happens, is infinitely wrong. A table whose
sum misses 1 by less than a millionth, as in 32 bits, is divided by its sum.

Reading order: ``surprise``, ``entropy``, ``cross_entropy``, ``kl_divergence``,
``perplexity``; the joint tables: ``conditional_entropy``, ``mutual_information``; the
same for densities and for Gaussians; then codes, and ``aic``.
"""

import heapq
import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_symmetric,
    check_count,
    check_finite,
    check_not_negative,
    check_shapes,
    or_nan,
)

# How far the sum of a table may be from 1: the probabilities may be 32-bit floats.
SLACK = 1e-6
# A product of probabilities below this has lost digits.
TINY = np.finfo(float).tiny
# How far a sum of densities over a grid may be from 1.
GRID_SLACK = 1e-3
# A logarithm that misses a whole number by no more is that number.
ROUNDING = 1e-12


class Gaussian(NamedTuple):
    """A normal distribution, by its mean and its variance or covariance matrix.

    Chapter: information
    """

    mean: np.ndarray  # (d,), or a number
    covariance: np.ndarray  # (d, d), or a number: the variance


# Tables


def nats_to_bits(nats):
    """The same information, counted in bits.

    One bit is what a fair coin tells::

        bits = nats / log 2

    Parameters
    ----------
    nats : float or array

    Returns
    -------
    float or array
        log 2 = 0.6931 nats are 1 bit.

    Raises
    ------
    TypeError
        If nats are no real numbers.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> nats_to_bits(entropy([0.5, 0.25, 0.25]))
    1.5
    """
    bits = as_floats(nats, "nats") / math.log(2)
    return float(bits) if np.ndim(bits) == 0 else bits


def surprise(probability):
    """How surprising it is that an outcome of this probability happens, in nats.

    It is::

        s(p) = −log p

    Surprises of independent outcomes add up, since their probabilities multiply.

    Parameters
    ----------
    probability : float or array
        Between 0 and 1. The entries need not sum to 1.

    Returns
    -------
    float or array, of the shape given
        0 for what is certain, infinity for what is impossible.

    Raises
    ------
    ValueError
        If a probability is not between 0 and 1.

    References
    ----------
    Shannon (1948), A Mathematical Theory of Communication, §6.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> surprise([1.0, 0.5, 0.0])
    array([0.        , 0.69314718,        inf])
    """
    probability = as_floats(probability, "probability")
    outside = ~((probability >= 0) & (probability <= 1))
    if np.any(outside):
        worst = np.asarray(probability)[outside].flat[0]
        raise ValueError(f"probability must be between 0 and 1, but is {worst:g}")
    result = _surprise(probability)
    return float(result) if result.ndim == 0 else result


def _surprise(p):
    with np.errstate(divide="ignore"):
        return 0.0 - np.log(p)  # not −log p: it would be −0 at p = 1


def entropy(p):
    """The mean surprise of a table, in nats.

    It is::

        H(p) = −Σᵢ pᵢ log pᵢ,   with 0 log 0 = 0

    Parameters
    ----------
    p : array, or nested lists
        A table of any shape; a joint table gives the joint entropy.

    Returns
    -------
    float
        From 0, where one outcome is certain, to log k, where all k are equally likely.

    Raises
    ------
    ValueError
        If p has a negative entry or does not sum to 1.

    References
    ----------
    Shannon (1948), A Mathematical Theory of Communication, §6.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> entropy([0.5, 0.5]), entropy([1.0, 0.0])
    (0.6931471805599453, 0.0)
    """
    p = _as_table(p, "p")
    return _not_negative(_mean_surprise(p, p))


def cross_entropy(p, q):
    """The mean surprise of one who believes q while outcomes follow p, in nats.

    It is::

        H(p, q) = −Σᵢ pᵢ log qᵢ = H(p) + KL(p‖q)

    Parameters
    ----------
    p : array
        What happens: a table of any shape, such as the frequencies in data.
    q : array of the same shape
        What is believed: a table, such as what a model predicts.

    Returns
    -------
    float
        At least H(p), and equal to it for q = p only; infinity where some qᵢ = 0 < pᵢ.

    Raises
    ------
    ValueError
        If p or q is not a table, or their shapes differ.

    References
    ----------
    Cover & Thomas (2006), Elements of Information Theory, §2.3 and §5.4.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> cross_entropy([0.5, 0.5], [0.5, 0.5]), cross_entropy([1.0, 0.0], [0.0, 1.0])
    (0.6931471805599453, inf)
    """
    return _mean_surprise(*_as_two_tables(p, q))


def kl_divergence(p, q):
    """What it costs, beyond H(p), to believe q while outcomes follow p, in nats.

    The divergence of Kullback and Leibler is::

        KL(p‖q) = Σᵢ pᵢ log(pᵢ / qᵢ)

    It is no distance: KL(q‖p) is another number.

    Parameters
    ----------
    p : array
        What happens: a table of any shape.
    q : array of the same shape
        What is believed: a table.

    Returns
    -------
    float
        At least 0, and 0 for q = p only; infinity where some qᵢ = 0 < pᵢ.

    Raises
    ------
    ValueError
        If p or q is not a table, or their shapes differ.

    References
    ----------
    Kullback & Leibler (1951), On information and sufficiency.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.9, 0.1]), 4)
    0.5108
    >>> round(kl_divergence([0.9, 0.1], [0.5, 0.5]), 4)
    0.3681
    """
    return _divergence(*_as_two_tables(p, q))


def perplexity(p, q=None):
    """How many equally likely outcomes would surprise as much.

    It is::

        exp H(p, q)

    Parameters
    ----------
    p : array
        What happens: a table of any shape.
    q : array of the same shape, optional
        What is believed; p itself where left out.

    Returns
    -------
    float
        A fair die has 6. A pure number: without a unit, so the same from bits.

    Raises
    ------
    ValueError
        If p or q is not a table, or their shapes differ.

    References
    ----------
    Jelinek, Mercer, Bahl & Baker (1977), Perplexity, a measure of the difficulty of
    speech recognition tasks.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> round(perplexity(np.full(6, 1 / 6)), 9)
    6.0
    """
    nats = entropy(p) if q is None else cross_entropy(p, q)
    with np.errstate(over="ignore"):
        return float(np.exp(nats))


def _mean_surprise(p, q):
    """−Σ p log q over the outcomes that happen."""
    seen = p > 0
    return float(p[seen] @ _surprise(q[seen]))


def _divergence(p, q):
    """Σ (p log(p/q) − p + q): for tables of one sum it is KL, and no term is negative.

    With t = p/q − 1 a term is q ((1 + t) log(1 + t) − t): where p and q nearly agree,
    the parts that cancel are left out.
    """
    seen, possible = p > 0, q > 0
    if np.any(seen & ~possible):
        return math.inf
    p, q = p[possible], q[possible]
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        t = (p - q) / q
        near = np.abs(t) < 0.5
        terms = np.where(
            near,
            q * (t * t - (1 + t) * _above_log1p(np.where(near, t, 0.0))),
            np.where(p > 0, p * (np.log(p) - np.log(q)), 0.0) - p + q,
        )
    return float(terms.sum())


def _above_log1p(t):
    """The number t − log(1 + t), where t is small from its series t²/2 − t³/3 + …."""
    t = np.asarray(t, dtype=float)
    small = np.abs(t) < 0.1
    series, tiny = np.zeros(t.shape), np.where(small, t, 0.0)
    for k in range(18, 1, -1):
        series = (-1) ** k / k + series * tiny
    return np.where(small, series * tiny * tiny, t - np.log1p(np.where(small, 0.0, t)))


def _not_negative(total):
    """A sum that is at least 0, without the rounding below it."""
    return max(float(total), 0.0)


def _as_table(p, name):
    """The argument as a table of probabilities, or an error that names it."""
    p = as_floats(p, name)
    if p.ndim == 0 or p.size == 0:
        raise ValueError(f"{name} must hold a probability for each outcome, but is {p}")
    check_finite(**{name: p})
    if p.min() < 0:
        raise ValueError(f"{name} must not be negative, but holds {p.min():g}")
    total = p.sum()
    if abs(total - 1) > SLACK:
        finite = 0 < total < math.inf
        remedy = f": divide it by its sum, {name} / {name}.sum()" if finite else ""
        raise ValueError(f"{name} must sum to 1, but sums to {total:.9g}{remedy}")
    return p if abs(total - 1) <= ROUNDING else p / total


def _as_two_tables(p, q):
    p, q = _as_table(p, "p"), _as_table(q, "q")
    if p.shape != q.shape:
        raise ValueError(f"q must have the shape of p, {p.shape}, but has {q.shape}")
    return p, q


# Joint tables


def conditional_entropy(joint):
    """The mean surprise that Y still holds once X is known, in nats.

    With p(x, y) in row x and column y of the joint table, and p(x) its row sums::

        H(Y|X) = −Σ p(x, y) log(p(x, y) / p(x)) = H(X, Y) − H(X)

    Parameters
    ----------
    joint : (r, c) array
        The joint table of X (rows) and Y (columns). Its transpose gives H(X|Y).

    Returns
    -------
    float
        From 0, where X fixes Y, to H(Y), where X tells nothing of Y.

    Raises
    ------
    ValueError
        If joint is not a table with two axes.

    References
    ----------
    Cover & Thomas (2006), Elements of Information Theory, §2.2.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> conditional_entropy([[0.5, 0.0], [0.0, 0.5]])
    0.0
    """
    joint = _as_joint(joint)
    seen = joint > 0
    rows = np.broadcast_to(joint.sum(axis=1, keepdims=True), joint.shape)
    return _not_negative(joint[seen] @ (_surprise(joint[seen]) - _surprise(rows[seen])))


def mutual_information(joint):
    """How much X tells about Y, and Y about X, in nats.

    It is the divergence of the joint table from that of independent X and Y::

        I(X; Y) = Σ p(x, y) log(p(x, y) / (p(x) p(y)))
                = H(X) + H(Y) − H(X, Y) = H(Y) − H(Y|X)

    Parameters
    ----------
    joint : (r, c) array
        The joint table of X (rows) and Y (columns).

    Returns
    -------
    float
        From 0, where X and Y are independent, to the smaller of H(X) and H(Y).

    Raises
    ------
    ValueError
        If joint is not a table with two axes.

    References
    ----------
    Cover & Thomas (2006), Elements of Information Theory, §2.3.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> round(nats_to_bits(mutual_information([[0.4, 0.1], [0.1, 0.4]])), 6)
    0.278072
    """
    joint = _as_joint(joint)
    apart = _surprise(joint.sum(axis=1))[:, None] + _surprise(joint.sum(axis=0))
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    if product[joint > 0].min() > TINY:
        return _divergence(joint, product)
    seen = joint > 0  # a product rounded to 0: then logarithms
    return _not_negative(joint[seen] @ (apart[seen] - _surprise(joint[seen])))


def _as_joint(joint):
    joint = _as_table(joint, "joint")
    check_shapes(joint=(joint, "r c"))
    return joint


# Densities


def density_entropy(log_p, x):
    """The differential entropy of a density on a grid, in nats.

    By the trapezoid rule::

        h(p) = −∫ p(x) log p(x) dx

    Parameters
    ----------
    log_p : (k,) array
        The logarithm of the density at each x; −inf where it is 0.
    x : (k,) array
        Ascending, wide enough that hardly any probability lies outside.

    Returns
    -------
    float
        Negative for a narrow density: unlike that of a table it depends on the unit
        of x.

    Raises
    ------
    ValueError
        If the shapes differ, x does not ascend, or the density does not integrate to 1
        within one part in a thousand.

    References
    ----------
    Cover & Thomas (2006), Elements of Information Theory, §8.1.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> x = np.linspace(0, 0.5, 101)
    >>> round(density_entropy(np.full(101, np.log(2)), x), 9)
    -0.693147181
    """
    p, log_p, x = _as_density(log_p, x, "log_p")
    return 0.0 - _integral(p, log_p, x)  # never −0


def density_kl(log_p, log_q, x):
    """The divergence of two densities on a grid, in nats.

    By the trapezoid rule::

        KL(p‖q) = ∫ p(x) (log p(x) − log q(x)) dx

    It takes logarithms, since a density far out in its tail is rounded to 0, and its
    logarithm is not.

    Parameters
    ----------
    log_p, log_q : (k,) array
        The logarithms of the densities at each x.
    x : (k,) array
        Ascending, wide enough that hardly any of p lies outside.

    Returns
    -------
    float
        At least 0; infinity where q = 0 < p. A result below a thousandth is no larger
        than what the grid may be wrong by.

    Raises
    ------
    ValueError
        As in ``density_entropy``; the integral of q over x may be less than 1, since q
        may have its place elsewhere, but not more.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> x = np.linspace(-9, 9, 1001)
    >>> normal = -(x**2) / 2 - np.log(2 * np.pi) / 2
    >>> round(density_kl(normal, normal - x / 10 - 1 / 200, x), 9)
    0.005
    """
    p, log_p, x = _as_density(log_p, x, "log_p")
    log_q = as_floats(log_q, "log_q")
    check_shapes(x=(x, "k"), log_q=(log_q, "k"))
    _integral_of_density(log_q, x, "log_q", least=0.0)
    ratio = np.subtract(log_p, log_q, out=np.zeros_like(p), where=p > 0)
    return _not_negative(_integral(p, ratio, x))


def _integral(p, f, x):
    """∫ p f dx by trapezoids, where 0 · inf is 0."""
    product = np.multiply(p, f, out=np.zeros_like(p), where=p > 0)
    return float(np.diff(x) @ (product[1:] + product[:-1]) / 2)


def _as_density(log_p, x, name):
    log_p, x = as_floats(log_p, name), as_floats(x, "x")
    check_shapes(x=(x, "k"), **{name: (log_p, "k")})
    check_finite(x=x)
    if x.size < 2 or not (np.diff(x) > 0).all():
        raise ValueError("x must hold at least two numbers, ascending")
    return _integral_of_density(log_p, x, name, least=1.0), log_p, x


def _integral_of_density(log_p, x, name, least):
    """The density, if its integral over x is at least that much and at most 1."""
    if np.isnan(log_p).any() or log_p.max() == math.inf:
        raise ValueError(f"{name} must be below infinity, but is not")
    with np.errstate(over="ignore"):
        p = np.exp(log_p)
        total = _integral(p, np.ones_like(p), x)
    if not least - GRID_SLACK <= total <= 1 + GRID_SLACK:
        raise ValueError(
            f"{name} must be the log of a density that integrates to 1 over x, but it "
            f"integrates to {total:.6g}: use a wider or finer grid, or normalize it"
        )
    return p


# Gaussians


def gaussian_entropy(covariance):
    """The differential entropy of a Gaussian, in nats.

    In one dimension with variance σ², and in d dimensions with covariance matrix Σ::

        h = ½ log(2πe σ²),   h = ½ (d log(2πe) + log det Σ)

    Parameters
    ----------
    covariance : float, or (d, d) symmetric positive definite array
        The variance, or the covariance matrix.

    Returns
    -------
    float
        1.4189 for variance 1. No density of the same variance has more.

    Raises
    ------
    ValueError
        If the covariance is not symmetric or not positive definite.

    References
    ----------
    Cover & Thomas (2006), Elements of Information Theory, §8.4 and §8.6.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> round(gaussian_entropy(1.0), 5)
    1.41894
    """
    root = _root(covariance, "covariance")
    half_log_det = np.log(np.diag(root)).sum()
    return float(len(root) * math.log(2 * math.pi * math.e) / 2 + half_log_det)


def gaussian_kl(p, q):
    """The divergence of two Gaussians, in nats.

    In one dimension, and in d dimensions::

        KL = ½ (σ₁²/σ₂² + (μ₂ − μ₁)²/σ₂² − 1 + log(σ₂²/σ₁²))
        KL = ½ (tr(Σ₂⁻¹Σ₁) + (μ₂ − μ₁)ᵀ Σ₂⁻¹ (μ₂ − μ₁) − d + log(det Σ₂ / det Σ₁))

    Parameters
    ----------
    p : Gaussian or (mean, covariance)
        What happens: mean μ₁ (d,) and covariance Σ₁ (d, d), or two numbers, the mean
        and the variance.
    q : Gaussian or (mean, covariance)
        What is believed: μ₂ and Σ₂ of the same shapes.

    Returns
    -------
    float
        At least 0, and 0 for equal Gaussians only.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a covariance is not symmetric positive definite.

    References
    ----------
    Kullback (1959), Information Theory and Statistics, §9.1.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> round(gaussian_kl(Gaussian(0, 1), Gaussian(1, 4)), 4)
    0.4431
    >>> round(gaussian_kl(Gaussian(1, 4), Gaussian(0, 1)), 4)
    1.3069
    """
    mean, root = _as_gaussian(p, "p")
    other_mean, other_root = _as_gaussian(q, "q")
    check_shapes(**{"p.mean": (mean, "d"), "q.mean": (other_mean, "d")})
    # Each row over a power of 2, which rounds nothing: else the largest unit would win.
    unit = np.diag(np.ldexp(1.0, -np.frexp(np.diag(other_root))[1]))
    spread = np.linalg.solve(unit @ other_root, unit @ root)  # lower triangular too
    shift = np.linalg.solve(unit @ other_root, unit @ (other_mean - mean))
    aside = (np.tril(spread, -1) ** 2).sum() + (shift**2).sum()
    return float((_price_of_stretch(np.diag(spread)).sum() + aside) / 2)


def _price_of_stretch(sigma):
    """The number σ² − 1 − log σ² for each σ, to its last digits near σ = 1 too."""
    t = (sigma - 1) * (sigma + 1)
    near = np.abs(t) < 0.5
    return np.where(
        near, _above_log1p(np.where(near, t, 0.0)), t - 2 * np.log(np.abs(sigma))
    )


def _as_gaussian(pair, name):
    """The mean (d,), and the lower triangle L with covariance L Lᵀ."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError(f"{name} must be a Gaussian(mean, covariance), but is {pair}")
    mean = np.atleast_1d(as_floats(pair[0], f"{name}.mean"))
    check_finite(**{f"{name}.mean": mean})
    root = _root(pair[1], f"{name}.covariance")
    names = (f"{name}.mean", f"{name}.covariance")
    check_shapes(**{names[0]: (mean, "d"), names[1]: (root, "d d")})
    return mean, root


def _root(covariance, name):
    covariance = np.atleast_1d(as_floats(covariance, name))
    if covariance.shape == (1,):
        covariance = covariance[:, None]
    covariance = as_symmetric(covariance, name)
    root = or_nan(np.linalg.cholesky, covariance)
    if np.isnan(root).any():
        least = min(np.linalg.eigvalsh(covariance)[0], 0.0)  # above 0 by rounding only
        raise ValueError(
            f"{name} must have positive eigenvalues only (a variance must be > 0), "
            f"but its smallest is {least:g}"
        )
    return root


# Codes


def shannon_code_lengths(p):
    """Whole numbers of zeros and ones, one code word for each outcome.

    The surprise in bits, rounded up::

        ℓᵢ = ⌈−log₂ pᵢ⌉

    Their mean is at least H(p) in bits and less than one bit above it.

    Parameters
    ----------
    p : (k,) array
        A table without zeros.

    Returns
    -------
    (k,) array of int
        ``prefix_code`` finds code words of these lengths.

    Raises
    ------
    ValueError
        If p is not a table, or an outcome has probability 0.

    References
    ----------
    Shannon (1948), A Mathematical Theory of Communication, §9.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> shannon_code_lengths([0.5, 0.25, 0.125, 0.125])
    array([1, 2, 3, 3])
    """
    p = _as_coded(p)
    lengths = np.ceil(-np.log2(p) - ROUNDING).astype(int) + 0
    exact = 1 - np.frexp(p)[1]  # p = m 2ᵉ with ½ ≤ m < 1
    return lengths if kraft_sum(lengths) <= 1 else exact


def huffman_code_lengths(p):
    """The lengths of a code with the smallest mean length.

    Again and again the two least likely groups are joined, and all their code words
    become one longer::

        Σᵢ pᵢ ℓᵢ = minimum over all prefix codes

    Parameters
    ----------
    p : (k,) array
        A table without zeros.

    Returns
    -------
    (k,) array of int
        A single outcome has length 0: there is nothing to tell.

    Raises
    ------
    ValueError
        If p is not a table, or an outcome has probability 0.

    References
    ----------
    Huffman (1952), A method for the construction of minimum-redundancy codes.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> huffman_code_lengths([0.4, 0.3, 0.2, 0.1])
    array([1, 2, 3, 3])
    """
    p = _as_coded(p)
    lengths = np.zeros(p.size, dtype=int)
    groups = [(chance, at, [at]) for at, chance in enumerate(p.tolist())]
    heapq.heapify(groups)
    while len(groups) > 1:
        chance, _, members = heapq.heappop(groups)
        other, first, more = heapq.heappop(groups)
        lengths[members + more] += 1
        heapq.heappush(groups, (chance + other, first, members + more))
    return lengths


def kraft_sum(lengths):
    """The share of all code words that a code of these lengths uses up.

    It is::

        Σᵢ 2^(−ℓᵢ)

    Parameters
    ----------
    lengths : (k,) array of int
        The number of zeros and ones in each code word, at least 0.

    Returns
    -------
    float
        At most 1 exactly where a prefix code of these lengths exists: a sum above 1 is
        never rounded down to 1.

    Raises
    ------
    TypeError, ValueError
        If a length is not a whole number at least 0.

    References
    ----------
    Kraft (1949), A device for quantizing, grouping, and coding amplitude-modulated
    pulses. Cover & Thomas (2006), Elements of Information Theory, §5.2.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> kraft_sum([1, 2, 3, 3]), kraft_sum([1, 1, 2])
    (1.0, 1.25)
    """
    lengths = _as_lengths(lengths)
    total = math.fsum(math.ldexp(1.0, -length) for length in lengths)
    return total if total > 1 or _words_fit(lengths) else math.nextafter(1, 2)


def _words_fit(lengths):
    """Whether Kraft's inequality holds, without rounding.

    From short to long: each word takes one of the free places at its length, and a free
    place is two, one sign further on.
    """
    free, depth = 1, 0
    for done, length in enumerate(sorted(lengths)):
        left = len(lengths) - done  # more places than words are of no use
        free = min(free << min(length - depth, left.bit_length()), left) - 1
        depth = length
        if free < 0:
            return False
    return True


def prefix_code(lengths):
    """Code words of the lengths wanted, none of which is the beginning of another.

    Shortest first, each word is the next free number in binary. That works exactly
    where the lengths keep Kraft's inequality::

        Σᵢ 2^(−ℓᵢ) ≤ 1

    Parameters
    ----------
    lengths : (k,) array of int

    Returns
    -------
    list of str
        The code words, in the order of the lengths.

    Raises
    ------
    TypeError, ValueError
        If a length is not a whole number at least 0, or the lengths break Kraft's
        inequality.

    References
    ----------
    Cover & Thomas (2006), Elements of Information Theory, §5.2.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> prefix_code([2, 1, 3, 3])
    ['10', '0', '110', '111']
    """
    lengths = _as_lengths(lengths)
    longest = max(lengths)
    if not _words_fit(lengths):
        raise ValueError(
            f"lengths must have a Kraft sum of at most 1, but it is "
            f"{kraft_sum(lengths):.17g}: no code without common beginnings has them"
        )
    words, free = [""] * len(lengths), 0
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        number = free >> (longest - lengths[at])
        words[at] = f"{number:0{lengths[at]}b}" if lengths[at] else ""
        free += 2 ** (longest - lengths[at])
    return words


def _as_coded(p):
    p = _as_table(p, "p")
    check_shapes(p=(p, "k"))
    if p.min() == 0:
        raise ValueError(
            "p must be positive, but holds 0: leave out what never happens, it needs "
            "no code word"
        )
    return p


def _as_lengths(lengths):
    try:
        lengths = np.asanyarray(lengths)  # a list of it says None where one is masked
    except ValueError as error:
        raise ValueError(f"lengths must be whole numbers in a row: {error}") from None
    check_shapes(lengths=(lengths, "k"))
    if lengths.size == 0:
        raise ValueError("lengths must hold at least one length, but are empty")
    return [check_count(lengths=length) for length in lengths.tolist()]


# Choosing a model


def aic(log_likelihood, parameters):
    """Akaike's criterion: twice what a model is expected to cost on new data, in nats.

    A model fitted to the data flatters itself, by about one nat for each parameter
    fitted::

        AIC = 2 d − 2 log L

    Of several models of the same data take the one with the smallest.

    Parameters
    ----------
    log_likelihood : float
        log L, the sum over all data of log p(datum), at the best parameters.
    parameters : int
        d, the number of parameters fitted.

    Returns
    -------
    float
        A difference of 2 is one nat. Up to a constant, and for many data, an unbiased
        estimate; for few data per parameter it is too kind.

    Raises
    ------
    TypeError, ValueError
        If the log likelihood is not a number below infinity, or the number of
        parameters is not whole or too large for a float.

    References
    ----------
    Akaike (1974), A new look at the statistical model identification.

    Notes
    -----
    Chapter: information

    Examples
    --------
    >>> aic(-100.0, 3)
    206.0
    """
    value = as_floats(log_likelihood, "log_likelihood")
    check_shapes(log_likelihood=(value, ""))
    parameters = check_count(parameters=parameters)
    parameters = check_not_negative(parameters=parameters)  # nor too large for a float
    if not value < math.inf:
        raise ValueError(f"log_likelihood must be below infinity, but is {value}")
    return float(2 * parameters - 2 * value)
