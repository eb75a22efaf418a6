"""The tests of the real course through nbgrader: each can be passed with the right answers, and none gives points for nothing."""

import json

import pytest

from leerlijn import build, score

from .conftest import ROOT
from .keten import Keten, regels, texts


def test_every_real_test_can_be_passed_and_failed(tmp_path, monkeypatch):
    """The real course: all right answers give all points, nothing gives none, and no key text is in what is released."""
    uit, project = tmp_path / "cursus", tmp_path / "project"
    (project / "modules").mkdir(parents=True)
    (project / "modules" / "cursus.yaml").write_bytes((ROOT / "modules" / "cursus.yaml").read_bytes())
    (project / "grading").mkdir()
    for naam in ("nbgrader_config.py", "beleid.yaml"):
        (project / "grading" / naam).write_bytes((ROOT / "grading" / naam).read_bytes())
    build.build(ROOT, uit, project / "grading")
    modules = sorted(p.name for p in (uit / "toetsen").glob("*"))
    if not modules:
        pytest.skip("nog geen module met een toets")
    k = Keten.__new__(Keten)
    k.grading, k.uit = project / "grading", tmp_path / "uit"
    for naam, waarde in {"LEERLIJN_UITWISSELING": k.uit, "LEERLIJN_ZELFDE_ACCOUNT": "1", "JUPYTER_CONFIG_DIR": tmp_path}.items():
        monkeypatch.setenv(naam, str(waarde))
    api = k.api()
    for k.module in modules:
        k.map = uit / "toetsen" / k.module
        sleutel = json.loads((k.grading / "sleutels" / f"{k.module}.json").read_text("utf-8"))
        for stap in (api.generate_assignment, api.release_assignment):
            assert (uitkomst := stap(k.module))["success"], uitkomst
        k.lever_met_de_hand("alles", regels({i: score.best(s) for i, s in sleutel["items"].items()}))
        k.lever_met_de_hand("niets", "")
        assert (uitkomst := api.collect(k.module))["success"], uitkomst
        for student in ("alles", "niets"):
            assert (uitkomst := api.autograde(k.module, student))["success"], uitkomst
        punten = k.punten("alles")
        assert {i: p[0] for i, p in punten.items()} == {i: None if s["soort"] == "open" else s["punten"] for i, s in sleutel["items"].items()}
        assert all(p[0] == 0 for p in k.punten("niets").values())
        openbaar = "".join(texts(k.grading / "release", k.map, k.uit / k.course / "outbound").values())
        geheim = [u for s in sleutel["items"].values() for u in (*s["uitleg"].values(), s.get("voorbeeld"), s.get("reactie")) if u]
        assert not [u for u in geheim if json.dumps(u, ensure_ascii=False)[1:-1] in openbaar]
