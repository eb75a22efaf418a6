"""A learner's own server, only with `eigen_server: true` in instelling.yaml: the course is brought into their home when it starts."""

import os
from pathlib import Path

from leerlijn import build
from leerlijn.serve_settings import for_server

if os.environ.get("LEERLIJN_CURSUSMAP"):
    eigen = Path.home() / "leerlijn" / os.environ["LEERLIJN_CURSUS"]
    eigen.mkdir(parents=True, exist_ok=True)
    build.install(Path(os.environ["LEERLIJN_CURSUSMAP"]), eigen)  # answers are never touched
    for_server(get_config(), eigen)  # noqa: F821 - given by traitlets
