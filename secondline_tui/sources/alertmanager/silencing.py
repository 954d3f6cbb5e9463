"""Silences as they are asked for, and how one is known again among those that there are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta, tzinfo

from secondline_tui.domain.actions import Choice, Finding, Intent
from secondline_tui.domain.ages import clock
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.alertmanager.silences import NOBODY
from secondline_tui.sources.alertmanager.wire import CLOCKS, SilenceRow
from secondline_tui.sources.clocks import UNTIMELY, Sent

SAME = timedelta(seconds=1)
"""Times are kept to the millisecond."""
JUST_NOW = timedelta(seconds=30)
"""How far clocks may differ where the end that was asked for is lost: one that was ended may be an earlier one."""

LONG_PAST = timedelta(days=1)
"""How far back a beginning lies that is to be now, though our clock be far ahead."""

Body = Mapping[str, object]
"""What POST /silences takes."""


def proposed(labels: Mapping[str, str]) -> tuple[Matcher, ...]:
    """What silences the alert with these labels, and no other: its name first."""
    return tuple(Matcher(name, labels[name]) for name in sorted(labels, key=lambda name: (name != "alertname", name)))


def wished(intent: Intent, until: datetime, now: datetime) -> Body:
    """A new silence. Its beginning lies in the past, which stands for now, whatever clock it is held against."""
    return {
        "matchers": _parts(intent.matchers),
        "startsAt": (now - LONG_PAST).isoformat(),
        "endsAt": until.isoformat(),
        "createdBy": intent.author,
        "comment": intent.text,
    }


def prolonged(row: SilenceRow, intent: Intent, until: datetime) -> Body:
    """A silence with another end. Only the same matchers and beginning leave it the same silence."""
    by, comment = words_of(row, intent)
    return {
        "id": row.id,
        "matchers": _parts(row.conditions),
        "startsAt": row.starts_at.isoformat() if row.starts_at else None,
        "endsAt": until.isoformat(),
        "createdBy": by,
        "comment": comment,
        **({"annotations": row.annotations} if row.annotations else {}),
    }


def words_of(row: SilenceRow, intent: Intent) -> tuple[str, str]:
    """Whose it is and what it says once it is extended: the same, unless somebody has something else to say."""
    if intent.text in ("", row.comment):
        return row.created_by, row.comment
    return intent.author, intent.text


def _parts(matchers: Iterable[Matcher]) -> list[Body]:
    return [{"name": m.name, "value": m.value, "isRegex": m.regex, "isEqual": m.equal} for m in matchers]


def blunder(matchers: Sequence[Matcher]) -> str:
    """Why nobody would take such a silence, "" where somebody may."""
    if not matchers:
        return "nothing says what to silence: it needs a matcher"
    if all(matcher.equal and matcher.matches({}) for matcher in matchers):
        return "that would silence everything: a matcher must ask for something"
    return ""


# -- as people are told of it ---------------------------------------------------------------------------------------


class Told:
    """Tells of silences in the zone of the shift."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def end(self, row: SilenceRow, now: datetime) -> str:
        """When it ends."""
        return f"until {clock(row.ends_at, self._zone, now)}" if row.ends_at else "without end"

    def choice(self, row: SilenceRow, now: datetime) -> Choice:
        """One that an alert is silenced by: who, why, until when and what."""
        return Choice(
            key=row.id,
            name=clean(f"{row.created_by or NOBODY}: {row.comment}", 200),
            hint=clean(f"{self.end(row, now)}, {scope(row.conditions)}", 300),
        )

    def line(self, row: SilenceRow, now: datetime) -> SafeText:
        """The same in one line."""
        return clean(f"{row.created_by or NOBODY}, {self.end(row, now)}: {row.comment}", 300)


def scope(matchers: Iterable[Matcher]) -> str:
    """Matchers as one writes them."""
    return "{" + ", ".join(map(str, matchers)) + "}"


# -- known again ----------------------------------------------------------------------------------------------------


def made(rows: Iterable[SilenceRow], intent: Intent, sent: Sent, claimed: AbstractSet[str]) -> Finding:
    """Whether a silence that was asked for is there: by author, comment, matchers, end, and the time it began."""
    words = (intent.author, intent.text)
    ours = [row for row in rows if row.id not in claimed and (row.created_by, row.comment) == words]
    alike = [row for row in ours if _alike(row, intent, intent.matchers)]
    for row in sorted(alike, key=lambda row: row.over):  # what still holds is likelier ours than what was ended
        if _timely(row, sent):
            told = SafeText("somebody has ended it since") if row.over else SafeText("")
            return Finding(there=True, remote=row.id, told=told)
    return _absent(alike)


def extended(rows: Sequence[SilenceRow], intent: Intent, sent: Sent, claimed: AbstractSet[str]) -> Finding:
    """Whether a silence runs as long as was asked for: itself, or the one that took its place."""
    old = next((row for row in rows if row.id == intent.to), None)
    if old is None:
        return Finding(there=False)
    words = words_of(old, intent)
    same = _runs_until(old, intent) and (old.created_by, old.comment) == words
    if same and (old.updated_at is None or old.updated_at >= sent.at - CLOCKS):
        return Finding(there=True, remote=old.id)
    others = [row for row in rows if row.id not in (old.id, *claimed) and (row.created_by, row.comment) == words]
    successors = [row for row in others if _alike(row, intent, old.conditions)]
    for row in successors:
        if _timely(row, sent):
            return Finding(there=True, remote=row.id, told=REPLACED)
    return _absent([*successors, *([old] if same else [])])


REPLACED = SafeText("the silence had ended meanwhile; a new one like it was made")
GONE = SafeText("there is no such silence any more")
OVER = SafeText("it had ended already")


def ended(rows: Iterable[SilenceRow], identity: str, sent: Sent) -> Finding:
    """Whether a silence is over. By whom is not told."""
    row = next((row for row in rows if row.id == identity), None)
    if row is None:
        return Finding(there=True, remote=identity, told=GONE)
    if not row.over:
        return Finding(there=False)
    before = row.ends_at is not None and row.ends_at < sent.at - CLOCKS
    return Finding(there=True, remote=identity, told=OVER if before else SafeText(""))


def _alike(row: SilenceRow, intent: Intent, matchers: Sequence[Matcher]) -> bool:
    """Whether a silence has these matchers, and ends as asked, or was ended before."""
    if row.ends_at is None or intent.until is None:
        return False
    ends = intent.until - row.ends_at > -SAME if row.over else _runs_until(row, intent)
    return ends and sorted(map(str, row.conditions)) == sorted(map(str, matchers))


def _timely(row: SilenceRow, sent: Sent) -> bool:
    """Whether it began when ours was asked for."""
    return row.starts_at is not None and sent.about(row.starts_at, JUST_NOW if row.over else CLOCKS)


def _runs_until(row: SilenceRow, intent: Intent) -> bool:
    """Whether it has the end that was asked for."""
    return row.ends_at is not None and intent.until is not None and abs(intent.until - row.ends_at) < SAME


def _absent(alike: Iterable[SilenceRow]) -> Finding:
    """None began at that time: one that still holds may be it all the same, since its end is hardly another's."""
    doubtful = any(not row.over for row in alike)
    return Finding(there=None, told=UNTIMELY) if doubtful else Finding(there=False)
