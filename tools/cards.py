"""Cards to learn from: ``make cards`` writes ``_build/cards.apkg``, a deck for Anki.

A card for each formula, each term of the recaps and each question of the quizzes, and
one for each lesson: its question with its hero. A card keeps its number from edition to
edition, so a reader who imports a new deck keeps what has been learned.
"""

import hashlib
import html
import re
import sys
from pathlib import Path

import genanki
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "_ext"))

from lessons import lessons, text_of  # noqa: E402 - after the folder is known

TARGET = ROOT / "_build" / "cards.apkg"
STILLS = ROOT / "_build" / "html" / "_static" / "heroes"
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
ROLE = re.compile(r"\{[\w:]+\}`(?:([^`<]*?)\s*<[^`]*>|[^`]*)`")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
QUIZ = re.compile(r"^:::\{quiz\} ([^\n]+)\n:label:[^\n]*\n(.*?)^:::$", re.M | re.S)
CHOICE = re.compile(r"^- \[([ xX])\] (.*?)(?=^- \[|\Z)", re.MULTILINE | re.DOTALL)
STYLE = (
    ".card { font: 20px/1.5 serif; text-align: left; max-width: 40rem; margin: auto; }"
)
MODEL = genanki.Model(
    1_607_392_319,
    "The Mathematics of Deep Learning, Executed",
    fields=[{"name": "Front"}, {"name": "Back"}],
    templates=[
        {
            "name": "Card",
            "qfmt": "{{Front}}",
            "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
        }
    ],
    css=STYLE,
)


def shown(text):
    """Return Markdown as a card shows it: formulas as Anki's MathJax takes them."""
    formulas = []

    def keep(found):
        tex = html.escape((found[1] or found[2]).strip())
        formulas.append(f"\\[{tex}\\]" if found[1] else f"\\({tex}\\)")
        return f"FORMULA{len(formulas) - 1}END"

    plain = LINK.sub(r"\1", ROLE.sub(r"\1", FORMULA.sub(keep, text)))
    made = MarkdownIt("commonmark").enable("table").render(plain)
    return re.sub(r"FORMULA(\d+)END", lambda at: formulas[int(at[1])], made).strip()


def rows(text, head):
    """Return the rows of the table whose head begins with a word."""
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        first, _, *rest = block.strip().splitlines()
        if first.strip("| ").startswith(head):
            yield from (
                [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("| "))]
                for row in rest
            )


def of_recap(text):
    """Yield the cards of a recap, (front, back) in Markdown."""
    for formula, says, *_ in rows(text, "formula"):
        yield f"What does this say?\n\n{formula}", says
    for term, chinese, meaning in rows(text, "term"):
        yield f"**{term}** ({chinese})", meaning


def of_quiz(question, listed):
    """Return the card of a question: its choices, then the right one and why."""
    choices = CHOICE.findall(listed)
    texts = [text.strip().partition("\n") for _, text in choices]
    front = "\n".join(f"{at}. {text}" for at, (text, _, _) in enumerate(texts, 1))
    right = next(at for at, (mark, _) in enumerate(choices) if mark in "xX")
    text, _, why = texts[right]
    return f"{question}\n\n{front}", f"**{text}**\n\n{why.strip()}"


def cards(one):
    """Yield the cards of a lesson, (front, back) in Markdown."""
    text = text_of(one.name)
    recap = text.partition("\n## Recap\n")[2] or text.partition("## Recap\n")[2]
    question, _, answer = recap.strip().partition("\n\n")[0].partition("?")
    picture = f'<img src="{one.name}.svg">'
    yield f"{question.strip('*')}?", f"{answer.lstrip('* ')}\n\n{picture}"
    yield from of_recap(recap)
    yield from (of_quiz(*found) for found in QUIZ.findall(text))


def number(text):
    """Return a number that is always the same for a text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % (1 << 31)


def deck(one):
    """Return the deck of a lesson."""
    made = genanki.Deck(number(one.name), f"Deep learning::{one.title}")
    for front, back in cards(one):
        fields = [shown(front), shown(back)]
        guid = genanki.guid_for(one.name, front)
        made.add_note(genanki.Note(MODEL, fields, guid=guid, tags=[one.name]))
    return made


def main():
    """Write the deck."""
    package = genanki.Package([deck(one) for one in lessons()])
    package.media_files = sorted(map(str, STILLS.glob("*.svg")))
    package.write_to_file(TARGET, timestamp=0)
    count = sum(len(one.notes) for one in package.decks)
    print(f"{count} cards, {len(package.media_files)} pictures: {TARGET}")


if __name__ == "__main__":
    main()
