"""What the record says of an ongoing issue, what is proposed to be said of it, and where a walk goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.items import Alert, Card, Handling, Links
from secondline_tui.domain.past import Occurrence
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.card_walk import drafted, first_open, next_open, said_in, topic
from secondline_tui.shift.period import begun, turn_began
from secondline_tui.shift.sightings import Seen, Sightings
from tests.fakes.items import alert, card

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 17, 20, tzinfo=UTC)

OVERDUE = alert("backend!overdue", name=clean("overdue publications"), host=clean("backend (10.0.0.1)"))
KNOWN = card("k", title=clean("Whitehall stuck after the sync"), description=clean("alert: overdue publications"))


def came(one: Alert, *begins: float, lasted: float = 0.5, over: bool = True) -> list[Occurrence]:
    """It came so many hours after Monday's handover."""
    firsts = [MONDAY + timedelta(hours=hours) for hours in begins]
    return [
        Occurrence(
            ref=one.ref, name=one.name, title=one.name_line, environment=one.environment, first=first,
            last=first + timedelta(hours=lasted), over=over, state=clean("critical CRITICAL"),
        )
        for first in firsts
    ]  # fmt: skip


def seen_of(
    item: Card,
    seen: Sequence[Occurrence] = (),
    firing: Sequence[Alert] = (),
    verdict: dict[ItemRef, bool] | None = None,
) -> Seen:
    said = verdict or {}
    return Sightings(seen, firing, MONDAY, NOW, lambda _, other: said.get(other)).of(item)


# -- what the record says -----------------------------------------------------------------------------------------


def test_each_time_that_it_came_is_counted_and_the_last_one_told() -> None:
    seen = seen_of(KNOWN, came(OVERDUE, 1, 20, 28.03, lasted=0.5))
    assert (seen.times, seen.there, seen.environments) == (3, False, ("production",))
    assert drafted(seen, LONDON, saw=True) == "Seen 3 times this shift, last Tue 14:01, production"


def test_what_is_there_now_is_counted_whether_the_record_has_it_yet_or_not() -> None:
    since = MONDAY + timedelta(hours=90)
    firing = replace(OVERDUE, since=since)
    not_yet = seen_of(KNOWN, came(OVERDUE, 1), [firing])
    recorded = seen_of(KNOWN, [*came(OVERDUE, 1), *came(OVERDUE, 90, over=False)], [firing])
    assert not_yet.times == recorded.times == 2
    assert drafted(recorded, LONDON, saw=True) == "Seen 2 times this shift, still there, production"


def test_the_same_alert_on_other_machines_and_in_other_environments_is_told_together() -> None:
    other = replace(OVERDUE, ref=replace(OVERDUE.ref, key="b2!overdue"), host=clean("backend-2"))
    staging = replace(OVERDUE, ref=replace(OVERDUE.ref, key="s1!overdue"), environment=clean("staging"))
    seen = seen_of(KNOWN, [*came(OVERDUE, 1), *came(other, 2, 3), *came(staging, 4)])
    assert drafted(seen, LONDON, saw=True) == "Seen 4 times this shift, last Mon 14:00, production and staging"


def test_a_line_that_names_a_machine_counts_that_machine_alone() -> None:
    other = replace(OVERDUE, ref=replace(OVERDUE.ref, key="b2!overdue"), host=clean("backend-2"))
    there = card("k", title=clean("x"), description=clean("alert: overdue publications on backend-2"))
    assert seen_of(there, [*came(OVERDUE, 1, 5), *came(other, 2)]).times == 1


def test_several_alerts_of_one_card_are_told_one_by_one() -> None:
    queued = alert("backend!queued", name=clean("publications not queued"))
    both = replace(KNOWN, description=SafeText("alert: overdue publications\nalert: publications not queued"))
    seen = seen_of(both, [*came(OVERDUE, 1, 2), *came(queued, 3)])
    told = drafted(seen, LONDON, saw=True)
    assert told.endswith("production: 2 × overdue publications, 1 × publications not queued")


def test_what_may_only_be_meant_is_told_and_not_counted_until_somebody_confirms_it() -> None:
    spikes = alert("cache!5xx", name=clean("Whitehall sync delayed"))
    seen = seen_of(card("k", title=clean("Whitehall sync is late")), came(spikes, 1))
    assert (seen.times, [one.sure for one in seen.sightings]) == (0, [False])
    confirmed = seen_of(card("k", title=clean("Whitehall sync is late")), came(spikes, 1), verdict={spikes.ref: True})
    assert confirmed.times == 1
    denied = seen_of(card("k", title=clean("Whitehall sync is late")), came(spikes, 1), verdict={spikes.ref: False})
    assert denied == Seen()


def test_a_card_with_the_alerts_own_reference_or_nothing_at_all() -> None:
    named = card("k", title=clean("x"), description=clean(f"see {OVERDUE.ref}"))
    assert seen_of(named, came(OVERDUE, 1)).times == 1
    assert seen_of(card("k", title=clean("Licensing connection")), came(OVERDUE, 1)) == Seen()


def test_a_link_from_one_to_the_other_counts_whoever_wrote_it() -> None:
    address = "https://icinga.example.org/service?name=overdue"
    page = replace(OVERDUE, links=Links(web=address))
    assert seen_of(card("k", title=clean("x"), description=clean(f"see {address}")), came(page, 1), [page]).times == 2
    there = card("k", title=clean("x"), links=Links(web="https://trello.com/c/abc/1-x"))
    had = Handling(by=clean("Bo"), comment=clean("see https://trello.com/c/abc"))
    assert seen_of(there, firing=[replace(OVERDUE, acknowledged=had)]).times == 1
    assert seen_of(there, firing=[OVERDUE]).times == 0


def test_what_is_alike_on_many_machines_is_told_together() -> None:
    delayed = [alert(f"m{n}!sync", name=clean("Whitehall sync delayed"), host=clean(f"machine-{n}")) for n in range(5)]
    late = card("k", title=clean("Whitehall sync is late"))
    (maybe,) = seen_of(late, [one for item in delayed for one in came(item, 1, 2)]).maybe
    assert (maybe.times, len(maybe.refs)) == (10, 5)


def test_what_is_proposed_where_the_record_says_nothing_or_the_person_says_no() -> None:
    assert drafted(Seen(), LONDON, saw=True) == "Saw it this shift."
    seen = seen_of(KNOWN, came(OVERDUE, 1))
    assert drafted(seen, LONDON, saw=True) == "Seen once this shift, last Mon 11:00, production"
    assert drafted(seen, LONDON, saw=False) == "Did not see it this shift."


# -- where it goes on ---------------------------------------------------------------------------------------------

CARDS = [card(key) for key in "abcd"]


def comment(item: Card, word: str, **more: object) -> Action:
    intent = Intent(
        id=item.ref.key, ref=item.ref, verb=Verb.COMMENT, item=item.name_line, author="Ana", at=NOW, once=word
    )
    return replace(Action(intent=intent, state=State.CONFIRMED), **more)  # type: ignore[arg-type]


def test_only_what_was_said_on_this_walk_counts_and_not_what_was_given_up() -> None:
    word = topic(MONDAY)
    said = said_in(
        [
            comment(CARDS[0], word),
            comment(CARDS[1], topic(MONDAY - timedelta(days=7))),
            comment(CARDS[2], word, state=State.REFUSED, dealt_with=True),
            comment(CARDS[3], word, state=State.UNKNOWN, dealt_with=True),
        ],
        word,
    )
    assert [ref.key for ref in said] == ["a", "d"]


def test_a_walk_goes_on_at_the_first_card_that_is_open_and_ends_behind_the_last() -> None:
    said = {CARDS[0].ref: comment(CARDS[0], "w")}
    assert first_open(CARDS, {}, ()) == 0
    assert first_open(CARDS, said, {CARDS[1].ref}) == 2
    assert next_open(CARDS, said, {CARDS[1].ref}, 2) == 3
    assert next_open(CARDS, said, (), 3) == len(CARDS)


# -- which shift --------------------------------------------------------------------------------------------------

CALENDAR = Calendar(LONDON, frozenset(range(5)), time(9, 30), time(17, 30))
AGENDA = (Recurring("handover", time(9, 30), LONDON, weekday=0),)


@pytest.mark.parametrize(
    ("now", "began"),
    [
        (NOW, NOW.replace(hour=9, minute=30)),
        (NOW.replace(hour=17, minute=31), NOW.replace(hour=9, minute=30)),  # also when it is over
        (NOW.replace(hour=9, minute=29), NOW.replace(day=19, hour=9, minute=30)),
        (NOW + timedelta(days=2), NOW.replace(hour=9, minute=30)),  # on a Sunday
    ],
)
def test_without_handovers_a_turn_begins_with_the_last_shift_and_stands_still(now: datetime, began: datetime) -> None:
    assert turn_began(CALENDAR, (), now) == began
    assert turn_began(CALENDAR, (), now + timedelta(seconds=20)) == began


def test_with_handovers_a_turn_begins_as_the_handover_tells() -> None:
    for now in (NOW, MONDAY + timedelta(minutes=10), MONDAY + timedelta(hours=1)):
        assert turn_began(CALENDAR, AGENDA, now) == begun(CALENDAR, AGENDA, now)
