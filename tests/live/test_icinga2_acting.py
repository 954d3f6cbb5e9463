"""Each verb on a real Icinga 2, seen afterwards in what Icinga itself tells its administrator."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.config.sources import Icinga2
from secondline_tui.domain.actions import Finding, Intent, NotSent, Refused, Unanswered, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.access import access
from secondline_tui.sources.icinga2.actor import Icinga2Actor, actor
from tests.live.icinga2 import PASSWORDS, Icinga, host, service
from tests.live.relay import mute
from tests.sources.icinga2.acting import LONG

pytestmark = pytest.mark.live

ME = "Zoë Ångström"
HOUR = timedelta(hours=1)
ODD = ("web1!|| true", "web1!* \\' %21 ä", "web1!load ")
LIVE, PAUSED = "live!live", "live!paused"
_DUMMY = (
    'check_command = "dummy"; check_interval = 1h; retry_interval = 1h; max_check_attempts = 1; vars.dummy_state = 2'
)
_numbers = itertools.count()


def named(full_name: str) -> str:
    """A service whose name is not to be taken for anything else."""
    return service(full_name.replace("\\", "\\\\"))


@pytest.fixture(scope="module")
def icinga() -> Iterator[Icinga]:
    names = [f"{of}!s{number}" for of in ("web1", "db1") for number in range(40)]
    things = [host("web1"), host("db1"), host("up1"), *map(service, names), *map(named, ODD)]
    checked = f'object Host "live" {{ {_DUMMY} }}\nobject Service "live" {{ host_name = "live"; {_DUMMY} }}'
    paused = f'object Service "paused" {{ host_name = "live"; enable_active_checks = false; {_DUMMY} }}'
    with Icinga("\n".join([*things, checked, paused])) as started:
        started.check([*names, *ODD], 2, "CRITICAL - it is bad")
        started.check(["web1", "db1"], 1, "DOWN")
        started.check(["up1"], 0, "UP")
        yield started


@pytest.fixture
def name() -> str:
    """A service in trouble that no other test uses."""
    return f"web1!s{next(_numbers)}"


@asynccontextmanager
async def acting(icinga: Icinga, user: str = "hands", **extra: object) -> AsyncIterator[Icinga2Actor]:
    source = Icinga2.model_validate(icinga.settings(user, **extra))
    made = actor("icinga", source, Config(me=Me(name=ME)))
    try:
        yield made
    finally:
        await made.close()


def ref(name: str) -> ItemRef:
    return ItemRef("icinga", Kind.ALERT, name)


def intent(verb: Verb, name: str, text: str = "", author: str = ME, **more: Any) -> Intent:
    told = {"id": "i", "ref": ref(name), "item": SafeText(name), "at": datetime.now(UTC), **more}
    return Intent(verb=verb, text=text, author=author, **told)


async def done(made: Icinga2Actor, meant: Intent) -> Finding:
    """What is found once it was sent; it was not there before."""
    if meant.verb not in (Verb.UNACKNOWLEDGE, Verb.END_DOWNTIME):
        assert (await made.settle(meant, meant.at, frozenset())).there is False
    sent_at = datetime.now(UTC)
    receipt = await made.send(meant)
    found = await settled(made, meant, sent_at)
    assert receipt.remote in ("", found.remote)
    return found


async def settled(made: Icinga2Actor, meant: Intent, sent_at: datetime) -> Finding:
    end = time.monotonic() + 8
    while True:
        found = await made.settle(meant, sent_at, frozenset())
        if found.there or time.monotonic() > end:
            return found
        await asyncio.sleep(0.1)


async def refusal(work: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await work
    assert not any(secret in str(caught.value) for secret in PASSWORDS.values())
    return caught.value


def of(icinga: Icinga, name: str, *attrs: str) -> dict[str, Any]:
    """What Icinga tells of a service or host."""
    plural, attr = ("services", "service") if "!" in name else ("hosts", "host")
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return icinga.found(plural, f'{attr}.__name == "{quoted}"', *attrs)[name]


def remarks(icinga: Icinga, plural: str, name: str, *attrs: str) -> dict[str, dict[str, Any]]:
    found = icinga.found(plural, "true", *attrs)
    return {one: told for one, told in found.items() if one.rpartition("!")[0] == name}


# -- verbs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sticky", [False, True])
async def test_acknowledge_and_unacknowledge(icinga: Icinga, name: str, sticky: bool) -> None:
    async with acting(icinga, acknowledge={"sticky": sticky, "persistent": sticky, "expiry": "1h"}) as made:
        assert (await made.prepare(ref(name), Verb.ACKNOWLEDGE)).account == f"{ME}, through Icinga's user hands"
        found = await done(made, intent(Verb.ACKNOWLEDGE, name, "looking\nat it"))
        assert found.there is True
        told = of(icinga, name, "acknowledgement", "acknowledgement_expiry")
        assert told["acknowledgement"] == 1 + sticky
        assert abs(told["acknowledgement_expiry"] - time.time() - 3_600) < 30
        (comment,) = remarks(icinga, "comments", name, "author", "text", "entry_type", "persistent").items()
        assert comment[0] == found.remote
        assert comment[1] == {"author": ME, "text": "looking\nat it", "entry_type": 4, "persistent": sticky}
        preview = await made.prepare(ref(name), Verb.UNACKNOWLEDGE)
        assert preview.changes == (f"it is acknowledged by {ME}: looking at it",)
        assert (await done(made, intent(Verb.UNACKNOWLEDGE, name, stamp=preview.stamp))).there is True
        assert of(icinga, name, "acknowledgement")["acknowledgement"] == 0
        assert len(remarks(icinga, "comments", name, "text")) == sticky
        assert "not acknowledged" in (await refusal(made.prepare(ref(name), Verb.UNACKNOWLEDGE))).reason


async def test_until_when_the_person_says(icinga: Icinga, name: str) -> None:
    until = datetime.now(UTC) + 2 * HOUR
    async with acting(icinga) as made:
        assert (await done(made, intent(Verb.ACKNOWLEDGE, name, "x", until=until))).there is True
    expiry = of(icinga, name, "acknowledgement_expiry")["acknowledgement_expiry"]
    assert abs(expiry - until.timestamp()) < 1


async def test_a_host_and_a_service_of_it(icinga: Icinga, name: str) -> None:
    async with acting(icinga) as made:
        assert (await done(made, intent(Verb.ACKNOWLEDGE, "web1", "the host"))).there is True
        assert of(icinga, name, "acknowledgement")["acknowledgement"] == 0
        assert (await done(made, intent(Verb.COMMENT, "web1", "only the host"))).there is True
        assert remarks(icinga, "comments", name, "text") == {}
        no = await refusal(made.send(intent(Verb.ACKNOWLEDGE, "web1", "again")))
        assert no.reason == f"already acknowledged by {ME}: the host"
        assert (await refusal(made.send(intent(Verb.ACKNOWLEDGE, "up1", "x")))).reason == "Host up1 is UP."


async def test_sixty_awkward_lines_arrive_as_typed_and_outlast_a_restart(icinga: Icinga, name: str) -> None:
    async with acting(icinga) as made:
        assert made.as_kept(Verb.COMMENT, LONG) == LONG
        meant = intent(Verb.COMMENT, name, LONG)
        found = await done(made, meant)
        assert found.there is True
        assert remarks(icinga, "comments", name, "author", "text") == {found.remote: {"author": ME, "text": LONG}}
        icinga.restart()
        assert await settled(made, meant, meant.at) == found


@pytest.mark.parametrize("text", ["before\0after", "half \udc80 a letter", "\ufeff\x1b[31mred\x07\x85\x7f", " x "])
async def test_it_keeps_what_we_say_that_it_keeps(icinga: Icinga, name: str, text: str) -> None:
    async with acting(icinga) as made:
        found = await done(made, intent(Verb.COMMENT, name, text))
        assert found.there is True
        assert remarks(icinga, "comments", name, "text")[found.remote] == {"text": made.as_kept(Verb.COMMENT, text)}


async def test_downtimes(icinga: Icinga, name: str) -> None:
    async with acting(icinga) as made:
        meant = intent(Verb.DOWNTIME, name, "reboot", until=datetime.now(UTC) + 2 * HOUR)
        first = await done(made, meant)
        assert first.there is True
        assert of(icinga, name, "downtime_depth")["downtime_depth"] == 1
        told = remarks(icinga, "downtimes", name, "author", "comment", "fixed", "end_time")[first.remote]
        assert meant.until is not None
        assert abs(told.pop("end_time") - meant.until.timestamp()) < 0.01
        assert told == {"author": ME, "comment": "reboot", "fixed": True}
        second = await done(made, intent(Verb.DOWNTIME, name, "again", until=datetime.now(UTC) + HOUR))
        preview = await made.prepare(ref(name), Verb.END_DOWNTIME)
        assert [(choice.key, choice.hint) for choice in preview.choices] == [
            (first.remote, "reboot"),
            (second.remote, "again"),
        ]
        assert "choose one" in (await refusal(made.send(intent(Verb.END_DOWNTIME, name)))).reason
        assert (await done(made, intent(Verb.END_DOWNTIME, name, to=second.remote))).there is True
        assert remarks(icinga, "downtimes", name, "author").keys() == {first.remote}
        assert "over already" in (await refusal(made.send(intent(Verb.END_DOWNTIME, name, to=second.remote)))).reason
        await refusal(made.send(intent(Verb.END_DOWNTIME, "db1!s0", to=first.remote)))
        assert (await done(made, intent(Verb.END_DOWNTIME, name))).there is True
        assert of(icinga, name, "downtime_depth")["downtime_depth"] == 0


@pytest.mark.parametrize("checked", [LIVE, "live"])
async def test_a_recheck_is_made_at_once(icinga: Icinga, checked: str) -> None:
    async with acting(icinga) as made:
        for _ in range(2):
            before = of(icinga, checked, "last_check")["last_check"]
            assert (await done(made, intent(Verb.RECHECK, checked))).there is True
            assert of(icinga, checked, "last_check")["last_check"] > before
            await asyncio.sleep(1)


async def test_what_others_report_is_not_checked_by_force(icinga: Icinga, name: str) -> None:
    async with acting(icinga) as made:
        for checked in (name, "web1", PAUSED):
            assert "does not check it itself" in (await refusal(made.prepare(ref(checked), Verb.RECHECK))).reason
            assert "does not check it itself" in (await refusal(made.send(intent(Verb.RECHECK, checked)))).reason
            assert (await made.settle(intent(Verb.RECHECK, checked), datetime.now(UTC), frozenset())).there is None
    assert of(icinga, name, "state")["state"] == 2
    icinga.act("reschedule-check", [name], force=True)
    await asyncio.sleep(1)
    assert of(icinga, name, "state")["state"] == 3, "this is why: what was reported is lost"


# -- refusals ------------------------------------------------------------------------------------------------------


async def test_already_acknowledged_tells_by_whom(icinga: Icinga, name: str) -> None:
    icinga.act("acknowledge-problem", [name], author="Bo", comment="mine since 9")
    async with acting(icinga) as made:
        for work in (made.send(intent(Verb.ACKNOWLEDGE, name, "x")), made.prepare(ref(name), Verb.ACKNOWLEDGE)):
            no = await refusal(work)
            assert (no.reason, no.forbidden) == ("already acknowledged by Bo: mine since 9", False)
        found = await made.settle(intent(Verb.ACKNOWLEDGE, name, "x"), datetime.now(UTC), frozenset())
        assert (found.there, found.told) == (False, "acknowledged by Bo: mine since 9")
        seen = await made.prepare(ref(name), Verb.UNACKNOWLEDGE)
        icinga.act("remove-acknowledgement", [name])
        icinga.act("acknowledge-problem", [name], author="Cy", comment="no, mine")
        no = await refusal(made.send(intent(Verb.UNACKNOWLEDGE, name, stamp=seen.stamp)))
        assert no.reason == "meanwhile it was acknowledged by Cy: no, mine"
    assert len(remarks(icinga, "comments", name, "text")) == 1


async def test_what_is_well_and_what_is_past(icinga: Icinga, name: str) -> None:
    async with acting(icinga) as made:
        past = intent(Verb.ACKNOWLEDGE, name, "x", until=datetime.now(UTC) - HOUR)
        assert "must be in the future" in (await refusal(made.send(past))).reason
        icinga.check([name], 0, "OK")
        assert (await refusal(made.send(intent(Verb.ACKNOWLEDGE, name, "x")))).reason == f"Service {name} is OK."
        assert "no problem any more" in (await refusal(made.prepare(ref(name), Verb.ACKNOWLEDGE))).reason


@pytest.mark.parametrize("gone", ["web1!gone", "gone", "|| true", "gone!|| true", "web1!*", "web*!s1"])
async def test_a_name_that_does_not_exist_is_nothing_else(icinga: Icinga, gone: str) -> None:
    before = icinga.found("comments", "true", "text")
    async with acting(icinga) as made:
        for verb in (Verb.ACKNOWLEDGE, Verb.UNACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME, Verb.RECHECK):
            meant = intent(verb, gone, "x", until=datetime.now(UTC) + HOUR)
            no = await refusal(made.send(meant))
            assert ("no longer" in no.reason, no.forbidden) == (True, False)
            assert (await made.settle(meant, meant.at, frozenset())).there is None
    assert icinga.found("comments", "true", "text") == before


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_name_is_that_object_only(icinga: Icinga, odd: str) -> None:
    everywhere = icinga.found("comments", "true", "text").keys()
    async with acting(icinga) as made:
        found = await done(made, intent(Verb.ACKNOWLEDGE, odd, "this one"))
        assert found.there is True
        assert (await done(made, intent(Verb.UNACKNOWLEDGE, odd))).there is True
        comment = await done(made, intent(Verb.COMMENT, odd, "this one"))
        downtime = await done(made, intent(Verb.DOWNTIME, odd, "this one", until=datetime.now(UTC) + HOUR))
        assert (await done(made, intent(Verb.END_DOWNTIME, odd, to=downtime.remote))).there is True
    assert icinga.found("comments", "true", "text").keys() - everywhere == {comment.remote}


async def test_a_missing_permission_is_learnt_for_good(icinga: Icinga, name: str) -> None:
    async with acting(icinga, "commenter") as made:
        assert (await made.prepare(ref(name), Verb.COMMENT)).account
        for verb, right in ((Verb.ACKNOWLEDGE, "acknowledge-problem"), (Verb.DOWNTIME, "schedule-downtime")):
            meant = intent(verb, name, "x", until=datetime.now(UTC) + HOUR)
            for no in (await refusal(made.send(meant)), await refusal(made.prepare(ref(name), verb))):
                assert (no.forbidden, f"permission actions/{right}" in no.reason) == (True, True)
        meant = intent(Verb.COMMENT, name, "may this")
        await made.send(meant)
        assert (await made.settle(meant, meant.at, frozenset())).there is True, "it may not ask for the time either"


async def test_a_permission_for_some_hosts_only(icinga: Icinga, name: str) -> None:
    async with acting(icinga, "team-hands") as made:
        no = await refusal(made.send(intent(Verb.ACKNOWLEDGE, name, "x")))
        assert not no.forbidden
        meant = intent(Verb.ACKNOWLEDGE, "db1!s3", "x")
        await made.send(meant)
        assert (await made.settle(meant, meant.at, frozenset())).there is True
    assert of(icinga, name, "acknowledgement")["acknowledgement"] == 0


async def test_a_wrong_password(icinga: Icinga, name: str) -> None:
    async with acting(icinga, password="wr0ng") as made:
        no = await refusal(made.send(intent(Verb.COMMENT, name, "x")))
        assert (no.forbidden, "wr0ng" in no.reason) == (True, False)


async def test_the_readers_connection_writes_nothing(icinga: Icinga, name: str) -> None:
    http = access(Icinga2.model_validate(icinga.settings("hands")), Http)
    body = {"type": "Service", "service": name, "author": "x", "comment": "x"}
    with pytest.raises(PollFailed, match="read-only"):
        await http.body("POST", "/v1/actions/add-comment", json=body)
    await http.close()
    assert remarks(icinga, "comments", name, "text") == {}


# -- reading back --------------------------------------------------------------------------------------------------


async def test_older_words_of_ours_a_colleagues_and_those_of_other_actions_are_not_this_ones(
    icinga: Icinga, name: str
) -> None:
    icinga.act("add-comment", [name], author=ME, comment="again")
    await asyncio.sleep(1)
    async with acting(icinga) as made:
        meant = intent(Verb.COMMENT, name, "again")
        icinga.act("add-comment", [name], author="Bo", comment="again")
        icinga.act("add-comment", [name], author=ME, comment="again ")
        assert (await made.settle(meant, meant.at, frozenset())).there is False
        first, second = [(await made.send(meant)).remote for _ in range(2)]
        assert (await made.settle(meant, meant.at, frozenset())).remote == first
        assert (await made.settle(meant, meant.at, frozenset({first}))).remote == second
        assert (await made.settle(meant, meant.at, frozenset({first, second}))).there is False


async def test_an_acknowledgement_that_has_ended_since(icinga: Icinga, name: str) -> None:
    async with acting(icinga, acknowledge={"persistent": True}) as made:
        meant = intent(Verb.ACKNOWLEDGE, name, "x")
        await made.send(meant)
        icinga.check([name], 1, "WARNING")
        found = await made.settle(meant, meant.at, frozenset())
        assert (found.there, found.told) == (True, "the acknowledgement has ended since")


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME])
async def test_an_answer_that_is_lost_on_the_way_is_found_by_reading_back(
    icinga: Icinga, name: str, verb: Verb
) -> None:
    meant = intent(verb, name, "into the void", until=datetime.now(UTC) + HOUR)
    with mute(icinga.port) as port:
        async with acting(icinga, url=f"https://localhost:{port}") as cut_off:
            with pytest.raises(Unanswered):
                await cut_off.send(meant)
    async with acting(icinga) as made:
        found = await settled(made, meant, meant.at)
        assert found.there is True
        assert (await made.settle(meant, meant.at, frozenset({found.remote}))).there is False, "it was done once"


async def test_a_server_that_is_not_there(icinga: Icinga, name: str) -> None:
    meant = intent(Verb.COMMENT, name, "into the void")
    async with acting(icinga) as made:
        icinga.stop()
        try:
            with pytest.raises(NotSent):
                await made.send(meant)
            with pytest.raises(NotSent):
                await made.send(intent(Verb.RECHECK, LIVE))
            with pytest.raises(PollFailed):
                await made.settle(meant, meant.at, frozenset())
        finally:
            icinga.start()
        assert (await made.settle(meant, meant.at, frozenset())).there is False
