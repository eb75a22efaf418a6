// The other half of proefdeel.py. Everything that happens is written into <ul class="spoor">.
function initialize({ model }) {
  model.begonnen = (model.begonnen ?? 0) + 1;
}
function render({ model, el, signal }) {
  const spoor = el.appendChild(document.createElement("ul"));
  spoor.className = "spoor";
  const noteer = (tekst) => { spoor.appendChild(document.createElement("li")).textContent = tekst; };
  noteer(`begin ${model.get("getal")} ${[...new Uint8Array(model.get("beeld").buffer, model.get("beeld").byteOffset, model.get("beeld").byteLength)]} ${model.begonnen} ${signal instanceof AbortSignal}`);
  model.on("change:getal", (m, waarde) => noteer(`getal ${waarde} ${m.get("getal")}`));
  model.on("msg:custom", (inhoud, buffers) => noteer(`${JSON.stringify(inhoud)} ${buffers.map((b) => b.byteLength)}`));
  const knop = (naam, doe) => {
    const b = el.appendChild(document.createElement("button"));
    b.type = "button";
    b.textContent = naam;
    b.addEventListener("click", doe);
  };
  let nr = 0;
  knop("tel", () => model.send({ type: "tel", nr: ++nr }, undefined, [new Uint8Array([1, 2]), new Uint8Array([9, 4, 5]).subarray(1)]));
  knop("zet", () => model.send({ type: "zet", getal: 41 }));
  knop("plus", () => { model.set("getal", model.get("getal") + 1); model.save_changes(); });
  knop("beeld", () => { model.set("beeld", new Uint8Array([4, 5, 6]).buffer); model.save_changes(); model.send({ type: "bytes" }); });
  knop("traag", () => model.send({ type: "traag", seconden: 7 }));
  knop("stop", () => model.send({ type: "stop" }));
}
export default { initialize, render };
