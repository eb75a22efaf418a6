"""The road between learner and teacher: nbgrader's exchange, spoken to from a process of its own.

The learner's kernel and our server import the upper half only (standard library). The lower half runs in a child
process (`python -m leerlijn.uitwisseling ...`), because importing nbgrader takes a second and some 60 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from .inlevering import default_root

TIJDSLIMIET = 120  # seconds; a busy disk may be slow, a hanging network disk must not hold the page for ever
MEEGEVEN = ("toets.ipynb", "publiek.json", "cursus.json")  # of the released copy; with antwoorden.jsonl all that is handed in


def run_child(opdracht: str, **gegevens: Any) -> dict[str, Any]:
    """Let a child process do one errand (`verstuur`, `haal` or `plek`) and give back its answer.

    A refusal is a dict with `fout`: a Dutch sentence. Never raises for what the child does.
    """
    try:
        kind = subprocess.run(
            # -P: a json.py in the learner's folder is not the one we mean
            [sys.executable, "-P", "-m", "leerlijn.uitwisseling", opdracht],
            input=json.dumps(gegevens), text=True, capture_output=True, timeout=TIJDSLIMIET,
        )  # fmt: skip
        return json.loads(kind.stdout.strip().splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"fout": "De uitwisselmap antwoordt niet. Je antwoorden staan veilig in je eigen map. Probeer het later opnieuw."}
    except (OSError, ValueError, IndexError):
        return {"fout": "Het versturen lukte niet. Je antwoorden staan veilig in je eigen map. Probeer het later opnieuw of vraag je docent."}


# --- the child process ---------------------------------------------------------------------------------------------


def _config() -> Any:
    """The machine's nbgrader configuration, read without importing nbgrader; our variable wins, our default is the last resort."""
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config import Config, PyFileConfigLoader

    c = Config()
    for map_ in reversed(jupyter_config_path()):
        if os.path.isfile(os.path.join(map_, "nbgrader_config.py")):  # of Path, is_file raises where we may not look
            c.merge(PyFileConfigLoader("nbgrader_config.py", path=map_).load_config())
    if os.environ.get("LEERLIJN_UITWISSELING") or "root" not in c.Exchange:
        c.Exchange.root = str(default_root())
    return c


def _exchange(soort: str, config: Any) -> Any:
    """An exchange object of nbgrader: `Submit` or `FetchFeedback`."""
    # A URL syntax that jsonschema loads when it is there: 1.0 of the 1.9 s that nbgrader takes to import. Nothing here checks URLs.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeFactory

    klasse = getattr(ExchangeFactory(config=config), {"Submit": "submit", "FetchFeedback": "fetch_feedback"}[soort])
    return klasse(coursedir=CourseDirectory(config=config), authenticator=Authenticator(config=config), config=config)


def verstuur(map_: str, course: str, assignment: str, keer: int) -> dict[str, Any]:
    """Hand in the staged folder `map_` (it holds <assignment>/antwoorden.jsonl) as hand-in number `keer`. Gives {"t": ISO time}."""
    from . import inlevering

    config = _config()
    root = Path(config.Exchange.root)
    vrijgegeven = root / course / "outbound" / assignment
    inlevering.check_road(root, root / course / "inbound", vrijgegeven)
    inlevering.check_policy(inlevering.read_json(vrijgegeven / "cursus.json"), keer)
    for naam in MEEGEVEN:  # the teacher's own copies: nothing of the learner's notebook leaves the folder
        if (vrijgegeven / naam).is_file():
            Path(map_, assignment, naam).write_bytes((vrijgegeven / naam).read_bytes())
    config.CourseDirectory.course_id, config.CourseDirectory.assignment_id = course, assignment
    config.Exchange.assignment_dir, config.Exchange.path_includes_course = map_, False
    exchange = _exchange("Submit", config)
    try:
        exchange.start()
    except BaseException:
        inlevering.remove_half(exchange)
        raise
    return {"t": inlevering.iso(exchange.timestamp)}


def stand(map_: Path) -> int:
    """When something last came into an exchange folder (ns since 1970), 0 when it is not there. Needs no right to list it."""
    try:
        return map_.stat().st_mtime_ns
    except OSError:
        return 0


def haal(map_: str, course: str, assignment: str) -> dict[str, Any]:
    """Fetch released feedback into <map_>/<assignment>/feedback/<time>/.

    Gives {"gehaald": pages that are there now, "bron": folder that was looked in, "stand": its state before that}.
    """
    config = _config()
    bron = Path(config.Exchange.root, course, "feedback")
    uit = {"gehaald": 0, "bron": str(bron), "stand": stand(bron)}
    if not uit["stand"]:
        return uit
    config.CourseDirectory.course_id, config.CourseDirectory.assignment_id = course, assignment
    config.Exchange.assignment_dir, config.Exchange.path_includes_course = map_, False
    exchange = _exchange("FetchFeedback", config)
    exchange.start()
    return {**uit, "gehaald": len(exchange.feedback_files)}


def plek(course: str) -> dict[str, Any]:
    """Where a learner may put what they share: {"map": the folder of hand-ins}. Raises HandInError when there is none."""
    from . import inlevering

    root = Path(_config().Exchange.root)
    inbound = root / course / "inbound"
    inlevering.check_place(root, inbound)
    return {"map": str(inbound)}


def main() -> None:
    import logging

    from . import inlevering
    from .errors import LeerlijnError

    logging.disable(logging.CRITICAL)  # nbgrader's English lines with paths go nowhere
    uit = os.dup(1)
    os.dup2(2, 1)  # what a configuration prints must not stand in our answer
    try:
        antwoord = {"verstuur": verstuur, "haal": haal, "plek": plek}[sys.argv[1]](**json.load(sys.stdin))
    except LeerlijnError as e:
        antwoord = {"fout": str(e)}
    except Exception as e:
        antwoord = {"fout": inlevering.in_words(e)}
    with open(uit, "w") as f:
        f.write(json.dumps(antwoord) + "\n")


if __name__ == "__main__":
    main()
