"""Coming in and going out."""

from __future__ import annotations

import logging
import secrets

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpline.console.desk import Desk
from helpline.console.sessions import (
    asked_case,
    guard_login,
    guarded_login,
    let_in,
    me,
    place_of,
    see_out,
    this_line,
)
from helpline.observe import log
from helpline.service import logins

_LOG = logging.getLogger("helpline.console")
_LONGEST = 200
"""Characters of a name or a password."""


def login(desk: Desk) -> Response:
    """Show the login form."""
    return _form(desk, failed=False)


def enter(desk: Desk) -> Response:
    """Let someone in with name, password and, where one is set, the second factor."""
    if not guarded_login():
        abort(400, "This form is too old: go back, reload, try again.")
    line = desk.line()
    first = desk.first_password()
    if first:
        logins.make_admin(line, first, desk.now())
    name, password = request.form.get("name", "")[:_LONGEST], request.form.get("password", "")[:_LONGEST]
    id = logins.log_in(line, name, password, request.form.get("code", "")[:20], desk.now())
    if id is None:
        log.event(_LOG, "console login failed", level=logging.WARNING)
        return _form(desk, failed=True)
    return let_in(desk, redirect(place_of(asked_case()), 303), id)


def leave() -> Response:
    """End this session."""
    logins.log_out(this_line(), me().session)
    return see_out(redirect(url_for("console.login"), 303))


def leave_all() -> Response:
    """End all sessions of whoever asks."""
    logins.log_out_everywhere(this_line(), me().id)
    return see_out(redirect(url_for("console.login"), 303))


def _form(desk: Desk, *, failed: bool) -> Response:
    token = secrets.token_urlsafe(24)
    page = render_template(
        "login.html",
        token=token,
        to=asked_case(),
        failed=failed,
        name=request.form.get("name", "")[:_LONGEST],
        simulation=desk.simulation,
    )
    return guard_login(desk, make_response(page, 401 if failed else 200), token)
