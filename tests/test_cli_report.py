"""`leerlijn report` and `leerlijn deel` as a person uses them."""

import io

import pandas as pd
import pytest

from leerlijn import answers, build, cli

from .groep import Groep, project


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = project(tmp_path_factory.mktemp("cli") / "p")
    Groep(root, 35).toets("herkennen")
    return root


@pytest.fixture
def hier(root, monkeypatch):
    monkeypatch.chdir(root)
    return root


def test_on_the_screen(hier, capsys):
    assert cli.main(["report"]) == 0
    uit = capsys.readouterr().out
    assert "Herkennen van slachtoffers (herkennen): 35 inzendingen" in uit and "Betrouwbaarheid" in uit and "--html" in uit


def test_html_and_csv(hier, tmp_path, capsys):
    assert cli.main(["report", "herkennen", "--html", str(tmp_path / "v.html"), "--csv", str(tmp_path / "csv")]) == 0
    assert (tmp_path / "v.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    vragen = pd.read_csv(tmp_path / "csv" / "herkennen-vragen.csv", sep=";", decimal=",", encoding="utf-8-sig")
    assert len(vragen) == 17 and (vragen["p"].isna() | (vragen["p_laag"] <= vragen["p"]) & (vragen["p"] <= vragen["p_hoog"])).all() and (vragen["p_laag"] < vragen["p_hoog"]).all() and vragen["p"].notna().any() and vragen["rest"].notna().any()
    keuzes = pd.read_csv(tmp_path / "csv" / "herkennen-keuzes.csv", sep=";", encoding="utf-8-sig", dtype=str)
    assert set(keuzes.columns) == {"vraag", "onderdeel", "keuze", "goed", "laag", "midden", "hoog"} and "<5" in set(keuzes["laag"])
    assert {p.name for p in (tmp_path / "csv").iterdir()} == {f"herkennen-{n}.csv" for n in ("toets", "vragen", "keuzes", "leerdoelen")}
    assert "4 bestanden" in capsys.readouterr().out


def test_errors_are_sentences(hier, tmp_path, capsys, monkeypatch):
    assert cli.main(["report", "bestaat-niet"]) == 1
    assert "nog niets nagekeken" in capsys.readouterr().err
    (tmp_path / "bestand").write_text("")
    assert cli.main(["report", "--csv", str(tmp_path / "bestand")]) == 1
    assert "andere map" in capsys.readouterr().err
    assert cli.main(["report", "--html", str(tmp_path / "geen" / "v.html")]) == 1
    assert "andere plaats" in capsys.readouterr().err


def test_a_learner_decides(hier, tmp_path, capsys, monkeypatch):
    map_ = tmp_path / "leerlijn"
    build.install(hier / "_build" / "cursus", map_)
    answers.append(map_ / "prive" / "herkennen.jsonl", "onbekend", "x", extra={"zekerheid": 1})
    monkeypatch.setattr("sys.stdin", io.StringIO("nee\n"))
    assert cli.main(["deel", "herkennen", "--map", str(map_)]) == 0 and "Er is niets gemaakt." in capsys.readouterr().out
    assert not (map_ / "delen").exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("ja\n"))
    monkeypatch.chdir(map_ / "herkennen")  # in the folder itself it needs no name
    assert cli.main(["deel", "herkennen"]) == 0
    assert len(list((map_ / "delen").glob("*.json"))) == 1 and "Er wordt niets verstuurd" in capsys.readouterr().out


def test_which_course_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEERLIJN_MAP", str(tmp_path / "geen"))
    assert cli.main(["deel", "herkennen"]) == 1 and "Welke cursusmap" in capsys.readouterr().err
    (tmp_path / "geen" / "leerlijn").mkdir(parents=True)
    (tmp_path / "geen" / "leerlijn" / "cursus.json").write_text("{}")
    assert cli.main(["deel", "herkennen"]) == 1 and "oefening-sleutel.json" in capsys.readouterr().err
