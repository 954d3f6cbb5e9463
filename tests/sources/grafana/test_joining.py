from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from secondline_tui.config.sources import Grafana
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.items import Alert
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.sources.alertmanager.silences import Silences
from secondline_tui.sources.alertmanager.wire import AlertRow
from secondline_tui.sources.grafana.joining import Joined, identity, joined
from secondline_tui.sources.grafana.mapping import detail_of_alert, sighting_of_alert, sighting_of_rule
from secondline_tui.sources.grafana.vitals import require_evaluation
from secondline_tui.sources.grafana.wire import Group, Instance, Rule
from secondline_tui.sources.labels import Shown

SOURCE = Grafana.model_validate({"type": "grafana", "url": "https://grafana.example.org/sub", "token": "x"})
GROUP = Group(name="g", file="rules.yml", rules=())
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
OLD, NEVER, FOR_EVER = "2026-11-18T18:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
HOSTILE = "\x1b]0;title\x07\x1b[2Jred\x9b31m \u202egnp.exe [@click=app.quit]x[/] " + "y" * 100_000


def rule(**told: object) -> Rule:
    return Rule.model_validate({"group": GROUP, "name": "Disk", **told})


def instance(state: str, labels: dict[str, str], of: Rule | None = None, **told: object) -> Instance:
    raw = {"rule": of or rule(), "labels": labels, "annotations": {}, "state": state, **told}
    return Instance.model_validate(raw)


def sent(labels: dict[str, str], **told: object) -> AlertRow:
    raw = {
        "fingerprint": "0e738638e8a270b1",
        "labels": labels,
        "annotations": {},
        "startsAt": "2026-11-21T17:38:35.190Z",
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
        **told,
    }
    return AlertRow.model_validate(raw)


def shown(alert: Joined) -> Alert:
    made = Shown("grafana", SOURCE).alert(sighting_of_alert(SOURCE, alert, Silences()))
    assert made is not None
    return made


async def test_what_either_list_says_is_firing_is_shown() -> None:
    only_rule, only_sent, both = {"alertname": "a"}, {"alertname": "b"}, {"alertname": "c"}
    instances = [instance("Alerting", only_rule), instance("Alerting", both)]
    found = await joined(instances, [sent(only_sent), sent(both)])
    assert {alert.labels["alertname"]: (bool(alert.instance), bool(alert.sent)) for alert in found} == {
        "a": (True, False),
        "b": (False, True),
        "c": (True, True),
    }
    assert {str(shown(alert).state) for alert in found} == {"Alerting", "active"}


@pytest.mark.parametrize("state", ["Normal", "Normal (NoData)", "Normal (Error, KeepLast)", "inactive"])
async def test_quiet_ones_are_not_shown(state: str) -> None:
    assert await joined([instance(state, {"alertname": "a"})], []) == []


@pytest.mark.parametrize("state", ["Alerting (NoData)", "NoData", "firing", "SomethingNew"])
async def test_everything_else_is(state: str) -> None:
    (alert,) = await joined([instance(state, {"alertname": "a"})], [])
    assert (shown(alert).state, shown(alert).soft) == (state, False)


async def test_pending_is_soft_until_it_is_sent() -> None:
    (waiting,) = await joined([instance("pending", {"alertname": "a"})], [])
    (gone_out,) = await joined([instance("Pending", {"alertname": "a"})], [sent({"alertname": "a"})])
    assert (waiting.soft, gone_out.soft) == (True, False)


async def test_twins_of_a_plain_prometheus_show_the_louder_one() -> None:
    labels = {"alertname": "a"}
    (alert,) = await joined([instance("pending", labels), instance("firing", labels)], [])
    assert alert.instance is not None
    assert alert.instance.state == "firing"


async def test_grafanas_own_labels_do_not_hinder_the_join() -> None:
    of = rule(uid="u1")
    own = {"alertname": "a", "grafana_folder": "F", "empty": ""}
    renamed = {
        "__alert_rule_uid__": "u1",
        "__alert_rule_namespace_uid__": "f",
        "alertname": "DatasourceError",
        "rulename": "a",
        "grafana_folder": "F",
    }
    (alert,) = await joined([instance("Error", own, of)], [sent(renamed)])
    assert alert.sent is not None
    assert (alert.own_labels["alertname"], alert.labels["alertname"]) == ("a", "DatasourceError")
    assert alert.rule_uid == "u1"


def test_identity() -> None:
    assert identity({"a": "1", "b": "2"}) == identity({"b": "2", "a": "1", "__x__": "y", "c": ""})
    assert identity({"a": "1"}) != identity({"a": "1"}, "u1")
    assert identity({"a": "1", "__alert_rule_uid__": "u1"}) == identity({"a": "1"}, "u1")


async def test_links_without_a_uid() -> None:
    url = "http://prometheus.example.org/graph?g0.expr=x"
    (alert,) = await joined([], [sent({"alertname": "Disk full"}, generatorURL=url)])
    links = shown(alert).links
    assert links.graph == url
    assert links.web == "https://grafana.example.org/sub/alerting/list?search=Disk%20full"


async def test_links_of_foreign_parts_stay_within_grafana() -> None:
    of = rule(uid="../../evil?x=")
    annotations = {"__dashboardUid__": "../x#", "__panelId__": "4&y=1"}
    (alert,) = await joined([instance("Alerting", {"alertname": "a"}, of, annotations=annotations)], [])
    links = shown(alert).links
    assert links.web == "https://grafana.example.org/sub/alerting/grafana/..%2F..%2Fevil%3Fx%3D/view"
    assert links.graph == "https://grafana.example.org/sub/d/..%2Fx%23?viewPanel=4%26y%3D1"


async def test_hostile_text_is_cleaned_everywhere() -> None:
    of = rule(name=HOSTILE, uid="u", health="error", lastError=HOSTILE, query=HOSTILE, provenance=HOSTILE)
    labels = {"alertname": HOSTILE, "instance": HOSTILE, HOSTILE: HOSTILE}
    texts = {"summary": HOSTILE, HOSTILE: HOSTILE}
    (alert,) = await joined([instance(HOSTILE, labels, of, annotations=texts, value=HOSTILE)], [])
    item, detail = shown(alert), detail_of_alert(alert, sighting_of_alert(SOURCE, alert, Silences()), Silences())
    lines = [item.name, item.host, item.state, item.summary]
    lines += [text for pair in (*item.labels, *item.annotations, *detail.attributes) for text in pair]
    assert all(clean(text, 2_000) == text for text in lines)
    assert all(clean_block(text, 200_000) == text for text in (item.output, detail.body))


def test_rules_that_cannot_fire() -> None:
    paused = sighting_of_rule(SOURCE, rule(isPaused=True), NOW)
    broken = sighting_of_rule(SOURCE, rule(health="err", lastError="no such function"), NOW)
    assert paused is not None
    assert broken is not None
    assert (paused.state, paused.key) == ("Paused", "rule/rules.yml/g/Disk")
    assert (broken.state, broken.trouble) == ("Error", "no such function")
    assert sighting_of_rule(SOURCE, rule(health="error", alerts=[{"state": "Normal (Error)"}]), NOW) is None
    assert sighting_of_rule(SOURCE, rule(), NOW) is None


@pytest.mark.parametrize(
    ("told", "trouble", "soft"),
    [
        ({"lastEvaluation": OLD}, "last evaluated 3d ago", False),
        ({"lastEvaluation": OLD, "alerts": [{"state": "Alerting"}]}, "last evaluated 3d ago", False),
        ({"lastEvaluation": NEVER}, "has not been evaluated yet", True),
        ({"state": "firing", "alerts": None}, "says that it has alerts which are not in the list", False),
        ({"totals": {"alerting": 3}, "alerts": [{}, {}]}, "says that it has alerts which are not in the list", False),
        ({"state": "firing", "totals": {"alerting": 1, "normal": 4, "error": 2}, "alerts": [{}]}, None, False),
        ({"lastEvaluation": FOR_EVER, "totals": None}, "has not been evaluated yet", True),
    ],
)
def test_rules_that_cannot_be_believed(told: dict[str, object], trouble: str | None, soft: bool) -> None:
    made = sighting_of_rule(SOURCE, rule(**told), NOW)
    if trouble is None:
        assert made is None
    else:
        assert made is not None
        assert (made.state, made.trouble, made.soft, made.paused) == ("Error", trouble, soft, False)


def test_all_rules_late_but_one_that_does_not_tell_when() -> None:
    with pytest.raises(PollFailed, match="blind: its alert rules were last evaluated 3d ago"):
        require_evaluation([rule(lastEvaluation=OLD), rule(), rule(isPaused=True, lastEvaluation=NEVER)], NOW)
    require_evaluation([rule(), rule(isPaused=True, lastEvaluation=OLD)], NOW)


def test_a_rule_of_a_plain_prometheus() -> None:
    """As recorded from Prometheus 2.42, which has no uid, no folder, and nanoseconds."""
    raw = json.loads((Path(__file__).parent / "prometheus_rule.json").read_text("utf-8"))
    parsed = Rule.model_validate({**raw, "group": GROUP})
    (told,) = parsed.alerts
    assert isinstance(told, dict)
    alert = Instance.model_validate({**told, "rule": parsed})
    assert (parsed.uid, parsed.paused, parsed.broken, parsed.tells_when) == ("", False, False, True)
    assert (alert.quiet, alert.pending, alert.sees) == (False, False, True)
    assert alert.since is not None
