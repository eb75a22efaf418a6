"""Files in which something failed, run once more by themselves: on a machine of two cores a browser or a hub may come too late beside the others.

What fails twice is broken, and the exit code says so. So it does when the first run did not get to its end: what was never run can't be right.
Reads the names that the first run wrote to $LEERLIJN_MISLUKT, by the two hooks below (tests/conftest.py has them).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

GEHEEL = "# alles is gelopen"  # last line, when it is so


def _write(regel: str) -> None:
    # With workers the process that gathers their reports runs these hooks as well.
    if (pad := os.environ.get("LEERLIJN_MISLUKT")) and "PYTEST_XDIST_WORKER" not in os.environ:
        with open(pad, "a", encoding="utf-8") as f:
            f.write(regel + "\n")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _write(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.TESTS_FAILED and not (session.shouldfail or session.shouldstop):
        _write(GEHEEL)


def main(pad: Path, *opties: str) -> int:
    """Run again; gives the exit code. pad: of the file with names; opties: for pytest."""
    regels = [r for r in pad.read_text("utf-8").splitlines() if r] if pad.is_file() else []
    pad.unlink(missing_ok=True)
    bestanden = sorted({r.split("::")[0] for r in regels if r != GEHEEL})
    if GEHEEL not in regels or not bestanden:
        print("De eerste keer is niet tot het eind gekomen: nog eens doen heeft geen zin.", flush=True)
        return 1
    print("Nog eens, zonder andere proeven ernaast:", *bestanden, sep="\n  ", flush=True)
    return int(pytest.main(["-n", "0", *opties, *bestanden]))


if __name__ == "__main__":
    sys.exit(main(Path(os.environ["LEERLIJN_MISLUKT"]), *sys.argv[1:]))
