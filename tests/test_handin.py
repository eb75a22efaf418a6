"""Handing in: what leaves the folder, what is refused and in which words. The exchange is nbgrader's own, made by hand here."""

import errno
import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from leerlijn import answers, handin, inlevering, uitwisseling
from leerlijn.errors import HandInError

CURSUS = {"course": "proefcursus", "assignment": "proef"}
ITEMS = {"module": "proef", "items": [{"id": i} for i in ("een", "twee", "drie")]}


@pytest.fixture
def map_(tmp_path, monkeypatch):
    """The learner's test folder, with a released test in the exchange."""
    uit, toets = tmp_path / "uit", tmp_path / "leerling" / "toetsen" / "proef"
    vrij = uit / "proefcursus" / "outbound" / "proef"
    for m in (toets, vrij, uit / "proefcursus" / "inbound"):
        m.mkdir(parents=True)
    (uit / "proefcursus" / "inbound").chmod(0o2733)
    uit.chmod(0o777)
    for m in (toets, vrij):
        (m / "cursus.json").write_text(json.dumps(CURSUS))
        (m / "publiek.json").write_text(json.dumps(ITEMS))
        (m / "toets.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    for naam, waarde in {"LEERLIJN_UITWISSELING": uit, "JUPYTER_DATA_DIR": tmp_path / "data", "JUPYTER_CONFIG_DIR": tmp_path / "config"}.items():
        monkeypatch.setenv(naam, str(waarde))
    answers.append(toets / "antwoorden.jsonl", "een", "a")
    return toets


@pytest.fixture
def snel(monkeypatch):
    """The errand in this process: the same code without a second of starting up."""

    def kind(opdracht, **gegevens):
        try:
            return getattr(uitwisseling, opdracht)(**gegevens)
        except HandInError as e:
            return {"fout": str(e)}
        except Exception as e:
            return {"fout": inlevering.in_words(e)}

    monkeypatch.setattr(uitwisseling, "run_child", kind)


def inbound(map_):
    return sorted(Path(os.environ["LEERLIJN_UITWISSELING"], "proefcursus", "inbound").glob("*"))


def released(map_, **beleid):
    pad = Path(os.environ["LEERLIJN_UITWISSELING"], "proefcursus", "outbound", "proef", "cursus.json")
    pad.write_text(json.dumps({**CURSUS, **beleid}))


def test_command_hands_in_and_prints_receipt(map_):
    """The real thing: `python -m leerlijn.handin <map>`, child process included."""
    kind = subprocess.run([sys.executable, "-m", "leerlijn.handin", str(map_)], capture_output=True, text=True)
    kwitantie = json.loads(kind.stdout)
    assert (kind.returncode, kwitantie["aantal"], kwitantie["onbeantwoord"], kwitantie["keer"]) == (0, 1, ["twee", "drie"], 1)
    assert datetime.fromisoformat(kwitantie["t"]).tzinfo is not None
    assert json.loads((map_.parent.parent / "prive" / "ingeleverd" / "proef.json").read_text()) == kwitantie
    assert len(inbound(map_)) == 1


def test_only_answers_leave(map_, snel, tmp_path):
    (tmp_path / "geheim").write_text("SLEUTEL")
    (map_ / "aantekening.txt").write_text("PRIVE")
    (map_ / "verwijzing.txt").symlink_to(tmp_path / "geheim")
    (map_ / "toets.ipynb").write_text('{"cells": [{"source": "PRIVE"}]}')
    pad = map_ / "antwoorden.jsonl"
    for item, waarde in (("een", "KLAD"), ("een", "b"), ("twee", "KLAD"), ("twee", ""), ("onbekend", "KLAD")):
        answers.append(pad, item, waarde, extra={"zekerheid": 3, "naam": "KLAD"})
    kwitantie = handin.inleveren(map_)
    assert (kwitantie.aantal, kwitantie.onbeantwoord) == (1, ["twee", "drie"])
    (map2,) = inbound(map_)
    assert {p.name for p in map2.iterdir()} == {"antwoorden.jsonl", "toets.ipynb", "publiek.json", "cursus.json", "timestamp.txt", "submission_secret.txt"}
    alles = "".join(p.read_text() for p in map2.iterdir())
    assert not [w for w in ("PRIVE", "SLEUTEL", "KLAD", "zekerheid", "naam") if w in alles]
    (regel,) = (map2 / "antwoorden.jsonl").read_text().splitlines()
    assert json.loads(regel)["antwoord"] == "b"


def test_again_replaces_and_counts(map_, snel):
    assert [handin.inleveren(map_).keer for _ in range(3)] == [1, 2, 3]
    assert handin.receipt(map_).keer == 3 and len(inbound(map_)) == 3


def test_receipt_that_cannot_be_kept_is_no_failure(map_, snel):
    (map_.parent.parent / "prive").write_text("een bestand waar een map hoort")
    assert handin.inleveren(map_).aantal == 1
    assert handin.receipt(map_) is None


def weg(map_):
    shutil.rmtree(os.environ["LEERLIJN_UITWISSELING"])


def niet_vrij(map_):
    shutil.rmtree(Path(os.environ["LEERLIJN_UITWISSELING"], "proefcursus", "outbound", "proef"))


def leeg(map_):
    (map_ / "antwoorden.jsonl").unlink()


def leeggemaakt(map_):
    answers.append(map_ / "antwoorden.jsonl", "een", "  ")


def verwijzing(map_):
    (map_ / "antwoorden.jsonl").rename(map_ / "echt")
    (map_ / "antwoorden.jsonl").symlink_to(map_ / "echt")


def halve_map(map_):
    (map_ / "cursus.json").write_text("{")


def sluw(map_):
    (map_ / "cursus.json").write_text(json.dumps({"course": "proefcursus", "assignment": "../../elders"}))


def te_laat(map_):
    released(map_, inleveren_tot="2001-01-31", te_laat="weigeren")


def te_vaak(map_):
    released(map_, pogingen=1)
    handin.inleveren(map_)


def te_laat_in_de_cursus(map_):
    beleid = {"cesuur": 0.6, "pogingen": 0, "inleveren_tot": {"proef": "2001-01-31"}, "te_laat": "weigeren"}
    (map_.parent.parent / "cursus.json").write_text(json.dumps({"beleid": beleid}))


@pytest.mark.parametrize(
    ("maak", "zin"),
    [
        (weg, "nog geen uitwisselmap"),
        (niet_vrij, "nog niet vrijgegeven"),
        (leeg, "nog geen vraag beantwoord"),
        (leeggemaakt, "nog geen vraag beantwoord"),
        (verwijzing, "nog geen vraag beantwoord"),
        (halve_map, "niet compleet"),
        (sluw, "niet compleet"),
        (te_laat, "tot en met 31-1-2001"),
        (te_laat_in_de_cursus, "tot en met 31-1-2001"),
        (te_vaak, "al 1 keer ingeleverd"),
    ],
)
def test_refused_in_words(map_, snel, maak, zin, tmp_path):
    maak(map_)
    with pytest.raises(HandInError, match=zin) as fout:
        handin.inleveren(map_)
    assert str(tmp_path) not in str(fout.value)


def test_no_right_to_write(map_, snel, monkeypatch):
    echt = os.access
    monkeypatch.setattr(os, "access", lambda p, m: False if "inbound" in str(p) else echt(p, m))  # root may write anywhere
    with pytest.raises(HandInError, match="laat je niet toe"):
        handin.inleveren(map_)


@pytest.mark.parametrize(
    ("fout", "zin"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is vol"),
        (shutil.Error([("a", "b", "[Errno 28] No space left on device: '/pad/van/server'")]), "is vol"),
        (PermissionError(errno.EACCES, "Permission denied", "/pad/van/server"), "niet schrijven"),
        (RuntimeError("/pad/van/server"), "Probeer het zo opnieuw"),
    ],
)
def test_failure_leaves_nothing_behind(map_, snel, monkeypatch, fout, zin):
    from nbgrader.exchange.default import ExchangeSubmit

    def half(self, src, dest, log=None):
        Path(dest).mkdir(parents=True)
        Path(dest, "antwoorden.jsonl").write_text("half")
        raise fout

    monkeypatch.setattr(ExchangeSubmit, "do_copy", half)
    with pytest.raises(HandInError, match=zin) as gevangen:
        handin.inleveren(map_)
    assert "/pad" not in str(gevangen.value)
    assert inbound(map_) == [] and handin.receipt(map_) is None


def test_exchange_that_hangs(map_, monkeypatch):
    monkeypatch.setattr(uitwisseling, "TIJDSLIMIET", 0.01)
    with pytest.raises(HandInError, match="antwoordt niet"):
        handin.inleveren(map_)


def test_deadline_is_the_dutch_day():
    beleid = {"inleveren_tot": "2030-06-30", "te_laat": "weigeren"}
    inlevering.check_policy(beleid, 1, datetime(2030, 6, 30, 21, 59, tzinfo=timezone.utc))  # 23:59 in the Netherlands
    with pytest.raises(HandInError):
        inlevering.check_policy(beleid, 1, datetime(2030, 6, 30, 22, 1, tzinfo=timezone.utc))
    inlevering.check_policy({**beleid, "te_laat": "toestaan"}, 1, datetime(2031, 1, 1, tzinfo=timezone.utc))


def test_kernel_stays_light():
    code = "import sys, leerlijn.handin, leerlijn.feedback; print([m for m in ('nbgrader', 'pydantic', 'bs4', 'bleach', 'nbformat', 'traitlets') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
