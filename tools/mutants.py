"""Break mathlib in one place and see whether a test notices: ``make mutants``.

Places are drawn by seed from all of mathlib's modules, and from the build's extensions
that have unit tests; each is changed by a rule of
``tests/mutants.py`` (an operator, a comparison, a constant, an index, a condition) or,
where an argument is checked, the check is left out. Then the tests of that module run,
in a copy of the project. ``MINUTES`` is how long it goes on (10), ``SEED`` where it
begins (0). What survives is listed: a test is missing, or the program is the same.
"""

import ast
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "_build" / "mutants"
sys.path.insert(0, str(ROOT / "tests"))

import mutants as rules  # noqa: E402 - after its folder is known

WANTED = 0.97  # the share that tests must notice
PATIENCE = 180  # seconds; a mutant that runs for longer is noticed
LEFT_OUT = shutil.ignore_patterns("_build", ".venv", ".git", "__pycache__")
TESTS = {  # of modules whose tests bear another name
    "explore": ("tests/test_explore.py",),
    "exercises": ("tests/test_exercises.py", "tests/test_exercise_mutants.py"),
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
CHAPTER = re.compile(r"^ +Chapter: (\w+)", re.MULTILINE)


class Mutant(NamedTuple):
    """One change: the file, the line, what stood there, what stands there now."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    def __str__(self):
        """Say where and what."""
        where = self.path.relative_to(ROOT).as_posix()
        return f"{where}:{self.line}  {self.before}  becomes  {self.after}"


def files():
    """The modules that are broken."""
    found = sorted((ROOT / "mathlib").rglob("*.py"))
    found += filter(unit_tests, sorted((ROOT / "_ext").rglob("*.py")))
    return [path for path in found if path.name != "__init__.py"]


def mutants_of(path):
    """Return every mutant of a file."""
    source = path.read_text("utf-8")
    functions = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and not is_a_trial(node)
    )
    found = {}
    for function in functions:
        for node, place in rules.numbered(function):
            for new in changes(node, place):
                made = mutant(path, source, node, new)
                found[made.source] = made
    return list(found.values())


def is_a_trial(function):
    """Whether a function makes what answers are tried with.

    Another number in a case is another fair case, and a version that is wrong on
    purpose stays wrong if it is broken once more.
    """
    said = ast.get_docstring(function) or ""
    return said.startswith(("Return the wrong", "Return the cases"))


def changes(node, place):
    """Yield what may stand in the place of a node."""
    if isinstance(node, ast.Expr) and is_check(node.value):
        yield "pass"
    if isinstance(node, ast.BinOp):
        yield from map(unparsed, rules.other_operations(node, ()))
    elif isinstance(node, (ast.Compare, ast.UnaryOp)) or is_number(node):
        yield from map(unparsed, rules.replacements(node, "index", ()))
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from map(unparsed, rules.other_subscripts(node))
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield f"not ({ast.unparse(node.test)})"


def is_check(node):
    """Whether a call checks an argument."""
    name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return name.rpartition(".")[2].startswith(("check", "_check"))


def is_number(node):
    """Whether a node is a number that is written down."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def unparsed(node):
    """Return an expression as text that can stand anywhere."""
    return f"({ast.unparse(ast.fix_missing_locations(node))})"


def mutant(path, source, node, new):
    """Return the file with one node replaced."""
    place = node.test if isinstance(node, (ast.If, ast.IfExp)) else node
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    start = sum(map(len, lines[: place.lineno - 1])) + place.col_offset
    end = sum(map(len, lines[: place.end_lineno - 1])) + place.end_col_offset
    whole = source.encode()
    changed = (whole[:start] + new.encode() + whole[end:]).decode()
    before = whole[start:end].decode()
    return Mutant(path, place.lineno, " ".join(before.split()), new, changed)


def unit_tests(path):
    """Return the files of tests of a module: its own, or those of its lessons."""
    inside = path.relative_to(ROOT).parts[1:]
    known = TESTS.get(inside[0]) or TESTS.get(path.stem)
    lessons = sorted(set(CHAPTER.findall(path.read_text("utf-8"))))
    own = [name for name in (path.stem, *lessons) if is_tested(name)]
    return known or [f"tests/test_{name}.py" for name in own[:1]]


def is_tested(name):
    """Whether there is a file of tests of this name."""
    return (ROOT / "tests" / f"test_{name}.py").exists()


def tests_of(path):
    """Return the tests that must notice a change of a module."""
    found, inside = unit_tests(path), path.relative_to(ROOT)
    return [inside.as_posix(), *found] if inside.parts[0] == "mathlib" else found


def is_noticed(one):
    """Whether a test fails in the copy with one file changed."""
    target = COPY / one.path.relative_to(ROOT)
    target.write_text(one.source, encoding="utf-8")
    options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    command = [sys.executable, "-m", "pytest", *options, *tests_of(one.path)]
    paths = (COPY, COPY / "tests", COPY / "_ext")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    try:
        done = subprocess.run(
            command, cwd=COPY, env=environment, capture_output=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        shutil.copyfile(one.path, target)
    return done.returncode == 1


def main():
    """Draw mutants until the time is up; say which survive."""
    minutes, seed = (
        int(os.environ.get(n, d)) for n, d in (("MINUTES", 10), ("SEED", 0))
    )
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(ROOT, COPY, ignore=LEFT_OUT)
    every = [one for path in files() for one in mutants_of(path)]
    random.Random(seed).shuffle(every)
    end, tried, survived = time.monotonic() + 60 * minutes, 0, []
    for one in every:
        if time.monotonic() > end:
            break
        tried += 1
        if not is_noticed(one):
            survived.append(one)
            print(f"survived: {one}", flush=True)
    print(f"{tried - len(survived)} of {tried} noticed; there are {len(every)}")
    sys.exit(len(survived) > (1 - WANTED) * tried)


if __name__ == "__main__":
    main()
