"""What a simulated PagerDuty does when somebody takes over on a schedule, or no longer does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from secondline_tui.demo.pagerduty.account import Account, Key, invalid, not_found
from secondline_tui.demo.pagerduty.people import Json, find
from secondline_tui.demo.pagerduty.schedules import Entry, Override, Schedule, moment
from secondline_tui.demo.pagerduty.wishes import body_of, inner_of, list_of, named
from secondline_tui.demo.wire import Answer, Request


class Overrides:
    """Makes and ends overrides. They need no From: who made one is not told."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> Mapping[tuple[str, str], Callable[[Request, Key, Sequence[str]], Answer]]:
        """Each method and path that is known, `*` for an ID."""
        return {
            ("POST", "schedules/*/overrides"): self._override,
            ("DELETE", "schedules/*/overrides/*"): self._drop_override,
        }

    def _override(self, request: Request, key: Key, ids: Sequence[str]) -> Answer:
        schedule = named(self._account.schedules, {"id": ids[0]}, None)
        body = body_of(request)
        single = body.get("override")
        wishes = [single] if isinstance(single, dict) else body.get("overrides")
        if not isinstance(wishes, list):
            raise invalid("Overrides is required.")
        told = [self._overridden(schedule, wish if isinstance(wish, dict) else {}, key) for wish in wishes]
        if isinstance(single, dict):
            if told[0]["status"] != 201:
                raise invalid(*map(str, list_of(told[0]["errors"])))
            return Answer(201, {"override": told[0]["override"]})
        return Answer(201, told)

    def _overridden(self, schedule: Schedule, wish: Json, key: Key) -> Json:
        user = find(self._account.users, inner_of(wish, "user").get("id"))
        try:
            start, end = (moment(str(wish.get(name)), schedule.zone) for name in ("start", "end"))
        except ValueError:
            return {"status": 400, "errors": ["Override start and end must be times"], "override": wish}
        if user is None:
            return {"status": 400, "errors": ["User not found"], "override": wish}
        if end <= start:
            return {"status": 400, "errors": ["Override must end after its start"], "override": wish}
        account = self._account
        if end <= account.now():
            return {"status": 400, "errors": ["Override must end in the future"], "override": wish}
        override = Override(
            id=f"Q{account.new_id()}",
            entry=Entry(start, end, user, override=True),
            visible_at=account.now() + account.lag(),
        )
        schedule.overrides.append(override)
        shown = override.shown()
        account.record(
            key.user, "override", schedule.id, id=override.id, user=user.name, start=shown["start"], end=shown["end"]
        )
        return {"status": 201, "override": override.shown()}

    def _drop_override(self, _: Request, key: Key, ids: Sequence[str]) -> Answer:
        """Forget one that is to come, with 204; one that has begun is only cut short, with 200."""
        account, now = self._account, self._account.now()
        schedule = named(account.schedules, {"id": ids[0]}, None)
        kept = next((override for override in schedule.overrides if override.id == ids[1]), None)
        if kept is None or kept.gone_at < math.inf:
            raise not_found()
        if min(kept.entry.end, kept.cut_at) <= now:
            raise invalid("Override has ended.")
        begun = kept.entry.start < now
        account.record(key.user, "end override", schedule.id, id=kept.id)
        if not begun:
            kept.gone_at = now + account.lag()
            return Answer(204)
        kept.cut_at, kept.cut_visible_at = now, now + account.lag()
        return Answer(200, {"override": replace(kept, entry=replace(kept.entry, end=now)).shown()})
