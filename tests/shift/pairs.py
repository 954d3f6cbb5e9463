"""Pairs of items in the words of a real shift, each with whether they certainly tell of one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secondline_tui.domain.items import Alert, Card, Handling, Incident, Item, Links, Ticket
from secondline_tui.domain.text import clean, clean_block
from tests.fakes import items

MACHINES = {
    "cache": "10.2.5.9",
    "backend": "10.2.3.21",
    "whitehall_backend": "10.2.5.245",
    "asset_master": "10.2.8.2",
    "rabbitmq": "10.2.9.40",
    "mongo": "10.2.9.61",
}
CHECKS = (
    ("5xx rate for www-origin", "cache"),
    ("overdue publications in Whitehall", "whitehall_backend"),
    ("scheduled publications in Whitehall not queued", "whitehall_backend"),
    ("low available disk space on root", "asset_master"),
    ("unable to ssh", "backend"),
    ("mongod replication lag", "mongo"),
    ("puppet last run errors", "backend"),
    ("email-alert-api - unprocessed content changes older than 2 hours", "backend"),
    ("Check that messages are being processed in rabbitmq queue email_alert_service", "rabbitmq"),
    ("File handle count for asset-manager exceeds 500", "asset_master"),
)
RULES = (
    "RouterErrorRatioTooHigh",
    "WhitehallErrorRatioTooHigh",
    "SearchDegradedAcute",
    "SignonApiUserTokenExpirySoon",
    "PublishingApiOldLocksPresent",
)
LIKE = {
    "5xx rate for www-origin": "Fastly 5xx rate for www-origin",
    "overdue publications in Whitehall": "overdue publications in Whitehall frontend",
    "scheduled publications in Whitehall not queued": "scheduled publications in Whitehall not queued in draft",
    "low available disk space on root": "low available disk space on root_backup",
    "unable to ssh": "unable to ssh from jumpbox",
    "mongod replication lag": "router mongod replication lag",
    "puppet last run errors": "draft puppet last run errors",
    "email-alert-api - unprocessed content changes older than 2 hours": (
        "email-alert-api - unprocessed content changes older than 24 hours"
    ),
    "Check that messages are being processed in rabbitmq queue email_alert_service": (
        "Check that messages are being processed in rabbitmq queue email_alert_service_low"
    ),
    "File handle count for asset-manager exceeds 500": "File handle count for asset-manager exceeds 5000",
}
"""A check's name, and another one's that holds it, or nearly."""
TICKETS = "https://govuk.zendesk.example/agent/tickets"
PAGES = "https://govuk.pagerduty.example/incidents"
CARDS = "https://trello.com/c"


@dataclass(frozen=True, slots=True)
class Pair:
    one: Item
    other: Item
    sure: bool
    what: str
    maybe: bool | None = None
    """Whether a maybe is wanted; None where it does not matter."""


def alert(name: str, machine: str = "", *, environment: str = "production", web: str = "", said: str = "") -> Alert:
    if not machine:
        return items.alert(
            "3f9c0a", source="alertmanager", name=clean(name), host=clean(""), environment=clean(environment)
        )
    host = f"ip-{MACHINES[machine].replace('.', '-')}.eu-west-1.compute.internal"
    return items.alert(
        f"{host}!{name}",
        name=clean(name),
        host=clean(f"{machine} ({MACHINES[machine]})"),
        environment=clean(environment),
        links=Links(web=web or None),
        acknowledged=Handling(by=clean("ops"), comment=clean(said)) if said else None,
    )


def page(title: str, key: str = "5f0c6e2b", number: int = 4127) -> Incident:
    links = Links(web=f"{PAGES}/PABC{number}")
    return items.incident("PABC", title=clean(title), alert_key=clean(key), number=number, links=links)


def card(title: str, text: str = "", code: str = "Hk3PqR7s") -> Card:
    return items.card(
        "65f0c0ffee", title=clean(title), description=clean_block(text), links=Links(web=f"{CARDS}/{code}")
    )


def ticket(number: int, subject: str) -> Ticket:
    return items.ticket(str(number), subject=clean(subject), links=Links(web=f"{TICKETS}/{number}"))


def pairs() -> Iterator[Pair]:
    """All of them."""
    yield from _pages()
    yield from _pages_of_rules()
    yield from _lines()
    yield from _tickets()
    yield from _addresses()
    yield from _looks()


def _other_machine(machine: str) -> str:
    return next(name for name in MACHINES if name != machine)


def _pages() -> Iterator[Pair]:
    for name, machine in CHECKS:
        mine = alert(name, machine)
        key = mine.ref.key.replace("!", "/")
        yield Pair(page("x", mine.ref.key), mine, True, "the monitor's key")
        yield Pair(page(f"{name} on {machine} is CRITICAL"), mine, True, "name and machine in the title")
        yield Pair(page(name, key), mine, True, "name and machine in the key")
        yield Pair(page(f"{LIKE[name]} on {machine}"), mine, False, "a longer name on the same machine")
        yield Pair(page(f"{name} on {_other_machine(machine)}"), mine, False, "the same check elsewhere")
        yield Pair(page(name), mine, False, "no machine is named", maybe=True)
        yield Pair(page(LIKE[name], key.replace(name, LIKE[name])), mine, False, "the key of a longer name")


def _pages_of_rules() -> Iterator[Pair]:
    for rule in RULES:
        mine = alert(rule)
        yield Pair(page(f"[FIRING:1] {rule} production"), mine, True, "what the title says is the rule")
        yield Pair(page(rule, f'{{}}:{{alertname="{rule}"}}'), mine, True, "the group's key")
        yield Pair(page(f"[FIRING:1] {rule} (staging)"), mine, False, "another environment")
        yield Pair(page(f"[FIRING:2] {rule}Draft"), mine, False, "another rule", maybe=False)


def _lines() -> Iterator[Pair]:
    for name, machine in CHECKS:
        mine = alert(name, machine)
        text = "Seen since October.\n\n{}\n\nClears by itself."
        yield Pair(mine, card("Known", text.format(f"alert: {name}")), True, "a line")
        yield Pair(mine, card("Known", text.format(f"* **Alert:** `{name}`")), True, "a line in Markdown")
        yield Pair(mine, card("Known", text.format(f"alert: {name} on {machine}")), True, "a line with the machine")
        yield Pair(mine, card("Known", text.format(f"alert: {LIKE[name]}")), False, "a line for a longer name")
        other = _other_machine(machine)
        yield Pair(mine, card("Known", text.format(f"alert: {name} on {other}")), False, "for another machine", False)
        yield Pair(mine, card("Known", text.format(f"alert: {name} (staging)")), False, "for staging", False)
        yield Pair(mine, card("Known", f"Not the alert: see {name} in the manual"), False, "no line of its own")
    both = card("Whitehall", "alerts: overdue publications in Whitehall, unable to ssh")
    yield Pair(alert("unable to ssh", "backend"), both, True, "one of two in a line")
    yield Pair(alert("unable to ping", "backend"), both, False, "neither of two in a line", False)
    yield Pair(page("unable to ssh"), both, True, "a page called as the line says")
    yield Pair(page("unable to ssh from jumpbox"), both, False, "a page called otherwise")


def _tickets() -> Iterator[Pair]:
    mine = ticket(4698, "Attachment uploads failing")
    for text in (
        "Ticket 4698. Restart clamav on asset_master.",
        "Zendesk #4698 and others",
        "See ZD-4698",
        "tickets 4711, 4698 and 4720",
        f"Reported here: {TICKETS}/4698.",
        "(https://govuk.zendesk.example/hc/requests/4698)",
        "zendesk ticket 4698: suggested reply below",
    ):
        yield Pair(mine, card("Uploads fail", text), True, text)
    for text in (
        "Ticket 46981. Restart clamav.",
        "ticket 4699",
        "Fixed in pull request #4698",
        "4698 attachments were affected",
        "tickets 4711 and 4720, 4698 files",
        f"{TICKETS}/46980",
        "https://other.zendesk.example/agent/tickets/4698",
        "https://github.com/alphagov/whitehall/pull/4698",
        "Port 4698 on asset_master",
        "incident #4698",
        "Ticket 4698.5 of the old system",
        "PR 4698",
    ):
        yield Pair(mine, card("Uploads fail", text), False, text)
    yield Pair(mine, card("Uploads fail", "see #4698"), False, "a bare number", maybe=True)
    yield Pair(page("x", number=4127), card("Router", "Incident #4127 began it"), True, "a page's number")
    yield Pair(page("x", number=4127), card("Router", "Ticket 4127 began it"), False, "a ticket's number", False)
    yield Pair(page("x", number=4127), card("Router", "the page #41270"), False, "a longer number", False)


def _addresses() -> Iterator[Pair]:
    mine = card("Whitehall 5xx spikes at 09:00 after data sync", code="Hk3PqR7s")
    at = f"{CARDS}/Hk3PqR7s"
    yield Pair(alert("x check", "cache", said=f"known: {at}/12-whitehall-5xx"), mine, True, "a comment with the card")
    yield Pair(alert("x check", "cache", said=f"known: {CARDS}/Hk3PqR7t"), mine, False, "another card", False)
    yield Pair(ticket(4711, f"Errors at nine, {at}"), mine, True, "a subject with the card")
    yield Pair(ticket(4711, "Errors at nine, https://trello.com/b/Hk3PqR7s"), mine, False, "a board", False)
    web = "https://icinga.example.org/icingaweb2/monitoring/service/show?host=cache&service=5xx%20rate"
    seen = alert("5xx rate for www-origin", "cache", web=web)
    yield Pair(seen, card("Router", f"[Icinga]({web})"), True, "the alert's page")
    yield Pair(seen, card("Router", web.replace("host=cache", "host=backend")), False, "another machine's", False)
    yield Pair(page("x"), card("Router", f"{PAGES}/PABC4127"), True, "the page's page")
    yield Pair(page("x"), card("Router", f"{PAGES}/PABC4128"), False, "another page's page", False)
    yield Pair(seen, card("Router", f"ref {seen.ref}"), True, "our own reference")


def _looks() -> Iterator[Pair]:
    queue = alert("Check that messages are being processed in rabbitmq queue email_alert_service", "rabbitmq")
    for one, title, maybe in (
        (queue, "AmazonMQ unprocessed messages every Tuesday", True),
        (alert("SignonApiUserTokenExpirySoon"), "SignonApiUserTokenExpirySoon fires a fortnight early", True),
        (alert("Travel Advice email alert check", "backend"), "False alarms: travel advice email check", True),
        (alert("unable to ssh", "backend"), "On-call checklist", False),
        (alert("5xx rate for www-origin", "cache"), "Leaver (tech role)", False),
        (alert("mongod replication lag", "mongo"), "Import manually managed DNS zones into Terraform", False),
        (alert("low available disk space on root", "mongo"), "README", False),
        (alert("WhitehallErrorRatioTooHigh"), "Whitehall: overdue publications after the data sync", False),
        (alert("mapit not responding to postcode query", "backend"), "Postcode of the week", False),
    ):
        yield Pair(one, card(title), False, title, maybe)
