"""A real Icinga 2 that does not see, goes away and comes back, or is large."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from secondline_tui.cli.wiring import engine
from secondline_tui.config.load import load
from secondline_tui.domain.health import FaultKind, Health, PollFailed
from secondline_tui.domain.items import Alert
from tests.live.icinga2 import Icinga, host, service
from tests.live.looking import alerts, configured, failure, opened, poll, seen

pytestmark = pytest.mark.live

HOSTS = ["web1", "web2"]
FEW = ["web1!load", "web1!disk", "web2!load"]
MORE = [f"web2!more {n}" for n in range(10)]
SMALL = "\n".join([*map(host, HOSTS), *map(service, FEW + MORE)])


@pytest.fixture
def small() -> Iterator[Icinga]:
    """One with a few services, none of them checked yet."""
    with Icinga(SMALL) as started:
        yield started


def begin(icinga: Icinga) -> None:
    """Check what the tests are not about."""
    icinga.check(HOSTS, 0, "UP")
    icinga.check(MORE, 0, "OK")


# -- whether it sees -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["dash", "team", "services"])
async def test_before_the_first_check_it_is_blind(small: Icinga, user: str) -> None:
    settings = small.settings(user, hosts=False)
    fault = await failure(settings)
    assert (fault.kind, "checked" in fault.message) == (FaultKind.BLIND, True)
    small.check(FEW, 0, "OK")
    if user == "dash":
        assert "10 of 13 services have not been checked yet" in (await failure(settings)).message
        small.check(MORE, 0, "OK")
        assert "2 of 2 hosts have not been checked yet" in (await failure(small.settings())).message
    if user != "team":
        assert alerts(await poll(settings)) == {}


async def test_without_its_checker_it_is_blind() -> None:
    with Icinga(SMALL, features=()) as silent:
        silent.check(FEW, 0, "OK")
        fault = await failure(silent.settings())
        assert (fault.kind, "checker is not running" in fault.message) == (FaultKind.BLIND, True)


async def test_with_active_checks_switched_off_it_is_blind(small: Icinga) -> None:
    begin(small)
    small.check(FEW, 0, "OK")
    assert alerts(await poll(small.settings())) == {}
    app = {"attrs": {"enable_service_checks": False}}
    assert small.call("POST", "/v1/objects/icingaapplications/app", app)[0] == 200
    fault = await failure(small.settings())
    assert (fault.kind, "switched off" in fault.message) == (FaultKind.BLIND, True)


async def test_a_satellite_out_of_touch_is_named() -> None:
    zones = """
object Endpoint "satellite-1a" { }
object Endpoint "satellite-1b" { }
object Zone "south" { endpoints = [ "satellite-1a", "satellite-1b" ]; parent = ZoneName }
object Zone "empty" { parent = ZoneName }
object Zone "templates" { global = true }
"""
    with Icinga(SMALL + zones) as alone:
        begin(alone)
        alone.check(FEW, 0, "OK")
        reading = await poll(alone.settings())
        assert (reading.items, reading.unseen) == ((), ("south",))


async def test_heartbeat(small: Icinga) -> None:
    def settings(name: str, within: int) -> dict[str, object]:
        of, _, check = name.partition("!")
        return small.settings(heartbeat={"host": of, "service": check, "within": within})

    begin(small)
    small.check(FEW[:2], 0, "OK")
    assert alerts(await poll(settings(FEW[0], 60))) == {}
    await asyncio.sleep(1.05)  # Icinga takes no result that says it is old
    assert alerts(await poll(settings(FEW[0], 60))) == {}
    for name, reason in ((FEW[1], "last checked 1s ago"), (FEW[2], "never been checked"), ("web1!x", "not exist")):
        fault = await failure(settings(name, 1))
        assert fault.kind is FaultKind.BLIND
        assert f"heartbeat {name}" in fault.message
        assert reason in fault.message


# -- restarts ------------------------------------------------------------------------------------------------------


def trouble(small: Icinga) -> dict[str, str]:
    """Two problems, of which one is somebody's; by name, whose."""
    begin(small)
    small.check(FEW[:2], 2, "CRITICAL")
    small.check(FEW[2:], 0, "OK")
    small.act("acknowledge-problem", FEW[:1], author="Zoë", comment="mine")
    return {FEW[0]: "Zoë", FEW[1]: ""}


def holders(found: Iterable[Alert]) -> dict[str, str]:
    return {alert.ref.key: seen(alert).by for alert in found}


async def test_polls_during_restarts_are_whole_or_fail(small: Icinga) -> None:
    wanted = trouble(small)
    good, bad = 0, set()

    def thrice() -> None:
        for _ in range(3):
            small.restart()

    async with opened(small.settings()) as made:
        restarts = asyncio.create_task(asyncio.to_thread(thrice))
        while not restarts.done():
            try:
                found = alerts(await made.fetch())
            except PollFailed as failed:
                bad.add(failed.fault.kind)
            else:
                assert holders(found.values()) == wanted
                good += 1
            await asyncio.sleep(0.005)
        await restarts
        assert good
        assert bad == {FaultKind.UNREACHABLE}
        assert holders(alerts(await made.fetch()).values()) == wanted


async def test_while_it_is_away_its_last_answer_stays_and_is_not_fresh(small: Icinga, tmp_path: Path) -> None:
    wanted = trouble(small)
    work = engine(load(configured(tmp_path, small.settings(interval=1, deadline=1))))

    async def until(health: Health) -> None:
        end = time.monotonic() + 10
        while work.board.sources["icinga"].health(work.clock.monotonic()) is not health:
            assert time.monotonic() < end, work.board.sources["icinga"].fault
            await asyncio.sleep(0.02)
        assert holders(work.board.items(Alert)) == wanted

    work.start()
    try:
        await until(Health.FRESH)
        await asyncio.to_thread(small.stop)
        await until(Health.FAILING)
        await asyncio.to_thread(small.start)
        await until(Health.FRESH)
    finally:
        await work.stop()


# -- size ----------------------------------------------------------------------------------------------------------


async def test_ten_thousand_services(capsys: pytest.CaptureFixture[str]) -> None:
    hosts = [f"web{n:03}" for n in range(500)]
    names = [f"{name}!check {m:02}" for name in hosts for m in range(20)]
    with Icinga("\n".join([*map(host, hosts), *map(service, names)])) as large:
        large.check(hosts, 0, "UP")
        large.check(names[100:], 0, "OK")
        async with opened(large.settings(deadline=60, interval=60)) as made:
            for bad in (names[:100], names[:2_000]):
                large.check(bad, 2, "CRITICAL - it is bad, and this line is as long as such lines are")
                await made.fetch()
                began = time.perf_counter()
                found = alerts(await made.fetch())
                took = time.perf_counter() - began
                assert found.keys() == set(bad)
                with capsys.disabled():
                    print(f"\n  {len(bad):,} problems among 10,000 services: a poll takes {1_000 * took:.0f} ms")
