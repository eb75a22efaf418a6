"""A learner behind a hub, as a browser is one but without a screen: for load tests. One process plays them all."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.hub.kanaal import PROTOCOL, connection, decode, encode
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import websocket_connect

GEDULD = 120.0  # seconds for one answer of the server; slower counts as a failure
BESTAND = re.compile(r'(?:href|src)="([^"]*/leerlijn/static/[^"]+)"')
AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=2000)


class Mislukt(Exception):
    """What a learner would see as a failure."""


class Klant:
    """adres: of the hub, without slash; naam: who; tijden: seconds per step, filled while it goes."""

    def __init__(self, adres: str, naam: str):
        self.adres, self.naam = adres, naam
        self.koekjes: dict[tuple[str, str], str] = {}
        self.gezien: set[str] = set()
        self.tijden: dict[str, float] = {}
        self.ws: Any = None

    # --- over HTTP ---

    def _koek(self, url: str) -> str:
        pad = urlsplit(url).path
        return "; ".join(f"{n}={w}" for (p, n), w in self.koekjes.items() if pad.startswith(p))

    async def vraag(self, url: str, body: str | None = None, goed: tuple[int, ...] = (200,)) -> HTTPResponse:
        """One request and whatever it is sent on to. Raises Mislukt on another status than `goed`."""
        for _ in range(12):
            kop = {"Cookie": self._koek(url), "User-Agent": "belasting", **({"Origin": self.adres} if body is not None else {})}
            if body is not None:
                kop["Content-Type"] = "application/x-www-form-urlencoded"
            verzoek = HTTPRequest(url, "GET" if body is None else "POST", kop, body, follow_redirects=False, connect_timeout=GEDULD, request_timeout=GEDULD, decompress_response=True)
            r = await AsyncHTTPClient().fetch(verzoek, raise_error=False)
            for regel in r.headers.get_list("Set-Cookie"):
                for n, m in SimpleCookie(regel).items():
                    self.koekjes[(m["path"] or "/", n)] = m.value
            if r.code not in (301, 302, 303):
                break
            url, body = urljoin(url, r.headers["Location"]), None
        if r.code not in goed:
            raise Mislukt(f"{r.code} van {urlsplit(url).path}")
        return r

    async def log_in(self) -> str:
        """From the login form to the course page, the first page after it. Gives its address, with slash."""
        await self.vraag(f"{self.adres}/hub/login")
        xsrf = next(w for (_, n), w in self.koekjes.items() if n == "_xsrf")
        self.begin = time.perf_counter()
        r = await self.vraag(f"{self.adres}/hub/login?_xsrf={xsrf}", f"username={self.naam}&password=x")
        self.tijden["cursuspagina"] = time.perf_counter() - self.begin
        self.basis = r.effective_url
        return self.basis

    async def start_server(self) -> None:
        """After log_in, where each has a server of their own: wait for it and read its course page."""
        self.basis = f"{self.adres}/user/{self.naam}/"
        while time.perf_counter() - self.begin < GEDULD:
            r = await self.vraag(f"{self.basis}voila/tree", goed=(200, 404, 424, 503))
            if r.code == 200 and r.effective_url.startswith(self.basis):
                break
            await asyncio.sleep(0.2)
        self.tijden["cursuspagina"] = time.perf_counter() - self.begin

    async def files(self, html: str) -> None:
        """Ask once for the scripts and style sheets that a page names."""
        nieuw = {urljoin(self.basis, u) for u in BESTAND.findall(html)} - self.gezien
        self.gezien |= nieuw
        await asyncio.gather(*(self.vraag(u) for u in nieuw))

    # --- a lesson or a test ---

    async def open(self, pad: str) -> dict[str, dict[str, Any]]:
        """Open a page and its socket, until the widgets stand. Gives comm id -> what the cell shows."""
        begin = time.perf_counter()
        html = (await self.vraag(self.basis + pad)).body.decode()
        self.tijden["lespagina"] = time.perf_counter() - begin
        self.conf = connection(html)
        bestanden = asyncio.ensure_future(self.files(html))
        url = f"{self.basis.replace('http', 'ws', 1)}api/kernels/{self.conf['kernelId']}/channels?session_id={uuid.uuid4()}"
        self.ws = await websocket_connect(HTTPRequest(url, headers={"Cookie": self._koek(self.basis), "Origin": self.adres}, connect_timeout=GEDULD), subprotocols=[PROTOCOL])
        controle = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": controle, "target_name": "jupyter.widget.control", "data": {}})
        await self._send("comm_msg", {"comm_id": controle, "data": {"method": "request_states"}})
        staten = await self._until(lambda m: m["content"].get("comm_id") == controle and m["content"]["data"].get("states"))
        self.tijden["vraag"] = time.perf_counter() - begin
        await bestanden
        return {k: s["state"]["spec"] for k, s in staten.items() if "spec" in s["state"]}

    async def _send(self, soort: str, inhoud: dict) -> None:
        kop = {"msg_id": uuid.uuid4().hex, "msg_type": soort, "username": "", "session": "s", "date": "", "version": "5.4"}
        await self.ws.write_message(encode("shell", kop, inhoud, {"version": "1.0.0"}), binary=True)

    async def _until(self, zoek: Any) -> Any:
        async def lees() -> Any:
            while (data := await self.ws.read_message()) is not None:
                m = decode(data)
                if m["header"]["msg_type"] == "comm_msg" and (uit := zoek(m)):
                    return uit
            raise Mislukt("de verbinding is gesloten")

        return await asyncio.wait_for(lees(), GEDULD)

    async def say(self, comm: str, inhoud: dict[str, Any], klaar: tuple[str, ...]) -> float:
        """Send one message to a cell and wait for a reply of type `klaar`. Gives the seconds. Raises Mislukt on an error."""
        begin, nr = time.perf_counter(), uuid.uuid4().hex
        await self._send("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": {**inhoud, "nr": nr}}})

        def antwoord(m: dict[str, Any]) -> Any:
            c = m["content"]["data"].get("content") or {}
            return c if c.get("bij") == nr and c.get("type") in (*klaar, "fout") else None

        if (uit := await self._until(antwoord))["type"] == "fout":
            raise Mislukt(uit["tekst"])
        return time.perf_counter() - begin

    async def answer(self, cellen: dict[str, dict[str, Any]], aantal: int, pauze: float) -> list[float]:
        """Answer so many items of a page with a pause (seconds) before each. Gives the seconds of each answer."""
        rij = [(comm, item) for comm, spec in cellen.items() for item in spec.get("items", [])][:aantal]
        uit = []
        for comm, item in rij:
            await asyncio.sleep(pauze)
            bericht = {"type": "antwoord", "item": item["id"], "antwoord": an_answer(item), "zekerheid": 2}
            uit.append(await self.say(comm, bericht, ("terugkoppeling", "bewaard")))
        return uit

    async def leave(self, netjes: bool = True) -> None:
        """Close the page; `netjes`: with the last request that a browser sends, else as one that fell away."""
        if self.ws is None:
            return
        self.ws.close()
        self.ws = None
        if netjes:
            await self.vraag(f"{self.basis}voila/api/shutdown/{self.conf['kernelId']}", f"_xsrf={self.conf['xsrf']}", goed=(200, 204))


def an_answer(item: dict[str, Any]) -> Any:
    """Some answer of the form that an item asks for."""
    match item["soort"]:
        case "een-goed":
            return item["opties"][0]["id"]
        case "meer-goed":
            return [item["opties"][0]["id"]]
        case "volgorde":
            return [s["id"] for s in item["stappen"]]
        case "koppel":
            return {k["id"]: item["rechts"][0]["id"] for k in item["links"]}
        case "vlaggen":
            return {"toestemming": "groen", "vlag": "groen"}
        case "signalen":
            return [item["fragmenten"][0]["id"]]
        case "oordeel":
            return {a["id"]: 3 for a in item["acties"]}
        case _:
            return "Ik hoor dat je niet wilt praten. Dat mag."
