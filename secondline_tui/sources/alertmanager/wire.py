"""The parts of Alertmanager's answers that we use. Fields that 0.25 lacks and later versions require are optional."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, TypeVar

from pydantic import AliasChoices, BeforeValidator, Field

from secondline_tui.domain.matchers import Matcher
from secondline_tui.sources.wire import Moment, Wire

T = TypeVar("T")

CLOCKS = timedelta(minutes=5)
"""How far two clocks may differ."""
REPEATED = timedelta(minutes=15)
"""Prometheus repeats an alert each minute, or as often as it evaluates the rule where that is slower."""


def _none_is_empty(value: object) -> object:
    return () if value is None else value


Several = Annotated[tuple[T, ...], BeforeValidator(_none_is_empty)]
"""A list; Go writes an empty one as null at times."""


class Receiver(Wire):
    """Who is told of an alert."""

    name: str


class Status(Wire):
    """Whether people are told of an alert, and if not, why."""

    state: str
    """unprocessed, active or suppressed."""
    silenced_by: Several[str] = Field(alias="silencedBy")
    """IDs of silences."""
    inhibited_by: Several[str] = Field(alias="inhibitedBy")
    """Fingerprints of alerts."""
    muted_by: Several[str] = Field(alias="mutedBy", default=())
    """Names of time intervals; from 0.27 on."""


class AlertRow(Wire):
    """One alert of GET /alerts."""

    fingerprint: str = Field(min_length=1)
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: Moment = Field(alias="startsAt")
    updated_at: Moment = Field(alias="updatedAt", default=None)
    ends_at: Moment = Field(alias="endsAt", default=None)
    generator_url: str = Field(alias="generatorURL", default="")
    receivers: Several[Receiver] = ()
    status: Status

    def repeated(self, now: datetime) -> bool:
        """Whether a sender still repeats it. Alertmanager lists none that has ended: such a one is an old answer's.

        One that tells neither time proves nothing. An end that is not told may be one for ever.
        """
        limits = ((self.ends_at, CLOCKS), (self.updated_at, REPEATED))
        told = [moment > now - limit for moment, limit in limits if moment is not None]
        return bool(told) and all(told)


class MatcherPart(Wire):
    """One matcher of a silence."""

    name: str
    value: str
    is_regex: bool = Field(alias="isRegex")
    is_equal: bool = Field(alias="isEqual", default=True)

    @property
    def matcher(self) -> Matcher:
        """The same in our terms."""
        return Matcher(self.name, self.value, regex=self.is_regex, equal=self.is_equal)


class SilenceState(Wire):
    """Whether a silence holds now."""

    state: str
    """active, pending or expired."""


class SilenceRow(Wire):
    """One silence of GET /silences."""

    id: str = Field(min_length=1)
    status: SilenceState
    matchers: list[MatcherPart]
    starts_at: Moment = Field(alias="startsAt")
    ends_at: Moment = Field(alias="endsAt")
    created_by: str = Field(alias="createdBy")
    comment: str
    updated_at: Moment = Field(alias="updatedAt", default=None)
    annotations: dict[str, str] | None = None
    """What programs noted on it; only newer versions."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.status.state == "expired"

    @property
    def conditions(self) -> tuple[Matcher, ...]:
        """What it silences, in our terms."""
        return tuple(part.matcher for part in self.matchers)


class Made(Wire):
    """What POST /silences answers."""

    id: str = Field(min_length=1, validation_alias=AliasChoices("silenceID", "id"))
    """Grafana 8 calls it `id`."""


class Version(Wire):
    """Which program answers."""

    version: str


class Peer(Wire):
    """Another Alertmanager of the cluster."""

    name: str


class Cluster(Wire):
    """The cluster it belongs to."""

    status: str
    """ready, settling or disabled."""
    peers: Several[Peer] = ()


class ServerStatus(Wire):
    """GET /status."""

    cluster: Cluster
    version_info: Version = Field(alias="versionInfo")
    uptime: Moment
    """When it was started."""
