from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from secondline_tui.cli.telling import telling
from secondline_tui.cli.wiring import shiftwork
from secondline_tui.config.errors import ConfigError
from secondline_tui.config.load import load


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return path


def test_nothing_is_told_unless_a_way_is_set_up(tmp_path: Path) -> None:
    config = load(write(tmp_path, ""))
    assert telling(config, shiftwork(config.shift).calendar) is None


def test_a_whole_table(tmp_path: Path) -> None:
    text = """
        [me]
        name = "Ana"
        [telling]
        bell = true
        desktop = "osc777"
        hook = ["~/bin/hook"]
        burst = "10s"
        rules = [
          { tell = ["page"], ways = ["bell", "hook"] },
          { environments = ["Staging"], ways = [] },
          { tell = ["alert"], severities = ["critical"], hours = "22:00-06:30", on-shift = true },
        ]
    """
    config = load(write(tmp_path, text))
    assert config.telling.ways == {"bell", "desktop", "hook"}
    assert config.telling.rules[2].hours == (time(22), time(6, 30))
    assert telling(config, shiftwork(config.shift).calendar) is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sounds = true", "telling.sounds: unknown key"),
        ('rules = [{ ways = ["bell"] }]', "rule 1 tells by bell, which is not set up"),
        ('bell = true\nrules = [{ hours = "9-17" }]', "hours"),
        ('bell = true\nrules = [{ severities = ["bad"] }]', "severities"),
        ('notify = "notify-send x"', "telling.notify"),
    ],
)
def test_what_makes_no_sense_is_told(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        load(write(tmp_path, f"[telling]\n{text}\n"))
    assert told in str(error.value)


def test_who_asks_for_their_shift_only_has_to_say_who_they_are(tmp_path: Path) -> None:
    config = load(write(tmp_path, "[telling]\nbell = true\nrules = [{ on-shift = true }]\n"))
    with pytest.raises(ConfigError, match="needs your name"):
        telling(config, shiftwork(config.shift).calendar)
