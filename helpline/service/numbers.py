"""The numbers people are given: which of them nobody has rung, or not of late (hazard H37).

A number that was rung counts for 90 days (evidence, section 11); then somebody has to ring it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from helpline.triage.flow import RUNG_COUNTS_FOR, Region, Resource

_NAMED = 3
"""Numbers that a sentence names; the others are counted."""


@dataclass(frozen=True, slots=True)
class ToRing:
    """The numbers of a region that wait for somebody to ring them."""

    never: tuple[Resource, ...]
    old: tuple[Resource, ...]


def to_ring(region: Region, today: date) -> ToRing:
    """Return which numbers of a region nobody has rung, and which were rung too long ago."""
    rung = [r for r in region.resources.values() if r.verified_on]
    return ToRing(
        tuple(r for r in region.resources.values() if not r.verified_on),
        tuple(r for r in rung if date.fromisoformat(r.verified_on) + RUNG_COUNTS_FOR < today),
    )


def in_words(region: Region, found: ToRing) -> tuple[str, ...]:
    """Return one sentence for each kind, with the file and what to write there; nothing where all is well."""
    where = f"Ring them and write the day as verified_on into flows/regions/{region.id}.yaml."
    kinds = (
        ("Nobody has rung", found.never),
        (f"Rung over {RUNG_COUNTS_FOR.days} days ago:", found.old),
    )
    return tuple(f"{what} {_names(numbers)}. {where}" for what, numbers in kinds if numbers)


def _names(numbers: tuple[Resource, ...]) -> str:
    named = ", ".join(r.name for r in numbers[:_NAMED])
    more = len(numbers) - _NAMED
    return f"{named} and {more} more of the numbers that people are given" if more > 0 else named
