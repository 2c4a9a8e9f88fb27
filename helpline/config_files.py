"""The files under our feet: `.env`, and what a simulation makes for itself: a secret and a first login."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

SECRET_LENGTH = 16


class UnreadableSecret(Exception):
    """The secret cannot be read or made; says where and what to do."""


def read_dotenv(path: Path, problems: list[str]) -> dict[str, str]:
    """Read KEY=value lines; `#` begins a comment line, quotes around a value are taken off."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f".env cannot be read ({type(error).__name__}): mend or remove {path}.")
        return {}
    values = {}
    for number, line in enumerate(lines, 1):
        entry = line.strip().removeprefix("export ").strip()
        if not entry or entry.startswith("#"):
            continue
        name, separator, value = entry.partition("=")
        if not separator or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name.strip()):
            problems.append(f".env line {number} is not understood: write NAME=value.")
            continue
        values[name.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()


def own_secret(folder: Path) -> str:
    """Return the secret kept in `folder`, making it first where there is none. Raise UnreadableSecret."""
    path = folder / "secret"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path, secrets.token_urlsafe(32))
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSecret(
            f"HELPLINE_DATA is {folder}, and the secret there cannot be read or made"
            f" ({type(error).__name__}): make that folder writable, or set HELPLINE_DATA to another."
        ) from error
    if len(found) < SECRET_LENGTH:
        raise UnreadableSecret(
            f"HELPLINE_SECRET is unset and {path} is damaged: restore that file, or set HELPLINE_SECRET."
        )
    return found


def first_password(folder: Path) -> str | None:
    """Return the password of the first login of a simulation, made when it is asked for first.

    Empty once it was replaced by another, None when the folder cannot be written.
    """
    path = folder / "console-password"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            groups = (secrets.token_hex(2) for _ in range(4))
            _make(path, "-".join(groups))
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None


def forget_first_password(folder: Path) -> None:
    """Empty the file of the first password, as someone chose another."""
    with contextlib.suppress(OSError):
        (folder / "console-password").write_text("", encoding="ascii")


def _make(path: Path, words: str) -> None:
    """Write a new secret, for the owner only; of two processes at once one wins and both read the same."""
    draft = path.with_name(f".secret-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, words.encode() + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
