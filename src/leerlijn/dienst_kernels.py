"""Kernels of the shared service: each belongs to one learner, is locked to that learner's folder, and there is a limit to them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_server.base.call_context import CallContext
from tornado import web
from traitlets import Bool, Integer, Unicode

from . import dienst_kopie
from .dienst_mappen import learner_folder
from .serve_kernels import BigKernelManager

KERNEL = "leerlijn-dienst"
VAN_DE_DIENST = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ")  # of the service's own environment; its token is not among these


def _clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k in VAN_DE_DIENST}


class Busy(web.HTTPError):
    """No room for another kernel. `melding`: what the page says; `opnieuw_na`: seconds."""

    opnieuw_na = 120
    melding = (
        "Het is druk",
        "Er zijn op dit moment veel mensen aan het werk in de cursus. Probeer het over een paar minuten opnieuw. Wat je al had ingevuld, is bewaard.",
    )

    def __init__(self) -> None:
        super().__init__(503, "no room for another kernel")


class ServiceKernels(BigKernelManager):
    """Starts a kernel for whoever asks, as the hub knows them, and remembers whose it is."""

    max_kernels = Integer(100, config=True, help="Kernels at the same time in this part of the service.")
    max_per_learner = Integer(3, config=True, help="Open lessons of one learner; the next one takes the place of the oldest.")
    gegevens = Unicode(config=True, help="Folder of the learners' folders.")
    cursus = Unicode(config=True, help="Id of the course.")
    cursusmap = Unicode(config=True, help="Folder of the course, read by kernels.")
    slot = Unicode("streng", config=True, help="What the lock on a kernel must do at least: see dienst_slot.")
    kopie = Bool(False, config=True, help="Kernels as copies of a process that stands ready: see dienst_kopie.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.eigenaar: dict[str, str] = {}
        self.lijnen: dict[str, Any] = {}  # kernel -> its sockets: see dienst_kanaal
        self.moeder = dienst_kopie.use(self, {**_clean(), "PYTHONSAFEPATH": "1"}) if self.kopie else None

    def owns(self, kernel_id: str | None, naam: str) -> bool:
        return kernel_id is not None and self.eigenaar.get(kernel_id) == naam

    def learners(self) -> set[str]:
        """Names of learners with a kernel."""
        return set(self.eigenaar.values())

    def check_room(self, naam: str) -> None:
        """Raise Busy when no kernel can start for a learner: asked before anything of a page is sent."""
        if len(self.eigenaar) >= self.max_kernels and naam not in self.eigenaar.values():
            raise Busy()

    async def start_kernel(self, *args: Any, kernel_id: str | None = None, env: dict[str, str] | None = None, **kwargs: Any) -> str:
        """Start a kernel for the learner of the present request. Raises Busy, or HTTPError 403 when there is no such learner."""
        # Of the request and never of what it carries: nothing here can be said by a browser.
        user = getattr(CallContext.get(CallContext.JUPYTER_HANDLER), "current_user", None)
        if user is None:
            raise web.HTTPError(403)
        naam = user.username
        await self._make_room(naam)
        eigen = learner_folder(Path(self.gegevens), self.cursus, naam)
        eigen.mkdir(mode=0o700, parents=True, exist_ok=True)
        schoon = _clean()
        # Where the page is; not the address that was asked for, in which a browser may put anything.
        schoon |= {k: v for k, v in (env or {}).items() if k in ("VOILA_BASE_URL", "VOILA_SERVER_URL", "VOILA_PREHEAT")}
        schoon |= {"LEERLIJN_EIGEN": str(eigen), "LEERLIJN_CURSUSMAP": self.cursusmap, "LEERLIJN_SLOT": self.slot, "PYTHONSAFEPATH": "1"}
        kernel_id = kernel_id or self.new_kernel_id()
        self.eigenaar[kernel_id] = naam  # before the first wait: two pages at once must not both find the last place free
        try:
            # The kernel that a notebook names is not looked at.
            await super().start_kernel(*args, **{**kwargs, "kernel_name": KERNEL, "kernel_id": kernel_id, "env": schoon})
        except BaseException:
            self.eigenaar.pop(kernel_id, None)
            raise
        if kernel_id not in self.eigenaar:  # while it started it had to give way to a later page: nobody would count or end it
            await self.shutdown_kernel(kernel_id, now=True)
            raise Busy()
        return kernel_id

    async def _make_room(self, naam: str) -> None:
        """A learner's own oldest kernel gives way, one without an open page first: so whoever reloads always comes back in."""
        eigen = [k for k, v in self.eigenaar.items() if v == naam]
        eigen.sort(key=lambda k: self._kernel_connections.get(k, 0) > 0)
        while eigen and (len(eigen) >= self.max_per_learner or len(self.eigenaar) >= self.max_kernels):
            oud = eigen.pop(0)
            self.eigenaar.pop(oud, None)
            if oud in self:
                await self.shutdown_kernel(oud, now=True)
        self.check_room(naam)  # again: two pages at once may both have found the last place free

    def remove_kernel(self, kernel_id: str) -> Any:
        self.eigenaar.pop(kernel_id, None)
        self.lijnen.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)
