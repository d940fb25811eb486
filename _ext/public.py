"""Sphinx extension: what a page says to those who do not read it.

To search engines its address and a list of all pages; to whoever follows a dead link
the way back; to the maintainers, from the reader, what is wrong and where. What needs
the book's address or the repository's is left out as long as ``html_baseurl`` and
``book_repository`` are empty.
"""

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import mathlib

LOST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Not found · {title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem;
  font: 1.125rem/1.5 system-ui, sans-serif; }}
</style></head>
<body><h1>There is no such page</h1>
<p>Lessons have moved since the address was written down, or a letter is wrong. <a
href="{first}">All lessons</a> are on the first page.</p>
<script>
const root = location.pathname.replace(/(chapters|pages|_static)\\/.*$|[^/]*$/, "");
document.querySelector("a").href = root + "{first}";
</script></body></html>
"""


def describe(app, name, template, context, doctree):
    """Give a page's template what it says to others."""
    base, repository = app.config.html_baseurl, app.config.book_repository
    context["author"] = app.config.author
    context["page_address"] = base and base + app.builder.get_target_uri(name)
    context["report"] = repository and report(repository, name)


def report(repository, name):
    """Return the address at which a mistake on a page is reported."""
    known = {"template": "mistake.yml", "page": name, "version": mathlib.__version__}
    return f"{repository}/issues/new?{urlencode(known)}"


def finish(app, error):
    """Write the page for dead links, and the list of pages."""
    if error or app.builder.format != "html":
        return
    first = app.builder.get_target_uri(app.config.root_doc)
    lost = LOST.format(title=escape(app.config.project), first=first)
    Path(app.outdir, "404.html").write_text(lost, encoding="utf-8")
    if app.config.html_baseurl:
        names = sorted(app.env.found_docs)
        addresses = [app.builder.get_target_uri(name) for name in names]
        Path(app.outdir, "sitemap.xml").write_text(
            sitemap(app.config.html_baseurl, addresses), encoding="utf-8"
        )


def sitemap(base, addresses):
    """Return the list of pages that search engines read.

    Examples
    --------
    >>> sitemap("https://example.org/", ["a.html"]).count("<loc>")
    1
    """
    rows = "".join(f"<url><loc>{escape(base + a)}</loc></url>\n" for a in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f'{head}<urlset xmlns="{space}">\n{rows}</urlset>\n'


def setup(app):
    """Connect the above."""
    app.add_config_value("book_repository", "", "html", str)
    app.connect("html-page-context", describe, priority=700)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
