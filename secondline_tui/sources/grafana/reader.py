"""Reads one Grafana: its alerts with who silenced them, the rules that cannot fire, and the dashboards to open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Grafana
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.items import Detail, Item
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.alertmanager.api import listed
from secondline_tui.sources.errors import blind, failed
from secondline_tui.sources.grafana.account import CREATING, Account, who_am_i
from secondline_tui.sources.grafana.connection import connected
from secondline_tui.sources.grafana.joining import Joined
from secondline_tui.sources.grafana.look import NOTHING, Seen, look
from secondline_tui.sources.grafana.mapping import (
    dashboards_of,
    detail_of_alert,
    detail_of_rule,
    sighting_of_alert,
    sighting_of_rule,
)
from secondline_tui.sources.grafana.rules import RuleList, fetch_rules
from secondline_tui.sources.grafana.vitals import late, require_evaluation
from secondline_tui.sources.grafana.wire import Health, Hit, Rule
from secondline_tui.sources.http import Http
from secondline_tui.sources.labels import Shown, beats, missing_heartbeat
from secondline_tui.sources.pacing import paced
from secondline_tui.sources.together import at_once
from secondline_tui.sources.wire import envelope, require_most, rows, unique

ThingT = TypeVar("ThingT")

Now = Callable[[], datetime]


def reader(name: str, source: Grafana, _: Config) -> GrafanaReader:
    """A reader for one configured Grafana. Blocks while secrets are fetched."""
    return GrafanaReader(name, source, connected(source, Http))


class GrafanaReader:
    """One Grafana."""

    def __init__(self, name: str, source: Grafana, http: Http, now: Now = lambda: datetime.now(UTC)) -> None:
        self._name = name
        self._source = source
        self._http = http
        self._now = now
        self._matchers = [Matcher.parse(text) for text in source.filter]
        self._account: Account | None = None

    async def fetch(self) -> Reading:
        """All alerts that fire, fail or are pending; PollFailed(blind) when the rules are not being evaluated."""
        async with at_once() as ask:
            looking = ask.create_task(self._look())
            dashboards = ask.create_task(self._dashboards())
            asking = ask.create_task(self._who_am_i())
        seen, (hits, odd_hits), account = looking.result(), dashboards.result(), asking.result()
        self._require_sight(seen)
        shown = Shown(self._name, self._source)
        items, odd = await self._items(seen, shown)
        return Reading(
            items=(*items, *dashboards_of(self._name, self._source, hits)),
            rejected=(*seen.odd, *odd_hits, *odd),
            hidden=shown.hidden,
            account=account.name,
            permissions=account.permissions,
        )

    async def detail(self, ref: ItemRef) -> Detail:
        """One alert or rule as Grafana has it now; nothing of its kind can be asked for alone."""
        if ref.kind is Kind.DASHBOARD:
            return Detail()
        seen = await self._look()
        for alert in seen.alerts:
            if alert.key == ref.key:
                return detail_of_alert(alert, sighting_of_alert(self._source, alert, seen.silences), seen.silences)
        now = self._now()
        for rule in seen.rules.rules:
            sighting = sighting_of_rule(self._source, rule, now) if rule.key == ref.key else None
            if sighting is not None:
                return detail_of_rule(rule, sighting)
        raise failed(FaultKind.NOT_FOUND, "Grafana no longer has this alert: it is resolved")

    async def probe(self) -> tuple[str, ...]:
        """Version, account, what the account may not do, and what it sees."""
        async with at_once() as ask:
            asking = ask.create_task(self._who_am_i(anew=True))
            health = ask.create_task(self._http.get("/api/health", "its health"))
            ruling = ask.create_task(self._rules())
        about = envelope(Health, health.result(), "its health")
        account, rules = asking.result(), ruling.result().rules
        lines = [f"Grafana {clean(about.version)}, as {account.name or 'an unnamed account'}, {len(rules)} alert rules"]
        if account.lacks(CREATING):
            lines.append("may not silence alerts (permission alert.silences:create)")
        paused = sum(rule.paused for rule in rules)
        if paused:
            lines.append(f"paused alert rules: {paused}")
        return tuple(lines)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    # -- questions ---------------------------------------------------------------------------------------------

    async def _rules(self) -> RuleList:
        return await fetch_rules(self._http) if self._source.alerts else RuleList([], [], ())

    async def _look(self) -> Seen:
        return await look(self._http) if self._source.alerts else NOTHING

    async def _dashboards(self) -> tuple[list[Hit], list[SafeText]]:
        """The configured dashboards, as far as the account sees them."""
        if not self._source.dashboards:
            return [], []
        wanted = {"dashboardUIDs": self._source.dashboards, "type": "dash-db"}
        data = await self._http.get("/api/search", "its dashboards", wanted)
        return await rows(Hit, listed(data, "its dashboards"), lambda hit: hit, "a dashboard")

    async def _who_am_i(self, *, anew: bool = False) -> Account:
        """Asked for once."""
        if self._account is None or anew:
            self._account = await who_am_i(self._http)
        return self._account

    # -- judgement ---------------------------------------------------------------------------------------------

    def _require_sight(self, seen: Seen) -> None:
        """Raise PollFailed(blind) when Grafana sees less than it should, or shows us less."""
        source, now = self._source, self._now()
        if source.alerts and not seen.rules.rules and not seen.alerts:
            raise blind(
                "shows not one alert rule: may the service account see the folders they are in? "
                "(alerts = false, where only dashboards are wanted)"
            )
        require_evaluation(seen.rules.rules, now)
        if source.heartbeat and not any(self._beats(alert) and _alive(alert, now) for alert in seen.alerts):
            raise blind(missing_heartbeat(source))

    def _beats(self, alert: Joined) -> bool:
        return beats(self._source, alert.own_labels) and not alert.soft

    async def _items(self, seen: Seen, shown: Shown) -> tuple[list[Item], list[SafeText]]:
        """Alerts, then the rules that cannot fire, as far as they are to be shown; and why others cannot be."""
        now = self._now()

        def of_alert(alert: Joined) -> Item | None:
            if self._beats(alert) or not self._wanted(alert.own_labels):
                return None
            return shown.alert(sighting_of_alert(self._source, alert, seen.silences))

        def of_rule(rule: Rule) -> Item | None:
            sighting = sighting_of_rule(self._source, rule, now)
            return shown.alert(sighting) if sighting is not None and self._wanted(sighting.labels) else None

        alerts, odd_alerts = await _made(seen.alerts, of_alert, "an alert")
        rules, odd_rules = await _made(seen.rules.rules, of_rule, "a rule")
        odd = [*odd_alerts, *odd_rules]
        return unique((*alerts, *rules), lambda item: item.ref, odd), odd

    def _wanted(self, labels: Mapping[str, str]) -> bool:
        return all(matcher.matches(labels) for matcher in self._matchers)


async def _made(
    things: Sequence[ThingT], make: Callable[[ThingT], Item | None], what: str
) -> tuple[list[Item], list[SafeText]]:
    """What `make` makes of each, and why it could not of others: one odd thing must not hide the rest."""
    items: list[Item] = []
    odd: list[SafeText] = []
    async for thing in paced(things):
        try:
            item = make(thing)
        except (ValueError, OverflowError) as error:
            odd.append(clean(f"{what}: {type(error).__name__}", 200))
        else:
            if item is not None:
                items.append(item)
    require_most(odd, len(things), what)
    return items, odd


def _alive(alert: Joined, now: datetime) -> bool:
    """Whether a heartbeat comes from data, and from now: its rule is evaluated, or else it is sent again and again."""
    if not alert.sees:
        return False
    if alert.instance is not None and alert.instance.rule.tells_when:
        return not late(alert.instance.rule, now)
    return alert.sent is None or alert.sent.repeated(now)
