"""The benchmarks still find what they measure: they are run by hand, and rarely."""

import ast
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


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_imports_what_there_is(name):
    import_module(f"benchmarks.{name}")


@pytest.mark.parametrize("name", MODULES)
def test_what_a_benchmark_starts_imports_what_there_is(name):
    for program in programs(import_module(f"benchmarks.{name}")):
        for node in ast.walk(ast.parse(program)):
            if isinstance(node, ast.ImportFrom):
                module = import_module(node.module)
                assert {each.name for each in node.names} <= set(dir(module))
            elif isinstance(node, ast.Import):
                for each in node.names:
                    import_module(each.name)
