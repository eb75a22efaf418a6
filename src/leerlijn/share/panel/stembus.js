// The voting page of a panel member: the widget's own questions, kept in this browser, and saved as a file to send in.
// Stands behind the widget's bundle in one module, so that h, merk, Verbinding and maakToetsvraag are at hand.

const gegevens = JSON.parse(document.getElementById("gegevens").textContent);
const STEMPLEK = `leerlijn/panel/${gegevens.cursus}/${gegevens.module}`;

function nieuwLid() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
}

function eerdereStemmen() {
  try {
    const eerder = JSON.parse(localStorage.getItem(STEMPLEK));
    if (eerder?.lid && eerder.stemmen) return eerder;
  } catch {
    // Not there, or not allowed here: then only this window remembers.
  }
  return { lid: nieuwLid(), stemmen: {} };
}

const stand = eerdereStemmen();
let onthoudt = true;

function bewaarStemmen() {
  try {
    localStorage.setItem(STEMPLEK, JSON.stringify(stand));
  } catch {
    onthoudt = false;
  }
}

// What anywidget gives elsewhere: a model that answers messages. Here the browser itself is the other side.
class Stembus {
  #luisteraars = new Set();
  spec = {
    vorm: "toets",
    items: gegevens.items,
    stand: Object.fromEntries(Object.entries(stand.stemmen).filter(([id]) => gegevens.items.some((i) => i.id === id && gegevens.editie[id] === stand.stemmen[id].editie)).map(([id, s]) => [id, { antwoord: s.antwoord, t: s.t }])),
  };
  get() {
    return this.spec;
  }
  on(naam, fn) {
    if (naam === "msg:custom") this.#luisteraars.add(fn);
  }
  off(naam, fn) {
    this.#luisteraars.delete(fn);
  }
  send({ nr, item, antwoord }) {
    const t = new Date().toISOString();
    stand.stemmen[item] = { antwoord, t, editie: gegevens.editie[item] };
    bewaarStemmen();
    queueMicrotask(() => this.#luisteraars.forEach((fn) => fn({ type: "bewaard", item, t, bij: nr })));
  }
}

function stemdelen(item) {
  return item.soort === "oordeel" ? item.acties.map((a) => a.id) : [...CRITERIA.map(([id]) => id), "vlag"];
}

function gestemd(item) {
  const antwoord = stand.stemmen[item.id]?.editie === gegevens.editie[item.id] ? stand.stemmen[item.id].antwoord : null;
  return Boolean(antwoord) && stemdelen(item).every((d) => d in antwoord);
}

function stembestand() {
  const mee = gegevens.items.filter(gestemd);
  return {
    leerlijn: "stemmen", v: 1, cursus: gegevens.cursus, module: gegevens.module, lid: stand.lid, t: new Date().toISOString(),
    editie: Object.fromEntries(mee.map((i) => [i.id, gegevens.editie[i.id]])),
    stemmen: Object.fromEntries(mee.map((i) => [i.id, stand.stemmen[i.id].antwoord])),
  };
}

function download() {
  const naam = `stemmen-${gegevens.module}-${stand.lid.slice(0, 6)}.json`;
  const adres = URL.createObjectURL(new Blob([JSON.stringify(stembestand(), null, 1)], { type: "application/json" }));
  const link = h("a", { href: adres, download: naam });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(adres), 10000);
  return naam;
}

function tekenStembus() {
  const verbinding = new Verbinding(new Stembus());
  const telling = h("p", { class: "ll-telling" });
  const status = h("div", { class: "ll-status", role: "status", "aria-live": "polite" });
  const mist = () => gegevens.items.map((i, n) => [i, n + 1]).filter(([i]) => !gestemd(i)).map(([, n]) => n);
  function werkBij() {
    const open = mist();
    telling.textContent = open.length ? `Je hebt over ${gegevens.items.length - open.length} van de ${gegevens.items.length} vragen gestemd. Nog open: vraag ${open.join(", ")}.` : `Je hebt over alle ${gegevens.items.length} vragen gestemd.`;
  }
  const vragen = gegevens.items.map((item, i) => maakToetsvraag({ ...item, punten: null }, verbinding, { titel: `Vraag ${i + 1} van ${gegevens.items.length}`, bijStand: werkBij }));
  const knop = h("button", { type: "button", class: "ll-knop ll-knop-hoofd", click: () => {
    if (mist().length === gegevens.items.length) return status.replaceChildren(h("p", {}, merk("let-op"), " Stem eerst over minstens één vraag."));
    const naam = download();
    status.replaceChildren(h("p", {}, merk("goed", "Opgeslagen"), ` als ${naam}, bij je downloads. Stuur dat bestand naar ${gegevens.redactie}.`), onthoudt ? "" : h("p", {}, merk("let-op"), " Deze browser onthoudt niets. Sluit dit venster pas als je het bestand hebt."));
  } }, "Sla mijn stemmen op");
  werkBij();
  document.getElementById("stemmen").append(h("div", { class: "ll-onderdeel", lang: "nl" }, ...vragen.map((v) => v.el),
    h("section", { class: "ll-item ll-inleveren", "aria-labelledby": "opslaan" }, h("h3", { id: "opslaan", class: "ll-kop" }, "Je stembestand"), telling,
      h("p", {}, "In het bestand staan je stemmen en een willekeurig nummer, geen naam. Je mag vragen overslaan, en later een nieuw bestand sturen: het laatste telt."),
      h("div", { class: "ll-knoppen" }, knop), status)));
}

tekenStembus();
