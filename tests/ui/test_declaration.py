"""The form of an incident as it is kept, and what it comes to in words: without any screen."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.config.incident import Incident as Table
from secondline_tui.domain.actions import Choice, Intent, Preview, Verb
from secondline_tui.domain.opening import Opening, unborn
from secondline_tui.domain.text import EMPTY, clean
from secondline_tui.ui.prompts.declaration import (
    Filled,
    Page,
    declared,
    file_name,
    foretold,
    opening,
    priority_of,
    raising,
    title_of,
)
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert, card, incident, ticket

FILLED = Filled(title=" uploads fail ", priority="P2", lead="Ana", comms="", service="whitehall", page="pd/PSVC")
BLANK = Intent(id="k", ref=unborn("nowhere"), verb=Verb.DECLARE, item=EMPTY, author="Ana", at=BEGIN)
SERVICE = Choice(key="PSVC", name=clean("GOV.UK Icinga"))
LONDON = ZoneInfo("Europe/London")


def test_a_draft_is_read_as_it_was_written_and_nothing_else_is() -> None:
    assert Filled.read(FILLED.written()) == FILLED
    assert Filled.read(replace(FILLED, title="[b]\ud83d\t🐢").written()) == replace(FILLED, title="[b]\ud83d\t🐢")
    for other in ("", "text", "[]", "{}x", json.dumps({"more": 1}), json.dumps({**asdict(FILLED), "loud": "yes"})):
        assert Filled.read(other) is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Attachments *fail*: 5xx/../x", "2026-11-18-0931-attachments-fail-5xx-x"),
        ("Żółć – ☠", "2026-11-18-0931-zoc"),
        ("日本", "2026-11-18-0931-incident"),
        ("a" * 99, f"2026-11-18-0931-{'a' * 40}"),
    ],
)
def test_a_reports_name_is_a_plain_one(title: str, name: str) -> None:
    assert file_name(Filled(title=title), BEGIN, LONDON) == name


def test_it_is_called_as_the_item_is() -> None:
    items = (alert("a"), incident("b", title=clean("down")), ticket("1", subject=clean("help")), card("c"))
    assert [title_of(item) for item in items] == ["check a on web1", "down", "help", "card c"]


def test_a_priority_that_the_service_does_not_know_is_said() -> None:
    page = opening(FILLED, "pd", SERVICE, Preview(choices=(Choice(key="X", name=clean("SEV1")),)), Preview(), BLANK)
    assert "no priority (it knows no P2), high urgency" in page.told[0]
    assert page.intent is not None
    assert page.intent.to == str(Opening("PSVC"))
    quiet = opening(replace(FILLED, loud=False), "pd", SERVICE, None, Preview(), BLANK)
    assert quiet.intent is not None
    assert quiet.intent.to == str(Opening("PSVC", "", "low"))
    assert quiet.intent.text == ("uploads fail\n\nDeclared by Ana as P2.\nAffected: whitehall\nIncident lead: Ana")
    why_not = raising(FILLED, incident("b"), Preview(), BLANK)
    assert isinstance(why_not, str)
    assert "knows no priority P2" in why_not


def test_a_page_without_a_priority_is_given_one() -> None:
    preview = Preview(choices=(Choice(key="X", name=clean("p2")),), account=clean("Ana <a@x>"))
    page = raising(FILLED, incident("b", title=clean("down")), preview, BLANK)
    assert isinstance(page, Page)
    assert page.intent is not None
    assert page.told == ("at pagerduty: sets the priority of #4127 down to p2, as Ana <a@x>",)
    assert (page.intent.to, page.intent.to_name, page.intent.before) == ("X", "p2", "")


def test_what_is_foretold_is_wrapped_and_no_markup() -> None:
    evil = replace(FILLED, title="[red]x[/] " + "long " * 30, lead="[b]")
    priority = priority_of(Table().priorities, evil)
    made = declared(evil, priority, None, key="k", at=BEGIN, by="Ana")
    lines = foretold(made, None, "/x.md", "11:31", 60)
    assert all(sum(len(text) for text, _ in line) <= 60 for line in lines)
    text = " ".join(text.strip() for line in lines for text, _ in line)
    assert "P2 [red]x[/] long" in text
    assert "lead: [b]; communications: nobody yet" in text
    assert text.endswith("report: /x.md reminds of an update every 2h, first at 11:31")
    assert (
        declared(replace(evil, remind=False), priority, None, key="k", at=BEGIN, by="").pace == type(priority.update)()
    )
    low = foretold(made, None, "/x.md", "11:31", 60, 5)
    assert len(low) == 5
    assert f"… and {len(lines) - 4} lines more" in low[-1][0][0]
