"""What a trained cell binds: found, and kept in a file. It runs in the lesson's kernel.

Reading order: `names_before`, then `keep`.
"""

import gzip
import pickle
from pathlib import Path

import numpy as np

SHELL = {"In", "Out", "exit", "quit", "get_ipython", "open"}  # not the lesson's
PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)


def own(names):
    """The names that the lesson made."""
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("_") and name not in SHELL
    }


def state(value):
    """All that a value holds, as bytes; None where that cannot be told."""
    try:
        return pickle.dumps(value)
    except Exception:
        return None


def names_before(names):
    """Each name of the lesson before the cell: its value, and what that holds."""
    return {name: (value, state(value)) for name, value in own(names).items()}


def is_data(value):
    """Whether a value is made of arrays, numbers, texts, lists, tuples and dicts."""
    if isinstance(value, np.ndarray):
        return not value.dtype.hasobject
    if isinstance(value, dict):
        return all(is_data(one) for pair in value.items() for one in pair)
    if isinstance(value, list | tuple):
        return type(value).__module__ != "__main__" and all(map(is_data, value))
    return isinstance(value, PLAIN)


def bound(before, names):
    """Return what the cell bound; it may be data alone, and no other name may move."""
    found = {}
    for name, value in own(names).items():
        if name in before and before[name][0] is value:
            if before[name][1] != state(value):
                raise ValueError(f"a trained cell must leave {name} as it was")
        elif not is_data(value):
            kind = type(value).__name__
            raise TypeError(f"a trained cell must bind data alone; {name} is a {kind}")
        else:
            found[name] = value
    return found


def keep(before, names, path):
    """Keep what the cell bound in a file, the same bytes for the same values."""
    content = gzip.compress(pickle.dumps(bound(before, names)), mtime=0)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content)
