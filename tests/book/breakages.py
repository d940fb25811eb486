"""Each check cell, run on broken versions of what it checks: its output must change.

A chapter's cells run one after the other, here, without a kernel, but for those that
make nothing that a check reads. Before a check cell the state is kept; the cell then
runs again and again in that state, each time with one function that it calls put out of
order, by the rules of `mutants`. A breakage that changes no value in the cell is not
counted: nobody could notice it. Where nothing that the cell calls can be broken, what
it was given is: its numbers, then its own formulas.

    PYTHONPATH=tests:_ext:. python -m book.breakages [CHAPTER ...]

prints a table: how many breakages each check noticed.

Reading order: ``judged``, ``breakages``, ``State``, then how a value is broken.
"""

import ast
import contextlib
import copy
import gc
import gzip
import io
import itertools
import linecache
import pickle
import signal
import sys
import warnings
from collections.abc import Callable
from functools import cache, wraps
from types import FunctionType
from typing import NamedTuple

import fuzzing
import matplotlib as mpl
import mutants
import numpy as np
import trained
from execution import cache_key

import mathlib.explore
from book.book import CHAPTERS, ROOT, chapter, code_cells, is_check
from book.names import needed

REWRITTEN_A_FUNCTION = 4
A_CELL = 16
SECONDS = 20
CACHE = ROOT / "_build" / ".jupyter_cache" / cache_key()
BROKEN_OFF = "\nbroken off by "  # stands in what a cell prints, before its error


class Verdict(NamedTuple):
    """What became of a check: how many breakages changed a value, and its output."""

    label: str
    counted: int
    noticed: int
    unnoticed: tuple = ()

    def with_one(self, line, noticed):
        """The verdict after one more breakage that counts."""
        lines = self.unnoticed if noticed else (*self.unnoticed, line)
        return Verdict(self.label, self.counted + 1, self.noticed + noticed, lines)


class Break(NamedTuple):
    """One thing put out of order: in words, and how the state and the cell change."""

    line: str
    old: Callable | None = None
    new: Callable | None = None
    values: dict = {}  # noqa: RUF012 - never written
    source: str = ""


class TooLong(Exception):
    """A broken cell does not end."""


def judged(path, most=A_CELL, one_is_enough=False):
    """Yield the verdict on each check cell, on so many breakages of a kind."""
    state, cells = State(path.stem), code_cells(chapter(path))
    tagged = [number for number, cell in enumerate(cells) if trained.tagged(cell)]
    kept = dict(zip(tagged, trained.files(chapter(path), CACHE), strict=True))
    with quiet():
        for number, serves in needed(cells):
            cell = cells[number]
            if is_check(cell):
                label = cell.source.splitlines()[0].removeprefix("# check:").strip()
                yield judgment(label, state, cell.source, most, one_is_enough)
            if serves:
                state.run(number, cell.source, kept.get(number))


def judgment(label, state, source, most, one_is_enough=False):
    """Run a check on breakages of one kind after the other, until one is noticed.

    The other breakages of that kind are tried, too, unless one is enough.
    """
    intact = state.output(source)
    _, broken_off, error = intact.partition(BROKEN_OFF)
    assert not broken_off, f"{label}: {error}"
    if not one_is_enough:  # else nbval has asked that
        again = state.output(source)
        assert intact == again, f"{label} prints other things each time"
    for kind in (broken_functions, broken_values, broken_formulas):
        verdict = Verdict(label, 0, 0)
        for breakage in spread(kind(state, source), most):
            differs, text = state.broken(source, breakage)
            if differs or text != intact:
                verdict = verdict.with_one(breakage.line, text != intact)
            if one_is_enough and verdict.noticed:
                break
        if verdict.noticed:
            break
    return verdict


def spread(things, most):
    """At most so many of the things, evenly spread over the first of them."""
    things = list(itertools.islice(things, 4 * most))
    return things[:: max(1, -(-len(things) // most))]


# ---- what is broken


def broken_functions(state, source):
    """Each function that the cell calls: its result changed, then its formula."""
    for function in state.functions(source):
        name = function.__name__
        for line, change in RESULTS.items():
            yield Break(f"{name}: {line}", function, changed(function, change))
        for line, new in rewritten(function):
            yield Break(f"{name}: {line}", function, new)


@cache
def rewritten(function):
    """The function with one expression replaced, in some ways that the rules know."""
    try:
        return spread(mutants.rewritten(function, ()), REWRITTEN_A_FUNCTION)
    except (OSError, TypeError, SyntaxError, AttributeError, KeyError):
        return []  # no source, or code that the rules do not know


def broken_values(state, source):
    """Each number or array that earlier cells made and this one reads."""
    for name in sorted(state.names(source)):
        value = state.space.get(name)
        for line, change in RESULTS.items():
            other = throughout(value, change)
            if other is not value:
                yield Break(f"{name}: {line}", values={name: other})


def broken_formulas(state, source):
    """Each expression of the cell itself, by the same rules."""
    tree = ast.parse("def cell():\n    pass").body[0]
    tree.body = ast.parse(source).body
    for number, (node, place) in enumerate(list(mutants.numbered(tree))):
        for new in mutants.replacements(node, place, ()):
            other = copy.deepcopy(tree)
            mutants.substitute(other, list(mutants.numbered(other))[number][0], new)
            body = ast.Module(other.body, [])
            text = ast.unparse(ast.fix_missing_locations(body))
            yield Break(f"{ast.unparse(node)} changed", source=text)


RESULTS = {
    "result × 1.5": lambda x: x * 1.5,
    "result + 0.25": lambda x: x + 0.25,
    "result turned over": lambda x: -x,
}


def changed(function, change):
    """The function with its result changed."""

    @wraps(function)
    def other(*arguments, **named):
        return throughout(function(*arguments, **named), change)

    return other


def throughout(value, change):
    """A value with its numbers changed, whatever holds them; truth is denied."""
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value._make(throughout(part, change) for part in value)
    if type(value) in (tuple, list) and fuzzing.numeric(value) is None:
        return type(value)(throughout(part, change) for part in value)
    if isinstance(value, dict):
        return {key: throughout(part, change) for key, part in value.items()}
    if isinstance(value, FunctionType):
        return changed(value, change)
    if isinstance(value, str) or callable(value):
        return value
    array = fuzzing.numeric(value)
    if array is None:
        return value
    other = change(array)
    return type(value)(other) if isinstance(value, int | float) else other


# ---- running


class State:
    """The names that a chapter's cells have made so far."""

    def __init__(self, name):
        self.name, self.space = name, {"__name__": f"cells of {name}"}

    def run(self, number, source, kept=None):
        """Run a cell, and keep what it makes; take what the book kept of a training."""
        if kept and kept.exists():
            self.space.update(pickle.loads(gzip.decompress(kept.read_bytes())))
            return
        file = f"<{self.name}, cell {number}>"
        linecache.cache[file] = len(source), None, source.splitlines(True), file
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, file, "exec"), self.space)

    def output(self, source, values=None):
        """What a cell prints in this state, which stays as it is."""
        kept, printed = dict(self.space), io.StringIO()
        self.space.update({name: fresh(value) for name, value in kept.items()})
        self.space.update(values or {})
        with contextlib.redirect_stdout(printed), time_limit(printed):
            try:
                exec(compile(source, "<check>", "exec"), self.space)
            except Exception as error:
                printed.write(f"{BROKEN_OFF}{type(error).__name__}: {error}")
        self.space.clear()
        self.space.update(kept)
        return printed.getvalue()

    def broken(self, source, breakage):
        """Whether a breakage changed a value in the cell, and what the cell printed."""
        if breakage.old is None:
            text = self.output(breakage.source or source, breakage.values)
            return bool(breakage.values), text
        seen = []
        new = watched(breakage.old, breakage.new, seen)
        with replaced(breakage.old, new, self.space):
            text = self.output(source)
        return bool(seen), text

    def functions(self, source):
        """The functions of the book that a cell calls, and those of earlier cells."""
        found, waiting = [], [source]
        while waiting:
            for name in sorted(self.names(waiting.pop())):
                value = self.space.get(name)
                if not isinstance(value, FunctionType) or value in found:
                    continue
                if value.__module__ == self.space["__name__"]:
                    waiting.append(text_of(value))
                if value.__module__.startswith(("mathlib.", self.space["__name__"])):
                    found.append(value)
        return found

    def names(self, source):
        """The names that a cell reads."""
        nodes = ast.walk(ast.parse(source))
        return {node.id for node in nodes if isinstance(node, ast.Name)}


def text_of(function):
    """The source of a function, or of the line that a lambda stands on."""
    lines = linecache.getlines(function.__code__.co_filename)
    tree = ast.parse("".join(lines))
    line = function.__code__.co_firstlineno
    kinds = ast.FunctionDef | ast.Lambda
    found = [n for n in ast.walk(tree) if isinstance(n, kinds) and n.lineno == line]
    return "\n".join(ast.unparse(node) for node in found)


def fresh(value):
    """A generator or a list as it is now, so that each run finds the same."""
    if isinstance(value, np.random.Generator):
        return copy.deepcopy(value)
    return list(value) if type(value) is list else value


def watched(old, new, seen):
    """The broken function, noting the calls in which it differs from the right one."""

    @wraps(old)
    def call(*arguments, **named):
        again = copied(arguments, named)
        try:
            got = new(*arguments, **named)
        except Exception:
            seen.append(True)
            raise
        if again and not seen and not fuzzing.same(got, old(*again[0], **again[1])):
            seen.append(True)
        return got

    return call


def copied(arguments, named):
    """Copies of arguments, or nothing where they cannot be copied."""
    try:
        return copy.deepcopy((arguments, named))
    except (TypeError, ValueError):
        return ()


@contextlib.contextmanager
def replaced(old, new, space):
    """Put a function in the place of another, wherever it has a name."""
    modules = [vars(m) for n, m in sys.modules.items() if n.startswith("mathlib")]
    places = [
        (names, name)
        for names in (space, *modules)
        for name, value in list(names.items())
        if value is old
    ]
    for names, name in places:
        names[name] = new
    try:
        yield
    finally:
        for names, name in places:
            names[name] = old


@contextlib.contextmanager
def time_limit(printed):
    """Stop what runs for too long, where the platform can."""

    def stop(*_):
        raise TooLong(f"stopped after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    gc.disable()  # a callback of the collector must not be what is stopped
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    except TooLong as error:
        printed.write(str(error))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def quiet():
    """No explorers, no windows, no warnings of broken code."""
    explore = mathlib.explore.explore
    mathlib.explore.explore = lambda *arguments, **named: None
    mpl.use("Agg")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            mathlib.explore.explore = explore


def main(names):
    """Print the table of the named chapters, or of all."""
    paths = [path for path in CHAPTERS if not names or path.stem in names]
    verdicts = itertools.chain.from_iterable(map(judged, paths))
    for label, counted, noticed, unnoticed in verdicts:
        row = f"{label:34} {noticed:3} of {counted:3}  {'; '.join(unnoticed)[:200]}"
        sys.stdout.write(row.rstrip() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
