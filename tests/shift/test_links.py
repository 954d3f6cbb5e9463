"""Links between items: a labelled set in the words of a real shift, and what the index makes of whole boards."""

from __future__ import annotations

import pytest

from secondline_tui.shift.links import bond
from tests.shift.pairs import Pair, pairs

PAIRS = tuple(pairs())


def test_every_sure_link_is_right_and_no_sure_link_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    alike = [pair for pair in PAIRS if pair.sure]
    misses = [pair for pair in PAIRS if not pair.sure]
    missed = [told(pair) for pair in alike if not is_sure(pair)]
    wrong = [told(pair) for pair in misses if is_sure(pair)]
    with capsys.disabled():
        print(
            f"\nlinks: {len(PAIRS)} pairs; {len(alike) - len(missed)} of {len(alike)} found as sure, "
            f"{len(wrong)} of {len(misses)} near misses taken for sure"
        )
    assert not missed
    assert not wrong
    assert len(PAIRS) >= 120
    assert len(misses) * 2 >= len(PAIRS)


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.maybe is not None], ids=lambda pair: pair.what)
def test_what_looks_alike_is_a_maybe_and_what_does_not_is_nothing(pair: Pair) -> None:
    assert (bond(pair.one, pair.other) is not None) is pair.maybe


def is_sure(pair: Pair) -> bool:
    found, back = bond(pair.one, pair.other), bond(pair.other, pair.one)
    assert found == back
    return found is not None and found.sure and bool(found.reason)


def told(pair: Pair) -> str:
    return f"{pair.what}: {pair.one.name_line} / {pair.other.name_line} {bond(pair.one, pair.other)}"
