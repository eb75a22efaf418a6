"""An electronic learning environment played in a thread: it signs launches (LTI 1.3) and takes grades (AGS), and refuses what the standard refuses.
Helper of tests, no test."""

from __future__ import annotations

import json
import re
import time
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from leerlijn import cijfers_lms

from .nepserver import Nepserver

CLAIM, AGS = "https://purl.imsglobal.org/spec/lti/claim/", "https://purl.imsglobal.org/spec/lti-ags/"
LIJST, SCORE = AGS + "scope/lineitem", AGS + "scope/score"
LEDEN = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
CLIENT, DEPLOYMENT, CONTEXT = "client-1", "7", "4711"


def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(k: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(k.public_key())), "kid": kid, "use": "sig", "alg": "RS256"}


class Lms:
    """adres: its address and issuer; lijst: line items; scores: (line item, user) -> last score; gevraagd: paths asked; onbekend: users that it does not know."""

    def __init__(self) -> None:
        self.sleutel, self.vreemd = key(), key()
        self.tool_keys: dict[str, Any] = {}  # kid -> public key of the tool
        self.lijst: list[dict[str, Any]] = []
        self.scores: dict[tuple[str, str], dict[str, Any]] = {}
        self.gevraagd: list[str] = []
        self.klachten: list[str] = []
        self.onbekend: set[str] = set()
        self.bewijzen: dict[str, str] = {}
        self.jtis: set[str] = set()
        self.storing: list[int] = []  # status codes to answer with first
        self.server = Nepserver(self.answer)
        self.adres, self.stop = self.server.adres, self.server.stop

    def connect(self, map_: Path) -> dict[str, str]:
        """Make the tool's keys in a folder and take its public one, as an administrator does. Gives what goes into lms.yaml for grades."""
        cijfers_lms.make_keys(map_)
        (jwk,) = json.loads((map_ / "jwks.json").read_text())["keys"]
        self.tool_keys[jwk["kid"]] = jwt.PyJWK(jwk).key
        return {"uitgever": self.adres, "client": CLIENT, "token": f"{self.adres}/token", "sleutel": str(map_ / "sleutel.pem"), "openbaar": str(map_ / "jwks.json")}

    # --- what a browser sees: a launch ---

    def claims(self, sub: str, rol: str = "Learner", **anders: Any) -> dict[str, Any]:
        nu = int(time.time())
        uit = {
            "iss": self.adres, "aud": CLIENT, "sub": sub, "iat": nu, "exp": nu + 300, f"{CLAIM}version": "1.3.0",
            "name": "Een Echte Naam", "email": "echt@school.example", "given_name": "Een", "family_name": "Naam",
            f"{CLAIM}message_type": "LtiResourceLinkRequest", f"{CLAIM}deployment_id": DEPLOYMENT, f"{CLAIM}target_link_uri": "https://hub.example/",
            f"{CLAIM}roles": [LEDEN + rol], f"{CLAIM}resource_link": {"id": "r1"}, f"{CLAIM}context": {"id": CONTEXT, "label": "JZ", "title": "Jeugdzorg"},
            f"{AGS}claim/endpoint": {"scope": [LIJST, SCORE], "lineitems": f"{self.adres}/cursus/{CONTEXT}/lijst?type_id=1"},
        }  # fmt: skip
        return {k: v for k, v in {**uit, **anders}.items() if v is not None}

    def sign(self, claims: dict[str, Any], sleutel: Any = None, alg: str = "RS256") -> str:
        return jwt.encode(claims, None if alg == "none" else sleutel or self.sleutel, alg, headers={"kid": "lms"})

    def start(self, sessie: requests.Session, hub: str, **anders: Any) -> tuple[dict[str, str], str]:
        """First half of a launch: gives what the hub asks (state, nonce, ...) and where it asks it."""
        vraag = {"iss": self.adres, "login_hint": "h", "target_link_uri": f"{hub}/hub", "client_id": CLIENT, "lti_message_hint": "m", **anders}
        r = sessie.get(f"{hub}/hub/lti13/oauth_login?{urlencode(vraag)}", allow_redirects=False, timeout=60)
        assert r.status_code == 302, r.text[:500]
        return {k: v[0] for k, v in parse_qs(urlsplit(r.headers["Location"]).query).items()}, r.headers["Location"].partition("?")[0]

    def launch(self, hub: str, sub: str, rol: str = "Learner", sessie: requests.Session | None = None, sleutel: Any = None, alg: str = "RS256", **anders: Any):
        """A whole launch as a browser would do it. Gives session and the hub's last answer."""
        sessie = sessie or requests.Session()
        vraag, _ = self.start(sessie, hub)
        token = self.sign(self.claims(sub, rol, **{"nonce": vraag["nonce"], **anders}), sleutel, alg)
        return sessie, sessie.post(vraag["redirect_uri"], data={"id_token": token, "state": vraag["state"]}, timeout=60, headers={"Origin": self.adres})

    # --- what a program sees ---

    def answer(self, methode: str, pad: str, koppen: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        self.gevraagd.append(f"{methode} {pad}")
        delen = urlsplit(pad)
        if delen.path == "/jwks":
            return 200, {"keys": [public(self.sleutel, "lms")]}, {}
        if self.storing:
            return self.storing.pop(0), {"error": "storing"}, {"Retry-After": "0"}
        try:
            return self._token(koppen, body) if delen.path == "/token" and methode == "POST" else self._ags(methode, delen, koppen, body)
        except AssertionError as e:
            self.klachten.append(f"{methode} {pad}: {e}")
            return 400, {"error": str(e)}, {}

    def _token(self, koppen: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        assert koppen["Content-Type"] == "application/x-www-form-urlencoded", "soort inhoud"
        v = {k: w[0] for k, w in parse_qs(body.decode()).items()}
        assert v["grant_type"] == "client_credentials", "grant_type"
        assert v["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion_type"
        kid = jwt.get_unverified_header(v["client_assertion"])["kid"]
        assert kid in self.tool_keys, "onbekende sleutel"
        try:
            c = jwt.decode(v["client_assertion"], self.tool_keys[kid], ["RS256"], audience=f"{self.adres}/token", issuer=CLIENT,
                           options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]})  # fmt: skip
        except jwt.PyJWTError as e:
            return 401, {"error": "invalid_client", "error_description": str(e)}, {}
        assert c["sub"] == CLIENT and c["exp"] - c["iat"] <= 3600 and c["jti"] not in self.jtis, "claims"
        self.jtis.add(c["jti"])
        assert set(v["scope"].split()) <= {LIJST, SCORE}, "scope"
        self.bewijzen[bewijs := uuid.uuid4().hex] = v["scope"]
        return 200, {"access_token": bewijs, "token_type": "Bearer", "expires_in": 3600, "scope": v["scope"]}, {}

    def _ags(self, methode: str, delen: Any, koppen: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        scopes = self.bewijzen.get((koppen["Authorization"] or "").removeprefix("Bearer "), "").split()
        if not scopes:
            return 401, {"error": "geen toegang"}, {}
        vraag = {k: w[0] for k, w in parse_qs(delen.query).items()}
        assert vraag.pop("type_id", None) == "1", "vraagdeel van het adres is weg"
        lijst = f"/cursus/{CONTEXT}/lijst"
        if delen.path == lijst and methode == "GET":
            assert LIJST in scopes and koppen["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json", "lijst lezen"
            goed = [i for i in self.lijst if vraag.get("resource_id") in (None, i.get("resourceId"))]
            bladzij = int(vraag.get("p", 0))
            meer = {"Link": f'<{self.adres}{lijst}?type_id=1&p={bladzij + 1}>; rel="next"'} if bladzij + 1 < len(goed) else {}
            return 200, goed[bladzij : bladzij + 1], meer
        if delen.path == lijst and methode == "POST":
            assert LIJST in scopes and koppen["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json", "regel maken"
            d = json.loads(body)
            assert d["scoreMaximum"] > 0 and d["label"] and "id" not in d, "regel"
            self.lijst.append({**d, "id": f"{self.adres}{lijst}/{len(self.lijst)}?type_id=1"})
            return 201, self.lijst[-1], {}
        if (m := re.fullmatch(rf"{lijst}/(\d+)/scores", delen.path)) and methode == "POST":
            assert SCORE in scopes and koppen["Content-Type"] == "application/vnd.ims.lis.v1.score+json", "score"
            d = json.loads(body)
            if d["userId"] in self.onbekend:
                return 404, {"error": "die zit niet in deze cursus"}, {}
            cijfer = {k: d.pop(k) for k in ("scoreGiven", "scoreMaximum") if k in d}  # both, or none: then there is no score any more
            assert len(cijfer) != 1 and all(isinstance(x, float) and x >= 0 for x in cijfer.values()) and cijfer.get("scoreMaximum", 1) > 0, "punten"
            assert d["activityProgress"] == "Completed" and d["gradingProgress"] == ("FullyGraded" if cijfer else "PendingManual"), "voortgang"
            assert set(d) == {"userId", "timestamp", "activityProgress", "gradingProgress"}, "te veel gegevens"
            assert datetime.fromisoformat(d["timestamp"]).utcoffset() is not None, "tijd zonder zone"
            plek = (self.lijst[int(m[1])]["resourceId"], d["userId"])
            if plek in self.scores and datetime.fromisoformat(d["timestamp"]) <= datetime.fromisoformat(self.scores[plek]["timestamp"]):
                return 409, {"error": "ouder dan wat er is"}, {}
            self.scores[plek] = {**d, **cijfer}
            return 204, None, {}
        return 404, {"error": "bestaat niet"}, {}
