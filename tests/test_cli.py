"""One door: exit codes and sentences."""

import json

import pytest

from leerlijn import cli


@pytest.fixture
def hier(voorbeeld, monkeypatch):
    monkeypatch.chdir(voorbeeld / "quizzes")
    return voorbeeld


def test_outside_a_project_it_says_where_to_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check"]) == 1
    assert "map van het project" in capsys.readouterr().err


def test_build_prints_a_line_per_step(hier, capsys):
    assert cli.main(["build"]) == 0
    uit = capsys.readouterr().out
    assert "Module proef" in uit and (hier / "_build/cursus/cursus.json").is_file()


def test_check_tells_file_line_and_remedy_and_fails(hier, capsys):
    pad = hier / "quizzes/proef.yaml"
    pad.write_text(pad.read_text().replace("soort: een-goed", "soort: eengoed", 1))
    assert cli.main(["check"]) == 1
    uit = capsys.readouterr().out
    assert "quizzes/proef.yaml:" in uit and "Zo los je het op" in uit
    assert cli.main(["check", "--json"]) == 1
    assert any(p["code"] == "model-keuze" for p in json.loads(capsys.readouterr().out))


def test_build_with_bad_content_fails_and_says_nothing_was_built(hier, capsys):
    pad = hier / "quizzes/proef.yaml"
    pad.write_text(pad.read_text().replace("soort: een-goed", "soort: eengoed", 1))
    assert cli.main(["build"]) == 1
    assert "niets gebouwd" in capsys.readouterr().err
