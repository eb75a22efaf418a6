"""Configuration of nbgrader for this course: read by the command line in this folder and by formgrader. A reason per line."""

import os
import sys
import warnings
from pathlib import Path

from sqlalchemy.exc import SAWarning

from leerlijn import bronnotebook, gradebook, grader, intake

c = get_config()  # noqa: F821 - given by traitlets
HIER = Path(__file__).resolve().parent
BELEID = grader.load_beleid(HIER / "beleid.yaml")
SANITIZE = "nbconvert.preprocessors.sanitize.SanitizeHTML"

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # nbgrader calls `alembic` by name
warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's own, harmless, and a page of them for each hand-in

# --- where things are ---
c.CourseDirectory.course_id = grader.course_id(HIER.parent)  # modules/cursus.yaml says it; released with each test in cursus.json
c.CourseDirectory.root = str(HIER)  # this folder, from wherever nbgrader is started
c.CourseDirectory.db_url = gradebook.url(HIER)  # LEERLIJN_CIJFERBOEK, or gradebook.db in this folder; `leerlijn grade` asks the same
c.Exchange.root = os.environ.get("LEERLIJN_UITWISSELING") or str(Path.home() / "leerlijn" / "uitwisseling")  # as learners have it
c.Exchange.timezone = "UTC"  # one clock for answer files, receipts and the gradebook

# --- releasing ---
c.ClearSolutions.text_stub = bronnotebook.OPEN_STUB  # the stock stub is an English sentence on the learner's page
c.IncludeHeaderFooter.enabled = False  # nothing is put around our notebooks

# --- collecting: only answers are taken over ---
c.ExchangeFactory.collect = "leerlijn.collect.GuardedCollect"  # the stock one follows links and takes any file, of any owner
c.GuardedCollect.beleid = str(HIER / "beleid.yaml")  # deadlines, for --before-duedate
c.ExchangeCollect.check_owner = not intake.same_account()  # off where containers give everyone one account
c.CourseDirectory.max_file_size = 2_000  # kB; a handed-in answer file is a few kB, the released notebook some tens
c.CourseDirectory.max_dir_size = 5_000  # kB
c.Autograde.sanitize_preprocessors = [
    "leerlijn.grader.FromRelease",  # the submitted notebook is not looked at: ours takes its place
    "nbgrader.preprocessors.OverwriteCells",  # checksums and points as the gradebook has them
    "nbgrader.preprocessors.CheckCellMetadata",  # our own build is checked as any other
]

# --- grading: scored from data, nothing is executed ---
c.Autograde.autograde_preprocessors = [
    "leerlijn.grader.ScoreAnswers",  # in place of nbgrader's Execute: no kernel starts
    "leerlijn.grader.SaveScores",  # SaveAutoGrades + deadline + flag
    "nbgrader.preprocessors.AssignLatePenalties",  # asks AftrekPerDag
    "nbgrader.preprocessors.CheckCellMetadata",  # last check of what formgrader opens
]
c.ScoreAnswers.key_dir = str(HIER / "sleutels")  # outside source/, because all files in there are released
c.SaveScores.beleid = str(HIER / "beleid.yaml")  # deadlines
c.AssignLatePenalties.plugin_class = "leerlijn.grader.AftrekPerDag"  # the stock plug-in knows only all or nothing
c.AftrekPerDag.aftrek_per_dag = BELEID.aftrek_per_dag  # from the teacher's policy

# --- feedback for learners ---
c.GenerateFeedback.exporter_class = "leerlijn.grader.FeedbackExporter"  # its own class: formgrader is an HTMLExporter too
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",  # points and comments from the gradebook
    "leerlijn.grader.ExplanationPolicy",  # right answers only when the policy shows them
    SANITIZE,  # a second lock: what is in the page is text
]
c.ExplanationPolicy.beleid = str(HIER / "beleid.yaml")  # uitleg_tonen, cesuur
c.FeedbackExporter.template_name = "leerlijn-feedback"  # Dutch, printable, no request to anywhere
c.FeedbackExporter.extra_template_basedirs = grader.TEMPLATES  # ours, inside the package

# --- formgrader ---
c.HTMLExporter.template_name = "leerlijn-nakijken"  # formgrader's page without MathJax from a public server
c.HTMLExporter.extra_template_basedirs = [*grader.TEMPLATES, grader.NBGRADER_TEMPLATES]  # ours on top of nbgrader's own
c.HTMLExporter.extra_template_paths = [grader.NBGRADER_TEMPLATES]  # so that ours can extend formgrade/
c.HTMLExporter.preprocessors = [SANITIZE]  # a script in an answer would run with the teacher's rights
c.SanitizeHTML.enabled = True  # off by default
c.SanitizeHTML.tags = grader.TAGS  # the default escapes <p>; links and pictures stay out
c.SanitizeHTML.attributes = grader.ATTRIBUTES  # class and data-item: what the template and the course page read
c.SanitizeHTML.styles = []  # no inline style
c.FormgradeExtension.debug = False  # else the page shows this whole configuration
