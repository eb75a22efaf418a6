// What a text rests on: statement, source, year and how sure it is.
import { alleenHoorbaar, h, regel } from "./dom.js";

function bron(b) {
  const veilig = /^https?:\/\//.test(b.url ?? "");
  const titel = veilig ? h("a", { href: b.url, target: "_blank", rel: "noopener noreferrer" }, b.titel, alleenHoorbaar(" (opent in een nieuw tabblad)")) : h("cite", {}, b.titel);
  return h("li", {}, `${b.organisatie}, `, titel, ` (${b.jaar})`);
}

function feit(f) {
  const labels = [
    h("span", { class: "ll-label" }, `Zekerheid van dit feit: ${f.zekerheid}`),
    f.vakoordeel ? h("span", { class: "ll-label" }, "Vakoordeel") : null,
    f.verlopen ? h("span", { class: "ll-label ll-label-let-op" }, "! Verlopen: wordt opnieuw gecontroleerd") : null,
  ];
  return h("li", {}, h("p", { class: "ll-stelling" }, regel(f.stelling)), h("ul", { class: "ll-bronnen" }, ...f.bronnen.map(bron)),
    h("p", { class: "ll-labels" }, h("span", { class: "ll-label" }, `Feit ${f.id}`), ...labels.filter(Boolean).flatMap((l) => [" ", l])));
}

export function bewijs(feiten) {
  if (!feiten?.length) return null;
  return h("details", { class: "ll-meer ll-bewijs" }, h("summary", {}, "Waarop is dit gebaseerd?"), h("ul", { class: "ll-feiten" }, ...feiten.map(feit)));
}
