"""The days off of a region, from the library `holidays`. It takes a good part of a second to import and to reckon, so
that happens when a day is first asked about, and off the screen's thread where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date
from threading import Thread
from time import sleep
from typing import Protocol

AFTER = 1.0
"""Seconds that a screen is given to come up before the reckoning begins."""


class _Named(Protocol):
    """A library's table of days off."""

    def __contains__(self, day: object) -> bool: ...


class BankHolidays(Container[date]):
    """The days without a shift: those of the configuration, and a region's bank holidays."""

    def __init__(self, region: str, days: Container[date] = frozenset(), *, patient: bool) -> None:
        self._region = region
        self._days = days
        self._patient = patient
        self._named: _Named | None = None
        self._asked = False
        self.trouble = ""
        """Why the bank holidays are not known, "" where they are, or are on their way."""

    def __contains__(self, day: object) -> bool:
        """Whether it is a day off. One who is not patient is told no until the library has been loaded."""
        if day in self._days:
            return True
        if not self._asked and isinstance(day, date):
            self._asked = True
            if self._patient:
                self._load(day.year)
            else:
                Thread(target=self._load_later, args=(day.year,), name="bank holidays", daemon=True).start()
        return self._named is not None and day in self._named

    def _load_later(self, year: int) -> None:
        sleep(AFTER)
        self._load(year)

    def _load(self, year: int) -> None:
        try:
            self._named = _table(self._region, year)
        except ImportError:
            self.trouble = "bank holidays are not known: the package holidays is not installed"
        except (NotImplementedError, AttributeError):
            self.trouble = f'bank holidays are not known: shift.region "{self._region}" is none of the library\'s'


def _table(region: str, year: int) -> _Named:
    import holidays  # noqa: PLC0415  (see above)

    country, _, part = region.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=range(year - 1, year + 3))


def days_off(region: str, days: Container[date], *, patient: bool) -> tuple[Container[date], Callable[[], str]]:
    """The days without a shift, and what is wrong with them."""
    if not region:
        return days, lambda: ""
    found = BankHolidays(region, days, patient=patient)
    return found, lambda: found.trouble
