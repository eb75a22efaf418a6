"""The gate of the shared service: who is asking, may they, and do they belong to this part. Stands before every route.

Identity comes from the hub through the service's own cookie; nothing that a browser can say counts. Whatever is not yours answers 404,
so that nothing can be found out by trying.
"""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.utils import url_path_join
from jupyterhub.singleuser.extension import JupyterHubIdentityProvider, JupyterHubLogoutHandler, JupyterHubOAuthCallbackHandler
from tornado import web
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from . import serve_pages as pages
from .dienst_kanaal import Channel
from .dienst_mappen import shard_of
from .serve_static import VersionedStatic, WidgetCode

DEEL = "leerlijn_deel"  # key in the settings of the web application: (this part, number of parts, address of a part by number)


class AddSlash(web.RequestHandler):
    """Our address without its last slash. Cookies do not reach that one, so a login would go round for ever."""

    def initialize(self, naar: str) -> None:
        self.naar = naar

    def get(self) -> None:
        self.redirect(self.naar, permanent=True)


# A route with a handler that stands in none of these three is not served: after an upgrade of Voila somebody has to look first.
NIET = {"TornadoVoilaTreeHandler", "TornadoVoilaHandler", "VoilaContentsHandler", "AllowListFileHandler", "ThemesHandler",
        "FileFindHandler", "TemplateStaticFileHandler", "MultiStaticFileHandler"}  # fmt: skip - files, folders, the stock front end
VRIJ = (
    WidgetCode, VersionedStatic,  # files of the package itself; scripts and fonts are asked for without the token of the page
    pages.EmptyPage,  # where the quick exit goes: must never end at a login
    AddSlash, JupyterHubOAuthCallbackHandler, JupyterHubLogoutHandler,  # the way in and the way out
)  # fmt: skip
KERNEL = (KernelHandler, VoilaKernelWebsocketHandler, VoilaShutdownKernelHandler)


class Identity(JupyterHubIdentityProvider):
    """The hub's own, with its routes below the address of this service, which Voila does not see to."""

    def get_handlers(self) -> list[Any]:
        return [(url_path_join(self.parent.server_url, pad), *rest) for pad, *rest in super().get_handlers()]


class OwnKernelOnly(Authorizer):
    """What Jupyter asks at each action on a kernel."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        if resource == "kernels" and handler.kernel_manager.owns(_kernel_id(handler), user.username):
            return True
        raise web.HTTPError(404)


def _kernel_id(handler: Any) -> str | None:
    return handler.path_kwargs.get("kernel_id") or next(iter(handler.path_args), None)


class Gate(JupyterHandler):
    """Put before a handler class by `gated`."""

    async def prepare(self, **kwargs: Any) -> None:  # type: ignore[override]
        await super().prepare(**kwargs)  # 403 or the way to the login for whoever is not known
        if self._finished or self.current_user is None:
            return
        naam = self.current_user.username
        deel, delen, adres = self.settings[DEEL]
        anders = shard_of(naam, delen)
        if isinstance(self, KERNEL):
            if anders != deel or not self.kernel_manager.owns(_kernel_id(self), naam):
                raise web.HTTPError(404)
        elif anders != deel:
            if self.request.method != "GET":
                raise web.HTTPError(404)
            self.redirect(adres(anders) + self.request.uri[len(self.base_url) :])
        # What stands behind the question mark reaches no kernel and no template; only the search words are read.
        self.request.query = ""
        for naam in [n for n in self.request.arguments if n not in ("q", "_xsrf", "session_id")]:
            del self.request.arguments[naam]


def gated(rij: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The routes of the service: everything behind the gate, the socket filtered, what is not for here left out.

    Raises RuntimeError on a handler that is not known.
    """
    uit = []
    for patroon, handler, *rest in rij:
        if handler.__name__ in NIET:
            continue
        if handler is VoilaKernelWebsocketHandler:
            handler = Channel
        if not issubclass(handler, VRIJ):
            ons = handler.__module__.startswith("leerlijn.")
            if not (ons or issubclass(handler, KERNEL)):
                raise RuntimeError(f"Onbekende route {patroon} ({handler.__module__}.{handler.__name__}): kijk eerst wat die doet.")
            handler = _behind_gate(handler)
        uit.append((patroon, handler, *rest))
    return uit


def _behind_gate(handler: type) -> type:
    # Sockets have a way of preparing of their own, which must come after the gate's and before Jupyter's.
    return type(handler.__name__, (Gate, handler), {"__module__": handler.__module__})

