"""The dashboard around the prompts: what is offered, marks, receipts, related pages, taking back, the action view."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from secondline_tui.domain.actions import Action, Choice, Intent, NotSent, Preview, Refused, State, Unanswered, Verb
from secondline_tui.domain.board import SourceState
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Handling, Severity
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.dashboard import desk as drawn
from secondline_tui.ui.prompts.action_view import ActionScreen
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from secondline_tui.ui.receipts import outcome, receipts
from tests.fakes.actor import FakeActor
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.ui.desk import Desk, Typed, acting, desk

BO = Handling(by=clean("Bo"), comment=clean("mine"))
NO = Refused(SafeText("already acknowledged by Bo"))
AWAY = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=SafeText("cannot be reached")))
LOST = Unanswered(SafeText("the connection broke"))


def footer(found: Desk) -> str:
    return found.text.splitlines()[-1]


async def acknowledge(found: Desk, text: str = "on it") -> None:
    await found.press("a", Typed(text), "ctrl+s")
    await found.until(lambda: bool(found.sent))
    await found.pilot.pause()


async def remarked(found: Desk, words: str) -> None:
    """Time goes on until the program says something."""
    for _ in range(80):
        if words in footer(found):
            return
        await found.clock.advance(0.5)
        await found.pilot.pause()
    raise AssertionError(f"{words!r} was never said\n{found.text}")


# -- what is offered ----------------------------------------------------------------------------------------------


async def test_the_footer_offers_what_the_selected_item_allows() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b", acknowledged=BO))
        await found.answer("zendesk", ticket("7"))
        assert "a acknowledge" in footer(found)
        assert "undo ack" not in footer(found)
        await found.press("j")
        assert "a acknowledge" not in footer(found)
        assert "u undo ack" in footer(found)
        await found.press("3")
        assert "a take" in footer(found)
        assert "R reply" in footer(found)


async def test_a_missing_permission_is_not_offered_and_its_key_says_so() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), permissions=frozenset({clean("actions/add-comment")}))
        assert "acknowledge" not in footer(found)
        assert "c comment" in footer(found)
        await found.press("a")
        assert "may not acknowledge: it needs permission actions/acknowledge-problem" in footer(found)
        await found.press("question_mark", Typed("downtime"))
        await found.press("enter")
        assert not isinstance(found.app.screen, ComposeScreen)
        assert found.sent == []


async def test_what_was_refused_for_good_is_not_offered_again() -> None:
    async with acting() as found:
        found.actors["icinga"].answers(Refused(SafeText("403: no right to do that"), forbidden=True))
        await found.answer("icinga", alert("a"), alert("b"))
        await acknowledge(found)
        await remarked(found, "icinga refused the ack")
        await found.press("j", "a")
        assert "may not acknowledge: it was refused before" in footer(found)
        assert not isinstance(found.app.screen, ComposeScreen)


async def test_what_is_done_already_says_so() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a", acknowledged=BO))
        await found.press("a")
        assert "Bo has it already: mine" in footer(found)
        await found.answer("icinga", alert("a"))
        await found.press("u")
        assert "nobody has it" in footer(found)


async def test_read_only_has_no_verb_anywhere() -> None:
    async with desk(read_only=True) as found:
        await found.answer("icinga", alert("a", acknowledged=BO), alert("b"))
        assert "comment" not in footer(found)
        for key in "acRudXtxeAsPMmOzL":
            await found.press(key)
            assert len(found.app.screen_stack) == 2, key
        await found.press("space", "question_mark", Typed("acknowledge"), "enter")
        await found.press("escape")
        assert len(found.app.screen_stack) == 2


async def test_a_key_that_can_do_nothing_to_an_item_says_so() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        for key, word in (("e", "escalate"), ("M", "macro"), ("m", "move"), ("R", "reply")):
            await found.press(key)
            assert footer(found) == f" {word}: icinga has no such thing for this"
        await found.press("O")
        assert footer(found) == " take over: there is no turn on a schedule for that"
        assert len(found.app.screen_stack) == 2


async def test_the_first_key_that_would_write_is_told_that_it_is_read_only_and_no_other_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawn, "REMARK_SECONDS", 0.5)
    async with desk(read_only=True) as found:
        await found.answer("icinga", alert("a"))
        before = footer(found)
        assert "acknowledge" not in before
        await found.press("a")
        assert footer(found) == " read only: nothing is written from here"
        await found.until(lambda: footer(found) == before)
        for key in ("a", "c", "O", "C", "z", "L", "space"):
            await found.press(key)
            assert footer(found) == before, key


async def test_a_read_only_source_says_so() -> None:
    async with desk(actors={"zendesk": FakeActor()}) as found:
        await found.answer("icinga", alert("a"))
        assert "a acknowledge" not in footer(found)
        await found.press("a")
        assert "icinga is read-only here" in footer(found)


# -- marks ----------------------------------------------------------------------------------------------------------


async def test_actions_go_to_the_marked_items_and_each_result_is_told() -> None:
    async with acting() as found:
        found.actors["icinga"].answers("done", NO, LOST)
        await found.answer("icinga", *(alert(key, name=clean(f"check {key}")) for key in "abcd"))
        await found.press("space", "space", "space")
        assert "3 marked" in found.text
        await found.press("a", Typed("all mine"), "ctrl+s")
        assert isinstance(found.app.screen, ConfirmScreen)
        for key in "abc":
            assert f"check {key} on web1" in found.text
        assert "check d" not in found.text.split("yes, acknowledge")[0].split("acknowledge", 1)[1]
        assert found.sent == []
        await found.press("a", "enter", "ctrl+s")
        assert found.sent == []
        await found.press("y")
        await found.until(lambda: len(found.sent) == 3)
        assert [intent.ref.key for intent in found.sent] == ["a", "b", "c"]
        assert {intent.text for intent in found.sent} == {"all mine"}
        assert len({intent.batch for intent in found.sent}) == 1
        await remarked(found, "ack of 3: ")
        assert "marked" not in found.text
        states = [action.state for action in found.outbox.ledger.mine]
        assert states[1:] == [State.REFUSED, State.UNKNOWN]


async def test_escape_takes_the_marks_away() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b"))
        await found.press("space", "escape")
        assert "marked" not in found.text
        await found.press("k", "t", "enter")
        await found.until(lambda: bool(found.sent))
        assert [intent.ref.key for intent in found.sent] == ["a"]


async def test_a_marked_item_that_is_gone_is_named_and_left_out() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b"), alert("c"))
        await found.press("space", "space", "space")
        await found.answer("icinga", alert("a"), alert("c"))
        await found.press("t")
        assert "gone: check b on web1" in found.text
        await found.answer("icinga", alert("c"), alert("new"))
        assert "left out: it is gone" in found.text
        await found.press("y")
        assert found.sent == [], "what has changed is said first"
        await found.press("ctrl+g")
        await found.until(lambda: bool(found.sent))
        assert [intent.ref.key for intent in found.sent] == ["c"]


async def test_marked_items_that_it_makes_no_sense_for_are_left_out() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b", acknowledged=BO), alert("c"))
        await found.press("space", "space", "space", "a")
        assert "not possible: check b on web1" in found.text
        await found.press(Typed("mine"), "ctrl+s", "y")
        await found.until(lambda: len(found.sent) == 2)
        assert [intent.ref.key for intent in found.sent] == ["a", "c"]


async def test_one_silence_over_several_marked_alerts_is_ended_once_and_told_of_each() -> None:
    async with acting("alertmanager") as found:
        found.actors["alertmanager"].answers(NO)
        silence = Choice(key="s1", name=clean("by Bo"))
        found.actors["alertmanager"].previews[Verb.EXPIRE] = Preview(choices=(silence,), chosen="s1")
        held = [alert(key, source="alertmanager", acknowledged=BO) for key in "ab"]
        await found.answer("alertmanager", *held)
        assert "u end silence" in footer(found)
        await found.press("space", "space", "u", "y")
        await found.until(lambda: bool(found.sent))
        await found.clock.advance(1)
        assert [(intent.verb, intent.to) for intent in found.sent] == [(Verb.EXPIRE, "s1")]
        await remarked(found, "refused the end of silence of check a on web1 and 1 more")
        assert found.text.count("end of silence refused!") == 2, "on both rows"
        assert "1 action refused" in found.text, "it is one write"
        await found.press("L")
        assert "check b on web1" in found.text
        assert "end silence" in next(line for line in found.text.splitlines() if "✖ refused" in line)
        assert "expire" not in found.text


async def test_each_of_several_silences_keeps_its_own_matchers() -> None:
    async with acting("alertmanager") as found:
        actor = found.actors["alertmanager"]
        prepare = actor.prepare

        async def own(ref: object, verb: Verb, **more: object) -> Preview:
            del more
            return replace(await prepare(ref, verb), matchers=(Matcher("alertname", ref.key),))  # type: ignore[arg-type,attr-defined]

        actor.prepare = own  # type: ignore[method-assign]
        await found.answer("alertmanager", *(alert(key, source="alertmanager") for key in "ab"))
        await found.press("space", "space", "a", Typed("known"), "ctrl+s", "y")
        await found.until(lambda: len(found.sent) == 2)
        assert [intent.matchers[0].value for intent in found.sent] == ["a", "b"]


# -- receipts -------------------------------------------------------------------------------------------------------


async def test_the_row_says_what_is_under_way_and_changes_because_the_source_says_so() -> None:
    async with acting() as found:
        icinga = found.actors["icinga"]
        await found.answer("icinga", alert("a", name=clean("disk full")))
        await found.press("a", Typed("on it"))
        icinga.hang()
        found.prompt.asking.pending.clear()
        await found.press("ctrl+s")
        await found.until(lambda: "sending ack…" in found.text)
        icinga.let_go()
        await found.until(lambda: "ack sent" in found.text)
        assert "Ana" not in found.text
        assert "handled" not in found.text.split("Alerts")[1].splitlines()[0]
        polls = found.readers["icinga"].polls
        await remarked(found, "✔ acknowledged disk full on web1")
        assert "ack sent" not in found.text
        assert found.readers["icinga"].polls > polls, "the source is asked again at once"
        await found.answer("icinga", alert("a", name=clean("disk full"), acknowledged=BO))
        assert "Bo: mine" in found.text


def order(found: Desk) -> list[str]:
    return [item.ref.key for item in found.screen.panes["alerts"].list.items]


LONG_AGO = [alert(key, since=ago(hours=hours)) for hours, key in enumerate("abcd", start=1)]


async def with_one_acknowledged(found: Desk, key: str) -> None:
    await found.answer("icinga", *(replace(a, acknowledged=BO) if a.ref.key == key else a for a in LONG_AGO))


@pytest.mark.parametrize("opened", [False, True])
async def test_a_row_one_has_a_hand_on_does_not_sink_when_it_is_handled_until_one_moves_on(opened: bool) -> None:
    async with acting() as found:
        await found.answer("icinga", *LONG_AGO)
        await found.press("j", *(["enter"] if opened else []))
        await acknowledge(found)
        await with_one_acknowledged(found, "b")
        await found.press(*(["escape"] if opened else []))
        assert order(found) == ["a", "b", "c", "d"]
        assert "Bo: mine" in found.text, "it stays, and says what it is by now"
        assert "1 handled" in found.text
        await found.answer("icinga", *LONG_AGO[:1], replace(LONG_AGO[1], acknowledged=BO, output=clean("new")))
        assert order(found) == ["a", "b"], "further answers leave it there"
        await with_one_acknowledged(found, "b")
        await found.press("j")
        assert order(found) == ["a", "c", "d", "b"]
        assert found.screen.panes["alerts"].list.selected == LONG_AGO[2]


@pytest.mark.parametrize("keys", [("3",), ("S", "S", "S", "S"), ("/", Typed("-nothing"), "enter")])
async def test_what_is_held_goes_where_it_belongs_when_one_goes_elsewhere_or_asks_for_an_order(
    keys: tuple[str | Typed, ...],
) -> None:
    async with acting() as found:
        await found.answer("icinga", *LONG_AGO)
        await with_one_acknowledged(found, "a")
        assert order(found) == ["a", "b", "c", "d"]
        await found.press(*keys)
        assert order(found) == ["b", "c", "d", "a"]


async def test_what_matters_more_by_now_rises_and_the_cursor_with_it() -> None:
    async with acting() as found:
        await found.answer("icinga", *(replace(a, severity=Severity.WARNING) for a in LONG_AGO))
        await found.press("j", "j")
        await found.answer("icinga", LONG_AGO[2], *(replace(a, severity=Severity.WARNING) for a in LONG_AGO[:2]))
        assert order(found) == ["c", "a", "b"]
        assert found.screen.panes["alerts"].list.selected == LONG_AGO[2]


@pytest.mark.parametrize("how", ["paused", "failing"])
async def test_the_row_says_what_was_done_while_its_source_is_not_asked_or_does_not_answer(how: str) -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a", name=clean("disk full")))
        if how == "paused":
            found.screen.session.engine.pause("icinga")
        else:
            await found.fail("icinga", AWAY)
        await acknowledge(found)
        await remarked(found, "✔ acknowledged disk full on web1")
        assert "✔ ack " in found.text.split("Alerts")[1]
        assert "ack sent" not in found.text
        if how == "paused":
            found.screen.session.engine.resume("icinga")
        await found.answer("icinga", alert("a", name=clean("disk full"), acknowledged=BO))
        assert "✔ ack " not in found.text
        assert "Bo: mine" in found.text


@pytest.mark.parametrize(
    ("asked", "now", "told"),
    [(-1, 0, True), (-1, 60, True), (1, 60, False), (-3_590, -3_600, False), (-7_200, -3_600, False)],
)
def test_what_was_done_is_told_until_its_source_was_asked_again_and_not_after_a_clock_was_put_back(
    asked: float, now: float, told: bool
) -> None:
    ref = alert("a").ref
    intent = Intent(id="a", ref=ref, verb=Verb.ACKNOWLEDGE, at=BEGIN, author="Ana", item=clean("disk full"))
    done = Action(intent=intent, state=State.CONFIRMED, changed_at=BEGIN)
    as_of = BEGIN + timedelta(seconds=asked)
    source = SourceState(name="icinga", type="icinga2", environment=clean(""), interval=30, deadline=10, as_of=as_of)
    row = receipts([done], {"icinga": source}, BEGIN + timedelta(seconds=now))
    assert (ref in row) is told


@pytest.mark.parametrize(
    ("verb", "type_", "to", "told"),
    [
        (Verb.MOVE, "trello", "Done", "✔ moved disk full to Done"),
        (Verb.STATUS, "zendesk", "Pending", "✔ set the status of disk full to Pending"),
        (Verb.MACRO, "zendesk", "Close it", "✔ applied a macro to disk full, macro: Close it"),
        (Verb.REPLY, "zendesk", "Solved", "✔ replied publicly to disk full, status: Solved"),
        (
            Verb.EXPIRE,
            "alertmanager",
            "until 17:00",
            "✔ ended a silence of disk full, silence: until 17:00",
        ),
        (Verb.TAKE, "zendesk", "", "✔ took disk full"),
    ],
)
def test_a_destination_is_told_in_words_that_fit_the_verb(verb: Verb, type_: str, to: str, told: str) -> None:
    name = clean("disk full")
    intent = Intent(
        id="a", ref=alert("a").ref, verb=verb, at=BEGIN, author="Ana", item=name, to=to, to_name=clean(to)
    )  # fmt: skip
    assert outcome(Action(intent=intent, state=State.CONFIRMED), type_) == told


async def test_the_actions_say_when_something_was_asked_for_and_call_confirmed_only_what_is() -> None:
    async with acting() as found:
        icinga = found.actors["icinga"]
        icinga.answers(LOST)
        icinga.shows = None
        await found.answer("icinga", alert("a"))
        await acknowledge(found)
        await remarked(found, "is unknown: the connection broke")
        await found.press("L")
        assert "asked for" in found.text
        assert "confirmed" not in found.text


async def test_what_went_wrong_is_told_and_counted_until_it_is_dealt_with() -> None:
    async with acting() as found:
        found.actors["icinga"].answers(NO)
        await found.answer("icinga", alert("a"))
        await acknowledge(found)
        await remarked(found, "✖ icinga refused the ack of check a on web1: already acknowledged by Bo")
        assert "1 action refused  L" in found.text.splitlines()[1]
        assert "ack refused!" in found.text
        await found.press("L", "delete")
        await found.until(lambda: not any(a.wants_a_person for a in found.outbox.ledger.actions))
        await found.press("escape")
        await found.pilot.pause()
        assert "1 action" not in found.text.splitlines()[1]
        assert "ack refused!" not in found.text


async def test_an_unknown_outcome_is_never_shown_as_done() -> None:
    async with acting() as found:
        icinga = found.actors["icinga"]
        icinga.answers(LOST)
        icinga.shows = None
        await found.answer("icinga", alert("a"))
        await acknowledge(found)
        await remarked(found, "is unknown: the connection broke")
        assert "1 action unknown  L" in found.text.splitlines()[1]
        assert "ack unknown!" in found.text
        assert "✔ acknowledged" not in found.text


# -- related pages --------------------------------------------------------------------------------------------------


async def test_an_alert_and_its_page_are_acknowledged_in_one_go_with_one_result_each() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a", name=clean("disk full")))
        await found.answer("pagerduty", incident("P", title=clean("disk full on web1 is CRITICAL")))
        await found.press("2", "a")
        assert "acknowledge #4127 disk full on web1 is CRITICAL (pagerduty) too" in found.text
        await found.press(Typed("on it"), "ctrl+s")
        await found.until(lambda: len(found.sent) == 2)
        assert {(i.ref.source, i.verb, i.text) for i in found.sent} == {
            ("icinga", Verb.ACKNOWLEDGE, "on it"),
            ("pagerduty", Verb.ACKNOWLEDGE, ""),
        }


async def test_space_leaves_the_page_alone_and_a_doubtful_one_has_to_be_chosen() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a", name=clean("disk full"), host=clean("web1.example.org")))
        await found.answer(
            "pagerduty",
            incident("P", title=clean("disk full on web1.example.org")),
            incident("Q", title=clean("something else on web1.example.org")),
        )
        await found.press("2", "a", Typed("on it"), "tab", "tab", "space", "ctrl+s")
        await found.until(lambda: bool(found.sent))
        await found.clock.advance(1)
        assert [i.ref.key for i in found.sent] == ["a"]


# -- taking back ----------------------------------------------------------------------------------------------------


async def confirmed(found: Desk) -> None:
    for _ in range(40):
        await found.clock.advance(0.5)
        if all(action.state is State.CONFIRMED for action in found.outbox.ledger.mine):
            return
    raise AssertionError([action.state for action in found.outbox.ledger.mine])


async def test_an_acknowledgement_is_taken_back() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b"))
        await acknowledge(found)
        await confirmed(found)
        await found.press("j", "z")
        assert "take back" in found.text
        assert "check a on web1" in found.text
        await found.press("z", "a")
        assert len(found.sent) == 1
        await found.press("enter")
        await found.until(lambda: len(found.sent) == 2)
        assert (found.sent[1].verb, found.sent[1].ref.key) == (Verb.UNACKNOWLEDGE, "a")


async def test_taking_back_twice_goes_one_further_back() -> None:
    async with acting() as found:
        trello = found.actors["trello"]
        lists = (Choice(key="l1", name=clean("one")), Choice(key="l2", name=clean("two")))
        trello.previews[Verb.MOVE] = Preview(choices=lists, chosen="l2", before="l1")
        await found.answer("trello", card("c"))
        await found.press("4", "m", "enter", "s", "y")
        await found.until(lambda: len(found.sent) == 2)
        trello.previews[Verb.MOVE] = Preview(choices=lists, chosen="l2", before="l2")
        await confirmed(found)
        await found.answer("trello")
        await found.press("z")
        assert "card c" in found.text
        await found.press("enter")
        await found.until(lambda: len(found.sent) == 3)
        await confirmed(found)
        await found.press("z", "enter")
        await found.until(lambda: len(found.sent) == 4)
        back = [(i.verb, i.to) for i in found.sent]
        assert back == [(Verb.MOVE, "l2"), (Verb.ARCHIVE, ""), (Verb.UNARCHIVE, ""), (Verb.MOVE, "l1")]
        await confirmed(found)
        await found.press("z")
        assert "nothing to take back" in footer(found)


async def test_a_silence_is_taken_back_by_its_own_name() -> None:
    async with acting("alertmanager") as found:
        found.actors["alertmanager"].previews[Verb.SILENCE] = Preview(matchers=(Matcher("a", "b"),))
        await found.answer("alertmanager", alert("a", source="alertmanager"))
        await found.press("a", Typed("known"), "ctrl+s")
        await found.until(lambda: bool(found.sent))
        await confirmed(found)
        await found.press("z", "enter")
        await found.until(lambda: len(found.sent) == 2)
        assert (found.sent[1].verb, found.sent[1].to) == (Verb.EXPIRE, "made-1")


async def test_the_last_question_of_a_mixed_bulk_tells_what_is_done_to_each() -> None:
    """The same idea goes by another name at another service."""
    async with acting("icinga", "alertmanager", size=(140, 40)) as found:
        await found.answer("alertmanager", alert("b", source="alertmanager"))
        await found.answer("icinga", alert("a"))
        found.actors["alertmanager"].previews[Verb.SILENCE] = Preview(matchers=(Matcher("a", "b"),))
        await found.press("2", "space", "space", "a")
        assert "acknowledge and silence: 2 items" in found.text or "silence and acknowledge: 2 items" in found.text
        await found.press(Typed("known"), "ctrl+s")
        await found.until(lambda: isinstance(found.app.screen, ConfirmScreen))
        assert "yes, silence and acknowledge" in found.text or "yes, acknowledge and silence" in found.text
        assert "check a on web1  icinga, acknowledge " in found.text
        assert "check b on web1  alertmanager, silence " in found.text
        await found.press("y")
        await found.until(lambda: len(found.sent) == 2)
        assert {(i.ref.source, i.verb) for i in found.sent} == {
            ("icinga", Verb.ACKNOWLEDGE),
            ("alertmanager", Verb.SILENCE),
        }


async def test_what_has_no_way_back_says_why() -> None:
    async with acting() as found:
        await found.press("z")
        assert "nothing to take back" in footer(found)
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("hm"), "ctrl+s")
        await found.until(lambda: bool(found.sent))
        await confirmed(found)
        await found.press("z")
        assert "comment of check a on web1 cannot be taken back: a comment stays; write another one" in footer(found)
        assert "; L: earlier ones" in footer(found)


async def test_why_there_is_no_way_back_is_read_whole_on_a_small_screen() -> None:
    async with acting(size=(80, 24)) as found:
        await found.answer("pagerduty", incident("P1", number=4136, title=clean("5xx rate for www-origin")))
        await found.press("1", "a", "enter")
        await found.until(lambda: bool(found.sent))
        await confirmed(found)
        await found.press("z")
        assert "no way back, it stays acknowledged; escalate it; L: others" in footer(found)


async def test_an_earlier_action_is_taken_back_from_the_list_of_them() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b"))
        await acknowledge(found)
        await confirmed(found)
        await found.press("j", "c", Typed("hm"), "ctrl+s")
        await found.until(lambda: len(found.sent) == 2)
        await confirmed(found)
        await found.press("L", "z")
        assert "no way back: a comment stays" in found.text
        await found.press("j")
        assert " z take back" in found.text
        await found.press("z")
        assert "takes back your ack of 09:31" in found.text
        assert "check a on web1" in found.text
        await found.press("enter")
        await found.until(lambda: len(found.sent) == 3)
        assert (found.sent[2].verb, found.sent[2].ref.key) == (Verb.UNACKNOWLEDGE, "a")
        await confirmed(found)
        for _ in range(3):
            await found.press("z")
            assert "no way back: " in found.text, "neither the comment, nor what is taken back, nor what took it back"
            await found.press("j")


# -- the action view ------------------------------------------------------------------------------------------------


async def test_the_action_view_tells_everything_and_what_went_wrong_first() -> None:
    async with acting() as found:
        found.actors["icinga"].answers(NO)
        await found.answer("icinga", alert("a"), alert("b"))
        await acknowledge(found, "first line")
        await remarked(found, "refused")
        await found.press("j", "c", Typed("second"), "ctrl+s")
        await found.until(lambda: len(found.sent) == 2)
        await found.clock.advance(5)
        await found.press("L")
        await found.pilot.pause()
        text = found.text
        assert "1 to deal with" in text
        assert text.index("refused") < text.index("confirmed")
        assert "already acknowledged by Bo" in text
        assert "first line" in text
        await found.press("j")
        assert "second" in found.text
        await found.press("enter", "escape", "escape")
        assert len(found.app.screen_stack) == 2


async def test_retry_sends_again_and_only_what_went_wrong() -> None:
    async with acting() as found:
        found.actors["icinga"].answers(NotSent(SafeText("refused the connection")))
        await found.answer("icinga", alert("a"))
        await acknowledge(found)
        await remarked(found, "was not done")
        await found.press("L", "r")
        await found.until(lambda: len(found.sent) == 2)
        assert found.sent[1].id == found.sent[0].id
        await found.clock.advance(5)
        await found.press("r")
        assert "nothing to retry" in found.text
        assert len(found.sent) == 2


async def test_the_first_and_the_last_action_are_a_key_away() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b"), alert("c"))
        for number in range(1, 4):
            await acknowledge(found)
            while len(found.sent) < number:
                await found.pilot.pause(0.01)
            await found.press("j")
        await found.press("L")
        screen = found.app.screen
        assert isinstance(screen, ActionScreen)
        selected = []
        for key in ("G", "g", "end", "home"):
            await found.press(key)
            selected.append(screen.row)
        assert selected[0] == selected[2] != selected[1] == selected[3]


async def test_a_public_reply_is_retried_only_by_the_public_key() -> None:
    async with acting() as found:
        found.actors["zendesk"].answers(NotSent(SafeText("refused the connection")))
        await found.answer("zendesk", ticket("7"))
        await found.press("3", "R", Typed("hello"), "ctrl+o", "y")
        await found.until(lambda: len(found.sent) == 1)
        await remarked(found, "was not done")
        await found.press("L", "r", "y", "enter", "r")
        assert len(found.sent) == 1
        await found.press("ctrl+o")
        await found.until(lambda: len(found.sent) == 2)


async def test_leaving_with_something_under_way_says_so_at_the_end() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("t")
        found.actors["icinga"].hang()
        await found.press("enter")
        await found.until(lambda: bool(found.sent))
        await found.press("q")
        found.clock.run()
    assert [action.intent.verb for action in found.app.unfinished] == [Verb.RECHECK]


async def test_a_journal_that_cannot_be_opened_takes_no_action_and_says_why() -> None:
    async with acting() as found:
        found.outbox.ledger.is_open = False
        found.outbox.ledger.note = SafeText("nothing can be kept on disk")
        await found.answer("icinga", alert("a"))
        await found.press("a")
        assert "nothing can be kept on disk" in footer(found)
        assert not isinstance(found.app.screen, ComposeScreen)
