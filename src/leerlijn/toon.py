"""What a notebook cell calls: show practice, a case or the test of the module in whose folder the notebook stands, or what is to be practised again.

Every function gives a widget, whatever goes wrong: a learner reads a sentence, never a traceback.
"""

from __future__ import annotations

import contextvars
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .errors import LeerlijnError
from .widget import bundel, lees, stijl
from .widget.herhaling import Herhaling
from .widget.sessie import Oefening, Sessie, Toets
from .widget.wandeling import Dossier, Gesprek

# The slim host has the widget's code as static files; sending it with every widget would be a waste.
SLANK = os.environ.get("LEERLIJN_SLANK") == "1"
NAAM = "leerlijn.Onderdeel"
MISLUKT = "Dit onderdeel kan nu niet worden getoond. Laad de pagina opnieuw; helpt dat niet, vraag je docent om hulp."
log = logging.getLogger("leerlijn")


class Onderdeel(anywidget.AnyWidget):
    """One cell on the page. Python sets `spec` and never reads it back; answers come as messages and go to the answer file."""

    _esm = "" if SLANK else bundel()
    _css = "" if SLANK else stijl()
    spec = traitlets.Dict().tag(sync=True)

    def __init__(self, sessie: Sessie | None = None, melding: str = ""):
        self._sessie = sessie
        super().__init__(spec=sessie.spec() if sessie else {"vorm": "melding", "melding": melding}, _anywidget_id=NAAM)
        self.on_msg(self._ontvang)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """A page can set nothing: what it sends as state is left unread."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """State for a page that (re)connects: with what was answered since the widget was made."""
        staat = super().get_state(key, drop_defaults)
        if "spec" in staat and getattr(self, "_sessie", None) is not None:
            staat["spec"] = self._sessie.spec()
        return staat

    def _ontvang(self, _widget: Any, bericht: Any, _buffers: Any) -> None:
        if self._sessie is not None:
            self.send(self._sessie.receive(bericht, self._later))

    def _later(self, taak: Callable[[], dict[str, Any]]) -> None:
        """Run a job that may last in a thread, so that the kernel stays free, and send its reply."""
        omgeving = contextvars.copy_context()
        threading.Thread(target=omgeving.run, args=(lambda: self.send(taak()),), daemon=True).start()


def _toon(maak: Callable[[], Sessie]) -> Onderdeel:
    try:
        return Onderdeel(maak())
    except LeerlijnError as e:
        return Onderdeel(melding=str(e))
    except Exception:
        log.exception("cell failed")
        return Onderdeel(melding=MISLUKT)


def oefening(*namen: str) -> Onderdeel:
    """Show practice items. namen: ids of items, or names of a `plek`: then every item with that plek, in the order of the file."""

    def maak() -> Sessie:
        cel, publiek, sleutel = lees.lesson(Path.cwd())
        items = {i["id"]: i for i in publiek["items"]}
        plekken = publiek.get("plekken", {})
        gevraagd = list(dict.fromkeys(i for n in namen for i in plekken.get(n, [n])))
        onbekend = [n for n in gevraagd if n not in items or n not in sleutel["items"]]
        melding = f"Niet gevonden in deze module: {', '.join(onbekend)}. Meld dit aan de redactie." if onbekend else ""
        return Oefening(cel, [items[n] for n in gevraagd if n in items], sleutel["items"], melding)

    return _toon(maak)


def casus(naam: str) -> Onderdeel:
    """Show a case: a branching conversation or a file with signals. naam: id of the case."""

    def maak() -> Sessie:
        cel, publiek, sleutel = lees.lesson(Path.cwd())
        open_deel = next((c for c in publiek["casussen"] if c["id"] == naam), None)
        geheel = sleutel["casussen"].get(naam)
        if open_deel is None or geheel is None:
            raise LeerlijnError(f"De casus '{naam}' is niet gevonden in deze module. Meld dit aan de redactie.")
        return Gesprek(cel, open_deel, geheel) if open_deel["vorm"] == "gesprek" else Dossier(cel, open_deel, geheel)

    return _toon(maak)


def herhalen() -> Onderdeel:
    """Show the practice questions of all modules that are ready to be asked again today. In the notebook beside cursus.json."""
    return _toon(lambda: Herhaling(Path.cwd()))


def toets() -> Onderdeel:
    """Show the whole test of the module, with handing in at the end."""

    def maak() -> Sessie:
        cel, publiek = lees.exam(Path.cwd())
        return Toets(cel, publiek["items"], _hand_in, _receipt)

    return _toon(maak)


def punten(item_id: str) -> None:
    """Stand in the grade cell of one test item. Shows and returns nothing: points come from the teacher's side."""


def _hand_in(map_: Path) -> Any:
    from . import handin  # only when it is needed: a lesson never hands in

    if eigen := _own():  # in the shared service: a kernel may write in its learner's folder only, the service hands in
        from . import dienst_verzoek

        return handin.Kwitantie(**dienst_verzoek.ask(eigen, map_.name))
    return handin.inleveren(map_)


def _receipt(map_: Path) -> Any:
    from . import handin

    return handin.receipt(map_, _own())


def _own() -> Path | None:
    """The learner's folder in the shared service; see widget/lees.py. Not read when this module loads: a copy of a process gets its own later."""
    return Path(eigen) if (eigen := os.environ.get("LEERLIJN_EIGEN")) else None
