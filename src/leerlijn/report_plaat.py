"""The pictures of a report: scores, items, outcomes, choices, certainty, time of handing in, IRT. Paths: report_route.py.

Each takes a Verslag (or a part of it), so that what is hidden for a small group can't be drawn either.
"""

from __future__ import annotations

import math
import textwrap
from datetime import timedelta
from typing import Any

from matplotlib.axes import Axes

from . import report_grens as grens
from .report import Verslag
from .report_beeld import Plaat, colours, figure, percent_axis, picture
from .report_tekst import getal, kort, marge, name, procent

TE_KLEIN = "niet te zien: kleine aantallen"
BIJNA = "bijna allen"  # all but fewer than 5
VORM = {0: ("o", "accent"), 1: ("D", "bad"), 2: ("^", "warn"), 3: ("o", "accent")}  # shape and colour by ernst


def _balken(ax: Axes, x: Any, aantal: list[grens.Getal], breed: float = 0.86) -> None:
    """Bars; a hidden number gets a hatched bar of a fixed height, whatever it hides."""
    k = colours()
    for plaats, a in zip(x, aantal):
        if isinstance(a, int):
            ax.bar(plaats, a, breed, color=k["accent"])
        else:
            ax.bar(plaats, grens.KLEIN - 1, breed, facecolor=k["paper"], edgecolor=k["accent"], hatch="////", linewidth=0.8)
        if a:
            hoogte = a if isinstance(a, int) else grens.KLEIN - 1
            ax.annotate(str(a), (plaats, hoogte), xytext=(0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=8.5, color=k["ink-soft"])
    ax.set_yticks([])
    ax.margins(y=0.14)


def _punten(ax: Axes, rijen: list[dict[str, Any] | None], ernst: list[int]) -> None:
    """A dot with its interval a row, from the top down; without the dot where the value is withheld."""
    k = colours()
    for y, (s, e) in enumerate(zip(rijen, ernst)):
        if not s or s["waarde"] is not None and not math.isfinite(s["waarde"]):
            continue
        vorm, kleur = VORM[e]
        if math.isfinite(s["laag"]):
            ax.plot([s["laag"], s["hoog"]], [y, y], color=k[kleur], linewidth=2.2, solid_capstyle="round", alpha=0.55)
        if s["waarde"] is not None:  # else only its margin may be seen
            ax.plot(s["waarde"], y, vorm, color=k[kleur], markersize=6.5, markeredgecolor=k["paper"], markeredgewidth=0.8)
    ax.set_ylim(len(rijen) - 0.4, -0.6)


@picture
def scores(v: Verslag) -> Plaat:
    """How the group scored, with the pass mark and the mean."""
    k = colours()
    fig, ax = figure(2.75)
    n = len(v.verdeling)
    _balken(ax, [(i + 0.5) / n for i in range(n)], v.verdeling, 0.92 / n)
    percent_axis(ax)
    ax.set_xticks([i / n for i in range(n + 1)], [f"{100 * i // n}%" for i in range(n + 1)])
    ax.grid(False)
    ax.set_xlabel("deel van de punten")
    boven = ax.get_ylim()[1] * 1.28
    ax.set_ylim(0, boven)
    ax.axvline(v.cesuur, ymax=0.9, color=k["ink"], linewidth=1.2, linestyle=(0, (4, 3)))
    ax.text(v.cesuur, boven * 0.905, f" voldoende vanaf {procent(v.cesuur)} ", ha="center", va="bottom", fontsize=9)
    m = {naam: w / v.maximum for naam, w in v.toets["gemiddelde"].items()}
    ax.plot([m["laag"], m["hoog"]], [boven * 0.84] * 2, color=k["warn"], linewidth=2.6, solid_capstyle="round", alpha=0.6)
    ax.plot(m["waarde"], boven * 0.84, "D", color=k["warn"], markersize=6)
    kant = -1 if m["waarde"] > 0.5 else 1
    ax.annotate(f"gemiddeld {procent(m['waarde'])}", (m["laag"] if kant < 0 else m["hoog"], boven * 0.84), xytext=(7 * kant, 0), textcoords="offset points",
                ha="right" if kant < 0 else "left", va="center", fontsize=9, color=k["warn"])  # fmt: skip
    delen = [f"{100 * i // n} tot {100 * (i + 1) // n}%: {a}" for i, a in enumerate(v.verdeling) if a]
    return Plaat(fig, "Hoe scoorde de groep?", f"Aantal deelnemers per deel van de punten. {'; '.join(delen)}. Gemiddeld {marge(m, procent)}. Voldoende vanaf {procent(v.cesuur)}.")


@picture
def items(v: Verslag) -> Plaat:
    """Per item how much of the points was earned and, for a large enough group, how it goes with the rest of the test."""
    k, rijen = colours(), v.vragen
    verband = any("rest" in r for r in rijen)
    fig, assen = figure(0.62 + 0.245 * len(rijen), ncols=2 if verband else 1, sharey=True, **({"width_ratios": [1.25, 1]} if verband else {}))
    links = assen[0] if verband else assen
    ernst = {o.item: 0 for o in v.opvallend}
    for o in reversed(v.opvallend):
        ernst[o.item] = o.ernst
    kleur = [ernst.get(r["id"], 0) for r in rijen]
    _punten(links, [r.get("p") for r in rijen], kleur)
    percent_axis(links)
    links.set_yticks(range(len(rijen)), [f"{kort(name(r['id']), 30)}  {r['nummer']:>2}" for r in rijen])
    links.set_title("Deel van de punten")
    if verband:
        fig.get_layout_engine().set(wspace=0.06)  # room between the last label of the left and the first of the right
        _punten(assen[1], [r.get("rest") for r in rijen], kleur)
        assen[1].axvline(0, color=k["ink"], linewidth=1)
        laagst = min((r["rest"]["laag"] for r in rijen if "rest" in r and math.isfinite(r["rest"]["laag"])), default=-0.25)
        onder = min(-0.25, math.floor(laagst * 4) / 4)
        streepjes = [x / 4 for x in range(int(onder * 4), 5)]
        assen[1].set_xlim(onder, 1)
        assen[1].set_xticks(streepjes, [getal(x, 2).rstrip("0").rstrip(",") if x else "0" for x in streepjes])
        assen[1].grid(axis="x", color=k["line-soft"], linewidth=0.8)
        assen[1].set_title("Verband met de rest")
        assen[1].tick_params(labelleft=False)
    zinnen = [f"{r['nummer']} {name(r['id'])}: {marge(r['p'], procent)}" + (f", verband {marge(r['rest'])}" if "rest" in r else "") for r in rijen if "p" in r]
    return Plaat(fig, "Alle vragen op een rij", f"Per vraag het gemiddelde deel van de punten{', en het verband met de rest van de toets' if verband else ''}. {'; '.join(zinnen)}.")


@picture
def outcomes(v: Verslag) -> Plaat:
    """Per learning outcome the share of points, and how many reach the pass mark on it."""
    k, rijen = colours(), v.leerdoelen
    labels = [textwrap.fill(kort(d["tekst"], 110), 42) for d in rijen]
    fig, (links, rechts) = figure(0.75 + 0.2 * sum(max(2, t.count("\n") + 1) for t in labels) + 0.16 * len(rijen), ncols=2, sharey=True)
    fig.get_layout_engine().set(wspace=0.06)
    for ax, veld, kop in ((links, "punten", "Deel van de punten"), (rechts, "beheerst", f"Haalt {procent(v.cesuur)} of meer")):
        _punten(ax, [d[veld] for d in rijen], [0] * len(rijen))
        percent_axis(ax)
        ax.set_title(kop)
    links.axvline(v.cesuur, color=k["ink"], linewidth=1.2, linestyle=(0, (4, 3)))
    links.set_yticks(range(len(rijen)), labels, fontsize=8.8)
    rechts.tick_params(labelleft=False)
    zinnen = [f"{d['tekst']}: {marge(d['punten'], procent)} van de punten, beheerst door {marge(d['beheerst'], procent)}" for d in rijen]
    return Plaat(fig, "Hoe staat het met de leerdoelen?", ". ".join(zinnen) + ".")


Rij = tuple[str, bool, list[grens.Getal], list[int]]  # text, right?, number per group, size per group


def choice_rows(keuzes: dict[str, Any]) -> tuple[list[Rij], bool]:
    """Rows of an item's choices, and whether a row is a choice (True), or a part of which the row tells how many had it right (False)."""
    delen = keuzes["delen"]
    if len(delen) == 1:
        d = delen[0]
        return [(t, i == d["juist"], [a[i] for a in d["aantal"]], d["n"]) for i, t in enumerate(d["keuzes"])], True
    return [(d["tekst"], False, [_goed([*a, geen], d["juist"]) for a, geen in zip(d["aantal"], d["geen"])], d["n"]) for d in delen], False


def _goed(aantal: list[grens.Getal], juist: int) -> grens.Getal:
    """How many had a part right; "bijna allen" when that is hidden only because so few had it wrong or left it open."""
    fout = [a for i, a in enumerate(aantal) if i != juist and a]
    return BIJNA if aantal[juist] == grens.MEER and fout == [grens.MINDER] else aantal[juist]


@picture
def choices(v: Verslag, item: str) -> Plaat:
    """What was chosen, in the lowest, middle and highest third of the scores."""
    k, keuzes = colours(), v.keuzes[item]
    rijen, enkel = choice_rows(keuzes)
    labels = [textwrap.fill(kort(("✓ " if juist else "") + tekst, 96), 38) for tekst, juist, _, _ in rijen]
    groepen = keuzes["groepen"]
    hoogte = 0.5 + sum(0.17 * max(2, t.count("\n") + 1) + 0.1 for t in labels)
    # No layout engine: there are many of these pictures, and the labels are no wider than we made them.
    fig, assen = figure(hoogte, layout=None, ncols=len(groepen), sharey=True, squeeze=False)
    fig.subplots_adjust(left=0.315, right=0.995, bottom=0.02, top=1 - 0.3 / hoogte, wspace=0.05)
    for g, (ax, groep) in enumerate(zip(assen.flat, groepen)):
        for y, (_, juist, aantal, n) in enumerate(rijen):
            _keuzebalk(ax, y, aantal[g], n[g], k["accent"] if juist or not enkel else k["line"])
        ax.set_xlim(0, 1.34)
        ax.set_xticks([])
        ax.set_ylim(len(rijen) - 0.45, -0.55)
        ax.spines["bottom"].set_visible(False)
        ax.axvline(0, color=k["line"], linewidth=0.8)
        ax.set_title({"laag": "laagste scores", "midden": "midden", "hoog": "hoogste scores"}.get(groep, groep))
        ax.tick_params(labelleft=g == 0)
    assen.flat[0].set_yticks(range(len(rijen)), labels, fontsize=8.8)
    nr = next(r["nummer"] for r in v.vragen if r["id"] == item)
    zinnen = [f"{kort(t, 60)}{' (goed)' if juist else ''}: {', '.join(f'{g} {share(a, n)}' for g, a, n in zip(groepen, aantal, ns))}" for t, juist, aantal, ns in rijen]
    wat = "Wat koos de groep" if enkel else "Welk deel had elk onderdeel goed"
    return Plaat(fig, f"Vraag {nr}: {wat.lower()}?", f"{wat}, per scoregroep. {'; '.join(zinnen)}.")


def share(aantal: grens.Getal, n: int) -> str:
    """A number as share of its group; a hidden one stays hidden."""
    return procent(aantal / n) if isinstance(aantal, int) and n else str(aantal)


def _keuzebalk(ax: Axes, y: float, aantal: grens.Getal, n: int, kleur: str) -> None:
    k = colours()
    if isinstance(aantal, int):
        lengte = aantal / n if n else 0.0
        ax.barh(y, lengte, 0.62, color=kleur)
    else:
        streep = {grens.MINDER: grens.KLEIN - 1, grens.MEER: grens.KLEIN, BIJNA: n}[aantal]
        lengte = min(1.0, streep / n) if n else 0.0
        ax.barh(y, lengte, 0.62, facecolor=k["paper"], edgecolor=kleur, hatch="////", linewidth=0.8)
    ax.annotate(share(aantal, n), (lengte, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.8, color=k["ink-soft"])


@picture
def times(v: Verslag) -> Plaat:
    """When tests came in: by day, and by hour of the day."""
    k, t = colours(), v.tijden
    fig, (links, rechts) = figure(2.5, ncols=2, width_ratios=[1.6, 1])
    dagen = range(len(t["dagen"]))
    _balken(links, dagen, t["dagen"])
    data = [t["eerste"] + timedelta(days=i * t["stap"]) for i in dagen]
    toon = list(dagen)[:: max(1, math.ceil(len(data) / 7))]
    links.set_xticks(toon, [f"{data[i].day}-{data[i].month}" for i in toon])
    links.set_title("Per dag" if t["stap"] == 1 else f"Per {t['stap']} dagen")
    if t["deadline"] and data[0] <= t["deadline"] <= data[-1]:
        links.axvline((t["deadline"] - t["eerste"]).days / t["stap"] + 0.5, color=k["ink"], linewidth=1.2, linestyle=(0, (4, 3)))
    _balken(rechts, range(12), t["uren"])
    rechts.set_xticks([0, 3, 6, 9, 12], ["0", "6", "12", "18", "24"])
    rechts.set_xlim(-0.6, 11.6)
    rechts.set_xticks([x - 0.5 for x in (0, 3, 6, 9, 12)], ["0", "6", "12", "18", "24"])
    rechts.set_title("Uur van de dag")
    zinnen = [f"{d.day}-{d.month}: {a}" for d, a in zip(data, t["dagen"]) if a]
    uren = [f"{2 * i} tot {2 * i + 2} uur: {a}" for i, a in enumerate(t["uren"]) if a]
    return Plaat(fig, "Wanneer leverde de groep in?", f"Per dag: {'; '.join(zinnen)}. Per uur: {'; '.join(uren)}.")


# Where each level of certainty pays best with marks 1/2/3 and 0/-2/-6: below 2/3, up to 0.8, above (Gardner-Medwin).
BESTE_KANS = {1: (0.0, 2 / 3), 2: (2 / 3, 0.8), 3: (0.8, 1.0)}


@picture
def certainty(z: dict[str, Any]) -> Plaat:
    """Share right per level of certainty, beside the range in which that level pays best."""
    k, rijen = colours(), z["niveaus"]
    fig, ax = figure(1.9)
    for y, r in enumerate(rijen):
        van, tot = BESTE_KANS[r["niveau"]]
        ax.barh(y, tot - van, 0.66, left=van, color=k["surface-2"])
        if r["goed"] is None:
            ax.text(0.02, y, TE_KLEIN, va="center", fontsize=8.8, color=k["ink-soft"])
    _punten(ax, [r["goed"] for r in rijen], [0] * len(rijen))
    percent_axis(ax)
    ax.set_yticks(range(len(rijen)), [r["naam"] for r in rijen])
    ax.set_xlabel("deel goed; het grijze vlak is waar dit antwoord het meest oplevert")
    zinnen = [f"{r['naam']}: {marge(r['goed'], procent) if r['goed'] else TE_KLEIN}" for r in rijen]
    return Plaat(fig, "Klopt de zekerheid van de groep?", f"Deel goed per mate van zekerheid, {z['deelnemers']} deelnemers. {'; '.join(zinnen)}.")


@picture
def irt(v: Verslag) -> Plaat:
    """Chance of all points against ability, a line per item; steep lines separate well, lines to the right are harder."""
    import numpy as np

    from .stats_irt import curve

    k, theta = colours(), np.linspace(-3.5, 3.5, 71)
    fig, ax = figure(3.3)
    ernst = {o.item: o.ernst for o in reversed(v.opvallend)}
    volgorde = {r["id"]: i for i, r in enumerate(sorted(v.irt["vragen"], key=lambda r: r["b1"]))}
    for r in v.irt["vragen"]:
        a, b = (r["a"], r["b"]) if r["a"] is not None else (v.irt["a1"], r["b1"])
        opvallend = ernst.get(r["id"], 9) <= 1
        ax.plot(theta, curve(a, b, theta), color=k["bad"] if opvallend else k["accent"], linewidth=2 if opvallend else 1.1, alpha=1 if opvallend else 0.7)
        hoogte = (0.5, 0.68, 0.32)[volgorde[r["id"]] % 3]  # so that labels of items as hard as each other don't meet
        x = b + math.log(hoogte / (1 - hoogte)) / a
        if -3.3 < x < 3.3:
            ax.annotate(str(r["nummer"]), (x, hoogte), ha="center", va="center", fontsize=8, color=k["ink"],
                        bbox={"boxstyle": "round,pad=0.15", "facecolor": k["paper"], "edgecolor": "none"})  # fmt: skip
    ax.set_ylim(0, 1.02)
    ax.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    ax.set_xlim(-3.5, 3.5)
    ax.set_xticks([-3, -2, -1, 0, 1, 2, 3], ["−3", "−2", "−1", "0", "1", "2", "3"])
    ax.grid(color=k["line-soft"], linewidth=0.8)
    ax.set_xlabel("vaardigheid (0 = gemiddelde van de groep); het getal is het nummer van de vraag")
    ax.set_title("Kans op alle punten")
    zinnen = [f"vraag {r['nummer']}: {getal(r['b'] if r['b'] is not None else r['b1'], 1)}" for r in v.irt["vragen"]]
    return Plaat(fig, "Moeilijkheid volgens het IRT-model", f"Kans op alle punten bij oplopende vaardigheid. Moeilijkheid per vraag: {'; '.join(zinnen)}.")
