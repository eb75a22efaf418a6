// Search in the index that the build made. Words are looked up in the list of words that occur: that gives their stem, and for a
// word that does not occur the nearest ones that do. All of it happens here; the one request is for the index itself.

const KOPPEN = { les: "In de lessen", begrip: "Begrippen", feit: "Feiten", hulp: "Hulp", bron: "Bronnen" };
const EERST = 8; // results of a kind before "Toon meer"
const formulier = document.getElementById("zoek");
const veld = formulier.q;
const stand = document.getElementById("zoekstand");
const plek = document.getElementById("treffers");

const plat = (t) => t.replaceAll("’", "'").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
const woorden = (t) => plat(t).match(/[a-z0-9]+(?:['-][a-z0-9]+)*/g) ?? [];

let register;
function laad() {
  register ??= fetch(formulier.dataset.register, { headers: { "X-XSRFToken": formulier.dataset.xsrf } }).then(async (r) => {
    if (!r.ok) throw new Error(r.status);
    const data = await r.json();
    return { ...data, lunr: globalThis.lunr.Index.load(data.index), lijst: Object.keys(data.woorden) };
  });
  register.catch(() => { register = undefined; });
  return register;
}

/** Edits between two words, a swap of neighbours counts as one; Infinity once it is more than `max`. */
function afstand(a, b, max) {
  if (Math.abs(a.length - b.length) > max) return Infinity;
  let vorige2;
  let vorige = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const rij = [i];
    for (let j = 1; j <= b.length; j++) {
      rij[j] = Math.min(vorige[j] + 1, rij[j - 1] + 1, vorige[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rij[j] = Math.min(rij[j], vorige2[j - 2] + 1);
    }
    if (Math.min(...rij) > max) return Infinity;
    [vorige2, vorige] = [vorige, rij];
  }
  return vorige[b.length];
}

/** Words of the course for one word of the reader: {stammen: Map(stem -> weight), gok: word used instead, or null}. */
function vertaal(reg, w, laatste) {
  const stammen = new Map();
  const neem = (x, gewicht) => stammen.set(reg.woorden[x], Math.max(gewicht, stammen.get(reg.woorden[x]) ?? 0));
  if (Object.hasOwn(reg.woorden, w)) neem(w, 10);
  // Part of a word: what the reader is typing, and compounds ("uitbuiting" in "arbeidsuitbuiting").
  if (w.length >= 3) for (const x of reg.lijst) if (x !== w && (x.startsWith(w) || (w.length >= 5 && x.includes(w)))) neem(x, laatste && x.startsWith(w) ? 3 : 2);
  if (stammen.size || w.length < 4) return { stammen, gok: null };
  let beste = [];
  let min = w.length > 6 ? 2 : 1;
  for (const x of reg.lijst) {
    const d = afstand(w, x, min);
    if (d < min) beste = [];
    if (d <= min) { min = d; beste.push(x); }
  }
  // Else a word that begins the same way: "signaaltjes" for "signaal".
  if (!beste.length) {
    const begin = w.slice(0, Math.max(5, Math.ceil(w.length * 0.6)));
    if (w.length > 5) beste = reg.lijst.filter((x) => x.startsWith(begin));
  }
  beste.slice(0, 5).forEach((x) => neem(x, 5));
  return { stammen, gok: beste[0] ?? null };
}

/** Documents for a question, best first; all words must occur when that gives anything, else any of them. */
function zoek(reg, vraag) {
  const ws = [...new Set(woorden(vraag))].filter((w) => !reg.stop.includes(w)).slice(0, 8);
  const delen = ws.map((w, i) => ({ w, ...vertaal(reg, w, i === ws.length - 1) })).filter((d) => d.stammen.size);
  const scores = new Map();
  for (const d of delen) {
    const hits = reg.lunr.query((q) => { for (const [s, boost] of d.stammen) q.term(s, { boost, usePipeline: false }); });
    for (const h of hits) {
      const oud = scores.get(h.ref) ?? { score: 0, aantal: 0 };
      scores.set(h.ref, { score: oud.score + h.score, aantal: oud.aantal + 1 });
    }
  }
  let uit = [...scores].map(([ref, s]) => ({ doc: reg.documenten[ref], ...s }));
  if (uit.some((x) => x.aantal === delen.length)) uit = uit.filter((x) => x.aantal === delen.length);
  uit.sort((a, b) => b.aantal - a.aantal || b.score - a.score);
  return { uit, stammen: new Set(delen.flatMap((d) => [...d.stammen.keys()])), gok: delen.filter((d) => d.gok).map((d) => d.gok) };
}

/** The part of a text around the first word found, with what was found in <mark>. */
function stukje(reg, tekst, stammen, lengte = 190) {
  const isRaak = (w) => stammen.has(reg.woorden[plat(w)]);
  const delen = tekst.split(/([\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*)/u);
  const eerste = delen.findIndex((d, i) => i % 2 && isRaak(d));
  let van = Math.max(0, eerste);
  for (let n = 0; van > 0 && n + delen[van - 1].length < 70; van--) n += delen[van - 1].length;
  const uit = document.createElement("p");
  if (van > 0) uit.append("… ");
  let n = 0;
  let i = van;
  for (; i < delen.length && n < lengte; i++) {
    n += delen[i].length;
    if (i % 2 && isRaak(delen[i])) uit.append(Object.assign(document.createElement("mark"), { textContent: delen[i] }));
    else uit.append(delen[i]);
  }
  if (i < delen.length) uit.append(" …");
  return uit;
}

function rij(reg, { doc }, stammen) {
  const li = document.createElement("li");
  li.append(Object.assign(document.createElement("a"), { href: formulier.dataset.basis + doc.url, textContent: doc.titel }), stukje(reg, doc.tekst, stammen));
  return li;
}

function groep(reg, soort, lijst, stammen) {
  const sectie = document.createElement("section");
  const kop = Object.assign(document.createElement("h2"), { id: `soort-${soort}`, textContent: `${KOPPEN[soort]} (${lijst.length})` });
  sectie.setAttribute("aria-labelledby", kop.id);
  const ul = Object.assign(document.createElement("ul"), { className: "treffers" });
  ul.append(...lijst.slice(0, EERST).map((x) => rij(reg, x, stammen)));
  sectie.append(kop, ul);
  if (lijst.length > EERST) {
    const meer = Object.assign(document.createElement("button"), { type: "button", textContent: `Toon de andere ${lijst.length - EERST}` });
    meer.addEventListener("click", () => {
      const nieuw = lijst.slice(EERST).map((x) => rij(reg, x, stammen));
      ul.append(...nieuw);
      nieuw[0].querySelector("a").focus();
      meer.remove();
    });
    sectie.append(meer);
  }
  return sectie;
}

let beurt = 0;
async function toon() {
  const mijn = ++beurt;
  const vraag = veld.value.trim();
  history.replaceState(null, "", vraag ? `?q=${encodeURIComponent(vraag)}` : location.pathname);
  if (!woorden(vraag).some((w) => w.length > 1)) {
    plek.replaceChildren();
    stand.textContent = vraag ? "Typ een woord van twee letters of meer." : "";
    return;
  }
  let reg;
  try {
    reg = await laad();
  } catch {
    stand.textContent = "Het zoekregister is niet te laden. Laad de pagina opnieuw, of kijk bij Begrippen.";
    return;
  }
  if (mijn !== beurt) return;
  const { uit, stammen, gok } = zoek(reg, vraag);
  // In the order of their best result; sources are short and so score high, but are what a reader wants last.
  const soorten = [...new Set(uit.map((x) => x.doc.soort))].sort((a, b) => (a === "bron") - (b === "bron"));
  plek.replaceChildren(...soorten.map((s) => groep(reg, s, uit.filter((x) => x.doc.soort === s), stammen)));
  const aantal = uit.length === 1 ? "1 resultaat" : `${uit.length} resultaten`;
  if (!uit.length) stand.textContent = `Niets gevonden voor ‘${vraag}’. Probeer een ander woord, of kijk bij Begrippen.`;
  else if (gok.length) stand.textContent = `‘${vraag}’ komt zo niet voor. ${aantal} voor ‘${gok.join(" ")}’.`;
  else stand.textContent = `${aantal} voor ‘${vraag}’.`;
}

let klok;
veld.addEventListener("input", () => { clearTimeout(klok); klok = setTimeout(toon, 250); });
veld.addEventListener("focus", () => laad().catch(() => {}), { once: true });
formulier.addEventListener("submit", (e) => { e.preventDefault(); clearTimeout(klok); toon(); });
if (veld.value) toon();
