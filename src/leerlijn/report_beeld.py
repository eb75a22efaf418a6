"""Pictures in the look of the course: matplotlib draws, then the colours become the tokens of theme.css, so that dark and print follow.

Text stays text (searchable, in the course's typeface); every picture carries a title and a description.
"""

from __future__ import annotations

import atexit
import html
import io
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

STATIC = Path(__file__).parent / "share/jupyter/voila/templates/leerlijn/static"
LETTER = "Atkinson Hyperlegible Next"
FONT = STATIC / "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"
BREED = 7.2  # inches; the page shows it at about 46rem
NAMEN = ("paper", "surface", "surface-2", "ink", "ink-soft", "line", "line-soft", "accent", "accent-surface", "good", "warn", "bad")


@dataclass(frozen=True)
class Plaat:
    """A picture: figuur, title and description in Dutch. `svg` gives it for a page."""

    figuur: Figure
    titel: str
    beschrijving: str

    def svg(self, ident: str) -> str:
        """One inline SVG element; ident: unique on the page."""
        return to_svg(self.figuur, self.titel, self.beschrijving, ident)


@lru_cache(maxsize=1)
def colours() -> dict[str, str]:
    """Light values of theme.css by our short names."""
    css = (STATIC / "theme.css").read_text("utf-8")
    waarden = {}
    for naam, waarde in re.findall(r"(--[\w-]+):\s*([^;]+);", css):
        waarden.setdefault(naam, waarde.strip())  # the first is the light one
    uit = {}
    for naam in NAMEN:
        waarde = waarden[f"--ll-{naam}"]
        while m := re.fullmatch(r"var\((--[\w-]+)\)", waarde):
            waarde = waarden[m.group(1)]
        uit[naam] = waarde.lower()
    return uit


@lru_cache(maxsize=1)
def use_typeface() -> None:
    """Let matplotlib measure with the course's typeface; it can't read WOFF2 itself. Without the font another one is used."""
    from fontTools.ttLib import TTFont

    map_ = tempfile.TemporaryDirectory(prefix="leerlijn-letter-")
    atexit.register(map_.cleanup)
    doel = Path(map_.name) / "letter.ttf"
    font = TTFont(FONT)
    font.flavor = None
    font.save(doel)
    font_manager.fontManager.addfont(str(doel))


def style() -> dict[str, Any]:
    """Settings of matplotlib for our pictures."""
    use_typeface()
    k = colours()
    return {
        "font.family": [LETTER, "DejaVu Sans"], "font.size": 9.5, "axes.edgecolor": k["line"], "axes.labelcolor": k["ink"], "text.color": k["ink"],
        "xtick.color": k["line"], "ytick.color": k["line"], "xtick.labelcolor": k["ink"], "ytick.labelcolor": k["ink"], "axes.titlesize": 10.5,
        "axes.titlelocation": "left", "axes.facecolor": "none", "figure.facecolor": "none", "axes.linewidth": 0.8, "hatch.linewidth": 0.7,
    }  # fmt: skip


def picture(teken: Callable[..., Plaat]) -> Callable[..., Plaat]:
    """For a function that draws: everything in it gets our style."""

    @wraps(teken)
    def in_stijl(*args: Any, **kw: Any) -> Plaat:
        with matplotlib.rc_context(style()):
            return teken(*args, **kw)

    return in_stijl


def figure(hoog: float, breed: float = BREED, layout: str | None = "constrained", **opties: Any) -> tuple[Figure, Any]:
    """A figure and its axes. hoog, breed: inches; opties: as for Figure.subplots."""
    fig = Figure(figsize=(breed, hoog), layout=layout)
    assen = fig.subplots(**opties)
    for ax in getattr(assen, "flat", [assen]):
        clean(ax)
    return fig, assen


def clean(ax: Axes) -> None:
    """Only a base line, soft lines to read along."""
    for kant in ("top", "right", "left"):
        ax.spines[kant].set_visible(False)
    ax.tick_params(length=0, pad=5)
    ax.set_axisbelow(True)


def percent_axis(ax: Axes, naar: float = 1.0) -> None:
    ax.set_xlim(0, naar)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    ax.grid(axis="x", color=colours()["line-soft"], linewidth=0.8)


def to_svg(fig: Figure, titel: str, beschrijving: str, ident: str) -> str:
    """Inline SVG with role, title and description; ids made unique with `ident`; colours as tokens; no size but the page's."""
    buf = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": ident, "svg.id": None}):
        FigureCanvasSVG(fig).print_svg(buf, metadata={k: None for k in ("Date", "Creator", "Format", "Type")})
    tekst = buf.getvalue()
    tekst = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", tekst[tekst.index("<svg") :], flags=re.S)
    vak = re.search(r'viewBox="([^"]+)"', tekst).group(1)  # type: ignore[union-attr]
    binnen = tekst[tekst.index(">") + 1 : tekst.rindex("</svg>")]
    binnen = re.sub(r'<g id="(?:figure|axes|patch|line2d|text|matplotlib\.axis|xtick|ytick|[A-Z]\w*)_\d+">', "<g>", binnen)
    binnen = re.sub(r'\bid="([^"]+)"', rf'id="{ident}-\1"', binnen)
    binnen = re.sub(r"url\(#([^)]+)\)", rf"url(#{ident}-\1)", binnen)
    binnen = re.sub(r'(?:xlink:)?href="#([^"]+)"', rf'href="#{ident}-\1"', binnen)
    for naam, kleur in colours().items():
        binnen = re.sub(re.escape(kleur), f"var(--ll-{naam})", binnen, flags=re.I)
    binnen = re.sub(r"'" + LETTER + r"', '[^;\"]*?sans-serif", "var(--ll-font)", binnen)
    binnen = re.sub(r"\n\s*", "\n", binnen)
    return (
        f'<svg class="plaat" viewBox="{vak}" role="img" aria-labelledby="{ident}-t {ident}-d" style="stroke-linejoin:round;stroke-linecap:butt">'
        f'<title id="{ident}-t">{html.escape(titel)}</title><desc id="{ident}-d">{html.escape(beschrijving)}</desc>{binnen}</svg>'
    )
