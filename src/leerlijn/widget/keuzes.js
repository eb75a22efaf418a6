// een-goed and meer-goed: a list of options, each explained below itself after the answer.
import { blokken, h, merk, regel, uniek } from "./dom.js";

const WOORD = {
  "een-goed": { goed: "Goed", fout: "Niet goed", gemist: "Dit was het goede antwoord", neutraal: "Niet gekozen" },
  "meer-goed": { goed: "Goed", fout: "Hoort er niet bij", gemist: "Gemist", neutraal: "Terecht niet gekozen" },
};

export function maakKeuzes(item, { gewijzigd }) {
  const meer = item.soort === "meer-goed";
  const naam = uniek("keuze");
  const rijen = item.opties.map((optie) => {
    const uitlegId = uniek("uitleg");
    const invoer = h("input", { type: meer ? "checkbox" : "radio", name: naam, value: optie.id, change: gewijzigd });
    const uitleg = h("div", { class: "ll-optie-uitleg", id: uitlegId, hidden: true });
    const el = h("div", { class: "ll-optie" }, h("label", { class: "ll-rij" }, invoer, h("span", { class: "ll-rij-tekst" }, regel(optie.tekst))), uitleg);
    return { id: optie.id, invoer, uitleg, uitlegId, el };
  });
  const gekozen = () => rijen.filter((r) => r.invoer.checked).map((r) => r.id);
  return {
    hint: meer ? "Kies alle antwoorden die goed zijn." : "Kies één antwoord.",
    el: h("div", { class: "ll-opties" }, ...rijen.map((r) => r.el)),
    lees: () => (meer ? (gekozen().length ? gekozen() : null) : (gekozen()[0] ?? null)),
    ontbreekt: () => (gekozen().length ? "" : "Kies eerst een antwoord."),
    zet(antwoord) {
      for (const r of rijen) r.invoer.checked = meer ? (antwoord ?? []).includes(r.id) : antwoord === r.id;
    },
    toon(fb) {
      for (const deel of fb.delen) {
        const r = rijen.find((x) => x.id === deel.id);
        if (!r) continue;
        r.el.className = `ll-optie ll-deel-${deel.teken}`;
        r.uitleg.replaceChildren(h("p", {}, merk(deel.teken, WOORD[item.soort][deel.teken])), ...blokken(deel.uitleg));
        r.uitleg.hidden = false;
        r.invoer.setAttribute("aria-describedby", r.uitlegId);
      }
    },
    wis() {
      for (const r of rijen) {
        r.el.className = "ll-optie";
        r.uitleg.hidden = true;
        r.uitleg.replaceChildren();
        r.invoer.removeAttribute("aria-describedby");
      }
    },
  };
}
