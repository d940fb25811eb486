"""Headless Chromium, for the tests of pages and for the benchmarks."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tools.tasks import BROWSERS

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium():
    """Start the system's Chromium, else the one Playwright brings; close it later."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()
