"""What learners share of their practice, on its way to the teacher: a small file per learner and module, under a code, where hand-ins arrive.

In the exchange learners may write but not look around, so nobody finds another's file; the shared service writes for who has no account
here. The teacher's report reads it there and keeps no copy: what is taken back is gone. Standard library only.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import intake

NIVEAUS = {"1": "gok", "2": "redelijk zeker", "3": "heel zeker"}
MAX_BESTAND = 100_000  # bytes
MAX_ANTWOORDEN = 1000  # a learner can have at one level
MAX_PER_ACCOUNT = 40  # files looked at of one account in the exchange, the newest; a course has some ten modules


def name(code: str) -> str:
    """Name of the file of a code (32 hexadecimal digits)."""
    return f".gedeeld-{code}.json"


def place(map_: Path, bestanden: Mapping[str, bytes], mode: int) -> None:
    """Put files in a folder of hand-ins, each in place of an earlier one with that code, whole or not at all. Raises OSError."""
    for code, data in bestanden.items():
        half = map_ / f".gedeeld-{code}.half"
        half.unlink(missing_ok=True)  # of a time that the power went out
        fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            with open(fd, "wb") as f:
                os.fchmod(fd, mode)  # the teacher may read it, whatever the umask
                f.write(data)
                f.flush()
                os.fsync(fd)
            os.replace(half, map_ / name(code))
        except OSError:
            half.unlink(missing_ok=True)
            raise


def parse(ruw: bytes) -> dict[str, Any] | None:
    """A shared file when it has the right shape, else None."""
    try:
        data = json.loads(ruw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("v") != 1 or not isinstance(data.get("module"), str):
        return None
    zekerheid, paden = data.get("zekerheid"), data.get("paden")
    if not isinstance(zekerheid, dict) or not isinstance(paden, dict) or not all(_telling(zekerheid.get(n)) for n in NIVEAUS):
        return None
    return {"v": 1, "module": data["module"], "zekerheid": {n: zekerheid[n] for n in NIVEAUS}, "paden": paden}


def _telling(x: Any) -> bool:
    return isinstance(x, list) and len(x) == 2 and all(type(g) is int for g in x) and 0 <= x[0] <= x[1] <= MAX_ANTWOORDEN


def take_back(map_: Path, codes: Iterable[str]) -> None:
    """Remove the files of these codes. One that is not there is no failure; the folder itself not there is: it may come back. Raises OSError."""
    codes = set(codes)
    if codes and not map_.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder of hand-ins is not there", str(map_))
    for code in codes:
        for pad in (map_ / name(code), map_ / f".gedeeld-{code}.half"):
            pad.unlink(missing_ok=True)


def arrived(inbound: Path, *, zelfde_account: bool = False, diensten: Iterable[intake.Dienst] = ()) -> tuple[list[tuple[str, bytes]], int]:
    """What learners of one course share now: (whose, contents), and how many files are not in order. The oldest come first.

    whose: a word that stands for one learner, by which a second file of theirs is known: the account in the exchange, the code in the
    folder of a service. zelfde_account: learners share one account. A service's folder that others can write in is not read.
    """
    uit: list[tuple[str, bytes]] = []
    stuk = 0
    bronnen = [(inbound, not zelfde_account), *((d.map, False) for d in diensten if d.map.is_dir() and not intake.untrusted(d))]
    for map_, per_account in bronnen:
        for pad, info in _files(map_, per_account):
            data, _ = intake.read_file(pad, MAX_BESTAND, uid=info.st_uid)
            if data is None:
                stuk += 1
            else:
                uit.append((f"account {info.st_uid}" if per_account else pad.name, data))
    return uit, stuk


def _files(map_: Path, per_account: bool) -> list[tuple[Path, os.stat_result]]:
    """Shared files in a folder, the oldest first; nothing when it can't be read: the report goes on without."""
    try:
        with os.scandir(map_) as rij:
            gevonden = [(Path(b.path), b.stat(follow_symlinks=False)) for b in rij if intake.GEDEELD.fullmatch(b.name) and b.name.endswith(".json")]
    except OSError:
        return []
    gevonden.sort(key=lambda x: (x[1].st_mtime_ns, x[0].name))
    if not per_account:
        return gevonden
    tel: dict[int, int] = {}
    uit = []
    for pad, info in reversed(gevonden):
        tel[info.st_uid] = tel.get(info.st_uid, 0) + 1
        if tel[info.st_uid] <= MAX_PER_ACCOUNT:
            uit.append((pad, info))
    return uit[::-1]
