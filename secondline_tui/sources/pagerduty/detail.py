"""From PagerDuty's answers about one item to what is shown when a person opens it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from secondline_tui.domain.items import Note
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.sources.pagerduty.wire import AlertRow, LogRow, NoteRow, Schedule, Turn

NOBODY = SafeText("somebody")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_WORDS = {
    "acknowledge": "acknowledged",
    "assign": "assigned",
    "delegate": "delegated",
    "escalate": "escalated",
    "exhaust_escalation_path": "nobody left to call",
    "reach_ack_limit": "acknowledged too often",
    "reach_trigger_limit": "triggered too often",
    "repeat_escalation_path": "called all over again",
    "resolve": "resolved",
    "snooze": "snoozed",
    "trigger": "triggered",
    "unacknowledge": "unacknowledged",
    "urgency_change": "urgency changed",
}
_UNTOLD = ("annotate", "notify")
"""Log entries that say nothing new: the note itself is told, and who was notified is told by who was called."""


def history(notes: Sequence[NoteRow], entries: Sequence[LogRow]) -> tuple[Note, ...]:
    """What people wrote and what happened, newest first."""
    told = [
        Note(
            author=note.user.label or NOBODY,
            text=clean_block(note.content),
            at=note.created_at,
            label=SafeText("note"),
        )
        for note in notes
    ]
    for entry in entries:
        kind = entry.type.removesuffix("_log_entry")
        if kind not in _UNTOLD:
            told.append(
                Note(
                    author=(entry.agent.label if entry.agent else NOBODY) or NOBODY,
                    text=clean_block(entry.summary or _word(kind)),
                    at=entry.created_at,
                    label=_word(kind),
                )
            )
    return tuple(sorted(told, key=lambda note: note.at or _LONG_AGO, reverse=True))


def _word(kind: str) -> SafeText:
    return clean(_WORDS.get(kind, kind.replace("_", " ")))


def body(alerts: Sequence[AlertRow], entries: Sequence[LogRow], more: bool) -> SafeText:
    """What the monitors sent; where a service makes no alerts, what the first log entry kept of it."""
    parts = [_alert_text(alert) for alert in alerts]
    if more:
        parts.append("(there are more alerts than are shown)")
    if not alerts:
        channels = [entry.channel for entry in entries if entry.type == "trigger_log_entry" and entry.channel]
        parts += [_shown(channel["details"]) for channel in channels if channel.get("details")]
    return clean_block("\n\n".join(part for part in parts if part))


def _alert_text(alert: AlertRow) -> str:
    head = f"{alert.severity}: {alert.summary or ''}" if alert.severity else alert.summary or ""
    lines = [head, f"alert key: {alert.alert_key}" if alert.alert_key else ""]
    if alert.body is not None:
        lines.append(_shown(alert.body.details))
        lines += [" ".join(filter(None, (link.text, link.href or link.src))) for link in alert.body.contexts]
    return "\n".join(line for line in lines if line)


def _shown(details: object) -> str:
    """Whatever a monitor sent: text as it is, a table as a line for each of its names."""
    if details is None:
        return ""
    if isinstance(details, Mapping):
        return "\n".join(f"{name}: {plain(value)}" for name, value in details.items())
    return plain(details)


def plain(value: object) -> str:
    """Text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def attributes(raw: Mapping[str, object], without: Sequence[str] = ()) -> tuple[tuple[SafeText, SafeText], ...]:
    """The service's own attributes, by name."""
    return tuple((clean(name), clean(plain(value))) for name, value in sorted(raw.items()) if name not in without)


def turns(schedule: Schedule, zone: ZoneInfo) -> list[str]:
    """Who is on call, a line each, with overrides marked; times are the zone's."""
    overrides = schedule.overrides_subschedule.rendered_schedule_entries
    lines = []
    for turn in schedule.final_schedule.rendered_schedule_entries:
        mark = " (override)" if any(_same_person(turn, other) and _meet(turn, other) for other in overrides) else ""
        who = turn.user.label if turn.user else NOBODY
        lines.append(f"{_local(turn.start, zone)} - {_local(turn.end, zone)}  {who}{mark}")
    return lines


def _same_person(one: Turn, other: Turn) -> bool:
    return one.user is not None and other.user is not None and one.user.id == other.user.id


def _meet(one: Turn, other: Turn) -> bool:
    """Whether two turns share some time."""
    starts = (one.start or _LONG_AGO, other.start or _LONG_AGO)
    ends = [end for end in (one.end, other.end) if end is not None]
    return not ends or max(starts) < min(ends)


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%a %d %b %H:%M}" if moment else "…"
