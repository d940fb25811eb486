"""The benchmarks still find what they measure: they are run by hand, and rarely."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_imports_what_there_is(name):
    import_module(f"benchmarks.{name}")


@pytest.mark.parametrize("name", MODULES)
def test_what_a_benchmark_starts_imports_what_there_is(name):
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    for program in programs(import_module(f"benchmarks.{name}")):
        command = [sys.executable, "-c", beginning(program)]
        subprocess.run(command, cwd=FOLDER.parent, env=alone, check=True)
