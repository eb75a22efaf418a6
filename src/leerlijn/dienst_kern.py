"""The kernel of the shared service: locks itself to one learner's folder, then becomes an ordinary ipykernel.

Started by kernelspec `leerlijn-dienst` with LEERLIJN_EIGEN, LEERLIJN_CURSUSMAP and LEERLIJN_SLOT in its environment, all set by the
service. Everything here runs before the first thread.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from . import dienst_slot

# What a Python program needs of /etc: libraries and the time of day. Not the rest.
ETC = ("/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/locale.alias")


def readable(cursusmap: str, connectie: str) -> list[str]:
    """What a kernel may read: Python and its packages, the system's libraries, the course, and its own connection file."""
    pakketten = [p for p in sys.path if os.path.isabs(p) and p != "/"]
    return [sys.prefix, sys.base_prefix, *pakketten, "/usr", "/lib", "/lib64", "/dev/urandom", *ETC, cursusmap, connectie]


def close(argv: list[str]) -> list[str]:
    """Lock this process for good to the learner in its environment. argv: ["-f", connection file]. Gives the arguments for ipykernel.

    Ends the process with a sentence in the service's log when it can't be locked.
    """
    connectie = argv[argv.index("-f") + 1]
    eigen, cursusmap, minstens = os.environ["LEERLIJN_EIGEN"], os.environ["LEERLIJN_CURSUSMAP"], os.environ.get("LEERLIJN_SLOT", dienst_slot.STRENG)
    thuis = Path(eigen, ".kern")  # what IPython wants to keep, beside the answers
    thuis.mkdir(mode=0o700, exist_ok=True)
    with open(connectie, encoding="utf-8") as f:
        poorten = [w for k, w in json.load(f).items() if k.endswith("_port")]
    os.environ.update(HOME=str(thuis), IPYTHONDIR=str(thuis / "ipython"), TMPDIR=str(thuis), JUPYTER_RUNTIME_DIR=str(thuis))
    dienst_slot.limit()
    if minstens != dienst_slot.UIT:
        try:
            dienst_slot.lock(readable(cursusmap, connectie), [eigen, "/dev/null"], poorten, minstens)
        except (OSError, RuntimeError) as e:
            sys.exit(f"Een kernel kon niet op slot en is niet gestart: {e}")
    return ["-f", connectie, "--HistoryManager.enabled=False", "--log-level=50"]


def main(argv: list[str]) -> None:
    args = close(argv)
    from . import spare  # behind the lock

    spare.load()
    spare.serve(args)


if __name__ == "__main__":
    main(sys.argv[1:])
