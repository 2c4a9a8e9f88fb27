"""What the local carrier is told when it starts: its own small settings, apart from the helpline's.

The carrier is a separate program, so it reads its own arguments and environment. Secrets come from the
environment only: arguments are visible to everybody on the machine in the process list.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OPTOUT_MODES = ("carrier", "advanced", "own")
CALLBACK_CHOICES = ("all", "final", "none")

SIMULATED_ACCOUNT = "AC" + "0" * 31 + "1"
SIMULATED_TOKEN = "local-carrier-token"


class WrongSettings(Exception):
    """Some setting of the local carrier is missing or wrong; the text names each and its remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold everything the carrier needs to know; seconds are seconds, numbers are E.164."""

    account: str = SIMULATED_ACCOUNT
    token: str = field(default=SIMULATED_TOKEN, repr=False)
    key_sid: str = ""
    key_secret: str = field(default="", repr=False)
    service: str = ""
    number: str = "+15005550006"
    voice_number: str = ""
    webhook: str = "http://127.0.0.1:8000"
    overrides: str = "rc=2&rp=5xx,ct,rt&ct=1000&rt=4500"
    host: str = "127.0.0.1"
    port: int = 8001
    optout: str = "carrier"
    pace: float = 0.15
    callbacks: str = "all"
    history: int = 20_000
    timezone: str = "UTC"
    price: float = 0.0083
    faults: str = ""

    @property
    def own_numbers(self) -> tuple[str, ...]:
        """Give the helpline's numbers, the texting one first."""
        return tuple(dict.fromkeys(n for n in (self.number, self.voice_number) if n))

    @property
    def base(self) -> str:
        """Give the address under which this carrier is reached."""
        return f"http://{self.host}:{self.port}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m helpline.carrier",
        description="A carrier on this machine: REST, signed webhooks, calls and a phone in the browser.",
        epilog="TWILIO_AUTH_TOKEN and TWILIO_API_KEY_SECRET are read from the environment only.",
    )
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default 8001)")
    parser.add_argument("--webhook", help="base address of the helpline (default http://127.0.0.1:8000)")
    parser.add_argument("--account", help="account sid (else TWILIO_ACCOUNT_SID)")
    parser.add_argument("--number", help="the number people text and call (else HELPLINE_NUMBER)")
    parser.add_argument("--voice-number", help="the number people call (else HELPLINE_VOICE_NUMBER)")
    parser.add_argument("--service", help="messaging service sid (else TWILIO_MESSAGING_SERVICE_SID)")
    parser.add_argument("--optout", choices=OPTOUT_MODES, help="who answers STOP, START and HELP")
    parser.add_argument("--overrides", help="connection overrides of the webhook addresses, as in a fragment")
    parser.add_argument("--pace", type=float, help="seconds between two delivery states (default 0.15)")
    parser.add_argument("--callbacks", choices=CALLBACK_CHOICES, help="which delivery reports are posted")
    parser.add_argument("--history", type=int, help="messages kept in memory (default 20000)")
    parser.add_argument("--timezone", help="zone of the times on the phone page (else HELPLINE_TIMEZONE)")
    parser.add_argument("--faults", help='disorder from the start: "rest.busy:every=3;callback.double"')
    return parser


_FROM_ENVIRONMENT = {
    "account": "TWILIO_ACCOUNT_SID",
    "token": "TWILIO_AUTH_TOKEN",
    "key_sid": "TWILIO_API_KEY_SID",
    "key_secret": "TWILIO_API_KEY_SECRET",
    "service": "TWILIO_MESSAGING_SERVICE_SID",
    "number": "HELPLINE_NUMBER",
    "voice_number": "HELPLINE_VOICE_NUMBER",
    "optout": "HELPLINE_OPTOUT_MODE",
    "timezone": "HELPLINE_TIMEZONE",
}


def read_settings(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Settings:
    """Read the arguments, then the environment, then the defaults.

    Raise WrongSettings with one line for each fault. Wrong use of the arguments ends the program with
    status 2, as argparse does.
    """
    environment = os.environ if environment is None else environment
    told: dict[str, str] = {
        name: environment[variable]
        for name, variable in _FROM_ENVIRONMENT.items()
        if environment.get(variable)
    }
    parsed = vars(_parser().parse_args(arguments))
    given = {name: value for name, value in parsed.items() if value is not None}
    settings = Settings(**{**told, **given})
    faults = _faults_of(settings)
    if faults:
        raise WrongSettings("\n".join(faults))
    return settings


def _faults_of(settings: Settings) -> list[str]:
    """List what is wrong, each with its remedy."""
    faults = []
    if settings.optout not in OPTOUT_MODES:
        faults.append(f"HELPLINE_OPTOUT_MODE is {settings.optout!r}; use one of {', '.join(OPTOUT_MODES)}.")
    if not 0 < settings.port < 65_536:
        faults.append(f"--port is {settings.port}; use a port between 1 and 65535.")
    if not settings.webhook.startswith(("http://", "https://")):
        faults.append("--webhook is no web address; use one such as http://127.0.0.1:8000.")
    if settings.pace < 0 or settings.history < 100:
        faults.append("--pace must not be negative and --history must be at least 100.")
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.append(f"HELPLINE_TIMEZONE is {settings.timezone!r}; use a name such as America/New_York.")
    return faults
