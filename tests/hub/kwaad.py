"""What somebody of ill will would try on the shared service: a cell of code, and every address that it has. Helper of tests, no test."""

from __future__ import annotations

import json
import re

from leerlijn.serve_pages import PAGINAS

# A cell that an author of ill will could write, or a learner if a bug ever let them run code. Results stand in the own folder.
KWAAD = """
import glob, json, os, socket
hub = {hub!r}
def probeer(wat):
    try:
        return repr(wat())[:80]
    except BaseException as e:
        return "GEWEIGERD " + type(e).__name__
uit = {{
    "anderen": probeer(lambda: os.listdir(hub + "/gegevens/proefcursus")), "geheim": probeer(lambda: open(hub + "/gegevens/koekjesgeheim", "rb").read()),
    "hub": probeer(lambda: open(hub + "/hub.sqlite", "rb").read(9)), "sleutels": probeer(lambda: os.listdir(hub + "/../project/grading/sleutels")),
    "ingeleverd": probeer(lambda: os.listdir(hub + "/inleveren")), "uitwisseling": probeer(lambda: os.listdir(hub + "/../uitwisseling")),
    "omgeving": probeer(lambda: open(f"/proc/{{os.getppid()}}/environ").read()), "verbinding": probeer(lambda: socket.create_connection(("127.0.0.1", {poort}), 2)),
    "cursus": probeer(lambda: open("les.ipynb", "a")), "sein": probeer(lambda: os.kill(os.getppid(), 0)), "tmp": probeer(lambda: open("/tmp/kwaad", "w")),
}}
os.makedirs(os.environ["LEERLIJN_EIGEN"] + "/prive", exist_ok=True)
json.dump(uit, open(os.environ["LEERLIJN_EIGEN"] + "/prive/kwaad.json", "w"))
raise RuntimeError("GEHEIME FOUT")
"""


def routes(hub, cursus):
    """(pattern, handler, free) of every route of the running service."""
    return [tuple(r.values()) for r in json.loads((hub.tmp / "gegevens" / f"routes-leren-{cursus}-0.json").read_text())]


GROEPEN = {
    r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)": None, "([a-z][a-z0-9-]*)": "proef", f"({'|'.join(PAGINAS)})": "zoeken", "[0-9a-z]+": "x",
    r"(onderdeel\.(?:js|css))": "onderdeel.js", r"(.*\.ipynb)": "proef/les.ipynb", "(render|tree|api/contents).*": "api/contents", "(.*)": None,
}  # fmt: skip


def address(pattern, kernel):
    """A path that a pattern of the table answers to."""
    pad = pattern.removesuffix("$")
    for groep, waarde in GROEPEN.items():
        pad = pad.replace(groep, waarde or (kernel if "shutdown" in pad or "kernels" in pad else "proef/beeld/stappen.svg" if "files" in pad else "x"))
    pad = pad.replace("/?", "/").replace("\\", "")
    assert re.fullmatch(pattern, pad), (pattern, pad)
    return pad
