"""One turn in the making: the state as it changes and the effects as they gather.

The engine's inner functions share a `Turn`; nobody outside sees it, so `advance` stays a pure function.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from helpline.triage import wording
from helpline.triage.effects import Effect, Hangup, Listen, Reply
from helpline.triage.flow import Flow, MessageId
from helpline.triage.heard import Hit
from helpline.triage.rules import Assessment, Facts
from helpline.triage.state import Channel, Level, State, Timer, TimerName


class Turn:
    """What one event is doing to one person."""

    def __init__(self, flow: Flow, state: State, at: datetime, entropy: bytes) -> None:
        self.flow = flow
        self.state = state
        self.at = at
        self.entropy = entropy
        self.effects: list[Effect] = []
        self.replies: list[str] = []
        self.understood: tuple[Hit, ...] = ()
        self.listen: Listen | None = None
        self.hangup = False
        self.urgent = False

    @property
    def voice(self) -> bool:
        """Return whether she is on the phone."""
        return self.state.channel is Channel.VOICE

    def change(self, **fields: object) -> None:
        """Replace fields of the state."""
        self.state = replace(self.state, **fields)  # type: ignore[arg-type]  # names are State's own

    def word(self, message: MessageId, **fill: str) -> str:
        """Return a message in her language and channel."""
        return wording.word(self.flow, self.state.language, self.state.channel, message, **fill)

    def has(self, message: MessageId) -> bool:
        """Return whether there is such a message in her language."""
        return self.flow.has(self.state.language, message)

    def say(self, message: MessageId, **fill: str) -> None:
        """Add a message to the reply."""
        self.replies.append(self.word(message, **fill))

    def facts(self) -> Facts:
        """Return her answers in bits."""
        values = {f: a.value for f, a in self.state.findings.items()}
        return self.flow.rulebook.facts(values, self.state.last_disposition, len(self.state.contacts))

    def assess(self, *, closed: bool = False) -> Assessment:
        """Return what her answers force."""
        return self.flow.rulebook.assess(self.facts(), closed)

    def told(self) -> int:
        """Return the urgency of what she has been told in this contact, -1 for nothing."""
        return self.flow.table.urgency(self.state.disposition)

    def remember(self, key: str, value: str | None) -> None:
        """Set or forget a small fact of the conversation."""
        extra = {k: v for k, v in self.state.extra.items() if k != key}
        if value is not None:
            extra[key] = value
        self.change(extra=extra)

    def set_timer(self, timer: Timer) -> None:
        """Set a timer, in place of one with the same name."""
        others = tuple(t for t in self.state.timers if t.name != timer.name)
        self.change(timers=(*others, timer))

    def clear_timers(self, *names: TimerName) -> None:
        """Forget timers by name."""
        self.change(timers=tuple(t for t in self.state.timers if t.name not in names))

    def finish(self) -> tuple[State, tuple[Effect, ...]]:
        """Return the new state and all effects, replies first."""
        language = self.state.language
        texts = self.replies if self.voice else wording.join(self.replies)
        said: list[Effect] = [Reply(text, language, self.urgent) for text in texts if text]
        if self.voice and self.state.call:
            said.append(Hangup() if self.hangup or self.listen is None else self.listen)
        return self.state, (*said, *self.effects)


def worst(*levels: Level | None) -> Level | None:
    """Return the worst of some levels, None when there is none."""
    return min((level for level in levels if level), key=lambda level: level.rank, default=None)
