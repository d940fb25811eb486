"""Every change of one place in a file that ``make mutants`` may make.

The rules are those of ``tests/mutants.py`` for an operator, a comparison, a constant,
an index or a condition; and where an argument is checked, the check may be left out.
``same_programs.txt`` names changes that leave the program what it was, with the reason.

Reading order: ``Mutant``, ``mutants_of``, ``changes``; ``same_programs``.
"""

import ast
import collections
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SAME = ROOT / "tools" / "same_programs.txt"
sys.path.insert(0, str(ROOT / "tests"))

import mutants as rules  # noqa: E402 - after its folder is known


class Mutant(NamedTuple):
    """One change: the file, the line, what stood there, what stands there now."""

    path: Path
    line: int
    function: str
    before: str
    after: str
    source: str

    @property
    def change(self):
        """Where and what, whatever stands above it."""
        where = self.path.relative_to(ROOT).as_posix()
        return f"{where}: {self.function}: {self.before} becomes {self.after}"

    def __str__(self):
        """Say where and what."""
        return f"line {self.line} of {self.change}"


def mutants_of(path):
    """Yield every mutant of a file; what is changed twice alike bears a number."""
    source = path.read_text("utf-8")
    functions = functions_of(ast.parse(source), path)
    found, seen = {}, collections.Counter()
    for function in functions:
        for node, place in rules.numbered(function):
            for new in changes(node, place):
                if new == f"({ast.unparse(node)})":
                    continue  # turned round it is the same
                made = mutant(path, source, function.name, node, new)
                found.setdefault(made.source, made)
    for one in found.values():
        seen[one.change] += 1
        again = f" ({seen[one.change]})" if seen[one.change] > 1 else ""
        yield one._replace(after=one.after + again)


def functions_of(tree, path):
    """Yield the functions that may be changed, those around others first."""
    waiting = collections.deque([tree])
    while waiting:
        node = waiting.popleft()
        if isinstance(node, ast.FunctionDef):
            if is_a_trial(node, path):
                continue  # nor what stands in it
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def is_a_trial(function, path):
    """Whether a function makes what answers are tried with.

    Another number in a case, or in what draws the cases of an exercise, is another fair
    case, and a version that is wrong on purpose stays wrong if it is broken once more.
    """
    said, named = ast.get_docstring(function) or "", function.args.args
    if path.parent.name != "exercises":
        return False
    draws = named and named[0].arg == "rng"
    cases = function.name.endswith("_cases")
    return draws or cases or said.startswith(("Return the wrong", "Return the cases"))


def changes(node, place):
    """Yield what may stand in the place of a node."""
    if isinstance(node, ast.Expr) and is_check(node.value):
        yield "pass"
    if isinstance(node, ast.BinOp):
        for new in map(unparsed, rules.other_operations(node, ())):
            if not (is_number(node.right) and "1e-08" in new):  # 2 is no rounding
                yield new
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


def mutant(path, source, function, node, new):
    """Return the file with one node replaced."""
    place = node.test if isinstance(node, (ast.If, ast.IfExp)) else node
    lines = source.encode().splitlines(keepends=True)  # of bytes: as Python counts them
    start = sum(map(len, lines[: place.lineno - 1])) + place.col_offset
    end = sum(map(len, lines[: place.end_lineno - 1])) + place.end_col_offset
    whole = source.encode()
    changed = (whole[:start] + new.encode() + whole[end:]).decode()
    before = " ".join(whole[start:end].decode().split())
    return Mutant(path, place.lineno, function, before, new, changed)


def same_programs():
    """The changes that leave the program what it was, each with its reason."""
    lines = SAME.read_text("utf-8").splitlines()
    return {line.split("  # ")[0].strip() for line in lines if not line.startswith("#")}
