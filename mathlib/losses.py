"""Losses: one number that says how wrong the predictions are.

Row i of every argument belongs to sample i, and a loss is the mean over the n samples.
Each is a ``Loss``: its value, and its gradient with respect to the first argument, of
that argument's shape. ``LOSSES`` lists them by name.

Three kinds of targets: numbers, of the shape of the predictions; labels 0 and 1, (n,),
scored by one logit each; labels 0 … k − 1, (n,), scored by k logits each. A logit is a
score before it becomes a probability: the probability is sigmoid(z), or softmax(z).

Where a loss has a corner, the gradient there is 0. Values accept a Tensor as the first
argument; gradients take plain arrays. A prediction that is nan makes the loss nan, and
its own slope; but among k logits a nan, or +∞, is refused, as by `accuracy`.

Reading order: ``Loss``; the errors of numbers; yes-or-no; one of k classes, with
smoothed labels, class weights and temperature; the naive formulas, and where they
break; ``accuracy``, which is no loss; the table. Lines that make the errors of numbers
small are in `mathlib.robust_regression`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_numbers,
    check_finite,
    check_labels,
    check_least,
    check_not_negative,
    check_positive,
    check_shapes,
    plain_number,
)
from mathlib.special import log_softmax, sigmoid, softmax
from mathlib.vectors import one_hot

# How far the rows of a table of probabilities may miss the sum 1: as far as those of
# 32-bit floats do.
SUM_TOLERANCE = 1e-6
# The range in which an inverse temperature is looked for, in units of the logits' size.
COLDEST, HOTTEST = 1e6, 1e-6
# A surprise so large has left nothing for the right label: its probability is 0.
HOPELESS = 1e3


class Loss(NamedTuple):
    """A loss, and its gradient with respect to the first argument.

    Chapter: losses
    """

    value: Callable  # predictions, targets -> float
    gradient: Callable  # predictions, targets -> array of the shape of predictions


# Numbers


def squared_error(predictions, targets):
    """Mean squared error.

    Without a factor ½; of several outputs a sample, the squares add up::

        L = 1/n Σᵢ ‖ŷᵢ − yᵢ‖²

    Parameters
    ----------
    predictions : (n,) or (n, k) array
        ŷ, one number or k numbers a sample.
    targets : array of the shape of predictions
        y; a column (n, 1) against (n,) is refused.

    Returns
    -------
    float
        0 where all predictions are right. Of all constants the mean of y has the
        smallest, the variance of y.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes differ, or there is no sample.

    References
    ----------
    Legendre (1805), Nouvelles méthodes pour la détermination des orbites des comètes.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> squared_error([3.0, 3.0], [2.0, 5.0])
    2.5
    >>> squared_error([3.0, 3.0], [[2.0], [5.0]])
    Traceback (most recent call last):
    ValueError: targets must have shape (n,) with n = 2, but its shape is (2, 1): \
use targets.ravel()
    """
    errors, n = errors_of(predictions, targets)
    return plain_number((errors**2).sum() / n)


def squared_error_gradient(predictions, targets):
    """The gradient of `squared_error`.

    ::

        ∂L/∂ŷ = 2/n (ŷ − y)

    Arguments as for `squared_error`.

    Returns
    -------
    array of the shape of predictions

    Examples
    --------
    >>> squared_error_gradient([3.0, 3.0], [2.0, 5.0])
    array([ 1., -2.])
    """
    errors, n = errors_of(predictions, targets)
    return 2 / n * errors


def absolute_error(predictions, targets):
    """Mean absolute error.

    Of several outputs a sample, the sizes add up::

        L = 1/n Σᵢ |ŷᵢ − yᵢ|

    Arguments as for `squared_error`.

    Returns
    -------
    float
        Of all constants the median of y has the smallest.

    References
    ----------
    Laplace (1774), Mémoire sur la probabilité des causes par les événements.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> absolute_error([3.0, 3.0], [2.0, 5.0])
    1.5
    """
    errors, n = errors_of(predictions, targets)
    return plain_number(np.abs(errors).sum() / n)


def absolute_error_gradient(predictions, targets):
    """The gradient of `absolute_error`; 0 where a prediction is exactly right.

    ::

        ∂L/∂ŷ = 1/n sign(ŷ − y)

    Arguments as for `squared_error`.

    Returns
    -------
    array of the shape of predictions

    Examples
    --------
    >>> absolute_error_gradient([3.0, 3.0], [2.0, 3.0])
    array([0.5, 0. ])
    """
    errors, n = errors_of(predictions, targets)
    return np.sign(errors) / n


def huber(predictions, targets, *, delta=1.0):
    """Huber's loss: half a square near the target, a straight line farther out.

    With the error r = ŷ − y, the mean of::

        ½ r²            where |r| ≤ δ
        δ (|r| − ½ δ)   beyond

    Parameters
    ----------
    predictions : (n,) or (n, k) array
    targets : array of the shape of predictions
    delta : float
        The threshold δ > 0: how large an error may be and still count in full.

    Returns
    -------
    float
        Half of `squared_error` if no error exceeds δ.

    Raises
    ------
    TypeError, ValueError
        As in `squared_error`; if delta is not a finite number > 0.

    References
    ----------
    Huber (1964), Robust estimation of a location parameter.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> huber([3.0, 3.0], [2.0, 8.0])  # ½ and 4½
    2.5
    """
    delta = check_positive(delta=delta)
    errors, n = errors_of(predictions, targets)
    sizes = np.abs(errors)
    counted = np.minimum(sizes, delta)
    return plain_number((counted * (sizes - counted / 2)).sum() / n)


def huber_gradient(predictions, targets, *, delta=1.0):
    """The gradient of `huber`: the error, but no larger than δ either way.

    ::

        ∂L/∂ŷ = 1/n max(−δ, min(δ, ŷ − y))

    Arguments as for `huber`.

    Returns
    -------
    array of the shape of predictions

    Examples
    --------
    >>> huber_gradient([3.0, 3.0], [2.5, 8.0])
    array([ 0.25, -0.5 ])
    """
    delta = check_positive(delta=delta)
    errors, n = errors_of(predictions, targets)
    return np.clip(errors, -delta, delta) / n


# Yes or no: one logit a sample


def binary_cross_entropy(logits, labels):
    """Mean surprise at the labels 0 and 1, in nats, straight from the logits.

    With p = σ(z) the probability of the label 1, and s = 2y − 1 the label as a sign::

        L = −1/n Σᵢ (yᵢ log pᵢ + (1 − yᵢ) log(1 − pᵢ))
          =  1/n Σᵢ log(1 + exp(−sᵢ zᵢ))

    The second line is what is computed: no p is ever rounded to 0 or 1.

    Parameters
    ----------
    logits : (n,) array
        z, any real numbers.
    labels : (n,) array of int
        y, 0 or 1.

    Returns
    -------
    float
        log 2 = 0.6931 where every logit is 0; near the size of z where sure and wrong.

    Raises
    ------
    ValueError
        If the shapes differ, there is no sample, or a label is not the integer 0 or 1.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, §4.3.2.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(f"{binary_cross_entropy([0.0, 0.0], [0, 1]):.4f}")
    0.6931
    >>> binary_cross_entropy([-800.0], [1])
    800.0
    """
    margins, _, n = _margins(logits, labels, "logits")
    return plain_number(np.logaddexp(0, -margins).sum() / n)


def binary_cross_entropy_gradient(logits, labels):
    """The gradient of `binary_cross_entropy`: probability minus label.

    ::

        ∂L/∂z = 1/n (σ(z) − y) = −s/n σ(−s z)

    The second form keeps a small slope that the difference would round to 0.

    Arguments as for `binary_cross_entropy`.

    Returns
    -------
    (n,) array

    Examples
    --------
    >>> binary_cross_entropy_gradient([0.0, 0.0], [0, 1])
    array([ 0.25, -0.25])
    """
    margins, signs, n = _margins(logits, labels, "logits")
    return -signs * sigmoid(-margins) / n


def hinge(scores, labels):
    """Mean hinge loss: no cost beyond the margin 1, a straight line below it.

    With s = 2y − 1 the label as a sign::

        L = 1/n Σᵢ max(0, 1 − sᵢ zᵢ)

    Parameters
    ----------
    scores : (n,) array
        z; its sign is the decision.
    labels : (n,) array of int
        y, 0 or 1.

    Returns
    -------
    float
        At least the share of wrong decisions.

    Raises
    ------
    ValueError
        As in `binary_cross_entropy`.

    References
    ----------
    Cortes & Vapnik (1995), Support-vector networks.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> hinge([2.0, 0.5], [1, 0])  # 0 and 1.5
    0.75
    """
    margins, _, n = _margins(scores, labels, "scores")
    return plain_number(np.maximum(1 - margins, 0).sum() / n)


def hinge_gradient(scores, labels):
    """The gradient of `hinge`: a push of one size, or none; at the corner none.

    ::

        ∂L/∂z = −s/n where s z < 1, else 0

    Arguments as for `hinge`.

    Returns
    -------
    (n,) array

    Examples
    --------
    >>> hinge_gradient([2.0, 0.5], [1, 0])
    array([-0. ,  0.5])
    """
    margins, signs, n = _margins(scores, labels, "scores")
    return -signs * np.heaviside(1 - margins, 0) / n


def focal(logits, labels, *, focus=2.0):
    """Binary cross-entropy that turns away from what is already right.

    With q = σ(−s z), the probability given to the wrong label::

        L = 1/n Σᵢ qᵢ^γ · log(1 + exp(−sᵢ zᵢ))

    Parameters
    ----------
    logits : (n,) array
    labels : (n,) array of int
        0 or 1.
    focus : float
        γ ≥ 0. At 0 it is `binary_cross_entropy`.

    Returns
    -------
    float
        At γ = 2 a sample that is right with probability 0.9 costs a hundredth of its
        cross-entropy.

    Raises
    ------
    TypeError, ValueError
        As in `binary_cross_entropy`; if focus is not a number >= 0.

    References
    ----------
    Lin et al. (2017), Focal loss for dense object detection.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(f"{focal([0.0], [1]):.4f}")  # ¼ log 2
    0.1733
    """
    focus = check_not_negative(focus=focus)
    margins, _, n = _margins(logits, labels, "logits")
    surprise = np.logaddexp(0, -margins)
    return plain_number((_wrong_to_the(focus, margins) * surprise).sum() / n)


def focal_gradient(logits, labels, *, focus=2.0):
    """The gradient of `focal`.

    With q = σ(−s z) and the surprise S = −log(1 − q)::

        ∂L/∂z = −s/n q^γ (γ (1 − q) S + q)

    Arguments as for `focal`.

    Returns
    -------
    (n,) array

    Examples
    --------
    >>> focal_gradient([0.0], [1], focus=0.0)
    array([-0.5])
    """
    focus = check_not_negative(focus=focus)
    margins, signs, n = _margins(logits, labels, "logits")
    surprise = np.minimum(np.logaddexp(0, -margins), HOPELESS)
    slope = focus * sigmoid(margins) * surprise + sigmoid(-margins)
    return -signs * _wrong_to_the(focus, margins) * slope / n


def _wrong_to_the(focus, margins):
    """q^γ, through its logarithm, so that it vanishes as late as it can."""
    return np.exp(-focus * np.logaddexp(0, margins)) if focus else 1.0


# One of k classes: k logits a sample


def cross_entropy(logits, labels):
    """Mean surprise at the true classes, in nats, straight from the logits.

    ::

        L = −1/n Σᵢ log softmax(zᵢ)[yᵢ]

    Parameters
    ----------
    logits : (n, k) array
        Row zᵢ scores the k classes for sample i; not yet put through a softmax.
    labels : (n,) array of int
        The true class yᵢ, in 0 … k − 1.

    Returns
    -------
    float
        log k if every class is given the same score (2.3026 for ten); near 0 if sure
        and right, and 0 where all others together have less than 1e-16.

    Raises
    ------
    ValueError
        If the shapes disagree, there is no sample, or a label is no integer in
        0 … k − 1.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, §4.3.4.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(f"{cross_entropy(np.zeros((1, 10)), [7]):.6f}")
    2.302585
    >>> cross_entropy([[0.0, 1.0, 2.0]], [-1])
    Traceback (most recent call last):
    ValueError: labels must be whole numbers in 0 … 2, but are [-1]
    """
    logits, labels, n = _scored(logits, labels)
    # 0 − x, unlike −x, makes no minus zero.
    surprise = 0 - log_softmax(logits, "logits")[np.arange(n), labels]
    return plain_number(surprise.sum() / n)


def cross_entropy_gradient(logits, labels):
    """The gradient of `cross_entropy`: probabilities minus label.

    With the label as a row with a single 1::

        ∂L/∂z = 1/n (softmax(z) − one-hot(y))

    Arguments as for `cross_entropy`.

    Returns
    -------
    (n, k) array
        Every row has the sum 0: the entry of the true class is minus the others', which
        keeps a small slope that p − 1 would round to 0.

    Examples
    --------
    >>> cross_entropy_gradient([[0.0, 0.0]], [1])
    array([[ 0.5, -0.5]])
    """
    logits, labels, n = _scored(logits, labels)
    gradient, true = softmax(logits, "logits"), (np.arange(n), labels)
    gradient[true] = 0
    gradient[true] = 0 - gradient.sum(axis=1)
    return gradient / n


def soft_cross_entropy(logits, targets):
    """Cross-entropy with a table of probabilities in place of each label, in nats.

    ::

        L = −1/n Σᵢ Σⱼ tᵢⱼ log softmax(zᵢ)ⱼ

    Parameters
    ----------
    logits : (n, k) array
    targets : (n, k) array
        Each row t holds numbers >= 0 with the sum 1, up to 1e-6.

    Returns
    -------
    float
        At least the mean entropy of the targets. A class that is impossible, t = 0,
        costs nothing, even if its logit is −∞.

    Raises
    ------
    ValueError
        If the shapes differ, there is no sample, or a row of targets is no table.

    References
    ----------
    Hinton, Vinyals & Dean (2015), Distilling the knowledge in a neural network.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(f"{soft_cross_entropy([[0.0, 0.0]], [[0.3, 0.7]]):.4f}")
    0.6931
    """
    logits, targets, n = _soft(logits, targets)
    possible = targets > 0
    surprise = np.where(possible, 0 - log_softmax(logits, "logits"), 0)
    return plain_number((targets * surprise).sum() / n)


def soft_cross_entropy_gradient(logits, targets):
    """The gradient of `soft_cross_entropy`: probabilities minus probabilities.

    ::

        ∂L/∂z = 1/n (softmax(z) − t)

    Where the sum s of a row of t is not quite 1, s softmax(z) − t.

    Arguments as for `soft_cross_entropy`.

    Returns
    -------
    (n, k) array

    Examples
    --------
    >>> soft_cross_entropy_gradient([[0.0, 0.0]], [[0.25, 0.75]])
    array([[ 0.25, -0.25]])
    """
    logits, targets, n = _soft(logits, targets)
    sums = targets.sum(axis=1, keepdims=True)
    return (sums * softmax(logits, "logits") - targets) / n


def smooth_labels(labels, classes, smoothing):
    """Tables of probabilities that are almost sure of the labels.

    A share ε of the certainty is spread evenly over all k classes::

        t = (1 − ε) one-hot(y) + ε/k

    Parameters
    ----------
    labels : (n,) array of int
        In 0 … classes − 1.
    classes : int
        k.
    smoothing : float
        ε, from 0 to 1.

    Returns
    -------
    (n, k) array
        Every row has the sum 1.

    Raises
    ------
    TypeError, ValueError
        If a label is no integer in the range, smoothing is not from 0 to 1, or classes
        is no whole number >= 1.

    References
    ----------
    Szegedy et al. (2016), Rethinking the Inception architecture for computer vision.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> smooth_labels([1], 4, 0.2).round(2)
    array([[0.05, 0.85, 0.05, 0.05]])
    """
    share = check_not_negative(smoothing=smoothing)
    classes = check_least(1, classes=classes)
    if smoothing > 1:
        raise ValueError(f"smoothing must be at most 1, but is {smoothing}")
    return (1 - share) * one_hot(labels, classes) + share / classes


def smoothed_cross_entropy(logits, labels, *, smoothing=0.1):
    """Cross-entropy with smoothed labels.

    It is `soft_cross_entropy` with the targets::

        t = (1 − ε) one-hot(y) + ε/k

    Parameters
    ----------
    logits : (n, k) array
    labels : (n,) array of int
        In 0 … k − 1.
    smoothing : float
        ε, from 0 to 1. At 0 it is `cross_entropy`.

    Returns
    -------
    float
        Never below the entropy of t: 0.5003 for ε = 0.1 and ten classes.

    Raises
    ------
    TypeError, ValueError
        As in `cross_entropy` and `smooth_labels`.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(f"{smoothed_cross_entropy([[0.0, 0.0]], [1]):.4f}")
    0.6931
    """
    logits, labels, _ = _scored(logits, labels)
    return soft_cross_entropy(logits, smooth_labels(labels, logits.shape[1], smoothing))


def smoothed_cross_entropy_gradient(logits, labels, *, smoothing=0.1):
    """The gradient of `smoothed_cross_entropy`.

    Arguments as for `smoothed_cross_entropy`.

    Returns
    -------
    (n, k) array

    Examples
    --------
    >>> smoothed_cross_entropy_gradient([[0.0, 0.0]], [1]).round(2)
    array([[ 0.45, -0.45]])
    """
    logits, labels, _ = _scored(logits, labels)
    return soft_cross_entropy_gradient(
        logits, smooth_labels(labels, logits.shape[1], smoothing)
    )


def balanced_weights(labels, classes):
    """Class weights that make every class count alike, however rare.

    With n_c samples of class c::

        w_c = n / (k n_c)

    Parameters
    ----------
    labels : (n,) array of int
        In 0 … classes − 1.
    classes : int
        k.

    Returns
    -------
    (k,) array
        1 everywhere if all classes are equally frequent; 0 for a class that does not
        occur.

    Raises
    ------
    ValueError
        If a label is no integer in the range, or there is no sample.

    References
    ----------
    King & Zeng (2001), Logistic regression in rare events data.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> balanced_weights([0, 0, 0, 1], 2).round(4)
    array([0.6667, 2.    ])
    """
    counts = one_hot(labels, classes).sum(axis=0)
    _check_samples("labels", counts.sum())
    inverse = np.divide(1, counts, out=np.zeros(classes), where=counts > 0)
    return counts.sum() / classes * inverse


def weighted_cross_entropy(logits, labels, *, weights=None):
    """Cross-entropy in which some classes count more than others.

    A weighted mean: the weights add up to 1 over the samples::

        L = −Σᵢ w[yᵢ] log softmax(zᵢ)[yᵢ] / Σᵢ w[yᵢ]

    Parameters
    ----------
    logits : (n, k) array
    labels : (n,) array of int
        In 0 … k − 1.
    weights : (k,) array, optional
        One for each class, >= 0. Left out, every class counts alike: they are the
        `balanced_weights` of these labels.

    Returns
    -------
    float
        `cross_entropy` if all weights are equal.

    Raises
    ------
    ValueError
        As in `cross_entropy`; if weights are not (k,), not finite, negative, or 0 for
        every sample.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> logits = np.log([[0.5, 0.5], [0.5, 0.5], [0.75, 0.25]])
    >>> print(f"{weighted_cross_entropy(logits, [0, 0, 1], weights=[1, 2]):.4f}")
    1.0397
    """
    logits, labels, n = _scored(logits, labels)
    shares = _shares(labels, logits.shape[1], weights)
    surprise = -log_softmax(logits, "logits")[np.arange(n), labels]
    counted = shares > 0  # a weight of 0 silences even an infinite surprise
    return plain_number((shares[counted] * surprise[counted]).sum())


def weighted_cross_entropy_gradient(logits, labels, *, weights=None):
    """The gradient of `weighted_cross_entropy`: each row times its sample's share.

    ::

        ∂L/∂zᵢ = w[yᵢ] / Σⱼ w[yⱼ] · (softmax(zᵢ) − one-hot(yᵢ))

    Arguments as for `weighted_cross_entropy`.

    Returns
    -------
    (n, k) array

    Examples
    --------
    >>> weighted_cross_entropy_gradient([[0.0, 0.0]] * 2, [0, 1], weights=[1, 3])
    array([[-0.125,  0.125],
           [ 0.375, -0.375]])
    """
    logits, labels, n = _scored(logits, labels)
    shares = _shares(labels, logits.shape[1], weights)
    return n * shares[:, None] * cross_entropy_gradient(logits, labels)


def tempered_cross_entropy(logits, labels, *, temperature=2.0):
    """Cross-entropy after all logits were divided by a temperature.

    ::

        L = −1/n Σᵢ log softmax(zᵢ / T)[yᵢ]

    Parameters
    ----------
    logits : (n, k) array
    labels : (n,) array of int
        In 0 … k − 1.
    temperature : float
        T > 0. At 1 it is `cross_entropy`; a high T makes all classes alike.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As in `cross_entropy`; if temperature is not a finite number > 0.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> z = [[2 * np.log(3), 0.0]]
    >>> print(f"{tempered_cross_entropy(z, [0], temperature=2.0):.4f}")  # log 4/3
    0.2877
    """
    temperature = check_positive(temperature=temperature)
    logits, labels, _ = _scored(logits, labels)
    return cross_entropy(_tempered(logits, temperature), labels)


def tempered_cross_entropy_gradient(logits, labels, *, temperature=2.0):
    """The gradient of `tempered_cross_entropy`, with respect to the logits z.

    ::

        ∂L/∂z = 1/(nT) (softmax(z/T) − one-hot(y))

    Arguments as for `tempered_cross_entropy`.

    Returns
    -------
    (n, k) array

    Examples
    --------
    >>> tempered_cross_entropy_gradient([[0.0, 0.0]], [1], temperature=5.0)
    array([[ 0.1, -0.1]])
    """
    temperature = check_positive(temperature=temperature)
    logits = _tempered(_scored(logits, labels)[0], temperature)
    return cross_entropy_gradient(logits, labels) / temperature


def best_temperature(logits, labels):
    """The temperature that makes the cross-entropy of these samples smallest.

    The loss is convex in β = 1/T; its slope, which is 0 at the best β, is::

        1/n Σᵢ (Σⱼ softmax(β zᵢ)ⱼ zᵢⱼ − zᵢ[yᵢ])

    Use samples that the logits were not fitted to.

    Parameters
    ----------
    logits : (n, k) array
    labels : (n,) array of int
        In 0 … k − 1.

    Returns
    -------
    float
        Above 1 where the logits are too sure of themselves.

    Raises
    ------
    ValueError
        As in `cross_entropy`; if a logit is not finite.
    ArithmeticError
        If no temperature is best: every decision is right, and the colder the better;
        or the logits are no better than chance, and the hotter the better. Looked for
        from a millionth of the logits' largest spread to a million times that.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> z = np.tile([2 * np.log(3), 0.0], (4, 1))  # sure of class 0: 9 to 1
    >>> print(f"{best_temperature(z, [0, 0, 0, 1]):.4f}")  # 3 to 1 are right
    2.0000
    """
    logits, labels, n = _scored(logits, labels)
    check_finite(logits=logits)
    logits = _below_largest(logits)
    spread = -logits.min() or 1.0
    logits = logits / spread
    true = logits[np.arange(n), labels]

    def slope(inverse):
        return ((softmax(inverse * logits) * logits).sum(axis=1) - true).mean()

    low, high = HOTTEST, COLDEST
    if not slope(low) < 0 < slope(high):
        raise ArithmeticError(
            "logits must be better than chance, and wrong at least once, or no "
            "temperature of about their size is best"
        )
    for _ in range(100):  # halves the interval, in powers
        middle = np.sqrt(low * high)
        low, high = (low, middle) if slope(middle) > 0 else (middle, high)
    return float(spread / low)


# Formulas as they are written, and where they break


def naive_softmax(z):
    """Softmax as the formula is written; it overflows.

    ::

        exp(zᵢ) / Σⱼ exp(zⱼ)

    Parameters
    ----------
    z : (..., k) array

    Returns
    -------
    (..., k) array
        Wrong where an exponential, or their sum, overflows or all vanish: above about
        709, or all below −745; coarse where all are below −708. Use ``softmax``.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> naive_softmax([1000.0, 0.0])
    array([nan,  0.])
    """
    with np.errstate(all="ignore"):
        powers = np.exp(as_floats(z, "z"))
        return powers / powers.sum(axis=-1, keepdims=True)


def naive_binary_cross_entropy(logits, labels, *, epsilon=0.0):
    """Binary cross-entropy as the formula is written; it breaks where p is 0 or 1.

    With p = 1 / (1 + exp(−z)), and a small ε as a remedy that many programs use::

        −1/n Σᵢ (yᵢ log(pᵢ + ε) + (1 − yᵢ) log(1 − pᵢ + ε))

    Parameters
    ----------
    logits : (n,) array
    labels : (n,) array of int
        0 or 1.
    epsilon : float
        ε ≥ 0.

    Returns
    -------
    float
        Without ε, for the label 1 inf from z = −710 on, and nan above z = 36.7, where p
        is rounded to 1; for the label 0 inf and nan the other way round. With ε = 1e-7
        never more than 16.118: a logit that is worse than that is not pulled back. Use
        ``binary_cross_entropy``.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> naive_binary_cross_entropy([-800.0], [1]), naive_binary_cross_entropy([40], [1])
    (inf, nan)
    >>> print(f"{naive_binary_cross_entropy([-800.0], [1], epsilon=1e-7):.3f}")
    16.118
    """
    epsilon = check_not_negative(epsilon=epsilon)
    _margins(logits, labels, "logits")
    z, y = as_floats(logits, "logits"), as_numbers(labels, "labels")
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        right = y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon)
        return float(-right.mean())


def naive_cross_entropy(logits, labels):
    """Cross-entropy in two steps, probabilities first; it breaks where one is 0.

    Arguments as for `cross_entropy`.

    Returns
    -------
    float
        inf where the probability of the true class is rounded to 0; nan, or inf, where
        `naive_softmax` breaks.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> naive_cross_entropy([[0.0, -800.0]], [1])
    inf
    >>> naive_cross_entropy([[1000.0, 0.0]], [0])
    nan
    """
    logits, labels, n = _scored(logits, labels)
    with np.errstate(all="ignore"):
        return float(-np.log(naive_softmax(logits)[np.arange(n), labels]).mean())


# What is wanted in the end


def accuracy(logits, labels):
    """The share of right decisions: a metric, not a loss.

    The decision is the class with the largest logit, the first of equals; of a single
    logit, 1 where it is above 0.

    Parameters
    ----------
    logits : (n, k) or (n,) array
    labels : (n,) array of int
        In 0 … k − 1, or 0 and 1.

    Returns
    -------
    float
        From 0 to 1. Its gradient is 0 wherever it has one, so nothing can descend it.

    Raises
    ------
    ValueError
        As in `cross_entropy` or `binary_cross_entropy`; if a logit is nan, which
        decides nothing.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> accuracy([[0.1, 0.2], [3.0, 0.0]], [1, 1]), accuracy([0.1, -2.0], [1, 0])
    (0.5, 1.0)
    """
    scores = as_floats(logits, "logits")
    if np.isnan(scores).any():
        raise ValueError("logits must be numbers, but hold nan: no decision is in that")
    if scores.ndim == 1:
        _margins(scores, labels, "logits")
        decisions = scores > 0
    else:
        _scored(scores, labels)
        decisions = scores.argmax(axis=1)
    return float((decisions == as_numbers(labels, "labels")).mean())


LOSSES = {
    "squared_error": Loss(squared_error, squared_error_gradient),
    "absolute_error": Loss(absolute_error, absolute_error_gradient),
    "huber": Loss(huber, huber_gradient),
    "binary_cross_entropy": Loss(binary_cross_entropy, binary_cross_entropy_gradient),
    "hinge": Loss(hinge, hinge_gradient),
    "focal": Loss(focal, focal_gradient),
    "cross_entropy": Loss(cross_entropy, cross_entropy_gradient),
    "soft_cross_entropy": Loss(soft_cross_entropy, soft_cross_entropy_gradient),
    "smoothed_cross_entropy": Loss(
        smoothed_cross_entropy, smoothed_cross_entropy_gradient
    ),
    "weighted_cross_entropy": Loss(
        weighted_cross_entropy, weighted_cross_entropy_gradient
    ),
    "tempered_cross_entropy": Loss(
        tempered_cross_entropy, tempered_cross_entropy_gradient
    ),
}


def errors_of(predictions, targets):
    """Prediction minus target, and the number of samples.

    Parameters
    ----------
    predictions, targets : (n,) or (n, k) array
        Both of one shape; n at least 1.

    Returns
    -------
    errors : array of that shape
    n : int

    Raises
    ------
    TypeError, ValueError
        If one holds no numbers, the shapes differ, or there is no sample.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> errors_of([3.0, 1.0], [1.0, 2.0])
    (array([ 2., -1.]), 2)
    """
    predictions = as_floats(predictions, "predictions")
    targets = as_floats(targets, "targets")
    pattern = "n k" if predictions.ndim == 2 else "n"
    pairs = {"predictions": (predictions, pattern), "targets": (targets, pattern)}
    n = check_shapes(**pairs)["n"]
    _check_samples("predictions", n)
    return predictions - targets, n


def _margins(scores, labels, name):
    """How far each score is on the right side, the labels as signs, and n."""
    scores, labels = as_floats(scores, name), as_numbers(labels, "labels")
    n = check_shapes(**{name: (scores, "n"), "labels": (labels, "n")})["n"]
    _check_samples(name, n)
    check_labels(labels, 2)
    signs = 2.0 * labels - 1
    return signs * scores, signs, n


def _scored(logits, labels):
    """Logits (n, k), labels (n,), and n."""
    logits, labels = as_floats(logits, "logits"), as_numbers(labels, "labels")
    sizes = check_shapes(logits=(logits, "n k"), labels=(labels, "n"))
    _check_samples("logits", sizes["n"])
    check_labels(labels, sizes["k"])
    return logits, labels, sizes["n"]


def _tempered(logits, temperature):
    """z/T; less the largest of each row where a finite logit would become infinite."""
    with np.errstate(over="ignore"):
        tempered = logits / temperature
        if np.all(np.isfinite(tempered) == np.isfinite(logits)):
            return tempered
        return _below_largest(logits) / temperature


def _below_largest(logits):
    """Logits less the largest of each row: only differences count."""
    return logits - logits.max(axis=1, keepdims=True)


def _soft(logits, targets):
    """Logits and tables of probabilities, both (n, k), and n."""
    logits, targets = as_floats(logits, "logits"), as_floats(targets, "targets")
    n, k = check_shapes(logits=(logits, "n k"), targets=(targets, "n k")).values()
    _check_samples("logits", n)
    k = check_least(1, **{"the number of classes in targets": k})
    worst = np.abs(targets.sum(axis=1) - 1).max()
    if not (targets.min() >= 0 and worst <= SUM_TOLERANCE):
        raise ValueError(
            f"targets must be rows of numbers >= 0 with the sum 1, but one is "
            f"{targets.min():g}, and a sum misses 1 by {worst:g}"
        )
    return logits, targets, n


def _shares(labels, classes, weights):
    """The part of the loss that each sample makes: its class's weight, normalized."""
    if weights is None:
        weights = balanced_weights(labels, classes)
    weights = as_floats(weights, "weights")
    check_shapes(weights=(weights, f"{classes}"))
    check_finite(weights=weights)
    chosen = weights[labels]
    if weights.min() < 0 or chosen.max() == 0:
        raise ValueError(
            f"weights must be >= 0, and above 0 for some sample, but are {weights}"
        )
    chosen = chosen / chosen.max()  # the sum of huge weights would be infinite
    return chosen / chosen.sum()


def _check_samples(name, n):
    if n == 0:
        raise ValueError(f"{name} must hold at least one sample, but is empty")
