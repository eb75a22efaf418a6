"""Names and groups at the login, whatever the login is: opaque names, no mail address, groups as nbgrader has them. Standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PAST = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")  # as it is: the hub makes names lower case, hand-ins can't hold a +
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROL = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
DOCENT, CURSIST = {f"{ROL}Instructor"}, {f"{ROL}Learner"}


def hub_name(uitgever: str, sub: str) -> str:
    """Name in the hub for the opaque id `sub` that the login gives; uitgever: its issuer.

    An id that the hub would change (capitals, signs) becomes a hash: two people never share a name, and nothing of the id is lost to a
    different spelling. Raises ValueError without an id.
    """
    if not sub:
        raise ValueError("De login gaf geen id (sub).")
    if PAST.fullmatch(sub) and not re.fullmatch("u-[0-9a-f]{24}", sub):
        return sub
    return f"u-{hashlib.sha256(f'{uitgever}|{sub}'.encode()).hexdigest()[:24]}"


def groups(waarden: Iterable[str], toewijzing: Mapping[str, str]) -> set[str]:
    """Groups in the hub for what the login says somebody belongs to. toewijzing: theirs -> ours; anything else is left out."""
    if isinstance(waarden, str):
        waarden = [waarden]
    return {toewijzing[w] for w in waarden if w in toewijzing}


def lti_course(claims: Mapping[str, Any], cursussen: Mapping[str, str], deployments: Iterable[str]) -> str | None:
    """Course of a launch from the electronic learning environment, or None when it is not for us. cursussen: id of the course there -> ours."""
    if claims.get(f"{LTI}message_type") != "LtiResourceLinkRequest" or claims.get(f"{LTI}deployment_id") not in set(deployments):
        return None
    return cursussen.get((claims.get(f"{LTI}context") or {}).get("id"))


def lti_group(claims: Mapping[str, Any], cursus: str) -> str | None:
    """Group in the hub: a teacher there is a teacher here, only who is a learner there is one here, and others are in none."""
    rollen = {r if "#" in r else ROL + r for r in claims.get(f"{LTI}roles") or []}
    if rollen & DOCENT:
        return f"formgrade-{cursus}"
    return f"nbgrader-{cursus}" if rollen & CURSIST else None


def keep_launch(map_: Path, naam: str, claims: Mapping[str, Any]) -> None:
    """Keep where the grades of a learner go: the id that the learning environment knows, and the address of its list. No name, no mail address."""
    waar = claims.get(AGS) or {}
    data = {"naam": naam, "sub": claims["sub"], "uitgever": claims["iss"], "lijst": waar.get("lineitems")}
    doel = map_ / f"{hashlib.sha256(naam.encode()).hexdigest()[:20]}.json"
    half = map_ / f".half-{secrets.token_hex(8)}"
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="utf-8") as f:
        json.dump(data, f)
    half.chmod(0o640)  # the group, which is the grading account's, reads it whatever the umask
    os.replace(half, doel)


def launches(map_: Path) -> dict[str, dict[str, Any]]:
    """Name in the hub -> what keep_launch kept. What can't be read is left out."""
    uit = {}
    for pad in sorted(map_.glob("*.json")):
        try:
            data = json.loads(pad.read_text("utf-8"))
            uit[data["naam"]] = data
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return uit
