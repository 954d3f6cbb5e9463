"""A real Icinga 2 is brought into trouble, and exactly that is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.refs import ItemRef, Kind
from tests.live import morning
from tests.live.icinga2 import CERTIFICATE_USER, Authority, Icinga
from tests.live.looking import alerts, failure, opened, poll, run, seen, status
from tests.live.morning import DOWN, HELD, HOSTILE, LET_GO, PLANNED, Seen, expected

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def icinga() -> Iterator[Icinga]:
    with Icinga(morning.configuration()) as started:
        morning.happen(started)
        yield started


# -- what is shown -------------------------------------------------------------------------------------------------


def test_status_shows_exactly_what_is_wrong(icinga: Icinga, tmp_path: Path) -> None:
    code, told = status(tmp_path, icinga.settings(environment="production"))
    shown = {
        alert["ref"].removeprefix("icinga:alert:"): Seen(
            alert["severity"],
            alert["state"],
            *((alert["acknowledged"]["by"], alert["acknowledged"]["comment"]) if alert["acknowledged"] else ("", "")),
            *(alert[flag] for flag in ("downtime", "inhibited", "flapping", "soft")),
        )
        for alert in told["alerts"]
    }
    assert shown == expected()
    assert len(told["alerts"]) == len(shown) == 103
    source = told["sources"]["icinga"]
    assert (source["health"], source["error"], source["rejected"], source["count"]) == ("fresh", None, 0, 103)
    assert (source["account"], code) == ("dash", 2)
    assert {alert["environment"] for alert in told["alerts"]} == {"production"}
    assert "\x1b" not in json.dumps(told, ensure_ascii=False)


def test_icinga_itself_counts_the_same(icinga: Icinga) -> None:
    """The world above is what it claims to be."""
    wanted = expected()
    assert icinga.found("services", "service.problem").keys() == {name for name in wanted if "!" in name}
    assert icinga.found("hosts", "host.problem").keys() == {name for name in wanted if "!" not in name}
    told = icinga.call("GET", "/v1/status/CIB")[1]["results"][0]["status"]
    known = {name: told[f"num_services_{name}"] for name in ("problem", "pending", "ok", "acknowledged", "flapping")}
    assert known == {"problem": 100, "pending": 20, "ok": 880, "acknowledged": 26, "flapping": 1}


async def test_the_rest_of_a_problem(icinga: Icinga) -> None:
    found = alerts(await poll(icinga.settings()))
    now = datetime.now(UTC)
    for alert in found.values():
        assert alert.since is not None
        assert timedelta(0) < now - alert.since < timedelta(minutes=2)
    held = found[HELD[0]]
    assert (held.name, held.host) == ("s00", "the web20 machine")
    assert held.output.endswith("- it is bad\nsecond line")
    assert (held.links.runbook, held.links.graph) == ("https://docs.example.org/s", "https://graphs.example.org/s")
    assert held.acknowledged is not None
    assert held.acknowledged.until is not None
    assert timedelta(minutes=118) < held.acknowledged.until - now < timedelta(minutes=120)
    assert [(note.author, note.label) for note in held.notes] == [
        ("Cy", "comment"),
        (morning.author(0), "acknowledgement"),
    ]
    assert found[LET_GO].notes == ()
    assert (found[DOWN].name, found[DOWN].host, found[DOWN].output) == (
        "host is down",
        "the web10 machine",
        "DOWN - no answer",
    )


async def test_until_when_a_downtime_is(icinga: Icinga) -> None:
    found = alerts(await poll(icinga.settings()))
    now = datetime.now(UTC)
    for name, minutes in ((PLANNED[0], 120), (PLANNED[1], 120), (morning.FLEXIBLE, 60), (morning.DOWN_PLANNED, 120)):
        until = found[name].downtime_until
        assert until is not None
        assert timedelta(minutes=minutes - 2) < until - now < timedelta(minutes=minutes)
    assert found[morning.TOMORROW].downtime_until is None
    assert [note.text for note in found[morning.TOMORROW].notes] == ["planned work"]


async def test_environments_of_the_hosts(icinga: Icinga) -> None:
    found = alerts(await poll(icinga.settings(environment_var="env")))
    assert {name[:2]: alert.environment for name, alert in found.items()} == {"we": "of we", "db": "of db"}
    assert all(alert.environment == f"of {name[:2]}" for name, alert in found.items())


async def test_detail(icinga: Icinga) -> None:
    async with opened(icinga.settings()) as made:
        machine = await made.detail(ItemRef("icinga", Kind.ALERT, DOWN))
        check = await made.detail(ItemRef("icinga", Kind.ALERT, HOSTILE))
        with pytest.raises(PollFailed, match="Icinga no longer has this object"):
            await made.detail(ItemRef("icinga", Kind.ALERT, "gone!gone"))
    told = {str(name): text for name, text in machine.attributes}
    assert (told["__name"], told["vars.env"], told["vars.db_password"]) == (DOWN, "of we", "***")
    assert "host-s3cret" not in str(machine)
    assert check.body == "<b>&[bold]\nsecond <b>&[bold]"


# -- accounts ------------------------------------------------------------------------------------------------------


async def test_read_only(icinga: Icinga) -> None:
    """It may not read comments: it is known that somebody has it, not who."""
    found = alerts(await poll(icinga.settings("read-only")))
    wanted = {name: replace(one, by="somebody" if one.by else "", comment="") for name, one in expected().items()}
    assert {name: seen(alert) for name, alert in found.items()} == wanted
    assert not any(alert.notes for alert in found.values())


async def test_an_account_that_may_not_read_hosts(icinga: Icinga) -> None:
    fault = await failure(icinga.settings("services"))
    assert fault.kind is FaultKind.FORBIDDEN
    assert "objects/query/Host; or set hosts = false" in fault.message
    found = alerts(await poll(icinga.settings("services", hosts=False)))
    assert found.keys() == {name for name in expected() if "!" in name}
    assert found[HELD[0]].host == "web20"


async def test_an_account_that_may_read_some_hosts(icinga: Icinga) -> None:
    found = alerts(await poll(icinga.settings("team")))
    wanted = {name: one for name, one in expected().items() if name.startswith("db")}
    assert {name: seen(alert) for name, alert in found.items()} == wanted
    assert {(bool(one.by), one.downtime) for one in wanted.values()} >= {(True, False), (False, True), (False, False)}


async def test_an_account_that_may_read_nothing(icinga: Icinga) -> None:
    fault = await failure(icinga.settings("nobody"))
    assert (fault.kind, "objects/query/Service" in fault.message) == (FaultKind.FORBIDDEN, True)


async def test_what_the_server_itself_says_of_a_missing_permission(icinga: Icinga) -> None:
    """It says 404 both for an object that is not there, and for one that may not be seen."""
    async with opened(icinga.settings("services")) as made:
        with pytest.raises(PollFailed, match=r"forbidden: .*Missing permission: objects/query/host"):
            await made.detail(ItemRef("icinga", Kind.ALERT, DOWN))
    async with opened(icinga.settings("team")) as made:
        with pytest.raises(PollFailed, match="not_found: Icinga no longer has this object"):
            await made.detail(ItemRef("icinga", Kind.ALERT, DOWN))


async def test_without_filters_the_answer_is_the_same(icinga: Icinga, monkeypatch: pytest.MonkeyPatch) -> None:
    """As from 2.17 on, where they need a permission; this one has no such permission to refuse."""
    monkeypatch.setattr("secondline_tui.sources.icinga2.objects.NAMES_AT_ONCE", 60)
    for user in ("dash", "team"):
        async with opened(icinga.settings(user)) as made:
            with_filters = alerts(await made.fetch())
            made._objects.filters = False
            assert alerts(await made.fetch()) == with_filters


async def test_a_password_of_any_characters(icinga: Icinga) -> None:
    assert (await poll(icinga.settings("admin"))).account == "admin"


def test_a_wrong_password_is_refused(icinga: Icinga, tmp_path: Path) -> None:
    code, told = status(tmp_path, icinga.settings(password="wr0ng"))
    source = told["sources"]["icinga"]
    assert (source["health"], source["error"]["kind"], code) == ("refused", "unauthorised", 3)
    assert told["alerts"] == []
    assert "wr0ng" not in json.dumps(told)


def test_check_tells_what_is_missing(icinga: Icinga, tmp_path: Path) -> None:
    code, told = run(tmp_path, "check", icinga.settings("read-only"))
    assert code == 0
    assert "would show 103 alerts" in told
    assert "Icinga r2." in told
    assert "1000 services, 20 of them not checked yet" in told
    assert "missing permissions: objects/query/Comment, objects/query/Downtime" in told
    assert "clock" not in told, "it runs on the same machine"


# -- certificates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ca_file": "other"}, "certificate"),
        ({"ca_file": None}, "certificate"),
        ({"server_name": ""}, "Hostname mismatch"),
        ({"server_name": "another-master"}, "Hostname mismatch"),
    ],
)
async def test_a_certificate_that_does_not_fit(
    icinga: Icinga, changes: dict[str, object], reason: str, tmp_path: Path
) -> None:
    if changes.get("ca_file") == "other":
        changes = {"ca_file": str(Authority(tmp_path / "other").certificate)}
    fault = await failure(icinga.settings(**changes))
    assert (fault.kind, fault.stop) == (FaultKind.TLS, False)
    assert reason in fault.message
    assert "see ca_file and server_name" in fault.message


async def test_a_client_certificate_instead_of_a_password(icinga: Icinga, tmp_path: Path) -> None:
    assert icinga.authority is not None
    login: dict[str, object] = {"username": None, "password": None}
    for authority, known in ((icinga.authority, True), (Authority(tmp_path / "other"), False)):
        certificate, key = authority.issue("icinga-master-client")
        settings = icinga.settings(**login, cert_file=str(certificate), key_file=str(key))
        if known:
            reading = await poll(settings)
            assert reading.account == CERTIFICATE_USER
            assert set(alerts(reading)) == set(expected())
        else:
            assert (await failure(settings)).kind is FaultKind.UNAUTHORISED
