"""Passwords and second factors as they are kept and checked."""

from __future__ import annotations

import base64

import pytest

from helpline.privacy.passwords import (
    STEP,
    check_password,
    hash_password,
    matching_step,
    new_password,
    second_factor,
)

SEED = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_second_factors_are_those_of_the_standard(seconds: int, digits: str) -> None:
    """The values that RFC 6238 lists in its appendix B, their last six digits."""
    assert second_factor(SEED, seconds // STEP) == digits


def test_a_second_factor_holds_a_step_early_or_late_and_once() -> None:
    """Clocks differ by half a minute; what was used is worth nothing."""
    now = 1_111_111_109.0
    step = int(now) // STEP
    for near in (step - 1, step, step + 1):
        assert matching_step(SEED, second_factor(SEED, near), now, 0) == near
    assert matching_step(SEED, second_factor(SEED, step + 2), now, 0) is None
    assert matching_step(SEED, second_factor(SEED, step), now, step) is None
    assert matching_step(SEED, "１２３４５６", now, 0) is None


def test_a_password_is_kept_as_a_digest_of_its_own() -> None:
    """The same words twice give two digests; both fit, others do not, and nothing fits where none is kept."""
    word = new_password()
    one, two = hash_password(word), hash_password(word)
    assert one != two and word not in one
    assert check_password(word, one) and check_password(word, two)
    assert not check_password(word + "x", one) and not check_password(word, None)
