"""In which country she is: so that no number is named that may not work there (hazard H15).

What is known: the country of her number, where it is another than that of the service, and what she told.
Until she has told it, somebody with a number of another country hears the numbers that many countries share
(evidence, section 11). She can tell it at any time.
"""

from __future__ import annotations

from helpline.triage.flow import GENERIC, Flow
from helpline.triage.state import Channel, State

NUMBER = "keep_country"
"""Remembered: the country of her number, where it is plain and another than that of the service."""

TOLD = "keep_region"
"""Remembered: the region she told she is in; `generic` for a country that we have no numbers of."""

ANOTHER = "another"
"""What is picked for a country that is not on the list."""

COUNTRY = "country"
"""The question for it, and the wish that telling it is."""


def here(flow: Flow, state: State) -> Flow:
    """Return the content in the words of the country she is in, as far as that is known.

    `flow` may be that of any region.
    """
    told, number = state.extra.get(TOLD), state.extra.get(NUMBER)
    if told is not None:
        return flow.at(told)
    return flow.at(home(flow) if number in (None, home(flow)) else GENERIC)


def home(flow: Flow) -> str:
    """Return the region in which the service runs."""
    return next(iter(flow.local), flow.region.id)


def at_home(flow: Flow, state: State, region: str) -> bool:
    """Return whether a region is that of her number, or of the service where her number tells nothing."""
    return region == state.extra.get(NUMBER, home(flow))


def unknown(flow: Flow, state: State) -> bool:
    """Return whether her country is still to be asked; `flow` is the one of where she is taken to be."""
    return flow.region.id == GENERIC and TOLD not in state.extra


def picks(flow: Flow, state: State) -> tuple[str, ...]:
    """Return the countries she may pick: first the likely ones; for the ear only those, the rest by name."""
    regions = [id for id in flow.local if id != GENERIC]
    likely = [id for id in (home(flow), state.extra.get(NUMBER)) if id in regions]
    shown = () if state.channel is Channel.VOICE else regions
    return (*dict.fromkeys((*likely, *shown)), ANOTHER)
