from __future__ import annotations

from secondline_tui.config.models import Config
from secondline_tui.domain.items import Links, OnCall, Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.ui.prompts.declare import DeclareScreen
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago
from tests.ui.desk import desk


def planned(role: str, person: str, days: int = 0) -> Planned:
    ref = ItemRef("rota", Kind.PLANNED, f"{role}/{person}")
    day = BEGIN.date()
    return Planned(
        ref=ref, role=clean(role), person=clean(person), first=day.replace(day=day.day + days), last=day.replace(day=28)
    )


async def test_the_pane_tells_an_override_the_policy_and_the_next_shift() -> None:
    config = Config.model_validate({"people": {"Bo": "apprentice"}})
    bo = OnCall(
        ref=ItemRef("pagerduty", Kind.ON_CALL, "1"), role=clean("primary"), person=clean("Bo"), start=ago(hours=1),
        end=ago(hours=-3), override=True,
    )  # fmt: skip
    async with desk("rota", "pagerduty", config=config, size=(200, 60)) as found:
        await found.answer("rota", planned("primary", "Ana"), planned("secondary", "Di"))
        await found.answer("pagerduty", bo)
        text = found.text
        assert "Bo until 12:31" in text
        assert "the rota says Ana; PagerDuty has an override" in text
        assert "Bo is primary; policy for apprentice: shadow" in text
        assert "next Thu 19 Nov  Ana + Di" in text


async def test_a_standby_is_told_from_the_one_they_stand_by_for_in_a_narrow_pane() -> None:
    async with desk("rota", size=(120, 40)) as found:
        await found.answer(
            "rota", planned("inhours_primary", "Ana"), planned("inhours_secondary_standby", "Zoë Brânză")
        )
        assert "secondary standby Zoë Brânză  planned" in found.text
        assert "primary           Ana  planned" in found.text


async def test_enter_opens_a_role_with_what_rota_and_schedule_say_of_it() -> None:
    def turn(key: str, person: str, start: float, end: float, *, override: bool = False) -> OnCall:
        return OnCall(
            ref=ItemRef("pagerduty", Kind.ON_CALL, key), role=clean("inhours_primary"), person=clean(person),
            start=ago(hours=-start), end=ago(hours=-end), schedule=clean("Primary (1st Call)"), override=override,
            links=Links(web="https://acme.pagerduty.com/schedules/P1"),
        )  # fmt: skip

    async with desk("rota", "pagerduty", size=(80, 24)) as found:
        await found.press("5")
        assert "Enter open" not in found.text, "there is nobody yet"
        await found.press("enter")
        await found.answer("rota", planned("inhours_primary", "Ana"), planned("inhours_shadow", "Di"))
        await found.answer("pagerduty", turn("1", "Bo", -1, 3, override=True), turn("2", "Ana", 3, 9))
        assert "Enter open" in found.text
        await found.press("enter")
        assert "primary: Bo  the rota says Ana; PagerDuty has an override" in found.text
        assert "shadow: Di" in found.text
        await found.press("enter")
        for words in (
            "on call       Bo, put in by hand (an override)",
            "schedule      Primary (1st Call)",
            "until         12:31",
            "the rota says Ana, Wed 18 Nov to Sat 28 Nov",
            "then          Ana, from 12:31",
            "page          https://acme.pagerduty.com/schedules/P1",
        ):
            assert words in found.text
        await found.press("escape")
        assert found.screen.focused is found.screen.today.list
        await found.press("enter", "down", "enter")
        assert "planned       Di" in found.text
        assert "days          Wed 18 Nov to Sat 28 Nov" in found.text


async def test_an_incident_is_not_declared_about_a_role() -> None:
    async with desk("rota", size=(120, 40)) as found:
        await found.answer("rota", planned("primary", "Ana"))
        await found.press("5", "enter", "enter")
        assert found.screen.item is not None
        await found.press("I")
        await found.until(lambda: isinstance(found.app.screen, DeclareScreen))
        screen = found.app.screen
        assert isinstance(screen, DeclareScreen)
        assert screen.occasion.item is None
