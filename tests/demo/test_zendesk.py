"""The simulated Zendesk, asked over HTTP by zenpy and by hand, and held against the vendor's description."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
import requests
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket
from zenpy.lib.exception import APIException, RecordNotFoundException

from secondline_tui.demo.zendesk.service import API_TOKEN, OAUTH_READER
from tests.demo.zendesk_site import ANA, Site, comments, numbers, serving
from tests.fakes.clock import FakeClock
from tests.specs import Described, described

NULLS = (
    "priority", "type", "external_id", "assignee_id", "organization_id", "group_id", "problem_id", "forum_topic_id",
    "recipient", "satisfaction_rating", "custom_fields/0/value", "restriction", "description", "role_type", "value",
    "rel",
)  # fmt: skip
ALLOWED = tuple(f"{name}: None is not" for name in NULLS)
"""What Zendesk answers null for in life, and its description forgets to say so."""


@pytest.fixture
def site(clock: FakeClock) -> Iterator[Site]:
    with serving(clock) as made:
        yield made


@pytest.fixture
def zenpy(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Zenpy]:
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", site.url.removeprefix("http://"))
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    with requests.Session() as session:
        session.trust_env = False
        yield Zenpy(subdomain="demo", email=ANA, token=API_TOKEN, session=session, disable_cache=True, timeout=5)


@pytest.fixture(scope="module")
def vendor() -> Described:
    return described("zendesk.json", ALLOWED)


# -- the vendor's description -----------------------------------------------------------------------------------------


def test_answers_are_as_described(site: Site, vendor: Described) -> None:
    site.put(4_698, status="open", assignee_id=site.zendesk.agent.id, comment={"body": "Looking", "public": False})
    site.zendesk.add_status("Waiting for 3rd line", "hold")
    site.zendesk.agent.default_group_id = next(iter(site.zendesk.groups))
    view, macro, group = (next(iter(kept)) for kept in (site.zendesk.views, site.zendesk.macros, site.zendesk.groups))
    for path in (
        "users/me", f"users/{site.zendesk.agent.id}", f"users/show_many?ids={site.zendesk.agent.id}", "groups",
        f"groups/{group}", "views", "views/active", f"views/{view}", f"views/show_many?ids={view}",
        f"views/{view}/tickets?include=users,groups,slas", f"views/{view}/tickets?page[size]=1",
        f"views/{view}/execute", f"views/{view}/count", "search?query=type:ticket&include=tickets(users)",
        "search/count?query=signon", "search/export?query=signon&filter[type]=ticket&page[size]=1", "tickets",
        "tickets/show_many?ids=4698,4699", "tickets/4698", "tickets/4698/comments?include=users",
        "tickets/4698/audits", "macros", "macros/active", f"macros/{macro}", f"macros/{macro}/apply", "ticket_fields",
    ):  # fmt: skip
        answer = site.get(path)
        assert vendor.faults("GET", f"/api/v2/{path}", 200, answer) == [], path


def test_writes_answer_as_described(site: Site, vendor: Described) -> None:
    told = site.put(4_698, status="pending", priority="low", tags=["a"], comment={"body": "Which browser?"})
    assert vendor.faults("PUT", "/api/v2/tickets/4698", 200, told) == []
    created = site.ask("POST", "tickets", json={"ticket": {"subject": "New", "comment": {"body": "Hello"}}})
    assert created.status_code == 201
    assert created.headers["Location"].endswith("/api/v2/tickets/4701.json")
    assert vendor.faults("POST", "/api/v2/tickets", 201, created.json()) == []
    sent = site.ask("POST", "uploads", filename="a.txt")
    assert sent.status_code == 201
    assert vendor.faults("POST", "/api/v2/uploads", 201, sent.json()) == []


# -- driven by zenpy --------------------------------------------------------------------------------------------------


def test_zenpy_reads_it(zenpy: Zenpy, site: Site) -> None:
    site.zendesk.page_size = 1
    view = next(iter(zenpy.views()))
    assert view.title == "2nd Line"
    assert [ticket.subject for ticket in zenpy.views.tickets(view.id)] == ["Signon", "Uploads fail"]
    assert [ticket.id for ticket in zenpy.views.tickets(view.id, cursor_pagination=False)] == [4_698, 4_699]
    assert [ticket.id for ticket in zenpy.search("signon", type="ticket")] == [4_698]
    assert zenpy.users.me().name == "Ana Sowande"
    assert zenpy.tickets(id=4_700).status == "open"
    assert [written.body for written in zenpy.tickets.comments(4_698)] == ["I cannot log in"]
    assert [field.title for field in zenpy.ticket_fields()] == ["Status", "Priority", "Page affected"]
    assert {group.name for group in zenpy.groups()} == {"2nd Line", "3rd Line"}
    assert [macro.title for macro in zenpy.macros()] == ["Pending for 5+ days"]
    with pytest.raises(RecordNotFoundException):
        zenpy.tickets(id=1)


def test_zenpy_writes_to_it(zenpy: Zenpy, site: Site) -> None:
    upload = zenpy.attachments.upload(io.BytesIO(b"log"), target_name="error.log")
    note = Comment(body="See the log", public=False, uploads=[upload.token])
    audit = zenpy.tickets.update(Ticket(id=4_698, status="open", priority="urgent", comment=note))
    assert audit.ticket.priority == "urgent"
    zenpy.tickets.update(Ticket(id=4_698, comment=Comment(body="Fixed.")))
    kept = site.kept(4_698)
    assert (kept["status"], kept["priority"]) == ("open", "urgent")
    assert [(c["text"], c["public"]) for c in comments(kept)[1:]] == [("See the log", False), ("Fixed.", True)]
    attached = [written.attachments for written in zenpy.tickets.comments(4_698)][1]
    assert [file.to_dict()["file_name"] for file in attached] == ["error.log"]
    created = zenpy.tickets.create(Ticket(subject="New one", comment=Comment(body="Hello")))
    assert site.kept(created.ticket.id)["subject"] == "New one"
    with pytest.raises(APIException, match="UpdateConflict"):
        zenpy.tickets.update(Ticket(id=4_698, status="solved", safe_update=True, updated_stamp="2026-01-01T00:00:00Z"))


# -- lists and searches -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [{"per_page": 2}, {"page[size]": 2}])
def test_both_ways_of_paging(site: Site, query: dict[str, object]) -> None:
    first = site.get("tickets", **query)
    assert numbers(first) == [4_698, 4_699]
    links, following = first.get("links"), first.get("next_page")
    address = links["next"] if isinstance(links, dict) else following
    assert isinstance(address, str)
    assert address.startswith(site.url)
    last = site.get(address)
    assert numbers(last) == [4_700]
    assert last.get("next_page") is None
    assert last.get("meta", {"has_more": False, "before_cursor": "aWQ6NDcwMA==", "after_cursor": "aWQ6NDcwMA=="}) == {
        "has_more": False,
        "before_cursor": "aWQ6NDcwMA==",
        "after_cursor": "aWQ6NDcwMA==",
    }


def test_a_page_is_never_larger_than_a_hundred(site: Site) -> None:
    for number in range(120):
        site.zendesk.add_ticket(f"Fault {number}", "Noor")
    assert len(numbers(site.get("tickets", per_page=500))) == 100
    assert len(numbers(site.get("tickets", **{"page[size]": 500}))) == 100


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('group:"2nd Line"', [4_698, 4_699]),
        ('group:"2nd Line" status<open', [4_698, 4_699]),
        ("status>=open", [4_700]),
        ("status:new status:open", [4_698, 4_699, 4_700]),
        ("priority>low", [4_699]),
        ("priority:none", [4_698, 4_700]),
        ("tags:govt_form", [4_699]),
        ("-tags:govt_form", [4_698, 4_700]),
        ("assignee:none", [4_698, 4_699]),
        (f"assignee:{ANA}", [4_700]),
        ('requester:"李 小龍"', [4_699]),
        ("created<2026-11-18", [4_698]),
        ("due_date>=2026-11-18", [4_700]),
        ("subject:signon", [4_698]),
        ("cannot log", [4_698]),
        ('"log in"', [4_698]),
        ("cannot uploads", []),
        ("nonsense:x", []),
        ("type:user", []),
    ],
)
def test_what_a_search_finds(site: Site, query: str, found: list[int]) -> None:
    site.clock.elapsed += 60
    assert (
        numbers(site.get("search", query=f"type:ticket {query}" if ":user" not in query else query), "results") == found
    )


def test_the_searchs_index_is_behind_and_it_ends_at_a_thousand(site: Site) -> None:
    site.clock.elapsed += 60
    site.put(4_698, status="hold")
    assert numbers(site.get("search", query="type:ticket status:hold"), "results") == []
    site.clock.elapsed += 31
    assert numbers(site.get("search", query="type:ticket status:hold"), "results") == [4_698]
    error = site.get("search", 422, query="x", page=11)
    assert error["error"] == "invalid"
    assert "page must be an integer" in str(site.get("search", 400, query="x", **{"page[size]": 10}))


def test_people_are_found_beside_tickets_unless_a_type_is_asked_for(site: Site) -> None:
    site.clock.elapsed += 60
    rows = site.get("search", query="noor")["results"]
    assert isinstance(rows, list)
    assert {row["result_type"] for row in rows} == {"user"}
    assert site.get("search/count", query="type:ticket noor") == {"count": 0}


def test_targets_are_told_in_lists_only_and_only_where_the_plan_has_them(site: Site) -> None:
    def targets(path: str) -> object:
        found = site.get(path, include="slas")
        rows = found.get("tickets", [found.get("ticket")])
        assert isinstance(rows, list)
        return rows[0].get("slas")

    breach = "2026-11-18T07:29:20Z"
    assert targets("tickets") == {
        "policy_metrics": [{"breach_at": breach, "stage": "active", "metric": "first_reply_time", "hours": -2}]
    }
    site.zendesk.change(4_698, status="pending", assignee="Ana Sowande")
    assert targets("tickets") == {
        "policy_metrics": [{"breach_at": None, "stage": "paused", "metric": "first_reply_time"}]
    }
    site.zendesk.change(4_698, status="open")
    site.zendesk.comment(4_698, "Ana Sowande", "We are looking")
    assert "achieved" in str(targets("tickets"))
    assert targets("tickets/4698") is None
    site.zendesk.has_slas = False
    assert targets("tickets") is None


def test_the_count_of_a_view_is_not_known_at_first_and_seldom_told(site: Site) -> None:
    path = f"views/{next(iter(site.zendesk.views))}/count"
    first = site.get(path)["view_count"]
    assert isinstance(first, dict)
    assert (first["value"], first["fresh"], first["poll_wait"]) == (None, False, 30)
    for _ in range(5):
        assert '"value": 2' in site.ask("GET", path).text
    assert site.ask("GET", path).headers["Retry-After"] == "300"
    site.clock.elapsed += 300
    site.get(path)


def test_macros_tell_what_they_would_change(site: Site) -> None:
    macro = next(iter(site.zendesk.macros))
    comment = {
        "body": "Dear requester …",
        "public": False,
        "scoped_body": [["channel:all", "Dear requester …"]],
    }
    assert site.get(f"macros/{macro}/apply") == {"result": {"ticket": {"status": "solved", "comment": comment}}}
    whole = site.get(f"tickets/4698/macros/{macro}/apply")["result"]
    assert isinstance(whole, dict)
    assert (whole["ticket"]["id"], whole["ticket"]["status"]) == (4_698, "solved")
    assert site.kept(4_698)["status"] == "new"


# -- who may do what --------------------------------------------------------------------------------------------------


def test_credentials(site: Site) -> None:
    assert site.get("tickets", 401, "wrong") == {"error": "Couldn't authenticate you"}
    assert site.get("tickets", 401, "") == {"error": "Couldn't authenticate you"}
    assert site.get("users/me", 401, "wrong")
    nobody = site.get("users/me", 200, "")["user"]
    assert isinstance(nobody, dict)
    assert nobody["id"] is None
    pair = base64.b64encode(f"{ANA}/token:{API_TOKEN}".encode()).decode()
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Basic {pair}"}
        assert session.get(f"{site.url}/api/v2/tickets", headers=headers, timeout=5).status_code == 200
    site.zendesk.agent.suspended = True
    site.get("tickets", 401)


def test_an_end_user_sees_no_lists_and_a_reader_writes_nothing(site: Site) -> None:
    site.get("tickets", 200, OAUTH_READER)
    refused = site.ask("PUT", "tickets/4698", OAUTH_READER, json={"ticket": {"status": "open"}})
    assert (refused.status_code, "scopes: write" in refused.text) == (403, True)
    site.zendesk.agent.role = "end-user"
    assert "You do not have access" in str(site.get("tickets", 403))
    assert site.get("users/me")
