"""Points of learners as files: for a spreadsheet with opaque ids, and for the gradebook of an LMS with the ids that the LMS knows.

Cells are safe to open: text that a spreadsheet would take for a formula gets a mark in front. What a learner left open is counted apart from
what was wrong, and as long as a teacher has to judge something there are no points yet, rather than too few.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import eindpunten, intake, report_data
from .eindpunten import Eindpunten
from .errors import LeerlijnError
from .report_data import BEANTWOORD, ONBEANTWOORD, ONBEKEND, ONLEESBAAR, Gegevens

GEHEIM = ".export-sleutel"  # in grading/; without it nobody can tell which id is whose
FORMULE = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
STANDEN = {BEANTWOORD: "beantwoord", ONBEANTWOORD: "onbeantwoord", ONLEESBAAR: "onleesbaar", ONBEKEND: "onbekend"}
WACHT, KLAAR = "wacht op docent", "klaar"
LMS = ("moodle", "brightspace", "canvas")
UITLEG = [
    ("Modules", "Een regel per deelnemer per toets. Punten is leeg zolang je nog een open vraag moet beoordelen."),
    ("Leerdoelen", "Een regel per deelnemer per leerdoel van een toets."),
    ("Vragen", "Een regel per deelnemer per vraag, met of er een antwoord was."),
    ("deelnemer", "Een code in plaats van de naam. Dezelfde deelnemer heeft in elke export dezelfde code."),
    ("punten", "Wat telt: met extra punten erbij en aftrek voor te laat eraf."),
    ("onbeantwoord", "Aantal vragen dat open bleef. Dat is iets anders dan fout."),
    ("onleesbaar", "Aantal antwoorden dat niet te lezen was; dat telt als 0 punten. Bekijk ze in formgrader."),
]


def safe(x: Any) -> Any:
    """A value for a cell: text that begins like a formula gets an apostrophe; control characters go. Numbers stay numbers."""
    if not isinstance(x, str):
        return x
    schoon = "".join(c for c in x if c.isprintable() or c == "\n")
    return f"'{schoon}" if x.startswith(FORMULE) or schoon.lstrip().startswith(FORMULE) else schoon


def secret(grading: Path) -> bytes:
    """The key that turns names into codes, made at the first export. Raises LeerlijnError."""
    pad = grading / GEHEIM
    try:
        with open(os.open(pad, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError as e:
        raise LeerlijnError(f"{pad} is niet te schrijven ({e.strerror}).") from e
    data, reden = intake.read_file(pad, 1_000)
    if not data:
        raise LeerlijnError(f"{pad} {reden or 'is leeg'}. Haal het weg; deelnemers krijgen dan nieuwe codes.")
    return data


def opaque(sleutel: bytes, wie: str) -> str:
    """The code of a learner: 48 bits of an HMAC, so that names can't be guessed from it and two learners don't share one."""
    return f"d-{hmac.new(sleutel, wie.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()[:12]}"


def tables(root: Path, modules: list[str]) -> dict[str, pd.DataFrame]:
    """modules, leerdoelen and vragen as tables with codes for names, and `lms`: learner's own id, and points per title of a test.

    root: the project. Raises LeerlijnError when a test has nothing to export.
    """
    sleutel = secret(root / "grading")
    uit: dict[str, list[dict[str, Any]]] = {"modules": [], "leerdoelen": [], "vragen": [], "lms": []}
    gelezen = [report_data.load_named(root, m) for m in modules]
    eind = {(e.module, e.wie): e for e in eindpunten.of_course(root / "grading", modules)}
    for g, wie in gelezen:
        for n, r in enumerate(wie.itertuples(index=False)):
            _learner(g, n, r, eind[g.module, r.wie], opaque(sleutel, str(r.wie)), uit)
    return {naam: pd.DataFrame(rijen) for naam, rijen in uit.items()}


def _learner(g: Gegevens, n: int, r: Any, eind: Eindpunten, code: str, uit: dict[str, list[dict[str, Any]]]) -> None:
    punten, stand, totaal = g.punten[n], g.stand[n], eind.punten
    uit["modules"].append(
        {"deelnemer": code, "module": g.module, "titel": g.titel, "punten": totaal, "van": eind.maximum, "aftrek": eind.aftrek, "stand": WACHT if totaal is None else KLAAR,
         "voldoende": ("ja" if totaal >= g.cesuur * eind.maximum - 1e-9 else "nee") if totaal is not None else "", "vragen": len(g.vragen), **_open(stand)}
    )  # fmt: skip
    for doel in dict.fromkeys(v.leerdoel for v in g.vragen):
        deel = np.array([v.leerdoel == doel for v in g.vragen])
        som = float(punten[deel].sum())
        uit["leerdoelen"].append(
            {"deelnemer": code, "module": g.module, "leerdoel": doel, "omschrijving": " ".join(g.leerdoelen.get(doel, "").split()), "punten": None if np.isnan(som) else round(som, 4),
             "van": float(g.maximum[deel].sum()), "vragen": int(deel.sum()), **_open(stand[deel])}
        )  # fmt: skip
    for v, p, s in zip(g.vragen, punten, stand, strict=True):
        uit["vragen"].append({"deelnemer": code, "module": g.module, "vraag": v.id, "leerdoel": v.leerdoel, "punten": None if np.isnan(p) else float(p), "van": v.punten,
                              "stand": WACHT if np.isnan(p) else STANDEN[int(s)]})  # fmt: skip
    uit["lms"].append({"wie": str(r.lms or r.wie), "toets": g.titel, "punten": totaal, "van": eind.maximum})


def _open(stand: np.ndarray) -> dict[str, int]:
    return {"onbeantwoord": int((stand == ONBEANTWOORD).sum()), "onleesbaar": int((stand == ONLEESBAAR).sum())}


def for_lms(lms: pd.DataFrame, soort: str) -> pd.DataFrame:
    """A table in the columns that an LMS reads back: one line per learner, one column per test, empty where there are no points yet.

    Moodle lets the teacher pick which column identifies a user. Brightspace wants `Username` and `<item> Points Grade`; Canvas its five
    columns and a line with the points that can be got. lms: of tables().
    """
    breed = lms.pivot_table(index="wie", columns="toets", values="punten", aggfunc="first", dropna=False, sort=False)
    toetsen = list(breed.columns)
    breed = breed.reset_index()
    if soort == "moodle":
        return breed.rename(columns={"wie": "username"})
    if soort == "brightspace":
        return breed.rename(columns={"wie": "Username", **{t: f"{t} Points Grade" for t in toetsen}}).assign(**{"End-of-Line Indicator": "#"})
    maximum = lms.groupby("toets")["van"].max()
    kop = {"Student": "    Points Possible", "ID": "", "SIS User ID": "", "SIS Login ID": "", "Section": "", **{t: maximum[t] for t in toetsen}}
    rijen = [{"Student": r["wie"], "ID": "", "SIS User ID": "", "SIS Login ID": r["wie"], "Section": "", **{t: r[t] for t in toetsen}} for _, r in breed.iterrows()]
    return pd.DataFrame([kop, *rijen])


def write(root: Path, modules: list[str], map_: Path, lms: str | None = None) -> list[Path]:
    """Write cijfers.csv, leerdoelen.csv and cijfers.xlsx, and for an LMS <lms>.csv, for the teacher's account only. Gives what was written.

    Raises LeerlijnError.
    """
    alles = {naam: t.map(safe) for naam, t in tables(root, modules).items()}
    uit = []
    try:
        map_.mkdir(parents=True, exist_ok=True)
        for naam, tabel in (("cijfers", "modules"), ("leerdoelen", "leerdoelen")):
            uit.append(_private(map_ / f"{naam}.csv"))
            # Semicolons, decimal commas and a mark: what a Dutch spreadsheet opens by a double click.
            alles[tabel].to_csv(uit[-1], sep=";", decimal=",", index=False, encoding="utf-8-sig")
        uit.append(_private(map_ / "cijfers.xlsx"))
        with pd.ExcelWriter(uit[-1], engine="openpyxl") as boek:
            for blad, tabel in (("Modules", "modules"), ("Leerdoelen", "leerdoelen"), ("Vragen", "vragen")):
                alles[tabel].to_excel(boek, sheet_name=blad, index=False)
                boek.sheets[blad].freeze_panes = "A2"
                for kolom, kop in zip("ABCDEFGHIJKLMN", alles[tabel].columns):
                    boek.sheets[blad].column_dimensions[kolom].width = 40 if kop in ("omschrijving", "titel", "vraag") else 16
            pd.DataFrame(UITLEG, columns=["wat", "betekenis"]).to_excel(boek, sheet_name="Uitleg", index=False)
            boek.sheets["Uitleg"].column_dimensions["B"].width = 100
        if lms:
            uit.append(_private(map_ / f"{lms}.csv"))
            for_lms(alles["lms"], lms).to_csv(uit[-1], index=False, encoding="utf-8")
    except OSError as e:
        raise LeerlijnError(f"De map {map_} is niet te schrijven ({e.strerror}). Kies een andere map met --naar.") from e
    return uit


def _private(pad: Path) -> Path:
    """An empty file that only this account reads, in place of what stands there."""
    pad.unlink(missing_ok=True)
    os.close(os.open(pad, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return pad
