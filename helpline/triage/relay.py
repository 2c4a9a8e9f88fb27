"""What staff write to her, and what she writes back while a person has the thread (design, section 3d).

Her words then are for a person: the line asks nothing and takes nothing for an answer. What cannot wait is
still done at once: red flags, crisis words, STOP and what hides or deletes.
"""

from __future__ import annotations

from dataclasses import replace

from helpline.triage import cases, contact, intents
from helpline.triage.ask import ABANDONED, NUDGE, standing
from helpline.triage.effects import Count, Note, Page, Repeat, Text
from helpline.triage.events import StaffWrote, Texted
from helpline.triage.listen import alarm
from helpline.triage.record import record
from helpline.triage.state import Channel, StaffId, TimerName
from helpline.triage.thread import OWNER_TOLD, THREAD, unreachable
from helpline.triage.turn import Turn
from helpline.triage.understand import understand

USEFUL = 4 * 3600
"""Seconds for which what staff wrote makes sense."""

AT_ONCE = frozenset({"stop", "start", "erase", "help", "hide", "exit"})
"""What she may want of the line itself, whoever has the thread."""

NOTICE_USEFUL = 900
"""Seconds for which it helps the owner to hear that she wrote."""


def wrote(turn: Turn, event: StaffWrote) -> None:
    """Send the owner's words to her as the helpline's; the questions wait from now on."""
    case, why = turn.state.case, unreachable(turn.state)
    if case is None or case.code != event.case or case.owner != event.by:
        turn.effects.append(Note("wrote_late", event.by))
        return
    if why is not None:
        turn.effects.append(Note("not_sent", why))
        return
    turn.remember(THREAD, event.by)
    turn.remember(OWNER_TOLD, None)
    turn.remember(contact.CHECKIN, None)
    turn.clear_timers(NUDGE, ABANDONED, TimerName("snooze"))
    if turn.state.call is None:
        turn.change(asked=None, ended=True)
    cases.still_owned(turn)
    turn.effects.append(Text("relay", event.text, turn.state.language, Repeat.SAFE, USEFUL, urgent=True))
    turn.effects.append(Count("relayed"))


def hear(turn: Turn, event: Texted) -> None:
    """Take words that are for the owner: answer only what cannot wait, and tell the owner."""
    contact.refresh(turn, Channel.SMS)
    question = standing(turn.flow, turn.state)
    text = event.text.strip()[:1600]
    heard = understand(text, question, turn.flow.lexicons, turn.state.language, Channel.SMS)
    turn.understood = heard.hits()
    record(turn, heard)
    alarmed = alarm(turn, heard)
    if not alarmed:
        wanted = tuple(h for h in heard.intents if h.id in AT_ONCE)
        intents.handle(turn, replace(heard, intents=wanted), fresh=False)
    turn.change(ended=turn.state.asked is None)
    _tell_owner(turn, alarmed=alarmed)


def lost(turn: Turn) -> None:
    """Page the owner whose words did not reach her."""
    case = turn.state.case
    if case is not None and case.owner is not None:
        turn.effects.append(Page(case.code, case.level, case.rung, "text", NOTICE_USEFUL, case.owner, "lost"))


def _tell_owner(turn: Turn, *, alarmed: bool) -> None:
    """Page whoever has the thread: once until they write again, and whenever a danger was told."""
    case, owner = turn.state.case, turn.state.extra.get(THREAD)
    if case is None or owner is None or (OWNER_TOLD in turn.state.extra and not alarmed):
        return
    turn.remember(OWNER_TOLD, "yes")
    to = StaffId(owner)
    turn.effects.append(Page(case.code, case.level, case.rung, "text", NOTICE_USEFUL, to, "words"))
