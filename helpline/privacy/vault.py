"""Seal and open: AES-256-GCM, with the id of the data key in front.

What is sealed is bound to its place: `context` names the key and the field (and the revision of a state), is
authenticated but not stored, and must be the same to open. So a value cannot be moved elsewhere unnoticed.

Form: two bytes key id (big endian), twelve bytes nonce, then the ciphertext with its tag of sixteen bytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_HEAD = 2 + _NONCE


class VaultError(Exception):
    """A sealed value cannot be opened: unknown key, other place, or damaged. Says nothing of its content."""


class Vault:
    """Hold the data keys by id; seal with the current one, open with any.

    `renew`, when given, is asked once for the keys when a value was sealed with one that is not known yet:
    another process may have rotated them.
    """

    __slots__ = ("_current", "_head", "_keys", "_renew")

    def __init__(
        self, keys: Mapping[int, bytes], current: int, renew: Callable[[], Mapping[int, bytes]] | None = None
    ) -> None:
        self._keys = {number: AESGCM(key) for number, key in keys.items()}
        self._current = self._keys[current]
        self._head = current.to_bytes(2, "big")
        self._renew = renew

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return `plain` encrypted and bound to `context`."""
        nonce = os.urandom(_NONCE)
        return self._head + nonce + self._current.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed under the same context. Raises VaultError."""
        if len(sealed) < _HEAD + 16:
            raise VaultError("a sealed value is too short: it is damaged")
        key = self._key(int.from_bytes(sealed[:2], "big"))
        try:
            return key.decrypt(sealed[2:_HEAD], sealed[_HEAD:], context.encode())
        except InvalidTag:
            raise VaultError("a sealed value does not belong here, or is damaged") from None

    def _key(self, number: int) -> AESGCM:
        if number not in self._keys and self._renew is not None:
            self._keys.update({n: AESGCM(key) for n, key in self._renew().items()})
        if number not in self._keys:
            raise VaultError(f"a value is sealed with data key {number}, which the keyring does not hold")
        return self._keys[number]
