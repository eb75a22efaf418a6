"""A course that breaks no rule, made in a temporary folder, for tests of the checker and its benchmark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

CRITERIA = ("toestemming", "vrijwilligheid", "gelijkwaardigheid", "ontwikkeling", "context", "impact")
ZINNEN = (
    "Je ziet dat een jongere minder vertelt dan vorige week.",
    "Een collega maakt zich zorgen over het slapen.",
    "Je schrijft op wat je ziet en wat je hoort.",
    "Daarna bespreek je het met de aandachtsfunctionaris.",
    "De jongere bepaalt zelf hoe snel het gesprek gaat.",
    "Je vraagt rustig hoe het gaat en je luistert.",
)
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 200" role="img" aria-labelledby="route-t route-d">
<title id="route-t">De route</title>
<desc id="route-d">Drie vakken van links naar rechts: zien, bespreken, besluiten. Pijlen verbinden ze.</desc>
<rect class="d-vlak" x="10" y="10" width="200" height="80" fill="#eef3f7"/>
<text class="d-tekst" x="20" y="50" font-size="17">Zien</text>
</svg>"""
BEELDEN = ("route", "lagen", "trap", "weg")
Bestanden = dict[str, Any]


def tekst(n: int, zinnen: int = 2) -> str:
    """Some good Dutch, a little different for every n."""
    return " ".join(ZINNEN[(n + i) % len(ZINNEN)] for i in range(zinnen)) + f" Dit is stuk {n}."


def item(m: str, n: int, soort: str, gebruik: str, leerdoel: str, feit: str) -> dict[str, Any]:
    """One good item of any kind."""
    it: dict[str, Any] = {"id": f"{m}-{gebruik}-{n}", "soort": soort, "gebruik": gebruik, "leerdoel": leerdoel, "niveau": "toepassen"}
    it |= {"plek": f"{m}-plek-{n % 7}"} if gebruik == "oefening" else {"punten": "4"}
    it |= {"situatie": tekst(n), "vraag": f"Wat doe je bij {gebruik} {n} van {m}?", "bron": [feit]}
    if soort in ("een-goed", "meer-goed"):
        it["opties"] = [{"id": f"optie-{j}", "tekst": f"{ZINNEN[(n + j) % 6]} Mogelijkheid {j}.", "uitleg": tekst(j)} for j in range(4)]
        goed = sorted(range(4), key=lambda j: len(it["opties"][j]["tekst"]))[: 1 if soort == "een-goed" else 2]
        for j in goed:
            it["opties"][j]["goed"] = "ja"
    elif soort == "volgorde":
        it["stappen"] = [{"id": f"stap-{j}", "tekst": f"{ZINNEN[j]} Stap {j}.", "uitleg": tekst(j)} for j in range(4)]
    elif soort == "koppel":
        it |= {k: [{"id": f"{k}-{j}", "tekst": f"{ZINNEN[j]} Kant {j}."} for j in range(3)] for k in ("links", "rechts")}
        it["paren"] = [{"links": f"links-{j}", "rechts": f"rechts-{j}", "uitleg": tekst(j)} for j in range(3)]
    elif soort == "vlaggen":
        gevlagd = {"vlag": "geel", "uitleg": tekst(n)}
        it |= {"criteria": {c: dict(gevlagd) for c in CRITERIA}, "vlag": dict(gevlagd), "reactie": tekst(n)}
    elif soort == "signalen":
        it["fragmenten"] = fragmenten(n)
    elif soort == "oordeel":
        it["acties"] = [{"id": f"actie-{j}", "tekst": f"{ZINNEN[j]} Actie {j}.", "oordeel": str(1 + 2 * j), "uitleg": tekst(j)} for j in range(3)]
    elif soort == "open":
        it |= {"rubriek": [{"id": f"deel-{j}", "tekst": f"Noemt deel {j}.", "punten": "2"} for j in range(2)], "voorbeeld": tekst(n)}
    elif soort == "zin":
        it |= {"jongere": "Een jongere van 15 met een LVB.", "voorbeelden": ["Ik wil met je praten. Vind je dat goed?"]}
    return it


def fragmenten(n: int) -> list[dict[str, Any]]:
    return [{"id": f"stuk-{j}", "tekst": f"{ZINNEN[j]} Regel {n}.", "uitleg": tekst(j), **({"signaal": "ja"} if j < 3 else {})} for j in range(6)]


def gesprek(m: str, naam: str, leerdoel: str, feit: str) -> dict[str, Any]:
    """A conversation of nine nodes in which what was said first matters later."""
    def keuze(ident: str, naar: str, punten: int, **extra: Any) -> dict[str, Any]:
        return {"id": ident, "tekst": ZINNEN[len(ident) % 6], "naar": naar, "punten": str(punten), "reactie": tekst(punten), "bron": [feit], **extra}

    knopen: dict[str, Any] = {
        "begin": {"tekst": tekst(1), "keuzes": [keuze("rustig", "midden", 2, zet=["vertrouwen"]), keuze("snel", "midden", 0)]},
        "midden": {"tekst": tekst(2), "keuzes": [keuze("luisteren", "verder", 2, twijfel="ja"), keuze("zwijgen", "stil", 1), keuze("praten", "stroef", 0)]},
        "verder": {"tekst": tekst(3), "keuzes": [keuze("samen", "goed", 2, als=["vertrouwen"]), keuze("alleen", "matig", 1)]},
        "stil": {"tekst": tekst(4), "keuzes": [keuze("wachten", "matig", 1), keuze("weglopen", "slecht", 0)]},
        "stroef": {"tekst": tekst(5), "keuzes": [keuze("stoppen", "slecht", 0), keuze("herstellen", "stil", 1, als=["!vertrouwen"])]},
        "goed": {"tekst": tekst(6), "einde": "goed", "uitleg": tekst(1)},
        "matig": {"tekst": tekst(7), "einde": "wisselend", "uitleg": tekst(2)},
        "slecht": {"tekst": tekst(8), "einde": "zorgelijk", "uitleg": tekst(3)},
    }  # fmt: skip
    return {"id": naam, "vorm": "gesprek", "module": m, "titel": "Een gesprek", "leerdoel": leerdoel, "waarschuwing": "Dit gaat over zorgen.", "intro": tekst(2), "start": "begin", "knopen": knopen}


def cel(ident: str, bron: str, soort: str = "markdown") -> dict[str, Any]:
    c = {"cell_type": soort, "id": ident, "metadata": {}, "source": bron.splitlines(keepends=True)}
    return c | ({"outputs": [], "execution_count": None} if soort == "code" else {})


def notebook(cellen: list[dict[str, Any]]) -> dict[str, Any]:
    return {"cells": cellen, "metadata": {"title": "Les"}, "nbformat": 4, "nbformat_minor": 5}


def toon(roep: str) -> str:
    return f"from leerlijn import toon\ntoon.{roep}"


def module(m: str, letter: str, uitkomsten: int = 2, keer: int = 1, woorden: int = 2100) -> tuple[dict[str, Any], Bestanden]:
    """(entry in cursus.yaml, files) of a module that has the size of a full one. keer: how many times as much of everything."""
    map_ = f"01-{m}"
    doelen = [f"{m}-doel-{i}" for i in range(uitkomsten)]
    feiten = [f"{letter}-{i:02}" for i in range(10)]
    soorten = ("een-goed", "meer-goed", "volgorde", "koppel", "vlaggen", "signalen", "oordeel", "open", "zin")
    oefening = [item(m, n, soorten[n % 9], "oefening", doelen[n % uitkomsten], feiten[n % 10]) for n in range(20 * keer)]
    toets = [item(m, n, "een-goed" if n < 9 * keer else soorten[1 + n % 6], "toets", doelen[n % uitkomsten], feiten[n % 10]) for n in range(14 * keer)]
    toets.append(item(m, 14 * keer, "open", "toets", doelen[0], feiten[0]))
    casussen = [gesprek(m, f"{m}-gesprek-{n}", doelen[0], feiten[0]) for n in range(keer)]
    dossier = {k: v for k, v in casussen[0].items() if k not in ("start", "knopen")} | {"id": f"{m}-dossier", "vorm": "dossier", "fragmenten": fragmenten(1), "nabespreking": tekst(4), "bron": feiten[:2]}
    plekken = sorted({i["plek"] for i in oefening})
    delen = [cel(f"deel-{n}", f"## Deel {n}\n\n{tekst(n, 20)}\n\nDat staat vast. [{feiten[n % 10]}]\n") for n in range(woorden * keer // 190 + 1)]
    les = [cel("titel", f"# {m.capitalize()}\n\nJe leert kijken.\n"), cel("vooraf", "## Vooraf\n\nDit kan je raken.\n"), cel("leeruitkomsten", "## Wat je leert\n\n- Kijken.\n"), cel("openingscasus", tekst(3))]
    les += [*delen, *(cel(b, f"![Drie vakken met pijlen ertussen](beeld/{b}.svg)\n") for b in BEELDEN), cel("oefenen", toon(f"oefening({', '.join(map(json.dumps, plekken))})"), "code")]
    les += [cel(f"casus-{n}", toon(f'casus("{c["id"]}")'), "code") for n, c in enumerate(casussen)] + [cel("dossier", toon(f'casus("{m}-dossier")'), "code")]
    les += [cel("morgen", "## Wat je morgen anders doet\n\n- Kijken.\n- Luisteren.\n- Overleggen.\n"), cel("verder", "## Verder\n\nMaak de toets.\n")]
    bestanden: Bestanden = {
        f"quizzes/{m}.yaml": {"module": m, "items": oefening + toets},
        f"source_material/feiten/{m}.yaml": {"module": m, "titel": "Feiten", "feiten": [feit(f) for f in feiten]},
        f"modules/{map_}/les.ipynb": notebook(les),
        f"modules/{map_}/toets.ipynb": notebook([cel("titel", "# Toets\n"), cel("toets", toon("toets()"), "code")]),
        f"modules/{map_}/docent.md": f"# Docent\n\n{tekst(1)} [{feiten[0]}]\n",
        f"modules/{map_}/handout.md": f"# Op een bladzijde\n\n{tekst(2)} [{feiten[0]}]\n",
        **{f"modules/{map_}/beeld/{b}.svg": SVG.replace("route", b) for b in BEELDEN},
        f"casuistiek/{m}-dossier.yaml": dossier,
        **{f"casuistiek/{c['id']}.yaml": c for c in casussen},
    }
    uitkomst = [{"id": d, "module": m, "tekst": f"Je kunt doel {i} uitleggen.", "kernen": ["Kern."], "feiten": feiten[:3]} for i, d in enumerate(doelen)]
    return {"id": m, "map": map_, "titel": m.capitalize(), "kort": "Kort.", "studielast": "90", "feiten": letter}, bestanden | {"_uitkomsten": uitkomst}


def feit(ident: str, **extra: Any) -> dict[str, Any]:
    return {"id": ident, "stelling": tekst(3), "bronnen": ["bron"], "jaar": "2024", "zekerheid": "hoog"} | extra


def cursus(*modules: tuple[dict[str, Any], Bestanden]) -> Bestanden:
    """All files of a course: path -> dict (YAML or notebook) or text."""
    bestanden = {p: d for _, b in modules for p, d in b.items() if p != "_uitkomsten"}
    return bestanden | {
        "modules/cursus.yaml": {"cursus": "leerlijn", "titel": "Cursus", "redactie": "redactie@leerlijn.example", "modules": [m for m, _ in modules]},
        "source_material/bronnen.yaml": {"bronnen": [{"id": "bron", "organisatie": "Instituut", "titel": "Kennis", "jaar": "2024", "gezien": "2026-11-23"}]},
        "source_material/begrippen.yaml": {"begrippen": [{"id": "signaal", "begrip": "Signaal", "ook": ["signalen"], "omschrijving": "Iets wat opvalt.", "feiten": []}]},
        "source_material/leeruitkomsten.yaml": {"leeruitkomsten": [u for _, b in modules for u in b["_uitkomsten"]]},
    }


class _ZonderAlias(yaml.SafeDumper):
    """Writes a list that stands in two places twice: our reader refuses aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def schrijf(root: Path, bestanden: Bestanden) -> Path:
    """Write the files below root and return root."""
    for naam, data in bestanden.items():
        pad = root / naam
        pad.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, dict):
            data = json.dumps(data, ensure_ascii=False, indent=1) if naam.endswith(".ipynb") else yaml.dump(data, Dumper=_ZonderAlias, allow_unicode=True, sort_keys=False, width=1000)
        pad.write_text(data, encoding="utf-8")
    return root
