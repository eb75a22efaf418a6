"""Learners behind a real JupyterHub: the shared service at several sizes, beside a server for each learner. Everything on this machine.

    python benchmarks/bench_hub.py                      the shared service at all sizes
    python benchmarks/bench_hub.py --aantal 25          one size
    python benchmarks/bench_hub.py --eigen              a server per learner at all sizes, beside the shared service at the smallest
    python benchmarks/bench_hub.py --eigen 10           one size
    python benchmarks/bench_hub.py --duur 20m           learners come and go; nothing may stay behind

A learner logs in, reads the course page, opens a lesson, answers ten items, and stays; when all are there the memory is measured; then
each opens the test, answers, hands in and leaves. The learners' own work runs on the same processor cores, so figures are pessimistic.
Where the memory of this machine runs out, whoever comes then is turned away and counts as not served.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from meting import median, p95, toon

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
import hub_duur  # noqa: E402
from hub_klant import Klant, Mislukt  # noqa: E402
from tests.hub.hub import Hub  # noqa: E402

from leerlijn import build  # noqa: E402

MODULE, CURSUS = "herkennen", "belasting"
AANTALLEN = [25, 50, 100, 200]
TEMPO = 200 / 60  # learners a second
TEMPO_EIGEN = 0.5  # a server of one's own takes seconds of processor: both ways can keep this pace on two cores
RESERVE, EIGEN_NODIG = 2e9, 200e6  # bytes that stay free for the machine; bytes that a server still starting will come to ask for
PAUZE = 0.5  # seconds between two answers of a learner
SOORTEN = {"hub": ["jupyterhub -f"], "proxy": ["configurable-http-proxy"], "dienst": ["leerlijn.dienst "], "moeder": ["leerlijn.dienst_moeder"],
    "kernels": ["dienst_kern", "leerlijn.spare"], "eigen server": ["jupyterhub-singleuser", "jupyterhub.singleuser"]}  # fmt: skip


# One account plays all learners: a home for each, but no wall between them. Only for measuring.
EIGEN = """
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{tmp}/{{username}}"
c.Spawner.args = [*c.Spawner.args, *(["--allow-root"] if {root} else [])]
"""


class Opstelling:
    """A hub with one course and so many learners, in a temporary folder."""

    def __init__(self, tmp: Path, aantal: int, *, eigen: bool = False, **dienst: Any):
        self.mappen: set[Path] = set()  # where connection files of kernels stand, as far as seen
        self.namen = [f"lid{n:03}" for n in range(aantal)]
        grading = tmp / "project" / "grading"
        gebouwd = build.build(ROOT, tmp / "gebouwd", grading)
        shutil.copy(ROOT / "grading" / "nbgrader_config.py", grading)
        vrij = tmp / "uitwisseling" / CURSUS / "outbound" / MODULE
        for map_ in (tmp / "uitwisseling", tmp / "uitwisseling" / CURSUS, tmp / "uitwisseling" / CURSUS / "inbound"):
            map_.mkdir(mode=0o777, exist_ok=True)
            map_.chmod(0o777)
        self.cursusmap = tmp / "cursus"
        build.install(gebouwd, self.cursusmap)
        for pad in self.cursusmap.rglob("cursus.json"):
            pad.write_text(re.sub(r'"(cursus|course)": "[^"]+"', rf'"\1": "{CURSUS}"', pad.read_text("utf-8")), "utf-8")
        shutil.copytree(self.cursusmap / "toetsen" / MODULE, vrij)
        cursus = {"docenten": ["dora"], "eigen_server" if eigen else "cursisten": self.namen, "project": str(tmp / "project"), "cursusmap": str(self.cursusmap)}
        extra = EIGEN.format(tmp=tmp / "thuis", root=os.geteuid() == 0) if eigen else ""
        self.hub = Hub(tmp / "hub", {CURSUS: cursus}, dienst={"delen": os.cpu_count() or 2, "kernels": 150, **dienst}, uitwisseling=tmp / "uitwisseling", extra=extra)

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Kind -> processes of it. The pages of the teacher count for nothing here."""
        uit: dict[str, list[psutil.Process]] = {k: [] for k in SOORTEN}
        hub = psutil.Process(self.hub.proces.pid)
        for p in [hub, *hub.children(recursive=True)]:
            try:
                regel = " ".join(p.cmdline())
                if p.status() == psutil.STATUS_ZOMBIE or "formgrader" in regel:
                    continue
                soort = next((k for k, merken in SOORTEN.items() if any(m in regel for m in merken)), None)
            except psutil.Error:
                continue
            if soort:
                uit[soort].append(p)
        return uit

    def memory(self) -> dict[str, float]:
        """Kind -> MB (PSS: what processes share is counted once)."""
        return {k: sum(_pss(p) for p in rij) for k, rij in self.processes().items()}

    def cpu(self) -> dict[str, float]:
        """Kind -> seconds of processor used so far."""
        uit = {k: sum(_cpu(p) for p in rij) for k, rij in self.processes().items()}
        return {**uit, "proef zelf": _cpu(psutil.Process())}


def _pss(p: psutil.Process) -> float:
    try:
        return p.memory_full_info().pss / 1e6
    except psutil.NoSuchProcess:
        return 0.0  # ended meanwhile; where it may not be read there is no figure, rather than a small one


def _cpu(p: psutil.Process) -> float:
    try:
        t = p.cpu_times()
        return t.user + t.system
    except psutil.NoSuchProcess:
        return 0.0


# --- one size --------------------------------------------------------------------------------------------------------------


class Ronde:
    """All learners of one size, and what they met."""

    def __init__(self, o: Opstelling, aantal: int, tempo: float = TEMPO, eigen: bool = False):
        self.o, self.aantal, self.tempo, self.eigen = o, aantal, tempo, eigen
        self.tijden: dict[str, list[float]] = {}
        self.fouten: list[str] = []
        self.onderweg = 0  # learners who are on their way to their first lesson

    def note(self, wat: str, *seconden: float) -> None:
        self.tijden.setdefault(wat, []).extend(seconden)

    async def arrive(self, k: Klant) -> None:
        await k.log_in()
        if self.eigen and psutil.virtual_memory().available - self.onderweg * EIGEN_NODIG < RESERVE:
            raise Mislukt("het geheugen van deze machine is op")
        self.onderweg += 1
        try:
            if self.eigen:
                await k.start_server()
            cellen = await k.open(f"voila/render/{MODULE}/les.ipynb")
        finally:
            self.onderweg -= 1
        self.note("inloggen tot cursuspagina", k.tijden["cursuspagina"])
        self.note("inloggen tot bruikbare vraag", k.tijden["cursuspagina"] + k.tijden["vraag"])
        self.note("les openen tot alle tekst", k.tijden["lespagina"])
        self.note("les openen tot bruikbare vraag", k.tijden["vraag"])
        self.note("antwoord bewaard", *await k.answer(cellen, 10, PAUZE))

    async def hand_in(self, k: Klant) -> None:
        await k.leave()
        cellen = await k.open(f"voila/render/toetsen/{MODULE}/toets.ipynb")
        self.note("antwoord bewaard", *await k.answer(cellen, 3, PAUZE))
        self.note("inleveren", await k.say(next(iter(cellen)), {"type": "inleveren"}, ("kwitantie",)))
        await k.leave()

    async def _spread(self, stap: Any, klanten: list[Klant]) -> list[Klant]:
        """Let learners take a step at the pace of this round; gives those who came through."""

        async def een(n: int, k: Klant) -> Klant | None:
            await asyncio.sleep(n / self.tempo)
            try:
                await stap(k)
                return k
            except Exception as e:  # whatever it is, a learner was not served
                self.fouten.append(f"{k.naam}: {type(e).__name__} {e}"[:200])
                return None

        taken = [asyncio.ensure_future(een(n, k)) for n, k in enumerate(klanten)]
        begin = time.monotonic()
        while (rest := [t for t in taken if not t.done()]):
            await asyncio.wait(rest, timeout=10)
            print(f"    {time.monotonic() - begin:4.0f} s: {len(taken) - sum(not t.done() for t in taken)} van {len(taken)} klaar, {len(self.fouten)} mislukt", flush=True)
        return [k for t in taken if (k := t.result())]

    async def run(self) -> dict[str, Any]:
        """Gives memory (MB per kind, before and with everybody), CPU (seconds per kind) and the duration of arriving."""
        leeg, cpu, begin = self.o.memory(), self.o.cpu(), time.monotonic()
        binnen = await self._spread(self.arrive, [Klant(self.o.hub.adres, n) for n in self.o.namen[: self.aantal]])
        duur = time.monotonic() - begin
        na = self.o.cpu()
        vol = self.o.memory()
        # A kernel that ended takes its seconds along; while arriving none does.
        klaar = len(await self._spread(self.hand_in, binnen))
        return {"leeg": leeg, "vol": vol, "cpu": {k: na[k] - cpu[k] for k in na}, "duur": duur, "binnen": len(binnen), "klaar": klaar}


def report(r: Ronde, uit: dict[str, Any], titel: str) -> bool:
    n = max(1, uit["binnen"])
    goed = toon(f"{titel}: gelukt", uit["klaar"], "deelnemers", None if r.eigen else r.aantal, False, f"van {r.aantal}")
    for wat, rij in r.tijden.items():
        doel = 5.0 if wat == "inloggen tot bruikbare vraag" and not r.eigen else None
        goed &= toon(f"{titel}: {wat}, p95", p95(rij), "s", doel, toelichting=f"p50 {median(rij):.2f} s, hoogste {max(rij):.2f} s")
    per = per_learner(uit)
    toon(f"{titel}: geheugen per open deelnemer", per, "MB", toelichting=", ".join(f"{k} {v:.0f}" for k, v in uit["vol"].items() if v) + " MB samen")
    tel = {k: v for k, v in uit["cpu"].items() if v > 0.005}
    kosten = sum(v for k, v in tel.items() if k != "proef zelf")
    toon(f"{titel}: processor per deelnemer", kosten / n, "s", toelichting=", ".join(f"{k} {v / n:.2f}" for k, v in tel.items()) + f"; {100 * sum(tel.values()) / uit['duur'] / (os.cpu_count() or 1):.0f}% van de kernen")
    for fout in r.fouten[:5]:
        print(f"    {fout}")
    if r.fouten:
        print("\n".join(regel[:220] for regel in r.o.hub.log.splitlines() if "WARN" in regel or "ERROR" in regel or "Error" in regel)[-3000:])
    return goed


def per_learner(uit: dict[str, Any]) -> float:
    """MB that a learner who came in adds; what stands there without learners is not theirs."""
    return sum(uit["vol"][k] - uit["leeg"][k] for k in ("dienst", "moeder", "kernels", "eigen server")) / max(1, uit["binnen"])


def shared(aantallen: list[int], tempo: float = TEMPO, **dienst: Any) -> tuple[bool, dict[str, Any]]:
    """The shared service, sizes in turn on one hub. Gives whether targets are met, and figures of the last size."""
    goed, uit, r = True, {}, None
    for aantal in aantallen:
        with tempfile.TemporaryDirectory() as tmp:
            o = Opstelling(Path(tmp), aantal, **dienst)
            try:
                titel = f"{aantal} deelnemers" + (f" ({dienst['start']})" if "start" in dienst else "")
                print(f"  {titel}", flush=True)
                asyncio.run(warm(o))
                r = Ronde(o, aantal, tempo)
                uit = asyncio.run(r.run())
                goed &= report(r, uit, titel)
            finally:
                o.hub.stop()
    return goed, {**uit, "tijden": r.tijden if r else {}, "per": per_learner(uit)}


def own(aantal: int) -> dict[str, Any]:
    """A server for each of so many learners. Gives figures as `shared`."""
    with tempfile.TemporaryDirectory() as tmp:
        o = Opstelling(Path(tmp), aantal, eigen=True)
        try:
            print(f"  {aantal} deelnemers met een eigen server", flush=True)
            r = Ronde(o, aantal, TEMPO_EIGEN, eigen=True)
            uit = asyncio.run(r.run())
            report(r, uit, f"{aantal} eigen servers")
            return {**uit, "tijden": r.tijden, "per": per_learner(uit)}
        finally:
            o.hub.stop()


def compare(aantallen: list[int]) -> bool:
    """Servers of their own at these sizes; at the first one beside the shared service, at the same pace."""
    eigen = [own(n) for n in aantallen][0]
    goed, dienst = shared(aantallen[:1], TEMPO_EIGEN)
    wat = "inloggen tot bruikbare vraag"
    e, d = median(eigen["tijden"][wat]), median(dienst["tijden"][wat])
    goed &= toon("gedeelde dienst / eigen server: geheugen per deelnemer", dienst["per"] / eigen["per"], "x", 0.25, toelichting=f"{dienst['per']:.0f} en {eigen['per']:.0f} MB")
    goed &= toon("gedeelde dienst / eigen server: inloggen tot vraag, p50", d / e, "x", 1 / 3, toelichting=f"{d:.2f} en {e:.2f} s")
    return goed


async def warm(o: Opstelling) -> None:
    """One learner goes before: what is loaded only once is no part of the figures."""
    for naam in {next(n for n in o.namen if o.hub.leren(CURSUS, n) == basis) for basis in {o.hub.leren(CURSUS, n) for n in o.namen}}:
        k = Klant(o.hub.adres, naam)
        await k.log_in()
        await k.open(f"voila/render/{MODULE}/les.ipynb")
        await k.leave()


def main(argv: list[str] | None = None) -> bool:
    p = argparse.ArgumentParser()
    p.add_argument("--aantal", type=int, nargs="*", default=[])
    p.add_argument("--eigen", type=int, nargs="*", help="zoveel eigen servers, naast de gedeelde dienst")
    p.add_argument("--start", choices=("kopie", "nieuw"))
    if argv is None:
        return shared([25])[0]
    p.add_argument("--duur", help="zo lang komen en gaan deelnemers: 20m, 90s")
    a = p.parse_args(argv)
    if a.duur:
        with tempfile.TemporaryDirectory() as tmp:
            o = Opstelling(Path(tmp), 60, stil=hub_duur.STIL, **({"start": a.start} if a.start else {}))
            try:
                return hub_duur.soak(o, float(a.duur.rstrip("ms")) * (60 if a.duur.endswith("m") else 1), MODULE)
            finally:
                o.hub.stop()
    if a.eigen is not None:
        return compare(a.eigen or AANTALLEN)
    return shared(a.aantal or AANTALLEN, **({"start": a.start} if a.start else {}))[0]


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
