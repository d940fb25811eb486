"""Every run draws the same examples, and none is timed: a failure is a change."""

from hypothesis import settings

settings.register_profile("book", derandomize=True, deadline=None)
settings.load_profile("book")
