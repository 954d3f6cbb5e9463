"""What the monitors see before the morning begins."""

from __future__ import annotations

from secondline_tui.demo.alertmanager import Alertmanager
from secondline_tui.demo.grafana import Grafana
from secondline_tui.demo.icinga2 import Icinga2
from secondline_tui.demo.labels import Matcher

MANUAL = "https://docs.publishing.service.gov.uk/manual/alerts"
GRAPHS = "https://graphite.example.org/render/?width=600&height=300&target="
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0

MACHINES = {
    "cache": "10.2.5.9",
    "backend": "10.2.3.21",
    "frontend": "10.2.4.7",
    "whitehall_backend": "10.2.5.245",
    "publishing_api": "10.2.6.31",
    "search": "10.2.7.8",
    "email_alert_api": "10.2.6.77",
    "content_store": "10.2.6.12",
    "db_admin": "10.2.9.3",
    "monitoring": "10.2.11.20",
    "rabbitmq": "10.2.9.40",
    "mongo": "10.2.9.61",
    "jumpbox": "10.2.1.5",
    "bouncer": "10.2.4.30",
    "asset_master": "10.2.8.2",
    "mapit": "10.2.6.90",
}
ON_EVERY_MACHINE = (
    ("unable to ssh", ""),
    ("unable to ping", ""),
    ("puppet last run errors", ""),
    ("percentage of memory free", "free-memory-warning-on-backend"),
    ("low available disk space on root", "low-available-disk-space"),
    ("ntp drift too high", "ntp-drift-too-high"),
)

STAGING_NOISE = (
    "WhitehallErrorRatioTooHigh",
    "SearchDegradedAcute",
    "StartupProbeFailure",
    "PublishingApiOldLocksPresent",
    "MirrorFreshnessAlert",
    "WorkflowRunsFailing",
)


def name_of(machine: str) -> str:
    """A machine's name as Icinga knows it."""
    return f"ip-{MACHINES[machine].replace('.', '-')}.eu-west-1.compute.internal"


def service(machine: str, check: str) -> str:
    """A check's full name as Icinga knows it."""
    return f"{name_of(machine)}!{check}"


RATE = service("cache", "5xx rate for www-origin")
OVERDUE = service("whitehall_backend", "overdue publications in Whitehall")
UNQUEUED = service("whitehall_backend", "scheduled publications in Whitehall not queued")
QUEUE = service("rabbitmq", "Check that messages are being processed in rabbitmq queue email_alert_service")
LATENCY = service("search", "search-api bulk queue latency unexpectedly large")
EMAILS = service("email_alert_api", "email-alert-api - unprocessed content changes older than 2 hours")


def install_production(icinga: Icinga2) -> None:
    """The production Icinga as it is when all is well."""
    for machine, address in MACHINES.items():
        icinga.add_host(name_of(machine), f"{machine} ({address})", environment="production")
        for check, slug in ON_EVERY_MACHINE:
            _check(icinga, service(machine, check), slug)
    for name, slug in (
        (RATE, "high-nginx-5xx-rate"),
        (OVERDUE, "whitehall-scheduled-publishing"),
        (UNQUEUED, "whitehall-scheduled-publishing"),
        (QUEUE, "rabbitmq-high-number-of-unprocessed-messages"),
        (LATENCY, "search-api-queue-latency"),
        (EMAILS, "email-alert-api-unprocessed-work"),
        (
            service("asset_master", "File handle count for asset-manager exceeds 500"),
            "process-file-handle-count-exceeds",
        ),
        (service("mongo", "mongod replication lag"), "mongod-replication-lag"),
        (service("monitoring", "At least 1 machine requires reboots due to apt updates"), "rebooting-machines"),
        (service("mapit", "mapit not responding to postcode query"), ""),
    ):
        _check(icinga, name, slug)


def furnish_production(icinga: Icinga2) -> None:
    """What is wrong in production: three criticals of which one is acknowledged, and the usual rest."""
    icinga.change(UNQUEUED, 2, "CRITICAL: 4 editions are due within the hour and not in the queue", ago=22 * MINUTE)
    icinga.change(EMAILS, 2, "CRITICAL: value=37.0\n37 content changes wait since 07:02", ago=47 * MINUTE)
    icinga.change(OVERDUE, 2, "CRITICAL: 3 overdue", ago=2 * HOUR + 8 * MINUTE)
    icinga.acknowledge(
        OVERDUE, "ops", "Bo: known, the queue was stuck after the data sync; see the card", ago=95 * MINUTE
    )
    icinga.comment(OVERDUE, "ops", "Mehmet: rake publishing:overdue:publish clears it for now", ago=100 * MINUTE)
    icinga.change(QUEUE, 1, "WARNING: 412 unprocessed messages", ago=50 * MINUTE)
    icinga.change(LATENCY, 1, "WARNING: 344 s, threshold 300 s", ago=12 * MINUTE)
    icinga.change(
        service("asset_master", "low available disk space on root"), 1, "DISK WARNING - free space: / 8%", ago=3 * DAY
    )
    icinga.change(
        service("mapit", "mapit not responding to postcode query"),
        3,
        "UNKNOWN: check_http: no route to host",
        ago=6 * HOUR,
    )
    reboots = service("monitoring", "At least 1 machine requires reboots due to apt updates")
    icinga.change(reboots, 1, "WARNING: 5 machines", ago=9 * DAY)
    icinga.acknowledge(reboots, "ops", "Siobhán: planned for Thursday", ago=2 * DAY)
    lag = service("mongo", "mongod replication lag")
    icinga.change(lag, 2, "CRITICAL: 95 s behind the primary", ago=35 * MINUTE)
    icinga.plan_downtime(lag, "ops", "Mehmet: resyncing the secondary", seconds=2 * HOUR, ago=40 * MINUTE)


def furnish_ci(icinga: Icinga2) -> None:
    """The CI Icinga, which nobody looks at until it is gone."""
    for number, address in ((1, "10.9.2.4"), (2, "10.9.2.5")):
        host = f"ip-{address.replace('.', '-')}.eu-west-1.compute.internal"
        icinga.add_host(host, f"ci_agent_{number} ({address})", environment="ci")
        _check(icinga, f"{host}!low available disk space on root", "low-available-disk-space")
        icinga.change(
            f"{host}!low available disk space on root", 1, f"DISK WARNING - free space: / {4 + number}%", ago=5 * HOUR
        )


def _check(icinga: Icinga2, full_name: str, slug: str) -> None:
    host, _, check = full_name.partition("!")
    runbook = f"{MANUAL}/{slug}.html" if slug else ""
    icinga.add_service(host, check, notes_url=runbook, action_url=f"{GRAPHS}{host.partition('.')[0]}")


def furnish_alertmanager(alerts: Alertmanager) -> None:
    """Prometheus' alerts of production and staging, where last night's data sync still makes noise."""
    alerts.beat({"alertname": "Watchdog", "severity": "none"})
    for number, name in enumerate(STAGING_NOISE):
        alerts.fire(
            staging(name),
            {"summary": f"{name} since the data sync", "runbook_url": f"{MANUAL}/data-sync.html"},
            ago=1.5 * HOUR + 7 * MINUTE * number,
        )
    locks = {
        "alertname": "PublishingApiOldLocksPresent",
        "severity": "warning",
        "environment": "production",
        "namespace": "apps",
        "instance": "publishing-api-db",
    }
    alerts.fire(
        locks,
        {"summary": "Locks older than 10 minutes", "runbook_url": f"{MANUAL}/publishing-api-locks.html"},
        ago=41 * MINUTE,
    )
    traffic = {
        "alertname": "DataGovUkHighTrafficRate",
        "severity": "warning",
        "environment": "production",
        "namespace": "datagovuk",
    }
    alerts.fire(
        traffic,
        {"summary": "Requests are 4 times the usual", "description": "One crawler; it is rate limited."},
        ago=5 * HOUR,
    )
    alerts.silence(
        {"alertname": "DataGovUkHighTrafficRate"},
        "Mehmet Çelik",
        "A crawler, asked to slow down",
        seconds=3 * HOUR,
        ago=2 * HOUR,
    )
    expiry = {
        "alertname": "SignonApiUserTokenExpirySoon",
        "severity": "info",
        "environment": "production",
        "namespace": "apps",
    }
    alerts.fire(expiry, {"summary": "2 API tokens expire within a fortnight"}, ago=4 * DAY)
    pod = {
        "alertname": "StartupProbeFailure",
        "severity": "warning",
        "environment": "production",
        "namespace": "apps",
        "instance": "router-7d9f",
    }
    alerts.fire(pod, {"summary": "router-7d9f does not become ready"}, ago=18 * MINUTE)
    alerts.fire(
        {**pod, "alertname": "NodeNotReady", "severity": "critical", "instance": "node-3"},
        {"summary": "node-3 is not ready"},
        ago=19 * MINUTE,
    )
    alerts.inhibit(Matcher("alertname", "NodeNotReady"), Matcher("alertname", "StartupProbeFailure"), ["environment"])


def staging(name: str) -> dict[str, str]:
    """The labels of one of staging's false alarms."""
    severity = "critical" if name.endswith(("High", "Acute")) else "warning"
    return {"alertname": name, "severity": severity, "environment": "staging", "namespace": "apps"}


def furnish_grafana(grafana: Grafana) -> None:
    """Rules of the kind that live in Grafana: one firing, one without data, one paused; and the dashboards."""
    for uid, title in (
        ("second-line", "Second line"),
        ("sidekiq", "Sidekiq queues"),
        ("deploys", "Application deployments"),
    ):
        grafana.add_dashboard(uid, title)
    grafana.beat("GrafanaWatchdog")
    grafana.add_rule(
        "Sidekiq queue latency",
        {"severity": "warning"},
        {"summary": "Jobs wait too long", "runbook_url": f"{MANUAL}/email-alert-api-high-queue-latency.html"},
        panel=("sidekiq", 4),
    )
    grafana.add_rule("Origin 4xx share", {"severity": "warning"}, panel=("second-line", 7))
    grafana.add_rule("Sentry errors last hour", {"severity": "warning"}, panel=("second-line", 9))
    grafana.fire("Sidekiq queue latency", {"instance": "email-alert-api"}, ago=26 * MINUTE, value=431)
    grafana.fire("Sentry errors last hour", ago=3 * HOUR, state="NoData")
    grafana.add_rule("Smokey loop for whitehall", {"severity": "critical"})
    grafana.pause("Smokey loop for whitehall")
