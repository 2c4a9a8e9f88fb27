"""Too many texts from one phone: read for danger, and otherwise not answered for a while (hazard H34).

A frightened person writes ten short texts in a minute; a machine writes hundreds. What tells of danger, asks
for a person or wants the line to stop goes its usual way however many came before.
"""

from __future__ import annotations

from helpline.triage.effects import Count
from helpline.triage.events import Texted
from helpline.triage.state import Channel
from helpline.triage.turn import Turn
from helpline.triage.understand import understand

SINCE = "texts_since"
"""Remembered: the second since 1970 in which counting began, and how many texts there were since."""

NEVER_DROPPED = frozenset({"stop", "exit", "hide", "human", "erase"})


def dropped(turn: Turn, event: Texted) -> bool:
    """Count a text; return whether it is one too many and waits for nobody. The first such is told so."""
    count = _count(turn)
    most = turn.flow.policy.flood_most
    if count <= most or matters(turn, event.text):
        return False
    turn.effects.append(Count("flooded"))
    if count == most + 1:
        turn.say("flood.told", key=str(int(turn.flow.policy.flood_within.total_seconds() // 60)))
    return True


def _count(turn: Turn) -> int:
    """Return how many texts came since counting began, this one included."""
    now = int(turn.at.timestamp())
    since, _, before = turn.state.extra.get(SINCE, f"{now} 0").partition(" ")
    count = int(before) + 1
    if now - int(since) >= turn.flow.policy.flood_within.total_seconds():
        since, count = str(now), 1
    turn.remember(SINCE, f"{since} {count}")
    return count


def matters(turn: Turn, text: str) -> bool:
    """Return whether a text tells of danger, or wants what is never left waiting."""
    heard = understand(text[:1600], None, turn.flow.lexicons, turn.state.language, Channel.SMS)
    wanted = any(h.id in NEVER_DROPPED for h in heard.intents)
    return bool(heard.interrupts or heard.weighed or heard.doubt or wanted)
