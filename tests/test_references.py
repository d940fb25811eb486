"""What stands beside a citation must agree with the work that is cited.

A key such as ``lecun1998`` exists whichever of LeCun's works of 1998 is meant. So three
things are compared with the entry: each author's name and each year in the clause
before the citation, and what the clause is about: where it names an author, or is no
more than a label, a word of the title or of the entry's ``keywords`` must occur in it.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [
    *sorted((ROOT / "chapters").glob("*.ipynb")),
    *sorted(ROOT.glob("pages/*.md")),
]
BIBLIOGRAPHY = ROOT / "pages" / "references.bib"
CITATION = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
YEAR = re.compile(r"\b(?:1[7-9]|20)\d\d\b")
END = re.compile(r"[.;:!?](?=\s)|\n|\|")
A_LABEL = 4  # words at most: a name for what the work is about, as "label smoothing"
NO_SUBJECT = re.compile(r"\w+").findall(
    """
    about after also among another article author became book both chapter come
    early fact first from gently have here into just known last later lesson letter
    like made more most much name named number once other others paper part proof
    proved read said same shown shows since some studied survey taken than that
    their them then theory there these they this those through today twice used
    using usual well were what when where which whole with without work years
    """
)


class Entry(NamedTuple):
    """A work of the bibliography, as far as a sentence can disagree with it."""

    authors: set  # surnames
    years: set  # that of the entry, and those of its note
    subject: set  # stems of the title and of the keywords
    title: str
    first: str  # its first author


class Beside(NamedTuple):
    """A citation, and what stands beside it."""

    keys: tuple
    clause: str  # before it, back to the last citation or the last stop
    earlier: tuple  # the clauses of the same sentence before that, latest first
    years: set  # in the clause, in the bracket behind, at the head of a table's row


def plain(text):
    """Letters without accents and without LaTeX."""
    text = re.sub(r"\\[a-zA-Z]+\s*|\\.|[{}]", "", text)
    letters = unicodedata.normalize("NFKD", text)
    return "".join(each for each in letters if not unicodedata.combining(each))


def stems(text):
    """The first five letters of each word that may say what a text is about."""
    words = re.findall(r"[a-z]{4,}|xor", plain(text).lower())
    return {word[:5] for word in words if word not in NO_SUBJECT}


def parsed(text):
    """The entries of a bibliography by their keys."""
    found = re.findall(r"^@\w+\{(\w+),\n(.*?)^\}", text, re.M | re.S)
    assert len(found) == text.count("\n@") + 1, "an entry in another layout"
    return {key: entry(dict(fields(body))) for key, body in found}


def fields(body):
    """The fields of an entry: its name and its text."""
    return re.findall(r"^\s*(\w+) = \{(.*)\},?$", body, re.M)


def entry(field):
    """An entry made of its fields."""
    authors = {plain(a).split(",")[0] for a in field["author"].split(" and ")}
    dated = " ".join(field.get(name, "") for name in ("year", "note", "howpublished"))
    years = set(YEAR.findall(re.sub(r"arXiv:\S+", "", dated)))
    subject = stems(field["title"] + " " + field.get("keywords", ""))
    first = plain(field["author"]).split(",")[0]
    return Entry(authors, years, subject, plain(field["title"]), first)


@cache
def texts_of(path):
    """The Markdown of a lesson or a page, cell by cell."""
    if path.suffix == ".md":
        return [path.read_text(encoding="utf-8")]
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def texts():
    """Every such text, with the name of where it stands."""
    return [(path.stem, text) for path in SOURCES for text in texts_of(path)]


def citations(text):
    """Every citation of a text, with what stands beside it."""
    start, earlier = 0, []
    for cited in CITATION.finditer(text):
        between = text[start : cited.start()]
        *before, clause = END.split(between)
        if before:
            earlier = []
        row = text[text.rfind("\n", 0, cited.start()) + 1 : cited.start()]
        dated = (
            re.sub(r"\([^)]*\)", "", clause),  # a bracket speaks of what stands before
            (re.match(r"\s*\([^)]*\)", text[cited.end() :]) or [""])[0],
            (re.match(r"\|\s*\d{4}\s*\|", row) or [""])[0],
        )
        years = {year for part in dated for year in YEAR.findall(part)}
        keys = tuple(re.split(r",\s*", cited[1]))
        yield Beside(keys, clause, tuple(earlier[::-1]), years)
        earlier.append(clause)
        start = cited.end()


def named(clause, surnames):
    """The authors that a clause names. "He" is one only as in "He and others"."""
    words = re.findall(r"[A-Z]\w+(?=(?:['’]s|,? and)?)", plain(clause))
    he = re.search(r"\bHe(?:['’]s| and )", clause)
    return {word for word in words if word in surnames and (word != "He" or he)}


def first_subject(clauses, surnames):
    """The stems of the first clause that is about something besides authors."""
    names = stems(" ".join(surnames))
    return next((said for each in clauses if (said := stems(each) - names)), set())


def faults(text, entries):
    """What disagrees, in words, for every citation of a text."""
    surnames = {name for entry in entries.values() for name in entry.authors}
    for beside in citations(text):
        unknown = [key for key in beside.keys if key not in entries]
        if unknown:
            yield f"{unknown[0]}: no such entry"
            continue
        cited = [entries[key] for key in beside.keys]
        where = f"{', '.join(beside.keys)} after “{beside.clause.strip()}”"
        strangers = named(beside.clause, surnames).difference(
            *(each.authors for each in cited)
        )
        if strangers:
            yield f"{where}: {', '.join(sorted(strangers))} did not write it"
        strange_years = beside.years.difference(*(each.years for each in cited))
        if strange_years:
            yield f"{where}: it is not of {', '.join(sorted(strange_years))}"
        subject = first_subject([beside.clause, *beside.earlier], surnames)
        told = len(subject) <= A_LABEL or named(beside.clause, surnames)
        if subject and told and not all(subject & each.subject for each in cited):
            yield f"{where}: about something else; if not, add a keyword to the entry"


ENTRIES = parsed(BIBLIOGRAPHY.read_text(encoding="utf-8"))


@pytest.mark.parametrize("stem", [path.stem for path in SOURCES])
def test_what_stands_beside_a_citation_agrees_with_the_entry(stem):
    of_it = (text for name, text in texts() if name == stem)
    assert [fault for text in of_it for fault in faults(text, ENTRIES)] == []


def test_every_entry_is_cited():
    cited = {
        key for _, text in texts() for beside in citations(text) for key in beside.keys
    }
    assert sorted(set(ENTRIES) - cited) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("convolution to LeCun and others {cite}`lecun1998`", "about something else"),
        ("TensorFlow {cite}`abadi2016` (November 2015)", "it is not of 2015"),
        ("| 1989 | A network reads digits {cite}`lecun1998` |", "it is not of 1989"),
        ("TensorFlow {cite}`abadi2016`", "about something else"),
        ("ridge, by Tibshirani {cite}`hoerl1970`", "Tibshirani did not write it"),
        ("the lasso of 1995 {cite}`tibshirani1996`", "it is not of 1995"),
        ("He and others on ridge {cite}`hoerl1970`", "He did not write it"),
        ("ridge {cite}`hoerl1971`", "no such entry"),
    ],
)
def test_a_wrong_citation_is_found(text, said):
    assert any(said in fault for fault in faults(text, ENTRIES))


@pytest.mark.parametrize(
    "text",
    [
        "on starts, LeCun {cite}`lecun1998`, Glorot and Bengio {cite}`glorot2010`",
        "He cites the lasso {cite}`tibshirani1996`",
        "| 2015 | ResNet {cite}`he2016` |",
        "Torch (2002), TensorFlow {cite}`abadi2016tensorflow` (November 2015)",
    ],
)
def test_a_right_citation_is_left_alone(text):
    assert list(faults(text, ENTRIES)) == []


REFERENCE = re.compile(r"([A-Z]\w+)[^().]*? \((\d{4})\), ([^.]+)")


def references():
    """Each reference of a docstring: module, surname, year, title."""
    for path in sorted((ROOT / "mathlib").rglob("*.py")):
        for block in re.findall(
            r"References\n +-+\n(.*?)(?:\n\n|\"\"\")",
            path.read_text(encoding="utf-8"),
            re.S,
        ):
            for surname, year, title in REFERENCE.findall(" ".join(block.split())):
                yield path.stem, plain(surname), year, title


def beginning(title):
    """The first three words of a title, without the place in a book."""
    title = re.split(r", (?:chapter|§|p\.|vol)", title)[0]
    return re.findall(r"[a-z0-9]+", plain(title).lower())[:3]


def begin_alike(title, other):
    """Whether two titles begin with the same words, as far as the shorter goes."""
    pairs = zip(beginning(title), beginning(other), strict=False)
    return all(word == its for word, its in pairs)


def test_a_docstring_and_the_bibliography_mean_the_same_work():
    """Where both have a work of one author and year, one begins as the other."""
    wrong = []
    for module, surname, year, title in references():
        works = [
            e.title for e in ENTRIES.values() if surname == e.first and year in e.years
        ]
        if works and not any(begin_alike(title, each) for each in works):
            wrong.append((module, surname, year, title))
    assert wrong == []
