"""The house style: every pair of colours that meets on a page has enough contrast, light and dark, and the files stay small."""

import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parent.parent / "src/leerlijn/share/jupyter/voila/templates/leerlijn/static"
THEMA = (STATIC / "theme.css").read_text(encoding="utf-8")

# (text, ground): 4.5 is WCAG AA for text.
TEKST = [
    *((t, g) for t in ("ink", "ink-soft", "accent", "accent-strong") for g in ("paper", "surface", "surface-2", "accent-surface")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("paper", "ink"),
    *((t, g) for t in ("good", "warn", "bad") for g in ("paper", "surface", f"{t}-surface")),
    *(("ink", f"{g}-surface") for g in ("good", "warn", "bad")),
]
# Edges of what can be used, and drawn shapes: 3.
VORM = [
    *(("line", g) for g in ("paper", "surface", "accent-surface")),
    *(("focus", g) for g in ("paper", "surface", "accent-surface")),
    ("accent", "paper"),
]


def _tokens(donker):
    """All custom properties, with references followed, as the browser would."""
    donker_blok = re.search(r"@media screen and \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", THEMA, re.S)
    licht = THEMA.replace(donker_blok[0], "")
    waarden = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", licht))
    if donker:
        waarden |= dict(re.findall(r"(--[\w-]+):\s*([^;]+);", donker_blok[1]))
    return waarden


def _kleur(tokens, naam):
    waarde = tokens[f"--ll-{naam}"].strip()
    while m := re.fullmatch(r"var\((--[\w-]+)\)", waarde):
        waarde = tokens[m[1]].strip()
    return waarde


def _helder(hexkleur):
    kanalen = [int(hexkleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return sum(f * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for f, c in zip((0.2126, 0.7152, 0.0722), kanalen, strict=True))


def contrast(een, ander):
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    licht, donker = sorted((_helder(een), _helder(ander)), reverse=True)
    return (licht + 0.05) / (donker + 0.05)


@pytest.mark.parametrize("donker", [False, True], ids=["licht", "donker"])
@pytest.mark.parametrize("paren, minimum", [(TEKST, 4.5), (VORM, 3.0)], ids=["tekst", "vorm"])
def test_contrast(donker, paren, minimum):
    tokens = _tokens(donker)
    te_weinig = {f"{a} op {b}": round(c, 2) for a, b in paren if (c := contrast(_kleur(tokens, a), _kleur(tokens, b))) < minimum}
    assert not te_weinig


def test_no_colour_outside_the_theme():
    """An institution replaces one file: a colour that stands elsewhere would stay behind."""
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "pagina.css").read_text(encoding="utf-8"), flags=re.S)
    waarden = re.findall(r":([^:;{}]*)[;}]", css)
    assert len(waarden) > 200
    assert not [w for w in waarden if re.search(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(", w, re.I)]


def test_every_token_that_is_used_exists():
    tokens = _tokens(False)
    for naam in ("pagina.css", "theme.css"):
        css = (STATIC / naam).read_text(encoding="utf-8")
        eigen = set(re.findall(r"(--[\w-]+):", css)) | set(tokens)
        assert not {v for v in re.findall(r"var\((--[\w-]+)", css) if v not in eigen and v.startswith(("--ll", "--basis"))}


def test_sizes():
    """What a page needs before it can be read. Bytes, not packed."""
    assert sum((STATIC / n).stat().st_size for n in ("theme.css", "pagina.css", "nlds.css")) < 47_000
    assert sum(p.stat().st_size for p in (STATIC / "fonts").glob("*")) < 80_000
    assert (STATIC / "pagina.js").stat().st_size < 8_000


def test_nothing_comes_from_elsewhere():
    for pad in STATIC.glob("*.css"):
        assert not re.findall(r"url\(\s*[\"']?(?:https?:)?//", pad.read_text(encoding="utf-8")), pad.name


def test_files_of_others_are_as_they_came():
    """share/HERKOMST.md names each file from elsewhere with its hash and its licence."""
    share = STATIC.parents[4]
    tekst = (share / "HERKOMST.md").read_text(encoding="utf-8")
    lijst = [(h, n) for h, n in re.findall(r"^    ([0-9a-f]{64})  (\S+)$", tekst, re.M) if (STATIC / n).is_file()]
    assert {n for _, n in lijst} >= {"nlds.css", "zoek/lunr.min.js"} | {f"fonts/{p.name}" for p in (STATIC / "fonts").iterdir()}
    assert all(hashlib.sha256((STATIC / n).read_bytes()).hexdigest() == h for h, n in lijst)
    assert all((share / m).is_file() for m in re.findall(r"`(licenties/[^`]+)`", tekst))
