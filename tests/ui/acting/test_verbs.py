"""Each verb from its key to the intent: the right item, and exactly what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from secondline_tui.domain.actions import Choice, Intent, Preview, Verb
from secondline_tui.domain.items import Alert, Card, Handling, Incident, Item, OnCall, Ticket
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.ui.commands import BY_ID
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.ui.desk import Desk, Typed, acting

PANES: dict[type[Item], str] = {Incident: "1", Alert: "2", Ticket: "3", Card: "4"}
BO = Handling(by=clean("Bo"), comment=clean("mine"))


def choices(*keys: str) -> tuple[Choice, ...]:
    return tuple(Choice(key=key, name=clean(f"the {key}")) for key in keys)


async def only(found: Desk, source: str, item: Item, verb: Verb, preview: Preview) -> None:
    """One item, selected, and what its service says beforehand."""
    found.actors[source].previews[verb] = preview
    await found.answer(source, item)
    await found.press(PANES[type(item)])


async def sent(found: Desk) -> Intent:
    await found.until(lambda: bool(found.sent))
    (intent,) = found.sent
    return intent


@pytest.mark.parametrize(
    ("source", "item", "keys", "verb", "text", "until"),
    [
        ("icinga", alert("a"), "a", Verb.ACKNOWLEDGE, "looking", None),
        ("icinga", alert("a"), "c", Verb.COMMENT, "seen", None),
        ("icinga", alert("a"), "d", Verb.DOWNTIME, "disk swap", timedelta(hours=2)),
        ("alertmanager", alert("a", source="alertmanager"), "a", Verb.SILENCE, "known", timedelta(hours=2)),
        ("alertmanager", alert("a", source="alertmanager"), "d", Verb.SILENCE, "known", timedelta(hours=2)),
        ("pagerduty", incident("P"), "c", Verb.COMMENT, "calling the vendor", None),
        ("zendesk", ticket("7"), "c", Verb.COMMENT, "ask Bo", None),
        ("trello", card("c"), "c", Verb.COMMENT, "again today", None),
    ],
)
async def test_what_takes_a_text_is_sent_with_it(
    source: str, item: Item, keys: str, verb: Verb, text: str, until: timedelta | None
) -> None:
    matchers = (Matcher("alertname", "x"),)
    async with acting("icinga", "alertmanager", "pagerduty", "zendesk", "trello") as found:
        stamped = Preview(stamp="v1", before="old", matchers=matchers if verb is Verb.SILENCE else ())
        await only(found, source, item, verb, stamped)
        await found.press(keys)
        assert item.name_line in found.text
        await found.press(Typed(text), "ctrl+s")
        intent = await sent(found)
        assert (intent.ref, intent.verb, intent.text, intent.item) == (item.ref, verb, text, item.name_line)
        assert intent.until == (BEGIN + until if until else None)
        assert (intent.stamp, intent.before, intent.matchers) == ("v1", "old", stamped.matchers)


@pytest.mark.parametrize(
    ("source", "item", "keys", "verb"),
    [
        ("icinga", alert("a", acknowledged=BO), ("u", "enter"), Verb.UNACKNOWLEDGE),
        ("icinga", alert("a"), ("t", "enter"), Verb.RECHECK),
        ("pagerduty", incident("P"), ("a", "enter"), Verb.ACKNOWLEDGE),
        ("pagerduty", incident("P"), ("s", "y"), Verb.RESOLVE),
        ("zendesk", ticket("7"), ("a", "enter"), Verb.TAKE),
        ("trello", card("c"), ("s", "y"), Verb.ARCHIVE),
        ("trello", card("c", due=ago(hours=1)), ("s", "enter", "enter"), Verb.DONE),
        ("trello", card("c", due=ago(hours=1), due_done=True), ("s", "enter", "enter"), Verb.UNDONE),
        ("trello", card("c", due=ago(hours=1)), ("s", "down", "enter", "y"), Verb.ARCHIVE),
    ],
)
async def test_what_takes_no_text_needs_one_more_key(
    source: str, item: Item, keys: tuple[str, ...], verb: Verb
) -> None:
    async with acting() as found:
        await only(found, source, item, verb, Preview(stamp="v1"))
        *before, last = keys
        await found.press(*before)
        assert item.name_line in found.text
        assert found.sent == []
        await found.press(last)
        intent = await sent(found)
        assert (intent.ref, intent.verb, intent.text, intent.stamp) == (item.ref, verb, "", "v1")


@pytest.mark.parametrize(
    ("source", "item", "key", "verb", "then"),
    [
        ("icinga", alert("a", downtime=True), "X", Verb.END_DOWNTIME, ("enter",)),
        ("pagerduty", incident("P"), "e", Verb.ESCALATE, ("enter", "y")),
        ("pagerduty", incident("P"), "A", Verb.REASSIGN, ("enter",)),
        ("zendesk", ticket("7"), "s", Verb.STATUS, ("enter",)),
        ("zendesk", ticket("7"), "P", Verb.PRIORITY, ("enter",)),
        ("pagerduty", incident("P"), "P", Verb.PRIORITY, ("enter",)),
        ("zendesk", ticket("7"), "A", Verb.REASSIGN, ("enter",)),
        ("trello", card("c"), "m", Verb.MOVE, ("enter",)),
    ],
)
async def test_what_leads_somewhere_is_chosen_from_a_list(
    source: str, item: Item, key: str, verb: Verb, then: tuple[str, ...]
) -> None:
    async with acting() as found:
        await only(found, source, item, verb, Preview(choices=choices("one", "two", "three"), chosen="one"))
        await found.press(key, "down")
        assert " Enter " in found.text.rpartition("Esc close")[0].splitlines()[-1]
        assert "^S" not in found.text, "one key is named, and it is the nearest"
        await found.press(*then)
        intent = await sent(found)
        assert (intent.ref, intent.verb, intent.to, intent.to_name) == (item.ref, verb, "two", "the two")


async def test_letters_find_a_destination() -> None:
    async with acting() as found:
        lists = choices("backlog", "done", "ongoing")
        await only(found, "trello", card("c"), Verb.MOVE, Preview(choices=lists, chosen="backlog"))
        await found.press("m", Typed("ongo"), "enter")
        assert (await sent(found)).to == "ongoing"


async def test_nothing_is_sent_before_a_destination_is_chosen() -> None:
    async with acting() as found:
        await only(found, "trello", card("c"), Verb.MOVE, Preview(choices=choices("one", "two")))
        await found.press("m", "ctrl+s")
        assert "choose a list first" in found.text
        assert found.sent == []


async def test_a_snooze_takes_an_end() -> None:
    async with acting() as found:
        await only(found, "pagerduty", incident("P", status=clean("acknowledged")), Verb.SNOOZE, Preview())
        await found.press("d", *(["backspace"] * 5), Typed("17:30"))
        assert "→ 17:30 London" in found.text
        await found.press("enter")
        assert (await sent(found)).until == BEGIN.replace(hour=17, minute=30)


async def test_an_end_that_is_none_is_not_sent() -> None:
    async with acting() as found:
        await only(found, "pagerduty", incident("P", status=clean("acknowledged")), Verb.SNOOZE, Preview())
        await found.press("d", Typed("zz"), "enter")
        assert "is no end" in found.text
        assert found.sent == []


async def test_a_silence_is_extended_or_ended_by_its_key() -> None:
    held = alert("a", source="alertmanager", acknowledged=BO)
    async with acting("alertmanager") as found:
        for verb in (Verb.EXTEND, Verb.EXPIRE):
            found.actors["alertmanager"].previews[verb] = Preview(choices=choices("s1", "s2"), chosen="s2")
        await found.answer("alertmanager", held)
        await found.press("x")
        assert "^S extend a silence" in found.text, "Enter goes on to the end"
        await found.press("enter")
        assert "Enter extend a silence" in found.text
        await found.press("enter")
        extended = await sent(found)
        assert (extended.verb, extended.to, extended.until) == (Verb.EXTEND, "s2", BEGIN + timedelta(hours=2))
        await found.press("u", "up", "enter")
        await found.until(lambda: len(found.sent) == 2)
        assert (found.sent[1].verb, found.sent[1].to) == (Verb.EXPIRE, "s1")


async def test_a_public_reply_goes_out_by_its_own_key_and_a_yes() -> None:
    async with acting() as found:
        audience = clean("Grace Adeyemi and everybody in CC")
        await only(found, "zendesk", ticket("7"), Verb.REPLY, Preview(audience=audience, stamp="v1"))
        await found.press("R")
        assert "PUBLIC REPLY" in found.text
        assert "read by: Grace Adeyemi and everybody in CC" in found.text
        await found.press(Typed("all well"), "ctrl+s")
        assert found.sent == []
        await found.press("ctrl+o")
        assert "reply PUBLICLY to" in found.text
        assert found.sent == []
        await found.press("ctrl+o", "enter", "R")
        assert found.sent == []
        await found.press("y")
        intent = await sent(found)
        assert (intent.verb, intent.text, intent.stamp) == (Verb.REPLY, "all well", "v1")


async def test_what_is_internal_does_not_go_out_by_the_public_key() -> None:
    async with acting() as found:
        await only(found, "zendesk", ticket("7"), Verb.COMMENT, Preview())
        await found.press("c")
        assert "INTERNAL NOTE" in found.text
        await found.press(Typed("secret"), "ctrl+o", "y")
        assert found.sent == []


async def test_a_note_may_set_the_status_too() -> None:
    async with acting() as found:
        await only(found, "zendesk", ticket("7"), Verb.COMMENT, Preview(choices=choices("open", "pending")))
        await found.press("c", Typed("done so far"), "tab", "down", "down", "ctrl+s")
        intent = await sent(found)
        assert (intent.text, intent.to) == ("done so far", "pending")


async def test_a_macro_is_shown_whole_before_it_is_sent() -> None:
    async with acting() as found:
        zendesk = found.actors["zendesk"]
        zendesk.effects[Verb.MACRO, "m2"] = Preview(
            changes=(clean("status: pending"), clean("tag: waiting")), text="Please wait.", stamp="v1 m2"
        )
        await only(found, "zendesk", ticket("7"), Verb.MACRO, Preview(choices=choices("m1", "m2"), chosen="m1"))
        await found.press("M", "down")
        await found.until(lambda: "tag: waiting" in found.text)
        await found.press("enter")
        await found.until(lambda: isinstance(found.app.screen, ConfirmScreen))
        assert "yes, apply a macro" in found.text
        assert not found.sent, "there is no way back from it"
        await found.press("y")
        intent = await sent(found)
        assert (intent.to, intent.text, intent.stamp) == ("m2", "Please wait.", "v1 m2")


async def test_enter_in_a_list_with_nothing_chosen_says_what_to_do() -> None:
    async with acting() as found:
        await only(found, "zendesk", ticket("7"), Verb.MACRO, Preview(choices=choices("m1", "m2")))
        await found.press("M", "enter")
        assert "choose a macro first" in found.text
        assert not found.sent


async def test_the_other_send_key_says_which_one_does_it() -> None:
    async with acting() as found:
        await only(found, "pagerduty", incident("1"), Verb.ACKNOWLEDGE, Preview())
        await found.press("a", "ctrl+s")
        assert "Enter does this" in found.text
        assert not found.sent


async def test_what_could_not_be_meant_is_said_until_it_is_changed() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("d", Typed("disk swap"), "tab", "end", *["backspace"] * 9, Typed("25:99"), "ctrl+s")
        assert "'25:99': there is no such time or day" in found.text
        await found.press(*["backspace"] * 9, Typed("17:45"))
        assert "there is no such time" not in found.text
        assert "→ 17:45" in found.text


async def test_matchers_are_shown_changed_and_counted_anew() -> None:
    async with acting("alertmanager") as found:
        actor = found.actors["alertmanager"]
        actor.covers = lambda matchers: 9 if len(matchers) == 1 else 1
        matchers = (Matcher("alertname", "x"), Matcher("instance", "web1"))
        await only(found, "alertmanager", alert("a", source="alertmanager"), Verb.SILENCE, Preview(matchers=matchers))
        await found.press("a")
        assert "covers 1 firing alert" in found.text
        assert "─ comment ─" in found.text, "of two texts, each has its name"
        assert 'instance="web1"' in found.text
        await found.press(Typed("known"), "tab", "down", "end", *(["shift+home", "backspace", "backspace"]))
        await found.until(lambda: "covers 9 firing alerts" in found.text)
        other = alert("b", source="alertmanager", name=clean("another one"), labels=((clean("alertname"), clean("x")),))
        await found.answer("alertmanager", alert("a", source="alertmanager"), other)
        await found.press("ctrl+s")
        await found.until(lambda: isinstance(found.app.screen, ConfirmScreen))
        assert not found.sent, "it covers more than what was chosen"
        assert "covers 9 firing alerts" in found.text
        assert "· another one" in found.text
        assert "and 8 more" in found.text
        await found.press("y")
        assert (await sent(found)).matchers == (Matcher("alertname", "x"),)


@pytest.mark.parametrize("again", [False, True])
async def test_every_field_is_kept_with_the_draft(tmp_path: Path, again: bool) -> None:
    matchers = (Matcher("alertname", "x"), Matcher("instance", "web1"))

    async def asked(found: Desk) -> None:
        preview = Preview(matchers=matchers)
        await only(found, "alertmanager", alert("a", source="alertmanager"), Verb.SILENCE, preview)
        await only(found, "zendesk", ticket("7"), Verb.COMMENT, Preview(choices=choices("open", "pending")))

    async def filled(found: Desk) -> None:
        await found.press("2", "a", Typed("known"), "tab", Typed("X"), "tab", "end", *["backspace"] * 3)
        await found.press(Typed("17:45"), "escape", "3", "c", Typed("done so far"), "tab", "down", "down", "escape")

    async def kept(found: Desk) -> None:
        await found.press("2", "a")
        await found.until(lambda: 'Xalertname="x"' in found.text)
        assert found.prompt.text == "known"
        assert "17:45" in found.text
        assert "your draft of 09:31" in found.text
        await found.press("escape", "3", "c")
        await found.until(lambda: found.prompt.to().key == "pending")
        assert found.prompt.text == "done so far"
        await found.press("ctrl+s")
        await sent(found)
        await found.press("3", "c")
        assert found.prompt.text == ""
        assert "your draft" not in found.text

    async with acting("alertmanager", "zendesk", folder=tmp_path) as found:
        await asked(found)
        await filled(found)
        if not again:
            await kept(found)
    if again:
        async with acting("alertmanager", "zendesk", folder=tmp_path) as found:
            await asked(found)
            await kept(found)


async def test_a_wrong_matcher_and_none_at_all_are_not_sent() -> None:
    async with acting("alertmanager") as found:
        preview = Preview(matchers=(Matcher("alertname", "x"),))
        await only(found, "alertmanager", alert("a", source="alertmanager"), Verb.SILENCE, preview)
        await found.press("a", Typed("known"), "tab", Typed("nonsense "), "ctrl+s")
        assert "is not a matcher" in found.text
        await found.press("ctrl+a", "ctrl+k", "ctrl+s")
        assert "would silence everything" in found.text
        assert found.sent == []


async def test_a_schedule_is_taken_over_from_wherever_one_is() -> None:
    async with acting() as found:
        turn = OnCall(
            ref=ItemRef("pagerduty", Kind.ON_CALL, "S1"), role=clean("inhours_primary"), person=clean("Bo"),
            start=ago(hours=1), end=ago(hours=-8),
        )  # fmt: skip
        people = (Choice(key="me", name=clean("Ana")), Choice(key="cy", name=clean("Cy")))
        found.actors["pagerduty"].previews[Verb.OVERRIDE] = Preview(choices=people, chosen="me")
        await found.answer("pagerduty", turn)
        assert "O take over" not in found.text
        await found.press("5")
        assert "O take over" in found.text.splitlines()[-1], "offered where turns are shown"
        await found.press("O")
        assert "primary: Bo" in found.text
        await found.press("enter", "enter", "enter")
        intent = await sent(found)
        assert (intent.ref, intent.verb, intent.to) == (turn.ref, Verb.OVERRIDE, "me")
        assert intent.until == BEGIN + timedelta(hours=2)


async def test_a_running_override_is_ended_by_the_palette_and_one_that_is_none_is_not_offered() -> None:
    async with acting() as found:
        turn = OnCall(
            ref=ItemRef("pagerduty", Kind.ON_CALL, "S1"), role=clean("inhours_primary"), person=clean("Bo"),
            start=ago(hours=1), end=ago(hours=-8),
        )  # fmt: skip
        running = Choice(key="O1", name=clean("Bo"))
        found.actors["pagerduty"].previews[Verb.END_OVERRIDE] = Preview(choices=(running,), chosen="O1")
        await found.answer("pagerduty", turn)
        assert not found.screen.possible(BY_ID["end_override"])
        await found.answer("pagerduty", replace(turn, override=True, end=BEGIN))
        assert not found.screen.possible(BY_ID["end_override"]), "it has ended since"
        await found.answer("pagerduty", replace(turn, override=True))
        await found.press("colon", Typed("End an override"))
        await found.until(lambda: "End an override: whose turn" in found.text)
        await found.press("enter")
        await found.until(lambda: "which override ends?" in found.text)
        assert " primary: Bo" in found.text
        await found.press("enter")
        assert "end the override of" in found.text
        await found.press("enter")
        intent = await sent(found)
        assert (intent.ref, intent.verb, intent.to) == (turn.ref, Verb.END_OVERRIDE, "O1")


async def test_a_ticket_of_mine_is_given_back_and_no_other_one() -> None:
    async with acting() as found:
        former = Choice(key="9", name=clean("Bo"))
        found.actors["zendesk"].previews[Verb.RELEASE] = Preview(choices=(former,), chosen="9", stamp="v1")
        for assignee, possible in (("", False), ("Bo", False), ("Ana", True)):
            await found.answer("zendesk", ticket("7", assignee=clean(assignee)), account=clean("Ana"))
            await found.press("3")
            assert found.screen.possible(BY_ID["release"]) is possible, assignee
        found.screen.run_command("release")
        await found.until(lambda: "give back" in found.text)
        await found.press("enter")
        intent = await sent(found)
        assert (intent.ref, intent.verb, intent.to, intent.stamp) == (ticket("7").ref, Verb.RELEASE, "9", "v1")


async def test_the_author_is_the_person_of_the_configuration() -> None:
    from secondline_tui.config.models import Config  # noqa: PLC0415

    config = Config.model_validate({"me": {"name": "Ana Sowande"}})
    async with acting(config=config) as found:
        await only(found, "icinga", alert("a"), Verb.RECHECK, Preview())
        await found.press("t", "enter")
        assert (await sent(found)).author == "Ana Sowande"
