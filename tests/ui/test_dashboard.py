"""The dashboard, driven by keys on fake sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from textual.widgets import Input

from secondline_tui.config.models import Config
from secondline_tui.domain.board import Board, Reading
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Dashboard, Detail, Handling, Links, Note, OnCall, Planned, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.commands import COMMANDS
from secondline_tui.ui.dashboard.help import HelpScreen
from secondline_tui.ui.dashboard.screen import DashboardScreen
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.spans import Role
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.ui.desk import Desk, Typed, desk

UNREACHABLE = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=SafeText("cannot be reached")))


def selected(found: Desk) -> str | None:
    item = found.screen.item
    return item.ref.key if item else None


async def test_every_pane_shows_its_items() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("disk", name="low disk space"))
        await found.answer("pagerduty", incident("P1", title="5xx rate for www-origin", assigned=(clean("Ana"),)))
        await found.answer("zendesk", ticket("4711", subject="Attachment uploads failing"))
        await found.answer("trello", card("c1", title="Whitehall spikes after data sync"))
        text = found.text
        for words in ("low disk space", "5xx rate for www-origin", "Ana", "Attachment uploads", "Whitehall spikes"):
            assert words in text
        assert "5 of 5 sources fresh" in text


async def test_each_board_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Board] = []
    draw = DashboardScreen.board_changed

    def counted(screen: DashboardScreen, board: Board) -> None:
        drawn.append(board)
        draw(screen, board)

    monkeypatch.setattr(DashboardScreen, "board_changed", counted)
    async with desk("icinga") as found:
        await found.answer("icinga", alert("disk"))
        assert found.screen.board in drawn
        assert len({id(board) for board in drawn}) == len(drawn)


async def test_before_any_answer_nothing_is_claimed() -> None:
    async with desk(hang=True) as found:
        text = found.text
        assert "asking: 0 of 5 sources have answered" in text
        assert "✔" not in text
        assert "no alerts" not in text


async def test_an_empty_answer_says_none_only_when_it_is_known() -> None:
    async with desk() as found:
        assert "✔ no alerts" in found.text
        await found.fail("icinga", UNREACHABLE)
        assert "no alerts" not in found.text
        assert "not known: no good answer from icinga" in found.text


async def test_old_items_stay_dated_when_their_source_fails() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("disk", name="low disk space"))
        await found.fail("icinga", UNREACHABLE)
        text = found.text
        assert "low disk space" in text
        assert "4m?" in text, "the row says that it may have ended"
        assert "icinga's from 09:31" in text, "the title says from when its rows are"
        assert "believe all but icinga" in text
        assert "cannot be reached" in text
        assert "its item is from 09:31" in text


async def test_a_row_not_understood_is_counted_and_doubted() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"), rejected=(clean("a service: attrs.state: bad"),))
        assert "1 row not understood" in found.text
        assert "✔ believe this screen" not in found.text


async def test_an_empty_pane_with_rejected_rows_is_not_all_clear() -> None:
    async with desk() as found:
        await found.answer("icinga", rejected=(clean("odd"),))
        assert "✔ no alerts" not in found.text


async def test_enter_opens_the_whole_item_and_escape_goes_back() -> None:
    async with desk() as found:
        output = clean("first line")
        whole = SafeText("first line\nsecond line")
        note = Note(author=clean("Bo"), text=clean("known since Monday"), at=BEGIN, label=clean("comment"))
        await found.answer("icinga", alert("a", output=whole, summary=output, notes=(note,)))
        await found.press("enter")
        assert "second line" in found.text
        assert "known since Monday" in found.text
        await found.press("escape")
        assert "second line" not in found.text
        assert selected(found) == "a"


async def test_an_opened_item_follows_its_source() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a", output=clean("value=1")))
        await found.press("enter")
        await found.answer("icinga", alert("a", output=clean("value=2")))
        assert "value=2" in found.text
        await found.answer("icinga")
        assert "no longer in its source's answer" in found.text
        assert "value=2" in found.text, "it stays readable"


async def test_what_came_while_an_item_was_open_stands_in_the_titles_as_soon_as_they_are_seen_again() -> None:
    async with desk("icinga") as found:
        await found.answer("icinga", alert("disk"))
        await found.press("enter")
        await found.answer("icinga", alert("disk"), alert("load"))
        assert "2 critical" in found.screen.panes["alerts"].query_one(Bar).text


async def test_detail_tells_when_the_service_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"))

        async def refuse(_: object) -> Detail:
            raise UNREACHABLE

        monkeypatch.setattr(found.readers["icinga"], "detail", refuse)
        await found.press("enter")
        assert "icinga did not tell more" in found.text
        assert "cannot be reached" in found.text


async def test_filter_as_one_types_with_negation_and_count() -> None:
    async with desk() as found:
        await found.answer(
            "icinga", alert("a", name="disk full"), alert("b", name="ssh down"), alert("c", name="disk slow")
        )
        await found.press("slash", *"disk")
        assert "ssh down" not in found.text
        assert "1 filtered out" in found.text
        await found.press("space", "minus", *"slow", "enter")
        assert "disk full" in found.text
        assert "disk slow" not in found.text
        assert "2 filtered out" in found.text
        await found.press("escape")
        assert "ssh down" in found.text
        assert "filtered out" not in found.text


async def test_every_printable_key_types_into_the_filter() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"))
        await found.press("slash", *"jkghqprSDHfy1oT")
        assert found.screen.query_one("#filter", Input).value == "jkghqprSDHfy1oT"
        assert found.app.is_running


async def test_handled_items_can_be_hidden_with_a_count() -> None:
    held = Handling(by=clean("Bo"), comment=clean("looking"))
    async with desk() as found:
        await found.answer("icinga", alert("a", name="open one"), alert("b", name="held one", acknowledged=held))
        assert "Bo: looking" in found.text
        await found.press("h")
        assert "held one" not in found.text
        assert "1 handled hidden" in found.text
        await found.press("h")
        assert "held one" in found.text


async def test_production_comes_first_and_handled_last() -> None:
    held = Handling(by=clean("Bo"))
    async with desk(size=(160, 40)) as found:
        await found.answer(
            "icinga",
            alert("handled", name="handled one", acknowledged=held),
            alert("staging", name="staging critical", environment=clean("staging")),
            alert("warning", name="production warning", severity=Severity.WARNING),
            alert("critical", name="production critical"),
        )
        text = found.text
        order = [
            text.index(w) for w in ("production critical", "production warning", "staging critical", "handled one")
        ]
        assert order == sorted(order)


@pytest.mark.parametrize("keys", [("down", "up"), ("end", "home"), ("pagedown", "pageup"), ("j", "k"), ("G", "g")])
async def test_in_a_list_longer_than_its_pane_arrows_move_the_selection_as_letters_do(keys: tuple[str, str]) -> None:
    async with desk("icinga", size=(80, 24)) as found:
        await found.answer("icinga", *(alert(f"a{number}") for number in range(40)))
        await found.press("2", "g")
        first = selected(found)
        await found.press(keys[0])
        assert selected(found) not in (None, first)
        await found.press(keys[1])
        assert selected(found) == first


async def test_sort_changes_the_order_and_says_so() -> None:
    async with desk() as found:
        await found.answer(
            "icinga", alert("a", name="aaa", since=ago(hours=2)), alert("b", name="bbb", since=ago(minutes=1))
        )
        await found.press("S", "S")
        assert "by oldest" in found.text
        assert found.text.index("aaa") < found.text.index("bbb")


async def test_zoom_shows_one_pane_and_goes_along() -> None:
    async with desk() as found:
        await found.answer("zendesk", ticket("1", subject="a ticket"))
        await found.press("f")
        assert "a ticket" not in found.text
        await found.press("3")
        assert "a ticket" in found.text
        assert "Alerts" not in found.text
        await found.press("escape")
        assert "Alerts" in found.text


async def test_the_title_of_a_pane_is_as_wide_as_the_pane_without_waiting_for_the_next_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk(size=(160, 50)) as found:
        await found.press("3")
        monkeypatch.setattr(found.screen, "tick", lambda: None)
        for _ in range(2):
            await found.press("f")
            pane = found.screen.panes["tickets"]
            title = next(line for line in found.text.splitlines() if " Tickets " in line)
            assert title.endswith("─")
            assert title.count("─", title.index(" Tickets ")) > pane.size.width - 30


async def test_help_is_searchable_and_runs_what_it_lists() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a", acknowledged=Handling(by=clean("Bo")), name="held one"))
        await found.press("question_mark")
        assert isinstance(found.app.screen, HelpScreen)
        await found.press(*"hide or show")
        assert "Hide or show what somebody already has" in found.text
        await found.press("enter")
        assert not isinstance(found.app.screen, HelpScreen)
        assert "held one" not in found.text


async def test_a_search_of_the_help_that_finds_nothing_says_so_and_is_cleared_first() -> None:
    async with desk() as found:
        await found.press("?", Typed("[b]xyzzy"))
        assert "nothing matches “[b]xyzzy”; Esc clears the search" in found.text
        await found.press("enter")
        assert isinstance(found.app.screen, HelpScreen)
        await found.press("escape")
        assert "nothing matches" not in found.text
        assert "Move down" in found.text
        await found.press("escape")
        assert not isinstance(found.app.screen, HelpScreen)


async def test_help_is_read_page_by_page_past_what_cannot_be_run() -> None:
    async with desk(size=(80, 24)) as found:
        await found.press("question_mark")
        assert "Move down a page" in found.text
        assert "Next colours" not in found.text
        await found.press(*["pagedown"] * 8)
        assert "Next colours" in found.text
        await found.press(*["pageup"] * 8)
        assert "Move down a page" in found.text


async def test_the_command_that_enter_would_run_is_marked_in_text_too() -> None:
    async with desk() as found:
        await found.press("question_mark")
        assert [line.split()[1:3] for line in found.text.splitlines() if "▸" in line] == [["▸", "1"]]
        await found.press("down")
        assert [line.split()[1:3] for line in found.text.splitlines() if "▸" in line] == [["▸", "2"]]


async def test_a_command_told_in_two_lines_leaves_the_column_of_the_keys_free() -> None:
    async with desk(size=(80, 24)) as found:
        await found.press("question_mark", *"one comment on each")
        lines = found.text.splitlines()
        first = next(line for line in lines if "Card walk" in line)
        at = first.index("Card walk")
        told = lines[lines.index(first) + 1][at - 1 :]
        assert told.startswith(" ")
        assert not told.startswith("  ")
        assert "one comment on each" in told


async def test_sources_view_shows_the_fault_and_pauses() -> None:
    async with desk() as found:
        await found.fail("icinga", UNREACHABLE)
        await found.press("H")
        assert "failing" in found.text
        assert "cannot be reached" in found.text
        await found.press("p")
        await found.shown()
        assert "paused" in found.text
        await found.press("enter")
        assert "last answer" in found.text
        await found.press("escape", "escape")
        assert "Alerts" in found.text


async def test_a_source_that_is_asked_again_is_said_to_be() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"))
        await found.press("p")
        assert "icinga is paused: p resumes it" in found.text
        await found.press("p")
        assert "icinga is asked again" in found.text
        assert "resumes it" not in found.text


async def test_a_page_that_calls_is_told_where_its_pane_is_not_in_sight() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"))
        await found.answer(
            "pagerduty", incident("1"), incident("2", drill=True), incident("3", status=clean("acknowledged"))
        )
        assert "page calls" not in found.text
        for key in ("enter", "f", "H"):
            await found.press("2", key)
            await found.shown()
            assert " 1 page calls  1\n" in found.text, key
            await found.press("escape")
            await found.shown()
            assert "page calls" not in found.text, key


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 12)])
async def test_nothing_that_wants_a_person_drives_trust_from_its_line(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk(size=size) as found:
        await found.answer("pagerduty", incident("1"))
        await found.fail("icinga", UNREACHABLE)
        for feature in found.screen.features:
            monkeypatch.setattr(feature, "wanting", lambda: ((" 12 things for somebody to do ", Role.WARNING),))
        found.screen.tick()
        await found.shown()
        line = found.text.splitlines()[1]
        assert line.startswith(" ✖ believe all but" if size[0] == 40 else " ✖ believe all but icinga")
        assert "12 things" in line, "the first is told in any case"


async def test_pause_shows_on_the_trust_line() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"))
        await found.press("p")
        await found.shown()
        assert "believe all but icinga" in found.text
        assert "paused" in found.text
        await found.press("p")
        await found.shown()
        assert "✔ believe this screen" in found.text


async def test_copy_sends_the_item_to_the_terminals_clipboard() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a", name="disk full", links=Links(runbook="https://docs.example.org/disk")))
        await found.press("y")
        assert "disk full" in found.app.clipboard
        assert "https://docs.example.org/disk" in found.app.clipboard


async def test_links_are_opened_from_an_argument_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: started.append(command))
    config = Config.model_validate({"ui": {"browser": ["firefox", "--new-tab"]}})
    async with desk(config=config) as found:
        url = "https://docs.example.org/a?b=$(reboot)"
        await found.answer("icinga", alert("a", links=Links(runbook=url, web="https://icinga.example.org/x")))
        await found.press("b", "o")
        assert started == [["firefox", "--new-tab", url], ["firefox", "--new-tab", "https://icinga.example.org/x"]]


async def test_without_a_desktop_the_link_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    async with desk() as found:
        await found.answer("icinga", alert("a", links=Links(runbook="https://docs.example.org/a")))
        await found.press("b")
        assert found.app.clipboard == "https://docs.example.org/a"
        assert "link is copied" in found.text


async def test_keys_of_commands_that_make_no_sense_do_nothing() -> None:
    async with desk() as found:
        await found.press("enter", "o", "b", "v", "y", "p", "escape")
        assert found.screen.showing == "panes"
        assert "runbook" not in found.text.splitlines()[-1], "the footer does not offer it"


async def test_today_shows_the_rota_beside_who_is_really_on() -> None:
    def planned(role: str, person: str) -> Planned:
        ref = ItemRef("rota", Kind.PLANNED, f"{role}/{person}")
        return Planned(ref=ref, role=clean(role), person=clean(person), first=BEGIN.date(), last=BEGIN.date())

    bo = OnCall(
        ref=ItemRef("pagerduty", Kind.ON_CALL, "1"), role=clean("inhours_secondary"), person=clean("Bo"),
        start=ago(hours=1), end=ago(hours=-3),
    )  # fmt: skip
    async with desk() as found:
        await found.answer("rota", planned("inhours_primary", "Ana"), planned("inhours_secondary", "Cy"))
        await found.answer("pagerduty", bo)
        text = found.text
        assert "Ana + Bo on" in text.splitlines()[0]
        assert "Bo until 12:31" in text
        assert "the rota says Cy" in text
        assert "1 not as planned" in text


async def test_the_palette_offers_dashboards_and_sources_without_markup() -> None:
    hostile = clean("[@click=app.exit]Second line[/] [bold")
    item = Dashboard(
        ref=ItemRef("icinga", Kind.DASHBOARD, "d"), title=hostile, links=Links(web="https://g.example.org/d")
    )
    async with desk() as found:
        await found.answer("icinga", item)
        await found.press("D")
        await found.press(*"dashboard: ")
        await found.pilot.pause(0.3)
        assert "[@click=app.exit]Second line[/] [bold" in found.text


async def test_the_palette_says_which_commands_have_no_key() -> None:
    async with desk() as found:
        await found.press("ctrl+p", *"start of a shift")
        await found.until(lambda: "no key" in found.text)


async def test_every_command_is_carried_out_by_one_feature() -> None:
    async with desk() as found:
        assert found.screen.carried_out.keys() == {command.id for command in COMMANDS}
        named = [name for feature in found.screen.features for name in feature.commands]
        assert len(named) == len(set(named))


async def test_a_refresh_paints_nothing_when_nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"), alert("b"))
        painted: list[Any] = []
        rows = found.screen.panes["alerts"].list
        monkeypatch.setattr(rows, "refresh", lambda *a, **_: painted.append(a))
        await found.answer("icinga", alert("a"), alert("b"))
        assert painted == []


async def test_keys_can_be_chosen() -> None:
    config = Config.model_validate({"keys": {"down": "Q", "zoom": "f5", "filter": "f"}})
    async with desk(config=config) as found:
        await found.answer("icinga", alert("1", since=ago(minutes=1)), alert("2"), alert("3"))
        await found.press("Q")
        assert selected(found) == "2"
        await found.press("j", "slash")
        assert selected(found) == "2", "the old keys are free"
        assert not found.screen.filter.is_open
        await found.press("f")
        assert found.screen.filter.is_open
        await found.press("escape", "f5")
        assert found.screen.has_class("-zoomed")


async def test_times_for_ever_are_shown_and_break_nothing() -> None:
    config = Config.model_validate({"shift": {"timezone": "Europe/Berlin"}})
    async with desk(config=config) as found:
        end = datetime.max.replace(tzinfo=UTC)
        await found.answer("trello", card("c", title=clean("to do"), due=end))
        await found.answer("icinga", alert("1", downtime=True, downtime_until=end))
        await found.press("enter")
        assert "9999" in found.text


async def test_quitting_ends_the_program() -> None:
    async with desk() as found:
        await found.press("q")
        assert found.app.return_code == 0
    assert found.readers["icinga"].closed


async def test_a_crash_of_ours_prints_no_traceback(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(secret: str) -> None:
        raise ZeroDivisionError(secret)

    async def use() -> None:
        async with desk() as found:
            found.app.call_later(broken, "s3cret-token")
            await found.pilot.pause()

    with pytest.raises(ZeroDivisionError):
        await use()
    assert "the screen broke with ZeroDivisionError" in caplog.text
    told = capsys.readouterr()
    assert "s3cret" not in told.out + told.err + caplog.text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 12), (300, 100)])
async def test_every_size_shows_the_worst_alert(size: tuple[int, int]) -> None:
    async with desk(size=size) as found:
        await found.answer("icinga", *(alert(f"k{n}") for n in range(30)), alert("x", name="WORST", since=BEGIN))
        await found.answer("pagerduty", incident("P"))
        lines = found.text.splitlines()
        assert any("WORST" in line for line in lines), found.text
        assert len(lines) == size[1]


async def test_the_empty_reading_of_an_unconfigured_program() -> None:
    async with desk("icinga") as found:
        await found.answer("icinga")
        assert "no source configured" in found.text
        assert Reading(items=()).items == ()


async def test_an_item_that_somebody_takes_while_handled_ones_are_hidden_says_so() -> None:
    async with desk() as found:
        await found.press("h")
        await found.answer("icinga", alert("a", name="disk full"), alert("b", name="ssh down"))
        await found.answer("icinga", alert("a", name="disk full", acknowledged=Handling(by=clean("Bo"))), alert("b"))
        assert "hidden since 09:31" in found.text
        assert selected(found) == "a"


async def test_the_cursor_waits_on_the_first_row_until_every_source_has_answered() -> None:
    async with desk("icinga", "ci", hang=True) as found:
        found.readers["ci"].answer(Reading(items=(alert("minor", source="ci", environment=clean("ci")),)))
        found.readers["icinga"].answer(Reading(items=(alert("major"),)))
        found.readers["ci"].let_go()
        await found.ask("ci")
        assert selected(found) == "minor"
        found.readers["icinga"].let_go()
        await found.ask("icinga")
        assert selected(found) == "major"
        await found.answer("icinga", alert("newer", since=BEGIN), alert("major"))
        assert selected(found) == "major", "from now on the selection stays"
