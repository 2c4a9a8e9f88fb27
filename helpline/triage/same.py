"""One phone may serve two people: whether it is the same person as before (hazard H28).

What was told before a certain moment counts for nothing until she says that it is about the same person; it
is kept meanwhile, so that she need not tell it twice. The danger signs always come first, and an emergency
never waits for this question.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from helpline.triage.ask import SAME_PERSON, open_question
from helpline.triage.effects import Note
from helpline.triage.heard import Hit
from helpline.triage.interview import Next, Phase
from helpline.triage.state import FindingId
from helpline.triage.turn import SAME, Turn, told

WEEKS, AGE = FindingId("gestation_weeks"), FindingId("age_group")
APART = 3
"""Weeks by which two tellings of one person may differ: a scan sets them right by so much."""


def doubt(turn: Turn, since: datetime) -> None:
    """Let nothing count that was told before `since`, until she says that it is the same person."""
    turn.remember(SAME, since.isoformat())


def look(turn: Turn, hits: Iterable[Hit]) -> None:
    """Doubt that it is the same person where weeks or age do not fit what was told over half an hour ago."""
    oldest = turn.at - turn.flow.policy.symptom_age
    for hit in hits:
        before = turn.state.findings.get(FindingId(hit.id))
        if before is not None and before.at < oldest and _apart(hit, before.value):
            doubt(turn, oldest)


def _apart(hit: Hit, before: str | int) -> bool:
    if hit.id == AGE:
        return hit.value not in (before, "unsure")
    both = isinstance(hit.value, int) and isinstance(before, int)
    if hit.id != WEEKS or not both:
        return False
    return int(hit.value or 0) > 0 and int(before) > 0 and abs(int(hit.value or 0) - int(before)) > APART


def due(turn: Turn, phase: Phase, following: Next | None) -> bool:
    """Return whether it is time to ask: before everything but the danger signs, unless hospital is told."""
    danger = following is not None and following.item.id == "danger"
    return SAME in turn.state.extra and not phase.hospital and not danger


def ask(turn: Turn) -> None:
    """Ask whether it is about the same person; nothing that was told is repeated to whoever reads it."""
    open_question(turn, SAME_PERSON)


def answered(turn: Turn, reply: str) -> None:
    """Take the answer: of somebody else all is asked anew. Not sure keeps what was advised, and no more."""
    turn.change(asked=None)
    turn.effects.append(Note(SAME_PERSON, reply))
    if reply != "yes":
        turn.change(findings=told(turn.state))
    turn.remember(SAME, None)
    if reply == "no":
        turn.change(last_disposition=None, contacts=turn.state.contacts[-1:])
