"""The figures of one test, after the rules for small groups: plain data that page, CSV, terminal and dashboard all show."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import report_aandeel as aandeel
from . import report_data, report_gedeeld, stats, stats_keuze
from . import report_grens as grens
from .report_data import ONBEANTWOORD, ONBEKEND, ONLEESBAAR, Gegevens
from .report_opvallend import Opvallend, find
from .report_tekst import Schatting, name

BAKKEN = 10  # bars in the picture of the scores


@dataclass
class Verslag:
    """What may be shown of one test. Figures that the group is too small for are absent or None; small numbers are "<5" (report_grens)."""

    module: str
    titel: str
    n: int
    meldingen: list[str]
    cesuur: float
    maximum: float = 0.0
    toets: dict[str, Schatting] = field(default_factory=dict)
    geslaagd: Schatting | None = None
    verdeling: list[grens.Getal] = field(default_factory=list)
    vragen: list[dict[str, Any]] = field(default_factory=list)
    leerdoelen: list[dict[str, Any]] = field(default_factory=list)
    keuzes: dict[str, dict[str, Any]] = field(default_factory=dict)
    opvallend: list[Opvallend] = field(default_factory=list)
    tijden: dict[str, Any] | None = None
    irt: dict[str, Any] | None = None
    zekerheid: dict[str, Any] | None = None
    paden: list[dict[str, Any]] = field(default_factory=list)


def of_module(root: Path, module: str, irt: bool = False) -> Verslag:
    """The report of one module. root: the project; irt: 1PL and 2PL as well (needs girth)."""
    v = make(report_data.load(root, module), irt)
    gedeeld = report_gedeeld.load(root, module)
    v.zekerheid, v.paden = report_gedeeld.certainty(gedeeld), report_gedeeld.paths(gedeeld)
    v.meldingen += gedeeld.meldingen
    return v


def make(g: Gegevens, irt: bool = False) -> Verslag:
    """Figures of a test. Everything that needs more learners than there are is left out."""
    v = Verslag(g.module, g.titel, g.n, grens.warnings(g.n), g.cesuur)
    nagekeken = ~np.isnan(g.punten).any(0)
    _wachten(v, g, nagekeken)
    if g.n < grens.KLEIN or not nagekeken.any():
        return v
    punten, maximum = g.punten[:, nagekeken], g.maximum[nagekeken]
    v.maximum = float(maximum.sum())
    alles = stats.test_statistics(punten)
    v.toets = alles if g.n >= grens.VERBAND else {"gemiddelde": alles["gemiddelde"], "sd": alles["sd"]}
    deel = punten.sum(1) / v.maximum
    if g.n >= grens.VRAAG:
        v.geslaagd = aandeel.of_yes(deel >= g.cesuur - 1e-9)
        v.verdeling = _verdeling(deel, g.cesuur)
        v.leerdoelen = _leerdoelen(g, nagekeken)
        v.tijden = _tijden(g)
    rest = _rest(g, punten, nagekeken)
    v.vragen = _vragen(g, punten, maximum, nagekeken)
    if g.n >= grens.VRAAG:
        v.keuzes = {q.id: _keuzes(g, q.id, rest.get(q.id)) for q in g.vragen if g.delen.get(q.id)}
    v.opvallend = find(g, v.vragen, rest)
    if irt:
        from .report_irt import models  # its library is optional

        v.irt = models(g, punten, maximum, nagekeken)
    return v


def _wachten(v: Verslag, g: Gegevens, nagekeken: np.ndarray) -> None:
    wacht = [f"vraag {q.nummer} ({name(q.id)})" for q, klaar in zip(g.vragen, nagekeken) if not klaar]
    if wacht:
        v.meldingen.append(f"Nog niet helemaal nagekeken, en daarom niet meegeteld in de totalen: {', '.join(wacht)}.")
    if (g.stand == ONBEKEND).all():
        v.meldingen.append("De antwoordbestanden staan niet in de map submitted. Gekozen antwoorden en 'onbeantwoord' zijn daarom niet te zien.")


def _verdeling(deel: np.ndarray, cesuur: float) -> list[grens.Getal]:
    """Learners per tenth of the points. Below and above the pass mark apart: the reader knows how many passed."""
    bak = np.minimum(BAKKEN - 1, (deel * BAKKEN + 1e-9).astype(int))
    aantal, grens_ = np.bincount(bak, minlength=BAKKEN), int(np.ceil(cesuur * BAKKEN - 1e-9))
    if any(grens.small(int(a.sum())) for a in (aantal[:grens_], aantal[grens_:])):
        return grens.hide(aantal)
    return grens.hide(aantal[:grens_]) + grens.hide(aantal[grens_:])


def _rest(g: Gegevens, punten: np.ndarray, nagekeken: np.ndarray) -> dict[str, np.ndarray]:
    """Per item the score on all other graded items; empty for a small group or a test of one item."""
    if g.n < grens.VERBAND or punten.shape[1] < 2:
        return {}
    totaal, plaats = punten.sum(1), np.flatnonzero(nagekeken)
    return {g.vragen[p].id: totaal - punten[:, i] for i, p in enumerate(plaats)}


def _vragen(g: Gegevens, punten: np.ndarray, maximum: np.ndarray, nagekeken: np.ndarray) -> list[dict[str, Any]]:
    gezien = ~np.isin(g.stand[:, nagekeken], (ONBEANTWOORD, ONLEESBAAR))  # without an answer file the points are all there is
    cijfers = stats.item_statistics(punten, maximum, gezien) if g.n >= grens.VERBAND else {}
    plaats = {int(p): i for i, p in enumerate(np.flatnonzero(nagekeken))}
    uit = []
    for j, q in enumerate(g.vragen):
        stand = g.stand[:, j]
        rij: dict[str, Any] = {"id": q.id, "nummer": q.nummer, "soort": q.soort, "tekst": q.tekst, "leerdoel": q.leerdoel, "punten": q.punten}
        rij |= {"vervallen": q.vervallen, "wacht": j not in plaats}
        if g.n >= grens.VRAAG:
            if (stand != ONBEKEND).any():
                open_ = stand[stand != ONBEKEND] == ONBEANTWOORD
                rij["open"], rij["onbeantwoord"] = aandeel.of_yes(open_), grens.part(int(open_.sum()), len(open_))
                rij["onleesbaar"] = bool((stand == ONLEESBAAR).any())
            if j in plaats:
                i = plaats[j]
                rij |= {naam: {v: float(s[v][i]) for v in ("waarde", "laag", "hoog")} for naam, s in cijfers.items() if naam != "p"}
                if (p := aandeel.of_scores(punten[gezien[:, i], i] / maximum[i], g.n)) is not None:
                    rij["p"] = p
        uit.append(rij)
    return uit


def _leerdoelen(g: Gegevens, nagekeken: np.ndarray) -> list[dict[str, Any]]:
    uit = []
    for doel in dict.fromkeys(q.leerdoel for q in g.vragen if q.leerdoel):
        mee = np.array([q.leerdoel == doel for q in g.vragen]) & nagekeken
        if mee.any():
            deel = g.punten[:, mee].sum(1) / g.maximum[mee].sum()
            rij = {"id": doel, "tekst": g.leerdoelen.get(doel, doel), "vragen": int(mee.sum())}
            uit.append(rij | {"punten": aandeel.of_scores(deel, g.n), "beheerst": aandeel.of_yes(deel >= g.cesuur - 1e-9)})
    return uit


def _keuzes(g: Gegevens, item: str, rest: np.ndarray | None) -> dict[str, Any]:
    """Numbers per part and choice: for three score groups when the group allows, else for all together. Small ones hidden.

    Who chose nothing counts along: a group's size is known, so that number could be worked out from the others.
    """
    groep = stats_keuze.score_groups(rest) if rest is not None else None
    delen = []
    for d in g.delen[item]:
        c, m = np.array(d.codes), len(d.keuzes)
        c = np.where(c < 0, m, c)
        tabel = stats_keuze.choice_counts(c, m + 1, groep) if groep is not None else stats_keuze.choice_counts(c, m + 1).reshape(1, m + 1)
        getoond = [grens.hide(rij) for rij in tabel]
        delen.append({
            "id": d.id, "tekst": d.tekst, "juist": d.juist, "keuzes": [k.tekst for k in d.keuzes],
            "n": tabel.sum(1).tolist(), "aantal": [rij[:m] for rij in getoond], "geen": [rij[m] for rij in getoond],
        })  # fmt: skip
    return {"groepen": list(stats_keuze.GROEPEN) if groep is not None else ["iedereen"], "delen": delen}


def _tijden(g: Gegevens) -> dict[str, Any] | None:
    if len(g.ingeleverd) < grens.VRAAG:
        return None
    eerste, laatste = min(g.ingeleverd).date(), max(g.ingeleverd).date()
    stap = max(1, -(-((laatste - eerste).days + 1) // 28))  # days in a bar; four weeks of bars at most
    dag = np.array([(t.date() - eerste).days // stap for t in g.ingeleverd])
    uur = np.array([t.hour // 2 for t in g.ingeleverd])
    te_laat = sum(t.date() > g.deadline for t in g.ingeleverd) if g.deadline else 0
    return {
        "eerste": eerste, "stap": stap, "dagen": grens.hide(np.bincount(dag)), "uren": grens.hide(np.bincount(uur, minlength=12)),
        "deadline": g.deadline, "te_laat": grens.part(te_laat, len(g.ingeleverd)),
    }  # fmt: skip

