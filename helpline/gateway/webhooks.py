"""What the carrier must know of us: the webhook addresses of our numbers and of the messaging service.

By default a carrier calls an address once and gives up; so the addresses carry overrides that try again
within the 15 seconds there are, and each has a fallback that needs no store (carrier facts, section 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from twilio.rest import Client

from helpline.gateway.port import CarrierBusy, CarrierRefused, CarrierUnknown
from helpline.gateway.twilio_rest import in_our_terms

OVERRIDES = "#rc=3&rp=all&rt=4000"
"""Three more tries, after any failure, four seconds each."""


class NotConnected(Exception):
    """The carrier's settings cannot be read or set; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """Whose webhooks: the number for texts (E.164 or short code), the one for calls, the sender pool."""

    public_url: str
    number: str
    voice_number: str
    messaging_service: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting at the carrier: where, which, what it is now and what it should be."""

    place: str
    name: str
    now: str
    wanted: str

    @property
    def right(self) -> bool:
        """Return whether nothing needs to change."""
        return self.now == self.wanted


def connect(client: Client, wiring: Wiring, *, apply: bool) -> list[Setting]:
    """Return all settings with what they are now; with `apply` they are set first. Raises NotConnected."""
    try:
        if apply:
            _apply(client, wiring)
        return _compare(client, wiring)
    except CarrierRefused as error:
        raise NotConnected(_refused(error.code)) from error
    except (CarrierBusy, CarrierUnknown) as error:
        if isinstance(error, CarrierBusy) and error.code is not None:
            raise NotConnected(_refused(error.code)) from error
        raise NotConnected(f"{error}: check the network and TWILIO_API_URL, then try again.") from error


def _compare(client: Client, wiring: Wiring) -> list[Setting]:
    return [
        Setting(place, name, _plain(getattr(resource, name, None)), _plain(value))
        for place, resource, wanted in _places(client, wiring)
        for name, value in wanted.items()
    ]


def _apply(client: Client, wiring: Wiring) -> None:
    for _, resource, wanted in _places(client, wiring):
        with in_our_terms():
            resource.update(**wanted)


def _refused(code: int) -> str:
    if code == 20404:
        return (
            "The carrier does not know the number or service as ours:"
            " check HELPLINE_NUMBER, HELPLINE_VOICE_NUMBER and TWILIO_MESSAGING_SERVICE_SID."
        )
    if code in (20003, 401):
        return (
            "The carrier refuses our login: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or the API key."
        )
    return f"The carrier refused with code {code}."


def _places(client: Client, wiring: Wiring) -> Iterator[tuple[str, Any, Mapping[str, object]]]:
    base, texts, calls = wiring.public_url, _texts(wiring.public_url), _calls(wiring.public_url)
    if wiring.number == wiring.voice_number:
        yield f"number {wiring.number}", _number(client, wiring.number), texts | calls
    else:
        yield f"number {wiring.number}", _number(client, wiring.number), texts
        yield f"number {wiring.voice_number}", _number(client, wiring.voice_number), calls
    if wiring.messaging_service:
        with in_our_terms():
            service = client.messaging.v1.services(wiring.messaging_service).fetch()
        yield (
            f"messaging service {wiring.messaging_service}",
            service,
            {
                "inbound_request_url": f"{base}/sms{OVERRIDES}",
                "inbound_method": "POST",
                "fallback_url": f"{base}/sms/fallback",
                "fallback_method": "POST",
                "use_inbound_webhook_on_number": False,
            },
        )


def _texts(base: str) -> dict[str, object]:
    return {
        "sms_url": f"{base}/sms{OVERRIDES}",
        "sms_method": "POST",
        "sms_fallback_url": f"{base}/sms/fallback",
        "sms_fallback_method": "POST",
    }


def _calls(base: str) -> dict[str, object]:
    return {
        "voice_url": f"{base}/voice{OVERRIDES}",
        "voice_method": "POST",
        "voice_fallback_url": f"{base}/voice/fallback",
        "voice_fallback_method": "POST",
        "status_callback": f"{base}/voice/status{OVERRIDES}",
        "status_callback_method": "POST",
    }


def _number(client: Client, number: str) -> Any:
    with in_our_terms():
        if number.startswith("+"):
            found = list(client.incoming_phone_numbers.list(phone_number=number, limit=20))
        else:
            found = list(client.short_codes.list(short_code=number, limit=20))
    for one in found:
        if getattr(one, "phone_number", None) == number or getattr(one, "short_code", None) == number:
            return one
    raise CarrierRefused(20404)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
