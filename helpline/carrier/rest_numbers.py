"""The REST face for settings: the customer's phone numbers and messaging services."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, request

from helpline.carrier.records import Number, Service
from helpline.carrier.rest_answers import Refused, as_json, doorkeeper, page, refusal, web_address
from helpline.carrier.station import Station

_NUMBER_FIELDS = {
    "FriendlyName": "friendly_name",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
}
_SERVICE_FIELDS = {
    "FriendlyName": "friendly_name",
    "InboundRequestUrl": "inbound_request_url",
    "InboundMethod": "inbound_method",
    "FallbackUrl": "fallback_url",
    "FallbackMethod": "fallback_method",
    "StatusCallback": "status_callback",
    "UseInboundWebhookOnNumber": "use_inbound_webhook_on_number",
    "ValidityPeriod": "validity_period",
}


def numbers_blueprint(station: Station) -> Blueprint:
    """Make the routes of the IncomingPhoneNumbers resource."""
    account, ledger = station.settings.account, station.ledger
    rest = Blueprint("numbers", __name__, url_prefix=f"/2010-04-01/Accounts/{account}")
    rest.before_request(doorkeeper(station.settings))
    rest.register_error_handler(Refused, refusal)

    def find(sid: str) -> Number:
        found = next((n for n in ledger.numbers.values() if n.sid == sid), None)
        if found is None:
            raise Refused(20404)
        return found

    @rest.get("/IncomingPhoneNumbers.json")
    def list_numbers() -> Response:
        wanted = request.args.get("PhoneNumber", "")
        kept = [n for n in ledger.numbers.values() if wanted in n.number]
        return page((_shown_number(n, account) for n in kept), "incoming_phone_numbers")

    @rest.get("/IncomingPhoneNumbers/<sid>.json")
    def fetch_number(sid: str) -> Response:
        return as_json(_shown_number(find(sid), account))

    @rest.post("/IncomingPhoneNumbers/<sid>.json")
    def update_number(sid: str) -> Response:
        number = replace(find(sid), **_told(_NUMBER_FIELDS))  # type: ignore[arg-type]
        ledger.put_number(number)
        return as_json(_shown_number(number, account))

    return rest


def services_blueprint(station: Station) -> Blueprint:
    """Make the routes of the messaging product: services and the numbers in them."""
    account, ledger = station.settings.account, station.ledger
    rest = Blueprint("services", __name__, url_prefix="/v1/Services")
    rest.before_request(doorkeeper(station.settings))
    rest.register_error_handler(Refused, refusal)

    def find(sid: str) -> Service:
        if sid not in ledger.services:
            raise Refused(20404)
        return ledger.services[sid]

    @rest.get("")
    def list_services() -> Response:
        return _meta([_shown_service(s, account) for s in ledger.services.values()], "services")

    @rest.get("/<sid>")
    def fetch_service(sid: str) -> Response:
        return as_json(_shown_service(find(sid), account))

    @rest.post("/<sid>")
    def update_service(sid: str) -> Response:
        service = replace(find(sid), **_told(_SERVICE_FIELDS))  # type: ignore[arg-type]
        ledger.put_service(service)
        return as_json(_shown_service(service, account))

    @rest.get("/<sid>/PhoneNumbers")
    def list_senders(sid: str) -> Response:
        find(sid)
        return _meta([_shown_sender(n, account, sid) for n in ledger.numbers.values()], "phone_numbers")

    return rest


def _told(fields: dict[str, str]) -> dict[str, object]:
    """Read the form's known fields; addresses must be absolute, or empty to unset them."""
    read: dict[str, Callable[[str], object]] = {
        "use_inbound_webhook_on_number": lambda v: v.lower() == "true",
        "validity_period": int,
    }
    told: dict[str, object] = {}
    for name, attribute in fields.items():
        value = request.form.get(name)
        if value is None:
            continue
        if name.endswith(("Url", "Callback")):
            web_address(value, 21205)
        told[attribute] = read.get(attribute, str)(value)
    return told


def _meta(rows: list[dict[str, object]], key: str) -> Response:
    meta: dict[str, object] = {
        "key": key,
        "page": 0,
        "page_size": 50,
        "url": request.url,
        "first_page_url": request.url,
        "next_page_url": None,
        "previous_page_url": None,
    }
    return as_json({key: rows, "meta": meta})


def _shown_number(number: Number, account: str) -> dict[str, object]:
    kept = {attribute: getattr(number, attribute) for attribute in _NUMBER_FIELDS.values()}
    return {
        **kept,
        "sid": number.sid,
        "account_sid": account,
        "phone_number": number.number,
        "api_version": "2010-04-01",
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "status": "in-use",
        "origin": "local",
        "beta": False,
        "sms_application_sid": "",
        "voice_application_sid": "",
        "uri": f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{number.sid}.json",
    }


def _shown_service(service: Service, account: str) -> dict[str, object]:
    kept = {attribute: getattr(service, attribute) for attribute in _SERVICE_FIELDS.values()}
    return {**kept, "sid": service.sid, "account_sid": account, "url": f"/v1/Services/{service.sid}"}


def _shown_sender(number: Number, account: str, service: str) -> dict[str, object]:
    return {
        "sid": number.sid,
        "account_sid": account,
        "service_sid": service,
        "phone_number": number.number,
        "country_code": "US",
    }
