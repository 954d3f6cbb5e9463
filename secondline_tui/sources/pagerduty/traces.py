"""What acts leave behind in PagerDuty: the incident itself, its notes and log entries, a schedule's overrides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.refs import ItemRef
from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.pagerduty.library import Api, Query
from secondline_tui.sources.pagerduty.paging import every, whole
from secondline_tui.sources.pagerduty.probe import stamp
from secondline_tui.sources.pagerduty.wire import IncidentAnswer, Notes
from secondline_tui.sources.pagerduty.wire_acts import ActRow, IncidentNow, KeptNote, OverrideRow, OverridesAnswer
from secondline_tui.sources.wire import Wire, envelope
from secondline_tui.sources.writing import refused

MOST_ENTRIES = 1_000
"""Log entries of one incident that are looked through."""

RowT = TypeVar("RowT", bound=Wire)


@dataclass(frozen=True, slots=True)
class Read(Generic[RowT]):
    """Rows, and how many more there were that could not be understood."""

    rows: Sequence[RowT]
    odd: int

    def require_whole(self, what: str) -> None:
        """PollFailed where one that was not understood may be the one that was looked for."""
        if self.odd:
            raise bad_reply(f"{self.odd} of {what} not understood: one of them may be ours")


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest rows that a person saw: what came after them is told from what was there before."""

    at: datetime
    ids: frozenset[str]

    @classmethod
    def newest(cls, rows: Iterable[KeptNote | ActRow]) -> Seen | None:
        """The newest of these; None where there are none."""
        dated = [(row.created_at, row.id) for row in rows if row.created_at is not None]
        at = max((at for at, _ in dated), default=None)
        return cls(at, frozenset(identity for other, identity in dated if other == at)) if at else None

    @classmethod
    def parse(cls, text: str) -> Seen | None:
        """What `str()` wrote; None for anything else."""
        at, *ids = text.split(" ")
        try:
            return cls(datetime.fromisoformat(at), frozenset(ids)) if ids else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return " ".join([self.at.astimezone(UTC).isoformat(), *sorted(self.ids)])

    def before(self, row: KeptNote | ActRow) -> bool:
        """Whether a row came after these."""
        at = row.created_at
        return at is None or at > self.at or (at == self.at and row.id not in self.ids)


def incident_path(ref: ItemRef) -> str:
    """Where an incident is."""
    return f"/incidents/{quote(ref.key, safe='')}"


def overrides_path(schedule: str) -> str:
    """Where a schedule's overrides are."""
    return f"/schedules/{quote(schedule, safe='')}/overrides"


def ask_incident(api: Api, ref: ItemRef) -> IncidentNow:
    """An incident as it is now; Refused where there is none."""
    try:
        answer = envelope(IncidentAnswer, api.ask(incident_path(ref)), "the incident")
    except PollFailed as failure:
        if failure.fault.kind is FaultKind.NOT_FOUND:
            raise refused("PagerDuty no longer has this incident") from None
        raise
    return envelope(IncidentNow, answer.incident, "the incident")


def ask_declared(api: Api, key: str) -> IncidentNow | None:
    """The incident that was opened with this key, if PagerDuty shows one."""
    found = read_rows(
        IncidentNow, whole(api.ask, "/incidents", "incidents", {"incident_key": key, "date_range": "all"})
    )
    row = next((row for row in found.rows if row.incident_key == key), None)
    if row is None:
        found.require_whole("its incidents")
    return row


def ask_notes(api: Api, ref: ItemRef) -> Read[KeptNote]:
    """What people wrote on an incident."""
    return read_rows(KeptNote, envelope(Notes, api.ask(f"{incident_path(ref)}/notes"), "its notes").notes)


def ask_acts(api: Api, ref: ItemRef, since: datetime | None = None) -> Read[ActRow]:
    """What happened to an incident."""
    query: Query = {"since": stamp(since)} if since else {}
    raw, _ = every(api.ask, f"{incident_path(ref)}/log_entries", "log_entries", query, most=MOST_ENTRIES)
    return read_rows(ActRow, raw)


def ask_overrides(api: Api, schedule: str, since: datetime, until: datetime) -> Read[OverrideRow]:
    """The overrides of a schedule that touch some time."""
    answer = api.ask(overrides_path(schedule), {"since": stamp(since), "until": stamp(until)})
    return read_rows(OverrideRow, envelope(OverridesAnswer, answer, "its overrides").overrides)


def read_rows(model: type[RowT], raw: Iterable[object]) -> Read[RowT]:
    """Each row validated; the odd ones are counted."""
    rows: list[RowT] = []
    odd = 0
    for row in raw:
        try:
            rows.append(model.model_validate(row))
        except (ValidationError, OverflowError):
            odd += 1
    return Read(rows, odd)
