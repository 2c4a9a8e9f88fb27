"""DONE and an outcome, without the code of a case: plain where staff have one case, asked back otherwise."""

from __future__ import annotations

from tests.service.night import ANA, HER, STRANGER, Night


def test_done_with_an_outcome_closes_the_one_case_she_has(night: Night) -> None:
    """Half asleep she forgets the code: with one case of hers it is plain which is meant."""
    night.her("i am bleeding heavily and passed out")
    assert "DONE" in night.staff(ANA, "Done reached care")  # nobody has taken it yet: how it is written
    night.staff(ANA, "ACK")
    code = night.case.code
    assert code in night.staff(ANA, "Done reached care, her sister drove")
    closed = night.bench.line.store.find_case(code)
    assert closed is not None and closed.outcome == "reached care"


def test_done_without_a_code_is_asked_back_when_two_cases_are_hers(night: Night) -> None:
    """No case is closed by guessing."""
    for number in (HER, STRANGER):
        night.give(**{"from": number, "body": "i am bleeding heavily and passed out"})
        night.staff(ANA, "ACK")
    assert "ACK and a code" in night.staff(ANA, "done reached care")
    assert len([r for r in night.bench.line.store.open_cases() if r.case.owner == "s1"]) == 2


def test_words_that_name_no_outcome_close_nothing(night: Night) -> None:
    """Talk that begins with "done" is no order."""
    night.her("i am bleeding heavily and passed out")
    night.staff(ANA, "ACK")
    night.staff(ANA, "done other things all day")
    assert [r.case.owner for r in night.bench.line.store.open_cases()] == ["s1"]
