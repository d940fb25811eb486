"""How far a long task is: what it does, which of how many, since when."""

import sys
import time

SECONDS_BETWEEN_LINES = 5


class Progress:
    """Reports of one task: a line that renews itself, or now and then a new line.

    Parameters
    ----------
    doing : str
        What is done with each thing, as in "installed".
    total : int
        How many things there are.
    stream : text stream
        Where the reports go. A terminal gets one line that renews itself; a file gets
        a line when some seconds have passed, and one for the last thing.
    """

    def __init__(self, doing, total, stream=None):
        self.doing, self.total, self.done = doing, total, 0
        self.stream = stream or sys.stdout
        self.started = self.told = time.monotonic()

    def step(self, name):
        """Say that one more thing is done."""
        self.done += 1
        now = time.monotonic()
        terminal, last = self.stream.isatty(), self.done == self.total
        if not (terminal or last or now - self.told >= SECONDS_BETWEEN_LINES):
            return
        self.told = now
        line = f"  {self.doing} {self.done} of {self.total}: {name}"
        line = f"{line} ({now - self.started:.0f} s)"
        before, after = ("\r", "\n" if last else "\x1b[K") if terminal else ("", "\n")
        self.stream.write(before + line + after)
        self.stream.flush()
