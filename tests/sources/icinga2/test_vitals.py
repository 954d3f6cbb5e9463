from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.icinga2.vitals import Vitals, require_checks
from secondline_tui.sources.icinga2.wire import Results

NOW = datetime(2026, 11, 21, 17, 43, 20, tzinfo=UTC)
UPTIME = 86_400.0


def status(**counters: object) -> dict[str, dict[str, object]]:
    """What a healthy Icinga answers, in the shape of 2.13.6."""
    checks = {f"{how}_{kind}_checks_15min": 0 for how in ("active", "passive") for kind in ("host", "service")}
    known = {"num_services_ok": 90, "num_services_problem": 10, "num_services_pending": 0, "avg_latency": None}
    app = {"enable_host_checks": True, "enable_service_checks": True, "program_start": NOW.timestamp() - UPTIME}
    return {
        "ApiListener": {"api": {"num_conn_endpoints": 0, "num_endpoints": 3}},
        "CIB": {**checks, **known, "active_service_checks_15min": 900, "uptime": UPTIME, **counters},
        "CheckerComponent": {"checkercomponent": {"checker": {"idle": 100, "pending": 0}}},
        "IcingaApplication": {"icingaapplication": {"app": {**app, "version": "r2.13.6-1"}}},
        "IdoMysqlConnection": {"idomysqlconnection": {}},
    }


def vitals(told: dict[str, dict[str, object]]) -> Vitals:
    return Vitals(Results(results=[{"name": name, "perfdata": [], "status": status} for name, status in told.items()]))


def blindness(told: dict[str, dict[str, object]]) -> str:
    with pytest.raises(PollFailed) as caught:
        vitals(told).require_sight(hosts=True)
    assert caught.value.fault.kind is FaultKind.BLIND
    return caught.value.fault.message


def test_one_that_sees() -> None:
    healthy = vitals(status())
    healthy.require_sight(hosts=True)
    assert abs(healthy.now - NOW) < timedelta(milliseconds=1)


@pytest.mark.parametrize("which", ["enable_host_checks", "enable_service_checks"])
def test_checks_switched_off(which: str) -> None:
    told = status()
    told["IcingaApplication"]["icingaapplication"]["app"][which] = False  # type: ignore[index]
    assert "switched off" in blindness(told)


@pytest.mark.parametrize("checker", [{"checkercomponent": {}}, {}, None])
@pytest.mark.parametrize("connected", [0, 2])
def test_nobody_checks(checker: dict[str, object] | None, connected: int) -> None:
    told = status()
    if checker is None:
        del told["CheckerComponent"]
    else:
        told["CheckerComponent"] = checker
    told["ApiListener"]["api"] = {"num_conn_endpoints": connected, "num_endpoints": 3}
    if connected:
        vitals(told).require_sight(hosts=True)
    else:
        assert "checker is not running" in blindness(told)


def test_a_monitor_without_the_listener_for_others() -> None:
    told = status()
    del told["ApiListener"]
    vitals(told).require_sight(hosts=True)


def zone(*endpoints: str, connected: bool) -> dict[str, object]:
    return {"client_log_lag": 0, "connected": connected, "endpoints": list(endpoints), "parent_zone": "master"}


def listening(**api: object) -> Vitals:
    told = status()
    told["ApiListener"]["api"] = {"identity": "master-1", "num_conn_endpoints": 1, "num_endpoints": 3, **api}
    return vitals(told)


def test_zones_out_of_touch_are_not_seen() -> None:
    told = listening(
        not_conn_endpoints=["agent-7", "satellite-1b", "satellite-2", "master-2"],
        num_not_conn_endpoints=4,
        zones={
            "master": zone("master-1", "master-2", connected=False),  # its other endpoint is away: it works alone
            "south": zone("satellite-1a", "satellite-1b", connected=True),
            "north\x1b[2J": zone("satellite-2", connected=False),
            "agent-7": zone("agent-7", connected=False),
            "empty": zone(connected=False),
        },
    )
    told.require_sight(hosts=True)
    assert told.unseen == ("agent-7", "north")


def test_where_no_zones_are_told_the_endpoints_count() -> None:
    assert listening().unseen == ()
    assert listening(num_not_conn_endpoints=2, not_conn_endpoints=["c", "a"]).unseen == ("a", "c")
    assert listening(num_not_conn_endpoints=3, not_conn_endpoints=["c"]).unseen == ("c", "2 endpoints")


@pytest.mark.parametrize(
    "api", [{"zones": []}, {"zones": {"a": {}}}, {"not_conn_endpoints": "a"}, {"num_not_conn_endpoints": "many"}]
)
def test_connections_of_another_shape_are_not_taken_for_good_ones(api: dict[str, object]) -> None:
    with pytest.raises(PollFailed, match="bad_reply"):
        listening(**api)


@pytest.mark.parametrize(("uptime", "blind"), [(UPTIME, True), (901.0, True), (60.0, False)])
@pytest.mark.parametrize("seen", ["", "active_host", "passive_service"])
def test_no_check_results(uptime: float, blind: bool, seen: str) -> None:
    counters: dict[str, object] = {"active_service_checks_15min": 0, "uptime": uptime}
    if seen:
        counters[f"{seen}_checks_15min"] = 1
    if blind and not seen:
        assert "not one check result" in blindness(status(**counters))
    else:
        vitals(status(**counters)).require_sight(hosts=True)


@pytest.mark.parametrize(("checks", "uptime", "blind"), [(4, UPTIME, True), (5, UPTIME, False), (4, 60.0, False)])
def test_hardly_any_check_results(checks: int, uptime: float, blind: bool) -> None:
    told = status(active_service_checks_15min=checks, uptime=uptime, num_services_ok=990)
    if blind:
        assert "only 4 check results in the last 15 minutes, for 1000 services" in blindness(told)
    else:
        vitals(told).require_sight(hosts=True)


def test_just_started() -> None:
    fresh: dict[str, object] = {"num_services_ok": 0, "num_services_problem": 0, "num_services_pending": 100}
    assert "nothing has been checked yet" in blindness(status(uptime=3.0, **fresh))
    assert "nothing has been checked yet" in blindness(status(**fresh)), "however long ago that was"
    for known in ("num_services_ok", "num_services_problem"):
        vitals(status(**{**fresh, known: 1})).require_sight(hosts=True)
    only_hosts = status(uptime=3.0, **{**fresh, "num_services_pending": 0})
    vitals(only_hosts).require_sight(hosts=True)


@pytest.mark.parametrize(
    ("uptime", "pending", "hosts_pending", "reason"),
    [
        (20.0, 900, 0, "900 of 1000 services have not been checked yet"),
        (299.0, 101, 0, "101 of 1000 services"),
        (299.0, 100, 2, ""),
        (299.0, 0, 3, "3 of 20 hosts"),
        (301.0, 900, 19, ""),  # those wait for results that others send
    ],
)
def test_soon_after_a_start_most_must_be_known(uptime: float, pending: int, hosts_pending: int, reason: str) -> None:
    told = status(
        uptime=uptime,
        num_services_ok=990 - pending,
        num_services_pending=pending,
        num_hosts_up=15,
        num_hosts_down=3,
        num_hosts_unreachable=2,
        num_hosts_pending=hosts_pending,
    )
    if reason:
        assert reason in blindness(told)
    else:
        vitals(told).require_sight(hosts=True)
    if not pending:
        vitals(told).require_sight(hosts=False)


@pytest.mark.parametrize("part", ["CIB", "IcingaApplication"])
def test_what_we_need_must_be_there(part: str) -> None:
    told = status()
    del told[part]
    with pytest.raises(PollFailed, match="bad_reply"):
        vitals(told)


def test_a_start_in_a_year_that_no_clock_holds() -> None:
    told = status()
    told["IcingaApplication"]["icingaapplication"]["app"]["program_start"] = 1e18  # type: ignore[index]
    with pytest.raises(PollFailed, match="bad_reply"):
        vitals(told)


@pytest.mark.parametrize("results", [[], [7], [{"name": "CIB", "status": None}], [{"name": "CIB", "status": {}}]])
def test_other_shapes(results: list[object]) -> None:
    with pytest.raises(PollFailed, match="bad_reply"):
        Vitals(Results(results=results))


def test_lines() -> None:
    told = vitals(status(num_services_pending=7))
    assert told.lines(NOW) == ("up for 1d; 107 services, 7 of them not checked yet",)
    assert told.lines(NOW - timedelta(minutes=3))[1] == "its clock is 3m ahead of ours"
    assert told.lines(NOW + timedelta(hours=1))[1] == "its clock is 1h behind ours"
    alone = status()
    alone["ApiListener"]["api"] = {"num_conn_endpoints": 0, "not_conn_endpoints": ["satellite\x1b[2J-b", "c"]}
    assert vitals(alone).lines(NOW)[1:] == ("not connected to it: satellite-b, c",)


def test_last_checks_alone() -> None:
    recent, old = NOW - timedelta(minutes=14), NOW - timedelta(minutes=16)
    require_checks([None, old, recent], NOW)
    for checked in ([], [None], [old], [None, old]):
        with pytest.raises(PollFailed, match=r"blind: .*checked"):
            require_checks(checked, NOW)
