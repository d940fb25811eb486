"""Sphinx extension: the book's look, a theme of its own, and what its pages need.

The theme is in ``theme/``; the style sheets are in ``_static``, named by what they
dress. Of what other extensions would load, a page takes nothing: their sheets dress
another theme. An explorer's script goes to the pages that have explorers.
"""

import re
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.search import languages
from sphinx.search.en import SearchEnglish
from sphinx.transforms.post_transforms import SphinxPostTransform

THEME = Path(__file__).with_name("theme")
SHEETS = ("faces", "math", "page", "text", "formulas", "code")
SHEETS += ("statements", "quiz", "explore")
SCRIPTS = ("book", "explore", "start")
DEEPEST = 2  # headings of this depth still stand in the list beside the text

ROOT_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={address}">
<title>{title}</title><link rel="icon" href="{icon}">
</head><body><p><a href="{address}">{title}</a></p></body></html>
"""

NUMBER = re.compile(r'(<a class="[^"]*" href="[^"]*">)(\d+) ')
NUMBERED = r'\1<span class="section-number">\2</span> '

# A heading is called what it says, without the sign of the link to it.
HEADING = re.compile(
    r"<(h\d)>((?:(?!</h\d>).)*?)"
    r'<a class="headerlink" href="#([^"]*)" title="([^"]*)">#</a></\1>',
    re.DOTALL,
)
NAMED = (
    r'<\1 aria-labelledby="\3-name"><span id="\3-name">\2</span><a class="headerlink"'
    r' href="#\3" title="\4" aria-label="\4">#</a></\1>'
)
CURRENT = re.compile(r'<a class="current [^"]*"')

BRACKETED = re.compile(r'(<span class="caption-number">[^<]*</span>)\s*\((.*?)\)</p>')

CHINESE = re.compile("[\u4e00-\u9fff]{2,}")


# ---- a page


def choose_theme(app, config):
    """Leave out what Jupyter Book sets for its own theme."""
    config.html_theme_options = {}


def complete(app, name, template, context, doctree):
    """Give a page's template what it asks for, and only what the page uses."""
    body = context.get("body", "")
    used = {kind: f'class="{kind}"' in body for kind in ("explore", "quiz")}
    used["math"] = "<math" in body
    context["css_files"] = [
        sheet for sheet in context["css_files"] if chosen(sheet, SHEETS, used)
    ]
    context["script_files"] = [
        script for script in context["script_files"] if chosen(script, SCRIPTS, used)
    ]
    toctree = context["toctree"]
    context["toctree"] = lambda **how: lessons(toctree(**how) or "")
    context["sections"] = sections(context.get("toc", ""))
    source = context.get("sourcename") or ""
    context["notebook"] = f"_sources/{source}" if source.endswith(".ipynb") else None
    # a role that is no more, in a list of references
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    body = HEADING.sub(NAMED, body)
    context["body"] = BRACKETED.sub(r"\1 \2</p>", body)


def chosen(asset, names, used):
    """Whether a page loads a style sheet or a script."""
    name = Path(str(asset.filename or "").partition("?")[0]).stem
    return name in names and used.get(name, True)


def lessons(toctree):
    """Return the list of lessons, its numbers marked, its captions plain words."""
    plain = toctree.replace(' role="heading"', "")
    numbered = NUMBER.sub(NUMBERED, plain)
    return CURRENT.sub(r'\g<0> aria-current="page"', numbered)


def sections(toc):
    """Return the list of a page's sections, without the page's own title."""
    inner = BeautifulSoup(toc, "html.parser").select_one("ul ul")
    if inner is None:
        return ""
    for deep in inner.select("ul " * DEEPEST):
        deep.decompose()
    for number in inner.select("annotation, .headerlink"):
        number.decompose()
    return str(inner)


# ---- the document


class Tidy(SphinxPostTransform):
    """Drops ids that several elements would share."""

    default_priority = 810
    formats = ("html",)

    def run(self, **kwargs):
        """Go through the insides of statements."""
        for inside in self.document.findall(nodes.section):
            if {"proof-content", "exercise-content"} & set(inside["ids"]):
                inside["ids"] = []


# ---- the search


class Bilingual(SearchEnglish):
    """English words; of Chinese ones every part of two signs or more is found."""

    def split(self, text):
        """Return the words of a text.

        Examples
        --------
        >>> Bilingual({}).split("the 特征值")
        ['the', '特征值', '特征', '征值']
        """
        words = super().split(text)
        for run in CHINESE.findall(text):
            lengths = range(len(run) - 1, 1, -1)
            words += [
                run[at : at + length]
                for length in lengths
                for at in range(len(run) - length + 1)
            ]
        return words


# ---- the front door


def open_door(app, error):
    """Write the page at the book's root: it has an icon, a title, a language."""
    elsewhere = app.config.root_doc != "index"
    if error is None and app.builder.format == "html" and elsewhere:
        page = ROOT_PAGE.format(
            address=app.builder.get_target_uri(app.config.root_doc),
            title=app.config.html_title or app.config.project,
            icon=f"_static/{Path(app.config.html_favicon).name}",
        )
        Path(app.outdir, "index.html").write_text(page, encoding="utf-8")


def setup(app):
    """Connect the above."""
    app.add_html_theme("book", str(THEME))
    languages["en"] = Bilingual
    app.add_post_transform(Tidy)
    app.connect("config-inited", choose_theme)
    app.connect("html-page-context", complete, priority=900)
    app.connect("build-finished", open_door, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
