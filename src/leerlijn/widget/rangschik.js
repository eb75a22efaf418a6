// volgorde: steps with buttons up and down. koppel: one list box per entry.
import { blokken, h, kort, merk, regel, uniek } from "./dom.js";

export function maakVolgorde(item, { gewijzigd, zeg, toets }) {
  const lijst = h("ol", { class: "ll-stappen" });
  const stappen = item.stappen.map((stap) => {
    const knop = (kant, pijl, richting) =>
      h("button", { type: "button", class: "ll-knop ll-knop-klein", click: () => schuif(stap.id, richting) },
        h("span", { "aria-hidden": "true" }, pijl), ` ${kant}`, h("span", { class: "ll-hoorbaar" }, `: ${kort(stap.tekst, 90)}`));
    const op = knop("Omhoog", "▲", -1);
    const neer = knop("Omlaag", "▼", 1);
    const nr = h("span", { class: "ll-stap-nr", "aria-hidden": "true" });
    const el = h("li", { class: "ll-stap" }, nr, h("span", { class: "ll-stap-tekst" }, regel(stap.tekst)), h("span", { class: "ll-stap-knoppen" }, op, neer));
    return { id: stap.id, tekst: stap.tekst, el, op, neer, nr };
  });
  let orde = stappen.map((x) => x.id);
  let geraakt = false;
  const stapVan = (id) => stappen.find((x) => x.id === id);

  function teken() {
    lijst.replaceChildren(...orde.map((id) => stapVan(id).el));
    orde.forEach((id, i) => {
      const stap = stapVan(id);
      stap.nr.textContent = i + 1;
      stap.op.setAttribute("aria-disabled", i === 0);
      stap.neer.setAttribute("aria-disabled", i === orde.length - 1);
    });
  }

  function schuif(id, richting) {
    const van = orde.indexOf(id);
    const naar = van + richting;
    const stap = stapVan(id);
    if (naar < 0 || naar >= orde.length) {
      zeg(richting < 0 ? "Deze stap staat al bovenaan." : "Deze stap staat al onderaan.");
      return;
    }
    [orde[van], orde[naar]] = [orde[naar], orde[van]];
    teken();
    (richting < 0 ? stap.op : stap.neer).focus(); // moving an element takes its focus away
    geraakt = true;
    bevestig?.remove();
    zeg(`${kort(stap.tekst, 60)} Nu op plaats ${naar + 1} van ${orde.length}.`);
    gewijzigd();
  }

  // In a test the order that was given is no answer until the learner says so.
  const bevestig = toets
    ? h("button", { type: "button", class: "ll-knop ll-knop-stil", click: () => { geraakt = true; gewijzigd(); bevestig.textContent = "Deze volgorde is bewaard als jouw antwoord"; } }, "Deze volgorde klopt al")
    : null;
  const uitslag = h("div", { class: "ll-uitslag" });
  teken();
  return {
    hint: "Zet de stappen op volgorde met de knoppen Omhoog en Omlaag.",
    el: h("div", {}, lijst, bevestig ? h("div", { class: "ll-knoppen" }, bevestig) : null),
    na: uitslag,
    lees: () => (toets && !geraakt ? null : [...orde]),
    ontbreekt: () => "",
    zet(antwoord) {
      if (!Array.isArray(antwoord) || antwoord.length !== orde.length || !antwoord.every((id) => stapVan(id))) return;
      orde = [...antwoord];
      geraakt = true;
      bevestig?.remove();
      teken();
    },
    toon(fb) {
      const rijen = fb.delen.map((deel) => h("li", { class: `ll-deel ll-deel-${deel.teken}` },
        h("p", { class: "ll-deel-kop" }, regel(deel.tekst)),
        h("p", {}, merk(deel.teken, deel.teken === "goed" ? "Goed: deze plaats had je ook" : `Andere plaats: jij had plaats ${deel.gekozen ?? "–"}`)),
        ...blokken(deel.uitleg)));
      uitslag.replaceChildren(h("h4", {}, "De goede volgorde"), h("ol", { class: "ll-delen ll-genummerd" }, ...rijen));
    },
    wis: () => uitslag.replaceChildren(),
  };
}

export function maakKoppel(item, { gewijzigd }) {
  const tekst = (id) => item.rechts.find((r) => r.id === id)?.tekst ?? "";
  const rijen = item.links.map((links) => {
    const id = uniek("koppel");
    const keus = h("select", { id, class: "ll-kies", change: gewijzigd },
      h("option", { value: "" }, "Kies…"), ...item.rechts.map((r) => h("option", { value: r.id }, kort(r.tekst, 200))));
    const uitleg = h("div", { class: "ll-optie-uitleg", hidden: true });
    const el = h("div", { class: "ll-optie ll-koppel" }, h("label", { for: id, class: "ll-koppel-links" }, regel(links.tekst)), keus, uitleg);
    return { id: links.id, keus, uitleg, el };
  });
  const open = () => rijen.filter((r) => !r.keus.value).length;
  // A list box cuts long entries off on a phone, so they are written out as well.
  const lang = item.rechts.some((r) => r.tekst.length > 45);
  return {
    hint: "Kies bij elke regel wat erbij hoort.",
    el: h("div", {},
      lang ? h("div", { class: "ll-koppel-keuzes" }, h("p", {}, "Je kunt kiezen uit:"), h("ul", {}, ...item.rechts.map((r) => h("li", {}, regel(r.tekst))))) : null,
      h("div", { class: "ll-opties" }, ...rijen.map((r) => r.el))),
    lees() {
      const uit = Object.fromEntries(rijen.filter((r) => r.keus.value).map((r) => [r.id, r.keus.value]));
      return Object.keys(uit).length ? uit : null;
    },
    ontbreekt: () => (open() ? `Kies bij elke regel iets. Nog open: ${open()} van ${rijen.length}.` : ""),
    zet(antwoord) {
      for (const r of rijen) r.keus.value = antwoord?.[r.id] ?? "";
    },
    toon(fb) {
      for (const deel of fb.delen) {
        const r = rijen.find((x) => x.id === deel.id);
        if (!r) continue;
        r.el.className = `ll-optie ll-koppel ll-deel-${deel.teken}`;
        r.uitleg.replaceChildren(h("p", {}, merk(deel.teken)),
          deel.teken === "goed" ? "" : h("p", {}, "Hierbij hoort: ", h("strong", {}, regel(tekst(deel.juist)))), ...blokken(deel.uitleg));
        r.uitleg.hidden = false;
      }
    },
    wis() {
      for (const r of rijen) {
        r.el.className = "ll-optie ll-koppel";
        r.uitleg.hidden = true;
        r.uitleg.replaceChildren();
      }
    },
  };
}
