"""Ways to look at a real Icinga 2: with the reader, and with the whole program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Icinga2
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import Fault, PollFailed
from secondline_tui.domain.items import Alert
from secondline_tui.sources.icinga2.reader import Icinga2Reader, reader
from tests.live.icinga2 import PASSWORDS
from tests.live.morning import Seen


@asynccontextmanager
async def opened(settings: Mapping[str, object]) -> AsyncIterator[Icinga2Reader]:
    made = reader("icinga", Icinga2.model_validate(settings), Config())
    try:
        yield made
    finally:
        await made.close()


async def poll(settings: Mapping[str, object]) -> Reading:
    async with opened(settings) as made:
        return await made.fetch()


async def failure(settings: Mapping[str, object]) -> Fault:
    with pytest.raises(PollFailed) as caught:
        await poll(settings)
    assert not any(secret in str(caught.value) for secret in PASSWORDS.values())
    return caught.value.fault


def alerts(reading: Reading) -> dict[str, Alert]:
    assert reading.rejected == ()
    found = {item.ref.key: item for item in reading.items if isinstance(item, Alert)}
    assert len(found) == len(reading.items)
    return found


def seen(alert: Alert) -> Seen:
    by, comment = (alert.acknowledged.by, alert.acknowledged.comment) if alert.acknowledged else ("", "")
    flags = (alert.downtime, alert.inhibited, alert.flapping, alert.soft)
    return Seen(alert.severity.value, alert.state, by, comment, *flags)


def configured(place: Path, settings: Mapping[str, object]) -> Path:
    file = place / "config.toml"
    pairs = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items())
    file.write_text(f"[sources.icinga]\n{pairs}", "utf-8")
    file.chmod(0o600)
    return file


def run(place: Path, command: str, settings: Mapping[str, object], *options: str) -> tuple[int, str]:
    """The real program on one source: (exit code, what it printed)."""
    config = ["--config", str(configured(place, settings))]
    vector = [sys.executable, "-m", "secondline_tui", command, *config, *options]
    done = subprocess.run(vector, capture_output=True, text=True, timeout=100, check=False)
    assert done.stderr == ""
    assert not any(secret in done.stdout for secret in PASSWORDS.values())
    return done.returncode, done.stdout


def status(place: Path, settings: Mapping[str, object]) -> tuple[int, dict[str, Any]]:
    code, told = run(place, "status", settings, "--format", "json")
    found: dict[str, Any] = json.loads(told)
    return code, found
