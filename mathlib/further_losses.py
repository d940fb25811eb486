"""Further losses: for a quantile, for many answers at once, and for pairs.

Each is made of a loss that is known: pinball is the absolute error with two rates, the
loss of many yes-or-no answers adds up binary cross-entropies, and the contrastive loss
is a cross-entropy in which the right class of row i is column i. A loss is a mean over
samples; gradients are with respect to the first argument, and take plain arrays.

Reading order: ``pinball``, ``multi_label``, ``contrastive``, each with its gradient.
"""

import numpy as np

from mathlib.checks import (
    as_floats,
    as_numbers,
    check_between,
    check_finite,
    check_labels,
    check_shapes,
    plain_number,
)
from mathlib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    cross_entropy,
    cross_entropy_gradient,
    errors_of,
)


def pinball(predictions, targets, *, level=0.5):
    """Mean pinball loss: a price of its own for too low and for too high.

    With the error r = ŷ − y, the mean of::

        −τ r        where r < 0: too low
        (1 − τ) r   where r ≥ 0: too high

    Of several outputs a sample, the prices add up.

    Parameters
    ----------
    predictions : (n,) or (n, k) array
        ŷ.
    targets : array of the shape of predictions
        y.
    level : float
        τ, between 0 and 1. At ½ it is half of `absolute_error`.

    Returns
    -------
    float
        Of all constants a τ-quantile of y has the smallest: about a share τ of the
        targets lies below it.

    Raises
    ------
    TypeError, ValueError
        As in `squared_error`; if level is not between 0 and 1.

    References
    ----------
    Koenker & Bassett (1978), Regression quantiles.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> pinball([3.0, 3.0], [2.0, 5.0], level=0.75)  # ¼ · 1 and ¾ · 2
    0.875
    """
    level = check_between(0, 1, level=level)
    errors, n = errors_of(predictions, targets)
    shares = 1 / n * errors
    return plain_number(np.maximum((1 - level) * shares, -level * shares).sum())


def pinball_gradient(predictions, targets, *, level=0.5):
    """The gradient of `pinball`; 0 where a prediction is exactly right.

    ::

        ∂L/∂ŷ = −τ/n where ŷ < y,  (1 − τ)/n where ŷ > y

    Arguments as for `pinball`.

    Returns
    -------
    array of the shape of predictions

    Examples
    --------
    >>> pinball_gradient([3.0, 3.0], [2.0, 5.0], level=0.75)
    array([ 0.125, -0.375])
    """
    level = check_between(0, 1, level=level)
    signs = np.sign(errors_of(predictions, targets)[0])
    return np.where(signs > 0, 1 - level, level) * signs / len(signs)


def multi_label(logits, labels):
    """Mean surprise at k yes-or-no answers a sample, each with a logit of its own.

    With p = σ(z), and as with several numbers a sample, the k answers add up::

        L = −1/n Σᵢ Σⱼ (yᵢⱼ log pᵢⱼ + (1 − yᵢⱼ) log(1 − pᵢⱼ))

    Parameters
    ----------
    logits : (n, k) array
    labels : (n, k) array of int
        0 or 1; a row may hold none, one or many ones.

    Returns
    -------
    float
        k log 2 where every logit is 0. Some libraries divide by k, too.

    Raises
    ------
    ValueError
        If the shapes differ, there is no answer, or a label is not the integer 0 or 1.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, §4.3.2.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(f"{multi_label([[0.0, 0.0, 0.0]], [[1, 0, 1]]):.4f}")  # 3 log 2
    2.0794
    """
    logits, labels = _answers(logits, labels)
    k = logits.shape[1]
    return k * binary_cross_entropy(logits.reshape(-1), labels.reshape(-1))


def multi_label_gradient(logits, labels):
    """The gradient of `multi_label`: probabilities minus labels.

    ::

        ∂L/∂z = 1/n (σ(z) − y)

    Arguments as for `multi_label`.

    Returns
    -------
    (n, k) array

    Examples
    --------
    >>> multi_label_gradient([[0.0, 0.0, 0.0]], [[1, 0, 1]])
    array([[-0.5,  0.5, -0.5]])
    """
    logits, labels = _answers(logits, labels)
    k = logits.shape[1]
    slopes = binary_cross_entropy_gradient(logits.reshape(-1), labels.reshape(-1))
    return k * slopes.reshape(logits.shape)


def contrastive(similarities):
    """Mean surprise at who belongs to whom, asked from both sides, in nats.

    Entry (i, j) says how alike first thing i and second thing j are; i belongs to i::

        L = ½ (cross-entropy of the rows + cross-entropy of the columns)

    Parameters
    ----------
    similarities : (n, n) array
        Such as dot products, divided by a temperature.

    Returns
    -------
    float
        log n where all are equally alike.

    Raises
    ------
    ValueError
        If similarities is not square or not finite, or is empty.

    References
    ----------
    Radford et al. (2021), Learning transferable visual models from natural language
    supervision.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(f"{contrastive(np.zeros((8, 8))):.4f}")  # log 8
    2.0794
    """
    S, own = _pairs(similarities)
    return (cross_entropy(S, own) + cross_entropy(S.T, own)) / 2


def contrastive_gradient(similarities):
    """The gradient of `contrastive`: own pairs together, all others apart.

    With softmax along the rows P and along the columns Q::

        ∂L/∂S = 1/(2n) (P + Q) − 1/n I

    Arguments as for `contrastive`.

    Returns
    -------
    (n, n) array

    Examples
    --------
    >>> contrastive_gradient([[0.0, 0.0], [0.0, 0.0]])
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    S, own = _pairs(similarities)
    return (cross_entropy_gradient(S, own) + cross_entropy_gradient(S.T, own).T) / 2


def _answers(logits, labels):
    """Logits and labels 0 and 1, both (n, k)."""
    logits, labels = as_floats(logits, "logits"), as_numbers(labels, "labels")
    check_shapes(logits=(logits, "n k"), labels=(labels, "n k"))
    check_labels(labels, 2)
    return logits, labels


def _pairs(similarities):
    """Similarities (n, n), and the column that belongs to each row."""
    S = as_floats(similarities, "similarities")
    check_shapes(similarities=(S, "n n"))
    if not S.size:
        raise ValueError("similarities must hold at least one row, but is empty")
    check_finite(similarities=S)
    return S, np.arange(len(S))
