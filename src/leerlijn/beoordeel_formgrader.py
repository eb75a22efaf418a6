"""formgrader when the gradebook can't be used for a moment: a Dutch sentence, nothing lost, and it goes on by itself afterwards.

Stock formgrader has one session with the database for all requests and leaves it broken: after one save that failed, every page of it fails
until the server is started again, and the page of a hand-in says nothing at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from nbgrader.server_extensions.formgrader.base import BaseApiHandler, BaseHandler

from . import gradebook

BEZET = "Het cijferboek is nu even niet te gebruiken: er wordt iets anders in geschreven, of de database antwoordt niet."
DAN = "Er is niets veranderd en niets kwijt. Wacht een minuut en laad de pagina opnieuw. Blijft het zo? Vraag de beheerder."
SCRIPT = '<script type="module" src="{}/leerlijn/beoordeel/static/storing.js"></script>\n</body>'


def soften(page: Callable[[str], str]) -> None:
    """Put our words before formgrader's. Its handlers have no other door than the class that they share.

    page: makes a page of ours of a sentence.
    """
    stock_error, stock_render = BaseHandler.write_error, BaseHandler.render
    if stock_error.__module__ == __name__:
        return  # done before, in this process

    def write_error(self: Any, status_code: int, **kwargs: Any) -> None:
        fout = (kwargs.get("exc_info") or (None, None))[1]
        if not isinstance(fout, gradebook.DatabaseError):
            return stock_error(self, status_code, **kwargs)
        if (boek := self.settings.get("nbgrader_gradebook")) is not None:
            boek.db.rollback()  # else nobody gets any further
        self.set_status(503)
        if isinstance(self, BaseApiHandler):
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"message": BEZET}))
        else:
            self.set_header("Content-Type", "text/html; charset=UTF-8")
            self.finish(page(f"{BEZET} {DAN}"))

    def render(self: Any, naam: str, **waarden: Any) -> str:
        return stock_render(self, naam, **waarden).replace("</body>", SCRIPT.format(self.base_url))

    BaseHandler.write_error, BaseHandler.render = write_error, render
