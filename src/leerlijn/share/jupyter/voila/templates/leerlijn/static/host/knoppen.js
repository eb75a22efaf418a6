// Small things that every page has: the quick exit, and the mail to the editors. Without script both are plain links.

import { huidig } from "./plek.js";

const HEEL = "%28hele%20pagina%29"; // as serve_lesson.report_url writes it

/** Wire [data-sluit] (address of the empty page) and a[data-meld]; also those that are still to stream in. */
export function knoppen() {
  document.addEventListener("click", (e) => {
    const sluit = e.target.closest?.("[data-sluit]");
    if (sluit) {
      e.preventDefault();
      document.documentElement.hidden = true; // at once, also when the server takes its time
      location.replace(sluit.getAttribute("href"));
    }
    const meld = e.target.closest?.("a[data-meld]");
    const plek = meld && huidig();
    if (plek) meld.href = meld.href.replace(HEEL, encodeURIComponent(`${plek.tekst} (#${plek.id})`));
  }, true);
}
