"""Messages and calls as the driving interface and the page show them."""

from helpline.carrier.delivery import error_words
from helpline.carrier.exchange import Outcome
from helpline.carrier.legs import Leg, spoken_seconds, whole
from helpline.carrier.records import Message


def message_shape(message: Message) -> dict[str, object]:
    """Write a text; `at` is seconds since the epoch by the carrier's clock."""
    return {
        "sid": message.sid,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "direction": message.direction,
        "status": message.status,
        "error": message.error,
        "error_words": error_words(message.error),
        "segments": message.segments,
        "encoding": message.encoding,
        "media": list(message.media),
        "at": message.created,
        "by_carrier": message.by_carrier,
        "answers": message.parent,
    }


def outcome_shape(outcomes: list[Outcome]) -> dict[str, object]:
    """Write what became of a text; a long one has several parts, and the replies to all of them."""
    last = outcomes[-1]
    return {
        "sid": outcomes[0].sid,
        "status": last.status,
        "attempts": last.attempts,
        "fallback": any(o.fallback for o in outcomes),
        "error": last.error,
        "held": any(o.held for o in outcomes),
        "replies": [message_shape(m) for o in outcomes for m in o.replies],
        "answers": [a for o in outcomes for a in o.answers],
        "warnings": [w for o in outcomes for w in o.warnings],
        "parts": [o.sid for o in outcomes],
    }


def call_shape(leg: Leg) -> dict[str, object]:
    """Write a call with all that was heard and what the line listens for now."""
    call = leg.call
    return {
        "sid": call.sid,
        "from": call.sender,
        "to": call.to,
        "person": call.person,
        "direction": call.direction,
        "status": call.status,
        "waiting": call.waiting,
        "keys": call.keys,
        "parent": call.plan.parent,
        "answered_by": call.answered_by,
        "spoken_seconds": spoken_seconds(call),
        "expects": _expects(leg),
        "heard": [
            {"who": h.who, "kind": h.kind, "words": h.words, "language": h.language, "voice": h.voice}
            for h in list(call.heard)
        ],
        "warnings": list(call.warnings),
    }


def _expects(leg: Leg) -> dict[str, object] | None:
    """Say what an open Gather takes; None when none is open."""
    verb = leg.verb
    if verb is None or leg.call.waiting != "gather":
        return None
    return {
        "input": sorted(leg.inputs),
        "num_digits": whole(verb.get("numDigits"), 0) or None,
        "finish_on_key": verb.get("finishOnKey", "#"),
        "timeout": whole(verb.get("timeout"), 5),
        "hints": [h.strip() for h in verb.get("hints").split(",") if h.strip()],
        "language": verb.get("language", "en-US"),
        "barge_in": verb.get("bargeIn", "true") == "true",
        "action_on_empty_result": verb.get("actionOnEmptyResult") == "true",
    }
