// formgrader says nothing when a request fails. This does: what was not saved is sent again until it is, and the page says so meanwhile.

const jq = window.jQuery;
const wacht = new Map(); // address -> the newest request for it that failed
const OPNIEUW = 5000; // ms
const DAN = "Wacht een minuut en laad de pagina opnieuw. Blijft het zo? Vraag de beheerder.";
let balk;

function toon(tekst, soort) {
  if (!balk) {
    balk = document.createElement("div");
    balk.id = "ll-storing";
    balk.setAttribute("role", "alert");
    balk.style.cssText = "position:sticky;top:0;z-index:2000;padding:12px 16px;font:16px/1.5 system-ui,sans-serif;border-bottom:2px solid";
    document.body.prepend(balk);
  }
  balk.hidden = !tekst;
  balk.style.background = soort === "goed" ? "#e7f4ec" : "#fdecea";
  balk.style.color = soort === "goed" ? "#14532d" : "#7a1c12";
  if (balk.textContent !== tekst) balk.textContent = tekst; // else it is read out again and again
}

const bewaart = (opties) => opties.type?.toUpperCase() === "PUT"; // points and comments; the newest says all

if (jq) {
  jq(document).ajaxError((_, antwoord, opties) => {
    const zin = antwoord.responseJSON?.message || "De server antwoordt niet, of er ging daar iets mis.";
    if (!bewaart(opties)) return toon(`Dit lukte niet. ${zin} ${DAN}`, "fout");
    wacht.set(opties.url, opties);
    toon(`Nog niet bewaard. ${zin} Wat je invulde staat er nog en gaat vanzelf opnieuw: laat deze pagina open. Duurt het lang? Vraag de beheerder.`, "fout");
    setTimeout(() => wacht.get(opties.url) === opties && jq.ajax(opties), OPNIEUW);
  });
  jq(document).ajaxSuccess((_, antwoord, opties) => {
    if (wacht.delete(opties.url) && !wacht.size) {
      toon("Alles is bewaard.", "goed");
      setTimeout(() => wacht.size || toon(""), 4000);
    }
  });
  window.addEventListener("beforeunload", (e) => wacht.size && e.preventDefault());
}
