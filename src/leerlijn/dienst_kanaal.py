"""The socket between page and kernel in the shared service: lets through what a lesson needs and drops everything else.

Both lists are allow-lists. A page can open the line for the states of widgets and send custom messages to them; it can't run code,
make widgets or set their state. It hears nothing of code, of errors or of what a kernel prints.
"""

from __future__ import annotations

import json
import struct
import time
from typing import Any
from weakref import WeakSet

from tornado import web
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler, read_header_from_binary_message

PROTOCOL = "v1.kernel.websocket.jupyter.org"  # the older one is not filtered by Voila: it shows the source of cells
NAAR_BUITEN = frozenset({"comm_open", "comm_msg", "comm_close", "comm_info_reply", "kernel_info_reply", "status"})
CONTROL = "jupyter.widget.control"
MAX_BYTES = 200_000  # of one message: an open answer has at most 100,000
MAX_LIJNEN = 10  # sockets on one kernel, each of which takes seven more inside; a page has one, and for a moment two when it comes back
PER_SECONDE, VOORRAAD = 20.0, 200.0  # messages; a quick reader sends two a second


def frame(bericht: Any) -> list[bytes] | None:
    """The parts of a frame of a page: channel, header, parent, metadata, content; None for anything that is not exactly that.

    Jupyter's own reader believes the number of parts that a frame begins with: eight bytes can keep it busy for ever.
    """
    if not isinstance(bericht, bytes) or not 56 <= len(bericht) <= MAX_BYTES or int.from_bytes(bericht[:8], "little") != 6:
        return None
    plek = struct.unpack_from("<6Q", bericht, 8)
    if plek[0] != 56 or plek[-1] != len(bericht) or list(plek) != sorted(plek):
        return None
    return [bericht[a:b] for a, b in zip(plek, plek[1:], strict=False)]


def may_enter(channel: str, header: dict[str, Any], content: dict[str, Any]) -> bool:
    """Whether a message of a page may go to the kernel."""
    if channel != "shell":
        return False
    match header.get("msg_type"):
        case "comm_open":
            return content.get("target_name") == CONTROL
        case "comm_msg":
            data = content.get("data")
            return isinstance(data, dict) and data.get("method") in ("custom", "request_states", "request_state")
        case soort:
            return soort == "kernel_info_request"


class Channel(VoilaKernelWebsocketHandler):
    """Voila's socket with both lists and a limit on the number of messages."""

    def initialize(self, **kwargs: Any) -> None:
        super().initialize(**kwargs)
        self.tegoed, self.sinds = VOORRAAD, time.monotonic()

    async def pre_get(self) -> None:
        gevraagd = [p.strip() for p in self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
        if PROTOCOL not in gevraagd:
            raise web.HTTPError(400, "unknown protocol")
        # Weak: a socket that never came about, however it failed, is forgotten by itself.
        lijnen = self.kernel_manager.lijnen.setdefault(self.kernel_id, WeakSet())
        if len(lijnen) >= MAX_LIJNEN:
            raise web.HTTPError(429)
        lijnen.add(self)
        await super().pre_get()

    def on_close(self) -> None:
        self.kernel_manager.lijnen.get(self.kernel_id, WeakSet()).discard(self)
        super().on_close()

    def write_message(self, message: Any, binary: bool = False) -> Any:
        try:
            soort = (read_header_from_binary_message(message) or {}).get("msg_type")
        except (TypeError, AttributeError):
            return None  # no message of a kernel
        return super().write_message(message, binary) if soort in NAAR_BUITEN else None

    def on_message(self, ws_message: Any) -> None:
        if self.connection is None or not self._has_credit():
            return
        if (delen := frame(ws_message)) is None:
            return
        try:
            goed = may_enter(delen[0].decode(), json.loads(delen[1]), json.loads(delen[4]))
        except (ValueError, AttributeError, RecursionError):
            return
        if goed:
            super().on_message(ws_message)

    def _has_credit(self) -> bool:
        nu = time.monotonic()
        self.tegoed = min(VOORRAAD, self.tegoed + (nu - self.sinds) * PER_SECONDE) - 1
        self.sinds = nu
        if self.tegoed < 0:
            self.close(1008, "te veel berichten")
        return self.tegoed >= 0
