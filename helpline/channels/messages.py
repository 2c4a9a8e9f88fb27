"""Messages that callers leave: what follows a recording on the call, and the carrier's report of one."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, request

from helpline.channels import fallback, voice
from helpline.channels.desk import Desk
from helpline.channels.turns import Form, carrier_view
from helpline.service import Sender, receive, recordings
from helpline.triage.events import Recorded


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes for recorded messages."""
    routes = Blueprint("messages", __name__)
    after = carrier_view(desk, "voice", partial(recorded, desk), partial(fallback.by_voice, desk))
    routes.add_url_rule("/voice/recorded", "recorded", after, methods=["POST"])
    told = carrier_view(desk, "voice", partial(reported, desk), lambda form: "")
    routes.add_url_rule("/voice/recording", "recording", told, methods=["POST"])
    return routes


def recorded(desk: Desk, form: Form) -> str:
    """Go on after a message; without a recording nothing was heard."""
    line = desk.line()
    who = voice.caller(line, form.need("CallSid"), voice.other_side(form))
    sid, seconds = recordings.valid(form.get("RecordingSid")), form.count("RecordingDuration")
    if sid:
        recordings.keep(line, sid)
    event = f"{who.call}:{voice.step()}:recorded"
    spoken = receive(
        line,
        Sender(who.person, who.phone, event),
        lambda entropy: Recorded(event, line.now(), entropy, who.call, sid, seconds),
    )
    return voice.rendered(desk, who, spoken)


def reported(desk: Desk, form: Form) -> str:
    """Take in that a recording is complete: it comes though she has hung up."""
    sid = recordings.valid(form.get("RecordingSid"))
    if sid and form.get("RecordingStatus") in ("completed", ""):
        recordings.told(desk.line(), request.args.get("case", ""), sid, form.count("RecordingDuration"))
    return ""
