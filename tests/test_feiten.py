"""How much of the fact base the course uses, per module: printed, and never below what was promised."""

from __future__ import annotations

import pytest

from leerlijn import check_tekst, check_toets, content
from leerlijn.check_verwijzing import gebruikte_feiten
from tests.conftest import ROOT

INHOUD = content.read(ROOT)[0]
GEBRUIKT = {f for f, _, _ in gebruikte_feiten(INHOUD, check_tekst.stukken(INHOUD))}
MODULES = {m.id: m for m in INHOUD.modules if m.feiten}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_uses_most_of_its_facts(module):
    """Counted: facts that may be used, in the lesson, the questions, the cases and the pages for teachers."""
    eigen = [f.id for f in INHOUD.feiten.values() if f.id[0] in MODULES[module].feiten and not f.niet_gebruiken and f.zekerheid != "laag"]
    deel = sum(f in GEBRUIKT for f in eigen) / len(eigen)
    print(f"{module}: {deel:.0%} van {len(eigen)} feiten gebruikt")
    assert deel >= check_toets.FEITEN
