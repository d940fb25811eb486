"""Measure everything, print the table; ``--write`` stores it in README.md."""

import argparse
import os
import platform
import sys
from pathlib import Path

from benchmarks import (
    autodiff,
    build,
    convolution,
    imports,
    jupyterlite,
    linear_algebra,
    live_page,
    networks,
    optimizers,
    sliders_live,
    sliders_page,
    weight,
)
from benchmarks.results import table
from tools.browser import chromium

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
PARTS = {
    "build": build,
    "sliders_page": sliders_page,
    "sliders_live": sliders_live,
    "live_page": live_page,
    "jupyterlite": jupyterlite,
    "weight": weight,
    "imports": imports,
    "optimizers": optimizers,
    "linear_algebra": linear_algebra,
    "autodiff": autodiff,
    "networks": networks,
    "convolution": convolution,
}


def main():
    """Measure what is asked for."""
    options = parse()
    names = options.parts or PARTS
    before = machine()
    results = [result for name in names for result in PARTS[name].measure()]
    text = f"{table(results)}\n\n{before}"
    print(text)
    if options.write:
        README.write_text(renewed(README.read_text("utf-8"), text), "utf-8")


def parse():
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--write", action="store_true", help="store the whole table")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if options.write and options.parts:
        parser.error("--write stores the whole table: name no part")
    return options


def renewed(readme, text):
    """Return the README with another table between its marker lines."""
    head, rest = readme.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{text}\n{END}{tail}"


def machine():
    """Describe what was measured on, and how busy it was beforehand."""
    with chromium() as browser:
        version = browser.version.split(".")[0]
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} CPUs, no graphics "
        f"card, headless Chromium {version}; load average before: {load}."
    )


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # not every terminal has ≤
    main()
