from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.items import Card
from secondline_tui.sources.trello.library import board_id
from secondline_tui.sources.trello.mapping import body, card_maker, issues, matches, note, person_name, wanted_lists
from secondline_tui.sources.trello.wire import CARD_FIELDS, BoardList, CardRow, Comment, Member, OpenedCard, Person
from tests.sources.trello.desk import LIST, MEMBER, card, settings

HOSTILE = "\x1b]0;owned\x07[/red]\u202e\x9b31m\x00" + "x" * 100_000


def lists(*names: str) -> list[BoardList]:
    return [BoardList.model_validate({"id": f"{n:024x}", "name": name, "cards": []}) for n, name in enumerate(names)]


def made(**changes: object) -> Card:
    ongoing = BoardList.model_validate({"id": LIST, "name": "Ongoing issues", "pos": 1, "cards": []})
    ana = Member.model_validate({"id": MEMBER, "fullName": "Ana Sowande", "username": "ana"})
    return card_maker("trello", [ongoing], [ana])(CardRow.model_validate(card(**changes)))


def test_a_card_is_an_ongoing_issue() -> None:
    item = made()
    assert str(item.ref) == "trello:card:5f00000000000000000000c1"
    assert item.title == "AmazonMQ unprocessed messages every Tuesday"
    assert item.list_name == "Ongoing issues"
    assert item.labels == ("email", "red", "label")
    assert item.members == ("Ana Sowande",)
    assert item.updated == datetime(2026, 11, 17, 8, 5, 1, 120_000, tzinfo=UTC)
    assert item.created == datetime(2020, 7, 4, 4, 5, 20, tzinfo=UTC)
    assert (item.due, item.due_done, item.comments, item.position) == (None, False, 3, 65_535.5)
    assert item.links.web == "https://trello.com/c/AbCd1234"


def test_a_due_date_is_in_utc() -> None:
    item = made(due="2026-11-20T12:00:00.000Z", dueComplete=True)
    assert item.due == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert item.due_done


@pytest.mark.parametrize("title", ["README", "This column is to record …", "on-call CHECKLIST"])
def test_cards_that_explain_their_list_are_left_out(title: str) -> None:
    assert issues([made(name=title)], settings().explainers) == []


@pytest.mark.parametrize("title", ["This column store is down", "README page 500s", "README"])
def test_below_an_issue_no_card_explains_the_list(title: str) -> None:
    first = made(name="README", id=f"{1:024x}", pos=1)
    issue = made(id=f"{2:024x}", pos=2)
    below = made(name=title, id=f"{3:024x}", pos=3)
    assert issues([below, issue, first], settings().explainers) == [below, issue]
    assert issues([first], ()) == [first]


def test_each_list_has_its_own_top() -> None:
    other = BoardList.model_validate({"id": "L2", "name": "Alerts", "cards": []})
    make = card_maker("trello", [other], [])
    explainer = make(CardRow.model_validate(card(idList="L2", name="README", id=f"{1:024x}", pos=9)))
    issue = made(pos=1)
    assert issues([issue, explainer], settings().explainers) == [issue]


def test_somebody_who_left_the_board_is_somebody() -> None:
    item = made(idMembers=[MEMBER, "5f00000000000000000000a2"])
    assert item.members == ("Ana Sowande", "somebody")


def test_what_may_be_missing_may_be_missing() -> None:
    told = card()
    for name in ("desc", "due", "dueComplete", "shortUrl", "url"):
        del told[name]
    row = CardRow.model_validate(told)
    assert (row.desc, row.due, row.due_complete) == ("", None, False)


@pytest.mark.parametrize("name", ["id", "name", "dateLastActivity", "idList", "idMembers", "labels", "badges", "pos"])
def test_what_we_need_must_be_there(name: str) -> None:
    told = card()
    del told[name]
    with pytest.raises(ValidationError):
        CardRow.model_validate(told)


def test_every_field_is_asked_for_by_trellos_name() -> None:
    assert {"dateLastActivity", "idMembers", "shortUrl", "dueComplete"} <= set(CARD_FIELDS.split(","))


def test_hostile_text_is_harmless() -> None:
    item = made(name=HOSTILE, desc=HOSTILE, shortUrl="javascript:alert(1)", url="https://user:pw@trello.com/c/x")
    for text in (item.title, item.description):
        assert text.startswith("[/red]�xxx")
        assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e", "\x00"}
    assert len(item.title) < 1_100
    assert item.links.web is None


# -- which lists ------------------------------------------------------------------------------------------------------


def test_lists_are_wanted_by_name_or_id() -> None:
    there = lists("Ongoing issues, useful Info & unexplained events", "To do", "[WIP] Done?")
    assert wanted_lists(there, ["ongoing ISSUES*"]) == [there[0]]
    assert wanted_lists(there, [there[1].id.upper(), "[wip] done?"]) == there[1:]
    assert wanted_lists(there, ["*"]) == there


def test_a_pattern_that_fits_no_list_is_a_failed_poll_that_names_the_lists() -> None:
    with pytest.raises(PollFailed) as caught:
        wanted_lists(lists("To do", "\x1b[31mDone", *(f"list {n}" for n in range(9))), ["To do", "Ongoing issues*"])
    assert caught.value.fault.kind is FaultKind.NOT_FOUND
    message = caught.value.fault.message
    assert '"Ongoing issues*"' in message
    assert '"To do", "Done", "list 0"' in message
    assert "and 3 more" in message
    assert "\x1b" not in message


def test_a_board_without_lists_is_no_empty_board() -> None:
    with pytest.raises(PollFailed, match="the board has no lists"):
        wanted_lists([], ["*"])


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "ABC", True),
        ("a.c", "abc", False),
        ("done?", "donex", False),
        ("  done ", "Done", True),
        ("über*", "Überblick", True),
        ("*", "", True),
        ("done", "done and dusted", False),
    ],
)
def test_only_the_star_is_special(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


@pytest.mark.parametrize(
    "text", ["M7UzqXpk", " M7UzqXpk ", "https://trello.com/b/M7UzqXpk/govuk-2nd-line", "trello.com/b/M7UzqXpk"]
)
def test_a_board_is_known_by_its_address_too(text: str) -> None:
    assert board_id(text) == "M7UzqXpk"


# -- an opened card ---------------------------------------------------------------------------------------------------


def test_a_comment_whose_author_is_gone() -> None:
    told = {"id": "1", "date": "2026-11-17T08:05:01.120Z", "data": {"text": "a\n\x1b[2Jb"}, "memberCreator": None}
    said = note(Comment.model_validate(told))
    assert (said.author, said.text, said.label) == ("somebody", "a\nb", "comment")
    assert person_name(Person.model_validate({"fullName": None, "username": "gone"})) == "gone"


def test_a_body_holds_description_checklists_and_attachments() -> None:
    told = {
        "id": "1",
        "desc": "What we know\n",
        "badges": {"comments": 0},
        "checklists": [
            {"name": "Second", "pos": 2, "checkItems": []},
            {
                "name": "First",
                "pos": 1,
                "checkItems": [
                    {"name": "b", "state": "incomplete", "pos": 2},
                    {"name": "a", "state": "complete", "pos": 1},
                ],
            },
        ],
        "attachments": [{"name": "log\x1b[31m", "url": "https://logs.example.org", "bytes": None}],
    }
    assert body(OpenedCard.model_validate(told)) == (
        "What we know\n\nFirst (1 of 2)\n  [x] a\n  [ ] b\n\nSecond (0 of 0)\n\n"
        "Attachments\n  log  https://logs.example.org"
    )
