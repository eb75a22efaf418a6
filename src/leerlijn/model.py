"""The words of the course: items, cases, modules and sources, as authors write them in YAML.

Field names are the YAML keys. pydantic checks them and gives the JSON Schema for editors (`leerlijn schema`).
Rules that need more than one object stand in check.py.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
FeitId = Annotated[str, StringConstraints(pattern=r"^[HSVPTOM]-\d{2}$")]
Tekst = Annotated[str, StringConstraints(min_length=1, max_length=6000)]
Zin_ = Annotated[str, StringConstraints(min_length=1, max_length=400)]


def _ja_nee(waarde: Any) -> Any:
    """Authors write ja and nee. Anything else is left for pydantic to refuse."""
    return {"ja": True, "nee": False}.get(waarde, waarde) if isinstance(waarde, str) else waarde


JaNee = Annotated[bool, BeforeValidator(_ja_nee), WithJsonSchema({"enum": ["ja", "nee"]})]
Vlag = Literal["groen", "geel", "rood", "zwart"]
Gebruik = Literal["oefening", "toets"]
Niveau = Literal["weten", "toepassen", "oordelen"]
Bronnen = Annotated[list[FeitId], Field(min_length=1, description="Feiten waarop dit rust, zoals H-21")]


class Basis(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


# --- items -----------------------------------------------------------------------------------------------------


class Afbeelding(Basis):
    bestand: str = Field(description="Pad vanaf de map van de module, zoals beeld/signalen.svg")
    alt: Tekst


class Optie(Basis):
    id: Id
    tekst: Tekst
    goed: JaNee = False
    uitleg: Tekst
    bron: list[FeitId] = []


class Stap(Basis):
    id: Id
    tekst: Tekst
    uitleg: Tekst


class Kant(Basis):
    """One entry of a list to match."""

    id: Id
    tekst: Tekst


class Paar(Basis):
    links: Id
    rechts: Id
    uitleg: Tekst


class Gevlagd(Basis):
    vlag: Vlag
    uitleg: Tekst


class Criteria(Basis):
    """The six criteria of the Vlaggensysteem, each judged on the scale of the four flags."""

    toestemming: Gevlagd
    vrijwilligheid: Gevlagd
    gelijkwaardigheid: Gevlagd
    ontwikkeling: Gevlagd
    context: Gevlagd
    impact: Gevlagd


class Fragment(Basis):
    """A phrase in a file, chat summary or timeline that can be marked as a signal."""

    id: Id
    wanneer: str | None = None
    tekst: Tekst
    signaal: JaNee = False
    uitleg: Tekst


class Actie(Basis):
    id: Id
    tekst: Tekst
    oordeel: Annotated[int, Field(ge=1, le=5, description="1 = schadelijk, 5 = heel passend")]
    uitleg: Tekst
    bron: list[FeitId] = []


class Criterium(Basis):
    id: Id
    tekst: Zin_
    punten: Annotated[float, Field(gt=0, le=20)]
    uitleg: str | None = None


class ItemBasis(Basis):
    id: Id
    gebruik: Gebruik
    leerdoel: Id
    niveau: Niveau = Field(description="weten: onthouden · toepassen: in een situatie · oordelen: afwegen")
    plek: Id | None = Field(None, description="Alleen bij oefening: de naam waarmee de les dit oproept")
    punten: Annotated[float, Field(gt=0, le=20)] | None = Field(None, description="Alleen bij toets")
    herhalen: JaNee = Field(True, description="Alleen bij oefening: nee als de vraag niet te begrijpen is zonder wat er in de les boven staat; dan komt zij later niet terug")
    zekerheid: JaNee = Field(False, description="Alleen bij oefening: vraag hoe zeker de deelnemer is")
    waarschuwing: Zin_ | None = None
    situatie: Tekst | None = None
    afbeelding: Afbeelding | None = None
    vraag: Tekst
    uitleg: Tekst | None = Field(None, description="Terugkoppeling bij de hele vraag")
    bron: Bronnen
    vervallen: date | None = Field(None, description="Datum waarop een vrijgegeven vraag is vervangen")


class EenGoed(ItemBasis):
    soort: Literal["een-goed"]
    opties: Annotated[list[Optie], Field(min_length=3, max_length=6)]
    vaste_volgorde: JaNee = False


class MeerGoed(ItemBasis):
    soort: Literal["meer-goed"]
    opties: Annotated[list[Optie], Field(min_length=4, max_length=8)]
    vaste_volgorde: JaNee = False


class Volgorde(ItemBasis):
    soort: Literal["volgorde"]
    stappen: Annotated[list[Stap], Field(min_length=3, max_length=8, description="In de juiste volgorde")]


class Koppel(ItemBasis):
    soort: Literal["koppel"]
    links: Annotated[list[Kant], Field(min_length=3, max_length=8)]
    rechts: Annotated[list[Kant], Field(min_length=2, max_length=10)]
    paren: Annotated[list[Paar], Field(min_length=3, max_length=8)]


class Vlaggen(ItemBasis):
    soort: Literal["vlaggen"]
    situatie: Tekst
    criteria: Criteria
    vlag: Gevlagd
    reactie: Tekst = Field(description="Welke reactie bij deze vlag past")


class Signalen(ItemBasis):
    soort: Literal["signalen"]
    vorm: Literal["dossier", "chatsamenvatting", "tijdlijn"] = "dossier"
    fragmenten: Annotated[list[Fragment], Field(min_length=5, max_length=30)]


class Oordeel(ItemBasis):
    soort: Literal["oordeel"]
    acties: Annotated[list[Actie], Field(min_length=3, max_length=8)]


class Open(ItemBasis):
    soort: Literal["open"]
    rubriek: Annotated[list[Criterium], Field(min_length=2, max_length=6)]
    voorbeeld: Tekst = Field(description="Voorbeeld van een goed antwoord; komt pas bij de terugkoppeling")
    woorden: Annotated[int, Field(ge=20, le=600)] = 200


class Zin(ItemBasis):
    soort: Literal["zin"]
    jongere: Tekst = Field(description="Tegen wie je dit zegt en wanneer")
    voorbeelden: Annotated[list[Tekst], Field(min_length=1, max_length=4)]


Item = Annotated[
    Union[EenGoed, MeerGoed, Volgorde, Koppel, Vlaggen, Signalen, Oordeel, Open, Zin], Field(discriminator="soort")
]
SOORTEN = ("een-goed", "meer-goed", "volgorde", "koppel", "vlaggen", "signalen", "oordeel", "open", "zin")


class Vragen(Basis):
    """quizzes/<module>.yaml"""

    module: Id
    items: list[Item]


# --- cases -----------------------------------------------------------------------------------------------------


class Keuze(Basis):
    id: Id
    tekst: Tekst
    naar: Id
    punten: Annotated[int, Field(ge=0, le=3)]
    reactie: Tekst
    bron: Bronnen
    zet: list[Id] = Field([], description="Wat vanaf nu waar is, zoals vertrouwen")
    als: list[Annotated[str, StringConstraints(pattern=r"^!?[a-z][a-z0-9-]*$")]] = Field(
        [], description="Alleen te kiezen als dit gezet is; met ! ervoor: als dit niet gezet is"
    )
    twijfel: JaNee = Field(False, description="ja: de deelnemer zegt hier eerlijk dat die twijfelt of iets niet weet; dat mag nooit slecht aflopen")


class Knoop(Basis):
    tekst: Tekst
    spreker: str | None = None
    keuzes: list[Keuze] = []
    einde: Literal["goed", "wisselend", "zorgelijk"] | None = None
    uitleg: Tekst | None = Field(None, description="Bij een einde: waarom het zo afliep")
    bron: list[FeitId] = []


class CasusBasis(Basis):
    id: Id
    module: Id
    titel: Zin_
    leerdoel: Id
    waarschuwing: Zin_
    intro: Tekst


class Gesprek(CasusBasis):
    vorm: Literal["gesprek"]
    start: Id
    knopen: dict[Id, Knoop]


class Dossier(CasusBasis):
    vorm: Literal["dossier"]
    bronsoort: Literal["dossier", "chatsamenvatting", "tijdlijn"] = "dossier"
    fragmenten: Annotated[list[Fragment], Field(min_length=6, max_length=40)]
    nabespreking: Tekst
    bron: Bronnen


Casus = Annotated[Union[Gesprek, Dossier], Field(discriminator="vorm")]


# --- course ----------------------------------------------------------------------------------------------------


class Module(Basis):
    id: Id
    map: str = Field(description="Map onder modules/, zoals 01-herkennen")
    titel: Zin_
    kort: Zin_
    studielast: Annotated[int, Field(gt=0, description="Minuten voor les en toets samen")]
    feiten: Annotated[str, StringConstraints(pattern=r"^[HSVPTOM]*$")] = Field(
        description="Letters van de feiten die bij deze module horen"
    )
    na_dagen: Annotated[int, Field(ge=1, le=730)] | None = Field(
        None, description="Hoeveel dagen na het inleveren van de eindtoets (de toets van de module hiervoor) deze module is bedoeld, zoals 182"
    )


class Cursus(Basis):
    """modules/cursus.yaml"""

    cursus: Id
    titel: Zin_
    instelling: str | None = None
    redactie: str = Field(description="E-mailadres voor meldingen over de inhoud")
    getoetst: str | None = Field(None, description="Naam van de deskundige en datum; leeg = redactieversie")
    aanspreekpunt: str | None = Field(None, description="Wie deelnemers vragen over hun gegevens of over toegankelijkheid: naam met e-mail of telefoon")
    onderzoek_gepland: date | None = Field(None, description="Dag waarop een volledig toegankelijkheidsonderzoek klaar is; bepaalt de status op /toegankelijkheid")
    modules: Annotated[list[Module], Field(min_length=1)]


# --- sources ---------------------------------------------------------------------------------------------------


class Feit(Basis):
    id: FeitId
    stelling: Tekst
    bronnen: list[str] = Field(description="Sleutels uit bronnen.yaml")
    jaar: str
    zekerheid: Literal["hoog", "middel", "laag"]
    verouderd: Literal["ja", "deels", "nee"] = "nee"
    vervangt: str | None = Field(None, description="Wat dit verandert aan de bronpagina van 2017")
    vakoordeel: JaNee = False
    niet_gebruiken: JaNee = False
    controleer_voor: date | None = None


class Feiten(Basis):
    """source_material/feiten/<module>.yaml"""

    module: Id
    titel: str
    opmerking: str | None = None
    feiten: list[Feit]


class Bron(Basis):
    id: str
    organisatie: str
    titel: str
    jaar: str
    url: str | None = None
    gezien: date
    buiten_register: JaNee = Field(False, description="ja: later gevonden, geen feit rust erop; alleen voor aanbevelingen en bronpagina")


class Begrip(Basis):
    id: Id
    begrip: str
    ook: list[str] = Field([], description="Andere schrijfwijzen, zoals het meervoud")
    omschrijving: Tekst
    feiten: list[FeitId] = []


class Contact(Basis):
    id: Id
    organisatie: str
    waarvoor: str
    contact: str
    telefoon: str | None = None
    web: str | None = None
    bereik: str
    bron: str
    gezien: date
    controleren: JaNee = False
    voor_deelnemer: JaNee = Field(False, description="Staat op de hulpkaart op elke pagina")


class Leeruitkomst(Basis):
    id: Id
    module: Id
    tekst: Tekst
    kernen: list[str]
    feiten: list[FeitId] = []


class Beleid(Basis):
    """grading/beleid.yaml: policy of a teacher, apart from the content."""

    cesuur: Annotated[float, Field(ge=0, le=1, description="Deel van de punten dat nodig is voor een voldoende")]
    pogingen: Annotated[int, Field(ge=0, description="Hoe vaak inleveren mag; 0 = onbeperkt")] = 0
    inleveren_tot: dict[Id, date] = {}
    te_laat: Literal["toestaan", "weigeren"] = "toestaan"
    aftrek_per_dag: Annotated[float, Field(ge=0, le=1)] = 0
    uitleg_tonen: Literal["meteen", "na-deadline", "nooit"] = "meteen"
    tweede_lezer: Literal["geen", "alle"] | Annotated[float, Field(ge=0, le=1)] = Field(
        "geen", description="Welk deel van de inzendingen een tweede docent ook beoordeelt, zonder de punten van de eerste te zien: geen, alle, of 0 tot 1"
    )
    bewaren_dagen: Annotated[int, Field(gt=0)] = 365
