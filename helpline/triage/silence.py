"""Silence is a symptom: what happens when she does not answer, on a text and on a call."""

from __future__ import annotations

from helpline.triage import callback, cases, followup, left, listen, onward, through
from helpline.triage.advise import EMERGENCY, advise
from helpline.triage.ask import (
    ABANDONED,
    CRISIS_OFFER,
    LEFT,
    LEFT_UNKNOWN,
    NUDGE,
    OF_THE_INTERVIEW,
    put,
    repeat,
)
from helpline.triage.cases import open_case
from helpline.triage.effects import Count, Repeat, Text
from helpline.triage.events import Undelivered
from helpline.triage.record import note
from helpline.triage.rules import Assessment
from helpline.triage.state import Channel, FindingId, Level, TimerName
from helpline.triage.turn import Turn, worst

NUDGE_USEFUL, ADVICE_USEFUL = 600, 7200
"""Seconds after which a nudge, and the advice after silence, are of no use any more."""

SHE_MUST_KNOW = frozenset({"reply", "nudge", "checkin", "notice"})
"""Kinds of texts to her which, when urgent, do not just get lost. Pages have a ladder of their own."""

NO_TEXTS = frozenset({21614, 30006})
"""Codes of the carrier for a phone that takes no texts (carrier facts, section 3)."""

SILENCES_ON_CALL = 3
"""After so many silences in a row a call gets the careful advice."""


def fired(turn: Turn, name: TimerName) -> None:
    """Do what a timer of the interview is for."""
    turn.clear_timers(name)
    if followup.fired(turn, name):
        return
    if name in (NUDGE, "snooze"):
        _nudge(turn)
    elif name == ABANDONED:
        broken_off(turn, text=True)
    elif name == cases.LADDER:
        cases.next_rung(turn)
    elif name == cases.OWNED:
        cases.owner_quiet(turn)
    elif name == cases.PROMISED:
        left.withdraw(turn)
    elif name == cases.FORGET:
        cases.forget(turn)


def _nudge(turn: Turn) -> None:
    asked = turn.state.asked
    if asked is None:
        return
    turn.change(channel=Channel.SMS)
    body = f"{turn.word('nudge.text')}\n{put(turn.flow, turn.state)}"
    turn.effects.append(Text("nudge", body, turn.state.language, Repeat.NEVER, NUDGE_USEFUL))
    turn.effects.append(Count("nudged"))


def broken_off(turn: Turn, *, text: bool, opening: str = "abandoned.text") -> None:
    """Take the interview as broken off: what has fired stands, at least the table's default, and a case.

    With `text` she is sent the advice behind the `opening`, or called back where no text can go; on a call
    the advice goes into the reply instead.
    """
    _screen_left(turn)
    reported = turn.flow.rulebook.broken_off(turn.facts())
    result = _at_least_told(turn, reported)
    replies, before = turn.replies, turn.told()
    turn.replies = []
    turn.clear_timers(NUDGE, ABANDONED)
    if result.urgency > before or before < 0:
        advise(turn, result)
    open_case(turn, _level(turn, result), ("silence", *result.because[:3]))
    said, turn.replies = turn.replies, replies
    turn.change(asked=None, ended=True, step="abandoned")
    turn.remember(listen.ABANDONED_ONCE, "yes")
    turn.effects.append(Count("abandoned"))
    if not text:
        turn.replies += said
    elif _may_text(turn):
        body = "\n".join((turn.word(opening), *said))
        turn.effects.append(
            Text("nudge", body, turn.state.language, Repeat.SAFE, ADVICE_USEFUL, urgent=result.urgency >= 4)
        )


def _screen_left(turn: Turn) -> None:
    """Count what was left open of a screen answered yes as yes (promised in the interface)."""
    for finding in turn.state.extra.get("screen_yes", "").split():
        if finding not in turn.state.findings:
            note(turn, FindingId(finding), "yes", "", asked=True)


def _at_least_told(turn: Turn, result: Assessment) -> Assessment:
    least = turn.flow.table.urgency(turn.state.extra.get(onward.LEAST))
    if least <= result.urgency:
        return result
    return Assessment(least, turn.flow.rulebook.by_urgency[least], result.flags, result.because)


def _level(turn: Turn, result: Assessment) -> Level:
    by_name = {level.value: level for level in Level}
    level = by_name.get(result.disposition or "", Level.ROUTINE)
    flags = [by_name[f.value] for f in result.flags | turn.state.flags]
    return worst(level, *flags) or level


def _may_text(turn: Turn) -> bool:
    unsafe = turn.state.findings.get(FindingId("safe_to_text"))
    return (unsafe is None or unsafe.value == "yes") and turn.state.extra.get("textable") != "no"


def on_call(turn: Turn) -> None:
    """Answer a silence on a call: ask again, then by keys only, then say what to do and whom to call."""
    count = int(turn.state.extra.get("silences", "0")) + 1
    turn.remember("silences", str(count))
    turn.change(turn=turn.state.turn + 1)
    asked = turn.state.asked
    offered = asked is not None and asked.id in (LEFT, LEFT_UNKNOWN)
    if asked is None or (turn.state.ended and not (offered and count < SILENCES_ON_CALL)):
        turn.say("goodbye")
        turn.hangup = True
        return
    if count < SILENCES_ON_CALL:
        turn.say(f"silence.voice.{2 if offered else count}")
        repeat(turn, again=True)
        return
    broken_off(turn, text=False)
    if turn.state.disposition == EMERGENCY and through.to_staff(turn, "connect.emergency"):
        return
    if turn.state.disposition == EMERGENCY or not turn.replies:
        turn.say("safe.words")
    turn.hangup = True


def hung_up(turn: Turn, call: str) -> None:
    """Act at once on what is known when a call ends before its questions do.

    The end of an older call, reported late, is no news of the one that goes on.
    """
    if turn.state.call != call:
        return
    asked = turn.state.asked if not turn.state.ended else None
    turn.change(call=None, channel=Channel.SMS)
    if asked is None:
        return
    unfinished = asked.id in (LEFT, LEFT_UNKNOWN) and turn.state.disposition is None
    beside = asked.id == CRISIS_OFFER or asked.id in OF_THE_INTERVIEW
    if not asked.findings and not beside and not unfinished:
        turn.change(asked=None, ended=True)
        return
    broken_off(turn, text=True, opening="cut_off.text")
    if turn.state.extra.get("textable") == "no":
        callback.ring(turn)


def not_arrived(turn: Turn, event: Undelivered) -> None:
    """Do without the text: a landline gets no more; what she had to know at once becomes a call and a case.

    Sources: hazard H07; codes in the carrier facts, section 3.
    """
    if event.staff is not None:
        return
    if event.code in NO_TEXTS:
        turn.remember("textable", "no")
        if turn.state.step == "abandoned" and turn.state.call is None and event.kind == "nudge":
            callback.ring(turn)
    told_staff = event.kind == "checkin" and followup.not_arrived(turn)
    if event.urgent and not event.opted_out and event.kind in SHE_MUST_KNOW:
        turn.effects.append(Count("safety_text_lost", event.kind))
        callback.ring(turn)
        if not told_staff:
            open_case(turn, _level(turn, turn.assess()), ("text_not_arrived",))
