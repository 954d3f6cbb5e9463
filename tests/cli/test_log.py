"""What is logged, by us or by others, tells where something broke, and neither a secret nor an exception's text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondline_tui.cli import plain
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.log import to_file
from secondline_tui.cli.main import run
from secondline_tui.config.withheld import remember

SECRET = "Xy7/kq+3Lw=Zp9"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    path = tmp_path / "log"
    remember(SECRET)
    to_file(path)
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)


def test_a_secret_in_a_library_s_line(log: Path) -> None:
    logging.getLogger("somebody").warning("sent %s", {"Authorization": f"Bearer {SECRET}"})
    assert "WARNING somebody: sent {'Authorization': 'Bearer •••'}" in log.read_text()


def test_an_exception_s_own_text(log: Path) -> None:
    url = "https://example.org/?token=of-somebody-else"
    try:
        raise ValueError(url)
    except ValueError:
        logging.getLogger("somebody").exception("failed")
    text = log.read_text()
    assert "failed" in text
    assert "ValueError" in text
    assert "test_an_exception_s_own_text" in text
    assert "somebody-else" not in text


def test_what_asyncio_says_of_a_failed_task(log: Path) -> None:
    async def fail() -> None:
        asyncio.get_running_loop().create_future().set_exception(ValueError(SECRET))

    asyncio.run(fail())
    text = log.read_text()
    assert "exception was never retrieved" in text
    assert SECRET not in text


def test_a_command_that_breaks(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr(plain, "text", broken)
    monkeypatch.setattr("secondline_tui.cli.status.to_file", lambda: None)
    config = tmp_path / "config.toml"
    config.write_text("")
    assert run(["status", "--config", str(config)]) == Exit.UNKNOWN, "which no one takes for all well or a warning"
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "secondline-tui: ended by an error in our own code, ZeroDivisionError; the log says where\n"
    assert "test_log.py" in log.read_text()
    assert SECRET not in log.read_text()
