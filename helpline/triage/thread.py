"""Whether a person has the thread: from when staff wrote to her until the case is closed or put back.

Meanwhile the automated line asks nothing. The thread never outlasts the owner's silence: the timer `owned`
ends it, so that nobody writes into the void.
"""

from __future__ import annotations

from helpline.triage.state import FindingId, State

THREAD = "thread"
"""Remembered while someone has the thread: the id of the member of staff."""

BY_TEXT = "thread_by_text"
"""Remembered while whoever has the thread writes by text: her answers go to that phone."""

OWNER_TOLD = "owner_told"
"""Remembered once the owner was told that she wrote, until the owner writes again."""


def held(state: State) -> bool:
    """Return whether a member of staff has the thread."""
    return THREAD in state.extra


def unreachable(state: State) -> str | None:
    """Return why she must or can not be written to: `unsafe`, `stopped` or `no texts`; None: she can."""
    safe = state.findings.get(FindingId("safe_to_text"))
    if safe is not None and safe.value != "yes":
        return "unsafe"
    if state.consent.stopped is not None:
        return "stopped"
    return "no texts" if state.extra.get("textable") == "no" else None
