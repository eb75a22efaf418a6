// What a reader is told about the line to the exercises. One place on the page, role="status", empty when all is well.

const TEKST = {
  lost: "De verbinding is weg. Je kunt doorwerken: wat je invult blijft op de pagina staan. Zodra de verbinding terug is, wordt het alsnog bewaard.",
  back: "De verbinding is er weer.",
  slow: "De oefening is nog bezig. Een ogenblik.",
  late: "Het starten van de oefeningen duurt langer dan normaal. Je kunt alvast lezen.",
  gone: "De oefening is gestopt. Wat bewaard was, blijft bewaard. Laad de pagina opnieuw om verder te gaan.",
  failed: "De oefeningen zijn niet gestart. Laad de pagina opnieuw. Lezen kan gewoon.",
};
const BLIJFT = new Set(["gone", "failed"]);

let nu = "";

/** Take a message away, if it is the one that stands there. */
export function wis(soort) {
  if (nu === soort) meld("");
}

/** Show a message by its name, or take it away with "". Also tells the page, for widgets that want to know. */
export function meld(soort) {
  const plek = document.getElementById("verbinding");
  if (!plek || soort === nu || (BLIJFT.has(nu) && soort !== "gone")) return;
  nu = soort;
  document.dispatchEvent(new CustomEvent("leerlijn:verbinding", { detail: soort || "open" }));
  plek.dataset.staat = soort;
  if (!soort) return plek.replaceChildren();
  const p = document.createElement("p");
  p.textContent = TEKST[soort];
  plek.replaceChildren(p);
  if (BLIJFT.has(soort)) {
    const knop = document.createElement("button");
    knop.type = "button";
    knop.textContent = "Laad de pagina opnieuw";
    knop.addEventListener("click", () => location.reload());
    plek.append(knop);
  }
  if (soort === "back") setTimeout(() => wis("back"), 4000);
}
