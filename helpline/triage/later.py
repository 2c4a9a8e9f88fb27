"""Not now: a question put off, and a planned text moved to the time she names.

"Later" puts off the question that stands. "Tomorrow at 10" or "in 2 hours", said while none stands, moves the
next planned text; with nothing planned it is offered, in the words an agreement needs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from helpline.triage import followup, optin, plans
from helpline.triage.ask import ABANDONED, NUDGE
from helpline.triage.heard import Hit
from helpline.triage.state import Timer, TimerName
from helpline.triage.turn import Turn

LATER = ("tomorrow_at", "tomorrow_pm", "tonight", "snooze")
"""Intents this module answers. `snooze` has seconds, `tomorrow_at` and `tomorrow_pm` an hour, or nothing."""

AN_HOUR = timedelta(hours=1)
LONGEST = timedelta(days=1)
"""A question is put off for no longer."""

EVENING = 19
_NOON, _NIGHT_OVER = 12, 7


def put_off(turn: Turn, wish: Hit) -> bool:
    """Put off the question that stands, or move the next planned text; return whether there was either."""
    until = _until(turn, wish)
    if turn.state.asked is None:
        return optin.at_her_time(turn, until) if _named(wish) else False
    purpose = optin.OFFERS.get(turn.state.asked.id)
    if purpose is not None and _named(wish):
        optin.agree(turn, purpose)
        optin.move_next(turn, until)
        if not optin.offer(turn):
            optin.ask_zone(turn)
        return True
    _snooze(turn, min(until, turn.at + _most(turn)))
    return True


def _most(turn: Turn) -> timedelta:
    """Return for how long she may put off what stands: a safety check an hour, other check-ins days."""
    step = followup.running(turn)
    if step is None:
        return LONGEST
    return AN_HOUR if step.safety else 2 * LONGEST


def _snooze(turn: Turn, until: datetime) -> None:
    """Wait, without counting silence meanwhile."""
    turn.clear_timers(NUDGE, ABANDONED)
    turn.set_timer(Timer(TimerName("snooze"), until, kind="snooze"))
    followup.snoozed(turn, until)
    turn.say("snooze.ok")


def _named(wish: Hit) -> bool:
    """Return whether she named a time."""
    return wish.id != "snooze" or isinstance(wish.value, int)


def _until(turn: Turn, wish: Hit) -> datetime:
    welcome, hour = plans.welcome_hours(turn), wish.value if isinstance(wish.value, int) else None
    if wish.id == "tonight":
        evening = welcome.at(turn.at, 0, EVENING)
        return evening if evening > turn.at else welcome.open(turn.at + AN_HOUR)
    if wish.id == "snooze":
        return turn.at + timedelta(seconds=hour) if hour is not None else welcome.open(turn.at + AN_HOUR)
    if hour is None or not 0 <= hour < 24:
        return welcome.open(turn.at + LONGEST)
    afternoon = hour < _NOON and (wish.id == "tomorrow_pm" or hour < _NIGHT_OVER)
    return welcome.at(turn.at, 1, hour + (_NOON if afternoon else 0))
