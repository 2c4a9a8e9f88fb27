"""Texts in: `/sms`. What was asked, decided and said is the service's; this only reads forms and
writes TwiML.
"""

from __future__ import annotations

from functools import partial

from flask import Blueprint

from helpline.channels import fallback
from helpline.channels.desk import Desk
from helpline.channels.turns import Form, carrier_view
from helpline.channels.twiml import NOTHING, document, message
from helpline.service import Sender, Spoken, duty, receive
from helpline.triage.events import Texted

CARRIER_STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
"""What a carrier takes for STOP when it is the whole text (carrier facts, section 6)."""

OTHER_CHANNELS = ("whatsapp:", "rcs:", "messenger:")
LONGEST = 5000
"""Characters looked at. The engine reads the first 1600 as words of hers; this only bounds the work."""


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes for texts."""
    routes = Blueprint("sms", __name__)
    view = carrier_view(desk, "sms", partial(answer, desk), partial(fallback.by_text, desk))
    routes.add_url_rule("/sms", "sms", view, methods=["POST"])
    return routes


def answer(desk: Desk, form: Form) -> str:
    """Answer one text. Raise BadRequest when it says neither which message it is nor whose."""
    sid = form.need("MessageSid", "SmsSid", "SmsMessageSid")
    origin = form.need("From")
    if origin.startswith(OTHER_CHANNELS):
        return fallback.by_text(desk, form)
    line = desk.line()
    phone = line.identity.parse(origin, line.default_region)
    if phone is None:
        return NOTHING  # a short code or a name: no person, and nobody to answer
    answered = carrier_answered(desk.optout_mode, form)
    text = form.words("Body")[:LONGEST]
    # The carrier's words for STOP may be its customer's own; what it took them for is what counts.
    words = answered if answered in ("STOP", "START") else text
    media = form.count("NumMedia")
    sender = Sender(line.identity.person(phone), phone, sid, partial(duty.obey, line, text, sid))
    spoken = receive(line, sender, lambda entropy: Texted(sid, line.now(), entropy, words, media, answered))
    return NOTHING if answered else rendered(desk, spoken)


def carrier_answered(mode: str, form: Form) -> str | None:
    """Return `STOP`, `START` or `HELP` when the carrier has answered this text itself, else None.

    By default it blocks and confirms STOP; its answers to HELP and START are so bare that we answer too. With
    its advanced opt-out it says what it has answered. In mode `own` it answers nothing.
    """
    if mode == "advanced":
        return form.get("OptOutType").upper() or None
    if mode == "carrier" and form.get("Body").strip().upper() in CARRIER_STOPS:
        return "STOP"
    return None


def rendered(desk: Desk, spoken: Spoken) -> str:
    """Return the TwiML for what is to be said; each text reports its delivery under our own id."""
    return document(
        *(
            message(
                text, f"{desk.public_url}/sms/status?o={spoken.items[n]}" if n < len(spoken.items) else None
            )
            for n, text in enumerate(spoken.texts)
        )
    )
