"""Settings: what holds when nothing is set, and every problem at once."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from helpline.carrier import settings as carrier
from helpline.config import (
    NAMES,
    SIMULATED_ACCOUNT,
    SIMULATED_TOKEN,
    Mode,
    Settings,
    SettingsError,
    read_settings,
    reported,
)

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "HELPLINE_MODE": "production",
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "token",
    "HELPLINE_NUMBER": "+15551234567",
    "PUBLIC_URL": "https://help.example.org/",
    "HELPLINE_SECRET": "a-new-secret-of-some-length, an-old-secret-of-some-length",
}


def read(folder: Path, **values: str) -> Settings:
    """Read settings from these values alone."""
    return read_settings({"HELPLINE_DATA": str(folder / "var")} | values, folder=folder)


def problems(folder: Path, **values: str) -> tuple[str, ...]:
    """Return what is wrong with these values."""
    with pytest.raises(SettingsError) as caught:
        read(folder, **values)
    return caught.value.problems


def test_nothing_set_is_a_working_simulation(tmp_path: Path) -> None:
    """A newcomer needs no account, key or server."""
    settings = read(tmp_path)
    assert settings.mode is Mode.SIMULATION
    assert settings.local_carrier
    assert settings.redis_url is None
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.api_url == "http://127.0.0.1:8001"
    assert settings.number == settings.voice_number == "+15005550006"
    assert settings.languages == ("en", "es")
    assert settings.segments_per_second == 100


def test_the_local_carrier_uses_the_same_account(tmp_path: Path) -> None:
    """The pair that the simulation takes for granted is the one the local carrier has."""
    assert (carrier.SIMULATED_ACCOUNT, carrier.SIMULATED_TOKEN) == (SIMULATED_ACCOUNT, SIMULATED_TOKEN)
    assert read(tmp_path).tokens == (SIMULATED_TOKEN,)


def test_an_account_makes_it_production(tmp_path: Path) -> None:
    """Whoever sets a real account means it."""
    settings = read(tmp_path, **{k: v for k, v in PRODUCTION.items() if k != "HELPLINE_MODE"})
    assert settings.mode is Mode.PRODUCTION
    assert settings.api_url is None
    assert not settings.local_carrier
    assert settings.public_url == "https://help.example.org"
    assert settings.secrets == ("a-new-secret-of-some-length", "an-old-secret-of-some-length")
    assert settings.segments_per_second == 1


def test_a_carrier_of_ones_own_replaces_the_local_one(tmp_path: Path) -> None:
    """With TWILIO_API_URL no local carrier is started, also in a simulation."""
    settings = read(tmp_path, TWILIO_API_URL="http://127.0.0.1:4010/")
    assert settings.api_url == "http://127.0.0.1:4010"
    assert not settings.local_carrier


def test_the_public_address_follows_the_port(tmp_path: Path) -> None:
    """Another port in a simulation needs no second setting."""
    assert read(tmp_path, HELPLINE_PORT="8010").public_url == "http://127.0.0.1:8010"


def test_production_names_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    """Nobody has to start five times to learn of five missing settings."""
    found = "\n".join(problems(tmp_path, HELPLINE_MODE="production"))
    for name in PRODUCTION.keys() - {"HELPLINE_MODE"}:
        assert f"{name} is missing: " in found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HELPLINE_MODE", "test"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://"),
        ("QUEUE_REDIS_URL", "redis+cluster://one"),
        ("TWILIO_API_KEY_SID", "SK1"),
        ("TWILIO_API_URL", "api.example.org"),
        ("HELPLINE_NUMBER", "555-0100"),
        ("HELPLINE_VOICE_NUMBER", "12345"),
        ("HELPLINE_OPTOUT_MODE", "none"),
        ("HELPLINE_SEGMENTS_PER_SECOND", "0"),
        ("HELPLINE_SEGMENTS_PER_SECOND", "nan"),
        ("HELPLINE_SEGMENTS_PER_SECOND", "fast"),
        ("PUBLIC_URL", "help.example.org"),
        ("PUBLIC_URL", "https://help.example.org/?a=1"),
        ("PUBLIC_URL", "https://help.example.org:99999"),
        ("HELPLINE_SECRET", "short"),
        ("HELPLINE_LANGUAGES", "english"),
        ("HELPLINE_LANGUAGES", ","),
        ("HELPLINE_TIMEZONE", "Mars/Olympus"),
        ("HELPLINE_TIMEZONE", "../../etc/passwd"),
        ("HELPLINE_ACCEPT_DRAFT", "maybe"),
        ("HELPLINE_PORT", "80x"),
        ("HELPLINE_PORT", "70000"),
        ("HELPLINE_CARRIER_PORT", "8000"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(tmp_path: Path, name: str, value: str) -> None:
    """One line each: the setting, what is wrong, what to do."""
    found = problems(tmp_path, **{name: value})
    assert len(found) == 1
    assert found[0].startswith(("TWILIO_API_KEY_SECRET" if name == "TWILIO_API_KEY_SID" else name) + " ")
    assert ": " in found[0]


def test_plain_http_is_for_this_machine_only(tmp_path: Path) -> None:
    """In production people's words never travel in the clear."""
    found = problems(tmp_path, **PRODUCTION | {"PUBLIC_URL": "http://help.example.org"})
    assert found == ("PUBLIC_URL is not https: people's words travel over it; use https://.",)
    assert read(tmp_path, **PRODUCTION | {"PUBLIC_URL": "http://127.0.0.1:8000"})


def test_a_cluster_needs_a_server_for_the_queue(tmp_path: Path) -> None:
    """RQ does not run on a cluster."""
    (found,) = problems(tmp_path, REDIS_URL="redis+cluster://one:6379")
    assert found.startswith("QUEUE_REDIS_URL is missing")


def test_a_simulation_makes_its_secret_once_and_for_the_owner_only(tmp_path: Path) -> None:
    """The generated secret stays the same, and nobody else can read it."""
    first, second = read(tmp_path), read(tmp_path)
    assert first.secrets == second.secrets
    assert len(first.secrets[0]) >= 32
    kept = tmp_path / "var" / "secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert sorted(p.name for p in kept.parent.iterdir()) == ["secret"]


def test_a_damaged_secret_is_not_replaced(tmp_path: Path) -> None:
    """A new secret would make all that is stored unreadable."""
    read(tmp_path)
    (tmp_path / "var" / "secret").write_text("x")
    assert "is damaged" in problems(tmp_path)[0]


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    """The data folder may be somebody else's."""
    (tmp_path / "var").write_text("a file, not a folder")
    assert problems(tmp_path)[0].startswith("HELPLINE_DATA is ")


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """A file .env gives what the environment leaves open; an empty value counts as unset."""
    (tmp_path / ".env").write_text(
        "# ours\n\nexport HELPLINE_NAME='Night Line'\nHELPLINE_PORT=8100 # web\nHELPLINE_REGION=uk\n"
    )
    settings = read(tmp_path, HELPLINE_PORT="8200", HELPLINE_REGION="", HELPLINE_HOST="")
    assert (settings.name, settings.port, settings.host) == ("Night Line", 8200, "127.0.0.1")


def test_a_line_of_the_file_that_is_no_setting_is_named(tmp_path: Path) -> None:
    """A slip in .env is found, with its line."""
    (tmp_path / ".env").write_text("HELPLINE_PORT 8100\n")
    assert problems(tmp_path) == (".env line 1 is not understood: write NAME=value.",)


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    """Neither a printed Settings nor the report of `doctor` holds a secret."""
    settings = read(tmp_path, **PRODUCTION | {"REDIS_URL": "redis://user:hush@host:6379"})
    shown = repr(settings) + repr(reported(settings))
    for secret in (*settings.secret_values, "hush"):
        assert secret not in shown
    assert [name for name, _ in reported(settings)] == list(NAMES)


def test_the_example_file_lists_every_setting_and_no_other() -> None:
    """`.env.example` and the code say the same."""
    written = (ROOT / ".env.example").read_text()
    assert re.findall(r"^#([A-Z_]+)=", written, re.MULTILINE) == list(NAMES)
