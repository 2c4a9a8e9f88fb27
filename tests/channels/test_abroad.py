"""H15 over HTTP: the country of a number is known from its first digits, with a store and without."""

from __future__ import annotations

import pytest

from helpline.privacy.zone import country
from helpline.wiring import Helpline
from tests.channels.webhooks import Carrier, sid, texts


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("+442079460000", "uk"),
        ("+447700900123", "uk"),
        ("+353861234567", "ie"),
        ("+61412345678", "au"),
        ("+14165550100", "ca"),
        ("+12025550190", "us"),
        ("+33612345678", "fr"),
        ("+15555550100", None),
        ("", None),
    ],
)
def test_the_country_of_a_number(number: str, found: str | None) -> None:
    """Where the digits tell it; none where nobody can tell, as with numbers made up."""
    assert country(number) == found


@pytest.mark.parametrize("path", ["/sms", "/sms/fallback"])
def test_a_number_of_another_country_hears_both_numbers(helpline: Helpline, path: str) -> None:
    """Also when all that is left is the answer that needs no store."""
    carrier = Carrier(helpline)
    words = carrier.form("i passed out")
    told = " ".join(texts(carrier.post(path, **words | {"From": "+447700900123"})))
    assert "112 or 911" in told
    told = " ".join(texts(carrier.post(path, **words | {"From": "+12025550143", "MessageSid": sid()})))
    assert "911" in told and "112" not in told
