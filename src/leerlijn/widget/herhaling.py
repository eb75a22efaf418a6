"""The page "Herhalen": a round of questions that are ready today, from all modules, without the answers of before.

What was answered today is the memory of a round: after a reload the same one stands there, as far as the learner was.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import answers, herhaal, herhaal_bron, termijn
from ..errors import LeerlijnError
from . import lees
from .sessie import Bericht, Oefening


class Herhaling(Oefening):
    """Practice items of several modules; each answer goes to the private file of its own module."""

    berichten = ("antwoord", "verder", "weg", "terug")

    def __init__(self, wortel: Path):
        """wortel: folder of the course."""
        super().__init__(lees.Cel(wortel, wortel, "herhalen"), [], {})
        gedaan = self._begin()
        self._kies(max(range(len(self.rondes)), key=lambda n: max((gedaan[v.item]["t"] for v in self.rondes[n] if v.item in gedaan), default="")))

    def _begin(self) -> dict[str, dict[str, Any]]:
        """Make the rounds of today. Gives what was answered today."""
        self.dag, bronnen = termijn.today(), self._lees()
        self.bronnen = {b.module: b for b in bronnen}
        klaar = herhaal.due(herhaal_bron.questions(bronnen, self.dag, voor=self.dag), self.dag)
        self.rondes = herhaal.rounds(klaar) or [[]]
        return self._van_vandaag(bronnen)

    def _lees(self) -> list[herhaal_bron.Bron]:
        return herhaal_bron.sources(self.cel.wortel, self.cel.eigen, lees.optional_json)

    def _van_vandaag(self, bronnen: list[herhaal_bron.Bron]) -> dict[str, dict[str, Any]]:
        """The last answer of today to each question. On a page that stays open after midnight today began when it was opened."""
        return {r["item"]: r for b in bronnen for r in b.regels if (dag := herhaal.day(r.get("t"))) and dag >= self.dag}

    def _kies(self, nummer: int) -> None:
        """Make this the round on the page."""
        self.van = {v.item: self.bronnen[v.module] for v in self.rondes[nummer]}
        self.items = {i: next(p for p in b.publiek["items"] if p["id"] == i) for i, b in self.van.items()}
        self.sleutels = {i: b.sleutels[i] for i, b in self.van.items()}

    def _cel(self, item: str) -> lees.Cel:
        module = self.van[item].module
        return lees.Cel(self.cel.wortel / module, self.cel.wortel, module)

    def spec(self) -> dict[str, Any]:
        bronnen = self._lees()
        seed = f"{lees.own_seed(self.cel.eigen)}/{self.dag}"  # an order of its own each day: the place of an answer is not to be remembered
        return {
            "vorm": "herhalen",
            "cursus": self.cel.naam,
            "items": [lees.for_learner(i, seed, self._cel(n)) | {"uit": self.van[n].titel} for n, i in self.items.items()],
            "stand": self._stand(self._van_vandaag(bronnen)),
            "melding": self.melding,
            "na": self._na(bronnen),
        }

    def _na(self, bronnen: list[herhaal_bron.Bron]) -> dict[str, Any]:
        """klaar: how many are ready beside this round; volgende: ISO day on which the next comes back; begonnen: whether anything was practised;
        terug: ISO day by item of this round; weg: how many were left out."""
        vandaag = termijn.today()
        vragen = herhaal_bron.questions(bronnen, vandaag)
        volgende = herhaal.next_day(vragen, vandaag)
        return {
            "klaar": sum(v.item not in self.items for v in herhaal.due(vragen, vandaag)),
            "volgende": volgende.isoformat() if volgende else None,
            "begonnen": bool(vragen),
            "terug": {v.item: v.terug.isoformat() for v in vragen if v.item in self.items},
            "weg": sum(len(self._weggelaten(b)) for b in bronnen),
        }

    def _antwoord(self, bericht: Bericht) -> Bericht:
        uit = super()._antwoord(bericht)
        return uit | {"ijk": None, "na": self._na(self._lees())}

    def _weggelaten(self, bron: herhaal_bron.Bron) -> set[str]:
        return herhaal.left_out(bron.regels) & bron.sleutels.keys()

    def _weg(self, bericht: Bericht) -> Bericht:
        """Leave a question of this round out of all rounds, or take that back."""
        item, weg = bericht.get("item"), bericht.get("weg")
        if not isinstance(item, str) or item not in self.items or not isinstance(weg, bool):
            raise LeerlijnError("Deze vraag staat niet op deze pagina. Laad de pagina opnieuw.")
        answers.append(self._cel(item).prive, item + herhaal.WEG, not weg, id=self._nr)
        return {"type": "weg", "item": item, "weg": weg, "na": self._na(self._lees())}

    def _terug(self, _: Bericht) -> Bericht:
        """All that was left out may come back; the rounds of today begin with it anew."""
        for b in self._lees():
            prive = lees.Cel(self.cel.wortel / b.module, self.cel.wortel, b.module).prive
            for item in sorted(self._weggelaten(b)):
                answers.append(prive, item + herhaal.WEG, True)
        self._begin()
        return self._verder({})

    def _open(self, bronnen: list[herhaal_bron.Bron]) -> list[int]:
        """Numbers of the rounds with something to do."""
        klaar = self._van_vandaag(bronnen).keys() | {i for b in bronnen for i in self._weggelaten(b)}
        return [n for n, ronde in enumerate(self.rondes) if any(v.item not in klaar for v in ronde)]

    def _verder(self, _: Bericht) -> Bericht:
        open_ = self._open(self._lees())
        if not open_ and termijn.today() != self.dag:  # it became another day on this page
            self._begin()
            open_ = self._open(self._lees())
        if open_:
            self._kies(open_[0])
        return {"type": "ronde", "spec": self.spec()}
