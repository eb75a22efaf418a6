"""A learner's own server: the course, and nothing beside it. Read by that server, so with the rights of the learner."""

import os
from pathlib import Path

from leerlijn.build import install
from leerlijn.serve_settings import for_server

map_ = Path.home() / "leerlijn" / "leerlijn"
install(Path(os.environ["LEERLIJN_CURSUSMAP"]), map_)  # a new edition of the course comes with the next start; answers are never touched
for_server(get_config(), map_)  # noqa: F821 - given by traitlets
