"""The bench under `chat` and `call`: input lines become events, and what is said is collected.

It needs no worker: after each line it looks itself at whoever has something due.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from helpline.service import agenda, duty
from helpline.service.conversation import Command, Sender, receive
from helpline.service.line import Line
from helpline.service.rota_report import report_if_due
from helpline.store.port import Item, Loaded, Spoken, Status
from helpline.triage.events import Called, Event, HungUp, Pressed, PutThrough, Recorded, Said, Silent, Texted
from helpline.triage.state import PersonId, State
from helpline.triage.view import view

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
CARRIER_STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
TICK = 0.002
"""Seconds past a due time at which it is looked at: the store counts in milliseconds."""
MOST_CONNECTS = 4
"""To so many a call is put through in one turn: two crisis lines, staff, and one for good measure."""
PEEK = "peek"
"""An event id that is never served: for looking at a person without doing anything."""


class BadLine(Exception):
    """An input line that is no valid input; says what is wrong with it."""


@dataclass
class Bench:
    """One helpline with a phone at it. `advance` moves the clock and does what falls due."""

    line: Line
    shift: Callable[[float], object]
    sent: Callable[[], Sequence[Item]]
    close: Callable[[], None]
    opt_out: str = "carrier"
    calls: dict[str, str] = field(default_factory=dict)
    recording: set[str] = field(default_factory=set)
    """Calls on which the next words are a message that is recorded."""
    people: dict[PersonId, None] = field(default_factory=dict)
    last: str | None = None

    @classmethod
    def open(cls, *, memory: bool) -> Bench:
        """Join the parts for a chat. Raises SettingsError."""
        from helpline.wiring import chat_parts

        parts = chat_parts(memory=memory)
        return cls(parts.line, parts.shift, parts.sent, parts.close, parts.opt_out)

    def answer(self, text: str) -> dict[str, Any]:
        """Do what one input line says and return the output line. A bad line changes nothing."""
        try:
            entry = self._parse(text)
            return self._do(entry)
        except BadLine as problem:
            return self._shown([], [], None, str(problem))

    @staticmethod
    def _parse(text: str) -> Mapping[str, Any]:
        try:
            entry = json.loads(text)
        except ValueError as error:
            raise BadLine(f"not JSON: {error}") from error
        if not isinstance(entry, dict):
            raise BadLine("not a JSON object")
        return entry

    def _do(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        if "advance" in entry:
            self.advance(duration(entry["advance"]))
            return self._shown([], [], self.last, None)
        if "staff" in entry:
            return self._staff(entry)
        number = self._number(entry.get("from"), "from")
        self._catch_up(entry.get("at"))
        person = self.line.identity.person(number)
        self.people[person] = None
        make, event_id, call = self._event(entry, number)
        ordered = self._orders(entry, event_id) if "body" in entry else None
        spoken = receive(self.line, Sender(person, number, event_id, ordered), make)
        for n in range(MOST_CONNECTS):
            if spoken.connect and call:
                spoken = self._nobody_picks_up(Sender(person, number, f"{event_id}:through{n}"), call, spoken)
        (self.recording.add if spoken.record else self.recording.discard)(call or "")
        self.last = number
        self._work()
        if call == "":
            self.calls.pop(number, None)
        hits = spoken.facts.get("understood", [])
        return self._shown(list(spoken.texts), hits if isinstance(hits, list) else [], number, None, spoken)

    def _orders(self, entry: Mapping[str, Any], event_id: str) -> Command:
        return partial(duty.obey, self.line, str(entry["body"]), event_id)

    def _number(self, raw: object, name: str) -> str:
        number = (
            self.line.identity.parse(str(raw), self.line.default_region) if isinstance(raw, str) else None
        )
        if number is None:
            raise BadLine(f'"{name}" must be a phone number such as +15555550100')
        return number

    def _event(
        self, entry: Mapping[str, Any], number: str
    ) -> tuple[Callable[[bytes], Event], str, str | None]:
        now = self.line.now
        if "body" in entry:
            if not isinstance(entry["body"], str):
                raise BadLine('"body" must be text')
            id = str(entry.get("id") or f"SM{secrets.token_hex(16)}")
            body, handled = entry["body"], self._handled(entry["body"])
            return (lambda chance: Texted(id, now(), chance, body, opt_out=handled)), id, None
        if entry.get("call") == "start":
            call = f"CA{secrets.token_hex(16)}"
            self.calls[number] = call
            return (lambda chance: Called(f"{call}:0", now(), chance, call)), f"{call}:0", call
        if number not in self.calls:
            raise BadLine('no call is open from this number: send {"call": "start"} first, or give "body"')
        return self._on_call(entry, self.calls[number])

    def _on_call(
        self, entry: Mapping[str, Any], call: str
    ) -> tuple[Callable[[bytes], Event], str, str | None]:
        now, id = self.line.now, f"{call}:{secrets.token_hex(6)}"
        if entry.get("call") == "hangup":
            return (lambda chance: HungUp(id, now(), chance, call)), id, ""
        if call in self.recording:
            left = f"RE{secrets.token_hex(16)}" if entry.get("speech") else ""
            return (lambda chance: Recorded(id, now(), chance, call, left)), id, call
        if isinstance(entry.get("digits"), str):
            digits = entry["digits"]
            return (lambda chance: Pressed(id, now(), chance, call, digits)), id, call
        if isinstance(entry.get("speech"), str):
            words, sure = entry["speech"], entry.get("confidence")
            sure = float(sure) if isinstance(sure, (int, float)) else None
            return (lambda chance: Said(id, now(), chance, call, words, confidence=sure)), id, call
        if entry.get("silence"):
            return (lambda chance: Silent(id, now(), chance, call)), id, call
        raise BadLine('give "body", "digits", "speech", "silence", "call" or "advance"')

    def _nobody_picks_up(self, sender: Sender, call: str, spoken: Spoken) -> Spoken:
        """Let a call that is put through come back: at this bench there is nobody else to pick up."""
        to, now = (spoken.connect or "").partition(":")[0], self.line.now
        back = receive(
            self.line,
            sender,
            lambda chance: PutThrough(sender.event, now(), chance, call, to, reached=False),
        )
        said = (*spoken.texts, *back.texts)
        return replace(spoken, texts=said, hangup=back.hangup, connect=back.connect)

    def _handled(self, body: str) -> str | None:
        if self.opt_out == "carrier" and body.strip().upper() in CARRIER_STOPS:
            return "STOP"
        return None

    def _staff(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        number, body = self._number(entry.get("staff"), "staff"), entry.get("body")
        if not isinstance(body, str):
            raise BadLine('"body" must be text')
        person = self.line.identity.person(number)
        self.people[person] = None
        make, event_id, _ = self._event(entry, number)
        spoken = receive(self.line, Sender(person, number, event_id, self._orders(entry, event_id)), make)
        self._work()
        return self._shown(list(spoken.texts), [], self.last, None)

    def _catch_up(self, at: object) -> None:
        if at is None:
            return
        try:
            wanted = datetime.fromisoformat(str(at))
        except ValueError as error:
            raise BadLine(
                '"at" must be ISO 8601 with an offset, such as 2026-11-23T15:00:00+00:00'
            ) from error
        if wanted.tzinfo is None:
            raise BadLine('"at" needs an offset, such as +00:00')
        ahead = (wanted.astimezone(UTC) - self.line.now()).total_seconds()
        if ahead > 0:
            self.advance(ahead)

    def advance(self, seconds: float) -> None:
        """Move the clock on, stopping at whatever falls due on the way."""
        end = self.line.now() + timedelta(seconds=seconds)
        while True:
            self._work()
            now = self.line.now()
            due = self._next_due()
            if due is None or due >= end:
                break
            self.shift((due - now).total_seconds() + TICK)
        self.shift(max((end - self.line.now()).total_seconds(), 0.0))
        report_if_due(self.line)
        self._work()

    def _next_due(self) -> datetime | None:
        """Return when anything of the people at this bench falls due next."""
        found: list[datetime] = []
        for person in self.people:
            loaded = self.line.store.load(person, PEEK, self.line.now())
            if isinstance(loaded, Loaded) and loaded.state:
                found += [t.due for t in loaded.state.timers]
                found += [i.not_before for i in self.line.store.items(person) if i.status is Status.READY]
        later = [due for due in found if due > self.line.now()]
        return min(later, default=None)

    def _work(self) -> None:
        """Do what is due, for everybody, until nothing is."""
        for _ in range(20):
            urgent, later = self.line.store.due(self.line.now())
            people = dict.fromkeys((*urgent, *later))
            if not people:
                return
            for person in people:
                agenda.wake(self.line, person)

    def state_of(self, number: str | None) -> State | None:
        """Return the state of whoever has this number."""
        if number is None:
            return None
        loaded = self.line.store.load(self.line.identity.person(number), PEEK, self.line.now())
        return loaded.state if isinstance(loaded, Loaded) else None

    def _shown(
        self,
        replies: list[str],
        understood: list[list[str]],
        number: str | None,
        error: str | None,
        spoken: Spoken | None = None,
    ) -> dict[str, Any]:
        state = self.state_of(number)
        outbound = [{"to": number, "kind": "reply", "body": r} for r in replies] if number and spoken else []
        left = [{"to": i.to, "kind": i.kind, "body": i.body} for i in self.sent()]
        return {
            "replies": replies,
            "conversation": view(self.line.flow, state) if state else None,
            "understood": [_hit(self.line, *h) for h in understood],
            "outbound": [*outbound, *left],
            "escalations": _case(state),
            "scheduled": _scheduled(state),
            "error": error,
        }


def _hit(line: Line, kind: str, id: str, value: str, words: str) -> dict[str, str | int | None]:
    shown: str | int | None = value or None
    finding = line.flow.table.findings.get(id)  # type: ignore[call-overload]  # ids of intents are looked up too
    if finding is not None and finding.numeric and value.lstrip("-").isdigit():
        shown = int(value)
    return {"kind": kind, "id": id, "value": shown, "words": words}


def _case(state: State | None) -> list[dict[str, str]]:
    if state is None or state.case is None:
        return []
    case = state.case
    return [{"case": case.code, "level": case.level, "reason": case.reason, "status": case.status}]


def _scheduled(state: State | None) -> list[dict[str, str]]:
    timers = sorted(state.timers, key=lambda t: t.due) if state else []
    return [{"kind": t.kind or t.name, "due": t.due.isoformat()} for t in timers]


def duration(raw: object) -> float:
    """Return seconds for `90s`, `10m`, `24h`, `2d` or `1w`. Raises BadLine."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", str(raw))
    if not found:
        raise BadLine('"advance" must be a number and s, m, h, d or w, such as "24h"')
    return float(found[1]) * UNITS[found[2]]
