from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from secondline_tui.demo.alertmanager import NEW, OLD, Alertmanager
from secondline_tui.demo.labels import Matcher, fingerprint
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from tests.specs import described

DISK = {"alertname": "DiskFull", "instance": "db1", "severity": "critical"}
GONE = "11fff6aa-ad6e-4d32-a974-14d953ee7ce0"
BEGIN = 1_795_283_000.0  # 2026-11-21T17:43:20Z


class Clock:
    def __init__(self) -> None:
        self.time = BEGIN

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock_of_world() -> Clock:
    return Clock()


@pytest.fixture(params=[OLD, NEW])
def alertmanager(request: pytest.FixtureRequest, clock_of_world: Clock) -> Alertmanager:
    world = World(clock_of_world)
    return Alertmanager("am", world.now, world.chance("am"), version=request.param)


def ask(sim: Alertmanager, method: str, path: str, body: object = None, headers: Mapping[str, str] = {}) -> Answer:
    raw = b"" if body is None else json.dumps(body).encode()
    return sim.handle(Request(method, f"/api/v2/{path}", headers, raw))


def wish(**changes: object) -> dict[str, object]:
    return {
        "matchers": [{"name": "alertname", "value": "DiskFull", "isRegex": False, "isEqual": True}],
        "startsAt": "2026-11-21T17:00:00Z",
        "endsAt": "2026-11-21T19:00:00Z",
        "createdBy": "ana",
        "comment": "looking",
        **changes,
    }


def alerts(sim: Alertmanager, query: str = "") -> dict[str, dict[str, object]]:
    data = ask(sim, "GET", f"alerts{query}").data
    assert isinstance(data, list)
    return {row["labels"]["alertname"]: row for row in data}


def test_fingerprints_are_prometheus_own() -> None:
    recorded = {"alertname": "Slow", "instance": "w1", "severity": "warning"}
    assert fingerprint(recorded) == "76d87568985cc52b"
    assert fingerprint({"alertname": "A", "sev": "x"}) == "a95a76968dc9254d"


def test_answers_are_as_described(alertmanager: Alertmanager) -> None:
    spec = described("alertmanager-v2.yaml" if alertmanager.modern else "alertmanager-v2-0.25.0.yaml")
    alertmanager.fire(DISK, {"summary": "x"}, generator="http://prometheus.example.org/")
    alertmanager.fire({"alertname": "B"})
    alertmanager.mute({"alertname": "B"}, "nights")
    made = ask(alertmanager, "POST", "silences", wish())
    assert spec.faults("POST", "/api/v2/silences", 200, made.data) == []
    assert isinstance(made.data, dict)
    for path in ("status", "alerts", "silences", f"silence/{made.data['silenceID']}"):
        answer = ask(alertmanager, "GET", path)
        assert answer.status == 200
        assert spec.faults("GET", f"/api/v2/{path}", 200, answer.data) == []
    refused = ask(alertmanager, "POST", "silences", wish(endsAt="2026-11-21T16:00:00Z"))
    assert spec.faults("POST", "/api/v2/silences", 400, refused.data) == []


def test_only_newer_versions_have_the_newer_fields(alertmanager: Alertmanager) -> None:
    alertmanager.fire(DISK)
    alertmanager.mute({"alertname": "DiskFull"}, "nights")
    status = alerts(alertmanager)["DiskFull"]["status"]
    assert isinstance(status, dict)
    assert status.get("mutedBy") == (["nights"] if alertmanager.modern else None)
    assert status["state"] == ("suppressed" if alertmanager.modern else "active")


def test_a_silence_is_made_seen_and_ended(alertmanager: Alertmanager) -> None:
    alertmanager.fire(DISK)
    made = ask(alertmanager, "POST", "silences", wish()).data
    assert isinstance(made, dict)
    status = alerts(alertmanager)["DiskFull"]["status"]
    assert isinstance(status, dict)
    assert (status["silencedBy"], status["state"]) == ([made["silenceID"]], "suppressed")
    assert alerts(alertmanager, "?silenced=false") == {}
    for _ in range(2):
        assert ask(alertmanager, "DELETE", f"silence/{made['silenceID']}") == Answer(200)
    assert alerts(alertmanager, "?silenced=false").keys() == {"DiskFull"}
    ended = ask(alertmanager, "GET", f"silence/{made['silenceID']}").data
    assert isinstance(ended, dict)
    assert ended["status"] == {"state": "expired"}


def test_a_silence_shows_late(alertmanager: Alertmanager, clock_of_world: Clock) -> None:
    alertmanager.lag = 5.0
    ask(alertmanager, "POST", "silences", wish())
    assert ask(alertmanager, "GET", "silences").data == []
    assert len(alertmanager.silences.held()) == 1
    clock_of_world.time += 5
    assert len(list(alertmanager.silences.seen(clock_of_world.time))) == 1


def test_a_silence_is_changed_in_place_or_replaced(alertmanager: Alertmanager) -> None:
    first = ask(alertmanager, "POST", "silences", wish()).data
    assert isinstance(first, dict)
    longer = {"id": first["silenceID"], "endsAt": "2026-11-21T22:00:00Z"}
    began = "2026-11-21T17:43:20.9Z"  # in the second in which it began to hold
    assert ask(alertmanager, "POST", "silences", wish(**longer, startsAt=began)).data == first
    assert [silence["written"] for silence in alertmanager.silences.state(BEGIN)] == [2]
    other = [{"name": "alertname", "value": "Other", "isRegex": False}]
    replaced = ask(alertmanager, "POST", "silences", wish(**longer, matchers=other)).data
    assert replaced != first
    states = [silence.state(BEGIN) for silence in alertmanager.silences.held()]
    assert states == ["expired", "active"]


def test_a_silence_that_is_to_have_begun_at_another_time_is_replaced(alertmanager: Alertmanager) -> None:
    first = ask(alertmanager, "POST", "silences", wish()).data
    assert isinstance(first, dict)
    assert ask(alertmanager, "POST", "silences", wish(id=first["silenceID"])).data != first
    assert [silence.state(BEGIN) for silence in alertmanager.silences.held()] == ["expired", "active"]


def test_a_silence_that_is_over_is_made_anew(alertmanager: Alertmanager) -> None:
    first = ask(alertmanager, "POST", "silences", wish()).data
    assert isinstance(first, dict)
    ask(alertmanager, "DELETE", f"silence/{first['silenceID']}")
    assert ask(alertmanager, "POST", "silences", wish(id=first["silenceID"])).data != first
    assert [silence.state(BEGIN) for silence in alertmanager.silences.held()] == ["expired", "active"]


def test_what_a_matcher_may_be(alertmanager: Alertmanager) -> None:
    def status(name: str, value: str, *, equal: bool = True) -> int:
        matcher = {"name": name, "value": value, "isRegex": False, "isEqual": equal}
        return ask(alertmanager, "POST", "silences", wish(matchers=[matcher])).status

    assert status("a", "") == 400
    assert status("a", "x", equal=False) == 200
    assert status("", "x") == 400
    assert status("a.b", "x") == (200 if alertmanager.modern else 400)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"endsAt": "2026-11-21T16:00:00Z"}, 400, "Failed to create silence: start time must be before end time"),
        (
            {"startsAt": "2020-01-01T00:00:00Z", "endsAt": "2020-01-02T00:00:00Z"},
            400,
            "Failed to create silence: end time can't be in the past",
        ),
        ({"matchers": []}, 422, {"code": 612, "message": "matchers in body should have at least 1 items"}),
        ({"comment": None}, 422, {"code": 602, "message": "comment in body is required"}),
        (
            {"matchers": [{"name": "a", "value": ".*", "isRegex": True}]},
            400,
            "silence invalid: at least one matcher must not match the empty string",
        ),
        ({"id": GONE}, 404, "silence not found"),
    ],
)
def test_silences_that_are_not_taken(
    alertmanager: Alertmanager, changes: dict[str, object], status: int, words: object
) -> None:
    assert ask(alertmanager, "POST", "silences", wish(**changes)) == Answer(status, words)
    assert alertmanager.silences.held() == []


def test_errors_in_their_three_shapes(alertmanager: Alertmanager) -> None:
    unknown = ask(alertmanager, "DELETE", f"silence/{GONE}")
    assert (unknown.status, unknown.data) == ((404, None) if alertmanager.modern else (500, "silence not found"))
    assert ask(alertmanager, "GET", f"silence/{GONE}") == Answer(404)
    assert ask(alertmanager, "GET", "silence/xyz").status == 422
    assert ask(alertmanager, "GET", "nothing").data == {"code": 404, "message": "path /api/v2/nothing was not found"}
    assert ask(alertmanager, "PUT", "silences").status == 405
    assert ask(alertmanager, "GET", "alerts?filter=bad") == Answer(400, "bad matcher format: bad")
    assert ask(alertmanager, "GET", "alerts?receiver=%5B").status == 400


def test_filters(alertmanager: Alertmanager) -> None:
    alertmanager.fire(DISK, receivers=["pager"])
    alertmanager.fire({"alertname": "B", "severity": "warning"})
    assert alerts(alertmanager, "?filter=severity%3D~%22crit.*%22").keys() == {"DiskFull"}
    assert alerts(alertmanager, "?filter=severity!%3Dcritical").keys() == {"B"}
    assert alerts(alertmanager, "?receiver=pag.*").keys() == {"DiskFull"}


def test_receivers(alertmanager: Alertmanager) -> None:
    names = [{"name": name} for name in ("nobody", "pagerduty", "slack", "sms")]
    assert ask(alertmanager, "GET", "receivers") == Answer(200, names)
    assert ask(alertmanager, "POST", "receivers").status == 405


def test_inhibition_needs_equal_labels(alertmanager: Alertmanager) -> None:
    alertmanager.fire(DISK)
    for instance in ("db1", "db2"):
        alertmanager.fire({"alertname": instance, "instance": instance, "severity": "warning"})
    alertmanager.inhibit(Matcher("severity", "critical"), Matcher("severity", "warning"), ["instance"])
    assert alerts(alertmanager, "?inhibited=false").keys() == {"DiskFull", "db2"}


def test_a_restart_forgets_alerts_and_keeps_silences(alertmanager: Alertmanager, clock_of_world: Clock) -> None:
    alertmanager.fire(DISK)
    alertmanager.silence({"alertname": "DiskFull"}, "ana", "looking")
    alertmanager.restart(repeat_after=60)
    assert alerts(alertmanager) == {}
    assert len(alertmanager.silences.seen(BEGIN)) == 1
    clock_of_world.time += 60
    assert alerts(alertmanager).keys() == {"DiskFull"}


def test_a_proxy_in_front(alertmanager: Alertmanager) -> None:
    alertmanager.wants = {"Cookie": "a=b"}
    away = ask(alertmanager, "GET", "alerts")
    assert (away.status, away.headers["Location"]) == (302, "/oauth2/sign_in?rd=%2F")
    assert ask(alertmanager, "GET", "alerts", headers={"cookie": "a=b"}).status == 200
    assert alertmanager.settings()["headers"] == {"Cookie": "a=b"}


def test_state_tells_everything(alertmanager: Alertmanager) -> None:
    alertmanager.fire(DISK)
    alertmanager.silence({"alertname": "DiskFull"}, "ana", "looking")
    state = alertmanager.state()
    assert json.loads(json.dumps(state))["alerts"][0]["labels"] == DISK
    assert json.loads(json.dumps(state))["silences"][0]["createdBy"] == "ana"
