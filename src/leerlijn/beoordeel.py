"""Judging open questions by rubric in the teacher's own Jupyter server: pages of ours, and a panel inside formgrader's page.

A server extension, loaded by `leerlijn docent` and by the grading service in the hub, so that the same login guards it as formgrader. Every
change is a PUT with JSON that passes Jupyter's check against forged requests. Points and comments end up where nbgrader keeps them.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from jupyter_server.base.handlers import APIHandler, FileFindHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from . import artikel, beleid, gradebook, gradecell, intake, rubriek, rubriek_lezers
from .errors import LeerlijnError
from .serve_settings import STATIC, headers

MAP = Path(__file__).parent / "share" / "beoordeel"
NAAM = r"([a-z][a-z0-9-]*)"
PER_PAGINA = 25
WACHT = 5.0  # seconds for a gradebook in which somebody else writes: meanwhile nobody else gets a page
TITELS = {"eerste": "Open vraag beoordelen", "tweede": "Tweede lezer", "besluit": "Verschillen bespreken"}


@lru_cache(maxsize=1)
def templates() -> Environment:
    env = Environment(loader=FileSystemLoader(MAP), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    env.filters.update(getal=artikel.getal, plat=artikel.plat, opgemaakt=artikel.opgemaakt)
    env.globals.update(stappen=rubriek.steps, compleet=rubriek.complete)
    return env


@dataclass
class Boek:
    """One test in the gradebook, open for a page."""

    db: Any
    grading: Path
    toets: gradebook.Toets
    sleutel: dict[str, Any]
    items: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, werk: rubriek.Werk, item: str) -> str:
        """The learner's text. Only a plain name of a folder has one."""
        if not intake.student_ok(werk.student):
            return ""
        antwoorden, _ = gradecell.read_answers(self.grading / "submitted" / werk.student / self.toets.naam, self.sleutel)
        tekst = antwoorden.get(item)
        return tekst if isinstance(tekst, str) else ""


@contextlib.contextmanager
def opened(grading: Path, module: str, *, schrijf: bool = False) -> Iterator[Boek]:
    """A test of the gradebook. Raises LeerlijnError when there is none or it can't be read; schrijf: within one transaction that writes."""
    engine = gradebook.connect(gradebook.url(grading), WACHT)
    if engine is None:
        raise LeerlijnError("Er is nog geen cijferboek. Haal eerst een toets op en kijk haar na: leerlijn grade <module>.")
    try:
        with gradebook.writing(engine) if schrijf else engine.connect() as db:
            toets = gradebook.load_tests(db, [module]).get(module)
            if toets is None:
                raise LeerlijnError(f"De toets {module} staat nog niet in het cijferboek.")
            sleutel = gradecell.load_key(grading / "sleutels" / f"{module}.json")
            items = {i["id"]: i for i in rubriek.open_items(sleutel) if i["id"] in toets.cellen}
            yield Boek(db, grading, toets, sleutel, items)
    except gradebook.DatabaseError as e:
        raise LeerlijnError(f"Het cijferboek werkt niet mee: {gradebook.oorzaak(e)}. Probeer het zo opnieuw.") from e
    finally:
        engine.dispose()


def module_of(grading: Path, nummer: str) -> str | None:
    """The test that a hand-in, by its id in formgrader, belongs to."""
    engine = gradebook.connect(gradebook.url(grading))
    if engine is None:
        return None
    try:
        with engine.connect() as db:
            return gradebook.test_of(db, nummer)
    finally:
        engine.dispose()


def select(boek: Boek, werken: list[rubriek.Werk], item: dict[str, Any], rol: str, lezer: str, deel: float) -> list[rubriek.Werk]:
    """The answers that one marker gets to see in a role, in the order of the page. A marker with a name never gets an answer in both roles."""
    if rol == "besluit":
        return rubriek_lezers.compare(werken, item, boek.toets.naam, deel).verschillen
    if rol == "tweede":
        werken, ander = rubriek_lezers.chosen(werken, boek.toets.naam, deel), "eerste"
    else:
        werken, ander = [w for w in werken if not w.leeg], "tweede"
    return [w for w in werken if not (lezer and (o := w.oordelen.get(ander)) and o.lezer == lezer)]


def busy(w: rubriek.Werk, item: dict[str, Any], rol: str) -> bool:
    """Has this role still something to do here?"""
    if rol == "eerste":
        return w.wacht
    return not (o := w.oordelen.get(rol)) or not rubriek.complete(item["rubriek"], o.criteria)


class Basis:
    """What pages and requests share."""

    settings: Any
    current_user: Any

    @property
    def grading(self) -> Path:
        return self.settings["leerlijn_grading"]

    @property
    def lezer(self) -> str:
        """Who this is, as the hub knows it; "" on a machine with one key for all, where nobody can tell."""
        return str(self.current_user.username)[:128] if getattr(self.current_user, "hub_user", None) else ""

    def role(self, gevraagd: Any) -> str:
        if gevraagd not in rubriek.ROLLEN:
            raise web.HTTPError(400)
        return gevraagd


class Page(Basis, JupyterHandler):
    """Base of our pages."""

    def set_default_headers(self) -> None:
        super().set_default_headers()
        for naam, waarde in headers().items():
            self.set_header(naam, waarde)
        self.set_header("Cache-Control", "no-store")

    def page(self, naam: str, **waarden: Any) -> None:
        self.xsrf_token  # noqa: B018 - sets the cookie that a PUT has to show
        basis = url_path_join(self.base_url, "leerlijn/beoordeel")
        self.finish(templates().get_template(naam).render(basis=basis, base_url=self.base_url, titels=TITELS, lezer=self.lezer, **waarden))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        fout = kwargs.get("exc_info", (None, None))[1]
        tekst = str(fout) if isinstance(fout, LeerlijnError) else "Deze pagina is er niet, of er ging iets mis. Ga terug naar het overzicht."
        self.page("fout.html.j2", titel="Dit lukt nu niet", tekst=tekst)


class Overview(Page):
    """`/leerlijn/beoordeel`: all open questions, and how far each is."""

    @web.authenticated
    def get(self) -> None:
        cursus, regels = beleid.course(self.grading.parent), beleid.load(self.grading / "beleid.yaml")
        deel, rijen = rubriek_lezers.share(regels), []
        for m in cursus.modules:
            if not (self.grading / "sleutels" / f"{m.id}.json").is_file():
                continue
            try:
                with opened(self.grading, m.id) as boek:
                    for item in boek.items.values():
                        werken = rubriek.works(boek.db, boek.toets, item["id"])
                        v = rubriek_lezers.compare(werken, item, m.id, deel)
                        tweede = rubriek_lezers.chosen(werken, m.id, deel)
                        rijen.append(
                            {"module": m, "item": item, "alle": sum(not w.leeg for w in werken), "leeg": sum(w.leeg for w in werken), "wacht": sum(w.wacht for w in werken),
                             "tweede": len(tweede), "tweede_wacht": sum(busy(w, item, "tweede") for w in tweede), "vergelijking": v}
                        )  # fmt: skip
            except LeerlijnError as e:
                self.log.info("%s: %s", m.id, e)
        self.page("overzicht.html.j2", titel="Open vragen beoordelen", rijen=rijen, deel=deel, cursus=cursus)


class Question(Page):
    """`/leerlijn/beoordeel/<module>/<item>?rol=...`: one question, all learners."""

    @web.authenticated
    def get(self, module: str, item: str) -> None:
        rol = self.role(self.get_query_argument("rol", "eerste"))
        alles = self.get_query_argument("alles", "") == "ja"
        deel = rubriek_lezers.share(beleid.load(self.grading / "beleid.yaml"))
        with opened(self.grading, module) as boek:
            if item not in boek.items:
                raise web.HTTPError(404)
            vraag = boek.items[item]
            werken = rubriek.works(boek.db, boek.toets, item)
            nummer = {w.nummer: n for n, w in enumerate(werken, 1)}  # the same for both markers, so that they can talk about one
            rij = [(nummer[w.nummer], w) for w in select(boek, werken, vraag, rol, self.lezer, deel)]
            open_ = [(n, w) for n, w in rij if busy(w, vraag, rol)]
            te_zien = rij if alles else open_
            try:
                vanaf = max(0, int(self.get_query_argument("vanaf", "0")))
            except ValueError:
                vanaf = 0
            stuk = [{"n": n, "werk": w, "antwoord": boek.answer(w, item)} for n, w in te_zien[vanaf : vanaf + PER_PAGINA]]
            waar = next((m.titel for m in beleid.course(self.grading.parent).modules if m.id == module), module)
            self.page(
                "vraag.html.j2", titel=TITELS[rol], module=module, waar=waar, item=vraag, rol=rol, stuk=stuk, aantal=len(rij), te_doen=len(open_), te_zien=len(te_zien),
                alles=alles, vanaf=vanaf, per_pagina=PER_PAGINA, zinnen=rubriek.phrases(boek.db, boek.toets, item, rol, self.lezer),
                vergelijking=rubriek_lezers.compare(werken, vraag, module, deel) if rol == "besluit" else None,
                woord=rubriek_lezers.agree_words,
            )  # fmt: skip


class Request(Basis, APIHandler):
    """Base of requests by our script. APIHandler refuses what does not come from our own pages."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        fout = kwargs.get("exc_info", (None, None))[1]
        if isinstance(fout, LeerlijnError):
            self.set_status(400)
        tekst = str(fout) if isinstance(fout, LeerlijnError) else "Bewaren lukte niet. Laad de pagina opnieuw en log zo nodig opnieuw in."
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"fout": tekst}))


class Panels(Request):
    """`GET /leerlijn/api/rubriek/<id>`: the panels for the open questions of one hand-in, for formgrader's page: {item: html}."""

    @web.authenticated
    def get(self, nummer: str) -> None:
        module = module_of(self.grading, nummer)
        if module is None:
            raise web.HTTPError(404)
        uit, basis = {}, url_path_join(self.base_url, "leerlijn/beoordeel")
        macro = templates().get_template("paneel.html.j2").module.paneel
        with opened(self.grading, module) as boek:
            for item in boek.items.values():
                werken = [w for w in rubriek.works(boek.db, boek.toets, item["id"], [nummer]) if not w.leeg]
                if werken:
                    zinnen = rubriek.phrases(boek.db, boek.toets, item["id"], "eerste")
                    uit[item["id"]] = str(macro(item, werken[0], "eerste", zinnen, "formgrader", f"{basis}/{module}/{item['id']}"))
        self.finish(uit)


class Judgement(Request):
    """`PUT /leerlijn/api/rubriek/<id>/<item>` with {rol, criteria, opmerking}: keep a judgement."""

    @web.authenticated
    def put(self, nummer: str, ident: str) -> None:
        data = self.get_json_body()
        module = module_of(self.grading, nummer)
        if module is None or not isinstance(data, dict):
            raise web.HTTPError(404)
        rol = self.role(data.get("rol"))
        regels = beleid.load(self.grading / "beleid.yaml")
        with opened(self.grading, module, schrijf=True) as boek:
            if ident not in boek.items:
                raise web.HTTPError(404)
            item = boek.items[ident]
            criteria, opmerking = rubriek.check(item["rubriek"], data.get("criteria"), data.get("opmerking"))
            werken = select(boek, rubriek.works(boek.db, boek.toets, ident), item, rol, self.lezer, rubriek_lezers.share(regels))
            werk = next((w for w in werken if w.nummer == nummer), None)
            if werk is None:
                raise LeerlijnError("Dit antwoord is niet (meer) aan jou om te beoordelen. Laad de pagina opnieuw.")
            score = rubriek.save(boek.db, boek.toets, item, werk, rol, self.lezer, criteria, opmerking)
            if regels.aftrek_per_dag and rol != "tweede":
                gradebook.set_penalties(boek.db, boek.toets, beleid.deadline(regels, module) or boek.toets.duedate, regels.aftrek_per_dag)
        if (formgrader := self.settings.get("nbgrader_gradebook")) is not None:
            formgrader.db.expire_all()  # formgrader remembers rows of earlier pages
        klaar = rubriek.complete(item["rubriek"], criteria)
        besluit = werk.oordelen.get("besluit") if rol == "eerste" else None  # it stands: what was saved here does not change the score
        self.finish({"klaar": klaar, "besluit": besluit and besluit.totaal, "score": score if rol != "tweede" else None, "totaal": round(sum(criteria.values()), 4), "over": sum(r["id"] not in criteria for r in item["rubriek"])})


def routes(base_url: str) -> list[tuple[Any, ...]]:
    """Our addresses below the server's own."""
    rij: list[tuple[Any, ...]] = [
        (r"/leerlijn/beoordeel/static/(.*)", FileFindHandler, {"path": [str(MAP / "static"), str(STATIC)]}),
        (r"/leerlijn/beoordeel/?", Overview),
        (rf"/leerlijn/beoordeel/{NAAM}/{NAAM}", Question),
        (r"/leerlijn/api/rubriek/([0-9a-f]{1,32})", Panels),
        (rf"/leerlijn/api/rubriek/([0-9a-f]{{1,32}})/{NAAM}", Judgement),
    ]
    return [(url_path_join(base_url, patroon), *rest) for patroon, *rest in rij]


async def _start_jupyter_server_extension(server_app: Any) -> None:
    """When all extensions are there: words of ours for formgrader. Loaded only here, as nbgrader takes seconds."""
    if "leerlijn_grading" in server_app.web_app.settings and "nbgrader_formgrader" in server_app.web_app.settings:
        from .beoordeel_formgrader import soften

        basis = url_path_join(server_app.base_url, "leerlijn/beoordeel")
        soften(lambda tekst: templates().get_template("fout.html.j2").render(basis=basis, base_url=server_app.base_url, titel="Dit lukt nu niet", tekst=tekst))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "leerlijn.beoordeel"}]


def _load_jupyter_server_extension(server_app: Any) -> None:
    """Add our pages to a server whose root folder is grading/."""
    grading = Path(server_app.root_dir).resolve()
    if not (grading / "nbgrader_config.py").is_file():
        raise LeerlijnError(f"{grading} is niet de map grading/ van een cursus; de pagina's om te beoordelen zijn er nu niet.")
    server_app.web_app.settings["leerlijn_grading"] = grading
    server_app.web_app.add_handlers(".*$", routes(server_app.base_url))
