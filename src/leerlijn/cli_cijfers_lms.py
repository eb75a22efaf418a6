"""`leerlijn cijfers-naar-lms` and `leerlijn lms-sleutel`: the words around cijfers_lms.py."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from .errors import LeerlijnError


def add(sub: Any) -> None:
    p = sub.add_parser("cijfers-naar-lms", help="zet eindpunten in de leeromgeving (LTI)", description="Zet eindpunten in de leeromgeving. Zonder --verstuur zie je alleen wat er zou gaan.")
    p.add_argument("modules", nargs="*", metavar="module", help="alleen deze modules; zonder namen alle")
    p.add_argument("--lms", type=Path, metavar="BESTAND", help="lms.yaml; anders wat LEERLIJN_LMS noemt")
    p.add_argument("--verstuur", action="store_true", help="verstuur echt")
    p.set_defaults(doe=send)
    p = sub.add_parser("lms-sleutel", help="maak de sleutel waarmee cijfers worden ondertekend")
    p.add_argument("map", type=Path)
    p.set_defaults(doe=key)


def key(args: argparse.Namespace) -> int:
    from . import cijfers_lms

    print(cijfers_lms.make_keys(args.map), end="")
    print(f"Dit is de openbare sleutel. Als JWKS staat hij in {args.map / 'jwks.json'}, en op <hub>/hub/lti13/jwks. De geheime blijft in {args.map / 'sleutel.pem'}.")
    return 0


def send(args: argparse.Namespace) -> int:
    from . import beleid, cijfers_lms, cli, eindpunten, eigenaar, yamltekst

    root, pad = cli.root(), args.lms or Path(os.environ.get("LEERLIJN_LMS") or "lms.yaml")
    lms, _, fouten = yamltekst.read(pad, str(pad))
    if fouten or not isinstance(lms, dict) or "koppelingen" not in lms:
        raise LeerlijnError("\n".join(map(str, fouten)) or f"In {pad} ontbreekt koppelingen. Vergelijk het met grading/hub/lms.voorbeeld.yaml.")
    koppeling = cijfers_lms.load(lms)  # before: the key may be root's, and then no teacher, who runs code as the account that grades, can send in its name
    with eigenaar.as_owner(root / "grading"):
        cursus = beleid.course(root)
        map_ = Path(lms["koppelingen"], cursus.cursus)
        if not os.access(map_, os.R_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            raise LeerlijnError(f"De map {map_} is er niet of is niet te lezen. Voer dit uit als beheerder (root), nadat er iemand vanuit de leeromgeving is gestart.")
        titels = {m.id: m.titel for m in cursus.modules}
        v = cijfers_lms.send(
            eindpunten.of_course(root / "grading", args.modules), map_, cursus.cursus, titels, koppeling,
            root / "grading" / cijfers_lms.VERZONDEN, not args.verstuur, print,
        )  # fmt: skip
    print(f"{v.verzonden} {'verstuurd' if args.verstuur else 'te versturen (doe het met --verstuur)'}, {v.gelijk} stonden er al, {v.wacht} wachten op een docent.")
    if v.ingetrokken:
        print(f"{v.ingetrokken} {'teruggehaald' if args.verstuur else 'terug te halen'}: daar stonden punten, en nu wacht er weer iets op een docent.")
    if v.onbekend:
        print(f"{len(v.onbekend)} niet te versturen: nooit vanuit deze leeromgeving gestart, of zonder cijferlijst ({', '.join(v.onbekend[:10])}).")
    for zin in v.mislukt:
        print(f"MISLUKT: {zin}")
    return int(bool(v.mislukt))
