"""Texts from phones to the helpline, and what it answers: signed webhooks, fallback, replies, keywords."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import urljoin

from helpline.carrier.delivery import Delivery
from helpline.carrier.faults import Faults, Rule
from helpline.carrier.optout import keyword
from helpline.carrier.records import Message, Number, Service, new_sid
from helpline.carrier.segments import measure
from helpline.carrier.settings import Settings
from helpline.carrier.timeline import Timeline
from helpline.carrier.twiml_reader import BadTwiml, Document, Verb, read_messaging
from helpline.carrier.wire import Answer, WebhookFailed, split_overrides

MAX_BODY = 1600
MAX_REPLIES = 10
MAX_DOCUMENTS = 50
_HOLD_AT_MOST = 2.0


@dataclass(slots=True)
class Outcome:
    """Say what became of one text: the answers the helpline gave, the replies, what the carrier noted."""

    sid: str
    status: int = 0
    attempts: int = 0
    fallback: bool = False
    error: int | None = None
    held: bool = False
    replies: list[Message] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Route:
    """Hold where a text goes: address and method, and those of the fallback."""

    url: str
    method: str
    fallback: str
    fallback_method: str


class Exchange:
    """Carry texts from phones to the helpline and its answers back."""

    def __init__(self, settings: Settings, delivery: Delivery, faults: Faults) -> None:
        self._settings = settings
        self._ledger = delivery.ledger
        self._delivery = delivery
        self._clock = delivery.clock
        self._faults = faults
        self.errands = Timeline(threads=8)
        self._held: list[Callable[[], object]] = []
        self._held_lock = threading.Lock()

    def text(self, sender: str, to: str, body: str, media: tuple[str, ...] = ()) -> list[Outcome]:
        """Carry a text of any length; beyond 1600 characters it arrives as several, as on some networks."""
        pieces = [body[i : i + MAX_BODY] for i in range(0, len(body), MAX_BODY)] or [""]
        kept = [self._keep(sender, to, piece, media if n == 0 else ()) for n, piece in enumerate(pieces)]
        return [self._carry(message) for message in kept]

    def text_by_and_by(self, sender: str, to: str, body: str, media: tuple[str, ...] = ()) -> None:
        """Carry a text without waiting for the answer; texts of one phone keep their order."""
        self.errands.soon(sender, partial(self._carry_all, sender, to, body, media))

    def _carry_all(self, sender: str, to: str, body: str, media: tuple[str, ...]) -> None:
        self.text(sender, to, body, media)

    def _keep(self, sender: str, to: str, body: str, media: tuple[str, ...]) -> Message:
        now, size = self._clock.now(), measure(body)
        service = self._ledger.service_of(to)
        message = Message(
            sid=new_sid("MM" if media else "SM"),
            sender=sender,
            to=to,
            body=body,
            direction="inbound",
            status="received",
            created=now,
            updated=now,
            sent=now,
            service=service.sid if service else "",
            segments=size.segments,
            encoding=size.encoding,
            media=media,
        )
        self._ledger.add(message)
        return message

    def _carry(self, message: Message) -> Outcome:
        outcome = Outcome(message.sid)
        optout_type = self._keyword(message)
        fired = self._faults.draw("webhook", message.sender)
        if "lost" in fired:
            outcome.warnings.append("fault: the webhook was lost")
            return outcome
        deliver = partial(self._deliver, message, optout_type, fired, outcome)
        if "reorder" in fired:
            self._hold(deliver)
            outcome.held = True
            return outcome
        if "late" in fired:
            self._delivery.pause(fired["late"].seconds)
        deliver()
        self._release()
        return outcome

    def _hold(self, deliver: Callable[[], object]) -> None:
        """Keep a webhook back until the next text is through, or two seconds if none comes."""
        with self._held_lock:
            self._held.append(deliver)
        self.errands.after(_HOLD_AT_MOST, "held", self._release)

    def _release(self) -> None:
        with self._held_lock:
            held, self._held = self._held, []
        for deliver in held:
            deliver()

    def _keyword(self, message: Message) -> str:
        """Do what the carrier does by itself about STOP, START and HELP; give the OptOutType it reports."""
        found = keyword(message.body, self._ledger.optout)
        if found is None:
            return ""
        person, line = message.sender, message.to
        if found.kind == "STOP":
            self._ledger.block(person, line)
        elif found.kind == "START" and not self._ledger.unblock(person, line):
            return ""
        reply = self._outbound(message, found.reply, "outbound-reply")
        reply.by_carrier, reply.status = True, "queued"
        self._delivery.accept(reply)
        return found.kind if self._ledger.optout == "advanced" else ""

    # the webhook

    def _deliver(self, message: Message, optout_type: str, fired: dict[str, Rule], outcome: Outcome) -> None:
        number = self._ledger.numbers.get(message.to)
        if number is None:
            outcome.warnings.append("that number is not the helpline's: nobody was told")
            return
        form = self._form(message, optout_type)
        route = _route(number, self._ledger.services.get(message.service))
        if not route.url:
            outcome.warnings.append("no webhook address is set for texts")
            return
        if "double" in fired:
            self._double(route, form, outcome)
        self._ask(message, route, form, ("lost_answer" in fired, outcome))

    def _double(self, route: _Route, form: dict[str, str], outcome: Outcome) -> None:
        """Post the same text beside the real one; its answer is noted and goes nowhere."""

        def post() -> None:
            try:
                answer = self._delivery.wire.fetch(route.url, form, token=new_sid(""), method=route.method)
                outcome.answers.append(answer.body.decode("utf-8", "replace"))
            except WebhookFailed as failure:
                outcome.warnings.append(f"fault: the doubled webhook failed: {failure}")

        self.errands.soon(form["MessageSid"], post)

    def _ask(self, message: Message, route: _Route, form: dict[str, str], how: tuple[bool, Outcome]) -> None:
        lose_answer, outcome = how
        token = new_sid("")
        try:
            if lose_answer:
                self._lose(route, form, token)
            url, document = self._document(route.url, form, (route.method, token), outcome)
        except (WebhookFailed, BadTwiml) as failure:
            outcome.error = failure.code
            outcome.warnings.append(f"{failure.code}: {failure}")
            self._fall_back(message, route, form, outcome)
            return
        self._reply(message, url, document, outcome)

    def _lose(self, route: _Route, form: dict[str, str], token: str) -> None:
        """Post and throw the answer away, as after a read time-out.

        The address's policy decides what follows.
        """
        self._delivery.wire.fetch(route.url, form, token=token, method=route.method)
        policy = split_overrides(route.url)[1]
        if policy.rc < 1 or not policy.rp & {"rt", "all"}:
            raise WebhookFailed(11205, "fault: the answer was lost", "rt")

    def _document(
        self, address: str, form: dict[str, str], how: tuple[str, str], outcome: Outcome
    ) -> tuple[str, Document]:
        """Fetch a document and follow its redirects; give the last address and document."""
        method, token = how
        for _ in range(MAX_DOCUMENTS):
            answer = self._delivery.wire.fetch(address, form, token=token, method=method)
            _note(answer, outcome)
            document = read_messaging(answer.content_type, answer.body)
            outcome.warnings.extend(document.warnings)
            onward = next((v for v in document.verbs if v.name == "Redirect"), None)
            if onward is None:
                return address, document
            address, method = urljoin(address, onward.text), onward.get("method", "POST")
        raise BadTwiml(14106, f"over {MAX_DOCUMENTS} documents for one text")

    def _fall_back(self, message: Message, route: _Route, form: dict[str, str], outcome: Outcome) -> None:
        if not route.fallback:
            return
        outcome.fallback = True
        asked = {**form, "ErrorCode": str(outcome.error), "ErrorUrl": split_overrides(route.url)[0]}
        try:
            url, document = self._document(
                route.fallback, asked, (route.fallback_method, new_sid("")), outcome
            )
        except (WebhookFailed, BadTwiml) as failure:
            outcome.error = failure.code
            outcome.warnings.append(f"{failure.code}: the fallback failed too: {failure}")
            return
        self._reply(message, url, document, outcome)

    # the replies

    def _reply(self, message: Message, url: str, document: Document, outcome: Outcome) -> None:
        verbs = [v for v in document.verbs if v.name == "Message"]
        if len(verbs) > MAX_REPLIES:
            outcome.warnings.append(f"14109: {len(verbs)} replies, the first {MAX_REPLIES} are sent")
        for verb in verbs[:MAX_REPLIES]:
            reply = self._compose(message, url, verb)
            if not reply.body.strip() and not reply.media:
                outcome.warnings.append("14103: an empty reply is not sent")
                continue
            if len(reply.body) > MAX_BODY:
                reply.status, reply.error = "failed", 21617
            elif self._ledger.is_blocked(reply.to, reply.sender):
                reply.status, reply.error = "failed", 21610
            outcome.replies.append(reply)
            self._delivery.accept(reply)

    def _compose(self, message: Message, url: str, verb: Verb) -> Message:
        body = "".join(c.text for c in verb.children if c.name == "Body") or verb.text
        reply = self._outbound(message, body, "outbound-reply")
        reply.media = tuple(c.text.strip() for c in verb.children if c.name == "Media")
        reply.to = verb.get("to", reply.to)
        reply.sender = verb.get("from", reply.sender)
        told = verb.get("action") or verb.get("statusCallback")
        service = self._ledger.services.get(message.service)
        reply.callback = urljoin(url, told) if told else (service.status_callback if service else "")
        reply.callback_method = verb.get("method", "POST")
        return reply

    def _outbound(self, message: Message, body: str, direction: str) -> Message:
        now, size = self._clock.now(), measure(body)
        return replace(
            message,
            sid=new_sid("SM"),
            sender=message.to,
            to=message.sender,
            body=body,
            direction=direction,
            status="queued",
            created=now,
            updated=now,
            sent=None,
            segments=size.segments,
            encoding=size.encoding,
            media=(),
            parent=message.sid,
        )

    def _form(self, message: Message, optout_type: str) -> dict[str, str]:
        """Write the form of an inbound text; place names are left empty, as they often are."""
        form = {
            "ToCountry": "US", "ToState": "", "ToCity": "", "ToZip": "",
            "FromCountry": "US", "FromState": "", "FromCity": "", "FromZip": "",
            "SmsMessageSid": message.sid,
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": self._settings.account,
            "SmsStatus": "received",
            "From": message.sender,
            "To": message.to,
            "Body": message.body,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.segments),
            "ApiVersion": "2010-04-01",
        }  # fmt: skip
        for n, kind in enumerate(message.media):
            form[f"MediaUrl{n}"] = (
                f"{self._settings.base}/2010-04-01/Accounts/{self._settings.account}"
                f"/Messages/{message.sid}/Media/ME{message.sid[2:-1]}{n}"
            )
            form[f"MediaContentType{n}"] = kind
        if message.service:
            form["MessagingServiceSid"] = message.service
        if optout_type:
            form["OptOutType"] = optout_type
        return form


def _route(number: Number, service: Service | None) -> _Route:
    """Choose the address: the messaging service's, unless it leaves that to the number."""
    if service is not None and not service.use_inbound_webhook_on_number:
        return _Route(
            service.inbound_request_url, service.inbound_method, service.fallback_url, service.fallback_method
        )
    return _Route(number.sms_url, number.sms_method, number.sms_fallback_url, number.sms_fallback_method)


def _note(answer: Answer, outcome: Outcome) -> None:
    outcome.status = answer.status
    outcome.attempts += answer.attempts
    outcome.answers.append(answer.body.decode("utf-8", "replace"))
    if answer.sets_cookie:
        outcome.warnings.append("the answer sets a cookie: carriers send it back for hours")
