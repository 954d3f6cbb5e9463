"""The demo's past: what its world tells of the weeks before is recorded as if this program had been watching."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Handling, Incident, Item, Severity
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.engine import recall
from secondline_tui.engine.chronicle import Chronicle
from secondline_tui.engine.handed import Handed, HandedOver
from secondline_tui.engine.notes import NoteBook
from secondline_tui.engine.seen import Seen
from secondline_tui.shift.handover import Material, handover
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.people import is_out_of_hours

TURN = timedelta(days=7)
LAST_LOOK = 1.0
"""Seconds before something ended that it was last seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One time that something was wrong. Times are seconds since 1970."""

    kind: str
    key: str
    name: str
    began: float
    ended: float | None
    environment: str
    host: str
    severity: str
    state: str
    number: int
    held: list[tuple[str, float]] = field(default_factory=list)

    def is_there(self, moment: float) -> bool:
        """Whether a poll at that moment would have shown it."""
        return self.began <= moment and (self.ended is None or moment < self.ended)

    def moments(self) -> Iterator[float]:
        """When a poll would have told something new of it."""
        yield self.began
        yield from (at for _, at in self.held)
        if self.ended is not None:
            yield max(self.began, self.ended - LAST_LOOK)
            yield self.ended

    def item(self, source: str, moment: float) -> Item:
        """How it looked then."""
        held = [(clean(who), _moment(at)) for who, at in self.held if at <= moment]
        if self.kind == "incident":
            return Incident(
                ref=ItemRef(source, Kind.INCIDENT, self.key),
                number=self.number,
                title=clean(self.name),
                status=clean("acknowledged" if held else "triggered"),
                urgency=clean(self.severity),
                acknowledged_by=tuple(who for who, _ in held),
                created=_moment(self.began),
            )
        return Alert(
            ref=ItemRef(source, Kind.ALERT, self.key),
            environment=clean(self.environment),
            severity=Severity(self.severity),
            state=clean(self.state),
            name=clean(self.name),
            host=clean(self.host),
            since=_moment(self.began),
            acknowledged=Handling(by=held[-1][0], at=held[-1][1]) if held else None,
        )


_TROUBLES = TypeAdapter(dict[str, list[Trouble]])


def remember(told: Path, folder: Path) -> None:
    """Record what a file of the demo's tells, in a state folder."""
    past: Mapping[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    until, turn = float(past["until"]), _moment(past["turn"])
    chronicle = Chronicle(folder)
    chronicle.open()
    try:
        troubles = _TROUBLES.validate_python(past["firings"])
        chronicle.record([reading for source, of in troubles.items() for reading in readings(source, of, until)])
        read = past["read"]
        for source, cards in read["cards"].items():
            for card in cards:
                chronicle.look(read["at"], str(ItemRef(source, Kind.CARD, card)))
        if past["looked"] is not None:
            chronicle.look(past["looked"])
    finally:
        chronicle.close()
    jottings = [Jotting(_moment(at), who, text) for at, who, text in past["jottings"]]
    for jotting in jottings:
        NoteBook(folder).add(jotting)
    text = _handed(chronicle.path, turn, ZoneInfo(past["zone"]), past["team"], jottings)
    how = f"saved as ~/handover-{turn:%Y-%m-%d}.md"
    HandedOver(folder).keep(Handed(turn - timedelta(minutes=10), how, text))


def readings(source: str, troubles: Sequence[Trouble], until: float) -> Iterator[Seen]:
    """What good answers of a source would have held, whenever there was something new, and at the end."""
    moments = {moment for trouble in troubles for moment in trouble.moments() if moment < until}
    for moment in sorted({*moments, until}):
        items = tuple(trouble.item(source, moment) for trouble in troubles if trouble.is_there(moment))
        yield Seen(source=source, at=moment, items=items)


def _handed(path: Path, turn: datetime, zone: ZoneInfo, team: Mapping[str, str], jottings: Sequence[Jotting]) -> str:
    """The handover that those of the turn before would have made of the same record."""
    begin = turn - TURN
    seen = [one for kind in (Kind.ALERT, Kind.INCIDENT) for one in recall.seen_between(path, kind, begin, turn)]
    people = [(role, name) for role, name in team.items() if name]
    roles = [RolePair(role, name, None, None, None, out_of_hours=is_out_of_hours(role)) for role, name in people]
    return handover(
        Material(
            board=Board(),
            pairing=Pairing(turn.astimezone(zone).date(), on_shift=True, roles=tuple(roles)),
            begin=begin,
            now=turn,
            monotonic=0.0,
            zone=zone,
            jottings=[jotting for jotting in jottings if jotting.at < turn],
            seen=seen,
        )
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
