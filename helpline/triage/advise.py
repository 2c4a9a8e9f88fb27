"""Telling the result: the advice for a disposition, the flags' own words, the case, the way to a person."""

from __future__ import annotations

from helpline.triage import where
from helpline.triage.ask import ABANDONED, NUDGE
from helpline.triage.cases import open_case
from helpline.triage.cells import Mask
from helpline.triage.effects import Count
from helpline.triage.findings import Condition
from helpline.triage.flow import Advice, Advise
from helpline.triage.plans import after_advice
from helpline.triage.rules import Assessment
from helpline.triage.state import FindingId, Flag, Level
from helpline.triage.turn import Turn, compared, worst

EMERGENCY, HOSPITAL = "emergency", "emergency_department"

_FLAG_LEVEL = {Flag.CRISIS: Level.CRISIS, Flag.SAFEGUARDING: Level.SAFEGUARDING}


def advise(turn: Turn, result: Assessment) -> None:
    """Say the advice for a result, raise the disposition and the flags, open or raise the case."""
    told = turn.told()
    urgency = max(told, result.urgency)
    disposition = turn.flow.rulebook.by_urgency.get(urgency, turn.flow.table.defaults.no_symptom)
    new_flags = result.flags - turn.state.flags
    turn.change(flags=turn.state.flags | result.flags, disposition=disposition, last_disposition=disposition)
    advice = _advice(turn, disposition)
    turn.urgent = turn.urgent or urgency >= turn.flow.table.urgency(HOSPITAL)
    turn.say(advice.message, **_fill(turn))
    tell_country(turn)
    if Flag.SAFEGUARDING in new_flags and not unsafe(turn):
        turn.say("safeguarding.text")
    after_advice(turn, advice.checkins)
    levels = [advice.open_case, *(_FLAG_LEVEL[f] for f in turn.state.flags)]
    level = worst(*levels)
    if level:
        open_case(turn, level, result.because)
    compared(turn)
    turn.effects.append(Count("advice", disposition))
    if urgency > told:
        turn.effects.append(Count("decided", result.because[0] if result.because else "default"))
    if disposition == EMERGENCY:
        turn.change(ended=True, asked=None, step="advice")
        turn.clear_timers(NUDGE, ABANDONED)


def tell_country(turn: Turn) -> None:
    """Ask to be told the country behind what is urgent, where it is not known; no question stands for it."""
    if turn.urgent and where.unknown(turn.flow, turn.state):
        turn.say("country.tell")


def unsafe(turn: Turn) -> bool:
    """Return whether she said that her phone is not safe: then nothing about abuse may reach it."""
    told = turn.state.findings.get(FindingId("safe_to_text"))
    return told is not None and told.value != "yes"


def flag(turn: Turn, result: Assessment) -> None:
    """Say what a new flag needs while the interview goes on: the crisis line, or safe words."""
    new = result.flags - turn.state.flags
    turn.change(flags=turn.state.flags | result.flags)
    if Flag.CRISIS in new:
        turn.urgent = True
        turn.say("crisis.text")
        tell_country(turn)
    if Flag.SAFEGUARDING in new and not unsafe(turn):
        turn.say("safeguarding.text")
    level = worst(*(_FLAG_LEVEL[f] for f in new))
    if level:
        open_case(turn, level, result.because)


def _advice(turn: Turn, disposition: str) -> Advice:
    step = next(s for s in turn.flow.conversations["triage"].steps if isinstance(s, Advise))
    entries = step.entries[disposition]
    if not turn.state.findings:
        return entries[-1]  # who has told nothing hears nothing that takes something for granted
    cells = turn.flow.rulebook.closed(turn.facts())
    return next((a for a in entries if applies(turn, a.when, cells)), entries[-1])


def applies(turn: Turn, condition: Condition, cells: int) -> bool:
    """Return whether a condition of a conversation holds. `flags` may stand beside findings."""
    flags = [t for t in condition.tests if t.finding == "flags"]
    for test in flags:
        if not isinstance(test.values, frozenset) or not test.values & turn.state.flags:
            return False
    rest = Condition(tuple(t for t in condition.tests if t.finding != "flags"), condition.any)
    mask: Mask = turn.flow.rulebook.layout.mask(rest)
    return mask.holds(cells)


def _fill(turn: Turn) -> dict[str, str]:
    return {"place": place(turn)}


def place(turn: Turn) -> str:
    """Return where to go, by region and weeks (evidence, section 1: cut-offs differ by place)."""
    weeks = turn.known("gestation_weeks")
    count = (
        weeks.value if weeks and isinstance(weeks.value, int) and weeks.value > 0 else _trimester_weeks(turn)
    )
    pregnant = turn.known("pregnant")
    if pregnant and pregnant.value in ("recent", "no"):
        count = None
    for here in turn.flow.region.places:
        if here.below_weeks is None or (count is not None and count < here.below_weeks):
            return turn.word(here.message)
    return turn.word(turn.flow.region.places[-1].message) if turn.flow.region.places else ""


def _trimester_weeks(turn: Turn) -> int | None:
    told = turn.known("trimester")
    return {"first": 8, "second": 20, "third": 32}.get(str(told.value)) if told else None
