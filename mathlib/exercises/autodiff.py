"""The exercises of the chapter on automatic differentiation.

How an exercise is written, and how to add one, is said at the top of
`mathlib.exercises.gradient_descent`.
"""

import math

import numpy as np

from mathlib.exercises.checker import Exercise, Mistake, with_zeros

RANDOM_CASES = 20


SLOPE_BY_HAND = Exercise(
    reference=32.0,
    mistakes=(
        Mistake(
            24.0,
            "You followed x through the product alone: 8 · 3 = 24. It also goes into "
            "the sum by itself, and that way adds 8 · 1.",
        ),
        Mistake(
            8.0,
            "You followed one path of slope 1: 8 is ∂L/∂v times 1. From x to L there "
            "are two paths; the one through u has the slopes 8, 1 and 3.",
        ),
        Mistake(
            16.0,
            "Half of it: the adjoint of v is 2v = 8, not v = 4; the square has the "
            "slope 2v.",
        ),
        Mistake(
            192.0,
            "You multiplied the two paths, 24 · 8. Along a path slopes are multiplied; "
            "over the paths they are added.",
        ),
    ),
)


def softmax_pullback(p, g):
    """Return the adjoint that g sends to the scores of p = softmax(z)."""
    return p * (g - g @ p)


def probabilities_and_adjoints():
    """Return the cases for `softmax_pullback`: the first with a zero adjoint."""
    yield np.array([0.5, 0.5]), np.array([1.0, 0.0])
    yield np.array([0.25, 0.25, 0.5]), np.array([1.0, 2.0, -1.0])
    yield np.array([0.9995, 0.0005, 0.0]), np.array([300.0, -500.0, 0.25])
    yield np.array([0.5, 0.25, 0.25]), np.array([3.0, 3.0, 3.0])
    yield np.array([0.25, 0.75]), np.array([300.0, -100.5])
    yield np.array([0.25, 0.75]), np.array([3, -1])
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        shares = rng.integers(1, 9, size=rng.integers(2, 5))
        yield shares / shares.sum(), np.round(rng.uniform(-2, 2, shares.size), 1)


SOFTMAX_PULLBACK = Exercise(
    reference=softmax_pullback,
    absolute=1e-12,
    cases=with_zeros(softmax_pullback, probabilities_and_adjoints(), "g"),
    mistakes=(
        Mistake(
            lambda p, g: p * (1 - p) * g,
            "You use the diagonal of the Jacobian only: for p = (½, ½) and g = (1, 0) "
            "you return {got[1]:g} for the second score. It moves p₁ too: "
            "{expected[1]:g}.",
        ),
        Mistake(
            lambda p, g: p * g,
            "The share that all scores lose together is missing: raise every score "
            "alike and p stays, so the entries must add up to 0. Yours add up to 0.5.",
        ),
        Mistake(
            lambda p, g: g - g @ p,
            "The factor p in front is missing: you return {got[0]:g} in place of "
            "{expected[0]:g}. A score of probability 0 can move nothing.",
        ),
        Mistake(
            lambda p, g: p * (g - g.mean()),
            "You subtract the plain mean of g. It must be the mean weighted by p, g·p, "
            "or the entries do not add up to 0 when p is uneven.",
        ),
        Mistake(
            lambda p, g: p * (g @ p - g),
            "The sign is reversed: raising the first score raises p₁, so with g = "
            "(1, 0) its entry is {expected[0]:g}; yours is {got[0]:g}.",
        ),
    ),
)


def unbroadcast(g, shape):
    """Return the adjoint of an array of this shape that was broadcast to g's."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = [i for i, size in enumerate(shape) if size == 1]
    return g.sum(axis=tuple(stretched), keepdims=True)


def reduced(reduce, g, shape):
    """Return the wrong `unbroadcast` that reduces by something else than a sum."""
    g = reduce(g, axis=tuple(range(g.ndim - len(shape))))
    stretched = [i for i, size in enumerate(shape) if size == 1 != g.shape[i]]
    return reduce(g, axis=tuple(stretched), keepdims=True)


def first_copy(g, axis, keepdims=False):
    """Return what stands at the first place along the axes."""
    for each in sorted(axis, reverse=True):
        g = np.take(g, [0] if keepdims else 0, axis=each)
    return g


def only_added_axes(g, shape):
    """Return the wrong `unbroadcast` that sums over added axes and no others."""
    return g.sum(axis=tuple(range(g.ndim - len(shape))))


def dropped_axes(g, shape):
    """Return the wrong `unbroadcast` that forgets to keep an axis of size 1."""
    stretched = tuple(i for i, size in enumerate(shape) if size == 1 != g.shape[i])
    return g.sum(axis=stretched) if stretched else unbroadcast(g, shape)


def adjoints_and_shapes():
    """Return the cases for `unbroadcast`."""
    yield np.array([[1.0, 2.0]]), (1, 1)
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), (2, 1)
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), (1, 2)
    yield np.array([[1.0, 2.0], [3.0, 5.0]]), (2, 2)
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), (2,)
    yield np.array([1.0, 2.0, 4.0]), ()
    yield np.array([[-1.25, 0.5], [-300.0, 0.00012345]]), (1, 2)
    yield np.array([[-1.25, 0.00012345], [0.5, -300.0]]), (2, 1)
    yield np.array([[-0.00012345]]), ()
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        full = tuple(rng.integers(2, 4, size=3).tolist())
        kept = full[rng.integers(0, 3) :]
        shape = tuple(size if rng.random() < 0.5 else 1 for size in kept)
        yield rng.integers(-3, 9, size=full).astype(float), shape


UNBROADCAST = Exercise(
    reference=unbroadcast,
    cases=with_zeros(unbroadcast, adjoints_and_shapes(), "g"),
    mistakes=(
        Mistake(
            only_added_axes,
            "You sum over the axes that were added in front, but an axis of size 1 was "
            "stretched as well: for g = [[1, 2]] and shape (1, 1) the two copies of "
            "one number must be added up to 3.",
        ),
        Mistake(
            lambda g, shape: reduced(np.mean, g, shape),
            "You take the mean over the copies: {got[0][0]:g}. Each copy is one more "
            "way from the number to the loss, and ways add up: {expected[0][0]:g}.",
        ),
        Mistake(
            lambda g, shape: reduced(first_copy, g, shape),
            "You keep the adjoint of the first copy, {got[0][0]:g}, and drop the "
            "others; all copies add up to {expected[0][0]:g}.",
        ),
        Mistake(
            dropped_axes,
            "The sum over a stretched axis loses that axis: an adjoint has the shape "
            "of its array, with the 1. Pass keepdims=True.",
        ),
    ),
)


def adjoints(slopes):
    """Return ∂(last)/∂(each), from the local slopes of each value by earlier ones."""
    g = np.zeros(len(slopes))
    g[-1] = 1
    for i in reversed(range(len(slopes))):
        g[:i] += g[i] * slopes[i, :i]
    return g


def overwritten(slopes):
    """Return the wrong `adjoints` that keep only what arrives last."""
    g = np.zeros(len(slopes))
    g[-1] = 1
    for i in reversed(range(len(slopes))):
        for j in range(i):
            if slopes[i, j]:
                g[j] = g[i] * slopes[i, j]
    return g


def overwritten_by_zeros(slopes):
    """Return the wrong `adjoints` that let a slope of 0 wipe out what has arrived."""
    g = np.zeros(len(slopes))
    g[-1] = 1
    for i in reversed(range(len(slopes))):
        g[:i] = g[i] * slopes[i, :i]
    return g


def forward_order(slopes):
    """Return the wrong `adjoints` that walk from the first value to the last."""
    g = np.zeros(len(slopes))
    g[-1] = 1
    for i in range(len(slopes)):
        g[:i] += g[i] * slopes[i, :i]
    return g


def started_at_zero(slopes):
    """Return the wrong `adjoints` that never put a 1 at the end."""
    return np.zeros(len(slopes))


def total_over_all(slopes):
    """Return the wrong `adjoints` that sum over every value, with total slopes."""
    totals = np.linalg.inv(np.eye(len(slopes)) - np.tril(slopes, -1))
    g = adjoints(slopes)
    return np.array([g[j + 1 :] @ totals[j + 1 :, j] for j in range(len(g) - 1)] + [1])


def local_slopes():
    """Return the cases for `adjoints`: strictly lower triangles."""
    yield (np.array([[0.0, 0.0], [3.0, 0.0]]),)
    yield (np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 3.0, 0.0]]),)
    yield (np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [5.0, 3.0, 0.0]]),)
    yield (np.array([[0.0, 0.0, 0.0], [-0.00012345, 0.0, 0.0], [0.5, 0.25, 0.0]]),)
    yield (np.array([[0.0, 0.0, 0.0], [0.25, 0.0, 0.0], [-300.0, 150.5, 0.0]]),)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        size = rng.integers(3, 6)
        slopes = rng.integers(-3, 4, size=(size, size)).astype(float)
        slopes[rng.random(slopes.shape) < 0.3] = 0
        yield (np.tril(slopes, -1),)


ADJOINTS = Exercise(
    reference=adjoints,
    cases=tuple(local_slopes()),
    mistakes=(
        Mistake(
            overwritten,
            "You set where you must add: a value that is used twice keeps only the "
            "adjoint that arrives last, and the other path is lost.",
            also=(overwritten_by_zeros,),
        ),
        Mistake(
            forward_order,
            "You find the direct ways only, as a walk from the first value to the last "
            "does. An adjoint must be complete before it is handed on, so begin at the "
            "end: after a chain of slopes 2 and 3 the first value must have 6.",
        ),
        Mistake(
            started_at_zero,
            "All is zero: the walk begins with the slope of the last value by itself, "
            "which is 1.",
        ),
        Mistake(
            total_over_all,
            "You add up total slopes over every value, so each path is counted once "
            "for each value on it: after a chain of slopes 2 and 3 you get 12, not 6.",
        ),
    ),
)


def fewest_stored(depth):
    """Return the fewest numbers to store for a chain that is cut into segments."""
    return min(s + math.ceil(depth / s) for s in range(1, depth + 1))


FEWEST_STORED = Exercise(
    reference=fewest_stored,
    cases=tuple(
        (depth,) for depth in (4, 9, 1, 2, 3, 6, 7, 11, 16, 50, 99, 100, 1000, 1024)
    ),
    mistakes=(
        Mistake(
            lambda depth: depth,
            "You store all {got} values. Cut the chain into s segments, store where "
            "each begins, and one segment while you walk back through it.",
        ),
        Mistake(
            lambda depth: math.isqrt(depth),
            "Half of it: √{depth} = {got} values where the segments begin, and as many "
            "again for the segment in which you are.",
        ),
        Mistake(
            lambda depth: min(s + depth // s for s in range(1, depth + 1)),
            "You round the length of a segment down: then the segments do not cover "
            "the chain. For depth {depth} you store {got}; {expected} are needed.",
        ),
        Mistake(
            lambda depth: round(2 * math.sqrt(depth)),
            "2√D is right where it is whole, and otherwise you round it to the nearest "
            "number: for depth {depth} you store {got}; {expected} are needed. No "
            "number below 2√D is enough.",
        ),
        Mistake(
            lambda depth: 2 * math.isqrt(depth),
            "2√D is right where D is a square, and otherwise rounded down: for depth "
            "{depth} you store {got}; {expected} are needed. Try every s.",
        ),
    ),
)


EXERCISES = {
    "slope_by_hand": SLOPE_BY_HAND,
    "softmax_pullback": SOFTMAX_PULLBACK,
    "unbroadcast": UNBROADCAST,
    "adjoints": ADJOINTS,
    "fewest_stored": FEWEST_STORED,
}
