"""Reads a rota: who is planned, past and future."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Rota
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.errors import failed
from secondline_tui.sources.lane import Lane
from secondline_tui.sources.rota.coverage import told_coverage
from secondline_tui.sources.rota.place import Place, place_of
from secondline_tui.sources.rota.plan import Entry, Plan, plan_of
from secondline_tui.sources.rota.sheet import read_sheet


def reader(name: str, source: Rota, config: Config) -> RotaReader:
    """A reader for one configured rota. Blocks while secrets are fetched."""
    zone = config.shift.timezone
    return RotaReader(name, source, place_of(name, source), lambda: datetime.now(zone).date())


class RotaReader:
    """One rota."""

    def __init__(self, name: str, source: Rota, place: Place, today: Callable[[], date]) -> None:
        self._name = name
        self._source = source
        self._place = place
        self._today = today
        self._lane = Lane(name)
        self._plan: Plan | None = None

    async def fetch(self) -> Reading:
        """Everybody who is planned. A rota that does not cover today is an answer too: the pairing says so."""
        plan = await self._read()
        return Reading(items=tuple(entry.planned for entry in plan.entries), rejected=plan.rejected)

    async def detail(self, ref: ItemRef) -> Detail:
        """The rows that an entry stands in, cell by cell."""
        plan = self._plan or await self._read()
        entry = next((entry for entry in plan.entries if entry.planned.ref == ref), None)
        if entry is None:
            raise failed(FaultKind.NOT_FOUND, "the rota no longer says this")
        return Detail(attributes=tuple(_cells(plan, entry)))

    async def probe(self) -> tuple[str, ...]:
        """Shape, roles, days covered, and whether today is among them."""
        plan = await self._read()
        return (
            f"{len(plan.sheet.rows)} rows: {plan.shape}",
            f"roles: {', '.join(plan.roles)}",
            *told_coverage(plan.days, self._today()),
        )

    async def close(self) -> None:
        """Let go of connections."""
        self._lane.close()
        await self._place.close()

    async def _read(self) -> Plan:
        data = await self._place.read()
        self._plan = await self._lane.call(lambda: self._understood(data))
        return self._plan

    def _understood(self, data: bytes) -> Plan:
        source = self._source
        return plan_of(read_sheet(data), self._name, week_one=source.week_one, roles=source.roles)


def _cells(plan: Plan, entry: Entry) -> Iterator[tuple[SafeText, SafeText]]:
    """Name and text of each cell of the entry's rows that holds something."""
    header = plan.sheet.header
    for row in plan.sheet.rows:
        if row.number in entry.rows:
            for column, cell in enumerate(row.cells[: len(header)]):
                if cell:
                    yield clean(f"{header[column]} (row {row.number})"), clean(cell)
