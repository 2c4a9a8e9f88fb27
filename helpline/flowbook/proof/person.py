"""One person at the real engine, for the proof: keys and words go in, state and effects come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from helpline.triage.ask import standing
from helpline.triage.effects import Effect, Reply, Text
from helpline.triage.engine import advance, begin
from helpline.triage.events import Called, Event, HungUp, Pressed, Said, Silent, Texted, TimerFired
from helpline.triage.flow import GENERIC, Flow
from helpline.triage.heard import Question, QuestionKind
from helpline.triage.state import Channel, FindingId, Language, PersonId, State
from helpline.triage.where import TOLD

Value = str | int

_BEGUN = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
_CALL = "CA0"
_CHANCE = bytes(range(16))
_WHO = PersonId("7f" + "0" * 30)
HELLO = {"en": "hi", "es": "hola"}


def _begun(flow: Flow, language: Language) -> State:
    """Return somebody new; where the country is asked for, she is in one that is not on the list."""
    state = begin(flow, _WHO, language, _BEGUN, _CHANCE)
    return replace(state, extra={TOLD: GENERIC}) if flow.region.id == GENERIC else state


class Person:
    """A state and the ways to go on from it. `at` carries the time; nothing else changes but by `give`."""

    def __init__(self, flow: Flow, channel: Channel, language: Language, state: State | None = None) -> None:
        self.flow = flow
        self.channel = channel
        self.language = language
        self.state = state or _begun(flow, language)
        self.effects: tuple[Effect, ...] = ()

    def at(self, state: State) -> Person:
        """Return the same person in another state."""
        return Person(self.flow, self.channel, self.language, state)

    @property
    def now(self) -> datetime:
        """Return the time of the next event: a second after she was last heard."""
        return (self.state.heard or _BEGUN) + timedelta(seconds=1)

    def give(self, event: Event) -> Person:
        """Return where an event leads."""
        then = self.at(self.state)
        then.state, then.effects = advance(self.flow, self.state, event)
        return then

    def start(self) -> Person:
        """Return where the first contact leads: a greeting by text, or a call."""
        if self.channel is Channel.VOICE:
            return self.give(Called("e", self.now, _CHANCE, _CALL))
        return self.say(HELLO.get(self.language, "hi"))

    def key(self, keys: str) -> Person:
        """Return where keys lead: sent as a text, or pressed."""
        if self.channel is Channel.VOICE:
            return self.give(Pressed("e", self.now, _CHANCE, _CALL, keys))
        return self.give(Texted("e", self.now, _CHANCE, keys))

    def say(self, words: str) -> Person:
        """Return where words lead: sent as a text, or spoken."""
        if self.channel is Channel.VOICE:
            return self.give(Said("e", self.now, _CHANCE, _CALL, words))
        return self.give(Texted("e", self.now, _CHANCE, words))

    def silent(self) -> Person:
        """Return where silence on a call leads."""
        return self.give(Silent("e", self.now, _CHANCE, _CALL))

    def hang_up(self) -> Person:
        """Return where hanging up leads."""
        return self.give(HungUp("e", self.now, _CHANCE, _CALL))

    def timers(self) -> Person:
        """Return where the timers of silence lead, fired in order until none is left."""
        then, gathered = self, list[Effect]()
        for _ in range(6):
            silent = [t for t in then.state.timers if t.name in ("nudge", "abandoned")]
            due = sorted(silent, key=lambda t: t.due)
            if not due:
                break
            then = then.give(TimerFired("e", due[0].due, _CHANCE, due[0].name, due[0].due))
            gathered += then.effects
        then.effects = tuple(gathered)
        return then

    @property
    def question(self) -> Question | None:
        """Return the question that stands."""
        return standing(self.flow, self.state)

    @property
    def heard(self) -> str:
        """Return all that was said to her by the last event, texts we start included."""
        return "\n".join(e.text if isinstance(e, Reply) else e.body for e in self.effects
                         if isinstance(e, Reply | Text))

    @property
    def answers(self) -> Mapping[FindingId, Value]:
        """Return her answers."""
        return {f: a.value for f, a in self.state.findings.items()}

    def keys_for(self, wanted: Mapping[FindingId, Value]) -> str | None:
        """Return the keys that answer the standing question as `wanted`; None where words are needed."""
        question = self.question
        if question is None:
            return None
        if question.kind is QuestionKind.SCREEN:
            ticked = [c.key for c in question.choices if wanted.get(FindingId(c.id)) in ("yes", "unsure")]
            return " ".join(ticked) or "0"
        if question.kind is QuestionKind.ANY:
            return "1" if any(wanted.get(f) in ("yes", "unsure") for f in question.findings) else "2"
        value = wanted.get(question.findings[0]) if question.findings else None
        if question.kind in (QuestionKind.NUMBER, QuestionKind.SCALE):
            return None if value in (None, "unsure") else str(value)
        return next((c.key for c in question.choices if c.id == value), None)
