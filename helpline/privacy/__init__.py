"""Privacy: who someone is to us (a keyed hash), how values are sealed, where the keys lie, what logs say."""

from helpline.privacy.identity import Identity, bucket, parse_number
from helpline.privacy.keyring import Keyring, KeyringError, WrongSecret, open_keyring, read_keyring
from helpline.privacy.redact import RedactFilter, redact
from helpline.privacy.vault import Vault, VaultError

__all__ = [
    "Identity",
    "Keyring",
    "KeyringError",
    "RedactFilter",
    "Vault",
    "VaultError",
    "WrongSecret",
    "bucket",
    "open_keyring",
    "parse_number",
    "read_keyring",
    "redact",
]
