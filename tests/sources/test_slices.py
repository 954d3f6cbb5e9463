"""What is read in slices is what is read in one go, refusals included; and keys are answered meanwhile."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from pydantic_core import from_json

from secondline_tui.domain.health import PollFailed
from secondline_tui.sources import slices
from secondline_tui.sources.slices import parsed
from secondline_tui.sources.wire import parse_json

WRAPPED = (
    b"%b",
    b'{"results":%b}',
    b'{ "results" : %b }\n',
    b'{"status":"success","data":{"groups":%b}}',
    b' {"a":%b} ',
)
ODD = (
    b'{"results":%b,"results":[]}',
    b'{"results":[],"results":%b}',
    b'{"data":"x","data":%b}',
    b'{"results":%b,"error":null}',
    b'{"results":%b,"error":{}}',
    b'{"results":%b,"error":"]"}',
    b'{"results":%b,"more":[1]}',
    b'{"results":%b',
    b'{"results":%b}}',
    b'{"results":{"a":1},%b}',
    b'{"a\\"":%b}',
    b'{"status":"{","data":%b}',
    b"[%b]",
    b"[%b,%b]",
    b"%b,[]",
    b"%b]",
    b"<html>%b",
)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "LARGE", 0)
    monkeypatch.setattr(slices, "SLICE", 60)


def value(chance: random.Random, depth: int = 0) -> Any:
    """Anything that JSON can hold, and texts that look like its structure."""
    texts = ("},{", '"}, {"', "]}", "\\", "é漢👩", "", "plain", '{"results":[', "\x00")
    plain = (None, True, 1, -2.5e300, chance.choice(texts), chance.choice(texts) * 5)
    if depth > 2 or chance.random() < 0.5:
        return chance.choice(plain)
    if chance.random() < 0.5:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(texts): value(chance, depth + 1) for _ in range(chance.randrange(4))}


def rows(chance: random.Random) -> bytes:
    made = [{"name": n, "more": value(chance)} for n in range(chance.randrange(40))]
    if chance.random() < 0.3:
        made.insert(chance.randrange(len(made) + 1), value(chance))
    dense = (",", ":") if chance.random() < 0.5 else (" ,\n ", " : ")
    return json.dumps(made, separators=dense, ensure_ascii=chance.random() < 0.5).encode()


async def outcome(body: bytes) -> tuple[Any, Any]:
    """What comes of a body in one go, and in slices; a refusal as its words."""

    async def in_one_go() -> object:
        return parse_json(body, "rows")

    async def told(work: Any) -> Any:
        try:
            return json.dumps(await work)  # NaN is not equal to itself
        except PollFailed as failed:
            return failed.fault

    return await told(in_one_go()), await told(parsed(body, "rows"))


@pytest.mark.parametrize("seed", range(60))
async def test_slices_hold_what_the_whole_holds(seed: int) -> None:
    chance = random.Random(seed)
    for form in WRAPPED:
        whole, sliced = await outcome(form % rows(chance))
        assert isinstance(whole, str)
        assert sliced == whole


@pytest.mark.parametrize("seed", range(20))
async def test_what_is_refused_in_one_go_is_refused_in_slices(seed: int) -> None:
    chance = random.Random(seed)
    body = chance.choice(WRAPPED) % rows(chance)
    for _ in range(40):
        start = chance.randrange(len(body))
        stop = start + chance.randrange(4)
        put = bytes(chance.choices(b'{}[],:"\\ x1', k=chance.randrange(3)))
        whole, sliced = await outcome(body[:start] + put + body[stop:])
        assert sliced == whole
    whole, sliced = await outcome(body[: chance.randrange(len(body))])
    assert sliced == whole


@pytest.mark.parametrize("form", ODD)
async def test_other_shapes_are_read_as_ever(form: bytes) -> None:
    made = json.dumps([{"n": n} for n in range(50)]).encode()
    whole, sliced = await outcome(form.replace(b"%b", made))
    assert sliced == whole


@pytest.mark.parametrize(
    "odd", [b"NaN", b"-Infinity", rb'"\ud83d"', rb'"\ud83d\ude00"', b"1e999", b'"a', b"01", b"nul"]
)
async def test_what_some_services_send_is_read_as_ever(odd: bytes) -> None:
    made = b",".join([b'{"a":1}'] * 20 + [b'{"a":' + odd + b"}"] + [b'{"a":1}'] * 20)
    whole, sliced = await outcome(b'{"results":[' + made + b"]}")
    assert sliced == whole


async def test_large_answers_are_cut_and_not_read_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def noting(data: bytes) -> Any:
        sizes.append(len(data))
        return from_json(data)

    monkeypatch.setattr(slices, "from_json", noting)
    monkeypatch.setattr(slices, "parse_json", lambda *_: pytest.fail("in one go"))
    body = json.dumps({"results": [{"name": f"row {n}", "attrs": {"vars": [{"a": 1}, {"b": 2}]}} for n in range(500)]})
    found = await parsed(body.encode(), "rows")
    assert found == json.loads(body)
    assert len(sizes) > 100
    assert max(sizes) < 500


async def test_keys_are_answered_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secondline_tui.sources.pacing.SLICE_SECONDS", 0.0)
    turns = 0

    async def keys() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    pressing = asyncio.create_task(keys())
    await parsed(json.dumps([{"n": n} for n in range(1_000)]).encode(), "rows")
    pressing.cancel()
    assert turns > 100
