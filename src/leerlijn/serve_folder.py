"""A folder for the connection files of kernels that does not outlive its server, not even one that was killed: the next start clears up."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

VOOR = "leerlijnk-"
NIEUW = 60.0  # seconds in which a folder may have no lock yet
KORT = 19  # characters of a folder for temporary files below which a socket's path still fits in the 103 that it may have


def short_temp() -> str:
    """The system's folder for temporary files, or /tmp when sockets would have too long a name in it."""
    return map_ if len(map_ := tempfile.gettempdir()) <= KORT else "/tmp"


@contextlib.contextmanager
def kernel_folder(boven: str) -> Iterator[str]:
    """A new folder of this account in `boven`, locked as long as this process lives; what ended ones left there is removed first."""
    if os.name != "posix":  # no locks on folders
        with tempfile.TemporaryDirectory(prefix=VOOR, dir=boven, ignore_cleanup_errors=True) as map_:
            yield map_
        return
    for oud in Path(boven).glob(f"{VOOR}*"):
        with contextlib.suppress(OSError), _locked(oud):
            if time.time() - oud.stat().st_mtime > NIEUW:
                shutil.rmtree(oud, ignore_errors=True)
    map_ = tempfile.mkdtemp(prefix=VOOR, dir=boven)
    try:
        with _locked(Path(map_)):
            yield map_
    finally:
        shutil.rmtree(map_, ignore_errors=True)


@contextlib.contextmanager
def _locked(map_: Path) -> Iterator[None]:
    """Hold a folder of this account. Raises OSError when it is another's, or held by a process that lives."""
    import fcntl

    fd = os.open(map_, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(fd).st_uid != os.geteuid() or not stat.S_ISDIR(os.fstat(fd).st_mode):
            raise PermissionError
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(fd)
