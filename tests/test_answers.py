"""The answer file: nothing of a learner is ever lost, and no file whatever breaks the reader."""

import errno
import json
import multiprocessing
import os
import resource
import signal
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leerlijn import answers
from leerlijn.errors import AnswerError


def test_last_one_wins_and_history_stays(tmp_path):
    pad = tmp_path / "diep" / "antwoorden.jsonl"
    answers.append(pad, "a", "een")
    answers.append(pad, "b", ["x"], extra={"zekerheid": 2})
    answers.append(pad, "a", "twee")
    gelezen = answers.read(pad)
    assert gelezen.laatste["a"]["antwoord"] == "twee" and len(gelezen.regels) == 3 and gelezen.gemeld == []
    assert gelezen.laatste["b"]["zekerheid"] == 2
    assert set(json.loads(pad.read_text().splitlines()[0])) == {"v", "id", "t", "item", "antwoord"}
    assert oct(pad.stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("tekst", ["é🙂 שלום مرحبا", "regel\nregel", "x" * 10_000, "\u2028", "a\0b"])
def test_any_text_comes_back_as_it_was(tmp_path, tekst):
    answers.append(tmp_path / "a", "open", tekst)
    assert answers.read(tmp_path / "a").laatste["open"]["antwoord"] == tekst


def test_lone_surrogate_is_kept_as_a_question_mark(tmp_path):
    answers.append(tmp_path / "a", "open", "x\ud800y")
    assert answers.read(tmp_path / "a").laatste["open"]["antwoord"] == "x?y"


def _diep(lagen: int) -> list:
    uit: list = []
    for _ in range(lagen):
        uit = [uit]
    return uit


@pytest.mark.parametrize("fout", [float("nan"), {1, 2}, "x" * 200_000, _diep(20_000)], ids=["nan", "set", "lang", "diep"])
def test_what_cannot_be_kept_is_refused_in_dutch(tmp_path, fout):
    with pytest.raises(AnswerError, match="antwoord"):
        answers.append(tmp_path / "a", "open", fout)
    assert not (tmp_path / "a").exists()


def test_torn_last_line_is_healed(tmp_path):
    pad = tmp_path / "a"
    answers.append(pad, "a", 1)
    with pad.open("ab") as f:
        f.write(b'{"v":1,"item":"b","antw')
    answers.append(pad, "c", 3)
    gelezen = answers.read(pad)
    assert set(gelezen.laatste) == {"a", "c"} and "1 regel" in gelezen.gemeld[0]


RARE = [b"\0\0\0\n", b"[" * 90_000 + b"\n", b"{}\n", b'{"v":1,"item":3,"antwoord":1}\n', b'{"v":1,"item":"a","antwoord":NaN}\n', b"\xff\xfe\n",
        b'{"v":1,"item":"a"}\n', b'"x"\n', b'{"v":2,"item":"a","antwoord":1}\n', b'{"v":1,"item":"a","antwoord":"\\ud800"}\n', b"x" * 150_000 + b"\n",
        b'{"v":1,"item":"a","antwoord":' + b"[" * 40_000 + b"]" * 40_000 + b"}\n"]


@pytest.mark.parametrize("rare", RARE, ids=range(len(RARE)))
def test_a_bad_line_is_skipped_and_reported(tmp_path, rare):
    pad = tmp_path / "a"
    answers.append(pad, "goed", 1)
    with pad.open("ab") as f:
        f.write(rare)
    answers.append(pad, "ook-goed", 2)
    gelezen = answers.read(pad)
    assert set(gelezen.laatste) == {"goed", "ook-goed"} and len(gelezen.gemeld) == 1


def test_a_file_of_50_mb_is_refused_whole(tmp_path):
    pad = tmp_path / "a"
    with pad.open("wb") as f:
        f.truncate(50_000_000)
    gelezen = answers.read(pad)
    assert gelezen.laatste == {} and "groter dan" in gelezen.gemeld[0]
    with pytest.raises(AnswerError, match="vol"):
        answers.append(pad, "a", 1)


@pytest.mark.parametrize("soort", ["link", "fifo", "map"])
def test_links_pipes_and_folders_are_not_followed(tmp_path, soort):
    geheim, pad = tmp_path / "geheim", tmp_path / "a"
    geheim.write_text('{"v":1,"item":"a","antwoord":1}\n')
    {"link": lambda: pad.symlink_to(geheim), "fifo": lambda: os.mkfifo(pad), "map": lambda: pad.mkdir()}[soort]()
    assert answers.read(pad).laatste == {} and answers.read(pad).gemeld
    if soort != "fifo":
        with pytest.raises(AnswerError):
            answers.append(pad, "a", 2)
    assert "2" not in geheim.read_text()


def test_unknown_items_are_skipped_and_reported(tmp_path):
    answers.append(tmp_path / "a", "weg", 1)
    gelezen = answers.read(tmp_path / "a", {"er-is"})
    assert gelezen.laatste == {} and "niet (meer) bestaan" in gelezen.gemeld[0]


def test_no_file_is_no_answers(tmp_path):
    assert answers.read(tmp_path / "weg") == answers.Gelezen()


def test_read_only_folder_says_so(tmp_path, monkeypatch):
    # Root may write anywhere, so the refusal itself comes from the system call.
    monkeypatch.setattr(os, "open", lambda *a, **k: (_ for _ in ()).throw(OSError(errno.EROFS, "ro")))
    with pytest.raises(AnswerError, match="alleen-lezen"):
        answers.append(tmp_path / "a", "a", 1)


def _tot_de_schijf_vol_is(pad, uit):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400, 400))
    for i in range(20):
        try:
            answers.append(pad, f"v{i}", "x" * 30)
        except AnswerError as e:
            uit.put(str(e))
            return
    uit.put("geen fout")


def test_full_disk_loses_no_earlier_answer(tmp_path):
    """A real limit of the system on the size of a file: the write is refused halfway."""
    uit = multiprocessing.get_context("spawn").Queue()
    p = multiprocessing.get_context("spawn").Process(target=_tot_de_schijf_vol_is, args=(tmp_path / "a", uit))
    p.start()
    melding = uit.get(timeout=30)
    p.join()
    assert "antwoord" in melding and "geen fout" not in melding
    gelezen = answers.read(tmp_path / "a")
    assert len(gelezen.laatste) >= 2 and gelezen.gemeld == []


def _schrijf(pad, wie, aantal):
    for i in range(aantal):
        answers.append(pad, f"{wie}-{i}", i)


def test_two_tabs_lose_nothing(tmp_path):
    ctx = multiprocessing.get_context("spawn")
    ps = [ctx.Process(target=_schrijf, args=(tmp_path / "a", w, 200)) for w in ("links", "rechts")]
    [p.start() for p in ps]
    [p.join(60) for p in ps]
    gelezen = answers.read(tmp_path / "a")
    assert len(gelezen.regels) == 400 and gelezen.gemeld == []


def test_a_writer_that_is_killed_leaves_whole_lines(tmp_path):
    pad = tmp_path / "a"
    p = multiprocessing.get_context("spawn").Process(target=_schrijf, args=(pad, "weg", 100_000))
    p.start()
    for _ in range(300):
        if pad.exists() and pad.stat().st_size > 2000:
            break
        time.sleep(0.02)
    p.kill()
    p.join()
    answers.append(pad, "daarna", 1)
    gelezen = answers.read(pad)
    assert "daarna" in gelezen.laatste and len(gelezen.regels) > 5 and len(gelezen.gemeld) <= 1


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_can_be_read(tmp_path_factory, data):
    pad = tmp_path_factory.mktemp("b") / "a"
    pad.write_bytes(data)
    answers.read(pad)
    answers.append(pad, "goed", 1)
    assert answers.read(pad).laatste["goed"]["antwoord"] == 1
