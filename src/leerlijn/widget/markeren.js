// signalen, and cases of the form dossier: fragments that can be marked.
import { blokken, h, kort, merk, regel } from "./dom.js";

const SOORT = { dossier: "Dossier", chatsamenvatting: "Samenvatting van berichten", tijdlijn: "Tijdlijn" };

export function maakSignalen(item, { gewijzigd }) {
  const fragmenten = item.fragmenten.map((f) => {
    const vorm = h("span", { class: "ll-fragment-vorm", "aria-hidden": "true" }, "☐");
    const uitslag = h("span", { class: "ll-fragment-uitslag" });
    const knop = h("button", { type: "button", class: "ll-fragment", "aria-pressed": "false", click: () => wissel(f.id) },
      vorm, h("span", { class: "ll-fragment-tekst" }, f.wanneer ? h("span", { class: "ll-wanneer" }, `${f.wanneer} `) : null, regel(f.tekst)), uitslag);
    return { id: f.id, knop, vorm, uitslag, wanneer: f.wanneer };
  });
  const aantal = h("p", { class: "ll-hulp" });
  const uitleg = h("div", { class: "ll-uitslag" });
  const gekozen = () => fragmenten.filter((f) => f.knop.getAttribute("aria-pressed") === "true").map((f) => f.id);
  let dicht = false;

  function teken(f, aan) {
    f.knop.setAttribute("aria-pressed", aan);
    f.vorm.textContent = aan ? "⚑" : "☐";
  }
  function tel() {
    const n = gekozen().length;
    aantal.textContent = n === 1 ? "1 fragment gemarkeerd" : `${n} fragmenten gemarkeerd`;
  }
  function wissel(id) {
    if (dicht) return;
    const f = fragmenten.find((x) => x.id === id);
    teken(f, f.knop.getAttribute("aria-pressed") !== "true");
    tel();
    gewijzigd();
  }
  function lijst(kop, teken_, delen, leeg) {
    return h("section", { class: `ll-vondst ll-vondst-${teken_}` }, h("h4", {}, merk(teken_, kop), ` (${delen.length})`),
      delen.length
        ? h("ul", { class: "ll-delen" }, ...delen.map((d) => h("li", { class: `ll-deel ll-deel-${teken_}` }, h("p", { class: "ll-deel-kop" }, `“${kort(d.tekst, 160)}”`), ...blokken(d.uitleg))))
        : h("p", { class: "ll-hulp" }, leeg));
  }
  tel();
  return {
    hint: "Kies de fragmenten die je wilt bespreken. Kies nog eens om een fragment weer los te laten.",
    el: h("div", { class: `ll-bron ll-bron-${item.vorm}` }, h("p", { class: "ll-bronsoort" }, SOORT[item.vorm] ?? "Dossier"),
      h("ol", { class: "ll-fragmenten" }, ...fragmenten.map((f) => h("li", {}, f.knop))), aantal),
    na: uitleg,
    telling(fb) {
      const n = (t) => fb.delen.filter((d) => d.teken === t).length;
      const vals = n("fout");
      return `${n("goed")} van ${n("goed") + n("gemist")} signalen gezien, ${vals ? `${vals} keer` : "geen"} vals alarm.`;
    },
    lees: () => (gekozen().length ? gekozen() : null),
    ontbreekt: () => (gekozen().length ? "" : "Markeer eerst een of meer fragmenten."),
    zet(antwoord) {
      for (const f of fragmenten) teken(f, (antwoord ?? []).includes(f.id));
      tel();
    },
    blokkeer(aan) {
      dicht = aan;
      for (const f of fragmenten) aan ? f.knop.setAttribute("aria-disabled", "true") : f.knop.removeAttribute("aria-disabled");
    },
    toon(fb) {
      const van = (t) => fb.delen.filter((d) => d.teken === t);
      for (const d of fb.delen) {
        const f = fragmenten.find((x) => x.id === d.id);
        if (!f) continue;
        f.knop.className = `ll-fragment ll-deel-${d.teken}`;
        f.uitslag.replaceChildren(d.teken === "neutraal" ? "" : merk(d.teken, { goed: "Gezien", fout: "Vals alarm", gemist: "Gemist" }[d.teken]));
      }
      const rust = van("neutraal");
      uitleg.replaceChildren(
        lijst("Gezien", "goed", van("goed"), "Geen van de signalen gemarkeerd."),
        lijst("Gemist", "gemist", van("gemist"), "Je hebt niets gemist."),
        lijst("Vals alarm", "fout", van("fout"), "Geen vals alarm."),
        rust.length
          ? h("details", { class: "ll-meer" }, h("summary", {}, `Waarom de rest geen signaal is (${rust.length})`),
              h("ul", { class: "ll-delen" }, ...rust.map((d) => h("li", { class: "ll-deel" }, h("p", { class: "ll-deel-kop" }, `“${kort(d.tekst, 160)}”`), ...blokken(d.uitleg)))))
          : "");
    },
    wis() {
      for (const f of fragmenten) {
        f.knop.className = "ll-fragment";
        f.uitslag.replaceChildren();
      }
      uitleg.replaceChildren();
    },
  };
}
