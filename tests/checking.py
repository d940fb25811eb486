"""What the tests share."""

import numpy as np
from hypothesis import settings
from numpy.testing import assert_allclose

from mathlib.derivatives import numerical_gradient

# A busy machine is no failure: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def check_gradient(f, x, gradient):
    """Assert that gradient is ∇f(x), entry by entry, against central differences.

    The tolerance is relative to the largest entry, so a gradient of tiny numbers cannot
    pass by being tiny.
    """
    expected = numerical_gradient(f, x)
    assert gradient.shape == expected.shape
    assert expected.any(), "a zero gradient proves nothing: choose another point"
    assert_allclose(gradient, expected, rtol=0, atol=1e-7 * np.abs(expected).max())
