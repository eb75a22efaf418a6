"""The notebook of the dashboard stands bare in git; the dashboard tells in a sentence what is missing. The page itself: tests/browser."""

import json

from leerlijn import inzicht, report_html

from .groep import ROOT, Groep, project


def test_notebook_is_bare():
    nb = json.loads((ROOT / "grading" / "inzicht.ipynb").read_text("utf-8"))
    assert nb["nbformat_minor"] == 5 and set(nb["metadata"]) == {"kernelspec", "language_info", "title"}
    for cel in nb["cells"]:
        assert cel["metadata"] == {} and cel["id"].isascii()
        if cel["cell_type"] == "code":
            assert cel["outputs"] == [] and cel["execution_count"] is None and len(cel["source"]) <= 2


def test_outside_a_project_and_without_grades_it_says_so(tmp_path):
    assert "niet in de map van een leerlijn" in inzicht.dashboard(tmp_path).children[-1].value
    assert "nog geen cijferboek" in inzicht.dashboard(project(tmp_path / "p") / "grading").children[-1].value


def test_choosing_shows_another_part_and_reading_again_finds_new_grades(tmp_path):
    root = project(tmp_path / "p")
    groep = Groep(root, 12)
    groep.toets("herkennen")
    _, toets, deel, opnieuw, uit = inzicht.dashboard(root / "grading").children
    assert toets.options == (("Herkennen van slachtoffers", "herkennen"),) and "Inzendingen" in uit.value
    deel.value = "Leerdoelen"
    assert "Hoe staat het met de leerdoelen?" in uit.value
    deel.value = "De toets als geheel"
    assert inzicht.LEEG in uit.value  # twelve learners are too few for that
    (root / "grading" / "gradebook.db").unlink()
    opnieuw.click()
    assert "nog geen cijferboek" in uit.value


def test_every_part_exists():
    assert {d for delen in inzicht.DELEN.values() for d in delen} <= set(dir(report_html._env().get_template("delen.html.j2").module))
