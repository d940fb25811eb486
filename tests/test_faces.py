"""The typefaces: cut as the script says, with all that the pages draw with them."""

import io
import re
import shutil
from html import unescape
from pathlib import Path

import formulas
import pytest
from fontTools.ttLib import TTFont

from tools import faces

ROOT = Path(__file__).resolve().parent.parent

ITALIC = {chr(0x61 + k): chr(0x1D44E + k) for k in range(26)}
ITALIC["h"] = "\N{PLANCK CONSTANT}"


def font(name):
    return TTFont(io.BytesIO(faces.packed(name)))


@pytest.mark.parametrize("name", faces.FACES)
def test_a_face_has_the_books_name_its_authors_and_its_license(name):
    names = font(name)["name"]
    assert names.getDebugName(1).startswith("Book")
    assert names.getDebugName(0)
    package = faces.FACES[name].package.name.rpartition("/")[2]
    license_text = (faces.LICENSES / f"LICENSE-{package}.txt").read_text("utf-8")
    assert re.search("Open Font License|Bitstream", license_text, re.IGNORECASE)


@pytest.mark.parametrize("name", faces.FACES)
def test_the_same_package_gives_the_same_bytes(name):
    package = faces.FACES[name].package
    if not shutil.which("npm") and not faces.stored(package).exists():
        pytest.skip("npm is not installed, and the package is not here")
    try:
        made = faces.cut(faces.FACES[name])
    except faces.subprocess.CalledProcessError:
        pytest.skip("the package cannot be had from npm here")
    assert made == faces.packed(name)


def test_the_math_face_has_every_sign_of_the_books_formulas():
    known = set(map(chr, font("math").getBestCmap()))
    for path in [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("pages/*.md")]:
        text = path.read_text("utf-8")
        text = "\n".join(sources(text)) if path.suffix == ".ipynb" else text
        text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
        for tex in re.findall(r"(?<![\\$])\$([^$\n]+)\$", text):
            shown = re.sub("<annotation.*?</annotation>|<[^>]*>", "", set_in(tex))
            drawn = {ITALIC.get(sign, sign) for sign in unescape(shown)}
            assert drawn <= known, (path.name, tex, drawn - known)


def sources(notebook):
    """Return the text of a notebook's cells of Markdown."""
    import nbformat

    cells = nbformat.reads(notebook, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def set_in(tex):
    """Return a formula as MathML."""
    return formulas.mathml(tex.replace(r"\|", "|"))


def test_a_prime_stands_on_its_foot_and_fences_are_narrow():
    math = font("math")
    names = math.getBestCmap()
    prime = math["glyf"][names[ord("′")]]
    assert 0 < prime.yMin < 100
    table = math["MATH"].table.MathVariants
    kinds = dict(
        zip(table.VertGlyphCoverage.glyphs, table.VertGlyphConstruction, strict=True)
    )
    for sign in "()[]{}":
        sizes = kinds[names[ord(sign)]].MathGlyphVariantRecord
        assert len(sizes) > 3
        assert all(math["hmtx"][size.VariantGlyph][0] <= 480 for size in sizes)
