"""What the carrier's error numbers mean and what follows from each, as one table.

Source: the carrier's published error dictionary as collected in our notes on the carrier (section 3). A code
that is not listed is judged by its class: 2xxxx is a request refused for good, 3xxxx a delivery that failed
for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What a code says, in our words."""

    OPTED_OUT = "opted out"
    NO_SUCH_NUMBER = "no such number"
    LANDLINE = "landline"
    UNREACHABLE = "handset unreachable"
    BLOCKED = "blocked"
    FILTERED = "filtered"
    NO_ROUTE = "no route"
    TOO_MANY = "too many requests"
    QUEUE_FULL = "queue full"
    CONFIGURATION = "configuration"
    OUR_FAULT = "our fault"
    EXPIRED = "expired on the way"
    CARRIER_FAULT = "carrier fault"
    OTHER = "other"


class Remedy(StrEnum):
    """How a refusal to create a message or call is treated."""

    REFUSED = "refused"
    """For good: this message to this number will never go."""
    BUSY = "busy"
    """Certainly not taken; worth another try while it is still useful."""


@dataclass(frozen=True, slots=True)
class Code:
    """One line of the table. `alarm`: somebody who looks after the set-up has to act.

    `again`: seconds after which a text that was reported lost with this code is sent once more, one try a
    number; empty where another try would be useless, unwelcome or might double it.
    """

    meaning: Meaning
    remedy: Remedy = Remedy.REFUSED
    alarm: bool = False
    again: tuple[int, ...] = ()


_WRONG_SET_UP = Code(Meaning.CONFIGURATION, Remedy.BUSY, alarm=True)
"""Nothing was accepted, and once the set-up is mended the message can still go: so it waits."""

CODES: Mapping[int, Code] = {
    20003: _WRONG_SET_UP,
    20404: _WRONG_SET_UP,
    20429: Code(Meaning.TOO_MANY, Remedy.BUSY),
    21210: _WRONG_SET_UP,
    21211: Code(Meaning.NO_SUCH_NUMBER),
    21212: _WRONG_SET_UP,
    21214: Code(Meaning.NO_SUCH_NUMBER),
    21215: Code(Meaning.NO_ROUTE, alarm=True),
    21216: Code(Meaning.NO_ROUTE, alarm=True),
    21217: Code(Meaning.NO_SUCH_NUMBER),
    21219: Code(Meaning.CONFIGURATION, alarm=True),
    21408: Code(Meaning.NO_ROUTE, alarm=True),
    21421: Code(Meaning.NO_SUCH_NUMBER),
    21602: Code(Meaning.OUR_FAULT, alarm=True),
    21603: _WRONG_SET_UP,
    21604: Code(Meaning.OUR_FAULT, alarm=True),
    21606: _WRONG_SET_UP,
    21608: Code(Meaning.CONFIGURATION, alarm=True),
    21610: Code(Meaning.OPTED_OUT),
    21611: Code(Meaning.QUEUE_FULL, Remedy.BUSY, alarm=True),
    21612: Code(Meaning.NO_ROUTE, alarm=True),
    21614: Code(Meaning.LANDLINE),
    21617: Code(Meaning.OUR_FAULT, alarm=True),
    21619: Code(Meaning.OUR_FAULT, alarm=True),
    21635: Code(Meaning.LANDLINE),
    21659: _WRONG_SET_UP,
    21660: _WRONG_SET_UP,
    21701: _WRONG_SET_UP,
    21703: _WRONG_SET_UP,
    30001: Code(Meaning.QUEUE_FULL, Remedy.BUSY, alarm=True, again=(300, 1800)),
    30002: _WRONG_SET_UP,
    30003: Code(Meaning.UNREACHABLE, again=(1200, 7200)),
    30004: Code(Meaning.BLOCKED),
    30005: Code(Meaning.NO_SUCH_NUMBER),
    30006: Code(Meaning.LANDLINE),
    30007: Code(Meaning.FILTERED, alarm=True),
    30008: Code(Meaning.CARRIER_FAULT, again=(120, 900)),
    30010: Code(Meaning.OTHER, alarm=True),
    30019: Code(Meaning.OUR_FAULT, alarm=True),
    30022: Code(Meaning.TOO_MANY, Remedy.BUSY, alarm=True, again=(600,)),
    30023: Code(Meaning.TOO_MANY, Remedy.BUSY, alarm=True),
    30027: Code(Meaning.TOO_MANY, Remedy.BUSY, alarm=True),
    30032: _WRONG_SET_UP,
    30034: _WRONG_SET_UP,
    30035: _WRONG_SET_UP,
    30036: Code(Meaning.EXPIRED),
    30038: Code(Meaning.FILTERED, alarm=True),
    30039: Code(Meaning.FILTERED, alarm=True),
    30410: Code(Meaning.CARRIER_FAULT),  # It may have arrived all the same.
    30450: Code(Meaning.FILTERED, alarm=True),
    30453: Code(Meaning.FILTERED, alarm=True),
    30500: Code(Meaning.CARRIER_FAULT, again=(120,)),
    30610: Code(Meaning.FILTERED, alarm=True),
    30640: Code(Meaning.BLOCKED),
    32018: Code(Meaning.OUR_FAULT, alarm=True),
    22005: Code(Meaning.QUEUE_FULL, Remedy.BUSY, alarm=True),
}


def code_of(number: int | None, status: int = 400) -> Code:
    """Return what a code means; unlisted ones by their HTTP status and class.

    Redirects, 401, 403 and 404 are questions of set-up; 429 is never processed by the carrier and safe to
    repeat.
    """
    known = CODES.get(number) if number is not None else None
    if known is not None:
        return known
    if status == 429:
        return Code(Meaning.TOO_MANY, Remedy.BUSY)
    if status < 400 or status in (401, 403, 404):
        return _WRONG_SET_UP
    if number is not None and 30000 <= number < 40000:
        return Code(Meaning.CARRIER_FAULT)
    return Code(Meaning.OTHER, alarm=True)


def again_after(number: int | None, tries: int) -> int | None:
    """Return the seconds until a text that was reported lost is sent once more; None: it is not.

    `tries` is how often that was done already.
    """
    pauses = code_of(number).again if number is not None else ()
    return pauses[tries] if tries < len(pauses) else None


def is_alarm(number: int | None) -> bool:
    """Return whether a code of a report calls for whoever looks after the set-up."""
    return number is not None and code_of(number).alarm


def is_opt_out(number: int | None) -> bool:
    """Return whether a code says that the person has sent STOP to the carrier."""
    return number is not None and code_of(number).meaning is Meaning.OPTED_OUT
