"""Sphinx extension: addresses of the book as it was lead to where their matter stands.

``addresses.json`` keeps, for each page of the book when it had fourteen lessons, what a
link could name there: sections, statements, exercises, figures. What still stands on
its page needs nothing. For the rest the script ``moved.js`` is written, which a page
asks for when a link names something that the page does not have.
"""

import json
import re
from pathlib import Path

from sphinx.util import logging

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
ID = re.compile(r'<[^>]* id="([^"]+)"')
FIGURE = re.compile(r'<figure class="explore"[^>]* data-name="([^"]+)"')
ARTICLE = re.compile(r"<article.*</article>", re.S)

# What has another name now, "page#name": "page#name".
RENAMED = json.loads((HERE / "renamed.json").read_text("utf-8"))


def targets(page):
    """What a link into a page can name: ids, and figures (with a colon)."""
    article = ARTICLE.search(page)
    text = article[0] if article else ""
    return {*ID.findall(text), *(f"{name}:" for name in FIGURE.findall(text))}


def moved(old, now, renamed):
    """Where each old address leads that its page no longer has; None: nowhere.

    Parameters
    ----------
    old, now : dict of str to collection of str
        For each page, what can be named on it.
    renamed : dict of str to str
    """
    places = {}
    for page, names in now.items():
        for name in names:
            places.setdefault(name, f"{page}#{name}")
    found = {}
    for page, names in old.items():
        for name in names:
            address = f"{page}#{name}"
            if address in renamed:
                found[address] = renamed[address]
            elif name not in now.get(page, ()):
                found[address] = places.get(name)
    return found


def write(app, exception):
    """Write the script; an address that leads nowhere is a warning."""
    if (
        exception
        or app.builder.name != "html"
        or app.config.nb_execution_excludepatterns
    ):
        return  # what is not executed has no figures that an address could name
    chapters = Path(app.outdir) / "chapters"
    now = {
        path.stem: targets(path.read_text("utf-8"))
        for path in sorted(chapters.glob("*.html"))
    }
    old = json.loads((HERE / "addresses.json").read_text("utf-8"))
    table = {}
    for address, place in moved(old, now, RENAMED).items():
        page, _, name = place.partition("#") if place else ("", "", "")
        if address.partition("#")[0] not in now:
            continue  # a book of a few pages, made to try something
        if name not in now.get(page, ()):
            logger.warning("moved: %s leads nowhere", address, type="moved")
        else:
            table[address] = f"{page}.html#{name}"
    script = f"bookMoved({json.dumps(table, indent=0)});\n"
    (Path(app.outdir) / "_static" / "moved.js").write_text(script, "utf-8")


def forget(app, env, docnames):
    """Forget all pages that are to be read, before the first is read.

    Sphinx forgets each page just before it reads it. A label that has moved to a page
    that is read earlier would then stand twice.
    """
    for docname in docnames:
        app.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)


def setup(app):
    """Forget what moves; write the script when the pages are there."""
    app.connect("env-before-read-docs", forget)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
