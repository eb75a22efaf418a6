// How a panel of experts voted on one part: a small bar chart with the same in words.
import { h, s } from "./dom.js";

export const PANELWOORD = { goed: "Zoals de meeste vakmensen", deels: "Zoals een deel van de vakmensen", fout: "Anders dan alle vakmensen" };
const STAAFBREED = 36;
const STAAFHOOG = 40;

// telling: votes per step of the scale; namen: the steps in words. Null when there was no panel.
export function panelbeeld(telling, namen) {
  if (!telling) return null;
  const hoogste = Math.max(...telling);
  const totaal = telling.reduce((a, b) => a + b, 0);
  const staven = telling.flatMap((n, i) => {
    const hoog = hoogste ? (n / hoogste) * STAAFHOOG : 0;
    const midden = i * STAAFBREED + STAAFBREED / 2;
    return [
      s("rect", { class: n === hoogste ? "ll-staaf ll-staaf-meest" : "ll-staaf", x: i * STAAFBREED + 6, y: 14 + STAAFHOOG - hoog, width: STAAFBREED - 12, height: Math.max(hoog, 1) }),
      s("text", { class: "ll-staaf-tekst", x: midden, y: 10 + STAAFHOOG - hoog, "text-anchor": "middle" }, n ? String(n) : ""),
      s("text", { class: "ll-staaf-tekst", x: midden, y: STAAFHOOG + 28, "text-anchor": "middle" }, namen[i]),
    ];
  });
  const woorden = telling.map((n, i) => [n, namen[i].toLowerCase()]).filter(([n]) => n).sort((a, b) => b[0] - a[0]).map(([n, naam]) => `${n} keer ${naam}`).join(", ");
  return h("div", { class: "ll-panel" },
    s("svg", { viewBox: `0 0 ${telling.length * STAAFBREED} ${STAAFHOOG + 32}`, width: telling.length * STAAFBREED, height: STAAFHOOG + 32, "aria-hidden": "true", focusable: "false" }, ...staven),
    h("p", {}, `Zo kozen ${totaal} vakmensen: ${woorden}.`));
}

// The sentence under an item that says whose key it is.
export function sleutelzin(fb) {
  return fb.panel
    ? `Sleutel van een panel van ${fb.panel} vakmensen. Hoe meer van hen hetzelfde kozen als jij, hoe beter je antwoord past. Ook vakmensen verschillen.`
    : "Redactiesleutel: dit oordeel is nog niet vergeleken met dat van een panel van vakmensen.";
}
