"""A carrier that answers as told, and items to send to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from helpline.gateway.twilio_rest import Account, Sender, TwilioCarrier, rest_client
from helpline.store.port import Item, ItemId
from helpline.triage.state import PersonId
from tests.gateway.carrier_listener import Answer, Listener, message

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ACCOUNT_SID = "AC" + "0" * 31 + "1"
NUMBER, SHE = "+15005550006", "+15555550100"


def item(**more: object) -> Item:
    """Return a text to her that stays useful for ten minutes."""
    values: dict[str, object] = {
        "id": ItemId("o_7f0123456789abcdef01"),
        "person": PersonId("7f" * 16),
        "kind": "checkin",
        "to": SHE,
        "body": "How are you?",
        "not_before": NOW,
        "expires": NOW + timedelta(minutes=10),
        "sent_at": NOW,
    }
    return Item(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Listen in place of the carrier; take everything until told otherwise."""
    listening = Listener(lambda request: Answer(201, message()))
    yield listening
    listening.close()


@pytest.fixture
def carrier(listener: Listener) -> TwilioCarrier:
    """Return the real client, pointed at the listener."""
    return make_carrier(listener.url)


def make_carrier(url: str, **more: object) -> TwilioCarrier:
    """Return the real client for a base address."""
    account = Account(ACCOUNT_SID, "secret", api_url=url)
    sender = Sender(NUMBER, NUMBER, "https://help.example", **more)  # type: ignore[arg-type]
    return TwilioCarrier(rest_client(account, timeout=2.0), sender, lambda: NOW)


@pytest.fixture
def make() -> Callable[..., TwilioCarrier]:
    """Return the maker of clients."""
    return make_carrier
