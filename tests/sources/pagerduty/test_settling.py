from __future__ import annotations

from datetime import timedelta

import pytest

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.sources.clocks import UNTIMELY
from tests.sources.pagerduty.acting import NOBODY, of
from tests.sources.pagerduty.conftest import Served

LONG = "\r\n".join(
    f"{number:02d}\ttab, 🚨 👩‍💻 emoji, *markdown* `code`, \"quotes\" 'n' so, [bold]markup[/], \\n trailing   "
    for number in range(60)
)


# -- notes -----------------------------------------------------------------------------------------------------------


async def test_a_long_note_arrives_exactly_as_typed(served: Served, page: str) -> None:
    intent = served.intent(Verb.COMMENT, page, text=LONG)
    async with served.actor() as actor:
        receipt = await actor.send(intent)
        assert actor.as_kept(Verb.COMMENT, LONG) == LONG
        assert [note.content for note in served.sim.account.book.notes[page]] == [LONG]
        assert served.acts()[0]["content"] == LONG
        found = await actor.settle(intent, served.now(), NOBODY)
        assert (found.there, found.remote, found.told, receipt.told) == (True, receipt.remote, "", "")


async def test_two_identical_notes_of_ours_are_told_apart(served: Served, page: str) -> None:
    intent = of(served, Verb.COMMENT, page)
    async with served.actor() as actor:
        remotes = [(await actor.send(intent)).remote for _ in range(2)]
        first = await actor.settle(intent, served.now(), NOBODY)
        second = await actor.settle(intent, served.now(), {first.remote})
        assert sorted([first.remote, second.remote]) == sorted(remotes)
        assert (await actor.settle(intent, served.now(), set(remotes))).there is False


async def test_an_older_identical_note_of_ours_is_not_this_one(served: Served, page: str) -> None:
    served.sim.note(page, served.ana, "looking", ago=200)
    intent = of(served, Verb.COMMENT, page)
    async with served.actor() as actor:
        finding = await actor.settle(intent, served.now(), NOBODY)
    assert (finding.there, finding.told) == (None, UNTIMELY), "without a stamp, only clocks say that it is older"


async def test_an_identical_note_that_the_prompt_saw_is_not_this_one_however_new(served: Served, page: str) -> None:
    served.sim.note(page, served.ana, "looking")
    async with served.actor() as actor:
        preview = await actor.prepare(of(served, Verb.COMMENT, page).ref, Verb.COMMENT)
        intent = served.intent(Verb.COMMENT, page, text="looking", stamp=preview.stamp)
        assert (await actor.settle(intent, served.now(), NOBODY)).there is False
        receipt = await actor.send(intent)
        assert (await actor.settle(intent, served.now(), NOBODY)).remote == receipt.remote


async def test_the_clocks_may_differ_by_a_minute(served: Served, page: str) -> None:
    intent = of(served, Verb.COMMENT, page)
    async with served.actor() as actor:
        await actor.send(intent)
        for ahead in (-60, 60):
            sent_at = served.now() + timedelta(seconds=ahead)
            assert (await actor.settle(intent, sent_at, NOBODY)).there


async def test_a_note_kept_with_other_white_space_is_ours_and_that_is_told(served: Served, page: str) -> None:
    intent = served.intent(Verb.COMMENT, page, text="one  \r\ntwo\n")
    served.sim.note(page, served.ana, "one\ntwo")
    async with served.actor() as actor:
        found = await actor.settle(intent, served.now(), NOBODY)
    assert (found.there, "white space" in found.told) == (True, True)


async def test_a_note_that_cannot_be_understood_may_be_ours(
    served: Served, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.sim.note(page, served.bo, "looking")
    shown = type(served.sim.account.book.notes[page][0]).shown
    monkeypatch.setattr(
        "secondline_tui.demo.pagerduty.incidents.Note.shown", lambda note: {**shown(note), "content": None}
    )
    async with served.actor() as actor:
        with pytest.raises(PollFailed) as caught:
            await actor.settle(of(served, Verb.COMMENT, page), served.now(), NOBODY)
    assert "may be ours" in caught.value.fault.message
