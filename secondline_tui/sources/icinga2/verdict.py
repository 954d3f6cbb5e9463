"""What Icinga 2's answer to an action means. Its status says little: each object's own code is read. Pure."""

from __future__ import annotations

from pydantic import ValidationError

from secondline_tui.domain.actions import NotDone
from secondline_tui.domain.health import PollFailed
from secondline_tui.sources.icinga2.wire import Done, DoneOne
from secondline_tui.sources.wire import parse_json
from secondline_tui.sources.writing import Answer, refused, unanswered

_MISSING = "Missing permission: "


def done(answer: Answer) -> Done:
    """What was done, where the answer is a yes; otherwise raises what it is."""
    try:
        one = DoneOne.model_validate(answer.data()).results[0]
    except ValidationError:
        raise unanswered("answered with something that is not its API's") from None
    if not 200 <= one.code < 300:
        raise _of_one(one)
    return one


def judge(status: int, said: bytes) -> NotDone | None:
    """What an error is; None where only its status tells."""
    try:
        data = parse_json(said, "a reason")
    except PollFailed:
        return None
    if not isinstance(data, dict):
        return None
    if "results" in data:
        return _of_results(status, data)
    diagnosis = str(data.get("diagnostic_information", ""))
    if _MISSING in diagnosis or _MISSING in str(data.get("status")):
        needed = (diagnosis or str(data["status"])).partition(_MISSING)[2].partition("\n")[0]
        return refused(f"this account may not do that: it needs permission {needed}", forbidden=True)
    if status == 404 and data.get("error") == 404:
        return refused("Icinga no longer has this, or this account may not see it")
    return None


def _of_results(status: int, data: dict[object, object]) -> NotDone | None:
    if status == 500 and data["results"] == []:  # how it says that nothing fitted
        return refused("Icinga no longer has this")
    try:
        return _of_one(DoneOne.model_validate(data).results[0])
    except ValidationError:
        return None


def _of_one(one: Done) -> NotDone:
    """What any code but a yes means."""
    words = one.status or f"code {one.code}"
    if 400 <= one.code < 500:
        return refused(words, forbidden=one.code == 403)
    return unanswered(words)
