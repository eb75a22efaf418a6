"""Schemas for editors: committed as made, true to the model, strict where the model is strict."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from leerlijn import schema

from .check_hulp import cursus, module

ROOT = Path(__file__).parent.parent
GOED = cursus(module("herkennen", "H"))


def _fouten(naam, data):
    # What an editor sees: plain YAML, in which ja and nee are words and 2 is a number.
    gezien = yaml.load(yaml.dump(data, allow_unicode=True), Loader=yaml.BaseLoader)
    return [f.message for f in Draft202012Validator(schema.schema(naam)).iter_errors(_getallen(gezien))]


def _getallen(x):
    if isinstance(x, dict):
        return {k: _getallen(v) for k, v in x.items()}
    if isinstance(x, list):
        return [_getallen(v) for v in x]
    return float(x) if isinstance(x, str) and re.fullmatch(r"\d+(\.\d+)?", x) else x


@pytest.mark.parametrize("pad", schema.alle())
def test_committed_schemas_are_the_ones_that_the_model_gives(pad):
    assert (ROOT / pad).read_text(encoding="utf-8") == schema.alle()[pad], "Draai: leerlijn schema"


@pytest.mark.parametrize("naam", schema.BESTANDEN)
def test_every_schema_is_valid_and_without_names_of_classes(naam):
    Draft202012Validator.check_schema(schema.schema(naam))
    assert '"title": "' not in json.dumps({k: v for k, v in schema.schema(naam).items()})


@pytest.mark.parametrize("naam, pad", [("vragen", "quizzes/herkennen.yaml"), ("casus", "casuistiek/herkennen-gesprek-0.yaml"), ("casus", "casuistiek/herkennen-dossier.yaml"),
                                       ("cursus", "modules/cursus.yaml"), ("feiten", "source_material/feiten/herkennen.yaml"), ("bronnen", "source_material/bronnen.yaml"),
                                       ("begrippen", "source_material/begrippen.yaml")])  # fmt: skip
def test_good_files_have_no_red_lines(naam, pad):
    assert _fouten(naam, GOED[pad]) == []


@pytest.mark.parametrize("extra, woord", [({"goedd": "ja"}, "goedd"), ({"soort": "raden"}, "raden"), ({"leerdoel": None}, "leerdoel"), ({"zekerheid": "misschien"}, "misschien"), ({"bron": ["H21"]}, "H21")])
def test_a_mistake_is_named_by_its_own_word(extra, woord):
    vraag = {k: v for k, v in (GOED["quizzes/herkennen.yaml"]["items"][0] | extra).items() if v is not None}
    assert any(woord in f for f in _fouten("vragen", {"module": "herkennen", "items": [vraag]}))


def test_the_real_files_have_no_red_lines():
    for naam, (_, patroon) in schema.BESTANDEN.items():
        for pad in ROOT.glob(patroon):
            data = yaml.load(pad.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            data = {k: v for k, v in data.items() if v != ""} if isinstance(data, dict) else data
            assert [f.message for f in Draft202012Validator(schema.schema(naam)).iter_errors(_getallen(data))] == [], pad.name
