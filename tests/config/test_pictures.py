from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from secondline_tui.config.pictures import KEPT, Pictures


def test_a_picture_is_kept_for_this_person_alone_under_a_name_of_its_content(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "state")
    name = pictures.keep(b"one")
    assert pictures.keep(b"one") == name
    assert pictures.keep(b"two") != name
    assert Pictures(tmp_path / "state").read(name) == b"one"
    folder = tmp_path / "state" / "pictures"
    assert folder.stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 2, "nothing half-written stays"


@pytest.mark.parametrize("name", ["../outbox.db", "", "item-0123456789abcdef.png", "/etc/passwd"])
def test_nothing_else_is_read(tmp_path: Path, name: str) -> None:
    pictures = Pictures(tmp_path)
    pictures.keep(b"one")
    (tmp_path / "outbox.db").write_bytes(b"x")
    with pytest.raises(OSError, match=r".*"):
        pictures.read(name)


def test_a_damaged_picture_is_none(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    name = pictures.keep(b"one")
    (tmp_path / "pictures" / name).write_bytes(b"on")
    with pytest.raises(OSError, match="is not what was kept"):
        pictures.read(name)


def test_old_pictures_go_when_another_one_comes(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path)
    old, young = pictures.keep(b"old"), pictures.keep(b"young")
    long_ago = time.time() - KEPT - 60
    os.utime(tmp_path / "pictures" / old, (long_ago, long_ago))
    pictures.keep(b"new")
    assert not (tmp_path / "pictures" / old).exists()
    assert pictures.read(young) == b"young"


def test_what_cannot_be_swept_keeps_nothing_from_being_kept(tmp_path: Path) -> None:
    pictures, strange = Pictures(tmp_path), tmp_path / "pictures" / "a folder"
    strange.mkdir(parents=True)
    old = time.time() - KEPT - 60
    os.utime(strange, (old, old))
    assert pictures.read(pictures.keep(b"one")) == b"one"
