"""YAML of any quality gives data or one clear message, never a traceback and never a full machine."""

import pytest

from leerlijn import yamltekst


def lees(tmp_path, tekst):
    pad = tmp_path / "x.yaml"
    pad.write_bytes(tekst if isinstance(tekst, bytes) else tekst.encode())
    return yamltekst.read(pad, "quizzes/x.yaml")


def test_every_scalar_is_text_and_every_line_is_known(tmp_path):
    data, regels, fouten = lees(tmp_path, "a: nee\nb:\n  - 112\n  - 2026-01-01\nc:\n")
    assert data == {"a": "nee", "b": ["112", "2026-01-01"], "c": None} and fouten == []
    assert regels[("a",)] == 1 and regels[("b", 1)] == 4


BOM = "a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n"
STUK = [
    ("a:\n\t- x\n", "yaml-vorm", 2, "tab"),
    ("a: 1\nmodule herkennen\nb: 2\n", "yaml-vorm", 3, "dubbele punt"),
    ("vraag: Wat nu: dit of dat?\n", "yaml-vorm", 1, "aanhalingstekens"),
    (b"a: caf\xe9\n", "yaml-codering", 1, "UTF-8"),
    (b"a: x\x00y\n", "yaml-vorm", 1, "tekens"),
    (b"a: " + b"x" * 10_000_000, "yaml-groot", 1, "kleinere bestanden"),
    ("a: " + "[" * 5000 + "]" * 5000, "yaml-", 1, ""),
    ("a: 1\na: 2\n", "yaml-dubbel", 2, "Verwijder"),
    (BOM, "yaml-alias", 1, "verwijzing"),
]


@pytest.mark.parametrize("tekst, code, regel, woord", STUK, ids=[s[1] + str(i) for i, s in enumerate(STUK)])
def test_broken_yaml_gives_a_message_with_place_and_remedy(tmp_path, tekst, code, regel, woord):
    _, _, fouten = lees(tmp_path, tekst)
    assert fouten and fouten[0].code.startswith(code)
    assert woord.lower() in (fouten[0].wat + fouten[0].herstel).lower()
    if code != "yaml-alias":
        assert fouten[0].regel == regel and len(fouten) == 1


def test_a_file_that_is_not_there(tmp_path):
    assert yamltekst.read(tmp_path / "weg.yaml", "weg.yaml")[2][0].code == "yaml-lezen"


def test_python_tags_are_never_run(tmp_path):
    data, _, _ = lees(tmp_path, "a: !!python/object/apply:os.system ['true']\n")
    assert data == {"a": ["true"]}
