// How sure the learner is: asked before the answer is checked, paid back in points, drawn as a calibration picture.
import { h, merk, s, uniek } from "./dom.js";

const NIVEAUS = [
  [1, "gok"],
  [2, "redelijk zeker"],
  [3, "heel zeker"],
];

export function maakZekerheid(gewijzigd) {
  const naam = uniek("zeker");
  const invoer = NIVEAUS.map(([n, woord]) => [h("input", { type: "radio", name: naam, value: n, change: gewijzigd }), woord, n]);
  const el = h("fieldset", { class: "ll-zeker" }, h("legend", {}, "Hoe zeker ben je van je antwoord?"),
    h("div", { class: "ll-groep-keuzes" }, ...invoer.map(([radio, woord, n]) => h("label", { class: "ll-rij" }, radio, h("span", { class: "ll-zeker-tekst" }, streepjes(n), woord)))));
  return {
    el,
    lees: () => Number(invoer.find(([r]) => r.checked)?.[0].value ?? 0) || null,
    zet: (waarde) => invoer.forEach(([r]) => { r.checked = r.value === String(waarde ?? ""); }),
  };
}

// One, two or three filled blocks.
function streepjes(n) {
  return s("svg", { class: "ll-streepjes", viewBox: "0 0 30 16", width: 30, height: 16, "aria-hidden": "true", focusable: "false" },
    ...[0, 1, 2].map((i) => s("rect", { x: 2 + i * 10, y: 10 - i * 4, width: 6, height: 4 + i * 4, class: i < n ? "ll-vol" : "ll-leeg" })));
}

export function zekerheidsregel(z) {
  const woord = NIVEAUS.find(([n]) => n === z.keuze)?.[1] ?? "";
  const n = Math.abs(z.punten);
  const gevolg = z.punten > 0 ? `Dat is ${n} ${n === 1 ? "zekerheidspunt" : "zekerheidspunten"} erbij.` : z.punten < 0 ? `Dat zijn ${n} zekerheidspunten eraf.` : "Dat kost je geen zekerheidspunten.";
  const raad = z.punten <= -6 ? " Een heel zeker antwoord dat niet klopt, is het leerzaamst: lees de uitleg rustig na." : "";
  return h("p", { class: "ll-zekerregel" }, `Jouw zekerheid: ${woord}. ${gevolg}${raad}`);
}

// ijk: list of [certainty, right?] of first answers. A table with a square per answer, filled when right.
export function ijkbeeld(ijk, open) {
  if (ijk.length < 3) return null;
  const rijen = NIVEAUS.map(([n, woord]) => {
    const van = ijk.filter(([z]) => z === n).map(([, goed]) => goed).sort((a, b) => b - a);
    const goed = van.filter(Boolean).length;
    return { n, woord, van, goed };
  });
  const vakje = (juist, i) => {
    const x = 2 + i * 20;
    return juist
      ? s("g", {}, s("rect", { class: "ll-ijk-goed", x, y: 2, width: 16, height: 16, rx: 3 }), s("path", { class: "ll-ijk-vink", d: `M${x + 4} 10 l3 4 l6 -8` }))
      : s("g", {}, s("rect", { class: "ll-ijk-fout", x, y: 2, width: 16, height: 16, rx: 3 }), s("path", { class: "ll-ijk-kruis", d: `M${x + 5} 7 l6 6 m0 -6 l-6 6` }));
  };
  const hoog = rijen[2];
  const mis = hoog.van.length - hoog.goed;
  const zin = !hoog.van.length ? "Je was nog nergens heel zeker van."
    : mis === 0 ? "Waar je heel zeker van was, had je gelijk."
      : `Je was ${mis} keer heel zeker van een antwoord dat niet klopte. Kijk die uitleg nog eens na.`;
  return h("details", { class: "ll-ijk", open }, h("summary", {}, "Hoe goed schat je jezelf in?"),
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Zekerheid"), h("th", { scope: "col" }, "Je eerste antwoorden"))),
      h("tbody", {}, ...rijen.map((r) => h("tr", {}, h("th", { scope: "row" }, r.woord), h("td", {},
        r.van.length ? s("svg", { viewBox: `0 0 ${r.van.length * 20} 20`, width: r.van.length * 20, height: 20, "aria-hidden": "true", focusable: "false" }, ...r.van.map(vakje)) : "",
        h("span", {}, r.van.length ? `${r.goed} van ${r.van.length} goed` : "geen")))))),
    h("p", {}, zin), h("p", { class: "ll-hulp" }, merk("goed", "gevuld vakje: goed"), " ", merk("fout", "open vakje: niet goed"), ". Elke vraag van deze module telt één keer."));
}
