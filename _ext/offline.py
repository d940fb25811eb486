"""Sphinx extension: pages that ask no third party for anything, and little of us.

The theme's icon script, 1.5 MB, is emptied: its web font draws the same icons. The
index of the search is left to the search page.
"""

from pathlib import Path

TEMPLATES = str(Path(__file__).with_name("templates"))
NO_ICON_SCRIPT = "/* the theme's web font draws the icons */\n"


def configure(app, config):
    """Name local addresses where the defaults name a third party's."""
    config.nb_ipywidgets_js = {}
    config.templates_path.append(TEMPLATES)


def finish(app, error):
    """Complete the folder of static files."""
    if error is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        (static / "scripts" / "fontawesome.js").write_text(NO_ICON_SCRIPT)


def setup(app):
    """Connect the above."""
    app.connect("config-inited", configure)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
