"""A login service (OpenID Connect, code with PKCE) played in a thread. Helper of tests, no test."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests

from .nepserver import Nepserver

ID, GEHEIM = "leerlijn-client", "geheim-van-de-client"


class Oidc:
    """adres: its address; people log in by login()."""

    def __init__(self) -> None:
        self.codes: dict[str, dict[str, Any]] = {}
        self.bewijzen: dict[str, dict[str, Any]] = {}
        self.server = Nepserver(self.answer)
        self.adres, self.stop = self.server.adres, self.server.stop

    def answer(self, methode: str, pad: str, koppen: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        if methode == "GET":
            wie = self.bewijzen.get((koppen["Authorization"] or "").removeprefix("Bearer "))
            return (200, wie, {}) if wie else (401, {"error": "invalid_token"}, {})
        v = {k: w[0] for k, w in parse_qs(body.decode()).items()}
        gevraagd = self.codes.pop(v.get("code", ""), None)
        som = base64.urlsafe_b64encode(hashlib.sha256(v.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        basis = base64.b64encode(f"{ID}:{GEHEIM}".encode()).decode()
        eigen = koppen["Authorization"] == f"Basic {basis}" or (v.get("client_id"), v.get("client_secret")) == (ID, GEHEIM)
        if gevraagd is None or not eigen or som != gevraagd["code_challenge"] or v.get("redirect_uri") != gevraagd["redirect_uri"]:
            return 400, {"error": "invalid_grant"}, {}
        self.bewijzen[bewijs := secrets.token_hex(8)] = gevraagd["wie"]
        token = jwt.encode({**gevraagd["wie"], "aud": ID}, "x" * 32)
        return 200, {"access_token": bewijs, "token_type": "Bearer", "id_token": token, "scope": "openid"}, {}

    def login(self, hub: str, wie: dict[str, Any], **anders: str) -> tuple[requests.Session, requests.Response, dict[str, str]]:
        """Be the browser of somebody. anders: change what comes back to the hub. Gives session, the hub's last answer, and what the hub asked."""
        s = requests.Session()
        r = s.get(f"{hub}/hub/oauth_login?next=", allow_redirects=False, timeout=60)
        assert r.status_code == 302, r.text[:300]
        vraag = {k: v[0] for k, v in parse_qs(urlsplit(r.headers["Location"]).query).items()}
        code = secrets.token_hex(8)
        self.codes[code] = {**vraag, "wie": wie}
        r = s.get(f"{vraag['redirect_uri']}?{urlencode({'code': code, 'state': vraag['state'], **anders})}", timeout=60)
        return s, r, vraag
