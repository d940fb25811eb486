"""Addresses of the book when it had fourteen lessons: each leads to its matter.

All are looked up in what the build wrote; of each page and kind one is followed in a
browser, from the address that somebody may have kept.
"""

import json
from functools import cache

import pytest

from book.book import ROOT
from book.pages import HTML

OLD = json.loads((ROOT / "_ext" / "addresses.json").read_text(encoding="utf-8"))
PLACE = (
    """() => [location.pathname.split("/").at(-1), decodeURIComponent(location.hash)]"""
)

pytestmark = pytest.mark.usefixtures("built")


@cache
def table():
    """Where the addresses lead that their pages no longer have."""
    script = (HTML / "_static" / "moved.js").read_text("utf-8")
    return json.loads(script.removeprefix("bookMoved(").rstrip(");\n"))


@cache
def page(name):
    """The text of a lesson's page."""
    return (HTML / "chapters" / name).read_text("utf-8")


def names(text, name):
    """Whether a page has what a link names: an id, or a figure (with a colon)."""
    figure = name.removesuffix(":")
    return f' id="{name}"' in text or f' data-name="{figure}"' in text


@pytest.mark.parametrize("old", OLD)
def test_every_old_address_leads_on(old):
    for name in OLD[old]:
        address = table().get(f"{old}#{name}", f"{old}.html#{name}")
        place, _, now = address.partition("#")
        assert names(page(place), now), f"{old}.html#{name} leads to {address}"


def followed():
    """Of each old page the first address that moved, and the first figure."""
    for old in OLD:
        found = [address for address in table() if address.startswith(f"{old}#")]
        figures = [address for address in found if address.endswith(":")]
        yield from {*found[:1], *figures[:1]}


@pytest.mark.browser
@pytest.mark.parametrize("way", ["http", "file"])
def test_a_page_sends_to_what_moved(way, browser, serve):
    base = serve(HTML) if way == "http" else HTML.as_uri() + "/"
    tab = browser.new_page()
    # From the disk the last alone: the script is the same.
    for address in sorted(followed())[0 if way == "http" else -1 :]:
        old, _, name = address.partition("#")
        setting = f"{name}x=1" if name.endswith(":") else name
        place, _, now = table()[address].partition("#")
        expected = [place, f"#{now}x=1" if now.endswith(":") else f"#{now}"]
        tab.goto(f"{base}chapters/{old}.html#{setting}")
        tab.wait_for_function(
            "place => location.href.endsWith(place)", arg="".join(expected)
        )
        assert tab.evaluate(PLACE) == expected
    tab.close()
