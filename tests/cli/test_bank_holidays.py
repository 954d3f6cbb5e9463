from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from secondline_tui.cli import bank_holidays
from secondline_tui.cli.bank_holidays import BankHolidays
from secondline_tui.cli.wiring import shiftwork
from secondline_tui.config.load import load
from secondline_tui.config.shift import Shift
from secondline_tui.domain.board import Board
from secondline_tui.shift.agenda import events_on
from secondline_tui.shift.pairing import pairing

BOXING_DAY_OBSERVED, SCOTLANDS_SECOND = date(2026, 12, 28), date(2026, 1, 2)


def load_text(tmp_path: Path, text: str) -> Shift:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return load(path).shift


def test_the_shift_the_stand_up_and_the_drill_are_left_out_on_a_bank_holiday() -> None:
    work = shiftwork(Shift(), patient=True)
    assert work.calendar.shift_on(BOXING_DAY_OBSERVED) is None
    new_year = date(2025, 1, 1)  # a Wednesday: the day of the drill
    assert events_on(work.calendar, work.agenda, new_year) == []
    wednesday = [event.name for event in events_on(work.calendar, work.agenda, date(2025, 1, 8))]
    assert "PagerDuty drill" in wednesday


def test_a_review_is_put_off_to_the_day_after_easter_monday() -> None:
    work = shiftwork(Shift(), patient=True)
    tuesday = [event.name for event in events_on(work.calendar, work.agenda, date(2026, 4, 7))]
    assert {"incident review", "handover"} <= set(tuesday)


def test_each_region_has_its_own(tmp_path: Path) -> None:
    england = shiftwork(load_text(tmp_path, ""), patient=True).calendar
    scotland = shiftwork(load_text(tmp_path, '[shift]\nregion = "GB-SCT"'), patient=True).calendar
    nobody = shiftwork(load_text(tmp_path, '[shift]\nregion = ""'), patient=True).calendar
    elsewhere = shiftwork(load_text(tmp_path, '[shift]\ntimezone = "Europe/Berlin"'), patient=True).calendar
    assert [c.works(SCOTLANDS_SECOND) for c in (england, scotland, nobody, elsewhere)] == [True, False, True, True]
    assert [c.works(BOXING_DAY_OBSERVED) for c in (england, scotland, nobody, elsewhere)] == [False, False, True, True]


def test_days_of_the_configuration_stay_beside_them(tmp_path: Path) -> None:
    calendar = shiftwork(load_text(tmp_path, "[shift]\nholidays = [2026-12-24]"), patient=True).calendar
    assert not calendar.works(date(2026, 12, 24))
    assert not calendar.works(BOXING_DAY_OBSERVED)


def test_a_region_that_the_library_does_not_know_is_told() -> None:
    for region in ("GB-XXX", "ZZ"):
        calendar = shiftwork(Shift(region=region), patient=True).calendar
        made = pairing(Board(), calendar, datetime(2026, 11, 18, 11, tzinfo=UTC))
        assert f'shift.region "{region}"' in made.remark


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    found = BankHolidays("GB-ENG", patient=True)
    assert BOXING_DAY_OBSERVED not in found
    assert "not installed" in found.trouble


def test_a_screen_does_not_wait_and_has_them_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[Callable[..., None], tuple[int]]] = []

    class Held:
        def __init__(self, target: Callable[..., None], args: tuple[int], **_: object) -> None:
            started.append((target, args))

        def start(self) -> None:
            """Nothing runs until the test says so."""

    monkeypatch.setattr(bank_holidays, "Thread", Held)
    monkeypatch.setattr(bank_holidays, "sleep", lambda _: None)
    found = BankHolidays("GB-ENG", frozenset({date(2026, 12, 24)}), patient=False)
    assert date(2026, 12, 24) in found
    assert BOXING_DAY_OBSERVED not in found
    assert SCOTLANDS_SECOND not in found
    ((target, args),) = started
    target(*args)
    assert BOXING_DAY_OBSERVED in found


def test_starting_does_not_import_the_library() -> None:
    code = (
        "import sys; from secondline_tui.cli.wiring import shiftwork; from secondline_tui.config.shift import Shift;"
        "c = shiftwork(Shift()).calendar; import datetime; c.works(datetime.date(2026, 12, 28));"
        "sys.exit('holidays' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
