from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable

import pytest

from secondline_tui.demo.checkables import USERS
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.refs import ItemRef, Kind
from tests.sources.bad_answers import FAILED_POLLS
from tests.sources.icinga2.conftest import ALL, DISK, LOAD, Handle, Served

SECRETS = (
    USERS["dash"].password,
    base64.b64encode(f"dash:{USERS['dash'].password}".encode()).decode(),
)
WORDS = ["html", "empty", "truncated", "wrong_shape", "reset", "status:404", "page_missing"]


@pytest.fixture(autouse=True)
def _small_floods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secondline_tui.sources.http.BODY_LIMIT", 2**20)


@pytest.mark.parametrize("kind", FAILED_POLLS)
async def test_a_bad_answer_is_a_failed_poll_and_tells_no_secret(
    served: Served, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with served.reader(heartbeat={"host": "web1", "service": "fine"}) as made:
        assert len((await made.fetch()).items) == len(ALL)
        served.break_with(kind)
        with pytest.raises(PollFailed) as caught:
            await made.fetch()
        fault = caught.value.fault
        assert fault.kind is FAILED_POLLS[kind]
        assert fault.retry_after == (30 if kind.startswith("rate") else None)
        told = f"{caught.value}{caplog.text}{served.world.requests()}"
        assert not any(secret in told for secret in SECRETS)
        served.world.mend()
        assert len((await made.fetch()).items) == len(ALL)


@pytest.mark.parametrize("kind", WORDS)
async def test_without_filters_too(strict: Served, kind: str) -> None:
    async with strict.reader("names") as made:
        assert len((await made.fetch()).items) == len(ALL)
        strict.break_with(kind)
        with pytest.raises(PollFailed) as caught:
            await made.fetch()
        assert caught.value.fault.kind is FAILED_POLLS[kind]


@pytest.mark.parametrize("kind", WORDS[:-1])
async def test_no_problem_opens_on_a_bad_answer(served: Served, kind: str) -> None:
    served.break_with(kind)
    async with served.reader() as made:
        with pytest.raises(PollFailed) as caught:
            await made.detail(ItemRef("icinga", Kind.ALERT, LOAD))
        assert caught.value.fault.kind is FAILED_POLLS[kind]
        assert "no longer has" not in caught.value.fault.message


PARTS = ["/v1", "/v1/status", *(f"/v1/objects/{name}" for name in ("services", "hosts", "comments", "downtimes"))]
ANSWERS: dict[str, Callable[[Answer], Answer]] = {
    "404": lambda _: Answer(404, {"error": 404, "status": "No objects found."}),
    "an error with status 200": lambda _: Answer(200, {"error": 503, "status": "Service unavailable"}),
    "no results": lambda _: Answer(200, {"results": None}),
    "a list": lambda _: Answer(200, []),
    "nothing but odd rows": lambda _: Answer(200, {"results": [7, "x", None]}),
    "cut off": lambda answer: Answer(200, answer.body()[:-2]),
    "500": lambda _: Answer(500, b"<h1>oops</h1>", {"Content-Type": "text/html"}),
}


@pytest.mark.parametrize("how", ANSWERS)
async def test_any_part_of_a_poll_that_is_bad_fails_it(served: Served, how: str) -> None:
    wanted = {"404": FaultKind.NOT_FOUND, "500": FaultKind.SERVER_ERROR}
    parts: list[str] = []

    def bad(handle: Handle, request: Request) -> Answer:
        answer = handle(request)
        return ANSWERS[how](answer) if request.path in parts else answer

    served.intercept(bad)
    async with served.reader() as made:
        for part in PARTS:
            parts[:] = [part]
            with pytest.raises(PollFailed) as caught:
                await made.fetch()
            assert caught.value.fault.kind is wanted.get(how, FaultKind.BAD_REPLY), part


@pytest.mark.parametrize("number", ["null", "1e300", "NaN", '"x"'])
async def test_odd_numbers_of_the_monitor_itself(served: Served, number: str) -> None:
    def odd(handle: Handle, request: Request) -> Answer:
        answer = handle(request)
        if request.path != "/v1/status":
            return answer
        text = json.dumps(answer.data).replace('"uptime": ', f'"uptime": {number}, "was": ')
        return Answer(200, text.encode())

    served.intercept(odd)
    assert (await served.failure()).fault.kind is FaultKind.BAD_REPLY


@pytest.mark.parametrize("kind", ["slow:0.05", "lag:30"])
async def test_slow_is_no_failure(served: Served, kind: str) -> None:
    served.break_with(kind)
    assert set(await served.alerts()) == ALL


async def test_an_odd_row_costs_itself_only(served: Served) -> None:
    served.break_with("odd_row")
    reading = await served.poll()
    assert {item.ref.key for item in reading.items} == ALL
    assert len(reading.rejected) == 1
    assert reading.rejected[0].startswith("a service, row 6 (7): ")


@pytest.mark.parametrize(
    ("question", "word"),
    [
        (b'/services"attrs":["problem"]', "services"),
        (b'/hosts"attrs":["problem"]', "hosts"),
        (b"/comments", "one of the comments"),
        (b"/downtimes", "one of the downtimes"),
        (b'/hosts"hosts":["web2"]', "a host"),
    ],
)
async def test_an_odd_row_is_counted_wherever_it_stands(strict: Served, question: bytes, word: str) -> None:
    """Of names alone, too: a name that is not understood could be a problem that is not shown."""

    def odd(handle: Handle, request: Request) -> Answer:
        answer = handle(request)
        path, _, part = question.partition(b'"')
        if answer.status == 200 and request.path.endswith(path.decode()) and part in request.body:
            assert isinstance(answer.data, dict)
            answer.data["results"].append({"name": 7, "attrs": {}})
        return answer

    strict.intercept(odd)
    reading = await strict.poll("names")
    assert {item.ref.key for item in reading.items} == ALL
    assert [reason.partition(", row")[0] for reason in reading.rejected] == [word]


async def test_nulls_in_texts_cost_no_row(served: Served) -> None:
    def nulls(handle: Handle, request: Request) -> Answer:
        answer = handle(request)
        for row in answer.data["results"] if isinstance(answer.data, dict) else ():
            for name in {"display_name", "notes_url", "action_url", "author", "text"} & row.get("attrs", {}).keys():
                row["attrs"][name] = None
            if row.get("joins"):
                row["joins"]["host"] = None if row["name"] == LOAD else {"display_name": None}
        return answer

    served.intercept(nulls)
    found = await served.alerts()
    assert set(found) == ALL
    assert (found[LOAD].name, found[LOAD].host) == ("load", "web1")
    acknowledged = found[DISK].acknowledged
    assert acknowledged is not None
    assert acknowledged.comment == ""
