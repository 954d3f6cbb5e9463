"""Writes the silences of one Alertmanager."""

from __future__ import annotations

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Alertmanager
from secondline_tui.domain.actions import Verb
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.alertmanager.api import PATH
from secondline_tui.sources.alertmanager.connection import connected
from secondline_tui.sources.alertmanager.silencer import Silencer, Target, require_all
from secondline_tui.sources.http import Writer
from secondline_tui.sources.writing import Answer, refused


def actor(name: str, source: Alertmanager, config: Config) -> AlertmanagerActor:  # noqa: ARG001  (every actor is told)
    """An actor for one configured Alertmanager. Blocks while secrets are fetched."""
    return AlertmanagerActor(source, config, connected(source, Writer), PATH)


class AlertmanagerActor(Silencer):
    """Silences what one Alertmanager has. It takes any name for the author's."""

    async def _target(self, key: str) -> Target:
        # All of them, whatever the configuration leaves out: a silence covers those too.
        firing, odd = await self._api.alerts({})
        row = next((row for row in firing if row.fingerprint == key), None)
        if row is None:
            require_all(odd)
            raise refused("Alertmanager no longer has this alert: it is resolved")
        return Target(row.labels, row, firing, len(odd))

    async def _account(self, verb: Verb) -> SafeText:  # noqa: ARG002  (it knows no accounts)
        return self._me or SafeText("nobody: [me] name is not set")

    def _ended(self, answer: Answer) -> bool:
        return not answer.body.strip()
