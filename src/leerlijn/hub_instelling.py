"""instelling.yaml of an institution, looked at before a hub starts with it: what is missing or would open a door is said in Dutch.

And the groups of the hub are those that stand there, no more: by itself a hub only adds. Read by grading/hub/jupyterhub_config.py.
"""

from __future__ import annotations

import json
import os
import pwd
import re
from collections.abc import Collection, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

from . import yamltekst
from .errors import LeerlijnError

NAAM = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
SOORTEN = {"docenten": "formgrade", "cursisten": "nbgrader", "eigen_server": "eigen"}  # key of a course -> how its group begins, as nbgrader has it
VOORBEELD = "Vergelijk het met grading/hub/instelling.voorbeeld.yaml."
GETALLEN = ("delen", "kernels", "stil")


def load(pad: Path, root: bool | None = None) -> dict[str, Any]:
    """What stands in instelling.yaml, numbers as int. root: whether the hub runs as root; by default whether we do. Raises LeerlijnError with all that is wrong."""
    data, _, fouten = yamltekst.read(pad, str(pad))
    if fouten:
        raise LeerlijnError("\n".join(map(str, fouten)))
    try:
        for c in data["cursussen"].values():
            c["poort"] = int(c["poort"])
            c["project"], c["cursusmap"]
        dienst = data["dienst"]
        dienst.update({k: int(dienst[k]) for k in GETALLEN if k in dienst})
        dienst["gegevens"], dienst["inleveren"], data["uitwisseling"]
    except (KeyError, TypeError, AttributeError) as e:
        raise LeerlijnError(f"In {pad} ontbreekt {e}. {VOORBEELD}") from e
    except ValueError as e:
        raise LeerlijnError(f"In {pad} hoort een getal te staan bij poort, {', '.join(GETALLEN)} ({e}). {VOORBEELD}") from e
    als_root = str(data.get("als_root", "")).lower() in ("ja", "true")
    accounts = _accounts if (os.geteuid() == 0 if root is None else root) else _one_account
    if mis := [*_names(data), *_ports(data), *_password(pad, data), *(accounts(data) if not als_root else [])]:
        raise LeerlijnError("\n".join(f"{pad}: {zin}" for zin in mis))
    return data


def _names(data: dict[str, Any]) -> Iterator[str]:
    for naam in data["cursussen"]:
        if not NAAM.fullmatch(naam):
            yield f"de naam van de cursus '{naam}' kan niet. Gebruik kleine letters, cijfers en streepjes, ook bij `cursus:` in modules/cursus.yaml."


def _ports(data: dict[str, Any]) -> Iterator[str]:
    delen = data["dienst"].get("delen", 1)
    for (a, x), (b, y) in combinations(data["cursussen"].items(), 2):
        if abs(x["poort"] - y["poort"]) <= delen:
            yield f"de poorten van {a} en {b} lopen door elkaar. Elke cursus gebruikt `poort` en de {delen} erna."


def _password(pad: Path, data: dict[str, Any]) -> Iterator[str]:
    adressen = [*(c.get("cijferboek") for c in data["cursussen"].values()), (data.get("hub") or {}).get("database")]
    open_ = pad.stat().st_mode & 0o044 and all(m.stat().st_mode & 0o011 for m in pad.resolve().parents)
    if open_ and any(re.search(r"://[^/@]*:[^/@]+@", a or "") for a in adressen):
        yield f"er staat een wachtwoord in, en andere accounts kunnen dit bestand lezen. Doe: chmod 600 {pad}"


def _accounts(data: dict[str, Any]) -> Iterator[str]:
    """Root gives each service an account of its own. Without one a service, and so a teacher, would be root."""
    rijen = [("dienst: account", data["dienst"].get("account")), *((f"{naam}: beoordelaar", c.get("beoordelaar")) for naam, c in data["cursussen"].items())]
    for waar, wie in rijen:
        if not wie:
            yield f"bij `{waar}` staat geen account. De dienst zou als root draaien. Maak een account en zet het erbij (docs/beheer.md)."
            continue
        try:
            if pwd.getpwnam(wie).pw_uid == 0:
                yield f"bij `{waar}` staat {wie}, en dat is root. Neem een gewoon account (docs/beheer.md)."
        except KeyError:
            yield f"het account {wie} (bij `{waar}`) is er niet op deze machine. Maak het (docs/beheer.md), of verbeter de naam."
    for (a, x), (b, y) in combinations(rijen, 2):
        if x and x == y:
            yield f"`{a}` en `{b}` zijn hetzelfde account ({x}). Wie als het ene werkt, kan dan bij alles van het andere. Geef elk een eigen account."


def helpers(cursussen: dict[str, Any]) -> list[dict[str, Any]]:
    """Who helps a learner (contacts with organisatie, waarvoor and telefoon), as the first course says that has been put in its place."""
    for c in cursussen.values():
        try:
            contacten = json.loads(Path(c["cursusmap"], "cursus.json").read_text("utf-8"))["contacten"]
            return [{k: str(hulp[k]) for k in ("organisatie", "waarvoor", "telefoon")} for hulp in contacten if hulp["voor_deelnemer"] and hulp["telefoon"]]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # the service of that course says what is wrong with it
    return []


def _one_account(data: dict[str, Any]) -> Iterator[str]:
    if len(data["cursussen"]) > 1:
        yield "de hub draait niet als root en kan geen dienst een eigen account geven. Docenten van de ene groep kunnen dan bij alles van de andere. Start hem als root, of neem één cursus."


def groups(cursussen: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """For `load_groups` of a hub: each group with who is named."""
    return {f"{soort}-{naam}": {"users": list(c.get(wie) or [])} for naam, c in cursussen.items() for wie, soort in SOORTEN.items()}


def listed(cursussen: dict[str, Any]) -> set[str]:
    """Groups of which instelling.yaml names the members, be it none: `docenten: []`. Of one that it does not name, others say who is in it."""
    return {f"{soort}-{naam}" for naam, c in cursussen.items() for wie, soort in SOORTEN.items() if isinstance(c.get(wie), list)}


def keep_to(groepen: Collection[str]) -> None:
    """Let the hub of this process take out of these groups whoever `load_groups` does not name (any more)."""
    from jupyterhub import orm
    from jupyterhub.app import JupyterHub

    add = getattr(JupyterHub.init_groups, "stock", JupyterHub.init_groups)

    async def init_groups(self: Any) -> None:
        await add(self)
        for naam in sorted(set(groepen) & set(self.load_groups)):
            groep = orm.Group.find(self.db, naam)
            blijft = {self.authenticator.normalize_username(n) for n in self.load_groups[naam]["users"]}
            for user in [u for u in groep.users if u.name not in blijft]:
                self.log.warning("%s is uit de groep %s: staat niet (meer) in instelling.yaml.", user.name, naam)
                groep.users.remove(user)
        self.db.commit()

    init_groups.stock = add  # type: ignore[attr-defined]  # a configuration may be read twice
    JupyterHub.init_groups = init_groups
