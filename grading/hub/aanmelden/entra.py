"""Login with Microsoft Entra ID. Load this after grading/hub/jupyterhub_config.py, in your own jupyterhub_config.py:
    load_subconfig("/srv/leerlijn/hub/aanmelden/entra.py")

In the hub's environment: ENTRA_TENANT, ENTRA_ID, ENTRA_GEHEIM and HUB_ADRES (https://hub.school.example/). In the app registration:
redirect to <HUB_ADRES>/hub/oauth_callback, token configuration with a groups claim (ids of security groups), no e-mail or name.
"""

import os
from pathlib import Path

import yaml

from leerlijn.aanmelding import groups, hub_name

c = get_config()  # noqa: F821 - given by traitlets
TENANT = os.environ["ENTRA_TENANT"]
# instelling.yaml, `groepen:` id of a group in Entra -> group in the hub, such as  0f1e...: formgrade-jeugdzorg-a
GROEPEN = yaml.safe_load(Path(os.environ["LEERLIJN_INSTELLING"]).read_text("utf-8")).get("groepen") or {}

c.JupyterHub.authenticator_class = "azuread"
o = c.AzureAdOAuthenticator
o.login_service = "Microsoft"
o.tenant_id = TENANT  # only people of the own organisation
o.client_id, o.client_secret = os.environ["ENTRA_ID"], os.environ["ENTRA_GEHEIM"]
o.authorize_url = f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize"  # the default is the old version 1
o.token_url = f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
o.oauth_callback_url = f"{os.environ['HUB_ADRES'].rstrip('/')}/hub/oauth_callback"
o.scope = ["openid"]
o.enable_pkce = True
o.username_claim = lambda wie: hub_name(TENANT, wie["sub"])  # opaque and for this app only; the default is the name of a person
o.manage_groups = True
o.auth_state_groups_key = lambda stand: groups(stand["user"].get("groups") or [], GROEPEN)
o.allowed_groups = set(GROEPEN.values())
o.enable_auth_state = False
c.JupyterHub.load_groups = {}  # the hub refuses a list of its own beside groups from the login
