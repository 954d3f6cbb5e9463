"""The story the demo tells: a believable morning of a support shift, again and again."""

from __future__ import annotations

from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.world import World

MANUAL = "https://docs.publishing.service.gov.uk/manual/alerts"
GRAPHS = "https://graphite.example.org/render/?width=600&height=300&target="

_MACHINES = (
    ("cache", "10.2.5.9"), ("cache", "10.2.5.14"), ("backend", "10.2.3.21"), ("frontend", "10.2.4.7"),
    ("whitehall_backend", "10.2.5.245"), ("publishing_api", "10.2.6.31"), ("search", "10.2.7.8"),
    ("email_alert_api", "10.2.6.77"), ("content_store", "10.2.6.12"), ("db_admin", "10.2.9.3"),
    ("monitoring", "10.2.11.20"), ("rabbitmq", "10.2.9.40"), ("mongo", "10.2.9.61"), ("jumpbox", "10.2.1.5"),
)  # fmt: skip


def furnish(world: World) -> None:
    """Let the services exist, and the story begin."""
    icinga = Icinga2("icinga", world.now, world.chance("icinga"))
    world.add(icinga)
    _production(icinga)
    ci = Icinga2("ci", world.now, world.chance("ci"), environment="ci")
    world.add(ci)
    _ci(ci)


def _host(icinga: Icinga2, role: str, address: str, environment: str) -> str:
    name = f"ip-{address.replace('.', '-')}.eu-west-1.compute.internal"
    icinga.add_host(name, f"{role} ({address})", environment=environment)
    return name


def _check(icinga: Icinga2, host: str, name: str, slug: str = "") -> str:
    runbook = f"{MANUAL}/{slug}.html" if slug else ""
    return icinga.add_service(host, name, notes_url=runbook, action_url=f"{GRAPHS}{host.partition('.')[0]}").name


def _production(icinga: Icinga2) -> None:
    hosts = {role: _host(icinga, role, address, "production") for role, address in _MACHINES}
    for host in hosts.values():
        for name in ("unable to ssh", "puppet last run errors", "percentage of memory free"):
            _check(icinga, host, name)
        _check(icinga, host, "low available disk space on root", "low-available-disk-space")
    rate = _check(icinga, hosts["cache"], "5xx rate for www-origin", "high-nginx-5xx-rate")
    overdue = _check(
        icinga, hosts["whitehall_backend"], "overdue publications in Whitehall", "whitehall-scheduled-publishing"
    )
    queue = _check(
        icinga, hosts["rabbitmq"], "Check that messages are being processed in rabbitmq queue email_alert_service"
    )
    icinga.change(rate, 2, "CRITICAL: value=1.2", ago=240)
    icinga.change(overdue, 2, "CRITICAL: 3 overdue", ago=1_320)
    icinga.acknowledge(overdue, "ops", "Ana: looking, publishing queue was stuck after the data sync", ago=900)
    icinga.change(queue, 1, "WARNING: 412 unprocessed messages", ago=3_000)
    icinga.change(f"{hosts['mongo']}!unable to ssh", 3, "UNKNOWN: connection timed out", ago=7_200)
    icinga.plan_downtime(f"{hosts['mongo']}!unable to ssh", "ops", "Bo: rebooting for updates", seconds=7_200)


def _ci(icinga: Icinga2) -> None:
    agent = _host(icinga, "ci_agent", "10.9.2.4", "ci")
    disk = _check(icinga, agent, "low available disk space on root", "low-available-disk-space")
    icinga.change(disk, 1, "WARNING: 8% free", ago=18_000)
