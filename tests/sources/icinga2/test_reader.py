from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.secrets import SecretError
from secondline_tui.demo.checkables import FILTERS, USERS, User
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.icinga2.reader import reader
from secondline_tui.sources.icinga2.wire import Account
from tests.sources.icinga2.conftest import ALL, DISK, DOWN, HTTP, LAG, LOAD, PING, Handle, Served


def distance(moment: datetime | None, seconds: float) -> float:
    """How far a moment is from so many seconds after now."""
    assert moment is not None
    return abs((moment - datetime.now(UTC)).total_seconds() - seconds)


async def test_exactly_what_is_in_trouble(served: Served) -> None:
    reading = await served.poll()
    assert {item.ref.key for item in reading.items} == ALL
    assert sorted(ALL) == sorted(served.simulator.state()["problems"])  # type: ignore[call-overload]
    assert (reading.rejected, reading.hidden, reading.account) == ((), 0, "dash")
    assert reading.permissions is not None
    assert "actions/acknowledge-problem" in reading.permissions


async def test_a_service_in_full(served: Served) -> None:
    alert = (await served.alerts())[LOAD]
    assert alert.ref == ItemRef("icinga", Kind.ALERT, LOAD)
    assert (alert.severity, alert.state, alert.name, alert.host) == (
        Severity.CRITICAL,
        "CRITICAL",
        "load",
        "web (10.0.0.1)",
    )
    assert (alert.environment, alert.summary) == ("production", "CRITICAL: load is 40")
    assert alert.output == "CRITICAL: load is 40\nsecond line"
    assert distance(alert.since, -600) < 5
    assert (alert.acknowledged, alert.handled, alert.soft, alert.flapping) == (None, False, False, False)
    assert alert.labels == (("host_name", "web1"), ("service_name", "load"))
    assert alert.links.runbook == "https://docs.example.org/load"
    assert alert.links.graph == "https://graphs.example.org/load"
    assert alert.links.web is None


async def test_a_host_that_is_down(served: Served) -> None:
    found = await served.alerts()
    host, service = found[DOWN], found[PING]
    assert (host.severity, host.state, host.name, host.host) == (
        Severity.CRITICAL,
        "DOWN",
        "host is down",
        "web (10.0.0.2)",
    )
    assert host.labels == (("host_name", "web2"),)
    assert not host.handled
    assert (service.inhibited, service.handled) == (True, True)


async def test_states(served: Served) -> None:
    found = await served.alerts()
    assert (found[DISK].severity, found[DISK].state) == (Severity.WARNING, "WARNING")
    assert (found[HTTP].severity, found[HTTP].state) == (Severity.UNKNOWN, "UNKNOWN")
    assert (found[HTTP].soft, found[HTTP].flapping) == (True, True)


async def test_who_acknowledged_it(served: Served) -> None:
    alert = (await served.alerts())[DISK]
    assert alert.acknowledged is not None
    assert (alert.acknowledged.by, alert.acknowledged.comment) == ("Zoë Ångström", "looking\nat it")
    assert distance(alert.acknowledged.at, -120) < 5
    assert distance(alert.acknowledged.until, 3_600) < 5
    assert [(note.author, note.label) for note in alert.notes] == [
        ("Bo", "comment"),
        ("Zoë Ångström", "acknowledgement"),
    ]
    assert (alert.handled, alert.inhibited) == (True, False)


async def test_the_newest_acknowledgement_counts(served: Served) -> None:
    """Comments may outlive the acknowledgement they came with."""
    served.simulator.comments[0].persistent = True
    served.simulator.change(DISK, 2, "CRITICAL: 1% free")
    assert (await served.alerts())[DISK].acknowledged is None
    served.simulator.acknowledge(DISK, "Bo", "mine now")
    acknowledged = (await served.alerts())[DISK].acknowledged
    assert acknowledged is not None
    assert (acknowledged.by, acknowledged.until) == ("Bo", None)


async def test_downtime_until_the_end_of_the_one_in_effect(served: Served) -> None:
    alert = (await served.alerts())[LAG]
    assert (alert.downtime, alert.handled, alert.inhibited) == (True, True, False)
    assert distance(alert.downtime_until, 7_140) < 5
    assert [(note.author, note.text) for note in alert.notes] == [
        ("Mehmet", "another, tomorrow"),
        ("Mehmet", "resync"),
    ]
    assert {name for name, found in (await served.alerts()).items() if found.downtime} == {LAG}


async def test_a_flexible_downtime_ends_its_duration_after_it_began(served: Served) -> None:
    served.simulator.plan_downtime(LOAD, "Bo", "some time today", seconds=86_400, ago=600, duration=1_800)
    alert = (await served.alerts())[LOAD]
    assert alert.downtime
    assert distance(alert.downtime_until, 1_200) < 5


@pytest.mark.parametrize("variable", ["", "environment"])
async def test_environment_of_the_host(served: Served, variable: str) -> None:
    found = await served.alerts(environment="elsewhere", environment_var=variable)
    told = {name: found[name].environment for name in (LOAD, PING, DOWN, LAG)}
    wanted = {LOAD: "production", PING: "staging", DOWN: "staging", LAG: "elsewhere"}
    assert told == (wanted if variable else dict.fromkeys(wanted, "elsewhere"))


async def test_variables_are_asked_for_only_where_they_are_needed(served: Served) -> None:
    bodies: list[bytes] = []

    def listen(handle: Handle, request: Request) -> Answer:
        bodies.append(request.body)
        return handle(request)

    served.intercept(listen)
    await served.poll()
    assert bodies
    assert not any(b"vars" in body for body in bodies)


async def test_without_hosts(served: Served) -> None:
    assert set(await served.alerts(hosts=False)) == ALL - {DOWN}
    assert not any("/hosts" in path for path in served.asked())


# -- permissions ---------------------------------------------------------------------------------------------------


async def test_whoever_may_not_read_comments_knows_that_somebody_has_it(served: Served) -> None:
    found = await served.alerts("ro")
    assert set(found) == ALL
    acknowledged = found[DISK].acknowledged
    assert acknowledged is not None
    assert (acknowledged.by, acknowledged.comment, acknowledged.at) == ("somebody", "", None)
    assert distance(acknowledged.until, 3_600) < 5
    assert (found[LAG].downtime, found[LAG].downtime_until) == (True, None)
    assert not any("comments" in path or "downtimes" in path for path in served.asked())


async def test_whoever_may_not_read_hosts_is_told_what_to_do(served: Served) -> None:
    fault = (await served.failure("services")).fault
    assert fault.kind is FaultKind.FORBIDDEN
    assert "objects/query/Host" in fault.message
    assert "hosts = false" in fault.message
    found = await served.alerts("services", hosts=False)
    assert set(found) == ALL - {DOWN}
    assert found[LOAD].host == "web1"
    fault = (await served.failure("services", hosts=False, environment_var="environment")).fault
    assert (fault.kind, "environment_var" in fault.message) == (FaultKind.FORBIDDEN, True)


async def test_whoever_may_see_some_hosts_sees_those(served: Served) -> None:
    found = await served.alerts("team")
    assert set(found) == {LAG}
    assert found[LAG].downtime_until is not None


async def test_whoever_may_nothing_is_told_so(served: Served) -> None:
    fault = (await served.failure("nobody")).fault
    assert (fault.kind, "objects/query/Service" in fault.message) == (FaultKind.FORBIDDEN, True)


async def test_a_permission_that_is_gone_meanwhile(served: Served) -> None:
    """Told at the next poll, not the one after a restart."""
    async with served.reader() as made:
        assert len((await made.fetch()).items) == len(ALL)

        def lesser(handle: Handle, request: Request) -> Answer:
            answer = handle(request)
            if request.path == "/v1":
                assert isinstance(answer.data, dict)
                answer.data["results"][0]["permissions"] = ["objects/query/Service"]
            return answer

        served.intercept(lesser)
        with pytest.raises(PollFailed, match="forbidden"):
            await made.fetch()


async def test_a_version_that_lists_no_permissions_is_tried(served: Served) -> None:
    def silent(handle: Handle, request: Request) -> Answer:
        answer = handle(request)
        if request.path == "/v1":
            assert isinstance(answer.data, dict)
            del answer.data["results"][0]["permissions"]
        return answer

    served.intercept(silent)
    reading = await served.poll()
    assert ({item.ref.key for item in reading.items}, reading.permissions) == (ALL, None)
    fault = (await served.failure("services")).fault
    assert (fault.kind, "Missing permission" in fault.message) == (FaultKind.FORBIDDEN, True)


# -- filters that are not permitted --------------------------------------------------------------------------------


async def test_without_filters_the_answer_is_the_same(strict: Served) -> None:
    with_filters = await strict.poll("dash", environment_var="environment")
    strict.world.forget_requests()
    async with strict.reader("names", environment_var="environment") as made:
        assert (await made.fetch()).items == with_filters.items
        first = len(strict.asked())
        strict.world.forget_requests()
        reading = await made.fetch()
        assert (reading.items, reading.rejected) == (with_filters.items, ())
        assert len(strict.asked()) < first, "it need not be refused a second time"
        assert any("filter-expression" in line for line in await made.probe())


async def test_without_filters_many_problems_are_asked_for_in_parts(
    strict: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secondline_tui.sources.icinga2.objects.NAMES_AT_ONCE", 2)
    assert set(await strict.alerts("names")) == ALL


async def test_without_filters_and_nothing_wrong(strict: Served) -> None:
    for name in ALL:
        strict.simulator.change(name, 0, "OK")
    assert await strict.alerts("names") == {}


async def test_a_service_that_recovers_between_two_questions_is_no_problem(strict: Served) -> None:
    def recovering(handle: Handle, request: Request) -> Answer:
        answer = handle(request)
        if request.path.endswith("/services") and b'"attrs":["problem"]' in request.body:
            strict.simulator.change(LOAD, 0, "OK")
        return answer

    strict.intercept(recovering)
    assert set(await strict.alerts("names")) == ALL - {LOAD}


async def test_a_refusal_of_another_sort_is_not_taken_for_it(served: Served) -> None:
    """A proxy that says 403 while the VPN is down."""
    async with served.reader() as made:
        served.intercept(lambda handle, r: handle(r) if r.path == "/v1" else Answer(403, {"message": "VPN"}))
        for _ in range(2):
            with pytest.raises(PollFailed, match="forbidden"):
                await made.fetch()
    assert len([path for path in served.asked() if path.endswith("/services")]) == 2


# -- whether it sees -----------------------------------------------------------------------------------------------


async def test_a_satellite_out_of_touch_is_named_and_the_poll_is_good(served: Served) -> None:
    served.simulator.satellites = {"satellite-1": True, "satellite-2": False}
    reading = await served.poll()
    assert reading.unseen == ("satellite-2",)
    assert {item.ref.key for item in reading.items} == ALL
    served.simulator.satellites["satellite-2"] = True
    assert (await served.poll()).unseen == ()
    async with served.reader() as made:
        served.simulator.satellites["satellite-1"] = False
        assert "not connected to it: satellite-1" in await made.probe()


async def test_a_stopped_checker_is_blindness(served: Served) -> None:
    served.simulator.checker = False
    fault = (await served.failure()).fault
    assert (fault.kind, "checker" in fault.message) == (FaultKind.BLIND, True)
    served.simulator.satellites = {"satellite-1": True}
    assert "not one check result" in (await served.failure()).fault.message
    served.simulator.started = served.simulator.now() - 360
    assert set(await served.alerts()) == ALL


async def test_active_checks_switched_off_are_blindness(served: Served) -> None:
    served.simulator.enabled = False
    assert (await served.failure()).fault.kind is FaultKind.BLIND


@pytest.mark.parametrize("user", ["dash", "team", "services"])
async def test_nothing_checked_yet_is_blindness_to_everybody(served: Served, user: str) -> None:
    for service in served.simulator.services.values():
        service.last_check = -1
    fault = (await served.failure(user, hosts=False)).fault
    assert (fault.kind, "checked" in fault.message) == (FaultKind.BLIND, True)


async def test_whoever_may_not_read_the_status_sees_when_checks_stopped(served: Served) -> None:
    for service in served.simulator.services.values():
        service.passive, service.last_check = True, served.simulator.now() - 1_000
    fault = (await served.failure("services", hosts=False)).fault
    assert (fault.kind, "15 minutes" in fault.message) == (FaultKind.BLIND, True)
    served.simulator.services[LAG].last_check += 600
    assert set(await served.alerts("services", hosts=False)) == ALL - {DOWN}


async def test_soon_after_a_start_without_what_was_known_it_is_blind(served: Served) -> None:
    served.simulator.started = served.simulator.now() - 20
    fault = (await served.failure()).fault
    assert (fault.kind, "1 of 7 services have not been checked yet" in fault.message) == (FaultKind.BLIND, True)
    served.simulator.change("db1!new", 0, "OK")
    assert set(await served.alerts()) == ALL


def losing(path: str, kept: int, times: int) -> Callable[[Handle, Request], Answer]:
    """Lets only so many rows of a list through, so many times."""
    left = times

    def lose(handle: Handle, request: Request) -> Answer:
        nonlocal left
        answer = handle(request)
        if request.path.endswith(path) and answer.status == 200 and left:
            left -= 1
            assert isinstance(answer.data, dict)
            del answer.data["results"][kept:]
        return answer

    return lose


@pytest.mark.parametrize(("path", "kept"), [("/services", 0), ("/services", 2), ("/hosts", 0)])
async def test_a_list_that_is_far_shorter_than_icingas_own_count(served: Served, path: str, kept: int) -> None:
    served.intercept(losing(path, kept, times=1))
    assert set(await served.alerts()) == ALL, "asked once more, it agreed"
    served.intercept(losing(path, kept, times=2))
    fault = (await served.failure()).fault
    assert (fault.kind, f"{kept} {path[1:]} in trouble" in fault.message) == (FaultKind.BAD_REPLY, True)


async def test_checks_that_go_on_between_two_questions_are_no_lost_rows(served: Served) -> None:
    served.intercept(losing("/services", 3, times=9))
    assert len(await served.alerts()) == 4
    assert served.asked().count("/v1/status") == 1


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who may see what a filter lets through, and read the status."""
    monkeypatch.setitem(USERS, "part", User("part-secret", ("objects/query/*", "status/query", FILTERS), "db*"))
    monkeypatch.setitem(USERS, "none", User("none-secret", ("objects/query/*", "status/query", FILTERS), "x*"))


@pytest.mark.usefixtures("part")
async def test_whoever_may_see_nothing_at_all_is_blind(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Icinga's own count is no measure of what such an account sees."""
    async with served.reader("none") as made:
        for _ in range(2):
            with pytest.raises(PollFailed, match="blind: this account sees nothing"):
                await made.fetch()
    served.world.forget_requests()
    async with served.reader("part") as made:
        for questions in (2, 3):  # it looks once
            assert {item.ref.key for item in (await made.fetch()).items} == {LAG}
            assert served.asked().count("/v1/objects/services") == questions
        monkeypatch.setattr("secondline_tui.sources.icinga2.reader.LOOK_SECONDS", 0.0)
        served.simulator.services.clear()
        served.simulator.hosts.clear()
        with pytest.raises(PollFailed, match="blind"):
            await made.fetch()


@pytest.mark.usefixtures("part")
async def test_whoever_sees_hosts_only_is_not(served: Served) -> None:
    del served.simulator.services[LAG]
    served.simulator.comments.clear()
    served.simulator.downtimes.clear()
    assert await served.alerts("part") == {}
    assert "this account sees nothing" in (await served.failure("part", hosts=False)).fault.message


@pytest.mark.parametrize(
    ("permissions", "all_of_them"),
    [
        (["*"], True),
        (["objects/query/service"], True),
        (["objects/query/Service (filtered)"], False),
        (["*", "objects/query/Service (filtered)"], False),
        (["objects/query/Service", "objects/query/Host (filtered)"], True),
        ([], False),
        (None, False),
    ],
)
def test_who_sees_all(permissions: list[str] | None, all_of_them: bool) -> None:
    assert Account(permissions=permissions).sees_all("objects/query/Service") is all_of_them


@pytest.mark.parametrize("gone", [False, True])
async def test_without_filters_what_was_listed_must_come(strict: Served, gone: bool) -> None:
    """Asked for once more: objects come and go."""
    left = 0

    def vanishing(handle: Handle, request: Request) -> Answer:
        nonlocal left
        answer = handle(request)
        if request.path.endswith("/services") and b'"services":' in request.body and left:
            left -= 1
            if gone:
                return Answer(
                    404,
                    {
                        "error": 404,
                        "status": "No objects found.",
                        "diagnostic_information": "Error: Object does not exist.\n",
                    },
                )
            assert isinstance(answer.data, dict)
            del answer.data["results"][1:]
        return answer

    strict.intercept(vanishing)
    left = 1
    assert set(await strict.alerts("names")) == ALL
    left = 2
    fault = (await strict.failure("names")).fault
    assert (fault.kind, fault.message) == (FaultKind.BAD_REPLY, "not all of the services that it lists")


async def test_two_rows_of_one_name(served: Served) -> None:
    """The same twice is one; what differs is told of."""

    def doubling(handle: Handle, request: Request) -> Answer:
        answer = handle(request)
        if request.path.endswith("/services"):
            assert isinstance(answer.data, dict)
            found = answer.data["results"]
            answer.data["results"] = [*found, found[0], {**found[1], "attrs": {**found[1]["attrs"], "state": 3}}]
        return answer

    served.intercept(doubling)
    reading = await served.poll()
    assert sorted(item.ref.key for item in reading.items) == sorted(ALL)
    assert len(reading.rejected) == 1
    assert DISK in reading.rejected[0]


HEARTBEAT = {"host": "db1", "service": "lag", "within": "5m"}


@pytest.mark.parametrize("user", ["dash", "team"])
async def test_heartbeat(served: Served, user: str) -> None:
    served.simulator.services[LAG].passive = True
    assert LAG in await served.alerts(user, heartbeat=HEARTBEAT)
    served.simulator.services[LAG].last_check = served.simulator.now() - 400
    fault = (await served.failure(user, heartbeat=HEARTBEAT)).fault
    assert (fault.kind, fault.message) == (FaultKind.BLIND, "heartbeat db1!lag was last checked 6m ago")
    served.simulator.services[LAG].last_check = -1
    assert "never been checked" in (await served.failure(heartbeat=HEARTBEAT)).fault.message


@pytest.mark.parametrize(("user", "host"), [("dash", "gone"), ("team", "web1")])
async def test_a_heartbeat_that_is_not_there(served: Served, user: str, host: str) -> None:
    fault = (await served.failure(user, heartbeat={"host": host, "service": "load"})).fault
    assert (fault.kind, f"heartbeat {host}!load does not exist" in fault.message) == (FaultKind.BLIND, True)


async def test_the_heartbeat_is_judged_by_icingas_own_clock(served: Served) -> None:
    """Ours may be wrong by more than the heartbeat may be old."""
    now = served.simulator.now
    served.simulator.now = lambda: now() - 7_200
    served.simulator.started -= 7_200
    for service in served.simulator.services.values():
        service.last_check -= 7_200
    assert LAG in await served.alerts(heartbeat=HEARTBEAT)
    async with served.reader() as made:
        assert "its clock is 2h behind ours" in await made.probe()


# -- opening one, checking, and the way in -------------------------------------------------------------------------


async def test_detail(served: Served) -> None:
    async with served.reader() as made:
        service = await made.detail(ItemRef("icinga", Kind.ALERT, LOAD))
        host = await made.detail(ItemRef("icinga", Kind.ALERT, DOWN))
    told = {str(name): text for name, text in service.attributes}
    assert service.body == "CRITICAL: load is 40\nsecond line"
    assert (told["__name"], told["state"], told["check_source"]) == (LOAD, "2", "icinga-master")
    assert "last_check_result" not in told
    assert ("vars.environment", "staging") in host.attributes


async def test_detail_of_one_that_is_gone(served: Served) -> None:
    async with served.reader("team") as made:
        for key in ("db1!gone", "gone", LOAD):
            with pytest.raises(PollFailed, match="not_found: Icinga no longer has this object"):
                await made.detail(ItemRef("icinga", Kind.ALERT, key))


async def test_probe(served: Served) -> None:
    async with served.reader() as made:
        assert await made.probe() == (
            "Icinga r2.13.6-1, as dash",
            "up for 9d; 7 services, 1 of them not checked yet",
        )
    async with served.reader("services", hosts=False) as made:
        assert await made.probe() == (
            "Icinga r2.13.6-1, as services",
            "missing permissions: objects/query/Comment, objects/query/Downtime, status/query",
        )


async def test_requests_of_a_poll(served: Served) -> None:
    await served.poll()
    objects = {f"/v1/objects/{plural}" for plural in ("services", "hosts", "comments", "downtimes")}
    assert sorted(served.asked()) == sorted({"/v1", "/v1/status", *objects})
    assert served.asked()[0] == "/v1"
    served.world.forget_requests()
    await served.poll(heartbeat=HEARTBEAT)
    assert len(served.asked()) == 7


async def test_a_wrong_password_is_sent_once_and_then_no_more(served: Served) -> None:
    fault = (await served.failure(password="wr0ng-password")).fault
    assert (fault.kind, fault.stop) == (FaultKind.UNAUTHORISED, True)
    assert served.asked() == ["/v1"]
    assert "wr0ng" not in fault.message


def test_secrets_are_fetched_when_the_reader_is_made(served: Served) -> None:
    with pytest.raises(SecretError, match="ICINGA_PASSWORD"):
        reader("icinga", served.settings(password={"env": "ICINGA_PASSWORD"}), Config())


async def test_certificates_that_cannot_be_used(served: Served, tmp_path: Path) -> None:
    nobody = {"username": None, "password": None}
    for name, login in (("ca_file", {}), ("cert_file", nobody)):
        with pytest.raises(PollFailed, match=f"tls: {name} .*none.pem cannot be used") as caught:
            reader("icinga", served.settings(**{name: str(tmp_path / "none.pem"), **login}), Config())
        assert caught.value.fault.stop
