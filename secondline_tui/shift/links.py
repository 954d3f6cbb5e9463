"""Whether two items of different services tell of the same trouble, and why. Pure; pair by pair.

A link is sure only where one item names the other and says nothing that speaks against it. What merely looks alike is
a "maybe", which a person may confirm or deny.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from secondline_tui.domain.items import Alert, Card, Incident, Item, Ticket
from secondline_tui.shift.likeness import numbers_after, place_of, shared, spelt, telling, without, words
from secondline_tui.shift.posted import is_handover


@dataclass(frozen=True, slots=True)
class Bond:
    """What speaks for two items being about one thing."""

    reason: str
    sure: bool


_RANK = {Incident: 0, Alert: 1, Ticket: 2, Card: 3}
_AROUND = (
    "is on at for in of the problem firing triggered critical warning unknown down alert alertname service host state "
    "icinga icinga2 nagios prometheus alertmanager grafana event_source service_desc host_name"
)
_FILLING = frozenset(_AROUND.split())
"""Words around name and machine that tell of no other check."""
_FIRING = re.compile(r"^\s*\[FIRING:\d+\]", re.IGNORECASE)
_ALERT_LINE = re.compile(r"^[ \t>*_+\-]*alerts?[*_]*[ \t]*:[*_ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
_URL = re.compile(r"https?://[^\s<>\"'`|]+", re.IGNORECASE)
_NUMBER = r"\d{1,12}(?!\w|[.:]\d)"
_LIST = rf"({_NUMBER}(?:\s*,\s*#?{_NUMBER})*(?:\s*,?\s*(?:and|&|\+)\s*#?{_NUMBER})?)"
_OF_TICKET = re.compile(
    rf"(?<![\w/-])(?:tickets?|zendesk|zd)(?:\s+(?:tickets?|no\.?|number))?[\s#:-]{{0,3}}{_LIST}", re.IGNORECASE
)
_OF_INCIDENT = re.compile(
    rf"(?<![\w/-])(?:incidents?|pagerduty|pages?)(?:\s+incidents?)?[\s:]{{0,2}}#{_LIST}", re.IGNORECASE
)
_BARE = re.compile(r"(?:^|(?<=[\s(,;]))#(\d{3,12})(?![\w-])")
_CUE = 24
"""Characters before a number that may say what it is a number of."""
_OTHER_CUE = re.compile(r"(?:pr|pull request|pull|issue|rfc|commit|build|deploy|release|step|job)s?\s*$", re.IGNORECASE)


def bond(one: Item, other: Item) -> Bond | None:
    """What links two items, None where nothing does. The order of the two does not matter."""
    if one.ref.source == other.ref.source or type(one) not in _RANK or type(other) not in _RANK:
        return None
    if _RANK[type(one)] > _RANK[type(other)]:
        one, other = other, one
    if isinstance(other, Card) and is_handover(other):
        return None
    found = _by_address(one, other)
    if found is not None:
        return found
    match one, other:
        case Incident(), Alert():
            return _page(one, other)
        case Incident(), Card():
            return _page_and_card(one, other)
        case Alert(), Card():
            return _alert_and_card(one, other)
        case Ticket(), Card():
            return _ticket_and_card(one, other)
        case _:
            return None


# -- addresses -----------------------------------------------------------------------------------------------------


def texts_of(item: Item) -> tuple[str, ...]:
    """What people have written in an item."""
    match item:
        case Card():
            return (item.title, item.description)
        case Ticket():
            return (item.subject,)
        case Incident():
            return (item.title,)
        case Alert() if item.acknowledged is not None or item.notes:
            said = [note.text for note in item.notes]
            return (*said, item.acknowledged.comment) if item.acknowledged is not None else tuple(said)
        case _:
            return ()


def _by_address(one: Item, other: Item) -> Bond | None:
    for here, there in ((one, other), (other, one)):
        if any(_points(text, there) for text in texts_of(here)):
            return Bond(f"the {here.ref.kind} has the {there.ref.kind}'s link", sure=True)
    return None


def _points(text: str, item: Item) -> bool:
    if ":" not in text:
        return False
    if str(item.ref) in marks_in(text):
        return True
    return points_to(item, addresses_in(text))


def points_to(item: Item, addresses: frozenset[str]) -> bool:
    """Whether an item's page is one of some addresses."""
    return item.links.web is not None and bool(addresses) and _address(item.links.web) in addresses


@lru_cache(maxsize=4_096)
def marks_in(text: str) -> frozenset[str]:
    """The words of a text as they stand there, for references among them."""
    return frozenset(word.strip(".,;()[]`'\"") for word in text.split())


@lru_cache(maxsize=4_096)
def addresses_in(text: str) -> frozenset[str]:
    """The addresses in a text, spelt alike."""
    return frozenset(_address(found) for found in _URL.findall(text))


@lru_cache(maxsize=32_768)
def _address(url: str) -> str:
    """An address, as what it is about: the same for each way to a ticket's page, or a card's."""
    url = url.rstrip(".,;:!?*_]>")
    if url.endswith(")") and "(" not in url:
        url = url.rstrip(")").rstrip(".,;:!?*_]>")
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host, path = parts.netloc.casefold(), parts.path.rstrip("/")
    if ticket := re.search(r"/(?:tickets|requests)/(\d+)(?:\.json)?$", path):
        return f"{host}/tickets/{ticket[1]}"
    if known := re.match(r"/(?:c|incidents)/\w+", path):
        return f"{host}{known[0]}"
    rest = f"?{parts.query}" if parts.query else ""
    return unquote(f"{host}{path}{rest}{'#' + parts.fragment if parts.fragment else ''}")


# -- pages and alerts ----------------------------------------------------------------------------------------------


def _page(incident: Incident, alert: Alert) -> Bond | None:
    title, key = words(_FIRING.sub("", incident.title)), words(incident.alert_key)
    if incident.alert_key and (incident.alert_key == alert.ref.key or key == words(alert.ref.key)):
        return Bond("the page has the monitor's own key of the alert", sure=True)
    name = words(alert.name)
    host = _host_in(alert, (*without(name, title), "/", *without(name, key)))
    for text, what in ((key, "key"), (title, "title")):
        if place_of(name, text) < 0:
            continue
        strange = _strange(text, alert)
        if strange:
            return Bond(f"the page's {what} names the alert, and {' '.join(strange[:4])}", sure=False)
        if host or not alert.host:
            return Bond(f"the page names the alert{' and its machine' if alert.host else ''}", sure=True)
        return Bond(f"the page's {what} names the alert, but not its machine", sure=False)
    return Bond("the page names the machine", sure=False) if host else None


@lru_cache(maxsize=32_768)
def host_names(host: str, key: str) -> tuple[tuple[str, ...], ...]:
    """What a machine is called, each as words: as shown, without its address and by it, as the monitor calls it, and
    by the first part of that.
    """
    shown, _, behind = host.partition(" (")
    inside = [host, shown, behind.rstrip(")"), key.partition("!")[0] if "!" in key else ""]
    inside += [name.partition(".")[0] for name in (shown, inside[-1])]
    names = {words(name) for name in inside if not name.isdigit()}
    return tuple(sorted((name for name in names if name), key=len, reverse=True))


def _host_in(alert: Alert, text: tuple[str, ...]) -> bool:
    if not alert.host:
        return False
    return any(place_of(name, text) >= 0 for name in host_names(alert.host, alert.ref.key))


def _strange(text: tuple[str, ...], alert: Alert) -> tuple[str, ...]:
    """What a text says beside the alert's name, its machine, and words that tell of no other check."""
    rest = without(words(alert.name), text)
    for name in host_names(alert.host, alert.ref.key) if alert.host else ():
        rest = without(name, rest)
    known = {*words(alert.environment), *words(alert.severity), *words(alert.state)}
    known.update(word for _, value in alert.labels for word in words(value))
    return tuple(word for word in rest if word not in _FILLING and word not in known)


# -- cards ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def alert_lines(description: str) -> tuple[str, ...]:
    """What the `alert:` lines of a card say, each name by itself where commas part several."""
    found: list[str] = []
    for line in _ALERT_LINE.findall(description):
        whole = line.strip(" \t*_`\"'")
        found.append(whole)
        if parts := [part.strip(" \t*_`\"'") for part in re.split(r"[,;]", whole)][1:]:
            found += [re.split(r"[,;]", whole)[0].strip(" \t*_`\"'"), *parts]
    return tuple(found)


def _alert_and_card(alert: Alert, card: Card) -> Bond | None:
    name = words(alert.name)
    named = False
    for line in alert_lines(card.description):
        if line == str(alert.ref):
            return Bond("the card has a line for the alert", sure=True)
        said = words(line)
        if said[: len(name)] == name:
            named = True
            if not _elsewhere(said, alert):
                return Bond("the card has a line for the alert", sure=True)
    if named:
        return None
    if len(telling(alert.name)) >= 2 and any(place_of(name, words(text)) >= 0 for text in texts_of(card)):
        return Bond("the card's text names the alert", sure=False)
    both = shared(alert.name, card.title)
    return Bond(f"both speak of {spelt(both, card.title)}", sure=False) if both else None


def _elsewhere(said: tuple[str, ...], alert: Alert) -> bool:
    """Whether an `alert:` line says more than the alert is: another machine, another environment."""
    rest = said[len(words(alert.name)) :]
    for name in host_names(alert.host, alert.ref.key) if alert.host else ():
        rest = without(name, rest)
    return any(word not in ("on", "in", "at", *words(alert.environment)) for word in rest)


def _page_and_card(incident: Incident, card: Card) -> Bond | None:
    for line in alert_lines(card.description):
        if words(line) and words(line) == words(incident.title):
            return Bond("the card has a line for what the page is called", sure=True)
    if any(incident.number in numbers_after(_OF_INCIDENT, text) for text in texts_of(card)):
        return Bond("the card names the page's number", sure=True)
    return None


def _ticket_and_card(ticket: Ticket, card: Card) -> Bond | None:
    if any(ticket.number in numbers_after(_OF_TICKET, text) for text in texts_of(card)):
        return Bond("the card names the ticket", sure=True)
    if any(ticket.number in _bare_numbers(text) for text in texts_of(card)):
        return Bond(f"the card speaks of #{ticket.number}", sure=False)
    return None


@lru_cache(maxsize=4_096)
def _bare_numbers(text: str) -> frozenset[int]:
    """The numbers like #4711 in a text that are not said to be something else's."""
    found = ((int(match[1]), text[max(0, match.start() - _CUE) : match.start()]) for match in _BARE.finditer(text))
    return frozenset(number for number, before in found if not _OTHER_CUE.search(before))
