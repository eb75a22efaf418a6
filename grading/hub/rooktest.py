"""Rooktest: loopt op een hub die draait van inloggen tot feedback, over HTTP, en zegt per stap of het lukte.

    ROOK_DEELNEMER=proef-deelnemer:wachtwoord ROOK_DOCENT=proef-docent:wachtwoord \\
        /opt/leerlijn/bin/python grading/hub/rooktest.py https://hub.school.example jeugdzorg-a herkennen

For a staging hub, or with two accounts of your own: it answers one question, hands in, and has the test graded and given back.
Needs a login with a form (not SURFconext, Entra or LTI). Exit code 0 when all steps went well, 1 at the first that did not.
"""

import argparse
import json
import os
import re
import ssl
import sys
import time
import uuid
from urllib.parse import urlsplit

import requests
import websocket
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1

WACHT = 120  # seconds for one step
PROTOCOL = "v1.kernel.websocket.jupyter.org"


class Mis(Exception):
    """A step that did not go well: what to look at, in Dutch."""


def moet(goed, zin):
    if not goed:
        raise Mis(zin)
    return goed


def login(hub, wie):
    """A session that went through the hub's login form. wie: name:password."""
    naam, _, wachtwoord = wie.partition(":")
    s = requests.Session()
    r = s.get(f"{hub}/hub/login", timeout=WACHT)
    moet("password" in r.text, "de hub heeft geen inlogformulier; log in met een testhub die dat wel heeft")
    r = s.post(f"{hub}/hub/login", params={"_xsrf": s.cookies.get("_xsrf")}, data={"username": naam, "password": wachtwoord}, timeout=WACHT, allow_redirects=False)
    moet(r.status_code == 302, f"de hub laat {naam} niet binnen (antwoord {r.status_code}); klopt het wachtwoord?")
    return s


class Kern:
    """The connection between an open page and its kernel."""

    def __init__(self, s, basis, pagina):
        self.aansluiting = json.loads(moet(re.search(r'id="aansluiting">(.*?)</script>', pagina), "de pagina heeft geen kernel")[1])
        pad = urlsplit(basis).path
        koek = "; ".join(f"{c.name}={c.value}" for c in s.cookies if pad.startswith(c.path))
        adres = f"{basis.replace('http', 'ws', 1)}api/kernels/{self.aansluiting['kernelId']}/channels?session_id={uuid.uuid4()}"
        self.ws = websocket.create_connection(
            adres, cookie=koek, subprotocols=[PROTOCOL], timeout=WACHT, origin=basis.split("/services")[0], sslopt={"cert_reqs": ssl.CERT_REQUIRED}
        )

    def stuur(self, soort, inhoud, meta=None):
        kop = {"msg_id": uuid.uuid4().hex, "msg_type": soort, "username": "", "session": "rook", "date": "", "version": "5.4"}
        self.ws.send_binary(bytes(serialize_msg_to_ws_v1([json.dumps(d).encode() for d in (kop, {}, meta or {}, inhoud)], "shell")))

    def tot(self, past):
        """The first data of a message of a widget for which past(data) is true."""
        eind = time.monotonic() + WACHT
        while time.monotonic() < eind:
            _, delen = deserialize_msg_from_ws_v1(self.ws.recv())
            kop, inhoud = json.loads(delen[0]), json.loads(delen[3])
            if kop["msg_type"] == "comm_msg" and past(inhoud["data"]):
                return inhoud["data"]
        raise Mis("de kernel antwoordt niet op tijd")

    def toets(self):
        """Comm id and contents of the test on the page."""
        comm = uuid.uuid4().hex
        self.stuur("comm_open", {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}, {"version": "1.0.0"})
        self.stuur("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        staten = self.tot(lambda d: d.get("method") == "update_states")["states"]
        for ident, staat in staten.items():
            if (spec := staat["state"].get("spec") or {}).get("vorm") == "toets":
                return ident, spec
        raise Mis("op de pagina van de toets staat geen toets; bekijk het logboek van de dienst")

    def vraag(self, comm, inhoud, *soorten):
        nr = uuid.uuid4().hex
        self.stuur("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": {**inhoud, "nr": nr}}})
        uit = self.tot(lambda d: d.get("content", {}).get("bij") == nr and d["content"]["type"] in (*soorten, "fout"))["content"]
        moet(uit["type"] != "fout", uit.get("tekst", "onbekende fout"))
        return uit


def seconde(tijd):
    """A time of the hub or of formgrader, both UTC, to the second."""
    return (tijd or "")[:19]


def keuze(items):
    """Some answer to a question that wants one option."""
    for i in items:
        if i["soort"] == "een-goed":
            return i["id"], i["opties"][0]["id"]
    raise Mis("deze toets heeft geen vraag met een keuze; kies een andere module")


class Formgrader:
    def __init__(self, s, basis):
        self.s, self.basis = s, basis

    def vraag(self, methode, pad):
        xsrf = next((c.value for c in self.s.cookies if c.name == "_xsrf" and urlsplit(self.basis).path.startswith(c.path.rstrip("/")) and "services" in c.path), "")
        r = self.s.request(methode, f"{self.basis}formgrader/api/{pad}", headers={"X-XSRFToken": xsrf, "Referer": f"{self.basis}formgrader"}, timeout=600)
        moet(r.status_code == 200, f"formgrader antwoordt {r.status_code} op {pad}")
        uit = r.json() if r.text else {}
        moet(not isinstance(uit, dict) or uit.get("success", True), f"formgrader meldt bij {pad}: {str(uit.get('error') or uit.get('log'))[-300:]}" if isinstance(uit, dict) else "")
        return uit


def stappen(hub, cursus, module, deelnemer, docent):
    """Every step: yields a sentence when it went well, raises Mis or a request error otherwise."""
    naam = deelnemer.partition(":")[0]
    r = requests.get(f"{hub}/hub/api/", timeout=WACHT)
    yield f"hub antwoordt, versie {moet(r.ok and r.json(), 'de hub antwoordt niet')['version']}"
    s = login(hub, deelnemer)
    r = s.get(f"{hub}/", timeout=WACHT)
    basis = r.url
    moet(r.status_code == 200 and f"/services/leren-{cursus}-" in basis and "De modules" in r.text, f"na het inloggen komt {naam} niet op de cursus, maar op {basis}")
    yield f"deelnemer ingelogd; eerste pagina is de cursus ({len(r.text) // 1000} kB)"
    r = s.get(f"{basis}voila/render/{module}/les.ipynb", timeout=WACHT)
    moet(r.status_code == 200, f"de les antwoordt {r.status_code}")
    les = Kern(s, basis, r.text)
    yield "les open, met een eigen kernel"
    for pad, wat in ((f"/services/{cursus}/formgrader", "de docentkant"), ("/hub/admin", "het beheer van de hub")):
        moet(s.get(hub + pad, timeout=WACHT).status_code in (403, 404), f"een deelnemer komt in {wat}! Sluit de hub en controleer de rollen")
    for pad in ("api/contents", "voila/files/" + module + "/oefening-sleutel.json"):
        moet(s.get(basis + pad, timeout=WACHT).status_code in (403, 404), f"een deelnemer kan {pad} lezen! Sluit de hub")
    moet(requests.get(basis, timeout=WACHT, allow_redirects=False).status_code in (302, 403), "zonder inloggen is de cursus te lezen! Sluit de hub")
    yield "docentkant, beheer, sleutels en bestanden zijn dicht voor een deelnemer"
    r = s.get(f"{basis}voila/render/toetsen/{module}/toets.ipynb", timeout=WACHT)
    moet(r.status_code == 200, f"de toets antwoordt {r.status_code}; is hij gebouwd?")
    kern = Kern(s, basis, r.text)
    comm, spec = kern.toets()
    item, optie = keuze(spec["items"])
    kern.vraag(comm, {"type": "antwoord", "item": item, "antwoord": optie}, "bewaard")
    yield f"toets open ({len(spec['items'])} vragen); antwoord bewaard"
    bon = kern.vraag(comm, {"type": "inleveren"}, "kwitantie")
    yield f"ingeleverd, kwitantie van {bon['t']}"
    for k in (les, kern):
        s.post(f"{basis}voila/api/shutdown/{k.aansluiting['kernelId']}", data={"_xsrf": k.aansluiting["xsrf"]}, timeout=WACHT)

    d = login(hub, docent)
    r = d.get(f"{hub}/services/{cursus}/formgrader", timeout=WACHT)
    moet(r.status_code == 200 and "formgrade" in r.text.lower(), f"de docent komt niet in formgrader (antwoord {r.status_code}, {r.url})")
    moet(d.get(basis, timeout=WACHT).status_code == 403, "een docent komt in de dienst van deelnemers; controleer de groepen")
    yield "docent ingelogd; formgrader is er als eigen pagina"
    f = Formgrader(d, f"{hub}/services/{cursus}/")
    f.vraag("POST", f"assignment/{module}/collect")
    werk = {w["student"]: w for w in f.vraag("GET", f"submissions/{module}")}
    moet(naam in werk, f"de inlevering van {naam} is niet opgehaald; controleer `inleveren` in instelling.yaml en de rechten van die map")
    # Also when this account handed in before: what was there already says nothing of today.
    eerder = f"alleen een eerdere inlevering van {naam} is opgehaald, niet die van {bon['t']}; controleer `inleveren` in instelling.yaml en de rechten van die map"
    moet(seconde(werk[naam]["timestamp"]) == seconde(bon["t"]), eerder)
    yield f"opgehaald ({len(werk)} inlevering(en))"
    f.vraag("POST", f"submission/{module}/{naam}/autograde")
    punten = f.vraag("GET", f"submission/{module}/{naam}")
    moet(punten["autograded"] and seconde(punten["timestamp"]) == seconde(bon["t"]), "nakijken lukte niet; zie het logboek van formgrader")
    yield f"nagekeken: {punten['score']:g} van {punten['max_score']:g} punten"
    f.vraag("POST", f"assignment/{module}/{naam}/generate_feedback")
    f.vraag("POST", f"assignment/{module}/{naam}/release_feedback")
    yield "feedback gemaakt en vrijgegeven"
    r = s.get(f"{basis}feedback/{module}", timeout=WACHT)
    moet(r.status_code == 200 and "nog geen feedback" not in r.text, "de deelnemer ziet de feedback niet; controleer de uitwisselmap")
    moet(f'datetime="{bon["t"]}"' in r.text, f"de deelnemer ziet alleen feedback van een eerdere keer, niet die op de inlevering van {bon['t']}; controleer de uitwisselmap")
    yield "deelnemer leest de feedback"


def main(argv=None):
    p = argparse.ArgumentParser(description="Rooktest van een hub, van inloggen tot feedback.")
    p.add_argument("hub", help="bijvoorbeeld https://hub.school.example")
    p.add_argument("cursus")
    p.add_argument("module")
    a = p.parse_args(argv)
    wie = [os.environ.get(n, "") for n in ("ROOK_DEELNEMER", "ROOK_DOCENT")]
    if not all(":" in w for w in wie):
        print("Zet ROOK_DEELNEMER en ROOK_DOCENT in de omgeving, elk als naam:wachtwoord.", file=sys.stderr)
        return 2
    n = 0
    try:
        for n, zin in enumerate(stappen(a.hub.rstrip("/"), a.cursus, a.module, *wie), 1):
            print(f"{n:2} goed  {zin}", flush=True)
    except Mis as e:
        print(f"{n + 1:2} MIS   {e}", flush=True)
        return 1
    except (requests.RequestException, websocket.WebSocketException, OSError, ValueError, KeyError) as e:
        print(f"{n + 1:2} MIS   geen goed antwoord van de hub: {type(e).__name__}: {str(e)[:200]}", flush=True)
        return 1
    print(f"Alles goed: {n} stappen.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
