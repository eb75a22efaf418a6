"""`leerlijn grade`: from the exchange to the gradebook in one go, for a whole group.

Each graded notebook is the released one with our own articles in it; of a learner only answers are taken over. First all work is
scored and written beside the result of last time, then one transaction puts all rows in the gradebook, then the new folders take
the place of the old. Whoever stops it halfway finds everything as it was; whoever runs it again gets the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO

from . import beleid as regels
from . import besloten, docent, gradebook, gradecell, intake, uitwisseling
from .eigenaar import as_owner, check_not_root
from .errors import LeerlijnError
from .model import Beleid

Meld = Callable[[str], None]
Voortgang = Callable[[Iterable[Any], str, int], Iterable[Any]]
NOTEBOOK = f"{gradebook.NOTEBOOK}.ipynb"
MAX_NOTEBOOK = 20_000_000
MEE = (intake.ANTWOORDEN, intake.TIJD, intake.GEHEIM)  # from submitted/ to autograded/, for feedback and for the next run


@dataclass
class Verslag:
    """What happened to one test. Sentences are for the teacher; `mislukt` is what went wrong in the program itself."""

    module: str
    opgehaald: int = 0
    nagekeken: int = 0
    ongewijzigd: int = 0
    onderweg: int = 0
    eerder_geweigerd: int = 0
    wacht: int = 0
    geweigerd: list[str] = field(default_factory=list)
    let_op: list[str] = field(default_factory=list)
    mislukt: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Toets:
    """One test, ready to grade. merk: fingerprint of all that the result depends on beside the answers."""

    boek: gradebook.Toets
    sleutel: dict[str, Any]
    release: bytes
    canon: str
    bron: dict[str, bytes]
    merk: str


@dataclass
class _Werk:
    """What a run has scored and not yet saved: on the disk, so that a large group takes no more memory than a small one."""

    spoel: BinaryIO
    aantal: int = 0
    stand: dict[str, list[str]] = field(default_factory=dict)

    def add(self, uitslag: gradebook.Uitslag) -> None:
        pickle.dump(uitslag, self.spoel)
        self.aantal += 1

    def uitslagen(self) -> Iterator[gradebook.Uitslag]:
        """In the order in which they were added; the nth has its folder in <work folder>/<n>/<module>."""
        self.spoel.seek(0)
        for _ in range(self.aantal):
            yield pickle.load(self.spoel)


def released(root: Path) -> list[str]:
    """Ids of the tests that have been released, in the order of the course."""
    return [m.id for m in regels.course(root).modules if (root / "grading" / "release" / m.id / NOTEBOOK).is_file()]


def run(root: Path, modules: list[str], *, ophalen: bool = True, opnieuw: bool = False, meld: Meld = print, voortgang: Voortgang = lambda it, _, __: it) -> list[Verslag]:
    """Collect and grade these tests; gives what happened, one report a test.

    ophalen: collect from the exchange first; opnieuw: grade unchanged hand-ins too, as `nbgrader autograde --force`; meld: called
    with one Dutch line per thing to know; voortgang: (things, title, total) -> the same things, shown as they pass.
    Raises LeerlijnError with a Dutch sentence; then, and on KeyboardInterrupt, the gradebook and autograded/ are as they were.
    """
    grading = root / "grading"
    check_not_root(grading)  # and what root made there, the account could not use afterwards
    beleid, cursus = regels.load(grading / "beleid.yaml"), regels.course(root)
    with alone(grading, meld) as werkmap:
        engine = _gradebook(grading, modules)
        try:
            with engine.connect() as db:
                toetsen = _prepare(db, grading, modules)
                bekend = {m: gradebook.submissions(db, t.boek) for m, t in toetsen.items()}
                vreemd = {m: {wie for wie, _ in gradebook.strange(db, t.boek)} for m, t in toetsen.items()}
            verslagen = {m: Verslag(m) for m in modules}
            if ophalen:
                inbound = uitwisseling.default_root() / cursus.cursus / "inbound"
                _collect(inbound, grading, werkmap, toetsen, {m.id for m in cursus.modules}, beleid, bekend, verslagen, meld, voortgang)
            werk = {m: _grade(grading, werkmap, t, bekend[m], vreemd[m], opnieuw, verslagen[m], voortgang) for m, t in toetsen.items()}
            _save(engine, grading, werkmap, toetsen, werk, beleid, verslagen)
        except gradebook.DatabaseError as e:
            raise LeerlijnError(f"Het cijferboek werkt niet mee: {gradebook.oorzaak(e)}. Er is niets veranderd. Probeer het zo opnieuw.") from e
        except OSError as e:
            raise LeerlijnError(
                f"Schrijven in {grading} lukt niet: {e.strerror or e}. Maak ruimte of vraag om rechten, en voer dezelfde opdracht opnieuw uit."
            ) from e
        finally:
            engine.dispose()
            shutil.rmtree(werkmap, ignore_errors=True)
    return list(verslagen.values())


@contextlib.contextmanager
def alone(grading: Path, meld: Meld) -> Iterator[Path]:
    """The right to grade in this folder, for one program at a time, and an empty folder to work in."""
    with contextlib.ExitStack() as stapel:
        with as_owner(grading):
            besloten.close(grading)
            map_ = besloten.private(grading / ".nakijken")
            slot = stapel.enter_context(open(map_ / "slot", "a"))
            try:
                fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                meld("Er wordt hier al nagekeken. Ik wacht tot dat klaar is ...")
                fcntl.flock(slot, fcntl.LOCK_EX)
            except OSError as e:
                raise LeerlijnError(f"In {map_} is geen slot te zetten ({e.strerror}). Zet grading/ op een schijf die dat kan.") from e
            werkmap = map_ / "werk"
            shutil.rmtree(werkmap, ignore_errors=True)  # of a run that was broken off
            werkmap.mkdir()
        yield werkmap


def _gradebook(grading: Path, modules: list[str]) -> Any:
    """The gradebook with all these tests in it. What is absent is made by nbgrader itself, from the source that was released."""
    adres = gradebook.url(grading)
    for m in modules:
        if not (grading / "release" / m / NOTEBOOK).is_file():
            raise LeerlijnError(
                f"De toets {m} is nog niet klaargezet en vrijgegeven. Doe in de map grading: nbgrader generate_assignment {m}, "
                f"en daarna: nbgrader release_assignment {m}"
            )
    for poging in (1, 2):
        engine = gradebook.connect(adres)
        if engine:
            with engine.connect() as db:
                ontbreekt = sorted(set(modules) - set(gradebook.load_tests(db, modules)))
        if engine and not ontbreekt:
            return engine
        if engine:
            engine.dispose()
        if poging == 1:
            for m in ontbreekt if engine else modules:
                opdracht = [sys.executable, "-m", "nbgrader", "generate_assignment", m, "--force"]
                kind = subprocess.run(opdracht, cwd=grading, env=docent.environment(grading), capture_output=True, text=True)
                if kind.returncode:
                    regel = (kind.stderr.strip().splitlines() or ["geen melding"])[-1]
                    raise LeerlijnError(f"nbgrader kan de toets {m} niet in het cijferboek zetten: {regel}")
    raise LeerlijnError(f"De toets staat na klaarzetten nog niet in het cijferboek: {', '.join(modules)}. Kijk na met `nbgrader autograde`.")


@functools.cache
def _code() -> bytes:
    """What decides on a score: when it changes, all is graded anew. Read once: root may go on as an account that can't read the engine."""
    return b"".join(Path(gradecell.__file__).with_name(f"{n}.py").read_bytes() for n in ("gradecell", "artikel", "score", "answers"))


def _prepare(db: Any, grading: Path, modules: list[str]) -> dict[str, _Toets]:
    uit = {}
    for m, boek in gradebook.load_tests(db, modules).items():
        sleutel_pad, bron_map = grading / "sleutels" / f"{m}.json", grading / "source" / m
        release = (grading / "release" / m / NOTEBOOK).read_bytes()
        sleutel = gradecell.load_key(sleutel_pad)
        bron = {p.name: p.read_bytes() for p in sorted(bron_map.glob("*")) if p.is_file() and p.suffix != ".ipynb" and p.name[0] != "."}
        nb = _canonical(json.loads(release), boek, sleutel)
        som = hashlib.sha256(_code())
        for deel in (release, sleutel_pad.read_bytes(), repr((boek.cellen, sorted(bron.items()))).encode()):
            som.update(hashlib.sha256(deel).digest())
        uit[m] = _Toets(boek, sleutel, release, json.dumps(nb), bron, som.hexdigest())
    return {m: uit[m] for m in modules}


def _canonical(nb: dict[str, Any], boek: gradebook.Toets, sleutel: dict[str, Any]) -> dict[str, Any]:
    """The released notebook with points and checksums as the gradebook has them. Raises LeerlijnError when the two are of different tests."""
    gevonden = []
    for cel in nb["cells"]:
        if cel["cell_type"] == "code":
            cel["outputs"], cel["execution_count"] = [], None
        meta = cel["metadata"].get("nbgrader", {})
        naam = meta.get("grade_id")
        if naam is None:
            continue
        cel["source"] = "".join(cel["source"])
        vast, som = boek.bron.get(naam, (True, None))
        if meta.get("grade"):
            gevonden.append(naam)
            meta["points"] = gradecell.maximum(naam, boek.cellen[naam][1]) if naam in boek.cellen else 0.0
        if som is None or (vast and som != gradecell.checksum(cel)) or (meta.get("grade") and naam not in sleutel["items"]):
            gevonden.append(f"{naam}?")
        meta["checksum"] = som
    if sorted(gevonden) != sorted(boek.cellen) or {n for n in gevonden if sleutel["items"][n]["soort"] == "open"} != set(boek.opmerkingen):
        raise LeerlijnError(
            f"De vrijgegeven toets {boek.naam}, de sleutel en het cijferboek horen niet bij elkaar. Er is niets nagekeken. "
            f"Doe: leerlijn build, en daarna in de map grading: nbgrader generate_assignment {boek.naam} --force"
        )
    return nb


def _collect(inbound: Path, grading: Path, werkmap: Path, toetsen: dict[str, _Toets], alle: set[str], beleid: Beleid,
             bekend: dict[str, Any], verslagen: dict[str, Verslag], meld: Meld, voortgang: Voortgang) -> None:  # fmt: skip
    zelfde = intake.same_account()
    try:
        binnen, geweigerd, onderweg = intake.scan(inbound, toetsen, alle=alle, zelfde_account=zelfde)
    except FileNotFoundError:
        meld(f"Er is nog niets ingeleverd in {inbound}.")
        return
    except OSError as e:
        raise LeerlijnError(f"De map met ingeleverd werk is niet te lezen: {inbound} ({e.strerror}). Vraag de beheerder om rechten.") from e
    eerste = next(iter(verslagen.values()))
    eerste.onderweg = onderweg
    for w in geweigerd:
        _refused(grading, verslagen.get(w.module, eerste), [w])
    for m, toets in toetsen.items():
        tot = regels.deadline(beleid, m) or toets.boek.duedate
        uitstel = {wie: extra for wie, (_, extra) in bekend[m].items() if extra}
        gekozen, te_veel = intake.choose(
            [i for i in binnen if i.module == m], pogingen=beleid.pogingen, tot=tot, te_laat_weigeren=beleid.te_laat == "weigeren", uitstel=uitstel
        )
        _refused(grading, verslagen[m], te_veel)
        ongeldig = {(w.student, w.tijd) for w in te_veel}
        for i in voortgang(gekozen.values(), f"{m}: ophalen", len(gekozen)):
            doel = grading / "submitted" / i.student / m
            oud, _ = intake.read_file(doel / intake.TIJD, 100)
            oud_tijd = intake.parse_time(oud.decode("utf-8", "replace")) if oud else None
            if oud and oud_tijd and i.tijd <= oud_tijd and (i.student, oud.decode("utf-8", "replace")) not in ongeldig:
                continue
            fout = intake.stage(i, doel, {NOTEBOOK: toets.release}, werkmap, zelfde_account=zelfde)
            verslagen[m].opgehaald += 1
            verslagen[m].let_op += [f"{i.student}: {zin}" for zin in intake.clock_notes(i, tot)]
            _refused(grading, verslagen[m], fout)


def _refused(grading: Path, verslag: Verslag, weigeringen: list[intake.Weigering]) -> None:
    for w in weigeringen:
        if len(verslag.geweigerd) >= intake.MAX_AKTES:  # a flood must not fill the teacher's disk
            verslag.geweigerd[intake.MAX_AKTES:] = ["en meer; ruim de map met ingeleverd werk op en kijk opnieuw na"]
            return
        if intake.set_aside(grading / "geweigerd", w):
            verslag.geweigerd.append(str(w))
        else:
            verslag.eerder_geweigerd += 1


def _handed_in(grading: Path, module: str) -> list[str]:
    """Learners with a collected hand-in, sorted, so that two graders on one database take rows in one order."""
    try:
        with os.scandir(grading / "submitted") as rij:
            namen = [b.name for b in rij if b.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    return sorted(n for n in namen if intake.student_ok(n) and not (map_ := grading / "submitted" / n / module).is_symlink() and map_.is_dir())


def _grade(grading: Path, werkmap: Path, toets: _Toets, bekend: dict[str, Any], vreemd: set[str], opnieuw: bool, verslag: Verslag, voortgang: Voortgang) -> _Werk:
    module = toets.boek.naam
    werk, oude_stand = _Werk(tempfile.TemporaryFile(dir=werkmap)), _read_state(grading, module)
    studenten = _handed_in(grading, module)
    verslag.let_op += intake.lookalikes(studenten).values()
    for student in voortgang(studenten, f"{module}: nakijken", len(studenten)):
        try:
            _one(grading, werkmap, toets, student, bekend.get(student), None if student in vreemd else oude_stand.get(student), opnieuw, werk, verslag)
        except OSError:  # the disk: that goes for all of them
            raise
        except Exception as e:  # one hand-in must never stop the others
            shutil.rmtree(werkmap / str(werk.aantal) / module, ignore_errors=True)
            verslag.mislukt.append(f"{student}: niet nagekeken door een fout in het programma ({type(e).__name__}: {intake.leesbaar(str(e))})")
    return werk


def _one(grading: Path, werkmap: Path, toets: _Toets, student: str, bekend: Any, stand: Any, opnieuw: bool, werk: _Werk, verslag: Verslag) -> None:
    module = toets.boek.naam
    van, naar = grading / "submitted" / student / module, grading / "autograded" / student / module
    mee = {naam: data for naam in MEE if (data := intake.read_file(van / naam, gradecell.MAX_ANTWOORDEN)[0]) is not None}
    tijd = intake.parse_time(mee.get(intake.TIJD, b"").decode("utf-8", "replace"))
    zelfde = bekend is not None and tijd in (None, bekend[0]) and intake.read_file(naar / intake.ANTWOORDEN, gradecell.MAX_ANTWOORDEN)[0] == mee.get(intake.ANTWOORDEN)
    if zelfde and not opnieuw and stand == [toets.merk, _som(intake.read_file(naar / NOTEBOOK, MAX_NOTEBOOK)[0])]:
        verslag.ongewijzigd += 1
        werk.stand[student] = stand
        return
    antwoorden, gemeld = gradecell.read_answers(van, toets.sleutel)
    nb = json.loads(toets.canon)
    cellen, meer = gradecell.grade(nb, toets.sleutel, antwoorden)
    gemeld += meer
    per_item = {c.item: c for c in cellen}
    data = json.dumps(nb, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    klaar = werkmap / str(werk.aantal) / module
    klaar.parent.mkdir(exist_ok=True)
    intake.write_folder(klaar, {NOTEBOOK: data, **mee, **toets.bron}, 0o444)
    werk.add(
        gradebook.Uitslag(
            student, tijd, tuple(per_item[n].auto for n in toets.boek.cellen), tuple(per_item[n].leeg for n in toets.boek.opmerkingen),
            vlag=bool(gemeld), bewaar=zelfde and not opnieuw,
        )
    )  # fmt: skip
    werk.stand[student] = [toets.merk, _som(data)]
    verslag.nagekeken += 1
    verslag.let_op += [f"{student}: {zin}" for zin in gemeld]


def _som(data: bytes | None) -> str:
    return hashlib.sha256(data).hexdigest() if data is not None else ""


def _save(engine: Any, grading: Path, werkmap: Path, toetsen: dict[str, _Toets], werk: dict[str, _Werk], beleid: Beleid, verslagen: dict[str, Verslag]) -> None:
    with gradebook.writing(engine) as db:
        gewijzigd = gradebook.ensure_indexes(db)
        for m, toets in toetsen.items():
            tot = gradebook.set_duedate(db, toets.boek, regels.deadline(beleid, m))
            gewijzigd |= bool(gradebook.save(db, toets.boek, werk[m].uitslagen(), gradecell.LEEG))
            gradebook.set_penalties(db, toets.boek, tot, beleid.aftrek_per_dag)
            verslagen[m].wacht = gradebook.waiting(db, toets.boek)
            verslagen[m].let_op += [f"{wie}: de punten van {cel} in het cijferboek kloppen niet. Kijk ze na in formgrader." for wie, cel in gradebook.strange(db, toets.boek)]
        if gewijzigd:
            gradebook.analyze(db)
        with _uninterrupted():
            db.get_transaction().commit()
            for m, w in werk.items():
                for n, u in enumerate(w.uitslagen()):
                    intake.swap(werkmap / str(n) / m, grading / "autograded" / u.student / m, werkmap / str(n) / f"oud-{m}")
                _write_state(grading, m, w.stand)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C and a request to end back for the moment between the gradebook and the files."""
    oud = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, oud)


def _state_path(grading: Path, module: str) -> Path:
    return grading / ".nakijken" / f"{module}.json"


def _read_state(grading: Path, module: str) -> dict[str, list[str]]:
    """Learner -> [fingerprint of the test, of the graded notebook]. Lost or broken means: grade again, which changes nothing."""
    try:
        stand = json.loads(_state_path(grading, module).read_bytes())
    except (OSError, ValueError):
        return {}
    return stand if isinstance(stand, dict) else {}


def _write_state(grading: Path, module: str, stand: dict[str, list[str]]) -> None:
    pad = _state_path(grading, module)
    half = pad.with_suffix(".half")
    half.write_text(json.dumps(stand, ensure_ascii=False), "utf-8")
    os.replace(half, pad)


def log(grading: Path, regels_: Iterable[str]) -> Path:
    """Add lines with the time to grading/nakijken.log, the teacher's own record. Gives its path."""
    pad = grading / "nakijken.log"
    nu = datetime.now(timezone.utc).isoformat(timespec="seconds")
    with as_owner(grading), open(pad, "a", encoding="utf-8") as f:
        f.writelines(f"{nu} {r}\n" for r in regels_)
    return pad
