"""The HTTP client under the carrier's library: our addresses, our time-outs, a pool of our size, no retries.

The library has no setting for another base address; the HTTP client is the one place that sees every request.
Environment variables (proxies, netrc) are not looked at, redirects are not followed, and nothing is logged,
since addresses of lists hold phone numbers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

import certifi
from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import LocationValueError
from urllib3.util import make_headers

logging.getLogger("twilio.http_client").setLevel(logging.WARNING)

LARGEST_SOUND = 16_000_000
"""Bytes; two minutes of a message are one or two million, even as a wave."""


class OriginClient(HttpClient):  # type: ignore[misc]
    """Send each product of the carrier to the origin set for it; an empty table leaves addresses as they are.

    `origins` maps the first label of the host (`api`, `messaging`) to scheme, host and leading path. Errors
    of the connection come through as urllib3's own.
    """

    def __init__(
        self,
        origins: Mapping[str, str],
        *,
        connections: int = 32,
        timeout: float = 10.0,
        connect: float = 5.0,
    ) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), False, timeout)
        self._origins = {product: origin.rstrip("/") for product, origin in origins.items()}
        self._targets: dict[str, str] = {}
        self._timeout = Timeout(connect=connect, read=timeout)
        self._pool = PoolManager(
            num_pools=4, maxsize=connections, ca_certs=certifi.where(), cert_reqs="CERT_REQUIRED"
        )

    def request(  # noqa: PLR0913 - the library's signature
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request and return the whole answer; raise urllib3's HTTPError when there is none."""
        sent = {**(headers or {}), **(make_headers(basic_auth=f"{auth[0]}:{auth[1]}") if auth else {})}
        body = None
        if data:
            body = urlencode(data, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        target = self.target(url)
        if params:
            target += ("&" if "?" in target else "?") + urlencode(params, doseq=True)
        answer = self._pool.request(
            method.upper(),
            target,
            body=body,
            headers=sent,
            timeout=self._timeout,
            retries=False,
            redirect=False,
        )
        return Response(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def fetch(self, url: str, auth: tuple[str, str]) -> tuple[int, str, bytes]:
        """Return status, content type and bytes of what is no JSON; raise urllib3's HTTPError as `request`,
        and ValueError when it is larger than two minutes of sound can be.

        Sound may lie elsewhere: two redirects are followed, and another host is not told who we are.
        """
        answer = self._pool.request(
            "GET",
            self.target(url),
            headers=make_headers(basic_auth=":".join(auth)),
            timeout=self._timeout,
            retries=Retry(connect=0, read=0, status=0, other=0, redirect=2),
            preload_content=False,
        )
        try:
            body = answer.read(LARGEST_SOUND + 1, decode_content=True)
        finally:
            answer.close()
        if len(body) > LARGEST_SOUND:
            raise ValueError(f"more than {LARGEST_SOUND} bytes of sound")
        return answer.status, answer.headers.get("Content-Type", "application/octet-stream"), body

    def target(self, url: str) -> str:
        """Return the address that gets the request; raise LocationValueError for a host without origin."""
        if not self._origins:
            return url
        parts = urlsplit(url)
        origin = self._origins.get(parts.netloc.split(".")[0])
        if origin is None:
            raise LocationValueError(f"no origin is set for the carrier's host {parts.netloc}")
        base = urlsplit(origin)
        return urlunsplit((base.scheme, base.netloc, base.path + parts.path, parts.query, ""))

    def close(self) -> None:
        """Close the connections of the pool."""
        self._pool.clear()
