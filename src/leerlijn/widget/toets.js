// The whole test of a module: questions, overview, and handing in with a confirmation and a receipt.
import { dag, h, klok, merk, uniek } from "./dom.js";
import { maakToetsvraag } from "./item.js";

function naarVraag(kopId) {
  return (e) => {
    e.preventDefault();
    const kop = document.getElementById(kopId);
    kop?.scrollIntoView({ block: "start" });
    kop?.focus({ preventScroll: true });
  };
}

function opsomming(woorden) {
  return woorden.length < 2 ? woorden.join("") : `${woorden.slice(0, -1).join(", ")} en ${woorden.at(-1)}`;
}

export function maakToets(spec, verbinding) {
  const totaal = spec.items.length;
  const vragen = spec.items.map((item, i) => {
    const soortPunten = item.punten ? ` · ${String(item.punten).replace(".", ",")} ${item.punten === 1 ? "punt" : "punten"}` : "";
    const vraag = maakToetsvraag(item, verbinding, { titel: [`Vraag ${i + 1} van ${totaal}`, h("span", { class: "ll-kop-na" }, soortPunten)], bijStand: werkBij });
    return { ...vraag, nr: i + 1, id: item.id };
  });
  const overzicht = h("ol", { class: "ll-overzicht" });
  const telling = h("p", { class: "ll-telling" });
  const overzichtKop = uniek("overzicht");
  const nav = h("nav", { class: "ll-toetsnav", "aria-labelledby": overzichtKop }, h("h3", { id: overzichtKop }, "Overzicht"), telling, overzicht);

  const status = h("div", { class: "ll-status", role: "status", "aria-live": "polite" });
  const paneel = h("div", { class: "ll-inleverpaneel" });
  const kwitantie = h("div", { class: "ll-kwitantie" });
  const leverKop = uniek("lever");
  const lever = h("button", { type: "button", class: "ll-knop ll-knop-hoofd", click: vraagBevestiging }, "Lever in");
  const slot = h("section", { class: "ll-item ll-inleveren", "aria-labelledby": leverKop }, h("h3", { id: leverKop, tabindex: "-1", class: "ll-kop" }, "Inleveren"),
    kwitantie, h("p", {}, spec.beleid ?? "Je kunt alles veranderen tot je inlevert."), h("div", { class: "ll-knoppen" }, lever), paneel, status);
  let bezig = false;

  function open() {
    return vragen.filter((v) => !v.beantwoord());
  }
  function link(v, tekst) {
    return h("a", { href: `#${v.kopId}`, click: naarVraag(v.kopId) }, tekst);
  }
  function werkBij() {
    const mist = open();
    telling.textContent = mist.length ? `${totaal - mist.length} van ${totaal} vragen beantwoord.` : `Alle ${totaal} vragen zijn beantwoord.`;
    overzicht.replaceChildren(...vragen.map((v) => {
      const klaar = v.beantwoord();
      const a = link(v, [h("span", { "aria-hidden": "true" }, `${v.nr} ${klaar ? "✓" : "○"}`), h("span", { class: "ll-hoorbaar" }, `Vraag ${v.nr}: ${klaar ? "beantwoord" : "nog open"}`)]);
      a.className = klaar ? "ll-vakje ll-vakje-klaar" : "ll-vakje";
      return h("li", {}, a);
    }));
  }
  function sluitPaneel() {
    paneel.replaceChildren();
    lever.hidden = false;
  }
  function vraagBevestiging() {
    vragen.forEach((v) => v.flush());
    if (bezig) return;
    const mist = open();
    const kop = h("h4", { tabindex: "-1" }, "Weet je het zeker?");
    paneel.replaceChildren(kop,
      h("p", {}, `Je levert ${totaal - mist.length} van de ${totaal} antwoorden in.`),
      mist.length ? h("div", {}, h("p", {}, merk("let-op", "Nog niet beantwoord:")), h("ul", { class: "ll-openlijst" }, ...mist.map((v) => h("li", {}, link(v, `Vraag ${v.nr}`))))) : h("p", {}, merk("goed", "Alle vragen zijn beantwoord.")),
      h("div", { class: "ll-knoppen" },
        h("button", { type: "button", class: "ll-knop ll-knop-hoofd", click: leverIn }, "Ja, lever in"),
        h("button", { type: "button", class: "ll-knop", click: () => { sluitPaneel(); lever.focus(); } }, "Nee, nog niet")));
    lever.hidden = true;
    status.replaceChildren();
    kop.focus();
  }
  function leverIn() {
    if (bezig) return;
    bezig = true;
    vragen.forEach((v) => v.flush());
    sluitPaneel();
    lever.setAttribute("aria-disabled", "true");
    lever.focus();
    status.replaceChildren(h("p", {}, "Je toets wordt ingeleverd…"));
    verbinding.stuur("toets", "inleveren", {});
  }
  function toonKwitantie() {
    const k = verbinding.winkel.kwitantie;
    if (!k) return;
    const nummers = (ids) => vragen.filter((v) => ids.includes(v.id)).map((v) => v.nr);
    const mist = nummers(k.onbeantwoord);
    const wel = vragen.filter((v) => !k.onbeantwoord.includes(v.id)).map((v) => v.nr);
    kwitantie.replaceChildren(h("h4", {}, merk("goed", "Ingeleverd")), h("dl", {},
      h("dt", {}, "Wanneer"), h("dd", {}, `${dag(k.t)} om ${klok(k.t)}`),
      h("dt", {}, "Verstuurd"), h("dd", {}, `${k.aantal} van de ${totaal} antwoorden${wel.length ? `: vraag ${opsomming(wel.map(String))}` : ""}`),
      mist.length ? [h("dt", {}, "Niet beantwoord"), h("dd", {}, `vraag ${opsomming(mist.map(String))}`)] : [],
      k.keer > 1 ? [h("dt", {}, "Hoe vaak"), h("dd", {}, `dit was je ${k.keer}e keer`)] : [],
      h("dt", {}, "Niet verstuurd"), h("dd", {}, "wat je in de lessen hebt geoefend")));
    lever.textContent = "Lever opnieuw in";
  }
  verbinding.luister("toets", (b) => {
    if (b.type === "bezig") return status.replaceChildren(h("p", {}, b.tekst));
    if (b.type !== "stil") {
      bezig = false;
      lever.removeAttribute("aria-disabled");
    }
    if (b.type === "kwitantie") {
      toonKwitantie();
      status.replaceChildren(h("p", {}, merk("goed", "Ingeleverd"), ` om ${klok(b.t)}. ${b.melding ?? ""}`));
    } else {
      bezig = false;
      lever.removeAttribute("aria-disabled");
      status.replaceChildren(h("p", {}, merk("let-op"), ` ${b.tekst}`));
    }
  });
  werkBij();
  toonKwitantie();
  return h("div", { class: "ll-toets" }, nav, ...vragen.map((v) => v.el), slot);
}
