"""Every notebook of the course runs, in the built course of a learner, with pytest-notebook; and every cell shows something."""

import json
import shutil
from pathlib import Path

import pytest
from pytest_notebook.nb_regression import NBRegressionFixture

from leerlijn import build

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(p.relative_to(ROOT / "modules").as_posix() for p in (ROOT / "modules").glob("*/*.ipynb"))


@pytest.fixture(scope="module")
def cursus(tmp_path_factory):
    tmp = tmp_path_factory.mktemp("cursus")
    return build.build(ROOT, tmp / "cursus", tmp / "grading")


def _gebouwd(cursus, notebook):
    index = json.loads((cursus / "cursus.json").read_text(encoding="utf-8"))
    map_, naam = notebook.split("/")
    module = next(m for m in index["modules"] if map_.split("-", 1)[1] == m["id"])
    return cursus / module["les" if naam == "les.ipynb" else "toets"]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_notebook_runs(cursus, notebook, tmp_path):
    kopie = Path(shutil.copytree(cursus, tmp_path / "c")) / _gebouwd(cursus, notebook).relative_to(cursus)
    fixture = NBRegressionFixture(exec_cwd=str(kopie.parent), exec_timeout=60, diff_ignore=(
        "/cells/*/outputs", "/cells/*/execution_count", "/cells/*/metadata", "/metadata"))
    uitslag = fixture.check(str(kopie), raise_errors=True)
    for cel in uitslag.nb_final.cells:
        if cel.cell_type == "code" and "toon.punten" not in cel.source:
            soorten = [o.output_type for o in cel.outputs]
            assert "error" not in soorten, cel.source
            assert any("widget-view" in k for o in cel.outputs for k in o.get("data", {})), cel.source
