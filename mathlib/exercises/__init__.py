"""The reader's answers, checked: `check` compares one with the reference.

Every chapter has a module here of the chapter's name, with a dictionary ``EXERCISES``
from a short name to an `Exercise`. How to add one is told in
`mathlib.exercises.gradient_descent`; how an answer is judged, in
`mathlib.exercises.checker`.
"""

from mathlib.exercises.checker import Exercise, Formula, Mistake, check

__all__ = ["Exercise", "Formula", "Mistake", "check"]
