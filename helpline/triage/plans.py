"""What is planned for a person after the advice: safety checks, check-ins and support texts, and their ends.

A plan is a timer of the state, so it lives and dies in the same commit as everything else about her. Which
check-ins there are, when, for whom and what they ask stands in `flows/checkin.yaml` and `flows/service.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from helpline.triage.effects import Withdraw
from helpline.triage.findings import ALWAYS
from helpline.triage.flow import Flow, Interview
from helpline.triage.state import FindingId, Flag, State, Timer, TimerName
from helpline.triage.timing import Hours, hours
from helpline.triage.turn import Turn

REMIND, MISSED = TimerName("remind"), TimerName("missed")
"""Timers of an open check-in: the reminder, and what silence leads to."""

PURPOSES = {"checkins": "checkin", "support": "support"}
"""What she may agree to -> kind of its texts, and beginning of its timers' names."""

STOWED = "keep_plans"
"""Remembered since STOP: what had been planned, for START."""

SOONEST = timedelta(hours=1)
"""A check-in that would fall due sooner than this is not planned: we are talking now."""


def checkin(flow: Flow, name: str) -> Interview | None:
    """Return the check-in of this name."""
    return next((step for step in checkins(flow) if step.id == name), None)


def checkins(flow: Flow) -> Iterable[Interview]:
    """Yield all check-ins in their order."""
    return (s for s in flow.conversations["checkin"].steps if isinstance(s, Interview))


def welcome_hours(turn: Turn) -> Hours:
    """Return the hours in which texts of ours are welcome to her."""
    return hours(turn.flow.region, turn.state.extra)


def may_reach(state: State) -> bool:
    """Return whether a text that we start may go to this phone at all: safe, textable, not stopped."""
    safe = state.findings.get(FindingId("safe_to_text"))
    if safe is not None and safe.value != "yes":
        return False
    watched = Flag.SAFEGUARDING in state.flags and safe is None
    return not watched and state.consent.stopped is None and state.extra.get("textable") != "no"


def after_advice(turn: Turn, named: tuple[str, ...]) -> None:
    """Plan what belongs to an advice: its safety checks for everybody, the rest for who agreed to it."""
    if not may_reach(turn.state):
        return
    for name in named:
        step, after = checkin(turn.flow, name), turn.flow.policy.checkins.get(name)
        if step is not None and after and step.safety:
            _set(turn, Timer(TimerName(name), turn.at + after, urgent=True, kind=name))
    if turn.state.consent.covers("checkins"):
        for_situation(turn, named)


def for_situation(turn: Turn, named: tuple[str, ...] = ()) -> None:
    """Plan the check-ins that fit what is known of her, and the `named` ones; those planned already stay."""
    for step in checkins(turn.flow):
        fits = step.id in named or (step.when != ALWAYS and _holds(turn, step))
        due = _due(turn, step) if fits and not step.safety else None
        if due is not None and due - turn.at >= SOONEST:
            timer = Timer(TimerName(step.id), welcome_hours(turn).open(due), kind=step.id)
            if step.counts_from == "event":
                turn.clear_timers(timer.name)
            _set(turn, timer)


def _set(turn: Turn, timer: Timer) -> None:
    if all(t.name != timer.name for t in turn.state.timers):
        turn.set_timer(timer)


def _holds(turn: Turn, step: Interview) -> bool:
    rules = turn.flow.rulebook
    return bool(rules.layout.mask(step.when).holds(rules.closed(turn.facts())))


def _due(turn: Turn, step: Interview) -> datetime | None:
    after = turn.flow.policy.checkins.get(step.id)
    if after is None:
        return None
    if step.counts_from == "advice":
        return turn.at + after
    days = turn.state.findings.get(FindingId("days_since_event"))
    told = days is not None and isinstance(days.value, int)
    return days.at - timedelta(days=int(days.value)) + after if days and told else turn.at + after


def support(turn: Turn) -> None:
    """Plan the support texts, each on its day at the hour of the service."""
    policy, welcome = turn.flow.policy, welcome_hours(turn)
    for name, after in policy.supports.items():
        due = welcome.at(turn.at, after.days, policy.support_hour)
        _set(turn, Timer(TimerName(name), welcome.open(due), kind=name))


def end(turn: Turn, purpose: str) -> None:
    """Forget all plans of a purpose and take back what waits in the outbox, safety checks excepted."""
    kind = PURPOSES[purpose]
    gone = tuple(t.name for t in turn.state.timers if t.name.startswith(kind) and not t.urgent)
    turn.clear_timers(*gone)
    turn.effects.append(Withdraw(frozenset({kind})))


def stow(turn: Turn) -> None:
    """Forget all plans, safety checks too, but remember what they were."""
    gone = planned(turn.state)
    turn.remember(STOWED, ";".join(f"{t.name} {t.due.isoformat()} {int(t.urgent)}" for t in gone) or None)
    turn.clear_timers(*(t.name for t in gone), REMIND, MISSED)
    turn.effects.append(Withdraw())


def restore(turn: Turn) -> None:
    """Plan again what was planned before STOP and has not passed since; nothing new."""
    stowed = turn.state.extra.get(STOWED, "")
    turn.remember(STOWED, None)
    for name, due, urgent in (each.split() for each in stowed.split(";") if each):
        timer = Timer(TimerName(name), datetime.fromisoformat(due), urgent == "1", name)
        if timer.due > turn.at:
            _set(turn, timer)


def own(state: State) -> tuple[Timer, ...]:
    """Return the plans that she may change: all but safety checks."""
    return tuple(t for t in planned(state) if not t.urgent)


def move_all(turn: Turn, by: timedelta = timedelta(0)) -> None:
    """Put all plans into the hours she wants, none sooner than `by` from now."""
    welcome, soonest = welcome_hours(turn), turn.at + by
    moved = (Timer(t.name, welcome.open(max(t.due, soonest)), kind=t.kind) for t in own(turn.state))
    turn.set_timer(*moved)


def planned(state: State) -> tuple[Timer, ...]:
    """Return the texts planned for her, soonest first."""
    kinds = tuple(PURPOSES.values())
    return tuple(sorted((t for t in state.timers if t.name.startswith(kinds)), key=lambda t: t.due))


def loss_known(turn: Turn) -> None:
    """Take back every text that waits, and plan anew: from now on nothing speaks of an ongoing pregnancy."""
    turn.effects.append(Withdraw(frozenset({"checkin", "nudge"})))
    if turn.state.consent.covers("checkins"):
        gone = tuple(t.name for t in planned(turn.state) if not t.urgent and t.name.startswith("checkin"))
        turn.clear_timers(*gone)
        for_situation(turn)
