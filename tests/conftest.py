"""Shared by all tests: the tiny course, a fresh copy of it, and its content."""

import os
import shutil
from pathlib import Path

import pytest

from leerlijn import content

ROOT = Path(__file__).parent.parent
VOORBEELD = Path(__file__).parent / "voorbeeldcursus"


@pytest.fixture
def voorbeeld(tmp_path) -> Path:
    """A copy of the tiny course that a test may spoil."""
    return Path(shutil.copytree(VOORBEELD, tmp_path / "cursus"))


@pytest.fixture(scope="session")
def inhoud() -> content.Inhoud:
    """The content of the tiny course; not to be changed."""
    return content.load(VOORBEELD)


@pytest.fixture(scope="session")
def items(inhoud):
    return {i.id: i for i in inhoud.items["proef"]}


def pytest_runtest_logreport(report):
    """Keep the names of what failed, for tests/nog_eens.py. With workers this runs in the process that gathers their reports as well."""
    pad = os.environ.get("LEERLIJN_MISLUKT")
    if pad and report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        with open(pad, "a", encoding="utf-8") as f:
            f.write(report.nodeid + "\n")
