// Messages to and from Python, and what must outlive a view: JupyterLab may draw the same model again or twice.

const WACHTTIJD = 5000;
const WACHTTIJD_BEZIG = 150000; // handing in may take two minutes on a slow disk
const GEEN_VERBINDING = "Geen verbinding met de cursus. Je antwoord staat nog op deze pagina. Laad de pagina opnieuw als dit zo blijft.";
const winkels = new WeakMap();
const NAAM_VAN_PAGINA = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
let nummer = 0;

// The store of one widget. The spec object is its key: views of one model share it, a spec that was sent anew starts afresh.
function winkelVan(spec) {
  if (!winkels.has(spec)) {
    const items = {};
    for (const [id, stand] of Object.entries(spec.stand ?? {})) items[id] = { ...stand };
    winkels.set(spec, { items, wacht: new Map(), luisteraars: new Set(), ijk: spec.ijk ?? [], gesprek: spec.gesprek ?? null, kwitantie: spec.kwitantie ?? null });
  }
  return winkels.get(spec);
}

function gelijk(a, b) {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

export class Verbinding {
  constructor(model) {
    this.model = model;
    this.spec = model.get("spec");
    this.winkel = winkelVan(this.spec);
    this.mijn = new Set();
    this.ontvang = this.ontvang.bind(this);
    model.on("msg:custom", this.ontvang);
  }

  sluit() {
    this.model.off("msg:custom", this.ontvang);
    for (const l of this.mijn) this.winkel.luisteraars.delete(l);
  }

  // What is known of one item: {antwoord, zekerheid, t, terugkoppeling, concept}.
  stand(id) {
    return (this.winkel.items[id] ??= {});
  }

  // fn(bericht) for every answer of Python about `onderwerp` (an item, a case, or "toets").
  luister(onderwerp, fn) {
    const luisteraar = { onderwerp, fn };
    this.mijn.add(luisteraar);
    this.winkel.luisteraars.add(luisteraar);
  }

  vertel(onderwerp, bericht) {
    for (const l of [...this.winkel.luisteraars]) if (l.onderwerp === onderwerp) l.fn(bericht);
  }

  // Send, or send again with the same number when the very same message is still without an answer.
  stuur(onderwerp, type, inhoud) {
    let open = [...this.winkel.wacht.values()].find((w) => w.onderwerp === onderwerp && w.type === type && gelijk(w.inhoud, inhoud));
    if (!open) {
      nummer += 1;
      open = { nr: `${NAAM_VAN_PAGINA}-${nummer}`, onderwerp, type, inhoud };
      this.winkel.wacht.set(open.nr, open);
    }
    clearTimeout(open.klok);
    open.klok = setTimeout(() => this.vertel(onderwerp, { type: "stil", tekst: GEEN_VERBINDING }), WACHTTIJD);
    this.model.send({ type, nr: open.nr, ...inhoud });
    return open.nr;
  }

  wacht(onderwerp) {
    return [...this.winkel.wacht.values()].some((w) => w.onderwerp === onderwerp);
  }

  ontvang(bericht) {
    const open = bericht && this.winkel.wacht.get(bericht.bij);
    if (!open) return;
    clearTimeout(open.klok);
    if (bericht.type === "bezig") {
      open.klok = setTimeout(() => this.vertel(open.onderwerp, { type: "stil", tekst: GEEN_VERBINDING }), WACHTTIJD_BEZIG);
    } else {
      this.winkel.wacht.delete(open.nr);
      // An older message about the same thing that never got its answer has been overtaken by this one.
      for (const [nr, w] of this.winkel.wacht) if (w.onderwerp === open.onderwerp && w.type === open.type && Number(nr.split("-")[1]) < Number(open.nr.split("-")[1])) {
        clearTimeout(w.klok);
        this.winkel.wacht.delete(nr);
      }
      this.onthoud(open, bericht);
    }
    this.vertel(open.onderwerp, { ...bericht, van: open });
  }

  onthoud(open, bericht) {
    const stand = this.stand(open.onderwerp);
    if (bericht.type === "bewaard" || bericht.type === "terugkoppeling") {
      Object.assign(stand, { antwoord: open.inhoud.antwoord, zekerheid: open.inhoud.zekerheid ?? null, t: bericht.t });
      if (bericht.type === "terugkoppeling") stand.terugkoppeling = bericht;
      if (bericht.ijk) this.winkel.ijk = bericht.ijk;
      if (gelijk(stand.concept, open.inhoud.antwoord)) this.vergeetConcept(open.onderwerp);
    }
    if (bericht.type === "stand") this.winkel.gesprek = bericht;
    if (bericht.type === "kwitantie") this.winkel.kwitantie = bericht;
  }

  // A text that Python does not have yet outlives a reload of this tab, not the tab itself.
  #plek(id) {
    return `leerlijn/${this.spec.cursus ?? ""}/${id}`;
  }

  concept(id) {
    const stand = this.stand(id);
    if (stand.concept === undefined) {
      try {
        stand.concept = sessionStorage.getItem(this.#plek(id));
      } catch {
        stand.concept = null;
      }
    }
    return stand.concept ?? null;
  }

  bewaarConcept(id, tekst) {
    this.stand(id).concept = tekst;
    try {
      sessionStorage.setItem(this.#plek(id), tekst);
    } catch {
      // Storage may be full or forbidden; the text is still on the page.
    }
  }

  vergeetConcept(id) {
    this.stand(id).concept = null;
    try {
      sessionStorage.removeItem(this.#plek(id));
    } catch {
      // As above.
    }
  }
}
