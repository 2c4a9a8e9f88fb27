"""The carrier as a web application: REST face, driving interface, phone page, each on its blueprint."""

from flask import Flask, Response

from helpline.carrier.phone.api import api_blueprint, faults_blueprint
from helpline.carrier.phone.guard import guard
from helpline.carrier.phone.page import page_blueprint
from helpline.carrier.rest import messages_blueprint
from helpline.carrier.rest_answers import Refused, refusal
from helpline.carrier.rest_calls import calls_blueprint, recordings_blueprint
from helpline.carrier.rest_numbers import numbers_blueprint, services_blueprint
from helpline.carrier.settings import Settings
from helpline.carrier.station import Station

_REST = (messages_blueprint, calls_blueprint, recordings_blueprint, numbers_blueprint, services_blueprint)
_PHONE = (api_blueprint, faults_blueprint, page_blueprint)


def create_carrier(settings: Settings) -> Flask:
    """Build the carrier's application; its parts are at `app.extensions["carrier"]`."""
    station = Station(settings)
    app = Flask("helpline.carrier", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    app.extensions["carrier"] = station
    for make in _REST:
        app.register_blueprint(make(station))
    for make in _PHONE:
        blueprint = make(station)
        blueprint.before_request(guard)
        app.register_blueprint(blueprint)

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain")

    @app.errorhandler(404)
    def unknown(_: Exception) -> Response:
        return refusal(Refused(20404))

    return app
