"""What comes next: danger said at once, else the next question, else the result and the end."""

from __future__ import annotations

from dataclasses import replace

from helpline.triage import country, followup, optin, same
from helpline.triage.advise import EMERGENCY, HOSPITAL, advise, flag, unsafe
from helpline.triage.ask import ABANDONED, NUDGE, ask, open_question
from helpline.triage.heard import Hit, Understanding
from helpline.triage.interview import DANGER, Phase
from helpline.triage.rules import Assessment
from helpline.triage.state import FindingId, Flag
from helpline.triage.turn import Turn, told

AFTER_CALL = "after_call"
"""What stands when a call has told all it has to tell: hear it again, a person, or hang up."""

OF_SAFETY = frozenset({"safe_at_home", "safe_to_text", "danger_now", "pressured"})
"""What she told of whom she lives with: on a phone that is not safe no advice answers it."""

ASKED_TOPIC = "asked_topic"
"""Remembered when she asked for facts beside a symptom: the topic, named once she has her advice."""

DOUBTED = "doubted"
"""Remembered when a doubt was left to the danger screen to decide."""

LEAST = "least"
"""Remembered when two answers were not understood: the result is at least this disposition."""


def alarm(turn: Turn, heard: Understanding) -> bool:
    """Say emergency, hospital or crisis words in this very reply if what is known now calls for them."""
    result = turn.assess()
    urgent = turn.flow.table.urgency(HOSPITAL)
    told = turn.told()
    again = bool(heard.interrupts) and told >= urgent and result.urgency >= urgent
    raised = result.urgency > told and (result.urgency >= urgent or told >= 0)
    if raised or again:
        _because(turn, heard, result.because)
        advise(turn, result)
        return True
    if result.flags - turn.state.flags:
        _because(turn, heard, result.because)
        if told >= 0:
            advise(turn, result)
        else:
            flag(turn, result)
        return True
    return _flag_again(turn, heard)


def _flag_again(turn: Turn, heard: Understanding) -> bool:
    """Say the crisis words again when she says such words again."""
    crisis = {"suicide_now", "self_harm_thoughts", "attempt_made", "severe_mind_change"}
    if Flag.CRISIS in turn.state.flags and any(h.id in crisis and h.value == "yes" for h in heard.interrupts):
        turn.say("crisis.text")
        return True
    return False


def _because(turn: Turn, heard: Understanding, because: tuple[str, ...]) -> None:
    """Name the words it went by, unless they could betray her or only repeat a key pressed."""
    hits = heard.interrupts or tuple(h for h in heard.findings if h.value not in ("no", "none", 0))
    hits = tuple(sorted(hits, key=lambda h: not any(b.partition(".")[0] == h.id for b in because)))
    words = next((h.words.strip() for h in hits if _quotable(turn, h)), "")
    if words:
        turn.say("because.voice" if turn.voice else "because", words=words[:60])


def _quotable(turn: Turn, hit: Hit) -> bool:
    private = {
        "safe_at_home",
        "danger_now",
        "pressured",
        "injury",
        "safe_to_text",
        "attempt_made",
        "suicide_now",
    }
    own = hit.words.strip()
    return bool(own) and hit.id not in private and any(c.isalpha() for c in own) and len(own) <= 60


def crisis_first(turn: Turn) -> None:
    """After crisis words the next question is whether it is now; then the body (evidence 7.3)."""
    suicide = FindingId("suicide_now")
    thoughts = turn.state.findings.get(FindingId("self_harm_thoughts"))
    if thoughts and thoughts.value != "no" and suicide not in turn.state.findings:
        open_question(turn, suicide, (suicide,))
        return
    go_on(turn)


def told_again(turn: Turn) -> None:
    """Say at the end of a call what to do once more; nothing is asked any more."""
    if turn.state.disposition is not None:
        advise(turn, turn.assess())
    open_question(turn, AFTER_CALL)
    turn.change(ended=True)


def go_on(turn: Turn) -> None:
    """Put the next question, or tell the result and what comes after it."""
    if unsafe(turn):
        quiet(turn)
        return
    if _one_by_one(turn):
        return
    checkin = followup.go_on(turn)
    if checkin:
        if checkin == "over" and turn.state.disposition != EMERGENCY:
            close(turn)
        return
    if not _asked_next(turn):
        _over(turn)


def danger_next(turn: Turn) -> bool:
    """Return whether the whole danger screen is what the interview asks next."""
    nxt = turn.flow.interviewer.next(turn.facts(), _phase(turn, _with_least(turn, turn.assess())))
    return nxt is not None and nxt.item.id == DANGER and nxt.findings == nxt.item.findings


def _asked_next(turn: Turn) -> bool:
    """Put the next question of the interview; False when there is none."""
    phase = _phase(turn, _with_least(turn, turn.assess()))
    nxt = turn.flow.interviewer.next(turn.facts(), phase)
    if country.due(turn, phase, nxt):
        country.ask(turn)
    elif same.due(turn, phase, nxt):
        same.ask(turn)
    elif nxt:
        ask(turn, nxt)
    else:
        return False
    return True


def _over(turn: Turn) -> None:
    """Tell the result, and what comes after it."""
    over = _with_least(turn, turn.assess(closed=True))
    if turn.state.disposition is None or over.urgency > turn.told() or over.flags - turn.state.flags:
        advise(turn, over)
        if turn.state.disposition != EMERGENCY:
            go_on(turn)
        return
    close(turn)


def quiet(turn: Turn) -> None:
    """Ask and send nothing more where others may read it; staff have the case (evidence 7.4).

    What she told of her body gets its advice in this one reply: the talk is broken off by us.
    """
    if turn.told() < 0:
        _told_of_her_body(turn)
    turn.clear_timers(NUDGE, ABANDONED)
    turn.change(asked=None, ended=True, step="quiet")
    turn.say("safeguarding.quiet")


def _told_of_her_body(turn: Turn) -> None:
    """Advise on what counts when a talk breaks off, where she told more than that she is not safe."""
    rules = turn.flow.rulebook
    own = {f: a.value for f, a in told(turn.state).items() if f not in OF_SAFETY}
    body = rules.facts(own, turn.state.last_disposition, len(turn.state.contacts))
    if body.told & rules.symptom or rules.assess(body, False).urgency >= 0:
        result = rules.broken_off(body)
        advise(turn, replace(result, flags=result.flags | turn.state.flags))


def _one_by_one(turn: Turn) -> bool:
    """Ask the next finding of a screen that was answered yes or unsure."""
    asked = turn.state.asked
    rest = tuple(f for f in asked.one_by_one if f not in turn.state.findings) if asked else ()
    if not rest:
        turn.remember("screen_yes", None)
        return False
    open_question(turn, rest[0], (rest[0],), rest[1:])
    return True


def _with_least(turn: Turn, result: Assessment) -> Assessment:
    least = turn.state.extra.get(LEAST)
    urgency = turn.flow.table.urgency(least)
    if urgency <= result.urgency:
        return result
    return Assessment(urgency, least, result.flags, (*result.because, "not_understood_twice"))


def _phase(turn: Turn, result: Assessment) -> Phase:
    told = turn.told()
    hospital = turn.flow.table.urgency(HOSPITAL)
    return Phase(
        max(result.urgency, told),
        result.flags | turn.state.flags,
        told >= 0,
        max(result.urgency, told) >= hospital,
    )


def close(turn: Turn) -> None:
    """Nothing more to ask: name what she asked about; the offer of check-ins, else how to come back."""
    turn.change(asked=None)
    _name_topic(turn)
    if optin.offer(turn):
        return
    if turn.state.asked is None:
        turn.say("goodbye")
        turn.change(ended=True, step="end")
        if turn.voice:
            open_question(turn, "after_call")
            turn.change(ended=True)


def _name_topic(turn: Turn) -> None:
    """Name the facts that she asked for at first; never before advice to go at once, which comes alone."""
    topic = turn.state.extra.get(ASKED_TOPIC)
    if topic is not None and turn.told() < turn.flow.table.urgency(HOSPITAL):
        turn.say("topic.asked", name=turn.word(f"topic.{topic}.name"))
    turn.remember(ASKED_TOPIC, None)
