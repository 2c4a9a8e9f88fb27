"""Whether a text that we start may leave now: decided at the moment of sending, not of planning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from helpline.triage.contact import CHECKIN
from helpline.triage.flow import Flow
from helpline.triage.state import FindingId, State
from helpline.triage.thread import held
from helpline.triage.timing import hours
from helpline.triage.where import here

ANSWERS = frozenset({"reply", "relay", "notice", "page", "call"})
"""No plans of ours: answers, pages to staff and what staff write pass even after STOP where they may."""

PURPOSES = {"checkin": "checkins", "support": "support"}
"""Kind of a planned text -> what she has to have agreed to."""


AN_HOUR = timedelta(hours=1)
"""How long kind words wait while a case is open."""


@dataclass(frozen=True, slots=True)
class Send:
    """Let it go."""


@dataclass(frozen=True, slots=True)
class Move:
    """Not now."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Never. `why` is for the journal."""

    why: str


Verdict = Send | Move | Drop


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be sent. An `urgent` check-in is a safety check: part of the advice, at any hour."""

    kind: str
    expires: datetime
    urgent: bool = False
    to_staff: bool = False


def decide(flow: Flow, state: State, item: Waiting, at: datetime) -> Verdict:
    """Return whether an item may be sent to this person (or to staff about them) at `at`."""
    kind, expires = item.kind, item.expires
    if at >= expires:
        return Drop("expired")
    if item.to_staff or kind == "page":
        return Send()
    unsafe = state.findings.get(FindingId("safe_to_text"))
    if unsafe is not None and unsafe.value != "yes":
        return Drop("not safe to text")
    if kind in ANSWERS:
        return Send()
    if state.consent.stopped is not None:
        return Drop("stopped")
    if kind in PURPOSES:
        return _planned(flow, state, item, at)
    if kind == "nudge" and state.asked is None and "abandoned" not in state.extra:
        return Drop("answered meanwhile")
    return Send()


def _planned(flow: Flow, state: State, item: Waiting, at: datetime) -> Verdict:
    """Decide on a text of a plan: welcome still, nobody of the staff has her, and not at night."""
    if held(state) or (state.case is not None and state.case.status == "acknowledged"):
        return Drop("a person has the case")
    if item.kind == "checkin" and CHECKIN not in state.extra:
        return Drop("answered meanwhile")
    if item.urgent:
        return Send()
    if not state.consent.covers(PURPOSES[item.kind]):
        return Drop("no consent")
    if state.heard is not None and at - state.heard >= flow.policy.agreement_lapses:
        return Drop("not heard of for too long")
    if item.kind == "support" and state.case is not None:
        return Move(at + AN_HOUR) if at + AN_HOUR < item.expires else Drop("a case is open")
    until = hours(here(flow, state).region, state.extra).open(at)
    if until == at:
        return Send()
    return Move(until) if until < item.expires else Drop("expired in the night")
