// Widgets: Jupyter's widget protocol 2.1 on one side, the front-end interface of anywidget on the other.

import { bytes } from "./frame.js";

const CONTROL = "jupyter.widget.control";
export const NOT_HERE = "Dit onderdeel werkt niet op deze pagina. Open de les in JupyterLab om het te zien.";

/** Take the binary values out of a state: they travel beside the JSON. Fills `paths` and `buffers`. */
export function split(value, path, paths, buffers) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    paths.push(path);
    buffers.push(bytes(value));
    return undefined;
  }
  if (Array.isArray(value)) return value.map((v, i) => split(v, [...path, i], paths, buffers) ?? null);
  if (value && Object.getPrototypeOf(value) === Object.prototype) {
    const out = {};
    for (const [k, v] of Object.entries(value)) {
      const kept = split(v, [...path, k], paths, buffers);
      if (kept !== undefined) out[k] = kept;
    }
    return out;
  }
  return value;
}

/** Put binary values back where they belong. Changes and returns `state`. */
export function put(state, paths = [], buffers = []) {
  paths.forEach((path, i) => {
    let at = state;
    for (const k of path.slice(0, -1)) at = at[k] ??= {};
    at[path.at(-1)] = buffers[i];
  });
  return state;
}

/** What a widget's script gets as `model`. */
export class Model {
  #on = [];
  #dirty = new Set();
  #sent = new Map(); // key -> msg_id of our newest update of it
  constructor(manager, id) {
    this.widget_manager = manager;
    this.id = id;
    this.state = {};
    this.ready = new Promise((resolve) => { this.known = resolve; });
  }

  get(key) { return this.state[key]; }

  set(key, value) {
    const changes = typeof key === "string" ? { [key]: value } : key;
    for (const k of this.#assign(changes)) this.#dirty.add(k);
  }

  #assign(values) {
    const changed = Object.keys(values).filter((k) => values[k] !== this.state[k]);
    Object.assign(this.state, values);
    for (const k of changed) this.#fire(`change:${k}`, this, values[k]);
    if (changed.length) this.#fire("change", this);
    return changed;
  }

  save_changes() {
    if (!this.#dirty.size) return;
    const changes = Object.fromEntries([...this.#dirty].map((k) => [k, this.state[k]]));
    this.#dirty.clear();
    const buffer_paths = [], buffers = [];
    const state = split(changes, [], buffer_paths, buffers);
    const id = this.widget_manager.message(this.id, { method: "update", state, buffer_paths }, buffers);
    for (const k in changes) this.#sent.set(k, id);
  }

  send(content, callbacks, buffers = []) {
    this.widget_manager.message(this.id, { method: "custom", content }, buffers);
  }

  on(name, callback) { this.#on.push([name, callback]); }

  off(name, callback) {
    this.#on = this.#on.filter(([n, c]) => (name && n !== name) || (callback && c !== callback));
  }

  #fire(name, ...args) {
    for (const [n, callback] of [...this.#on]) {
      if (n !== name) continue;
      try { callback(...args); } catch (e) { console.error(e); } // one bad listener must not silence the others
    }
  }

  receive({ content: { data }, buffers, parent_header }) {
    if (data.method === "custom") return this.#fire("msg:custom", data.content, buffers);
    const state = put(data.state, data.buffer_paths, buffers);
    if (data.method === "echo_update") {
      for (const k in state) {
        if (!this.#sent.has(k)) continue; // an own echo, or one older than our newest edit
        if (this.#sent.get(k) === parent_header.msg_id) this.#sent.delete(k);
        delete state[k];
      }
    }
    this.fill(state);
  }

  /** Take over values from Python; what was typed here and not sent yet stays. */
  fill(state) {
    for (const k of this.#dirty) delete state[k];
    this.#assign(state);
    this.known(this);
  }
}

/** All models of a page. modules: {_anywidget_id: address of its ES module}. */
export class Manager {
  constructor(link, modules) {
    this.link = link;
    this.modules = modules;
    this.models = new Map();
    this.loaded = new Map();
    link.handlers.comm_open = (m) => {
      if (m.content.target_name !== "jupyter.widget") return;
      this.model(m.content.comm_id).fill(put(m.content.data.state ?? {}, m.content.data.buffer_paths, m.buffers));
    };
    link.handlers.comm_msg = (m) => {
      if (m.content.comm_id === this.control) this.states(m);
      else this.models.get(m.content.comm_id)?.receive(m);
    };
    link.handlers.comm_close = (m) => this.models.delete(m.content.comm_id);
  }

  model(id) {
    if (!this.models.has(id)) this.models.set(id, new Model(this, id));
    return this.models.get(id);
  }

  message(comm_id, data, buffers) {
    return this.link.send("comm_msg", { comm_id, data }, { buffers });
  }

  /** Ask Python for the state of every widget. */
  request() {
    this.control = `c-${this.link.session}`;
    this.link.send("comm_open", { comm_id: this.control, target_name: CONTROL, data: {} }, { metadata: { version: "1.0.0" } });
    this.message(this.control, { method: "request_states" }, []);
  }

  states({ content: { data }, buffers }) {
    if (data.method !== "update_states") return;
    const states = put(data.states, data.buffer_paths, buffers);
    for (const [id, { state }] of Object.entries(states)) this.model(id).fill(state);
    // Whoever is not in the answer does not exist: an output of an older run.
    for (const [id, model] of this.models) if (!(id in states) && !("_view_name" in model.state)) model.known(null);
  }

  async module(id) {
    if (!this.loaded.has(id)) {
      this.loaded.set(id, import(this.modules[id]).then(async (m) => (typeof m.default === "function" ? m.default() : m.default ?? m)));
    }
    return this.loaded.get(id);
  }

  /** Draw a widget in `el`. Resolves when it stands; a widget that we do not know becomes a Dutch sentence. */
  async draw(id, el) {
    const model = await this.model(id).ready;
    const kind = model?.get("_anywidget_id");
    if (model && ["VBoxModel", "HBoxModel", "BoxModel"].includes(model.get("_model_name"))) {
      for (const child of model.get("children")) {
        await this.draw(child.replace("IPY_MODEL_", ""), el.appendChild(document.createElement("div")));
      }
      return;
    }
    if (!kind || !(kind in this.modules)) {
      el.textContent = NOT_HERE;
      el.classList.add("melding");
      return;
    }
    const widget = await this.module(kind);
    const signal = new AbortController().signal; // a page draws a widget once and never takes it away
    model.initialized ??= Promise.resolve(widget.initialize?.({ model, signal, experimental: {} }));
    await model.initialized;
    await widget.render?.({ model, el, signal, experimental: {} });
  }
}
