"""Delivery reports: `/sms/status`. They come late, twice, out of order or never; they only lead forward."""

from __future__ import annotations

import re
from functools import partial

from flask import Blueprint, request

from helpline.channels.desk import Desk
from helpline.channels.turns import Form, carrier_view
from helpline.service import ItemId
from helpline.service.delivery import report

STATUSES = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "partially_delivered": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"""The carrier's words for how far a text has come -> ours (carrier facts, section 3)."""

_ITEM = re.compile(r"o_[0-9a-f]{2,64}")


def blueprint(desk: Desk) -> Blueprint:
    """Return the route for delivery reports."""
    routes = Blueprint("status", __name__)
    view = carrier_view(desk, "status", partial(reported, desk), lambda form: "")
    routes.add_url_rule("/sms/status", "status", view, methods=["POST"])
    return routes


def reported(desk: Desk, form: Form) -> str:
    """Record a report about an item of ours; one about anything else is no news."""
    item, delivery = (
        request.args.get("o", ""),
        STATUSES.get(form.get("MessageStatus") or form.get("SmsStatus")),
    )
    if delivery is None or not _ITEM.fullmatch(item):
        return ""
    line = desk.line()
    sid = form.get("MessageSid") or form.get("SmsSid") or None
    code = form.get("ErrorCode")
    report(
        line,
        ItemId(item),
        delivery,
        sid,
        int(code) if code.isascii() and code.isdigit() else None,
    )
    return ""
