"""Every public function, called at random: no silent wrong answer, no foreign error.

Each run draws some calls; ``FUZZ=50000`` draws so many in all.
"""

import os

import fuzzing
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CALLS = int(os.environ.get("FUZZ", "6000"))
# Arguments that come by name, and arguments that others have checked.
TESTED_ELSEWHERE = {"checks", "rotations"}
# Their arguments are Tensors, which are not copied: see test_autodiff.
TESTED_ELSEWHERE |= {"pullback_rules", "tape", "array_functions", "tensor"}
TESTED_ELSEWHERE |= {"fused_operations"}
FUNCTIONS = [
    (module, name)
    for module in fuzzing.MODULES
    if module not in TESTED_ELSEWHERE
    for name in sorted(fuzzing.functions(module))
]
EACH = -(-CALLS // len(FUNCTIONS))


@pytest.mark.parametrize(("module", "name"), FUNCTIONS)
def test_every_function_has_an_example_that_succeeds(module, name):
    assert fuzzing.seeds(module).get(name)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *((True, False), (1j, 2j), ("a", "b"), (1.0, 1.1), ((1.0, "a"), (1.0, "b"))),
        (np.array([True, False]), np.array([False, True])),
        ({"root": np.array([1, 1j])}, {"root": np.array([1, -1j])}),
        ({"w": 1.0}, {"b": 1.0}),
    ],
)
def test_results_that_differ_are_seen(first, second):
    assert fuzzing.same(first, first)
    assert not fuzzing.same(first, second)
    assert fuzzing.unchanged({"x": first}, {"x": first})
    assert not fuzzing.unchanged({"x": first}, {"x": second})


@pytest.mark.parametrize(("module", "name"), FUNCTIONS)
def test_no_wrong_answer_in_silence(module, name):
    calls = [call for call in fuzzing.seeds(module)[name] if call.names()]
    if not calls:
        return  # it takes no argument, or any number of them

    @settings(max_examples=EACH, suppress_health_check=[*HealthCheck])
    @given(st.data())
    def fuzz(data):
        call = data.draw(st.sampled_from(calls))
        argument = data.draw(st.sampled_from(call.names()))
        change = data.draw(st.sampled_from(fuzzing.CHANGES))
        wrong = change(call, argument, data.draw(st.integers(0, 99)))
        assert not wrong, f"{name}, {argument}, {change.__name__}: {wrong}"

    fuzz()
