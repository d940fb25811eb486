"""Figures of each kind of thing that is drawn, as they are written: ``recorded.txt``.

    PYTHONPATH=tests:. python tests/recorded.py

writes the file anew, after a change that was meant; ``test_recorded.py`` compares. What
is right about a figure, `test_explore` asks; this holds all the rest of it still. The
first line is matplotlib's version, whose measure of words another one may change.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from mathlib.explore import INK, even_stops, explore, live, log_stops, page, stops

RECORD = Path(__file__).with_name("recorded.txt")
X = np.linspace(0, 6, 9)


def animals(left, right, k, kind):
    """Draw one of each kind of thing."""
    left.fill_between(X, np.sin(X * k), alpha=0.3, color=INK["blue"])
    left.bar(
        [1, 2], [k, 0.5], width=0.3, color=INK["gold"], ec=INK["ink"], label="bars"
    )
    left.plot(X, np.cos(X * k), "o-", ms=7, mec=INK["ink"], color=INK["green"])
    left.plot(X, X / 4, "s", mfc="none", zorder=1, clip_on=False)
    left.plot(X, -X / 4, "o", mfc=INK["pink"], mec="none", alpha=0.5)
    left.axvline(k, ls="--", lw=2.5, color=INK["pink"])
    left.annotate("here", (k, 0), (4, 1.5), arrowprops={"arrowstyle": "->"})
    left.text(3, 1, f"k < {k} & more", ha="right", va="top", weight="bold")
    left.text(5, 2, "up", rotation=90, rotation_mode="anchor", style="italic", size=15)
    left.text(5, 1, "askew", rotation=30)
    left.plot([-90, 3, 90], [-90, 0, 9 * k])  # far out: it is cut
    right.imshow(np.outer(X, X)[:3, :2] * k, extent=(1, 10, 1, 10), aspect="auto")
    right.imshow(
        np.eye(3) * k, extent=(2, 5, 2, 9), aspect="auto", interpolation="none"
    )
    right.errorbar([5], [k + 1], yerr=[0.5], fmt="o", label="measured")
    if kind == "many":
        right.scatter(X + 1, X + 2, c=X, s=20)
        left.figure.text(0.8, 0.9, "many")
    right.legend(loc="lower left")
    return f"With k = {k} there are {kind} animals."


def field(left, right):
    """Prepare the backdrop."""
    left.plot(X, X / 3, color=INK["grid"], zorder=2.2)
    left.set(xlim=(0, 6), ylim=(-1.5, 2.5), xlabel="across", ylabel="up", title="one")
    left.grid()
    right.set(xscale="log", yscale="log", xlim=(1, 10), ylim=(1, 10))


def dial(ax, power, angle):
    """Draw a hand, moved by its end."""
    ax.plot([0, np.cos(angle)], [0, np.sin(angle)], color=INK["orange"])
    return f"The hand of 10 to the power {np.log10(power):.3g} is at {angle:.2f}."


def face(ax):
    """Prepare the dial."""
    ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), xticks=[], yticks=[])


def recorded():
    """Yield the lines of the record."""
    yield f"matplotlib {mpl.__version__}"
    zoo = explore(
        animals,
        field,
        size=[(300, 200), (200, 220)],
        k=stops(1, 2, start=2, label="size k"),
        kind=stops("few", "many", label="how many"),
    )
    hand = explore(
        dial,
        face,
        size=(120, 100),
        handle=lambda angle: (np.cos(angle), np.sin(angle)),
        play="angle",
        power=log_stops(0.1, 10, 3, start=1, label="power"),
        angle=even_stops(0, 3, 4, start=2, label="angle", format=".1f"),
    )
    for markup in (page.html(zoo), page.html(hand), live.html(hand)):
        yield from markup.replace(">", ">\n").splitlines()
    yield from str(live.moved(hand, [1.5, 0.25])).replace(">", ">\n").splitlines()


def main():
    """Write the record."""
    RECORD.write_text("\n".join(recorded()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
