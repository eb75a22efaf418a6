"""Our static files under an address that carries their version: cached for good, and modules of one version stay together."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tornado.web import HTTPError, RequestHandler, StaticFileHandler

from . import widget
from .serve_settings import STATIC, set_headers

ROOTS = [STATIC]  # where files are looked up; the first one wins
# Joined by the widget package itself, so there is no file that could lag behind its parts.
BUNDELS = {"onderdeel.js": ("text/javascript", widget.bundel), "onderdeel.css": ("text/css", widget.stijl)}
FOR_GOOD = "public, max-age=31536000, immutable"


def version() -> str:
    """Changes when any static file or the widget changes."""
    som = hashlib.sha256("".join(maak() for _, maak in BUNDELS.values()).encode())
    for root in ROOTS:
        for pad in sorted(p for p in root.rglob("*") if p.is_file()):
            info = pad.stat()
            som.update(f"{pad.relative_to(root)}|{info.st_size}|{info.st_mtime_ns}\n".encode())
    return som.hexdigest()[:10]


def static_prefix(base_url: str) -> str:
    """Address of the static folder of this version, with a slash at the end."""
    return f"{base_url}leerlijn/static/{version()}/"


class WidgetCode(RequestHandler):
    """`leerlijn/static/<version>/onderdeel.js` and `.css`."""

    def set_default_headers(self) -> None:
        set_headers(self)

    def get(self, naam: str) -> None:
        if naam not in BUNDELS:
            raise HTTPError(404)
        soort, maak = BUNDELS[naam]
        self.set_header("Content-Type", f"{soort}; charset=UTF-8")
        self.set_header("Cache-Control", FOR_GOOD)
        self.finish(maak())


class VersionedStatic(StaticFileHandler):
    """`leerlijn/static/<version>/<file>`; any version gives the present file."""

    def initialize(self) -> None:
        super().initialize(path=str(ROOTS[0]))

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        for map_ in ROOTS:
            if (map_ / path).is_file():
                return str((map_ / path).resolve())
        return str(Path(root) / path)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        for map_ in ROOTS:
            if Path(absolute_path).is_relative_to(map_.resolve()):
                return super().validate_absolute_path(str(map_.resolve()), absolute_path)
        return super().validate_absolute_path(root, absolute_path)

    def set_default_headers(self) -> None:
        set_headers(self)

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", FOR_GOOD)
