"""Alert rules and dashboards as the simulated Grafana holds and tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from secondline_tui.demo.labels import Labels, told_alert
from secondline_tui.demo.simulator import rfc3339

NEVER = "0001-01-01T00:00:00Z"
SUBSTITUTES = {"NoData": "DatasourceNoData", "Error": "DatasourceError"}
_RULE_STATES = {"Alerting": "firing", "Pending": "pending", "Recovering": "recovering"}


@dataclass(slots=True)
class Instance:
    """One alert of a rule. `state` is Normal, Pending, Alerting, Recovering, NoData or Error."""

    labels: Labels
    annotations: Labels
    state: str
    reason: str
    since: float
    value: float

    @property
    def sent(self) -> bool:
        """Whether the Alertmanager within Grafana has it."""
        return self.state not in ("Normal", "Pending")

    def told(self) -> dict[str, object]:
        """As the rules list tells it."""
        has_value = self.state in ("Alerting", "Pending", "Recovering")
        return {
            "labels": dict(self.labels),
            "annotations": dict(self.annotations),
            "state": f"{self.state} ({self.reason})" if self.reason else self.state,
            "activeAt": NEVER if self.state == "Normal" else rfc3339(self.since),
            "value": f"{self.value:e}" if has_value else "",
        }


@dataclass(slots=True)
class Rule:
    """One alert rule."""

    uid: str
    title: str
    folder: str
    folder_uid: str
    group: str
    labels: Labels
    annotations: Labels
    interval: float
    provenance: str = ""
    paused: bool = False
    last_error: str = ""
    stopped_at: float | None = None
    """When this one alone was last evaluated, where it is not any more."""
    instances: list[Instance] = field(default_factory=list)

    def told(self, evaluated: float | None) -> dict[str, object]:
        """As the rules list tells it. `evaluated` is None for a rule that never was."""
        states = [instance.state for instance in self.instances]
        loudest = next((name for word, name in _RULE_STATES.items() if word in states), "inactive")
        health = "error" if self.last_error else "nodata" if "NoData" in states else "ok"
        evaluated = evaluated if self.stopped_at is None else self.stopped_at
        return {
            "state": loudest,
            "name": self.title,
            "query": "sum(rate(requests_total[5m]))",
            "queriedDatasourceUIDs": ["prom"],
            "duration": 60,
            "keepFiringFor": 0,
            "annotations": dict(self.annotations),
            **({"alerts": [instance.told() for instance in self.instances]} if self.instances else {}),
            "totals": _counted(states),
            "totalsFiltered": _counted(states),
            "uid": self.uid,
            "folderUid": self.folder_uid,
            "labels": dict(self.labels),
            "health": health,
            **({"lastError": self.last_error} if self.last_error else {}),
            "type": "alerting",
            "lastEvaluation": NEVER if evaluated is None else rfc3339(evaluated),
            "evaluationTime": 0.004,
            "isPaused": self.paused,
            **({"provenance": self.provenance} if self.provenance else {}),
        }

    def provisioned(self) -> dict[str, object]:
        """As the provisioning API tells it."""
        return {
            "id": 1,
            "uid": self.uid,
            "orgID": 1,
            "folderUID": self.folder_uid,
            "ruleGroup": self.group,
            "title": self.title,
            "condition": "A",
            "data": [],
            "noDataState": "NoData",
            "execErrState": "Error",
            "for": "1m",
            "annotations": dict(self.annotations),
            "labels": dict(self.labels),
            "isPaused": self.paused,
            **({"provenance": self.provenance} if self.provenance else {}),
        }

    def sent_labels(self, instance: Instance) -> dict[str, str]:
        """The labels with which an alert is sent: renamed for want of data, and with Grafana's own."""
        labels = {
            "__alert_rule_namespace_uid__": self.folder_uid,
            "__alert_rule_uid__": self.uid,
            **instance.labels,
        }
        if instance.state in SUBSTITUTES:
            labels |= {"rulename": labels["alertname"], "alertname": SUBSTITUTES[instance.state]}
        return labels

    def sent(
        self, instance: Instance, now: float, silenced: Sequence[str], muted: Sequence[str], root: str
    ) -> dict[str, object]:
        """An alert as the Alertmanager within Grafana tells it."""
        status: dict[str, object] = {"inhibitedBy": [], "mutedBy": list(muted), "silencedBy": list(silenced)}
        return told_alert(
            self.sent_labels(instance),
            {**instance.annotations, "__value_string__": "[ var='A' labels={} value=1 ]"},
            starts=instance.since,
            now=now,
            generator=f"{root}/alerting/grafana/{self.uid}/view?orgId=1",
            receivers=["grafana-default-email"],
            status={**status, "state": "suppressed" if silenced or muted else "active"},
        )


def groups_of(rules: Sequence[Rule], evaluated: float | None) -> list[dict[str, object]]:
    """The rules by group, as the rules list tells them."""
    groups: dict[tuple[str, str], list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: (rule.folder, rule.group)):
        groups.setdefault((rule.folder, rule.group), []).append(rule)
    return [
        {
            "name": group,
            "file": folder,
            "folderUid": members[0].folder_uid,
            "rules": [rule.told(None if rule.paused else evaluated) for rule in members],
            "totals": {},
            "interval": members[0].interval,
            "lastEvaluation": NEVER if evaluated is None else rfc3339(evaluated),
            "evaluationTime": 0.004,
        }
        for (folder, group), members in groups.items()
    ]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard."""

    number: int
    uid: str
    title: str
    folder: str

    def hit(self) -> Mapping[str, object]:
        """As a search finds it."""
        slug = self.title.casefold().replace(" ", "-")
        place = {"folderUid": self.folder, "folderTitle": self.folder, "folderUrl": f"/dashboards/f/{self.folder}"}
        return {
            "id": self.number,
            "uid": self.uid,
            "title": self.title,
            "uri": f"db/{slug}",
            "url": f"/d/{self.uid}/{slug}",
            "slug": "",
            "type": "dash-db",
            "tags": [],
            "isStarred": False,
            "sortMeta": 0,
            **place,
        }


def _counted(states: Sequence[str]) -> dict[str, int]:
    return {state.lower(): states.count(state) for state in sorted(set(states))}
