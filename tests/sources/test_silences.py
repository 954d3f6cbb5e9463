"""Silencing, extending and ending, on every service that has silences."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.domain.actions import HeldBack, NotDone, NotSent, Preview, Refused, Unanswered, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.ports import Actor
from tests.sources.silencing import KINDS, LONG, ME, SLOW, WEB1, Desk, serve

NOBODY: frozenset[str] = frozenset()


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    yield from serve(request.param)


@pytest.fixture
async def actor(desk: Desk) -> AsyncIterator[Actor]:
    made = desk.actor()
    yield made
    await made.close()


def told(preview: Preview) -> str:
    return "\n".join(preview.changes)


# -- what the person is told before -------------------------------------------------------------------------------


async def test_what_is_proposed_silences_this_alert_alone(desk: Desk, actor: Actor) -> None:
    preview = await actor.prepare(await desk.ref(), Verb.SILENCE)
    assert ME in preview.account
    assert preview.audience
    assert preview.matchers[0] == Matcher("alertname", "Slow")
    assert WEB1 in preview.matchers
    assert (preview.covers, preview.changes) == (1, ())
    assert desk.writes() == []


async def test_labels_are_proposed_raw(desk: Desk, actor: Actor) -> None:
    raw = 'a\x1b[31m "q" \\ \t é\u202e'
    desk.fire(raw)
    alert = next(alert for alert in await desk.alerts() if "q" in alert.host)
    preview = await actor.prepare(alert.ref, Verb.SILENCE)
    assert Matcher("instance", raw) in preview.matchers
    assert preview.covers == 1


async def test_edited_matchers_are_counted_anew(desk: Desk, actor: Actor) -> None:
    ref = await desk.ref()

    async def covers(*matchers: Matcher) -> int | None:
        return (await actor.prepare(ref, Verb.SILENCE, matchers=matchers)).covers

    name = Matcher("alertname", "Slow")
    assert await covers(name) == 2
    assert await covers(name, Matcher("instance", "web[12]", regex=True)) == 2
    assert await covers(name, Matcher("instance", "web", regex=True)) == 0
    assert await covers(name, Matcher("instance", ".*2", regex=True, equal=False)) == 1
    assert await covers(name, Matcher("instance", "web1", equal=False)) == 1
    assert await covers(Matcher("alertname", "Other")) == 0
    assert await covers(Matcher("alertname", "Slow|Watchdog", regex=True)) == 3


async def test_alerts_that_the_configuration_leaves_out_are_covered_too(desk: Desk) -> None:
    ref = await desk.ref()
    actor = desk.actor(filter=['instance="web1"'])
    assert (await actor.prepare(ref, Verb.SILENCE, matchers=SLOW[:1])).covers == 2
    await actor.close()


async def test_matchers_that_miss_the_alert_or_hit_the_heartbeat_are_remarked_on(desk: Desk, actor: Actor) -> None:
    ref = await desk.ref()
    preview = await actor.prepare(ref, Verb.SILENCE, matchers=(Matcher("alertname", "Watchdog"),))
    assert preview.covers == 1
    assert "this alert is not among them" in told(preview)
    assert "the heartbeat is among them" in told(preview)
    assert (await actor.prepare(ref, Verb.SILENCE, matchers=SLOW)).changes == ()


@pytest.mark.parametrize("matchers", [(), (Matcher("a", ""),), (Matcher("a", ".*", regex=True), Matcher("b", ""))])
async def test_what_would_silence_everything_is_refused(
    desk: Desk, actor: Actor, matchers: tuple[Matcher, ...]
) -> None:
    with pytest.raises(Refused):
        await actor.prepare(await desk.ref(), Verb.SILENCE, matchers=matchers)
    with pytest.raises(Refused):
        await actor.send(await desk.intent(matchers=matchers))
    assert desk.writes() == []


async def test_who_has_silenced_it_already_is_told(desk: Desk, actor: Actor) -> None:
    desk.someone("known since Monday")
    preview = await actor.prepare(await desk.ref(), Verb.SILENCE)
    assert "silenced already by Bo, until " in told(preview)
    assert "known since Monday" in told(preview)


@pytest.mark.parametrize("verb", [Verb.SILENCE, Verb.EXTEND, Verb.EXPIRE])
async def test_an_alert_that_is_over_cannot_be_silenced(desk: Desk, actor: Actor, verb: Verb) -> None:
    ref = await desk.ref()
    desk.resolve("web1")
    with pytest.raises(Refused, match="resolved"):
        await actor.prepare(ref, verb)


async def test_an_alert_that_cannot_be_read_is_not_said_to_be_over(
    desk: Desk, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await desk.ref()
    for host in ("web3", "web4"):
        desk.fire(host)
    desk.resolve("web1")
    handle = desk.simulator.handle

    def odd(request: Request) -> Answer:
        answer = handle(request)
        if request.path.endswith("/v2/alerts") and isinstance(answer.data, list):
            return Answer(200, [{**answer.data[0], "labels": 7}, *answer.data[1:]])
        return answer

    monkeypatch.setattr(desk.simulator, "handle", odd)
    with pytest.raises(PollFailed, match="1 of its alerts cannot be read"):
        await actor.prepare(ref, Verb.SILENCE)


@pytest.mark.parametrize("verb", [Verb.EXTEND, Verb.EXPIRE])
async def test_the_silences_of_an_alert_are_the_choices(desk: Desk, actor: Actor, verb: Verb) -> None:
    short, long = desk.someone("short", seconds=600), desk.someone("long", by="Zoë", seconds=9_000)
    other = desk.simulator.silence({"instance": "web2"}, "Bo", "the other")
    preview = await actor.prepare(await desk.ref(), verb)
    assert [choice.key for choice in preview.choices] == [long, short]
    assert other not in [choice.key for choice in preview.choices]
    assert preview.choices[0].name == "Zoë: long"
    assert preview.choices[0].hint.startswith("until ")
    assert '{alertname="Slow"}' in preview.choices[0].hint
    assert (preview.chosen, preview.covers) == (long, 2)
    assert 'it matches {alertname="Slow"}' in told(preview)
    assert (await actor.prepare(await desk.ref(), verb, to=short)).chosen == short
    assert preview.text == ("long" if verb is Verb.EXTEND else "")
    assert ("stays silenced by Bo" in told(preview)) is (verb is Verb.EXPIRE)


@pytest.mark.parametrize("verb", [Verb.EXTEND, Verb.EXPIRE])
async def test_without_a_silence_there_is_nothing_to_change(desk: Desk, actor: Actor, verb: Verb) -> None:
    with pytest.raises(Refused, match="nothing silences it"):
        await actor.prepare(await desk.ref(), verb)
    with pytest.raises(Refused, match="nothing silences it"):
        await actor.send(await desk.intent(verb))
    assert desk.writes() == []


# -- silence ----------------------------------------------------------------------------------------------------------


async def test_a_silence_says_who_why_what_and_until_when(desk: Desk, actor: Actor) -> None:
    intent = await desk.intent(author="Zoë Ångström", text="looking: «a\nb»")
    receipt = await actor.send(intent)
    silence = desk.only()
    assert receipt.remote == silence["id"]
    assert (silence["createdBy"], silence["comment"]) == ("Zoë Ångström", "looking: «a\nb»")
    assert [(m["name"], m["value"]) for m in silence["matchers"]] == [("alertname", "Slow"), ("instance", "web1")]
    assert intent.until is not None
    assert abs(datetime.fromisoformat(silence["endsAt"]) - intent.until) < timedelta(milliseconds=2)
    assert silence["status"]["state"] == "active"
    alert = await desk.alert()
    assert alert.acknowledged is not None
    assert alert.acknowledged.by == "Zoë Ångström"
    assert (await desk.alert("web2")).acknowledged is None
    finding = await actor.settle(intent, datetime.now(UTC), NOBODY)
    assert (finding.there, finding.remote, finding.told) == (True, receipt.remote, "")


async def test_a_long_comment_arrives_as_it_was_typed(desk: Desk, actor: Actor) -> None:
    intent = await desk.intent(text=LONG)
    await actor.send(intent)
    assert actor.as_kept(Verb.SILENCE, LONG) == LONG
    assert desk.only()["comment"] == LONG
    assert (await actor.settle(intent, datetime.now(UTC), NOBODY)).there


async def test_every_sort_of_matcher_arrives(desk: Desk, actor: Actor) -> None:
    wanted = (*SLOW, Matcher("a", "x|y", regex=True, equal=False), Matcher("b", 'q"\\', equal=False))
    intent = await desk.intent(matchers=wanted)
    await actor.send(intent)
    kept = [Matcher(m["name"], m["value"], m["isRegex"], m["isEqual"]) for m in desk.only()["matchers"]]
    assert tuple(kept) == wanted
    assert (await actor.settle(intent, datetime.now(UTC), NOBODY)).there


async def test_a_silence_holds_at_once_though_our_clock_is_ahead(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = desk.actor()
    monkeypatch.setattr(actor, "_now", lambda: datetime.now(UTC) + timedelta(minutes=4))
    await actor.send(await desk.intent())
    assert desk.only()["status"]["state"] == "active"
    await actor.close()


async def test_a_silence_needs_an_end_that_is_to_come(desk: Desk, actor: Actor) -> None:
    with pytest.raises(Refused, match="needs an end"):
        await actor.send(await desk.intent(until=None))
    assert desk.writes() == []
    with pytest.raises(Refused, match="end time can't be in the past"):
        await actor.send(await desk.intent(until=datetime.now(UTC) - timedelta(seconds=5)))
    assert desk.held() == []


async def test_another_verb_is_refused(desk: Desk, actor: Actor) -> None:
    with pytest.raises(Refused):
        await actor.send(await desk.intent(Verb.RECHECK))
    assert desk.writes() == []


# -- extend -----------------------------------------------------------------------------------------------------------


async def test_an_extended_silence_stays_the_same_silence(desk: Desk, actor: Actor) -> None:
    held = desk.someone("looking", ago=600)
    before = desk.only()
    intent = await desk.intent(Verb.EXTEND, to=held)
    receipt = await actor.send(intent)
    after = desk.only()
    assert (receipt.remote, receipt.told) == (held, "")
    assert intent.until is not None
    assert abs(datetime.fromisoformat(after["endsAt"]) - intent.until) < timedelta(milliseconds=2)
    for name in ("id", "matchers", "startsAt", "createdBy", "comment"):
        assert after[name] == before[name]
    assert after["written"] == 2
    finding = await actor.settle(intent, datetime.now(UTC), NOBODY)
    assert (finding.there, finding.remote) == (True, held)


async def test_who_says_something_else_while_extending_is_named(desk: Desk, actor: Actor) -> None:
    held = desk.someone("looking", ago=600)
    intent = await desk.intent(Verb.EXTEND, to=held, text="still broken")
    await actor.send(intent)
    assert (desk.only()["createdBy"], desk.only()["comment"]) == (ME, "still broken")
    assert (await actor.settle(intent, datetime.now(UTC), NOBODY)).there
    assert not (await actor.settle(replace(intent, text="other"), datetime.now(UTC), NOBODY)).there


async def test_the_only_silence_need_not_be_named(desk: Desk, actor: Actor) -> None:
    held = desk.someone()
    intent = await desk.intent(Verb.EXTEND)
    assert (await actor.send(intent)).remote == held
    finding = await actor.settle(intent, datetime.now(UTC), NOBODY)
    assert (finding.there, finding.remote) == (True, held)
    end = await desk.intent(Verb.EXPIRE)
    assert (await actor.settle(end, datetime.now(UTC), NOBODY)).there is False
    assert (await actor.send(end)).remote == held
    assert (await actor.settle(end, datetime.now(UTC), NOBODY)).there is True
    desk.resolve("web1")
    assert (await actor.settle(end, datetime.now(UTC), NOBODY)).there is None


async def test_one_of_several_silences_has_to_be_named(desk: Desk, actor: Actor) -> None:
    desk.someone()
    desk.someone("another")
    with pytest.raises(Refused, match="2 silences are on it"):
        await actor.send(await desk.intent(Verb.EXPIRE))
    assert desk.writes() == []


async def test_an_extension_never_shortens_what_a_colleague_has_extended(desk: Desk, actor: Actor) -> None:
    held = desk.someone("mine all day", seconds=86_400)
    with pytest.raises(Refused, match=r"holds for longer already: Bo, until .*: mine all day"):
        await actor.send(await desk.intent(Verb.EXTEND, to=held))
    assert desk.writes() == []


async def test_what_has_ended_is_not_extended(desk: Desk, actor: Actor) -> None:
    held = desk.someone(ago=7_200)
    with pytest.raises(Refused, match="has ended meanwhile"):
        await actor.send(await desk.intent(Verb.EXTEND, to=held))
    assert desk.writes() == []


async def test_a_silence_that_ends_while_it_is_extended_is_made_anew_and_said_to_be(
    desk: Desk, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = desk.someone("looking", ago=600)
    intent = await desk.intent(Verb.EXTEND, to=held)
    handle = desk.simulator.handle

    def expired_before(request: Request) -> object:
        if request.method == "POST":
            desk.simulator.silences.expire(held, now=desk.world.now(), lag=0)
        return handle(request)

    monkeypatch.setattr(desk.simulator, "handle", expired_before)
    receipt = await actor.send(intent)
    assert receipt.remote != held
    assert "a new one like it was made" in receipt.told
    finding = await actor.settle(intent, datetime.now(UTC), NOBODY)
    assert (finding.there, finding.remote, finding.told) == (True, receipt.remote, receipt.told)
    claimed = await actor.settle(intent, datetime.now(UTC), {receipt.remote})
    assert claimed.there is False


# -- expire -----------------------------------------------------------------------------------------------------------


async def test_a_silence_is_undone_by_what_its_receipt_names(desk: Desk, actor: Actor) -> None:
    receipt = await actor.send(await desk.intent())
    undo = await desk.intent(Verb.EXPIRE, to=receipt.remote)
    assert (await actor.settle(undo, datetime.now(UTC), NOBODY)).there is False
    done = await actor.send(undo)
    assert (done.remote, done.told) == (receipt.remote, "")
    assert desk.only()["status"]["state"] == "expired"
    assert (await desk.alert()).acknowledged is None
    finding = await actor.settle(undo, datetime.now(UTC), NOBODY)
    assert (finding.there, finding.remote, finding.told) == (True, receipt.remote, "")


async def test_what_had_ended_already_is_said_to_have(desk: Desk, actor: Actor) -> None:
    held = desk.someone(ago=7_200)
    intent = await desk.intent(Verb.EXPIRE, to=held)
    assert (await actor.send(intent)).told == "it had ended already"
    assert (await actor.settle(intent, datetime.now(UTC), NOBODY)).told == "it had ended already"
    assert desk.only()["written"] == 1


@pytest.mark.parametrize("verb", [Verb.EXTEND, Verb.EXPIRE])
async def test_a_silence_that_nobody_knows_is_refused(desk: Desk, actor: Actor, verb: Verb) -> None:
    gone = "11fff6aa-ad6e-4d32-a974-14d953ee7ce0"
    intent = await desk.intent(verb, to=gone)
    with pytest.raises(Refused, match="no such silence any more"):
        await actor.send(intent)
    assert desk.writes() == []
    assert (await actor.settle(intent, datetime.now(UTC), NOBODY)).there is (verb is Verb.EXPIRE)


@pytest.mark.parametrize("verb", [Verb.EXTEND, Verb.EXPIRE])
async def test_a_silence_that_goes_away_in_between_is_refused(
    desk: Desk, actor: Actor, verb: Verb, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = await desk.intent(verb, to=desk.someone())
    handle = desk.simulator.handle

    def forgotten_before(request: Request) -> object:
        if request.method != "GET":
            monkeypatch.setattr(desk.simulator.silences, "_versions", {})
        return handle(request)

    monkeypatch.setattr(desk.simulator, "handle", forgotten_before)
    with pytest.raises(Refused) as caught:
        await actor.send(intent)
    assert not caught.value.forbidden
    assert len(desk.writes()) == 1


# -- settling -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [Verb.SILENCE, Verb.EXTEND, Verb.EXPIRE])
async def test_what_is_seen_late_is_there_late(desk: Desk, actor: Actor, verb: Verb) -> None:
    held = "" if verb is Verb.SILENCE else desk.someone(ago=600)
    intent = await desk.intent(verb, to=held)
    desk.break_with("lag:30")
    await actor.send(intent)
    sent_at = datetime.now(UTC)
    assert (await actor.settle(intent, sent_at, NOBODY)).there is False
    desk.ahead.append(31)
    assert (await actor.settle(intent, sent_at, NOBODY)).there is True


async def test_a_silence_is_not_there_before_it_is_made(desk: Desk, actor: Actor) -> None:
    assert (await actor.settle(await desk.intent(), datetime.now(UTC), NOBODY)).there is False


@pytest.mark.parametrize(
    "other",
    [
        {"author": "Bo"},
        {"text": "looking at it "},
        {"matchers": SLOW[:1]},
        {"matchers": (*SLOW[:1], replace(WEB1, equal=False))},
        {"until": datetime.now(UTC) + timedelta(hours=3)},
    ],
)
async def test_what_differs_is_not_taken_for_ours(desk: Desk, actor: Actor, other: dict[str, Any]) -> None:
    intent = await desk.intent()
    await actor.send(replace(intent, **other))
    assert (await actor.settle(intent, datetime.now(UTC), NOBODY)).there is False


async def test_each_of_two_same_silences_is_one_of_ours(desk: Desk, actor: Actor) -> None:
    intent = await desk.intent()
    first = (await actor.send(intent)).remote
    assert (await actor.settle(intent, datetime.now(UTC), {first})).there is False
    second = (await actor.send(intent)).remote
    finding = await actor.settle(intent, datetime.now(UTC), {first})
    assert (finding.there, finding.remote) == (True, second)


async def test_an_older_same_silence_is_not_taken_for_the_new_one(desk: Desk, actor: Actor) -> None:
    intent = await desk.intent()
    await actor.send(intent)
    assert (await actor.settle(intent, datetime.now(UTC) + timedelta(minutes=10), NOBODY)).there is None
    assert (await actor.settle(intent, datetime.now(UTC) + timedelta(minutes=3), NOBODY)).there is True


@pytest.mark.parametrize("seconds", [-3_600, -400, 400, 3_600])
async def test_a_silence_is_found_however_far_the_clocks_are_apart(desk: Desk, actor: Actor, seconds: int) -> None:
    sent_at = datetime.now(UTC)
    new = await desk.intent(until=sent_at + timedelta(hours=5))
    desk.ahead.append(seconds)
    made = (await actor.send(new)).remote
    assert desk.only()["status"]["state"] == "active"
    assert (await actor.settle(new, sent_at, NOBODY)).there is True
    more = replace(new, id="more", verb=Verb.EXTEND, to=made, text="", until=sent_at + timedelta(hours=6))
    await actor.send(more)
    assert (await actor.settle(more, sent_at, NOBODY)).there is True


async def test_an_older_extension_to_the_same_end_is_not_taken_for_the_new_one(desk: Desk, actor: Actor) -> None:
    intent = await desk.intent(Verb.EXTEND, to=desk.someone())
    await actor.send(intent)
    assert (await actor.settle(intent, datetime.now(UTC) + timedelta(minutes=10), NOBODY)).there is None


async def test_a_silence_that_somebody_ended_at_once_was_made_all_the_same(desk: Desk, actor: Actor) -> None:
    intent = await desk.intent()
    made = (await actor.send(intent)).remote
    desk.simulator.silences.expire(made, now=desk.world.now(), lag=0)
    finding = await actor.settle(intent, datetime.now(UTC), NOBODY)
    assert (finding.there, finding.remote, finding.told) == (True, made, "somebody has ended it since")


async def test_a_silence_that_was_undone_is_not_taken_for_the_next_one(desk: Desk, actor: Actor) -> None:
    made = (await actor.send(await desk.intent())).remote
    await actor.send(await desk.intent(Verb.EXPIRE, to=made))
    again = await desk.intent()
    assert (await actor.settle(again, datetime.now(UTC) + timedelta(minutes=1), NOBODY)).there is False
    assert (await actor.settle(again, datetime.now(UTC), {made})).there is False
    second = (await actor.send(again)).remote
    assert (await actor.settle(again, datetime.now(UTC), NOBODY)).remote == second


async def test_while_a_silence_cannot_be_read_nothing_is_said_not_to_be_there(
    desk: Desk, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = await desk.intent()
    for _ in range(3):
        desk.someone()
    seen = desk.simulator.silences.seen

    def odd(now: float) -> list[object]:
        first, *rest = seen(now)
        return [replace(first, id=""), *rest]

    monkeypatch.setattr(desk.simulator.silences, "seen", odd)
    with pytest.raises(PollFailed, match="1 of its silences cannot be read"):
        await actor.settle(intent, datetime.now(UTC), NOBODY)


# -- faults -------------------------------------------------------------------------------------------------------

FAULTS: dict[str, type[NotDone]] = {
    "drop_after_apply": Unanswered,
    "reset": Unanswered,
    "refuse": Unanswered,
    "hang": Unanswered,
    "status:500": Unanswered,
    "status:502": Unanswered,
    "status:403": Refused,
    "status:404": Refused,
    "rate_limit:7": HeldBack,
    "html": Unanswered,
    "wrong_shape": Unanswered,
    "empty": Unanswered,
    "truncated": Unanswered,
    "redirect_login": Refused,
    "huge": Unanswered,
}
APPLIED = ("drop_after_apply", "html", "wrong_shape", "empty", "truncated")


@pytest.mark.matrix
@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("verb", [Verb.SILENCE, Verb.EXTEND, Verb.EXPIRE])
async def test_a_write_is_sent_once_whatever_comes_of_it(
    desk: Desk, actor: Actor, verb: Verb, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = "" if verb is Verb.SILENCE else desk.someone(ago=600)
    intent = await desk.intent(verb, to=held)
    before = json.dumps(desk.held())
    desk.break_writes(monkeypatch, kind)
    # The real Alertmanager's yes to this is an empty body.
    plain = verb is Verb.EXPIRE and desk.settings()["type"] == "alertmanager" and kind in ("empty", "truncated")
    sender = desk.actor(deadline=1 if kind == "hang" else 10)
    if plain:
        await sender.send(intent)
    else:
        with pytest.raises(FAULTS[kind]) as caught:
            await sender.send(intent)
        assert caught.value.reason
        if isinstance(caught.value, HeldBack):
            assert caught.value.seconds == 7
    await sender.close()
    assert len(desk.writes()) == 1
    applied = kind in APPLIED
    assert (json.dumps(desk.held()) != before) is applied
    desk.world.mend()
    assert (await actor.settle(intent, datetime.now(UTC), NOBODY)).there is applied
    assert len(desk.writes()) == 1


@pytest.mark.parametrize("verb", [Verb.SILENCE, Verb.EXTEND, Verb.EXPIRE])
async def test_nobody_listening_is_known_to_have_heard_nothing(desk: Desk, verb: Verb) -> None:
    intent = await desk.intent(verb, to="" if verb is Verb.SILENCE else desk.someone())
    actor = desk.actor()
    desk.world.close()
    with pytest.raises(NotSent):
        await actor.send(intent)
    await actor.close()


@pytest.mark.matrix
@pytest.mark.parametrize("kind", ["reset", "hang", "status:500", "status:403", "html", "rate_limit", "wrong_shape"])
@pytest.mark.parametrize("verb", [Verb.EXTEND, Verb.EXPIRE])
async def test_nothing_is_written_when_it_cannot_be_asked_first(desk: Desk, verb: Verb, kind: str) -> None:
    intent = await desk.intent(verb, to=desk.someone())
    actor = desk.actor(deadline=1 if kind == "hang" else 10)
    desk.world.break_service("am", Fault.parse(kind, None))
    with pytest.raises(HeldBack if kind == "rate_limit" else NotSent):
        await actor.send(intent)
    await actor.close()
    assert desk.writes() == []


async def test_failures_of_reading_are_told_as_such(desk: Desk, actor: Actor) -> None:
    ref, intent = await desk.ref(), await desk.intent()
    desk.break_with("html")
    with pytest.raises(PollFailed):
        await actor.prepare(ref, Verb.SILENCE)
    desk.break_with("hang")
    hasty = desk.actor(deadline=0.2)
    with pytest.raises(PollFailed) as caught:
        await hasty.settle(intent, datetime.now(UTC), NOBODY)
    await hasty.close()
    assert caught.value.fault.kind is FaultKind.TIMED_OUT
