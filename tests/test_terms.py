"""Links of terms: what counts as a use, where it leads, and that none is missing."""

from types import SimpleNamespace

import pytest
import terms
from docutils import nodes
from terms import MANY_SENSES, Entry, explained, forms, link, link_in_table, searched

NORM = Entry("norm", "范数", "a length", "vectors", "Vectors")
MAP = Entry("MAP", "最大后验", "the top", "likelihood", "Likelihood")
BIAS = Entry("bias, variance", "偏差 方差", "two errors", "ridge", "Ridge")
VARIANCE = Entry("variance", "方差", "the spread", "vectors", "Vectors")
AGAIN = Entry("norm", "范数", "a length again", "ridge", "Ridge")
FOUND = [NORM, MAP, BIAS, VARIANCE, AGAIN]
NAMES = ["vectors", "likelihood", "ridge"]


def paragraph(*children):
    made = [nodes.Text(c) if isinstance(c, str) else c for c in children]
    return nodes.paragraph("", "", *made)


def document(*children):
    page = nodes.document(None, None)
    page += nodes.section("", *children)
    return page


def linked(page):
    """What is a link to the glossary, and where it leads."""
    return [
        (node.astext(), node["refuri"])
        for node in page.findall(nodes.reference)
        if "term" in node["classes"]
    ]


def leads(entry):
    return f"glossary#{entry.row}"


def places(page):
    """Return the places to go to in each link, in order."""
    links = page.findall(nodes.reference)
    return [
        [id_ for spot in link.findall(nodes.inline) for id_ in spot["ids"]]
        for link in links
    ]


# ---- how a term is written


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("norm", "a norm is"),
        ("norm", "all Norms, say"),
        ("matrix", "two matrices"),
        ("basis", "bases"),
        ("least squares", "by least\nsquares"),
        ("system of linear equations", "Systems of linear equations"),
        ("Newton's method", "on Newton’s method"),
        ("MAP", "the MAP"),
        ("rectifier", "(rectifiers)"),
    ],
)
def test_a_use_is_found(form, text):
    assert searched([form]).search(text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("norm", "normal"),
        ("norm", "the norm-preserving map"),
        ("rank", "Frank"),
        ("vector", "a Jacobian–vector product"),
        ("MAP", "a map"),
        ("bit", "bitten"),
    ],
)
def test_a_part_of_another_word_is_no_use(form, text):
    assert not searched([form]).search(text)


def test_of_two_terms_at_one_place_the_longer_is_meant():
    known = ["vector", "singular vector", "gradient", "gradient clipping"]
    found = searched(known).finditer("gradient clipping of a singular vector")
    assert [match[0] for match in found] == ["gradient clipping", "singular vector"]


def test_a_term_of_several_words_has_a_form_for_each():
    assert forms("surprise, self-information") == ("surprise", "self-information")
    assert forms("joint, conditional entropy")[0] == "joint entropy"


@pytest.mark.parametrize("word", sorted(MANY_SENSES))
def test_a_word_of_many_senses_is_one_of_the_glossary(word):
    assert word in {form for entry in terms.entries() for form in forms(entry.term)}


# ---- where it leads


def test_a_lesson_uses_what_it_or_an_earlier_one_explains():
    assert explained(FOUND, NAMES, "vectors") == {"norm": NORM, "variance": VARIANCE}
    assert explained(FOUND, NAMES, "likelihood")["norm"] is NORM
    assert explained(FOUND, NAMES, "ridge")["norm"] is AGAIN


def test_a_term_alone_comes_before_one_of_several_but_in_its_own_lesson():
    later = [*NAMES, "networks"]
    assert explained(FOUND, later, "networks")["variance"] is VARIANCE
    assert explained(FOUND, later, "ridge")["variance"] is BIAS


def test_a_word_of_many_senses_leads_from_its_own_lesson_only():
    later = [*NAMES, "networks"]
    assert explained(FOUND, later, "ridge")["bias"] is BIAS
    assert "bias" not in explained(FOUND, later, "networks")


def test_every_row_has_an_address_of_its_own():
    rows = [entry.row for entry in terms.entries()]
    assert len({*rows}) == len(rows)
    uses = [(entry.lesson, entry.use) for entry in terms.entries()]
    assert len({*uses}) == len(uses)


# ---- in a lesson


def test_the_first_use_is_a_link_and_the_second_is_none():
    page = document(paragraph("One norm, two norms."), paragraph("The norm again."))
    assert link(page, {"norm": NORM}, leads, "vectors") == {NORM}
    assert linked(page) == [("norm", "glossary#term-vectors-norm")]
    assert page.astext() == "One norm, two norms.\n\nThe norm again."
    assert places(page) == [["term-norm"]]


def test_only_the_lesson_that_explains_a_term_has_a_place_to_go_to():
    page = document(paragraph("One norm."))
    link(page, {"norm": NORM}, leads, "ridge")
    assert places(page) == [[]]


def test_of_a_term_of_two_words_the_first_is_the_place():
    page = document(paragraph("Its ", nodes.strong("", "bias"), " and its variance."))
    link(page, {"bias": BIAS, "variance": BIAS}, leads, "ridge")
    assert places(page) == [["term-bias-variance"], []]


def test_two_texts_that_are_alike_stay_apart():
    page = document(paragraph("the norm of a "), paragraph("the norm of a "))
    link(page, {"norm": NORM, "of": VARIANCE}, leads, "vectors")
    assert len(linked(page)) == 2
    assert page.astext() == "the norm of a \n\nthe norm of a "


def elsewhere(text):
    """A text at each place that is no running text."""
    inside = paragraph(text)
    yield nodes.title("", text)
    yield nodes.literal_block("", text)
    yield paragraph(nodes.literal("", text))
    yield paragraph(nodes.math("", text))
    yield paragraph(nodes.reference("", text, refuri="else.html"))
    yield nodes.container("", inside.deepcopy())
    yield nodes.table("", nodes.entry("", inside.deepcopy()))
    yield nodes.admonition("", inside.deepcopy(), classes=["lesson-header"])
    yield nodes.admonition("", nodes.title("", text))


@pytest.mark.parametrize("place", [*elsewhere("norm")], ids=lambda node: node.tagname)
def test_what_is_no_running_text_has_no_link(place):
    page = document(place, nodes.admonition("", paragraph("a norm here")))
    link(page, {"norm": NORM}, leads, "vectors")
    (found,) = (n for n in page.findall(nodes.reference) if "term" in n["classes"])
    assert found.parent.astext() == "a norm here"


def test_a_word_of_many_senses_is_meant_where_it_is_stressed():
    stressed = paragraph("this is ", nodes.strong("", "bias"))
    page = document(paragraph("weights and biases"), stressed)
    link(page, {"bias": BIAS}, leads, "ridge")
    assert linked(page) == [("bias", "glossary#term-ridge-bias-variance")]
    plain = document(paragraph("weights and biases"))
    link(plain, {"bias": BIAS}, leads, "ridge")
    assert linked(plain)[0][0] == "biases"


def test_what_only_looks_like_a_term_has_no_link():
    page = document(paragraph("Inverse iteration. The inverse."))
    inverse = Entry("inverse, singular", "逆", "the way back", "vectors", "Vectors")
    link(page, {"inverse": inverse}, leads, "vectors")
    assert [node.parent.astext() for node in page.findall(nodes.reference)]
    assert page[0][0][0] == "Inverse iteration. The "


def test_a_term_that_the_text_does_not_use_has_its_link_in_the_recap():
    row = nodes.row("", nodes.entry("", paragraph("norm")), nodes.entry())
    page = document(nodes.table("", row))
    assert link_in_table(page, NORM, leads)
    assert linked(page) == [("norm", "glossary#term-vectors-norm")]
    assert not link_in_table(page, MAP, leads)


def test_an_apostrophe_in_the_recap_may_be_curved():
    ours = Entry("Newton's method", "牛顿法", "jumps", "vectors", "Vectors")
    page = document(nodes.row("", nodes.entry("", paragraph("Newton’s method"))))
    assert link_in_table(page, ours, leads)


# ---- the glossary


def test_the_glossary_has_every_term_by_alphabet():
    rows = [row.split(" | ") for row in [*terms.glossary()][2:]]
    names = [row[0].removeprefix("| ").casefold() for row in rows]
    assert names == sorted(names)
    assert len(names) == len(terms.entries())
    assert any("[Vectors](../chapters/vectors.ipynb)" in row[-1] for row in rows)


def test_a_row_of_the_glossary_leads_to_the_use_in_its_lesson():
    """Its meaning may hold links of its own: the lesson's stands last."""
    inside = nodes.reference("", "length", refuri="chapters/vectors.html#length")
    back = nodes.reference("", "Vectors", refuri="chapters/vectors.html")
    row = nodes.row("", nodes.entry("", paragraph(inside)), nodes.entry("", back))
    row["use"] = NORM.use
    env = SimpleNamespace(found_docs={terms.PAGE}, docname=terms.PAGE)
    made = SimpleNamespace(env=env, document=document(nodes.table("", row)))
    terms.LinkTerms.run(made)
    assert back["refuri"] == "chapters/vectors.html#term-norm"
    assert inside["refuri"] == "chapters/vectors.html#length"


def test_all_pages_are_written_again_when_a_lesson_explains_another_term():
    env = type("Env", (), {"found_docs": {"b", terms.PAGE}})()
    assert terms.write_again(None, env) == []
    assert terms.write_again(None, env) == []
    env.book_terms = [NORM]
    assert terms.write_again(None, env) == ["b", terms.PAGE]


def test_a_book_without_a_glossary_links_no_terms():
    env = type("Env", (), {"found_docs": {"b", "a"}, "book_terms": [NORM]})()
    assert terms.write_again(None, env) == []
