"""The files of source_material/ as wholes: their top-level keys, and the lists that only editors read.

The entries that the course itself uses (Feit, Bron, Begrip, Contact, Leeruitkomst) stand in model.py.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from .model import Basis, Begrip, Bron, Contact, FeitId, Feiten, Id, JaNee, Leeruitkomst, Tekst, Zin_

BronId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Za-z0-9-]*$")]


class Bronnenlijst(Basis):
    """source_material/bronnen.yaml"""

    bronnen: list[Bron]


class Begrippen(Basis):
    """source_material/begrippen.yaml"""

    begrippen: list[Begrip]


class Contacten(Basis):
    """source_material/contacten.yaml"""

    opmerking: Tekst
    tweede_controle: Tekst = Field(description="Wat op een tweede pagina is bevestigd, en wat niet")
    contacten: list[Contact]
    niet_gebruiken: list[Zin_] = Field(description="Oude nummers en namen die nergens meer mogen staan")


class Kern(Basis):
    """One of the cores of the themacompetentie, such as LO-A."""

    id: Annotated[str, StringConstraints(pattern=r"^LO-[A-D]$")]
    tekst: Tekst
    bronnen: list[BronId] = []
    feiten: list[FeitId] = []
    kader: JaNee = Field(False, description="ja: geen kern om te leren, maar waar de themacompetentie bij hoort")


class Competentie(Basis):
    """One of the six competences of the Richtlijn Seksuele ontwikkeling."""

    id: Id
    tekst: Tekst
    modules: list[Id] = Field([], description="Modules die volgens het register op deze competentie steunen")


class Leeruitkomsten(Basis):
    """source_material/leeruitkomsten.yaml"""

    opmerking: Tekst
    status: Tekst
    kernen: list[Kern]
    competentiebron: BronId
    competenties: list[Competentie]
    leeruitkomsten: list[Leeruitkomst]


class Verouderd(Basis):
    """One point on which the source page of about 2017 is overtaken."""

    id: Id
    bron_zei: Zin_
    nu: Zin_
    sinds: Zin_ = Field(description="Sinds wanneer, zo precies als de bronnen zijn")
    plaats: list[Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]] = Field([], description="Waar een les het zegt: module/cel")
    feiten: list[FeitId] = []
    bronnen: list[BronId] = Field([], description="Alleen als geen feit dit draagt")


class VerouderdLijst(Basis):
    """source_material/verouderd.yaml"""

    verouderd: list[Verouderd]


class Aanbeveling(Basis):
    """One recommendation of the follow-up of the commission Azough, in own words."""

    id: Id
    nummer: int
    voor: Zin_ = Field(description="Aan wie de aanbeveling is gericht")
    tekst: Tekst
    leeruitkomsten: list[Id]
    feiten: list[FeitId]
    bronnen: list[BronId]


class Aanbevelingen(Basis):
    """source_material/aanbevelingen.yaml"""

    opmerking: Tekst
    aantal: int = Field(description="Hoeveel aanbevelingen er zijn gedaan")
    aanbevelingen: list[Aanbeveling]
    niet_gevonden: list[int] = Field([], description="Nummers waarvan de tekst niet is gevonden; die krijgen geen rij")


class Paginadeel(Basis):
    """A section of the source page of about 2017 and where the course treats its subject."""

    id: Id
    deel: Zin_
    leeruitkomsten: list[Id]
    feiten: list[FeitId]


class Bronpagina(Basis):
    """source_material/bronpagina.yaml"""

    opmerking: Tekst
    bronnen: list[BronId]
    onderdelen: list[Paginadeel]


class Punt(Basis):
    """A point for editors. Facts stand in the text as [H-21] and once more in `feiten`."""

    id: Id
    tekst: Tekst
    feiten: list[FeitId] = []


class OpenPunt(Punt):
    afgehandeld: JaNee = False


class Openstaand(Basis):
    """source_material/openstaand.yaml"""

    controleren: list[OpenPunt]
    tegenspraken: list[Punt]


class Aandachtspunt(Punt):
    titel: Zin_
    bronnen: list[BronId] = []


class NietDoen(Punt):
    vakoordeel: JaNee = False


class Aandachtspunten(Basis):
    """source_material/aandachtspunten.yaml"""

    opmerking: Tekst
    aandachtspunten: list[Aandachtspunt]
    niet_doen: list[NietDoen]


class Elearning(Basis):
    """A training that others offer; texts as found, 'n.g.' where nothing was found."""

    id: Id
    aanbod: Zin_
    aanbieder: str
    doelgroep: str
    vorm: str
    kenmerken: str
    accreditatie: str = Field(description="Accreditatie en prijs")
    bron: str
    bronnen: list[BronId] = []


class Elearnings(Basis):
    """source_material/elearnings.yaml"""

    opmerking: Tekst
    elearnings: list[Elearning]
    niet_gevonden: list[Zin_]
    ontwerplessen: list[Zin_]


# Which model reads which file; feiten/<module>.yaml are read as Feiten.
BESTANDEN: dict[str, type[Basis]] = {
    "bronnen.yaml": Bronnenlijst,
    "begrippen.yaml": Begrippen,
    "contacten.yaml": Contacten,
    "leeruitkomsten.yaml": Leeruitkomsten,
    "verouderd.yaml": VerouderdLijst,
    "aanbevelingen.yaml": Aanbevelingen,
    "bronpagina.yaml": Bronpagina,
    "openstaand.yaml": Openstaand,
    "aandachtspunten.yaml": Aandachtspunten,
    "elearnings.yaml": Elearnings,
}
__all__ = ["BESTANDEN", "Feiten", *(m.__name__ for m in BESTANDEN.values())]
