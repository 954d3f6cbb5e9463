from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.shift.cover import Cover, covers
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.people import is_out_of_hours

NOW = datetime(2026, 11, 18, 11, tzinfo=UTC)
END = NOW + timedelta(hours=6)


def on(role: str, person: str, *, schedule: bool = True, later: bool = False) -> RolePair:
    return RolePair(
        role=role, planned=person, actual=None, start=END if later else NOW - timedelta(hours=1), until=END,
        out_of_hours=is_out_of_hours(role), ref=ItemRef("pd", Kind.ON_CALL, role) if schedule else None,
    )  # fmt: skip


def cover(role: str, *pairs: RolePair) -> Cover:
    found = covers(Pairing(NOW.date(), on_shift=True, roles=pairs), NOW)
    return next(one for one in found if one.pair.role == role)


@pytest.mark.parametrize(
    ("role", "standbys", "who"),
    [
        ("inhours_primary", ("inhours_primary_standby", "inhours_secondary_standby"), "inhours_primary_standby"),
        ("inhours_secondary", ("inhours_primary_standby", "inhours_secondary_standby"), "inhours_secondary_standby"),
        ("inhours_primary", ("inhours_standby_secondary", "inhours_standby_primary"), "inhours_standby_primary"),
        ("inhours_secondary", ("inhours_standby",), "inhours_standby"),
        ("In-hours primary", ("Standby",), "Standby"),
        ("inhours_primary", ("inhours_standby", "inhours_standby_primary"), "inhours_standby_primary"),
        ("inhours_primary", ("inhours_secondary_standby",), ""),
        ("oncall_primary", ("inhours_standby",), ""),
        ("First line", ("Second line", "Third line"), "Third line"),
        ("Second line", ("First line", "Third line"), "Third line"),
        ("Third line", ("First line", "Second line"), ""),
        ("inhours_primary", (), ""),
    ],
)
def test_who_is_proposed(role: str, standbys: tuple[str, ...], who: str) -> None:
    found = cover(role, on(role, "Ana"), *(on(name, f"Stand {name}", schedule=False) for name in standbys))
    assert (found.role, found.standby) == (who, f"Stand {who}" if who else "")
    assert found.until == END


def test_nobody_covers_for_themselves() -> None:
    own, general = on("inhours_standby_primary", "ana "), on("inhours_standby", "Cy")
    assert cover("inhours_primary", on("inhours_primary", "Ana"), own, general).standby == "Cy"
    assert cover("inhours_primary", on("inhours_primary", "Ana"), own).standby == ""


def test_only_what_has_a_schedule_and_is_on_now_can_be_covered() -> None:
    pairs = (
        on("inhours_primary", "Ana"),
        on("inhours_shadow", "Di", schedule=False),
        on("inhours_primary_standby", "Cy"),
        on("oncall_primary", "Bo", later=True),
    )
    assert [c.pair.role for c in covers(Pairing(NOW.date(), on_shift=True, roles=pairs), NOW)] == ["inhours_primary"]
