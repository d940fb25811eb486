"""The mathematics of deep learning, in numpy.

One module for each chapter of the book: ``chapters/gradient_descent.ipynb`` calls
``mathlib/gradient_descent.py``. ``mathlib.explore`` makes figures that move,
``mathlib.exercises`` checks the reader's answers.
"""

__version__ = "0.1.0"
