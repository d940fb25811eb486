"""How long an attempt may compute: an endless loop is stopped where that is possible.

It is possible in the main thread of a Unix system, in a notebook's kernel too: there
the system's timer can interrupt what runs. It counts the seconds of computing, so a
busy machine, or a question to the reader, does not use them up. Elsewhere an attempt
runs as long as it likes.
"""

import signal
import sys
import threading
import time


class OutOfTime(BaseException):
    """The time is up. No ``except Exception`` of an attempt holds it back."""


class Alarm:
    """A signal's handler that raises `OutOfTime` as long as it is set."""

    def __init__(self):
        self.is_set = True

    def __call__(self, number, frame):
        """Stop what is running."""
        if self.is_set:
            raise OutOfTime


def within(seconds, function, *arguments):
    """Return the function's result, or raise `OutOfTime` if it computes for longer.

    An earlier handler, and a timer that was running, are put back in any case.

    Raises
    ------
    OutOfTime
        If the function is stopped.

    Examples
    --------
    >>> within(5, max, 1, 2)
    2
    """
    before = signal.getsignal(signal.SIGVTALRM) if can_interrupt() else None
    if before is None:  # or a handler that is not Python's, which cannot be put back
        return function(*arguments)
    alarm, started = Alarm(), time.process_time()
    signal.signal(signal.SIGVTALRM, alarm)
    # It rings again every second, for an attempt that holds back the first alarm.
    left, every = signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1.0)
    try:
        try:
            return function(*arguments)
        finally:
            alarm.is_set = False
    finally:  # reached, too, if the alarm rings on the way out
        alarm.is_set = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        if left:
            left = max(left - (time.process_time() - started), 1e-6)
            signal.setitimer(signal.ITIMER_VIRTUAL, left, every)


def can_interrupt():
    """Return whether what runs here can be stopped by a timer."""
    return (
        hasattr(signal, "setitimer")
        and sys.platform != "emscripten"  # Python in a page: the timer never rings
        and threading.current_thread() is threading.main_thread()
    )
