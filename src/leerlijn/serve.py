"""`leerlijn start`: the learner's pages on this machine."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
from pathlib import Path

from .errors import LeerlijnError


def main(port: int = 8866, open_browser: bool = True, course_dir: Path | None = None) -> int:
    """Serve a course folder on 127.0.0.1 until Ctrl-C or SIGTERM; no kernel is left behind. Returns the exit code.

    port: 0 takes a free one; course_dir: folder with cursus.json (default ~/leerlijn/leerlijn, or leerlijn/ below LEERLIJN_MAP).
    With LEERLIJN_VOORKANT=gewoon in the environment pages come with the front end of JupyterLab.
    Raises LeerlijnError when the port is taken or the folder holds no course.
    """
    map_ = (course_dir or Path(os.environ.get("LEERLIJN_MAP") or Path.home() / "leerlijn") / "leerlijn").resolve()
    if not (map_ / "cursus.json").is_file():
        raise LeerlijnError(f"In {map_} staat geen cursus. Bouw hem eerst: `leerlijn start` in de map van het project.")
    check_port(port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the server has its own way to end: nothing may be left behind
    slank = os.environ.get("LEERLIJN_VOORKANT", "slank") != "gewoon"

    # jsonschema reads a grammar for international web addresses that costs three quarters of the time to start; nothing here checks those.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from .serve_settings import standalone, use_share  # Jupyter takes a second to import: first the checks

    use_share()
    from .serve_app import CourseServer, log_to_file

    app = CourseServer(config=standalone(map_, port, slank=slank))
    app.course_dir, app.slank, app.open_it, app.klaar = map_, slank, open_browser, announce
    try:
        app.initialize(argv=[])
        log_to_file(map_.parent / "server.log")
        app.start()
    except OSError as e:
        if e.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise port_taken(port) from e
    print("De cursus is gestopt. Je antwoorden zijn bewaard.", flush=True)
    return 0


def announce(adres: str) -> None:
    print(f"De cursus staat klaar op {adres}\nStoppen: druk op Ctrl-C in dit venster.", flush=True)


def check_port(port: int) -> None:
    """Fail early, before anything heavy is loaded. Raises LeerlijnError."""
    if not 0 <= port <= 65535:
        raise LeerlijnError(f"{port} is geen poort. Kies een getal tussen 1024 en 65535.")
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError as e:
            raise port_taken(port) from e


def port_taken(port: int) -> LeerlijnError:
    return LeerlijnError(
        f"Poort {port} is bezet. Misschien draait de cursus al: kijk op http://127.0.0.1:{port}. "
        f"Anders kies je een andere poort: leerlijn start --port {port + 1 if port < 65535 else 8866}."
    )
