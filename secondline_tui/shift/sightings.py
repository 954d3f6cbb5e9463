"""How often what an ongoing issue is about was seen, by the record of what was seen and what fires now. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from secondline_tui.domain.items import Alert, Card, Severity
from secondline_tui.domain.past import Occurrence
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.shift.links import Bond, addresses_in, bond, marks_in, points_to, texts_of
from secondline_tui.shift.phrases import Names
from secondline_tui.shift.related import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One alert that a card is about, or may be: by its name, in one environment, on whatever machines."""

    name: SafeText
    environment: SafeText
    times: int
    last: datetime
    """When it was last there."""
    there: bool
    """Whether it is there now."""
    sure: bool
    """Whether the card certainly is about it."""
    reason: str
    refs: frozenset[ItemRef]
    """The alerts themselves, one for each machine."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was seen of what one card is about, the most frequent first."""

    sightings: tuple[Sighting, ...] = ()

    @property
    def sure(self) -> tuple[Sighting, ...]:
        """Those that count."""
        return tuple(one for one in self.sightings if one.sure)

    @property
    def maybe(self) -> tuple[Sighting, ...]:
        """Those that somebody may say belong."""
        return tuple(one for one in self.sightings if not one.sure)

    @property
    def times(self) -> int:
        """How often it came."""
        return sum(one.times for one in self.sure)

    @property
    def last(self) -> datetime | None:
        """When it was last there."""
        return max((one.last for one in self.sure), default=None)

    @property
    def there(self) -> bool:
        """Whether it is there now."""
        return any(one.there for one in self.sure)

    @property
    def environments(self) -> tuple[SafeText, ...]:
        """Where, each once."""
        return tuple(dict.fromkeys(one.environment for one in self.sure if one.environment))

    def as_of(self, there: Collection[ItemRef]) -> Seen:
        """The same when only these are there still: what is gone was there last when this was looked up."""
        return Seen(tuple(replace(one, there=one.there and not one.refs.isdisjoint(there)) for one in self.sightings))


@dataclass(slots=True)
class _Watched:
    """One alert on one machine, and what was seen of it."""

    alert: Alert
    times: int
    last: datetime
    there: bool = False


class Sightings:
    """What was seen in one stretch of time, to be asked card by card."""

    def __init__(
        self, seen: Iterable[Occurrence], firing: Iterable[Alert], begin: datetime, now: datetime, verdict: Verdict
    ) -> None:
        self._verdict = verdict
        self._watched: dict[ItemRef, _Watched] = {}
        for one in seen:
            known = self._watched.setdefault(one.ref, _Watched(_as_alert(one), 0, one.last))
            known.times += 1
            known.last = max(known.last, one.last)
        for alert in firing:
            since = alert.since or begin
            known = self._watched.setdefault(alert.ref, _Watched(alert, 0, since))
            if not known.times or known.last < since:  # the record has not been written that far yet
                known.times += 1
            self._watched[alert.ref] = replace(known, alert=alert, last=now, there=True)
        self._names = Names()
        self._by_name: dict[str, list[_Watched]] = {}
        for watched in self._watched.values():
            self._by_name.setdefault(watched.alert.name, []).append(watched)
        self._names.add(self._by_name)
        self._by_ref = {str(ref): one for ref, one in self._watched.items()}
        self._linked = [one for one in self._watched.values() if one.alert.links.web is not None]
        self._talked_of = [one for one in self._watched.values() if texts_of(one.alert)]

    def of(self, card: Card) -> Seen:
        """What was seen of what a card is about."""
        found: dict[tuple[str, str, bool], Sighting] = {}
        for one, why in self._bonds(card):
            said = None if why.sure else self._verdict(card.ref, one.alert.ref)
            if said is False:
                continue
            alert, sure = one.alert, why.sure or said is True
            reason = f"{why.reason}; confirmed by hand" if said else why.reason
            key = (alert.name, alert.environment, sure)
            before = found.get(key)
            found[key] = Sighting(
                name=alert.name,
                environment=alert.environment,
                times=one.times + (before.times if before else 0),
                last=max(one.last, before.last) if before else one.last,
                there=one.there or (before is not None and before.there),
                sure=sure,
                reason=before.reason if before else reason,
                refs=frozenset({alert.ref}) | (before.refs if before else frozenset()),
            )
        return Seen(tuple(sorted(found.values(), key=lambda one: (not one.sure, -one.times, one.name))))

    def _bonds(self, card: Card) -> Iterator[tuple[_Watched, Bond]]:
        """What the card is about, or may be: not each of thousands is looked at for each of hundreds of cards."""
        pointed = {id(one): one for one in self._pointed_at(card)}
        for one in pointed.values():
            if (why := bond(one.alert, card)) is not None:
                yield one, why
        for name in self._names.held_by(*texts_of(card)) | self._names.like(card.title):
            alike: Bond | None = None
            for one in self._by_name[name]:
                if id(one) in pointed:
                    continue
                why = alike or bond(one.alert, card)
                if why is not None:
                    yield one, why
                    alike = why if not why.sure else None  # what is only alike is so by its name, on every machine

    def _pointed_at(self, card: Card) -> Iterator[_Watched]:
        """Those whose reference or page the card has, and those that people wrote on, perhaps of the card."""
        yield from self._talked_of
        texts = texts_of(card)
        for mark in frozenset().union(*map(marks_in, texts)):
            if (one := self._by_ref.get(mark)) is not None:
                yield one
        said = frozenset().union(*map(addresses_in, texts))
        if said:
            yield from (one for one in self._linked if points_to(one.alert, said))


def _as_alert(one: Occurrence) -> Alert:
    """What the record knows of an alert that may be gone, as far as it matters for what it belongs to."""
    on = f"{one.name} on "
    host = SafeText(one.title.removeprefix(on)) if one.title.startswith(on) else EMPTY
    severity = next((word for word in Severity if one.state.startswith(word)), Severity.UNKNOWN)
    return Alert(ref=one.ref, environment=one.environment, severity=severity, state=one.state, name=one.name, host=host)
