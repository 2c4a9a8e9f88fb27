"""Messages that callers left: listened to by who may open the case, then deleted at the carrier."""

from __future__ import annotations

from flask import Response, abort, redirect, url_for
from werkzeug.wrappers import Response as Answer

from helpline.console.sessions import me, this_line
from helpline.service import CarrierTrouble, CaseRecord, recordings
from helpline.service.dossier import may_open, shut_messages


def listen(code: str, number: int) -> Response:
    """Give the sound of a message, fetched from the carrier with our credentials; it goes an hour later."""
    record = _record(code, number)
    try:
        sound = recordings.hear(this_line(), record, number, me().id)
    except CarrierTrouble:
        abort(502, "The carrier does not answer. Try again in a moment.")
    if sound is None:
        abort(404)
    return Response(sound.body, content_type=sound.content_type)


def delete(code: str, number: int) -> Answer:
    """Delete a message that was heard."""
    record = _record(code, number)
    done = recordings.delete(this_line(), record, number, me().id)
    return redirect(url_for("console.case", code=code, said="deleted" if done else "message-gone"), 303)


def to_hear(record: CaseRecord) -> list[recordings.Message]:
    """Return the messages on a case that are for whoever looks at it."""
    line = this_line()
    left = recordings.of_case(line, record)
    shut = shut_messages(line, record, me(), len(left))
    return [m for m in left if m.number not in shut]


def _record(code: str, number: int) -> CaseRecord:
    record = this_line().store.find_case(code)
    if record is None:
        abort(404)
    known = recordings.of_case(this_line(), record)
    shut = shut_messages(this_line(), record, me(), len(known))
    if not may_open(record, me()) or number in shut:
        abort(403)
    return record
