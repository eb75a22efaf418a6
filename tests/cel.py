"""A built course in a learner's folder, and messages to its cells as the browser sends them."""

import contextlib
import ctypes
import shutil
import time
from pathlib import Path

import pytest

from leerlijn import build

from .conftest import VOORBEELD


@pytest.fixture(scope="session")
def gebouwd(tmp_path_factory):
    map_ = tmp_path_factory.mktemp("toon")
    return build.build(Path(shutil.copytree(VOORBEELD, map_ / "bron")))


@pytest.fixture
def cursus(gebouwd, tmp_path):
    build.install(gebouwd, tmp_path / "leerlijn")
    return tmp_path / "leerlijn"


@pytest.fixture
def les(cursus, monkeypatch):
    monkeypatch.chdir(cursus / "proef")
    return cursus


@pytest.fixture
def toets(cursus, monkeypatch):
    monkeypatch.chdir(cursus / "toetsen" / "proef")
    return cursus


class Draad:
    """Stands for `later`: runs the job at once and keeps what it said."""

    def __init__(self):
        self.uit = []

    def __call__(self, taak):
        self.uit.append(taak())


def stuur(onderdeel, **bericht):
    bericht.setdefault("nr", f"n{time.monotonic_ns()}")
    return onderdeel._sessie.receive(bericht, Draad())


def antwoord(onderdeel, item, waarde, **extra):
    return stuur(onderdeel, type="antwoord", item=item, antwoord=waarde, **extra)


@contextlib.contextmanager
def bound_by_modes():
    """This thread obeys the modes of files, also as root: without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capset(2), version 3)."""
    libc, kop = ctypes.CDLL(None, use_errno=True), (ctypes.c_uint32 * 2)(0x20080522, 0)
    stand = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; low half, then high half

    def capset(effectief):
        stand[0] = effectief
        if libc.capset(kop, stand):
            raise OSError(ctypes.get_errno(), "capset")

    if libc.capget(kop, stand):
        raise OSError(ctypes.get_errno(), "capget")
    was = stand[0]
    capset(was & ~0b110)
    try:
        yield
    finally:
        capset(was)
