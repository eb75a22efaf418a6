"""What the pages tell about the course and about how far this learner is: read from the learner's folder, never kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import answers, casus, feit, herhaal, herhaal_bron, termijn
from .errors import LeerlijnError

Lezer = Callable[[Path], answers.Gelezen]


@dataclass(frozen=True)
class Mappen:
    """cursus: files of the course, the same for all; eigen: what this learner made. On a learner's own machine they are one folder.
    antwoorden: reads an answer file."""

    cursus: Path
    eigen: Path
    antwoorden: Lezer


def read_json(pad: Path) -> Any:
    """A JSON file of the course, parsed once per version of the file. Treat the result as read-only.

    Raises LeerlijnError when it is missing or broken.
    """
    try:
        return _read_json(pad, pad.stat().st_mtime_ns)
    except (OSError, ValueError, RecursionError) as e:
        raise LeerlijnError(f"{pad.name} ontbreekt in de cursusmap of is niet te lezen. Start de cursus opnieuw met `leerlijn start`.") from e


@lru_cache(maxsize=64)
def _read_json(pad: Path, mtime_ns: int) -> Any:
    return json.loads(pad.read_text(encoding="utf-8"))


def optional_json(pad: Path, anders: Any) -> Any:
    try:
        return read_json(pad)
    except LeerlijnError:
        return anders


def lesson_url(base_url: str, pad: str) -> str:
    return f"{base_url}voila/render/{quote(pad)}"


def course(course_dir: Path, base_url: str, eigen: Path | None = None, antwoorden: Lezer = answers.read) -> dict[str, Any]:
    """The context `cursus` of every page that needs no kernel.

    eigen: folder with the learner's own files (answers, receipts, feedback); by default the course folder itself; antwoorden: reads an answer file.

    titel, redactie, getoetst, contacten, begrippen, bronnen, veranderd, feiten, basis (base_url), and per module: id, titel, kort, studielast (minutes),
    na_dagen and vanaf (ISO date or None: from when it is meant), beschikbaar, les_url, toets_url, oefeningen {gemaakt, totaal},
    casussen {gedaan, totaal}, toets {...} and laatste (ISO time or None).
    """
    c = read_json(course_dir / "cursus.json")
    feiten = optional_json(course_dir / "feiten.json", {})
    mappen, modules = Mappen(course_dir, eigen or course_dir, antwoorden), c.get("modules", [])
    return {
        **{k: c.get(k) for k in ("cursus", "titel", "instelling", "redactie", "getoetst", "aanspreekpunt", "onderzoek_gepland", "beleid", "leeruitkomsten")},
        "contacten": c.get("contacten", []),
        "begrippen": c.get("begrippen", []),
        "bronnen": c.get("bronnen", []),
        "veranderd": c.get("veranderd", []),
        "feiten": feit.marked(feiten),
        "basis": base_url,
        "modules": [_module(mappen, base_url, m, vorige) for m, vorige in zip(modules, [None, *modules])],
    }


def repetition(course_dir: Path, base_url: str, eigen: Path, antwoorden: Lezer = answers.read) -> dict[str, Any] | None:
    """The card "Herhalen": {url, klaar (how many are ready), volgende (ISO date of the next, or None), begonnen (anything practised?), per_ronde}.

    None in an edition without that page.
    """
    pad = optional_json(course_dir / "cursus.json", {}).get("herhalen")
    if not pad:
        return None
    vandaag = termijn.today()
    vragen = herhaal_bron.questions(herhaal_bron.sources(course_dir, eigen, lambda p: optional_json(p, {}), antwoorden), vandaag)
    volgende = herhaal.next_day(vragen, vandaag)
    return {
        "url": lesson_url(base_url, pad),
        "klaar": len(herhaal.due(vragen, vandaag)),
        "volgende": volgende.isoformat() if volgende else None,
        "begonnen": bool(vragen),
        "per_ronde": herhaal.PER_RONDE,
    }


def state(course_dir: Path, base_url: str, eigen: Path) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """course() and repetition() of one learner, for which each answer file is read once. A full one takes most of a second: not for a server's event loop."""
    lees = cache(answers.read)
    return course(course_dir, base_url, eigen, lees), repetition(course_dir, base_url, eigen, lees)


def handed_in(eigen: Path, module: str) -> str | None:
    """Time of the last hand-in of a test by its receipt, '' when that does not say when, None when there is no receipt."""
    kwitantie = optional_json(eigen / "prive" / "ingeleverd" / f"{module}.json", None)
    t = kwitantie.get("t") if isinstance(kwitantie, dict) else ""
    return (t if isinstance(t, str) else "") if kwitantie else None


def meant_from(eigen: Path, na_dagen: int | None, vorige: dict[str, Any] | None) -> str | None:
    """ISO date from which a module is meant: na_dagen after the test of `vorige`, the module before it, was handed in; None before that.

    It is advice and no lock: the teacher decides by releasing the test.
    """
    ingeleverd = herhaal.day(handed_in(eigen, vorige["id"])) if na_dagen and vorige else None
    try:
        return (ingeleverd + timedelta(days=na_dagen)).isoformat() if ingeleverd and na_dagen else None
    except OverflowError:
        return None


def _module(mappen: Mappen, base_url: str, m: dict[str, Any], vorige: dict[str, Any] | None) -> dict[str, Any]:
    oefeningen, casussen = set(m.get("oefeningen", ())), set(m.get("casussen", ()))
    prive = _last(mappen, mappen.eigen / "prive" / f"{m['id']}.jsonl", oefeningen | casussen)
    gemaakt = [i for i in prive if i in oefeningen]
    toets, toets_laatst = _toets(mappen, base_url, m)
    tijden = [r["t"] for r in prive.values() if isinstance(r.get("t"), str)] + toets_laatst
    return {
        **{k: m.get(k) for k in ("id", "titel", "kort", "studielast", "na_dagen")},
        "vanaf": meant_from(mappen.eigen, m.get("na_dagen"), vorige),
        "beschikbaar": bool(m.get("beschikbaar") and m.get("les")),
        "les_url": lesson_url(base_url, m["les"]) if m.get("les") else None,
        "toets_url": lesson_url(base_url, m["toets"]) if m.get("toets") else None,
        "handout_url": f"{base_url}handout/{m['id']}" if m.get("handout") else None,
        "koppen": m.get("koppen", []),
        "oefeningen": {"gemaakt": len(gemaakt), "totaal": len(oefeningen)},
        "casussen": {"gedaan": _gedaan(mappen.cursus, m["id"], prive, casussen), "totaal": len(casussen)},
        "toets": toets,
        "laatste": max(tijden, default=None),
    }


def _last(mappen: Mappen, pad: Path, bekend: set[str]) -> dict[str, dict[str, Any]]:
    """The last answer to each of these questions."""
    return {i: r for i, r in mappen.antwoorden(pad).laatste.items() if i in bekend}


def _gedaan(course_dir: Path, module: str, laatste: dict[str, Any], casussen: set[str]) -> int:
    """Cases walked to an end; a file with signals is done once it has been checked."""
    vol = optional_json(course_dir / module / "oefening-sleutel.json", {}).get("casussen", {})
    n = 0
    for id_ in casussen & set(laatste):
        k = vol.get(id_, {})
        try:
            n += casus.stand(k, laatste[id_]["antwoord"]).klaar if k.get("vorm") == "gesprek" else 1
        except (KeyError, TypeError):
            continue  # a case of an older edition
    return n


def _toets(mappen: Mappen, base_url: str, m: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    eigen, vragen = mappen.eigen, set(m.get("toetsvragen", ()))
    beantwoord = [r for r in _last(mappen, eigen / "toetsen" / m["id"] / "antwoorden.jsonl", vragen).values() if r["antwoord"] not in ("", None, [], {})]
    ingeleverd = handed_in(eigen, m["id"])
    uitslag = has_feedback(eigen, m["id"])
    staat = "feedback" if uitslag else "ingeleverd" if ingeleverd is not None else "begonnen" if beantwoord else "nog niet gemaakt"
    toets = {
        "staat": staat,
        "beantwoord": len(beantwoord),
        "totaal": len(vragen),
        "ingeleverd_op": ingeleverd or None,
        "feedback_url": f"{base_url}feedback/{m['id']}" if uitslag or ingeleverd is not None else None,
        "tot": m.get("inleveren_tot"),
    }
    return toets, [r["t"] for r in beantwoord if isinstance(r.get("t"), str)]


def has_feedback(eigen: Path, module: str) -> bool:
    """Whether nbgrader's fetch_feedback brought something for this test."""
    return any((eigen / "toetsen" / module / "feedback").glob("*/toets.html"))


def neighbours(c: dict[str, Any], module: str, soort: str) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """The page before and after, over lessons and tests in the order of the course: {pad, titel} or None."""
    rij = []
    for m in c.get("modules", []):
        if m.get("beschikbaar"):
            rij += [(m["id"], s, m[s], m["titel"] if s == "les" else f"Toets: {m['titel']}") for s in ("les", "toets") if m.get(s)]
    plek = next((i for i, r in enumerate(rij) if r[:2] == (module, soort)), None)
    if plek is None:
        return None, None
    als = [{"pad": r[2], "titel": r[3]} for r in rij]
    return (als[plek - 1] if plek else None), (als[plek + 1] if plek + 1 < len(als) else None)
