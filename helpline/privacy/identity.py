"""Who someone is to us: a keyed hash of the number, never the number.

The number itself is kept only sealed. The same number always gives the same person, as long as the index key
stays; the key is made once and lies in the keyring.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

import phonenumbers

if TYPE_CHECKING:  # a name for mypy only: privacy stands below the core and never loads it
    from helpline.triage.state import PersonId

_E164 = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_NORTH_AMERICAN = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}", re.ASCII)
"""As carriers give them, these need no further look; it saves a tenth of a turn."""
_NOBODY = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""What a carrier puts for a withheld number: "anonymous", "restricted" and so on, spelt on a keypad."""


class Identity:
    """Turn numbers into people. `index_key` is the secret key of the hash, 32 bytes."""

    __slots__ = ("_key",)

    def __init__(self, index_key: bytes) -> None:
        if len(index_key) < 16:
            raise ValueError("the index key is too short: 32 bytes are expected")
        self._key = index_key

    def person(self, number: str) -> PersonId:
        """Return the person with this E.164 number: 32 hex digits, of which the first two are the bucket.

        For a withheld number `call:` and the call's id stand in: a person for that call only.
        """
        digest: PersonId = hmac.digest(self._key, number.encode(), "sha256")[:16].hex()  # type: ignore[assignment]
        return digest

    def parse(self, raw: str, region: str) -> str | None:
        """Return a number as E.164, read as dialled in `region`; None when it is no plausible one."""
        return parse_number(raw, region)


    def textable(self, phone: str) -> bool:
        """Return whether texts may reach this E.164 number: it is not withheld, and not plainly a landline.

        In North America nobody can tell by the number.
        """
        if not phone or _NORTH_AMERICAN.fullmatch(phone):
            return bool(phone)
        try:
            kind = phonenumbers.number_type(phonenumbers.parse(phone))
        except phonenumbers.NumberParseException:
            return False
        return kind != phonenumbers.PhoneNumberType.FIXED_LINE


def bucket(person: str) -> str:
    """Return the two hex digits that name a person's slot."""
    return person[:2]


def parse_number(raw: str, region: str) -> str | None:
    """Return a number as E.164, read as one would dial it in `region` (`us`, `GB`).

    None for withheld numbers, short codes, SIP addresses and whatever else cannot be texted or called.
    """
    text = raw.strip()
    if _NORTH_AMERICAN.fullmatch(text) and text not in _NOBODY:
        return text
    if text in _NOBODY or len(text) > 40 or not text or text[0].isalpha():
        return None
    try:
        number = phonenumbers.parse(text, {"UK": "GB"}.get(region.upper(), region.upper()))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return plain if _E164.fullmatch(plain) and plain not in _NOBODY else None
