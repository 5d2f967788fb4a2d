"""Weeks as they are said in Sweden and written in addresses: 2026-W12, Monday first (ISO 8601)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

_WRITTEN: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2198


@dataclass(frozen=True, slots=True)
class Week:
    """A week, by its Monday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the week that holds a day."""
        return cls(day - timedelta(day.weekday()))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a week such as 2026-W12; raises ValueError when there is none such."""
        found = _WRITTEN.fullmatch(text)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise ValueError(f"{text[:20]!r} is not a week such as 2026-W12")
        return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))

    def __str__(self) -> str:
        """Write the week so that `parse` reads it back."""
        year, number, _day = self.monday.isocalendar()
        return f"{year:04}-W{number:02}"

    @property
    def number(self) -> int:
        """The number of the week, as it is said."""
        return self.monday.isocalendar().week

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return tuple(self.monday + timedelta(n) for n in range(7))

    @property
    def before(self) -> Self:
        """The week before."""
        return type(self)(self.monday - timedelta(7))

    @property
    def after(self) -> Self:
        """The week after."""
        return type(self)(self.monday + timedelta(7))
