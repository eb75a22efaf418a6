// Panels with points per criterion: on our own pages, and inside formgrader's page, where they are fetched and put under the answer.
// Every click is saved at once. Nothing is drawn from text of a learner: panels are HTML of our own server.

const wachtrij = new Map();

function koek(naam) {
  const deel = document.cookie.split("; ").find((d) => d.startsWith(naam + "="));
  return deel ? decodeURIComponent(deel.slice(naam.length + 1)) : "";
}

function api() {
  return document.body.dataset.api || window.base_url.replace(/formgrader$/, "") + "leerlijn/api/rubriek/";
}

const veld = (form) =>
  form.dataset.plek === "formgrader" ? document.getElementById(`${form.dataset.item}-comment`) : form.querySelector(".lb-opmerking");

function criteria(form) {
  const uit = {};
  for (const f of form.querySelectorAll("[data-criterium]")) {
    const keus = f.querySelector("input:checked");
    if (keus) uit[f.dataset.criterium] = Number(keus.value);
  }
  return uit;
}

const getal = (x) => String(Math.round(x * 100) / 100).replace(".", ",");

function toon(form, tekst, fout = false) {
  const stand = form.querySelector(".lb-stand");
  stand.textContent = tekst;
  stand.classList.toggle("lb-fout", fout);
}

function begin(form) {
  const over = form.querySelectorAll("[data-criterium]").length - Object.keys(criteria(form)).length;
  const som = Object.values(criteria(form)).reduce((a, b) => a + b, 0);
  toon(form, over ? `Nog ${over} ${over === 1 ? "criterium" : "criteria"} te gaan.` : `Samen ${getal(som)} punten.`);
}

// One request at a time per panel, the newest state last: a slow one can't overwrite a later one.
async function bewaar(form) {
  if (wachtrij.has(form)) return void wachtrij.set(form, true);
  do {
    wachtrij.set(form, false);
    await stuur(form);
  } while (wachtrij.get(form));
  wachtrij.delete(form);
}

async function stuur(form) {
  toon(form, "Bezig met bewaren …");
  const { nummer, item, rol, plek } = form.dataset;
  const inhoud = { rol, criteria: criteria(form) };
  if (plek !== "formgrader") inhoud.opmerking = veld(form).value;
  let antwoord, data;
  try {
    antwoord = await fetch(`${api()}${nummer}/${item}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-XSRFToken": koek("_xsrf") },
      body: JSON.stringify(inhoud),
    });
    data = await antwoord.json();
  } catch {
    return toon(form, "Niet bewaard: de server antwoordt niet. Klik opnieuw als de verbinding terug is.", true);
  }
  if (!antwoord.ok) return toon(form, `Niet bewaard. ${data.fout || data.message || ""}`, true);
  const bewaard = data.klaar ? `Bewaard: samen ${getal(data.totaal)} punten.` : `Bewaard. Nog ${data.over} ${data.over === 1 ? "criterium" : "criteria"} te gaan.`;
  toon(form, data.besluit === null ? bewaard : `${bewaard} Het besluit met de tweede lezer blijft tellen: ${getal(data.besluit)} punten.`);
  form.closest(".inzending")?.classList.toggle("klaar", data.klaar);
  if (plek === "formgrader" && data.klaar) {
    form.querySelector(".lb-let-op")?.remove();
    window.formgrader?.grades?.find((g) => g.get("name") === item)?.set({ manual_score: data.score, needs_manual_grade: false });
  }
}

function voegToe(form, zin) {
  const doel = veld(form);
  if (!doel || doel.value.split("\n").includes(zin)) return;
  doel.value = doel.value.trim() ? `${doel.value.trimEnd()}\n${zin}` : zin;
  if (form.dataset.plek === "formgrader") {
    window.jQuery(doel).trigger("change"); // formgrader saves its own field
    toon(form, "Toegevoegd aan de opmerking.");
  } else bewaar(form);
}

document.addEventListener("change", (e) => {
  const form = e.target.closest?.(".lb-paneel");
  if (form) bewaar(form);
});
document.addEventListener("submit", (e) => e.target.matches(".lb-paneel") && e.preventDefault());
document.addEventListener("click", (e) => {
  const knop = e.target.closest?.(".lb-paneel button");
  if (!knop) return;
  const form = knop.form;
  if (knop.dataset.zin) voegToe(form, knop.dataset.zin);
  if (knop.dataset.neem) {
    for (const [naam, p] of Object.entries(JSON.parse(knop.dataset.neem))) {
      for (const keus of form.querySelectorAll(`[data-criterium="${CSS.escape(naam)}"] input`)) keus.checked = Number(keus.value) === p;
    }
    bewaar(form);
  }
});

async function inFormgrader() {
  const antwoord = await fetch(api() + window.submission_id);
  if (!antwoord.ok) return;
  for (const [item, html] of Object.entries(await antwoord.json())) {
    const voet = document.getElementById(`${item}-comment`)?.closest(".panel-footer");
    if (!voet) continue;
    const houder = document.createElement("div");
    houder.className = "panel-body";
    houder.innerHTML = html;
    houder.addEventListener("keydown", (e) => e.stopPropagation()); // formgrader takes the Tab key for itself
    voet.before(houder);
    const opmerking = document.getElementById(`${item}-comment`);
    if (!opmerking.getAttribute("aria-label")) opmerking.setAttribute("aria-label", "Opmerking voor de deelnemer");
    document.getElementById(item)?.setAttribute("aria-label", "Punten voor deze vraag");
  }
  document.querySelectorAll(".lb-paneel").forEach(begin);
}

if (window.submission_id) inFormgrader();
else document.querySelectorAll(".lb-paneel").forEach(begin);
