"""A person for tests of the engine: words and keys go in, state and effects come out; the clock is ours."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from helpline.triage.effects import Effect, OpenCase, Page, Reply, Text
from helpline.triage.engine import advance, begin
from helpline.triage.events import Event, Texted, TimerFired
from helpline.triage.flow import Flow
from helpline.triage.state import Language, PersonId, State

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PERSON = PersonId("7f" + "0" * 30)


class Person:
    """One person at the engine; chance is a count, so that a test always sees the same."""

    def __init__(self, flow: Flow, language: str = "en") -> None:
        self.flow = flow
        self.now = START
        self.count = 0
        self.state: State = begin(flow, PERSON, Language(language), START, self.chance())
        self.effects: tuple[Effect, ...] = ()
        self.events: list[Event] = []

    def chance(self) -> bytes:
        """Return the next sixteen bytes of a fixed sequence."""
        self.count += 1
        return hashlib.sha256(str(self.count).encode()).digest()[:16]

    def give(self, event: Event) -> tuple[Effect, ...]:
        """Let an event happen."""
        self.events.append(event)
        self.state, self.effects = advance(self.flow, self.state, event)
        return self.effects

    def text(self, words: str, after: timedelta = timedelta(seconds=20)) -> str:
        """Send a text and return the reply."""
        self.now += after
        self.give(Texted(f"SM{self.count}", self.now, self.chance(), words))
        return self.reply

    def wait(self, time: timedelta) -> tuple[Effect, ...]:
        """Let time pass, firing each timer when it falls due; return all effects of it."""
        end, gathered = self.now + time, []
        while True:
            due = [t for t in self.state.timers if t.due <= end]
            if not due:
                break
            timer = min(due, key=lambda t: t.due)
            self.now = max(self.now, timer.due)
            event = TimerFired(f"{timer.name}:{timer.due}", self.now, self.chance(), timer.name, timer.due)
            gathered += list(self.give(event))
        self.now = end
        return tuple(gathered)

    @property
    def reply(self) -> str:
        """Return what the last event said back."""
        return "\n".join(e.text for e in self.effects if isinstance(e, Reply))

    def pages(self, effects: tuple[Effect, ...] | None = None) -> list[Page]:
        """Return the pages among effects."""
        return [e for e in (self.effects if effects is None else effects) if isinstance(e, Page)]

    def texts(self, effects: tuple[Effect, ...] | None = None) -> list[Text]:
        """Return the texts that we start among effects."""
        return [e for e in (self.effects if effects is None else effects) if isinstance(e, Text)]

    def opened(self) -> list[OpenCase]:
        """Return the cases opened by the last event."""
        return [e for e in self.effects if isinstance(e, OpenCase)]
