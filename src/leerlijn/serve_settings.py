"""All settings of the page server in one place: used by `leerlijn start`, and by a Jupyter server in a hub.

In a hub: put this in jupyter_server_config.py:  from leerlijn.serve_settings import for_server; for_server(c, folder)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from traitlets.config import Config

from .serve_folder import short_temp

SHARE = Path(__file__).parent / "share" / "jupyter"
TEMPLATES = SHARE / "voila" / "templates"
STATIC = TEMPLATES / "leerlijn" / "static"

# Widgets whose code is served as a file, so that the page needs no script from a blob.
WIDGETS = {"leerlijn.Onderdeel": "onderdeel.js"}

IDLE = 1800  # seconds after which a kernel without an open page ends
HEADERS = "leerlijn_headers"  # key in the settings of the web application
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
# JupyterLab's front end builds scripts and styles while it runs. Only for the switch `gewoon`.
CSP_GEWOON = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def headers(slank: bool = True) -> dict[str, str]:
    """Headers of every answer of the server."""
    return {
        "Content-Security-Policy": CSP if slank else CSP_GEWOON,
        "X-Content-Type-Options": "nosniff",
        # Not `no-referrer`: that empties Origin as well, by which the server knows its own pages.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


def set_headers(handler: Any) -> None:
    """Put `headers` on an answer of ours; in a hub the rest of the server keeps its own."""
    for naam, waarde in handler.settings.get(HEADERS, {}).items():
        handler.set_header(naam, waarde)


def use_share() -> None:
    """Let Jupyter find our templates and kernelspec in the package itself, so that nothing has to be installed elsewhere."""
    paden = [p for p in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if p]
    if str(SHARE) not in paden:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(SHARE), *paden])


def settings(course_dir: Path, *, slank: bool = True) -> Config:
    """Settings for Voila on one learner's course folder.

    course_dir: folder that holds cursus.json; slank: the slim host (default) or the front end of JupyterLab.
    """
    from functools import partial

    from .serve_lesson import prepare

    c = Config()
    v = c.VoilaConfiguration
    v.template = "leerlijn" if slank else "leerlijn-gewoon"
    v.allow_template_override = "NO"
    v.allow_theme_override = "NO"
    v.classic_tree = True
    v.show_tracebacks = False
    v.strip_sources = True
    v.preheat_kernel = False  # a preheated kernel carries the address of the learner before
    v.prelaunch_hook = partial(prepare, course_dir, slank)
    v.multi_kernel_manager_class = "leerlijn.serve_kernels.BigKernelManager"
    # Only pictures that belong to a lesson. Everything else, answers and keys first of all, is refused.
    v.file_allowlist = [r"[a-z][a-z0-9-]*/beeld/[\w-]+\.(svg|png|jpg|jpeg|webp)"]
    v.file_denylist = [r"(.*/)?(prive|toetsen|feedback)/.*", r".*\.(json|jsonl|ipynb|py|yaml|html)", r"(.*/)?\..*"]
    # JupyterLab extensions that have no use on a learner's page; the second one fails in Voila.
    v.extension_denylist = ["@jupyter-notebook/lab-extension", "jupyterlab-jupytext", "nbgrader"]
    c.BigKernelManager.slank = slank
    c.MappingKernelManager.cull_idle_timeout = IDLE
    c.MappingKernelManager.cull_interval = max(1, min(120, IDLE // 4))
    c.MappingKernelManager.cull_connected = False
    # A dead kernel has lost its page: say so, rather than start an empty one. Looked at once a second.
    c.AsyncIOLoopKernelRestarter.restart_limit = 0
    c.AsyncIOLoopKernelRestarter.time_to_dead = 1.0
    return c


def standalone(course_dir: Path, port: int, *, slank: bool = True) -> Config:
    """`settings` plus what holds when we are the server ourselves: this machine only."""
    c = settings(course_dir, slank=slank)
    c.Voila.ip = "127.0.0.1"
    c.Voila.port = port
    c.Voila.port_retries = 0
    c.Voila.root_dir = str(course_dir)
    c.Voila.open_browser = False
    c.Voila.config_file_paths = []  # settings of other Voila sites on this machine are not ours
    if os.name == "posix":
        # Kernels on sockets in a folder of this user, not on ports that anybody on this machine can reach. The path of a
        # socket may be about a hundred characters long: hence not in a hub, where we don't choose the folder.
        c.KernelManager.transport = "ipc"
        c.Voila.connection_dir_root = short_temp()
    c.BigKernelManager.reserve = slank
    c.Voila.identity_provider_class = "leerlijn.serve_kernels.OneReader"
    c.Application.log_level = "WARN"
    c.Voila.tornado_settings = tornado_settings(slank)
    c.VoilaConfiguration.http_keep_alive_timeout = 3600  # no proxy in between, so no heartbeat script in the page
    return c


def tornado_settings(slank: bool = True) -> dict[str, Any]:
    return {
        "headers": headers(slank),
        HEADERS: headers(slank),
        # A third of the bytes. The only secret in a page is the XSRF token, which has another mask in every answer.
        "compress_response": True,
        "allow_remote_access": False,  # refuses other host names: a foreign site can't reach us through its own DNS
        "local_hostnames": ["localhost"],
        # Cookies ignore ports: under its own name, a JupyterLab on the same machine is not disturbed.
        "xsrf_cookie_name": "leerlijn_xsrf",
        "xsrf_cookie_kwargs": {"httponly": True, "samesite": "Strict"},
    }


def for_server(c: Config, course_dir: Path, *, slank: bool = True) -> None:
    """Put the settings into the config of a Jupyter server that runs Voila as an extension.

    c: the config object of jupyter_server_config.py; course_dir: the learner's course folder, which becomes the root.
    """
    use_share()
    c.merge(settings(course_dir, slank=slank))
    c.ServerApp.kernel_manager_class = "leerlijn.serve_kernels.BigKernelManager"
    c.ServerApp.root_dir = str(course_dir)
    c.ServerApp.default_url = "/voila/tree"
    c.ServerApp.jpserver_extensions = {"leerlijn.serve_app": True, "voila.server_extension": True}
