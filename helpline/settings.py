"""The shape of the settings; `helpline.config` reads and checks them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class SettingsError(Exception):
    """Say which settings are missing or wrong, one line each, with the remedy."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Mode(StrEnum):
    """Whether real people are on the line."""

    SIMULATION = "simulation"
    PRODUCTION = "production"


class OptOutMode(StrEnum):
    """Who answers STOP, START and HELP."""

    CARRIER = "carrier"
    ADVANCED = "advanced"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold every setting, checked. Secrets are kept out of `repr`."""

    mode: Mode
    data: Path
    redis_url: str | None = field(repr=False)
    """None: the embedded server under `data`."""
    queue_redis_url: str | None = field(repr=False)
    """None: the same as `redis_url`."""
    account_sid: str
    auth_token: str = field(repr=False)
    auth_token_secondary: str | None = field(repr=False)
    api_key_sid: str | None
    api_key_secret: str | None = field(repr=False)
    api_url: str | None
    """None: Twilio's own addresses."""
    messaging_service_sid: str | None
    number: str
    voice_number: str
    optout_mode: OptOutMode
    segments_per_second: float
    public_url: str
    secrets: tuple[str, ...] = field(repr=False)
    """Master keys, newest first. Empty only where none was asked for."""
    name: str
    region: str
    languages: tuple[str, ...]
    time_zone: str | None
    """None: the region's."""
    accept_draft: bool
    host: str
    port: int
    carrier_port: int
    local_carrier: bool
    """Whether `helpline run` starts the local carrier."""

    @property
    def simulation(self) -> bool:
        """Return whether this is a simulation."""
        return self.mode is Mode.SIMULATION

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return the tokens that may have signed a webhook."""
        return (self.auth_token, *((self.auth_token_secondary,) if self.auth_token_secondary else ()))

    @property
    def secret_values(self) -> tuple[str, ...]:
        """Return everything that must never be logged."""
        return tuple(v for v in (*self.tokens, self.api_key_secret, *self.secrets) if v)
