"""Every term of the glossary has its link in the lesson that explains it, and back."""

import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from terms import MANY_SENSES, PAGE, entries, forms

from book.pages import HTML

pytestmark = pytest.mark.usefixtures("built")

ENTRIES = {entry.row: entry for entry in entries()}
ORDER = [*dict.fromkeys(entry.lesson for entry in ENTRIES.values())]
ENTRY = pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.row)
LESSON = pytest.mark.parametrize("lesson", ORDER)
NO_TEXT = {"h1", "h2", "h3", "h4", "summary", "pre", "code", "math", "details", "th"}
NO_TEXT |= {"quiz", "exercise", "lesson-header", "admonition-title", "cell"}
EMPTY = {"img", "input", "link", "meta", "br", "hr", "wbr", "col", "path", "rect"}
PICTURES = re.compile(r"<(script|svg|math)\b.*?</\1>", re.S)  # hold no such links
ROW = re.compile(r'<tr class="[^"]*" id="([^"]+)">\s*<td>(.*?)</td>(.*?)</tr>', re.S)
LEADS = re.compile(r'<a class="[^"]*" href="([^"]+)"')


class Link(NamedTuple):
    """A link of a term: its address, the places in it, its words, all around it."""

    leads: str
    places: list
    words: list
    around: set


class Links(HTMLParser):
    """The links of terms of a page."""

    def __init__(self, name):
        super().__init__()
        self.around, self.links, self.inside = [], [], None
        text = (HTML / f"{name}.html").read_text("utf-8")
        self.feed(PICTURES.sub("", text))

    def handle_starttag(self, tag, attributes):
        """Note what begins; void elements have no end."""
        found = dict(attributes)
        classes = (found.get("class") or "").split()
        if tag == "a" and "term" in classes:
            around = set().union(*(names for _, names in self.around))
            self.inside = Link(found["href"], [], [], around)
            self.links.append(self.inside)
        if self.inside and "spot" in classes:
            self.inside.places.append(found["id"])
        if tag not in EMPTY:
            self.around.append((tag, {tag, *classes}))

    def handle_data(self, data):
        """Keep the words of a link."""
        if self.inside:
            self.inside.words.append(data)

    def handle_endtag(self, tag):
        """Forget what ends, and what was left open in it."""
        while self.around and self.around.pop()[0] != tag:
            pass
        self.inside = None if tag == "a" else self.inside


links = cache(lambda name: Links(name).links)


@cache
def rows():
    """The rows of the glossary: for each address its term, and where it leads back."""
    text = (HTML / f"{PAGE}.html").read_text("utf-8")
    return {
        row: (re.sub("<.*?>", "", term).strip(), LEADS.findall(rest)[-1])
        for row, term, rest in ROW.findall(text)
    }


@ENTRY
def test_a_term_leads_to_the_glossary_and_back(entry):
    found = links(f"chapters/{entry.lesson}")
    uses = [link.leads for link in found if entry.use in link.places]
    assert uses == [f"../{PAGE}.html#{entry.row}"]
    term, back = rows()[entry.row]
    assert term.replace("’", "'") == entry.term
    assert back == f"../chapters/{entry.lesson}.html#{entry.use}"


@LESSON
def test_a_lesson_has_a_link_for_each_form_and_only_in_its_text(lesson):
    found = links(f"chapters/{lesson}")
    count = Counter((link.leads, "".join(link.words).casefold()) for link in found)
    assert max(count.values()) == 1
    assert [link for link in found if link.around & NO_TEXT] == []


@LESSON
def test_a_lesson_leads_to_no_term_that_comes_later(lesson):
    for link in links(f"chapters/{lesson}"):
        entry = ENTRIES[link.leads.partition("#")[2]]
        assert ORDER.index(entry.lesson) <= ORDER.index(lesson)
        said = "".join(link.words).casefold()
        many = {*forms(entry.term)} & MANY_SENSES & {said}
        assert entry.lesson == lesson or not many


@pytest.mark.parametrize(
    "name", [path.stem for path in (HTML / "pages").glob("*.html")]
)
def test_only_lessons_lead_there(name):
    assert links(f"pages/{name}") == []
