"""HTML to PDF with the Chromium of the machine, if there is one."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)  # fmt: skip
LONGEST = 120
"""Seconds that printing may take."""


def as_pdf(page: Path, target: Path) -> str:
    """Print a page to PDF and return what to tell: the file, or why there is none."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return f"No PDF: Chromium is not installed. Open {page} in a browser and print it from there."
    wanted = target.resolve()
    wanted.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        # Without its own sandbox it also runs as root in a container; it opens nothing but our own file.
        asked = [browser, *QUIET, "--no-sandbox", f"--user-data-dir={profile}", f"--print-to-pdf={wanted}"]
        try:
            subprocess.run(
                [*asked, page.resolve().as_uri()], capture_output=True, timeout=LONGEST, check=False
            )
        except subprocess.TimeoutExpired:
            return f"No PDF: {browser} took over {LONGEST} seconds. Open {page} in a browser and print it."
    return str(target) if wanted.exists() else f"No PDF: {browser} could not print {page}. Print it by hand."
