"""Sphinx extension: the lessons' heroes, shown where one chooses a lesson.

``{hero} gradient_descent`` shows that lesson's hero figure, alive, on another page,
and ``{hero-gallery}`` a still of every hero, which leads to its figure. Both take the
figure from the lesson as it was executed, so there is no second copy to grow old. The
question of a lesson, which its recap repeats, is what a search engine and a shared link
say.
"""

import html
import re
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from lessons import lessons, note_lessons
from sphinx.util.docutils import SphinxDirective

from mathlib.explore.style import css

PLACE = re.compile(r"<!--(hero|gallery|figures) ?(\w*)-->")
FIGURE = re.compile(r'<figure class="explore" id="([^"]+)"[^>]* aria-label="([^"]+)"')
SVG = re.compile(r"<svg viewBox=\"0 0 (\d+) (\d+)\" [^>]*>(.*?)</svg>", re.DOTALL)
STILL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    'class="explore"><style>{style} text {{ font-family: sans-serif; }}</style>'
    "{body}</svg>\n"
)
LONGEST = 160  # letters of a description that search engines show


class Hero(NamedTuple):
    """A lesson's hero: the figure as HTML, its name in addresses, its sentence."""

    figure: str
    name: str
    sentence: str


def hero(env, lesson):
    """Return a lesson's hero, or None where the lesson was not executed."""
    doctree = env.get_doctree(f"chapters/{lesson}")
    cells = (
        node
        for node in doctree.findall(nodes.container)
        if "tag_hero" in node.get("classes", ())
    )
    for cell in cells:
        for raw in cell.findall(nodes.raw):
            found = re.search(r'<figure class="explore" id="([^"]+)"', raw.astext())
            if found:
                caption = re.search(r"<figcaption[^>]*>(.*?)<", raw.astext(), re.DOTALL)
                return Hero(raw.astext(), found[1], html.unescape(caption[1]))
    return None


def question(doctree):
    """Return a lesson's one question, as its recap repeats it."""
    recaps = (s for s in doctree.findall(nodes.section) if "recap" in s["ids"])
    first = next((p for s in recaps for p in s.findall(nodes.paragraph)), None)
    asked, mark, _ = first.astext().partition("?") if first else ("", "", "")
    return asked + mark


def still(figure):
    """Return the first panel of a figure as a picture of its own, in light colors."""
    width, height, body = SVG.search(figure).groups()
    palette = css().partition("\n@media")[0]
    return STILL.format(width=width, height=height, body=body, style=palette)


# ---- the directives leave a mark, which is filled in once all lessons are read


class HeroOf(SphinxDirective):
    """The hero of a lesson, alive."""

    required_arguments = 1

    def run(self):
        """Leave the mark."""
        note_lessons(self.env)
        return [nodes.raw("", f"<!--hero {self.arguments[0]}-->", format="html")]


class HeroGallery(SphinxDirective):
    """A still of each lesson's hero."""

    def run(self):
        """Leave the mark."""
        note_lessons(self.env)
        return [nodes.raw("", "<!--gallery-->", format="html")]


class LessonFigures(SphinxDirective):
    """Links to all figures, lesson by lesson."""

    def run(self):
        """Leave the mark."""
        note_lessons(self.env)
        return [nodes.raw("", "<!--figures-->", format="html")]


def fill(app, name, template, context, doctree):
    """Put the figures where the marks are, and say what a lesson asks."""
    if name.startswith("chapters/"):
        context["description"] = shortened(question(doctree))
        context["shared_title"] = app.env.titles[name].astext()
    if "body" in context:
        here = app.builder.get_target_uri(name)
        context["body"] = PLACE.sub(
            lambda mark: filled(app, here, *mark.groups()), context["body"]
        )


def filled(app, here, kind, lesson):
    """Return what stands for a mark."""
    if kind == "hero":
        found = hero(app.env, lesson)
        return found.figure if found else ""
    if kind == "figures":
        return f"<ul>{''.join(links(app, here, one) for one in lessons())}</ul>"
    tiles = (tile(app, here, one) for one in lessons())
    return f'<ul class="gallery">{"".join(tiles)}</ul>'


def links(app, here, one):
    """Return a lesson with links to its figures."""
    doctree = app.env.get_doctree(f"chapters/{one.name}")
    raws = (raw.astext() for raw in doctree.findall(nodes.raw))
    figures = [figure for raw in raws for figure in FIGURE.findall(raw)]
    page = address(app, here, one.name)
    items = ", ".join(f'<a href="{page}#{id_}">{name}</a>' for id_, name in figures)
    return f"<li>{html.escape(one.title)}: {items}</li>"


def address(app, here, lesson):
    """Return the address of a lesson, from another page."""
    up = "../" * here.count("/")
    return up + app.builder.get_target_uri(f"chapters/{lesson}")


def tile(app, here, one):
    """Return a lesson's place in the gallery; its still is written beside the pages."""
    found = hero(app.env, one.name)
    if not found:
        return ""
    path = Path("_static", "heroes", f"{one.name}.svg")
    target = Path(app.outdir, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(still(found.figure), encoding="utf-8")
    up = "../" * here.count("/")
    leads = f"{address(app, here, one.name)}#{found.name}"
    alt = html.escape(found.sentence, quote=True)
    return (
        f'<li><a href="{leads}"><img loading="lazy" src="{up}{path.as_posix()}" '
        f'alt="{alt}"><span>{html.escape(one.title)}</span></a></li>'
    )


def shortened(text):
    """Return a text that fits where a search engine shows it."""
    words = " ".join(text.split())
    if len(words) <= LONGEST:
        return words
    at = words.rfind(" ", 0, LONGEST)
    return words[: LONGEST if at < 0 else at] + " …"


def setup(app):
    """Make the directives known."""
    app.add_directive("hero", HeroOf)
    app.add_directive("hero-gallery", HeroGallery)
    app.add_directive("lesson-figures", LessonFigures)
    app.connect("html-page-context", fill, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
