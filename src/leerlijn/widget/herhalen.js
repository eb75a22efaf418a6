// A round of practice questions of earlier days, and when the next ones come back.
import { dag, h } from "./dom.js";
import { maakOefening } from "./item.js";

const opDag = (iso) => dag(`${iso}T12:00`);

export function maakHerhalen(spec, verbinding) {
  const wortel = h("div", { class: "ll-herhalen" });
  // A message of the kernel tells how things stand now; a view that is drawn later begins with it.
  const ronde = (verbinding.winkel.ronde ??= { items: spec.items, na: spec.na, weg: new Set() });
  const gedaan = (id) => Boolean(verbinding.stand(id).t);
  const nogDoen = () => ronde.items.filter((i) => !gedaan(i.id) && !ronde.weg.has(i.id));
  const plekken = new Map(); // item -> put there what belongs there: the question, or that it was left out
  const slot = h("div", { class: "ll-deelslot", role: "status" });

  function slotzin({ items, na }) {
    const open = nogDoen().length;
    if (open) return `${items.length === 1 ? "Nog één vraag" : `Nog ${open} van de ${items.length} vragen`} in deze ronde. Je mag altijd stoppen: wat je niet doet, blijft klaarstaan.`;
    if (na.klaar) return `${items.length ? "Deze ronde is klaar. " : ""}${na.klaar === 1 ? "Er staat nog één vraag klaar." : `Er staan nog ${na.klaar} vragen klaar.`} ${na.klaar === 1 ? "Die mag" : "Die mogen"} ook een andere keer.`;
    if (na.volgende) return `${items.length ? "Klaar voor vandaag." : "Er is nu niets te herhalen."} De volgende vragen komen terug op ${opDag(na.volgende)}.`;
    if (na.weg) return "Er komt nu niets terug.";
    return "Je hebt nog niets geoefend dat terugkomt. Open een les. Vragen die je daar oefent, staan hier na drie dagen.";
  }

  function teken() {
    const { items } = ronde;
    plekken.clear();
    const delen = items.map((item, i) => {
      const titel = [items.length > 1 ? `Vraag ${i + 1} van ${items.length}` : "Vraag", h("span", { class: "ll-kop-na" }, ` · ${item.uit}`)];
      const terug = h("p", { class: "ll-hulp" });
      const werkBij = () => {
        const iso = ronde.na.terug[item.id];
        terug.textContent = gedaan(item.id) && iso ? `Deze vraag komt terug op ${opDag(iso)}.` : "";
      };
      const { el } = maakOefening(item, verbinding, { titel, bijTerugkoppeling: (b) => { ronde.na = b.na; werkBij(); werkSlotBij(); } });
      werkBij();
      const knop = (tekst, weg) => h("button", { type: "button", class: "ll-knop ll-knop-klein", click: () => verbinding.stuur("weg", "weg", { item: item.id, weg }) }, tekst);
      el.append(terug, h("div", { class: "ll-knoppen" }, knop("Vraag me dit niet meer", true)));
      const leeg = h("div", { class: "ll-item", tabindex: "-1" }, h("p", {}, "Deze vraag komt niet meer terug. In de les staat hij nog wel."), h("div", { class: "ll-knoppen" }, knop("Zet terug", false)));
      plekken.set(item.id, () => {
        const [nu, was] = ronde.weg.has(item.id) ? [leeg, el] : [el, leeg];
        was.replaceWith(nu);
        (nu === leeg ? leeg : el.querySelector(".ll-kop")).focus();
      });
      return ronde.weg.has(item.id) ? leeg : el;
    });
    werkSlotBij();
    wortel.replaceChildren(...(nogDoen().length ? [...delen, slot] : [slot, ...delen]));
  }

  function werkSlotBij() {
    const nog = !nogDoen().length && ronde.na.klaar > 0;
    const { weg } = ronde.na;
    slot.replaceChildren(h("p", {}, slotzin(ronde)),
      weg ? h("div", { class: "ll-knoppen" }, h("span", {}, `${weg === 1 ? "Eén vraag komt" : `${weg} vragen komen`} niet meer terug.`),
        h("button", { type: "button", class: "ll-knop ll-knop-klein", click: () => verbinding.stuur("ronde", "terug", {}) }, "Zet alles terug")) : "",
      nog ? h("div", { class: "ll-knoppen" }, h("button", { type: "button", class: "ll-knop ll-knop-hoofd", click: () => verbinding.stuur("ronde", "verder", {}) }, "Nog een ronde")) : "");
  }

  verbinding.luister("weg", (b) => {
    if (b.type !== "weg") return slot.querySelector("p").textContent = b.tekst;
    ronde.weg[b.weg ? "add" : "delete"](b.item);
    ronde.na = b.na;
    werkSlotBij();
    plekken.get(b.item)?.();
  });
  verbinding.luister("ronde", (b) => {
    if (b.type !== "ronde") return wortel.querySelector(".ll-deelslot > p").textContent = b.tekst;
    // A question may come back on a page that stays open for days: then without what was answered before.
    for (const { id } of b.spec.items) verbinding.winkel.items[id] = { ...b.spec.stand[id] };
    Object.assign(ronde, { items: b.spec.items, na: b.spec.na, weg: new Set() });
    teken();
    wortel.querySelector(".ll-kop")?.focus();
  });
  teken();
  return wortel;
}
