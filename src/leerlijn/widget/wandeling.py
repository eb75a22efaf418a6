"""The Python side of a case: a branching conversation of which the page only knows the present node, or a file with signals."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from .. import answers, casus, score
from ..errors import LeerlijnError
from . import lees
from .sessie import PAST_NIET, Bericht, Sessie, usable

KORT = 150  # characters of a node's text in the picture of the path


def _kort(tekst: str) -> str:
    """Cut between words; bold that is open there ends with it."""
    if len(tekst) <= KORT:
        return tekst
    stuk = tekst[: KORT - 1].rsplit(" ", 1)[0].rstrip(" ,;:.*")
    return stuk + "…" + "**" * (stuk.count("**") % 2)


class Gesprek(Sessie):
    """A branching conversation."""

    berichten = ("keuze", "terug", "opnieuw")

    def __init__(self, cel: lees.Cel, publiek: dict[str, Any], geheel: dict[str, Any]):
        super().__init__(cel)
        self.publiek, self.geheel = publiek, geheel
        self.feiten = lees.facts(cel.wortel)
        self.seed = lees.own_seed(cel.eigen)

    def spec(self) -> dict[str, Any]:
        return {"vorm": "gesprek", "cursus": self.cel.naam, "casus": self.publiek, "stand": {}, "gesprek": self._stand(self._pad())}

    def _pad(self) -> list[Any]:
        regel = answers.read(self.cel.prive).laatste.get(self.geheel["id"])
        pad = regel["antwoord"] if regel else []
        return [list(s) for s in casus.stand(self.geheel, pad).pad]

    def _keuze(self, bericht: Bericht) -> Bericht:
        return self._stap(bericht, lambda pad: [*pad, [bericht.get("knoop"), bericht.get("keuze")]])

    def _terug(self, bericht: Bericht) -> Bericht:
        return self._stap(bericht, lambda pad: pad[:-1])

    def _opnieuw(self, bericht: Bericht) -> Bericht:
        return self._stap(bericht, lambda pad: [])

    def _stap(self, bericht: Bericht, doe: Any) -> Bericht:
        """One step, if the page stood where the record stands; a message that comes late or twice changes nothing."""
        if bericht.get("casus") != self.geheel["id"]:
            raise LeerlijnError("Deze casus staat niet op deze pagina. Laad de pagina opnieuw.")
        pad = self._pad()
        if bericht.get("knoop") == casus.stand(self.geheel, pad).knoop and bericht.get("stap", len(pad)) == len(pad):
            nieuw = [list(s) for s in casus.stand(self.geheel, doe(pad)).pad]
            if nieuw != pad:
                answers.append(self.cel.prive, self.geheel["id"], nieuw, id=self._nr)
                pad = nieuw
        return self._stand(pad)

    def _feiten(self, ids: list[str]) -> list[dict[str, Any]]:
        return [self.feiten[f] for f in ids if f in self.feiten]

    def _gekozen(self, stap: list[str]) -> dict[str, Any]:
        return next(k for k in self.geheel["knopen"][stap[0]]["keuzes"] if k["id"] == stap[1])

    def _stand(self, pad: list[Any]) -> Bericht:
        nu = casus.stand(self.geheel, pad)
        knoop = self.geheel["knopen"][nu.knoop]
        verloop = []
        for stap in pad:
            van, keuze = self.geheel["knopen"][stap[0]], self._gekozen(stap)
            verloop.append({"spreker": van["spreker"], "tekst": van["tekst"], "keuze": keuze["tekst"], "reactie": keuze["reactie"], "feiten": self._feiten(keuze["bron"])})
        uit = {
            "type": "stand",
            "casus": self.geheel["id"],
            "knoop": nu.knoop,
            "stap": len(pad),
            "spreker": knoop["spreker"],
            "tekst": knoop["tekst"],
            "keuzes": lees.shuffled(self.seed, f"{self.geheel['id']}/{nu.knoop}", [{"id": k["id"], "tekst": k["tekst"]} for k in nu.keuzes]),
            "verloop": verloop,
            "klaar": nu.klaar,
        }
        if nu.klaar:
            uit["einde"] = self._einde(nu, knoop, pad)
        return uit

    def _einde(self, nu: casus.Stand, knoop: dict[str, Any], pad: list[Any]) -> dict[str, Any]:
        maximum, beste, eind = casus.beste_pad(self.geheel)
        return {
            "soort": knoop["einde"],
            "uitleg": knoop["uitleg"],
            "feiten": self._feiten(knoop["bron"]),
            "punten": nu.punten,
            "maximum": maximum,
            "route": self._route(pad, nu.knoop, [list(s) for s in beste], eind),
        }

    def _route(self, pad: list[Any], einde: str, beste: list[Any], beste_einde: str) -> list[dict[str, Any]]:
        """Rows of the picture: both paths, aligned where they pass the same node."""
        mijn, hun = [*pad, [einde, None]], [*beste, [beste_einde, None]]
        rijen: list[dict[str, Any]] = []
        gelijk = SequenceMatcher(None, [s[0] for s in mijn], [s[0] for s in hun], autojunk=False).get_opcodes()
        for soort, a1, a2, b1, b2 in gelijk:
            for n in range(max(a2 - a1, b2 - b1)):
                ik = mijn[a1 + n] if a1 + n < a2 else None
                zij = hun[b1 + n] if b1 + n < b2 else None
                rijen.append({"samen": soort == "equal", "jij": self._halte(ik), "beste": self._halte(zij), "reden": self._reden(ik, zij if soort == "equal" else None)})
        return rijen

    def _halte(self, stap: list[Any] | None) -> dict[str, Any] | None:
        if stap is None:
            return None
        tekst = " ".join(self.geheel["knopen"][stap[0]]["tekst"].split())
        return {"tekst": _kort(tekst), "keuze": self._gekozen(stap)["tekst"] if stap[1] else None}

    def _reden(self, ik: list[Any] | None, zij: list[Any] | None) -> str:
        """Why the other choice was stronger where the paths part; else why a choice scored less than it could."""
        if ik is None or ik[1] is None:
            return ""
        mijn = self._gekozen(ik)
        if zij and zij[1]:
            return self._gekozen(zij)["reactie"] if zij[1] != ik[1] else mijn["reactie"]
        return mijn["reactie"]


class Dossier(Sessie):
    """A file with signals: scored as an item of kind signalen."""

    berichten = ("markeer",)

    def __init__(self, cel: lees.Cel, publiek: dict[str, Any], sleutel: dict[str, Any]):
        super().__init__(cel)
        self.publiek, self.sleutel = publiek, sleutel
        self.feiten = lees.facts(cel.wortel)

    def spec(self) -> dict[str, Any]:
        ident = self.publiek["id"]
        regel = answers.read(self.cel.prive).laatste.get(ident)
        stand = {}
        if regel and usable({"soort": "signalen", **self.publiek}, regel["antwoord"]):
            stand[ident] = {"antwoord": regel["antwoord"], "t": regel["t"], "terugkoppeling": score.feedback(self.sleutel, regel["antwoord"], self.feiten)}
        return {"vorm": "dossier", "cursus": self.cel.naam, "casus": self.publiek, "stand": stand}

    def _markeer(self, bericht: Bericht) -> Bericht:
        antwoord = bericht.get("antwoord")
        if bericht.get("casus") != self.publiek["id"]:
            raise LeerlijnError("Deze casus staat niet op deze pagina. Laad de pagina opnieuw.")
        if not usable({"soort": "signalen", **self.publiek}, antwoord):
            raise LeerlijnError(PAST_NIET)
        if not antwoord:
            raise LeerlijnError("Markeer eerst een of meer fragmenten.")
        regel = answers.append(self.cel.prive, self.publiek["id"], antwoord, id=self._nr)
        return {"type": "terugkoppeling", "t": regel["t"], **score.feedback(self.sleutel, antwoord, self.feiten)}
