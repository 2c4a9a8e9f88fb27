"""The carrier over Twilio's REST API, or any that speaks it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ssl import SSLCertVerificationError

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    SSLError,
)

from helpline.gateway.codes import Remedy, code_of, is_opt_out
from helpline.gateway.http import OriginClient
from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown, Sid, Sound
from helpline.store.port import Item

_LOG = logging.getLogger(__name__)

PRODUCTS = ("api", "messaging")
"""The products we use; with an address of its own a carrier serves both there."""
LONGEST_VALIDITY = 36_000
"""Seconds; what Twilio admits. Other carriers of the same API stop at 14,400."""
SHORTEST_VALIDITY = 6
"""Seconds; the carrier advises more than five."""
_HARMLESS = ("audio/", "application/octet-stream", "text/plain")
"""What a browser takes for no page of ours; the local carrier's sound is plain words."""
NEAR = timedelta(minutes=2)
"""How far the carrier's time of creation may lie from ours for a message to be the one we look for."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account, and how to prove it. The API key pair is used when there is one.

    `api_url` is the base of a compatible carrier, None for Twilio's own addresses.
    """

    sid: str
    token: str = field(repr=False)
    key_sid: str | None = None
    key_secret: str | None = field(default=None, repr=False)
    api_url: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """From where we send and where reports come. `public_url` is the base of our webhook addresses."""

    number: str
    voice_number: str
    public_url: str
    messaging_service: str | None = None
    longest_validity: int = LONGEST_VALIDITY


def rest_client(account: Account, *, connections: int = 32, timeout: float = 10.0) -> Client:
    """Return the library's client over our HTTP client. Make one a process, after the fork.

    `connections` is how many threads will send at once; `timeout` is in seconds. The environment given to the
    library is our own, so that a stray `TWILIO_EDGE` or `TWILIO_REGION` reroutes nothing.
    """
    origins = dict.fromkeys(PRODUCTS, account.api_url) if account.api_url else {}
    key = bool(account.key_sid and account.key_secret)
    return Client(
        account.key_sid if key else account.sid,
        account.key_secret if key else account.token,
        account_sid=account.sid,
        environment={"HELPLINE": "yes"},
        http_client=OriginClient(origins, connections=connections, timeout=timeout),
    )


class TwilioCarrier:
    """Send and look for messages and calls. Safe to use from many threads.

    `now` is the helpline's clock: how long an item stays useful is told by it.
    """

    def __init__(self, client: Client, sender: Sender, now: Callable[[], datetime]) -> None:
        self._client = client
        self._sender = sender
        self._now = now
        self._from = (
            {"messaging_service_sid": sender.messaging_service}
            if sender.messaging_service
            else {"from_": sender.number}
        )

    def text(self, item: Item) -> Sid:
        """Send a text; raise the errors of `gateway.port`."""
        with in_our_terms():
            message = self._client.messages.create(
                to=item.to,
                body=item.body,
                status_callback=f"{self._sender.public_url}/sms/status?o={item.id}",
                validity_period=self._validity(item),
                **self._from,
            )
            return _sid(message.sid)

    def call(self, item: Item) -> Sid:
        """Ring a number; raise the errors of `gateway.port`."""
        with in_our_terms():
            call = self._client.calls.create(
                to=item.to,
                from_=self._sender.voice_number,
                url=f"{self._sender.public_url}/voice/out?o={item.id}",
                method="POST",
                status_callback=f"{self._sender.public_url}/voice/status?o={item.id}",
                status_callback_method="POST",
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                timeout=25,
                **({"machine_detection": "Enable"} if item.kind == "page" else {}),
            )
            return _sid(call.sid)

    def find(self, item: Item, taken: Collection[str] = frozenset()) -> Sid | None:
        """Look for a send whose outcome is unknown; `taken` are sids that belong to other items.

        The carrier lists by time of sending, and what it has not sent yet has none: so once without the date,
        once with it. Among several that fit, the one created nearest to our sending is taken.
        """
        sent = item.sent_at or self._now()
        with in_our_terms():
            for found in (self._recent(item), self._since(item, sent - NEAR)):
                best = _nearest(item, found, sent, taken)
                if best is not None:
                    return best
        return None

    def recording(self, sid: str) -> Sound:
        """Fetch what was recorded; the address is ours, never one that came with a webhook."""
        client = self._client
        address = f"https://api.twilio.com/2010-04-01/Accounts/{client.account_sid}/Recordings/{sid}.mp3"
        with in_our_terms():
            status, kind, body = client.http_client.fetch(address, (client.username, client.password))
        if status == 404:
            raise CarrierRefused(status)
        if status != 200:
            raise _judged(status, None)
        if not kind.lower().startswith(_HARMLESS):
            raise CarrierUnknown("the carrier gave something that is no sound")
        return Sound(kind, body)

    def delete_recording(self, sid: str) -> None:
        """Delete a recording for good."""
        with in_our_terms():
            try:
                self._client.recordings(sid).delete()
            except TwilioRestException as error:
                if error.status == 404:
                    raise CarrierRefused(20404) from None
                raise

    def _recent(self, item: Item) -> Iterable[object]:
        if item.medium == "call":
            return list(self._client.calls.list(to=item.to, limit=50, page_size=50))
        return list(self._client.messages.list(to=item.to, limit=50, page_size=50))

    def _since(self, item: Item, since: datetime) -> Iterable[object]:
        since = since.astimezone(UTC)
        if item.medium == "call":
            return list(self._client.calls.list(to=item.to, start_time_after=since, limit=200, page_size=200))
        return list(self._client.messages.list(to=item.to, date_sent_after=since, limit=200, page_size=200))

    def _validity(self, item: Item) -> int:
        left = int((item.expires - self._now()).total_seconds())
        return max(SHORTEST_VALIDITY, min(left, self._sender.longest_validity))


def _nearest(item: Item, found: Iterable[object], sent: datetime, taken: Collection[str]) -> Sid | None:
    fitting: list[tuple[timedelta, str]] = []
    for one in found:
        made = getattr(one, "date_created", None)
        sid = str(getattr(one, "sid", ""))
        if not isinstance(made, datetime) or sid in taken or not _is_ours(item, one):
            continue
        apart = abs(made - sent)
        if apart <= NEAR:
            fitting.append((apart, sid))
    return Sid(min(fitting)[1]) if fitting else None


def _is_ours(item: Item, one: object) -> bool:
    """Return whether a listed message or call could be this item: made through the API, with these words."""
    if not str(getattr(one, "direction", "")).startswith("outbound-api"):
        return False
    return item.medium == "call" or str(getattr(one, "body", "")).strip() == item.body.strip()


def _sid(value: object) -> Sid:
    if not isinstance(value, str) or not value:
        raise CarrierUnknown("the carrier accepted a send but named no sid")
    return Sid(value)


@contextmanager
def in_our_terms() -> Iterator[None]:
    """Turn what the library and the connection raise into the three errors of the port.

    Nothing of the original is kept: its words hold addresses, and those hold phone numbers.
    """
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise _judged(int(error.status), error.code) from None
    except (HTTPError, TwilioException, ValueError, KeyError, TypeError, AttributeError) as error:
        what = type(error).__name__
        if _never_left(error):
            raise CarrierBusy(f"the carrier was not reached ({what})") from None
        raise CarrierUnknown(f"no clear answer from the carrier ({what})") from None


def _never_left(error: Exception) -> bool:
    """Return whether the request certainly did not reach the carrier.

    An error of TLS counts only when the certificate was refused; any other may come with the answer.
    """
    if isinstance(error, SSLError):
        return bool(error.args) and isinstance(error.args[0], SSLCertVerificationError)
    return isinstance(error, (NewConnectionError, ConnectTimeoutError, LocationValueError))


def _judged(status: int, code: object) -> Exception:
    """Return the error of the port for an answer of the carrier that is no success."""
    number = code if isinstance(code, int) else None
    if status >= 500 or status == 408:
        return CarrierUnknown(f"the carrier answered {status}")
    known = code_of(number, status)
    if known.alarm:
        _LOG.error("carrier answers %s with code %s: %s", status, number, known.meaning)
    if known.remedy is Remedy.BUSY or status == 429:
        return CarrierBusy(f"the carrier did not take it ({known.meaning})", number)
    return CarrierRefused(number or status, opted_out=is_opt_out(number))
