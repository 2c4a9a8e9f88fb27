"""Find the browser that the browser tests drive, and install Debian's where it is missing and may be.

Run by `make test`. It never fails: where no browser can be had the browser tests are left out, and both this
program and the end of the test run say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"
PACKAGES = ("chromium", "chromium-driver")
REMEDY = "install Chromium and its driver (on Debian: apt install chromium chromium-driver)"


def browser() -> tuple[str, str] | None:
    """Return the paths of the browser and of its driver, None unless both are there."""
    found, driver = next(filter(None, map(shutil.which, BROWSERS)), None), shutil.which(DRIVER)
    return (found, driver) if found and driver else None


def install() -> None:
    """Install both with apt, if this user may."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    print("Installing Chromium for the browser tests (a minute or two) …", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        try:
            subprocess.run([apt, "-q", *step], env=quiet, capture_output=True, timeout=600, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"apt-get {step[0]} failed ({type(error).__name__}).", file=sys.stderr)
            return


def main() -> int:
    """Make sure of the browser, or say what is missing; always 0."""
    if browser() is None:
        install()
    if browser() is None:
        print(f"The browser tests cannot run here: {REMEDY}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
