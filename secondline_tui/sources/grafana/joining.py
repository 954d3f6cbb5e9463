"""Which alerts there are, from the two lists that Grafana keeps. No I/O.

The rules know each alert's state, pending and failed ones too; the Alertmanager within Grafana knows what was sent to
people, and the silences. Neither is whole: an alert just begun is not yet in the second, and rules in folders that the
account may not read are not in the first. So whatever either of them says is firing, is shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from secondline_tui.sources.alertmanager.wire import AlertRow
from secondline_tui.sources.grafana.wire import Instance
from secondline_tui.sources.labels import internal
from secondline_tui.sources.pacing import paced

RULE_UID = "__alert_rule_uid__"
SUBSTITUTES = ("DatasourceNoData", "DatasourceError")
"""Names under which an alert is sent when its rule has no data or fails; its own name is then the label rulename."""


@dataclass(frozen=True, slots=True)
class Joined:
    """One alert: what its rule says of it, what was sent, or both."""

    key: str
    instance: Instance | None
    sent: AlertRow | None

    @property
    def labels(self) -> Mapping[str, str]:
        """Those it was sent with, since silences match these; else the rule's."""
        if self.sent is not None:
            return self.sent.labels
        return self.instance.labels if self.instance else {}

    @property
    def own_labels(self) -> Mapping[str, str]:
        """Those its rule gives it."""
        return self.instance.labels if self.instance else own_labels(self.labels)

    @property
    def annotations(self) -> Mapping[str, str]:
        """All of either list."""
        sent = self.sent.annotations if self.sent else {}
        return {**sent, **(self.instance.annotations if self.instance else {})}

    @property
    def rule_uid(self) -> str:
        """The rule it comes from; "" where nobody says."""
        known = self.instance.rule.uid if self.instance else ""
        return known or self.labels.get(RULE_UID, "")

    @property
    def soft(self) -> bool:
        """Pending, and not yet sent to anybody."""
        return self.sent is None and self.instance is not None and self.instance.pending

    @property
    def sees(self) -> bool:
        """Whether it fires because of data, and not for want of it."""
        if self.instance is not None:
            return self.instance.sees
        return self.labels.get("alertname") not in SUBSTITUTES


async def joined(instances: Iterable[Instance], sent: Iterable[AlertRow]) -> list[Joined]:
    """Each alert that is not quiet, once."""
    rest = {identity(row.labels): row async for row in paced(sent)}
    found: dict[str, Joined] = {}
    # Firing before pending: a plain Prometheus may hold the same labels twice.
    loud = sorted((one for one in instances if not one.quiet), key=lambda one: one.pending)
    async for instance in paced(loud):
        key = identity(instance.labels, instance.rule.uid)
        if key not in found:
            found[key] = Joined(key, instance, rest.pop(key, None))
    for key, row in rest.items():
        found[key] = Joined(key, None, row)
    return list(found.values())


def identity(labels: Mapping[str, str], rule_uid: str = "") -> str:
    """The same word for an alert in either list, poll after poll."""
    own = {name: value for name, value in own_labels(labels).items() if value and not internal(name)}
    uid = rule_uid or labels.get(RULE_UID, "")
    told = json.dumps([uid, sorted(own.items())])
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:16]


def own_labels(labels: Mapping[str, str]) -> Mapping[str, str]:
    """The labels that an alert had before it was renamed for want of data."""
    if labels.get("alertname") not in SUBSTITUTES or "rulename" not in labels:
        return labels
    return {**{name: value for name, value in labels.items() if name != "rulename"}, "alertname": labels["rulename"]}
