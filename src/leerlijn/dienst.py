"""One Voila for many learners, behind a JupyterHub: our pages, a folder per learner, a locked kernel per open lesson.

Started by the hub through leerlijn.dienst_wacht; see grading/hub/jupyterhub_config.py. What guards what: dienst_poort (who asks),
dienst_kanaal (what goes over the socket), dienst_kernels (whose kernel, how many), dienst_slot (what a kernel may touch),
dienst_inleveren (what reaches the teacher).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import os
import resource
import secrets
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from tornado.ioloop import PeriodicCallback
from traitlets.config import Config

from . import deel, dienst_inleveren, dienst_slot, dienst_verzoek
from . import serve_pages as pages
from .dienst_inleveren import Post
from .dienst_poort import DEEL, AddSlash, Gate, gated
from .errors import LeerlijnError
from .serve_app import CourseServer
from .serve_settings import CSP, HEADERS, headers, settings, use_share

KIJKEN = 250  # ms between two looks for requests to hand in
log = logging.getLogger("leerlijn.dienst")


class HubHome(pages.Home):
    """A folder per learner, by the name that the hub gives."""

    uitloggen = "logout"

    def __init__(self, post: Post):
        self.post = post
        self.namen: dict[Path, str] = {}

    def folder(self, handler: Any) -> Path:
        user = getattr(handler, "_jupyter_current_user", None)
        if user is None:
            return self.post.gegevens / "niemand"  # there is nothing there: an error page for who is not logged in
        eigen = self.post.eigen(user.username)
        self.namen[eigen] = user.username
        return eigen

    def fetch_feedback(self, eigen: Path, module: str) -> None:
        dienst_inleveren.fetch_feedback(self.post, self.namen[eigen], module)

    # Where it goes is known here; what stands about that in a learner's own folder does not count.
    def shared(self, eigen: Path) -> tuple[list[dict[str, Any]], str | None]:
        return deel.shared(eigen, self.post.inleveren)

    def share(self, handler: Any, samenvattingen: list[dict[str, Any]]) -> None:
        if not self.post.inleveren.is_dir():
            raise LeerlijnError("Delen kan nu niet. Er is niets gedeeld. Vraag de beheerder om hulp.")
        deel.share(self.folder(handler), self.post.inleveren, samenvattingen, 0o640)  # the grading account reads through its group

    def stop_sharing(self, handler: Any) -> None:
        deel.stop(self.folder(handler), self.post.inleveren)


class Service(CourseServer):
    """The server: only routes that stand behind the gate, and an eye on requests to hand in."""

    name = "voila"  # under which Voila looks itself up
    post: Post
    xheaders = True
    werkers = ThreadPoolExecutor(2, "inleveren")
    bezig: set[str] = set()  # learners for whom something is being handed in: one thing at a time for each, so that attempts are counted right

    def init_handlers(self) -> list[Any]:
        zonder = (self.server_url.rstrip("/"), AddSlash, {"naar": self.server_url})
        return gated([zonder, *super().init_handlers()])

    def init_settings(self) -> dict[str, Any]:
        uit = super().init_settings()
        uit["default_handler_class"] = gated([("", pages.NotFound)])[0][1]
        return uit

    def listen(self) -> None:
        self.write_routes()
        self.kijker = PeriodicCallback(self.look_for_hand_ins, KIJKEN)
        self.kijker.start()
        super().listen()

    def write_routes(self) -> None:
        """Put the routes that are really served in a file, for whoever wants to check them."""
        regels = [r for groep in self.app.default_router.rules for r in getattr(groep.target, "rules", [])]
        tabel = [{"pad": r.matcher.regex.pattern, "handler": r.target.__name__, "vrij": not issubclass(r.target, Gate)} for r in regels]
        tabel.append({"pad": self.base_url + "(.*)", "handler": self.app.settings["default_handler_class"].__name__, "vrij": False})
        pad = self.post.gegevens / f"routes-{self.base_url.strip('/').rpartition('/')[2]}.json"
        pad.write_text(json.dumps(tabel, indent=1), "utf-8")

    def look_for_hand_ins(self) -> None:
        for naam in self.kernel_manager.learners() - self.bezig:
            if verzoeken := dienst_verzoek.take(self.post.eigen(naam)):
                self.bezig.add(naam)
                self.werkers.submit(self._hand_in, naam, verzoeken)

    def _hand_in(self, naam: str, verzoeken: list[tuple[Path, str]]) -> None:
        try:
            for antwoord, module in verzoeken:
                uitkomst = dienst_inleveren.hand_in(self.post, naam, module)
                if "fout" in uitkomst:
                    log.warning("Niet ingeleverd (%s): %s", module, uitkomst["fout"])
                dienst_verzoek.answer(antwoord, uitkomst)
        finally:
            self.bezig.discard(naam)


def configuration(args: argparse.Namespace, post: Post, url: str, prefix: str) -> Config:
    """Settings of the service. url: where to listen; prefix: our address below the hub's."""
    c = settings(post.cursusmap)
    kop = {**headers(), "Content-Security-Policy": CSP.replace("frame-ancestors 'self'", "frame-ancestors 'none'")}
    waar = urlparse(url)
    v = c.Voila
    v.ip, v.port, v.port_retries = waar.hostname or "127.0.0.1", waar.port, 0  # another port is one that the proxy does not know
    v.base_url = prefix
    v.root_dir = str(post.cursusmap)
    v.open_browser = False
    v.config_file_paths = []
    v.identity_provider_class = "leerlijn.dienst_poort.Identity"
    v.authorizer_class = "leerlijn.dienst_poort.OwnKernelOnly"
    v.auto_token = True  # else Voila gives the hub's identity provider a token, which it does not take
    v.cookie_secret = secret(post.gegevens / "koekjesgeheim")
    v.tornado_settings = {
        "headers": kop,
        HEADERS: kop,
        "compress_response": True,
        "allow_remote_access": True,  # host names are the business of the proxy before us
        "websocket_max_message_size": 1_000_000,
        "xsrf_cookie_kwargs": {"httponly": True, "samesite": "Strict"},
        DEEL: (args.deel, args.delen, lambda n: f"{prefix.rstrip('/').rpartition('-')[0]}-{n}/"),
    }
    c.VoilaConfiguration.multi_kernel_manager_class = "leerlijn.dienst_kernels.ServiceKernels"
    c.VoilaConfiguration.http_keep_alive_timeout = 3600  # no heartbeat script in the page: the policy would refuse it
    k = c.ServiceKernels
    k.max_kernels, k.max_per_learner = args.kernels, args.per_deelnemer
    k.gegevens, k.cursus, k.cursusmap, k.slot = str(post.gegevens), post.cursus, str(post.cursusmap), args.slot
    k.slank, k.kopie = True, args.start == "kopie"
    c.MappingKernelManager.cull_idle_timeout = args.stil
    c.MappingKernelManager.cull_interval = max(1, min(120, args.stil // 4))
    c.Application.log_level = "WARN"
    return c


def secret(pad: Path) -> bytes:
    """The key of our cookies, made once: with the same key a login survives a restart. All parts of the service share it."""
    try:
        pad.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = pad.with_name(f".{pad.name}-{secrets.token_hex(4)}")
        fd = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(fd, "wb") as f:
            f.write(secrets.token_bytes(32))
        try:
            os.link(half, pad)  # the first one wins
        except FileExistsError:
            pass
        finally:
            half.unlink()
        return pad.read_bytes()
    except OSError as e:
        raise LeerlijnError(f"De map {pad.parent} is niet te gebruiken ({e.strerror}). Geef het account van de dienst schrijfrechten op die map.") from e


def check_machine(args: argparse.Namespace) -> None:
    """Refuse to start where the promises of this service can't be kept. Raises LeerlijnError."""
    if os.geteuid() == 0 and not args.als_root:
        raise LeerlijnError("De dienst draait niet als root. Zet bij `dienst: account:` in instelling.yaml een gewoon account.")
    abi = dienst_slot.version()
    if abi < dienst_slot.NODIG[args.slot]:
        raise LeerlijnError(
            f"Deze machine heeft Landlock {abi or 'niet'}; slot: {args.slot} vraagt versie {dienst_slot.NODIG[args.slot]}. Neem een nieuwere Linux, of zet "
            "`slot: bestanden` (kernels kunnen dan verbinding maken) of `slot: uit` (kernels kunnen dan bij de antwoorden van anderen)."
        )
    if args.slot != dienst_slot.STRENG:
        log.warning("LET OP: slot=%s. Kernels van deelnemers zijn minder afgeschermd dan kan. Zie docs/beheer.md.", args.slot)
    spec = importlib.util.find_spec("ipykernel.kernelapp")
    if spec and spec.origin and not Path(importlib.util.cache_from_source(spec.origin)).is_file():
        log.warning("LET OP: de pakketten zijn niet vertaald; elke kernel kost zo de helft meer geheugen. Doe als beheerder: python -m compileall -q %s", sys.prefix)


def check_course(post: Post) -> None:
    """Refuse a course that is not there, has another name, or holds a link: what that points at would be given to every learner. Raises LeerlijnError."""
    try:
        naam = json.loads((post.cursusmap / "cursus.json").read_text("utf-8"))["cursus"]
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise LeerlijnError(f"In {post.cursusmap} staat geen cursus. Bouw hem met `leerlijn build` en zet de map daar neer.") from e
    if naam != post.cursus:
        raise LeerlijnError(
            f"De cursus in {post.cursusmap} heet '{naam}', en in instelling.yaml '{post.cursus}'. Inleveren zou niet kunnen. Zet `cursus: {post.cursus}` in "
            "modules/cursus.yaml van het project, bouw opnieuw en zet de map daar weer neer."
        )
    for map_, mappen, namen in os.walk(post.cursusmap):
        for pad in (os.path.join(map_, n) for n in (*mappen, *namen)):
            if os.path.islink(pad):
                raise LeerlijnError(f"In de cursus staat een verwijzing: {pad}. De dienst zou geven wat daarachter staat. Doe: find {post.cursusmap} -type l -delete")


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(prog="leerlijn.dienst", description="Gedeelde dienst voor deelnemers, achter een JupyterHub.")
    p.add_argument("--cursus", required=True, help="naam (id) van de cursus")
    for naam, hulp in (("cursusmap", "gebouwde cursus"), ("gegevens", "mappen van deelnemers"), ("inleveren", "ingeleverd werk"), ("uitwisseling", "uitwisseling van nbgrader")):
        p.add_argument(f"--{naam}", type=Path, required=True, help=hulp)
    p.add_argument("--deel", type=int, default=0)
    p.add_argument("--delen", type=int, default=1)
    p.add_argument("--kernels", type=int, default=150, help="open lessen tegelijk in dit deel")
    p.add_argument("--per-deelnemer", type=int, default=3, help="open lessen van een deelnemer")
    p.add_argument("--stil", type=int, default=1800, help="seconden tot een kernel zonder open pagina stopt")
    p.add_argument("--slot", choices=tuple(dienst_slot.NODIG), default=dienst_slot.STRENG)
    p.add_argument("--start", choices=("kopie", "nieuw"), default="kopie", help="hoe kernels beginnen: als kopie van een proces dat klaarstaat, of elk vanaf nul")
    p.add_argument("--als-root", action="store_true", help="alleen voor proeven en containers")
    return p


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM. Address and token come from the environment that the hub gives. Returns 0, or 3 when it refuses to start."""
    args = parser().parse_args(argv)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    os.umask(0o027)
    vol = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (vol, vol))  # an open lesson takes fifteen files; many systems begin at 1024
    for sein in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sein, _stop)
    try:
        check_machine(args)
        post = Post(args.cursus, args.cursusmap.resolve(), args.gegevens.resolve(), args.inleveren.resolve(), args.uitwisseling.resolve())
        check_course(post)
        # Not in the home of the account: a service has none, and no configuration that may lie about there.
        os.environ.update({f"JUPYTER_{wat}_DIR": str(post.gegevens / ".jupyter" / wat.lower()) for wat in ("DATA", "CONFIG", "RUNTIME")})
        use_share()
        app = Service(config=configuration(args, post, os.environ["JUPYTERHUB_SERVICE_URL"], os.environ["JUPYTERHUB_SERVICE_PREFIX"]))
    except LeerlijnError as e:
        print(e, file=sys.stderr)
        return 3
    app.course_dir, app.post, app.home = post.cursusmap, post, HubHome(post)
    app.klaar = lambda adres: log.warning("klaar op %s", adres)
    app.initialize(argv=[])
    app.start()
    return 0


def _stop(*_: Any) -> None:
    sys.exit(0)  # before there is anything to serve; then CourseServer has its own way


if __name__ == "__main__":
    sys.exit(main())
