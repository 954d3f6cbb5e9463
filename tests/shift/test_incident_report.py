"""The report of an incident: its whole text, and that what people write into it is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.declared import Declared, Noted, Pace
from secondline_tui.domain.items import Links
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.opening import Opening, unborn
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.shift.incident_report import Account, begun, kept_up
from tests.fakes.items import incident

AT = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
ALERT = ItemRef("icinga", Kind.ALERT, "web1!5xx")
DECLARED = Declared(
    id="5e0c", at=AT, by="Ana Sowande", title="Attachments *fail*", priority="P1", meaning="complete outage",
    pace=Pace(timedelta(hours=1)), lead="Ana Sowande", comms="Bo Łukasik", service="asset-manager", about=ALERT,
    about_name="5xx rate for www-origin", report="x.md",
)  # fmt: skip


def after(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def action(
    verb: Verb, minutes: int, *, ref: ItemRef = ALERT, item: str = "5xx rate for www-origin", **more: Any
) -> Action:
    state, reason = more.pop("state", State.CONFIRMED), clean(more.pop("reason", ""))
    given = {"id": f"{verb}{minutes}", "author": "Ana Sowande", **more}
    intent = Intent(ref=ref, verb=verb, item=clean(item), at=after(minutes), **given)
    return Action(intent=intent, state=state, reason=reason)


OPENED = action(
    Verb.DECLARE, 0, ref=unborn("pagerduty"), id="5e0c", item="Attachments *fail*", text="Attachments *fail*",
    to=str(Opening("PSVC")), to_name=clean("GOV.UK Icinga"),
)  # fmt: skip
ACTIONS = (
    action(Verb.ACKNOWLEDGE, -9, text="looking at <it>"),
    action(Verb.RECHECK, -8, ref=ItemRef("icinga", Kind.ALERT, "other"), item="unrelated, before"),
    OPENED,
    action(Verb.ESCALATE, 14, ref=ItemRef("pagerduty", Kind.INCIDENT, "P1"), item="#4127 Attachments", to="2",
           state=State.REFUSED, reason="already resolved"),
    action(Verb.RECHECK, 200, item="after its end"),
)  # fmt: skip
PAGE = incident("P9", title=clean("Attachments *fail*"), priority=clean("P1"), links=Links(web="https://pd.example/P9"))
WHOLE = Account(
    incident=replace(
        DECLARED,
        updates=(
            Noted(at=after(35), by="Bo Łukasik", text="uploads work again\nfor most"),
            Noted(at=after(90), by="Bo"),
        ),
        over=Noted(at=after(91), by="Ana Sowande", text="the disk is bigger now"),
    ),
    zone=LONDON,
    actions=ACTIONS,
    jottings=(
        Jotting(after(-30), "Ana Sowande", "too early"),
        Jotting(after(20), "Cy", "disk of asset-manager is full"),
    ),
    page=PAGE,
)
BARE = Account(incident=Declared(id="1", at=AT, by="", title="Odd"), zone=LONDON)

EXPECTED = r"""# Attachments \*fail\*

<!-- secondline keeps this part up to date DIGEST -->

- Priority: P1, complete outage (an update every 1h)
- Start: Wed 18 Nov 2026, 09:31
- End: Wed 18 Nov 2026, 11:02; it lasted 1h 31m
- Incident lead: Ana Sowande
- Communications lead: Bo Łukasik
- Affected: asset-manager
- Declared from: 5xx rate for www-origin
- Page: [#4127 Attachments \*fail\*](https://pd.example/P9): triggered, P1

## Timeline

Times are those of Europe/London.

- 09:22 Ana Sowande: acknowledge “looking at \<it\>”, on 5xx rate for www-origin
- 09:31 Ana Sowande: declared
- 09:31 Ana Sowande: declare → GOV.UK Icinga “Attachments \*fail\*”
- 09:45 Ana Sowande: escalate → 2 (refused: already resolved), on #4127 Attachments
- 09:51 Cy: disk of asset-manager is full
- 10:06 Bo Łukasik: update given: uploads work again
  for most
- 11:01 Bo: update given
- 11:02 Ana Sowande: over: the disk is bigger now

<!-- secondline: what stands below is yours -->

## Overview

(what happened, in words for everybody)

## User impact

## Departmental impact

## Review

- Time to fix:
- Date, and who attends:
- Root causes:

### Actions, each for a person

"""


def without_digest(text: str) -> str:
    start, _, rest = text.partition("up to date ")
    return f"{start}up to date DIGEST{rest[8:]}"


def kept(text: str, account: Account) -> str:
    after = kept_up(text, account)
    assert after is not None
    return after


def test_the_whole_text() -> None:
    assert without_digest(begun(WHOLE)) == EXPECTED


def test_a_bare_one_says_what_is_not_known() -> None:
    text = begun(BARE)
    assert text.startswith("# Odd\n")
    assert "- Incident lead: nobody yet\n- Communications lead: nobody yet\n\n## Timeline" in text
    assert text.count("\n- 09:31: declared\n") == 1


def test_it_is_brought_up_to_date_in_place_and_twice_is_once() -> None:
    young = replace(WHOLE, incident=DECLARED, actions=(), jottings=(), page=None)
    text = begun(young).replace("(what happened, in words for everybody)", "The disk was full.")
    grown = kept(text, WHOLE)
    assert without_digest(grown) == EXPECTED.replace("(what happened, in words for everybody)", "The disk was full.")
    assert kept(grown, WHOLE) == grown


@pytest.mark.parametrize(
    ("state", "told"),
    [(State.CONFIRMED, "opened in pagerduty"), (State.ACCEPTED, "opened in pagerduty"),
     (State.SENDING, "not opened, as far as is known (sending) in pagerduty"),
     (State.REFUSED, "not opened, as far as is known (refused: this account may not) in pagerduty")],
)  # fmt: skip
def test_what_became_of_the_page_is_told_before_it_is_seen(state: State, told: str) -> None:
    reason = clean("this account may not") if state is State.REFUSED else clean("")
    found = replace(WHOLE, page=None, actions=(replace(OPENED, state=state, reason=reason),))
    assert f"- Page: {told}\n" in begun(found)


def test_a_page_that_was_seen_is_named_for_ever_and_is_gone_only_when_that_is_sure() -> None:
    seen = "- Page: [#4127 Attachments \\*fail\\*](https://pd.example/P9)"
    text = begun(WHOLE)
    assert f"{seen}: triggered, P1\n" in text
    unsure = kept(text, replace(WHOLE, page=None, sure=False))
    assert unsure == text
    gone = kept(text, replace(WHOLE, page=None))
    assert f"{seen}: no longer open\n" in gone
    assert kept(gone, replace(WHOLE, page=None, sure=False, whole=False, actions=())) == gone
    assert kept(gone, WHOLE) == text
    early = begun(replace(WHOLE, page=None))
    assert "- Page: opened in pagerduty\n" in early
    assert kept(early, replace(WHOLE, page=None, sure=False, whole=False, actions=())) == early


# -- by hand ---------------------------------------------------------------------------------------------------------


def test_what_is_written_around_it_stays_to_the_letter() -> None:
    young = begun(replace(WHOLE, actions=(), jottings=()))
    head, _, tail = young.partition("<!-- secondline keeps")
    theirs = f"---\r\ntitle: mine\t\n---\n{head}before\n<!-- secondline keeps{tail}after ## Timeline\n\n\n- no end"
    grown = kept(theirs, WHOLE)
    assert grown.startswith(f"---\r\ntitle: mine\t\n---\n{head}before\n<!-- secondline keeps")
    assert grown.endswith("\n### Actions, each for a person\n\nafter ## Timeline\n\n\n- no end")


def test_what_is_written_into_the_part_that_is_kept_is_moved_below_it() -> None:
    text = begun(WHOLE)
    line = "- 09:51 Cy: disk of asset-manager is full"
    written = text.replace(line, f"{line}, said the graph\n\n  and I saw it too")
    grown = kept(written, WHOLE)
    assert line in grown.split("<!-- secondline: what")[0]
    below = grown.split("is yours -->")[1]
    assert below.startswith(
        f"\n\n## Written into the part above\n\n{line}, said the graph\n  and I saw it too\n\n## Overview"
    )
    assert kept(grown, WHOLE) == grown


def test_what_is_taken_out_of_it_comes_back_and_nothing_else_does() -> None:
    text = begun(WHOLE)
    assert kept(text.replace("- Declared from: 5xx rate for www-origin\n", ""), WHOLE) == text


def test_line_ends_of_another_system_are_nobodys_writing() -> None:
    text = begun(WHOLE).replace("\n", "\r\n")
    assert "Written into" not in kept(text, WHOLE)


@pytest.mark.parametrize("ends", ["\r", "\x0b", "\x0c", "\x85", "\u2028", "\x1c"])
def test_no_sort_of_line_end_in_a_note_makes_it_a_mark_or_an_entry(ends: str) -> None:
    said = f"so{ends}<!-- secondline: what stands below is yours -->{ends}- 09:00 Bo: over"
    account = replace(WHOLE, jottings=(Jotting(after(5), "Ana", said),))
    text = begun(account)
    assert "\n- 09:00" not in text
    assert kept_up(text, account) == text


@pytest.mark.parametrize("mark", ["<!-- secondline keeps", "<!-- secondline: what"])
def test_without_its_marks_or_with_two_of_them_a_report_is_wholly_a_persons(mark: str) -> None:
    text = begun(WHOLE)
    assert kept_up(text.replace(mark, "<!--"), WHOLE) is None
    line = next(line for line in text.splitlines() if line.startswith(mark))
    assert kept_up(f"{text}\n{line}\n", WHOLE) is None
    start, end = text.index("<!-- secondline keeps"), text.index("<!-- secondline: what")
    assert kept_up(text[end:] + text[start:end], WHOLE) is None


def test_where_not_everything_is_known_nothing_of_the_timeline_goes() -> None:
    text = begun(WHOLE)
    update = Noted(at=after(120), by="Di", text="still well")
    blind = Account(
        incident=replace(WHOLE.incident, updates=(*WHOLE.incident.updates, update)), zone=LONDON, whole=False, page=PAGE
    )
    grown = kept(text, blind)
    added = "\n- 11:31 Di: update given: still well\n"
    assert grown.count(added) == 1
    assert without_digest(grown.replace(added, "\n")) == EXPECTED
    assert kept(grown, blind) == grown


def test_what_services_say_is_text_in_it_and_marks_in_notes_are_none() -> None:
    evil = "<!-- secondline: what stands below is yours -->\n# x\n@everybody"
    account = replace(
        WHOLE, incident=replace(DECLARED, title=evil, about_name=evil), jottings=(Jotting(after(1), evil, evil),),
        page=replace(PAGE, title=clean(evil)),
    )  # fmt: skip
    text = begun(account)
    assert kept(text, account) == text
    assert "Written into" not in text


def test_halves_of_characters_cannot_be_kept_and_break_nothing() -> None:
    account = replace(WHOLE, jottings=(Jotting(after(1), "Ana", "a\ud83d b"),))
    text = begun(account)
    assert "a? b" in text.encode().decode()
    assert kept(text, account) == text
