"""What staff ask by text: HELP, WHO, CASES, ON and OFF, each answered by one text in their own language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from helpline.cli.phone_bench import Bench
from helpline.service.staff import Newcomer, add_staff
from helpline.triage.wording import segments

ANA, BEA, EVA, REN = "+12025550190", "+12025550191", "+12025550192", "+12025550193"
STAFF = (
    ("Ana Ruiz", ANA, "nurse", "en,es"),
    ("Bea Stone", BEA, "supervisor", "en"),
    ("Eva Luna", EVA, "nurse", "es,en"),
    ("Ren Poe", REN, "reviewer", "en"),
)


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A helpline in memory with two nurses, a supervisor and a reviewer."""
    opened = Bench.open(memory=True)
    for name, phone, role, languages in STAFF:
        assert not isinstance(add_staff(opened.line, Newcomer(name, phone, role, languages)), str)
    yield opened
    opened.close()


def _ask(bench: Bench, phone: str, words: str) -> str:
    out = bench.answer(json.dumps({"staff": phone, "body": words}))
    assert out["error"] is None and len(out["replies"]) == 1
    assert segments(out["replies"][0]) <= 3
    return str(out["replies"][0])


def _case(bench: Bench, n: int, words: str = "i passed out and im bleeding") -> dict[str, Any]:
    out = bench.answer(json.dumps({"from": f"+1555555{n:04d}", "body": words}))
    return dict(out["escalations"][0])


@pytest.mark.parametrize("words", ["HELP", "help", "Staff help"])
def test_help_names_every_command(bench: Bench, words: str) -> None:
    """Nobody has to remember them."""
    answer = _ask(bench, ANA, words)

    assert all(command in answer for command in ("ACK", "DONE", "CASES", "WHO", "ON", "OFF"))


def test_staff_are_answered_in_the_language_they_list_first(bench: Bench) -> None:
    """The same question, two languages."""
    assert "On call: Ana Ruiz" in _ask(bench, ANA, "WHO")
    assert "De guardia: Ana Ruiz" in _ask(bench, EVA, "who")


def test_a_page_is_in_the_language_of_whom_it_goes_to(bench: Bench) -> None:
    """Eva alone is on call, and reads Spanish."""
    for phone in (ANA, BEA):
        _ask(bench, phone, "OFF")
    out = bench.answer(json.dumps({"from": "+15555550100", "body": "i passed out and im bleeding"}))

    pages = [o for o in out["outbound"] if o["kind"] == "page"]
    assert [p["to"] for p in pages] == [EVA]
    assert "emergencia" in pages[0]["body"] and "Manda ACK" in pages[0]["body"]


def test_the_list_holds_every_code_however_many_there_are(bench: Bench) -> None:
    """A case that is not in the list is a case that nobody takes."""
    codes = [_case(bench, n)["case"] for n in range(30)]

    answer = _ask(bench, ANA, "CASES")

    assert all(code in answer for code in codes)


def test_a_case_about_safety_at_home_is_listed_to_trained_staff_only(bench: Bench) -> None:
    """The list is no way round the rule of the console."""
    case = _case(bench, 100, "my husband hits me")
    assert case["level"] == "safeguarding"

    assert case["case"] in _ask(bench, BEA, "CASES")
    assert case["case"] not in _ask(bench, ANA, "CASES")


def test_who_is_never_paged_is_not_told_that_she_is_on_call(bench: Bench) -> None:
    """A reviewer who texts ON must not believe that pages reach her."""
    assert "not paged" in _ask(bench, REN, "ON")
    assert "Ren Poe" not in _ask(bench, ANA, "WHO")


def test_the_last_who_goes_off_call_is_asked_to_find_someone(bench: Bench) -> None:
    """Silence about a gap would hide it."""
    _ask(bench, ANA, "OFF")
    _ask(bench, BEA, "OFF")

    assert "find someone" in _ask(bench, EVA, "OFF").lower() or "busca a alguien" in _ask(bench, EVA, "OFF")
