"""The exercises of the lesson on privacy."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

CLIPPED_MEAN = Exercise(
    reference=0.875,
    mistakes=(
        Mistake(
            1.75,
            "That is the mean without clipping: 3 and 2.5 count as 1 each.",
        ),
        Mistake(
            0.375,
            "You leave the long ones out. Clipping shortens them to 1, and they stay.",
            also=(0.75,),
        ),
        Mistake(
            1.0,
            "You clip the mean, or bring each gradient to length 1. Each is clipped "
            "before it is added, and a short one stays: 0.5 stays 0.5.",
        ),
        Mistake(
            7 / 12,
            "You shorten all by one factor, 1/3. Each gradient has its own: 0.5 and 1 "
            "are short enough already.",
        ),
        Mistake(
            3.5,
            "That is the sum of the clipped gradients: divide it by the four people.",
        ),
    ),
)


def clipped(gradients, clip):
    """Shorten each row to length clip at most."""
    lengths = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients * (clip / np.maximum(lengths, clip))


def to_one_length(gradients, clip):
    """Return the wrong `clipped` that makes short rows longer, too."""
    lengths = np.linalg.norm(gradients, axis=1, keepdims=True)
    return gradients * (clip / np.where(lengths > 0, lengths, clip))


def by_the_longest(gradients, clip):
    """Return the wrong `clipped` that shortens all rows by one factor."""
    longest = np.linalg.norm(gradients, axis=1).max()
    return gradients * (clip / max(longest, clip))


def clipped_cases():
    """Return the cases for `clipped`."""
    yield np.array([[3.0, 4.0], [0.0, 0.5]]), 1.0
    yield np.array([[0.0, 0.0], [-3.0, 4.0]]), 2.0
    yield np.array([[0.6, -0.8], [0.5, 0.5]]), 5.0
    yield np.array([[-2.0], [0.25], [300.0]]), 1.0
    yield np.array([[0.0003, 0.0004, 0.0], [200.0, -100.0, 200.0]]), 0.00025
    yield np.array([[300.0, -400.0], [0.03, 0.04]]), 250.0
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        n, d = rng.integers(2, 5), rng.integers(2, 4)
        yield rounded(rng, -2, 2, size=(n, d)), rounded(rng, 0.3, 2)


CLIPPED = Exercise(
    reference=clipped,
    cases=with_whole_numbers(
        clipped, with_zeros(clipped, clipped_cases(), "gradients"), "gradients"
    ),
    mistakes=(
        Mistake(
            to_one_length,
            "You bring every row to length {clip:g}: the second row is only 0.5 long, "
            "and must stay (0, 0.5).",
        ),
        Mistake(
            lambda gradients, clip: np.clip(gradients, -clip, clip),
            "You clip entry by entry: (3, 4) becomes ({got[0][0]:g}, {got[0][1]:g}), "
            "which is too long and has turned. Shorten the whole row.",
        ),
        Mistake(
            by_the_longest,
            "You shorten all rows by one factor: the second row is short enough, and "
            "becomes ({got[1][0]:g}, {got[1][1]:g}).",
        ),
        Mistake(
            lambda gradients, clip: (
                gradients * (clip / np.maximum(np.linalg.norm(gradients, axis=0), clip))
            ),
            "You take the lengths of the columns. A person is a row: axis 1.",
        ),
        Mistake(
            lambda gradients, clip: (
                gradients * (np.linalg.norm(gradients, axis=1, keepdims=True) <= clip)
            ),
            "You leave the long rows out: (3, 4) becomes (0, 0), and must become "
            "({expected[0][0]:g}, {expected[0][1]:g}).",
        ),
    ),
)

TRUE_SHARE = Exercise(
    reference=0.4,
    mistakes=(
        Mistake(
            0.45,
            "That is the share of answers. A quarter of all answers is turned round: "
            "yes is said with probability ¼ + p/2.",
        ),
        Mistake(
            0.2,
            "You subtract the quarter, but p enters ¼ + p/2 with a half: divide by it.",
        ),
        Mistake(
            0.6,
            "That is 0.45/¾, as if nobody else said yes, or the share whose truth is "
            "no. Those whose truth is yes say it with ¾, the others with ¼.",
        ),
        Mistake(
            0.3375,
            "You take three quarters of the answers; solve ¾p + ¼(1 − p) = 0.45.",
        ),
        Mistake(
            0.2 / 0.75,
            "p enters with ¾ − ¼ = ½, not with ¾: the yes of the others shrinks as p "
            "grows.",
        ),
    ),
)

PEOPLE_NEEDED = Exercise(
    reference=400,
    mistakes=(
        Mistake(
            200,
            "You forget the clip: the noise in the sum is sC = 20, not 10.",
        ),
        Mistake(
            160_000,
            "You let it shrink with the root of n, as an average of independent draws "
            "does. The noise is added once, and divided by n.",
        ),
        Mistake(
            100,
            "You divide by the clip: the noise in the sum is s times C, 20.",
        ),
    ),
)

EXERCISES = {
    "clipped_mean": CLIPPED_MEAN,
    "people_needed": PEOPLE_NEEDED,
    "clipped": CLIPPED,
    "true_share": TRUE_SHARE,
}
