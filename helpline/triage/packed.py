"""Several whole numbers in one: they add up together, and take the room of one."""

from __future__ import annotations

from collections.abc import Sequence

BITS = 24
"""Of each number, with its sign: sums up to eight million."""
_MASK, _HALF, _WHOLE = (1 << BITS) - 1, 1 << (BITS - 1), 1 << BITS


def pack(numbers: Sequence[int]) -> int:
    """Return one number for several; the sum of two such stands for the sums of their numbers."""
    return sum(number << (BITS * n) for n, number in enumerate(numbers))


def unpack(packed: int, count: int) -> tuple[int, ...]:
    """Return the `count` numbers that one stands for."""
    numbers = []
    for _ in range(count):
        low = packed & _MASK
        number = low - _WHOLE if low >= _HALF else low
        numbers.append(number)
        packed = (packed - number) >> BITS
    return tuple(numbers)
