// The outputs of a code cell, put into the box that waits for them.

const WIDGET = "application/vnd.jupyter.widget-view+json";
const STUK = "Deze oefening kan nu niet worden getoond. Laad de pagina opnieuw. Blijft het zo? Meld het onderaan deze pagina.";

const maak = (naam, eigenschappen = {}) => Object.assign(document.createElement(naam), eigenschappen);
const tekst = (x) => (Array.isArray(x) ? x.join("") : String(x ?? ""));

/** Fill `box` with `outputs`. draw(id, el): draws a widget. Returns promises of the widgets; a cell that shows nothing leaves no box. */
export function vul(box, outputs, draw) {
  const komt = [];
  const inhoud = outputs.flatMap((o) => toon(o, draw, komt));
  box.removeAttribute("aria-busy");
  if (inhoud.length) box.replaceChildren(...inhoud);
  else box.remove();
  return komt;
}

/** The box of a cell that never came. */
export function kapot(box) {
  box.removeAttribute("aria-busy");
  box.replaceChildren(maak("p", { className: "melding", textContent: STUK }));
}

function toon(output, draw, komt) {
  if (output.output_type === "error") return [maak("p", { className: "melding", textContent: STUK })];
  if (output.output_type === "stream") {
    if (output.name === "stderr") { console.warn(tekst(output.text)); return []; }
    return [maak("pre", { textContent: tekst(output.text) })];
  }
  const data = output.data ?? {};
  if (data[WIDGET]) {
    const el = maak("div", { className: "onderdeel" });
    komt.push(draw(data[WIDGET].model_id, el).catch((e) => { console.error(e); kapot(el); }));
    return [el];
  }
  if (data["text/html"]) {
    const el = maak("div");
    el.innerHTML = tekst(data["text/html"]); // of the course's own code; scripts and inline styles in it are refused by the CSP
    return [el];
  }
  if (data["image/png"]) return [maak("img", { src: `data:image/png;base64,${tekst(data["image/png"]).replace(/\s/g, "")}`, alt: tekst(data["text/plain"]) })];
  return data["text/plain"] ? [maak("pre", { textContent: tekst(data["text/plain"]) })] : [];
}
