"""The exercises of the lesson on sparsity."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

ALL_ZERO = Exercise(
    reference=5.0,
    mistakes=(
        Mistake(
            1.0,
            "That is the pull on the weaker column: at λ = 1 the second one, with "
            "2·2 + (−1)·(−1) = 5, is still in use.",
        ),
        Mistake(
            -1.0,
            "That is the pull on the first column. Only its size counts, and the other "
            "one, with 5, pulls harder.",
        ),
        Mistake(
            4.0,
            "You add up the pulls, −1 and 5. Each weight is judged by its own: all are "
            "0 once λ reaches the largest.",
        ),
        Mistake(
            6.0,
            "You add up the sizes of the pulls. Each weight is judged by its own: all "
            "are 0 once λ reaches the largest.",
        ),
    ),
)


def soft_threshold(w, amount):
    """Move every weight towards 0 by an amount, and stop there."""
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0)


def threshold_cases():
    """Return the cases for `soft_threshold`."""
    yield np.array([3.0, 0.3]), 0.5
    yield np.array([-2.0]), 0.5
    yield np.array([0.5, -0.5, 0.0]), 0.5
    yield np.array([1.0, -1.0, 0.0]), 0.0
    yield np.array([3, -2]), 0.5  # whole numbers, a result that is not
    yield np.array([0.50004, -0.5]), 0.5
    yield np.array([300.0, -160.0]), 150.0
    yield np.array([0.0004, -5.0]), 2.5
    yield np.array([0.0004, -0.0003]), 0.0001
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        yield rounded(rng, -2, 2, rng.integers(1, 5)), rounded(rng, 0, 2)


SOFT_THRESHOLD = Exercise(
    reference=soft_threshold,
    absolute=1e-12,
    cases=with_zeros(soft_threshold, threshold_cases(), "w"),
    mistakes=(
        Mistake(
            lambda w, amount: np.where(np.abs(w) > amount, w, 0.0),
            "That is the hard threshold: 3 stays {got[0]:g}, where the pull of |w| has "
            "moved it to {expected[0]:g}.",
        ),
        Mistake(
            lambda w, amount: w - amount * np.sign(w),
            "You overshoot: 0.3 becomes {got[1]:g}, on the other side of 0, and there "
            "the penalty would push it back. Stop at 0.",
        ),
        Mistake(
            lambda w, amount: np.maximum(w - amount, 0.0),
            "You lose the negative weights: −2 becomes {got[0]:g}, and must become "
            "{expected[0]:g}.",
        ),
        Mistake(
            lambda w, amount: np.maximum(np.abs(w) - amount, 0.0),
            "The sign is lost: −2 becomes {got[0]:g}, and must become {expected[0]:g}.",
        ),
        Mistake(
            lambda w, amount: w / (1 + amount),
            "You shrink by a factor, as L2 does: 0.3 becomes {got[1]:g} and never "
            "exactly 0.",
        ),
    ),
)


BETWEEN = Exercise(
    reference=2.0,
    mistakes=(
        Mistake(
            0.5,
            "You shrink first and then take 3 away: the slope θ − 7 + 3 + θ is −3 at "
            "0.5, so the minimum lies further on.",
        ),
        Mistake(
            4.0,
            "That is the lasso's half alone: at 4 the square still pulls with the "
            "slope θ = 4.",
        ),
        Mistake(
            3.5,
            "That is ridge's half alone: at 3.5 the kink still pulls with the slope 3.",
        ),
        Mistake(
            0.6,
            "You give the whole λ = 4 to both halves: they share it, 3 and 1.",
        ),
        Mistake(
            1.5,
            "You exchange m and 1 − m: three quarters of λ are the kink's, one the "
            "square's.",
        ),
        Mistake(
            8.0,
            "You multiply by 2 where you must divide: θ + θ = 4.",
        ),
    ),
)


ONE_STEP = Exercise(
    reference=0.0,
    mistakes=(
        Mistake(
            -0.05,
            "You take a plain step with the slope of |w|, and land beyond 0. A "
            "proximal step stops there.",
        ),
        Mistake(
            0.45,
            "That is the step down the loss alone; the soft threshold at ηλ = 0.5 "
            "comes after it.",
        ),
        Mistake(
            0.6,
            "That is the minimum of the loss, without a penalty and after many steps.",
        ),
    ),
)

EXERCISES = {
    "all_zero": ALL_ZERO,
    "one_step": ONE_STEP,
    "soft_threshold": SOFT_THRESHOLD,
    "between": BETWEEN,
}
