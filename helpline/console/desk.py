"""What the console works with: handed in once, when the application is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from helpline.service.line import Line


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a page of the console needs.

    `line` raises StoreUnavailable while the store is away. `now` is the real time, which a simulated clock
    does not move: sessions and second factors go by it. `public_url` is what browsers see. `first_password`
    gives the password of the administrator that a simulation makes by itself, None or nothing elsewhere;
    `first_replaced` is called once that one chose another. With `two_factors` nobody sees anything before a
    second factor is set (hazard H35).
    """

    line: Callable[[], Line]
    now: Callable[[], datetime]
    public_url: str
    name: str
    first_password: Callable[[], str | None]
    first_replaced: Callable[[], None]
    simulation: bool = False
    two_factors: bool = False

    @property
    def secure(self) -> bool:
        """Return whether cookies go over https only."""
        return self.public_url.startswith("https://")
