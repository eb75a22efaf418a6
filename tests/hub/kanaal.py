"""The socket between a page and its kernel, spoken from a test. Helper of tests, no test."""

from __future__ import annotations

import json
import re
import struct
import time
import uuid
from typing import Any

import requests
import websocket

PROTOCOL = "v1.kernel.websocket.jupyter.org"


def connection(html: str) -> dict[str, Any]:
    """What a lesson page says of its kernel: baseUrl, kernelId, xsrf, widgets."""
    return json.loads(re.search(r'id="aansluiting">(.*?)</script>', html)[1])


def widgets(html: str) -> dict[str, str]:
    """Cell id -> comm id of its widget."""
    uit = {}
    for cel, tekst in re.findall(r'data-uitvoer="([^"]+)">(.*?)</script>', html):
        for o in json.loads(tekst)["outputs"]:
            if view := o.get("data", {}).get("application/vnd.jupyter.widget-view+json"):
                uit[cel] = view["model_id"]
    return uit


def encode(channel: str, header: dict, content: dict, metadata: dict | None = None) -> bytes:
    delen = [channel.encode(), *(json.dumps(d).encode() for d in (header, {}, metadata or {}, content))]
    n = len(delen) + 1
    plekken, plek = [], 8 * (n + 1)
    for d in delen:
        plekken.append(plek)
        plek += len(d)
    return struct.pack(f"<{n + 1}Q", n, *plekken, plek) + b"".join(delen)


def decode(data: bytes) -> dict[str, Any]:
    n = struct.unpack_from("<Q", data)[0]
    plek = struct.unpack_from(f"<{n}Q", data, 8)
    deel = [data[plek[i] : plek[i + 1]] for i in range(5)]
    return {"channel": deel[0].decode(), **{k: json.loads(d) for k, d in zip(("header", "parent", "metadata", "content"), deel[1:], strict=True)}}


class Kanaal:
    """An open socket. basis: address of the service with slash; kernel: id; sessie: who opens it; kop: more headers."""

    def __init__(self, sessie: requests.Session | None, basis: str, kernel: str, *, kop: dict[str, str] | None = None, protocol: str | None = PROTOCOL, origin: str | None = None):
        url = basis.replace("http", "ws", 1) + f"api/kernels/{kernel}/channels?session_id={uuid.uuid4()}"
        koek = "; ".join(f"{c.name}={c.value}" for c in sessie.cookies if basis.split("/", 3)[3].startswith(c.path.strip("/"))) if sessie else None
        self.ws = websocket.create_connection(
            url, cookie=koek, header=kop or {}, subprotocols=[protocol] if protocol else None, timeout=30, origin=origin or basis.split("/services")[0]
        )  # fmt: skip

    def send(self, msg_type: str, content: dict, channel: str = "shell") -> str:
        id_ = uuid.uuid4().hex
        self.ws.send_binary(encode(channel, {"msg_id": id_, "msg_type": msg_type, "username": "", "session": "s", "date": "", "version": "5.4"}, content))
        return id_

    def custom(self, comm: str, inhoud: dict) -> dict[str, Any]:
        """Send one message to a widget and give its reply."""
        nr = inhoud.setdefault("nr", uuid.uuid4().hex)
        self.send("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": inhoud}})
        return self.until(lambda m: m["header"]["msg_type"] == "comm_msg" and m["content"]["data"].get("content", {}).get("bij") == nr)["content"]["data"]["content"]

    def until(self, goed: Any, seconden: float = 60) -> dict[str, Any]:
        eind = time.monotonic() + seconden
        while time.monotonic() < eind:
            m = decode(self.ws.recv())
            if goed(m):
                return m
        raise AssertionError("geen antwoord")

    def heard(self, seconden: float) -> list[dict[str, Any]]:
        """Everything that comes within so many seconds."""
        uit, eind = [], time.monotonic() + seconden
        while (rest := eind - time.monotonic()) > 0:
            self.ws.settimeout(rest)
            try:
                uit.append(decode(self.ws.recv()))
            except websocket.WebSocketTimeoutException:
                break
        self.ws.settimeout(30)
        return uit

    def close(self) -> None:
        self.ws.close()
