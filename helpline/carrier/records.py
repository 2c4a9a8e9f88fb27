"""What the carrier keeps: messages, calls, phones, its customer's numbers and messaging service.

Messages and calls change in place, under the ledger's or their own lock, as the real ones do; the rest is
frozen.
"""

import os
import re
from dataclasses import dataclass, field
from enum import StrEnum

E164 = re.compile(r"\+[1-9]\d{6,14}")
SHORT_CODE = re.compile(r"\d{3,8}")

FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})
CALL_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def new_sid(prefix: str) -> str:
    """Make an id of the carrier's shape: two letters and 32 hexadecimal digits."""
    return prefix + os.urandom(16).hex()


class Behaviour(StrEnum):
    """Say how a simulated phone behaves towards texts and calls."""

    OK = "ok"  # receives texts; a call rings until somebody answers
    ANSWERS = "answers"  # receives texts; picks up every call by itself
    OFF = "off"  # texts 30003, calls ring out
    LANDLINE = "landline"  # texts 30006; calls as ok
    BLOCKED = "blocked"  # texts 30004, calls fail
    UNKNOWN = "unknown"  # texts 30005, calls fail
    FILTERED = "filtered"  # texts 30007; calls as ok
    SILENT = "silent"  # texts stay "sent": no receipt ever comes
    BUSY = "busy"  # receives texts; calls are busy
    VOICEMAIL = "voicemail"  # receives texts; a machine answers calls


@dataclass(frozen=True, slots=True)
class Number:
    """Hold the settings of one of the customer's numbers."""

    sid: str
    number: str
    sms_url: str
    sms_fallback_url: str
    voice_url: str
    voice_fallback_url: str
    status_callback: str
    sms_method: str = "POST"
    sms_fallback_method: str = "POST"
    voice_method: str = "POST"
    voice_fallback_method: str = "POST"
    status_callback_method: str = "POST"
    friendly_name: str = "Helpline"


@dataclass(frozen=True, slots=True)
class Service:
    """Hold the settings of a messaging service."""

    sid: str
    friendly_name: str = "Helpline"
    inbound_request_url: str = ""
    inbound_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    use_inbound_webhook_on_number: bool = True
    validity_period: int = 36_000


@dataclass(slots=True)
class Message:
    """Hold one text, either way; times are seconds since the epoch."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: float
    updated: float
    sent: float | None = None
    service: str = ""
    segments: int = 1
    encoding: str = "GSM-7"
    media: tuple[str, ...] = ()
    callback: str = ""
    callback_method: str = "POST"
    validity: int = 36_000
    error: int | None = None
    by_carrier: bool = False
    parent: str = ""

    @property
    def person(self) -> str:
        """Give the number on the far side from the helpline."""
        return self.sender if self.direction == "inbound" else self.to


@dataclass(frozen=True, slots=True)
class Heard:
    """Hold one line of what passed on a call: who (`line`, `person`, `carrier`), how, and the words."""

    who: str
    kind: str
    words: str
    language: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """Hold what a Record verb took down: here the words in place of sound, and seconds of speech."""

    sid: str
    call: str
    words: str
    duration: int


@dataclass(frozen=True, slots=True)
class CallPlan:
    """Hold what the maker of an outbound call asked for."""

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    callback: str = ""
    callback_method: str = "POST"
    events: tuple[str, ...] = ("completed",)
    timeout: float = 60.0
    detect_machine: bool = False
    parent: str = ""
    whisper: str = ""


@dataclass(slots=True)
class Call:
    """Hold one leg of a call; `person` is the phone at its far end."""

    sid: str
    sender: str
    to: str
    direction: str
    status: str
    created: float
    person: str
    plan: CallPlan = field(default_factory=CallPlan)
    started: float | None = None
    ended: float | None = None
    answered_by: str = ""
    sequence: int = 0
    heard: list[Heard] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    waiting: str = ""
    keys: str = ""
    hung_up: bool = False

    @property
    def over(self) -> bool:
        """Tell whether this leg has ended, however it ended."""
        return self.status in CALL_OVER
