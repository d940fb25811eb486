"""The exercises of the lesson on matrices."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    with_whole_numbers,
    with_zeros,
)

A, B = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])

ENTRY = Exercise(
    reference=float((A @ B)[1, 0]),
    mistakes=(
        Mistake(
            float((B @ A)[1, 0]),
            "That is the entry of BA: you took the row from B and the column from A. "
            "In AB the row is A's: (3, 4).",
        ),
        Mistake(
            float((A @ B)[0, 1]),
            "That is the entry in row 1, column 2. The first index names the row: "
            "take row 2 of A and column 1 of B.",
        ),
        Mistake(
            float((A * B)[1, 0]),
            "You multiplied the two entries that stand there, 3 · 7. That is A * B; "
            "the matrix product pairs a whole row with a whole column.",
        ),
        Mistake(
            float((A @ B.T)[1, 0]),
            "You paired row 2 of A with row 1 of B, (5, 6). It meets column 1: (5, 7).",
        ),
    ),
)

swap, double = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 1.0]])

SWAP_THEN_DOUBLE = Exercise(
    reference=double @ swap,
    mistakes=(
        Mistake(
            swap @ double,
            "This one doubles first and swaps then, or has its images in the rows: it "
            "sends (1, 0) to (0, 2), but swapped and then doubled it goes to (0, 1).",
        ),
        Mistake(
            double,
            "The swap is missing: this one sends (1, 0) to (2, 0); it should go to "
            "(0, 1).",
        ),
        Mistake(
            swap,
            "The doubling is missing: this one sends (0, 1) to (1, 0); it should go to "
            "(2, 0).",
        ),
        Mistake(
            np.array([[0.0, -2.0], [1.0, 0.0]]),
            "You turn by 90° instead of swapping: (0, 1) goes to (−2, 0). A swap keeps "
            "both signs.",
        ),
    ),
)


def whole(rng, *shape):
    """Return random whole numbers from −3 to 3, as floats."""
    return rng.integers(-3, 4, size=shape).astype(float)


def correlate(x, w):
    """Slide w over x without flipping it."""
    return np.correlate(x, w, "valid")


def filter_cases():
    """Return the cases for `correlate`."""
    yield np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.0])
    yield np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, -1.0])
    yield np.array([5.0, 7.0]), np.array([2.0])
    yield (
        np.array([1, 2, 4]),
        np.array([0.5, 0.5]),
    )  # whole numbers, a result that is not
    yield np.array([0.25, -0.5, 0.00012345]), np.array([0.75, -0.0004])
    yield np.array([300.0, -250.0, 150.5]), np.array([200.0, 0.0, -150.0])
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        k = int(rng.integers(1, 4))
        yield whole(rng, k + int(rng.integers(1, 4))), whole(rng, k)


CORRELATE = Exercise(
    reference=correlate,
    cases=with_zeros(correlate, filter_cases(), "x"),
    mistakes=(
        Mistake(
            lambda x, w: np.convolve(x, w, "valid"),
            "You flip the kernel: that is a convolution. At the first place, "
            "x = (1, 2) meets w = (1, 0) and gives 1; yours gives {got[0]:g}.",
        ),
        Mistake(
            lambda x, w: np.correlate(x, w, "valid")[:-1],
            "The last place is missing: a kernel of 2 fits into 3 numbers twice, and "
            "you return one number. There are n − k + 1 places.",
        ),
        Mistake(
            lambda x, w: np.correlate(x, w, "full"),
            "You let the kernel hang over both ends: for 3 numbers and a kernel of 2 "
            "you return 4. Count only the 2 places where it fits inside.",
        ),
    ),
)


def undo(A_inverse, B_inverse, y):
    """Return x where y = A B x."""
    return B_inverse @ (A_inverse @ y)


def invertible(rng, n):
    """Return a random matrix of whole numbers that has an inverse."""
    while True:
        matrix = whole(rng, n, n)
        if abs(np.linalg.det(matrix)) > 0.5:
            return matrix


def undo_cases():
    """Return the cases for `undo`: both matrices are inverses, so they have some."""
    yield np.array([[0.5]]), np.array([[0.25]]), np.array([8.0])
    push, stretch = np.array([[1.0, -1.0], [0.0, 1.0]]), np.diag([0.5, 1.0])
    yield push, stretch, np.array([3.0, 1.0])
    yield np.array([[0.012]]), np.array([[-0.034]]), np.array([0.056])
    far = np.array([[300.0, 1.0], [0.0, -0.25]])
    yield far, far.T, np.array([150.5, -200.0])
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        n = int(rng.integers(2, 4))
        yield invertible(rng, n), invertible(rng, n), whole(rng, n)


UNDO = Exercise(
    reference=undo,
    cases=with_whole_numbers(undo, with_zeros(undo, undo_cases(), "y"), "y"),
    mistakes=(
        Mistake(
            lambda A_inverse, B_inverse, y: A_inverse @ (B_inverse @ y),
            "You undo B first, but A came last: socks come off after shoes. From "
            "y = ({y[0]:g}, {y[1]:g}) you reach x = ({got[0]:g}, {got[1]:g}) in place "
            "of ({expected[0]:g}, {expected[1]:g}).",
        ),
        Mistake(
            lambda A_inverse, B_inverse, y: A_inverse @ y,
            "You undo A only: from y = {y[0]:g} you come back to Bx = {got[0]:g}. "
            "Undo B too, and you reach {expected[0]:g}.",
        ),
        Mistake(
            lambda A_inverse, B_inverse, y: B_inverse @ y,
            "You undo B only: from y = {y[0]:g} you reach {got[0]:g}, not "
            "{expected[0]:g}. A came last: undo it first.",
        ),
        Mistake(
            lambda A_inverse, B_inverse, y: (A_inverse + B_inverse) @ y,
            "You add the inverses: from y = {y[0]:g} you reach {got[0]:g}, not "
            "{expected[0]:g}. To undo one thing after the other is to multiply.",
        ),
    ),
)

EXERCISES = {
    "entry": ENTRY,
    "swap_then_double": SWAP_THEN_DOUBLE,
    "correlate": CORRELATE,
    "undo": UNDO,
}
