"""One leg of a call while it runs: where it stands in its document, what it waits for.

Whom it is joined to.
"""

import threading
from collections import deque
from dataclasses import dataclass, field

from helpline.carrier.clock import rfc2822
from helpline.carrier.records import Call, Heard
from helpline.carrier.twiml_reader import Verb

HEARD_AT_MOST = 1_000
LEGS_KEPT = 400
WORDS_A_SECOND = 2.5


@dataclass(slots=True, eq=False)
class Leg:
    """Hold a running leg; all legs of one call share one lock.

    `waiting` of its call is what it waits for: `answer`, `gather`, `record`, `dial`, `bridged`,
    `conference` or nothing.
    """

    call: Call
    lock: threading.RLock = field(default_factory=threading.RLock)
    url: str = ""
    verbs: deque[Verb] = field(default_factory=deque)
    verb: Verb | None = None
    parent: "Leg | None" = None
    children: list["Leg"] = field(default_factory=list)
    joined: "Leg | None" = None
    was_joined: bool = False
    machine: bool = False
    ends_conference: bool = False
    conference: str = ""
    steps: int = 0

    def hear(self, who: str, kind: str, words: str, verb: Verb | None = None) -> None:
        """Write down what passed on this leg; a call that goes on for ever keeps its last thousand lines."""
        language, voice = (verb.get("language"), verb.get("voice")) if verb else ("", "")
        self.call.heard.append(Heard(who, kind, words, language, voice))
        del self.call.heard[:-HEARD_AT_MOST]

    def warn(self, words: str) -> None:
        """Note something the carrier would show its customer as a warning."""
        if words not in self.call.warnings:
            self.call.warnings.append(words)

    @property
    def inputs(self) -> frozenset[str]:
        """Give what the open Gather listens to: `dtmf`, `speech` or both."""
        return frozenset((self.verb.get("input", "dtmf") if self.verb else "").split())


class Legs:
    """Keep the legs of all calls, the newest few hundred; ended ones make room first."""

    def __init__(self) -> None:
        self._legs: dict[str, Leg] = {}
        self._lock = threading.Lock()

    def keep(self, leg: Leg) -> Leg:
        """Add a leg."""
        with self._lock:
            self._legs[leg.call.sid] = leg
            over = [sid for sid, kept in self._legs.items() if kept.call.over]
            for sid in over[: max(0, len(self._legs) - LEGS_KEPT)]:
                del self._legs[sid]
        return leg

    def find(self, sid: str) -> Leg | None:
        """Find a leg by its call's sid."""
        return self._legs.get(sid)

    def newest_first(self) -> list[Leg]:
        """List the legs, newest first."""
        with self._lock:
            return list(reversed(self._legs.values()))

    def forget(self) -> None:
        """End every leg without a word to anybody and forget it."""
        with self._lock:
            for leg in self._legs.values():
                leg.call.status, leg.call.waiting = "canceled", ""
            self._legs = {}


def base_form(call: Call, account: str) -> dict[str, str]:
    """Write what every request about a call carries."""
    form = {
        "CallSid": call.sid,
        "AccountSid": account,
        "From": call.sender,
        "Caller": call.sender,
        "To": call.to,
        "Called": call.to,
        "CallStatus": call.status,
        "Direction": call.direction,
        "ApiVersion": "2010-04-01",
    }
    if call.plan.parent:
        form["ParentCallSid"] = call.plan.parent
    if call.answered_by:
        form["AnsweredBy"] = call.answered_by
    return form


def status_form(call: Call, account: str, now: float) -> dict[str, str]:
    """Write the form of a call's status callback; the sequence number orders what may arrive out of order."""
    form = {
        **base_form(call, account),
        "CallbackSource": "call-progress-events",
        "Timestamp": rfc2822(now) or "",
        "SequenceNumber": str(call.sequence),
    }
    if call.over:
        form["CallDuration"] = str(duration(call))
        form["Duration"] = str(-(-duration(call) // 60))
    return form


def duration(call: Call) -> int:
    """Give how long the leg was connected, in whole seconds, at least one where it was answered."""
    if call.started is None:
        return 0
    return max(1, round((call.ended or call.started) - call.started))


def spoken_seconds(call: Call) -> float:
    """Reckon how long the line's words would take to say, at an ordinary rate, pauses included."""
    seconds = 0.0
    for heard in call.heard:
        if heard.who == "line" and heard.kind == "say":
            seconds += len(heard.words.split()) / WORDS_A_SECOND
        elif heard.who == "line" and heard.kind == "pause":
            seconds += whole(heard.words, 1)
    return round(seconds, 1)


def whole(text: str, default: int) -> int:
    """Read a whole number, or take the default, as the carrier does with an attribute it cannot use."""
    return int(text) if text.isdigit() else default
