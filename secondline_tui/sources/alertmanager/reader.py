"""Reads the alerts of one Alertmanager, who silenced them, and whether they still reach it."""

from __future__ import annotations

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
from secondline_tui.sources import tls
from secondline_tui.sources.alertmanager.api import Api
from secondline_tui.sources.alertmanager.mapping import detail_of, sighting_maker
from secondline_tui.sources.alertmanager.wire import AlertRow, ServerStatus
from secondline_tui.sources.errors import blind, failed
from secondline_tui.sources.headers import bearer, header
from secondline_tui.sources.http import Http
from secondline_tui.sources.labels import Shown, beats, missing_heartbeat
from secondline_tui.sources.together import at_once
from secondline_tui.sources.wire import envelope, rows, unique

PATH = "/api/v2"

Now = Callable[[], datetime]


def reader(name: str, source: Alertmanager, _: Config) -> AlertmanagerReader:
    """A reader for one configured Alertmanager. Blocks while secrets are fetched."""
    auth = None
    if source.username is not None and source.password is not None:
        auth = (source.username.resolve(), source.password.resolve())
    http = Http(
        source.url,
        headers={
            **{known: header(known, secret) for known, secret in source.headers.items()},
            **(bearer(source.token) if source.token is not None else {}),
        },
        auth=auth,
        tls=tls.context(source.ca_file),
        server_name=source.server_name,
        proxy=source.proxy,
        deadline=source.deadline,
    )
    return AlertmanagerReader(name, source, http)


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
        await self._require_sight(found)
        silences, odd_silences = await self._api.silences(found)
        shown, told = Shown(self._name, self._source), sighting_maker(self._source, silences)

        def make(row: AlertRow) -> Alert | None:
            return None if beats(self._source, row.labels) else shown.alert(told(row))

        items, _ = await rows(AlertRow, found, make, "an alert")
        return Reading(
            items=tuple(unique(items, lambda item: item.ref)),
            rejected=(*odd, *odd_silences),
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

    async def _require_heartbeat_elsewhere(self) -> None:
        """The heartbeat among all alerts, where only some of them are asked for."""
        if self._source.heartbeat and self._narrowed():
            only = [str(Matcher(name, value)) for name, value in self._source.heartbeat.items()]
            found, _ = await self._api.alerts({"filter": only})
            if not any(beats(self._source, row.labels) for row in found):
                raise blind(missing_heartbeat(self._source))

    async def _require_sight(self, found: Sequence[AlertRow]) -> None:
        """Raise PollFailed(blind) when these alerts may be fewer than there are.

        A silenced heartbeat beats all the same. Without a heartbeat, all that can be told is that a list is empty
        because Alertmanager was started just now: it forgets all alerts then, and the senders repeat them in time.
        """
        if self._source.heartbeat:
            if not self._narrowed() and not any(beats(self._source, row.labels) for row in found):
                raise blind(missing_heartbeat(self._source))
            return
        if found or not self._source.settle:
            return
        status = await self._status()
        age = (self._now() - status.uptime).total_seconds() if status.uptime else 0.0
        if age < self._source.settle:
            raise blind(f"started {short(age)} ago and has no alerts: the senders have not repeated theirs yet")
