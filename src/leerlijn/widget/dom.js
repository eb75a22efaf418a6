// Making elements. Text of authors and learners becomes text nodes, never HTML.

const SVG = "http://www.w3.org/2000/svg";
let teller = 0;

export function uniek(naam) {
  teller += 1;
  return `ll-${naam}-${teller}`;
}

function vul(el, eigenschappen, kinderen) {
  for (const [naam, waarde] of Object.entries(eigenschappen)) {
    if (waarde === null || waarde === undefined || waarde === false) continue;
    if (typeof waarde === "function") el.addEventListener(naam, waarde);
    else el.setAttribute(naam, waarde === true ? "" : waarde);
  }
  el.append(...kinderen.flat(Infinity).filter((k) => k !== null && k !== undefined && k !== false));
  return el;
}

// h("button", {type: "button", click: fn}, "tekst"): a function value is a listener, null and false are left out.
export function h(naam, eigenschappen = {}, ...kinderen) {
  return vul(document.createElement(naam), eigenschappen, kinderen);
}

export function s(naam, eigenschappen = {}, ...kinderen) {
  return vul(document.createElementNS(SVG, naam), eigenschappen, kinderen);
}

// **bold** and *italic* of one paragraph, as nodes. A phone number is never cut at the end of a line.
export function regel(tekst) {
  return String(tekst ?? "")
    .split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\b0[89]00-\d{4,7}\b)/)
    .filter(Boolean)
    .map((deel) => {
      if (/^\*\*[^*]+\*\*$/.test(deel)) return h("strong", {}, deel.slice(2, -2));
      if (/^\*[^*\s][^*]*\*$/.test(deel)) return h("em", {}, deel.slice(1, -1));
      if (/^0[89]00-\d+$/.test(deel)) return h("span", { class: "ll-heel" }, deel);
      return deel.replace(/\s*\n\s*/g, " ");
    });
}

// Light markdown (paragraphs, "- " lists) as a list of block elements.
export function blokken(tekst) {
  const uit = [];
  for (const blok of String(tekst ?? "").trim().split(/\n\s*\n/)) {
    let alinea = [];
    let lijst = null;
    const sluit = () => {
      if (alinea.length) uit.push(h("p", {}, regel(alinea.join(" "))));
      alinea = [];
    };
    for (const r of blok.split("\n")) {
      if (/^\s*- /.test(r)) {
        sluit();
        if (!lijst) uit.push((lijst = h("ul")));
        lijst.append(h("li", {}, regel(r.replace(/^\s*- /, ""))));
      } else if (lijst && /^\s+\S/.test(r)) {
        lijst.lastElementChild.append(" ", ...regel(r.trim()));
      } else if (r.trim()) {
        lijst = null;
        alinea.push(r.trim());
      }
    }
    sluit();
  }
  return uit;
}

export function kort(tekst, lengte) {
  const plat = String(tekst ?? "").replace(/\*+/g, "").replace(/\s+/g, " ").trim();
  return plat.length <= lengte ? plat : `${plat.slice(0, lengte - 1).replace(/[\s,;:.]+\S*$/, "")}…`;
}

export function klok(iso) {
  const t = new Date(iso);
  return Number.isNaN(t.getTime()) ? "" : t.toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit" });
}

export function dag(iso) {
  const t = new Date(iso);
  return Number.isNaN(t.getTime()) ? "" : t.toLocaleDateString("nl-NL", { day: "numeric", month: "long", year: "numeric" });
}

// Text for who listens; not on screen.
export function alleenHoorbaar(...tekst) {
  return h("span", { class: "ll-hoorbaar" }, ...tekst);
}

const MERK = {
  goed: ["✓", "Goed"],
  deels: ["≈", "Deels goed"],
  fout: ["✗", "Niet goed"],
  gemist: ["!", "Gemist"],
  neutraal: ["–", "Niet gekozen"],
  "let-op": ["!", "Let op"],
};

// Shape and word together, so that colour is never needed.
export function merk(teken, woord) {
  const [vorm, naam] = MERK[teken] ?? MERK.neutraal;
  return h("span", { class: `ll-merk ll-merk-${teken}` }, h("span", { class: "ll-merk-vorm", "aria-hidden": "true" }, vorm), " ", woord ?? naam);
}
