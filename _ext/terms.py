"""Sphinx extension: a term's first use in a lesson leads to the glossary, and back.

``{lesson-glossary}`` puts the terms of all recaps into one table. In each lesson the
first use of each term that it or an earlier lesson explains is a link, as quiet as the
text, to the term's row; the row leads back to the first use in the lesson that explains
it. A use is a whole word, in singular or plural, in running text: not in headings,
formulas, code, links, tables, folds, exercises or quizzes. A term of which the text
makes no such use has its link in the recap's own table.
"""

import re
from itertools import groupby
from typing import NamedTuple

from docutils import nodes
from lessons import lessons, note_lessons, parsed
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

PAGE = "pages/glossary"
# How a term is written in a text, where that is not its name, or a part at a comma.
WRITTEN = {
    "joint, conditional entropy": ("joint entropy", "conditional entropy"),
    "batch normalization": ("batch normalization", "batch norm"),
    "layer normalization": ("layer normalization", "layer norm"),
}
# Words that say other things too. Only the lesson that explains such a word has a link,
# where it stresses the word; if it never does, at the first use.
MANY_SENSES = {
    *("attention", "basis", "bias", "bit", "cancellation", "channel", "correlation"),
    *("damping", "delta", "fan in", "fan out", "filter", "gain", "head", "kernel"),
    *("key", "limit", "metric", "odds", "policy", "position", "query", "schedule"),
    *("score", "span", "surprise", "temperature", "trace", "value", "velocity"),
}
# What begins or ends like a term and is none.
OTHERWISE = ("inverse iteration", "singular vector", "kernel regression")
OTHERWISE += ("scores, a softmax", "the natural one, the inverse")
RUNNING = (nodes.document, nodes.section, nodes.admonition, nodes.block_quote)
RUNNING += (nodes.bullet_list, nodes.enumerated_list, nodes.list_item)
STRESS = (nodes.strong, nodes.emphasis)
PLURALS = {"ix": "ices", "sis": "ses", "y": "ies", "s": "ses", "x": "xes"}
PLURALS |= {"sh": "shes", "tch": "tches", "rch": "rches"}  # but epochs


class Entry(NamedTuple):
    """A row of the glossary: a term, its Chinese word, its meaning, its lesson."""

    term: str
    chinese: str
    meaning: str
    lesson: str
    title: str

    @property
    def row(self):
        """The address of its row in the glossary's page."""
        return f"term-{self.lesson}-{nodes.make_id(self.term)}"

    @property
    def use(self):
        """The address of its first use in its lesson's page."""
        return f"term-{nodes.make_id(self.term)}"


def entries():
    """All rows, in the order of the lessons."""
    return [
        Entry(*term, one.name, one.title) for one in lessons() for term in one.terms
    ]


# ---- how a term is written


def forms(term):
    """Return how a term may stand in a text, in the singular.

    Examples
    --------
    >>> forms("rectifier (ReLU)"), forms("dot product, inner product")
    (('rectifier', 'ReLU'), ('dot product', 'inner product'))
    """
    parts = re.split(r", | \(", term.rstrip(")"))
    return WRITTEN.get(term, tuple(parts))


def plural(word):
    """Return the plural of a word.

    Examples
    --------
    >>> plural("matrix"), plural("basis"), plural("frequency"), plural("bias")
    ('matrices', 'bases', 'frequencies', 'biases')
    >>> plural("mini-batch"), plural("search"), plural("epoch")
    ('mini-batches', 'searches', 'epochs')
    """
    for end, other in PLURALS.items():
        if word.endswith(end) and not re.search("[aeo]y$", word):
            return word.removesuffix(end) + other
    return f"{word}s"


def spelled(form):
    """Return the pattern of a form: singular or plural, one word or many.

    Capitals alone are a short name, and no other word: MAP is not a map.
    """
    first, of, rest = form.partition(" of ")
    *words, last = first.split()
    one, many = (
        r"\s+".join(re.escape(each).replace("'", "['’]") for each in (*words, end))
        for end in (last, plural(last))
    )
    rest = re.escape(rest).replace(r"\ ", r"\s+")
    pattern = f"(?:{many}|{one})" + (rf"\s+of\s+{rest}" if of else "")
    return f"(?-i:{pattern})" if form.isupper() else pattern


def searched(known):
    """Return the pattern of all uses: whole words, of two at one place the longer.

    Parameters
    ----------
    known : list of str
        The forms; the number of a group is the number of its form, from one.
    """
    order = sorted(range(len(known)), key=lambda at: -len(known[at]))
    groups = (f"(?P<form{at}>{spelled(known[at])})" for at in order)
    return re.compile(rf"(?<![\w–-])(?:{'|'.join(groups)})(?![\w–-])", re.IGNORECASE)


def explained(found, names, name):
    """Return for each form that a lesson may use the entry that it leads to.

    A lesson's own entry comes first. Of those of the lessons before it a term alone
    comes before one of several, then the latest.

    Parameters
    ----------
    found : list of Entry
    names : list of str
        The lessons in the book's order.
    name : str
        The lesson.
    """
    so_far = names[: names.index(name) + 1]
    mine = [entry for entry in found if entry.lesson in so_far]
    mine.sort(key=lambda one: (one.lesson == name, alone(one), names.index(one.lesson)))
    return {
        form: entry
        for entry in mine
        for form in forms(entry.term)
        if entry.lesson == name or form not in MANY_SENSES
    }


def alone(entry):
    """Whether a row of the glossary explains one word only."""
    return forms(entry.term) == (entry.term,)


# ---- the lessons


def is_running(paragraph):
    """Whether a paragraph is running text: nothing around it folds, asks or lists."""
    around = paragraph.parent
    while around is not None:
        classes = around.get("classes", ())
        if "lesson-header" in classes:
            return False
        if not isinstance(around, RUNNING) and "proof" not in classes:
            return False
        around = around.parent
    return True


def running(document):
    """Yield the pieces of running text, in order."""
    for paragraph in filter(is_running, document.findall(nodes.paragraph)):
        for text in [*paragraph.findall(nodes.Text)]:
            around = text.parent
            while isinstance(around, STRESS):
                around = around.parent
            if around is paragraph:
                yield text


def uses(document, known):
    """Yield each first use, in order: its text, where it stands in it, its form.

    Parameters
    ----------
    document : nodes.document
    known : list of str
        The forms.
    """
    pattern, seen = searched([*known, *OTHERWISE]), set()
    found = [
        (text, match, [*known, *OTHERWISE][int(match.lastgroup.removeprefix("form"))])
        for text in running(document)
        for match in pattern.finditer(text)
    ]
    stressed = {
        form
        for text, _, form in found
        if form in MANY_SENSES and isinstance(text.parent, STRESS)
    }
    for text, match, form in found:
        plain = not isinstance(text.parent, STRESS)
        if form in seen or form in OTHERWISE or (form in stressed and plain):
            continue
        seen.add(form)
        yield text, match, form


def link(document, known, leads, own):
    """Make a link of the first use of each form; return the entries that have one.

    Parameters
    ----------
    document : nodes.document
        A lesson; it is changed.
    known : dict of str to Entry
        The forms.
    leads : callable
        From an entry to the address of its row.
    own : str
        The lesson; the first use of an entry of its own is a place to go to.
    """
    linked = set()
    for _, group in groupby(uses(document, [*known]), key=lambda use: id(use[0])):
        made, last = [], 0
        for text, match, form in group:
            entry = known[form]
            first = entry.lesson == own and entry not in linked
            linked.add(entry)
            made.append(nodes.Text(text[last : match.start()]))
            made.append(reference([nodes.Text(match[0])], entry, leads, first))
            last = match.end()
        text.parent.replace(text, [*made, nodes.Text(text[last:])])
    return linked


def reference(children, entry, leads, first):
    """Return the link of a use; the first of a lesson's own term is a place to go to.

    The place is a box in the link: of letters, browsers do not agree where they begin.
    """
    spot = nodes.inline("", "", ids=[entry.use], classes=["spot"])
    inside = [spot, *children] if first else children
    node = nodes.reference("", "", *inside, internal=True, refuri=leads(entry))
    node["classes"] = ["term"]
    return node


def link_in_table(document, entry, leads):
    """Make a link of a term in the recap's table; return whether it stands there."""
    for row in document.findall(nodes.row):
        cell = row[0]
        if cell.astext().replace("’", "'") == entry.term and len(cell) == 1:
            paragraph = cell[0]
            children = [*paragraph.children]
            paragraph.clear()
            paragraph += reference(children, entry, leads, first=True)
            return True
    return False


class LinkTerms(SphinxPostTransform):
    """Links each lesson to the glossary, and the glossary to each lesson."""

    default_priority = 400  # links that are written have been resolved
    formats = ("html",)

    def run(self, **kwargs):
        """Go through a lesson, or through the rows of the glossary."""
        if PAGE not in self.env.found_docs:
            return
        folder, _, name = self.env.docname.partition("/")
        names = [one.name for one in lessons()]
        if folder == "chapters" and name in names:
            self.lead_there(names, name)
        for row in self.document.findall(nodes.row):
            if "use" in row:
                back = [*row.findall(nodes.reference)][-1]
                back["refuri"] += f"#{row['use']}"

    def lead_there(self, names, name):
        """Link a lesson; say which of its own terms it does not name."""
        page = self.app.builder.get_relative_uri(self.env.docname, PAGE)
        known = explained(entries(), names, name)

        def leads(entry):
            return f"{page}#{entry.row}"

        linked = link(self.document, known, leads, name)
        for entry in entries():
            if entry.lesson != name or entry in linked:
                continue
            if not link_in_table(self.document, entry, leads):
                logger.warning("terms: %s names no %s", name, entry.term, type="terms")


# ---- the glossary


def by_alphabet():
    """All rows, as the glossary shows them."""
    return sorted(entries(), key=lambda entry: entry.term.casefold())


def glossary():
    """The lines of a table of all terms, by alphabet, each with its lesson."""
    yield "| term | 中文 | meaning | lesson |"
    yield "|-|-|-|-|"
    for entry in by_alphabet():
        lesson = f"[{entry.title}](../chapters/{entry.lesson}.ipynb)"
        yield f"| {entry.term} | {entry.chinese} | {entry.meaning} | {lesson} |"


class LessonGlossary(SphinxDirective):
    """The terms of all lessons, in one table."""

    def run(self):
        """Have the table parsed like any other, and give its rows their addresses."""
        note_lessons(self.env)
        made = parsed(self, glossary())
        rows = [row for table in made for row in table.findall(nodes.row)][1:]
        for row, entry in zip(rows, by_alphabet(), strict=True):
            row["ids"], row["use"] = [entry.row], entry.use
        return made


def write_again(app, env):
    """Have all pages written again when a lesson explains other terms."""
    if PAGE not in env.found_docs:
        return []
    known = entries()
    changed = getattr(env, "book_terms", known) != known
    env.book_terms = known
    return sorted(env.found_docs) if changed else []


def setup(app):
    """Make the directive and the links known."""
    app.add_directive("lesson-glossary", LessonGlossary)
    app.add_post_transform(LinkTerms)
    app.connect("env-updated", write_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
