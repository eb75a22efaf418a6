"""What a reader sees when the line or the kernel goes, and what is left behind when a page closes."""

import os
import signal
import urllib.request

import proefcursus
import pytest

from .conftest import GEDULD, LES, Server, wait_until
from .test_host import KLAAR, druk, spoor, wacht_op

pytestmark = pytest.mark.browser


@pytest.fixture
def eigen(tmp_path):
    """A server of this test's own, so that its kernels can be counted."""
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    yield s
    s.stop()


def open_les(page, adres):
    page.goto(adres + LES)
    page.wait_for_selector(KLAAR)


def melding(page):
    return page.locator("#verbinding").inner_text()


def lees(page, tekst):
    """Waits for words in the status region."""
    page.locator("#verbinding", has_text=tekst).wait_for()


def test_kernel_killed(page, eigen):
    open_les(page, eigen.adres)
    (pid,) = eigen.kernels()
    os.kill(pid, signal.SIGKILL)
    lees(page, "De oefening is gestopt")
    assert page.get_by_role("status").get_by_role("button", name="Laad de pagina opnieuw").count() == 1
    assert page.locator("h1").is_visible()
    page.get_by_role("button", name="Laad de pagina opnieuw").click()
    wait_until(lambda: melding(page) == "" and page.locator(KLAAR).count())
    druk(page, "tel")
    wacht_op(page, "geteld")
    wait_until(lambda: len(eigen.kernels()) == 1)


def test_kernel_ended_elsewhere_is_found_by_the_next_answer(page, eigen):
    open_les(page, eigen.adres)
    druk(page, "tel")
    wacht_op(page, "geteld")
    page.evaluate(
        """async () => { const c = JSON.parse(document.getElementById("aansluiting").textContent); const f = new FormData(); f.append("_xsrf", c.xsrf);
        await fetch(`/voila/api/shutdown/${c.kernelId}`, {method: "POST", body: f}); }"""
    )
    wait_until(lambda: eigen.kernels() == [])
    if melding(page) == "":
        druk(page, "tel")
    lees(page, "De oefening is gestopt")


def test_socket_cut_and_answer_delivered_afterwards(page, server, proxy):
    open_les(page, proxy.adres)
    proxy.cut(blijf=True)
    lees(page, "De verbinding is weg")
    druk(page, "tel")  # an answer while there is no line
    druk(page, "zet")
    eerder = proxy.geweigerd
    wait_until(lambda: proxy.geweigerd > eerder)  # it tries again, in vain
    assert not any("geteld" in r for r in spoor(page))
    proxy.heel()
    wacht_op(page, '"geteld","nr":1')
    wacht_op(page, "getal 41")
    lees(page, "De verbinding is er weer")
    wait_until(lambda: melding(page) == "")
    assert sum('"geteld","nr":1' in r for r in spoor(page)) == 1


def test_cut_in_the_middle_of_work(page, server, proxy):
    open_les(page, proxy.adres)
    voor = proxy.gezien
    druk(page, "traag")
    druk(page, "tel")
    wait_until(lambda: proxy.gezien > voor + 300)  # both are on their way: a message takes some 500 bytes
    proxy.cut()
    wacht_op(page, '"geteld","nr":1')
    assert any("klaar" in r for r in spoor(page))


def test_packets_swallowed_in_silence(page, server, proxy):
    open_les(page, proxy.adres)
    proxy.slik = True
    druk(page, "tel")
    lees(page, "De verbinding is weg")
    proxy.cut()
    proxy.heel()
    wacht_op(page, '"geteld","nr":1')


def test_busy_is_not_gone(page, server):
    open_les(page, server.adres)
    druk(page, "traag")
    druk(page, "tel")
    lees(page, "De oefening is nog bezig")
    wacht_op(page, '"geteld","nr":1')
    wait_until(lambda: melding(page) == "")


def test_server_stopped(page, tmp_path):
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"))
    open_les(page, s.adres)
    s.stop()
    lees(page, "De verbinding is weg")
    opnieuw = Server(s.map, port=s.poort)  # a new server does not know the old kernel
    try:
        lees(page, "De oefening is gestopt")
    finally:
        opnieuw.stop()


def test_no_kernel_is_left(page, eigen):
    open_les(page, eigen.adres)
    for _ in range(3):
        page.reload()
        page.wait_for_selector(KLAAR)
    wait_until(lambda: len(eigen.kernels()) == 1)
    page.goto(eigen.adres + "/")  # leave
    wait_until(lambda: eigen.kernels() == [])
    page.go_back()
    page.wait_for_selector(KLAAR)
    druk(page, "tel")
    wacht_op(page, "geteld")
    page.close()
    wait_until(lambda: eigen.kernels() == [])


def test_a_kernel_without_a_page_ends_by_itself(page, tmp_path):
    """A page whose browser crashed says nothing. Its kernel ends after a while; the one of a page that is open stays, however quiet."""
    s = Server(proefcursus.schrijf(tmp_path / "leerlijn"), env={"PROEF_STIL": "3"})
    try:
        open_les(page, s.adres)
        met_bladzijde = set(s.kernels())
        urllib.request.urlopen(s.adres + LES, timeout=GEDULD).read()
        assert len(met_bladzijde) == 1 and len(s.kernels()) == 2
        wait_until(lambda: set(s.kernels()) == met_bladzijde)
        druk(page, "tel")
        wacht_op(page, "geteld")
    finally:
        s.stop()


def test_leaving_while_the_page_loads_leaves_no_kernel(page, eigen):
    cellen = [("t", "markdown", "# Rustig"), ("w", "code", "import time; time.sleep(4)"), ("p", "code", "print(1)")]
    (eigen.map / "proef/les.ipynb").write_text(proefcursus.notebook(cellen))
    page.goto(eigen.adres + LES, wait_until="commit")
    page.get_by_role("heading", name="Rustig").wait_for()
    wait_until(lambda: len(eigen.kernels()) == 1)
    page.goto(eigen.adres + "/leeg")
    wait_until(lambda: eigen.kernels() == [])


def test_quick_exit(page, eigen):
    open_les(page, eigen.adres)
    page.get_by_role("link", name="Sluit deze pagina").click()
    page.wait_for_url("**/leeg")
    assert page.locator("body").inner_text() == "" and "Proef" not in page.title()
    wait_until(lambda: eigen.kernels() == [])
    page.go_back()
    assert "les.ipynb" not in page.url


def test_dead_kernel_while_running_cells(page, eigen):
    cellen = [("t", "markdown", "# Dood"), ("w", "code", "import os; os._exit(1)"), ("p", "code", "print('nooit')")]
    (eigen.map / "proef/les.ipynb").write_text(proefcursus.notebook(cellen))
    page.goto(eigen.adres + LES, wait_until="commit")
    page.get_by_role("heading", name="Dood").wait_for()
    page.get_by_role("button", name="Laad de pagina opnieuw").wait_for()
    tekst = page.locator("body").inner_text()
    assert "Traceback" not in tekst and "Error" not in tekst


def test_broken_cell_speaks_dutch(page, eigen):
    cellen = [("t", "markdown", "# Stuk"), ("w", "code", "1/0"), ("p", "code", "print('nooit')")]
    (eigen.map / "proef/les.ipynb").write_text(proefcursus.notebook(cellen))
    open_les(page, eigen.adres)
    assert page.get_by_text("Deze oefening kan nu niet worden getoond").count() == 2
    assert "ZeroDivision" not in page.content() and "Traceback" not in page.content()


def test_back_to_the_same_spot(page, server):
    open_les(page, server.adres)
    page.locator("#onderaan").scroll_into_view_if_needed()
    page.mouse.wheel(0, 3000)
    wait_until(lambda: "onderaan" in (page.evaluate("localStorage.getItem('leerlijn:laatst')") or ""))
    page.reload()
    page.wait_for_selector(KLAAR)
    wait_until(lambda: page.evaluate("scrollY") > 500)
    page.evaluate("document.querySelector('[data-meld]').addEventListener('click', e => e.preventDefault())")
    page.locator("[data-meld]").click()
    assert "Onderaan%20(%23onderaan)" in page.locator("[data-meld]").get_attribute("href")
    page.goto(server.adres + "/")
    page.get_by_role("link", name="Verder waar je was: Proefles, Onderaan").click()
    page.wait_for_url("**/les.ipynb#onderaan")
