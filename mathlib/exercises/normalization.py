"""The exercises of the lesson on normalization."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

NINE_BECOMES = Exercise(
    reference=11.0,
    mistakes=(
        Mistake(
            2.0,
            "That is the normalized number z. It still gets its scale and its shift: "
            "3z + 5.",
        ),
        Mistake(
            6.0,
            "The shift is missing: 3z is 6, and then 5 is added.",
        ),
        Mistake(
            21.0,
            "You shift before you scale: 3(z + 5). The scale comes first: 3z + 5.",
        ),
        Mistake(
            13.0,
            "You exchange scale and shift: γ = 3 multiplies, β = 5 is added.",
        ),
        Mistake(
            18.5,
            "You divide 9 itself by the spread. First subtract the mean, 5.",
        ),
        Mistake(
            8.0,
            "You divide by the variance, 4; its root, 2, is the spread.",
        ),
        Mistake(
            5 + 12 / np.sqrt(5),
            "You divide by n − 1 inside the variance. These five numbers are all there "
            "is: divide by 5.",
        ),
    ),
)


def batch_norm(X, scale, shift):
    """Normalize each column, then give it its scale and shift."""
    return (X - X.mean(axis=0)) / X.std(axis=0) * scale + shift


def by_rows(X, scale, shift):
    """Return the wrong `batch_norm` that normalizes each row."""
    return batch_norm(X.T, 1.0, 0.0).T * scale + shift


def by_rows_with_care(X, scale, shift):
    """Return the wrong `batch_norm` for rows that lets equal entries be."""
    spread = X.std(axis=1, keepdims=True)
    centered = X - X.mean(axis=1, keepdims=True)
    return centered / np.where(spread > 0, spread, 1.0) * scale + shift


def norm_cases():
    """Return the cases for `batch_norm`."""
    yield np.array([[1.0], [5.0]]), np.array([1.0]), np.array([0.0])
    yield np.array([[0.0, 1.0], [2.0, 9.0]]), np.array([1.0, 2.0]), np.array([0.0, 5.0])
    yield np.array([[0.0], [2.0], [1.0]]), np.array([-3.0]), np.array([1.0])
    yield np.array([[0.0001], [0.0003]]), np.array([0.5]), np.array([-0.25])
    yield np.array([[300.0], [-150.0], [50.0]]), np.array([-200.0]), np.array([150.0])
    yield (
        np.array([[3.0, 1.0], [2.0, 5.0]]),
        np.array([0.0, 0.0004]),
        np.array([0.5, 0.0]),
    )
    yield np.array([[1, 2], [4, 3], [5, 0]]), np.ones(2), np.zeros(2)  # whole numbers
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        n, d = rng.integers(3, 5), rng.integers(2, 6)
        yield (
            rounded(rng, -3, 3, size=(n, d)),
            rounded(rng, 0.5, 2, d),
            rounded(rng, -1, 1, d),
        )


BATCH_NORM = Exercise(
    reference=batch_norm,
    cases=with_zeros(batch_norm, norm_cases(), "scale"),
    mistakes=(
        Mistake(
            by_rows,
            "You normalize each row; that is layer norm. For the column (1, 5) you get "
            "{got[0][0]:g} and {got[1][0]:g}, and must get −1 and 1.",
            also=(by_rows_with_care,),
        ),
        Mistake(
            lambda X, scale, shift: (
                (X - X.mean(axis=0)) / X.var(axis=0) * scale + shift
            ),
            "You divide by the variance, not by its root: for the column (1, 5) you "
            "get {got[0][0]:g} and {got[1][0]:g}; the spread is 2, the variance 4.",
        ),
        Mistake(
            lambda X, scale, shift: (
                (X - X.mean(axis=0)) / X.std(axis=0, ddof=1) * scale + shift
            ),
            "You divide by n − 1 inside the variance: for the column (1, 5) you get "
            "{got[1][0]:.3g} in place of 1. Here the batch is all there is: divide by "
            "n.",
        ),
        Mistake(
            lambda X, scale, shift: (X - X.mean()) / X.std() * scale + shift,
            "You take one mean over the whole array: two features of different size "
            "stay different, {got[0][0]:.3g} in place of {expected[0][0]:.3g}.",
        ),
        Mistake(
            lambda X, scale, shift: (X - X.mean(axis=0)) / X.std(axis=0) * scale,
            "The shift is missing: the second column is to be centered at 5, and yours "
            "begins with {got[0][1]:g}.",
        ),
    ),
)


LENGTH_THAT_STAYS = Exercise(
    reference=2.0,
    mistakes=(
        Mistake(
            4.0,
            "That is the square of the length; or you have let the gradient keep the "
            "length 24, which shrinks as w grows.",
        ),
        Mistake(
            (0.1 * 24**2 / (2 * 2)) ** 0.25,
            "That is the rule for small ηλ, r⁴ = ηc²/(2λ). Here ηλ = 0.2: take "
            "1 − (1 − ηλ)² as it is, 0.36.",
        ),
        Mistake(
            (2.4**2 / 0.2) ** 0.25,
            "The decay acts on the length, so its square keeps (1 − ηλ)² = 0.64, not "
            "0.8.",
        ),
        Mistake(
            (2.4**2 / 0.64) ** 0.25,
            "0.64 is the share of r² that stays; what the gradient must replace is the "
            "rest, 0.36.",
        ),
    ),
)


TWO_SAMPLES = Exercise(
    reference=0.0,
    mistakes=(
        Mistake(
            0.5,
            "You only divide by the spread, 2. The second input moves the mean and the "
            "spread as well.",
        ),
        Mistake(
            0.25,
            "You let the mean move with the input, but not the spread: another ¼ goes.",
        ),
        Mistake(
            1.0,
            "That is the slope of x₂ itself, before anything is normalized.",
        ),
    ),
)

EXERCISES = {
    "nine_becomes": NINE_BECOMES,
    "batch_norm": BATCH_NORM,
    "two_samples": TWO_SAMPLES,
    "length_that_stays": LENGTH_THAT_STAYS,
}
