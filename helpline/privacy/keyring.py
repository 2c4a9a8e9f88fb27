"""The keys of a helpline: one index key for ever, and data keys, all wrapped by the master key.

`HELPLINE_SECRET` never seals anything but these keys, so it can be changed: opening the keyring with a new
secret in front re-wraps every key, and new writes use a new data key. Person ids stay as they are.

The keyring knows no store. It is handed two functions: one that reads its fields, and one that writes fields
if the generation is still the one that was read (compare and swap), so that two processes cannot both rotate.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from helpline.privacy.vault import Vault

FORMAT = 1
"""The layout of the whole store; a store with a higher one was written by a newer helpline."""
_INDEX = "index"
_DATA = "data:"
_GENERATION = "generation"
_LARGEST = 0xFFFF

Read = Callable[[], Mapping[str, bytes]]
Swap = Callable[[bytes | None, Mapping[str, bytes]], bool]
"""Write these fields if field `generation` still has this value (None: there is none); False when not."""


class KeyringError(Exception):
    """The keys cannot be had; says why and what to do."""


class WrongSecret(KeyringError):
    """No given secret opens the keys: somebody else's store, or the secret was changed."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys in the clear. `data` by id; `current` seals new writes."""

    index: bytes = field(repr=False)
    data: Mapping[int, bytes] = field(repr=False)
    current: int

    def vault(self, renew: Callable[[], Mapping[int, bytes]] | None = None) -> Vault:
        """Return a vault with these data keys."""
        return Vault(self.data, self.current, renew)


def open_keyring(secrets: Sequence[str], read: Read, swap: Swap) -> Keyring:
    """Return the keys of this store; make them in an empty store; re-wrap them when the newest secret is new.

    `secrets` are newest first. Raises WrongSecret and KeyringError; errors of `read` and `swap` pass through.
    """
    if not secrets or not all(secrets):
        raise KeyringError("HELPLINE_SECRET is empty: give the secret with which this store was made")
    for _ in range(5):
        fields = read()
        if not fields:
            if swap(None, _wrapped(_fresh(), secrets[0], 1)):
                continue
        else:
            keyring, position = _unwrap(fields, secrets)
            if position == 0 or swap(fields[_GENERATION], _rotated(keyring, secrets[0], fields)):
                return keyring if position == 0 else read_keyring(secrets, read)
    raise KeyringError("the keys of the store keep changing while they are read: try again")


def read_keyring(secrets: Sequence[str], read: Read) -> Keyring:
    """Return the keys as they lie there, without making or re-wrapping any. Raises as `open_keyring` does."""
    return _unwrap(read(), secrets)[0]


def _fresh() -> Keyring:
    return Keyring(os.urandom(32), {1: os.urandom(32)}, 1)


def _rotated(old: Keyring, secret: str, fields: Mapping[str, bytes]) -> dict[str, bytes]:
    number = max(old.data) + 1
    if number > _LARGEST:
        raise KeyringError("the keyring is full: no further data key can be made")
    new = Keyring(old.index, {**old.data, number: os.urandom(32)}, number)
    return _wrapped(new, secret, int(fields[_GENERATION]) + 1)


def _wrapped(keyring: Keyring, secret: str, generation: int) -> dict[str, bytes]:
    wrap = AESGCM(_master(secret))
    names = {_INDEX: keyring.index, **{f"{_DATA}{n}": key for n, key in keyring.data.items()}}
    fields = {name: _seal(wrap, key, name) for name, key in names.items()}
    return fields | {
        _GENERATION: str(generation).encode(),
        "current": str(keyring.current).encode(),
        "format": str(FORMAT).encode(),
    }


def _seal(wrap: AESGCM, key: bytes, name: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + wrap.encrypt(nonce, key, b"h:{all}:keys#" + name.encode())


def _unwrap(fields: Mapping[str, bytes], secrets: Sequence[str]) -> tuple[Keyring, int]:
    """Return the keys, and which secret opened them."""
    _check_format(fields)
    for position, secret in enumerate(secrets):
        wrap = AESGCM(_master(secret))
        try:
            keys = {
                name: wrap.decrypt(value[:12], value[12:], b"h:{all}:keys#" + name.encode())
                for name, value in fields.items()
                if name == _INDEX or name.startswith(_DATA)
            }
        except InvalidTag:
            continue
        data = {int(name.removeprefix(_DATA)): key for name, key in keys.items() if name != _INDEX}
        return Keyring(keys[_INDEX], data, int(fields["current"])), position
    raise WrongSecret(
        "this store is somebody else's, or HELPLINE_SECRET was changed: "
        "no secret given opens its keys. Put the secret it was made with back, after the new one: new,old"
    )


def _check_format(fields: Mapping[str, bytes]) -> None:
    if not {_INDEX, "current", _GENERATION, "format"} <= fields.keys():
        raise KeyringError("the keys of the store are damaged, or are not a helpline's")
    found = int(fields["format"])
    if found != FORMAT:
        age = "newer" if found > FORMAT else "older"
        raise KeyringError(
            f"the store was written by a {age} helpline (format {found}, this one knows {FORMAT}): "
            f"start the {age} version, or use another store"
        )


def _master(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"helpline master key 1").derive(secret.encode())
