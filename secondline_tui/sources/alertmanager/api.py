"""The questions of API v2, which Grafana answers too, under a path of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from secondline_tui.domain.text import SafeText
from secondline_tui.sources.alertmanager.silences import Silences
from secondline_tui.sources.alertmanager.wire import AlertRow, Receiver, SilenceRow
from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.http import Http
from secondline_tui.sources.wire import rows

PATH = "/api/v2"

_EVERY_STATE = {"active": "true", "silenced": "true", "inhibited": "true", "unprocessed": "true"}


class Api:
    """Alerts and silences below one path."""

    def __init__(self, http: Http, path: str) -> None:
        self._http = http
        self._path = path

    async def alerts(self, narrowed: Mapping[str, str | Sequence[str]]) -> tuple[list[AlertRow], list[SafeText]]:
        """Every alert that is not resolved, in whatever state: (alerts, reasons of rows not understood)."""
        data = await self._http.get(f"{self._path}/alerts", "its alerts", {**_EVERY_STATE, **narrowed})
        return await rows(AlertRow, listed(data, "its alerts"), lambda row: row, "an alert")

    async def receivers(self) -> list[Receiver]:
        """Everybody whom it is configured to tell."""
        data = await self._http.get(f"{self._path}/receivers", "its receivers")
        return (await rows(Receiver, listed(data, "its receivers"), lambda row: row, "a receiver"))[0]

    async def silences(self, alerts: Iterable[AlertRow]) -> tuple[Silences, list[SafeText]]:
        """The silences of these alerts, asked for only where one is silenced."""
        if not any(alert.status.silenced_by for alert in alerts):
            return Silences(), []
        # 0.25 and Grafana give the expired ones of five days all the same.
        found, odd = await self._silences({"expired": "false"})
        return Silences(found), odd

    async def every_silence(self) -> list[SilenceRow]:
        """All that there are, the ended ones of the last days too. One that is not understood fails them all: what is
        looked for could be that one.
        """
        found, odd = await self._silences({})
        if odd:
            raise bad_reply(f"{len(odd)} of its silences cannot be read; the first: {odd[0]}")
        return found

    async def _silences(self, narrowed: Mapping[str, str]) -> tuple[list[SilenceRow], list[SafeText]]:
        data = await self._http.get(f"{self._path}/silences", "its silences", narrowed)
        return await rows(SilenceRow, listed(data, "its silences"), lambda row: row, "a silence")


def listed(data: object, what: str) -> list[object]:
    """An answer that is a list; everything else is a bad reply."""
    if not isinstance(data, list):
        raise bad_reply(f"unknown shape instead of {what}: not a list")
    return data
