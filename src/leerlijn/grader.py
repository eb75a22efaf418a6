"""Grading inside nbgrader without running anything: the graded notebook is ours, and only answers are taken over.

Wired in by grading/nbgrader_config.py. `ScoreAnswers` stands where nbgrader would execute the notebook. nbgrader gives full
marks when a grade is missing or is no number, so every way out of here is a number between 0 and the points of the item.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Float, List, Unicode

from . import artikel
from . import beleid as regels
from . import eindpunten, gradebook, gradecell, rubriek, termijn
from .feedback import ATTRIBUTES, TAGS  # noqa: F401 - for grading/nbgrader_config.py
from .errors import LeerlijnError
from .model import Beleid

TEMPLATES = [str(Path(__file__).parent / "share/jupyter/nbconvert/templates")]
NBGRADER_TEMPLATES = str(Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates")


def in_nbgrader(doe: Callable[..., Any], *args: Any) -> Any:
    """Call `doe`; an error of ours becomes one that nbgrader shows, with the same Dutch sentence."""
    try:
        return doe(*args)
    except LeerlijnError as e:
        raise NbGraderException(str(e)) from e


def load_beleid(pad: Path) -> Beleid:
    """The teacher's policy. Raises NbGraderException with a Dutch sentence when the file is absent or wrong."""
    return in_nbgrader(regels.load, pad)


def course_id(root: Path) -> str:
    """The id of the course under `root`. Raises NbGraderException with a Dutch sentence."""
    return in_nbgrader(regels.course, root).cursus


def set_duedate(gb: Gradebook, beleid: Path, module: str) -> None:
    """Bring the deadline of the policy into the gradebook; without one, what the teacher set in formgrader stands."""
    if tot := regels.deadline(load_beleid(beleid), module):
        gb.update_or_create_assignment(module, duedate=tot)


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
        sleutel = in_nbgrader(gradecell.load_key, Path(self.key_dir, f"{r['assignment']}.json"))
        map_ = Path(coursedir.format_path(coursedir.submitted_directory, r["student"], r["assignment"]))
        antwoorden, gemeld = gradecell.read_answers(map_, sleutel)
        cellen, meer = in_nbgrader(gradecell.grade, nb, sleutel, antwoorden)
        self._complete(r, {c.item for c in cellen})
        gemeld += meer
        for zin in gemeld:
            self.log.warning("%s, %s: %s", r["student"], r["assignment"], zin)
        resources["leerlijn"] = {"gemeld": gemeld}
        return nbformat.from_dict(nb), resources

    def _complete(self, r: dict[str, Any], gevonden: set[str]) -> None:
        """nbgrader takes a cell that is not there for 0 points, without a word."""
        with Gradebook(r["db_url"]) as gb:
            weg = sorted({c.name for c in gb.find_notebook(r["notebook"], r["assignment"]).grade_cells} - gevonden)
        if weg:
            raise NbGraderException(f"De vrijgegeven toets {r['assignment']} mist: {', '.join(weg)}. Er is niets nagekeken. Doe opnieuw: nbgrader generate_assignment")


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
            comment.auto_comment = gradecell.LEEG
            self.gradebook.db.commit()


class AftrekPerDag(BasePlugin):
    """Takes a share of the score off for each day, or part of one, that a test came in late."""

    aftrek_per_dag = Float(0.0, help="Share of the score a day, 0 to 1").tag(config=True)

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float:
        return regels.penalty(score, total_seconds_late, self.aftrek_per_dag)


class FeedbackExporter(HTMLExporter):
    """HTML for learners. A class of its own, so that its template does not become that of formgrader, which is an HTMLExporter too."""


class ExplanationPolicy(NbGraderPreprocessor):
    """Leaves right answers and explanations out of the feedback as long as the policy says so; points and comments stay.

    Marks as `wacht` what a teacher has yet to grade, because nbgrader would show it as 0 points.
    """

    beleid = Unicode("beleid.yaml", help="The teacher's policy").tag(config=True)
    display_data_priority = List([]).tag(config=True)  # HTMLExporter hands it to every step; not used

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        beleid, cellen = load_beleid(Path(self.beleid)), [cel for cel in nb.cells if utils.is_grade(cel)]
        tot = in_nbgrader(self._from_gradebook, beleid, cellen, resources)
        voorbij = tot is None or termijn.late(datetime.now(timezone.utc).replace(tzinfo=None), tot)
        if beleid.uitleg_tonen == "meteen" or (beleid.uitleg_tonen == "na-deadline" and voorbij):
            return nb, resources
        for cel in cellen:
            if cel.cell_type == "code":
                for output in cel.outputs:
                    output.data["text/html"] = _without_key(output.data["text/html"])
            else:
                cel.source = _without_key(cel.source)
        return nb, resources

    def _from_gradebook(self, beleid: Beleid, cellen: list[Any], resources: dict[str, Any]) -> datetime | None:
        """Final points as everywhere, what waits, and points per criterion where those are behind the score. Gives the deadline."""
        r = resources["nbgrader"]
        engine = gradebook.connect(r["db_url"])
        if engine is None:
            raise LeerlijnError(f"Er is nog geen cijferboek. Kijk de toets eerst na: leerlijn grade {r['assignment']}.")
        try:
            with engine.connect() as db:
                toets = gradebook.load_tests(db, [r["assignment"]])[r["assignment"]]
                (eind,) = eindpunten.load(db, beleid, [r["assignment"]], r["student"])
                for cel in cellen:
                    naam = cel.metadata.nbgrader["grade_id"]
                    cel.metadata.nbgrader["wacht"] = naam in eind.wacht
                    if cel.cell_type == "markdown":
                        cel.source = _with_points(cel.source, rubriek.criteria_of(db, toets, naam, r["student"]))
        except gradebook.DatabaseError as e:
            raise LeerlijnError(f"Het cijferboek werkt niet mee: {gradebook.oorzaak(e)}. Probeer het zo opnieuw.") from e
        finally:
            engine.dispose()
        r["score"], r["max_score"], r["late_penalty"] = eind.stand, eind.maximum, eind.aftrek  # nbgrader's own has the deduction of the last grading
        resources["leerlijn"] = {"cesuur": beleid.cesuur, "wacht": bool(eind.wacht)}
        return regels.deadline(beleid, toets.naam) or toets.duedate


def _with_points(tekst: str, criteria: dict[str, float] | None) -> str:
    """The article with 'x van y punten' where the rubric says how many points a criterion has."""
    soep = BeautifulSoup(tekst, "html.parser")
    regels_ = soep.select(".ll-rubriek > li")
    if not criteria or len(criteria) != len(regels_):
        return tekst
    if kop := soep.select_one(".ll-rubriek").find_previous_sibling("h4"):
        kop.string = "Je punten per onderdeel"
    for regel, punten in zip(regels_, criteria.values(), strict=True):
        if vet := regel.find("strong"):
            vet.string = f"({artikel.getal(punten)} van {vet.get_text().strip('()')})".replace(" ", "\N{NO-BREAK SPACE}")
    return str(soep)


def _without_key(tekst: str) -> str:
    soep = BeautifulSoup(tekst, "html.parser")
    for lijst in soep.find_all(class_="ll-delen"):
        if kop := lijst.find_previous_sibling("h4"):
            kop.decompose()
        lijst.decompose()
    while deel := soep.find(class_="ll-uitleg"):  # one may stand inside another
        deel.decompose()
    return str(soep)
