"""The exercises of the chapter on losses.

How an exercise is written is told in `mathlib.exercises.gradient_descent`.
"""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    with_whole_numbers,
    with_zeros,
)

FIVE = np.array([1.0, 2.0, 3.0, 4.0, 100.0])


def mean_distance(center):
    """Return the mean absolute error of one number for all five."""
    return float(np.abs(FIVE - center).mean())


BEST_ABSOLUTE = Exercise(
    reference=mean_distance(3.0),
    mistakes=(
        Mistake(
            mean_distance(22.0),
            "That is the error of the mean, 22. The mean is best for squares; sizes "
            "want the number in the middle, 3.",
        ),
        Mistake(
            5 * mean_distance(3.0),
            "That is the sum of the five sizes. A loss is their mean: divide by 5.",
        ),
        Mistake(
            float(((FIVE - 3) ** 2).mean()),
            "You squared: 97 alone gives 9409. The absolute error takes the sizes as "
            "they are: 2, 1, 0, 1, 97.",
        ),
        Mistake(
            1.0,
            "That is the median of the five sizes. The loss is their mean, and in it "
            "the 97 counts too.",
        ),
    ),
)


def huber_gradient(predictions, targets, delta):
    """Return the gradient of Huber's loss."""
    return np.clip(predictions - targets, -delta, delta) / len(targets)


def numbers_cases():
    """Return the cases for `huber_gradient`."""
    yield np.array([3.0]), np.array([2.5]), 1.0
    yield np.array([0.0]), np.array([5.0]), 1.0
    yield np.array([0.0, 0.0]), np.array([0.5, -3.0]), 2.0
    yield np.array([2.0, 0.0]), np.array([0.0, 2.0]), 2.0  # sizes of exactly delta
    yield np.array([300.0, 0.25]), np.array([450.0, 0.0004]), 200.0
    yield np.array([0.0, 3.0]), np.array([-1.0, 3.0]), 0.0005
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        predictions, targets = np.round(rng.normal(scale=2, size=(2, 3)), 2)
        yield predictions, targets, round(float(rng.uniform(0.5, 2)), 2)


HUBER_GRADIENT = Exercise(
    reference=huber_gradient,
    cases=with_whole_numbers(
        huber_gradient,
        with_zeros(huber_gradient, numbers_cases(), "targets"),
        "predictions",
        "targets",
    ),
    mistakes=(
        Mistake(
            lambda predictions, targets, delta: (
                -huber_gradient(predictions, targets, delta)
            ),
            "The sign is reversed: the prediction {predictions[0]:g} is above the "
            "target {targets[0]:g}, so a larger one is worse and the slope is "
            "{expected[0]:g}, not {got[0]:g}.",
        ),
        Mistake(
            lambda predictions, targets, delta: (predictions - targets) / len(targets),
            "You never cut off: the target {targets[0]:g} pulls with {got[0]:g}, and "
            "the threshold {delta:g} allows {expected[0]:g}. This is the gradient of "
            "half the squared error.",
        ),
        Mistake(
            lambda predictions, targets, delta: (
                delta * np.sign(predictions - targets) / len(targets)
            ),
            "You pull with full force everywhere: at the error 0.5 the slope is "
            "{expected[0]:g}, not {got[0]:g}. Inside the threshold it is the error.",
        ),
        Mistake(
            lambda predictions, targets, delta: np.clip(
                predictions - targets, -delta, delta
            ),
            "The mean is missing: with 2 samples each counts half, so the second slope "
            "is {expected[1]:g}, not {got[1]:g}.",
        ),
        Mistake(
            lambda predictions, targets, delta: (
                2 * huber_gradient(predictions, targets, delta)
            ),
            "Twice too much: Huber's loss has the factor ½ in front of the square, so "
            "at the error 0.5 the slope is {expected[0]:g}, not {got[0]:g}.",
        ),
    ),
)


def log_sum_exp(z):
    """Return log Σ exp(zⱼ) for scores of any size."""
    return z.max() + np.log(np.exp(z - z.max()).sum())


def scores_cases():
    """Return the cases for `log_sum_exp`."""
    yield (np.array([0.0, 0.0]),)
    yield (np.array([1.0, 3.0]),)
    yield (np.array([1000.0, 1000.0]),)
    yield (np.array([-1000.0, -1001.0]),)
    yield (np.array([0.0, 1000.0]),)
    yield (np.array([1000.0, 0.0, -1000.0]),)
    yield (np.array([0.0, -1000.0, 999.0, 1000.0]),)
    yield (np.array([-40.0, 0.0]),)
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        yield (np.round(rng.normal(scale=3, size=rng.integers(1, 5)), 2),)


LOG_SUM_EXP = Exercise(
    reference=log_sum_exp,
    absolute=1e-12,
    cases=tuple(scores_cases()),
    mistakes=(
        Mistake(
            lambda z: np.log(np.exp(z).sum()),
            "On paper it is right, but exp(1000) is infinite: at z = (1000, 1000) you "
            "get {got}, not {expected:.3f}. Take the largest score out first.",
        ),
        Mistake(
            lambda z: np.log(np.exp(z - z.max()).sum()),
            "You took the largest score out and did not put it back: at z = (1, 3) "
            "you get {got:.3f} in place of {expected:.3f}.",
        ),
        Mistake(
            lambda z: z.max() + np.log(np.exp(z - z.max()).mean()),
            "You take the mean of the exponentials where the sum belongs: two scores "
            "of 0 give log 2 = 0.693, not {got:g}.",
        ),
        Mistake(
            lambda z: z.max(),
            "That is the largest score alone. Two scores of 0 give log 2 = 0.693, not "
            "{got:g}.",
        ),
    ),
)


def probabilities(logits, axis=1):
    """Return the softmax of each row, or along another axis."""
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def cross_entropy_gradient(logits, labels):
    """Return (softmax(z) − one-hot(y)) / n."""
    return (probabilities(logits) - np.eye(logits.shape[1])[labels]) / len(labels)


def classes_cases():
    """Return the cases for `cross_entropy_gradient`."""
    yield np.array([[0.0, 0.0]]), np.array([1])
    yield np.array([[0.0, 1.0], [2.0, 0.0]]), np.array([1, 1])
    yield np.array([[1000.0, 0.0, 0.0]]), np.array([2])
    yield np.array([[1000.0, 0.0, -1000.0]]), np.array([1])  # nor may the mean be taken
    yield np.array([[1000.0, 0.0], [0.0, 1.0]]), np.array([1, 0])
    yield np.array([[0.0, 1.0], [-1000.0, -999.0], [0.0, 1000.0]]), np.array([1, 0, 1])
    yield np.array([[0.0, 1000.0, 999.0]]), np.array([2])
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        n, k = rng.integers(1, 4), rng.integers(2, 4)
        yield np.round(rng.normal(size=(n, k)), 2), rng.integers(0, k, n)


CROSS_ENTROPY_GRADIENT = Exercise(
    reference=cross_entropy_gradient,
    absolute=1e-12,
    cases=with_whole_numbers(cross_entropy_gradient, classes_cases(), "logits"),
    mistakes=(
        Mistake(
            lambda logits, labels: -cross_entropy_gradient(logits, labels),
            "The sign is reversed: at equal scores a step against your gradient makes "
            "the true class less likely. It is probability minus label.",
        ),
        Mistake(
            lambda logits, labels: len(labels) * cross_entropy_gradient(logits, labels),
            "The mean is missing: with 2 samples divide by 2, or the gradient grows "
            "with the batch.",
        ),
        Mistake(
            lambda logits, labels: probabilities(logits) / len(labels),
            "The label is missing: at equal scores you push both classes down alike. "
            "Take 1 off at the true class; then every row has the sum 0.",
        ),
        Mistake(
            lambda logits, labels: (
                cross_entropy_gradient(logits, labels) / logits.shape[1]
            ),
            "You divide by the number of classes too: at two equal scores the true "
            "class has the slope −0.5, not {got[0][1]:g}. The mean is over samples.",
        ),
        Mistake(
            lambda logits, labels: (
                (probabilities(logits, axis=0) - np.eye(logits.shape[1])[labels])
                / len(labels)
            ),
            "Your softmax runs down the columns, over the samples: a single sample "
            "gets {got[0][0]:g} for each class. It belongs along the rows.",
        ),
    ),
)


def curvature(p, v):
    """Return the second derivative of the cross-entropy along v."""
    return p @ v**2 - (p @ v) ** 2


def tables_cases():
    """Return the cases for `curvature`."""
    yield np.array([0.5, 0.5]), np.array([1.0, -1.0])
    yield np.array([0.5, 0.5]), np.array([1.0, 1.0])
    yield np.array([0.25, 0.75]), np.array([2.0, 0.0])
    yield np.array([0.9995, 0.00025, 0.00025]), np.array([300.0, -500.0, 0.25])
    yield np.array([0.9995, 0.0005]), np.array([0.5, -0.25])
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        p = rng.integers(1, 9, size=rng.integers(2, 5)).astype(float)
        yield p / p.sum(), np.round(rng.normal(scale=2, size=p.size), 1)


CURVATURE = Exercise(
    reference=curvature,
    absolute=1e-12,
    cases=with_zeros(curvature, tables_cases(), "v"),
    mistakes=(
        Mistake(
            lambda p, v: p @ v**2,
            "That is vᵀ diag(p) v alone. Along v = (1, 1) all logits move together and "
            "nothing changes, so the curvature is 0, not {got:g}: subtract (p·v)².",
        ),
        Mistake(
            lambda p, v: (p * (1 - p)) @ v**2,
            "You keep only the diagonal of the Jacobian, p(1 − p): along v = (1, −1) "
            "at p = (½, ½) you get {got:g} in place of {expected:g}. All logits move "
            "all probabilities.",
        ),
        Mistake(
            lambda p, v: np.var(v),
            "You weigh all classes alike: at p = (¼, ¾) and v = (2, 0) you get "
            "{got:g}; with the probabilities as weights it is {expected:g}.",
        ),
        Mistake(
            lambda p, v: np.sqrt(np.maximum(curvature(p, v), 0)),
            "That is the standard deviation; the second derivative is the variance: "
            "at p = (¼, ¾) and v = (2, 0) it is {expected:g}, not {got:.3f}.",
        ),
        Mistake(
            lambda p, v: (p @ v) ** 2 - p @ v**2,
            "The sign is reversed: the loss curves upward, by {expected:g} along this "
            "v, and you say {got:g}.",
        ),
    ),
)

EXERCISES = {
    "best_absolute": BEST_ABSOLUTE,
    "huber_gradient": HUBER_GRADIENT,
    "log_sum_exp": LOG_SUM_EXP,
    "cross_entropy_gradient": CROSS_ENTROPY_GRADIENT,
    "curvature": CURVATURE,
}
