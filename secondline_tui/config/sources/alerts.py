"""The tables of an Alertmanager and of a Grafana."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from secondline_tui.config.durations import Seconds
from secondline_tui.config.secrets import Secret
from secondline_tui.config.sources.base import HttpSource, Url, rule
from secondline_tui.domain.filters import FIELDS
from secondline_tui.domain.items import Alert
from secondline_tui.domain.matchers import Matcher


def _matcher(value: str) -> str:
    Matcher.parse(value)
    return value


MatcherText = Annotated[str, AfterValidator(_matcher)]
"""A label matcher, kept as it is written."""

LabelledRule = Annotated[str, rule(*FIELDS[Alert], labels=True)]


class AlertSource(HttpSource):
    """What Alertmanager and Grafana share: alerts that are sets of labels."""

    ignore: tuple[LabelledRule, ...] = ()
    """Filters: an alert that matches any of them is left out and counted as hidden."""
    environment_label: str = "environment"
    """Label that names an alert's environment."""
    severity_label: str = "severity"
    """Label that names an alert's severity."""
    host_label: str = "instance"
    """Label that names the machine."""
    severities: dict[str, Literal["critical", "warning", "unknown", "ignore"]] = Field(default_factory=dict)
    """Meaning of further severity words, "" being none; ignore leaves such alerts out and counts them as hidden."""
    filter: tuple[MatcherText, ...] = ()
    """Matchers that every alert shown satisfies, such as 'team="web"'."""
    heartbeat: dict[str, str] = Field(default_factory=dict)
    """Labels of an always-firing alert: when none matches, the monitor is blind. It is not shown as an alert."""

    @field_validator("severities", mode="after")
    @classmethod
    def _any_case(cls, value: dict[str, str]) -> dict[str, str]:
        return {word.casefold(): meaning for word, meaning in value.items()}


class Grafana(AlertSource):
    """Grafana's unified alerting, with a service account's token."""

    type: Literal["grafana"]
    token: Secret
    """Token of a service account."""
    dashboards: tuple[str, ...] = ()
    """UIDs of dashboards to list for opening."""
    alerts: bool = True
    """Whether alerts are read; false for a Grafana that has none, where only the dashboards are wanted."""

    @model_validator(mode="after")
    def _something_to_read(self) -> Grafana:
        if not self.alerts and (self.heartbeat or not self.dashboards):
            raise ValueError("alerts = false leaves only dashboards: it needs some, and has no heartbeat")
        return self


class Alertmanager(AlertSource):
    """Prometheus Alertmanager, API v2."""

    type: Literal["alertmanager"]
    token: Secret | None = None
    """Bearer token, where a proxy in front wants one."""
    username: Secret | None = None
    """Name for Basic authentication."""
    password: Secret | None = None
    """Password for Basic authentication."""
    headers: dict[str, Secret] = Field(default_factory=dict)
    """Further headers for a proxy in front, such as a cookie."""
    receiver: str = ""
    """Only alerts routed to receivers matching this regular expression."""
    settle: Seconds = Field(120.0, ge=0)
    """Time after Alertmanager's start in which its list proves nothing: the senders repeat their alerts first."""
    grafana_url: Url | None = None
    """Grafana's address, for annotations that give only a dashboard's path, such as grafana_path."""

    @model_validator(mode="after")
    def _one_login(self) -> Alertmanager:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        in_headers = any(name.casefold() == "authorization" for name in self.headers)
        if (self.token is not None) + (self.username is not None) + in_headers > 1:
            raise ValueError("needs at most one of token, username and password, and an Authorization header")
        return self
