"""What each argument of mathlib refuses, in which words: ``refusals.txt``, all of it.

    PYTHONPATH=tests:. python tests/refusals.py

writes the file anew, after a change that was meant; ``test_refusals.py`` compares. Each
line is a call of a docstring with one argument replaced. Only refusals that name what
is wrong stand there: a check that is left out, or refuses more, changes the file.

Reading order: ``replacements``, ``refusals``, ``main``.
"""

import re
from pathlib import Path

import fuzzing
import numpy as np

TABLE = Path(__file__).with_name("refusals.txt")
SINGLES = (-1, 0, 1, 2.5, np.nan, np.inf, True)
SHOWN = 70  # so many signs of a message


def replacements(value):
    """Yield what may stand in the place of an argument, each with its name."""
    yield "None", None
    if fuzzing.is_single(value):
        for number in SINGLES:
            yield repr(number), number
    elif fuzzing.is_array(value):
        yield from _arrays(np.asarray(value))


def _arrays(array):
    """Yield changes of an array."""
    yield "one more axis", array[None]
    if array.ndim:
        yield "one less", array[:-1]
        yield "empty", array[:0]
        yield "its first", array.ravel()[0]
    yield "turned round", -np.array(array, float)
    yield "zeros", np.zeros_like(array)
    hole = np.array(array, float)
    hole.flat[0] = np.nan
    yield "with nan", hole


def refusals(module):
    """Yield a line for each replacement that a function of a module refuses by name."""
    for name, calls in sorted(fuzzing.seeds(module).items()):
        for call in calls[:1]:
            for argument in call.names():
                for what, thing in replacements(call.arguments[argument]):
                    words = refusal(call.changed(argument, thing))
                    if words:
                        yield f"{module}.{name}, {argument} {what}: {words}"


def refusal(call):
    """Return the words of a refusal, or nothing."""
    result = call.run(on_warning="ignore")[0]
    if not isinstance(result, Exception) or fuzzing.unless_refused(call, result):
        return ""
    kind = "" if isinstance(result, ValueError) else f"{type(result).__name__}: "
    return f"{kind}{plain(result)[:SHOWN]}"


def plain(thing):
    """Return the words of a thing in one line: no addresses, whole numbers as here.

    In a page they have 32 bits.
    """
    words = re.sub(r" at 0x[0-9a-f]+", "", " ".join(str(thing).split()))
    return words.replace("int32", "int64")


def stored(module):
    """The lines of a module in the file."""
    lines = TABLE.read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith(f"{module}.")]


def main():
    """Write the file."""
    lines = [line for module in fuzzing.MODULES for line in refusals(module)]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
