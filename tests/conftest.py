from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fakes import idle
from tests.fakes.clock import FakeClock
from tests.thorough import THOROUGH

ROOT = Path(__file__).parent.parent
SHARE = 7
"""Of a matrix, one cell in so many is tried in a quick run. A prime: no column of a matrix is left out."""

# Workers are told a width to print in; a program in a terminal would believe it more than the terminal.
for _name in ("COLUMNS", "LINES"):
    os.environ.pop(_name, None)
idle.use()
# A busy machine makes no example a failure; new examples are looked for in a thorough run, not in somebody's change.
settings.register_profile("steady", deadline=None, derandomize=not THOROUGH)
settings.load_profile("steady")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: some of what is tested waits for something."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most cells of every verb under every fault to a thorough run; not those that were asked for by name.

    What takes longest comes first, so that no worker is left with it at the end.
    """
    items.sort(key=lambda item: item.nodeid.split("/")[1] not in ("e2e", "live"))
    if THOROUGH or any("::" in argument for argument in config.args):
        return
    seen: Counter[str] = Counter()
    kept, left = [], []
    for item in items:
        if item.get_closest_marker("matrix") is not None:
            function = item.nodeid.partition("[")[0]
            seen[function] += 1
            if seen[function] % SHARE != 1:
                left.append(item)
                continue
        kept.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


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
