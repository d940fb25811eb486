"""Firefox and WebKit (Safari's engine), driven as a reader drives them.

Playwright brings browsers of its own making; these are the ones that people have: the
system's Firefox, by WebDriver BiDi, and WebKitGTK's MiniBrowser, by WebDriver. Chromium
stands in `tools.browser`.

Reading order: `Engine`, then `firefox` and `webkit`.
"""

import itertools
import json
import shutil
import subprocess
import time
import warnings
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from websocket import create_connection

FIREFOXES = ("firefox", "firefox-esr")
# Where distributions put it: below the architecture's folder, or beside it.
MINI_BROWSERS = ("lib*/*/webkit2gtk-4.*/MiniBrowser", "lib*/webkit2gtk-4.*/MiniBrowser")
SECONDS = 120
PAGES_A_SESSION = 20
PORT = 9232


class NotInstalled(Exception):
    """The browser is not on this machine."""


class Engine:
    """A browser with one page open.

    Parameters
    ----------
    name : str
    driver : object
        What opens an address, runs a function and presses a key.
    """

    def __init__(self, name, driver):
        self.name, self.driver, self.open = name, driver, driver.open

    def run(self, body, *arguments):
        """What the body of an async function of `args` returns, as plain values.

        It sees the window ``page`` and its document ``book``: the book's page, be it in
        a frame or not.
        """
        answer = json.loads(
            self.driver.run(f"""async () => {{
              const args = {json.dumps(arguments)};
              const frame = document.querySelector("iframe[title=page]");
              const page = frame ? frame.contentWindow : window;
              const book = page.document;
              const value = (async () => {{ {body} }})();
              return JSON.stringify(await value.then(
                value => ({{ value }}), error => ({{ error: String(error) }})));
            }}""")
        )
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer.get("value")

    def evaluate(self, function, argument=None):
        """What a function of the page returns, as Playwright's ``evaluate`` does."""
        body = "return await page.eval(`(${args[0]})`)(args[1])"
        return self.run(body, function, argument)

    def press(self, selector, key):
        """Focus the first such element and press a key."""
        self.run("book.querySelector(args[0]).focus()", selector)
        self.driver.press(selector, key)


def firefox_program():
    """The system's Firefox, or None."""
    return next(filter(None, map(shutil.which, FIREFOXES)), None)


def webkit_programs():
    """WebKitGTK's browser and its driver, or None in their places."""
    found = itertools.chain.from_iterable(map(Path("/usr").glob, MINI_BROWSERS))
    return next(found, None), shutil.which("WebKitWebDriver")


@contextmanager
def firefox():
    """The system's Firefox, without a window."""
    program = firefox_program()
    if program is None:
        raise NotInstalled("there is no Firefox")
    command = [program, "--headless", "--no-remote", f"--remote-debugging-port={PORT}"]
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [*command, "--profile", profile],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with closing(_connected(f"ws://127.0.0.1:{PORT}/session")) as socket:
                yield Engine("Firefox", _Bidi(socket))
        finally:
            process.terminate()
            process.wait()


class _Bidi:
    """Firefox by WebDriver BiDi: the four commands that the tests need."""

    def __init__(self, socket):
        self.socket, self.count = socket, 0
        self.ask("session.new", capabilities={})
        tree = self.ask("browsingContext.getTree")
        self.context = tree["contexts"][0]["context"]
        size = {"width": 1280, "height": 900}
        self.ask("browsingContext.setViewport", context=self.context, viewport=size)

    def ask(self, method, **parameters):
        """Send a command; wait for its answer."""
        self.count += 1
        command = {"id": self.count, "method": method, "params": parameters}
        self.socket.send(json.dumps(command))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.count:
                break
        if answer["type"] == "error":
            raise RuntimeError(f"Firefox: {answer['message']}")
        return answer["result"]

    def open(self, address):
        """Go to an address."""
        here = {"context": self.context, "url": address, "wait": "complete"}
        self.ask("browsingContext.navigate", **here)

    def run(self, function):
        """What an async function returns, as text."""
        answer = self.ask(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            target={"context": self.context},
        )
        return answer["result"]["value"]

    def press(self, selector, key):
        """Press a key; what has the focus gets it."""
        keys = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        self.ask("input.performActions", context=self.context, actions=actions)


def _connected(address):
    """A connection to what listens there, as soon as it does."""
    for _ in range(10 * SECONDS):
        try:
            return create_connection(address, suppress_origin=True, timeout=SECONDS)
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing listens at {address}")


@contextmanager
def webkit():
    """WebKitGTK's MiniBrowser; it needs a screen, as of Xvfb."""
    program, driver = webkit_programs()
    if program is None or driver is None:
        raise NotInstalled("there is no WebKitGTK with its driver")
    from selenium.webdriver import WebKitGTK
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    options = Options()
    options.binary_location = str(program)
    options.add_argument("--automation")

    def start():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of Selenium's making
            session = WebKitGTK(options=options, service=Service(driver))
        session.set_script_timeout(SECONDS)
        session.set_window_size(1280, 900)
        return session

    with closing(_WebDriver(start)) as pages:
        yield Engine("WebKit", pages)


class _WebDriver:
    """Sessions of Selenium's, one after the other, with the same three verbs.

    WebKitGTK keeps the pages that it has left, and dies after some dozens of them.
    """

    def __init__(self, start):
        self.start, self.session, self.opened = start, start(), 0

    def open(self, address):
        """Go to an address, in a new session where the old one has seen enough."""
        self.opened += 1
        if self.opened % PAGES_A_SESSION == 0:
            self.close()
            self.session = self.start()
        self.session.get(address)

    def close(self):
        """End the session."""
        self.session.quit()

    def run(self, function):
        """What an async function returns, as text."""
        last = "arguments[arguments.length - 1]"
        return self.session.execute_async_script(f"({function})().then({last})")

    def press(self, selector, key):
        """Press a key on the first such element."""
        self.session.find_element("css selector", selector).send_keys(key)


ENGINES = {"Firefox": firefox, "WebKit": webkit}


def install():
    """Debian's packages of both, where they can be had; say so where not."""
    if missing() and shutil.which("apt-get"):
        packages = ("firefox-esr", "webkit2gtk-driver", "xvfb")
        command = ["apt-get", "install", "-y", "-qq", *packages]
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    for name in missing():
        print(f"{name} is not to be had on this machine: its tests are skipped")


def missing():
    """The names of the browsers that are not on this machine."""
    programs = {"Firefox": [firefox_program()], "WebKit": webkit_programs()}
    return [name for name, needed in programs.items() if None in needed]


if __name__ == "__main__":
    install()
