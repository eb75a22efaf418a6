"""Writes a tiny course in the built layout, with the test widget in its lesson."""

from __future__ import annotations

import json
from pathlib import Path

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 80" role="img" aria-labelledby="lagen-t lagen-d" onload="alert(1)">
<title id="lagen-t">Lagen</title><desc id="lagen-d">Twee lagen onder elkaar.</desc>
<script>alert(1)</script><rect class="d-vlak" x="2" y="2" width="300" height="70" rx="6" fill="#eef3f7" stroke="#5b6b7b" style="fill:red"/>
<text class="d-tekst" x="20" y="40" font-size="17">Laag een</text><image href="https://voorbeeld.example/x.png"/></svg>"""

LES = [
    ("titel", "markdown", "# Proefles\n\nEen les om de pagina mee te proberen."),
    ("vooraf", "markdown", "## Vooraf\n\nHet duurt vijf minuten. Bij grooming en nog eens grooming zegt een feit iets. [H-01, H-02]\n\n<b>geen</b> HTML"),
    ("beeld", "markdown", "## Een beeld\n\n![Twee lagen van aandacht](beeld/lagen.svg)\n\n| Woord | Uitleg |\n|---|---:|\n| Meldcode | vijf stappen |\n"),
    ("eerste", "code", "from proefdeel import Meter\nmeter = Meter(); meter"),
    ("vooraf-2", "markdown", "## Vooraf\n\nNog een keer grooming, en `grooming` in code. [H-02]"),
    ("niets", "code", "meter.getal = 5"),
    ("print", "code", "import proefdeel; print('slank', proefdeel.omgeving())"),
    ("vreemd", "code", "import ipywidgets\nipywidgets.IntSlider()"),
    ("stuk", "code", "print('dit komt nog')"),
    ("lang", "markdown", "## Lang stuk\n\n" + "\n\n".join(["Een zin om naar beneden te kunnen schuiven in deze les."] * 40) + "\n\n### Onderaan\n\nEinde."),
]


def notebook(cellen: list[tuple[str, str, str]]) -> str:
    uit = [
        {"id": id_, "cell_type": soort, "metadata": {}, "source": bron, **({"outputs": [], "execution_count": None} if soort == "code" else {})}
        for id_, soort, bron in cellen
    ]
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "language_info": {"name": "python"}, "title": "Proefles"}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": spec, "cells": uit}, ensure_ascii=False)


def schrijf(map_: Path) -> Path:
    """Write the course into a folder and return it."""
    toets = json.loads(notebook([("titel", "markdown", "# Toets: proef"), ("vraag", "code", "print('de toets')"), ("p-een", "code", "raise SystemExit(1)")]))
    toets["cells"][-1]["metadata"] = {"nbgrader": {"grade": True, "grade_id": "een"}}
    module = {
        "id": "proef", "titel": "Proefmodule", "kort": "Om te proberen.", "studielast": 30, "beschikbaar": True, "les": "proef/les.ipynb",
        "toets": "toetsen/proef/toets.ipynb", "handout": "proef/handout.md", "oefeningen": ["a", "b"], "casussen": [], "toetsvragen": ["een", "twee"], "koppen": ["Vooraf"], "inleveren_tot": None,
    }
    later = {**module, "id": "later", "titel": "Latere module", "beschikbaar": False, "les": None, "toets": None, "handout": None}
    feit = {"jaar": "2024", "zekerheid": "hoog", "vakoordeel": False, "controleer_voor": None, "bronnen": []}
    bestanden = {
        "cursus.json": json.dumps({
            "cursus": "leerlijn", "titel": "Proefcursus", "redactie": "redactie@leerlijn.example", "getoetst": None, "modules": [module, later],
            "contacten": [{"id": "k", "organisatie": "Luisterlijn", "waarvoor": "praten", "contact": "bellen", "telefoon": "088 0767 000", "bereik": "dag en nacht", "voor_deelnemer": True},
                          {"id": "z", "organisatie": "Alleen voor werk", "waarvoor": "advies", "contact": "bellen", "bereik": "", "voor_deelnemer": False}],
            "begrippen": [{"id": "grooming", "begrip": "grooming", "ook": ["groomen"], "omschrijving": "Uitleg van grooming.", "feiten": ["H-01"]},
                          {"id": "meldcode", "begrip": "meldcode", "ook": [], "omschrijving": "Vijf stappen.", "feiten": []}],
            "bronnen": [],
        }),
        "feiten.json": json.dumps({f: {"id": f, "stelling": f"Stelling {f}.", **feit} for f in ("H-01", "H-02", "H-03")}),
        "zoeken.json": "{}",
        "proef/les.ipynb": notebook(LES),
        "proef/beeld/lagen.svg": SVG,
        "proef/handout.md": "# Proefblad\n\n<script>alert(1)</script>\n\n![Twee lagen](beeld/lagen.svg)\n\nRedactieversie.",
        "proef/oefening.json": "{}",
        "proef/oefening-sleutel.json": '{"items": {}, "casussen": {}}',
        "toetsen/proef/toets.ipynb": json.dumps(toets),
        "toetsen/proef/publiek.json": "{}",
        "prive/proef.jsonl": '{"v":1,"id":"x","t":"2025-01-01T10:00:00.000+00:00","item":"a","antwoord":"ja"}\n',
        "losse.ipynb": notebook([("x", "markdown", "# Geen les")]),
    }
    for naam, inhoud in bestanden.items():
        pad = map_ / naam
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_text(inhoud, encoding="utf-8")
    return map_
