"""Login with SURFconext (OpenID Connect). Load this after grading/hub/jupyterhub_config.py, in your own jupyterhub_config.py:
    load_subconfig("/srv/leerlijn/hub/aanmelden/surfconext.py")

In the hub's environment: SURFCONEXT_ID and SURFCONEXT_GEHEIM (from the SP Dashboard), HUB_ADRES (https://hub.school.example/),
and SURFCONEXT=https://connect.test.surfconext.nl while you try. Ask SURFconext for eduPersonEntitlement (or isMemberOf), and for no name or mail.
"""

import os
from pathlib import Path

import yaml

from leerlijn.aanmelding import groups, hub_name

c = get_config()  # noqa: F821 - given by traitlets
WAAR = os.environ.get("SURFCONEXT", "https://connect.surfconext.nl").rstrip("/")
# instelling.yaml, `groepen:` value at SURFconext -> group in the hub, such as  urn:mace:...:jeugdzorg-a: nbgrader-jeugdzorg-a
GROEPEN = yaml.safe_load(Path(os.environ["LEERLIJN_INSTELLING"]).read_text("utf-8")).get("groepen") or {}


def theirs(auth_state: dict) -> set[str]:
    """What SURFconext says that somebody belongs to."""
    wie = auth_state["oauth_user"]
    return groups(wie.get("eduperson_entitlement") or [], GROEPEN) | groups(wie.get("edumember_is_member_of") or [], GROEPEN)


c.JupyterHub.authenticator_class = "generic-oauth"
o = c.GenericOAuthenticator
o.login_service = "SURFconext"
o.client_id, o.client_secret = os.environ["SURFCONEXT_ID"], os.environ["SURFCONEXT_GEHEIM"]
o.authorize_url, o.token_url, o.userdata_url = f"{WAAR}/oidc/authorize", f"{WAAR}/oidc/token", f"{WAAR}/oidc/userinfo"
o.oauth_callback_url = f"{os.environ['HUB_ADRES'].rstrip('/')}/hub/oauth_callback"
o.scope = ["openid"]  # not `profile` or `email`: names stay at SURFconext
o.enable_pkce = True
o.username_claim = lambda wie: hub_name(WAAR, wie["sub"])  # opaque, and different for every service
o.manage_groups = True  # in which course somebody is, comes with the login
o.auth_state_groups_key = theirs
o.allowed_groups = set(GROEPEN.values())  # in no course: no login
o.enable_auth_state = False  # tokens are not kept
c.JupyterHub.load_groups = {}  # the hub refuses a list of its own beside groups from the login
