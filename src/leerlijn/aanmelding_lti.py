"""Login from the electronic learning environment: LTI 1.3, with an opaque name, the right group, and nothing kept of name or mail address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyterhub.handlers import BaseHandler
from ltiauthenticator.lti13.auth import LTI13Authenticator
from ltiauthenticator.lti13.handlers import LTI13ConfigHandler, LTI13LoginInitHandler
from tornado.web import HTTPError
from traitlets import Dict, Set, Unicode

from . import aanmelding

NIET = "Deze cursus van de leeromgeving hoort niet bij Leerlijn, of je hebt er geen rol in. Vraag je docent of de beheerder."


class Start(LTI13LoginInitHandler):
    """Begin of a launch. Its two short cookies have to come back with a post from another site; the hub's own cookies need not."""

    def _set_oauth_cookie(self, key: str, value: str) -> None:
        veilig = self.authenticator.get_uri_scheme(self.request) == "https"
        kruis = {"samesite": "None", "secure": True} if veilig else {}
        self._set_cookie(key, value, expires_days=1, httponly=True, encrypted=True, **kruis)


class PublicKeys(BaseHandler):
    """Our public key, with which the learning environment checks that grades come from us."""

    def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.write(json.loads(Path(self.authenticator.openbaar).read_text("utf-8")) if self.authenticator.openbaar else {"keys": []})


def _refused() -> HTTPError:
    fout = HTTPError(403, NIET)
    fout.jupyterhub_message = NIET  # what the page shows
    return fout


class LmsLogin(LTI13Authenticator):
    """One learning environment; each of its courses is a course of the hub."""

    cursussen = Dict(config=True, help="id of the course in the learning environment (context) -> course in the hub")
    deployments = Set(Unicode(), config=True, help="deployment ids that may start us; others are refused")
    koppelingen = Unicode(config=True, help="folder with a folder per course, in which is kept where grades go; empty: nothing is kept")
    openbaar = Unicode(config=True, help="jwks.json with our public key, made by `leerlijn lms-sleutel`")
    login_handler = Start
    manage_groups = True
    allow_all = True  # who is in no course of ours does not get past authenticate()

    def get_handlers(self, app: Any) -> list[Any]:
        # The stock page for registering asks the learning environment for mail addresses.
        return [*(h for h in super().get_handlers(app) if h[1] is not LTI13ConfigHandler), ("/lti13/jwks", PublicKeys)]

    async def authenticate(self, handler: Any, data: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """data: the verified token of a launch. Refuses, in Dutch, what is not for a course of ours."""
        data = data or {}
        cursus = aanmelding.lti_course(data, self.cursussen, self.deployments)
        if cursus is None or not data.get("sub"):
            raise _refused()
        naam, groep = aanmelding.hub_name(self.issuer, str(data["sub"])), aanmelding.lti_group(data, cursus)
        # The other courses that somebody is in stay; within this one, the role of today counts.
        bekend = handler.find_user(naam)
        andere = {g.name for g in bekend.groups if g.name not in (f"formgrade-{cursus}", f"nbgrader-{cursus}")} if bekend else set()
        if groep is None:
            if bekend:
                bekend.sync_groups(sorted(andere))  # also for who is still logged in from before
            raise _refused()
        if self.koppelingen and groep.startswith("nbgrader-"):
            try:
                aanmelding.keep_launch(Path(self.koppelingen, cursus), naam, data)
            except OSError as e:  # learning goes on; the next launch keeps it
                self.log.error("Waar de cijfers van %s heen gaan, is niet bewaard in %s: %s", naam, self.koppelingen, e.strerror)
        return {"name": naam, "groups": sorted({groep, *andere})}  # no auth_state: the token names people
