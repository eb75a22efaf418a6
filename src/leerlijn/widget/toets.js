// The whole test of a module: questions, overview, and handing in with a confirmation and a receipt.
import { dag, h, klok, merk, uniek } from "./dom.js";
import { maakToetsvraag } from "./item.js";

const LANG = 20; // questions; a longer test is shown in parts
const PER_DEEL = 10;

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

// Sizes of the parts, as even as they can be: 45 questions are five times nine.
function delen(totaal) {
  const aantal = totaal > LANG ? Math.ceil(totaal / PER_DEEL) : 1;
  return Array.from({ length: aantal }, (_, i) => ({ nr: i + 1, van: Math.floor((i * totaal) / aantal), tot: Math.floor(((i + 1) * totaal) / aantal) }));
}

export function maakToets(spec, verbinding) {
  const totaal = spec.items.length;
  const indeling = delen(totaal);
  const inDelen = indeling.length > 1;
  const vragen = spec.items.map((item, i) => {
    const soortPunten = item.punten ? ` · ${String(item.punten).replace(".", ",")} ${item.punten === 1 ? "punt" : "punten"}` : "";
    const vraag = maakToetsvraag(item, verbinding, { kopniveau: inDelen ? "h4" : "h3", titel: [`Vraag ${i + 1} van ${totaal}`, h("span", { class: "ll-kop-na" }, soortPunten)], bijStand: werkBij });
    return { ...vraag, nr: i + 1, id: item.id };
  });
  for (const deel of indeling) Object.assign(deel, { vragen: vragen.slice(deel.van, deel.tot), kopId: uniek("deel"), telling: h("p", { class: "ll-telling" }), lijst: h("ol", { class: "ll-overzicht" }) });
  const telling = h("p", { class: "ll-telling" });
  const verder = h("p", { class: "ll-verder" });
  const overzichtKop = uniek("overzicht");
  const nav = h("nav", { class: "ll-toetsnav", "aria-labelledby": overzichtKop }, h("h3", { id: overzichtKop, class: "ll-kop", tabindex: "-1" }, "Overzicht"), telling, verder,
    ...indeling.flatMap((d) => (inDelen ? [h("p", { class: "ll-deelnaam" }, naarDeel(d)), d.lijst] : [d.lijst])));

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
  function naarDeel(deel) {
    return link(deel, `Deel ${deel.nr}: vraag ${deel.van + 1} tot en met ${deel.tot}`);
  }
  function werkBij() {
    const mist = open();
    telling.textContent = mist.length ? `${totaal - mist.length} van ${totaal} vragen beantwoord.` : `Alle ${totaal} vragen zijn beantwoord.`;
    // Whoever comes back to a long test goes on at the first open question.
    verder.replaceChildren(inDelen && mist.length && mist.length < totaal ? link(mist[0], `Ga verder bij vraag ${mist[0].nr}`) : "");
    for (const deel of indeling) {
      const klaar = deel.vragen.filter((v) => v.beantwoord()).length;
      deel.telling.textContent = `${klaar} van ${deel.vragen.length} beantwoord in dit deel.`;
      deel.lijst.replaceChildren(...vakjes(deel.vragen));
    }
  }
  function vakjes(rij) {
    return rij.map((v) => {
      const klaar = v.beantwoord();
      const a = link(v, [h("span", { "aria-hidden": "true" }, `${v.nr} ${klaar ? "✓" : "○"}`), h("span", { class: "ll-hoorbaar" }, `Vraag ${v.nr}: ${klaar ? "beantwoord" : "nog open"}`)]);
      a.className = klaar ? "ll-vakje ll-vakje-klaar" : "ll-vakje";
      return h("li", {}, a);
    });
  }
  function toonDeel(deel) {
    const na = indeling[deel.nr];
    return h("section", { class: "ll-toetsdeel", "aria-labelledby": deel.kopId }, h("h3", { id: deel.kopId, class: "ll-kop", tabindex: "-1" }, `Deel ${deel.nr} van ${indeling.length}`),
      ...deel.vragen.map((v) => v.el),
      h("div", { class: "ll-deelslot" }, h("p", {}, h("strong", {}, `Dit was deel ${deel.nr}.`), na ? " Wat je invulde, is bewaard. Je kunt hier stoppen en later verdergaan." : " Hieronder lever je in."), deel.telling,
        h("p", { class: "ll-knoppen" }, na ? naarDeel(na) : "", h("a", { href: `#${overzichtKop}`, click: naarVraag(overzichtKop) }, "Naar het overzicht"))));
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
  return h("div", { class: "ll-toets" }, nav, ...(inDelen ? indeling.map(toonDeel) : vragen.map((v) => v.el)), slot);
}
