"""Durations and moments as people read them: short, of steady width, never more exact than useful."""

from __future__ import annotations

from datetime import datetime, tzinfo

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def short(seconds: float) -> str:
    """ "8s", "4m", "3h 5m", "2d 4h", "34d": at most two units, hours alone from six on, days from ten."""
    seconds = max(0, int(seconds))
    if seconds < MINUTE:
        return f"{seconds}s"
    if seconds < HOUR:
        return f"{seconds // MINUTE}m"
    if seconds < DAY:
        hours, minutes = divmod(seconds // MINUTE, 60)
        return f"{hours}h {minutes}m" if minutes and hours < 6 else f"{hours}h"
    days, hours = divmod(seconds // HOUR, 24)
    return f"{days}d {hours}h" if hours and days < 10 else f"{days}d"


def calm(seconds: float) -> str:
    """Like `short`, but in steps of five seconds below a minute, so that a watched figure does not flicker."""
    return short(seconds if seconds >= MINUTE else seconds // 5 * 5)


def countdown(seconds: float) -> str:
    """ "3:41" or "1:02:10" until something; "now" once it is due."""
    whole = int(seconds)
    if whole <= 0:
        return "now"
    hours, rest = divmod(whole, HOUR)
    minutes, secs = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def clock(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """ "14:02" today, "Tue 14:02" within a week, "3 Nov 14:02" this year, else with the year."""
    local, today = in_zone(moment, zone), in_zone(now, zone)
    days = abs((today.date() - local.date()).days)
    if days == 0:
        return f"{local:%H:%M}"
    if days < 7:
        return f"{local:%a %H:%M}"
    day = f"{local.day} {local:%b}"
    return f"{day} {local:%H:%M}" if local.year == today.year else f"{day} {local:%Y}"


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A moment in a zone. "For ever" is told as the last second of year 9999, and has no later time anywhere."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.replace(tzinfo=zone)
