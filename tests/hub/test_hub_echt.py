"""Two cohorts of one course on a real hub with real accounts: a learner with a server of her own, learners in the shared service, teachers who
see their own group only. In order: each part goes on where the one before stopped."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from tests.browser.conftest import formgrader_save
from tests.browser.test_ronde import OPEN_TEKST, OPMERKING, lees_feedback, oefen, vul
from tests.keten import MODULE, texts

from . import pogingen, toegang
from .hub import wait_for
from .instelling import Docent, Instelling, institution

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.geteuid() != 0 and os.environ.get("CI") != "true", reason="alleen root kan accounts maken"),
]


@pytest.fixture(scope="module")
def inst():
    with institution() as i:
        yield i


@pytest.fixture(scope="module")
def namen(inst):
    return inst.accounts.naam


@pytest.fixture(scope="module")
def sleutels(inst):
    return json.loads((inst.a.grading / "sleutels" / f"{MODULE}.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def dora(inst, namen):
    return Docent(inst.hub, inst.a, namen["dora"])


@pytest.fixture(scope="module")
def daan(inst, namen):
    return Docent(inst.hub, inst.b, namen["daan"])


class Plek:
    """Where a learner's pages are, for helpers that take a server."""

    def __init__(self, inst: Instelling, rol: str):
        self.naam = inst.accounts[rol]
        groep = inst.b if rol == "cas" else inst.a
        self.eigen = rol == "anna"
        self.adres = f"{inst.hub.adres}/user/{self.naam}" if self.eigen else inst.hub.leren(groep.course, self.naam).rstrip("/")
        self.eerste = f"{self.adres}/voila/tree" if self.eigen else f"{self.adres}/"

    def binnen(self, inst, page) -> None:
        """Log in; the course is the first page."""
        inst.hub.login_browser(page, self.naam)
        page.wait_for_url(self.eerste, timeout=120_000)  # a server of one's own takes a while
        page.get_by_role("heading", name="De modules").wait_for()


def open_toets(page, plek) -> None:
    page.goto(f"{plek.adres}/voila/render/toetsen/{MODULE}/toets.ipynb")
    page.locator(".ll-toets").wait_for()


def lever_in(page) -> None:
    page.get_by_role("button", name=re.compile("^Lever (opnieuw )?in$")).click()
    page.get_by_role("button", name="Ja, lever in").click()
    page.locator(".ll-kwitantie").get_by_text("Ingeleverd").wait_for()


def test_1_teachers_release_the_test(inst, dora, daan):
    for docent in (dora, daan):
        docent.doe("assign")
        docent.doe("release")


@pytest.mark.parametrize("rol", ["anna", "bram", "cas"])
def test_2_learner_logs_in_learns_and_hands_in(inst, page, sleutels, rol):
    """Her own server (anna) or the shared service (bram; cas in the other group): the same pages."""
    plek = Plek(inst, rol)
    plek.binnen(inst, page)
    if rol != "cas":
        oefen(page, plek, inst.a)
    open_toets(page, plek)
    for ident in sleutels["volgorde"]:
        vul(page, sleutels["publiek"][ident], sleutels["items"][ident])
    lever_in(page)
    page.goto(plek.adres)
    page.get_by_text(re.compile("ingeleverd op", re.I)).first.wait_for()
    assert page.waarnemer.klachten == []
    assert {a.split("/")[2] for a in page.waarnemer.adressen} == {f"127.0.0.1:{inst.hub.poort}"}


def test_3_hand_ins_are_where_they_belong(inst, namen):
    """Anna's in the exchange and hers; those of the service in its own folder and its own."""
    (van_anna,) = (inst.map / "uitwisseling" / "groep-a" / "inbound").iterdir()
    (van_bram,) = (inst.map / "inleveren" / "groep-a").iterdir()
    (van_cas,) = (inst.map / "inleveren" / "groep-b").iterdir()
    assert [p.owner() for p in (van_anna, van_bram, van_cas)] == [namen["anna"], namen["leren"], namen["leren"]]
    assert [p.name.split("+")[0] for p in (van_anna, van_bram, van_cas)] == [namen[r] for r in ("anna", "bram", "cas")]
    assert van_bram.group() == namen["cijfersa"] and van_cas.group() == namen["cijfersb"]


def test_4_collected_graded_and_judged(inst, namen, dora, page, sleutels):
    """nbgrader's Collect for the one, `leerlijn grade` for all; the open answers judged in formgrader as a page of its own."""
    dora.doe("collect")
    verslag = inst.leerlijn(inst.a, "grade", MODULE)
    assert "2 open antwoorden wachten op jou" in verslag and "geweigerd" not in verslag, verslag
    for rol in ("anna", "bram"):
        punten = inst.a.punten(namen[rol])
        assert punten["toets-open"] == (None, None, True)
        assert all(punten[i][0] == pytest.approx(sleutels["items"][i]["punten"]) for i in sleutels["volgorde"] if i != "toets-open")
    inst.hub.login_browser(page, namen["dora"])
    page.wait_for_url("**/formgrader/**")
    for rol in ("anna", "bram"):
        with inst.a.gradebook() as gb:
            nummer = gb.find_submission_notebook("toets", MODULE, namen[rol]).id
        page.goto(f"{inst.hub.adres}/services/groep-a/formgrader/submissions/{nummer}/")
        assert OPEN_TEKST in page.locator("article[data-item=toets-open]").inner_text()
        formgrader_save(page, "input#toets-open", "2", "/api/grade/")
        formgrader_save(page, "textarea#toets-open-comment", OPMERKING, "/api/comment/")
    dora.doe("generate_feedback")
    dora.doe("release_feedback")


@pytest.mark.parametrize("rol", ["anna", "bram"])
def test_5_learner_reads_the_feedback(inst, page, sleutels, rol):
    plek = Plek(inst, rol)
    plek.binnen(inst, page)
    lees_feedback(page, plek, inst.a, sleutels, plek.naam)


def test_6_the_other_group_has_its_own(inst, namen, daan):
    """Cas has no feedback: his teacher gave none. In his gradebook stands nobody of the other group."""
    assert "1 open antwoorden wachten" in inst.leerlijn(inst.b, "grade", MODULE)
    cas = inst.hub.login(namen["cas"]).get(inst.hub.leren("groep-b", namen["cas"]) + f"feedback/{MODULE}", timeout=60).text
    assert "nog geen feedback" in cas and OPMERKING not in cas
    wie = [s["id"] for s in daan.sessie.get(daan.basis + "formgrader/api/students", timeout=60).json()]
    assert wie == [namen["cas"]]


def counted(inst) -> int:
    """How many learners the report of the grading account counts as sharing."""
    code = f"from pathlib import Path; from leerlijn import report_gedeeld; print(report_gedeeld.load(Path('.'), '{MODULE}').aantal)"
    diensten = f"{inst.accounts['leren']}:{inst.map}/inleveren/groep-a"
    uit = inst.als(inst.a.beoordelaar, "python", "-c", code, cwd=inst.a.root, LEERLIJN_UITWISSELING=str(inst.map / "uitwisseling"), LEERLIJN_DIENSTEN=diensten)
    return int(uit.split()[-1])


def test_6_practice_is_shared_and_taken_back(inst, namen, page):
    """From her own server into the exchange, from the shared service into its folder; the teacher's report reads both, and no names."""
    assert counted(inst) == 0
    for rol in ("anna", "bram"):
        plek = Plek(inst, rol)
        plek.binnen(inst, page)
        page.get_by_role("link", name="Wat deel ik met mijn docent?").click()
        page.get_by_role("button", name="Deel dit met mijn docent").click()
        page.get_by_role("status").get_by_text("Gelukt. Je deelt nu").wait_for()
        page.context.clear_cookies()
    (van_anna,) = (inst.map / "uitwisseling" / "groep-a" / "inbound").glob(".gedeeld-*")
    (van_bram,) = (inst.map / "inleveren" / "groep-a").glob(".gedeeld-*")
    assert (van_anna.owner(), van_bram.owner(), van_bram.group()) == (namen["anna"], namen["leren"], namen["cijfersa"])
    assert oct(van_bram.stat().st_mode & 0o777) == "0o640" and not [n for n in namen.values() if n in van_anna.read_text() + van_bram.read_text()]
    assert counted(inst) == 2
    verslag = inst.leerlijn(inst.a, "report", MODULE)
    assert "Minder dan 5 deelnemers deelden hun oefening" in verslag and namen["anna"] not in verslag
    plek = Plek(inst, "anna")
    plek.binnen(inst, page)
    page.goto(f"{plek.adres}/delen")
    page.get_by_role("button", name="Stop met delen").click()
    page.get_by_role("status").get_by_text("Je deelt nu niets").wait_for()
    assert not van_anna.exists() and counted(inst) == 1


def test_7_nobody_reaches_what_is_not_theirs(inst, namen):
    """Every address in the table, with a login of the hub and of every service that lets one in."""
    sessies = {wie: inst.hub.login(namen.get(wie, wie)) for wie in dict.fromkeys(p[0] for p in pogingen.ADRESSEN)}
    for wie, methode, pad in pogingen.ADRESSEN:
        adres = f"{inst.hub.adres}/{pad.format(**namen)}"
        r = sessies[wie].request(methode, adres, timeout=60)
        assert r.status_code in (403, 404, 405), f"{wie}: {methode} {adres}: {r.status_code}"
        assert OPEN_TEKST[:40] not in r.text


@pytest.mark.parametrize("wie", pogingen.MAG)
def test_8_accounts_see_only_their_own_files(inst, namen, wie):
    """As that account, on the machine: what has to be closed is closed by the system itself."""
    soorten = pogingen.files(inst)
    paden = [p for rij in soorten.values() for p in rij]
    kan = inst.kan(namen[wie], paden)
    for soort, rij in soorten.items():
        for pad in rij:
            if soort not in pogingen.MAG[wie]:
                assert str(pad) not in kan["lezen"], f"{wie} leest {pad}"
                assert str(pad) not in kan["schrijven"] or pad.name == "inbound", f"{wie} schrijft in {pad}"
    for soort in pogingen.MAG[wie]:
        assert set(map(str, soorten[soort])) & set(kan["lezen"]), soort  # the question can also be answered with yes


def test_8_keys_never_reach_a_learner(inst, namen, sleutels):
    """Nothing with a key of the test in her folder, in the course that all read, or in the exchange before feedback."""
    uitleg = [u for i in sleutels["items"].values() for u in (i.get("uitleg") or {}).values() if u]
    assert len(uitleg) > 3
    bestanden = texts(inst.accounts.home("anna"), inst.a.course_dir, inst.map / "uitwisseling" / "groep-a" / "outbound", inst.map / "uitwisseling" / "groep-b")
    for pad, tekst in bestanden.items():
        if "feedback" not in pad.parts:
            assert not [u for u in uitleg if u in tekst], pad


VERVALS = """import os, shutil, sys
uit, van, naam = sys.argv[1:]
doel = f"{uit}/{naam}+proef+2030-01-01 10:00:00.000000 UTC+abc"
os.mkdir(doel)
for bestand, tekst in (("antwoorden.jsonl", '{"v": 1, "id": "x", "t": "2030-01-01T00:00:00+00:00", "item": "toets-overleg", "antwoord": "zwijgen"}\\n'),
                       ("timestamp.txt", "2030-01-01 10:00:00.000000 UTC"), ("submission_secret.txt", "x")):
    open(f"{doel}/{bestand}", "w").write(tekst)
os.chmod(doel, 0o777)"""


@pytest.mark.parametrize("wie, voor", [("anna", "bram"), ("bram", "anna"), ("cas", "bram"), ("dora", "anna")])
def test_8_nobody_hands_in_for_another(inst, namen, wie, voor):
    """A folder in the exchange with the name of another, put there without our code: refused and named at collecting, and points stay."""
    was = inst.a.punten(namen[voor])
    inbound = inst.map / "uitwisseling" / "groep-a" / "inbound"
    inst.als(namen[wie], "python", "-I", "-c", VERVALS, str(inbound), namen[wie], namen[voor])
    inst.als(namen[wie], "python", "-I", "-c", VERVALS, str(inst.map / "inleveren" / "groep-a"), namen[wie], namen[voor], goed=False)
    inst.als(namen[wie], "mv", str(inbound.parent), str(inbound.parent) + "-weg", goed=False)  # and receive what comes next
    verslag = inst.leerlijn(inst.a, "grade", MODULE)
    assert f"staat op naam van {namen[voor]} maar is van {namen[wie]}" in verslag
    assert inst.a.punten(namen[voor]) == was
    shutil.rmtree(inbound / f"{namen[voor]}+{MODULE}+2030-01-01 10:00:00.000000 UTC+abc")


def test_8_environment_of_a_service_is_clean(inst):
    """The grading service has no token but its own, and nothing of who started the hub."""
    for pid in inst.hub.children("jupyterhub-singleuser"):
        omgeving = dict(r.split("=", 1) for r in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in r)
        assert not {k for k in omgeving if k.startswith(("CI", "PYTEST", "SSH", "GIT", "AWS")) or k in ("CONFIGPROXY_AUTH_TOKEN", "PYTHONPATH")}
        assert omgeving["HOME"].startswith(str(inst.map / "huizen"))


def kies(page, vraag: str, optie: str) -> None:
    v = page.locator(f'.ll-onderdeel [data-item="{vraag}"]')
    v.locator(f'input[value="{optie}"]').check()
    v.get_by_text("bewaard om").wait_for()


# --- what breaks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rol, map_", [("anna", "uitwisseling/groep-a/inbound"), ("bram", "inleveren/groep-a")])
def test_9_disk_full_at_handing_in(inst, page, rol, map_):
    """It says so and what to do; the answers stay; with room again it goes."""
    if not inst.voor and not toegang.possible():
        pytest.skip("op deze machine kan geen kleine schijf worden gekoppeld")
    plek = Plek(inst, rol)
    plek.binnen(inst, page)
    open_toets(page, plek)
    kies(page, "toets-overleg", "zwijgen")
    with inst.full_disk(inst.map / map_):
        page.get_by_role("button", name="Lever opnieuw in").click()
        page.get_by_role("button", name="Ja, lever in").click()
        page.get_by_text(re.compile("schijf van de uitwisselmap is vol")).first.wait_for()
    voor = len(list((inst.map / map_).iterdir()))
    open_toets(page, plek)
    assert page.locator('[data-item="toets-overleg"] input:checked').get_attribute("value") == "zwijgen"
    lever_in(page)
    wait_for(lambda: len(list((inst.map / map_).iterdir())) == voor + 1)


@pytest.mark.parametrize("wat", ["configurable-http-proxy", "leerlijn.dienst_kern"])
def test_9_proxy_or_kernel_killed(inst, page, wat):
    """The page says that it lost the connection; what was answered is there after a reload, and it goes on."""
    plek = Plek(inst, "bram")
    plek.binnen(inst, page)
    open_toets(page, plek)
    kies(page, "toets-feiten", "deur" if wat.startswith("c") else "huil")
    staat = page.locator('[data-item="toets-feiten"] input:checked').count()
    for pid in inst.hub.children(wat):
        os.kill(pid, signal.SIGKILL)
    page.locator("#verbinding").get_by_text(re.compile("De verbinding is weg|De oefening is gestopt")).wait_for()
    inst.hub.wait_ready()  # the hub looks at its proxy every few seconds
    open_toets(page, plek)
    assert page.locator('[data-item="toets-feiten"] input:checked').count() == staat
    kies(page, "toets-overleg", "delen" if wat.startswith("c") else "zwijgen")


def test_9_hub_and_all_below_it_killed_in_the_middle_of_a_test(inst, page):
    """With a server of her own, which goes as well: after a new start all answers are there, also what was typed meanwhile."""
    plek = Plek(inst, "anna")
    plek.binnen(inst, page)
    open_toets(page, plek)
    kies(page, "toets-overleg", "zwijgen")
    inst.hub.kill()
    page.locator("#verbinding").get_by_text("De verbinding is weg").wait_for()
    page.locator('[data-item="toets-open"] textarea').fill("Wat ik typte toen de verbinding weg was.")
    inst.hub.start()
    page.get_by_role("button", name="Laad de pagina opnieuw").click()  # the hub starts her server and brings her back
    page.locator(".ll-toets").wait_for(timeout=120_000)
    assert page.locator('[data-item="toets-overleg"] input:checked').get_attribute("value") == "zwijgen"
    assert "toen de verbinding weg was" in page.locator('[data-item="toets-open"] textarea').input_value()
    inbound = inst.map / "uitwisseling" / "groep-a" / "inbound"
    voor = len(list(inbound.iterdir()))
    lever_in(page)
    wait_for(lambda: len(list(inbound.iterdir())) == voor + 1)
