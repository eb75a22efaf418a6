"""A run that failed for a moment is right the second time; one that is broken, or that never got to its end, is not."""

import os
import subprocess
import sys

import pytest

from .conftest import ROOT

EERST_MIS = """
import pathlib
def test_te_laat():
    merk = pathlib.Path(__file__).with_name("gezien")
    assert merk.exists() or merk.write_text("x") == 0
"""
ANDER = "def test_ander(): {}\n"


def run(map_, *args, **env):
    omgeving = {**os.environ, "LEERLIJN_MISLUKT": str(map_ / "mislukt"), "PYTHONPATH": str(ROOT)}
    omgeving.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run([sys.executable, *args], cwd=map_, env=omgeving, capture_output=True, text=True)


def both(map_, ander, *opties):
    """The first run and the second, as `make test` does them. Gives the exit code of the second and what it said."""
    (map_ / "pytest.ini").write_text("[pytest]\n")
    (map_ / "test_a.py").write_text(EERST_MIS)
    (map_ / "test_b.py").write_text(ANDER.format(ander))
    eerst = run(map_, "-m", "pytest", "-q", "-p", "tests.nog_eens", "-p", "no:cacheprovider", *opties)
    assert eerst.returncode != 0, eerst.stdout
    kind = run(map_, str(ROOT / "tests" / "nog_eens.py"), "-q", "-p", "no:cacheprovider")
    return kind.returncode, kind.stdout


@pytest.mark.parametrize("opties", [(), ("-n", "2")])
def test_too_late_once_is_right_the_second_time_and_only_that_file_runs(tmp_path, opties):
    code, tekst = both(tmp_path, "pass", *opties)
    assert code == 0 and "1 passed" in tekst and "test_b" not in tekst


@pytest.mark.parametrize(
    "ander, opties",
    [("assert 0", ()), ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ()), ("raise KeyboardInterrupt", ()), ("pass", ("-x",)), ("pass", ("--maxfail=1",))],
)
def test_what_is_broken_or_never_ran_is_not_right(tmp_path, ander, opties):
    code, tekst = both(tmp_path, ander, *opties)
    assert code != 0 and ("1 failed" in tekst or "niet tot het eind" in tekst)


def test_these_tests_write_the_names():
    from . import conftest, nog_eens

    assert (conftest.pytest_runtest_logreport, conftest.pytest_sessionfinish) == (nog_eens.pytest_runtest_logreport, nog_eens.pytest_sessionfinish)
