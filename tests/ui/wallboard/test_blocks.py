"""What a tile says below its figure."""

from __future__ import annotations

import pytest

from secondline_tui.ui.spans import Role, Span
from secondline_tui.ui.wallboard.blocks import whole

ESCALATES, DRILL = ("escalates in 3:41", Role.CRITICAL), ("1 drill", Role.ACCENT)


@pytest.mark.parametrize(
    ("remark", "width", "told"),
    [
        ((ESCALATES, DRILL), 26, " escalates in 3:41 1 drill"),
        ((ESCALATES, DRILL), 25, " escalates in 3:41"),
        ((("3 prod · 12 staging · 1 ci", Role.MUTED),), 25, " 3 prod · 12 staging"),
        ((("3 prod · 12 staging", Role.MUTED), DRILL), 19, " 3 prod 1 drill"),
        ((("", Role.MUTED), DRILL), 19, " 1 drill"),
        ((("3 production · 1 ci", Role.MUTED),), 8, " 3 production"),
        ((), 8, ""),
    ],
)
def test_parts_that_have_no_room_are_left_out_whole(remark: tuple[Span, ...], width: int, told: str) -> None:
    assert "".join(text for text, _ in whole(remark, width)) == told
