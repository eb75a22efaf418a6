"""Markdown of a lesson to HTML: headings with anchors, fact references, glossary terms, diagrams in the page itself.

Raw HTML in a lesson is shown as text, so a page holds only what this module writes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape
from typing import Any

import mistune

FEIT = r"\[[HSVPTOM]-\d{2}(?:,\s*[HSVPTOM]-\d{2})*\]"
BEZET = {"inhoud", "verbinding", "feiten", "begrippen", "aansluiting", "verder", "hulpkaart-kop"}  # ids that the page itself has
VAST = re.compile(r'([("„“‘\']*)(<button type="button" class="(?:begrip|feitverwijzing)"[^>]*>[^<]*</button>)([.,;:!?)"”’\']+)(?=[\s<]|$)')
TELEFOON = re.compile(r"(?<![\w-])0[89]00-\d{4,7}(?![\w-])")
GEEN_BEGRIP = {"heading", "link", "codespan", "block_code"}  # a button in here would be wrong or in the way


def anchor(tekst: str) -> str:
    """The anchor of a heading: 'Wat is ‘geen’ bewijs?' gives 'wat-is-geen-bewijs'."""
    plat = unicodedata.normalize("NFKD", tekst).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plat).strip("-") or "deel"


def term_pattern(begrippen: list[dict[str, Any]]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """A pattern that finds every spelling of every term, longest first, and the id by lower-case spelling."""
    vormen = {v.lower(): b["id"] for b in begrippen for v in (b["begrip"], *b.get("ook", ())) if v}
    if not vormen:
        return None, {}
    keuze = "|".join(re.escape(v) for v in sorted(vormen, key=lambda v: (-len(v), v)))
    return re.compile(rf"(?<![\w-])(?:{keuze})(?![\w-])", re.I), vormen


def _letters(tekst: str) -> str:
    """As HTML; a phone number is never cut at the end of a line."""
    return TELEFOON.sub(r'<span class="vast">\g<0></span>', escape(tekst, quote=False))


class PageText(mistune.HTMLRenderer):
    """Renders the markdown cells of one page, one after another, and keeps what the page needs beside the text.

    begrippen: terms of the glossary; image: function (url, alt) -> HTML. Afterwards: `koppen` [(level, anchor, text)],
    `feiten` and `termen` (ids used, in order of first use).
    """

    def __init__(self, begrippen: list[dict[str, Any]], image: Callable[[str, str], str]):
        super().__init__(escape=True)
        self.patroon, self.vormen = term_pattern(begrippen)
        self.beeld = image
        self.koppen: list[tuple[int, str, str]] = []
        self.feiten: dict[str, None] = {}
        self.termen: dict[str, None] = {}
        self._ankers = set(BEZET)
        self._gezien: set[str] = set()
        self._stil = 0
        self._md = mistune.create_markdown(renderer=self, plugins=["table", "strikethrough"])
        self._md.inline.register("feit", FEIT, _feit, before="link")

    def cell(self, bron: str) -> str:
        """HTML of one markdown cell. A term is explained once per cell."""
        self._gezien = set()
        # A line never begins with the comma or full stop that belongs to a button at the end of the line before it.
        return VAST.sub(r'<span class="vast">\1\2\3</span>', str(self._md(bron)))

    def render_token(self, token: dict[str, Any], state: Any) -> str:
        soort, kinderen = token["type"], token.get("children")
        if soort == "paragraph" and kinderen and len(kinderen) == 1 and kinderen[0]["type"] == "image":
            return f'<figure class="beeld">{self.render_token(kinderen[0], state)}</figure>\n'
        stil = soort in GEEN_BEGRIP
        self._stil += stil
        try:
            return super().render_token(token, state)
        finally:
            self._stil -= stil

    def text(self, text: str) -> str:
        if self._stil or self.patroon is None:
            return _letters(text)
        uit, eind = [], 0
        for m in self.patroon.finditer(text):
            id_ = self.vormen[m.group().lower()]
            if id_ in self._gezien:
                continue
            self._gezien.add(id_)
            self.termen[id_] = None
            woord = escape(m.group(), quote=False)
            uit.append(_letters(text[eind : m.start()]))
            uit.append(f'<button type="button" class="begrip" data-begrip="{escape(id_)}">{woord}</button>')
            eind = m.end()
        return "".join(uit) + _letters(text[eind:])

    def feit(self, ids: str) -> str:
        self.feiten.update(dict.fromkeys(ids.split()))
        return (
            f'<button type="button" class="feitverwijzing" data-feiten="{ids}" aria-label="bron bij deze zin: {ids.replace(" ", ", ")}">'
            "bron</button>"
        )

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        plat = unescape(re.sub(r"<[^>]+>", "", text)).strip()
        basis = anker = anchor(plat)
        n = 1
        while anker in self._ankers:
            n += 1
            anker = f"{basis}-{n}"
        self._ankers.add(anker)
        self.koppen.append((level, anker, plat))
        return f'<h{level} id="{anker}">{text}</h{level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return self.beeld(url, unescape(re.sub(r"<[^>]+>", "", text)))

    def link(self, text: str, url: str, title: str | None = None) -> str:
        buiten = ' rel="noreferrer noopener"' if re.match(r"https?:", url) else ""
        return f'<a href="{self.safe_url(url)}"{buiten}>{text}</a>'

    def inline_html(self, html: str) -> str:
        return "<br>" if re.fullmatch(r"<br\s*/?>", html) else "" if html.startswith("<!--") else escape(html)

    def block_html(self, html: str) -> str:
        return "" if html.lstrip().startswith("<!--") else f"<p>{escape(html.strip())}</p>\n"

    def table(self, text: str) -> str:
        over = self.koppen[-1][2] if self.koppen else "deze les"
        # A wide table scrolls inside its own box, which a keyboard can reach.
        return f'<div class="tabel" role="region" tabindex="0" aria-label="Tabel bij: {escape(over)}"><table>\n{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        klasse = f' class="{align}"' if align in ("center", "right") else ""
        return f'  <th scope="col"{klasse}>{text}</th>\n' if head else f"  <td{klasse}>{text}</td>\n"


def _feit(inline: Any, m: re.Match[str], state: Any) -> int:
    state.append_token({"type": "feit", "raw": " ".join(re.findall(r"[HSVPTOM]-\d{2}", m.group()))})
    return m.end()
