"""yaml-language-server with our schemas, for any editor: `python -m leerlijn.schrijfhulp <server> <project>` on stdin and stdout.

The server asks its editor which schema belongs to which file. JupyterLab has no answer to that question, so it is answered here;
every other message passes as it is. Framing: Language Server Protocol 3.17, base protocol.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from . import schema


def settings(project: Path) -> dict[str, Any]:
    """What the server is told per section: which schema belongs to which files of the project."""
    hier = project.resolve()
    koppels = {(hier / schema.MAP / f"{naam}.json").as_uri(): (hier / bestanden).as_posix() for naam, (_, bestanden) in schema.BESTANDEN.items()}
    return {"yaml": {"schemas": koppels, "validate": True, "completion": True, "hover": True, "schemaStore": {"enable": False}}}


def read(stroom: BinaryIO) -> bytes | None:
    """The body of the next message; None at the end of the stream."""
    lengte = 0
    while regel := stroom.readline():
        if regel in (b"\r\n", b"\n"):
            return stroom.read(lengte)
        naam, _, waarde = regel.partition(b":")
        if naam.lower() == b"content-length":
            lengte = int(waarde)
    return None


def write(stroom: BinaryIO, body: bytes) -> None:
    stroom.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    stroom.flush()


def answer(body: bytes, wat: dict[str, Any]) -> bytes | None:
    """Our reply to a question of the server about settings; None when this is not one."""
    if b"workspace/configuration" not in body:
        return None
    vraag = json.loads(body)
    if vraag.get("method") != "workspace/configuration" or "id" not in vraag:
        return None
    uit = [wat.get(item.get("section", "")) for item in vraag["params"]["items"]]
    return json.dumps({"jsonrpc": "2.0", "id": vraag["id"], "result": uit}).encode()


def main(server: str, project: Path) -> int:
    """Run until the editor or the server ends; returns the exit code."""
    wat, slot = settings(project), threading.Lock()
    proces = subprocess.Popen([server, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    naar, van = proces.stdin, proces.stdout
    assert naar and van

    def heen() -> None:
        while (body := read(sys.stdin.buffer)) is not None:
            with slot:
                write(naar, body)
        proces.terminate()  # the editor is gone

    threading.Thread(target=heen, daemon=True).start()
    while (body := read(van)) is not None:
        antwoord = answer(body, wat)
        if antwoord is None:
            write(sys.stdout.buffer, body)
        else:
            with slot:
                write(naar, antwoord)
    return proces.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
