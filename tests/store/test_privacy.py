"""Numbers become people, values are sealed, keys are wrapped, logs say nothing."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping

import pytest

from helpline.privacy import (
    Identity,
    Keyring,
    KeyringError,
    RedactFilter,
    Vault,
    VaultError,
    WrongSecret,
    bucket,
    open_keyring,
    parse_number,
    redact,
)


class Shelf:
    """Keep the fields of a keyring, with compare and swap."""

    def __init__(self) -> None:
        self.fields: dict[str, bytes] = {}

    def read(self) -> Mapping[str, bytes]:
        """Return all fields."""
        return dict(self.fields)

    def swap(self, generation: bytes | None, fields: Mapping[str, bytes]) -> bool:
        """Write when the generation is still this one."""
        if self.fields.get("generation") != generation:
            return False
        self.fields.update(fields)
        return True

    def open(self, *secrets: str) -> Keyring:
        """Open the keyring with these secrets, newest first."""
        return open_keyring(secrets, self.read, self.swap)


def test_the_same_number_is_the_same_person() -> None:
    """32 hex digits, another with another key; the first two are the bucket."""
    here, elsewhere = Identity(bytes(32)), Identity(b"x" * 32)
    person = here.person("+15555550100")
    assert person == here.person("+15555550100")
    assert len(person) == 32 and int(person, 16) >= 0
    assert person != elsewhere.person("+15555550100") != here.person("+15555550101")
    assert bucket(person) == person[:2]
    with pytest.raises(ValueError, match="too short"):
        Identity(b"short")


@pytest.mark.parametrize(
    ("raw", "region", "number"),
    [
        ("+15555550100", "US", "+15555550100"),
        (" +15555550100 ", "us", "+15555550100"),
        ("(202) 555-0190", "us", "+12025550190"),
        ("07700 900123", "uk", "+447700900123"),
        ("+447700900123", "us", "+447700900123"),
    ],
)
def test_numbers_are_read_as_one_dials_them(raw: str, region: str, number: str) -> None:
    """And kept as E.164."""
    assert parse_number(raw, region) == number
    assert Identity(bytes(32)).parse(raw, region) == number


@pytest.mark.parametrize(
    "raw",
    [
        *("", "+", "anonymous", "Restricted", "+266696687", "+7378742833", "+2562533", "+8656696"),
        *("+86282452253", "12345", "911", "sip:ana@example.org", "client:ana", "+1", "+1555555010012345"),
        *("whatsapp:+15555550100", "1-800-FLOWERS-AND-MORE-AND-MORE-AND-MORE", "+1" * 30, "\u0661\u0662"),
        *("++++", "\x00"),
    ],
)
def test_what_is_no_plausible_number_is_none(raw: str) -> None:
    """Withheld numbers, short codes and addresses can be neither texted nor called back."""
    assert parse_number(raw, "us") is None


def test_what_is_sealed_opens_only_in_its_place() -> None:
    """Not under another name, not after a change, not with another key."""
    vault = Vault({1: bytes(32)}, 1)
    sealed = vault.seal(b"words", "here")
    assert vault.open(sealed, "here") == b"words"
    assert b"words" not in sealed
    assert vault.seal(b"words", "here") != sealed
    for value, place in [
        (sealed, "there"),
        (sealed[:-1] + b"\x00", "here"),
        (b"", "here"),
        (b"x" * 40, "here"),
    ]:
        with pytest.raises(VaultError):
            vault.open(value, place)
    with pytest.raises(VaultError):
        Vault({1: b"k" * 32}, 1).open(sealed, "here")


def test_a_vault_asks_for_keys_it_does_not_know() -> None:
    """Another process may have rotated; it is asked once, and the value is opened."""
    asked = []

    def renew() -> Mapping[int, bytes]:
        asked.append(1)
        return {2: b"k" * 32}

    sealed = Vault({2: b"k" * 32}, 2).seal(b"words", "here")
    old = Vault({1: bytes(32)}, 1, renew)
    assert old.open(sealed, "here") == b"words" == old.open(sealed, "here")
    assert asked == [1]


def test_keys_are_made_once_and_lie_there_wrapped() -> None:
    """Whoever opens the keyring later finds the same; no key stands there in the clear."""
    shelf = Shelf()
    first = shelf.open("secret-one")
    again = shelf.open("secret-one")
    assert first == again
    stored = b"".join(shelf.fields.values())
    assert first.index not in stored and first.data[1] not in stored
    assert first.index.hex() not in repr(first)


def test_rotation_wraps_anew_and_seals_anew() -> None:
    """People keep their ids, old values open, new writes use a new key, the old secret is of no use."""
    shelf = Shelf()
    before = shelf.open("old")
    sealed = before.vault().seal(b"words", "here")
    after = shelf.open("new", "old")
    assert after.index == before.index
    assert after.current == 2 and after.data[1] == before.data[1]
    assert after.vault().open(sealed, "here") == b"words"
    assert shelf.open("new") == after == shelf.open("new", "old")
    with pytest.raises(WrongSecret):
        shelf.open("old")


def test_a_process_still_on_old_then_new_keeps_working() -> None:
    """While machines are restarted one by one, those told `old,new` open what `new` has wrapped."""
    shelf = Shelf()
    shelf.open("old")
    rotated = shelf.open("new", "old")
    assert shelf.open("older", "new").index == rotated.index


def test_two_processes_cannot_both_make_keys() -> None:
    """The second to write loses, and takes what the first wrote."""
    shelf = Shelf()
    other: list[Keyring] = []

    def read() -> Mapping[str, bytes]:
        fields = shelf.read()
        if not other:
            other.append(shelf.open("secret-one"))
        return fields

    assert open_keyring(["secret-one"], read, shelf.swap) == other[0]


def test_a_wrong_secret_says_whose_store_it_is() -> None:
    """In words that help, without the secret."""
    shelf = Shelf()
    shelf.open("right-secret")
    with pytest.raises(WrongSecret, match="somebody else's") as refused:
        shelf.open("wrong-secret")
    assert "wrong-secret" not in str(refused.value)


@pytest.mark.parametrize("secrets", [(), ("",), ("a", "")])
def test_an_empty_secret_is_refused(secrets: tuple[str, ...]) -> None:
    """It would protect nothing."""
    with pytest.raises(KeyringError, match="HELPLINE_SECRET"):
        Shelf().open(*secrets)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": b"2"}, "newer helpline"),
        ({"format": b"0"}, "older helpline"),
        ({"index": None}, "damaged"),
        ({"index": b"short-and-wrong"}, "somebody else's"),
    ],
)
def test_keys_of_another_format_are_refused(fields: dict[str, bytes | None], words: str) -> None:
    """Clearly, and before anything is written."""
    shelf = Shelf()
    shelf.open("secret-one")
    for name, value in fields.items():
        if value is None:
            del shelf.fields[name]
        else:
            shelf.fields[name] = value
    before = dict(shelf.fields)
    with pytest.raises(KeyringError, match=words):
        shelf.open("secret-two", "secret-one")
    assert shelf.fields == before


@pytest.mark.parametrize(
    "said",
    [
        "from +15555550100 came",
        "From=%2B15555550100&x=1",
        "call (555) 555-0100 now",
        "555-555-0100",
        "dial 5555550100",
        "15555550100",
        "+44 7700 900123",
        "{'Body': 'help me please', 'x': 1}",
        "Body=help%20me&From=x",
        "body: 'help me'",
        '{"SpeechResult": "help me \\" now"}',
        "Authorization: Basic QUMxMjM0NTY3ODk6c2VjcmV0",
        "redis://ana:hunter2@db:6379/0",
        "token is top-secret-token!",
    ],
)
def test_numbers_words_and_secrets_are_taken_out(said: str) -> None:
    """Whatever form they come in."""
    clean = redact(said, ["top-secret-token"])
    for left in ("555", "900123", "help", 'now"', "QUMx", "hunter2", "top-secret"):
        assert left not in clean.replace("now", "") if left != 'now"' else left not in clean
    assert "[" in clean


@pytest.mark.parametrize(
    "said",
    [
        "took 12.5 ms for person 7f3a9b2c4d5e6f708192a3b4c5d6e7f8",
        "at 2026-11-23T12:00:00+00:00 rev 1763900000",
        "SM00000000000000000000000000000001 accepted",
        "due in 1763900000123 ms",
    ],
)
def test_what_is_needed_to_find_a_fault_stays(said: str) -> None:
    """Person ids, times, revisions and message ids are no numbers of people."""
    assert redact(said) == said


def test_the_log_filter_cleans_everything_of_a_record() -> None:
    """Message, arguments, extra fields and the traceback."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactFilter(["s3cret-token"]))
    handler.setFormatter(logging.Formatter("%(message)s %(extra)s"))
    log = logging.Logger("test")
    log.addHandler(handler)
    try:
        raise ValueError("cannot text +15555550100")
    except ValueError:
        log.exception("to %s with %s", "+15555550100", "s3cret-token", extra={"extra": ["+15555550100"]})
    log.warning("50% of %d", "not a number", extra={"extra": 7})
    said = stream.getvalue()
    assert "5555550100" not in said and "s3cret" not in said
    assert said.count("[number]") == 4 and "ValueError" in said
