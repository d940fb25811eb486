"""Slides from a lesson: ``make slides LESSON=momentum``.

A slide for the question, for each figure, its sliders alive, for each statement, and
for the recap. They are made from the built page, look as it does, and stand beside the
pages in ``_build/html/slides``. Arrow keys, space or a click at the edge turn them.
"""

import copy
import html
import os
import sys
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: slides</title>
{head}
<link rel="stylesheet" href="../_static/slides.css">
</head>
<body class="slides"><main><article>
{slides}
</article></main>
<script src="../_static/slides.js"></script></body></html>
"""


def slides(page):
    """Return the slides of a lesson's page, each as HTML."""
    title = words(page.h1).rstrip("# ")
    recap = page.select_one("section#recap")
    asked = words(recap.p).partition("?")[0] if recap else ""
    found = [f"<h1>{title}</h1><p>{asked}?</p>"]
    for section in page.select("article > section > section"):
        heading = words(section.h2).rstrip("# ")
        found += [
            f"<small>{heading}</small>{part}"
            for part in section.select("figure.explore, .proof")
        ]
    if recap:
        found += [f"<small>Recap</small>{table}" for table in recap.select("table")[:1]]
    return found


def words(element):
    """Return the words of an element as HTML."""
    return html.escape(element.get_text(" ", strip=True))


def made(lesson, folder=HTML):
    """Return the slides of a lesson as a page.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    pages = {one.stem: one for one in sorted((folder / "chapters").glob("*.html"))}
    if lesson not in pages:
        raise ValueError(f"LESSON must be one of {', '.join(pages)}, is {lesson!r}")
    page = BeautifulSoup(pages[lesson].read_text("utf-8"), "html.parser")
    for link in page.select(".headerlink"):
        link.decompose()
    assets = page.head.select('link[rel="stylesheet"], script[src*="explore.js"]')
    head = "\n".join(map(str, map(copy.copy, assets)))
    return PAGE.format(
        title=html.escape(page.h1.get_text(strip=True)),
        head=head,
        slides="\n".join(f'<div class="slide">{one}</div>' for one in slides(page)),
    )


def main():
    """Make the slides, or say why not."""
    lesson = os.environ.get("LESSON", "")
    try:
        text = made(lesson)
    except ValueError as why:
        sys.exit(f"No slides: {why}")
    target = HTML / "slides" / f"{lesson}.html"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    print(f"The slides are in {target}")


if __name__ == "__main__":
    main()
