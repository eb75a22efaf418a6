"""`/delen`: what a learner shares of practice with the teacher. Nothing, until they say so here; what goes is what they saw."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tornado import web

from . import deel
from .errors import LeerlijnError
from .gedeeld import NIVEAUS
from .serve_course import optional_json
from .serve_pages import Page


class SharePage(Page):
    """Shows what is shared and what would be; changes it by POST. Whose it is, says the server; Jupyter asks for the page's token before `post`."""

    @web.authenticated
    async def get(self) -> None:
        await self.show(uitkomst=self.get_query_argument("q", ""))

    @web.authenticated
    async def post(self) -> None:
        if not self.check_origin():  # the token would do; behind a hub Jupyter leaves this out
            raise web.HTTPError(403)
        doe, loop = self.get_body_argument("doe", ""), asyncio.get_running_loop()
        try:
            match doe:
                case "deel":
                    doe = await loop.run_in_executor(None, self.share, self.get_body_argument("stand", ""), self.get_body_argument("paden", "") == "ja")
                case "stop":
                    await loop.run_in_executor(None, self.home.stop_sharing, self)
                case _:
                    raise web.HTTPError(400)
        except LeerlijnError as e:
            self.set_status(503)
            await self.show(fout=str(e))
            return
        self.redirect(f"{self.base_url}delen?q={doe}", status=303)

    def share(self, stand: str, paden: bool) -> str:
        """Share, if it is still what the page showed (stand: deel.digest of that). Gives the word for what happened."""
        alles = deel.summaries(self.course_dir, self.home.folder(self))
        if deel.digest(alles) != stand:
            return "veranderd"
        if not (rij := deel.chosen(alles, paden)):
            raise LeerlijnError("Er is nog niets om te delen.")
        self.home.share(self, rij)
        return "deel"

    async def show(self, uitkomst: str = "", fout: str = "") -> None:
        gegevens = await asyncio.get_running_loop().run_in_executor(None, self.state, self.home.folder(self))
        self.write_page("delen.html", pagina="delen", titel="Wat deel ik met mijn docent?", uitkomst=uitkomst, fout=fout, **gegevens)

    def state(self, eigen: Path) -> dict[str, Any]:
        """What the page shows. Reads all answers of a learner: not for the server's event loop."""
        alles = deel.summaries(self.course_dir, eigen)
        nu: list[dict[str, Any]] = []
        sinds, onbekend = None, ""
        try:
            nu, sinds = self.home.shared(eigen)
        except LeerlijnError as e:
            onbekend = str(e)
        volgorde = [s["module"] for s in alles]
        nu.sort(key=lambda s: volgorde.index(s["module"]) if s["module"] in volgorde else len(volgorde))
        met_paden = any(s["paden"] for s in nu)
        return {
            "onbekend": onbekend, "sinds": sinds, "met_paden": met_paden, "nu": view(self.course_dir, nu), "anders": view(self.course_dir, alles),
            "gelijk": nu == deel.chosen(alles, met_paden), "stand": deel.digest(alles),
        }  # fmt: skip


def view(course_dir: Path, samenvattingen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Summaries for a page: titel of the module, niveaus [{goed, alle}], antwoorden in all, wegen [{titel, keuzes: texts}]."""
    titels = {m["id"]: m["titel"] for m in optional_json(course_dir / "cursus.json", {}).get("modules", [])}
    uit = []
    for s in samenvattingen:
        casussen = optional_json(course_dir / s["module"] / "oefening-sleutel.json", {}).get("casussen", {})
        wegen = [{"titel": casussen[c]["titel"], "keuzes": [_text(casussen[c], *stap) for stap in pad]} for c, pad in s["paden"].items() if c in casussen]
        niveaus = [{"goed": s["zekerheid"][n][0], "alle": s["zekerheid"][n][1]} for n in NIVEAUS]
        uit.append({"titel": titels.get(s["module"], s["module"]), "niveaus": niveaus, "antwoorden": sum(n["alle"] for n in niveaus), "wegen": wegen})
    return uit


def _text(casus: dict[str, Any], knoop: str, keuze: str) -> str:
    rij = casus["knopen"].get(knoop, {}).get("keuzes", [])
    return next((k["tekst"] for k in rij if k["id"] == keuze), keuze)
