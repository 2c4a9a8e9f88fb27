"""A call that we start to her, where a text did not arrive or was not answered: once in a contact."""

from __future__ import annotations

from helpline.triage.effects import Call, Count
from helpline.triage.state import FindingId
from helpline.triage.turn import Turn

CALL_AFTER, CALL_USEFUL = 20, 180
"""Seconds after which she is called, so that a dropped line is free again; and for how long."""

CALLED_BACK = "called_back"
"""Remembered once she was called in this contact."""


def ring(turn: Turn) -> bool:
    """Call her within a minute; False where somebody else may listen, after STOP, or when it was tried."""
    unsafe = turn.state.findings.get(FindingId("safe_to_text"))
    watched = unsafe is not None and unsafe.value != "yes"
    if CALLED_BACK in turn.state.extra or watched or turn.state.consent.stopped is not None:
        return False
    turn.remember(CALLED_BACK, "yes")
    turn.effects.append(Call("callback", CALL_USEFUL, delay_seconds=CALL_AFTER))
    turn.effects.append(Count("called_back"))
    return True
