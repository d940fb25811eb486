"""The names in a lesson's cells: what a cell makes, and what it reads of others.

Reading order: ``needed`` and ``rebound``, which ask about all cells of a lesson; what a
piece of code reads; what it makes.
"""

import ast
import symtable

from book.book import calls, is_check

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
WITH_NAMES_OF_ITS_OWN = (ast.FunctionDef, ast.Lambda, *COMPREHENSIONS)


def needed(cells):
    """The numbers of the checks, and of the cells that make what later ones read.

    With each goes whether it makes such things.
    """
    trees = [ast.parse(cell.source) for cell in cells]
    inside = insides(trees)
    wanted, found = set(), []
    for number, tree in reversed([*enumerate(trees)]):
        serves = bool(made(tree) & wanted)
        if serves or is_check(cells[number]):
            found.append((number, serves))
            wanted = (wanted - bound(tree)) | with_insides(read_by(tree.body), inside)
    return found[::-1]


def rebound(cells):
    """The names that a figure reads and a later cell makes anew: number, name, number.

    A reader may move the figure when all cells have run: then it would read the new.
    What an exercise makes anew is the reader's own.
    """
    trees = [ast.parse(cell.source) for cell in cells]
    inside, known = insides(trees), set()
    for number, tree in enumerate(trees):
        known |= made(tree)
        figures = map(ast.Expr, calls(cells[number].source, "explore"))
        read = with_insides(read_by([*figures]), inside) & known
        for later in range(number + 1, len(cells)):
            if not {"exercise", "solution"} & {*cells[later].metadata.get("tags", [])}:
                for name in sorted(read & made(trees[later])):
                    yield number, name, later


def insides(trees):
    """What each function that cells define reads when it is called."""
    return {
        function.name: read_by_one(function)
        for tree in trees
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
    }


def with_insides(names, inside):
    """Names, and what the functions among them read when they are called."""
    more = names.union(*(inside.get(name, ()) for name in names))
    return names if more == names else with_insides(more, inside)


def read_by(statements):
    """The names that statements read before they have bound them."""
    names, known = set(), set()
    for statement in statements:
        names |= read_by_one(statement) - known
        known |= bound_by(statement)
    return names


def read_by_one(statement):
    """The names that a statement reads; a loop binds its own before its body."""
    if isinstance(statement, ast.For):
        inside = read_by([*statement.body, *statement.orelse]) - made(statement.target)
        return read_by([ast.Expr(statement.iter)]) | inside
    table = symtable.symtable(ast.unparse(statement), "a cell", "exec")
    return read_in(table) | added_to(statement)


def read_in(table):
    """The names from outside that a piece of code reads, and what stands in it."""
    outermost = table.get_type() == "module"
    symbols = [each for each in table.get_symbols() if each.is_referenced()]
    names = {each.get_name() for each in symbols if outermost or each.is_global()}
    return names.union(*map(read_in, table.get_children()))


def added_to(statement):
    """The names that a statement changes by += and the like."""
    nodes = [node for node in ast.walk(statement) if isinstance(node, ast.AugAssign)]
    return {node.target.id for node in nodes if isinstance(node.target, ast.Name)}


def bound(tree):
    """The names that some code binds, whatever stood there before."""
    return set().union(*map(bound_by, tree.body))


def bound_by(statement):
    """The names that a statement binds, if it is of a kind that surely does."""
    sure = ast.Assign | ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom
    return made(statement) if isinstance(statement, sure) else set()


def made(tree):
    """The names that some code makes, or changes a part of."""
    names = set()
    for node in outside_functions(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {each.asname or each.name.split(".")[0] for each in node.names}
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            names.add(of(node))
    return names - {None}


def of(target):
    """The name of the thing that an assignment makes, or of which it changes a part."""
    while isinstance(target, ast.Attribute | ast.Subscript | ast.Starred):
        target = target.value
    return getattr(target, "id", None)


def outside_functions(tree):
    """The nodes of some code, but for what stands in a function or a comprehension."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, WITH_NAMES_OF_ITS_OWN):
            waiting += ast.iter_child_nodes(node)
