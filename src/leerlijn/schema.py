"""JSON Schemas for editors, made from the model: completion and red lines while an author types.

They are as strict as the model on names, choices and sizes. Rules across files stay with `leerlijn check`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from . import model, model_bron, model_panel

MAP = "src/leerlijn/share/schema"
BASIS = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


# Name of the schema -> model of the file, and which files it is for.
BESTANDEN: dict[str, tuple[Any, str]] = {
    "vragen": (model.Vragen, "quizzes/*.yaml"),
    "panel": (model_panel.Panel, "quizzes/panel/*.yaml"),
    "casus": (model.Casus, "casuistiek/*.yaml"),
    "cursus": (model.Cursus, "modules/cursus.yaml"),
    "beleid": (model.Beleid, "grading/beleid.yaml"),
    "feiten": (model.Feiten, "source_material/feiten/*.yaml"),
    **{naam.removesuffix(".yaml"): (soort, f"source_material/{naam}") for naam, soort in model_bron.BESTANDEN.items()},
}


def schema(naam: str) -> Schema:
    """The JSON Schema of one kind of file. naam: a key of BESTANDEN; KeyError otherwise."""
    soort, bestanden = BESTANDEN[naam]
    uit = TypeAdapter(soort).json_schema(ref_template="#/$defs/{model}")
    return {"$schema": BASIS, "$comment": f"Gemaakt door `leerlijn schema` uit model.py; voor {bestanden}."} | _voor_mensen(uit)


def alle() -> dict[str, str]:
    """All schemas and the editor settings: path below the root of the project -> text."""
    uit = {f"{MAP}/{naam}.json": _json(schema(naam)) for naam in BESTANDEN}
    uit[".vscode/settings.json"] = _json({
        "yaml.schemas": {f"./{MAP}/{naam}.json": bestanden for naam, (_, bestanden) in BESTANDEN.items()},
        "yaml.validate": True,
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True, "editor.wordWrap": "on"},
    })  # fmt: skip
    uit[".vscode/extensions.json"] = _json({"recommendations": ["redhat.vscode-yaml"]})
    return uit


def write(root: Path) -> list[str]:
    """Write schemas and editor settings below `root`; returns the paths, relative to root."""
    for naam, tekst in alle().items():
        pad = root / naam
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_text(tekst, encoding="utf-8")
    return list(alle())


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _voor_mensen(knoop: Any) -> Any:
    """Adapt pydantic's schema to what an editor sees in the file and to messages that a person can use."""
    if isinstance(knoop, list):
        return [_voor_mensen(k) for k in knoop]
    if not isinstance(knoop, dict):
        return knoop
    uit = {k: _voor_mensen(v) for k, v in knoop.items() if not (k in ("title", "default") and not isinstance(v, dict))}
    if isinstance(uit.get("description"), str) and any(uit["description"] == (c.__doc__ or "").strip() for c in _modellen()):
        del uit["description"]  # a docstring for programmers
    if uit.get("type") == "string" and not {"pattern", "format", "enum", "const"} & set(uit):
        # Our reader takes every value as text; an editor sees a number in `jaar: 2024`.
        uit["type"] = ["string", "number"]
    if "discriminator" in uit:
        uit = _keuze(uit)
    return uit


def _keuze(unie: Schema) -> Schema:
    """One `if` per kind in place of `oneOf`: an editor then names the wrong field and not nine kinds that don't fit."""
    veld, soorten = unie["discriminator"]["propertyName"], unie["discriminator"]["mapping"]
    rest = {k: v for k, v in unie.items() if k not in ("oneOf", "discriminator")}
    als = [{"if": {"properties": {veld: {"const": s}}, "required": [veld]}, "then": {"$ref": ref}} for s, ref in soorten.items()]
    return rest | {"type": "object", "required": [veld], "properties": {veld: {"enum": list(soorten)}}, "allOf": als}


def _modellen() -> list[type[BaseModel]]:
    return [c for bron in (model, model_bron, model_panel) for c in vars(bron).values() if isinstance(c, type) and issubclass(c, BaseModel)]
