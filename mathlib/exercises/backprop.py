"""The exercises of the chapter on backpropagation."""

import numpy as np

from mathlib.exercises.checker import RANDOM_CASES, Exercise, Mistake, with_zeros


def rounded(rng, *size):
    """Return random numbers from −2 to 2 with one decimal, none of them 0."""
    tenths = rng.integers(1, 21, size=size) * rng.choice([-1, 1], size=size)
    return tenths / 10


SKIP_SLOPE = Exercise(
    reference=64.0,
    mistakes=(
        Mistake(
            48.0,
            "You went back along p alone. h is used twice: by p, and by s itself. "
            "Both send something back.",
        ),
        Mistake(
            16.0,
            "You went back along the short way alone. h is used twice: by s itself, "
            "and by p.",
        ),
        Mistake(32.0, "That is the slope along h. One edge is left: w moves h by x."),
        Mistake(8.0, "That is the slope along s. Go on: from s to h, and from h to w."),
        Mistake(
            128.0,
            "The factor ½ takes the 2 of the square away: the slope along s is s = 8.",
        ),
    ),
)


def dense_pullback(X, W, dY):
    """Return the slopes along X, W and b from those along Y = XW + b."""
    return dY @ W.T, X.T @ dY, dY.sum(axis=0)


def pullback_cases():
    """Return the cases for `dense_pullback`."""
    yield np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([[2.0]])
    yield np.array([[1.0], [3.0]]), np.array([[2.0, -1.0]]), np.eye(2)
    yield (
        np.array([[300.0, 0.0004]]),
        np.array([[0.0003], [-250.0]]),
        np.array([[500.0]]),
    )
    yield (
        np.array([[0.0012]]),
        np.array([[-0.0345, 0.0]]),
        np.array([[0.067, -3.0]]) / 10,
    )
    yield (
        np.array([[1, 0, -2], [3, 2, 0]]),
        np.array([[2, 0, 1, -1], [-1, 3, 0, 2], [1, 1, -2, 0]]),
        np.array([[0.5, -1.0, 0.25, 0.0], [0.75, 0.5, -0.3, 2.0]]),
    )
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        n, inputs, outputs = rng.integers(2, 5, size=3)
        yield (
            rounded(rng, n, inputs),
            rounded(rng, inputs, outputs),
            rounded(rng, n, outputs),
        )


def mean_over_rows(X, W, dY):
    """Return the wrong pullback that divides by n once more."""
    return dY @ W.T, X.T @ dY / len(X), dY.mean(axis=0)


PULLBACK = Exercise(
    reference=dense_pullback,
    cases=with_zeros(dense_pullback, pullback_cases(), "X", "W", "dY"),
    mistakes=(
        Mistake(
            mean_over_rows,
            "You divide by n once more: the loss is a mean already, and dY carries "
            "its 1/n. With two samples your db is {got[2][0]:g}, not {expected[2][0]:g}"
            ".",
        ),
        Mistake(
            lambda X, W, dY: (dY @ W.T, X.T @ dY, dY.mean(axis=0)),
            "db is the mean of the rows of dY, and must be their sum: every sample "
            "moves the same b. With two samples you say {got[2][0]:g} in place of "
            "{expected[2][0]:g}.",
        ),
        Mistake(
            lambda X, W, dY: (dY @ W.T, X.T @ dY, dY),
            "db keeps one row per sample. b has one number per output: add the rows.",
        ),
        Mistake(
            lambda X, W, dY: (dY @ W.T, dY.T @ X, dY.sum(axis=0)),
            "dW comes out transposed: it must have the shape of W, (inputs, outputs). "
            "That is X.T @ dY.",
        ),
        Mistake(
            lambda X, W, dY: (dY @ W.T, X.T @ dY, dY.sum(axis=1)),
            "You add along the wrong axis, which leaves one number per sample. Add "
            "over the samples, axis 0: one number per output is left.",
        ),
    ),
)


def hidden_delta(dY, W, Z):
    """Return the slopes along Z, where Y = tanh(Z) W + b."""
    return (dY @ W.T) * (1 - np.tanh(Z) ** 2)


def hidden_cases():
    """Return the cases for `hidden_delta`."""
    yield np.array([[2.0]]), np.array([[1.0], [3.0]]), np.array([[0.5, -0.5]])
    yield np.array([[1.0, 0.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((1, 2))
    yield np.array([[500.0]]), np.array([[0.0003], [250.0]]), np.array([[3.0, -2.5]])
    yield (
        np.array([[-3.0]]),
        np.array([[2.0]]),
        np.array([[0.0001]]),
    )
    yield (
        np.array([[1, -2]]),
        np.array([[3, 1], [0, 2], [1, 1]]),
        np.array([[0, 1, -1]]),
    )
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        n, width, outputs = rng.integers(1, 5, size=3)
        yield (
            rounded(rng, n, outputs),
            rounded(rng, width, outputs),
            rounded(rng, n, width),
        )


HIDDEN_DELTA = Exercise(
    reference=hidden_delta,
    absolute=1e-12,
    cases=with_zeros(hidden_delta, hidden_cases(), "dY", "W", "Z"),
    mistakes=(
        Mistake(
            lambda dY, W, Z: dY @ W.T,
            "You stop at the output of tanh. Its slope 1 − tanh²(Z) is still to come, "
            "entry by entry: at z = 0.5 it is 0.786.",
        ),
        Mistake(
            lambda dY, W, Z: (dY @ W.T) * np.tanh(Z),
            "You multiply by tanh(Z) itself. What is passed back is multiplied by its "
            "slope, 1 − tanh²(Z).",
        ),
        Mistake(
            lambda dY, W, Z: (dY @ W.T) * (1 - Z**2),
            "1 − a² is the slope where a = tanh(z) is the output. You put in z: at "
            "z = 0.5 that gives 0.75 in place of 0.786.",
        ),
        Mistake(
            lambda dY, W, Z: np.tanh(dY @ W.T) * (1 - np.tanh(Z) ** 2),
            "On the way back nothing goes through tanh: the way back is linear. Twice "
            "the dY must give twice the result.",
        ),
        Mistake(
            lambda dY, W, Z: (
                (dY @ (W if W.shape[0] == W.shape[1] else W.T)) * (1 - np.tanh(Z) ** 2)
            ),
            "W is square in that case, and you forgot to transpose it: what came along "
            "column j goes back along column j, dY @ W.T.",
        ),
    ),
)


def step(w1, w2, x, y, rate):
    """Take one step on ½(w₂ tanh(w₁x) − y)², with both slopes from one point."""
    h = np.tanh(w1 * x)
    error = w2 * h - y
    return w1 - rate * error * w2 * (1 - h**2) * x, w2 - rate * error * h


def hasty_step(w1, w2, x, y, rate):
    """Return the wrong step that moves w₂ first."""
    new = step(w1, w2, x, y, rate)[1]
    h = np.tanh(w1 * x)
    return w1 - rate * (w2 * h - y) * new * (1 - h**2) * x, new


def hastier_step(w1, w2, x, y, rate):
    """Return the wrong step that moves w₁ first and runs forward again."""
    new = step(w1, w2, x, y, rate)[0]
    return new, step(new, w2, x, y, rate)[1]


def frozen_step(w1, w2, x, y, rate):
    """Return the wrong step that leaves w₂ alone."""
    return step(w1, w2, x, y, rate)[0], w2


def slopeless_step(w1, w2, x, y, rate):
    """Return the wrong step without tanh′."""
    h = np.tanh(w1 * x)
    return w1 - rate * (w2 * h - y) * w2 * x, step(w1, w2, x, y, rate)[1]


def step_cases():
    """Return the cases for `step`."""
    yield 1.0, 2.0, 1.0, 0.0, 1.0
    yield 0.5, -1.0, 2.0, 1.0, 0.5
    yield 300.0, 2.0, 0.0005, 1.0, 2.5
    yield 0.0004, 250.0, 3.0, -300.0, 200.0
    yield -0.0002, 0.0005, 300.0, 0.0, 0.0005
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        yield (*rounded(rng, 4).tolist(), float(rng.integers(1, 11) / 10))


STEP = Exercise(
    reference=step,
    cases=with_zeros(step, step_cases(), "w1", "w2", "x", "rate"),
    mistakes=(
        Mistake(
            hasty_step,
            "You move w2 first and send the error back through the new one: w1 goes "
            "to {got[0]:.4f} in place of {expected[0]:.4f}. All slopes first, then "
            "all moves.",
        ),
        Mistake(
            hastier_step,
            "You move w1 first and find w2's slope at the new point: w2 goes to "
            "{got[1]:.4f} in place of {expected[1]:.4f}.",
        ),
        Mistake(
            frozen_step,
            "w2 never moves: the output layer has a slope of its own, error · h.",
        ),
        Mistake(
            slopeless_step,
            "The slope of tanh is missing on the way to w1: it goes to {got[0]:.4f} "
            "in place of {expected[0]:.4f}.",
        ),
        Mistake(
            lambda w1, w2, x, y, rate: tuple(
                2 * old - new
                for old, new in zip((w1, w2), step(w1, w2, x, y, rate), strict=True)
            ),
            "You climb: both weights move along their slopes. Subtract.",
        ),
    ),
)


def tower_slope(v):
    """Return the slope of the last of many skips along the first input."""
    return np.prod(1 + v)


def tower_cases():
    """Return the cases for `tower_slope`."""
    yield (np.array([1.0, 2.0]),)
    yield (np.array([0.5, -0.5, 2.0]),)
    yield (np.array([-3.0]),)
    yield (np.array([300.0, -0.0004, 0.25]),)
    yield (np.array([0.0003, -250.0]),)
    yield (np.array([0.5, 0.0, 2.0]),)
    yield (np.array([-1.0, 3.0]),)
    rng = np.random.default_rng(7)
    for _ in range(RANDOM_CASES):
        yield (rounded(rng, rng.integers(2, 6)),)


TOWER_SLOPE = Exercise(
    reference=tower_slope,
    absolute=1e-12,
    cases=with_zeros(tower_slope, tower_cases(), "v"),
    mistakes=(
        Mistake(
            lambda v: np.prod(v),
            "That is one path, through every product: {got:g}. Each skip has a way "
            "past it too.",
        ),
        Mistake(
            lambda v: 1 + np.sum(v),
            "You count the paths through at most one product. With v = (1, 2) the one "
            "through both is missing: {expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda v: 1 + np.prod(v),
            "Those are two of the paths, past everything and through everything. "
            "Every mixture is a path as well.",
        ),
        Mistake(
            lambda v: np.sum(1 + v),
            "One stage multiplies the slope by 1 + v, and the next multiplies what "
            "comes out: {expected:g} for v = (1, 2), not {got:g}.",
        ),
        Mistake(
            lambda v: 2.0 ** len(v),
            "That is how many paths there are. Each counts with the product of its "
            "slopes.",
        ),
    ),
)
EXERCISES = {
    "skip_slope": SKIP_SLOPE,
    "dense_pullback": PULLBACK,
    "hidden_delta": HIDDEN_DELTA,
    "step": STEP,
    "tower_slope": TOWER_SLOPE,
}
