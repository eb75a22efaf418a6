// A branching conversation. Only the present node is known here; the path and the best one come at the end.
import { bewijs } from "./bewijs.js";
import { blokken, h, merk, regel, uniek } from "./dom.js";
import { routebeeld } from "./route.js";

const EINDE = { goed: ["goed", "Dit liep goed af"], wisselend: ["deels", "Dit liep wisselend af"], zorgelijk: ["let-op", "Dit liep zorgelijk af"] };

function beurt(b) {
  return h("li", { class: "ll-beurt" },
    h("div", { class: "ll-spreekt" }, b.spreker ? h("p", { class: "ll-spreker" }, b.spreker) : null, ...blokken(b.tekst)),
    h("div", { class: "ll-jij" }, h("p", { class: "ll-spreker" }, "Jij"), h("p", {}, regel(b.keuze))),
    h("div", { class: "ll-reactie" }, ...blokken(b.reactie), bewijs(b.feiten)));
}

export function maakGesprek(spec, verbinding) {
  const casus = spec.casus;
  const kopId = uniek("kop");
  const status = h("div", { class: "ll-status", role: "status", "aria-live": "polite" });
  const verloop = h("ol", { class: "ll-verloop", "aria-label": "Het gesprek tot nu toe" });
  const nu = h("div", { class: "ll-nu" });
  const terug = h("button", { type: "button", class: "ll-knop", click: () => vraag("terug") }, "Stap terug");
  const opnieuw = h("button", { type: "button", class: "ll-knop", click: () => vraag("opnieuw") }, "Opnieuw beginnen");
  const el = h("article", { class: "ll-item ll-gesprek", "aria-labelledby": kopId }, h("h3", { id: kopId, class: "ll-kop" }, casus.titel),
    h("p", { class: "ll-let-op" }, h("strong", {}, "Let op: "), casus.waarschuwing), h("div", { class: "ll-situatie" }, ...blokken(casus.intro)),
    verloop, nu, h("div", { class: "ll-knoppen ll-gespreksknoppen" }, terug, opnieuw), status);
  const stand = () => verbinding.winkel.gesprek;
  let stil = false; // no reply came: then a step may be asked for again

  function vraag(type, keuze) {
    const { knoop, stap } = stand();
    if (verbinding.wacht(casus.id) && !stil) return; // one step at a time: a double click is one choice
    if (type !== "keuze" && stap === 0) {
      status.replaceChildren(h("p", {}, "Je bent al aan het begin."));
      return;
    }
    verbinding.stuur(casus.id, type, { casus: casus.id, knoop, stap, ...(keuze ? { keuze } : {}) });
  }
  function einde(st) {
    const [teken, woord] = EINDE[st.einde.soort] ?? EINDE.wisselend;
    return [
      h("p", { class: "ll-eindmerk" }, merk(teken, woord)),
      ...blokken(st.einde.uitleg), bewijs(st.einde.feiten),
      h("p", { class: "ll-hulp" }, `Je kreeg ${st.einde.punten} van de ${st.einde.maximum} punten die in dit gesprek te halen zijn.`),
      routebeeld(st.einde.route),
    ];
  }
  function toon(focus) {
    const st = stand();
    status.replaceChildren();
    // The last reaction stands with the new text, where the focus goes.
    const eerder = st.verloop.slice(0, -1);
    const laatste = st.verloop.at(-1);
    verloop.replaceChildren(...eerder.map(beurt));
    verloop.hidden = !eerder.length;
    const tekst = h("div", { class: "ll-nutekst", tabindex: "-1" },
      laatste ? h("div", { class: "ll-jij" }, h("p", { class: "ll-spreker" }, "Jij"), h("p", {}, regel(laatste.keuze))) : null,
      laatste ? h("div", { class: "ll-reactie" }, ...blokken(laatste.reactie)) : null,
      h("div", { class: "ll-spreekt" }, st.spreker ? h("p", { class: "ll-spreker" }, st.spreker) : null, ...blokken(st.tekst)));
    const vorig = laatste ? h("div", { class: "ll-vorige" }, h("div", { class: "ll-spreekt" }, laatste.spreker ? h("p", { class: "ll-spreker" }, laatste.spreker) : null, ...blokken(laatste.tekst))) : null;
    const kop = uniek("keuzes");
    nu.replaceChildren(...[vorig, tekst, laatste ? bewijs(laatste.feiten) : null,
      st.klaar ? h("div", { class: "ll-einde" }, ...einde(st).filter(Boolean))
        : h("div", { role: "group", "aria-labelledby": kop, class: "ll-keuzegroep" }, h("p", { id: kop, class: "ll-keuzekop" }, "Wat zeg of doe je?"),
            h("ul", { class: "ll-keuzes" }, ...st.keuzes.map((k) => h("li", {}, h("button", { type: "button", class: "ll-knop ll-keuzeknop", click: () => vraag("keuze", k.id) }, regel(k.tekst)))))),
    ].filter(Boolean));
    terug.setAttribute("aria-disabled", st.stap === 0);
    opnieuw.setAttribute("aria-disabled", st.stap === 0);
    if (focus) {
      tekst.focus({ preventScroll: true });
      tekst.scrollIntoView({ block: "nearest" });
    }
  }
  verbinding.luister(casus.id, (b) => {
    stil = b.type === "stil";
    if (b.type === "stand") toon(true);
    else if (b.type === "fout" || b.type === "stil") status.replaceChildren(h("p", {}, merk("let-op"), ` ${b.tekst}`));
  });
  toon(false);
  return el;
}
