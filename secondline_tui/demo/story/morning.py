"""How the morning goes: what happens when, and again after half an hour."""

from __future__ import annotations

from collections.abc import Callable

from secondline_tui.demo.alertmanager import Alertmanager
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.grafana import Grafana
from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.pagerduty.service import PagerDuty
from secondline_tui.demo.rota import Rota
from secondline_tui.demo.settings import shift_begin, turn_begin
from secondline_tui.demo.story import cast, monitors, past
from secondline_tui.demo.story.desk import FAULT, GROUP, furnish_cards, furnish_tickets
from secondline_tui.demo.story.past import DRILL
from secondline_tui.demo.story.people import furnish_pagerduty, furnish_pages, furnish_rota
from secondline_tui.demo.story.scene import Scene
from secondline_tui.demo.trello.service import Trello
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import Zendesk

ROUND = 1_800.0
"""Seconds after which the story begins anew, with new pages and tickets."""


def furnish(world: World, *, outage: bool = False) -> None:
    """Let the services exist and the story begin. With `outage`, one of them goes away for a while."""
    icinga = Icinga2("icinga", world.now, world.chance("icinga"))
    ci = Icinga2("ci", world.now, world.chance("ci"), environment="ci")
    alertmanager = Alertmanager("alertmanager", world.now, world.chance("alertmanager"))
    grafana = Grafana("grafana", world.now, world.chance("grafana"))
    pagerduty = PagerDuty("pagerduty", world.now, world.chance("pagerduty"))
    zendesk = Zendesk("zendesk", world.now, world.chance("zendesk"))
    trello = Trello("trello", world.now, world.chance("trello"))
    rota = Rota("rota", world.now, world.chance("rota"), begins_on=turn_begin(world).weekday())
    for simulator in (icinga, ci, alertmanager, grafana, pagerduty, zendesk, trello, rota):
        world.add(simulator)
    paging = furnish_pagerduty(pagerduty, shift_begin(world), turn_begin(world))
    scene = Scene(world, icinga, alertmanager, pagerduty, zendesk, paging)
    monitors.install_production(icinga)
    past.play(scene)
    furnish_pages(pagerduty, paging)
    monitors.furnish_production(icinga)
    monitors.furnish_ci(ci)
    monitors.furnish_alertmanager(alertmanager)
    monitors.furnish_grafana(grafana)
    furnish_tickets(zendesk)
    furnish_cards(trello)
    furnish_rota(rota)
    _begin(scene, outage=outage)


def _begin(scene: Scene, *, outage: bool, after: float = 0.0) -> None:
    """One round of the story, and then the next."""

    def at(seconds: float, happening: Callable[[], None]) -> None:
        scene.world.at(after + seconds, happening)

    at(25, lambda: _errors_begin(scene))
    at(33, lambda: _page(scene))
    at(60, lambda: _ticket(scene))
    at(180, lambda: _drill(scene))
    for number, name in enumerate(monitors.STAGING_NOISE[1:]):
        at(75 + 50 * number, lambda name=name: scene.alertmanager.resolve(monitors.staging(name)))  # type: ignore[misc]
    at(420, lambda: _answer(scene))
    at(660, lambda: _errors_end(scene))
    at(900, lambda: _drill_ends(scene))
    at(1_200, lambda: _reply(scene))
    at(1_740, lambda: _solve(scene))
    if outage:
        at(90, lambda: scene.world.break_service("ci", Fault.parse("refuse", None)))
        at(1_500, lambda: scene.world.break_service("ci", None))
    at(ROUND, lambda: _noise(scene))
    at(ROUND, lambda: _begin(scene, outage=outage, after=after + ROUND))


def _errors_begin(scene: Scene) -> None:
    scene.icinga.change(monitors.RATE, 2, "CRITICAL: value=1.2\nwarning at 0.3, critical at 0.9")
    labels = {
        "alertname": "RouterErrorRatioTooHigh",
        "severity": "page",
        "environment": "production",
        "namespace": "apps",
    }
    summary = "More than 10% of HTTP responses from the router are errors"
    runbook = f"{monitors.MANUAL}/high-nginx-5xx-rate.html"
    scene.alertmanager.fire(labels, {"summary": summary, "runbook_url": runbook}, receivers=("pagerduty",))


def _page(scene: Scene) -> None:
    scene.page = scene.pagerduty.trigger(
        "5xx rate for www-origin",
        scene.paging.icinga,
        priority="P2",
        key=monitors.RATE.replace("!", "/"),
        details={"host": "cache (10.2.5.9)", "service": "5xx rate for www-origin", "output": "CRITICAL: value=1.2"},
    )


def _ticket(scene: Scene) -> None:
    made = scene.zendesk.add_ticket(
        "Technical fault with Signon",
        "Beatriz Lindholm",
        "Nobody in our team can sign in since this morning; the page says 502.",
        priority="normal",
        status="new",
        group=GROUP,
        tags=(*FAULT, "fault_with_signon"),
        breach_in=48 * 3_600,
    )
    scene.ticket = made.id


def _solve(scene: Scene) -> None:
    """A colleague solves this round's ticket, unless somebody has taken it: tickets do not pile up for days."""
    facts = scene.zendesk.tickets[scene.ticket].facts
    if facts.status == "new" and facts.assignee_id is None:
        scene.zendesk.change(scene.ticket, by=cast.STAND_IN, assignee=cast.STAND_IN, status="solved")


def _drill(scene: Scene) -> None:
    scene.drill = scene.pagerduty.trigger(DRILL, scene.paging.alertmanager, key="drill")


def _answer(scene: Scene) -> None:
    incident = scene.pagerduty.incident(scene.page)
    if incident.status == "triggered":
        helper = scene.paging.users[cast.STAND_IN]
        scene.pagerduty.acknowledge(scene.page, helper)
        scene.pagerduty.note(scene.page, helper, "One cache node; taking it out of the load balancer.")


def _errors_end(scene: Scene) -> None:
    scene.icinga.change(monitors.RATE, 0, "OK: value=0.0")
    scene.alertmanager.resolve(
        {"alertname": "RouterErrorRatioTooHigh", "severity": "page", "environment": "production", "namespace": "apps"}
    )
    if scene.pagerduty.incident(scene.page).status != "resolved":
        scene.pagerduty.resolve(scene.page, scene.paging.icinga)


def _drill_ends(scene: Scene) -> None:
    if scene.pagerduty.incident(scene.drill).status != "resolved":
        scene.pagerduty.resolve(scene.drill, scene.paging.users[cast.MANAGER])


def _reply(scene: Scene) -> None:
    """The requester of the oldest waiting ticket answers, and it is ours again."""
    waiting = [ticket for ticket in scene.zendesk.tickets.values() if ticket.facts.status == "pending"]
    if waiting:
        oldest = min(waiting, key=lambda ticket: ticket.id)
        scene.zendesk.change(oldest.id, status="open")


def _noise(scene: Scene) -> None:
    """Staging's false alarms of the next night."""
    for name in monitors.STAGING_NOISE[1:]:
        scene.alertmanager.fire(monitors.staging(name), {"summary": f"{name} since the data sync"})
