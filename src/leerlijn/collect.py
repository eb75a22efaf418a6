"""nbgrader's own way of collecting, with our guard: `nbgrader collect` and formgrader's Collect button.

Wired in by grading/nbgrader_config.py in place of nbgrader's own ExchangeCollect, which follows links and takes any file of any
owner. What is safe to take is decided in intake.py, as for `leerlijn grade`.
"""

from __future__ import annotations

import os
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from traitlets import Unicode

from . import besloten, intake, termijn
from .grader import load_beleid, set_duedate


class GuardedCollect(ExchangeCollect):
    """Takes over the answer file, the time and the feedback secret; the notebook comes from the released copy.

    A submission whose folder belongs to another account than the name it carries is refused (unless check_owner is off,
    for servers where every learner has the same account inside a container), but for a trusted service: see intake.services.
    """

    beleid = Unicode("beleid.yaml", help="The teacher's policy").tag(config=True)

    def init_src(self) -> None:
        if self.coursedir.course_id == "":
            self.fail("Er is geen cursus-id ingesteld (CourseDirectory.course_id).")
        self.course_path = os.path.join(self.root, self.coursedir.course_id)
        self.inbound_path = os.path.join(self.course_path, "inbound")
        module = self.coursedir.assignment_id
        self.zelfde_account = not self.check_owner
        self.check_owner = False  # ours is stricter, and knows services; nbgrader's only warns
        try:
            binnen, fout, onderweg = intake.scan(Path(self.inbound_path), [module], alle=self._modules(), zelfde_account=self.zelfde_account)
        except OSError:
            self.fail(f"De map met ingeleverd werk is er niet of is niet te lezen: {self.inbound_path}")
        if self.coursedir.student_id not in ("", "*"):
            binnen = [i for i in binnen if i.student == self.coursedir.student_id]
        self.duedate, uitstel = self._duedate()
        beleid = load_beleid(Path(self.beleid))
        if self.before_duedate and self.duedate:  # of a learner without one in time the others stay
            op_tijd = [i for i in binnen if not termijn.late(i.tijd, self.duedate)]
            binnen = op_tijd + [i for i in binnen if i.student not in {o.student for o in op_tijd}]
        self.gekozen, te_veel = intake.choose(
            binnen, pogingen=beleid.pogingen, tot=self.duedate, te_laat_weigeren=beleid.te_laat == "weigeren", uitstel=uitstel
        )
        self._report(fout + te_veel)
        if onderweg:
            self.log.warning("%s inlevering(en) zijn nog niet helemaal binnen; die komen de volgende keer mee.", onderweg)
        for zin in intake.lookalikes(self.gekozen).values():
            self.log.warning(zin)
        self.src_records = [{"username": s, "filename": str(i.pad), "timestamp": i.tijd} for s, i in self.gekozen.items()]

    def _modules(self) -> set[str]:
        """All tests of the course: what is released, and the one that is asked for."""
        release = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", "."))
        return {self.coursedir.assignment_id, *(p.name for p in release.glob("*") if p.is_dir())}

    def _duedate(self):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gb:
            try:
                gb.find_assignment(self.coursedir.assignment_id)
                set_duedate(gb, Path(self.beleid), self.coursedir.assignment_id)
                toets = gb.find_assignment(self.coursedir.assignment_id)
                return toets.duedate, {s.student_id: s.extension for s in toets.submissions if s.extension}
            except MissingEntry:
                return None, {}

    def _report(self, weigeringen: list[intake.Weigering]) -> None:
        if len(weigeringen) > intake.MAX_AKTES:
            self.log.error("GEWEIGERD: %s inleveringen; hier staan de eerste %s. Ruim de map met ingeleverd werk op.", len(weigeringen), intake.MAX_AKTES)
        for w in weigeringen[: intake.MAX_AKTES]:
            intake.set_aside(Path(self.coursedir.root, "geweigerd"), w)
            self.log.error("GEWEIGERD: %s", w)

    def do_copy(self, src: str, dest: str, log=None) -> None:
        """Build the collected copy from parts that we know."""
        inlevering = next(i for i in self.gekozen.values() if i.pad == Path(src))
        release = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", self.coursedir.assignment_id))
        notebooks = {p.name: p.read_bytes() for p in sorted(release.glob("*.ipynb"))}
        werk = besloten.private(Path(self.coursedir.root, ".nakijken")) / "collect"
        self._report(intake.stage(inlevering, Path(dest), notebooks, werk, zelfde_account=self.zelfde_account))
        for zin in intake.clock_notes(inlevering, self.duedate):
            self.log.warning("%s: %s", inlevering.student, zin)
