"""Pages that need no kernel: the course page, glossary, sources, help, search, feedback, and every error."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import TemplateNotFound
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.iostream import StreamClosedError
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from . import answers, deel, serve_kernels, toegankelijk
from .errors import LeerlijnError
from .serve_course import course, lesson_url, optional_json, state
from .serve_lesson import help_contacts, report_url, templates
from .serve_settings import set_headers
from .serve_static import static_prefix
from .serve_svg import picture
from .serve_text import PageText

PAGINAS = {
    "begrippen": "Begrippen",
    "bronnen": "Bronnen",
    "veranderd": "Wat er is veranderd",
    "hulp": "Hulp",
    "zoeken": "Zoeken",
    "privacy": "Wat bewaren we van jou?",
    "toegankelijkheid": "Toegankelijkheid",
}
FOUTEN = {
    403: ("Deze pagina mag je niet openen", "Ga terug naar het cursusoverzicht en kies daar een les of toets."),
    404: ("Deze pagina bestaat niet", "Misschien is het adres veranderd. In het cursusoverzicht vind je alle lessen en toetsen."),
    503: ("De cursus is nu niet te openen", "De cursusmap is niet compleet. Start de cursus opnieuw met `leerlijn start`."),
}
ANDERS = ("Er ging iets mis", "Probeer het over een minuut opnieuw. Wat al bewaard was, is bewaard. Blijft het zo, vraag dan je docent om hulp.")


class Home:
    """Where a reader's own files are: here in the course folder itself. The shared service has one with a folder per learner."""

    uitloggen: str | None = None  # path below the base address of the page that logs out

    def folder(self, handler: Any) -> Path:
        """Folder with the answers, receipts and feedback of whoever asks."""
        return handler.course_dir

    def fetch_feedback(self, eigen: Path, module: str) -> None:
        """Bring in feedback that the teacher has released. Takes up to seconds. Raises LeerlijnError or OSError."""
        from . import feedback  # here: most requests do without it

        feedback.fetch(eigen, module)

    def shared(self, eigen: Path) -> tuple[list[dict[str, Any]], str | None]:
        """What the teacher's side holds of this learner's practice now, and since when; see deel.shared."""
        return deel.shared(eigen)

    def share(self, handler: Any, samenvattingen: list[dict[str, Any]]) -> None:
        """Give the teacher these summaries of whoever asks. Takes up to seconds. Raises LeerlijnError."""
        from . import uitwisseling

        cursus = optional_json(handler.course_dir / "cursus.json", {}).get("cursus", "")
        if "fout" in (uitkomst := uitwisseling.run_child("plek", course=cursus)):
            raise LeerlijnError(uitkomst["fout"])
        eigen = self.folder(handler)
        deel.share(eigen, Path(uitkomst["map"]), samenvattingen, oud=deel.place(eigen))

    def stop_sharing(self, handler: Any) -> None:
        """Take back all that whoever asks has shared. Raises LeerlijnError."""
        deel.stop(self.folder(handler))


class Page(JupyterHandler):
    """Base: renders our templates and says in Dutch what went wrong."""

    def initialize(self, course_dir: Path, home: Home | None = None, **_: Any) -> None:
        self.course_dir = course_dir
        self.home = home or Home()

    def set_default_headers(self) -> None:
        super().set_default_headers()
        set_headers(self)

    def render_page(self, template: str, **context: Any) -> str:
        """HTML of one of our templates. Always there: cursus (or None), contacten, getoetst, meld_url, static_url, basis. How far the learner is stands on
        the course page only, which gives `cursus` with it: no other page reads answers."""
        try:
            cursus = context.get("cursus") or course(self.course_dir, self.base_url, self.home.folder(self), lambda _: answers.Gelezen())
        except LeerlijnError:
            cursus = None
        prefix = static_prefix(self.base_url)
        alles = {
            "cursus": cursus,
            "contacten": help_contacts(cursus or {}),
            "getoetst": (cursus or {}).get("getoetst"),
            "meld_url": report_url((cursus or {}).get("redactie"), context.get("titel", ""), self.request.path),
            "basis": self.base_url,
            "base_url": self.base_url,
            "uitloggen": self.home.uitloggen,
            "xsrf": self.xsrf_token.decode() if self.current_user else "",
            "static": prefix,
            "static_url": lambda naam: prefix + naam,
            **context,
        }
        return templates().get_template(template).render(**alles)

    def write_page(self, template: str, **context: Any) -> None:
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(self.render_page(template, **context))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        fout = kwargs.get("exc_info", (None, None))[1]
        kop, tekst = getattr(fout, "melding", None) or FOUTEN.get(status_code, ANDERS)
        if opnieuw := getattr(fout, "opnieuw_na", None):
            self.set_header("Retry-After", str(opnieuw))
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(self.render_page("fout.html.j2", titel=kop, tekst=tekst, status=status_code, opnieuw=self.request.path if opnieuw else None))


class CoursePage(Page):
    """`/` and `/voila/tree`: the course with this learner's progress."""

    @web.authenticated
    async def get(self) -> None:
        if not (self.course_dir / "cursus.json").is_file():
            raise web.HTTPError(503)
        # In a thread: others who share this server must not wait for the answers of this learner.
        self.write_page("tree.html", pagina="overzicht", **await asyncio.get_running_loop().run_in_executor(None, self.state, self.home.folder(self)))

    def state(self, eigen: Path) -> dict[str, Any]:
        try:
            cursus, herhalen = state(self.course_dir, self.base_url, eigen)
        except LeerlijnError as e:
            raise web.HTTPError(503) from e
        try:
            deelt = bool(self.home.shared(eigen)[0])
        except LeerlijnError:
            deelt = None  # nobody can tell now
        return {"cursus": cursus, "herhalen": herhalen, "deelt": deelt}


class StaticPage(Page):
    """`/begrippen` and the other PAGINAS."""

    @web.authenticated
    async def get(self, naam: str) -> None:
        q = self.get_query_argument("q", "").strip()[:200]
        try:
            self.write_page(f"{naam}.html", pagina=naam, titel=PAGINAS[naam], q=q, stand=accessibility(self.course_dir) if naam == "toegankelijkheid" else "")
        except TemplateNotFound as e:
            raise web.HTTPError(404) from e


def accessibility(course_dir: Path) -> str:
    """The accessibility statement as HTML."""
    return PageText([], lambda _, alt: alt).cell(toegankelijk.statement(optional_json(course_dir / "cursus.json", {})))


class SearchIndex(Page):
    """`/zoeken.json`: the search index of the learner edition, the one JSON file a browser may have."""

    @web.authenticated
    async def get(self) -> None:
        pad = self.course_dir / "zoeken.json"
        if not pad.is_file():
            raise web.HTTPError(404)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(pad.read_bytes())


class FeedbackPage(Page):
    """`/feedback/<module>`: the newest feedback on a test, fetched from the teacher's exchange when there is none yet."""

    @web.authenticated
    async def get(self, module: str) -> None:
        m = next((m for m in optional_json(self.course_dir / "cursus.json", {}).get("modules", []) if m["id"] == module), None)
        if m is None or not m.get("toets"):
            raise web.HTTPError(404)
        uitslag = await asyncio.get_running_loop().run_in_executor(None, load_feedback, self.home, self.home.folder(self), module)
        publiek = optional_json(self.course_dir / "toetsen" / module / "publiek.json", {})
        vragen = {i["id"]: i.get("vraag", "") for i in publiek.get("items", [])}
        self.write_page("feedback.html.j2", pagina="feedback", titel=f"Feedback: {m['titel']}", module=m, feedback=uitslag, vragen=vragen)


class HandoutPage(Page):
    """`/handout/<module>`: the one-page sheet of a module, to read and to print."""

    @web.authenticated
    async def get(self, module: str) -> None:
        modules = optional_json(self.course_dir / "cursus.json", {}).get("modules", [])
        nummer, m = next(((n, m) for n, m in enumerate(modules, 1) if m["id"] == module), (0, {}))
        pad = self.course_dir / module / "handout.md"
        if not m.get("handout") or not pad.is_file():
            raise web.HTTPError(404)
        html = PageText([], partial(picture, self.course_dir, module, self.base_url)).cell(pad.read_text(encoding="utf-8"))
        les_url = lesson_url(self.base_url, m["les"])
        self.write_page("handout.html.j2", pagina="handout", titel=f"Handout: {m['titel']}", module=m, nummer=nummer, html=html, les_url=les_url)


class EmptyPage(Page):
    """`/leeg`: where the quick exit goes. Nothing on it tells where the reader came from."""

    @allow_unauthenticated
    async def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish('<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>Nieuw tabblad</title><link rel="icon" href="data:,"></head><body></body></html>')


class NotFound(Page):
    async def prepare(self, **kwargs: Any) -> None:  # type: ignore[override]
        await super().prepare(**kwargs)  # who is not known hears not even this
        if not self._finished:
            raise web.HTTPError(404)


class Lesson(TornadoVoilaHandler):
    """A lesson or test. Adds to Voila's handler: errors in Dutch, and no kernel for a reader who left while it loaded."""

    def initialize(self, course_dir: Path, home: Home | None = None, **kwargs: Any) -> None:
        super().initialize(**kwargs)
        self.course_dir = course_dir
        self.home = home or Home()
        self.kernel_ids: list[str] = []
        self.closed = False

    def set_default_headers(self) -> None:
        super().set_default_headers()
        set_headers(self)

    async def get(self, path: str | None = None) -> None:
        serve_kernels.started.set(self.kernel_ids)
        try:
            await super().get(path)
        except StreamClosedError:
            self.closed = True
        if self.closed:
            await self.end_kernels()

    def on_connection_close(self) -> None:
        self.closed = True
        super().on_connection_close()

    async def end_kernels(self) -> None:
        for kernel_id in self.kernel_ids:
            if kernel_id in self.kernel_manager:
                await self.kernel_manager.shutdown_kernel(kernel_id)

    render_page = Page.render_page
    write_error = Page.write_error


class Picture(AllowListFileHandler):
    """Voila's file handler, with our headers: an SVG that is opened by itself must not run anything either."""

    def set_default_headers(self) -> None:
        set_headers(self)


class EndKernel(VoilaShutdownKernelHandler):
    """The stock front end forgets the token when a page closes; a request of our own origin is enough for it."""

    def check_xsrf_cookie(self) -> None:
        if not self.check_origin():
            raise web.HTTPError(403)


def load_feedback(home: Home, eigen: Path, module: str) -> dict[str, Any] | None:
    """Feedback of a test as leerlijn.feedback.load gives it, or None when the teacher has not given any. Takes up to seconds.

    Looks for newer feedback each time: a test may be handed in and judged again.
    """
    from . import feedback

    try:
        home.fetch_feedback(eigen, module)
    except (LeerlijnError, OSError):
        pass  # no exchange on this machine, or not handed in: what came earlier still stands
    return feedback.load(eigen, module)
