"""What every turn of the engine must keep: urgency never falls, danger is told at once, a person is woken."""

from __future__ import annotations

from helpline.flowbook.proof.person import Person
from helpline.flowbook.proof.report import Property
from helpline.flowbook.proof.speech import MOST_SECONDS, longest_breath
from helpline.triage.effects import Listen, Reply
from helpline.triage.flow import Flow
from helpline.triage.state import Channel, FindingId, Flag, Level
from helpline.triage.wording import MOST_SEGMENTS, is_gsm, segments

_CASES = {
    "emergency": Level.EMERGENCY, "emergency_department": Level.EMERGENCY_DEPARTMENT, "urgent": Level.URGENT
}
_FLAGS = {Flag.CRISIS: Level.CRISIS, Flag.SAFEGUARDING: Level.SAFEGUARDING}


class Promises:
    """Checks one turn after another."""

    def __init__(self, flow: Flow, found: dict[str, Property]) -> None:
        self._flow = flow
        self._found = found
        self._urgency = flow.table.urgency
        self._numbers = tuple(
            n for r in flow.region.resources.values() for n in (r.call, r.text) if n
        )

    def keep(self, before: Person, after: Person) -> None:
        """Hold one turn against the promises."""
        self._never_lower(before, after)
        self._at_once(after)
        self._escalated(before, after)
        self._answered(after)
        self._worded(after)

    def _never_lower(self, before: Person, after: Person) -> None:
        monotony = self._found["monotony"]
        monotony.count("turns of the engine")
        was, now = self._urgency(before.state.disposition), self._urgency(after.state.disposition)
        if now < was or not before.state.flags <= after.state.flags:
            monotony.breach(f"{before.state.disposition} became {after.state.disposition}", after.answers)

    def _at_once(self, after: Person) -> None:
        """Check that hospital or worse is told in the turn in which it is known; emergency asks no more."""
        sound = self._found["soundness"]
        sound.count("turns in which danger is told at once")
        state = after.state
        facts = self._flow.rulebook.facts(after.answers, state.last_disposition, len(state.contacts))
        result = self._flow.rulebook.assess(facts, False)
        if result.urgency >= self._urgency("emergency_department") > self._urgency(state.disposition):
            sound.breach(f"{result.disposition} is known and {state.disposition} is told", after.answers)
        if state.disposition == "emergency" and state.asked and state.asked.findings:
            sound.breach(f"{state.asked.id} is asked after the emergency number", after.answers)

    def _escalated(self, before: Person, after: Person) -> None:
        """Check that emergency, crisis or safeguarding brings a case, a number and a way to a person."""
        state, escalation = after.state, self._found["escalation"]
        told = state.disposition if state.disposition != before.state.disposition else None
        new_flags = state.flags - before.state.flags
        levels = [_FLAGS[f] for f in new_flags] + ([_CASES[told]] if told in _CASES else [])
        if not levels:
            return
        escalation.count("turns that open or raise a case")
        worst = min(levels, key=lambda level: level.rank)
        if state.case is None or state.case.level.rank > worst.rank:
            escalation.breach(f"{worst} opens no case", after.answers)
        heard = after.heard
        if told == "emergency" and not self._says(heard, self._flow.region.emergency_number):
            escalation.breach("emergency without the emergency number in the same reply", after.answers)
        if Flag.CRISIS in new_flags and not self._says(heard, self._flow.region.crisis_call):
            escalation.breach("crisis without the crisis line in the same reply", after.answers)
        if Flag.SAFEGUARDING in new_flags and not self._safe(after, heard):
            escalation.breach("safeguarding without a number in the same reply", after.answers)

    def _safe(self, after: Person, heard: str) -> bool:
        """Return whether a number was given, or the phone is not safe: then staff decide."""
        safe = after.answers.get(FindingId("safe_to_text"))
        numbers = (self._flow.region.emergency_number, *self._numbers)
        return safe in ("no", "unsure") or any(self._says(heard, n) for n in numbers)

    @staticmethod
    def _says(heard: str, number: str) -> bool:
        return number in heard

    def _answered(self, after: Person) -> None:
        """No turn is a dead end: words come back, and a question stands or the result was told."""
        ends, state = self._found["termination"], after.state
        ends.count("turns that got an answer")
        said = any(isinstance(e, Reply) and e.text.strip() for e in after.effects)
        if not said:
            ends.breach(f"no words come back at {after.state.step}", after.answers)
        if state.asked is None and state.disposition is None and state.step != "stopped":
            ends.breach(f"nothing is asked and nothing was told at {state.step}", after.answers)
        listens = any(isinstance(e, Listen) for e in after.effects)
        if state.channel is Channel.VOICE and state.asked and not listens:
            ends.breach(f"the call does not listen at {state.step}", after.answers)

    def _worded(self, after: Person) -> None:
        """Check that what is said is filled in, fits, and is short enough to hear."""
        words = self._found["words"]
        for effect in after.effects:
            if not isinstance(effect, Reply):
                continue
            words.count("replies as sent or spoken")
            if "{" in effect.text or "}" in effect.text:
                words.breach(f"{after.language}: a placeholder is left open: {effect.text[:60]}")
            if after.state.channel is Channel.VOICE:
                if longest_breath(effect.text) > MOST_SECONDS:
                    words.breach(f"{after.language}: too long a breath: {effect.text[:60]}")
            elif segments(effect.text) > MOST_SEGMENTS or not is_gsm(effect.text):
                words.breach(f"{after.language}: more than 3 segments, or dear letters: {effect.text[:60]}")
