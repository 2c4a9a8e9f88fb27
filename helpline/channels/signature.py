"""Who may speak for the carrier: the check of `X-Twilio-Signature`.

The signature is base64 of HMAC-SHA1, keyed with the account's token, over the address that the carrier
called and, for a form, over every name and value in the order of their names; a value given twice counts
once (carrier facts, section 5). The library's validator does the same in five times the time, because it
takes addresses apart and builds them anew with and without the port on each call; the tests hold this
module to the library's results.

The address is PUBLIC_URL with the path and the query as they came: behind a proxy the `Host` header proves
nothing, and a decoded query is no longer what was signed.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

FORM_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 300
"""Far more than any carrier sends."""

Pairs = list[tuple[str, str]]


class BadSignature(Exception):
    """The request was not signed by the carrier. Carries no detail that would help a forger."""


class Signatures:
    """Check signatures over addresses below one base, made with any of several tokens."""

    def __init__(self, public_url: str, tokens: Iterable[str]) -> None:
        self._bases = tuple(base.encode() for base in _bases(public_url))
        self._keys = tuple(token.encode() for token in tokens)

    def check(self, environ: Mapping[str, Any], body: bytes) -> Pairs:
        """Return the form's names and values, blank ones included.

        Bytes that are no UTF-8 are kept as surrogates, so that the signature can be right over them.
        Raise BadSignature for anything that the carrier would not send: another content type, a body that is
        no form, a missing or wrong signature.
        """
        given = environ.get("HTTP_X_TWILIO_SIGNATURE", "").encode("utf-8", "replace")
        if not given or not environ.get("CONTENT_TYPE", "").lower().startswith(FORM_TYPE):
            raise BadSignature
        pairs = parse_form(body)
        signed = (_path_and_query(environ) + _written_out(pairs)).encode("utf-8", "surrogateescape")
        for key in self._keys:
            for base in self._bases:
                right = base64.b64encode(hmac.digest(key, base + signed, "sha1"))
                if hmac.compare_digest(right, given):
                    return pairs
        raise BadSignature


def parse_form(body: bytes) -> Pairs:
    """Return names and values of a form. Raise BadSignature where there are too many or it is not ASCII."""
    try:
        parts = body.decode("ascii").split("&", MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise BadSignature from error
    if len(parts) > MOST_FIELDS:
        raise BadSignature
    return [_pair(part) for part in parts if part]


def _pair(part: str) -> tuple[str, str]:
    """Undo the encoding of a field. Most have none, and looking is cheaper than undoing."""
    if "+" in part:
        part = part.replace("+", " ")
    name, _, value = part.partition("=")
    if "%" not in part:
        return name, value
    return _plain(name), _plain(value)


def _plain(text: str) -> str:
    # The plus of a phone number is what is encoded most often.
    text = text.replace("%2B", "+")
    return unquote(text, errors="surrogateescape") if "%" in text else text


def _written_out(pairs: Pairs) -> str:
    return "".join(map("".join, sorted(set(pairs))))


def _path_and_query(environ: Mapping[str, Any]) -> str:
    """Return path and query as they came over the wire, as far as the web server still knows."""
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if raw.startswith("/"):
        return raw.split("#", 1)[0]
    if raw.startswith(("http://", "https://")):
        parts = urlsplit(raw)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path: str = quote(environ["PATH_INFO"], safe="/:@!$&'()*+,;=-._~")
    query: str = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _bases(public_url: str) -> tuple[str, ...]:
    """Return the base as configured, and with and without its port: carriers sign either."""
    parts = urlsplit(public_url)
    user, at, host = parts.netloc.rpartition("@")
    bare = host.rsplit(":", 1)[0] if parts.port else host
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = parts.path.rstrip("/")
    hosts = dict.fromkeys((host, bare, f"{bare}:{port}"))
    return tuple(f"{parts.scheme}://{user}{at}{name}{path}" for name in hosts)
