"""The table of derivatives that automatic differentiation looks up.

Throughout, y = f(a, b) is one operation, L the number to be differentiated, and
g = ∂L/∂y, of the shape of y, the *adjoint* that arrives at it. A pullback takes g to
∂L/∂a or to ∂L/∂b. It needs g and the values, never a Jacobian.

Everything here takes plain arrays and returns plain arrays.

Reading order: ``RULES``, numpy's functions and their pullbacks; ``QUESTIONS``, those
without a slope to follow; ``REMEDIES``, what to write in place of some others; and
``pullback_of``, which undoes broadcasting.
"""

import math

import numpy as np

from mathlib.special import (
    chosen_share,
    erfc,
    first_share,
    leg_share,
    part_of,
    sech_squared,
)

# The smallest float with all its digits.
_SMALLEST = np.finfo(float).smallest_normal


# The table of derivatives


# Where y has rounded to a limit, a slope keeps its digits: it is made from a and b.


def _base(y, a, b, g):
    """∂L/∂a for y = aᵇ; the slope of a⁰ is 0, at a = 0 and at infinity too.

    Where aᵇ⁻¹ leaves the range of floats, and y does not, it is made from y.
    """
    with np.errstate(over="ignore"):
        power = a ** np.where(b == 0, 0.0, b - 1)
    lost = ~is_normal(np.asarray(power)) & is_normal(np.asarray(y))
    if not lost.any():
        return g * b * power
    power = np.where(lost, 0.0, power)  # 0 · ∞ would be nan
    y, a = np.where(lost, y, 0.0), np.where(lost, a, 1.0)
    return np.where(lost, g * y * (b / a), g * b * power)


def _exponent(y, a, b, g):
    """∂L/∂b for y = aᵇ; 0 as a goes down to 0 for b > 0, or up to ∞ for b < 0."""
    flat = np.where(b > 0, a == 0, (b < 0) & np.isinf(a))
    return g * np.where(flat, 0.0, y * np.log(np.where(flat, 1.0, a)))


def _left_factor(y, A, B, g):
    """∂L/∂A = g Bᵀ for Y = AB, with vectors and stacks as numpy has them."""
    if B.ndim == 1:
        return np.multiply.outer(g, B)
    return (B @ g[..., None])[..., 0] if A.ndim == 1 else g @ B.mT


def _right_factor(y, A, B, g):
    """∂L/∂B = Aᵀ g for Y = AB, with vectors and stacks as numpy has them."""
    if A.ndim == 1:
        return A * g if B.ndim == 1 else A[:, None] * g[..., None, :]
    return (A.mT @ g[..., None])[..., 0] if B.ndim == 1 else A.mT @ g


# One pullback for each argument. At a tie, maximum follows its second argument and
# minimum its first: the slope of relu, maximum(a, 0), at 0 is then 0.
RULES = {
    np.add: (lambda y, a, b, g: g, lambda y, a, b, g: g),
    np.subtract: (lambda y, a, b, g: g, lambda y, a, b, g: -g),
    np.multiply: (lambda y, a, b, g: g * b, lambda y, a, b, g: g * a),
    np.divide: (lambda y, a, b, g: g / b, lambda y, a, b, g: -g * y / b),
    np.power: (_base, _exponent),
    np.matmul: (_left_factor, _right_factor),
    np.maximum: (
        lambda y, a, b, g: part_of(chosen_share(y, a > b), g),
        lambda y, a, b, g: part_of(chosen_share(y, a <= b), g),
    ),
    np.minimum: (
        lambda y, a, b, g: part_of(chosen_share(y, a <= b), g),
        lambda y, a, b, g: part_of(chosen_share(y, a > b), g),
    ),
    np.hypot: (
        lambda y, a, b, g: g * leg_share(a, b),
        lambda y, a, b, g: g * leg_share(b, a),
    ),
    np.arctan2: (
        lambda y, a, b, g: g * (leg_share(b, a) / np.hypot(a, b)),
        lambda y, a, b, g: -g * (leg_share(a, b) / np.hypot(a, b)),
    ),
    np.logaddexp: (
        lambda y, a, b, g: g * first_share(a, b),
        lambda y, a, b, g: g * first_share(b, a),
    ),
    np.positive: (lambda y, a, g: g,),
    np.negative: (lambda y, a, g: -g,),
    np.absolute: (lambda y, a, g: g * np.sign(a),),
    np.fabs: (lambda y, a, g: g * np.sign(a),),
    np.square: (lambda y, a, g: g * 2 * a,),
    np.reciprocal: (lambda y, a, g: -g * y * y,),
    np.sqrt: (lambda y, a, g: g / (2 * y),),
    np.cbrt: (lambda y, a, g: g / (3 * y * y),),
    np.exp: (lambda y, a, g: g * y,),
    np.exp2: (lambda y, a, g: g * y * math.log(2),),
    np.expm1: (lambda y, a, g: g * np.exp(a),),
    np.log: (lambda y, a, g: g / a,),
    np.log2: (lambda y, a, g: g / (a * math.log(2)),),
    np.log10: (lambda y, a, g: g / (a * math.log(10)),),
    np.log1p: (lambda y, a, g: g / (1 + a),),
    np.sin: (lambda y, a, g: g * np.cos(a),),
    np.cos: (lambda y, a, g: -g * np.sin(a),),
    np.tan: (lambda y, a, g: g * (1 + y * y),),
    np.arcsin: (lambda y, a, g: g / np.sqrt((1 - a) * (1 + a)),),
    np.arccos: (lambda y, a, g: -g / np.sqrt((1 - a) * (1 + a)),),
    np.arctan: (lambda y, a, g: g / np.hypot(1, a) / np.hypot(1, a),),
    np.sinh: (lambda y, a, g: g * np.cosh(a),),
    np.cosh: (lambda y, a, g: g * np.sinh(a),),
    np.tanh: (lambda y, a, g: g * sech_squared(a),),
    np.arcsinh: (lambda y, a, g: g / np.hypot(1, a),),
    np.arccosh: (lambda y, a, g: g / (np.sqrt(a - 1) * np.sqrt(a + 1)),),
    np.arctanh: (lambda y, a, g: g / ((1 - a) * (1 + a)),),
    erfc: (
        lambda y, a, g: (
            g * np.exp(-np.square(np.clip(a, -40, 40))) * (-2 / math.sqrt(math.pi))
        ),
    ),
}

# What asks a question about the values, and answers with plain truth values or places.
QUESTIONS = {
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
    *(np.isfinite, np.isinf, np.isnan, np.signbit),
    *(np.logical_and, np.logical_or, np.logical_xor, np.logical_not),
    *(np.any, np.all, np.isclose, np.allclose, np.array_equal, np.count_nonzero),
    *(np.argmax, np.argmin, np.argsort, np.nonzero, np.flatnonzero),
    *(np.shape, np.ndim, np.size),
}

_STEPS = ("sign", "floor", "ceil", "rint", "trunc")

# What to write in place of some that have no rule.
REMEDIES = {
    "add.reduce": "np.sum(x, axis=0)",
    "multiply.reduce": "np.prod(x, axis=0)",
    "maximum.reduce": "np.max(x, axis=0)",
    "minimum.reduce": "np.min(x, axis=0)",
    "nansum": "np.where(np.isnan(x), 0.0, x).sum()",
    "ptp": "np.max(x) - np.min(x)",
    **{name: f"np.{name}(x.value)" for name in _STEPS},
    **dict.fromkeys(("round", "around"), "np.round(x.value)"),
    "heaviside": "1.0 * (x > 0)",
    "fmax": "np.maximum(x, y)",
    "fmin": "np.minimum(x, y)",
    "remainder": "x - y * np.floor((x / y).value)",
    "fmod": "x - y * np.trunc((x / y).value)",
    "float_power": "x**y",
    **dict.fromkeys(("deg2rad", "radians"), "x * (np.pi / 180)"),
    **dict.fromkeys(("rad2deg", "degrees"), "x * (180 / np.pi)"),
    "cumsum": "np.tril(np.ones((n, n))) @ x",
    "diff": "x[1:] - x[:-1]",
    "sort": "x[np.argsort(x)]",
    "flip": "x[::-1]",
    **{name: f"x[np.{name}(np.arange(n), k)]" for name in ("roll", "repeat", "tile")},
    "norm": "np.sqrt(np.square(x).sum())",
    "vecdot": "(x * y).sum(axis=-1)",
    "vdot": "(x * y).sum()",
    "inner": "x @ y.T",
    **dict.fromkeys(("einsum", "tensordot"), "it with @, .mT and sum"),
    **dict.fromkeys(("trace", "linalg_trace"), "(x * np.eye(n)).sum()"),
    **dict.fromkeys(("diag", "diagonal"), "x[np.arange(n), np.arange(n)]"),
    "average": "(w * x).sum() / w.sum()",
    "vstack": "np.concatenate([np.reshape(x, (-1, x.shape[-1])) for x in arrays])",
    "hstack": "np.concatenate(arrays, axis=-1)",
    "append": "np.concatenate(arrays, axis=None)",
    **dict.fromkeys(("split", "array_split"), "x[:k], x[k:]"),
    "moveaxis": "np.transpose(x, axes)",
    "broadcast_to": "x + np.zeros(shape)",
    **dict.fromkeys(("item", "tolist", "astype", "dtype"), "x.value, a plain array"),
}


# How they are used


def is_normal(x):
    """Whether a float x has all its digits: neither inf nor nan, nor too near 0."""
    return np.isfinite(x) & (np.abs(x) >= _SMALLEST)


def pullback_of(rule, y, values, shape):
    """The rule of one argument, with the values at hand and broadcasting undone.

    It takes an adjoint of the shape of ``y`` to one of ``shape``, that of the argument.
    ``values`` are those of all arguments.
    """

    def pullback(g, out=None):
        g = rule(y, *values, g)
        return g if g.shape == shape else _unbroadcast(g, shape)

    return pullback


def _unbroadcast(g, shape):
    """Sum g over the axes that broadcasting added or stretched: its transpose."""
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = [i for i, size in enumerate(shape) if size == 1 != g.shape[i]]
    return g.sum(axis=tuple(stretched), keepdims=True)


def no_rule(name, addition):
    """What to say of a function of this name: its remedy, and the addition it needs."""
    remedy = f"write {REMEDIES[name]}, or " if name in REMEDIES else ""
    return f"{name} has no rule for Tensors: {remedy}add {addition}"
