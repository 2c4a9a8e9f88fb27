"""The REST face, asked by the real client library."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from helpline.carrier.server import ThreadedCarrier
from tests.carrier.conftest import Json, Phones, Start, client_for
from tests.carrier.stub import ACCOUNT, ANA, BEA, LINE, TOKEN, Stub


def refused(client: Client, **told: object) -> TwilioRestException:
    """Send a text that the carrier must refuse."""
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(**{"to": ANA, "from_": LINE, "body": "hello", **told})
    return caught.value


def test_a_sent_text_reaches_the_phone_and_every_step_is_reported(
    client: Client, phones: Phones, stub: Stub
) -> None:
    """A message goes from queued to delivered, and each change but the first is posted, signed, in order."""
    made = client.messages.create(
        to=ANA, from_=LINE, body="hello", status_callback=f"{stub.base}/sms/status?o=o_1"
    )
    assert (made.status, made.num_segments, made.direction) == ("queued", "1", "outbound-api")
    phones.settle()
    reports = stub.posted("/sms/status")
    assert [r.form["MessageStatus"] for r in reports] == ["sending", "sent", "delivered"]
    assert all(r.signed and r.query == "o=o_1" and r.form["MessageSid"] == made.sid for r in reports)
    thread = phones.get(f"/phone/api/threads/{ANA}")["messages"]
    assert [(m["body"], m["status"]) for m in thread] == [("hello", "delivered")]
    fetched = client.messages(made.sid).fetch()
    assert fetched.status == "delivered" and fetched.date_sent is not None


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"to": "none"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "+15005550008"}, 21611),
        ({"from_": "+12025550123"}, 21606),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"status_callback": "/sms/status"}, 21609),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21701),
        ({"validity_period": 40_000}, 20001),
    ],
)
def test_a_wrong_request_gets_the_carriers_own_code(client: Client, told: Json, code: int) -> None:
    """Bad numbers, bodies and addresses are refused with the code the real carrier documents."""
    error = refused(client, **told)
    assert error.code == code and error.status in (400, 429)


def test_wrong_credentials_are_refused(carrier: ThreadedCarrier) -> None:
    """A wrong token gets 401 and 20003, without a message being made."""
    error = refused(client_for(carrier, token="wrong"))
    assert (error.status, error.code) == (401, 20003)
    assert not carrier.station.ledger.messages


def test_an_api_key_opens_the_door_too(start: Start) -> None:
    """A configured API key pair is accepted in place of the account pair."""
    carrier = start(key_sid="SK" + "b" * 32, key_secret="key-secret")
    url = f"{carrier.base}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    answer = requests.get(url, auth=("SK" + "b" * 32, "key-secret"), timeout=5)
    assert answer.status_code == 200


def test_segments_are_counted_by_alphabet(client: Client) -> None:
    """One character outside GSM-7 turns the whole text into UCS-2."""
    counts = [
        client.messages.create(to=ANA, from_=LINE, body=body).num_segments
        for body in ("a" * 160, "a" * 161, "á" * 70, "á" * 71, "€" * 80, "€" * 81)
    ]
    assert counts == ["1", "2", "1", "2", "1", "2"]


def test_a_list_is_filtered_by_number_and_date_and_paged(client: Client, phones: Phones) -> None:
    """To, From and DateSent narrow a list; pages follow one another to the end."""
    for n in range(7):
        client.messages.create(to=ANA, from_=LINE, body=f"n{n}")
    client.messages.create(to=BEA, from_=LINE, body="other")
    phones.settle()
    assert [m.body for m in client.messages.list(to=ANA, page_size=3)] == [f"n{n}" for n in range(6, -1, -1)]
    assert len(client.messages.list(from_=LINE, limit=4)) == 4
    now = datetime.now(UTC)
    assert len(client.messages.list(to=ANA, date_sent_after=now - timedelta(minutes=5))) == 7
    assert client.messages.list(to=ANA, date_sent_after=now + timedelta(days=1)) == []
    assert client.messages.list(to=ANA, date_sent_before=now - timedelta(days=1)) == []


def test_an_unsent_text_has_no_date_and_no_date_filter_finds_it(start: Start) -> None:
    """What is still queued is listed without a date filter only."""
    client = client_for(start(pace=30.0))
    client.messages.create(to=ANA, from_=LINE, body="waits")
    assert [m.date_sent for m in client.messages.list(to=ANA)] == [None]
    assert client.messages.list(to=ANA, date_sent_after=datetime.now(UTC) - timedelta(hours=1)) == []


def test_a_text_can_be_redacted_and_deleted_once_it_is_final(client: Client, phones: Phones) -> None:
    """Redaction empties the body, deletion removes the record; a second deletion finds nothing."""
    sid = client.messages.create(to=ANA, from_=LINE, body="private").sid
    phones.settle()
    assert client.messages(sid).update(body="").body == ""
    assert client.messages(sid).delete()
    with pytest.raises(TwilioRestException) as caught:
        client.messages(sid).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)


def test_a_text_on_its_way_can_be_cancelled_but_not_redacted_or_deleted(start: Start) -> None:
    """Before the final state redaction and deletion get 20009; cancelling works while it is queued."""
    client = client_for(start(pace=30.0))
    message = client.messages.create(to=ANA, from_=LINE, body="wait")
    for act in (lambda: client.messages(message.sid).update(body=""), client.messages(message.sid).delete):
        with pytest.raises(TwilioRestException) as caught:
            act()
        assert caught.value.code == 20009
    assert client.messages(message.sid).update(status="canceled").status == "canceled"


def test_a_text_over_its_validity_period_fails(start: Start, stub: Stub) -> None:
    """What waits longer than its validity period ends as failed with 30036 and is never delivered."""
    carrier = start(pace=0.05)
    phones, client = Phones(carrier), client_for(carrier)
    phones.fault("delivery", "late", seconds=0.4, next=1)
    client.messages.create(
        to=ANA, from_=LINE, body="old", validity_period=5, status_callback=f"{stub.base}/s"
    )
    phones.post("/phone/api/clock", {"advance_seconds": 600})
    last = stub.wait_for("/s", 1)[-1].form
    assert (last["MessageStatus"], last["ErrorCode"]) == ("failed", "30036")


@pytest.mark.parametrize(
    ("behaviour", "end"),
    [
        ("off", ("undelivered", "30003")),
        ("blocked", ("undelivered", "30004")),
        ("unknown", ("undelivered", "30005")),
        ("landline", ("undelivered", "30006")),
        ("filtered", ("undelivered", "30007")),
        ("silent", ("sent", None)),
    ],
)
def test_a_phone_that_cannot_receive_is_reported_with_its_code(
    phones: Phones, client: Client, stub: Stub, behaviour: str, end: tuple[str, str | None]
) -> None:
    """The last report tells why a text did not arrive, or nothing comes after sent."""
    phones.post(f"/phone/api/phones/{ANA}", {"behaviour": behaviour})
    client.messages.create(to=ANA, from_=LINE, body="hello", status_callback=f"{stub.base}/s")
    phones.settle()
    last = stub.posted("/s")[-1].form
    assert (last["MessageStatus"], last.get("ErrorCode")) == end


def test_a_text_by_a_messaging_service_is_accepted_before_it_is_queued(start: Start, stub: Stub) -> None:
    """A service has not chosen its sender when it accepts; its own status callback is used."""
    service = "MG" + "c" * 32
    carrier = start(service=service)
    client, phones = client_for(carrier), Phones(carrier)
    client.messaging.v1.services(service).update(status_callback=f"{stub.base}/svc")
    made = client.messages.create(to=ANA, messaging_service_sid=service, body="hello")
    assert (made.status, made.from_, made.num_segments) == ("accepted", None, "0")
    phones.settle()
    assert [r.form["MessageStatus"] for r in stub.posted("/svc")] == [
        "queued",
        "sending",
        "sent",
        "delivered",
    ]
    assert client.messages(made.sid).fetch().from_ == LINE


def test_numbers_and_services_are_set_over_rest(start: Start, stub: Stub) -> None:
    """Addresses of a number and a service can be read and changed, and texts follow the change."""
    service = "MG" + "c" * 32
    carrier = start(service=service)
    client, phones = client_for(carrier), Phones(carrier)
    (number,) = client.incoming_phone_numbers.list(phone_number=LINE)
    assert number.sms_url.startswith(f"{stub.base}/sms#rc=2")
    changed = number.update(sms_url=f"{stub.base}/other", status_callback="")
    assert changed.sms_url == f"{stub.base}/other"
    phones.text(ANA, "hi")
    client.messaging.v1.services(service).update(
        inbound_request_url=f"{stub.base}/pool", use_inbound_webhook_on_number=False
    )
    phones.text(ANA, "hi")
    assert [p.path for p in stub.posted()] == ["/other", "/pool"]
    assert stub.posted("/pool")[0].form["MessagingServiceSid"] == service
    with pytest.raises(TwilioRestException):
        number.update(sms_url="no address")


def test_the_carriers_token_never_shows_in_its_settings() -> None:
    """Printing the settings does not print a secret."""
    from helpline.carrier.settings import Settings

    assert TOKEN not in repr(Settings(token=TOKEN, key_secret=TOKEN))
