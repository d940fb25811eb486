"""What arguments refuse is what ``refusals.txt`` says, and each refusal names one."""

import inspect
import re

import fuzzing
import pytest
from refusals import refusals, stored

# What a function hands on: to a function of the caller's, or to one that calls it so.
HANDED_ON = {
    *("backprop.jacobian, x", "dual.slope_along, x", "dual.slope_along, v"),
    *("gradient_descent.line_search_descent, start", "second_order.bfgs, start"),
    *("networks.evaluate, X", "networks.evaluate, y", "networks.train, y"),
    *("networks.spot_check, X", "networks.spot_check, y"),
    *("gradient_descent.follow, gradient", "gradient_descent.follow, name"),
}
# Other words for what an argument is, or for what does not work out with it.
IN_WORDS = {
    *("attention.attention, queries", "attention.attention, keys"),
    *("convolution.convolution, K", "convolution.transposed_convolution, K"),
    *("eigenvalues.power_walk, A", "likelihood.logistic_regression, y"),
    *("initialization.propagate, X", "regularization.bias_variance, predictions"),
    *("regularization.cross_validate, folds", "second_order.newton, start"),
}


@pytest.mark.parametrize("module", fuzzing.MODULES)
def test_an_argument_refuses_what_it_did(module):
    assert [*refusals(module)] == stored(module), "tests/refusals.py writes them anew"


@pytest.mark.parametrize("module", sorted({*fuzzing.MODULES} - {"checks"}))
def test_a_refusal_names_an_argument(module):
    for line in stored(module):
        call, words = line.split(": ", 1)
        function, change = call.split(", ", 1)
        argument = f"{function}, {change.split()[0]}"
        names = parameters(module, function)
        named = re.search(
            rf"(?<!\w)({'|'.join(names)})(?!\w)", words.split(" must ")[0]
        )
        assert named or argument in HANDED_ON | IN_WORDS, line


def parameters(module, function):
    """The names of the parameters of a function, to be looked for."""
    found = fuzzing.functions(module)[function.partition(".")[2]]
    return map(re.escape, inspect.signature(found).parameters)
