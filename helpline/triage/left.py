"""When no nurse could be reached on a call: a call back that is asked for, a message that is recorded.

A call back is a promise with a time. It is kept when staff have spoken or written with her, or closed the
case; else it is withdrawn in plain words, so that nobody waits for a phone that will not ring. A message is
only recorded when she wants one; what is kept of it is the carrier's id of the recording, with her state.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from helpline.triage import ladder, onward
from helpline.triage.advise import EMERGENCY, advise
from helpline.triage.ask import LEFT, LEFT_UNKNOWN, open_question, repeat, wait
from helpline.triage.cases import PROMISED, open_case
from helpline.triage.effects import Call, ChangeCase, Count, Note, Page, Record, Repeat, Text
from helpline.triage.events import Recorded
from helpline.triage.state import FindingId, Level, Timer, TimerName
from helpline.triage.turn import Turn

WITHDRAWN = "withdrawn"
"""Remembered until she has heard on a call that a promise was withdrawn."""

MESSAGES = "keep_messages"
"""Remembered, from contact to contact: what she left last, one word each, `<recording>:<seconds>`."""

MOST_KEPT = 5

WITHHELD = "withheld"
"""Remembered for a call whose number is not known: it cannot be called back."""

RUNGS = len(ladder.RUNGS) - 1
"""By the time of the promise every rung has been paged once."""
LEAST, MOST = timedelta(minutes=10), timedelta(minutes=60)
NOTICE_USEFUL, CALL_USEFUL = 4 * 3600, 600
"""Seconds for which it helps to hear that a promise is withdrawn, by text and by a call."""


def offer(turn: Turn) -> None:
    """Offer what is left when nobody was reached; without a number to call, only the message."""
    ended = turn.state.ended
    known = WITHHELD not in turn.state.extra and PROMISED not in turn.state.extra
    open_question(turn, LEFT if known else LEFT_UNKNOWN)
    turn.change(ended=ended)


def chosen(turn: Turn, pick: str) -> None:
    """Do what was picked."""
    if pick == "callback":
        _promise(turn)
        go_on(turn)
    elif pick == "message" and turn.voice and turn.state.call is not None:
        turn.say("message.how")
        turn.effects.append(Record())
        wait(turn)
    else:
        go_on(turn)


def again(turn: Turn) -> None:
    """Put the offer once more; after an emergency what to do comes first, as ever."""
    if turn.state.disposition == EMERGENCY:
        asked, step = turn.state.asked, turn.state.step
        advise(turn, turn.assess())
        turn.change(asked=asked, step=step)
    repeat(turn)


def go_on(turn: Turn) -> None:
    """Go on where the call stood: at its end after an emergency, else with the questions."""
    turn.change(asked=None)
    if turn.state.disposition == EMERGENCY:
        open_question(turn, onward.AFTER_CALL)
        turn.change(ended=True)
    else:
        turn.change(ended=False)
        onward.crisis_first(turn)


def _promise(turn: Turn) -> None:
    case = turn.state.case
    if case is None or WITHHELD in turn.state.extra:
        return
    within = min(MOST, max(LEAST, ladder.wait(turn.flow.policy.rung_waits, case.level) * RUNGS))
    turn.remember(PROMISED, (turn.at + within).isoformat())
    turn.set_timer(Timer(TimerName(PROMISED), turn.at + within, urgent=True, kind=PROMISED))
    turn.say("callback.promised", key=str(int(within.total_seconds() // 60)))
    _on_the_case(turn, "call_back")
    turn.effects.append(Count("call_back", "promised"))


def _on_the_case(turn: Turn, what: str) -> None:
    """Let staff see on the case what she asked for or left, and tell its owner."""
    case = turn.state.case
    turn.effects.append(Note(what))
    if case is None:
        open_case(turn, Level.URGENT, (what,))  # It was closed while she was on the phone.
        return
    if what in case.reason.split(", "):
        return
    told = replace(case, reason=f"{what}, {case.reason}")
    turn.change(case=told)
    turn.effects.append(ChangeCase(told, what))
    if told.owner is not None:
        turn.effects.append(Page(told.code, told.level, told.rung, "text", 900, told.owner, "words"))


def kept(turn: Turn, how: str) -> None:
    """Take the promise as kept: a person has spoken or written with her."""
    if PROMISED in turn.state.extra:
        turn.remember(PROMISED, None)
        turn.clear_timers(TimerName(PROMISED))
        turn.effects += [Note("promise_kept", how), Count("call_back", "kept")]


def withdraw(turn: Turn) -> None:
    """Say that nobody has called, and what to do instead: by text, or by a call where none can go."""
    if PROMISED not in turn.state.extra:
        return
    turn.remember(PROMISED, None)
    turn.effects += [Note("promise_withdrawn"), Count("call_back", "withdrawn")]
    unsafe = turn.state.findings.get(FindingId("safe_to_text"))
    if unsafe is not None and unsafe.value != "yes":
        return
    if turn.state.extra.get("textable") == "no" or turn.state.consent.stopped is not None:
        turn.remember(WITHDRAWN, "yes")
        turn.effects.append(Call("callback", CALL_USEFUL))
        return
    body = turn.word("callback.withdrawn")
    turn.effects.append(Text("notice", body, turn.state.language, Repeat.SAFE, NOTICE_USEFUL, urgent=True))


def told_on_call(turn: Turn) -> None:
    """Say on a call that a promise was withdrawn, where no text could."""
    if WITHDRAWN in turn.state.extra:
        turn.remember(WITHDRAWN, None)
        turn.say("callback.withdrawn")


def recorded(turn: Turn, event: Recorded) -> None:
    """Keep what she left, once, however often the carrier tells of it; on the call go on from there."""
    left = turn.state.extra.get(MESSAGES, "").split()
    if event.recording and not any(one.startswith(event.recording) for one in left):
        turn.remember(MESSAGES, " ".join((*left[1 - MOST_KEPT :], f"{event.recording}:{event.seconds}")))
        _on_the_case(turn, "message_left")
        turn.effects.append(Count("message_left"))
    if event.call is None or turn.state.call != event.call:
        return
    turn.change(turn=turn.state.turn + 1)
    turn.say("message.kept" if event.recording else "message.none")
    if event.recording:
        go_on(turn)
    else:
        offer(turn)


def recordings(extra: str) -> tuple[tuple[str, int], ...]:
    """Return the recordings remembered in a state's `messages`, each with its seconds, oldest first."""
    pairs = (one.partition(":") for one in extra.split())
    return tuple((sid, int(seconds or 0)) for sid, _, seconds in pairs)
