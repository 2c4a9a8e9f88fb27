"""Settings: the only reader of the environment.

`read_settings()` looks at the environment, then at a file `.env` in the working directory, checks everything
and gives one frozen `Settings`, or raises `SettingsError` with every problem at once, each with its remedy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from helpline.config_files import SECRET_LENGTH, UnreadableSecret, own_secret, read_dotenv
from helpline.settings import Mode, OptOutMode, Settings, SettingsError

__all__ = [
    "FLOWS",
    "NAMES",
    "SIMULATED_ACCOUNT",
    "SIMULATED_NUMBER",
    "SIMULATED_TOKEN",
    "Mode",
    "OptOutMode",
    "Settings",
    "SettingsError",
    "child_environment",
    "in_ci",
    "read_settings",
    "share_metrics",
]

SIMULATED_ACCOUNT = "AC" + "0" * 31 + "1"
SIMULATED_TOKEN = "local-carrier-token"
SIMULATED_NUMBER = "+15005550006"
FLOWS = Path(__file__).resolve().parent.parent / "flows"
"""Where the reviewed content lies."""

_STORE_SCHEMES = (
    "redis",
    "rediss",
    "unix",
    "redis+sentinel",
    "rediss+sentinel",
    "redis+cluster",
    "rediss+cluster",
)
_STORE_FORMS = "redis://host:6379/0, rediss://, unix:///path, redis+sentinel:// or redis+cluster://"
_HERE = ("127.0.0.1", "localhost", "::1")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_MAKE_SECRET = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'

T = TypeVar("T")


NAMES = (
    "HELPLINE_MODE",
    "REDIS_URL",
    "QUEUE_REDIS_URL",
    "HELPLINE_DATA",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_SECONDARY",
    "TWILIO_API_KEY_SID",
    "TWILIO_API_KEY_SECRET",
    "TWILIO_API_URL",
    "TWILIO_MESSAGING_SERVICE_SID",
    "HELPLINE_NUMBER",
    "HELPLINE_VOICE_NUMBER",
    "HELPLINE_OPTOUT_MODE",
    "HELPLINE_SEGMENTS_PER_SECOND",
    "PUBLIC_URL",
    "HELPLINE_SECRET",
    "HELPLINE_NAME",
    "HELPLINE_REGION",
    "HELPLINE_LANGUAGES",
    "HELPLINE_TIMEZONE",
    "HELPLINE_ACCEPT_DRAFT",
    "HELPLINE_PORT",
    "HELPLINE_HOST",
    "HELPLINE_CARRIER_PORT",
)
"""Every setting there is, in the order of `.env.example`."""


def read_settings(
    environment: Mapping[str, str] | None = None, *, folder: Path | None = None, make_secret: bool = True
) -> Settings:
    """Read and check all settings; an empty value counts as unset.

    `folder` is where `.env` is looked for (the working directory); the environment goes before it. With
    `make_secret` a simulation without HELPLINE_SECRET gets one, kept under HELPLINE_DATA for the owner only.
    Raise SettingsError naming every problem.
    """
    problems: list[str] = []
    given = os.environ if environment is None else environment
    values = read_dotenv((folder or Path.cwd()) / ".env", problems) | dict(given)
    reader = _Reader({k: values[k].strip() for k in NAMES if values.get(k, "").strip()}, problems)
    settings = reader.settings()
    if settings is None or problems:
        raise SettingsError(*problems)
    if not settings.secrets and make_secret:
        try:
            return replace(settings, secrets=(own_secret(settings.data),))
        except UnreadableSecret as error:
            raise SettingsError(str(error)) from error
    return settings


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the environment for a process that `helpline run` starts: with what was settled set plainly."""
    return os.environ | {
        "HELPLINE_MODE": settings.mode.value,
        "HELPLINE_DATA": str(settings.data),
        "HELPLINE_HOST": settings.host,
        "HELPLINE_PORT": str(settings.port),
        "HELPLINE_NUMBER": settings.number,
        "HELPLINE_VOICE_NUMBER": settings.voice_number,
        "HELPLINE_OPTOUT_MODE": settings.optout_mode.value,
        "HELPLINE_TIMEZONE": settings.time_zone or "",
        "PUBLIC_URL": settings.public_url,
        "TWILIO_ACCOUNT_SID": settings.account_sid,
        "TWILIO_AUTH_TOKEN": settings.auth_token,
        "TWILIO_API_KEY_SID": settings.api_key_sid or "",
        "TWILIO_API_KEY_SECRET": settings.api_key_secret or "",
        "TWILIO_MESSAGING_SERVICE_SID": settings.messaging_service_sid or "",
    }


def reported(settings: Settings) -> list[tuple[str, str]]:
    """Return every setting as it holds, by its name in the environment; secrets are only said to be there."""
    kept = "set, not shown"
    shown: dict[str, object] = {
        "HELPLINE_MODE": settings.mode.value,
        "REDIS_URL": _without_login(settings.redis_url) or f"embedded, under {settings.data}",
        "QUEUE_REDIS_URL": _without_login(settings.queue_redis_url) or "same as REDIS_URL",
        "HELPLINE_DATA": settings.data,
        "TWILIO_ACCOUNT_SID": settings.account_sid,
        "TWILIO_AUTH_TOKEN": kept,
        "TWILIO_AUTH_TOKEN_SECONDARY": settings.auth_token_secondary and kept,
        "TWILIO_API_KEY_SID": settings.api_key_sid,
        "TWILIO_API_KEY_SECRET": settings.api_key_secret and kept,
        "TWILIO_API_URL": settings.api_url or "Twilio's own",
        "TWILIO_MESSAGING_SERVICE_SID": settings.messaging_service_sid,
        "HELPLINE_NUMBER": settings.number,
        "HELPLINE_VOICE_NUMBER": settings.voice_number,
        "HELPLINE_OPTOUT_MODE": settings.optout_mode.value,
        "HELPLINE_SEGMENTS_PER_SECOND": f"{settings.segments_per_second:g}",
        "PUBLIC_URL": settings.public_url,
        "HELPLINE_SECRET": f"{len(settings.secrets)} {kept}",
        "HELPLINE_NAME": settings.name,
        "HELPLINE_REGION": settings.region,
        "HELPLINE_LANGUAGES": ",".join(settings.languages),
        "HELPLINE_TIMEZONE": settings.time_zone or "the region's",
        "HELPLINE_ACCEPT_DRAFT": "yes" if settings.accept_draft else "no",
        "HELPLINE_PORT": settings.port,
        "HELPLINE_HOST": settings.host,
        "HELPLINE_CARRIER_PORT": settings.carrier_port,
    }
    return [(name, str(shown[name] or "-")) for name in NAMES]


def share_metrics(folder: Path) -> None:
    """Let all processes of this machine count into `folder`; to be called before the metrics are imported."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))


def in_ci() -> bool:
    """Return whether this runs unattended."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


class _Reader:
    """Turn words into settings, noting every problem instead of stopping at the first."""

    def __init__(self, values: Mapping[str, str], problems: list[str]) -> None:
        self.values = values
        self.problems = problems
        fallback = "production" if "TWILIO_ACCOUNT_SID" in values else "simulation"
        self.mode = self._one_of("HELPLINE_MODE", Mode, Mode(fallback))
        self.simulation = self.mode is Mode.SIMULATION

    def settings(self) -> Settings | None:
        """Build the settings; None when something is so wrong that there are none."""
        port = self._port("HELPLINE_PORT", 8000)
        carrier_port = self._port("HELPLINE_CARRIER_PORT", 8001)
        number = self._number(
            "HELPLINE_NUMBER", self._needed("HELPLINE_NUMBER", SIMULATED_NUMBER), short=True
        )
        account, token, token_too = self._account()
        key, key_secret = self._api_key()
        redis, queue = self._stores()
        settings = Settings(
            mode=self.mode,
            data=Path(self.values.get("HELPLINE_DATA", "var")).expanduser().absolute(),
            redis_url=redis,
            queue_redis_url=queue,
            account_sid=account,
            auth_token=token,
            auth_token_secondary=token_too,
            api_key_sid=key,
            api_key_secret=key_secret,
            api_url=self._api_url(carrier_port),
            messaging_service_sid=self.values.get("TWILIO_MESSAGING_SERVICE_SID"),
            number=number,
            voice_number=self._voice_number(number),
            optout_mode=self._one_of("HELPLINE_OPTOUT_MODE", OptOutMode, OptOutMode.CARRIER),
            segments_per_second=self._rate(),
            public_url=self._public_url(port),
            secrets=self._secrets(),
            name=self.values.get("HELPLINE_NAME", "Pregnancy Bleeding Helpline"),
            region=self._region(),
            languages=self._languages(),
            time_zone=self._time_zone(),
            accept_draft=self._yes("HELPLINE_ACCEPT_DRAFT"),
            host=self.values.get("HELPLINE_HOST", "127.0.0.1"),
            port=port,
            carrier_port=carrier_port,
            local_carrier=self.simulation and "TWILIO_API_URL" not in self.values,
        )
        if settings.local_carrier and port == carrier_port:
            self._wrong("HELPLINE_CARRIER_PORT", f"is {port}, like HELPLINE_PORT", "give each its own port")
        return settings

    def _wrong(self, name: str, what: str, remedy: str) -> None:
        self.problems.append(f"{name} {what}: {remedy}.")

    def _needed(self, name: str, simulated: str) -> str:
        if name in self.values:
            return self.values[name]
        if self.simulation:
            return simulated
        self._wrong(name, "is missing", f"production needs it; set {name}, or set HELPLINE_MODE=simulation")
        return ""

    def _one_of(self, name: str, kind: Callable[[str], T], default: T) -> T:
        if name not in self.values:
            return default
        try:
            return kind(self.values[name].lower())
        except ValueError:
            allowed = ", ".join(str(m) for m in kind)  # type: ignore[attr-defined]
            self._wrong(name, f"is {self.values[name]!r}", f"use one of {allowed}")
            return default

    def _yes(self, name: str) -> bool:
        value = self.values.get(name, "no").lower()
        if value not in ("yes", "no"):
            self._wrong(name, f"is {value!r}", "use yes or no")
        return value == "yes"

    def _port(self, name: str, default: int) -> int:
        value = self.values.get(name, str(default))
        if value.isascii() and value.isdigit() and 0 < int(value) < 65_536:
            return int(value)
        self._wrong(name, f"is {value!r}", "use a port from 1 to 65535")
        return default

    def _rate(self) -> float:
        name, default = "HELPLINE_SEGMENTS_PER_SECOND", "100" if self.simulation else "1"
        try:
            rate = float(self.values.get(name, default))
        except ValueError:
            rate = 0.0
        if not 0 < rate <= 10_000:
            self._wrong(name, f"is {self.values[name]!r}", "use a number such as 1, 3 or 100")
            return 1.0
        return rate

    def _number(self, name: str, value: str, *, short: bool) -> str:
        if not value or _NUMBER.fullmatch(value) or (short and _SHORT_CODE.fullmatch(value)):
            return value
        also = " or a short code" if short else ""
        self._wrong(name, "is no phone number", f"write it with + and country code, as in +15551234567{also}")
        return value

    def _voice_number(self, number: str) -> str:
        name = "HELPLINE_VOICE_NUMBER"
        given = self.values.get(name)
        return self._number(name, given, short=False) if given else number

    def _account(self) -> tuple[str, str, str | None]:
        sid = self._needed("TWILIO_ACCOUNT_SID", SIMULATED_ACCOUNT)
        token = self._needed("TWILIO_AUTH_TOKEN", SIMULATED_TOKEN)
        return sid, token, self.values.get("TWILIO_AUTH_TOKEN_SECONDARY")

    def _api_key(self) -> tuple[str | None, str | None]:
        names = "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"
        sid, secret = (self.values.get(n) for n in names)
        if bool(sid) != bool(secret):
            missing = names[1] if sid else names[0]
            self._wrong(missing, "is missing", f"set {names[0]} and {names[1]} together, or neither")
        return sid, secret

    def _stores(self) -> tuple[str | None, str | None]:
        store, queue = self.values.get("REDIS_URL"), self.values.get("QUEUE_REDIS_URL")
        for name, url in (("REDIS_URL", store), ("QUEUE_REDIS_URL", queue)):
            if url is not None and not _is_store_url(url):
                self._wrong(name, "is no store address", f"use {_STORE_FORMS}")
        if queue and _scheme(queue).endswith("+cluster"):
            self._wrong("QUEUE_REDIS_URL", "is a cluster", "the queue needs one server or a Sentinel pair")
        if store and _scheme(store).endswith("+cluster") and not queue:
            self._wrong(
                "QUEUE_REDIS_URL", "is missing", "REDIS_URL is a cluster; name one server for the queue"
            )
        return store, queue

    def _api_url(self, carrier_port: int) -> str | None:
        name = "TWILIO_API_URL"
        given = self.values.get(name)
        if given is None:
            return f"http://127.0.0.1:{carrier_port}" if self.simulation else None
        if not _is_web_url(given):
            self._wrong(name, "is no web address", "use one such as https://api.twilio.com")
        return given.rstrip("/")

    def _public_url(self, port: int) -> str:
        name = "PUBLIC_URL"
        url = self._needed(name, f"http://127.0.0.1:{port}").rstrip("/")
        if not url:
            return url
        parts = urlsplit(url) if _is_web_url(url) else None
        if parts is None or parts.query or parts.fragment:
            self._wrong(
                name, "is no base address", "use one such as https://help.example.org, without ? or #"
            )
        elif not self.simulation and parts.scheme != "https" and parts.hostname not in _HERE:
            self._wrong(name, "is not https", "people's words travel over it; use https://")
        return url

    def _secrets(self) -> tuple[str, ...]:
        name = "HELPLINE_SECRET"
        found = tuple(s.strip() for s in self.values.get(name, "").split(",") if s.strip())
        if not found and not self.simulation:
            self._wrong(name, "is missing", f"make one with {_MAKE_SECRET} and keep a copy in a safe place")
        if any(len(s) < SECRET_LENGTH for s in found):
            self._wrong(name, f"is shorter than {SECRET_LENGTH} characters", f"make one with {_MAKE_SECRET}")
        return found

    def _region(self) -> str:
        name, region = "HELPLINE_REGION", self.values.get("HELPLINE_REGION", "us").lower()
        known = sorted(p.stem for p in (FLOWS / "regions").glob("*.yaml"))
        if known and region not in known:
            self._wrong(name, f"is {region!r}", f"use one of {', '.join(known)}")
        return region

    def _languages(self) -> tuple[str, ...]:
        name = "HELPLINE_LANGUAGES"
        languages = tuple(
            dict.fromkeys(x.strip().lower() for x in self.values.get(name, "en,es").split(",") if x.strip())
        )
        if not languages or not all(re.fullmatch(r"[a-z]{2,3}", x) for x in languages):
            self._wrong(
                name, f"is {self.values[name]!r}", "write codes with commas, the default first, as in en,es"
            )
        return languages

    def _time_zone(self) -> str | None:
        name = "HELPLINE_TIMEZONE"
        zone = self.values.get(name)
        if zone is None:
            return None
        try:
            ZoneInfo(zone)
        except (OSError, ValueError, KeyError):
            self._wrong(name, f"is {zone!r}", "use a name such as America/New_York")
        return zone


def _without_login(url: str | None) -> str | None:
    return re.sub(r"//[^@/]*@", "//***@", url) if url else None


def _scheme(url: str) -> str:
    return url.split("://", 1)[0].lower()


def _is_store_url(url: str) -> bool:
    scheme, separator, rest = url.partition("://")
    return bool(separator and rest) and scheme.lower() in _STORE_SCHEMES


def _is_web_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
