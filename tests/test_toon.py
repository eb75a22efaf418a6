"""The Python side of the page: what is sent at first, what comes back, what is kept, and what never leaves."""

import json
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from leerlijn import answers, toon, widget
from leerlijn.errors import AnswerError, HandInError
from leerlijn.widget import lees, sessie

from .cel import Draad, antwoord, bound_by_modes, cursus, gebouwd, les, stuur, toets  # noqa: F401 - fixtures

GOED = {
    "eerst-overleggen": "collega",
    "feit-of-duiding": ["laat", "stil"],
    "stappen-van-overleg": ["zien", "delen", "besluiten"],
    "wie-doet-wat": {"af": "meedenken", "tl": "rooster", "jij": "verslag"},
    "samen-naar-de-film": dict.fromkeys(sessie.CRITERIA, "groen"),
    "verslag-lezen": ["telefoon", "moe"],
    "wat-past": {"bespreken": 5, "negeren": 2, "opschrijven": 5},
    "eigen-plan": "Ik bespreek het met Bo. 👍 ‏مرحبا",
    "vraag-stellen": "Hoe was je dag?",
}
STUK = [None, 1, True, 1.5, "x", [], {}, [1], ["x"], {"x": "y"}, {"af": []}, {"af": {"a": 1}}, "x" * 30_000, {"wat-past": True},
        json.loads("[" * 400 + "]" * 400), json.loads('{"af":' * 400 + "1" + "}" * 400)]


# --- practice --------------------------------------------------------------------------------------------------


def test_every_kind_gives_feedback_and_is_restored(les):
    cel = toon.oefening(*GOED)
    assert list(cel._sessie.items) == list(GOED) and cel.spec["stand"] == {}
    for item, waarde in GOED.items():
        fb = antwoord(cel, item, waarde, zekerheid=3)
        assert fb["type"] == "terugkoppeling" and fb["oordeel"] in ("goed", "open") and fb["feiten"], fb
    stand = toon.oefening(*GOED).spec["stand"]
    assert {i: s["antwoord"] for i, s in stand.items()} == GOED
    assert all(s["terugkoppeling"]["item"] == i and s["t"] for i, s in stand.items())
    assert stand["vraag-stellen"]["terugkoppeling"]["taal"]


@pytest.mark.parametrize("item", GOED)
def test_before_an_answer_nothing_tells_it(les, item):
    spec = json.dumps(toon.oefening(item).spec, ensure_ascii=False)
    sleutel = json.loads((les / "proef" / "oefening-sleutel.json").read_text())["items"][item]
    assert "uitleg" not in spec and '"goed"' not in spec and "voorbeeld" not in spec
    for uitleg in filter(None, sleutel["uitleg"].values()):
        assert uitleg not in spec


def test_a_place_shows_its_items_in_order_and_names_do_not_double(les):
    assert list(toon.oefening("overleg")._sessie.items) == ["eerst-overleggen", "feit-of-duiding"]
    assert list(toon.oefening("overleg", "eerst-overleggen", "signalen")._sessie.items)[-2:] == ["verslag-lezen", "wat-past"]


def test_unknown_names_are_said_and_the_rest_is_shown(les):
    cel = toon.oefening("overleg", "bestaat-niet")
    assert "bestaat-niet" in cel.spec["melding"] and len(cel.spec["items"]) == 2


def test_practice_is_private_and_holds_the_certainty(les):
    antwoord(toon.oefening("overleg"), "eerst-overleggen", "wachten", zekerheid=3)
    pad = les / "prive" / "proef.jsonl"
    assert stat.S_IMODE(pad.stat().st_mode) == 0o600
    (regel,) = answers.read(pad).regels
    assert regel["zekerheid"] == 3 and regel["antwoord"] == "wachten"


@pytest.mark.parametrize("waarde, zeker, punten", [("collega", 1, 1), ("collega", 3, 3), ("wachten", 1, 0), ("wachten", 2, -2), ("wachten", 3, -6)])
def test_certainty_points(les, waarde, zeker, punten):
    fb = antwoord(toon.oefening("overleg"), "eerst-overleggen", waarde, zekerheid=zeker)
    assert fb["zekerheid"] == {"keuze": zeker, "punten": punten}


@pytest.mark.parametrize("zeker", [None, 0, 4, True, "3"])
def test_certainty_is_needed_where_it_is_asked(les, zeker):
    assert antwoord(toon.oefening("overleg"), "eerst-overleggen", "collega", zekerheid=zeker)["type"] == "fout"


def test_the_first_answer_counts_for_the_calibration(les):
    cel = toon.oefening("overleg")
    assert antwoord(cel, "eerst-overleggen", "wachten", zekerheid=3)["ijk"] == [[3, 0]]
    assert antwoord(cel, "eerst-overleggen", "collega", zekerheid=1)["ijk"] == [[3, 0]]
    assert toon.oefening("overleg").spec["ijk"] == toon.oefening("meer").spec["ijk"] == [[3, 0]]
    assert antwoord(toon.oefening("meer"), "wie-doet-wat", GOED["wie-doet-wat"], zekerheid=3)["ijk"] == [[3, 0]]  # was not asked


def test_the_same_message_twice_is_one_answer(les):
    cel = toon.oefening("meer")
    een = antwoord(cel, "wie-doet-wat", GOED["wie-doet-wat"], nr="zelfde")
    assert antwoord(cel, "wie-doet-wat", GOED["wie-doet-wat"], nr="zelfde") == een and een["bij"] == "zelfde"
    assert len(answers.read(les / "prive" / "proef.jsonl").regels) == 1


@pytest.mark.parametrize("item", GOED)
@pytest.mark.parametrize("waarde", STUK, ids=lambda w: repr(w)[:20])
def test_answers_of_a_wrong_shape_are_refused_in_dutch(les, item, waarde):
    cel = toon.oefening(item)
    uit = antwoord(cel, item, waarde, zekerheid=1)
    if uit["type"] == "terugkoppeling":
        assert isinstance(waarde, str) and item in ("eigen-plan", "vraag-stellen")
    else:
        assert uit["type"] == "fout" and uit["tekst"].endswith(".") and "Traceback" not in uit["tekst"] and "/" not in uit["tekst"]
        assert not (les / "prive" / "proef.jsonl").exists()


@pytest.mark.parametrize("bericht", [None, 1, "x", [], {}, {"nr": 1}, {"nr": ""}, {"nr": "x" * 200}, {"nr": "a"}, {"nr": "b", "type": "__init__"}, {"nr": "c", "type": "spec"},
                                     {"nr": "d", "type": "inleveren"}, {"nr": "e", "type": []}, {"nr": "f", "type": "antwoord", "item": ["x"]}])
def test_messages_of_any_shape_get_a_dutch_reply(les, bericht):
    uit = toon.oefening("overleg")._sessie.receive(bericht, Draad())
    assert uit["type"] == "fout" and uit["tekst"].endswith(".")


def test_a_full_disk_still_gives_feedback_and_says_so(les, monkeypatch):
    monkeypatch.setattr(answers, "append", lambda *a, **k: (_ for _ in ()).throw(AnswerError("De schijf is vol.")))
    fb = antwoord(toon.oefening("overleg"), "feit-of-duiding", ["laat"])
    assert fb["type"] == "terugkoppeling" and fb["melding"] == "De schijf is vol."


def test_an_error_of_ours_is_a_sentence_without_path(les, monkeypatch):
    monkeypatch.setattr("leerlijn.score.feedback", lambda *a: 1 / 0)
    uit = antwoord(toon.oefening("overleg"), "feit-of-duiding", ["laat"])
    assert uit["type"] == "fout" and uit["tekst"] == sessie.MISLUKT


@pytest.mark.parametrize("naam, wat", [("oefening.json", None), ("oefening-sleutel.json", None), ("oefening.json", "{"), ("oefening.json", "[]"), ("oefening.json", '{"items": 3}'),
                                       ("oefening-sleutel.json", '{"items": {}}'), ("oefening-sleutel.json", "\x00")])
def test_missing_or_broken_files_give_a_notice(les, naam, wat):
    pad = les / "proef" / naam
    pad.unlink() if wat is None else pad.write_text(wat)
    for cel in (toon.oefening("overleg"), toon.casus("gesprek-met-bo")):
        assert cel.spec["melding"].endswith(".") and str(les) not in cel.spec["melding"]


@pytest.mark.parametrize("wat", ["", "[]", "{}", '{"items": 3}', '{"items": [{}]}', '{"items": [{"id": "x", "soort": "weg"}]}', "[" * 50_000, '{"items": [{"id": "toets-overleg", "soort": "een-goed", "goed": ["zwijgen"]}]}'])
def test_an_edited_test_gives_a_notice_or_less_to_answer(toets, wat):
    """What its owner wrote in publiek.json stays a matter of that page: no path, no error of Python, and still no key that says what is right."""
    (toets / "toetsen/proef/publiek.json").write_text(wat)
    spec = json.dumps(toon.toets().spec, ensure_ascii=False)
    assert "Traceback" not in spec and str(toets) not in spec
    assert '"melding"' in spec or json.loads(spec)["items"] and "Twijfel is juist een reden" not in spec


def test_broken_answers_and_facts_do_no_harm(les):
    (les / "feiten.json").write_text("stuk")
    (les / "prive").mkdir()
    (les / "prive" / "proef.jsonl").write_bytes(b'\x00\n{"v":1,"t":"x","item":"wat-past","antwoord":{"weg":9}}\n{"v":1,"item":"feit-of-duiding","antwoord":["laat"],"t":"x","zekerheid":"veel"}\n')
    spec = toon.oefening("overleg", "signalen").spec
    assert list(spec["stand"]) == ["feit-of-duiding"] and not spec["melding"]
    assert antwoord(toon.oefening("overleg"), "feit-of-duiding", ["laat"])["feiten"] == []


# --- own order, pictures ---------------------------------------------------------------------------------------


def test_every_learner_has_an_own_order_that_stays(les, tmp_path):
    def orde():
        return [o["id"] for o in toon.oefening("feit-of-duiding").spec["items"][0]["opties"]]

    eerste = orde()
    assert orde() == eerste and sorted(eerste) == ["boos", "dwars", "laat", "stil"]
    gezien = set()
    for n in range(12):
        (les / "prive" / "kenmerk.json").write_text(json.dumps({"kenmerk": f"k{n}"}))
        gezien.add(tuple(orde()))
    assert len(gezien) > 3


def test_a_fixed_order_stays_as_written():
    item = {"id": "x", "soort": "een-goed", "vaste_volgorde": True, "opties": [{"id": c} for c in "abcdef"]}
    assert [o["id"] for o in lees.for_learner(item, "seed", None)["opties"]] == list("abcdef")


def test_two_kernels_agree_on_the_seed(tmp_path):
    uit = []
    draden = [threading.Thread(target=lambda: uit.append(lees.own_seed(tmp_path))) for _ in range(8)]
    [d.start() for d in draden]
    [d.join() for d in draden]
    assert len(set(uit)) == 1 and len(uit[0]) == 32 and os.listdir(tmp_path / "prive") == ["kenmerk.json"]


def test_a_read_only_folder_still_shows_and_says_that_nothing_is_kept(les):
    les.chmod(0o500)
    try:
        with bound_by_modes():
            cel = toon.oefening("overleg")
            r = antwoord(cel, "eerst-overleggen", GOED["eerst-overleggen"], zekerheid=2)
    finally:
        les.chmod(0o700)
    assert cel.spec["items"] and not (les / "prive").exists()
    assert r["type"] == "terugkoppeling" and "alleen-lezen" in r["melding"] and "/" not in r["melding"], r["melding"]


def test_pictures_come_along_as_data_and_stay_in_the_folder(les):
    cel = lees.Cel(les / "proef", les, "proef")
    assert lees._beeld("beeld/stappen.svg", cel).startswith("data:image/svg+xml;base64,")
    toetscel = lees.Cel(les / "toetsen" / "proef", les, "proef")
    assert lees._beeld("beeld/stappen.svg", toetscel)
    for slecht in ("../feiten.json", "/etc/passwd", "beeld/../../cursus.json", "oefening-sleutel.json", ""):
        assert lees._beeld(slecht, cel) is None


# --- tests -----------------------------------------------------------------------------------------------------


def test_a_test_holds_no_key_and_keeps_every_choice(toets, tmp_path):
    cel = toon.toets()
    spec = json.dumps(cel.spec, ensure_ascii=False)
    assert "uitleg" not in spec and "Onderzoeken is niet jouw taak" not in spec and "voorbeeld" not in spec and '"goed"' not in spec
    assert antwoord(cel, "toets-overleg", "zwijgen")["type"] == "bewaard"
    uit = antwoord(cel, "toets-overleg", "delen")
    assert set(uit) == {"type", "item", "t", "bij"}  # nothing is judged here
    assert antwoord(cel, "toets-feiten", None)["type"] == "bewaard"
    assert toon.toets().spec["stand"]["toets-overleg"]["antwoord"] == "delen"
    assert (toets / "toetsen" / "proef" / "antwoorden.jsonl").exists() and not (toets / "prive" / "proef.jsonl").exists()


def test_a_test_page_never_opens_a_key(toets, monkeypatch):
    geopend = []
    echt = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda self, *a, **k: (geopend.append(self.name), echt(self, *a, **k))[1])
    antwoord(toon.toets(), "toets-overleg", "delen")
    assert "publiek.json" in geopend and not [n for n in geopend if "sleutel" in n]


def test_hand_in_runs_apart_and_gives_a_receipt(toets, monkeypatch):
    kwitantie = SimpleNamespace(t="2026-11-24T13:03:00+00:00", aantal=1, onbeantwoord=["toets-feiten", "toets-open"], keer=1)
    monkeypatch.setattr(toon, "_hand_in", lambda map_: kwitantie)
    monkeypatch.setattr(toon, "_receipt", lambda map_: kwitantie)
    cel, later = toon.toets(), []
    assert cel.spec["kwitantie"]["aantal"] == 1
    assert cel._sessie.receive({"nr": "1", "type": "inleveren"}, later.append)["type"] == "bezig"
    assert cel._sessie.receive({"nr": "2", "type": "inleveren"}, later.append)["type"] == "bezig" and len(later) == 1
    assert antwoord(cel, "toets-overleg", "delen")["type"] == "bewaard"  # the kernel stays free
    uit = later[0]()
    assert uit["type"] == "kwitantie" and uit["bij"] == "1" and uit["onbeantwoord"] == kwitantie.onbeantwoord
    assert cel._sessie.receive({"nr": "1", "type": "inleveren"}, later.append) == uit and len(later) == 1


@pytest.mark.parametrize("fout, tekst", [(HandInError("De map is vol."), "De map is vol."), (RuntimeError("/geheim/pad"), "Inleveren is niet gelukt.")])
def test_hand_in_that_fails_says_why(toets, monkeypatch, fout, tekst):
    monkeypatch.setattr(toon, "_hand_in", lambda map_: (_ for _ in ()).throw(fout))
    cel, draad = toon.toets(), Draad()
    cel._sessie.receive({"nr": "1", "type": "inleveren"}, draad)
    assert draad.uit[0]["type"] == "fout" and draad.uit[0]["tekst"].startswith(tekst) and "/geheim" not in draad.uit[0]["tekst"]
    cel._sessie.receive({"nr": "2", "type": "inleveren"}, draad)
    assert len(draad.uit) == 2  # may be tried again


def test_a_real_hand_in_of_nothing_is_refused_in_words(toets):
    cel, draad = toon.toets(), Draad()
    cel._sessie.receive({"nr": "1", "type": "inleveren"}, draad)
    assert draad.uit[0]["type"] == "fout" and "nog geen vraag" in draad.uit[0]["tekst"]


@pytest.mark.parametrize("beleid, tot, verwacht", [
    (None, None, "Je kunt je antwoorden later nog veranderen en opnieuw inleveren. De laatste keer telt."),
    ({"pogingen": 1}, None, "Je kunt één keer inleveren. Controleer je antwoorden dus eerst."),
    ({"pogingen": 3, "te_laat": "weigeren"}, "2027-03-05", "Inleveren kan tot en met 5 maart 2027. Daarna kan het niet meer. Je kunt 3 keer inleveren. De laatste keer telt."),
    ({}, "geen datum", "Je kunt je antwoorden later nog veranderen en opnieuw inleveren. De laatste keer telt."),
])  # fmt: skip
def test_policy_in_words(beleid, tot, verwacht):
    assert sessie.policy({"beleid": beleid, "modules": [{"id": "m", "inleveren_tot": tot}]}, "m") == verwacht


def test_grade_cells_show_nothing(toets):
    assert toon.punten("toets-overleg") is None


# --- the widget and its code -----------------------------------------------------------------------------------


def test_a_browser_can_set_nothing(les):
    cel = toon.oefening("overleg")
    cel._handle_msg({"content": {"data": {"method": "update", "state": {"spec": {"vorm": "gekaapt"}, "_esm": "x"}}}, "buffers": []})
    assert cel.spec["vorm"] == "oefening" and cel._esm != "x"


def test_a_page_that_reconnects_gets_what_was_answered(les):
    cel = toon.oefening("overleg")
    antwoord(cel, "feit-of-duiding", ["laat"])
    assert cel.spec["stand"] == {} and cel.get_state()["spec"]["stand"]["feit-of-duiding"]["antwoord"] == ["laat"]


def test_messages_come_in_and_replies_go_out(les, monkeypatch):
    uit = []
    monkeypatch.setattr(toon.Onderdeel, "send", lambda self, inhoud, buffers=None: uit.append(inhoud))
    toon.oefening("overleg")._handle_custom_msg({"type": "antwoord", "nr": "9", "item": "feit-of-duiding", "antwoord": ["laat"]}, [])
    assert uit[0]["type"] == "terugkoppeling" and uit[0]["bij"] == "9"


def test_id_is_fixed_and_the_slim_host_gets_no_code(les):
    assert toon.oefening("overleg")._anywidget_id == "leerlijn.Onderdeel"
    code = "from leerlijn import toon; print(len(toon.Onderdeel._esm), len(toon.Onderdeel._css))"
    uit = subprocess.run([sys.executable, "-c", code], env={**os.environ, "LEERLIJN_SLANK": "1"}, capture_output=True, text=True, check=True)
    assert uit.stdout.split() == ["0", "0"]
    assert "export default" in toon.Onderdeel._esm and ".ll-onderdeel" in toon.Onderdeel._css


def test_bundle_is_whole_and_every_name_is_there_once():
    tekst = widget.bundel()
    namen = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", tekst, re.M)
    assert len(namen) == len(set(namen)), [n for n in namen if namen.count(n) > 1]
    assert "import " not in re.sub(r"//.*", "", tekst) and tekst.count("export ") == 1
    assert {p.name for p in widget.MAP.glob("*.js")} == set(re.findall(r"^// --- (\w+\.js)$", tekst, re.M))


def test_code_writes_no_html_and_no_style():
    for pad in widget.MAP.glob("*.js"):
        tekst = pad.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|\.style\b|style:", tekst), pad.name
        assert len(tekst.splitlines()) <= 400
    kaal = re.sub(r"/\*.*?\*/", "", widget.stijl(), flags=re.S)
    for kop in re.findall(r"(?:^|[{};])\s*([^{};@]+)\{", kaal):
        for deel in re.split(r",(?![^(]*\))", kop):
            assert deel.strip().startswith(".ll-onderdeel"), deel
    assert "url(" not in kaal and "@import" not in kaal


def test_write_static(tmp_path):
    paden = widget.write_static(tmp_path / "static")
    assert [p.name for p in paden] == ["onderdeel.js", "onderdeel.css"] and paden[0].read_text() == widget.bundel()
    tijd = paden[0].stat().st_mtime_ns
    widget.write_static(tmp_path / "static")
    assert paden[0].stat().st_mtime_ns == tijd
