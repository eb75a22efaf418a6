"""Plugin for The Littlest JupyterHub. It runs grading/hub/jupyterhub_config.py in TLJH's own hub: one configuration, the same roles.

LEERLIJN_INSTELLING (in the environment of the hub's systemd unit) names instelling.yaml; `omgeving:` in there names the environment with leerlijn.
"""

import os
from pathlib import Path

import pluggy
import yaml

hookimpl = pluggy.HookimplMarker("tljh")
INSTELLING = "/srv/leerlijn/instelling.yaml"


def instelling():
    """Where instelling.yaml is; the same answer for the plugin and for the configuration."""
    return Path(os.environ.setdefault("LEERLIJN_INSTELLING", INSTELLING))


def bron():
    """The project that the hub's side comes from: `bron:` in instelling.yaml, or that of the first course."""
    data = yaml.safe_load(instelling().read_text("utf-8"))
    return Path(data.get("bron") or next(iter(data["cursussen"].values()))["project"])


@hookimpl
def tljh_extra_hub_pip_packages():
    """The hub reads names of folders and parts from leerlijn; learners and teachers work in the environment that instelling.yaml names."""
    return [str(bron())]


@hookimpl
def tljh_custom_jupyterhub_config(c):
    """Our configuration on top of TLJH's, with its own services (such as the one that culls) and roles kept."""
    eerder = {n: list(c.JupyterHub[n]) for n in ("services", "load_roles") if isinstance(c.JupyterHub.get(n), list)}
    pad = bron() / "grading/hub/jupyterhub_config.py"
    exec(compile(pad.read_text("utf-8"), str(pad), "exec"), {"get_config": lambda: c, "__file__": str(pad), "__name__": "leerlijn_tljh_config"})
    for naam, dingen in eerder.items():
        c.JupyterHub[naam] = [*dingen, *c.JupyterHub[naam]]


@hookimpl
def tljh_config_post_install(config):
    """Nobody has a server here by default; one that is allowed all the same is small."""
    config.setdefault("limits", {}).setdefault("memory", "1G")
