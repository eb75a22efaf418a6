// A round of practice questions of earlier days, and when the next ones come back.
import { dag, h } from "./dom.js";
import { maakOefening } from "./item.js";

const opDag = (iso) => dag(`${iso}T12:00`);

export function maakHerhalen(spec, verbinding) {
  const wortel = h("div", { class: "ll-herhalen" });
  // A message of the kernel tells how things stand now; a view that is drawn later begins with it.
  const ronde = (verbinding.winkel.ronde ??= { items: spec.items, na: spec.na });
  const gedaan = (id) => Boolean(verbinding.stand(id).t);

  function slotzin({ items, na }) {
    const open = items.filter((i) => !gedaan(i.id)).length;
    if (open) return `${items.length === 1 ? "Nog één vraag" : `Nog ${open} van de ${items.length} vragen`} in deze ronde. Je mag altijd stoppen: wat je niet doet, blijft klaarstaan.`;
    if (na.klaar) return `${items.length ? "Deze ronde is klaar. " : ""}${na.klaar === 1 ? "Er staat nog één vraag klaar." : `Er staan nog ${na.klaar} vragen klaar.`} ${na.klaar === 1 ? "Die mag" : "Die mogen"} ook een andere keer.`;
    if (na.volgende) return `${items.length ? "Klaar voor vandaag." : "Er is nu niets te herhalen."} De volgende vragen komen terug op ${opDag(na.volgende)}.`;
    return "Je hebt nog niets geoefend dat terugkomt. Open een les. Vragen die je daar oefent, staan hier na drie dagen.";
  }

  function teken() {
    const { items } = ronde;
    const slot = h("div", { class: "ll-deelslot", role: "status" });
    const delen = items.map((item, i) => {
      const titel = [items.length > 1 ? `Vraag ${i + 1} van ${items.length}` : "Vraag", h("span", { class: "ll-kop-na" }, ` · ${item.uit}`)];
      const terug = h("p", { class: "ll-hulp" });
      const werkBij = () => {
        const iso = ronde.na.terug[item.id];
        terug.textContent = gedaan(item.id) && iso ? `Deze vraag komt terug op ${opDag(iso)}.` : "";
      };
      const { el } = maakOefening(item, verbinding, { titel, bijTerugkoppeling: (b) => { ronde.na = b.na; werkBij(); werkSlotBij(slot); } });
      werkBij();
      el.append(terug);
      return el;
    });
    werkSlotBij(slot);
    const klaar = items.every((i) => gedaan(i.id));
    wortel.replaceChildren(...(klaar ? [slot, ...delen] : [...delen, slot]));
  }

  function werkSlotBij(slot) {
    const nog = ronde.items.every((i) => gedaan(i.id)) && ronde.na.klaar > 0;
    slot.replaceChildren(h("p", {}, slotzin(ronde)),
      nog ? h("div", { class: "ll-knoppen" }, h("button", { type: "button", class: "ll-knop ll-knop-hoofd", click: () => verbinding.stuur("ronde", "verder", {}) }, "Nog een ronde")) : "");
  }

  verbinding.luister("ronde", (b) => {
    if (b.type !== "ronde") return wortel.querySelector(".ll-deelslot > p").textContent = b.tekst;
    // A question may come back on a page that stays open for days: then without what was answered before.
    for (const { id } of b.spec.items) verbinding.winkel.items[id] = { ...b.spec.stand[id] };
    Object.assign(ronde, { items: b.spec.items, na: b.spec.na });
    teken();
    wortel.querySelector(".ll-kop")?.focus();
  });
  teken();
  return wortel;
}
