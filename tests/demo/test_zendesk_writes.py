"""What the simulated Zendesk does with writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.zendesk_site import Site, comments, numbers, rows, serving
from tests.fakes.clock import FakeClock


@pytest.fixture
def site(clock: FakeClock) -> Iterator[Site]:
    with serving(clock) as made:
        yield made


def test_a_comment_is_public_unless_it_says_otherwise(site: Site) -> None:
    site.put(4_698, comment={"body": "for everybody"})
    site.put(4_698, comment={"html_body": "<p>for us</p>", "public": False})
    site.zendesk.agent.only_private_comments = True
    site.put(4_698, comment={"body": "meant for everybody", "public": True})
    told = [(c["text"], c["public"], c["author"]) for c in comments(site.kept(4_698))[1:]]
    assert told == [
        ("for everybody", True, "Ana Sowande"),
        ("for us", False, "Ana Sowande"),
        ("meant for everybody", False, "Ana Sowande"),
    ]


def test_an_empty_comment_is_passed_over_in_silence(site: Site) -> None:
    before = site.kept(4_698)
    site.put(4_698, comment={"body": "  "})
    assert site.kept(4_698) == before
    refused = site.ask("POST", "tickets", json={"ticket": {"subject": "x", "comment": {"body": ""}}})
    assert (refused.status_code, "Description: cannot be blank" in refused.text) == (422, True)


def test_who_takes_a_new_ticket_opens_it(site: Site) -> None:
    told = site.put(4_698, assignee_id=site.zendesk.agent.id)
    assert site.kept(4_698)["status"] == "open"
    audit = told["audit"]
    assert isinstance(audit, dict)
    assert [(event["field_name"], event["previous_value"]) for event in audit["events"]] == [
        ("assignee_id", None),
        ("status", "new"),
    ]
    site.put(4_698, assignee_id=None)
    assert site.kept(4_698)["assignee"] is None


@pytest.mark.parametrize(
    ("ticket", "says"),
    [
        ({"status": "finished"}, "Status: finished"),
        ({"priority": "critical"}, "Priority: critical"),
        ({"assignee_id": 1}, "Assignee: is invalid"),
        ({"group_id": 1}, "Group: is invalid"),
        ({"status": "solved"}, "Assignee: is required when solving a ticket"),
        ({"comment": {"body": "x", "uploads": ["gone"]}}, "Attachment: token"),
    ],
)
def test_what_cannot_be_saved_changes_nothing(site: Site, ticket: dict[str, object], says: str) -> None:
    before = site.kept(4_698)
    told = site.put(4_698, 422, **{"comment": {"body": "and this"}, **ticket})
    assert (told["error"], told["description"]) == ("RecordInvalid", "Record validation errors")
    assert says in str(told["details"])
    assert site.kept(4_698) == before


def test_a_closed_ticket_stays_closed(site: Site) -> None:
    site.put(4_700, status="closed")
    assert "closed prevents ticket update" in str(site.put(4_700, 422, status="open"))
    assert site.put(1, 404, status="open") == {"error": "RecordNotFound", "description": "Not found"}


def test_a_safe_update_of_an_old_version_is_refused(site: Site) -> None:
    site.clock.elapsed += 10
    stamp = site.stamp()
    site.put(4_698, status="open", safe_update=True, updated_stamp=stamp)
    site.clock.elapsed += 1
    site.put(4_698, priority="low", safe_update=True, updated_stamp=stamp)
    told = site.put(4_698, 409, priority="high", safe_update=True, updated_stamp=stamp)
    assert told["error"] == "UpdateConflict"
    assert site.kept(4_698)["priority"] == "low"
    site.put(4_698, 400, priority="high", safe_update=True)


def test_thirty_updates_of_one_ticket_in_ten_minutes_and_a_hundred_in_all_a_minute(site: Site) -> None:
    for _ in range(30):
        site.put(4_698, status="open")
    refused = site.ask("PUT", "tickets/4698", json={"ticket": {"status": "hold"}})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert site.kept(4_698)["status"] == "open"
    more = [site.zendesk.add_ticket(f"Fault {number}", "Noor").id for number in range(71)]
    for number in more[:70]:
        site.put(number, status="open")
    refused = site.ask("PUT", f"tickets/{more[70]}", json={"ticket": {"status": "open"}})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    site.clock.elapsed += 60
    site.put(more[70], status="open")


def test_writes_show_after_the_lag(site: Site) -> None:
    site.zendesk.lag = 5
    site.put(4_698, status="open", comment={"body": "Looking"})
    created = site.ask("POST", "tickets", json={"ticket": {"subject": "New", "comment": {"body": "Hello"}}}).json()
    number = created["ticket"]["id"]

    def shown() -> tuple[bool, int, bool]:
        ticket = site.get("tickets/4698")["ticket"]
        assert isinstance(ticket, dict)
        written = numbers(site.get("tickets/4698/comments"), "comments")
        return ticket["status"] == "open", len(written), number in numbers(site.get("tickets"))

    assert site.kept(4_698)["status"] == "open"
    assert shown() == (False, 1, False)
    site.clock.elapsed += 5
    assert shown() == (True, 2, True)
    assert site.kept(number)["subject"] == "New"


def test_a_status_of_the_accounts_own_counts_as_one_of_zendesks(site: Site) -> None:
    waiting = site.zendesk.add_status("Waiting for 3rd line", "hold")
    fields = {field["type"]: field for field in rows(site.get("ticket_fields"), "ticket_fields")}
    assert [status["agent_label"] for status in rows(fields["custom_status"], "custom_statuses")] == [waiting.label]
    told = site.put(4_698, custom_status_id=waiting.id)["ticket"]
    assert isinstance(told, dict)
    assert (told["status"], told["custom_status_id"]) == ("hold", waiting.id)
    told = site.put(4_698, status="open")["ticket"]
    assert isinstance(told, dict)
    assert (told["status"], told["custom_status_id"]) == ("open", 2)
    assert "Ticket status" in str(site.put(4_698, 422, custom_status_id=77)["details"])


def test_what_a_program_notes_beside_its_update_is_kept_in_the_history(site: Site) -> None:
    site.put(4_698, status="open", metadata={"from": "a test"})
    updates = rows(site.kept(4_698), "updates")
    assert (updates[-1]["author"], updates[-1]["from"]) == ("Ana Sowande", "a test")
    assert updates[-1]["changes"] == {"status": "open"}
    audits = rows(site.get("tickets/4698/audits"), "audits")
    assert audits[-1]["metadata"] == {"system": {}, "custom": {"from": "a test"}}
    site.put(4_698, 400, status="hold", metadata={"too": "l" * 1_100 + "ong"})


def test_a_comment_has_a_greatest_length(site: Site) -> None:
    site.put(4_698, comment={"body": "é" * 32_767})
    assert "too long" in str(site.put(4_698, 422, comment={"body": "é" * 32_768})["details"])


def test_a_macro_tells_the_tags_that_it_would_leave(site: Site) -> None:
    macro = site.zendesk.add_macro("Pass on", current_tags="passed_on late", remove_tags="govt_form", status="hold")
    result = site.get(f"tickets/4699/macros/{macro.id}/apply")["result"]
    assert isinstance(result, dict)
    told = result["ticket"]
    assert (told["tags"], told["status"], "comment" in told) == (["late", "passed_on"], "hold", False)
