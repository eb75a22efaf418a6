"""What the database of a JupyterHub keeps of one person: read only. Taking it away is for the hub itself, which has it in memory too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from . import gradebook
from .errors import LeerlijnError


def addresses(hub: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the database is, by `hub:` of instelling.yaml: its address, or the SQLite files in its folder."""
    if adres := hub.get("database"):
        return (gradebook.driver(str(adres)),)
    return tuple(f"sqlite:///file:{p.resolve()}?mode=ro&uri=true" for p in sorted(Path(hub["map"]).glob("*.sqlite"))) if hub.get("map") else ()


def of_user(adressen: tuple[str, ...], wie: str) -> dict[str, Any] | None:
    """Name, times, groups and number of logins of a user; None when no hub knows that name. Times as text, UTC. Raises LeerlijnError."""
    for adres in adressen:
        engine = sa.create_engine(adres)
        try:
            with engine.connect() as db:
                if not sa.inspect(db).has_table("user_group_map"):
                    continue  # no database of a hub
                rij = db.execute(sa.text("SELECT id, created, last_activity FROM users WHERE name = :wie"), {"wie": wie}).first()
                if rij:
                    groepen = db.scalars(sa.text("SELECT name FROM groups JOIN user_group_map ON group_id = id WHERE user_id = :id ORDER BY name"), {"id": rij[0]})
                    return {"naam": wie, "sinds": str(rij[1] or ""), "laatst": str(rij[2] or ""), "groepen": list(groepen),
                            "logins": db.scalar(sa.text("SELECT count(*) FROM api_tokens WHERE user_id = :id"), {"id": rij[0]})}  # fmt: skip
        except gradebook.DatabaseError as e:
            raise LeerlijnError(f"De database van de hub is niet te lezen: {gradebook.oorzaak(e)}. Voer dit uit als beheerder, en probeer het zo opnieuw.") from e
        finally:
            engine.dispose()
    return None
