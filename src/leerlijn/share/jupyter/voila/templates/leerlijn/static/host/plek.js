// Where the reader was: kept in this browser only, as page + section. Back on that spot after a reload, one link from the course page.

const LAATST = "leerlijn:laatst";
const sleutel = () => `leerlijn:plek:${location.pathname}`;

function lees(naam) {
  try { return JSON.parse(localStorage.getItem(naam)); } catch { return null; }
}

function bewaar(naam, waarde) {
  try { localStorage.setItem(naam, JSON.stringify(waarde)); } catch { /* private window: then not */ }
}

/** The section the reader is in: the last heading above a third of the window, at the end of the page the last in sight. Returns {id, tekst} or null. */
export function huidig() {
  const koppen = [...document.querySelectorAll("main h2[id], main h3[id]")];
  const eind = scrollY + innerHeight >= document.documentElement.scrollHeight - 4;
  const grens = eind ? innerHeight : innerHeight / 3;
  const boven = koppen.filter((k) => k.getBoundingClientRect().top < grens).at(-1);
  return boven ? { id: boven.id, tekst: boven.textContent.trim() } : null;
}

/** Keep the spot while reading. Call once on a lesson page. */
export function volg() {
  let klok;
  const noteer = () => {
    const plek = huidig();
    const waarde = { pad: location.pathname, anker: plek?.id ?? "", kop: plek?.tekst ?? "", titel: document.querySelector("h1")?.textContent ?? "" };
    bewaar(sleutel(), waarde);
    // Who repeats some questions in between goes back to the lesson.
    if (!document.body.matches(".pagina-herhalen")) bewaar(LAATST, waarde);
  };
  addEventListener("scroll", () => { clearTimeout(klok); klok = setTimeout(noteer, 300); }, { passive: true });
}

/** After the exercises stand: back to the spot, when this was a reload or the address names one, and the reader has not moved. */
export function terug(gescrold) {
  if (gescrold) return;
  const reload = performance.getEntriesByType("navigation")[0]?.type === "reload";
  const anker = location.hash.slice(1) || (reload ? lees(sleutel())?.anker : "");
  if (anker) document.getElementById(decodeURIComponent(anker))?.scrollIntoView();
}

/** A visible link to the last spot, in the element with id "verder" (made below the h1 when the page has none). */
export function toonVerder() {
  const laatst = lees(LAATST);
  // Only a page of this course: the value comes from storage that other pages of this address share.
  const goed = laatst?.pad?.startsWith("/") && laatst.pad.includes("/voila/render/") && laatst.pad !== location.pathname;
  if (!goed) return;
  let plek = document.getElementById("verder");
  if (!plek) {
    plek = document.createElement("p");
    plek.id = "verder";
    document.querySelector("main h1")?.after(plek);
  }
  const a = document.createElement("a");
  a.href = laatst.pad + (laatst.anker ? `#${laatst.anker}` : "");
  a.textContent = `Verder waar je was: ${laatst.titel}${laatst.kop ? `, ${laatst.kop}` : ""}`;
  plek.replaceChildren(a);
  plek.hidden = false;
}
