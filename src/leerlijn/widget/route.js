// The path that was walked beside the best one: two tracks that run together where they are the same.
// Each row is a piece of track with its text, so that the text wraps and grows while the track follows.
import { h, merk, regel, s } from "./dom.js";

// Places across, of 96. Where the tracks run together they lie side by side.
const PLEK = { jij: { apart: 20, samen: 45 }, beste: { apart: 76, samen: 51 } };
const MIDDEN = 48;

function lijn(klasse, x1, y1, x2, y2) {
  return s("line", { class: klasse, x1, y1, x2, y2, "vector-effect": "non-scaling-stroke" });
}

// rij: {jij, beste} with either or both; samen: both stand in the same node.
function spoor(rijen, i) {
  const rij = rijen[i];
  const lijnen = [];
  for (const wie of ["beste", "jij"]) {
    const klasse = `ll-spoor-${wie}`;
    const { apart, samen } = PLEK[wie];
    const eerder = rijen.slice(0, i).some((r) => r[wie]);
    const later = rijen.slice(i + 1).some((r) => r[wie]);
    const hier = rij.samen ? samen : apart;
    // Between two shared rows the tracks run together, else each keeps to its own side.
    const grens = (a, b) => (a?.samen && b?.samen ? samen : apart);
    if (eerder && (rij[wie] || later)) lijnen.push(lijn(klasse, grens(rijen[i - 1], rij), 0, hier, 50));
    if (later) lijnen.push(lijn(klasse, hier, 50, grens(rij, rijen[i + 1]), 100));
  }
  const stations = [];
  const rond = (x) => s("circle", { class: "ll-station-jij", cx: x, cy: 20, r: 9 });
  const ruit = (x) => s("path", { class: "ll-station-beste", d: `M${x} 9 l11 11 l-11 11 l-11 -11 z` });
  if (rij.samen) stations.push(ruit(MIDDEN), s("circle", { class: "ll-station-jij", cx: MIDDEN, cy: 20, r: 5 }));
  else {
    if (rij.beste) stations.push(ruit(PLEK.beste.apart));
    if (rij.jij) stations.push(rond(PLEK.jij.apart));
  }
  return h("div", { class: "ll-spoor", "aria-hidden": "true" },
    s("svg", { class: "ll-spoor-lijnen", viewBox: "0 0 96 100", preserveAspectRatio: "none", focusable: "false" }, ...lijnen),
    s("svg", { class: "ll-spoor-stations", viewBox: "0 0 96 40", width: 96, height: 40, focusable: "false" }, ...stations));
}

function halte(wie, klasse, plek) {
  return h("div", { class: `ll-halte ${klasse}` }, h("p", { class: "ll-halte-wie" }, wie), h("p", {}, regel(plek.tekst)),
    plek.keuze ? h("p", {}, h("strong", {}, "Keuze: "), regel(plek.keuze)) : null);
}

function rijtekst(rij) {
  const uit = [];
  if (rij.samen) {
    const zelfde = rij.jij.keuze === rij.beste.keuze;
    uit.push(h("div", { class: "ll-halte" }, h("p", { class: "ll-halte-wie" }, zelfde ? "Jij en de sterkste route" : "Splitsing"), h("p", {}, regel(rij.jij.tekst)),
      rij.jij.keuze ? h("p", {}, h("strong", {}, zelfde ? "Jullie keuze: " : "Jij koos: "), regel(rij.jij.keuze)) : null,
      rij.jij.keuze && !zelfde && rij.beste.keuze ? h("p", {}, h("strong", {}, "Sterker: "), regel(rij.beste.keuze)) : null));
  } else {
    if (rij.jij) uit.push(halte("Jouw gesprek", "ll-halte-jij", rij.jij));
    if (rij.beste) uit.push(halte("Sterkste route", "ll-halte-beste", rij.beste));
  }
  if (rij.reden) uit.push(h("div", { class: "ll-reden" }, h("p", {}, h("strong", {}, "Waarom: "), regel(rij.reden))));
  return uit;
}

export function routebeeld(rijen) {
  if (!rijen?.length) return null;
  const anders = rijen.some((r) => !r.samen || r.jij.keuze !== r.beste.keuze);
  return h("figure", { class: "ll-route" }, h("figcaption", {}, h("h4", {}, "Jouw gesprek naast de sterkste route"),
    h("p", { class: "ll-hulp" }, anders ? "Waar de lijnen uit elkaar gaan, maakte je een andere keuze." : "Je koos overal dezelfde weg als de sterkste route."),
    h("p", { class: "ll-routewijzer" }, h("span", {}, s("svg", { viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true" }, s("circle", { class: "ll-station-jij", cx: 12, cy: 12, r: 9 })), " jouw gesprek"), " ",
      h("span", {}, s("svg", { viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true" }, s("path", { class: "ll-station-beste", d: "M12 1 l11 11 l-11 11 l-11 -11 z" })), " sterkste route"))),
    h("ol", {}, ...rijen.map((rij, i) => h("li", { class: "ll-routerij" }, spoor(rijen, i), h("div", { class: "ll-routetekst" }, ...rijtekst(rij))))),
    anders ? null : h("p", {}, merk("goed", "Sterkste route gevonden")));
}
