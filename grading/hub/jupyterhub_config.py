"""JupyterHub for Leerlijn: least privilege, a reason per line. What differs per institution stands in instelling.yaml.

Your own jupyterhub_config.py holds the login, TLS and the database, and takes this one in with:
    load_subconfig("/srv/leerlijn/hub/jupyterhub_config.py")
A copy that belongs to root: the project itself belongs to the account that grades, and the hub runs what stands here.
"""

import grp
import os
import pwd
import re
import sys
from pathlib import Path

import jupyterhub

from leerlijn import docent, hub_instelling
from leerlijn.dienst_mappen import shard_of
from leerlijn.errors import LeerlijnError

c = get_config()  # noqa: F821 - given by traitlets
HIER = Path(__file__).resolve().parent
try:
    INSTELLING = hub_instelling.load(Path(os.environ.get("LEERLIJN_INSTELLING", HIER / "instelling.yaml")))
except LeerlijnError as e:
    sys.exit(str(e))  # a hub that would open a door does not start
# Commands by their full path: the PATH of whoever started the hub is not trusted. The hub itself may live elsewhere, as with TLJH.
BIN = Path(INSTELLING["omgeving"], "bin") if INSTELLING.get("omgeving") else Path(sys.executable).parent
CURSUSSEN, DIENST, UITWISSELING = INSTELLING["cursussen"], INSTELLING["dienst"], INSTELLING["uitwisseling"]
DELEN = range(DIENST.get("delen", 1))
# Seconds for a service to start in, on a machine that has just started itself; after that the hub stops. Hub 5 has ten of its own.
GEDULD = {"timeout": 120} if jupyterhub.version_info >= (6,) else {}
ROOT = os.geteuid() == 0  # only root can give a service another account


def make_folders() -> None:
    """The folders that two accounts share, with their rights; made again harmlessly at each start."""
    uitwisseling = Path(UITWISSELING)
    uitwisseling.mkdir(parents=True, exist_ok=True)
    if uitwisseling.stat().st_uid == os.geteuid():
        # nbgrader asks that all may write here. Sticky: else one could rename a course away and receive what others hand in.
        uitwisseling.chmod(0o1777)
    for map_, groep, rechten in [
        (DIENST["gegevens"], None, 0o700),  # answers: for the service only
        # The service writes what is handed in, the grading account reads it through its group (set-gid), nobody else.
        *((Path(DIENST["inleveren"], naam), cursus.get("beoordelaar"), 0o2750) for naam, cursus in CURSUSSEN.items()),
    ]:
        Path(map_).mkdir(parents=True, exist_ok=True)
        if ROOT and DIENST.get("account"):
            leren = pwd.getpwnam(DIENST["account"])
            os.chown(map_, leren.pw_uid, grp.getgrgid(pwd.getpwnam(groep).pw_gid).gr_gid if groep else leren.pw_gid)
        Path(map_).chmod(rechten)


make_folders()

# --- who is in which course -------------------------------------------------------------------------------------------
# Names of groups as nbgrader has them. Enrol by group, never in formgrader: that one does not reach the hub.
c.JupyterHub.load_groups = hub_instelling.groups(CURSUSSEN)
hub_instelling.keep_to(hub_instelling.listed(CURSUSSEN))  # by itself a hub only adds: a teacher taken out of the list would stay one

# --- who may do what ---------------------------------------------------------------------------------------------------
c.JupyterHub.load_roles = [
    # Everybody: know who you are. Not `self`: that gives a server of your own and tokens without end, which nobody here needs.
    {"name": "user", "scopes": ["read:users:name!user", "read:users:groups!user"]},
    # Teachers are no admins: the pages of their own course and nothing of another.
    *({"name": f"docent-{naam}", "groups": [f"formgrade-{naam}"], "scopes": [f"access:services!service={naam}"]} for naam in CURSUSSEN),
    # Learners: the shared service of their own course, and no server.
    *(
        {"name": f"cursist-{naam}", "groups": [f"nbgrader-{naam}"], "scopes": [f"access:services!service=leren-{naam}-{i}" for i in DELEN]}
        for naam in CURSUSSEN
    ),
    # Learners with a server of their own: start, stop and use that one. It tells the hub that it is in use, hence `activity`.
    *(
        {"name": f"eigen-{naam}", "groups": [f"eigen-{naam}"], "scopes": ["servers!user", "access:servers!user", "users:activity!user"]}
        for naam in CURSUSSEN
    ),
]


# --- grading: one service per course, with an account that alone reads keys and gradebook ---------------------------------
def grading(naam: str, cursus: dict) -> dict:
    grading_map = Path(cursus["project"], "grading")
    return {
        "name": naam,
        "url": f"http://127.0.0.1:{cursus['poort']}",  # only the proxy on this machine reaches it
        "command": [
            str(BIN / "jupyterhub-singleuser"),
            f"--ServerApp.root_dir={grading_map}",  # teachers see the grading folder and nothing above it
            "--ServerApp.default_url=/formgrader",  # a page by itself: inside JupyterLab the hub's policy against frames blanks it
            # What `leerlijn docent` gives a teacher on one machine: pages to judge and the dashboard; and no request to outside.
            *(f"--{k}={v}" for k, alle in docent.OPTIES.items() if k.startswith("Voila") for v in (alle if isinstance(alle, list) else [alle])),
            *("--LabApp.extension_manager=readonly", "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
            "--MappingKernelManager.cull_idle_timeout=900",  # seconds; a forgotten notebook of a teacher
            "--MappingKernelManager.cull_interval=60",
            "--ServerApp.max_body_size=64000000",  # bytes; all of a request is in memory before anybody knows who asks, and the default is half a gigabyte
            *(["--allow-root"] if ROOT and not cursus.get("beoordelaar") else []),
        ],
        "cwd": str(grading_map),
        **({"user": cursus["beoordelaar"]} if ROOT and cursus.get("beoordelaar") else {}),
        **GEDULD,
        "oauth_no_confirm": True,  # it is the same institution; a question here only teaches people to click yes
        # Nothing of the hub's environment but what stands here and what the hub itself adds (its own token, no rights beside it).
        "environment": {
            "PATH": f"{BIN}:/usr/bin:/bin",  # nbgrader calls `alembic` by name
            "PYTHONSAFEPATH": "1",  # a file in a hand-in named after a library is not that library
            "JUPYTER_CONFIG_PATH": f"{HIER / 'jupyter/docent'}:{grading_map}",  # teacher extensions only here; nbgrader_config.py
            "JUPYTER_PATH": str(docent.SHARE),  # the template of the dashboard
            "LEERLIJN_UITWISSELING": UITWISSELING,
            **({"LEERLIJN_CIJFERBOEK": cursus["cijferboek"]} if cursus.get("cijferboek") else {}),  # PostgreSQL; else SQLite in grading/
            "LEERLIJN_DIENSTEN": f"{DIENST.get('account') or pwd.getpwuid(os.geteuid()).pw_name}:{Path(DIENST['inleveren'], naam)}",  # see leerlijn/intake.py
        },
    }


# --- learners: a shared service per course, in one part per processor core ------------------------------------------------
def learning(naam: str, cursus: dict, deel: int) -> dict:
    return {
        "name": f"leren-{naam}-{deel}",
        "url": f"http://127.0.0.1:{cursus['poort'] + 1 + deel}",
        "command": [
            *(str(BIN / "python"), "-P", "-m", "leerlijn.dienst_wacht"),  # starts it again within seconds; the hub looks only twice a minute
            *("--cursus", naam, "--cursusmap", cursus["cursusmap"], "--gegevens", DIENST["gegevens"]),
            *("--inleveren", str(Path(DIENST["inleveren"], naam)), "--uitwisseling", UITWISSELING),
            *("--deel", str(deel), "--delen", str(len(DELEN)), "--kernels", str(DIENST.get("kernels", 150)), "--slot", DIENST.get("slot", "streng")),
            *("--stil", str(DIENST.get("stil", 1800)), "--start", DIENST.get("start", "kopie")),
            *(["--als-root"] if ROOT and not DIENST.get("account") else []),
        ],
        "cwd": cursus["cursusmap"],
        **({"user": DIENST["account"]} if ROOT and DIENST.get("account") else {}),
        **GEDULD,
        "oauth_no_confirm": True,
        "environment": {"PATH": f"{BIN}:/usr/bin:/bin", "PYTHONSAFEPATH": "1", "LANG": "C.UTF-8"},
    }


c.JupyterHub.services = [
    *(grading(naam, cursus) for naam, cursus in CURSUSSEN.items()),
    *(learning(naam, cursus, deel) for naam, cursus in CURSUSSEN.items() for deel in DELEN),
]


# --- the first page ------------------------------------------------------------------------------------------------------
def first_page(handler) -> str:
    """Teachers to the pages of their course, learners to the course itself: else the hub offers everyone a server."""
    if not handler.current_user:
        return handler.settings["login_url"]  # a page named here would be where the login goes on to
    groepen = {g.name for g in handler.current_user.groups}
    for naam in CURSUSSEN:
        if f"formgrade-{naam}" in groepen:
            return f"{handler.base_url}services/{naam}/formgrader"
        if f"nbgrader-{naam}" in groepen:
            return f"{handler.base_url}services/leren-{naam}-{shard_of(handler.current_user.name, len(DELEN))}/"
        if f"eigen-{naam}" in groepen:
            return f"{handler.base_url}hub/spawn"  # starts it, or goes on to it when it runs
    return f"{handler.base_url}hub/home"


c.JupyterHub.default_url = first_page
# What the hub says at logging in and when it fails: in Dutch and in the look of the course: its house style (theme.css) holds here as well, without its fonts.
# And as on every page of the course: a way out, and who helps.
c.JupyterHub.template_paths = [str(HIER / "paginas")]
c.JupyterHub.template_vars = {"hulp": hub_instelling.helpers(CURSUSSEN), "thema": re.sub(r"@font-face \{.*?\}", "", (Path(docent.SHARE) / "voila/templates/leerlijn/static/theme.css").read_text("utf-8"), flags=re.S)}
c.JupyterHub.redirect_to_server = False  # most have none
c.JupyterHub.implicit_spawn_seconds = 1  # who reloads a lesson after the server stopped gets server and lesson back, without a question


# --- servers of learners' own (`eigen_server`): an account on this machine for each, of which the name is that in the hub ---------
def course_folder(spawner) -> str:
    """The course of whoever's server this is; it brings that into the learner's folder, with the learner's own rights."""
    groepen = {g.name for g in spawner.user.groups}
    return next((cursus["cursusmap"] for naam, cursus in CURSUSSEN.items() if f"eigen-{naam}" in groepen), "")


c.Spawner.disable_user_config = True  # a learner's own configuration could switch extensions on
c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=900",
    "--MappingKernelManager.cull_interval=60",
    "--ServerApp.shutdown_no_activity_timeout=3600",  # seconds; by itself, so that no service needs the right to stop servers. It comes back at the next page
]
c.Spawner.environment = {
    "PATH": f"{BIN}:/usr/bin:/bin",
    "JUPYTER_CONFIG_PATH": str(HIER / "jupyter/cursist"),  # the course as first page; formgrader, JupyterLab and terminals off
    "JUPYTER_PATH": str(docent.SHARE),  # from within it is too late: the hub fixes the paths before it reads any configuration
    "JUPYTERHUB_SINGLEUSER_APP": "jupyter_server.serverapp.ServerApp",  # not JupyterLab's, of which a learner needs nothing
    "LEERLIJN_CURSUSMAP": course_folder,
    "LEERLIJN_UITWISSELING": UITWISSELING,
}
c.Spawner.http_timeout = c.Spawner.start_timeout = 120  # seconds; at the first start of a day the disk is slow
c.Spawner.mem_limit = "1G"  # kept by SystemdSpawner, DockerSpawner and KubeSpawner; LocalProcessSpawner keeps none
c.Spawner.cpu_limit = 1.0
