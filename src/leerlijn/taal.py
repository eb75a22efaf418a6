"""Is this sentence easy enough to say to a young person with an LVB? A check of the language, not of the content.

Pure, standard library only. Rests on T-37 (one question at a time, short concrete sentences, few choices), S-08 (literal, no
figures of speech) and S-17 (no reproach). Rules of thumb: the advice says "kijk nog eens", never "fout".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MAX_WOORDEN_ZIN = 12
MAX_WOORDEN = 40
MAX_KEUZES = 3
LANG_WOORD = 13  # letters
LETTERGREPEN = 5

MOEILIJK = {
    "adequaat": "goed", "aangifte": "naar de politie gaan", "afwegen": "kiezen", "alternatief": "iets anders", "anticiperen": "vooruit kijken", "aspect": "deel",
    "behoefte": "wat je nodig hebt", "beïnvloeden": "zorgen dat iemand iets doet", "benoemen": "zeggen", "communiceren": "praten", "consequentie": "gevolg",
    "consequenties": "gevolgen", "contact opnemen": "bellen of appen", "context": "waar en wanneer", "emotie": "gevoel", "emoties": "gevoelens", "escaleren": "erger worden",
    "ervaren": "voelen of merken", "functioneren": "doen", "grensoverschrijdend": "niet oké", "incident": "wat er gebeurde", "initiatief": "zelf beginnen",
    "interventie": "hulp", "manipuleren": "zorgen dat jij iets doet wat je niet wilt", "motivatie": "zin om iets te doen", "motiveren": "zin geven", "perspectief": "hoe jij het ziet",
    "problematiek": "problemen", "reflecteren": "nadenken", "relatie": "verkering of vriendschap", "seksualiteit": "seks, of verliefd zijn", "situatie": "wat er gebeurt",
    "structuur": "vaste regels", "suggestie": "idee", "traject": "hulp", "trauma": "iets heel ergs dat je meemaakte", "vermoeden": "denken", "vertrouwelijk": "tussen ons",
    "verwachting": "wat je denkt dat er komt", "uitbuiting": "dat iemand misbruik van je maakt",
}  # fmt: skip
BEELDSPRAAK = (
    "aan de bel trekken", "aan de grote klok", "achter de rug", "achter je rug", "op je hart", "van je hart", "in een hokje", "de knoop doorhakken", "door de vingers zien",
    "een steuntje in de rug", "het achterste van je tong", "handen in het haar", "hoge bomen", "in de put", "in het diepe", "in je schoenen", "in zijn schoenen", "in je schulp",
    "je ei kwijt", "je hart luchten", "je hoofd boven water", "je over de streep", "kop in het zand", "lekker in je vel", "goed in je vel", "niet in je vel", "loopt de spuigaten",
    "met de billen bloot", "met beide benen", "om de tuin", "onder druk", "onder de indruk", "op de hoogte", "op je tenen", "over de schreef", "over je grens", "over je grenzen",
    "rode draad", "schoon schip", "uit de hand", "uit je dak", "uit je slof", "van de kaart", "van slag", "veel op je bord", "vinger aan de pols", "voor de gek", "voor het blok",
    "water bij de wijn", "wat speelt er", "wat er speelt", "zit je dwars", "zwaar op de maag", "op één lijn", "een plekje geven", "stilstaan bij", "stil staan bij",
    "open kaart", "de draad weer oppakken", "een brok in je keel", "vlinders in je buik", "een muur om je heen",
)  # fmt: skip
ONTKENNING = {"niet", "geen", "nooit", "niemand", "niets", "niks", "nergens", "zonder", "noch"}
VRAAGWOORD = r"(?:wie|wat|waar|waarom|wanneer|hoe|welke|welk|hoeveel|waarover|waarmee|waardoor|waarvoor)"
ZINSEINDE = re.compile(r"[^.!?…]+[.!?…]*")
WOORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
LETTERGREEP = re.compile(r"aai|ooi|oei|aa|ee|ie|oo|uu|oe|eu|ui|ei|ij|au|ou|[aeiouyáéíóúàèäëïöü]", re.I)


def advies(tekst: str) -> list[dict[str, Any]]:
    """Advice on a text of one or a few sentences.

    Returns a list of {"code", "teken": "goed"|"let-op", "tekst"}, one per rule, points of attention first; `tekst` is Dutch light
    markdown. An empty text gives an empty list.
    """
    tekst = " ".join(str(tekst).split())[:20_000]
    woorden = WOORD.findall(tekst)
    if not woorden:
        return []
    zinnen = [z.strip() for z in ZINSEINDE.findall(tekst) if WOORD.search(z)]
    regels = [_zinslengte(zinnen), _vragen(zinnen), _keuzes(zinnen), _woorden(tekst, woorden), _beeldspraak(tekst), _ontkenningen(zinnen), _verwijt(tekst), _omvang(woorden)]
    uit = [{"code": code, "teken": "goed" if goed else "let-op", "tekst": zin} for code, goed, zin in regels if zin]
    return sorted(uit, key=lambda a: a["teken"] == "goed")


Regel = tuple[str, bool, str]


def _citaat(tekst: str, lengte: int = 70) -> str:
    tekst = re.sub(r"[*_\n]", " ", tekst).strip()
    return f"“{tekst if len(tekst) <= lengte else tekst[:lengte].rsplit(' ', 1)[0] + '…'}”"


def _zinslengte(zinnen: list[str]) -> Regel:
    lang = max(zinnen, key=lambda z: len(WOORD.findall(z)))
    n = len(WOORD.findall(lang))
    if n > MAX_WOORDEN_ZIN:
        return "zinslengte", False, f"Deze zin heeft {n} woorden: {_citaat(lang)} Maak er twee zinnen van. Tot ongeveer {MAX_WOORDEN_ZIN} woorden is goed te volgen."
    return "zinslengte", True, "Je zinnen zijn kort."


def _aantal_vragen(zin: str) -> int:
    """Questions in one sentence: a second one often hides behind 'en', 'of' or a comma."""
    if not zin.rstrip().endswith("?"):
        return 0
    return 1 + len(re.findall(rf"(?:,|\ben\b|\bof\b)\s+(?:en\s+|of\s+)?{VRAAGWOORD}\b", zin, re.I))


def _vragen(zinnen: list[str]) -> Regel:
    n = sum(_aantal_vragen(z) for z in zinnen)
    if n > 1:
        return "vragen", False, f"Je stelt {n} vragen tegelijk. Stel er één en wacht op het antwoord. De volgende vraag komt daarna."
    return "vragen", True, "Je stelt één vraag." if n else "Je stelt niet meer dan één vraag tegelijk."


def _keuzes(zinnen: list[str]) -> Regel:
    for zin in zinnen:
        if not re.search(r"\bof\b", zin, re.I):
            continue
        deel = re.split(r":", zin)[-1]
        n = len([k for k in re.split(r",\s*(?:of\b)?|\bof\b", deel, flags=re.I) if WOORD.search(k)])
        if n > MAX_KEUZES:
            return "keuzes", False, f"Je geeft {n} keuzes: {_citaat(zin)} Twee keuzes is makkelijker, drie is het meest."
        if n > 1:
            return "keuzes", True, f"Je geeft {n} keuzes. Dat is te overzien."
    return "keuzes", True, ""


def lettergrepen(woord: str) -> int:
    """Syllables of a Dutch word, counted as groups of vowels."""
    return max(1, len(LETTERGREEP.findall(woord)))


def _woorden(tekst: str, woorden: list[str]) -> Regel:
    klein = tekst.lower()
    moeilijk = {m: beter for m, beter in MOEILIJK.items() if re.search(rf"\b{m}\b", klein)}
    lang = list(dict.fromkeys(w for w in woorden if w.lower() not in moeilijk and (len(w) >= LANG_WOORD or lettergrepen(w) >= LETTERGREPEN)))
    delen = [f"'{m}' (zeg liever: {beter})" for m, beter in moeilijk.items()] + [f"'{w[:40]}' (lang woord)" for w in lang[:6]]
    if delen:
        return "woorden", False, f"Dit kan makkelijker: {', '.join(delen)}."
    return "woorden", True, "Je woorden zijn kort en gewoon."


def _beeldspraak(tekst: str) -> Regel:
    klein = tekst.lower()
    gevonden = [b for b in BEELDSPRAAK if re.search(rf"\b{re.escape(b)}", klein)]
    if gevonden:
        return "beeldspraak", False, f"Let op beeldspraak: {', '.join(_citaat(b) for b in gevonden)} De jongere kan dit letterlijk nemen. Zeg precies wat je bedoelt."
    return "beeldspraak", True, "Ik vind geen beeldspraak."


def _dubbel(zinnen: list[str]) -> Iterator[str]:
    for zin in zinnen:
        for deel in re.split(r",|;|:|\bmaar\b|\ben\b|\bwant\b", zin):
            gevonden = [w for w in WOORD.findall(deel.lower()) if w in ONTKENNING]
            verholen = re.search(r"\b(?:niet|geen)\s+(?:on(?!s\b|ze\b|der|ge(?:veer|luk)|t(?!e)|line)\w{3,}|zonder)", deel.lower())
            if len(gevonden) > 1 or verholen:
                yield zin


def _ontkenningen(zinnen: list[str]) -> Regel:
    if zin := next(_dubbel(zinnen), None):
        return "ontkenning", False, f"Hier staan twee ontkenningen bij elkaar: {_citaat(zin)} Zeg het zonder 'niet' of met één 'niet'."
    return "ontkenning", True, ""


def _verwijt(tekst: str) -> Regel:
    if re.search(r"\bwaarom\b", tekst, re.I):
        return "verwijt", False, "Een vraag met 'waarom' kan klinken als een verwijt. Vraag liever naar wat er gebeurde of wat de jongere nodig heeft."
    return "verwijt", True, ""


def _omvang(woorden: list[str]) -> Regel:
    if len(woorden) > MAX_WOORDEN:
        return "omvang", False, f"Je zegt {len(woorden)} woorden achter elkaar. Zeg één ding, wacht, en ga dan verder."
    return "omvang", True, ""
