"""What an exercise is made of, and the door `check` that judges an answer.

An exercise is a right answer (the reference), the cases to compare on, and the typical
wrong answers. A wrong answer is written down as what it is, a wrong function: an
attempt that gives its results on every case has made its mistake, and is told so.

Reading order: `Exercise`, `check`, `verdict`; then how an attempt is run (`run`), how
two results are compared (`agree`), how things are put into words (`show`), and what
cases are made of (`rounded`).
"""

import copy
import difflib
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

# How many cases are drawn at random, after those that show the typical mistakes.
RANDOM_CASES = 20


class Formula(NamedTuple):
    """A function that can say what it is, for use as an argument in a case.

    Examples
    --------
    >>> gradient = Formula("2w", lambda w: 2 * w)
    >>> gradient(3), str(gradient)
    (6, '2w')
    """

    text: str
    function: Callable

    def __call__(self, *arguments):
        """Return the function's value."""
        return self.function(*arguments)

    def __str__(self):
        """Return the text."""
        return self.text


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
    """

    wrong: Any
    diagnosis: str | Callable[..., str]


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
        How far a number may be off, relative and absolute.
    """

    reference: Any
    mistakes: tuple[Mistake, ...]
    cases: tuple[tuple, ...] = ((),)
    tolerance: float = 1e-9


class Outcome(NamedTuple):
    """One case: its arguments, the right result, and what the attempt made of them."""

    arguments: tuple
    expected: Any
    got: Any = None
    error: Exception | None = None
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
    print(verdict(name.rpartition(".")[2], exercise, attempt))  # noqa: T201


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
    return [module.name for module in modules if module.name != "checker"]


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
        return "Not attempted yet: put your answer in place of the dots."
    refusal = refuse(name, exercise.reference, attempt)
    if refusal:
        return refusal
    outcomes = list(run(exercise, attempt))
    if is_stub(outcomes[0]):
        return "Not attempted yet: replace the dots, and end with return."
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
            f"pass {name} itself, not what it returns."
        )
    if callable(reference) and not takes(attempt, inspect.signature(reference)):
        return (
            f"Your function takes {inspect.signature(attempt)}; "
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
    reference's results.
    """
    for arguments in exercise.cases:
        expected = answer(exercise.reference, copy.deepcopy(arguments))
        given = copy.deepcopy(arguments)
        try:
            got, error = answer(attempt, given), None
        except Exception as caught:
            got, error = None, caught
        outcome = Outcome(arguments, expected, got, error, given)
        yield outcome
        if error or is_stub(outcome):
            return


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
    return outcome.error is None and empty


def is_right(exercise, outcome):
    """Return whether the attempt did all that was asked in this case."""
    return (
        outcome.error is None
        and changed(outcome) is None
        and not misfit(outcome.expected, outcome.got)
        and agree(outcome.expected, outcome.got, exercise.tolerance)
    )


def changed(outcome):
    """Return the position of the first argument that the attempt modified, or None."""
    pairs = zip(outcome.arguments, outcome.arguments_after, strict=True)
    for position, (before, after) in enumerate(pairs):
        if not callable(before) and not np.array_equal(before, after):
            return position
    return None


def misfit(expected, got):
    """Return how the kind or shape of a result is wrong, or nothing."""
    if isinstance(expected, tuple) and is_sequence(got, len(expected)):
        return next(filter(None, map(misfit, expected, got)), "")
    whole = isinstance(expected, (int, np.integer))
    fits = not isinstance(expected, tuple) and is_numeric(got, whole)
    if fits and np.shape(got) == np.shape(expected):
        return ""
    return f"must be {kind(expected)}, but yours is {kind(got)}"


def is_sequence(got, length):
    """Return whether a result is that many results."""
    return isinstance(got, (tuple, list)) and len(got) == length


def is_numeric(got, whole):
    """Return whether a result is made of real numbers, or of whole ones."""
    numbers = as_numbers(got)
    return numbers is not None and numbers.dtype.kind in ("iu" if whole else "iuf")


def as_numbers(value):
    """Return a value as an array, or None if it is not one."""
    try:
        return np.asarray(value)
    except (TypeError, ValueError):  # a ragged list
        return None


def agree(expected, got, tolerance):
    """Return whether two results are the same, up to rounding."""
    if isinstance(expected, tuple):
        return is_sequence(got, len(expected)) and all(
            agree(*pair, tolerance) for pair in zip(expected, got, strict=True)
        )
    return not misfit(expected, got) and np.allclose(
        got, expected, rtol=tolerance, atol=tolerance, equal_nan=True
    )


def explain(name, exercise, outcomes, failed):
    """Return the line for a wrong answer."""
    case = case_text(name, exercise.reference, failed.arguments)
    if failed.error is not None:
        return f"Your function stops at {case} with {error_text(failed.error)}."
    if changed(failed) is not None:
        return blame(exercise.reference, failed, case)
    mistake = recognize(exercise, outcomes)
    if mistake is not None:
        return diagnose(exercise.reference, mistake, failed)
    if not callable(exercise.reference):
        return explain_value(failed)
    return explain_case(case, failed)


def explain_case(case, failed):
    """Return the line for a function that is wrong in no way that has a name."""
    wrong_kind = misfit(failed.expected, failed.got)
    if wrong_kind:
        return f"Not right yet: {case} {wrong_kind}."
    expected, got = show_apart(failed.expected, failed.got)
    return f"Not right yet: {case} must be {expected}, but yours is {got}."


def explain_value(failed):
    """Return the line for a wrong value, without giving the right one away."""
    wrong_kind = misfit(failed.expected, failed.got)
    if wrong_kind:
        return f"Not right yet: the answer {wrong_kind}."
    _, got = show_apart(failed.expected, failed.got)
    if np.ndim(failed.expected) or not np.isfinite(failed.got):
        return f"Not right yet: it is not {got}."
    side = "large" if failed.got > failed.expected else "small"
    return f"Not right yet: {got} is too {side}."


def recognize(exercise, outcomes):
    """Return the mistake that explains every outcome, or None."""
    if len(outcomes) < len(exercise.cases):
        return None
    return next(
        (each for each in exercise.mistakes if is_made(exercise, each, outcomes)), None
    )


def is_made(exercise, mistake, outcomes):
    """Return whether the attempt gives the mistake's result in every case."""
    return all(
        agree(
            answer(mistake.wrong, copy.deepcopy(outcome.arguments)),
            outcome.got,
            exercise.tolerance,
        )
        for outcome in outcomes
    )


def diagnose(reference, mistake, failed):
    """Return the mistake's line, with the numbers of the case that failed."""
    fields = dict(zip(parameters(reference), failed.arguments, strict=True))
    fields |= {"expected": failed.expected, "got": failed.got}
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
    message = re.sub(r" at 0x[0-9a-fA-F]+", "", str(error))
    line = textwrap.shorten(message, width=160, placeholder=" …").rstrip(".")
    return f"{type(error).__name__}: {line}" if line else type(error).__name__


def kind(value):
    """Return what a thing is, in words."""
    if isinstance(value, tuple):
        return f"{len(value)} values"
    numbers = as_numbers(value)
    if numbers is None or numbers.dtype.kind not in "iuf":
        return f"of type {type(value).__name__}"
    if numbers.ndim:
        return f"an array of shape {numbers.shape}"
    return "a number (float)" if numbers.dtype.kind == "f" else "a whole number (int)"


def show(value, digits=6):
    """Return a thing in short, the same on every machine.

    Examples
    --------
    >>> show((np.array([1.0, 1 / 3]), 2))
    '([1, 0.333333], 2)'
    """
    if callable(value):
        return str(value) if isinstance(value, Formula) else value.__name__
    if isinstance(value, tuple):
        return f"({', '.join(show(part, digits) for part in value)})"
    if np.ndim(value):
        return f"[{', '.join(show(part, digits) for part in value)}]"
    if isinstance(value, (int, np.integer)):
        return str(value)
    return f"{value + 0.0:.{digits}g}"  # adding zero turns -0 into 0


def show_apart(first, second):
    """Return two different results with digits enough to tell them apart."""
    for digits in (6, 9, 12, 17):
        texts = show(first, digits), show(second, digits)
        if texts[0] != texts[1]:
            break
    return texts


def rounded(rng, low, high, size=None, *, decimals=2):
    """Return uniform random numbers with few decimals, all above ``low``.

    Examples
    --------
    >>> rounded(np.random.default_rng(0), 0, 2, size=3)
    array([1.28, 0.55, 0.09])
    """
    unit = 10.0**-decimals
    return np.round(rng.uniform(low, high, size) + unit, decimals)
