"""Measure accessibility again and write the statement: `python docs/meet_toegankelijkheid.py`. Needs a browser, as `make test` does; takes minutes.

Runs the browser tests, keeps what axe found on every page and how every test ended, and writes share/verklaring/metingen.json and
docs/toegankelijkheid.md. With a folder as argument it only reads what an earlier run kept there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
from leerlijn import toegankelijk  # noqa: E402

# Test file -> what its pages are, as the statement calls it.
SOORTEN = {
    "test_paginas.py": "Pagina's van de cursus: overzicht, hulp, begrippen, bronnen, zoeken, feedback en andere",
    "test_widget.py": "Elke soort vraag en casus, in elke stand",
    "test_lange_toets.py": "Elke soort vraag en casus, in elke stand",
    "test_herhalen.py": "Herhalen: de vragen die terugkomen",
    "test_delen.py": "Wat deel ik met mijn docent: elke stand",
    "test_formgrader.py": "Feedbackpagina, zoals de docent haar vrijgeeft",
    "test_beoordeel.py": "Pagina's waarop docenten beoordelen",
    "test_inzicht.py": "Verslag en dashboard voor docenten",
    "test_panel.py": "Stempagina van het panel van deskundigen",
}
LESSEN, TOETSEN = "Lessen, met elke oefening gemaakt en alles opengeklapt", "Toetsen, met elke vraag beantwoord"
ZONDER_AXE = ("test_host.py", "test_host_oefening.py", "test_host_verbinding.py", "test_widget_kern.py")


def run(map_: Path) -> None:
    bestanden = [f"tests/browser/{b}" for b in ("test_cursus.py", *SOORTEN, *ZONDER_AXE)]
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "0", *bestanden], cwd=ROOT, env={**os.environ, "LEERLIJN_METINGEN": str(map_)}, check=False)


def lines(map_: Path, soort: str) -> list[dict[str, Any]]:
    return [json.loads(r) for p in sorted(map_.glob(f"{soort}-*.jsonl")) for r in p.read_text("utf-8").splitlines()]


def merge(map_: Path) -> dict[str, Any]:
    """What was kept in `map_`, in the shape of toegankelijk.measurements."""
    paginas: dict[tuple[str, str], dict[str, Any]] = {}
    axe = lines(map_, "axe")
    for r in axe:
        bestand = r["test"].split("::")[0].rpartition("/")[2]
        eind = r["adres"].rsplit("/", 1)[-1]
        soort = SOORTEN.get(bestand) or (LESSEN if eind == "les.ipynb" else TOETSEN)
        naam = r["adres"] if bestand in ("test_cursus.py", "test_paginas.py") else r["test"].split("::")[-1].split(" ")[0]
        p = paginas.setdefault((soort, naam), {"pagina": naam, "soort": soort, "keer": 0, "regels": 0, "fouten": 0, "onbeslist": 0})
        p["keer"] += 1
        p["fouten"] += r["fouten"]
        for veld in ("regels", "onbeslist"):  # the same places in light and in dark are not two
            p[veld] = max(p[veld], r[veld])
    tel: dict[str, Counter[bool]] = {}
    for r in lines(map_, "test"):
        if not r["over"]:
            tel.setdefault(r["test"], Counter())[r["goed"]] += 1
    return {
        "datum": date.today().isoformat(), "axe": axe[-1]["axe"], "browser": f"Chromium {axe[-1]['browser'].split('.')[0]}",
        "paginas": sorted(paginas.values(), key=lambda p: (p["soort"] not in (LESSEN, TOETSEN), p["soort"], p["pagina"])),
        "proeven": {t: [tel.get(t, Counter())[True], tel.get(t, Counter())[False]] for rij in toegankelijk.PROEVEN.values() for t in rij},
    }  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as tijdelijk:
        map_ = Path(sys.argv[1] if len(sys.argv) > 1 else tijdelijk)
        if len(sys.argv) < 2:
            run(map_)
        metingen = merge(map_)
    toegankelijk.METINGEN.write_text(json.dumps(metingen, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (ROOT / "docs" / "toegankelijkheid.md").write_text(page(metingen), encoding="utf-8")
    fouten = sum(p["fouten"] for p in metingen["paginas"])
    print(f"{len(metingen['paginas'])} pagina's gemeten, {fouten} fouten. Geschreven: {toegankelijk.METINGEN.name} en docs/toegankelijkheid.md")


def page(metingen: dict[str, Any]) -> str:
    """docs/toegankelijkheid.md: the statement as an institution without a planned audit starts with it, and what it has to fill in."""
    from leerlijn import beleid

    cursus = beleid.course(ROOT).model_dump(mode="json", include={"titel", "instelling", "redactie", "aanspreekpunt", "onderzoek_gepland"})
    return VOORAF + toegankelijk.statement(cursus, metingen=metingen)


VOORAF = """<!-- Gemaakt door docs/meet_toegankelijkheid.py. Verander share/verklaring/toegankelijkheid.md.j2, niet dit bestand. -->

> **Voor de instelling.** Deze verklaring staat in de cursus op `/toegankelijkheid`. Ben je een overheidsinstelling, dan moet je zelf een verklaring
> publiceren met de invulassistent van DigiToegankelijk; gebruik deze tekst als bron. Vul in `modules/cursus.yaml` in: `instelling`, `aanspreekpunt` en
> `onderzoek_gepland`. Met een onderzoek binnen een half jaar wordt de status C, anders D. Zelf bepalen: wie ondertekent, de termijn van antwoord en de klachtenregeling.
> Meet opnieuw na een eigen thema of eigen lessen: `python docs/meet_toegankelijkheid.py`.

"""


if __name__ == "__main__":
    main()
