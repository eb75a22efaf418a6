"""Grading inside nbgrader without running anything: the graded notebook is ours, and only answers are taken over.

Wired in by grading/nbgrader_config.py. `ScoreAnswers` stands where nbgrader would execute the notebook. nbgrader gives full
marks when a grade is missing or is no number, so every way out of here is a number between 0 and the points of the item.
"""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import nbformat
import nbgrader
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Float, List, Unicode

from . import answers, artikel, content, score
from .feedback import ATTRIBUTES, TAGS  # noqa: F401 - for grading/nbgrader_config.py
from .errors import ContentError
from .model import Beleid, Cursus

MAX_ANTWOORDEN = 1_000_000  # bytes; a handed-in file holds one line an item
TEMPLATES = [str(Path(__file__).parent / "share/jupyter/nbconvert/templates")]
NBGRADER_TEMPLATES = str(Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates")


def load_beleid(pad: Path) -> Beleid:
    """The teacher's policy. Raises NbGraderException with a Dutch sentence when the file is absent or wrong."""
    return _lees(pad, Beleid)


def course_id(root: Path) -> str:
    """The id of the course under `root`, as modules/cursus.yaml has it. Raises NbGraderException with a Dutch sentence."""
    return _lees(root / "modules" / "cursus.yaml", Cursus).cursus


def _lees(pad: Path, soort: Any) -> Any:
    try:
        return content.load_file(pad, soort)
    except ContentError as e:
        raise NbGraderException(f"{pad} is niet te gebruiken:\n{e}") from e


def deadline(beleid: Beleid, module: str) -> datetime | None:
    """Last moment to hand in: the end of the day in the Netherlands, as naive UTC the way nbgrader keeps it."""
    dag: date | None = beleid.inleveren_tot.get(module)
    if dag is None:
        return None
    eind = datetime.combine(dag, time(23, 59, 59), ZoneInfo("Europe/Amsterdam"))
    return eind.astimezone(timezone.utc).replace(tzinfo=None)


def set_duedate(gb: Gradebook, beleid: Path, module: str) -> None:
    """Bring the deadline of the policy into the gradebook; without one, what the teacher set in formgrader stands."""
    if tot := deadline(load_beleid(beleid), module):
        gb.update_or_create_assignment(module, duedate=tot)


def points(credit: float, maximum: float) -> float:
    """Points for a share of the maximum: always finite and within 0 and the maximum. Anything odd is 0."""
    waarde = maximum * credit if isinstance(credit, (int, float)) and math.isfinite(credit) else 0.0
    return round(min(maximum, max(0.0, waarde)), 4)


def _coursedir(onderdeel: Any) -> Any:
    """The CourseDirectory of the converter in which a preprocessor stands."""
    while onderdeel is not None and not hasattr(onderdeel, "coursedir"):
        onderdeel = onderdeel.parent
    if onderdeel is None:
        raise NbGraderException("Deze stap werkt alleen binnen nbgrader autograde.")
    return onderdeel.coursedir


class FromRelease(NbGraderPreprocessor):
    """First step: throw the submitted notebook away and go on with the released copy.

    A changed, doubled or removed cell, a script in a note, a huge output: none of it gets any further than here.
    """

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        r, coursedir = resources["nbgrader"], _coursedir(self)
        pad = Path(coursedir.format_path(coursedir.release_directory, ".", r["assignment"]), f"{r['notebook']}.ipynb")
        if not pad.is_file():
            raise NbGraderException(f"{pad} is er niet. Doe eerst: nbgrader generate_assignment {r['assignment']}")
        return nbformat.read(pad, as_version=4), resources


class ScoreAnswers(NbGraderPreprocessor):
    """Scores the answer file against the key and writes points and explanation into the grade cells. Starts no kernel."""

    key_dir = Unicode("sleutels", help="Folder of the keys, on the teacher's side only, outside source/ and release/").tag(config=True)

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        r, coursedir = resources["nbgrader"], _coursedir(self)
        sleutel = self._key(r["assignment"])
        map_ = Path(coursedir.format_path(coursedir.submitted_directory, r["student"], r["assignment"]))
        gelezen = answers.read(map_ / "antwoorden.jsonl", bekend=set(sleutel["items"]), limiet=MAX_ANTWOORDEN)
        gemeld = list(gelezen.gemeld)
        if not gelezen.laatste and not gemeld:
            gemeld.append("Er is niets beantwoord, of er is geen antwoordbestand ingeleverd.")
        for cel in nb.cells:
            if cel.cell_type == "code":
                cel.outputs, cel.execution_count = [], None
            if utils.is_grade(cel):
                self._cell(cel, sleutel, gelezen.laatste, gemeld)
        for zin in gemeld:
            self.log.warning("%s, %s: %s", r["student"], r["assignment"], zin)
        resources["leerlijn"] = {"gemeld": gemeld}
        return nb, resources

    def _key(self, assignment: str) -> dict[str, Any]:
        pad = Path(self.key_dir, f"{assignment}.json")
        try:
            sleutel = json.loads(pad.read_text("utf-8"))
        except (OSError, ValueError) as e:
            raise NbGraderException(f"De sleutel {pad} is niet te lezen. Doe eerst: leerlijn build") from e
        return sleutel

    def _cell(self, cel: Any, sleutel: dict[str, Any], laatste: dict[str, Any], gemeld: list[str]) -> None:
        ident, maximum = cel.metadata.nbgrader["grade_id"], float(cel.metadata.nbgrader["points"])
        if ident not in sleutel["items"]:  # not graded rather than graded wrongly
            raise NbGraderException(f"De sleutel heeft geen vraag '{ident}'. De cursus is na het vrijgeven veranderd: bouw opnieuw.")
        item = sleutel["items"][ident]
        antwoord = laatste.get(ident, {}).get("antwoord")
        uitslag = score.score(item, antwoord)
        let_op = ""
        if uitslag.status == "onleesbaar":
            let_op = "Het antwoord heeft een vorm die niet bij de vraag hoort. Het telt als 0 punten; vraag het de deelnemer na."
            gemeld.append(f"Vraag {ident}: {let_op}")
        gekregen = points(uitslag.credit, maximum)
        tekst = artikel.bouw(
            item, sleutel["publiek"].get(ident, {}), antwoord, sleutel.get("feiten", {}),
            nummer=sleutel["volgorde"].index(ident) + 1, gekregen=gekregen, punten=maximum, gemeld=let_op,
        )  # fmt: skip
        if cel.cell_type == "code":
            data = {"text/plain": repr(gekregen), "text/html": tekst}  # plain is what is graded, html is what is shown
            cel.outputs = [new_output("execute_result", data, execution_count=1)]
            return
        cel.source = tekst
        if uitslag.status == "onbeantwoord":  # an unchanged checksum is nbgrader's sign for: 0, nothing to grade by hand
            cel.metadata.nbgrader["checksum"] = utils.compute_checksum(cel)


class SaveScores(SaveAutoGrades):
    """nbgrader's own saving, with the deadline of the policy, Dutch words and a flag where a teacher has to look."""

    beleid = Unicode("beleid.yaml", help="The teacher's policy").tag(config=True)

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        nb, resources = super().preprocess(nb, resources)
        r = resources["nbgrader"]
        with Gradebook(r["db_url"]) as gb:
            set_duedate(gb, Path(self.beleid), r["assignment"])
            if resources.get("leerlijn", {}).get("gemeld"):
                gb.find_submission_notebook(r["notebook"], r["assignment"], r["student"]).flagged = True
                gb.db.commit()
        return nb, resources

    def _add_comment(self, cell: Any, resources: dict[str, Any]) -> None:
        super()._add_comment(cell, resources)
        comment = self.gradebook.find_comment(cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id)
        if comment.auto_comment:
            comment.auto_comment = "Niet beantwoord."
            self.gradebook.db.commit()


class AftrekPerDag(BasePlugin):
    """Takes a share of the score off for each day, or part of one, that a test came in late."""

    aftrek_per_dag = Float(0.0, help="Share of the score a day, 0 to 1").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        dagen = math.ceil(timedelta(seconds=total_seconds_late) / timedelta(days=1))
        return round(min(score, score * self.aftrek_per_dag * dagen), 2)


class FeedbackExporter(HTMLExporter):
    """HTML for learners. A class of its own, so that its template does not become that of formgrader, which is an HTMLExporter too."""


class ExplanationPolicy(NbGraderPreprocessor):
    """Leaves right answers and explanations out of the feedback as long as the policy says so; points and comments stay.

    Marks as `wacht` what a teacher has yet to grade, because nbgrader would show it as 0 points.
    """

    beleid = Unicode("beleid.yaml", help="The teacher's policy").tag(config=True)
    display_data_priority = List([]).tag(config=True)  # HTMLExporter hands it to every step; not used

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        beleid, module = load_beleid(Path(self.beleid)), resources["nbgrader"]["assignment"]
        tot = deadline(beleid, module)
        voorbij = tot is None or datetime.now(timezone.utc).replace(tzinfo=None) > tot
        resources["leerlijn"] = {"cesuur": beleid.cesuur, "wacht": self._mark_waiting(nb, resources["nbgrader"])}
        if beleid.uitleg_tonen == "meteen" or (beleid.uitleg_tonen == "na-deadline" and voorbij):
            return nb, resources
        for cel in nb.cells:
            if not utils.is_grade(cel):
                continue
            if cel.cell_type == "code":
                for output in cel.outputs:
                    output.data["text/html"] = _without_key(output.data["text/html"])
            else:
                cel.source = _without_key(cel.source)
        return nb, resources

    def _mark_waiting(self, nb: Any, r: dict[str, Any]) -> bool:
        with Gradebook(r["db_url"]) as gb:
            wachten = {g.name for g in gb.find_submission_notebook(r["notebook"], r["assignment"], r["student"]).grades if g.needs_manual_grade}
        for cel in nb.cells:
            if utils.is_grade(cel):
                cel.metadata.nbgrader["wacht"] = cel.metadata.nbgrader["grade_id"] in wachten
        return bool(wachten)


def _without_key(tekst: str) -> str:
    soep = BeautifulSoup(tekst, "html.parser")
    for lijst in soep.find_all(class_="ll-delen"):
        if kop := lijst.find_previous_sibling("h4"):
            kop.decompose()
        lijst.decompose()
    while deel := soep.find(class_="ll-uitleg"):  # one may stand inside another
        deel.decompose()
    return str(soep)
