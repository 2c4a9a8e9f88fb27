"""What every REST route shares: who may ask, how errors look, pages of a list, faults at the door."""

import base64
import hmac
import json
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from itertools import islice
from urllib.parse import urlencode

from flask import Response, request

from helpline.carrier.faults import Rule
from helpline.carrier.settings import Settings
from helpline.carrier.station import Station

BEFORE = frozenset({"slow", "busy", "error", "reset", "refuse"})
AFTER = frozenset({"error_after", "reset_after"})

ERRORS: Mapping[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter"),
    20003: (401, "Authentication Error - invalid username"),
    20009: (409, "Cannot delete or change this resource before it is complete"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL"),
    21211: (400, "The 'To' number is not a valid phone number"),
    21212: (400, "The 'From' number is not a valid phone number"),
    21213: (400, "No 'From' number is specified"),
    21214: (400, "The 'To' number cannot be reached"),
    21215: (400, "Account not authorized to call this number"),
    21216: (400, "Account not allowed to call this number"),
    21217: (400, "Phone number does not appear to be valid"),
    21220: (400, "Invalid call state for this change"),
    21262: (400, "AsyncAmd needs an AsyncAmdStatusCallback"),
    21408: (400, "Permission to send to this region is not enabled"),
    21602: (400, "A message body or media is required"),
    21603: (400, "A 'From' number or a MessagingServiceSid is required"),
    21604: (400, "A 'To' phone number is required"),
    21606: (400, "The 'From' phone number is not a valid, message-capable number of this account"),
    21609: (400, "The StatusCallback is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (429, "The 'From' number has too many messages queued"),
    21612: (400, "No route from this 'From' number to this 'To' number"),
    21614: (400, "The 'To' number is not a mobile number"),
    21617: (400, "The message body exceeds the 1600 character limit"),
    21701: (400, "The messaging service does not exist"),
    30400: (400, "This update is not allowed"),
    32018: (400, "The Twiml parameter is longer than 4000 characters"),
}


class Refused(Exception):
    """The carrier refuses a REST request; `code` says why, `status` is the HTTP status."""

    def __init__(self, code: int, why: str = "", status: int = 0) -> None:
        known_status, words = ERRORS.get(code, (400, "Refused by a fault rule"))
        super().__init__(why or words)
        self.code = code
        self.status = status or known_status


def as_json(value: object, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(value), status, content_type="application/json")


def refusal(refused: Refused) -> Response:
    """Answer an error as the carrier writes it."""
    more = f"https://www.twilio.com/docs/errors/{refused.code}"
    body = {"code": refused.code, "message": str(refused), "more_info": more, "status": refused.status}
    answer = as_json(body, refused.status)
    if refused.status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="local carrier"'
    return answer


def doorkeeper(settings: Settings) -> Callable[[], None]:
    """Make the check of credentials: the account's own pair or, where one is set, the API key's."""
    pairs = [(settings.account, settings.token)]
    if settings.key_sid and settings.key_secret:
        pairs.append((settings.key_sid, settings.key_secret))
    good = [b"Basic " + base64.b64encode(f"{name}:{secret}".encode()) for name, secret in pairs]

    def check() -> None:
        told = request.environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
        if not any(hmac.compare_digest(told, one) for one in good):
            raise Refused(20003)

    return check


def disorderly(station: Station, answer: Callable[[], Response]) -> Response:
    """Run a request that creates something through the fault rules, before and after it is done."""
    fired = station.faults.draw("rest", request.form.get("To", ""))
    if not fired:
        return answer()
    if "slow" in fired:
        time.sleep(fired["slow"].seconds)
    before = _before(fired)
    if before is not None:
        return before
    done = answer()
    if "reset_after" in fired:
        return torn()
    return refusal(Refused(20500)) if "error_after" in fired else done


def _before(fired: Mapping[str, Rule]) -> Response | None:
    if "reset" in fired:
        return torn()
    if "busy" in fired:
        return refusal(Refused(20429))
    if "error" in fired:
        return refusal(Refused(20500))
    if "refuse" in fired:
        rule = fired["refuse"]
        return refusal(Refused(rule.code or 20001, status=rule.status if rule.code not in ERRORS else 0))
    return None


class _Nothing:
    """A body that breaks off before its first byte."""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        raise ConnectionResetError("fault: the connection is torn")


def torn() -> Response:
    """Break the connection in place of an answer.

    Where the server lends its socket (Werkzeug's does) the connection is reset before a byte of answer;
    where it does not (granian), the answer is cut off after its head. Either way the client has no answer.
    """
    lent = request.environ.get("werkzeug.socket")
    if isinstance(lent, socket.socket):
        lent.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        lent.shutdown(socket.SHUT_RDWR)

    return Response(_Nothing(), 201, headers={"Content-Length": "512"}, content_type="application/json")


def page(items: Iterable[Mapping[str, object]], key: str) -> Response:
    """Answer one page of a list, newest first; the page's token is the last sid of the one before."""
    query = {name: value for name, value in request.args.items() if name not in ("Page", "PageToken")}
    size = min(max(_whole(request.args.get("PageSize"), 50), 1), 1000)
    number = _whole(request.args.get("Page"), 0)
    rows = list(islice(_after(items, request.args.get("PageToken", "")), size + 1))
    more, rows = len(rows) > size, rows[:size]
    onward = {**query, "Page": number + 1, "PageToken": f"PA{rows[-1]['sid']}"} if more else None
    return as_json(
        {
            key: rows,
            "page": number,
            "page_size": size,
            "start": number * size,
            "end": number * size + max(len(rows) - 1, 0),
            "uri": request.full_path.rstrip("?"),
            "first_page_uri": f"{request.path}?{urlencode({**query, 'Page': 0})}",
            "previous_page_uri": None,
            "next_page_uri": f"{request.path}?{urlencode(onward)}" if onward else None,
        }
    )


def _after(items: Iterable[Mapping[str, object]], token: str) -> Iterator[Mapping[str, object]]:
    waiting = bool(token)
    for item in items:
        if not waiting:
            yield item
        elif f"PA{item['sid']}" == token:
            waiting = False


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default


def web_address(value: str, code: int) -> str:
    """Pass an absolute web address or none; raise Refused with the code for anything else."""
    if value and not value.startswith(("http://", "https://")):
        raise Refused(code)
    return value


def answering(route: Callable[..., Response]) -> Callable[..., Response]:
    """Turn a Refused that a route raises into the carrier's error answer."""

    @wraps(route)
    def wrapped(*args: str, **kwargs: str) -> Response:
        try:
            return route(*args, **kwargs)
        except Refused as refused:
            return refusal(refused)

    return wrapped
