"""What a simulated Icinga 2 does when it is told to: POST /v1/actions/..., as 2.13.6 answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from secondline_tui.demo.checkables import ACKNOWLEDGEMENT, FILTERS, Checkable, Comment, Downtime, Remark, User
from secondline_tui.demo.wire import Answer, Request

NOT_FOUND = "No objects found."
PROBLEM_FILTERS = ("service.problem", "host.problem")

Wish = Mapping[str, object]
Result = dict[str, object]
RemarkT = TypeVar("RemarkT", Comment, Downtime)


class Monitor(Protocol):
    """The Icinga whose hands these are."""

    lag: float
    hosts: dict[str, Checkable]
    services: dict[str, Checkable]
    comments: list[Comment]
    downtimes: list[Downtime]

    @property
    def wants_filter_permission(self) -> bool:
        """Whether filters need a permission."""
        ...

    def now(self) -> float:
        """Wall time."""
        ...

    def identity(self) -> str:
        """A new name."""
        ...

    def let_go(self, thing: Checkable) -> None:
        """End an acknowledgement."""
        ...

    def forget(self, remark: Remark) -> None:
        """Remove a comment or downtime."""
        ...


class Hands:
    """Does what it is told, to each object by itself, and keeps a record."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self.applied: list[dict[str, object]] = []
        """Everything that was done, in order: what was done twice stands here twice."""
        self._actions: Mapping[str, Callable[[Checkable, Wish], Result]] = {
            "acknowledge-problem": self._acknowledge,
            "remove-acknowledgement": self._unacknowledge,
            "add-comment": self._comment,
            "schedule-downtime": self._plan,
            "reschedule-check": self._recheck,
        }

    def act(self, user: User, action: str, request: Request) -> Answer:
        """The answer to one action: a result for each object, and one status for all."""
        if action not in self._actions and action not in ("remove-comment", "remove-downtime"):
            return error(404, f"Action '{action}' does not exist.")
        try:
            wish = request.json()
        except ValueError:
            return error(400, "Invalid request body: Error: [json.exception.parse_error.101] parse error")
        wish = wish if isinstance(wish, dict) else {}
        verbose = wish.get("verbose") is True
        if not user.may(f"actions/{action}"):
            return missing(f"actions/{action}", verbose=verbose)
        if "filter" in wish and self._monitor.wants_filter_permission and not user.may(FILTERS):
            return error(403, f"Missing permission: {FILTERS}")
        try:
            done = self._done(user, action, wish)
        except LookupError as reason:
            return error(404, NOT_FOUND, f"Error: {reason.args[0]}\n" if verbose else "")
        return Answer(_status_of(done), {"results": done})

    def _done(self, user: User, action: str, wish: Wish) -> list[Result]:
        if action == "remove-comment":
            return [self._uncomment(_remark(user, self._monitor.comments, wish, "comment"))]
        if action == "remove-downtime":
            return [self._cancel(_remark(user, self._monitor.downtimes, wish, "downtime"), wish)]
        return [self._actions[action](thing, wish) for thing in self._targets(user, wish)]

    def _targets(self, user: User, wish: Wish) -> Sequence[Checkable]:
        """The hosts or services it is about; LookupError when one of them is not there."""
        kind = wish.get("type")
        if kind not in ("Host", "Service"):
            raise LookupError("Type must be specified.")
        things = self._monitor.hosts if kind == "Host" else self._monitor.services
        one = str(kind).lower()
        names = wish.get(f"{one}s", [wish[one]] if one in wish else None)
        if isinstance(names, list):
            return named(user, things, names, str(kind))
        if wish.get("filter") not in PROBLEM_FILTERS:
            raise LookupError("syntax error, unexpected end of file")
        return [thing for thing in things.values() if thing.problem and user.sees(thing)]

    # -- each action -----------------------------------------------------------------------------------------------

    def _acknowledge(self, thing: Checkable, wish: Wish) -> Result:
        now, until = self._monitor.now(), _number(wish, "expiry")
        if not {"author", "comment"} <= wish.keys():
            return _result(400, "Acknowledgements require author and comment.")
        if 0 < until <= now:
            words = "Acknowledgement 'expiry' timestamp must be in the future for object"
            return _result(409, f"{words} {thing.name}")
        if not thing.state:
            return _result(409, f"{_called(thing)} is {'OK' if thing.host else 'UP'}.")
        if thing.acknowledgement:
            return _result(409, f"{_called(thing)} is already acknowledged.")
        if not _words(wish):
            return _failed("Could not create comment.")
        self._change(thing)
        thing.acknowledgement = 2 if wish.get("sticky") is True else 1
        thing.acknowledgement_expiry, thing.acknowledgement_change = until, now
        self._write(thing, wish, ACKNOWLEDGEMENT, until)
        self._note("acknowledge-problem", thing, wish)
        return _result(200, f"Successfully acknowledged problem for object '{thing.name}'.")

    def _unacknowledge(self, thing: Checkable, wish: Wish) -> Result:
        self._change(thing)
        self._monitor.let_go(thing)
        self._note("remove-acknowledgement", thing, wish)
        return _result(200, f"Successfully removed acknowledgement for object '{thing.name}'.")

    def _comment(self, thing: Checkable, wish: Wish) -> Result:
        if not {"author", "comment"} <= wish.keys():
            return _result(400, "Comments require author and comment.")
        if not _words(wish):
            return _failed("Could not create comment.")
        name = self._write(thing, wish, 1, _number(wish, "expiry")).name
        self._note("add-comment", thing, wish)
        return _result(200, f"Successfully added comment '{name}' for object '{thing.name}'.", name=name)

    def _uncomment(self, comment: Comment) -> Result:
        self._monitor.forget(comment)
        self._note("remove-comment", comment.about, {"comment": comment.name})
        return _result(200, f"Successfully removed comment '{comment.name}'.")

    def _plan(self, thing: Checkable, wish: Wish) -> Result:
        if not {"start_time", "end_time", "author", "comment"} <= wish.keys():
            return _result(400, "Options 'start_time', 'end_time', 'author' and 'comment' are required")
        fixed = wish.get("fixed", True) is True
        if not fixed and "duration" not in wish:
            return _result(400, "Option 'duration' is required for flexible downtime")
        if not _words(wish):
            return _failed("Could not create downtime object.")
        name = self._schedule(thing, wish, fixed=fixed).name
        further: dict[str, object] = {}
        if thing.host is None and wish.get("all_services") is True:
            of_host = [service for service in self._monitor.services.values() if service.host is thing]
            made = [self._schedule(service, wish, fixed=fixed) for service in of_host]
            further = {"service_downtimes": [{"legacy_id": 1, "name": planned.name} for planned in made]}
        self._note("schedule-downtime", thing, wish)
        words = f"Successfully scheduled downtime '{name}' for object '{thing.name}'."
        return _result(200, words, name=name, **further)

    def _cancel(self, planned: Downtime, wish: Wish) -> Result:
        self._change(planned.about)
        self._monitor.forget(planned)
        self._note("remove-downtime", planned.about, {**wish, "downtime": planned.name})
        return _result(200, f"Successfully removed downtime '{planned.name}' and 0 child downtimes.")

    def _recheck(self, thing: Checkable, wish: Wish) -> Result:
        """A forced check of what others report loses what they reported, as in the real one."""
        self._change(thing)
        if not thing.passive:
            thing.last_check = self._monitor.now()
        elif wish.get("force") is True:
            thing.state, thing.output = (3 if thing.host else 1), "No Passive Check Result Received."
            thing.last_check = self._monitor.now()
        self._note("reschedule-check", thing, wish)
        return _result(200, f"Successfully rescheduled check for object '{thing.name}'.")

    # -- within ----------------------------------------------------------------------------------------------------

    def _change(self, thing: Checkable) -> None:
        thing.hold(self._monitor.now(), self._monitor.lag)

    def _write(self, thing: Checkable, wish: Wish, entry_type: int, until: float) -> Comment:
        now = self._monitor.now()
        made = Comment(
            id=self._monitor.identity(),
            about=thing,
            author=_kept(wish["author"]),
            text=_kept(wish["comment"]),
            at=now,
            until=until,
            visible_at=now + self._monitor.lag,
            entry_type=entry_type,
            persistent=wish.get("persistent") is True,
        )
        self._monitor.comments.append(made)
        return made

    def _schedule(self, thing: Checkable, wish: Wish, *, fixed: bool) -> Downtime:
        self._change(thing)
        now = self._monitor.now()
        made = Downtime(
            id=self._monitor.identity(),
            about=thing,
            author=_kept(wish["author"]),
            text=_kept(wish["comment"]),
            at=_number(wish, "start_time"),
            until=_number(wish, "end_time"),
            visible_at=now + self._monitor.lag,
            duration=0.0 if fixed else _number(wish, "duration"),
            made=now,
        )
        self._monitor.downtimes.append(made)
        return made

    def _note(self, action: str, thing: Checkable, wish: Wish) -> None:
        told = {name: value for name, value in wish.items() if name not in ("type", "service", "host", "verbose")}
        self.applied.append({"action": action, "object": thing.name, **told})


def named(user: User, things: Mapping[str, Checkable], names: Sequence[str], kind: str) -> list[Checkable]:
    """The objects of those names. One that is not there, or not to be seen, takes away the whole answer."""
    for name in names:
        if name not in things:
            raise LookupError("Object does not exist.")
        if not user.sees(things[name]):
            raise LookupError(f"Access denied to object '{name}' of type '{kind}'")
    return [things[name] for name in names]


def results(rows: list[dict[str, object]]) -> Answer:
    """An answer with these rows."""
    return Answer(200, {"results": rows})


def missing(permission: str, *, verbose: bool) -> Answer:
    """A missing permission looks like a missing object, unless it was asked to be verbose."""
    return error(404, NOT_FOUND, f"Error: Missing permission: {permission}\n" if verbose else "")


def error(status: int, text: str, diagnosis: str = "") -> Answer:
    """An error, with what is told to those who want it verbose."""
    extra = {"diagnostic_information": diagnosis} if diagnosis else {}
    return Answer(status, {"error": status, "status": text, **extra})


def _remark(user: User, remarks: Sequence[RemarkT], wish: Wish, kind: str) -> RemarkT:
    found = next((r for r in remarks if r.name == wish.get(kind) and user.sees(r.about)), None)
    if found is None:
        raise LookupError("Object does not exist.")
    return found


def _status_of(done: Sequence[Result]) -> int:
    """One status for all: what went wrong, where anything did."""
    wrong = {result["code"] for result in done} - {200}
    if not done or len(wrong) > 1:
        return 500
    return int(str(wrong.pop())) if wrong else 200


def _result(code: int, status: str, **further: object) -> Result:
    return {"code": code, "status": status, **({"legacy_id": 1} if "name" in further else {}), **further}


def _failed(reason: str) -> Result:
    return _result(500, f"Action execution failed: 'Error: {reason}\n'.")


def _called(thing: Checkable) -> str:
    return f"{'Service' if thing.host else 'Host'} {thing.name}"


def _kept(text: object) -> str:
    """A text as it is kept: up to the first NUL."""
    return str(text).partition("\0")[0]


def _words(wish: Wish) -> bool:
    """Whether there are both an author and a comment."""
    return bool(_kept(wish["author"]) and _kept(wish["comment"]))


def _number(wish: Wish, name: str) -> float:
    value = wish.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
