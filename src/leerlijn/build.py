"""Build the two editions: the learner's, which holds no test key, and the teacher's nbgrader source with keys beside it.

    _build/cursus/                 learner edition
    grading/source/<module>/       nbgrader source
    grading/sleutels/<module>.json key of the test, mode 0600, outside source/ because nbgrader copies all that is in there

grading/ itself is closed to other accounts of the machine: what learners hand in will stand there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import besloten, herhaal_bron, model, panel, search, split
from .bronnotebook import make_source
from .content import Inhoud, load
from .errors import ContentError, Probleem

Meld = Callable[[str], None]


def build(root: Path, uit: Path | None = None, grading: Path | None = None, meld: Meld = lambda _: None) -> Path:
    """Build both editions from the content under `root`; returns the folder of the learner edition.

    uit: learner edition (default root/_build/cursus); grading: folder of the teacher (default root/grading);
    meld: called with one Dutch line per step. Raises ContentError when the content is not usable, and then writes nothing.
    """
    uit, grading = uit or root / "_build" / "cursus", grading or root / "grading"
    inhoud = load(root)
    klaar = [m for m in inhoud.modules if f"modules/{m.map}/les.ipynb" in inhoud.notebooks]
    meld(f"Inhoud gelezen: {len(klaar)} van {len(inhoud.modules)} modules, {sum(map(len, inhoud.items.values()))} vragen, {len(inhoud.casussen)} casussen.")
    bestanden: dict[str, bytes] = {"feiten.json": _json(feiten_json(inhoud)), herhaal_bron.NOTEBOOK: herhaal_bron.BRON.read_bytes()}
    sleutels: dict[str, bytes] = {}
    for m in klaar:
        _module(inhoud, m, bestanden, sleutels)
    _bevroren(inhoud, grading, sleutels)
    bestanden["cursus.json"] = _json(_cursus(inhoud, klaar))
    besloten.close(grading)
    _schrijf(uit, bestanden)
    search.write_index(uit)
    for m in klaar:
        bron = grading / "source" / m.id
        if f"toetsen/{m.id}/toets.ipynb" in bestanden:
            _schrijf(bron, {n: bestanden[f"toetsen/{m.id}/{n}"] for n in ("toets.ipynb", "publiek.json", "cursus.json")})
            meld(f"Module {m.id}: les en toets gebouwd.")
    _schrijf(grading / "sleutels", {f"{k}.json": v for k, v in sleutels.items()}, mode=0o600)
    return uit


def feiten_json(inhoud: Inhoud) -> dict[str, Any]:
    """Facts as the page shows them, by id. Whether a check date has passed is seen when a page is shown (feit.py)."""
    return {
        f.id: {
            "id": f.id,
            "stelling": f.stelling,
            "jaar": _jaar(f.jaar),
            "zekerheid": f.zekerheid,
            "vakoordeel": f.vakoordeel,
            "controleer_voor": f.controleer_voor.isoformat() if f.controleer_voor else None,
            "bronnen": [
                {k: v for k, v in _bron(b).items() if k in ("organisatie", "titel", "jaar", "url")}
                for b in (inhoud.bronnen[k] for k in f.bronnen if k in inhoud.bronnen)
            ],
        }
        for f in inhoud.feiten.values()
        if not f.niet_gebruiken
    }


def _bron(b: model.Bron) -> dict[str, Any]:
    """A source as a reader sees it: the register says some things to its authors only."""
    uit = b.model_dump(mode="json", exclude={"buiten_register"}) | {"jaar": _jaar(b.jaar)}
    return uit | {"organisatie": "Redactie van deze leerlijn", "titel": "vakoordeel zonder bron van buiten", "jaar": "2026, nog te toetsen"} if b.id == "VAKOORDEEL" else uit


def _jaar(tekst: str) -> str:
    """Without 'newer than' another page, which the reader does not have before them."""
    return re.sub(r", nieuwer dan (?:[A-Z0-9-]+|de vorige pagina)$", "", tekst)


def _module(inhoud: Inhoud, m: model.Module, bestanden: dict[str, bytes], sleutels: dict[str, bytes]) -> None:
    items = inhoud.items.get(m.id, [])
    oefening = [i for i in items if i.gebruik == "oefening" and not i.vervallen]
    toets = [i for i in items if i.gebruik == "toets" and not i.vervallen]
    casussen = [c for c in inhoud.casussen.values() if c.module == m.id]
    bron = inhoud.root / "modules" / m.map
    bestanden[f"{m.id}/les.ipynb"] = _json(inhoud.notebooks[f"modules/{m.map}/les.ipynb"], 1)
    if (bron / "handout.md").is_file():
        bestanden[f"{m.id}/handout.md"] = (bron / "handout.md").read_bytes()
    for beeld in sorted((bron / "beeld").glob("*")):
        bestanden[f"{m.id}/beeld/{beeld.name}"] = beeld.read_bytes()
    bestanden[f"{m.id}/oefening.json"] = _json(
        {
            "module": m.id,
            "items": [split.public_item(i) for i in oefening],
            "casussen": [split.public_case(c) for c in casussen],
            "plekken": _plekken(oefening),
            "alleen_in_les": [i.id for i in oefening if not i.herhalen],
        }
    )
    bestanden[f"{m.id}/oefening-sleutel.json"] = _json(
        {"items": {i.id: panel.key(i, inhoud.panel) for i in oefening}, "casussen": {c.id: split.key_case(c) for c in casussen}}
    )
    nb = inhoud.notebooks.get(f"modules/{m.map}/toets.ipynb")
    if nb is None or not toets:
        return
    publiek = [split.public_item(i) for i in toets]
    bestanden[f"toetsen/{m.id}/toets.ipynb"] = _json(make_source(nb, publiek), 1)
    bestanden[f"toetsen/{m.id}/publiek.json"] = _json({"module": m.id, "items": publiek})
    bestanden[f"toetsen/{m.id}/cursus.json"] = _json({"course": inhoud.cursus.cursus, "assignment": m.id, **_beleid(inhoud, m.id)})
    sleutel = {i.id: panel.key(i, inhoud.panel) for i in toets}
    feiten = feiten_json(inhoud)
    gebruikt = sorted({b for k in sleutel.values() for b in k["bron"]})
    sleutels[m.id] = _json(
        {
            "module": m.id,
            "volgorde": [i.id for i in toets],
            "items": sleutel,
            "publiek": {p["id"]: p for p in publiek},
            "feiten": {f: feiten[f] for f in gebruikt if f in feiten},
        }
    )


def _beleid(inhoud: Inhoud, module: str) -> dict[str, Any]:
    """What the released copy says of handing in: the learner can't change that one."""
    if not inhoud.beleid:
        return {}
    tot = inhoud.beleid.inleveren_tot.get(module)
    return {"inleveren_tot": tot.isoformat() if tot else None, "te_laat": inhoud.beleid.te_laat, "pogingen": inhoud.beleid.pogingen}


def _plekken(oefening: list[Any]) -> dict[str, list[str]]:
    uit: dict[str, list[str]] = {}
    for i in oefening:
        if i.plek:
            uit.setdefault(i.plek, []).append(i.id)
    return uit


def _cursus(inhoud: Inhoud, klaar: list[model.Module]) -> dict[str, Any]:
    c, beleid = inhoud.cursus, inhoud.beleid
    return {
        "cursus": c.cursus,
        "titel": c.titel,
        "instelling": c.instelling,
        "redactie": c.redactie,
        "getoetst": c.getoetst,
        "aanspreekpunt": c.aanspreekpunt,
        "onderzoek_gepland": c.onderzoek_gepland.isoformat() if c.onderzoek_gepland else None,
        "herhalen": herhaal_bron.NOTEBOOK,
        "modules": [_module_json(inhoud, m, m in klaar) for m in c.modules],
        "contacten": [k.model_dump(mode="json") for k in inhoud.contacten.values()],
        "begrippen": [b.model_dump(mode="json") for b in sorted(inhoud.begrippen.values(), key=lambda b: b.begrip.lower())],
        "bronnen": [_bron(b) for b in inhoud.bronnen.values() if not b.buiten_register],
        "veranderd": [v.model_dump(mode="json", exclude={"plaats"}) | {"lezen": _lezen(inhoud, klaar, v.plaats)} for v in inhoud.verouderd.values()],
        "leeruitkomsten": {u.id: u.tekst for u in inhoud.leeruitkomsten.values()},
        "beleid": beleid.model_dump(mode="json") if beleid else None,
    }


def _lezen(inhoud: Inhoud, klaar: list[model.Module], plaatsen: list[str]) -> list[dict[str, str]]:
    """Module, cell and heading of each place 'module/cell' in a lesson of this edition."""
    uit = []
    for module, cel in (p.split("/") for p in plaatsen):
        for m in klaar:
            for c in inhoud.notebooks[f"modules/{m.map}/les.ipynb"]["cells"] if m.id == module else []:
                if c.get("id") == cel and (kop := re.search(r"^#{2,3} +(.+?) *$", "".join(c["source"]), re.M)):
                    uit.append({"module": module, "cel": cel, "kop": kop.group(1)})
    return uit


def _module_json(inhoud: Inhoud, m: model.Module, klaar: bool) -> dict[str, Any]:
    items = [i for i in inhoud.items.get(m.id, []) if not i.vervallen]
    toets = [i.id for i in items if i.gebruik == "toets"]
    heeft_toets = klaar and bool(toets) and f"modules/{m.map}/toets.ipynb" in inhoud.notebooks
    tot = inhoud.beleid.inleveren_tot.get(m.id) if inhoud.beleid else None
    return {
        "id": m.id,
        "titel": m.titel,
        "kort": m.kort,
        "studielast": m.studielast,
        "na_dagen": m.na_dagen,
        "beschikbaar": klaar,
        "les": f"{m.id}/les.ipynb" if klaar else None,
        "toets": f"toetsen/{m.id}/toets.ipynb" if heeft_toets else None,
        "handout": f"{m.id}/handout.md" if klaar and (inhoud.root / "modules" / m.map / "handout.md").is_file() else None,
        "oefeningen": [i.id for i in items if i.gebruik == "oefening"],
        "casussen": [k.id for k in inhoud.casussen.values() if k.module == m.id],
        "toetsvragen": toets,
        "koppen": _koppen(inhoud.notebooks.get(f"modules/{m.map}/les.ipynb")),
        "inleveren_tot": tot.isoformat() if tot else None,
    }


def _koppen(nb: dict[str, Any] | None) -> list[str]:
    tekst = "\n".join("".join(c["source"]) for c in (nb or {"cells": []})["cells"] if c["cell_type"] == "markdown")
    return re.findall(r"^## +(.+?) *$", tekst, re.M)


def _bevroren(inhoud: Inhoud, grading: Path, sleutels: dict[str, bytes]) -> None:
    """A released test never changes: whoever took it was judged by that key, and nbgrader can't take other cells."""
    fouten = []
    for module, nieuw in sleutels.items():
        oud_pad = grading / "sleutels" / f"{module}.json"
        if not ((grading / "release" / module).is_dir() and oud_pad.is_file()):
            continue
        oud, nu = json.loads(oud_pad.read_text(encoding="utf-8"))["items"], json.loads(nieuw)["items"]
        for item in sorted(set(oud) | set(nu)):
            if _scoring(oud.get(item)) != _scoring(nu.get(item)):
                bestand, regel = inhoud.plaats(item) if item in nu else (f"quizzes/{module}.yaml", 1)
                wat = "is nieuw" if item not in oud else "is weg" if item not in nu else "heeft een ander goed antwoord of andere punten"
                fouten.append(Probleem(bestand, regel, f"De toets van {module} is al vrijgegeven en vraag '{item}' {wat}.",
                                       "Zet de vraag terug, of geef de nieuwe toets uit aan een nieuwe groep (een lege map grading/).", "toets-bevroren"))
    if fouten:
        raise ContentError(fouten)


def _scoring(sleutel: dict[str, Any] | None) -> Any:
    return {k: v for k, v in sleutel.items() if k not in ("uitleg", "tekst", "bron", "reactie", "voorbeeld")} if sleutel else None


def _json(data: Any, indent: int | None = None) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=indent, sort_keys=False) + "\n").encode("utf-8")


def _schrijf(map_: Path, bestanden: dict[str, bytes], mode: int = 0o644) -> None:
    """Write each file whole or not at all; a file that is the same already is left alone."""
    for naam, data in bestanden.items():
        doel = map_ / naam
        if doel.is_file() and doel.read_bytes() == data:
            continue
        doel.parent.mkdir(parents=True, exist_ok=True)
        tijdelijk = doel.with_name(f".{doel.name}.nieuw")
        fd = os.open(tijdelijk, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with open(fd, "wb") as f:
            f.write(data)
        os.replace(tijdelijk, doel)


def install(uit: Path, cursusmap: Path) -> int:
    """Bring a built learner edition into a learner's folder; returns how many files changed.

    Course files are replaced, files of an older edition removed. What the learner made (prive/, antwoorden.jsonl,
    feedback/) is never in an edition and so is never touched.
    """
    nieuw = {p.relative_to(uit).as_posix(): p for p in sorted(uit.rglob("*")) if p.is_file() and not p.name.startswith(".")}
    lijst = cursusmap / ".cursusbestanden.json"
    oud = json.loads(lijst.read_text(encoding="utf-8")) if lijst.is_file() else {}
    som = {naam: hashlib.sha256(pad.read_bytes()).hexdigest() for naam, pad in nieuw.items()}
    anders = [n for n in nieuw if not (cursusmap / n).is_file() or hashlib.sha256((cursusmap / n).read_bytes()).hexdigest() != som[n]]
    for naam in anders:
        doel = cursusmap / naam
        doel.parent.mkdir(parents=True, exist_ok=True)
        tijdelijk = doel.with_name(f".{doel.name}.nieuw")
        shutil.copyfile(nieuw[naam], tijdelijk)
        os.replace(tijdelijk, doel)
    for naam in set(oud) - set(nieuw):
        (cursusmap / naam).unlink(missing_ok=True)
    if anders or oud != som:
        _schrijf(cursusmap, {lijst.name: _json(som)})
    return len(anders)
