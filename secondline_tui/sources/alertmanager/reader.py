"""Reads the alerts of one Alertmanager, who silenced them, and whether they still reach it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Alertmanager
from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.items import Alert, Detail
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import clean
from secondline_tui.sources.alertmanager.api import PATH, Api
from secondline_tui.sources.alertmanager.connection import connected
from secondline_tui.sources.alertmanager.mapping import detail_of, sighting_maker
from secondline_tui.sources.alertmanager.wire import AlertRow, ServerStatus
from secondline_tui.sources.errors import blind, failed
from secondline_tui.sources.http import Http
from secondline_tui.sources.labels import Shown, beats, missing_heartbeat, old_heartbeat
from secondline_tui.sources.together import at_once
from secondline_tui.sources.wire import envelope, rows, unique

Now = Callable[[], datetime]


def reader(name: str, source: Alertmanager, _: Config) -> AlertmanagerReader:
    """A reader for one configured Alertmanager. Blocks while secrets are fetched."""
    return AlertmanagerReader(name, source, connected(source, Http))


class AlertmanagerReader:
    """One Alertmanager."""

    def __init__(self, name: str, source: Alertmanager, http: Http, now: Now = lambda: datetime.now(UTC)) -> None:
        self._name = name
        self._source = source
        self._http = http
        self._api = Api(http, PATH)
        self._now = now

    async def fetch(self) -> Reading:
        """All alerts that are not resolved; PollFailed(blind) when they may not have reached it."""
        async with at_once() as ask:
            alerts = ask.create_task(self._api.alerts(self._narrowed()))
            ask.create_task(self._require_heartbeat_elsewhere())
        found, odd = alerts.result()
        if self._source.heartbeat and not self._narrowed():
            self._require_heartbeat(found)
        async with at_once() as ask:
            silencing = ask.create_task(self._api.silences(found))
            ask.create_task(self._require_settled())
            ask.create_task(self._require_receiver(found))
        silences, odd_silences = silencing.result()
        shown, told = Shown(self._name, self._source), sighting_maker(self._source, silences)

        def make(row: AlertRow) -> Alert | None:
            return None if beats(self._source, row.labels) else shown.alert(told(row))

        items, odd_items = await rows(AlertRow, found, make, "an alert")
        return Reading(
            items=tuple(unique(items, lambda item: item.ref, odd_items)),
            rejected=(*odd, *odd_silences, *odd_items),
            hidden=shown.hidden,
        )

    async def detail(self, ref: ItemRef) -> Detail:
        """One alert as Alertmanager has it now; it cannot be asked for one alone."""
        found, _ = await self._api.alerts(self._narrowed())
        row = next((row for row in found if row.fingerprint == ref.key), None)
        if row is None:
            raise failed(FaultKind.NOT_FOUND, "Alertmanager no longer has this alert: it is resolved")
        silences, _ = await self._api.silences([row])
        return detail_of(row, sighting_maker(self._source, silences)(row), silences)

    async def probe(self) -> tuple[str, ...]:
        """Version, age, cluster, and whether anything proves that alerts reach it."""
        status = await self._status()
        age = f", up for {short((self._now() - status.uptime).total_seconds())}" if status.uptime else ""
        lines = [f"Alertmanager {clean(status.version_info.version)}{age}"]
        if status.cluster.status != "disabled":
            lines.append(f"cluster {clean(status.cluster.status)}; peers: {len(status.cluster.peers)}")
        if not self._source.heartbeat:
            lines.append("no heartbeat is configured: that alerts still reach it is believed, not known")
        return tuple(lines)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    # -- questions ---------------------------------------------------------------------------------------------

    def _narrowed(self) -> Mapping[str, str | Sequence[str]]:
        """What the configuration leaves of all alerts."""
        narrowed: dict[str, str | Sequence[str]] = {}
        if self._source.filter:
            narrowed["filter"] = self._source.filter
        if self._source.receiver:
            narrowed["receiver"] = self._source.receiver
        return narrowed

    async def _status(self) -> ServerStatus:
        return envelope(ServerStatus, await self._http.get(f"{PATH}/status", "its status"), "its status")

    # -- whether it sees ---------------------------------------------------------------------------------------

    async def _require_heartbeat_elsewhere(self) -> None:
        """The heartbeat among all alerts, where only some of them are asked for."""
        if self._source.heartbeat and self._narrowed():
            only = [str(Matcher(name, value)) for name, value in self._source.heartbeat.items()]
            self._require_heartbeat((await self._api.alerts({"filter": only}))[0])

    def _require_heartbeat(self, found: Sequence[AlertRow]) -> None:
        """Raise PollFailed(blind) when the heartbeat is not among these. A silenced one beats all the same."""
        beating = [row for row in found if beats(self._source, row.labels)]
        if not beating:
            raise blind(missing_heartbeat(self._source))
        now = self._now()
        if not any(row.repeated(now) for row in beating):
            raise blind(old_heartbeat(self._source))

    async def _require_settled(self) -> None:
        """Raise PollFailed(blind) just after its start: it has forgotten all alerts, and not all are repeated yet.

        Asked after the alerts: it may be started anew between any two questions.
        """
        if not self._source.settle:
            return
        uptime = (await self._status()).uptime
        if uptime is None:
            raise blind("does not say when it was started: alerts may be missing (settle = 0 believes it all the same)")
        age = (self._now() - uptime).total_seconds()
        if age < self._source.settle:
            raise blind(f"started {short(age)} ago: the senders may not have repeated all of their alerts yet")

    async def _require_receiver(self, found: Sequence[AlertRow]) -> None:
        """Raise PollFailed(blind) when nobody is called as the configuration says: there is no alert for him, ever."""
        pattern = self._source.receiver
        if not pattern or found:
            return
        names = [receiver.name for receiver in await self._api.receivers()]
        if not any(_fits(pattern, name) for name in names):
            raise blind(f"no receiver is called {pattern}; there are: {', '.join(sorted(names)) or 'none'}")


def _fits(pattern: str, name: str) -> bool:
    """Whether a receiver is meant. An expression that only Alertmanager understands may mean anybody."""
    try:
        return re.fullmatch(pattern, name) is not None
    except re.error:
        return True
