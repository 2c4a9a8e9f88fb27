"""Recorded messages: only when she wants, kept by reference, deleted whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest

from helpline.service import casework, recordings
from helpline.service.records import erase
from helpline.triage.state import StaffId
from helpline.wiring import Helpline
from tests.channels.test_calls_strict import onward, step, words
from tests.channels.webhooks import Carrier, sid


@pytest.fixture(autouse=True)
def tidy(helpline: Helpline) -> Iterator[None]:
    """Leave no recording behind for the next test."""
    yield
    book = helpline.line().store.recordings
    for left in book.due(helpline.line().now() + timedelta(days=9)):
        book.gone(left)


def offered(carrier: Carrier, call: str) -> tuple[str, Element]:
    """Ask for a person whom nobody can reach; return where the answer goes, and what was said."""
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    root = step(carrier, path, call, Digits="0")
    assert "no nurse could be reached" in words(root)
    back = onward(carrier, root)
    assert back and "q=connect.left" in back
    return back, root


def recording(carrier: Carrier, call: str) -> tuple[str, str]:
    """Choose to leave a message; return where the call goes on and where the carrier reports."""
    path, _ = offered(carrier, call)
    root = step(carrier, path, call, Digits="2")
    verb = root.find("Record")
    assert verb is not None and "3 days" in words(root)
    base = carrier.settings.public_url
    return verb.attrib["action"].removeprefix(base), verb.attrib["recordingStatusCallback"].removeprefix(base)


def left(carrier: Carrier, helpline: Helpline) -> str:
    """Return what is remembered of her messages."""
    line = helpline.line()
    record = next(r for r in line.store.open_cases() if r.person == line.identity.person(carrier.number))
    return " ".join(f"{m.sid}:{m.seconds}" for m in recordings.of_case(line, record))


def test_nothing_is_recorded_unless_she_picks_it(carrier: Carrier) -> None:
    """The offer records nothing, a call back records nothing."""
    call = sid("CA")
    path, root = offered(carrier, call)
    assert root.find("Record") is None
    assert step(carrier, path, call, Digits="1").find("Record") is None


def test_a_message_is_kept_by_reference_and_will_go_in_three_days(
    carrier: Carrier, helpline: Helpline
) -> None:
    """The call goes on with its questions; the carrier's copy has an end from the first moment."""
    call, told = sid("CA"), sid("RE")
    after, _ = recording(carrier, call)
    root = step(carrier, after, call, RecordingSid=told, RecordingDuration="7")
    assert "message is kept" in words(root) and onward(carrier, root)
    assert left(carrier, helpline) == f"{told}:7"
    book, now = helpline.line().store.recordings, helpline.line().now()
    assert told not in book.due(now + timedelta(hours=71)) and told in book.due(now + timedelta(hours=73))


def test_a_message_counts_though_she_hangs_up_and_only_once(carrier: Carrier, helpline: Helpline) -> None:
    """The report comes without her; the same recording told twice, or on both ways, is one message."""
    call, told = sid("CA"), sid("RE")
    after, report = recording(carrier, call)
    carrier.call("/voice/status", call, CallStatus="completed")
    form = {"RecordingSid": told, "RecordingDuration": "3", "RecordingStatus": "completed"}
    for _ in range(2):
        assert carrier.post(report, CallSid=call, **form).status_code == 204
    carrier.call(after, call, **form)
    assert left(carrier, helpline) == f"{told}:3"


def test_an_empty_recording_is_no_dead_end(carrier: Carrier) -> None:
    """The carrier asks nothing after an empty recording: the document itself leads on, to the offer."""
    call = sid("CA")
    after, _ = recording(carrier, call)
    root = step(carrier, after, call)
    assert "heard no message" in words(root)
    assert "q=connect.left" in (onward(carrier, root) or "")


@pytest.mark.parametrize("name", ["", "RE123", "../../Accounts", "RE" + "g" * 32])
def test_a_recording_that_is_none_is_not_kept(carrier: Carrier, helpline: Helpline, name: str) -> None:
    """Only the carrier's own ids are ever fetched or deleted later."""
    call = sid("CA")
    after, report = recording(carrier, call)
    step(carrier, after, call, RecordingSid=name, RecordingDuration="3")
    assert carrier.post(report, CallSid=call, RecordingSid=name).status_code == 204
    assert left(carrier, helpline) == ""
    line = helpline.line()
    assert not line.store.recordings.due(line.now() + timedelta(days=9))


def test_erasing_her_lets_her_recordings_go_at_once(carrier: Carrier, helpline: Helpline) -> None:
    """What lies at the carrier is hers too."""
    call, told = sid("CA"), sid("RE")
    after, _ = recording(carrier, call)
    step(carrier, after, call, RecordingSid=told, RecordingDuration="7")
    line = helpline.line()
    assert erase(line, carrier.number)
    assert told in line.store.recordings.due(line.now() + timedelta(seconds=1))


def test_erasing_her_after_her_case_was_closed_lets_them_go_too(carrier: Carrier, helpline: Helpline) -> None:
    """Nothing has to be taken first; by text or by us, in the same commit."""
    call, told = sid("CA"), sid("RE")
    after, _ = recording(carrier, call)
    step(carrier, after, call, RecordingSid=told, RecordingDuration="7")
    carrier.call("/voice/status", call, CallStatus="completed")
    closed(carrier, helpline)
    line = helpline.line()
    assert erase(line, carrier.number)
    assert told in line.store.recordings.due(line.now() + timedelta(seconds=1))


def test_a_message_told_of_after_she_was_erased_goes_at_once(carrier: Carrier, helpline: Helpline) -> None:
    """The carrier's report may be late; nobody could hear it any more, so it does not lie there for days."""
    call, told = sid("CA"), sid("RE")
    _, report = recording(carrier, call)
    carrier.call("/voice/status", call, CallStatus="completed")
    closed(carrier, helpline)
    line = helpline.line()
    assert erase(line, carrier.number)
    form = {"RecordingSid": told, "RecordingDuration": "3", "RecordingStatus": "completed"}
    assert carrier.post(report, CallSid=call, **form).status_code == 204
    assert told in line.store.recordings.due(line.now() + timedelta(seconds=1))


def test_a_message_left_as_her_case_is_closed_opens_one(carrier: Carrier, helpline: Helpline) -> None:
    """She was told that it is kept and heard: so somebody has to see that it is there."""
    call, told = sid("CA"), sid("RE")
    after, _ = recording(carrier, call)
    closed(carrier, helpline)
    step(carrier, after, call, RecordingSid=told, RecordingDuration="7")
    assert left(carrier, helpline) == f"{told}:7"


def closed(carrier: Carrier, helpline: Helpline) -> None:
    """Close her case as staff do."""
    line = helpline.line()
    record = next(r for r in line.store.open_cases() if r.person == line.identity.person(carrier.number))
    act = casework.Act(record.case.code, StaffId("s_1"), "supervisor", f"done:{record.case.code}")
    assert casework.close(line, act, "advised").result is casework.Result.DONE


def test_the_reference_lies_sealed(carrier: Carrier, helpline: Helpline) -> None:
    """Neither the person's state nor the list shows which recording it is."""
    call, told = sid("CA"), sid("RE")
    after, _ = recording(carrier, call)
    step(carrier, after, call, RecordingSid=told, RecordingDuration="7")
    wire = helpline.line().store.wire  # type: ignore[attr-defined]
    shelf = wire.call("look", "HGETALL", "h:{all}:recordings")
    assert shelf and told.encode() not in b"".join(map(bytes, _flat(shelf)))


def _flat(found: object) -> list[bytes]:
    parts = found.items() if isinstance(found, dict) else [(v, b"") for v in found]  # type: ignore[attr-defined]
    return [x if isinstance(x, bytes) else str(x).encode() for pair in parts for x in pair]


@pytest.mark.parametrize("number", ["", "+266696687"])
def test_who_withholds_the_number_is_promised_no_call(carrier: Carrier, number: str) -> None:
    """A message she may leave; a call back nobody could make is not offered."""
    carrier.number = number
    call = sid("CA")
    path = onward(carrier, step(carrier, "/voice", call))
    assert path
    root = step(carrier, path, call, Digits="0")
    assert "call back" not in words(root) and "message" in words(root)
    assert "q=connect.left.message" in (onward(carrier, root) or "")


