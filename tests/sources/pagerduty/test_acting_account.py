from __future__ import annotations

from datetime import UTC, datetime

import pytest

from secondline_tui.config.models import Config
from secondline_tui.demo.pagerduty.account import ACCOUNT_KEY, READ_ONLY_KEY
from secondline_tui.domain.actions import Refused, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.actors import actor_opener
from tests.demo.pager import ANA
from tests.sources.pagerduty.acting import NOBODY, VERBS, of, refused
from tests.sources.pagerduty.conftest import Served

# -- who acts --------------------------------------------------------------------------------------------------------


async def test_a_users_own_key_tells_who_acts_where_the_configuration_does_not(served: Served, page: str) -> None:
    async with served.actor(me="") as actor:
        await actor.send(of(served, Verb.COMMENT, page))
        preview = await actor.prepare(of(served, Verb.COMMENT, page).ref, Verb.COMMENT)
    assert served.acts()[0]["by"] == "Ana Sowande"
    assert preview.account == f"Ana Sowande <{ANA}>"


async def test_a_key_of_the_whole_account_acts_as_whom_the_configuration_names(served: Served, page: str) -> None:
    intent = of(served, Verb.COMMENT, page)
    async with served.actor(token=ACCOUNT_KEY, me="Bo.Lukasik@example.org") as actor:
        preview = await actor.prepare(intent.ref, Verb.COMMENT)
        await actor.send(intent)
        assert (await actor.settle(intent, served.now(), NOBODY)).there
    assert preview.account == "Bo Łukasik <bo.lukasik@example.org>"
    assert served.acts()[0]["by"] == "Bo Łukasik"


async def test_without_anybody_to_act_it_is_told_how_to_mend_it(served: Served, page: str) -> None:
    intent = of(served, Verb.COMMENT, page)
    async with served.actor(token=ACCOUNT_KEY, me="") as actor:
        with pytest.raises(Refused, match=r"set me\.email"):
            await actor.prepare(intent.ref, Verb.COMMENT)
        assert "set me.email" in (await refused(actor, intent)).reason
        assert (await actor.settle(intent, served.now(), NOBODY)).there is None
    assert served.written() == []


async def test_an_address_that_nobody_has_is_told(served: Served, page: str) -> None:
    intent = of(served, Verb.COMMENT, page)
    async with served.actor(me="ana@elsewhere.example") as actor:
        with pytest.raises(Refused, match=r"no user with the address ana@elsewhere\.example"):
            await actor.prepare(intent.ref, Verb.COMMENT)
        assert "Requester User Not Found" in (await refused(actor, intent)).reason
    async with served.actor(me="ana\n@example.org") as actor:
        assert "me.email" in (await refused(actor, intent)).reason
    assert served.acts() == []


async def test_a_read_only_key_may_never_act(served: Served, page: str) -> None:
    async with served.actor(token=READ_ONLY_KEY) as actor:
        for verb in VERBS:
            no = await refused(actor, of(served, verb, page))
            assert (no.forbidden, "read-only" in no.reason) == (True, True)
    assert served.acts() == []


async def test_who_acts_is_asked_once(served: Served, page: str) -> None:
    async with served.actor(me="") as actor:
        for _ in range(3):
            await actor.send(of(served, Verb.COMMENT, page))
            await actor.settle(of(served, Verb.COMMENT, page), served.now(), NOBODY)
    assert served.asked()["/users/me"] == 1


# -- read-only -------------------------------------------------------------------------------------------------------


async def test_nothing_is_written_through_the_library_on_the_readers_or_the_prompts_session(
    served: Served, page: str
) -> None:
    async with served.actor() as actor, served.reader() as reader:
        for session in (reader._api.session, actor._reads.session):
            resolved = {"type": "incident", "status": "resolved"}
            for write, path, body in (
                (session.rput, f"/incidents/{page}", resolved),
                (session.rpost, f"/incidents/{page}/notes", {"content": "x"}),
                (session.rdelete, f"/schedules/{served.primary.id}/overrides/Q", None),
                (session.jpost, "/incidents", {}),
            ):
                with pytest.raises(PollFailed) as caught:
                    write(path, json=body)
                assert caught.value.fault.kind is FaultKind.FORBIDDEN
    assert served.written() == []


async def test_the_registry_makes_an_actor_unless_it_is_read_only(served: Served, page: str) -> None:
    config = Config.model_validate({"me": {"email": ANA}})
    assert actor_opener("pd", served.source(read_only=True), config) is None
    open_it = actor_opener("pd", served.source(), config)
    assert open_it is not None
    actor = await open_it()
    await actor.send(served.intent(Verb.COMMENT, page, text="x", at=datetime.now(UTC)))
    await actor.close()
    assert len(served.acts()) == 1
