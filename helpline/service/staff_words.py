"""What staff are told by text, in the language each lists first, in the words of `flows/phrases.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from helpline.triage.flow import Flow
from helpline.triage.state import Channel, Language, Level
from helpline.triage.wording import word


def language_of(flow: Flow, spoken: Iterable[str]) -> Language:
    """Return the first language of a member of staff that the helpline speaks, else its own first."""
    return next((Language(x) for x in spoken if x in flow.languages), flow.languages[0])


def told(flow: Flow, spoken: Iterable[str], message: str, **fill: str) -> str:
    """Return one sentence to a member of staff who speaks these languages, best first."""
    return word(flow, language_of(flow, spoken), Channel.SMS, message, **fill)


def level_name(flow: Flow, spoken: Iterable[str], level: Level) -> str:
    """Return what a level is called in a page."""
    return told(flow, spoken, f"level.{level}")


def age(flow: Flow, spoken: Iterable[str], length: timedelta) -> str:
    """Return how long ago something began, in whole minutes, hours from two on, or days from two on."""
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 120:
        return told(flow, spoken, "staff.age.minutes", key=str(minutes))
    if minutes < 2880:
        return told(flow, spoken, "staff.age.hours", key=str(minutes // 60))
    return told(flow, spoken, "staff.age.days", key=str(minutes // 1440))


def clock(at: datetime, now: datetime) -> str:
    """Return an aware local time as a text shows it: the hour, and the date when it is not within the day."""
    return f"{at:%H:%M}" if at - now < timedelta(hours=20) and at >= now else f"{at:%m-%d %H:%M}"
