"""The plugin for The Littlest JupyterHub gives the same hub as grading/hub/jupyterhub_config.py. TLJH itself is not run here."""

import importlib.util
import os
import shutil
import sys
import tomllib

import pluggy
import pytest
import yaml
from traitlets.config import Config, PyFileConfigLoader

from .conftest import ROOT

MAP = ROOT / "grading/hub/tljh"
CULLER = {"name": "cull-idle", "command": ["python3", "-m", "jupyterhub_idle_culler"]}


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """The module, loaded as TLJH does: by pluggy. With an instelling.yaml of two courses."""
    cursussen = {
        f"c-{x}": {"docenten": [f"docent-{x}"], "cursisten": [f"lid-{x}"], "project": str(ROOT), "cursusmap": str(tmp_path), "poort": 8800 + i * 10}
        for i, x in enumerate("ab")
    }
    bron = tmp_path / "bron"  # of our own account, whoever the project belongs to here
    shutil.copytree(ROOT / "grading" / "hub", bron / "grading" / "hub", ignore=shutil.ignore_patterns("__pycache__"))
    for pad in (bron, *bron.rglob("*")):
        pad.chmod(pad.stat().st_mode & ~0o022)
    data = {"als_root": True, "bron": str(bron), "omgeving": sys.prefix, "cursussen": cursussen, "uitwisseling": str(tmp_path / "u"),
            "dienst": {"gegevens": str(tmp_path / "g"), "inleveren": str(tmp_path / "i"), "delen": 2}}  # fmt: skip
    (tmp_path / "instelling.yaml").write_text(yaml.safe_dump(data))
    monkeypatch.setenv("LEERLIJN_INSTELLING", str(tmp_path / "instelling.yaml"))
    monkeypatch.setenv("LEERLIJN_BRON", str(bron))  # for these tests
    naam = tomllib.loads((MAP / "pyproject.toml").read_text())["project"]["entry-points"]["tljh"]["leerlijn"]
    spec = importlib.util.spec_from_file_location(naam, MAP / f"{naam}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pm = pluggy.PluginManager("tljh")
    pm.register(module)
    return pm


def plain(x):
    """Functions by their name: each load makes its own."""
    return {k: plain(v) for k, v in x.items()} if isinstance(x, dict) else x.__name__ if callable(x) else x


def test_the_same_roles_groups_and_services(plugin):
    c = Config()
    c.JupyterHub.services, c.JupyterHub.load_roles = [CULLER], [{"name": "jupyterhub-idle-culler-role", "services": ["cull-idle"]}]
    plugin.hook.tljh_custom_jupyterhub_config(c=c)
    gewoon = PyFileConfigLoader(f"{os.environ['LEERLIJN_BRON']}/grading/hub/jupyterhub_config.py").load_config()
    assert c.JupyterHub.services == [CULLER, *gewoon.JupyterHub.services] and len(c.JupyterHub.services) == 7
    assert c.JupyterHub.load_roles[1:] == gewoon.JupyterHub.load_roles and c.JupyterHub.load_roles[0]["name"] == "jupyterhub-idle-culler-role"
    assert c.JupyterHub.load_groups == gewoon.JupyterHub.load_groups and "formgrade-c-a" in c.JupyterHub.load_groups
    assert plain(c.Spawner) == plain(gewoon.Spawner) and set(c.JupyterHub) == set(gewoon.JupyterHub)
    assert not any("admin" in str(r.get("scopes")) for r in c.JupyterHub.load_roles)


def test_the_other_hooks(plugin):
    assert plugin.hook.tljh_extra_hub_pip_packages() == [[os.environ["LEERLIJN_BRON"]]]
    config = {"limits": {"memory": "2G"}}
    plugin.hook.tljh_config_post_install(config=config)
    assert config == {"limits": {"memory": "2G"}}  # what an administrator chose stays
    plugin.hook.tljh_config_post_install(config=(leeg := {}))
    assert leeg == {"limits": {"memory": "1G"}}


@pytest.mark.parametrize("wat", ["bron", "bron/grading/hub", "bron/grading/hub/jupyterhub_config.py"])
def test_what_others_can_write_is_not_run_as_root(plugin, tmp_path, wat):
    """The project of a course is of the account that grades, as whom teachers run code."""
    (tmp_path / wat).chmod(0o775)
    with pytest.raises(PermissionError, match="chown"):
        plugin.hook.tljh_custom_jupyterhub_config(c=Config())
    if os.geteuid() == 0:
        (tmp_path / wat).chmod(0o755)
        os.chown(tmp_path / wat, 65534, -1)
        with pytest.raises(PermissionError, match="ander account dan root"):
            plugin.hook.tljh_extra_hub_pip_packages()


def test_without_a_copy_of_roots_own_nothing_is_run(plugin, tmp_path):
    pad = tmp_path / "instelling.yaml"
    pad.write_text(yaml.safe_dump({k: v for k, v in yaml.safe_load(pad.read_text()).items() if k != "bron"}))
    with pytest.raises(ValueError, match="bron"):
        plugin.hook.tljh_custom_jupyterhub_config(c=Config())
