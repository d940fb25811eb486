"""Sphinx extension: tables scroll where they are too wide; long ones do not move.

A browser shows the first rows of a long table before it has read the last one, and a
wider word further down would then move every column. So a long table says beforehand
how wide its columns are, estimated from all its rows.
"""

import re
from statistics import mean

from docutils import nodes
from formulas import formula, signs
from sphinx.transforms.post_transforms import SphinxPostTransform

LONG = 8  # rows, the head with them; a table with no more comes in one piece
EM, WIDE_EM = 0.55, 1  # the width of a letter, and of a Chinese one
SENTENCE = 13  # em; a column whose cells are usually longer holds sentences
WORD = 9  # em; a wider word is broken, a wider formula is not
PADDING = 1.1  # em, as in text.css
LINE = 38  # em, what a line of the book is long

BETWEEN_WORDS = re.compile(r"[\s-]+")


class Tables(SphinxPostTransform):
    """Puts tables into boxes that scroll, and gives long ones their widths."""

    default_priority = 810
    formats = ("html",)

    def run(self, **kwargs):
        """Go through the tables of a page."""
        for table in list(self.document.findall(nodes.table)):
            box = nodes.container(classes=["table-box"])
            table.replace_self(box)
            box += table
            if len(list(table.findall(nodes.row))) > LONG:
                settle(table)


def settle(table):
    """Write into a table how wide its columns are; sentences have the rest."""
    rows = [map(size, row.children) for row in table.findall(nodes.row)]
    columns = [tuple(zip(*cells, strict=True)) for cells in zip(*rows, strict=True)]
    least = [max(narrow) for narrow, _ in columns]
    usual = [mean(lengths) for _, lengths in columns]
    most = [max(lengths) for _, lengths in columns]
    given = widths(least, usual, most)
    pairs = zip(least, given, strict=True)
    share = max((low for low, width in pairs if width is None), default=0)
    needed = sum(share if width is None else width for width in given)
    table["width"] = f"max({needed:.1f}em, min(100%, {sum(most):.1f}em))"
    table.parent["classes"].append("settled")
    markup = f"<colgroup>{''.join(map(col, given))}</colgroup>"
    group = next(table.findall(nodes.tgroup))
    group.insert(len(given), nodes.raw("", markup, format="html"))


def widths(least, usual, most):
    """Return the widths of columns, in em, and None for those that share the rest.

    Examples
    --------
    >>> widths([2, 9, 8], [2, 34, 8], [2, 60, 12])
    [2, None, 8]
    >>> widths([9, 9], [4, 5], [19, 20])
    [9, None]
    """
    if sum(most) <= LINE:
        return most
    wishes = [max(pair) for pair in zip(least, usual, strict=True)]
    widest = usual.index(max(usual))
    return [
        None if at == widest or wish > SENTENCE else wish
        for at, wish in enumerate(wishes)
    ]


def col(width):
    """Return a column's element."""
    return "<col>" if width is None else f'<col style="width: {width:.1f}em">'


def size(cell):
    """Return how wide a cell is: with a line for each word, and on a single line."""
    narrow, lengths = zip(*parts(cell), strict=True) if cell.astext() else ([0], [0])
    return max(narrow) + PADDING, sum(lengths) + PADDING


def parts(cell):
    """Yield the least width and the length of each word and formula of a cell."""
    for text in cell.findall(nodes.Text):
        if isinstance(text.parent, nodes.math):
            width = measured(signs(formula(text.parent, str(text))))
            yield width, width
        else:
            for word in BETWEEN_WORDS.split(str(text)):
                yield min(measured(word), WORD), measured(word) + EM


def measured(text):
    """Return about how wide a text is, in em.

    Examples
    --------
    >>> measured("mean"), measured("均值")
    (2.2, 2)
    """
    return sum(EM if sign < "\u2e80" else WIDE_EM for sign in text)


def setup(app):
    """Connect the above."""
    app.add_post_transform(Tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
