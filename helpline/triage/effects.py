"""What is to be done, as data: the engine decides, the service carries out after the commit.

Timers are no effects: they are part of the state, and the commit copies the earliest into the agenda.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from helpline.triage.state import Case, CaseCode, Flag, Language, Level, StaffId


class Repeat(StrEnum):
    """What to do when nobody can say whether a send was accepted (design, section 6)."""

    SAFE = "safe"
    """Better twice than never: emergencies, pages, crisis words."""
    NEVER = "never"
    """Better never than twice: check-ins, support."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """How a call collects the answer to the question just put."""

    question: str
    turn: int
    number: bool
    """True: every digit belongs to a number, ended by `#` or a pause; a person is `**`."""
    hints: tuple[str, ...] = ()
    most: int = 2
    """Keys of the longest number."""
    keys_only: bool = False
    """True: noise was taken for words before, so only keys are listened to."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Words that go back in the answer to the carrier, in the order given, each in its language."""

    text: str
    language: Language
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Listen:
    """A call goes on: collect keys or speech."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Hangup:
    """A call ends after the replies are spoken."""


@dataclass(frozen=True, slots=True)
class Connect:
    """A call is put through: to the staff on call for a case, or to a number of the region."""

    to: str
    """`staff`, `emergency` or `crisis`."""
    case: CaseCode | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A call records what she says next, because she wants to leave a message."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that we start, to the person. `kind` is one of `nudge checkin support relay notice`."""

    kind: str
    body: str
    language: Language
    repeat: Repeat
    useful_seconds: int
    urgent: bool = False
    delay_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call that we start, to the person; what it says is decided when she answers.

    With `case` it joins her to who has that case, once she has pressed a key.
    """

    kind: str
    useful_seconds: int
    repeat: Repeat = Repeat.NEVER
    delay_seconds: int = 0
    case: CaseCode | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Tell staff. `rung` 0 is the first; who that is, the rota says at the time of the commit.

    With `to` it goes to that one only. `why` is `open`, `raised`, `handed`, `quiet` (its owner shows no
    sign), `words` (she wrote to the owner), `lost` (what the owner wrote did not arrive), `unanswered` (she
    did not pick up), `beside` (someone trained is needed beside the owner) or `taken` (`owner` has it).
    """

    case: CaseCode
    level: Level
    rung: int
    by: str = "text"
    """`text` or `call`."""
    useful_seconds: int = 600
    to: StaffId | None = None
    why: str = "open"
    who: str = "first"
    """Whom the rung reaches (`ladder.WHO`), or `trained`."""
    beside: bool = False
    """Staff trained in safeguarding are told beside those whom the rung reaches."""
    language: Language | None = None
    """Hers: who speaks it comes first."""
    but: StaffId | None = None
    """Who has just given the case back: others come first."""
    owner: StaffId | None = None
    age_seconds: int = 0
    """How old the case is."""
    words: str = ""
    """What she wrote, relayed to the owner who writes to her by text; no page has any."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Write a new case; the commit refuses a code that is taken."""

    case: Case


@dataclass(frozen=True, slots=True)
class ChangeCase:
    """Write the case as it now is: raised, acknowledged, owner or rung changed."""

    case: Case
    why: str


@dataclass(frozen=True, slots=True)
class CloseCase:
    """The case is over."""

    case: Case
    outcome: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Cancel what waits in the outbox for this person. Empty `kinds` means everything we start."""

    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Erase:
    """She asked that everything about her be deleted."""


@dataclass(frozen=True, slots=True)
class Note:
    """An entry in the journal. `understood` is what the words were taken for."""

    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Add one to a counter of the service. No personal data in the name."""

    name: str
    label: str = ""


Effect = (
    Reply
    | Listen
    | Hangup
    | Connect
    | Record
    | Text
    | Call
    | Page
    | OpenCase
    | ChangeCase
    | CloseCase
    | Withdraw
    | Erase
    | Note
    | Count
)

__all__ = [
    "Call",
    "ChangeCase",
    "CloseCase",
    "Connect",
    "Count",
    "Effect",
    "Erase",
    "Flag",
    "Hangup",
    "Listen",
    "Note",
    "OpenCase",
    "Page",
    "Prompt",
    "Record",
    "Repeat",
    "Reply",
    "Text",
    "Withdraw",
]
