"""A matplotlib renderer that writes down flat SVG marks, in whole tenths of a pixel.

Whole numbers add up exactly, so a path is written as short relative steps, and two
frames that look alike are alike, letter by letter.
"""

import base64
import io
import re
from html import escape
from typing import NamedTuple

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import rgb2hex
from matplotlib.font_manager import weight_dict
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, Bbox

from mathlib.explore.style import VARIABLES

UNITS = 10  # to a CSS pixel
MARGIN = 20 * UNITS  # how far an unfilled line is kept beyond the panel
FARTHEST = 9999 * UNITS
LARGEST = 1e10  # units; a circle of this size has some 100 000 corners
LETTERS = {  # matplotlib's path codes: the SVG letter, the number of points
    Path.MOVETO: ("m", 1),
    Path.LINETO: ("l", 1),
    Path.CURVE3: ("q", 2),
    Path.CURVE4: ("c", 3),
}
ANCHORS = {"center": "middle", "right": "end"}
TICK = re.compile(r"\$\\mathdefault\{([^\\{]*?)(?:\^\{([^\\{]*?)\})?\}\$")
STEP = re.compile(r"m? ?(-?\d+) ?(-?\d+)")


class Mark(NamedTuple):
    """One SVG element: its tag, its attributes, what stands inside."""

    tag: str
    attributes: dict
    inside: str = ""

    def svg(self, extra=""):
        """Write the element out.

        A clip would move with a transform: it stands on a group around the element.
        """
        kept = self.attributes
        clip = kept.get("clip-path") if "transform" in kept else None
        if clip:
            kept = {name: v for name, v in kept.items() if name != "clip-path"}
        pairs = (f' {name}="{_value(v)}"' for name, v in kept.items())
        element = f"<{self.tag}{extra}{''.join(pairs)}>{self.inside}</{self.tag}>"
        return f'<g clip-path="{_value(clip)}">{element}</g>' if clip else element


class Dots(str):
    """The path of a line whose corners are to be shown as dots.

    The page keeps the line's path once for both and makes the dots itself.
    """

    __slots__ = ()

    def drawn(self):
        """Return the path that shows the dots: a round stroke of no length at each."""
        return STEP.sub(r"m\1 \2h0", self)


def _value(value):
    return value.drawn() if isinstance(value, Dots) else escape(value)


class Recorder(RendererBase):
    """Collects in `marks` what matplotlib draws on a panel of the given size."""

    def __init__(self, width, height, name, clips=None):
        super().__init__()
        self.width, self.height, self.name = width, height, name
        self.marks = []
        self.clips = {} if clips is None else clips
        self.to_units = Affine2D().scale(UNITS, -UNITS).translate(0, UNITS * height)

    def again(self):
        """Return an empty recorder that shares this one's clip rectangles."""
        return Recorder(self.width, self.height, self.name, self.clips)

    def get_canvas_width_height(self):
        """Return the panel's size in pixels."""
        return self.width, self.height

    def points_to_pixels(self, points):
        """Return points unchanged: at 72 dots per inch a point is a pixel."""
        return points

    def flipy(self):
        """Tell matplotlib that y runs downward."""
        return True

    def option_scale_image(self):
        """Tell matplotlib that an image may be scaled in the browser."""
        return True

    def option_image_nocomposite(self):
        """Tell matplotlib to leave neighboring images apart."""
        return True

    def get_text_width_height_descent(self, s, prop, ismath):
        """Measure a text in matplotlib's own font."""
        return text_to_path.get_text_width_height_descent(s, prop, ismath)

    # ---- what matplotlib calls

    def draw_path(self, gc, path, transform, rgbFace=None):
        """Record a line or an area."""
        look = self._look(gc, rgbFace)
        if look["fill"] == "none" and "stroke" not in look:
            return
        corners = self._corners(path, transform, filled=rgbFace is not None)
        self._add("path", d=_path_text(*corners), **look, **self._clip(gc))

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        """Record filled circles as one path of dots, other markers one by one."""
        hollow = rgbFace is None or tuple(rgbFace[3:]) == (0,)
        if hollow or not _is_circle(marker_path, marker_trans):
            super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
            return
        size = np.ptp(marker_trans.transform(marker_path.vertices), axis=0)[0]
        rings, opacity = [*self._rings(gc, size, rgbFace)], _alpha(gc, rgbFace)
        edge = _alpha(gc, gc.get_rgb()) if _edge(gc) else opacity
        if edge != opacity or (len(rings) > 1 and opacity < 1):  # faint: not as rings
            super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
            return
        dots = Dots(self._dots(gc, path, trans))
        for color, width in rings:
            look = {"fill": "none", "stroke-linecap": "round", "stroke": color}
            look["stroke-width"] = f"{width * UNITS:.4g}"
            look |= _opacity("stroke-opacity", opacity)
            self._add("path", d=dots, **look, **self._clip(gc))

    def draw_image(self, gc, x, y, im, transform=None):
        """Record an image as PNG.

        Interpolation "none" comes with a transform: each pixel is a number, and the
        whole may be turned and pushed. It is the unit square, moved by a matrix.
        """
        height, width = im.shape[:2]
        placed = Affine2D().translate(x, y) + self.to_units
        if transform is None:
            im = im[::-1]  # units count downward
            look = _box(*placed.transform([(0, 0), (width, height)]))
        else:
            placed = Affine2D().scale(1 / width, 1 / height) + transform + placed
            look = {"image-rendering": "pixelated", "width": "1", "height": "1"}
            corners = placed.transform([(0, 0), (width, 0), (0, height)])
            look |= _moved_square(*_whole(corners))
            look |= _opacity("opacity", gc.get_alpha())
        look |= {"href": _png(im), "preserveAspectRatio": "none"}
        self._add("image", **look, **self._clip(gc))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        """Record a text in the page's own font; mathematics as outlines."""
        tick = TICK.fullmatch(s) if ismath else None
        if ismath and not tick:
            self._add_outlines(gc, x, y, s, prop, angle)
            return
        size = prop.get_size_in_points()
        look = {"font-size": f"{size * UNITS:.4g}"} | _ink(gc)
        if mtext is not None and (angle == 0 or mtext.get_rotation_mode() == "anchor"):
            x, y = self._anchored(x, y, angle, mtext)
            look |= _anchor(mtext)
        look |= _weight_and_slant(prop) | _position(x, y, angle)
        inside = _power(tick, size) if tick else escape(s, quote=False)
        self._add("text", inside, **look, **self._clip(gc))

    # ---- how it is written

    def _add(self, tag, inside="", **attributes):
        self.marks.append(Mark(tag, attributes, inside))

    def _corners(self, path, transform, *, filled):
        """Return whole-number vertices and codes, cut to the panel unless filled."""
        box = None if filled else self._around()
        clean = _clean(path, transform + self.to_units, box)
        if np.abs(clean.vertices).max(initial=0) > FARTHEST:
            clean = _cut_far_off(clean, box)
        kept = clean.codes != Path.STOP
        return _whole(clean.vertices[kept]), clean.codes[kept]

    def _around(self):
        """Return the edges of the panel with its margin, in units."""
        right, bottom = self.width * UNITS + MARGIN, self.height * UNITS + MARGIN
        return -MARGIN, -MARGIN, right, bottom

    def _dots(self, gc, path, transform):
        """Return the path of a line's corners; a clip hides those where it is cut."""
        if gc.get_clip_rectangle() is None:
            points = (transform + self.to_units).transform(path.vertices)
            left, top, right, bottom = self._around()
            near = ((points >= (left, top)) & (points <= (right, bottom))).all(axis=1)
            if not near.all():
                points = _whole(points[near])
                return _path_text(points, np.full(len(points), Path.MOVETO))
        return _path_text(*self._corners(path, transform, filled=False))

    def _clip(self, gc):
        """Return the reference to the clip rectangle, noting a new rectangle."""
        rectangle = gc.get_clip_rectangle()
        if rectangle is None:
            return {}
        x, y, width, height = rectangle.bounds
        corner = (x, self.height - y - height, width, height)
        box = tuple(round(value * UNITS) for value in corner)
        name = self.clips.setdefault(box, f"{self.name}-clip{len(self.clips)}")
        return {"clip-path": f"url(#{name})"}

    def _look(self, gc, face):
        """Return the attributes of fill and stroke."""
        look = {"fill": "none"}
        if face is not None and _alpha(gc, face) > 0:
            look["fill"] = _paint(face)
            look |= _opacity("fill-opacity", _alpha(gc, face))
        opacity = _alpha(gc, gc.get_rgb())
        if gc.get_linewidth() > 0 and opacity > 0:
            look |= _stroke(gc) | _opacity("stroke-opacity", opacity)
        return look

    def _rings(self, gc, size, face):
        """Yield color and width of the strokes that make a dot: edge, then face."""
        line = _edge(gc)
        edge, inner = _paint(gc.get_rgb()), _paint(face)
        if line and edge != inner:
            yield edge, size + line
            yield inner, max(size - line, 0)
        else:
            yield inner, size + line

    def _add_outlines(self, gc, x, y, s, prop, angle):
        """Record mathematics in the font that matches the page's formulas."""
        vertices, codes = text_to_path.get_text_path(prop, s, ismath=True)
        if not len(vertices):
            return
        scale = prop.get_size_in_points() / text_to_path.FONT_SCALE
        turned = Affine2D().scale(scale).rotate_deg(angle)
        placed = turned.translate(x, self.height - y) + self.to_units
        d = _path_text(_whole(placed.transform(vertices)), np.asarray(codes))
        self._add("path", d=d, **_ink(gc), **self._clip(gc))

    def _anchored(self, x, y, angle, mtext):
        """Move a text's origin to where its author anchored it.

        The page's font may be wider or narrower than the one matplotlib measured.
        """
        position = mtext.get_unitless_position()
        anchor = mtext.get_transform().transform(position)
        anchor[1] = self.height - anchor[1]
        across = np.array([np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))])
        return anchor + across @ (np.array([x, y]) - anchor) * across


def _clean(path, transform, box, curves=True):
    """Return a path of finite corners, in units, its lines cut to a box."""
    return path.cleaned(
        transform, remove_nans=True, curves=curves, simplify=False, clip=box
    )


def _cut_far_off(path, box):
    """Return a path without the parts that no browser can draw, its curves flattened.

    A line is cut to a box, an area to what can be drawn. Without end a curve has
    corners without end, so the largest are flattened at a smaller size.
    """
    size = max(1, np.abs(path.vertices).max() / LARGEST)
    smaller = Affine2D().scale(1 / size)
    flat = _clean(path, smaller, None, curves=False).transformed(smaller.inverted())
    if box is None:
        square = Bbox([[-FARTHEST] * 2, [FARTHEST] * 2])
        parts = (Path(corners).clip_to_bbox(square) for corners in flat.to_polygons())
        flat = Path.make_compound_path(*parts)
    return _clean(flat, None, box)


def _whole(vertices):
    """Round to whole units, within what every browser can draw."""
    return np.clip(np.rint(vertices), -FARTHEST, FARTHEST).astype(int)


def _path_text(vertices, codes):
    """Write a path as relative steps, with as few letters as SVG allows."""
    pieces, here, start, last, at = [], (0, 0), (0, 0), "", 0
    vertices, codes = vertices.tolist(), codes.tolist()
    while at < len(vertices):
        if codes[at] == Path.CLOSEPOLY:
            pieces.append("z")
            here, last, at = start, "z", at + 1
            continue
        letter, count = LETTERS[codes[at]]
        steps = _steps(vertices[at : at + count], here)
        here, at = vertices[at + count - 1], at + count
        start = here if letter == "m" else start
        pieces.append(_joined(steps, "" if letter == last else letter))
        last = "l" if letter == "m" else letter  # after a move, bare pairs are lines
    return "".join(pieces)


def _steps(points, here):
    """Return the coordinates of some points as seen from `here`."""
    return [c - h for point in points for c, h in zip(point, here, strict=True)]


def _joined(steps, letter):
    """Write numbers after a letter; a minus sign separates, else a space does."""
    text = "".join(str(step) if step < 0 else f" {step}" for step in steps)
    return letter + text.lstrip() if letter else text


def _is_circle(path, transform):
    """Return whether a marker is matplotlib's circle, undistorted."""
    if path.codes is None or np.count_nonzero(path.codes == Path.CURVE4) != 24:
        return False
    width, height = np.ptp(transform.transform(path.vertices), axis=0)
    return abs(width - height) < 1e-6


def _edge(gc):
    """Return the width of a marker's edge, if it is seen."""
    return gc.get_linewidth() if gc.get_rgb()[3] > 0 else 0


def _ink(gc):
    """Return the attributes of what is written."""
    color = gc.get_rgb()
    return {"fill": _paint(color)} | _opacity("fill-opacity", _alpha(gc, color))


def _paint(rgb):
    """Return the palette's variable for a color, or the color itself."""
    color = rgb2hex(rgb[:3])
    return VARIABLES.get(color, color)


def _alpha(gc, rgba):
    """Return the opacity matplotlib means for a color."""
    if gc.get_forced_alpha():
        return gc.get_alpha()
    return rgba[3] if len(rgba) > 3 else 1


def _opacity(name, value):
    return {name: f"{value:.3g}"} if value < 1 else {}


def _stroke(gc):
    """Return the attributes of a line: color, width, ends, corners, dashes."""
    look = {"stroke": _paint(gc.get_rgb())}
    look["stroke-width"] = f"{gc.get_linewidth() * UNITS:.4g}"
    if gc.get_capstyle() == "round":
        look["stroke-linecap"] = "round"
    if gc.get_joinstyle() == "round":
        look["stroke-linejoin"] = "round"
    offset, dashes = gc.get_dashes()
    if dashes is not None:
        look["stroke-dasharray"] = " ".join(f"{d * UNITS:.4g}" for d in dashes)
    if dashes is not None and offset:
        look["stroke-dashoffset"] = f"{offset * UNITS:.4g}"
    return look


def _box(one, other):
    """Return the place of an image between two opposite corners."""
    (left, bottom), (right, top) = one, other
    return {
        "x": f"{min(left, right):.0f}",
        "y": f"{min(top, bottom):.0f}",
        "width": f"{abs(right - left):.0f}",
        "height": f"{abs(bottom - top):.0f}",
    }


def _moved_square(origin, right, up):
    """Return the matrix that takes the unit square to where its corners shall be."""
    columns = *(right - origin), *(up - origin), *origin
    return {"transform": f"matrix({' '.join(map(str, columns))})"}


def _png(pixels):
    """Return the pixels as the address of an embedded PNG."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(np.asarray(pixels)).save(stream, format="png", optimize=True)
    packed = base64.b64encode(stream.getvalue()).decode()
    return f"data:image/png;base64,{packed}"


def _anchor(mtext):
    side = ANCHORS.get(mtext.get_horizontalalignment())
    return {"text-anchor": side} if side else {}


def _weight_and_slant(prop):
    look = {}
    weight = prop.get_weight()
    number = weight_dict.get(weight, weight)  # a browser knows few of the names
    if number != 400:
        look["font-weight"] = weight if weight == "bold" else str(number)
    if prop.get_style() != "normal":
        look["font-style"] = prop.get_style()
    return look


def _position(x, y, angle):
    place = {"x": f"{x * UNITS:.0f}", "y": f"{y * UNITS:.0f}"}
    if angle:
        place["transform"] = f"rotate({-angle:.4g} {place['x']} {place['y']})"
    return place


def _power(tick, size):
    """Write matplotlib's own tick label, such as ten to a power, as plain text."""
    base, power = (
        escape(part or "", quote=False).replace("-", "\N{MINUS SIGN}")
        for part in tick.groups()
    )
    if not power:
        return base
    rise, small = round(-0.42 * size * UNITS), round(0.72 * size * UNITS)
    return f'{base}<tspan dy="{rise}" font-size="{small}">{power}</tspan>'
