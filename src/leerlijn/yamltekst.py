"""Safe YAML with line numbers: every scalar is text, so that no value changes its kind behind the author's back.

`112`, `nee`, `1e3` and `2026-01-01` stay what the author typed; the model decides what they mean.
Anchors and aliases are refused: nothing here needs them, and a few lines of them can fill a machine's memory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from .errors import Probleem

MAX_BYTES = 1_000_000
MAX_DIEP = 20
Pad = tuple[Any, ...]
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

HERSTEL = {
    "\\t": "Vervang de tab door spaties.",
    "expected ':'": "Zet na de naam van het veld een dubbele punt en een spatie.",
    "mapping values": "Staat er een dubbele punt in de tekst? Zet de tekst dan tussen aanhalingstekens of gebruik |.",
    "block end": "Controleer of alles even ver is ingesprongen.",
    "block mapping": "Controleer of alles even ver is ingesprongen.",
}


def read(path: Path, bestand: str) -> tuple[Any, dict[Pad, int], list[Probleem]]:
    """Read one YAML file.

    path: the file; bestand: its name in messages.
    Returns the data (dicts, lists, str and None), line numbers per path of keys, and what is wrong.
    Data is None when the file can't be used at all.
    """

    def fout(regel: int, wat: str, herstel: str, code: str) -> tuple[None, dict[Pad, int], list[Probleem]]:
        return None, {}, [Probleem(bestand, regel, wat, herstel, code)]

    try:
        if os.path.getsize(path) > MAX_BYTES:
            return fout(1, f"Dit bestand is groter dan {MAX_BYTES // 1_000_000} MB.", "Verdeel het over kleinere bestanden.", "yaml-groot")
        raw = path.read_bytes()
    except OSError as e:
        return fout(1, f"Dit bestand is niet te lezen: {e.strerror}.", "Controleer of het bestaat en of je het mag lezen.", "yaml-lezen")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        return fout(raw[: e.start].count(b"\n") + 1, "Dit bestand is niet opgeslagen als UTF-8.", "Sla het opnieuw op met tekencodering UTF-8.", "yaml-codering")
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        return fout(mark.line + 1 if mark else 1, "De YAML klopt hier niet.", _herstel(str(e.problem), text, mark), "yaml-vorm")
    except (yaml.YAMLError, RecursionError) as e:
        return fout(1, "De YAML is niet te lezen: er staan tekens in die niet mogen.", f"Verwijder vreemde tekens ({str(e)[:80]}).", "yaml-vorm")
    reader = _Reader(bestand)
    data = reader.convert(node, (), 0) if node is not None else None
    return data, reader.regels, reader.problemen


def _herstel(problem: str, text: str, mark: Any) -> str:
    lines = text.split("\n")
    if mark is not None and mark.line < len(lines) and "\t" in lines[mark.line][: len(lines[mark.line]) - len(lines[mark.line].lstrip())]:
        return HERSTEL["\\t"]
    return next((h for k, h in HERSTEL.items() if k in problem), "Vergelijk deze regel en de regel erboven met een voorbeeld dat wel werkt.")


class _Reader:
    """Turns a graph of nodes into plain data; keeps lines and problems on the way."""

    def __init__(self, bestand: str):
        self.bestand, self.regels, self.problemen = bestand, {}, []
        self._gezien: set[int] = set()

    def _fout(self, node: Any, wat: str, herstel: str, code: str) -> None:
        self.problemen.append(Probleem(self.bestand, node.start_mark.line + 1, wat, herstel, code))

    def convert(self, node: Any, pad: Pad, diep: int) -> Any:
        self.regels.setdefault(pad, node.start_mark.line + 1)
        if id(node) in self._gezien:
            self._fout(node, "Hier staat een verwijzing met * naar een eerder stuk.", "Schrijf de tekst gewoon nog een keer op.", "yaml-alias")
            return None
        self._gezien.add(id(node))
        if diep > MAX_DIEP:
            self._fout(node, "Dit is te diep in elkaar gezet.", "Haal lijsten in lijsten uit elkaar.", "yaml-diep")
            return None
        if isinstance(node, yaml.ScalarNode):
            return None if node.tag.endswith(":null") and not node.style else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(n, (*pad, i), diep + 1) for i, n in enumerate(node.value)]
        return self._mapping(node, pad, diep)

    def _mapping(self, node: Any, pad: Pad, diep: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self._fout(key_node, "De naam van dit veld is geen woord.", "Gebruik een gewoon woord als naam.", "yaml-naam")
                continue
            if key in data:
                self._fout(key_node, f"Het veld '{key}' staat hier twee keer.", "Verwijder er een.", "yaml-dubbel")
            self.regels[(*pad, key)] = key_node.start_mark.line + 1
            data[key] = self.convert(value_node, (*pad, key), diep + 1)
        return data
