from __future__ import annotations

import pytest

from secondline_tui.domain.actions import Refused, Verb
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.sources.pagerduty import choices
from tests.demo.pager import ANA, HOUR
from tests.sources.pagerduty.conftest import Served


@pytest.fixture
def page(served: Served) -> ItemRef:
    return ItemRef("pd", Kind.INCIDENT, served.sim.trigger("5xx rate", served.icinga))


@pytest.fixture
def turn(served: Served) -> ItemRef:
    return ItemRef("pd", Kind.ON_CALL, served.turn())


async def test_as_whom_and_who_reads_it(served: Served, page: ItemRef, turn: ItemRef) -> None:
    served.sim.override(served.primary, served.bo, served.time, served.time + HOUR)
    async with served.actor() as actor:
        for verb in (Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.SNOOZE, Verb.ESCALATE, Verb.REASSIGN, Verb.RESOLVE):
            preview = await actor.prepare(page, verb)
            assert preview.account == f"Ana Sowande <{ANA}>"
            assert bool(preview.audience) is (verb in (Verb.COMMENT, Verb.RESOLVE))
        for verb in (Verb.OVERRIDE, Verb.END_OVERRIDE):
            assert (await actor.prepare(turn, verb)).account == f"Ana Sowande <{ANA}>"
    assert served.written() == []


async def test_levels_tell_who_would_be_called_and_the_next_is_chosen(served: Served, page: ItemRef) -> None:
    seen = []
    async with served.actor() as actor:
        for _ in range(3):
            preview = await actor.prepare(page, Verb.ESCALATE)
            marked = [choice.key for choice in preview.choices if "has it now" in choice.hint]
            seen.append((marked, preview.chosen))
            served.later(301)
    assert [(choice.key, choice.name) for choice in preview.choices] == [
        ("1", "level 1: Ana Sowande"), ("2", "level 2: Bo Łukasik"), ("3", "level 3: Dee Novák"),
    ]  # fmt: skip
    assert preview.choices[0].hint == "GOV.UK Primary (1st Call)"
    assert seen == [(["1"], "2"), (["2"], "3"), (["3"], "3")]


async def test_a_level_without_anybody_says_so(served: Served) -> None:
    empty = served.sim.add_schedule("nobody's", [])
    served.sim.add_layer(empty, [served.bo], hours=served.day, days=[6])
    empty.layers.pop(0)
    policy = served.sim.add_policy("p", [[served.primary], [empty]])
    ref = ItemRef("pd", Kind.INCIDENT, served.sim.trigger("x", served.sim.add_service("s", policy)))
    async with served.actor() as actor:
        preview = await actor.prepare(ref, Verb.ESCALATE)
    assert [choice.name for choice in preview.choices] == ["level 1: Ana Sowande", "level 2: nobody is on call"]


async def test_people_on_call_come_first_and_before_is_who_has_it(served: Served, page: ItemRef) -> None:
    async with served.actor() as actor:
        preview = await actor.prepare(page, Verb.REASSIGN)
    assert [choice.name for choice in preview.choices] == ["Ana Sowande", "Bo Łukasik", "Cy Ó Dálaigh", "Dee Novák"]
    assert [choice.hint for choice in preview.choices] == [
        "on call: inhours_primary, oncall_primary", "on call: inhours_secondary", "cy.odalaigh@example.org",
        "dee.novak@example.org",
    ]  # fmt: skip
    assert (preview.before, preview.chosen) == (served.ana.id, "")
    assert any("nobody after them" in line for line in preview.changes)


async def test_many_people_are_cut_and_that_is_said_and_one_beyond_may_be_named(
    served: Served, page: ItemRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "MOST_USERS", 150)
    made = [served.sim.add_user(f"Zoë {number:03d}", f"z{number}@example.org") for number in range(400)]
    async with served.actor() as actor:
        preview = await actor.prepare(page, Verb.REASSIGN)
        named = await actor.prepare(page, Verb.REASSIGN, to=made[-1].id)
        with pytest.raises(Refused, match="no user PNONE"):
            await actor.prepare(page, Verb.REASSIGN, to="PNONE")
    listed = len(preview.choices)
    assert 150 <= listed < 250
    assert any(f"more people than the {listed} listed" in line for line in preview.changes)
    assert (named.chosen, named.choices[-1].name) == (made[-1].id, "Zoë 399")


async def test_to_take_over_i_come_first(served: Served, turn: ItemRef) -> None:
    async with served.actor(me=served.dee.email) as actor:
        preview = await actor.prepare(turn, Verb.OVERRIDE)
    assert (preview.chosen, preview.choices[0].name, preview.choices[0].hint) == (served.dee.id, "Dee Novák", "you")
    assert [choice.key for choice in preview.choices].count(served.dee.id) == 1
    assert len(preview.choices) == 4
    assert preview.changes == ("GOV.UK Primary (1st Call): Ana Sowande is on call until Wed 18 Nov 17:30",)


async def test_the_overrides_to_end_are_named(served: Served, turn: ItemRef) -> None:
    async with served.actor() as actor:
        with pytest.raises(Refused, match="no such override"):
            await actor.prepare(turn, Verb.END_OVERRIDE)
        served.sim.override(served.primary, served.bo, served.time, served.time + HOUR)
        served.sim.override(served.primary, served.dee, served.time + HOUR, served.time + 2 * HOUR)
        preview = await actor.prepare(turn, Verb.END_OVERRIDE)
        second = served.primary.overrides[1].id
        assert (await actor.prepare(turn, Verb.END_OVERRIDE, to=second)).chosen == second
        with pytest.raises(Refused, match="no such override"):
            await actor.prepare(turn, Verb.END_OVERRIDE, to="QNONE")
    assert [(choice.name, choice.hint) for choice in preview.choices] == [
        ("Bo Łukasik", "Wed 18 Nov 09:31 - Wed 18 Nov 10:31"), ("Dee Novák", "Wed 18 Nov 10:31 - Wed 18 Nov 11:31"),
    ]  # fmt: skip
    assert preview.chosen == served.primary.overrides[0].id


async def test_an_override_that_was_just_ended_is_not_named(served: Served, turn: ItemRef) -> None:
    served.later(0.4)
    served.sim.override(served.primary, served.bo, served.time - HOUR, served.time + HOUR)
    served.sim.override(served.primary, served.dee, served.time + HOUR, served.time + 2 * HOUR)
    async with served.actor() as actor:
        await actor.send(served.intent(Verb.END_OVERRIDE, turn.key, to=served.primary.overrides[0].id))
        preview = await actor.prepare(turn, Verb.END_OVERRIDE)
    assert [choice.name for choice in preview.choices] == ["Dee Novák"]


async def test_what_is_gone_or_cannot_be_done_is_told_before_the_prompt(served: Served, page: ItemRef) -> None:
    async with served.actor() as actor:
        for ref, verb, words in (
            (ItemRef("pd", Kind.INCIDENT, "PGONE"), Verb.ACKNOWLEDGE, "no longer has this incident"),
            (ItemRef("pd", Kind.INCIDENT, "PGONE"), Verb.COMMENT, "no longer has this incident"),
            (ItemRef("pd", Kind.ON_CALL, "PGONE/nobody/role"), Verb.OVERRIDE, "no longer has this schedule"),
            (page, Verb.OVERRIDE, "no way to override"),
            (ItemRef("pd", Kind.ON_CALL, served.turn()), Verb.ACKNOWLEDGE, "no way to acknowledge"),
        ):
            with pytest.raises(Refused, match=words):
                await actor.prepare(ref, verb)
