"""The tests of notebooks and built pages, and what they share."""
