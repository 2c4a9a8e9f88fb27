"""Whether a text that we start may leave now: decided at the moment of sending, not of planning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from helpline.triage.flow import Flow
from helpline.triage.state import FindingId, State

ANSWERS = frozenset({"reply", "relay", "notice", "page", "call"})
"""No plans of ours: answers, pages to staff and what staff write pass even after STOP where they may."""

TO_STAFF = frozenset({"page"})


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


def decide(flow: Flow, state: State, kind: str, expires: datetime, at: datetime) -> Verdict:
    """Return whether an item of `kind` may be sent to this person (or to staff about them) at `at`."""
    if at >= expires:
        return Drop("expired")
    if kind in TO_STAFF:
        return Send()
    unsafe = state.findings.get(FindingId("safe_to_text"))
    if unsafe is not None and unsafe.value != "yes":
        return Drop("not safe to text")
    if kind in ANSWERS:
        return Send()
    if state.consent.stopped is not None:
        return Drop("stopped")
    if kind in ("checkin", "support") and not state.consent.covers(
        "checkins" if kind == "checkin" else "support"
    ):
        return Drop("no consent")
    if kind == "nudge" and state.asked is None and "abandoned" not in state.extra:
        return Drop("answered meanwhile")
    return Send()
