"""Her own terms for texts that we start: what there is, fewer, a pause, her hours, weekends, her zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from helpline.triage import plans
from helpline.triage.heard import Hit, Understanding
from helpline.triage.state import Timer
from helpline.triage.timing import FROM_HOUR, NO_WEEKENDS, TERMS, UNTIL_HOUR, ZONES
from helpline.triage.turn import Turn

PAUSE, LONGEST_PAUSE = 7, 60
"""Days: when she names none, and at most."""
MOST_LISTED = 4
_NOON = 12


def grant(turn: Turn, wish: Hit) -> bool:
    """Do what she wishes and say so; safety checks stay as they are. False: it makes no sense as a wish."""
    return _WISHES[wish.id](turn, wish)


def tell(turn: Turn) -> None:
    """Say when the next planned texts come."""
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


def _plans(turn: Turn, _: Hit) -> bool:
    tell(turn)
    return True


def _change(turn: Turn, _: Hit) -> bool:
    turn.say("plans.change")
    return True


def _fewer(turn: Turn, _: Hit) -> bool:
    """Leave out every second one, beginning with the next."""
    turn.clear_timers(*(t.name for t in plans.own(turn.state)[::2]))
    turn.say("plans.fewer")
    return True


def _pause(turn: Turn, wish: Hit) -> bool:
    days = wish.value if isinstance(wish.value, int) else PAUSE
    if not 0 < days <= LONGEST_PAUSE:
        return False
    plans.move_all(turn, timedelta(days=days))
    turn.say("plans.paused", key=str(days))
    return True


def _no_weekends(turn: Turn, _: Hit) -> bool:
    turn.remember(NO_WEEKENDS, "yes")
    plans.move_all(turn)
    turn.say("plans.no_weekends")
    return True


def _any_time(turn: Turn, _: Hit) -> bool:
    """Take back her own terms; the region's night stays."""
    for term in TERMS:
        turn.remember(term, None)
    plans.move_all(turn)
    turn.say("plans.any_time")
    return True


def _from(turn: Turn, wish: Hit) -> bool:
    hour = _hour(turn, wish)
    if hour is None or hour >= int(turn.state.extra.get(UNTIL_HOUR, "24")):
        return False
    turn.remember(FROM_HOUR, str(hour))
    plans.move_all(turn)
    turn.say("plans.from", time=f"{hour}:00")
    return True


def _until_hour(turn: Turn, wish: Hit) -> bool:
    """Send nothing from that hour on; what is night anyhow needs no more than saying so."""
    night = turn.flow.region.quiet_from.hour
    late = isinstance(wish.value, int) and night <= wish.value % _NOON + _NOON < 24
    hour = night if late and wish.id.endswith("evening") else _hour(turn, wish)
    earliest = max(turn.flow.region.quiet_until.hour, int(turn.state.extra.get(FROM_HOUR, "0")))
    if hour is None or hour <= earliest:
        return False
    turn.remember(UNTIL_HOUR, str(hour))
    plans.move_all(turn)
    turn.say("plans.until", time=f"{hour}:00")
    return True


def _hour(turn: Turn, wish: Hit) -> int | None:
    """Return the hour she means, None when no text may come at it: "after 6" is never six in the morning."""
    if not isinstance(wish.value, int):
        return None
    evening = wish.id.endswith("evening") and wish.value < _NOON
    early = wish.value < turn.flow.region.quiet_until.hour
    hour = wish.value + (_NOON if evening or early else 0)
    return hour if 0 < hour < turn.flow.region.quiet_from.hour else None


def _zone(turn: Turn, wish: Hit) -> bool:
    """Take the time zone she told; what is planned stays on its day and comes by day there."""
    there = turn.flow.region.zones.get(str(wish.value))
    return _moved_to(turn, there)


def _here(turn: Turn, wish: Hit) -> bool:
    """Take the zone in which it is the hour that she says it is."""
    if not isinstance(wish.value, int) or not 0 < wish.value <= _NOON:
        return False
    hour = wish.value % _NOON + (_NOON if wish.id == "here_pm" else 0)
    zones = (turn.flow.region.time_zone, *turn.flow.region.zones.values())
    return _moved_to(turn, next((z for z in zones if turn.at.astimezone(ZoneInfo(z)).hour == hour), None))


def _moved_to(turn: Turn, zone: str | None) -> bool:
    if zone is None:
        return False
    turn.remember(ZONES, zone)
    plans.move_all(turn)
    turn.say("plans.zone")
    return True


_WISHES: dict[str, Callable[[Turn, Hit], bool]] = {
    "plans": _plans,
    "change_plans": _change,
    "fewer": _fewer,
    "pause": _pause,
    "until_evening": _until_hour,
    "until_hour": _until_hour,
    "from_evening": _from,
    "from_hour": _from,
    "no_weekends": _no_weekends,
    "any_time": _any_time,
    "zone": _zone,
    "here_pm": _here,
    "here_am": _here,
}
WISHES = tuple(_WISHES)
"""Intents this module answers."""
_HOURS = frozenset({"until_evening", "until_hour", "from_evening", "from_hour"})
"""Those that name an hour."""


SOUNDS_UNSAFE = frozenset({"safe_to_text", "safe_at_home"})
"""What "do not write to me" sounds like, where no hour follows it."""
MOST_BESIDE = 2
"""Words beside a wish, at most, where the whole message is that wish."""


def not_unsafe(text: str, heard: Understanding) -> Understanding:
    """Drop a phone that is not safe where the whole message is a wish about hours: "no me escribas después de
    las 7". What else stands there, somebody who reads or comes, decides as ever.
    """
    wished = [h for h in heard.intents if h.id in _HOURS]
    longest = max((len(h.words.split()) for h in wished), default=0)
    told = [h for h in heard.interrupts if h.id not in SOUNDS_UNSAFE]
    if not wished or told or len(text.split()) > longest + MOST_BESIDE:
        return heard
    kept = tuple(h for h in heard.findings if h.id not in SOUNDS_UNSAFE)
    return replace(heard, interrupts=(), findings=kept, weighed=())


def beside_stop(text: str, intents: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Drop a STOP that runs on into a wish: "please dont text me" in "please dont text me after 8 pm"."""
    wished = [_place(text, h) for h in intents if h.id in WISHES]
    return tuple(h for h in intents if h.id != "stop"
                 or not any(first < _place(text, h)[1] <= last for first, last in wished))


def _place(text: str, hit: Hit) -> tuple[int, int]:
    first = text.find(hit.words)
    return first, first + len(hit.words)
