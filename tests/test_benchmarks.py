"""The benchmarks still find what they measure: they are run by hand, and rarely."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import jupyterlite
from benchmarks.results import Result, table

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
MODULES = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))


def programs(module):
    """The programs that a benchmark starts in a process of their own."""
    texts = (text for name, text in vars(module).items() if name.isupper())
    strings = [text for text in texts if isinstance(text, str)]
    python = [text for text in strings if "import " in text and "\n" in text]
    return [text.replace("%matplotlib inline\n", "") for text in python]


def beginning(program):
    """What a program imports, and where it looks for it."""
    lines = [ast.unparse(node) for node in ast.parse(program).body]
    return "\n".join(x for x in lines if "import " in x or "sys.path" in x)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (99.4, "99 %"),
        (99.6, "100 %"),
        (-150.2, "-150 %"),
        (0.284, "0.28 %"),
        (0, "0 %"),
    ],
)
def test_a_value_is_written_without_a_power_of_ten(value, shown):
    assert f"| {shown} |" in table([Result("a step", value, "%")])


def test_a_table_survives_a_terminal_of_few_letters():
    program = (
        "import runpy; from benchmarks import imports, results\n"
        "imports.measure = lambda: [results.Result('a → b', 1, 'ms', 2)]\n"
        "import sys; sys.argv = ['benchmarks', 'imports']\n"
        "from contextlib import contextmanager\n"
        "import tools.browser, types\n"
        "tools.browser.chromium = contextmanager(\n"
        "    lambda: iter([types.SimpleNamespace(version='1.0')]))\n"
        "runpy.run_module('benchmarks', run_name='__main__')\n"
    )
    few = os.environ | {"PYTHONIOENCODING": "ascii"}
    options = {"cwd": FOLDER.parent, "env": few, "capture_output": True}
    done = subprocess.run([sys.executable, "-c", program], check=True, **options)
    assert b"| a ? b | 1 ms | ? 2 ms | met |" in done.stdout


def test_jupyterlite_takes_the_wheel_that_the_pages_name(tmp_path, monkeypatch):
    monkeypatch.setattr(jupyterlite, "ROOT", tmp_path)
    live = tmp_path / "_build" / "html" / "_static" / "live"
    live.mkdir(parents=True)
    for version in ("1.9.0", "1.10.0"):
        (live / f"book-{version}-py3-none-any.whl").touch()
    wheel = "book-1.10.0-py3-none-any.whl"
    (live / "live.json").write_text(f'{{"wheel": "{wheel}"}}')
    assert live / wheel in jupyterlite.found_wheels()


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_imports_what_there_is(name):
    import_module(f"benchmarks.{name}")


@pytest.mark.parametrize("name", MODULES)
def test_what_a_benchmark_starts_imports_what_there_is(name):
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    for program in programs(import_module(f"benchmarks.{name}")):
        command = [sys.executable, "-c", beginning(program)]
        subprocess.run(command, cwd=FOLDER.parent, env=alone, check=True)
