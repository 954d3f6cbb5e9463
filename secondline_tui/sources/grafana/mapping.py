"""From Grafana's rules and alerts to sightings, dashboards, and to what opening one shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from secondline_tui.config.sources import Grafana
from secondline_tui.domain.items import Dashboard, Detail, Links
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText, clean, safe_url
from secondline_tui.sources.alertmanager.mapping import receivers
from secondline_tui.sources.alertmanager.silences import Silences, muting_notes
from secondline_tui.sources.grafana.joining import Joined
from secondline_tui.sources.grafana.vitals import blindness
from secondline_tui.sources.grafana.wire import Hit, Rule
from secondline_tui.sources.labels import Sighting, attributes, graph, runbook, said


def sighting_of_alert(source: Grafana, alert: Joined, silences: Silences) -> Sighting:
    """One alert in shared terms. The state is the rule's word where there is one, else what was sent."""
    instance, sent = alert.instance, alert.sent
    status = sent.status if sent else None
    silenced, muted = (status.silenced_by, status.muted_by) if status else ((), ())
    state = instance.state if instance else ""
    return Sighting(
        key=alert.key,
        labels=alert.labels,
        annotations=alert.annotations,
        state=state or (status.state if status else ""),
        name=alert.own_labels.get("alertname", ""),
        since=(sent.starts_at if sent else None) or (instance.since if instance else None),
        handling=silences.handling(silenced),
        notes=silences.notes(silenced) + muting_notes(muted),
        muted=bool(muted),
        inhibited=bool(status and status.inhibited_by),
        soft=alert.soft,
        trouble="" if alert.sees else _trouble(alert),
        links=_links(source, alert.annotations, alert.rule_uid, sent.generator_url if sent else "", alert.own_labels),
    )


def _trouble(alert: Joined) -> str:
    """Why an alert fires without having seen anything: what the error says, else the state in plain words."""
    instance = alert.instance
    error = instance.rule.last_error if instance else ""
    state = instance.state if instance else alert.labels.get("alertname", "")
    if error:
        return error
    return "no data" if "nodata" in state.casefold() else f"its rule could not be evaluated ({state})"


def sighting_of_rule(source: Grafana, rule: Rule, now: datetime) -> Sighting | None:
    """A rule that cannot be relied on to raise an alert now: paused, failing, or not evaluated. Else None.

    One that has not been evaluated yet is soft: it may be new.
    """
    trouble = rule.last_error if rule.paused else blindness(rule, now)
    if trouble is None:
        return None
    return Sighting(
        key=rule.key,
        labels={"alertname": rule.name, **rule.labels},
        annotations=rule.annotations,
        state="Paused" if rule.paused else "Error",
        soft=not rule.paused and not rule.broken and rule.tells_when and rule.evaluated is None,
        paused=rule.paused,
        trouble=trouble,
        links=_links(source, rule.annotations, rule.uid, "", {"alertname": rule.name}),
    )


def _links(
    source: Grafana, annotations: Mapping[str, str], uid: str, generator: str, labels: Mapping[str, str]
) -> Links:
    """Grafana's own address is the configured one: the links it sends depend on a setting that is often wrong."""
    panel = _panel(source, annotations)
    web = f"/alerting/grafana/{quote(uid, safe='')}/view" if uid else _listed(labels)
    return Links(
        runbook=runbook(annotations),
        graph=panel or graph(annotations, source.url) or (None if uid else safe_url(generator)),
        web=safe_url(source.url + web),
    )


def _listed(labels: Mapping[str, str]) -> str:
    """The list of alerts, looking for a name."""
    return f"/alerting/list?search={quote(labels.get('alertname', ''), safe='')}"


def _panel(source: Grafana, annotations: Mapping[str, str]) -> str | None:
    uid, panel = annotations.get("__dashboardUid__", ""), annotations.get("__panelId__", "")
    if not uid:
        return None
    return safe_url(page(source, uid) + (f"?viewPanel={quote(panel, safe='')}" if panel else ""))


def page(source: Grafana, uid: str) -> str:
    """A dashboard's address; Grafana adds the title to it by itself."""
    return f"{source.url}/d/{quote(uid, safe='')}"


def dashboards_of(name: str, source: Grafana, hits: list[Hit]) -> tuple[Dashboard, ...]:
    """The configured dashboards in their order. One that the account does not see is said to be missing."""
    titles = {hit.uid: hit.title for hit in hits}
    return tuple(
        Dashboard(
            ref=ItemRef(name, Kind.DASHBOARD, uid),
            title=clean(titles.get(uid) or f"{uid} (not found: does it exist, and may the service account see it?)"),
            links=Links(web=safe_url(page(source, uid))),
        )
        for uid in dict.fromkeys(source.dashboards)
    )


def detail_of_alert(alert: Joined, sighting: Sighting, silences: Silences) -> Detail:
    """Everything that is known of one alert."""
    instance, sent = alert.instance, alert.sent
    told: list[tuple[SafeText, SafeText]] = []
    if instance is not None:
        told += [(SafeText("value"), clean(instance.value)), *_rule_attributes(instance.rule)]
    if sent is not None:
        told += [
            *receivers(sent),
            (SafeText("sent as"), clean(sent.status.state)),
            *silences.attributes(sent.status.silenced_by),
            (SafeText("inhibitedBy"), clean(", ".join(sent.status.inhibited_by))),
            (SafeText("mutedBy"), clean(", ".join(sent.status.muted_by))),
            (SafeText("fingerprint"), clean(sent.fingerprint)),
            (SafeText("generatorURL"), clean(sent.generator_url)),
        ]
    return _detail(sighting, told)


def detail_of_rule(rule: Rule, sighting: Sighting) -> Detail:
    """Everything that is known of one rule."""
    return _detail(sighting, _rule_attributes(rule))


def _detail(sighting: Sighting, told: list[tuple[SafeText, SafeText]]) -> Detail:
    return Detail(
        notes=sighting.notes,
        body=said(sighting),
        attributes=(
            (SafeText("state"), clean(sighting.state)),
            *attributes("label", sighting.labels),
            *attributes("annotation", sighting.annotations),
            *told,
        ),
    )


def _rule_attributes(rule: Rule) -> list[tuple[SafeText, SafeText]]:
    evaluated = rule.evaluated.isoformat(timespec="seconds") if rule.evaluated else ""
    return [
        (SafeText("rule"), clean(rule.name)),
        (SafeText("rule.uid"), clean(rule.uid)),
        (SafeText("rule.folder"), clean(rule.group.file)),
        (SafeText("rule.group"), clean(rule.group.name)),
        (SafeText("rule.health"), clean(rule.health)),
        (SafeText("rule.lastError"), clean(rule.last_error)),
        (SafeText("rule.lastEvaluation"), SafeText(evaluated) if evaluated else EMPTY),
        (SafeText("rule.provenance"), clean(rule.provenance)),
        (SafeText("rule.query"), clean(rule.query)),
    ]
