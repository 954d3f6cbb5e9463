from __future__ import annotations

from secondline_tui.config.models import Config
from secondline_tui.domain.items import OnCall, Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
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
