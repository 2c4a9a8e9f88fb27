"""What every webhook has in common: the signature, the trace, and an answer whatever happens."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request
from werkzeug.exceptions import HTTPException

from helpline.channels.desk import Desk
from helpline.channels.signature import BadSignature, Pairs
from helpline.channels.twiml import NOTHING, XML_TYPE
from helpline.observe import log, metrics, trace
from helpline.service import StoreUnavailable

_LOG = logging.getLogger("helpline.channels")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff]")


class BadRequest(Exception):
    """A signed webhook lacks what it cannot do without; the message names the field."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one webhook; of a repeated name the first counts."""

    fields: dict[str, str]

    def get(self, name: str) -> str:
        """Return a field as readable text, empty when it is not there."""
        value = self.fields.get(name, "")
        return value if value.isascii() else _readable(value)

    def need(self, *names: str) -> str:
        """Return the first field of these that has a value. Raise BadRequest when none has."""
        for name in names:
            if value := self.get(name).strip():
                return value
        raise BadRequest(f"{names[0]} is missing")

    def words(self, name: str) -> str:
        """Return what a person wrote or said, without control characters."""
        return _CONTROLS.sub(" ", self.get(name)).strip()

    def count(self, name: str) -> int:
        """Return a small whole number, 0 when there is none."""
        value = self.get(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0


Handle = Callable[[Form], str]


def carrier_view(
    desk: Desk, channel: str, handle: Handle, rescue: Callable[[Form | None], str]
) -> Callable[[], Response]:
    """Make a view out of `handle`, which turns a form into TwiML (empty: 204).

    `rescue` gives safe words when `handle` fails in a way that nobody foresaw; it is given no form when it
    failed too.
    """

    def view() -> Response:
        begun = time.perf_counter()
        trace.begin()
        try:
            form = Form(_first(desk.signatures.check(request.environ, request.get_data(cache=False))))
        except BadSignature:
            return _forged()
        answer = _answered(form, channel, handle, rescue)
        metrics.turn(channel, time.perf_counter() - begun)
        return answer

    return view


def _answered(form: Form, channel: str, handle: Handle, rescue: Callable[[Form | None], str]) -> Response:
    answers: tuple[Callable[[], str], ...] = (
        lambda: handle(form),
        lambda: rescue(form),
        lambda: rescue(None),
    )
    for answer in answers:
        try:
            return _reply(answer())
        except HTTPException:
            raise
        except BadRequest as error:
            log.event(_LOG, "incomplete webhook", level=logging.WARNING, channel=channel, why=str(error))
            return Response(f"{error}\n", status=400, mimetype="text/plain")
        except StoreUnavailable as error:
            log.event(_LOG, "store away", level=logging.ERROR, channel=channel, why=str(error))
            metrics.count("store_away", channel)
            return Response(NOTHING, status=503, content_type=XML_TYPE)
        except Exception:
            # Nothing that goes wrong in a turn may leave a frightened person without an answer.
            log.failure(_LOG, "turn failed", channel=channel)
            metrics.count("turn_failures", channel)
    return _reply(NOTHING)


def _reply(answer: str) -> Response:
    return Response(answer, content_type=XML_TYPE) if answer else Response(status=204)


def _forged() -> Response:
    metrics.count("bad_signatures")
    log.event(_LOG, "bad signature", level=logging.WARNING, address=request.remote_addr, path=request.path)
    return Response(NOTHING, status=403, content_type=XML_TYPE)


def _first(pairs: Pairs) -> dict[str, str]:
    return dict(reversed(pairs))


def _readable(value: str) -> str:
    """Return text of bytes that were no UTF-8 as the old Western code page that they most likely are."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return value
