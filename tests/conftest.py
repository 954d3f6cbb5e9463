from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.clock import FakeClock

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes anything of the person who runs it."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    # PYTHONDONTWRITEBYTECODE: the programs that tests start are to start as fast as installed ones.
    for name in ("SECONDLINE_CONFIG", "NO_COLOR", "COLORFGBG", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.delenv(name, raising=False)
    # A proxy or a bundle of the environment must make no difference: let every test prove it.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
