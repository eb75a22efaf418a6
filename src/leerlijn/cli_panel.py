"""`leerlijn panel`: a page to vote on for experts, their votes merged, and where they differ."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(sub: Any) -> None:
    p = sub.add_parser("panel", help="laat vakmensen stemmen over oordeel- en vlaggenvragen")
    p.set_defaults(doe=stand)
    deel = p.add_subparsers(dest="wat", metavar="wat")
    u = deel.add_parser("uitgeven", help="maak per module een pagina om te stemmen")
    u.add_argument("module", nargs="*", help="alleen deze modules")
    u.set_defaults(doe=uitgeven)
    v = deel.add_parser("voeg-samen", help="tel de stembestanden op in quizzes/panel/")
    v.add_argument("bestand", nargs="*", type=Path, help="stembestanden of mappen ermee (anders: grading/panel/)")
    v.add_argument("--ook-minder", action="store_true", help="ga door als er van minder leden stemmen zijn dan vorige keer")
    v.set_defaults(doe=voeg_samen)


def uitgeven(args: argparse.Namespace) -> int:
    from . import content, paneluitgave
    from .cli import root

    for pad in paneluitgave.write(content.load(root()), root() / "_build" / "panel", args.module):
        print(pad)
    print("Stuur elke pagina als bijlage naar de leden, of zet haar op een eigen website. Zij heeft geen server nodig.")
    return 0


def voeg_samen(args: argparse.Namespace) -> int:
    from . import content, stemmen
    from .cli import root
    from .errors import LeerlijnError

    inhoud, _ = content.read(root())  # old votes that no longer fit must not stand in the way of new ones
    if weg := [str(b) for b in args.bestand if not b.exists()]:
        raise LeerlijnError(f"Dit is er niet: {', '.join(weg)}. Er is niets geteld. Controleer de naam en probeer het opnieuw.")
    bronnen = args.bestand or [root() / "grading" / "panel"]
    bestanden = [p for b in bronnen for p in ([b] if b.is_file() else sorted(b.glob("*.json")))]
    if not bestanden:
        raise LeerlijnError("Er zijn geen stembestanden. Zet de bestanden van de leden in grading/panel/ en probeer het opnieuw.")
    bundel = stemmen.read(bestanden, inhoud)
    for zin in bundel.gemeld:
        print(f"Niet meegeteld: {zin}")
    if (minder := stemmen.fewer(inhoud, bundel)) and not args.ook_minder:
        wat = "; ".join(f"{m}: nu {nu}, eerder {eerder}" for m, (eerder, nu) in minder.items())
        raise LeerlijnError(
            f"Hierin staan stemmen van minder leden dan vorige keer ({wat}). Samenvoegen telt alleen wat je nu geeft; eerdere stemmen vallen dan weg. Er is niets "
            "geschreven. Geef alle stembestanden, ook de eerdere. Klopt het toch, doe dan: leerlijn panel voeg-samen --ook-minder"
        )
    for pad in stemmen.write(root(), stemmen.merge(inhoud, bundel)):
        print(f"Geschreven: {pad}")
    if not bundel.stemmen:
        raise LeerlijnError("Er is geen enkele bruikbare stem. Er is niets geschreven.")
    return stand(args)


def stand(args: argparse.Namespace) -> int:
    """How many members, and where they are furthest apart."""
    from . import artikel, content, panel
    from .cli import root

    inhoud = content.read(root())[0]
    for m in inhoud.modules:
        items = panel.votable(inhoud.items.get(m.id, []))
        if not items:
            continue
        gevallen = [i for i in items if i.id in inhoud.panel and panel.fits(i, inhoud.panel[i.id])]
        leden = inhoud.panels[m.id].leden if m.id in inhoud.panels else 0
        let_op = f"; dat is weinig, vraag er minstens {panel.KLEIN}" if 0 < leden < panel.KLEIN else ""
        print(f"{m.id}: {len(items)} vragen, {len(gevallen)} met een panelsleutel, {leden} leden{let_op}." + ("" if leden else " Redactiesleutel."))
        verschil = sorted(((panel.spread(t), i.id, d) for i in gevallen for d, t in inhoud.panel[i.id].stemmen.items()), reverse=True)
        for afstand, ident, deel in [v for v in verschil if v[0] >= 0.5][:5]:
            print(f"    leden verschillen het meest bij {ident}, {deel}: gemiddeld {artikel.getal(afstand)} stap")
    return 0
