"""The prompt while it is open: what it says, what colleagues do meanwhile, what it keeps, and when it does not send."""

from __future__ import annotations

import asyncio
import stat
import string
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from secondline_tui.domain.actions import Choice, Preview, Refused, Verb
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Handling, Note
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.prompts import keeping
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from secondline_tui.ui.prompts.editor import Editor, editable
from secondline_tui.ui.prompts.errand import Errand, Target
from secondline_tui.ui.prompts.external import edited
from tests.fakes.clock import BEGIN, settle
from tests.fakes.items import alert, card, ticket
from tests.ui.desk import Typed, acting

DOWN = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=SafeText("cannot be reached")))
PRINTABLE = [sign for sign in string.printable if sign.isprintable()] + ["é", "日", "🙂", "ß"]


@pytest.mark.parametrize(("pane", "key"), [("2", "a"), ("2", "c"), ("2", "d"), ("3", "c"), ("3", "R"), ("4", "c")])
async def test_every_printable_key_types_in_every_editor(pane: str, key: str) -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.answer("zendesk", ticket("7"))
        await found.answer("trello", card("c"))
        await found.press(pane, key)
        everything = "".join(PRINTABLE)
        await found.type(everything)
        assert found.prompt.text == everything
        assert found.sent == []


async def test_a_silence_sent_before_its_matchers_are_known_waits_and_says_so() -> None:
    async with acting("alertmanager") as found:
        actor = found.actors["alertmanager"]
        actor.previews[Verb.SILENCE] = Preview(matchers=(Matcher("a", "b"),))
        await found.answer("alertmanager", alert("a", source="alertmanager"))
        actor.hang()
        await found.press("a", Typed("on it"), "ctrl+s")
        await found.until(lambda: "wait a moment: alertmanager has not answered yet" in found.text)
        assert "without a matcher" not in found.text
        actor.let_go()
        await found.until(lambda: "it has answered: ^S sends it now" in found.text)
        assert not found.sent
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))


async def test_where_the_service_says_no_there_is_nothing_to_wait_for() -> None:
    async with acting("alertmanager") as found:
        actor = found.actors["alertmanager"]
        actor.previews[Verb.SILENCE] = Refused(clean("read-only"))
        await found.answer("alertmanager", alert("a", source="alertmanager"))
        actor.hang()
        await found.press("a", Typed("on it"), "ctrl+s")
        await found.until(lambda: "wait a moment" in found.text)
        actor.let_go()
        await found.until(lambda: "read-only" in found.text)
        assert "wait a moment" not in found.text
        assert "sends it now" not in found.text


async def test_every_printable_key_types_into_the_matchers() -> None:
    async with acting("alertmanager") as found:
        found.actors["alertmanager"].previews[Verb.SILENCE] = Preview(matchers=(Matcher("a", "b"),))
        await found.answer("alertmanager", alert("a", source="alertmanager"))
        await found.press("a", "tab")
        await found.type("".join(PRINTABLE))
        assert found.prompt.conditions is not None
        assert "".join(PRINTABLE) in found.prompt.conditions.text


async def test_what_is_typed_right_after_the_key_belongs_into_the_editor() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.type("cquick")
        assert found.prompt.text == "quick"


async def test_a_pasted_text_arrives_as_it_was_pasted() -> None:
    text = "line 1\n\n\tindented\t[bold]markup[/] 'quotes' \"more\"\n* 🙂👩\u200d🚀 ünï\n" + "x " * 200 + "end  "
    async with acting() as found:
        found.actors["icinga"].as_kept_by = str
        await found.answer("icinga", alert("a"))
        await found.press("c")
        found.app.post_message(events.Paste(text))
        await found.pilot.pause()
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))
        assert found.sent[0].text == text


async def test_undoing_more_than_is_in_sight_breaks_nothing() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c")
        found.app.post_message(events.Paste("\n".join(f"line {n}" for n in range(60))))
        await found.pilot.pause(0.05)
        await found.press("ctrl+z")
        assert found.prompt.text == ""
        await found.type("short")
        assert found.prompt.text == "short"


@pytest.mark.parametrize(
    ("pasted", "kept", "told"),
    [
        ("a\r\nb\rc", "a\nb\nc", "line ends are plain line feeds now"),
        ("a\u2028b", "a\nb", "line ends are plain line feeds now"),
        ("a\x1b]0;x\x07b", "a]0;xb", "2 control characters left out"),
        ("a\u202eb", "ab", "1 control character left out"),
        ("a\tb \u200d", "a\tb \u200d", ""),
    ],
)
def test_what_an_editor_cannot_hold_is_said(pasted: str, kept: str, told: str) -> None:
    assert editable(pasted) == (kept, told)


async def test_a_paste_that_had_to_be_changed_says_so() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c")
        found.app.post_message(events.Paste("one\r\ntwo"))
        await found.pilot.pause()
        await found.pilot.pause()
        assert "line ends are plain line feeds now" in found.text


async def test_the_prompt_opens_and_takes_text_while_its_service_is_still_asked() -> None:
    async with acting() as found:
        icinga = found.actors["icinga"]
        icinga.previewing.clear()
        icinga.previews[Verb.ACKNOWLEDGE] = Preview(account=clean("dash"), audience=clean("all of us"))
        await found.answer("icinga", alert("a"))
        await found.press("a", Typed("on it"))
        assert "asking …" in found.text
        await found.press("ctrl+s")
        assert "goes out as soon as icinga has answered" in found.text
        assert found.sent == []
        icinga.previewing.set()
        await found.until(lambda: bool(found.sent))
        assert found.sent[0].text == "on it"


async def test_a_prompt_names_its_item_from_its_first_frame_on() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a", name=clean("disk full")))
        item = found.screen.item
        assert item is not None
        target = Target(ref=item.ref, item=item, name=item.name_line, type="icinga2", verb=Verb.DOWNTIME)
        prompt = ComposeScreen(found.screen.session, found.outbox, Errand(targets=(target,), key="d"))
        await found.app.push_screen(prompt)
        first = {name: bar.text for name, bar in prompt.bars.items()}
        assert "schedule a downtime for" in first["title"]
        assert "disk full" in first["about"]
        assert "until" in first["until-word"]


async def test_escape_keeps_back_what_waits_for_its_service() -> None:
    async with acting() as found:
        icinga = found.actors["icinga"]
        icinga.previewing.clear()
        await found.answer("icinga", alert("a"))
        await found.press("a", Typed("on it"), "ctrl+s", "escape")
        icinga.previewing.set()
        await settle()
        await found.pilot.pause()
        assert found.sent == []
        assert found.prompt.text == "on it"


async def test_what_waits_for_its_service_does_not_go_out_hours_later() -> None:
    async with acting() as found:
        icinga = found.actors["icinga"]
        icinga.previewing.clear()
        await found.answer("icinga", alert("a"))
        await found.press("a", Typed("on it"), "ctrl+s")
        found.clock.jump(5 * 3_600)
        icinga.previewing.set()
        await settle()
        await found.pilot.pause()
        assert found.sent == []
        assert "asked for 5h ago: not sent; send it once more if it still makes sense" in found.text
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))


async def test_a_public_reply_waits_until_its_readers_are_known() -> None:
    async with acting() as found:
        zendesk = found.actors["zendesk"]
        zendesk.previewing.clear()
        await found.answer("zendesk", ticket("7"))
        await found.press("3", "R", Typed("hello"), "ctrl+o")
        assert "zendesk has not answered yet" in found.text
        zendesk.previewing.set()
        await settle()
        await found.pilot.pause()
        assert found.sent == []
        assert not isinstance(found.app.screen, ConfirmScreen), "it did not go on by itself"


async def test_a_text_that_is_needed_is_asked_for() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("a", "space", "ctrl+s")
        assert "a text is needed" in found.text
        assert found.sent == []


async def test_what_the_service_already_refuses_is_said_and_not_sent() -> None:
    async with acting() as found:
        found.actors["icinga"].previews[Verb.ACKNOWLEDGE] = Refused(SafeText("already acknowledged by Bo: mine"))
        await found.answer("icinga", alert("a"))
        await found.press("a", Typed("on it"))
        assert "icinga says no: already acknowledged by Bo: mine" in found.text
        await found.press("ctrl+s")
        assert found.sent == []


async def test_a_service_that_did_not_answer_is_asked_again() -> None:
    async with acting() as found:
        icinga = found.actors["icinga"]
        icinga.previews[Verb.ACKNOWLEDGE] = DOWN
        await found.answer("icinga", alert("a"))
        await found.press("a", Typed("on it"))
        assert "icinga did not answer: cannot be reached" in found.text
        icinga.previews[Verb.ACKNOWLEDGE] = Preview()
        await found.press("ctrl+s")
        assert found.sent == []
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))


async def test_the_source_is_asked_anew_when_a_prompt_opens() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        polls = found.readers["icinga"].polls
        await found.press("a")
        await settle()
        assert found.readers["icinga"].polls == polls + 1


async def test_what_a_colleague_does_meanwhile_is_seen_before_it_is_sent() -> None:
    async with acting() as found:
        item = alert("a")
        await found.answer("icinga", item)
        await found.press("a", Typed("on it"))
        held = Handling(by=clean("Bo"), comment=clean("mine"))
        await found.answer("icinga", replace(item, acknowledged=held))
        assert "meanwhile: Bo has it now: mine" in found.text
        await found.press("ctrl+s")
        assert "something has changed meanwhile, see above: ^G sends it all the same" in found.text
        assert "^G all the same" in found.text
        assert found.sent == []
        await found.press("ctrl+g")
        await found.until(lambda: bool(found.sent))


async def test_the_key_that_sends_by_habit_does_not_accept_what_nobody_has_read() -> None:
    async with acting() as found:
        item = alert("a")
        await found.answer("icinga", item)
        await found.press("a", Typed("on it"))
        await found.answer("icinga", replace(item, acknowledged=Handling(by=clean("Bo"))))
        await found.press("ctrl+s", "ctrl+s", "ctrl+s", "enter", "y")
        assert found.sent == []
        await found.press("ctrl+s")
        assert "^G sends it all the same" in found.text
        await found.answer("icinga", replace(item, acknowledged=Handling(by=clean("Jo"))))
        await found.press("ctrl+g")
        assert found.sent == [], "what came after the question was not asked about"
        await found.press("ctrl+g")
        await found.until(lambda: bool(found.sent))


async def test_a_prompt_without_fields_is_not_sent_by_the_same_key_either() -> None:
    async with acting() as found:
        item = alert("a", acknowledged=Handling(by=clean("Bo")))
        await found.answer("icinga", item)
        await found.press("t")
        await found.answer("icinga", replace(item, acknowledged=None))
        await found.press("enter", "enter", "y")
        assert found.sent == []
        assert "^G sends it all the same" in found.text
        await found.press("ctrl+g")
        await found.until(lambda: bool(found.sent))


async def test_the_key_that_sends_all_the_same_does_nothing_where_nothing_was_asked() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("a", Typed("on it"), "ctrl+g")
        assert found.sent == []
        await found.answer("zendesk", ticket("7"))
        await found.press("escape", "3", "R", Typed("hello"), "ctrl+g", "y")
        assert found.sent == []
        await found.answer("zendesk", ticket("7", assignee=clean("Bo")))
        await found.press("ctrl+o", "ctrl+o", "y")
        assert found.sent == []
        await found.press("ctrl+g")
        assert isinstance(found.app.screen, ConfirmScreen), "it is still asked"
        await found.press("y")
        await found.until(lambda: bool(found.sent))


async def test_a_comment_of_a_colleague_and_an_item_that_goes_away_are_told() -> None:
    async with acting() as found:
        item = alert("a")
        await found.answer("icinga", item)
        await found.press("c", Typed("hm"))
        note = Note(author=clean("Bo"), text=clean("rebooting it"), at=BEGIN)
        await found.answer("icinga", replace(item, notes=(note,)))
        assert "Bo wrote: rebooting it" in found.text
        await found.answer("icinga")
        assert "no longer in icinga's answer" in found.text


async def test_something_that_happens_while_the_question_is_open_takes_the_yes_back() -> None:
    async with acting() as found:
        await found.answer("zendesk", ticket("7"))
        await found.press("3", "R", Typed("hello"), "ctrl+o")
        assert isinstance(found.app.screen, ConfirmScreen)
        await found.answer("zendesk", ticket("7", assignee=clean("Bo")))
        await found.press("y")
        assert "nothing was sent" in found.text
        assert found.sent == []


async def test_what_a_service_will_change_of_a_text_is_said_before() -> None:
    async with acting() as found:
        found.actors["icinga"].as_kept_by = str.rstrip
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("hm"), "space", "space", "ctrl+s")
        assert "icinga keeps it otherwise: the blank end is cut off" in found.text
        await found.press("ctrl+s")
        assert found.sent == []
        await found.press("ctrl+g")
        await found.until(lambda: bool(found.sent))
        assert found.sent[0].text == "hm  "


async def test_foreign_names_are_not_parsed_as_markup() -> None:
    hostile = clean("[@click=app.exit]x[/] [bold")
    async with acting() as found:
        found.actors["trello"].previews[Verb.MOVE] = Preview(
            choices=(Choice(key="1", name=hostile, hint=hostile),), account=hostile, changes=(hostile,), chosen="1"
        )
        await found.answer("trello", card("c", title=hostile))
        await found.press("4", "m")
        assert found.text.count("[@click=app.exit]x[/] [bold") >= 4


# -- drafts -------------------------------------------------------------------------------------------------------


async def test_escape_keeps_the_draft_and_the_same_prompt_offers_it() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"), alert("b"))
        await found.press("c", Typed("half a thought"), "escape")
        assert found.sent == []
        await found.press("a")
        assert found.prompt.text == "", "another verb has a draft of its own"
        await found.press("escape", "j", "c")
        assert found.prompt.text == "", "and so has another item"
        await found.press("escape", "k", "c")
        assert found.prompt.text == "half a thought"
        assert "your draft of 09:31" in found.text


async def test_a_draft_is_on_disk_soon_and_survives_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AFTER", 0.02)
    async with acting(folder=tmp_path / "state") as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("lost?"))
        key = found.prompt.errand.draft
        assert key == "icinga:alert:a|comment"
        journal = found.outbox.ledger._journal
        await found.until(lambda: key in journal.drafts() and journal.drafts()[key].text == "lost?")
        copied = (tmp_path / "state").rename(tmp_path / "after")  # what a kill would leave behind
    async with acting(folder=copied) as again:
        await again.answer("icinga", alert("a"))
        await again.press("c")
        assert again.prompt.text == "lost?"


async def test_keys_one_after_the_other_do_not_put_the_disk_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AFTER", 0.15)
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c")
        kept = found.outbox.ledger.drafts.texts
        for _ in range(60):
            await found.type("x")
            if kept:
                break
        assert kept, "it was kept while keys went on coming"


async def test_quitting_keeps_the_draft(tmp_path: Path) -> None:
    async with acting(folder=tmp_path) as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("later"), "ctrl+q")
    async with acting(folder=tmp_path) as again:
        await again.answer("icinga", alert("a"))
        await again.press("c")
        assert again.prompt.text == "later"


async def test_what_was_sent_is_no_draft_any_more() -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("done"), "ctrl+s")
        await found.until(lambda: bool(found.sent))
        await asyncio.sleep(keeping.AFTER + 0.1)
        assert found.outbox.ledger.drafts.texts == {}
        await found.press("c")
        assert found.prompt.text == ""


async def test_a_disk_that_takes_nothing_sends_nothing_and_keeps_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("important"))

        async def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(found.outbox, "submit", full)
        await found.press("ctrl+s")
        assert "cannot be kept on disk" in found.text
        assert "nothing was sent" in found.text
        assert found.prompt.text == "important"
        await found.press("escape", "c")
        assert found.prompt.text == "important"


async def test_what_is_typed_right_after_tab_goes_to_the_next_field() -> None:
    async with acting("icinga") as found:
        await found.answer("icinga", alert("a"))
        await found.press("d")
        for key in ("x", "tab", "9"):  # as fast as a terminal sends them
            found.app.post_message(events.Key(key, key if len(key) == 1 else None))
        ending = found.prompt.ending
        assert ending is not None
        await found.until(lambda: "9" in ending.value)
        assert found.prompt.text == "x"


async def test_the_service_is_asked_once_what_there_is_to_know() -> None:
    async with acting("icinga") as found:
        await found.answer("icinga", alert("a"))
        await found.press("c")
        await found.until(lambda: not found.prompt.asking.pending)
        assert found.actors["icinga"].prepared == [(alert("a").ref, Verb.COMMENT, "")]


# -- the person's own editor ----------------------------------------------------------------------------------------


def script(folder: Path, body: str) -> list[str]:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return [str(path)]


def left_behind(told: str) -> str:
    path = Path(told.rpartition(" ")[2])
    text = path.read_text()
    path.unlink()
    return text


async def test_an_editor_that_changes_nothing_changes_nothing(tmp_path: Path) -> None:
    for text in ("", "a", "a\n", "a\n\n", "\ttab  \n[bold] 🙂\u200d end  "):
        assert (await edited(text, script(tmp_path, ":"), nullcontext)).text == text


async def test_the_line_end_that_an_editor_adds_is_not_taken_for_the_persons(tmp_path: Path) -> None:
    assert (await edited("a", script(tmp_path, 'printf "b\\n" > "$1"'), nullcontext)).text == "b"
    assert (await edited("a\n", script(tmp_path, 'printf "b\\n" > "$1"'), nullcontext)).text == "b\n"


async def test_a_failing_editor_loses_nothing(tmp_path: Path) -> None:
    result = await edited("mine", script(tmp_path, "exit 3"), nullcontext)
    assert result.text is None
    assert "ended with 3; the text is as it was" in result.told
    result = await edited("mine", script(tmp_path, 'printf other > "$1"; exit 3'), nullcontext)
    assert result.text is None
    assert left_behind(result.told) == "other"
    result = await edited("mine", [str(tmp_path / "none")], nullcontext)
    assert result.text is None
    assert "No such file" in result.told
    result = await edited("mine", script(tmp_path, 'rm "$1"'), nullcontext)
    assert result.text is None


async def test_the_editor_of_the_environment_edits_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", script(tmp_path, 'printf " and more" >> "$1"')[0])
    async with acting() as found:
        monkeypatch.setattr(found.app, "suspend", nullcontext)
        await found.answer("icinga", alert("a"))
        await found.press("c", Typed("some"), "ctrl+e")
        await found.until(lambda: found.prompt.text == "some and more")
        assert isinstance(found.app.screen, ComposeScreen)
        await found.press("ctrl+z")
        assert found.prompt.text == "some", "the editor's own undo brings it back"


async def test_without_an_editor_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with acting() as found:
        await found.answer("icinga", alert("a"))
        await found.press("c", "ctrl+e")
        assert "neither $VISUAL nor $EDITOR" in found.text


def test_an_editor_holds_what_it_is_given() -> None:
    assert Editor("a\r\nb").text == "a\nb"
