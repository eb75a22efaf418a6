"""The lock on a learner's kernel, tried from inside: a hostile program with the account of everybody else."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from leerlijn import dienst_kern, dienst_slot

STRENG = pytest.mark.skipif(dienst_slot.version() < 6, reason="deze Linux heeft geen Landlock 6 (Linux 6.12)")
POGING = """
import json, os, resource, socket, subprocess, sys
from pathlib import Path
from leerlijn import dienst_slot
conf = json.loads(sys.argv[1])
dienst_slot.limit()
dienst_slot.lock(conf["lezen"], conf["eigen"], conf["poorten"], conf["minstens"])

def probeer(code):
    try:
        exec(code, {**globals(), **conf})
        return "gelukt"
    except BaseException as e:
        return type(e).__name__

print(json.dumps({naam: probeer(code) for naam, code in conf["pogingen"].items()}))
"""
GEWEIGERD = {
    "antwoorden van een ander lezen": "open(f'{ander}/antwoorden.jsonl').read()",
    "antwoorden van een ander veranderen": "open(f'{ander}/antwoorden.jsonl', 'a').write('x')",
    "alle deelnemers opsommen": "os.listdir(gegevens)",
    "geheim van de dienst lezen": "open(f'{gegevens}/koekjesgeheim').read()",
    "de cursus veranderen": "open(f'{cursus}/cursus.json', 'w')",
    "iets bij de cursus zetten": "open(f'{cursus}/nieuw.py', 'w')",
    "de pakketten veranderen": "open(f'{pakket}/x.pth', 'w')",
    "in /tmp schrijven": "open('/tmp/leerlijn-proef', 'w')",
    "wachtwoorden lezen": "open('/etc/passwd').read()",
    "omgeving van de dienst lezen": "open(f'/proc/{ouder}/environ').read()",
    "een sein geven aan de dienst": "os.kill(ouder, 0)",
    "verbinding maken": "socket.create_connection(('127.0.0.1', poort), 2)",
    "een andere poort openen": "socket.create_server(('127.0.0.1', vrij))",
    "via een ander programma": "subprocess.run(['/bin/cat', f'{ander}/antwoorden.jsonl'], check=True, capture_output=True)",
    "een verwijzing maken": "os.symlink(ander, f'{mijn}/prive')",
    "een harde verwijzing maken": "os.link(f'{ander}/antwoorden.jsonl', f'{mijn}/antwoorden.jsonl')",
    "een map van een ander hierheen halen": "os.rename(ander, f'{mijn}/ander')",
    "een pijp maken": "os.mkfifo(f'{mijn}/prive.jsonl')",
    "een groot bestand": "open(f'{mijn}/groot', 'wb').write(b'x' * (20 << 20))",
    "veel geheugen": "bytearray(3 << 30)",
}
GAAT = {
    "eigen map": "Path(mijn, 'prive').mkdir(); Path(mijn, 'prive', 'a.jsonl').write_text('x'); os.rename(f'{mijn}/prive/a.jsonl', f'{mijn}/b')",
    "de cursus lezen": "open(f'{cursus}/cursus.json').read()",
    "een pakket laden": "import ipywidgets",
    "eigen poort": "socket.create_server(('127.0.0.1', eigen_poort))",
    "klok": "import datetime, zoneinfo; datetime.datetime.now(zoneinfo.ZoneInfo('Europe/Amsterdam'))",
}


@pytest.fixture(scope="module")
def wereld(tmp_path_factory):
    """Two learners, a course, a secret of the service and a listening service."""
    tmp = tmp_path_factory.mktemp("slot")
    mappen = {n: tmp / n for n in ("gegevens", "gegevens/mijn", "gegevens/ander", "cursus")}
    for m in mappen.values():
        m.mkdir()
    (mappen["gegevens/ander"] / "antwoorden.jsonl").write_text("GEHEIM")
    (mappen["gegevens"] / "koekjesgeheim").write_text("GEHEIM")
    (mappen["cursus"] / "cursus.json").write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as luister, socket.create_server(("127.0.0.1", 0)) as a, socket.create_server(("127.0.0.1", 0)) as b:
        vrij, eigen_poort = a.getsockname()[1], b.getsockname()[1]
        a.close()
        b.close()
        yield {
            "gegevens": str(mappen["gegevens"]), "mijn": str(mappen["gegevens/mijn"]), "ander": str(mappen["gegevens/ander"]), "cursus": str(mappen["cursus"]),
            "pakket": next(p for p in sys.path if p.endswith("site-packages")), "ouder": os.getpid(), "poort": luister.getsockname()[1], "vrij": vrij, "eigen_poort": eigen_poort,
        }  # fmt: skip


def uitvoeren(wereld, pogingen, minstens="streng"):
    conf = {**wereld, "pogingen": pogingen, "minstens": minstens, "poorten": [wereld["eigen_poort"]], "eigen": [wereld["mijn"], "/dev/null"],
            "lezen": dienst_kern.readable(wereld["cursus"], "/nergens")}  # fmt: skip
    kind = subprocess.run([sys.executable, "-P", "-c", POGING, json.dumps(conf)], capture_output=True, text=True, cwd="/")
    assert kind.returncode == 0, kind.stderr
    return json.loads(kind.stdout)


@STRENG
def test_everything_hostile_is_refused(wereld):
    uit = uitvoeren(wereld, GEWEIGERD)
    assert not [naam for naam, wat in uit.items() if wat == "gelukt"]
    assert Path(wereld["ander"], "antwoorden.jsonl").read_text() == "GEHEIM" and not Path(wereld["cursus"], "nieuw.py").exists()


@STRENG
def test_a_lesson_has_what_it_needs(wereld):
    assert uitvoeren(wereld, GAAT) == dict.fromkeys(GAAT, "gelukt")


def test_each_of_these_would_work_without_the_lock(wereld, tmp_path):
    """The proof that the attempts above are attempts: by itself the same account may do nearly all of it."""
    with pytest.MonkeyPatch.context() as mp:
        mp.setenv("TMPDIR", str(tmp_path))
        code = POGING.replace("dienst_slot.lock(", "(lambda *a: None)(")
        los = {n: GEWEIGERD[n] for n in ("antwoorden van een ander lezen", "alle deelnemers opsommen", "geheim van de dienst lezen", "verbinding maken", "een sein geven aan de dienst")}
        kind = subprocess.run([sys.executable, "-P", "-c", code, json.dumps({**wereld, "pogingen": los, "minstens": "uit", "poorten": [], "eigen": [], "lezen": []})], capture_output=True, text=True)
    assert set(json.loads(kind.stdout).values()) == {"gelukt"}, kind.stderr


def test_too_little_lock_is_no_lock(wereld, monkeypatch):
    """On a system that can do less than was asked nothing starts; `uit` must be asked for by name."""
    monkeypatch.setattr(dienst_slot, "version", lambda: 3)
    with pytest.raises(RuntimeError, match="Landlock 4 is nodig voor slot=streng"):
        dienst_slot.lock([], [], [], "streng")
    monkeypatch.setattr(dienst_slot, "version", lambda: 0)
    with pytest.raises(RuntimeError, match="heeft versie 0"):
        dienst_slot.lock([], [], [], "bestanden")
    assert dienst_slot.lock([], [], [], "uit") == 0
