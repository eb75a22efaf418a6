"""A SIMULATED group: invented answers of nobody, for tests, benchmarks and pictures in docs/. Never data of real learners.

Ability and difficulty as in a two-parameter model with a fixed seed: who is able chooses the right answer more often, and chooses
among the wrong ones by how tempting they are. Scores come from our own scoring of those answers by the key in grading/sleutels.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
from nbgrader import api

from leerlijn import build, casus, content, score, split
from leerlijn.score import SCHAAL

ROOT = Path(__file__).parent.parent

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # nbgrader calls `alembic` by name
BEGIN = datetime(2030, 3, 4, 7, 0)


def project(map_: Path, bron: Path = ROOT) -> Path:
    """A built course in `map_`, with links to the content of `bron` and an empty grading folder of its own."""
    (map_ / "grading").mkdir(parents=True)
    for naam in ("modules", "quizzes", "casuistiek", "source_material"):
        if (bron / naam).is_dir():
            (map_ / naam).symlink_to(bron / naam)
    shutil.copy(bron / "grading" / "beleid.yaml", map_ / "grading")
    build.build(map_)
    return map_


class Groep:
    """n simulated learners of one seed; `toets` writes their hand-ins and gradebook rows, `deel` their shared practice files."""

    def __init__(self, root: Path, n: int, seed: int = 1, db: str | None = None, cursus: str = "leerlijn"):
        self.root, self.n, self.rng = Path(root), n, np.random.default_rng(seed)
        self.grading = self.root / "grading"
        self.kunnen = self.rng.normal(size=n)
        self.namen = [f"gesimuleerd-{i:05d}" for i in range(n)]
        self.db, self.cursus = db or f"sqlite:///{self.grading}/gradebook.db", cursus

    def toets(
        self, module: str, *, overslaan: float = 0.02, wacht: bool = False, sleutel: dict[str, Any] | None = None, open_laten: dict[str, float] | None = None
    ) -> None:
        """Answers of the whole group to one test, scored and in the gradebook.

        overslaan: chance that an item is left open, open_laten: the same for one item; wacht: leave open questions ungraded; sleutel: what the learners hold for right,
        when it is to differ from the key on the disk (a wrong key is made by changing the one on the disk).
        """
        echt = json.loads((self.grading / "sleutels" / f"{module}.json").read_text("utf-8"))
        waar = sleutel or echt
        moeilijk = {i: self.rng.normal(-0.5, 0.8) for i in echt["volgorde"]}
        scherp = {i: self.rng.uniform(0.9, 1.8) for i in echt["volgorde"]}
        rijen = []
        for naam, kunnen in zip(self.namen, self.kunnen):
            gegeven = {}
            for i in echt["volgorde"]:
                kans = 1 / (1 + np.exp(-scherp[i] * (kunnen - moeilijk[i])))
                if self.rng.random() > (open_laten or {}).get(i, overslaan):
                    gegeven[i] = self._antwoord(waar["items"][i], kans)
            t = BEGIN + timedelta(days=int(self.rng.beta(4, 1.5) * 14), hours=float(np.clip(self.rng.normal(6.5, 3.5), 0, 15.9)))
            self._bestand(naam, module, gegeven, t)
            rijen.append((naam, t, self._punten(echt, gegeven, kunnen, wacht)))
        self._cijferboek(module, echt, rijen)

    def _antwoord(self, k: dict[str, Any], kans: float) -> Any:
        goed = lambda: self.rng.random() < kans  # noqa: E731
        verleiding = lambda rij: rij[int(self.rng.random() ** 2 * len(rij))]  # noqa: E731 - the first wrong ones tempt most
        match k["soort"]:
            case "een-goed":
                return k["goed"][0] if goed() else verleiding([o for o in k["opties"] if o not in k["goed"]])
            case "meer-goed" | "signalen":
                juist, alle = (k["goed"], k["opties"]) if k["soort"] == "meer-goed" else (k["signalen"], k["fragmenten"])
                return [o for o in alle if (o in juist) == goed()]
            case "koppel":
                return {li: re if goed() else verleiding([r for r in k["rechts"] if r != re]) for li, re in k["paren"].items()}
            case "vlaggen":
                return {c: v if goed() else verleiding([s for s in SCHAAL if s != v]) for c, v in k["vlaggen"].items()}
            case "oordeel":
                return {a: o if goed() else int(np.clip(o + self.rng.choice([-2, -1, 1, 2]), 1, 5)) for a, o in k["oordeel"].items()}
            case "volgorde":
                rij = list(k["volgorde"])
                for i in range(len(rij) - 1):
                    if not goed():
                        rij[i], rij[i + 1] = rij[i + 1], rij[i]
                return rij
        return "Gesimuleerd antwoord, door niemand geschreven."

    def _punten(self, echt: dict[str, Any], gegeven: dict[str, Any], kunnen: float, wacht: bool) -> dict[str, tuple]:
        uit = {}
        for i in echt["volgorde"]:
            k = echt["items"][i]
            uitslag = score.score(k, gegeven.get(i))
            if k["soort"] != "open" or uitslag.status != "beantwoord":
                uit[i] = (round(uitslag.credit * k["punten"], 4), None, False)
            else:
                hand = round(k["punten"] * float(np.clip(0.6 + 0.15 * kunnen + self.rng.normal(0, 0.12), 0, 1)) * 2) / 2
                uit[i] = (None, None, True) if wacht else (None, hand, False)
        return uit

    def _bestand(self, naam: str, module: str, gegeven: dict[str, Any], t: datetime) -> None:
        pad = self.grading / "submitted" / naam / module / "antwoorden.jsonl"
        pad.parent.mkdir(parents=True, exist_ok=True)
        klok = (t - timedelta(minutes=30)).replace(tzinfo=timezone.utc).isoformat(timespec="milliseconds")
        pad.write_text("".join(json.dumps({"v": 1, "id": i, "t": klok, "item": i, "antwoord": a}) + "\n" for i, a in gegeven.items()), "utf-8")

    def _cijferboek(self, module: str, echt: dict[str, Any], rijen: list[tuple]) -> None:
        """Standard nbgrader rows, by its own models, in one transaction."""
        with api.Gradebook(self.db, self.cursus) as gb:
            gb.add_assignment(module)
            gb.add_notebook("toets", module)
            cellen = {i: gb.add_grade_cell(i, "toets", module, max_score=echt["items"][i]["punten"], cell_type="code") for i in echt["volgorde"]}
            nb = gb.find_notebook("toets", module)
            bestaand = {s.id for s in gb.students}
            for naam, t, punten in rijen:
                if naam not in bestaand:
                    gb.db.add(api.Student(id=naam))
                inzending = api.SubmittedAssignment(assignment=nb.assignment, student_id=naam, timestamp=t)
                notebook = api.SubmittedNotebook(notebook=nb, assignment=inzending)
                gb.db.add_all([inzending, notebook])
                for i, (auto, hand, w) in punten.items():
                    gb.db.add(api.Grade(cell=cellen[i], notebook=notebook, auto_score=auto, manual_score=hand, needs_manual_grade=w))
            gb.db.commit()

    def deel(self, module: str, vragen: int = 12) -> None:
        """Shared practice files: certainty that goes with being right, and walks in which the able take the better choice more often."""
        inhoud, _ = content.read(self.root)
        gesprekken = {k: split.key_case(c) for k, c in inhoud.casussen.items() if c.module == module and c.vorm == "gesprek"}
        map_ = self.grading / "gedeeld"
        map_.mkdir(parents=True, exist_ok=True)
        for nr, kunnen in enumerate(self.kunnen):
            kans = 1 / (1 + np.exp(-1.3 * (kunnen + 0.4)))
            zeker = {"1": [0, 0], "2": [0, 0], "3": [0, 0]}
            for _ in range(vragen):
                raak = bool(self.rng.random() < kans)
                stand = zeker[str(int(np.clip(round(self.rng.normal(2.2 if raak else 1.7, 0.7)), 1, 3)))]
                stand[0], stand[1] = stand[0] + raak, stand[1] + 1
            paden = {naam: self._loop(k, kans) for naam, k in gesprekken.items()}
            (map_ / f"{module}-{nr:04x}.json").write_text(json.dumps({"v": 1, "module": module, "zekerheid": zeker, "paden": paden}), "utf-8")

    def _loop(self, k: dict[str, Any], kans: float) -> list[list[str]]:
        pad: list[list[str]] = []
        while not (stand := casus.stand(k, pad)).klaar:
            rij = sorted(stand.keuzes, key=lambda c: -c["punten"])
            keuze = rij[0] if self.rng.random() < kans else rij[int(self.rng.integers(len(rij)))]
            pad.append([stand.knoop, keuze["id"]])
        return pad
