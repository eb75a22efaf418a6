// What every page has in common: explanations of terms and facts, diagrams that scroll, times in the reader's own zone, sources on paper.
// Explanations open in the text itself, below the paragraph: nothing is covered, and all works at any zoom.

let vak; // the open explanation
let knop; // the button that opened it

const gegevens = {};
function lees(id) {
  const el = document.getElementById(id);
  return (gegevens[id] ??= el ? JSON.parse(el.textContent) : {});
}

/** An element with text and children. Text is never read as HTML. */
function maak(naam, eigen = {}, ...kinderen) {
  const el = Object.assign(document.createElement(naam), eigen);
  el.append(...kinderen.filter((k) => k !== null && k !== ""));
  return el;
}

function bron(b) {
  const titel = b.url?.match(/^https?:\/\//) ? maak("a", { href: b.url, rel: "noreferrer noopener" }, b.titel) : b.titel;
  return maak("p", { className: "feitregel" }, `${b.organisatie}, `, titel, ` (${b.jaar})`);
}

/** What is known about one fact: statement, sources with year, confidence. */
function feit(f) {
  const zekerheid = [`Zekerheid: ${f.zekerheid}`];
  if (f.vakoordeel) zekerheid.push("vakoordeel: zo denken deskundigen erover, onderzoek is er nog weinig");
  if (f.verlopen) zekerheid.push("de controledatum is voorbij: kijk of dit nog klopt");
  return maak("li", {}, maak("p", {}, f.stelling), ...f.bronnen.map(bron), maak("p", { className: "feitregel" }, `${f.id} · ${zekerheid.join(" · ")}`));
}

function inhoud(b) {
  if (b.dataset.begrip) {
    const t = lees("begrippen")[b.dataset.begrip];
    return t && [t.begrip, maak("p", {}, t.omschrijving)];
  }
  const ids = b.dataset.feiten.split(" ").filter((id) => lees("feiten")[id]);
  return ids.length ? ["Hier rust dit op", maak("ul", {}, ...ids.map((id) => feit(lees("feiten")[id])))] : null;
}

function sluit(terug = true) {
  if (!vak) return;
  vak.remove();
  knop.setAttribute("aria-expanded", "false");
  knop.removeAttribute("aria-controls");
  if (terug) knop.focus();
  vak = knop = undefined;
}

function open(b) {
  const wat = inhoud(b);
  if (!wat) return;
  const dicht = maak("button", { type: "button" }, "Sluit uitleg");
  dicht.addEventListener("click", () => sluit());
  vak = maak("div", { className: "uitlegvak", id: "uitlegvak", tabIndex: -1 }, maak("p", { className: "uitlegvak-kop", id: "uitlegvak-kop" }, wat[0]), wat[1], dicht);
  vak.setAttribute("role", "dialog");
  vak.setAttribute("aria-labelledby", "uitlegvak-kop");
  knop = b;
  b.setAttribute("aria-expanded", "true");
  b.setAttribute("aria-controls", "uitlegvak");
  const blok = b.closest("p, li, td, th, dd, dt, figcaption, h1, h2, h3, h4") ?? b;
  if (blok.matches("li, td, th, dd")) blok.append(vak);
  else blok.after(vak);
  vak.focus({ preventScroll: true });
  // Show as much of it as fits while the word that it explains stays in view.
  const over = vak.getBoundingClientRect().bottom - innerHeight + 16;
  if (over > 0) scrollBy({ top: Math.min(over, b.getBoundingClientRect().top - 60) });
}

document.addEventListener("click", (e) => {
  const b = e.target.closest?.("button.begrip, button.feitverwijzing");
  if (!b) return;
  const zelfde = b === knop;
  sluit(zelfde);
  if (!zelfde) open(b);
});

document.addEventListener("keydown", (e) => {
  if (e.key === "Escape" && vak && (vak.contains(e.target) || e.target === knop || e.target === document.body)) {
    e.preventDefault();
    sluit();
  }
});

const printknop = document.querySelector("[data-print]");
if (printknop) {
  printknop.hidden = false; // without JavaScript there is the browser's own menu
  printknop.addEventListener("click", () => print());
}

// On paper every fact that the page refers to is listed at the end of the text.
addEventListener("beforeprint", () => {
  const ids = [...new Set([...document.querySelectorAll(".feitverwijzing")].flatMap((b) => b.dataset.feiten.split(" ")))].filter((id) => lees("feiten")[id]);
  document.querySelector(".bronnenlijst")?.remove();
  if (!ids.length) return;
  const lijst = maak("section", { className: "bronnenlijst" }, maak("h2", {}, "Feiten en bronnen"), maak("ul", {}, ...ids.map((id) => feit(lees("feiten")[id]))));
  (document.querySelector("main .verder") ?? document.querySelector("main").lastElementChild).before(lijst);
});

/** A diagram or table that is wider than the screen scrolls in its own box; then a keyboard must be able to reach it. */
const maat = new ResizeObserver((lijst) => {
  for (const { target } of lijst) {
    const breed = target.scrollWidth > target.clientWidth + 1;
    target.toggleAttribute("data-schuift", breed);
    if (breed) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
    if (target.matches(".beeld")) inWords(target, breed);
  }
});

/** On a phone only a part of a diagram is in view: below it the reader can open what it says, in words. */
function inWords(beeld, breed) {
  const tekst = beeld.querySelector("desc")?.textContent.trim();
  let woorden = beeld.nextElementSibling?.matches(".beeld-tekst") ? beeld.nextElementSibling : null;
  if (!woorden && breed && tekst) {
    woorden = maak("details", { className: "beeld-tekst" }, maak("summary", {}, "Dit beeld in woorden"), maak("p", {}, tekst));
    beeld.after(woorden);
  }
  if (woorden) woorden.hidden = !breed;
}

function werkBij() {
  for (const el of document.querySelectorAll(".beeld, .tabel")) {
    if (el.matches(".beeld") && !el.getAttribute("role")) {
      el.setAttribute("role", "group");
      el.setAttribute("aria-label", `Afbeelding: ${el.querySelector("[aria-label]")?.getAttribute("aria-label") ?? el.querySelector("img")?.alt ?? ""}`);
    }
    maat.observe(el);
  }
  for (const el of document.querySelectorAll("time[data-tijd]")) {
    const t = new Date(el.dateTime);
    if (!Number.isNaN(t.valueOf())) el.textContent = t.toLocaleString("nl-NL", { dateStyle: "long", timeStyle: "short" });
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", werkBij);
else werkBij();
