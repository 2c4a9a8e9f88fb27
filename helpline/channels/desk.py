"""What the channels work with: handed in once, when the application is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpline.channels.signature import Signatures
from helpline.service.line import Line
from helpline.triage.flow import Flow
from helpline.triage.state import Language


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a webhook needs.

    `line` gives the helpline's line and raises StoreUnavailable while the store is away; `flow` is there even
    then. `optout_mode` is `carrier`, `advanced` or `own`. `reach` gives the E.164 number that a call is put
    through to (`emergency`, `crisis`, `staff:<case>`), None when there is none now.
    """

    line: Callable[[], Line]
    flow: Flow
    signatures: Signatures
    public_url: str
    optout_mode: str
    voice_number: str
    reach: Callable[[str], str | None]

    @property
    def language(self) -> Language:
        """Return the language used when nothing is known of a person."""
        return self.flow.languages[0]


@dataclass(frozen=True, slots=True)
class Practice:
    """What only a simulation has: a look at one person by number, and a clock that can be moved (seconds)."""

    person: Callable[[str], Mapping[str, object] | None]
    advance: Callable[[float], float]
    phone_page: str | None
