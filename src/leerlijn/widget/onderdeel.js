// One cell of a notebook: practice items, a case, a test, or a notice.
import { h } from "./dom.js";
import { maakGesprek } from "./gesprek.js";
import { maakHerhalen } from "./herhalen.js";
import { maakOefening } from "./item.js";
import { maakToets } from "./toets.js";
import { Verbinding } from "./verbinding.js";
import { ijkbeeld } from "./zekerheid.js";

const OPDRACHT = {
  "een-goed": "Kies", "meer-goed": "Kies er meer", volgorde: "Zet op volgorde", koppel: "Zoek bij elkaar", vlaggen: "Beoordeel met de vlaggen",
  signalen: "Zoek signalen", oordeel: "Weeg acties af", open: "Schrijf", zin: "Zeg het",
};

function oefeningen(spec, verbinding) {
  const ijk = h("div");
  const vraagtZekerheid = spec.items.some((i) => i.zekerheid);
  const werkBij = (open) => ijk.replaceChildren(...[vraagtZekerheid && ijkbeeld(verbinding.winkel.ijk, open)].filter(Boolean));
  const delen = spec.items.map((item, i) => {
    const nummer = spec.items.length > 1 ? `Oefening ${i + 1} van ${spec.items.length}` : "Oefening";
    const titel = [nummer, h("span", { class: "ll-kop-na" }, ` · ${OPDRACHT[item.soort]}`)];
    return maakOefening(item, verbinding, { titel, bijTerugkoppeling: () => werkBij(item.zekerheid) }).el;
  });
  werkBij(false);
  return [...delen, ijk];
}

function dossier(spec, verbinding) {
  const { casus } = spec;
  const item = { id: casus.id, soort: "signalen", vorm: casus.bronsoort, fragmenten: casus.fragmenten, waarschuwing: casus.waarschuwing, situatie: casus.intro,
    vraag: "Welke fragmenten wil je met je team bespreken?", zekerheid: false };
  return maakOefening(item, verbinding, { titel: casus.titel, bericht: "markeer", klasse: "ll-dossier" }).el;
}

function inhoud(spec, verbinding) {
  const melding = spec.melding ? [h("p", { class: "ll-melding" }, spec.melding)] : [];
  switch (spec.vorm) {
    case "oefening": return [...melding, ...oefeningen(spec, verbinding)];
    case "herhalen": return [...melding, maakHerhalen(spec, verbinding)];
    case "gesprek": return [...melding, maakGesprek(spec, verbinding)];
    case "dossier": return [...melding, dossier(spec, verbinding)];
    case "toets": return [...melding, maakToets(spec, verbinding)];
    default: return melding;
  }
}

function render({ model, el, signal }) {
  const wortel = h("div", { class: "ll-onderdeel", lang: "nl" });
  // JupyterLab listens to arrows, letters and Enter for its own commands.
  wortel.addEventListener("keydown", (e) => e.stopPropagation());
  let verbinding = null;
  const teken = () => {
    verbinding?.sluit();
    verbinding = new Verbinding(model);
    wortel.replaceChildren(...inhoud(verbinding.spec, verbinding));
  };
  teken();
  model.on("change:spec", teken);
  el.append(wortel);
  const op = () => verbinding.sluit();
  signal?.addEventListener("abort", op);
  return op;
}

export default { render };
