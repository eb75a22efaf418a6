"""The ways of a group through a branching case, as one picture: from top to bottom, ribbons as wide as the number who went there."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path as Lijn

from . import report_grens as grens
from .report_beeld import Plaat, colours, figure, picture
from .report_tekst import kort

EINDE = {"goed": ("good", "goed"), "wisselend": ("warn", "wisselend"), "zorgelijk": ("bad", "zorgelijk")}  # colour and word of an end
BREED, HOOG, TUSSEN = 0.84, 0.52, 0.3  # a stop; room for a ribbon that passes a row. In columns and rows.
Punt = tuple[str, int]  # a stop, or a bend of a ribbon: (name, row)


def weight(aantal: grens.Getal) -> float:
    """Width of a number; a hidden one has a fixed width, whatever it hides."""
    return float(aantal) if isinstance(aantal, int) else 2.5 if aantal == grens.MINDER else float(grens.KLEIN)


def depths(p: dict[str, Any]) -> dict[str, int]:
    """Row of each stop: the longest way to it. Cases hold no circles (the checker proves that)."""
    diepte = {p["start"]: 0}
    for _ in p["knopen"]:
        for k in p["keuzes"]:
            if k["aantal"] and k["van"] in diepte and k["naar"] in p["knopen"]:
                diepte[k["naar"]] = max(diepte.get(k["naar"], 0), diepte[k["van"]] + 1)
    return diepte


def _ketens(p: dict[str, Any], diepte: dict[str, int]) -> list[tuple[dict[str, Any], list[Punt]]]:
    """Each choice that was made with the points its ribbon passes: one in every row, so that it runs round the stops between."""
    uit = []
    for c in p["keuzes"]:
        if c["aantal"] and c["van"] in diepte and c["naar"] in diepte:
            a, b = diepte[c["van"]], diepte[c["naar"]]
            tussen = [(f"{c['van']}>{c['naar']}", rij) for rij in range(a + 1, b)]
            uit.append((c, [(c["van"], a), *tussen, (c["naar"], b)]))
    return uit


def _uiteen(wens: np.ndarray, gewicht: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Places as near to `wens` as can be, in the given order, with room for each: isotonic regression on what is left after the room."""
    from scipy.optimize import isotonic_regression

    ruimte = np.concatenate([[0.0], np.cumsum(half[:-1] + half[1:])])
    return isotonic_regression(wens - ruimte, weights=gewicht).x + ruimte


def layout(p: dict[str, Any]) -> tuple[dict[Punt, float], list[tuple[dict[str, Any], list[Punt]]]]:
    """Place from left to right of every stop and bend, and the ribbons. Rows are ordered by where people come from and go to."""
    diepte = depths(p)
    ketens = _ketens(p, diepte)
    buren: dict[Punt, list[tuple[Punt, float]]] = {(n, d): [] for n, d in diepte.items()}
    for c, punten in ketens:
        for a, b in zip(punten, punten[1:]):
            buren.setdefault(a, []).append((b, weight(c["aantal"])))
            buren.setdefault(b, []).append((a, weight(c["aantal"])))
    x = {punt: 0.0 for punt in buren}
    rijen = [sorted((q for q in buren if q[1] == r), key=str) for r in range(max(diepte.values()) + 1)]
    for ronde in range(8):
        for rij in rijen if ronde % 2 == 0 else rijen[::-1]:
            kant = -1 if ronde % 2 == 0 else 1
            wens = {q: _gemiddeld([(x[b], w) for b, w in buren[q] if ronde > 5 or (b[1] - q[1]) * kant > 0], x[q]) for q in rij}
            rij.sort(key=lambda q: wens[q])
            half = np.array([(BREED if q[0] in diepte else TUSSEN) / 2 + 0.08 for q in rij])
            zwaar = np.array([sum(w for _, w in buren[q]) + 0.1 for q in rij])
            for q, plek in zip(rij, _uiteen(np.array([wens[q] for q in rij]), zwaar, half)):
                x[q] = float(plek)
    return x, ketens


def _gemiddeld(rij: list[tuple[float, float]], anders: float) -> float:
    som = sum(w for _, w in rij)
    return sum(v * w for v, w in rij) / som if som else anders


@picture
def draw(p: dict[str, Any]) -> Plaat:
    """p: one entry of Verslag.paden."""
    x, ketens = layout(p)
    stops = {n: (x[n, d], float(d)) for n, d in depths(p).items()}
    links, rechts, diep = min(x.values()) - 0.5, max(x.values()) + 0.5, max(y for _, y in stops.values())
    fig, ax = figure(0.3 + 0.66 * (diep + 1), breed=max(7.2, 1.3 * (rechts - links)))
    ax.set_axis_off()
    midden, half = (links + rechts) / 2, max(rechts - links, 5.2) / 2
    ax.set_xlim(midden - half, midden + half)
    ax.set_ylim(diep + 0.45, -0.45)
    for c, punten in sorted(ketens, key=lambda t: (t[0]["beste"], weight(t[0]["aantal"]))):
        _lint(ax, [(x[q], float(q[1])) for q in punten], c, p["n"])
    for n, plek in stops.items():
        _halte(ax, n, plek, p["knopen"][n])
    zinnen = [f"van {c['van']} naar {c['naar']} ({kort(c['tekst'], 50)}): {c['aantal']}{', sterkste keuze' if c['beste'] else ''}" for c, _ in ketens]
    titel = f"Wegen door ‘{p['titel']}’"
    return Plaat(fig, titel, f"De eerste weg van {p['n']} deelnemers. {'; '.join(zinnen)}.")


def _halte(ax: Any, naam: str, plek: tuple[float, float], knoop: dict[str, Any]) -> None:
    k = colours()
    kleur, soort = EINDE.get(knoop["einde"], ("line", ""))
    ax.add_patch(FancyBboxPatch((plek[0] - BREED / 2, plek[1] - HOOG / 2), BREED, HOOG, boxstyle="round,pad=0,rounding_size=0.08", facecolor=k["paper"],
                                edgecolor=k[kleur], linewidth=2.4 if knoop["einde"] else 1.1, zorder=3))  # fmt: skip
    woord = kort(naam.removeprefix("einde-").replace("-", " "), 34)
    regels = textwrap.wrap(woord, 17)[:2]
    ax.text(*plek, "\n".join([*regels, f"{knoop['aantal']} · {soort}" if soort else str(knoop["aantal"])]), ha="center", va="center", fontsize=8.3 if len(regels) < 2 else 7.6, linespacing=1.12, zorder=4)


def _lint(ax: Any, punten: list[tuple[float, float]], c: dict[str, Any], n: int) -> None:
    k = colours()
    hoeken, codes = [punten[0]], [Lijn.MOVETO]
    for (x0, y0), (x1, y1) in zip(punten, punten[1:]):
        hoeken += [(x0, y0 + 0.5), (x1, y1 - 0.5), (x1, y1)]
        codes += [Lijn.CURVE4] * 3
    breed = 1.4 + 13 * weight(c["aantal"]) / n
    kleur = k["accent"] if c["beste"] else k["line-soft"]
    ax.add_patch(PathPatch(Lijn(hoeken, codes), facecolor="none", edgecolor=kleur, linewidth=breed, zorder=2 if c["beste"] else 1, capstyle="butt"))
