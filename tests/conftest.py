"""Shared by all tests: the tiny course, a fresh copy of it, and its content."""

import shutil
import time
from datetime import datetime
from pathlib import Path

import pytest

from leerlijn import content
from leerlijn.termijn import NEDERLAND

from .nog_eens import pytest_runtest_logreport, pytest_sessionfinish  # noqa: F401 - hooks

ROOT = Path(__file__).parent.parent
VOORBEELD = Path(__file__).parent / "voorbeeldcursus"


@pytest.fixture
def voorbeeld(tmp_path) -> Path:
    """A copy of the tiny course that a test may spoil."""
    return Path(shutil.copytree(VOORBEELD, tmp_path / "cursus"))


@pytest.fixture
def one_day() -> None:
    """For a test that tells days apart: it does not begin just before midnight, and so ends on the day on which it began."""
    while (nu := datetime.now(NEDERLAND)).hour == 23 and nu.minute >= 57:
        time.sleep(1)


@pytest.fixture(scope="session")
def inhoud() -> content.Inhoud:
    """The content of the tiny course; not to be changed."""
    return content.load(VOORBEELD)


@pytest.fixture(scope="session")
def items(inhoud):
    return {i.id: i for i in inhoud.items["proef"]}
