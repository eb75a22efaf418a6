"""What the rules share: where a text stands, all texts of the content, words and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from .content import Inhoud
from .errors import Probleem

# Fields that people read. Everything else in the YAML is an id, a number or a name of a file.
LEESBAAR = {
    "vraag", "situatie", "tekst", "uitleg", "reactie", "voorbeeld", "voorbeelden", "jongere", "nabespreking", "intro", "titel",
    "kort", "waarschuwing", "alt", "omschrijving", "stelling", "wanneer", "spreker", "waarvoor", "kernen",
}  # fmt: skip
VERWIJZING = re.compile(r"\[((?:[A-Z]-\d+)(?:\s*,\s*[A-Z]-\d+)*)\]")
AFKORTING = re.compile(r"\b(?:bijv|bv|enz|o\.a|d\.w\.z|t\.a\.v|i\.p\.v|dr|drs|mr|prof|art|nr|blz|ca|resp|incl|max|min|m\.b\.t|t\.o\.v)\.$", re.I)
EINDE = re.compile(r"[.!?…]+['\"’”)\]*_]*(?=\s+['\"‘“(*_]*[A-ZÀ-Ý0-9])")
# Code, fact numbers, HTML, addresses and the targets of links; the short one says fast that there are none.
NIET_LEZEN = re.compile(rf"```.*?```|`[^`\n]*`|{VERWIJZING.pattern}|<[^>\n]{{0,300}}>|https?://\S+|\S{{1,80}}@\S{{1,80}}\.\S+|\b[\w.-]{{1,80}}\.(?:nl|be|com|info|org|eu|example)\b[\w/.-]*|(?<=\])\([^)\n]*\)", re.S)
NIET_LEZEN_KORT = re.compile(r"[`\[<@(]|://|\w\.\w")
TEKENS = re.compile(r"[*\[\]]|(?<!\w)_|_(?!\w)|!(?=\[)")
TELWOORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
LIJST = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Stuk:
    """A text that somebody reads.

    regel: line where it starts. soort: 'item', 'casus', 'feit', 'begrip', 'contact', 'uitkomst', 'les', 'toets', 'tekst' (a .md file)
    or 'beeld'. module: id, or '' when it belongs to no module. van: id of the item, case or cell. veld: path of the field.
    """

    bestand: str
    regel: int
    tekst: str
    soort: str
    module: str
    van: str
    veld: tuple[Any, ...] = ()

    def regel_op(self, plek: int) -> int:
        """Line of a character of the text; within YAML only the line of the field is known."""
        return self.regel + (self.tekst.count("\n", 0, plek) if self.soort in ("les", "toets", "tekst") else 0)


def meld(inhoud: Inhoud, ding: Any, code: str, wat: str, herstel: str, veld: tuple[Any, ...] | str | None = None) -> Probleem:
    """A Probleem at an object of the content, or at a field in it."""
    return Probleem(*inhoud.plaats(ding, veld), wat, herstel, code)


def velden(ding: Any, pad: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """All texts in a model that people read, with the path of each."""
    if isinstance(ding, str):
        if ding:
            yield pad, ding
    elif isinstance(ding, BaseModel):
        for naam in type(ding).model_fields:
            waarde = getattr(ding, naam)
            if naam in LEESBAAR or isinstance(waarde, (BaseModel, dict)) or (isinstance(waarde, list) and waarde and not isinstance(waarde[0], str)):
                yield from velden(waarde, (*pad, naam))
    elif isinstance(ding, dict):
        for sleutel, waarde in ding.items():
            yield from velden(waarde, (*pad, sleutel))
    elif isinstance(ding, list):
        for i, waarde in enumerate(ding):
            yield from velden(waarde, (*pad, i))


def alle_items(inhoud: Inhoud) -> Iterator[tuple[str, Any]]:
    """(module id, item) of every item, in the order of the files."""
    for module, items in inhoud.items.items():
        for item in items:
            yield module, item


def stukken(inhoud: Inhoud) -> list[Stuk]:
    """Every text of the content that somebody reads."""
    uit: list[Stuk] = []

    def van(ding: Any, soort: str, module: str) -> None:
        for pad, tekst in velden(ding):
            uit.append(Stuk(*inhoud.plaats(ding, pad), tekst, soort, module, getattr(ding, "id", ""), pad))

    for module, item in alle_items(inhoud):
        van(item, "item", module)
    for casus in inhoud.casussen.values():
        van(casus, "casus", casus.module)
    for soort, dingen in (("feit", inhoud.feiten), ("begrip", inhoud.begrippen), ("contact", inhoud.contacten), ("uitkomst", inhoud.leeruitkomsten)):
        for ding in dingen.values():
            van(ding, soort, getattr(ding, "module", ""))
    if inhoud.cursus:
        van(inhoud.cursus, "cursus", "")
    mappen = {m.map: m.id for m in inhoud.modules}
    for bestand, nb in inhoud.notebooks.items():
        uit += _notebook(inhoud, bestand, nb, mappen.get(bestand.split("/")[1], ""))
    uit += _losse(inhoud, mappen)
    return uit


def _notebook(inhoud: Inhoud, bestand: str, nb: dict[str, Any], module: str) -> Iterator[Stuk]:
    soort = "toets" if bestand.endswith("/toets.ipynb") else "les"
    regels = cel_regels(inhoud, bestand)
    for i, cel in enumerate(nb["cells"]):
        if cel.get("cell_type") == "markdown":
            yield Stuk(bestand, regels[i] if i < len(regels) else 1, bron(cel), soort, module, str(cel.get("id", i)))


def _losse(inhoud: Inhoud, mappen: dict[str, str]) -> Iterator[Stuk]:
    """docent.md, handout.md and other pages beside a lesson, and the thread of the cases."""
    for pad in (*sorted((inhoud.root / "modules").glob("*/*.md")), inhoud.root / "casuistiek" / "README.md"):
        if pad.is_file():
            bestand = pad.relative_to(inhoud.root).as_posix()
            yield Stuk(bestand, 1, pad.read_text(encoding="utf-8", errors="replace"), "tekst", mappen.get(pad.parent.name, ""), pad.stem)


def bron(cel: dict[str, Any]) -> str:
    """Source of a notebook cell as one text."""
    return "".join(map(str, cel["source"])) if isinstance(cel["source"], list) else str(cel["source"])


def cel_regels(inhoud: Inhoud, bestand: str) -> list[int]:
    """Line in the .ipynb file of the first source line of each cell; 1 when the file is laid out in another way."""
    try:
        regels = (inhoud.root / bestand).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
    # In a file as Jupyter writes it, a cell's source opens a list on a line of its own.
    return [n + 2 if r.endswith("[") else n + 1 for n, r in enumerate(regels) if r.lstrip().startswith('"source":')]


def verwijzingen(tekst: str) -> Iterator[tuple[str, int]]:
    """Fact ids in `[H-21, H-24]`, with the place of the bracket."""
    for m in VERWIJZING.finditer(tekst):
        for feit in m.group(1).split(","):
            yield feit.strip(), m.start()


@lru_cache(maxsize=20_000)
def plat(tekst: str) -> str:
    """Markdown without what nobody reads as words. Every character keeps its place; headings, lists and tables stay recognisable."""
    if NIET_LEZEN_KORT.search(tekst):
        tekst = NIET_LEZEN.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), tekst)
    return TEKENS.sub(" ", tekst)


def zinnen(tekst: str) -> Iterator[tuple[str, int]]:
    """Sentences of a markdown text with their place. Headings, list items and table rows are units of their own."""
    plek = 0
    blok: list[str] = []
    begin = 0
    for regel in [*tekst.split("\n"), ""]:
        los = regel.startswith("#") or regel.lstrip().startswith("|")
        if blok and (not regel.strip() or los or LIJST.match(regel)):
            yield from _zinnen("\n".join(blok), begin)
            blok = []
        if los and regel.startswith("#"):
            yield regel.lstrip("# "), plek
        elif regel.strip() and not los:
            if not blok:
                begin = plek
            blok.append(regel)
        plek += len(regel) + 1


def _zinnen(blok: str, begin: int) -> Iterator[tuple[str, int]]:
    start = 0
    for m in EINDE.finditer(blok):
        if AFKORTING.search(blok[start : m.start() + 1]) or re.search(r"(?:^|\s)\d+$", blok[start : m.start()]) and m.start() - start < 4:
            continue
        yield blok[start : m.end()].strip(), begin + start
        start = m.end()
    if rest := blok[start:].strip():
        yield rest, begin + start


def tel_woorden(tekst: str) -> int:
    """Words of a text, marks and numbers of facts left out."""
    return tel_plat(plat(tekst))


def tel_plat(glad: str) -> int:
    """Words of a text, or a part of it, that went through `plat`."""
    return len(TELWOORD.findall(glad))
