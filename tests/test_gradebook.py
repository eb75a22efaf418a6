"""Our tables are nbgrader's tables; another gradebook is refused; the indexes come once and serve formgrader's questions."""

import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from nbgrader.api import Base, Gradebook, get_alembic_version

from leerlijn import gradebook
from leerlijn.errors import LeerlijnError


@pytest.fixture(scope="module")
def gemaakt(tmp_path_factory):
    """An empty gradebook as nbgrader makes it."""
    pad = tmp_path_factory.mktemp("boek") / "gradebook.db"
    with pytest.MonkeyPatch.context() as mp:
        mp.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")  # nbgrader calls alembic by name
        Gradebook(f"sqlite:///{pad}", "proef").close()
        yield pad, get_alembic_version()


@pytest.fixture
def boek(gemaakt, tmp_path):
    return shutil.copy(gemaakt[0], tmp_path / "gradebook.db")


def shape(tabel):
    kolommen = {
        k.name: (type(k.type), getattr(k.type, "length", None), getattr(k.type, "enums", None), k.nullable, k.primary_key, sorted(str(f.column) for f in k.foreign_keys))
        for k in tabel.columns
    }  # fmt: skip
    uniek = {tuple(sorted(k.name for k in c.columns)) for c in tabel.constraints if isinstance(c, sa.UniqueConstraint)}
    return kolommen, uniek


def test_tables_are_those_of_nbgrader():
    """An upgrade of nbgrader that changes the tables fails here: then look at gradebook.py before anything else."""
    van_nbgrader = {t.name: t for t in Base.metadata.sorted_tables}
    assert set(van_nbgrader) == {*gradebook.meta.tables, "solution_cells", "task_cells"}
    for naam, tabel in gradebook.meta.tables.items():
        assert shape(tabel) == shape(van_nbgrader[naam]), naam


def test_version_is_the_one_that_nbgrader_stamps(gemaakt):
    assert gemaakt[1] == gradebook.VERSIE


def test_known_gradebook_opens(boek, tmp_path):
    engine = gradebook.connect(f"sqlite:///{boek}")
    with engine.connect() as db:
        assert gradebook.load_tests(db, ["proef"]) == {}
    engine.dispose()
    assert gradebook.connect(f"sqlite:///{tmp_path}/geen.db") is None and not (tmp_path / "geen.db").exists()


@pytest.mark.parametrize(
    ("sql", "zin"),
    [
        ("UPDATE alembic_version SET version_num = 'later'", "versie later, nodig"),
        ("DROP TABLE alembic_version", "versie onbekend, nodig"),
        ("ALTER TABLE grade ADD COLUMN nieuw TEXT", "anders: grade"),
        ("ALTER TABLE comment RENAME COLUMN auto_comment TO opmerking", "anders: comment"),
        ("DROP TABLE source_cell", "anders: source_cell"),
    ],
)
def test_unknown_gradebook_is_refused(boek, sql, zin):
    with sqlite3.connect(boek) as db:
        db.execute(sql)
    with pytest.raises(LeerlijnError, match=zin):
        gradebook.connect(f"sqlite:///{boek}")


def test_no_gradebook_at_all(tmp_path):
    (tmp_path / "x.db").write_text("dit is geen database, maar wel een bestand")
    with pytest.raises(LeerlijnError, match="niet te openen"):
        gradebook.connect(f"sqlite:///{tmp_path}/x.db")


def test_indexes_come_once_and_are_used(boek):
    engine = gradebook.connect(f"sqlite:///{boek}")
    for nieuw in (True, False):
        with gradebook.writing(engine) as db:
            assert gradebook.ensure_indexes(db) is nieuw
            gradebook.analyze(db)
    engine.dispose()
    with sqlite3.connect(boek) as db:
        for tabel, kolom in (("grade", "notebook_id"), ("comment", "notebook_id"), ("submitted_notebook", "assignment_id"), ("base_cell", "notebook_id")):
            ((*_, plan),) = db.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {tabel} WHERE {kolom} = 'x'")
            assert f"ix_leerlijn_{tabel}_{kolom}" in plan
    Gradebook(f"sqlite:///{boek}", "proef").close()  # nbgrader opens it as before


def test_one_place_says_where_it_is(monkeypatch, tmp_path):
    monkeypatch.delenv("LEERLIJN_CIJFERBOEK", raising=False)
    assert gradebook.url(tmp_path) == f"sqlite:///{tmp_path}/gradebook.db"
    for adres in ("postgresql://u@h/n", "postgres://u@h/n", " postgresql+psycopg://u@h/n\n"):
        monkeypatch.setenv("LEERLIJN_CIJFERBOEK", adres)
        assert gradebook.url(tmp_path) == "postgresql+psycopg://u@h/n"
