"""Plugin for The Littlest JupyterHub. It runs grading/hub/jupyterhub_config.py in TLJH's own hub: one configuration, the same roles.

LEERLIJN_INSTELLING (in the environment of the hub's systemd unit) names instelling.yaml; `omgeving:` in there names the environment with leerlijn.
"""

import os
from pathlib import Path

import pluggy
import yaml

hookimpl = pluggy.HookimplMarker("tljh")
INSTELLING = "/srv/leerlijn/instelling.yaml"
CONFIG = "grading/hub/jupyterhub_config.py"


def instelling():
    """Where instelling.yaml is; the same answer for the plugin and for the configuration."""
    return Path(os.environ.setdefault("LEERLIJN_INSTELLING", INSTELLING))


def bron():
    """Our code for the hub: `bron:` in instelling.yaml. A copy that belongs to root, because the hub runs it as root; the project of a course
    belongs to the account that grades, and teachers run code as that one. Raises PermissionError or ValueError with a Dutch sentence."""
    pad = yaml.safe_load(instelling().read_text("utf-8")).get("bron")
    if not pad:
        raise ValueError(f"Zet in {instelling()} bij `bron:` waar een kopie van dit project staat die van root is. Neem niet het project van een cursus.")
    for p in (map_ := Path(pad).resolve(), *map_.parents, map_ / "grading/hub", map_ / CONFIG):
        stand = p.stat()
        if stand.st_uid not in (0, os.geteuid()) or (stand.st_mode & 0o022 and not stand.st_mode & 0o1000):
            raise PermissionError(f"In {p} kan een ander account dan root schrijven. De hub voert uit wat daar staat. Doe: chown -R root: {map_}; chmod -R go-w {map_}")
    return map_


@hookimpl
def tljh_extra_hub_pip_packages():
    """The hub reads names of folders and parts from leerlijn; learners and teachers work in the environment that instelling.yaml names."""
    return [str(bron())]


@hookimpl
def tljh_custom_jupyterhub_config(c):
    """Our configuration on top of TLJH's, with its own services (such as the one that culls) and roles kept."""
    eerder = {n: list(c.JupyterHub[n]) for n in ("services", "load_roles") if isinstance(c.JupyterHub.get(n), list)}
    pad = bron() / CONFIG
    exec(compile(pad.read_text("utf-8"), str(pad), "exec"), {"get_config": lambda: c, "__file__": str(pad), "__name__": "leerlijn_tljh_config"})
    for naam, dingen in eerder.items():
        c.JupyterHub[naam] = [*dingen, *c.JupyterHub[naam]]


@hookimpl
def tljh_config_post_install(config):
    """Nobody has a server here by default; one that is allowed all the same is small."""
    config.setdefault("limits", {}).setdefault("memory", "1G")
