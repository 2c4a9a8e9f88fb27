"""Who may use the phones: this machine only, under its own name, and no page of somebody else's."""

from urllib.parse import urlsplit

from flask import Response, request

LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def guard() -> Response | None:
    """Refuse, with 403, other machines, other host names (rebinding) and other sites' pages."""
    if request.remote_addr not in LOOPBACK:
        return _no("The phones answer this machine only.")
    if urlsplit(f"//{request.host}").hostname not in OWN_NAMES:
        return _no("Use the address 127.0.0.1 or localhost.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return _no("That page does not belong to this phone.")
    return None


def _no(why: str) -> Response:
    return Response(f"{why}\n", 403, content_type="text/plain; charset=utf-8")
