"""Ringing phones and joining legs: calls the helpline makes, phones a Dial rings, whispers, conferences."""

from functools import partial
from urllib.parse import urljoin

from helpline.carrier.call_script import Script, dial_form
from helpline.carrier.delivery import Delivery
from helpline.carrier.legs import Leg, Legs, whole
from helpline.carrier.records import Behaviour, Call, CallPlan, new_sid
from helpline.carrier.settings import Settings
from helpline.carrier.timeline import Timeline
from helpline.carrier.twiml_reader import BadTwiml, Verb, read_voice

UNANSWERED = ("queued", "ringing")
_FATES = {
    Behaviour.OFF: "no-answer",
    Behaviour.BUSY: "busy",
    Behaviour.BLOCKED: "failed",
    Behaviour.UNKNOWN: "failed",
}


class Dialling:
    """Ring phones and join legs; the switchboard of the script that plays the documents."""

    def __init__(self, settings: Settings, delivery: Delivery, legs: Legs) -> None:
        self._delivery = delivery
        self._ledger = delivery.ledger
        self._legs = legs
        self._timeline = Timeline(threads=2)
        self.script = Script(settings, delivery, self)

    def new_call(self, sender: str, to: str, direction: str, person: str) -> Call:
        """Make the record of a call that has not begun."""
        return Call(new_sid("CA"), sender, to, direction, "queued", self._delivery.clock.now(), person)

    def connect(self, leg: Leg) -> None:
        """Let the time of a leg begin to count."""
        leg.call.status, leg.call.started = "in-progress", self._delivery.clock.now()

    # ringing

    def ring(self, leg: Leg) -> None:
        """Let a phone ring; what follows is how the phone behaves, or what its person does."""
        call = leg.call
        if call.status != "queued":
            return
        call.status, call.waiting = "ringing", "answer"
        self.script.progress(call, "ringing")
        self._ledger.touch(call.person)
        behaviour = self._ledger.behaviour(call.person)
        if behaviour in _FATES:
            self.script.end(leg, _FATES[behaviour])
        elif behaviour in (Behaviour.VOICEMAIL, Behaviour.ANSWERS):
            leg.machine = behaviour is Behaviour.VOICEMAIL
            self.pick_up(leg)
        else:
            self._timeline.later(call.plan.timeout, call.sid, partial(self.stop_ringing, leg, "no-answer"))

    def stop_ringing(self, leg: Leg, status: str) -> None:
        """End a leg that nobody has answered; an answered one stays as it is."""
        with leg.lock:
            if leg.call.status in UNANSWERED:
                self.script.end(leg, status)

    def pick_up(self, leg: Leg) -> None:
        """Answer a ringing leg and play what was planned for it."""
        call, plan = leg.call, leg.call.plan
        call.waiting = ""
        self.connect(leg)
        if plan.detect_machine:
            call.answered_by = "machine_start" if leg.machine else "human"
        self.script.progress(call, "answered")
        for rival in leg.parent.children if leg.parent else ():
            if rival is not leg and rival.call.status in UNANSWERED:
                self.script.end(rival, "canceled")
        if plan.url:
            self.script.load(leg, plan.url, method=plan.method)
        elif plan.twiml:
            self.take_inline(leg, plan.twiml)
        self.script.run(leg)

    def take_inline(self, leg: Leg, twiml: str) -> None:
        """Play a document that came with a REST request; a broken one leaves nothing to play."""
        try:
            self.script.take(leg, "", read_voice("text/xml", twiml.encode()))
        except BadTwiml as bad:
            leg.warn(f"{bad.code}: {bad}")

    # the switchboard of the script

    def dial(self, leg: Leg, verb: Verb) -> None:
        """Ring the phones a Dial names, or put the leg into a conference."""
        room = next((c for c in verb.children if c.name == "Conference"), None)
        if room is not None:
            leg.conference, leg.call.waiting = room.text, "conference"
            leg.ends_conference = room.get("endConferenceOnExit") == "true"
            leg.hear("carrier", "status", "is in a conference")
            return
        caller = verb.get("callerId") or leg.call.sender
        targets = [c for c in verb.children if c.name == "Number"]
        if verb.text.strip():
            targets = [Verb("Number", verb.text.strip())]
        if not targets or caller not in (*self._ledger.numbers, leg.call.sender, leg.call.to):
            leg.warn("13214: this caller id is not allowed" if targets else "13201: the Dial names no phone")
            self.script.act_on(leg, dial_form(None, "failed"))
            return
        leg.hear("carrier", "status", "it rings at the other end")
        leg.children = [self._child(leg, verb, number, caller) for number in targets[:10]]
        for child in leg.children:
            self.ring(child)

    def _child(self, leg: Leg, dial: Verb, number: Verb, caller: str) -> Leg:
        call = self.new_call(caller, number.text, "outbound-dial", number.text)
        whisper, told = number.get("url"), number.get("statusCallback")
        call.plan = CallPlan(
            url=urljoin(leg.url, whisper) if whisper else "",
            method=number.get("method", "POST"),
            callback=urljoin(leg.url, told) if told else "",
            events=tuple(number.get("statusCallbackEvent", "completed").split()),
            timeout=float(whole(dial.get("timeout"), 30)),
            detect_machine=bool(number.get("machineDetection")),
            parent=leg.call.sid,
        )
        return self._legs.keep(Leg(call, lock=leg.lock, parent=leg))

    def through(self, leg: Leg) -> None:
        """Join a called leg whose whisper is through with the one that dialled it; end any other leg."""
        parent = leg.parent
        if parent is None or parent.call.waiting != "dial" or leg.call.hung_up:
            self.script.end(leg, "completed")
            return
        leg.joined, parent.joined, leg.was_joined = parent, leg, True
        leg.call.waiting = parent.call.waiting = "bridged"
        for one in (leg, parent):
            one.hear("carrier", "status", "connected: you can speak")
            self._ledger.touch(one.call.person)

    def ended(self, leg: Leg) -> None:
        """See to the others: legs it dialled end, the leg that dialled it goes on.

        Its conference may close.
        """
        for child in leg.children:
            self.script.end(child, "canceled" if child.call.status in UNANSWERED else "completed")
        if leg.ends_conference:
            self._close(leg.conference)
        parent = leg.parent
        if parent is None or parent.call.over or parent.call.waiting not in {"dial", "bridged"}:
            return
        if all(child.call.over for child in parent.children):
            called, status = dial_result(parent)
            parent.joined = None
            self.script.act_on(parent, dial_form(called, status))

    def leave(self, leg: Leg) -> None:
        """Let the one who dialled hang up: the other end goes, and the Dial's action is told all the same."""
        verb, leg.call.waiting = leg.verb, ""
        for child in leg.children:
            self.script.end(child, "canceled" if child.call.status in UNANSWERED else "completed")
        called, status = dial_result(leg)
        if verb is not None and verb.get("action"):
            told = {**dial_form(called, status), "CallStatus": "completed"}
            self.script.load(leg, urljoin(leg.url, verb.get("action")), told, verb.get("method", "POST"))

    def _close(self, room: str) -> None:
        """Send everybody out of a conference; each leg goes on in its own time, for each has its own lock."""
        for other in self._legs.newest_first():
            if other.conference == room and not other.call.over:
                self._timeline.soon(other.call.sid, partial(self._walk_out, other))

    def _walk_out(self, leg: Leg) -> None:
        with leg.lock:
            if leg.call.waiting == "conference":
                leg.conference = ""
                self.script.act_on(leg, dial_form(None, "completed"))


def dial_result(leg: Leg) -> tuple[Leg | None, str]:
    """Give the called leg a Dial's result speaks of, and the result: who answered.

    Else how the last one ended.
    """
    answered = next((c for c in leg.children if c.call.started is not None), None)
    if answered is not None:
        return answered, "completed"
    last = leg.children[-1] if leg.children else None
    return last, last.call.status if last else "failed"
