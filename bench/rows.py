"""What a benchmark tells: rows of two figures and their ratio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Tell = Callable[[str], None]
"""Takes a line about what is being measured."""


@dataclass(frozen=True)
class Row:
    """One comparison, in the unit of its benchmark. ``ratio`` is the median of the rounds' own
    ratios, in which the machine's drift cancels. The aim is ``most`` for the ratio, or ``least``
    or ``at_most`` for the figure itself."""

    what: str
    beside: str
    measured: float
    reference: float
    ratio: float
    most: float | None = None
    least: float | None = None
    at_most: float | None = None

    @property
    def met(self) -> bool | None:
        """None where nothing is aimed at."""
        if self.most is not None:
            return self.ratio <= self.most
        if self.at_most is not None:
            return self.measured <= self.at_most
        return None if self.least is None else self.measured >= self.least

    @property
    def aim(self) -> str:
        """The aim as people read it."""
        if self.most is not None:
            return f"{self.most:g} x"
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return "" if self.least is None else f"{self.least:g}"


@dataclass(frozen=True)
class Benchmark:
    """What came of one benchmark. ``data`` holds the single rounds and what they were made of."""

    name: str
    title: str
    unit: str
    rows: tuple[Row, ...]
    data: Mapping[str, Any] = field(default_factory=dict)


def rounded(figure: float) -> float:
    """Two digits behind the point: more would be noise."""
    return round(figure, 2)
