"""Collecting what was handed in, as if every submission were hostile: only answers are taken over, everything else is ours.

Wired in by grading/nbgrader_config.py in place of nbgrader's own ExchangeCollect, which follows links and takes any file.
"""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import stat
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import check_mode, parse_utc
from traitlets import Unicode

from .grader import set_duedate

ANTWOORDEN = "antwoorden.jsonl"
MAX_BYTES = {ANTWOORDEN: 1_000_000, "timestamp.txt": 100, "submission_secret.txt": 1_000}


def read_guarded(pad: Path, limiet: int) -> bytes | None:
    """The bytes of a regular file of at most `limiet` bytes. None for anything else: absent, link, pipe, folder, too large."""
    try:
        fd = os.open(pad, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(fd, "rb") as f:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        data = f.read(limiet + 1)
    return data if len(data) <= limiet else None


class GuardedCollect(ExchangeCollect):
    """Takes over the answer file, the time and the feedback secret; the notebook comes from the released copy.

    A submission whose folder belongs to another account than the name it carries is refused (unless check_owner is off,
    for servers where every learner has the same account inside a container).
    """

    beleid = Unicode("beleid.yaml", help="The teacher's policy").tag(config=True)

    def init_src(self) -> None:
        if self.coursedir.course_id == "":
            self.fail("Er is geen cursus-id ingesteld (CourseDirectory.course_id).")
        self.course_path = os.path.join(self.root, self.coursedir.course_id)
        self.inbound_path = os.path.join(self.course_path, "inbound")
        if not check_mode(self.inbound_path, read=True, execute=True):
            self.fail(f"De map met ingeleverd werk is er niet of is niet te lezen: {self.inbound_path}")
        student = glob.escape(self.coursedir.student_id) if self.coursedir.student_id not in ("", "*") else "*"
        patroon = os.path.join(glob.escape(self.inbound_path), f"{student}+{glob.escape(self.coursedir.assignment_id)}+*")
        groepen: dict[str, list[dict]] = {}
        for pad in sorted(glob.glob(patroon)):
            if (record := self._record(pad)) is not None:
                groepen.setdefault(record["username"], []).append(record)
        self.duedate = self._duedate()
        self.src_records = [self._choose(self._sort_by_timestamp(g)) for g in groepen.values()]

    def _record(self, pad: str) -> dict | None:
        try:
            record = self._path_to_record(pad)
            info = os.lstat(pad)
        except Exception as e:  # a name that can't be read must not stop the others
            self.log.warning("Overgeslagen, de naam of tijd klopt niet: %s (%s)", pad, e)
            return None
        if not stat.S_ISDIR(info.st_mode) or record["username"] in ("", ".", ".."):
            self.log.warning("Overgeslagen, geen gewone map: %s", pad)
            return None
        if not os.path.lexists(os.path.join(pad, "submission_secret.txt")):  # the last file that a hand-in writes
            self.log.warning("Overgeslagen, nog niet helemaal binnen: %s", pad)
            return None
        if self.check_owner and record["username"] != _owner(info.st_uid):
            self.log.error("GEWEIGERD: %s staat op naam van %s maar is van %s", pad, record["username"], _owner(info.st_uid))
            return None
        return record

    def _duedate(self):
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gb:
            try:
                gb.find_assignment(self.coursedir.assignment_id)
                set_duedate(gb, Path(self.beleid), self.coursedir.assignment_id)
                return gb.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                return None

    def _choose(self, records: list[dict]) -> dict:
        """The newest; with --before-duedate the newest that was in time."""
        if self.duedate is None or not self.before_duedate:
            return records[0]
        return next((r for r in records if r["timestamp"] <= self.duedate), records[0])

    def do_copy(self, src: str, dest: str, log=None) -> None:
        """Build the collected copy from parts that we know."""
        bron, doel = Path(src), Path(dest)
        doel.mkdir(parents=True, mode=0o700)
        for naam, limiet in MAX_BYTES.items():
            data = read_guarded(bron / naam, limiet)
            if naam == "timestamp.txt" and not _is_time(data):
                data = bron.name.rsplit("+", 3)[2].encode()
            if data is not None:
                (doel / naam).write_bytes(data)
            elif naam == ANTWOORDEN:
                self.log.error("Geen bruikbaar antwoordbestand in %s: er is niets om na te kijken", bron)
        release = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", self.coursedir.assignment_id))
        for notebook in sorted(release.glob("*.ipynb")):
            shutil.copyfile(notebook, doel / notebook.name)


def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return "een onbekend account"


def _is_time(data: bytes | None) -> bool:
    try:
        return bool(data) and parse_utc(data.decode().strip()) is not None
    except (ValueError, OverflowError):
        return False
