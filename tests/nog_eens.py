"""Files in which something failed, run once more by themselves: on a machine of two cores a browser or a hub may come too late beside the others.

What fails twice is broken, and the exit code says so. Reads the names that tests/conftest.py wrote to $LEERLIJN_MISLUKT.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def main(pad: Path) -> int:
    bestanden = sorted({r.split("::")[0] for r in pad.read_text("utf-8").splitlines() if r}) if pad.is_file() else []
    pad.unlink(missing_ok=True)
    if not bestanden:
        return 1  # pytest failed for another reason than a test
    print("Nog eens, zonder andere proeven ernaast:", *bestanden, sep="\n  ", flush=True)
    return int(pytest.main(["-n", "0", *bestanden]))


if __name__ == "__main__":
    sys.exit(main(Path(os.environ["LEERLIJN_MISLUKT"])))
