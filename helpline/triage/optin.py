"""Opt-in: what she agreed to, for which purpose and in which words; and her taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from helpline.triage import plans
from helpline.triage.ask import ABANDONED, NUDGE, open_question
from helpline.triage.cases import LADDER, OWNED, PROMISED
from helpline.triage.contact import RUNNING
from helpline.triage.flow import Offer
from helpline.triage.state import Agreement, FindingId, Timer, TimerName
from helpline.triage.timing import ZONES
from helpline.triage.turn import Turn

OFFERS = {"offer.checkins": "checkins", "offer.support": "support"}
"""Questions that ask for an agreement -> its purpose."""


FOR_WHOM = FindingId("for_whom")

ZONE_ASKED = "keep_zone_asked"
"""Remembered once she was asked for her time zone."""

HER_TIME = "her_time"
"""Remembered while something is offered: the time at which she asked to be texted."""


def offer(turn: Turn) -> bool:
    """Offer the next thing that needs a yes, once in a contact, where result and phone allow it."""
    if not plans.may_reach(turn.state):
        return False
    step = next((s for s in _offers(turn) if s.id not in turn.state.done and _open(turn, s)), None)
    return step is not None and _put(turn, step)


def asked_for(turn: Turn, purpose: str = "checkins") -> bool:
    """Put an offer to who asks for it by herself: without its words there is no agreement."""
    if not plans.may_reach(turn.state):
        return False
    step = next((s for s in _offers(turn) if s.purpose == purpose and _open(turn, s)), None)
    return step is not None and _put(turn, step)


def _offers(turn: Turn) -> list[Offer]:
    return [s for s in turn.flow.conversations["triage"].steps if isinstance(s, Offer)]


def _put(turn: Turn, step: Offer) -> bool:
    turn.change(done=turn.state.done | {step.id})
    open_question(turn, step.message)
    turn.clear_timers(NUDGE, ABANDONED)
    return True


def _open(turn: Turn, step: Offer) -> bool:
    state, rules = turn.state, turn.flow.rulebook
    whom = state.findings.get(FOR_WHOM)
    if state.consent.covers(step.purpose) or (whom is not None and whom.value == "other"):
        return False  # nobody agrees for somebody else: only she, on her own phone (evidence 7.5)
    fits = (state.disposition or state.last_disposition) in step.dispositions
    return bool(fits and rules.layout.mask(step.when).holds(rules.closed(turn.facts())))


def ask_zone(turn: Turn) -> None:
    """Ask once where she is, by text or on the call, when texts are planned and her number does not tell.

    No question stands for it: she may leave it, or tell it at any time.
    """
    told, question = turn.state.extra.get(ZONES, "").split(), f"zone.ask.{turn.flow.region.id}"
    unsure = len(told) != 1 and turn.has(question)
    if unsure and ZONE_ASKED not in turn.state.extra and plans.own(turn.state):
        turn.remember(ZONE_ASKED, "yes")
        turn.say(question)


def at_her_time(turn: Turn, when: datetime) -> bool:
    """Text her when she says: the next planned text then, else it is offered first."""
    if plans.own(turn.state):
        move_next(turn, when)
        turn.say("plans.moved")
        return True
    if turn.state.consent.covers("checkins") and plans.may_reach(turn.state):
        due = plans.welcome_hours(turn).open(when)
        turn.set_timer(Timer(TimerName("checkin_24h"), due, kind="checkin_24h"))
        turn.say("plans.moved")
        return True
    if not asked_for(turn):
        return False
    turn.remember(HER_TIME, when.isoformat())
    return True


def move_next(turn: Turn, when: datetime) -> None:
    """Move the next planned text to the time she named, or to the end of that night."""
    soonest = next(iter(plans.own(turn.state)), None)
    if soonest is not None:
        turn.set_timer(Timer(soonest.name, plans.welcome_hours(turn).open(when), kind=soonest.kind))


def stop(turn: Turn) -> None:
    """End all that we start, on this commit; what was planned is remembered for START. Cases go on."""
    plans.stow(turn)
    kept = tuple(t for t in turn.state.timers if t.name in (LADDER, OWNED, PROMISED))
    consent = replace(turn.state.consent, stopped=turn.at)
    turn.change(consent=consent, asked=None, timers=kept, ended=True, step="stopped")


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
    hers = turn.state.extra.get(HER_TIME)
    if hers and datetime.fromisoformat(hers) > turn.at:
        move_next(turn, datetime.fromisoformat(hers))
    turn.remember(HER_TIME, None)
    turn.say(f"offer.{purpose}.yes")


def refuse(turn: Turn, purpose: str | None) -> None:
    """Take back an agreement and all that was planned for it; of no purpose named, all of them."""
    ended = {purpose} if purpose else set(plans.PURPOSES)
    asked = turn.state.asked
    over = asked is None or asked.id in OFFERS or (RUNNING in turn.state.extra and "checkins" in ended)
    turn.remember(HER_TIME, None)
    if "checkins" in ended:
        turn.remember(RUNNING, None)
        turn.clear_timers(plans.REMIND)
    kept = tuple(a for a in turn.state.consent.agreements if a.purpose not in ended)
    consent = replace(turn.state.consent, agreements=kept)
    turn.change(consent=consent, asked=None if over else asked)
    for each in sorted(ended):
        plans.end(turn, each)
    turn.say(f"offer.{purpose or 'any'}.no")
