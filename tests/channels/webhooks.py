"""A carrier for tests: it signs webhooks with the carrier's own library and posts them to the application."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from helpline.app import create_app
from helpline.wiring import Helpline

_NUMBERS = count(2_000_000)
_SIDS = count()


class Carrier:
    """Posts to one helpline, from a number of its own unless told otherwise."""

    def __init__(self, helpline: Helpline, **settings: object) -> None:
        """`settings` replace those of the helpline, for its web alone."""
        self.helpline = helpline
        if settings:
            changed = replace(helpline.settings, **settings)  # type: ignore[arg-type]  # names are Settings' own
            helpline = replace(helpline, settings=changed)
        self.settings = helpline.settings
        self.client = create_app(helpline).test_client()
        self.number = f"+1415{next(_NUMBERS)}"

    def post(self, path: str, **fields: str) -> TestResponse:
        """Post a signed form; `path` may have a query."""
        url = self.settings.public_url + path
        signature = RequestValidator(self.settings.auth_token).compute_signature(url, fields)
        return self.client.post(path, data=fields, headers={"X-Twilio-Signature": signature})

    def text(self, body: str, **fields: str) -> list[str]:
        """Text as a person does; return the replies."""
        answer = self.post("/sms", **self.form(body), **fields)
        assert answer.status_code == 200
        return texts(answer)

    def form(self, body: str) -> dict[str, str]:
        """Return the form of a text, with a message id that was never used."""
        return {"MessageSid": sid(), "From": self.number, "To": self.settings.number, "Body": body}

    def call(self, path: str, call: str, **fields: str) -> TestResponse:
        """Take a step of a call."""
        told = {"CallSid": call, "From": self.number, "To": self.settings.number, "CallStatus": "in-progress"}
        return self.post(path, **told | {"Direction": "inbound"} | fields)


def sid(kind: str = "SM") -> str:
    """Return an id that was never used."""
    return f"{kind}{next(_SIDS):032x}"


def texts(answer: TestResponse) -> list[str]:
    """Return what an answer says, by text or by voice."""
    found = ElementTree.fromstring(answer.data)
    return ["".join(e.itertext()) for e in found.iter() if e.tag in ("Message", "Say")]
