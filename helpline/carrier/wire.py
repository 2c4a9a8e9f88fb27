"""Signed requests to the helpline: signature, time limits, retries by connection overrides.

The signature is the carrier's (HMAC-SHA1 over the address and the sorted form, base64), written out here so
that the helpline's validator is checked against something other than itself.
"""

import base64
import hashlib
import hmac
import http.client
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit, urlunsplit

MAX_ANSWER = 65_536
HTTP_FAILED, NOT_REACHED, TOO_LARGE = 11200, 11205, 11750

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Overrides:
    """Hold the connection overrides of one address: times in seconds, `rp` the kinds of failure to retry."""

    ct: float = 5.0
    rt: float = 15.0
    tt: float = 15.0
    rc: int = 1
    rp: frozenset[str] = frozenset({"ct"})


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what came back from the helpline."""

    status: int
    content_type: str
    body: bytes
    attempts: int = 1
    sets_cookie: bool = False


class WebhookFailed(Exception):
    """The helpline gave no usable answer; `code` is the carrier's error code.

    `kind` the class a retry goes by.
    """

    def __init__(self, code: int, why: str, kind: str, attempts: int = 1) -> None:
        super().__init__(why)
        self.code = code
        self.kind = kind
        self.attempts = attempts


_MILLISECONDS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000)}
_POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


def split_overrides(address: str) -> tuple[str, Overrides]:
    """Cut the fragment off an address and read the overrides in it.

    Values out of range are left at the default.
    """
    parts = urlsplit(address)
    told = dict(re.findall(r"(\w+)=([^&]*)", parts.fragment))
    overrides = Overrides()
    for name, (low, high) in _MILLISECONDS.items():
        value = told.get(name, "")
        if value.isdigit() and low <= int(value) <= high:
            overrides = replace(overrides, **{name: int(value) / 1000})  # type: ignore[arg-type]
    if told.get("rc", "") in {"0", "1", "2", "3", "4", "5"}:
        overrides = replace(overrides, rc=int(told["rc"]))
    policies = frozenset(told.get("rp", "").split(",")) & _POLICIES
    if policies:
        overrides = replace(overrides, rp=policies)
    return urlunsplit(parts._replace(fragment="")), overrides


def sign(token: str, url: str, form: Form) -> str:
    """Sign an address and its form as the carrier does; the fragment must be gone already."""
    data = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), data.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Wire:
    """Post signed forms; one per carrier, used by many threads."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._kept = threading.local()

    def fetch(self, address: str, form: Form, *, token: str, method: str = "POST") -> Answer:
        """Ask the helpline, with the address's own time limits and retries; `token` is the idempotency token.

        Raise WebhookFailed when every attempt failed or gave an HTTP error.
        """
        url, overrides = split_overrides(address)
        deadline = time.monotonic() + overrides.tt
        for attempt in range(1, overrides.rc + 2):
            try:
                answer = self._ask(url, form, (method, token), _left(overrides, deadline))
                return replace(answer, attempts=attempt)
            except WebhookFailed as failure:
                failure.attempts = attempt
                again = failure.kind in overrides.rp or "all" in overrides.rp
                if not again or attempt > overrides.rc or time.monotonic() >= deadline:
                    raise
        raise AssertionError("unreachable: the loop returns or raises")

    def _ask(self, url: str, form: Form, how: tuple[str, str], limits: Overrides) -> Answer:
        method, _ = how
        if method == "GET":
            url, form = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}", {}
        connection = _connect(url, limits)
        try:
            answer = self._exchange(connection, url, form, how)
        except TimeoutError as slow:
            raise WebhookFailed(NOT_REACHED, "the answer took too long", "rt") from slow
        except (OSError, http.client.HTTPException) as broken:
            raise WebhookFailed(
                NOT_REACHED, f"the connection broke: {type(broken).__name__}", "ct"
            ) from broken
        finally:
            connection.close()
        return _judge(answer)

    def _exchange(
        self, connection: http.client.HTTPConnection, url: str, form: Form, how: tuple[str, str]
    ) -> Answer:
        method, token = how
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "") or "/"
        headers = {
            "X-Twilio-Signature": sign(self._token, url, form),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        body = urlencode(form) if method == "POST" else None
        connection.request(method, target, body=body, headers=headers)
        response = connection.getresponse()
        return Answer(
            status=response.status,
            content_type=response.headers.get("Content-Type", ""),
            body=response.read(MAX_ANSWER + 1),
            sets_cookie="Set-Cookie" in response.headers,
        )

    def report(self, address: str, form: Form, *, token: str, method: str = "POST") -> bool:
        """Post a status callback over a connection that is kept; tell whether the helpline took it (2xx).

        A kept connection that the other side has closed meanwhile is opened anew; a time-out is not repeated.
        """
        url, overrides = split_overrides(address)
        host = urlsplit(url).netloc
        kept: dict[str, http.client.HTTPConnection] = self._kept.__dict__.setdefault("by_host", {})
        connection = kept.pop(host, None)
        for last in (connection is None, True):
            try:
                connection = connection or _connect(url, overrides)
                answer = self._exchange(connection, url, form, (method, token))
            except (OSError, http.client.HTTPException, WebhookFailed) as broken:
                if connection is not None:
                    connection.close()
                connection = None
                if last or isinstance(broken, TimeoutError):
                    return False
                continue
            kept[host] = connection
            return 200 <= answer.status < 300
        return False


def _left(overrides: Overrides, deadline: float) -> Overrides:
    """Shorten the limits to what is left of the total."""
    left = max(0.05, deadline - time.monotonic())
    return replace(overrides, ct=min(overrides.ct, left), rt=min(overrides.rt, left))


def _connect(url: str, limits: Overrides) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=limits.ct)
    try:
        connection.connect()
    except OSError as refused:
        connection.close()
        raise WebhookFailed(NOT_REACHED, f"no connection: {type(refused).__name__}", "ct") from refused
    connection.sock.settimeout(limits.rt)
    return connection


def _judge(answer: Answer) -> Answer:
    """Pass a 2xx answer of bearable size; raise WebhookFailed for the rest."""
    if answer.status >= 500:
        raise WebhookFailed(HTTP_FAILED, f"HTTP {answer.status}", "5xx")
    if not 200 <= answer.status < 300:
        raise WebhookFailed(HTTP_FAILED, f"HTTP {answer.status}", "4xx")
    if len(answer.body) > MAX_ANSWER:
        raise WebhookFailed(TOO_LARGE, "the answer is over 64 kB", "size")
    return answer
