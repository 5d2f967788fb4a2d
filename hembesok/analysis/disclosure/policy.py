"""The rule of what is too few to show.

Source: the handbook of the programme (cells under five and their complements), ours; a site or
a state may set other numbers, and writes them beside its tables.
"""

from dataclasses import dataclass
from typing import Final

KNOWN, YES, NO = "known", "yes", "no"
"""The parts of those of whom a measure is known: `known`, the denominator, are `yes`, the
numerator, and `no`, its complement. How many are missing is a count of its own."""


@dataclass(frozen=True, slots=True)
class Policy:
    """From how many persons a count is shown.

    `threshold`: a count from one to below it is hidden, and no hidden count can be told more
    exactly than to so many. `group`: in a group that is smaller, that nobody did or that all did
    is hidden too, since it tells of each of them.
    """

    threshold: int = 5
    group: int = 10

    def __post_init__(self) -> None:
        """Refuse numbers that would hide nothing."""
        if not 2 <= self.threshold <= self.group:
            raise ValueError(f"2 <= threshold <= group; got {self.threshold} and {self.group}")

    def is_few(self, count: int) -> bool:
        """Tell whether a count, or a difference of two, is of few persons."""
        return 0 < abs(count) < self.threshold

    def hides(self, part: str, count: int, known: int) -> bool:
        """Tell whether a count is hidden for its own sake, among so many known."""
        if count == 0:
            return part in (YES, NO) and 0 < known < self.group
        return self.is_few(count)


DEFAULT: Final = Policy()
