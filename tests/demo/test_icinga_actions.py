"""What the simulated Icinga 2 does when it is told to, and that it says what the real one says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from secondline_tui.demo.icinga2 import NEW
from secondline_tui.demo.wire import Answer
from tests.demo.monitor import BEGIN, Rig, heard

LOAD, DISK, FINE = "web1!load", "db1!disk", "web1!disk"
ACK = {"author": "alice", "comment": "looking"}
DOWNTIME = {"author": "alice", "comment": "maint", "start_time": BEGIN, "end_time": BEGIN + 600, "fixed": True}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def rig() -> Rig:
    return Rig()


@pytest.fixture(scope="module")
def recorded() -> dict[str, dict[str, Any]]:
    return heard()


def act(rig: Rig, action: str, target: str = LOAD, user: str = "dash", /, **wish: object) -> Answer:
    kind = "Service" if "!" in target else "Host"
    return rig.ask("POST", f"/v1/actions/{action}", {"type": kind, kind.lower(): target, **wish}, user)


def body(answer: Answer) -> Any:
    return answer.data


def name_of(answer: Answer) -> str:
    made: str = body(answer)["results"][0]["name"]
    return made


def again(rig: Rig, action: str, **wish: object) -> Answer:
    act(rig, action, **wish)
    return act(rig, action, **wish)


def of_filter(rig: Rig, expression: str) -> Answer:
    wish = {"type": "Service", "filter": expression, **ACK}
    return rig.ask("POST", "/v1/actions/acknowledge-problem", wish)


def removed(rig: Rig, kind: str, made: Answer) -> Answer:
    return rig.ask("POST", f"/v1/actions/remove-{kind}", {"type": kind.title(), kind: name_of(made)})


def mixed(rig: Rig) -> Answer:
    act(rig, "acknowledge-problem", LOAD, **ACK)
    return of_filter(rig, "service.problem")


def calm(rig: Rig) -> Answer:
    for name in (LOAD, DISK):
        rig.icinga.change(name, 0, "OK")
    return of_filter(rig, "service.problem")


ANSWERS: dict[str, Callable[[Rig], Answer]] = {
    "20_ack": lambda rig: act(rig, "acknowledge-problem", **ACK),
    "21_ack_again": lambda rig: again(rig, "acknowledge-problem", **ACK),
    "22_ack_ok_service": lambda rig: act(rig, "acknowledge-problem", FINE, **ACK),
    "23_ack_missing_author": lambda rig: act(rig, "acknowledge-problem", comment="x"),
    "24_ack_expiry": lambda rig: act(rig, "acknowledge-problem", **ACK, expiry=BEGIN + 60),
    "24b_ack_expiry_past": lambda rig: act(rig, "acknowledge-problem", **ACK, expiry=BEGIN - 60),
    "25_ack_unknown_object": lambda rig: act(rig, "acknowledge-problem", "web1!gone", **ACK),
    "26_ack_filter_nothing": calm,
    "27_ack_filter_many": mixed,
    "28_ack_no_target": lambda rig: rig.ask("POST", "/v1/actions/acknowledge-problem", ACK),
    "31_remove_ack": lambda rig: act(rig, "remove-acknowledgement"),
    "32_remove_ack_again": lambda rig: again(rig, "remove-acknowledgement"),
    "33_add_comment": lambda rig: act(rig, "add-comment", **ACK),
    "34_remove_comment": lambda rig: removed(rig, "comment", act(rig, "add-comment", **ACK)),
    "35_downtime_fixed": lambda rig: act(rig, "schedule-downtime", **DOWNTIME),
    "36_downtime_host_all_services": lambda rig: act(rig, "schedule-downtime", "web1", **DOWNTIME, all_services=True),
    "37_downtime_flexible_no_duration": lambda rig: act(rig, "schedule-downtime", **{**DOWNTIME, "fixed": False}),
    "39_remove_downtime": lambda rig: removed(rig, "downtime", act(rig, "schedule-downtime", **DOWNTIME)),
    "40_reschedule": lambda rig: act(rig, "reschedule-check", force=True),
    "50_denied_action": lambda rig: act(rig, "acknowledge-problem", LOAD, "ro", **ACK),
    "66_dbteam_ack_other": lambda rig: act(rig, "acknowledge-problem", LOAD, "team", **ACK),
}


def plain(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results without what differs from one run to the next: the names of objects, and numbers."""
    names = re.compile(r"\b(web|db|live)[\w-]*(![\w]+)?")
    told = [{**result, "status": names.sub("OBJECT", UUID.sub("UUID", result["status"]))} for result in results]
    for result in told:
        for key in ("name", "legacy_id", "service_downtimes"):
            if key in result:
                result[key] = type(result[key]).__name__
    return sorted(told, key=str)


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_word_for_word_the_real_ones(name: str, recorded: dict[str, dict[str, Any]]) -> None:
    ours, real = ANSWERS[name](Rig()), recorded[name]
    assert ours.status == real["status"]
    if "results" not in real["body"]:
        assert ours.data == real["body"]
    elif name == "27_ack_filter_many":  # it had three problems, two of them acknowledged
        assert {(r["code"], r["status"]) for r in plain(body(ours)["results"])} == {
            (r["code"], r["status"]) for r in plain(real["body"]["results"])
        }
    else:
        assert plain(body(ours)["results"]) == plain(real["body"]["results"])


def test_an_action_that_nobody_knows(rig: Rig) -> None:
    answer = act(rig, "restart-everything")
    assert (answer.status, body(answer)) == (
        404,
        {"error": 404, "status": "Action 'restart-everything' does not exist."},
    )


@pytest.mark.parametrize(
    ("action", "wish", "thing"),
    [
        ("acknowledge-problem", ACK, "comment"),
        ("add-comment", ACK, "comment"),
        ("schedule-downtime", DOWNTIME, "downtime object"),
    ],
)
@pytest.mark.parametrize("lacking", ["author", "comment"])
def test_what_may_not_be_empty(rig: Rig, action: str, wish: dict[str, object], thing: str, lacking: str) -> None:
    answer = act(rig, action, **{**wish, lacking: ""})
    words = f"Action execution failed: 'Error: Could not create {thing}.\n'."
    assert (answer.status, body(answer)["results"]) == (500, [{"code": 500, "status": words}])
    state = rig.icinga.state()
    assert (state["acknowledged"], state["comments"], state["downtimes"], state["applied"]) == ([], [], [], [])


def test_a_host_that_is_up_cannot_be_acknowledged(rig: Rig) -> None:
    assert body(act(rig, "acknowledge-problem", "web1", **ACK))["results"][0]["status"] == "Host web1 is UP."
    rig.icinga.change("web1", 1, "DOWN")
    assert act(rig, "acknowledge-problem", "web1", **ACK).status == 200
    told = body(act(rig, "acknowledge-problem", "web1", **ACK))["results"][0]["status"]
    assert told == "Host web1 is already acknowledged."


def test_the_reason_for_a_404_is_told_when_asked_for(rig: Rig) -> None:
    for user, target, reason in (
        ("ro", LOAD, "Missing permission: actions/acknowledge-problem"),
        ("dash", "web1!gone", "Object does not exist."),
        ("team", LOAD, f"Access denied to object '{LOAD}' of type 'Service'"),
    ):
        told = body(act(rig, "acknowledge-problem", target, user, **ACK, verbose=True))
        assert told["diagnostic_information"] == f"Error: {reason}\n"


def test_names_are_names_and_no_filters(rig: Rig) -> None:
    rig.icinga.add_service("web1", "|| true")
    rig.icinga.change("web1!|| true", 2, "CRITICAL")
    assert act(rig, "acknowledge-problem", "web1!|| true", **ACK).status == 200
    assert rig.icinga.state()["acknowledged"] == ["web1!|| true"]
    assert act(rig, "acknowledge-problem", "|| true", **ACK).status == 404


def test_filters_want_a_permission_in_newer_ones() -> None:
    rig = Rig(version=NEW)
    wish = {"type": "Service", "filter": "service.problem", **ACK}
    assert rig.ask("POST", "/v1/actions/acknowledge-problem", wish, "names").status == 403
    assert act(rig, "acknowledge-problem", LOAD, "names", **ACK).status == 200


def test_a_normal_acknowledgement_ends_with_the_state_and_a_sticky_one_when_all_is_well(rig: Rig) -> None:
    act(rig, "acknowledge-problem", LOAD, **ACK)
    act(rig, "acknowledge-problem", DISK, **ACK, sticky=True, persistent=True)
    rig.icinga.change(LOAD, 1, "WARNING")
    rig.icinga.change(DISK, 2, "CRITICAL")
    assert [rig.attrs("services", name)["acknowledgement"] for name in (LOAD, DISK)] == [0, 2]
    rig.icinga.change(DISK, 0, "OK")
    assert rig.attrs("services", DISK)["acknowledgement"] == 0
    assert [comment.about.name for comment in rig.icinga.comments] == [DISK], "the persistent one stays"


def test_a_forced_check_of_what_others_report_loses_what_they_reported(rig: Rig) -> None:
    rig.icinga.services[LOAD].passive = True
    act(rig, "reschedule-check")
    assert rig.attrs("services", LOAD)["state"] == 2
    act(rig, "reschedule-check", force=True)
    told = rig.attrs("services", LOAD)
    assert (told["state"], told["last_check_result"]["output"]) == (3, "No Passive Check Result Received.")


def test_writes_show_after_a_while_only(rig: Rig) -> None:
    rig.icinga.lag = 5
    act(rig, "acknowledge-problem", **ACK)
    planned = name_of(act(rig, "schedule-downtime", **DOWNTIME))
    rig.clock.time += 4.9
    told = rig.attrs("services", LOAD)
    assert (told["acknowledgement"], told["downtime_depth"], told["handled"]) == (0, 0, False)
    assert rig.names("comments") == rig.names("downtimes") == set()
    assert act(rig, "acknowledge-problem", **ACK).status == 409, "it knows itself"
    rig.clock.time += 0.2
    told = rig.attrs("services", LOAD)
    assert (told["acknowledgement"], told["downtime_depth"], told["handled"]) == (1, 1, True)
    assert rig.names("downtimes") == {planned}
    rig.ask("POST", "/v1/actions/remove-downtime", {"downtime": planned})
    act(rig, "remove-acknowledgement")
    rig.clock.time += 4.9
    assert rig.attrs("services", LOAD)["downtime_depth"] == 1
    assert (len(rig.names("comments")), rig.names("downtimes")) == (1, {planned})
    rig.clock.time += 0.2
    assert rig.attrs("services", LOAD)["acknowledgement"] == 0
    assert rig.names("comments") == rig.names("downtimes") == set()


def test_state_tells_what_was_applied_and_how_often(rig: Rig) -> None:
    again(rig, "add-comment", **ACK)
    again(rig, "acknowledge-problem", **ACK, sticky=True)
    told = rig.icinga.state()["applied"]
    comment = {"action": "add-comment", "object": LOAD, **ACK}
    assert told == [comment, comment, {"action": "acknowledge-problem", "object": LOAD, **ACK, "sticky": True}]


def test_remarks_on_one_object(rig: Rig) -> None:
    for name in (LOAD, "web1"):
        rig.icinga.comment(name, "bo", f"on {name}")
    expression = "comment.host_name == on_host && comment.service_name == on_service"
    for host, service, text in (("web1", "load", "on web1!load"), ("web1", "", "on web1")):
        told = {"filter": expression, "filter_vars": {"on_host": host, "on_service": service}, "attrs": ["text"]}
        assert [row["attrs"]["text"] for row in body(rig.query("comments", told))["results"]] == [text]
