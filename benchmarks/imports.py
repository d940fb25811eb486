"""What ``import mathlib`` adds to ``import numpy``, each in a process of its own."""

import subprocess
import sys

from benchmarks.results import Result
from tools.tasks import ROOT

ROUNDS = 25
CLOCKED = "from time import perf_counter as t; b = t(); import {}; print(t() - b)"
MODULES = "numpy, mathlib.gradient_descent, mathlib.datasets, mathlib.derivatives"


def measure():
    """Import each in turn, round by round; compare the minima."""
    names = ("numpy", "numpy, mathlib", MODULES)
    rounds = [[milliseconds(name) for name in names] for _ in range(ROUNDS)]
    base, package, modules = map(min, zip(*rounds, strict=True))
    return [
        Result("`import mathlib` over `import numpy`", package - base, "ms", 10),
        Result("the first chapter's modules over it", modules - base, "ms"),
        Result("`import numpy`", base, "ms"),
    ]


def milliseconds(names):
    """Return how long a fresh Python takes to import modules."""
    command = [sys.executable, "-c", CLOCKED.format(names)]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return 1000 * float(ran.stdout)
