"""Writes the silences of one Grafana."""

from __future__ import annotations

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Grafana
from secondline_tui.domain.actions import Refused, Verb
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.alertmanager.silencer import Silencer, Target, require_all
from secondline_tui.sources.grafana.account import CHANGING, CREATING, Account, who_am_i
from secondline_tui.sources.grafana.connection import connected
from secondline_tui.sources.grafana.joining import RULE_UID, Joined
from secondline_tui.sources.grafana.look import SENT, look
from secondline_tui.sources.http import Writer
from secondline_tui.sources.labels import internal
from secondline_tui.sources.writing import Answer, refused


def actor(name: str, source: Grafana, config: Config) -> GrafanaActor:  # noqa: ARG001  (every actor is told)
    """An actor for one configured Grafana. Blocks while secrets are fetched."""
    return GrafanaActor(source, config, connected(source, Writer), SENT)


class GrafanaActor(Silencer):
    """Silences what the Alertmanager within Grafana has. The token decides what may be done; the author is a name."""

    _known: Account | None = None

    async def _target(self, key: str) -> Target:
        seen = await look(self._http)
        alert = next((alert for alert in seen.alerts if alert.key == key), None)
        if alert is None:
            if any(rule.key == key for rule in seen.rules.rules):
                raise refused("this is a rule that cannot fire now: there is no alert to silence")
            require_all(seen.odd)
            raise refused("Grafana no longer has this alert: it is resolved")
        firing = [one.sent for one in seen.alerts if one.sent is not None]
        return Target(_telling(alert), alert.sent, firing, len(seen.odd))

    async def _account(self, verb: Verb) -> SafeText:
        either = CREATING if verb is Verb.SILENCE else CHANGING
        account = self._known
        if account is None or account.lacks(either):  # it may have been given what it lacked
            account = await who_am_i(self._http)
        if account.lacks(either):
            raise refused(f"this account may not do that (permission {either[0]})", forbidden=True)
        self._known = account
        names = [self._me, f"with the token of {account.name}" if account.name else ""]
        return SafeText(", ".join(name for name in names if name))

    def _final(self, refusal: Refused) -> Refused:
        """A token that may silence some alerts is refused others: that is no reason never to ask again."""
        some = self._known is not None and self._known.permissions is not None
        return refused(refusal.reason) if refusal.forbidden and some else refusal

    def _ended(self, answer: Answer) -> bool:
        data = answer.data()
        return isinstance(data, dict) and "message" in data


def _telling(alert: Joined) -> dict[str, str]:
    """The labels that tell an alert from others, as it is sent or will be. Of those that Grafana adds for itself, only
    the rule's UID stays as it is; and some accounts may silence the alerts of certain rules only.
    """
    labels = {name: value for name, value in alert.labels.items() if value and not internal(name)}
    uid = alert.rule_uid if alert.sent is None else alert.labels.get(RULE_UID, "")
    return {**labels, **({RULE_UID: uid} if uid else {})}
