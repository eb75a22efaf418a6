// Start of a lesson page. The text stands already; this brings the exercises to life.
//
// The page streams: outputs come as <script type="application/json" data-uitvoer="cell id"> while cells run, and at the end
// <script id="aansluiting"> with the kernel's id. Only then do we connect: earlier, the browser would get every cell's raw messages.

import { Link } from "./link.js";
import { Manager } from "./model.js";
import { meld, wis } from "./melding.js";
import { vul, kapot } from "./uitvoer.js";
import { volg, terug } from "./plek.js";
import { knoppen } from "./knoppen.js";

const LAAT = 20000; // ms until we say that the start is slow
let manager;
let maakManager;
const klaarManager = new Promise((resolve) => { maakManager = resolve; });
const widgets = [];
const draw = async (id, el) => (await klaarManager).draw(id, el);

/** A script that still streams in is complete once something follows it. */
const compleet = (el) => el.nextElementSibling || document.readyState !== "loading";

function plaats() {
  for (const el of document.querySelectorAll("script[data-uitvoer]")) {
    if (!compleet(el)) return;
    const box = document.querySelector(`[data-cel="${CSS.escape(el.dataset.uitvoer)}"]`);
    if (box) widgets.push(...vul(box, JSON.parse(el.textContent).outputs, draw));
    el.remove();
  }
  const conf = document.getElementById("aansluiting");
  if (!conf || !compleet(conf)) return;
  klaar();
  sluitAan(JSON.parse(conf.textContent));
}

function sluitAan(conf) {
  let wasWeg = false;
  const link = new Link({
    ...conf,
    onstate: (staat) => {
      if (staat === "open") meld(wasWeg ? "back" : "");
      else meld(staat);
      wasWeg ||= staat === "lost";
    },
    onslow: (ja) => (ja ? link.state === "open" && meld("slow") : wis("slow")),
  });
  manager = new Manager(link, conf.widgets);
  maakManager(manager);
  manager.request();
  for (const box of document.querySelectorAll("[data-cel][aria-busy]")) kapot(box); // a cell before it failed
  Promise.allSettled(widgets).then(() => {
    terug(gescrold);
    document.documentElement.dataset.klaar = "ja";
  });
}

const kijker = new MutationObserver(plaats);
const laat = setTimeout(() => meld("late"), LAAT);
let aangesloten = false;
function klaar() {
  aangesloten = true;
  kijker.disconnect();
  clearTimeout(laat);
}

// A page that ended without the kernel's id: the server stopped while it was being made.
addEventListener("load", () => setTimeout(() => { if (!aangesloten) { clearTimeout(laat); meld("failed"); } }, 500));

let gescrold = false;
for (const soort of ["wheel", "touchmove", "keydown"]) addEventListener(soort, () => { gescrold = true; }, { once: true, passive: true });

kijker.observe(document.documentElement, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", () => { if (!aangesloten) plaats(); });
knoppen();
volg();
if (!aangesloten) plaats();
