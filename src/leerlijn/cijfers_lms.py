"""Grades to the electronic learning environment: LTI Assignment and Grade Services 2.0, one line per module.

What goes over: the opaque id that the learning environment itself gave, points, maximum and a time. No name, no answer, no comment.
Specification: 1EdTech, LTI Advantage, Assignment and Grade Services 2.0, and Security Framework 1.0 section 4 (client credentials with a signed JWT).
"""

from __future__ import annotations

import json
import os
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from . import aanmelding
from .bewaard import VERZONDEN  # noqa: F401 - the file that remembers what went over
from .eindpunten import Eindpunten
from .errors import LeerlijnError

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
RECHTEN = (f"{AGS}lineitem", f"{AGS}score")
SOORT = "application/vnd.ims.lis.v2.lineitem+json"
LIJST = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
TIJDSLIMIET, POGINGEN, MAX_BYTES, MAX_BLADEN = 30, 3, 2_000_000, 100
DRUK = (429, 500, 502, 503, 504)
Meld = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Koppeling:
    """What lms.yaml says of the learning environment. uitgever: its issuer; token: address of the token; ontvanger: audience of our JWT;
    sleutel: PEM of our private key."""

    uitgever: str
    client: str
    token: str
    ontvanger: str
    sleutel: str
    kid: str


@dataclass(slots=True)
class Verslag:
    """verzonden, gelijk: how many; wacht: learners whose test a teacher has to judge; ingetrokken: of these, whose earlier points were taken back there;
    onbekend: never came from this one; mislukt: sentences."""

    verzonden: int = 0
    gelijk: int = 0
    wacht: int = 0
    ingetrokken: int = 0
    onbekend: list[str] = field(default_factory=list)
    mislukt: list[str] = field(default_factory=list)


def load(lms: dict[str, Any]) -> Koppeling:
    """The link from the contents of lms.yaml. Raises LeerlijnError."""
    from cryptography.hazmat.primitives import serialization

    try:
        pem = Path(lms["sleutel"]).read_text("ascii")
        kid = json.loads(Path(lms["openbaar"]).read_text("utf-8"))["keys"][0]["kid"]
        serialization.load_pem_private_key(pem.encode(), None)
        return Koppeling(str(lms["uitgever"]), str(lms["client"]), lms["token"], lms.get("ontvanger") or lms["token"], pem, kid)
    except (KeyError, TypeError, IndexError) as e:
        raise LeerlijnError(f"In lms.yaml ontbreekt {e}. Vergelijk het met grading/hub/lms.voorbeeld.yaml.") from e
    except (OSError, ValueError) as e:
        raise LeerlijnError(f"Onze sleutel is niet te lezen ({getattr(e, 'strerror', None) or e}). Maak er een met: leerlijn lms-sleutel <map>") from e


def make_keys(map_: Path) -> str:
    """Make our pair of keys in a folder; gives the public one as PEM. Raises LeerlijnError when there is one already."""
    import jwt
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    sleutel = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    geheim = sleutel.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    jwk = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(sleutel.public_key())), "kid": uuid.uuid4().hex, "use": "sig", "alg": "RS256"}
    try:
        map_.mkdir(parents=True, exist_ok=True)
        with open(os.open(map_ / "sleutel.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(geheim)
        (map_ / "jwks.json").write_text(json.dumps({"keys": [jwk]}), "utf-8")
    except FileExistsError as e:
        raise LeerlijnError(f"In {map_} staat al een sleutel. De leeromgeving kent die; haal hem alleen weg als je daar ook een nieuwe invult.") from e
    except OSError as e:
        raise LeerlijnError(f"In {map_} is niet te schrijven: {e.strerror}.") from e
    return sleutel.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


# --- what is to be sent --------------------------------------------------------------------------------------------------


def send(cijfers: Iterable[Eindpunten], map_: Path, cursus: str, titels: dict[str, str], koppeling: Koppeling, staat: Path, proef: bool = True, meld: Meld = lambda _: None) -> Verslag:
    """Bring the grades over that are not there yet. map_: folder of aanmelding.keep_launch; staat: file that remembers what went over.

    proef: say what would be done, and ask nothing of the learning environment. Raises LeerlijnError when the whole can't go on.
    """
    uit, eerder, lijn = Verslag(), _state(staat), Line(koppeling)
    # Who came from another one before: our token is not for that one.
    wie = {naam: w for naam, w in aanmelding.launches(map_).items() if w.get("uitgever") == koppeling.uitgever and w.get("lijst")}
    for c in cijfers:
        sleutel = f"{c.module}/{c.wie}"
        if c.wie not in wie:
            uit.onbekend.append(sleutel)
            continue
        stand, daar = [c.punten, c.maximum, wie[c.wie]["lijst"]], eerder.get(sleutel)
        uit.wacht += c.punten is None
        if c.punten is None and (not isinstance(daar, list) or daar[0] is None or daar[2:] != stand[2:]):
            continue  # nothing of it stands there
        if daar == stand:  # the same, in the same list
            uit.gelijk += 1
        elif proef:
            meld(f"{sleutel}: {'terug te halen, want er wacht weer iets op een docent' if c.punten is None else f'{_getal(c.punten)} van {_getal(c.maximum)}'}")
            _count(uit, c)
        else:
            regel = lijn.item(wie[c.wie]["lijst"], f"leerlijn/{cursus}/{c.module}", titels.get(c.module, c.module), c.maximum)
            if fout := lijn.score(regel, wie[c.wie]["sub"], c.punten, c.maximum):
                uit.mislukt.append(f"{sleutel}: {fout}")
                continue
            _keep(staat, sleutel, stand)  # each time: what went over is known, wherever it stops
            _count(uit, c)
    return uit


def _count(v: Verslag, c: Eindpunten) -> None:
    v.verzonden += c.punten is not None
    v.ingetrokken += c.punten is None


def _state(pad: Path) -> dict[str, Any]:
    try:
        stand = json.loads(pad.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # lost: everything is sent once more, which changes nothing there
    return stand if isinstance(stand, dict) else {}


def _keep(pad: Path, sleutel: str, waarde: list[Any]) -> None:
    stand = {**_state(pad), sleutel: waarde}  # read again: meanwhile somebody may have been erased
    half = pad.with_suffix(".half")
    try:
        half.write_text(json.dumps(stand, indent=0), "utf-8")
        os.replace(half, pad)
    except OSError as e:
        raise LeerlijnError(f"{pad} is niet te schrijven ({e.strerror}). Wat al verstuurd is, gaat de volgende keer nog eens; dat verandert daar niets. Maak ruimte of herstel de rechten.") from e


def _getal(x: float) -> str:
    return f"{x:g}".replace(".", ",")


# --- speaking with the learning environment --------------------------------------------------------------------------------


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None  # our token is for the address that we were given and no other


class Line:
    """One conversation: a token that is fetched when it is needed, and the line items that were found."""

    def __init__(self, koppeling: Koppeling):
        self.k, self.bewijs, self.regels = koppeling, "", {}
        self.opener = urllib.request.build_opener(_NoRedirect)

    def _token(self) -> str:
        import jwt

        if not self.bewijs:
            nu = int(time.time())
            claims = {"iss": self.k.client, "sub": self.k.client, "aud": self.k.ontvanger, "iat": nu, "exp": nu + 300, "jti": uuid.uuid4().hex}
            vraag = {
                "grant_type": "client_credentials", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": jwt.encode(claims, self.k.sleutel, "RS256", headers={"kid": self.k.kid}), "scope": " ".join(RECHTEN),
            }  # fmt: skip
            status, data, _ = self._ask("POST", self.k.token, urlencode(vraag).encode(), {"Content-Type": "application/x-www-form-urlencoded"})
            if status != 200 or not isinstance(data, dict) or not data.get("access_token"):
                raise LeerlijnError(
                    f"De leeromgeving geeft geen toegang (antwoord {status}). Controleer in lms.yaml client, token en ontvanger, "
                    "en of onze openbare sleutel daar is ingevuld. Er is niets verstuurd."
                )
            if missen := set(RECHTEN) - set(str(data.get("scope", " ".join(RECHTEN))).split()):
                raise LeerlijnError(f"De leeromgeving geeft te weinig rechten ({', '.join(sorted(missen))}). Zet daar 'cijfers' aan voor Leerlijn. Er is niets verstuurd.")
            self.bewijs = data["access_token"]
        return self.bewijs

    def item(self, lijst: str, resource: str, titel: str, maximum: float) -> str:
        """Address of the line item of a module: found by its id, or made. lijst: address of the list of a course there."""
        if (lijst, resource) not in self.regels:
            for poging in range(1, POGINGEN + 1):
                # Looked for each time anew: one of which only the answer got lost must not be made again.
                if regel := self._find(lijst, resource) or self._make(lijst, resource, titel, maximum, laatste=poging == POGINGEN):
                    self.regels[lijst, resource] = regel
                    break
        return self.regels[lijst, resource]

    def _find(self, lijst: str, resource: str) -> str | None:
        adres: str | None = _with(lijst, resource_id=resource)
        for _ in range(MAX_BLADEN):
            status, data, koppen = self._ask("GET", adres, None, {"Accept": LIJST}, bewijs=True)
            if status != 200 or not isinstance(data, list):
                raise LeerlijnError(f"De cijferlijst van de leeromgeving is niet te lezen (antwoord {status}). Er is niets meer verstuurd.")
            for regel in data:  # some ignore the filter
                if regel.get("resourceId") == resource:
                    return regel["id"]
            volgende = re.search(r'<([^>]+)>\s*;\s*rel="?next"?', koppen.get("Link") or "")
            if not volgende:
                return None
            adres = volgende[1]
        return None

    def _make(self, lijst: str, resource: str, titel: str, maximum: float, laatste: bool) -> str | None:
        """Make a line item. Gives its address, or None when nobody knows whether it was made and there is another try."""
        regel = {"scoreMaximum": maximum, "label": titel, "resourceId": resource, "tag": "leerlijn"}
        try:
            status, data, koppen = self._ask("POST", lijst, json.dumps(regel).encode(), {"Content-Type": SOORT}, bewijs=True, pogingen=1)
        except LeerlijnError:
            if laatste:
                raise
            return None
        if status in (200, 201) and isinstance(data, dict) and "id" in data:
            return data["id"]
        if status in DRUK and not laatste:
            _wait(koppen, 1)
            return None
        raise LeerlijnError(f"In de leeromgeving is geen cijferkolom te maken voor '{titel}' (antwoord {status}). Er is niets meer verstuurd.")

    def score(self, regel: str, wie: str, punten: float | None, maximum: float) -> str | None:
        """Send one score. Gives None, or a Dutch sentence when this one is refused.

        punten: None while a teacher has to judge something: without scoreGiven the learning environment is to clear what it had (AGS 2.0, section 3.4).
        """
        cijfer = {} if punten is None else {"scoreGiven": punten, "scoreMaximum": maximum}
        data = {
            "userId": wie, **cijfer, "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            "activityProgress": "Completed", "gradingProgress": "PendingManual" if punten is None else "FullyGraded",
        }  # fmt: skip
        status, _, _ = self._ask("POST", _with(regel, pad="/scores"), json.dumps(data).encode(), {"Content-Type": SCORE}, bewijs=True)
        if status in (200, 201, 202, 204):
            return None
        if status in (401, 403):
            raise LeerlijnError(f"De leeromgeving weigert cijfers van ons (antwoord {status}). Controleer de rechten van Leerlijn daar en probeer het opnieuw.")
        return "die deelnemer zit daar niet (meer) in de cursus" if status == 404 else f"geweigerd (antwoord {status})"

    def _ask(self, methode: str, adres: str, body: bytes | None, koppen: dict[str, str], bewijs: bool = False, pogingen: int = POGINGEN) -> tuple[int, Any, Any]:
        """One request; busy or broken is tried again, and so is one with a token that has grown too old. Gives status, JSON or None, and headers.

        Raises LeerlijnError without an answer.
        """
        delen = urlsplit(adres)
        if delen.scheme != "https" and delen.hostname not in ("127.0.0.1", "localhost"):
            raise LeerlijnError(f"Het adres {adres} is niet beveiligd (https). Cijfers gaan alleen over een beveiligde verbinding.")
        status, data, kop = self._send(methode, adres, body, {**koppen, **self._proof(bewijs)}, pogingen)
        if status == 401 and bewijs:
            self.bewijs = ""
            status, data, kop = self._send(methode, adres, body, {**koppen, **self._proof(bewijs)}, pogingen)
        return status, data, kop

    def _proof(self, bewijs: bool) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token()}"} if bewijs else {}

    def _send(self, methode: str, adres: str, body: bytes | None, koppen: dict[str, str], pogingen: int) -> tuple[int, Any, Any]:
        for poging in range(1, pogingen + 1):
            try:
                with self.opener.open(urllib.request.Request(adres, body, koppen, method=methode), timeout=TIJDSLIMIET) as r:
                    return r.status, _json(r.read(MAX_BYTES)), r.headers
            except urllib.error.HTTPError as e:
                if e.code not in DRUK or poging == pogingen:
                    return e.code, None, e.headers
                _wait(e.headers, poging)
            except (OSError, ValueError) as e:
                if poging == pogingen:
                    raise LeerlijnError(f"De leeromgeving antwoordt niet ({urlsplit(adres).hostname}: {getattr(e, 'reason', e)}). Voer dezelfde opdracht later opnieuw uit.") from e
                time.sleep(poging)
        raise AssertionError("onbereikbaar")


def _wait(koppen: Any, poging: int) -> None:
    """As long as a busy learning environment asks, at most a minute."""
    wacht = koppen.get("Retry-After", "")
    time.sleep(min(60, int(wacht)) if wacht.isdigit() else 2 * poging)


def _json(tekst: bytes) -> Any:
    try:
        return json.loads(tekst) if tekst else None
    except ValueError:
        return None


def _with(adres: str, pad: str = "", **vraag: str) -> str:
    """An address with more path or more query, before and after what it has: some learning environments put a query in theirs."""
    d = urlsplit(adres)
    return urlunsplit(d._replace(path=d.path.rstrip("/") + pad if pad else d.path, query="&".join(filter(None, [d.query, urlencode(vraag)]))))
