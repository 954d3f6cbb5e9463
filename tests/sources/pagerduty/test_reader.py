from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.secrets import SecretError
from secondline_tui.demo.pagerduty.account import ACCOUNT_KEY, READ_ONLY_KEY
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Incident, OnCall
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.pagerduty.reader import PagerDutyReader, reader
from secondline_tui.sources.pagerduty.unnamed import AT_ONCE, LOOK_AGAIN
from secondline_tui.sources.registry import opener
from tests.sources.pagerduty.conftest import Served

RATE = "5xx rate for www-origin"


async def poll(served: Served, **settings: Any) -> Reading:
    async with served.reader(**settings) as made:
        return await made.fetch()


def incidents(reading: Reading) -> list[Incident]:
    return [item for item in reading.items if isinstance(item, Incident)]


def on_calls(reading: Reading) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in reading.items:
        if isinstance(item, OnCall):
            found.setdefault(item.role, []).append(item.person)
    return found


# -- a poll ----------------------------------------------------------------------------------------------------------


async def test_open_incidents_and_who_is_on_call(served: Served) -> None:
    rate = served.sim.trigger(RATE, served.icinga, priority="P2", key="cache!5xx", ago=240)
    drill = served.sim.trigger("PagerDuty test drill. Developers: escalate", served.icinga, urgency="low", ago=100)
    served.sim.acknowledge(drill, served.ana, ago=50)
    served.sim.resolve(served.sim.trigger("over", served.pingdom), served.pingdom)
    reading = await poll(served)
    first, second = incidents(reading)
    assert (first.ref, first.number, first.title) == (ItemRef("pd", Kind.INCIDENT, rate), 4120, RATE)
    assert (first.status, first.urgency, first.priority, first.drill) == ("triggered", "high", "P2", False)
    assert (first.service, first.assigned, first.acknowledged_by) == (
        "GOV.UK Icinga",
        ("Cy Ó Dálaigh",),
        (),
    )  # at 09:27
    assert first.created == served.now() - timedelta(seconds=240)
    assert first.escalates_at == served.now() + timedelta(seconds=60)
    assert first.alert_key == "cache!5xx"
    assert first.links.web == f"https://secondline-demo.pagerduty.example/incidents/{rate}"
    assert (second.status, second.drill, second.acknowledged_by) == ("acknowledged", True, ("Ana Sowande",))
    assert (second.escalates_at, second.priority) == (None, "")
    turns = on_calls(reading)
    assert turns["inhours_primary"] == turns["oncall_primary"]
    assert turns["inhours_primary"][:4] == ["Ana Sowande", "Cy Ó Dálaigh", "Ana Sowande", "Cy Ó Dálaigh"]
    assert set(turns["inhours_secondary"]) == {"Bo Łukasik"}
    last = max(item.start for item in reading.items if isinstance(item, OnCall) and item.start)
    assert last - served.now() > timedelta(days=4), "a Friday knows of Monday, and of a Tuesday after a bank holiday"
    assert reading.rejected == ()
    assert len({item.ref for item in reading.items}) == len(reading.items)


async def test_an_override_is_who_is_on_call(served: Served) -> None:
    end = datetime(2026, 11, 18, 17, 30, tzinfo=UTC)
    served.sim.override(served.secondary, served.dee, served.time - 60, end.timestamp())
    reading = await poll(served)
    assert on_calls(reading)["inhours_secondary"] == ["Dee Novák", "Bo Łukasik", "Bo Łukasik"]
    hers = [item for item in reading.items if isinstance(item, OnCall) and item.person == "Dee Novák"]
    now = min(hers, key=lambda item: item.start or served.now())
    assert (now.start, now.end) == (served.now() - timedelta(seconds=60), end)


async def test_references_stay_the_same_from_poll_to_poll(served: Served) -> None:
    async with served.reader() as made:
        before = await made.fetch()
        served.later(600)
        after = await made.fetch()
    assert before.items == after.items


async def test_everything_of_many_pages(served: Served) -> None:
    for number in range(250):
        served.sim.trigger(f"incident {number}", served.icinga)
    reading = await poll(served)
    assert [item.title for item in incidents(reading)] == [f"incident {number}" for number in range(250)]
    assert served.asked() == {"/incidents": 3, "/oncalls": 1}


async def test_what_is_open_for_more_than_a_month_is_still_open(served: Served) -> None:
    served.sim.trigger("forgotten", served.pingdom, ago=100 * 86_400)
    assert [item.title for item in incidents(await poll(served))] == ["forgotten"]


async def test_services_teams_and_urgencies(served: Served) -> None:
    for title, service, urgency in (
        ("a", served.icinga, "high"),
        ("b", served.icinga, "low"),
        ("c", served.pingdom, "high"),
    ):
        served.sim.trigger(title, service, urgency=urgency)
    other = served.sim.add_service("other", served.policy, team=served.sim.add_team("others"))
    served.sim.trigger("d", other)
    for settings, titles in (
        ({}, "abcd"),
        ({"services": [served.pingdom.id]}, "c"),
        ({"services": [served.icinga.id, other.id], "urgencies": ["high"]}, "ad"),
        ({"urgencies": ["low"]}, "b"),
        ({"teams": [served.team.id]}, "ab"),
        ({"teams": [served.team.id], "services": [served.pingdom.id, served.icinga.id]}, "abc"),
    ):
        reading = await poll(served, **settings)
        assert sorted(item.title for item in incidents(reading)) == list(titles), settings


async def test_without_the_ability_the_account_is_told_so(served: Served) -> None:
    served.sim.account.abilities = ("sso",)
    with pytest.raises(PollFailed) as caught:
        await poll(served, teams=[served.team.id])
    assert caught.value.fault.kind is FaultKind.FORBIDDEN
    assert "The teams ability is required" in caught.value.fault.message


async def test_a_hundred_and_seventy_five_services_fit(served: Served) -> None:
    made = [served.sim.add_service(f"service {number}", served.policy) for number in range(175)]
    for service in made:
        served.sim.trigger(f"about {service.name}", service)
    reading = await poll(served, services=[service.id for service in made])
    assert len(incidents(reading)) == 175
    assert served.asked() == {"/incidents": 3, "/oncalls": 1}


async def test_without_schedules_nobody_is_asked_about(served: Served) -> None:
    reading = await poll(served, schedules={})
    assert reading.items == ()
    assert served.asked() == {"/incidents": 1}


# -- how much is asked -----------------------------------------------------------------------------------------------


async def test_two_requests_a_poll_however_much_there_is(served: Served) -> None:
    for number in range(40):
        one = served.sim.trigger(f"incident {number}", served.icinga)
        served.sim.acknowledge(one, served.ana)
        served.sim.note(one, served.ana, "x")
    async with served.reader(services=[served.icinga.id]) as made:
        for polls in range(1, 4):
            await made.fetch()
            assert served.asked() == {"/incidents": polls, "/oncalls": polls}
    first = parse_qs(urlsplit(str(served.world.requests()[0]["path"])).query)
    assert first["statuses[]"] == ["triggered", "acknowledged"]
    assert "include[]" not in first
    second = parse_qs(urlsplit(str(served.world.requests()[1]["path"])).query)
    assert (second["since"], second["until"]) == (["2026-11-18T09:31:00Z"], ["2026-11-25T09:31:00Z"])


async def test_ids_that_no_answer_names_are_looked_up_once(served: Served) -> None:
    idle = served.sim.add_schedule("Shadow", [served.bo], roles=("shadow",))  # in no policy: nobody is called by it
    async with served.reader(services=[served.icinga.id, served.pingdom.id], teams=[served.team.id]) as made:
        for _ in range(3):
            await made.fetch()
    asked = served.asked()
    looked_up = (
        f"/services/{served.icinga.id}",
        f"/services/{served.pingdom.id}",
        f"/teams/{served.team.id}",
        f"/schedules/{idle.id}",
    )
    assert {path: asked[path] for path in looked_up} == dict.fromkeys(looked_up, 1)
    assert sum(asked.values()) == 3 * 3 + 4


@pytest.mark.parametrize(
    "settings", [{"services": ["PTYPO01"]}, {"teams": ["PTYPO01"]}, {"schedules": {"primary": "PTYPO01"}}]
)
async def test_an_unknown_id_is_not_all_clear(served: Served, settings: dict[str, Any]) -> None:
    async with served.reader(**settings) as made:
        for _ in range(2):
            with pytest.raises(PollFailed) as caught:
                await made.fetch()
            assert caught.value.fault.kind is FaultKind.NOT_FOUND
            assert next(iter(settings)) in caught.value.fault.message
            assert "PTYPO01" in caught.value.fault.message


async def poll_fault(made: PagerDutyReader) -> Fault:
    with pytest.raises(PollFailed) as caught:
        await made.fetch()
    return caught.value.fault


async def test_what_is_gone_after_a_good_poll_is_not_all_clear(served: Served) -> None:
    incident = served.sim.trigger(RATE, served.pingdom)
    async with served.reader(services=[served.pingdom.id], schedules={}) as made:
        assert len((await made.fetch()).items) == 1
        served.sim.resolve(incident, served.pingdom)
        services = list(served.sim.account.services)
        served.sim.account.services.remove(served.pingdom)
        for _ in range(2):
            fault = await poll_fault(made)
            assert fault.kind is FaultKind.NOT_FOUND
            assert f"services: {served.pingdom.id} does not exist there" in fault.message
        served.sim.account.services[:] = services
        assert (await made.fetch()).items == ()
        served.sim.account.services.remove(served.pingdom)
        served.later(LOOK_AGAIN - 1)
        assert (await made.fetch()).items == ()
        served.later(1)
        assert (await poll_fault(made)).kind is FaultKind.NOT_FOUND


async def test_many_that_lie_idle_are_looked_up_again_in_turn(served: Served) -> None:
    idle = [served.sim.add_service(f"service {number}", served.policy).id for number in range(AT_ONCE + 5)]
    async with served.reader(services=idle, schedules={}) as made:
        asked = []
        for _ in range(4):
            served.world.forget_requests()
            await made.fetch()
            asked.append([path for path in served.asked() if path.startswith("/services/")])
            served.later(LOOK_AGAIN if len(asked) == 1 else 1)
    assert [len(paths) for paths in asked] == [AT_ONCE + 5, AT_ONCE, 5, 0]
    assert set(asked[1] + asked[2]) == set(asked[0])


@pytest.mark.parametrize("setting", ["services", "teams", "schedules"])
async def test_what_may_not_be_seen_is_not_all_clear(
    served: Served, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = served.sim.handle

    def guarded(request: Request) -> Answer:
        if request.path.startswith(f"/{setting}/"):
            return Answer(403, {"error": {"message": "Access Denied", "code": 2010}})
        return handle(request)

    monkeypatch.setattr(served.sim, "handle", guarded)
    shadow = served.sim.add_schedule("Shadow", [served.bo])
    settings: dict[str, Any] = {
        "services": [served.icinga.id],
        "teams": [served.team.id],
        "schedules": {"shadow": shadow.id},
    }
    async with served.reader(**{"schedules": {}, setting: settings[setting]}) as made:
        fault = await poll_fault(made)
        assert fault.kind is FaultKind.FORBIDDEN
        assert f"{setting}: " in fault.message
        if setting != "schedules":  # a key may see incidents, and not what they are about
            served.sim.trigger(RATE, served.icinga)
            assert len((await made.fetch()).items) == 1


async def test_a_schedule_with_nobody_in_it_is_told_for_each_of_its_roles(served: Served) -> None:
    empty = served.sim.add_schedule("Night", [served.bo])
    empty.layers.clear()
    served.sim.add_policy("Night", [[empty]])
    roles = {"night": empty.id, "oncall_primary": empty.id, "primary": served.primary.id}
    async with served.reader(schedules=roles) as made:
        reading = await made.fetch()
        assert (set(on_calls(reading)["night"]), set(on_calls(reading)["oncall_primary"])) == ({""}, {""})
        vacant = [item for item in reading.items if isinstance(item, OnCall) and not item.person]
        assert [item.name_line for item in vacant] == ["night: nobody", "oncall_primary: nobody"]
        assert {item.schedule for item in vacant} == {"Night"}
        assert len({item.ref for item in vacant}) == 2
        assert (await made.fetch()).items == reading.items
        assert (await made.detail(vacant[0].ref)).body == "Night"
        served.sim.override(empty, served.dee, served.time - 60, served.time + 3_600)
        assert on_calls(await made.fetch())["night"] == ["Dee Novák"]


async def test_a_schedule_that_no_policy_calls_on_is_not_vacant(served: Served) -> None:
    shadow = served.sim.add_schedule("Shadow", [served.bo])
    async with served.reader(schedules={"shadow": shadow.id}) as made:
        assert (await made.fetch()).items == ()
        shadow.layers.clear()
        served.later(LOOK_AGAIN)
        assert on_calls(await made.fetch()) == {"shadow": [""]}


# -- detail ----------------------------------------------------------------------------------------------------------


async def test_an_incidents_notes_history_alerts_and_attributes(served: Served) -> None:
    one = served.sim.trigger(RATE, served.icinga, key="cache!5xx", details={"value": 1.2, "host": "cache"}, ago=400)
    served.sim.add_alert(one, "5xx rate for assets", key="assets!5xx", details="free text", ago=390)
    served.sim.note(one, served.cy, "zażółć\n\ngęślą", ago=200)
    served.sim.acknowledge(one, served.ana, ago=50)
    async with served.reader() as made:
        (incident,) = incidents(await made.fetch())
        served.world.forget_requests()
        detail = await made.detail(incident.ref)
    assert [(note.label, note.author, note.text) for note in detail.notes] == [
        ("acknowledged", "Ana Sowande", "Acknowledged by Ana Sowande."),
        ("escalated", "GOV.UK Icinga", "Escalated to Bo Łukasik."),
        ("note", "Cy Ó Dálaigh", "zażółć\n\ngęślą"),
        ("assigned", "GOV.UK Icinga", "Assigned to Cy Ó Dálaigh."),
        ("triggered", "GOV.UK Icinga", "Triggered through the API."),
    ]
    assert "value: 1.2" in detail.body
    assert "critical: 5xx rate for assets\nalert key: assets!5xx\nfree text" in detail.body
    attributes = {str(name): value for name, value in detail.attributes}
    assert (attributes["status"], attributes["incident_key"]) == ("acknowledged", "null")
    assert incident.alert_key == ""  # with two alerts it has no key of its own
    path = f"/incidents/{one}"
    assert served.asked() == {path: 1, f"{path}/notes": 1, f"{path}/log_entries": 1, f"{path}/alerts": 1}


async def test_more_alerts_than_are_shown(served: Served) -> None:
    one = served.sim.trigger(RATE, served.icinga)
    for number in range(450):
        served.sim.add_alert(one, f"alert {number}", key=str(number))
    async with served.reader() as made:
        detail = await made.detail(ItemRef("pd", Kind.INCIDENT, one))
    assert detail.body.endswith("(there are more alerts than are shown)")


async def test_a_schedules_turns_with_overrides_marked(served: Served) -> None:
    served.sim.override(served.primary, served.dee, served.time + 3_600, served.time + 7_200)
    async with served.reader() as made:
        reading = await made.fetch()
        ref = next(item.ref for item in reading.items if isinstance(item, OnCall))
        detail = await made.detail(ref)
    assert detail.body.splitlines()[:4] == [
        "GOV.UK Primary (1st Call)",
        "Wed 18 Nov 09:30 - Wed 18 Nov 10:31  Ana Sowande",
        "Wed 18 Nov 10:31 - Wed 18 Nov 11:31  Dee Novák (override)",
        "Wed 18 Nov 11:31 - Wed 18 Nov 17:30  Ana Sowande",
    ]


@pytest.mark.parametrize("key", ["PNONE", "../users/me", "a b?c#d", "%2e%2e"])
async def test_an_incident_that_is_not_there(served: Served, key: str) -> None:
    async with served.reader() as made:
        with pytest.raises(PollFailed) as caught:
            await made.detail(ItemRef("pd", Kind.INCIDENT, key))
    assert caught.value.fault.kind is FaultKind.NOT_FOUND
    assert [urlsplit(str(request["path"])).path.count("/") for request in served.world.requests()] == [2]


# -- probe -----------------------------------------------------------------------------------------------------------


async def probe(served: Served, **settings: Any) -> tuple[str, ...]:
    async with served.reader(**settings) as made:
        return await made.probe()


async def test_probe_tells_whose_key_it_is_and_what_it_sees(served: Served) -> None:
    served.time = time.time()
    lines = await probe(served, services=[served.icinga.id, "PTYPO01"], teams=[served.team.id])
    assert lines[0] == "as Ana Sowande <ana.sowande@example.org>, admin"
    assert f"service {served.icinga.id}: GOV.UK Icinga" in lines
    assert "service PTYPO01: does not exist, or this key may not see it" in lines
    assert f"team {served.team.id}: 2nd line" in lines
    assert [line for line in lines if line.startswith("inhours_secondary: GOV.UK Secondary (2nd Call); now ")]
    assert lines[-1] == "clock: agrees with ours"


async def test_probe_names_an_override_and_a_clock_that_is_off(served: Served) -> None:
    served.ours_ahead = timedelta(minutes=10)
    served.sim.override(served.secondary, served.dee, served.time - 60, served.time + 3_600)
    lines = await probe(served, schedules={"secondary": served.secondary.id, "typo": "PTYPO01"})
    assert [line.rpartition("  ")[2] for line in lines if line.startswith("secondary")] == ["Dee Novák (override)"]
    assert "typo, schedule PTYPO01: does not exist, or this key may not see it" in lines
    assert lines[-1] == "clock: PagerDuty's is 10m behind ours; countdowns mislead"


async def test_probe_with_a_key_of_the_account(served: Served) -> None:
    assert "account-level key: From address needed to act, ana.sowande@example.org will be sent" in await probe(
        served, token=ACCOUNT_KEY
    )
    assert "account-level key: From address needed to act: set me.email" in await probe(
        served, token=READ_ONLY_KEY, me=""
    )


async def test_probe_with_somebody_elses_key_or_a_wrong_one(served: Served) -> None:
    lines = await probe(served, me="bo.lukasik@example.org")
    assert "me.email is bo.lukasik@example.org, which is not this key's user: actions will carry that address" in lines
    with pytest.raises(PollFailed) as caught:
        await probe(served, token="wrong")
    assert caught.value.fault.stop


async def test_probe_names_what_the_account_lacks(served: Served) -> None:
    served.sim.account.abilities = ("sso",)
    lines = await probe(served, teams=[served.team.id], urgencies=["high"])
    assert "the account has no teams: leave teams out of the configuration" in lines
    assert "the account has no urgencies: leave urgencies out of the configuration" in lines


# -- as a part of the program ------------------------------------------------------------------------------------------


async def test_made_from_a_configuration(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    served.sim.trigger(RATE, served.icinga)
    source = served.source(token={"env": "PD_TOKEN"})
    monkeypatch.setenv("PD_TOKEN", f"{served.sim.settings()['token']} \n")
    made = await opener("pager", source, Config())()
    assert isinstance(made, PagerDutyReader)
    assert [item.ref.source for item in (await made.fetch()).items][:1] == ["pager"]
    await made.close()
    monkeypatch.setenv("PD_TOKEN", "tökenő")
    with pytest.raises(SecretError):
        reader("pager", source, Config())


async def test_closing_returns_at_once_and_the_loop_is_free_while_a_request_hangs(served: Served) -> None:
    served.break_with("hang")
    async with served.reader(deadline=4) as made:
        polling = asyncio.create_task(made.fetch())
        began = time.monotonic()
        await asyncio.sleep(0.1)
        assert time.monotonic() - began < 2
        polling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await polling
        await made.close()
        assert time.monotonic() - began < 3
    served.world.mend()


async def test_one_thread_a_reader(served: Served) -> None:
    before = {thread for thread in threading.enumerate() if thread.name.startswith("lane:")}
    async with served.reader() as made:
        assert {thread for thread in threading.enumerate() if thread.name.startswith("lane:")} == before
        await asyncio.gather(*(made.fetch() for _ in range(5)), made.probe())
        after = {thread for thread in threading.enumerate() if thread.name.startswith("lane:")}
        assert len(after - before) == 1
