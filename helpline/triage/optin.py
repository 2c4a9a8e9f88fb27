"""Opt-in: what she agreed to, for which purpose and in which words; and her taking it back."""

from __future__ import annotations

from dataclasses import replace

from helpline.triage import plans
from helpline.triage.ask import ABANDONED, NUDGE, open_question
from helpline.triage.contact import RUNNING
from helpline.triage.flow import Offer
from helpline.triage.state import Agreement
from helpline.triage.turn import Turn

OFFERS = {"offer.checkins": "checkins", "offer.support": "support"}
"""Questions that ask for an agreement -> its purpose."""


def offer(turn: Turn) -> bool:
    """Offer the next thing that needs a yes, once in a contact, where result and phone allow it."""
    if not plans.may_reach(turn.state):
        return False
    steps = (s for s in turn.flow.conversations["triage"].steps if isinstance(s, Offer))
    step = next((s for s in steps if _open(turn, s)), None)
    if step is None:
        return False
    turn.change(done=turn.state.done | {step.id})
    open_question(turn, step.message)
    turn.clear_timers(NUDGE, ABANDONED)
    return True


def _open(turn: Turn, step: Offer) -> bool:
    state, rules = turn.state, turn.flow.rulebook
    if step.id in state.done or state.consent.covers(step.purpose):
        return False
    fits = state.disposition in step.dispositions
    return bool(fits and rules.layout.mask(step.when).holds(rules.closed(turn.facts())))


def purpose(turn: Turn) -> str | None:
    """Return what a yes or no would be about now; None when another question stands."""
    asked = turn.state.asked
    return OFFERS.get(asked.id) if asked else "checkins"


def agree(turn: Turn, purpose: str) -> None:
    """Record a yes with the words it answers, and plan what fits what is known of her."""
    agreed = Agreement(purpose, turn.word(f"offer.{purpose}"), turn.at, turn.state.channel)
    others = tuple(a for a in turn.state.consent.agreements if a.purpose != purpose)
    turn.change(consent=replace(turn.state.consent, agreements=(*others, agreed)), asked=None)
    if purpose == "support":
        plans.support(turn)
    else:
        plans.for_situation(turn)
        if not plans.planned(turn.state):
            plans.for_situation(turn, ("checkin_24h",))
    turn.say(f"offer.{purpose}.yes")


def refuse(turn: Turn, purpose: str | None) -> None:
    """Take back an agreement and all that was planned for it; unasked, all of them."""
    ended = {purpose} if purpose and turn.state.asked else set(plans.PURPOSES)
    turn.remember(RUNNING, None)
    turn.clear_timers(plans.REMIND)
    kept = tuple(a for a in turn.state.consent.agreements if a.purpose not in ended)
    turn.change(consent=replace(turn.state.consent, agreements=kept), asked=None)
    for each in sorted(ended):
        plans.end(turn, each)
    turn.say(f"offer.{purpose or 'checkins'}.no")
