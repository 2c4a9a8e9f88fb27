"""Check-ins: asked at their time, answered through the clinical table, ended soon where all is well.

A check-in asks a short list of findings (`asks` in flows/checkin.yaml). As long as every answer is calm the
list goes on; the first that is not hands over to the full interview, from its danger screen. A safety check
belongs to the advice she asked for: it may come at night, and silence becomes a case.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from helpline.triage import callback, plans
from helpline.triage.advise import advise
from helpline.triage.ask import ABANDONED, NUDGE, fits, open_question, put
from helpline.triage.cases import open_case
from helpline.triage.contact import CHECKIN, RUNNING
from helpline.triage.effects import Count, Repeat, Text
from helpline.triage.flow import Interview
from helpline.triage.plans import MISSED, REMIND
from helpline.triage.rules import Assessment, Facts
from helpline.triage.state import Channel, FindingId, Level, Timer, TimerName
from helpline.triage.thread import held
from helpline.triage.turn import Turn

RINGS = timedelta(minutes=5)
"""After a call that is to find out how she is, staff are told so much later, unless she answered."""

LATER, TALKING = timedelta(hours=1), timedelta(minutes=30)
"""What falls due while staff talk with her waits the first; while she talks with us, the second."""

SUPPORT_USEFUL = 24 * 3600
"""Seconds after which a support text is of no use any more."""

MOST_CALM_PAIN = 3
"""Pain up to this is expected at home (evidence, section 6.2)."""

CALM = {
    "reached_care": frozenset({"seen", "waiting", "on_way"}),
    "since_last": frozenset({"better", "same"}),
    "bleeding": frozenset({"none", "spotting", "light"}),
    "bleeding_trend": frozenset({"stopped", "easing"}),
    "results_known": frozenset({"not_yet", "goes_on", "none"}),
}
"""Answers after which the short list goes on; of a yes or no it is no. What else is told is for the table."""

MIND = frozenset({"phq2_interest", "phq2_mood", "trauma_memories", "self_harm_thoughts"})
"""Questions of mood: none of them calls for the questions about the body again."""

BESIDE = frozenset({"sleep_bad", "period_back", "followup_visit"})
"""Asked about how life goes on: none calls for the questions about the body again."""

SELF_HARM = FindingId("self_harm_thoughts")

REACHED, SINCE = FindingId("reached_care"), FindingId("since_last")
COMPARING = frozenset({REACHED, SINCE})
"""Asked wherever a check-in lists them; the table's own condition counts contacts of 72 hours."""


def fired(turn: Turn, name: TimerName) -> bool:
    """Do what a timer of a plan is for; return False when it is none of these."""
    if name == ABANDONED and RUNNING in turn.state.extra:
        _missed(turn)
    elif name == REMIND:
        _remind(turn)
    elif name == MISSED:
        _missed(turn)
    elif name.startswith(("checkin", "support")):
        _planned(turn, name)
    else:
        return False
    return True


def _planned(turn: Turn, name: TimerName) -> None:
    """Send what was planned, or let it wait or go, as things are now."""
    step = plans.checkin(turn.flow, name)
    safety = step is not None and step.safety
    covered = safety or turn.state.consent.covers("support" if name.startswith("support") else "checkins")
    if not covered or not plans.may_reach(turn.state):
        turn.effects.append(Count("plan_dropped", name))
    elif safety and _owned(turn):
        turn.effects.append(Count("plan_with_staff", name))
    elif wait := _wait(turn, name, safety=safety):
        turn.set_timer(Timer(name, wait, urgent=safety, kind=name))
    elif step is not None:
        _ask(turn, step)
    elif turn.has(f"support.{name}"):
        _comfort(turn, name)


def _owned(turn: Turn) -> bool:
    case = turn.state.case
    return held(turn.state) or (case is not None and case.status == "acknowledged")


def _wait(turn: Turn, name: TimerName, *, safety: bool) -> datetime | None:
    """Return until when a text waits: staff have her, she is talking with us, or it is night.

    No kind words come between while a case of hers is open, taken or not (evidence, section 7.3).
    """
    state = turn.state
    if _owned(turn) or (name.startswith("support") and state.case is not None):
        return turn.at + LATER
    talking = state.heard is not None and turn.at - state.heard < TALKING
    if state.call is not None or (talking and state.asked is not None and not state.ended):
        return turn.at + TALKING
    welcome = plans.welcome_hours(turn)
    return welcome.open(turn.at) if not safety and welcome.quiet(turn.at) else None


def _ask(turn: Turn, step: Interview) -> None:
    """Ask the first question, in words that begin neutral for whoever else reads them."""
    kept = {f: a for f, a in turn.state.findings.items() if f not in step.asks}
    turn.change(channel=Channel.SMS, findings=kept)
    first = next((f for f in step.asks if _fits(turn, step, f)), None)
    if first is None:
        return
    replies, turn.replies = turn.replies, []
    open_question(turn, first, (first,))
    question, turn.replies = turn.replies, replies
    turn.clear_timers(NUDGE, ABANDONED)
    turn.remember(CHECKIN, "yes")
    turn.remember(RUNNING, step.id)
    _text(turn, step, "\n".join((turn.word("checkin.safety" if step.safety else "checkin.hello"), *question)))
    turn.effects.append(Count("checkin", step.id))
    _await(turn, step, turn.at)


def _text(turn: Turn, step: Interview, body: str) -> None:
    repeat = Repeat.SAFE if step.safety else Repeat.NEVER
    useful = int(step.useful.total_seconds())
    turn.effects.append(Text("checkin", body, turn.state.language, repeat, useful, urgent=step.safety))


def _await(turn: Turn, step: Interview, begin: datetime) -> None:
    """Set what silence leads to. A reminder waits for the morning; a case does not."""
    if step.then in ("case", "call", "repeat"):
        remind = plans.welcome_hours(turn).open(begin + step.nudge_after)
        turn.set_timer(Timer(REMIND, remind, kind="reminder"))
    if step.safety:
        turn.set_timer(Timer(MISSED, begin + step.case_after, urgent=True, kind="no_answer"))


def _comfort(turn: Turn, name: TimerName) -> None:
    body = turn.word(f"support.{name}")
    turn.effects.append(Text("support", body, turn.state.language, Repeat.NEVER, SUPPORT_USEFUL))
    turn.effects.append(Count("support", name))


def running(turn: Turn) -> Interview | None:
    """Return the check-in that goes on."""
    name = turn.state.extra.get(RUNNING)
    return plans.checkin(turn.flow, name) if name else None


def _remind(turn: Turn) -> None:
    """Ask once more, where she has not answered and nobody else has her."""
    step = running(turn)
    if step is None or turn.state.asked is None or not plans.may_reach(turn.state) or _owned(turn):
        return
    turn.change(channel=Channel.SMS)
    _text(turn, step, f"{turn.word('nudge.text')}\n{put(turn.flow, turn.state)}")
    turn.effects.append(Count("reminded", step.id))


def _missed(turn: Turn) -> None:
    """Call her, or tell staff, when a safety check was not answered. Other silence means nothing."""
    turn.clear_timers(MISSED)
    step = running(turn)
    if step is None or not step.safety or turn.state.asked is None:
        return
    if step.then == "call" and callback.ring(turn):
        turn.set_timer(Timer(MISSED, turn.at + RINGS, urgent=True, kind="no_answer"))
        return
    last = turn.state.disposition or turn.state.last_disposition
    levels = {level.value: level for level in Level}
    open_case(turn, levels.get(last or "", Level.URGENT), ("safety_check_not_answered",))
    turn.effects.append(Count("checkin_missed", step.id))


def not_arrived(turn: Turn) -> bool:
    """Tell staff at once when a safety check could not be delivered: nobody knows how she is."""
    if all(t.name != MISSED for t in turn.state.timers):
        return False
    turn.clear_timers(REMIND)
    _missed(turn)
    return True


def snoozed(turn: Turn, until: datetime) -> None:
    """Let silence count again from the time she asked for."""
    step = running(turn)
    if step is not None and step.safety:
        turn.set_timer(Timer(MISSED, until + step.case_after, urgent=True, kind="no_answer"))


def aftercare(turn: Turn) -> None:
    """Plan how she is asked once staff have closed her case, where she agreed to check-ins."""
    if turn.state.consent.covers("checkins") and plans.may_reach(turn.state):
        plans.for_situation(turn, ("checkin_24h",))


# ---- her answers ------------------------------------------------------------------------------------------
def go_on(turn: Turn) -> str:
    """Go on with the check-in: `asked`, `over` when all is told, or nothing when the interview has to ask."""
    step = running(turn)
    if step is None:
        return ""
    _ask_again_later(turn, step)
    if turn.state.disposition is not None or not _calm(turn):
        turn.remember(RUNNING, None)
        return ""
    left = (f for f in _list(turn, step) if f not in turn.state.findings)
    following = next((f for f in left if _fits(turn, step, f)), None)
    if following is not None:
        open_question(turn, following, (following,))
        return "asked"
    turn.remember(RUNNING, None)
    _over(turn, step)
    return "over"


def _ask_again_later(turn: Turn, step: Interview) -> None:
    """Plan what she could not say yet: a test that is not done is asked after once more."""
    if not turn.state.consent.covers("checkins"):
        return
    for finding, name in step.unsure_again.items():
        answer, after = turn.state.findings.get(finding), turn.flow.policy.checkins.get(name)
        if answer is not None and answer.value == "unsure" and after:
            due = plans.welcome_hours(turn).open(turn.at + after)
            turn.set_timer(Timer(TimerName(name), due, kind=name))


def _list(turn: Turn, step: Interview) -> tuple[FindingId, ...]:
    """Return what is asked: after a positive mood answer the question about self-harm follows."""
    mind = turn.flow.rulebook.assess(_facts(turn, mind=True), False)
    low = any(f in turn.state.findings for f in MIND) and mind.urgency >= _routine(turn)
    return (*step.asks, SELF_HARM) if low else step.asks


def _routine(turn: Turn) -> int:
    return turn.flow.table.urgency("routine")


def _facts(turn: Turn, *, mind: bool) -> Facts:
    """Return what is known of her mood, or of her body."""
    own = {f: a.value for f, a in turn.state.findings.items() if f not in BESIDE}
    told = {f: value for f, value in own.items() if (f in MIND) is mind}
    return turn.flow.rulebook.facts(told, turn.state.last_disposition, len(turn.state.contacts))


def _calm(turn: Turn) -> bool:
    """Return whether nothing told so far calls for the full interview."""
    step = running(turn)
    told = {f: a.value for f, a in turn.state.findings.items() if a.at >= turn.state.begun}
    asked = step.asks if step else ()
    if not all(_as_hoped(turn, f, v) for f, v in told.items() if f in asked and f not in MIND | BESIDE):
        return False
    return bool(turn.flow.rulebook.assess(_facts(turn, mind=False), False).urgency < _routine(turn))


def _as_hoped(turn: Turn, finding: FindingId, value: str | int) -> bool:
    if finding in CALM:
        return value in CALM[finding]
    known = turn.flow.table.findings[finding]
    if known.numeric:
        return finding != "pain_score" or (isinstance(value, int) and value <= MOST_CALM_PAIN)
    return value == "no"


def _fits(turn: Turn, step: Interview, finding: FindingId) -> bool:
    """Return whether a question of the list is not out of place."""
    only, rules = step.only.get(finding), turn.flow.rulebook
    if only is not None:
        return bool(rules.layout.mask(only).holds(rules.closed(turn.facts())))
    return finding in COMPARING or fits(turn, finding)


def _over(turn: Turn, step: Interview) -> None:
    """Tell what the answers come to. After a safety check what she was told stands, until she was seen."""
    for name in step.drops:
        turn.clear_timers(TimerName(name))
    if step.safety:
        turn.change(disposition=_after_safety(turn))
        turn.say("checkin.safe")
        return
    result: Assessment = turn.assess(closed=True)
    if result.urgency >= _routine(turn):
        before = {t.name for t in turn.state.timers}
        advise(turn, result)
        turn.clear_timers(*(t.name for t in plans.planned(turn.state) if t.name not in before))
        return
    turn.change(disposition=result.disposition, last_disposition=result.disposition)
    _beside(turn, step)
    turn.say("checkin.well")


def _after_safety(turn: Turn) -> str | None:
    """Return what holds once a safety check is over: who was seen and is better is with those who saw her.

    Then what she told now counts, at least routine; what she was told last is kept for the next check-in.
    """
    told = {f: a.value for f, a in turn.state.findings.items()}
    if (told.get(REACHED), told.get(SINCE)) != ("seen", "better"):
        return turn.state.last_disposition
    return turn.flow.rulebook.by_urgency[max(turn.assess(closed=True).urgency, _routine(turn))]


def _beside(turn: Turn, step: Interview) -> None:
    """Say a kind word to answers about how life goes on, where there is one."""
    for finding in step.asks:
        answer = turn.state.findings.get(finding)
        note = f"checkin.note.{finding}.{answer.value}" if answer else ""
        if note and turn.has(note):
            turn.say(note)
