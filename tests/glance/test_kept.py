"""The file of a running instance: what it says is believed only while somebody alive keeps writing it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_config_path, user_state_path

from secondline_tui.glance import kept
from secondline_tui.glance.kept import LATE, forget, recall, write
from secondline_tui.glance.place import file_of, folder, user_config
from tests.glance.told import told

CONFIG = "/etc/secondline.toml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "board.json"


def rewritten(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_what_was_written_is_recalled_and_is_ours_alone(path: Path) -> None:
    write(str(path), CONFIG, told(critical=3))
    found, age, why = recall(str(path), CONFIG)
    assert (found, why) == (told(critical=3), "")
    assert 0 <= age < 20
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["board.json"]


def test_an_older_file_open_to_others_is_replaced_by_one_that_is_not(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{}")
    path.chmod(0o644)
    write(str(path), CONFIG, told())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_instance_of_another_version_is_not_understood(path: Path) -> None:
    write(str(path), CONFIG, told())
    rewritten(path, version="0.0.1", told={"something": "else"})
    assert recall(str(path), CONFIG)[::2] == (None, "another version runs")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"version": 2}', '{"version": 1}', "\x00"])
def test_a_file_that_is_none_of_ours_says_nothing(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    assert recall(str(path), CONFIG)[0] is None


def test_another_configuration_s_file_says_nothing(path: Path) -> None:
    write(str(path), CONFIG, told())
    assert recall(str(path), "/etc/other.toml")[0] is None


def test_the_file_of_a_dead_instance_is_not_shown_as_current(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        pass
    write(str(path), CONFIG, told())
    rewritten(path, pid=process.pid)
    found, _, why = recall(str(path), CONFIG)
    assert (found, why) == (None, "not running")


def test_an_instance_that_stands_still_is_not_believed(path: Path) -> None:
    write(str(path), CONFIG, told())
    at = json.loads(path.read_text())["at"]
    rewritten(path, at=at - LATE - 1)
    found, age, why = recall(str(path), CONFIG)
    assert (found, why) == (None, "stands still")
    assert age > LATE


def test_a_clock_that_is_set_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(str(path), CONFIG, told())
    monkeypatch.setattr(time, "time", lambda: 7.0)
    assert recall(str(path), CONFIG)[0] is not None


def test_a_file_from_before_the_machine_started_says_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(str(path), CONFIG, told())
    now = time.time()
    monkeypatch.setattr(kept, "_boot", lambda: "another")
    assert recall(str(path), CONFIG)[0] is not None, "its wall time is all there is to go by"
    monkeypatch.setattr(time, "time", lambda: now + 3_600)
    assert recall(str(path), CONFIG)[0] is None
    monkeypatch.setattr(time, "time", lambda: now - 3_600)
    assert recall(str(path), CONFIG)[0] is None, "nor may it be of the future"


def test_only_our_own_file_is_taken_away(path: Path) -> None:
    write(str(path), CONFIG, told())
    rewritten(path, pid=1)
    forget(str(path))
    assert path.exists()
    rewritten(path, pid=os.getpid())
    forget(str(path))
    assert not path.exists()
    forget(str(path))


def test_a_disk_without_room_leaves_the_old_file_and_no_other(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(str(path), CONFIG, told())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(str(path), CONFIG, told(critical=1))
    assert [entry.name for entry in path.parent.iterdir()] == ["board.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked")
def test_places_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("/x/y", "", "  "):
        monkeypatch.setenv("XDG_CONFIG_HOME", value)
        assert user_config() == str(user_config_path("secondline-tui", appauthor=False) / "config.toml")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/x")
    assert folder() == "/run/x/secondline-tui"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert folder() == str(user_state_path("secondline-tui", appauthor=False))


def test_each_configuration_has_its_own_file_however_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").touch()
    (tmp_path / "link.toml").symlink_to(tmp_path / "a.toml")
    assert file_of(str(tmp_path / "a.toml")) == file_of(str(tmp_path / "link.toml"))
    assert file_of(str(tmp_path / "a.toml")) != file_of(str(tmp_path / "b.toml"))
