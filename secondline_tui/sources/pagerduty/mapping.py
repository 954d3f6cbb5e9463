"""From PagerDuty's rows to incidents and to who is on call. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from secondline_tui.domain.items import Incident, Links, OnCall
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText, clean, safe_url
from secondline_tui.sources.pagerduty.wire import IncidentRow, OnCallRow

ALWAYS = "always"
NOBODY = "nobody"


def title_matcher(pattern: str | None) -> Callable[[str], bool]:
    """Whether a title is the drill's: `*` stands for anything, and capitals do not matter. No pattern, no drill."""
    if not pattern:
        return lambda _: False
    parts = (re.escape(part) for part in clean(pattern).casefold().split("*"))
    whole = re.compile(".*".join(parts))
    return lambda title: whole.fullmatch(title.casefold()) is not None


def incident_maker(source_name: str, is_drill: Callable[[str], bool]) -> Callable[[IncidentRow], Incident | None]:
    """A function that turns one row into an incident; None for one that was resolved meanwhile."""

    def make(row: IncidentRow) -> Incident | None:
        if row.status == "resolved":
            return None
        title = clean(row.title)
        calls = [action.at for action in row.pending_actions if action.type == "escalate" and action.at]
        return Incident(
            ref=ItemRef(source_name, Kind.INCIDENT, row.id),
            number=row.incident_number,
            title=title,
            status=SafeText(row.status),
            urgency=clean(row.urgency),
            priority=row.priority.label if row.priority else EMPTY,
            service=row.service.label if row.service else EMPTY,
            assigned=_names(entry.assignee.label for entry in row.assignments),
            acknowledged_by=_names(entry.acknowledger.label for entry in row.acknowledgements),
            created=row.created_at,
            escalates_at=min(calls, default=None),
            drill=is_drill(title),
            alert_key=clean(row.incident_key),
            links=Links(web=safe_url(row.html_url)),
        )

    return make


def _names(labels: Iterable[SafeText]) -> tuple[SafeText, ...]:
    """Each name once, as they come."""
    return tuple(dict.fromkeys(label for label in labels if label))


def roles_by_schedule(schedules: Mapping[str, str]) -> dict[str, list[str]]:
    """The roles that read each schedule: several may share one."""
    roles: dict[str, list[str]] = {}
    for role, schedule in schedules.items():
        roles.setdefault(schedule, []).append(role)
    return roles


def on_call_maker(
    source_name: str, roles: Mapping[str, Sequence[str]], overridden: Callable[[OnCallRow], bool]
) -> Callable[[OnCallRow], tuple[OnCall, ...]]:
    """A function that turns one row into an entry for each role that reads its schedule."""

    def make(row: OnCallRow) -> tuple[OnCall, ...]:
        if row.schedule is None:
            return ()
        schedule = row.schedule
        key = f"{schedule.id}/{row.user.id}/{_key_time(row.start)}"
        return tuple(
            OnCall(
                ref=ItemRef(source_name, Kind.ON_CALL, f"{key}/{role}"),
                role=clean(role),
                person=row.user.label,
                start=row.start,
                end=row.end,
                level=row.escalation_level,
                schedule=schedule.label,
                override=overridden(row),
                links=Links(web=safe_url(schedule.html_url)),
            )
            for role in roles.get(schedule.id, ())
        )

    return make


def schedule_of(ref: ItemRef) -> str:
    """The ID of the schedule that an on-call entry is read from."""
    return ref.key.partition("/")[0]


def vacancies(source_name: str, roles: Mapping[str, Sequence[str]], vacant: Mapping[str, SafeText]) -> list[OnCall]:
    """An entry without a person for each role whose schedule has nobody in it; `vacant` is their names by ID."""
    return [
        OnCall(
            ref=ItemRef(source_name, Kind.ON_CALL, f"{schedule}/{NOBODY}/{role}"),
            role=clean(role),
            person=EMPTY,
            schedule=name,
        )
        for schedule, name in vacant.items()
        for role in roles.get(schedule, ())
    ]


def once(entries: Iterable[OnCall]) -> list[OnCall]:
    """Each entry once, at its lowest level: a schedule that several policies call on is told for each of them."""
    lowest: dict[ItemRef, OnCall] = {}
    for entry in entries:
        known = lowest.get(entry.ref)
        if known is None or entry.level < known.level:
            lowest[entry.ref] = entry
    return list(lowest.values())


def _key_time(start: datetime | None) -> str:
    return ALWAYS if start is None else f"{start:%Y-%m-%dT%H:%M:%SZ}"
