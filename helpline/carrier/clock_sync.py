"""Keep the carrier's clock with the helpline's: both live in one simulated time, whoever moves it on."""

import contextlib
import http.client
import json
import threading
import time
from urllib.parse import urlsplit

from helpline.carrier.clock import Clock

LOOK_EVERY = 2.0


class ClockRefused(Exception):
    """The helpline's clock did not move: it does not answer, or it is no simulation."""


def advance(webhook: str, clock: Clock, seconds: float) -> None:
    """Move the helpline's clock on and the carrier's to where it then stands; zero only looks.

    Raise ClockRefused, and move neither, when the helpline does not follow.
    """
    shift = _tell(webhook, seconds)
    clock.advance(seconds if shift is None else max(0.0, shift - clock.shift))


def follow(webhook: str, clock: Clock) -> None:
    """Look every two seconds, for ever, whether the helpline's clock was moved by somebody else."""

    def look() -> None:
        while True:
            with contextlib.suppress(ClockRefused):  # away or still starting: the next look will tell
                advance(webhook, clock, 0)
            time.sleep(LOOK_EVERY)

    threading.Thread(target=look, name="carrier-clock", daemon=True).start()


def _tell(webhook: str, seconds: float) -> float | None:
    """Tell the helpline to move its clock; give the whole shift it answers, None when it names none."""
    parts = urlsplit(webhook)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        body, kind = json.dumps({"advance_seconds": seconds}), {"Content-Type": "application/json"}
        connection.request("POST", f"{parts.path.rstrip('/')}/simulation/clock", body, kind)
        answer = connection.getresponse()
        told = answer.read(10_000)
    except (OSError, http.client.HTTPException) as away:
        raise ClockRefused("the helpline does not answer") from away
    finally:
        connection.close()
    if answer.status != 200:
        raise ClockRefused(f"the helpline answered {answer.status}")
    try:
        shift = json.loads(told)["shift_seconds"]
    except (ValueError, LookupError, TypeError):
        return None
    return float(shift) if isinstance(shift, (int, float)) else None
