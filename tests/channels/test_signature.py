"""Only the carrier is let in: every trap of its signatures."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from helpline.channels.signature import BadSignature, Signatures, parse_form

TOKEN = "0123456789abcdef"
URL = "https://help.example.org"
FORM = {"MessageSid": "SM1", "From": "+15555550100", "To": "+15005550006", "Body": "ñ & + = ?", "ToCity": ""}
text = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


def request(path: str, query: str, signature: str, **more: str) -> dict[str, str]:
    """Make the part of a WSGI environment that the check looks at."""
    return {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_X_TWILIO_SIGNATURE": signature,
    } | more


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """Sign as the carrier's own library does."""
    return str(RequestValidator(token).compute_signature(url, form))


def accepts(public_url: str, environ: dict[str, str], body: bytes, *tokens: str) -> bool:
    """Return whether a request passes."""
    try:
        Signatures(public_url, tokens or (TOKEN,)).check(environ, body)
    except BadSignature:
        return False
    return True


def test_a_right_signature_passes_with_blank_and_unknown_fields_kept() -> None:
    """Every field takes part, also empty ones and ones we do not know."""
    environ = request("/sms", "", signed(f"{URL}/sms", FORM))
    pairs = Signatures(URL, [TOKEN]).check(environ, urlencode(FORM).encode())
    assert dict(pairs) == FORM


@pytest.mark.parametrize(
    "change",
    [
        {"HTTP_X_TWILIO_SIGNATURE": ""},
        {"HTTP_X_TWILIO_SIGNATURE": "bm90IHRoaXMgb25l"},
        {"HTTP_X_TWILIO_SIGNATURE": "ünsigned"},
        {"QUERY_STRING": "o=1"},
        {"PATH_INFO": "/voice"},
        {"PATH_INFO": "/sms/"},
        {"CONTENT_TYPE": "application/json"},
        {"CONTENT_TYPE": "multipart/form-data; boundary=x"},
        {"CONTENT_TYPE": ""},
    ],
)
def test_anything_but_the_signed_request_is_refused(change: dict[str, str]) -> None:
    """Another signature, address or content type is no request of the carrier."""
    environ = request("/sms", "", signed(f"{URL}/sms", FORM)) | change
    assert not accepts(URL, environ, urlencode(FORM).encode())


def test_a_changed_added_or_missing_field_is_refused() -> None:
    """The signature covers the whole form."""
    environ = request("/sms", "", signed(f"{URL}/sms", FORM))
    for form in (FORM | {"Body": "x"}, FORM | {"Extra": "1"}, {k: v for k, v in FORM.items() if k != "To"}):
        assert not accepts(URL, environ, urlencode(form).encode())


def test_the_query_is_taken_raw() -> None:
    """What was signed is the encoded query, not what a framework makes of it."""
    query = "q=%C3%B1&u=%7E&empty="
    environ = request("/voice/turn", query, signed(f"{URL}/voice/turn?{query}", FORM))
    assert accepts(URL, environ, urlencode(FORM).encode())
    assert not accepts(URL, environ | {"QUERY_STRING": "q=ñ&u=~&empty="}, urlencode(FORM).encode())


@pytest.mark.parametrize("raw", ["/sms?a=%7E", "https://help.example.org/sms?a=%7E"])
def test_the_raw_address_of_the_web_server_goes_before_the_decoded_one(raw: str) -> None:
    """Servers that tell the request line are believed about path and query, never about the host."""
    environ = request("/decoded", "a=~", signed(f"{URL}/sms?a=%7E", FORM), RAW_URI=raw)
    assert accepts(URL, environ, urlencode(FORM).encode())


@pytest.mark.parametrize(
    ("base", "signed_base"),
    [
        ("https://h.example", "https://h.example:443"),
        ("https://h.example:443", "https://h.example"),
        ("http://h.example", "http://h.example:80"),
        ("http://127.0.0.1:8000", "http://127.0.0.1"),
        ("https://h.example/line", "https://h.example/line"),
        ("https://user:pass@h.example:8443", "https://user:pass@h.example:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[::1]:8000", "http://[::1]"),
    ],
)
def test_the_port_may_be_signed_or_not(base: str, signed_base: str) -> None:
    """Carriers sign with and without the port; user names and IPv6 addresses keep working."""
    environ = request("/sms", "", signed(f"{signed_base}/sms", FORM))
    assert accepts(base, environ, urlencode(FORM).encode())


@pytest.mark.parametrize(
    "other", ["http://help.example.org", "https://evil.example", "https://help.example.org/x"]
)
def test_another_scheme_host_or_base_is_refused(other: str) -> None:
    """PUBLIC_URL alone decides what the address was."""
    environ = request("/sms", "", signed(f"{other}/sms", FORM), HTTP_HOST="evil.example")
    assert not accepts(URL, environ, urlencode(FORM).encode())


def test_both_tokens_are_good_during_a_rotation() -> None:
    """The secondary token signs as well as the first, a third does not."""
    body = urlencode(FORM).encode()
    for token, good in ((TOKEN, True), ("second-token", True), ("third-token", False)):
        environ = request("/sms", "", signed(f"{URL}/sms", FORM, token))
        assert accepts(URL, environ, body, TOKEN, "second-token") is good


def test_a_repeated_name_counts_with_each_distinct_value_once() -> None:
    """Repeated names are signed with their distinct values in order."""
    body = b"Media=b&Media=a&Media=b"
    right = RequestValidator(TOKEN).compute_signature(f"{URL}/sms", {"Media": "a" + "Media" + "b"})
    assert accepts(URL, request("/sms", "", right), body)


def test_bytes_that_are_no_text_are_signed_as_they_are() -> None:
    """A sender with another encoding is let in when the signature is right over its bytes."""
    import base64
    import hmac

    data = f"{URL}/smsBody".encode() + b"caf\xe9"
    right = base64.b64encode(hmac.digest(TOKEN.encode(), data, "sha1")).decode()
    assert accepts(URL, request("/sms", "", right), b"Body=caf%E9")


@pytest.mark.parametrize("body", [b"Body=\xff\xfe", b"&".join(b"a%d=1" % n for n in range(400))])
def test_what_is_no_form_of_a_carrier_is_refused_and_never_breaks(body: bytes) -> None:
    """Raw bytes and hundreds of fields are refused."""
    with pytest.raises(BadSignature):
        parse_form(body)


@given(st.dictionaries(text.filter(bool), text, max_size=6), text)
def test_it_agrees_with_the_library_on_every_form(form: dict[str, str], signature: str) -> None:
    """Whatever the library signs passes, and nothing else does."""
    body = urlencode(form).encode()
    assert accepts(URL, request("/sms", "", signed(f"{URL}/sms", form)), body)
    assert not accepts(URL, request("/sms", "", signature), body)


@given(st.text("ab+%=&;2Ff ", max_size=30))
def test_a_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    """Blank values, names without a value, broken escapes and empty parts are read alike."""
    expected = parse_qsl(body, keep_blank_values=True, errors="surrogateescape")
    assert parse_form(body.encode()) == expected
