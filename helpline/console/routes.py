"""Every address of the console, in one list."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request, send_from_directory
from werkzeug.exceptions import HTTPException

from helpline.console import account, auth, board, case, message, rota
from helpline.console.desk import Desk
from helpline.console.sessions import admit, fresh_id, protect
from helpline.observe import log, trace
from helpline.service import StoreUnavailable

_HERE = Path(__file__).parent
_LOG = logging.getLogger("helpline.console")
_CODE = "/case/<string(length=4):code>"


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes of the console."""
    routes = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")
    routes.before_request(partial(admit, desk))
    routes.after_request(protect)
    routes.register_error_handler(HTTPException, _refused)
    routes.register_error_handler(StoreUnavailable, _away)
    routes.context_processor(lambda: {"helpline_name": desk.name, "fresh_id": fresh_id})
    _get(routes, "/static/<path:name>", "static", _static)
    _get(routes, "/login", "login", partial(auth.login, desk))
    _post(routes, "/login", "enter", partial(auth.enter, desk))
    _post(routes, "/leave", "leave", auth.leave)
    _post(routes, "/leave-all", "leave_all", auth.leave_all)
    _get(routes, "/account", "account", partial(account.account, desk))
    _post(routes, "/account/password", "change_password", partial(account.change_password, desk))
    _post(routes, "/account/second-factor", "second_factor", partial(account.second_factor, desk))
    _get(routes, "/", "board", board.show)
    _post(routes, "/unsure/<item>", "unsure", board.decide)
    _cases(routes)
    _rota(routes, desk)
    return routes


def _cases(routes: Blueprint) -> None:
    _get(routes, "/go/<token>", "go", case.go)
    _get(routes, _CODE, "case", case.show)
    _post(routes, f"{_CODE}/take", "take", case.take)
    _post(routes, f"{_CODE}/hand", "hand", case.hand)
    _post(routes, f"{_CODE}/write", "write", case.write)
    _post(routes, f"{_CODE}/call", "call", case.call)
    _post(routes, f"{_CODE}/close", "close", case.close)
    _get(routes, f"{_CODE}/message/<int:number>", "message", message.listen)
    _post(routes, f"{_CODE}/message/<int:number>/delete", "message_delete", message.delete)


def _rota(routes: Blueprint, desk: Desk) -> None:
    _get(routes, "/rota", "rota", rota.show)
    _post(routes, "/rota/duty", "duty", rota.duty)
    _post(routes, "/rota/order", "order", rota.order)
    _post(routes, "/rota/test", "rota_test", rota.test_page)
    _post(routes, "/staff/add", "staff_add", rota.add)
    _post(routes, "/staff/remove", "staff_remove", rota.remove)
    _post(routes, "/staff/password", "staff_password", partial(rota.password, desk))


def _get(routes: Blueprint, path: str, name: str, view: Callable[..., Any]) -> None:
    routes.add_url_rule(path, name, view, methods=["GET"])


def _post(routes: Blueprint, path: str, name: str, view: Callable[..., Any]) -> None:
    routes.add_url_rule(path, name, view, methods=["POST"])


def _static(name: str) -> Response:
    return send_from_directory(_HERE / "static", name, max_age=3600)


def _refused(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if error.code >= 500:
        log.failure(_LOG, "page failed", path=request.path)
        failed = f"This page failed. For whoever mends it: trace {trace.current() or 'none'}."
        return render_template("sorry.html", title="Something went wrong", what=failed), error.code
    what = {403: "This is not for your role.", 404: "There is nothing here."}.get(error.code)
    shown = what or error.description or error.name
    return render_template("sorry.html", title=error.name, what=shown), error.code


def _away(error: StoreUnavailable) -> tuple[str, int]:
    log.event(_LOG, "store away", level=logging.ERROR, path=request.path, why=str(error))
    what = "The store does not answer. Pages to staff phones go on when it is back. Reload in a moment."
    return render_template("sorry.html", title="One moment", what=what), 503
