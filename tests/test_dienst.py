"""The shared service in parts: names and folders, asking to hand in, handing in, the socket's filter. With a hub: tests/hub/."""

import asyncio
import json
import os
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.base.call_context import CallContext

from leerlijn import answers, dienst, dienst_inleveren, dienst_kanaal, dienst_kernels, dienst_mappen, dienst_verzoek, dienst_wacht, handin
from leerlijn.errors import HandInError, LeerlijnError

CURSUS = {"course": "proefcursus", "assignment": "proef"}


@pytest.fixture
def post(tmp_path):
    """A course with a released test and a learner `anna` with one answer."""
    p = dienst_inleveren.Post("proefcursus", *(tmp_path / n for n in ("cursus", "gegevens", "inleveren", "uit")))
    toets, vrij = p.cursusmap / "toetsen" / "proef", p.uitwisseling / "proefcursus" / "outbound" / "proef"
    for m in (toets, vrij, p.inleveren):
        m.mkdir(parents=True)
    for m in (toets, vrij):
        (m / "cursus.json").write_text(json.dumps(CURSUS))
    (toets / "publiek.json").write_text(json.dumps({"items": [{"id": i} for i in ("een", "twee")]}))
    answers.append(p.eigen("anna") / "toetsen" / "proef" / "antwoorden.jsonl", "een", "a")
    return p


# --- names and folders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("naam", ["anna", "../anna", "a/b", "x" * 5000, "ė́", ".", ""])
def test_no_name_leads_elsewhere(naam):
    map_ = dienst_mappen.learner_folder(Path("/g"), "c", naam)
    assert map_.parent == Path("/g/c") and len(map_.name) == 22 and map_.name.startswith("l-")


def test_learners_are_spread_and_stay():
    delen = [dienst_mappen.shard_of(f"lid{i}", 4) for i in range(400)]
    assert all(70 < delen.count(d) < 130 for d in range(4))
    assert delen == [dienst_mappen.shard_of(f"lid{i}", 4) for i in range(400)] and dienst_mappen.shard_of("x", 1) == 0


@pytest.mark.parametrize("naam, goed", [("anna", True), ("a.b@c-d_9", True), ("anna+bram", False), ("../x", False), (".x", False), ("", False), ("a b", False), ("x" * 101, False)])
def test_names_that_can_hand_in(naam, goed):
    assert (dienst_mappen.hand_in_name(naam) == naam) is goed


# --- asking --------------------------------------------------------------------------------------------------------------


def test_ask_and_answer(tmp_path):
    def dienst_kant():
        while not (rij := dienst_verzoek.take(tmp_path)):
            time.sleep(0.01)
        assert [m for _, m in rij] == ["proef"] and dienst_verzoek.take(tmp_path) == []
        dienst_verzoek.answer(rij[0][0], {"t": "nu", "aantal": 1})

    draad = threading.Thread(target=dienst_kant)
    draad.start()
    assert dienst_verzoek.ask(tmp_path, "proef") == {"t": "nu", "aantal": 1}
    draad.join()
    assert os.listdir(tmp_path / "verzoek") == []


def test_no_answer_is_told_and_leaves_nothing(tmp_path):
    with pytest.raises(HandInError, match="duurt te lang"):
        dienst_verzoek.ask(tmp_path, "proef", 0.1)
    assert dienst_verzoek.take(tmp_path) == []


def test_refusal_comes_over_as_it_was(tmp_path):
    def dienst_kant():
        while not (rij := dienst_verzoek.take(tmp_path)):
            time.sleep(0.01)
        dienst_verzoek.answer(rij[0][0], {"fout": "Te laat."})

    threading.Thread(target=dienst_kant).start()
    with pytest.raises(HandInError, match="^Te laat.$"):
        dienst_verzoek.ask(tmp_path, "proef")


def test_strange_requests_do_nothing(tmp_path):
    map_ = tmp_path / "verzoek"
    map_.mkdir()
    (tmp_path / "elders").write_text("proef")
    naam = iter(f"{i:032x}.vraag" for i in range(99))
    (map_ / next(naam)).symlink_to(tmp_path / "elders")
    (map_ / next(naam)).mkdir()
    os.mkfifo(map_ / next(naam))
    (map_ / next(naam)).write_bytes(b"\xff" * 10_000_000)
    (map_ / next(naam)).write_text("../../etc")
    (map_ / "los.txt").write_text("proef")
    oud = map_ / next(naam)
    oud.write_text("proef")
    os.utime(oud, (1, 1))
    assert dienst_verzoek.take(tmp_path) == [] and not oud.exists()
    (tmp_path / "tweede").mkdir()
    (tmp_path / "tweede" / "verzoek").write_text("geen map")
    assert dienst_verzoek.take(tmp_path / "tweede") == []


def test_answer_is_not_led_elsewhere(tmp_path):
    (tmp_path / "x.klaar").symlink_to(tmp_path / "elders")
    dienst_verzoek.answer(tmp_path / "x.antwoord", {"t": "nu"})
    assert not (tmp_path / "elders").exists()


# --- handing in ----------------------------------------------------------------------------------------------------------


def test_hand_in_carries_the_name_of_the_hub_and_answers_only(post):
    uit = dienst_inleveren.hand_in(post, "anna", "proef")
    assert (uit["aantal"], uit["onbeantwoord"], uit["keer"]) == (1, ["twee"], 1)
    (map_,) = post.inleveren.iterdir()
    assert map_.name.startswith("anna+proef+") and oct(map_.stat().st_mode & 0o7777) == "0o750"
    assert {p.name: oct(p.stat().st_mode & 0o777) for p in map_.iterdir()} == dict.fromkeys(("antwoorden.jsonl", "timestamp.txt", "submission_secret.txt"), "0o640")
    assert handin.receipt(post.cursusmap / "toetsen" / "proef", post.eigen("anna")).keer == 1
    assert dienst_inleveren.hand_in(post, "anna", "proef")["keer"] == 2 and dienst_inleveren.hand_ins(post, "ann", "proef") == []


@pytest.mark.parametrize(
    "wat, zin",
    [
        (lambda p: (p.eigen("anna") / "toetsen/proef/antwoorden.jsonl").unlink(), "nog geen vraag beantwoord"),
        (lambda p: (p.uitwisseling / "proefcursus/outbound/proef").rename(p.uitwisseling / "weg"), "nog niet vrijgegeven"),
        (lambda p: (p.uitwisseling / "proefcursus/outbound/proef/cursus.json").write_text(json.dumps({**CURSUS, "inleveren_tot": "2020-01-01", "te_laat": "weigeren"})), "Inleveren kon tot en met 1-1-2020"),
        (lambda p: p.inleveren.rmdir(), "Inleveren kan nu niet"),
        (lambda p: (p.cursusmap / "toetsen/proef/cursus.json").write_text(json.dumps({**CURSUS, "course": "andere"})), "Inleveren kan nu niet"),
    ],
)
def test_refusals_in_words(post, wat, zin):
    wat(post)
    uit = dienst_inleveren.hand_in(post, "anna", "proef")
    assert zin in uit["fout"] and str(post.cursusmap.parent) not in uit["fout"]


def test_attempts_are_counted_where_a_kernel_cannot_reach(post):
    (post.uitwisseling / "proefcursus/outbound/proef/cursus.json").write_text(json.dumps({**CURSUS, "pogingen": 1}))
    assert "fout" not in dienst_inleveren.hand_in(post, "anna", "proef")
    handin.receipt_path(post.cursusmap / "toetsen" / "proef", post.eigen("anna")).unlink()
    assert "al 1 keer ingeleverd" in dienst_inleveren.hand_in(post, "anna", "proef")["fout"]
    assert dienst_inleveren.hand_in(post, "a+b", "proef")["fout"].startswith("Je gebruikersnaam past niet")


def test_full_disk_leaves_no_half_hand_in(post, monkeypatch):
    def vol(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", vol)
    assert "vol" in dienst_inleveren.hand_in(post, "anna", "proef")["fout"]
    assert list(post.inleveren.iterdir()) == []


def test_feedback_goes_to_who_handed_in(post):
    dienst_inleveren.hand_in(post, "anna", "proef")
    geheim = (next(post.inleveren.iterdir()) / "submission_secret.txt").read_text()
    from nbgrader.utils import notebook_hash

    (post.uitwisseling / "proefcursus" / "feedback").mkdir()
    pagina = post.uitwisseling / "proefcursus" / "feedback" / f"{notebook_hash(secret=geheim, notebook_id='toets')}.html"
    assert dienst_inleveren.fetch_feedback(post, "anna", "proef") == 0
    pagina.write_text("voor anna")
    assert dienst_inleveren.fetch_feedback(post, "bram", "proef") == 0 and dienst_inleveren.fetch_feedback(post, "anna", "proef") == 1
    (terug,) = post.eigen("anna").glob("toetsen/proef/feedback/*/toets.html")
    assert terug.read_text() == "voor anna" and not post.eigen("bram").exists()
    pagina.write_text("opnieuw bekeken")
    dienst_inleveren.fetch_feedback(post, "anna", "proef")
    assert terug.read_text() == "opnieuw bekeken"


# --- the socket ------------------------------------------------------------------------------------------------------------


def test_frame_takes_what_a_page_sends_and_nothing_else():
    from .hub.kanaal import encode

    goed = encode("shell", {"msg_type": "comm_msg"}, {"a": 1})
    delen = dienst_kanaal.frame(goed)
    assert delen[0] == b"shell" and json.loads(delen[1]) == {"msg_type": "comm_msg"} and json.loads(delen[4]) == {"a": 1}
    for stuk in (goed[:-1], goed + b"x", b"", b"\xff" * 80, goed.decode("latin1"), struct.pack("<Q", 7) + goed[8:], goed[:8] + struct.pack("<Q", 2**63) + goed[16:], b"x" * 300_000):
        assert dienst_kanaal.frame(stuk) is None
    for i in range(0, 56, 8):  # any offset that is wrong
        assert dienst_kanaal.frame(goed[:i] + struct.pack("<Q", 3) + goed[i + 8 :]) is None


@pytest.mark.parametrize(
    "kanaal, soort, inhoud, goed",
    [
        ("shell", "comm_msg", {"comm_id": "x", "data": {"method": "custom", "content": {}}}, True),
        ("shell", "comm_msg", {"comm_id": "x", "data": {"method": "request_states"}}, True),
        ("shell", "comm_open", {"target_name": "jupyter.widget.control"}, True),
        ("shell", "comm_open", {"target_name": "jupyter.widget"}, False),
        ("shell", "comm_msg", {"data": {"method": "update", "state": {"spec": {}}}}, False),
        ("shell", "comm_msg", {"data": "x"}, False),
        ("shell", "execute_request", {"code": "1"}, False),
        ("control", "comm_msg", {"data": {"method": "custom"}}, False),
        ("control", "shutdown_request", {}, False),
        ("stdin", "input_reply", {}, False),
    ],
)
def test_what_may_enter(kanaal, soort, inhoud, goed):
    assert dienst_kanaal.may_enter(kanaal, {"msg_type": soort}, inhoud) is goed


# --- starting ----------------------------------------------------------------------------------------------------------------


def test_pages_opened_at_once_leave_no_kernel_that_nobody_counts(tmp_path, monkeypatch):
    """A kernel that has to give way while it is starting can't be ended yet; before, it went on without an owner, beyond every limit."""
    monkeypatch.setenv("JUPYTER_PATH", str(Path(dienst.__file__).parent / "share" / "jupyter"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    async def open_three():
        k = dienst_kernels.ServiceKernels(
            gegevens=str(tmp_path), cursus="c", cursusmap=str(tmp_path), slot="uit", max_kernels=10, max_per_learner=1, connection_dir=str(tmp_path), root_dir=str(tmp_path)
        )  # fmt: skip
        CallContext.set(CallContext.JUPYTER_HANDLER, SimpleNamespace(current_user=SimpleNamespace(username="anna")))
        try:
            uit = await asyncio.gather(*(k.start_kernel() for _ in range(3)), return_exceptions=True)
            return uit, k.list_kernel_ids(), dict(k.eigenaar)
        finally:
            await k.shutdown_all(now=True)

    uit, lopend, eigenaar = asyncio.run(open_three())
    goed = [u for u in uit if isinstance(u, str)]
    assert len(goed) == 1 and lopend == goed and eigenaar == {goed[0]: "anna"}
    assert all(isinstance(u, dienst_kernels.Busy) for u in uit if u not in goed)


def test_refuses_root_and_too_little_lock(monkeypatch, tmp_path):
    args = lambda *rest: dienst.parser().parse_args(["--cursus", "c", *(x for n in ("cursusmap", "gegevens", "inleveren", "uitwisseling") for x in (f"--{n}", str(tmp_path))), *rest])  # noqa: E731
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(LeerlijnError, match="niet als root"):
        dienst.check_machine(args())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(dienst.dienst_slot, "version", lambda: 2)
    with pytest.raises(LeerlijnError, match="Landlock 2; slot: streng vraagt versie 4"):
        dienst.check_machine(args())
    dienst.check_machine(args("--slot", "uit"))


def test_cookie_secret_is_made_once_and_closed(tmp_path):
    een = dienst.secret(tmp_path / "g" / "koek")
    assert dienst.secret(tmp_path / "g" / "koek") == een and len(een) == 32 and oct((tmp_path / "g" / "koek").stat().st_mode & 0o777) == "0o600"


def test_guard_gives_up_on_a_service_that_refuses(tmp_path):
    """A mistake in the configuration is said once, not for ever."""
    kind = subprocess.run([sys.executable, "-P", "-m", "leerlijn.dienst_wacht", "--cursus", "x"], capture_output=True, text=True, cwd=tmp_path)
    assert kind.returncode == 2 and "--cursusmap" in kind.stderr and "begint opnieuw" not in kind.stderr
    assert dienst_wacht.WACHTEN[0] < 1


# --- what an account beside it may try ---------------------------------------------------------------------------------------


def test_feedback_that_is_a_link_leads_nowhere(post):
    """The teacher's account writes in the exchange; answers of another group, which this service can read, must not come out that way."""
    dienst_inleveren.hand_in(post, "anna", "proef")
    geheim = (next(post.inleveren.iterdir()) / "submission_secret.txt").read_text()
    from nbgrader.utils import notebook_hash

    ander = post.gegevens / "groep-b" / "l-0" / "antwoorden.jsonl"
    ander.parent.mkdir(parents=True)
    ander.write_text("VAN EEN ANDERE GROEP")
    pagina = post.uitwisseling / "proefcursus" / "feedback" / f"{notebook_hash(secret=geheim, notebook_id='toets')}.html"
    pagina.parent.mkdir()
    pagina.symlink_to(ander)
    assert dienst_inleveren.fetch_feedback(post, "anna", "proef") == 0
    pagina.unlink()
    pagina.write_bytes(b"x" * (dienst_inleveren.feedback.MAX_BYTES + 1))
    assert dienst_inleveren.fetch_feedback(post, "anna", "proef") == 0 and not list(post.eigen("anna").rglob("toets.html"))


def test_a_course_with_a_link_in_it_is_not_served(post):
    """Whoever builds the course could put one there, and a learner would get what is behind it."""
    (post.cursusmap / "cursus.json").write_text('{"cursus": "proefcursus"}')
    dienst.check_course(post)
    (post.cursusmap / "toetsen" / "beeld").mkdir()
    for doel in (post.gegevens, post.gegevens / "koekjesgeheim"):  # a folder, and something that is not there yet
        (link := post.cursusmap / "toetsen" / "beeld" / "x.svg").symlink_to(doel)
        with pytest.raises(LeerlijnError, match=f"verwijzing: {link}.*-type l -delete"):
            dienst.check_course(post)
        link.unlink()


@pytest.mark.parametrize("tekst, zin", [(None, "staat geen cursus"), ("[]", "staat geen cursus"), ("{", "staat geen cursus"), ('{"cursus": "leerlijn"}', "heet 'leerlijn', en in instelling.yaml 'proefcursus'")])
def test_a_course_that_is_not_the_one_that_was_named(post, tekst, zin):
    """Found out at the start, by the administrator; not by a learner who can't hand in."""
    if tekst is not None:
        (post.cursusmap / "cursus.json").write_text(tekst)
    with pytest.raises(LeerlijnError, match=zin):
        dienst.check_course(post)


def looks(post):
    """What the service does four times a second, as a function, with two workers as it has."""
    deel = SimpleNamespace(post=post, bezig=set(), werkers=ThreadPoolExecutor(2), kernel_manager=SimpleNamespace(learners=lambda: {"anna"}))
    deel._hand_in = lambda *a: dienst.Service._hand_in(deel, *a)
    return lambda: dienst.Service.look_for_hand_ins(deel)


def test_two_tabs_at_once_have_one_attempt_between_them(post):
    (post.uitwisseling / "proefcursus/outbound/proef/cursus.json").write_text(json.dumps({**CURSUS, "pogingen": 1}))
    kijk, uit = looks(post), []

    def vraag():
        try:
            uit.append(dienst_verzoek.ask(post.eigen("anna"), "proef")["keer"])
        except HandInError as e:
            uit.append(str(e))

    tabs = [threading.Thread(target=vraag) for _ in range(6)]
    for t in tabs:
        t.start()
    while len(list(post.eigen("anna").glob("verzoek/*.vraag"))) < len(tabs):  # all wait at the moment that the service looks
        time.sleep(0.01)
    while any(t.is_alive() for t in tabs):
        kijk()
    assert len(list(post.inleveren.iterdir())) == 1 and uit.count(1) == 1 and sum("al 1 keer" in str(u) for u in uit) == 5


def test_handing_in_has_an_end(post, monkeypatch):
    """Each hand-in is kept: a program that presses the button for ever must not fill the disk."""
    monkeypatch.setattr(dienst_inleveren, "MAX_KEER", 2)
    for _ in range(2):
        assert "fout" not in dienst_inleveren.hand_in(post, "anna", "proef")
    assert "al 2 keer ingeleverd; vaker kan niet" in dienst_inleveren.hand_in(post, "anna", "proef")["fout"] and len(list(post.inleveren.iterdir())) == 2
