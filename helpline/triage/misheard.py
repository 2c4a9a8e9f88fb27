"""Words said on a call that may not be what she said (hazard H30).

The recogniser says of each sentence how sure it is, from 0 to 1; 0 means that it says nothing of the kind.
What it is not sure of counts only where it is a danger: in doubt the more urgent advice, and never a no. The
number depends on the maker of the recogniser, so keys stay offered, and a spoken no to danger is said back
even where it was sure (carrier facts, section 4).
"""

from __future__ import annotations

from dataclasses import replace

from helpline.triage.heard import Hit, Question, QuestionKind, Understanding
from helpline.triage.record import to_all
from helpline.triage.state import FindingId
from helpline.triage.turn import Turn

HARMLESS = frozenset({"human", "repeat", "help", "language"})
"""Wishes that are granted however badly they were heard: they end nothing and answer nothing."""

READ_BACK = 60
"""Letters of an answer that are said back, at most."""


def doubtful(turn: Turn, confidence: float | None) -> bool:
    """Return whether the recogniser was not sure of her words."""
    return bool(confidence) and float(confidence or 0) < turn.flow.policy.speech_sure_from


def kept(turn: Turn, heard: Understanding, question: Question | None) -> Understanding:
    """Return what counts of words: all of them, or of doubtful ones the danger."""
    if not turn.doubtful:
        return heard
    danger = tuple(a for a in heard.answers if _danger(turn, a, question))
    if heard.answers and not danger:
        turn.read_back = heard.answers[0].words.strip()[:READ_BACK]
    return replace(
        heard,
        answers=danger,
        findings=(),
        intents=tuple(i for i in heard.intents if i.id in HARMLESS),
        correction=False,
        language=None,
        loss_told=False,
    )


def _danger(turn: Turn, answer: Hit, question: Question | None) -> bool:
    """Return whether an answer alone is an emergency: then it counts however badly it was heard."""
    if question is not None and question.kind is QuestionKind.ANY:
        return to_all(answer) == "yes" and _of_danger(turn, question)
    return (FindingId(answer.id), str(answer.value)) in _alarms(turn)


def _of_danger(turn: Turn, question: Question) -> bool:
    alarms = _alarms(turn)
    return bool(question.findings) and all((f, "yes") in alarms for f in question.findings)


def _alarms(turn: Turn) -> frozenset[tuple[FindingId, str]]:
    return turn.flow.lexicons[turn.state.language].alarms


def say_back(turn: Turn, heard: Understanding, question: Question | None) -> None:
    """Say back a spoken no to danger signs, and how to take it back. Keys need no saying back."""
    spoken = turn.voice and any(c.isalpha() for c in turn.text)
    if not spoken or question is None or not _of_danger(turn, question):
        return
    if any(to_all(a) == "no" for a in heard.answers):
        turn.say("heard.no_danger")
