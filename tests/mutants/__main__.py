"""`python -m tests.mutants`: try every mutant and name those that nobody notices; 1 when there is one."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from helpline.flowbook.load import load
from helpline.flowbook.proof.cores import run
from tests.mutants.everything import all_mutants
from tests.mutants.table import EQUIVALENT

FLOWS = Path(__file__).parents[2] / "flows"


def main() -> int:
    """Return the exit status."""
    begun = time.monotonic()
    flow = load(FLOWS, name="Pregnancy Bleeding Helpline", region="us", languages=("en", "es"))
    mutants = list(all_mutants(flow))
    caught = run([check for _, check in mutants], 2)
    missed = [name for (name, _), found in zip(mutants, caught, strict=True) if not found]
    seconds = time.monotonic() - begun
    sys.stdout.write(f"{len(mutants) - len(missed)} of {len(mutants)} mutants caught in {seconds:.0f} s; "
          f"{len(EQUIVALENT)} more make nothing milder for anybody.\n")
    for name in missed:
        sys.stdout.write(f"not caught: {name}\n")
    return 1 if missed else 0


sys.exit(main())
