"""What only a simulation offers, for training and review, and only to this machine.

Another website open in a browser on this machine must not get in either: it would come with its own name in
the `Host` header, or with its own origin.
"""

from __future__ import annotations

import math
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from helpline.channels.desk import Practice

LONGEST_ADVANCE = 10 * 366 * 86_400.0
"""Seconds; a jump of more is a slip of the finger."""


def blueprint(practice: Practice) -> Blueprint:
    """Return the routes of a simulation. In production there are none, so all of them are 404."""
    routes = Blueprint("simulation", __name__)

    @routes.get("/simulation/person/<number>")
    def person(number: str) -> Response:
        _only_from_here()
        seen = practice.person(number)
        if seen is None:
            abort(404)
        return jsonify(seen)

    @routes.post("/simulation/clock")
    def clock() -> tuple[Response, int]:
        _only_from_here()
        seconds = _seconds(request.get_json(silent=True))
        if seconds is None:
            problem = f'send {{"advance_seconds": N}} with N from 0 to {LONGEST_ADVANCE:.0f}'
            return jsonify({"error": problem}), 400
        return jsonify({"shift_seconds": practice.advance(seconds)}), 200

    @routes.get("/phone/")
    def phone() -> BaseResponse:
        if practice.phone_page is None:
            abort(404)
        return redirect(practice.phone_page, 303)

    return routes


def _only_from_here() -> None:
    name = urlsplit(f"//{request.host}").hostname or ""
    origin = urlsplit(request.headers.get("Origin", "")).hostname
    if not (_is_here(request.remote_addr or "") and _is_here(name) and (origin is None or _is_here(origin))):
        abort(404)


def _is_here(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _seconds(told: object) -> float | None:
    value = told.get("advance_seconds") if isinstance(told, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and 0 <= value <= LONGEST_ADVANCE else None
