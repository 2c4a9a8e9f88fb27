"""Play a call's document verb by verb until it has to wait for the person, for somebody else.

Or for nothing more.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol
from urllib.parse import urljoin

from helpline.carrier.delivery import Delivery, Target
from helpline.carrier.legs import Leg, base_form, duration, status_form, whole
from helpline.carrier.records import Call, Message, Recording, new_sid
from helpline.carrier.segments import measure
from helpline.carrier.settings import Settings
from helpline.carrier.twiml_reader import BadTwiml, Document, Verb, read_voice
from helpline.carrier.wire import WebhookFailed, split_overrides

MAX_STEPS = 120
MACHINE_PATIENCE = 6
_SAY_LIMITS = (("Polly.", 3000), ("Google.", 5000), ("", 4096))


class Switchboard(Protocol):
    """What a script asks of the one that joins legs."""

    def dial(self, leg: Leg, verb: Verb) -> None:
        """Ring the phones a Dial names."""

    def through(self, leg: Leg) -> None:
        """Decide what follows a document that has been played to its end."""

    def ended(self, leg: Leg) -> None:
        """See to the other legs when one has ended."""


class Script:
    """Play documents on legs; the joining of legs is the switchboard's business."""

    def __init__(self, settings: Settings, delivery: Delivery, board: Switchboard) -> None:
        self._settings = settings
        self._delivery = delivery
        self._board = board
        self._acts: dict[str, Callable[[Leg, Verb], None]] = {
            "Say": self._say,
            "Play": lambda leg, verb: leg.hear("line", "play", verb.text.strip() or verb.get("digits")),
            "Pause": lambda leg, verb: leg.hear("line", "pause", verb.get("length", "1")),
            "Gather": self._gather,
            "Record": self._record,
            "Redirect": self._redirect,
            "Hangup": lambda leg, _: self.end(leg, "completed"),
            "Reject": lambda leg, _: self.end(leg, "completed"),
            "Sms": self._sms,
            "Dial": self._start_dial,
        }

    # documents

    def load(self, leg: Leg, address: str, extra: dict[str, str] | None = None, method: str = "POST") -> None:
        """Fetch a document for a leg and put it in place of what it was playing.

        The fallback steps in on failure.
        """
        form = {**base_form(leg.call, self._settings.account), **(extra or {})}
        try:
            document = self._ask(leg, address, form, method)
        except (WebhookFailed, BadTwiml) as failure:
            leg.warn(f"{failure.code}: {failure}")
            fallback = self._fallback(leg)
            asked = {**form, "ErrorCode": str(failure.code), "ErrorUrl": split_overrides(address)[0]}
            if not fallback or not self._fall_back(leg, fallback, asked):
                leg.hear("carrier", "say", "An application error has occurred. Goodbye.")
                self.end(leg, "completed")
            return
        self.take(leg, urljoin(leg.url, address), document)

    def _fall_back(self, leg: Leg, fallback: str, form: dict[str, str]) -> bool:
        try:
            document = self._ask(leg, fallback, form, "POST")
        except (WebhookFailed, BadTwiml) as failure:
            leg.warn(f"{failure.code}: the fallback failed too: {failure}")
            return False
        self.take(leg, fallback, document)
        return True

    def take(self, leg: Leg, address: str, document: Document) -> None:
        """Play this document next, in place of what is left of the last."""
        leg.url = address
        leg.verbs = deque(document.verbs)
        for warning in document.warnings:
            leg.warn(warning)

    def _ask(self, leg: Leg, address: str, form: dict[str, str], method: str) -> Document:
        fetch = partial(self._delivery.wire.fetch, form=form, method=method)
        fired = self._delivery.faults.draw("webhook", leg.call.person)
        token = new_sid("")
        if "lost" in fired:
            raise WebhookFailed(11205, "fault: the request was lost", "ct")
        if "late" in fired:
            self._delivery.pause(fired["late"].seconds)
        if "double" in fired or "lost_answer" in fired:
            fetch(address, token=token)
        answer = fetch(address, token=token)
        if answer.sets_cookie:
            leg.warn("the answer sets a cookie: carriers send it back during the call")
        return read_voice(answer.content_type, answer.body)

    def _fallback(self, leg: Leg) -> str:
        if leg.call.direction == "inbound":
            number = self._delivery.ledger.numbers.get(leg.call.to)
            return number.voice_fallback_url if number else ""
        return leg.call.plan.fallback_url

    # playing

    def run(self, leg: Leg) -> None:
        """Play on until the leg waits or ends; a document that ends without more ends the call."""
        while leg.verbs and not leg.call.waiting and not leg.call.over:
            leg.steps += 1
            if leg.call.hung_up:
                break
            if leg.steps > MAX_STEPS:
                leg.warn("the call goes round in circles: ended")
                break
            verb = leg.verbs.popleft()
            act = self._acts.get(verb.name)
            if act is None:
                leg.warn(f"<{verb.name}> is not played by the local carrier")
            else:
                act(leg, verb)
            self._answer_as_machine(leg)
        self._delivery.ledger.touch(leg.call.person)
        if not leg.call.waiting and not leg.call.over:
            self._board.through(leg)

    def _answer_as_machine(self, leg: Leg) -> None:
        """Hear everything and say nothing, as a voicemail does; hang up after a while."""
        if not leg.machine or leg.call.waiting not in {"gather", "record"}:
            return
        if leg.steps > MACHINE_PATIENCE:
            leg.hear("carrier", "status", "the voicemail hangs up")
            self.end(leg, "completed")
            return
        self.quiet(leg)

    def _say(self, leg: Leg, verb: Verb) -> None:
        limit = next(n for prefix, n in _SAY_LIMITS if verb.get("voice").startswith(prefix))
        if len(verb.text) > limit:
            leg.warn(f"13521: {len(verb.text)} characters are too many for one Say; it is not spoken")
            return
        for _ in range(max(1, min(whole(verb.get("loop"), 1), 10))):
            leg.hear("line", "say", verb.text, verb)

    def _gather(self, leg: Leg, verb: Verb) -> None:
        for prompt in verb.children:
            self._acts[prompt.name](leg, prompt)
        leg.verb, leg.call.waiting, leg.call.keys = verb, "gather", ""

    def _record(self, leg: Leg, verb: Verb) -> None:
        if verb.get("playBeep", "true") == "true":
            leg.hear("line", "play", "beep")
        leg.verb, leg.call.waiting = verb, "record"

    def _redirect(self, leg: Leg, verb: Verb) -> None:
        self.load(leg, urljoin(leg.url, verb.text), method=verb.get("method", "POST"))

    def _start_dial(self, leg: Leg, verb: Verb) -> None:
        leg.verb, leg.call.waiting = verb, "dial"
        self._board.dial(leg, verb)

    def _sms(self, leg: Leg, verb: Verb) -> None:
        """Send a text from within a call."""
        call, now, size = leg.call, self._delivery.clock.now(), measure(verb.text)
        line = call.to if call.direction == "inbound" else call.sender
        told = verb.get("statusCallback") or verb.get("action")
        self._delivery.accept(
            Message(
                sid=new_sid("SM"),
                sender=verb.get("from", line),
                to=verb.get("to", call.person),
                body=verb.text,
                direction="outbound-call",
                status="queued",
                created=now,
                updated=now,
                segments=size.segments,
                encoding=size.encoding,
                callback=urljoin(leg.url, told) if told else "",
            )
        )
        leg.hear("carrier", "status", "a text was sent")

    # what the person does

    def act_on(self, leg: Leg, extra: dict[str, str]) -> None:
        """End a Gather, Record or Dial with its result: ask its action.

        Or play on where it has none to ask.
        """
        verb, leg.verb, leg.call.waiting, leg.call.keys = leg.verb, None, "", ""
        name = verb.name if verb else ""
        told = verb.get("action") if verb else ""
        if verb is not None and (told or name != "Dial"):
            self.load(leg, urljoin(leg.url, told or leg.url), extra, verb.get("method", "POST"))
        self.run(leg)

    def quiet(self, leg: Leg) -> None:
        """Let the time of a Gather or Record run out."""
        verb = leg.verb
        leg.hear("person", "silence", "")
        if leg.call.waiting == "gather" and leg.call.keys:
            self.act_on(leg, {"Digits": leg.call.keys})
        elif leg.call.waiting == "gather" and verb and verb.get("actionOnEmptyResult") == "true":
            self.act_on(leg, {"Digits": ""})
        else:
            leg.verb, leg.call.waiting = None, ""
            self.run(leg)

    def recorded(self, leg: Leg, words: str, digits: str = "") -> dict[str, str]:
        """Keep what was said after the beep and report it; give what goes to the Record's action."""
        seconds = max(1, round(len(words.split()) / 2.5))
        recording = Recording(new_sid("RE"), leg.call.sid, words, seconds)
        ledger, account = self._delivery.ledger, self._settings.account
        with ledger.lock:
            ledger.recordings[recording.sid] = recording
            if len(ledger.recordings) > 200:
                del ledger.recordings[next(iter(ledger.recordings))]
        form = {
            "RecordingSid": recording.sid,
            "RecordingUrl": f"{self._settings.base}/2010-04-01/Accounts/{account}/Recordings/{recording.sid}",
            "RecordingDuration": str(seconds),
        }
        told = leg.verb.get("recordingStatusCallback") if leg.verb else ""
        if told:
            target = Target(urljoin(leg.url, told), "POST", leg.call.person)
            more = {"RecordingStatus": "completed", "RecordingChannels": "1", "RecordingSource": "RecordVerb"}
            self._delivery.report(leg.call.sid, target, {**base_form(leg.call, account), **form, **more})
        return {**form, "Digits": digits}

    # ends and reports

    def end(self, leg: Leg, status: str) -> None:
        """End a leg, tell whoever asked to be told, and let a parent that dialled it go on."""
        call = leg.call
        if call.over:
            return
        call.status, call.waiting = status, ""
        call.ended = self._delivery.clock.now()
        leg.verbs.clear()
        leg.hear("carrier", "status", f"the call has ended: {status}")
        self.progress(call, "completed")
        self._delivery.ledger.touch(call.person)
        self._board.ended(leg)

    def progress(self, call: Call, event: str) -> None:
        """Report a step of a call; of an inbound call only its end, to the number's address."""
        address, method, events = call.plan.callback, call.plan.callback_method, call.plan.events
        if call.direction == "inbound":
            number = self._delivery.ledger.numbers.get(call.to)
            address, method, events = (
                (number.status_callback, number.status_callback_method, ("completed",))
                if number
                else ("", "", ())
            )
        if address and event in events:
            form = status_form(call, self._settings.account, self._delivery.clock.now())
            call.sequence += 1
            self._delivery.report(call.sid, Target(address, method, call.person), form)


def dial_form(child: Leg | None, status: str) -> dict[str, str]:
    """Write what a Dial's action is told; `completed` alone does not say that anybody spoke."""
    if child is None:
        return {"DialCallStatus": status, "DialBridged": "false"}
    form = {
        "DialCallSid": child.call.sid,
        "DialCallStatus": status,
        "DialBridged": "true" if child.was_joined else "false",
    }
    if child.call.started is not None:
        form["DialCallDuration"] = str(duration(child.call))
    return form
