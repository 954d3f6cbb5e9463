"""How a service's clock stands to ours. It dates what we did by its own, and either may be minutes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from secondline_tui.domain.text import SafeText

ROUNDING = timedelta(seconds=2)
"""A header tells the time to the second."""
UNTIMELY = SafeText("there is one like it, of another time than this was sent at; has a clock been set meanwhile?")


def utc_now() -> datetime:
    """The wall time."""
    return datetime.now(UTC)


def ahead(headers: Mapping[str, str], before: datetime, after: datetime) -> timedelta | None:
    """How far a service's clock is ahead of ours, by the `Date` (and a cache's `Age`) of an answer that came between
    those two times of ours; None where it does not tell.
    """
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, OverflowError):
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)  # "-0000" is UTC as well
    age = headers.get("age", "")
    if age.isdecimal():
        told += timedelta(seconds=int(age[:6]))
    way = (after - before) / 2
    found = told - (before + way)
    return found if abs(found) > abs(way) + ROUNDING else timedelta(0)


@dataclass(frozen=True, slots=True)
class Sent:
    """When something was sent, by the clock of the service that it was sent to."""

    at: datetime
    ahead: timedelta = timedelta(0)
    """How far that clock is ahead of ours."""
    exact: bool = False
    """Whether that is known: else `at` is by our own."""

    @classmethod
    def of(cls, sent_at: datetime, offset: timedelta | None) -> Sent:
        """What was sent at that time of ours."""
        return cls(sent_at) if offset is None else cls(sent_at + offset, offset, exact=True)

    def about(self, moment: datetime, doubt: timedelta) -> bool:
        """Whether a time of the service's is that of the sending, but for so much doubt."""
        return abs(moment - self.at) <= doubt
