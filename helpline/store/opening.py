"""What opening a store gives, and how its keys come off the shelf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpline.privacy import Identity, Keyring, KeyringError, Vault, VaultError, open_keyring, read_keyring
from helpline.store import keys
from helpline.store.port import Store
from helpline.store.shelf import Change, Guard, Shelf


@dataclass(frozen=True, slots=True)
class Opened:
    """A store that is ready, and the identity that belongs to it."""

    store: Store
    identity: Identity


def open_keys(shelf: Shelf, secrets: Sequence[str]) -> tuple[Keyring, Vault]:
    """Return the keys that lie on a shelf, and a vault that looks there again when others rotated."""

    def read() -> Mapping[str, bytes]:
        return shelf.read(keys.KEYRING)

    def swap(generation: bytes | None, fields: Mapping[str, bytes]) -> bool:
        changes = [Change(keys.KEYRING, name, value) for name, value in fields.items()]
        return shelf.write(changes, Guard(keys.KEYRING, "generation", generation))

    def renew() -> Mapping[int, bytes]:
        try:
            return read_keyring(secrets, read).data
        except KeyringError as error:
            raise VaultError(str(error)) from None

    keyring = open_keyring(secrets, read, swap)
    return keyring, keyring.vault(renew)
