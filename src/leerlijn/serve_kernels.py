"""Kernels for many learners at once: no socket ceiling, told which front end they serve. And the one reader of a local server."""

from __future__ import annotations

import contextvars
import os
from typing import Any

import zmq.asyncio
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Bool, default

from .serve_spare import Spare

# Kernels started while answering one request, so that a reader who leaves before the page is complete leaves none behind.
started: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("leerlijn_started", default=None)


class BigKernelManager(AsyncMappingKernelManager):
    """Jupyter's own manager, with room for more than about 150 open pages."""

    slank = Bool(True, config=True, help="Pages come from the slim host, which has the widget code as static files.")
    reserve = Bool(False, config=True, help="Keep one Python ready for the next page: half the time to the first exercise, for the memory of one idle process.")

    @default("kernel_manager_class")
    def _default_kernel_manager_class(self) -> str:
        return "leerlijn.serve_spare.PageKernelManager"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spare = Spare() if self.reserve and self.slank and os.name == "posix" else None
        if self.spare:
            self.spare.later()

    @default("context")
    def _big_context(self) -> zmq.asyncio.Context:
        # libzmq stops at 1023 sockets per context, whatever the system allows; a kernel with an open page takes about seven.
        context = zmq.asyncio.Context()
        context.max_sockets = 16383
        self._created_context = True
        return context

    async def start_kernel(self, *args: Any, **kwargs: Any) -> str:
        env = kwargs.get("env")
        if self.slank and env is not None and "VOILA_BASE_URL" in env:  # of a page, not of JupyterLab on the same server
            kwargs["env"] = {**env, "LEERLIJN_SLANK": "1"}
        kernel_id = await super().start_kernel(*args, **kwargs)
        ids = started.get()
        if ids is not None:
            ids.append(kernel_id)
        return kernel_id


class OneReader(IdentityProvider):
    """Whoever sits at this machine. Jupyter's own gives each browser an invented name in a cookie; nobody needs that here."""

    def get_user(self, handler: Any) -> User:
        return User(username="deelnemer", name="Deelnemer", display_name="Deelnemer", initials="D")
