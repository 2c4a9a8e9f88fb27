"""Her own terms for texts that we start: what there is, fewer, a pause, later in the day, no weekends."""

from __future__ import annotations

from datetime import timedelta

from helpline.triage import plans
from helpline.triage.heard import Hit
from helpline.triage.state import Timer
from helpline.triage.timing import FROM_HOUR, NO_WEEKENDS
from helpline.triage.turn import Turn

WISHES = ("plans", "fewer", "pause", "from_evening", "from_hour", "no_weekends")
"""Intents this module answers."""

PAUSE = timedelta(days=7)
MOST_LISTED = 4
_NOON = 12


def grant(turn: Turn, wish: Hit) -> bool:
    """Do what she wishes and say so; safety checks stay as they are. False: a number that is no hour."""
    match wish.id:
        case "plans":
            _tell(turn)
        case "fewer":
            _thin(turn)
            turn.say("plans.fewer")
        case "pause":
            _move(turn, PAUSE)
            turn.say("plans.paused")
        case "no_weekends":
            turn.remember(NO_WEEKENDS, "yes")
            _move(turn)
            turn.say("plans.no_weekends")
        case _:
            return _from(turn, wish)
    return True


def _from(turn: Turn, wish: Hit) -> bool:
    if not isinstance(wish.value, int):
        return False
    evening = wish.id == "from_evening" and wish.value < _NOON
    early = wish.value < turn.flow.region.quiet_until.hour  # "after 6": nobody means six in the morning
    hour = wish.value + (_NOON if evening or early else 0)
    if not 0 < hour < turn.flow.region.quiet_from.hour:
        return False
    turn.remember(FROM_HOUR, str(hour))
    _move(turn)
    turn.say("plans.from", time=f"{hour}:00")
    return True


def _tell(turn: Turn) -> None:
    soon = plans.planned(turn.state)[:MOST_LISTED]
    if soon:
        turn.say("plans.list", items=", ".join(_until(turn, timer) for timer in soon))
    else:
        turn.say("plans.none")


def _until(turn: Turn, timer: Timer) -> str:
    left = timer.due - turn.at
    if left >= timedelta(days=2):
        return turn.word("plans.days", key=str(left.days))
    if left >= timedelta(hours=2):
        return turn.word("plans.hours", key=str(int(left / timedelta(hours=1))))
    return turn.word("plans.soon")


def _own(turn: Turn) -> tuple[Timer, ...]:
    """Return the plans that she may change: all but safety checks."""
    return tuple(t for t in plans.planned(turn.state) if not t.urgent)


def _thin(turn: Turn) -> None:
    """Leave out every second one, beginning with the next."""
    turn.clear_timers(*(t.name for t in _own(turn)[::2]))


def _move(turn: Turn, by: timedelta = timedelta(0)) -> None:
    """Put all plans into the hours she wants, none sooner than `by` from now."""
    welcome, soonest = plans.welcome_hours(turn), turn.at + by
    moved = (Timer(t.name, welcome.open(max(t.due, soonest)), kind=t.kind) for t in _own(turn))
    turn.set_timer(*moved)
