"""Calls between simulated phones and the helpline: ringing, answering, keys, speech, silence, hanging up.

No time passes by itself on a call: it stands at a Gather until somebody presses, speaks or lets the time
run out, so a test and a person reading along have all the time they need. Only ringing has its time-out.
"""

from functools import partial

from helpline.carrier.delivery import Delivery
from helpline.carrier.dialling import UNANSWERED, Dialling
from helpline.carrier.legs import Leg, Legs, whole
from helpline.carrier.records import CallPlan
from helpline.carrier.settings import Settings
from helpline.carrier.twiml_reader import Verb


class NoSuchCall(LookupError):
    """There is no call with this id, or not in a state for what was asked."""


class Calls:
    """Keep the calls and do what people and the helpline ask of them."""

    def __init__(self, settings: Settings, delivery: Delivery) -> None:
        self._settings = settings
        self._delivery = delivery
        self._ledger = delivery.ledger
        self._legs = Legs()
        self._dialling = Dialling(settings, delivery, self._legs)
        self._script = self._dialling.script

    def leg(self, sid: str) -> Leg:
        """Find a leg by its call's sid; raise NoSuchCall."""
        found = self._legs.find(sid)
        if found is None:
            raise NoSuchCall(sid)
        return found

    def newest_first(self) -> list[Leg]:
        """List the legs, newest first."""
        return self._legs.newest_first()

    def of(self, number: str) -> Leg | None:
        """Give the leg at this phone: a running one before one that is over, the newest first."""
        mine = [leg for leg in self.newest_first() if leg.call.person == number]
        return next((leg for leg in mine if not leg.call.over), mine[0] if mine else None)

    def forget(self) -> None:
        """End every call without a word to anybody and forget it."""
        self._legs.forget()

    # a phone calls the helpline

    def start(self, sender: str, to: str) -> Leg:
        """Call the helpline from a phone; returns when the line waits for the caller or the call is over."""
        leg = self._legs.keep(Leg(self._dialling.new_call(sender, to, "inbound", sender)))
        number = self._ledger.numbers.get(to)
        with leg.lock:
            leg.call.status = "ringing"
            if number is None or not number.voice_url:
                leg.warn("nobody is told of a call to this number")
                self._script.end(leg, "failed")
                return leg
            self._script.load(leg, number.voice_url, method=number.voice_method)
            if leg.verbs and leg.verbs[0].name == "Reject":
                self._script.end(leg, "busy" if leg.verbs[0].get("reason") == "busy" else "failed")
            if not leg.call.over:
                self._dialling.connect(leg)
                self._script.run(leg)
        return leg

    # what the person at a phone does

    def press(self, leg: Leg, digits: str, *, more: bool = False) -> bool:
        """Press keys; with `more` further keys may follow, else the pause after them ends the input.

        Tell whether the line listened to keys.
        """
        with leg.lock:
            if digits:
                leg.hear("person", "keys", digits)
            self._ledger.touch(leg.call.person)
            if leg.call.waiting == "record":
                return self._press_in_record(leg, digits)
            if leg.call.waiting != "gather" or "dtmf" not in leg.inputs or leg.verb is None:
                return False
            if self._collect(leg, leg.verb, digits) or (not more and leg.call.keys):
                self._script.act_on(leg, {"Digits": leg.call.keys})
            elif not more:
                self._script.quiet(leg)
            return True

    def _press_in_record(self, leg: Leg, digits: str) -> bool:
        ends = leg.verb.get("finishOnKey", "1234567890*#") if leg.verb else ""
        if not digits or digits[0] not in ends:
            return False
        self._script.quiet(leg)
        return True

    @staticmethod
    def _collect(leg: Leg, gather: Verb, digits: str) -> bool:
        """Take keys into the open Gather; tell whether it is complete."""
        most, ends = whole(gather.get("numDigits"), 0), gather.get("finishOnKey", "#")
        for key in digits:
            if key in ends:
                return True
            leg.call.keys += key
            if most and len(leg.call.keys) >= most:
                return True
        return False

    def say(self, leg: Leg, words: str, confidence: float = 0.9) -> bool:
        """Speak; tell whether the line, a machine or somebody on the other end listened."""
        with leg.lock:
            leg.hear("person", "speech", words)
            self._ledger.touch(leg.call.person)
            if leg.call.waiting == "gather" and "speech" in leg.inputs:
                self._script.act_on(leg, {"SpeechResult": words, "Confidence": f"{confidence:.2f}"})
                return True
            if leg.call.waiting == "record":
                self._script.act_on(leg, self._script.recorded(leg, words))
                return True
            others = self._others(leg)
            for other in others:
                other.hear("other", "speech", words)
                self._ledger.touch(other.call.person)
            return bool(others)

    def _others(self, leg: Leg) -> list[Leg]:
        if leg.joined is not None:
            return [leg.joined]
        if not leg.conference:
            return []
        return [o for o in self.newest_first() if o.conference == leg.conference and o is not leg]

    def silence(self, leg: Leg) -> bool:
        """Say nothing until the time is up; tell whether the line was waiting for something."""
        with leg.lock:
            if leg.call.waiting not in {"gather", "record"}:
                return False
            self._script.quiet(leg)
            return True

    def hang_up(self, leg: Leg) -> None:
        """Hang up at the phone of this leg; a document that is being played stops where it is."""
        leg.call.hung_up = True
        with leg.lock:
            if leg.call.over:
                return
            leg.hear("person", "status", "hangs up")
            if leg.children and leg.call.waiting in {"dial", "bridged"}:
                self._dialling.leave(leg)
            ringing = leg.call.status in UNANSWERED and leg.call.direction != "inbound"
            self._script.end(leg, "busy" if ringing else "completed")

    def answer(self, leg: Leg) -> None:
        """Pick up a ringing phone; raise NoSuchCall when it does not ring."""
        with leg.lock:
            if leg.call.status != "ringing" or leg.call.direction == "inbound":
                raise NoSuchCall(leg.call.sid)
            self._dialling.pick_up(leg)

    def ignore(self, leg: Leg) -> None:
        """Let a phone ring until it stops."""
        self._dialling.stop_ringing(leg, "no-answer")

    # what the helpline asks for

    def place(self, sender: str, to: str, plan: CallPlan) -> Leg:
        """Start a call to a phone; it rings by and by."""
        call = self._dialling.new_call(sender, to, "outbound-api", to)
        call.plan = plan
        leg = self._legs.keep(Leg(call))
        self._script.progress(call, "initiated")
        self._delivery.timeline.after(self._settings.pace, call.sid, partial(self._ring, leg))
        return leg

    def _ring(self, leg: Leg) -> None:
        with leg.lock:
            self._dialling.ring(leg)

    def end(self, leg: Leg, status: str) -> None:
        """End a leg because the helpline asks for it."""
        with leg.lock:
            self._script.end(leg, status)

    def redirect(self, leg: Leg, url: str, twiml: str) -> None:
        """Put a running call onto another document."""
        with leg.lock:
            leg.call.waiting, leg.verb = "", None
            if url:
                self._script.load(leg, url)
            else:
                self._dialling.take_inline(leg, twiml)
            self._script.run(leg)
