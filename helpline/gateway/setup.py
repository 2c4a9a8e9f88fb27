"""What has to be set at the carrier so that it calls us: webhooks of our numbers and messaging service.

`differences` reads and compares, `apply` writes; the command `helpline twilio connect` shows the one and
does the other when told to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.rest import Client

from helpline.gateway.port import CarrierRefused
from helpline.gateway.twilio_rest import Sender, in_our_terms

OVERRIDES = "#rc=2&rp=5xx,ct,rt&ct=1000&rt=4500"
"""Connection overrides: three tries of 4.5 s fit into the carrier's 15 s; then the fallback."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting at the carrier. `place` is one of our own numbers or the sid of the messaging service."""

    place: str
    sid: str
    kind: str
    """`number` or `service`."""
    name: str
    present: str
    wanted: str

    @property
    def differs(self) -> bool:
        """Return whether it has to be changed."""
        return self.present != self.wanted


def settings(client: Client, sender: Sender) -> tuple[Setting, ...]:
    """Read all settings that concern us, each beside what it should be.

    Raises CarrierRefused with 21606 when one of our numbers is not in the account, and the other errors of
    `gateway.port` as usual.
    """
    found: list[Setting] = []
    for number in dict.fromkeys((sender.number, sender.voice_number)):
        if _is_short_code(number):
            continue
        found += _of_number(client, number, _wanted_of_number(sender, number))
    if sender.messaging_service:
        found += _of_service(client, sender.messaging_service, _wanted_of_service(sender))
    return tuple(found)


def differences(client: Client, sender: Sender) -> tuple[Setting, ...]:
    """Return the settings that are not as they should be."""
    return tuple(s for s in settings(client, sender) if s.differs)


def apply(client: Client, changes: Sequence[Setting]) -> None:
    """Write these settings, one request a number or service."""
    together: dict[tuple[str, str], dict[str, str]] = {}
    for change in changes:
        together.setdefault((change.kind, change.sid), {})[change.name] = change.wanted
    for (kind, sid), wanted in together.items():
        with in_our_terms():
            if kind == "service":
                client.messaging.v1.services(sid).update(**_typed(wanted))
            else:
                client.incoming_phone_numbers(sid).update(**wanted)


def _wanted_of_number(sender: Sender, number: str) -> dict[str, str]:
    base = sender.public_url
    wanted: dict[str, str] = {}
    if number == sender.number:
        wanted |= {
            "sms_url": f"{base}/sms{OVERRIDES}",
            "sms_method": "POST",
            "sms_fallback_url": f"{base}/sms/fallback",
            "sms_fallback_method": "POST",
        }
    if number == sender.voice_number:
        wanted |= {
            "voice_url": f"{base}/voice{OVERRIDES}",
            "voice_method": "POST",
            "voice_fallback_url": f"{base}/voice/fallback",
            "voice_fallback_method": "POST",
            "status_callback": f"{base}/voice/status",
            "status_callback_method": "POST",
        }
    return wanted


def _wanted_of_service(sender: Sender) -> dict[str, str]:
    base = sender.public_url
    return {
        "inbound_request_url": f"{base}/sms{OVERRIDES}",
        "inbound_method": "POST",
        "fallback_url": f"{base}/sms/fallback",
        "fallback_method": "POST",
        "use_inbound_webhook_on_number": "false",
    }


def _of_number(client: Client, number: str, wanted: dict[str, str]) -> list[Setting]:
    with in_our_terms():
        listed = client.incoming_phone_numbers.list(phone_number=number, limit=20)
    found = next((n for n in listed if n.phone_number == number), None)
    if found is None:
        raise CarrierRefused(21606)
    sid = str(found.sid)
    return [
        Setting(number, sid, "number", name, _shown(found, name), value) for name, value in wanted.items()
    ]


def _of_service(client: Client, sid: str, wanted: dict[str, str]) -> list[Setting]:
    with in_our_terms():
        found = client.messaging.v1.services(sid).fetch()
    return [Setting(sid, sid, "service", name, _shown(found, name), value) for name, value in wanted.items()]


def _shown(found: object, name: str) -> str:
    value = getattr(found, name, None)
    return str(value).lower() if isinstance(value, bool) else str(value or "")


def _typed(wanted: dict[str, str]) -> dict[str, str | bool]:
    return {name: value == "true" if value in ("true", "false") else value for name, value in wanted.items()}


def _is_short_code(number: str) -> bool:
    """Return whether it is a short code, whose webhooks lie with its messaging service."""
    return not number.startswith("+")
