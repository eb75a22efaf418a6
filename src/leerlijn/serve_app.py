"""Voila with our pages: as a server by itself, and as an extension of a Jupyter server."""

from __future__ import annotations

import logging
import signal
import webbrowser
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Thread
from typing import Any

import tornado.ioloop
from jupyter_core.utils import run_sync
from jupyter_server.utils import url_path_join
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from voila.app import Voila

from . import serve_pages as pages
from .errors import LeerlijnError
from .serve_delen import SharePage
from .serve_folder import kernel_folder
from .serve_settings import HEADERS, headers
from .serve_static import VersionedStatic, WidgetCode

SEINEN = (signal.SIGINT, signal.SIGTERM)
MAX_BODY = 1_000_000  # bytes of a request: a form of ours has some hundred, and all of it is in memory before anybody knows who asks
MODULE = r"([a-z][a-z0-9-]*)"


def routes(base_url: str, course_dir: Path, lesson: dict[str, Any], *, slank: bool = True, home: pages.Home | None = None) -> list[tuple[Any, ...]]:
    """Our handlers; they come before Voila's own.

    lesson: arguments of Voila's notebook handler (voila_configuration, template_paths, config); home: whose files the pages show.
    """
    hier = {"course_dir": course_dir, "home": home or pages.Home()}
    beeld = {"allowlist": lesson["voila_configuration"].file_allowlist, "denylist": lesson["voila_configuration"].file_denylist}
    ons: list[tuple[Any, ...]] = [
        (r"/voila/tree/?", pages.CoursePage, hier),
        (r"/voila/?", pages.CoursePage, hier),
        (rf"/({'|'.join(pages.PAGINAS)})", pages.StaticPage, hier),
        (r"/zoeken\.json", pages.SearchIndex, hier),
        (rf"/feedback/{MODULE}", pages.FeedbackPage, hier),
        (rf"/handout/{MODULE}", pages.HandoutPage, hier),
        (r"/delen", SharePage, hier),
        (r"/leeg", pages.EmptyPage, hier),
        (r"/leerlijn/static/[0-9a-z]+/(onderdeel\.(?:js|css))", WidgetCode),
        (r"/leerlijn/static/[0-9a-z]+/(.*)", VersionedStatic),
        (r"/voila/files/(.*)", pages.Picture, {**beeld, "path": str(course_dir)}),
        (r"/voila/render/(.*\.ipynb)", pages.Lesson, {**hier, **lesson}),
        # What Voila shows of folders and files is not for here.
        (r"/voila/(render|tree|api/contents).*", pages.NotFound, hier),
    ]
    if not slank:
        ons.append((r"/voila/api/shutdown/(.*)", pages.EndKernel))
    return [(url_path_join(base_url, patroon), *rest) for patroon, *rest in ons]


class CourseServer(Voila):
    """Voila on 127.0.0.1 for one course folder. `klaar` is called with the address when pages can be asked for."""

    course_dir: Path
    slank: bool = True
    open_it: bool = False
    klaar: Callable[[str], None] = staticmethod(print)
    home: pages.Home = pages.Home()
    stopt: bool = False  # told to stop before the loop ran
    xheaders: bool = False  # behind a proxy of ours, which says whether the browser used https

    def init_settings(self) -> dict[str, Any]:
        # Voila adds tornado_settings after the application is made, which is too late for compression.
        return {**super().init_settings(), **self.tornado_settings, "default_handler_class": pages.NotFound, "default_handler_args": {"course_dir": self.course_dir, "home": self.home}}

    def init_handlers(self) -> list[Any]:
        lesson = {"voila_configuration": self.voila_configuration, "template_paths": self.template_paths, "config": self.config}
        ons = routes(self.server_url, self.course_dir, lesson, slank=self.slank, home=self.home)
        return [(self.server_url, pages.CoursePage, {"course_dir": self.course_dir, "home": self.home}), *ons, *super().init_handlers()]

    def start(self) -> None:
        """Serve until a signal. Voila makes a folder for connection files before it knows that it can start, and leaves it when it can't."""
        for sein in SEINEN:  # as Voila does for SIGTERM: an exception may come anywhere, also where it is swallowed
            signal.signal(sein, self._handle_signal_stop)
        with kernel_folder(self.connection_dir_root) as map_:
            self.connection_dir_root = map_
            super().start()

    def _handle_signal_stop(self, *_: Any) -> None:
        self.stopt = True

    def listen(self) -> None:
        """Bind this port or say why not: Voila's search for another one would make a second server unseen."""
        sockets = bind_sockets(self.port, self.ip)
        self.port = sockets[0].getsockname()[1]
        server = HTTPServer(self.app, xheaders=self.xheaders, max_body_size=MAX_BODY)
        server.add_sockets(sockets)
        self.ioloop = tornado.ioloop.IOLoop.current()
        adres = f"http://{self.ip}:{self.port}{self.base_url}".rstrip("/")
        stop_on_signal(self.ioloop)
        try:
            if not self.stopt:
                self.ioloop.add_callback(self.klaar, adres)
                if self.open_it:
                    Thread(target=webbrowser.open, args=(adres,), daemon=True).start()
                self.ioloop.start()
        except KeyboardInterrupt:  # where signals can't be handled between two jobs of the loop
            pass
        finally:
            server.stop()
            self.stop()

    def stop(self) -> None:
        """End every kernel, the waiting one too. Voila removes its folder first, and when a kernel is just then busy in it all of them stay;
        ours goes after this."""
        if self.kernel_manager.spare:
            self.kernel_manager.spare.end()
        run_sync(self.kernel_manager.shutdown_all)()


def stop_on_signal(loop: tornado.ioloop.IOLoop) -> None:
    """Ctrl-C and SIGTERM stop the loop between two of its jobs: a KeyboardInterrupt may come anywhere, also where it is swallowed.
    A second one, while kernels are being ended, changes nothing."""
    echt = loop.asyncio_loop  # type: ignore[attr-defined]

    def stop() -> None:
        for sein in SEINEN:
            echt.add_signal_handler(sein, lambda: None)
        echt.stop()

    try:
        for sein in SEINEN:
            echt.add_signal_handler(sein, stop)
    except NotImplementedError:  # Windows has no such thing
        signal.signal(signal.SIGINT, signal.default_int_handler)


def log_to_file(bestand: Path) -> None:
    """Send what Jupyter and Tornado have to say to a small file, so that a learner's screen stays readable."""
    try:
        handler: logging.Handler = RotatingFileHandler(bestand, maxBytes=500_000, backupCount=1, delay=True, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for naam in ("CourseServer", "traitlets", "tornado", "asyncio"):
        log = logging.getLogger(naam)
        log.handlers, log.propagate = [handler], False
        log.setLevel(logging.WARNING)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "leerlijn.serve_app"}]


def _load_jupyter_server_extension(server_app: Any) -> None:
    """Add our pages to a Jupyter server. Comes before Voila's extension, which is loaded in order of name."""
    from voila.configuration import VoilaConfiguration
    from voila.paths import collect_template_paths

    course_dir = Path(server_app.root_dir)
    if not (course_dir / "cursus.json").is_file():
        raise LeerlijnError(f"In {course_dir} staat geen cursus.")
    conf = VoilaConfiguration(parent=server_app)
    lesson = {
        "voila_configuration": conf,
        "template_paths": collect_template_paths(["voila", "nbconvert"], conf.template),
        "config": server_app.config,
    }
    slank = conf.template == "leerlijn"
    ons = routes(server_app.base_url, course_dir, lesson, slank=slank)
    server_app.web_app.settings[HEADERS] = headers(slank)
    server_app.web_app.add_handlers(".*$", ons)
