"""The book's look: one palette, in CSS variables so that dark mode recolors it.

matplotlib draws in the light colors; the recorder writes each of them as a variable.
"""

import matplotlib as mpl

# light, dark: after Okabe and Ito, at a contrast of 3:1 or more with their ground
PALETTE = {
    "ink": ("#22272e", "#d8dee6"),
    "muted": ("#6e7781", "#8b949e"),
    "grid": ("#d7dce1", "#3a414a"),
    "paper": ("#ffffff", "#14181e"),
    "blue": ("#0072b2", "#58b4f0"),
    "orange": ("#d55e00", "#ff8f4a"),
    "green": ("#008f6b", "#2fd0a0"),
    "pink": ("#b8578c", "#e88cc0"),
    "gold": ("#b57f00", "#f0c040"),
    "sky": ("#3a8fc7", "#8ecdf5"),
}
INK = {name: light for name, (light, dark) in PALETTE.items()}
CYCLE = ("blue", "orange", "green", "pink", "gold", "sky")
VARIABLES = {light: f"var(--fig-{name})" for name, light in INK.items()}

STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK["muted"],
    "axes.facecolor": "none",
    "axes.formatter.use_mathtext": False,
    "axes.grid": False,
    "axes.labelcolor": INK["ink"],
    "axes.labelsize": 13,
    "axes.linewidth": 1,
    "axes.prop_cycle": mpl.cycler(color=[INK[name] for name in CYCLE]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": INK["ink"],
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlesize": 14,
    "axes.titleweight": "bold",
    "axes.unicode_minus": True,
    "contour.linewidth": 1,
    "figure.dpi": 72,
    "figure.edgecolor": "none",
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # the one matplotlib carries: same everywhere
    "font.size": 13,
    "grid.color": INK["grid"],
    "grid.linewidth": 1,
    "image.composite_image": False,
    "legend.fontsize": 12,
    "legend.frameon": False,
    "lines.linewidth": 2.25,
    "lines.markersize": 7,
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "mathtext.fontset": "stix",
    "path.simplify": False,
    "savefig.facecolor": "none",
    "scatter.edgecolors": "none",
    "text.color": INK["ink"],
    "xtick.color": INK["muted"],
    "xtick.labelcolor": INK["muted"],
    "xtick.labelsize": 12,
    "xtick.major.size": 4,
    "xtick.minor.visible": False,
    "ytick.color": INK["muted"],
    "ytick.labelcolor": INK["muted"],
    "ytick.labelsize": 12,
    "ytick.major.size": 4,
    "ytick.minor.visible": False,
}


def use_style():
    """Draw every later figure of this session in the book's look.

    Examples
    --------
    >>> with mpl.rc_context():
    ...     use_style()
    """
    mpl.rcParams.update(STYLE)


def css():
    """Return the palette as CSS variables, light and dark; print is always light.

    Examples
    --------
    >>> print(css()[:44])
    .explore { --fig-ink: #22272e; --fig-muted:
    """
    light, dark = (
        " ".join(f"--fig-{name}: {pair[ground]};" for name, pair in PALETTE.items())
        for ground in (0, 1)
    )
    book, notebook = "html[data-theme=dark]", "body[data-jp-theme-light=false]"
    return (
        f".explore {{ {light} }}\n"
        "@media screen and (forced-colors: none) {\n"
        f":is({book}, {notebook}) .explore {{ {dark} }}\n}}\n"
    )
