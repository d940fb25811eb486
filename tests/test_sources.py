"""The source map names each thing that the articles say, and its links lead to it."""

import re
from pathlib import Path

import pytest
from book.book import chapter, markdown_parts, parts
from myst_parser.mdit_to_docutils.base import default_slugify

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "pages" / "source_map.md").read_text(encoding="utf-8")
LAST = (44, 40, 37, 30, 48)  # the number of the last row of each article
ROW = re.compile(r"^\| (\d\.\d\d) \| (.+) \| (.+) \|$", re.M)
LINK = re.compile(r"\[([^]]+)\]\(([^)#]+)(?:#([^)]+))?\)")
ANCHORED = 3  # the levels of headings that have an address

# Words of a row that say nothing of what its section must treat.
SMALL = set(
    re.findall(
        r"\w+",
        """about advice after another article articles before both breaks brings
        challenge challenges come comes deep does each either every first from
        future goes helps here holds into it its know learning like many missing
        more most move must need needs network networks nobody one only other
        others part parts place problem program question rest said same says
        second serve some such takes than that the their them then there these
        they this trend use used uses well what when where which why with work
        works""",
    )
)
# Where a section says it in other words: a piece of what it says.
IN_OTHER_WORDS = {
    "0.22": r"\theta_{k+1} = \theta_k - \eta",
    "0.32": "are fast",
    "0.35": "Kepler's third law",
    "0.36": "two groups",
    "0.38": "linear algebra and calculus",
    "1.18": "All slopes first, then all steps",
    "1.32": "it is **dead**",
    "2.28": "At $1.5$ the program",
    "2.29": "which rule is best",
    "3.09": "Backpropagation finds who is to blame",
    "3.30": "ends with exercises",
    "4.03": "Deep learning began in 2006",
    "4.08": "A word stays the same when it is spoken later",
    "4.33": "784",
    "4.37": r"\lambda",
    "4.43": "deep learning",
}


def section(target, slug):
    """All that stands under a heading, up to the next of its level or above."""
    path = ROOT / "pages" / target
    if path.suffix == ".ipynb":
        found = parts(chapter(path.resolve()))
    else:
        found = markdown_parts(path.read_text(encoding="utf-8"))
    held, level = [], None
    for part in found:
        heading = part.kind == "heading"
        if heading and level and part.level <= level:
            break
        if heading and level is None and default_slugify(part.title) == slug:
            level = part.level
        if level:
            held.append(f"{part.title} {part.text}")
    return "\n".join(held)


def headings(target):
    """The headings of a lesson or a page that a link can name, the title first."""
    path = ROOT / "pages" / target
    if path.suffix == ".ipynb":
        found = parts(chapter(path.resolve()))
    else:
        found = markdown_parts(path.read_text(encoding="utf-8"))
    return [
        part.title
        for part in found
        if part.kind == "heading" and part.level <= ANCHORED
    ]


def test_the_rows_are_those_of_the_articles_in_order():
    wanted = [
        f"{article}.{row:02}"
        for article, last in enumerate(LAST)
        for row in range(1, last + 1)
    ]
    assert [row for row, _, _ in ROW.findall(PAGE)] == wanted


def test_each_row_stands_under_its_article():
    for part in PAGE.split("\n## ")[1:]:
        rows = {row for row, _, _ in ROW.findall(part)}
        assert {row[0] for row in rows} == {part[0]}


@pytest.mark.parametrize("row", ROW.findall(PAGE), ids=lambda row: row[0])
def test_its_links_lead_to_headings_of_that_name(row):
    _, says, where = row
    links = LINK.findall(where)
    assert says.strip()
    assert "; ".join(f"[{a}]({b}#{c})" for a, b, c in links) == where
    for shown, target, slug in links:
        title, *sections = headings(target)
        named = {default_slugify(section): section for section in sections}
        assert slug in named, f"{target} has no section {slug}"
        section = named[slug]
        assert shown in {section, f"{title}: {section}"}


def own_words(says):
    """The words of a row that its section should know, by their first five letters."""
    words = re.findall("[A-Za-z]{4,}", re.sub(r"\$[^$]*\$", "", says).lower())
    return [word[:5] for word in words if word not in SMALL]


@pytest.mark.parametrize("row", ROW.findall(PAGE), ids=lambda row: row[0])
def test_its_sections_treat_it(row):
    number, says, where = row
    text = "\n".join(section(target, slug) for _, target, slug in LINK.findall(where))
    if number in IN_OTHER_WORDS:
        assert IN_OTHER_WORDS[number] in text
    else:
        assert any(re.search(rf"\b{word}", text.lower()) for word in own_words(says))
