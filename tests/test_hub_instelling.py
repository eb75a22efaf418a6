"""instelling.yaml is looked at before a hub starts: each fault in words, and no door open because a line was forgotten. The groups: tests/hub/test_hub_grenzen.py."""

import json
import os
import pwd
import subprocess
import sys
import tempfile

import pytest
import yaml

from leerlijn import hub_instelling
from leerlijn.errors import LeerlijnError

from .conftest import ROOT

IK = pwd.getpwuid(os.getuid()).pw_name
GEWOON = [p.pw_name for p in pwd.getpwall() if p.pw_uid][:3]  # three accounts that every system has


@pytest.fixture
def schrijf(tmp_path):
    """Writes an instelling.yaml in order, but for what `anders` does to it; gives its path."""

    def doe(anders=lambda d: None):
        cursus = {"beoordelaar": GEWOON[0], "project": str(tmp_path), "cursusmap": str(tmp_path), "poort": 8800}
        data = {"cursussen": {"a": cursus, "b": {**cursus, "beoordelaar": GEWOON[1], "poort": 8810}}, "uitwisseling": str(tmp_path / "u"),
                "dienst": {"account": GEWOON[2], "gegevens": str(tmp_path / "g"), "inleveren": str(tmp_path / "i"), "delen": 2}}  # fmt: skip
        anders(data)
        (tmp_path / "instelling.yaml").write_text(yaml.safe_dump(data))
        return tmp_path / "instelling.yaml"

    return doe


def test_in_order(schrijf):
    data = hub_instelling.load(schrijf(lambda d: d["cursussen"]["a"].update(docenten=["007"])), root=True)
    assert data["cursussen"]["a"]["poort"] == 8800 and data["dienst"]["delen"] == 2 and data["cursussen"]["a"]["docenten"] == ["007"]  # a name, no number


def test_the_example_is_in_order_but_for_its_accounts():
    """Where they are not made yet the hub says which, and what to do."""
    voorbeeld = ROOT / "grading" / "hub" / "instelling.voorbeeld.yaml"
    assert set(hub_instelling.load(voorbeeld, root=False)["cursussen"]) == {"jeugdzorg-a"}
    with pytest.raises(LeerlijnError, match=r"het account leren \(bij `dienst: account`\) is er niet op deze machine.*\n.*het account cijfers-a \(bij `jeugdzorg-a: beoordelaar`\)"):
        hub_instelling.load(voorbeeld, root=True)


@pytest.mark.parametrize("anders, zin", [
    (lambda d: d.pop("uitwisseling"), "ontbreekt 'uitwisseling'"), (lambda d: d["dienst"].pop("gegevens"), "ontbreekt 'gegevens'"),
    (lambda d: d["cursussen"]["b"].pop("poort"), "ontbreekt 'poort'"), (lambda d: d.update(cursussen=None), "ontbreekt"),
    (lambda d: d["dienst"].update(delen="twee"), "hoort een getal"), (lambda d: d["cursussen"].update({"../x": {**d["cursussen"]["a"], "poort": 9000}}), "de naam van de cursus '../x' kan niet"),
    (lambda d: d["cursussen"]["b"].update(poort=8802), "de poorten van a en b lopen door elkaar"),
    (lambda d: d["dienst"].pop("account"), "De dienst zou als root draaien"), (lambda d: d["cursussen"]["a"].update(beoordelaar=None), "bij `a: beoordelaar` staat geen account"),
    (lambda d: d["cursussen"]["a"].update(beoordelaar="root"), "staat root, en dat is root"), (lambda d: d["cursussen"]["a"].update(beoordelaar="is-er-niet"), "het account is-er-niet"),
    (lambda d: d["cursussen"]["b"].update(beoordelaar=GEWOON[0]), r"`a: beoordelaar` en `b: beoordelaar` zijn hetzelfde account"),
    (lambda d: d["dienst"].update(account=GEWOON[0]), r"`dienst: account` en `a: beoordelaar` zijn hetzelfde account"),
])  # fmt: skip
def test_each_fault_in_words(schrijf, anders, zin):
    pad = schrijf(anders)
    with pytest.raises(LeerlijnError, match=zin) as fout:
        hub_instelling.load(pad, root=True)
    assert str(pad) in str(fout.value)


def test_no_yaml_and_no_file(tmp_path):
    (tmp_path / "instelling.yaml").write_text("cursussen:\n\tjeugdzorg: 1\n")
    for pad, zin in ((tmp_path / "instelling.yaml", "Vervang de tab door spaties"), (tmp_path / "weg.yaml", "niet te lezen")):
        with pytest.raises(LeerlijnError, match=zin):
            hub_instelling.load(pad)


def test_without_accounts_only_when_that_is_said(schrijf):
    """Not root: nobody can be given another account, so there is one course. Root: only a machine for trying says `als_root`."""
    hub_instelling.load(schrijf(lambda d: (d["dienst"].pop("account"), d["cursussen"].pop("b"), d["cursussen"]["a"].pop("beoordelaar"))), root=False)
    zonder = schrijf(lambda d: (d["dienst"].pop("account"), [c.pop("beoordelaar") for c in d["cursussen"].values()]))
    with pytest.raises(LeerlijnError, match="draait niet als root.*neem één cursus"):
        hub_instelling.load(zonder, root=False)
    with pytest.raises(LeerlijnError, match="als root draaien"):
        hub_instelling.load(zonder, root=True)
    zonder.write_text(zonder.read_text() + "als_root: ja\n")
    hub_instelling.load(zonder, root=True)


def test_groups_of_which_it_says_who_is_in_them():
    cursussen = {"a": {"docenten": ["dora"], "cursisten": None, "eigen_server": []}, "b": {}}
    assert hub_instelling.listed(cursussen) == {"formgrade-a", "eigen-a"}
    alle = hub_instelling.groups(cursussen)
    assert alle["formgrade-a"] == {"users": ["dora"]} and alle["nbgrader-b"] == {"users": []} and len(alle) == 6


@pytest.mark.parametrize("stuk", ["", "geen json", "{}", '{"contacten": 3}', '{"contacten": [{}]}', '{"contacten": [{"organisatie": "x", "voor_deelnemer": true}]}'])
def test_who_helps_comes_from_the_first_course_that_stands(tmp_path, stuk):
    goed = {"organisatie": "Luisterlijn", "waarvoor": "Praten", "telefoon": "0800-0000", "voor_deelnemer": True, "contact": "0800-0000"}
    for naam in ("weg", "stuk", "b"):
        (tmp_path / naam).mkdir()
    (tmp_path / "stuk" / "cursus.json").write_text(stuk)
    (tmp_path / "b" / "cursus.json").write_text(json.dumps({"contacten": [goed, {**goed, "telefoon": None}, {**goed, "voor_deelnemer": False}]}))
    cursussen = {naam: {"cursusmap": str(tmp_path / naam)} for naam in ("weg", "stuk", "b")}
    assert hub_instelling.helpers(cursussen) == [{"organisatie": "Luisterlijn", "waarvoor": "Praten", "telefoon": "0800-0000"}]
    assert hub_instelling.helpers({"weg": cursussen["weg"]}) == []


def test_a_hub_that_would_open_a_door_does_not_start(schrijf, tmp_path):
    """The configuration itself, in the hub's own program: a sentence and no traceback."""
    pad = schrijf(lambda d: d["cursussen"]["b"].update(poort=8801))
    (tmp_path / "jupyterhub_config.py").write_text(f"load_subconfig({str(ROOT / 'grading/hub/jupyterhub_config.py')!r})")
    env = {**os.environ, "LEERLIJN_INSTELLING": str(pad), "HOME": str(tmp_path)}
    kind = subprocess.run([sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert kind.returncode != 0 and "de poorten van a en b lopen door elkaar" in kind.stderr and "Traceback" not in kind.stderr


def test_nothing_that_learners_leave_behind_goes_on_for_ever(schrijf, monkeypatch):
    """Kernels and servers of a learner's own end by themselves, by options that the server has: no service needs the right to stop servers."""
    from jupyter_server.serverapp import ServerApp
    from jupyter_server.services.kernels.kernelmanager import MappingKernelManager
    from traitlets.config import PyFileConfigLoader

    monkeypatch.setenv("LEERLIJN_INSTELLING", str(schrijf(lambda d: d.update(als_root=True))))
    c = PyFileConfigLoader(str(ROOT / "grading/hub/jupyterhub_config.py")).load_config()
    opties = dict(o.removeprefix("--").split("=") for o in c.Spawner.args)
    for optie in ("MappingKernelManager.cull_idle_timeout", "ServerApp.shutdown_no_activity_timeout"):
        klasse, naam = optie.split(".")
        assert int(opties[optie]) > 0 and naam in {"ServerApp": ServerApp, "MappingKernelManager": MappingKernelManager}[klasse].class_traits(config=True)
    assert not any("servers" in s and "!user" not in s for r in c.JupyterHub.load_roles for s in r["scopes"])


@pytest.mark.parametrize("adres, rechten, map_, goed", [
    ("postgresql://cijfers_a:geheim@server/cijfers_a", 0o644, 0o755, False), ("postgresql://cijfers_a:geheim@server/cijfers_a", 0o640, 0o755, False),
    ("postgresql://cijfers_a:geheim@server/cijfers_a", 0o600, 0o755, True), ("postgresql://cijfers_a:geheim@server/cijfers_a", 0o644, 0o700, True),
    ("postgresql://cijfers_a@server/cijfers_a", 0o644, 0o755, True),
])  # fmt: skip
def test_a_password_is_for_nobody_else(schrijf, adres, rechten, map_, goed):
    """In a file that every account may read a teacher of one group has the grades of another."""
    with tempfile.TemporaryDirectory(dir="/tmp") as tmp:  # pytest's own folders are closed
        os.chmod(tmp, map_)
        pad = schrijf(lambda d: d["cursussen"]["a"].update(cijferboek=adres)).rename(f"{tmp}/instelling.yaml")
        pad.chmod(rechten)
        if goed:
            assert hub_instelling.load(pad, root=True)
        else:
            with pytest.raises(LeerlijnError, match=f"wachtwoord in, en andere accounts kunnen dit bestand lezen. Doe: chmod 600 {pad}"):
                hub_instelling.load(pad, root=True)
