"""What the simulated Alertmanager and Grafana share: alerts as sets of labels, and the silences that match them."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from secondline_tui.demo.simulator import rfc3339

Labels = Mapping[str, str]

KEPT = 5 * 86_400.0
"""Seconds for which an expired silence is still listed."""

_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_FNV_OFFSET, _FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3


def fingerprint(labels: Labels) -> str:
    """A set of labels as Prometheus names it: FNV-1a over its sorted names and values."""
    value = _FNV_OFFSET
    for name in sorted(labels):
        for byte in name.encode() + b"\xff" + labels[name].encode() + b"\xff":
            value = ((value ^ byte) * _FNV_PRIME) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def stamp(seconds: float) -> str:
    """A time as Alertmanager writes it."""
    return rfc3339(seconds, millis=True)


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label."""

    name: str
    value: str
    regex: bool = False
    equal: bool = True

    @classmethod
    def parse(cls, text: str) -> Matcher | None:
        """What a `filter` parameter says; None when it says nothing that Alertmanager understands."""
        found = re.fullmatch(r'\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*', text, re.DOTALL)
        if found is None:
            return None
        value = re.sub(r"\\(.)", r"\1", found[3])
        return cls(found[1], value, regex="~" in found[2], equal="!" not in found[2])

    def fits(self, labels: Labels) -> bool:
        """Whether the labels satisfy it."""
        value = labels.get(self.name, "")
        return (re.fullmatch(self.value, value) is not None if self.regex else value == self.value) is self.equal

    def told(self) -> dict[str, object]:
        """As a silence holds it."""
        return {"isEqual": self.equal, "isRegex": self.regex, "name": self.name, "value": self.value}


@dataclass(frozen=True, slots=True)
class Silence:
    """One version of a silence."""

    id: str
    matchers: tuple[Matcher, ...]
    starts: float
    ends: float
    by: str
    comment: str
    updated: float

    def state(self, now: float) -> str:
        """Whether it holds."""
        return "pending" if now < self.starts else "active" if now < self.ends else "expired"

    def fits(self, labels: Labels) -> bool:
        """Whether it matches these labels."""
        return all(matcher.fits(labels) for matcher in self.matchers)

    def told(self, now: float, *, annotations: bool) -> dict[str, object]:
        """As GET /silences tells it; `annotations` since the version that has them."""
        return {
            "id": self.id,
            "status": {"state": self.state(now)},
            "updatedAt": stamp(self.updated),
            "comment": self.comment,
            "createdBy": self.by,
            "endsAt": stamp(self.ends),
            "matchers": [matcher.told() for matcher in self.matchers],
            "startsAt": stamp(self.starts),
            **({"annotations": {}} if annotations else {}),
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a silence is not taken: a status, and the words for it."""

    status: int
    words: str
    code: int = 0
    """Number of the validation that failed; such answers are objects, the others strings."""


class SilenceBook:
    """Every silence in every version; a reader sees the last one that is visible yet."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._versions: dict[str, list[tuple[float, Silence]]] = {}

    def seen(self, now: float) -> list[Silence]:
        """The silences as they are seen now."""
        found = []
        for versions in self._versions.values():
            visible = [silence for since, silence in versions if since <= now]
            if visible and visible[-1].ends > now - KEPT:
                found.append(visible[-1])
        return found

    def held(self) -> list[Silence]:
        """The newest version of each, visible or not."""
        return [versions[-1][1] for versions in self._versions.values()]

    def state(self, now: float) -> list[dict[str, object]]:
        """Each silence as it will be seen, and how often it was written."""
        return [
            {**versions[-1][1].told(now, annotations=False), "written": len(versions)}
            for versions in self._versions.values()
        ]

    def of(self, labels: Labels, now: float) -> list[str]:
        """IDs of the silences that hold for these labels."""
        return sorted(s.id for s in self.seen(now) if s.state(now) == "active" and s.fits(labels))

    def write(
        self,
        matchers: Sequence[Matcher],
        starts: float,
        ends: float,
        by: str,
        comment: str,
        *,
        now: float,
        since: float,
    ) -> str:
        """A new silence, seen from `since` on; its ID."""
        made = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self._put(Silence(made, tuple(matchers), starts, ends, by, comment, now), since)
        return made

    def post(self, body: object, *, now: float, lag: float, plain_names: bool = False) -> str | Refusal:
        """What POST /silences does: the silence's ID, or why not. `plain_names`: labels are called as in a program."""
        if not isinstance(body, dict):
            return Refusal(400, 'parsing silence body from "" failed', 400)
        matchers = _matchers(body, plain_names=plain_names)
        if isinstance(matchers, Refusal):
            return matchers
        starts, ends = _time(body["startsAt"]), _time(body["endsAt"])
        if starts >= ends:
            return Refusal(400, "Failed to create silence: start time must be before end time")
        if ends < now:
            return Refusal(400, "Failed to create silence: end time can't be in the past")
        by, comment = str(body["createdBy"]), str(body["comment"])
        wanted = body.get("id")
        if not wanted:
            return self.write(matchers, max(starts, now), ends, by, comment, now=now, since=now + lag)
        if wanted not in self._versions:
            return Refusal(404, "silence not found")
        old = self._versions[wanted][-1][1]
        if old.matchers != tuple(matchers) or not _changes_nothing_past(old, starts, now):
            self.expire(wanted, now=now, lag=lag)
            return self.write(matchers, max(starts, now), ends, by, comment, now=now, since=now + lag)
        self._put(replace(old, starts=starts, ends=ends, by=by, comment=comment, updated=now), now + lag)
        return str(wanted)

    def expire(self, identity: str, *, now: float, lag: float) -> bool:
        """End a silence; False when there is none of that ID."""
        if identity not in self._versions:
            return False
        old = self._versions[identity][-1][1]
        if old.state(now) != "expired":
            self._put(replace(old, starts=min(old.starts, now), ends=now, updated=now), now + lag)
        return True

    def _put(self, silence: Silence, since: float) -> None:
        self._versions.setdefault(silence.id, []).append((since, silence))


def _changes_nothing_past(old: Silence, starts: float, now: float) -> bool:
    """Whether a silence may begin at `starts` and still be the same: to the second, once it holds."""
    match old.state(now):
        case "active":
            return int(starts) == int(old.starts)
        case "pending":
            return starts >= now
        case _:
            return False


def _matchers(body: Mapping[str, object], *, plain_names: bool) -> list[Matcher] | Refusal:
    """The matchers of a silence to be made, after the checks that Alertmanager makes first."""
    for name in ("comment", "createdBy", "endsAt", "matchers", "startsAt"):
        if body.get(name) is None:
            return Refusal(422, f"{name} in body is required", 602)
    raw = body["matchers"]
    if not isinstance(raw, list) or not raw:
        return Refusal(422, "matchers in body should have at least 1 items", 612)
    matchers = [Matcher(m["name"], m["value"], m["isRegex"], m.get("isEqual", True)) for m in raw]
    for number, matcher in enumerate(matchers):
        if not (_PLAIN_NAME.fullmatch(matcher.name) if plain_names else matcher.name):
            return Refusal(400, f'silence invalid: invalid label matcher {number}: invalid label name "{matcher.name}"')
        try:
            re.compile(matcher.value if matcher.regex else "")
        except re.error as error:
            return Refusal(400, f"silence invalid: invalid label matcher {number}: {error}")
    # A negative matcher counts as one that asks for something, whatever it lets through.
    if all(matcher.equal and matcher.fits({}) for matcher in matchers):
        return Refusal(400, "silence invalid: at least one matcher must not match the empty string")
    return matchers


def _time(text: object) -> float:
    return datetime.fromisoformat(str(text)).timestamp()


def told_alert(
    labels: Labels,
    annotations: Labels,
    *,
    starts: float,
    now: float,
    generator: str,
    receivers: Sequence[str],
    status: Mapping[str, object],
) -> dict[str, object]:
    """An alert as GET /alerts tells it; its sender repeats it each minute, and lets it end after four."""
    return {
        "annotations": dict(annotations),
        "endsAt": stamp(now + 240),
        "fingerprint": fingerprint(labels),
        "receivers": [{"name": receiver} for receiver in receivers],
        "startsAt": stamp(starts),
        "status": dict(status),
        "updatedAt": stamp(now),
        **({"generatorURL": generator} if generator else {}),
        "labels": dict(labels),
    }
