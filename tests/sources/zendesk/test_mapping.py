from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from secondline_tui.domain.items import Ticket
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.zendesk.mapping import Names, attributes, note_maker, ticket_maker, ticket_notes
from secondline_tui.sources.zendesk.wire import Comment, TicketRow

NAMES = Names({7: SafeText("Zoë Ångström"), 8: SafeText("Ana Sowande")}, {5: SafeText("2nd Line")})
ROW: dict[str, Any] = {
    "url": "https://example.zendesk.com/api/v2/tickets/4711.json",
    "id": 4711,
    "external_id": None,
    "via": {"channel": "email", "source": {"from": {"address": "zoe@example.org"}, "to": {}, "rel": None}},
    "created_at": "2026-11-17T09:30:00Z",
    "updated_at": "2026-11-18T08:00:00Z",
    "type": None,
    "subject": "Technical fault with Signon",
    "raw_subject": "Technical fault with Signon",
    "description": "\nDear all,\nit does not work",
    "priority": None,
    "status": "new",
    "recipient": None,
    "requester_id": 7,
    "submitter_id": 7,
    "assignee_id": None,
    "organization_id": None,
    "group_id": 5,
    "due_at": None,
    "tags": ["govt_form", "technical_fault"],
    "custom_fields": [{"id": 41, "value": None}, {"id": 42, "value": "x"}],
    "satisfaction_rating": None,
}
COMMENT: dict[str, Any] = {
    "id": 1,
    "type": "Comment",
    "author_id": 8,
    "body": "Looking *now*",
    "html_body": "<p>Looking</p>",
    "plain_body": "Looking now",
    "public": True,
    "attachments": [],
    "created_at": "2026-11-18T08:00:00Z",
}
HOSTILE = "a\x1b]0;owned\x07b\x9b31mc\u202ed[bold]e\nf\x00"


def at(hour: int, day: int = 18) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def mapped(**changes: Any) -> Ticket:
    ticket = ticket_maker("zendesk", "https://example.zendesk.com", NAMES)(TicketRow.model_validate({**ROW, **changes}))
    assert ticket is not None
    return ticket


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in ROW.items() if key not in keys}


def test_a_ticket() -> None:
    ticket = mapped(assignee_id=8, priority="high")
    assert str(ticket.ref) == "zendesk:ticket:4711"
    assert ticket.links.web == "https://example.zendesk.com/agent/tickets/4711"
    assert ticket.name_line == "#4711 Technical fault with Signon"
    assert (ticket.status, ticket.priority) == ("new", "high")
    assert (ticket.requester, ticket.assignee, ticket.group) == ("Zoë Ångström", "Ana Sowande", "2nd Line")
    assert (ticket.created, ticket.updated, ticket.due) == (datetime(2026, 11, 17, 9, 30, tzinfo=UTC), at(8), None)
    assert ticket.tags == ("govt_form", "technical_fault")


def test_nobody_has_triaged_it_and_nobody_is_known() -> None:
    ticket = mapped(requester_id=99, group_id=None)
    assert (ticket.priority, ticket.requester, ticket.assignee, ticket.group) == (None, "", "", "")


@pytest.mark.parametrize("subject", [None, "", " \u200b "])
def test_without_a_subject_its_first_words_stand_in(subject: str | None) -> None:
    assert mapped(subject=subject).subject == "Dear all,"
    assert mapped(subject=subject, description=None).subject == ""


@pytest.mark.parametrize("key", ["subject", "status", "priority", "requester_id", "tags", "created_at", "id"])
def test_a_row_without_what_we_need_is_not_understood(key: str) -> None:
    with pytest.raises(ValidationError):
        TicketRow.model_validate(without(key))


def test_what_plans_and_versions_leave_out_is_not_missed() -> None:
    row = TicketRow.model_validate(without("due_at", "description", "custom_fields", "type", "via"))
    assert ticket_maker("zendesk", "https://example.zendesk.com", NAMES)(row) is not None


def test_what_else_a_search_finds_is_none_of_our_business() -> None:
    row = TicketRow.model_validate({**ROW, "result_type": "user"})
    assert ticket_maker("zendesk", "https://example.zendesk.com", NAMES)(row) is None


def metric(stage: str, breach_at: str | None, **left: int) -> dict[str, object]:
    return {"breach_at": breach_at, "stage": stage, "metric": "first_reply_time", **left}


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ([], at(20)),
        ([metric("active", "2026-11-18T12:00:00Z", hours=3), metric("active", "2026-11-18T11:00:00Z")], at(11)),
        ([metric("achieved", "2026-11-18T09:00:00Z", days=-1), metric("active", "2026-11-18T12:00:00Z")], at(12)),
        ([metric("paused", None), metric("achieved", "2026-11-18T09:00:00Z")], at(20)),
        ([metric("active", None)], at(20)),
        ([metric("active", "2026-11-17T09:00:00Z", hours=-20)], at(9, day=17)),
    ],
)
def test_the_next_target_comes_before_the_tasks_date(metrics: list[dict[str, object]], expected: datetime) -> None:
    assert mapped(due_at="2026-11-18T20:00:00Z", slas={"policy_metrics": metrics}).due == expected


def test_comments_say_who_may_read_them() -> None:
    make = note_maker(NAMES)
    public = make(Comment.model_validate(COMMENT))
    assert (public.author, public.text, public.at, public.label) == (
        "Ana Sowande",
        "Looking now",
        at(8),
        "public reply",
    )
    files = [{"id": 1, "file_name": "a.png", "size": 1}, {"id": 2, "file_name": "b.log", "size": 2}]
    without_plain = {key: value for key, value in COMMENT.items() if key != "plain_body"}
    note = make(Comment.model_validate({**without_plain, "public": False, "author_id": 9, "attachments": files}))
    assert (note.author, note.text, note.label) == ("", "Looking *now*\n[attached: a.png, b.log]", "internal note")


@pytest.mark.parametrize("public", [None, "perhaps", 2])
def test_a_comment_that_does_not_say_is_not_understood(public: object) -> None:
    with pytest.raises(ValidationError):
        Comment.model_validate({**COMMENT, "public": public})


def test_the_first_comment_is_left_out_only_where_it_repeats_the_description() -> None:
    make = note_maker(NAMES)
    notes = [make(Comment.model_validate({**COMMENT, "plain_body": text})) for text in ("first", "second")]
    internal = make(Comment.model_validate({**COMMENT, "plain_body": "first", "public": False}))
    assert [note.text for note in ticket_notes(notes, (), SafeText("first"))] == ["second"]
    assert [note.text for note in ticket_notes(notes, (), SafeText("other"))] == ["first", "second"]
    assert len(ticket_notes([internal, *notes], (), SafeText("first"))) == 3
    assert ticket_notes([], (SafeText("why"),), SafeText(""))[0].text == "why"


def test_attributes_are_raw_and_own_fields_have_their_titles() -> None:
    told = attributes({**ROW, "custom_fields": [*ROW["custom_fields"], "odd", {"id": "x"}]}, {42: "Page\x1b[31m"})
    assert (
        "via",
        '{"channel": "email", "source": {"from": {"address": "zoe@example.org"}, "to": {}, "rel": null}}',
    ) in told
    assert told[-2:] == (("Page", "x"), ("field 41", "null"))
    assert not {"description", "custom_fields"} & {name for name, _ in told}


def test_hostile_text_controls_nothing() -> None:
    ticket = mapped(subject=HOSTILE, status=HOSTILE, priority=HOSTILE, tags=[HOSTILE])
    note = note_maker(NAMES)(
        Comment.model_validate({**COMMENT, "plain_body": HOSTILE, "attachments": [{"file_name": HOSTILE}]})
    )
    shown = attributes({HOSTILE: HOSTILE, "custom_fields": [{"id": 1, "value": HOSTILE}]}, {1: HOSTILE})
    lines = [
        ticket.subject,
        ticket.status,
        ticket.priority or "",
        *ticket.tags,
        *(text for pair in shown for text in pair),
    ]
    assert all(line.isprintable() and "\u202e" not in line for line in lines)
    assert all(line.isprintable() for line in note.text.splitlines())
    assert ticket.subject == "abcd[bold]e f�"
    assert len(mapped(subject="x" * 100_000).subject) < 1_100


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_whatever_a_row_holds_it_is_understood_or_refused(changes: dict[str, object]) -> None:
    try:
        row = TicketRow.model_validate({**ROW, **changes})
    except (ValidationError, ValueError, OverflowError):
        return
    ticket = ticket_maker("zendesk", "https://example.zendesk.com", NAMES)(row)
    assert ticket is None or ticket.number == row.id
