// open: a text with a rubric. zin: what you would say to a young person, with a check of the language.
import { blokken, h, merk, regel, uniek } from "./dom.js";

const GEEN_NAMEN = "Schrijf geen namen van echte jongeren of ouders op.";
const MAX_TEKENS = 20000;

function punten(n) {
  return `${String(n).replace(".", ",")} ${n === 1 ? "punt" : "punten"}`;
}

function veld(item, { gewijzigd, rijen, label }) {
  const id = uniek("tekst");
  const telId = uniek("tel");
  const naamId = uniek("namen");
  const tel = h("p", { class: "ll-hulp ll-tel", id: telId });
  const invoer = h("textarea", { id, rows: rijen, dir: "auto", maxlength: MAX_TEKENS, "aria-describedby": `${naamId} ${telId}`, spellcheck: "true", lang: "nl",
    input: () => { telWoorden(); gewijzigd("tekst"); }, change: () => gewijzigd("klaar") });
  function telWoorden() {
    const n = (invoer.value.trim().match(/\S+/g) ?? []).length;
    const van = item.woorden ? ` van hoogstens ${item.woorden}` : "";
    const vol = invoer.value.length >= MAX_TEKENS ? " Het veld is vol." : "";
    tel.textContent = `${n}${van} ${n === 1 && !item.woorden ? "woord" : "woorden"}.${vol}`;
  }
  telWoorden();
  return {
    invoer,
    el: h("div", { class: "ll-schrijf" }, h("label", { for: id }, label), invoer, h("div", { class: "ll-onder" }, h("p", { class: "ll-hulp", id: naamId }, GEEN_NAMEN), tel)),
    lees: () => (invoer.value.trim() ? invoer.value : null),
    ontbreekt: () => (invoer.value.trim() ? "" : "Schrijf eerst je antwoord."),
    zet(antwoord) {
      const nieuw = antwoord ?? "";
      if (invoer.value !== nieuw) invoer.value = nieuw; // assigning the same text would move the cursor
      telWoorden();
    },
    blokkeer: (aan) => { invoer.readOnly = aan; },
  };
}

export function maakOpen(item, omgeving) {
  const v = veld(item, { ...omgeving, rijen: 8, label: "Jouw antwoord" });
  const rubriek = h("div", { class: "ll-rubriek" }, h("p", {}, h("strong", {}, omgeving.toets ? "Hier let je docent op" : "Let hierop bij je antwoord")),
    h("ul", {}, ...item.rubriek.map((r) => h("li", {}, regel(r.tekst), omgeving.toets ? ` (${punten(r.punten)})` : ""))));
  const uitslag = h("div", { class: "ll-uitslag" });
  return {
    ...v,
    tekst: true,
    hint: `Schrijf in je eigen woorden, hoogstens ${item.woorden}.`,
    el: h("div", {}, v.el, rubriek),
    knop: "Vergelijk met een voorbeeld",
    opnieuw: "Verder schrijven",
    na: uitslag,
    toon(fb) {
      const punt = (r) => h("li", {}, regel(r.tekst), r.uitleg ? h("div", { class: "ll-hulp" }, ...blokken(r.uitleg)) : "");
      uitslag.replaceChildren(
        h("h4", {}, "Kijk je antwoord zelf na"), h("ul", {}, ...(fb.rubriek ?? item.rubriek).map(punt)),
        ...(fb.voorbeeld ? [h("h4", {}, "Voorbeeld van een goed antwoord"), h("blockquote", { class: "ll-voorbeeld" }, ...blokken(fb.voorbeeld))] : []));
    },
    wis: () => uitslag.replaceChildren(),
  };
}

export function maakZin(item, omgeving) {
  const v = veld(item, { ...omgeving, rijen: 3, label: "Dit zeg ik" });
  const uitslag = h("div", { class: "ll-uitslag" });
  return {
    ...v,
    tekst: true,
    hint: "Schrijf precies op wat je zou zeggen.",
    el: h("div", {}, h("div", { class: "ll-tegen" }, h("p", {}, h("strong", {}, "Tegen wie zeg je dit?")), ...blokken(item.jongere)), v.el),
    knop: "Laat nakijken",
    opnieuw: "Pas je zin aan",
    na: uitslag,
    toon(fb) {
      const rijen = (fb.taal ?? []).map((a) => h("li", { class: `ll-deel ll-deel-${a.teken}` }, h("p", {}, merk(a.teken, a.teken === "goed" ? "Goed" : "Kijk hier nog eens naar")), ...blokken(a.tekst)));
      uitslag.replaceChildren(
        h("h4", {}, "Advies over je taal"), h("ul", { class: "ll-delen" }, ...rijen),
        h("h4", {}, "Zo kan het ook"), h("ul", { class: "ll-voorbeelden" }, ...(fb.voorbeeld ?? []).map((z) => h("li", {}, ...blokken(z)))),
        h("p", { class: "ll-hulp" }, "De computer kijkt alleen naar de taal. Of je zin past bij deze jongere, beoordeel je zelf of met een collega."));
    },
    wis: () => uitslag.replaceChildren(),
  };
}
