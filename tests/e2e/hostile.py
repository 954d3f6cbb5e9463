"""A world whose people and programs write nothing but attacks on a terminal, in every field of every service."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zlib import crc32

from secondline_tui.demo.alertmanager import NEW, Alertmanager
from secondline_tui.demo.grafana import Grafana
from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.pagerduty.people import Priority
from secondline_tui.demo.pagerduty.service import PagerDuty
from secondline_tui.demo.rota import Rota
from secondline_tui.demo.simulator import Simulator
from secondline_tui.demo.trello.service import Trello
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import Zendesk
from tests.e2e.served import serve

MARK = "PWNED"
"""Stands only within control sequences that have an end: nowhere may it be seen."""
LONG, HALF_LONG = 100_000, 10_000
LONGEST = frozenset({"output", "subject", "description", "comment", "body", "value"})
"""The fields in which the longest attacks are as long as they can be: in all of them, they would only take time."""

_SEQUENCES = (
    f"\x1b]0;{MARK}\x07title",
    f"\x1b]2;{MARK}\x1b\\title",
    "\x1b[1337;1337H\x1b[2J\x1b[3Jcursor",
    "\x1b[7;1337mcolour\x1b[0m",
    f"\x9b1337;1337H\x9d0;{MARK}\x9cone byte",
    f"\x90{MARK}\x9c\x9f{MARK}\x9c\x98{MARK}\x9c\x9e{MARK}\x9cstrings",
    f"\x1bP{MARK}\x1b\\\x1b_{MARK}\x1b\\\x1b^{MARK}\x1b\\\x1bX{MARK}\x1b\\strings",
    "\x1b]52;c;UFdORUQ=\x07clipboard",
    f"\x1b]8;;https://{MARK}.example/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[6n\x1b[c\x1b[>1337q\x1b[?1049l\x1bcquestions",
    "\x1b]0;never ended",
    "\x1b]0;" + "A" * 600 + "\x07long ended",
    "\x1b(0\x1b)0\x0elqqk\x0f\x1b7\x1b8\x1bMcharset",
    "\x1b\x1b[\x1b]\x9b\x9d\x90dangling\x1b",
)
_CHARACTERS = (
    "a\x00b\x07c\x08d\x0be\x0cf\x7fg controls",
    "one\r\ntwo\rthree\n\tfour",
    "\u2028lines\u2029by\x85others",
    "user\u202egpj.exe\u2066\u2067\u2068\u2069\u200e\u200f\u061c bidi",
    "z\u200be\u200cr\u200do\ufeff\u00ad\u2060\u3164\u115f\u1160\u034f width",
    "👩\u200d💻👍🏽🇬🇧❤\ufe0f1\ufe0f\u20e3🏴\U000e0067\U000e0062\U000e007f emoji",
    "שלום עולם مرحبا بالعالم right to left",
    "Z" + "".join(map(chr, range(0x300, 0x340))) + "algo",
    "日本語のアラート全角ｆｕｌｌ",
    "हिन्दी ไทย தமிழ் 각ᄀ\u1161\u11a8",
    "nbsp\u00a0thin\u2009wide\u3000spaces",
    "\ud800half a pair\udc00",
)
_MARKUP = (
    "[@click=app.quit]quit[/] [@click=screen.leave]leave[/]",
    "[@click='app.quit']quit[/] [@click=app.action_quit()]",
    "[bold red on white]loud[/] [link=https://pwned.example/]link[/link] [/] [",
    "$error {0} %s %(x)s \\[x] `x` *x*",
)
_LONG = ("x" * LONG, "漢" * 20_000, "ab" * 2_000, "\x1b[7;1337m" * 5_000)


def random_text(seed: int, length: int = 60) -> str:
    """Characters of every sort, and beginnings and ends of sequences, in any order. The same for the same seed."""
    chance = random.Random(seed)
    parts = (
        "\x1b",
        "\x1b[",
        "\x1b]0;",
        "\x1b]52;c;",
        "\x1bP",
        "\x9b",
        "\x9d",
        "\x90",
        "\x9c",
        "\x07",
        "\x1b\\",
        "m",
        "7H",
    )
    marks = (
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufe0f",
        "\U0001f3fd",
        "\U0001f1ec",
        "\u0301",
        "\u0336",
        "[@click=app.quit]",
    )
    plain = ("a", "é", "漢", "👩", "ש", " ", "\n", "\t", "[", "]", "[/]", "0", ";", '"', "\\", "\x00", "\x85", "\x7f")
    return "".join(chance.choice(chance.choice((parts, marks, plain))) for _ in range(length))


ATTACKS = (*_SEQUENCES, *_CHARACTERS, *_MARKUP, *_LONG, *(random_text(seed) for seed in range(5)))
NUMBERS = range(len(ATTACKS))
HALVES = next(number for number in NUMBERS if "\ud800" in ATTACKS[number])
"""The one that cannot be encoded."""
CLICK = next(number for number in NUMBERS if ATTACKS[number].startswith("[@click=app.quit]"))

MINUTE = 60.0


def text(number: int, field: str) -> str:
    """An attack with a tag that can be found on the screen, and the field's name behind it."""
    attack = ATTACKS[number] if field in LONGEST else ATTACKS[number][:HALF_LONG]
    return f"{tag(number)} {attack} {field}"


def tag(number: int) -> str:
    """What the attack begins with on the screen."""
    return f"t{number:02}"


# -- the services ------------------------------------------------------------------------------------------------------


def _icinga(world: World) -> Icinga2:
    made = Icinga2("icinga2", world.now, world.chance("icinga2"))
    for number in NUMBERS:
        host = made.add_host(
            text(number, "key").replace("!", ""), text(number, "host"), environment=text(number, "env")
        )
        check = made.add_service(host.name, text(number, "check").replace("!", ""), notes_url=text(number, "runbook"))
        name = check.name
        made.change(name, 1 + number % 3, f"{text(number, 'output')}\n{text(number, 'more')}", ago=5 * MINUTE)
        made.comment(name, text(number, "author"), text(number, "comment"))
        if number % 3 == 0:
            made.acknowledge(name, text(number, "author"), text(number, "reason"))
        if number % 5 == 0:
            made.plan_downtime(name, text(number, "author"), text(number, "downtime"), seconds=3_600)
    made.add_service(host.name, "a plain check")
    made.change(f"{host.name}!a plain check", 2, "plain", ago=5 * MINUTE)
    made.change(made.hosts[host.name].name, 1, text(0, "host output"), ago=5 * MINUTE)
    return made


def _labels(number: int) -> dict[str, str]:
    severity = ("page", "warning", text(number, "severity"))[number % 3]
    return {
        "alertname": text(number, "alert"),
        "severity": severity,
        "environment": text(number, "environment"),
        "instance": text(number, "instance"),
        text(number, "label"): text(number, "value"),
    }


def _annotations(number: int) -> dict[str, str]:
    names = ("summary", "description", "runbook_url", "dashboard", text(number, "annotation"))
    return {name: text(number, name) for name in names}


def _encodable() -> list[int]:
    return [number for number in NUMBERS if number != HALVES]


def _alertmanager(world: World) -> Alertmanager:
    made = Alertmanager("alertmanager", world.now, world.chance("alertmanager"), version=NEW)
    made.beat({"alertname": "Watchdog"})
    for number in _encodable():
        made.fire(
            _labels(number),
            _annotations(number),
            ago=5 * MINUTE,
            generator=text(number, "generator"),
            receivers=(text(number, "receiver"),),
        )
        if number % 4 == 0:
            made.silence({"alertname": text(number, "alert")}, text(number, "who"), text(number, "why"))
        if number % 4 == 1:
            made.mute({"alertname": text(number, "alert")}, text(number, "interval"))
    return made


def _grafana(world: World) -> Grafana:
    made = Grafana("grafana", world.now, world.chance("grafana"))
    for number in _encodable():
        title = text(number, "rule")
        made.add_rule(title, {"severity": "warning"}, folder=text(number, "folder"), group=text(number, "group"))
        labels = {name: value for name, value in _labels(number).items() if name != "alertname"}
        made.fire(title, labels, _annotations(number), ago=5 * MINUTE)
        if number % 4 == 0:
            made.silence({"alertname": title}, text(number, "who"), text(number, "why"))
        if number % 4 == 1:
            made.fail(title, text(number, "error"))
        if number % 4 == 2:
            made.pause(title)
        made.add_dashboard(f"uid{number}", text(number, "dashboard"), folder=text(number, "folder"))
    return made


def _pagerduty(world: World) -> PagerDuty:
    made = PagerDuty("pagerduty", world.now, world.chance("pagerduty"))
    made.add_user("Ana Sowande", "ana.sowande@example.org", role=text(CLICK, "role"))
    for number in NUMBERS:
        user = made.add_user(text(number, "user"), f"u{number}@example.org")
        role = ("inhours_primary", "inhours_secondary", "oncall_primary")[number % 3]
        schedule = made.add_schedule(text(number, "schedule"), [user], roles=[role] if number < 3 else [])
        policy = made.add_policy(text(number, "policy"), [[schedule], [user]], minutes=30)
        service = made.add_service(text(number, "service"), policy, team=made.add_team(text(number, "team")))
        rank = Priority(id=made.account.new_id(), name=text(number, "priority"))
        made.account.priorities.append(rank)
        page = made.trigger(
            text(number, "title"),
            service,
            priority=rank.name if number % 2 else None,
            urgency="high" if number % 3 else "low",
            key=text(number, "incident key"),
            severity=text(number, "severity"),
            details={text(number, "detail"): text(number, "value")} if number % 2 else text(number, "details"),
            ago=5 * MINUTE,
        )
        made.note(page, user, text(number, "note"))
        if number % 3 == 0:
            made.acknowledge(page, user, ago=4 * MINUTE)
    return made


def _zendesk(world: World) -> Zendesk:
    made = Zendesk("zendesk", world.now, world.chance("zendesk"))
    made.add_view(text(CLICK, "view"), "status<solved")
    field = made.add_field(text(CLICK, "field"))
    for number in NUMBERS:
        for name in (text(number, "assignee"), text(number, "requester")):
            made.add_user(name, email=f"u{len(made.people)}@example.org", role="agent")
        made.add_group(text(number, "group"))
        ticket = made.add_ticket(
            text(number, "subject"),
            text(number, "requester"),
            text(number, "body"),
            priority=(text(number, "priority"), "high", None)[number % 3],
            status=("new", "open", "pending")[number % 3],
            group=text(number, "group"),
            assignee=text(number, "assignee") if number % 2 else "",
            tags=(text(number, "tag"), "tag"),
            ago=5 * MINUTE,
            fields={field.id: text(number, "custom")},
        )
        made.comment(ticket.id, text(number, "assignee"), text(number, "public reply"))
        made.comment(ticket.id, text(number, "requester"), text(number, "internal note"), public=False)
    return made


def _trello(world: World) -> Trello:
    made = Trello("trello", world.now, world.chance("trello"), board=text(CLICK, "board"))
    ongoing = f"Ongoing issues {text(0, 'list')}"
    made.add_list(ongoing)
    for number in NUMBERS:
        made.add_list(text(number, "other list"))
        made.add_member(f"user{number}", text(number, "member"))
        card = made.add_card(
            ongoing,
            text(number, "card"),
            text(number, "description"),
            labels=(text(number, "label"), "plain"),
            members=(f"user{number}",),
            ago=5 * MINUTE,
        )
        made.comment(card, f"user{number}", text(number, "comment"), ago=5 * MINUTE)
        made.add_checklist(card, text(number, "checklist"), {text(number, "line"): True})
        made.attach(card, text(number, "file"), text(number, "url"))
    return made


def _rota(world: World) -> Rota:
    usable = [number for number in _encodable() if "\x00" not in ATTACKS[number]]  # a CSV with NUL is none
    roles = [text(number, "role") for number in usable]
    made = Rota("rota", world.now, world.chance("rota"), roles=roles)
    people = {role: text(number, "person") for role, number in zip(roles, usable, strict=True)}
    for week in (0, 1):  # a week may end while the tests run
        made.plan_week(week, people)
    return made


# -- what the services themselves say ----------------------------------------------------------------------------------

_TIME = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?")
_ALWAYS = frozenset({"id", "type", "self", "uid", "status", "state_type", "links", "meta", "next_page", "fingerprint"})
_KEPT = {
    "icinga2": {"name", "host_name", "service_name", "permissions", "joins", "vars", "checkercomponent"},
    "alertmanager": {"silencedBy", "inhibitedBy", "Watchdog", "state"},
    "grafana": {"silencedBy", "state", "health", "labels", "groupNextToken"},
    "pagerduty": {"abilities"},
    "zendesk": {"role", "stage"},
    "trello": {"shortLink", "idList", "idMembers", "idBoard", "idMemberCreator"},
    "rota": set(),
}
"""What an answer cannot be without: identities, and words that have a meaning."""


class Spoilt(Simulator):
    """A service whose every other text is an attack too, names of permissions and versions included."""

    def __init__(self, inner: Simulator) -> None:
        super().__init__(inner.name, inner.now, inner.chance)
        self.kind, self.path = inner.kind, inner.path
        self._inner = inner
        self._kept = _ALWAYS | _KEPT[inner.kind]
        self._told: dict[tuple[str, bytes], Answer] = {}

    def settings(self) -> Mapping[str, object]:
        more = {"environment_var": "environment"} if self.kind == "icinga2" else {}
        return {**self._inner.settings(), **more, "interval": 600, "deadline": 60}

    def handle(self, request: Request) -> Answer:
        """Nothing happens in this world: the same question always has the same answer."""
        question = (request.target, request.body)
        if question not in self._told:
            self._told[question] = self._answer(request)
        return self._told[question]

    def _answer(self, request: Request) -> Answer:
        answer = self._inner.handle(request)
        headers = dict(answer.headers)
        if self.kind == "zendesk":
            headers |= {"X-Rate-Limit-Remaining": f"6\x1b]0;{MARK}\x07", "X-Rate-Limit": "\x9b7m700"}
        data = answer.data if isinstance(answer.data, bytes) else json.dumps(self._spoilt(answer.data)).encode()
        return Answer(answer.status, data, headers)

    def _spoilt(self, value: object, name: str = "") -> object:
        if isinstance(value, dict):
            spoilt = {key: inner if key in self._kept else self._spoilt(inner, key) for key, inner in value.items()}
            if isinstance(value.get("permissions"), list):
                spoilt["permissions"] = [*value["permissions"], *(text(number, "permission") for number in NUMBERS[:4])]
            if name == "" and "alert.instances:read" in value:
                spoilt |= {text(number, "permission"): ["*"] for number in NUMBERS[:4]}
            return spoilt
        if isinstance(value, list):
            return [self._spoilt(inner, name) for inner in value]
        plain = (
            isinstance(value, str) and not _TIME.fullmatch(value) and not re.match(r"t\d\d |Watchdog|Ongoing", value)
        )
        return text(crc32(f"{name}{value}".encode(errors="replace")) % len(ATTACKS), str(value)) if plain else value

    def rows(self, data: object) -> list[object] | None:
        return self._inner.rows(data)

    def state(self) -> dict[str, object]:
        return self._inner.state()


@dataclass(frozen=True)
class _Refusal:
    status: int
    answer: Callable[[str], object]


_REFUSALS: Mapping[str, _Refusal] = {
    "icinga2": _Refusal(500, lambda words: {"error": 500, "status": words, "diagnostic_information": words}),
    "alertmanager": _Refusal(422, lambda words: {"code": 601, "message": words}),
    "grafana": _Refusal(403, lambda words: {"message": words, "messageId": words}),
    "pagerduty": _Refusal(400, lambda words: {"error": {"message": words, "errors": [words], "code": 2001}}),
    "zendesk": _Refusal(422, lambda words: {"error": words, "description": words}),
    "trello": _Refusal(400, lambda words: words.encode(errors="replace")),
    "rota": _Refusal(503, lambda words: {"error": words}),
}


class Sour(Spoilt):
    """A service that refuses everything, with an attack for a reason."""

    def __init__(self, inner: Simulator, number: int) -> None:
        super().__init__(inner)
        self.name = f"sour-{inner.kind}"
        self._words = text(number, "reason")

    def handle(self, _: Request) -> Answer:
        refusal = _REFUSALS[self.kind]
        return Answer(refusal.status, refusal.answer(self._words), {"Retry-After": f"5\x1b]0;{MARK}\x07"})


def hostile_world() -> World:
    """Every service twice: one that tells attacks, and one that refuses with them."""
    world = World()
    makers = (_icinga, _alertmanager, _grafana, _pagerduty, _zendesk, _trello, _rota)
    made = [maker(world) for maker in makers]
    for service in made:
        world.add(Spoilt(service))
    for number, service in enumerate(made):
        world.add(Sour(service, (0, CLICK, 4, 17, 20, 2, 14)[number]))
    return world


if __name__ == "__main__":
    serve(hostile_world())
