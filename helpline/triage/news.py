"""What she is told about her case: the truth, once each, and only where her phone is safe.

Someone was told; someone is reading; nobody could be reached, so do this now; staff are done. Nothing of it
is said before it is so: that someone was told, she hears when the carrier has taken the page.
"""

from __future__ import annotations

from helpline.triage.effects import Count, Note, Repeat, Text
from helpline.triage.events import Paged, Unmanned
from helpline.triage.state import FindingId, State
from helpline.triage.thread import held
from helpline.triage.turn import Turn

USEFUL = 3600
"""Seconds for which a notice to the person about her case makes sense."""

TOLD_ALERTED, TOLD_TAKEN, TOLD_NOBODY = "told_alerted", "told_taken", "told_nobody"
MARKS = (TOLD_ALERTED, TOLD_TAKEN, TOLD_NOBODY)

_LOST = "lost"
"""Put in place of a mark when its text did not arrive: one more try."""

HOSPITAL = "emergency_department"


def alerted(turn: Turn, event: Paged) -> None:
    """Tell her that someone was told, with the wait that the figures show; on a call she hears it there."""
    case = turn.state.case
    if case is None or case.code != event.case or case.status != "open" or not awaits(turn.state):
        return
    message = "case.alerted.now" if _to_act(turn) else "case.alerted"
    body = [turn.word(message)]
    if event.minutes is not None:
        body.append(turn.word("case.wait", key=str(event.minutes)))
    _once(turn, TOLD_ALERTED, " ".join(body))


def awaits(state: State) -> bool:
    """Return whether she has not yet been told anything of this case by text."""
    return state.call is None and not any(mark in state.extra for mark in MARKS)


def taken(turn: Turn) -> None:
    """Tell her that someone is reading; that nobody came is over."""
    _once(turn, TOLD_TAKEN, turn.word("case.taken"))
    turn.remember(TOLD_NOBODY, None)


def nobody(turn: Turn) -> None:
    """Tell her that nobody could be reached, and what to do; who takes the case later is announced anew."""
    message = "case.nobody" if turn.state.disposition is not None else "human.none"
    _once(turn, TOLD_NOBODY, turn.word(message))
    turn.remember(TOLD_TAKEN, None)


def unmanned(turn: Turn, event: Unmanned) -> None:
    """Tell her at once when there is nobody who could be paged.

    Whose case was opened by silence expects nobody yet: she hears it at the end of the ladder.
    """
    case = turn.state.case
    if case is None or case.code != event.case:
        return
    turn.effects += [Count("unmanned", case.level), Note("nobody_to_page", case.code)]
    if not case.reason.startswith("silence"):
        nobody(turn)


def done(turn: Turn, outcome: str) -> None:
    """Tell her that staff are done, if she expects anything of them, and forget what she was told."""
    expects = held(turn.state) or TOLD_TAKEN in turn.state.extra
    if expects and outcome != "wants no contact":
        tell(turn, turn.word("case.done"))
    for mark in MARKS:
        turn.remember(mark, None)


def not_arrived(turn: Turn) -> None:
    """Try once more to tell her what a lost notice said, when it is next due."""
    for mark in MARKS:
        if turn.state.extra.get(mark) == "yes":
            turn.remember(mark, _LOST)


def tell(turn: Turn, body: str) -> bool:
    """Text her, if her phone is safe and takes texts; return whether it was done."""
    unsafe = turn.state.findings.get(FindingId("safe_to_text"))
    if (unsafe and unsafe.value != "yes") or turn.state.extra.get("textable") == "no":
        return False
    turn.effects.append(Text("notice", body, turn.state.language, Repeat.SAFE, USEFUL, urgent=True))
    return True


def _once(turn: Turn, mark: str, body: str) -> None:
    before = turn.state.extra.get(mark)
    if before in (None, _LOST) and tell(turn, body):
        turn.remember(mark, "yes" if before is None else "twice")


def _to_act(turn: Turn) -> bool:
    return turn.told() >= turn.flow.table.urgency(HOSPITAL)
