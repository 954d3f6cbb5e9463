from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.demo.pagerduty.account import ACCOUNT_KEY, OWN_KEY, READ_ONLY_KEY
from secondline_tui.sources.pagerduty.library import pdpyras  # which silences what pdpyras says on import
from tests.demo.pager import ANA, HOUR, Pager
from tests.specs import described

MISTAKES = (
    # PagerDuty sends null here, and says so in words or in its own examples, yet not in its schemas.
    "resolved_at: None", "resolve_reason: None", "conference_bridge: None", "priority: None", "/end: None",
    "/start: None", "/schedule: None", "acknowledgement_timeout: None", "auto_resolve_timeout: None",
    "support_hours: None", "rendered_coverage_percentage: None",
    # These hold one of the above, and are described as one of several shapes: none fits any more.
    "/service: {", "/first_trigger_log_entry: {", "log_entries/",
    # Words instead of the usual table; pdpyras looks for them.
    "error: 'Current user cannot be told",
)  # fmt: skip
ALL = "/incidents?date_range=all"


@pytest.fixture
def pager() -> Pager:
    return Pager()


@pytest.fixture
def busy(pager: Pager) -> Pager:
    """Three incidents: one triggered, one acknowledged, one resolved."""
    sim = pager.sim
    pager.rate = sim.trigger(
        "5xx rate for www-origin", pager.icinga, priority="P2", key="cache!5xx", details={"value": 1.2}, ago=240
    )
    pager.drill = sim.trigger("PagerDuty test drill", pager.icinga, urgency="low", ago=100)
    pager.home = sim.trigger("homepage down", pager.pingdom, ago=1_000)
    sim.acknowledge(pager.drill, pager.ana, ago=50)
    sim.note(pager.rate, pager.ana, "looking", ago=30)
    sim.resolve(pager.home, pager.pingdom, ago=10)
    return pager


def titles(answer: Any) -> list[str]:
    return [incident["title"] for incident in answer["incidents"]]


def change(pager: Pager, identity: str, **wish: object) -> Any:
    answer = pager.ask("PUT", f"/incidents/{identity}", {"incident": {"type": "incident_reference", **wish}})
    assert answer.status == 200, answer
    return json.loads(answer.body())["incident"]


def state(pager: Pager) -> Any:
    return json.loads(json.dumps(pager.sim.state()))


def error(answer: Any) -> tuple[int, int, str]:
    return answer.status, answer.data["error"]["code"], " ".join(answer.data["error"].get("errors", []))


# -- as its vendor describes it ----------------------------------------------------------------------------------------


def test_answers_are_as_the_vendor_describes_them(busy: Pager) -> None:
    oracle = described("pagerduty.json", MISTAKES)
    whole = "acknowledgers assignees services escalation_policies teams priorities first_trigger_log_entries"
    include = "".join(f"&include[]={name}" for name in whole.split())
    window = "?since=2026-11-18T00:00:00Z&until=2026-11-20T00:00:00Z"
    busy.sim.override(busy.primary, busy.dee, busy.time, busy.time + HOUR)
    for path in (
        "/abilities", "/users", "/users/me", f"/users/{busy.ana.id}", "/teams", "/priorities", "/services",
        f"/services/{busy.icinga.id}", "/escalation_policies", "/schedules", f"/schedules/{busy.primary.id}",
        f"/schedules/{busy.primary.id}{window}", f"/schedules/{busy.primary.id}/users{window}", "/oncalls", ALL,
        f"{ALL}{include}&total=true", f"/incidents/{busy.rate}", f"/incidents/{busy.rate}/notes",
        f"/incidents/{busy.rate}/alerts", f"/incidents/{busy.home}/log_entries?include[]=channels",
    ):  # fmt: skip
        assert oracle.faults("GET", path, 200, busy.get(path)) == [], path
    for path, key, status in (
        ("/incidents/PNONE", "", 404), ("/incidents?limit=0", "", 400), ("/users/me", ACCOUNT_KEY, 400),
        ("/incidents", "wrong", 401),
    ):  # fmt: skip
        answer = busy.ask("GET", path, **({"key": key} if key else {}))
        assert answer.status == status
        assert oracle.faults("GET", path, status, answer.data) == [], path


def test_writes_are_answered_as_the_vendor_describes_it(busy: Pager) -> None:
    oracle = described("pagerduty.json", MISTAKES)
    acknowledged = {"type": "incident_reference", "status": "acknowledged"}
    somebody = {"id": busy.bo.id, "type": "user_reference"}
    turn = {"start": "2026-11-19T00:00:00Z", "end": "2026-11-19T10:00:00Z", "user": somebody}
    service = {"id": busy.icinga.id, "type": "service_reference"}
    for method, path, body, status in (
        ("PUT", f"/incidents/{busy.rate}", {"incident": acknowledged}, 200),
        ("PUT", "/incidents", {"incidents": [{"id": busy.rate, **acknowledged}]}, 200),
        ("POST", f"/incidents/{busy.rate}/notes", {"note": {"content": "zażółć"}}, 200),
        ("POST", f"/incidents/{busy.rate}/snooze", {"duration": 3_600}, 201),
        ("POST", "/incidents", {"incident": {"type": "incident", "title": "new", "service": service}}, 201),
        ("POST", f"/schedules/{busy.primary.id}/overrides", {"overrides": [turn, {**turn, "end": turn["start"]}]}, 201),
    ):
        answer = busy.ask(method, path, body)
        assert answer.status == status
        assert oracle.faults(method, path, status, answer.data) == [], path


# -- lists -----------------------------------------------------------------------------------------------------------


def test_filters(busy: Pager) -> None:
    assert titles(busy.get(ALL)) == ["homepage down", "5xx rate for www-origin", "PagerDuty test drill"]
    for query, found in (
        ("statuses[]=triggered", ["5xx rate for www-origin"]),
        ("statuses[]=triggered&statuses[]=acknowledged", ["5xx rate for www-origin", "PagerDuty test drill"]),
        (f"service_ids[]={busy.pingdom.id}", ["homepage down"]),
        ("service_ids[]=PNONE", []),
        (f"team_ids[]={busy.team.id}&urgencies[]=low", ["PagerDuty test drill"]),
        ("incident_key=cache!5xx", ["5xx rate for www-origin"]),
        (f"user_ids[]={busy.ana.id}", ["PagerDuty test drill"]),
        ("sort_by=incident_number:desc", ["homepage down", "PagerDuty test drill", "5xx rate for www-origin"]),
        ("sort_by=urgency,created_at:desc", ["5xx rate for www-origin", "homepage down", "PagerDuty test drill"]),
    ):
        assert titles(busy.get(f"{ALL}&{query}")) == found, query


def test_what_is_older_than_a_month_is_told_only_when_asked_for(pager: Pager) -> None:
    pager.sim.trigger("old", pager.pingdom, ago=31 * 86_400)
    assert titles(pager.get("/incidents")) == []
    assert titles(pager.get(ALL)) == ["old"]
    assert titles(pager.get("/incidents?since=2026-10-01T00:00:00Z")) == ["old"]


def test_pages(pager: Pager) -> None:
    for number in range(130):
        pager.sim.trigger(f"incident {number}", pager.icinga)
    first = pager.get("/incidents?limit=1000")
    assert (len(first["incidents"]), first["limit"], first["more"], first["total"]) == (100, 100, True, None)
    second = pager.get("/incidents?limit=100&offset=100&total=true")
    assert (len(second["incidents"]), second["offset"], second["more"], second["total"]) == (30, 100, False, 130)
    assert (len(pager.get("/incidents")["incidents"]), pager.get("/incidents")["limit"]) == (25, 25)
    for query in ("limit=0", "offset=x", "limit=100&offset=9901", "sort_by=a,b,c", "since=yesterday"):
        assert pager.ask("GET", f"/incidents?{query}").status == 400
    assert pager.ask("GET", "/incidents?" + "service_ids%5B%5D=PABCDEF&" * 170).status == 414


def test_what_the_account_does_not_include_costs_extra(pager: Pager) -> None:
    pager.sim.account.abilities = ("sso",)
    assert pager.ask("GET", "/incidents?team_ids[]=P").status == 402
    assert pager.ask("GET", "/incidents?urgencies[]=high").status == 402


def test_every_answer_tells_the_rate_limit(pager: Pager) -> None:
    assert int(pager.ask("GET", "/incidents").headers["ratelimit-reset"]) in range(1, 61)
    limited = pager.sim.too_many(30)
    assert (limited.status, limited.headers["ratelimit-reset"], limited.headers["ratelimit-remaining"]) == (
        429,
        "30",
        "0",
    )


# -- what time does --------------------------------------------------------------------------------------------------


def test_nobody_answers_so_the_next_is_called(pager: Pager) -> None:
    one = pager.sim.trigger("5xx", pager.icinga)
    seen = []
    for _ in range(4):
        incident = pager.get(f"/incidents/{one}")["incident"]
        calls = [pending["at"] for pending in incident["pending_actions"] if pending["type"] == "escalate"]
        seen.append((incident["assignments"][0]["assignee"]["summary"], calls))
        pager.later(301)
    assert seen == [
        ("Ana Sowande", ["2026-11-18T09:36:00Z"]),
        ("Bo Łukasik", ["2026-11-18T09:41:00Z"]),
        ("Dee Novák", []),
        ("Dee Novák", []),
    ]
    log = pager.get(f"/incidents/{one}/log_entries?is_overview=true")["log_entries"]
    assert [entry["summary"] for entry in log] == [
        "Escalated to Dee Novák.", "Escalated to Bo Łukasik.", "Assigned to Ana Sowande.", "Triggered through the API.",
    ]  # fmt: skip
    assert [entry["created_at"] for entry in log][:2] == ["2026-11-18T09:41:00Z", "2026-11-18T09:36:00Z"]


def test_a_policy_begins_again_as_often_as_it_says(pager: Pager) -> None:
    policy = pager.sim.add_policy("twice", [[pager.ana], [pager.bo]], minutes=1, loops=1)
    one = pager.sim.trigger("x", pager.sim.add_service("s", policy))
    called = []
    for _ in range(6):
        called.append(pager.get(f"/incidents/{one}")["incident"]["assignments"][0]["assignee"]["summary"])
        pager.later(60)
    assert [name[:2] for name in called] == ["An", "Bo", "An", "Bo", "Bo", "Bo"]


def test_an_acknowledgement_runs_out_where_the_service_says_so(pager: Pager) -> None:
    mine, theirs = pager.sim.trigger("a", pager.icinga), pager.sim.trigger("b", pager.pingdom)
    for identity in (mine, theirs):
        change(pager, identity, status="acknowledged")
    told = pager.get(f"/incidents/{mine}")["incident"]
    assert told["pending_actions"] == [{"type": "unacknowledge", "at": "2026-11-18T10:01:00Z"}]
    pager.later(1_801)
    again = pager.get(f"/incidents/{mine}")["incident"]
    assert (again["status"], again["acknowledgements"]) == ("triggered", [])
    assert [pending["type"] for pending in again["pending_actions"]] == ["escalate"]
    assert pager.get(f"/incidents/{theirs}")["incident"]["status"] == "acknowledged"


def test_snoozed(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    for duration, status in ((0, 400), (604_801, 400), ("1", 400), (7_200, 201)):
        assert pager.ask("POST", f"/incidents/{one}/snooze", {"duration": duration}).status == status
    assert pager.get(f"/incidents/{one}")["incident"]["status"] == "acknowledged"
    pager.later(7_201)
    assert pager.get(f"/incidents/{one}")["incident"]["status"] == "triggered"


# -- what people do --------------------------------------------------------------------------------------------------


def test_acknowledged_and_resolved(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    told = change(pager, one, status="acknowledged")
    assert [entry["acknowledger"]["summary"] for entry in told["acknowledgements"]] == ["Ana Sowande"]
    assert told["last_status_change_by"]["summary"] == "Ana Sowande"
    told = change(pager, one, status="resolved", resolution="restarted it")
    assert (told["status"], told["assignments"], told["pending_actions"]) == ("resolved", [], [])
    assert told["alert_counts"] == {"all": 1, "triggered": 0, "resolved": 1}
    for wish in ({"status": "resolved"}, {"escalation_level": 2}):
        answer = pager.ask("PUT", f"/incidents/{one}", {"incident": {"type": "incident", **wish}})
        assert error(answer) == (400, 1001, "Incident Already Resolved")
    assert error(pager.ask("POST", f"/incidents/{one}/snooze", {"duration": 60}))[:2] == (400, 1001)


def test_a_resolved_incident_comes_back(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    change(pager, one, escalation_level=2)
    change(pager, one, status="resolved")
    told = change(pager, one, status="acknowledged")
    assert (told["status"], told["resolved_at"], told["assignments"][0]["assignee"]["summary"]) == (
        "acknowledged", None, "Ana Sowande",
    )  # fmt: skip
    change(pager, one, status="resolved")
    told = change(pager, one, status="triggered")
    assert (told["status"], told["assignments"][0]["assignee"]["summary"]) == ("triggered", "Ana Sowande")
    assert [pending["type"] for pending in told["pending_actions"]] == ["escalate"]


def test_an_older_account_does_not_let_it_come_back(pager: Pager) -> None:
    pager.sim.account.reopens = False
    one = pager.sim.trigger("a", pager.icinga)
    change(pager, one, status="resolved")
    for status in ("acknowledged", "triggered"):
        answer = pager.ask("PUT", f"/incidents/{one}", {"incident": {"type": "incident", "status": status}})
        assert error(answer) == (400, 1001, "Incident Already Resolved")


def test_who_takes_it_is_called_instead(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    pager.sim.acknowledge(one, pager.bo)
    assert [entry["assignee"]["summary"] for entry in pager.get(f"/incidents/{one}")["incident"]["assignments"]] == [
        "Bo Łukasik"
    ]


def test_escalated_and_assigned_by_hand(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    change(pager, one, status="acknowledged")
    told = change(pager, one, escalation_level=2)
    assert (told["status"], told["assignments"][0]["assignee"]["summary"]) == ("triggered", "Bo Łukasik")
    told = change(pager, one, assignments=[{"assignee": {"id": pager.dee.id, "type": "user_reference"}}])
    assert (told["assigned_via"], told["pending_actions"]) == ("direct_assignment", [])
    odd: list[dict[str, object]] = [
        {"escalation_level": 4}, {"escalation_level": "2"}, {"assignments": []},
        {"assignments": [{"assignee": {"id": "PNONE"}}]}, {"title": " "}, {"urgency": "middling"}, {"priority": "P9"},
        {"status": "snoozed"}, {"type": "page"},
    ]  # fmt: skip
    for wish in odd:
        body = {"incident": {"type": "incident", **wish}}
        assert pager.ask("PUT", f"/incidents/{one}", body).status == 400, wish


def test_title_priority_and_urgency(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    told = change(pager, one, title="b", priority="P1", urgency="low")
    assert (told["title"], told["priority"]["summary"], told["urgency"]) == ("b", "P1", "low")
    priority = next(item for item in pager.get("/priorities")["priorities"] if item["name"] == "P3")
    assert change(pager, one, priority={"id": priority["id"], "type": "priority"})["priority"]["summary"] == "P3"


def test_several_at_once_or_none(busy: Pager) -> None:
    acknowledged = {"type": "incident_reference", "status": "acknowledged"}
    both = {"incidents": [{"id": busy.rate, **acknowledged}, {"id": busy.home, **acknowledged, "status": "resolved"}]}
    assert error(busy.ask("PUT", "/incidents", both))[:2] == (400, 1001)
    assert busy.sim.incident(busy.rate).status == "triggered"
    assert busy.ask("PUT", "/incidents", {"incidents": both["incidents"][:1]}).status == 200
    assert busy.sim.incident(busy.rate).status == "acknowledged"
    assert busy.ask("PUT", "/incidents", {"incidents": both["incidents"] * 126}).status == 413


def test_created(pager: Pager) -> None:
    service = {"id": pager.icinga.id, "type": "service_reference"}
    wish = {"type": "incident", "title": "by hand", "service": service, "incident_key": "k"}
    told = pager.ask("POST", "/incidents", {"incident": wish})
    assert told.status == 201
    assert error(pager.ask("POST", "/incidents", {"incident": wish}))[1:] == (
        2002,
        "Open incident with matching dedup key already exists on this service",
    )
    for missing in ("title", "service"):
        assert pager.ask("POST", "/incidents", {"incident": {**wish, missing: None}}).status == 400


def test_notes(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    for content in ("", "  \n", None, 7):
        assert pager.ask("POST", f"/incidents/{one}/notes", {"note": {"content": content}}).status == 400
    text = "two\n\nlines ✓ <b>"
    assert pager.ask("POST", f"/incidents/{one}/notes", {"note": {"content": text}}).status == 200
    assert [note["content"] for note in pager.get(f"/incidents/{one}/notes")["notes"]] == [text]
    assert state(pager)["incidents"][0]["notes"][0]["text"] == text


def test_who_acts_must_be_told(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    wish = {"incident": {"type": "incident", "status": "acknowledged"}}
    for method, path, body in (
        ("PUT", f"/incidents/{one}", wish), ("PUT", "/incidents", {"incidents": []}), ("POST", "/incidents", {}),
        ("POST", f"/incidents/{one}/notes", {"note": {"content": "x"}}),
        ("POST", f"/incidents/{one}/snooze", {"duration": 60}),
    ):  # fmt: skip
        assert error(pager.ask(method, path, body, sender=None))[:2] == (400, 2016)
        assert error(pager.ask(method, path, body, sender="nobody@example.org"))[:2] == (400, 1008)
        refused = pager.ask(method, path, body, key=READ_ONLY_KEY)
        assert error(refused)[:2] == (403, 2010)
    assert pager.sim.incident(one).status == "triggered"


def test_keys(pager: Pager) -> None:
    assert pager.get("/users/me")["user"]["email"] == ANA
    assert pager.ask("GET", "/users/me", key=ACCOUNT_KEY).status == 400
    assert pager.ask("GET", "/incidents", key="").status == 401
    assert pager.get("/incidents", key=READ_ONLY_KEY)["incidents"] == []


def test_a_write_shows_in_reads_after_the_lag(pager: Pager) -> None:
    one = pager.sim.trigger("a", pager.icinga)
    pager.sim.lag = 5
    assert change(pager, one, status="acknowledged")["status"] == "acknowledged"
    pager.ask("POST", f"/incidents/{one}/notes", {"note": {"content": "x"}})
    two = pager.ask("POST", "/incidents", {"incident": {"title": "b", "service": {"id": pager.icinga.id}}})
    turn = {"start": "2026-11-18T09:00:00Z", "end": "2026-11-18T10:00:00Z", "user": {"id": pager.bo.id}}
    pager.ask("POST", f"/schedules/{pager.primary.id}/overrides", {"overrides": [turn]})

    def shown() -> tuple[object, ...]:
        path = f"/incidents/{one}"
        notes = len(pager.get(f"{path}/notes")["notes"])
        log = len(pager.get(f"{path}/log_entries")["log_entries"])
        on_call = pager.get(f"/oncalls?schedule_ids[]={pager.primary.id}")["oncalls"][0]["user"]["summary"]
        return pager.get(path)["incident"]["status"], notes, log, len(titles(pager.get("/incidents"))), on_call

    assert two.status == 201
    assert shown() == ("triggered", 0, 3, 1, "Ana Sowande")
    assert pager.sim.incident(one).status == "acknowledged"
    pager.later(4.9)
    assert shown() == ("triggered", 0, 3, 1, "Ana Sowande")
    pager.later(0.2)
    assert shown() == ("acknowledged", 1, 5, 2, "Bo Łukasik")


# -- who is on call --------------------------------------------------------------------------------------------------


def on_calls(pager: Pager, query: str = "") -> list[tuple[str, str, str | None, str | None]]:
    found = pager.get(f"/oncalls?limit=100{query}")["oncalls"]
    return [
        (entry["user"]["summary"][:3], (entry["schedule"] or {}).get("id", ""), entry["start"], entry["end"])
        for entry in found
    ]


def test_who_is_on_call_now_and_later(pager: Pager) -> None:
    primary = pager.primary.id
    query = f"&schedule_ids[]={primary}&since=2026-11-18T09:31:00Z&until=2026-11-19T21:31:00Z"
    assert on_calls(pager, f"&schedule_ids[]={primary}") == [
        ("Ana", primary, "2026-11-18T09:30:00Z", "2026-11-18T17:30:00Z")
    ]
    assert [(who, start, end) for who, _, start, end in on_calls(pager, query)] == [
        ("Ana", "2026-11-18T09:30:00Z", "2026-11-18T17:30:00Z"),
        ("Cy ", "2026-11-18T17:30:00Z", "2026-11-19T09:30:00Z"),
        ("Ana", "2026-11-19T09:30:00Z", "2026-11-19T17:30:00Z"),
        ("Cy ", "2026-11-19T17:30:00Z", "2026-11-20T09:30:00Z"),
    ]
    assert ("Dee", "", None, None) in on_calls(pager)  # called by name, so without a schedule and for ever
    assert on_calls(pager, "&schedule_ids[]=PNONE") == []
    assert pager.ask("GET", "/oncalls?since=2026-11-19T00:00:00Z&until=2026-11-18T00:00:00Z").status == 400


def test_an_override_cuts_a_turn_in_two_and_the_last_one_wins(pager: Pager) -> None:
    begin = pager.time
    pager.sim.override(pager.primary, pager.bo, begin + HOUR, begin + 3 * HOUR)
    pager.sim.override(pager.primary, pager.dee, begin + 2 * HOUR, begin + 4 * HOUR)
    query = f"&schedule_ids[]={pager.primary.id}&since=2026-11-18T09:31:00Z&until=2026-11-18T17:00:00Z"
    assert [(who, (start or "")[11:16]) for who, _, start, _ in on_calls(pager, query)] == [
        ("Ana", "09:30"), ("Bo ", "10:31"), ("Dee", "11:31"), ("Ana", "13:31"),
    ]  # fmt: skip
    path = f"/schedules/{pager.primary.id}?since=2026-11-18T10:00:00Z&until=2026-11-18T11:00:00Z"
    schedule = pager.get(path)["schedule"]
    told = [
        [(entry["user"]["summary"][:3], entry["start"][11:16], entry["end"][11:16]) for entry in part]
        for part in (
            schedule["final_schedule"]["rendered_schedule_entries"],
            schedule["overrides_subschedule"]["rendered_schedule_entries"],
            pager.get(f"{path}&overflow=true")["schedule"]["final_schedule"]["rendered_schedule_entries"],
        )
    ]
    assert told == [
        [("Ana", "10:00", "10:31"), ("Bo ", "10:31", "11:00")],
        [("Bo ", "10:31", "11:00")],
        [("Ana", "09:30", "10:31"), ("Bo ", "10:31", "11:31")],
    ]


def test_an_override_is_made_and_taken_back(pager: Pager) -> None:
    path = f"/schedules/{pager.primary.id}/overrides"
    turn = {"start": "2026-11-18T09:00:00", "end": "2026-11-18T12:00:00", "user": {"id": pager.bo.id}}
    wishes = [turn, {**turn, "user": {"id": "PNONE"}}, {**turn, "end": "soon"}]
    told: Any = pager.ask("POST", path, {"overrides": wishes}).data
    assert [entry["status"] for entry in told] == [201, 400, 400]
    made = told[0]
    window = "?since=2026-11-18T00:00:00Z&until=2026-11-19T00:00:00Z"
    assert pager.ask("GET", path).status == 400
    assert len(pager.get(path + window)["overrides"]) == 1
    one = pager.sim.trigger("a", pager.icinga)
    assert pager.get(f"/incidents/{one}")["incident"]["assignments"][0]["assignee"]["summary"] == "Bo Łukasik"
    pager.later(60)
    cut = pager.ask("DELETE", f"{path}/{made['override']['id']}")
    assert (cut.status, [turn["end"] for turn in pager.get(path + window)["overrides"]]) == (
        200,
        ["2026-11-18T09:32:00Z"],
    )
    assert pager.ask("DELETE", f"{path}/{made['override']['id']}").status == 400, "it has ended"
    two = pager.sim.trigger("b", pager.icinga)
    assert pager.get(f"/incidents/{two}")["incident"]["assignments"][0]["assignee"]["summary"] == "Ana Sowande"


def test_an_override_that_has_not_begun_goes_away_and_a_past_one_cannot_be_made(pager: Pager) -> None:
    path = f"/schedules/{pager.primary.id}/overrides"
    turn = {"start": "2026-11-18T15:00:00Z", "end": "2026-11-18T16:00:00Z", "user": {"id": pager.bo.id}}
    past = {**turn, "start": "2026-11-18T08:00:00Z", "end": "2026-11-18T09:00:00Z"}
    told: Any = pager.ask("POST", path, {"overrides": [turn, past]}).data
    assert [entry["status"] for entry in told] == [201, 400]
    assert pager.ask("DELETE", f"{path}/{told[0]['override']['id']}").status == 204
    assert pager.ask("DELETE", f"{path}/{told[0]['override']['id']}").status == 404
    assert pager.get(f"{path}?since=2026-11-18T00:00:00Z&until=2026-11-19T00:00:00Z")["overrides"] == []


def test_an_override_is_cut_short_only_after_the_lag(pager: Pager) -> None:
    pager.sim.override(pager.primary, pager.bo, pager.time - 60, pager.time + HOUR)
    pager.sim.lag = 5
    identity = pager.primary.overrides[0].id
    assert pager.ask("DELETE", f"/schedules/{pager.primary.id}/overrides/{identity}").status == 200
    seen = []
    for wait in (4, 2):
        pager.later(wait)
        seen.append(pager.primary.on_call(pager.time, pager.time))
    assert seen == [pager.bo, pager.ana]


def test_every_write_that_was_carried_out_is_told_once(pager: Pager) -> None:
    pager.sim.lag = 60
    one = pager.sim.trigger("a", pager.icinga)
    schedule = f"/schedules/{pager.primary.id}/overrides"
    turn = {"start": "2026-11-18T09:00:00Z", "end": "2026-11-18T12:00:00Z", "user": {"id": pager.bo.id}}
    change(pager, one, status="acknowledged")
    change(pager, one, escalation_level=2)
    change(pager, one, assignments=[{"assignee": {"id": pager.dee.id}}])
    pager.ask("POST", f"/incidents/{one}/notes", {"note": {"content": "x"}})
    pager.ask("POST", f"/incidents/{one}/notes", {"note": {"content": ""}})
    pager.ask("POST", f"/incidents/{one}/snooze", {"duration": 60})
    told: Any = pager.ask("POST", schedule, {"overrides": [turn]}).data
    pager.ask("DELETE", f"{schedule}/{told[0]['override']['id']}")
    change(pager, one, status="resolved", resolution="done")
    acts = state(pager)["acts"]
    assert [(act["did"], act["to"], act["by"]) for act in acts] == [
        *[("change", one, "Ana Sowande")] * 3, ("note", one, "Ana Sowande"), ("snooze", one, "Ana Sowande"),
        ("override", pager.primary.id, "Ana Sowande"), ("end override", pager.primary.id, "Ana Sowande"),
        ("change", one, "Ana Sowande"),
    ]  # fmt: skip
    assert [acts[0]["status"], acts[1]["escalation_level"], acts[2]["assignees"], acts[3]["content"]] == [
        "acknowledged", 2, [pager.dee.id], "x",
    ]  # fmt: skip
    assert (acts[4]["duration"], acts[7]["resolution"]) == (60, "done")


def test_a_user_is_found_by_address(pager: Pager) -> None:
    assert [user["name"] for user in pager.get("/users?query=BO.LUKASIK@example.org")["users"]] == ["Bo Łukasik"]


@pytest.mark.parametrize(("day", "utc"), [("2026-03-27", 9), ("2026-03-30", 8), ("2026-10-23", 8), ("2026-10-26", 9)])
def test_hours_are_the_zones_own_on_both_sides_of_a_clock_change(pager: Pager, day: str, utc: int) -> None:
    at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo("Europe/London")).timestamp()
    entries = pager.primary.entries(at, at, at)
    assert [entry.user.name for entry in entries] == ["Ana Sowande"]
    assert datetime.fromtimestamp(entries[0].start, ZoneInfo("UTC")).hour == utc


def test_nobody_works_by_day_at_the_weekend(pager: Pager) -> None:
    pager.at(12, day=21)
    assert [who for who, *_ in on_calls(pager, f"&schedule_ids[]={pager.primary.id}")] == ["Cy "]


# -- as pdpyras sees it ------------------------------------------------------------------------------------------------


@pytest.fixture
def client(busy: Pager) -> Iterator[pdpyras.APISession]:
    busy.world.listen()
    session = pdpyras.APISession(OWN_KEY, default_from=ANA)
    session.url = busy.world.urls["pd"]
    session.trust_env = False
    yield session
    session.close()
    busy.world.close()


def test_pdpyras_reads_and_writes(busy: Pager, client: pdpyras.APISession) -> None:
    for number in range(110):
        busy.sim.trigger(f"incident {number}", busy.icinga)
    assert len(client.list_all("incidents", params={"statuses[]": ["triggered", "acknowledged"]})) == 112
    assert client.api_key_access == "user"
    path = f"/incidents/{busy.rate}"
    assert client.rput(path, json={"type": "incident_reference", "status": "acknowledged"})["status"] == "acknowledged"
    assert client.rpost(f"{path}/notes", json={"content": "by pdpyras"})["user"]["summary"] == "Ana Sowande"
    assert [note["content"] for note in client.rget(f"{path}/notes")] == ["by pdpyras", "looking"]
    assert {entry["user"]["summary"] for entry in client.list_all("oncalls")} == {
        "Ana Sowande", "Bo Łukasik", "Dee Novák",
    }  # fmt: skip
    turn = {"start": "2026-11-19T00:00:00Z", "end": "2026-11-19T10:00:00Z", "user": {"id": busy.bo.id}}
    made = client.jpost(f"/schedules/{busy.primary.id}/overrides", json={"overrides": [turn]})
    assert client.rdelete(f"/schedules/{busy.primary.id}/overrides/{made[0]['override']['id']}").status_code == 204
    with pytest.raises(pdpyras.PDHTTPError, match="Note content"):
        client.rpost(f"{path}/notes", json={"content": " "})


def test_pdpyras_knows_an_account_level_key(client: pdpyras.APISession) -> None:
    account = pdpyras.APISession(ACCOUNT_KEY)
    account.url, account.trust_env = client.url, False
    assert account.api_key_access == "account"
    account.close()
