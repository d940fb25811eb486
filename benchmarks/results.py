"""A measured value, its goal, and the table of them."""

from typing import NamedTuple


class Result(NamedTuple):
    """A value; the goal is the most it should be, or None for a mere report.

    The value is None where what it is compared with is not installed.
    """

    name: str
    value: float | None
    unit: str
    goal: float | None = None

    @property
    def verdict(self):
        """Whether the goal is met.

        Examples
        --------
        >>> Result("a page", 950, "kB", goal=900).verdict
        '**missed**'
        >>> Result("a page", 900, "kB", goal=900).verdict
        'met'
        >>> Result("a step, of another's", None, "%", goal=50).verdict
        'skipped'
        """
        if self.value is None:
            return "skipped"
        if self.goal is None:
            return "—"
        return "met" if self.value <= self.goal else "**missed**"


def table(results):
    """Return results as a table in Markdown.

    Examples
    --------
    >>> print(table([Result("a page", 950, "kB", goal=900)]))
    | measured | value | goal | verdict |
    |-|-:|-:|-|
    | a page | 950 kB | ≤ 900 kB | **missed** |
    """
    rows = [
        f"| {result.name} | {_quantity(result.value, result.unit)} "
        f"| {_goal(result)} | {result.verdict} |"
        for result in results
    ]
    return "\n".join(["| measured | value | goal | verdict |", "|-|-:|-:|-|", *rows])


def _quantity(value, unit):
    if value is None:
        return "not installed"
    whole = abs(value) >= 99.5 or value == int(value)  # 99.6 in two digits is 1e+02
    number = f"{value:.0f}" if whole else f"{value:.2g}"
    return f"{number} {unit}".strip()


def _goal(result):
    return "" if result.goal is None else f"≤ {_quantity(result.goal, result.unit)}"
