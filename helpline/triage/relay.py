"""What staff write to her, and what she writes back while a person has the thread (design, section 3d).

Her words then are for a person: the line asks nothing and takes nothing for an answer. What cannot wait is
still done at once: red flags, crisis words, STOP and what hides or deletes.
"""

from __future__ import annotations

from dataclasses import replace

from helpline.triage import cases, contact, intents
from helpline.triage.ask import ABANDONED, NUDGE, standing
from helpline.triage.effects import Call, Count, Note, Repeat, Text
from helpline.triage.events import StaffCalled, StaffWrote, Texted, Undelivered
from helpline.triage.onward import alarm
from helpline.triage.record import record, record_weighed
from helpline.triage.state import Case, Channel, StaffId, TimerName
from helpline.triage.thread import BY_TEXT, OWNER_TOLD, THREAD, unreachable
from helpline.triage.turn import Turn
from helpline.triage.understand import understand

USEFUL = 4 * 3600
"""Seconds for which what staff wrote makes sense, and what she answered."""

CALL_USEFUL = 120
"""Seconds for which a call that staff asked for makes sense: they hold their phone."""

LONGEST = 600
"""Characters of hers that are relayed; all of it stands in the console."""

JOIN = "join"
"""Kind of a call that joins her with who has her case."""

SETTLED = frozenset({"for_whom", "person_with_caller"})
"""Known to whoever has the case: "my sister is here" is company then, not another patient."""

AT_ONCE = frozenset({"stop", "start", "erase", "help", "hide", "exit"})
"""What she may want of the line itself, whoever has the thread."""


def wrote(turn: Turn, event: StaffWrote) -> None:
    """Send the owner's words to her as the helpline's; the questions wait from now on."""
    why = unreachable(turn.state)
    case = _theirs(turn, event, "wrote_late")
    if case is None:
        return
    if why is not None:
        turn.effects.append(Note("not_sent", why))
        return
    turn.remember(THREAD, event.by)
    turn.remember(BY_TEXT, "yes" if event.by_text else None)
    turn.remember(OWNER_TOLD, None)
    turn.remember(contact.CHECKIN, None)
    turn.clear_timers(NUDGE, ABANDONED, TimerName("snooze"))
    if turn.state.call is None:
        turn.change(asked=None, ended=True)
    cases.still_owned(turn)
    turn.effects.append(Text("relay", event.text, turn.state.language, Repeat.SAFE, USEFUL, urgent=True))
    turn.effects.append(Count("relayed"))


def called(turn: Turn, event: StaffCalled) -> None:
    """Call her, and join her with the owner once she has pressed a key; never a phone that is not safe."""
    case = _theirs(turn, event, "called_late")
    if case is None:
        return
    why = unreachable(turn.state)
    if why == "unsafe" or turn.state.call is not None:
        turn.effects.append(Note("not_called", why or "on a call"))
        return
    cases.still_owned(turn)
    turn.effects += [Call(JOIN, CALL_USEFUL, case=case.code), Count("call_asked")]


def _theirs(turn: Turn, event: StaffWrote | StaffCalled, late: str) -> Case | None:
    """Return the case if it is theirs, or becomes theirs by this."""
    case = turn.state.case
    if case is not None and case.code == event.case:
        if case.owner is None and not cases.take(turn, case, event.by):
            return None
        if turn.state.case is not None and turn.state.case.owner == event.by:
            return turn.state.case
    turn.effects.append(Note(late, event.by))
    return None


def hear(turn: Turn, event: Texted) -> None:
    """Take words that are for the owner: answer only what cannot wait, and tell the owner."""
    contact.refresh(turn, Channel.SMS)
    question = standing(turn.flow, turn.state)
    text = event.text.strip()[:1600]
    heard = understand(text, question, turn.flow.lexicons, turn.state.language, Channel.SMS)
    turn.understood = heard.hits()
    about_her = tuple(h for h in heard.findings if h.id not in SETTLED)
    record(turn, replace(heard, findings=about_her))
    heard = record_weighed(turn, heard)
    turn.understood = heard.hits()
    alarmed = alarm(turn, heard)
    if not alarmed:
        wanted = tuple(h for h in heard.intents if h.id in AT_ONCE)
        intents.handle(turn, replace(heard, intents=wanted), fresh=False)
    turn.change(ended=turn.state.asked is None)
    _pass_on(turn, text, alarmed=alarmed)


def not_arrived(turn: Turn, event: Undelivered) -> None:
    """Tell the owner what did not arrive; when it was theirs to read, ask for a sign by a call."""
    case = turn.state.case
    if case is None or case.owner is None:
        return
    if event.kind == "relay" and event.staff is None:
        cases.page(turn, case, to=case.owner, why="lost")
    elif event.kind == "relay" and event.staff == case.owner:
        cases.show_up(turn, case, "quiet", by="call")
    elif event.kind == "call" and event.case == case.code:
        cases.page(turn, case, to=case.owner, why="unanswered")


def _pass_on(turn: Turn, words: str, *, alarmed: bool) -> None:
    """Give her words to whoever has the thread.

    Who writes to her by text gets them by text. Who writes at the console is paged: once until they write
    again, and whenever a danger was told.
    """
    case, owner = turn.state.case, turn.state.extra.get(THREAD)
    if case is None or owner is None:
        return
    to = StaffId(owner)
    if BY_TEXT in turn.state.extra:
        why = "alarm" if alarmed else "relay"
        cases.page(turn, case, seconds=USEFUL, to=to, why=why, words=words[:LONGEST] or "…")
    elif OWNER_TOLD not in turn.state.extra or alarmed:
        turn.remember(OWNER_TOLD, "yes")
        cases.page(turn, case, to=to, why="words")
