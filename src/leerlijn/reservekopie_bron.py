"""What belongs in a backup: the folders and databases of one machine, or of a whole institution by its instelling.yaml."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import beleid, gradebook, yamltekst
from .errors import LeerlijnError

# Of a project: its content and what grading made. Not what can be fetched or built again.
DIEP = 40  # levels in a folder that learners write in; ours are 6, and without an end nothing could be put back
LANG = 1000  # bytes of a name below it; ours are some 200, and a folder to put back to has a name as well
PROJECT = ("modules", "quizzes", "casuistiek", "source_material", "grading")


@dataclass(frozen=True, slots=True)
class Bron:
    """One folder of a backup. naam: its name there; pad: where it is; alleen: only these names in it, all when empty."""

    naam: str
    pad: Path
    alleen: tuple[str, ...] = ()

    @property
    def van_deelnemers(self) -> bool:
        """Whether learners write in it: nothing in there may stop a backup."""
        return self.naam in ("uitwisseling", "ingeleverd", "antwoorden", "deelnemer")

    def delen(self) -> list[Path]:
        """What is there of it."""
        if not self.alleen:
            return [self.pad] if self.pad.exists() else []
        return [self.pad / n for n in self.alleen if (self.pad / n).exists()]


@dataclass(slots=True)
class Bronnen:
    """mappen: folders; databases: name -> address of a PostgreSQL database."""

    mappen: list[Bron] = field(default_factory=list)
    databases: dict[str, str] = field(default_factory=dict)

    def add_gradebook(self, naam: str, adres: str, root: Path) -> None:
        """The gradebook, where it is not already among the files of its project."""
        if adres.startswith("postgresql"):
            self.databases[naam] = adres.replace("postgresql+psycopg://", "postgresql://", 1)
        elif not adres.startswith("sqlite:///"):
            raise LeerlijnError(f"Het cijferboek van {naam} is geen SQLite of PostgreSQL. Zet LEERLIJN_CIJFERBOEK (of `cijferboek:` in instelling.yaml) goed.")
        elif (pad := Path(adres.removeprefix("sqlite:///"))).parent != (root / "grading").resolve():
            self.mappen.append(Bron(f"cijferboek-{naam}", pad.parent, (pad.name,)))


def of_machine(root: Path, deelnemers: Path, uitwisseling: Path) -> Bronnen:
    """Everything of one course on one machine. root: project; deelnemers: folder above the learner's course folder; uitwisseling: exchange."""
    cursus = beleid.course(root).cursus
    uit = Bronnen([Bron(f"project-{cursus}", root, PROJECT), Bron("uitwisseling", uitwisseling, (cursus,)), Bron("deelnemer", deelnemers, (cursus,))])
    uit.add_gradebook(cursus, gradebook.url(root / "grading"), root)
    return uit


def of_institution(instelling: Path) -> Bronnen:
    """Everything of all courses of a hub, as grading/hub/instelling.voorbeeld.yaml names it. Raises LeerlijnError."""
    data, _, fouten = yamltekst.read(instelling, str(instelling))
    if fouten:
        raise LeerlijnError("\n".join(map(str, fouten)))
    try:
        dienst, hub = data["dienst"], data.get("hub") or {}
        uit = Bronnen([
            Bron("uitwisseling", Path(data["uitwisseling"])),
            Bron("antwoorden", Path(dienst["gegevens"])), Bron("ingeleverd", Path(dienst["inleveren"])),
        ])  # fmt: skip
        for naam, cursus in data["cursussen"].items():
            root = Path(cursus["project"])
            uit.mappen += [Bron(f"project-{naam}", root, PROJECT), Bron(f"cursus-{naam}", Path(cursus["cursusmap"]))]
            if cursus.get("cijferboek"):
                uit.add_gradebook(naam, _postgres(cursus["cijferboek"]), root)
        if hub.get("map"):
            uit.mappen.append(Bron("hub", Path(hub["map"])))
        if Path(hub.get("map") or "/").resolve() not in instelling.resolve().parents[:-1]:
            uit.mappen.append(Bron("instelling", instelling.parent, (instelling.name,)))
        if hub.get("database"):
            uit.databases["hub"] = _postgres(hub["database"])
        if data.get("lms"):
            uit.mappen += _learning_environment(Path(data["lms"]))
    except (KeyError, TypeError, AttributeError) as e:
        raise LeerlijnError(f"In {instelling} ontbreekt {e}. Vergelijk het met grading/hub/instelling.voorbeeld.yaml.") from e
    return uit


def _learning_environment(lms: Path) -> list[Bron]:
    """The link with a learning environment: lms.yaml, our keys, and where the grades of whom go. Without these nobody's grades go over after a restore."""
    data, _, fouten = yamltekst.read(lms, str(lms))
    if fouten or not isinstance(data, dict):
        raise LeerlijnError("\n".join(map(str, fouten)) or f"{lms} is leeg. Vergelijk het met grading/hub/lms.voorbeeld.yaml.")
    per_map: dict[Path, list[str]] = {}
    for pad in (lms, *(Path(data[k]) for k in ("sleutel", "openbaar") if data.get(k))):
        per_map.setdefault(pad.parent, []).append(pad.name)
    return [Bron("koppelingen", Path(data["koppelingen"])), *(Bron(f"leeromgeving-{n}", map_, tuple(namen)) for n, (map_, namen) in enumerate(per_map.items(), 1))]


def _postgres(adres: str) -> str:
    return f"postgresql://{adres.partition('://')[2]}" if adres.startswith("postgres") else adres


def check(bronnen: Bronnen) -> None:
    """Refuse a backup in which something is missing: it would be found out on the day that it is needed. Raises LeerlijnError."""
    weg = [str(b.pad) for b in bronnen.mappen if not b.pad.is_dir()]
    # Of one machine: nobody handed in yet, or there are no learners here.
    echt = [w for w in weg if w not in {str(b.pad) for b in bronnen.mappen if b.naam in ("uitwisseling", "deelnemer", "ingeleverd")}]
    if echt:
        raise LeerlijnError(f"Deze mappen zijn er niet: {', '.join(echt)}. Controleer de namen, en of dit account ze mag lezen. Er is geen reservekopie gemaakt.")


def walk(bron: Bron, anderen: Iterable[Path], weg: Callable[[Path, str], None] = lambda *_: None) -> Iterator[tuple[Path, os.stat_result]]:
    """Files, folders and links of a source, folders before what is in them. anderen: folders of other sources, left out here.

    weg: told of what is left out of a folder that learners write in, with the reason: nothing that they make there stops a backup.
    """
    over = {p.resolve() for p in anderen} - {bron.pad.resolve()}
    stapel: list[Path] = list(reversed(bron.delen()))
    while stapel:
        pad = stapel.pop()
        try:
            stand = pad.lstat()
            map_ = stat.S_ISDIR(stand.st_mode)
            if pad.name in ("__pycache__", ".ipynb_checkpoints") or pad.name.startswith(".half-") or (map_ and pad.resolve() in over):
                continue
            if bron.van_deelnemers and len(os.fsencode(pad.relative_to(bron.pad))) > LANG:
                raise OSError(errno.ENAMETOOLONG, "")
            yield pad, stand
            if not map_:
                continue
            if bron.van_deelnemers and len(pad.parts) - len(bron.pad.parts) >= DIEP:
                if any(pad.iterdir()):
                    weg(pad, f"is meer dan {DIEP} mappen diep; wat erin staat")
            else:
                stapel += sorted(pad.iterdir(), reverse=True)
        except FileNotFoundError:  # collected, handed in or removed while we looked
            continue
        except OSError as e:
            if not bron.van_deelnemers:
                raise
            if e.errno not in (errno.ENOTDIR, errno.ELOOP):  # those: swapped while we looked
                weg(pad, in_words(e))


def in_words(e: OSError) -> str:
    """Why something can't be read."""
    return {errno.EACCES: "is niet te lezen met dit account en", errno.ENAMETOOLONG: "heeft een te lange naam en"}.get(e.errno or 0, f"is niet te lezen ({e.strerror}) en")
