"""Grading a group: `leerlijn grade` beside stock nbgrader that executes code with hidden tests, from command to gradebook."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from meting import median, toon

from leerlijn import build

ROOT = Path(__file__).parent.parent
GROEP, STEEKPROEF, STEEKPROEF_MODULES = 50, 5, 2
WEINIG, VEEL = 50, 5_000
BIN = Path(sys.executable).parent


class Cursus:
    """The real course in a temporary folder, released, with an exchange to hand in to."""

    def __init__(self, tmp: Path):
        self.project, self.uit = tmp / "project", tmp / "uitwisseling"
        self.grading = self.project / "grading"
        (self.project / "modules").mkdir(parents=True)
        self.grading.mkdir()
        shutil.copy(ROOT / "modules" / "cursus.yaml", self.project / "modules")
        for naam in ("nbgrader_config.py", "beleid.yaml"):
            shutil.copy(ROOT / "grading" / naam, self.grading)
        build.build(ROOT, tmp / "cursus", self.grading)
        self.env = {**os.environ, "LEERLIJN_UITWISSELING": str(self.uit), "LEERLIJN_ZELFDE_ACCOUNT": "1", "JUPYTER_CONFIG_DIR": str(tmp), "PATH": f"{BIN}:{os.environ['PATH']}"}
        self.modules = sorted(p.stem for p in (self.grading / "sleutels").glob("*.json"))
        for m in self.modules:
            run([sys.executable, "-m", "nbgrader", "generate_assignment", m], self.grading, self.env)
        self.items = {m: json.loads((self.grading / "sleutels" / f"{m}.json").read_text("utf-8"))["items"] for m in self.modules}
        course = json.loads((tmp / "cursus" / "cursus.json").read_text("utf-8"))["cursus"]
        self.inbound = self.uit / course / "inbound"
        self.inbound.mkdir(parents=True)
        shutil.copy(self.grading / "gradebook.db", tmp / "leeg.db")
        self.leeg = tmp / "leeg.db"

    def again(self) -> None:
        """As if nothing had been handed in yet."""
        for map_ in ("submitted", "autograded", ".nakijken", "geweigerd"):
            shutil.rmtree(self.grading / map_, ignore_errors=True)
        shutil.rmtree(self.inbound)
        self.inbound.mkdir()
        shutil.copy(self.leeg, self.grading / "gradebook.db")

    def hand_in(self, aantal: int, modules: list[str]) -> None:
        toeval = random.Random(1)
        for n in range(aantal):
            for m in modules:
                map_ = self.inbound / f"deelnemer{n:05}+{m}+2026-01-01 10:00:00.{n:06} UTC+abc"
                map_.mkdir()
                regels = [{"v": 1, "id": str(i), "t": "2026-01-01T00:00:00+00:00", "item": i, "antwoord": answer(s, toeval)} for i, s in self.items[m].items()]
                (map_ / "antwoorden.jsonl").write_text("".join(json.dumps(r) + "\n" for r in regels), "utf-8")
                (map_ / "timestamp.txt").write_text("2026-01-01 10:00:00.000000 UTC")
                (map_ / "submission_secret.txt").write_text("geheim")

    def grade(self, *wat: str) -> tuple[float, float, float]:
        return run([BIN / "leerlijn", "grade", *wat], self.project, self.env)


def answer(sleutel: dict, toeval: random.Random):
    """Right or half right, of the kind that the item wants."""
    match sleutel["soort"]:
        case "een-goed":
            return toeval.choice(sleutel["opties"])
        case "meer-goed":
            return toeval.sample(sleutel["opties"], 2)
        case "signalen":
            return toeval.sample(sleutel["fragmenten"], 2)
        case "volgorde":
            return toeval.sample(sleutel["volgorde"], len(sleutel["volgorde"]))
        case "open":
            return "Ik vertel wat ik zag en vraag mijn collega mee te kijken. " * toeval.randint(1, 6)
        case soort:
            return sleutel["paren" if soort == "koppel" else soort]


# A process of its own in between: what Linux counts as the peak of a child begins with the size of its parent.
METER = "import resource, subprocess, sys; k = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL); r = resource.getrusage(resource.RUSAGE_CHILDREN); print(r.ru_maxrss, r.ru_utime + r.ru_stime); sys.exit(k.returncode)"


def run(opdracht: list, cwd: Path, env: dict) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of the processor, and peak memory (MB) of a command."""
    begin = time.perf_counter()
    kind = subprocess.run([sys.executable, "-S", "-c", METER, *map(str, opdracht)], cwd=cwd, env=env, capture_output=True, text=True)
    if kind.returncode:
        raise RuntimeError(kind.stderr[-2000:])
    piek, processor = kind.stdout.split()
    return time.perf_counter() - begin, float(processor), int(piek) / 1024


def stock(tmp: Path, items: int) -> tuple[float, float]:
    """Seconds a submission, by the clock and of the processor, of stock nbgrader: as many scored cells with hidden tests, solved by code, executed in a kernel."""
    grading = tmp / "stock"
    cellen = [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# Toets"}]
    for i in range(items):
        def meta(**kw):
            return {"nbgrader": {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3, **kw}}

        bron = f"### BEGIN SOLUTION\nantwoord_{i} = ['a', 'b']\n### END SOLUTION"
        proef = f"### BEGIN HIDDEN TESTS\ngoed = {{'a', 'b'}}\nassert set(antwoord_{i}) == goed, antwoord_{i}\n### END HIDDEN TESTS"
        for ident, tekst, m in ((f"vraag{i}", bron, meta(solution=True, grade_id=f"vraag{i}")), (f"proef{i}", proef, meta(grade=True, locked=True, points=2, grade_id=f"proef{i}"))):
            cellen.append({"cell_type": "code", "id": ident, "metadata": m, "source": tekst, "outputs": [], "execution_count": None})
    nb = {"cells": cellen, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    modules = [f"m{i}" for i in range(STEEKPROEF_MODULES)]
    (grading).mkdir()
    (grading / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'stock'\n")
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "JUPYTER_CONFIG_DIR": str(tmp), "IPYTHONDIR": str(tmp / "ipython")}
    for m in modules:
        (grading / "source" / m).mkdir(parents=True)
        (grading / "source" / m / "toets.ipynb").write_text(json.dumps(nb))
        run([sys.executable, "-m", "nbgrader", "generate_assignment", m], grading, env)
        vrij = json.loads((grading / "release" / m / "toets.ipynb").read_text())
        for cel in vrij["cells"]:
            if cel["id"].startswith("vraag"):
                cel["source"] = f"antwoord_{cel['id'][5:]} = ['a', 'b']"
        for n in range(STEEKPROEF):
            map_ = grading / "submitted" / f"deelnemer{n}" / m
            map_.mkdir(parents=True)
            (map_ / "toets.ipynb").write_text(json.dumps(vrij))
    rondes = [run([sys.executable, "-m", "nbgrader", "autograde", m], grading, env) for m in modules]
    return tuple(sum(r[i] for r in rondes) / (STEEKPROEF * len(modules)) for i in (0, 1))  # type: ignore[return-value]


def main() -> bool:
    with tempfile.TemporaryDirectory() as map_:
        tmp = Path(map_)
        cursus = Cursus(tmp)
        modules = cursus.modules
        start, start_cpu, _ = map(median, zip(*(cursus.grade("--all") for _ in range(5))))
        goed = toon("leerlijn grade: starten, niets te doen, mediaan van 5", start, "s", 1.5, toelichting=f"processor {start_cpu:.2f} s")
        aantal = GROEP * len(modules)
        rondes = []
        for _ in range(3):
            cursus.again()
            cursus.hand_in(GROEP, modules)
            rondes.append(cursus.grade("--all"))
        groep, groep_cpu, klein_mb = map(median, zip(*rondes))
        per_stuk, per_cpu = ((a - b) / aantal * 1000 for a, b in ((groep, start), (groep_cpu, start_cpu)))
        toon(f"{GROEP} deelnemers x {len(modules)} toetsen, ophalen en starten erbij, mediaan van 3", groep, "s")
        goed &= toon("per inlevering, zonder starten", per_stuk, "ms", 8, toelichting=f"processor {per_cpu:.1f} ms")
        toon("nog eens, niets veranderd", cursus.grade("--all")[0], "s")
        items = round(sum(map(len, cursus.items.values())) / len(modules))
        gewoon, gewoon_cpu = (s * aantal for s in stock(tmp, items))
        toelichting = f"steekproef {STEEKPROEF} x {STEEKPROEF_MODULES}, {items} cellen met verborgen proeven, per inlevering doorgerekend"
        toon(f"nbgrader autograde, dezelfde {aantal} inleveringen", gewoon, "s", toelichting=toelichting)
        goed &= toon("leerlijn grade is zoveel keer sneller", gewoon / groep, "x", 60, hoogstens=False, toelichting=f"processor {gewoon_cpu / groep_cpu:.0f} x")
        cursus.again()
        cursus.hand_in(VEEL // len(modules), modules)
        veel = VEEL // len(modules) * len(modules)
        lang, lang_cpu, groot_mb = cursus.grade("--all")
        weinig = []
        for _ in range(3):
            cursus.again()
            cursus.hand_in(WEINIG, modules[:1])
            weinig.append(cursus.grade("--all")[1])
        weinig_cpu = (median(weinig) - start_cpu) / WEINIG * 1000
        veel_stuk, veel_cpu = ((a - b) / veel * 1000 for a, b in ((lang, start), (lang_cpu, start_cpu)))
        goed &= toon(f"{veel} inleveringen: per inlevering, zonder starten", veel_stuk, "ms", 8, toelichting=f"processor {veel_cpu:.1f} ms")
        for n, kosten in ((WEINIG, weinig_cpu), (aantal, per_cpu)):
            goed &= toon(f"kosten per inlevering bij {veel} ten opzichte van {n}, processor", veel_cpu / kosten, "x", 1.5, toelichting=f"{kosten:.1f} ms bij {n}")
        goed &= toon(f"geheugen erbij van {aantal} naar {veel} inleveringen", groot_mb - klein_mb, "MB", 25, toelichting=f"{klein_mb:.0f} -> {groot_mb:.0f} MB")
    return goed


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
