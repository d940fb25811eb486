"""Sphinx extension: pages that ask no third party for anything, and little of us.

MathJax, its fonts and its TeX extensions come from the package sphinx-mathjax-offline;
only what a page can ask for is copied. The theme's icon script, 1.5 MB, is emptied: its
web font draws the same icons. The index of the search is left to the search page.
"""

import shutil
from importlib.util import find_spec
from pathlib import Path

TEMPLATES = str(Path(__file__).with_name("templates"))
MATHJAX = ("tex-chtml.js", "output/chtml/fonts/woff-v2", "input/tex/extensions")
NO_ICON_SCRIPT = "/* the theme's web font draws the icons */\n"


def configure(app, config):
    """Name local addresses where the defaults name a third party's."""
    config.mathjax_path = "mathjax/tex-chtml.js"
    config.nb_ipywidgets_js = {}
    config.templates_path.append(TEMPLATES)


def copy_mathjax(static):
    """Copy the parts of MathJax that a page can ask for."""
    package = Path(find_spec("sphinx-mathjax-offline").origin).parent
    for part in MATHJAX:
        source, target = (
            package / "static" / "mathjax" / part,
            static / "mathjax" / part,
        )
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def finish(app, error):
    """Complete the folder of static files."""
    if error is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        copy_mathjax(static)
        (static / "scripts" / "fontawesome.js").write_text(NO_ICON_SCRIPT)


def setup(app):
    """Connect the above."""
    app.connect("config-inited", configure)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
