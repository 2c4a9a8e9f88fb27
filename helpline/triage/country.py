"""Asking for her country, and taking it from her words at any time (hazard H15)."""

from __future__ import annotations

from helpline.triage import plans, where
from helpline.triage.ask import open_question
from helpline.triage.flow import GENERIC
from helpline.triage.heard import Understanding
from helpline.triage.interview import DANGER, Next, Phase
from helpline.triage.timing import ZONES
from helpline.triage.turn import Turn


def due(turn: Turn, phase: Phase, following: Next | None) -> bool:
    """Return whether it is time to ask: right behind the danger signs, unless hospital is told."""
    danger = following is not None and following.item.id == DANGER
    return where.unknown(turn.flow, turn.state) and not phase.hospital and not danger


def ask(turn: Turn) -> None:
    """Ask in which country she is."""
    open_question(turn, where.COUNTRY)


def heard(turn: Turn, words: Understanding) -> None:
    """Take the country from her words before they are answered, so that this very reply names its number."""
    told = next((h for h in words.intents if h.id == where.COUNTRY), None)
    if told is not None:
        take(turn, str(told.value))


def take(turn: Turn, pick: str) -> None:
    """Go on in the words of this region; what is planned comes by day there."""
    region = pick if pick in turn.flow.local else GENERIC
    turn.remember(where.TOLD, region)
    turn.flow = turn.flow.at(region)
    if region != GENERIC and not where.at_home(turn.flow, turn.state, region):
        turn.remember(ZONES, turn.flow.region.time_zone)
        plans.move_all(turn)


def say(turn: Turn) -> None:
    """Say the number of her country, or the truth where we know none."""
    turn.say("country.other" if turn.flow.region.id == GENERIC else "country.done")
