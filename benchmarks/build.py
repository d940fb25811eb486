"""How long ``make book`` takes when nothing changed, and how long the notebooks run."""

import subprocess
import sys
import time
from tempfile import TemporaryDirectory

from benchmarks.results import Result
from tools.tasks import ROOT

# Not `tools/tasks.py book`, which would first renew .venv if need be: a measurement
# leaves the environment alone.
BOOK = "from tools.tasks import book; book()"
EXECUTE = """\
import os, sys
sys.path.insert(0, "_ext")
from execution import CHAPTERS, fill
os.environ["MATHLIB_BOOK"] = "1"
fill(sys.argv[1], CHAPTERS, timeout=120)
"""


def measure():
    """Build twice, time the second; run every notebook with an empty cache."""
    seconds("-c", BOOK)
    warm = seconds("-c", BOOK)
    with TemporaryDirectory() as empty_cache:
        cold = seconds("-c", EXECUTE, empty_cache)
    return [
        Result("`make book`, nothing changed", warm, "s", 5),
        Result("all notebooks run, no cache", cold, "s"),
    ]


def seconds(*arguments):
    """Return the wall time of Python with these arguments, in the project's folder."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - begin
