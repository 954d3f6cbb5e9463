"""Taking back what was set: the prompt tells where that leads, and a colleague's newer word is not lost unseen."""

from __future__ import annotations

import pytest

from secondline_tui.domain.actions import Choice, Preview, State, Verb
from secondline_tui.domain.text import clean
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from tests.fakes.items import card, ticket
from tests.ui.desk import Desk, acting

PRIORITIES = tuple(Choice(key=word, name=clean(word.upper())) for word in ("urgent", "high", "normal", "low"))


def now_is(found: Desk, priority: str) -> None:
    """What Zendesk says of any ticket from now on."""
    preview = Preview(choices=PRIORITIES, chosen=priority, before=priority, stamp=f"seen {priority}")
    found.actors["zendesk"].previews[Verb.PRIORITY] = preview


async def set_to_normal(found: Desk, tickets: int = 1) -> None:
    """Set the priority of as many tickets from low to normal, and see that done."""
    now_is(found, "low")
    await found.answer("zendesk", *(ticket(str(n), priority=clean("low")) for n in range(tickets)))
    await found.press("3", *["space"] * (tickets if tickets > 1 else 0), "P")
    await found.until(lambda: found.prompt.to().key == "low")
    await found.press("up", "enter")
    if tickets > 1:
        await found.until(lambda: isinstance(found.app.screen, ConfirmScreen))
        await found.press("y")
    await found.until(lambda: len(found.outbox.ledger.mine) == tickets)
    for _ in range(20):
        await found.clock.advance(0.5)
    assert {action.state for action in found.outbox.ledger.mine} == {State.CONFIRMED}
    assert [sent.to for sent in found.sent] == ["normal"] * tickets


async def take_back(found: Desk) -> None:
    await found.press("z")
    await found.until(lambda: not found.prompt.asking.pending)


async def test_the_prompt_tells_where_taking_back_leads() -> None:
    async with acting("zendesk") as found:
        await set_to_normal(found)
        now_is(found, "normal")
        await take_back(found)
        assert "from NORMAL to LOW" in found.text
        assert "meanwhile" not in found.text
        await found.press("enter")
        await found.until(lambda: len(found.sent) == 2)
        last = found.sent[-1]
        assert (last.verb, last.to, last.to_name, last.stamp) == (Verb.PRIORITY, "low", "LOW", "seen normal")


async def test_what_a_colleague_set_meanwhile_is_told_and_overwritten_only_on_purpose() -> None:
    async with acting("zendesk") as found:
        await set_to_normal(found)
        now_is(found, "urgent")
        await take_back(found)
        assert "from URGENT to LOW" in found.text
        for _ in range(2):
            await found.press("enter")
            await found.until(lambda: "^G sends it all the same" in found.text)
            assert found.prompt.remark.startswith("meanwhile it was set to URGENT")
            assert len(found.sent) == 1
        await found.press("ctrl+g")
        await found.until(lambda: len(found.sent) == 2)
        last = found.sent[-1]
        assert (last.to, last.before, last.stamp) == ("low", "urgent", "seen urgent")


async def test_a_key_that_was_hit_before_the_service_told_of_it_sends_nothing() -> None:
    async with acting("zendesk") as found:
        await set_to_normal(found)
        now_is(found, "urgent")
        found.actors["zendesk"].previewing.clear()
        await found.press("z", "enter")
        found.actors["zendesk"].previewing.set()
        await found.until(lambda: "^G sends it all the same" in found.text)
        assert len(found.sent) == 1


async def test_of_several_those_that_a_colleague_has_set_are_told() -> None:
    async with acting("zendesk") as found:
        await set_to_normal(found, tickets=2)
        now_is(found, "high")
        await take_back(found)
        assert found.text.count("meanwhile it was set to HIGH; from HIGH to LOW") == 2
        await found.press("y")
        await found.until(lambda: "^G sends it all the same" in found.text)
        assert "meanwhile it was set to HIGH, and 1 more" in found.prompt.remark
        assert len(found.sent) == 2
        await found.press("ctrl+g")
        await found.until(lambda: len(found.sent) == 4)


@pytest.mark.parametrize(("now", "told"), [("2", False), ("3", True)])
async def test_a_card_that_was_moved_on_is_not_moved_back_unseen(now: str, told: bool) -> None:
    lists = tuple(Choice(key=str(n), name=clean(f"list {n}")) for n in (1, 2, 3))
    async with acting("trello") as found:
        actor = found.actors["trello"]
        actor.previews[Verb.MOVE] = Preview(choices=lists, chosen="1", before="1")
        await found.answer("trello", card("c"))
        await found.press("4", "m")
        await found.until(lambda: found.prompt.to().key == "1")
        await found.press("down", "enter")
        await found.until(lambda: bool(found.sent))
        await found.clock.advance(5)
        actor.previews[Verb.MOVE] = Preview(choices=lists, chosen=now, before=now)
        await take_back(found)
        assert f"from list {now} to list 1" in found.text
        assert ("meanwhile it was set to list 3" in found.text) is told
        await found.press("enter")
        await found.until(lambda: len(found.sent) == 2 or "^G" in found.text)
        assert len(found.sent) == (1 if told else 2)
