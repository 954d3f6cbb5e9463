"""What the tests of PagerDuty's actor share: one intent of each verb, and a no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from secondline_tui.domain.actions import Intent, Refused, Unanswered, Verb
from secondline_tui.domain.opening import NEW, Opening
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.pagerduty.actor import PagerDutyActor
from secondline_tui.sources.pagerduty.library import Api
from tests.demo.pager import HOUR
from tests.sources.pagerduty.conftest import Served

NOBODY: frozenset[str] = frozenset()


async def refused(actor: PagerDutyActor, intent: Intent) -> Refused:
    with pytest.raises(Refused) as caught:
        await actor.send(intent)
    return caught.value


async def unanswered(actor: PagerDutyActor, intent: Intent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send it, and nothing of it arrives, which nobody is told."""

    def lost(*_: object) -> object:
        raise Unanswered(SafeText("cut off"))

    with monkeypatch.context() as cut:
        cut.setattr(Api, "change", lost)
        with pytest.raises(Unanswered):
            await actor.send(intent)


def of(served: Served, verb: Verb, page: str) -> Intent:
    """One intent of each verb that can be carried out."""
    hour = served.now() + timedelta(hours=1)
    if verb is Verb.END_OVERRIDE and not served.primary.overrides:
        served.sim.override(served.primary, served.bo, served.time - 60, served.time + HOUR)
    told: dict[Verb, dict[str, Any]] = {
        Verb.ACKNOWLEDGE: {},
        Verb.COMMENT: {"text": "looking"},
        Verb.SNOOZE: {"until": hour},
        Verb.ESCALATE: {"to": "2"},
        Verb.REASSIGN: {"to": served.dee.id},
        Verb.PRIORITY: {"to": served.sim.account.priorities[0].id},
        Verb.DECLARE: {"to": str(Opening(served.icinga.id)), "text": "Attachments fail"},
        Verb.RESOLVE: {"text": "restarted it"},
        Verb.OVERRIDE: {"to": served.bo.id, "until": hour},
        Verb.END_OVERRIDE: {"to": served.primary.overrides[0].id if served.primary.overrides else ""},
    }
    key = served.turn() if verb in (Verb.OVERRIDE, Verb.END_OVERRIDE) else NEW if verb is Verb.DECLARE else page
    return served.intent(verb, key, **told[verb])


VERBS = (
    Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.SNOOZE, Verb.ESCALATE, Verb.REASSIGN, Verb.PRIORITY, Verb.RESOLVE,
    Verb.OVERRIDE, Verb.END_OVERRIDE, Verb.DECLARE,
)  # fmt: skip
LASTING = (Verb.PRIORITY, Verb.DECLARE)
"""Told by what is there, not by who did it when: by the incident's priority, by the key that only one action has."""
REQUESTS = {
    Verb.ACKNOWLEDGE: "PUT /incidents/{page}", Verb.COMMENT: "POST /incidents/{page}/notes",
    Verb.SNOOZE: "POST /incidents/{page}/snooze", Verb.ESCALATE: "PUT /incidents/{page}",
    Verb.REASSIGN: "PUT /incidents/{page}", Verb.RESOLVE: "PUT /incidents/{page}",
    Verb.PRIORITY: "PUT /incidents/{page}", Verb.DECLARE: "POST /incidents",
    Verb.OVERRIDE: "POST /schedules/{schedule}/overrides",
    Verb.END_OVERRIDE: "DELETE /schedules/{schedule}/overrides/{to}",
}  # fmt: skip
