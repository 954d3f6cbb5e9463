from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.sources.zendesk.evidence import Window, same_text
from secondline_tui.sources.zendesk.macros import SAID_TWICE, SENDABLE, effect

TICKET: dict[str, object] = {
    "id": 7,
    "status": "open",
    "priority": None,
    "group_id": 3,
    "tags": ["b", "a"],
    "custom_fields": [{"id": 1, "value": None}, {"id": 2, "value": "x"}],
    "brand_id": 9,
    "updated_at": "2026-11-18T09:31:00Z",
}
NOW = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)


def test_what_stays_as_it_is_is_no_effect() -> None:
    same = {**TICKET, "group_id": "3", "tags": "a b", "priority": "", "updated_at": "later", "url": "x"}
    assert (effect(TICKET, same).fields, effect(TICKET, same).beyond) == ({}, ())


def test_every_difference_is_sent_or_told() -> None:
    after = {
        **TICKET,
        "status": "solved",
        "group_id": "4",
        "tags": ["a", "c"],
        "custom_fields": [{"id": 1, "value": "y"}, {"id": 2, "value": "x"}],
        "side_conversation": ["x"],
    }
    found = effect(TICKET, after)
    assert found.fields == {
        "status": "solved",
        "group_id": 4,
        "tags": ["a", "c"],
        "custom_fields": [{"id": 1, "value": "y"}],
    }
    assert found.beyond == ("side_conversation",)


def test_a_comment_is_meant_for_the_requester_unless_it_says_otherwise() -> None:
    assert effect(TICKET, {"comment": {"body": "x"}}).public is True
    assert effect(TICKET, {"comment": {"body": "x", "public": False}}).public is False
    assert effect(TICKET, {"comment": None}).text == effect(TICKET, {"comment": ["x"]}).text == ""


@given(
    st.dictionaries(
        st.sampled_from((*SENDABLE, *SAID_TWICE, "odd")),
        st.one_of(st.none(), st.text(max_size=5), st.integers(0, 9), st.lists(st.text(max_size=3), max_size=3)),
    )
)
def test_whatever_a_macro_answers_is_understood_and_known_again(after: dict[str, object]) -> None:
    found = effect(TICKET, after)
    assert set(found.fields) <= set(SENDABLE)
    assert not set(found.beyond) & SAID_TWICE
    assert found.digest == effect(dict(TICKET), dict(after)).digest
    if found.fields:
        assert found.digest != effect(TICKET, {}).digest


def test_white_space_makes_no_other_text() -> None:
    assert same_text("a\r\n b\t", "a\n b")
    assert not same_text("a b", "ab")
    assert not same_text("a", None)


def test_an_update_is_ours_only_if_it_can_have_been_made_to_the_version_that_was_seen() -> None:
    stamp = NOW - timedelta(seconds=100)
    window = Window(sent_at=NOW, stamp=stamp)
    moments = {seconds: NOW + timedelta(seconds=seconds) for seconds in (-101, -100, -99, 0, 899, 901)}
    assert [seconds for seconds, moment in moments.items() if window.holds(moment)] == [-99, 0, 899]
    assert not window.holds(None)
    assert Window(sent_at=stamp + timedelta(seconds=2), stamp=stamp).holds(stamp)
    blind = Window(sent_at=NOW, stamp=None)
    assert blind.holds(NOW - timedelta(seconds=299))
    assert not blind.holds(NOW - timedelta(seconds=301))
