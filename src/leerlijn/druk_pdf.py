"""From HTML to a tagged pdf, with WeasyPrint. Nothing is fetched from outside: only our own style sheets and fonts."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import Any

from .errors import LeerlijnError
from .serve_settings import STATIC

DRUK = Path(__file__).parent / "share" / "druk"
MAPPEN = (DRUK, STATIC)
OPTIES = {"pdf_variant": "pdf/ua-1"}  # tagged, with a title, for readers who listen
GEEN_PANGO = (
    "Voor pdf's is Pango nodig, en dat staat niet op deze computer. Debian en Ubuntu: sudo apt install libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0. macOS: brew install pango. Windows: zie docs/docent.md, onder 'Op papier'. Voer daarna `leerlijn print` opnieuw uit."
)


def library() -> Any:
    """WeasyPrint. Raises LeerlijnError, with what to install, when it or Pango is missing."""
    try:
        import weasyprint
    except OSError as e:  # the Python part is there, the library that draws the letters is not
        raise LeerlijnError(GEEN_PANGO) from e
    except ImportError as e:
        raise LeerlijnError("Het pakket WeasyPrint ontbreekt. Zet de omgeving opnieuw klaar met `make`.") from e
    return weasyprint


def fetcher() -> Any:
    """A fetcher that reads data: addresses and files of our own; anything else stops the rendering, it is a mistake of ours."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            antwoord = URLFetcherResponse(url) if url.startswith("file:") else None
            if url.startswith("data:") or (antwoord and any(Path(antwoord.path).resolve().is_relative_to(m.resolve()) for m in MAPPEN)):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"{url} is geen bestand van de leerlijn")

    return OwnFilesOnly(allowed_protocols=("data", "file"))


def tidy_breaks(html: str) -> str:
    """HTML with the space before an inline element moved into it.

    WeasyPrint 70 breaks a line after its first word when a text with a space at its end is followed by an inline element and then by
    a full stop that no longer fits. Without a space at the end of the text it breaks where it should.
    """
    html = re.sub(r'[ \n]+(<(?:strong|em|b|i|span class="(?:feit|bij|url)")>)', r"\1 ", html)
    return re.sub(r'[ \n]+(<a class="begrip"[^>]*>[^<]*</a>)', r"<span> \1</span>", html)


def write_pdf(html: str, doel: Path, hoogstens: int = 0, maten: tuple[float, ...] = ()) -> int:
    """Write one document; returns its number of pages.

    html: a whole page with lang and title; hoogstens: pages it should have at most, 0 for any number; maten: sizes of type in points,
    largest first: the first that fits `hoogstens` is taken, and the last one when none does. The pdf is tagged (PDF/UA-1), has
    bookmarks for its headings and holds its fonts. Raises LeerlijnError without Pango, or when something in the document failed.
    """
    log = _Meldingen()
    logger = logging.getLogger("weasyprint")
    logger.handlers, logger.propagate = [log], False
    for maat in maten or (0,):
        document = _render(html, f"body {{ font-size: {maat}pt }}" if maat else "")
        if len(document.pages) <= hoogstens:
            break
    doel.parent.mkdir(parents=True, exist_ok=True)
    tijdelijk = doel.with_name(f".{doel.name}.nieuw")
    document.write_pdf(tijdelijk, **OPTIES)
    if log.fouten:
        tijdelijk.unlink()
        raise LeerlijnError(f"{doel.name} is niet gemaakt: " + "; ".join(log.fouten[:3]))
    os.replace(tijdelijk, doel)
    return len(document.pages)


def _render(html: str, erbij: str) -> Any:
    weasyprint = library()
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    haal, letters = fetcher(), FontConfiguration()
    hier = {"url_fetcher": haal, "font_config": letters}
    stijl = [weasyprint.CSS(filename=p, **hier) for p in (STATIC / "theme.css", DRUK / "druk.css", STATIC / "handout.css")] + [weasyprint.CSS(string=erbij, **hier)]
    bron = weasyprint.HTML(string=tidy_breaks(html), base_url=DRUK.as_uri() + "/", url_fetcher=haal)
    try:
        return bron.render(stylesheets=stijl, font_config=letters, **OPTIES)
    except FatalURLFetchingError as e:  # no Exception, so that WeasyPrint lets it through
        raise LeerlijnError(f"Een pdf haalt niets van buiten: {e}.") from e


class _Meldingen(logging.Handler):
    """Keeps WeasyPrint's errors: a picture that failed or a link to nowhere is a fault in what we made."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.fouten: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.fouten.append(record.getMessage())
