from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from secondline_tui.domain.items import Incident, OnCall
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.pagerduty.detail import body, history, turns
from secondline_tui.sources.pagerduty.mapping import (
    incident_maker,
    on_call_maker,
    once,
    roles_by_schedule,
    title_matcher,
)
from secondline_tui.sources.pagerduty.wire import AlertRow, IncidentRow, LogRow, NoteRow, OnCallRow, Schedule

HOSTILE = "a\x1b]0;pwned\x07b\x9b2Jc\u202ed\u0000[bold]e[/]\r\nf\u200b"
CLEAN = "abcd�[bold]e[/] f"
LONDON = ZoneInfo("Europe/London")


def reference(name: str | None, identity: str = "PUSER01") -> dict[str, object]:
    return {"id": identity, "type": "user_reference", "summary": name, "self": None, "html_url": None}


def recorded(**changes: object) -> dict[str, Any]:
    """One incident in the shape of the service: every key it sends, the nulls included."""
    return {
        "id": "Q2HSX5V6C1AUQF",
        "type": "incident",
        "summary": "[#4127] 5xx rate for www-origin",
        "self": "https://api.pagerduty.com/incidents/Q2HSX5V6C1AUQF",
        "html_url": "https://acme.pagerduty.com/incidents/Q2HSX5V6C1AUQF",
        "incident_number": 4127,
        "title": "5xx rate for www-origin",
        "description": "5xx rate for www-origin",
        "created_at": "2026-11-18T09:27:00Z",
        "updated_at": "2026-11-18T09:29:11Z",
        "status": "acknowledged",
        "incident_key": "cache!5xx rate for www-origin",
        "service": reference("GOV.UK Icinga", "PSVC001"),
        "assignments": [
            {"at": "2026-11-18T09:27:00Z", "assignee": reference("Ana Sowande")},
            {"at": "2026-11-18T09:27:00Z", "assignee": reference("Bo Łukasik", "PUSER02")},
        ],
        "assigned_via": "escalation_policy",
        "last_status_change_at": "2026-11-18T09:29:11Z",
        "resolved_at": None,
        "first_trigger_log_entry": {"id": "R1", "type": "trigger_log_entry_reference", "summary": "Triggered"},
        "alert_counts": {"all": 1, "triggered": 1, "resolved": 0},
        "is_mergeable": True,
        "escalation_policy": reference("GOV.UK", "PPOL001"),
        "teams": [],
        "impacted_services": [],
        "pending_actions": [
            {"type": "unacknowledge", "at": "2026-11-18T09:59:11Z"},
            {"type": "escalate", "at": "2026-11-18T10:45:00+01:00"},
            {"type": "escalate", "at": "2026-11-18T09:40:00Z"},
            {"type": "resolve", "at": "2026-11-18T09:30:00Z"},
        ],
        "acknowledgements": [{"at": "2026-11-18T09:29:11Z", "acknowledger": reference("Ana Sowande")}],
        "alert_grouping": None,
        "last_status_change_by": reference("Ana Sowande"),
        "priority": {"id": "PPRI002", "type": "priority", "summary": "P2", "name": "P2", "color": "eb6016"},
        "incidents_responders": [],
        "responder_requests": [],
        "urgency": "high",
        **changes,
    }


def made(row: dict[str, Any]) -> Incident:
    incident = incident_maker("pd", title_matcher("PagerDuty test drill*"))(IncidentRow.model_validate(row))
    assert incident is not None
    return incident


def test_an_incident_in_full() -> None:
    incident = made(recorded())
    assert incident == Incident(
        ref=ItemRef("pd", Kind.INCIDENT, "Q2HSX5V6C1AUQF"),
        number=4127,
        title=incident.title,
        status=incident.status,
        urgency=incident.urgency,
        priority=incident.priority,
        service=incident.service,
        assigned=incident.assigned,
        acknowledged_by=incident.acknowledged_by,
        created=datetime(2026, 11, 18, 9, 27, tzinfo=UTC),
        escalates_at=datetime(2026, 11, 18, 9, 40, tzinfo=UTC),
        drill=False,
        alert_key=incident.alert_key,
        links=incident.links,
    )
    assert (incident.title, incident.status, incident.urgency) == ("5xx rate for www-origin", "acknowledged", "high")
    assert (incident.priority, incident.service) == ("P2", "GOV.UK Icinga")
    assert (incident.assigned, incident.acknowledged_by) == (("Ana Sowande", "Bo Łukasik"), ("Ana Sowande",))
    assert incident.alert_key == "cache!5xx rate for www-origin"
    assert incident.links.web == "https://acme.pagerduty.com/incidents/Q2HSX5V6C1AUQF"
    assert incident.handled


def test_nothing_but_what_is_needed() -> None:
    needed = ("id", "incident_number", "title", "status", "urgency", "created_at")
    row = {name: value for name, value in recorded(status="triggered").items() if name in needed}
    incident = made(row)
    assert (incident.assigned, incident.acknowledged_by, incident.priority, incident.service) == ((), (), "", "")
    assert (incident.escalates_at, incident.alert_key, incident.links.web) == (None, "", None)
    assert incident.triggered
    for name in needed:
        with pytest.raises(ValidationError):
            IncidentRow.model_validate({other: value for other, value in row.items() if other != name})


def test_nulls_where_the_service_sends_them() -> None:
    nulls = ("priority", "service", "assignments", "acknowledgements", "pending_actions", "incident_key", "html_url")
    incident = made(recorded(**dict.fromkeys(nulls)))
    assert (incident.assigned, incident.service, incident.alert_key) == ((), "", "")


def test_people_without_a_name_are_told_by_their_id() -> None:
    gone = [{"at": "2026-11-18T09:27:00Z", "assignee": {"id": "PGONE01", "summary": None}}]
    assert made(recorded(assignments=gone)).assigned == ("PGONE01",)


def test_one_that_was_resolved_meanwhile_is_no_item() -> None:
    row = IncidentRow.model_validate(recorded(status="resolved"))
    assert incident_maker("pd", title_matcher(None))(row) is None


@pytest.mark.parametrize("status", ["snoozed", "", None, 3])
def test_an_unknown_status_is_not_understood(status: object) -> None:
    with pytest.raises(ValidationError):
        IncidentRow.model_validate(recorded(status=status))


def test_hostile_text() -> None:
    everywhere = reference(HOSTILE)
    incident = made(
        recorded(
            title=HOSTILE,
            service=everywhere,
            priority=everywhere,
            urgency=HOSTILE,
            incident_key=HOSTILE,
            assignments=[{"at": "", "assignee": everywhere}],
            acknowledgements=[{"at": "", "acknowledger": everywhere}],
            html_url="javascript:alert(1)",
        )
    )
    shown = (incident.title, incident.service, incident.priority, incident.urgency, incident.alert_key)
    assert {*shown, *incident.assigned, *incident.acknowledged_by} == {CLEAN}
    assert incident.links.web is None
    long = made(recorded(title="x" * 100_000))
    assert len(long.title) < 1_100


@pytest.mark.parametrize(
    ("pattern", "title", "drill"),
    [
        ("PagerDuty test drill*", "PagerDuty test drill. Developers: escalate this alert.", True),
        ("PagerDuty test drill*", "PAGERDUTY TEST DRILL", True),
        ("PagerDuty test drill*", "Not a PagerDuty test drill", False),
        ("*drill*", "the weekly Drill, again", True),
        ("drill (a|b) [c]", "Drill (A|B) [C]", True),
        ("drill ?", "drill 7", False),
        ("", "anything", False),
        (None, "PagerDuty test drill", False),
        ("*a*b*c*d*", "a" * 1_000, False),
    ],
)
def test_drills(pattern: str | None, title: str, drill: bool) -> None:
    assert title_matcher(pattern)(title) is drill


# -- on call -----------------------------------------------------------------------------------------------------------


def on_call(**changes: object) -> dict[str, object]:
    return {
        "escalation_policy": reference("GOV.UK", "PPOL001"),
        "escalation_level": 2,
        "schedule": reference("GOV.UK Primary (1st Call)", "P479TSJ"),
        "user": reference("Ana Sowande"),
        "start": "2026-11-18T09:30:00Z",
        "end": "2026-11-18T17:30:00Z",
        **changes,
    }


def entries(*recorded_rows: dict[str, object], **schedules: str) -> list[OnCall]:
    make = on_call_maker("pd", roles_by_schedule(schedules or {"inhours_primary": "P479TSJ"}), lambda _: False)
    return once(entry for row in recorded_rows for entry in make(OnCallRow.model_validate(row)))


def test_an_on_call_entry_in_full() -> None:
    (entry,) = entries(on_call())
    assert (entry.role, entry.person, entry.level) == ("inhours_primary", "Ana Sowande", 2)
    assert entry.schedule == "GOV.UK Primary (1st Call)"
    assert entry.start == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    assert entry.end == datetime(2026, 11, 18, 17, 30, tzinfo=UTC)
    assert entry.ref == ItemRef("pd", Kind.ON_CALL, "P479TSJ/PUSER01/2026-11-18T09:30:00Z/inhours_primary")


def test_each_role_that_reads_a_schedule_has_an_entry_of_its_own() -> None:
    found = entries(on_call(), inhours_primary="P479TSJ", oncall_primary="P479TSJ", other="PELSE01")
    assert [entry.role for entry in found] == ["inhours_primary", "oncall_primary"]
    assert len({entry.ref for entry in found}) == 2


def test_a_schedule_of_several_policies_is_told_once_at_its_lowest_level() -> None:
    found = entries(on_call(), on_call(escalation_level=1, escalation_policy=reference("B", "P2")), on_call())
    assert [entry.level for entry in found] == [1]


def test_without_begin_and_end_somebody_is_always_on_call() -> None:
    (entry,) = entries(on_call(start=None, end=None))
    assert (entry.start, entry.end) == (None, None)
    assert entry.ref.key == "P479TSJ/PUSER01/always/inhours_primary"
    assert entries(on_call(schedule=None)) == []
    for name in ("start", "end", "user", "escalation_level"):
        row = on_call()
        del row[name]
        with pytest.raises(ValidationError):
            OnCallRow.model_validate(row)


def test_the_key_does_not_depend_on_how_the_time_is_written() -> None:
    assert entries(on_call()) == entries(on_call(start="2026-11-18T10:30:00+01:00"))


# -- detail ------------------------------------------------------------------------------------------------------------


def log(kind: str, at: str = "09:30", **more: object) -> LogRow:
    shared = {"type": f"{kind}_log_entry", "created_at": f"2026-11-18T{at}:00Z", "agent": reference("Ana Sowande")}
    return LogRow.model_validate({**shared, "summary": f"{kind} it", "channel": {"type": "website"}, **more})


def test_history_is_newest_first_and_says_nothing_twice() -> None:
    note = {"user": reference("Bo Łukasik"), "content": "line one\nline two", "created_at": "2026-11-18T10:35:00+01:00"}
    nobody = {"content": "x", "created_at": None}
    told = history(
        [NoteRow.model_validate(note), NoteRow.model_validate(nobody)],
        [
            log("escalate", "09:40"),
            log("annotate", "09:35"),
            log("notify"),
            log("acknowledge", "09:31"),
            log("new_sort", "09:00", summary=None, agent=None),
        ],
    )
    assert [(note.label, note.author, note.text) for note in told] == [
        ("escalated", "Ana Sowande", "escalate it"),
        ("note", "Bo Łukasik", "line one\nline two"),
        ("acknowledged", "Ana Sowande", "acknowledge it"),
        ("new sort", "somebody", "new sort"),
        ("note", "somebody", "x"),
    ]


def alert(details: object, **more: object) -> AlertRow:
    contexts = [
        {"type": "link", "href": "https://g.example/1", "text": "Graph"},
        {"type": "image", "src": "https://g.example/2"},
    ]
    shown = {"type": "alert_body", "contexts": contexts, "details": details}
    return AlertRow.model_validate({"summary": "5xx", "severity": "critical", "alert_key": "k", "body": shown, **more})


def test_what_the_monitor_sent() -> None:
    told = body([alert({"value": 1.2, "host": "cache", "tags": ["a"]}), alert("plain text")], [], more=True)
    assert told.split("\n") == [
        "critical: 5xx", "alert key: k", "value: 1.2", "host: cache", 'tags: ["a"]', "Graph https://g.example/1",
        "https://g.example/2", "", "critical: 5xx", "alert key: k", "plain text", "Graph https://g.example/1",
        "https://g.example/2", "", "(there are more alerts than are shown)",
    ]  # fmt: skip
    bare = AlertRow.model_validate({"summary": None, "severity": None, "alert_key": None, "body": None})
    assert body([bare], [], more=False) == ""


def test_without_alerts_the_first_log_entry_tells() -> None:
    trigger = log("trigger", channel={"type": "api", "details": {"value": 7}})
    assert body([], [log("assign"), trigger], more=False) == "value: 7"
    assert body([], [log("trigger", channel=None)], more=False) == ""


def test_hostile_details() -> None:
    told = body([alert({HOSTILE: HOSTILE}), alert("y" * 100_000)], [], more=False)
    assert not any(not (sign == "\n" or sign.isprintable()) for sign in told)
    assert "\x1b" not in told
    assert len(told) < 66_000


def test_turns_are_told_in_the_shifts_zone_with_overrides_marked() -> None:
    ana, bo = reference("Ana Sowande"), reference("Bo Łukasik", "PUSER02")
    final = [
        {"start": "2026-07-18T08:30:00Z", "end": "2026-07-18T12:00:00Z", "user": ana},
        {"start": "2026-07-18T12:00:00Z", "end": "2026-07-18T16:30:00Z", "user": bo},
        {"start": "2026-07-18T16:30:00Z", "end": None, "user": ana},
    ]
    schedule = {
        "name": "Primary",
        "final_schedule": {"rendered_schedule_entries": final},
        "overrides_subschedule": {"rendered_schedule_entries": final[1:2]},
    }
    assert turns(Schedule.model_validate(schedule), LONDON) == [
        "Sat 18 Jul 09:30 - Sat 18 Jul 13:00  Ana Sowande",
        "Sat 18 Jul 13:00 - Sat 18 Jul 17:30  Bo Łukasik (override)",
        "Sat 18 Jul 17:30 - …  Ana Sowande",
    ]
