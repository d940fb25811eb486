"""The exercises: each reference passes, each mistake is told its own diagnosis."""

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mathlib.exercises import Exercise, Formula, Mistake, check
from mathlib.exercises.checker import (
    agree,
    chapters,
    exercises_of,
    find,
    recognize,
    run,
    show,
    verdict,
)

ALL = {
    f"{chapter}.{name}": exercise
    for chapter in chapters()
    for name, exercise in exercises_of(chapter).items()
}
FUNCTIONS = {name: each for name, each in ALL.items() if callable(each.reference)}
MISTAKES = [
    pytest.param(name, exercise, mistake, id=f"{name}-{number}")
    for name, exercise in ALL.items()
    for number, mistake in enumerate(exercise.mistakes)
]


def judged(capsys, name, attempt):
    """Return the one line that `check` prints."""
    assert check(name, attempt) is None
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.endswith("\n")
    assert captured.out.count("\n") == 1
    return captured.out.rstrip("\n")


def double(x):
    return 2 * x


DOUBLE = Exercise(
    reference=double,
    cases=((1.0,), (0.0,), (np.array([1.0, 2.0]),)),
    mistakes=(Mistake(lambda x: -2 * x, "From {x} to {got}, not {expected}."),),
)


# Every exercise of every chapter


def test_the_chapters_are_found():
    assert "gradient_descent" in chapters()
    assert "checker" not in chapters()
    assert len(exercises_of("gradient_descent")) == 6


@pytest.mark.parametrize("name", ALL)
def test_the_reference_is_right(capsys, name):
    line = judged(capsys, name, ALL[name].reference)
    assert line.startswith("Right: ")


@pytest.mark.parametrize(("name", "exercise", "mistake"), MISTAKES)
def test_a_mistake_gets_its_own_diagnosis(capsys, name, exercise, mistake):
    outcomes = list(run(exercise, mistake.wrong))
    assert recognize(exercise, outcomes) is mistake
    line = judged(capsys, name, mistake.wrong)
    assert not line.startswith(("Right", "Not ", "Your answer", "Your function"))
    assert line.startswith(mistake.diagnosis.split("{")[0])
    assert line == judged(capsys, name, mistake.wrong)


@pytest.mark.parametrize("name", ALL)
def test_no_two_diagnoses_are_the_same(name):
    exercise = ALL[name]
    lines = {verdict(name, exercise, each.wrong) for each in exercise.mistakes}
    assert len(lines) == len(exercise.mistakes) >= 3


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_first_case_is_small(name):
    arguments = [each for each in ALL[name].cases[0] if not callable(each)]
    assert sum(np.size(each) for each in arguments) <= 5


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_untouched_stub_is_called_once(capsys, name):
    calls = []

    def stub(*arguments):
        calls.append(arguments)

    stub.__signature__ = inspect.signature(ALL[name].reference)
    assert judged(capsys, name, stub).startswith("Not attempted yet: ")
    assert len(calls) == 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_parameter_too_few_or_too_many_is_said(name):
    exercise = ALL[name]
    short = name.split(".")[1]
    expected = f"it must be {short}{inspect.signature(exercise.reference)}."
    assert verdict(short, exercise, lambda: 1).endswith(f"takes (); {expected}")
    many = verdict(short, exercise, lambda a, b, c, d, e, f: 1)
    assert many == f"Your function takes (a, b, c, d, e, f); {expected}"


# The outcomes, one by one


def raises_not_implemented(w, gradient, rate):
    raise NotImplementedError


@pytest.mark.parametrize(
    "attempt",
    [
        ...,
        None,
        lambda w, gradient, rate: ...,
        lambda w, gradient, rate: None,
        lambda w, gradient, rate: (..., ...),
        raises_not_implemented,
    ],
)
def test_stubs_are_not_attempted(capsys, attempt):
    line = judged(capsys, "gradient_descent.step", attempt)
    assert line.startswith("Not attempted yet: ")


def test_the_voice_of_a_diagnosis(capsys):
    line = judged(capsys, "gradient_descent.step", lambda w, g, r: w + r * g(w))
    assert line == (
        "You climb: from w = 1 on w², your step goes to 1.2; "
        "the bottom is the other way."
    )


def test_an_unknown_mistake_shows_the_first_case_that_fails(capsys):
    line = judged(capsys, "gradient_descent.step", lambda w, g, r: w - 3 * r * g(w))
    assert line == (
        "Not right yet: step(w=[1], gradient=2w, rate=0.1) must be [0.8], "
        "but yours is [0.4]."
    )


def test_a_difference_in_a_late_digit_is_shown():
    line = verdict("double", DOUBLE, lambda x: 2 * x + 1e-8)
    assert line == "Not right yet: double(x=1) must be 2, but yours is 2.00000001."


def test_rounding_is_forgiven():
    assert verdict("double", DOUBLE, lambda x: x / 0.3 * 0.6).startswith("Right")


def test_an_exception_is_named_with_its_case():
    line = verdict("double", DOUBLE, lambda x: x[0])
    assert line == (
        "Your function stops at double(x=1) with "
        "TypeError: 'float' object is not subscriptable."
    )


def test_a_later_exception_does_not_hide_an_earlier_wrong_case():
    def attempt(x):
        return -x if x else 1 / 0

    line = verdict("double", DOUBLE, attempt)
    assert line == "Not right yet: double(x=1) must be 2, but yours is -1."


def test_an_exception_text_is_one_short_line_without_addresses():
    def attempt(x):
        raise ValueError(f"{double}\nsecond line\n" + "more " * 100)

    line = verdict("double", DOUBLE, attempt)
    assert "<function double> second line more" in line
    assert "\n" not in line
    assert len(line) < 250


def test_a_wrong_argument_that_is_changed_is_named(capsys):
    def attempt(w, gradient, rate):
        w -= rate * gradient(w)
        return w

    line = judged(capsys, "gradient_descent.step", attempt)
    assert line == (
        "Your function changes its argument w: in step(w=[1], gradient=2w, rate=0.1) "
        "it becomes [0.8], and was [1]. Return something new instead."
    )


def test_an_attempt_cannot_spoil_the_cases():
    before = [np.copy(each) for each in FUNCTIONS["gradient_descent.step"].cases[0][:1]]

    def attempt(w, gradient, rate):
        w[:] = 7
        return w

    for _ in range(2):
        verdict("step", ALL["gradient_descent.step"], attempt)
    after = FUNCTIONS["gradient_descent.step"].cases[0][:1]
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (0.8, "must be an array of shape (1,), but yours is a number (float)"),
        (np.ones((1, 1)), "shape (1,), but yours is an array of shape (1, 1)"),
        ("0.8", "but yours is of type str"),
        (np.array([True]), "but yours is of type ndarray"),
        (np.array([1j]), "but yours is of type ndarray"),
        ([[1], [1, 2]], "but yours is of type list"),
        ((np.ones(1), np.ones(1)), "but yours is 2 values"),
        (np.array([np.nan]), "must be [0.8], but yours is [nan]"),
        (np.array([np.inf]), "must be [0.8], but yours is [inf]"),
    ],
)
def test_wrong_kinds_shapes_and_numbers_are_said(capsys, result, said):
    line = judged(capsys, "gradient_descent.step", lambda w, gradient, rate: result)
    assert line.startswith("Not right yet: step(w=[1], gradient=2w, rate=0.1) ")
    assert said in line


def test_dividing_by_zero_does_not_warn(capsys):
    line = judged(
        capsys, "gradient_descent.step", lambda w, gradient, rate: w / np.zeros(1)
    )
    assert line.endswith("must be [0.8], but yours is [inf].")


def test_a_count_must_be_whole(capsys):
    line = judged(capsys, "gradient_descent.walk", lambda *arguments: 2.0)
    assert line.endswith("must be a whole number (int), but yours is a number (float).")


@pytest.mark.parametrize("result", [3.0, (1.0,), np.ones(2), (1.0, 2.0, 3.0)])
def test_two_results_must_be_two(capsys, result):
    line = judged(
        capsys, "gradient_descent.regression_step", lambda w, b, x, y, rate: result
    )
    assert "must be 2 values, but yours is" in line


def test_a_branch_that_returns_nothing_is_not_a_stub():
    line = verdict("double", DOUBLE, lambda x: 2.0 if np.all(x) else None)
    assert line == (
        "Not right yet: double(x=0) must be a number (float), "
        "but yours is of type NoneType."
    )


def test_a_function_is_asked_for_where_a_value_is_given(capsys):
    line = judged(capsys, "gradient_descent.step", 0.8)
    assert line == (
        "Your answer must be a function, but is a number (float): "
        "pass step itself, not what it returns."
    )


def test_a_function_written_in_c_is_run():
    assert verdict("double", DOUBLE, np.negative).startswith("Not right yet")


# Values


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (0.5, "Right: it is 0.5."),
        (np.float64(0.5), "Right: it is 0.5."),
        (0.7, "Not right yet: 0.7 is too large."),
        (-1, "Not right yet: -1 is too small."),
        (0.5 + 1e-8, "Not right yet: 0.50000001 is too large."),
        (np.nan, "Not right yet: it is not nan."),
        (np.inf, "Not right yet: it is not inf."),
        ("half", "must be a number (float), but yours is of type str."),
        ([0.5], "must be a number (float), but yours is an array of shape (1,)."),
        (abs, "Your answer must be a value, but is a function: call it first."),
    ],
)
def test_values(capsys, value, line):
    assert judged(capsys, "gradient_descent.third_point", value).endswith(line)


def test_an_array_is_a_value_too():
    exercise = Exercise(
        np.array([1.0, 2.0]), mistakes=(Mistake([2, 1], "Swapped: {got}."),)
    )
    assert verdict("pair", exercise, [1, 2]) == "Right: it is [1, 2]."
    assert verdict("pair", exercise, [2, 1]) == "Swapped: [2, 1]."
    assert verdict("pair", exercise, [1, 3]) == "Not right yet: it is not [1, 3]."


# Recognizing mistakes


def test_a_diagnosis_may_be_a_function():
    mistake = Mistake(abs, lambda x, expected, got: f"{got - expected:g} too much")
    exercise = DOUBLE._replace(mistakes=(mistake,), cases=((-1.0,), (0.0,)))
    assert verdict("double", exercise, abs) == "3 too much"


def test_half_a_mistake_is_not_that_mistake():
    line = verdict("double", DOUBLE, lambda x: -2 * x if np.ndim(x) == 0 else x)
    assert line == "Not right yet: double(x=1) must be 2, but yours is -2."


def test_a_walk_that_forgets_its_budget_ends(capsys):
    def attempt(gradient, start, rate, tolerance, steps):
        taken, w = 0, start
        while np.linalg.norm(gradient(w)) >= tolerance:
            taken, w = taken + 1, w - rate * gradient(w)
        return taken

    line = judged(capsys, "gradient_descent.walk", attempt)
    assert line.startswith("Not right yet: walk(gradient=2w, start=[2]")


def late_walk(gradient, start, rate, tolerance, steps):
    w = start
    for taken in range(1, steps + 1):
        slope = gradient(w)
        w = w - rate * slope
        if np.linalg.norm(slope) <= tolerance:
            return taken
    return steps


def blind_walk(gradient, start, rate, tolerance, steps):
    w = start
    for taken in range(1, steps + 1):
        w = w - rate * gradient(w)
        if np.linalg.norm(gradient(w)) <= tolerance:
            return taken
    return steps


def short_step_walk(gradient, start, rate, tolerance, steps):
    w = start
    for taken in range(steps):
        change = rate * gradient(w)
        if np.linalg.norm(change) <= tolerance:
            return taken
        w = w - change
    return steps


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (late_walk, "Off by one: "),
        (blind_walk, "You step before you look: "),
        (short_step_walk, "You compare the step, "),
    ],
)
def test_walks_as_readers_write_them_are_recognized(capsys, attempt, said):
    assert judged(capsys, "gradient_descent.walk", attempt).startswith(said)


def sequential_step(w, b, x, y, rate):
    w = w - rate * 2 * np.mean((w * x + b - y) * x)
    b = b - rate * 2 * np.mean(w * x + b - y)
    return w, b


def summed_step(w, b, x, y, rate):
    error = w * x + b - y
    return w - rate * 2 * (error @ x), b - rate * 2 * error.sum()


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (sequential_step, "You move w first "),
        (summed_step, "You sum where the loss takes the mean"),
    ],
)
def test_regressions_as_readers_write_them_are_recognized(capsys, attempt, said):
    line = judged(capsys, "gradient_descent.regression_step", attempt)
    assert line.startswith(said)


# Independent right answers


@pytest.mark.parametrize(
    ("name", "solution"),
    [
        ("largest_stable_rate", lambda hessian: 2 / np.linalg.norm(hessian, 2)),
        (
            "regression_step",
            lambda w, b, x, y, rate: tuple(
                np.array([w, b])
                - 2 * rate / len(x) * np.array([x, x**0]) @ (w * x + b - y)
            ),
        ),
        ("guaranteed_decrease", lambda t, L, s: t * s**2 - L / 2 * (t * s) ** 2),
        ("third_point", 1 / 2),
    ],
)
def test_another_right_way_is_right_too(capsys, name, solution):
    assert judged(capsys, f"gradient_descent.{name}", solution).startswith("Right")


# Names


@pytest.mark.parametrize(
    "name", ["gradient_descent.stpe", "gradient_decent.step", "step", "checker.check"]
)
def test_an_unknown_name_is_answered_with_the_closest(name):
    with pytest.raises(ValueError, match=r"name must be .*gradient_descent\.step"):
        check(name, ...)


def test_swapped_arguments_are_refused():
    with pytest.raises(TypeError, match="name must be a string, but is a function"):
        check(double, "gradient_descent.step")


@given(st.text(max_size=30))
def test_any_other_name_is_refused(name):
    if name not in ALL:
        with pytest.raises(ValueError, match="name must be the name of an exercise"):
            find(name)


# Comparing and showing


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e3))
def test_numbers_agree_up_to_the_tolerance(number, offset):
    assert agree(number, number, 1e-9)
    assert not agree(number, number + offset * (1 + abs(number)), 1e-9)


@given(st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3))
def test_any_wrong_answer_is_refused(offset):
    line = verdict("double", DOUBLE, lambda x: 2 * x + offset)
    assert line.startswith("Not right yet: double(x=1) must be 2, but yours is ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(-0.0), "0"),
        (1234567, "1234567"),
        (1 / 3, "0.333333"),
        (np.array([[1.0, 2.5], [0.0, np.nan]]), "[[1, 2.5], [0, nan]]"),
        ((1.0, np.array([2.0])), "(1, [2])"),
        (Formula("2w", double), "2w"),
        (double, "double"),
    ],
)
def test_show(value, text):
    assert show(value) == text
