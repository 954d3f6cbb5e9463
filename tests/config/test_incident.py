from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from secondline_tui.config.incident import Incident
from secondline_tui.config.models import Config
from secondline_tui.domain.declared import Pace


def incident(**table: Any) -> Incident:
    return Config.model_validate({"incident": table}).incident


def test_without_the_table_there_are_four_priorities() -> None:
    assert [(p.name, p.word, p.update) for p in Config().incident.priorities] == [
        ("P1", "complete outage", Pace(timedelta(hours=1))),
        ("P2", "substantial degradation", Pace(timedelta(hours=2))),
        ("P3", "intermittent trouble", Pace(working_days=2)),
        ("P4", "minor", Pace(working_days=5)),
    ]


@pytest.mark.parametrize(
    ("written", "pace"),
    [("30m", Pace(timedelta(minutes=30))), (90, Pace(timedelta(seconds=90))), ("1 working day", Pace(working_days=1)),
     ("2 Business Days", Pace(working_days=2)), (0, Pace()), ("0s", Pace())],
)  # fmt: skip
def test_how_often_is_written_as_people_do(written: object, pace: Pace) -> None:
    assert incident(priorities=[{"name": "SEV1", "update": written}]).priorities[0].update == pace


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ({"priorities": []}, "at least one priority"),
        ({"priorities": [{"name": "P1"}, {"name": "P1"}]}, "a name of its own"),
        ({"priorities": [{"name": ""}]}, "at least 1 character"),
        ({"priorities": [{"name": "P1", "update": "often"}]}, "2 working days"),
        ({"priorities": [{"name": "P1", "update": 1e300}]}, "2 working days"),
        ({"priorities": [{"name": "P1", "update": -60}]}, "2 working days"),
        ({"priorities": [{"name": "P1", "update": "9000000d"}]}, "2 working days"),
        ({"leads": "x"}, "not permitted"),
    ],
)
def test_what_cannot_be_meant_is_told(table: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        incident(**table)
