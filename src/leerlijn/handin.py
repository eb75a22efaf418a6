"""Handing in a test: only answers leave the learner's folder, through nbgrader's own exchange, and a receipt stays behind."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from . import answers, inlevering, uitwisseling
from .errors import HandInError

VELDEN = ("v", "id", "t", "item", "antwoord")  # of a line; what else stands in it stays home
ANTWOORDEN = "antwoorden.jsonl"


@dataclass(frozen=True)
class Kwitantie:
    """t: time of hand-in, ISO 8601 UTC; aantal: answered items; onbeantwoord: ids without an answer; keer: which hand-in this is."""

    t: str
    aantal: int
    onbeantwoord: list[str]
    keer: int = 1


@dataclass(frozen=True)
class Pakket:
    """What is handed in. regels: last line of each answered item; aantal of them; onbeantwoord: ids without an answer."""

    course: str
    assignment: str
    regels: str
    aantal: int
    onbeantwoord: list[str]


def receipt_path(map: Path, eigen: Path | None = None) -> Path:
    """Where the receipt of the test in `map` (<course>/toetsen/<module>) is kept. eigen: the learner's own folder, if that is another."""
    map = Path(map).absolute()
    return (eigen or map.parent.parent) / "prive" / "ingeleverd" / f"{map.name}.json"


def pack(map: Path, antwoorden: Path) -> Pakket:
    """Take the last answer to each item of the test in `map` out of an answer file. Raises HandInError when there is nothing to send."""
    cursus = inlevering.read_json(map / "cursus.json")
    items = [i["id"] for i in inlevering.read_json(map / "publiek.json").get("items", []) if isinstance(i, dict) and "id" in i]
    course, assignment = cursus.get("course"), cursus.get("assignment")
    if not items or not isinstance(course, str) or not isinstance(assignment, str) or not assignment.replace("-", "").isalnum():
        raise HandInError("De map van deze toets is niet compleet. Sluit de cursus, start hem opnieuw en probeer het nog eens.")
    laatste = answers.read(antwoorden, bekend=set(items)).laatste
    beantwoord = [i for i in items if i in laatste and inlevering.answered(laatste[i]["antwoord"])]
    if not beantwoord:
        raise HandInError("Je hebt nog geen vraag beantwoord. Beantwoord eerst een of meer vragen en lever dan in.")
    regels = [json.dumps({v: laatste[i][v] for v in VELDEN if v in laatste[i]}, ensure_ascii=False) + "\n" for i in beantwoord]
    return Pakket(course, assignment, "".join(regels), len(beantwoord), [i for i in items if i not in beantwoord])


def inleveren(map: Path) -> Kwitantie:
    """Hand in the test in `map` (<course>/toetsen/<module>). A later hand-in replaces an earlier one.

    Sends the last answer to each item of the test, and the teacher's own notebook; drafts, practice and the learner's notebook
    stay home. Takes about a second, so call it from a thread. Raises HandInError with a Dutch sentence.
    """
    map = Path(map).absolute()
    pakket = pack(map, map / ANTWOORDEN)
    kwitantie_pad = receipt_path(map)
    eerder = inlevering.read_json(kwitantie_pad).get("keer", 0)
    keer = (eerder if isinstance(eerder, int) and eerder > 0 else 0) + 1
    inlevering.check_policy(inlevering.course_policy(map.parent.parent / "cursus.json", pakket.assignment), keer)
    try:
        with tempfile.TemporaryDirectory(prefix="leerlijn-") as tijdelijk:
            Path(tijdelijk, pakket.assignment).mkdir()
            Path(tijdelijk, pakket.assignment, ANTWOORDEN).write_text(pakket.regels, "utf-8")
            uitkomst = uitwisseling.run_child("verstuur", map_=tijdelijk, course=pakket.course, assignment=pakket.assignment, keer=keer)
    except OSError as e:
        raise HandInError(inlevering.in_words(e)) from e
    if "fout" in uitkomst:
        raise HandInError(uitkomst["fout"])
    kwitantie = Kwitantie(uitkomst["t"], pakket.aantal, pakket.onbeantwoord, keer)
    keep(kwitantie_pad, kwitantie)
    return kwitantie


def receipt(map: Path, eigen: Path | None = None) -> Kwitantie | None:
    """The receipt of the last hand-in of the test in `map`, or None."""
    try:
        return Kwitantie(**inlevering.read_json(receipt_path(map, eigen)))
    except TypeError:
        return None


def keep(pad: Path, kwitantie: Kwitantie) -> None:
    """Keep a receipt. The test has been handed in already: failing to note that is no reason to tell the learner that it was not."""
    try:
        pad.parent.mkdir(parents=True, exist_ok=True)
        half = pad.with_suffix(".half")
        half.write_text(json.dumps(asdict(kwitantie)), "utf-8")
        os.replace(half, pad)
    except OSError:
        pass


def main() -> int:
    """`python -m leerlijn.handin <map>`: prints the receipt, or {"fout": ...}, as JSON."""
    try:
        print(json.dumps(asdict(inleveren(Path(sys.argv[1])))))
    except HandInError as e:
        print(json.dumps({"fout": str(e)}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
