"""Who silenced an alert, why, and until when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from secondline_tui.domain.items import Handling, Note
from secondline_tui.domain.text import EMPTY, SafeText, clean, clean_block
from secondline_tui.sources.alertmanager.wire import SilenceRow

NOBODY = SafeText("somebody")
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Silences:
    """All silences that are known, by ID."""

    def __init__(self, rows: Iterable[SilenceRow] = ()) -> None:
        self._by_id = {row.id: row for row in rows}

    def of(self, ids: Sequence[str]) -> list[SilenceRow]:
        """The silences of these IDs, the one that ends last first."""
        found = [self._by_id[one] for one in ids if one in self._by_id]
        return sorted(found, key=lambda row: (row.ends_at or _FOR_EVER, row.id), reverse=True)

    def handling(self, ids: Sequence[str]) -> Handling | None:
        """Who has the alert: whoever made the silence that ends last. None where there is no silence.

        A silence that is not among the known ones is somebody's all the same.
        """
        if not ids:
            return None
        rows = self.of(ids)
        if not rows:
            return Handling(by=NOBODY)
        last = rows[0]
        return Handling(
            by=clean(last.created_by) or NOBODY,
            comment=clean_block(last.comment),
            at=last.starts_at,
            until=last.ends_at,
        )

    def notes(self, ids: Sequence[str]) -> tuple[Note, ...]:
        """What the silences say, as notes."""
        return tuple(
            Note(
                author=clean(row.created_by) or NOBODY,
                text=clean_block(row.comment),
                at=row.starts_at,
                label=SafeText("silence"),
            )
            for row in self.of(ids)
        )

    def attributes(self, ids: Sequence[str]) -> tuple[tuple[SafeText, SafeText], ...]:
        """What they match and until when: (silence and its ID, text)."""
        return tuple((clean(f"silence {row.id}"), _told(row)) for row in self.of(ids))


def muting_notes(intervals: Sequence[str]) -> tuple[Note, ...]:
    """The time intervals in which nobody is told of an alert, as notes."""
    return tuple(Note(author=EMPTY, text=clean(name), label=SafeText("muted by time interval")) for name in intervals)


def _told(row: SilenceRow) -> SafeText:
    matchers = ", ".join(map(str, row.conditions))
    until = row.ends_at.isoformat(timespec="seconds").replace("+00:00", "Z") if row.ends_at else "no end"
    return clean(f"{{{matchers}}} until {until}, by {row.created_by}: {row.comment}")
