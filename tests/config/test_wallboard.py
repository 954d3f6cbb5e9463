from __future__ import annotations

from pathlib import Path

import pytest

from secondline_tui.config.errors import ConfigError
from secondline_tui.config.load import load
from secondline_tui.config.wallboard import ALL_PAGES
from secondline_tui.ui.wallboard.frame import PAGES


def test_every_page_that_may_be_configured_can_be_drawn() -> None:
    assert set(ALL_PAGES) == set(PAGES)


def test_durations_may_be_words(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[wallboard]\npages = ["today"]\nseconds = "1m"\nstay = "10m"\n')
    wallboard = load(path).wallboard
    assert (wallboard.pages, wallboard.seconds, wallboard.stay) == (("today",), 60, 600)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pages = []", "wallboard.pages"),
        ('pages = ["weather"]', "wallboard.pages, entry 1: should be"),
        ("seconds = 0.1", "wallboard.seconds"),
        ("second = 10", "wallboard.second"),
    ],
)
def test_what_makes_no_sense_is_told(line: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[wallboard]\n{line}\n")
    with pytest.raises(ConfigError) as error:
        load(path)
    assert told in str(error.value)
