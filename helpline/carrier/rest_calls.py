"""The REST face for calls and recordings: create, list, fetch, change; fetch and delete what was recorded."""

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from helpline.carrier.calls import NoSuchCall
from helpline.carrier.clock import rfc2822
from helpline.carrier.legs import Leg, duration
from helpline.carrier.records import E164, Call, CallPlan
from helpline.carrier.rest_answers import Refused, as_json, disorderly, doorkeeper, page, refusal, web_address
from helpline.carrier.station import Station

MAGIC_TO = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}

Form = MultiDict[str, str]


def calls_blueprint(station: Station) -> Blueprint:
    """Make the routes of the Calls resource."""
    settings, calls = station.settings, station.calls
    rest = Blueprint("calls", __name__, url_prefix=f"/2010-04-01/Accounts/{settings.account}")
    rest.before_request(doorkeeper(settings))
    rest.register_error_handler(Refused, refusal)

    def create() -> Response:
        sender, to = _parties(request.form, station)
        leg = calls.place(sender, to, _plan(request.form))
        return as_json({**shown(leg.call, settings.account), "status": "queued"}, 201)

    @rest.post("/Calls.json")
    def create_call() -> Response:
        return disorderly(station, create)

    @rest.get("/Calls.json")
    def list_calls() -> Response:
        asked = request.args
        wanted = {"to": asked.get("To"), "sender": asked.get("From"), "status": asked.get("Status")}
        kept = [leg.call for leg in calls.newest_first()]
        kept = [c for c in kept if all(v in (None, "", getattr(c, name)) for name, v in wanted.items())]
        return page((shown(call, settings.account) for call in kept), "calls")

    @rest.get("/Calls/<sid>.json")
    def fetch_call(sid: str) -> Response:
        return as_json(shown(_find(station, sid).call, settings.account))

    @rest.post("/Calls/<sid>.json")
    def update_call(sid: str) -> Response:
        leg = _find(station, sid)
        _update(leg, request.form, station)
        return as_json(shown(leg.call, settings.account))

    return rest


def _find(station: Station, sid: str) -> Leg:
    try:
        return station.calls.leg(sid)
    except NoSuchCall as missing:
        raise Refused(20404) from missing


def recordings_blueprint(station: Station) -> Blueprint:
    """Make the routes of the Recordings resource; the sound of a recording is its words, as plain text."""
    settings, ledger = station.settings, station.ledger
    rest = Blueprint("recordings", __name__, url_prefix=f"/2010-04-01/Accounts/{settings.account}/Recordings")
    rest.before_request(doorkeeper(settings))
    rest.register_error_handler(Refused, refusal)

    @rest.get("/<sid>")
    def fetch_recording(sid: str) -> Response:
        recording = ledger.recordings.get(sid.removesuffix(".json").removesuffix(".mp3"))
        if recording is None:
            raise Refused(20404)
        if not sid.endswith(".json"):
            return Response(recording.words, content_type="text/plain; charset=utf-8")
        account = settings.account
        return as_json(
            {
                "sid": recording.sid,
                "account_sid": account,
                "call_sid": recording.call,
                "duration": str(recording.duration),
                "status": "completed",
                "uri": f"/2010-04-01/Accounts/{account}/Recordings/{recording.sid}.json",
            }
        )

    @rest.delete("/<sid>")
    def delete_recording(sid: str) -> Response:
        with ledger.lock:
            if ledger.recordings.pop(sid.removesuffix(".json"), None) is None:
                raise Refused(20404)
        return Response(status=204)

    return rest


def _parties(form: Form, station: Station) -> tuple[str, str]:
    """Check who calls whom; raise Refused with the carrier's code."""
    to, sender = form.get("To", ""), form.get("From", "")
    if not to:
        raise Refused(21201)
    if to in MAGIC_TO:
        raise Refused(MAGIC_TO[to])
    if not E164.fullmatch(to):
        raise Refused(21211)
    if not sender:
        raise Refused(21213)
    if sender not in station.ledger.numbers:
        raise Refused(21212)
    return sender, to


def _plan(form: Form) -> CallPlan:
    """Read what is to be played and reported; an address wins over inline TwiML."""
    url, twiml = web_address(form.get("Url", ""), 21205), form.get("Twiml", "")
    if not url and not twiml:
        raise Refused(21205, "Url or Twiml is required")
    if len(twiml) > 4000:
        raise Refused(32018)
    timeout = form.get("Timeout", "60")
    if not timeout.isdigit() or int(timeout) > 600:
        raise Refused(20001, "Timeout must be at most 600 seconds")
    return CallPlan(
        url=url,
        method=form.get("Method", "POST"),
        twiml=twiml,
        fallback_url=web_address(form.get("FallbackUrl", ""), 21205),
        callback=web_address(form.get("StatusCallback", ""), 21609),
        callback_method=form.get("StatusCallbackMethod", "POST"),
        events=_events(form),
        timeout=float(timeout),
        detect_machine=bool(form.get("MachineDetection")),
    )


def _events(form: Form) -> tuple[str, ...]:
    """Read the events that are reported: the parameter repeats, or holds several words.

    By default the end only.
    """
    told = " ".join(form.getlist("StatusCallbackEvent")).split()
    return tuple(told) or ("completed",)


def _update(leg: Leg, form: Form, station: Station) -> None:
    """Hang a call up or put it onto another document; raise Refused with the carrier's code."""
    status, twiml = form.get("Status", ""), form.get("Twiml", "")
    url = web_address(form.get("Url", ""), 21205)
    answered = leg.call.started is not None
    if leg.call.over or (status == "canceled" and answered):
        raise Refused(21220)
    if status in {"canceled", "completed"}:
        station.calls.end(leg, "completed" if answered else "canceled")
    elif url or twiml:
        station.calls.redirect(leg, url, twiml)
    else:
        raise Refused(20001, "Nothing to change: give Status, Url or Twiml")


def shown(call: Call, account: str) -> dict[str, object]:
    """Write a call as the REST interface shows it."""
    uri = f"/2010-04-01/Accounts/{account}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "parent_call_sid": call.plan.parent or None,
        "from": call.sender,
        "from_formatted": call.sender,
        "to": call.to,
        "to_formatted": call.to,
        "direction": call.direction,
        "status": call.status,
        "answered_by": call.answered_by or None,
        "caller_name": None,
        "forwarded_from": None,
        "start_time": rfc2822(call.started),
        "end_time": rfc2822(call.ended),
        "duration": str(duration(call)) if call.over else None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.ended or call.started or call.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }
