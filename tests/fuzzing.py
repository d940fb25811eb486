"""Calls made at random from the calls in the docstrings, and what must hold of them.

Every public function has an example that runs. Here each example is a seed: one of its
arguments is written in another style, poisoned with nan, replaced by something of a
wrong kind or shape, or carried to an extreme. The same numbers in another style give
the same result; a nan never comes back as a number; what is refused is refused by name;
no argument is changed.

Reading order: ``seeds``, then the changes (``CHANGES``). Each takes a call, the name of
an argument and a whole number that makes the choices, and returns what is wrong, or
nothing. A change that does not apply to the argument returns nothing, too.
"""

import copy
import doctest
import functools
import inspect
import re
import warnings
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import mathlib
from mathlib.checks import stands_for_array

PACKAGE = Path(mathlib.__file__).parent
BESIDE = {"__init__", "plots"}  # what draws is tested by its pictures
MODULES = sorted({path.stem for path in PACKAGE.glob("*.py")} - BESIDE)
SEEDS_A_FUNCTION = 6
REFUSALS = (TypeError, ValueError, ArithmeticError)
UNDOCUMENTED = (OverflowError, ZeroDivisionError, np.linalg.LinAlgError)


class Call(NamedTuple):
    """A call that succeeded: the function and its arguments by name."""

    function: Any
    arguments: dict

    def run(self, on_warning="error"):
        """The result, or the exception that it ends in; copies are handed over."""
        given = copy.deepcopy(self.arguments)
        bound = inspect.signature(self.function).bind_partial()
        bound.arguments.update(given)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(on_warning)
                result = self.function(*bound.args, **bound.kwargs)
                if inspect.isgenerator(result):
                    result = list(result)
        except Exception as error:
            result = error
        return result, given

    def names(self):
        """The arguments that can be changed: not those that gather others."""
        parameters = inspect.signature(self.function).parameters
        gathers = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
        return [n for n in self.arguments if parameters[n].kind not in gathers]

    def changed(self, name, value):
        """The same call with another value for one argument."""
        return Call(self.function, self.arguments | {name: value})


class Labeled:
    """A table with labels, as pandas makes them: an array only if asked."""

    def __init__(self, entries):
        self.entries = np.array(entries)

    def __array__(self, dtype=None, copy=None):
        return self.entries.astype(dtype or self.entries.dtype)

    def __array_ufunc__(self, *arguments, **options):
        raise AssertionError("labels were used")

    def __iter__(self):
        return iter(self.entries)

    def __len__(self):
        return len(self.entries)


# ---- seeds


@functools.cache
def functions(module):
    """The public functions that a module defines."""
    module = import_module(f"mathlib.{module}")
    return {
        key: value
        for key, value in vars(module).items()
        if not key.startswith("_")
        and inspect.isfunction(value)
        and value.__module__ == module.__name__
    }


@functools.cache
def seeds(module):
    """For each public function, the calls that the module's examples make of it."""
    calls = defaultdict(list)
    recorders = {key: recorder(f, calls[key]) for key, f in functions(module).items()}
    owner = import_module(f"mathlib.{module}")
    originals = {key: vars(owner)[key] for key in recorders}
    examples = doctest.DocTestFinder().find(owner, globs=dict(vars(owner)))
    vars(owner).update(recorders)
    try:
        for example in examples:
            example.globs.update(recorders)
            runner = doctest.DocTestRunner(verbose=False)
            runner.run(example, out=lambda text: None, clear_globs=False)
    finally:
        vars(owner).update(originals)
    for key, function in functions(module).items():
        if not calls[key]:
            calls[key] = borrowed(function, calls)
    return {
        key: [call for call in found if steady(call)] for key, found in calls.items()
    }


def steady(call):
    """Whether a call gives the same again; a callback that draws does not."""
    return same(call.run()[0], call.run()[0])


def borrowed(function, calls):
    """For a partner without an example: the calls of one with the same parameters."""
    wanted = list(inspect.signature(function).parameters)
    for others in calls.values():
        for call in others:
            if list(inspect.signature(call.function).parameters) == wanted:
                return [Call(function, call.arguments)]
    return []


def recorder(function, calls):
    """The function, noting the arguments of the calls that succeed."""

    @functools.wraps(function)
    def record(*arguments, **named):
        bound = inspect.signature(function).bind(*arguments, **named).arguments
        try:
            kept = copy.deepcopy(dict(bound))
        except TypeError:  # a generator, say, cannot be copied
            return function(*arguments, **named)
        result = function(*arguments, **named)
        if len(calls) < SEEDS_A_FUNCTION:
            calls.append(Call(function, kept))
        return result

    return record


# ---- what an argument is


def numeric(value):
    """The argument as an array of real numbers, or None if it is none."""
    named = hasattr(value, "_fields") or stands_for_array(value)
    if isinstance(value, bool | str) or callable(value) or named:
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):  # rows of different length, or Tensors in a list
        return None
    return array if array.dtype.kind in "iuf" and array.size else None


def is_single(value):
    """Whether an argument is one number, no truth value."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def is_array(value):
    """Whether an argument is an array or a list of real numbers."""
    return isinstance(value, np.ndarray | list) and numeric(value) is not None


# ---- changes that keep the numbers: the result stays


def every_second(array):
    """The same entries, with others between them in memory."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def read_only(array):
    """A copy that cannot be written to."""
    array = array.copy()
    array.flags.writeable = False
    return array


STYLES = (np.ndarray.tolist, np.asfortranarray, every_second, read_only, Labeled)


def another_style(call, name, choice):
    """A list, a table, other places in memory: the result stays."""
    if not is_array(call.arguments[name]):
        return ""
    style = STYLES[choice % len(STYLES)]
    styled = style(np.asarray(call.arguments[name]))
    return differs(call, call.changed(name, styled), style.__name__)


NARROW = (np.int8, np.uint8, np.int16, np.float16, np.float32)


def narrower(call, name, choice):
    """The same numbers in a narrower type that holds them exactly."""
    array = numeric(call.arguments[name])
    if array is None:
        return ""
    kind = NARROW[choice % len(NARROW)]
    with np.errstate(all="ignore"):
        narrow = array.astype(kind)
    grows_a_fraction = array.dtype.kind != "f" and np.dtype(kind).kind == "f"
    if grows_a_fraction or not np.array_equal(narrow.astype(array.dtype), array):
        return ""
    return differs(call, call.changed(name, narrow[()]), f"as {np.dtype(kind)}")


def eight_bits(call, name, choice):
    """Single numbers of 8 bits: a sum or product of them need not fit, but must."""
    singles = [each for each in call.names() if is_single(call.arguments[each])]
    if name not in singles:
        return ""
    sizes = {each: (2, 100)[choice >> at & 1] for at, each in enumerate(singles)}
    plain = Call(call.function, call.arguments | sizes)
    narrow = {each: np.int8(number) for each, number in sizes.items()}
    return differs(plain, Call(call.function, call.arguments | narrow), "in 8 bits")


def forgetful(call, name, choice):
    """A callback that spoils its argument, or returns the same memory each time."""
    function = call.arguments[name]
    if not inspect.isfunction(function):
        return ""
    memory = {}

    def spoiling(*arguments, **named):
        given = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        result = function(*given, **named)
        for each in arguments:
            if isinstance(each, np.ndarray) and each.flags.writeable:
                each[...] = 7
        return result

    def remembering(*arguments, **named):
        result = function(*arguments, **named)
        if not isinstance(result, np.ndarray):
            return result
        kept = memory.setdefault(result.shape, np.empty(result.shape))
        kept[...] = result
        return kept

    wrapped = functools.wraps(function)((spoiling, remembering)[choice % 2])
    return differs(
        call, call.changed(name, wrapped), ("spoiling", "memory")[choice % 2]
    )


def differs(call, other, what):
    """What is wrong with another spelling of a call."""
    result, expected = other.run()[0], call.run()[0]
    if isinstance(expected, Exception):
        return ""
    if isinstance(result, Exception):
        return f"{what}: {type(result).__name__}: {result}"
    return "" if same(result, expected) else f"{what}: {result!r}, not {expected!r}"


# ---- changes that are refused


def poisoned(call, name, choice):
    """One nan among the numbers: refused by name, or nan in the result."""
    array = numeric(call.arguments[name])
    if array is None:
        return ""
    array = np.array(array, float)
    array.flat[choice % array.size] = np.nan
    other = call.changed(name, array if array.ndim else float(array))
    result = other.run(on_warning="ignore")[0]
    if isinstance(result, Exception):
        return unless_refused(other, result)
    if not leaves(result) or call.function.__name__ in NAN_IS_FINE:
        return ""  # a function, say: it has not seen the numbers yet
    return "" if has_nan(result) else f"nan comes back as {result!r}"


RAGGED = [[1.0], [1.0, 2.0]]
STRANGERS = (None, "text", 1j, {}, object(), RAGGED, np.array(["a"]), b"b")
# Arguments that are handed on to a callback, which may take what it likes.
HANDED_ON = {("backpropagate", "targets"), ("gradient_check", "targets")}
# What the docstring takes: a complex eigenvalue of a real matrix; no metric; words. And
# a name that only errors say.
TAKEN = {("is_eigenpair", "value"), ("evaluate", "metric"), ("encode", "words")}
TAKEN |= {("log_softmax", "name"), ("follow", "name")}
# What does not depend on all the numbers, is nan where there is nothing to compare, or
# says in its docstring that a nan never counts as best.
NAN_IS_FINE = {
    *("count_operations", "gradient_check", "evaluate"),
    *("saliency", "early_stop", "shift_images", "zeros_for", "fitting"),
}


def stranger(call, name, choice):
    """Something of a wrong kind: refused by name."""
    default = inspect.signature(call.function).parameters[name].default
    thing = STRANGERS[choice % len(STRANGERS)]
    if thing is None and default is None:
        return ""
    if thing is RAGGED and isinstance(call.arguments[name], list | tuple):
        return ""  # two vectors, where a list of arrays is asked for
    if (call.function.__name__, name) in HANDED_ON | TAKEN:
        return ""
    result = call.changed(name, thing).run()[0]
    if isinstance(result, Exception):
        return unless_refused(call, result)
    return f"{thing!r} passes, and gives {result!r}"


def unless_refused(call, error):
    """What is wrong with an exception that should say what an argument must be.

    It names an argument of the function, or of one that this function hands it to.
    """
    names = "|".join(map(re.escape, inspect.signature(call.function).parameters))
    ours = isinstance(error, REFUSALS) and type(error) not in UNDOCUMENTED
    named = re.search(rf"(?<!\w)({names})(?!\w)| must ", str(error))
    if ours and (named or isinstance(error, ArithmeticError)):
        return ""
    return f"{type(error).__name__}: {error}"


# ---- changes that may be refused, or not


def misshapen(call, name, choice):
    """Another shape: a result, or a refusal by name."""
    if not is_array(call.arguments[name]) or not np.ndim(call.arguments[name]):
        return ""
    array = np.asarray(call.arguments[name])
    shapes = (array[None], array[..., None], array[:-1], array[:0], array.ravel()[0])
    return survives(call.changed(name, shapes[choice % len(shapes)]))


SIZES = (1e-300, 1e-150, 1e-8, 1e6, 1e16, 1e150, 1e300, -1.0, 0.0)


def extreme(call, name, choice):
    """Other sizes: numbers or infinity, or a refusal by name; never nan."""
    array = numeric(call.arguments[name])
    if array is None or array.dtype.kind != "f":
        return ""
    with np.errstate(all="ignore"):
        array = array * SIZES[choice % len(SIZES)]
    if not np.isfinite(array).all():
        return ""
    return survives(call.changed(name, array if array.ndim else float(array)))


def shifted(call, name, choice):
    """The numbers far away, counts one away: numbers, or a refusal by name."""
    array = numeric(call.arguments[name])
    if array is None:
        return ""
    far = array.dtype.kind == "f"
    array = array + (10.0 ** (choice % 9) if far else choice % 4 - 2)
    return survives(call.changed(name, array if array.ndim else array[()].item()))


def shaken(call, name, choice):
    """Numbers near the example's, with zeros and ties among them."""
    array = numeric(call.arguments[name])
    if array is None or array.dtype.kind != "f":
        return ""
    rng = np.random.default_rng(choice)
    with np.errstate(invalid="ignore"):  # 0 times an infinity
        array = array * rng.choice([1.0, 1.0, 0.9, -1.0, 0.0, 3.0], array.shape)
    return survives(call.changed(name, array if array.ndim else float(array)))


def survives(call):
    """What is wrong with a call that may be refused, but else has numbers as result."""
    (result, given), (again, _) = call.run(), call.run()
    if isinstance(result, RuntimeWarning) and "overflow" in str(result):
        return ""  # numpy says that the result is beyond the largest number
    if isinstance(result, Exception):
        calls_back = any(map(callable, call.arguments.values()))
        return "" if calls_back else unless_refused(call, result)  # it may be its own
    if not unchanged(call.arguments, given):
        return "an argument was changed"
    known = call.function.__name__ in NAN_IS_FINE
    known |= call.function.__name__.startswith("naive_")  # these are there to fail
    if has_nan(result) and not known and not has_nan(list(call.arguments.values())):
        return f"nan without a word: {result!r}"
    return "" if same(result, again) else f"another result each time: {again!r}"


CHANGES = (
    *(another_style, narrower, eight_bits, forgetful, poisoned, stranger),
    *(misshapen, extreme, shifted, shaken),
)


# ---- numbers in results


def leaves(result):
    """The arrays of numbers in a result, whatever holds them."""
    if isinstance(result, dict):
        result = tuple(result.values())
    if isinstance(result, tuple | list) and numeric(result) is None:
        return [leaf for part in result for leaf in leaves(part)]
    result = getattr(result, "value", result)
    if isinstance(result, complex | np.ndarray) and np.iscomplexobj(result):
        return [np.asarray(np.real(result)), np.asarray(np.imag(result))]
    array = numeric(result)
    return [] if array is None else [np.asarray(array, float)]


def words(result):
    """The truth values and texts in a result, whatever holds them, and its keys."""
    if isinstance(result, dict):
        result = (*result, *result.values())
    if isinstance(result, tuple | list):
        return [word for part in result for word in words(part)]
    if isinstance(result, np.ndarray) and result.dtype.kind in "bU":
        return [result.shape, *result.ravel().tolist()]
    return [result] if isinstance(result, bool | np.bool | str) else []


def has_nan(result):
    """Whether a result holds a nan."""
    return any(np.isnan(leaf).any() for leaf in leaves(result))


def same(first, second, digits=1e-9):
    """Whether two results are the same: numbers up to rounding, words to the letter."""
    pairs = leaves(first), leaves(second)
    return (
        words(first) == words(second)
        and len(pairs[0]) == len(pairs[1])
        and all(
            a.shape == b.shape
            and np.allclose(a, b, rtol=digits, atol=digits * size(b), equal_nan=True)
            for a, b in zip(*pairs, strict=True)
        )
    )


def size(array):
    """The largest finite entry in size."""
    finite = np.abs(array[np.isfinite(array)])
    return finite.max() if finite.size else 0.0


def unchanged(before, after):
    """Whether arguments are as they were."""
    return all(same(value, after[name], 0) for name, value in before.items())
