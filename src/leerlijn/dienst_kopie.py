"""Kernels of the shared service as copies of one process that stands ready (dienst_moeder): a quarter of the time, half of the memory.

Wherever that can't be, a kernel starts as Jupyter starts it: another system, a process that is not ready yet or has ended, an order that
is not for a kernel of ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from .dienst_moeder import RUIMTE

NAAM = "leerlijn-kopie"  # of the provisioner
OURS = ["-P", "-m", "leerlijn.dienst_kern"]
ANTWOORD = 5.0  # seconds that a copy may take; a quiet machine takes 0.01
PAUZE = 5.0  # seconds before another mother process
_SUBREAPER = 36
log = logging.getLogger("leerlijn.dienst")


class Copy:
    """A kernel that this process did not start but that is its child: what LocalProvisioner asks of a subprocess.Popen."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid, self.returncode = pid, None

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.returncode = 0
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired after `timeout` seconds."""
        eind = time.monotonic() + (float("inf") if timeout is None else timeout)
        while self.poll() is None:
            if time.monotonic() > eind:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(0.02)
        return self.returncode  # type: ignore[return-value]

    def send_signal(self, sein: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sein)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Mother:
    """The process that stands ready, and the line to it. Ends by itself when the service does: its line is cut then."""

    def __init__(self, env: dict[str, str]):
        """env: environment of the process, in which nothing secret may stand: all kernels have a copy of its memory."""
        self.env, self.klaar, self.sinds = env, False, float("-inf")
        self.beurt = asyncio.Lock()  # one order at a time, so that each gets its own answer
        self.proces: subprocess.Popen | None = None
        self.lijn: socket.socket | None = None
        if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
        self.make()

    def make(self) -> None:
        """Start the process, unless it stands or was started a moment ago."""
        if self.proces is not None or time.monotonic() - self.sinds < PAUZE:
            return
        self.sinds, self.klaar = time.monotonic(), False
        self.lijn, daar = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.lijn.setblocking(False)
        env = {**self.env, "LEERLIJN_SLANK": "1", "JPY_PARENT_PID": str(os.getpid()), "LEERLIJN_RUIMTE": " " * RUIMTE}
        args = [sys.executable, "-P", "-m", "leerlijn.dienst_moeder", str(daar.fileno()), " " * RUIMTE]
        with daar:
            self.proces = subprocess.Popen(args, stdin=subprocess.DEVNULL, pass_fds=[daar.fileno()], start_new_session=True, env=env)

    async def start(self, args: list[str], env: dict[str, str], cwd: str) -> Copy | None:
        """A kernel with this command, environment and folder; None when there is none to be had now. Other requests go on meanwhile."""
        async with self.beurt:
            self.make()
            try:
                if not self._ready():
                    return None
                opdracht = json.dumps({"args": args, "env": env, "cwd": cwd}).encode()
                pid = int(await asyncio.wait_for(self._ask(opdracht), ANTWOORD))
            except (OSError, ValueError, TimeoutError) as e:
                self.end(f"{type(e).__name__}: {e}")
                return None
            except BaseException:  # nobody waits for it any more, and its answer must not go to the next
                self.end("een pagina ging weg")
                raise
            return Copy(pid) if pid > 0 else None

    async def _ask(self, opdracht: bytes) -> bytes:
        loop, lijn = asyncio.get_running_loop(), self.lijn
        await loop.sock_sendall(lijn, opdracht)  # type: ignore[arg-type]
        return await loop.sock_recv(lijn, 20)  # type: ignore[arg-type]

    def _ready(self) -> bool:
        if not self.klaar and self.lijn is not None and select.select([self.lijn], [], [], 0)[0]:
            wat = self.lijn.recv(1000).decode()
            if wat != "klaar":
                raise OSError(wat or "gestopt")
            self.klaar = True
        return self.klaar and self.lijn is not None

    def end(self, waarom: str = "") -> None:
        """Stop the process; kernels go on. The next order starts another one."""
        if waarom:
            log.warning("Kernels beginnen nu gewoon, niet als kopie (%s).", waarom)
        if self.proces is not None:
            if self.proces.poll() is None:
                os.killpg(self.proces.pid, signal.SIGKILL)  # and a copy that is being made: a kernel is in a group of its own
            self.proces.wait()
        if self.lijn is not None:
            with contextlib.suppress(OSError, ValueError, subprocess.TimeoutExpired), self.lijn:
                if (pid := int(self.lijn.recv(20))) > 0:  # its answer came after all: nobody knows that kernel
                    (laat := Copy(pid)).kill()
                    laat.wait(1)
        self.proces = self.lijn = None
        self.klaar = False


class CopyProvisioner(LocalProvisioner):
    """Starts a kernel as a copy when its manager has a `moeder` that can give one, else as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        moeder, env = getattr(self.parent.parent, "moeder", None), kwargs.get("env") or {}
        if moeder is not None and cmd[:4] == [sys.executable, *OURS] and env.get("LEERLIJN_SLANK") == "1":
            cwd = str(kwargs.get("cwd") or os.getcwd())
            proces = await moeder.start(cmd, {**env, "JPY_PARENT_PID": str(os.getpid())}, cwd)
            if proces is not None:
                self.process, self.pid, self.pgid, self.cwd = proces, proces.pid, proces.pid, cwd
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def send_signal(self, signum: int) -> None:
        if self.process and self.process.poll() is None:  # never to a number that belongs to another process by now
            with contextlib.suppress(ProcessLookupError):
                await super().send_signal(signum)


def use(manager: Any, env: dict[str, str]) -> Mother | None:
    """Let the kernels of a manager (MultiKernelManager) start as copies. None, and a line in the log, where the system can't."""
    try:
        moeder = Mother(env)
    except (OSError, AttributeError) as e:
        log.warning("Kernels beginnen gewoon, niet als kopie: %s.", e)
        return None
    fabriek = KernelProvisionerFactory.instance(parent=manager)
    # Here and not as an entry point of the package: no kernel of another Jupyter on this machine has to do with it.
    fabriek.provisioners[NAAM] = EntryPoint(NAAM, f"{__name__}:{CopyProvisioner.__name__}", fabriek.GROUP_NAME)
    fabriek.default_provisioner_name = NAAM
    return moeder
