"""One turn in the making: the state as it changes and the effects as they gather.

The engine's inner functions share a `Turn`; nobody outside sees it, so `advance` stays a pure function.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter

from helpline.triage import wording
from helpline.triage.effects import Connect, Effect, Hangup, Listen, Reply
from helpline.triage.flow import Flow, MessageId
from helpline.triage.heard import Hit
from helpline.triage.rules import Assessment, Facts
from helpline.triage.state import Answer, Channel, FindingId, Language, Level, State, Timer, TimerName

SAME = "same_person"
"""Remembered while it is open whether this is the same person: nothing told before that time counts."""

COMPARED = "compared"
"""Remembered: when she said that it is worse, once an advice took account of it."""

_WORSE = FindingId("since_last")
_UNTOUCHED = FindingId("safe_to_text")
"""What holds of the phone, whoever has it."""

_NAMES = tuple(f.name for f in fields(State))
_VALUES = attrgetter(*_NAMES)
_PLACES = {name: place for place, name in enumerate(_NAMES)}


class Turn:
    """What one event is doing to one person."""

    def __init__(self, flow: Flow, state: State, at: datetime, entropy: bytes) -> None:
        self.flow = flow
        self.state = state
        self.at = at
        self.entropy = entropy
        self.effects: list[Effect] = []
        self.replies: list[str] = []
        self.asides: dict[str, Language] = {}
        """Replies in another language than hers: what is offered in it."""
        self.understood: tuple[Hit, ...] = ()
        self.listen: Listen | None = None
        self.connect: Connect | None = None
        self.hangup = False
        self.urgent = False
        self.text = ""
        """Her words as they came."""
        self.doubtful = False
        """The recogniser of a call was not sure of them."""
        self.read_back = ""
        """The answer in doubtful words, which does not count before she has given it again."""
        self._facts: tuple[object, tuple[object, ...], Facts] | None = None

    @property
    def voice(self) -> bool:
        """Return whether she is on the phone."""
        return self.state.channel is Channel.VOICE

    def change(self, **fields: object) -> None:
        """Replace fields of the state: what `dataclasses.replace` does, at a third of its cost."""
        values = list(_VALUES(self.state))
        for name, value in fields.items():
            values[_PLACES[name]] = value
        self.state = State(*values)

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
        """Return her answers in bits; worked out once for the same answers."""
        state, known = self.state, self._facts
        doubts = (state.extra.get(SAME), state.extra.get(COMPARED))
        rest = (state.last_disposition, len(state.contacts), doubts)
        if known and known[0] is state.findings and known[1] == rest:
            return known[2]
        values = {f: a.value for f, a in told(state).items()}
        facts = self.flow.rulebook.facts(values, state.last_disposition, len(state.contacts))
        self._facts = (state.findings, rest, facts)
        return facts

    def known(self, finding: str) -> Answer | None:
        """Return an answer that counts, None where there is none."""
        return told(self.state).get(FindingId(finding))

    def assess(self, *, closed: bool = False) -> Assessment:
        """Return what her answers force."""
        return self.flow.rulebook.assess(self.facts(), closed)

    def told(self) -> int:
        """Return the urgency of what she has been told in this contact, -1 for nothing."""
        return self.flow.table.urgency(self.state.disposition)

    def remember(self, key: str, value: str | None) -> None:
        """Set or forget a small fact of the conversation."""
        if self.state.extra.get(key) == value:
            return
        extra = {k: v for k, v in self.state.extra.items() if k != key}
        if value is not None:
            extra[key] = value
        self.change(extra=extra)

    def set_timer(self, *timers: Timer) -> None:
        """Set timers, in place of those with the same names."""
        names = {t.name for t in timers}
        others = tuple(t for t in self.state.timers if t.name not in names)
        self.change(timers=(*others, *timers))

    def clear_timers(self, *names: TimerName) -> None:
        """Forget timers by name."""
        kept = tuple(t for t in self.state.timers if t.name not in names)
        if len(kept) < len(self.state.timers):
            self.change(timers=kept)

    def finish(self) -> tuple[State, tuple[Effect, ...]]:
        """Return the new state and all effects, replies first."""
        language = self.state.language
        texts = self.replies if self.voice else wording.join(self.replies)
        said: list[Effect] = [
            Reply(text, self.asides.get(text, language), self.urgent) for text in texts if text
        ]
        if self.voice and self.state.call:
            said += [self.connect] if self.connect else []
            said.append(Hangup() if self.hangup or self.listen is None else self.listen)
        return self.state, (*said, *self.effects)


def told(state: State) -> Mapping[FindingId, Answer]:
    """Return the answers that count: all, save those of whom nobody knows if it was the same person.

    Worse is compared with the advice before it. Once an advice took account of it, it counts as the same as
    then, until she says worse again.
    """
    since, compared = state.extra.get(SAME), state.extra.get(COMPARED)
    found = state.findings
    if since is not None:
        begun = datetime.fromisoformat(since)
        found = {f: a for f, a in found.items() if a.at >= begun or f == _UNTOUCHED}
    worse = found.get(_WORSE)
    if worse is not None and compared == worse.at.isoformat():
        found = {**found, _WORSE: replace(worse, value="same")}
    return found


def compared(turn: Turn) -> None:
    """Take her "worse" as compared, now that an advice was given on it."""
    worse = turn.state.findings.get(_WORSE)
    if worse is not None and worse.value == "worse":
        turn.remember(COMPARED, worse.at.isoformat())


def worst(*levels: Level | None) -> Level | None:
    """Return the worst of some levels, None when there is none."""
    return min((level for level in levels if level), key=lambda level: level.rank, default=None)
