"""The exercises: each reference passes, each mistake is told its own diagnosis."""

import contextlib
import copy
import inspect
import signal
import sys
import threading
import time
from decimal import Decimal

import numpy as np
import pytest
from checking import EXERCISES, FUNCTIONS
from hypothesis import given
from hypothesis import strategies as st
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from mathlib.exercises import Exercise, Formula, Mistake, check, checker
from mathlib.exercises._patience import within
from mathlib.exercises._results import agree, show, show_apart
from mathlib.exercises.checker import (
    chapters,
    exercises_of,
    find,
    recognize,
    run,
    verdict,
)

MISTAKES = [
    pytest.param(name, exercise, mistake, wrong, id=f"{name}-{number}")
    for name, exercise in EXERCISES.items()
    for number, mistake in enumerate(exercise.mistakes)
    for wrong in (mistake.wrong, *mistake.also)
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


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_is_right(capsys, name):
    line = judged(capsys, name, EXERCISES[name].reference)
    assert line.startswith("Right: ")


@pytest.mark.parametrize(("name", "exercise", "mistake", "wrong"), MISTAKES)
def test_a_mistake_gets_its_own_diagnosis(capsys, name, exercise, mistake, wrong):
    outcomes = list(run(exercise, wrong))
    assert recognize(exercise, outcomes) is mistake
    line = judged(capsys, name, wrong)
    assert not line.startswith(("Right", "Not ", "Your answer", "Your function"))
    assert line.startswith(mistake.diagnosis.split("{")[0])
    assert line == judged(capsys, name, wrong)


@pytest.mark.parametrize("name", EXERCISES)
def test_no_two_diagnoses_are_the_same(name):
    exercise = EXERCISES[name]
    lines = {verdict(name, exercise, each.wrong) for each in exercise.mistakes}
    assert len(lines) == len(exercise.mistakes) >= 3


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_first_case_is_small(name):
    arguments = [each for each in EXERCISES[name].cases[0] if not callable(each)]
    assert sum(np.size(each) for each in arguments) <= 5


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_untouched_stub_is_called_once(capsys, name):
    calls = []

    def stub(*arguments):
        calls.append(arguments)

    stub.__signature__ = inspect.signature(EXERCISES[name].reference)
    assert judged(capsys, name, stub).startswith("Not attempted yet: ")
    assert len(calls) == 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_one_parameter_too_few_or_too_many_is_said(name):
    exercise = EXERCISES[name]
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


def test_a_function_is_called_what_the_reader_calls_it(capsys):
    def downhill(w, gradient, rate):
        return 3 * w

    line = judged(capsys, "gradient_descent.step", downhill)
    assert line.startswith("Not right yet: downhill(w=[1], gradient=2w, rate=0.1) must")


def test_what_a_text_leaves_free_is_shown_as_the_reader_chose_it(capsys):
    def turned(vectors):
        rows = -FUNCTIONS["linear_systems.orthonormal"].reference(vectors)
        rows[-1] *= 2
        return rows

    line = judged(capsys, "linear_systems.orthonormal", turned)
    assert (
        "must be [[-0.6, -0.8], [-0.8, 0.6]], but yours is [[-0.6, -0.8], [-1.6" in line
    )


def test_a_formula_takes_a_list_for_an_array():
    assert Formula("2w", lambda w: 2 * w)([1.0, 2.0]).tolist() == [2.0, 4.0]


def test_a_mistake_that_stops_is_that_of_an_attempt_that_stops_there_too():
    upside_down = DOUBLE._replace(mistakes=(Mistake(lambda x: 1 / x, "Turned."),))
    assert verdict("double", upside_down, lambda x: 1 / x) == "Turned."
    stops = verdict("double", upside_down, lambda x: 1 / x if x else 0.0)
    assert stops == "Not right yet: double(x=1) must be 2, but yours is 1."


def test_a_whole_number_near_that_of_a_mistake_is_not_that_mistake(capsys):
    assert judged(capsys, "networks.parameters", 2474).startswith("You give")
    assert judged(capsys, "networks.parameters", 2475).endswith("2475 is too large.")


def test_a_difference_in_a_late_digit_is_shown():
    line = verdict("double", DOUBLE, lambda x: 2 * x + 1e-8)
    assert line == "Not right yet: double(x=1) must be 2, but yours is 2.00000001."


def test_two_results_are_shown_with_digits_enough():
    assert show_apart(1 / 3, 1 / 3 + 1e-8) == ("0.333333333", "0.333333343")


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


@pytest.mark.parametrize("text", ["a" * 300, "中文" * 150, "so " + "a" * 300])
def test_a_long_exception_text_without_spaces_is_cut_not_lost(text):
    def attempt(x):
        raise ValueError(text)

    line = verdict("double", DOUBLE, attempt)
    assert line.endswith(f" with ValueError: {text[:158]} ….")


def test_a_signature_is_shown_in_one_line_without_addresses():
    square = np.eye(2)

    def attempt(a, b, X=square, f=double):
        return X

    assert verdict("double", DOUBLE, attempt) == (
        "Your function takes (a, b, X=array([[1., 0.], [0., 1.]]), f=<function "
        "double>); it must be double(x)."
    )


def test_a_wrong_argument_that_is_changed_is_named(capsys):
    def attempt(w, gradient, rate):
        w -= rate * gradient(w)
        return w

    line = judged(capsys, "gradient_descent.step", attempt)
    assert line == (
        "Your function changes its argument w: in attempt(w=[1], gradient=2w, "
        "rate=0.1) it becomes [0.8], and was [1]. Return something new instead."
    )


def test_a_change_in_place_without_return_is_no_stub(capsys):
    def attempt(w, gradient, rate):
        w -= rate * gradient(w)

    line = judged(capsys, "gradient_descent.step", attempt)
    assert line.startswith("Your function changes its argument w: ")


def test_an_attempt_cannot_spoil_the_cases():
    before = [np.copy(each) for each in FUNCTIONS["gradient_descent.step"].cases[0][:1]]

    def attempt(w, gradient, rate):
        w[:] = 7
        return w

    for _ in range(2):
        verdict("step", EXERCISES["gradient_descent.step"], attempt)
    after = FUNCTIONS["gradient_descent.step"].cases[0][:1]
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (0.8, "must be an array of shape (1,), but yours is a number (float)"),
        (np.ones((1, 1)), "shape (1,), but yours is an array of shape (1, 1)"),
        ("0.8", "but yours is a string."),
        (
            np.array([True]),
            "must be an array of shape (1,), but yours is an array of booleans of "
            "shape (1,): use .astype(float).",
        ),
        ((1 < 2,), "but yours is an array of booleans of shape (1,): use"),
        (
            np.array([1j]),
            "but yours is an array of complex numbers of shape (1,): its real part",
        ),
        ((1j,), "but yours is an array of complex numbers of shape (1,): its real"),
        (True, "but yours is a boolean: use float(…)."),
        (1j, "but yours is a complex number: its real part is .real."),
        (np.array(["0.8"]), "but yours is an array of strings of shape (1,)."),
        (np.array([None]), "but yours is an array of objects of shape (1,)."),
        (np.array([b"0.8"]), "but yours is an array of bytes_ of shape (1,)."),
        (np.zeros(1, dtype="i4, f8"), "but yours is an array of void of shape (1,)."),
        (np.zeros(1, dtype="M8[D]"), "an array of datetime64 of shape (1,)."),
        ([Decimal("snan")], "but yours is an array of objects of shape (1,)."),
        (10**400, "but yours is a number too large for a float."),
        (np.ma.array([0.8], mask=True), "but yours is an array with masked entries."),
        (np.ma.masked, "but yours is an array with masked entries."),
        ([[1], [1, 2]], "but yours is a list of 2 unequal parts."),
        ((0.8, 0.9), "but yours is 2 values."),
        ({0.8}, "but yours is a set."),
        ((each for each in [0.8]), "but yours is a generator."),
        (np.abs, "but yours is a function: call it."),
        (np.datetime64("2000-01-01"), "but yours is of type datetime64."),
        ((np.ones(1), np.ones(1)), "but yours is 2 values"),
        (np.array([np.nan]), "must be [0.8], but yours is [nan]"),
        (np.array([np.inf]), "must be [0.8], but yours is [inf]"),
    ],
)
def test_wrong_kinds_shapes_and_numbers_are_said(capsys, result, said):
    line = judged(capsys, "gradient_descent.step", lambda w, gradient, rate: result)
    assert line.startswith("Not right yet: step(w=[1], gradient=2w, rate=0.1) ")
    assert said in line


@pytest.mark.parametrize("masked", [0, 1])
def test_a_masked_entry_is_no_right_result(masked):
    def attempt(x):
        return np.ma.array(2 * x, mask=np.ones(np.shape(x)) * masked)

    right = verdict("double", DOUBLE, attempt).startswith("Right")
    assert right is not bool(masked)


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_masked_entry_in_a_list_of_arrays_is_no_right_result(kind):
    def twice(x):
        return np.array([[x, x], [x, x]])

    def attempt(x):
        return kind([np.ma.array([x, x], mask=[0, 1])] * 2)

    line = verdict("twice", Exercise(twice, (), ((2.0,),)), attempt)
    assert line.endswith("of shape (2, 2), but yours is an array with masked entries.")


@pytest.mark.filterwarnings("error")
def test_a_long_double_beyond_floats_does_not_warn():
    line = verdict("double", DOUBLE, lambda x: np.longdouble("1e4000"))
    assert line.endswith("must be 2, but yours is inf.")


def test_one_array_or_list_filled_again_in_every_case_is_right(capsys):
    space, rows = np.zeros(9), []

    def in_an_array(w, gradient, rate):
        return np.subtract(w, rate * gradient(w), out=space[: len(w)])

    def in_a_list(w, gradient, rate):
        rows[:] = w - rate * gradient(w)
        return rows

    for attempt in (in_an_array, in_a_list):
        assert judged(capsys, "gradient_descent.step", attempt).startswith("Right")


def test_dividing_by_zero_does_not_warn(capsys):
    line = judged(
        capsys, "gradient_descent.step", lambda w, gradient, rate: w / np.zeros(1)
    )
    assert line.endswith("must be [0.8], but yours is [inf].")


def test_a_count_must_be_whole(capsys):
    line = judged(capsys, "gradient_descent.walk", lambda *arguments: 2.5)
    assert line.endswith("must be a whole number (int), but yours is a number (float).")


@pytest.mark.parametrize(
    "result", [3.0, (1.0,), np.ones(3), np.ones((1, 2)), (1.0, 2.0, 3.0)]
)
def test_two_results_must_be_two(capsys, result):
    line = judged(
        capsys, "gradient_descent.regression_step", lambda w, b, x, y, rate: result
    )
    assert "must be 2 values, but yours is" in line


def test_a_branch_that_returns_nothing_is_not_a_stub():
    line = verdict("double", DOUBLE, lambda x: 2.0 if np.all(x) else None)
    assert line == (
        "Not right yet: double(x=0) must be a number (float), "
        "but yours is None: every way through it must end with return."
    )


def test_a_function_is_asked_for_where_a_value_is_given(capsys):
    line = judged(capsys, "gradient_descent.step", 0.8)
    assert line == (
        "Your answer must be a function, but is a number (float): "
        "pass the function itself, not what it returns."
    )


def test_a_function_written_in_c_is_run():
    assert verdict("double", DOUBLE, np.negative).startswith("Not right yet")


# Formulas


@pytest.mark.parametrize(
    "attempt",
    [
        lambda w, gradient, rate: w - rate * gradient,
        lambda w, gradient, rate: w - gradient * rate,
        lambda w, gradient, rate: w - gradient,
        lambda w, gradient, rate: w - rate * gradient[0],
        lambda w, gradient, rate: w - rate * -gradient,
        lambda w, gradient, rate: w - np.multiply(rate, gradient),
        lambda w, gradient, rate: w - rate * np.linalg.norm(gradient),
        lambda w, gradient, rate: w if gradient > 0 else -w,
        lambda w, gradient, rate: w - rate * float(gradient),
        lambda w, gradient, rate: w - rate * sum(gradient),
        lambda w, gradient, rate: w - rate * np.array(gradient),
        lambda w, gradient, rate: w - rate * +gradient,
        lambda w, gradient, rate: w - gradient // 2,
        lambda w, gradient, rate: w - rate * (gradient ^ 2),
        lambda w, gradient, rate: w - rate * (2 & gradient),
        lambda w, gradient, rate: w - rate * ~gradient,
        lambda w, gradient, rate: w.astype(float).put(0, gradient),
        lambda w, gradient, rate: w.astype(float).fill(gradient),
        lambda w, gradient, rate: w - gradient % 2,
        lambda w, gradient, rate: w - rate * round(gradient),
        lambda w, gradient, rate: w if gradient == 0 else -w,
        lambda w, gradient, rate: w if gradient != 0 else -w,
        lambda w, gradient, rate: w - rate * gradient.T,
        lambda w, gradient, rate: w - rate * gradient.sum(),
        lambda w, gradient, rate: [w for _ in range(gradient)],
    ],
)
def test_a_gradient_that_is_not_called_is_said(capsys, attempt):
    line = judged(capsys, "gradient_descent.step", attempt)
    assert line == (
        "gradient is a function: call it, gradient(w). Your function computes with "
        "gradient itself at step(w=[1], gradient=2w, rate=0.1)."
    )


def test_a_gradient_of_two_arguments_is_said_with_both(capsys):
    def attempt(theta, gradient, order, size, rate):
        return theta - rate * gradient

    line = judged(capsys, "networks.one_epoch", attempt)
    assert line.startswith("gradient is a function: call it, gradient(theta, batch). ")


def test_a_formula_that_is_returned_is_a_function(capsys):
    line = judged(capsys, "gradient_descent.step", lambda w, gradient, rate: gradient)
    assert line.endswith("shape (1,), but yours is a function: call it.")


def test_a_gradient_may_be_called_by_the_names_of_its_arguments(capsys):
    def attempt(w, gradient, rate):
        return w - rate * gradient(w=list(w))

    assert judged(capsys, "gradient_descent.step", attempt).startswith("Right")


def test_a_formula_is_equal_in_hash_to_itself_and_lacks_what_python_asks_for():
    formula = Formula("2w", double)
    assert hash(formula) == hash(formula)
    assert not hasattr(formula, "__iter__")
    assert copy.deepcopy(formula)(3) == 6


def test_an_error_of_another_formula_is_named_as_it_is():
    def attempt(x):
        return x * Formula("f", abs)

    line = verdict("double", DOUBLE, attempt)
    assert line == (
        "Your function stops at double(x=1) with "
        "NotCalled: f is a function: call it, f(x)."
    )


# Loops without an end


def forever(w, gradient, rate):
    while True:
        w = w - rate * gradient(w)


def stubborn(w, gradient, rate):
    while True:
        try:
            w = w - rate * gradient(w)
        except Exception:
            w = -w


unix = pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="nothing can interrupt a loop here"
)


def earlier(number, frame):
    raise AssertionError("the earlier timer must not ring in here")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(checker, "PATIENCE", 0.1)
    yield
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) in (signal.SIG_DFL, earlier)


@unix
@pytest.mark.parametrize("attempt", [forever, stubborn])
def test_a_loop_without_an_end_is_stopped_and_said(capsys, impatient, attempt):
    assert judged(capsys, "gradient_descent.step", attempt) == (
        "Your function was still computing after 0.1 seconds at "
        f"{attempt.__name__}(w=[1], gradient=2w, rate=0.1), and was stopped. "
        "What must happen for your loop to end, and does it?"
    )


@unix
def test_an_attempt_that_holds_back_the_alarm_is_stopped_by_the_next(impatient):
    def attempt(x):
        with contextlib.suppress(BaseException):
            while True:
                pass
        while True:
            pass

    assert "still computing" in verdict("double", DOUBLE, attempt)


@unix
def test_other_attempts_are_judged_as_before_the_alarm(capsys, impatient):
    right = EXERCISES["gradient_descent.step"].reference
    for attempt, start in ((right, "Right"), (forever, "Your"), (right, "Right")):
        assert judged(capsys, "gradient_descent.step", attempt).startswith(start)


@unix
def test_an_earlier_handler_and_an_earlier_timer_go_on(impatient):
    before = signal.signal(signal.SIGVTALRM, earlier)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 100, 7)
        assert verdict("double", DOUBLE, double).startswith("Right")
        assert "still computing" in verdict(
            "double", DOUBLE, lambda x: forever(x, id, 0)
        )
        assert signal.getsignal(signal.SIGVTALRM) is earlier
        left, every = signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        assert 90 < left < 100
        assert every == 7
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@unix
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_the_reader_can_interrupt_and_nothing_is_left_behind(impatient, error):
    # who starts tests in the background has this signal ignored
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def attempt(x):
        signal.raise_signal(signal.SIGINT) if error is KeyboardInterrupt else sys.exit()

    with pytest.raises(error):
        verdict("double", DOUBLE, attempt)
    signal.signal(signal.SIGINT, before)


@unix
def test_in_a_thread_an_attempt_runs_without_a_limit(impatient):
    lines = []

    def attempt(x):
        until = time.thread_time() + 0.15
        while time.thread_time() < until:
            pass
        return 2 * x

    thread = threading.Thread(
        target=lambda: lines.append(verdict("double", DOUBLE, attempt))
    )
    thread.start()
    thread.join()
    assert lines[0].startswith("Right")


@unix
def test_a_handler_that_is_not_python_s_is_left_alone(monkeypatch):
    monkeypatch.setattr(signal, "getsignal", lambda number: None)
    monkeypatch.setattr(signal, "setitimer", None)
    assert within(0.1, max, 1, 2) == 2


def test_where_there_are_no_timers_an_attempt_is_run(monkeypatch):
    monkeypatch.delattr(signal, "setitimer", raising=False)
    monkeypatch.delattr(signal, "SIGVTALRM", raising=False)
    assert verdict("double", DOUBLE, double).startswith("Right")


@unix
def test_a_loop_is_stopped_in_a_notebook_too():
    cells = [
        "from mathlib.exercises import check, checker\nchecker.PATIENCE = 0.2",
        "def forever(w, gradient, rate):\n    while True:\n        pass\n\n\n"
        'check("gradient_descent.step", forever)',
        "import signal\nprint(signal.getsignal(signal.SIGVTALRM), "
        "signal.getitimer(signal.ITIMER_VIRTUAL))",
    ]
    book = new_notebook(cells=[new_code_cell(each) for each in cells])
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    said, left = (cell.outputs[0].text for cell in book.cells[1:])
    assert said.startswith(
        "Your function was still computing after 0.2 seconds at forever"
    )
    assert left == "0 (0.0, 0.0)\n"


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
        ("half", "must be a number (float), but yours is a string."),
        ([0.5], "must be a number (float), but yours is an array of shape (1,)."),
        (abs, "Your answer must be a value, but is a function: call it first."),
        ((..., ...), "Not attempted yet: put your answer in place of the dots."),
    ],
)
def test_values(capsys, value, line):
    assert judged(capsys, "gradient_descent.third_point", value).endswith(line)


@pytest.mark.parametrize(("value", "side"), [(1e20, "large"), (-(10**20), "small")])
def test_a_value_beyond_whole_numbers_of_64_bits_is_judged(capsys, value, side):
    line = judged(capsys, "networks.parameters", value)
    assert line == f"Not right yet: {int(value)} is too {side}."


def test_an_array_is_a_value_too():
    exercise = Exercise(
        np.array([1.0, 2.0]), mistakes=(Mistake([2, 1], "Swapped: {got[0]:g}."),)
    )
    assert verdict("pair", exercise, [1, 2]) == "Right: it is [1, 2]."
    assert verdict("pair", exercise, [2, 1]) == "Swapped: 2."
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
    assert line.startswith("Not right yet: attempt(gradient=2w, start=[2]")


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
    if name not in EXERCISES:
        with pytest.raises(ValueError, match="name must be the name of an exercise"):
            find(name)


# Comparing and showing


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e3))
def test_numbers_agree_up_to_the_tolerance(number, offset):
    assert agree(number, number, 1e-9)
    assert not agree(number, number + offset * (1 + abs(number)), 1e-9)


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-9, 1.0, 1e200, 1e300])
def test_the_tolerance_is_relative_to_the_largest_of_the_array(size):
    right = size * np.array([1.0, -0.5, 0.0])
    for off, good in ((1e-10, True), (1e-8, False)):
        got = right + size * np.array([0.0, 0.0, off])
        assert agree(right, got, 1e-9) is good
        assert agree(size, size * (1 + off), 1e-9) is good
    assert not agree(right, 0 * right, 1e-9)
    assert not agree(right, -right, 1e-9)


def test_each_of_several_results_has_its_own_size():
    right = np.array([1e9, 2e9]), 1e-9
    assert agree(right, (right[0], 1e-9), 1e-9)
    assert not agree(right, (right[0], 2e-9), 1e-9)


def test_what_must_be_zero_may_be_off_only_where_the_exercise_says_so():
    assert not agree(0.0, 1e-17, 1e-9)
    assert agree(0.0, 1e-17, 1e-9, absolute=1e-12)
    assert not agree(np.zeros(2), np.array([0.0, 1e-11]), 1e-9, absolute=1e-12)


@pytest.mark.parametrize("got", [np.nan, -np.inf, 1e308, 0.0])
def test_infinity_agrees_with_itself_alone(got):
    assert agree(np.inf, np.inf, 1e-9)
    assert not agree(np.inf, got, 1e-9)
    assert not agree(got, np.inf, 1e-9)
    assert agree(np.array([np.inf, 1.0]), np.array([np.inf, 1.0 + 1e-12]), 1e-9)


def test_whole_numbers_agree_exactly():
    assert agree(10**15, 10**15, 1e-9)
    assert not agree(10**15, 10**15 + 1, 1e-9)


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
