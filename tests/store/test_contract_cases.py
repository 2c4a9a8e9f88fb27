"""What both stores promise of cases and staff."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpline.store.port import Conflict, Rota, Staff, StaffConflict, Store
from helpline.store.rota_port import Cover
from helpline.triage.state import Flag, Level, PersonId, StaffId
from tests.store.people import (
    NOON,
    OTHER,
    OTHER_PHONE,
    PERSON,
    PHONE,
    after,
    case_of,
    commit,
    look,
    plan_of,
)

ANA = Staff(StaffId("s_ana"), "Ana Ruiz", PHONE, "nurse", ("en", "es"), NOON)
BEA = Staff(StaffId("s_bea"), "Bea Stone", OTHER_PHONE, "supervisor", ("en",), after(1))


def test_a_case_comes_back_by_its_code(store: Store) -> None:
    """However it is typed: small letters, blanks, look-alikes."""
    record = case_of("K7")
    told = {"flags": frozenset(Flag), "owner": StaffId("s_ana"), "rung": 2, "version": 7}
    full = replace(record, case=replace(record.case, **told))
    commit(store, replace(plan_of("SM1"), case=full, new_case=True))
    code = full.case.code
    assert store.find_case(code) == full
    assert store.find_case(f" {code.lower()} ") == full
    assert store.find_case(code.replace("0", "o").replace("1", "l")) == full
    for wrong in ("", "K7", "ZZ22", f"{code}2", "7F3\u00b2", "....", "00"):
        assert store.find_case(wrong) is None


def test_a_code_that_is_taken_is_refused(store: Store) -> None:
    """Also one whose case is closed; nothing else is written."""
    commit(store, replace(plan_of("SM1"), case=case_of(), new_case=True))
    commit(store, replace(plan_of("SM2", 1), case=replace(case_of(), closed=after(5), outcome="advised")))
    assert store.commit(replace(plan_of("SM3", 2), case=case_of(), new_case=True)) == Conflict()
    assert look(store).revision == 2
    assert store.commit(replace(plan_of("SM3", 2), case=case_of())) != Conflict()


def test_open_cases_are_listed_worst_first(store: Store) -> None:
    """Then the oldest; closed ones are not listed but found."""
    wanted = [("2C", Level.EMERGENCY, 5), ("2F", Level.URGENT, 1), ("2G", Level.URGENT, 3)]
    for n, (letters, level, seconds) in enumerate(reversed(wanted)):
        record = case_of(letters, level=level)
        opened = replace(record, case=replace(record.case, opened=after(seconds)))
        commit(store, replace(plan_of(f"SM{n}", n), case=opened, new_case=True))
    assert [r.case.code[2:] for r in store.open_cases()] == ["2C", "2F", "2G"]
    over = replace(case_of("2F"), closed=after(9), outcome="reached care")
    commit(store, replace(plan_of("SM9", 3), case=over))
    assert [r.case.code[2:] for r in store.open_cases()] == ["2C", "2G"]
    assert store.find_case(over.case.code) == over


def test_staff_are_listed_in_the_order_added(store: Store) -> None:
    """And known by their phone when they text."""
    store.staff.save_staff(BEA, OTHER)
    store.staff.save_staff(ANA, PERSON)
    assert store.staff.staff_list() == [ANA, BEA]
    assert look(store).staff == ANA.id
    moved = replace(ANA, phone="+15555550111")
    store.staff.save_staff(moved, PersonId("ab" * 16))
    assert look(store).staff is None
    assert look(store, PersonId("ab" * 16)).staff == ANA.id
    assert store.staff.remove_staff(ANA.id)
    assert not store.staff.remove_staff(ANA.id)
    assert store.staff.staff_list() == [BEA]
    assert look(store, PersonId("ab" * 16)).staff is None


def test_one_phone_and_one_name_belong_to_one(store: Store) -> None:
    """The refusal says whose they are, and shows no number."""
    store.staff.save_staff(ANA, PERSON)
    with pytest.raises(StaffConflict, match="Ana Ruiz") as refused:
        store.staff.save_staff(BEA, PERSON)
    assert "+" not in str(refused.value)
    with pytest.raises(StaffConflict, match="ana ruiz"):
        store.staff.save_staff(replace(BEA, name="ana ruiz"), OTHER)


def test_the_rota_says_who_is_on_call(store: Store) -> None:
    """The order as set, and who went off; whoever is put on call is on again."""
    book = store.staff
    assert book.rota() == Rota()
    book.set_duty(ANA.id, NOON, on=False)
    assert book.rota().off == {ANA.id}
    book.set_rota([BEA.id, ANA.id], after(5))
    assert book.rota() == Rota((BEA.id, ANA.id), after(5), frozenset())
    book.save_staff(ANA, PERSON)
    book.set_duty(ANA.id, NOON, on=False)
    book.set_duty(ANA.id, NOON, on=True)
    assert book.rota().off == frozenset()
    book.remove_staff(ANA.id)
    assert book.rota().order == (BEA.id,)


def test_two_who_plan_in_the_same_second_both_stand(store: Store) -> None:
    """A cover written on what was read before somebody else's takes that one not away; only ids end one."""
    made = [Cover(f"c_{n}", ANA.id, BEA.id, after(n), after(n + 1)) for n in (1, 3, 5)]
    for cover in made:
        store.staff.set_covers([cover])
    assert set(store.staff.rota().covers) == set(made)
    store.staff.set_covers((), ["c_3", "c_7"])
    assert set(store.staff.rota().covers) == {made[0], made[2]}
