"""Who covers for somebody who is away: the standby of the role, as the pairing names one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.people import is_standby, role_key, same_person, tier_of

_STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class Cover:
    """One role that somebody may have to be covered in."""

    pair: RolePair
    standby: str
    """Who is proposed, "" where the pairing names nobody for it."""
    role: str
    """The role of the one who is proposed."""
    until: datetime | None
    """When the turn ends that is to be covered."""


def covers(pairing: Pairing, now: datetime) -> tuple[Cover, ...]:
    """Every role that is on now and whose schedule can be handed over, with who should have it."""
    on_now = (pair for pair in pairing.roles if pair.ref is not None and pair.start is not None and pair.start <= now)
    return tuple(_cover(pair, pairing) for pair in on_now if not is_standby(pair.role))


def _cover(pair: RolePair, pairing: Pairing) -> Cover:
    for other in _standbys(pair, pairing):
        # Somebody who is away in one role is away in all of them.
        if other.person and not (pair.person and same_person(other.person, pair.person)):
            return Cover(pair, other.person, other.role, pair.until)
    return Cover(pair, "", "", pair.until)


def _standbys(pair: RolePair, pairing: Pairing) -> Iterator[RolePair]:
    """Its own standby first, then one of several roles; for a tier the last one, and those before it."""
    own = role_key(pair.role)
    kept = {role_key(other.role).replace(_STANDBY, ""): other for other in pairing.roles if is_standby(other.role)}
    for rest in sorted((rest for rest in kept if rest in own), key=len, reverse=True):
        if kept[rest].out_of_hours is pair.out_of_hours:
            yield kept[rest]
    tier = tier_of(pair.role)
    if tier is not None:
        tiers = [(n, other) for other in pairing.roles if (n := tier_of(other.role)) is not None and n > tier]
        yield from (other for _, other in sorted(tiers, key=lambda found: found[0], reverse=True))
