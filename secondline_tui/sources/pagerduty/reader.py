"""Reads one PagerDuty account: open incidents, and who is on call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from secondline_tui.config.models import Config
from secondline_tui.config.sources import PagerDuty
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.sources.errors import failed
from secondline_tui.sources.headers import header
from secondline_tui.sources.lane import Lane
from secondline_tui.sources.pagerduty import detail as shown
from secondline_tui.sources.pagerduty.library import Api, Query
from secondline_tui.sources.pagerduty.mapping import (
    incident_maker,
    on_call_maker,
    once,
    roles_by_schedule,
    title_matcher,
    vacancies,
)
from secondline_tui.sources.pagerduty.overrides import Overrides
from secondline_tui.sources.pagerduty.paging import chunks, every, whole
from secondline_tui.sources.pagerduty.probe import Probe, ask_schedule, stamp
from secondline_tui.sources.pagerduty.unnamed import AHEAD, Lookups
from secondline_tui.sources.pagerduty.wire import (
    AlertRow,
    IncidentAnswer,
    IncidentRow,
    LogRow,
    NoteRow,
    Notes,
    OnCallRow,
)
from secondline_tui.sources.wire import envelope, rows, unique

IN_DETAIL = 300
"""Alerts and log entries of one incident that are shown."""

OPEN: Query = {
    "statuses[]": ["triggered", "acknowledged"],
    "date_range": "all",  # without it, PagerDuty leaves out what is older than a month
    "sort_by": "incident_number:asc",
}


def reader(name: str, source: PagerDuty, config: Config) -> PagerDutyReader:
    """A reader for one configured account. Blocks while the secret is fetched and the library imported."""
    return PagerDutyReader(name, source, config, Api(source, header("token", source.token)))


@dataclass(frozen=True, slots=True)
class _Heard:
    """The raw rows of one poll."""

    incidents: Sequence[object]
    on_calls: Sequence[object]
    vacant: Mapping[str, SafeText]
    """IDs and names of the schedules in which nobody is on call."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The raw answers about one incident."""

    incident: dict[str, object]
    notes: Sequence[object]
    entries: Sequence[object]
    alerts: Sequence[object]
    more_alerts: bool


class PagerDutyReader:
    """One PagerDuty account. Everything that asks it runs on its lane, one question after the other."""

    def __init__(
        self,
        name: str,
        source: PagerDuty,
        config: Config,
        api: Api,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._source = source
        self._config = config
        self._api = api
        self._now = now
        self._lane = Lane(name)
        self._roles = roles_by_schedule(source.schedules)
        drill = config.shift.drill
        self._make_incident = incident_maker(name, title_matcher(drill.title if drill else None))
        self._overrides = Overrides(api, now, monotonic)
        self._make_on_call = on_call_maker(name, self._roles, self._overrides.explain)
        self._lookups = Lookups(api, source, now, monotonic)

    async def fetch(self) -> Reading:
        """Every open incident, and who is on call for each role, now and in the days to come."""
        heard = await self._lane.call(self._listen)
        incidents, odd = await rows(IncidentRow, heard.incidents, self._make_incident, "an incident")
        entries, odd_entries = await rows(OnCallRow, heard.on_calls, self._make_on_call, "an on-call entry")
        on_calls = once(entry for group in entries for entry in group)
        on_calls += vacancies(self._name, self._roles, heard.vacant)
        incidents = unique(incidents, lambda item: item.ref, odd)
        return Reading(items=(*incidents, *on_calls), rejected=(*odd, *odd_entries))

    async def detail(self, ref: ItemRef) -> Detail:
        """An incident's notes, history and alerts; or a schedule's next turns, where overrides can be told."""
        if ref.kind is Kind.ON_CALL:
            return await self._lane.call(lambda: self._schedule(ref))
        told = await self._lane.call(lambda: self._incident(ref))
        notes, odd_notes = await rows(NoteRow, told.notes, lambda row: row, "a note")
        entries, odd_entries = await rows(LogRow, told.entries, lambda row: row, "a log entry")
        alerts, odd_alerts = await rows(AlertRow, told.alerts, lambda row: row, "an alert")
        odd = [*odd_notes, *odd_entries, *odd_alerts]
        return Detail(
            notes=shown.history(notes, entries),
            body=shown.body(alerts, entries, told.more_alerts),
            attributes=(*((SafeText("(not understood)"), reason) for reason in odd), *shown.attributes(told.incident)),
        )

    async def probe(self) -> tuple[str, ...]:
        """Whose key it is, what it may see, who is on call, and whether clocks agree."""

        def ask() -> tuple[str, ...]:
            with self._api.deadline(self._source.deadline):
                return tuple(Probe(self._api, self._source, self._config, self._now).lines())

        return await self._lane.call(ask)

    async def close(self) -> None:
        """Let go of the connections; a question under way ends by itself."""
        self._lane.close()
        self._api.close()

    # -- on the lane ---------------------------------------------------------------------------------------------

    def _listen(self) -> _Heard:
        with self._api.deadline(self._source.deadline):
            incidents = [
                row for query in self._queries() for row in whole(self._api.ask, "/incidents", "incidents", query)
            ]
            on_calls: list[object] = []
            window: Query = {"since": stamp(self._now()), "until": stamp(self._now() + AHEAD)}
            for identities in chunks(list(self._roles)):
                on_calls += whole(self._api.ask, "/oncalls", "oncalls", {**window, "schedule_ids[]": identities})
            vacant = self._lookups.require_known(incidents, on_calls)
            self._overrides.look(on_calls)
            return _Heard(incidents, on_calls, vacant)

    def _queries(self) -> Iterator[Query]:
        """The questions whose answers together are all incidents: those of the services, and those of the teams."""
        shared: Query = {**OPEN, "urgencies[]": list(self._source.urgencies)} if self._source.urgencies else OPEN
        for parameter, identities in (("service_ids[]", self._source.services), ("team_ids[]", self._source.teams)):
            for part in chunks(identities):
                yield {**shared, parameter: part}
        if not self._source.services and not self._source.teams:
            yield shared

    def _incident(self, ref: ItemRef) -> _Told:
        path = f"/incidents/{quote(ref.key, safe='')}"
        ask = self._api.ask
        with self._api.deadline(self._source.deadline):
            try:
                incident = envelope(IncidentAnswer, ask(path), "the incident").incident
            except PollFailed as refused:
                if refused.fault.kind is FaultKind.NOT_FOUND:
                    raise failed(FaultKind.NOT_FOUND, "PagerDuty no longer has this incident") from None
                raise
            notes = envelope(Notes, ask(f"{path}/notes"), "its notes").notes
            wanted: Query = {"is_overview": "true", "include[]": ["channels"]}
            entries, _ = every(ask, f"{path}/log_entries", "log_entries", wanted, most=IN_DETAIL)
            alerts, complete = every(ask, f"{path}/alerts", "alerts", {"sort_by": "created_at:asc"}, most=IN_DETAIL)
            return _Told(incident, notes, entries, alerts, not complete)

    def _schedule(self, ref: ItemRef) -> Detail:
        identity, _, rest = ref.key.partition("/")
        with self._api.deadline(self._source.deadline):
            schedule = ask_schedule(self._api, identity, self._now(), self._now() + AHEAD)
        zone = self._config.shift.timezone
        return Detail(
            body=clean_block("\n".join([schedule.name, *shown.turns(schedule, zone)])),
            attributes=((SafeText("schedule"), clean(identity)), (SafeText("entry"), clean(rest))),
        )
