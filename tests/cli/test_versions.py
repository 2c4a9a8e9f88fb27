"""Reviewed content is never edited in place: the same version with other words does not open the line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpline.config import read_settings
from helpline.opener import Opener
from helpline.store.port import StoreUnavailable
from helpline.wiring import content
from tests.conftest import embedded_server

PRODUCTION = {
    "HELPLINE_MODE": "production",
    "HELPLINE_ACCEPT_DRAFT": "yes",
    "HELPLINE_SECRET": "a-long-secret-that-only-this-test-knows-0123456789",
    "HELPLINE_NUMBER": "+15005550006",
    "PUBLIC_URL": "https://help.example",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token-of-this-test",
}


def _opens(folder: Path, address: str, checksum: str) -> None:
    settings = read_settings({**PRODUCTION, "REDIS_URL": address}, folder=folder)
    flow = content(settings)
    opener = Opener(settings, replace(flow, checksum=checksum))
    try:
        opener.line()
    finally:
        opener.close()


def test_other_words_under_the_same_version_are_refused_in_production(tmp_path: Path) -> None:
    """The first words of a version are the ones it stands for; whoever changes them raises the version."""
    with embedded_server(tmp_path) as server:
        _opens(tmp_path, server.url, "first")
        _opens(tmp_path, server.url, "first")

        with pytest.raises(StoreUnavailable, match="raise `version`"):
            _opens(tmp_path, server.url, "other")
