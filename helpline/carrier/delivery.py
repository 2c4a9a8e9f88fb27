"""The way of a text that the helpline sends: queued, sending, sent, delivered or not, each step reported."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from helpline.carrier.clock import Clock
from helpline.carrier.faults import Faults, Rule
from helpline.carrier.ledger import Ledger
from helpline.carrier.records import Behaviour, Message, new_sid
from helpline.carrier.segments import measure
from helpline.carrier.settings import Settings
from helpline.carrier.timeline import Timeline
from helpline.carrier.wire import Wire

_LOSSES = {
    Behaviour.OFF: 30003,
    Behaviour.BLOCKED: 30004,
    Behaviour.UNKNOWN: 30005,
    Behaviour.LANDLINE: 30006,
    Behaviour.FILTERED: 30007,
}
_ERROR_WORDS = {
    21610: "Attempt to send to unsubscribed recipient",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30036: "Validity period expired",
}
_REORDER_WAIT = 0.5
_REPORT_FAULTS = frozenset({"lost", "double", "late", "reorder"})


@dataclass(frozen=True, slots=True)
class Target:
    """Say where a status callback goes; `number` is the phone it tells about."""

    address: str
    method: str
    number: str


class Delivery:
    """Move messages towards their phones and post the reports."""

    def __init__(self, settings: Settings, ledger: Ledger, clock: Clock, faults: Faults) -> None:
        self._settings = settings
        self.ledger = ledger
        self.clock = clock
        self.faults = faults
        self.timeline = Timeline(threads=2)
        self._reports = Timeline(threads=4)
        self.wire = Wire(settings.token)
        self._held: dict[str, Callable[[], None]] = {}
        self._held_lock = threading.Lock()
        self.reports_refused = 0

    def accept(self, message: Message) -> None:
        """Keep a message that the helpline sends and set it on its way; an early report goes out at once."""
        self.ledger.add(message)
        if message.status == "failed":
            self._report(message, message.status)
            return
        late = self.faults.draw("delivery", message.to)
        if self.faults.draw("callback", message.to, frozenset({"early"})):
            self._step(message, "sending", None, at_once=True)
        wait = late["late"].seconds if "late" in late else self._settings.pace
        if wait > message.validity:
            self.timeline.after(message.validity, message.sid, partial(self._step, message, "failed", 30036))
            return
        self.timeline.after(wait, message.sid, partial(self._begin, message, late))

    @staticmethod
    def pause(seconds: float) -> None:
        """Hold a thread up, as a slow network does."""
        time.sleep(seconds)

    def settle(self, seconds: float) -> bool:
        """Wait until every message is where it goes and every report is posted.

        Tell whether that came about.
        """
        deadline = time.monotonic() + seconds
        while self.timeline.settle(max(0.0, deadline - time.monotonic())):
            if not self._reports.settle(max(0.0, deadline - time.monotonic())):
                return False
            if self.timeline.idle:
                return True
        return False

    def _begin(self, message: Message, fired: dict[str, Rule]) -> None:
        if self._over_age(message):
            self._step(message, "failed", 30036)
            return
        if message.status == "accepted":
            message.segments = measure(message.body).segments
            self._step(message, "queued")
        end, error = self._fate(message, fired)
        steps: list[tuple[str, int | None]] = [("sending", None), ("sent", None)]
        if end:
            steps.append((end, error))
        if message.status == "sending":
            del steps[0]
        self._walk(message, steps)

    def _over_age(self, message: Message) -> bool:
        return self.clock.now() - message.created > message.validity

    def _fate(self, message: Message, fired: dict[str, Rule]) -> tuple[str, int | None]:
        """Decide how it ends: the phone's behaviour, unless a fault says otherwise.

        Empty means without receipt.
        """
        if "refuse" in fired:
            code = fired["refuse"].code or 30008
            return ("failed", code) if code in {30001, 30002, 30036} else ("undelivered", code)
        behaviour = self.ledger.behaviour(message.to)
        if "silent" in fired or behaviour is Behaviour.SILENT:
            return "", None
        loss = _LOSSES.get(behaviour)
        return ("undelivered", loss) if loss else ("delivered", None)

    def _walk(self, message: Message, steps: list[tuple[str, int | None]]) -> None:
        """Take the next step and plan the one after it; without a pace all are taken in one go."""
        while steps:
            status, error = steps.pop(0)
            self._step(message, status, error)
            if steps and self._settings.pace > 0:
                self.timeline.after(self._settings.pace, message.sid, partial(self._walk, message, steps))
                return

    def _step(
        self, message: Message, status: str, error: int | None = None, *, at_once: bool = False
    ) -> None:
        if not self.ledger.move(message, status, error):
            return
        if at_once:
            self._post(message.callback, message.callback_method, self._form(message, status))
        else:
            self._report(message, status)

    def _report(self, message: Message, status: str) -> None:
        if message.callback and self._wanted(status):
            target = Target(message.callback, message.callback_method, message.to)
            self.report(message.sid, target, self._form(message, status))

    def report(self, sid: str, target: Target, form: dict[str, str]) -> None:
        """Post a status callback in its turn; faults lose, double, delay or swap it."""
        post = partial(self._post, target.address, target.method, form)
        fired = self.faults.draw("callback", target.number, _REPORT_FAULTS)
        key = f"report {sid}"
        if "reorder" in fired:
            self._hold(sid, post)
            return
        if "late" in fired:
            self._reports.after(fired["late"].seconds, key, post)
        elif "lost" not in fired:
            self._reports.soon(key, post)
        if "double" in fired:
            self._reports.soon(key, post)
        self._release(sid)

    def _form(self, message: Message, status: str) -> dict[str, str]:
        return report_form(message, status, self._settings.account)

    def _wanted(self, status: str) -> bool:
        choice = self._settings.callbacks
        return choice == "all" or (choice == "final" and status in {"delivered", "undelivered", "failed"})

    def _hold(self, sid: str, post: Callable[[], None]) -> None:
        """Keep a report back until the next one of its message is out.

        Or for half a second if none follows.
        """
        with self._held_lock:
            self._held[sid] = post
        self._reports.after(_REORDER_WAIT, f"report {sid}", partial(self._release, sid))

    def _release(self, sid: str) -> None:
        with self._held_lock:
            post = self._held.pop(sid, None)
        if post is not None:
            self._reports.soon(f"report {sid}", post)

    def _post(self, address: str, method: str, form: dict[str, str]) -> None:
        if address and not self.wire.report(address, form, token=new_sid(""), method=method):
            self.reports_refused += 1


def report_form(message: Message, status: str, account: str) -> dict[str, str]:
    """Write the form of a status callback."""
    form = {
        "AccountSid": account,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "From": message.sender,
        "To": message.to,
        "ApiVersion": "2010-04-01",
    }
    if message.service:
        form["MessagingServiceSid"] = message.service
    if message.error:
        form["ErrorCode"] = str(message.error)
        form["ErrorMessage"] = error_words(message.error)
    return form


def error_words(code: int | None) -> str:
    """Say in words what a delivery error means."""
    return _ERROR_WORDS.get(code, "Message not delivered") if code else ""
