"""The carrier's memory: messages, threads, phones, opt-outs; bounded, in one process, under one lock."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

from helpline.carrier.clock import Clock
from helpline.carrier.records import Behaviour, Message, Number, Recording, Service, new_sid
from helpline.carrier.settings import Settings

THREAD_LENGTH = 400
PEOPLE_KEPT = 5_000


class Ledger:
    """Keep what the carrier knows; every change raises `version`, so that a page knows when to look again."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.lock = threading.RLock()
        self.optout = settings.optout
        self.forget()

    def forget(self) -> None:
        """Begin afresh: no messages, no phones, no opt-outs, numbers as they were at the start."""
        with self.lock:
            self.messages: dict[str, Message] = {}
            self.recordings: dict[str, Recording] = {}
            self._threads: dict[str, deque[str]] = {}
            self._behaviours: dict[str, Behaviour] = {}
            self._blocked: set[tuple[str, str]] = set()
            self.optout = self._settings.optout
            self.numbers = {n: _number(n, self._settings) for n in self._settings.own_numbers}
            self.services = _services(self._settings)
            self.version = getattr(self, "version", 0) + 1
            self._touched: dict[str, int] = {}

    # messages

    def add(self, message: Message) -> None:
        """Keep a new message and put it into the thread of the person it concerns.

        The oldest one makes room.
        """
        with self.lock:
            self.messages[message.sid] = message
            if len(self.messages) > self._settings.history:
                del self.messages[next(iter(self.messages))]
            self._thread(message.person).append(message.sid)
            self._touch(message.person)

    def move(self, message: Message, status: str, error: int | None = None) -> bool:
        """Set a message's status; False when it is final or gone already.

        For then nothing moves it any more.
        """
        with self.lock:
            if message.status in {"delivered", "undelivered", "failed", "canceled"}:
                return False
            now = self._clock.now()
            message.status, message.updated, message.error = status, now, error
            if status == "sent":
                message.sent = now
            self._touch(message.person)
            return True

    def drop(self, sid: str) -> bool:
        """Delete a message for good; False when there is none."""
        with self.lock:
            message = self.messages.pop(sid, None)
            if message is None:
                return False
            self._touch(message.person)
            return True

    def thread(self, number: str) -> list[Message]:
        """Give the texts to and from a number, oldest first."""
        with self.lock:
            sids = list(self._threads.get(number, ()))
            return [self.messages[sid] for sid in sids if sid in self.messages]

    def newest_first(self, wanted: Callable[[Message], bool], number: str = "") -> Iterator[Message]:
        """Walk over a copy of the messages, newest first; with a number only over that person's."""
        with self.lock:
            pool = self.thread(number) if number else list(self.messages.values())
        return (message for message in reversed(pool) if wanted(message))

    def _thread(self, number: str) -> deque[str]:
        found = self._threads.get(number)
        if found is None:
            if len(self._threads) >= PEOPLE_KEPT:
                oldest = next(iter(self._threads))
                del self._threads[oldest]
                self._touched.pop(oldest, None)
            found = self._threads[number] = deque(maxlen=THREAD_LENGTH)
        return found

    # phones and opt-outs

    def people(self) -> list[str]:
        """List the numbers that have a thread, in the order they appeared."""
        with self.lock:
            return list(self._threads)

    def behaviour(self, number: str) -> Behaviour:
        """Tell how a phone behaves; every phone is well unless told otherwise."""
        return self._behaviours.get(number, Behaviour.OK)

    def behave(self, number: str, behaviour: Behaviour) -> None:
        """Set how a phone behaves from now on."""
        with self.lock:
            self._behaviours[number] = behaviour
            self._touch(number)

    def block(self, person: str, sender: str) -> None:
        """Stop texts from this sender to this person."""
        with self.lock:
            self._blocked.add((person, sender))
            self._touch(person)

    def unblock(self, person: str, sender: str) -> bool:
        """Let texts through again; tell whether they were stopped before."""
        with self.lock:
            was = (person, sender) in self._blocked
            self._blocked.discard((person, sender))
            self._touch(person)
            return was

    def is_blocked(self, person: str, sender: str) -> bool:
        """Tell whether this person has stopped texts from this sender."""
        return (person, sender) in self._blocked

    # change marks

    def touched(self, number: str) -> int:
        """Give the version at which something about this number changed last."""
        return self._touched.get(number, 0)

    def touch(self, number: str) -> None:
        """Mark that something about this number changed (a call, say)."""
        with self.lock:
            self._touch(number)

    def _touch(self, number: str) -> None:
        self.version += 1
        self._touched[number] = self.version

    # numbers and services

    def service_of(self, number: str) -> Service | None:
        """Give the messaging service a number is in: the first, which holds every number of this customer."""
        return next(iter(self.services.values()), None) if number in self.numbers else None

    def put_number(self, number: Number) -> None:
        """Keep changed settings of a number."""
        with self.lock:
            self.numbers = {**self.numbers, number.number: number}

    def put_service(self, service: Service) -> None:
        """Keep changed settings of a messaging service."""
        with self.lock:
            self.services = {**self.services, service.sid: service}


def _number(number: str, settings: Settings) -> Number:
    base, tail = settings.webhook.rstrip("/"), f"#{settings.overrides}" if settings.overrides else ""
    return Number(
        sid=new_sid("PN"),
        number=number,
        sms_url=f"{base}/sms{tail}",
        sms_fallback_url=f"{base}/sms/fallback",
        voice_url=f"{base}/voice{tail}",
        voice_fallback_url=f"{base}/voice/fallback",
        status_callback=f"{base}/voice/status",
    )


def _services(settings: Settings) -> dict[str, Service]:
    if not settings.service:
        return {}
    return {settings.service: replace(Service(sid=settings.service))}
