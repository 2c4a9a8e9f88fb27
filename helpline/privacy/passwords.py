"""Passwords and second factors of staff: what is kept, and how a try is checked.

Passwords are kept as scrypt digests (RFC 7914) with a salt of their own; second factors are the six digits
that authenticator apps show (RFC 6238: SHA-1, 30 seconds).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_COST, _BLOCK, _LANES = 1 << 14, 8, 1
"""16 MB and some 50 ms a try."""
STEP = 30
"""Seconds for which a second factor holds."""
SHORTEST = 12
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """Return what to keep of a password: `scrypt$salt$digest`, both in hex."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_digest(password, salt).hex()}"


def check_password(password: str, kept: str | None) -> bool:
    """Return whether a password is the one kept. Without one it takes as long, and says no."""
    _, salt, digest = (kept or _NOBODY).split("$")
    tried = _digest(password, bytes.fromhex(salt))
    return hmac.compare_digest(tried, bytes.fromhex(digest)) and kept is not None


def new_password() -> str:
    """Return a password that is easy to read aloud: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def new_seed() -> str:
    """Return the seed of a second factor, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def second_factor(seed: str, step: int) -> str:
    """Return the six digits of one time step."""
    digest = hmac.digest(base64.b32decode(seed), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def matching_step(seed: str, digits: str, seconds: float, after: int) -> int | None:
    """Return the time step whose digits these are, one step early or late at most, and later than `after`.

    `seconds` is the time since 1970. None: they are wrong, too old, or used before.
    """
    given = "".join(digits.split()).encode()
    now = int(seconds) // STEP
    steps = (step for step in (now, now - 1, now + 1) if step > after)
    return next((s for s in steps if hmac.compare_digest(second_factor(seed, s).encode(), given)), None)


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=32)


_NOBODY = f"scrypt${'00' * 16}${'00' * 32}"
