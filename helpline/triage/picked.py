"""What was picked at a question that settles no finding, as the wish that it is."""

from __future__ import annotations

from dataclasses import replace

from helpline.triage.ask import CRISIS_OFFER, LEFT, LEFT_UNKNOWN, MENU, SAME_PERSON, is_menu
from helpline.triage.heard import Hit, Understanding
from helpline.triage.turn import Turn
from helpline.triage.where import COUNTRY

_WISHES = {
    CRISIS_OFFER: "crisis",
    LEFT: "left",
    LEFT_UNKNOWN: "left",
    MENU: "topic",
    SAME_PERSON: "same",
    COUNTRY: COUNTRY,
}
"""Question -> the intent that an answer to it is; of all others it is a yes or a no."""


def picked(turn: Turn, heard: Understanding) -> tuple[Hit, ...]:
    """Return the answers to a question that settles no finding, as intents."""
    asked = turn.state.asked
    if asked is None or asked.findings:
        return ()
    wish = _WISHES.get(MENU if is_menu(asked.id) else asked.id)
    if wish is None:
        return tuple(_confirmed(asked.id, h) for h in heard.answers)
    return tuple(replace(h, id=wish, value=str(h.value or h.id)) for h in heard.answers)


def _confirmed(question: str, hit: Hit) -> Hit:
    yes = str(hit.value or hit.id) in ("yes", "accept", "1")
    if question == "erase":
        return replace(hit, id="erase" if yes else "repeat", value="confirmed" if yes else None)
    return replace(hit, id="accept" if yes else "decline")
