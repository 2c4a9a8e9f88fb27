"""The REST face for texts: create, list, fetch, redact, cancel, delete."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from helpline.carrier.clock import rfc2822
from helpline.carrier.delivery import error_words
from helpline.carrier.ledger import Ledger
from helpline.carrier.records import E164, FINAL, Message, new_sid
from helpline.carrier.rest_answers import Refused, as_json, disorderly, page, refusal, web_address
from helpline.carrier.rest_answers import doorkeeper as make_doorkeeper
from helpline.carrier.segments import measure
from helpline.carrier.settings import Settings
from helpline.carrier.station import Station

MAX_BODY = 1600
# The carrier's published test numbers and the error each stands for.
MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)

Form = MultiDict[str, str]


def messages_blueprint(station: Station) -> Blueprint:
    """Make the routes of the Messages resource."""
    settings, ledger = station.settings, station.ledger
    rest = Blueprint("messages", __name__, url_prefix=f"/2010-04-01/Accounts/{settings.account}")
    rest.before_request(make_doorkeeper(settings))
    rest.register_error_handler(Refused, refusal)

    _collection(rest, station)

    @rest.get("/Messages/<sid>.json")
    def fetch_message(sid: str) -> Response:
        return as_json(shown(_find(ledger, sid), settings.account))

    @rest.post("/Messages/<sid>.json")
    def update_message(sid: str) -> Response:
        message = _find(ledger, sid)
        _update(message, request.form, ledger)
        return as_json(shown(message, settings.account))

    @rest.delete("/Messages/<sid>.json")
    def delete_message(sid: str) -> Response:
        if _find(ledger, sid).status not in FINAL:
            raise Refused(20009)
        ledger.drop(sid)
        return Response(status=204)

    @rest.get("/Messages/<sid>/Media/<media>")
    def fetch_media(sid: str, media: str) -> Response:
        message = _find(ledger, sid)
        kinds = [k for n, k in enumerate(message.media) if media == f"ME{sid[2:-1]}{n}"]
        if not kinds:
            raise Refused(20404)
        return Response(_PIXEL, content_type=kinds[0])

    return rest


def _collection(rest: Blueprint, station: Station) -> None:
    """Add the routes that create and list."""
    settings, ledger = station.settings, station.ledger

    def create() -> Response:
        message = _compose(request.form, station)
        body = shown(message, settings.account)
        station.delivery.accept(message)
        return as_json(body, 201)

    @rest.post("/Messages.json")
    def create_message() -> Response:
        return disorderly(station, create)

    @rest.get("/Messages.json")
    def list_messages() -> Response:
        wanted, number = _filter(request.args, ledger)
        return page((shown(m, settings.account) for m in ledger.newest_first(wanted, number)), "messages")


def _compose(form: Form, station: Station) -> Message:
    """Check a request for a new message and make it; raise Refused with the carrier's code."""
    ledger, settings, now = station.ledger, station.settings, station.clock.now()
    body, media = form.get("Body", ""), tuple(form.getlist("MediaUrl"))
    to = _recipient(form.get("To", ""))
    service, sender = _sender(form, ledger, settings)
    if not body.strip() and not media:
        raise Refused(21602)
    if len(body) > MAX_BODY:
        raise Refused(21617)
    if "ScheduleType" in form or "SendAt" in form:
        raise Refused(20001, "The local carrier keeps no schedule: send when it is time")
    callback = web_address(form.get("StatusCallback", ""), 21609)
    if not callback and service:
        callback = ledger.services[service].status_callback
    if ledger.is_blocked(to, sender):
        raise Refused(21610)
    size = measure(body)
    return Message(
        sid=new_sid("MM" if media else "SM"),
        sender=sender,
        to=to,
        body=body,
        direction="outbound-api",
        status="accepted" if service and "From" not in form else "queued",
        created=now,
        updated=now,
        service=service,
        segments=size.segments,
        encoding=size.encoding,
        media=media,
        callback=callback,
        validity=_validity(form.get("ValidityPeriod")),
    )


def _recipient(to: str) -> str:
    if not to:
        raise Refused(21604)
    if to in MAGIC_TO:
        raise Refused(MAGIC_TO[to])
    if not E164.fullmatch(to):
        raise Refused(21211, f"The 'To' number {to} is not a valid phone number.")
    return to


def _sender(form: Form, ledger: Ledger, settings: Settings) -> tuple[str, str]:
    """Give the messaging service (or none) and the number that sends."""
    service, sender = form.get("MessagingServiceSid", ""), form.get("From", "")
    if not service and not sender:
        raise Refused(21603)
    if service and service not in ledger.services:
        raise Refused(21701)
    if sender in MAGIC_FROM:
        raise Refused(MAGIC_FROM[sender])
    if sender and sender not in ledger.numbers:
        raise Refused(21606 if E164.fullmatch(sender) else 21212)
    return service, sender or settings.number


def _validity(told: str | None) -> int:
    if told is None:
        return 36_000
    if not told.isdigit() or not 1 <= int(told) <= 36_000:
        raise Refused(20001, "ValidityPeriod must be between 1 and 36000 seconds")
    return int(told)


def _update(message: Message, form: Form, ledger: Ledger) -> None:
    """Redact (`Body` empty) or cancel (`Status=canceled`), never both and nothing else."""
    body, status = form.get("Body"), form.get("Status")
    if (body is None) == (status is None) or body or status not in (None, "canceled"):
        raise Refused(30400)
    if status:
        if message.status not in {"accepted", "queued"} or not ledger.move(message, "canceled"):
            raise Refused(30400)
        return
    if message.status not in FINAL:
        raise Refused(20009)
    with ledger.lock:
        message.body = ""
        ledger.touch(message.person)


def _find(ledger: Ledger, sid: str) -> Message:
    message = ledger.messages.get(sid)
    if message is None:
        raise Refused(20404)
    return message


def _filter(asked: Form, ledger: Ledger) -> tuple[Callable[[Message], bool], str]:
    """Make the test of a list request, and the person's number when it names one."""
    to, sender = asked.get("To", ""), asked.get("From", "")
    told = [_span(asked.get(f"DateSent{edge}", ""), edge) for edge in ("", "<", ">")]
    spans = [span for span in told if span is not None]

    def wanted(message: Message) -> bool:
        if (to and message.to != to) or (sender and message.sender != sender):
            return False
        if not spans:
            return True
        at = message.sent
        return at is not None and all(low <= int(at) <= high for low, high in spans)

    person = next((n for n in (to, sender) if n and n not in ledger.numbers), "")
    return wanted, person


def _span(told: str, edge: str) -> tuple[float, float] | None:
    """Read a date (a whole day) or a time (one second) as the span it admits."""
    if not told:
        return None
    day = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", told))
    try:
        at = datetime.fromisoformat(told.replace("Z", "+00:00"))
    except ValueError as wrong:
        raise Refused(20001, f"DateSent {told} is no date") from wrong
    start = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    end = start + 86_399 if day else start
    return (start if edge != "<" else float("-inf"), end if edge != ">" else float("inf"))


def shown(message: Message, account: str) -> dict[str, object]:
    """Write a message as the REST interface shows it."""
    uri = f"/2010-04-01/Accounts/{account}/Messages/{message.sid}"
    undecided = message.status == "accepted"
    return {
        "sid": message.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "messaging_service_sid": message.service or None,
        "from": None if undecided else message.sender,
        "to": message.to,
        "body": message.body,
        "direction": message.direction,
        "status": message.status,
        "num_segments": "0" if undecided else str(message.segments),
        "num_media": str(len(message.media)),
        "error_code": message.error,
        "error_message": error_words(message.error) or None,
        "price": None,
        "price_unit": "USD",
        "date_created": rfc2822(message.created),
        "date_updated": rfc2822(message.updated),
        "date_sent": rfc2822(message.sent),
        "uri": f"{uri}.json",
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }
