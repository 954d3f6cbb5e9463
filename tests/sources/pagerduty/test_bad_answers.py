from __future__ import annotations

import logging
import time

import pytest

from secondline_tui.demo.pagerduty import incidents
from secondline_tui.demo.pagerduty.account import OWN_KEY, READ_ONLY_KEY
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Incident
from secondline_tui.domain.refs import ItemRef, Kind
from tests.sources.bad_answers import FAILED_POLLS, HARMLESS
from tests.sources.pagerduty.conftest import Served

SECRET = OWN_KEY.rpartition("+")[2]


@pytest.fixture
def open_incident(served: Served) -> str:
    return served.sim.trigger("5xx rate for www-origin", served.icinga)


@pytest.mark.usefixtures("open_incident")
@pytest.mark.parametrize(("fault", "kind"), FAILED_POLLS.items())
async def test_a_bad_answer_fails_the_poll_after_one_request(
    served: Served, fault: str, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    served.break_with(fault)
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        async with served.reader(deadline=2) as made:
            with pytest.raises(PollFailed) as caught:
                await made.fetch()
    assert caught.value.fault.kind is kind
    assert time.monotonic() - began < 10
    assert sum(served.asked().values()) == {"refuse": 0, "page_missing": 2}.get(fault, 1)
    assert SECRET not in str(caught.value) + caplog.text + str(served.world.requests())
    served.world.mend()


@pytest.mark.usefixtures("open_incident")
async def test_how_long_to_wait_is_told_by_the_rate_limits_own_header(served: Served) -> None:
    served.break_with("rate_limit:17")
    async with served.reader() as made:
        with pytest.raises(PollFailed) as caught:
            await made.fetch()
    assert caught.value.fault.retry_after == 17
    assert "Rate Limit Exceeded" in caught.value.fault.message


@pytest.mark.usefixtures("open_incident")
@pytest.mark.parametrize("fault", HARMLESS)
async def test_what_does_no_harm(served: Served, fault: str) -> None:
    served.break_with(fault)
    async with served.reader(deadline=10) as made:
        reading = await made.fetch()
    assert [item.title for item in reading.items if isinstance(item, Incident)] == ["5xx rate for www-origin"]
    assert len(reading.rejected) == (fault == "odd_row")
    assert len(reading.items) > 1


async def test_two_incidents_of_one_id_are_told(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in ("one", "other"):
        served.sim.trigger(title, served.icinga)
    shown = incidents.Incident.shown
    monkeypatch.setattr(incidents.Incident, "shown", lambda *told: {**shown(*told), "id": "PSAME01"})
    async with served.reader(schedules={}) as made:
        reading = await made.fetch()
    assert (len(reading.items), len(reading.rejected)) == (1, 1)


async def test_a_second_page_that_is_missing_fails_the_poll(served: Served) -> None:
    for number in range(101):
        served.sim.trigger(f"incident {number}", served.icinga)
    served.break_with("page_missing")
    async with served.reader(schedules={}) as made:
        with pytest.raises(PollFailed) as caught:
            await made.fetch()
    assert caught.value.fault.kind is FaultKind.NOT_FOUND


@pytest.mark.usefixtures("open_incident")
async def test_well_again_after_every_fault(served: Served) -> None:
    async with served.reader(deadline=2) as made:
        for fault in ("refuse", "reset", "hang", "html", "truncated", "status:401", "rate_limit:5"):
            served.break_with(fault)
            with pytest.raises(PollFailed):
                await made.fetch()
            served.world.mend()
            assert len((await made.fetch()).items) > 1


async def test_a_wrong_token_stops_the_polling(served: Served) -> None:
    async with served.reader(token="wrong") as made:
        with pytest.raises(PollFailed) as caught:
            await made.fetch()
    fault = caught.value.fault
    assert (fault.kind, fault.stop) == (FaultKind.UNAUTHORISED, True)
    assert "Authentication failed" in fault.message


@pytest.mark.usefixtures("open_incident")
async def test_a_read_only_key_is_enough(served: Served) -> None:
    async with served.reader(token=READ_ONLY_KEY) as made:
        assert len((await made.fetch()).items) > 1


@pytest.mark.parametrize(
    "fault", ["html", "empty", "truncated", "wrong_shape", "status:500", "reset", "redirect_login"]
)
async def test_a_detail_is_whole_or_fails(served: Served, open_incident: str, fault: str) -> None:
    served.break_with(fault)
    async with served.reader(deadline=2) as made:
        with pytest.raises(PollFailed):
            await made.detail(ItemRef("pd", Kind.INCIDENT, open_incident))
        with pytest.raises(PollFailed):
            await made.detail(ItemRef("pd", Kind.ON_CALL, f"{served.primary.id}/P/always/primary"))
        with pytest.raises(PollFailed):
            await made.probe()
