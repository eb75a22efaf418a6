"""Shared by all tests: the tiny course, a fresh copy of it, and its content."""

import shutil
from pathlib import Path

import pytest

from leerlijn import content

from .nog_eens import pytest_runtest_logreport, pytest_sessionfinish  # noqa: F401 - hooks

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
