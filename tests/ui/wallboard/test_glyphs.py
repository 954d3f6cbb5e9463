from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.ui.wallboard.glyphs import SCALES, Scale, broad, drawable, drawn, largest
from tests.ui.wallboard.reading import SIGNS, _read

SCALE = st.sampled_from(SCALES)


@given(st.text(SIGNS, min_size=1, max_size=6), SCALE)
def test_what_is_drawn_can_be_read(text: str, scale: Scale) -> None:
    assert _read(drawn(text, scale), scale) == text


@given(st.text(SIGNS + "ABCXYZ /_'", min_size=1, max_size=12), SCALE)
def test_a_text_takes_the_room_that_was_reckoned(text: str, scale: Scale) -> None:
    lines = drawn(text, scale)
    assert len(lines) == scale.lines
    assert {len(line) for line in lines} == {broad(text, scale)}
    assert set("".join(lines)) <= set("█▀▄ ")


@given(st.text(SIGNS, min_size=1, max_size=6), st.integers(0, 320), st.integers(0, 110))
def test_the_largest_that_fits_fits_and_the_next_larger_does_not(text: str, width: int, lines: int) -> None:
    found = largest(text, width, lines)
    for scale in SCALES[: SCALES.index(found) if found else None]:
        assert scale.lines > lines or broad(text, scale) > width
    if found is not None:
        assert found.lines <= lines
        assert broad(text, found) <= width


@pytest.mark.parametrize(
    ("text", "told"),
    [("Émile", "EMILE"), ("icinga-2", "ICINGA-2"), ("ß", "SS"), ("日本", None), ("", None), ("a_b.c", "A_B.C")],
)
def test_names_that_can_be_drawn(text: str, told: str | None) -> None:
    assert drawable(text) == told
