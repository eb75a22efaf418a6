"""The search index of the learner edition: made while building, used in the browser without asking any server.

lunr makes the index; its JavaScript twin (static/zoek/lunr.min.js) reads it. Words are stemmed here and nowhere else: the index carries
the stem of every word that occurs, so that the browser needs no second stemmer that could drift from this one, and can offer the nearest
word that does occur for one that does not ("sinjaal").
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

# Kinds of document, with their weight: what is meant to be looked up first, titles of sources last, although they are short.
GEWICHT = {"les": 1.5, "begrip": 2.0, "feit": 1.0, "hulp": 2.0, "bron": 0.5}
FEIT = re.compile(r"\[[HSVPTOM]-\d{2}(?:,\s*[HSVPTOM]-\d{2})*\]")
WOORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")
# Words that are in nearly every text: they would make the index larger and tell nothing.
STOPWOORDEN = frozenset(
    "aan al als ben bent bij dan dat de den der deze die dit door een en er had heb hebben heeft het hem hen hier hij hoe hun ik in is ja je "
    "jij jou jouw kan kun kunt maar mag me meer met mij mijn moet moeten na naar nee niet nog nu of om onder ons onze ook op over te tot u uit "
    "uw van veel voor waar want was wat we wel werd wie wij wil word worden wordt zal ze zelf zich zij zijn zo zonder zou".split()
)

VERSIE = 1  # of the form of the index; another number makes every index anew


def plain(tekst: str) -> str:
    """Lower case without accents, so that 'Cliënt' is found as 'client'."""
    plat = unicodedata.normalize("NFKD", tekst.replace("’", "'").lower())
    return "".join(c for c in plat if not unicodedata.combining(c))


def words(tekst: str) -> list[str]:
    """The words of a text as the index knows them; of a word with a hyphen also its parts."""
    uit = []
    for w in WOORD.findall(plain(tekst)):
        uit.append(w)
        if "-" in w:
            uit += w.split("-")
    return [w for w in uit if (len(w) > 1 or w.isdigit()) and w not in STOPWOORDEN]


@lru_cache(maxsize=1)
def _snowball() -> Any:
    from nltk.stem.snowball import SnowballStemmer  # takes a while to import, and only a build needs it

    return SnowballStemmer("dutch")


@lru_cache(maxsize=50_000)
def stem(woord: str) -> str:
    """The Dutch stem of one plain word: 'signaal' and 'signalen' both give 'signal'."""
    s = _snowball().stem(woord)
    # Snowball leaves spelling as it is before an ending: stap/stappen, brief/brieven, huis/huizen should meet.
    s = re.sub(r"([bfglmnprs])\1$", r"\1", s)
    s = re.sub(r"([vz])$", lambda m: {"v": "f", "z": "s"}[m[1]], s) if len(s) > 3 else s
    return s if s == woord else stem(s)  # once more until nothing changes: vermoedens, vermoeden


def make_index(documenten: list[dict[str, str]]) -> dict[str, Any]:
    """The index for the browser.

    documenten: [{id, soort: les|begrip|feit|hulp|bron, titel, tekst, url}]; url relative to the base address of the course.
    Gives {versie, index (lunr, words stemmed), woorden: {word: stem}, stop: [words left out], documenten: [{soort, titel, tekst, url}]}. The reference of a
    document in the index is its place in `documenten`. Raises ValueError for an unknown soort or an id that occurs twice.
    """
    from lunr.builder import Builder

    ids = [d["id"] for d in documenten]
    if dubbel := sorted({i for i in ids if ids.count(i) > 1}):
        raise ValueError(f"search documents with the same id: {', '.join(dubbel)}")
    if vreemd := sorted({d["soort"] for d in documenten} - GEWICHT.keys()):
        raise ValueError(f"unknown kind of search document: {', '.join(vreemd)}")
    woorden: dict[str, str] = {}
    bouwer = Builder()
    bouwer.pipeline.reset()
    bouwer.ref("r")
    bouwer.field("titel", boost=4)
    bouwer.field("tekst")
    for nr, d in enumerate(documenten):
        velden = {}
        for veld in ("titel", "tekst"):
            stammen = []
            for w in words(d[veld]):
                stammen.append(woorden.setdefault(w, stem(w)))
            velden[veld] = " ".join(stammen)
        bouwer.add({"r": str(nr), **velden}, {"boost": GEWICHT[d["soort"]]})
    index = bouwer.build().serialize()
    index["fieldVectors"] = [[ref, [round(x, 2) if isinstance(x, float) else x for x in vector]] for ref, vector in index["fieldVectors"]]
    return {
        "versie": VERSIE,
        "index": index,
        "woorden": dict(sorted(woorden.items())),
        "stop": sorted(STOPWOORDEN),
        "documenten": [{k: d[k] for k in ("soort", "titel", "tekst", "url")} for d in documenten],
    }


def write_index(course_dir: Path) -> Path:
    """Write zoeken.json for a built course folder; gives its path. Raises OSError or ValueError when the folder can't be read."""
    doel, documenten = course_dir / "zoeken.json", collect(course_dir)
    # Making the index takes most of the time of a build; without changes in what it is made of, the one that is there is right.
    som = hashlib.sha256(json.dumps([VERSIE, documenten]).encode()).hexdigest()[:16]
    if doel.is_file() and doel.read_text(encoding="utf-8").startswith(f'{{"som":"{som}"'):
        return doel
    doel.write_text(json.dumps({"som": som, **make_index(documenten)}, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return doel


def collect(course_dir: Path) -> list[dict[str, str]]:
    """Everything in a built course folder that can be searched: lessons by heading, glossary, facts, help and sources.

    Tests and answers are left out on purpose. Order: as in the course.
    """
    c = json.loads((course_dir / "cursus.json").read_text(encoding="utf-8"))
    feiten_pad = course_dir / "feiten.json"
    feiten = json.loads(feiten_pad.read_text(encoding="utf-8")) if feiten_pad.is_file() else {}
    uit: list[dict[str, str]] = []
    gebruikt: dict[str, str] = {}
    for m in c["modules"]:
        if m.get("les"):
            nb = json.loads((course_dir / m["les"]).read_text(encoding="utf-8"))
            uit += _lesson(m, nb, gebruikt)
    for b in c.get("begrippen", ()):
        ook = f" Ook: {', '.join(b['ook'])}." if b.get("ook") else ""
        uit.append(_document("begrip", b["id"], b["begrip"], b["omschrijving"] + ook, f"begrippen#{b['id']}"))
    bronnen = {(b["organisatie"], b["titel"]): b["id"] for b in c.get("bronnen", ())}
    for f in feiten.values():
        eerste = next((bronnen[k] for b in f["bronnen"] if (k := (b["organisatie"], b["titel"])) in bronnen), None)
        url = gebruikt.get(f["id"]) or (f"bronnen#{eerste}" if eerste else "bronnen")
        uit.append(_document("feit", f["id"], f"Feit {f['id']} ({f['jaar']})", f["stelling"], url))
    for k in c.get("contacten", ()):
        uit.append(_document("hulp", k["id"], k["organisatie"], f"{k['waarvoor']}. {k['contact']}. {k['bereik']}", f"hulp#{k['id']}"))
    for b in c.get("bronnen", ()):
        uit.append(_document("bron", b["id"], b["titel"], f"{b['organisatie']}, {b['jaar']}", f"bronnen#{b['id']}"))
    return uit


def _document(soort: str, id_: str, titel: str, tekst: str, url: str) -> dict[str, str]:
    return {"id": f"{soort}:{id_}", "soort": soort, "titel": titel, "tekst": " ".join(tekst.split()), "url": url}


def _lesson(m: dict[str, Any], nb: dict[str, Any], gebruikt: dict[str, str]) -> list[dict[str, str]]:
    """One document per section (## or ###) of a lesson. Notes in `gebruikt` where a fact is referred to first."""
    pagina = f"voila/render/{m['les']}"
    delen: list[tuple[str, str, list[str]]] = [("", m["titel"], [])]
    ankers: set[str] = set()
    for cel in nb["cells"]:
        if cel["cell_type"] != "markdown":
            continue
        for regel in "".join(cel["source"]).split("\n"):
            kop = re.match(r"(#{1,6}) +(.+?) *#* *$", regel)
            if kop:
                titel = to_text(kop[2])
                anker = unique(anchor(titel), ankers)
                if len(kop[1]) > 1:
                    delen.append((anker, titel, []))
            else:
                delen[-1][2].append(regel)
    uit = []
    for anker, titel, regels in delen:
        bron = "\n".join(regels)
        url = f"{pagina}#{anker}" if anker else pagina
        for f in re.findall(r"[HSVPTOM]-\d{2}", " ".join(FEIT.findall(bron))):
            gebruikt.setdefault(f, url)
        tekst = to_text(bron)
        if tekst or not anker:
            naam = f"{m['titel']}: {titel}" if anker else titel
            uit.append(_document("les", f"{m['id']}/{anker}", naam, tekst or m.get("kort") or "", url))
    return uit


def to_text(bron: str) -> str:
    """Light markdown to plain text on one line, without references to facts."""
    t = FEIT.sub("", bron)
    t = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1.", t)
    t = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", t)
    t = re.sub(r"^\s*\|?[\s:|-]+\|[\s:|-]*$", "", t, flags=re.M)
    t = re.sub(r"^\s*(?:[-*+]|\d+\.|>)\s+", "", t, flags=re.M)
    t = re.sub(r"\s*\|\s*", " · ", t)
    t = re.sub(r"<[^>]+>|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", t)
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(t.split()).strip(" ·").replace("· ·", "·"))


def anchor(tekst: str) -> str:
    """The anchor of a heading on the page: 'Wat is ‘geen’ bewijs?' gives 'wat-is-geen-bewijs'."""
    plat = unicodedata.normalize("NFKD", tekst).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plat).strip("-") or "deel"


def unique(basis: str, gezien: set[str]) -> str:
    """`basis`, or `basis-2`, ... when it is taken; adds what it gives to `gezien`."""
    anker, n = basis, 1
    while anker in gezien:
        n += 1
        anker = f"{basis}-{n}"
    gezien.add(anker)
    return anker
