"""The exercises of the chapter on information."""

import numpy as np

from mathlib.exercises.checker import Exercise, Mistake

RANDOM_CASES = 12


def surprises(p):
    """Return −log p, infinity where p is 0."""
    return 0.0 - np.log(p)


def counts_table(rng, *shape):
    """Return a random table whose entries are tenths or so: easy to try by hand."""
    counts = rng.integers(0, 6, size=shape)
    counts.flat[0] += 1
    return counts / counts.sum()


FOUR_SIGNS = Exercise(
    reference=1.75,
    mistakes=(
        Mistake(
            2.0,
            "2 bits is what four equally likely signs have; these are not: the first "
            "comes half of the time.",
        ),
        Mistake(
            1.75 * np.log(2),
            "Your number is right in nats: 1.213. One bit is log 2 = 0.693 nats, so "
            "divide by it.",
        ),
        Mistake(
            0.4375,
            "You divide by 4, but the probabilities are the weights of the mean "
            "already: they sum to 1.",
        ),
        Mistake(
            2.25,
            "You take the plain mean of the surprises 1, 2, 3, 3: each counts with its "
            "own probability.",
        ),
        Mistake(-1.75, "The logarithm of a probability is negative: turn the sign."),
    ),
)


def mean_surprise(p):
    """Return the entropy in nats, with 0 log 0 = 0."""
    p = p[p > 0]
    return np.sum(p * surprises(p))


def mean_surprise_cases():
    """Return the cases for `mean_surprise`."""
    yield (np.array([0.5, 0.5]),)
    yield (np.array([0.5, 0.25, 0.25]),)
    yield (np.array([0.9, 0.1]),)
    yield (np.array([1.0, 0.0]),)
    yield (np.full(32, 1 / 32),)
    yield (np.array([0.0, 1e-9, 1 - 1e-9, 0.0]),)
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        yield (counts_table(rng, rng.integers(2, 6)),)


MEAN_SURPRISE = Exercise(
    reference=mean_surprise,
    absolute=1e-12,
    cases=tuple(mean_surprise_cases()),
    mistakes=(
        Mistake(
            lambda p: np.sum(p * surprises(p)),
            "A zero spoils the sum: at an impossible outcome 0 · log 0 is nan for the "
            "computer. Leave such outcomes out before you take the logarithm.",
        ),
        Mistake(
            lambda p: -mean_surprise(p),
            "The sign is turned: a fair coin surprises by {expected:.4f}, and you "
            "say {got:.4f}.",
        ),
        Mistake(
            lambda p: mean_surprise(p) / np.log(2),
            "That is in bits: for the fair coin {got:g}; in nats it is "
            "log 2 = {expected:.4f}.",
        ),
        Mistake(
            lambda p: np.mean(p[p > 0] * surprises(p[p > 0])),
            "You take a mean of p·surprise, which divides by the number of outcomes "
            "too: {got:.4f} for the fair coin in place of {expected:.4f}. The p are "
            "the weights.",
        ),
        Mistake(
            lambda p: np.sum(surprises(p[p > 0])),
            "You add up the surprises without their weights p: for the fair coin "
            "{got:.4f}, twice too much.",
        ),
    ),
)


def divergence(p, q):
    """Return KL(p‖q) in nats."""
    seen = p > 0
    return np.sum(p[seen] * (surprises(q[seen]) - surprises(p[seen])))


def distance(p, q):
    """Return the wrong `divergence` that adds up sizes."""
    seen = p > 0
    return np.sum(p[seen] * np.abs(surprises(q[seen]) - surprises(p[seen])))


def bare(p, q):
    """Return the wrong `divergence` without a word about zeros."""
    return np.sum(p * np.log(p / q))


def divergence_cases():
    """Return the cases for `divergence`: zeros in p, and in q."""
    yield np.array([0.5, 0.5]), np.array([0.75, 0.25])
    yield np.array([0.75, 0.25]), np.array([0.5, 0.5])
    yield np.array([0.5, 0.5]), np.array([0.5, 0.5])
    yield np.array([1.0, 0.0]), np.array([0.5, 0.5])
    yield np.array([0.5, 0.5]), np.array([1.0, 0.0])
    yield np.array([0.999, 0.001, 0.0]), np.array([1e-9, 0.0, 1 - 1e-9])[[0, 2, 1]]
    yield np.array([0.9999, 0.0001]), np.array([0.0001, 0.9999])
    yield np.array([0, 1]), np.array([0.25, 0.75])
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        size = rng.integers(2, 5)
        yield counts_table(rng, size), counts_table(rng, size)


DIVERGENCE = Exercise(
    reference=divergence,
    absolute=1e-12,
    cases=tuple(divergence_cases()),
    mistakes=(
        Mistake(
            lambda p, q: divergence(q, p),
            "You have KL(q‖p): the weights must be p, which says what happens. For "
            "p = (½, ½), q = (¾, ¼) you find {got:.4f}, not {expected:.4f}.",
        ),
        Mistake(
            lambda p, q: -divergence(p, q),
            "The sign is turned: {got:.4f} for p = (½, ½), q = (¾, ¼). A wrong belief "
            "never makes the mean surprise smaller.",
        ),
        Mistake(
            lambda p, q: np.sum(p[p > 0] * surprises(q[p > 0])),
            "That is the cross-entropy, {got:.4f}: take the entropy of p away, and "
            "{expected:.4f} is left.",
        ),
        Mistake(
            distance,
            "No bars: single terms may be negative. With sizes you find {got:.4f} for "
            "p = (½, ½), q = (¾, ¼) in place of {expected:.4f}.",
        ),
        Mistake(
            bare,
            "A zero in p spoils the sum: 0 · log 0 is nan for the computer. Leave "
            "those outcomes out: for p = (1, 0), q = (½, ½) it is {expected:.4f}.",
        ),
        Mistake(
            lambda p, q: divergence(p, q) / np.log(2),
            "That is in bits, {got:.4f}; nats are asked, {expected:.4f}.",
        ),
    ),
)


def shared(joint):
    """Return the mutual information in nats."""
    apart = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return divergence(joint.ravel(), apart.ravel())


def shared_cases():
    """Return the cases for `shared`."""
    yield (np.array([[0.5, 0.0], [0.0, 0.5]]),)
    yield (np.array([[0.25, 0.25], [0.25, 0.25]]),)
    yield (np.array([[0.25, 0.5], [0.25, 0.0]]),)
    yield (np.array([[0.4, 0.1], [0.1, 0.4]]),)
    yield (np.eye(4) / 4,)
    yield (np.array([[0.25, 0, 0.25, 0], [0, 0, 0, 0], [0.5, 0, 0, 0]]),)
    yield (np.diag([1e-9, 1 - 1e-9]),)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        yield (counts_table(rng, *rng.integers(2, 4, size=2)),)


SHARED = Exercise(
    reference=shared,
    absolute=1e-12,
    cases=tuple(shared_cases()),
    mistakes=(
        Mistake(
            lambda joint: mean_surprise(joint.ravel()),
            "That is the joint entropy H(X, Y), {got:.4f}: it counts everything that "
            "both hold, not what they share, {expected:.4f}.",
        ),
        Mistake(
            lambda joint: (
                mean_surprise(joint.sum(axis=1)) + mean_surprise(joint.sum(axis=0))
            ),
            "H(X) + H(Y) counts what is shared twice, {got:.4f}; take H(X, Y) away.",
        ),
        Mistake(
            lambda joint: (
                mean_surprise(joint.ravel()) - mean_surprise(joint.sum(axis=1))
            ),
            "That is H(Y|X), what Y still holds once X is known: {got:.4f} for two "
            "coins that always agree. What X tells of Y is {expected:.4f}.",
        ),
        Mistake(
            lambda joint: shared(joint) / np.log(2),
            "That is in bits, {got:.4f}; nats are asked, {expected:.4f}.",
        ),
        Mistake(
            lambda joint: np.log(joint.size) - mean_surprise(joint.ravel()),
            "You compare with a table of equal entries. Compare with the table of "
            "independent X and Y, which has the same row and column sums; where these "
            "are not even, the two differ.",
        ),
    ),
)


def kl_to_standard(mean, variance):
    """Return KL(N(μ, σ²)‖N(0, 1))."""
    return (variance + mean**2 - 1 - np.log(variance)) / 2


def gaussian_cases():
    """Return the cases for `kl_to_standard`."""
    yield 1.0, 4.0
    yield 0.0, 1.0
    yield 2.0, 1.0
    yield -300.0, 250.0
    yield 0.0, 0.0004
    yield 1.0, 1e-14
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        yield tuple(np.round(rng.uniform([-2, 0.1], [2, 5]), 2).tolist())


KL_TO_STANDARD = Exercise(
    reference=kl_to_standard,
    absolute=1e-12,
    cases=tuple(gaussian_cases()),
    mistakes=(
        Mistake(
            lambda mean, variance: (
                ((1 + mean**2) / variance - 1 + np.log(variance)) / 2
            ),
            "The other direction: {got:.4f} is KL(N(0, 1)‖N(1, 4)). Asked is the one "
            "whose mean is over N({mean:g}, {variance:g}): {expected:.4f}.",
        ),
        Mistake(
            lambda mean, variance: variance + mean**2 - 1 - np.log(variance),
            "Twice too much: the ½ of the Gaussian's exponent is missing, {got:.4f} "
            "in place of {expected:.4f}.",
        ),
        Mistake(
            lambda mean, variance: (variance + mean**2 - 1 + np.log(variance)) / 2,
            "The logarithm has the wrong sign: at mean {mean:g}, variance "
            "{variance:g} you find {got:.4f}, not {expected:.4f}. A narrow Gaussian "
            "is far from N(0, 1) too: −log σ² must grow there.",
        ),
        Mistake(
            lambda mean, variance: (variance + mean**2 - 1 - np.log(variance) / 2) / 2,
            "You take log σ where log σ² belongs: the argument is the variance. You "
            "find {got:.4f} in place of {expected:.4f}.",
        ),
        Mistake(
            lambda mean, variance: (variance + mean**2 - np.log(variance)) / 2,
            "The −1 is missing: N(0, 1) would diverge from itself by ½, and "
            "N({mean:g}, {variance:g}) by {got:.4f}, not {expected:.4f}.",
        ),
    ),
)

EXERCISES = {
    "four_signs": FOUR_SIGNS,
    "mean_surprise": MEAN_SURPRISE,
    "divergence": DIVERGENCE,
    "shared": SHARED,
    "kl_to_standard": KL_TO_STANDARD,
}
