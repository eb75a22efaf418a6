"""From the folders that experts write in to checked objects, with the line where each stands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from . import melding, model, model_bron, model_panel, yamltekst
from .errors import ContentError, Probleem

MAX_NOTEBOOK = 2_000_000
ITEM, CASUS = TypeAdapter(model.Item), TypeAdapter(model.Casus)


@dataclass
class Inhoud:
    """All content of a course. Dicts are by id; `items` and `casussen` keep the order of the files."""

    root: Path
    cursus: model.Cursus | None = None
    items: dict[str, list[Any]] = field(default_factory=dict)
    casussen: dict[str, Any] = field(default_factory=dict)
    feiten: dict[str, model.Feit] = field(default_factory=dict)
    bronnen: dict[str, model.Bron] = field(default_factory=dict)
    begrippen: dict[str, model.Begrip] = field(default_factory=dict)
    contacten: dict[str, model.Contact] = field(default_factory=dict)
    leeruitkomsten: dict[str, model.Leeruitkomst] = field(default_factory=dict)
    kernen: dict[str, model_bron.Kern] = field(default_factory=dict)
    verouderd: dict[str, model_bron.Verouderd] = field(default_factory=dict)
    aanbevelingen: model_bron.Aanbevelingen | None = None
    bronpagina: model_bron.Bronpagina | None = None
    panel: dict[str, model_panel.PanelItem] = field(default_factory=dict)
    panels: dict[str, model_panel.Panel] = field(default_factory=dict)
    beleid: model.Beleid | None = None
    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    _plaatsen: dict[Any, tuple[str, dict[tuple, int], tuple]] = field(default_factory=dict, repr=False)
    _levend: list[Any] = field(default_factory=list, repr=False)  # keeps id() of a refused object from being reused

    @property
    def modules(self) -> list[model.Module]:
        return self.cursus.modules if self.cursus else []

    def plaats(self, ding: Any, veld: tuple | str | None = None) -> tuple[str, int]:
        """File and line of an object (or id), or of a field in it, such as ("opties", 2, "uitleg")."""
        bestand, regels, begin = self._plaatsen.get(id(ding)) or self._plaatsen.get(ding if isinstance(ding, str) else None) or ("?", {}, ())
        pad = (*begin, *(veld if isinstance(veld, tuple) else (veld,) if veld is not None else ()))
        while pad and pad not in regels:
            pad = pad[:-1]
        return bestand, regels.get(pad, 1)

    def _onthoud(self, ding: Any, bestand: str, regels: dict[tuple, int], begin: tuple) -> None:
        self._levend.append(ding)
        self._plaatsen[id(ding)] = (bestand, regels, begin)
        if getattr(ding, "id", None):
            self._plaatsen.setdefault(ding.id, (bestand, regels, begin))


def read(root: Path) -> tuple[Inhoud, list[Probleem]]:
    """Read everything that can be read, and say what can't. Never raises for bad content."""
    inhoud, fouten = Inhoud(root=Path(root)), []
    lees = _Lezer(inhoud, fouten)
    inhoud.cursus = lees.enkel("modules/cursus.yaml", model.Cursus, verplicht=True)
    inhoud.beleid = lees.enkel("grading/beleid.yaml", model.Beleid)
    bron = "source_material"
    for pad in sorted((root / bron / "feiten").glob("*.yaml")):
        inhoud.feiten |= lees.lijst(f"{bron}/feiten/{pad.name}", "feiten", model.Feit)
    inhoud.bronnen = lees.lijst(f"{bron}/bronnen.yaml", "bronnen", model.Bron)
    inhoud.begrippen = lees.lijst(f"{bron}/begrippen.yaml", "begrippen", model.Begrip)
    inhoud.contacten = lees.lijst(f"{bron}/contacten.yaml", "contacten", model.Contact)
    inhoud.leeruitkomsten = lees.lijst(f"{bron}/leeruitkomsten.yaml", "leeruitkomsten", model.Leeruitkomst)
    inhoud.kernen = lees.lijst(f"{bron}/leeruitkomsten.yaml", "kernen", model_bron.Kern, mag_ontbreken=True)
    inhoud.verouderd = lees.lijst(f"{bron}/verouderd.yaml", "verouderd", model_bron.Verouderd)
    inhoud.aanbevelingen = lees.enkel(f"{bron}/aanbevelingen.yaml", model_bron.Aanbevelingen)
    inhoud.bronpagina = lees.enkel(f"{bron}/bronpagina.yaml", model_bron.Bronpagina)
    for pad in sorted((root / "quizzes").glob("*.yaml")):
        lees.vragen(pad)
    for pad in sorted((root / "quizzes" / "panel").glob("*.yaml")):
        lees.panel(pad)
    for pad in sorted((root / "casuistiek").glob("*.yaml")):
        lees.casus(pad)
    for pad in sorted((root / "modules").glob("*/*.ipynb")):
        lees.notebook(pad)
    return inhoud, sorted(fouten)


def load(root: Path) -> Inhoud:
    """Like `read`, but raises ContentError when anything is wrong."""
    inhoud, fouten = read(root)
    if fouten:
        raise ContentError(fouten)
    return inhoud


def load_file(pad: Path, soort: Any) -> Any:
    """One YAML file that holds one object of `soort`, such as modules/cursus.yaml. Raises ContentError with its lines."""
    inhoud, fouten = Inhoud(root=pad.parent), []
    ding = _Lezer(inhoud, fouten).enkel(pad.name, soort, verplicht=True)
    if fouten or ding is None:
        raise ContentError(fouten)
    return ding


class _Lezer:
    """Reads one kind of file after the other into an Inhoud; keeps the problems."""

    def __init__(self, inhoud: Inhoud, fouten: list[Probleem]):
        self.inhoud, self.fouten = inhoud, fouten

    def _yaml(self, bestand: str, verplicht: bool = False) -> tuple[Any, dict]:
        pad = self.inhoud.root / bestand
        if not pad.exists() and not verplicht:
            return None, {}
        data, regels, fouten = yamltekst.read(pad, bestand)
        self.fouten += fouten
        if data is not None and not isinstance(data, dict):
            self.fouten.append(Probleem(bestand, 1, "Dit bestand begint niet met een veld.", "Begin met een naam en een dubbele punt.", "yaml-vorm"))
            data = None
        return data, regels

    def _maak(self, bestand: str, adapter: Any, soort: Any, data: Any, regels: dict, begin: tuple) -> Any:
        try:
            ding = adapter.validate_python(data)
        except ValidationError as e:
            bekend = melding.velden(soort) | {v for a in _onderdelen(soort) for v in a.model_fields}
            self.fouten += melding.problemen(e.errors(include_url=False), data, regels, begin, bestand, bekend)
            return None
        self.inhoud._onthoud(ding, bestand, regels, begin)
        return ding

    def enkel(self, bestand: str, soort: Any, verplicht: bool = False) -> Any:
        data, regels = self._yaml(bestand, verplicht)
        return self._maak(bestand, TypeAdapter(soort), soort, data, regels, ()) if data is not None else None

    def lijst(self, bestand: str, sleutel: str, soort: Any, mag_ontbreken: bool = False) -> dict[str, Any]:
        data, regels = self._yaml(bestand)
        if mag_ontbreken and sleutel not in (data or {}):
            return {}
        adapter, uit = TypeAdapter(soort), {}
        for i, een in enumerate(self._rij(data, sleutel, bestand, regels)):
            ding = self._maak(bestand, adapter, soort, een, regels, (sleutel, i))
            if ding is not None and ding.id in uit:
                self._dubbel(bestand, regels.get((sleutel, i), 1), ding.id)
            elif ding is not None:
                uit[ding.id] = ding
        return uit

    def _rij(self, data: Any, sleutel: str, bestand: str, regels: dict) -> list:
        rij = data.get(sleutel) if data else []
        if isinstance(rij, list):
            return rij
        self.fouten.append(Probleem(bestand, regels.get((sleutel,), 1), f"Onder '{sleutel}:' hoort een lijst.", "Begin elke regel van de lijst met een streepje.", "model-vorm"))
        return []

    def _dubbel(self, bestand: str, regel: int, ident: str) -> None:
        self.fouten.append(Probleem(bestand, regel, f"De id '{ident}' bestaat al.", "Kies een nieuwe id; een id blijft voor altijd.", "dubbele-id"))

    def vragen(self, pad: Path) -> None:
        bestand = f"quizzes/{pad.name}"
        data, regels = self._yaml(bestand)
        if data is None:
            return
        if set(data) - {"module", "items"} or data.get("module") != pad.stem:
            self.fouten.append(Probleem(bestand, 1, f"Bovenaan hoort 'module: {pad.stem}' en dan 'items:'.", "Verbeter de eerste regels.", "module-naam"))
        uit, ids = self.inhoud.items.setdefault(pad.stem, []), set()
        for i, een in enumerate(self._rij(data, "items", bestand, regels)):
            item = self._maak(bestand, ITEM, model.Item, een, regels, ("items", i))
            if item is not None and item.id in ids:
                self._dubbel(bestand, regels.get(("items", i), 1), item.id)
            elif item is not None:
                ids.add(item.id)
                uit.append(item)

    def panel(self, pad: Path) -> None:
        """Votes of experts. `inhoud.panel` holds them by item, with the last word to check_panel."""
        bestand = f"quizzes/panel/{pad.name}"
        ding = self.enkel(bestand, model_panel.Panel)
        if ding is None:
            return
        if ding.module != pad.stem:
            self.fouten.append(Probleem(bestand, 1, f"Bovenaan hoort 'module: {pad.stem}'.", "Verbeter de eerste regel.", "module-naam"))
        self.inhoud.panels[ding.module] = ding
        regels = self.inhoud._plaatsen[id(ding)][1]
        for i, item in enumerate(ding.items):
            if item.id in self.inhoud.panel:
                self._dubbel(bestand, regels.get(("items", i), 1), item.id)
            self.inhoud.panel[item.id] = item
            self.inhoud._levend.append(item)
            self.inhoud._plaatsen[id(item)] = (bestand, regels, ("items", i))

    def casus(self, pad: Path) -> None:
        bestand = f"casuistiek/{pad.name}"
        data, regels = self._yaml(bestand)
        ding = self._maak(bestand, CASUS, model.Casus, data, regels, ()) if data is not None else None
        if ding is None:
            return
        if ding.id != pad.stem:
            self.fouten.append(Probleem(bestand, regels.get(("id",), 1), f"De id '{ding.id}' is anders dan de naam van het bestand.", f"Noem het bestand {ding.id}.yaml.", "casus-naam"))
        self.inhoud.casussen[ding.id] = ding

    def notebook(self, pad: Path) -> None:
        bestand = pad.relative_to(self.inhoud.root).as_posix()
        try:
            if pad.stat().st_size > MAX_NOTEBOOK:
                raise ValueError("te groot")
            nb = json.loads(pad.read_text(encoding="utf-8"))
            assert isinstance(nb["cells"], list) and all(isinstance(c, dict) and "source" in c for c in nb["cells"])
        except (OSError, ValueError, KeyError, TypeError, AssertionError, RecursionError):
            self.fouten.append(Probleem(bestand, 1, "Dit notebook is niet te lezen.", "Open het in JupyterLab en sla het opnieuw op.", "notebook-vorm"))
            return
        self.inhoud.notebooks[bestand] = nb


def _onderdelen(soort: Any) -> list[Any]:
    """Models that can stand inside items and cases, for 'Bedoel je'."""
    return [model.Optie, model.Stap, model.Kant, model.Paar, model.Fragment, model.Actie, model.Criterium, model.Keuze, model.Knoop, model.Afbeelding, model.Module]
