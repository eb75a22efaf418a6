"""The Python side of one cell: what the page shows at first, and what it gets back for each message.

Knows no Jupyter: messages are dicts in, dicts out. The answer files are the only memory.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from .. import answers, score
from ..errors import AnswerError, LeerlijnError
from . import lees

Bericht = dict[str, Any]
Later = Callable[[Callable[[], Bericht]], None]
MAX_NR = 100
BEWAARDE_ANTWOORDEN = 400
ONBEKEND = "De cursus begrijpt dit bericht niet. Laad de pagina opnieuw."
PAST_NIET = "Dit antwoord past niet bij de vraag. Laad de pagina opnieuw."
MISLUKT = "Er ging iets mis in de cursus. Je antwoord staat nog op deze pagina. Laad de pagina opnieuw en probeer het nog eens."
CRITERIA = ("toestemming", "vrijwilligheid", "gelijkwaardigheid", "ontwikkeling", "context", "impact", "vlag")
log = logging.getLogger("leerlijn")


class Sessie:
    """One cell. Subclasses give `spec` and a method `_<type>` for each message that they understand."""

    berichten: tuple[str, ...] = ()

    def __init__(self, cel: lees.Cel):
        self.cel = cel
        self._gehad: OrderedDict[str, Bericht] = OrderedDict()

    def spec(self) -> dict[str, Any]:
        """What the page needs to draw this cell, with what was answered before."""
        raise NotImplementedError

    def receive(self, bericht: Any, later: Later) -> Bericht:
        """The reply to one message of the page. Never raises; a message that comes twice is done once.

        later: takes a job that may last; its reply follows by itself.
        """
        nr = bericht.get("nr") if isinstance(bericht, dict) else None
        if not (isinstance(nr, str) and 0 < len(nr) <= MAX_NR):
            return {"type": "fout", "tekst": ONBEKEND, "bij": None}
        if nr in self._gehad:
            return self._gehad[nr]
        self._nr = nr
        soort = bericht.get("type")
        try:
            if soort not in self.berichten:
                raise LeerlijnError(ONBEKEND)
            if soort == "inleveren":
                return self._inleveren(nr, later)
            uit = {**getattr(self, f"_{soort}")(bericht), "bij": nr}
        except LeerlijnError as e:
            return {"type": "fout", "tekst": str(e), "bij": nr}
        except Exception:
            log.exception("message %r failed", soort)
            return {"type": "fout", "tekst": MISLUKT, "bij": nr}
        return self._onthoud(nr, uit)

    def _onthoud(self, nr: str, uit: Bericht) -> Bericht:
        self._gehad[nr] = uit
        if len(self._gehad) > BEWAARDE_ANTWOORDEN:
            self._gehad.popitem(last=False)
        return uit

    def _inleveren(self, nr: str, later: Later) -> Bericht:
        raise LeerlijnError(ONBEKEND)


def usable(publiek: dict[str, Any], antwoord: Any) -> bool:
    """Whether an answer has the form that this item asks for. Uses no key: one in which everything is right does for asking."""

    def ids(veld: str) -> list[str]:
        return [r["id"] for r in publiek.get(veld, [])]

    schijn = {
        "soort": publiek["soort"],
        "opties": ids("opties"),
        "goed": ids("opties"),
        "volgorde": ids("stappen"),
        "paren": dict.fromkeys(ids("links")),
        "rechts": ids("rechts"),
        "vlaggen": dict.fromkeys(CRITERIA, "groen"),
        "fragmenten": ids("fragmenten"),
        "signalen": ids("fragmenten"),
        "oordeel": dict.fromkeys(ids("acties"), 3),
    }
    return score.score(schijn, antwoord).status != "onleesbaar"


class Oefening(Sessie):
    """Practice items: kept privately, feedback at once."""

    berichten = ("antwoord",)

    def __init__(self, cel: lees.Cel, items: list[dict[str, Any]], sleutels: dict[str, Any], melding: str = ""):
        super().__init__(cel)
        self.items = {i["id"]: i for i in items if i["id"] in sleutels}
        self.sleutels, self.melding = sleutels, melding
        self.feiten = lees.facts(cel.wortel)

    def spec(self) -> dict[str, Any]:
        gelezen = answers.read(self.cel.prive)
        seed = lees.own_seed(self.cel.eigen)
        return {
            "vorm": "oefening",
            "cursus": self.cel.naam,
            "items": [lees.for_learner(i, seed, self.cel) for i in self.items.values()],
            "stand": self._stand(gelezen.laatste),
            "ijk": self._ijk(gelezen.regels),
            "melding": self.melding,
        }

    def _cel(self, item: str) -> lees.Cel:
        """Where an item belongs, and so its answers."""
        return self.cel

    def _stand(self, laatste: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """What the page shows of answers that were given. laatste: item id -> line of the answer file."""
        return {
            i: {"antwoord": r["antwoord"], "t": r.get("t"), "zekerheid": _zekerheid(r), "terugkoppeling": self._nagekeken(i, r)}
            for i, item in self.items.items()
            if (r := laatste.get(i)) and usable(item, r["antwoord"])
        }

    def _nagekeken(self, item: str, regel: dict[str, Any]) -> dict[str, Any]:
        uit = score.feedback(self.sleutels[item], regel["antwoord"], self.feiten)
        zeker = _zekerheid(regel)
        if zeker and self.items[item].get("zekerheid"):
            uit["zekerheid"] = {"keuze": zeker, "punten": score.certainty_points(zeker, uit["oordeel"] == "goed")}
        if uit["soort"] == "zin":
            from .. import taal

            uit["taal"] = taal.advies(regel["antwoord"])
        return uit

    def _ijk(self, regels: list[dict[str, Any]]) -> list[list[int]]:
        """[certainty, right] of the first answer to each item of the module that asked: later ones are no test of self-knowledge."""
        eerste: dict[str, list[int]] = {}
        for r in regels:
            i, zeker = r["item"], _zekerheid(r)
            if i in self.sleutels and i not in eerste and zeker:
                eerste[i] = [zeker, int(score.score(self.sleutels[i], r["antwoord"]).credit >= 0.999)]
        return list(eerste.values())

    def _antwoord(self, bericht: Bericht) -> Bericht:
        item, antwoord = bericht.get("item"), bericht.get("antwoord")
        if not isinstance(item, str) or item not in self.items:
            raise LeerlijnError("Deze vraag staat niet op deze pagina. Laad de pagina opnieuw.")
        if not usable(self.items[item], antwoord):
            raise LeerlijnError(PAST_NIET)
        if score.score(self.sleutels[item], antwoord).status == "onbeantwoord":
            raise LeerlijnError("Geef eerst een antwoord.")
        vraagt = bool(self.items[item].get("zekerheid"))
        zeker = _zekerheid(bericht) if vraagt else None
        if vraagt and not zeker:
            raise LeerlijnError("Geef ook aan hoe zeker je bent.")
        regel = {"item": item, "antwoord": antwoord, **({"zekerheid": zeker} if zeker else {})}
        melding = ""
        try:
            regel = answers.append(self._cel(item).prive, item, antwoord, extra={"zekerheid": zeker} if zeker else None, id=self._nr)
        except AnswerError as e:  # the feedback is still worth having
            melding = str(e)
        return {"type": "terugkoppeling", "t": regel.get("t"), "melding": melding, "ijk": self._ijk(answers.read(self._cel(item).prive).regels), **self._nagekeken(item, regel)}


def _zekerheid(regel: dict[str, Any]) -> int | None:
    z = regel.get("zekerheid")
    return z if type(z) is int and z in score.GEWICHT_ZEKER else None


class Toets(Sessie):
    """A test: every choice is kept, nothing is judged here, handed in on demand."""

    berichten = ("antwoord", "inleveren")

    def __init__(self, cel: lees.Cel, items: list[dict[str, Any]], hand_in: Callable[..., Any], receipt: Callable[..., Any]):
        super().__init__(cel)
        self.items = {i["id"]: i for i in items}
        self.hand_in, self.receipt = hand_in, receipt
        self.bezig = False

    def spec(self) -> dict[str, Any]:
        gelezen = answers.read(self.cel.toetsantwoorden, bekend=set(self.items))
        seed = lees.own_seed(self.cel.eigen)
        kwitantie = self.receipt(self.cel.map)
        return {
            "vorm": "toets",
            "cursus": f"{self.cel.naam}/toets",
            "items": [lees.for_learner(i, seed, self.cel) for i in self.items.values()],
            "stand": {i: {"antwoord": r["antwoord"], "t": r["t"]} for i, r in gelezen.laatste.items() if usable(self.items[i], r["antwoord"])},
            "kwitantie": _als_dict(kwitantie) if kwitantie else None,
            "beleid": policy(lees.optional_json(self.cel.wortel / "cursus.json"), self.cel.module),
        }

    def _antwoord(self, bericht: Bericht) -> Bericht:
        item, antwoord = bericht.get("item"), bericht.get("antwoord")
        if not isinstance(item, str) or item not in self.items:
            raise LeerlijnError("Deze vraag staat niet in deze toets. Laad de pagina opnieuw.")
        if not usable(self.items[item], antwoord):
            raise LeerlijnError(PAST_NIET)
        regel = answers.append(self.cel.toetsantwoorden, item, antwoord, id=self._nr)
        return {"type": "bewaard", "item": item, "t": regel["t"]}

    def _inleveren(self, nr: str, later: Later) -> Bericht:
        if not self.bezig:
            self.bezig = True
            later(lambda: self._lever_in(nr))
        return {"type": "bezig", "tekst": "Je toets wordt ingeleverd…", "bij": nr}

    def _lever_in(self, nr: str) -> Bericht:
        try:
            kwitantie = self.hand_in(self.cel.map)
            return self._onthoud(nr, {"type": "kwitantie", **_als_dict(kwitantie), "bij": nr})
        except LeerlijnError as e:
            return {"type": "fout", "tekst": str(e), "bij": nr}
        except Exception:
            log.exception("hand-in failed")
            return {"type": "fout", "tekst": "Inleveren is niet gelukt. Je antwoorden zijn wel bewaard. Probeer het later nog eens of vraag je docent om hulp.", "bij": nr}
        finally:
            self.bezig = False


def _als_dict(kwitantie: Any) -> dict[str, Any]:
    return {v: getattr(kwitantie, v) for v in ("t", "aantal", "onbeantwoord", "keer") if hasattr(kwitantie, v)}


def policy(cursus: dict[str, Any], module: str) -> str:
    """What the teacher decided about handing in, in a few sentences."""
    beleid = cursus.get("beleid") or {}
    tot = next((m.get("inleveren_tot") for m in cursus.get("modules", []) if m.get("id") == module), None)
    uit = []
    if dag := lees.day_in_words(tot) if tot else "":
        laat = " Daarna kan het niet meer." if beleid.get("te_laat") == "weigeren" else ""
        uit.append(f"Inleveren kan tot en met {dag}.{laat}")
    pogingen = beleid.get("pogingen") or 0
    if pogingen == 1:
        uit.append("Je kunt één keer inleveren. Controleer je antwoorden dus eerst.")
    elif pogingen:
        uit.append(f"Je kunt {pogingen} keer inleveren. De laatste keer telt.")
    else:
        uit.append("Je kunt je antwoorden later nog veranderen en opnieuw inleveren. De laatste keer telt.")
    return " ".join(uit)
