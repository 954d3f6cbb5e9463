"""What is related: for every item of a board, the items of other services that tell of the same trouble.

Follows the board. With each change only the names of alerts that are new are looked at, a slice of them at a time;
an item's links are found when somebody asks for them, and kept until something changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Card, Incident, Item, Ticket
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.shift.likeness import words
from secondline_tui.shift.links import Bond, addresses_in, bond, host_names, marks_in, points_to, texts_of
from secondline_tui.shift.phrases import Names, Phrases

SLICE = 300
"""New names that are looked at in one go: a few milliseconds."""
LOOKED_AT, MOST = 200, 50
"""Alerts that are looked at for one item's links, and that are told."""

Verdict = Callable[[ItemRef, ItemRef], bool | None]
"""What a person said of two items: that they belong together, that they do not, or nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """An item that belongs to the one asked about, or may."""

    item: Item
    reason: str
    sure: bool
    verdict: bool | None = None
    """What a person said of it."""

    @property
    def denied(self) -> bool:
        """Whether a person said that it does not belong."""
        return self.verdict is False and not self.sure


def _undecided(_one: ItemRef, _other: ItemRef) -> bool | None:
    return None


class Related:
    """The links of one board after another."""

    def __init__(self, verdict: Verdict = _undecided) -> None:
        self._verdict = verdict
        self._seen: tuple[object, ...] = ()
        self._names, self._hosts = Names(), Phrases()
        self._known_hosts: set[str] = set()
        self._items: dict[int, Item] = {}
        self._by_name: dict[str, dict[int, Alert]] = {}
        self._by_host: dict[str, dict[int, Alert]] = {}
        self._by_key: dict[str, dict[int, Alert]] = {}
        self._talked_of: dict[int, Alert] = {}
        self._others: dict[int, Incident | Ticket | Card] = {}
        self._names_of: dict[ItemRef, tuple[Item, set[str]]] = {}
        self._named: dict[str, list[Incident | Card]] = {}
        self._writers: list[Incident | Ticket | Card] = []
        self._waiting: list[str] = []
        self._kept: dict[ItemRef, tuple[Item, tuple[Link, ...]]] = {}
        self._pages: dict[ItemRef, list[Link]] | None = None

    # -- following ---------------------------------------------------------------------------------------------

    def update(self, board: Board) -> bool:
        """Follow the board; whether there is more to be looked at, and so to be called again soon."""
        seen = tuple(state.items for state in board.sources.values())
        if len(seen) != len(self._seen) or any(a is not b for a, b in zip(seen, self._seen, strict=True)):
            self._seen = seen
            self._follow(dict(chain(*(zip(map(id, items), items, strict=True) for items in seen))))
        elif not self._waiting:
            return False
        fresh = self._waiting[:SLICE]
        self._names.add(fresh)
        del self._waiting[:SLICE]
        self._name_all(anew=bool(fresh))
        self.forget()
        return bool(self._waiting)

    def forget(self) -> None:
        """A person said something: find the links anew."""
        self._kept.clear()
        self._pages = None

    def _follow(self, now: dict[int, Item]) -> None:
        """Take in the items that are new, and let go of those that are gone: an unchanged one is the same object."""
        before, self._items = self._items, now
        for place in before.keys() - now.keys():
            self._let_go(place, before[place])
        for place in now.keys() - before.keys():
            self._take_in(place, now[place])
        if len(self._names.known) > 2 * len(self._by_name) + SLICE:
            self._names, self._waiting = Names(), list(self._by_name)
        if len(self._known_hosts) > 2 * len(self._by_host) + SLICE:
            self._hosts, self._known_hosts = Phrases(), set()
            for alerts in self._by_host.values():
                self._know_host(next(iter(alerts.values())))

    def _groups(self, alert: Alert) -> tuple[tuple[dict[str, dict[int, Alert]], str], ...]:
        return (self._by_name, alert.name), (self._by_host, alert.host), (self._by_key, alert.ref.key)

    def _let_go(self, place: int, item: Item) -> None:
        self._others.pop(place, None)
        self._talked_of.pop(place, None)
        if isinstance(item, Alert):
            for group, name in self._groups(item):
                known = group.get(name, {})
                known.pop(place, None)
                if not known:
                    group.pop(name, None)

    def _take_in(self, place: int, item: Item) -> None:
        if isinstance(item, Incident | Ticket | Card):
            self._others[place] = item
        elif isinstance(item, Alert):
            if item.name not in self._by_name and item.name not in self._names.known:
                self._waiting.append(item.name)
            for group, name in self._groups(item):
                group.setdefault(name, {})[place] = item
            if item.acknowledged is not None or item.notes:
                self._talked_of[place] = item
            self._know_host(item)

    def _know_host(self, alert: Alert) -> None:
        if alert.host and alert.host not in self._known_hosts:
            self._known_hosts.add(alert.host)
            for name in host_names(alert.host, alert.ref.key):
                self._hosts.add(name, alert.host)

    def _name_all(self, *, anew: bool) -> None:
        """Which names of alerts each page and each card may be about; for those seen before, only with new names."""
        before = {} if anew else self._names_of
        self._names_of, self._named = {}, {}
        self._writers = [item for item in self._others.values() if _writes(item)]
        for item in self._others.values():
            if isinstance(item, Incident | Card):
                known = before.get(item.ref)
                names = known[1] if known is not None and known[0] is item else self._names_in(item)
                self._names_of[item.ref] = item, names
                for name in names:
                    self._named.setdefault(name, []).append(item)

    def _names_in(self, item: Incident | Card) -> set[str]:
        if isinstance(item, Incident):
            return self._names.held_by(item.title, item.alert_key)
        return self._names.held_by(*texts_of(item)) | self._names.like(item.title)

    # -- asking ------------------------------------------------------------------------------------------------

    def of(self, item: Item) -> tuple[Link, ...]:
        """What belongs to an item, what certainly does first; what a person denied last."""
        kept = self._kept.get(item.ref)
        if kept is None or kept[0] is not item:
            kept = item, tuple(sorted(self._found(item), key=_rank)[:MOST])
            self._kept[item.ref] = kept
        return kept[1]

    def _found(self, item: Item) -> list[Link]:
        match item:
            case Incident():
                return self._judged(item, _unmistaken(self._bonds(item)))
            case Alert():
                return self._pages_of(item) + self._judged(item, self._bonds(item, (Ticket, Card)))
            case Ticket() | Card():
                return self._judged(item, self._bonds(item))
            case _:
                return []

    def _pages_of(self, alert: Alert) -> list[Link]:
        """The pages that are linked to an alert. Whether one is sure depends on which others it may be about."""
        if self._pages is None:
            self._pages = {}
            for page in self._others.values():
                if isinstance(page, Incident):
                    for link in self.of(page):
                        self._pages.setdefault(link.item.ref, []).append(replace(link, item=page))
        return self._pages.get(alert.ref, [])

    def _bonds(self, item: Item, kinds: tuple[type[Item], ...] = (Incident, Ticket, Card)) -> list[tuple[Item, Bond]]:
        others = (other for other in self._others.values() if isinstance(other, kinds))
        alerts = () if isinstance(item, Alert) else self._alerts_for(item)
        found = ((other, bond(item, other)) for other in chain(alerts, self._near(item, others)))
        return [(other, why) for other, why in found if why is not None]

    def _near(self, item: Item, others: Iterable[Item]) -> Iterable[Item]:
        """Those of the others that may be about an item; for an alert, not each of hundreds of cards is looked at."""
        if not isinstance(item, Alert):
            return others
        if _writes(item):
            return others
        near = {id(one): one for one in chain(self._named.get(item.name, ()), self._writers)}
        return (other for other in others if id(other) in near)

    def _alerts_for(self, item: Item) -> Iterable[Alert]:
        """The alerts that an item may be about, each once, the likeliest first."""
        names: set[str] = set()
        hosts: set[str] = set()
        found: list[Iterable[Alert]] = []
        if isinstance(item, Incident):
            found.append(self._by_key.get(item.alert_key, {}).values())
            hosts = self._hosts.held_by((*words(item.title), "/", *words(item.alert_key)))
        if isinstance(item, Incident | Card):
            names = self._names_in(item)
        on_host = [self._by_host.get(host, {}).values() for host in hosts]
        found += [[a for a in chain(*on_host) if a.name in names], self._pointed_at(item)]
        found += [self._by_name.get(name, {}).values() for name in names]
        found += [self._talked_of.values()]
        found += on_host
        return islice(_once(chain(*found)), LOOKED_AT)

    def _pointed_at(self, item: Item) -> Iterable[Alert]:
        """The alerts whose page a text has."""
        if not _writes(item):
            return []
        said = frozenset().union(*(addresses_in(text) for text in texts_of(item)))
        marks = frozenset().union(*(marks_in(text) for text in texts_of(item)))
        refs = {mark for mark in marks if f":{Kind.ALERT}:" in mark}
        alerts = (a for a in self._items.values() if isinstance(a, Alert))
        return [a for a in alerts if (said and points_to(a, said)) or (refs and str(a.ref) in refs)]

    def _judged(self, item: Item, bonds: Iterable[tuple[Item, Bond]]) -> list[Link]:
        """The links, with what a person said of those that are not sure."""
        links = []
        for other, why in bonds:
            said = None if why.sure else self._verdict(item.ref, other.ref)
            reason = f"{why.reason}; confirmed by hand" if said else why.reason
            links.append(Link(other, reason, why.sure or said is True, said))
        return links


_ORDER = (Kind.INCIDENT, Kind.ALERT, Kind.TICKET, Kind.CARD)


def _rank(link: Link) -> tuple[bool, bool, int, ItemRef]:
    return link.denied, not link.sure, _ORDER.index(link.item.ref.kind), link.item.ref


def _once(alerts: Iterable[Alert]) -> Iterator[Alert]:
    seen: set[int] = set()
    for alert in alerts:
        if id(alert) not in seen:
            seen.add(id(alert))
            yield alert


def _writes(item: Item) -> bool:
    """Whether a text of an item may hold an address or a reference."""
    return any("://" in text or ":alert:" in text for text in texts_of(item))


def _unmistaken(bonds: list[tuple[Item, Bond]]) -> list[tuple[Item, Bond]]:
    """A page's links: none is sure where alerts of several environments fit it alike. Where one is, alerts that may be
    meant are left out.
    """
    sure = [other for other, why in bonds if why.sure and isinstance(other, Alert)]
    if not sure:
        return bonds
    if len({alert.environment for alert in sure}) > 1:
        return [
            (other, replace(why, reason=f"{why.reason}, as in another environment", sure=False))
            if isinstance(other, Alert)
            else (other, why)
            for other, why in bonds
        ]
    return [(other, why) for other, why in bonds if why.sure or not isinstance(other, Alert)]
