"""What machines ask about the helpline: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from helpline.observe.health import Health
from helpline.observe.metrics import CONTENT_TYPE


def blueprint(health: Health, exposition: Callable[[], bytes]) -> Blueprint:
    """Return the routes; `exposition` gives all metrics as Prometheus reads them."""
    routes = Blueprint("probes", __name__)

    @routes.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @routes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        report = health.report()
        return jsonify(report.as_json()), 200 if report.ready else 503

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(), content_type=CONTENT_TYPE)

    return routes
