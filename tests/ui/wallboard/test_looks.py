"""Nothing looks otherwise than it was looked at. `python -m tests.ui.wallboard.looks` writes the looks anew."""

from __future__ import annotations

import pytest

from tests.ui.wallboard.looks import FILES, LOOKS, look


@pytest.mark.parametrize("name", LOOKS)
async def test_looks(name: str) -> None:
    assert (await look(name)).splitlines() == (FILES / f"{name}.txt").read_text("utf-8").splitlines()


def test_no_look_is_left_over() -> None:
    assert {path.stem for path in FILES.iterdir()} == set(LOOKS)
