"""Cut the book's typefaces from pinned packages of npm: ``make faces``.

Each face is cut to the characters below, given a name of the book's own (its license
asks for that of what is changed), packed as WOFF2, and written whole into a style
sheet: a face that came after the text would move it. The same packages give the same
bytes. Three things of the math face are mended. Browsers raise a prime, which it has
raised already. Its fractions within a line stand so far from their bar that they push
the lines apart. And Chromium keeps free, beside each fence and root, the room that the
largest of its kind would need: here the largest are not much wider than the smallest.
"""

# ruff: noqa: RUF001 - the signs look alike, and are meant

import base64
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "_static"
LICENSES = STATIC / "faces"
PACKAGES = ROOT / "_build" / "packages"


class Package(NamedTuple):
    """A package of npm, the hash of its archive as npm states it, its license."""

    name: str
    version: str
    sha512: str
    license: str


class Face(NamedTuple):
    """A face: where it comes from, its name here, what it is cut to, how it is used."""

    package: Package
    path: str
    name: str
    characters: str
    features: tuple = ()
    family: str = ""
    style: str = "font-style: normal; font-weight: 400"


def span(first, last):
    """Return the characters from one to another.

    Examples
    --------
    >>> span("a", "e")
    'abcde'
    """
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


# ---- what is cut from what

SERIF = Package(
    "source-serif",
    "4.5.1",
    "NUAh5IzF7KiUu2gTpqE+ed9MNbMe4st7LIIXZ0OHHSPc6gg86H67j04M8sIhU2qqFd26btXaFQ2ge5u/"
    "p72j0Q==",
    "LICENSE.md",
)
SANS = Package(
    "source-sans",
    "3.52.0",
    "xsm7qlMI/JwxwNdp6pvpR6l+aZjn90fzOzoeUz/qoohIYbKbDwQNRIz5/ItYs7/hvqLirQNUoDFGXSVA"
    "3TU9tw==",
    "LICENSE.md",
)
CODE = Package(
    "source-code-pro",
    "2.42.0",
    "18isp9l4xtOL3r61TwL9m1hjYX9qb1+i7iK0pSHEeWADKuQCOdQkBzhFiv8pBfOP7u9lNTBN75yYif2H"
    "Udyiyg==",
    "LICENSE.md",
)
SIGNS_OF_CODE = Package(
    "dejavu-fonts-ttf",
    "2.37.3",
    "f1hd7jJbeQa1VWcw+K2KrTXS50zTMaHpVC4XIKJpNcDeYR5ajMtj/iLlQDYNvLOKamUB3ARVVCf79lNw"
    "NVztSQ==",
    "LICENSE",
)
MATH = Package(
    "@fontsource/stix-two-math",
    "5.3.0",
    "negoeozw6VSXjZMozwKRSm/dhCQT62csZcuea9I8KYqPaZq/8KbbBBrA02ZHF7AyuR5mVML/p+q0bwFu"
    "SIf2GQ==",
    "LICENSE",
)

ASCII = span(" ", "~")
GREEK = span("α", "ω") + "ΓΔΘΛΞΠΣΦΨΩ"
POINTS = "\N{NO-BREAK SPACE}–—‘’“”…′″·•§©°"
NAMES = "ÄÅÖÜßàáâäåæçèéêëíîïñóôöøúûüýıŁłşŷŶ"
NUMBERS = "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ₀₁₂₃₄₅½¼¾"
SIGNS = "±×÷−√∞≤≥≈≠∂∇∑∏∫→←↑↓↦⊙‖★"
TEXT = ASCII + POINTS + NAMES + GREEK + NUMBERS + SIGNS
SHORT = ASCII + POINTS + "äèéöü"

BLACKBOARD, SCRIPT = "𝔼ℝℕℤℚℂℙ𝟙", "ℒ𝒩𝒟𝒪"
ITALIC = span("𝐴", "𝑧") + "ℎ" + span("𝛢", "𝜛")  # a browser takes these in an <mi>
RELATIONS = "≤≥≪≫≠≈≡≅∼≃∝∈∉∋⊂⊆⊃∪∩∅⊥⟂∥∣≺≻⪯⪰≔"
OPERATORS = "−±∓×÷⋅∗∘⊙⊕⊗⊤∂∇∑∏∫∞√∧∨¬∀∃∖…⋯⋮⋱∴\u2061\u2062\u2063"
ARROWS = "←→↔↦⇒⇐⇔⟶⟵⟼⟹⟺↑↓⟷"
FENCES = "‖⌈⌉⌊⌋⟨⟩∥⟮⟯"
ACCENTS = "ˆˇ˜˙¨‾¯ˉ⏞⏟⎵\u0302\u0303\u0304\u0305\u0307\u0308\u20d7"
FORMULA = "".join(
    (
        *(ASCII, GREEK, "ϵϑϕϱϖ", ITALIC, BLACKBOARD, SCRIPT, POINTS, "‴ℓℏ★⁺⁻₊₋"),
        *(RELATIONS, OPERATORS, ARROWS, FENCES, ACCENTS),
    )
)
IN_CODE = "⁺⁻₊₋⁽⁾∇↦⊙★⇔∛ȳᵀᵢⱼᵏᵈᵗᵖʲˢˣᶻₖₗₙₚₜ⌈⌉⌊⌋⎡⎢⎣⎤⎥⎦⋯‖□■"

WORDS = ("kern", "liga", "ccmp", "mark")
FIGURES = ("kern", "ccmp", "mark", "tnum")

ITALICS = "font-style: italic; font-weight: 400"
BOLD = "font-style: normal; font-weight: 600"

FACES = {
    "serif": Face(SERIF, "TTF/SourceSerif4-Regular.ttf", "Book Serif", TEXT, WORDS),
    "serif-italic": Face(
        *(SERIF, "TTF/SourceSerif4-It.ttf", "Book Serif Italic", SHORT, WORDS),
        *("Book Serif", ITALICS),
    ),
    "serif-bold": Face(
        *(SERIF, "TTF/SourceSerif4-Semibold.ttf", "Book Serif Bold", SHORT + GREEK),
        *(WORDS, "Book Serif", BOLD),
    ),
    "sans": Face(SANS, "TTF/SourceSans3-Regular.ttf", "Book Sans", TEXT, FIGURES),
    "sans-bold": Face(
        *(SANS, "TTF/SourceSans3-Semibold.ttf", "Book Sans Bold", SHORT + GREEK),
        *(FIGURES, "Book Sans", BOLD),
    ),
    "code": Face(
        CODE, "TTF/SourceCodePro-Regular.ttf", "Book Code", TEXT, ("ccmp", "mark")
    ),
    "code-signs": Face(
        *(SIGNS_OF_CODE, "ttf/DejaVuSansMono.ttf", "Book Code Signs", IN_CODE),
        style="size-adjust: 99.66%",
    ),
    "math": Face(
        MATH, "files/stix-two-math-latin-400-normal.woff2", "Book Math", FORMULA
    ),
}
MADE = "/* Made by make faces; the licenses lie in faces/. */\n"
SHEETS = {"faces": [name for name in FACES if name != "math"], "math": ["math"]}

# ---- the packages


def stored(package):
    """Return where the archive of a package is, or will be."""
    name = package.name.strip("@").replace("/", "-")
    return PACKAGES / f"{name}-{package.version}.tgz"


def archive(package):
    """Return the archive of a package, from npm unless it is here already."""
    path = stored(package)
    if not (path.exists() and sum_of(path) == package.sha512):  # it may be half there
        PACKAGES.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm") or sys.exit("faces come from npm: install it first")
        wanted = f"{package.name}@{package.version}"
        subprocess.run([npm, "pack", "--silent", wanted], cwd=PACKAGES, check=True)
        if (found := sum_of(path)) != package.sha512:
            sys.exit(f"{path} is not what was pinned: its SHA-512 is {found}")
    return path.read_bytes()


def sum_of(path):
    """Return the SHA-512 of a file, as npm states it."""
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def member(package, path):
    """Return a file of a package."""
    with tarfile.open(fileobj=io.BytesIO(archive(package))) as files:
        return files.extractfile(f"package/{path}").read()


# ---- cutting


def cut(face):
    """Return the bytes of a face, cut, mended, renamed and packed."""
    font = TTFont(io.BytesIO(member(face.package, face.path)), recalcTimestamp=False)
    options = subset.Options(
        layout_features=list(face.features),
        hinting=False,
        notdef_outline=True,
        drop_tables=["DSIG", "FFTM", "BASE", "GDEF", "meta"],
    )
    if face.features:
        options.drop_tables.remove("GDEF")
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, face.characters))
    subsetter.subset(font)
    if "MATH" in font:
        lower_primes(font)
        close_fractions(font)
        narrow_fences(font)
    rename(font, face.name)
    font.flavor = "woff2"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


def rename(font, name):
    """Give a font another name; who made it, and its license, stay in it."""
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6, 16):
            new = name.replace(" ", "") if record.nameID == 6 else name
            record.string = new


def lower_primes(font, foot=45, size=1.35):
    """Set the foot of each prime just above the base line, and make it larger."""
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    for name in filter(None, map(names.get, map(ord, "′″‴"))):
        bounds = BoundsPen(glyphs)
        glyphs[name].draw(bounds)
        left, bottom, right, _ = bounds.bounds
        move = (size, 0, 0, size, 20 - size * left, foot - size * bottom)
        redraw(font, name, move, round(size * (right - left)) + 40)


def redraw(font, name, move, width):
    """Draw a glyph anew, moved and scaled, and give it a width."""
    outline = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(outline)
    drawn = TTGlyphPen(None)
    outline.replay(TransformPen(drawn, move))
    glyph = drawn.glyph()
    glyph.recalcBounds(font["glyf"])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))


def close_fractions(font, up=430, down=345):
    """Bring numerator and denominator within a line nearer to their bar."""
    constants = font["MATH"].table.MathConstants
    constants.FractionNumeratorShiftUp.Value = up
    constants.FractionDenominatorShiftDown.Value = down


def narrow_fences(font, fence=480, root=870):
    """Keep the sizes of a fence up to a width; draw what is wider narrower."""
    table, names = font["MATH"].table.MathVariants, font.getBestCmap()
    kinds = dict(
        zip(table.VertGlyphCoverage.glyphs, table.VertGlyphConstruction, strict=True)
    )
    for sign in "()[]{}⌈⌉⌊⌋⟨⟩√":
        kind, widest = kinds[names[ord(sign)]], root if sign == "√" else fence
        sizes, parts = kind.MathGlyphVariantRecord, kind.GlyphAssembly
        if parts and sign != "√":
            fits = [font["hmtx"][size.VariantGlyph][0] <= widest for size in sizes]
            kind.MathGlyphVariantRecord = sizes = sizes[: sum(fits)]
            kind.VariantCount = len(sizes)
        glyphs = {size.VariantGlyph for size in sizes}
        glyphs |= {part.glyph for part in parts.PartRecords} if parts else set()
        for glyph in sorted(glyphs):
            width = font["hmtx"][glyph][0]
            if width > widest:
                redraw(font, glyph, (widest / width, 0, 0, 1, 0, 0), widest)


# ---- the style sheets


def rule(face, content):
    """Return the rule of a style sheet that holds a face."""
    data = base64.b64encode(content).decode()
    return (
        f'@font-face {{ font-family: "{face.family or face.name}"; {face.style}; '
        f'src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
    )


def packed(name):
    """Return the bytes of a face, as the style sheets hold it."""
    sheet = next(sheet for sheet, names in SHEETS.items() if name in names)
    text = (STATIC / f"{sheet}.css").read_text("utf-8")
    found = re.findall('base64,([^"]*)', text)[SHEETS[sheet].index(name)]
    return base64.b64decode(found)


def main():
    """Cut every face into its style sheet; lay the licenses beside them."""
    for sheet, names in SHEETS.items():
        rules = [rule(FACES[name], cut(FACES[name])) for name in names]
        path = STATIC / f"{sheet}.css"
        path.write_text(MADE + "".join(rules), encoding="utf-8")
        print(f"{path.name:10} {path.stat().st_size / 1000:6.1f} kB")
    LICENSES.mkdir(parents=True, exist_ok=True)
    for package in dict.fromkeys(face.package for face in FACES.values()):
        name = package.name.rpartition("/")[2]
        target = LICENSES / f"LICENSE-{name}.txt"
        target.write_bytes(member(package, package.license))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[-1]} cannot be had from npm here")
