"""The whole book as one file for paper: every page printed, joined and numbered.

Chromium prints each built page, each figure at its start setting. The pages are printed
twice: the first time to count them, the second time with their numbers. In front stands
a table of contents; links from page to page stay inside the file.

    python -m tools.pdf

Reading order: ``main``, ``printed_book``, ``printed``, ``joined``.
"""

from html import escape
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag

import yaml
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from tools.browser import chromium
from tools.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
BOOK = ROOT / "_build" / "book.pdf"
PAPER = {"format": "A4", "print_background": True, "prefer_css_page_size": True}
# The number of each sheet, which goes on where the page before it ended.
NUMBERED = """() => new Promise(done => {{
  const style = document.createElement("style");
  style.textContent = `
    @page {{ margin: 18mm 16mm 20mm;
      @bottom-center {{ content: counter(page); font: 9pt sans-serif; color: #555; }} }}
    html {{ counter-reset: page {before}; }}`;
  document.head.append(style);
  document.fonts.ready.then(() => done());
}})"""
CONTENTS = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{title}</title><style>
body {{ font: 11pt/1.5 Georgia, serif }}
h1 {{ font-size: 26pt; margin: 30% 0 1em }}
h2 {{ font-size: 13pt; margin: 1.2em 0 .3em; break-after: avoid }}
p {{ margin: 0; display: flex }}
span {{ flex: 1; border-bottom: 1px dotted; margin: .4em }}
section {{ break-before: page }}
</style></head>
<body><h1>{title}</h1><p>Text and figures: CC BY 4.0. Code: MIT.</p>
<section><h2>Contents</h2>{rows}</section></body></html>"""


class Sheet(NamedTuple):
    """One page of the book: its place in the built book, its part, title and PDF."""

    name: str
    part: str
    title: str
    pdf: PdfReader


def pages():
    """The name and the part of each page, in the book's order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    yield toc["root"], ""
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            yield chapter["file"], part["caption"]


def printed(browser, name, before):
    """A page of the built book on paper, its sheets numbered from before + 1."""
    page = browser.new_page(color_scheme="light")
    page.emulate_media(media="print", color_scheme="light")
    page.goto(f"{HTML.as_uri()}/{name}.html")
    page.evaluate(NUMBERED.format(before=before))
    title = page.title().split(" \u00b7 ")[0]
    content = page.pdf(**PAPER)
    page.close()
    return title, PdfReader(BytesIO(content))


def contents(browser, sheets, title):
    """The title and the table of contents on paper."""
    rows, part, number = [], "", 0
    for sheet in sheets:
        if sheet.part != part:
            part = sheet.part
            rows.append(f"<h2>{escape(part)}</h2>")
        rows.append(f"<p>{escape(sheet.title)}<span></span>{number + 1}</p>")
        number += len(sheet.pdf.pages)
    page = browser.new_page()
    page.set_content(CONTENTS.format(title=escape(title), rows="".join(rows)))
    content = page.pdf(**PAPER, margin={"top": "18mm", "left": "20mm", "right": "20mm"})
    page.close()
    return PdfReader(BytesIO(content))


def joined(front, sheets, title):
    """One file: the front, then every page, with an outline and links inside it."""
    writer = PdfWriter()
    writer.append(front, import_outline=False)
    starts, parts = {}, {"": None}
    for sheet in sheets:
        start = starts[sheet.name] = len(writer.pages)
        writer.append(sheet.pdf, import_outline=False)
        if sheet.part not in parts:
            parts[sheet.part] = _entry(writer, sheet.part, start)
        _entry(writer, sheet.title, start, parts[sheet.part])
    places = {name: writer.pages[start] for name, start in starts.items()}
    for page in writer.pages:
        _lead_inside(page, places)
    writer.add_metadata({"/Title": title, "/Author": "the authors"})
    return writer


def _entry(writer, title, number, parent=None):
    """An entry of the outline that leads to a sheet."""
    return writer.add_outline_item(title=title, page_number=number, parent=parent)


def _lead_inside(page, starts):
    """Let the links of a sheet to other pages of the book stay inside the file."""
    for reference in page.get("/Annots") or []:
        action = reference.get_object().get("/A") or {}
        start = starts.get(_name_of(str(action.get("/URI", ""))))
        if start is not None:
            place = ArrayObject([start.indirect_reference, NameObject("/Fit")])
            action.clear()
            action[NameObject("/S")] = NameObject("/GoTo")
            action[NameObject("/D")] = place


def _name_of(address):
    """The page of the book that an address leads to, as the contents name it."""
    path = unquote(urldefrag(address)[0])
    inside = path.removeprefix(unquote(HTML.as_uri()) + "/")
    return inside.removesuffix(".html") if inside != path else ""


def printed_book(browser, names):
    """Every page on paper, numbered through; the first time only to count them."""
    progress, sheets, before = Progress("printed", 2 * len(names)), [], 0
    counts = []
    for name, _ in names:
        counts.append(len(printed(browser, name, 0)[1].pages))
        progress.step(name)
    for (name, part), count in zip(names, counts, strict=True):
        sheets.append(Sheet(name, part, *printed(browser, name, before)))
        before += count
        progress.step(name)
    return sheets


def main():
    """Print the built book into one file."""
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    with chromium() as browser:
        sheets = printed_book(browser, list(pages()))
        front = contents(browser, sheets, title)
    joined(front, sheets, title).write(BOOK)
    print(f"The book on paper, {len(PdfReader(BOOK).pages)} pages: {BOOK}")


if __name__ == "__main__":
    main()
