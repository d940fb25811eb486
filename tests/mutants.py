"""Wrong versions of a function, derived by rule from its source and its results.

`mutants` yields each with a line that says what was changed. Two kinds: one expression
of the source replaced by another (an operator, a constant, an axis, a term dropped, the
first or the mean in place of the largest …), and the whole function wrapped (its result
made positive, clipped, turned over; its arguments exchanged, sorted, cut).
"""

import ast
import collections
import copy
import inspect
import itertools
import textwrap
from collections.abc import Iterator
from types import FunctionType

import numpy as np

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.GtE, ast.LtE),
    ast.NotEq: (ast.Eq,),
}
# What a call may be replaced by: {0}, {1} are its arguments, or the array of a method.
CALLS = {
    "abs": ["{0}", "np.maximum({0}, 0)", "np.square({0})"],
    "clip": [
        "{0}",
        "np.maximum({0}, {1})",
        "np.minimum({0}, {2})",
        "{2} * np.sign({0})",
    ],
    "cos": ["np.sin({0})", "np.tanh({0})"],
    "diag": ["{0}"],
    "eigvalsh": ["np.diag({0})", "np.sort(np.diag({0}))", "np.abs({0}).sum(axis=1)"],
    "exp": [
        "np.exp2({0})",
        "np.expm1({0})",
        "np.exp(np.minimum({0}, 700.0))",
        "np.exp(np.clip({0}, -500.0, 500.0))",
        "np.exp(np.clip({0}, -20.0, 20.0))",
        "np.minimum(np.exp({0}), 1e300)",
        "np.exp(np.abs({0}))",
        "(1 + {0})",
    ],
    "log": [
        "np.log2({0})",
        "np.log10({0})",
        "np.log1p({0})",
        "np.log({0} + 1e-6)",
        "np.log({0} + 1e-15)",
        "np.log(np.maximum({0}, 1e-12))",
        "np.abs(np.log({0}))",
        "({0} - 1)",
    ],
    "logaddexp": [
        "np.log(np.exp({0}) + np.exp({1}))",
        "np.log1p(np.exp({0}) + np.exp({1}) - 1)",
        "np.maximum({0}, {1})",
        "np.log(np.exp(np.minimum({0}, 700)) + np.exp(np.minimum({1}, 700)))",
        "({0} + np.log(np.exp({1} - {0}) + 1))",
        "({1} + np.log(np.exp({0} - {1}) + 1))",
        "np.logaddexp2({0}, {1})",
        "np.logaddexp({0}, {1} + 1)",
    ],
    "max": [
        "np.min({0})",
        "np.mean({0})",
        "np.median({0})",
        "np.ravel({0})[0]",
        "np.ravel({0})[-1]",
        "np.sum({0})",
        "np.abs({0}).max()",
    ],
    "maximum": [
        "{0}",
        "np.minimum({0}, {1})",
        "np.abs({0})",
        "np.where({0} >= 1e-3, {0}, 0)",
    ],
    "mean": ["np.sum({0})", "np.median({0})", "np.ravel({0})[0]", "np.max({0})"],
    "min": ["max({0})"],
    "norm": [
        "({0} @ {0})",
        "np.linalg.norm({0}, 1)",
        "np.linalg.norm({0}, np.inf)",
        "(np.linalg.norm({0}) + 1e-6)",
        "np.abs(np.sum({0}))",
        "np.maximum(np.linalg.norm({0}), 1e-3)",
        "np.maximum(np.linalg.norm({0}), 1.0)",
    ],
    "normal_cdf": [
        "(1 - normal_cdf({0}))",
        "normal_cdf(np.abs({0}))",
        "normal_cdf({0}) ** 2",
    ],
    "outer": ["np.outer({1}, {0})"],
    "prod": ["np.sum({0})", "np.mean({0})", "np.max({0})", "np.abs(np.prod({0}))"],
    "sigmoid": [
        "np.tanh({0})",
        "(({0} > 0) * 1.0)",
        "sigmoid(np.abs({0}))",
        "sigmoid(2 * {0})",
    ],
    "sign": ["1.0", "np.where({0} >= 0, 1.0, -1.0)"],
    "sort": ["{0}", "np.sort({0})[::-1]"],
    "sqrt": [
        "{0}",
        "np.cbrt({0})",
        "np.sqrt(np.abs({0}))",
        "np.sqrt(np.maximum({0}, 1e-6))",
    ],
    "std": [
        "{0}.var(axis=0)",
        "({0}.std(axis=0) + 1e-6)",
        "{0}.std()",
        "np.ptp({0}, axis=0)",
    ],
    "sum": ["np.mean({0})", "np.max({0})", "np.abs({0}).sum()", "np.abs(np.sum({0}))"],
    "svd": ["np.linalg.svd({0} - {0}.mean(), compute_uv=False)"],
    "tanh": ["{0}", "sigmoid({0})", "np.clip({0}, -1, 1)", "np.abs(np.tanh({0}))"],
    "where": ["np.where({0}, {2}, {1})", "{1}", "{2}"],
}
ROWWISE = {"max", "mean", "sum", "std", "min", "all"}


# Where a function stands, and what it calls


def sources(function):
    """Return the syntax trees of a function and of those beside it that it calls."""
    trees, waiting = {}, [function]
    while waiting:
        each = waiting.pop()
        tree = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
        trees[each.__name__] = tree
        for node in ast.walk(tree):
            found = (
                each.__globals__.get(node.id) if isinstance(node, ast.Name) else None
            )
            beside = isinstance(found, FunctionType) and (
                found.__module__ == function.__module__
            )
            if beside and found.__name__ not in trees:
                waiting.append(found)
    return trees


def built(function, trees):
    """Return the function made anew from syntax trees."""
    module = ast.Module([*trees.values()], type_ignores=[])
    scope = dict(function.__globals__)
    exec(compile(ast.fix_missing_locations(module), "<mutant>", "exec"), scope)
    return scope[function.__name__]


def mutants(exercise, never_negative=(), at_most_one=()) -> Iterator:
    """Yield each wrong version of an exercise's reference, and what is wrong in it."""
    parameters = list(inspect.signature(exercise.reference).parameters)
    counts = collections.Counter()
    for line, mutant in itertools.chain(
        rewritten(exercise.reference, never_negative),
        wrapped(exercise, parameters, never_negative, at_most_one),
    ):
        counts[line] += 1
        again = f" ({counts[line]})" if counts[line] > 1 else ""
        yield line + again, mutant


def rewritten(function, never_negative):
    """Yield the versions in which one expression is another."""
    trees = sources(function)
    seen = {(name, ast.unparse(tree)) for name, tree in trees.items()}
    for name, tree in trees.items():
        for number, (node, place) in enumerate(list(numbered(tree))):
            for new in replacements(node, place, never_negative):
                changed = copy.deepcopy(tree)
                spots = list(numbered(changed))
                substitute(changed, spots[number][0], new)
                text = ast.unparse(ast.fix_missing_locations(changed))
                if (name, text) in seen:
                    continue
                seen.add((name, text))
                before = ast.unparse(node)
                after = ast.unparse(ast.fix_missing_locations(new))
                where = "" if name == function.__name__ else f"{name}: "
                line = f"{where}{before} → {after}"
                try:
                    yield line, built(function, trees | {name: changed})
                except (SyntaxError, TypeError):
                    continue


def numbered(tree):
    """Yield the nodes of a function's body, each with the place where it stands."""
    body = tree.body[1:] if ast.get_docstring(tree) else tree.body
    for statement in body:
        yield from within(statement, "")


def within(node, place):
    """Yield a node and those inside it."""
    yield node, place
    for field, value in ast.iter_fields(node):
        inner = value if isinstance(value, list) else [value]
        for each in inner:
            if isinstance(each, ast.AST):
                here = f"{type(node).__name__}.{field}"
                if isinstance(node, ast.Call) and field == "args":
                    here = f"argument of {ast.unparse(node.func).split('.')[-1]}"
                if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                    square = ast.unparse(node.right) == "2" and field == "left"
                    here = "squared" if square else here
                if isinstance(node, ast.keyword):
                    here = f"keyword {node.arg}"
                if place == "index" or (field, type(node)) == ("slice", ast.Subscript):
                    here = "index"
                yield from within(each, here)


def substitute(tree, old, new):
    """Put a node in the place of another, or take a statement out."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if value is old:
                setattr(node, field, new)
                return
            if isinstance(value, list) and any(each is old for each in value):
                place = next(i for i, each in enumerate(value) if each is old)
                value[place : place + 1] = [] if new is None else [new]
                return


def parsed(text):
    """Return the syntax tree of an expression."""
    return ast.parse(text, mode="eval").body


# The rules


def replacements(node, place, never_negative):
    """Yield what may stand in a node's place."""
    if isinstance(node, ast.BinOp):
        yield from other_operations(node, never_negative)
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([node.target], node.value)
        for operator in OPERATORS[type(node.op)]:
            yield ast.AugAssign(node.target, operator(), node.value)
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        for operator in COMPARISONS[type(node.ops[0])]:
            yield ast.Compare(node.left, [operator(), *node.ops[1:]], node.comparators)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield from other_constants(node, place)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from other_subscripts(node)
    if isinstance(node, ast.If):
        yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        yield ast.If(ast.Constant(value=False), node.body, node.orelse)
    if isinstance(node, ast.Call):
        yield from other_calls(node, never_negative)
    if is_value(node, place):
        signed = not is_never_negative(node, never_negative)
        if signed and place not in EVEN:
            yield parsed(f"np.abs({ast.unparse(node)})")
        if signed:
            yield parsed(f"np.maximum({ast.unparse(node)}, 0)")
        if place not in EVEN:
            yield ast.UnaryOp(ast.USub(), node)


def other_operations(node, never_negative):
    """Yield an operation with another operator, without a term, turned round."""
    for operator in OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, operator(), node.right)
    if isinstance(node.op, ast.Sub):
        yield ast.UnaryOp(ast.USub(), node.right)
    else:
        yield node.right
    yield node.left
    if isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.Div):
        left, right = ast.unparse(node.left), ast.unparse(node.right)
        yield parsed(f"({left}) / (({right}) + 1e-8)")
        if not is_count(node.right):
            yield parsed(f"({left}) / np.maximum({right}, 1e-3)")
    if isinstance(node.op, ast.Pow):
        yield ast.BinOp(node.left, node.op, ast.Constant(3))


def other_constants(node, place):
    """Yield a constant's neighbors."""
    value = node.value
    if isinstance(value, int):
        yield ast.Constant(value + 1)
        yield (
            ast.UnaryOp(ast.USub(), ast.Constant(1))
            if value == 0
            else ast.Constant(value - 1)
        )
    else:
        yield ast.Constant(value * 1.1 if value else 1e-3)
        yield ast.Constant(value / 10 if value else 1.0)
        yield ast.Constant(1 - value)


def other_subscripts(node):
    """Yield another part of an array."""
    yield node.value
    if isinstance(node.slice, ast.Slice):
        yield parsed(f"{ast.unparse(node)}[1:]")
        yield parsed(f"{ast.unparse(node)}[:-1]")
    array, index = ast.unparse(node.value), ast.unparse(node.slice)
    if isinstance(node.slice, (ast.Name, ast.Constant, ast.UnaryOp)):
        yield parsed(f"{array}[{index} - 1]")
        yield parsed(f"{array}[0]")
        if isinstance(node.value, ast.Name) and isinstance(node.slice, ast.Name):
            yield parsed(f"{array}.T[{index}]")


def other_calls(node, never_negative):
    """Yield another function of the same arguments, or without one of them."""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else function.id
    arguments = [ast.unparse(each) for each in node.args]
    array_first = isinstance(function, ast.Attribute) and (
        ast.unparse(function.value) not in ("np", "np.linalg", "math", "np.add")
    )
    if array_first:
        arguments.insert(0, f"({ast.unparse(function.value)})")
    signed = not node.args or not is_never_negative(node.args[0], never_negative)
    if array_first:
        signed = not is_never_negative(function.value, never_negative)
    for pattern in CALLS.get(name, ()):
        if "abs" in pattern and not signed:
            continue
        try:
            yield parsed(pattern.format(*arguments))
        except (IndexError, SyntaxError):
            continue
    if name == "len":
        yield parsed(f"max(len({arguments[0]}) - 1, 1)")
        yield parsed(f"(len({arguments[0]}) + 1)")
    if name == "reversed":
        yield node.args[0]
    if name == "range":
        yield parsed(f"range(max(0, len(range({', '.join(arguments)})) - 1))")
    for keyword in node.keywords:
        rest = [each for each in node.keywords if each is not keyword]
        yield ast.Call(node.func, node.args, rest)
        if name in ROWWISE and keyword.arg == "axis":
            yield ast.Call(node.func, node.args, [])


# Where only the length of an array counts.
HOW_MANY = {
    f"argument of {each}" for each in ("len", "range", "zeros", "eye", "reversed")
}

# Where the sign of a value does not count.
EVEN = {"squared", "argument of norm", "argument of abs", "argument of svd"}


def is_value(node, place):
    """Return whether a node is an expression whose value is computed with."""
    return (
        isinstance(node, (ast.BinOp, ast.Call, ast.Name, ast.Subscript, ast.Attribute))
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        and not place.startswith(("index", "keyword", "For.", "comprehension."))
        and place not in ("Call.func", "Attribute.value", *HOW_MANY)
        and ast.unparse(node).split("(")[0] not in ("len", "range", "tuple", "np.eye")
        and not ast.unparse(node).startswith(("np.zeros", "norm", "np.array("))
        and ast.unparse(node) not in ("np", "math", "np.linalg", "np.linalg.norm")
    )


LENGTHS = {"norm", "exp", "sqrt", "abs", "len", "std", "var", "square", "normal_cdf"}
LENGTHS |= {"sigmoid", "bincount", "zeros", "eye", "all", "svd"}
OF_PARTS = {"sum", "mean", "max", "min", "prod", "ravel", "outer", "sort", "where"}
OF_PARTS |= {"int", "float", "ceil", "array", "tuple"}


# How many there are of something, or which of them: whole, and never negative.
COUNTS = {"k", "t", "i", "s", "n", "size", "steps", "taken", "layers", "samples"}
COUNTS |= {"classes", "labels", "order", "predictions", "depth", "warm", "shape"}
COUNTS |= {"stretched", "counts", "heads", "flips", "prior_heads", "prior_tails"}


def is_count(node):
    """Return whether a value says how many there are of something."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.BinOp):
        return is_count(node.left) and is_count(node.right)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.sqrt":
        return is_count(node.args[0])
    text = ast.unparse(node)
    return (
        text in COUNTS or text.startswith("len(") or text.endswith((".size", ".shape"))
    )


def is_never_negative(node, names):
    """Return whether a value cannot be negative, by its form or by its parts."""
    if ast.unparse(node) in names or ast.unparse(node) in COUNTS:
        return True
    parts = [each for each in getattr(node, "args", []) if not is_text(each)]
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float)) and node.value >= 0
    if isinstance(node, ast.BinOp):
        same = ast.unparse(node.left) == ast.unparse(node.right)
        if isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2":
            return True
        if isinstance(node.op, (ast.Mult, ast.MatMult)) and same:
            return True
        if isinstance(node.op, ast.Sub):
            return False
        return all(is_never_negative(each, names) for each in (node.left, node.right))
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.Subscript):
        return is_never_negative(node.value, names)
    if isinstance(node, ast.Attribute):
        return node.attr in ("size", "shape", "ndim", "pi") or (
            node.attr == "T" and is_never_negative(node.value, names)
        )
    if isinstance(node, ast.GeneratorExp):
        return is_never_negative(node.elt, names)
    if isinstance(node, ast.Call):
        function = ast.unparse(node.func).split(".")
        if isinstance(node.func, ast.Attribute) and function[0] not in ("np", "math"):
            parts = [node.func.value]  # a method: what counts is the array
        if function[-1] == "where":
            parts = parts[1:]
        if function[-1] == "maximum":
            return any(is_never_negative(each, names) for each in parts)
        return function[-1] in LENGTHS or (
            function[-1] in OF_PARTS
            and all(is_never_negative(each, names) for each in parts)
        )
    return False


def is_text(node):
    """Return whether a node is a string."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# Wrappers


def each_part(change):
    """Return a change of a result that is made to each of its parts."""

    def changed(result):
        if isinstance(result, tuple):
            return tuple(changed(part) for part in result)
        return change(result)

    return changed


def keep_whole(change):
    """Return a change of numbers that leaves whole ones whole."""

    def changed(result):
        new = change(result)
        whole = np.asarray(result).dtype.kind in "iu"
        new = np.asarray(new)
        new = new.astype(int) if whole and new.dtype.kind in "iuf" else new
        return new if new.ndim else new.item()

    return each_part(changed)


NUMBERS = {
    "max(result, 0)": lambda result: np.maximum(result, 0),
    "min(result, 0)": lambda result: np.minimum(result, 0),
    "abs(result)": np.abs,
    "-result": np.negative,
    "2 result": lambda result: 2 * np.asarray(result),
    "result²": np.square,
    "√|result|": lambda result: np.sqrt(np.abs(result)),
    "1/result": lambda result: 1 / np.asarray(result, dtype=float),
    "1 − result": lambda result: 1 - np.asarray(result),
    "result + 1": lambda result: np.asarray(result) + 1,
    "result + 1e-6": lambda result: np.asarray(result) + 1e-6,
    "result (1 + 1e-6)": lambda result: np.asarray(result) * (1 + 1e-6),
    "round(result, 1)": lambda result: np.round(result, 1),
    "round(result, 4)": lambda result: np.round(result, 4),
    "float32(result)": lambda result: np.float32(result),
    "clip(result, -1, 1)": lambda result: np.clip(result, -1, 1),
    "clip(result, 0, 1)": lambda result: np.clip(result, 0, 1),
    "clip(result, -10, 10)": lambda result: np.clip(result, -10, 10),
}
ARRAYS = {
    "result turned round": lambda result: np.flip(result),
    "result sorted": lambda result: np.sort(result, axis=None).reshape(result.shape),
    "first in place of all": lambda result: np.full_like(result, result.flat[0]),
    "mean in place of all": lambda result: np.full_like(result, np.mean(result)),
    "largest in place of all": lambda result: np.full_like(result, np.max(result)),
    "result / its sum": lambda result: result / np.sum(result),
    "result / its largest": lambda result: result / np.max(np.abs(result)),
    "result − its mean": lambda result: result - np.mean(result),
}
TABLES = {"result transposed": np.transpose}
WHOLE = ("clip", "round", "float32", "1e-6")  # they leave small whole numbers alone

REAL_ARGUMENTS = {
    "abs({0})": np.abs,
    "max({0}, 0)": lambda x: np.maximum(x, 0),
    "-{0}": np.negative,
    "round({0})": np.round,
    "clip({0}, -1, 1)": lambda x: np.clip(x, -1, 1),
    "clip({0}, -2, 2)": lambda x: np.clip(x, -2, 2),
    "clip({0}, -100, 100)": lambda x: np.clip(x, -100, 100),
    "max({0}, 1e-3)": lambda x: np.where(np.abs(x) < 1e-3, 1e-3, x),
}
ANY_ARGUMENTS = {
    "{0} + 1": lambda x: x + 1,
    "zeros for {0}": np.zeros_like,
    "ones for {0}": np.ones_like,
}
ARRAY_ARGUMENTS = {
    "{0} sorted": lambda x: np.sort(x, axis=None).reshape(np.shape(x)),
    "rows of {0} turned round": lambda x: x[::-1],
    "first of {0} only": lambda x: x[:1],
    "without the first of {0}": lambda x: x[1:],
    "without the last of {0}": lambda x: x[:-1],
    "{0} without repetitions": np.unique,
    "first of {0} for all": lambda x: np.full_like(x, np.ravel(x)[0]),
    "mean of {0} for all": lambda x: np.full_like(x, np.mean(x)),
}
TABLE_ARGUMENTS = {
    "{0} turned round": np.flip,
    "{0} transposed": np.transpose,
    "columns of {0} turned round": lambda x: x[..., ::-1],
    "first column of {0} for all": lambda x: 0 * x + x[:, :1],
    "first row of {0} for all": lambda x: 0 * x + x[:1, :],
    "diagonal of {0}": lambda x: np.diag(np.diag(x)),
    "upper triangle of {0}": np.triu,
    "lower triangle of {0}": np.tril,
    "{0} made symmetric": lambda x: (x + x.T) / 2,
}


def wrapped(exercise, parameters, never_negative, at_most_one):
    """Yield the versions whose result or arguments are changed."""
    function = exercise.reference
    with np.errstate(all="ignore"):
        results = [function(*copy.deepcopy(case)) for case in exercise.cases]
    skipped = skips("result", never_negative, at_most_one)
    for line, change in result_changes(results):
        if not line.startswith(skipped):
            yield line, after(function, keep_whole(change))
    for place, name in enumerate(parameters):
        values = [case[place] for case in exercise.cases]
        skipped = skips(name, never_negative, at_most_one)
        for line, change in argument_changes(values):
            if not line.format(name).startswith(skipped):
                yield line.format(name), before(function, place, change)
    for first, second in itertools.combinations(range(len(parameters)), 2):
        line = f"{parameters[first]} and {parameters[second]} exchanged"
        yield line, exchanged(function, first, second)


def skips(name, never_negative, at_most_one):
    """Return how the changes begin that leave such a thing as it is."""
    skipped = []
    if name in never_negative:
        skipped += [f"abs({name}", f"max({name}, 0"]
    if name in at_most_one:
        skipped += [f"clip({name}, -"]
        skipped += [f"clip({name}, 0"] if name in never_negative else []
    return tuple(skipped)


def result_changes(results):
    """Yield the changes that a result of this kind can have."""
    parts = [each if isinstance(each, tuple) else (each,) for each in results]
    arrays = [np.asarray(part) for each in parts for part in each]
    whole = all(array.dtype.kind in "iu" for array in arrays)
    for line, change in NUMBERS.items():
        if not (whole and any(word in line for word in WHOLE)):
            yield line, change
    if all(array.ndim for array in arrays):
        yield from ARRAYS.items()
    if any(array.ndim > 1 for array in arrays):
        yield from TABLES.items()


def argument_changes(values):
    """Yield the changes that an argument of this kind can have."""
    if any(callable(each) or isinstance(each, tuple) for each in values):
        return
    arrays = [np.asarray(each) for each in values]
    yield from ANY_ARGUMENTS.items()
    if any(array.dtype.kind == "f" for array in arrays):
        yield from REAL_ARGUMENTS.items()
    if all(array.ndim for array in arrays):
        yield from ARRAY_ARGUMENTS.items()
    if all(array.ndim > 1 for array in arrays):
        yield from TABLE_ARGUMENTS.items()


def after(function, change):
    return lambda *arguments: change(function(*arguments))


def before(function, place, change):
    def changed(*arguments):
        arguments = list(arguments)
        old = arguments[place]
        new = change(np.asarray(old))
        whole = isinstance(old, (int, tuple))
        arguments[place] = type(old)(new) if whole else new
        return function(*arguments)

    return changed


def exchanged(function, first, second):
    def changed(*arguments):
        arguments = list(arguments)
        arguments[first], arguments[second] = arguments[second], arguments[first]
        return function(*arguments)

    return changed
