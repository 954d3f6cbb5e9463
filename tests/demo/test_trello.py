from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from trello import ResourceUnavailable, TrelloClient, Unauthorized

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.trello import reads as trello_reads
from secondline_tui.demo.trello.board import Card
from secondline_tui.demo.trello.service import KEY, ONGOING, READ_ONLY, READ_WRITE, Trello
from secondline_tui.demo.wire import Request
from secondline_tui.demo.world import World
from tests.specs import described

HEADER = f'OAuth oauth_consumer_key="{KEY}", oauth_token="{READ_WRITE}"'


class Time:
    def __init__(self) -> None:
        self.seconds = 1_795_000_000.0

    def __call__(self) -> float:
        self.seconds += 0.2  # a request takes a moment, and the limit is one of requests a second
        return self.seconds


class Held:
    """A board at hand, without a network between."""

    def __init__(self) -> None:
        self.time = Time()
        self.world = World(self.time)
        self.trello = Trello("trello", self.time, self.world.chance("trello"))
        self.trello.add_member("zoe", "Zoë Ōtani")
        for name in (ONGOING, "To do"):
            self.trello.add_list(name)
        self.card = self.trello.add_card(ONGOING, "Known", "desc", labels=("email", "red"), members=("zoe",), ago=900)
        self.trello.add_checklist(self.card, "Steps", {"one": True, "two": False})
        self.trello.attach(self.card, "graph", "https://graphs.example.org/1")
        self.trello.comment(self.card, "zoe", "seen", ago=600)
        self.trello.comment(self.card, "", "seen too", ago=300)

    def ask(self, method: str, target: str, body: object = None, **headers: str) -> tuple[int, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        told = {"authorization": HEADER, "content-type": "application/json", **headers}
        answer = self.trello.handle(Request(method, f"/1{target}", told, content))
        text = answer.body().decode()
        return answer.status, json.loads(text) if answer.status == 200 else text

    def get(self, target: str) -> Any:
        status, data = self.ask("GET", target)
        assert status == 200, data
        return data

    def comments(self) -> list[str]:
        return [action["data"]["text"] for action in self.get(f"/cards/{self.card.id}/actions?filter=commentCard")]


@pytest.fixture
def held() -> Held:
    return Held()


# -- against the vendor's description ----------------------------------------------------------------

# The description has `labels` and `idLabels` the wrong way round: the labels themselves are in `labels`. It also says
# that a file's size, a list's limit and a board's owner are strings; they are a number and nulls.
KNOWN_MISTAKES = ("labels/", "bytes", "idOrganization", "softLimit")


def test_reads_are_as_described(held: Held) -> None:
    spec = described("trello.json", KNOWN_MISTAKES)
    held.trello.move(held.card, "To do", "zoe")
    held.trello.archive(held.card)
    held.ask("POST", "/cards", {"idList": held.trello.board.list_named("To do").id, "name": "New"})
    card, board, one = held.card.id, held.trello.board.id, held.trello.board.list_named(ONGOING).id
    for path in (
        f"/boards/{board}",
        f"/boards/{board}/lists?cards=open",
        f"/boards/{board}/members",
        f"/boards/{board}/cards",
        f"/boards/{board}/labels",
        f"/lists/{one}/cards",
        f"/cards/{card}?members=true&checklists=all&attachments=true",
        f"/cards/{card}/actions",
        f"/cards/{card}/actions?filter=updateCard",
        f"/boards/{board}/actions?filter=createCard",
        f"/cards/{card}/checklists",
        f"/cards/{card}/attachments",
        "/members/me",
    ):
        assert spec.faults("GET", path, 200, held.get(path)) == [], path


def test_writes_are_as_described(held: Held) -> None:
    spec = described("trello.json", KNOWN_MISTAKES)
    card, one = held.card.id, held.trello.board.list_named("To do").id
    for method, path in (
        ("POST", f"/cards?idList={one}&name=new&desc=x&due=2026-12-01"),
        ("PUT", f"/cards/{card}?idList={one}&closed=true&dueComplete=true"),
        ("POST", f"/cards/{card}/actions/comments?text=hello"),
        ("POST", f"/cards/{card}/attachments?url=https%3A%2F%2Fexample.org%2Fx&name=x"),
    ):
        status, data = held.ask(method, path)
        assert status == 200, data
        assert spec.faults(method, path, 200, data) == [], path


# -- who may do what ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "header", "reason"),
    [
        ("", "", "unauthorized permission requested"),
        ("?key=x&token=y", "", "invalid key"),
        (f"?key={KEY}&token=y", "", "invalid token"),
        ("", f'OAuth oauth_consumer_key="{KEY}", oauth_token="y"', "invalid token"),
        ("", f'Bearer oauth_consumer_key="{KEY}", oauth_token="{READ_WRITE}"', "unauthorized permission requested"),
    ],
)
def test_credentials_are_checked_and_refused_in_plain_text(held: Held, query: str, header: str, reason: str) -> None:
    answer = held.trello.handle(Request("GET", f"/1/members/me{query}", {"authorization": header}, b""))
    assert (answer.status, answer.data) == (401, reason.encode())
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_key_and_token_are_taken_from_the_query_too(held: Held) -> None:
    status, data = held.ask("GET", f"/members/me?key={KEY}&token={READ_ONLY}", authorization="")
    assert (status, data["fullName"]) == (200, "Ana Sowande")


def test_a_token_that_may_only_read_cannot_write(held: Held) -> None:
    before = held.trello.state()
    for method, path in (
        ("POST", f"/cards/{held.card.id}/actions/comments?text=x"),
        ("PUT", f"/cards/{held.card.id}?closed=true"),
        ("DELETE", f"/cards/{held.card.id}"),
    ):
        status, data = held.ask(method, f"{path}{'&' if '?' in path else '?'}key={KEY}&token={READ_ONLY}")
        assert (status, data) == (401, "unauthorized permission requested")
    assert held.trello.state() == before


def test_a_hundred_requests_in_ten_seconds() -> None:
    held = Held()
    held.trello.now = lambda: 1_795_000_000.0
    answers = [held.ask("GET", "/members/me")[0] for _ in range(103)]
    assert answers == [200] * 100 + [429] * 3
    _, text = held.ask("GET", "/members/me")
    assert json.loads(text) == {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"}
    assert held.ask("GET", f"/members/me?key={KEY}&token={READ_ONLY}")[0] == 200
    held.trello.now = lambda: 1_795_000_010.5
    assert held.ask("GET", "/members/me")[0] == 200


# -- reads ----------------------------------------------------------------


def test_what_is_not_there(held: Held) -> None:
    assert held.ask("GET", "/boards/AbCdEfGh/lists") == (404, "board not found")
    assert held.ask("GET", "/boards/nonsense!/lists") == (400, "invalid id")
    assert held.ask("GET", "/cards/5f0000000000000000000001") == (404, "The requested resource was not found.")
    assert held.ask("GET", "/nothing")[0] == 404
    assert held.ask("GET", "/lists/5f0000000000000000000001/cards")[0] == 404


def test_only_the_fields_asked_for(held: Held) -> None:
    (ongoing, todo) = held.get("/boards/M7Demo2L/lists?cards=open&fields=name,pos&card_fields=name,idList")
    assert set(ongoing) == {"id", "name", "pos", "cards"}
    assert ongoing["cards"] == [{"id": held.card.id, "name": "Known", "idList": ongoing["id"]}]
    assert todo["cards"] == []
    assert "cards" not in held.get("/boards/M7Demo2L/lists")[0]


def test_actions_come_in_pages(held: Held) -> None:
    for n in range(60):
        held.trello.comment(held.card, "zoe", f"{n}")
    path = f"/cards/{held.card.id}/actions?filter=commentCard"
    assert len(held.get(path)) == 50
    first = held.get(f"{path}&limit=30")
    second = held.get(f"{path}&limit=30&before={first[-1]['id']}")
    third = held.get(f"{path}&limit=30&before={second[-1]['id']}")
    assert [len(page) for page in (first, second, third)] == [30, 30, 2]
    assert len({action["id"] for page in (first, second, third) for action in page}) == 62
    assert first == held.get(f"{path}&since={second[0]['id']}")
    assert held.get(f"{path}&limit=30&page=1") == second
    assert held.ask("GET", f"{path}&limit=1001") == (400, "invalid value for limit")
    assert held.get(f"/cards/{held.card.id}/actions?filter=updateCard") == []


def test_changes_are_actions_too_but_what_was_so_already_is_none(held: Held) -> None:
    path, ongoing, todo = f"/cards/{held.card.id}", *held.trello.board.lists
    for change in ({"idList": todo}, {"idList": todo}, {"closed": True}, {"dueComplete": "true"}):
        assert held.ask("PUT", path, change)[0] == 200
    held.trello.mark(held.card, False, "zoe")
    marked, done, closed, moved = held.get(f"{path}/actions?filter=updateCard")
    assert (moved["data"]["listBefore"]["id"], moved["data"]["listAfter"]["id"]) == (ongoing, todo)
    assert (moved["type"], moved["data"]["old"]) == ("updateCard", {"idList": ongoing})
    assert (closed["data"]["card"]["closed"], closed["data"]["old"]) == (True, {"closed": False})
    assert (done["data"]["card"]["dueComplete"], marked["data"]["card"]["dueComplete"]) == (True, False)
    assert [one["memberCreator"]["username"] for one in (done, marked)] == ["ana_sowande", "zoe"]
    assert held.get(f"{path}/actions?filter=updateCard:closed") == [closed]
    assert len(held.get(f"{path}/actions")) == 3, "comments and moves, unless others are asked for"
    cards = held.trello.state()["cards"]
    assert isinstance(cards, list)
    assert [entry["what"] for entry in cards[0]["written"]] == ["idList", "idList", "closed", "dueComplete"]


def test_a_change_is_an_action_after_the_lag(held: Held) -> None:
    held.trello.lag = 60.0
    path = f"/cards/{held.card.id}"
    held.ask("PUT", path, {"closed": True})
    assert held.get(f"{path}/actions?filter=updateCard") == []
    held.time.seconds += 61
    assert len(held.get(f"{path}/actions?filter=updateCard")) == 1


def test_a_comments_outer_white_space_is_cut(held: Held) -> None:
    held.ask("POST", f"/cards/{held.card.id}/actions/comments", {"text": " \n a\r\n\tb  \n c \n"})
    assert held.comments()[0] == "a\r\n\tb  \n c"


def test_no_more_than_a_thousand_cards_at_once(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trello_reads, "AT_ONCE", 4)
    cards = [held.trello.add_card("To do", f"{n}", ago=100 - n) for n in range(6)]
    lists = held.get("/boards/M7Demo2L/lists?cards=open")
    assert sum(len(one["cards"]) for one in lists) == 4
    todo = held.trello.board.list_named("To do").id
    newest = held.get(f"/lists/{todo}/cards?limit=4")
    older = held.get(f"/lists/{todo}/cards?limit=4&before={min(card['id'] for card in newest)}")
    assert [card["name"] for card in (*older, *newest)] == [card.name for card in cards]


# -- writes ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "reason"),
    [
        ("POST", "/cards/CARD/actions/comments", {"text": ""}, "invalid value for text"),
        ("POST", "/cards/CARD/actions/comments", {"text": "x" * 16_385}, "invalid value for text"),
        ("POST", "/cards/CARD/actions/comments", {"text": 7}, "invalid value for text"),
        ("POST", "/cards/CARD/actions/comments", None, "invalid value for text"),
        ("PUT", "/cards/CARD", {"name": " "}, "invalid value for name"),
        ("PUT", "/cards/CARD", {"idList": "5f0000000000000000000001"}, "invalid value for idList"),
        ("PUT", "/cards/CARD", {"due": "tomorrow"}, "invalid value for due"),
        ("PUT", "/cards/CARD", {"desc": "x" * 16_385}, "invalid value for desc"),
        ("PUT", "/cards/CARD/closed", {"value": "perhaps"}, "invalid value"),
        ("POST", "/cards", {"name": "no list"}, "invalid value for idList"),
        ("POST", "/cards", {"idList": "LIST", "name": "long", "desc": "x" * 16_385}, "invalid value for desc"),
        ("POST", "/cards/CARD/attachments", {"url": "file:///etc/passwd"}, "Invalid attachment"),
    ],
)
def test_what_trello_does_not_take(held: Held, method: str, path: str, body: object, reason: str) -> None:
    before = held.trello.state()
    if isinstance(body, dict) and body.get("idList") == "LIST":
        body = {**body, "idList": held.trello.board.list_named("To do").id}
    status, text = held.ask(method, path.replace("CARD", held.card.id), body)
    assert status == 400
    assert text.startswith(reason)
    assert held.trello.state() == before


def test_arguments_come_in_the_query_in_json_and_in_a_form(held: Held) -> None:
    path = f"/cards/{held.card.id}/actions/comments"
    held.ask("POST", f"{path}?text=query%20%C3%A9")
    held.ask("POST", path, {"text": "json\nline"})
    form = {"authorization": HEADER, "content-type": "application/x-www-form-urlencoded"}
    held.trello.handle(Request("POST", f"/1{path}", form, b"text=form"))
    assert held.comments()[:3] == ["form", "json\nline", "query é"]
    assert held.ask("POST", path, **{"content-type": "application/json"})[0] == 400
    broken = held.trello.handle(Request("POST", f"/1{path}", {"authorization": HEADER}, b"{"))
    assert broken.status == 400


def test_the_board_tells_who_made_a_card_and_when(held: Held) -> None:
    held.trello.lag = 60.0
    todo = held.trello.board.list_named("To do").id
    _, made = held.ask("POST", "/cards", {"idList": todo, "name": "New", "desc": "d"})
    path = "/boards/M7Demo2L/actions?filter=createCard"
    assert held.get(path) == []
    held.time.seconds += 61
    (told,) = held.get(path)
    assert (told["type"], told["data"]["card"]["id"], told["data"]["card"]["name"]) == ("createCard", made["id"], "New")
    assert told["memberCreator"]["username"] == "ana_sowande"
    assert told["data"]["list"] == {"id": todo, "name": "To do"}
    assert held.get(f"{path}&since={told['id']}") == []
    assert [one["type"] for one in held.get("/boards/M7Demo2L/actions")] == ["createCard", "commentCard", "commentCard"]
    assert held.get(f"/cards/{made['id']}/actions") == []
    assert held.get(f"/cards/{made['id']}/actions?filter=createCard") == [told]


def test_an_attached_file_is_kept_and_can_be_fetched(held: Held) -> None:
    content = bytes(range(256))
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    told = {"authorization": HEADER, "content-type": "multipart/form-data; boundary=b"}
    path = f"/1/cards/{held.card.id}/attachments"
    answer = held.trello.handle(Request("POST", path, told, body + content + b"\r\n--b--\r\n"))
    made = json.loads(answer.body())
    assert (made["name"], made["bytes"], made["mimeType"], made["isUpload"]) == ("a.png", 256, "image/png", True)
    assert held.get(f"/cards/{held.card.id}/attachments?fields=name,bytes")[-1] == {
        "id": made["id"],
        "name": "a.png",
        "bytes": 256,
    }
    fetched = held.trello.handle(Request("GET", made["url"].removeprefix("https://trello.com"), told, b""))
    assert (fetched.status, fetched.body()) == (200, content)
    link = held.card.attachments[0].id
    assert held.ask("GET", f"/cards/{held.card.id}/attachments/{link}/download/graph")[0] == 404


def test_only_ones_own_comments_are_edited_or_deleted(held: Held) -> None:
    hers = held.get(f"/cards/{held.card.id}/actions")[1]
    assert hers["memberCreator"]["fullName"] == "Zoë Ōtani"
    assert held.ask("PUT", f"/actions/{hers['id']}", {"text": "no"}) == (401, "unauthorized permission requested")
    _, mine = held.ask("POST", f"/cards/{held.card.id}/actions/comments", {"text": "first"})
    status, edited = held.ask("PUT", f"/actions/{mine['id']}", {"text": "second"})
    assert (status, edited["data"]["text"]) == (200, "second")
    assert held.comments()[0] == "second"
    assert held.ask("DELETE", f"/cards/{held.card.id}/actions/{mine['id']}/comments")[0] == 200
    assert held.ask("DELETE", f"/actions/{mine['id']}") == (404, "model not found")
    assert held.comments() == ["seen too", "seen"]


def test_a_write_shows_in_reads_after_the_lag(held: Held) -> None:
    held.trello.lag = 60.0
    todo = held.trello.board.list_named("To do").id
    held.ask("POST", f"/cards/{held.card.id}/actions/comments", {"text": "late"})
    held.ask("PUT", f"/cards/{held.card.id}", {"idList": todo, "name": "Renamed"})
    _, made = held.ask("POST", "/cards", {"idList": todo, "name": "New"})
    held.ask("PUT", f"/cards/{held.card.id}/closed", {"value": True})
    state = held.trello.state()["cards"]
    assert isinstance(state, list)
    known, new = state
    assert (known["title"], known["list"], known["closed"]) == ("Renamed", "To do", True)
    assert known["comments"][-1] == {"author": "Ana Sowande", "text": "late"}
    assert new["title"] == "New"

    told = held.get(f"/cards/{held.card.id}")
    assert (told["name"], told["closed"], told["badges"]["comments"]) == ("Known", False, 2)
    assert held.comments() == ["seen too", "seen"]
    assert held.ask("GET", f"/cards/{made['id']}")[0] == 404
    held.time.seconds += 61
    told = held.get(f"/cards/{held.card.id}")
    assert (told["name"], told["closed"], told["badges"]["comments"]) == ("Renamed", True, 3)
    assert held.comments()[0] == "late"
    assert held.get(f"/cards/{made['id']}")["name"] == "New"


def test_what_the_world_does_shows_at_once(held: Held) -> None:
    held.trello.lag = 60.0
    held.trello.move(held.card, "To do")
    held.trello.comment(held.card, "zoe", "now")
    assert held.comments()[0] == "now"
    held.trello.archive(held.card)
    assert held.get("/boards/M7Demo2L/cards") == []
    assert [card["name"] for card in held.get("/boards/M7Demo2L/cards?filter=closed")] == ["Known"]


# -- py-trello itself ----------------------------------------------------------------


class Elsewhere(requests.Session):
    """A session that finds Trello on loopback."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.trust_env = False
        self._url = url

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **options: Any) -> requests.Response:
        return super().request(method, str(url).replace("https://api.trello.com", self._url), *args, **options)


@pytest.fixture
def served() -> Iterator[tuple[Held, TrelloClient]]:
    held = Held()
    held.world.add(held.trello)
    held.world.listen()
    with Elsewhere(held.world.urls["trello"]) as session:
        yield held, TrelloClient(KEY, READ_WRITE, http_service=session)
    held.world.close()


def card_of(held: Held) -> Card:
    card = held.trello.board.card(held.card.id)
    assert card is not None
    return card


def test_py_trello_reads_and_writes_it(served: tuple[Held, TrelloClient]) -> None:
    held, library = served
    board = library.get_board("M7Demo2L")
    assert [one.name for one in board.open_lists()] == [ONGOING, "To do"]
    assert [member.full_name for member in board.get_members()] == ["Ana Sowande", "Zoë Ōtani"]
    assert {label.name or str(label.color) for label in board.get_labels()} == {"email", "red"}
    (card,) = board.open_cards()
    card = library.get_card(card.id)
    assert [comment["data"]["text"] for comment in card.fetch_comments()] == ["seen", "seen too"]
    (steps,) = card.fetch_checklists()
    assert [(item["name"], item["checked"]) for item in steps.items] == [("one", True), ("two", False)]

    said = card.comment("from the library")
    card.update_comment(said["id"], "changed by the library")
    card.set_description("what we know")
    card.set_due_complete()
    card.change_list(board.open_lists()[1].id)
    card.add_checklist("More", ["three"], [True])
    card.attach(name="page", url="https://example.org/page")
    card.attach(name="log.txt", mimeType="text/plain", file=io.BytesIO(b"line 1\nline 2\n"))
    held_card = card_of(held)
    assert (held_card.desc, held_card.due_complete) == ("what we know", True)
    assert held.trello.board.lists[held_card.list_id].name == "To do"
    assert held.comments()[0] == "changed by the library"
    assert [(a.name, a.size, a.mime_type) for a in held_card.attachments] == [
        ("graph", None, ""),
        ("page", None, ""),
        ("log.txt", 14, "text/plain"),
    ]
    assert [item["isUpload"] for item in card.fetch_attachments(force=True)] == [False, False, True]
    assert held_card.checklists[1].items[0].done

    made = board.open_lists()[1].add_card("made by the library", desc="x")
    assert {c.name for c in library.get_list(made.idList).list_cards_iter(batch=1)} == {"Known", "made by the library"}
    made.set_closed(True)
    assert [c.name for c in board.open_cards()] == ["Known"]
    made.delete()
    card.delete_comment({"id": said["id"]})
    assert "changed by the library" not in held.comments()


def test_py_trello_is_refused(served: tuple[Held, TrelloClient]) -> None:
    held, library = served
    reader = TrelloClient(KEY, READ_ONLY, http_service=library.http_service)
    card = reader.get_card(held.card.id)
    with pytest.raises(Unauthorized, match="unauthorized permission requested"):
        card.comment("no")
    with pytest.raises(ResourceUnavailable, match="HTTP status: 400"):
        library.get_card(held.card.id).comment("")
    held.world.break_service("trello", Fault.parse("rate_limit", 1))
    with pytest.raises(ResourceUnavailable, match="API_TOKEN_LIMIT_EXCEEDED"):
        library.get_board("M7Demo2L")


def test_a_dropped_answer_leaves_the_write_done(served: tuple[Held, TrelloClient]) -> None:
    held, library = served
    card = library.get_card(held.card.id)
    held.world.break_service("trello", Fault.parse("drop_after_apply", 1))
    with pytest.raises(requests.ConnectionError):
        card.comment("sent, no answer")
    assert held.comments()[0] == "sent, no answer"
