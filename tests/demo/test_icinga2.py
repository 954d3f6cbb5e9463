from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from secondline_tui.demo.icinga2 import NEW, REMARK_FILTER
from secondline_tui.demo.wire import Answer
from tests.demo.monitor import BEGIN, PROBLEMS, Rig, heard


@pytest.fixture
def rig() -> Rig:
    return Rig()


# -- as the real one answers ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded() -> dict[str, dict[str, Any]]:
    return heard()


def sort_of(value: object) -> str:
    """A value's JSON type."""
    if isinstance(value, bool):
        return "boolean"
    return {int: "number", float: "number", str: "string", list: "array", dict: "object"}[type(value)]


def differences(ours: object, real: object, where: str = "") -> list[str]:
    """Keys that the real answer lacks, and values of another type; null goes with everything."""
    if ours is None or real is None:
        return []
    if sort_of(ours) != sort_of(real):
        return [f"{where}: {sort_of(ours)} instead of {sort_of(real)}"]
    if isinstance(ours, list) and isinstance(real, list):
        return differences(ours[0], real[0], f"{where}[]") if ours and real else []
    if not isinstance(ours, dict) or not isinstance(real, dict) or where.endswith(".vars"):
        return []
    found = [f"{where}.{key}: not in the real one" for key in ours.keys() - real.keys()]
    return found + [d for key in ours.keys() & real.keys() for d in differences(ours[key], real[key], f"{where}.{key}")]


def furnished() -> Rig:
    rig = Rig()
    rig.icinga.acknowledge("web1!load", "alice", "looking", until=BEGIN + 600)
    rig.icinga.plan_downtime("web1!load", "alice", "maint", seconds=600)
    rig.icinga.change("db1", 1, "DOWN")
    return rig


JOINS = {"filter": "service.problem", "attrs": ["name", "state", "last_check_result"], "joins": ["host.display_name"]}
QUERIES: dict[str, Callable[[Rig], Answer]] = {
    "70_root": lambda rig: rig.ask("GET", "/v1"),
    "03_service_full": lambda rig: rig.query("services", {"service": "web1!load"}),
    "04_host_full": lambda rig: rig.query("hosts", {"host": "db1"}),
    "05_services_problem_joins": lambda rig: rig.query("services", JOINS),
    "09_hosts_problem": lambda rig: rig.query("hosts", {"filter": "host.problem", "attrs": ["name", "state"]}),
    "30_comments": lambda rig: rig.query("comments"),
    "38_downtimes": lambda rig: rig.query("downtimes"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_answers_are_shaped_as_the_real_ones(name: str, recorded: dict[str, dict[str, Any]]) -> None:
    ours, real = QUERIES[name](furnished()), recorded[name]
    assert ours.status == real["status"]
    assert isinstance(ours.data, dict)
    assert ours.data["results"], "there is something to compare"
    assert differences(ours.data, real["body"]) == []


@pytest.mark.parametrize(("name", "component"), [("01_status_app", "IcingaApplication"), ("02_status_cib", "CIB")])
def test_the_status_is_shaped_as_the_real_one(
    rig: Rig, name: str, component: str, recorded: dict[str, dict[str, Any]]
) -> None:
    data = rig.ask("GET", "/v1/status").data
    assert isinstance(data, dict)
    ours = next(row for row in data["results"] if row["name"] == component)
    assert differences(ours, recorded[name]["body"]["results"][0]) == []


REFUSALS: dict[str, Callable[[Rig], Answer]] = {
    "51_denied_objects": lambda rig: rig.query("downtimes", {}, "ro"),
    "53_bad_password": lambda rig: rig.ask("GET", "/v1", user="mallory"),
    "54_bad_password_html": lambda rig: rig.ask("GET", "/v1", user="mallory", accept="*/*"),
    "55_not_found_object": lambda rig: rig.query("services", {"service": "gone!gone"}),
    "56_not_found_url": lambda rig: rig.ask("GET", "/v1/nothing"),
    "57_bad_type": lambda rig: rig.query("nothings"),
    "58_bad_filter": lambda rig: rig.query("services", {"filter": "service.state =="}),
    "59_bad_attr": lambda rig: rig.query("services", {"attrs": ["nosuch"]}),
    "61_join_denied": lambda rig: rig.query("services", {"service": "web1!load", "attrs": ["name"]}, "services"),
    "62_filter_empty": lambda rig: rig.query("hosts", {"filter": "host.problem"}),
    "65_dbteam_other": lambda rig: rig.query("services", {"service": "web1!load"}, "team"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals_are_word_for_word_the_real_ones(rig: Rig, name: str, recorded: dict[str, dict[str, Any]]) -> None:
    ours, real = REFUSALS[name](rig), recorded[name]
    assert ours.status == real["status"]
    if real["content_type"] == "text/html":
        assert (ours.body().decode(), ours.headers["Content-Type"]) == (real["body"], "text/html")
        return
    told = ours.data
    assert isinstance(told, dict)
    if told.get("results"):
        told["results"][0].update(attrs={"name": "svc00"}, name="web0000!svc00")
    assert told == real["body"]


def test_bad_json_is_refused_as_by_the_real_one(rig: Rig, recorded: dict[str, dict[str, Any]]) -> None:
    ours = rig.ask("POST", "/v1/objects/hosts", b"{no", **{"x-http-method-override": "GET"})
    assert isinstance(ours.data, dict)
    real = recorded["69_bad_json"]
    assert (ours.status, ours.data.keys()) == (real["status"], real["body"].keys())
    assert real["body"]["status"].startswith(ours.data["status"])


def test_post_without_the_override_is_none_of_ours(rig: Rig) -> None:
    assert rig.ask("POST", "/v1/objects/services", PROBLEMS).status == 404


# -- who may see what ----------------------------------------------------------------------------------------------


def test_problems_only(rig: Rig) -> None:
    assert rig.names("services", PROBLEMS) == {"web1!load", "db1!disk"}
    assert rig.names("services") == set(rig.icinga.services)
    rig.icinga.change("web1!load", 0, "OK")
    assert rig.names("services", PROBLEMS) == {"db1!disk"}
    assert rig.icinga.state()["problems"] == ["db1!disk"]


def test_the_reason_for_a_404_is_told_only_to_who_asks(rig: Rig) -> None:
    for wish, reason in (
        ({"service": "gone!gone"}, "Object does not exist."),
        ({"service": "web1!load"}, "Access denied to object 'web1!load' of type 'Service'"),
    ):
        quiet, told = (rig.query("services", {**wish, **verbose}, "team") for verbose in ({}, {"verbose": True}))
        assert isinstance(quiet.data, dict)
        assert isinstance(told.data, dict)
        assert "diagnostic_information" not in quiet.data
        assert told.data["diagnostic_information"] == f"Error: {reason}\n"
    denied = rig.query("hosts", {"verbose": True}, "services").data
    assert isinstance(denied, dict)
    assert denied["diagnostic_information"] == "Error: Missing permission: objects/query/host\n"


def test_a_team_sees_its_own_hosts(rig: Rig) -> None:
    assert rig.names("services", None, "team") == {"db1!load", "db1!disk"}
    rig.icinga.comment("web1!load", "ana", "x")
    rig.icinga.comment("db1!disk", "ana", "x")
    assert {name.rpartition("!")[0] for name in rig.names("comments", None, "team")} == {"db1!disk"}
    root = rig.ask("GET", "/v1", user="team").data
    assert isinstance(root, dict)
    assert "objects/query/* (filtered)" in root["results"][0]["permissions"]


def test_only_the_newer_one_wants_a_permission_for_filters() -> None:
    for version, status in (("", 200), (NEW, 403)):
        rig = Rig(version=version)
        answer = rig.query("services", PROBLEMS, "names")
        assert answer.status == status
        assert rig.query("services", {"attrs": ["problem"]}, "names").status == 200
        assert rig.query("services", PROBLEMS, "dash").status == 200
    assert answer.data == {"error": 403, "status": "Missing permission: filter-expression"}


def test_names_are_all_there_or_nothing_is_answered(rig: Rig) -> None:
    assert rig.names("services", {"services": ["web1!load", "db1!load"]}) == {"web1!load", "db1!load"}
    assert rig.query("services", {"services": ["web1!load", "gone!gone"]}).status == 404
    assert rig.names("services", {"services": []}) == set(rig.icinga.services), "an empty list is no restriction"


# -- what goes on by itself ----------------------------------------------------------------------------------------


def test_a_check_result_ends_an_acknowledgement_and_its_comment(rig: Rig) -> None:
    rig.icinga.comment("web1!load", "bo", "stays")
    rig.icinga.acknowledge("web1!load", "ana", "goes")
    assert rig.attrs("services", "web1!load")["acknowledgement"] == 1
    rig.icinga.change("web1!load", 1, "WARNING")
    assert rig.attrs("services", "web1!load")["acknowledgement"] == 0
    assert [comment.text for comment in rig.icinga.comments] == ["stays"]


def test_an_acknowledgement_expires(rig: Rig) -> None:
    rig.icinga.acknowledge("web1!load", "ana", "for a minute", until=BEGIN + 60)
    rig.clock.time += 59
    assert rig.attrs("services", "web1!load")["handled"] is True
    rig.clock.time += 1
    assert rig.attrs("services", "web1!load")["handled"] is False
    assert rig.names("comments") == set()


def test_downtimes_begin_and_end(rig: Rig) -> None:
    rig.icinga.plan_downtime("web1!load", "ana", "later", seconds=600, ago=-60)
    depths = []
    for _ in range(3):
        depths.append(rig.attrs("services", "web1!load")["downtime_depth"])
        rig.clock.time += 350
    assert depths == [0, 1, 0]
    assert rig.names("downtimes") == set()


def test_a_flexible_downtime_begins_with_the_trouble(rig: Rig) -> None:
    rig.icinga.plan_downtime("db1!load", "ana", "some time", seconds=3_600, duration=600)
    assert rig.attrs("services", "db1!load")["downtime_depth"] == 0
    rig.clock.time += 60
    rig.icinga.change("db1!load", 2, "CRITICAL")
    assert rig.attrs("services", "db1!load")["downtime_depth"] == 1
    data = rig.query("downtimes", {"filter": REMARK_FILTER, "attrs": ["trigger_time", "fixed", "duration"]}).data
    assert isinstance(data, dict)
    assert data["results"][0]["attrs"] == {"trigger_time": BEGIN + 60, "fixed": False, "duration": 600}
    rig.clock.time += 601
    assert rig.attrs("services", "db1!load")["downtime_depth"] == 0


def test_checks_go_on_while_the_checker_runs(rig: Rig) -> None:
    rig.icinga.services["db1!disk"].passive = True
    rig.clock.time += 3_601
    assert rig.attrs("services", "web1!load")["last_check"] > rig.clock.time - 61
    assert rig.attrs("services", "db1!disk")["last_check"] == BEGIN
    rig.icinga.checker = False
    assert rig.attrs("services", "web1!load")["last_check"] == BEGIN - 60


def test_pending_looks_like_a_problem_and_is_none(rig: Rig) -> None:
    rig.icinga.services["db1!load"].last_check = rig.icinga.hosts["db1"].last_check = -1
    for plural, name, state in (("services", "db1!load", 3), ("hosts", "db1", 1)):
        told = rig.attrs(plural, name)
        assert (told["state"], told["problem"], told["last_check"], told["last_check_result"]) == (
            state,
            False,
            -1,
            None,
        )
    assert rig.names("services", PROBLEMS) == {"web1!load", "db1!disk"}


def test_a_service_on_a_host_that_is_down_is_handled(rig: Rig) -> None:
    rig.icinga.change("web1", 1, "DOWN")
    assert rig.attrs("services", "web1!load")["handled"] is True
    assert rig.attrs("hosts", "web1")["handled"] is False


def test_state_tells_everything(rig: Rig) -> None:
    rig.icinga.acknowledge("web1!load", "ana", "looking")
    rig.icinga.plan_downtime("db1!disk", "bo", "resize", seconds=600)
    state = json.loads(json.dumps(rig.icinga.state()))
    assert sorted(state["problems"]) == ["db1!disk", "web1!load"]
    assert (state["acknowledged"], state["in_downtime"]) == (["web1!load"], ["db1!disk"])
    assert state["comments"][0] == {
        "object": "web1!load",
        "author": "ana",
        "text": "looking",
        "at": BEGIN,
        "until": 0.0,
    }
    assert state["downtimes"][0]["until"] == BEGIN + 600
