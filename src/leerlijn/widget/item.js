// The frame around one item: text, form, status, feedback. What differs per kind comes from its maker.
import { bewijs } from "./bewijs.js";
import { blokken, h, klok, merk, uniek } from "./dom.js";
import { maakKeuzes } from "./keuzes.js";
import { maakSignalen } from "./markeren.js";
import { maakOordeel, maakVlaggen } from "./oordelen.js";
import { maakKoppel, maakVolgorde } from "./rangschik.js";
import { maakOpen, maakZin } from "./schrijven.js";
import { maakZekerheid, zekerheidsregel } from "./zekerheid.js";

const MAKERS = {
  "een-goed": maakKeuzes, "meer-goed": maakKeuzes, volgorde: maakVolgorde, koppel: maakKoppel, vlaggen: maakVlaggen,
  signalen: maakSignalen, oordeel: maakOordeel, open: maakOpen, zin: maakZin,
};
const OORDEEL = {
  goed: ["goed", "Goed.", ""],
  deels: ["deels", "Deels goed.", " Bij elk antwoord staat waarom."],
  fout: ["fout", "Nog niet goed.", " Bij elk antwoord staat waarom."],
};
const PAUZE = 1200; // ms of rest in typing before a text of a test is kept

// A question of one or more blocks: the last paragraph becomes the legend, what comes before stays above.
function vraagdelen(tekst) {
  const alles = blokken(tekst);
  const slot = alles.at(-1)?.tagName === "P" ? alles.pop() : null;
  return { vooraf: alles, legende: slot ? [...slot.childNodes] : ["Jouw antwoord"] };
}

export function kader(item, titel, kopniveau) {
  const kopId = uniek("kop");
  // An article, not a section: a named section is a landmark, and thirty of those are a map without a legend.
  const el = h("article", { class: `ll-item ll-soort-${item.soort}`, "aria-labelledby": kopId, "data-item": item.id },
    h(kopniveau, { id: kopId, class: "ll-kop", tabindex: "-1" }, titel),
    item.waarschuwing ? h("p", { class: "ll-let-op" }, h("strong", {}, "Let op: "), item.waarschuwing) : null,
    item.situatie ? h("div", { class: "ll-situatie" }, ...blokken(item.situatie)) : null,
    item.afbeelding?.bron ? h("img", { class: "ll-beeld", src: item.afbeelding.bron, alt: item.afbeelding.alt }) : null);
  return { el, kopId };
}

// Parts that practice and test share. Returns the maker's parts and the form that holds them.
function formulier(item, titel, kopniveau, toets, bijWijziging) {
  const { el, kopId } = kader(item, titel, kopniveau);
  const status = h("div", { class: "ll-status", role: "status", "aria-live": "polite" });
  const hoorbaar = h("div", { class: "ll-hoorbaar", "aria-live": "polite" });
  const zeg = (tekst) => { hoorbaar.textContent = tekst; };
  const soort = MAKERS[item.soort](item, { gewijzigd: bijWijziging, zeg, toets });
  const { vooraf, legende } = vraagdelen(item.vraag);
  const hintId = uniek("hint");
  const veld = h("fieldset", { class: "ll-vraag", "aria-describedby": hintId }, h("legend", {}, ...legende), h("p", { class: "ll-hulp", id: hintId }, soort.hint), soort.el);
  const form = h("form", { novalidate: true, autocomplete: "off" }, ...vooraf, veld);
  el.append(form);
  return { el, kopId, form, veld, status, hoorbaar, soort };
}

export function maakOefening(item, verbinding, { titel, kopniveau = "h3", bericht = null, klasse = "", bijTerugkoppeling = () => {} }) {
  const stand = verbinding.stand(item.id);
  const deel = formulier(item, titel, kopniveau, false, gewijzigd);
  const { soort, status } = deel;
  if (klasse) deel.el.classList.add(klasse);
  const zeker = item.zekerheid ? maakZekerheid(() => {}) : null;
  const na = h("div", { class: "ll-na" });
  const knop = h("button", { type: "submit", class: "ll-knop ll-knop-hoofd", click: (e) => { if (e.detail > 1) e.preventDefault(); } });
  if (zeker) deel.form.append(zeker.el);
  deel.form.append(h("div", { class: "ll-knoppen" }, knop), status, deel.hoorbaar, na);
  let klaar = false;

  function gewijzigd() {
    if (soort.tekst) verbinding.bewaarConcept(item.id, soort.lees() ?? "");
    if (!verbinding.wacht(item.id)) status.replaceChildren();
  }
  function blokkeer(aan) {
    klaar = aan;
    if (soort.blokkeer) soort.blokkeer(aan);
    else deel.veld.disabled = aan;
    if (zeker) zeker.el.disabled = aan;
    deel.el.classList.toggle("ll-klaar", aan);
    knop.textContent = aan ? (soort.opnieuw ?? "Opnieuw proberen") : (soort.knop ?? "Controleer");
    knop.className = aan ? "ll-knop" : "ll-knop ll-knop-hoofd";
  }
  function opnieuw() {
    soort.wis();
    na.replaceChildren();
    status.replaceChildren();
    blokkeer(false);
    if (zeker) zeker.zet(null);
    delete stand.terugkoppeling;
    const eerste = deel.veld.querySelector("input:checked, textarea, input, select, button");
    (eerste ?? knop).focus();
  }
  function let_op(tekst) {
    status.replaceChildren(h("p", {}, merk("let-op"), ` ${tekst}`));
  }
  deel.form.addEventListener("submit", (e) => {
    e.preventDefault();
    if (klaar) return opnieuw();
    const mis = soort.ontbreekt() || (zeker && !zeker.lees() ? "Geef ook aan hoe zeker je bent." : "");
    if (mis) return let_op(mis);
    const antwoord = soort.lees();
    if (bericht) verbinding.stuur(item.id, bericht, { casus: item.id, antwoord });
    else verbinding.stuur(item.id, "antwoord", { item: item.id, antwoord, ...(zeker ? { zekerheid: zeker.lees() } : {}) });
    status.replaceChildren(h("p", {}, "Je antwoord wordt nagekeken…"));
  });

  function toon(fb) {
    soort.wis();
    soort.zet(stand.antwoord);
    if (zeker) zeker.zet(stand.zekerheid);
    soort.toon(fb);
    blokkeer(true);
    const [teken, woord, uitleg] = OORDEEL[fb.oordeel] ?? ["goed", item.soort === "zin" ? "Nagekeken." : "Bewaard.", item.soort === "zin" ? " Het advies staat hieronder." : " Vergelijk je antwoord met het voorbeeld hieronder."];
    status.replaceChildren(h("p", {}, merk(teken, woord), soort.telling ? ` ${soort.telling(fb)}` : "", fb.oordeel === "goed" ? " De uitleg staat erbij." : uitleg), fb.zekerheid ? zekerheidsregel(fb.zekerheid) : "", fb.melding ? h("p", {}, merk("let-op"), ` ${fb.melding}`) : "");
    na.replaceChildren(...[
      soort.na,
      fb.uitleg ? h("div", { class: "ll-uitleg" }, ...blokken(fb.uitleg)) : null,
      fb.reactie ? h("div", { class: "ll-uitleg" }, h("h4", {}, "Welke reactie past hierbij?"), ...blokken(fb.reactie)) : null,
      soort.slot ? h("p", { class: "ll-hulp" }, soort.slot(fb)) : null,
      bewijs(fb.feiten),
    ].filter(Boolean));
  }
  verbinding.luister(item.id, (b) => {
    if (b.type === "terugkoppeling") {
      toon(b);
      bijTerugkoppeling(b);
    } else if (b.type === "fout" || b.type === "stil") let_op(b.tekst);
  });

  blokkeer(false);
  const concept = soort.tekst ? verbinding.concept(item.id) : null;
  if (concept && concept !== stand.antwoord) {
    soort.zet(concept);
    status.replaceChildren(h("p", {}, "Je eerdere tekst staat er nog. Die is nog niet bewaard."));
  } else if (stand.terugkoppeling) toon(stand.terugkoppeling);
  else if (stand.antwoord !== undefined) soort.zet(stand.antwoord);
  return { el: deel.el };
}

export function maakToetsvraag(item, verbinding, { titel, kopniveau = "h3", bijStand = () => {} }) {
  const stand = verbinding.stand(item.id);
  const deel = formulier(item, titel, kopniveau, true, gewijzigd);
  const { soort, status } = deel;
  // While somebody types, "saved" is shown but not spoken again and again.
  const bewaard = h("p", { class: "ll-bewaard" });
  if (soort.na) deel.form.append(soort.na);
  deel.form.append(h("div", { class: "ll-bewaarregel" }, bewaard, status), deel.hoorbaar);
  deel.form.addEventListener("submit", (e) => e.preventDefault());
  let pauze = 0;

  function toonBewaard() {
    const tekst = stand.t && beantwoord() ? [merk("goed", "Bewaard"), ` om ${klok(stand.t)}`] : stand.t ? ["Antwoord weggehaald"] : ["Nog niet beantwoord"];
    (soort.tekst ? bewaard : status).replaceChildren(...(soort.tekst ? tekst : [h("p", { class: "ll-bewaard" }, ...tekst)]));
    if (soort.tekst) status.replaceChildren();
  }
  function beantwoord() {
    const a = stand.antwoord;
    return !(a === null || a === undefined || a === "" || (typeof a === "string" && !a.trim()));
  }
  function stuur() {
    clearTimeout(pauze);
    pauze = 0;
    verbinding.stuur(item.id, "antwoord", { item: item.id, antwoord: soort.lees() });
  }
  function gewijzigd(wat) {
    if (wat !== "tekst") return wat === "klaar" && !pauze ? null : stuur();
    verbinding.bewaarConcept(item.id, soort.lees() ?? "");
    bewaard.replaceChildren("Nog niet bewaard…");
    clearTimeout(pauze);
    pauze = setTimeout(stuur, PAUZE);
  }
  verbinding.luister(item.id, (b) => {
    if (b.type === "bewaard") {
      if (!soort.tekst && !verbinding.wacht(item.id) && JSON.stringify(soort.lees()) !== JSON.stringify(stand.antwoord ?? null)) soort.zet(stand.antwoord);
      toonBewaard();
      bijStand();
    } else if (b.type === "fout" || b.type === "stil") status.replaceChildren(h("p", {}, merk("let-op"), ` ${b.tekst}`));
  });

  const concept = soort.tekst ? verbinding.concept(item.id) : null;
  if (stand.antwoord !== undefined && stand.antwoord !== null) soort.zet(stand.antwoord);
  toonBewaard();
  if (concept !== null && concept !== (stand.antwoord ?? "")) {
    soort.zet(concept);
    setTimeout(stuur, 0);
  }
  return { el: deel.el, kopId: deel.kopId, beantwoord, flush: () => { if (pauze) stuur(); } };
}
