"""Login from the electronic learning environment (Moodle, Canvas, Brightspace, ...) with LTI 1.3. Load this after
grading/hub/jupyterhub_config.py, in your own jupyterhub_config.py:
    load_subconfig("/srv/leerlijn/hub/aanmelden/lti.py")

What the learning environment shows after the registration goes into lms.yaml (see lms.voorbeeld.yaml), named by LEERLIJN_LMS.
There, fill in:  start <hub>/hub/lti13/oauth_login   return <hub>/hub/lti13/oauth_callback   keys <hub>/hub/lti13/jwks
Privacy: send no name and no mail address. Open in a new window: pages of the hub may not be framed.
"""

import grp
import os
import pwd
from pathlib import Path

import yaml

c = get_config()  # noqa: F821 - given by traitlets
LMS = yaml.safe_load(Path(os.environ["LEERLIJN_LMS"]).read_text("utf-8"))
CURSUSSEN = yaml.safe_load(Path(os.environ["LEERLIJN_INSTELLING"]).read_text("utf-8"))["cursussen"]

if vreemd := set(LMS["cursussen"].values()) - set(CURSUSSEN):
    raise ValueError(f"lms.yaml noemt bij cursussen: {', '.join(sorted(vreemd))}. Die staat niet in instelling.yaml. Maak de namen gelijk.")
for naam in set(LMS["cursussen"].values()):  # the hub writes, the grading account of that course reads, nobody else
    map_, wie = Path(LMS["koppelingen"], naam), CURSUSSEN[naam].get("beoordelaar")
    map_.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and wie:
        os.chown(map_, 0, grp.getgrgid(pwd.getpwnam(wie).pw_gid).gr_gid)
    map_.chmod(0o2750)

c.JupyterHub.authenticator_class = "leerlijn.aanmelding_lti.LmsLogin"
o = c.LmsLogin
o.issuer, o.client_id = LMS["uitgever"], {str(LMS["client"])}
o.authorize_url, o.jwks_endpoint = LMS["start"], LMS["sleutels"]
o.deployments = {str(d) for d in LMS["deployments"]}
o.username_key = "sub"  # the default is the mail address
o.cursussen = {str(k): v for k, v in LMS["cursussen"].items()}
o.koppelingen = LMS["koppelingen"]
o.openbaar = LMS.get("openbaar") or ""
o.uri_scheme = LMS.get("protocol", "https")  # behind TLS; "auto" believes headers of the browser
o.enable_auth_state = False  # tokens name people
c.JupyterHub.load_groups = {}  # the hub refuses a list of its own beside groups from the login
