"""Headless Chromium: the system's, else the one Playwright brings."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tools.tasks import BROWSERS, ROOT

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
CHAPTER = ROOT / "_build" / "html" / "chapters" / "gradient_descent.html"
HERO = "learning-rate"


@contextmanager
def chromium():
    """Start a browser, close it in the end."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()
