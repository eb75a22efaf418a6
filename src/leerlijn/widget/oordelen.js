// vlaggen: six criteria and the flag. oordeel: every action on a scale of 1 to 5.
import { alleenHoorbaar, blokken, h, merk, regel, s, uniek } from "./dom.js";
import { PANELWOORD, panelbeeld, sleutelzin } from "./panel.js";

const VLAGGEN = { groen: "Groen", geel: "Geel", rood: "Rood", zwart: "Zwart" };
const ERNST = { groen: "aanvaardbaar", geel: "licht", rood: "ernstig", zwart: "zwaar" };
const CRITERIA = [
  ["toestemming", "Toestemming", "Zegt iedereen uit zichzelf ja?"],
  ["vrijwilligheid", "Vrijwilligheid", "Is er geen druk, beloning of dwang?"],
  ["gelijkwaardigheid", "Gelijkwaardigheid", "Zijn ze gelijk in leeftijd, kracht, begrip en positie?"],
  ["ontwikkeling", "Ontwikkeling", "Past het bij hun leeftijd en ontwikkeling?"],
  ["context", "Context", "Passen de plek en het moment?"],
  ["impact", "Impact", "Blijft iedereen zonder schade?"],
];

// Each flag has a shape of its own: circle, triangle, square, diamond.
export function vlagbeeld(vlag) {
  const vormen = {
    groen: () => s("circle", { cx: 12, cy: 12, r: 8 }),
    geel: () => s("path", { d: "M12 3 L21.5 20 L2.5 20 Z" }),
    rood: () => s("rect", { x: 4, y: 4, width: 16, height: 16 }),
    zwart: () => s("path", { d: "M12 2 L22 12 L12 22 L2 12 Z" }),
  };
  return s("svg", { class: `ll-vlag ll-vlag-${vlag}`, viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true", focusable: "false" }, vormen[vlag]());
}

function groep(legende, onder, keuzes, klasse, gewijzigd, slot = null) {
  const naam = uniek("groep");
  const uitlegId = uniek("uitleg");
  const hulpId = onder ? uniek("hulp") : null;
  const invoer = keuzes.map(([waarde, inhoud]) => [h("input", { type: "radio", name: naam, value: waarde, change: gewijzigd }), inhoud]);
  const uitleg = h("div", { class: "ll-optie-uitleg", id: uitlegId, hidden: true });
  const el = h("fieldset", { class: `ll-groep ${klasse}`, "aria-describedby": hulpId },
    h("legend", {}, legende), onder ? h("p", { class: "ll-hulp", id: hulpId }, onder) : null,
    h("div", { class: "ll-groep-keuzes" }, ...invoer.map(([radio, inhoud]) => h("label", { class: "ll-rij" }, radio, inhoud))), slot, uitleg);
  return {
    el,
    uitleg,
    lees: () => invoer.find(([r]) => r.checked)?.[0].value ?? null,
    zet: (waarde) => invoer.forEach(([r]) => { r.checked = r.value === String(waarde); }),
    toon(teken, ...inhoud) {
      el.className = `ll-groep ${klasse} ll-deel-${teken}`;
      uitleg.replaceChildren(...inhoud.filter(Boolean)); // null would become the word
      uitleg.hidden = false;
    },
    wis() {
      el.className = `ll-groep ${klasse}`;
      uitleg.hidden = true;
      uitleg.replaceChildren();
    },
  };
}

function alsKaart(groepen, getal) {
  const uit = {};
  for (const [id, g] of groepen) if (g.lees() !== null) uit[id] = getal ? Number(g.lees()) : g.lees();
  return Object.keys(uit).length ? uit : null;
}

export function maakVlaggen(item, { gewijzigd }) {
  const keuzes = () => Object.entries(VLAGGEN).map(([id, woord]) => [id, h("span", { class: "ll-vlagkeus" }, vlagbeeld(id), woord)]);
  const groepen = new Map(CRITERIA.map(([id, naam, hulp]) => [id, groep(naam, hulp, keuzes(), "ll-criterium", gewijzigd)]));
  groepen.set("vlag", groep("De vlag voor de hele situatie", "Weeg de zes criteria samen. Het is geen optelsom.", keuzes(), "ll-criterium ll-eindvlag", gewijzigd));
  const open = () => [...groepen.values()].filter((g) => g.lees() === null).length;
  return {
    hint: "Beoordeel eerst de zes criteria. Kies daarna de vlag.",
    el: h("div", {},
      h("ul", { class: "ll-vlaggenwijzer" }, ...Object.entries(VLAGGEN).map(([id, woord]) => h("li", {}, vlagbeeld(id), ` ${woord}: ${ERNST[id]}`))),
      h("div", { class: "ll-groepen" }, ...[...groepen.values()].map((g) => g.el))),
    telling: (fb) => `${fb.delen.filter((d) => d.teken === "goed").length} van ${fb.delen.length} vlaggen precies goed.`,
    lees: () => alsKaart(groepen, false),
    ontbreekt: () => (open() ? `Kies overal een vlag. Nog open: ${open()} van ${groepen.size}.` : ""),
    zet: (antwoord) => groepen.forEach((g, id) => g.zet(antwoord?.[id] ?? "")),
    toon(fb) {
      for (const deel of fb.delen) {
        const juist = h("span", { class: "ll-vlagkeus" }, vlagbeeld(deel.juist), VLAGGEN[deel.juist]);
        const woord = deel.stemmen ? PANELWOORD[deel.teken] : deel.teken === "deels" ? "Eén vlag ernaast" : undefined;
        groepen.get(deel.id)?.toon(deel.teken, h("p", {}, merk(deel.teken, woord)), panelbeeld(deel.stemmen, Object.values(VLAGGEN)),
          deel.teken === "goed" || deel.stemmen ? "" : h("p", { class: "ll-juist" }, "Hier past: ", juist), ...blokken(deel.uitleg));
      }
    },
    slot: sleutelzin,
    wis: () => groepen.forEach((g) => g.wis()),
  };
}

export function maakOordeel(item, { gewijzigd }) {
  const schaal = () => [1, 2, 3, 4, 5].map((n) => [n, h("span", { class: "ll-schaaltekst" }, h("b", {}, n), alleenHoorbaar({ 1: ", schadelijk", 5: ", heel passend" }[n] ?? ""))]);
  const einden = () => h("p", { class: "ll-schaaleinden", "aria-hidden": "true" }, h("span", {}, "1 = schadelijk"), h("span", {}, "5 = heel passend"));
  const groepen = new Map(item.acties.map((a) => [a.id, groep(regel(a.tekst), null, schaal(), "ll-actie", gewijzigd, einden())]));
  const open = () => [...groepen.values()].filter((g) => g.lees() === null).length;
  return {
    hint: "Geef elke actie een cijfer: 1 is schadelijk, 5 is heel passend.",
    el: h("div", { class: "ll-groepen ll-groepen-breed" }, ...[...groepen.values()].map((g) => g.el)),
    lees: () => alsKaart(groepen, true),
    ontbreekt: () => (open() ? `Geef elke actie een cijfer. Nog open: ${open()} van ${groepen.size}.` : ""),
    zet: (antwoord) => groepen.forEach((g, id) => g.zet(antwoord?.[id] ?? "")),
    toon(fb) {
      for (const deel of fb.delen) {
        const woord = (deel.stemmen ? PANELWOORD : { goed: "Zelfde oordeel", deels: "Eén punt verschil", fout: "Ander oordeel" })[deel.teken];
        groepen.get(deel.id)?.toon(deel.teken, h("p", {}, merk(deel.teken, woord)),
          panelbeeld(deel.stemmen, ["1", "2", "3", "4", "5"]) ?? h("p", {}, "De redactie geeft dit een ", h("strong", {}, `${deel.juist}`), ` op de schaal van 5.`),
          ...blokken(deel.uitleg));
      }
    },
    slot: sleutelzin,
    wis: () => groepen.forEach((g) => g.wis()),
  };
}
