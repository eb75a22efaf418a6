"""The accessibility statement, made from what the browser tests measured: the page /toegankelijkheid and docs/toegankelijkheid.md.

docs/meet_toegankelijkheid.py runs those tests and writes share/verklaring/metingen.json. Nothing is claimed here that is not in that file, and
the status follows the rules of the Dutch form: without a complete audit it is never A or B.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

MAP = Path(__file__).parent / "share" / "verklaring"
METINGEN = MAP / "metingen.json"
HALFJAAR = timedelta(days=183)  # in which a complete audit has to be planned for status C
# What was tried -> the tests that try it, by the end of file::test. A test that is gone or failed shows.
PROEVEN = {
    "Alles kan met alleen het toetsenbord": (
        "test_widget.py::test_each_kind_by_keyboard_alone", "test_widget_kern.py::test_by_keyboard_on_the_real_page", "test_paginas.py::test_explanation_by_keyboard",
        "test_paginas.py::test_search_by_keyboard_from_the_course_page", "test_beoordeel.py::test_one_question_with_the_keyboard_only",
    ),
    "De focus gaat mee als de tekst verandert, en wat verandert wordt gezegd": (
        "test_widget.py::test_a_conversation_moves_the_focus_to_the_new_text", "test_widget.py::test_order_is_spoken_and_keeps_the_focus", "test_widget.py::test_silence_is_said_and_nothing_is_lost",
    ),
    "Namen, koppen en gebieden kloppen voor wie luistert": ("test_widget.py::test_names_and_structure", "test_host.py::test_landmarks_and_sections"),
    "Past op 320 pixels en bij 400% vergroting": ("test_paginas.py::test_fits_a_narrow_screen", "test_widget.py::test_four_times_larger"),
    "Ruimere letters en regels kosten geen tekst": ("test_paginas.py::test_wider_text_spacing_loses_nothing",),
    "Kleur is nooit het enige: vorm en woord zeggen hetzelfde": ("test_widget.py::test_marks_have_shape_and_word",),
    "Bruikbaar met hoog contrast van het systeem": ("test_paginas.py::test_forced_colours_keep_shapes", "test_widget.py::test_high_contrast_shows_what_is_chosen"),
    "Een schema dat niet past, staat er ook in woorden": ("test_paginas.py::test_a_diagram_that_does_not_fit_is_there_in_words_too",),
    "Geen tijdslimiet, en niets gaat verloren als de verbinding wegvalt": ("test_host_oefening.py::test_typed_text_outlives_a_dead_kernel", "test_host_verbinding.py::test_socket_cut_and_answer_delivered_afterwards"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Status:
    """The status of the Dutch form. letter: C or D; naam: as the form calls it; waarom: one sentence."""

    letter: str
    naam: str
    waarom: str


def status(gepland: date | None, vandaag: date) -> Status:
    """C needs a complete audit within half a year; without a plan it is D. A and B need an audit that is done, which is not for us to say."""
    if gepland and vandaag <= gepland <= vandaag + HALFJAAR:
        return Status("C", "eerste maatregelen genomen", f"er is nog geen volledig onderzoek; het staat gepland voor {gepland.day}-{gepland.month}-{gepland.year}")
    return Status("D", "voldoet niet", "er is nog geen volledig onderzoek, en er staat er geen gepland binnen een half jaar. Dat zegt niet dat er veel fout is: het is nog niet helemaal onderzocht")


@lru_cache(maxsize=1)
def measurements() -> dict[str, Any]:
    """What was measured: {datum, axe, browser, paginas: [{pagina, soort, keer, regels, fouten, onbeslist}], proeven: {test: [passed, not]}}."""
    return json.loads(METINGEN.read_text(encoding="utf-8"))


def tried(metingen: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Per line of PROEVEN: words, how often it went well, how often not. What was not run at all counts as not."""
    uit = []
    for wat, tests in PROEVEN.items():
        gevonden = [metingen["proeven"].get(t, [0, 1]) for t in tests]
        uit.append((wat, sum(g for g, _ in gevonden), sum(n for _, n in gevonden)))
    return uit


def statement(cursus: dict[str, Any], vandaag: date | None = None, metingen: dict[str, Any] | None = None) -> str:
    """The statement as markdown. cursus: the learner edition's cursus.json, or as much of it as there is."""
    m = metingen or measurements()
    gepland = date.fromisoformat(cursus["onderzoek_gepland"]) if cursus.get("onderzoek_gepland") else None
    soorten: dict[str, list[dict[str, Any]]] = {}
    for p in m["paginas"]:
        soorten.setdefault(p["soort"], []).append(p)
    omgeving = Environment(loader=FileSystemLoader(MAP), trim_blocks=True, lstrip_blocks=True)
    return omgeving.get_template("toegankelijkheid.md.j2").render(
        cursus=cursus, m=m, dag=date.fromisoformat(m["datum"]), soorten=soorten, fouten=sum(p["fouten"] for p in m["paginas"]),
        onbeslist=sum(p["onbeslist"] for p in m["paginas"]), proeven=tried(m), status=status(gepland, vandaag or date.today()),
    )  # fmt: skip
