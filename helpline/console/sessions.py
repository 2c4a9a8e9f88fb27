"""Who is asking, and whether a form may be trusted: cookie, session, token, headers."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import cast
from urllib.parse import urlsplit

from flask import Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from helpline.console.desk import Desk
from helpline.service.line import Line
from helpline.service.logins import LONGEST, Member, member

COOKIE, BEFORE = "helpline_console", "helpline_console_login"
"""The session's cookie, and the one that guards the login form before there is a session."""

OPEN = frozenset({"console.login", "console.enter", "console.static"})
"""What is served to whoever is not logged in."""
ON_ARRIVAL = frozenset({"console.account", "console.change_password", "console.leave", "console.leave_all"})
"""What someone with a start password may do before it is replaced."""
TO_SET_UP = ON_ARRIVAL | {"console.second_factor"}
"""What someone may do before the second factor is set, where there has to be one."""

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_EVENT = re.compile(r"[0-9a-f]{32}")


def admit(desk: Desk) -> BaseResponse | None:
    """Let only those in who are logged in, and only forms that our own pages made."""
    if request.method == "POST" and _foreign(desk):
        abort(400, "This form came from another site.")
    if request.endpoint in OPEN:
        return None
    g.line = desk.line()
    id = request.cookies.get(COOKIE, "")
    found = member(g.line, id, desk.now(), active=not again()) if id else None
    if found is None:
        return redirect(url_for("console.login", to=asked_case()), 303)
    g.member = found
    if request.method == "POST" and not _same(request.form.get("token", ""), found.session.token):
        abort(400, "This form is too old or was not made by this console: go back, reload, try again.")
    return redirect(url_for("console.account"), 303) if _to_set_up(desk, found) else None


def _to_set_up(desk: Desk, found: Member) -> bool:
    """Return whether something of one's own login is due before this page."""
    if found.once:
        return request.endpoint not in ON_ARRIVAL
    return desk.two_factors and not found.second_factor and request.endpoint not in TO_SET_UP


def protect(response: Response) -> Response:
    """Give an answer the headers that keep pages private, unframed and free of foreign code."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "console.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def this_line() -> Line:
    """Return the line of this request."""
    return cast(Line, g.line)


def me() -> Member:
    """Return who is logged in."""
    return cast(Member, g.member)


def again() -> bool:
    """Return whether the page reloads itself."""
    return request.method == "GET" and request.args.get("again") == "1"


def event_id() -> str:
    """Return the id that this form was given when it was shown, so that it counts once. Else 400."""
    once = request.form.get("once", "")
    if not _EVENT.fullmatch(once):
        abort(400, "This form is not complete: go back, reload, try again.")
    return f"console:{me().id}:{once}"


def fresh_id() -> str:
    """Return an id for a form."""
    return secrets.token_hex(16)


def asked_case() -> str | None:
    """Return the code of the case that was asked for, or the link to one, to go there after the login."""
    asked = request.view_args or {}
    code = str(asked.get("code", "") or asked.get("token", "")) or request.values.get("to", "")
    return code if re.fullmatch(r"[0-9A-Za-z]{4}(?:[0-9a-f]{20,28})?", code) else None


def place_of(code: str | None) -> str:
    """Return the address of what was asked for before the login: a case, a link to one, else the list."""
    if code is None:
        return url_for("console.board")
    return url_for("console.case", code=code) if len(code) == 4 else url_for("console.go", token=code)


def let_in(desk: Desk, answer: BaseResponse, id: str) -> BaseResponse:
    """Put the session's id into the cookie of an answer."""
    age = int(LONGEST.total_seconds())
    _set(desk, answer, COOKIE, id, age)
    answer.delete_cookie(BEFORE, path="/console")
    return answer


def guard_login(desk: Desk, answer: BaseResponse, token: str) -> BaseResponse:
    """Put the token of a login form into a cookie, to be compared when the form comes."""
    _set(desk, answer, BEFORE, token, 3600)
    return answer


def guarded_login() -> bool:
    """Return whether a login form was made by this console for this browser."""
    token = request.cookies.get(BEFORE, "")
    return bool(token) and _same(request.form.get("token", ""), token)


def see_out(answer: BaseResponse) -> BaseResponse:
    """Take the session's cookie away."""
    answer.delete_cookie(COOKIE, path="/console")
    return answer


def _set(desk: Desk, answer: BaseResponse, name: str, value: str, age: int) -> None:
    answer.set_cookie(
        name, value, max_age=age, path="/console", httponly=True, samesite="Strict", secure=desk.secure
    )


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _foreign(desk: Desk) -> bool:
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc not in (
        request.host,
        urlsplit(desk.public_url).netloc,
    )
