"""When a text that we start may arrive: local time, quiet hours and her own terms, right when clocks change.

All times that go in and come out are aware UTC. Local times are worked out by the zone's rules, so a night is
never an hour too short on the day the clocks change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from helpline.triage.flow import Region

ZONES = "keep_zone"
"""Remembered: the time zones her number may lie in, divided by blanks, or the one she told; without it the
region's counts."""

FROM_HOUR, UNTIL_HOUR, NO_WEEKENDS = "keep_from_hour", "keep_until_hour", "keep_no_weekends"
"""Remembered: her own terms. Texts only from this hour on; none from that hour on; none on Saturday and
Sunday."""

TERMS = (FROM_HOUR, UNTIL_HOUR, NO_WEEKENDS)

_MOST_STEPS = 24 * 4 * 9
_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which texts are welcome: where she may be, the region's night, and her own terms."""

    zones: tuple[ZoneInfo, ...]
    quiet_from: time
    quiet_until: time
    from_hour: int = 0
    weekends: bool = True
    until_hour: int = 24

    def quiet(self, at: datetime) -> bool:
        """Return whether no text of a plan may arrive at `at`; in doubt where she is, it is quiet."""
        return any(self._quiet(at.astimezone(zone)) for zone in self.zones)

    def _quiet(self, local: datetime) -> bool:
        now = local.time()
        if self.quiet_from <= self.quiet_until:
            night = self.quiet_from <= now < self.quiet_until
        else:
            night = now >= self.quiet_from or now < self.quiet_until
        outside = not self.from_hour <= now.hour < self.until_hour
        return night or outside or (not self.weekends and local.weekday() >= 5)

    def open(self, at: datetime) -> datetime:
        """Return `at`, or the first time after it at which texts are welcome, on a quarter of an hour."""
        if not self.quiet(at):
            return at
        later = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
        for _ in range(_MOST_STEPS):
            later += _STEP
            if not self.quiet(later):
                return later
        return at  # Terms that leave no hour at all are no terms.

    def at(self, day: datetime, days: int, hour: int) -> datetime:
        """Return the UTC time of an hour on the local day so many days after `day`."""
        zone = self.zones[0]
        local = day.astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(local, time(hour), zone).astimezone(UTC)


def hours(region: Region, extra: Mapping[str, str]) -> Hours:
    """Return the hours of one person."""
    names = extra.get(ZONES, "").split() or [region.time_zone]
    from_hour = int(extra.get(FROM_HOUR, "0"))
    until_hour = int(extra.get(UNTIL_HOUR, "24"))
    last = (min(region.quiet_from.hour, until_hour) - 1) % 24
    return Hours(
        zones=tuple(ZoneInfo(name) for name in names),
        quiet_from=region.quiet_from,
        quiet_until=region.quiet_until,
        from_hour=min(from_hour, last),
        weekends=NO_WEEKENDS not in extra,
        until_hour=until_hour,
    )
