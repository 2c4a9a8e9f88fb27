"""Numbers of another country than the one the service runs in (hazard H15)."""

from __future__ import annotations

from helpline.privacy.zone import country
from helpline.triage.flow import GENERIC, Flow


def country_abroad(flow: Flow, number: str) -> str | None:
    """Return the country of an E.164 number where it is plainly another than that of the service."""
    found = country(number)
    return found if found != flow.region.id else None


def content_for(flow: Flow, number: str) -> Flow:
    """Return the content for a number of which nothing else is known."""
    return flow if country_abroad(flow, number) is None else flow.at(GENERIC)
