"""Language rules: spelling as good as Hunspell on the words of the field, readability as textstat counts it, words that hurt."""

import pytest

from leerlijn import check_spelling, check_taal, check_tekst

from .test_check_items import DOSSIER, GESPREK, QUIZ, M, fouten, knoop, vind, vraag, zet
from .test_check_verwijzing import LES, cel

BOEK = check_spelling.standaard()
KAAL = check_spelling.Woordenboek(check_spelling.MAP / "nl.dic", check_spelling.MAP / "nl.aff")


@pytest.mark.parametrize("woord", "jongere jongeren jongerenwerkers aandachtsfunctionaris uitbuitingssituatie hulpverleningsplan Amsterdam vertelde besproken zorgelijkere gesprekje foto's crisis-interventie Eén IJsland woongroep meldcode onbekende aangesproken 'coördinator' mee-eten LVB-jongere Sensoa's jeugdzorgorganisaties".split())
def test_good_words(woord):
    assert BOEK.kent(woord.strip("'"))


@pytest.mark.parametrize("woord", "jonegre vertouwen gesprekt zorgeijk uitbuitigs aandachtfunctionariss amsterdam fotos coordinator gedragsveranderring".split())
def test_wrong_words(woord):
    assert not BOEK.kent(woord)


@pytest.mark.parametrize("fout, goed", [("jonegre", "jongere"), ("vertouwen", "vertrouwen"), ("gesprk", "gesprek")])
def test_suggestion(fout, goed):
    assert BOEK.lijkt_op(fout, {goed}) == goed


def test_no_guess_for_names():
    assert BOEK.lijkt_op("CKMX") is None


def test_agrees_with_hunspell_on_words_with_a_letter_missing():
    """The full checker is slow to load, so this is one test: what it refuses, we refuse, on 200 spoiled words."""
    spylls = pytest.importorskip("spylls.hunspell")
    vol = spylls.Dictionary.from_files(str(check_spelling.MAP / "nl"))
    basis = "vertrouwen gesprek begeleider veiligheid aangifte signaal verandering thuissituatie toestemming hulpverlener vermoeden overleggen".split()
    kapot = {w[:i] + w[i + 1 :] for w in basis for i in range(1, len(w) - 1)}
    ons = {w for w in kapot if KAAL.kent(w)}
    hun = {w for w in kapot if vol.lookup(w.replace("ij", "ĳ"))}
    assert ons == hun


def test_project_words_are_needed():
    """A word that the dictionary learns, leaves our list. Short list, so that errors don't hide in it."""
    assert [w for w in check_spelling.lees_woorden(check_spelling.MAP / "woorden.txt") if KAAL.kent(w)] == []  # `woord+` is known, but not in compounds


@fouten(
    ("spelling", lambda b: zet(vraag(b, "een-goed"), uitleg="Dit is een vertouwde plek.")),
    ("spelling", lambda b: cel(b, "deel-1")["source"].append("Een jonegre vertelt.")),
    ("lange-zin", lambda b: zet(vraag(b, "een-goed"), uitleg="Je " + "ziet het en " * 10 + "je zegt het.")),
    ("lange-zin", lambda b: zet(b[DOSSIER], nabespreking="Je " + "ziet het en " * 10 + "je zegt het.")),
    ("let-op-leesbaarheid", lambda b: zet(b[DOSSIER], nabespreking="Interdisciplinaire samenwerkingsovereenkomsten vereisen organisatorische randvoorwaarden. " * 12)),
    ("zin-a2", lambda b: zet(vraag(b, "zin"), voorbeelden=["Zullen we praten? Of wil je liever morgen?"])),
    ("zin-a2", lambda b: zet(vraag(b, "zin"), voorbeelden=["Ik wil graag met je praten over wat er dit weekend thuis bij je vader is gebeurd."])),
    ("zin-a2", lambda b: zet(vraag(b, "zin"), voorbeelden=["Je mag naar de gedragswetenschapper."])),
    ("verboden-woord", lambda b: zet(vraag(b, "een-goed"), uitleg="Zo werkt een loverboy.")),
    ("verboden-woord", lambda b: zet(vraag(b, "een-goed"), uitleg="Zij laat zich gebruiken.")),
    ("verboden-woord", lambda b: zet(vraag(b, "een-goed"), uitleg="Een lastig meisje, zegt een collega.")),
    ("verboden-woord", lambda b: zet(vraag(b, "een-goed"), uitleg="Het bericht kwam via Snapchat.")),
    ("verboden-woord", lambda b: zet(vraag(b, "een-goed"), uitleg="Het beleid rond jeugdprostituees is oud.")),
    ("verboden-woord", lambda b: cel(b, "deel-1")["source"].append("Bel 088-6625333.")),
    ("verwijt", lambda b: zet(knoop(b, "begin")["keuzes"][0], tekst="Waarom ging je met hem mee?")),
    ("verwijt", lambda b: zet(next(o for o in vraag(b, "een-goed")["opties"] if o.get("goed")), tekst="Je had beter kunnen blijven.")),
)
def test_language(tmp_path, code, stuk):
    assert code in vind(tmp_path, stuk)


@fouten(
    ("verboden-woord", lambda b: zet(vraag(b, "een-goed"), uitleg="Een client zegt misschien 'loverboy'.")),
    ("verwijt", lambda b: zet(knoop(b, "begin")["keuzes"][1], tekst="Waarom ging je met hem mee?")),
    ("spelling", lambda b: zet(vraag(b, "een-goed"), uitleg="Vervoers- en verblijfkosten, ca. 10 euro, stap 1 van de LVB-aanpak. [H-01]")),
    ("lange-zin", lambda b: cel(b, "deel-1")["source"].append("\n\n| a | b |\n|---|---|\n" + "| veel woorden in een tabel | en nog meer woorden |\n" * 6)),
    ("zin-a2", lambda b: zet(vraag(b, "zin"), voorbeelden=["Fijn dat je dit zegt. Ik luister. Wil je iets drinken?"])),
)
def test_language_that_is_fine(tmp_path, code, stuk):
    assert code not in vind(tmp_path, stuk)


def test_one_report_per_wrong_word(tmp_path):
    def stuk(b):
        for n in (0, 1):
            zet(vraag(b, "een-goed", nr=n), uitleg="Een vertouwde plek.")
        zet(b[GESPREK], intro="Een vertouwde plek.")

    bestanden = vind(tmp_path, stuk)
    assert bestanden["spelling"].bestand == GESPREK


def test_the_line_of_a_word_in_a_lesson(tmp_path):
    p = vind(tmp_path, lambda b: cel(b, "deel-2")["source"].append("Een jonegre vertelt.\n"))["spelling"]
    assert p.bestand == LES and "jonegre" in (tmp_path / LES).read_text().splitlines()[p.regel - 1]


def test_sentences():
    t = "Je ziet iets. \"Gaat het?\" vraag je. Bel bijv. Roel. [H-21] Dat kan.\n\n- een punt\n- nog een\n\n## Kop\nSlot om 14.30 uur."
    assert [z for z, _ in check_tekst.zinnen(check_tekst.plat(t))] == ["Je ziet iets.", '"Gaat het?" vraag je.', "Bel bijv. Roel.", "Dat kan.", "- een punt", "- nog een", "Kop", "Slot om 14.30 uur."]


@pytest.mark.parametrize("woord, n", [("over", 2), ("avond", 2), ("jongere", 3), ("uitbuiting", 3), ("ideeën", 3), ("situatie", 4), ("nieuw", 1), ("gebeurtenis", 4), ("ja", 1)])
def test_syllables(woord, n):
    assert check_taal.lettergrepen(woord) == n


def test_flesch_douma_is_the_formula_of_textstat():
    """Same numbers of words and sentences; textstat counts fewer syllables, so it finds every text easier."""
    import textstat

    tekst = "Een jongere komt later thuis dan vroeger. Zij vertelt weinig over haar weekend. " * 8
    textstat.set_lang("nl")
    grepen = sum(check_taal.lettergrepen(w) for w, _ in check_spelling.woorden(tekst))
    hun = textstat.flesch_reading_ease(tekst)
    textstat_grepen = textstat.syllable_count(tekst)
    textstat.set_lang("en")
    n = textstat.lexicon_count(tekst)
    assert check_taal.flesch_douma(tekst) == pytest.approx(hun - 77 * (grepen - textstat_grepen) / n, abs=0.5)


def test_short_texts_are_not_measured():
    assert check_taal.flesch_douma("Een korte tekst.") is None


def test_every_line_of_the_list_can_be_read():
    assert {v.waar.split(":")[0] for v in check_taal._lijst()} == {"overal", "citaat", "goed"}
    assert QUIZ.endswith(f"{M}.yaml")
