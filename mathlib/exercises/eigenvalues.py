"""The exercises of the lesson on eigenvalues.

How to add one is told in `mathlib.exercises.gradient_descent`.
"""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

# Two eigenvalues by hand

BY_HAND = Exercise(
    reference=np.array([2.0, 5.0]),
    mistakes=(
        Mistake(
            np.array([3.0, 4.0]),
            "You read the diagonal. That works for triangular matrices only: 3·4 is "
            "12, but the determinant is 4·3 − 1·2 = 10.",
        ),
        Mistake(
            np.array([-5.0, -2.0]),
            "The sign of the trace is reversed: your two add up to −7, and the "
            "diagonal adds up to 7.",
        ),
        Mistake(
            np.array([5.0, 2.0]), "Both are right, in the wrong order: smallest first."
        ),
        Mistake(
            np.array([1.0, 6.0]),
            "Their sum is 7, as it must be, but their product is 6 and the "
            "determinant is 10.",
        ),
    ),
)


# Two eigenvalues in code


def eigenvalues_2x2(A):
    """Return the two eigenvalues of a matrix that has real ones, smallest first."""
    (a, b), (c, d) = A
    root = np.sqrt(((a - d) / 2) ** 2 + b * c)
    return np.array([(a + d) / 2 - root, (a + d) / 2 + root])


def from_trace_and_determinant(trace, determinant, halved=2.0):
    """Return the roots of λ² − trace·λ + determinant, smallest first."""
    root = np.sqrt(trace**2 - 4 * determinant)
    return np.array([trace - root, trace + root]) / halved


def matrix_cases():
    """Return the cases for `eigenvalues_2x2`: their eigenvalues are real."""
    yield (np.array([[2.0, 1.0], [1.0, 2.0]]),)
    yield (np.array([[2.0, 1.0], [1.0, 3.0]]),)
    yield (np.array([[3.0, 0.0], [0.0, -1.0]]),)
    yield (np.array([[4.0, 1.0], [2.0, 3.0]]),)
    yield (np.array([[1.0, 1.0], [0.0, 1.0]]),)
    yield (np.array([[-2.0, 2.0], [1.0, -1.0]]),)
    yield (np.array([[3.0, 1.0], [-0.5, 0.0]]),)
    yield (np.array([[-1.0, -0.5], [2.0, 4.0]]),)
    yield (np.array([[300.0, -7.0], [2.0, -150.0]]),)
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        A = rounded(rng, -3, 3, (2, 2), decimals=1)
        A[1, 0] = np.sign(A[0, 1]) * abs(A[1, 0])
        yield (A,)


EIGENVALUES_2X2 = Exercise(
    reference=eigenvalues_2x2,
    cases=with_zeros(eigenvalues_2x2, matrix_cases(), "A"),
    mistakes=(
        Mistake(
            lambda A: np.sort(np.diag(A)),
            "You return the diagonal. For [[2, 1], [1, 2]] that is 2 and 2; but "
            "(1, 1) goes to (3, 3), so 3 is an eigenvalue.",
        ),
        Mistake(
            lambda A: from_trace_and_determinant(
                np.trace(A), A[0, 0] * A[1, 1] + A[0, 1] * A[1, 0]
            ),
            "Your determinant is ad + bc, it must be ad − bc: for [[2, 1], [1, 2]] it "
            "is 3, and you use 5.",
        ),
        Mistake(
            lambda A: from_trace_and_determinant(np.trace(A), np.linalg.det(A), 1.0),
            "The division by 2 is missing: for [[2, 1], [1, 2]] your two are "
            "{got[0]:g} and {got[1]:g}, and their sum is not the trace 4.",
        ),
        Mistake(
            lambda A: from_trace_and_determinant(-np.trace(A), np.linalg.det(A)),
            "The trace has the wrong sign: for [[2, 1], [1, 2]] your two add up to "
            "−4. In λ² − (a + d)λ + det the roots add up to a + d.",
        ),
        Mistake(
            lambda A: eigenvalues_2x2(A)[::-1].copy(),
            "Largest first; the smaller one is asked for first: {expected[0]:g}, then "
            "{expected[1]:g}.",
        ),
    ),
)


# One step of power iteration


def power_step(A, v):
    """Return the direction of A v, with length one."""
    image = A @ v
    return image / np.linalg.norm(image)


def vector_cases():
    """Return a matrix and a vector for `power_step` and `rayleigh`."""
    yield np.array([[2.0]]), np.array([3.0])
    yield np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([1.0, 0.0])
    yield np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([1.0, 1.0])
    yield np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([3.0, 4.0])
    yield np.array([[1.0, -2.0], [-3.0, 0.5]]), np.array([-1.0, 2.0])
    yield np.array([[-2.0, 0.0], [1.0, -1.0]]), np.array([0.0, 3.0])
    yield np.array([[0.01, 0.02], [0.0, 0.03]]), np.array([0.003, -0.001])
    yield np.array([[300.0, -150.0], [0.0, 200.0]]), np.array([-1.0, 250.0])
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        size = int(rng.integers(2, 5))
        A = rounded(rng, 0.1, 3, (size, size), decimals=1)
        yield A, rounded(rng, 0.1, 3, size, decimals=1)


POWER_STEP = Exercise(
    reference=power_step,
    cases=with_whole_numbers(power_step, vector_cases(), "v"),
    mistakes=(
        Mistake(
            lambda A, v: A @ v,
            "You do not bring the result back to length one: from v = {v[0]:g} with "
            "A = 2 you return {got[0]:g}. After two thousand such steps the numbers "
            "have overflowed.",
        ),
        Mistake(
            lambda A, v: A @ (v / np.linalg.norm(v)),
            "You normalize before you multiply, so what you return has the length "
            "{got[0]:g}, not 1.",
        ),
        Mistake(
            lambda A, v: A @ v / np.abs(A @ v).max(),
            "You divide by the largest entry. The direction is right, but from (1, 0) "
            "with [[2, 1], [1, 2]] the result (1, 0.5) is longer than 1.",
        ),
        Mistake(
            lambda A, v: A @ v / np.abs(A @ v).sum(),
            "You divide by the sum of the entries. The direction is right, but from "
            "(1, 0) with [[2, 1], [1, 2]] the result is shorter than 1.",
        ),
        Mistake(
            lambda A, v: v @ A / np.linalg.norm(v @ A),
            "You multiply from the left, v A: that is Aᵀv. For a symmetric A nobody "
            "notices; [[1, 2], [0, 3]] takes (1, 1) to (3, 3), not to (1, 5).",
        ),
    ),
)


# The Rayleigh quotient


def rayleigh(A, v):
    """Return vᵀAv / vᵀv."""
    return v @ A @ v / (v @ v)


RAYLEIGH = Exercise(
    reference=rayleigh,
    absolute=1e-12,
    cases=with_zeros(rayleigh, vector_cases(), "A"),
    mistakes=(
        Mistake(
            lambda A, v: v @ A @ v,
            "You do not divide by vᵀv: for A = 2 and v = {v[0]:g} you get {got:g}, "
            "although Av = 2v.",
        ),
        Mistake(
            lambda A, v: v @ A @ v / np.sqrt(v @ v),
            "You divide by the length of v, not by its square: for A = 2 and "
            "v = {v[0]:g} you get {got:g}; with 2v it would be twice that.",
        ),
        Mistake(
            lambda A, v: (v @ v) / (v @ A @ v),
            "Upside down: for A = 2 you get {got:g}.",
        ),
        Mistake(
            lambda A, v: np.linalg.norm(A @ v) / np.linalg.norm(v),
            "‖Av‖/‖v‖ is how much A stretches v. For an eigenvector that is the "
            "eigenvalue's size, but for [[2, 1], [1, 2]] and (1, 0) it is {got:.4g}, "
            "not {expected:g}.",
        ),
    ),
)


# The factor of power iteration


def power_factor(values):
    """Return by what a step of power iteration shrinks the error of the direction."""
    sizes = np.sort(np.abs(values))
    return sizes[-2] / sizes[-1]


def spectrum_cases():
    """Return the cases for `power_factor`: the largest size comes once."""
    yield (np.array([3.0, 1.0]),)
    yield (np.array([1.0, 2.0, 4.0]),)
    yield (np.array([-5.0, 4.0, 1.0]),)
    yield (np.array([1.0, 0.0]),)
    yield (np.array([2.0, -4.0, -2.0]),)
    yield (np.array([3.0, 0.0]),)
    yield (np.array([0.0001, -0.0004, 0.0003]),)
    yield (np.array([150.0, -300.0]),)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        values = rounded(rng, -3, 3, int(rng.integers(2, 6)), decimals=1)
        yield (np.append(values, rng.choice([-4.0, 4.0])),)


POWER_FACTOR = Exercise(
    reference=power_factor,
    cases=tuple(spectrum_cases()),
    mistakes=(
        Mistake(
            lambda values: 1 / power_factor(values),
            "Upside down: for eigenvalues 3 and 1 you say that the error grows to "
            "{got:g} times; it shrinks to a third.",
        ),
        Mistake(
            lambda values: power_factor(values) ** 2,
            "The square is the factor of the Rayleigh quotient's error: 1/9 for 3 and "
            "1. The direction's is {expected:.4g}.",
        ),
        Mistake(
            lambda values: np.sort(values)[-2] / np.sort(values)[-1],
            "You sort with the sign. Of −5, 4 and 1 the largest in size is −5, so the "
            "factor is {expected:g}; you say {got:g}.",
        ),
        Mistake(
            lambda values: np.abs(values).min() / np.abs(values).max(),
            "You take the smallest; the second largest is the last to fade: of 1, 2, 4 "
            "it is 2, so the factor is {expected:g}, not {got:g}.",
        ),
    ),
)


EXERCISES = {
    "by_hand": BY_HAND,
    "eigenvalues_2x2": EIGENVALUES_2X2,
    "power_step": POWER_STEP,
    "rayleigh": RAYLEIGH,
    "power_factor": POWER_FACTOR,
}
