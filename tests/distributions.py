"""Distributions of mathlib beside scipy's of the same name, for the tests of chance."""

from scipy import stats

from mathlib.probability import bernoulli, categorical, exponential, normal, uniform

WEATHER = (0.5, 0.3, 0.2)
CONTINUOUS = {
    "normal": (normal(1.5, 0.7), stats.norm(1.5, 0.7)),
    "uniform": (uniform(-1.0, 3.0), stats.uniform(-1.0, 4.0)),
    "exponential": (exponential(2.5), stats.expon(scale=1 / 2.5)),
}
DISCRETE = {
    "bernoulli": (bernoulli(0.3), stats.bernoulli(0.3)),
    "categorical": (
        categorical(WEATHER),
        stats.rv_discrete(values=(range(3), WEATHER)),
    ),
}
BOTH = CONTINUOUS | DISCRETE
