"""From Icinga 2's rows to alerts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from secondline_tui.config.sources import Icinga2
from secondline_tui.domain.items import Alert, Handling, Links, Note, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean, clean_block, first_line, safe_url
from secondline_tui.sources.icinga2.wire import Comment, Downtime, ProblemRow

_SERVICE_STATES = {1: ("WARNING", Severity.WARNING), 2: ("CRITICAL", Severity.CRITICAL)}
_UNKNOWN = ("UNKNOWN", Severity.UNKNOWN)
_DOWN = ("DOWN", Severity.CRITICAL)

NOBODY = SafeText("somebody")


@dataclass(frozen=True, slots=True)
class Remarks:
    """What people wrote, by the full name of the object it is on."""

    comments: Mapping[str, Sequence[Comment]] = field(default_factory=dict)
    downtimes: Mapping[str, Sequence[Downtime]] = field(default_factory=dict)


def alert_maker(source_name: str, source: Icinga2, remarks: Remarks) -> Callable[[ProblemRow], Alert | None]:
    """A function that turns one row into an alert, or into None when it is no problem any more."""

    def make(row: ProblemRow) -> Alert | None:
        attrs, name = row.attrs, row.name
        if not attrs.problem:
            return None
        host, _, service = name.partition("!")
        state, severity = _SERVICE_STATES.get(attrs.state, _UNKNOWN) if service else _DOWN
        host_shown = (row.joins.host.display_name or host) if service else (attrs.display_name or host)
        output = clean_block(attrs.last_check_result.output if attrs.last_check_result else "")
        downtimes = remarks.downtimes.get(name, ())
        in_downtime = attrs.downtime_depth > 0
        acknowledged = _handling(row, remarks)
        return Alert(
            ref=ItemRef(source_name, Kind.ALERT, name),
            environment=_environment(source, row),
            severity=severity,
            state=SafeText(state),
            name=clean(attrs.display_name or service) if service else SafeText("host is down"),
            host=clean(host_shown),
            output=output,
            summary=first_line(output),
            since=attrs.last_state_change,
            acknowledged=acknowledged,
            downtime=in_downtime,
            downtime_until=max((d.until for d in downtimes if d.until), default=None) if in_downtime else None,
            inhibited=attrs.handled and acknowledged is None and not in_downtime,
            flapping=attrs.flapping,
            soft=attrs.state_type == 0,
            notes=_notes(name, remarks),
            labels=_labels(host, service),
            links=Links(
                runbook=safe_url(attrs.notes_url) or safe_url(row.joins.host.notes_url),
                graph=safe_url(attrs.action_url),
                web=web_link(source, host, service),
            ),
        )

    return make


def _environment(source: Icinga2, row: ProblemRow) -> SafeText:
    if source.environment_var:
        of_host = row.joins.host.vars if "!" in row.name else row.attrs.vars
        value = (of_host or {}).get(source.environment_var)
        if isinstance(value, str) and value:
            return clean(value)
    return clean(source.environment)


def _handling(row: ProblemRow, remarks: Remarks) -> Handling | None:
    """Who acknowledged it. Without the right to read comments, it is known only that somebody did."""
    if not row.attrs.acknowledgement:
        return None
    until = row.attrs.acknowledgement_expiry
    last = next((c for c in remarks.comments.get(row.name, ()) if c.acknowledges), None)
    if last is None:
        return Handling(by=NOBODY, until=until)
    return Handling(by=clean(last.author), comment=clean_block(last.text), at=last.entry_time, until=until)


def _notes(name: str, remarks: Remarks) -> tuple[Note, ...]:
    notes = [
        Note(
            author=clean(c.author),
            text=clean_block(c.text),
            at=c.entry_time,
            label=SafeText("acknowledgement" if c.acknowledges else "comment"),
        )
        for c in remarks.comments.get(name, ())
    ]
    notes += [
        Note(author=clean(d.author), text=clean_block(d.comment), at=d.start_time, label=SafeText("downtime"))
        for d in remarks.downtimes.get(name, ())
    ]
    return tuple(notes)


def _labels(host: str, service: str) -> tuple[tuple[SafeText, SafeText], ...]:
    """The names Icinga itself uses: the ones shown may be display names."""
    labels = [(SafeText("host_name"), clean(host))]
    if service:
        labels.append((SafeText("service_name"), clean(service)))
    return tuple(labels)


def web_link(source: Icinga2, host: str, service: str) -> str | None:
    """The problem's page in Icinga Web."""
    if source.web_url is None:
        return None
    h, s = quote(host, safe=""), quote(service, safe="")
    if source.web == "monitoring":
        path = f"monitoring/service/show?host={h}&service={s}" if service else f"monitoring/host/show?host={h}"
    else:
        path = f"icingadb/service?name={s}&host.name={h}" if service else f"icingadb/host?name={h}"
    return safe_url(f"{source.web_url}/{path}")
