"""What nobody may be able to do at an institution, as tables: by address, and by file. Helper of tests, no test."""

from __future__ import annotations

from pathlib import Path

import psutil

from .instelling import Instelling

# who, what, address below the hub's; {anna} is the account of anna. Every answer must be a refusal: 403, 404 or 405.
ADRESSEN = [
    # a learner: pages of teachers, keys and gradebook
    *(
        (wie, "GET", f"services/groep-a/{pad}")
        for wie in ("anna", "bram")
        for pad in ("formgrader", "formgrader/api/assignments", "lab", "files/gradebook.db", "files/sleutels/proef.json", "api/contents/sleutels", "api/kernels", "beoordeel/", "api/terminals")
    ),
    # a learner: the other group
    *((wie, "GET", f"services/{pad}") for wie in ("anna", "bram") for pad in ("groep-b/formgrader", "leren-groep-b-0/", "leren-groep-b-0/voila/render/proef/les.ipynb")),
    # a learner: another learner's server, and what the hub says of others
    *(("bram", "GET", pad) for pad in ("user/{anna}/", "user/{anna}/voila/tree", "user/{anna}/files/toetsen/proef/antwoorden.jsonl", "user/{anna}/api/contents", "hub/spawn/{anna}")),
    ("bram", "GET", "hub/spawn"),  # no server for who needs none
    ("bram", "POST", "hub/api/users/{bram}/server"),
    ("bram", "POST", "hub/api/users/{anna}/server"),
    ("bram", "DELETE", "hub/api/users/{anna}/server"),
    ("anna", "GET", "user/{bram}/"),
    # what another learner shares
    *(("bram", methode, "user/{anna}/delen") for methode in ("GET", "POST")),
    *((wie, methode, "services/leren-groep-a-0/delen") for wie in ("anna", "cas", "dora", "otto") for methode in ("GET", "POST")),
    ("anna", "GET", "services/leren-groep-a-0/"),  # each in their own way of working
    ("anna", "POST", "hub/api/users/{bram}/server"),
    *((wie, methode, f"hub/{pad}") for wie in ("anna", "bram", "dora") for methode, pad in (
        ("GET", "admin"), ("GET", "api/users"), ("GET", "api/groups"), ("GET", "api/proxy"), ("POST", "api/shutdown"), ("GET", "api/users/{cas}"),
        ("POST", "api/groups/formgrade-groep-a/users"), ("POST", "api/groups/nbgrader-groep-b/users"), ("GET", "api/users/{cas}/tokens"), ("POST", "api/users/{daan}/tokens"),
    )),
    # a terminal, JupyterLab or formgrader in a server of one's own, or in the shared service
    *(("anna", "GET", f"user/{{anna}}/{pad}") for pad in ("terminals/1", "api/terminals", "lab", "tree", "formgrader", "beoordeel/")),
    *(("bram", "GET", f"services/leren-groep-a-0/{pad}") for pad in ("terminals/1", "api/terminals", "lab", "tree", "formgrader", "api/contents", "files/cursus.json")),
    # a teacher: the other group, learners' servers and pages
    *(
        ("dora", "GET", pad)
        for pad in (
            "services/groep-b/formgrader", "services/groep-b/formgrader/api/assignments", "services/groep-b/lab", "services/groep-b/files/gradebook.db", "services/groep-b/api/contents",
            "services/leren-groep-a-0/", "services/leren-groep-b-0/", "user/{anna}/", "hub/spawn", "hub/spawn/{anna}", "services/groep-a/api/terminals",
            "services/groep-a/api/contents/..%2f..%2f..", "services/groep-a/files/..%2f..%2f..%2fb%2fproject%2fgrading%2fgradebook.db",
        )
    ),
    ("daan", "GET", "services/groep-a/formgrader"),
    ("daan", "GET", "services/groep-a/files/sleutels/proef.json"),
    # logged in, but in no group
    *(("otto", "GET", pad) for pad in ("services/groep-a/formgrader", "services/leren-groep-a-0/", "user/{anna}/", "hub/spawn", "hub/admin", "hub/api/users")),
]  # fmt: skip


def files(inst: Instelling) -> dict[str, list[Path]]:
    """What is whose, by kind: paths that exist now."""
    m, acc, hub = inst.map, inst.accounts, inst.hub
    gegevens, inleveren, uit = m / "gegevens", m / "inleveren", m / "uitwisseling"
    uit_a, uit_b = (uit / f"groep-{x}" for x in "ab")
    return {
        "hub": [hub.tmp, hub.tmp / "hub.sqlite", hub.tmp / "koek", hub.tmp / "jupyterhub_config.py", hub.tmp / "hub.log"],
        "dienst": [gegevens, gegevens / "koekjesgeheim", gegevens / "groep-a", hub.folder("groep-a", acc["bram"]) / "toetsen" / "proef" / "antwoorden.jsonl"],
        **{f"proces van {wie}": _environments(inst, acc[wie]) for wie in ("anna", "leren", "cijfersa", "cijfersb")},
        "anna": [acc.home("anna"), acc.home("anna") / "leerlijn/leerlijn/toetsen/proef/antwoorden.jsonl", acc.home("anna") / "leerlijn/leerlijn/prive"],
        "project a": _project(inst.a.root),
        "project b": _project(inst.b.root),
        "ingeleverd a": [inleveren / "groep-a", *(p if p.is_file() else p / "antwoorden.jsonl" for p in (inleveren / "groep-a").iterdir())],
        "ingeleverd b": [inleveren / "groep-b", *(p / "antwoorden.jsonl" for p in (inleveren / "groep-b").iterdir())],
        "uitwisseling a": [uit_a / "inbound", uit_a / "feedback"],
        "uitwisseling b": [uit_b / "inbound"],
    }


def _environments(inst: Instelling, naam: str) -> list[Path]:
    """Where the environments stand of processes below the hub of one account: with its token for the hub."""
    rij = inst.hub.children("leerlijn.dienst ") + inst.hub.children("jupyterhub-singleuser")
    return [Path(f"/proc/{pid}/environ") for pid in rij if psutil.Process(pid).username() == naam]


def _project(root: Path) -> list[Path]:
    g = root / "grading"
    return [root, root / "quizzes", g, g / "gradebook.db", g / "sleutels" / "proef.json", g / "source", g / "submitted", g / "autograded", g / "feedback", g / "beleid.yaml"]


# What an account may, of the kinds above; everything else must fail. In `inbound` everyone may put something, but not look.
MAG = {
    "anna": {"anna", "proces van anna"},
    "bram": set(),
    "cas": set(),
    "dora": set(),
    "leren": {"dienst", "proces van leren", "ingeleverd a", "ingeleverd b"},
    "cijfersa": {"project a", "ingeleverd a", "uitwisseling a", "proces van cijfersa"},
    "cijfersb": {"project b", "ingeleverd b", "uitwisseling b", "proces van cijfersb"},
}
