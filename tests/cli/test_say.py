"""What cannot be printed is told of once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from secondline_tui.cli.say import complain, tell

FULL = Path("/dev/full")

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.mark.parametrize("length", [1, 4_000, 100_000])
def test_what_a_full_disk_did_not_take_is_not_tried_again_at_the_end(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interpreter flushes before it ends, and what it finds then would take the place of our exit code."""
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OSError, match="No space left"):
            tell("x" * length)
        full.flush()


def test_a_complaint_that_nobody_can_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with FULL.open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        complain("x")
        full.flush()
