"""The house: an order, mirrors, and functions that say what they take.

A module of mathlib imports from lessons that stand before its own in ``_toc.yml``, and
from the ground floor: the import graph is the reading order.
"""

import ast
import inspect
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import lessons
import nbformat
import pytest
from layout import BUILT_ON, GROUND, PARTS, modules_of

import mathlib

BESIDE = {"plots", "explore", "exercises"}
PLOTS_MAY_IMPORT = {"checks", "explore"}
PACKAGE = Path(mathlib.__file__).parent
ROOT = PACKAGE.parent
MODULES = sorted(path.stem for path in PACKAGE.glob("[a-z]*.py"))
LESSONS = re.findall(r"chapters/(\w+)", (ROOT / "_toc.yml").read_text("utf-8"))
LESSON_OF = {module: name for name in LESSONS for module in modules_of(name)}
ORDER = [*GROUND, *LESSON_OF]
HAND_BACK = {"check_count", "check_least"}  # numbers as Python's own
HAND_BACK |= {"check_number", "check_positive", "check_not_negative", "check_between"}
WRITTEN = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))


def imported(source):
    """Every module that a source imports, mathlib's by their own name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "mathlib":
            yield from (f"mathlib.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def forbidden(name, source):
    """The imports that the module of this name must not have."""
    for module in imported(source):
        package, _, rest = module.partition(".")
        part = rest.partition(".")[0]
        if package == "mathlib" and name in ORDER:
            allowed = part in ORDER[: ORDER.index(name)]
        elif package == "mathlib":
            allowed = part in PLOTS_MAY_IMPORT
        else:
            drawing = {"matplotlib"} if name in BESIDE else set()
            allowed = package in {"numpy", *sys.stdlib_module_names} | drawing
        if not allowed:
            yield module


def used_by(name):
    """The modules of mathlib that a lesson's notebook, module and parts import."""
    notebook = nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    own = modules_of(name)
    files = [(PACKAGE / f"{module}.py").read_text("utf-8") for module in own]
    found = {m for source in [*cells, *files] for m in imported(source)}
    parts = {m.split(".")[1] for m in found if m.startswith("mathlib.")}
    return parts - BESIDE - {*GROUND, *own}


@cache
def needed(name):
    """The lessons that a lesson's header asks for, and those that they ask for."""
    needs = next(one.needs for one in lessons.lessons() if one.name == name)
    return {*needs}.union(*map(needed, needs))


def public(name):
    """The functions and classes that a module defines for others."""
    module = import_module(f"mathlib.{name}")
    for key, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if own and not key.startswith("_"):
            yield key, value


def test_every_module_has_its_place():
    assert set(MODULES) - {"__init__"} <= {*ORDER} | BESIDE
    assert {*PARTS, *BUILT_ON} <= set(LESSONS)


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"__init__"}))
def test_imports_come_from_earlier_lessons(name):
    source = (PACKAGE / f"{name}.py").read_text("utf-8")
    assert list(forbidden(name, source)) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("vectors", "from mathlib.singular_values import svd"),
        ("vectors", "from mathlib import matrices"),
        ("datasets", "from mathlib.vectors import norm"),
        ("special", "import mathlib.datasets"),
        ("checks", "import scipy.linalg"),
        ("losses", "import mathlib.plots"),
        ("tape", "from mathlib.tensor import Tensor"),
        ("networks", "from mathlib.convolution import cnn"),
        ("gradient_descent", "from matplotlib import pyplot"),
        ("plots", "from mathlib.gradient_descent import gradient_descent"),
    ],
)
def test_an_import_from_a_later_lesson_is_seen(name, source):
    assert len(list(forbidden(name, source))) == 1


def unused_checks(source):
    """The lines of a source that check a number and go on with what was given."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", None) in HAND_BACK
    ]


@pytest.mark.parametrize("name", sorted({*MODULES} - {"__init__", "checks"}))
def test_a_number_that_was_checked_is_used_as_the_check_hands_it_back(name):
    assert unused_checks((PACKAGE / f"{name}.py").read_text("utf-8")) == []


def test_a_check_whose_number_is_not_used_is_seen():
    assert unused_checks("n = check_count(n=n)\ncheck_positive(rate=rate)") == [2]


@pytest.mark.parametrize("folder", ["mathlib", "chapters", "pages", "tests", "_ext"])
def test_no_merge_is_left_half_done(folder):
    texts = {
        path: path.read_text("utf-8", errors="ignore")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    assert [path for path, text in texts.items() if any(m in text for m in marks)] == []


def test_every_file_says_what_it_is():
    for path in PACKAGE.rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path.name


@pytest.mark.parametrize("name", sorted(set(MODULES) - {"__init__"}))
def test_public_functions_state_their_arguments(name):
    for key, value in public(name):
        said = inspect.getdoc(value)
        assert said, f"{name}.{key} has no docstring"
        if not inspect.isfunction(value) or "Arguments as for" in said:
            continue
        for parameter in inspect.signature(value).parameters:
            assert parameter in said, f"{name}.{key} does not say what {parameter} is"


@pytest.mark.parametrize("name", WRITTEN)
def test_a_chapter_has_its_module_its_exercises_and_its_proof(name):
    assert name in LESSONS
    for mirror in (
        PACKAGE / f"{name}.py",
        PACKAGE / "exercises" / f"{name}.py",
        ROOT / "tests" / f"test_{name}.py",
    ):
        assert mirror.exists(), f"{mirror.relative_to(ROOT)} is missing"


@pytest.mark.parametrize("name", WRITTEN)
def test_a_lesson_uses_what_was_met_before(name):
    later = {m for m in used_by(name) if ORDER.index(m) > ORDER.index(name)}
    assert later == set()


@pytest.mark.parametrize("name", WRITTEN)
def test_a_header_asks_for_the_lessons_that_are_used(name):
    assert {LESSON_OF[module] for module in used_by(name)} <= needed(name)
    assert all(LESSONS.index(one) < LESSONS.index(name) for one in needed(name))


def test_the_main_road_needs_no_side_road():
    side = {one.name for one in lessons.lessons() if one.side}
    assert not {name for name in LESSONS if name not in side and needed(name) & side}


def test_there_is_a_chapter():
    assert "gradient_descent" in WRITTEN


def test_mathlib_needs_numpy_alone():
    every = "; ".join(f"import mathlib.{name}" for name in MODULES if name in ORDER)
    question = (
        f"import sys, numpy; before = set(sys.modules); import mathlib; {every}\n"
        "tops = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(tops - sys.stdlib_module_names - {'mathlib', 'numpy'}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
