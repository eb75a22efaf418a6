"""The figures as CSV files that open in a Dutch spreadsheet: semicolons, decimal commas, UTF-8 with a mark. Small numbers stay hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from .errors import LeerlijnError
from .report import Verslag

SCHATTINGEN = ("p", "rest", "d", "doelmatigheid", "gewicht", "alpha_zonder")


def write(verslagen: list[Verslag], map_: Path) -> list[Path]:
    """One set of files per module: -toets, -vragen, -keuzes, -leerdoelen. Gives what was written. Raises LeerlijnError."""
    uit = []
    try:
        map_.mkdir(parents=True, exist_ok=True)
        for v in verslagen:
            for naam, rijen in tables(v).items():
                if rijen:
                    pad = map_ / f"{v.module}-{naam}.csv"
                    pd.DataFrame(rijen).round(3).to_csv(pad, sep=";", decimal=",", index=False, encoding="utf-8-sig")
                    uit.append(pad)
    except OSError as e:
        raise LeerlijnError(f"De map {map_} is niet te schrijven ({e.strerror}). Kies een andere map bij --csv.") from e
    return uit


def tables(v: Verslag) -> dict[str, list[dict[str, Any]]]:
    """The same tables as rows."""
    toets = [{"cijfer": naam, **s} for naam, s in {**v.toets, **({"geslaagd": v.geslaagd} if v.geslaagd else {})}.items()]
    return {
        "toets": [{"cijfer": "inzendingen", "waarde": v.n}, *toets] if v.toets else [],
        "vragen": [_vraag(r) for r in v.vragen] if v.n >= 10 else [],
        "keuzes": [
            {"vraag": item, "onderdeel": d["id"], "keuze": tekst, "goed": "ja" if i == d["juist"] else "nee", **dict(zip(k["groepen"], [a[i] for a in d["aantal"]]))}
            for item, k in v.keuzes.items()
            for d in k["delen"]
            for i, tekst in enumerate(d["keuzes"])
        ]
        + [
            {"vraag": item, "onderdeel": d["id"], "keuze": "geen leesbaar antwoord", "goed": "nee", **dict(zip(k["groepen"], d["geen"]))}
            for item, k in v.keuzes.items()
            for d in k["delen"]
        ],
        "leerdoelen": [
            {"leerdoel": d["id"], "tekst": d["tekst"], "vragen": d["vragen"], **_plat("punten", d["punten"]), **_plat("beheerst", d["beheerst"])} for d in v.leerdoelen
        ],
    }


def _vraag(r: dict[str, Any]) -> dict[str, Any]:
    uit = {k: r[k] for k in ("nummer", "id", "soort", "leerdoel", "punten")}
    uit |= {"vervallen": "ja" if r["vervallen"] else "nee", "onbeantwoord": r.get("onbeantwoord", "")}
    for naam in SCHATTINGEN:
        uit |= _plat(naam, r.get(naam))
    return uit


def _plat(naam: str, s: dict[str, float] | None) -> dict[str, Any]:
    return {f"{naam}{achter}": (s or {}).get(veld, "") for achter, veld in (("", "waarde"), ("_laag", "laag"), ("_hoog", "hoog"))}
