"""What goes into the store comes out the same, and nothing else opens it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.privacy import Vault
from helpline.store import codec, keys
from helpline.store.port import CaseRecord, Entry, Item, ItemId, Spoken, Status, StoreUnavailable
from helpline.store.records import Record, StoreNewer, micros, millis, millis_up, moment
from helpline.triage.effects import Prompt, Repeat
from helpline.triage.state import (
    Agreement,
    Answer,
    Asked,
    Case,
    CaseCode,
    Channel,
    Consent,
    ConversationId,
    FindingId,
    Flag,
    Language,
    Level,
    PersonId,
    StaffId,
    State,
    Timer,
    TimerName,
)
from tests.store.people import NOON, PERSON, case_of, item_of, state_of

VAULT = Vault({1: bytes(32)}, 1)
KEY = keys.drawers(PERSON).person
TEXT = st.text(max_size=12)
NAMES = st.text("abcdefgh_", min_size=1, max_size=8)
TIMES = st.integers(1_600_000_000_000_000, 2_200_000_000_000_000).map(moment)
MAYBE = st.none() | TEXT


def of(cls: type[Any], /, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return any value of a dataclass; every field must be named, so that a new one is not forgotten."""
    assert {f.name for f in fields(cls)} == more.keys(), f"name every field of {cls.__name__}"
    return st.builds(cls, **more)


ANSWERS = st.dictionaries(
    NAMES.map(FindingId),
    st.tuples(TEXT | st.integers(0, 500), TIMES, st.sampled_from(Channel), TEXT, st.booleans()),
    max_size=6,
).map(lambda found: {name: Answer(name, *row) for name, row in found.items()})
CASES = of(
    Case,
    code=st.just(CaseCode(PERSON[:2].upper() + "3K")),
    level=st.sampled_from(Level),
    flags=st.frozensets(st.sampled_from(Flag)),
    reason=TEXT,
    opened=TIMES,
    status=st.sampled_from(["open", "acknowledged", "closed"]),
    owner=st.none() | NAMES.map(StaffId),
    rung=st.integers(0, 9),
    version=st.integers(0, 99),
)
CONSENTS = of(
    Consent,
    agreements=st.lists(
        of(Agreement, purpose=TEXT, wording=TEXT, at=TIMES, how=st.sampled_from(Channel)), max_size=2
    ).map(tuple),
    stopped=st.none() | TIMES,
    safe_to_text=st.none() | st.booleans(),
)
QUESTIONS = of(
    Asked,
    id=NAMES,
    findings=st.lists(NAMES.map(FindingId), max_size=3).map(tuple),
    at=TIMES,
    turn=st.integers(0, 99),
    misses=st.integers(0, 3),
    one_by_one=st.lists(NAMES.map(FindingId), max_size=3).map(tuple),
)
TIMERS = of(Timer, name=NAMES.map(TimerName), due=TIMES, urgent=st.booleans(), kind=TEXT)
STATES = of(
    State,
    person=st.just(PERSON),
    conversation=NAMES.map(ConversationId),
    flow=NAMES,
    version=st.integers(1, 99),
    language=st.sampled_from(["en", "es"]).map(Language),
    channel=st.sampled_from(Channel),
    begun=TIMES,
    step=MAYBE,
    findings=ANSWERS,
    flags=st.frozensets(st.sampled_from(Flag)),
    disposition=MAYBE,
    last_disposition=MAYBE,
    asked=st.none() | QUESTIONS,
    done=st.frozensets(NAMES, max_size=3),
    trail=st.lists(NAMES, max_size=3).map(tuple),
    timers=st.lists(TIMERS, max_size=3).map(tuple),
    case=st.none() | CASES,
    consent=CONSENTS,
    unclear=st.integers(0, 5),
    ended=st.booleans(),
    turn=st.integers(0, 999),
    call=MAYBE,
    heard=st.none() | TIMES,
    contacts=st.lists(TIMES, max_size=3).map(tuple),
    extra=st.dictionaries(NAMES, TEXT, max_size=3),
)
ITEMS = of(
    Item,
    id=st.just(ItemId(f"o_{PERSON[:2]}abc")),
    person=st.just(PERSON),
    kind=NAMES,
    to=TEXT,
    body=TEXT,
    not_before=TIMES,
    expires=TIMES,
    repeat=st.sampled_from(Repeat),
    urgent=st.booleans(),
    status=st.sampled_from(Status),
    attempt=st.integers(0, 99),
    lease=st.none() | TIMES,
    sid=st.none() | NAMES,
    delivery=st.none() | NAMES,
    code=st.none() | st.integers(1, 99999),
    case=st.none() | st.just(CaseCode("883K")),
    staff=st.none() | NAMES.map(StaffId),
    medium=st.sampled_from(["text", "call"]),
    sent_at=st.none() | TIMES,
    doubted=st.none() | TIMES,
    tries=st.integers(0, 3),
)
PROMPTS = of(
    Prompt,
    question=NAMES,
    turn=st.integers(0, 9),
    number=st.booleans(),
    keys_only=st.booleans(),
    hints=st.lists(TEXT, max_size=3).map(tuple),
    most=st.integers(1, 3),
)
ANSWERED = of(
    Spoken,
    texts=st.lists(TEXT, max_size=3).map(tuple),
    items=st.lists(NAMES.map(ItemId), max_size=3).map(tuple),
    language=st.sampled_from(["en", "es"]),
    prompt=st.none() | PROMPTS,
    hangup=st.booleans(),
    connect=MAYBE,
    record=st.booleans(),
    case=MAYBE,
    languages=st.lists(st.sampled_from(["en", "es"]), max_size=3).map(tuple),
    facts=st.dictionaries(NAMES, TEXT | st.integers() | st.lists(TEXT, max_size=2), max_size=2),
)
RECORDS = of(CaseRecord, case=CASES, person=st.just(PERSON), outcome=MAYBE, closed=st.none() | TIMES)
ENTRIES = st.lists(of(Entry, at=TIMES, what=TEXT, who=TEXT, detail=TEXT), max_size=3)
few = settings(max_examples=60, deadline=None)


@few
@given(STATES)
def test_a_state_comes_back_the_same(state: State) -> None:
    """Every field, to the microsecond."""
    assert codec.open_state(VAULT, codec.seal_state(VAULT, state, KEY, 7), KEY, 7) == state


@few
@given(ANSWERED, TIMES)
def test_an_answer_comes_back_the_same(spoken: Spoken, at: datetime) -> None:
    """With the moment at which it was given, in the clear."""
    assert codec.open_spoken(VAULT, codec.seal_spoken(VAULT, spoken, KEY, at), KEY) == (millis(at), spoken)


@few
@given(ITEMS)
def test_an_item_comes_back_the_same(item: Item) -> None:
    """Through the fields of its hash."""
    assert codec.read_item(VAULT, item.id, _as_bytes(codec.item_fields(VAULT, item))) == item


@few
@given(RECORDS)
def test_a_case_comes_back_the_same(record: CaseRecord) -> None:
    """Through the fields of its hash."""
    fields_ = _as_bytes(codec.case_fields(VAULT, record))
    assert codec.read_case(VAULT, record.case.code, fields_) == record


@few
@given(ENTRIES)
def test_journal_entries_come_back_the_same(entries: list[Entry]) -> None:
    """All of one commit together."""
    assert codec.open_entries(VAULT, codec.seal_entries(VAULT, entries, KEY), KEY) == entries


@few
@given(TIMES, st.sampled_from([-5, 0, 2]))
def test_moments_are_exact_and_in_utc(at: datetime, hours: int) -> None:
    """Whatever zone they came in; what is due is rounded up, what is now is rounded down."""
    from datetime import timezone

    elsewhere = at.astimezone(timezone(timedelta(hours=hours)))
    assert moment(micros(elsewhere)) == at
    assert millis(at) * 1000 <= micros(at) <= millis_up(at) * 1000


def test_a_state_opens_only_in_its_place_and_revision() -> None:
    """A value that was moved or put back is refused."""
    sealed = codec.seal_state(VAULT, state_of(), KEY, 7)
    for key, revision in ((KEY, 6), (KEY[:-1] + "0", 7)):
        with pytest.raises(StoreUnavailable, match="does not belong here"):
            codec.open_state(VAULT, sealed, key, revision)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x01abc", b"\x00" + bytes(60)])
def test_damaged_values_are_refused(damage: bytes) -> None:
    """As a store that cannot be used, never as an error nobody foresaw."""
    with pytest.raises(StoreUnavailable):
        codec.open_state(VAULT, damage, KEY, 7)


def test_what_a_newer_helpline_wrote_is_refused() -> None:
    """By its version, or by a field that is not known here; reading on would lose it."""
    with pytest.raises(StoreNewer, match="newer helpline"):
        codec.open_state(VAULT, b"\x02" + codec.seal_state(VAULT, state_of(), KEY, 7)[1:], KEY, 7)
    entry: Record[Entry] = Record(Entry)
    with pytest.raises(StoreNewer, match="newer helpline"):
        entry.read({**entry.write(Entry(NOON, "a", "b")), "mood": "fine"})


def test_what_version_1_wrote_is_read_for_ever() -> None:
    """The dictionary of the compression is part of the version: this value was packed when it was made."""
    packed = bytes.fromhex(PACKED_BY_VERSION_1)
    assert codec.unpack(packed) == {
        "disposition": "urgent",
        "findings": {"pregnant": ["yes", 0, 0, "yes", 1]},
    }


PACKED_BY_VERSION_1 = "ab46330a1ac53a28661614a5a6e725826201ae1f68029865185b5b0b00"


def test_a_state_of_40_answers_takes_less_than_1_2_kilobytes() -> None:
    """The memory of a million people hangs on it."""
    answers = {
        FindingId(f"finding_number_{n}"): Answer(
            FindingId(f"finding_number_{n}"),
            ("yes", "no", "unsure")[n % 3],
            NOON + timedelta(seconds=37 * n),
            Channel.SMS,
            ("1", "2", "yes since this morning")[n % 3],
        )
        for n in range(40)
    }
    assert len(codec.seal_state(VAULT, replace(state_of(), findings=answers), KEY, 1)) < 1200


def test_naive_times_are_a_fault_of_the_caller() -> None:
    """They never reach the store."""
    with pytest.raises(TypeError):
        micros(datetime(2026, 11, 23))  # noqa: DTZ001


def test_a_field_without_a_rule_is_found_when_the_program_starts() -> None:
    """Not when the first person's state is written."""
    from dataclasses import make_dataclass

    odd = make_dataclass("Odd", [("thing", "set[complex]")])
    with pytest.raises(TypeError, match="no rule to store field thing"):
        Record(odd)


@pytest.mark.parametrize("code", ["", "88", "88 3K", "8\u0668\u0668K", "ZZ3K", "883KK", "88\u212a3"])
def test_what_cannot_be_a_case_code_is_none(code: str) -> None:
    """It is not looked up at all."""
    assert codec.fold_code(code) is None


def test_the_names_of_ids_are_what_the_tests_believe() -> None:
    """Ids begin with the bucket of their person."""
    assert PersonId(PERSON)[:2] == item_of("a").id[2:4] == case_of().case.code[:2].lower()


def _as_bytes(found: dict[str, str | bytes]) -> dict[bytes, bytes]:
    return {k.encode(): v if isinstance(v, bytes) else v.encode() for k, v in found.items()}
