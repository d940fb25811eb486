"""The sentences of the figures that move, at every stop, read from the built pages.

    PYTHONPATH=tests:. python -m book.readouts CHAPTER [FIGURE]

prints them. Reading order: ``readouts``.
"""

import itertools
import json
import re
import sys
from html import unescape
from typing import NamedTuple

from book.pages import HTML

FIGURE = re.compile(
    r'<figure class="explore"[^>]* data-name="([^"]+)".*?</figure>', re.S
)
SLIDER = re.compile(r'<input type="range" [^>]*name="([^"]+)"')
SENTENCE = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.S)
DATA = re.compile(r'<script type="application/json">(.*?)</script>', re.S)
CAPTION = -1


class Readout(NamedTuple):
    """What a figure says at one setting of its sliders."""

    setting: dict
    sentence: str


def readouts(chapter):
    """For each figure of a chapter, by its name, what it says at every setting."""
    page = (HTML / "chapters" / f"{chapter}.html").read_text("utf-8")
    return {found[1]: list(_of_figure(found[0])) for found in FIGURE.finditer(page)}


def _of_figure(text):
    """The readouts of one figure, in the order of its settings."""
    data = json.loads(DATA.search(text)[1].replace("<\\/", "</"))
    names = SLIDER.findall(text)
    settings = list(itertools.product(*data["values"]))
    sentences = [unescape(SENTENCE.search(text)[1])] * len(settings)
    for element, _, column in data["slots"]:
        if element == CAPTION:
            distinct, *places = data["columns"][column]
            numbers = places[0] if places else range(len(settings))
            sentences = [distinct[number] for number in numbers]
    for setting, sentence in zip(settings, sentences, strict=True):
        yield Readout(dict(zip(names, setting, strict=True)), sentence)


def main(chapter, figure=None):
    """Print what the figures of a chapter say."""
    for name, every in readouts(chapter).items():
        if figure in (None, name):
            lines = [f"  {each.setting}: {each.sentence}" for each in every]
            sys.stdout.write("\n".join((f"{name}:", *lines)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
