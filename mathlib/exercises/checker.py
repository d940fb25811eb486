"""What an exercise is made of, and the door `check` that judges an answer.

An exercise is a right answer (the reference), the cases to compare on, and the typical
wrong answers. A wrong answer is written down as what it is, a wrong function: an
attempt that gives its results on every case has made its mistake, and is told so.

Reading order: `Exercise`, `check`, `verdict`; then how an attempt is run (`run`), what
is said of a wrong one (`explain`), and what cases are made of (`rounded`, `with_zeros`,
`with_whole_numbers`). How two results are compared and put into words stands in
``_results.py``, how an endless loop is stopped in ``_patience.py``, functions as
arguments of a case in ``_formula.py``.
"""

import copy
import difflib
import importlib
import inspect
import math
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mathlib.exercises._formula import Formula, NotCalled
from mathlib.exercises._patience import OutOfTime, within
from mathlib.exercises._results import (
    agree,
    as_parts,
    fitted,
    is_whole,
    kind,
    misfit,
    show,
    show_apart,
)

__all__ = ["RANDOM_CASES", "Exercise", "Formula", "Mistake", "check", "rounded"]
__all__ += ["with_whole_numbers", "with_zeros"]

# How many cases are drawn at random, after those that show the typical mistakes.
RANDOM_CASES = 20

# For how many seconds an attempt may compute on one case.
PATIENCE = 5

# What is said where there is no answer yet, neither a value nor a function.
PUT_ANSWER = "Not attempted yet: put your answer in place of the dots."
END_WITH_RETURN = "Not attempted yet: replace the dots, and end with return."

# What is said where an array made by `np.zeros_like` of whole numbers was filled.
CUT_OFF = "the decimals are cut off, as in an array that holds whole numbers (int)"

# So many signs of an error's message are shown.
LONGEST = 160

# How near a number given by hand must come to a typical wrong one, to be told so.
PRINTED = 1e-3


class Mistake(NamedTuple):
    """A typical wrong answer, and what to say to the reader who gives it.

    Parameters
    ----------
    wrong : callable or value
        The wrong answer itself, of the same kind as the reference.
    diagnosis : str or callable
        One line. A string may name the reference's parameters, ``{expected}`` and
        ``{got}``, filled in from the first case that fails, as by `str.format`. A
        callable takes the same things as keyword arguments and returns the line.
    also : tuple
        Other wrong answers that make the same mistake.
    """

    wrong: Any
    diagnosis: str | Callable[..., str]
    also: tuple = ()


class Exercise(NamedTuple):
    """An exercise: the right answer, the typical wrong ones, and where to compare.

    Parameters
    ----------
    reference : callable or value
        The right answer.
    mistakes : tuple of Mistake
        The wrong answers that have a diagnosis of their own.
    cases : tuple of tuples
        The arguments of each comparison, the smallest first. A value has one case,
        without arguments.
    tolerance : float
        How far a number may be off, relative to the largest of its array.
    absolute : float
        How far it may be off besides: for results that are 0 because something cancels.
    align : callable
        Where the text leaves something free, such as a sign: ``align(expected, got)``
        returns the result in the reference's form; the other way round, it brings the
        right result into that of the reader.
    """

    reference: Any
    mistakes: tuple[Mistake, ...]
    cases: tuple[tuple, ...] = ((),)
    tolerance: float = 1e-9
    absolute: float = 0.0
    align: Callable[[Any, Any], Any] | None = None


class Outcome(NamedTuple):
    """One case: its arguments, the right result, and what the attempt made of them."""

    arguments: tuple
    expected: Any
    got: Any = None
    error: Exception | OutOfTime | None = None
    arguments_after: tuple = ()


def check(name, attempt):
    """Print one line that says whether the attempt answers the exercise.

    Parameters
    ----------
    name : str
        The chapter and the exercise, as in ``"gradient_descent.step"``.
    attempt : callable or value
        The answer: the function itself where one is asked for, else the value.

    Raises
    ------
    TypeError
        If the name is not a string.
    ValueError
        If there is no exercise of that name.

    Examples
    --------
    >>> check("gradient_descent.third_point", ...)
    Not attempted yet: put your answer in place of the dots.
    >>> check("gradient_descent.third_point", 0.5)
    Right: it is 0.5.
    >>> check("gradient_descent.step", lambda w, gradient, rate: w + rate * gradient(w))
    You climb: from w = 1 on w², your step goes to 1.2; the bottom is the other way.
    """
    exercise = find(name)
    print(verdict(called(name, attempt), exercise, attempt))  # noqa: T201


def called(name, attempt):
    """Return what the reader calls the answer: a function's own name, if it has one."""
    own = attempt.__name__ if inspect.isfunction(attempt) else ""
    return own if own.isidentifier() else name.rpartition(".")[2]


def find(name):
    """Return the `Exercise` of that name, ``"chapter.exercise"``."""
    if not isinstance(name, str):
        raise TypeError(
            f"name must be a string, but is a {type(name).__name__}: "
            'write check("chapter.exercise", your_answer)'
        )
    chapter, _, exercise = name.partition(".")
    found = exercises_of(chapter) if chapter in chapters() else {}
    if exercise not in found:
        raise ValueError(
            f"name must be the name of an exercise, but is {name!r}; {closest(name)}"
        )
    return found[exercise]


def chapters():
    """Return the names of the chapters that have exercises."""
    modules = pkgutil.iter_modules([str(Path(__file__).parent)])
    names = [module.name for module in modules]
    return [name for name in names if name != "checker" and not name.startswith("_")]


def exercises_of(chapter):
    """Return the dictionary of a chapter's exercises."""
    return importlib.import_module(f"mathlib.exercises.{chapter}").EXERCISES


def closest(name):
    """Return a phrase with the names closest to an unknown one."""
    known = [
        f"{chapter}.{exercise}"
        for chapter in chapters()
        for exercise in exercises_of(chapter)
    ]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"the closest are {', '.join(near or known)}"


def verdict(name, exercise, attempt):
    """Return the line that `check` prints."""
    if attempt is None or attempt is ...:
        return PUT_ANSWER
    refusal = refuse(name, exercise.reference, attempt)
    if refusal:
        return refusal
    outcomes = list(run(exercise, attempt))
    if is_stub(outcomes[0]):
        return END_WITH_RETURN if callable(attempt) else PUT_ANSWER
    failed = next((each for each in outcomes if not is_right(exercise, each)), None)
    if failed is None:
        return praise(exercise)
    return explain(name, exercise, outcomes, failed)


def praise(exercise):
    """Return the line for a right answer."""
    if not callable(exercise.reference):
        return f"Right: it is {show(exercise.reference)}."
    return "Right: agrees with the reference on every case."


def refuse(name, reference, attempt):
    """Return why the attempt cannot be run at all, or nothing."""
    if callable(reference) != callable(attempt):
        if callable(attempt):
            return "Your answer must be a value, but is a function: call it first."
        return (
            f"Your answer must be a function, but is {kind(attempt)}: "
            "pass the function itself, not what it returns."
        )
    if callable(reference) and not takes(attempt, inspect.signature(reference)):
        return (
            f"Your function takes {one_line(inspect.signature(attempt))}; "
            f"it must be {name}{inspect.signature(reference)}."
        )
    return ""


def takes(attempt, signature):
    """Return whether the attempt can be called with as many arguments."""
    try:
        inspect.signature(attempt).bind(*signature.parameters)
    except TypeError:
        return False
    except ValueError:  # some functions written in C have no signature to read
        return True
    return True


def run(exercise, attempt) -> Iterator[Outcome]:
    """Yield the outcome of each case, up to the first that ends in an error or a stub.

    The attempt is given copies, so that it can spoil neither the cases nor the
    reference's results; of what it returns a copy is kept, as it may use the same array
    or list again.
    """
    for arguments in exercise.cases:
        expected = answer(exercise.reference, copy.deepcopy(arguments))
        given = copy.deepcopy(arguments)
        try:
            got, error = kept(within(PATIENCE, answer, attempt, given)), None
        except (Exception, OutOfTime) as caught:
            got, error = None, caught
        outcome = Outcome(arguments, expected, got, error, given)
        yield outcome
        if error or is_stub(outcome):
            return


def kept(result):
    """Return a copy of a result; what cannot be copied, as a generator, itself."""
    try:
        return copy.deepcopy(result)
    except Exception:
        return result


def answer(solution, arguments):
    """Return what a solution, function or value, says in a case."""
    with np.errstate(all="ignore"):  # nan and infinity are reported in words
        return solution(*arguments) if callable(solution) else solution


def is_stub(outcome):
    """Return whether a function has not been written yet."""
    if isinstance(outcome.error, NotImplementedError):
        return True
    parts = outcome.got if isinstance(outcome.got, tuple) else (outcome.got,)
    empty = bool(parts) and all(part is None or part is ... for part in parts)
    return outcome.error is None and empty and changed(outcome) is None


def is_right(exercise, outcome):
    """Return whether the attempt did all that was asked in this case."""
    return (
        outcome.error is None
        and changed(outcome) is None
        and same(exercise, outcome.expected, outcome.got, exercise.tolerance)
    )


def same(exercise, expected, got, tolerance):
    """Return whether two results are the same by the exercise's words."""
    got = fitted(expected, got)
    if got is not None and exercise.align is not None:
        got = exercise.align(expected, got)
    return agree(expected, got, tolerance, exercise.absolute)


def changed(outcome):
    """Return the position of the first argument that the attempt modified, or None."""
    pairs = zip(outcome.arguments, outcome.arguments_after, strict=True)
    for position, (before, after) in enumerate(pairs):
        if not callable(before) and not np.array_equal(before, after):
            return position
    return None


def explain(name, exercise, outcomes, failed):
    """Return the line for a wrong answer."""
    case = case_text(name, exercise.reference, failed.arguments)
    if failed.error is not None:
        return explain_error(exercise.reference, failed, case)
    if changed(failed) is not None:
        return blame(exercise.reference, failed, case)
    mistake = recognize(exercise, outcomes)
    if mistake is not None:
        return diagnose(exercise, mistake, failed)
    if not callable(exercise.reference):
        return explain_value(failed)
    return explain_case(case, failed, exercise.align)


def explain_error(reference, failed, case):
    """Return the line for an attempt that does not come to its end."""
    error = failed.error
    if isinstance(error, OutOfTime):
        return (
            f"Your function was still computing after {PATIENCE:g} seconds at {case}, "
            "and was stopped. What must happen for your loop to end, and does it?"
        )
    cause = error.__cause__ or error  # numpy says less, of an entry that is set
    if isinstance(cause, NotCalled):
        pairs = zip(parameters(reference), failed.arguments_after, strict=True)
        for each, given in pairs:
            if given is cause.formula:
                return (
                    f"{each} is a function: call it, {each}({given.variables}). "
                    f"Your function computes with {each} itself at {case}."
                )
    return f"Your function stops at {case} with {error_text(error)}."


def explain_case(case, failed, align=None):
    """Return the line for a function that is wrong in no way that has a name."""
    wrong_kind = misfit(failed.expected, failed.got)
    if wrong_kind:
        return f"Not right yet: {case} {wrong_kind}."
    got = fitted(failed.expected, failed.got)
    expected = failed.expected if align is None else align(got, failed.expected)
    shown, yours = show_apart(expected, got)
    line = f"Not right yet: {case} must be {shown}, but yours is {yours}"
    cut = any(map(is_whole_array, failed.arguments)) and is_cut_off(expected, got)
    return f"{line}: {CUT_OFF}." if cut else f"{line}."


def is_whole_array(argument):
    """Return whether an argument is an array of whole numbers."""
    return isinstance(argument, np.ndarray) and is_whole(argument)


def is_cut_off(expected, got):
    """Return whether a result is the right one without its decimals."""
    if isinstance(expected, tuple):
        return all(map(is_cut_off, expected, got))
    return np.array_equal(np.trunc(expected), got)


def explain_value(failed):
    """Return the line for a wrong value, without giving the right one away."""
    wrong_kind = misfit(failed.expected, failed.got)
    if wrong_kind:
        return f"Not right yet: the answer {wrong_kind}."
    got = fitted(failed.expected, failed.got)
    text = show_apart(failed.expected, got)[1]
    if np.ndim(failed.expected) or not math.isfinite(got):
        return f"Not right yet: it is not {text}."
    side = "large" if got > failed.expected else "small"
    return f"Not right yet: {text} is too {side}."


def recognize(exercise, outcomes):
    """Return the mistake that explains every outcome, or None."""
    return next(
        (each for each in exercise.mistakes if is_made(exercise, each, outcomes)), None
    )


def is_made(exercise, mistake, outcomes):
    """Return whether the attempt gives the mistake's result in every case."""
    tolerance = exercise.tolerance
    if not callable(exercise.reference) and not is_count(exercise, outcomes[0]):
        tolerance = max(tolerance, PRINTED)
    return any(
        all(matches(exercise, wrong, outcome, tolerance) for outcome in outcomes)
        for wrong in (mistake.wrong, *mistake.also)
    )


def is_count(exercise, outcome):
    """Return whether a value is one whole number: it is typed as it is meant."""
    got = fitted(exercise.reference, outcome.got)
    return got is not None and np.ndim(got) == 0 and float(got).is_integer()


def matches(exercise, wrong, outcome, tolerance):
    """Return whether the attempt did in a case what a wrong answer does."""
    try:
        result = wrong_result(wrong, outcome)
    except Exception:  # then the attempt must have stopped there too
        return outcome.error is not None
    return outcome.error is None and same(exercise, result, outcome.got, tolerance)


def wrong_result(wrong, outcome):
    """Return what a wrong answer says in a case; whole only where the right one is."""
    result = answer(wrong, copy.deepcopy(outcome.arguments))
    if isinstance(result, tuple):
        return tuple(np.asarray(part, dtype=float) for part in result)
    if not isinstance(outcome.expected, tuple) and is_whole(outcome.expected):
        return result
    return np.asarray(result, dtype=float)


def diagnose(exercise, mistake, failed):
    """Return the mistake's line, with the numbers of the case that failed."""
    fields = dict(zip(parameters(exercise.reference), failed.arguments, strict=True))
    got = fitted(wrong_result(mistake.wrong, failed), failed.got)
    fields |= {"expected": failed.expected, "got": got}
    if callable(mistake.diagnosis):
        return mistake.diagnosis(**fields)
    return mistake.diagnosis.format(**fields)


def blame(reference, failed, case):
    """Return the line for an attempt that modifies what it was given."""
    position = changed(failed)
    before, after = failed.arguments[position], failed.arguments_after[position]
    return (
        f"Your function changes its argument {parameters(reference)[position]}: "
        f"in {case} it becomes {show(after)}, and was {show(before)}. "
        "Return something new instead."
    )


def parameters(reference):
    """Return the names of the parameters; a value has none."""
    return list(inspect.signature(reference).parameters) if callable(reference) else []


def case_text(name, reference, arguments):
    """Return the call of a case, as ``step(w=[1], gradient=2w, rate=0.1)``."""
    pairs = zip(parameters(reference), arguments, strict=True)
    return f"{name}({', '.join(f'{each}={show(value)}' for each, value in pairs)})"


def error_text(error):
    """Return an exception in one line that is the same in every run."""
    line = one_line(error)
    if len(line) > LONGEST:
        line = f"{textwrap.wrap(line, LONGEST - 2)[0]} …"
    line = line.rstrip(".")
    return f"{type(error).__name__}: {line}" if line else type(error).__name__


def one_line(thing):
    """Return a thing's text in one line, without addresses in the memory."""
    return " ".join(re.sub(r" at 0x[0-9a-fA-F]+", "", str(thing)).split())


def rounded(rng, low, high, size=None, *, decimals=2):
    """Return uniform random numbers with few decimals, all above ``low``.

    Examples
    --------
    >>> rounded(np.random.default_rng(0), 0, 2, size=3)
    array([1.28, 0.55, 0.09])
    """
    unit = 10.0**-decimals
    return np.round(rng.uniform(low, high, size) + unit, decimals)


def with_zeros(reference, cases, *names):
    """Return the cases, and for each of these parameters one in which it is 0.

    Where something is 0, what divides by it stops, and a wrong sign is right: so what
    may be 0 by an exercise's text, is 0 in a case. The other arguments are those of the
    first case.

    Examples
    --------
    >>> with_zeros(lambda a, b: a + b, [(2.0, np.array([3.0, 4.0]))], "b")
    ((2.0, array([3., 4.])), (2.0, array([0., 0.])))
    """
    first, *others = cases
    places = [parameters(reference).index(name) for name in names]
    return (first, *others, *(zeroed(first, place) for place in places))


def zeroed(case, place):
    """Return the arguments of a case with a 0, or an array of zeros, at one place."""
    value = case[place]
    zero = np.zeros_like(value) if np.ndim(value) else type(value)(0)
    return (*case[:place], zero, *case[place + 1 :])


def with_whole_numbers(reference, cases, *names):
    """Return the cases, and for each of these arrays one in which it holds int.

    What is made like it, as by `np.zeros_like`, then cuts off decimals: so the case is
    the first whose result has some.

    Examples
    --------
    >>> with_whole_numbers(lambda x: x / 2, [(np.array([1.0, 3.0]),)], "x")
    ((array([1., 3.]),), (array([1, 3]),))
    """
    cases = tuple(cases)
    places = [parameters(reference).index(name) for name in names]
    return (*cases, *(whole(reference, cases, place) for place in places))


def whole(reference, cases, place):
    """Return the first case with int at a place, and with decimals in a result."""
    for case in (as_whole(case, place) for case in cases):
        parts = as_parts(answer(reference, copy.deepcopy(case)))
        if case[place].any() and any(map(has_decimals, parts)):
            return case
    raise ValueError(f"no case has decimals with whole numbers at {place}")


def as_whole(case, place):
    """Return the arguments of a case with an array of int at one place."""
    return (*case[:place], np.round(case[place]).astype(int), *case[place + 1 :])


def has_decimals(part):
    """Return whether a result is not whole."""
    return bool(np.any(np.trunc(part) != part))
