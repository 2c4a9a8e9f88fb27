"""Contacts: how a conversation begins, goes stale and begins again.

A contact is one conversation id. A new one begins with the first word after 24 hours of silence or once
staff have closed the case. It takes over pregnancy facts, language, consent and the last result; symptoms
older than 30 minutes are asked again from the danger screen (design, section 6; hazards H28, H29).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from helpline.triage import plans, where
from helpline.triage.effects import Withdraw
from helpline.triage.flow import Flow
from helpline.triage.plans import MISSED, REMIND
from helpline.triage.state import (
    Answer,
    Channel,
    ConversationId,
    FindingId,
    Language,
    PersonId,
    State,
)
from helpline.triage.timing import ZONES
from helpline.triage.turn import SAME, Turn, told

LASTING = frozenset(
    {
        "for_whom",
        "age_group",
        "pregnant",
        "gestation_weeks",
        "trimester",
        "scan_confirmed",
        "recent_event",
        "days_since_event",
        "ectopic_risk",
        "iud_in_place",
        "blood_thinner",
        "serious_illness",
        "rh_negative",
        "placenta_low",
        "pregnancy_test",
        "safe_to_text",
    }
)
"""Facts that do not go stale in half an hour. `safe_to_text` stays only when it is no."""

REPEATS_WITHIN = timedelta(hours=72)
"""Contacts are counted over this time (table, `contacts_72h`)."""

CHECKIN = "checkin"
"""Remembered while a check-in waits for its answer, which begins a new contact but answers that question."""

RUNNING = "followup"
"""Remembered while a check-in goes on: its id. It outlives the new contact that her answer begins."""

WELCOMED = "said_welcome"
"""Remembered once the contact has been welcomed."""

CLOSED = "closed"
"""Remembered when staff closed the case: her next word begins a new contact."""


def begin(flow: Flow, person: PersonId, language: Language, at: datetime, entropy: bytes) -> State:
    """Return the state of a person never heard before."""
    return State(
        person=person,
        conversation=conversation_id(person, entropy),
        flow="triage",
        version=flow.version,
        language=language,
        channel=Channel.SMS,
        begun=at,
    )


def conversation_id(person: PersonId, entropy: bytes) -> ConversationId:
    """Return a new conversation id in the person's bucket."""
    return ConversationId(f"c_{person[:2]}{entropy[:10].hex()}")


def refresh(turn: Turn, channel: Channel) -> None:
    """Make the state fit for words that arrive now: the same contact, or a new one."""
    turn.clear_timers(REMIND, MISSED)
    state, policy = turn.state, turn.flow.policy
    silence = turn.at - state.heard if state.heard else None
    if silence is None:
        turn.change(contacts=(turn.at,), begun=turn.at)
    elif silence >= policy.agreement_lapses:
        _renew(turn)
        _as_new(turn)
    elif silence >= policy.contact_gap or CLOSED in state.extra or CHECKIN in state.extra:
        _renew(turn)
    elif silence > policy.symptom_age and state.asked is not None and CHECKIN not in state.extra:
        stale(turn)
        turn.say("stale_answer")
    heard = max(turn.at, state.heard) if state.heard else turn.at
    turn.change(heard=heard, channel=channel, turn=turn.state.turn + 1)


def _renew(turn: Turn) -> None:
    state = turn.state
    follows = CHECKIN in state.extra
    kept = lasting(told(state), turn.at)
    recent = tuple(t for t in state.contacts if turn.at - t < REPEATS_WITHIN)
    turn.change(
        conversation=conversation_id(state.person, turn.entropy),
        flow="triage",
        begun=turn.at,
        step=None,
        findings=kept,
        flags=frozenset(),
        disposition=None,
        last_disposition=state.disposition or state.last_disposition,
        asked=state.asked if follows else None,
        done=frozenset(),
        trail=(),
        unclear=0,
        ended=False,
        contacts=(*recent, turn.at),
        extra={
            k: v
            for k, v in state.extra.items()
            if k.startswith("keep_") or (follows and k in (WELCOMED, RUNNING))
            if k != where.TOLD or where.at_home(turn.flow, state, v) or v == where.home(turn.flow)
        },
        case=state.case if state.case and state.case.status != "closed" else None,
    )
    turn.flow = where.here(turn.flow, turn.state)
    if not follows and kept.keys() - {FindingId("safe_to_text")}:
        turn.remember(SAME, turn.at.isoformat())


def _as_new(turn: Turn) -> None:
    """Take whoever writes after so long for somebody new: numbers are given out again (hazard H13).

    Nothing told is used or shown, and nothing agreed to holds. Where the number is, and a STOP, stay.
    """
    turn.clear_timers(*(t.name for t in plans.planned(turn.state)))
    turn.effects.append(Withdraw(frozenset(plans.PURPOSES.values())))
    turn.change(
        findings={},
        last_disposition=None,
        asked=None,
        consent=replace(turn.state.consent, agreements=()),
        extra={k: v for k, v in turn.state.extra.items() if k in (ZONES, where.NUMBER)},
    )
    turn.flow = where.here(turn.flow, turn.state)


def stale(turn: Turn) -> None:
    """Forget symptoms told more than half an hour ago; what she has been told stands."""
    oldest = turn.at - turn.flow.policy.symptom_age
    kept = {f: a for f, a in turn.state.findings.items() if f in LASTING or a.at >= oldest}
    if len(kept) < len(turn.state.findings) or turn.state.asked:
        turn.change(findings=kept, asked=None, trail=(), unclear=0)


def lasting(findings: Mapping[FindingId, Answer], at: datetime) -> dict[FindingId, Answer]:
    """Return the facts that outlast a contact, with weeks and days counted on to `at`."""
    kept = {
        f: a for f, a in findings.items() if f in LASTING and not (f == "safe_to_text" and a.value == "yes")
    }
    for name, unit, most in (("gestation_weeks", 7, 44), ("days_since_event", 1, 366)):
        answer = kept.get(FindingId(name))
        if answer and isinstance(answer.value, int) and (answer.value > 0 or unit == 1):
            passed = (at - answer.at).days // unit
            if passed:
                since = answer.at + timedelta(days=passed * unit)
                kept[answer.finding] = replace(answer, value=min(most, answer.value + passed), at=since)
    return kept
