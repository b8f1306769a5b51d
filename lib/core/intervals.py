"""Intervals of numbers, of which a printed number is one."""

from dataclasses import dataclass
from math import isnan

from lib.core.errors import InputError

TOLERANCE = 1e-9
"""Sums of binary fractions miss the end of an interval by less than this."""


@dataclass(frozen=True)
class Interval:
    """
    A closed interval of numbers; empty if its low end lies above its high end.

    Attributes
    ----------
    low, high : float
        The ends, both included.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if isnan(self.low) or isnan(self.high):
            raise InputError(
                f"The interval from {self.low} to {self.high} has an end that is no number; "
                "leave missing values out."
            )

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in the interval."""
        return self.low > self.high + TOLERANCE

    @property
    def width(self) -> float:
        """Length of the interval; of a rounding interval, the printed unit."""
        return self.high - self.low

    @property
    def middle(self) -> float:
        """The middle of the interval; of a rounding interval, the printed value."""
        return (self.low + self.high) / 2

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Interval") -> "Interval":
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, factor: float) -> "Interval":
        ends = sorted((self.low * factor, self.high * factor))
        return Interval(*ends)

    def __abs__(self) -> "Interval":
        ends = sorted((abs(self.low), abs(self.high)))
        return Interval(0.0 if self.contains(0.0) else ends[0], ends[1])

    def contains(self, value: float) -> bool:
        """
        Tell whether a number lies in the interval, ends included.

        Parameters
        ----------
        value : float
            The number.

        Returns
        -------
        bool
            True if it lies inside or within 1e-9 of an end.
        """
        return self.low - TOLERANCE <= value <= self.high + TOLERANCE

    def intersect(self, other: "Interval") -> "Interval":
        """Numbers that lie in both intervals."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def overlaps(self, other: "Interval") -> bool:
        """
        Tell whether some number lies in both intervals.

        Parameters
        ----------
        other : Interval
            The other interval.

        Returns
        -------
        bool
            True if the common part is not empty.
        """
        return not self.intersect(other).is_empty
