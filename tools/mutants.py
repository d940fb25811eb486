"""Break mathlib in one place and see whether a test notices: ``make mutants``.

Places are drawn by seed from all of mathlib's modules, and from the build's extensions
that have unit tests; what may stand there, ``changes.py`` says. Then the tests of that
module run, in copies of the project. ``MINUTES`` is how long it goes on (10), ``SEED``
where it begins (0). What survives is listed: a test is missing, or the program is the
same, and then ``same_programs.txt`` says so, with the reason. It needs a system that
can fork.

Reading order: ``files`` and ``runs_of``, what is broken and which tests it meets;
``runs_green``, ``is_noticed``, ``seconds_green``; ``main``.
"""

import compileall
import os
import random
import re
import shutil
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import pytest

from tools.changes import ROOT, mutants_of, same_programs

COPIES = ROOT / "_build" / "mutants"
WANTED = 0.97  # the share that tests must notice
PATIENCE = 60  # seconds, and thrice what the tests take; what runs longer is noticed
LONGEST = 1800  # seconds, for tests of a module unchanged
SHARED = ("hypothesis", "matplotlib.pyplot", "mpmath", "playwright.sync_api")
SHARED += ("scipy.stats", "xdist.scheduler")  # what tests import, and no mutant changes
GREEN = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:nbval")
OPTIONS += ("-W", "ignore:Module already imported")
OPTIONS += ("-o", "addopts=--doctest-modules --strict-markers --import-mode=importlib")
LEFT_OUT = shutil.ignore_patterns("_build", ".venv", ".git", "__pycache__")
TESTS = {  # of modules whose tests bear another name
    "explore": ("tests/test_explore.py", "tests/test_recorded.py"),
    "exercises": (
        *("tests/test_exercises.py", "tests/test_exercise_mutants.py"),
        *("tests/test_exercise_styles.py", "tests/test_exercise_solutions.py"),
    ),
    "editions": ("tests/test_around.py", "tests/test_any_text.py"),
    "heroes": ("tests/test_around.py", "tests/test_shared.py"),
    "lessons": ("tests/test_around.py", "tests/test_lessons.py"),
    "public": ("tests/test_around.py",),
    "trained_names": ("tests/test_trained.py",),
    "kernel": ("tests/test_page_kernel.py",),
    "spared": ("tests/test_page_spared.py",),
    "array_functions": ("tests/test_autodiff.py",),
    "pullback_rules": ("tests/test_autodiff.py",),
    "update_rules": ("tests/test_momentum.py", "tests/test_optimizers.py"),
}
OF_ALL = ("tests/test_refusals.py", "tests/test_fuzz.py")  # of every public function
CHAPTER = re.compile(r"^ +Chapter: (\w+)", re.MULTILINE)


def files():
    """The modules that are broken."""
    found = sorted((ROOT / "mathlib").rglob("*.py"))
    found += filter(unit_tests, sorted((ROOT / "_ext").rglob("*.py")))
    return [path for path in found if path.name != "__init__.py"]


def unit_tests(path):
    """Return the files of tests of a module: its own, and those of its lessons."""
    inside = path.relative_to(ROOT).parts[1:]
    known = TESTS.get(inside[0]) or TESTS.get(path.stem)
    lessons = sorted(set(CHAPTER.findall(path.read_text("utf-8"))))
    own = [name for name in (path.stem, *lessons) if is_tested(name)]
    return known or [f"tests/test_{name}.py" for name in dict.fromkeys(own)]


def is_tested(name):
    """Whether there is a file of tests of this name."""
    return (ROOT / "tests" / f"test_{name}.py").exists()


def runs_of(path):
    """Return what pytest is asked for to find a change of a module, run after run.

    First its own tests, then those of every public function, last its examples, which
    run apart: pytest imports the module for them once more.
    """
    found, inside = unit_tests(path), path.relative_to(ROOT)
    if inside.parts[:2] == ("mathlib", "exercises") and is_tested(path.stem):
        found = [*found, "-k", path.stem]  # the exercises of one lesson
    runs = [["--hypothesis-profile=as_found", *found]]  # tests/conftest.py has it
    if inside.parent == Path("mathlib"):
        runs.append([*runs[0][:1], *OF_ALL, "-k", path.stem])
    return [*runs, [inside.as_posix()]] if inside.parts[0] == "mathlib" else runs


def runs_green(folder, tests, seconds):
    """Whether the tests pass in a copy of the project, in so many seconds.

    They run in a fork of this process, which has imported all that no mutant changes.
    """
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in GREEN
    code = pytest.ExitCode.INTERNAL_ERROR
    try:
        signal.alarm(seconds)  # its end, if nobody stops it
        log = os.open(log_of(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, sys.stdout.fileno())
        os.dup2(log, sys.stderr.fileno())
        os.chdir(folder)
        sys.path[:0] = [str(folder / name) for name in ("", "tests", "_ext")]
        code = pytest.main([*OPTIONS, *tests])
    finally:
        sys.stdout.flush()
        os._exit(code)


def log_of(folder):
    """Where the words of the last tests in a copy of the project stand."""
    return folder.with_suffix(".log")


def is_noticed(one):
    """Whether a test fails in this process's copy with one file changed."""
    folder = COPIES / str(os.getpid())
    seconds = PATIENCE + 3 * seconds_green(folder, one.path)
    target = folder / one.path.relative_to(ROOT)
    unchanged, times = target.read_bytes(), target.stat()
    target.write_text(one.source, encoding="utf-8")
    try:
        runs = runs_of(one.path)
        return not all(runs_green(folder, tests, seconds) for tests in runs)
    finally:
        target.write_bytes(unchanged)
        os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))


def seconds_green(folder, path):
    """How long the tests of a module take unchanged; they must pass.

    They run once: else each change would fail, or be given too little time.
    """
    seen = COPIES / "green" / path.relative_to(ROOT)
    if not seen.exists():
        start = time.monotonic()
        for tests in runs_of(path):
            if not runs_green(folder, tests, LONGEST):
                words = log_of(folder).read_text("utf-8")[-2000:]
                raise RuntimeError(f"unchanged, {' '.join(tests)} must pass\n{words}")
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.write_text(str(round(time.monotonic() - start)))
    return int(seen.read_text() or 0)


def copy_project():
    """Make a copy of the project for this process."""
    folder = COPIES / str(os.getpid())
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    compileall.compile_dir(folder, quiet=1)
    sys.dont_write_bytecode = True  # Python cannot tell changes within a second


def ask(one, end):
    """Return a mutant and whether it is noticed; None when the time is up."""
    return (one, is_noticed(one)) if time.monotonic() < end else None


def drawn(seed):
    """Every mutant but those that are the same program, in the order of a seed."""
    same = same_programs()
    every = [one for path in files() for one in mutants_of(path)]
    every = [one for one in every if one.change not in same]
    random.Random(seed).shuffle(every)
    return every


def setting(name, default):
    """Return a whole number of the environment; stop here if it is none."""
    text = os.environ.get(name, default)
    if not re.fullmatch("[0-9]+", text):
        sys.exit(f"{name} must be a whole number from 0, is {text!r}")
    return int(text)


def main():
    """Draw mutants until the time is up; say which survive."""
    if not hasattr(os, "fork"):
        sys.exit("make mutants needs a system that can fork: Linux or macOS")
    minutes, seed = setting("MINUTES", "10"), setting("SEED", "0")
    shutil.rmtree(COPIES, ignore_errors=True)
    every, count, survived = drawn(seed), 0, []
    trial = partial(ask, end=time.monotonic() + 60 * minutes)
    for name in SHARED:
        import_module(name)
    forks = {"mp_context": get_context("fork"), "initializer": copy_project}
    with ProcessPoolExecutor(**forks) as pool:
        for one, noticed in filter(None, pool.map(trial, every)):
            count += 1
            if not noticed:
                survived.append(one)
                print(f"survived: {one}", flush=True)
    print(f"{count - len(survived)} of {count} noticed; there are {len(every)}")
    sys.exit(len(survived) > (1 - WANTED) * count)


if __name__ == "__main__":
    main()
