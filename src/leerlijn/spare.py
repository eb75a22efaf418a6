"""A Python that has loaded all that a lesson needs and waits to become its kernel: `python -m leerlijn.spare`, one line on stdin.

With arguments, those of ipykernel, it does not wait: our kernelspec starts the kernel of a page like that when none stands ready.

Loading is most of the time that a kernel takes to start. Until its orders come it knows nothing of any reader, unlike Voila's
preheated kernels, which have run the notebook before anyone asked.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path

NAME = "leerlijn-kernel"  # what `ps` shows from the moment that it serves a page; at most 15 characters

# What ipykernel and IPython load only when they become a kernel. One that is gone after an upgrade costs time and nothing else.
LATER = ("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "ipykernel.debugger", "psutil", "tornado.platform.asyncio", "tornado.queues")  # fmt: skip


def load() -> None:
    """Load what a lesson needs."""
    # Not the debugger: two thirds of the time in which a kernel begins, and 13 MB, for something that no page can ask for.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    import ipywidgets  # noqa: F401
    from ipykernel.kernelapp import IPKernelApp  # noqa: F401

    from . import toon  # noqa: F401  for its own sake: anywidget comes with it

    for naam in LATER:
        with contextlib.suppress(ImportError):
            importlib.import_module(naam)


def serve(args: list[str]) -> None:
    """Be a kernel in this process, until it is told to stop. args: those of ipykernel."""
    import ipywidgets
    from ipykernel.kernelapp import IPKernelApp

    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(NAME, encoding="ascii")
    app = IPKernelApp.instance()
    app.initialize(args)
    ipywidgets.register_comm_target()  # it does so by itself only when it loads inside a kernel
    app.start()
    # Python's exit ends the thread that prints first; the one that takes orders could then wait for ever to say that it is done.
    if app.control_thread and app.control_thread.is_alive():
        app.control_thread.stop()
        app.control_thread.join()


def main() -> None:
    if args := sys.argv[1:]:
        if os.environ.get("LEERLIJN_SLANK") == "1":  # else a notebook in JupyterLab, which may want the debugger
            load()
        return serve(args)
    load()
    line = sys.stdin.buffer.readline()
    if not line:  # the server ended
        return
    orders = json.loads(line)
    os.environ.clear()
    os.environ.update(orders["env"])
    os.chdir(orders["cwd"])
    serve(orders["args"])


if __name__ == "__main__":
    main()
