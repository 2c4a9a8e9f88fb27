"""The web application: blueprints, limits, error pages."""

from __future__ import annotations

import logging
from functools import partial

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, InternalServerError

from helpline import console
from helpline.channels import fallback, messages, probes, simulation, sms, staff_calls, status, voice
from helpline.channels.desk import Desk
from helpline.channels.signature import Signatures
from helpline.channels.twiml import NOTHING, XML_TYPE
from helpline.clock import SystemClock
from helpline.config_files import first_password, forget_first_password
from helpline.observe import log, metrics, trace
from helpline.service import StoreUnavailable
from helpline.wiring import Helpline

LARGEST_BODY = 64 * 1024
"""Bytes; the longest text of a carrier is 1600 characters, and its fields are few."""

_LOG = logging.getLogger("helpline.app")


def create_app(helpline: Helpline) -> Flask:
    """Return the application for one helpline. Only the console sets cookies: the carrier would keep them."""
    app = Flask("helpline", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY, MAX_FORM_PARTS=300)
    desk = _desk(helpline)
    for channel in (sms, status, voice, staff_calls, messages, fallback):
        app.register_blueprint(channel.blueprint(desk))
    app.register_blueprint(console.blueprint(_console(helpline)))
    app.register_blueprint(probes.blueprint(helpline.health, helpline.exposition))
    if helpline.practice is not None:
        app.register_blueprint(simulation.blueprint(helpline.practice))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(StoreUnavailable, _away)
    return app


def _desk(helpline: Helpline) -> Desk:
    settings = helpline.settings
    return Desk(
        line=helpline.line,
        flow=helpline.flow,
        signatures=Signatures(settings.public_url, settings.tokens),
        public_url=settings.public_url,
        optout_mode=settings.optout_mode.value,
        voice_number=settings.voice_number,
        reach=helpline.reach,
    )


def _console(helpline: Helpline) -> console.Desk:
    settings = helpline.settings

    def first() -> str | None:
        return first_password(settings.data) if settings.simulation else None

    return console.Desk(
        line=helpline.line,
        now=SystemClock().now,
        public_url=settings.public_url,
        name=settings.name,
        first_password=first,
        first_replaced=partial(forget_first_password, settings.data),
        simulation=settings.simulation,
        two_factors=not settings.simulation,
    )


def _away(error: StoreUnavailable) -> Response:
    """Answer where no webhook is concerned; those see to it themselves."""
    log.event(_LOG, "store away", level=logging.ERROR, path=request.path, why=str(error))
    return Response("The store does not answer.\n", status=503, mimetype="text/plain")


def _refused(error: HTTPException) -> Response:
    """Answer what is no success: to the carrier in its language, to others in a word; never with detail."""
    code = error.code or 500
    if isinstance(error, InternalServerError):
        log.failure(_LOG, "request failed", path=request.path)
        metrics.count("request_failures")
    if request.path.startswith(("/sms", "/voice")):
        answer = Response(NOTHING, status=code, content_type=XML_TYPE)
    else:
        traced = f" (trace {trace.current()})" if code >= 500 and trace.current() else ""
        answer = Response(f"{error.name}{traced}\n", status=code, mimetype="text/plain")
    if code == 405 and error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = error.get_response().headers["Allow"]
    return answer
