"""Speed and weight of the book, measured: ``python -m benchmarks``."""
