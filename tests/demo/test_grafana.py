from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from secondline_tui.demo.grafana import CREATOR, EDITOR, VIEWER, Grafana
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from tests.specs import described

BEGIN = 1_795_283_000.0  # 2026-11-21T17:43:20Z
SENT = "alertmanager/grafana/api/v2"
RULES = "prometheus/grafana/api/v1/rules"
WISH = {
    "matchers": [{"name": "alertname", "value": "Slow", "isRegex": False, "isEqual": True}],
    "startsAt": "2026-11-21T17:00:00Z",
    "endsAt": "2026-11-21T19:00:00Z",
    "createdBy": "ana",
    "comment": "looking",
}


@pytest.fixture
def grafana() -> Grafana:
    world = World(lambda: BEGIN)
    made = Grafana("grafana", world.now, world.chance("grafana"))
    made.add_dashboard("web1", "Web requests")
    made.add_rule("Slow", {"severity": "warning"}, provenance="file")
    made.fire("Slow", {"instance": "w1"}, {"summary": "x"}, ago=60)
    return made


def ask(sim: Grafana, method: str, path: str, body: object = None, token: str = EDITOR) -> Answer:
    raw = b"" if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return sim.handle(Request(method, f"/api/{path}", headers, raw))


def rules(sim: Grafana, query: str = "") -> list[dict[str, object]]:
    data = ask(sim, "GET", f"{RULES}{query}").data
    assert isinstance(data, dict)
    assert data["status"] == "success"
    return [rule for group in data["data"]["groups"] for rule in group["rules"]]


def sent(sim: Grafana) -> dict[str, Mapping[str, object]]:
    data = ask(sim, "GET", f"{SENT}/alerts").data
    assert isinstance(data, list)
    return {row["labels"]["alertname"]: row for row in data}


def test_silences_and_alerts_are_as_alertmanager_describes_them(grafana: Grafana) -> None:
    spec = described("alertmanager-v2.yaml")
    grafana.fire("Gone", state="NoData")
    grafana.silence({"alertname": "Slow"}, "ana", "looking")
    for path in ("alerts", "silences"):
        assert spec.faults("GET", f"/api/v2/{path}", 200, ask(grafana, "GET", f"{SENT}/{path}").data) == []


def test_the_rest_is_as_grafana_describes_it(grafana: Grafana) -> None:
    # It calls a list an object, and a duration such as "1m" a number.
    spec = described("grafana-swagger2.json", allowed=("dashboard/panels:", "for: '1m' is not"))
    (rule,) = grafana.rules.values()
    for path in (
        "user",
        "search",
        "dashboards/uid/web1",
        "v1/provisioning/alert-rules",
        f"v1/provisioning/alert-rules/{rule.uid}",
    ):
        answer = ask(grafana, "GET", path)
        assert answer.status == 200
        assert spec.faults("GET", f"/api/{path}", 200, answer.data) == []
    assert spec.faults("GET", "/api/user", 401, ask(grafana, "GET", "user", token="nope").data) == []
    gone = ask(grafana, "GET", "dashboards/uid/nope")
    assert spec.faults("GET", "/api/dashboards/uid/nope", gone.status, gone.data) == []


def test_a_rule_tells_its_alerts(grafana: Grafana) -> None:
    (rule,) = rules(grafana)
    assert (rule["name"], rule["state"], rule["provenance"], rule["isPaused"]) == ("Slow", "firing", "file", False)
    assert rule["alerts"] == [
        {
            "labels": {"alertname": "Slow", "grafana_folder": "Publishing", "severity": "warning", "instance": "w1"},
            "annotations": {"summary": "x"},
            "state": "Alerting",
            "activeAt": "2026-11-21T17:42:20Z",
            "value": "1.000000e+00",
        }
    ]


@pytest.mark.parametrize(
    ("state", "reason", "word", "rule_state", "names"),
    [
        ("Normal", "NoData", "Normal (NoData)", "inactive", set()),
        ("Pending", "", "Pending", "pending", set()),
        ("Alerting", "Error", "Alerting (Error)", "firing", {"Slow"}),
        ("NoData", "", "NoData", "inactive", {"DatasourceNoData"}),
        ("Error", "", "Error", "inactive", {"DatasourceError"}),
        ("Recovering", "", "Recovering", "recovering", {"Slow"}),
    ],
)
def test_states(grafana: Grafana, state: str, reason: str, word: str, rule_state: str, names: set[str]) -> None:
    grafana.fire("Slow", {"instance": "w1"}, state=state, reason=reason)
    (rule,) = rules(grafana)
    assert isinstance(rule["alerts"], list)
    assert [alert["state"] for alert in rule["alerts"]] == [word]
    assert rule["state"] == rule_state
    assert sent(grafana).keys() == names


def test_a_paused_rule_has_no_alerts(grafana: Grafana) -> None:
    grafana.pause("Slow")
    (rule,) = rules(grafana)
    assert (rule["isPaused"], rule["state"], "alerts" in rule) == (True, "inactive", False)
    assert rule["lastEvaluation"] == "0001-01-01T00:00:00Z"


def test_who_may_do_what(grafana: Grafana) -> None:
    nobody = ask(grafana, "GET", RULES, token="")
    assert (nobody.status, nobody.data) == (
        401,
        {
            "extra": None,
            "message": "Unauthorized",
            "messageId": "auth.unauthorized",
            "statusCode": 401,
            "traceID": "",
        },
    )
    assert ask(grafana, "GET", RULES, token="wrong").status == 401
    assert ask(grafana, "GET", "health", token="").status == 200
    page = grafana.handle(Request("GET", "/d/web1", {}, b""))
    assert (page.status, page.headers["Location"]) == (302, "/login")
    assert ask(grafana, "GET", f"{SENT}/silences", token=VIEWER).status == 200
    for method, path in (("POST", f"{SENT}/silences"), ("DELETE", f"{SENT}/silence/x")):
        assert ask(grafana, method, path, WISH, token=VIEWER).status == 403
    assert grafana.silences.held() == []


def test_making_silences_and_changing_them_are_two_permissions(grafana: Grafana) -> None:
    made = ask(grafana, "POST", f"{SENT}/silences", WISH, token=CREATOR).data
    assert isinstance(made, dict)
    longer = ask(grafana, "POST", f"{SENT}/silences", {**WISH, "id": made["silenceID"]}, token=CREATOR)
    ended = ask(grafana, "DELETE", f"{SENT}/silence/{made['silenceID']}", token=CREATOR)
    for denied in (longer, ended):
        assert denied.status == 403
        assert isinstance(denied.data, dict)
        assert denied.data["accessErrorId"]
        assert "alert.silences:write" in denied.data["message"]
    assert [silence["written"] for silence in grafana.silences.state(BEGIN)] == [1]


def test_a_silence_is_made_seen_and_ended(grafana: Grafana) -> None:
    made = ask(grafana, "POST", f"{SENT}/silences", WISH)
    assert made.status == 202
    assert isinstance(made.data, dict)
    status = sent(grafana)["Slow"]["status"]
    assert isinstance(status, dict)
    assert status["silencedBy"] == [made.data["silenceID"]]
    path = f"{SENT}/silence/{made.data['silenceID']}"
    assert ask(grafana, "DELETE", path) == Answer(200, {"message": "silence deleted"})
    ended = ask(grafana, "GET", path).data
    assert isinstance(ended, dict)
    assert ended["status"] == {"state": "expired"}
    assert ask(grafana, "DELETE", f"{SENT}/silence/nope").status == 404
    assert ask(grafana, "POST", f"{SENT}/silences", {**WISH, "matchers": []}).status == 400


def test_pages(grafana: Grafana) -> None:
    grafana.add_rule("Other", group="b", folder="Data")
    data = ask(grafana, "GET", f"{RULES}?group_limit=1").data
    assert isinstance(data, dict)
    token = data["data"]["groupNextToken"]
    assert [rule["name"] for rule in rules(grafana, f"?group_limit=1&group_next_token={token}")] == ["Slow"]
    assert [rule["name"] for rule in rules(grafana)] == ["Other", "Slow"]


def test_search_and_settings(grafana: Grafana) -> None:
    grafana.add_dashboard("mq", "Queues")
    grafana.beat()
    found = ask(grafana, "GET", "search?dashboardUIDs=mq&dashboardUIDs=nope").data
    assert isinstance(found, list)
    assert [hit["title"] for hit in found] == ["Queues"]
    settings = grafana.settings()
    assert (settings["heartbeat"], settings["dashboards"]) == ({"alertname": "Watchdog"}, ["web1", "mq"])


def test_state_tells_everything(grafana: Grafana) -> None:
    grafana.silence({"alertname": "Slow"}, "ana", "looking")
    state = json.loads(json.dumps(grafana.state()))
    assert [alert["state"] for alert in state["alerts"]] == ["Alerting"]
    assert state["alerts"][0]["silenced_by"] == [silence["id"] for silence in state["silences"]]
