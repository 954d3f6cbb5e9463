from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from secondline_tui.sources.clocks import Sent, ahead

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("headers", "way", "seconds"),
    [
        ({"date": "Wed, 18 Nov 2026 12:04:00 GMT"}, 2, 239),
        ({"date": "Wed, 18 Nov 2026 11:00:01 -0000"}, 2, -3_600),
        ({"date": "Wed, 18 Nov 2026 12:00:02 GMT"}, 0, 0),  # to the second
        ({"date": "Wed, 18 Nov 2026 12:00:06 GMT"}, 10, 0),  # when on the way it was told is not known
        ({"date": "Wed, 18 Nov 2026 11:56:00 GMT", "age": "240"}, 0, 0),  # a cache has kept it
        ({"date": "soon"}, 0, None),
        ({}, 0, None),
    ],
)
def test_how_far_a_clock_is_ahead(headers: dict[str, str], way: float, seconds: float | None) -> None:
    found = ahead(headers, NOON, NOON + timedelta(seconds=way))
    assert found == (None if seconds is None else timedelta(seconds=seconds))


def test_when_it_was_sent_by_the_other_clock() -> None:
    sent = Sent.of(NOON, timedelta(minutes=4))
    assert (sent.at, sent.exact) == (NOON + timedelta(minutes=4), True)
    assert sent.about(sent.at - SECOND, SECOND)
    assert not sent.about(NOON, timedelta(minutes=3))
    assert not Sent.of(NOON, None).exact
