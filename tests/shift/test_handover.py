"""The handover: its whole text on a scripted shift and on an empty one, and what must never go wrong in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.declared import Declared, Noted
from secondline_tui.domain.health import Fault, FaultKind
from secondline_tui.domain.items import Alert, Handling, Item, Links, OnCall, Planned, Severity
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.opening import unborn
from secondline_tui.domain.past import Held, Occurrence
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.handover import Material, handover
from secondline_tui.shift.markdown import plain
from secondline_tui.shift.pairing import pairing
from secondline_tui.shift.period import begun
from secondline_tui.shift.takeover import taking_over
from tests.fakes.items import alert, card, incident, ticket

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar(LONDON, frozenset(range(5)), time(9, 30), time(17, 30))
AGENDA = (Recurring("handover", time(9, 30), LONDON, weekday=0),)
NOW = datetime(2026, 11, 20, 17, 20, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def at(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=UTC)


def once(
    ref: ItemRef, name: SafeText, first: datetime, last: datetime, *held: str, environment: str = "production"
) -> Occurrence:
    had = tuple(Held(by=clean(by), at=first) for by in held)
    return Occurrence(ref=ref, name=name, title=name, environment=clean(environment), first=first, last=last, held=had)


def board(**sources: Sequence[Item]) -> Board:
    made = Board()
    for name, items in sources.items():
        made = made.with_source(
            SourceState(
                name=name, type=name, environment=clean(""), interval=30, deadline=10, items=tuple(items),
                as_of=NOW, good_at=1_000.0,
            )
        )  # fmt: skip
    return made


def material(found: Board, **more: Any) -> Material:
    given = {
        "board": found,
        "pairing": pairing(found, CALENDAR, NOW),
        "taking_over": taking_over(found, CALENDAR, AGENDA, NOW),
        "begin": begun(CALENDAR, AGENDA, NOW),
        "now": NOW,
        "monotonic": 1_001.0,
        "zone": LONDON,
    }
    return Material(**{**given, **more})


def done(item: Item, verb: Verb, when: datetime, text: str = "", **more: Any) -> Action:
    said = {name: more.pop(name) for name in ("until", "to", "to_name") if name in more}
    intent = Intent(
        id=f"{verb} {when}", ref=item.ref, verb=verb, item=item.name_line, author="Ana Sowande", at=when, text=text,
        **said,
    )  # fmt: skip
    return Action(intent=intent, **{"state": State.CONFIRMED, **more})


# -- a scripted shift ---------------------------------------------------------------------------------------------

FIVE_HUNDREDS = alert(
    "cache-1!5xx", name=clean("5xx rate for www-origin"), host=clean("cache-1"), since=at(20, "16:50"),
    acknowledged=Handling(by=clean("Ana Sowande"), comment=clean("same as Tuesday"), until=at(20, "18:00")),
)  # fmt: skip
DISK = alert(
    "db-1!disk", name=clean("low available disk space on root"), host=clean("db-1"), severity=Severity.WARNING,
    since=at(14, "03:00"), downtime=True, downtime_until=at(23, "09:00"), environment=clean("staging"),
)  # fmt: skip
PAGE = incident(
    "P1", title=clean("5xx rate for www-origin"), status=clean("acknowledged"), created=at(20, "16:51"),
    acknowledged_by=(clean("Bo Chen"),), service=clean("GOV.UK Icinga"),
    links=Links(web="https://pages.example.org/incidents/P1"),
)  # fmt: skip
URGENT = ticket(
    "9001", subject=clean("Published document not live [draft]"), created=at(20, "09:20"),
    links=Links(web="https://desk.example.org/agent/tickets/9001"),
)  # fmt: skip
PENDING = ticket("8123", subject=clean("Remove user"), status=clean("pending"), updated=at(13, "11:20"),
                 assignee=clean("Bo Chen"), priority=clean("normal"))  # fmt: skip
NEW_CARD = card("c2", title=clean("Whitehall 5xx spikes at 09:00"), created=at(17, "10:00"), updated=at(17, "10:00"))
OLD_CARD = card("c1", title=clean("AmazonMQ unprocessed messages"), created=at(2, "10:00"), updated=at(19, "12:00"))
STILL = card("c0", title=clean("Licensing connection"), created=at(1, "10:00"), updated=at(5, "12:00"))
GONE = alert("mq-1!queue", name=clean("messages are being processed"), host=clean("mq-1"))


def duty(role: str, person: str, actual: str) -> list[Item]:
    return [
        Planned(ref=ItemRef("rota", Kind.PLANNED, role), role=clean(role), person=clean(person),
                first=MONDAY.date(), last=NOW.date()),
        OnCall(ref=ItemRef("pagerduty", Kind.ON_CALL, role), role=clean(role), person=clean(actual),
               start=MONDAY, end=NOW + timedelta(days=1)),
    ]  # fmt: skip


def next_week(role: str, person: str) -> Planned:
    ref = ItemRef("rota", Kind.PLANNED, f"{role} next")
    first = MONDAY.date() + timedelta(days=7)
    return Planned(ref=ref, role=clean(role), person=clean(person), first=first, last=first + timedelta(days=6))


def scripted() -> Material:
    primary, secondary = duty("Primary", "Ana Sowande", "Ana Sowande"), duty("Secondary", "Cy Dale", "Bo Chen")
    found = board(
        icinga=[FIVE_HUNDREDS, DISK],
        pagerduty=[PAGE, primary[1], secondary[1]],
        zendesk=[URGENT, PENDING],
        trello=[NEW_CARD, OLD_CARD, STILL],
        rota=[primary[0], secondary[0], next_week("Primary", "Zoë Brânză"), next_week("Secondary", "Imogen [T]")],
    )
    over = ItemRef("pagerduty", Kind.INCIDENT, "P0")
    seen = (
        once(FIVE_HUNDREDS.ref, FIVE_HUNDREDS.name, at(16, "11:00"), at(16, "11:20"), "Bo Chen"),
        once(FIVE_HUNDREDS.ref, FIVE_HUNDREDS.name, at(17, "14:02"), at(17, "14:30")),
        once(FIVE_HUNDREDS.ref, FIVE_HUNDREDS.name, at(20, "16:50"), at(20, "17:20"), "Ana Sowande"),
        once(GONE.ref, GONE.name, at(18, "08:00"), at(18, "08:40")),
        once(over, clean("#4126 Travel Advice email alert check"), at(18, "10:12"), at(18, "10:50"), "Bo"),
    )
    actions = (
        done(GONE, Verb.COMMENT, at(18, "08:10"), "restarted the consumer\nsee the log"),
        done(FIVE_HUNDREDS, Verb.ACKNOWLEDGE, at(20, "16:55"), "same as Tuesday", until=at(20, "18:00")),
        done(ticket("8200", subject=clean("Reset 2FA")), Verb.REPLY, at(19, "15:00"), "done"),
        done(URGENT, Verb.STATUS, at(20, "17:19"), state=State.UNKNOWN, to="pending",
             reason=SafeText("no answer within 10s")),
    )  # fmt: skip
    jottings = (
        Jotting(at(13, "09:00"), "Ana Sowande", "of the shift before"),
        Jotting(at(17, "14:40"), "Ana Sowande", "Fastly knows of the 5xx:\n\n* ticket **4711** with them"),
    )
    return material(found, seen=seen, actions=actions, jottings=jottings, stale=timedelta(days=14))


EXPECTED = """\
# Handover, Fri 20 Nov 2026, 17:20

Since Mon 16 Nov, 09:30 (times in Europe/London).

## On Fri 20 Nov

- Primary: Ana Sowande
- Secondary: Bo Chen (the rota says Cy Dale)

Takes over on Mon 23 Nov, 09:30: Zoë Brânză (Primary), Imogen \\[T\\] (Secondary).

## Notes

- Tue 14:40 Ana Sowande: Fastly knows of the 5xx:

  * ticket **4711** with them

## Incidents

- [#4127 5xx rate for www-origin](https://pages.example.org/incidents/P1): acknowledged by Bo Chen, since 16:51 \
(GOV.UK Icinga)
- over: #4126 Travel Advice email alert check, Wed 10:12 to Wed 10:50, answered by Bo

## Alerts, the most frequent first

- 3 × 5xx rate for www-origin (production), firing now on cache-1 (critical), since 16:50, acknowledged by Bo Chen, \
Ana Sowande
  - 16:55 Ana Sowande: acknowledge until 18:00 “same as Tuesday”
- 1 × low available disk space on root (staging), in downtime on db-1 (warning), since Sat 03:00
- 1 × messages are being processed (production), last Wed 08:40
  - Wed 08:10 Ana Sowande: comment “restarted the consumer”

## Acknowledgements, silences and downtimes that will run out

- until 18:00, acknowledged by Ana Sowande “same as Tuesday”: 5xx rate for www-origin on cache-1
- until Mon 09:00, in downtime: low available disk space on root on db-1

## Tickets of high priority, the oldest first

- [#9001 Published document not live \\[draft\\]](https://desk.example.org/agent/tickets/9001): high, open, 8h old, \
nobody has it
  - 17:19 Ana Sowande: status → pending (unknown: no answer within 10s)

## Tickets that wait for somebody

- #8123 Remove user: pending for 7d 6h, to be asked again, Bo Chen has it

## Ongoing issues, new and changed

- Whitehall 5xx spikes at 09:00: new, Tue 10:00 (Ongoing issues)
- AmazonMQ unprocessed messages: changed Thu 12:00 (Ongoing issues)

## Ongoing issues that nobody has touched for long

- Licensing connection: untouched for 15d (Ongoing issues)

## What else was done

- #8200 Reset 2FA
  - Thu 15:00 Ana Sowande: reply “done”

## Actions that are not over

- #9001 Published document not live \\[draft\\]: 17:19 Ana Sowande: status → pending (unknown: no answer within 10s)
"""


def test_a_scripted_shift_is_told_whole() -> None:
    assert handover(scripted()) == EXPECTED


def test_an_empty_shift_says_so() -> None:
    assert handover(material(board(icinga=[], pagerduty=[], zendesk=[], trello=[]))) == (
        "# Handover, Fri 20 Nov 2026, 17:20\n\n"
        "Since Mon 16 Nov, 09:30 (times in Europe/London).\n\n"
        "## On Fri 20 Nov\n\n- nothing is known of who is on\n\n"
        "There is nothing to hand over: no notes, no incidents, no alerts, no acknowledgements or silences that run "
        "out, no open tickets of high priority, no waiting tickets, no new or changed ongoing issues, no stale "
        "ongoing issues, no other actions, no unfinished "
        "actions.\n"
    )


# -- what it must never do ----------------------------------------------------------------------------------------


def test_roles_are_told_in_words_and_those_of_other_hours_apart() -> None:
    day, night = duty("inhours_primary", "Ana", "Ana"), duty("oncall_primary", "Bo", "Bo")
    told = handover(material(board(pagerduty=[day[1], night[1]], rota=[day[0], night[0]])))
    assert "- primary: Ana\n- primary on call: Bo\n" in told
    told = handover(material(board(pagerduty=[], rota=[day[0], night[0]])))
    assert "- primary: Ana (planned)\n- primary on call: Bo (planned)\n" in told, "nobody knows whether it is so"


def test_a_source_that_does_not_answer_is_told_before_anything_is_said_to_be_missing() -> None:
    fault = Fault(kind=FaultKind.TIMED_OUT, message=SafeText("no answer within 10s"))
    found = board(trello=[]).with_source(
        SourceState(name="zendesk", type="zendesk", environment=clean(""), interval=30, deadline=10, fault=fault)
    )
    text = handover(material(found))
    assert "- zendesk: no answer within 10s; nothing is known of it" in text
    assert text.index("can be believed") < text.index("Nothing to hand over is known: ") < text.index("waiting tickets")


def test_foreign_text_makes_no_markup_and_mentions_nobody() -> None:
    assert plain("@board [x](https://evil.example) <b>*a*</b> `c` a_b_c ops@example.org") == (
        r"@ board \[x\](https://evil.example) \<b\>\*a\*\</b\> \`c\` a_b_c ops@example.org"
    )


def test_hundreds_of_alerts_are_counted_and_not_all_listed() -> None:
    many = [alert(str(n), name=clean(f"check {n:03}")) for n in range(200)]
    text = handover(material(board(icinga=many)))
    assert "check 029 (" in text
    assert "check 030 (" not in text
    assert "- and 170 more alerts" in text


def test_what_fires_is_told_with_when_it_began_however_late_the_record_saw_it_last() -> None:
    fires = alert("a", name=clean("disk is full"), host=clean("db-1"), since=at(20, "16:00"))
    late = once(fires.ref, fires.name, at(20, "16:00"), at(20, "17:19"))
    text = handover(replace(material(board(icinga=[fires])), seen=(late,)))
    assert "- 1 × disk is full (production), firing now on db-1 (critical), since 16:00\n" in text


def test_what_was_ended_is_not_called_by_its_service_s_key() -> None:
    fires = alert("a", name=clean("disk is full"), host=clean("db-1"), since=at(20, "16:00"))
    ended = done(fires, Verb.END_DOWNTIME, at(20, "16:30"), to="db-1!disk!35a20ee5")
    text = handover(material(board(icinga=[fires]), actions=[ended]))
    assert "- 16:30 Ana Sowande: end-downtime\n" in text
    assert "35a20ee5" not in text


def test_one_alert_on_many_machines_is_one_line() -> None:
    many = [alert(str(n), name=clean("unable to ping"), host=clean(f"web{n}"), since=at(20, "16:00")) for n in range(9)]
    assert (
        "- 9 × unable to ping (production), firing now on web0, web1, web2, web3 and 5 more (critical), since 16:00"
        in handover(material(board(icinga=many)))
    )


def alert_lines(**sources: Sequence[Item]) -> list[str]:
    text = handover(material(board(**{"icinga": (), "alertmanager": (), "grafana": (), **sources})))
    return text.split("## Alerts, the most frequent first\n\n")[1].split("\n\n")[0].splitlines()


def probe(key: str, **fields: Any) -> Alert:
    given = {"name": clean("StartupProbeFailure"), "severity": Severity.WARNING, "host": clean("")}
    return alert(key, source="alertmanager", **{**given, **fields})


def test_alerts_that_share_a_name_in_two_environments_are_two_lines_and_an_inhibited_one_does_not_fire() -> None:
    pod = probe("1", host=clean("router-7d9f"), since=at(20, "14:24"), inhibited=True)
    staging = probe("2", environment=clean("staging"), since=at(20, "12:58"))
    assert alert_lines(alertmanager=[pod, staging]) == [
        "- 1 × StartupProbeFailure (production), inhibited on router-7d9f (warning), since 14:24",
        "- 1 × StartupProbeFailure (staging), firing now (warning), since 12:58",
    ]


def test_since_is_that_of_each_machine_where_they_differ() -> None:
    two = [probe("1", host=clean("web2"), since=at(20, "14:24")), probe("2", host=clean("web1"), since=at(19, "9:00"))]
    assert alert_lines(alertmanager=[*two, probe("3", host=clean("web3"), since=None)]) == [
        "- 3 × StartupProbeFailure (production), firing now on web1 since Thu 09:00, on web2 since 14:24, on web3 "
        "(warning)"
    ]
    many = [probe(str(n), host=clean(f"web{n}"), since=at(20, f"14:{59 - n}")) for n in range(40)]
    assert alert_lines(alertmanager=many) == [
        "- 40 × StartupProbeFailure (production), firing now on web39 since 14:20, on web38 since 14:21, "
        "on web37 since 14:22, on web36 since 14:23 and 36 more (warning)"
    ]
    nowhere = [probe("1", since=at(20, "14:24")), probe("2", since=at(20, "15:00"))]
    assert alert_lines(alertmanager=nowhere) == [
        "- 2 × StartupProbeFailure (production), firing now since 14:24, since 15:00 (warning)"
    ]


def test_what_is_silenced_is_said_to_be_by_whom_and_not_to_fire() -> None:
    had = Handling(by=clean("Mehmet Çelik"), comment=clean("a crawler"), until=at(20, "18:00"))
    quiet = probe("1", host=clean("web1"), since=at(20, "14:24"), acknowledged=had)
    loud = probe("2", host=clean("web2"), since=at(20, "14:24"), severity=Severity.CRITICAL)
    assert alert_lines(alertmanager=[quiet, loud]) == [
        "- 2 × StartupProbeFailure (production), firing now on web2 (critical), since 14:24, "
        "silenced by Mehmet Çelik on web1 (warning), since 14:24"
    ]
    ends = "- until 18:00, silenced by Mehmet Çelik “a crawler”: StartupProbeFailure on web1\n"
    assert ends in handover(material(board(alertmanager=[quiet, loud])))


def test_of_a_paused_rule_nothing_is_known_also_where_the_record_has_seen_it() -> None:
    rule = alert("r", source="grafana", name=clean("Smokey loop"), host=clean(""), since=None, paused=True)
    assert alert_lines(grafana=[rule]) == ["- Smokey loop (production), paused, so not known"]
    seen = once(rule.ref, rule.name, at(18, "09:00"), at(20, "17:19"))
    text = handover(replace(material(board(grafana=[rule])), seen=(seen,)))
    assert "- Smokey loop (production), paused, so not known\n" in text


@pytest.mark.parametrize(
    ("now", "begin"),
    [
        (at(20, "17:20"), MONDAY),
        (at(16, "10:00"), MONDAY),  # it is over: the new pair's own
        (at(16, "09:59"), at(9, "09:30")),  # it is on: the old pair's
        (at(22, "12:00"), MONDAY),
    ],
)
def test_a_handover_looks_back_to_the_one_before(now: datetime, begin: datetime) -> None:
    assert begun(CALENDAR, AGENDA, now) == begin


def test_without_handovers_it_looks_back_to_the_beginning_of_the_shift() -> None:
    assert begun(CALENDAR, (), NOW) == at(20, "09:30")


def test_a_handover_put_off_by_a_holiday_is_looked_back_to_where_it_was() -> None:
    calendar = replace(CALENDAR, holidays=frozenset({MONDAY.date()}))
    agenda = (replace(AGENDA[0], moves=True),)
    assert begun(calendar, agenda, NOW) == at(17, "09:30")


def test_a_declared_incident_is_handed_over_while_it_runs_and_once_it_is_over() -> None:
    one = Declared(id="1", at=at(18, "9:31"), by="Ana", title="site <down>", priority="P1", lead="Ana", report="x.md")
    two = replace(one, id="2", lead="", report="", updates=(Noted(at=at(18, "10:30"), by="Bo"),))
    over = replace(two, over=Noted(at=at(18, "11:00"), by="Ana"))
    text = handover(material(board(), declared=(one, two, over, replace(over, over=Noted(at=at(13, "11:00"), by="")))))
    section = text.split("## Incidents\n\n")[1].split("\n\n")[0]
    assert section.splitlines() == [
        r"- declared: P1 site \<down\>, since Wed 09:31, led by Ana: **still runs**, no update yet; report: x.md",
        r"- declared: P1 site \<down\>, since Wed 09:31: **still runs**, last update Wed 10:30",
        r"- declared: P1 site \<down\>, since Wed 09:31: over since Wed 11:00",
    ]


def test_a_name_that_ends_in_a_full_stop_does_not_end_the_line_it_stands_in() -> None:
    drill = clean("Developers: escalate this alert. SMT: resolve this alert.")
    open_ = incident("P2", title=drill, links=Links(web="https://pages.example.org/P2"))
    fires = alert("a", name=clean("disk is full."), host=clean("db-1."), since=at(20, "16:00"))
    over = once(ItemRef("pagerduty", Kind.INCIDENT, "P3"), drill, at(18, "10:00"), at(18, "10:15"), "Bo")
    failed = done(card("c9", title=clean("It waits...")), Verb.COMMENT, at(20, "11:00"), state=State.FAILED)
    text = handover(material(board(pagerduty=[open_], icinga=[fires]), seen=[over], actions=[failed]))
    assert "- over: Developers: escalate this alert. SMT: resolve this alert, Wed 10:00 to Wed 10:15" in text
    assert "resolve this alert](https://pages.example.org/P2): triggered" in text
    assert "1 × disk is full (production), firing now" in text
    assert "- It waits: " in text
    assert not [line for line in text.splitlines() if ".," in line or ".:" in line or ".]" in line]


PAGED = once(ItemRef("pagerduty", Kind.INCIDENT, "P9"), clean("5xx rate"), at(20, "16:00"), at(20, "17:10"), "Bo")


@pytest.mark.parametrize(
    "state",
    [
        {"as_of": None, "good_at": None, "fault": Fault(kind=FaultKind.UNREACHABLE, message=SafeText("no"))},
        {"as_of": at(20, "17:05"), "good_at": 100.0},
        {"rejected": (clean("no id"),)},
    ],
    ids=["never answered", "answered before", "a row not understood"],
)
def test_what_its_source_does_not_tell_of_is_not_said_to_be_over(state: dict[str, Any]) -> None:
    found = board(pagerduty=(), icinga=())
    for name in ("pagerduty", "icinga"):
        found = found.with_source(replace(found.sources[name], **state))
    fired = once(GONE.ref, GONE.name, at(20, "16:00"), at(20, "17:10"))
    acked = done(incident("P8", title=clean("disk full")), Verb.ACKNOWLEDGE, at(20, "17:12"))
    noted = done(alert("b", name=clean("queue")), Verb.COMMENT, at(20, "17:12"), text="looking")
    text = handover(material(found, seen=[PAGED, fired], actions=[acked, noted]))
    assert "- not known whether it is over: 5xx rate, since 16:00, last seen 17:10, answered by Bo" in text
    assert re.search(r"- not known whether it is over: #\d+ disk full", text)
    assert "last seen 17:10, not known whether it is over" in text
    assert re.search(r"- queue.*: not known whether it is over", text)
    assert "- over:" not in text
    assert "no longer there" not in text


def test_what_its_source_has_answered_without_is_over() -> None:
    fired = once(GONE.ref, GONE.name, at(20, "16:00"), at(20, "17:10"))
    text = handover(material(board(pagerduty=(), icinga=()), seen=[PAGED, fired]))
    assert "- over: 5xx rate, 16:00 to 17:10, answered by Bo" in text
    assert "last 17:10" in text
    assert "not known" not in text


def test_each_declaration_stands_under_the_page_that_came_of_it() -> None:
    def declared(name: str, minute: str, **more: Any) -> Action:
        item = replace(incident("new", title=clean(name)), ref=unborn("pagerduty"))
        return done(item, Verb.DECLARE, at(20, f"17:{minute}"), **more)

    actions = [
        declared("5xx rate for www-origin", "01", remote="P1"),
        declared("queue of mails", "02", remote="P7"),
        declared("disk full", "03", state=State.FAILED),
    ]
    lines = handover(material(board(pagerduty=[PAGE]), actions=actions)).splitlines()
    told = {deed.split()[1]: head for head, deed in pairwise(lines) if deed.startswith("  - 17:0")}
    assert re.match(r"- \[.*5xx rate for www-origin\]", told["17:01"])
    assert re.fullmatch(r"- over: .*queue of mails", told["17:02"])
    assert re.fullmatch(r"- declared: .*disk full", told["17:03"])
