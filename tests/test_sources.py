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
