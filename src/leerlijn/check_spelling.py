"""Dutch spelling, fast: looks only at words that occur, with the affix and compound flags of the OpenTaal dictionary.

A full Hunspell (spylls) needs 2.8 s to load this dictionary. This reads the word list as a plain dict in 0.1 s and applies the
rules backwards, from the word on the page to its stem. Left out: rules for numbers in words and forbidden pairs of parts.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

MAP = Path(__file__).parent / "woorden"
MIN_DEEL = 3
MAX_LETTERS = 60
BEGIN, MIDDEN, EIND, VERBODEN = "Ca", "Cb", "Cc", "Fw"
# Flags of a project word that may stand anywhere in a compound.
EIGEN = BEGIN + MIDDEN + EIND
NAAM = "PN"
LETTERS = "enatirodslgvhkmubpwjczfëéï"
WOORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*['’]?")
Vormen = tuple[tuple[frozenset[str], frozenset[str]], ...]


@lru_cache(maxsize=None)
def _paren(vlaggen: str) -> frozenset[str]:
    """Flags are two characters each (FLAG long)."""
    return frozenset(vlaggen[i : i + 2] for i in range(0, len(vlaggen) - 1, 2))


def woorden(tekst: str) -> Iterator[tuple[str, int]]:
    """Words of a text with their place in it. Single letters are left out."""
    for m in WOORD.finditer(tekst):
        woord = m.group().rstrip("'’").replace("’", "'")
        if len(woord) > 1:
            yield woord, m.start()


def lees_woorden(pad: Path) -> list[str]:
    """Words of a project list: one a line, `#` starts a remark; `woord+` may be part of a compound."""
    regels = (r.split("#", 1)[0].strip() for r in pad.read_text(encoding="utf-8").splitlines())
    return [r for r in regels if r]


class Woordenboek:
    """Knows Dutch words, their inflections and their compounds."""

    def __init__(self, dic: Path, aff: Path, eigen: Iterable[str] = ()):
        self._stam = _lees_dic(dic)
        regels = aff.read_text(encoding="utf-8").replace("ĳ", "ij").replace("Ĳ", "IJ").split("\n")
        self._achter, self._voor = _lees_affixen(regels)
        self._naden = [(d[1], d[2]) for r in regels if r.startswith("CHECKCOMPOUNDPATTERN") and len(d := r.split()) > 2 and "/" not in d[1] + d[2]]
        self._langste = max(map(len, self._achter), default=0)
        for regel in eigen:
            woord = regel.rstrip("+")
            extra = (EIGEN if regel.endswith("+") else "") + (NAAM if woord[0].isupper() else "")
            self._stam[woord] = self._stam.get(woord, "").replace(VERBODEN, "") + extra
        self._vormen = lru_cache(maxsize=None)(self._zoek_vormen)
        self.kent = lru_cache(maxsize=None)(self._kent)

    def _kent(self, woord: str) -> bool:
        """Whether a word is right: as it is, or in lower case, or as a compound."""
        if len(woord) > MAX_LETTERS:
            return False
        kandidaten = dict.fromkeys((woord, woord[0].lower() + woord[1:], woord.lower()))
        if woord.startswith("Eé"):  # a capital takes no accent: Eén, Eénmaal
            kandidaten["éé" + woord[2:]] = None
        if woord.isupper():
            kandidaten[woord.capitalize()] = None
        staat_er = next((self._stam[k] for k in (woord, woord.lower()) if k in self._stam), "")
        if VERBODEN in _paren(staat_er):
            return False
        return any(self._vormen(k) or self._samen(k) for k in kandidaten) or self._met_streepje(woord)

    def _met_streepje(self, woord: str) -> bool:
        """`LVB-problematiek`, `nazorg- en hulpplan`: every part by itself, the first also with a joining s."""
        delen = [d for d in re.split(r"[-.]", woord) if d]
        return len(delen) > 1 and all(len(d) == 1 or self.kent(d) or (d.endswith("s") and self.kent(d[:-1])) for d in delen)

    def als_begin(self, woord: str) -> bool:
        """Whether this can stand before a hyphen that ends a word, as in 'vervoers- en verblijfkosten'."""
        return self.kent(woord) or any(BEGIN in s or BEGIN in v for s, v in self._vormen(woord.lower()))

    def _zoek_vormen(self, woord: str) -> Vormen:
        """All ways to read `woord` as a stem with an affix: (flags of the stem, flags that the affix adds)."""
        gevonden = list(self._achtervoegsels(woord))
        for begin, vlag in self._voor:
            if woord.startswith(begin) and len(woord) > len(begin) + 1:
                gevonden += [(s, v - {EIND}) for s, v in self._achtervoegsels(woord[len(begin) :]) if vlag in s or vlag in v]
        return tuple(gevonden)

    def _achtervoegsels(self, woord: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
        if (vlaggen := self._stam.get(woord)) is not None and VERBODEN not in _paren(vlaggen):
            yield _paren(vlaggen), frozenset()
        for n in range(0, min(self._langste, len(woord) - 1) + 1):
            for vlag, strip, erbij, eis in self._achter.get(woord[len(woord) - n :], ()):
                stam = woord[: len(woord) - n] + strip
                vlaggen = self._stam.get(stam)
                if vlaggen is not None and vlag in (paren := _paren(vlaggen)) and (eis is None or eis.search(stam)):
                    yield paren, erbij

    def _is(self, woord: str, plek: str) -> bool:
        return any(plek in s if not v else (plek in v or (plek == EIND and plek in s)) for s, v in self._vormen(woord))

    @lru_cache(maxsize=200_000)  # noqa: B019 - one dictionary lives as long as the process
    def _samen(self, woord: str, plek: str = BEGIN, diep: int = 0) -> bool:
        """Whether a word is a compound: a first part, middle parts if any, a last part."""
        for n in range(len(woord) - MIN_DEEL, MIN_DEEL - 1, -1):
            kop, rest = woord[:n], woord[n:]
            if self._is(kop, plek) and (self._is(rest, EIND) or (diep < 2 and self._samen(rest, MIDDEN, diep + 1))):
                if not any(kop.endswith(a) and rest.startswith(b) for a, b in self._naden):
                    return True
        return False

    def lijkt_op(self, woord: str, vaak: Container[str] = ()) -> str | None:
        """The nearest known word, one change away, or None. Names and abbreviations get no guess.

        vaak: words in use (lower case), which are the better guess. Compounds that nobody ever wrote are no guess at all.
        """
        if len(woord) > MAX_LETTERS or not woord[1:].islower():
            return None
        kleine = woord.lower()
        knip = [(kleine[:i], kleine[i:]) for i in range(len(kleine) + 1)]
        mogelijk = dict.fromkeys([
            *(a + b[1] + b[0] + b[2:] for a, b in knip if len(b) > 1),
            *(a + b[1:] for a, b in knip if b),
            *(a + c + b for a, b in knip for c in LETTERS),
            *(a + c + b[1:] for a, b in knip if b for c in LETTERS),
        ])  # fmt: skip
        echt = [m for m in mogelijk if m != kleine and len(m) > 2 and self._vormen(m)]
        return next((m for m in echt if m in vaak), echt[0] if echt else None)


def _lees_dic(pad: Path) -> dict[str, str]:
    """Word -> its flags. The file writes ij as one character; people do not."""
    uit: dict[str, str] = {}
    for regel in pad.read_text(encoding="utf-8").replace("ĳ", "ij").replace("Ĳ", "IJ").split("\n")[1:]:
        woord, _, vlaggen = regel.partition("/")
        uit[woord] = uit[woord] + vlaggen if woord in uit else vlaggen
    return uit


def _lees_affixen(regels: list[str]) -> tuple[dict[str, list[tuple[str, str, frozenset[str], re.Pattern[str] | None]]], list[tuple[str, str]]]:
    """Suffix rules by what they add, and prefixes with their flag."""
    achter: dict[str, list[tuple[str, str, frozenset[str], re.Pattern[str] | None]]] = {}
    voor: list[tuple[str, str]] = []
    for regel in regels:
        delen = regel.split("#")[0].split()
        if len(delen) < 4 or delen[0] not in ("SFX", "PFX") or delen[3].isdigit():
            continue
        erbij, _, vlaggen = delen[3].partition("/")
        erbij = "" if erbij == "0" else erbij
        if delen[0] == "PFX":
            if erbij and erbij != "-":
                voor.append((erbij, delen[1]))
            continue
        eis = delen[4] if len(delen) > 4 and not delen[4].startswith("ts:") and delen[4] != "." else None
        strip = "" if delen[2] == "0" else delen[2]
        achter.setdefault(erbij, []).append((delen[1], strip, _paren(vlaggen), re.compile(f"(?:{eis})$") if eis else None))
    return achter, voor


@lru_cache(maxsize=1)
def standaard() -> Woordenboek:
    """The dictionary of the project with its own words."""
    return Woordenboek(MAP / "nl.dic", MAP / "nl.aff", lees_woorden(MAP / "woorden.txt"))
