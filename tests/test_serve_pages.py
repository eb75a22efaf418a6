"""The pages without a kernel, over HTTP on the real server: a learner's answers are read once for a page, only where they show, and never by the loop that
serves everybody."""

import os
from pathlib import Path

import pytest
import requests

from leerlijn import answers

from .browser.conftest import GEDULD, HIER, Server
from .keten import MODULE, Keten

# In the server's own process: notes each answer file that is opened, and whether by the thread that serves all.
MERK = """import os, sys, threading
fd = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def hook(wat, args):
    if wat == "open" and isinstance(args[0], (str, os.PathLike)) and os.fspath(args[0]).endswith(".jsonl"):
        os.write(fd, (("lus" if threading.current_thread() is threading.main_thread() else "draad") + " " + os.fspath(args[0]) + "\\n").encode())
sys.addaudithook(hook)
"""


@pytest.fixture(scope="module")
def keten(tmp_path_factory):
    return Keten(tmp_path_factory.mktemp("paginas"))


@pytest.fixture(scope="module")
def server(keten):
    (keten.tmp / "merk").mkdir()
    (keten.tmp / "merk" / "sitecustomize.py").write_text(MERK.format(log=str(keten.tmp / "log")))
    s = Server(keten.course_dir, env={**keten.env, "PYTHONPATH": f"{keten.tmp / 'merk'}{os.pathsep}{HIER}"})
    yield s
    s.stop()


@pytest.fixture
def opened(keten, server):
    """Asks for a page as a learner who practised; gives (thread, file) for each answer file that the server opened for it, and the page."""
    prive = keten.course_dir / "prive" / f"{MODULE}.jsonl"
    answers.append(prive, "eerst-overleggen", "collega", extra={"zekerheid": 3})

    def vraag(pad, **data):
        (keten.tmp / "log").write_text("")
        r = requests.request("POST" if data else "GET", server.adres + pad, data=data, timeout=GEDULD)
        return sorted((r_.split(" ", 1)[0], Path(r_.split(" ", 1)[1]).relative_to(keten.course_dir).as_posix()) for r_ in (keten.tmp / "log").read_text().splitlines()), r

    return vraag


def test_the_course_page_reads_each_answer_file_once_and_beside_the_loop(opened):
    gelezen, r = opened("/")
    assert r.status_code == 200 and "1 van" in r.text
    assert {wie for wie, _ in gelezen} == {"draad"} and len(gelezen) == len(set(gelezen))
    assert {f"prive/{MODULE}.jsonl", f"toetsen/{MODULE}/antwoorden.jsonl"} <= {pad for _, pad in gelezen}


def test_the_page_to_share_reads_beside_the_loop(opened):
    gelezen, r = opened("/delen")
    assert r.status_code == 200 and "1 van 1" in r.text and gelezen == [("draad", f"prive/{MODULE}.jsonl")]


@pytest.mark.parametrize("pad, status", [("/begrippen", 200), ("/hulp", 200), ("/privacy", 200), ("/zoeken?q=x", 200), ("/bestaat-niet", 404), ("/feedback/proef", 200), ("/delen?", 403)])
def test_a_page_that_shows_no_answers_reads_none(opened, pad, status):
    gelezen, r = opened(pad, **({"doe": "deel"} if status == 403 else {}))
    assert r.status_code == status and gelezen == []


def test_a_course_that_is_not_whole_is_a_sentence(opened, keten):
    """Broken off in the middle of a new edition: the page says so, and comes back by itself when it is whole again."""
    pad = keten.course_dir / "cursus.json"
    heel = pad.read_text("utf-8")
    pad.write_text("{", "utf-8")
    try:
        _, r = opened("/")
        assert r.status_code == 503 and "nu niet te openen" in r.text and "Traceback" not in r.text
    finally:
        pad.write_text(heel, "utf-8")
    assert opened("/")[1].status_code == 200


@pytest.mark.parametrize("soort", ["in one piece", "in parts"])
def test_a_large_request_is_refused_before_it_is_in_memory(server, soort):
    """Of anybody, logged in or not: a hundred of these at once would fill the machine."""
    veel = b"x" * 3_000_000
    try:
        status = requests.post(f"{server.adres}/delen", data=veel if soort == "in one piece" else iter([veel]), timeout=GEDULD).status_code
    except requests.RequestException:
        status = 400  # it hung up while we were still sending
    assert status == 400
    assert requests.get(f"{server.adres}/leeg", timeout=GEDULD).status_code == 200
