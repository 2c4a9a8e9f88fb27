"""One's own login: password, second factor, other browsers."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from helpline.console.desk import Desk
from helpline.console.sessions import me, see_out, this_line
from helpline.console.told import said
from helpline.service import logins


def account(desk: Desk) -> str:
    """Show one's login."""
    mine = me()
    return render_template(
        "account.html",
        me=mine,
        needed=desk.two_factors,
        seed=logins.new_seed(),
        browsers=logins.sessions_of(this_line(), mine.id, desk.now()),
        shortest=logins.SHORTEST,
        said=said(),
    )


def change_password(desk: Desk) -> Response:
    """Replace one's password; all browsers are logged out, and this one comes in again."""
    line, mine = this_line(), me()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    wrong = _unfit(new, old, mine.name, request.form.get("again", ""))
    if wrong is not None:
        return _back(wrong)
    if not logins.right_password(line, mine.id, old, desk.now()):
        return _back("wrong-password")
    logins.set_password(line, mine.id, new, desk.now())
    if mine.id == logins.ADMIN:
        desk.first_replaced()
    return see_out(redirect(url_for("console.login"), 303))


def second_factor(desk: Desk) -> Response:
    """Turn the second factor on, once it is shown to work, or off."""
    line, mine, now = this_line(), me(), desk.now()
    if not logins.right_password(line, mine.id, request.form.get("password", ""), now):
        return _back("wrong-password")
    if mine.second_factor and desk.two_factors:
        return _back("second-factor-needed")
    if mine.second_factor:
        logins.end_second_factor(line, mine.id)
        return _back("second-factor-off")
    seed = request.form.get("seed", "")
    if len(seed) != 32 or not set(seed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
        abort(400)
    if not logins.begin_second_factor(line, mine.id, seed, request.form.get("code", ""), now):
        return _back("wrong-code")
    return _back("second-factor-on")


def _unfit(new: str, old: str, name: str, again: str) -> str | None:
    if len(new) < logins.SHORTEST or len(new) > 200:
        return "short-password"
    if new in (old, name):
        return "same-password"
    return "different-passwords" if new != again else None


def _back(word: str) -> Response:
    return redirect(url_for("console.account", said=word), 303)
