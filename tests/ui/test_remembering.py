"""The dashboard's memory: what is new, an alert's week, the noisiest."""

from __future__ import annotations

from pathlib import Path

from secondline_tui.domain.items import Handling
from secondline_tui.domain.text import clean
from secondline_tui.ui.dashboard.features.noisiest import PERIODS, NoisiestScreen
from tests.fakes.items import ago, alert, ticket
from tests.ui.desk import Desk, desk


def row(found: Desk, words: str) -> str:
    return next((line for line in found.text.splitlines() if words in line), "")


async def later(found: Desk) -> None:
    """Time goes by, and what came meanwhile is recorded and shown."""
    await found.clock.advance(5)
    await found.shown()


async def test_a_row_that_comes_is_marked_new_until_all_is_said_to_be_seen(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        await found.answer("icinga", alert("old", name=clean("old disk"), since=ago(hours=2)))
        await later(found)
        await found.press("N")
        await later(found)
        old = alert("old", name=clean("old disk"), since=ago(hours=2))
        await found.answer("icinga", old, alert("load", name=clean("high load")))
        await later(found)
        assert " new " in row(found, "high load")
        assert " new " not in row(found, "old disk")
        await found.press("N")
        assert "1 row is new no more" in found.text
        assert " new " not in row(found, "high load")


async def test_n_leads_through_the_new_rows_of_all_panes_and_says_when_there_is_none(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        await found.press("n")
        assert "nothing new" in found.text
        await found.press("N")
        await later(found)
        await found.answer("icinga", alert("disk"), alert("load"))
        await found.answer("zendesk", ticket("7"))
        await later(found)
        visited = []
        for _ in range(4):
            await found.press("n")
            assert found.screen.item is not None
            visited.append(found.screen.item.ref.key)
        assert visited[0] != visited[1]
        assert sorted(visited[:3]) == ["7", "disk", "load"]
        assert visited[3] == visited[0]


async def test_an_item_that_was_opened_is_new_no_more_also_after_a_restart(tmp_path: Path) -> None:
    both = (alert("disk", name=clean("low disk")), alert("load", name=clean("high load")))
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        await found.press("N")
        await later(found)
        await found.answer("icinga", *both)
        await later(found)
        await found.press("2", "g", "enter", "escape")
        marks = {words: " new " in row(found, words) for words in ("low disk", "high load")}
        assert sorted(marks.values()) == [False, True]
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        await found.answer("icinga", *both)
        await later(found)
        assert {words: " new " in row(found, words) for words in marks} == marks


async def test_an_opened_alert_tells_its_week(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        for _ in range(3):
            at = found.clock.now()
            held = Handling(by=clean("Chidi Bamford"), at=at)
            await found.answer("icinga", alert("disk", since=at, acknowledged=held))
            await later(found)
            await found.answer("icinga")
            await later(found)
            found.clock.jump(86_400)
        await found.answer("icinga", alert("disk", since=found.clock.now()))
        await later(found)
        await found.press("2", "enter")
        await found.shown()
        text = found.text
        assert "···█" in text
        assert "4th time this week" in text
        assert "first Wed 09:31, last ended" in text
        assert "Chidi Bamford" in row(found, "had it")


async def test_the_noisiest_are_listed_and_copied_and_lead_to_their_alert(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        for turn in range(3):
            load = alert("load", name=clean("high load"), since=found.clock.now())
            await found.answer("icinga", load, *([alert("disk", name=clean("low disk"))] if turn < 1 else []))
            await later(found)
            await found.answer("icinga")
            await later(found)
        load = alert("load", name=clean("high load"), since=found.clock.now())
        await found.answer("icinga", alert("a", name=clean("another")), load)
        await later(found)
        await found.press("F")
        await found.shown()
        lines = [line for line in found.text.splitlines() if "×" in line]
        assert "4× high load  production" in lines[0]
        assert "nobody acknowledged it" in lines[0]
        assert "goes on" in lines[0]
        assert "last 09:" in next(line for line in lines if "low disk" in line)
        screen = found.app.screen
        assert isinstance(screen, NoisiestScreen)
        chosen = []
        for key in ("G", "g"):
            await found.press(key)
            assert screen.list.selected is not None
            chosen.append(screen.list.selected.ref.key)
        assert chosen[0] != chosen[1] == "load"
        await found.press("y")
        assert "| high load | production | 4 |" in found.app.clipboard
        await found.press("enter")
        assert not isinstance(found.app.screen, NoisiestScreen)
        assert found.screen.item is not None
        assert found.screen.item.ref.key == "load"


async def test_the_title_of_the_noisiest_fits_a_small_screen(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, remembers=True, size=(80, 24)) as found:
        await found.press("F", "tab")
        await found.until(lambda: "Noisiest alerts  in 30 days, by how often they began, as recorded" in found.text)


async def test_without_an_alert_in_the_record_the_noisiest_say_so(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        await found.press("F")
        await found.shown()
        assert "no alert began this week, as far as was recorded" in found.text
        await found.press("tab")
        await found.shown()
        assert "no alert began in 30 days" in found.text


async def test_a_key_right_behind_another_leaves_no_question_unasked(tmp_path: Path) -> None:
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        await found.press("F")
        screen = found.app.screen
        assert isinstance(screen, NoisiestScreen)
        for _ in PERIODS:  # before the first has begun to ask; one that is never awaited fails the test
            screen.action_period()
        await found.until(lambda: "no alert began this week" in found.text)


async def test_a_damaged_record_is_told_and_the_dashboard_goes_on(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"this is no database" * 100)
    async with desk(folder=tmp_path, remembers=True) as found:
        await later(found)
        await found.answer("icinga", alert("disk", name=clean("low disk")))
        await later(found)
        notes = [note.message for note in found.app._notifications]
        assert notes == ["the record of what was seen was damaged, and is kept as history.damaged-1.db"]
        assert "low disk" in found.text


async def test_without_a_record_the_keys_say_so() -> None:
    async with desk() as found:
        for key in "nNF":
            await found.press(key)
            assert "nothing is recorded here" in found.text
