"""Kernels that are there at once: one Python stands ready (spare.py), and nobody waits for messages that do not come."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.provisioning import LocalProvisioner
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from tornado.ioloop import IOLoop
from traitlets import DottedObjectName, Type

LATER = 2.5  # seconds that the next spare waits: the page that took the last one, or the start of the server, goes first
OURS = ["-P", "-m", "leerlijn.spare"]


class Spare:
    """At most one waiting process. It ends by itself when this server does: it reads from a pipe of ours."""

    process: subprocess.Popen | None = None
    over = False

    def later(self) -> None:
        IOLoop.current().call_later(LATER, self.make)

    def end(self) -> None:
        """No more of them, and the one that waits goes at once: it may still be loading and would notice later."""
        self.over = True
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def make(self) -> None:
        """Start one unless it stands already."""
        if self.over or self.process is not None and self.process.poll() is None:
            return
        env = {**os.environ, "LEERLIJN_SLANK": "1", "JPY_PARENT_PID": str(os.getpid())}  # read when modules load
        self.process = subprocess.Popen([sys.executable, "-P", "-m", "leerlijn.spare"], stdin=subprocess.PIPE, start_new_session=True, env=env)

    def take(self, args: list[str], env: dict[str, str], cwd: str) -> subprocess.Popen | None:
        """The waiting process, sent on its way as a kernel with these arguments; None when there is none. The next one is made later."""
        process, self.process = self.process, None
        self.later()
        if process is None or process.poll() is not None:
            return None
        try:
            process.stdin.write(json.dumps({"args": args, "env": env, "cwd": cwd}).encode() + b"\n")  # type: ignore[union-attr]
            process.stdin.close()  # type: ignore[union-attr]
        except OSError:
            process.kill()
            return None
        return process


class PromptClient(AsyncKernelClient):
    """Jupyter's client, ready as soon as the kernel answers on both channels. Its own then waits 0.2 s more for what might still come."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # type: ignore[override]
        """Raises RuntimeError when the kernel ended, or did not answer within `timeout` seconds."""
        end = time.monotonic() + (timeout or float("inf"))
        while time.monotonic() < end:
            asked = self.kernel_info()
            if await self._answered(asked, 1.0):
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _answered(self, asked: str, patience: float) -> bool:
        """Whether the reply came, and the `idle` after it: then nothing that a cell says is missed."""
        try:
            reply = await self.shell_channel.get_msg(timeout=patience)
            while reply["msg_type"] != "kernel_info_reply":
                reply = await self.shell_channel.get_msg(timeout=patience)
            self._handle_kernel_info_reply(reply)
            while True:
                message = await self.iopub_channel.get_msg(timeout=0.2)
                if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                    return True
        except (Empty, asyncio.TimeoutError):
            return False


class PageKernelManager(ServerKernelManager):
    """One kernel: the spare one when it is for a page of ours, else started as Jupyter does."""

    client_class = DottedObjectName(f"{__name__}.PromptClient", config=True)
    client_factory = Type(PromptClient, klass=AsyncKernelClient, config=True)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        env, local, spare = kw.get("env") or {}, self.provisioner, getattr(self.parent, "spare", None)
        fits = kernel_cmd[:4] == [sys.executable, *OURS] and env.get("LEERLIJN_SLANK") == "1" and type(local) is LocalProvisioner
        process = spare.take(kernel_cmd[4:], {**env, "JPY_PARENT_PID": str(os.getpid())}, kw.get("cwd") or os.getcwd()) if spare and fits else None
        if process is None:
            return await super()._async_launch_kernel(kernel_cmd, **kw)
        local.process, local.pid, local.pgid, local.cwd = process, process.pid, process.pid, kw.get("cwd")
        self._reconcile_connection_info(local.connection_info)
